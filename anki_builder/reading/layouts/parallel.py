"""Sections of text followed by as many sections of translation: `### Paragraph 1`, … then `### 第一段`, …"""

from collections.abc import Iterator
from typing import NamedTuple

from anki_builder.reading import inline, pairing
from anki_builder.reading.blocks import Block
from anki_builder.reading.page import Claim, Page

NAME = "parallel"


class Section(NamedTuple):
    """A heading with the paragraphs below it."""

    heading: Block
    body: tuple[Block, ...]


def recognise(page: Page) -> Iterator[Claim]:
    """Yield the sections of a run of headings in one language, each with its partner in the run of the other."""
    run: list[tuple[int, Section]] = []
    for section in _sections(page):
        side = _side(page, section)
        if side is None or (run and run[-1][1].heading.level != section.heading.level):
            yield from _runs(page, run)
            run = []
        if side is not None:
            run.append((side, section))
    yield from _runs(page, run)


def _sections(page: Page) -> Iterator[Section]:
    heading: Block | None = None
    body: list[Block] = []
    for block in page.blocks:
        if block.kind == "heading" and not block.quote and not block.depth:
            if heading is not None:
                yield Section(heading, tuple(body))
            heading, body = block, []
        elif block.kind != "rule":
            body.append(block)
    if heading is not None:
        yield Section(heading, tuple(body))


def _side(page: Page, section: Section) -> int | None:
    """Return the side of a section whose heading and paragraphs are all on one."""
    if not section.body or any(block.kind != "paragraph" or block.depth or block.quote for block in section.body):
        return None
    side = pairing.pure_side(page, inline.plain(section.heading.texts[0]))
    bodies = {pairing.pure_side(page, pairing.words(block)) for block in section.body}
    return side if bodies == {side} else None


def _runs(page: Page, run: list[tuple[int, Section]]) -> Iterator[Claim]:
    half = len(run) // 2
    if half < 2 or len(run) % 2:
        return
    sides = [side for side, _ in run]
    if len(set(sides[:half])) != 1 or len(set(sides[half:])) != 1 or sides[0] == sides[half]:
        return
    for (side, first), (_, second) in zip(run[:half], run[half:], strict=True):
        text, translation = (first, second) if side == 0 else (second, first)
        words = [" ".join(map(pairing.words, section.body)) for section in (text, translation)]
        if not pairing.alike(page, *words):
            continue
        lines = [[piece for block in section.body for piece in pairing.pieces(block)] for section in (text, translation)]
        starts = tuple(block.line for section in (text, translation) for block in section.body)
        heads = ((first.heading.line, "heading"), (second.heading.line, "heading"))
        found = pairing.claim(page, NAME, 0.75, lines[0], lines[1], roles=heads, paragraphs=starts)
        if found is not None:
            yield found
