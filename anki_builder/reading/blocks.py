"""The block layer: Markdown's containers and paragraphs, as lines that know what they stand in.

Runs of plain lines, headings, rules, and lists and quotes of plain lines, which is nearly all of a labelled note, are told apart by a
regular expression or two for each line. From a line on that begins with any other mark up to the next blank line that closes what it
opens, markdown-it-py decides what is a list, a quote or a fence. Only the block rules that notes use are on, its inline layer is never run
(26 MB/s instead of 12; `anki_builder.reading.inline` reads markup where a recogniser wants the text), and no token outlives this
module. Tables, indented code, HTML blocks and underlined headings stay paragraphs on purpose: learners indent glosses, leave out
outer pipes and write a rule right below a line.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


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
    blocks = _blocks(text, lines)
    return [
        inner
        for block in blocks
        for inner in (_opened(block) if block.kind == "fence" and (fences or _is_text(block)) else (block,))
    ]


_TEXT_FENCE = frozenset(
    ["", "text", "txt", "md", "markdown", "diff", "plain", "plaintext", "csv", "tsv", "srt", "vocab", "quote", "ad-note"]
)
_CODE_LINE = re.compile(
    r"[{};]\s*$|^\s*(?:#include|import |from \w+ import|def |class |function |const |let |var |return\b"
    r"|if \(|for \(|<\/?\w+|\$ |sudo |pip |npm |git |>>> )|\w\(.*\)|=>|==|&&|\|\|"
)


def _is_text(fence: Block) -> bool:
    """Return whether a fence names no programming language and holds no code."""
    info = fence.texts[0].strip(" `~").split(" ")[0].lower()
    inner = [line for line in fence.texts[1:] if line.strip(" `~")]
    return info in _TEXT_FENCE and bool(inner) and sum(_CODE_LINE.search(line) is not None for line in inner) * 10 <= len(inner)


def _opened(fence: Block) -> list[Block]:
    """Return the blocks inside a fence, its own two lines as rules around them."""
    inner = list(fence.texts[1:-1] if len(fence.texts) > 1 and fence.texts[-1].strip(" `~") == "" else fence.texts[1:])
    shift = fence.line
    moved = [block._replace(line=block.line + shift, end=block.end + shift) for block in _parse("\n".join(inner), inner)]
    frame = [Block("rule", fence.line, fence.texts[:1], end=fence.line + 1)]
    last = fence.line + 1 + len(inner)
    return [*frame, *moved, *([Block("rule", last, fence.texts[-1:], end=last + 1)] if len(inner) + 1 < len(fence.texts) else [])]


_SPECIAL = re.compile(r"[ \t]*(?:[-+*](?:[ \t]|$)|\d{1,9}[.)](?:[ \t]|$)|[#>]|[-*_][ \t]*[-*_][ \t]*[-*_]|\?\?\?|!!!|:::)")
"""How a line begins that is more than a line of a paragraph, or may be."""
_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)$")
_RULE = re.compile(r"([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_INTERRUPTION = re.compile(r">|(?:[-+*]|1[.)])[ \t]+\S|([-*_])[ \t]*(?:\1[ \t]*){2,}$")
"""How a line begins that ends a paragraph right above it, whatever else it is."""
_ITEM = re.compile(r"([-*+]|\d{1,9}[.)]) {1,4}(?=\S)")
_EMPTY_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]*$")
_BULLET = re.compile(r"> ?([-+*])( {1,4})(?=\S)")
_ODD_SPACE = re.compile(r"[^\S \n]")
_CLOSED = re.compile(r"(?:^|[ \t])#+$")
_FENCE = re.compile(r"^[ \t>*+\-\d.)]*(?:```|~~~)", re.MULTILINE)


def _blocks(text: str, lines: list[str]) -> list[Block]:
    if ("```" in text or "~~~" in text) and _FENCE.search(text):
        return _parse(text, lines)
    blocks: list[Block] = []
    items = index = checked = 0
    odd = False
    number = len(lines)

    def even(index: int) -> bool:
        """Return whether up to the next plain line behind a blank one no space is any but U+0020: others indent in Markdown, or do not."""
        nonlocal checked, odd
        if index >= checked:
            checked = _end(lines, index)
            odd = _ODD_SPACE.search("\n".join(lines[index:checked])) is not None
        return not odd

    while index < number:
        line = lines[index]
        if not line:
            index += 1
            continue
        if line[0].isalpha() and (index + 1 == number or not lines[index + 1]):  # half of all notes are made of little else
            blocks.append(Block("paragraph", index + 1, (line.strip(),), 0, 0, 0, 0, 0, "", index + 2))
            index += 2
            continue
        if line.isspace():
            if line.strip(" \t"):
                break
            index += 1
            continue
        first = index
        end = _plain(lines, index)
        if end > index:
            closed = end == number or not lines[end].strip(" \t") or _HEADING.match(lines[end])
            if closed or (_INTERRUPTION.match(lines[end]) and even(index)):
                texts = tuple(map(str.strip, lines[index:end]))
                blocks.append(Block("paragraph", index + 1, texts, 0, 0, 0, 0, 0, "", end + 1))
                index = end
                continue
        elif _RULE.match(line) and even(index):
            blocks.append(Block("rule", index + 1, (line,), end=index + 2))
            index += 1
            continue
        elif line[0] == "#":
            found = _HEADING.match(line)
            if found:
                content = _CLOSED.sub("", found[2].strip()).strip()
                if content:
                    blocks.append(Block("heading", index + 1, (content,), len(found[1]), end=index + 2))
                    index += 1
                    continue
        elif line[0] == ">":
            quote = _quote(lines, index, items)
            listed = max([block.item for block in quote], default=0)
            if quote and (not listed or even(index)):
                blocks += quote
                items = max(items, listed)
                index = quote[-1].end - 1
                while index < number and lines[index][:1] == ">":
                    index += 1  # marks of the quote with nothing behind them
                continue
        elif _ITEM.match(line) and even(index):
            listing = _list(lines, index, items)
            if listing is not None:
                blocks += listing[0]
                items = max([items, *(block.item for block in listing[0])])
                index = listing[1]
                continue
        end = _end(lines, first)
        if _EMPTY_ITEM.match(line) and not "".join(lines[first + 1 : end]).strip(" \t"):
            index = end  # a year that ends a sentence on a line of its own
            continue
        inner = _parse("\n".join(lines[first:end]), lines[first:end])
        blocks += [
            block._replace(
                line=block.line + first,
                end=block.end + first,
                item=block.item + items if block.item else 0,
                parent=block.parent + items if block.parent else 0,
            )
            for block in inner
        ]
        items = max(items, *(block.item for block in blocks[-len(inner) :])) if inner else items
        index = end
    else:
        return blocks
    return _parse(text, lines)


def _plain(lines: list[str], index: int) -> int:
    """Return the index behind the run of plain lines that begins at `index`."""
    special = _SPECIAL.match
    for end in range(index, len(lines)):
        line = lines[end]
        if not line or (not line[0].isalpha() and (line.isspace() or special(line))):
            return end
    return len(lines)


def _quote(lines: list[str], index: int, items: int) -> list[Block]:
    """Return the blocks of a quote up to the next blank line; none where it holds more than plain lines and bullets with such lines.

    `items`: how many list items come before it.
    """
    blocks: list[Block] = []
    texts: list[str] = []
    item = column = 0
    marker = ""
    for at in range(index, len(lines) + 1):
        line = lines[at] if at < len(lines) else ""
        inside = line.strip(" \t")
        if inside and line[0] != ">":
            return []
        content = line[1:].strip()
        bullet = None
        if content and _SPECIAL.match(line, 1):
            bullet = _BULLET.match(line)
            if bullet is None or _SPECIAL.match(line, bullet.end()):
                return []
        elif content:
            if not texts and len(line) - len(line[1:].lstrip(" ")) - 2 < column:
                item = column = 0  # it stands behind the list
            texts.append(content)
            continue
        if texts:
            first = at + 1 - len(texts)
            blocks.append(Block("paragraph", first, tuple(texts), 0, 1, 1 if item else 0, item, 0, marker, at + 1))
            texts, marker = [], ""
        if bullet is not None:
            items += 1
            item, column, marker = items, 1 + len(bullet[2]), bullet[1]
            texts = [line[bullet.end() :].strip()]
        if not inside:
            break
    return blocks


def _list(lines: list[str], index: int, items: int) -> tuple[list[Block], int] | None:
    """Return the blocks of a list and the index behind it; None where one of its items holds more than plain lines.

    `items`: how many list items come before it.
    """
    blocks: list[Block] = []
    texts: list[str] = []
    column = 0
    marker = ""
    for at in range(index, len(lines)):
        line = lines[at]
        blank = not line.strip()
        if not blank and not _SPECIAL.match(line):
            if not texts:
                indent = len(line) - len(line.lstrip())
                if not indent:
                    return blocks, at
                if indent < column:
                    return None
            texts.append(line.strip())
            continue
        behind_blank = not texts
        if texts:
            blocks.append(Block("paragraph", at + 1 - len(texts), tuple(texts), 0, 0, 1, items, 0, marker, at + 1))
            texts, marker = [], ""
        if blank:
            continue
        item = _ITEM.match(line)
        if _RULE.match(line) or item is None or _SPECIAL.match(line, item.end()):
            return (blocks, at) if behind_blank and (line[0] in "#>" or _RULE.match(line)) else None
        items += 1
        column, marker = item.end(), item[1]
        texts = [line[column:].strip()]
    if texts:
        at = len(lines)
        blocks.append(Block("paragraph", at + 1 - len(texts), tuple(texts), 0, 0, 1, items, 0, marker, at + 1))
    return blocks, len(lines)


def _end(lines: list[str], index: int) -> int:
    """Return the index of the first line behind `index` at which no list, quote or box is open: a plain one behind a blank one."""
    for end in range(index + 1, len(lines)):
        line = lines[end]
        if line and not line[0].isspace() and not lines[end - 1].strip(" \t") and (line[0] == "#" or not _SPECIAL.match(line)):
            return end
    return len(lines)


def _parse(text: str, lines: list[str]) -> list[Block]:
    parser = _parser()
    tokens: list[object] = []
    parser.block.parse(text, parser, {}, tokens)  # type: ignore[arg-type]
    blocks: list[Block] = []
    quote = items = level = 0
    open_items: list[int] = []
    marker = kind = ""
    covered = 1
    for token in tokens:
        name: str = token.type  # type: ignore[attr-defined]
        if name == "inline":
            first, end = token.map  # type: ignore[attr-defined]
            covered = _rest(blocks, lines, covered, first + 1)
            texts = tuple(line.strip() for line in token.content.split("\n"))  # type: ignore[attr-defined]
            if _ADMONITION.match(texts[0]):
                # The head of a folded or coloured box; what is in it stands on its own.
                blocks.append(Block("markup", first + 1, texts[:1], quote=quote, end=first + 2))
                if len(texts) == 1:
                    covered, marker, level = first + 2, "", 0
                    continue
                first, texts = first + 1, texts[1:]
            if quote and len(texts) > 1 and len(runs := _runs_of_marks(lines, first, len(texts))) > 1:
                # A line below a quote without its mark: Markdown takes it into the quote, no writer of notes means it so.
                for start, stop, is_marked in runs:
                    block = Block("paragraph", first + 1 + start, texts[start:stop], end=first + 1 + stop)
                    blocks.append(block._replace(kind=kind, level=level, quote=quote) if is_marked else block)
                covered = first + 1 + len(texts)
                marker, level = "", 0
                continue
            blocks.append(
                Block(
                    kind,
                    first + 1,
                    texts,
                    level,
                    quote,
                    len(open_items),
                    open_items[-1] if open_items else 0,
                    open_items[-2] if len(open_items) > 1 else 0,
                    marker,
                    end + 1,
                )
            )
            covered = first + 1 + len(texts)
            marker, level = "", 0
        elif name == "paragraph_open":
            kind = "paragraph"
        elif name == "heading_open":
            kind, level = "heading", int(token.tag[1])  # type: ignore[attr-defined]
        elif name == "list_item_open":
            items += 1
            open_items.append(items)
            marker = token.info + token.markup  # type: ignore[attr-defined]
        elif name == "list_item_close":
            open_items.pop()
            marker = ""
        elif name == "blockquote_open":
            quote += 1
        elif name == "blockquote_close":
            quote -= 1
        elif name in ("fence", "hr"):
            first, end = token.map  # type: ignore[attr-defined]
            covered = _rest(blocks, lines, covered, first + 1)
            # The inner lines of a fence as they are on disk: their spaces may mean something.
            texts = tuple(lines[first:end])
            blocks.append(
                Block(
                    "fence" if name == "fence" else "rule",
                    first + 1,
                    texts,
                    0,
                    quote,
                    len(open_items),
                    open_items[-1] if open_items else 0,
                    0,
                    marker,
                    end + 1,
                )
            )
            covered = end + 1
            marker = ""
    _rest(blocks, lines, covered, len(lines) + 1)
    return blocks


def _runs_of_marks(lines: list[str], first: int, number: int) -> list[tuple[int, int, bool]]:
    """Return the runs of `number` lines from index `first` on that bear the mark of their quote, and those that do not."""
    marked = [index == 0 or lines[first + index].lstrip(" \t-*+0123456789.)").startswith(">") for index in range(number)]
    starts = [index for index in range(number) if index == 0 or marked[index] != marked[index - 1]]
    return [(start, stop, marked[start]) for start, stop in zip(starts, [*starts[1:], number], strict=True)]


def _rest(blocks: list[Block], lines: list[str], start: int, end: int) -> int:
    """Add a block for each line from `start` to `end` that no token covers (the parser gives up on very deep nesting)."""
    for number in range(start, end):
        line = lines[number - 1]
        if line and not line.isspace() and not _MARKS_ONLY.match(line):
            blocks.append(Block("other", number, (line.strip(),), end=number + 1))
    return end


def is_bare(line: str) -> bool:
    """Return whether a line holds marks of containers and nothing in them."""
    return _MARKS_ONLY.match(line) is not None
