"""`anki-builder preview`: the notes as cards in the browser, loaded again at every save; or as one file."""

import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from anki_builder.cli import report
from anki_builder.cli.project import PAGE_MARK, may_force, refuse_to_replace, severities, shown, write_output
from anki_builder.cli.serving import listening_at, token_of
from anki_builder.cli.terminal import harmless
from anki_builder.cli.watch import Fresh, Saves, Workspace, names, print_news, reason_of, roles_of
from anki_builder.cli.words import tr, translated
from anki_builder.diagnostic import Diagnostic
from anki_builder.message import Message, listed, several
from anki_builder.preview.catalogue import Catalogue

if TYPE_CHECKING:
    from anki_builder.preview.server import Board

PORT = 8764
"""Port of the preview unless it is taken: the same each time, so that an open page finds it again. AnkiConnect waits at the next one."""
MOST = 2000
"""Cards that `--html` writes by default."""
_FEW = 20
"""Problems that are listed; for more there is `check`."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@may_force
@click.option(
    "--port", type=click.IntRange(0, 65535), help=f"The port to use, 0 for any [default: {PORT}, or another if it is busy]."
)
@click.option("--open/--no-open", "open_browser", default=True, help="Open the browser [default: yes].")
@click.option("--html", type=click.Path(dir_okay=False), help="Write one page that needs no server, and end.")
@click.option("--limit", type=click.IntRange(1), default=MOST, show_default=True, help="With --html: at most so many cards.")
def command(paths: tuple[str, ...], port: int | None, open_browser: bool, html: str | None, limit: int) -> None:
    """Show your notes as cards in the browser.

    \b
    Examples:
      anki-builder preview                    # the folder source, else this one
      anki-builder preview notes/article.md
      anki-builder preview --html cards.html  # one page, to keep or to send

    The page shows both sides of every card, by day and by night, as Anki on a desktop and AnkiDroid and AnkiMobile on a phone
    show them, beside the line of the note it comes from. It loads itself again whenever a note, a template or a setting is saved.
    Keys: press ? on the page. Ctrl-C ends the preview.
    """
    workspace = Workspace(paths)
    if html is not None:
        fresh = workspace.compile()
        refuse_to_replace(Path(html), fresh.project.files, PAGE_MARK, Message("a page of this program"))
        _write_page(fresh, Path(html), limit)
        return
    _serve(workspace, paths, port, open_browser)


def _write_page(fresh: Fresh, path: Path, limit: int) -> None:
    from anki_builder.preview.server import standalone

    if not fresh.shown.notes:
        for block in report.listing(diagnostic for diagnostic in fresh.shown.diagnostics if diagnostic.rule.severity == "error"):
            click.echo(block, err=True)
        click.echo(tr("no page was written: there is no card to show"), err=True)
        sys.exit(1)
    text, written, total = standalone(Catalogue(fresh.shown, roles_of(fresh.project), translated), limit)
    write_output(path, text)
    if written < total:
        click.echo(
            tr(
                "the page holds the first {written:,} of {total:,} cards: more with --limit, or name fewer notes",
                written=written,
                total=total,
            ),
            err=True,
        )
    click.echo(shown(path))


def _serve(workspace: Workspace, paths: tuple[str, ...], port: int | None, open_browser: bool) -> None:
    from anki_builder.preview.door import ADDRESS
    from anki_builder.preview.server import Board, serve

    listening = listening_at(port, PORT)
    with listening, Saves(workspace.open(), paths) as saves:
        fresh = workspace.compile()
        board = Board(Catalogue(fresh.shown, roles_of(fresh.project), translated), token_of("preview"))
        with serve(board, listening) as server:
            threading.Thread(target=_follow, args=(workspace, saves, board, fresh), daemon=True).start()
            start = f"http://{ADDRESS}:{listening.getsockname()[1]}"
            click.echo(f"{start}/{board.token}/")
            for line in _problems(fresh):
                click.echo(line, err=True)
            click.echo(tr("{cards}; Ctrl-C ends", cards=_counted(fresh)), err=True)
            if open_browser:
                click.launch(f"{start}/once/{board.once}")  # other users can read the arguments of programs
            server.serve_forever()
            board.close()
    click.echo(tr("preview ended"), err=True)


def _follow(workspace: Workspace, saves: Saves, board: "Board", before: Fresh) -> None:
    """Show every save on the page, and what is wrong since in the terminal, for ever."""
    while True:
        changed = saves.wait()
        try:
            fresh = workspace.compile()
            saves.follow(fresh.project)
            same = fresh.shown._replace(sources=()) == before.shown._replace(sources=())
            if not same or board.message.get("problem"):
                board.update(
                    Catalogue(fresh.shown, roles_of(fresh.project), translated),
                    tr("{files} saved: {cards}", files=names(changed), cards=_counted(fresh)),
                )
                print_news(changed, _counted(fresh))
                for line in _problems(fresh, before.shown.diagnostics):
                    click.echo(line, err=True)
        except Exception as problem:  # whatever is wrong with the notes of now, the next save may mend it
            board.update(None, "", translated(reason_of(problem)))
            print_news(changed, harmless(translated(reason_of(problem))))
            continue
        before = fresh


def _problems(fresh: Fresh, known: Sequence[Diagnostic] = ()) -> Iterator[str]:
    """Yield the errors and warnings that are not known yet, a line each with its place, and how to see those that are too many."""
    found = [one for one in fresh.shown.diagnostics if one.rule.severity != "note" and one not in known]
    for diagnostic in report.ordered(found)[:_FEW]:
        yield report.short(diagnostic)
    if len(found) > _FEW:
        more = len(found) - _FEW
        yield tr("… and {number} more: `anki-builder check{paths}` shows them", number=more, paths=fresh.project.paths)


def _counted(fresh: Fresh) -> str:
    cards = sum(len(built.dues) for built in fresh.shown.notes)
    errors, warnings = severities(fresh.shown.diagnostics)
    parts = [several(cards, "card")]
    parts += [several(errors, "error")] * bool(errors) + [several(warnings, "warning")] * bool(warnings)
    return translated(listed(parts))
