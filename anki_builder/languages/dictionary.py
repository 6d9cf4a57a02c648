"""The dictionaries of simplemma, each unpacked only where a word is looked up.

A dictionary is a sorted stream of records, each of which shares the beginning of its word with the record before. simplemma unpacks the
whole stream for the first word of a language: 180,000 records of English in 0.13 s and 20 MB, 1.1 million of German in 0.9 s and 100 MB.
To step from record to record and mark where another beginning starts takes a quarter of that; a word then has the records of its own
beginning unpacked. For all words of 400 articles that makes 0.07 s and 6 MB.
"""

import lzma
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from anki_builder.languages.library import DefaultDictionaryFactory, DefaultStrategy, DictionaryFactory, dictionary_factory

_MAGIC = b"SMFC1"
_REVERSED = 1
"""The flag of a stream whose words are written from their end."""
_SAME_VALUE = 254
"""In place of the letters to cut off: the value is that of the record before."""
_OWN_VALUE = 255
"""In place of the letters to cut off: the value shares nothing with the word."""
_BEGINNING = 4
"""Bytes of a word by which the records are parted."""
_SHORT = "|".join(f"\\x{size:02x}.{{{size}}}" for size in range(16))
"""The letters of nearly all words and values, after their number."""
_ALIKE = re.compile(rf"(?s:[\x{_BEGINNING:02x}-\x7f](?:{_SHORT})(?:\x{_SAME_VALUE:x}|[^\x{_SAME_VALUE:x}](?:{_SHORT})))*+".encode())
"""Records of words that begin like the one before: nine in ten, passed over in a third of the time that Python takes."""


class Dictionaries(DictionaryFactory):
    """The dictionaries of all languages; of another format than is known here, as simplemma reads them."""

    def get_dictionary(self, lang: str) -> Mapping[str, str]:
        """Return word → dictionary form."""
        return _opened(lang)


STRATEGY = DefaultStrategy(dictionary_factory=Dictionaries())
"""How simplemma finds a dictionary form, with these dictionaries."""


@lru_cache(8)
def _opened(lang: str) -> Mapping[str, str]:
    try:
        with lzma.open(dictionary_factory.DATA_FOLDER / f"{lang}.plzma") as stream:
            return _Dictionary(stream.read())
    except (AttributeError, OSError, ValueError, IndexError):
        return DefaultDictionaryFactory().get_dictionary(lang)


class _Dictionary(Mapping[str, str]):
    def __init__(self, data: bytes) -> None:
        if not data.startswith(_MAGIC):
            raise ValueError("another format")
        self._data = data
        self._reversed = bool(data[len(_MAGIC)] & _REVERSED)
        self._count, first = _number(data, len(_MAGIC) + 1)
        self._starts, self._seeds, self._parts = _parted(data, first)
        self._unpacked: dict[int, dict[bytes, bytes]] = {}

    def __getitem__(self, word: str) -> str:
        stored = self._turned(word.encode())
        part = self._parts[stored[:_BEGINNING]]
        records = self._unpacked.get(part)
        if records is None:
            records = self._unpacked[part] = self._records(part)
        return self._turned(records[stored]).decode()

    def __iter__(self) -> Iterator[str]:
        for part in range(len(self._seeds)):
            yield from (self._turned(word).decode() for word in self._records(part))

    def __len__(self) -> int:
        return self._count

    def _turned(self, stored: bytes) -> bytes:
        return stored[::-1] if self._reversed else stored

    def _records(self, part: int) -> dict[bytes, bytes]:
        data, at, end = self._data, self._starts[part], self._starts[part + 1]
        word, value = self._seeds[part], b""
        found = {}
        while at < end:
            shared, at = _number(data, at) if data[at] > 127 else (data[at], at + 1)
            length, at = _number(data, at) if data[at] > 127 else (data[at], at + 1)
            cut_at = at + length
            word = word[:shared] + data[at:cut_at]
            cut = data[cut_at]
            at = cut_at + 1
            if cut != _SAME_VALUE:
                length, at = _number(data, at) if data[at] > 127 else (data[at], at + 1)
                value = (b"" if cut == _OWN_VALUE else word[: len(word) - cut]) + data[at : at + length]
                at += length
            found[word] = value
        return found


def _parted(data: bytes, at: int) -> tuple[list[int], list[bytes], dict[bytes, int]]:
    """Return where the parts of a stream start and the stream ends, the beginning of the word before each, and the part of each beginning."""
    starts, seeds, parts = [at], [b""], {}
    beginning, size = b"", len(data)
    alike = _ALIKE.match
    while at < size:
        at = alike(data, at).end()  # type: ignore[union-attr]  # no records are a match too
        if at == size:
            break
        shared, rest = _number(data, at) if data[at] > 127 else (data[at], at + 1)
        length, rest = _number(data, rest) if data[rest] > 127 else (data[rest], rest + 1)
        end = rest + length
        same_value = data[end] == _SAME_VALUE
        if shared < _BEGINNING:
            before, beginning = beginning, beginning[:shared] + data[rest : min(end, rest + _BEGINNING - shared)]
            if not same_value:
                starts.append(at)
                seeds.append(before)
            parts[beginning] = len(starts) - 1
        at = end + 1
        if not same_value:
            length, at = _number(data, at) if data[at] > 127 else (data[at], at + 1)
            at += length
    if at != size:
        raise ValueError("a broken stream")
    return [*starts, size], seeds, parts


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and where it ends."""
    number = shift = 0
    while data[at] > 127:
        number |= (data[at] & 127) << shift
        at += 1
        shift += 7
    return number | data[at] << shift, at + 1
