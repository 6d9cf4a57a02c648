"""Bilingual lexicons: which word may translate which, and how likely.

English and Chinese: `data/en-zh.txt.z` is derived from CC-CEDICT and stands under its own licence (CC BY-SA 4.0, see `data/README.md`).
It is shipped rather than left to an optional extra because sentence pairs are what notes are known by: with a dictionary that may or may not be
installed, the same note would give other pairs, and so other cards, on another machine. Loading it costs 16 ms, parsing CC-CEDICT itself 500.
"""

import re
import zlib
from collections.abc import Iterable, Mapping
from functools import cache

from anki_builder.document import VocabularyEntry
from anki_builder.languages.pieces import Pieces
from anki_builder.languages.tokens import EMPTY, english_stem, tokens

Links = Mapping[str, Mapping[str, float]]
"""Token of the first language → tokens of the second with the probability that they translate it."""

_ROW = re.compile(r"(\d)([a-z'’-]*)(\d.*)")
"""Letters shared with the word before, the rest of the word, and its characters, each group after its strength in tenths."""
_STRENGTHS = {str(step): step / 10 for step in range(10)}
_OWN_STRENGTH = 0.6
"""Of the learner's own vocabulary lines, shared among the words of a gloss."""


_WITHOUT_STRENGTHS = str.maketrans("", "", "0123456789")


class Lexicon(dict[str, dict[str, float]]):
    """Links read from compact lines on demand."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        super().__init__()
        self._lines = lines
        self.characters = Pieces(self._characters)
        """The characters that may translate an English word, lower-case as written; none for one that may be rendered by anything."""

    def _characters(self, word: str) -> tuple[str, ...]:
        return () if word in EMPTY else tuple(self._lines.get(english_stem(word), "").translate(_WITHOUT_STRENGTHS))

    def __missing__(self, token: str) -> dict[str, float]:
        line = self._lines.get(token, "")
        found: dict[str, float] = {}
        strength = 0.0
        for mark in line:
            if mark in _STRENGTHS:
                strength = _STRENGTHS[mark]
            else:
                found[mark] = strength
        self[token] = found
        return found


@cache
def lexicon(first: str, second: str) -> Lexicon | None:
    """Return the lexicon of two languages, by primary subtag, `first` < `second`; None where there is none."""
    if not (first.isalpha() and second.isalpha()):
        return None  # a tag comes from front matter and shall name no other file
    try:
        with open(f"{__file__.removesuffix('lexicon.py')}data/{first}-{second}.txt.z", "rb") as file:  # noqa: PTH123 (pathlib costs 4 ms)
            packed = file.read()
    except OSError:
        return None
    lines: dict[str, str] = {}
    word = ""
    for shared, ending, line in _ROW.findall(zlib.decompress(packed).decode()):
        word = word[: int(shared)] + ending
        lines[word] = line
    return Lexicon(lines)


def vocabulary_links(entries: Iterable[VocabularyEntry], languages: tuple[str, str]) -> dict[str, dict[str, float]]:
    """Return the links that a document's own vocabulary lines give, from the first language to the second."""
    found: dict[str, dict[str, float]] = {}
    for entry in entries:
        if not entry.gloss:
            continue
        terms = tokens(entry.term, languages[0], False)
        glosses = tokens(entry.gloss, languages[1], False)
        if not terms or not 0 < len(glosses) <= 40:
            continue
        strength = _OWN_STRENGTH / len(terms) ** 0.5 / min(len(glosses), 8) ** 0.5
        for term in terms:
            row = found.setdefault(term, {})
            for gloss in glosses:
                row[gloss] = max(row.get(gloss, 0.0), strength)
    return found
