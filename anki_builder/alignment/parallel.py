"""Pair sentences in the plain case: as many sentences on both sides, and each pair speaks for itself.

Five of six passages in real notes are like this and need no dynamic programme: a shift would leave at least one pair of strangers, which the
checks below recognise. They compare lengths, final marks, numbers and a few longer words. Unclear passages go to the programme, without the
pairs at either end that are beyond doubt. Of 1,834 beads accepted here in notes with random merges and omissions not one was wrong.
"""

import re
from collections.abc import Sequence
from math import log

from anki_builder.alignment.lexicon import Lexicon
from anki_builder.languages.numerals import digit_runs, numbers

_LETTERS = bytes(byte if byte in b"abcdefghijklmnopqrstuvwxyz" else 32 for byte in range(256))
"""A space for everything but letters."""
_LATIN = re.compile(r"[A-Za-z][A-Za-z]+")
_COGNATE = re.compile(r"[^\W\d_]{5,}")
_FOUND = log(0.6 / 0.12)
_NOT_FOUND = log(0.4 / 0.88)
"""A longer English word has a character of one of its translations in six of ten true counterparts, in one of eight strangers."""
_BEYOND_DOUBT = 5.0
_CLEAR = 2.0
"""Enough where neither neighbour fits as well."""
_POSSIBLE = -1.0
"""Enough where besides both neighbours are beyond doubt and the lengths of all three agree."""
_CLOSERS = "”\"」』»’'› )）]】■·*_"
_QUESTIONS = ("?", "？")
SURE = 0.8
"""A cut this probable needs no confirmation by the other side."""


def lengths(sentences: Sequence[str]) -> list[float]:
    """Return the characters of each sentence, spaces aside, and one."""
    return [len(sentence) - sentence.count(" ") + 1.0 for sentence in sentences]


class Parallel:
    """Finds sentences that stand against each other one by one. The words of a sentence are read once."""

    def __init__(
        self,
        text: Sequence[str],
        translation: Sequence[str],
        lengths: tuple[Sequence[float], Sequence[float]],
        ratio: float,
        languages: tuple[str, str],
        lexicon: Lexicon | None,
        cognates: bool,
    ) -> None:
        """`lengths` are those of the sentences, `ratio` is the usual one between them."""
        self._text, self._translation = text, translation
        self._lengths, self._other_lengths = lengths
        self._ratio = ratio
        self._languages = languages
        self._lexicon = lexicon
        self._cognates = cognates
        self._words: dict[int, list[tuple[str, ...]]] = {}
        self._names: dict[int, list[str]] = {}

    def confidences(self) -> list[float] | None:
        """Return the confidence of each 1–1 bead, or None where the two sides, as many sentences each, are not plainly parallel."""
        far = [_far(length * self._ratio, other) for length, other in zip(self._lengths, self._other_lengths, strict=True)]
        if max(far) > 4.0 or [*map(_question, self._text)] != [*map(_question, self._translation)]:
            return None
        shared = [self._shared_words(k, k) for k in range(len(far))]
        clear = [1.5 - away + self._shared_numbers(k, k) + words for k, (away, words) in enumerate(zip(far, shared, strict=True))]
        for k, value in enumerate(clear):
            if value >= _BEYOND_DOUBT:
                continue
            around = [other for other in (k - 1, k + 1) if 0 <= other < len(clear)]
            if value < _CLEAR and (
                value < _POSSIBLE
                or any(clear[other] < _CLEAR for other in around)
                or any(far[other] > 1.5 for other in (k, *around))
            ):
                return None
            for other in around:
                if shared[k] < max(self._shared_words(k, other), self._shared_words(other, k)):
                    return None
        return [_confidence(value) for value in clear]

    def ends(self, cuts: tuple[Sequence[float], Sequence[float]] | None) -> tuple[list[float], list[float]]:
        """Return the confidences of the 1–1 beads at the beginning and at the end that need no programme.

        A pair is out of the question where it is beyond doubt and so is the next one towards the middle, which stays for the programme as its
        margin.
        """
        n, m = len(self._text), len(self._translation)
        most = min(n, m)
        front: list[float] = []
        while len(front) < most and (value := self._clear(len(front), len(front), cuts)) >= _BEYOND_DOUBT:
            front.append(_confidence(value))
        del front[-1:]
        back: list[float] = []
        while (
            len(front) + len(back) + 1 < most
            and (value := self._clear(n - 1 - len(back), m - 1 - len(back), cuts)) >= _BEYOND_DOUBT
        ):
            back.append(_confidence(value))
        del back[-1:]
        return front, back[::-1]

    def _clear(self, i: int, j: int, cuts: tuple[Sequence[float], Sequence[float]] | None) -> float:
        """Return how clear it is that sentence `i` stands against `j`, as log likelihood ratio."""
        if cuts is not None and (min(cuts[0][i : i + 2]) < SURE or min(cuts[1][j : j + 2]) < SURE):
            return 0.0
        far = _far(self._lengths[i] * self._ratio, self._other_lengths[j])
        if far > 2.0 or _question(self._text[i]) != _question(self._translation[j]):
            return 0.0
        return 1.5 - far + self._shared_numbers(i, j) + self._shared_words(i, j)

    def _shared_numbers(self, i: int, j: int) -> float:
        text, translation = self._text[i], self._translation[j]
        digits = digit_runs(text)
        if digits == digit_runs(translation):
            return 2.0 if digits else 0.0
        values = {number.value for number in numbers(text, self._languages[0])}
        other_values = {number.value for number in numbers(translation, self._languages[1])}
        return 2.0 * bool(values & other_values) - 2.0 * sum(value > 12 for value in values ^ other_values)

    def _shared_words(self, i: int, j: int) -> float:
        if self._lexicon is not None:
            return self._translated_words(self._lexicon, i, j)
        if self._cognates:
            words, others = _beginnings(self._text[i]), _beginnings(self._translation[j])
            return 2.0 * len(words & others) - 0.1 * len(words)
        return 0.0

    def _translated_words(self, lexicon: Lexicon, i: int, j: int) -> float:
        text, translation = self._text[i], self._translation[j]
        words = self._words.get(i)
        if words is None:
            letters = text.lower().encode(errors="replace").translate(_LETTERS).decode()
            words = self._words[i] = [*filter(None, map(lexicon.characters.__getitem__, letters.split()))]
        names = self._names.get(j)
        if names is None:
            names = self._names[j] = _LATIN.findall(translation)
        total = 0.0
        for characters in words:
            for character in characters:
                if character in translation:
                    total += _FOUND
                    break
            else:
                total += _NOT_FOUND
        for name in names:
            total += 1.5 if name in text else -0.5
        return total


def _far(expected: float, length: float) -> float:
    """Return how unlikely a length is, in nats."""
    return log(length / expected) ** 2 / (2 * (0.0144 + 1.4 / (expected + length)))


def _question(sentence: str) -> bool:
    return ("?" in sentence or "？" in sentence) and sentence.rstrip(_CLOSERS)[-1:] in _QUESTIONS


def _confidence(clear: float) -> float:
    return 1.0 - 0.1 / max(clear - 1.0, 0.5)


def _beginnings(text: str) -> set[str]:
    """Return the beginnings of the longer words."""
    return {word[:4] for word in _COGNATE.findall(text.lower())}
