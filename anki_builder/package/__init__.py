"""Notes → .apkg: genanki's models, decks and package without its slow paths.

Measured on 10,000 notes: stock genanki spends three quarters of its time beyond the physical limit on one insert at a time, a
hash over all fields for a GUID nobody wants, a check of the HTML by a quadratic regular expression, and 56 file syncs; it leaves
its database in the temporary folder and stores it uncompressed with the clock in it. Here the rows go straight from the notes into
`executemany`, the indexes are made last, and nothing depends on the clock: the same deck gives the same bytes.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from hashlib import sha256
from itertools import count
from operator import itemgetter
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, ClassVar, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from anki_builder.note import KEY_FIELD, PINNED_FIELD, SEPARATOR, DatedNote, DatedNoteType, Deck, Media, joined, numbered
from anki_builder.package import library
from anki_builder.package.pieces import NO_PIECES, Deflater, Piece, Pieces, cut

PAGE_SIZE = 16384
"""Of the database, in bytes: packages are 4 % smaller than with SQLite's 4096, and written faster; beyond, they grow again."""
COMPRESSION_LEVEL = 5
"""Measured on 40,000 notes: 16 % smaller than level 1 and 4 % smaller than level 4, for 0.28 and 0.1 s of a build of 5 s; of a rebuild
for a tenth of that, since most pieces are there already. Level 6 would save 2 % more for another 0.2 s."""
_CHUNK = 1 << 20
_ROOM = 1 << 10
"""Ids, so milliseconds, from the notes of one document to those of the next, if these are fewer."""
_SQLITE_VERSION = slice(96, 100)
"""Bytes of the file header that name the SQLite that wrote it."""


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


class _Package(library.Package):  # type: ignore[misc]
    """All notes of a deck in one pass; decks carry no notes of their own, because each of them would rewrite all models."""

    def __init__(self, deck: Deck) -> None:
        self.deck = deck
        self.models = {
            (languages, dated.note_type.kind): _Model(dated) for languages, dated in deck.note_types
        }
        self.deck_ids = deck_ids(dict.fromkeys([note.deck if own is None else own for note, _, _, own, _ in deck.notes]))
        super().__init__([library.Deck(number, name) for name, number in self.deck_ids.items()])

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
        runs = _runs(self.deck)
        # The fields come in UTF-8, which SQLite takes as it is.
        cursor.executemany("INSERT INTO notes VALUES(?,?,?,?,-1,?,CAST(? AS TEXT),CAST(? AS TEXT),0,0,'')", self._note_rows(runs))
        cursor.executemany("INSERT INTO cards VALUES(?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')", self._card_rows(runs))
        for statement in f"{index}{indexes}".split(";"):
            cursor.execute(statement)
        cursor.execute("COMMIT")

    def _note_rows(self, runs: Iterable["_Run"]) -> Iterator[tuple[Any, ...]]:
        kinds = {key: _Row.of(model) for key, model in self.models.items()}
        for notes, note_id, _ in runs:
            members, guids, times, _, locations = zip(*notes, strict=True)
            types, _, _, tags, fields, _, _, _, _, _, _, languages, stamps = zip(*members, strict=True)
            tagged = {of_note: f" {' '.join(of_note)} " for of_note in set(tags)}
            rows = zip(count(note_id), guids, times, map(kinds.__getitem__, zip(languages, types)), tags, joined(fields), stamps, locations, notes)
            for at, guid, time, (model_id, width, sort_field, pinned, key), of_note, row, stamp, location, dated in rows:
                cells = row.split(SEPARATOR)
                if len(cells) != width or b"\0" in row:
                    raise ValueError(f"{dated.note.path}:{dated.note.line}: fields of {dated.note.key!r} do not fit its note type")
                # Packed fields say what the stamp says: of nearly all notes that is the GUID, and where they stand.
                if stamp is None or stamp.key != guid or (location is not None and location != stamp.location):
                    row = SEPARATOR.join(dated.identified(cells, pinned, key))
                yield at, guid, model_id, time, tagged[of_note], row, cells[sort_field]

    def _card_rows(self, runs: Iterable["_Run"]) -> Iterator[tuple[int, int, int, int, int, int]]:
        decks = self.deck_ids
        for notes, note_id, card_id in runs:
            ids = count(card_id)
            for at, (note, _, modified, own, _) in enumerate(notes, note_id):
                deck = decks[note.deck if own is None else own]
                for ord_, due in numbered(note.cards):
                    yield next(ids), at, deck, ord_, modified, due


class _Row(NamedTuple):
    """What there is to know of a note type to write a note of it; -1 for a field it has not."""

    model_id: int
    width: int
    """Number of its fields."""
    sort_field: int
    pinned: int
    key: int

    @classmethod
    def of(cls, model: _Model) -> "_Row":
        places = {field["name"]: place for place, field in enumerate(model.fields)}
        return cls(model.model_id, len(places), model.sort_field_index, places.get(PINNED_FIELD, -1), places.get(KEY_FIELD, -1))


def pack(deck: Deck, path: str | os.PathLike[str], known: Pieces = NO_PIECES) -> list[Piece]:
    """Write the package `path`: wholly or, on any failure or interruption, not at all; return its pieces.

    `known` are pieces that can be used again. The fields are HTML without control characters: `notes` sees to that. Raises `OSError`
    where it cannot be written, `ValueError` for a note that does not fit its note type.
    """
    target = Path(path).resolve()  # through a symbolic link, to the file that is meant
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            pieces = _write(deck, file, known)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return pieces


def _write(deck: Deck, file: BinaryIO, known: Pieces) -> list[Piece]:
    with TemporaryDirectory(prefix="anki-builder-") as folder:
        database = Path(folder) / "collection.anki2"
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            cursor = connection.cursor()
            cursor.executescript(f"PRAGMA page_size={PAGE_SIZE};PRAGMA synchronous=OFF;PRAGMA journal_mode=OFF")
            _Package(deck).write_to_db(cursor, 0, iter(()))
        with ZipFile(file, "w") as archive:
            with database.open("rb") as pages:
                pieces = _add_database(archive, file, pages, known)
            media = _media(deck)
            names = {str(index): item.name for index, item in enumerate(media)}
            with archive.open(_entry("media", ZIP_DEFLATED), "w") as out:
                out.write(json.dumps(names, ensure_ascii=False).encode())
            for index, item in enumerate(media):
                with Path(item.path).open("rb") as content:
                    _add_media(archive, str(index), content)
    return pieces


def _add_database(archive: ZipFile, file: BinaryIO, pages: BinaryIO, known: Pieces) -> list[Piece]:
    entry = _entry("collection.anki2", ZIP_DEFLATED)
    entry.file_size = os.fstat(pages.fileno()).st_size
    with archive.open(entry, "w") as out:
        deflater = Deflater(COMPRESSION_LEVEL, file.tell(), known)
        out._compressor = deflater  # type: ignore[attr-defined] # zipfile has no way to add what is compressed already
        for piece in cut(pages, PAGE_SIZE, _SQLITE_VERSION):
            out.write(piece)
    return deflater.pieces


def _add_media(archive: ZipFile, name: str, content: BinaryIO) -> None:
    entry = _entry(name, ZIP_STORED)
    entry.file_size = os.fstat(content.fileno()).st_size
    with archive.open(entry, "w") as out:
        copyfileobj(content, out, _CHUNK)


def _entry(name: str, compression: int) -> ZipInfo:
    entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = compression
    entry._compresslevel = COMPRESSION_LEVEL  # type: ignore[attr-defined] # until 3.13 there is no public name
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry


def _media(deck: Deck) -> list[Media]:
    items = {item.name: item for item in deck.media}
    for dated in deck.notes:
        if dated.note.media:
            items |= {item.name: item for item in dated.note.media}
    return [items[name] for name in sorted(items)]


class _Run(NamedTuple):
    """The notes of one document, and the ids of its first note and card: those of the others follow."""

    notes: list[DatedNote]
    note_id: int
    card_id: int


def _runs(deck: Deck) -> list[_Run]:
    """Return the notes of each document with their ids, in the order of these.

    Ids are milliseconds in Anki, which shows them as the time of creation. Those of a document end some minutes before its newest note
    was made, the later the further down it stands: so they are in reading order, and a change of one document leaves the ids of all
    others alone, and with them most of the package.
    """
    documents: dict[str, list[DatedNote]] = {}
    for dated in deck.notes:
        documents.setdefault(dated.note.document, []).append(dated)
    behind = 1 << len(documents).bit_length()  # hardly ever changes
    ends = [max([dated.modified for dated in notes]) * 1000 - (behind - index) * _ROOM for index, notes in enumerate(documents.values())]
    runs: list[_Run] = []
    note_id = card_id = 1 << 62
    for end, notes in sorted(zip(ends, documents.values(), strict=True), key=itemgetter(0), reverse=True):
        note_id = min(note_id, end) - len(notes)
        card_id = min(card_id, end) - sum([len(dated.note.cards) for dated in notes])
        runs.append(_Run(notes, note_id, card_id))
    early = max(0, 1 - min(note_id, card_id))  # notes of 1970
    return [_Run(notes, note_id + early, card_id + early) for notes, note_id, card_id in reversed(runs)]


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
