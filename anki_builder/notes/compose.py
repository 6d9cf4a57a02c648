"""Aligned documents to notes: what stands in each field, which cards exist, and in which order they are learned.

The order of new cards (`due`) follows the reading, article by article, in rounds: first the forward cards, a term before the sentence
that uses it; then clozes, the first of every sentence before the second of any, so that neighbours do not tell each other's answer;
then Recall, then Produce, then cards by ear and by spelling. A reverse card so comes well after its forward card.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import AlignedDocument, Context, Passage, SentencePair, Text, VocabularyEntry
from anki_builder.languages import forms, language
from anki_builder.note import Card, Media, Note, NoteType, NoteTypeName
from anki_builder.notes.markup import clean, escape, render, safe_url
from anki_builder.notes.rules import ANSWER_IN_GLOSS, CONFLICTING_GLOSS, REPEATED_SENTENCE
from anki_builder.source import Span
from anki_builder.templates.evaluate import card_rule

NoteTypes = Mapping[tuple[str, str], Mapping[NoteTypeName, NoteType]]
MediaFiles = Mapping[tuple[str, str], Media]
"""(`Source.name`, path as the note writes it) → file in the package."""

CLOZE_KEY = " ⟂ "
"""Between the term and the sentence of a cloze note's key."""
_LONGEST_PASSAGE = 10_000
"""Characters: of a longer passage a card shows what is around its sentence, or a book in one line would be a gigabyte of notes."""
GAP = '<span class="gap">____</span>'
_SPACES = re.compile(r"\s+")
_QUOTES = {"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-"}
_TAG_BREAKS = re.compile(r"[\s\u3000\"“”<>]+")
_REMARK = re.compile(r"[（(][^（）()]*[)）]")
_WORDINGS = re.compile("[，,、/／]")
_DECK_BREAKS = re.compile(r"\s*::+\s*")

_ROUNDS: dict[tuple[NoteTypeName, int], int] = {
    ("vocabulary", 0): 0, ("sentence", 0): 0,
    ("cloze", 0): 1,
    ("vocabulary", 1): 2,
    ("sentence", 1): 3,
    ("vocabulary", 3): 4, ("sentence", 2): 4,
    ("vocabulary", 2): 5,
}  # fmt: skip
"""(note type, template index) → round of its cards within an article."""


class _Place(NamedTuple):
    """One entry where it stands: the document, and where its term was found."""

    aligned: AlignedDocument
    entry: VocabularyEntry
    context: Context | None


@lru_cache(1 << 12)
def normalised(text: str) -> str:
    """Return `text` as keys compare it: compatibility forms, case, quotes and white space folded."""
    if not text.isascii():
        text = _plain_quotes(unicodedata.normalize("NFKC", text))
    return " ".join(text.casefold().split())


def _plain_quotes(text: str) -> str:
    for written, plain in _QUOTES.items():  # a third of what str.translate takes
        text = text.replace(written, plain)
    return text


class Draft(NamedTuple):
    """A note as its own document has it: what the same term or sentence is in others is looked at afterwards."""

    key: str
    kind: NoteTypeName
    note: Note | None
    """None for a sentence that the document has said before, and for a term that other documents had too."""
    rank: int
    """Within its round."""
    ords: tuple[int, ...]
    """The cards it makes."""
    span: Span
    diagnostics: tuple[Diagnostic, ...] = ()


class Kept(Protocol):
    """Remembers drafts from one build to the next."""

    def drafts(self, aligned: AlignedDocument, media: MediaFiles) -> tuple[Draft, ...] | None:
        """Return the drafts of a document, if they are known; `media` are its own files."""

    def keep_drafts(self, aligned: AlignedDocument, media: MediaFiles, drafts: tuple[Draft, ...]) -> None:
        """Remember them."""


def compose(
    aligned: Sequence[AlignedDocument],
    config: Config,
    collection: str,
    note_types: NoteTypes,
    media: MediaFiles,
    kept: Kept | None = None,
) -> tuple[list[Note], list[Diagnostic]]:
    """Return the notes of a collection in reading order, with unique keys, and what there is to say about them.

    `collection` is the name of the parent deck; `note_types` must have those of every language pair that occurs; `kept` must know
    nothing of other settings, note types or another `collection`.
    """
    places: dict[tuple[tuple[str, str], str], list[_Place]] = {}
    for document in aligned:
        for entry, context in zip(document.document.entries, document.contexts, strict=True):
            places.setdefault((document.document.languages, normalised(entry.term)), []).append(_Place(document, entry, context))
    files: dict[str, dict[tuple[str, str], Media]] = {}
    for (name, path), file in media.items():
        files.setdefault(name, {})[name, path] = file
    ords = {pair: {kind: _Ords(note_type) for kind, note_type in types.items()} for pair, types in note_types.items()}
    diagnostics: list[Diagnostic] = []
    notes: list[Note] = []
    order: list[tuple[int, int, int, int, int]] = []
    sentences: dict[tuple[tuple[str, str], str], Span] = {}
    clozes: set[tuple[tuple[str, str], str]] = set()
    for number, document in enumerate(aligned):
        languages = document.document.languages
        own = files.get(document.document.source.name, {})
        writer: _Writer | None = None
        drafts = kept.drafts(document, own) if kept is not None else None
        if drafts is None:
            writer = _Writer(document, config, collection, own, ords[languages])
            drafts = tuple(writer.drafts(places))
            if kept is not None:
                kept.keep_drafts(document, own, drafts)
        for own_draft in drafts:
            draft = own_draft
            known = languages, draft.key
            if draft.kind == "sentence":
                if known in sentences:
                    diagnostics.append(_repeated(draft, sentences[known]))
                    continue
                sentences[known] = draft.span
            elif draft.kind == "cloze":
                if known in clozes:
                    continue
                clozes.add(known)
            else:
                if places[known][0].aligned is not document:
                    continue
                if draft.note is None or any(place.aligned is not document for place in places[known]):
                    writer = writer or _Writer(document, config, collection, own, ords[languages])
                    draft = writer.vocabulary(places[known])
                diagnostics += draft.diagnostics
            assert draft.note is not None
            order += [(number, _ROUNDS[draft.kind, o], draft.rank, len(notes), o) for o in draft.ords]
            notes.append(draft.note)
    order.sort()
    cards: list[list[Card]] = [[] for _ in notes]
    for due, (_, _, _, index, o) in enumerate(order, 1):
        cards[index].append(Card(o, due))
    before = Note._fields.index("cards")
    for index, of_note in enumerate(cards):
        of_note.sort()
        note = notes[index]
        notes[index] = Note._make((*note[:before], tuple(of_note), *note[before + 1 :]))
    return notes, diagnostics


def _repeated(draft: Draft, first: Span) -> Diagnostic:
    related = ((first, "the note is made of this one"),)
    return Diagnostic(REPEATED_SENTENCE, draft.span, f"“{_short(draft.key)}” makes no second note", "", related)


class _Ords:
    """The cards a note of one type makes; asked of the evaluator once for each set of filled fields."""

    def __init__(self, note_type: NoteType) -> None:
        self._is_cloze, self._rule = note_type.is_cloze, card_rule(note_type)
        self._known: dict[tuple[bool, ...], tuple[int, ...]] = {}

    def of(self, fields: tuple[str, ...]) -> tuple[int, ...]:
        if self._is_cloze:
            return self._rule(fields)
        filled = tuple(map(bool, fields))
        if filled not in self._known:
            self._known[filled] = self._rule(fields)
        return self._known[filled]


class _Writer:
    """Writes the notes of one document."""

    def __init__(
        self, aligned: AlignedDocument, config: Config, collection: str, media: MediaFiles, ords: Mapping[NoteTypeName, _Ords]
    ) -> None:
        """`media` are the files of this document alone."""
        document = aligned.document
        self.aligned, self.config, self.document, self.ords = aligned, config, document, ords
        name = document.source.name
        self.media = media
        self.images = {path: file.name for (_, path), file in media.items()}
        self.deck = deck_name(config, collection, document.title, name, document.deck)
        self.tags = tuple(dict.fromkeys(filter(None, map(tag, (f"source::{document.title}", *document.tags, *config.tags)))))
        self.source, self.url = escape(document.title), safe_url(document.url)
        self.pairs: list[list[int]] = [[] for _ in document.passages]
        for index, pair in enumerate(aligned.pairs):
            self.pairs[pair.passage].append(index)
        self.terms: dict[int, list[tuple[VocabularyEntry, Context]]] = {}
        for entry, context in zip(document.entries, aligned.contexts, strict=True):
            if context is not None and context.pair >= 0:
                self.terms.setdefault(context.pair, []).append((entry, context))
        self._rendered: dict[int, tuple[list[str], list[str]]] = {}
        self._passages: dict[tuple[int, int], tuple[str, str]] = {}
        self._translations: dict[int, str] = {}

    def drafts(self, everywhere: Mapping[tuple[tuple[str, str], str], Sequence[_Place]]) -> Iterator[Draft]:
        """Yield the notes in reading order; terms that stand in other documents too, by `everywhere`, are left to be written later."""
        places: dict[str, list[_Place]] = {}
        clozes: set[str] = set()
        loose: dict[int, list[int]] = {}
        within: dict[int, list[int]] = {}
        for index, (entry, context) in enumerate(zip(self.document.entries, self.aligned.contexts, strict=True)):
            places.setdefault(normalised(entry.term), []).append(_Place(self.aligned, entry, context))
            if context is not None and context.pair >= 0:
                within.setdefault(context.pair, []).append(index)
            else:
                loose.setdefault(self._passage_of(entry), []).append(index)

        def of_entries(indices: Iterable[int]) -> Iterator[Draft]:
            for nth, index in enumerate(indices):
                entry, context = self.document.entries[index], self.aligned.contexts[index]
                term = normalised(entry.term)
                known = places[term]
                if known[0].entry is entry:
                    alone = len(known) == len(everywhere[self.document.languages, term])
                    span = self.document.source.span(entry.line)
                    yield self.vocabulary(known) if alone else Draft(term, "vocabulary", None, 0, (), span)
                if context is not None and self.config.cloze:
                    cloze = self._cloze(entry, context)
                    if cloze.key not in clozes:
                        clozes.add(cloze.key)
                        yield self._draft(cloze, nth)

        sentences: set[str] = set()
        yield from of_entries(loose.get(-1, ()))
        for number, passage in enumerate(self.document.passages):
            yield from of_entries(loose.get(number, ()))
            for place, index in enumerate(self.pairs[number]):
                pair = self.aligned.pairs[index]
                yield from of_entries(within.get(index, ()))
                if not pair.text or not pair.translation:
                    continue
                key = normalised(passage.text.plain[pair.start : pair.end])
                if key in sentences:
                    span = self.document.source.span(passage.text.line_at(pair.start))
                    yield Draft(key, "sentence", None, 0, (), span)
                    continue
                sentences.add(key)
                yield self._draft(self._sentence(key, number, place, index), 0)

    def _draft(self, note: Note, rank: int, diagnostics: Iterable[Diagnostic] = ()) -> Draft:
        span = self.document.source.span(note.line)
        return Draft(note.key, note.note_type, note, rank, self.ords[note.note_type].of(note.fields), span, tuple(diagnostics))

    def vocabulary(self, places: list[_Place]) -> Draft:
        """Return the note of a term with all its `places`, the first of which is in this document."""
        diagnostics: list[Diagnostic] = []
        return self._draft(self._vocabulary(places, diagnostics), 0, diagnostics)

    def _passage_of(self, entry: VocabularyEntry) -> int:
        """Return the passage before which an entry without a sentence is learned; -1 for before all."""
        if entry.passage is not None:
            return entry.passage
        later = [i for i, passage in enumerate(self.document.passages) if passage.line > entry.line]
        return later[0] if later else len(self.document.passages) - 1

    def _passage_of_context(self, places: list[_Place], entry: VocabularyEntry) -> int:
        """Return the passage that the context of a term is from, or that of its entry where the context is from none of this document."""
        shown = next((place for place in places if place.context is not None or place.entry.examples), None)
        if shown is None or shown.aligned is not self.aligned or shown.context is None or shown.context.pair < 0:
            return self._passage_of(entry)
        return self.aligned.pairs[shown.context.pair].passage

    def _note(
        self, kind: NoteTypeName, key: str, fields: tuple[str, ...], line: int, text: str, media: tuple[Media, ...] = ()
    ) -> Note:
        document = self.document
        fields = tuple([field and clean(field) for field in fields])
        return Note(
            kind, key, self.deck, self.tags, fields, (), document.source.path, line, document.source.name,
            text, media, document.languages,
        )  # fmt: skip

    def _sentence(self, key: str, number: int, place: int, index: int) -> Note:
        passage, pair, config = self.document.passages[number], self.aligned.pairs[index], self.config
        assert passage.translation is not None
        plain = passage.text.plain[pair.start : pair.end]
        whole, whole_translation = self._whole_passage(number, place)
        fields = (
            render(passage.text, pair.start, pair.end),
            self._translation(index),
            self._focus(self.terms.get(index, ())),
            self._pictures(passage.images) if place == 0 else "",
            self._sounds(passage.audio) if len(self.pairs[number]) == 1 else "",
            "",
            whole,
            whole_translation,
            self.source,
            self.url,
            self._location(number, place),
            "1" if self._wants_reverse(plain) else "",
            "1" if config.listening else "",
            escape(key),
        )
        media = self._media((*passage.images, *passage.audio)) if place == 0 else ()
        return self._note("sentence", key, fields, passage.text.line_at(pair.start), plain, media)

    def _wants_reverse(self, plain: str) -> bool:
        if self.config.reverse != "short":
            return self.config.reverse == "all"
        words = len(plain.split()) if language(self.document.languages[0]).spaces else len(plain) // 2
        return words <= self.config.reverse_words

    def _vocabulary(self, places: list[_Place], diagnostics: list[Diagnostic]) -> Note:
        entry = places[0].entry
        senses = list(dict.fromkeys(sense for place in places for sense in (place.entry.senses or (place.entry.gloss,)) if sense))
        self._report_conflicts(places, diagnostics)
        answer = _SPACES.sub(" ", _plain_quotes(unicodedata.normalize("NFC", entry.term))).strip()
        contexts = [c for place in places if (c := _context_html(place)) is not None]
        first = contexts[0] if contexts else ("", "", "")
        told = _whole_word(answer, " ".join(senses), language(self.document.languages[0]).spaces)
        if told and self.config.recall:
            span = self.document.source.span(entry.line, entry.column, entry.length)
            diagnostics.append(Diagnostic(ANSWER_IN_GLOSS, span, f"the gloss of “{entry.term}” names it: no Recall card"))

        def merged(attribute: str) -> str:
            return next((str(value) for place in places if (value := getattr(place.entry, attribute))), "")

        term = escape(entry.term)
        if merged("reading"):
            term = f"<ruby>{term}<rt>{escape(merged('reading'))}</rt></ruby>"
        audio = tuple(path for place in places for path in place.entry.audio)
        images = tuple(path for place in places for path in place.entry.images)
        number = self._passage_of_context(places, entry)
        fields = (
            term,
            escape(lemma) if (lemma := merged("lemma")) != entry.term else "",
            escape(merged("phonetics")),
            escape(merged("accent")),
            escape(merged("part_of_speech")),
            escape(senses[0]) if len(senses) == 1 else _list("senses", map(escape, senses)),
            "<br>".join(escape(line) for place in places for line in place.entry.definition.split("\n") if line.strip()),
            *first,
            escape(_letters(answer)) if senses else "",
            self._vocabulary_note(places, contexts[1:]),
            self._sounds(audio),
            "",
            self._pictures(images),
            escape(answer),
            self.source,
            self.url,
            f"¶{number + 1}" if number >= 0 and self.document.passages else "",
            "1" if self.config.recall and senses and not told else "",
            "1" if self.config.spelling and (senses or contexts) else "",
            "1" if self.config.listening else "",
            escape(normalised(entry.term)),
        )
        return self._note("vocabulary", normalised(entry.term), fields, entry.line, entry.term, self._media((*images, *audio)))

    def _vocabulary_note(self, places: list[_Place], contexts: list[tuple[str, str, str]]) -> str:
        """Return remarks, further contexts and examples."""
        remarks = "<br>".join(dict.fromkeys(escape(place.entry.note) for place in places if place.entry.note))
        more = [(text, translation) for text, translation, _ in contexts]
        for place in places:
            used = place.context.example if place.context is not None else next(iter(place.entry.examples), None)
            for example in place.entry.examples:
                if example != used:
                    more.append((escape(example.text), escape(example.translation or "")))
        tag = self.document.languages[0]
        lines = (f'<span lang="{tag}">{text}</span>' + (f"<br>{translation}" if translation else "") for text, translation in more)
        return remarks + _list("contexts", dict.fromkeys(lines))

    def _report_conflicts(self, places: list[_Place], diagnostics: list[Diagnostic]) -> None:
        first = places[0]
        seen = {normalised(sense) for sense in first.entry.senses}
        for place in places[1:]:
            senses = {normalised(sense) for sense in place.entry.senses}
            if seen and senses and not seen & senses:
                source, entry = place.aligned.document.source, place.entry
                diagnostics.append(
                    Diagnostic(
                        CONFLICTING_GLOSS,
                        source.span(entry.line, entry.column, entry.length),
                        f"“{entry.term}” is glossed “{_short(entry.gloss)}” here and “{_short(first.entry.gloss)}” before",
                        "",
                        ((first.aligned.document.source.span(first.entry.line), "the first gloss"),),
                    )
                )
            seen |= senses

    def _cloze(self, entry: VocabularyEntry, context: Context) -> Note:
        hint = self._hint(entry, context)
        before, after = "{{c1::", f"::{hint}}}}}" if hint else "}}"
        hidden = [(a, b, before, after) for a, b in context.occurrences]
        if context.example is not None:
            example = context.example
            text = Text(example.text, ((0, example.line),))
            start, end, line = 0, len(example.text), example.line
            translation, location, whole = escape(example.translation or ""), "", ("", "")
        else:
            pair = self.aligned.pairs[context.pair]
            passage = self.document.passages[pair.passage]
            text, start, end, line = passage.text, pair.start, pair.end, passage.text.line_at(pair.start)
            translation = self._translation(context.pair)
            place = self.pairs[pair.passage].index(context.pair)
            location, whole = self._location(pair.passage, place), self._whole_passage(pair.passage, place)
        plain = text.plain[start:end]
        key = normalised(entry.term) + CLOZE_KEY + normalised(plain)
        fields = (
            render(text, start, end, hidden),
            _masked(translation, [text.plain[a:b] for a, b in context.occurrences]),
            self._focus([(entry, context)]),
            "",
            "",
            *whole,
            self.source,
            self.url,
            location,
            "1" if self.config.cloze_typing else "",
            escape(key),
        )
        return self._note("cloze", key, fields, line, entry.term + CLOZE_KEY + plain)

    def _hint(self, entry: VocabularyEntry, context: Context) -> str:
        """Return the hint inside the gap as HTML; none if it would tell the answer."""
        kind = self.config.cloze_hint
        if kind == "letter":
            return escape(f"{context.surface[:1]}…")
        hint = self._sense(entry, context) if kind == "gloss" else entry.part_of_speech if kind != "none" else ""
        spaces = language(self.document.languages[0]).spaces
        if any(_whole_word(word, hint, spaces) for word in (*context.surface.split(" … "), entry.term)):
            return ""
        return escape(hint)

    def _sense(self, entry: VocabularyEntry, context: Context) -> str:
        """Return the sense of an entry that the translation of its sentence has; the first where none or all are as good."""
        if len(entry.senses) < 2:
            return "".join(entry.senses)
        if context.example is not None:
            translation = context.example.translation or ""
        else:
            pair = self.aligned.pairs[context.pair]
            whole = self.document.passages[pair.passage].translation
            translation = whole.plain[pair.translation_start : pair.translation_end] if whole is not None else ""
        tag = self.document.languages[1]
        return max(entry.senses, key=lambda sense: _share(sense, translation, tag)) if translation else entry.senses[0]

    def _translation(self, index: int) -> str:
        """Return the translation of a sentence pair as HTML."""
        if index not in self._translations:
            pair = self.aligned.pairs[index]
            self._translations[index] = clean(_translation(self.document.passages[pair.passage], pair))
        return self._translations[index]

    def _focus(self, terms: Iterable[tuple[VocabularyEntry, Context]]) -> str:
        """Return terms with their glosses as a list; they stand among the translation, but want the glyphs of their own language."""
        items = []
        for entry, _ in terms:
            phonetics = f' <span class="phonetics">{escape(entry.phonetics)}</span>' if entry.phonetics else ""
            gloss = escape("；".join(entry.senses) or entry.gloss)
            items.append(f'<b lang="{self.document.languages[0]}">{escape(entry.term)}</b>{phonetics} {gloss}'.rstrip())
        return _list("focus", items) if items else ""

    def _location(self, number: int, place: int) -> str:
        count = len(self.pairs[number])
        return f"¶{number + 1}" if count == 1 else f"¶{number + 1} · {place + 1}/{count}"

    def _whole_passage(self, number: int, place: int) -> tuple[str, str]:
        """Return a passage and its translation with one sentence marked; empty where that sentence is all there is."""
        if len(self.pairs[number]) == 1:
            return "", ""
        if (number, place) in self._passages:
            return self._passages[number, place]
        if number not in self._rendered:
            passage = self.document.passages[number]
            pairs = [self.aligned.pairs[index] for index in self.pairs[number]]
            self._rendered[number] = (
                _pieces(passage.text, [(pair.start, pair.end) for pair in pairs]),
                _pieces(passage.translation, [(pair.translation_start, pair.translation_end) for pair in pairs]),
            )
        text, translation = self._rendered[number]
        first, last = 0, len(text)
        if len(self.document.passages[number].text.plain) > _LONGEST_PASSAGE:
            first, last = _around(text, 2 * place + 1)
        whole = clean(_marked(text, place, first, last)), clean(_marked(translation, place, first, last))
        self._passages[number, place] = whole  # one text for the sentence and all its clozes: half of the memory
        return whole

    def _media(self, paths: Iterable[str]) -> tuple[Media, ...]:
        name = self.document.source.name
        return tuple(dict.fromkeys(self.media[name, path] for path in paths if (name, path) in self.media))

    def _pictures(self, paths: Iterable[str]) -> str:
        return "".join(f'<img src="{escape(self.images[path])}">' for path in dict.fromkeys(paths) if path in self.images)

    def _sounds(self, paths: Iterable[str]) -> str:
        return "".join(f"[sound:{self.images[path]}]" for path in dict.fromkeys(paths) if path in self.images)


def _pieces(text: Text | None, ranges: list[tuple[int, int]]) -> list[str]:
    """Return the HTML of each range, with the white space before it."""
    if text is None:
        return []
    pieces, at = [], 0
    for start, end in ranges:
        pieces.append(render(text, at, start) if start > at else "")
        pieces.append(render(text, start, end))
        at = max(at, end)
    return pieces


def _around(pieces: list[str], chosen: int) -> tuple[int, int]:
    """Return the range of pieces about the chosen one that together are not longer than a card can take."""
    first, last, room = chosen, chosen + 1, _LONGEST_PASSAGE - len(pieces[chosen])
    while first > 0 or last < len(pieces):
        before = len(pieces[first - 1]) if first > 0 else _LONGEST_PASSAGE
        after = len(pieces[last]) if last < len(pieces) else _LONGEST_PASSAGE
        room -= min(before, after)
        if room < 0:
            break
        if before <= after:
            first -= 1
        else:
            last += 1
    return first, last


def _marked(pieces: list[str], place: int, first: int, last: int) -> str:
    """Return the pieces `first` to `last` with one sentence marked; dots stand for what is left out."""
    chosen = 2 * place + 1
    if not any(pieces):
        return ""
    marked = f"<mark>{pieces[chosen]}</mark>" if pieces[chosen] else ""
    before = "… " if first > 0 else ""
    after = " …" if last < len(pieces) else ""
    return before + "".join(pieces[first:chosen]) + marked + "".join(pieces[chosen + 1 : last]) + after


def _translation(passage: Passage, pair: SentencePair) -> str:
    if passage.translation is None:
        return ""
    return render(passage.translation, pair.translation_start, pair.translation_end)


def _context_html(place: _Place) -> tuple[str, str, str] | None:
    """Return the context with its term marked, its translation, and the context with the term gapped."""
    context, entry = place.context, place.entry
    if context is None:
        if not entry.examples:
            return None
        example = entry.examples[0]
        return escape(example.text), escape(example.translation or ""), ""
    if context.example is not None:
        example = context.example
        text, start, end = Text(example.text, ((0, example.line),)), 0, len(example.text)
        translation = escape(example.translation or "")
    else:
        pair = place.aligned.pairs[context.pair]
        passage = place.aligned.document.passages[pair.passage]
        text, start, end, translation = passage.text, pair.start, pair.end, _translation(passage, pair)
    marked = render(text, start, end, [(a, b, '<b class="term">', "</b>") for a, b in context.parts])
    return marked, translation, _gapped(text, start, end, context.occurrences)


def _gapped(text: Text, start: int, end: int, ranges: Sequence[tuple[int, int]]) -> str:
    out, at = [], start
    for a, b in ranges:
        out += [render(text, at, a), GAP]
        at = b
    return "".join([*out, render(text, at, end)])


def _list(kind: str, items: Iterable[str]) -> str:
    found = list(items)
    return f'<ul class="{kind}">' + "".join(f"<li>{item}</li>" for item in found) + "</ul>" if found else ""


def _masked(translation: str, surfaces: Sequence[str]) -> str:
    """Return the translation of a cloze without words that it kept in the language of the text: they are the answer.

    Only words of ASCII letters and digits are looked for: a translation keeps names and terms in Latin script, if any.
    """
    for surface in surfaces:
        if not surface.isascii():
            continue
        word = escape(surface)
        for start in reversed(list(_occurrences(word, translation, lambda c: c.isascii() and (c.isalnum() or c in "&#")))):
            translation = translation[:start] + "＿＿" + translation[start + len(word) :]
    return translation


def _share(sense: str, translation: str, tag: str) -> float:
    """Return how much of a sense stands in a translation: of its best wording, half or more of its characters or beginnings of words."""
    best = 0.0
    if language(tag).spaces:
        translation = f" {translation.casefold()}"
    for wording in _WORDINGS.split(_REMARK.sub("", sense)):
        if language(tag).spaces:
            parts = [f" {word[:5]}" for word in wording.casefold().split() if len(word) > 2]
        else:
            parts = [character for character in wording if character not in forms.EMPTY_CHARACTERS and character.isalnum()]
        share = sum(part in translation for part in parts) / len(parts) if parts else 0.0
        best = max(best, share)
    return best if best >= 0.5 else 0.0


def _whole_word(word: str, text: str, spaces: bool) -> bool:
    """Whether `word` stands in `text`; in a language with spaces, not inside another word."""
    return any(True for _ in _occurrences(word, text, str.isalnum if spaces else lambda c: False))


def _occurrences(word: str, text: str, is_letter: Callable[[str], bool]) -> Iterator[int]:
    """Yield where `word` begins in `text`, whatever its case, with no letter on either side. Without a regular expression: compiling
    one for every term took half of all the time that notes took."""
    if len(text.lower()) == len(text):  # not so for İ, and offsets must stay true
        word, text = word.lower(), text.lower()
    start = text.find(word) if word else -1
    while start >= 0:
        end = start + len(word)
        if not is_letter(text[start - 1 : start] or " ") and not is_letter(text[end : end + 1] or " "):
            yield start
        start = text.find(word, end)


def _letters(answer: str) -> str:
    """Return the first letter of each word, with how many letters the answer has."""
    count = sum(map(str.isalnum, answer))
    return " ".join(f"{word[0]}…" for word in answer.split()[:6]) + f" ({count})" if count else ""


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def tag(text: str) -> str:
    """Return `text` as one Anki tag, no empty parts; empty if nothing is left.

    White space, quotes and angle brackets become `_`: Anki puts tags into cards as they stand, as HTML.
    """
    parts = (_TAG_BREAKS.sub("_", part).strip("_") for part in clean(text).split("::"))
    return "::".join(part for part in parts if part)


def deck_name(config: Config, collection: str, title: str, name: str, own: str = "") -> str:
    """Return the deck of a document: its own if its front matter names one, else the configured pattern filled in.

    `::` within the title or file name would open subdecks, and Anki drops quotes: both are replaced.
    """
    if own:
        return _deck_path(own)
    folder, _, file = name.rpartition("/")
    stem = file.rpartition(".")[0] or file
    values = {
        "collection": collection,
        "title": _deck_part(title),
        "file": _deck_part(stem),
        "folder": "::".join(filter(None, folder.split("/"))),
    }
    return _deck_path(re.sub(r"\{(\w+)\}", lambda m: values.get(m[1], m[0]), config.deck))


def _deck_part(text: str) -> str:
    return _DECK_BREAKS.sub(" – ", text)


def _deck_path(name: str) -> str:
    parts = (_SPACES.sub(" ", clean(part)).strip() for part in name.replace('"', "”").split("::"))
    return "::".join(part for part in parts if part) or "Notes"
