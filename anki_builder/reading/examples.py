"""Examples of an entry: sentences with their translation below them, behind them in brackets, or behind them as they are."""

import re
from collections.abc import Iterable

from anki_builder.document import Example
from anki_builder.languages import labels, scripts
from anki_builder.reading import entry, inline
from anki_builder.reading.page import Page, is_sentence

_NUMBER = re.compile(r"^[-*•\s]*(?:\(?\d+[.)）]\s*)?")
_COLON = re.compile("[:：;；]")
"""What is behind every label that an example follows on its line."""
_SPEAKER = re.compile(r"[\"“]?[A-Z]\s*[:：]")
_HEADED = re.compile(r"([-*\s]*(?:\d+[.)]\s*)?)\*\*[^*]{1,40}(?:[:：]\*\*|\*\*[:：])\s*")
_IN_BRACKETS = re.compile(r"^(?P<outside>.+?)\s*[（(](?P<inside>[^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)*)[）)]?[\s。.]*$")


def on_line(page: Page, plain: str, line: int) -> Example | None:
    """Return the sentence and its translation that stand on one line."""
    found = _IN_BRACKETS.match(plain) if "(" in plain or "（" in plain else None
    if found and len(found["inside"]) > 1:
        sides = page.side(found["outside"]), page.side(found["inside"])
        if sides == (0, 1):
            return Example(found["outside"].strip(), found["inside"].strip(), line)
        if sides == (1, 0):
            return Example(found["inside"].strip(), found["outside"].strip(), line)
    separator = entry.separator(plain)
    if separator and not _SPEAKER.match(plain):
        parts = plain[: separator.start()].strip(), plain[separator.end() :].strip()
        sides = page.side(parts[0]), page.side(parts[1])
        if sides == (0, 1):
            return Example(*parts, line)
        if sides == (1, 0):
            return Example(parts[1], parts[0], line)
    if page.separable:
        at = scripts.first_letter(plain, page.languages[1])
        if at > 0:
            head = plain[:at].rstrip("“‘「『（( ")
            rest = plain[len(head) :].strip()
            if scripts.letters(head, page.languages[0]) > 3 and page.side(rest) == 1:
                return Example(head, rest.strip("（() ") if rest[:1] in "（(" else rest, line)
    return None


def of(page: Page, lines: list[tuple[int, str]]) -> tuple[Example, ...]:
    """Return the examples in some lines."""
    found: list[Example] = []
    last: tuple[int, str] | None = None
    for line, raw in lines:
        headed = _HEADED.match(raw) if "**" in raw else None
        plain = inline.plain(headed[1] + raw[headed.end() :] if headed else raw)
        plain = plain[_NUMBER.match(plain).end() :]  # type: ignore[union-attr]
        if not plain:
            continue
        label = page.label(plain) if _COLON.search(plain) else None
        if label is not None and label.separated and label.role not in ("skip", "metadata"):
            plain = label.rest
            if not plain:
                last = None
                continue
        bare = entry.enclosed(plain) or plain
        if (
            last is not None
            and line - last[0] <= 3
            and page.side(plain) == 1
            and page.side(last[1]) == 0
            and _translates(page, last[1], bare)
        ):
            found.append(Example(_unquoted(last[1]), bare, last[0]))
            last = None
            continue
        one = on_line(page, plain, line)
        if one is not None and _is_text(one.text):
            found.append(one)
            last = None
            continue
        last = (line, plain) if page.side(plain) == 0 and _is_text(plain) else None
    return tuple(found)


def distinct(found: Iterable[Example]) -> tuple[Example, ...]:
    """Return examples once each, without those that are a part of another."""
    examples = list(dict.fromkeys(found))
    if len(examples) < 2:
        return tuple(examples)
    return tuple(
        one
        for one in examples
        if one.translation or not any(one.text.rstrip(".!?…") in other.text for other in examples if other is not one)
    )


def _translates(page: Page, text: str, translation: str) -> bool:
    """Return whether a line below a sentence is its translation, and not the beginning of an explanation."""
    return translation[-1:] not in ":：" and not labels.EXPLAINS.match(translation) and page.alike(text, translation)


def _is_text(text: str) -> bool:
    return text.count(" ") >= 2 and is_sentence(text)


def _unquoted(text: str) -> str:
    return text[1:-1].strip() if len(text) > 2 and text[0] in '"“' and text[-1] in '"”' else text
