"""The dictionaries of simplemma: imported late, because most articles need none of them.

They are read as streams, which take a seventh of the memory of tables: a text asks for a few hundred words.
"""

from collections.abc import Iterator, Sequence
from unicodedata import normalize

from simplemma import LanguageDetector, Lemmatizer, MostCommonTokenSampler, RelaxedMostCommonTokenSampler
from simplemma.strategies import DefaultStrategy, DictionaryLookupStrategy, StreamDictionaryFactory
from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

_OPEN = 24
"""Dictionaries that are kept open."""
_STREAMS = StreamDictionaryFactory(cache_max_size=_OPEN)
_LOOKUP = DictionaryLookupStrategy(_STREAMS)
_STRATEGY = DefaultStrategy(dictionary_factory=_STREAMS)
_LEMMATIZER = Lemmatizer(lemmatization_strategy=_STRATEGY)


_WITH_OTHERS = {"hr": "hbs", "bs": "hbs"}
"""Languages that share a dictionary."""


def _name(language: str) -> str:
    return _WITH_OTHERS.get(language, language)


def has(language: str) -> bool:
    """Return whether there is a dictionary of a language, given by its primary subtag, as in all functions here."""
    return _name(language) in SUPPORTED_LANGUAGES


def is_known(word: str, language: str) -> bool:
    """Return whether a dictionary has a word, in lower case or with a capital; False where there is no dictionary."""
    return has(language) and _LOOKUP.get_lemma(normalize("NFC", word), _name(language)) is not None


def is_member(word: str, language: str) -> bool:
    """Return whether a dictionary has a word with its capitals. Raises `ValueError` where there is no dictionary."""
    return _LOOKUP.is_dictionary_member(word, _name(language))


def lemmatize(word: str, language: str) -> str:
    """Return the dictionary form of a word, by rule where the dictionary has it not. Raises `ValueError` where there is no dictionary."""
    return _LEMMATIZER.lemmatize(word, _name(language))


def shares(text: str, languages: Sequence[str]) -> Iterator[dict[str, float]]:
    """Yield which share of the commonest words of a text each language has, then of all words; a text without words has no languages.

    Raises `ValueError` where there is no dictionary.
    """
    names = {_name(language): language for language in languages}
    for sampler in (MostCommonTokenSampler(), RelaxedMostCommonTokenSampler()):
        found = LanguageDetector(tuple(names), sampler, _STRATEGY).proportion_in_each_language(text)
        yield {names.get(name, name): share for name, share in found.items()}
