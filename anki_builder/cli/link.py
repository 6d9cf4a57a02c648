"""`anki-builder link`: the learner's word overrules recognition."""

import click

from anki_builder.cli.files import Changed, ledger_digest, read_ledger, write
from anki_builder.cli.project import Project, UsageProblem, shown, with_others
from anki_builder.cli.stages import compile_project, identify_notes, open_notes, with_collection, writing
from anki_builder.cli.words import tr
from anki_builder.collection import Collection
from anki_builder.ledger.arrange import arrange
from anki_builder.ledger.file import encoded
from anki_builder.ledger.identity import salted
from anki_builder.ledger.linking import NotLinked, link
from anki_builder.ledger.plan import search_text
from anki_builder.message import Message


@click.command()
@click.argument("old")
@click.argument("new")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The package, if it is not the default one.")
def command(old: str, new: str, paths: tuple[str, ...], output: str | None) -> None:
    """Say that the note with the GUID NEW is the one with the GUID OLD, so that it keeps its reviews.

    \b
    Example:
      anki-builder link Q7hG2kPz0a b81LmNw3Zt notes

    `plan` and `build` name both GUIDs where they are in doubt. Link before the next import.
    """
    built = link_notes(with_others(open_notes(paths, output)), old, new)
    click.echo(tr("{new} takes the place of {old}; build again, then import", new=new, old=old), err=True)
    if built:
        click.echo(
            tr(
                "if the package was imported already, delete the note that Anki's browser finds by {search}",
                search=search_text([new]),
            ),
            err=True,
        )


def link_notes(project: Project, old: str, new: str) -> bool:
    """Link two notes in the ledger of a project; return whether the new one was built before. Raises `UsageProblem`."""
    project = project._replace(named=None)
    try:
        with writing(project):
            return with_collection(project, lambda collection: _link(project, collection, old, new))
    except NotLinked as problem:
        raise UsageProblem(str(problem)) from None


def _link(project: Project, collection: Collection, old: str, new: str) -> bool:
    """Link two notes in the ledger; return whether the new one was built before."""
    identified = identify_notes(project, collection, compile_project(project, collection))
    if identified.digest is None:
        raise UsageProblem(
            "there is no {ledger}: name the notes as for `build`, or build them first", ledger=shown(project.ledger)
        )
    known = identified.known.identities()
    settled = [one._replace(key=salted(one.key, identified.known.salts[0])) for one in collection.settled()]
    linked = link(known, settled, old, new)
    if ledger_digest(read_ledger(project.keeping)) != identified.digest:
        raise Changed(Message("{ledger} was changed by another program; link again", ledger=shown(project.ledger)))
    blocks = arrange(
        [one for one in linked if not one.removed], [one for one in linked if one.removed], linked, identified.known.decks
    )
    write(project.ledger, encoded(identified.known._replace(blocks=blocks)))
    return any(identity.guid == new for identity in known)
