"""The nouns of drafting: a note as its own document has it; and the sheet on which the notes of an article are written."""

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import VocabularyEntry
from anki_builder.note import (
    SEPARATOR,
    Media,
    NoteType,
    NoteTypeName,
    Stamp,
    Stamper,
    StampOf,
)
from anki_builder.notes.markup import clean, escape
from anki_builder.templates.evaluate import card_rule

NoteTypes = Mapping[tuple[str, str], Mapping[NoteTypeName, NoteType]]
_FILLED = "…"
NO_PASSAGE = ".."
"""What the stamp says of two empty fields."""


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


class Ords:
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


class Desk:
    """What the notes of a collection are written with."""

    def __init__(self, config: Config, collection: str, note_types: NoteTypes, stamper: Stamper | None) -> None:
        self.config, self.collection, self.stamper = config, collection, stamper
        self._note_types = note_types
        self._ords: dict[tuple[tuple[str, str], NoteTypeName], Ords] = {}

    def ords(self, languages: tuple[str, str], kind: NoteTypeName) -> Ords:
        """Return what tells the cards of the notes of one type."""
        of_kind = self._ords.get((languages, kind))
        if of_kind is None:
            of_kind = self._ords[languages, kind] = Ords(self._note_types[languages][kind])
        return of_kind


class Shown(NamedTuple):
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


class Sheet:
    """Writes the notes of an article: all that they show of it alike is worked out once."""

    def __init__(self, desk: Desk, head: Head) -> None:
        self.head, self.config, self._desk, self._stamper = head, desk.config, desk, desk.stamper
        self._source = _joined((head.source, head.url))
        self._source_digests = "".join(self.digests(self._source.split(SEPARATOR)))
        self._stands = _FILLED if head.source else "", _FILLED if head.url else ""
        self._kinds: dict[NoteTypeName, tuple[Ords, StampOf | None]] = {}
        self._shown: dict[int, Shown] = {}

    def digests(self, fields: Sequence[bytes]) -> Sequence[str]:
        """Return what a stamp says of each field."""
        return [""] * len(fields) if self._stamper is None else self._stamper.digests(fields)

    def shown(self, number: int) -> Shown:
        """Return what a note without a passage, learned at this one or at none (-1), shows of the article."""
        known = self._shown.get(number)
        if known is not None:
            return known
        location = f"¶{number + 1}" if number >= 0 else ""
        packed = self._source + SEPARATOR + location.encode()
        stands = (*self._stands, _FILLED if location else "")
        shown = self._shown[number] = Shown((), (), -1, packed, stands, self._source_digests, intern(location))
        return shown

    def with_passage(
        self, location: str, passage: tuple[bytes, ...], translation: tuple[bytes, ...], place: int, digests: str
    ) -> Shown:
        """Return what a note with a passage, which may be empty, shows of the article; `digests` are those of its two fields."""
        packed = b"".join((SEPARATOR, SEPARATOR, self._source, SEPARATOR, location.encode()))
        stands = _FILLED if passage else "", _FILLED if translation else "", *self._stands, _FILLED if location else ""
        return Shown(passage, translation, place, packed, stands, digests + self._source_digests, intern(location))

    def draft(
        self,
        kind: NoteTypeName,
        key: str,
        line: int,
        rank: int,
        text: str,
        own: tuple[str, ...],
        shown: Shown,
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

    def _kind(self, kind: NoteTypeName) -> "tuple[Ords, StampOf | None]":
        """Return what tells the cards and the stamps of the notes of one type."""
        head, stamper = self.head, self._stamper
        stamp_of = None if stamper is None else stamper.of(kind, head.languages, head.tags)
        found = self._kinds[kind] = self._desk.ords(head.languages, kind), stamp_of
        return found


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
