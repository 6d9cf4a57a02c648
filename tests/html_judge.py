"""A judge of fields: which elements, attributes and notations of Anki a field may hold, whatever the note says."""

import re
import unicodedata
from html.parser import HTMLParser

ATTRIBUTES: dict[str, dict[str, str]] = {
    **{element: {} for element in "i em strong mark u s code sub sup br ruby rt li".split()},
    "a": {"href": r"(https?|mailto):[^\s\"<>]+"},
    "b": {"class": "term", "lang": r"[A-Za-z-]+"},
    "img": {"src": r"[\w.-]+"},
    "span": {"class": "gap|phonetics", "lang": r"[A-Za-z-]+"},
    "ul": {"class": "senses|contexts( elsewhere)?|focus"},
}
"""Element → its attributes, each with the pattern of its values."""
_VOID = ("br", "img")
_SOUND = re.compile(r"\[sound:[\w.-]+\]")
_NOTATION = re.compile(r"\[(?:sound:|anki:|latex\]|\$)|\[\[", re.IGNORECASE)
_CLOZE = re.compile(r"\{\{c1::[^{}]*\}\}")


class _Judge(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        allowed = ATTRIBUTES.get(tag)
        if allowed is None:
            self.faults.append(f"element <{tag}>")
            return
        for name, value in attrs:
            if name not in allowed or not re.fullmatch(allowed[name], value or ""):
                self.faults.append(f"attribute {name}={value!r} of <{tag}>")
        if tag not in _VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            self.faults.append(f"</{tag}> closes another element")

    def handle_comment(self, data: str) -> None:
        self.faults.append("a comment")

    def handle_decl(self, decl: str) -> None:
        self.faults.append("a declaration")

    def handle_pi(self, data: str) -> None:
        self.faults.append("an instruction")

    def unknown_decl(self, data: str) -> None:
        self.faults.append("a declaration")


def faults(field: str, is_cloze: bool = False) -> list[str]:
    """Return what a field must not hold, as it is and as Anki stores it, which is in composed form (NFC)."""
    return [*_faults(field, is_cloze), *_faults(unicodedata.normalize("NFC", field), is_cloze)]


def _faults(field: str, is_cloze: bool) -> list[str]:
    judge = _Judge()
    judge.feed(field)
    judge.close()
    found = judge.faults + [f"<{tag}> stays open" for tag in judge.opened]
    if notation := _NOTATION.search(_SOUND.sub("", field)):
        found.append(f"a notation of Anki: {notation[0]}")
    if "{" in (_CLOZE.sub("", field) if is_cloze else field):
        found.append("a brace")
    if bad := [character for character in field if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\x85"]:
        found.append(f"the character {bad[0]!r}")
    return found
