"""Words that a passage emphasises, as its terms: by the setting `marked_terms`, since that is how many people note a word."""

from collections.abc import Sequence

from anki_builder.document import Passage, Text, VocabularyEntry

_EMPHASIS = frozenset(("mark", "strong", "b"))
_EDGES = " \t\u3000.,;:!?。，、；：！？…“”\"'‘’「」『』()（）*_"
_MOST_WORDS = 6


def entries(passages: Sequence[Passage], noted: Sequence[VocabularyEntry]) -> list[VocabularyEntry]:
    """Return an entry without a gloss for each emphasised word of the passages that the note has no entry for.

    Emphasis of most of a passage, or of more than a few words, marks no term.
    """
    known = {one.term.casefold() for one in noted}
    found = []
    for index, passage in enumerate(passages):
        for term, start in _terms(passage.text):
            if term.casefold() not in known:
                known.add(term.casefold())
                found.append(VocabularyEntry(term, "", (), passage.text.line_at(start), 1, len(term), passage=index))
    return found


def _terms(text: Text) -> list[tuple[str, int]]:
    """Return the emphasised words of a text, each with where it begins."""
    found = []
    for mark in text.marks:
        if mark.tag in _EMPHASIS:
            term = text.plain[mark.start : mark.end].strip(_EDGES)
            if any(map(str.isalpha, term)) and len(term) * 2 <= len(text.plain) and term.count(" ") < _MOST_WORDS:
                found.append((term, mark.start))
    return found
