"""The layouts that notes are written in: one recogniser each, in a file or package of its own.

A recogniser takes a page and yields claims. To add one: write `<name>.py` with `recognise(page)` here, a case file
`tests/cases/layout-<name>.md`, and a line in the table.
"""

from collections.abc import Callable, Iterable, Iterator

from anki_builder.reading.layouts import (
    attributes,
    furniture,
    general,
    labelled,
    own,
)
from anki_builder.reading.page import Claim, Page


def _tables(page: Page) -> Iterator[Claim]:
    """Yield what each table of the page holds."""
    if page.tables:
        from anki_builder.reading.layouts import table  # late: most notes have no table

        yield from table.recognise(page)


LAYOUTS: tuple[tuple[str, Callable[[Page], Iterable[Claim]]], ...] = (
    ("own", own.recognise),
    ("furniture", furniture.recognise),
    ("attributes", attributes.recognise),
    ("labelled", labelled.recognise),
    ("table", _tables),
    ("general", general.recognise),
)
"""In the order that decides between equal evidence."""

SUREST = ("own", "furniture", "labelled")
"""Layouts that name their parts in so many words: what they claim with `SURE` or more no other can win.

Where they leave nothing but headings and rules, which no layout behind them claims without other lines, these are not asked.
"""
SURE = 0.85
