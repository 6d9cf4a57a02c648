"""Words by which a sentence says the opposite of what it says without them.

Only what negates a verb in nearly every sentence it stands in; `t` is what an apostrophe leaves of `didn’t`.
"""

from functools import lru_cache

_WORDS = {
    "de": "nicht nie niemals kein keine keinen keinem keiner keines",
    "en": "not never cannot t",
    "es": "no nunca jamás",
    "fr": "ne n pas jamais",
    "it": "non mai",
    "ja": "ぬ",
    "nl": "niet nooit geen",
    "pl": "nie nigdy",
    "pt": "não nunca",
    "ru": "не никогда нет",
    "sv": "inte aldrig",
    "uk": "не ніколи",
    "vi": "không chưa",
    "zh": "不 没 沒 未",
}


@lru_cache(32)
def negations(tag: str) -> frozenset[str]:
    """Return the negating words of a language, folded; none of one that is not listed."""
    return frozenset(_WORDS.get(tag.partition("-")[0], "").split())
