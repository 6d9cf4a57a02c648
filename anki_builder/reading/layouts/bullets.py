"""List items in pairs: a sentence and its translation as neighbours, or one nested below the other, in either order."""

import re
from collections.abc import Iterator

from anki_builder.reading import examples, inline, pairing
from anki_builder.reading.blocks import Block
from anki_builder.reading.page import Claim, Page, is_sentence

NAME = "bullets"
_EXAMPLE = re.compile(r"(?:ex|e\.g|예)[.)]+\s", re.IGNORECASE)


def recognise(page: Page) -> Iterator[Claim]:
    """Yield the pairs among the items of every list."""
    items = [block for block in page.blocks if block.marker and block.kind == "paragraph" and not block.quote]
    children: dict[int, list[Block]] = {}
    for block in items:
        children.setdefault(block.parent, []).append(block)
    used: set[int] = set()
    tagged = [block for block in items if len(block.texts) == 1 and pairing.is_tagged(page, block.texts[0])]
    yield from _siblings(page, tagged, used, 0.8)
    for block in items:
        below = children.get(block.item, ())
        if (
            below
            and block.item not in used
            and below[0].item not in used
            and not _is_whole(page, block)
            and not _is_whole(page, below[0])
        ):
            found = _pair(page, block, below[0], 0.62)
            if found is not None:
                used |= {block.item, below[0].item}
                yield found
    yield from _siblings(page, items, used, 0.6)


def _siblings(page: Page, items: list[Block], used: set[int], evidence: float) -> Iterator[Claim]:
    last: Block | None = None
    for block in items:
        label = page.labels.get(block.line)
        if block.item in used or (label is not None and not label.rest) or (evidence < 0.7 and _is_whole(page, block)):
            last = None
            continue
        if last is not None and last.parent == block.parent and _neighbours(page, last, block):
            found = _pair(page, last, block, evidence)
            if found is not None:
                used |= {last.item, block.item}
                yield found
                last = None
                continue
        last = block


def _is_whole(page: Page, block: Block) -> bool:
    """Return whether an item holds both sides already."""
    return page.separable and examples.on_line(page, inline.plain(block.texts[0]), block.line) is not None


def _neighbours(page: Page, first: Block, second: Block) -> bool:
    """Return whether nothing but blank lines and rules lies between two items."""
    return not any(line.strip(" -*_\t") for line in page.lines[first.line + len(first.texts) - 1 : second.line - 1])


def _pair(page: Page, first: Block, second: Block, evidence: float) -> Claim | None:
    sides = []
    tagged = True
    for block in (first, second):
        content, named = pairing.untagged(page, " ".join(block.texts)) if len(block.texts) == 1 else ("", None)
        if named is not None:
            sides.append((named, [(block.line, content)], content))
        else:
            whole = " ".join(block.texts)
            tagged = False
            side = pairing.pure_side(page, inline.plain(whole))
            lines = pairing.pieces(block)
            lines[0] = (block.line, pairing.undecorated(block.texts[0]))
            if side is not None and len(lines) == 1 and ";" in whole:
                whole = pairing.trimmed(page, whole, side)
                lines = [(block.line, whole)]
            sides.append((side, lines, whole))  # type: ignore[arg-type]
    (one, first_lines, first_text), (other, second_lines, second_text) = sides
    if one is None or other is None or one == other:
        return None
    if not tagged and not _are_sentences(page, first_text, second_text):
        return None
    if not tagged and not _is_long(page, first_text if one == 0 else second_text):
        return None  # a term and its gloss
    text, translation = (first_text, second_text) if one == 0 else (second_text, first_text)
    if not tagged and not pairing.alike(page, text, translation):
        return None
    if page.separable and translation[:1].isascii() and translation[:1].islower():
        return None  # words of the one language explained in the other
    if not tagged and (pairing.is_remark(page, inline.plain(text), inline.plain(translation)) or _EXAMPLE.match(text)):
        return None
    return pairing.claim(page, NAME, evidence, *((first_lines, second_lines) if one == 0 else (second_lines, first_lines)))


def _is_long(page: Page, text: str) -> bool:
    return is_sentence(text) or (page.separable and text.count(" ") > 2)


def _are_sentences(page: Page, first: str, second: str) -> bool:
    """Return whether two items can be a sentence and its translation rather than two terms with glosses in brackets."""
    return page.separable or all(is_sentence(text) and text.rstrip()[-1:] not in ")）" for text in (first, second))
