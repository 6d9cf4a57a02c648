"""The answers of cards: where they must be hidden, and which hints point to them."""

import re
from collections.abc import Callable, Iterator, Sequence

from anki_builder.languages import forms, language

_REMARK = re.compile(r"[（(][^（）()]*[)）]")
_TAG = re.compile(r"(<[^<>]*>)")
_WORDINGS = re.compile("[，,、/／]")


def masked(translation: str, words: Sequence[str]) -> str:
    """Return the translation of a cloze without words that it kept in the language of the text: they are the answer. All are HTML.

    Only words of ASCII letters and digits are looked for: a translation keeps names and terms in Latin script, if any.
    """
    for word in words:
        if not word.isascii() or word.lower() not in translation.lower():
            continue
        pieces = _TAG.split(translation)  # every second one is a tag
        for index in range(0, len(pieces), 2):
            text = pieces[index]
            for start in reversed(list(_occurrences(word, text, lambda c: c.isascii() and (c.isalnum() or c in "&#")))):
                text = text[:start] + "＿＿" + text[start + len(word) :]
            pieces[index] = text
        translation = "".join(pieces)
    return translation


def share(sense: str, translation: str, tag: str) -> float:
    """Return how much of a sense stands in a translation: of its best wording, half or more of its characters or beginnings of words."""
    best = 0.0
    spaces = language(tag).spaces
    if spaces:
        translation = f" {translation.casefold()}"
    elif (
        sense in translation and sense.isalnum() and not forms.EMPTY_CHARACTERS.issuperset(sense)
    ):  # one wording, all of it there
        return 1.0
    if ")" in sense or "）" in sense:
        sense = _REMARK.sub("", sense)
    for wording in _WORDINGS.split(sense):
        if spaces:
            parts = [f" {word[:5]}" for word in wording.casefold().split() if len(word) > 2]
        else:
            parts = [character for character in wording if character not in forms.EMPTY_CHARACTERS and character.isalnum()]
        if parts:
            best = max(best, len([part for part in parts if part in translation]) / len(parts))
    return best if best >= 0.5 else 0.0


def whole_word(word: str, text: str, spaces: bool) -> bool:
    """Whether `word` stands in `text`; in a language with spaces, not inside another word."""
    if word.lower() not in text.lower():  # most are not
        return False
    return any(True for _ in _occurrences(word, text, str.isalnum if spaces else lambda c: False))


def _occurrences(word: str, text: str, is_letter: Callable[[str], bool]) -> Iterator[int]:
    """Yield where `word` begins in `text`, whatever its case, with no letter on either side."""
    if len(text.lower()) == len(text):  # not so for İ, and offsets must stay true
        word, text = word.lower(), text.lower()
    start = text.find(word) if word else -1
    while start >= 0:
        end = start + len(word)
        if not is_letter(text[start - 1 : start] or " ") and not is_letter(text[end : end + 1] or " "):
            yield start
        start = text.find(word, end)


def letters(answer: str) -> str:
    """Return the first letter of each word, with how many letters the answer has."""
    words = answer.split()
    whole = "".join(words)
    count = len(whole) if whole.isalnum() else sum(map(str.isalnum, whole))
    return " ".join([f"{word[0]}…" for word in words[:6]]) + f" ({count})" if count else ""
