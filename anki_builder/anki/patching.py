"""The place of a field in a note file, and the file with the field as Anki has it. Pure text: whether it reads so is for others to check.

A sentence stands in the file as it reads, except for marks of emphasis, line breaks and escapes; what is changed in it is changed there
character by character, so that these stay.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from html import unescape
from itertools import pairwise

_MARKS = "*_~`=\\"
"""Characters of the file that may stand between those of a field."""
_CLOZE = re.compile(r"\{\{c\d+::(.*?)(?:::[^{}]*)?\}\}", re.S)
_TAG = re.compile(r"<[^>]*>")
_ITEM = re.compile(r"<li>(.*?)</li>", re.S)
_MOST = 20
"""Places that are tried."""


def plain(html: str) -> str:
    """Return a field as it reads in the file: without elements and cloze deletions."""
    return " ".join(unescape(_TAG.sub("", _CLOZE.sub(r"\1", html))).split())


def edits(text: str, line: int, ours: str, theirs: str) -> Iterator[str]:
    """Yield a note file with a field as `theirs` instead of `ours`, for each place where it may stand, the likeliest first.

    Both are HTML; `line` is where the note begins, from 1. White space at the ends of lines stays as it is in `text`.
    """
    old, new = _senses(ours), _senses(theirs)
    if len(old) > 1 or len(new) > 1:
        yield from _with_list(text, line, old, new)
        return
    for places in _places(text, line, old[0]):
        for goes_on in (True, False):
            yield _edited(text, places, old[0], new[0], goes_on)


def _senses(html: str) -> list[str]:
    """Return the items of a list, or the whole as one."""
    return [plain(item) for item in _ITEM.findall(html)] or [plain(html)]


def _with_list(text: str, line: int, old: list[str], new: list[str]) -> Iterator[str]:
    """Yield a file with a list of senses edited, which stand one behind the other in it."""
    for places in _places(text, line, old[0]):
        found = [places]
        for sense in old[1:]:
            after = next(_places_from(text, sense, found[-1][-1] + 1), None)
            if after is None or "\n" in text[found[-1][-1] : after[0]]:
                break
            found.append(after)
        if len(found) < len(old):
            continue
        if len(old) == len(new):
            for places_of_sense, before, sense in reversed(list(zip(found, old, new, strict=True))):
                text = _edited(text, places_of_sense, before, sense)
            yield text
        else:
            gap = next((text[a[-1] + 1 : b[0]] for a, b in pairwise(found)), "；")
            yield text[: found[0][0]] + gap.join(new) + text[found[-1][-1] + 1 :]
        return


def _places(text: str, line: int, old: str) -> Iterator[list[int]]:
    """Yield where each character of `old` stands: from a line on, then before it."""
    if not old:
        return
    start = _offset(text, line)
    tried = 0
    for origin, end in ((start, len(text)), (0, start)):
        for places in _places_from(text, old, origin):
            if places[0] >= end or tried == _MOST:
                break
            tried += 1
            yield places


def _offset(text: str, line: int) -> int:
    """Return where a line begins."""
    at = 0
    for _ in range(line - 1):
        at = text.find("\n", at) + 1
    return at


def _places_from(text: str, old: str, start: int) -> Iterator[list[int]]:
    at = text.find(old[0], start)
    while at >= 0:
        places = _match(text, old, at)
        if places is not None:
            yield places
        at = text.find(old[0], at + 1)


def _match(text: str, old: str, at: int) -> list[int] | None:
    """Return where each character of `old` stands in `text` from `at` on; None if something else stands there."""
    places: list[int] = []
    for character in old:
        if character == " ":
            if at >= len(text) or not text[at].isspace():
                at = _skipped(text, at, _MARKS)
            if at >= len(text) or not text[at].isspace():
                return None
            places.append(at)
            while at < len(text) and text[at].isspace():
                at += 1
            continue
        if at < len(text) and text[at] != character:
            at = _skipped(text, at, _MARKS + "\r\n")
        if at >= len(text) or text[at] != character:
            return None
        places.append(at)
        at += 1
    return places


def _skipped(text: str, at: int, passing: str) -> int:
    while at < len(text) and text[at] in passing:
        at += 1
    return at


def _edited(text: str, places: list[int], old: str, new: str, goes_on: bool = True) -> str:
    """Return `text` with the characters of `old`, which stand at `places`, changed to those of `new`.

    What is inserted stands directly behind the character before it if it `goes_on` with it, else directly before the next one: marks of
    emphasis may stand between them.
    """
    ends = (0, 0)  # in `old` and `new`: where the part that is equal ends
    changed = []
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        changed.append((slice(ends[0], block.a), new[ends[1] : block.b]))
        ends = (block.a + block.size, block.b + block.size)
    for part, instead in reversed(changed):
        if part.start < part.stop:
            text = text[: places[part.start]] + instead + text[places[part.stop - 1] + 1 :]
        elif instead:
            is_behind = part.start == len(places) or (goes_on and part.start > 0)
            at = places[part.start - 1] + 1 if is_behind else places[part.start]
            text = text[:at] + instead + text[at:]
    return text
