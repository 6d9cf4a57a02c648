"""Joplin: the properties that an export writes at the end of a note."""

import re

from anki_builder.reading.dialects.draft import Draft

_PROPERTY = re.compile(r"^[a-z][a-z_]*_?:(?: \S.*)?$")


def strip(draft: Draft) -> None:
    """Blank the last lines of a note if they are properties, an `id` among them."""
    end = len(draft.lines)
    while end and not draft.lines[end - 1].strip():
        end -= 1
    start = end
    while start and _PROPERTY.match(draft.lines[start - 1]):
        start -= 1
    keys = {line.partition(":")[0] for line in draft.lines[start:end]}
    if len(keys) > 2 and {"id", "type_"} & keys:
        for index in range(start, end):
            draft.blank(index + 1, "property")
