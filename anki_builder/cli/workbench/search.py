"""Single cards found by words: those of the articles that hold the words, of which the first ones are looked through at a time."""

from collections.abc import Iterable
from typing import NamedTuple

from anki_builder.cli.workbench.beside import cards_of
from anki_builder.cli.workbench.listing import matching
from anki_builder.cli.workbench.look import PAGE, Look
from anki_builder.collection import BuiltNote
from anki_builder.preview.catalogue import Catalogue, plain
from anki_builder.preview.workbench import Data

_MOST_READ = 1000
"""Notes that are looked at for one answer, at least those of one article: so it comes at once, however few of them match."""


class _Part(NamedTuple):
    notes: list[BuiltNote]
    reached: str | None
    """Name of the article with which the next part begins; None if there is none."""


def cards(seen: Look, words: str, state: str, start: int) -> Data:
    """Return cards that hold all `words`, of articles in a `state`, from the article with the index `start` among those that hold them.

    `next` is the index at which to go on, None at the end; `reading` says that the cards cannot be had yet.
    """
    rows = matching(seen, words, state)[start:]
    titles = {row.name: row.title for row in rows}
    wanted = words.casefold().split()
    catalogue = Catalogue([], seen.compilation.note_types)

    def take(notes: Iterable[BuiltNote]) -> _Part:
        found: list[BuiltNote] = []
        article = ""
        for number, built in enumerate(notes):
            if built.info.name != article:
                article = built.info.name
                if len(found) >= PAGE or number >= _MOST_READ:
                    return _Part(found, article)
            if built.dues and _has(catalogue, built, wanted):
                found.append(built)
        return _Part(found, None)

    part = cards_of(seen, list(titles), take) if rows else _Part([], None)
    if part is None:
        return {"notes": [], "next": None, "reading": True}
    names = list(titles)
    return {
        "notes": [_as_data(catalogue, built, titles[built.info.name]) for built in part.notes],
        "next": start + names.index(part.reached) if part.reached is not None else None,
        "reading": False,
    }


def _as_data(catalogue: Catalogue, built: BuiltNote, title: str) -> Data:
    entry, note = catalogue.entry(built), built.note
    answer = next((note.fields[field.name] for field in note.kind.fields if field.evidence), "")
    shown = {name: entry[name] for name in ("key", "label", "lang", "line", "path", "cards")}
    return {**shown, "answer": plain(answer), "article": built.info.name, "title": title}


def _has(catalogue: Catalogue, built: BuiltNote, words: Iterable[str]) -> bool:
    text = catalogue.searched(built).casefold()
    return all(word in text for word in words)
