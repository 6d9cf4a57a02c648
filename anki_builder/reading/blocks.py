"""The block layer: Markdown's containers and paragraphs, as lines that know what they stand in.

markdown-it-py decides what is a list, a quote or a fence. Runs of plain lines and headings, which are nearly all of a labelled note, are
told without it. Only the block rules that notes use are on; inline markup is read later, by `anki_builder.reading.inline`, and no token
outlives this module. Tables, indented code and HTML blocks stay paragraphs on purpose: learners indent glosses and leave out outer pipes.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


class Block(NamedTuple):
    """A leaf of the document: a paragraph, a heading, a fence, a rule, or lines that Markdown gives up on."""

    kind: str
    """paragraph, heading, fence, rule, markup (the head of a box), or other"""
    line: int
    """Of its first line, from 1."""
    texts: tuple[str, ...]
    """Its lines without the marks of its containers, stripped."""
    level: int = 0
    """Of a heading, 1 to 6."""
    quote: int = 0
    """Block quotes around it."""
    depth: int = 0
    """List items around it."""
    item: int = 0
    """Number of the innermost list item it stands in, counted through the file; 0 outside lists."""
    parent: int = 0
    """Number of the list item around `item`."""
    marker: str = ""
    """Bullet or number, in the first block of an item."""
    end: int = 0
    """Line after its last."""


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("zero").enable(["fence", "blockquote", "hr", "list", "heading"])


_ADMONITION = re.compile(r"(?:\?\?\?\+?|!!!|:{3,})(?:\s|\{|$)")
_MARKS_ONLY = re.compile(r"[\s>]*(?:(?:[-*+]|\d+[.)])[\s>]*)*$")


def parse(text: str, lines: list[str], *, fences: bool = False) -> list[Block]:
    """Return the blocks of `text`, whose lines are `lines`, in order. Every line that is not blank is in one, bare marks excepted.

    `fences`: read what is inside code fences too.
    """
    found = [
        inner
        for block in _blocks(text, lines)
        for inner in (_opened(block) if block.kind == "fence" and (fences or _is_text(block)) else (block,))
    ]
    return _with_underlined(found)


_TEXT_FENCE = frozenset(
    ["", "text", "txt", "md", "markdown", "diff", "plain", "plaintext", "csv", "tsv", "srt", "vocab", "quote", "ad-note"]
)
_CODE_FENCE = frozenset(
    "abc apache applescript asm awk bash bat bibtex c c# c++ chart clojure cmake cmd console cpp cs csharp css dart dataview dataviewjs docker"
    " dockerfile dot elisp elixir erlang f# fortran fsharp gherkin git glsl go golang gradle graphql graphviz groovy haskell hcl hs html http"
    " ignore ini java javascript jinja jq js json json5 jsonc jsx julia kotlin latex less lisp log lua make makefile math matlab mermaid mysql nginx"
    " nim nix objc objectivec ocaml pascal perl php plantuml postgresql powershell prolog protobuf ps1 psql puml pwsh py python python3 query r"
    " raku rb regex rs rst ruby rust sass scala scheme scss sed sh shell sql sqlite swift tasks tcl terraform tex tikz toml ts tsx typescript"
    " vb vba vbnet verilog vhdl vim vue wasm xml yaml yml zig zsh".split()
)
_CODE_LINE = re.compile(
    r"[{};]\s*$|^\s*(?:#include|import |from \w+ import|def |class |function |const |let |var |return\b"
    r"|if \(|for \(|<\/?\w+|\$ |sudo |pip |npm |git |>>> )|\w\(.*\)|=>|==|&&|\|\|"
)


def _is_text(fence: Block) -> bool:
    """Return whether a fence names no programming language and holds no code; one that names something unknown holds not a line of it."""
    info = fence.texts[0].strip(" `~").split(" ")[0].strip("{}").lower()
    inner = [line for line in fence.texts[1:] if line.strip(" `~")]
    if not inner or info in _CODE_FENCE:
        return False
    code = sum(_CODE_LINE.search(line) is not None for line in inner)
    return code * 10 <= len(inner) if info in _TEXT_FENCE else not code


def _opened(fence: Block) -> list[Block]:
    """Return the blocks inside a fence, its own two lines as rules around them."""
    inner = list(fence.texts[1:-1] if len(fence.texts) > 1 and fence.texts[-1].strip(" `~") == "" else fence.texts[1:])
    frame = [Block("rule", fence.line, fence.texts[:1], end=fence.line + 1)]
    last = fence.line + 1 + len(inner)
    return [
        *frame,
        *_parse("\n".join(inner), inner, above=fence.line),
        *([Block("rule", last, fence.texts[-1:], end=last + 1)] if len(inner) + 1 < len(fence.texts) else []),
    ]


_UNDERLINE = re.compile(r"(?:=+|-{4,})[ \t]*$")
_CONTENT = re.compile(r".+(?:[.!?。！？…:：;；,，|=]|[ \t][-–—/~>][ \t]|[-=]>|→|\t)")
"""A line with a text, or a term and its gloss, in it; a rule right below parts it from what follows."""


def _with_underlined(blocks: list[Block]) -> list[Block]:
    """Return the blocks with underlined lines as headings: right below a line of its own stands a row of `=`, or of `-` about as long."""
    out: list[Block] = []
    for block in blocks:
        line, rule = block.line, block.texts[-1]
        if not _UNDERLINE.match(rule):
            out.append(block)
        elif block.kind == "paragraph" and len(block.texts) == 2 and _is_title(block, rule):  # `=`, which is no rule by itself
            out.append(block._replace(kind="heading", texts=block.texts[:1], level=1, end=line + 1))
            out.append(Block("rule", line + 1, (rule,), end=line + 2))
        else:
            if block.kind == "rule" and out and out[-1].end == line and len(out[-1].texts) == 1 and _is_title(out[-1], rule):
                out[-1] = out[-1]._replace(kind="heading", level=2)
            out.append(block)
    return out


def _is_title(block: Block, rule: str) -> bool:
    """Return whether a line above a rule is a title and not the end of what the rule parts."""
    if block.kind != "paragraph" or block.depth or block.quote:
        return False
    return rule[0] == "=" or abs(len(rule.strip()) - len(block.texts[0])) <= 3 or not _CONTENT.match(block.texts[0])


_SPECIAL = re.compile(r"[ \t]*(?:[-+*](?:[ \t]|$)|\d{1,9}[.)](?:[ \t]|$)|[#>]|[-*_][ \t]*[-*_][ \t]*[-*_]|\?\?\?|!!!|:::)")
"""How a line begins that is more than a line of a paragraph, or may be."""
_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)$")
_EMPTY_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]*$")
_CLOSED = re.compile(r"(?:^|[ \t])#+$")
_ODD_BLANK = re.compile(r"^[ \t]*[^\S \t\n][^\S\n]*$", re.MULTILINE)
"""A line of white space that is not blank to Markdown."""
_FENCE = re.compile(r"^[ \t>*+\-\d.)]*(?:```|~~~)", re.MULTILINE)


def _blocks(text: str, lines: list[str]) -> list[Block]:
    """Return the blocks of a note: runs of plain lines and headings by themselves, everything else by the parser."""
    if (("```" in text or "~~~" in text) and _FENCE.search(text)) or _ODD_BLANK.search(text):
        return _parse(text, lines)
    blocks: list[Block] = []
    items = index = 0
    while index < len(lines):
        line = lines[index]
        if not line.strip():
            index += 1
            continue
        end = _plain(lines, index)
        if end > index and (end == len(lines) or not lines[end].strip() or _HEADING.match(lines[end])):
            blocks.append(Block("paragraph", index + 1, tuple(map(str.strip, lines[index:end])), end=end + 1))
            index = end
        elif (found := _HEADING.match(line)) and (content := _CLOSED.sub("", found[2].strip()).strip()):
            blocks.append(Block("heading", index + 1, (content,), len(found[1]), end=index + 2))
            index += 1
        else:
            end = _end(lines, index)
            if not (_EMPTY_ITEM.match(line) and not "".join(lines[index + 1 : end]).strip()):  # a year that ends a sentence
                inner = _parse("\n".join(lines[index:end]), lines[index:end], above=index, items=items)
                blocks += inner
                items = max([items, *(block.item for block in inner)])
            index = end
    return blocks


def _plain(lines: list[str], index: int) -> int:
    """Return the index behind the run of plain lines that begins at `index`."""
    special = _SPECIAL.match
    for end in range(index, len(lines)):
        line = lines[end]
        if not line or (not line[0].isalpha() and (line.isspace() or special(line))):
            return end
    return len(lines)


def _end(lines: list[str], index: int) -> int:
    """Return the index of the first line behind `index` at which no list, quote or box is open: a plain one behind a blank one."""
    for end in range(index + 1, len(lines)):
        line = lines[end]
        if line and not line[0].isspace() and not lines[end - 1].strip(" \t") and (line[0] == "#" or not _SPECIAL.match(line)):
            return end
    return len(lines)


def _parse(text: str, lines: list[str], *, above: int = 0, items: int = 0) -> list[Block]:
    """Return the blocks of a part of a note, with so many lines and list items of the note above it."""
    parser = _parser()
    tokens: list[Token] = []
    parser.block.parse(text, parser, {}, tokens)
    walk = _Walk(lines, above, items)
    for token in tokens:
        walk.step(token)
    walk.cover(len(lines) + 1)
    return walk.blocks


class _Walk:
    """Goes over the tokens of a text and collects its blocks."""

    def __init__(self, lines: list[str], above: int, items: int) -> None:
        self.lines = lines
        self.above = above
        self.blocks: list[Block] = []
        self.kind = self.marker = ""
        self.quote = self.level = 0
        self.items = items
        self.open_items: list[int] = []
        self.covered = 1
        """The first line that no token covers."""

    def step(self, token: "Token") -> None:
        match token.type:
            case "inline":
                self.text(token)
            case "fence" | "hr":
                self.leaf(token)
            case "paragraph_open":
                self.kind = "paragraph"
            case "heading_open":
                self.kind, self.level = "heading", int(token.tag[1])
            case "list_item_open":
                self.items += 1
                self.open_items.append(self.items)
                self.marker = token.info + token.markup
            case "list_item_close":
                self.open_items.pop()
                self.marker = ""
            case "blockquote_open":
                self.quote += 1
            case "blockquote_close":
                self.quote -= 1

    def text(self, token: "Token") -> None:
        """Add the block of a paragraph or a heading."""
        first, end = token.map or (0, 0)
        self.cover(first + 1)
        texts = tuple(line.strip() for line in token.content.split("\n"))
        if _ADMONITION.match(texts[0]):
            # The head of a folded or coloured box; what is in it stands on its own.
            self.add("markup", first + 1, texts[:1], first + 2, quote=self.quote)
            first, texts = first + 1, texts[1:]
        runs = _runs_of_marks(self.lines, first, len(texts)) if self.quote and texts else []
        if len(runs) > 1:
            # A line below a quote without its mark: Markdown takes it into the quote, no writer of notes means it so.
            for start, stop, is_marked in runs:
                line, end, part = first + 1 + start, first + 1 + stop, texts[start:stop]
                if is_marked:
                    self.add(self.kind, line, part, end, level=self.level, quote=self.quote)
                else:
                    self.add("paragraph", line, part, end)
        elif texts:
            parent = self.open_items[-2] if len(self.open_items) > 1 else 0
            self.add(self.kind, first + 1, texts, end + 1, level=self.level, parent=parent, **self.place())
        self.covered = first + 1 + len(texts)
        self.marker, self.level = "", 0

    def leaf(self, token: "Token") -> None:
        """Add the block of a fence or a rule; the lines of a fence as they are on disk: their spaces may mean something."""
        first, end = token.map or (0, 0)
        self.cover(first + 1)
        kind = "fence" if token.type == "fence" else "rule"
        self.add(kind, first + 1, tuple(self.lines[first:end]), end + 1, **self.place())
        self.covered = end + 1
        self.marker = ""

    def place(self) -> dict[str, Any]:
        """Return what a block stands in now."""
        items = self.open_items
        return {"quote": self.quote, "depth": len(items), "item": items[-1] if items else 0, "marker": self.marker}

    def add(self, kind: str, line: int, texts: tuple[str, ...], end: int, **place: Any) -> None:
        """Add a block; its lines are counted as those of the part are."""
        self.blocks.append(Block(kind, line + self.above, texts, end=end + self.above, **place))

    def cover(self, end: int) -> None:
        """Add a block for each line before `end` that no token covers (the parser gives up on very deep nesting)."""
        for number in range(self.covered, end):
            line = self.lines[number - 1]
            if line and not line.isspace() and not _MARKS_ONLY.match(line):
                self.add("other", number, (line.strip(),), number + 1)
        self.covered = end


def _runs_of_marks(lines: list[str], first: int, number: int) -> list[tuple[int, int, bool]]:
    """Return the runs of `number` lines from index `first` on that bear the mark of their quote, and those that do not."""
    marked = [index == 0 or lines[first + index].lstrip(" \t-*+0123456789.)").startswith(">") for index in range(number)]
    starts = [index for index in range(number) if index == 0 or marked[index] != marked[index - 1]]
    return [(start, stop, marked[start]) for start, stop in zip(starts, [*starts[1:], number], strict=True)]


def is_bare(line: str) -> bool:
    """Return whether a line holds marks of containers and nothing in them."""
    return _MARKS_ONLY.match(line) is not None
