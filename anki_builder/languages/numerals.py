"""Numbers as texts write them, reduced to their values: digits with units and multipliers, Chinese and Korean numerals, number words, ordinals,
fractions, percentages, amounts of money in two units, months beside a day or a year.

The values are evidence that two sentences belong together, so a number too many or too few does no harm (`docs/alignment.md` weighs the package
`text2num`).
"""

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
    "百": 100, "千": 1000, "十": 10, "백": 100, "천": 1000,
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
    "fr": "trente quarante cinquante soixante",
    "es": "treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "pt": "trinta quarenta cinquenta sessenta setenta oitenta noventa",
    "it": "trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "ru": "тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто",
}
_OTHERS = {
    "en": "first=1 second=2 hundred hundreds=100 thousand thousands=1000 million millions=1000000 billion billions=1000000000 dozen dozens=12",
    "de": "hundert=100 tausend=1000 million millionen=1000000 milliarde milliarden=1000000000 dutzend=12",
    "fr": "vingts=20 cent cents=100 mille=1000 million millions=1000000 milliard milliards=1000000000 douzaine=12",
    "es": "veintiuno veintiún=21 veintidós=22 veintitrés=23 veinticuatro=24 veinticinco=25 veintiséis=26 veintisiete=27 veintiocho=28 "
    "veintinueve=29 cien ciento=100 doscientos doscientas=200 trescientos=300 quinientos=500 mil=1000 millón millones=1000000 docena=12",
    "it": "cento=100 duecento=200 trecento=300 cinquecento=500 mille mila=1000 milione milioni=1000000 dozzina=12",
    "pt": "cem cento=100 duzentos=200 trezentos=300 quinhentos=500 mil=1000 milhão milhões=1000000 dúzia=12",
    "ru": "двух две=2 трёх трех=3 четырёх четырех=4 пяти=5 шести=6 семи=7 восьми=8 девяти=9 десяти=10 двадцати=20 тридцати=30 сто ста=100 "
    "двести=200 триста=300 четыреста=400 пятьсот=500 тысяча тысячи тысяч=1000 миллион миллиона миллионов=1000000 дюжина=12",
}
"""Words of one value, each group before its value."""
_ORDINALS = {
    "en": "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth "
    "nineteenth twentieth",
    "de": "dritte vierte fünfte sechste siebte achte neunte zehnte elfte zwölfte dreizehnte vierzehnte fünfzehnte sechzehnte siebzehnte "
    "achtzehnte neunzehnte zwanzigste",
    "fr": "troisième quatrième cinquième sixième septième huitième neuvième dixième onzième douzième treizième quatorzième quinzième seizième "
    "dix-septième dix-huitième dix-neuvième vingtième",
    "es": "tercero cuarto quinto sexto séptimo octavo noveno décimo",
}
"""From the third on: second is also a time, and first and second come and go with the idiom."""
_PARTS = {
    "en": "half|halves=2 third|thirds=3 quarter|quarters=4 fourth|fourths=4 fifth|fifths=5 sixth|sixths=6 seventh|sevenths=7 eighth|eighths=8 "
    "tenth|tenths=10",
    "de": "drittel=3 viertel=4 fünftel=5 sechstel=6 achtel=8 zehntel=10",
    "fr": "tiers=3 quart|quarts=4 cinquième|cinquièmes=5 dixième|dixièmes=10",
    "es": "tercio|tercios=3 cuartos=4 quintos=5",
    "ru": "трети=3 четверти=4 пятых=5 десятых=10",
}
"""Denominators, which stand behind a number word."""
_SCALES = frozenset((100, 10**3, 10**6, 10**9, 10**12))
_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
}
_AND = {"en": "and", "de": "und", "fr": "et", "es": "y", "it": "e", "pt": "e"}


def _groups(written: str) -> dict[str, int]:
    """Return the values of words written as `word word=value word=value`."""
    found: dict[str, int] = {}
    words: list[str] = []
    for word in written.replace("|", " ").split():
        name, _, value = word.partition("=")
        words.append(name)
        if value:
            found |= dict.fromkeys(words, int(value))
            words = []
    return found


_VALUES = {
    tag: {word: value for value, word in enumerate(words.split())}
    | {word: 10 * ten for ten, word in enumerate(_TENS.get(tag, "").split(), 3)}
    | {word: value for value, word in enumerate(_ORDINALS.get(tag, "").split(), 3)}
    | _groups(_OTHERS.get(tag, ""))
    for tag, words in _WORDS.items()
}
_DENOMINATORS = {tag: _groups(written) for tag, written in _PARTS.items()}
_NO_WORDS: Mapping[str, int] = {}
_SHORTENED = ("en", "de")
"""Languages that write the first three or four letters of a month: Jan., Sept."""
_MONTH_VALUES = {
    tag: {
        written: value
        for value, word in enumerate(words.split(), 1)
        for written in {word, *((word[:3], word[:4]) if tag in _SHORTENED and len(word) > 4 else ())}
    }
    for tag, words in _MONTHS.items()
}
_HAS_NUMBER = re.compile(rf"[\d{_HAN}]")
_NUMBER = re.compile(
    r"(?P<digits>\d(?:[\d.,．，]*[\d.,．](?<!，)|，(?=\d{3}(?!\d))| \. (?=\d))*)(?P<unit>[ \u00a0\u202f]?[^\W\d_]{1,12})?"
    rf"|(?P<han>[{_HAN}]+(?:点[{''.join(_DIGITS)}]+)?)"
)
_CURRENCIES = "$€£¥￥"
_RANGES = ("-", "–", "—", "~", "至", "到", "to")
_MARK = re.compile(r"[.,]")
_TRAILING = re.compile(r"[.,．，]+\Z")
_HALF_WIDTH = str.maketrans("．，", ".,", " ")
_PLAIN_HAN = re.compile(rf"[{''.join(_DIGITS)}]{{3,}}\Z")
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT_RUN = re.compile(r"\d\d*")  # a pattern that begins with a repetition is searched more slowly
_DIGITS_ALONE = bytes(byte if byte in b"0123456789" else 32 for byte in range(256))
"""A space for everything but digits."""
_FRACTION = re.compile(r" ?(?:分之|分の|분의) ?\Z")
_MONEY = re.compile(
    r"\s?(?:dollars?|euros?|pounds?|francs?|marks?|reichsmark|rubles?|roubles?|рубл\w*|доллар\w*|美元|美金|元|块|塊|欧元|英镑|ドル|ユーロ|ポンド|달러|유로|파운드)"
    r"(?:,? and|,? und|,? et|,? y|,? и)?\s?\Z",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\s?(?:cents?|pence|pfennig|centimes?|копе\w*|цент\w*|美分|分(?![之钟鐘の])|セント|ペンス|센트|펜스)", re.IGNORECASE
)
_TENTHS = re.compile(r"([二三四五六七八九1-9１-９])(?:成(?![为為功立就长長本员員分果绩績都品交])|割)")
_KOREAN = re.compile(
    r"(?<![가-힣\d])([일이삼사오육칠팔구십백천만억]*[십백천][일이삼사오육칠팔구십백천만억]*)"
    r"(?=[^가-힣]|[년월일원명개세살번대달미킬퍼분시층회차]|$)"  # what is counted
)
_KOREAN_NUMERALS = str.maketrans("일이삼사오육칠팔구십백천만억", "一二三四五六七八九十百千万億")


class Number(NamedTuple):
    """A number in a text."""

    value: float
    start: int
    end: int
    in_digits: bool
    """Written in digits; else in words or Chinese numerals, which are often no amounts (`one of them`, 一些)."""


def _word_value(values: Mapping[str, int], german: bool, word: str) -> int | None:
    """Return the value of one lower-case number word."""
    value = values.get(word)
    if value is None and german:
        value = _german(values, word)
    return value


def _german(values: Mapping[str, int], word: str) -> int | None:
    """Return the value of a German compound: siebenundachtzig, zweihundertfünfzig, tausendneunhundert."""
    for scale in ("tausend", "hundert"):
        before, found, after = word.partition(scale)
        if found:
            times = _word_value(values, True, before) if before else 1
            rest = _word_value(values, True, after.removeprefix("und")) if after else 0
            return None if times is None or rest is None else times * values[scale] + rest
    unit, found, ten = word.partition("und")
    if found and values.get(unit, 10) < 10 and values.get(ten, 0) in range(20, 100, 10):
        return values[unit] + values[ten]
    if word[-3:-1] == "te" and word[-1] in "nrsm":  # dritten, zwölfter
        return values.get(word[:-1])
    return _word_value(values, True, word[:-3]) if word.endswith("ste") else None


def _holds_number_word(tag: str, piece: str) -> bool:
    """Whether a piece of text holds a number word or the name of a month."""
    words, months = _VALUES.get(tag, _NO_WORDS), _MONTH_VALUES.get(tag, _NO_WORDS)
    return any(
        (_word_value(words, tag == "de", word) or 0) > 1 or word in months for word in map(str.lower, _WORD.findall(piece))
    )


_SPOKEN = {tag: Pieces(partial(_holds_number_word, tag)) for tag in _VALUES.keys() | _MONTH_VALUES.keys()}
"""Whether a piece of text holds a number word, by language; few pieces do."""


@lru_cache(512)  # called twice for each sentence of a note
def digit_runs(text: str) -> tuple[str, ...]:
    """Return the runs of digits in `text`."""
    if text.isascii():
        return tuple(text.encode().translate(_DIGITS_ALONE).decode().split())
    return tuple(_DIGIT_RUN.findall(text))


def numbers(text: str, language: str) -> list[Number]:
    """Return the numbers of `text`, those in digits and numerals first: `$6.7bn`, `3000亿`, `三千`, `seven million`, `two thirds`, 百分之五十."""
    primary = language.partition("-")[0]
    found = _in_numerals(text, primary)
    if primary in _SPOKEN and any(map(_SPOKEN[primary].__getitem__, text.split())):
        found = _in_words(text, primary, found)
    return found


def _in_numerals(text: str, language: str) -> list[Number]:
    """Return the numbers in digits and in Chinese or Korean numerals."""
    found: list[Number] = []
    first_number = _HAS_NUMBER.search(text)
    if first_number is not None:
        for match in _NUMBER.finditer(text, first_number.start()):
            number = _in_han(match) if match["han"] else _in_digits(text, match, found)
            if number is not None:
                found.append(number)
        if len(found) > 1:
            found = _joined(text, found)
        if "成" in text or "割" in text:
            found = _with_tenths(text, found)
    if language == "ko":
        for match in _KOREAN.finditer(text):
            value = _han_value(match.group().translate(_KOREAN_NUMERALS))
            found.append(Number(value, match.start(), match.end(), False))
    return found


def _in_han(match: re.Match[str]) -> Number:
    return Number(_han_value(match["han"]), match.start(), match.end(), False)


def _in_digits(text: str, match: re.Match[str], found: list[Number]) -> Number:
    """Return a number in digits; a multiplier behind it also counts for the beginning of a range, the last of those `found`."""
    digits = _TRAILING.sub("", match["digits"])
    value = _digits_value(digits.translate(_HALF_WIDTH).replace(" ", ""))
    end = match.start() + len(digits)
    unit = match["unit"]
    if (
        unit
        and end == match.end("digits")
        and not (unit[0].isupper() and text[match.start() - 1 : match.start()] not in _CURRENCIES)
    ):
        plain, (value, end) = value, _multiplied(value, end, unit, match.start("unit"))
        if value != plain and found and found[-1].in_digits and text[found[-1].end : match.start()].strip(" $€£¥￥") in _RANGES:
            first = found[-1]
            if first.value < plain:  # 7-10万亿 is 7万亿 to 10万亿
                found[-1] = first._replace(value=float(f"{first.value * value / plain:.6g}"))
    return Number(value, match.start(), end, True)


def _joined(text: str, found: list[Number]) -> list[Number]:
    """Join the numbers of a fraction or percentage (三分之二, 百分之五十) and of an amount in two units (１ドル８７セント, 3만 5천)."""
    joined = found[:1]
    for number in found[1:]:
        last = joined[-1]
        between = text[last.end : number.start]
        if len(between) > 16:
            joined.append(number)
        elif _FRACTION.match(between) and last.value:
            value = number.value if last.value == 100 else number.value / last.value
            joined[-1] = Number(value, last.start, number.end, last.in_digits and number.in_digits)
        elif number.value < _LARGE.get(text[last.end - 1], 0) and not between.strip():
            joined[-1] = Number(last.value + number.value, last.start, number.end, last.in_digits)
        elif number.value < 100 and _MONEY.match(between) and _CHANGE.match(text, number.end):
            joined[-1] = Number(last.value + number.value / 100, last.start, number.end, number.in_digits)
        else:
            joined.append(number)
    return joined


def _with_tenths(text: str, found: list[Number]) -> list[Number]:
    """Read 三成 and ３割 as thirty percent."""
    tenths = {match.start(): 10.0 * (_DIGITS.get(match[1]) or int(match[1])) for match in _TENTHS.finditer(text)}
    return [
        number._replace(value=tenths[number.start]) if number.start in tenths and number.value < 10 else number
        for number in found
    ]


class _Spoken(NamedTuple):
    """A word that is part of a number."""

    word: str
    value: int
    start: int
    end: int


def _in_words(text: str, language: str, found: list[Number]) -> list[Number]:
    """Return the numbers `found` in digits and those in words, joined where both make one amount."""
    values, denominators = _VALUES.get(language, _NO_WORDS), _DENOMINATORS.get(language, _NO_WORDS)
    months = _MONTH_VALUES.get(language, _NO_WORDS)
    conjunction = _AND.get(language, "")
    spoken: list[Number] = []
    named: list[Number] = []
    run: list[_Spoken] = []
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if run and word == conjunction:
            continue
        if word in months and (match.group()[0].isupper() or language not in ("en", "de")):
            named.append(Number(float(months[word]), match.start(), match.end(), False))
        value = _word_value(values, language == "de", word)
        follows = bool(run) and _follows(text, run[-1].end, match.start(), conjunction)
        part = denominators.get(word, 0)
        if follows and 0 < _composed(run) < part:
            spoken.append(Number(_composed(run) / part, run[0].start, match.end(), False))
            run = []
        elif value is None or any(number.start <= match.start() < number.end for number in found):
            spoken += _spoken(run)
            run = []
        else:
            if not follows or not _continues(run, value):
                spoken += _spoken(run)
                run = []
            run.append(_Spoken(word, value, match.start(), match.end()))
    spoken += _spoken(run)
    amounts = [*found, *spoken]
    if spoken and len(amounts) > 1:
        amounts = _joined(text, sorted(amounts, key=lambda number: number.start))
        amounts.sort(key=lambda number: not number.in_digits)
    amounts = [number for number in amounts if number.in_digits or number.value != 1 or number in found]
    return amounts + [month for month in named if any(_beside(month, number) for number in amounts)]


def _beside(month: Number, number: Number) -> bool:
    """Whether a number stands so close to the name of a month that both make a date."""
    return 0 <= month.start - number.end <= 6 or 0 <= number.start - month.end <= 2


def _follows(text: str, end: int, start: int, conjunction: str) -> bool:
    """Whether only white space, a hyphen or `and` stands between two words."""
    between = text[end:start]
    return between in (" ", "-", "\u00a0") or (conjunction != "" and between in (f" {conjunction} ", f"-{conjunction}-"))


def _continues(run: list[_Spoken], value: int) -> bool:
    """Whether a number word goes on with a number rather than begin another one."""
    last = run[-1].value
    if value in _SCALES:
        return True
    if last in _SCALES:
        return value < last
    if last == 4 and value == 20:  # quatre-vingts
        return True
    if run[-1].word in ("vingt", "soixante"):
        return value < 20
    if run[-1].word == "dix":
        return value < 10
    if 13 <= last <= 20 and value >= 10 and len(run) == 1:  # nineteen eighty
        return True
    return last >= 20 and last % 10 == 0 and last % 100 != 0 and value < 10 if last < 100 else value < 100


def _composed(run: list[_Spoken]) -> int:
    """Return the value of number words that make one number."""
    total = current = 0
    for place, spoken in enumerate(run):
        value = spoken.value
        if value >= 1000 and value in _SCALES:
            total += (current or 1) * value
            current = 0
        elif value in _SCALES:
            current = (current or 1) * value
        elif current == 4 and value == 20:
            current = 80
        elif place == 1 and 13 <= current <= 20 and value >= 10 and run[0].word != "vingt":
            current = current * 100 + value
        else:
            current += value
    return total + current


def _spoken(run: list[_Spoken]) -> list[Number]:
    """Return the number that these words make, if there are any."""
    if not run or (len(run) == 1 and run[0].word == "second"):
        return []
    value = _composed(run)
    return [Number(float(value), run[0].start, run[-1].end, False)] if value else []


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


def _han_value(text: str) -> float:
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
