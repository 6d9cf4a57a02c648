"""The parts of simplemma that are used.

To import simplemma takes 90 ms, which every build pays that looks a word up: 60 for the rules of 21 languages, 10 for another form of
dictionary, which loads logging. While it is imported, modules stand in for these that are themselves imported when one of their functions is
called.
"""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from anki_builder.imports import standing_in

_SELDOM = (
    *(f"strategies.defaultrules.{language}" for language in "cs de eo es et fi is_ ka la lv ms nl nn pt ro ru sk sl sv uk".split()),
    "strategies.dictionaries.trie_dictionary_factory",
    "sentences",
)


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*arguments: Any) -> Any:
            return getattr(import_module(self.__name__), name)(*arguments)

        return call


with standing_in({name: _StandIn(name) for name in (f"simplemma.{part}" for part in _SELDOM)}):
    from simplemma import LanguageDetector, Lemmatizer, MostCommonTokenSampler, RelaxedMostCommonTokenSampler
    from simplemma.strategies import DefaultStrategy
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory, DictionaryFactory, dictionary_factory

__all__ = [
    "DefaultDictionaryFactory",
    "DefaultStrategy",
    "DictionaryFactory",
    "LanguageDetector",
    "Lemmatizer",
    "MostCommonTokenSampler",
    "RelaxedMostCommonTokenSampler",
    "dictionary_factory",
]
