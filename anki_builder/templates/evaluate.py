"""Anki's template notation, evaluated as Anki does: which cards a note makes, and what they show.

Our own evaluator because genanki's counts `{{tts …:F}}`, `{{hint:F}}` and every other filter as empty, misses nested cloze
deletions, and leaves such notes without cards; and because a preview must show what Anki will show. A test holds both
against the real Anki.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Literal, NamedTuple

from anki_builder.note import NoteType
from anki_builder.templates import clozes
from anki_builder.templates.markup import WHITE_SPACE


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


_EMPTY = re.compile(r"(?:[\t\n\v\f\r ]|</?(?:br|div) ?/?>)*", re.IGNORECASE | re.ASCII)
SPECIAL = ("Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID")
"""Names that Anki fills in on each card, besides the fields of the note. A field of such a name hides the special one."""
_OLD_NOTATION = "{{=<% %>=}}"


class Token(NamedTuple):
    """A piece of a template as it is written."""

    kind: Literal["text", "comment", "field", "if", "unless", "end", "unclosed"]
    text: str
    """The text inside the brackets, without `#`, `^`, `/` and white space at its ends; of `unclosed` the bracket itself, which Anki shows."""
    start: int
    end: int


def tokens(template: str) -> Iterator[Token]:
    """Yield the pieces of a template in their order."""
    opening, closing = "{{", "}}"
    at = 0
    stripped = template.lstrip(WHITE_SPACE)
    if stripped.startswith(_OLD_NOTATION):
        opening, closing = "<%", "%>"
        at = len(template) - len(stripped)
        while template.startswith(_OLD_NOTATION, at):
            at += len(_OLD_NOTATION)
    bracket = re.compile(rf"{opening}|<!--")
    missing: set[str] = set()
    while at < len(template):
        found = bracket.search(template, at)
        if not found:
            yield Token("text", template[at:], at, len(template))
            return
        start = found.start()
        if start > at:
            yield Token("text", template[at:start], at, start)
        ending = "-->" if found[0] == "<!--" else closing
        end = template.find(ending, found.end()) if ending not in missing else -1
        if end < 0:
            missing.add(ending)
            at = found.end()
            yield Token("unclosed", found[0], start, at)
            continue
        at = end + len(ending)
        inner = template[found.end() : end]
        if ending == "-->":
            yield Token("comment", inner, start, at)
            continue
        name = inner.lstrip("{").strip(WHITE_SPACE)
        sign = name[0] if len(name) > 1 else ""
        kind = _SIGNS.get(sign)
        if kind:
            yield Token(kind, name[1:].lstrip(WHITE_SPACE), start, at)
        else:
            yield Token("field", name, start, at)


_SIGNS: dict[str, Literal["if", "unless", "end"]] = {"#": "if", "^": "unless", "/": "end"}


@lru_cache(256)
def parse(template: str) -> tuple[Node, ...]:
    """Return the nodes of a template; raise `TemplateError` where Anki would show an error instead of the card."""
    stack: list[tuple[Node, list[Node]]] = []
    nodes: list[Node] = []
    for token in tokens(template):
        kind, text = token.kind, token.text
        if kind == "field":
            key, *filters = reversed(text.split(":"))
            nodes.append(Node("field", key, tuple(filters)))
        elif kind in ("if", "unless"):
            stack.append((Node(kind, text), nodes))
            nodes = []
        elif kind == "end":
            if not stack:
                raise TemplateError(f"Found {_tag('/', text)}, but missing {_tag('#', text)} or {_tag('^', text)}")
            if stack[-1][0].text != text:
                raise TemplateError(f"Found {_tag('/', text)}, but expected {_tag('/', stack[-1][0].text)}")
            condition, outer = stack.pop()
            outer.append(condition._replace(children=tuple(nodes)))
            nodes = outer
        elif kind == "comment":
            nodes.append(Node("comment", text))
        else:
            nodes.append(Node("text", text))
    if stack:
        raise TemplateError(f"Missing {_tag('/', stack[-1][0].text)}")
    return tuple(nodes)


def _tag(sign: str, name: str) -> str:
    return f"'\u2068{{{{{sign}{name}}}}}\u2069'"


def is_empty(field: str) -> bool:
    """Tell whether Anki counts a field as empty: nothing but ASCII white space and line breaks."""
    may_be_empty = not field or field[0] == "<" or field[0].isspace()
    return may_be_empty and _EMPTY.fullmatch(field) is not None


def shows_field(nodes: tuple[Node, ...], filled: frozenset[str]) -> bool:
    """Tell whether any field replaced is among the `filled`: Anki's condition for a card to exist."""
    for kind, name, _, children in nodes:
        if kind == "field":
            if name in filled:
                return True
        elif kind in ("if", "unless") and (name in filled) == (kind == "if") and shows_field(children, filled):
            return True
    return False


def can_show_field(nodes: tuple[Node, ...], filled: Mapping[str, bool], fields: frozenset[str]) -> bool:
    """Tell whether a note can have a filled field in this template. `filled` are the names of which it is known whether they are."""
    for kind, name, _, children in nodes:
        may_be_filled, may_be_empty = filled.get(name, name in fields), not filled.get(name, False)
        if kind == "field" and may_be_filled:
            return True
        if kind == "if" and may_be_filled and can_show_field(children, {**filled, name: True}, fields):
            return True
        if kind == "unless" and may_be_empty and can_show_field(children, {**filled, name: False}, fields):
            return True
    return False


def card_ords(note_type: NoteType, fields: Mapping[str, str], tagged: bool = True) -> tuple[int, ...]:
    """Return the cards Anki makes of a note, ascending: indices of templates, or deletion numbers less one.

    `tagged` is whether the note has tags: they, the deck and the other `SPECIAL` names count as fields.
    Each note of this program has the tag of its article.
    """
    if note_type.is_cloze:
        return _cloze_ords(fields.values())
    fronts = tuple([template.front for template in note_type.templates])
    filled = [name for name in _fields_named(fronts) if (value := fields.get(name)) and not is_empty(value)]
    filled += [name for name in SPECIAL if name not in fields and (tagged or name != "Tags")]
    return _cards_shown(fronts, frozenset(filled))


@lru_cache(64)
def _fields_named(fronts: tuple[str, ...]) -> frozenset[str]:
    found = set()
    for front in fronts:
        with suppress(TemplateError):
            found |= names(parse(front))
    return frozenset(found)


@lru_cache(1 << 12)
def _cards_shown(fronts: tuple[str, ...], filled: frozenset[str]) -> tuple[int, ...]:
    """Return the indices of the fronts that show any of the `filled` fields; a front with an error makes no card."""
    found = []
    for ord_, front in enumerate(fronts):
        with suppress(TemplateError):
            if shows_field(parse(front), filled):
                found.append(ord_)
    return tuple(found)


def names(nodes: tuple[Node, ...]) -> set[str]:
    """Return the names of fields and conditions in a template."""
    found = set()
    for node in nodes:
        if node.kind in ("field", "if", "unless"):
            found.add(node.text)
            found |= names(node.children)
    return found


def _cloze_ords(fields: Iterable[str]) -> tuple[int, ...]:
    # Anki looks into every field of the note, not only those the template filters by `cloze:`.
    found: set[int] = set()
    for field in fields:
        if "{{c" in field:
            found |= clozes.numbers(field)
    return tuple(sorted({min(number, clozes.LAST) - 1 for number in found}))
