"""`anki-builder pull`: what was changed in Anki, back into the notes."""

import sys

import click

from anki_builder.anki.nouns import OwnNote
from anki_builder.cli import report
from anki_builder.cli.project import UsageProblem, shown
from anki_builder.cli.pulling import Patched, pull_built
from anki_builder.cli.pushing import built_now, whole_project
from anki_builder.cli.words import tr
from anki_builder.message import several, short


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The package, if it is not the default one.")
@click.option("--write", "write_it", is_flag=True, help="Change the notes; else a patch is printed.")
@click.option("--theirs", is_flag=True, help="Take the version of Anki also where both sides changed a note.")
@click.option("--note", "guids", multiple=True, metavar="GUID", help="Take over this note only.")
def command(paths: tuple[str, ...], output: str | None, write_it: bool, theirs: bool, guids: tuple[str, ...]) -> None:
    """Print what was changed in Anki as a patch for the notes, and list what no patch can say. Needs the add-on AnkiConnect.

    \b
    Examples:
      anki-builder pull                     # look
      anki-builder pull --write
      anki-builder pull > fixes.patch && git apply fixes.patch

    Texts, translations, terms and glosses are taken over; tags, other fields, deleted and moved notes are listed.
    """
    project = whole_project(paths, output)
    found = built_now(project, True, lambda built: pull_built(project, built, theirs, frozenset(guids)))
    for line in found.diff(project):
        click.echo(line, nl=False)
    if write_it:
        _write(found)
    for own, what in found.kept:
        click.echo(_line(own, what), err=True)
    files = several(len(found.files), "file")
    if not found.files and not found.kept:
        click.echo(tr("nothing was changed in Anki since it was sent"), err=True)
    elif write_it and found.files:
        click.echo(tr("{files} written; `anki-builder push` sends to Anki what else changes by this", files=files), err=True)
    elif found.files:
        click.echo(
            tr(
                "{files} would change: `anki-builder pull{arguments} --write` writes the changes",
                files=files,
                arguments=project.arguments,
            ),
            err=True,
        )
    sys.exit(0)


def _write(found: Patched) -> None:
    try:
        changed = found.write()
    except OSError as error:
        raise UsageProblem("cannot write {file}: {reason}", file=error.filename, reason=error.strerror or error) from None
    if changed:
        raise UsageProblem("{file} was changed meanwhile, and is left as it is: pull again", file=shown(changed[0]))


def _line(own: OwnNote, what: str) -> str:
    return f"{own.path}:{own.line}: {report.printable(short(own.text))}: {report.printable(what)}"
