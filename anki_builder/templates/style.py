"""A style sheet: the files it refers to, and what a browser would skip or misread in it. tinycss2 reads it as CSS says."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple

import tinycss2

from anki_builder.message import Message

_SENTINEL = ".anki-builder-end"
_DESCRIPTORS = frozenset(("font-face", "property", "counter-style", "page", "font-palette-values", "view-transition"))
"""At-rules whose blocks hold no properties."""
_URL = re.compile(r"url\(\s*[\"']?", re.IGNORECASE)
_SMALL = {"px": 9.0, "pt": 7.0}
"""The smallest size of text that can be read on a phone."""

_MESSAGES = {
    "}": Message("a brace is closed that is not open"),
    ")": Message("a parenthesis is closed that is not open"),
    "]": Message("a bracket is closed that is not open"),
    "bad-string": Message("a string is not closed in its line"),
    "eof-in-string": Message("a string is not closed"),
    "bad-url": Message("this is no valid address"),
    "eof-in-url": Message("an address is not closed"),
}
Problem = Literal["broken", "property", "fixed", "small"]


class Place(NamedTuple):
    """A file that a style sheet refers to."""

    written: str
    """As CSS reads it: without quotes and escapes."""
    start: int
    """First character of the name in the style sheet."""
    length: int


class Fault(NamedTuple):
    """Something that a browser would skip or misread, or that is hard to use."""

    problem: Problem
    text: str
    """What is wrong; of a property its name; of small text its size."""
    start: int
    length: int


class Style(NamedTuple):
    """A style sheet as it was read."""

    places: tuple[Place, ...]
    faults: tuple[Fault, ...]


def read(css: str) -> Style:
    """Parse a style sheet: find the files that it refers to, and its faults."""
    reader = _Reader(css)
    rules = tinycss2.parse_stylesheet(reader.css + f"\n{_SENTINEL}{{}}", skip_whitespace=True)
    with reader.not_too_deep():
        reader.rules(reader.without_sentinel(rules))
    return reader.style()


def read_attribute(css: str) -> Style:
    """Return the same of the declarations in an attribute `style`."""
    reader = _Reader(css)
    with reader.not_too_deep():
        reader.declarations(tinycss2.parse_blocks_contents(reader.css, skip_whitespace=True), True)
    return reader.style()


@cache
def properties() -> frozenset[str]:
    """Return the names of the properties of CSS that browsers know."""
    return frozenset((Path(__file__).parent / "properties.txt").read_text("utf-8").split())


class _Reader:
    def __init__(self, css: str) -> None:
        self.css = css.replace("\f", " ").replace("\r", " ")  # else these are lines of their own
        self.lines = [0, *accumulate(len(line) + 1 for line in self.css.split("\n"))]
        self.places: list[Place] = []
        self.faults: list[Fault] = []

    def style(self) -> Style:
        return Style(tuple(dict.fromkeys(self.places)), tuple(dict.fromkeys(self.faults)))

    @contextmanager
    def not_too_deep(self) -> Iterator[None]:
        """Report a style sheet whose brackets are nested deeper than they can be followed; what was found until then is kept."""
        try:
            yield
        except RecursionError:
            self.faults.append(Fault("broken", Message("brackets are nested too deeply"), 0, 1))

    def at(self, node: Any) -> int:
        return min(self.lines[int(node.source_line) - 1] + int(node.source_column) - 1, len(self.css))

    def fault(self, problem: Problem, text: str, node: Any, length: int = 1) -> None:
        self.faults.append(Fault(problem, text, self.at(node), length))

    def broken(self, node: Any) -> None:
        self.fault("broken", _MESSAGES.get(node.kind, Message("this is no CSS: a browser skips it")), node)

    def without_sentinel(self, nodes: list[Any]) -> list[Any]:
        """Return the rules without the one that was added at the end: if it is not there, something before it swallowed it."""
        last = nodes[-1]
        if last.type == "qualified-rule" and tinycss2.serialize(last.prelude).strip().endswith(_SENTINEL):
            self.values(last.prelude)
            return nodes[:-1]
        what = Message("a comment is not closed") if last.type == "comment" else Message("a brace is not closed")
        self.fault("broken", what, last)
        return nodes

    def rules(self, nodes: Iterable[Any]) -> None:
        for node in nodes:
            if node.type == "error":
                self.broken(node)
            elif node.type == "at-rule":
                self.at_rule(node)
            elif node.type == "qualified-rule":
                self.values(node.prelude)
                if not tinycss2.serialize(node.prelude).strip():
                    self.fault("broken", Message("a block without a selector"), node)
                self.declarations(tinycss2.parse_blocks_contents(node.content, skip_whitespace=True), True)

    def at_rule(self, node: Any) -> None:
        self.values(node.prelude)
        if node.lower_at_keyword == "import":
            self.imported(node.prelude)
        if node.content is None:
            return
        if node.lower_at_keyword in _DESCRIPTORS or node.lower_at_keyword.endswith("-keyframes"):
            self.declarations(tinycss2.parse_blocks_contents(node.content, skip_whitespace=True), False)
        else:
            inner = tinycss2.parse_blocks_contents(node.content, skip_whitespace=True)
            self.declarations(inner, True)

    def imported(self, prelude: Iterable[Any]) -> None:
        first = next((node for node in prelude if node.type not in ("whitespace", "comment")), None)
        if first is not None and first.type == "string":
            self.add_place(first.value, self.at(first) + 1, first)

    def declarations(self, nodes: Iterable[Any], with_properties: bool) -> None:
        for node in nodes:
            if node.type == "declaration":
                self.declaration(node, with_properties)
            else:
                self.rules([node])

    def declaration(self, node: Any, with_properties: bool) -> None:
        name, value = node.lower_name, node.value
        self.values(value)
        if name.startswith("--"):
            return
        if with_properties and not name.startswith("-") and name not in properties():
            self.fault("property", node.name, node, len(node.name))
        if any(one.type == "ident" and one.lower_value in properties() and other == ":" for one, other in pairwise(value)):
            self.fault("broken", Message("a semicolon is missing in “{name}”", name=node.name), node, len(node.name))
        words = [part.lower_value for part in value if part.type == "ident"]
        if name == "position" and words == ["fixed"]:
            self.fault("fixed", node.name, node, len(node.name))
        if name in ("font", "font-size"):
            for part in value:
                smallest = _SMALL.get(part.lower_unit, 0) if part.type == "dimension" else 0
                if smallest and 0 < part.value < smallest:
                    self.fault("small", f"{part.representation}{part.unit}", node, len(node.name))
                    break

    def values(self, nodes: Sequence[Any]) -> None:
        for node in _within(nodes):
            if node.type == "url":
                found = _URL.match(self.css, self.at(node))
                if found:
                    self.add_place(node.value, found.end(), node)
            elif node.type == "function" and node.lower_name in ("url", "src", "image-set", "-webkit-image-set"):
                for part in node.arguments:
                    if part.type == "string":
                        self.add_place(part.value, self.at(part) + 1, part)
            elif node.type == "error":
                self.broken(node)

    def add_place(self, value: str, start: int, node: Any) -> None:
        """Add a reference; `start` is the first character of its name."""
        quote = self.css[start - 1 : start]
        ends = (self.css.find(end, start) for end in ((quote,) if quote in ("'", '"') else (")", " ", "\n")))
        end = min((end for end in ends if end >= 0), default=len(self.css))
        self.places.append(Place(value, start, end - start))


def _within(nodes: Iterable[Any]) -> Iterator[Any]:
    """Yield component values and those inside them."""
    for node in nodes:
        yield node
        if node.type == "function":
            yield from _within(node.arguments)
        elif node.type.endswith(" block"):
            yield from _within(node.content)
