"""What Anki writes when it exports notes as text: lines such as `#separator:tab` above rows of fields."""

import re

from anki_builder.reading.dialects.draft import Draft, by_tabs

_HEADER = re.compile(r"^#(separator|html|deck|notetype|tags|columns|guid column|notetype column|deck column|tags column):(.*)$")
_SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "colon": ":"}


def strip(draft: Draft) -> None:
    """Take off the header, keep the names of the columns as the first row, and part all fields by tabs."""
    if not draft.holds("#separator:"):
        return
    headers = {number: found for number, line in enumerate(draft.lines, 1) if (found := _HEADER.match(line))}
    named = {found[1]: found[2].strip() for found in headers.values()}
    if "separator" not in named:
        return
    separator = _SEPARATORS.get(named["separator"].casefold(), named["separator"][:1] or "\t")
    for number, found in headers.items():
        if found[1] == "columns":
            draft.lines[number - 1] = found[2].strip()
        else:
            draft.blank(number, "property")
    if separator != "\t":
        for index, line in enumerate(draft.lines):
            if separator in line:
                draft.lines[index] = by_tabs(line, separator)
