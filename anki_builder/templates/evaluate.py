"""Anki's template notation, evaluated as Anki does: which cards a note makes, and what they show.

Our own evaluator because genanki's counts `{{tts …:F}}`, `{{hint:F}}` and every other filter as empty, misses nested cloze
deletions, and leaves such notes without cards; and because a preview must show what Anki will show. A test holds both
against the real Anki.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

from anki_builder.note import NoteType


class TemplateError(Exception):
    """A template that Anki refuses; its text is Anki's own message."""


class Node(NamedTuple):
    """A piece of a parsed template."""

    kind: Literal["text", "comment", "field", "if", "unless"]
    text: str
    """The text; the comment's; the name of the field or condition."""
    filters: tuple[str, ...] = ()
    """Of a field, in the order of their application: the one next to the name comes first."""
    children: tuple["Node", ...] = ()
    """Of a condition."""


_EMPTY = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE)
_OLD_NOTATION = "{{=<% %>=}}"


@lru_cache(256)
def parse(template: str) -> tuple[Node, ...]:
    """Return the nodes of a template; raise `TemplateError` where Anki would show an error instead of the card."""
    opening, closing = "{{", "}}"
    stripped = template.lstrip()
    if stripped.startswith(_OLD_NOTATION):
        opening, closing = "<%", "%>"
        while stripped.startswith(_OLD_NOTATION):
            stripped = stripped[len(_OLD_NOTATION) :]
        template = stripped
    token = re.compile(rf"{opening}|<!--")
    stack: list[tuple[Node, list[Node]]] = []
    nodes: list[Node] = []
    at = 0
    while at < len(template):
        found = token.search(template, at)
        if not found:
            nodes.append(Node("text", template[at:]))
            break
        if found.start() > at:
            nodes.append(Node("text", template[at : found.start()]))
            at = found.start()
        ending = "-->" if found[0] == "<!--" else closing
        end = template.find(ending, found.end())
        if end < 0:
            raise TemplateError(f"Missing {ending} in {template[at:]}")
        inner = template[found.end() : end]
        at = end + len(ending)
        if ending == "-->":
            nodes.append(Node("comment", inner))
            continue
        name = inner.lstrip("{").strip()
        sign = name[0] if len(name) > 1 else ""
        if sign and sign in "#^":
            stack.append((Node("if" if sign == "#" else "unless", name[1:].lstrip()), nodes))
            nodes = []
        elif sign == "/":
            closed = name[1:].lstrip()
            if not stack or stack[-1][0].text != closed:
                raise TemplateError(f"Found {{{{/{closed}}}}}, but missing {{{{#{closed}}}}} or {{{{^{closed}}}}}")
            condition, outer = stack.pop()
            outer.append(condition._replace(children=tuple(nodes)))
            nodes = outer
        else:
            key, *filters = reversed(name.split(":"))
            nodes.append(Node("field", key, tuple(filters)))
    if stack:
        raise TemplateError(f"Missing {{{{/{stack[-1][0].text}}}}}")
    return tuple(nodes)


def is_empty(field: str) -> bool:
    """Tell whether Anki counts a field as empty: nothing but white space and line breaks."""
    return not field or _EMPTY.fullmatch(field) is not None


def shows_field(nodes: tuple[Node, ...], filled: frozenset[str]) -> bool:
    """Tell whether any field replaced is among the `filled`: Anki's condition for a card to exist."""
    for kind, name, _, children in nodes:
        if kind == "field":
            if name in filled:
                return True
        elif kind in ("if", "unless") and (name in filled) == (kind == "if") and shows_field(children, filled):
            return True
    return False


@lru_cache(64)
def card_rule(note_type: NoteType) -> Callable[[tuple[str, ...]], tuple[int, ...]]:
    """Return the function that tells the cards of a note's fields, with the templates parsed once."""
    if note_type.is_cloze:
        return _cloze_ords
    fronts = []
    used = set()
    for ord_, template in enumerate(note_type.templates):
        try:
            nodes = parse(template.front)
        except TemplateError:
            continue
        fronts.append((ord_, nodes))
        used |= names(nodes)
    watched = [(index, field.name) for index, field in enumerate(note_type.fields) if field.name in used]
    known: dict[tuple[str, ...], tuple[int, ...]] = {}

    def ords(fields: tuple[str, ...]) -> tuple[int, ...]:
        filled = tuple([name for index, name in watched if fields[index] and not is_empty(fields[index])])
        result = known.get(filled)
        if result is None:
            result = known[filled] = tuple(ord_ for ord_, nodes in fronts if shows_field(nodes, frozenset(filled)))
        return result

    return ords


def card_ords(note_type: NoteType, fields: tuple[str, ...]) -> tuple[int, ...]:
    """Return the cards Anki makes of a note, ascending: indices of templates, or deletion numbers less one."""
    return card_rule(note_type)(fields)


def names(nodes: tuple[Node, ...]) -> set[str]:
    """Return the names of fields and conditions in a template."""
    found = set()
    for node in nodes:
        if node.kind in ("field", "if", "unless"):
            found.add(node.text)
            found |= names(node.children)
    return found


class Cloze(NamedTuple):
    """A cloze deletion."""

    numbers: tuple[int, ...]
    """Ascending: `{{c1,2::…}}` belongs to two cards."""
    parts: tuple["str | Cloze", ...]
    hint: str | None


_CLOZE_MARK = re.compile(r"\{\{c([0-9,]+)::|\}\}")
_CLOZE_DEPTH = 10
_LAST_CLOZE = 500


def _numbers(written: str) -> tuple[int, ...]:
    return tuple(sorted({int(part) for part in written.split(",") if 0 < len(part.lstrip("0") or "0") < 6 and int(part) < 65536}))


def clozes(text: str) -> tuple[str | Cloze, ...]:
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
    for found in _CLOZE_MARK.finditer(text):
        numbers = _numbers(found[1]) if found[1] else ()
        if found[1] and not numbers:
            continue
        if found.start() > at:
            plain(text[at : found.start()])
        at = found.end()
        if numbers:
            if len(stack) < _CLOZE_DEPTH:
                stack.append((numbers, [], []))
        elif stack:
            closed, parts, hints = stack.pop()
            cloze = Cloze(closed, tuple(parts), hints[-1] if hints else None)
            (stack[-1][1] if stack else output).append(cloze)
        else:
            output.append("}}")
    if at < len(text):
        plain(text[at:])
    return tuple(output)


def cloze_numbers(parts: tuple[str | Cloze, ...]) -> set[int]:
    """Return the numbers of all deletions, those within others too; 0 is none."""
    found: set[int] = set()
    for part in parts:
        if isinstance(part, Cloze):
            found.update(part.numbers)
            found |= cloze_numbers(part.parts)
    return found - {0}


def _cloze_ords(fields: tuple[str, ...]) -> tuple[int, ...]:
    # Anki looks into every field of the note, not only those the template filters by `cloze:`.
    found: set[int] = set()
    for field in fields:
        if "{{c" in field:
            found |= cloze_numbers(clozes(field))
    return tuple(sorted({min(number, _LAST_CLOZE) - 1 for number in found}))
