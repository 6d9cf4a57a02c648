"""Anki's nouns: note types with their fields and card templates, notes with their cards, decks."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Literal, NamedTuple, Protocol

from anki_builder.columns import Columns, Lazy, parts

NoteTypeName = Literal["sentence", "vocabulary", "cloze"]


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


class Cards(Lazy[tuple[Card, ...]]):
    """The cards of notes that follow one another."""

    __slots__ = ("dues", "ords")

    def __init__(self, ords: Sequence[tuple[int, ...]], dues: Sequence[int]) -> None:
        """`ords` are those of each note; `dues` those of all cards, one after the other."""
        super().__init__()
        self.ords, self.dues = ords, dues

    def _make(self) -> Iterator[tuple[Card, ...]]:
        dues = iter(self.dues)
        return (tuple(map(Card, of_note, dues)) for of_note in self.ords)

    def __len__(self) -> int:
        return len(self.ords)


def cards_of(notes: Sequence[Sequence[Card]]) -> Cards:
    """Return the cards of each note together."""
    if isinstance(notes, Cards):
        return notes
    return Cards([tuple([card.ord for card in cards]) for cards in notes], [card.due for cards in notes for card in cards])


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


class PackedFields(Lazy[str]):
    """The fields of a note in UTF-8, as few objects as possible: most of the memory of a build are fields.

    A passage stands only once in memory, however many notes show it: each has its sentence marked when the fields are asked for.
    Measured on 40,000 notes: 34 MB instead of 110.
    """

    __slots__ = ("packed", "passage", "place")

    def __init__(self, packed: bytes, passage: Passage | None = None, place: int = -1) -> None:
        """`packed` are the fields joined by `SEPARATOR`, with `PASSAGE` for that of the passage and the next, its translation.

        `place` is the number of the sentence to mark, -1 where nothing is to be.
        """
        super().__init__()
        self.packed, self.passage, self.place = packed, passage, place

    def _make(self) -> list[str]:
        return self.joined().decode().split("\x1f")

    def joined(self) -> bytes:
        """Return the fields, joined by `SEPARATOR`."""
        if self.passage is None:
            return self.packed.replace(PASSAGE, SEPARATOR)
        return self.packed.replace(PASSAGE, SEPARATOR.join(marked(self.passage, self.place)))

    def __len__(self) -> int:
        return len(self.all)


def joined(notes: Sequence[Sequence[str]]) -> Iterator[bytes]:
    """Yield the fields of each note in UTF-8, joined by `SEPARATOR`: what several next to one another show of a passage is made once."""
    if not isinstance(notes, Columns):
        yield from (SEPARATOR.join(encoded(fields)) for fields in notes)
        return
    last: Passage | None = None
    shown: dict[int, bytes] = {}
    for packed, passage, place in zip(*notes.members, strict=True):
        if passage is None:
            yield packed.replace(PASSAGE, SEPARATOR)
            continue
        if passage is not last:
            last, shown = passage, {}
        both = shown.get(place)
        if both is None:
            both = shown[place] = SEPARATOR.join(marked(passage, place))
        yield packed.replace(PASSAGE, both)


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
    cards: tuple[Card, ...]
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


def by_document(notes: Sequence[Note]) -> Iterator[Columns[Note]]:
    """Yield the notes of each document, or of a stretch of one."""
    for part in parts(notes):
        if isinstance(part, Columns):
            yield part
        else:
            for _, of_document in groupby(part, attrgetter("document")):
                yield Columns(Note, *zip(*of_document, strict=True))


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
    notes: Sequence[DatedNote]
    """In reading order: a tuple, or `Parts`, one for each document."""
    media: tuple[Media, ...] = ()
    """Media of the templates; those of the notes come with them."""
    marks: Mapping[str, bytes] = {}
    """Document → what tells its notes, as they were composed, from all that ever were; only where that is known."""
