"""Words that set a clause against another one: translations keep them, where dictionaries give them too many translations to be of use."""

import re
from functools import cache

_WORDS = {
    "de": "aber doch jedoch dennoch trotzdem obwohl sondern",
    "en": "but however yet though although nevertheless nonetheless despite whereas",
    "es": "pero sino aunque embargo",
    "fr": "mais cependant pourtant toutefois néanmoins",
    "it": "ma però tuttavia",
    "ja": "しかし でも だが けれど けど のに",
    "ko": "하지만 그러나 지만",
    "ru": "но однако хотя",
    "zh": "但 却 卻 可是 不过 不過 然而 尽管 儘管 虽 雖",
}
_UNSPACED = frozenset(("ja", "ko", "zh"))
_NOT_ONLY = "不但"


@cache
def _pattern(language: str) -> re.Pattern[str] | None:
    words = "|".join(_WORDS.get(language, "").split())
    return re.compile(words if language in _UNSPACED else rf"\b(?:{words})\b") if words else None


def has_contrast(text: str, language: str) -> bool:
    """Return whether a sentence says “but”, “although” or the like; False for a language without a table."""
    pattern = _pattern(language.partition("-")[0])
    return pattern is not None and pattern.search(text.lower().replace(_NOT_ONLY, "")) is not None
