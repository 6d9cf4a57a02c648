"""A throw-away collection in the real Anki: what a package is judged by.

Use: `with anki_collection() as anki: anki.add(path); anki.check(); anki.cards()`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("anki", reason="the real Anki (pip install anki) is the judge here")

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest


class Counts(NamedTuple):
    """The log of an import, as numbers of notes."""

    new: int
    updated: int
    duplicate: int
    conflicting: int


class CardFace(NamedTuple):
    """A card as Anki renders it, without the style sheet."""

    note_type: str
    card: str
    ord: int
    due: int
    guid: str
    question: str
    answer: str


def opened(path: Path) -> Any:
    """Open a collection, or make one, that waits for no disk: tests end with programs, not with the power."""
    collection: Any = Collection(str(path))
    collection.db.execute("pragma synchronous = off")
    return collection


class AnkiCollection:
    """The collection of a learner."""

    collection: Any
    """`anki.collection.Collection`, whose types say None where there is none in practice."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self._answered = 0  # when the last card was answered, in milliseconds

    def add(self, package: Path, **options: Any) -> Counts:
        """Import a package as File → Import does; `options` are those of the dialog (`merge_notetypes=True`)."""
        request = ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions(**options))
        log = self.collection.import_anki_package(request).log
        self.collection.models._clear_cache()  # else stale templates are compared
        return Counts(len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting))

    def notes(self) -> dict[str, Any]:
        """Return all notes by GUID."""
        found = [self.collection.get_note(number) for number in self.collection.find_notes("")]
        return {note.guid: note for note in found}

    def cards(self, query: str = "") -> list[CardFace]:
        """Return the cards, rendered, in the order in which Anki shows new cards."""
        faces = []
        for number in self.collection.find_cards(query):
            card = self.collection.get_card(number)
            output = card.render_output(reload=True)
            faces.append(
                CardFace(
                    card.note_type()["name"],
                    card.template()["name"],
                    card.ord,
                    card.due,
                    card.note().guid,
                    output.question_text,
                    output.answer_text,
                )
            )
        return sorted(faces, key=lambda face: (face.due, face.ord))

    def review(self, query: str = "", ease: int = 3) -> int:
        """Answer each card once; return how many there were."""
        numbers = self.collection.find_cards(query)
        for number in numbers:
            card = self.collection.get_card(number)
            card.start_timer()
            states = self.collection._backend.get_scheduling_states(number)
            answer = self.collection.sched.build_answer(card=card, states=states, rating=ease - 1)
            # No learner answers two cards in one millisecond. Anki logs the second answer later than it dates the card,
            # and Check Database finds that where a second begins in between.
            self._answered = answer.answered_at_millis = max(answer.answered_at_millis, self._answered + 1)
            self.collection.sched.answer_card(answer)
        return len(numbers)

    def history(self) -> dict[tuple[str, int], tuple[Any, ...]]:
        """Return what reviews left on each card, by GUID and ord: interval, repetitions, due, number of log entries."""
        rows = self.collection.db.all(
            "select n.guid, c.ord, c.id, c.ivl, c.reps, c.due, (select count() from revlog r where r.cid = c.id)"
            " from cards c join notes n on n.id = c.nid"
        )
        return {(guid, ord_): tuple(rest) for guid, ord_, *rest in rows}

    def check(self) -> None:
        """Assert that Check Database finds nothing, no card is missing, none is empty, and every side renders."""
        before = self.collection.card_count()
        report, clean = self.collection.fix_integrity()
        assert clean, report
        notes = list(self.collection.find_notes(""))
        self.collection.after_note_updates(notes, mark_modified=False, generate_cards=True)
        assert self.collection.card_count() == before, "Anki makes cards that the package lacks"
        assert not list(self.collection.get_empty_cards().notes), self.collection.get_empty_cards().report
        for face in self.cards():
            for side in (face.question, face.answer):
                assert "{{" not in side and "}}" not in side, (face.card, side)
                assert "template has a problem" not in side and "front of this card is blank" not in side, (face.card, side)


@contextmanager
def anki_collection() -> Iterator[AnkiCollection]:
    """Open an empty collection that disappears afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        collection = opened(Path(folder) / "collection.anki2")
        try:
            yield AnkiCollection(collection)
        finally:
            collection.close()
