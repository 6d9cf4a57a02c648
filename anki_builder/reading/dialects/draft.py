"""A note on its way through the dialects."""

import csv
from typing import NamedTuple


class Title(NamedTuple):
    """The name that a box, a fold or a highlight gives to what is in it."""

    text: str
    kind: str
    """What the dialect calls the box: `example`, `vocab`, `note`; empty where it says nothing."""


class Draft:
    """The lines of a note, to be changed in place, and what the dialects took off them."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.roles: dict[int, str] = {}
        """What each line was that a dialect has blanked, by number from 1."""
        self.titles: dict[int, Title] = {}
        """Titles of boxes, by the number of their line, which is blank now."""
        self.tags: list[str] = []
        """Tags that stand on a line of their own, nested ones with `::` as Anki writes them."""
        self.title = ""
        """Title of the note, where a property gives one."""
        self.deck = ""
        """Deck that a property outside the front matter names."""
        self._joined: list[str] = []
        self._text = ""

    @property
    def text(self) -> str:
        """The note as it is now; joined when it is asked for, if a dialect has changed a line since."""
        if self._joined != self.lines:
            self._joined, self._text = list(self.lines), "\n".join(self.lines)
        return self._text

    def holds(self, *marks: str) -> bool:
        """Return whether any of some marks stands in the note. Most notes have not even its first character."""
        text = self.text
        return any(mark[0] in text and mark in text for mark in marks)

    def blank(self, number: int, role: str) -> None:
        """Take line `number` out of the note and remember what it was."""
        if self.lines[number - 1].strip():
            self.roles.setdefault(number, role)
        self.lines[number - 1] = ""


def by_tabs(line: str, delimiter: str) -> str:
    """Return a line of CSV with its fields parted by tabs, as rows of a table may be; as it is, if it is no CSV."""
    try:
        return "\t".join(next(csv.reader([line], delimiter=delimiter)))
    except (csv.Error, ValueError):  # a carriage return within, a huge field, a quotation mark as delimiter
        return line
