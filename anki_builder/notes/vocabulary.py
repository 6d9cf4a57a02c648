"""Vocabulary notes: a term with its senses, out of all its uses in the collection."""

import unicodedata
from collections.abc import Iterable, Sequence

from anki_builder.diagnostic import Diagnostic
from anki_builder.document import VocabularyEntry
from anki_builder.languages import language
from anki_builder.languages.headwords import bare, spoken
from anki_builder.message import Message, Template, short
from anki_builder.note import ArticleInfo, CardKind, Field, Media, Note, NoteKind, NoteType, TermUse, normalised, plain_quotes
from anki_builder.notes.answers import letters, whole_word
from anki_builder.notes.article_text import make_note, term_html
from anki_builder.notes.markup import escape, listed, literal, pictures, sounds
from anki_builder.notes.rules import ANSWER_IN_GLOSS, CONFLICTING_GLOSS
from anki_builder.source import Span

_ELSEWHERE = "contexts elsewhere"
"""Class of the list of further sentences with a term."""
KIND = NoteKind(
    "vocabulary",
    "term",
    Template("{count:,} term", "{count:,} terms"),
    (
        Field("Term", 2101, searched=True, formulas=True),
        Field("Lemma", 2102, searched=True),
        Field("Phonetics", 2103, searched=True),
        Field("Accent", 2104),
        Field("PartOfSpeech", 2105),
        Field("Gloss", 2106, evidence=True, searched=True, formulas=True),
        Field("Definition", 2107, searched=True, formulas=True),
        Field("Context", 2108, sound="ContextAudio", evidence=True, searched=True, formulas=True),
        Field("ContextTranslation", 2109, searched=True, formulas=True),
        Field("ContextCloze", 2110, formulas=True),
        Field("Hint", 2111),
        Field("Note", 2112, derived=f'<ul class="{_ELSEWHERE}">', searched=True, formulas=True),
        Field("TermAudio", 2113),
        Field("ContextAudio", 2114),
        Field("Image", 2115),
        Field("Answer", 2116),
        Field("Spoken", 2117, sound="TermAudio"),
        Field("Source", 2118, "surroundings"),
        Field("SourceUrl", 2119, "surroundings"),
        Field("SourceFile", 2120, "surroundings"),
        Field("SourceLine", 2121, "surroundings"),
        Field("Location", 2122, "location"),
        Field("Frequency", 2123, "surroundings"),
        Field("Extra", 2124),
        Field("AddRecognise", 2125, "switch"),
        Field("AddRecall", 2126, "switch"),
        Field("AddSpell", 2127, "switch"),
        Field("AddHear", 2128, "switch"),
        Field("AddPicture", 2129, "switch"),
        Field("Key", 2130, "key"),
    ),
    (
        CardKind("Recognise", 2201, round=0),
        CardKind("Recall", 2202, round=3),
        CardKind("Spell", 2203, round=6),
        CardKind("Hear", 2204, round=5),
        CardKind("Picture", 2205, round=3),
    ),
    sentence="Context",
    phonetics="Phonetics",
    is_shared=True,
)


def of_term(info: ArticleInfo, note_type: NoteType, uses: Sequence[TermUse]) -> Note:
    """Return the note of a term with all its uses, in the order of the collection; `info` is the article of the first one."""
    first, entries = uses[0].entry, [use.entry for use in uses]
    entry = _merged(entries)
    tag = info.languages[0]
    diagnostics = list(_conflicts(uses))
    senses = _distinct(sense for one in entries for sense in (one.senses or (one.gloss,)))
    answer = plain_quotes(unicodedata.normalize("NFC", bare(first.term, tag)))
    cards = {card for use in uses for card in use.cards}
    gives_away = "recall" in cards and whole_word(answer, " ".join(senses), language(tag).spaces)
    if gives_away:
        span = Span(uses[0].path, first.line, first.column, first.length)
        diagnostics.append(
            Diagnostic(ANSWER_IN_GLOSS, span, Message("the gloss of “{term}” names it: no Recall card", term=first.term))
        )
    images = [Media(*file) for use in uses for file in use.images]
    audio = [Media(*file) for use in uses for file in use.audio]
    definitions = "\n".join(_distinct(one.definition for one in entries)).split("\n")
    fields = _context_fields(info, uses) | {
        "Term": term_html(entry),
        "Lemma": escape(entry.lemma) if entry.lemma != first.term else "",
        "Phonetics": escape(entry.phonetics),
        "Accent": escape(entry.accent),
        "PartOfSpeech": escape(entry.part_of_speech),
        "Gloss": escape(senses[0]) if len(senses) == 1 else listed("senses", map(escape, senses)),
        "Definition": "<br>".join([escape(line) for line in definitions if line.strip()]),
        "Hint": escape(letters(answer)) if senses else "",
        "TermAudio": sounds(audio),
        "Image": pictures(images),
        "Answer": escape(answer),
        "Spoken": escape(spoken(first.term, tag)),
        "Source": info.source,
        "SourceUrl": info.url,
        "SourceFile": escape(info.name),
        "SourceLine": str(first.line),
        "AddRecognise": "1" if "recognise" in cards else "",
        "AddRecall": "1" if "recall" in cards and senses and not gives_away else "",
        "AddSpell": "1" if "spell" in cards and (senses or any(use.context for use in uses)) else "",
        "AddHear": "1" if "hear" in cards else "",
        "AddPicture": "1" if "picture" in cards and images else "",
    }
    note = make_note(note_type, uses[0].key, fields, first.line, first.term, entry.extra)
    return note._replace(media=tuple(dict.fromkeys([*images, *audio])), diagnostics=tuple(diagnostics))


_OF_ANY = ("phonetics", "accent", "part_of_speech", "lemma", "reading", "added")
"""What a term has from the first of its entries that gives it."""


def _merged(entries: Sequence[VocabularyEntry]) -> VocabularyEntry:
    """Return the first entry of a term, with what it lacks and a later one gives."""
    merged = entries[0]
    for entry in entries[1:]:
        lacking = {name: getattr(entry, name) for name in _OF_ANY if not getattr(merged, name)}
        merged = merged._replace(extra=(*merged.extra, *entry.extra), **lacking)
    return merged


def _context_fields(info: ArticleInfo, uses: Sequence[TermUse]) -> dict[str, str]:
    """Return the fields that follow from the sentences of a term: the first one, its place, and the others in the note."""
    first, with_context = uses[0], [use for use in uses if use.context]
    context = with_context[0].context if with_context else ("", "", "")
    passage = with_context[0].passage if with_context and with_context[0].article == first.article else -1
    place = passage if passage >= 0 else first.before
    tag, shown = info.pair[0], tuple(context[:2])
    examples = [tuple(example) for use in uses for example in use.more if tuple(example) != shown]
    elsewhere = [tuple(use.context[:2]) for use in with_context[1:]]  # a copied article has the same context
    further = [other for other in elsewhere if other not in (shown, *examples)]
    remarks = "<br>".join(map(literal, _distinct(use.entry.note for use in uses)))
    return {
        "Context": context[0],
        "ContextTranslation": context[1],
        "ContextCloze": context[2],
        "Note": remarks + _examples("contexts", tag, examples) + _examples(_ELSEWHERE, tag, further),
        "Location": f"¶{place + 1}" if place >= 0 else "",
    }


def _distinct(values: Iterable[str]) -> list[str]:
    """Return the values that are not empty, each once."""
    return list(dict.fromkeys(filter(None, values)))


def _examples(kind: str, tag: str, examples: Sequence[Sequence[str]]) -> str:
    """Return further contexts or examples as a list of this class."""
    lines = [
        f'<span lang="{tag}">{text}</span>' + (f"<br>{translation}" if translation else "") for text, translation in examples
    ]
    return listed(kind, dict.fromkeys(lines))


def _conflicts(uses: Sequence[TermUse]) -> Iterable[Diagnostic]:
    """Yield a diagnostic for each use whose senses have nothing in common with those before it."""
    first, *others = uses
    seen = set(map(normalised, first.entry.senses)) if others else set()
    for use in others:
        senses = set(map(normalised, use.entry.senses))
        if seen and senses and seen.isdisjoint(senses):
            yield Diagnostic(
                CONFLICTING_GLOSS,
                Span(use.path, use.entry.line, use.entry.column, use.entry.length),
                Message(
                    "“{term}” is glossed “{gloss}” here and “{first}” before",
                    term=use.entry.term,
                    gloss=short(use.entry.gloss),
                    first=short(first.entry.gloss),
                ),
                "",
                ((Span(first.path, first.entry.line), Message("the first gloss")),),
            )
        seen |= senses
