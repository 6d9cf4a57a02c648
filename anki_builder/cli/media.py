"""Media files that notes refer to: found beside them, named by their content, never taken from outside the collection.

Anki never replaces a media file whose name it knows, so a changed picture must have a new name: the name holds a digest of the bytes.
"""

import os
import re
import unicodedata
import urllib.parse
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from anki_builder.cli.files import as_on_disk, file_digest
from anki_builder.cli.project import Used
from anki_builder.diagnostic import Diagnostic, Rule
from anki_builder.message import Message
from anki_builder.note import Media
from anki_builder.source import Source

MISSING = Rule(
    "missing-media",
    "warning",
    "a picture or sound that a note shows is not there",
    "![a lighthouse](./assets/lighthouse.png)",
    "Put the file where the note says, or remove the reference. The card is made without it.",
)
OUTSIDE = Rule(
    "media-outside",
    "error",
    "a picture or sound lies outside the folder of the notes",
    "![](../../private/photo.jpg)",
    "Copy the file beside the note. Nothing from outside the folder of the notes is ever packed, not even through a link.",
)
RULES = (MISSING, OUTSIDE)

_REMOTE = re.compile(r"[a-z][a-z0-9+.-]+:|//", re.IGNORECASE)
_DIGITS = 12
_UNSAFE = re.compile(r"[^\w.-]+")


class MediaFinder:
    """Finds the local files that notes below a folder refer to; references to the network are left to the reader to report."""

    def __init__(self, root: Path, used: Used | None = None) -> None:
        """`used` collects the files."""
        self._root, self._used = Path(os.path.realpath(root)), used
        self._named: dict[Path, str] = {}
        self._all: dict[str, list[Path]] | None = None
        """The files below the root by name, once one is looked for."""

    def __call__(self, source: Source, references: Sequence[tuple[str, int]]) -> tuple[dict[str, Media], list[Diagnostic]]:
        """Return the files that a note refers to, by path as written, and which of them cannot be used."""
        found: dict[str, Media] = {}
        diagnostics: list[Diagnostic] = []
        seen: set[str] = set()
        for written, line in references:
            if written in seen or _REMOTE.match(written):
                continue
            seen.add(written)
            place = self._place(Path(source.folder), written)
            path = _real(place)
            if path is not None and not path.is_relative_to(self._root):
                self._note_use(place, b"" if os.path.exists(place) else None)  # noqa: PTH110 (no error for a name too long)
                diagnostics.append(
                    Diagnostic(
                        OUTSIDE,
                        source.span(line),
                        Message("“{written}” lies outside the folder of the notes", written=written),
                        Message("copy it beside the note"),
                    )
                )
                continue
            try:
                name = self._named.get(path) or _name(path) if path is not None else ""
            except OSError:
                name = ""
            if path is None or not name:
                hint = Message("put the file where the note says, or remove the reference")
                if path is not None:
                    self._note_use(place, None)
                diagnostics.append(
                    Diagnostic(MISSING, source.span(line), Message("there is no file “{written}”", written=written), hint)
                )
                continue
            self._named[path] = name
            self._note_use(place, bytes.fromhex(name.removesuffix(_suffix(path))[-_DIGITS:]))
            found[written] = Media(name, str(path))
        return found, diagnostics

    def _place(self, folder: Path, written: str) -> Path:
        """Return where a file is: beside the note, in whatever form its name has, else anywhere below the root; what is written where it is not."""
        plain = urllib.parse.unquote(written)
        for name in (plain, written):
            place = as_on_disk(folder / name)
            if _is_there(place):
                return place
        found = self._anywhere(plain)
        return folder / plain if found is None else found

    def _anywhere(self, written: str) -> Path | None:
        """Return the file of the project whose path ends as written, as Obsidian finds embedded files; of several the one nearest to the root."""
        wanted = PurePosixPath(unicodedata.normalize("NFC", written)).parts
        if not wanted:
            return None
        if self._all is None:
            self._all = _files_by_name(self._root)
        for path in self._all.get(wanted[-1].casefold(), ()):
            parts = unicodedata.normalize("NFC", path.relative_to(self._root).as_posix()).casefold().split("/")
            if parts[-len(wanted) :] == [part.casefold() for part in wanted]:
                return path
        return None

    def _note_use(self, place: Path, digest: bytes | None) -> None:
        if self._used is not None:
            self._used[place] = digest


def _is_there(place: Path) -> bool:
    try:
        return place.exists()
    except (OSError, ValueError):  # a name too long, a NUL character
        return False


def _files_by_name(root: Path) -> dict[str, list[Path]]:
    """Return the files below a folder by their names without case, those nearest to it first; hidden folders are left out."""
    found: dict[str, list[Path]] = {}
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        for name in sorted(files):
            found.setdefault(unicodedata.normalize("NFC", name).casefold(), []).append(Path(folder, name))
    for places in found.values():
        places.sort(key=lambda path: len(path.parts))
    return found


def _real(place: Path) -> Path | None:
    """Return where a path leads; None for one that no file can have."""
    try:
        return Path(os.path.realpath(place))
    except ValueError:  # a NUL character
        return None


def _name(path: Path) -> str:
    digest = file_digest(path).hex()[:_DIGITS]
    stem = unicodedata.normalize("NFC", path.stem)  # as Anki has it in fields
    return f"{_UNSAFE.sub('_', stem)[:40]}-{digest}{_suffix(path)}"


def _suffix(path: Path) -> str:
    return _UNSAFE.sub("", unicodedata.normalize("NFC", path.suffix.lower()))
