"""What earlier builds found out, so that what did not change is not read, aligned or composed again.

It lies in the user's cache folder, not among the notes: nothing is to be ignored by version control, and a folder of notes may be
read-only. It can be deleted at any time. Each entry begins with its key and a digest of what follows: an entry that is of another
version, for another text or damaged is as good as none.

Three kinds of entries:

- what one note file came to (its notes, and what there is to say about it), keyed by its text, its place and the program, with the
  settings, note types and media files it was made with;
- the dictionary forms of words, for all collections: with them one changed article needs no dictionary loaded;
- that a build as a whole was of these files, with what it printed: if all of them are still the same, nothing needs to be imported
  to say so. Files are compared by size, times and inode; one that was touched so late that a further edit could have gone unnoticed
  (within `COARSEST` of the build, or after it began) is compared by its bytes.

The format is marshal, of tuples, strings, numbers and one table alone: nothing in it can be called, unlike pickle, and the nouns are put together
again from their own annotations. Measured on 22 MB: 49 ms to load and 39 to put together; JSON takes 77 and 39, pickle 72.
"""

import marshal
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, NamedTuple, get_args, get_origin

import click

from anki_builder import __version__
from anki_builder.cli.project import Project
from anki_builder.source import Source

if TYPE_CHECKING:
    from anki_builder.cli.kept import Kept

COARSEST = 2_000_000_000
"""Nanoseconds: no file system in use dates files more coarsely than FAT, to two seconds."""
_MAGIC = b"anki-builder cache 1\n"
_DIGEST = 32
_MOST_LEMMAS = 1 << 17
"""A megabyte or four; a learner meets a tenth of that."""

Code = Callable[[Any], Any]
Signature = tuple[int, int, int, int]
"""Size, inode, and times of the last change of content and of status, in nanoseconds."""


def home() -> Path:
    """Return the folder of the program in the user's cache folder."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        return Path(base).expanduser() / "anki-builder"
    except RuntimeError:  # a user without a home, as in a container: nothing can be kept
        return Path(os.devnull) / "anki-builder"


class Cache:
    """What is known of one collection."""

    def __init__(self, project: Project) -> None:
        from anki_builder.cli.kept import Kept  # late: a build with nothing to do reads no entry

        self.folder = home() / sha256(os.fsencode(project.root)).hexdigest()[:20]
        self._take_apart, self._put_together = coder(Kept, True), coder(Kept, False)
        self._used: set[str] = set()
        self._lemmas = 0

    def find(self, source: Source) -> "Kept | None":
        """Return what `source` came to, if that is known."""
        found = _read(*self._entry(source))
        return None if found is None else self._put_together(found)

    def keep(self, source: Source, kept: "Kept") -> None:
        """Remember what `source` came to."""
        _write(*self._entry(source), self._take_apart(kept))

    def recall(self) -> None:
        """Bring back the dictionary forms that earlier builds looked up."""
        from anki_builder.languages.forms import LEMMAS

        LEMMAS.update(_read(self.folder.parent / "lemmas", _hashed(program())) or {})
        self._lemmas = len(LEMMAS)

    def keep_lemmas(self) -> None:
        """Remember the dictionary forms that were looked up."""
        from anki_builder.languages.forms import LEMMAS

        if self._lemmas < len(LEMMAS) < _MOST_LEMMAS:
            _write(self.folder.parent / "lemmas", _hashed(program()), LEMMAS)

    def prune(self) -> None:
        """Forget the articles that were neither asked for nor remembered: their files are gone."""
        with suppress(OSError):
            for entry in os.scandir(self.folder):
                stem, _, kind = entry.name.partition(".")
                if kind == "article" and stem not in self._used:
                    Path(entry.path).unlink()

    def _entry(self, source: Source) -> tuple[Path, bytes]:
        """Return place and key of what is kept of `source`."""
        name = _file(source.name)
        self._used.add(name)
        content = "\0".join((program(), source.path, source.folder, source.name, source.text))
        return self.folder / f"{name}.article", sha256(content.encode("utf-8", "surrogatepass")).digest()


class Watch(NamedTuple):
    """A file that a build depended on, or made."""

    path: str
    signature: Signature | None
    """None: it was not there."""
    digest: bytes
    """Of its content when it was used, or the beginning of it; empty where that is not known."""
    settled: bool
    """Whether an edit after that would have changed the signature."""


class Printed(NamedTuple):
    """What a build prints, and how it ends."""

    lines: tuple[str, ...]
    """For standard error."""
    output: str
    code: int

    def tell(self) -> None:
        """Print it."""
        for line in self.lines:
            click.echo(line, err=True)
        if self.output:
            click.echo(self.output)


class BuildRecord:
    """Whether a build would do again what the last one did."""

    def __init__(self, project: Project, began: int) -> None:
        """`began` is the time in nanoseconds before the first file was looked at."""
        scope = (str(project.root), str(project.output), str(Path.cwd()), project.whole)
        asked = (program(), *scope, tuple(map(str, project.files)), project.collection, str(project.home), repr(project.config))
        self._path = home() / sha256(os.fsencode(project.root)).hexdigest()[:20] / f"{_hashed(scope).hex()[:24]}.build"
        self._key = _hashed((*asked, repr(project.diagnostics)))
        self._began = began

    def unchanged(self) -> Printed | None:
        """Return what the last build printed if all it depended on, and all it made, is as it left it."""
        found = _read(self._path, self._key)
        if found is None:
            return None
        rows, folders, printed = found
        watched = [Watch(*row) for row in rows]
        if any(_listing(folder) != listing for folder, listing in folders):
            return None
        settled = []
        for watch in watched:
            now = _compared(watch, self._began)
            if now is None:
                return None
            settled.append(now)
        if settled != watched:
            _write(self._path, self._key, (tuple(map(tuple, settled)), folders, printed))
        return Printed(*printed)

    def keep(self, files: Mapping[Path, bytes | None], folders: Iterable[Path], printed: Printed) -> None:
        """Remember a build: the digest of each file as it was used (None: it was not there), and folders read whole."""
        listed = tuple((str(folder), _listing(str(folder))) for folder in folders)
        watched = [self._watch(str(path), digest) for path, digest in files.items()]
        # How these read when they were used is not known: unless they are old they are taken for changed the next time.
        watched += [self._watch(name, b"") for _, listing in listed for name in listing]
        _write(self._path, self._key, (tuple(map(tuple, watched)), listed, tuple(printed)))

    def _watch(self, path: str, digest: bytes | None) -> Watch:
        signature = _signature(path) if digest is not None else None
        settled = signature is not None and max(signature[2:]) < self._began - COARSEST
        return Watch(path, signature, digest or b"", settled)


def digest_of(path: Path) -> bytes | None:
    """Return the digest of a file, or None if it cannot be read."""
    try:
        return sha256(path.read_bytes()).digest()
    except OSError:
        return None


@cache
def program() -> str:
    """Return what tells this program from another version of itself: its own files, Python, and what is installed beside it."""
    own = Path(__file__).parents[1]
    beside = {str(own.parent), *(path for path in sys.path if path.endswith(("site-packages", "dist-packages")))}
    installed = sorted(name for folder in beside for name in _names(folder) if name.endswith((".dist-info", ".egg-info")))
    files = tuple((name, _signature(name)) for name in _listing(str(own)) if not name.endswith(".pyc"))
    return repr((__version__, sys.version, installed, files))


def _compared(watch: Watch, began: int) -> Watch | None:
    """Return `watch`, settled if it can be by now; None if the file is another one."""
    signature = _signature(watch.path)
    if watch.signature is None or signature is None:
        return watch if signature is None and watch.signature is None else None
    if watch.settled and signature == watch.signature:
        return watch
    digest = digest_of(Path(watch.path)) if watch.digest else None
    if digest is None or not digest.startswith(watch.digest):
        return None
    return watch._replace(signature=signature, settled=max(signature[2:]) < began - COARSEST)


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
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield from _walk(entry.path)
        else:
            yield entry.path


def _file(name: str) -> str:
    return sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:24]


def _hashed(value: object) -> bytes:
    return sha256(repr(value).encode("utf-8", "surrogatepass")).digest()


def _read(path: Path, key: bytes) -> Any:
    """Return the entry `path` if it is there, has this key and is whole."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    start = len(_MAGIC) + 2 * _DIGEST
    content = memoryview(data)[start:]
    if data[:start] != _MAGIC + key + sha256(content).digest():
        return None
    return marshal.loads(content)


def _write(path: Path, key: bytes, value: Any) -> None:
    """Write an entry. A cache that cannot be written is none: no build fails for it."""
    try:
        content = marshal.dumps(value)
    except ValueError:  # nothing but tuples, strings and numbers is kept
        return
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.write_bytes(b"".join((_MAGIC, key, sha256(content).digest(), content)))
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()


def coder(kind: type[tuple[Any, ...]], encode: bool) -> Code:
    """Return the function that takes a noun apart into plain tuples, or puts it together again."""
    return _coder(kind, encode) or _same


def _coder(kind: Any, encode: bool) -> Code | None:
    """Return the function that takes a value of this annotation apart into plain tuples, or puts it together again.

    None where it is what it is.
    """
    if isinstance(kind, UnionType):
        inner = next((code for member in get_args(kind) if (code := _coder(member, encode))), None)
        return (lambda value: None if value is None else inner(value)) if inner else None
    if get_origin(kind) is tuple:
        members = get_args(kind)
        if members[-1] is Ellipsis:
            each = _coder(members[0], encode)
            return (lambda value: tuple(map(each, value)) if value else ()) if each else None
        coders = [_coder(member, encode) or _same for member in members]
        if all(code is _same for code in coders):
            return None
        return lambda value: tuple([code(item) for code, item in zip(coders, value, strict=True)])
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_make"):
        make: Code = tuple if encode else kind._make
        fields = [(at, code) for at, member in enumerate(kind.__annotations__.values()) if (code := _coder(member, encode))]
        if not fields:
            return make

        def code_noun(value: tuple[Any, ...]) -> Any:
            items: list[Any] | None = None
            for at, code in fields:
                if item := value[at]:  # what is empty or None is the same on both sides
                    items = items or list(value)
                    items[at] = code(item)
            return make(items or value)

        return code_noun
    return None


def _same(value: Any) -> Any:
    return value
