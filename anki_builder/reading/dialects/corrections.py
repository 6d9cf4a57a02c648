"""Corrections as tutors write them: `❌ Ich bin kalt. → ✅ Mir ist kalt.` keeps what is right."""

import re
from itertools import pairwise

from anki_builder.reading.dialects.draft import Draft

_CROSSES, _TICKS = "❌✗✘❎🚫×", "✅✔✓⭕"
_CROSS = r"(?:[❌✗✘❎🚫]|×(?=\s))"
"""The mark of what is wrong; a cross of multiplication stands apart from the words."""
_ITEM = r"^(?P<mark>\s*(?:(?:[-*+]|\d+[.)])[ \t]+)?)"
_RIGHT_BEHIND = r"[\ufe0e\ufe0f]?[ \t]*(?P<right>\S.*)$"
_CORRECTED = re.compile(rf"{_ITEM}{_CROSS}[ \t]*[^{_TICKS}\n]+[{_TICKS}]{_RIGHT_BEHIND}")
_WRONG = re.compile(rf"{_ITEM}{_CROSS}[ \t]*\S")
_RIGHT = re.compile(rf"{_ITEM}[{_TICKS}○◯]{_RIGHT_BEHIND}")
_QUOTE = re.compile(r"^\s*>\s*\S")
_VERDICT = re.compile(rf"^\s*>\s*(?:(?P<wrong>{_CROSS})|[✅✔✓])[\ufe0e\ufe0f]?\s*\S")
"""What a tutor says in a quote below an answer in it."""


def strip(draft: Draft) -> None:
    """Take off what is marked as wrong where what is right follows, on the line or on the line below, and answers that a tutor marks."""
    if not draft.holds(*_CROSSES):
        return
    lines = draft.lines
    lines[:] = [_CORRECTED.sub(r"\g<mark>\g<right>", line) for line in lines]
    for number, (line, below) in enumerate(pairwise(lines), 1):
        if _WRONG.match(line) and (right := _RIGHT.match(below)) and _have_in_common(line, right["right"]):
            draft.blank(number, "mistake")
            lines[number] = right["mark"] + right["right"]
    for number, (line, below) in enumerate(pairwise(lines), 1):
        if _QUOTE.match(line) and (verdict := _VERDICT.match(below)):
            if verdict["wrong"]:
                draft.blank(number, "mistake")
            draft.blank(number + 1, "remark")


def _have_in_common(wrong: str, right: str) -> bool:
    """Return whether a correction has a word of what it corrects, or a letter where words are not parted: else both are words of a list."""
    one, other = wrong.casefold(), right.casefold()
    return any(set(part.findall(one)) & set(part.findall(other)) for part in _PARTS)


_PARTS = re.compile(r"[^\W\d_]{2,}"), re.compile("[\u2e80-\u9fff\uac00-\ud7ff]")
"""Words, and letters of scripts without spaces."""
