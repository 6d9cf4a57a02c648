"""Sentence notes: a sentence and its translation, read, produced and heard."""

from collections.abc import Sequence

from anki_builder.message import Template
from anki_builder.note import CardKind, Field, Media, Note, NoteKind
from anki_builder.notes.article_text import ArticleText, Sentence, make_note
from anki_builder.notes.markup import pictures, sounds

KIND = NoteKind(
    "sentence",
    "sentence",
    Template("{count:,} sentence", "{count:,} sentences"),
    (
        Field("Text", 1101, sound="TextAudio", searched=True, formulas=True),
        Field("Translation", 1102, evidence=True, searched=True, formulas=True),
        Field("Focus", 1103, "derived", formulas=True),
        Field("Note", 1104, searched=True, formulas=True),
        Field("TextAudio", 1105),
        Field("TranslationAudio", 1106),
        Field("Passage", 1107, "surroundings", formulas=True),
        Field("PassageTranslation", 1108, "surroundings", formulas=True),
        Field("Source", 1109, "surroundings"),
        Field("SourceUrl", 1110, "surroundings"),
        Field("SourceFile", 1111, "surroundings"),
        Field("SourceLine", 1112, "surroundings"),
        Field("Location", 1113, "location"),
        Field("Frequency", 1114, "surroundings"),
        Field("Extra", 1115),
        Field("AddRead", 1116, "switch"),
        Field("AddProduce", 1117, "switch"),
        Field("AddListen", 1118, "switch"),
        Field("Key", 1119, "key"),
    ),
    (CardKind("Read", 1201, round=1), CardKind("Produce", 1202, round=4), CardKind("Listen", 1203, round=5)),
)


def of_pair(article: ArticleText, sentence: Sentence, entries: Sequence[int]) -> Note | None:
    """Return the note of a sentence pair in which the terms of these entries stand; None if no card of it is wanted."""
    config = article.config_at(sentence.line)
    cards = set(config.sentence_cards)
    if _words(article, sentence.plain) > config.produce_words:
        cards.discard("produce")
    if not cards:
        return None
    note = audio = ""
    media: tuple[Media, ...] = ()
    if sentence.is_first:  # it shows the pictures of its passage
        passage = article.document.passages[sentence.passage]
        note = pictures(article.files(passage.images))
        media = article.files((*passage.images, *passage.audio))
        if sentence.is_alone:
            audio = sounds(article.files(passage.audio))
    fields = {
        "Text": sentence.html,
        "Translation": sentence.translation_html,
        "Focus": article.focus(entries),
        "Note": note,
        "TextAudio": audio,
        "AddRead": "1" if "read" in cards else "",
        "AddProduce": "1" if "produce" in cards else "",
        "AddListen": "1" if "listen" in cards else "",
        **article.surroundings(sentence),
    }
    note_type, extra = article.note_types[KIND.name], article.document.extra
    return make_note(note_type, sentence.key, fields, sentence.line, sentence.plain, extra)._replace(media=media)


def _words(article: ArticleText, plain: str) -> int:
    """Return how many words a sentence has; two characters count as one in a script without spaces."""
    return len(plain.split()) if article.spaces else len(plain) // 2
