"""Aligned documents to notes: what stands in each field, which cards exist, and in which order they are learned.

The order of new cards (`due`) follows the reading, article by article, in rounds: first the forward cards, a term before the sentence
that uses it; then clozes, the first of every sentence before the second of any, so that neighbours do not tell each other's answer;
then Recall, then Produce, then cards by ear and by spelling. A reverse card so comes well after its forward card.
"""

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import AlignedDocument, Context, Text, VocabularyEntry
from anki_builder.languages import forms, language
from anki_builder.note import (
    CLOZE_SEPARATOR,
    SEPARATOR,
    Media,
    Note,
    NoteType,
    NoteTypeName,
    PackedCards,
    PackedFields,
    Stamp,
    Stamper,
    StampOf,
    marked_in_turn,
    normalised,
    plain_quotes,
)
from anki_builder.notes.markup import clean, cut, escape, render, safe_url, wrapped
from anki_builder.notes.rules import ANSWER_IN_GLOSS, CONFLICTING_GLOSS, REPEATED_SENTENCE
from anki_builder.source import Span
from anki_builder.templates.evaluate import card_rule

NoteTypes = Mapping[tuple[str, str], Mapping[NoteTypeName, NoteType]]
MediaFiles = Mapping[tuple[str, str], Media]
"""(`Source.name`, path as the note writes it) → file in the package."""

_LONGEST_PASSAGE = 10_000
"""Characters: of a longer passage a card shows what is around its sentence, or a book in one line would be a gigabyte of notes."""
_FILLED = "…"
_NO_PASSAGE = ".."
"""What the stamp says of two empty fields."""
GAP = '<span class="gap">____</span>'
_SPACES = re.compile(r"\s+")
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


class Head(NamedTuple):
    """What all notes of a document share."""

    name: str
    """`Source.name`."""
    path: str
    languages: tuple[str, str]
    deck: str
    tags: tuple[str, ...]
    source: str
    """Its title as HTML."""
    url: str
    media: tuple[tuple[str, Media], ...]
    """The files it refers to, by the path it writes."""


class Part(NamedTuple):
    """What one entry contributes to the note of its term, to which other documents may contribute as well."""

    term: str
    """The key of the note."""
    entry: VocabularyEntry
    context: tuple[str, str, str] | None
    """The sentence with the term marked, its translation, and the sentence with the term gapped, as HTML."""
    more: tuple[tuple[str, str], ...]
    """Further examples with their translations, as HTML."""
    found: int
    """The passage its context is from; -1 for none."""
    before: int
    """The passage before which it is learned where it has no sentence; -1 for before all."""


class Draft(NamedTuple):
    """A note as its own document has it: what the same term or sentence is in others is looked at afterwards.

    As flat as can be: there are as many as notes, and they are kept from one build to the next.
    """

    kind: NoteTypeName
    key: str
    """What tells it from others: of a term its key, else the GUID that its key gives (its key itself, where there is no stamp)."""
    line: int
    rank: int = 0
    """Within its round."""
    ords: tuple[int, ...] = ()
    """The cards it makes."""
    text: str = ""
    packed: bytes | None = None
    """This and the next four are what `PackedFields` takes. None for a sentence that the document has said before, and for a term
    that an earlier document had."""
    at: int = -1
    passage: tuple[bytes, ...] = ()
    translation: tuple[bytes, ...] = ()
    place: int = -1
    media: tuple[Media, ...] = ()
    stamp: Stamp | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


class Drafted(NamedTuple):
    """The notes of one document, drafted: all that is needed of it any more."""

    head: Head
    drafts: tuple[Draft, ...]
    """In reading order."""
    parts: tuple[Part, ...]
    """One for each entry, in the order of the note."""
    pairs: int
    """Sentence pairs with both sides."""


class Composer:
    """Turns documents into notes, one after the other; keeps nothing of a document but its notes."""

    def __init__(self, config: Config, collection: str, note_types: NoteTypes, stamper: Stamper | None = None) -> None:
        """`collection` is the name of the parent deck; `note_types` must have those of every language pair by the time it occurs.

        Without a `stamper`, stamps are left to the ledger.
        """
        self.config, self.collection, self.stamper = config, collection, stamper
        self._note_types = note_types
        self._ords: dict[tuple[tuple[str, str], NoteTypeName], _Ords] = {}
        self._terms: set[tuple[tuple[str, str], str]] = set()
        self._drafted: list[Drafted] = []

    def draft(self, aligned: AlignedDocument, media: Mapping[str, Media]) -> Drafted:
        """Return the notes of one document; `media` are its files."""
        return _Writer(self, aligned, media).drafted(self._terms)

    def add(self, drafted: Drafted) -> None:
        """Take the next document."""
        self._drafted.append(drafted)
        languages = drafted.head.languages
        self._terms.update([(languages, part.term) for part in drafted.parts])

    def ords(self, languages: tuple[str, str], kind: NoteTypeName) -> "_Ords":
        """Return what tells the cards of the notes of one type."""
        of_kind = self._ords.get((languages, kind))
        if of_kind is None:
            of_kind = self._ords[languages, kind] = _Ords(self._note_types[languages][kind])
        return of_kind

    def notes(self) -> tuple[list[Note], list[Diagnostic]]:
        """Return all notes in reading order, with unique keys, and what there is to say about them; once."""
        places: dict[tuple[tuple[str, str], str], list[tuple[Head, Part]]] = {}
        for head, _, parts, _ in self._drafted:
            for part in parts:
                places.setdefault((head.languages, part.term), []).append((head, part))
        diagnostics: list[Diagnostic] = []
        notes: list[Note] = []
        sentences: dict[tuple[tuple[str, str], str], Span] = {}
        clozes: set[tuple[tuple[str, str], str]] = set()
        due = 0
        self._drafted.reverse()
        while self._drafted:
            head, drafts, _, _ = self._drafted.pop()  # given back as soon as it is used
            article: _Article | None = None
            kept: list[Draft] = []
            for own in drafts:
                draft = own
                known = head.languages, draft.key
                if draft.kind == "sentence":
                    if known in sentences:
                        diagnostics.append(_repeated(head, draft, sentences[known]))
                        continue
                    sentences[known] = Span(head.path, draft.line)
                elif draft.kind == "cloze":
                    if known in clozes:
                        continue
                    clozes.add(known)
                else:
                    everywhere = places[known]
                    if everywhere[0][0] is not head:
                        continue
                    if draft.packed is None or everywhere[-1][0] is not head:
                        article = article or _Article(self, head)
                        draft = _vocabulary(article, everywhere)
                    diagnostics += draft.diagnostics
                kept.append(draft)
            # The order of cards within an article: round, rank, note. One number each, since numbers are sorted fastest.
            order = sorted(
                [
                    ((_ROUNDS[draft.kind, o] << 32 | draft.rank) << 32 | index) << 16 | o
                    for index, draft in enumerate(kept)
                    for o in draft.ords
                ]
            )
            dues: list[dict[int, int]] = [{} for _ in kept]
            for place in order:
                due += 1
                dues[place >> 16 & 0xFFFFFFFF][place & 0xFFFF] = due
            for draft, of_note in zip(kept, dues, strict=True):
                assert draft.packed is not None
                cards = PackedCards(draft.ords, [of_note[o] for o in draft.ords])
                fields = PackedFields(draft.packed, draft.at, draft.passage, draft.translation, draft.place)
                note = Note(
                    draft.kind, "" if draft.stamp else draft.key, head.deck, head.tags, fields, cards, head.path, draft.line, head.name,
                    draft.text, draft.media, head.languages, draft.stamp,
                )  # fmt: skip
                notes.append(note)
        return notes, diagnostics


def compose(
    aligned: Iterable[AlignedDocument], config: Config, collection: str, note_types: NoteTypes, media: MediaFiles
) -> tuple[list[Note], list[Diagnostic]]:
    """Return the notes of a collection in reading order, with unique keys, and what there is to say about them."""
    composer = Composer(config, collection, note_types)
    for document in aligned:
        name = document.document.source.name
        composer.add(composer.draft(document, {path: file for (of, path), file in media.items() if of == name}))
    return composer.notes()


def _repeated(head: Head, draft: Draft, first: Span) -> Diagnostic:
    related = ((first, "the note is made of this one"),)
    message = f"“{_short(normalised(draft.text))}” makes no second note"
    return Diagnostic(REPEATED_SENTENCE, Span(head.path, draft.line), message, "", related)


class _Ords:
    """The cards a note of one type makes; asked of the evaluator once for each set of filled fields."""

    def __init__(self, note_type: NoteType) -> None:
        self._is_cloze, self._rule = note_type.is_cloze, card_rule(note_type)
        self._known: dict[tuple[tuple[bool, ...], tuple[str, ...], tuple[str, ...]], tuple[int, ...]] = {}

    def of(self, own: tuple[str, ...], stands: tuple[str, ...], flags: tuple[str, ...]) -> tuple[int, ...]:
        """Return the cards of a note with these fields, and a key."""
        if self._is_cloze:  # braces are escaped in all that a note says: the only deletion is ours, in the first field
            return (0,) if "{{c1::" in own[0] else ()
        filled = tuple(map(bool, own)), stands, flags
        ords = self._known.get(filled)
        if ords is None:
            ords = self._known[filled] = self._rule((*own, *stands, *flags, _FILLED))
        return ords


class _Shown(NamedTuple):
    """What notes show of their article, made once for all of them."""

    passage: tuple[bytes, ...]
    """This and the next two are what `PackedFields` takes."""
    translation: tuple[bytes, ...]
    place: int
    packed: bytes
    """The fields, joined, those of the passage empty."""
    stands: tuple[str, ...]
    """Stand for the fields in telling the cards, which depend on what is empty alone."""
    digests: str
    """What the stamp says of the fields, without the last, which is pinned."""
    location: str


class _Article:
    """Writes the notes of an article: all that they show of it alike is worked out once."""

    def __init__(self, composer: Composer, head: Head) -> None:
        self.head, self.config, self._composer, self._stamper = head, composer.config, composer, composer.stamper
        self._source = _joined((head.source, head.url))
        self._source_digests = "".join(self.digests(self._source.split(SEPARATOR)))
        self._stands = _FILLED if head.source else "", _FILLED if head.url else ""
        self._kinds: dict[NoteTypeName, tuple[_Ords, StampOf | None]] = {}
        self._shown: dict[int, _Shown] = {}

    def digests(self, fields: Sequence[bytes]) -> Sequence[str]:
        """Return what a stamp says of each field."""
        return [""] * len(fields) if self._stamper is None else self._stamper.digests(fields)

    def shown(self, number: int) -> _Shown:
        """Return what a note without a passage, learned at this one or at none (-1), shows of the article."""
        known = self._shown.get(number)
        if known is not None:
            return known
        location = f"¶{number + 1}" if number >= 0 else ""
        packed = self._source + SEPARATOR + location.encode()
        stands = (*self._stands, _FILLED if location else "")
        shown = self._shown[number] = _Shown((), (), -1, packed, stands, self._source_digests, intern(location))
        return shown

    def with_passage(
        self, location: str, passage: tuple[bytes, ...], translation: tuple[bytes, ...], place: int, digests: str
    ) -> _Shown:
        """Return what a note with a passage, which may be empty, shows of the article; `digests` are those of its two fields."""
        packed = b"".join((SEPARATOR, SEPARATOR, self._source, SEPARATOR, location.encode()))
        stands = _FILLED if passage else "", _FILLED if translation else "", *self._stands, _FILLED if location else ""
        return _Shown(passage, translation, place, packed, stands, digests + self._source_digests, intern(location))

    def draft(
        self,
        kind: NoteTypeName,
        key: str,
        line: int,
        rank: int,
        text: str,
        own: tuple[str, ...],
        shown: _Shown,
        flags: tuple[str, ...],
        media: tuple[Media, ...] = (),
        diagnostics: tuple[Diagnostic, ...] = (),
    ) -> Draft:
        """Return a note, all of whose fields but the last are `own`, `shown` and `flags`.

        The last is the key: until the ledger puts the GUID there, the one that the key gives stands for it, most often the same.
        """
        ords, stamp_of = self._kinds.get(kind) or self._kind(kind)
        passage, translation, place, packed, stands, digests, location = shown
        cards, first, rest = ords.of(own, stands, flags), _joined(own), _joined_flags(flags)
        if stamp_of is None:
            stamp, guid, last = None, key, _joined((escape(key),))
        else:
            stamp = stamp_of(key, first, digests, location, rest)
            guid = stamp.key
            last = guid.encode()
        packed = SEPARATOR.join((first, packed, rest + last))
        at, told = (-1, key) if kind == "vocabulary" else (len(own), guid)
        return Draft(kind, told, line, rank, cards, text, packed, at, passage, translation, place, media, stamp, diagnostics)

    def _kind(self, kind: NoteTypeName) -> "tuple[_Ords, StampOf | None]":
        """Return what tells the cards and the stamps of the notes of one type."""
        head, stamper = self.head, self._stamper
        stamp_of = None if stamper is None else stamper.of(kind, head.languages, head.tags)
        found = self._kinds[kind] = self._composer.ords(head.languages, kind), stamp_of
        return found


class _Pair(NamedTuple):
    """A sentence pair with both sides, as its own note and all clozes of it show it."""

    key: str
    plain: str
    line: int
    html: str
    translation: str
    shown: _Shown


class _Writer:
    """Writes the notes of one document."""

    def __init__(self, composer: Composer, aligned: AlignedDocument, media: Mapping[str, Media]) -> None:
        document = aligned.document
        self.composer, self.aligned, self.document, self.config = composer, aligned, document, composer.config
        name = document.source.name
        deck = deck_name(composer.config, composer.collection, document.title, name, document.deck)
        tags = tuple(dict.fromkeys(filter(None, map(tag, (f"source::{document.title}", *document.tags, *composer.config.tags)))))
        self.head = Head(
            name, document.source.path, document.languages, deck, tags, escape(document.title), safe_url(document.url),
            tuple(media.items()),
        )  # fmt: skip
        self.article = _Article(composer, self.head)
        self.media = media
        self.listening = "1" if composer.config.listening else ""
        self.spaces = language(document.languages[0]).spaces if document.languages[0] else True
        self.numbers: list[list[int]] = [[] for _ in document.passages]
        """Indexes of the pairs of each passage."""
        for index, pair in enumerate(aligned.pairs):
            self.numbers[pair.passage].append(index)
        self.within: dict[int, list[int]] = {}
        """Indexes of the entries whose term was found in a pair."""
        self.loose: dict[int, list[int]] = {}
        """Indexes of those found in none, by the passage before which they are learned."""
        for index, (entry, context) in enumerate(zip(document.entries, aligned.contexts, strict=True)):
            if context is not None and context.pair >= 0:
                self.within.setdefault(context.pair, []).append(index)
            else:
                self.loose.setdefault(self._passage_of(entry), []).append(index)
        self._pairs: list[_Pair | None] = [None] * len(aligned.pairs)
        self._focused: dict[int, str] = {}
        self._cuts: dict[int, list[str] | None] = {}
        """The sentence of an entry, cut at what is to hide in it, where that is as simple as that."""
        self.clozes: set[str] = set()
        self.sentences: dict[str, str] = {}
        """Keys of sentences → those of their drafts."""
        self.drafts: list[Draft] = []

    def drafted(self, known: Container[tuple[tuple[str, str], str]]) -> Drafted:
        """Return the notes; those of terms that are `known` of other documents are left to be written with what those say."""
        for number in range(len(self.numbers)):
            self._show_passage(number)
        parts = [self._part(index) for index in range(len(self.document.entries))]
        of_term: dict[str, list[tuple[Head, Part]]] = {}
        for part in parts:
            of_term.setdefault(part.term, []).append((self.head, part))
        self._entries(self.loose.get(-1, ()), parts, of_term, known)
        for number, indexes in enumerate(self.numbers):
            self._entries(self.loose.get(number, ()), parts, of_term, known)
            for index in indexes:
                if found := self.within.get(index):
                    self._entries(found, parts, of_term, known)
                pair = self.aligned.pairs[index]
                if pair.text and pair.translation:
                    self._sentence(number, index)
        complete = sum([bool(pair.text and pair.translation) for pair in self.aligned.pairs])
        return Drafted(self.head, tuple(self.drafts), tuple(parts), complete)

    def _entries(
        self,
        indexes: Iterable[int],
        parts: list[Part],
        of_term: Mapping[str, list[tuple[Head, Part]]],
        known: Container[tuple[tuple[str, str], str]],
    ) -> None:
        """Write the notes of entries, and the clozes of their sentences."""
        languages, contexts, wants_cloze = self.document.languages, self.aligned.contexts, self.config.cloze
        for nth, index in enumerate(indexes):
            part, context = parts[index], contexts[index]
            term = part.term
            places = of_term[term]
            if places[0][1] is part:
                if (languages, term) in known:
                    self.drafts.append(Draft("vocabulary", term, part.entry.line))
                else:
                    self.drafts.append(_vocabulary(self.article, places))
            if wants_cloze and context is not None:
                self._cloze(index, part, context, nth)

    def _passage_of(self, entry: VocabularyEntry) -> int:
        """Return the passage before which an entry without a sentence is learned; -1 for before all."""
        if entry.passage is not None:
            return entry.passage
        passages = self.document.passages
        return next((i for i, passage in enumerate(passages) if passage.line > entry.line), len(passages) - 1)

    def _show_passage(self, number: int) -> None:
        """Work out how the pairs of a passage are shown: those that make a note, or hold a term."""
        passage, indexes = self.document.passages[number], self.numbers[number]
        text, translation = passage.text, passage.translation
        pairs = [self.aligned.pairs[index] for index in indexes]
        places = [
            place
            for place, (index, pair) in enumerate(zip(indexes, pairs, strict=True))
            if (pair.text and pair.translation) or index in self.within
        ]
        if not places:
            return
        shown = _pieces(text, [(pair.start, pair.end) for pair in pairs])
        other = _pieces(translation, [(pair.translation_start, pair.translation_end) for pair in pairs])
        long = len(text.plain) > _LONGEST_PASSAGE
        simple = not long and _joinable(shown) and _joinable(other)
        views = self._views(number, shown, other, places, simple, long)
        for place, view in zip(places, views, strict=True):
            start = pairs[place].start
            plain = text.plain[start : pairs[place].end]
            told = other[2 * place + 1] if other else ""
            self._pairs[indexes[place]] = _Pair(
                normalised(plain), plain, text.line_at(start), shown[2 * place + 1], told if simple else clean(told), view
            )

    def _views(
        self, number: int, shown: list[str], other: list[str], places: list[int], simple: bool, long: bool
    ) -> list[_Shown]:
        """Return what the notes of these sentences of a passage show of the article."""
        article, name, count = self.article, f"¶{number + 1}", len(shown) // 2
        if count == 1:
            return [article.with_passage(name, (), (), -1, _NO_PASSAGE)]
        if simple:
            whole, whole_other = _encoded_pieces(shown), _encoded_pieces(other)
            empty = [b""] * count
            digests = article.digests(marked_in_turn(whole) or empty), article.digests(marked_in_turn(whole_other) or empty)
            return [
                article.with_passage(f"{name} · {place + 1}/{count}", whole, whole_other, place, digests[0][place] + digests[1][place])
                for place in places
            ]
        views = []
        sides = [side if any(side) else [] for side in (shown, other)]
        for place in places:
            first, last = _around(shown, 2 * place + 1) if long else (0, len(shown))
            one, two = (_finished(_marked(side, place, first, last)) for side in sides)
            both = "".join(article.digests([b"".join(one), b"".join(two)]))
            views.append(article.with_passage(f"{name} · {place + 1}/{count}", one, two, -1, both))
        return views

    def _part(self, index: int) -> Part:
        """Return what an entry contributes to the note of its term."""
        entry, context = self.document.entries[index], self.aligned.contexts[index]
        if context is not None:
            used, shown = context.example, self._context(index, context)
        elif entry.examples:
            used = entry.examples[0]
            shown = escape(used.text), escape(used.translation or ""), ""
        else:
            used, shown = None, None
        more = tuple([(escape(other.text), escape(other.translation or "")) for other in entry.examples if other != used])
        found = self.aligned.pairs[context.pair].passage if context is not None and context.pair >= 0 else -1
        return Part(normalised(entry.term), entry, shown, more, found, self._passage_of(entry))

    def _context(self, index: int, context: Context) -> tuple[str, str, str]:
        """Return the context with its term marked, its translation, and the context with the term gapped."""
        text, start, end = self._place_of(context)
        if context.example is not None:
            translation = escape(context.example.translation or "")
        else:
            shown = self._pairs[context.pair]
            assert shown is not None
            translation = shown.translation
        pieces = cut(text, start, end, context.parts)
        if pieces is not None:
            marked = wrapped(pieces, '<b class="term">', "</b>")
        else:
            marked = render(text, start, end, [(a, b, '<b class="term">', "</b>") for a, b in context.parts])
        if context.occurrences != context.parts:
            pieces = cut(text, start, end, context.occurrences)
        self._cuts[index] = pieces
        return marked, translation, GAP.join(pieces[::2]) if pieces is not None else _gapped(text, start, end, context.occurrences)

    def _place_of(self, context: Context) -> tuple[Text, int, int]:
        """Return the text a term was found in, and where its sentence begins and ends there."""
        if context.example is not None:
            return Text(context.example.text, ((0, context.example.line),)), 0, len(context.example.text)
        pair = self.aligned.pairs[context.pair]
        return self.document.passages[pair.passage].text, pair.start, pair.end

    def _sentence(self, number: int, index: int) -> None:
        passage, pair = self.document.passages[number], self._pairs[index]
        assert pair is not None
        if pair.key in self.sentences:
            self.drafts.append(Draft("sentence", self.sentences[pair.key], pair.line, text=pair.plain))
            return
        key, plain, line, html, translation, view = pair
        neighbours, found = self.numbers[number], self.within.get(index)
        is_first, alone = neighbours[0] == index, len(neighbours) == 1
        draft = self.article.draft(
            "sentence",
            key,
            line,
            0,
            plain,
            (
                html,
                translation,
                self._focus(found) if found else "",
                self._pictures(passage.images) if is_first else "",
                self._sounds(passage.audio) if alone else "",
                "",
            ),
            view,
            ("1" if self._wants_reverse(pair) else "", self.listening),
            self._media((*passage.images, *passage.audio)) if is_first else (),
        )
        self.sentences[key] = draft.key
        self.drafts.append(draft)

    def _wants_reverse(self, pair: _Pair) -> bool:
        if self.config.reverse != "short":
            return self.config.reverse == "all"
        key, plain = pair.key, pair.plain
        if not self.spaces:
            words = len(plain) // 2
        elif plain.isascii():  # the words of the key are those of the sentence, with one space between
            words = key.count(" ") + bool(key)
        else:
            words = len(plain.split())
        return words <= self.config.reverse_words

    def _cloze(self, index: int, part: Part, context: Context, rank: int) -> None:
        text, start, end = self._place_of(context)
        if context.example is not None:
            example = context.example
            shown = self.article.with_passage("", (), (), -1, _NO_PASSAGE)
            found = _Pair(normalised(example.text), example.text, example.line, "", escape(example.translation or ""), shown)
        else:
            known = self._pairs[context.pair]
            assert known is not None
            found = known
        sentence, plain, line, _, translation, view = found
        key = part.term + CLOZE_SEPARATOR + sentence
        if key in self.clozes:
            return
        self.clozes.add(key)
        hint = self._hint(part.entry, context)
        before, after = "{{c1::", f"::{hint}}}}}" if hint else "}}"
        pieces = self._cuts[index]
        own = (
            wrapped(pieces, before, after)
            if pieces is not None
            else render(text, start, end, [(a, b, before, after) for a, b in context.occurrences]),
            _masked(translation, [text.plain[a:b] for a, b in context.occurrences]),
            self._focus((index,)),
            "",
            "",
        )
        named = part.entry.term + CLOZE_SEPARATOR + plain
        flags = ("1" if self.config.cloze_typing else "",)
        self.drafts.append(self.article.draft("cloze", key, line, rank, named, own, view, flags))

    def _hint(self, entry: VocabularyEntry, context: Context) -> str:
        """Return the hint inside the gap as HTML; none if it would tell the answer."""
        kind = self.config.cloze_hint
        if kind == "letter":
            return escape(f"{context.surface[:1]}…")
        hint = self._sense(entry, context) if kind == "gloss" else entry.part_of_speech if kind != "none" else ""
        if not hint:
            return ""
        words = context.surface.split(" … ")
        for word in words if words == [entry.term] else (*words, entry.term):
            if _whole_word(word, hint, self.spaces):
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
        best, most = entry.senses[0], 0.0
        if translation:
            for sense in entry.senses:
                share = _share(sense, translation, tag)
                if share > most:
                    best, most = sense, share
                    if share == 1:
                        break
        return best

    def _focus(self, indexes: Iterable[int]) -> str:
        """Return terms with their glosses as a list; they stand among the translation, but want the glyphs of their own language."""
        focused = self._focused
        return _list("focus", [focused[index] if index in focused else self._focused_on(index) for index in indexes])

    def _focused_on(self, index: int) -> str:
        entry = self.document.entries[index]
        phonetics = f' <span class="phonetics">{escape(entry.phonetics)}</span>' if entry.phonetics else ""
        gloss = escape("；".join(entry.senses) or entry.gloss)
        item = f'<b lang="{self.document.languages[0]}">{escape(entry.term)}</b>{phonetics} {gloss}'.rstrip()
        self._focused[index] = item
        return item

    def _media(self, paths: Iterable[str]) -> tuple[Media, ...]:
        return tuple(dict.fromkeys(self.media[path] for path in paths if path in self.media))

    def _pictures(self, paths: Iterable[str]) -> str:
        return _pictures(paths, self.media) if self.media else ""

    def _sounds(self, paths: Iterable[str]) -> str:
        return _sounds(paths, self.media) if self.media else ""


def _pictures(paths: Iterable[str], media: Mapping[str, Media]) -> str:
    return "".join(f'<img src="{escape(media[path].name)}">' for path in dict.fromkeys(paths) if path in media)


def _sounds(paths: Iterable[str], media: Mapping[str, Media]) -> str:
    return "".join(f"[sound:{media[path].name}]" for path in dict.fromkeys(paths) if path in media)


def _vocabulary(article: _Article, places: Sequence[tuple[Head, Part]]) -> Draft:
    """Return the note of a term with all its places, the first of which, in the article, says where it is learned."""
    config = article.config
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
    told = _whole_word(answer, " ".join(senses), language(head.languages[0]).spaces)
    if told and config.recall:
        span = Span(head.path, entry.line, entry.column, entry.length)
        diagnostics.append(Diagnostic(ANSWER_IN_GLOSS, span, f"the gloss of “{entry.term}” names it: no Recall card"))
    term = escape(entry.term)
    if entry.reading:
        term = f"<ruby>{term}<rt>{escape(entry.reading)}</rt></ruby>"
    return article.draft(
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
            escape(senses[0]) if len(senses) == 1 else _list("senses", map(escape, senses)),
            "<br>".join([escape(line) for line in entry.definition.split("\n") if line.strip()]) if entry.definition else "",
            *(contexts[0] if contexts else ("", "", "")),
            escape(_letters(answer)) if senses else "",
            _vocabulary_note(head.languages[0], parts, contexts[1:]),
            _sounds(entry.audio, media) if entry.audio else "",
            "",
            _pictures(entry.images, media) if entry.images else "",
            escape(answer),
        ),
        article.shown(_passage_of_term(places)),
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
    return remarks + _list("contexts", dict.fromkeys(lines))


def _report_conflicts(places: Sequence[tuple[Head, Part]], diagnostics: list[Diagnostic]) -> None:
    first_head, first = places[0]
    seen = {normalised(sense) for sense in first.entry.senses}
    for head, part in places[1:]:
        entry = part.entry
        senses = {normalised(sense) for sense in entry.senses}
        if seen and senses and not seen & senses:
            diagnostics.append(
                Diagnostic(
                    CONFLICTING_GLOSS,
                    Span(head.path, entry.line, entry.column, entry.length),
                    f"“{entry.term}” is glossed “{_short(entry.gloss)}” here and “{_short(first.entry.gloss)}” before",
                    "",
                    ((Span(first_head.path, first.entry.line), "the first gloss"),),
                )
            )
        seen |= senses


def _joined(fields: tuple[str, ...]) -> bytes:
    """Return finished fields without the characters Anki cannot store, in Unicode's composed form, as Anki stores them."""
    if not "".join(fields).isprintable():  # most are; the separator is not
        fields = tuple([clean(field) for field in fields])
    joined = "\x1f".join(fields)
    if not joined.isascii():
        joined = unicodedata.normalize("NFC", joined)  # nothing composes across a control character
    return joined.encode()


@lru_cache(64)
def _joined_flags(flags: tuple[str, ...]) -> bytes:
    """Return the fields behind the pinned one, with the key empty."""
    return "\x1f".join((*flags, "")).encode()


def _joinable(pieces: list[str]) -> bool:
    """Whether pieces stay as they are when they are joined, with or without a tag before each, and cleaned."""
    joined = "".join(pieces)
    if clean(joined) != joined:
        return False
    return joined.isascii() or not any(unicodedata.combining(piece[0]) for piece in pieces[1::2] if piece)


def _encoded_pieces(pieces: list[str]) -> tuple[bytes, ...]:
    return tuple([piece.encode() for piece in pieces]) if any(pieces) else ()


def _finished(html: str) -> tuple[bytes, ...]:
    return (clean(html).encode(),) if html else ()


def _pieces(text: Text | None, ranges: list[tuple[int, int]]) -> list[str]:
    """Return the HTML of each range, with the white space before it."""
    if text is None:
        return []
    pieces: list[str] = []
    plain, marks, at = text.plain, text.marks, 0
    for start, end in ranges:
        if marks:
            pieces += render(text, at, start) if start > at else "", render(text, start, end)
        else:
            gap = plain[at:start]
            pieces += gap if gap == " " else escape(gap), escape(plain[start:end])
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
    if not pieces:
        return ""
    marked = f"<mark>{pieces[chosen]}</mark>" if pieces[chosen] else ""
    before = "… " if first > 0 else ""
    after = " …" if last < len(pieces) else ""
    return before + "".join(pieces[first:chosen]) + marked + "".join(pieces[chosen + 1 : last]) + after


def _gapped(text: Text, start: int, end: int, ranges: Sequence[tuple[int, int]]) -> str:
    out, at = [], start
    for a, b in ranges:
        out += [render(text, at, a), GAP]
        at = b
    return "".join([*out, render(text, at, end)])


def _list(kind: str, items: Iterable[str]) -> str:
    listed = "</li><li>".join(items)
    return f'<ul class="{kind}"><li>{listed}</li></ul>' if listed else ""


def _masked(translation: str, surfaces: Sequence[str]) -> str:
    """Return the translation of a cloze without words that it kept in the language of the text: they are the answer.

    Only words of ASCII letters and digits are looked for: a translation keeps names and terms in Latin script, if any.
    """
    for surface in surfaces:
        word = escape(surface)
        if not surface.isascii() or word.lower() not in translation.lower():
            continue
        for start in reversed(list(_occurrences(word, translation, lambda c: c.isascii() and (c.isalnum() or c in "&#")))):
            translation = translation[:start] + "＿＿" + translation[start + len(word) :]
    return translation


def _share(sense: str, translation: str, tag: str) -> float:
    """Return how much of a sense stands in a translation: of its best wording, half or more of its characters or beginnings of words."""
    best = 0.0
    spaces = language(tag).spaces
    if spaces:
        translation = f" {translation.casefold()}"
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


def _whole_word(word: str, text: str, spaces: bool) -> bool:
    """Whether `word` stands in `text`; in a language with spaces, not inside another word."""
    if word.lower() not in text.lower():  # most are not
        return False
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
    if answer.isalnum():
        return f"{answer[0]}… ({len(answer)})"
    count = sum(map(str.isalnum, answer))
    return " ".join([f"{word[0]}…" for word in answer.split()[:6]]) + f" ({count})" if count else ""


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
