"""The nouns of drafting: notes as their own document has them; and the sheet on which the notes of an article are written."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from sys import intern
from typing import NamedTuple, TypeVar

from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import VocabularyEntry
from anki_builder.languages import language
from anki_builder.note import PASSAGE, SEPARATOR, Media, NoteType, NoteTypeName, Passage, Stamper
from anki_builder.notes.markup import clean, lasting
from anki_builder.notes.note_types import FIELDS
from anki_builder.templates.evaluate import card_rule

_Item = TypeVar("_Item")
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
    mark: bytes = b""
    """Tells what was drafted of this document from all else that ever was, if that is kept from one build to the next."""


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


class Drafts(NamedTuple):
    """Notes as their own document has them, member by member: what the same term or sentence is in others is looked at afterwards.

    As flat as can be: there are as many as notes, and they are kept from one build to the next.
    """

    kinds: tuple[NoteTypeName, ...] = ()
    guids: tuple[str, ...] = ()
    """Those that their keys give: what tells one from others."""
    terms: tuple[str, ...] = ()
    """The key of a term; empty for other notes."""
    lines: tuple[int, ...] = ()
    ranks: tuple[int, ...] = ()
    """Within the round."""
    ords: tuple[tuple[int, ...], ...] = ()
    """The cards they make."""
    texts: tuple[str, ...] = ()
    packed: tuple[bytes | None, ...] = ()
    """This and the next two are what `PackedFields` takes. None for a sentence that the document has said before, and for a term
    that an earlier document had."""
    passages: tuple[Passage | None, ...] = ()
    places: tuple[int, ...] = ()
    contents: tuple[str, ...] = ()
    """This and the next two are what the stamps say."""
    fields: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    media: tuple[tuple[int, tuple[Media, ...]], ...] = ()
    """Of those that have any, by index."""
    diagnostics: tuple[tuple[int, tuple[Diagnostic, ...]], ...] = ()
    """Of those that give rise to any, by index."""


class Drafted(NamedTuple):
    """The notes of one document, drafted: all that is needed of it any more."""

    head: Head
    drafts: Drafts
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

    def __init__(self, config: Config, collection: str, note_types: NoteTypes, stamper: Stamper) -> None:
        self.config, self.collection, self.stamper = config, collection, stamper
        self._note_types = note_types
        self._ords: dict[tuple[tuple[str, str], NoteTypeName], Ords] = {}

    def ords(self, languages: tuple[str, str], kind: NoteTypeName) -> Ords:
        """Return what tells the cards of the notes of one type."""
        of_kind = self._ords.get((languages, kind))
        if of_kind is None:
            of_kind = self._ords[languages, kind] = Ords(self._note_types[languages][kind])
        return of_kind


Shown = tuple[Passage | None, int, tuple[str, ...], str, str]
"""What a note shows of its article: the passage and the place in it, as `PackedFields` takes them; what stands for the fields in telling
the cards, which depend on what is empty alone; what the stamp says of the fields, without the last, which is pinned; and that one, the
location."""
Written = tuple[
    NoteTypeName, str, int, int, str, tuple[str, ...], Shown, tuple[str, ...], tuple[Media, ...], tuple[Diagnostic, ...]
]
"""A note as it is written down: its type, key, line, rank and text; its own fields, none where another note of this key is to be shown,
those that show its article, and its flags, which are all fields but the last; its media; and what there is to say about it."""


class Sheet:
    """The notes of an article as they come to be written: all that they show of it alike is worked out once."""

    def __init__(self, desk: Desk, head: Head, lasting: bool = False) -> None:
        """`lasting` tells that all that the article says, and so all that is written, is `lasting`."""
        self.head, self.config, self.lasting, self._desk, self._stamper = head, desk.config, lasting, desk, desk.stamper
        self.spaces = language(head.languages[0]).spaces
        self.media = dict(head.media)
        source = _joined([(head.source, head.url)])[0]
        self._source = {
            kind: SEPARATOR + (PASSAGE + SEPARATOR if "Passage" in names else b"") + source + SEPARATOR for kind, names in FIELDS.items()
        }
        """What stands between a note's own fields and the pinned one."""
        self._source_digests = "".join(self.digests(source.split(SEPARATOR)))
        self._stands = _FILLED if head.source else "", _FILLED if head.url else ""
        self._shown: dict[int, Shown] = {}

    def digests(self, fields: Sequence[bytes]) -> Sequence[str]:
        """Return what a stamp says of each field."""
        return self._stamper.digests(fields)

    def shown(self, number: int) -> Shown:
        """Return what a note without a passage, learned at this one or at none (-1), shows of the article."""
        known = self._shown.get(number)
        if known is not None:
            return known
        location = f"¶{number + 1}" if number >= 0 else ""
        stands = (*self._stands, _FILLED if location else "")
        shown = self._shown[number] = (None, -1, stands, self._source_digests, intern(location))
        return shown

    def with_passage(
        self, passage: Passage | None, locations: Sequence[str], places: Iterable[int], digests: Iterable[str]
    ) -> list[Shown]:
        """Return what notes with a passage, or without one, show of the article.

        Of each there is its location, the place to mark, and the digests of the two fields.
        """
        text, translation = passage[:2] if passage is not None else (b"", b"")
        stands = _FILLED if text else "", _FILLED if translation else "", *self._stands
        located, lost = (*stands, _FILLED), (*stands, "")
        source = self._source_digests
        return [
            (passage, place, located if location else lost, own + source, intern(location))
            for location, place, own in zip(locations, places, digests, strict=True)
        ]

    def drafts(self, written: Sequence[Written]) -> Drafts:
        """Return finished notes.

        Their last field is the key: until the ledger puts the GUID there, the one that the key gives stands for it, most often the same.
        """
        if not written:
            return Drafts()
        kinds, keys, lines, ranks, texts, owns, shown, flags, media, diagnostics = zip(*written, strict=True)
        passages, places, stands, digests, locations = zip(*shown, strict=True)
        firsts, rests = _joined(owns, self.lasting), tuple(map(_joined_flags, flags))
        head, source = self.head, self._source
        guids, contents, fields = self._stamper.stamps(head.languages, head.tags, kinds, keys, firsts, digests, rests)
        packed = [
            b"".join((first, source[kind], location.encode(), SEPARATOR, rest, guid.encode())) if own else None
            for own, first, kind, location, rest, guid in zip(owns, firsts, kinds, locations, rests, guids, strict=True)
        ]
        terms = tuple([key if kind == "vocabulary" else "" for kind, key in zip(kinds, keys, strict=True)])
        return Drafts(
            kinds, tuple(guids), terms, lines, ranks, self._ords(kinds, owns, stands, flags), texts, tuple(packed),
            passages, places, tuple(contents), tuple(fields), locations, _there(media), _there(diagnostics),
        )  # fmt: skip

    def _ords(
        self,
        kinds: Sequence[NoteTypeName],
        owns: Sequence[tuple[str, ...]],
        stands: Sequence[tuple[str, ...]],
        flags: Sequence[tuple[str, ...]],
    ) -> tuple[tuple[int, ...], ...]:
        of = {kind: self._desk.ords(self.head.languages, kind).of for kind in set(kinds)}
        return tuple(
            [of[kind](own, stand, flag) if own else () for kind, own, stand, flag in zip(kinds, owns, stands, flags, strict=True)]
        )


def _there(items: Sequence[tuple[_Item, ...]]) -> tuple[tuple[int, tuple[_Item, ...]], ...]:
    """Return those that are not empty, each with its index."""
    return tuple([(index, item) for index, item in enumerate(items) if item]) if any(items) else ()


def _joined(notes: Sequence[tuple[str, ...]], known: bool = False) -> list[bytes]:
    """Return finished fields, note by note, without the characters Anki cannot store, in Unicode's composed form, as Anki stores them.

    `known` tells that they are so already; else they are looked at all together, as most are.
    """
    if not known and not lasting(" ".join(chain.from_iterable(notes))):
        notes = [tuple(map(clean, fields)) for fields in notes]
    return ["\x1f".join(fields).encode() for fields in notes]


@lru_cache(64)
def _joined_flags(flags: tuple[str, ...]) -> bytes:
    """Return the fields behind the pinned one, with the key empty."""
    return "\x1f".join((*flags, "")).encode()
