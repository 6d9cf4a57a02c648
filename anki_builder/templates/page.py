"""A side of a card as HTML: what is element, script, style sheet and comment, and what is not closed.

The standard library's parser reads it, which takes everything and gives the place of each tag. Anki's own notation is hidden from it
first (`hide`), so that a field inside an attribute is text and a section leaves nothing behind.
"""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from html.parser import HTMLParser
from itertools import accumulate
from typing import Literal, NamedTuple

from anki_builder.templates.evaluate import Token

FIELD = "\ue000"
"""Stands for each character of a field in text that is read as HTML or CSS."""
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_CLOSED_BY_OTHERS = frozenset(
    "p li dt dd option optgroup tr td th thead tbody tfoot colgroup caption rt rp html head body".split()
)
"""Elements that HTML closes by itself."""
_FOREIGN = frozenset(("svg", "math"))
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")


class Attribute(NamedTuple):
    """The value of an attribute."""

    value: str
    """With its entities decoded."""
    start: int
    """First character of the value in the text."""
    written: str
    """As it stands there."""


class Element(NamedTuple):
    """The opening tag of an element."""

    name: str
    """Lower case."""
    start: int
    length: int
    attributes: Mapping[str, Attribute]
    """By their names in lower case."""


class Block(NamedTuple):
    """The content of a script or style element."""

    text: str
    start: int


class Fault(NamedTuple):
    """A tag that does not fit its place."""

    kind: Literal["unclosed", "unopened", "broken"]
    name: str
    start: int
    length: int


class Page(NamedTuple):
    """Everything that was read."""

    elements: tuple[Element, ...]
    scripts: tuple[Block, ...]
    styles: tuple[Block, ...]
    comments: tuple[Block, ...]
    """Each with its brackets."""
    faults: tuple[Fault, ...]


def hide(text: str, tokens: Iterable[Token], filled: bool | None = None) -> str:
    """Return a template of the same length without Anki's notation.

    With `filled`, the sections that are not shown where all fields are filled, or all are empty, are hidden too.
    """
    pieces: list[str] = []
    closed: list[str] = []
    """Kinds of the sections around that are not shown, and of those within them."""
    for token in tokens:
        length = token.end - token.start
        hides = closed or (filled is not None and token.kind == ("unless" if filled else "if"))
        if token.kind in ("if", "unless") and hides:
            closed.append(token.kind)
        elif token.kind == "end" and closed:
            closed.pop()
        if hides or token.kind in ("if", "unless", "end"):
            pieces.append(" " * length)
        else:
            pieces.append(FIELD * length if token.kind == "field" else text[token.start : token.end])
    return "".join(pieces).ljust(len(text)) if pieces else " " * len(text)


def read(text: str) -> Page:
    """Parse a side of a card: find its elements, scripts, styles and the files that it refers to."""
    reader = _Reader(text)
    reader.feed(text.replace("<![", "<!?"))  # to a browser a comment like any other; the parser knows some and fails on the rest
    reader.close()
    return reader.page()


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text = text
        self.lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self.elements: list[Element] = []
        self.scripts: list[Block] = []
        self.styles: list[Block] = []
        self.comments: list[Block] = []
        self.faults: list[Fault] = []
        self.open: list[Element] = []
        self.end = 0
        """Behind the last tag."""

    def page(self) -> Page:
        for element in reversed(self.open):
            self._left_open(element)
            if element.name in ("script", "style"):
                self._add_block(element, len(self.text))
        if rest := re.compile(r"<[a-zA-Z][^<>]*\Z").search(self.text, self.end):
            self.faults.append(Fault("broken", rest[0].split()[0][1:], rest.start(), len(rest[0])))
        return Page(
            elements=tuple(self.elements),
            scripts=tuple(self.scripts),
            styles=tuple(self.styles),
            comments=tuple(self.comments),
            faults=tuple(self.faults),
        )

    def _at(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = self.get_starttag_text() or ""
        start = self._at()
        self.end = start + len(written)
        element = Element(tag, start, len(written), dict(_attributes(written, start)))
        self.elements.append(element)
        inner = written.rfind("<", 1)
        if inner > 0 and inner > max(written.rfind('"', 1, inner), written.rfind("'", 1, inner)):
            self.faults.append(Fault("broken", tag, start, inner))
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID and (tag in _FOREIGN or any(element.name in _FOREIGN for element in self.open)):
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        start = self._at()
        self.end = self.text.find(">", start) + 1 or len(self.text)
        if not any(element.name == tag for element in self.open):
            if tag not in _VOID:
                self.faults.append(Fault("unopened", tag, start, self.end - start))
            return
        while (element := self.open.pop()).name != tag:
            self._left_open(element)
        if tag in ("script", "style"):
            self._add_block(element, start)

    def handle_comment(self, data: str) -> None:
        start = self._at()
        is_comment = self.text.startswith("<!--", start)
        self.end = start + len(data) + len("<!---->") if is_comment else self.text.find(">", start) + 1 or len(self.text)
        self.comments.append(Block(self.text[start : self.end], start))

    def _left_open(self, element: Element) -> None:
        if element.name not in _CLOSED_BY_OTHERS:
            self.faults.append(Fault("unclosed", element.name, element.start, element.length))

    def _add_block(self, element: Element, end: int) -> None:
        start = element.start + element.length
        blocks = self.scripts if element.name == "script" else self.styles
        blocks.append(Block(self.text[start:end], start))


def _attributes(tag: str, start: int) -> Iterable[tuple[str, Attribute]]:
    """Yield the attributes of an opening tag; of two with one name the first counts."""
    seen = set()
    for found in _ATTRIBUTE.finditer(tag, len(re.split(r"[\s/>]", tag, maxsplit=1)[0])):
        name = found[1].lower()
        if name not in seen:
            seen.add(name)
            group = found.lastindex if found.lastindex and found.lastindex > 1 else 1
            written = found[group] if group > 1 else ""
            yield name, Attribute(unescape(written), start + (found.start(group) if group > 1 else found.end()), written)
