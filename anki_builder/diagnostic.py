"""Diagnostics: findings about notes as data; `anki_builder.cli` renders them.

Each stage returns its value and its diagnostics, and raises only for faults of the program itself.
"""

from typing import Literal, NamedTuple

from anki_builder.source import Span

Severity = Literal["error", "warning", "note"]
"""error: something that the learner wrote cannot be used; warning: a card may be wrong or missing; note: worth knowing."""


class Rule(NamedTuple):
    """A kind of diagnostic; its text is its documentation (`anki-builder explain NAME`)."""

    name: str
    """kebab-case"""
    severity: Severity
    summary: str
    """One sentence, lower case, no full stop."""
    example: str
    """A few lines of a note that cause it."""
    cure: str
    """The remedy, as an instruction."""


class Fix(NamedTuple):
    """A safe correction of the text of a note."""

    span: Span
    """Within one line."""
    old: str
    """The text that stands there; where it does not, the fix is not for this file."""
    new: str


class Diagnostic(NamedTuple):
    """One finding at one place."""

    rule: Rule
    span: Span
    message: str
    """Lower case, no full stop; quotes what it speaks of in “ ”."""
    hint: str = ""
    """An instruction; empty where nothing need be done."""
    related: tuple[tuple[Span, str], ...] = ()
    """Other places with what they have to do with it."""
    fixes: tuple[Fix, ...] = ()
    """What `check --fix` changes; empty where only the learner can know what is meant."""
