"""`anki-builder deck`: another name for a deck whose cards exist."""

import click

from anki_builder.cli.files import read_ledger, write
from anki_builder.cli.project import Project, UsageProblem, shown, with_others
from anki_builder.cli.stages import open_notes, writing
from anki_builder.cli.words import tr
from anki_builder.config import nearest
from anki_builder.ledger.arrange import arrange
from anki_builder.ledger.file import Ledger, encoded, parse
from anki_builder.message import Message, several
from anki_builder.notes.kinds import KINDS


@click.command()
@click.argument("old")
@click.argument("new")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The package, if it is not the default one.")
def command(old: str, new: str, paths: tuple[str, ...], output: str | None) -> None:
    """Give the deck OLD, and the decks below it, the name NEW in anki_builder.lock.

    \b
    Example:
      anki-builder deck "Notes::The owl" "Notes::A letter about an owl"

    An import never moves cards that exist, so articles keep the deck they were first built into. `push` moves
    them; without a push, rename the deck in Anki too: new cards then join the old ones there.
    """
    count = rename_deck(with_others(open_notes(paths, output)), old, new)
    click.echo(
        tr("from the next build on, “{old}” is called “{new}” ({notes})", old=old, new=new, notes=several(count, "note")),
        err=True,
    )
    click.echo(
        tr(
            "if the deck is in Anki already: `anki-builder push` moves its cards; without a push, rename “{old}” "
            "to “{new}” there before the next import",
            old=old,
            new=new,
        ),
        err=True,
    )


def rename_deck(project: Project, old: str, new: str) -> int:
    """Rename a deck in the ledger of a project; return how many notes are in it. Raises `UsageProblem`."""
    with writing(project):
        return _rename(project, old, new)


def _rename(project: Project, old: str, new: str) -> int:
    text = read_ledger(project.keeping)
    ledger, problems = parse(text or b"", shown(project.ledger), (kind.name for kind in KINDS)) if text else (None, [])
    if ledger is None:
        raise UsageProblem(
            problems[0].message
            if problems
            else Message("there is no {ledger}: name the notes as for `build`", ledger=shown(project.ledger))
        )
    identities = ledger.identities()
    renamed = [identity._replace(deck=_renamed(identity.deck, old, new)) for identity in identities]
    count = sum(before != after for before, after in zip(identities, renamed, strict=True))
    if not count:
        known = tuple(dict.fromkeys(identity.deck for identity in identities))
        raise UsageProblem("no note is in the deck “{old}”{nearest}", old=old, nearest=nearest(old, known))
    decks = {document: _renamed(deck, old, new) for document, deck in ledger.decks.items()}
    live, gone = [one for one in renamed if not one.removed], [one for one in renamed if one.removed]
    write(project.ledger, encoded(_with_blocks(ledger, arrange(live, gone, renamed, decks))))
    return count


def _with_blocks(ledger: Ledger, blocks: dict[str, bytes]) -> Ledger:
    return ledger._replace(blocks={**ledger.blocks, **blocks})


def _renamed(deck: str, old: str, new: str) -> str:
    return new + deck[len(old) :] if deck == old or deck.startswith(f"{old}::") else deck
