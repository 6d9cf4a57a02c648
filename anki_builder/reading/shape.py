"""The shape of a line: which language it is in, or where it is to be cut into a text and its translation.

Every separator outside brackets, every bracket at the end and every change of script is a place where a line may be cut. The cut that leaves
the two sides purest wins; between equals the stronger separator does.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from anki_builder.languages import identify, is_romanised, labels, language, readings, romanisation, scripts
from anki_builder.reading import entry, evidence

_STRONG = {
    "tab": r"\s*\ue001+\s*",
    "double-colon": r"\s*:{2,3}\s*|\s*：：\s*",
    "arrow": r"\s*(?:<-{1,2}>|<=+>|↔|⇔|-{1,3}>|={1,2}>|→|⇒|←|➡️?|➜|➔|➙|➞|➝|⟶|⟹|⇨|⮕|▶|►|>>)\s*",
    "colon": r"\s*：\s*|\s*(?<![:/\d]):(?![:/])(?!\d)\s*|(?<=\d):\s+",
    "dash": r"(?!(?<=\d)\s*[-–—]\s*\d)(?:\s+[-‐‑]{1,3}\s+|\s*[—―]{1,2}\s*|\s+–\s*|\s*–\s+|(?<=\x00)\s*[-–]\s+)",
    "equals": r"\s*(?<![=<>!])[=＝≈≒](?![=>])\s*",
    "bar": r"\s*[｜¦]\s*|\s+\|+\s+|\s*\|(?=\s)|\s*//\s+|\s+/{2}\s*|\s+»\s+",
    "tilde": r"\s+[~〜～]\s+|\s*\.{4,}\s*",
    "slash": r"\s+[/／]\s+|\s*／\s*|(?<=[。！？!?])\s*/\s*|(?<=\w\w\w\.)\s*/\s*",
    "wide-space": r"\ue000+",
    "markup": r"\ue003",
    "semicolon": r"\s*[；;]\s*",
    "comma": r"\s*[，,]\s*",
}
_BEGINNINGS = r"\s\ue000\ue001\ue003:：<=↔⇔\-→⇒←➡➜➔➙➞➝⟶⟹⇨⮕▶►>—―–‐‑＝≈≒｜¦|/／»~〜～.；;，,"
"""How a separator begins: a look at it spares the letters of a line all the patterns."""
_ANY_SEPARATOR = "|".join(f"(?P<{name.replace('-', '_')}>{pattern})" for name, pattern in _STRONG.items())
_SEPARATOR = re.compile(f"(?=[{_BEGINNINGS}])(?:{_ANY_SEPARATOR})")
_ENDING_BRACKET = re.compile(
    r"[(（\[［【〔]([^()（）\[\]［］【】〔〕]*(?:[(（][^()（）]*[)）][^()（）]*)*)[)）\]］】〕][\s。.!！?？;；,，]*$"
)
_ENDINGS = re.compile(r"\s*[-'’~¨]\s?[^\W\d_]{0,5}(?:\s*[,/]\s*[-'’~¨]?[^\W\d_]{0,5})*\s*")
"""Endings of forms in brackets, which translate nothing: `de jas (-sen)`, `de paraplu ('s)`."""
_BRACKETED_ENDING = re.compile(r"\s*[(（]\s*[-'’~¨][^()（）]{0,12}[)）]")
QUOTED = re.compile(r"“[^“”]*”|\"[^\"]*\"|「[^「」]*」|『[^『』]*』|«[^«»]*»")
_BEFORE_TEXT = re.compile(r"(“[^“”]+”|\"[^\"]+\"|«[^«»]+»|„[^„“”]+[“”])\s+(?=[^\W\d_]|[¿¡])")
_SENTENCE_END = re.compile(r"(?<=[^\W\d_][^\W\d_][.!?…])\s+(?=[A-ZÀ-ÞА-ЯЁІЇЄΑ-Ω¿¡\"“«])")
_BRACKETS = re.compile(
    r"\([^()]*\)|（[^（）]*）|（[^（()）]*\)|\([^（()）]*）|\[[^\[\]]*\]|［[^［］]*］|【[^【】]*】|〔[^〔〕]*〕|\{[^{}]*\}"
)
_ATOMIC = re.compile(r"https?://\S+|`[^`]*`|(?<![\w/])/[^/\s][^/|]{0,50}/(?![\w/])|\$[^$]*\$")
_NEUTRAL = re.compile(
    r"https?://\S+|(?<![\w/])/[^/\s][^/|]{0,50}/(?![\w/])|\[[^\[\]\u2e80-\u9fff\uac00-\ud7ff]{1,60}\]|\d+(?:min|km|cm|mm|kg|th|st|nd|rd|[a-z])?\b"
    r"|[+＋]\s*(?:[宾賓主表][语語]|[动動][词詞]原形|[名代副介][词詞]|形容[词詞]|[从從]句|不定式|[过過][去]分[词詞]|[现現]在分[词詞]|[时時][间間]|[人物]|地[点點]|数[词字]|某人|某物)"
    r"|[+＋]\s*(?i:noun|verb|adj(?:ective)?|adverb|stem|clause|sentence|[nva])\b|\b(?i:noun|verb|adj(?:ective)?|adverb|clause|[nva])\s*(?=[+＋])"
)
"""What tells no language: addresses, phonetics, amounts, words that stand for any word of their kind."""
_SPELT = re.compile("[āīūēōǎǐǔěǒṭḍṇśṣṛḷḥṃñṅẽũĩõẓġḫṯẖʿʾʻ]")
"""Letters of romanisations, and of no English word."""
_KNOWN_BY_CHANCE = 0.75
"""Share of a transliteration that may look like words of another language."""
_RESPELT = re.compile(r"\b[a-z]+-[A-Z]{2,}\b|\b[A-Z]{2,}-[a-z]+\b")
"""Syllables with the stressed one in capitals: `psheh-PRA-sham`."""
_DASH = re.compile(r"\s[-–—]\s")
_OPENING = " \t([（［【“‘「『《~～〜…<·•*_¿¡"
_EDGES = " \t\u3000,，、:：;；|｜*_·•"
_TILDE = re.compile("^~\\s+")
"""What is left of a separator where emphasis ended before it."""
_FINE = re.compile(r"[.!?。！？…]")


_BETWEEN_READINGS = re.compile(r"[,，、;；/／]\s*|(?<=\w)\s+(?=[\u3040-\u30ff])|(?<=[\u3040-\u30ff])\s+(?=[A-Za-zāēīōū])")
"""What parts the readings in brackets, or the same one in kana and in the Latin alphabet."""


_KATAKANA = re.compile("[\u30a1-\u30ff\\s/／,、・-]+")


class Cut(NamedTuple):
    """A place where a line is cut in two."""

    first: str
    second: str
    kind: str
    """Name of the separator; `bracket`; `script` where only the script changes."""
    purity: float
    """0 to 1: how much of the two sides is in a language of its own."""
    order: int | None
    """0 where the first part is in the language studied, 1 where the second is, None where the text does not tell."""


class Tongues:
    """The two languages of a note, and the questions about text that only they answer."""

    def __init__(self, pair: tuple[str, str]) -> None:
        self.pair = pair
        self.separable = scripts.separable(*pair)
        first, second = (frozenset(language(tag).scripts) for tag in pair)
        shared = first & second
        self.by_script = self.separable and (not shared or "Hangul" in first ^ second)
        """Whether the letters of a text tell its language. Korean beside Chinese counts as Hangul alone."""
        if "Hangul" in first ^ second and shared:
            shared = frozenset()  # beside Han, Korean counts as Hangul alone
            first, second = (frozenset(("Hangul",)) if "Hangul" in own else own for own in (first, second))
        self._own = [sorted(own - shared if self.by_script and own - shared else own) for own in (first, second)]
        self._letter = [re.compile("[" + "".join(scripts.RANGES[name] for name in own) + "]") for own in self._own]
        self._runs = [re.compile(f"{letter.pattern}+") for letter in self._letter]
        self._weight = [scripts.weight(tag) for tag in pair]
        self.shapes: dict[str, Shape] = {}
        self.best_cuts: dict[str, Cut | None] = {}
        self.separators: dict[str, list[tuple[int, int, str]]] = {}
        """What `shape`, `best_cut` and `separators` have found of each text so far."""
        self._kana = next((index for index, tag in enumerate(pair) if language(tag).scripts[0] == "Kana"), -1)

    def letters(self, text: str, side: int) -> int:
        """Return how many letters of a text belong to one of the languages."""
        return len("".join(self._runs[side].findall(text)))

    def first_letter(self, text: str, side: int, start: int = 0) -> int:
        """Return where the first letter of one of the languages stands, -1 where there is none."""
        found = self._letter[side].search(text, start)
        return found.start() if found else -1

    def weights(self, text: str) -> tuple[int, int]:
        """Return how much of a text is in the scripts of each language, in letters of an alphabet."""
        return self.letters(text, 0) * self._weight[0], self.letters(text, 1) * self._weight[1]

    def lengths(self, text: str, translation: str) -> tuple[int, int]:
        """Return the lengths of a text and a translation in letters of an alphabet, so that they compare."""
        first, second = self.letters(text, 0) * self._weight[0], self.letters(translation, 1) * self._weight[1]
        return first or len(text), second

    def side(self, text: str) -> int | None:
        """Return the language that a text is in, None where it is in neither or in both."""
        if not self.by_script:
            return self._side(text)
        first, second = self.weights(_NEUTRAL.sub(" ", text))
        if not first and not second:
            first, second = self.weights(text)
            if not first and not second:
                return None
        if first >= second:
            return 0 if second * evidence.MINORITY <= first else None
        return 1 if first * evidence.MINORITY <= second else None

    def _side(self, text: str) -> int | None:
        if not self.separable:
            written = scripts.count(text).keys()
            if written and written.isdisjoint((*self._own[0], *self._own[1])):
                return 1  # a third language is one more in which the learner explains
            return _dictionary_side(_BRACKETED_ENDING.sub("", text), self.pair)
        counted = scripts.count(_unquoted(text))
        if counted.get("Kana"):
            return self._kana
        if not counted.get("Han"):
            return None
        return 1 - self._kana if scripts.is_chinese(text) else None

    def spells(self, text: str, side: int) -> bool:
        """Return whether a text in the Latin alphabet spells out a language, and is no text in the other one."""
        other = self.pair[1 - side]
        return romanisation.is_reading(text, self.pair[side]) and (
            not entry.LATIN.search(text)
            or language(other).scripts[0] != "Latin"
            or romanisation.has_tones(text)
            or identify.is_unknown(text, other)
            or (text.isascii() and not identify.has_dictionary(other))
        )

    def reading_of(self, text: str) -> int | None:
        """Return the side whose language a text in the Latin alphabet spells out."""
        for index, tag in enumerate(self.pair):
            if not self.letters(text, index) and self.spells(text, index):
                return index
            own = language(tag).scripts[0]
            if own not in ("Latin", "Han", "Kana") and not self.letters(text, index) and text.count(" ") > 0:
                other = self.pair[1 - index]
                spelt = other == "en" and _SPELT.search(text) is not None
                if language(other).scripts[0] == "Latin" and (spelt or identify.is_unknown(text, other, most=0.25)):
                    return index
        return None

    def spells_out(self, text: str, spelt: str, side: int) -> bool:
        """Return whether a text in the Latin alphabet spells out one in the language `side`, and is none in the other language."""
        own, other = self.pair[side], self.pair[1 - side]
        if language(own).scripts[0] == "Latin" or language(other).scripts[0] != "Latin":
            return False
        if self.letters(spelt, side) or not self.letters(text, side) or not romanisation.spells(text, spelt):
            return False
        return not identify.has_dictionary(other) or identify.is_unknown(spelt, other, most=_KNOWN_BY_CHANCE)

    def reads(self, text: str, inside: str, side: int) -> bool:
        """Return whether brackets behind a text in the language `side` hold how it is read: kana of a word alone may be its meaning."""
        in_kana = self._kana == 1 - side and " " in text.strip() and romanisation.is_kana(inside)
        return (
            self.is_reading(inside, side)
            or self.spells_out(text, inside, side)
            or (in_kana and self.letters(text, side) > 0 and romanisation.spells(text, inside))
        )

    def reads_before_more(self, text: str, inside: str, side: int) -> bool:
        """Return whether brackets with more text behind them hold how a text is read; what they hold may be a word of the other language."""
        spelt = self.by_script and (language(self.pair[side]).scripts[0] != "Latin" or romanisation.is_kana(inside))
        if spelt and self._kana == 1 - side and _KATAKANA.fullmatch(inside.strip("?？!！ ")):
            return True  # who explains in Japanese writes sounds so
        return self.reads(text, inside, side) or (spelt and romanisation.spells(text, inside))

    def is_reading(self, text: str, side: int) -> bool:
        """Return whether a text in brackets behind one in the language `side` tells how that is read."""
        inside = text.strip(" ()（）[]［］【】")
        if not inside or entry.is_part_of_speech(inside) or labels.field(inside):
            return False
        parts = [part for part in _BETWEEN_READINGS.split(inside) if part]
        tag = self.pair[side]
        if all(self.spells(part, side) for part in parts):
            return True
        own, other = (language(one).scripts[0] for one in (tag, self.pair[1 - side]))
        if own == "Hangul" and scripts.count(inside).keys() == {"Han"}:
            return not scripts.is_chinese(inside)
        if "Latin" not in (own, other) and scripts.count(inside).keys() == {"Latin"}:
            return True  # neither language is written so
        if own in ("Latin", "Kana") or self.letters(inside, side):
            return False  # rōmaji would have been told by its syllables
        return self.by_script and (_SPELT.search(inside) is not None or identify.is_unknown(inside, self.pair[1 - side]))


@lru_cache(8192)
def _dictionary_side(text: str, pair: tuple[str, str]) -> int | None:
    return identify.side(text, pair)


def flat(text: str) -> str:
    """Return a text with plain spaces for the marks of wide ones."""
    return text.replace("\ue000", " ").replace("\ue001", " ").replace("\ue003", " ")


def trimmed(text: str) -> str:
    """Return a part of a line without the marks at its ends; the hyphen of a prefix or an ending stays."""
    text = flat(text).strip(_EDGES)
    while text and (text[0] in "-–—=→|" or text[-1] in "-–—=→|"):
        if text[0] in "-–—=→|" and (len(text) == 1 or not text[1].isalpha() or text[0] != "-"):
            text = text[1:].strip(_EDGES)
        elif text[-1] in "-–—=→|" and (len(text) == 1 or not text[-2].isalpha() or text[-1] != "-"):
            text = text[:-1].strip(_EDGES)
        else:
            break
    if text[:1] == "【" and text.find("】") == len(text) - 1 and len(text) > 2:  # `No.2 【venue】`
        return text[1:-1].strip(_EDGES)
    return text[:-1].strip(_EDGES) if text.endswith(("/", "／")) and text.count(text[-1]) == 1 else text


def masked(text: str) -> str:
    """Return a text with brackets, quotes, phonetics, code and addresses blanked at the same length."""
    for pattern in (_ATOMIC, _BRACKETS, QUOTED):
        if pattern.search(text):
            text = pattern.sub(lambda found: "\x00" * len(found[0]), text)
    return text


def cuts(text: str, tongues: Tongues) -> Iterator[tuple[int, int, str]]:
    """Yield the places where a line may be cut: where the first part ends, where the second begins, and what is between."""
    yield from separators(text, tongues)
    first = [tongues.first_letter(text, side) for side in (0, 1)]
    for found in _BRACKETS.finditer(text):  # `断る（ことわる）拒绝`
        before = text[: found.start()]
        if (
            before
            and found.end() < len(text)
            and (
                entry.is_part_of_speech(found[0])
                or any(0 <= first[side] < found.start() and tongues.reads(before, found[0], side) for side in (0, 1))
            )
        ):
            yield found.end(), found.end(), "reading"
    for found in _SENTENCE_END.finditer(masked(text)) if not tongues.by_script else ():  # `Wo ist er? Where is he?`
        yield found.start(), found.end(), "sentence"
    if not tongues.by_script and (quoted := _BEFORE_TEXT.match(text)):  # `"Where is it?" Wo ist es?`
        yield quoted.end(1), quoted.end(), "markup"
    bracket = _ENDING_BRACKET.search(text)
    is_text = bracket is not None and bool(bracket[1].strip()) and not _ENDINGS.fullmatch(bracket[1])
    if bracket and bracket.start() > 0 and is_text and not entry.is_part_of_speech(bracket[0].rstrip()):
        yield bracket.start(), bracket.start(1), "bracket"
    if tongues.by_script:
        yield from _script_changes(text, tongues)


def separators(text: str, tongues: Tongues) -> list[tuple[int, int, str]]:
    """Return the places where a separator parts a line, as `cuts` yields them."""
    if text not in tongues.separators:
        tongues.separators[text] = list(islice(_separators(text), evidence.MOST_CUTS + 1))
    return tongues.separators[text]


def _separators(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _SEPARATOR.finditer(masked(text)):
        if found.start() > 0 and found.end() < len(text) and not _is_between_forms(text, found):
            yield found.start(), found.end(), (found.lastgroup or "").replace("_", "-")


def _is_between_forms(text: str, separator: re.Match[str]) -> bool:
    """Return whether an arrow stands between two forms of a word, with the gloss behind them: `et barn → barnet (child)`."""
    if separator.lastgroup != "arrow":
        return False
    before, behind = _LAST_WORD.search(text[: separator.start()]), _FIRST_WORD.match(text[separator.end() :])
    if before is None or behind is None or not _GLOSS_BEHIND.match(text[separator.end() + behind.end() :]):
        return False
    return entry.are_forms(before[1], behind[1])


_LAST_WORD = re.compile(r"([^\W\d_]{3,})\W*$")
_FIRST_WORD = re.compile(r"\W*([^\W\d_]{3,})")
_GLOSS_BEHIND = re.compile(r"[/\w]*[*_]*\s*(?:[(（]|[-–—=:]\s)")


def _script_changes(text: str, tongues: Tongues) -> Iterator[tuple[int, int, str]]:
    at = 0
    for _ in range(evidence.MOST_CUTS):
        places = [tongues.first_letter(text, side, at) for side in (0, 1)]
        if min(places) < 0:
            return
        change = max(places)
        start = len(text[:change].rstrip(_OPENING))
        if start > 0:
            yield start, start, "script"
        at = change


def best_cut(text: str, tongues: Tongues) -> Cut | None:
    """Return the best cut of a line, None where no cut parts two languages."""
    if len(text) > evidence.LONGEST_LINE:
        return None
    if text not in tongues.best_cuts:
        tongues.best_cuts[text] = _best_cut(text, tongues)
    return tongues.best_cuts[text]


def _best_cut(text: str, tongues: Tongues) -> Cut | None:
    best: Cut | None = None
    best_score = 0.0
    found = list(cuts(text, tongues))
    arrows = [end for end, _, kind in found if kind in ("arrow", "double-colon")]
    for end, start, kind in found:
        first, second = trimmed(text[:end]), trimmed(text[start:])
        if kind == "bracket":
            second = trimmed(_ENDING_BRACKET.sub(r"\1", text[end:]))
        if kind == "markup":
            second = _TILDE.sub("", second)
        if kind == "script" and not _may_change(text, start, second, tongues):
            continue
        if not first or not second:
            continue
        purity, order = _purity(first, second, tongues, strict=kind == "script")
        if purity < evidence.LEAST_PURITY:
            continue
        score = purity + evidence.SEPARATOR[kind] + (evidence.STRAIGHT if order == 0 else 0.0)
        if kind == "bracket" and arrows and arrows[0] < end:
            score -= evidence.BEHIND_ARROW
        if score > best_score:
            best, best_score = Cut(first, second, kind, purity, order), score
    return best


def _may_change(text: str, at: int, second: str, tongues: Tongues) -> bool:
    """Return whether a change of script can part a text from its translation: outside brackets, and not before a particle."""
    before = text[:at]
    if any(before.count(opening) > before.count(closing) for opening, closing in ("()", "（）", "[]", "“”", "「」", "《》")):
        return False
    glued = before[-1:].isalnum() or before[-1:] in "”\"')）"
    if before[-1:].isalnum() and second.startswith(labels.GLUED) and text[at : at + 1] == second[0]:
        return False
    side = _begins(second, tongues)
    if side is not None and glued and language(tongues.pair[side]).spaces and text[at : at + 1].isalpha():
        return False
    return not second.startswith(labels.PARTICLES)


def _purity(first: str, second: str, tongues: Tongues, *, strict: bool) -> tuple[float, int | None]:
    if tongues.by_script:
        one, other = (
            tongues.weights(_outside(_NEUTRAL.sub(" ", unread(_without_part(part), tongues)))) for part in (first, second)
        )
        if not any(one):
            one = tongues.weights(first)
        if not any(other):
            other = tongues.weights(second)
        total = sum(one) + sum(other)
        straight, crossed = one[0] + other[1], one[1] + other[0]
        if not total or not any(one) or not any(other):
            return 0.0, None
        order = 0 if straight >= crossed else 1
        if strict and any(_begins(part, tongues) not in (None, side) for part, side in ((first, order), (second, 1 - order))):
            return 0.0, None
        # Each side must be in its own language for itself.
        return min(one[order] / max(1, sum(one)), other[1 - order] / max(1, sum(other))), order
    second = second if tongues.separable else _outside(second)
    sides = (tongues.side(_unquoted(first)), tongues.side(_unquoted(second)))
    if sides[0] is not None and sides[0] == sides[1] and " / " in second:  # forms of the term behind its gloss
        sides = sides[0], tongues.side(second.partition(" / ")[0])
    if sides in ((0, 1), (1, 0)):
        return 1.0, sides[0]
    if sides[0] is None and sides[1] is None:
        return evidence.UNSURE_BOTH, None
    if None in sides:
        return evidence.UNSURE_ONE, (sides[0] if sides[0] is not None else 1 - (sides[1] or 0))
    return 0.0, None


def _without_part(text: str) -> str:
    """Return a text without the part of speech before it."""
    return text[entry.part_of_speech_before(text) :] or text


def _outside(text: str) -> str:
    """Return a text without what stands in brackets, if anything else is left: `融化 (dissolve)`."""
    outside = _BRACKETS.sub(" ", text)
    return outside if _ALPHA.search(outside) else text


def _unquoted(text: str) -> str:
    """Return a text without what it quotes, if anything else is left: `dude "Oye, güey"`."""
    outside = QUOTED.sub(" ", text)
    return outside if _ALPHA.search(outside) else text


def _begins(text: str, tongues: Tongues) -> int | None:
    """Return the language of the first letter of a text, brackets and quotes passed over."""
    places = [tongues.first_letter(text, side) for side in (0, 1)]
    if max(places) < 0:
        return None
    return min((index for index in (0, 1) if places[index] >= 0), key=lambda index: places[index])


def unread(text: str, tongues: Tongues) -> str:
    """Return a text without the readings that stand behind a word in another script."""
    for side in (0, 1):
        text = without_reading(text, tongues, side)[0]
    return text


_QUOTED_KANA = re.compile(r"^「([\u3041-\u30ff]+)」.*$")
"""A reading in corner brackets, with rōmaji behind it: `「こんにちは」 konnichiwa`."""


def without_reading(text: str, tongues: Tongues, side: int) -> tuple[str, str]:
    """Return a text of `side` without the reading written behind it, and that reading."""
    tag = tongues.pair[side]
    own = language(tag).scripts[0]
    if own == "Latin":
        found = _TRAILING_BRACKET.match(text) if is_romanised(tag) or tongues.pair[1 - side] == "ja" else None
        if found is None:
            return text, ""
        outside, inside = found["outside"].strip(), found["inside"].strip()
        spelt = is_romanised(tag) and spells_sounds(inside, tongues.pair[1 - side])
        is_sound = spelt or tongues.reads(outside, inside.strip("?？!！.。 "), side)
        return (outside, inside) if is_sound else (text, "")
    is_closed = text.rstrip()[-1:] in ")）]］】/"
    found = (_TRAILING_BRACKET.match(text) or _TRAILING_SLASHES.match(text)) if is_closed else None
    outside = found["outside"] if found else ""
    own_text = tongues.letters(outside, side) and tongues.letters(outside, 1 - side) * 2 <= len(outside)
    inside = _QUOTED_KANA.sub(r"\1", found["inside"].strip()) if found else ""
    if found and own_text and tongues.reads(outside, inside, side):
        return outside.strip(), inside
    if found and own == "Hangul" and readings.base(outside.strip(), found["inside"]) == 0:  # 學校(학교)
        return outside.strip(), found["inside"].strip()
    if own in ("Han", "Kana"):
        found = _TRAILING_LATIN.match(text)
        if (
            found
            and not _DASH.search(found["reading"])
            and tongues.spells(found["reading"], side)
            and tongues.letters(found["text"], side)
            and not readings.leading(found["text"].strip(), found["reading"])[0]  # `xiāngjiāo die Banane`
        ):
            return found["text"].strip(_EDGES), found["reading"].strip()
        found = _TRAILING_ZHUYIN.match(text)
        if found and readings.base(found["text"], found["reading"]) >= 0:
            return found["text"].strip(_EDGES), found["reading"].strip()
        found = _TRAILING_KANA.match(text)
        if found and tag == "ja" and (found["space"].strip(_SPACE) == "" or readings.fits(found["text"], found["reading"])):
            return found["text"].strip(_EDGES), found["reading"].strip()
    return text, ""


def leading_reading(text: str, tongues: Tongues, side: int, word: str = "") -> tuple[str, str]:
    """Return the translation without the reading of the language on the other side that stands before it, and that reading.

    A `word` of that language has as many syllables of pinyin as characters: `die` behind `xiāngjiāo` is none of 香蕉.
    """
    tag = tongues.pair[1 - side]
    if tag.partition("-")[0] == "zh":
        reading, rest = readings.leading(word.strip(), text)
        if reading and rest.strip(_EDGES):
            return rest.strip(_EDGES).lstrip("-–—:： "), reading
    found = _LEADING_BRACKET.match(text)
    if language(tag).scripts[0] == "Latin":
        inside = found["inside"] if found and found["rest"].strip(_EDGES) else ""
        in_kana = romanisation.is_kana(inside) and romanisation.spells(word, inside)
        if found and inside and (in_kana or spells_sounds(inside, tongues.pair[side])):
            return found["rest"].strip(_EDGES), found["inside"].strip()
        return text, ""
    if found and found["rest"].strip(_EDGES) and tongues.reads_before_more(word, found["inside"], 1 - side):
        return found["rest"].strip(_EDGES), found["inside"].strip()
    text, reading = _leading(text, tongues, side)
    if reading:
        again, more = leading_reading(text, tongues, side)
        return again, f"{reading}, {more}" if more else reading
    if tag.partition("-")[0] in ("zh", "ja"):
        return _leading_words(text, tongues, 1 - side)
    found = _LEADING_SPELT.match(text) if tongues.pair[side] == "en" else None
    if found and not _SPELT.search(found["rest"]):
        return found["rest"].strip(_EDGES), found["reading"]
    return text, ""


def spells_sounds(text: str, tag: str) -> bool:
    """Return whether a text spells sounds: in syllables of which one is stressed, or in words that a language does not have."""
    return _RESPELT.search(text) is not None or identify.is_unknown(text, tag)


def _leading(text: str, tongues: Tongues, side: int) -> tuple[str, str]:
    """Return a text without the reading before its first separator, and that reading."""
    for separator in _SEPARATOR.finditer(masked(text)):
        head = text[: separator.start()]
        is_quoted = tongues.by_script and QUOTED.fullmatch(head.strip()) is not None and head.count(" ") < 4
        if (
            tongues.spells(head, 1 - side)
            or (is_quoted and separator.lastgroup in ("arrow", "dash", "colon"))
            or (
                separator.lastgroup not in ("comma", "semicolon", "wide_space", "equals")
                and tongues.by_script
                and not entry.is_part_of_speech(head)
                and identify.is_unknown(head, tongues.pair[side])
            )
        ):
            return text[separator.end() :].strip(_EDGES), head.strip(_EDGES + '"“”«»' if is_quoted else _EDGES)
        break
    return text, ""


def _leading_words(text: str, tongues: Tongues, side: int) -> tuple[str, str]:
    """Return a text without the words before it that spell out the language on `side`: `ānpái v. to arrange`."""
    tag = tongues.pair[side]
    end = 0
    for word in re.finditer(r"\S+\s*", text):
        if (
            word[0][0] in "([（［"
            or not romanisation.is_reading(word[0], tag)
            or (tag == "ja" and romanisation.is_romaji(word[0]) and len(word[0].strip()) < 4)
        ):
            break
        end = word.end()
    has_tones = tag == "ja" or romanisation.has_tones(text[:end])  # else it may be an unknown word, as in `cheong fun`
    if 0 < end < len(text) and has_tones and tongues.spells(text[:end], side):
        return text[end:].strip(_EDGES), text[:end].strip()
    return text, ""


_TRAILING_BRACKET = re.compile(r"(?P<outside>.*?)\s*[(（\[［【](?P<inside>[^()（）\[\]［］【】]+)[)）\]］】]\s*$")
_TRAILING_SLASHES = re.compile(r"(?P<outside>.*\S)\s*/(?P<inside>[^/\s][^/]*)/$")
_TRAILING_LATIN = re.compile(
    r"(?P<text>.*[\u2e80-\u9fff][。！？!?.]?)\s*(?:[-–—:：|/\"“]\s*)?"
    r"(?P<reading>[A-Za-zÀ-ʯ][^\u2e80-\u9fff=:：→|｜/–—\ue000\ue001]*)$"
)
_TRAILING_KANA = re.compile(
    r"(?P<text>[^\s]*[\u3400-\u9fff々][\u3040-\u30ff]*)(?P<space>[\s\u3000・/／：:,，、|｜–—-]+)(?P<reading>[\u3041-\u30fa\u30fc-\u30ff]+)[\s・/／]*$"
)
_TRAILING_ZHUYIN = re.compile(
    r"(?P<text>.*[\u3400-\u9fff])[\s:：,，/／-]*(?P<reading>[\u3105-\u312fˊˇˋ˙][\u3105-\u312f\u31a0-\u31bfˊˇˋ˙ ]*)$"
)
_LEADING_SPELT = re.compile(
    rf"(?P<reading>(?:[\w'’-]*{_SPELT.pattern}[\w'’-]*\s+)*[\w'’-]*{_SPELT.pattern}[\w'’-]*)\s+(?P<rest>[A-Za-z].*)$"
)
"""Words before an English gloss with letters that only a transcription has: `kitāb book`."""
_SPACE = " \t\u3000・/／"
_LEADING_BRACKET = re.compile(r"^\s*[(（\[［【](?P<inside>[^()（）\[\]［］【】]+)[)）\]］】]\s*(?P<rest>.*)$")


class Shape(NamedTuple):
    """The languages of a line, and the place at which it is cut between them."""

    kind: str
    """`A` in the language studied, `B` in that of the translation, `AB` in both and cut, `R` a reading, `M` in both and not to be cut,
    `U` unsure, `-` without letters."""
    cut: Cut | None = None
    """The best cut; of a line that is not `AB`, one that only company can prove."""


_ALPHA = re.compile(r"[^\W\d_]")
_LONGEST_DOUBTFUL = 200
"""Characters of a line with a doubtful cut."""


def shape(text: str, tongues: Tongues) -> Shape:
    """Return the shape of a line."""
    if text not in tongues.shapes:
        tongues.shapes[text] = _shape(text, tongues)
    return tongues.shapes[text]


def _shape(text: str, tongues: Tongues) -> Shape:
    if not _ALPHA.search(text):
        return Shape("-")
    if len(text) > 3 and tongues.reading_of(text) is not None:
        return Shape("R")
    if tongues.by_script:
        text = unread(text, tongues)
    part = entry.part_of_speech_before(text)
    if part:
        rest = tongues.side(text[part:]) if text[part:].strip() else None
        if rest is not None or not text[part:].strip():
            return Shape("B" if rest is None else "AB"[rest])
    side = tongues.side(text)
    if tongues.by_script and side is not None and not tongues.weights(text)[1 - side]:
        return Shape("AB"[side])
    cut = best_cut(text, tongues)
    if cut is not None and _holds(cut, tongues):
        return Shape("AB", cut)
    is_cut = cut is not None and not tongues.by_script
    return Shape(_whole_kind(text, side, tongues), None if is_cut else _doubtful_cut(text, tongues))


def _holds(cut: Cut, tongues: Tongues) -> bool:
    """Return whether a cut parts a line by itself: at a strong separator, or plainly between the languages."""
    if cut.kind not in evidence.WEAK:
        return True
    if tongues.by_script:
        return _is_real(cut, tongues)
    return cut.purity == 1 or (cut.kind in ("bracket", "reading") and cut.order is not None)


def _doubtful_cut(text: str, tongues: Tongues) -> Cut | None:
    """Return the cut at the first strong separator of a line in one script, which only company can prove."""
    if tongues.by_script or len(text) >= _LONGEST_DOUBTFUL:
        return None
    for end, start, kind in cuts(text, tongues):
        if kind not in evidence.WEAK:
            doubtful = Cut(trimmed(text[:end]), trimmed(text[start:]), kind, 0.0, None)
            return doubtful if doubtful.first and doubtful.second else None
    return None


def _whole_kind(text: str, side: int | None, tongues: Tongues) -> str:
    """Return the kind of a line that is not cut; of one in both languages by what stands outside quotes."""
    if side is None and tongues.by_script:
        side = tongues.side(QUOTED.sub(" ", text))
        if side is None:
            return "M" if min(tongues.weights(text)) > 0 else "U"
    return "U" if side is None else "AB"[side]


def _is_real(cut: Cut, tongues: Tongues) -> bool:
    """Return whether both parts say something: a letter beside a number, or a name in running text, is no side of its own."""
    side = cut.order or 0
    first, second = tongues.weights(cut.first)[side], tongues.weights(cut.second)[1 - side]
    if cut.kind == "script" and side == 1 and second * 6 < first and _FINE.search(cut.first):
        return False
    return min(first, second) > 1
