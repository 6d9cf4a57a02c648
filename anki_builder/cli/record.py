"""The record of the last build: if all it depended on is as it was, the next one prints the same lines and does nothing else.

Files are compared by size, times and inode; one that was touched so late that a further edit could have gone unnoticed (within `COARSEST`
of the build, or after it began) is compared by its bytes.
"""

import marshal
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import click

from anki_builder import __version__
from anki_builder.cli.files import file_digest, write
from anki_builder.cli.folders import cache_home
from anki_builder.cli.project import Project
from anki_builder.cli.report import say
from anki_builder.cli.words import is_english

COARSEST = 2_000_000_000
"""Nanoseconds: no file system in use dates files more coarsely than FAT, to two seconds."""
_MAGIC = b"anki-builder record 1\n"

Signature = tuple[int, int, int, int]
"""Size, inode, and times of the last change of content and of status, in nanoseconds."""


def cache_folder(project: Project) -> Path:
    """Return the folder of a project in the user's cache folder."""
    return cache_home() / sha256(os.fsencode(project.root)).hexdigest()[:20]


@cache
def program() -> str:
    """Return what distinguishes this program from another version of itself: its files, Python, and what is installed beside it."""
    if getattr(sys, "frozen", False):  # the stand-alone program unpacks itself anew at each start
        return repr((__version__, sys.version, _signature(sys.executable)))
    own = Path(__file__).parents[1]
    beside = {str(own.parent), *(path for path in sys.path if path.endswith(("site-packages", "dist-packages")))}
    installed = sorted(name for folder in beside for name in _names(folder) if name.endswith((".dist-info", ".egg-info")))
    files = tuple((name, _signature(name)) for name in _listing(str(own)) if not name.endswith(".pyc"))
    return repr((__version__, sys.version, installed, files))


class Report(NamedTuple):
    """The output of a build, and its exit code."""

    lines: tuple[str, ...]
    """For standard error."""
    output: str
    code: int

    def echo(self) -> None:
        """Print it; a build without problems says nothing where it is to be quiet."""
        for line in self.lines:
            click.echo(line, err=True) if self.code else say(line)
        if self.output:
            click.echo(self.output)


class FileState(NamedTuple):
    """A file that a build depended on, or made."""

    path: str
    signature: Signature | None
    """None: it was not there."""
    digest: bytes
    """Of its content when it was used, or the beginning of it; empty where that is not known."""
    is_settled: bool
    """An edit after that would have changed the signature."""


class BuildRecord:
    """The record of the last build of a project with certain arguments."""

    def __init__(self, project: Project, began: int) -> None:
        """`began` is the time in nanoseconds before the first file was looked at."""
        scope = (str(project.root), str(project.output), str(Path.cwd()), project.whole)
        asked = (
            program(),
            is_english(),
            *scope,
            tuple(map(str, project.files)),
            project.collection,
            str(project.home),
            repr(project.config),
        )
        self._path = cache_folder(project) / f"{hashed(scope).hex()[:24]}.build"
        self._key = hashed((*asked, repr(project.diagnostics)))
        self._began = began

    def unchanged(self) -> Report | None:
        """Return the report of the last build if everything it depended on, and everything it made, is as it left it."""
        record = self._read()
        if record is None:
            return None
        files, folders, report = record
        if any(_listing(folder) != listing for folder, listing in folders):
            return None
        now = []
        for file in files:
            state = _compared(file, self._began)
            if state is None:
                return None
            now.append(state)
        if now != files:
            self._write(now, folders, report)
        return report

    def same(self) -> dict[Path, bytes]:
        """Return the digests of the files that, by their times, are those that the last build used."""
        record = self._read()
        return same_digests(record[0] if record is not None else [])

    def keep(self, files: Mapping[Path, bytes | None], folders: Iterable[Path], report: Report) -> None:
        """Remember a build: the digest of each file as it was used (None: it was not there), and folders read whole."""
        listed = [(str(folder), _listing(str(folder))) for folder in folders]
        states = [state_of(str(path), digest, self._began) for path, digest in files.items()]
        # How these read when they were used is not known: unless they are old they are taken for changed the next time.
        states += [state_of(name, b"", self._began) for _, listing in listed for name in listing]
        self._write(states, listed, report)

    def _read(self) -> tuple[list[FileState], list[tuple[str, tuple[str, ...]]], Report] | None:
        try:
            data = self._path.read_bytes() if self._path.is_file() else b""
        except OSError:
            return None
        head = _MAGIC + self._key
        content = data[len(head) + 32 :]
        if not data.startswith(head) or data[len(head) : len(head) + 32] != sha256(content).digest():
            return None
        files, folders, report = marshal.loads(content)
        return [FileState(*file) for file in files], folders, Report(*report)

    def _write(self, files: Iterable[FileState], folders: list[tuple[str, tuple[str, ...]]], report: Report) -> None:
        """Write the record. A cache that cannot be written is no reason to fail."""
        content = marshal.dumps(([tuple(file) for file in files], folders, tuple(report)))
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write(self._path, b"".join((_MAGIC, self._key, sha256(content).digest(), content)))


def state_of(path: str, digest: bytes | None, began: int) -> FileState:
    """Return a file as it is now, with its digest as of its use after `began`, nanoseconds since the epoch; None: it was not there."""
    signature = _signature(path) if digest is not None else None
    is_settled = signature is not None and max(signature[2:]) < began - COARSEST
    return FileState(path, signature, digest or b"", is_settled)


def same_digests(files: Iterable[FileState]) -> dict[Path, bytes]:
    """Return the digests of the files that, by their times, are still as they were."""
    return {Path(file.path): file.digest for file in files if file.is_settled and file.signature == _signature(file.path)}


def digest_of(path: Path) -> bytes | None:
    """Return the digest of a file, or None if it cannot be read."""
    try:
        return file_digest(path) if path.is_file() else None
    except (OSError, ValueError):
        return None


def hashed(value: object) -> bytes:
    """Return a digest of a value by its `repr`."""
    return sha256(repr(value).encode("utf-8", "surrogatepass")).digest()


def _compared(file: FileState, began: int) -> FileState | None:
    """Return the state of a file, settled if it can be by now; None if the file is another one."""
    signature = _signature(file.path)
    if file.signature is None or signature is None:
        return file if signature is None and file.signature is None else None
    if file.is_settled and signature == file.signature:
        return file
    digest = digest_of(Path(file.path)) if file.digest else None
    if digest is None or not digest.startswith(file.digest):
        return None
    return file._replace(signature=signature, is_settled=max(signature[2:]) < began - COARSEST)


def _signature(path: str) -> Signature | None:
    try:
        status = os.stat(path)  # noqa: PTH116 (one of the few things that a build with nothing to do does)
    except (OSError, ValueError):  # the latter for a name with a NUL
        return None
    return status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 (names, not paths)
    except OSError:
        return []


def _listing(folder: str) -> tuple[str, ...]:
    """Return the files below a folder."""
    return tuple(sorted(_walk(folder)))


def _walk(folder: str) -> Iterator[str]:
    folders = [folder]
    while folders:
        try:
            entries = list(os.scandir(folders.pop()))
        except OSError:
            continue
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                yield entry.path
            elif entry.name != "__pycache__":
                folders.append(entry.path)
