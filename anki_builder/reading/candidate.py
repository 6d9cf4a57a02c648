"""What the shapes propose: two pieces of text of which one may translate the other."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from anki_builder.reading import evidence
from anki_builder.reading.lines import Line
from anki_builder.reading.shape import Cut


class Part(NamedTuple):
    """A line, or the piece of a line, on one side of a candidate."""

    line: Line
    text: str
    """`Line.plain` or a piece of it."""


class Candidate(NamedTuple):
    """Two pieces of text that may be a sentence with its translation or a term with its gloss."""

    layout: str
    """The shape that proposes it, as `--explain-layout` prints it."""
    notation: str
    """A key of `evidence.NOTATION`; for pieces of one line, what parts them."""
    form: str
    """What candidates have in common that are decided together: notation, place, label."""
    first: tuple[Part, ...]
    second: tuple[Part, ...]
    order: int | None
    """0 where the first piece is in the language studied, 1 where the second is, None where nobody knows."""
    bonus: float = 0.0
    """Evidence beside that of the notation."""
    extra: Mapping[str, str] = {}
    """What else is said of a term: phonetics, part-of-speech, reading, remark, example."""
    roles: tuple[tuple[int, str], ...] = ()
    """Lines beside those of the pieces that belong to it, with what they are."""
    is_entry: bool | None = None
    """Whether it is an entry, where the notation says so."""

    @property
    def number(self) -> int:
        """The line it begins on."""
        return self.first[0].line.number

    @property
    def numbers(self) -> frozenset[int]:
        """All lines that it takes."""
        return frozenset([part.line.number for part in (*self.first, *self.second)] + [number for number, _ in self.roles])

    @property
    def company(self) -> tuple[str, int | None]:
        """What candidates must share to count as company: with a strong separator either order does."""
        strong = self.notation in evidence.SEPARATOR and self.notation not in evidence.WEAK
        return self.form, None if strong else self.order

    @property
    def parted_weakly(self) -> bool:
        """Whether its pieces stand on one line with no strong separator between them; a colon may stand behind a label."""
        return self.notation in evidence.WEAK or self.notation == "colon"

    def opposites(self) -> "list[Candidate]":
        """Return the entries of a candidate with opposites on both sides, `granda ≠ malgranda: big ≠ small`; itself without."""
        if len(self.first) != 1 or len(self.second) != 1:
            return [self]
        (one,), (other,) = self.first, self.second
        texts, others = _OPPOSED.split(one.text), _OPPOSED.split(other.text)
        if len(texts) != len(others) or len(texts) < 2 or not all((*texts, *others)):
            return [self]
        return [
            self._replace(
                layout=LISTED, first=(one._replace(text=text),), second=(other._replace(text=opposite),), extra={}, is_entry=True
            )
            for text, opposite in zip(texts, others, strict=True)
        ]


NUMBERS = "numbers"
"""The form of the names of numbers."""
LISTED = "list on one line"
"""The shape of pieces that share a line."""
_OPPOSED = re.compile(r"\s*(?:≠|><|<=>|<->|⇔|↔)\s*")


def whole(*lines: Line) -> tuple[Part, ...]:
    """Return lines as parts."""
    return tuple(Part(line, line.plain) for line in lines)


def plain(parts: Iterable[Part]) -> str:
    """Return parts as one text."""
    return " ".join(part.text for part in parts)


def of_cut(line: Line, cut: Cut, layout: str) -> Candidate:
    """Return the candidate that a cut line is."""
    place = "item" if line.item else "line"
    label = line.prefix.kind if line.prefix is not None else ""
    form = " ".join(filter(None, (layout, cut.kind, place, label)))
    return Candidate(layout, cut.kind, form, (Part(line, cut.first),), (Part(line, cut.second),), cut.order)
