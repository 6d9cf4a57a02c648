"""Items of lists that a program has wrapped at the edge of its page: they are one line again."""

import re
import unicodedata
from collections.abc import Iterator

from anki_builder.reading.dialects.draft import Draft

_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+\S")
_GOES_ON = re.compile(r"^[ \t]+(?![-*+>|#`~]|\d{1,3}[.)][ \t])\S")
_FEWEST = 3
"""Wrapped lines that show that a note is wrapped."""
_WIDEST = 100
"""Columns; a wider page wraps nothing."""


def strip(draft: Draft) -> None:
    """Join each line of an item with the line below it, where every such line is full: the next word had no room on it."""
    if not draft.holds("\n ", "\n\t"):
        return
    pairs = list(_wrapped(draft.lines))
    if len(pairs) < _FEWEST or max(map(_width, draft.lines)) > _WIDEST:
        return
    page = max(_width(draft.lines[number - 1]) for number in pairs)
    if any(_with_next_word(draft.lines, number) <= page for number in pairs):
        return
    for number in reversed(pairs):
        draft.lines[number - 1] = f"{draft.lines[number - 1].rstrip()} {draft.lines[number].strip()}"
        draft.blank(number + 1, "goes on above")


def _wrapped(lines: list[str]) -> Iterator[int]:
    """Yield the number of each line of an item that goes on without a mark on the line below."""
    inside = False
    for number, line in enumerate(lines):
        goes_on = _GOES_ON.match(line) is not None
        if goes_on and inside:
            yield number
        inside = _ITEM.match(line) is not None or (goes_on and inside)


def _with_next_word(lines: list[str], number: int) -> int:
    """Return how wide line `number` would be with the first word of the line below it."""
    return _width(lines[number - 1].rstrip()) + 1 + _width(lines[number].split(maxsplit=1)[0])


def _width(line: str) -> int:
    """Return the columns of a line, two for a wide character."""
    return len(line) + sum(unicodedata.east_asian_width(letter) in "WF" for letter in line if letter > "\u1100")
