"""Whether a text is a sentence or a term."""

import re
from functools import lru_cache

from anki_builder.languages import identify, language

_END = re.compile(r"[.!?。！？…؟।]['\"”’»)）」』\]]*\s*$")
_NO_END = re.compile(r"(?:\.\.+|…+|\betc\.|\bsth\.?|\bsb\.?|\bsmth\.?|\bjmd?n?\.|\betw\.|\bqn|\bqch)$", re.IGNORECASE)
_BROKEN_OFF = re.compile(r"[^\s.…](?:…+|\.{3,})[\"”’'»」』]*\s*$")
"""Dots behind a word. Behind a space they stand for words, and so do dots within: `I'd like …`, `neither … nor …`."""
_DOTS = re.compile(r"…|\.\.\.")
_TAIL = re.compile(r"(?<=\S)\s*[(（][^()（）]*[)）]$")
_PLACE = re.compile(
    r"\b(?:sth|sb|sb's|somebody|something|smth|jdn?|jdm|etw|qn|qch|qqn|qqch|one's)\b|[~～〜](?!$)|…|\.\.\.|\b[A-Z]\b(?=\s|$)|＋|\+"
)
_PATTERN = re.compile(r"\b(?:sth|sb|smth|jdn?|jdm|etw|qn|qch)\b|[~～〜](?!$)|\s[＋+]\s")
"""What the pattern of a sentence has, and no sentence: `It takes sb. + time + to do sth.`"""
_TERM_START = re.compile(
    r"^(?:to|der|die|das|ein|eine|le|la|les|l['’]|un|une|el|los|las|il|lo|gli|o|os|as|de|het|en|ett|att|et|å|a|an|the|être|se|sich|zu|ο|η|το)\s",
    re.IGNORECASE,
)
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")


@lru_cache(4096)  # each sign of a candidate asks anew
def sentence_score(text: str, tag: str) -> float:
    """Return 0 for a term, 1 for a sentence, and what is between in doubt."""
    text = text.strip()
    text = _TAIL.sub("", text) or text
    words = text.count(" ") + 1
    wide = 0 if language(tag).spaces else len(_WIDE.findall(text))
    ended = _END.search(text) is not None and not _NO_END.search(text.rstrip("”’\"' "))
    score = 0.0
    if ended:
        score += 0.8 if words > 2 or wide > 4 or (text[-1:] in "?!？！。।؟" and (words > 1 or wide > 2)) else 0.4
    if words > 7 or wide > 14:
        score += 0.45
    elif words > 4 or wide > 7:
        score += 0.25
    if identify.begins_clause(text, tag) or identify.ends_clause(text, tag):
        score += 0.3
    if text[:1].isupper() and words > 3 and tag not in ("de",):
        score += 0.1
    if _TERM_START.match(text) and words < 5 and score < 0.5:
        score -= 0.2
    if _PATTERN.search(text) and not ended:
        score -= 0.6
    elif _PLACE.search(text) and score < 0.8:
        score -= 0.3
    return min(1.0, max(0.0, score))


def lists_words(text: str) -> bool:
    """Return whether a text with a stop is no sentence but a list of words between commas: `ability, skill, power to act.`"""
    pieces = text.split(",")
    return text[:1].islower() and len(pieces) > 1 and all(len(piece.split()) <= _LONGEST_LISTED for piece in pieces)


_LONGEST_LISTED = 3
"""Words."""


def breaks_off(text: str, tag: str) -> bool:
    """Return whether a text is a sentence that breaks off, of more than three words or four characters of a script without spaces."""
    text = text.strip()
    found = _BROKEN_OFF.search(text)
    if found is None or text[:1].islower() or _DOTS.search(text, 0, found.start() + 1) or _PATTERN.search(text):
        return False
    return text.count(" ") > 2 if language(tag).spaces else len(_WIDE.findall(text)) > 4


def ends_sentence(text: str) -> bool:
    """Return whether a text ends as a sentence does."""
    return _END.search(text) is not None
