"""A sentence with its translation on the next line of the same paragraph, mostly in brackets: `sentence⏎*(translation)*`."""

from collections.abc import Iterator

from anki_builder.reading import pairing
from anki_builder.reading.page import Claim, Page, is_sentence

NAME = "brackets"


def recognise(page: Page) -> Iterator[Claim]:
    """Yield the pairs of lines within paragraphs."""
    for block in page.blocks:
        if block.kind != "paragraph" or len(block.texts) < 2:
            continue
        lines = pairing.pieces(block)
        inside = [pairing.unbracketed(text) for _, text in lines]
        if any(inside[1:]) and not inside[0]:
            yield from _bracketed(page, lines, inside)
        elif not any(inside) and len(lines) % 2 == 0 and page.separable:
            yield from _stacked(page, lines)


def _bracketed(page: Page, lines: list[tuple[int, str]], inside: list[str]) -> Iterator[Claim]:
    """Yield each run of lines with the bracketed line that closes it."""
    start = 0
    for index, content in enumerate(inside):
        if not content:
            continue
        before = lines[start:index]
        start = index + 1
        if not before:
            continue
        after = [(lines[index][0], content)]
        order = pairing.in_order(page, " ".join(text for _, text in before), content)
        if order is None:
            continue
        found = pairing.claim(page, NAME, 0.75, before, after) if order else pairing.claim(page, NAME, 0.75, after, before)
        if found is not None:
            yield found


def _stacked(page: Page, lines: list[tuple[int, str]]) -> Iterator[Claim]:
    """Yield lines that alternate between the two languages."""
    sides = [pairing.pure_side(page, text) for _, text in lines]
    if sides[0] is None or any(side != (sides[0] if index % 2 == 0 else 1 - sides[0]) for index, side in enumerate(sides)):
        return
    for index in range(0, len(lines), 2):
        first, second = lines[index : index + 1], lines[index + 1 : index + 2]
        text, translation = (first, second) if sides[0] == 0 else (second, first)
        if not is_sentence(text[0][1]) or not pairing.alike(page, text[0][1], translation[0][1]):
            continue
        found = pairing.claim(page, NAME, 0.65, text, translation)
        if found is not None:
            yield found
