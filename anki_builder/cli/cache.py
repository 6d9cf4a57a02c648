"""What earlier builds found out, so that what did not change is not read, aligned or composed again.

It lies in the user's cache folder, not among the notes: nothing is to be ignored by version control, and a folder of notes may be
read-only. It can be deleted at any time. Each entry begins with its key and a checksum of what follows: an entry that is of another
version, for another text or damaged is as good as none.

Six kinds of entries:

- what one note file came to (its notes, and what there is to say about it), keyed by its bytes, its place and the program, with the
  settings, note types and media files it was made with;
- the notes of terms that several files have: they need not be put together again where these are all as they were;
- the dictionary forms of words, for all collections: with them one changed article needs no dictionary loaded;
- where in the last package which piece of the database stands, so that the same need not be compressed again;
- the database of the last package of all notes, and where in it the rows of each document stand: SQLite copies those that are the same;
- that a build as a whole was of these files, with what it printed: if all of them are still the same, nothing needs to be imported
  to say so. Files are compared by size, times and inode; one that was touched so late that a further edit could have gone unnoticed
  (within `COARSEST` of the build, or after it began) is compared by its bytes.

The format is marshal, of tuples, strings, numbers and one table alone: nothing in it can be called, unlike pickle, and the nouns are put together
again from their own annotations. Measured on 22 MB: 49 ms to load; JSON takes 77. Many of one noun are kept member by member, which
halves what it takes to take them apart.
"""

import marshal
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from hashlib import sha256
from io import FileIO
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, NamedTuple, get_args, get_origin

import click

from anki_builder import __version__
from anki_builder.cli.project import Project
from anki_builder.source import Source

if TYPE_CHECKING:
    from anki_builder.cli.kept import Kept
    from anki_builder.notes.compose import Shared
    from anki_builder.package import Last, Packed

COARSEST = 2_000_000_000
"""Nanoseconds: no file system in use dates files more coarsely than FAT, to two seconds."""
_MAGIC = b"anki-builder cache 2\n"
_CHECKSUM = 4
"""Bytes."""
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
        from anki_builder.notes.draft import Drafts

        self.folder = _folder(project)
        self._beginning = str(self.folder) + os.sep
        self._program = sha256(program().encode("utf-8", "surrogatepass"))
        self._take_apart, self._put_together = coder(Kept, True), coder(Kept, False)
        self._take_drafts_apart, self._put_drafts_together = coder(Drafts, True), coder(Drafts, False)
        self._used: set[str] = set()
        self._lemmas = 0
        self._shared: Shared = {}

    def find(self, source: Source, digest: bytes) -> "Kept | None":
        """Return what the note file in the place of `source`, whose bytes have this digest, came to, if that is known."""
        found = _read(self._place(source), self._key(source, digest))
        return None if found is None else self._put_together(found)

    def keep(self, source: Source, digest: bytes, kept: "Kept") -> None:
        """Remember what `source` came to."""
        _write(self._place(source), self._key(source, digest), self._take_apart(kept))

    def shared(self) -> "Shared":
        """Return the notes of the terms that several files have."""
        found = _read(f"{self._beginning}terms", hashed(program())) or ()
        self._shared = {key: self._put_drafts_together(drafts) for key, drafts in found}
        return dict(self._shared)

    def keep_shared(self, shared: "Shared") -> None:
        """Remember them."""
        if shared.keys() != self._shared.keys():
            taken_apart = tuple([(key, self._take_drafts_apart(drafts)) for key, drafts in shared.items()])
            _write(f"{self._beginning}terms", hashed(program()), taken_apart)

    def recall(self) -> None:
        """Bring back the dictionary forms that earlier builds looked up."""
        from anki_builder.languages.forms import LEMMAS

        LEMMAS.update(_read(str(self.folder.parent / "lemmas"), hashed(program())) or {})
        self._lemmas = len(LEMMAS)

    def keep_lemmas(self) -> None:
        """Remember the dictionary forms that were looked up."""
        from anki_builder.languages.forms import LEMMAS

        if self._lemmas < len(LEMMAS) < _MOST_LEMMAS:
            _write(str(self.folder.parent / "lemmas"), hashed(program()), LEMMAS)

    def prune(self) -> None:
        """Forget the articles that were neither asked for nor remembered: their files are gone."""
        with suppress(OSError):
            for entry in os.scandir(self.folder):
                stem, _, kind = entry.name.partition(".")
                if kind == "article" and stem not in self._used:
                    Path(entry.path).unlink()

    def _place(self, source: Source) -> str:
        name = _file(source.name)
        self._used.add(name)
        return f"{self._beginning}{name}.article"

    def _key(self, source: Source, digest: bytes) -> bytes:
        key = self._program.copy()
        key.update("\0".join(("", source.path, source.folder, source.name, "")).encode("utf-8", "surrogatepass") + digest)
        return key.digest()


def last_package(project: Project) -> "Last":
    """Return what there is of the last package, to be used again."""
    from anki_builder.package import Last, LastDatabase, LastPackage, Piece, Rows

    pieces = [Piece(*row) for row in _read(_place_of_pieces(project), _zlib()) or ()]
    rows, check = _read(_place_of_rows(project), hashed(program())) or ((), 0)
    database = LastDatabase(_place_of_database(project), [Rows(*row) for row in rows], check) if rows else None
    return Last(LastPackage(project.output, pieces), database)


def place_for_database(project: Project) -> Path | None:
    """Return where the database of the next package is to be left, if it is of all notes."""
    if not project.whole:
        return None
    place = _place_of_database(project)
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        from anki_builder.cli.files import sweep  # late: a build with nothing to do asks for no place

        sweep(place.parent.glob("*.part"))
    return place


def keep_package(project: Project, packed: "Packed") -> None:
    """Remember what there is of the package that was written."""
    _write(_place_of_pieces(project), _zlib(), tuple(map(tuple, packed.pieces)))
    if project.whole and packed.rows:
        _write(_place_of_rows(project), hashed(program()), (tuple(map(tuple, packed.rows)), packed.check))


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
        self._path = str(_folder(project) / f"{hashed(scope).hex()[:24]}.build")
        self._key = hashed((*asked, repr(project.diagnostics)))
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

    def same(self) -> dict[Path, bytes]:
        """Return the digests of the files that, by their times, are those that the last build used."""
        rows = (_read(self._path, self._key) or ((),))[0]
        watched = [Watch(*row) for row in rows]
        return {Path(watch.path): watch.digest for watch in watched if watch.settled and watch.signature == _signature(watch.path)}

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


def _folder(project: Project) -> Path:
    return home() / sha256(os.fsencode(project.root)).hexdigest()[:20]


def _place_of_database(project: Project) -> Path:
    return _folder(project) / "database"


def _place_of_rows(project: Project) -> str:
    return str(_folder(project) / "rows")


def _place_of_pieces(project: Project) -> str:
    return str(_folder(project) / f"{_file(str(project.output))}.pieces")


def _zlib() -> bytes:
    """Return the key of compressed pieces: another zlib may compress in another way."""
    return hashed((program(), zlib.ZLIB_RUNTIME_VERSION))


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


def hashed(value: object) -> bytes:
    """Return a digest of a value by what `repr` says of it."""
    return sha256(repr(value).encode("utf-8", "surrogatepass")).digest()


def _bytes(path: str) -> bytes | None:
    try:
        with open(path, "rb", 0) as file:  # noqa: PTH123 (a path object for each of 400 entries takes as long as reading them)
            return file.read()
    except OSError:
        return None


def _read(path: str, key: bytes) -> Any:
    """Return the entry `path` if it is there, has this key and is whole."""
    data = _bytes(path)
    return None if data is None else _content(data, key)


def _content(data: bytes, key: bytes) -> Any:
    """Return what an entry holds if it has this key and is whole."""
    start = len(_MAGIC) + len(key) + _CHECKSUM
    if not data.startswith(_MAGIC + key):
        return None
    content = memoryview(data)[start:]
    return marshal.loads(content) if data[start - _CHECKSUM : start] == _checksum(content) else None


def _checksum(content: bytes | memoryview) -> bytes:
    """Return what tells damage; a digest would take twice as long, and says no more where nobody means harm."""
    return zlib.crc32(content).to_bytes(_CHECKSUM, "big")


def _write(path: str, key: bytes, value: Any) -> None:
    """Write an entry. A cache that cannot be written is none: no build fails for it."""
    try:
        content = marshal.dumps(value)
    except ValueError:  # nothing but tuples, strings and numbers is kept
        return
    with suppress(OSError), _created(path) as file:  # one that was cut short is none, so it need not be written beside and moved there
        file.write(b"".join((_MAGIC, key, _checksum(content))))
        file.write(content)


def _created(path: str) -> FileIO:
    try:
        return open(path, "wb", 0)  # noqa: PTH123
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return open(path, "wb", 0)  # noqa: PTH123


def coder(kind: type[tuple[Any, ...]], encode: bool) -> Code:
    """Return the function that takes a noun apart into plain tuples, or puts it together again."""
    return _of_value(kind, encode) or _same


def _of_value(kind: Any, encode: bool) -> Code | None:
    """Return the function that takes a value of this annotation apart into plain tuples, or puts it together again.

    None where it is what it is.
    """
    if isinstance(kind, UnionType):
        inner = next((code for member in get_args(kind) if (code := _of_value(member, encode))), None)
        return (lambda value: None if value is None else inner(value)) if inner else None
    if get_origin(kind) is tuple:
        members = get_args(kind)
        if members[-1] is Ellipsis:
            if _is_noun(members[0]):
                return _of_nouns(members[0], encode)
            each = _of_value(members[0], encode)
            return (lambda value: tuple(map(each, value))) if each else None
        coders = [_of_value(member, encode) or _same for member in members]
        if all(code is _same for code in coders):
            return None
        return lambda value: tuple([code(item) for code, item in zip(coders, value, strict=True)])
    if not _is_noun(kind):
        return None
    make: Code = tuple if encode else kind._make
    coders = [_of_value(member, encode) or _same for member in kind.__annotations__.values()]
    return lambda value: make([code(item) for code, item in zip(coders, value, strict=True)])


def _of_nouns(kind: Any, encode: bool) -> Code:
    """Return the function for many of one noun: they are kept member by member, for hardly anything is to be done for each one then."""
    coders = [(at, code) for at, member in enumerate(kind.__annotations__.values()) if (code := _of_column(member, encode))]
    make = partial(tuple.__new__, kind)

    def code_nouns(value: Sequence[Any]) -> tuple[Any, ...]:
        if not value:
            return ()
        columns = list(zip(*value, strict=True) if encode else value)
        for at, code in coders:
            columns[at] = code(columns[at])
        return tuple(columns) if encode else tuple(map(make, zip(*columns, strict=True)))

    return code_nouns


def _of_column(kind: Any, encode: bool) -> Code | None:
    """Return the function for one member of many nouns."""
    if _is_noun(kind):
        return _of_nouns(kind, encode)
    if isinstance(kind, UnionType) and (noun := next(filter(_is_noun, get_args(kind)), None)):
        return partial(_take_apart_there if encode else _put_together_there, _of_nouns(noun, encode))
    each = _of_value(kind, encode)  # what is empty or None is the same on both sides
    return (lambda column: tuple([each(item) if item else item for item in column]) if any(column) else column) if each else None


def _take_apart_there(code: Code, column: Sequence[Any]) -> tuple[Any, ...]:
    there = [item for item in column if item is not None]
    return tuple([item is not None for item in column]) if len(there) < len(column) else (), code(there)


def _put_together_there(code: Code, found: tuple[Any, ...]) -> tuple[Any, ...]:
    places, there = found
    items: tuple[Any, ...] = code(there)
    if not places:
        return items
    rest = iter(items)
    return tuple([next(rest) if is_there else None for is_there in places])


def _is_noun(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_make")


def _same(value: Any) -> Any:
    return value
