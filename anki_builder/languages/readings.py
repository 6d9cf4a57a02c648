"""Readings over words: which characters of a word a reading spells, and whether it can spell them."""

import re
from collections.abc import Sequence

from anki_builder.document import Mark
from anki_builder.languages import romanisation

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_HAN}ヶヵ]+|[^{_HAN}ヶヵ]+")
_IS_HAN = re.compile(f"[{_HAN}]+")
_WORD_BEHIND = re.compile(f"[{_HAN}ヶヵ\u3041-\u3096\u30a1-\u30faー]*\\Z")
_ONE_HAN = re.compile(f"[{_HAN}]")
_PINYIN_WORD = re.compile("[A-Za-zÀ-ǿ]+(?:['’-][A-Za-zÀ-ǿ]+)*[1-5]?")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fcー・ ]+")
_AROUND = re.compile("(?P<before>[~～〜…]*)(?P<word>.*?)(?P<after>[~～〜…]*)$")
"""A word with signs for what stands before or behind it: `〜に基づいて`."""
_LONGEST_WORD = 40
"""Characters before a bracket that are looked at."""
_HANGUL = re.compile("[\uac00-\ud7a3]+")
_HANJA_AND_HANGUL = re.compile("(?=.*[\u3400-\u9fff])(?=.*[\uac00-\ud7a3])[\u3400-\u9fff\uac00-\ud7a3]+")
_ZHUYIN = re.compile("[\u3105-\u312f\u31a0-\u31bfˊˇˋ˙ˉ ]+")
_ZHUYIN_SYLLABLE = re.compile("˙?(?:[ㄅ-ㄙ]?[ㄧㄨㄩ]?[ㄚ-ㄦ]|[ㄅ-ㄙ]?[ㄧㄨㄩ]|[ㄓ-ㄙ])[ˊˇˋ˙ˉ]?")
_ENDS_IN_R = re.compile(r"[^\W\daeiouüāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][eēéěè]r[1-5]?$|[^\W\deēéěè'’]r[1-5]?$")
"""A syllable that 儿 ends without being one."""
_KANA_FIRST = re.compile("(?P<reading>[\u3041-\u3096\u30a1-\u30faー]+)[\\s:：,，、/／|｜-]+(?P<rest>\\S.*)$")
_STOPS = re.compile(r"[\s。．.！!？?、，,・「」『』（）()]+")
_HIRAGANA = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}


def over(word: str, reading: str) -> tuple[Mark, ...]:
    """Return a reading as marks over the characters that it spells: `食べ物` and `たべもの` give `た` over `食` and `もの` over `物`.

    Kana spell the kanji alone, syllables with a space between them one character each. All else stands over the whole word.
    """
    reading = reading.strip()
    if not reading or not word:
        return ()
    around = _AROUND.match(word)
    if around and around["before"] + around["after"]:
        start = around.start("word")
        spelt_out = reading.removeprefix(around["before"]).removesuffix(around["after"])
        return tuple([mark._replace(start=mark.start + start, end=mark.end + start) for mark in over(around["word"], spelt_out)])
    if _KANA.fullmatch(reading):
        return _over_kanji(word, reading) or (Mark(0, len(word), "ruby", reading),)
    syllables = reading.split()
    if _IS_HAN.fullmatch(reading):  # 우리 학교(學校)
        return (Mark(max(base(word, reading), 0), len(word), "ruby", reading),)
    if _IS_HAN.fullmatch(word) and len(syllables) == len(word):
        return tuple(Mark(at, at + 1, "ruby", syllable) for at, syllable in enumerate(syllables))
    return (Mark(0, len(word), "ruby", reading),)


def base(before: str, reading: str) -> int:
    """Return where the word begins at the end of `before` that a reading behind it spells; -1 where it spells none.

    Kana spell a word of kanji and kana; hangul spell hanja, and hanja hangul, syllable for syllable; pinyin and zhuyin spell as many
    characters as they have syllables.
    """
    reading = reading.strip()
    if _KANA.fullmatch(reading):
        return _base_of_kana(before, reading)
    if _IS_HAN.fullmatch(reading):  # 학교(學校)
        start = len(before) - len(reading)
        return start if start >= 0 and _HANGUL.fullmatch(before, start) else -1
    if _HANJA_AND_HANGUL.fullmatch(reading):  # 선생님(先生님)
        start = len(before) - len(reading)
        alike = start >= 0 and all(
            one == other or _ONE_HAN.match(other) for one, other in zip(before[start:], reading, strict=True)
        )
        return start if alike and _HANGUL.fullmatch(before, start) else -1
    if _HANGUL.fullmatch(reading):
        count = len(reading)
    elif _ZHUYIN.fullmatch(reading):
        count = len(_ZHUYIN_SYLLABLE.findall(reading))
    else:
        count = romanisation.syllables(reading)
        count += count > 0 and before[-1:] == "儿" and _ENDS_IN_R.search(reading) is not None
    start = len(before) - count
    if not count or not _IS_HAN.fullmatch(before, max(start, 0)) or start < 0:
        return -1
    is_longer = _IS_HAN.match(before, start - 1) is not None if start else False
    return -1 if _HANGUL.fullmatch(reading) and is_longer else start


def _base_of_kana(before: str, reading: str) -> int:
    """Return where the longest word at the end of `before` begins that has the kana of a reading; -1 without one."""
    found = _WORD_BEHIND.search(before[-_LONGEST_WORD:])
    word = found[0] if found else ""
    for run in _IS_HAN.finditer(word):
        start = run.start()
        while (
            start > 0
            and not _IS_HAN.match(word[start - 1])
            and _folded(reading).startswith(_folded(word[start - 1 : run.start()]))
        ):
            start -= 1  # お茶
        for first in range(start, run.start() + 1):
            if fits(word[first:], reading):
                return len(before) - len(word) + first
    return -1


def leading(word: str, text: str) -> tuple[str, str]:
    """Return the reading of a word that stands at the beginning of a text, and the rest of the text; no reading where none does."""
    found = _KANA_FIRST.match(text)
    if found and fits(word, found["reading"]):
        return found["reading"].strip(), found["rest"]
    if _IS_HAN.fullmatch(word):
        for space in re.finditer(r"\s+", text):
            if romanisation.syllables(text[: space.start()]) == len(word):
                return text[: space.start()], text[space.end() :]
    return "", text


def over_text(text: str, reading: str) -> tuple[Mark, ...]:
    """Return the reading of a whole text as marks; nothing where it does not fit.

    Kana stand over the kanji that they spell, a word of pinyin over as many characters as it has syllables.
    """
    if romanisation.is_kana(reading):
        return _over_kanji(text, reading)
    places = [found.start() for found in _ONE_HAN.finditer(text)]
    if not places or romanisation.syllables(reading) != len(places):
        return ()
    marks: list[Mark] = []
    at = 0
    for word in _PINYIN_WORD.findall(reading):
        count = romanisation.syllables(word, toneless=True)
        own = places[at : at + count]
        if len(own) < count or own[-1] - own[0] != count - 1:
            return ()
        marks.append(Mark(own[0], own[-1] + 1, "ruby", word))
        at += count
    return tuple(marks) if at == len(places) else ()


def spelt(word: str, readings: Sequence[Mark]) -> str:
    """Return the reading of a whole word as marks over its characters spell it; nothing where they spell it in part."""
    parts: list[str] = []
    at = 0
    for mark in readings:
        if mark.start >= at:
            parts += (word[at : mark.start], mark.value)
            at = mark.end
    parts.append(word[at:])
    if len(parts) == 1 or _IS_HAN.search("".join(parts[::2])):
        return ""
    return ("" if _KANA.search("".join(parts)) else " ").join(filter(None, parts))


def fits(word: str, reading: str) -> bool:
    """Return whether kana can spell a word: they have its kana, and something for each of its runs of kanji."""
    return bool(_KANA.fullmatch(reading.strip()) and _over_kanji(word, reading.strip()))


def spells_line(text: str, reading: str) -> bool:
    """Return whether a line of kana spells another line, whose kanji it has in kana."""
    return fits(_STOPS.sub("", text), _STOPS.sub("", reading))


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
