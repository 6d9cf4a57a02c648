"""Aligned documents to notes: what stands in each field, which cards exist, and in which order they are learned.

The order of new cards (`due`) follows the reading, article by article, in rounds: first the forward cards, a term before the sentence
that uses it; then clozes, the first of every sentence before the second of any, so that neighbours do not tell each other's answer;
then Recall, then Produce, then cards by ear and by spelling. A reverse card so comes well after its forward card.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import chain, count, repeat
from operator import itemgetter
from typing import Any

from anki_builder.columns import Columns, Parts
from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import AlignedDocument
from anki_builder.note import Cards, Media, Note, NoteTypeName, PackedFields, Stamp, Stamper, normalised
from anki_builder.notes.article import Writer
from anki_builder.notes.draft import Desk, Drafted, Drafts, Head, NoteTypes, Part, Sheet
from anki_builder.notes.rules import REPEATED_SENTENCE
from anki_builder.notes.vocabulary import short, vocabulary
from anki_builder.source import Span

_ROUNDS: dict[tuple[NoteTypeName, int], int] = {
    ("vocabulary", 0): 0, ("sentence", 0): 0,
    ("cloze", 0): 1,
    ("vocabulary", 1): 2,
    ("sentence", 1): 3,
    ("vocabulary", 3): 4, ("sentence", 2): 4,
    ("vocabulary", 2): 5,
}  # fmt: skip
"""(note type, template index) → round of its cards within an article."""
Place = tuple[Head, Part]
Places = Mapping[tuple[tuple[str, str], str], Sequence[Place]]
"""Of a term of a language pair, in the order of the collection."""
Shared = dict[bytes, Drafts]
"""The notes of terms that several documents have, of each document that has the first place of any; by the marks of all places."""


class Composer:
    """Turns documents into notes, one after the other; keeps nothing of a document but its notes."""

    def __init__(self, config: Config, collection: str, note_types: NoteTypes, stamper: Stamper) -> None:
        """`collection` is the name of the parent deck; `note_types` must have those of every language pair by the time it occurs."""
        self.collection = collection
        self._desk = Desk(config, collection, note_types, stamper)
        self._places: dict[tuple[tuple[str, str], str], list[Place]] = {}
        self._drafted: list[Drafted] = []

    def draft(self, aligned: AlignedDocument, media: Mapping[str, Media]) -> Drafted:
        """Return the notes of one document; `media` are its files."""
        return Writer(self._desk, aligned, media).drafted(self._places)

    def add(self, drafted: Drafted) -> None:
        """Take the next document."""
        self._drafted.append(drafted)
        head = drafted.head
        places, languages = self._places, head.languages
        for part in drafted.parts:
            places.setdefault((languages, part.term), []).append((head, part))

    def notes(self, shared: Shared | None = None) -> tuple[Parts[Note], dict[str, bytes], list[Diagnostic]]:
        """Return all notes in reading order, with unique keys; their marks, as in `Deck.marks`; and what there is to say; once.

        `shared`, if given, is used, and then holds what is to be used the next time.
        """
        shared = {} if shared is None else shared
        gathering = _Gathering(self._desk, self._places, shared)
        self._places = {}  # given back with the gathering
        self._drafted.reverse()
        while self._drafted:
            gathering.add(self._drafted.pop())  # given back as soon as it is used
        shared.clear()
        shared.update(gathering.shared)
        return Parts(gathering.documents), gathering.marks, gathering.diagnostics


class _Gathering:
    """The notes of all documents as they come together."""

    def __init__(self, desk: Desk, places: Places, before: Shared) -> None:
        self._desk, self._places, self._before = desk, places, before
        self.shared: Shared = {}
        self.documents: list[Columns[Note]] = []
        """The notes of each document that has any."""
        self.marks: dict[str, bytes] = {}
        self.diagnostics: list[Diagnostic] = []
        self._known: dict[str, tuple[str, int]] = {}
        """GUIDs of the sentences and clozes there are → path and line."""
        self._due = 0
        self._shared_terms: dict[tuple[str, str], set[str]] = {}
        """Those that stand in several places, by language pair."""
        for (languages, term), found in places.items():
            if len(found) > 1:
                self._shared_terms.setdefault(languages, set()).add(term)

    def add(self, drafted: Drafted) -> None:
        """Take the notes of a document, those of terms that have their first place in it as all places together make them."""
        head, drafts = drafted.head, drafted.drafts
        said = dict(drafts.diagnostics)
        left_out = self._repeated(head, drafts, said)
        again: dict[int, Sequence[Place]] = {}
        shared = self._shared_terms.get(head.languages, ())
        for row, term, packed in zip(count(), drafts.terms, drafts.packed, strict=False):
            if not term or (packed is not None and term not in shared):
                continue
            places = self._places[head.languages, term]
            if places[0][0] is not head:
                left_out.add(row)
            elif packed is None or places[-1][0] is not head:
                again[row] = places
            else:
                continue
            said.pop(row, None)
        rows = [row for row in range(len(drafts.kinds)) if row not in left_out]
        key = _key_of(again)
        if head.mark and (key or not again):
            self.marks[head.name] = sha256(b"%b %b %b" % (head.mark, repr(sorted(left_out)).encode(), key)).digest()
        if again:
            drafts = self._redrafted(head, drafts, again, key, said)
        for row in sorted(said):
            self.diagnostics += said[row]
        self._make(head, drafts, rows)

    def _repeated(self, head: Head, drafts: Drafts, said: dict[int, tuple[Diagnostic, ...]]) -> set[int]:
        """Return the sentences and clozes of a document that are known, by index; what there is to say of these goes to `said`."""
        known, path, guids, lines = self._known, head.path, drafts.guids, drafts.lines
        rows = [row for row, term in enumerate(drafts.terms) if not term]
        new = dict(zip(map(guids.__getitem__, rows), zip(repeat(path), map(lines.__getitem__, rows)), strict=True))
        if len(new) == len(rows) and known.keys().isdisjoint(new):  # mostly
            known.update(new)
            return set()
        repeated = set()
        for row in rows:
            guid, place = guids[row], (path, lines[row])
            first = known.setdefault(guid, place)
            if first is not place:
                repeated.add(row)
                if drafts.kinds[row] == "sentence":
                    said[row] = (_repeated(Span(*place), drafts.texts[row], Span(*first)),)
        return repeated

    def _redrafted(
        self,
        head: Head,
        drafts: Drafts,
        again: Mapping[int, Sequence[Place]],
        key: bytes,
        said: dict[int, tuple[Diagnostic, ...]],
    ) -> Drafts:
        """Return `drafts` with the terms `again`, by index, as all their places make them; what there is to say of these goes to `said`.

        `key` is what these follow from, if that is known.
        """
        made = self._before.get(key) if key else None
        if made is None:
            sheet = Sheet(self._desk, head)
            made = sheet.drafts([vocabulary(sheet, places) for places in again.values()])
        if key:
            self.shared[key] = made
        columns: list[list[Any]] = [list(column) for column in drafts[:-2]]
        for column, values in zip(columns, made, strict=False):
            for row, value in zip(again, values, strict=True):
                column[row] = value
        numbers = list(again)
        said.update({numbers[index]: found for index, found in made.diagnostics})
        media = {row: files for row, files in drafts.media if row not in again} | {numbers[index]: files for index, files in made.media}
        return Drafts._make([*columns, tuple(media.items()), ()])

    def _make(self, head: Head, drafts: Drafts, rows: Sequence[int]) -> None:
        """Make the notes that are in these rows."""
        columns: Sequence[Sequence[Any]] = drafts[:-2]
        if len(rows) < len(drafts.kinds):
            columns = _chosen(columns, rows)
        kinds, guids, _, lines, ranks, ords, texts, packed, passages, places, contents, fields, locations = columns
        if not kinds:
            return
        media, many = dict(drafts.media), len(kinds)
        self.documents.append(
            Columns(
                Note,
                kinds,
                ("",) * many,
                (head.deck,) * many,
                (head.tags,) * many,
                Columns(PackedFields, packed, passages, places),
                self._cards(kinds, ords, ranks),
                (head.path,) * many,
                lines,
                (head.name,) * many,
                texts,
                tuple([media.get(row, ()) for row in rows]) if media else ((),) * many,
                (head.languages,) * many,
                Columns(Stamp, guids, contents, fields, locations),
            )
        )

    def _cards(self, kinds: Iterable[NoteTypeName], ords: Sequence[tuple[int, ...]], ranks: Iterable[int]) -> Cards:
        """Return the cards of notes of an article, numbered in the order they are learned."""
        turns = list(chain.from_iterable(map(_turns, kinds, ords, ranks)))
        dues = array("I", turns)
        order = sorted(range(len(turns)), key=turns.__getitem__)  # of equal ones the first comes first
        for due, place in enumerate(order, self._due + 1):
            dues[place] = due
        self._due += len(turns)
        return Cards(ords, dues)


def _key_of(again: Mapping[int, Sequence[Place]]) -> bytes:
    """Return what the notes of terms follow from: their rows in the first document, and all documents that have them; or nothing."""
    key: list[bytes] = []
    for row, places in again.items():
        marks = [head.mark for head, _ in places]
        if not all(marks):
            return b""
        key += b"%d %d " % (row, len(marks)), *marks
    return b"".join(key)


@lru_cache(1024)
def _turns(kind: NoteTypeName, ords: tuple[int, ...], rank: int) -> list[int]:
    """Return for each card of a note what its turn in the article begins with: round and rank."""
    return [_ROUNDS[kind, ord_] << 24 | rank for ord_ in ords]


def _chosen(columns: Sequence[Sequence[Any]], rows: Sequence[int]) -> list[Sequence[Any]]:
    """Return these rows of each column."""
    if len(rows) < 2:  # for which `itemgetter` returns no tuple
        return [[column[row] for row in rows] for column in columns]
    return list(map(itemgetter(*rows), columns))


def _repeated(place: Span, text: str, first: Span) -> Diagnostic:
    related = ((first, "the note is made of this one"),)
    return Diagnostic(REPEATED_SENTENCE, place, f"“{short(normalised(text))}” makes no second note", "", related)
