"""Where sentences end.

A cut has a probability: certain cuts are made, doubtful ones are left to the aligner, which makes them only where the other side has one too.
No splitter on PyPI gives a probability, and none is as good on real notes: wrong boundaries on 75 hand-checked passages, English and Chinese,
are 2 for these rules, 51 for sentencex 1.0.32, 51 for pysbd 0.3.4 (last release 2021), 331 for syntok 1.4.4, which knows neither Chinese nor
writers who begin sentences in lower case (`docs/alignment.md`).
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from anki_builder.languages.pieces import Pieces
from anki_builder.languages.sentences import (
    ANY_TITLES,
    CLOSERS,
    END_MARKS,
    OPENERS,
    SAME_QUOTES,
    TERMINATORS,
    WIDE_TERMINATORS,
    Ends,
    ends,
)

_T = re.escape(TERMINATORS)
_C = re.escape(CLOSERS)
_M = re.escape(END_MARKS)
_S = r"[ \u00a0\u202f]"
_LATE_CLOSERS = re.escape(CLOSERS.replace("’", "").replace("'", "").replace('"', ""))
"""Marks that close even after white space; an apostrophe there begins a word."""
_CLOSES_LATE = frozenset(CLOSERS) - frozenset("'\"")
_STOP = re.compile(
    rf"[{_T}…](?:(?<=\.)(?:{_S}\.)++)?[{_T}…·]*+"  # a full stop, a spaced ellipsis, several marks
    rf"(?:[ \u00a0\u202f]»(?=\s|$|[,.;:]))?(?:[{_C}][{_C}{_T}…]*+)?(?:\s++…(?=\s|$))?(?:\s*+[{_M}]+)?(\s*+)"
)
_LATE = re.compile(rf"(?:(?:[{_LATE_CLOSERS}]|’(?!\w))[{_C}{_T}…]*+(\s*+))++")
_WORD_BEFORE = re.compile(r"[^\s“”‘\"«»„‚()\[\]—–/（）「」『』《》]*\Z")
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_ANY_WORD = re.compile(r"\w")
_NARROW_TAIL = re.compile(r"[^\u2e80-\ufaff\ufe30-\uffff]*\Z")
_SENTENCE_TAIL = re.compile(r"[,，、;；:：.。!！?？]|$")
_INITIALS = re.compile(r"[^\W\d_](?:\.-?[^\W\d_])*\Z")
_ENUMERATOR = re.compile(
    r"(?:[(（]?(?:\d{1,2}|[^\W\d_]|[ivx]{1,5}|[IVX]{1,5})[.)）]\s*)?[(（]?(?:\d{1,2}|[^\W\d_]|[ivx]{1,5}|[IVX]{1,5})\Z"
)
_LONGEST_ENUMERATOR = 12
_SPACED_PARTS = re.compile(r"(?<!\w)(?:[^\W\d_]{1,2}\.[ \u00a0])+[^\W\d_]{1,3}\Z")
_LONGEST_PART = 3
"""Letters of the last part of an abbreviation that is written with spaces."""
_CONTINUES = ",，、;；:：—–-～/%"
_DASHES = "—–-―"
_QUOTES = frozenset("”’»›」』\"'")
_BRACKETS = frozenset(")）]】")
_OPENING = "(（[【"
_LONG_BRACKET = 300
"""Characters after which a bracket still open is taken for one that was never closed."""
_LOW_DOUBLE, _LOW_SINGLE = re.compile("„([^„“”]*)[“”]"), re.compile("‚([^‚‘’]*)[‘’]")
_OPENS_INWARD, _OPENS_OUTWARD = re.compile(r"(?:^|(?<=[\s(]))»(?=\w)"), re.compile(r"(?:^|(?<=[\s(]))«(?=\w)")
_TURNED_GUILLEMETS = str.maketrans("«»‹›", "»«›‹")
_CLOSING_HIGH = re.compile(r"“(?<=[^\s\u2e80-\uffff(].)(?=[\s,;:)]|$)")
_FORMULA = re.compile(r"\$(?=\S)([^$\\^_={(]{0,40}[\\^_={(][^$]{0,200}?)([.?!]?)(?<!\s)\$(?!\d)")
_AFTER_QUOTE = ("と", "って", "の", "を", "的", "之")
"""Particles that tie a quotation or a bracket to the words behind it."""
_MASK = "_"
"""Stands for each character of code and formulas: no letter, no digit, no mark."""
_WIDE = frozenset(WIDE_TERMINATORS)
_REACH = 40
"""Characters looked at on either side of a mark: longer words are no abbreviations."""
_PLAIN = 0.97
"""Probability of a cut after a full-width mark alone."""
_SURE = 0.98
"""After a full stop that no rule doubts."""
_HINT, _WEAK_HINT, _ORDER, _MIDWAY = 0.9, 0.6, 1.0, 0.5
"""Cost of reading a straight quotation mark against its surroundings; as opening after a full stop, with white space on both sides; as the second
of its kind in a row; as closing at the beginning of a passage."""


def split(text: str, language: str) -> list[str]:
    """Return the sentences of `text`, without the white space around them."""
    places = [0, *(offset for offset, probability in cuts(text, language).items() if probability >= 0.5), len(text)]
    found = [text[start:end].strip() for start, end in pairwise(places)]
    return [sentence for sentence in found if sentence]


def cuts(text: str, language: str) -> dict[int, float]:
    """Return the places in `text` at which a sentence may begin, except the first sentence, with their probability, ascending.

    A place is the offset of the sentence's first character, never white space.
    """
    _, begins, probabilities = stops(text, language, 0.0)
    return {begin: probability for begin, probability in zip(begins, probabilities, strict=True) if probability > 0.0}


def stops(
    text: str, language: str, least: float, whole: Sequence[tuple[int, int]] = ()
) -> tuple[list[int], list[int], list[float]]:
    """Return where in `text` sentences may end, where the next ones would begin, and how probable that is, if it is `least` or more.

    Between the two places there is only white space. No sentence ends inside the ranges `whole`, which hold code, and none is marks alone.
    """
    known, plain = ends(language), _plain_words(language)
    text = _directed_quotes(text, language)
    if whole or "$" in text:
        text = _masked(text, whole)
    tails: list[int] = []
    begins: list[int] = []
    probabilities: list[float] = []
    size = len(text)
    writing = _Writing(text, known, _in_lower_case(text))
    begin = 0  # of the sentence under the mark
    word = _word_from(text, 0)  # of that sentence
    depth = _Depth(text) if "(" in text or "（" in text or "[" in text or "【" in text else None
    end = 0
    for match in _STOP.finditer(text):
        start = match.start()
        if start < end:
            continue
        tail, end = match.span(1)
        if end >= size:
            break
        if text[end] in _CLOSES_LATE and (late := _LATE.match(text, end)) is not None:
            tail, end = late.span(1)
            if end >= size:
                break
        if word >= start:
            continue
        if depth is not None:
            opened = depth.at(end)
            if opened is not None and opened > begin and end - opened < _LONG_BRACKET:
                continue
        following, marks = text[end], text[start:end]
        if (
            marks == ". "
            and "A" <= following <= "Z"
            and start - begin > _LONGEST_ENUMERATOR
            and plain[text[text.rfind(" ", 0, start) + 1 : start]]
        ):
            probability = _SURE
        elif marks in _WIDE and following not in _CONTINUES:
            probability = _PLAIN
        else:
            probability = _probability(writing, _Stop(start, tail, end, begin))
        behind = word if probability < 0.5 else _word_from(text, end)
        if behind == size:
            break
        if probability >= least:
            tails.append(tail)
            begins.append(end)
            probabilities.append(probability)
        if probability >= 0.5:
            begin, word = end, behind
    return tails, begins, probabilities


def _word_from(text: str, offset: int) -> int:
    """Return where the first letter, digit or masked character from `offset` on stands; the length of the text if there is none."""
    found = _ANY_WORD.search(text, offset)
    return len(text) if found is None else found.start()


@cache
def _plain_words(language: str) -> Pieces[bool]:
    """Return the words after which a full stop, a space and a capital letter certainly begin a sentence: most words."""
    known = ends(language)

    def is_plain(word: str) -> bool:
        small = word.lower()
        return (
            word.isalpha()
            and len(word) > 1
            and not any(map(_is_wide, word))
            and small not in known.titles
            and small not in known.abbreviations
            and word not in ANY_TITLES
        )

    return Pieces(is_plain)


class _Writing(NamedTuple):
    """A text and how it is written."""

    text: str
    ends: Ends
    lower: bool
    """Its writer begins sentences in lower case."""


class _Stop(NamedTuple):
    """Marks that may end a sentence."""

    start: int
    tail: int
    """Behind the marks."""
    end: int
    """Behind the white space after them, where the next sentence would begin."""
    begin: int
    """Of the sentence that would end."""


def _directed_quotes(text: str, language: str) -> str:
    """Return `text` with every quotation mark written as an opening or a closing one, “so” or «so», character by character.

    „So“, »so« and "so" use marks that elsewhere have the other direction, or both.
    """
    if "„" in text:
        text = _LOW_DOUBLE.sub(r"“\1”", text)
    if "‚" in text:
        text = _LOW_SINGLE.sub(r"‘\1’", text)
    if "»" in text and len(_OPENS_INWARD.findall(text)) > len(_OPENS_OUTWARD.findall(text)):
        text = text.translate(_TURNED_GUILLEMETS)
    if "“" in text:
        text = _CLOSING_HIGH.sub("”", text)
    elif "”" in text and (text.count("”") > 1 or language.partition("-")[0] in SAME_QUOTES):
        text = text.replace("”", '"')
    return _directed(text) if '"' in text else text


def _directed(text: str) -> str:
    """Return `text` with its straight quotation marks written “so”.

    They alternate, and white space stands outside a quotation; typing errors break either rule, and a passage may begin inside a quotation. The
    reading with the least of that is taken.
    """
    offsets = [match.start() for match in re.finditer('"', text)]
    costs = (0.0, _MIDWAY)  # of the best reading up to here whose last mark closes, whose last mark opens
    sources: list[tuple[int, int]] = []
    for offset in offsets:
        before, after = text[offset - 1 : offset] or " ", text[offset + 1 : offset + 2] or " "
        outside = (
            before.isspace() or before in OPENERS or before in _DASHES,
            after.isspace() or after in _CONTINUES or after in TERMINATORS,
        )
        closing_cost = _HINT if outside == (True, False) else 0.0
        opening_cost = _HINT if outside == (False, True) else 0.0
        if outside == (True, True) and text[offset - 2 : offset - 1] in TERMINATORS and offset > 1:
            opening_cost = _WEAK_HINT
        closes = min((costs[1], 1), (costs[0] + _ORDER, 0))
        opens = min((costs[0], 0), (costs[1] + _ORDER, 1))
        sources.append((closes[1], opens[1]))
        costs = closes[0] + closing_cost, opens[0] + opening_cost
    letters = list(text)
    role = 0 if costs[0] <= costs[1] else 1
    for offset, source in zip(reversed(offsets), reversed(sources), strict=True):
        letters[offset] = "”“"[role]
        role = source[role]
    return "".join(letters)


def _masked(text: str, whole: Sequence[tuple[int, int]]) -> str:
    """Return `text` with code and formulas masked, except the mark at the end of a formula."""
    if whole:
        letters = list(text)
        for start, end in whole:
            letters[start:end] = _MASK * (end - start)
        text = "".join(letters)
    if "$" in text:
        text = _FORMULA.sub(lambda match: _MASK * (1 + len(match[1])) + (f"{match[2]}’" if match[2] else _MASK), text)
    return text


def _in_lower_case(text: str) -> bool:
    """Whether the writer begins sentences in lower case."""
    if text[:1].isalpha():
        return text[0].islower()
    head = _WORD.search(text, 0, 80)
    return head is not None and head.group()[0].islower() and text[:1] not in "….“‘'"


class _Depth:
    """Tells where brackets are open; asked at ascending offsets."""

    def __init__(self, text: str) -> None:
        self._marks = [(m.start(), m.group()) for m in re.finditer(r"[()（）\[\]【】]", text)]
        self._next = 0
        self._open: list[int] = []

    def at(self, offset: int) -> int | None:
        """Return where the outermost bracket still open at `offset` was opened, if any."""
        while self._next < len(self._marks) and self._marks[self._next][0] < offset:
            place, mark = self._marks[self._next]
            if mark in _OPENING:
                self._open.append(place)
            elif self._open:
                self._open.pop()
            self._next += 1
        return self._open[0] if self._open else None


def _probability(writing: _Writing, stop: _Stop) -> float:
    """Return how likely a sentence ends with these marks and another begins behind them."""
    text, start, end = writing.text, stop.start, stop.end
    following = text[end]
    spaced = end > stop.tail
    if following in _CONTINUES:
        return 0.9 if following in _DASHES and spaced and _speaks(text, end + 1) else 0.0
    first = text[start]
    before = text[start - 1] if start else " "
    if first == "." and stop.tail - start == 1 and not _is_wide(before):
        return _after_full_stop(writing, stop)
    marks = text[start : stop.tail]
    quoted = not _QUOTES.isdisjoint(marks)
    bracketed = not _BRACKETS.isdisjoint(marks)
    ellipsis = first == "…" or (first == "." and marks[1:].lstrip()[:1] == ".")
    if not _WIDE.isdisjoint(marks) or (
        _is_wide(before) and ((first in "?!" and not spaced) or (first == "." and not following.isdigit()))
    ):
        return _after_wide(writing, stop, quoted, bracketed)
    word = _word_at(text, end)
    is_lower = word is not None and word.group()[0].islower()
    if ellipsis:
        if "?" in marks or "!" in marks:
            return 0.7 if not is_lower else 0.0
        if _is_wide(before):
            return 0.2 if quoted else 0.0
        return 0.5 if spaced and word is not None and word.group()[0].isupper() else 0.0
    if first == ".":
        if bracketed and not quoted and _is_wide(following):
            return _after_wide(writing, stop, quoted, bracketed)
        if not spaced and not _is_wide(following) and following not in OPENERS and following not in "'" + END_MARKS:
            return 0.0
        if is_lower and (bracketed or not writing.lower):
            if bracketed:
                return 0.0
            return 0.1 if quoted else 0.6
        if not quoted and not bracketed:
            return _after_full_stop(writing, stop)
        return 0.95
    # question and exclamation marks
    if not spaced and not _is_wide(following) and following not in OPENERS:
        return 0.3 if word is not None and word.group()[0].isupper() and len(word.group()) > 1 and not quoted else 0.0
    if is_lower:
        if bracketed and not quoted:
            return (
                0.6
                if writing.lower
                and word is not None
                and word.group() in writing.ends.starters
                and not word.group().startswith("wh")
                else 0.05
            )
        if quoted:
            return 0.3 if writing.lower else 0.0
        return 0.9 if writing.lower else 0.05
    if quoted and _speech_follows(text, end, writing.ends, 60):
        return 0.2
    return 0.95


def _speaks(text: str, offset: int) -> bool:
    """Whether behind a dash another speaker or a new sentence begins: with a capital letter."""
    while offset < len(text) and (text[offset].isspace() or text[offset] in OPENERS):
        offset += 1
    return text[offset : offset + 1].isupper()


def _word_at(text: str, offset: int) -> re.Match[str] | None:
    """Return the word at `offset`, without an opening mark before it."""
    following = text[offset]
    return _WORD.match(text, offset + (following in OPENERS or following == "'"))


def _is_wide(mark: str) -> bool:
    """Whether the character is Han, kana, hangul or full-width punctuation."""
    return mark >= "\u2e80" and not "\ufb00" <= mark <= "\ufe2f"


def _after_wide(writing: _Writing, stop: _Stop, quoted: bool, bracketed: bool) -> float:
    text, end, known = writing.text, stop.end, writing.ends
    if not quoted and not bracketed:
        return _PLAIN
    if text[end] in "“「『‘" and quoted:
        return 0.9
    if bracketed and not quoted:
        if text.startswith(_AFTER_QUOTE, end):
            return 0.0
        return 0.45 if text[end] in known.starters or text[end : end + 2] in known.starters else 0.15
    if text[stop.begin] in "“「『‘" and _speech_follows(text, end, known, 24):
        return 0.15
    if text.startswith(_AFTER_QUOTE, end):
        return 0.0
    return 0.8


def _speech_follows(text: str, end: int, known: Ends, reach: int) -> bool:
    """Whether the text at `end` names a speaker."""
    stop = _SENTENCE_TAIL.search(text, end, end + reach)
    tag = text[end : stop.start() if stop else end + reach].lower()
    if not known.speech:
        return False
    if _is_wide(tag[:1]):
        return any(verb in tag for verb in known.speech)
    return any(word.startswith(known.speech) for word in tag.split()[:7])


def _after_full_stop(writing: _Writing, stop: _Stop) -> float:
    text, known, lower = writing.text, writing.ends, writing.lower
    start, end = stop.start, stop.end
    spaced = end > stop.tail
    following = text[end]
    written = start - text[max(0, start - 1) : start].isspace()  # tokenised text: `late .`
    before = text[text.rfind(" ", max(0, written - _REACH), written) + 1 : written][-_REACH:]
    if not (before.isascii() and before.isalpha()):
        # the pattern looks from each character on, so it does not search what stands before the space
        before = _WORD_BEFORE.search(before).group()  # type: ignore[union-attr]
        if not before.isascii() and before and not _is_wide(before[-1]):
            before = _NARROW_TAIL.search(before).group()  # type: ignore[union-attr]
    small = before.lower()
    word = _word_at(text, end)
    letter = word.group()[0] if word is not None else ""
    initials = _INITIALS.match(before) is not None if len(before) == 1 or "." in before else False
    if start - stop.begin <= _LONGEST_ENUMERATOR and _ENUMERATOR.match(text[stop.begin : start].lstrip()):
        return 0.03
    if not spaced:
        return _without_space(writing, stop, before, word)
    is_lower = letter.islower()
    if is_lower and len(before) == 1 and before.isupper() and not lower:
        return 0.02  # E. coli
    starts = word is not None and letter.isupper() and word.group().lower() in known.starters
    if len(small) <= _LONGEST_PART and (parts := _SPACED_PARTS.search(text, max(0, written - _REACH), written)) is not None:
        spaced_out = parts.group().replace(" ", "").replace("\u00a0", "").lower()
        if spaced_out in known.abbreviations:
            small = spaced_out  # `и т. д.` ends a list, `д.` alone is a title
    if small in known.titles or before in ANY_TITLES:
        return 0.05 if following.isdigit() or not starts else 0.2
    if known.ordinals and before.isdigit() and len(before) <= 2:
        return 0.6 if starts else 0.1
    if initials and _is_wide(following):
        return 0.05
    if len(before) == 1 and before.isalpha() and before.isupper():
        if word is not None and len(word.group()) == 1 and text[word.end() : word.end() + 1] == ".":
            return 0.02
        if starts:
            return 0.9
        return 0.02 if word is None or is_lower else 0.05 if _follows_name(text, start) else 0.15
    if small in known.abbreviations or (
        "." in small and small.replace(".", "").isalpha() and max(map(len, small.split("."))) <= 2
    ):
        if is_lower:
            return 0.4 if lower and small in ("etc", "usw", "ecc") else 0.02
        if initials and before.isupper() and small not in known.abbreviations:
            return 0.7 if starts else 0.1
        return 0.85 if starts else 0.45
    if is_lower and not lower:
        return 0.6
    if before or text[written - 1 : written] in CLOSERS:
        return _SURE
    return 0.0 if following.isdigit() and text[max(0, start - 2) : start - 1].isdigit() else 0.5


def _follows_name(text: str, initial: int) -> bool:
    """Whether the word before a single letter has a capital: Hiram B. Otis."""
    words = text[max(0, initial - _REACH) : initial - 1].split()
    return bool(words) and words[-1][:1].isupper()


def _without_space(writing: _Writing, stop: _Stop, before: str, word: re.Match[str] | None) -> float:
    """Return how likely a sentence ends with a full stop that no white space follows."""
    following = writing.text[stop.end]
    small = before.lower()
    titled = small in writing.ends.titles or before in ANY_TITLES
    if _is_wide(following):
        if not before and writing.text[stop.start - 1] in CLOSERS:
            return 0.8
        if len(before) < 2 or titled or _INITIALS.match(before):
            return 0.0
        return 0.3 if small in writing.ends.abbreviations else 0.9
    if following in END_MARKS or following in "“‘«":
        return 0.9
    if word is None or not before.isalpha() or not before[-1].islower() or len(before) < 3:
        return 0.0
    # a missing space: `ago.Then`, but not `Node.js` or `Yahoo.com`
    return 0.6 if word.start() == stop.end and word.group()[0].isupper() and word.group()[1:].islower() and not titled else 0.0
