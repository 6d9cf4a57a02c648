"""Readings inside terms and examples, and pinyin beside sentences: recognisers pass them over, so they are looked up in the lines."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from anki_builder.document import Example, Mark, Passage, Text, VocabularyEntry
from anki_builder.languages import romanisation
from anki_builder.languages.readings import over_text, spelt
from anki_builder.reading import inline
from anki_builder.reading.text import sliced


def spelt_out(entries: Iterable[VocabularyEntry], lines: Sequence[str]) -> Iterator[VocabularyEntry]:
    """Yield entries with the readings that stand over characters of their term and of their examples; `lines` are those of the note."""
    for entry in entries:
        examples = tuple([_example(example, lines) for example in entry.examples])
        yield entry._replace(reading=entry.reading or _reading(entry, lines), examples=examples)


def with_pinyin(passages: Iterable[Passage], lines: Sequence[str], roles: dict[int, str]) -> Iterator[Passage]:
    """Yield passages with the pinyin that stands behind them on their line, or alone on the line below; that line gets its role."""
    for passage in passages:
        text, number = passage.text, passage.line
        marks: tuple[Mark, ...] = ()
        translation = passage.translation
        if len(text.lines) == 1 and not text.marks and not text.plain.isascii():
            marks = next((found for part in _PINYIN.findall(lines[number - 1]) if (found := over_text(text.plain, part))), ())
            below = _line_below(passage, lines, roles)
            if not marks and below and romanisation.is_pinyin(below):
                marks = over_text(text.plain, below)
                roles |= {number + 1: "reading"} if marks else {}
            if not marks and translation is not None and len(translation.lines) > 1:
                spelt_out_first = translation.plain[: translation.lines[1][0]].strip()
                marks = over_text(text.plain, spelt_out_first) if romanisation.is_pinyin(spelt_out_first) else ()
                if marks:
                    roles[translation.lines[0][1]] = "reading"
                    at, line = translation.lines[1]
                    translation = sliced(translation, translation.plain[at:], line)
        yield passage._replace(text=text._replace(marks=marks), translation=translation) if marks else passage


def with_kana(passages: Iterable[Passage], lines: Sequence[str], roles: dict[int, str]) -> Iterator[Passage]:
    """Yield passages with the kana that stand alone on the line below them; that line gets its role."""
    for passage in passages:
        text, below = passage.text, _line_below(passage, lines, roles)
        is_one = len(text.lines) == 1 and not text.marks and below and romanisation.is_kana(below)
        marks = over_text(text.plain, below) if is_one else ()
        roles |= {passage.line + 1: "reading"} if marks else {}
        yield passage._replace(text=text._replace(marks=marks)) if marks else passage


def _line_below(passage: Passage, lines: Sequence[str], roles: Mapping[int, str]) -> str:
    """Return the line below the first of a passage, nothing where it has a role or there is none."""
    number = passage.line
    return lines[number].strip() if number < len(lines) and number + 1 not in roles else ""


_PINYIN = re.compile(r"[A-Za-zÀ-ǿ](?:[A-Za-zÀ-ǿ\d'’ ,.!?;:]|(?<=\w)-(?=\w))*")


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
