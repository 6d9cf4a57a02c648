"""Sentence notes: a sentence and its translation, read, produced and heard."""

from collections.abc import Sequence

from anki_builder.note import CardKind, Field, Media, Note, NoteKind
from anki_builder.notes.markup import pictures, sounds
from anki_builder.notes.text import ArticleText, Sentence, extra_of

KIND = NoteKind(
    "sentence",
    "sentence",
    (
        Field("Text", 1101, sound="TextAudio", searched=True),
        Field("Translation", 1102, evidence=True, searched=True),
        Field("Focus", 1103),
        Field("Note", 1104, searched=True),
        Field("TextAudio", 1105),
        Field("TranslationAudio", 1106),
        Field("Passage", 1107, "surroundings"),
        Field("PassageTranslation", 1108, "surroundings"),
        Field("Source", 1109, "surroundings"),
        Field("SourceUrl", 1110, "surroundings"),
        Field("Location", 1111, "location"),
        Field("AddReverse", 1112, "switch"),
        Field("AddListening", 1113, "switch"),
        Field("Key", 1114, "key"),
    ),
    (CardKind("Read", 1201, round=0), CardKind("Produce", 1202, round=3), CardKind("Listen", 1203, round=4)),
)


def of_pair(article: ArticleText, sentence: Sentence, entries: Sequence[int]) -> Note:
    """Return the note of a sentence pair in which the terms of these entries stand."""
    note = audio = ""
    media: tuple[Media, ...] = ()
    if sentence.is_first:  # of its passage, whose pictures it shows
        passage = article.document.passages[sentence.passage]
        note = pictures([article.media[path] for path in passage.images if path in article.media])
        media = article.files((*passage.images, *passage.audio))
        if sentence.is_alone:
            audio = sounds([article.media[path] for path in passage.audio if path in article.media])
    fields = {
        "Text": sentence.html,
        "Translation": sentence.translation_html,
        "Focus": article.focus(entries),
        "Note": note,
        "TextAudio": audio,
        "AddReverse": "1" if _wants_reverse(article, sentence.plain) else "",
        "AddListening": "1" if article.config.listening else "",
        **article.surroundings(sentence),
        **{name: extra_of(article.document.extra, name) for name in article.note_types[KIND.name].kind.extra},
    }
    return article.note(KIND, sentence.key, fields, sentence.line, sentence.plain, media=media)


def _wants_reverse(article: ArticleText, plain: str) -> bool:
    config = article.config
    if config.reverse != "short":
        return config.reverse == "all"
    words = len(plain.split()) if article.spaces else len(plain) // 2
    return words <= config.reverse_words
