"""Words and sentences with their translations within running text: `the answer is "iyiyim" (I'm good)`, `"okula" means "to school"`."""

import re
from collections.abc import Iterator

from anki_builder.reading import evidence, inline
from anki_builder.reading.candidate import Candidate, Part
from anki_builder.reading.lines import Line
from anki_builder.reading.sheet import Sheet

_MARKED = r"(?:[*_]{1,3}|[\"“«„`])(?P<%s>[^*_\"“”«»„`()（）\n]{1,100}?)[,.]?(?:[*_]{1,3}|[\"”»“`])"
_GLOSSED = re.compile(
    _MARKED % "text" + r"\s*[(（]\s*(?P<gloss>[^()（）\n]{2,100}?)\s*[)）]"
    r"|"
    + _MARKED % "word"
    + r"\s+(?:means|bedeutet|heißt|significa|signifie|veut dire|betekent|betyder|oznacza|znaczy|означает|значит)\s+"
    + _MARKED % "meaning"
    + r"|"
    + _MARKED % "equal"
    + r"\s*=\s*[\"“]?(?P<same>[^()（）\"”“„=*_`\n]{2,100}?)[,.]?[\"”]?(?=[,;.)）]|$)"
)
"""Marked or quoted words with what translates them behind: in brackets, behind a verb that says so or an equals sign."""
_EXPLAINED = re.compile(
    r"^(?P<text>[^()（）\"“”«»„\n]{2,150}?)\s*[(（](?P<gloss>[^()（）\n]{2,150})[)）][.。]?\s+(?P<prose>\S.{15,})$"
)
"""A sentence with its translation in brackets, and what is said of it behind: `Nasılsın? (How are you?) This is a greeting.`"""
_BOLD = re.compile(r"(?:<[^<>]*>)*\*\*")
_WORD = re.compile(r"[^\W\d_]")
_LONGEST_TERM = 60
"""Characters before the separator of an entry; more is running text."""
_TOGETHER = re.compile(r"[*_\"”»`]\s+(?:and|or|und|oder|et|ou|y|o|e|en|of|och|i|и|или)\s+$")
"""Another word before one, which the brackets translate as well: `_boven_ and _onder_ (above and below)`."""
_TRANSLATED = re.compile(r"\s[-–—=]\s")
"""An example with its translation in place of a translation."""
_LABEL_ALONE = re.compile(r"[^\W\d_][^:：]{1,30}[:：][\s,，;；、.]*$")
"""The name of a list, without its words: `Time: _terwijl_ (while), _zodra_ (as soon as)`."""
_FEWEST_WORDS = 3
"""Words of the learner's language around the others in running text."""


def propose(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the words and sentences that running text translates."""
    for index, line in enumerate(sheet.lines):
        if line.heading or (line.prefix is not None and line.prefix.kind):
            continue
        explained = _explained(sheet, line)
        if explained is not None:
            yield explained
        cut = sheet.shapes[index].cut if sheet.kind(index) == "AB" else None
        clear = cut is not None and cut.kind not in (*evidence.WEAK, "markup") and len(cut.first) <= _LONGEST_TERM
        if explained is not None or not clear or _LABEL_ALONE.match(_around(line)):
            found = _glossed(sheet, line)
            yield from found if explained is None else (one for one in found if one.first[0].text != explained.first[0].text)


def _explained(sheet: Sheet, line: Line) -> Candidate | None:
    """Return the sentence that a line begins with, where the rest of it is about that sentence."""
    found = _EXPLAINED.match(line.plain)
    if found is None or [sheet.tongues.side(found[part]) for part in ("text", "gloss", "prose")] != [0, 1, 1]:
        return None
    is_read = sheet.tongues.reads_before_more(found["text"], found["gloss"], 0)
    return None if is_read else _candidate(line, found["text"], found["gloss"])


def _glossed(sheet: Sheet, line: Line) -> Iterator[Candidate]:
    """Yield the words of a line that are marked and translated right behind, where most of the line is in the learner's language."""
    found = list(_GLOSSED.finditer(line.raw))
    begins = bool(found) and not _WORD.search(line.raw[: found[0].start()])
    if not found or (begins and len(found) == 1) or (not begins and _BOLD.match(line.raw)):
        return  # nothing is marked, or it is an entry with what is said of it behind
    around = _around(line)
    is_prose = around.count(" ") >= _FEWEST_WORDS and sheet.tongues.side(around) == 1
    if not (is_prose or _LABEL_ALONE.match(around)):
        return
    ends = (0, *(one.end() for one in found))
    for start, one in zip(ends, found, strict=False):
        text = inline.plain(one["text"] or one["word"] or one["equal"])
        gloss = inline.plain(one["gloss"] or one["meaning"] or one["same"])
        if _TOGETHER.search(line.raw[start : one.start()]) or _TRANSLATED.search(gloss):
            continue
        foreign = text and gloss and sheet.tongues.side(text) != 1 and sheet.tongues.side(gloss) != 0
        if foreign and not sheet.tongues.reads(text, gloss, 0):
            yield _candidate(line, text, gloss)


def _around(line: Line) -> str:
    """Return a line without the words that are translated in it."""
    return inline.plain(_GLOSSED.sub(" ", line.raw))


def _candidate(line: Line, text: str, gloss: str) -> Candidate:
    return Candidate("running text", "bracket", "in running text", (Part(line, text),), (Part(line, gloss),), 0)
