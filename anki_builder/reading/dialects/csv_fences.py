"""Tables that stand as CSV, in a fence or with an empty last field in each row: rows of fields, parted by tabs from here on."""

import re

from anki_builder.reading.dialects.draft import Draft, by_tabs

_START = re.compile(r"^[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<kind>csv|tsv)\b.*$", re.IGNORECASE)


_OPEN_ROW = re.compile(r"[^,]*\S[^,]*,.*\S.*,\s*$")
"""A row whose last field is empty: `cup,chika,`."""
_OPEN_END = re.compile(r",[^\S\n]*$", re.MULTILINE)
_FEWEST_ROWS = 5


def strip(draft: Draft) -> None:
    """Part the fields of CSV by tabs, and take off the fences around it."""
    _part_open_rows(draft)
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


def _part_open_rows(draft: Draft) -> None:
    """Part the fields of rows with an empty last one, where most lines are such."""
    if not _OPEN_END.search(draft.text):
        return
    rows = [number for number, line in enumerate(draft.lines) if _OPEN_END.search(line) and _OPEN_ROW.match(line)]
    if len(rows) >= _FEWEST_ROWS and len(rows) * 2 > sum(bool(line.strip()) for line in draft.lines):
        for number in rows:
            draft.lines[number] = by_tabs(draft.lines[number].strip().rstrip(","), ",")
