"""A heading that is a term or a sentence: with its gloss on the same line, or its translation as the first line below it."""

from collections.abc import Iterator

from anki_builder.reading import entry, evidence
from anki_builder.reading.candidate import Candidate, of_cut, whole
from anki_builder.reading.no_text import names_part
from anki_builder.reading.sentences import ends_sentence
from anki_builder.reading.sheet import Sheet

_MOST_LINES = 14
_LONGEST = 220
"""Lines and characters that an entry below its heading has at most; more is a part of the note."""


def _is_long(sheet: Sheet, index: int) -> bool:
    """Return whether running text or a table stands below a heading."""
    end = next((at for at in range(index + 1, len(sheet.lines)) if sheet.lines[at].heading), len(sheet.lines))
    below = sheet.lines[index + 1 : end]
    last = sheet.lines[end].number if end < len(sheet.lines) else 1 << 60
    return (
        len(below) > _MOST_LINES
        or any(len(line.plain) > _LONGEST for line in below)
        or any(sheet.lines[index].number < number < last for number in sheet.tables)
    )


def _more(sheet: Sheet, index: int) -> float:
    """Return the evidence that a heading is a term: it begins in lower case, sentences below hold its words."""
    plain = sheet.lines[index].plain
    stems = [word[:4] for word in plain.casefold().split() if len(word) > 3]
    end = next((at for at in range(index + 1, len(sheet.lines)) if sheet.lines[at].heading), len(sheet.lines))
    below = [sheet.lines[at].plain.casefold() for at in range(index + 2, end)]
    mentioned = bool(stems) and any(all(stem in text for stem in stems) for text in below)
    return (evidence.LOWER_CASE if plain[:1].islower() else 0.0) + (evidence.MENTIONED if mentioned else 0.0)


def _explains_itself(sheet: Sheet, index: int) -> bool:
    """Return whether a line is a gloss with other words of the language studied in brackets behind it: `杰出（outstanding）、显赫（prominent）`."""
    if not sheet.tongues.by_script:
        return False
    outside = entry.outside_brackets(sheet.lines[index].plain)
    gloss = outside[entry.part_of_speech_before(outside) :]
    return sheet.tongues.side(gloss) == 1 and not sheet.tongues.letters(gloss, 0)


def propose(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the terms and the sentences among the headings below the title."""
    for index, line in enumerate(sheet.lines):
        if not line.heading or (line.heading == 1 and index == 0):
            continue
        found = sheet.shapes[index]
        if names_part(line.plain) or _is_long(sheet, index):
            continue
        if found.cut is not None and found.kind == "AB":
            if not (names_part(found.cut.first) or names_part(found.cut.second)):
                proposed = of_cut(line, found.cut, "heading")
                yield proposed._replace(bonus=evidence.IN_HEADING, is_entry=True)
            continue
        below = index + 1
        while below < len(sheet.lines) and sheet.kind(below) in ("R", "-") and not sheet.lines[below].heading:
            below += 1
        if below >= len(sheet.lines) or sheet.lines[below].heading or found.kind not in ("A", "U"):
            continue
        gloss = sheet.lines[below]
        if gloss.prefix is not None and gloss.prefix.kind:
            continue
        if sheet.kind(below) in ("B", "U") or _explains_itself(sheet, below):
            unsure = (found.kind, sheet.kind(below)) == ("U", "U")
            place = "item" if gloss.item else "line"
            yield Candidate(
                "headings",
                "heading",
                f"heading of level {line.heading} above {place}",
                whole(line),
                whole(gloss),
                None if unsure else 0,
                bonus=_more(sheet, index) + (evidence.UNSURE if unsure else 0.0),
                is_entry=not (ends_sentence(line.plain) and ends_sentence(gloss.plain)),
            )
