"""Cells that hold a text together with its translation: one line above the other, in brackets, or behind a separator."""

import re
from collections.abc import Iterator

from anki_builder.reading import evidence, no_text
from anki_builder.reading.shape import Cut, Tongues, best_cut, cuts, trimmed

_BEHIND_BRACKET = re.compile(r"(?<=[)）])\s+")


def stacked(parts: list[str], tongues: Tongues) -> tuple[str, str] | None:
    """Return the text and the translation of a cell with one line for each, None for another cell.

    A further line that spells out the text is left out.
    """
    lines = [part for part in parts if tongues.reading_of(part) != 0]
    sides = [tongues.side(line) for line in lines]
    if sorted(sides, key=str) != [0, 1]:
        return None
    return lines[sides.index(0)], lines[sides.index(1)]


def translated(text: str, tongues: Tongues, parting: str = "") -> Cut | None:
    """Return the cut between a text and its translation on one line, None where they do not both stand there.

    The scripts tell where to cut, or a strong separator. `parting` is the separator that the column is known to have.
    """
    cut = best_cut(text, tongues)
    if tongues.by_script or (cut is not None and cut.kind not in evidence.WEAK and cut.purity > evidence.UNSURE_BOTH):
        return cut
    places = [(end, start) for end, start, kind in cuts(text, tongues) if kind == parting]
    if len(places) != 1:
        return None
    ((end, start),) = places
    return Cut(trimmed(text[:end]), trimmed(text[start:]), parting, evidence.UNSURE_BOTH, 0)


def in_order(cut: Cut) -> tuple[str, str]:
    """Return the two parts of a cut line, that in the language studied first."""
    return (cut.first, cut.second) if cut.order != 1 else (cut.second, cut.first)


def one_by_one(text: str, tongues: Tongues) -> list[str]:
    """Return the examples on one line of a cell, each with its translation in brackets: `Det regner. (It rains.) Det sner. (It snows.)`.

    Any other line is one example.
    """
    pieces = _BEHIND_BRACKET.split(text)
    in_brackets = [cut for piece in pieces if (cut := best_cut(piece, tongues)) is not None and cut.kind == "bracket"]
    return pieces if len(in_brackets) == len(pieces) else [text]


def pairs_in(parts: list[str], tongues: Tongues) -> Iterator[tuple[str, str]]:
    """Yield each text in the lines of a cell with the translation that stands in the same cell."""
    pair = stacked(parts, tongues)
    if pair is not None:
        yield pair
        return
    for example in (text for part in parts for text in one_by_one(part, tongues)):
        cut = best_cut(example, tongues)
        if cut is not None:
            yield in_order(cut)


def hold_translations(texts: list[str], tongues: Tongues) -> bool:
    """Return whether at least two thirds of the cells of a column hold a text with its translation in brackets."""
    found = [cut for cut in (best_cut(text, tongues) for text in texts) if cut is not None and _is_translated(cut, tongues)]
    sure = sum(cut.purity == 1 for cut in found)
    return sure > 1 and sure * 2 >= len(found) and len(found) * 3 >= len(texts) * 2


def _is_translated(cut: Cut, tongues: Tongues) -> bool:
    """Return whether a cell is cut before brackets that may hold a translation: neither a register nor a reading."""
    return (
        cut.kind == "bracket"
        and cut.purity > evidence.UNSURE_BOTH
        and len(cut.second) > _SHORTEST
        and not no_text.is_register(cut.second)
        and not tongues.reads(cut.first, cut.second, 0)
    )


_SHORTEST = 2
"""Characters of brackets that hold no meaning."""
