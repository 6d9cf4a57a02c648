"""Readings that a note lacks, added on request out of the dictionaries of optional packages.

What the learner wrote stands; what is added is kept apart from it (marks of the tag `added`, `VocabularyEntry.added`), so that it is never
a key and cards can show that it was not the learner's.
"""

import re
from collections.abc import Callable
from importlib import import_module

from anki_builder.document import Document, Mark, Text, VocabularyEntry
from anki_builder.languages.readings import over, spelt
from anki_builder.languages.romanisation import is_kana

Read = Callable[[str], tuple[Mark, ...]]
"""Returns the readings of a text as marks of the tag `added`."""

_SHORTEST_NOTED = 2
"""Characters of a word whose noted reading holds wherever it stands; a single character is part of other words."""
_READERS = {"zh": "chinese", "ja": "japanese"}


def with_added(document: Document) -> Document:
    """Return a document with readings over its text, its terms and their examples where it has none; other languages stay as they are."""
    primary = document.languages[0].partition("-")[0]
    if primary not in _READERS:
        return document
    read = _as_noted(document, import_module(f"anki_builder.pronunciation.{_READERS[primary]}").readings)
    return document._replace(
        passages=tuple([passage._replace(text=_spelt_out(passage.text, read)) for passage in document.passages]),
        entries=tuple([_entry(entry, read) for entry in document.entries]),
        asides=tuple([_spelt_out(aside, read) for aside in document.asides]),
    )


def _as_noted(document: Document, read: Read) -> Read:
    """Return a reader that gives a word the reading which the learner noted for it elsewhere in the document."""
    spelt_by_learner = [(one.term, one.reading) for one in document.entries]
    for passage in document.passages:
        plain = passage.text.plain
        spelt_by_learner += [(plain[mark.start : mark.end], mark.value) for mark in passage.text.marks if mark.tag == "ruby"]
    is_usual = is_kana if document.languages[0].startswith("ja") else bool
    noted = {word: reading for word, reading in reversed(spelt_by_learner) if len(word) >= _SHORTEST_NOTED and is_usual(reading)}
    if not noted:
        return read
    words = re.compile("|".join(map(re.escape, sorted(noted, key=len, reverse=True))))

    def as_noted(text: str) -> tuple[Mark, ...]:
        marks = list(read(text))
        for found in words.finditer(text):
            inside = [mark for mark in marks if mark.start < found.end() and found.start() < mark.end]
            if inside and found.start() <= inside[0].start and inside[-1].end <= found.end():
                own = [mark._replace(tag="added") for mark in over(found[0], noted[found[0]])]
                kept = [mark for mark in marks if mark not in inside]
                marks = kept + [mark._replace(start=mark.start + found.start(), end=mark.end + found.start()) for mark in own]
        return tuple(sorted(marks, key=lambda mark: mark.start))

    return as_noted


def _spelt_out(text: Text, read: Read) -> Text:
    """Return a text with a reading over each word that has none."""
    return text._replace(marks=_together(text.plain, text.marks, read))


def _entry(entry: VocabularyEntry, read: Read) -> VocabularyEntry:
    """Return an entry with a reading of its term and of the words of its examples."""
    examples = [one._replace(readings=_together(one.text, one.readings, read)) for one in entry.examples]
    added = "" if entry.reading else spelt(entry.term, read(entry.term))
    return entry._replace(added=added, examples=tuple(examples))


def _together(text: str, marks: tuple[Mark, ...], read: Read) -> tuple[Mark, ...]:
    """Return the marks of a text with those readings that stand over no written one."""
    written = [mark for mark in marks if mark.tag == "ruby"]
    free = [mark for mark in read(text) if not any(mark.start < other.end and other.start < mark.end for other in written)]
    return tuple(sorted([*marks, *free], key=lambda mark: (mark.start, -mark.end)))
