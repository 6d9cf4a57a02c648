"""Footnotes that explain a word: `okurka[^okurka]` with `[^okurka]: cucumber`, `**at once**[^2]` with `[^2]: sofort`."""

import re

from anki_builder.reading.dialects.draft import Draft

_DEFINITION = re.compile(r"^ {0,3}\[\^(?P<name>[^\[\]\s]{1,60})\]:[ \t]+(?P<gloss>\S.*)$")
_MARKED = re.compile(r"(?P<mark>\*\*|__|==|\*|_)(?=\S)(?P<term>[^*_=\n]{1,60})(?<=\S)(?P=mark)\[\^(?P<name>[^\[\]\s]+)\]")
_NUMBERED = re.compile(r"(?:\d+|[A-Za-z]?|fn|note|ref|footnote)[-_]?\d*$", re.IGNORECASE)


def strip(draft: Draft) -> None:
    """Make an entry of each footnote that is named by a word, or that stands behind an emphasised one."""
    if not (draft.holds("]:") and draft.holds("[^")):
        return
    text = draft.text
    marked = {found["name"]: found["term"] for found in _MARKED.finditer(text)}
    notes = {number: found for number, line in enumerate(draft.lines, 1) if (found := _DEFINITION.match(line))}
    terms = {number: term for number, found in notes.items() if (term := _term(found["name"], marked, text))}
    for number, found in notes.items():
        if number in terms:
            draft.lines[number - 1] = f"{terms[number]} :: {found['gloss']}"
        elif terms:
            draft.blank(number, "footnote")


def _term(name: str, marked: dict[str, str], text: str) -> str:
    """Return the word that a footnote is about, or nothing."""
    if name in marked:
        return marked[name]
    if _NUMBERED.match(name):
        return ""
    words = re.sub("[-_]", " ", name)
    return words if words in text else name
