"""Bilingual lexicons: the likely translations of each word, with their probabilities.

English and Chinese: `data/en-zh.txt.z` is derived from CC-CEDICT and stands under its own licence (CC BY-SA 4.0, see `data/README.md`).
It is shipped rather than left to an optional extra because sentence pairs are what notes are known by: with a dictionary that may or may not be
installed, the same note would give other pairs, and so other cards, on another machine.
"""

import re
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from sys import intern
from types import MappingProxyType

from anki_builder.document import VocabularyEntry
from anki_builder.languages.pieces import Pieces
from anki_builder.languages.tokens import EMPTY, english_stem, tokens

Links = Mapping[str, Mapping[str, float]]
"""Token of the first language → tokens of the second with the probability that they translate it."""

_NO_LINKS: Mapping[str, float] = MappingProxyType({})
_STRENGTHS = {str(step): step / 10 for step in range(10)}
_OWN_STRENGTH = 0.6
"""Of the learner's own vocabulary lines, shared among the words of a gloss."""
_LONG_GLOSS = 40
"""Tokens beyond which a gloss is an explanation."""
_LEAST = 4
"""Letters of a word that is no particle."""
_CHARACTER = re.compile(r"\D")
"""Anything in a line that is no strength."""


class Lexicon(dict[str, dict[str, float]]):
    """Links read on demand from a line for each stem: its characters, each group after its strength in tenths."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        super().__init__()
        self._lines = lines
        self.characters = Pieces(self._characters)
        """The characters that may translate an English word, lower-case as written; none for a short one or one that may be rendered by anything."""

    def _characters(self, word: str) -> tuple[str, ...]:
        if len(word) < _LEAST or word in EMPTY:
            return ()
        return tuple(map(intern, _CHARACTER.findall(self._lines.get(english_stem(word), ""))))

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
        with open(f"{__file__.removesuffix('lexicon.py')}data/{first}-{second}.txt.z", "rb") as file:  # noqa: PTH123 (pathlib is slow to import)
            packed = file.read()
    except OSError:
        return None
    stems, _, lines = zlib.decompress(packed).decode().partition("\n\n")
    return Lexicon(dict(zip(stems.split("\n"), lines.split("\n"), strict=True)))


class Vocabulary:
    """Links that a document's own vocabulary lines give from one of its languages to the other, read for the tokens asked for."""

    def __init__(
        self, entries: Sequence[VocabularyEntry] = (), languages: tuple[str, str] = ("", ""), turned: bool = False
    ) -> None:
        """`turned`: from the language of the glosses to that of the terms."""
        self._entries = entries
        self._languages = languages
        self._turned = turned
        self._places: dict[str, list[int]] | None = None
        self._links: dict[int, tuple[tuple[str, ...], float]] = {}
        self._rows: dict[str, dict[str, float]] = {}
        self._reverse: Vocabulary | None = None

    def reverse(self) -> "Vocabulary":
        """Return the same links in the other direction."""
        if self._reverse is None:
            self._reverse = Vocabulary(self._entries, self._languages, not self._turned)
        return self._reverse

    def row(self, token: str) -> Mapping[str, float]:
        """Return what a token may be translated by, and how likely."""
        if self._places is None:
            self._places = self._index()
        places = self._places.get(token)
        if places is None:
            return _NO_LINKS
        found = self._rows.get(token)
        if found is None:
            found = self._rows[token] = {}
            for place in places:
                others, strength = self._links_of(place)
                for other in others:
                    found[other] = max(found.get(other, 0.0), strength)
        return found

    def _index(self) -> dict[str, list[int]]:
        """Return the entries in which each token stands."""
        found: dict[str, list[int]] = {}
        for place, entry in enumerate(self._entries):
            if entry.gloss:
                written, language = (entry.gloss, self._languages[1]) if self._turned else (entry.term, self._languages[0])
                for token in tokens(written, language, False):
                    found.setdefault(token, []).append(place)
        return found

    def _links_of(self, place: int) -> tuple[tuple[str, ...], float]:
        """Return the tokens on the other side of an entry, and how likely each is."""
        found = self._links.get(place)
        if found is None:
            entry = self._entries[place]
            terms, glosses = tokens(entry.term, self._languages[0], False), tokens(entry.gloss, self._languages[1], False)
            found = (), 0.0
            if terms and 0 < len(glosses) <= _LONG_GLOSS:
                strength = _OWN_STRENGTH / len(terms) ** 0.5 / min(len(glosses), 8) ** 0.5
                found = terms if self._turned else glosses, strength
            self._links[place] = found
        return found
