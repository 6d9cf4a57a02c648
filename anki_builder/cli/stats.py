"""`anki-builder stats`: what the notes of a project hold, in numbers."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from anki_builder.cli import report
from anki_builder.cli.columns import padded, width
from anki_builder.cli.project import PAGE_MARK, may_force, refuse_to_replace, shown, write_output
from anki_builder.cli.stages import compile_project, identify_notes, open_notes, read_documents, with_collection
from anki_builder.cli.words import tr, translated
from anki_builder.collection import Collection
from anki_builder.message import Message
from anki_builder.statistics.numbers import Bar, Numbers, numbers_of
from anki_builder.statistics.page import CHARTS, statistics_page


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@may_force
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Text to read, or one JSON object.")
@click.option("--html", type=click.Path(dir_okay=False), help="Write a page with charts instead.")
def command(paths: tuple[str, ...], form: str, html: str | None) -> None:
    """Say what the notes hold: words and new words by article, terms, cards, confidence, problems.

    \b
    Examples:
      anki-builder stats
      anki-builder stats --html stats.html
      anki-builder stats --format json | jq .cards
    """
    project = open_notes(paths)
    target = Path(html) if html else None
    if target is not None:
        refuse_to_replace(target, project.files, PAGE_MARK, Message("a page of this program"))
    documents, _ = read_documents(project)

    def work(collection: Collection) -> Numbers:
        compilation = compile_project(project, collection)
        identify_notes(project, collection, compilation)
        cards = [built.note.kind.card(card).name for built in collection.notes() for card in built.note.cards]
        return numbers_of(documents, cards, compilation.diagnostics)

    numbers = with_collection(project, work)
    if target is None:
        for line in [report.to_json(_as_json(numbers))] if form == "json" else _text(numbers):
            click.echo(line)
        return
    write_output(target, statistics_page(project.collection, numbers, translated))
    click.echo(shown(target))


def _as_json(numbers: Numbers) -> dict[str, object]:
    """Return the numbers by name; a chart is a list of labels with their values."""
    charts: dict[str, object] = {field: [bar._asdict() for bar in getattr(numbers, field)] for field in CHARTS}
    return {"kind": "statistics", "articles": [article._asdict() for article in numbers.articles], **charts}


def _text(numbers: Numbers) -> Iterator[str]:
    yield click.style(tr("Articles"), bold=True)
    heads = ((tr("words"), 8), (tr("new words"), 9), (tr("terms"), 6), (tr("pairs"), 6), (tr("conf."), 6), (tr("problems"), 8))
    yield "  " + " ".join(padded(head, size) for head, size in heads)
    for article in numbers.articles:
        columns = f"{article.words:>8,} {article.new_words:>9,} {article.terms:>6,} {article.pairs:>6,}"
        yield f"  {columns} {article.confidence:>6.2f} {article.problems:>8,}  {report.printable(article.path)}"
    for field, heading in CHARTS.items():
        if any(bar.value for bar in getattr(numbers, field)):
            yield ""
            yield click.style(translated(heading), bold=True)
            yield from _bars([bar._replace(label=translated(bar.label)) for bar in getattr(numbers, field)])


def _bars(bars: Sequence[Bar]) -> Iterator[str]:
    most = max(bar.value for bar in bars)
    margin = max(width(bar.label) for bar in bars)
    for bar in bars:
        label = " " * (margin - width(bar.label)) + report.printable(bar.label)
        yield f"  {label}  {'▇' * round(30 * bar.value / most)} {bar.value:,}".rstrip()
