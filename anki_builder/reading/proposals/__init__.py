"""The shapes in which notes put a text and its translation: one module for each, none of which knows another.

A module looks at the lines of a page with their shapes and yields candidates; `reading.grammar` decides which of them hold. To add a
shape: write `<name>.py` with `propose(sheet)` here and a line in the table.
"""

from collections.abc import Callable, Iterable

from anki_builder.reading.candidate import Candidate
from anki_builder.reading.proposals import headings, labels, one_line, questions, running_text, sections, stacked
from anki_builder.reading.sheet import Sheet

PROPOSALS: tuple[tuple[str, Callable[[Sheet], Iterable[Candidate]]], ...] = (
    ("questions", questions.propose),
    ("labels", labels.propose),
    ("one line", one_line.propose),
    ("stacked", stacked.propose),
    ("headings", headings.propose),
    ("sections", sections.propose),
    ("running text", running_text.propose),
)
"""In the order that decides between equal evidence."""
