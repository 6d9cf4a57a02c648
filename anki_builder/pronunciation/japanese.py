"""Furigana over kanji, by Sudachi and its core dictionary."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from threading import Lock
from typing import Any

from sudachipy import Dictionary, SplitMode

from anki_builder.document import Mark
from anki_builder.languages.readings import fits, over
from anki_builder.pronunciation import neighbours

_KANJI = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff]")
_SENTENCE = re.compile("[^。！？\n]{1,2000}[。！？\n]*")
"""Sudachi takes some 16,000 characters at a time."""
_HIRAGANA = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}


_alone = Lock()
"""The tokenizer serves one thread at a time."""


@cache
def _tokenizer() -> Any:
    return Dictionary(dict="core").tokenizer()


@lru_cache(4096)
def readings(text: str) -> tuple[Mark, ...]:
    """Return kana over the kanji of each word. Numbers with their counters are left out: how they are said hangs on both."""
    return tuple([mark for sentence in _SENTENCE.finditer(text) for mark in _readings(sentence[0], sentence.start())])


def _readings(sentence: str, offset: int) -> Iterator[Mark]:
    after_number = False
    with _alone:
        words = _tokenizer().tokenize(sentence, SplitMode.C)
    for word in words:
        kind, part, detail = word.part_of_speech()[:3]
        is_number = part == "数詞" or (after_number and (kind == "接尾辞" or detail == "助数詞可能"))
        surface = word.surface()
        reading = neighbours.japanese(surface, sentence[: word.begin()], sentence[word.end() :])
        reading = reading or word.reading_form().translate(_HIRAGANA)
        if not is_number and _KANJI.search(surface) and fits(surface, reading):
            start = offset + word.begin()
            yield from [Mark(start + mark.start, start + mark.end, "added", mark.value) for mark in over(surface, reading)]
        after_number = is_number
