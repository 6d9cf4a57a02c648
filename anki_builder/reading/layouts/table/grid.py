"""One table: its cells without markup, its heads, and the language of each column."""

import re
from collections.abc import Sequence
from functools import cached_property

from anki_builder.languages import labels
from anki_builder.reading import entry, inline
from anki_builder.reading.page import Page
from anki_builder.reading.tables import Table

NAME = "table"
EVIDENCE = 0.7
FEWEST_ROWS = 3
"""Rows whose words tell more than the heads above them."""
_FEWEST_PERSONS = 3
"""Heads that name persons in the table of a conjugation."""
_MOST_ROWS = 60
"""Rows that are looked at to tell what a column holds."""
_EMPTY = re.compile(r"(?:[\s/_—–-]*|NULL|[Nn]/[Aa])$")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LIST_MARK = re.compile(r"^(?:[-*+•·]|\d{1,2}[.)])\s+")

Row = tuple[int, tuple[str, ...]]
"""The line of a row on disk, and its cells as written."""
Form = tuple[int, tuple[str, ...]]
"""The width of a table, and its heads in lower case. Tables of one form usually have the same columns."""


class Grid:
    """A table with its rows of data. Columns are numbered from 0; a row may be shorter than the table is wide."""

    def __init__(self, page: Page, table: Table, heading: str) -> None:
        self.page = page
        self.tongues = page.tongues
        self.heading = heading
        """The nearest heading above the table, without markup, or nothing."""
        self.frame = frame(table)
        """The roles of its lines that are no rows of data."""
        self.rows: tuple[Row, ...] = table.rows
        self.head_row: Row = (table.head_line, table.head)
        """The head as written."""
        head = tuple(inline.plain(cell) for cell in table.head)
        first = tuple(inline.plain(cell) for cell in self.rows[0][1])
        names = sum(bool(labels.field(cell)) for cell in first)
        if not any(head) and len(self.rows) > 1 and names > 1 and names * 4 >= len(first) * 3:
            head, self.rows = first, self.rows[1:]  # the head stands in the first row
        self.fields = tuple(labels.field(cell) or labels.language_of_column(cell) for cell in head)
        """What the heads name: kinds of fields or languages, empty strings for heads that name neither."""
        self.is_tracker = sum(map(labels.is_tracked, head)) > 1
        """Whether the heads are those of a plan or a tracker."""
        persons = frozenset(number for number, cell in enumerate(head) if labels.is_pronoun(cell))
        self.persons = persons if len(persons) >= _FEWEST_PERSONS else frozenset()
        """The columns of a conjugation, whose heads name persons."""
        self.width = max(len(row) for _, row in self.rows)
        if head and not any(self.fields) and self._is_data(head):
            self.rows = (self.head_row, *self.rows)
            self.frame = ((table.delimiter, "table"),) if table.delimiter else ()
            self.persons = frozenset()
        self.form: Form = (self.width, tuple(map(str.casefold, head)))

    def _is_data(self, head: tuple[str, ...]) -> bool:
        """Return whether the head is the first row of data: its cells are in the languages of the columns below them."""
        sides = [self.tongues.side(cell) for cell in head]
        below = [self.side(number) for number in range(len(head))]
        return len(head) > 1 and None not in sides[:2] and sides[0] != sides[1] and sides[:2] == below[:2]

    def head(self, number: int) -> str:
        """Return the head of a column in lower case, or nothing."""
        return self.form[1][number] if number < len(self.form[1]) else ""

    def field(self, number: int) -> str:
        """Return the kind of field or the language that the head of a column names, or nothing."""
        return self.fields[number] if number < len(self.fields) else ""

    def cell(self, row: Sequence[str], number: int) -> str:
        """Return a cell without markup. A cell that is missing or holds only a dash gives nothing."""
        if not 0 <= number < len(row) or _EMPTY.match(row[number]):
            return ""
        return inline.plain(row[number])

    def parts(self, row: Sequence[str], number: int) -> list[str]:
        """Return the lines of a cell without markup and without the marks of a list; empty ones are left out."""
        if not 0 <= number < len(row):
            return []
        parts = cut_at_breaks(row[number])
        if len(parts) > 1:
            parts = [_LIST_MARK.sub("", part) for part in parts]
        return [text for part in parts if (text := inline.plain(part)) and not _EMPTY.match(text)]

    def column(self, number: int) -> list[str]:
        """Return the cells of a column that are not empty, from the first 60 rows."""
        return [text for _, row in self.rows[:_MOST_ROWS] if (text := self.cell(row, number))]

    def cells_in_lines(self, number: int) -> list[list[str]]:
        """Return the lines of each cell of a column that is not empty, from the first 60 rows."""
        return [parts for _, row in self.rows[:_MOST_ROWS] if (parts := self.parts(row, number))]

    def side(self, number: int) -> int | None:
        """Return the language of most cells of a column: 0 for the one studied, 1 for the other, None where neither has most."""
        texts = self.column(number)
        if not texts:
            return None
        if not self.tongues.separable:
            return self.tongues.side(" \n".join(texts))
        sides = [self.tongues.side(entry.enclosed(text) or text) for text in texts]
        first, second = sides.count(0), sides.count(1)
        if max(first, second) * 2 < len(sides) or max(first, second) < 2 * min(first, second):
            return None
        return 0 if first > second else 1

    @cached_property
    def is_in_one_language(self) -> bool:
        """Return whether both of two columns are in one language, whatever languages their heads name: forms of words below the usual heads."""
        if self.tongues.by_script or self.width != 2 or len(self.rows) < FEWEST_ROWS:
            return False
        sides = [[self.tongues.side(text) for text in self.column(number)] for number in range(self.width)]
        return any(all(own and own.count(side) * 3 >= len(own) * 2 for own in sides) for side in (0, 1))


def frame(table: Table) -> tuple[tuple[int, str], ...]:
    """Return the roles of the head of a table and of its row of hyphens, as far as it has them."""
    return tuple((number, "table") for number in (table.head_line, table.delimiter) if number)


def is_empty(cell: str) -> bool:
    """Return whether a cell as written holds nothing, or only dashes."""
    return _EMPTY.match(cell) is not None


def cut_at_breaks(cell: str) -> list[str]:
    """Return the lines of a cell as written: it is cut at `<br>`."""
    return [part.strip() for part in _BREAK.split(cell)]
