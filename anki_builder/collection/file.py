"""The collection's file: kept in a folder, or temporary; never trusted unless it is just as it was left.

The file is a cache, so it is written without the safety nets that a database of value needs. Beside it lies its state: version of the
schema, program, size, times and inode of the file. The state is removed when the file is opened and written when it is closed, so a
killed process leaves a file without a state, and such a file is made anew.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

NAME = "collection.sqlite"
_STATE = "collection.state"
VERSION = 5
"""Of the schema: counts up with every change of schema.sql."""
_SETTINGS = "PRAGMA page_size=16384; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000"


@contextmanager
def connected(folder: Path | None, program: str) -> Iterator[sqlite3.Connection]:
    """Yield the database of a folder, empty unless this `program` left it there; None stands for a file that goes with the process.

    The caller holds the folder against other processes. Raises `sqlite3.Error` where the file cannot be used after all.
    """
    if folder is None:
        with closing(_connect("", True)) as connection:
            yield connection
        return
    path, state = folder / NAME, folder / _STATE
    try:
        is_whole = _read(state) == _state_of(path, program)
        state.unlink(missing_ok=True)
        if not is_whole:
            path.unlink(missing_ok=True)
    except OSError as error:  # a folder in its place
        raise sqlite3.OperationalError(str(error)) from None
    with closing(_connect(path, not is_whole)) as connection:
        try:
            yield connection
        except sqlite3.Error:
            raise
        except BaseException:
            connection.rollback()
            _leave(connection, path, state, program)
            raise
        _leave(connection, path, state, program)


@contextmanager
def beside(folder: Path) -> Iterator[sqlite3.Connection]:
    """Yield the database of a folder to read as it is at this moment, also while whoever holds the folder is at work in it.

    What is half done is seen so. Raises `sqlite3.Error` where there is none, and where it cannot be had within a second.
    """
    with closing(sqlite3.connect(f"{(folder / NAME).as_uri()}?mode=ro", uri=True, timeout=1)) as connection:
        connection.execute("BEGIN")
        yield connection


def _connect(path: Path | str, is_new: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(path, uri=True)  # so that a package is attached by its address
    connection.executescript(_SETTINGS)
    if is_new:
        run_script(connection, "schema.sql")
    return connection


def run_script(connection: sqlite3.Connection, name: str) -> None:
    """Run a script that lies beside this module."""
    connection.executescript(Path(__file__).with_name(name).read_text("utf-8"))


def _leave(connection: sqlite3.Connection, path: Path, state: Path, program: str) -> None:
    """Close the database and write its state."""
    connection.commit()
    connection.close()
    with suppress(OSError):
        state.write_text(_state_of(path, program), "utf-8")


def _state_of(path: Path, program: str) -> str:
    """Return what is known of a file that nobody has touched since."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return json.dumps([VERSION, program, status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns])


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8") if path.is_file() else None  # a pipe would be waited for
    except (OSError, ValueError):
        return None
