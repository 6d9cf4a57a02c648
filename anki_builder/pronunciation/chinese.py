"""Pinyin over Chinese characters, by pypinyin and its phrases."""

import re
from functools import lru_cache

from pypinyin import Style, pinyin

from anki_builder.document import Mark

_HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff]+")


@lru_cache(4096)
def readings(text: str) -> tuple[Mark, ...]:
    """Return the pinyin of each character that pypinyin knows."""
    found: list[Mark] = []
    for run in _HAN.finditer(text):
        syllables = [one[0] for one in pinyin(run[0], style=Style.TONE)]
        if len(syllables) == len(run[0]):
            places = enumerate(zip(run[0], syllables, strict=True), run.start())
            found += [Mark(at, at + 1, "added", syllable) for at, (character, syllable) in places if syllable != character]
    return tuple(found)
