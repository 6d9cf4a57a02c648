"""Passages made ready for finding terms, with the words that all of them have."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

from anki_builder.alignment.wording import GAP, wanted_words
from anki_builder.languages import forms, language
from anki_builder.languages.folding import Loosened, bare, loosened, lower, word_pattern
from anki_builder.languages.folding import plain as plain_signs

_MOST_WORDS = 1 << 15
"""Words kept by their dictionary form from note to note: eighty real notes have 14,000."""
Range = tuple[int, int]
Sentence = tuple[int, int, int, bool]
"""Where a sentence pair begins and ends in its passage, its index among all pairs, and whether it has a translation."""
_NO_SENTENCE = (0, 0, -1, False)
Key = Callable[[str, str], str]
"""(word, language) → what forms of one word share."""


class Traits(NamedTuple):
    """What the search asks of a language."""

    tag: str
    spaces: bool
    korean: bool
    prefixed: bool
    articles: frozenset[str]
    stands_for: Mapping[str, frozenset[str]]
    words: re.Pattern[str]


@lru_cache(32)
def _traits(tag: str) -> Traits:
    primary = tag.partition("-")[0]
    return Traits(
        tag,
        language(tag).spaces,
        primary == "ko",
        primary in forms.PREFIXED,
        forms.ARTICLES.get(primary, frozenset()),
        forms.STANDS_FOR.get(primary, {}),
        word_pattern(tag),
    )


@lru_cache(4)
def _by_lemma(tag: str) -> tuple[set[str], dict[str, list[str]]]:
    """Return the words of the notes so far, and the same by their dictionary form: most words of a note were in those before."""
    return set(), {}


class Lexis:
    """The words of the passages of a note, among which the forms of each word of a term are looked up once for all passages."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.traits = _traits(tag)
        self.texts: list[str] = []
        self._phrases: dict[tuple[str, Key], list[tuple[str, list[str]]]] = {}

    def phrase(self, term: str, key: Key) -> list[tuple[str, list[str]]]:
        """Return each word of a term, or a gap, with its forms by `key`; nothing where a word that has to be there has none."""
        found = self._phrases.get((term, key))
        if found is None:
            found = []
            for word in wanted_words(term, self.tag):
                alike = [] if word == GAP else self._alike(word, key)
                if not alike and not (found and self.may_lack(word)):
                    found = []
                    break
                found.append((word, alike))
            self._phrases[term, key] = found
        return found

    def may_lack(self, word: str) -> bool:
        """Return whether a phrase may lack `word` within."""
        return word == GAP or word in self.traits.articles

    def _alike(self, word: str, key: Key) -> list[str]:
        tag, traits = self.tag, self.traits
        if word in traits.stands_for:
            persons = traits.stands_for[word]
            return [text for text in self._words if text in persons or (word == "one's" and text.endswith("'s"))]
        if key is forms.lemma:
            return [text for text in self._by_lemma.get(key(word, tag), ()) if text in self._words]
        wanted = key(word, tag)
        if key is forms.rough_stem:
            possible = self._accented if word.isascii() else self._words
            return [text for text in possible if self._is_alike(text, word, key, wanted)]
        if traits.prefixed:
            return [text for text in self._words if self._is_alike(text, word, key, wanted)]
        # Suffixes alone are taken off: stemming only what begins alike spares two thirds of the search.
        found = [
            text
            for beginning in forms.beginnings(word, tag)
            for text in self._beginning_like(beginning if beginning != word[:2] else word)
            if text == word or (key(text, tag) == wanted and forms.is_form(text, word, tag))
        ]
        return found + [text for text in forms.other_forms(word, tag) if text in self._words and text not in found]

    def _is_alike(self, text: str, word: str, key: Key, wanted: str) -> bool:
        """Return whether a text is a form of a word with short words written onto it, or with other accents."""
        shorter = forms.without_clitics(text, self.tag) if self.traits.prefixed else [text]
        return text == word or any(key(part, self.tag) == wanted and forms.is_form(part, word, self.tag) for part in shorter)

    @cached_property
    def _words(self) -> set[str]:
        pieces = set("\n".join(self.texts).split())
        words = set(filter(str.isalnum, pieces))
        words.update(self.traits.words.findall(" ".join(pieces - words)))
        return words

    @cached_property
    def _accented(self) -> list[str]:
        return [word for word in self._words if not word.isascii()]

    @cached_property
    def _listed(self) -> str:
        """The words, each between two line ends: to find those of one beginning takes less than to order all by theirs."""
        return "\n".join(["", *self._words, ""])

    def _beginning_like(self, word: str) -> Iterator[str]:
        """Yield the words with the first two letters of `word`; where it has but one, itself if it is there."""
        listed = self._listed
        wanted = f"\n{word[:2]}" if len(word) > 1 else f"\n{word}\n"
        at = listed.find(wanted)
        while at >= 0:
            end = listed.find("\n", at + 1)
            yield listed[at + 1 : end]
            at = listed.find(wanted, end)

    @cached_property
    def _by_lemma(self) -> dict[str, list[str]]:
        words, found = _by_lemma(self.tag)
        if len(words) > _MOST_WORDS:
            _by_lemma.cache_clear()
            words, found = _by_lemma(self.tag)
        new = self._words - words
        for word in new:
            found.setdefault(forms.lemma(word, self.tag), []).append(word)
        words |= new
        return found


class Wording(NamedTuple):
    """Words side by side in a passage."""

    start: int
    end: int
    folded: tuple[str, ...]
    """What stands between the spaces of the folded text."""


class Searchable:
    """A passage made ready for searching; its words are cut out once, when first needed."""

    def __init__(self, plain: str, sentences: list[Sentence], lexis: Lexis) -> None:
        self.plain = plain
        self.quoted = plain_signs(plain)
        self.folded = lower(self.quoted, lexis.tag)
        self.bare = bare(self.folded, lexis.tag)
        """Without vowel marks: offsets are not those of the passage."""
        self.sentences = sentences
        """In the order of the text, none overlapping another."""
        self.starts = [sentence[0] for sentence in sentences]
        self.lexis = lexis
        lexis.texts.append(self.bare)
        self._wordings: dict[int, list[Wording]] = {}

    @cached_property
    def ranges(self) -> list[Range]:
        """Where each of its words stands."""
        return [word.span() for word in self.lexis.traits.words.finditer(self.folded)]

    @cached_property
    def words(self) -> list[str]:
        """Its words, without vowel marks."""
        found = [self.folded[start:end] for start, end in self.ranges]
        return found if self.bare is self.folded else [bare(word, self.lexis.tag) for word in found]

    def wordings(self, words: int) -> list[Wording]:
        """Return its different wordings of so many words, each where it stands first."""
        found = self._wordings.get(words)
        if found is None:
            places: dict[str, Range] = {}
            for (start, _), (_, end) in zip(self.ranges, self.ranges[words - 1 :], strict=False):
                places.setdefault(self.plain[start:end], (start, end))
            found = [Wording(start, end, tuple(self.folded[start:end].split())) for start, end in places.values()]
            self._wordings[words] = found
        return found

    @cached_property
    def loosened(self) -> Loosened:
        """Its folded text without what two spellings of one word may differ in."""
        return loosened(self.folded)

    def sentence_at(self, start: int) -> Sentence:
        """Return the last sentence that begins there or before; an empty one where none does."""
        at = bisect_right(self.starts, start)
        return self.sentences[at - 1] if at else _NO_SENTENCE
