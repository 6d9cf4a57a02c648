"""The lines of a note that nothing reads, and what would read them."""

from typing import NamedTuple

from anki_builder.config import Config, Layout
from anki_builder.reading import suggestions
from anki_builder.reading.layouts import own
from anki_builder.reading.page import Claim
from anki_builder.reading.reader import reading_of
from anki_builder.reading.suggestions import Suggestion
from anki_builder.source import Source


class Unread(NamedTuple):
    """What a note has that nothing reads, and what the learner's own layouts read of it."""

    lines: tuple[int, ...]
    """Lines on disk that make no card."""
    doubtful: tuple[int, ...]
    """Lines that make cards with marks of the notation left on them."""
    suggestions: tuple[Suggestion, ...]
    """Patterns that would read them."""
    records: tuple[tuple[Layout, int], ...]
    """The layouts of the settings that are for this note, with how many records each has matched."""


def unread(source: Source, config: Config) -> Unread:
    """Return which lines of a note are not read, and the patterns that would read them."""
    reading = reading_of(source, config)
    page, document = reading.page, reading.document
    empty = not document.passages and not document.entries
    wanted = suggestions.UNREAD | suggestions.BESIDE if empty else suggestions.UNREAD
    lines = tuple(sorted(number for number, role in reading.roles.items() if role in wanted))
    doubtful = tuple(sorted(number for claim in reading.claims if _is_doubtful(claim) for number, _ in claim.roles))
    layouts = [layout for layout in config.layouts if own.is_for(layout, source)]
    matched = [layout for layout, _ in own.records(page, layouts)]
    told = not empty or reading.names_languages or len(config.languages) == 2
    found = suggestions.suggest(page, reading.roles, lines + doubtful, guessed=reading.guessed or not told)
    return Unread(lines, doubtful, tuple(found), tuple((layout, matched.count(layout)) for layout in layouts))


def _is_doubtful(claim: Claim) -> bool:
    """Return whether marks of a notation are left on the cards of a claim that is not the learner's own."""
    texts = [text for one in claim.entries for text in (one.term, one.gloss)]
    texts += [text.plain for one in claim.passages for text in (one.text, one.translation) if text is not None]
    return claim.layout != own.NAME and any(map(suggestions.has_marks, texts))
