"""`anki-builder preview`: the page of the workbench, opened on some notes; or their cards as one file."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from anki_builder.cli import report
from anki_builder.cli.project import (
    PAGE_MARK,
    Project,
    may_force,
    open_project,
    refuse_to_replace,
    severities,
    shown,
    write_output,
)
from anki_builder.cli.serving import Opened, serve, served
from anki_builder.cli.stages import compile_project, with_collection
from anki_builder.cli.terminal import harmless
from anki_builder.cli.watch import news_line
from anki_builder.cli.words import is_english, template_in, tr, translated
from anki_builder.collection import Collection
from anki_builder.diagnostic import Diagnostic
from anki_builder.message import Message, listed, several

if TYPE_CHECKING:
    from anki_builder.cli.workbench.look import Look

MOST = 2000
"""Cards that `--html` writes by default."""
_FEW = 20
"""Problems that are listed; for more there is `check`."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@may_force
@served
@click.option("--html", type=click.Path(dir_okay=False), help="Write one page that needs no server, and end.")
@click.option("--limit", type=click.IntRange(1), default=MOST, show_default=True, help="With --html: at most so many cards.")
def command(paths: tuple[str, ...], port: int | None, open_browser: bool, html: str | None, limit: int) -> None:
    """Show your notes as cards in the browser.

    \b
    Examples:
      anki-builder preview                    # the folder source, else this one
      anki-builder preview notes/article.md
      anki-builder preview --html cards.html  # one page, to keep or to send

    The page is that of `anki-builder app`, opened on these notes: both sides of every card, by day and by night, as Anki on a desktop
    and AnkiDroid and AnkiMobile on a phone show them, beside the lines of the note it comes from. It follows what you save.
    """
    project = open_project(paths)
    if html is not None:
        refuse_to_replace(Path(html), project.files, PAGE_MARK, Message("a page of this program"))
        _write_page(project, Path(html), limit)
        return
    alone = project.files[0] if paths and len(project.files) == 1 else None
    place = f"#/article/{quote(project.name(alone), safe='')}" if alone is not None else ""
    serve(Opened(Path.cwd(), paths, place), port, open_browser, _Terminal().tell)


def _write_page(project: Project, path: Path, limit: int) -> None:
    from anki_builder.preview.alone import page_alone
    from anki_builder.preview.catalogue import Catalogue

    def work(collection: Collection) -> tuple[Catalogue, list[Diagnostic]]:
        compilation = compile_project(project, collection)
        return Catalogue(list(collection.notes()), compilation.note_types, compilation.template_media), compilation.diagnostics

    catalogue, found = with_collection(project, work)
    diagnostics = report.ordered(one for one in found if report.is_shown(one, project.config.ignore))
    if not catalogue.notes:
        for block in report.listing(diagnostic for diagnostic in diagnostics if diagnostic.rule.severity == "error"):
            click.echo(block, err=True)
        click.echo(tr("no page was written: there is no card to show"), err=True)
        sys.exit(1)
    templates = partial(template_in, "en" if is_english() else "zh")
    page = page_alone(catalogue, templates, limit, title=project.collection, problems=list(map(_as_data, diagnostics)))
    write_output(path, page.text)
    if page.written < page.total:
        click.echo(
            tr(
                "the page holds the first {written:,} of {total:,} cards: more with --limit, or name fewer notes",
                written=page.written,
                total=page.total,
            ),
            err=True,
        )
    click.echo(shown(path))


def _as_data(one: Diagnostic) -> dict[str, str | int]:
    rule, span = one.rule, one.span
    place: dict[str, str | int] = {"path": span.path, "line": span.line, "column": span.column}
    said = {"message": translated(one.message), "hint": translated(one.hint)}
    return {"rule": rule.name, "severity": rule.severity, **said, **place}


class _Terminal:
    """Prints what is wrong with the notes, each with its place: at first all, after a save what is new."""

    def __init__(self) -> None:
        self._counts = ""
        self._known: tuple[Diagnostic, ...] = ()

    def tell(self, news: "Look | str") -> None:
        """Print what a look at the notes found, or why something failed."""
        if isinstance(news, str):
            self._counts = ""
            return click.echo(news_line(harmless(translated(news))), err=True)
        counts, problems = _counted(news), list(_problems(news, self._known))
        if counts != self._counts or problems:
            report.say(news_line(counts))
        for line in problems:
            click.echo(line, err=True)
        self._counts, self._known = counts, news.diagnostics
        return None


def _problems(seen: "Look", known: tuple[Diagnostic, ...]) -> Iterator[str]:
    """Yield the errors and warnings that are not known yet, a line each with its place, and how to see those that are too many."""
    found = [one for one in seen.diagnostics if one.rule.severity != "note" and one not in known]
    for diagnostic in report.ordered(found)[:_FEW]:
        yield report.short(diagnostic)
    if len(found) > _FEW:
        more = len(found) - _FEW
        yield tr("… and {number} more: `anki-builder check{paths}` shows them", number=more, paths=seen.project.paths)


def _counted(seen: "Look") -> str:
    errors, warnings = severities(seen.diagnostics)
    parts = [several(seen.counts.cards, "card")]
    parts += [several(errors, "error")] * bool(errors) + [several(warnings, "warning")] * bool(warnings)
    return translated(listed(parts))
