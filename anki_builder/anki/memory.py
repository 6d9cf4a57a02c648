"""What was last sent to one collection of Anki: one SQLite file in the user's cache folder.

An edit in Anki and an edit here can only be told apart by what both were before. If the file is lost, nothing is overwritten: a note that
differs and of which nothing is known counts as edited on both sides, unless its time in Anki is one that a build gave it.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from anki_builder.anki.nouns import Sent

_VERSION = 1
_SCHEMA = f"""
BEGIN;
CREATE TABLE IF NOT EXISTS note (guid TEXT PRIMARY KEY, note_id INTEGER, own TEXT, fields TEXT, tags TEXT, deck TEXT,
    modified INTEGER, is_removed INTEGER, suspended TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS note_type (id INTEGER PRIMARY KEY, digest TEXT);
CREATE TABLE IF NOT EXISTS look (is_whole INTEGER PRIMARY KEY);
PRAGMA user_version = {_VERSION};
COMMIT;
"""


class Memory:
    """Remembers what was sent."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def note(self, guid: str) -> Sent | None:
        """Return what is remembered of a note."""
        row = self._connection.execute("SELECT * FROM note WHERE guid = ?", (guid,)).fetchone()
        return _sent(row) if row is not None else None

    def own_digests(self) -> dict[str, str]:
        """Return `Sent.own` of all notes by GUID."""
        return dict(self._connection.execute("SELECT guid, own FROM note"))

    def note_ids(self) -> dict[str, int]:
        """Return `Sent.note_id` of all notes by GUID."""
        return dict(self._connection.execute("SELECT guid, note_id FROM note"))

    def keep(self, notes: Iterable[tuple[str, Sent]]) -> None:
        """Remember notes by GUID, all or none of them."""
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO note VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_row, notes))

    def forget(self, guids: Iterable[str]) -> None:
        """Forget notes."""
        with self._connection:
            self._connection.executemany("DELETE FROM note WHERE guid = ?", ((guid,) for guid in guids))

    def is_whole(self) -> bool:
        """Return whether all that Anki has was looked at once, and remembered."""
        return self._connection.execute("SELECT * FROM look").fetchone() is not None

    def keep_whole(self) -> None:
        """Remember that all that Anki has was looked at."""
        with self._connection:
            self._connection.execute("INSERT OR IGNORE INTO look VALUES (1)")

    def type_digests(self) -> dict[int, str]:
        """Return the digests of the note types as they were sent, by id."""
        return dict(self._connection.execute("SELECT id, digest FROM note_type"))

    def keep_types(self, digests: Mapping[int, str]) -> None:
        """Remember note types by id."""
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO note_type VALUES (?, ?)", digests.items())


@contextmanager
def opened(path: Path) -> Iterator[Memory]:
    """Open what is remembered in a file; a file that is spoilt or of another version is made anew.

    Raises `OSError` or `sqlite3.OperationalError` where the file cannot be used, as on a full disk; it stays as it is.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        connection = _connected(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.Error:
        path.unlink(missing_ok=True)
        connection = _connected(path)
    try:
        yield Memory(connection)
    finally:
        connection.close()


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version not in (0, _VERSION):
            raise sqlite3.DatabaseError("another version")
        if not version:
            connection.executescript(_SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _sent(row: tuple[str, int, str, str, str, str, int, int, str]) -> Sent:
    return Sent(
        note_id=row[1],
        own=row[2],
        fields=json.loads(row[3]),
        tags=tuple(row[4].split()),
        deck=row[5],
        modified=row[6],
        is_removed=bool(row[7]),
        suspended=tuple(map(int, row[8].split())),
    )


def _row(entry: tuple[str, Sent]) -> tuple[object, ...]:
    guid, sent = entry
    return (
        guid,
        sent.note_id,
        sent.own,
        json.dumps(sent.fields),
        " ".join(sent.tags),
        sent.deck,
        sent.modified,
        sent.is_removed,
        " ".join(map(str, sent.suspended)),
    )
