"""The note of a term, of all its places."""

import unicodedata
from collections.abc import Sequence

from anki_builder.diagnostic import Diagnostic
from anki_builder.document import VocabularyEntry
from anki_builder.note import (
    normalised,
    plain_quotes,
)
from anki_builder.notes.answers import letters, whole_word
from anki_builder.notes.draft import Head, Part, Sheet, Written
from anki_builder.notes.markup import escape, escape_all, listed, pictures, sounds
from anki_builder.notes.rules import ANSWER_IN_GLOSS, CONFLICTING_GLOSS
from anki_builder.source import Span


def vocabulary(sheet: Sheet, places: Sequence[tuple[Head, Part]]) -> Written:
    """Return the note of a term with all its places, the first of which, in the article, says where it is learned."""
    config, media = sheet.config, sheet.media
    head, part = places[0]
    notes: Sequence[str] = (part.entry.note,)
    diagnostics: list[Diagnostic] = []
    if len(places) > 1:
        _report_conflicts(places, diagnostics)
        part, notes = _together(places)
    key, entry, context, more, found, before = part
    term, gloss, given, line, column, length, phonetics, accent, part_of_speech, lemma, _, definition, reading, _, images, audio, _ = entry
    senses = [sense for sense in dict.fromkeys(given or (gloss,)) if sense]
    answer = " ".join(term.split())
    if not answer.isascii():
        answer = plain_quotes(unicodedata.normalize("NFC", answer))
    told = config.recall and whole_word(answer, " ".join(senses), sheet.spaces)
    if told:
        span = Span(head.path, line, column, length)
        diagnostics.append(Diagnostic(ANSWER_IN_GLOSS, span, f"the gloss of “{term}” names it: no Recall card"))
    hint = letters(answer) if senses else ""
    shown, lemma, phonetics, accent, part_of_speech, hint, answer, *others = escape_all(
        [term, lemma if lemma != term else "", phonetics, accent, part_of_speech, hint, answer, *senses, *notes]
    )
    if reading:
        shown = f"<ruby>{shown}<rt>{escape(reading)}</rt></ruby>"
    meanings, remarks = others[: len(senses)], "<br>".join(others[len(senses) :])
    return (
        "vocabulary",
        key,
        line,
        0,
        term,
        (
            shown,
            lemma,
            phonetics,
            accent,
            part_of_speech,
            meanings[0] if len(meanings) == 1 else listed("senses", meanings),
            "<br>".join([escape(line) for line in definition.split("\n") if line.strip()]) if definition else "",
            *(context or ("", "", "")),
            hint,
            remarks + _examples(head.languages[0], more) if more else remarks,
            sounds(audio, media) if audio else "",
            "",
            pictures(images, media) if images else "",
            answer,
        ),
        sheet.shown(found if found >= 0 else before),
        (
            "1" if config.recall and senses and not told else "",
            "1" if config.spelling and (senses or context) else "",
            "1" if config.listening else "",
        ),
        tuple(dict.fromkeys([media[path] for path in (*images, *audio) if path in media])) if media else (),
        tuple(diagnostics),
    )


def _together(places: Sequence[tuple[Head, Part]]) -> tuple[Part, list[str]]:
    """Return what all places of a term contribute, as its first, and the remarks of each."""
    head, first = places[0]
    parts = [part for _, part in places]
    found = [(part.context, part.found if other is head else -1) for other, part in places if part.context is not None]
    more = [(text, translation) for (text, translation, _), _ in found[1:]]
    context, passage = found[0] if found else (None, -1)
    for part in parts:
        more += part.more
    notes = list(dict.fromkeys([part.entry.note for part in parts if part.entry.note]))
    return Part(first.term, _merged([part.entry for part in parts]), context, tuple(more), passage, first.before), notes


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


def _examples(tag: str, more: Sequence[tuple[str, str]]) -> str:
    """Return further contexts and examples."""
    lines = [f'<span lang="{tag}">{text}</span>' + (f"<br>{translation}" if translation else "") for text, translation in more]
    return listed("contexts", dict.fromkeys(lines))


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
