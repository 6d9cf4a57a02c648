"""Readings inside terms and examples: a recogniser takes these as plain text, so their readings are looked up in their lines."""

from collections.abc import Iterable, Iterator, Sequence

from anki_builder.document import Example, Text, VocabularyEntry
from anki_builder.languages.readings import spelt
from anki_builder.reading import inline


def spelt_out(entries: Iterable[VocabularyEntry], lines: Sequence[str]) -> Iterator[VocabularyEntry]:
    """Yield entries with the readings that stand over characters of their term and of their examples; `lines` are those of the note."""
    for entry in entries:
        examples = tuple([_example(example, lines) for example in entry.examples])
        yield entry._replace(reading=entry.reading or _reading(entry, lines), examples=examples)


def _reading(entry: VocabularyEntry, lines: Sequence[str]) -> str:
    """Return the reading that stands over the characters of a term."""
    text = _with_readings(entry.line, lines)
    start = text.plain.find(entry.term) if text is not None else -1
    return spelt(entry.term, text.readings(start, start + len(entry.term))) if text is not None and start >= 0 else ""


def _example(example: Example, lines: Sequence[str]) -> Example:
    """Return an example with the readings of its words."""
    text = _with_readings(example.line, lines)
    start = text.plain.find(example.text) if text is not None else -1
    if text is None or start < 0:
        return example
    return example._replace(readings=text.readings(start, start + len(example.text)))


def _with_readings(number: int, lines: Sequence[str]) -> Text | None:
    """Return the text of a line that has readings; None for another one."""
    raw = lines[number - 1] if 0 < number <= len(lines) else ""
    return inline.read([(number, raw)])[0] if "<rt" in raw else None
