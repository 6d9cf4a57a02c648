"""Sources: the text of a note file, and places within it.

The nouns of this program are named tuples: immutable, comparable, and cheap to make.
"""

from typing import NamedTuple


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

    def span(self, line: int, column: int = 1, length: int = 1) -> Span:
        """Return the place `line`:`column` in this file."""
        return Span(self.path, line, column, length)
