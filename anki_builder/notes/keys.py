"""Keys of terms: what makes two entries one word.

A key depends on its entry, and on the sentence the entry was noted for: on nothing else in the article or the collection, so that no edit
elsewhere makes another note of it.
"""

import unicodedata

from anki_builder.document import VocabularyEntry
from anki_builder.languages import forms, heteronyms
from anki_builder.note import normalised, plain_quotes


def term_key(entry: VocabularyEntry, tag: str, opens_sentence: bool = False) -> str:
    """Return the key of a term: the term folded, except for a capital that makes it another word, and with what its sound tells.

    The start of its sentence explains a capital, but not several.
    """
    head, word = _parts(entry.term, tag)
    key = normalised(entry.term)
    if word != word.lower() and not (opens_sentence and word[1:] == word[1:].lower()) and forms.capital_counts(word, tag):
        key = f"{normalised(head)} {plain_quotes(unicodedata.normalize('NFKC', word))}".strip()
    sound = heteronyms.sound(word, entry.phonetics, entry.reading, tag) if entry.phonetics or entry.reading else ""
    return f"{key} [{sound}]" if sound else key


def _parts(term: str, tag: str) -> tuple[str, str]:
    """Return the article of a term, and the one word that it is; both are empty for a phrase, in which no capital makes another word."""
    words = term.split()
    if len(words) == 2 and words[0].lower() in forms.OPTIONAL_HEADS.get(tag.partition("-")[0], ()):
        return words[0], words[1]
    return "", words[0] if len(words) == 1 else ""
