"""Tables that stand as CSV in a fence: rows of fields, parted by tabs from here on."""

import re

from anki_builder.reading.dialects.draft import Draft, by_tabs

_START = re.compile(r"^[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<kind>csv|tsv)\b.*$", re.IGNORECASE)


def strip(draft: Draft) -> None:
    """Take off the fences around CSV, and part its fields by tabs."""
    if not draft.holds("```", "~~~"):
        return
    fence = delimiter = ""
    for number, line in enumerate(draft.lines, 1):
        if fence and line.strip() == fence:
            draft.blank(number, "fence")
            fence = ""
        elif fence and delimiter != "\t" and line.strip():
            delimiter = delimiter or (";" if line.count(";") > line.count(",") else ",")
            draft.lines[number - 1] = by_tabs(line.strip(), delimiter)
        elif not fence and (found := _START.match(line)):
            fence, delimiter = found["fence"], "\t" if found["kind"].casefold() == "tsv" else ""
            draft.blank(number, "fence")
