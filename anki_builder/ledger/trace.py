"""The trace of a text, by which it is recognised after an edit: little, for the ledger has 200 bytes for a whole note.

A text of up to 48 bytes is kept as it is. Of a longer one its beginning is kept, for people to read, and a hash of twelve bits for
each word, in order: two bytes a word where the word itself takes six. Of more than `WORDS` words those with the smallest hashes are
kept, the same ones before and after an edit elsewhere in the sentence. In scripts without spaces each character is a word. Vowel marks and
stress marks are left out, for a text may have them today and lack them tomorrow.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

from anki_builder.languages.folding import unmarked
from anki_builder.languages.pieces import Pieces
from anki_builder.note import CLOZE_SEPARATOR

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
PAIRS = tuple([first + second for first in _ALPHABET for second in _ALPHABET])
"""Numbers of twelve bits as two characters."""
WHOLE = 48
"""Bytes up to which a text is kept whole."""
BEGINNING = 28
"""Bytes kept of the beginning of a longer one."""
WORDS = 40
SHORT = 12
"""Words up to which every second word may have changed and the sentence is still found."""

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_\u3040-\u30ff\u3400-\u9fff]{1,16}")
_LONGEST = 16
"""Characters beyond which a word counts for two."""
_SIGN = {pair: chr(0x4E00 + number) for number, pair in enumerate(PAIRS)}


def trace(text: str) -> tuple[str, str]:
    """Return what is kept of a text: it or its beginning, and the sketch of a longer one."""
    if "  " in text or text[:1] == " " or text[-1:] == " " or not text.isprintable():  # hardly ever
        text = " ".join(text.split())
    if text.isascii():
        return (text, "") if len(text) <= WHOLE else (text[:BEGINNING].rstrip(), sketch(text))
    whole = text.encode("utf-8", "replace")
    if len(whole) <= WHOLE:
        return whole.decode(), ""
    return whole[:BEGINNING].decode("utf-8", "ignore").rstrip(), sketch(text)


def _hashed(word: str) -> str:
    parts = [word[at : at + _LONGEST] for at in range(0, len(word), _LONGEST)]
    return "".join([PAIRS[crc32(part.encode("utf-8", "replace")) & 4095] for part in parts])


_HASHES = Pieces(_hashed)
"""Words and their hashes as two characters."""


@lru_cache(4096)
def sketch(text: str) -> str:
    """Return the hashes of the words of a text."""
    return _sketched(unmarked(text))


def former_sketch(text: str) -> str:
    """Return the sketch that ledgers have of a text with vowel or stress marks since before these were left out."""
    return _sketched(text)


def _sketched(text: str) -> str:
    hashed = "".join(map(_HASHES.__getitem__, _WORD.findall(text.casefold())))
    if len(hashed) <= 2 * WORDS:
        return hashed
    hashes = [hashed[at : at + 2] for at in range(0, len(hashed), 2)]
    kept = sorted(range(len(hashes)), key=lambda index: (hashes[index], index))[:WORDS]
    return "".join([hashes[index] for index in sorted(kept)])


def cloze_parts(text: str) -> tuple[str, str]:
    """Return what is kept of a cloze: its term or the beginning of it, and the sketch of its sentence."""
    term, _, sentence = text.partition(CLOZE_SEPARATOR)
    return trace(term)[0], sketch(sentence)


def signs(sketched: str) -> str:
    """Return a sketch with one character a word, as string similarities take it."""
    return "".join([_SIGN[first + second] for first, second in zip(sketched[::2], sketched[1::2], strict=True)])


def pairs(signs: str) -> Iterable[str]:
    """Return the neighbouring words of a sketch, of a short one also the next but one: what finds candidates for it."""
    if len(signs) > SHORT:
        return map("".join, pairwise(signs))
    return (*map("".join, pairwise(signs)), *map("".join, zip(signs, signs[2:], strict=False)))
