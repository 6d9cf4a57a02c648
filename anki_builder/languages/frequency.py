"""How frequent words are, by the lists of wordfreq: on the Zipf scale, from 1 (once in a hundred million words) to 8; 0 for an unknown word."""

from collections.abc import Mapping, Sequence
from functools import cache
from math import log10

from anki_builder.languages import language

_ONE_TENTH = 1.0
"""On the Zipf scale: each further word makes a phrase ten times as rare, as wordfreq reckons for words without spaces between them."""


def zipf(words: Sequence[str], tag: str) -> float:
    """Return the frequency of the rarest of `words`, which are in lower case; 0 where there is none, or no list for the language."""
    known = _frequencies(tag.partition("-")[0])
    return round(min([_zipf(word, known) for word in words], default=0.0), 2)


def zipf_of_term(words: Sequence[str], tag: str) -> float:
    """Return the frequency of a term by its words in lower case, or by its letters in a script without spaces."""
    known = _frequencies(tag.partition("-")[0])
    whole = "".join(words)
    if len(words) == 1 or (whole in known and not language(tag).spaces):
        return round(_zipf(whole, known), 2)
    return round(_of_phrase(words, known), 2)


def _zipf(word: str, known: Mapping[str, float]) -> float:
    """Return the frequency of a word. `well-known` is a phrase where it is not in the list; `l'eau` is as rare as its rarer part."""
    word = word.replace("’", "'")
    if word in known:
        return log10(known[word]) + 9
    if "-" in word:
        return _of_phrase([part for part in word.split("-") if part], known)
    before, elided, after = word.partition("'")
    return min(_zipf(before, known), _zipf(after, known)) if elided else 0.0


def _of_phrase(words: Sequence[str], known: Mapping[str, float]) -> float:
    """Return the frequency of words that are a term together."""
    rarest = min([_zipf(word, known) for word in words], default=0.0)
    return max(0.0, rarest - _ONE_TENTH * (len(words) - 1))


@cache
def _frequencies(language: str) -> Mapping[str, float]:
    """Return the share that each word has of all words."""
    from wordfreq import get_frequency_dict  # late: an extra, and a list takes up to half a second

    try:
        return get_frequency_dict(language)
    except LookupError:
        return {}
