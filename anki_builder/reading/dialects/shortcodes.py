"""GitHub, MkDocs and chat programs: emoji by their names, `:bread:`, which stand for no text."""

import re

from anki_builder.reading.dialects.draft import Draft

_SHORTCODE = re.compile(r":(?<![^\s|*_>]:)[a-z][a-z0-9_+-]+:(?::[a-z][a-z0-9_+-]+:)*(?![^\s|*_])[ \t]*")


def strip(draft: Draft) -> None:
    """Take the names of emoji off the lines."""
    if ":" in draft.text and _SHORTCODE.search(draft.text):
        draft.lines[:] = [_SHORTCODE.sub("", line) for line in draft.lines]
