"""What decides the place of a note among the new cards, if that is not the reading order."""

import re

from anki_builder.languages import language
from anki_builder.languages.forms import stem
from anki_builder.languages.headwords import spoken, without_article
from anki_builder.note import CLOZE_SEPARATOR, TERM_SEPARATOR, Languages, Note
from anki_builder.templates.markup import ruby, strip_html

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def with_measure(note: Note, languages: Languages, order: str) -> Note:
    """Return a note with its measure: the frequency of its term or rarest word, or the stems of its term and of its sentence.

    It depends on the note alone, so that an article needs no look at others.
    """
    tag = languages[0]
    if order == "frequency":
        from anki_builder.languages.frequency import zipf, zipf_of_term  # late: an extra

        term = _term(note, tag)
        measure = f"{zipf_of_term(words(term, tag), tag) if term else zipf(words(note.text, tag), tag):.2f}"
        return note._replace(fields={**note.fields, "Frequency": measure}, measure=measure)
    if order == "easy-first":
        term, sentence = (
            " ".join([stem(word, tag) for word in words(text, tag)]) for text in (_term(note, tag), _sentence(note))
        )
        return note._replace(measure=f"{term}{TERM_SEPARATOR}{sentence}" if term else sentence)
    return note


def _term(note: Note, tag: str) -> str:
    """Return the term that a note asks for, without its article; nothing for a sentence."""
    term, separator, _ = note.text.partition(CLOZE_SEPARATOR)
    return without_article(spoken(term, tag), tag) if separator or note.kind.text == "term" else ""


def words(text: str, tag: str) -> list[str]:
    """Return the words of a text in lower case; its letters in a script without spaces."""
    if language(tag).spaces:
        return _WORD.findall(text.casefold())
    return [letter for letter in text if letter.isalpha()]


def _sentence(note: Note) -> str:
    """Return the sentence that a note shows, without markup; the term of a note that shows none."""
    if note.kind.text == "term":
        shown = note.fields.get(note.kind.sentence) or note.fields[note.kind.fields[0].name]
        return strip_html(ruby(shown, "{0}"))
    return note.text.rpartition(CLOZE_SEPARATOR)[2]
