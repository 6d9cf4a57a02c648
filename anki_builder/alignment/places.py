"""Find the place of a sentence in its file: its line is known, and its column is where its first words stand in that line."""

from bisect import bisect_right
from functools import lru_cache

from anki_builder.diagnostic import Diagnostic, Fix, Rule
from anki_builder.document import Text
from anki_builder.message import short
from anki_builder.source import Source, Span

_QUOTED = 48
"""Characters of a sentence quoted in a message."""
_REACH = 2000
"""Characters of markup before it in its line; beyond them, only the line is given."""


def finding(rule: Rule, source: Source, text: Text, start: int, end: int, message: str, hint: str = "") -> Diagnostic:
    """Return a diagnostic at the characters `start` to `end` of `text`."""
    return Diagnostic(rule, place(source, text, start, end), message, hint)


def place(source: Source, text: Text, start: int, end: int) -> Span:
    """Return where the characters `start` to `end` of `text` stand in the file; their line alone where markup hides them."""
    before, line = text.lines[bisect_right(text.lines, (start, 1 << 60)) - 1]
    written = _lines(source.text)
    row = written[line - 1] if 0 < line <= len(written) else ""
    least = start - before  # markup and white space only make the line longer than what is read of it
    for size in (end - start, 24, 12, 6, 2):
        found = row.find(text.plain[start : min(end, start + size)], least, least + _REACH + size)
        if found >= 0:
            return source.span(line, found + 1, max(1, min(end - start, size)))
    return source.span(line)


def fix(source: Source, text: Text, start: int, end: int, new: str) -> Fix:
    """Return the fix that writes `new` for the characters `start` to `end` of `text`."""
    return Fix(place(source, text, start, end), text.plain[start:end], new)


def quoted(text: str) -> str:
    """Return the text in quotation marks, shortened."""
    return f"“{short(text, _QUOTED)}”"


@lru_cache(maxsize=2)
def _lines(text: str) -> list[str]:
    return text.split("\n")
