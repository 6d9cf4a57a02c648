"""Sources: the text of a note file, and places within it.

The nouns of this program are named tuples: immutable, comparable, and cheap to make.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Characters that show nothing: spaces of no width, marks of the writing direction, soft hyphens."""
_JOINER = re.compile("[\u200c\u200d]")
_JOINED = re.compile("[\u0600-\u0dff\u1000-\u109f\u1780-\u17ff\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]")
"""Letters that a joiner joins in Persian and Indic scripts, and pictures."""
_MOST_MARKS = 30
"""Marks on one letter, as in Unicode's stream-safe format; no language has as many, and putting them in order takes as many steps as their square."""


class Span(NamedTuple):
    """A place in a file on disk, as an editor counts it."""

    path: str
    """As shown to the learner: relative to the working directory, with forward slashes."""
    line: int
    """From 1; 0 for the file as a whole."""
    column: int = 1
    """From 1, in characters."""
    length: int = 1
    """In characters, within the one line."""


class Source(NamedTuple):
    """One note file, decoded."""

    path: str
    """As shown to the learner: relative to the working directory, with forward slashes."""
    name: str
    """Relative to the root of the collection, with forward slashes: the identity of the document."""
    text: str
    """Without byte order mark, every line end a single \\n; lines are as many as in the file on disk."""
    folder: str = ""
    """Absolute path of the folder the file lies in, for the media beside it; empty for text that is in no file."""
    former: tuple[str, str] | None = None
    """The languages in which the last build read it, as the ledger knows them: they stay unless the learner names others."""
    columns: Mapping[int, tuple[int, ...]] | None = None
    """By the number of each line that is not as in the file: the column there of each of its characters, and of its end."""

    def span(self, line: int, column: int = 1, length: int = 1) -> Span:
        """Return the place in the file of what stands at `line`:`column` of the text."""
        columns = self.columns.get(line) if self.columns else None
        if columns is None:
            return Span(self.path, line, column, length)
        last = len(columns) - 1
        start = columns[min(column - 1, last)]
        return Span(self.path, line, start, max(1, columns[min(column - 1 + length, last)] - start))


def composed(source: Source) -> Source:
    """Return a source with its text in Unicode's composed form (NFC), without characters that show nothing and marks heaped on a letter."""
    text = source.text
    if text.isascii() or _is_composed(text):
        return source
    lines, columns = text.split("\n"), dict(source.columns or {})
    for number, line in enumerate(lines, 1):
        if not _is_composed(line):
            lines[number - 1], columns[number] = _composed_line(line)
    return source._replace(text="\n".join(lines), columns=columns)


def _is_composed(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text) and not _INVISIBLE.search(text) and not _stray_joiners(text)


def _stray_joiners(text: str) -> set[int]:
    """Return the places of joiners where nothing can be joined: the letter before them decides, whatever marks stand on it."""
    stray = set()
    for found in _JOINER.finditer(text):
        at = found.start() - 1
        while at >= 0 and unicodedata.combining(text[at]):
            at -= 1
        if at < 0 or not _JOINED.match(text[at]):
            stray.add(found.start())
    return stray


def _composed_line(line: str) -> tuple[str, tuple[int, ...]]:
    """Return a line in composed form, and the column that each of its characters, and its end, has in the line as it was."""
    hidden = {match.start() for match in _INVISIBLE.finditer(line)} | _stray_joiners(line)
    pieces: list[str] = []
    columns: list[int] = []
    cluster, begin, marks = "", 0, 0
    for at, letter in enumerate(line):
        if at in hidden:
            continue
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks > _MOST_MARKS:
            continue
        if cluster and _is_boundary(cluster, letter):
            _add(cluster, begin, pieces, columns)
            cluster = ""
        if not cluster:
            begin = at
        cluster += letter
    _add(cluster, begin, pieces, columns)
    return "".join(pieces), (*columns, len(line) + 1)


def _is_boundary(before: str, letter: str) -> bool:
    """Return whether a character is composed with nothing of what stands before it."""
    if unicodedata.combining(letter):
        return False
    apart = unicodedata.normalize("NFC", before) + unicodedata.normalize("NFC", letter)
    return unicodedata.normalize("NFC", before + letter) == apart


def _add(cluster: str, begin: int, pieces: list[str], columns: list[int]) -> None:
    letters = unicodedata.normalize("NFC", cluster)
    pieces.append(letters)
    columns += [begin + 1] * len(letters)
