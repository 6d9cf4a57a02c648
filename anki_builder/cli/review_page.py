"""How the notes are learned, as a page: one HTML file without scripts, its charts inline SVG."""

from collections.abc import Sequence
from html import escape
from pathlib import PurePosixPath

from anki_builder.anki.patching import plain
from anki_builder.anki.study import Review, StudiedNote, Sum
from anki_builder.cli.words import tr, translated
from anki_builder.message import several
from anki_builder.note import CLOZE_SEPARATOR
from anki_builder.statistics.numbers import Bar
from anki_builder.statistics.page import bar_chart, page_with_charts, totals_list

_MOST = 25
"""Bars of one chart."""
_DAY_WIDTH = 20
_DAY_HEIGHT = 140


def review_page(title: str, found: Review) -> str:
    """Return a whole page."""
    charts = {heading: chart for heading, chart in _charts(found).items() if chart}
    tables = _table(tr("Articles"), found.articles) + _table(tr("Kinds of card"), found.kinds)
    rest = _hard(found.notes) + tables + _entries(found.notes)
    return page_with_charts(
        tr("{title}: reviews", title=title), _totals(found.total), charts, rest, style=_STYLE, language=tr("en")
    )


_STYLE = """
.due rect.today { fill: var(--problem); }
a { color: inherit; text-decoration-color: var(--bar); text-underline-offset: .2em; }
a:focus-visible { outline: 2px solid var(--bar); outline-offset: 2px; }
section { min-width: 0; }
.entry { margin: 0 0 1.2rem; padding: .2rem 0 .2rem 1rem; border-inline-start: 3px solid var(--line); scroll-margin-top: 1rem; }
.entry:target { border-color: var(--bar); }
.entry p { margin: .2rem 0; }
.entry .place, .entry dt { color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; }
.entries { margin-top: 2.5rem; max-width: 46rem; }
"""


def signs(note: StudiedNote) -> list[str]:
    """Return what is to be said of a note, in words."""
    reviews, passed = sum(card.reviews for card in note.cards), sum(card.passed for card in note.cards)
    found = (
        [tr("leech")] * note.is_leech + [tr("marked")] * note.is_marked + [tr("flag {flag}", flag=flag) for flag in note.flags]
    )
    if note.lapses:
        found.append(translated(several(note.lapses, "lapse")))
    return [*found, tr("{number} of {all} passed", number=passed, all=reviews)] if reviews else found


def _charts(found: Review) -> dict[str, str]:
    lapses = sorted(
        (Bar(PurePosixPath(one.name).stem, one.lapses) for one in found.articles if one.lapses), key=lambda bar: -bar.value
    )[:_MOST]
    kept = [Bar(one.name, round(100 * one.retention)) for one in found.kinds if one.retention is not None]
    eases = [Bar(one.name, round(one.ease)) for one in found.kinds if one.ease]
    return {
        tr("Due in the next 30 days"): _due_chart(found.total.due) if any(found.total.due) else "",
        tr("Reviews passed by kind of card, percent"): bar_chart(tr("Reviews passed by kind of card"), kept) if kept else "",
        tr("Lapses by article"): bar_chart(tr("Lapses by article"), lapses) if lapses else "",
        tr("Ease by kind of card, percent"): bar_chart(tr("Ease by kind of card"), eases) if eases else "",
    }


def _due_chart(due: Sequence[int]) -> str:
    """Return one column for each day; today, with what is overdue, is marked."""
    most = max(due)
    columns = []
    for day, count in enumerate(due):
        height = max(1.0, _DAY_HEIGHT * count / most) if count else 0
        name = tr("today") if day == 0 else tr("in {days}", days=several(day, "day"))
        columns.append(
            f'<g role="listitem"><title>{name}: {count:,}</title>'
            f'<rect{" class=today" if day == 0 else ""} x="{day * _DAY_WIDTH + 2}" y="{20 + _DAY_HEIGHT - height:.1f}"'
            f' width="{_DAY_WIDTH - 4}" height="{height:.1f}" rx="2"/>'
            + (f'<text class="value" x="{day * _DAY_WIDTH + 10}" y="{14 + _DAY_HEIGHT - height:.1f}" text-anchor="middle">{count:,}</text>'
               if count and (count == most or day == 0) else "")
            + (f'<text x="{day * _DAY_WIDTH + 10}" y="{_DAY_HEIGHT + 38}" text-anchor="middle">{day or tr("today")}</text>'
               if day % 7 == 0 else "")
            + "</g>\n"
        )  # fmt: skip
    size = f"-14 0 {len(due) * _DAY_WIDTH + 14} {_DAY_HEIGHT + 44}"
    return f'<svg class="due" viewBox="{size}" role="list" aria-label="{tr("Due cards by day")}">\n{"".join(columns)}</svg>\n'


def _totals(total: Sum) -> str:
    kept = f"{total.retention:.0%}" if total.retention is not None else "–"
    numbers = {
        tr("cards"): f"{total.cards:,}",
        tr("seen"): f"{total.seen:,}",
        tr("mature"): f"{total.mature:,}",
        tr("due today"): f"{total.due[0]:,}",
        tr("due in a week"): f"{sum(total.due[:7]):,}",
        tr("reviews passed"): kept,
        tr("lapses"): f"{total.lapses:,}",
    }
    return totals_list(numbers)


def _hard(notes: Sequence[StudiedNote]) -> str:
    """Return the notes that need a look as a table; each leads to its sentence."""
    heading = tr("Hard, marked and flagged notes")
    if not notes:
        return f'<section class="articles">\n<h2>{heading}</h2>\n<p>{tr("There are none.")}</p>\n</section>\n'
    rows = "".join(
        f'<tr><th scope="row"><a href="#{escape(note.own.guid)}">{escape(_name(note))}</a></th>'
        f"<td>{escape(', '.join(signs(note)))}</td></tr>\n"
        for note in notes
    )
    head = f'<th scope="col">{tr("Note")}</th><th scope="col">{tr("Why")}</th>'
    return (
        f'<section class="articles">\n<h2>{heading}</h2>\n'
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</section>\n"
    )


def _name(note: StudiedNote) -> str:
    """Return the text of a note; of a cloze the term and the sentence."""
    return note.own.text.replace(CLOZE_SEPARATOR, " · ")


def _table(heading: str, sums: Sequence[Sum]) -> str:
    columns = ("", tr("Cards"), tr("Seen"), tr("Mature"), tr("Lapses"), tr("Ease"), tr("Passed"), tr("Due in a week"))
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(one.name)}</th><td>{one.cards:,}</td><td>{one.seen:,}</td><td>{one.mature:,}</td>'
        f"<td>{one.lapses:,}</td><td>{f'{one.ease:.0f} %' if one.ease else '–'}</td>"
        f"<td>{f'{one.retention:.0%}' if one.retention is not None else '–'}</td><td>{sum(one.due[:7]):,}</td></tr>\n"
        for one in sums
    )
    return (
        f'<section class="articles">\n<h2>{heading}</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n'
        "</table>\n</section>\n"
    )


def _entries(notes: Sequence[StudiedNote]) -> str:
    """Return each note that needs a look with its sentence, its translation or gloss, and its place."""
    entries = "".join(_entry(note) for note in notes)
    return f'<section class="entries">\n<h2>{tr("In their sentences")}</h2>\n{entries}</section>\n' if entries else ""


def _entry(note: StudiedNote) -> str:
    own = note.own
    text, translation = (f' lang="{escape(tag)}"' for tag in own.languages)
    lines = [f"<p{text}><strong>{escape(_name(note))}</strong></p>"]
    shown = {own.text}
    for field in own.note_type.fields:
        value = plain(own.fields[field.name]) if field.sound or field.evidence else ""
        if value and value not in shown:
            shown.add(value)
            lines.append(f"<p{text if field.sound else translation}>{escape(value)}</p>")
    lines.append(f'<p class="place">{escape(own.path)}:{own.line} · {escape(", ".join(signs(note)))}</p>')
    return f'<article class="entry" id="{escape(own.guid)}">\n{"".join(lines)}\n</article>\n'
