r"""Formulas: `$…$` and `$$…$$` of a note become Anki's MathJax.

Both become `\(…\)`, since Anki takes the brackets of `\[…\]` for those of a reading; a displayed one has the size of one.
"""

import re

from anki_builder.note import Note

_DISPLAYED = re.compile(r"\$\$([^$<>]+)\$\$")
_INLINE = re.compile(r"(?<![\w$\\])\$(?=[^\s$])([^$<>]*[^\s$<>])\$(?![\w$])")
"""A dollar sign that is money has a space behind it, or no second one without: `$5 and $6`."""
_TEXTS = frozenset(
    "Text Translation Focus Note Passage PassageTranslation Term Gloss Definition Context ContextTranslation ContextCloze Terms".split()
)


def with_math(note: Note) -> Note:
    """Return a note with the formulas in its texts in Anki's notation."""
    if not any("$" in value for value in note.fields.values()):
        return note
    return note._replace(fields={name: mathjax(html) if name in _TEXTS else html for name, html in note.fields.items()})


def mathjax(html: str) -> str:
    """Return a field with its formulas in Anki's notation; a formula that holds markup stays as it is."""
    return _INLINE.sub(r"\\(\1\\)", _DISPLAYED.sub(r"\\(\\displaystyle \1\\)", html))
