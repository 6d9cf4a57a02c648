"""Numbers as texts write them: digits with units and multipliers, Chinese numerals, number words; all reduced to their value."""

import re
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import NamedTuple

from anki_builder.languages.pieces import Pieces

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2, "○": 0}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12, "만": 10**4, "억": 10**8, "조": 10**12}
_HAN = "".join(_DIGITS) + "".join(_SMALL) + "万萬亿億"
_FACTORS = {
    "k": 10**3, "thousand": 10**3, "thousands": 10**3, "tausend": 10**3, "mille": 10**3, "mil": 10**3, "тыс": 10**3, "тысяч": 10**3,
    "m": 10**6, "mn": 10**6, "million": 10**6, "millions": 10**6, "mio": 10**6, "millionen": 10**6, "millones": 10**6, "millón": 10**6,
    "milhões": 10**6, "milioni": 10**6, "млн": 10**6,
    "bn": 10**9, "b": 10**9, "billion": 10**9, "billions": 10**9, "mrd": 10**9, "milliarden": 10**9, "milliards": 10**9, "milliard": 10**9,
    "miliardi": 10**9, "bilhões": 10**9, "млрд": 10**9,
    "tn": 10**12, "trn": 10**12, "trillion": 10**12, "trillions": 10**12,
    "百": 100, "千": 1000, "十": 10,
    **_LARGE,
}  # fmt: skip
_WORDS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty",
    "de": "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
    "achtzehn neunzehn zwanzig",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte",
    "it": "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto "
    "diciannove venti",
    "pt": "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito dezenove vinte",
    "ru": "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать "
    "семнадцать восемнадцать девятнадцать двадцать",
}
_TENS = {
    "en": "thirty forty fifty sixty seventy eighty ninety",
    "de": "dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "es": "treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "pt": "trinta quarenta cinquenta sessenta setenta oitenta noventa",
    "it": "trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "ru": "тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто",
}
_VALUES = {
    tag: {word: value for value, word in enumerate(words.split())}
    | {word: 10 * ten for ten, word in enumerate(_TENS.get(tag, "").split(), 3)}
    for tag, words in _WORDS.items()
}
_HAS_NUMBER = re.compile(rf"[\d{_HAN}]")
_NUMBER = re.compile(
    r"(?P<digits>\d(?:[\d.,]|，(?=\d{3}(?!\d))| \. (?=\d))*)(?P<unit>[ \u00a0\u202f]?[^\W\d_]{1,12})?"
    rf"|(?P<han>[{_HAN}]+(?:点[{''.join(_DIGITS)}]+)?)"
)
_CURRENCIES = "$€£¥￥"
_RANGES = ("-", "–", "—", "~", "至", "到", "to")
_MARK = re.compile(r"[.,]")
_TRAILING = re.compile(r"[.,]+\Z")
_PLAIN_HAN = re.compile(rf"[{''.join(_DIGITS)}]{{3,}}\Z")
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT_RUN = re.compile(r"\d\d*")  # looked for by its first character: half the time of one that begins with a repetition
_DIGITS_ALONE = bytes(byte if byte in b"0123456789" else 32 for byte in range(256))
"""A space for everything but digits: two fifths of the time of the pattern."""


class Number(NamedTuple):
    """A number in a text."""

    value: float
    start: int
    end: int
    in_digits: bool
    """Written in digits; else in words or Chinese numerals, which are often no amounts (`one of them`, 一些)."""


def _holds_number_word(words: Mapping[str, int], piece: str) -> bool:
    return any(words.get(word.lower(), 0) > 1 for word in _WORD.findall(piece))


_SPOKEN = {tag: Pieces(partial(_holds_number_word, words)) for tag, words in _VALUES.items()}
"""Whether a piece of text holds a number word, by language: few do."""


@lru_cache(512)  # asked for twice of each sentence of a note
def digit_runs(text: str) -> tuple[str, ...]:
    """Return the runs of digits in `text`."""
    if text.isascii():
        return tuple(text.encode().translate(_DIGITS_ALONE).decode().split())
    return tuple(_DIGIT_RUN.findall(text))


def numbers(text: str, language: str) -> list[Number]:
    """Return the numbers of `text` in order, with what multiplies them: `$6.7bn`, `3000亿`, `三千`, `seven million`."""
    found = []
    first_number = _HAS_NUMBER.search(text)
    if first_number is not None:
        for match in _NUMBER.finditer(text, first_number.start()):
            han = match["han"]
            if han:
                value = _han_value(han)
                if value is not None:
                    found.append(Number(value, match.start(), match.end(), False))
                continue
            digits = _TRAILING.sub("", match["digits"])
            value = _digits_value(digits.replace(" ", "").replace("，", ","))
            end = match.start() + len(digits)
            unit = match["unit"]
            if unit and end == match.end("digits") and not (unit[0].isupper() and text[match.start() - 1 : match.start()] not in _CURRENCIES):
                plain, (value, end) = value, _multiplied(value, end, unit, match.start("unit"))
                if value != plain and found and found[-1].in_digits and text[found[-1].end : match.start()].strip(" $€£¥￥") in _RANGES:
                    first = found[-1]
                    if first.value < plain:  # 7-10万亿 is 7万亿 to 10万亿
                        found[-1] = first._replace(value=float(f"{first.value * value / plain:.6g}"))
            found.append(Number(value, match.start(), end, True))
    primary = language.partition("-")[0]
    if primary in _SPOKEN and any(map(_SPOKEN[primary].__getitem__, text.split())):
        words = _VALUES[primary]
        for match in _WORD.finditer(text):
            value = words.get(match.group().lower())
            if value is not None and value > 1:
                after = _WORD.match(text, match.end() + 1)
                factor = _FACTORS.get(after.group().lower(), 1) if after and len(after.group()) > 3 else 1
                found.append(Number(float(value * factor), match.start(), match.end(), False))
    return found


def _multiplied(value: float, end: int, unit: str, at: int) -> tuple[float, int]:
    word = unit.strip().lower()
    about = 1 if word[0] in "多余餘几幾" else 0
    word = word[about:] or word
    factor = _FACTORS.get(word)
    if factor is None and word[0] in _LARGE:
        factor, word = _LARGE[word[0]], word[0]
        if word in "万萬" and unit.strip()[about + 1 : about + 2] in ("亿", "億"):
            factor, word = 10**12, unit.strip()[about : about + 2]
    if factor is None or (len(word) == 1 and unit[0] == " " and word.isascii()):
        return value, end
    return float(f"{value * factor:.6g}"), at + len(unit) - len(unit.lstrip()) + about + len(word)


def _han_value(text: str) -> float | None:
    text, _, decimals = text.partition("点")
    if _PLAIN_HAN.match(text):
        return float("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = digit * 10 + _DIGITS[c] if digit else _DIGITS[c]
        elif c in _SMALL:
            section += (digit or 1) * _SMALL[c]
            digit = 0
        else:
            section = (section + digit) or 1
            total += section * _LARGE[c]
            section = digit = 0
    value = float(total + section + digit)
    if decimals:
        value += float("0." + "".join(str(_DIGITS[c]) for c in decimals))
    return value


def _digits_value(text: str) -> float:
    """Return the value of digits with marks between them: the last mark is decimal unless three digits follow it."""
    parts = _MARK.split(text)
    if len(parts) == 1:
        return float(text[:300])
    if len(parts) == 2 and len(parts[1]) != 3:
        return float(f"{parts[0][:300]}.{parts[1]}")
    if len(parts) > 2 and len(parts[-1]) != 3:
        return float(f"{''.join(parts[:-1])[:300]}.{parts[-1]}")
    return float("".join(parts)[:300])
