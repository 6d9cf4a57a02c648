"""Deflate in pieces, so that what did not change since the last package need not be compressed again.

Compression is half of what packing takes, and most pages of the database are those of the last build. Cut where the content says so
(as rsync and backup programs cut files), the same pages come into the same pieces wherever they stand in the file; a piece found in
the last package is copied. Each begins with the window of the one before and ends on a byte, so together they are one stream of
deflate like any other: measured on 93 MB, 0.14 % longer than in one piece. A package with pieces of an older one has the same bytes as
one that was compressed anew.
"""

import zlib
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

_WINDOW = 1 << 15
"""Bytes that deflate looks back."""
_RAW = -15
"""Window bits of zlib for a stream without header, as a zip archive has it."""
_HEAD = 64
"""Bytes of a page that decide whether a piece begins with it: of a page of the database its header and where its rows stand."""
_ONE_IN = 16
"""Pages that do, on average: pieces of 256 KB. With half of it packages are 0.3 % larger."""
_AT_ONCE = 64
"""Pages read at a time."""
_LONGEST = 8
"""Times as many make a piece, whatever the pages say: memory is bounded."""
_ROWS = slice(3, 5)
"""Bytes of a page that say how many rows it has."""
_MANY_ROWS = 64
"""Rows of a page of cards or of an index: numbers all. Level 1 makes as little of them as level 5, in a third of the time."""


class Piece(NamedTuple):
    """A piece of a package."""

    digest: bytes
    """Of its content and of the window before it."""
    offset: int
    """Where it stands in the file, in bytes."""
    size: int
    check: bytes
    """Digest of what stands there."""


class Pieces(Protocol):
    """What can be used again."""

    def get(self, digest: bytes, /) -> bytes | None:
        """Return the compressed piece with this digest, if it is known."""


def cut(file: BinaryIO, page_size: int, mask: slice) -> Iterator[bytes | memoryview]:
    """Yield the content of a database in pieces, each to be used before the next, with the bytes `mask` of its header zero.

    Each page is asked by itself whether it begins a piece, so that pieces do not depend on what is before them.
    """
    block = bytearray(_AT_ONCE * page_size)
    view = memoryview(block)
    begun: list[bytes] = []
    while size := file.readinto(block):  # type: ignore[attr-defined]
        block[mask] = bytes(len(block[mask]))
        mask, start = slice(0), 0
        for at in range(0, size, page_size):
            if zlib.crc32(view[at : at + _HEAD]) % _ONE_IN == 0:
                if begun:
                    yield b"".join((*begun, view[start:at]))
                    begun = []
                elif at > start:
                    yield view[start:at]
                start = at
        begun.append(bytes(view[start:size]))
        if len(begun) == _LONGEST:
            yield b"".join(begun)
            begun = []
    if begun:
        yield b"".join(begun)


class Deflater:
    """Compresses one file of an archive: `zipfile` takes it for a `zlib.compressobj`. What it is given at once is one piece."""

    def __init__(self, level: int, offset: int, known: Pieces) -> None:
        """`offset` is where in the archive the compressed file begins."""
        self.pieces: list[Piece] = []
        self._level, self._offset, self._known = level, offset, known
        self._window = b""

    def compress(self, content: bytes | memoryview) -> bytes:
        """Return the content, compressed or as it was found."""
        window = self._window
        self._window = bytes(content[-_WINDOW:]) if len(content) >= _WINDOW else (window + content)[-_WINDOW:]
        hashed = sha256(window)
        hashed.update(content)
        digest = hashed.digest()
        found = self._known.get(digest)
        if found is None:
            level = min(1, self._level) if int.from_bytes(content[_ROWS], "big") > _MANY_ROWS else self._level
            deflate = zlib.compressobj(level, zlib.DEFLATED, _RAW, zlib.DEF_MEM_LEVEL, zlib.Z_DEFAULT_STRATEGY, window)
            found = deflate.compress(content) + deflate.flush(zlib.Z_SYNC_FLUSH)
        self.pieces.append(Piece(digest, self._offset, len(found), sha256(found).digest()))
        self._offset += len(found)
        return found

    def flush(self) -> bytes:
        """Return the end of the stream."""
        return zlib.compressobj(self._level, zlib.DEFLATED, _RAW).flush()


class LastPackage:
    """The pieces of the package that is there, as far as it is still the one that they were made for."""

    def __init__(self, path: Path, pieces: Sequence[Piece]) -> None:
        self._path = path
        self._pieces = {piece.digest: piece for piece in pieces}

    def get(self, digest: bytes, /) -> bytes | None:
        """Return the compressed piece with this digest; none that is damaged or was moved."""
        piece = self._pieces.get(digest)
        if piece is None:
            return None
        try:
            with self._path.open("rb") as file:
                file.seek(piece.offset)
                found = file.read(piece.size)
        except OSError:
            return None
        return found if sha256(found).digest() == piece.check else None


NO_PIECES: Pieces = LastPackage(Path(), ())
