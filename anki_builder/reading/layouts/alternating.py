"""Paragraphs of text and translation in turns, or a block of the one followed by a block of the other.

Blocks of as many paragraphs are paired one by one, one translation below many printed lines belongs to all of them; other counts
make one passage, with a warning, since any finer pairing would be a guess.
"""

from collections.abc import Iterator
from itertools import groupby

from anki_builder.languages import labels
from anki_builder.reading import pairing, rules, tables
from anki_builder.reading.blocks import Block
from anki_builder.reading.page import Claim, Page, is_image

NAME = "alternating"
_Run = list[Block]


def recognise(page: Page) -> Iterator[Claim]:
    """Yield the pairs among paragraphs that follow each other without a heading, list or quote between."""
    section: list[tuple[int, Block]] = []
    for block in page.blocks:
        if block.kind == "markup" or (block.kind == "paragraph" and is_image(block.texts[0]) and len(block.texts) == 1):
            continue  # a box around a translation, a picture between the two
        side = _side(page, block)
        if side is None:
            if len(section) > 1:
                yield from _section(page, section)
            section = []
        else:
            section.append((side, block))
    yield from _section(page, section)


def _side(page: Page, block: Block) -> int | None:
    if block.kind != "paragraph" or block.depth or block.quote or block.line in page.labels:
        return None
    if ("年" in block.texts[0] and labels.SIGN_OFF().match(block.texts[0])) or any(map(tables.is_delimiter, block.texts)):
        return None
    plain = pairing.words(block)
    if len(plain) < 40 and plain.endswith((":", "：")):
        return None  # it leads in what follows
    return pairing.pure_side(page, plain)


def _section(page: Page, section: list[tuple[int, Block]]) -> Iterator[Claim]:
    runs = [(side, [block for _, block in run]) for side, run in groupby(section, key=lambda item: item[0])]
    if len(runs) < 2:
        return
    native_first = runs[0][0] == 1 and len(runs) % 2 == 0
    index = 0
    while index + 1 < len(runs):
        side, first = runs[index]
        if side == 1 and not native_first:
            index += 1
            continue
        second = runs[index + 1][1]
        yield from _runs(page, *((second, first) if side == 1 else (first, second)))
        index += 2


def _runs(page: Page, text: _Run, translation: _Run) -> Iterator[Claim]:
    if not pairing.alike(page, _words(text), _words(translation)):
        return
    if len(text) == len(translation):
        parts = [([one], [other]) for one, other in zip(text, translation, strict=True)]
        if all(pairing.alike(page, _words(one), _words(other)) for one, other in parts):
            for one, other in parts:
                yield from _claim(page, one, other)
            return
    found = list(_claim(page, text, translation))
    if len(translation) > 1 and found:
        warning = page.diagnostic(
            rules.COUNTS_DIFFER,
            text[0].line,
            f"{len(text)} paragraphs of text and {len(translation)} of translation are one passage",
            rules.COUNTS_DIFFER.cure,
        )
        found = [found[0]._replace(diagnostics=(warning,))]
    yield from found


def _words(blocks: _Run) -> str:
    return " ".join(map(pairing.words, blocks))


def _claim(page: Page, text: _Run, translation: _Run) -> Iterator[Claim]:
    sides = [[piece for block in blocks for piece in pairing.pieces(block)] for blocks in (text, translation)]
    starts = tuple(block.line for block in (*text, *translation))
    found = pairing.claim(page, NAME, 0.6, sides[0], sides[1], given=False, paragraphs=starts)
    if found is not None:
        yield found
