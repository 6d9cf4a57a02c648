"""`anki-builder review`: how the notes are learned in Anki, with the place of each hard one."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click

from anki_builder.anki.pushing import Choice, Push
from anki_builder.anki.study import Review, StudiedNote, Sum, cards_of
from anki_builder.anki.study import review as review_of
from anki_builder.cli import report
from anki_builder.cli.building import Built
from anki_builder.cli.columns import padded
from anki_builder.cli.project import PAGE_MARK, Project, may_force, refuse_to_replace, shown, write_output
from anki_builder.cli.pushing import built_now, whole_project, with_push
from anki_builder.cli.review_page import review_page, signs
from anki_builder.cli.words import tr
from anki_builder.message import Message, several, short

_FEW = 20


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@may_force
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Text to read, or one JSON object.")
@click.option("--html", type=click.Path(dir_okay=False), help="Write a page with charts instead.")
def command(paths: tuple[str, ...], form: str, html: str | None) -> None:
    """Say how the notes are learned: what is forgotten, what is due, by article and by kind of card. Needs the add-on AnkiConnect.

    \b
    Examples:
      anki-builder review
      anki-builder review --html review.html
      anki-builder review --format json | jq '.notes[0]'

    Each leech, lapse, mark and flag comes with the line of its note. Nothing is changed.
    """
    project = whole_project(paths)
    target = Path(html) if html else None
    if target is not None:
        refuse_to_replace(target, project.files, PAGE_MARK, Message("a page of this program"))

    found = read_review(project)
    if target is None:
        for line in [report.to_json(as_json(found))] if form == "json" else _text(found):
            click.echo(line)
        sys.exit(0)
    write_output(target, review_page(project.collection, found))
    click.echo(shown(target))


def read_review(project: Project) -> Review:
    """Return how the notes of a project are learned in the running Anki. Raises `NoAnki`."""

    def read(push: Push) -> Review:
        with push.read_all() as state:
            return review_of(push.own.notes(None), cards_of(state, int(time.time())))

    def work(built: Built) -> Review:
        return with_push(project, built, Choice(full=True), read)

    return built_now(project, True, work)


def _text(found: Review) -> Iterator[str]:
    total = found.total
    yield (
        tr(
            "{cards} in Anki, {seen:,} seen, {mature:,} mature, {suspended:,} suspended; {today:,} due today, {week:,} in a week",
            cards=several(total.cards, "card"),
            seen=total.seen,
            mature=total.mature,
            suspended=total.suspended,
            today=total.due[0],
            week=sum(total.due[:7]),
        )
    )
    for heading, sums in ((tr("By article"), found.articles), (tr("By kind of card"), found.kinds)):
        yield ""
        yield click.style(heading, bold=True)
        heads = ((tr("cards"), 7), (tr("seen"), 7), (tr("lapses"), 7), (tr("ease"), 5), (tr("kept"), 5), (tr("week"), 6))
        yield "  " + " ".join(padded(head, size) for head, size in heads)
        for one in sums:
            yield f"  {_columns(one)}  {report.printable(one.name)}"
    if found.notes:
        yield ""
        yield click.style(tr("Hard, marked and flagged notes"), bold=True)
    for note in found.notes[:_FEW]:
        yield f"  {note.own.path}:{note.own.line}: {report.printable(short(note.own.text))}  ({', '.join(signs(note))})"
    if len(found.notes) > _FEW:
        yield tr("… and {number:,} more: `--format json` or `--html` has all", number=len(found.notes) - _FEW)


def _columns(one: Sum) -> str:
    kept = f"{one.retention:.0%}" if one.retention is not None else "–"
    ease = f"{one.ease:.0f}" if one.ease else "–"
    return f"{one.cards:>7,} {one.seen:>7,} {one.lapses:>7,} {ease:>5} {kept:>5} {sum(one.due[:7]):>6,}"


def as_json(found: Review) -> dict[str, object]:
    """Return a review as one JSON object."""
    return {
        "kind": "review",
        "total": _sum_as_json(found.total),
        "articles": [_sum_as_json(one) for one in found.articles],
        "cards": [_sum_as_json(one) for one in found.kinds],
        "notes": [_note_as_json(note) for note in found.notes],
    }


def _sum_as_json(one: Sum) -> dict[str, object]:
    return one._asdict() | {"due": list(one.due), "retention": one.retention}


def _note_as_json(note: StudiedNote) -> dict[str, object]:
    own = note.own
    return {
        "guid": own.guid,
        "path": own.path,
        "line": own.line,
        "text": own.text,
        "note_type": own.note_type.kind.name,
        "lapses": note.lapses,
        "leech": note.is_leech,
        "marked": note.is_marked,
        "flags": list(note.flags),
        "reviews": sum(card.reviews for card in note.cards),
        "passed": sum(card.passed for card in note.cards),
    }
