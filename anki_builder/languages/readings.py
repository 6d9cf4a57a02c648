"""Readings over words: which characters of a word a reading spells, and whether it can spell them."""

import re

from anki_builder.document import Mark

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_HAN}ヶヵ]+|[^{_HAN}ヶヵ]+")
_IS_HAN = re.compile(f"[{_HAN}]+")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fcー・ ]+")
_HIRAGANA = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}


def over(word: str, reading: str) -> tuple[Mark, ...]:
    """Return a reading as marks over the characters that it spells: `食べ物` and `たべもの` give `た` over `食` and `もの` over `物`.

    Kana spell the kanji alone, syllables with a space between them one character each. All else stands over the whole word.
    """
    reading = reading.strip()
    if not reading or not word:
        return ()
    if _KANA.fullmatch(reading):
        return _over_kanji(word, reading) or (Mark(0, len(word), "ruby", reading),)
    syllables = reading.split()
    if _IS_HAN.fullmatch(word) and len(syllables) == len(word):
        return tuple(Mark(at, at + 1, "ruby", syllable) for at, syllable in enumerate(syllables))
    return (Mark(0, len(word), "ruby", reading),)


def fits(word: str, reading: str) -> bool:
    """Return whether kana can spell a word: they have its kana, and something for each of its runs of kanji."""
    return bool(_KANA.fullmatch(reading.strip()) and _over_kanji(word, reading.strip()))


def _over_kanji(word: str, reading: str) -> tuple[Mark, ...]:
    """Return kana as marks over the kanji of a word; nothing where they do not spell it, or it has no kanji."""
    reading = reading.replace(" ", "")
    runs = list(_RUN.finditer(word))
    pattern = "".join(["(.+?)" if _IS_HAN.search(run[0]) else re.escape(_folded(run[0])) for run in runs])
    found = re.fullmatch(pattern, _folded(reading)) if any(_IS_HAN.search(run[0]) for run in runs) else None
    if found is None:
        return ()
    kanji = [run for run in runs if _IS_HAN.search(run[0])]
    spans = [found.span(number) for number in range(1, len(kanji) + 1)]
    return tuple(Mark(run.start(), run.end(), "ruby", reading[a:b]) for run, (a, b) in zip(kanji, spans, strict=True))


def _folded(text: str) -> str:
    """Return a text with hiragana for its katakana, at the same length."""
    return text.translate(_HIRAGANA)
