"""Media files that notes refer to: found beside them, named by their content, never taken from outside the collection.

Anki never replaces a media file whose name it knows, so a changed picture must have a new name: the name holds a digest of the bytes.
"""

import os
import re
import urllib.parse
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from anki_builder.cli.project import Used
from anki_builder.diagnostic import Diagnostic, Rule
from anki_builder.document import AlignedDocument
from anki_builder.note import Media
from anki_builder.notes.compose import MediaFiles

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


def find_media(
    documents: Sequence[AlignedDocument], root: Path, used: Used | None = None
) -> tuple[MediaFiles, list[Diagnostic]]:
    """Return the local files that the notes below `root` refer to, and which of them cannot be used.

    References to the network are left to the reader to report. `used` is told of each file.
    """
    found: dict[tuple[str, str], Media] = {}
    diagnostics: list[Diagnostic] = []
    real_root = Path(os.path.realpath(root))
    named: dict[Path, str] = {}
    for aligned in documents:
        source = aligned.document.source
        seen: set[str] = set()
        for written, line in _references(aligned):
            if written in seen or _REMOTE.match(written):
                continue
            seen.add(written)
            place = Path(source.folder) / urllib.parse.unquote(written)
            path = Path(os.path.realpath(place))
            if not path.is_relative_to(real_root):
                if used is not None:
                    used[place] = b"" if place.exists() else None
                diagnostics.append(
                    Diagnostic(OUTSIDE, source.span(line), f"“{written}” lies outside the notes", "copy it beside the note")
                )
                continue
            try:
                name = named.get(path) or _name(path)
            except OSError:
                hint = "put it there, or remove the reference"
                if used is not None:
                    used[place] = None
                diagnostics.append(Diagnostic(MISSING, source.span(line), f"there is no file “{written}”", hint))
                continue
            named[path] = name
            if used is not None:
                used[place] = bytes.fromhex(name.removesuffix(_suffix(path))[-_DIGITS:])
            found[source.name, written] = Media(name, str(path))
    return found, diagnostics


def _name(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256(file.read()).hexdigest()[:_DIGITS]
    return f"{_UNSAFE.sub('_', path.stem)[:40]}-{digest}{_suffix(path)}"


def _suffix(path: Path) -> str:
    return _UNSAFE.sub("", path.suffix.lower())


def _references(aligned: AlignedDocument) -> Iterator[tuple[str, int]]:
    document = aligned.document
    for passage in document.passages:
        for path in (*passage.images, *passage.audio):
            yield path, passage.line
        for text in (passage.text, passage.translation):
            if text is not None:
                for mark in text.marks:
                    if mark.tag == "img":
                        yield mark.value, text.line_at(mark.start)
    for entry in document.entries:
        for path in (*entry.images, *entry.audio):
            yield path, entry.line
