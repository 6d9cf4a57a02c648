"""A three-way merge of lines: what a learner and a new version of the program changed in one file, put together."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_MARKS = "<<<<<<< yours\n", "=======\n", ">>>>>>> built-in\n"


class Merged(NamedTuple):
    """Both changes in one text."""

    text: str
    conflicts: int
    """Places that both changed, each in its own way; marks stand around the two versions."""


class _Same(NamedTuple):
    """Lines that are in all three versions: where they begin in each, and how many they are."""

    base: int
    mine: int
    theirs: int
    length: int


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Return the changes from `base` to `mine` and from `base` to `theirs` in one text."""
    old, one, other = (text.splitlines(keepends=True) for text in (base, mine, theirs))
    pieces: list[str] = []
    conflicts = 0
    at = _Same(0, 0, 0, 0)
    for same in _in_all(old, one, other):
        before = old[at.base : same.base]
        changed, changed_too = one[at.mine : same.mine], other[at.theirs : same.theirs]
        if changed in (changed_too, before):
            pieces += changed_too
        elif changed_too == before:
            pieces += changed
        else:
            conflicts += 1
            opening, middle, closing = _MARKS
            pieces += [opening, *_closed(changed), middle, *_closed(changed_too), closing]
        pieces += old[same.base : same.base + same.length]
        at = _Same(same.base + same.length, same.mine + same.length, same.theirs + same.length, 0)
    return Merged("".join(pieces), conflicts)


def _closed(lines: Sequence[str]) -> list[str]:
    """Return lines of which the last one has its end too."""
    return [line if line.endswith("\n") else f"{line}\n" for line in lines]


def _in_all(old: Sequence[str], one: Sequence[str], other: Sequence[str]) -> Iterator[_Same]:
    """Yield the lines that all three versions have, in their order, and an empty run at the end."""
    to_other = SequenceMatcher(None, old, other, autojunk=False).get_matching_blocks()
    for mine in SequenceMatcher(None, old, one, autojunk=False).get_matching_blocks():
        for theirs in to_other:
            start = max(mine.a, theirs.a)
            length = min(mine.a + mine.size, theirs.a + theirs.size) - start
            if length > 0:
                yield _Same(start, mine.b + start - mine.a, theirs.b + start - theirs.a, length)
    yield _Same(len(old), len(one), len(other), 0)
