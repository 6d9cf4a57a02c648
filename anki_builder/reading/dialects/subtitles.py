"""Subtitles and transcripts pasted into a note: numbers and times are taken off, the lines stay."""

import re

from anki_builder.reading.dialects.draft import Draft

_TIME = re.compile(r"^\s*(?:\d{1,2}:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->\s*(?:\d{1,2}:)?\d{1,2}:\d{2}[.,]\d{1,3}.*$")
_MOMENT = re.compile(r"^(\s*(?:[-*+]\s+|>\s*)?)[`\[(（]?(?:\d{1,2}:)?\d{1,2}:\d{2}[`\])）]?\s+(?=[^\W\d_])")
"""The time before a line: "`03:12` Is anyone there?"."""
_FEWEST = 3
"""Lines with a time before them in a transcript."""


def strip(draft: Draft) -> None:
    """Blank each line of times and the number above it; take off the times before the lines of a transcript."""
    for number, line in enumerate(draft.lines, 1) if draft.holds("-->") else ():
        if "-->" in line and _TIME.match(line):
            draft.blank(number, "times of a subtitle")
            if number > 1 and draft.lines[number - 2].strip().isdigit():
                draft.blank(number - 1, "number of a subtitle")
    timed = [index for index, line in enumerate(draft.lines) if ":" in line and _MOMENT.match(line)]
    for index in timed if len(timed) >= _FEWEST else ():
        draft.lines[index] = _MOMENT.sub(r"\1", draft.lines[index])
