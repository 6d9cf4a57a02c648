"""A deck as the SQLite database of a package: genanki's models and decks, the rows straight from the notes.

The database is written anew for each package, since its bytes must follow from the deck alone. But most documents are what they were
in the last one, so SQLite copies their rows from there: it takes a third of what it takes to make them.
"""

import errno
import json
import sqlite3
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from itertools import chain, count, groupby, repeat
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from anki_builder.columns import Columns, column, columns, parts
from anki_builder.note import KEY_FIELD, PINNED_FIELD, SEPARATOR, Cards, DatedNote, DatedNoteType, Deck, Stamp, cards_of, joined
from anki_builder.package import library

PAGE_SIZE = 16384
"""Of the database, in bytes: packages are 4 % smaller than with SQLite's 4096, and written faster; beyond, they grow again."""
_CHUNK = 1 << 18
_ROOM = 1 << 10
"""Ids, so milliseconds, from the notes of one document to those of the next, if these are fewer."""
SQLITE_VERSION = slice(96, 100)
"""Bytes of the file header that name the SQLite that wrote it."""
_NOTE = "INSERT INTO notes VALUES(?,?,?,?,-1,?,CAST(? AS TEXT),CAST(? AS TEXT),0,0,'')"
"""Takes the fields in UTF-8, as SQLite has them."""
_SAME_NOTES = """
INSERT INTO notes SELECT id + ?, guid, mid, mod, usn, tags, flds, sfld, csum, flags, data
FROM last.notes WHERE id >= ? AND id < ?
"""
_CARD = "INSERT INTO cards VALUES(?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')"
_SAME_CARDS = """
INSERT INTO cards SELECT id + ?, nid + ?, did, ord, mod, usn, type, queue, due + ?, ivl, factor, reps, lapses, left, odue, odid, flags, data
FROM last.cards WHERE id >= ? AND id < ?
"""


class _Model(library.Model):  # type: ignore[misc]
    """A note type with ids on fields and templates and a modification time of its own."""

    _req: ClassVar[list[Any]] = []  # Anki works it out itself; genanki's is wrong for speech tags and rendered by chevron

    def __init__(self, dated: DatedNoteType) -> None:
        note_type = dated.note_type
        super().__init__(
            note_type.id,
            note_type.name,
            [{"name": field.name, "id": field.id} for field in note_type.fields],
            [
                {"name": card.name, "id": card.id, "qfmt": card.front, "afmt": card.back}
                for card in note_type.templates
            ],
            note_type.css,
            self.CLOZE if note_type.is_cloze else self.FRONT_BACK,
            sort_field_index=note_type.sort_field,
        )
        self.modified = dated.modified


class _Type(NamedTuple):
    """What there is to know of a note type to write a note of it; -1 for a field it has not."""

    model_id: int
    width: int
    """Number of its fields."""
    sort_field: int
    pinned: int
    key: int

    @classmethod
    def of(cls, model: _Model) -> "_Type":
        places = {field["name"]: place for place, field in enumerate(model.fields)}
        return cls(model.model_id, len(places), model.sort_field_index, places.get(PINNED_FIELD, -1), places.get(KEY_FIELD, -1))


class Run(NamedTuple):
    """The notes of one document, and the ids of its first note and card: those of the others follow."""

    notes: Sequence[DatedNote]
    cards: Cards
    note_id: int
    card_id: int


class Rows(NamedTuple):
    """Where the rows of one document stand in a database."""

    digest: bytes
    """Of all that they say, but where ids and the order of learning begin."""
    notes: int
    """How many."""
    cards: int
    note_id: int
    """Of the first."""
    card_id: int
    due: int
    """Of the first card."""


class LastDatabase(NamedTuple):
    """The database of the last package, from which rows can be copied."""

    path: Path
    rows: Sequence[Rows]
    """In the order of the database."""
    check: int
    """CRC of the database, without the name of SQLite's version."""

    def is_whole(self) -> bool:
        """Whether the file is there and undamaged."""
        try:
            with self.path.open("rb", 0) as file:
                head = bytearray(file.read(SQLITE_VERSION.stop))
                head[SQLITE_VERSION] = bytes(SQLITE_VERSION.stop - SQLITE_VERSION.start)
                check = zlib.crc32(head)
                while chunk := file.read(_CHUNK):
                    check = zlib.crc32(chunk, check)
                return check == self.check
        except OSError:
            return False


_Shifts = tuple[int, int, int, int]
"""What is to be added to the number of a document, to the ids of its notes and cards, and to their place in the order of learning."""


class Database(library.Package):  # type: ignore[misc]
    """All notes of a deck in one pass; decks carry no notes of their own, because each of them would rewrite all models."""

    def __init__(self, deck: Deck, last: LastDatabase | None = None) -> None:
        """`last`, if given, is whole."""
        self.last = last
        self.models = {
            (languages, dated.note_type.kind): _Model(dated) for languages, dated in deck.note_types
        }
        self.types = {key: _Type.of(model) for key, model in self.models.items()}
        self.runs = runs(deck)
        self.deck_ids = deck_ids(dict.fromkeys(chain.from_iterable(map(_decks, parts(deck.notes)))))
        self.rows = list(self._rows(deck.marks)) if deck.marks else []
        """Where the rows of each document stand."""
        super().__init__([library.Deck(number, name) for name, number in self.deck_ids.items()])

    def write(self, path: Path) -> None:
        """Write the database into a new file. Raises `OSError` where that cannot be, as on a full disk."""
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                cursor = connection.cursor()
                cursor.executescript(f"PRAGMA page_size={PAGE_SIZE};PRAGMA synchronous=OFF;PRAGMA journal_mode=OFF")
                if self.last is not None:
                    cursor.execute("ATTACH ? AS last", (str(self.last.path),))
                self.write_to_db(cursor, 0, iter(()))
        except sqlite3.OperationalError as error:
            raise OSError(errno.EIO, str(error), str(path)) from error

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, id_gen: Iterator[int]) -> None:
        """Write schema, note types, decks, notes, cards and indexes."""
        del timestamp, id_gen  # every note has a time of its own, and its ids follow from its position
        tables, index, indexes = library.APKG_SCHEMA.partition("CREATE INDEX")
        cursor.executescript(f"BEGIN;{tables}{library.APKG_COL}")
        first_deck = next(iter(self.deck_ids.values()), 1)
        models = {model.model_id: model.to_json(model.modified, first_deck) for model in self.models.values()}
        decks = json.loads(cursor.execute("SELECT decks FROM col").fetchone()[0])
        decks |= {str(deck.deck_id): deck.to_json() for deck in self.decks}
        cursor.execute("UPDATE col SET models = ?, decks = ?", (json.dumps(models), json.dumps(decks)))
        stretches = self._stretches()
        for part, shifts in stretches:
            if shifts is None:
                cursor.executemany(_NOTE, self._note_rows(self.runs[part]))
            else:
                _, shift, _, _ = shifts
                first, final = self.rows[part.start], self.rows[part.stop - 1]
                cursor.execute(_SAME_NOTES, (shift, first.note_id - shift, final.note_id + final.notes - shift))
        for part, shifts in stretches:
            if shifts is None:
                cursor.executemany(_CARD, self._card_rows(self.runs[part]))
            else:
                _, of_note, shift, due = shifts
                first, final = self.rows[part.start], self.rows[part.stop - 1]
                cursor.execute(_SAME_CARDS, (shift, of_note, due, first.card_id - shift, final.card_id + final.cards - shift))
        for statement in f"{index}{indexes}".split(";"):
            cursor.execute(statement)
        cursor.execute("COMMIT")

    def _stretches(self) -> list[tuple[slice, _Shifts | None]]:
        """Return documents that follow one another: those to be copied, with what is to be added; and those whose rows are to be made."""
        if self.last is None or not self.rows:
            return [(slice(0, len(self.runs)), None)]
        last = self.last.rows
        known = {rows.digest: number for number, rows in enumerate(last) if rows.digest}

        def shifts(number: int) -> _Shifts | None:
            rows = self.rows[number]
            found = known.get(rows.digest)
            if found is None:
                return None
            old = last[found]
            return found - number, rows.note_id - old.note_id, rows.card_id - old.card_id, rows.due - old.due

        stretches = []
        for shift, numbers in groupby(range(len(self.rows)), shifts):
            first, *others = numbers
            stretches.append((slice(first, first + 1 + len(others)), shift))
        return stretches

    def _rows(self, marks: Mapping[str, bytes]) -> Iterator[Rows]:
        types = repr(self.types).encode()
        for run in self.runs:
            notes, guids, times, _, locations = columns(run.notes)
            mark, digest = marks.get(column(notes, "document")[0], b""), b""
            if mark:
                decks = map(self.deck_ids.__getitem__, _decks(run.notes))
                told = repr((tuple(guids), tuple(locations))).encode("utf-8", "surrogatepass")
                digest = sha256(b"".join((mark, types, told, array("q", (*times, *decks))))).digest()
            dues = run.cards.dues
            yield Rows(digest, len(run.notes), len(dues), run.note_id, run.card_id, dues[0] if len(dues) else 0)

    def _note_rows(self, runs: Iterable[Run]) -> Iterator[tuple[Any, ...]]:
        for run in runs:
            notes, guids, times, _, locations = columns(run.notes)
            kinds, _, _, tags, fields, _, _, _, _, _, _, languages, stamps = columns(notes)
            types = map(self.types.__getitem__, zip(languages, kinds, strict=True))
            tagged = {of_note: f" {' '.join(of_note)} " for of_note in set(tags)}
            rows = zip(count(run.note_id), guids, times, types, tags, joined(fields), _as_stamped(stamps, guids, locations))
            for at, guid, time, (model_id, width, sort_field, pinned, key), of_note, packed, as_stamped in rows:
                cells, row = packed.split(SEPARATOR), packed
                if len(cells) != width or b"\0" in packed:
                    note = notes[at - run.note_id]
                    raise ValueError(f"{note.path}:{note.line}: fields of {note.key!r} do not fit its note type")
                if not as_stamped:
                    row = SEPARATOR.join(run.notes[at - run.note_id].identified(cells, pinned, key))
                yield at, guid, model_id, time, tagged[of_note], row, cells[sort_field]

    def _card_rows(self, runs: Iterable[Run]) -> Iterator[tuple[int, int, int, int, int, int]]:
        for run in runs:
            ids, dues = count(run.card_id), iter(run.cards.dues)
            decks = map(self.deck_ids.__getitem__, _decks(run.notes))
            for at, ords, deck, modified in zip(count(run.note_id), run.cards.ords, decks, column(run.notes, "modified"), strict=False):
                for ord_ in ords:
                    yield next(ids), at, deck, ord_, modified, next(dues)


def _as_stamped(stamps: Sequence[Stamp | None], guids: Sequence[str], locations: Sequence[str | None]) -> Iterable[bool]:
    """Return of each note whether its fields are known to say what the ledger says: packed ones say what the stamp says, mostly the same."""
    if not isinstance(stamps, Columns):
        return repeat(False)
    keys, _, _, places = stamps.members
    return [
        key == guid and (location is None or location == place)
        for key, place, guid, location in zip(keys, places, guids, locations, strict=True)
    ]


def _decks(notes: Sequence[DatedNote]) -> list[str]:
    """Return the deck of each note."""
    named, _, _, own, _ = columns(notes)
    return [deck if deck is not None else other for deck, other in zip(own, column(named, "deck"), strict=True)]


def runs(deck: Deck) -> list[Run]:
    """Return the notes of each document with their ids, in the order of these.

    Ids are milliseconds in Anki, which shows them as the time of creation. Those of a document end some minutes before its newest note
    was made, the later the further down it stands: so they are in reading order, and a change of one document leaves the ids of all
    others alone, and with them most of the package.
    """
    documents: dict[str, Sequence[DatedNote]] = {}
    for document, notes in _by_document(deck.notes):
        documents[document] = [*documents[document], *notes] if document in documents else notes
    behind = 1 << len(documents).bit_length()  # hardly ever changes
    ends = [max(column(notes, "modified")) * 1000 - (behind - index) * _ROOM for index, notes in enumerate(documents.values())]
    found: list[Run] = []
    note_id = card_id = 1 << 62
    for end, notes in sorted(zip(ends, documents.values(), strict=True), key=itemgetter(0), reverse=True):
        cards = cards_of(column(column(notes, "note"), "cards"))
        note_id = min(note_id, end) - len(notes)
        card_id = min(card_id, end) - len(cards.dues)
        found.append(Run(notes, cards, note_id, card_id))
    early = max(0, 1 - min(note_id, card_id))  # notes of 1970
    return [Run(notes, cards, note_id + early, card_id + early) for notes, cards, note_id, card_id in reversed(found)]


def _by_document(notes: Sequence[DatedNote]) -> Iterator[tuple[str, Sequence[DatedNote]]]:
    for part in parts(notes):
        if isinstance(part, Columns):
            yield column(column(part, "note"), "document")[0], part
        else:
            for document, of_document in groupby(part, attrgetter("note.document")):
                yield document, list(of_document)


def deck_ids(names: dict[str, None]) -> dict[str, int]:
    """Return an id for each deck name, always the same; never 1, which is Anki's default deck."""
    ids: dict[str, int] = {}
    taken: dict[int, str] = {}
    for name in names:
        number = 2**31 + int.from_bytes(sha256(name.casefold().encode()).digest()[:8], "big") % (10**12 - 2**31)
        while taken.get(number, name.casefold()) != name.casefold():
            number += 1
        ids[name] = number
        taken[number] = name.casefold()
    return ids
