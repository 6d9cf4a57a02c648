r"""Formulas: `$…$` and `$$…$$` of a note become Anki's MathJax.

Both become `\(…\)`, since Anki takes the brackets of `\[…\]` for those of a reading; a displayed one has the size of one.
"""

import re

from anki_builder.note import Note

_DISPLAYED = re.compile(r"\$\$([^$<>]+)\$\$")
_INLINE = re.compile(r"(?<![\w$\\])\$(?=[^\s$])([^$<>]*[^\s$<>])\$(?![\w$])")
"""A dollar sign that is money has a space behind it, or no second one without: `$5 and $6`."""


def with_math(note: Note) -> Note:
    """Return a note with the formulas in its texts in Anki's notation."""
    if not any("$" in value for value in note.fields.values()):
        return note
    shown = {field.name: mathjax(note.fields[field.name]) for field in note.kind.fields if field.formulas}
    return note._replace(fields={**note.fields, **shown})


def mathjax(html: str) -> str:
    """Return a field with its formulas in Anki's notation; a formula that holds markup stays as it is."""
    return _INLINE.sub(r"\\(\1\\)", _DISPLAYED.sub(r"\\(\\displaystyle \1\\)", html))
