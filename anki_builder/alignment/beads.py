"""Which sentences translate which: a dynamic programme over beads."""

import math
from collections.abc import Sequence
from typing import NamedTuple


class Bead(NamedTuple):
    """Neighbouring sentences and their translation; one side is empty where a sentence has no counterpart."""

    text: tuple[str, ...]
    translation: tuple[str, ...]
    confidence: float
    """Probability, 0 to 1, that this is a bead of the right alignment."""


SHAPES = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (1, 0), (0, 1))
_PRIOR = {(1, 1): 0.9, (1, 2): 0.03, (2, 1): 0.03, (2, 2): 0.005, (1, 3): 0.004, (3, 1): 0.004, (1, 0): 0.006, (0, 1): 0.006}
_SHAPES = tuple((a, b, math.log(p)) for (a, b), p in _PRIOR.items())


def align(
    text_sentences: Sequence[str], translation_sentences: Sequence[str], languages: tuple[str, str] = ("en", "zh")
) -> list[Bead]:
    """Return the beads of the two lists of sentences, in order and complete."""
    text, translation = list(text_sentences), list(translation_sentences)
    if not text or not translation:
        return [Bead((s,), (), 1.0) for s in text] + [Bead((), (s,), 1.0) for s in translation]
    n, m = len(text), len(translation)
    a = [len(s) + 1.0 for s in text]
    b = [len(s) + 1.0 for s in translation]
    ratio = sum(b) / sum(a)
    width = max(12, abs(n - m) + 8, n // 20)
    best: list[dict[int, tuple[float, int, int]]] = [{} for _ in range(n + 1)]
    best[0][0] = (0.0, 0, 0)
    for i in range(n + 1):
        row = best[i]
        centre = i * m // n
        for j in range(max(0, centre - width), min(m, centre + width) + 1):
            found = row.get(j)
            for di, dj, prior in _SHAPES:
                if di > i or dj > j:
                    continue
                before = best[i - di].get(j - dj)
                if before is None:
                    continue
                la, lb = sum(a[i - di : i]) * ratio, sum(b[j - dj : j])
                value = before[0] + prior - (0.5 * (math.log(la / lb) / 0.3) ** 2 if di and dj else 0.04 * (la + lb) ** 0.5 + 3)
                if found is None or value > found[0]:
                    found = (value, di, dj)
            if found is not None:
                row[j] = found
    beads: list[Bead] = []
    i, j = n, m
    while i or j:
        _, di, dj = best[i][j]
        beads.append(Bead(tuple(text[i - di : i]), tuple(translation[j - dj : j]), 0.9))
        i, j = i - di, j - dj
    return beads[::-1]
