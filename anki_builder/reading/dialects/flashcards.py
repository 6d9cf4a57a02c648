"""Marks of flashcard plug-ins: `START … END`, `?` between two lines, `#card` on an item with one below it, `TARGET DECK`."""

import re

from anki_builder.reading.dialects.draft import Draft

_DECK = re.compile(r"^\s*TARGET DECK\s*:?\s*(?P<deck>\S.*?)?\s*$")
_PROPERTIES = re.compile(r"^\s*(?:FILE TAGS|DELETE)\b.*$")
_INLINE = re.compile(r"^(\s*)STARTI\s*\[[^\]]*\]\s*(.*?)\s*(?:\bBack:\s*(.*?))?\s*(?:Tags:.*?)?\s*ENDI\s*$")
_CARD = re.compile(r"^(?P<mark>\s*[-*+][ \t]+)(?P<text>[^\s#].*?)[ \t]+#card[ \t]*$")
_ITEM = re.compile(r"^\s*[-*+][ \t]+(?P<text>\S.*)$")
_PARTED = re.compile(r"\S\s*(?:→|->|=>|::|＝|=)\s*\S|\S\s+[-–—]\s+\S")
"""A front that has its back on the same line; what stands below is an example."""
_PROPERTY = re.compile(r"^\s*[\w.-]+::(?:\s|$)")
_QUESTION = re.compile(r"^\s*\?{1,2}\s*$")


def strip(draft: Draft) -> None:
    """Write cards of plug-ins as `front :: back`, and blank what frames them."""
    if draft.holds("START", "TARGET DECK", "FILE TAGS"):
        _framed(draft)
    if draft.holds("\n?"):
        _questions(draft)
    if draft.holds("#card"):
        _tagged(draft)


def _tagged(draft: Draft) -> None:
    """Join a list item that is tagged as a card and its only child, a line."""
    lines = draft.lines
    for index, line in enumerate(lines):
        front = _CARD.match(line)
        if front is None:
            continue
        depth = _depth(front["mark"])
        below = []
        for number in range(index + 1, len(lines)):
            if not lines[number].strip() or _PROPERTY.match(lines[number]):
                continue
            if _depth(lines[number]) <= depth:
                break
            below.append(number)
        back = _ITEM.match(lines[below[0]]) if len(below) == 1 and not _PARTED.search(front["text"]) else None
        if back is not None:
            lines[index] = f"{front['mark']}{front['text'].rstrip()} :: {back['text'].strip()}"
            draft.roles[below[0] + 1] = "back of a card"
            lines[below[0]] = ""


def _depth(line: str) -> int:
    """Return how far a line is indented, a tab as four spaces."""
    indent = line[: len(line) - len(line.lstrip())]
    return len(indent.expandtabs(4))


def _framed(draft: Draft) -> None:
    inside = 0
    for number, line in enumerate(draft.lines, 1):
        word = line.strip()
        if deck := _DECK.match(line):
            draft.blank(number, "property")
            below = draft.lines[number].strip() if number < len(draft.lines) else ""
            draft.deck = draft.deck or deck["deck"] or below
            if below and not deck["deck"]:
                draft.blank(number + 1, "property")
        elif _PROPERTIES.match(line):
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
