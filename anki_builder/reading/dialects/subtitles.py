"""Subtitles pasted into a note: numbers and times are taken off, the lines stay."""

import re

from anki_builder.reading.dialects.draft import Draft

_TIME = re.compile(r"^\s*(?:\d{1,2}:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->\s*(?:\d{1,2}:)?\d{1,2}:\d{2}[.,]\d{1,3}.*$")


def strip(draft: Draft) -> None:
    """Blank each line of times and the number above it."""
    if "-->" not in draft.text:
        return
    for number, line in enumerate(draft.lines, 1):
        if "-->" in line and _TIME.match(line):
            draft.blank(number, "times of a subtitle")
            if number > 1 and draft.lines[number - 2].strip().isdigit():
                draft.blank(number - 1, "number of a subtitle")
