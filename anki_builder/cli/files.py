"""Files at the edge: whole or not at all, one build at a time, and a ledger that always belongs to the package beside it.

A build replaces two files, the package and the ledger, and can be killed between any two instructions. The new ledger is first
written in full under a name that holds the digest of the new package; then the package is renamed into its place, then the
ledger. Whoever comes next finds such a waiting ledger and looks at the package: if its digest is the one in the name, the
package was replaced, and the ledger is renamed too; if not, it was not, and the waiting ledger is dropped. So the times in the
ledger are always those in the package, and a package that was imported in between cannot be outdated by a later build of the
same notes, which would overwrite what was edited in Anki since.
"""

import contextlib
import errno
import hashlib
import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from glob import escape
from hashlib import blake2b
from pathlib import Path
from unicodedata import normalize

from anki_builder.message import Message

LEDGER = "anki_builder.lock"
"""The ledger's name, in the folder of the notes."""
LONGEST_WAIT = 2
"""Seconds for which a build waits rather than date a note later than the clock."""


class Busy(OSError):
    """Another build holds the folder for longer than one is willing to wait."""


class Changed(OSError):
    """The ledger on disk is not the one that this build started from."""


def as_on_disk(path: Path) -> Path:
    """Return the path under which a file is there whose name is written in another form of Unicode; else the path as it is.

    `é` is one character or two: macOS and Linux write names in either, and a note or a command names them in the other.
    """
    if os.path.lexists(path) or os.fspath(path).isascii():
        return path
    folder = as_on_disk(path.parent)
    wanted = normalize("NFC", path.name)
    try:
        return next((entry for entry in folder.iterdir() if normalize("NFC", entry.name) == wanted), path)
    except OSError:
        return path


def read_ledger(folder: Path) -> bytes | None:
    """Return the ledger in `folder`, or None if there is none. Raises `OSError` where it cannot be read."""
    path = folder / LEDGER
    try:
        check_regular(path)
        return path.read_bytes().replace(b"\r\n", b"\n")
    except FileNotFoundError:
        return None


def check_regular(path: Path) -> None:
    """Raise `OSError` for what is no regular file, and cannot be read to its end: a pipe would be waited for."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))


def ledger_digest(ledger: bytes | None) -> bytes | None:
    """Return a digest of what `read_ledger` gave; None for none."""
    return hashlib.sha256(ledger).digest() if ledger is not None else None


def file_digest(path: Path) -> bytes:
    """Return the SHA-256 of a file, which is not read into memory as a whole. Raises `OSError`, also for what is no regular file."""
    check_regular(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def write(path: Path, data: bytes) -> None:
    """Replace `path` by `data`: wholly or, on any failure or interruption, not at all."""
    path = _real(path)  # through a symbolic link, to the file that is meant
    part = _part(path)
    sweep(_parts(path))
    try:
        _write(part, data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def publish(package: Path, pack: Callable[[Path], None], folder: Path, ledger: bytes, previous: bytes | None) -> None:
    """Let `pack` write the package, and replace the ledger in `folder`, so that both always belong together.

    `previous` is the digest of what `read_ledger` gave before the build. Call within `locked`. Raises `Changed` if the ledger is another
    one by now, and `OSError` where something cannot be written; the old files are whole then.
    """
    package, lock = _real(package), _real(folder / LEDGER)
    part = _part(package)
    try:
        pack(part)
        if ledger_digest(read_ledger(folder)) != previous:
            raise Changed(Message("{lock} was changed by another program during the build; build again", lock=lock))
        if ledger_digest(ledger) == previous:
            part.replace(package)
            return
        waiting, new = _waiting(lock, _digest(part)), _part(lock)
        try:
            _write(new, ledger)
            new.replace(waiting)
            part.replace(package)
            waiting.replace(lock)
        except OSError:
            _settle(waiting, lock, package)
            raise
        finally:
            new.unlink(missing_ok=True)
    finally:
        part.unlink(missing_ok=True)


def recover(package: Path, folder: Path) -> None:
    """Finish or undo what a killed build left. Call within `locked`, before the ledger is read."""
    package, lock = _real(package), _real(folder / LEDGER)
    for waiting in sorted(lock.parent.glob(f".{escape(lock.name)}.*.next")):
        _settle(waiting, lock, package)
    for path in (package, lock):
        sweep(_parts(path))


@contextlib.contextmanager
def locked(folder: Path, wait: float = 60, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold `folder` for one build; `waiting` is called once if another one has it. Raises `Busy` after `wait` seconds.

    The lock is on the folder itself where the system can do that, so that no file is left among the notes, and it ends with the
    process. File systems without locks are not refused: `publish` still compares before it replaces.
    """
    handle, take = _lock_handle(folder)
    try:
        end = time.monotonic() + wait
        is_reported = False
        while not take():
            if not is_reported:
                waiting()
                is_reported = True
            if time.monotonic() > end:
                raise Busy(Message("another build is working on {folder}", folder=folder))
            time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def wait_for(moment: int) -> None:
    """Sleep until the clock is past `moment`, if that is no more than `LONGEST_WAIT` seconds away."""
    ahead = moment - time.time()
    if 0 < ahead <= LONGEST_WAIT:
        time.sleep(ahead)


def _real(path: Path) -> Path:
    """Return the file that a path leads to; for a link that leads to itself, the link."""
    return Path(os.path.realpath(path))


def _settle(waiting: Path, lock: Path, package: Path) -> None:
    try:
        replaced = waiting == _waiting(lock, _digest(package))
    except OSError:
        replaced = False
    with contextlib.suppress(FileNotFoundError):
        waiting.replace(lock) if replaced else waiting.unlink()


def _waiting(lock: Path, digest: str) -> Path:
    return lock.with_name(f".{lock.name}.{digest}.next")


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _parts(path: Path) -> Iterator[Path]:
    """Yield the files to which processes wrote what was to replace `path`."""
    return path.parent.glob(f".{escape(path.name)}.*.part")


@contextlib.contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """Yield a folder in `parent` that is removed in the end; so is, at the beginning, whatever killed processes left there."""
    from tempfile import TemporaryDirectory  # late: hardly any command needs one

    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sweep(parent.glob(".*.part"))
    with TemporaryDirectory(prefix=".", suffix=f".{os.getpid()}.part", dir=parent) as folder:
        yield Path(folder)


def sweep(parts: Iterable[Path]) -> None:
    """Remove the files and folders whose process was killed; its number is the last part of their names before the ending."""
    for part in parts:
        with contextlib.suppress(OSError):  # another process has removed it, or holds it open on Windows
            if _alive(part):
                continue
            if part.is_dir():
                import shutil  # late: hardly ever is a folder left

                shutil.rmtree(part, ignore_errors=True)
            else:
                part.unlink()


def _alive(part: Path) -> bool:
    """Whether the process that writes `part` may still run."""
    number = part.stem.rpartition(".")[2]
    if sys.platform == "win32":  # os.kill would end the process there, whatever the signal
        return time.time() - part.stat().st_mtime < 3600
    try:
        os.kill(int(number), 0)
    except (ValueError, OverflowError, ProcessLookupError):
        return False
    except OSError:
        return True
    return int(number) != os.getpid()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: blake2b(digest_size=12)).hexdigest()


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


if sys.platform == "win32":
    import msvcrt
    import tempfile

    def _lock_handle(folder: Path) -> tuple[int, Callable[[], bool]]:
        name = blake2b(str(folder.resolve()).lower().encode(), digest_size=12).hexdigest()
        handle = os.open(Path(tempfile.gettempdir()) / f"anki-builder-{name}.lock", os.O_RDWR | os.O_CREAT)

        def take() -> bool:
            try:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            except OSError:
                return False
            return True

        return handle, take

else:
    import fcntl

    def _lock_handle(folder: Path) -> tuple[int, Callable[[], bool]]:
        handle = os.open(folder, os.O_RDONLY)

        def take() -> bool:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            except OSError:  # no locks on this file system
                return True
            return True

        return handle, take
