"""Readings behind words, in the notations of learners and of programs, become `<ruby>` for the inline layer.

`電車(でんしゃ)は`, `電車【でんしゃ】は`, `電車[でんしゃ]は`, `{電車|でんしゃ}`, `｜電車《でんしゃ》`, `客人（kèrén）来了`, `학교(學校)에`. A bracket
that ends an entry's term is left to the grammar of entries: `電車（でんしゃ） train`.
"""

import re

from anki_builder.languages.readings import base, over
from anki_builder.reading.dialects.draft import Draft

_ANY = re.compile(
    r"[(（\[【｛{《](?:(?<=[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff].)[^\u3400-\u9fff]"
    r"|(?<=\{)[^{}|\n]+\||(?<=[\uac00-\ud7a3][(（\[])[\u3400-\u9fff])"
)
"""A line without this has no reading: a bracket, with what stands around it."""
_WITH_BAR = re.compile(r"\{(?P<word>[^{}|\n]*[\u3400-\u9fff々][^{}|\n]*)\|(?P<reading>[^{}\n\u3400-\u9fff]+)\}")
_MARKED = re.compile(r"｜(?P<word>[^\s｜|《》]{1,30})《(?P<reading>[^《》\n\u3400-\u9fff]+)》")
_BRACED = re.compile(
    r"(?<=[\u0370-\u1dff\u3041-\u9fff\uac00-\ud7a3])(\s*)\{([^\W\d_][^{}|\n\u0370-\u1dff\u3041-\u9fff\uac00-\ud7a3]*)\}"
)
"""What is spelt out in braces behind another script, where others write brackets: `θάλασσα {thálassa}`."""
_SHOWN_BY_STYLE = re.compile(
    r'<ruby\b[^<>]*>\s*<span>([^<>]*)</span>\s*<rt\b[^<>]*?\bdata-rt="([^"<>]*)"[^<>]*>\s*</rt>\s*</ruby>'
)
"""A reading that a style sheet shows: `<ruby><span>窓</span><rt data-rt="まど"></rt></ruby>`."""
_BRACKET = re.compile(r"[(（\[【｛{《](?P<reading>[^()（）\[\]【】｛｝{}《》\n]{1,60})[)）\]】｝}》]")
_RUNS_ON = re.compile(
    r"[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3。、！？」』々]|[，；](?=[\u3400-\u9fff])| ?[\u3400-\u9fff々]+[\[{《]|[.,!?](?:\s|$)"
)
_HAN_ALONE = re.compile(r"[\u3400-\u9fff，、；。…（）()\s]+")
_SOMETHING_BEFORE = re.compile(r"[^\s\d.)>*+#|-]")
_SPACED = re.compile(r"(?<=[\u3005-\u30ff\u3400-\u9fff。、！？」』]) $")
_KANA = re.compile("[\u3041-\u30fa]")
_KATAKANA = re.compile("[\u30a1-\u30fa]")


def strip(draft: Draft) -> None:
    """Take the readings of words in running text out of the lines and put them where HTML has them."""
    if draft.holds("{"):
        draft.lines[:] = [_BRACED.sub(r"\1(\2)", line) if "{" in line else line for line in draft.lines]
    if draft.holds("data-rt="):
        draft.lines[:] = [_SHOWN_BY_STYLE.sub(r"<ruby>\1<rt>\2</rt></ruby>", line) for line in draft.lines]
    for index, line in enumerate(draft.lines):
        if not line.isascii() and _ANY.search(line):
            draft.lines[index] = _in_brackets(_explicit(line))


def _explicit(line: str) -> str:
    """Return a line with the readings whose word the notation itself shows."""
    for pattern in (_WITH_BAR, _MARKED):
        line = pattern.sub(
            lambda found: _ruby(found["word"], found["reading"]) if found["reading"].strip(" |") else found[0], line
        )
    return line


def _in_brackets(line: str) -> str:
    """Return a line with the readings in brackets behind words, if one of them stands in running text."""
    found = [(bracket, _base(line, bracket)) for bracket in _BRACKET.finditer(line)]
    found = [(bracket, start) for bracket, start in found if start >= 0]
    if not any(_is_running(line, bracket, start) for bracket, start in found):
        return line
    out: list[str] = []
    at = 0
    for bracket, start in found:
        out += (_SPACED.sub("", line[at:start]), _ruby(line[start : bracket.start()], bracket["reading"]))
        at = bracket.end()
    return "".join([*out, line[at:]])


def _base(line: str, bracket: re.Match[str]) -> int:
    """Return where the word of a reading begins; -1 where the bracket holds none."""
    if bracket[0][0] in "(（" and _KATAKANA.search(bracket["reading"]):  # a gloss: 会議（ミーティング）
        return -1
    return base(line[: bracket.start()], bracket["reading"])


def _is_running(line: str, bracket: re.Match[str], start: int) -> bool:
    """Return whether text goes on behind a reading, or ends the line with something before its word: it is no entry's term.

    A Japanese word that begins a line, with characters alone behind its kana, has a Chinese gloss there: `断る（ことわる）拒绝`.
    """
    behind, is_first = line[bracket.end() :], _SOMETHING_BEFORE.search(line[:start]) is None
    if is_first and _KANA.search(bracket["reading"]) and _HAN_ALONE.fullmatch(behind):
        return False
    return _RUNS_ON.match(behind) is not None or (not behind.strip() and not is_first)


def _ruby(word: str, reading: str) -> str:
    parts = reading.strip("|").split("|")
    if len(parts) > 1:
        reading = " ".join(parts) if len(parts) == len(word) else "".join(parts)
    out: list[str] = []
    at = 0
    for mark in over(word, reading):
        out.append(f"{word[at : mark.start]}<ruby>{word[mark.start : mark.end]}<rt>{mark.value}</rt></ruby>")
        at = mark.end
    return "".join([*out, word[at:]])
