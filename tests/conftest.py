import os
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from browser import chromium
from dictionaries_once import dictionaries_once  # noqa: F401 (a fixture)
from hypothesis import settings
from workbench_desk import desk, home  # noqa: F401 (fixtures)

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update", action="store_true", help="rewrite expected outputs in cases and golden files; review them as a diff"
    )


def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are processors: a third of the time a test waits for a browser, Anki or a program."""
    return (os.cpu_count() or 1) + 1


_ENOUGH = 2 << 30
"""Bytes of memory from which temporary files go there: a run of all tests takes a tenth of that."""


def pytest_configure() -> None:
    """Prepare the process for all tests.

    Ctrl-C is taken where whoever started the tests ignores it, as a script does in the background: else the programs under test inherit that.
    Temporary files go into memory where the system has such a folder: Anki waits for the disk at each import.
    """
    memory = Path("/dev/shm")
    if "TMPDIR" not in os.environ and memory.is_dir() and os.access(memory, os.W_OK):
        about = os.statvfs(memory)
        if about.f_bavail * about.f_frsize >= _ENOUGH and not about.f_flag & os.ST_NOEXEC:
            os.environ["TMPDIR"] = tempfile.tempdir = os.fspath(memory)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update"))


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests read, speak and trust out of the user's folders, and the language of the user out of tests; wait for no disk."""
    with pytest.MonkeyPatch.context() as patch:
        folder = os.fspath(tmp_path_factory.mktemp("cache"))
        for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "XDG_CONFIG_HOME", "APPDATA"):
            patch.setenv(name, folder)
        patch.setenv("LANGUAGE", "en")  # messages are English, whatever the locale
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)  # an installed program has its bytecode, too
        patch.setattr(os, "fsync", lambda handle: None)  # programs are ended here, and never the power
        patch.setattr(sqlite3, "connect", _unsynced)
        yield


def _unsynced(*where: Any, _connect: Any = sqlite3.connect, **how: Any) -> sqlite3.Connection:
    """Open a database that waits for no disk."""
    connection: sqlite3.Connection = _connect(*where, **how)
    with suppress(sqlite3.Error):  # no database
        connection.execute("PRAGMA synchronous=OFF")
    return connection


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for all tests of a worker; each `BrowserPage` begins anew in it."""
    with chromium() as found:
        yield found
