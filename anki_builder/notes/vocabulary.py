"""The note of a term, of all its places."""

import unicodedata
from collections.abc import Sequence

from anki_builder.diagnostic import Diagnostic
from anki_builder.document import VocabularyEntry
from anki_builder.languages import language
from anki_builder.note import (
    normalised,
    plain_quotes,
)
from anki_builder.notes.answers import letters, whole_word
from anki_builder.notes.draft import Head, Part, Sheet, Written
from anki_builder.notes.markup import escape, listed, pictures, sounds
from anki_builder.notes.rules import ANSWER_IN_GLOSS, CONFLICTING_GLOSS
from anki_builder.source import Span


def vocabulary(sheet: Sheet, places: Sequence[tuple[Head, Part]]) -> Written:
    """Return the note of a term with all its places, the first of which, in the article, says where it is learned."""
    config = sheet.config
    head, part = places[0]
    media = dict(head.media)
    diagnostics: list[Diagnostic] = []
    if len(places) > 1:
        _report_conflicts(places, diagnostics)
        parts = [part for _, part in places]
        entry = _merged([part.entry for part in parts])
        contexts = [part.context for part in parts if part.context is not None]
    else:
        parts, entry = [part], part.entry
        contexts = [part.context] if part.context is not None else []
    senses = [sense for sense in dict.fromkeys(entry.senses or (entry.gloss,)) if sense]
    answer = " ".join(entry.term.split())
    if not answer.isascii():
        answer = plain_quotes(unicodedata.normalize("NFC", answer))
    told = whole_word(answer, " ".join(senses), language(head.languages[0]).spaces)
    if told and config.recall:
        span = Span(head.path, entry.line, entry.column, entry.length)
        diagnostics.append(Diagnostic(ANSWER_IN_GLOSS, span, f"the gloss of “{entry.term}” names it: no Recall card"))
    term = escape(entry.term)
    if entry.reading:
        term = f"<ruby>{term}<rt>{escape(entry.reading)}</rt></ruby>"
    return Written(
        "vocabulary",
        part.term,
        entry.line,
        0,
        entry.term,
        (
            term,
            escape(entry.lemma) if entry.lemma and entry.lemma != entry.term else "",
            entry.phonetics and escape(entry.phonetics),
            entry.accent and escape(entry.accent),
            entry.part_of_speech and escape(entry.part_of_speech),
            escape(senses[0]) if len(senses) == 1 else listed("senses", map(escape, senses)),
            "<br>".join([escape(line) for line in entry.definition.split("\n") if line.strip()]) if entry.definition else "",
            *(contexts[0] if contexts else ("", "", "")),
            escape(letters(answer)) if senses else "",
            _vocabulary_note(head.languages[0], parts, contexts[1:]),
            sounds(entry.audio, media) if entry.audio else "",
            "",
            pictures(entry.images, media) if entry.images else "",
            escape(answer),
        ),
        sheet.shown(_passage_of_term(places)),
        (
            "1" if config.recall and senses and not told else "",
            "1" if config.spelling and (senses or contexts) else "",
            "1" if config.listening else "",
        ),
        tuple(dict.fromkeys([media[path] for path in (*entry.images, *entry.audio) if path in media])) if media else (),
        tuple(diagnostics),
    )


def _merged(entries: Sequence[VocabularyEntry]) -> VocabularyEntry:
    """Return the first entry with what the others add to it."""
    return entries[0]._replace(
        senses=tuple([sense for one in entries for sense in (one.senses or (one.gloss,)) if sense]),
        gloss="",
        reading=_first([one.reading for one in entries]),
        lemma=_first([one.lemma for one in entries]),
        phonetics=_first([one.phonetics for one in entries]),
        accent=_first([one.accent for one in entries]),
        part_of_speech=_first([one.part_of_speech for one in entries]),
        definition="\n".join([one.definition for one in entries if one.definition]),
        audio=tuple([path for one in entries for path in one.audio]),
        images=tuple([path for one in entries for path in one.images]),
    )


def _first(values: list[str]) -> str:
    """Return the first that is not empty."""
    for value in values:
        if value:
            return value
    return ""


def _passage_of_term(places: Sequence[tuple[Head, Part]]) -> int:
    """Return the passage that the context of a term is from, or that of its entry where the context is from none of its document."""
    head, first = places[0]
    for other, part in places:
        if part.context is not None:
            return part.found if other is head and part.found >= 0 else first.before
    return first.before


def _vocabulary_note(tag: str, parts: Sequence[Part], contexts: Sequence[tuple[str, str, str]]) -> str:
    """Return remarks, further contexts and examples."""
    if len(parts) == 1 and not contexts and not parts[0].more:  # most
        return escape(parts[0].entry.note)
    remarks = "<br>".join(dict.fromkeys([escape(part.entry.note) for part in parts if part.entry.note]))
    more = [(text, translation) for text, translation, _ in contexts]
    for part in parts:
        more += part.more
    if not more:
        return remarks
    lines = [f'<span lang="{tag}">{text}</span>' + (f"<br>{translation}" if translation else "") for text, translation in more]
    return remarks + listed("contexts", dict.fromkeys(lines))


def _report_conflicts(places: Sequence[tuple[Head, Part]], diagnostics: list[Diagnostic]) -> None:
    first_head, first = places[0]
    seen = set(first.entry.senses)
    for head, part in places[1:]:
        entry = part.entry
        senses = entry.senses
        if seen and senses and seen.isdisjoint(senses) and set(map(normalised, seen)).isdisjoint(map(normalised, senses)):
            diagnostics.append(
                Diagnostic(
                    CONFLICTING_GLOSS,
                    Span(head.path, entry.line, entry.column, entry.length),
                    f"“{entry.term}” is glossed “{short(entry.gloss)}” here and “{short(first.entry.gloss)}” before",
                    "",
                    ((Span(first_head.path, first.entry.line), "the first gloss"),),
                )
            )
        seen.update(senses)


def short(text: str, length: int = 60) -> str:
    """Return the beginning of a text."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
