"""Anki's nouns: note types with their fields and card templates, notes with their cards, decks."""

from typing import Literal, NamedTuple

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


class Media(NamedTuple):
    """A file that goes into the package."""

    name: str
    """As fields and templates refer to it: content-hashed."""
    path: str
    """Absolute path on disk."""


class Note(NamedTuple):
    """A note with its stable key, before the ledger has given it a GUID and a time."""

    note_type: NoteTypeName
    key: str
    """What makes it this note and no other: unique per note type and language pair, independent of its translation or gloss."""
    deck: str
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    """HTML, escaped, in the order of the note type's fields."""
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


class DatedNote(NamedTuple):
    """A note with the identity the ledger gives it."""

    note: Note
    guid: str
    modified: int
    """Seconds since the epoch at which its content last changed."""


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
