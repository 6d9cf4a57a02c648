"""Where sentences end.

A cut has a probability: the certain ones are made, the doubtful ones are left to the aligner, which makes them only where the other side has
one too. No splitter on PyPI tells how sure it is, and on real notes none is as good: wrong boundaries on 75 hand-checked passages, English and
Chinese, are 2 for these rules, 51 for sentencex 1.0.32, 51 for pysbd 0.3.4 (last release 2021), 331 for syntok 1.4.4, which knows neither
Chinese nor writers who begin sentences in lower case (`docs/alignment.md`).
"""

import re
from functools import cache
from itertools import pairwise

from anki_builder.languages.pieces import Pieces
from anki_builder.languages.sentences import CLOSERS, END_MARKS, OPENERS, TERMINATORS, WIDE_TERMINATORS, Ends, ends
from anki_builder.patterns import late

_T = re.escape(TERMINATORS)
_C = re.escape(CLOSERS)
_M = re.escape(END_MARKS)
_STOP = re.compile(rf"[{_T}…][{_T}…·]*+(?:[ \u00a0\u202f]»(?=\s|$|[,.;:]))?(?:[{_C}][{_C}{_T}…]*+)?(?:\s*+[{_M}]+)?(\s*+)")
_WORD_BEFORE = re.compile(r"[^\s“”‘\"«»„‚()\[\]—–/（）「」『』《》]*\Z")
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_SENTENCE_TAIL = late(r"[,，、;；:：.。!！?？]|$")
_CONTINUES = ",，、;；:：—–-～/%"
_QUOTES = frozenset("”’»›」』\"'")
_BRACKETS = frozenset(")）]】")
_OPENING = "(（[【"
_LONG_BRACKET = 300
"""Characters after which a bracket still open is taken for one that was never closed."""
_LOW_DOUBLE, _LOW_SINGLE = "„([^„“”]*)[“”]", "‚([^‚‘’]*)[‘’]"
_INWARD = "»([^«»]*)«"
_WIDE = frozenset(WIDE_TERMINATORS)
_REACH = 40
"""Characters looked at on either side of a mark: longer words are no abbreviations."""
_PLAIN = 0.97
"""Probability of a cut after a full-width mark alone."""
_SURE = 0.98
"""After a full stop that no rule doubts."""


def split(text: str, language: str) -> list[str]:
    """Return the sentences of `text`, without the white space around them."""
    places = [0, *(offset for offset, probability in cuts(text, language).items() if probability >= 0.5), len(text)]
    found = [text[start:end].strip() for start, end in pairwise(places)]
    return [sentence for sentence in found if sentence]


def cuts(text: str, language: str) -> dict[int, float]:
    """Return the places in `text` at which a sentence may begin, the first sentence aside, with their probability, ascending.

    A place is the offset of the sentence's first character, never white space.
    """
    _, begins, probabilities = stops(text, language, 0.0)
    return {begin: probability for begin, probability in zip(begins, probabilities, strict=True) if probability > 0.0}


def stops(text: str, language: str, least: float) -> tuple[list[int], list[int], list[float]]:
    """Return where in `text` sentences may end, where the next ones would begin, and how probable that is, if it is `least` or more.

    In either place there is no white space, and between them nothing else.
    """
    known = ends(language)
    plain = _plain_words(language)
    text = _high_quotes(text)
    tails: list[int] = []
    begins: list[int] = []
    probabilities: list[float] = []
    size = len(text)
    lower = _in_lower_case(text)
    begin = 0  # of the sentence under the mark
    opening = _opening_quotes(text)
    depth = _Depth(text) if "(" in text or "（" in text or "[" in text or "【" in text else None
    for match in _STOP.finditer(text):
        tail, end = match.span(1)
        if opening and tail - 1 in opening:
            end = tail = tail - 1  # the quotation mark opens what follows
        if end >= size:
            break
        if depth is not None:
            opened = depth.at(end)
            if opened is not None and opened > begin and end - opened < _LONG_BRACKET:
                continue
        start, following = match.start(), text[end]
        marks = text[start:end]
        if marks == ". " and "A" <= following <= "Z" and plain[text[text.rfind(" ", 0, start) + 1 : start]]:
            probability = _SURE
        elif marks in _WIDE and following not in _CONTINUES:
            probability = _PLAIN
        else:
            probability = _probability(text, start, tail, end, begin, known, lower)
        if probability >= least:
            tails.append(tail)
            begins.append(end)
            probabilities.append(probability)
        if probability >= 0.5:
            begin = end
    return tails, begins, probabilities


@cache
def _plain_words(language: str) -> Pieces[bool]:
    """Return which words a full stop may follow that, before a space and a capital letter, no rule of `_after_full_stop` doubts: most are such."""
    known = ends(language)

    def is_plain(word: str) -> bool:
        small = word.lower()
        return word.isalpha() and len(word) > 1 and not _is_wide(word[-1]) and small not in known.titles and small not in known.abbreviations

    return Pieces(is_plain)


def _high_quotes(text: str) -> str:
    """Return `text` with „such“ and »such« quotations written “such” and «such», character by character.

    Their closing mark is elsewhere an opening one, which a sentence may not begin with here.
    """
    if "„" in text:
        text = re.sub(_LOW_DOUBLE, r"“\1”", text)
    if "‚" in text:
        text = re.sub(_LOW_SINGLE, r"‘\1’", text)
    inward = text.find("»")
    if inward >= 0 and "«" not in text[:inward]:
        text = re.sub(_INWARD, r"«\1»", text)
    return text


def _in_lower_case(text: str) -> bool:
    """Whether the writer begins sentences in lower case."""
    if text[:1].isalpha():
        return text[0].islower()
    head = _WORD.search(text, 0, 80)
    return head is not None and head.group()[0].islower() and text[:1] not in "….\"“‘'"


def _opening_quotes(text: str) -> frozenset[int]:
    """Return where straight quotation marks open; they alternate with the closing ones."""
    if '"' not in text:
        return frozenset()
    return frozenset([match.start() for match in re.finditer('"', text)][::2])


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


def _probability(text: str, start: int, tail: int, end: int, begin: int, known: Ends, lower: bool) -> float:
    """Return how likely a sentence ends with the marks `start` to `tail` and another begins at `end`."""
    following = text[end]
    spaced = end > tail
    if following in _CONTINUES and not (following in "—–-" and spaced and text[end + 1 : end + 2].isupper()):
        return 0.0
    first = text[start]
    before = text[start - 1] if start else " "
    if first == "." and tail - start == 1 and not _is_wide(before):
        return _after_full_stop(text, start, end, spaced, known, lower)
    marks = text[start:tail]
    quoted = not _QUOTES.isdisjoint(marks)
    bracketed = not _BRACKETS.isdisjoint(marks)
    if not _WIDE.isdisjoint(marks) or (
        _is_wide(before) and ((first in "?!" and not spaced) or (first == "." and not following.isdigit()))
    ):
        return _after_wide(text, end, begin, quoted, bracketed, known)
    word = _word_at(text, end)
    is_lower = word is not None and word.group()[0].islower()
    if first == "…" or marks.startswith(".."):
        if "?" in marks or "!" in marks:
            return 0.7 if not is_lower else 0.0
        if _is_wide(before):
            return 0.2 if quoted else 0.0
        return 0.5 if spaced and word is not None and word.group()[0].isupper() else 0.0
    if first == ".":
        if not spaced and not _is_wide(following) and following not in OPENERS and following not in "\"'" + END_MARKS:
            return 0.0
        if is_lower and (bracketed or not lower):
            if bracketed:
                return 0.0
            return 0.1 if quoted else 0.6
        if not quoted and not bracketed:
            return _after_full_stop(text, start, end, spaced, known, lower)
        return 0.95
    # question and exclamation marks
    if not spaced and not _is_wide(following) and following not in OPENERS:
        return 0.3 if word is not None and word.group()[0].isupper() and len(word.group()) > 1 and not quoted else 0.0
    if is_lower:
        if bracketed and not quoted:
            return 0.6 if lower and word is not None and word.group() in known.starters and not word.group().startswith("wh") else 0.05
        if quoted:
            return 0.3 if lower else 0.0
        return 0.9 if lower else 0.2
    if quoted and _speech_follows(text, end, known, 60):
        return 0.2
    return 0.95


def _word_at(text: str, offset: int) -> re.Match[str] | None:
    """Return the word at `offset`, an opening mark before it left out."""
    following = text[offset]
    return _WORD.match(text, offset + (following in OPENERS or following in "\"'"))


def _is_wide(mark: str) -> bool:
    """Whether the character is Han, kana, hangul or full-width punctuation."""
    return mark >= "\u2e80" and not "\ufb00" <= mark <= "\ufe2f"


def _after_wide(text: str, end: int, begin: int, quoted: bool, bracketed: bool, known: Ends) -> float:
    if not quoted and not bracketed:
        return _PLAIN
    if text[end] in "“「『‘\"" and quoted:
        return 0.9
    if bracketed and not quoted:
        return 0.45 if text[end] in known.starters or text[end : end + 2] in known.starters else 0.15
    if text[begin] in "“「『‘\"" and _speech_follows(text, end, known, 24):
        return 0.15
    if known.speech and text.startswith(("と", "って"), end):
        return 0.0
    return 0.8


def _speech_follows(text: str, end: int, known: Ends, reach: int) -> bool:
    """Whether what stands at `end` says who speaks."""
    stop = _SENTENCE_TAIL().search(text, end, end + reach)
    tag = text[end : stop.start() if stop else end + reach].lower()
    if not known.speech:
        return False
    if _is_wide(tag[:1]):
        return any(verb in tag for verb in known.speech)
    return any(word.startswith(known.speech) for word in tag.split()[:7])


def _after_full_stop(text: str, start: int, end: int, spaced: bool, known: Ends, lower: bool) -> float:
    following = text[end]
    near = text[max(0, start - _REACH) : start]
    before = near.rpartition(" ")[2]
    if not before.isalpha():
        found = _WORD_BEFORE.search(before)  # looks from each character on, so not through what stands before the space
        before = found.group() if found else ""
    small = before.lower()
    word = _word_at(text, end)
    is_lower = word is not None and word.group()[0].islower()
    if not spaced:
        if _is_wide(following):
            return 0.9 if len(before) > 1 else 0.0
        if following in END_MARKS or following in "“‘«":
            return 0.9
        if word is None or not before.isalpha() or not before[-1].islower() or len(before) < 3 or "." in before:
            return 0.0
        # a missing space: `ago.Then`, but not `Node.js` or `Yahoo.com`
        return 0.6 if word.start() == end and word.group()[0].isupper() and word.group()[1:].islower() and small not in known.titles else 0.0
    if is_lower and len(before) == 1 and before.isupper() and not lower:
        return 0.02  # E. coli
    if small in known.titles:
        if following.isdigit() or not (word is not None and word.group()[0].isupper() and word.group().lower() in known.starters):
            return 0.05
        return 0.2
    starts = word is not None and word.group()[0].isupper() and word.group().lower() in known.starters
    if known.ordinals and before.isdigit() and len(before) <= 2:
        return 0.6 if starts else 0.1
    if len(before) == 1 and before.isalpha() and before.isupper():
        if word is not None and len(word.group()) == 1 and text[word.end() : word.end() + 1] == ".":
            return 0.02
        return 0.9 if starts else 0.15 if word is not None and not is_lower else 0.02
    if small in known.abbreviations or ("." in small and small.replace(".", "").isalpha() and max(map(len, small.split("."))) <= 2):
        if is_lower:
            return 0.4 if lower and small in ("etc", "usw", "ecc") else 0.02
        return 0.85 if starts else 0.45
    if is_lower and not lower:
        return 0.6
    if before or text[start - 1 : start] in CLOSERS:
        return _SURE
    return 0.0 if following.isdigit() and text[max(0, start - 2) : start - 1].isdigit() else 0.5
