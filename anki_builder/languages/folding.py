"""Text folded for comparison: case, quotes, width, vowel marks, and, as a last resort, accents.

`fold` works character by character, so offsets stay true. `loosened` leaves characters out and gives the way back.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from anki_builder.languages import language

_QUOTES = {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "\u00a0": " ", "\u3000": " "}
_WIDE = re.compile("[！-～]")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum() or chr(code - 0xFEE0) in "$%&+-"}
_TURKISH = str.maketrans({"I": "ı", "İ": "i"})

MARKED = frozenset(("ar", "fa", "he", "hi", "th", "ur"))
"""Languages whose words hold combining marks."""
_MARKS = "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
_SIGNS = "\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962\u0963\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u200c\u200d"
WORD = re.compile(r"[^\W_]++(?:'[^\W_]++)*+")  # to give nothing back spares an eighth
_MARKED_WORD = re.compile(rf"(?:[^\W_]|[{_MARKS}{_SIGNS}])++")
_STRESSED_WORD = re.compile(r"(?:[^\W_]|[\u0300\u0301])++(?:'(?:[^\W_]|[\u0300\u0301])++)*+")
_ELIDED_WORD = re.compile(r"[^\W_]++")
_ELIDING = frozenset(("ca", "fr", "it"))
"""Languages that write short words onto the next one with an apostrophe: `l'eau`."""
_VOWEL_MARKS = re.compile(f"[{_MARKS}\u0640]+")
"""Vowel marks and what lengthens a line: a text of Arabic or Hebrew may have them or not."""
_STRESS = re.compile("[\u0300\u0301](?<=[\u0400-\u052f].)")
"""Stress marks behind Cyrillic letters: those of й and ё are no such, nor are they in composed text marks of their own."""
_ARABIC = str.maketrans("أإآٱىةؤئ", "اااايهوي")
_JOINTS = re.compile(
    r"[-·](?<=\w.)(?=\w)"
    r"| (?:(?<=[^\W\d_]{3}.)(?=[^\W\d_]{3})|(?<=\d.)(?=[^\W\d_]|\d{3}(?!\d)))"
    r"|[,.'\u2009\u202f](?<=\d.)(?=\d{3}(?!\d))"
)
"""What two spellings of one word may differ in: hyphens, a space between its parts or before a unit, separators of thousands."""


def plain(text: str) -> str:
    """Return `text` with plain quotes, hyphens and spaces, and with narrow digits and Latin letters, character by character."""
    if not text.isascii():
        for written, simple in _QUOTES.items():
            text = text.replace(written, simple)
        if _WIDE.search(text):
            text = text.translate(_NARROW)
    return text


def lower(text: str, tag: str) -> str:
    """Return `text` in lower case, character by character."""
    if tag.startswith(("tr", "az")):
        text = text.translate(_TURKISH)
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def fold(text: str, tag: str) -> str:
    """Return `text` in lower case with plain signs, character by character."""
    return lower(plain(text), tag)


@lru_cache(32)
def word_pattern(tag: str) -> re.Pattern[str]:
    """Return the pattern of a word in folded text."""
    primary = tag.partition("-")[0]
    if "Cyrillic" in language(tag).scripts:
        return _STRESSED_WORD
    return _MARKED_WORD if primary in MARKED else _ELIDED_WORD if primary in _ELIDING else WORD


def bare(text: str, tag: str) -> str:
    """Return folded text without the vowel or stress marks that its language writes or not."""
    if text.isascii():
        return text
    if tag.startswith(("ar", "fa", "he", "ur")):
        return _VOWEL_MARKS.sub("", text)
    return _STRESS.sub("", text).replace("\u0450", "е").replace("\u045d", "и")  # a grave stress that Unicode composes


def unmarked(text: str) -> str:
    """Return a text without the vowel and stress marks of any language."""
    return text if text.isascii() else _VOWEL_MARKS.sub("", text).replace("\u0450", "е").replace("\u045d", "и")


def unaccented(text: str) -> str:
    """Return a text without marks and accents; kana and Korean syllables stay whole."""
    return text if text.isascii() else unicodedata.normalize("NFC", unmarked(unicodedata.normalize("NFD", text)))


def without_accents(word: str, tag: str) -> str:
    """Return a folded word without accents, as people write it who lack the keys."""
    if word.isascii():
        return word
    if tag.startswith("ar"):
        return word.translate(_ARABIC)
    decomposed = unicodedata.normalize("NFD", word)
    letters = "".join([letter for letter in decomposed if not unicodedata.combining(letter)])
    return letters.replace("ß", "ss").replace("ø", "o").replace("ł", "l").replace("æ", "ae").replace("œ", "oe")


class Loosened(NamedTuple):
    """Text with characters left out, and the way back."""

    text: str
    offsets: list[int]
    """Where in `text` something was left out, ascending."""
    left_out: list[int]
    """For each of them, how many characters were left out up to there."""

    def place(self, offset: int) -> int:
        """Return where the character at `offset` stands in the text before."""
        cut = bisect_right(self.offsets, offset)
        return offset + (self.left_out[cut - 1] if cut else 0)


def loosened(text: str) -> Loosened:
    """Return folded text without what two spellings of one word may differ in: `health-care`, `1,700`, `$668 bn`."""
    pieces: list[str] = []
    offsets: list[int] = []
    left_out: list[int] = []
    at = total = 0
    for match in _JOINTS.finditer(text):
        start, end = match.span()
        pieces.append(text[at:start])
        total += end - start
        offsets.append(end - total)
        left_out.append(total)
        at = end
    return Loosened("".join([*pieces, text[at:]]), offsets, left_out)
