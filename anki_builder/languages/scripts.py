"""Which script a text is written in, and from that which of two languages.

Half of the language pairs learners keep use two scripts, and there the script alone tells the sides apart, line by line and
without a dictionary. Pairs in one script (`de`–`en`) need `anki_builder.languages.identify`.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from anki_builder.languages import language

RANGES = {
    "Latin": "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿＡ-Ｚａ-ｚ",
    "Han": "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f",
    "Kana": "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    "Hangul": "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff",
    "Cyrillic": "\u0400-\u052f\u1c80-\u1c8f",
    "Greek": "\u0370-\u03ff\u1f00-\u1fff",
    "Arabic": "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff",
    "Hebrew": "\u0590-\u05ff\ufb1d-\ufb4f",
    "Devanagari": "\u0900-\u097f",
    "Thai": "\u0e00-\u0e7f",
    "Georgian": "\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2f",
    "Armenian": "\u0531-\u058f",
    "Bengali": "\u0980-\u09ff",
    "Gurmukhi": "\u0a00-\u0a7f",
    "Gujarati": "\u0a80-\u0aff",
    "Tamil": "\u0b80-\u0bff",
    "Telugu": "\u0c00-\u0c7f",
    "Kannada": "\u0c80-\u0cff",
    "Malayalam": "\u0d00-\u0d7f",
    "Sinhala": "\u0d80-\u0dff",
    "Lao": "\u0e80-\u0eff",
    "Tibetan": "\u0f00-\u0fff",
    "Burmese": "\u1000-\u109f",
    "Ethiopic": "\u1200-\u139f",
    "Khmer": "\u1780-\u17ff",
}
"""Letters of each script as the inside of a character class."""

_ASCII = bytes(range(128))
_NO_ASCII_LETTERS = bytes(code for code in range(256) if code not in _ASCII or not chr(code).isalpha())
_RUNS = {name: re.compile(f"[{letters}]+") for name, letters in RANGES.items()}

_BESIDE_HAN = [name for name in RANGES if name != "Han"]
_LETTERS_BESIDE_HAN = re.compile("[" + "".join(RANGES[name] for name in _BESIDE_HAN) + "]+")

WEIGHT = {"Han": 4, "Kana": 3, "Hangul": 3}
"""Letters of an alphabet that one character is worth: a Chinese sentence is a third to a quarter as long as its English one."""

_DEFAULT = {"Latin": "en", "Han": "zh", "Kana": "ja", "Hangul": "ko", "Cyrillic": "ru", "Greek": "el", "Arabic": "ar",
            "Hebrew": "he", "Devanagari": "hi", "Thai": "th", "Georgian": "ka", "Armenian": "hy", "Bengali": "bn", "Gurmukhi": "pa",
            "Gujarati": "gu", "Tamil": "ta", "Telugu": "te", "Kannada": "kn", "Malayalam": "ml", "Sinhala": "si", "Lao": "lo",
            "Tibetan": "bo", "Burmese": "my", "Ethiopic": "am", "Khmer": "km"}  # fmt: skip
"""The language a script most likely stands for in study notes."""


def count(text: str) -> dict[str, int]:
    """Return the number of letters of each script that occurs in `text`."""
    found = dict.fromkeys(_RUNS, 0)
    beyond = beyond_ascii(text)
    rest = "".join(_RUNS["Han"].split(beyond))
    found["Han"] = len(beyond) - len(rest)
    rest = "".join(_LETTERS_BESIDE_HAN.findall(rest))  # a few accents in most notes
    kinds = "".join(set(rest))
    for name in _BESIDE_HAN:  # a letter has but one script: what the first ones take the others need not look at
        if _RUNS[name].search(kinds):
            others = _RUNS[name].sub("", rest)
            found[name] = len(rest) - len(others)
            rest, kinds = others, "".join(set(others))
    found["Latin"] += len(_encoded(text).translate(None, _NO_ASCII_LETTERS))
    return {name: letters for name, letters in found.items() if letters}


@lru_cache(1)  # asked for twice for each note
def beyond_ascii(text: str) -> str:
    """Return `text` without its ASCII characters."""
    return _encoded(text).translate(None, _ASCII).decode("utf-8", "surrogatepass")


@lru_cache(1)  # as above
def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def likely_languages(text: str) -> list[str]:
    """Return the languages whose scripts `text` holds, most text first; scripts with less than a fiftieth are left out.

    Han together with a fair share of Kana is one language, Japanese; likewise Hangul takes Han.
    """
    weights = {name: letters * WEIGHT.get(name, 1) for name, letters in count(text).items()}
    han = weights.get("Han", 0)
    for telling in ("Kana", "Hangul"):
        if telling == "Hangul" and han * 6 > weights.get(telling, 0):
            continue  # hanja are few today: that much is Chinese
        if han and weights.get(telling, 0) * 4 > han and not _stands_alone(text, telling):
            weights[telling] += weights.pop("Han")
            han = 0
    total = sum(weights.values())
    ranked = sorted(weights, key=lambda name: -weights[name])
    return [_DEFAULT[name] for name in ranked if weights[name] * 50 >= total]


def _stands_alone(text: str, telling: str) -> bool:
    """Return whether a quarter of the Han in `text` is apart from the script that is written together with it.

    It is apart in a line without that script, and in a part of a line without it that is Chinese: `今日は暑い。/今天很热。`. A short
    word counts where it has characters that no Japanese has: `サーバー　服务器`.
    """
    alone = total = 0
    for line in text.splitlines():
        total += _length(_RUNS["Han"], line)
        parts = [line] if not _RUNS[telling].search(line) else filter(_is_surely_chinese, _PARTS.split(line))
        apart = [(part, _length(_RUNS["Han"], part)) for part in parts if not _RUNS[telling].search(part)]
        alone += sum(
            length
            for part, length in apart
            if _is_beyond_japanese(part) or (length > _COMPOUND and (length > _LIST or _is_surely_chinese(part)))
        )
    return alone * 4 > total


_PARTS = re.compile(r"[/／。！？!?：:=＝|｜()（）【】—→\s]+")
_COMPOUND = 3
_LIST = 12
"""Characters of a word that is in Han alone beside another script, and of a line that may hold several: `歯科医 (米国英語)`."""


TRADITIONAL = re.compile(
    "[們這個國學會說對來還沒與樣點從關賣讀寫錢體萬號處聽當應讓經邊嗎麼發氣戰圖舊辦龍灣鹽鐵藝觀歡價廣擴續總變單雜蟲獨檢險顯證釋轉輕]"
)
SIMPLIFIED = re.compile(
    "[万与东个为义习书买从们会体关写几卖号后听国处头学对岁应开当愿无时机来样没点电类练经结给网见让话语说读车边达过运还这进钱长门问间难题]"
)
_CHINESE = re.compile("[的了吗吧呢啊哦这那哪怎么什没很也都就们你我她他给让被把从着过个您]")
"""Characters that Chinese writes in nearly every sentence, and Japanese hardly ever without kana."""


_HAN_SENTENCE = re.compile("[\u3400-\u9fff，、]{4,}[。！？!?]")
"""A sentence without kana, as Japanese has hardly any."""


def is_chinese(text: str) -> bool:
    """Return whether Han characters alone show that a text is Chinese and not Japanese."""
    return SIMPLIFIED.search(text) is not None or _is_surely_chinese(text)


def _is_surely_chinese(text: str) -> bool:
    """Return whether a text has more than the simplified characters that Japanese has too: `英国`."""
    return bool(_CHINESE.search(text) or _HAN_SENTENCE.fullmatch(text.strip())) or _is_beyond_japanese(text)


def _is_beyond_japanese(text: str) -> bool:
    """Return whether a text has Han characters that are in no Japanese standard, as most simplified ones are not."""
    try:
        "".join(_RUNS["Han"].findall(text)).encode("cp932")
    except UnicodeEncodeError:
        return True
    return False


def is_converted(first: str, second: str) -> bool:
    """Return whether of two different Chinese texts one is the other in simplified or traditional characters, as far as that is certain.

    Where they differ, one has a character of simplified Chinese alone, the other one of traditional Chinese alone.
    """
    if len(first) != len(second) or first == second:
        return False
    return any(
        all(one == other or (_is_simplified(one) and _is_traditional(other)) for one, other in zip(*texts, strict=True))
        for texts in ((first, second), (second, first))
    )


_RARE_IN_BIG5 = b"\xc7"
"""First byte of the characters of Big5 that are not in everyday use; simplified ones (`机`) are among them."""


def _is_simplified(character: str) -> bool:
    """Return whether simplified Chinese alone writes a character."""
    return _is_in("gb2312", character) and not _is_in("big5", character)


def _is_traditional(character: str) -> bool:
    """Return whether traditional Chinese alone writes a character."""
    return _is_in("big5", character) and not _is_in("gb2312", character)


def _is_in(encoding: str, character: str) -> bool:
    try:
        encoded = character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return encoding != "big5" or encoded < _RARE_IN_BIG5


@lru_cache(64)
def _letter(tag: str) -> re.Pattern[str]:
    """Return the pattern of one letter of a language; a run of letters takes three times as long to be found."""
    return re.compile("[" + "".join(RANGES[name] for name in language(tag).scripts) + "]")


@lru_cache(64)
def _letters(tag: str) -> re.Pattern[str]:
    return re.compile(f"{_letter(tag).pattern}+")


@lru_cache(64)
def separable(first: str, second: str) -> bool:
    """Return whether the scripts of two languages alone tell them apart."""
    return language(first).scripts[0] != language(second).scripts[0]


def letters(text: str, tag: str) -> int:
    """Return how many letters of `text` belong to a script of the language `tag`."""
    return _length(_letters(tag), text)


def first_letter(text: str, tag: str, start: int = 0) -> int:
    """Return where from `start` on the first letter of the language's scripts stands; -1 where there is none."""
    found = _letter(tag).search(text, start)
    return found.start() if found else -1


@lru_cache(64)
def weight(tag: str) -> int:
    """Return how many letters of an alphabet a character of the language's first script is worth."""
    return WEIGHT.get(language(tag).scripts[0], 1)


def side(text: str, pair: tuple[str, str]) -> int | None:
    """Return 0 or 1 for the language of `pair` that `text` is in by its script, `None` where it has letters of neither."""
    return sides(*pair)(text)


@lru_cache(64)
def sides(first: str, second: str) -> Callable[[str], int | None]:
    """Return the function that says of a text what `side` says of it in this pair; asked for a line at a time, it is all that counts."""
    mine, yours = _letters(first), _letters(second)
    holds_mine, holds_yours = _letter(first).search, _letter(second).search
    holds_latin = _RUNS["Latin"].search
    weights = weight(first), weight(second)
    shared = frozenset(language(first).scripts) & frozenset(language(second).scripts)
    latin = [language(tag).scripts[0] == "Latin" for tag in (first, second)]
    of_ascii = None if latin[0] == latin[1] else latin.index(True)

    def alone(text: str) -> int | None:
        if of_ascii is not None and text.isascii():  # the commonest line of all
            return of_ascii if holds_latin(text) else None
        # Counted only where there are letters of both.
        if not holds_yours(text):
            return 0 if holds_mine(text) else None
        if not holds_mine(text):
            return 1
        return 0 if _length(mine, text) * weights[0] > _length(yours, text) * weights[1] else 1

    # Japanese and Chinese: Kana tells; a text of Han alone is the one that has nothing else.
    telling = next(
        ((index, _RUNS[name]) for index, tag in enumerate((first, second)) if (name := language(tag).scripts[0]) not in shared),
        None,
    )

    def beside(text: str) -> int | None:
        there = _length(mine, text) * weights[0], _length(yours, text) * weights[1]
        if not any(there):
            return None
        if telling:
            return telling[0] if _length(telling[1], text) * 8 > max(there) else 1 - telling[0]
        return 0 if there[0] > there[1] else 1

    return beside if shared else alone


def _length(runs: re.Pattern[str], text: str) -> int:
    return len("".join(runs.findall(text)))
