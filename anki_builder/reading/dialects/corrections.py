"""Corrections as tutors write them: `❌ Ich bin kalt. → ✅ Mir ist kalt.` keeps what is right."""

import re
from itertools import pairwise

from anki_builder.reading.dialects.draft import Draft

_CORRECTED = re.compile(
    r"^(?P<mark>\s*(?:(?:[-*+]|\d+[.)])[ \t]+)?)(?:❌|✗|✘|❎|🚫)[ \t]*[^✅✔✓⭕\n]+(?:✅|✔|✓|⭕)[\ufe0e\ufe0f]?[ \t]*(?P<right>\S.*)$"
)


_WRONG = re.compile(r"^\s*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?:❌|✗|✘|❎|🚫)[ \t]*\S")
_RIGHT = re.compile(r"^(?P<mark>\s*(?:(?:[-*+]|\d+[.)])[ \t]+)?)(?:✅|✔|✓|⭕|○|◯)[\ufe0e\ufe0f]?[ \t]*(?P<right>\S.*)$")


def strip(draft: Draft) -> None:
    """Take off what is marked as wrong where what is right follows: on the line, or on the line below."""
    if not any(mark in draft.text for mark in "❌✗✘❎🚫"):
        return
    lines = draft.lines
    lines[:] = [_CORRECTED.sub(r"\g<mark>\g<right>", line) for line in lines]
    for number, (line, below) in enumerate(pairwise(lines), 1):
        if _WRONG.match(line) and (right := _RIGHT.match(below)):
            draft.blank(number, "mistake")
            lines[number] = right["mark"] + right["right"]
