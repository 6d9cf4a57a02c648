"""The dictionaries say what those of simplemma say."""

import subprocess
import sys

import pytest
from simplemma.strategies.dictionaries import DEFAULT_DICTIONARY_FACTORY

from anki_builder.languages import dictionary


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_dictionary_says_what_that_of_simplemma_says(language: str) -> None:
    ours, theirs = dictionary.Dictionaries().get_dictionary(language), DEFAULT_DICTIONARY_FACTORY.get_dictionary(language)
    assert type(ours) is not type(theirs)
    assert len(ours) == len(theirs)
    assert dict(ours) == dict(theirs)
    assert [ours.get(word) for word in ("", "h", "heldx", "\0", "über")] == [theirs.get(word) for word in ("", "h", "heldx", "\0", "über")]


def test_a_dictionary_of_another_format_is_read_by_simplemma(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionary, "_MAGIC", b"SMFC2")
    dictionary._opened.cache_clear()
    ours, theirs = dictionary.Dictionaries().get_dictionary("en"), DEFAULT_DICTIONARY_FACTORY.get_dictionary("en")
    assert type(ours) is type(theirs)
    assert ours.get("held") == theirs.get("held") == "hold"
    dictionary._opened.cache_clear()


def test_a_language_without_a_dictionary_is_refused() -> None:
    with pytest.raises(ValueError, match="xx"):
        dictionary.Dictionaries().get_dictionary("xx")


def test_rules_of_a_language_are_those_of_simplemma_though_imported_late() -> None:
    words = ["huonettaan", "häusern", "casas", "trabalhamos", "городами", "městech", "hundarna", "celeriter", "running"]
    asked = "print([rule and rule(word) for _, rule in sorted(RULE_FUNCTIONS.items()) for word in WORDS])".replace("WORDS", repr(words))
    plain = f"from simplemma.strategies.defaultrules import RULE_FUNCTIONS\n{asked}"
    late = f"import anki_builder.languages.library\nimport sys\nassert 'logging' not in sys.modules\n{plain}"
    said = [
        subprocess.run([sys.executable, "-X", "utf8", "-c", code], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
        for code in (plain, late)
    ]
    assert said[0] == said[1]
    assert len(set(said[0].split(", "))) > 5
