"""Cloze deletions as Anki reads them: nested, several numbers to one, hints; and what a card shows of them."""

import re
from typing import NamedTuple

from anki_builder.templates.markup import encode_attribute, strip_html_in_mathjax


class Cloze(NamedTuple):
    """A cloze deletion."""

    numbers: tuple[int, ...]
    """Ascending: `{{c1,2::…}}` belongs to two cards."""
    parts: tuple["str | Cloze", ...]
    hint: str | None


_MARK = re.compile(r"\{\{c([0-9,]+)::|\}\}")
_DEPTH = 10
LAST = 500
"""The highest number that has a card of its own."""


def _written(numbers: str) -> tuple[int, ...]:
    parts = [part.lstrip("0") or "0" for part in numbers.split(",") if part]
    return tuple(sorted({int(part) for part in parts if len(part) < 6 and int(part) < 65536}))


def parse(text: str) -> tuple[str | Cloze, ...]:
    """Return the text cut into plain parts and cloze deletions, as Anki reads it.

    What follows an opening without its closing is lost, as it is in Anki.
    """
    output: list[str | Cloze] = []
    stack: list[tuple[tuple[int, ...], list[str | Cloze], list[str]]] = []

    def plain(part: str) -> None:
        if not stack:
            output.append(part)
            return
        _, parts, hints = stack[-1]
        head, mark, tail = part.partition("::")
        parts.append(head)
        if mark:
            hints.append(tail)

    at = 0
    for found in _MARK.finditer(text):
        written = _written(found[1]) if found[1] else ()
        if found[1] and not written:
            continue
        if found.start() > at:
            plain(text[at : found.start()])
        at = found.end()
        if written:
            if len(stack) < _DEPTH:
                stack.append((written, [], []))
        elif stack:
            closed, parts, hints = stack.pop()
            cloze = Cloze(closed, tuple(parts), hints[-1] if hints else None)
            (stack[-1][1] if stack else output).append(cloze)
        else:
            output.append("}}")
    if at < len(text):
        plain(text[at:])
    return tuple(output)


def numbers(text: str) -> set[int]:
    """Return the numbers of all deletions in a field, those within others too."""
    return _numbers_in(parse(text)) - {0} if "{{c" in text else set()


def _numbers_in(parts: tuple[str | Cloze, ...]) -> set[int]:
    found: set[int] = set()
    for part in parts:
        if isinstance(part, Cloze):
            found.update(part.numbers)
            found |= _numbers_in(part.parts)
    return found


def reveal(text: str, number: int, question: bool) -> str:
    """Return the field as card `number` shows it on one side (`{{cloze:Field}}`); nothing where the card has no deletion in it."""
    parts = parse(text)
    if number not in _numbers_in(parts):
        return ""
    return strip_html_in_mathjax("".join(_shown(part, number, question) for part in parts))


def reveal_only(text: str, number: int, question: bool) -> str:
    """Return the deletions alone, or their hints (`{{cloze-only:Field}}`)."""
    found: list[str] = []

    def collect(parts: tuple[str | Cloze, ...]) -> None:
        for part in parts:
            if isinstance(part, Cloze):
                if number in part.numbers:
                    found.append(_hint(part) if question else _plain(part))
                collect(part.parts)

    collect(parse(text))
    return ", ".join(found)


def _shown(part: str | Cloze, number: int, question: bool) -> str:
    if isinstance(part, str):
        return part
    inner = "".join(_shown(child, number, question) for child in part.parts)
    numbers = ",".join(map(str, part.numbers))
    if number not in part.numbers:
        return f'<span class="cloze-inactive" data-ordinal="{numbers}">{inner}</span>'
    if question:
        hidden = encode_attribute(inner)
        return f'<span class="cloze" data-cloze="{hidden}" data-ordinal="{numbers}">[{_hint(part)}]</span>'
    return f'<span class="cloze" data-ordinal="{numbers}">{inner}</span>'


def _hint(cloze: Cloze) -> str:
    return "..." if cloze.hint is None else cloze.hint


def _plain(cloze: Cloze) -> str:
    return "".join(part if isinstance(part, str) else _plain(part) for part in cloze.parts)
