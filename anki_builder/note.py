"""Anki's nouns: note types with their fields and card templates, notes with their cards, decks."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, Literal, NamedTuple, Protocol, TypeVar, overload

_Item = TypeVar("_Item")
_Noun = TypeVar("_Noun", bound=tuple[Any, ...])
NoteTypeName = Literal["sentence", "vocabulary", "cloze"]


def nouns(kind: type[_Noun], *members: Iterable[Any]) -> Iterator[_Noun]:
    """Return many of one noun by their members: the first of each, the second, … In two thirds of the time that calling `kind` takes."""
    return map(partial(tuple.__new__, kind), zip(*members, strict=False))


class Field(NamedTuple):
    """A field of a note type. Anki matches note types position by position by this id: it never changes."""

    name: str
    id: int


class CardTemplate(NamedTuple):
    """A card template, rendered: only Anki's own notation is left in it."""

    name: str
    id: int
    front: str
    back: str


class NoteType(NamedTuple):
    """A note type as Anki stores it."""

    kind: NoteTypeName
    id: int
    name: str
    fields: tuple[Field, ...]
    templates: tuple[CardTemplate, ...]
    css: str
    sort_field: int = 0
    """Index of the field the browser sorts by."""

    @property
    def is_cloze(self) -> bool:
        """Whether Anki makes its cards out of cloze deletions."""
        return self.kind == "cloze"


class Card(NamedTuple):
    """A card of a note that Anki will make."""

    ord: int
    """Index of its template; for a cloze note the number of the deletion less one."""
    due: int
    """Position among the new cards of the collection, from 1."""


class _Packed(Sequence[_Item]):
    """A sequence that is unpacked as a whole when it is looked into."""

    __slots__ = ()

    @overload
    def __getitem__(self, index: int) -> _Item: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[_Item, ...]: ...
    def __getitem__(self, index: int | slice) -> _Item | tuple[_Item, ...]:
        return tuple(self)[index]


class PackedCards(_Packed[Card]):
    """The cards of a note in half the memory of a tuple of them."""

    __slots__ = ("dues", "ords")

    def __init__(self, ords: tuple[int, ...], dues: bytes) -> None:
        """`ords` and `dues` are those of the cards, in the order of the former; the latter as in an `array` of type `I`."""
        self.ords, self.dues = ords, dues

    def __len__(self) -> int:
        return len(self.ords)

    def __iter__(self) -> Iterator[Card]:
        return map(Card, self.ords, memoryview(self.dues).cast("I"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PackedCards) and self.ords == other.ords and self.dues == other.dues

    def __hash__(self) -> int:
        return hash((self.ords, self.dues))


def ords(cards: Sequence[Card]) -> tuple[int, ...]:
    """Return which cards these are."""
    return cards.ords if isinstance(cards, PackedCards) else tuple([card.ord for card in cards])


def numbered(cards: Sequence[Card]) -> Iterable[tuple[int, int]]:
    """Return ord and due of each card, without making cards of them."""
    return zip(cards.ords, memoryview(cards.dues).cast("I"), strict=True) if isinstance(cards, PackedCards) else cards


class Media(NamedTuple):
    """A file that goes into the package."""

    name: str
    """As fields and templates refer to it: content-hashed."""
    path: str
    """Absolute path on disk."""


_QUOTES = {"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-"}


@lru_cache(1 << 12)
def normalised(text: str) -> str:
    """Return `text` as keys compare it: compatibility forms, case, quotes and white space folded."""
    if not text.isascii():
        text = plain_quotes(unicodedata.normalize("NFKC", text))
    return " ".join(text.casefold().split())


def plain_quotes(text: str) -> str:
    """Return `text` with the quotes and hyphens of a keyboard."""
    for written, plain in _QUOTES.items():  # a third of what str.translate takes
        text = text.replace(written, plain)
    return text


CLOZE_SEPARATOR = " ⟂ "
"""Between term and sentence in the text and the key of a cloze note."""
SEPARATOR = b"\x1f"
"""Between the fields of a note, as Anki stores them; never within one."""
PASSAGE = b"\x1e"
"""Stands for a passage and its translation; never within a field."""


Passage = tuple[bytes, bytes, tuple[int, ...]]
"""A passage and its translation, as HTML in UTF-8, and where in both each of its sentences begins and ends: four offsets for each."""


def marked(passage: Passage, place: int) -> tuple[bytes, bytes]:
    """Return a passage and its translation, each with the sentence of this number marked, unless that is empty; at -1 none is."""
    text, translation, bounds = passage
    if place < 0:
        return text, translation
    start, end, other_start, other_end = bounds[4 * place : 4 * place + 4]
    if start < end:
        text = b"".join((text[:start], b"<mark>", text[start:end], b"</mark>", text[end:]))
    if other_start < other_end:
        translation = b"".join(
            (translation[:other_start], b"<mark>", translation[other_start:other_end], b"</mark>", translation[other_end:])
        )
    return text, translation


class PackedFields(_Packed[str]):
    """The fields of a note in UTF-8, as few objects as possible: most of the memory of a build are fields.

    A passage stands only once in memory, however many notes show it: each has its sentence marked when the fields are asked for.
    Measured on 40,000 notes: 34 MB instead of 110.
    """

    __slots__ = ("packed", "passage", "place")

    def __init__(self, packed: bytes, passage: Passage | None = None, place: int = -1) -> None:
        """`packed` are the fields joined by `SEPARATOR`, with `PASSAGE` for that of the passage and the next, its translation.

        `place` is the number of the sentence to mark, -1 where nothing is to be.
        """
        self.packed, self.passage, self.place = packed, passage, place

    def joined(self) -> bytes:
        """Return the fields, joined by `SEPARATOR`."""
        if self.passage is None:
            return self.packed.replace(PASSAGE, SEPARATOR)
        return self.packed.replace(PASSAGE, SEPARATOR.join(marked(self.passage, self.place)))

    def __len__(self) -> int:
        return self.joined().count(SEPARATOR) + 1

    def __iter__(self) -> Iterator[str]:
        return iter(self.joined().decode().split("\x1f"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PackedFields) and self.joined() == other.joined()

    def __hash__(self) -> int:
        return hash((self.packed, self.place))


def joined(notes: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield the fields of each note in UTF-8, joined by `SEPARATOR`: what several next to one another show of a passage is made once."""
    last: Passage | None = None
    shown: dict[int, bytes] = {}
    for fields in notes:
        if not isinstance(fields, PackedFields):
            yield SEPARATOR.join(encoded(fields))
            continue
        passage, place = fields.passage, fields.place
        if passage is None:
            yield fields.joined()
            continue
        if passage is not last:
            last, shown = passage, {}
        both = shown.get(place)
        if both is None:
            both = shown[place] = SEPARATOR.join(marked(passage, place))
        yield fields.packed.replace(PASSAGE, both)


def encoded(fields: Sequence[str]) -> list[bytes]:
    """Return the fields of a note in UTF-8."""
    if isinstance(fields, PackedFields):
        return fields.joined().split(SEPARATOR)
    return [field.encode("utf-8", "surrogatepass") for field in fields]


class Stamp(NamedTuple):
    """What the ledger works out of a note by itself, whatever it was before."""

    key: str
    """The GUID that its key gives a new note."""
    content: str
    """Digest of what is the note's own."""
    fields: str
    """Digests of its tags and of each field."""
    location: str
    """Its pinned field."""


class Stamper(Protocol):
    """Works out stamps, of notes in parts: what a note shows of its article is the same for many."""

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
        """Return the keys, contents and fields of the stamps of an article's notes.

        Of each note there is its key and, joined by `SEPARATOR`, its own fields; of those that show its article only the digests; and
        the fields behind the pinned one, with the key empty.
        """

    def digests(self, fields: Iterable[bytes]) -> list[str]:
        """Return the digest of each field."""


class Note(NamedTuple):
    """A note with its stable key, before the ledger has given it a GUID and a time."""

    note_type: NoteTypeName
    given_key: str
    """Its key, or nothing where that is its text, normalised."""
    deck: str
    tags: tuple[str, ...]
    fields: Sequence[str]
    """HTML, escaped, in the order of the note type's fields: a tuple, or `PackedFields`."""
    cards: Sequence[Card]
    """A tuple, or `PackedCards`."""
    path: str
    line: int
    document: str
    """`Source.name` of the document it comes from."""
    text: str
    """Plain text that recognises it after an edit: the sentence; the term; for a cloze `term ⟂ sentence`."""
    media: tuple[Media, ...] = ()
    languages: tuple[str, str] = ("", "")
    """Language pair: each pair has note types of its own."""
    stamp: Stamp | None = None
    """If it is worked out already."""

    @property
    def key(self) -> str:
        """What makes it this note and no other: unique per note type and language pair, independent of its translation or gloss."""
        return self.given_key or normalised(self.text)


PINNED_FIELD = "Location"
"""Where a note stands in its article. It shifts for every note below an insertion: so it stays as it was last imported until the
note itself changes, and what was edited in Anki is not overwritten for its sake."""
KEY_FIELD = "Key"
"""Holds the GUID, by which Anki's browser can so find a note (it has no search for GUIDs)."""


class DatedNote(NamedTuple):
    """A note with the identity the ledger gives it."""

    note: Note
    guid: str
    modified: int
    """Seconds since the epoch at which its content last changed."""
    deck: str | None = None
    """Where its cards are, if not where the note says."""
    location: str | None = None
    """Its pinned field, if not as the note says."""

    def identified(self, fields: list[bytes], pinned: int, key: int) -> list[bytes]:
        """Put its identity into its fields; `pinned` and `key` are the indexes of these two, -1 where its note type has none."""
        if pinned >= 0 and self.location is not None:
            fields[pinned] = self.location.encode()
        if key >= 0:
            fields[key] = self.guid.encode()
        return fields

    def fields(self, note_type: NoteType) -> dict[str, str]:
        """Return its fields by name."""
        names = [field.name for field in note_type.fields]
        values = self.identified(encoded(self.note.fields), names.index(PINNED_FIELD), names.index(KEY_FIELD))
        return {name: value.decode() for name, value in zip(names, values, strict=True)}


class DatedNoteType(NamedTuple):
    """A note type with the time its rendered templates last changed."""

    note_type: NoteType
    modified: int


class Deck(NamedTuple):
    """Everything that goes into one package; notes carry the names of their decks."""

    note_types: tuple[tuple[tuple[str, str], DatedNoteType], ...]
    """(language pair, note type), for every pair that occurs in `notes`."""
    notes: tuple[DatedNote, ...]
    """In reading order."""
    media: tuple[Media, ...] = ()
    """Media of the templates; those of the notes come with them."""
    marks: Mapping[str, bytes] = {}
    """Document → what tells its notes, as they were composed, from all that ever were; only where that is known."""
