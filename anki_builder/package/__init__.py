"""Note types, decks and rows → .apkg: genanki's schema, models and decks in a database of our own making, then the zip.

genanki writes notes one by one, works out GUIDs and cards that this program knows better, and puts the clock into the file. So only its
schema, its models and its decks are used; the rows come from whoever has them, by one statement for many. Indexes are made last, and
nothing depends on the clock: the same deck gives the same bytes.
"""

import errno
import json
import os
import sqlite3
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from shutil import copyfileobj
from typing import Any, BinaryIO, ClassVar, NamedTuple
from urllib.parse import quote
from zipfile import ZipFile, ZipInfo

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA
from zlib_ng import zlib_ng

from anki_builder.message import Message
from anki_builder.note import Media, NoteType

COMPRESSION_LEVEL = 5
"""Of zlib-ng; docs/decisions.md weighs it."""
PAGE_SIZE = 16384
"""Of the database, in bytes: larger than SQLite's own, because it compresses better."""
_VERSION = slice(96, 100)
"""Bytes of the database's header that name the SQLite that wrote it."""
_CHUNK = 1 << 20
_LARGEST = (1 << 32) - 1
_DAY = 1 << 5 | 1
"""The first day that an archive can name, as `_entry` has it: the same deck gives the same bytes at any time."""
_LOCAL, _CENTRAL, _END = "<4sHHHHHLLLHH", "<4sHHHHHHLLLHHHHHLL", "<4sHHHHLLH"
"""Headers of an archive: before a file, in the directory, at its end."""

AddRows = Callable[[str, Mapping[str, int]], None]
"""Adds notes and cards to a database that has Anki's empty tables; takes its address for SQLite, and the ids of the decks by name."""


class Deck(NamedTuple):
    """Everything that goes into one package, except its notes."""

    note_types: Sequence[tuple[NoteType, int]]
    """Each with the time its templates last changed."""
    decks: Sequence[str]
    """Names, in a fixed order."""
    media: Iterable[Media] = ()


class _Model(genanki.Model):  # type: ignore[misc]
    """A note type with ids on fields and templates."""

    _req: ClassVar[list[Any]] = []  # Anki works it out itself; genanki's is wrong for speech tags

    def __init__(self, note_type: NoteType) -> None:
        super().__init__(
            note_type.id,
            note_type.name,
            [{"name": field.name, "id": field.id} for field in note_type.fields],
            [{"name": card.name, "id": card.id, "qfmt": card.front, "afmt": card.back} for card in note_type.templates],
            note_type.css,
            self.CLOZE if note_type.is_cloze else self.FRONT_BACK,
            sort_field_index=0,
        )


def pack(path: Path, deck: Deck, add_rows: AddRows) -> None:
    """Write a new package; nothing is left of one that fails or is interrupted. Who replaces another one by it renames it.

    Raises `OSError` where something cannot be written.
    """
    database = path.with_name(f"{path.name}.db.{os.getpid()}.part")
    try:
        with path.open("w+b") as file:
            database.unlink(missing_ok=True)
            _write_database(database, deck, add_rows)
            _write_archive(file, database)
            with ZipFile(file, "a") as archive:
                _add_media(archive, deck.media)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        database.unlink(missing_ok=True)


def _write_database(path: Path, deck: Deck, add_rows: AddRows) -> None:
    """Write schema, note types, decks, notes, cards and indexes into a new file."""
    ids = deck_ids(deck.decks)
    # Without locks, which some file systems have not: nobody else knows this file.
    place = quote(path.absolute().as_posix(), errors="surrogateescape")
    address = f"file://{'' if place.startswith('/') else '/'}{place}?nolock=1"  # a drive of Windows has no slash before it
    tables, index, indexes = APKG_SCHEMA.partition("CREATE INDEX")
    try:
        with closing(sqlite3.connect(address, isolation_level=None, uri=True)) as connection:
            connection.executescript(
                f"PRAGMA page_size={PAGE_SIZE}; PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; {tables}{APKG_COL}"
            )
            first_deck = next(iter(ids.values()), 1)
            models = {note_type.id: _Model(note_type).to_json(modified, first_deck) for note_type, modified in deck.note_types}
            decks = json.loads(connection.execute("SELECT decks FROM col").fetchone()[0])
            decks |= {str(number): genanki.Deck(number, name).to_json() for name, number in ids.items()}
            connection.execute("UPDATE col SET models = ?, decks = ?", (json.dumps(models), json.dumps(decks)))
            add_rows(address, ids)
            connection.executescript(index + indexes)
    except sqlite3.OperationalError as error:
        raise OSError(errno.EIO, str(error), str(path)) from error


class PackedNote(NamedTuple):
    """A note with its cards, as a package has it."""

    id: int
    guid: str
    type_id: int
    modified: int
    """Seconds since the epoch."""
    tags: Sequence[str]
    fields: Sequence[str]
    deck: str
    cards: Sequence[tuple[int, int]]
    """Index of the template and place among new cards, of each."""


def adding(notes: Sequence[PackedNote]) -> AddRows:
    """Return the function that adds some notes to a package; the ids of their cards end with the one of the last note."""

    def add_rows(address: str, ids: Mapping[str, int]) -> None:
        card = max((note.id for note in notes), default=0) - sum(len(note.cards) for note in notes)
        with closing(sqlite3.connect(address, uri=True)) as database, database:
            for note in notes:
                tags, fields = f" {' '.join(note.tags)} ", "\x1f".join(note.fields)
                row = (note.id, note.guid, note.type_id, note.modified, -1, tags, fields, note.fields[0], 0, 0, "")
                database.execute(f"INSERT INTO notes VALUES ({', '.join('?' * len(row))})", row)
                for ord_, due in note.cards:
                    card += 1
                    values = (card, note.id, ids[note.deck], ord_, note.modified, -1, 0, 0, due, *([0] * 8), "")
                    database.execute(f"INSERT INTO cards VALUES ({', '.join('?' * len(values))})", values)

    return add_rows


def deck_ids(names: Iterable[str]) -> dict[str, int]:
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


def _write_archive(file: BinaryIO, database: Path) -> None:
    """Write an archive that holds the database alone: zipfile, which adds the rest, knows no other compression than zlib's."""
    name = b"collection.anki2"
    deflate = zlib_ng.compressobj(COMPRESSION_LEVEL, zlib_ng.DEFLATED, -zlib_ng.MAX_WBITS)
    start = struct.calcsize(_LOCAL) + len(name)
    check = size = 0
    file.seek(start)
    with database.open("rb") as pages:
        while chunk := pages.read(_CHUNK):
            if not size:  # the same rows are the same bytes whichever SQLite wrote them
                chunk = chunk[: _VERSION.start] + bytes(4) + chunk[_VERSION.stop :]
            check, size = zlib_ng.crc32(chunk, check), size + len(chunk)
            file.write(deflate.compress(chunk))
    file.write(deflate.flush())
    end = file.tell()
    if max(end, size) >= _LARGEST:
        raise OSError(errno.EFBIG, Message("the notes are more than 4 GB"), str(database))
    about = 20, 0, 8, 0, _DAY, check, end - start, size, len(name), 0
    file.write(struct.pack(_CENTRAL, b"PK\1\2", 3 << 8 | 20, *about, 0, 0, 0, 0o644 << 16, 0) + name)
    file.write(struct.pack(_END, b"PK\5\6", 0, 0, 1, 1, struct.calcsize(_CENTRAL) + len(name), end, 0))
    file.seek(0)
    file.write(struct.pack(_LOCAL, b"PK\3\4", *about) + name)


def _add_media(archive: ZipFile, media: Iterable[Media]) -> None:
    files = sorted({item.name: item for item in media}.values())
    names = {str(index): item.name for index, item in enumerate(files)}
    archive.writestr(_entry("media"), json.dumps(names, ensure_ascii=False).encode())
    for index, item in enumerate(files):
        with Path(item.path).open("rb") as content:
            _add_file(archive, str(index), content)


def _add_file(archive: ZipFile, name: str, content: BinaryIO) -> None:
    entry = _entry(name)
    entry.file_size = os.fstat(content.fileno()).st_size
    with archive.open(entry, "w") as out:
        copyfileobj(content, out, _CHUNK)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry
