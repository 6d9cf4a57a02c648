"""Single cards found by words: those of the articles that hold the words, of which the first ones are looked through at a time."""

from collections.abc import Sequence

from anki_builder.cli.workbench.beside import notes_holding
from anki_builder.cli.workbench.listing import matching
from anki_builder.cli.workbench.look import PAGE, Look, Row, folded
from anki_builder.collection import BuiltNote
from anki_builder.preview.catalogue import Catalogue, plain
from anki_builder.preview.workbench import Data

_MOST_READ = 100_000
"""Notes that are looked through for one answer, at least those of one article: so it comes at once, however few of them match."""
_FEW = 20
"""Articles that are looked through for one answer where they must be compiled for it."""


def cards(seen: Look, words: str, state: str, start: int) -> Data:
    """Return cards that hold all `words`, of articles in a `state`, from the article with the index `start` among those that hold them.

    `next` is the index at which to go on, None at the end; `reading` says that the cards cannot be had yet.
    """
    rows = matching(seen, words, state)[start:]
    part = _first(rows) if seen.project.whole else rows[:_FEW]
    titles = {row.name: row.title for row in part}
    found = notes_holding(seen, list(titles), folded(words).split(), PAGE) if part else []
    if found is None:
        return {"notes": [], "next": None, "reading": True}
    reached = 1 + list(titles).index(found[-1].info.name) if len(found) >= PAGE else len(part)
    catalogue = Catalogue([], seen.compilation.note_types)
    return {
        "notes": [_as_data(catalogue, built, titles[built.info.name]) for built in found],
        "next": start + reached if reached < len(rows) else None,
        "reading": False,
    }


def _first(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the first articles, with at most `_MOST_READ` notes, but one at least."""
    notes = 0
    for number, row in enumerate(rows):
        notes += row.notes
        if number and notes > _MOST_READ:
            return rows[:number]
    return rows


def _as_data(catalogue: Catalogue, built: BuiltNote, title: str) -> Data:
    entry, note = catalogue.entry(built), built.note
    answer = next((note.fields[field.name] for field in note.kind.fields if field.evidence), "")
    shown = {name: entry[name] for name in ("key", "label", "lang", "line", "path", "cards")}
    return {**shown, "answer": plain(answer), "article": built.info.name, "title": title}
