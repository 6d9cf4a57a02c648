"""Marks of flashcard plug-ins: `START … END`, `?` between two lines, `TARGET DECK`, `<!--SR…-->` (a comment anyway)."""

import re

from anki_builder.reading.dialects.draft import Draft

_DECK = re.compile(r"^\s*(?:TARGET DECK|FILE TAGS|DELETE)\b.*$")
_INLINE = re.compile(r"^(\s*)STARTI\s*\[[^\]]*\]\s*(.*?)\s*(?:\bBack:\s*(.*?))?\s*(?:Tags:.*?)?\s*ENDI\s*$")
_QUESTION = re.compile(r"^\s*\?{1,2}\s*$")


def strip(draft: Draft) -> None:
    """Write cards of plug-ins as `front :: back`, and blank what frames them."""
    text = draft.text
    if "START" in text or "TARGET DECK" in text or "FILE TAGS" in text:
        _framed(draft)
    if "\n?" in text:
        _questions(draft)


def _framed(draft: Draft) -> None:
    inside = 0
    for number, line in enumerate(draft.lines, 1):
        word = line.strip()
        if _DECK.match(line):
            draft.blank(number, "property")
        elif found := _INLINE.match(line):
            draft.lines[number - 1] = f"{found[1]}{found[2]} :: {found[3]}" if found[3] else f"{found[1]}{found[2]}"
        elif word == "START":
            draft.blank(number, "mark of a card")
            inside = number
        elif word == "END" and inside:
            draft.blank(number, "mark of a card")
            inside = 0
        elif inside and (number == inside + 1 or word.startswith(("Tags:", "ID:"))):
            draft.blank(number, "property")


def _questions(draft: Draft) -> None:
    """Join a line, the `?` below it and the single line below that."""
    lines = draft.lines
    for index in range(1, len(lines) - 1):
        if not _QUESTION.match(lines[index]):
            continue
        alone_above = index < 2 or not lines[index - 2].strip()
        alone_below = index + 2 >= len(lines) or not lines[index + 2].strip()
        if lines[index - 1].strip() and lines[index + 1].strip() and alone_above and alone_below:
            lines[index - 1] = f"{lines[index - 1].rstrip()} :: {lines[index + 1].strip()}"
            draft.roles[index + 2] = "back of a card"
            lines[index + 1] = ""
        draft.blank(index + 1, "mark of a card")
