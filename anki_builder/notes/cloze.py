"""Cloze notes: a sentence with a gap where the term stands, one note for each term and sentence."""

from collections.abc import Sequence

from anki_builder.document import Context, VocabularyEntry
from anki_builder.message import Template
from anki_builder.note import CLOZE_SEPARATOR, CardKind, Field, Note, NoteKind, plain_quotes
from anki_builder.notes.answers import masked, share, whole_word
from anki_builder.notes.article_text import ArticleText, Sentence, make_note
from anki_builder.notes.markup import Wrapper, escape, literal, render

KIND = NoteKind(
    "cloze",
    "cloze",
    Template("{count:,} cloze", "{count:,} clozes"),
    (
        Field("Text", 3101, sound="Audio", searched=True, formulas=True),
        Field("Translation", 3102, evidence=True, searched=True, formulas=True),
        Field("Terms", 3103, formulas=True),
        Field("Note", 3104, searched=True, formulas=True),
        Field("Audio", 3105),
        Field("Passage", 3106, "surroundings", formulas=True),
        Field("PassageTranslation", 3107, "surroundings", formulas=True),
        Field("Source", 3108, "surroundings"),
        Field("SourceUrl", 3109, "surroundings"),
        Field("SourceFile", 3110, "surroundings"),
        Field("SourceLine", 3111, "surroundings"),
        Field("Location", 3112, "location"),
        Field("Answer", 3113),
        Field("Frequency", 3114, "surroundings"),
        Field("Extra", 3115),
        Field("AddTyping", 3116, "switch"),
        Field("Key", 3117, "key"),
    ),
    (CardKind("Cloze", 3201, round=2),),
)


def of_entry(article: ArticleText, index: int, sentence: Sentence, context: Context, rank: int) -> Note | None:
    """Return the cloze of an entry in the sentence where its term was found; `rank` counts the terms of the sentence."""
    term = article.terms[index]
    entry = term.entry
    if "cloze" not in article.config_at(entry.line).terms:
        return None
    hint = _hint(article, entry, sentence, context)
    hints = [hint, *[""] * (len(context.occurrences) - 1)]  # once is enough
    gaps = [
        Wrapper(start, end, "{{c1::", f"::{hint}}}}}" if hint else "}}")
        for (start, end), hint in zip(context.occurrences, hints, strict=True)
    ]
    hidden = [literal(sentence.text.plain[start:end]) for start, end in context.occurrences]
    fields = {
        "Text": render(sentence.text, sentence.start, sentence.end, gaps),
        "Translation": masked(sentence.translation_html, hidden),
        "Terms": article.focus((index,)),
        "Answer": escape(plain_quotes(" ".join([sentence.text.plain[start:end] for start, end in context.parts]))),
        "AddTyping": "1" if article.config.cloze_typing else "",
        **article.surroundings(sentence),
    }
    key, text = term.key + CLOZE_SEPARATOR + sentence.key, entry.term + CLOZE_SEPARATOR + sentence.plain
    return make_note(article.note_types[KIND.name], key, fields, sentence.line, text, entry.extra)._replace(rank=rank)


def _hint(article: ArticleText, entry: VocabularyEntry, sentence: Sentence, context: Context) -> str:
    """Return the hint inside the gap as HTML; empty if it would give the answer away."""
    kind = article.config.cloze_hint
    if kind == "letter":
        return literal(f"{context.surface[:1]}…")
    hint = ""
    if kind == "gloss":
        hint = _sense(entry.senses, sentence.translation, article.document.languages[1])
    elif kind == "part-of-speech":
        hint = entry.part_of_speech
    words = (*context.surface.split(" … "), entry.term)
    return "" if any(whole_word(word, hint, article.spaces) for word in words) else literal(hint)


def _sense(senses: Sequence[str], translation: str, tag: str) -> str:
    """Return the sense that the translation of the sentence has; the first one if no or every sense fits as well."""
    if len(senses) < 2 or not translation:
        return senses[0] if senses else ""
    shares = [share(sense, translation, tag) for sense in senses]
    return senses[shares.index(max(shares))]
