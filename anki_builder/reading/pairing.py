"""What the layouts of sentence pairs share: which side a paragraph is on, whether two texts can be translations, the claim to them."""

import re

from anki_builder.document import Passage
from anki_builder.languages import identify, labels, scripts
from anki_builder.patterns import late
from anki_builder.reading import entry, inline
from anki_builder.reading.blocks import Block
from anki_builder.reading.page import Claim, Page, text_of

BRACKETED_END = late(r"^([^()（）]+?)\s*[(（]([^()（）]+)[)）]\s*$")
"""A text with another in brackets behind it."""
_SENTENCE_END = late(r"[.!?][\"”’']?(?=\s+[^\s.!?]*$)")
_EDGE_MARKS = "*_ \t"
_TAGGED = re.compile(r"^[\"“]?\s*\[\s*(?P<name>[^\[\]:：]{1,20})\s*[:：]\s*(?P<text>.*?)\s*\](?:\{[^{}]*\})?\s*$")
_NAMED = late(r"^\W{0,6}(?P<name>[^\s:：*]{1,20}(?: [^\s:：*]{1,20})?)\W{0,3}?[:：][*_]*\s+(?P<text>\S.*)$")


def weight(text: str, tag: str) -> int:
    """Return the length of `text` in letters of an alphabet, so that texts in two languages compare."""
    return scripts.letters(text, tag) * scripts.weight(tag)


def alike(page: Page, text: str, translation: str) -> bool:
    """Return whether two texts are of such lengths that one can translate the other."""
    first, second = weight(text, page.languages[0]), weight(translation, page.languages[1])
    if not first or not second:
        return False
    ratio = second / first
    return 0.25 <= ratio <= 5 if min(first, second) < 60 else 0.45 <= ratio <= 2.6


def pure_side(page: Page, text: str) -> int | None:
    """Return the side a text is on where at most a third of it is on the other."""
    if not page.separable:
        return identify.side(text, page.languages, thorough=False)
    if page.overlapping:
        return page.side(text)
    first, second = (weight(text, tag) for tag in page.languages)
    if not first and not second:
        return None
    if first >= second:
        return 0 if second * 2 <= first else None
    return 1 if first * 2 <= second else None


def unbracketed(raw: str) -> str:
    """Return a text without the brackets, and emphasis outside them, around all of it; nothing where it has none."""
    return entry.enclosed(raw.strip().strip(_EDGE_MARKS))


def is_tagged(page: Page, raw: str) -> bool:
    """Return whether a line names its side in brackets: `[En: …]{s}`."""
    found = _TAGGED.match(raw)
    return found is not None and page.named_side(found["name"]) is not None


def untagged(page: Page, raw: str) -> tuple[str, int | None]:
    """Return a text without the label before it, and the side that label names: `[En: …]{s}`, `🇬🇧 **English**: …`, `英文：…`."""
    found = _TAGGED.match(raw) or _NAMED().match(raw)
    if found:
        side = page.named_side(found["name"])
        if side is not None:
            return found["text"], side
    return raw, None


def trimmed(page: Page, text: str, side: int) -> str:
    """Return a sentence without the remarks in the other language that follow it behind a semicolon."""
    head, found, tail = text.rstrip(" ;；").rpartition(";")
    while found and page.separable and pure_side(page, tail) != side:
        text = head
        head, found, tail = text.rstrip(" ;；").rpartition(";")
    if side == 0 and page.separable:
        at = scripts.first_letter(text, page.languages[1])
        if at > 0 and (cut := _SENTENCE_END().search(text, 0, at)) and pure_side(page, text[cut.end() :]) != 0:
            text = text[: cut.end()]
    return text.rstrip(" ;；")


def is_remark(page: Page, text: str, translation: str) -> bool:
    """Return whether two lines are a phrase and what is said about it, rather than a sentence and its translation."""
    return bool(
        labels.REMARKS().search(translation)
        or labels.WRONG().search(text)
        or identify.is_open(text, page.languages[0])
        or (page.separable and page.begins(text) == 1)
        or (page.separable and not page.overlapping and any(_mixed(page, one, side) for side, one in enumerate((text, translation))))
    )


def _mixed(page: Page, text: str, side: int) -> bool:
    """Return whether a text is a row of notes in both languages: `get it done; 고치다; get it fixed`."""
    return ";" in text and len(text) < 120 and scripts.letters(text, page.languages[1 - side]) > 3


def undecorated(text: str) -> str:
    """Return a line without arrows and pointing hands before it."""
    return text if text[:1].isalnum() else labels.DECORATION().sub("", text)


def pieces(block: Block) -> list[tuple[int, str]]:
    """Return the lines of a block with their numbers on disk."""
    return [(block.line + index, text) for index, text in enumerate(block.texts)]


def claim(
    page: Page,
    layout: str,
    evidence: float,
    text: list[tuple[int, str]],
    translation: list[tuple[int, str]],
    *,
    given: bool = True,
    roles: tuple[tuple[int, str], ...] = (),
    paragraphs: tuple[int, ...] = (),
) -> Claim | None:
    """Return the claim to a passage and its translation, or None where one of them is empty."""
    starts = [number for number, _ in (text[:1] + translation[:1])] + list(paragraphs)
    read, images, audio = text_of(text, starts)
    other, more, other_audio = text_of(translation, starts)
    if not read.plain or not other.plain:
        return None
    lines = {number: "translation" for number, _ in translation} | {number: "text" for number, _ in text}
    if text[0][0] == translation[0][0]:
        lines[text[0][0]] = "pair"
    passage = Passage(read, other, given, (*images, *more), (*audio, *other_audio))
    return Claim(layout, evidence, tuple(sorted((lines | dict(roles)).items())), (passage,))


def in_order(page: Page, first: str, second: str) -> bool | None:
    """Return whether `first` is the text and `second` its translation, False for the reverse, None where they are in one language.

    In one script doubt about one side is settled by the other, and doubt about both by position.
    """
    one, other = page.side(first), page.side(second)
    if one == other:
        return True if one is None and not page.separable else None
    if one is None or other is None:
        return None if page.separable else (one == 0 or other == 1)
    return one == 0


def words(block: Block) -> str:
    """Return the lines of a block as plain text, one after the other."""
    return " ".join(map(inline.plain, block.texts))
