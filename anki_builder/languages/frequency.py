"""How frequent words are, by the lists of wordfreq: on the Zipf scale, from 1 (once in a hundred million words) to 8; 0 for an unknown word."""

from collections.abc import Iterable, Mapping
from functools import cache
from math import log10


def zipf(words: Iterable[str], tag: str) -> float:
    """Return the frequency of the rarest of `words`, which are in lower case; 0 where there is none, or no list for the language."""
    known = _frequencies(tag.partition("-")[0])
    return round(min([log10(known[word]) + 9 if word in known else 0.0 for word in words], default=0.0), 2)


@cache
def _frequencies(language: str) -> Mapping[str, float]:
    """Return the share that each word has of all words."""
    from wordfreq import get_frequency_dict  # late: an extra, and a list takes up to half a second

    try:
        return get_frequency_dict(language)
    except LookupError:
        return {}
