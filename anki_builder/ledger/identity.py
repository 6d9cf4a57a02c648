"""Keyed notes and what is remembered of them → a deck with GUIDs and times, the ledger to remember, and what will change.

Anki takes a note of a package for an update if its GUID is known and its time is later, and then replaces all of it, whatever was
edited in Anki. So a note that did not change keeps its time, and one that did gets a later one, but never one later than the clock:
a note from the future would overwrite corrections made in Anki until that moment comes.
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import chain, repeat
from operator import attrgetter
from sys import intern
from typing import Literal, NamedTuple

from anki_builder.columns import Columns, Parts, column, columns, parts
from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger.entry import (
    ARTICLE_TAG,
    PLACE,
    SURROUNDINGS,
    Entry,
    Ledger,
    Place,
    TypeEntry,
    bits_of,
    by_place,
    card_bits,
    content_digests,
    field_digests,
    guid,
    guids,
    of_type,
    short_digest,
    split_digests,
    type_entry,
)
from anki_builder.ledger.plan import Plan, PlannedNote, PlannedNoteType, Status
from anki_builder.ledger.recognition import Doubt, Recogniser, origins
from anki_builder.ledger.rules import CLOCK_BEHIND, DECK_KEPT, DOUBTFUL_IDENTITY, DUPLICATE_KEY, SCHEMA_CHANGED
from anki_builder.ledger.trace import cloze_parts, trace
from anki_builder.note import (
    KEY_FIELD,
    PINNED_FIELD,
    SEPARATOR,
    DatedNote,
    DatedNoteType,
    Deck,
    Note,
    NoteType,
    NoteTypeName,
    Stamp,
    Stamper,
    by_document,
    cards_of,
    encoded,
)
from anki_builder.source import Span

NoteTypes = Mapping[tuple[str, str], Mapping[NoteTypeName, NoteType]]
_TYPE = attrgetter("languages", "kind")
_DOCUMENT = attrgetter("document")
_GUID = attrgetter("guid")
_KEY = attrgetter("key")

LEEWAY = 2
"""Seconds by which a time may surpass the clock: two builds within a second; the command line waits that long."""


class Identified(NamedTuple):
    """Notes that are known for what they are."""

    deck: Deck
    ledger: Ledger
    plan: Plan


def identify(
    notes: Sequence[Note],
    note_types: NoteTypes,
    ledger: Ledger | None,
    now: int,
    scope: Iterable[str] | None = None,
    present: Iterable[str] = (),
    path: str = "anki_builder.lock",
    arguments: str = "",
) -> tuple[Identified, list[Diagnostic]]:
    """Give notes their identity.

    `now` is in seconds since the epoch. `scope` are the documents this build looks at, if not all: what the ledger knows of others
    stays as it is. `present` are the files that are there, readable or not. `path` is how the ledger is called in diagnostics;
    `arguments` is what a command must be given to work on these notes, after a space.
    """
    return _Identifier(notes, note_types, ledger or Ledger(), now, scope, present, path, arguments).run()


class _Shape(NamedTuple):
    """What identity needs to know of a note type. In every one the fields that show the article follow one another, then comes the
    pinned field, and somewhere behind it the key."""

    names: tuple[str, ...]
    """Of the fields."""
    pinned: int
    """Index of the pinned field."""
    key: int
    """Index of the field that holds the GUID."""
    own: int
    """Number of the fields before those that show the article."""
    templates: tuple[str, ...]


def _shape(note_type: NoteType) -> _Shape:
    names = tuple(field.name for field in note_type.fields)
    pinned = names.index(PINNED_FIELD)
    own = min([place for place, name in enumerate(names) if name in SURROUNDINGS], default=pinned)
    return _Shape(names, pinned, names.index(KEY_FIELD), own, tuple(card.name for card in note_type.templates))


class _Stamper:
    def __init__(self, note_types: NoteTypes) -> None:
        self._note_types = note_types
        self._shapes: dict[tuple[tuple[str, str], NoteTypeName], _Shape] = {}

    def _shape(self, kind: NoteTypeName, languages: tuple[str, str]) -> _Shape:
        known = self._shapes.get((languages, kind))
        if known is None:
            known = self._shapes[languages, kind] = _shape(self._note_types[languages][kind])
        return known

    def stamps(
        self,
        languages: tuple[str, str],
        tags: Sequence[str],
        kinds: Sequence[NoteTypeName],
        keys: Sequence[str],
        own: Sequence[bytes],
        shown: Sequence[str],
        rest: Sequence[bytes],
    ) -> tuple[list[str], list[str], list[str]]:
        of_tags = short_digest(" ".join(tags))
        types, gaps, counts = {}, {}, {}
        for kind in set(kinds):
            shape = self._shape(kind, languages)
            types[kind] = of_type(self._note_types[languages][kind].id)
            counts[kind] = shape.own
            gaps[kind] = SEPARATOR * (shape.pinned - shape.own + 2)
        flags = {last: "." + "".join(field_digests(last.split(SEPARATOR))) for last in set(rest)}
        digests = field_digests(SEPARATOR.join(own).split(SEPARATOR)) if own else []
        contents, fields, end = [], [], 0
        for kind, ours, theirs, last in zip(kinds, own, shown, rest, strict=True):
            contents.append(ours + gaps[kind] + last)
            start, end = end, end + (counts[kind] if ours else 1)
            fields.append((of_tags + "".join(digests[start:end]) + theirs + flags[last]).rstrip("."))
        own_tags = tags[1:] if tags and tags[0].startswith(ARTICLE_TAG) else tags
        return guids([types[kind] for kind in kinds], keys), content_digests(" ".join(own_tags), contents), fields

    def digests(self, fields: Iterable[bytes]) -> list[str]:
        return field_digests(fields)

    def of_note(self, note: Note) -> Stamp:
        """Return the stamp of a note."""
        shape = self._shape(note.note_type, note.languages)
        fields = encoded(note.fields)
        fields[shape.key] = b""
        own, shown, rest = fields[: shape.own], fields[shape.own : shape.pinned], fields[shape.pinned + 1 :]
        location = intern(fields[shape.pinned].decode())  # a few hundred for tens of thousands of notes
        (key,), (content,), (digests,) = self.stamps(
            note.languages, note.tags, [note.note_type], [note.key],
            [SEPARATOR.join(own)], ["".join(field_digests(shown))], [SEPARATOR.join(rest)],
        )  # fmt: skip
        return Stamp(key, content, digests, location)


def stamper(note_types: NoteTypes) -> Stamper:
    """Return what works out stamps of notes of these types."""
    return _Stamper(note_types)


class _Article(NamedTuple):
    """The notes of a document."""

    document: str
    notes: Columns[Note]
    stamps: Sequence[Sequence[str]]
    """Member by member."""


class _Identifier:
    """Looks at article by article: most are as they were, which is soon said; the others are weighed together."""

    def __init__(
        self,
        notes: Sequence[Note],
        note_types: NoteTypes,
        ledger: Ledger,
        now: int,
        scope: Iterable[str] | None,
        present: Iterable[str],
        path: str,
        arguments: str,
    ) -> None:
        self.note_types, self.ledger, self.now, self.path, self.arguments = note_types, ledger, now, path, arguments
        self.scope = None if scope is None else set(scope)
        self.present = tuple(present)
        self.foreign = {
            place
            for place, known in self.ledger.note_types.items()
            if place[0] in note_types and note_types[place[0]][place[1]].id != known.id
        }
        """Note types of another family than now: Anki would refuse their GUIDs under the present ones."""
        self.diagnostics: list[Diagnostic] = []
        self.refused: list[Diagnostic] = []
        self.ahead = 0
        self.articles = self._stamped(notes)
        self.homes = self._homes()
        opened = [article for article, home in zip(self.articles, self.homes, strict=True) if home is None]
        self.notes: Sequence[Note] = Parts([article.notes for article in opened])
        """Those of articles that are not as they were."""
        self.keys: list[str] = list(chain.from_iterable([article.stamps[0] for article in opened]))
        as_they_were = set(map(id, self.homes))
        self.entries = list(chain.from_iterable([block for block in parts(self.ledger.entries) if id(block) not in as_they_were]))
        """What the ledger knows besides those that are."""
        self.shapes = {
            (pair, kind): _shape(note_type) for pair, types in note_types.items() for kind, note_type in types.items()
        }

    def _stamped(self, notes: Sequence[Note]) -> list[_Article]:
        """Return the notes whose key is theirs alone, article by article."""
        stamper = _Stamper(self.note_types)

        def article(notes: Columns[Note]) -> _Article:
            stamps = column(notes, "stamp")
            if not isinstance(stamps, Columns):
                stamps = [stamp or stamper.of_note(note) for stamp, note in zip(stamps, notes, strict=True)]
            return _Article(column(notes, "document")[0], notes, columns(stamps))

        articles = list(map(article, by_document(notes)))
        keys = list(chain.from_iterable([article.stamps[0] for article in articles]))
        if len(set(keys)) == len(keys):  # as composing leaves them
            return articles
        first: dict[str, Note] = {}
        for note, key in zip(chain.from_iterable([article.notes for article in articles]), keys, strict=True):
            other = first.setdefault(key, note)
            if other is not note:
                message = f"“{note.text}” is a {note.note_type} note already"
                related = ((Span(other.path, other.line), "the first one"),)
                self.diagnostics.append(Diagnostic(DUPLICATE_KEY, Span(note.path, note.line), message, "", related))
        return list(map(article, by_document(tuple(first.values()))))

    def _homes(self) -> list[Columns[Entry] | None]:
        """Return what the ledger knows of each article that is as it was, and None for each other one.

        All keys are those of one note alone. Where they are also those of one entry alone, an article whose keys are those of all that the
        ledger knows of it has nothing to do with any other note or entry.
        """
        blocks = parts(self.ledger.entries)
        keys = list(chain.from_iterable([column(block, "key") for block in blocks]))
        known: dict[str, Sequence[Entry] | None] = {}
        for block in blocks if len(set(keys)) == len(keys) else ():
            for document in dict.fromkeys(column(block, "document")):
                known[document] = block if document not in known else None
        stretches = Counter([article.document for article in self.articles])
        homes: list[Columns[Entry] | None] = []
        for article in self.articles:
            home = known.get(article.document) if stretches[article.document] == 1 else None
            homes.append(home if isinstance(home, Columns) and self._as_it_was(article, home) else None)
        return homes

    def _as_it_was(self, article: _Article, old: Sequence[Entry]) -> bool:
        """Whether the notes of an article are as these entries say, in their order, and stand where they stood."""
        kinds, _, keys, modified, contents, _, bits, _, _, _, documents, languages, _, removed = columns(old)
        own_keys, own_contents, _, _ = article.stamps
        of_notes = {name: column(article.notes, name) for name in ("note_type", "languages", "cards")}
        pairs = (
            (own_keys, keys), (own_contents, contents), (of_notes["note_type"], kinds), (of_notes["languages"], languages),
            (list(map(card_bits, cards_of(of_notes["cards"]).ords)), bits),
        )  # fmt: skip
        return (
            all(list(new) == list(former) for new, former in pairs)
            and set(documents) == {article.document}
            and self._in_scope_document(article.document)
            and max(modified) <= self.now + LEEWAY
            and not any(removed)
        )

    def run(self) -> tuple[Identified, list[Diagnostic]]:
        dated_types, type_entries, planned_types = self._types()
        known = self._known()
        found, doubts = self._recognised(known)
        for index, entry in found.items():
            known[index] = entry
        guids = self._guids(known)
        for doubt in doubts:
            self._tell_doubt(self.notes[doubt.note], guids[doubt.note], doubt.entry)
        decks = self._decks(known)
        dated: list[Sequence[DatedNote]] = []
        entries: list[Sequence[Entry]] = []
        planned: list[Sequence[PlannedNote]] = []
        start = 0
        for article, home in zip(self.articles, self.homes, strict=True):
            if home is not None:
                of_article = _unchanged(article, home)
            else:
                here = slice(start, start + len(article.notes))
                start = here.stop
                of_article = (
                    self._all_new(article, guids[here], known[here], decks)
                    or self._all_unchanged(article, known[here])
                    or self._one_by_one(article, guids[here], known[here], decks)
                )
            dated.append(of_article[0])
            entries.append(of_article[1])
            planned.append(of_article[2])
        if self.ahead:
            message = f"the ledger is {_duration(self.ahead)} ahead of the clock"
            hint = "set the clock right; if a change does not arrive in Anki, import once with “Update notes: Always”"
            self.diagnostics.append(Diagnostic(CLOCK_BEHIND, Span(self.path, 0), message, hint))
        kept, removed = self._left_over(entries)
        if removed:
            planned.append(removed)
        plan = Plan(Parts(planned), planned_types, self._live(), self.present, self.path, tuple(self.refused), self.arguments)
        arranged = _arranged(entries, kept, self.entries, decks)
        documents = {document for part in arranged.parts for document in set(column(part, "document"))}
        new_ledger = Ledger(type_entries, arranged, {document: deck for document, deck in decks.items() if document in documents}, self.ledger.lines)
        return Identified(Deck(dated_types, Parts(dated)), new_ledger, plan), [*self.refused, *self.diagnostics]

    def _types(
        self,
    ) -> tuple[
        tuple[tuple[tuple[str, str], DatedNoteType], ...],
        dict[tuple[tuple[str, str], NoteTypeName], TypeEntry],
        tuple[PlannedNoteType, ...],
    ]:
        dated: list[tuple[tuple[str, str], DatedNoteType]] = []
        entries = dict(self.ledger.note_types)
        planned = []
        used = set(chain.from_iterable([column(article.notes, "languages") for article in self.articles]))
        for pair in (pair for pair in self.note_types if pair in used):
            for kind, note_type in self.note_types[pair].items():
                old = entries.get((pair, kind))
                new = type_entry(note_type)
                if old is not None and old.id != new.id:  # another family: other note types, beside the old ones
                    old = None
                if old is not None and old.schema != new.schema:
                    self.refused.append(_schema_changed(note_type, _schema_difference(old, new, note_type), self.path))
                changed = old is None or old.digest != new.digest
                modified = self._moment(old.modified if old is not None else None, changed)
                entries[pair, kind] = new._replace(modified=modified)
                dated.append((pair, DatedNoteType(note_type, modified)))
                status: Literal["new", "changed", "unchanged"] = "new" if old is None else "changed" if changed else "unchanged"
                planned.append(PlannedNoteType(status, note_type.name, kind, pair))
        return tuple(dated), entries, tuple(planned)

    def _moment(self, old: int | None, changed: bool) -> int:
        """Return the time of a note or note type: later than the `old` one if it changed, and never from the future."""
        if old is None:
            return self.now
        if old > self.now + LEEWAY:
            self.ahead = max(self.ahead, old - self.now)
            return self.now
        return max(self.now, old + 1) if changed else old

    def _in_scope(self, entry: Entry) -> bool:
        return self.scope is None or entry.document in self.scope

    def _of_present_type(self, entry: Entry) -> bool:
        return self._is_present(_TYPE(entry))

    def _is_present(self, place: tuple[tuple[str, str], NoteTypeName]) -> bool:
        return place in self.shapes and place not in self.foreign

    def _without(self, taken: Container[str]) -> list[Entry]:
        """Return what the ledger knows besides these GUIDs."""
        return [entry for entry in self.entries if entry.guid not in taken]

    def _live(self) -> int:
        """Return how many notes there were before, of those that this build looks at."""
        live = 0
        for block in parts(self.ledger.entries):
            removed = list(column(block, "removed"))
            if self.scope is not None:
                documents = column(block, "document")
                removed = [gone for gone, document in zip(removed, documents, strict=True) if self._in_scope_document(document)]
            live += removed.count(False)
        return live

    def _known(self) -> list[Entry | None]:
        """Return for each note the entry with its key: the first that is not removed, else the last that is."""
        by_key = {entry.key: entry for entry in self.entries if entry.removed}
        by_key |= {entry.key: entry for entry in reversed(self.entries) if not entry.removed}
        return list(map(by_key.get, self.keys))

    def _recognised(self, known: Sequence[Entry | None]) -> tuple[dict[int, Entry], list[Doubt]]:
        if None not in known or not self.entries:
            return {}, []
        pool = {(note.languages, note.note_type) for note, entry in zip(self.notes, known, strict=True) if entry is None}
        free = [e for e in self._without(set(map(_GUID, filter(None, known)))) if self._in_scope(e) and self._of_present_type(e)]
        if pool.isdisjoint(map(_TYPE, free)):
            return {}, []
        entries = self.entries
        if self.scope is not None or not all(map(self._is_present, set(map(_TYPE, entries)))):
            entries = [entry for entry in entries if self._in_scope(entry) and self._of_present_type(entry)]
        live = [entry for entry in entries if not entry.removed]
        left, gone = [entry for entry in free if not entry.removed], [entry for entry in free if entry.removed]
        names = {place: shape.names for place, shape in self.shapes.items()}
        return Recogniser(self.notes, known, live, left, gone, names).run()

    def _guids(self, known: Sequence[Entry | None]) -> list[str]:
        guids = [key if entry is None else entry.guid for key, entry in zip(self.keys, known, strict=True)]
        new = [index for index, entry in enumerate(known) if entry is None] if self.ledger.entries else []
        used = set(chain.from_iterable([column(block, "guid") for block in parts(self.ledger.entries)])) if new else set()
        for index in new:
            note, candidate, attempt = self.notes[index], guids[index], 0
            while candidate in used:  # the note that first had this key was edited since, and keeps the GUID
                attempt += 1
                candidate = guid(self.note_types[note.languages][note.note_type].id, note.key, attempt)
            used.add(candidate)
            guids[index] = candidate
        return guids

    def _decks(self, known: Sequence[Entry | None]) -> dict[str, str]:
        """Return the deck of each document's new notes: the one it was first built into, also under its former name."""
        decks = dict(self.ledger.decks)
        former: dict[str, str] = {}
        first: dict[tuple[str, str], tuple[_Article, int]] = {}
        """Document and deck → the first note that has them."""
        for article in self.articles:
            named = list(column(article.notes, "deck"))
            for deck in dict.fromkeys(named):
                first.setdefault((article.document, deck), (article, named.index(deck)))
        here = {document for document, _ in first}
        if any(known) and not here <= decks.keys():
            for document, origin in origins(self.notes, known, decks).items():
                if origin not in here and self._in_scope_document(origin):
                    former[document] = origin
        told = set()
        for (document, deck), (article, place) in first.items():
            if document not in decks:
                decks[document] = decks[former[document]] if document in former else deck
            if decks[document] != deck and document not in told:
                told.add(document)
                message = f"the cards stay in the deck “{decks[document]}”, not “{deck}”"
                hint = f"to rename it, rename the deck in Anki, and write the new name into the line of this file in {self.path}"
                note = article.notes[place]
                self.diagnostics.append(Diagnostic(DECK_KEPT, Span(note.path, note.line), message, hint))
        return decks

    def _in_scope_document(self, document: str) -> bool:
        return self.scope is None or document in self.scope

    def _all_new(
        self, article: _Article, own_guids: Sequence[str], known: Sequence[Entry | None], decks: Mapping[str, str]
    ) -> "_Found | None":
        """Return what `_identified` does for the notes of an article, if all of them are new."""
        if any(known):
            return None
        kinds, _, _, _, _, cards, _, _, documents, texts, _, languages, _ = article.notes.members
        keys, contents, fields, locations = article.stamps
        many = len(kinds)
        deck, now = (decks[article.document],) * many, (self.now,) * many
        kept, sketches = zip(*map(_kept_of, kinds, texts), strict=True)
        bits = tuple(map(card_bits, cards_of(cards).ords))
        entries: Columns[Entry] = Columns(
            Entry, kinds, own_guids, keys, now, contents, fields, bits, locations, kept, sketches, documents, languages, deck, (False,) * many
        )
        dated: Columns[DatedNote] = Columns(DatedNote, article.notes, own_guids, now, deck, locations)
        return dated, entries, _planned("new", own_guids, article)

    def _all_unchanged(self, article: _Article, known: Sequence[Entry | None]) -> "_Found | None":
        """Return the same if all of them are as they were."""
        old = [entry for entry in known if entry is not None]
        return _unchanged(article, old) if len(old) == len(known) and self._as_it_was(article, old) else None

    def _one_by_one(
        self, article: _Article, own_guids: Sequence[str], known: Sequence[Entry | None], decks: Mapping[str, str]
    ) -> "_Found":
        """Return what `_identified` does for the notes of an article."""
        stamps = map(Stamp, *article.stamps)
        dated, entries, planned = zip(*map(self._identified, article.notes, stamps, own_guids, known, repeat(decks)), strict=True)
        return dated, entries, planned

    def _identified(
        self, note: Note, stamp: Stamp, own_guid: str, old: Entry | None, decks: Mapping[str, str]
    ) -> tuple[DatedNote, Entry, PlannedNote]:
        kind, languages, document = note.note_type, note.languages, note.document
        key, content, digests, location = stamp
        cards = card_bits(tuple([card.ord for card in note.cards]))
        moved_from = ""
        changed_fields: tuple[str, ...] = ()
        new_cards: tuple[str, ...] = ()
        blank_cards: tuple[str, ...] = ()
        status: Status
        if old is None:
            status, modified, deck = "new", self.now, decks[document]
        else:
            deck = old.deck
            elsewhere = not old.removed and not self._in_scope(old)
            if elsewhere:  # a note of an article that this build does not look at: what is seen of it is not the whole
                document, content, cards = old.document, old.content, old.cards
            elif old.document != document:
                moved_from = old.document
            changed = old.content != content
            status = "returned" if old.removed else "changed" if changed else "unchanged"
            modified = self._moment(old.modified, changed)
            if changed:
                shape = self.shapes[languages, kind]
                changed_fields = _changed_fields(old.fields, digests, shape.names)
                new, former = bits_of(cards), bits_of(old.cards)
                new_cards = tuple(name for bit, name in enumerate(shape.templates) if new & ~former & 1 << bit)
                blank_cards = tuple(name for bit, name in enumerate(shape.templates) if former & ~new & 1 << bit)
            else:
                location, digests = old.location, old.fields
        if old is not None and old.key == key:
            text, sketch = old.text, old.sketch
        else:
            text, sketch = _kept_of(kind, note.text)
        entry = Entry(kind, own_guid, key, modified, content, digests, cards, location, text, sketch, document, languages, deck)
        planned = PlannedNote(
            status, own_guid, kind, languages, document, note.path, note.line, note.text, changed_fields, moved_from, new_cards, blank_cards
        )
        return DatedNote(note, own_guid, modified, deck, location), entry, planned

    def _left_over(self, entries: Iterable[Sequence[Entry]]) -> tuple[list[Entry], list[PlannedNote]]:
        """Return the entries that no note has, as they are remembered further, and what becomes of their notes."""
        kept: list[Entry] = []
        planned: list[PlannedNote] = []
        present = set(chain.from_iterable([column(of_article, "guid") for of_article in entries])) if self.entries else set()
        for entry in self._without(present):
            foreign = (entry.languages, entry.kind) in self.foreign
            if entry.removed or not self._in_scope(entry):
                if not foreign:
                    kept.append(entry)
                continue
            if not foreign:
                kept.append(entry._replace(removed=True))
            planned.append(
                PlannedNote("removed", entry.guid, entry.kind, entry.languages, entry.document, entry.document, 0, entry.text)
            )
        return kept, planned

    def _tell_doubt(self, note: Note, own_guid: str, entry: Entry) -> None:
        message = f"“{_short(note.text)}” is taken for a new note, but may be “{_short(entry.text)}” edited"
        hint = f"if it is: `anki-builder link {entry.guid} {own_guid}{self.arguments}` before the next import keeps the reviews"
        self.diagnostics.append(Diagnostic(DOUBTFUL_IDENTITY, Span(note.path, note.line), message, hint))


_Found = tuple[Sequence[DatedNote], Sequence[Entry], Sequence[PlannedNote]]


def _unchanged(article: _Article, old: Sequence[Entry]) -> _Found:
    """Return what `_identified` does for the notes of an article that are as these entries say."""
    _, own_guids, _, modified, _, _, _, locations, _, _, _, _, decks, _ = columns(old)
    return Columns(DatedNote, article.notes, own_guids, modified, decks, locations), old, _planned("unchanged", own_guids, article)


def _kept_of(kind: NoteTypeName, text: str) -> tuple[str, str]:
    """Return what is kept of the text of a note to recognise it by."""
    return cloze_parts(text) if kind == "cloze" else trace(text)


def _planned(status: Status, own_guids: Sequence[str], article: _Article) -> Columns[PlannedNote]:
    """Return what becomes of the notes of an article of which no field, card or place changes."""
    kinds, _, _, _, _, _, paths, lines, documents, texts, _, languages, _ = article.notes.members
    many = len(kinds)
    nothing = ((),) * many
    return Columns(
        PlannedNote, (status,) * many, own_guids, kinds, languages, documents, paths, lines, texts, nothing, ("",) * many, nothing, nothing
    )


def _arranged(
    entries: Iterable[Sequence[Entry]], kept: Iterable[Entry], before: Sequence[Entry], decks: Mapping[str, str]
) -> Parts[Entry]:
    """Return entries by document, language pair and deck (that of its new notes first), in reading order.

    Those of removed notes come after their old neighbours.
    """
    after: dict[tuple[Place, str], list[Entry]] = {}
    leftover = {entry.guid: entry for entry in kept}
    documents = set(map(_DOCUMENT, leftover.values()))
    last: dict[Place, str] = {}
    for entry in [entry for entry in before if entry.document in documents] if leftover else ():
        place = PLACE(entry)
        if entry.guid in leftover:
            after.setdefault((place, last.get(place, "")), []).append(leftover[entry.guid])
        else:
            last[place] = entry.guid
    places: dict[Place, list[Sequence[Entry]]] = {}
    for place in {place for place, neighbour in after if not neighbour}:
        places[place] = [after.pop((place, ""))]
    between = {place for place, _ in after}
    for place, neighbours in chain.from_iterable(map(by_place, entries)):
        groups = places.setdefault(place, [])
        if place in between:
            groups += [[entry, *after.pop((place, entry.guid), ())] for entry in neighbours]
        else:
            groups.append(neighbours)
    for (place, _), stray in after.items():
        places.setdefault(place, []).append(stray)
    in_order = sorted(places, key=lambda place: (place[0], place[1], place[2] != decks.get(place[0]), place[2]))
    return Parts([group[0] if len(group) == 1 else list(chain.from_iterable(group)) for group in map(places.__getitem__, in_order)])


def _changed_fields(old: str, new: str, names: Sequence[str]) -> tuple[str, ...]:
    before, after = split_digests(old, len(names)), split_digests(new, len(names))
    return tuple(name for name, a, b in zip(("Tags", *names), before, after, strict=True) if a != b)


def _schema_difference(old: TypeEntry, new: TypeEntry, note_type: NoteType) -> str:
    """Return how the schema of a note type changed."""
    sides = (
        ("field", old.fields, new.fields, [field.name for field in note_type.fields]),
        ("card template", old.templates, new.templates, [template.name for template in note_type.templates]),
    )
    told = []
    for what, before, after, names in sides:
        gone = [number for number, digest in enumerate(before, 1) if digest not in after]
        added = [name for name, digest in zip(names, after, strict=True) if digest not in before]
        if len(before) == len(after) and gone:
            told += [f"{what} {number} is now “{name}”" for number, name in zip(gone, added, strict=False)]
        else:
            told += [f"{what} {number} of {len(before)} is gone" for number in gone] + [f"{what} “{name}” was added" for name in added]
        if not gone and not added and before != after:
            told.append(f"the {what}s stand in another order")
    return ", ".join(told) or "its fields or card templates changed"


def _schema_changed(note_type: NoteType, difference: str, path: str) -> Diagnostic:
    message = (
        f"note type “{note_type.name}”: {difference}; Anki would refuse every note of it (“could not be imported”) "
        f"and put new notes into an empty copy of the note type"
    )
    return Diagnostic(SCHEMA_CHANGED, Span(path, 0), message, SCHEMA_CHANGED.cure)


def _short(text: str, length: int = 50) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _duration(seconds: int) -> str:
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{seconds // size} {name}{'s' * (seconds >= 2 * size)}"
    return f"{seconds} seconds"
