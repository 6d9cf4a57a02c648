"""Nouns of a push and a pull: notes as they are here, as Anki has them, and as they were last sent."""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import blake2b
from html import unescape
from typing import NamedTuple

from anki_builder.note import Languages, Media, NoteType

REMOVED_TAG = "anki-builder::removed"
"""Marks the notes in Anki that are gone from the notes here."""
_ENTITY = re.compile(r"&(?!(?:lt|gt|amp);)#?\w+;")
LINE = "\x1f"
"""Separates the fields of a note, as Anki stores them."""


class OwnNote(NamedTuple):
    """A note as the notes here make it."""

    guid: str
    note_type: NoteType
    fields: Mapping[str, str]
    """HTML by field name, in the order of the note type."""
    tags: tuple[str, ...]
    deck: str
    modified: int
    """Seconds since the epoch at which its content last changed."""
    cards: tuple[int, ...]
    """Indices of the templates that make a card."""
    dues: tuple[int, ...]
    """Places of its cards among new cards."""
    path: str
    """As shown to the learner."""
    line: int
    text: str
    languages: Languages
    media: tuple[Media, ...] = ()


class AnkiCard(NamedTuple):
    """A card as Anki has it."""

    id: int
    deck: str


class AnkiNote(NamedTuple):
    """A note as Anki has it."""

    id: int
    guid: str
    type_id: int
    type_name: str
    fields: Mapping[str, str]
    """HTML by the field names that Anki has."""
    tags: tuple[str, ...]
    cards: tuple[AnkiCard, ...]
    modified: int = 0
    """Seconds since the epoch; 0 where Anki does not say."""


class AnkiType(NamedTuple):
    """A note type as Anki has it."""

    id: int
    name: str
    fields: tuple[str, ...]
    templates: Mapping[str, tuple[str, str]]
    """Front and back by name, in their order."""
    css: str
    modified: int = 0
    """Seconds since the epoch; 0 where Anki does not say."""


class Sent(NamedTuple):
    """A note as it was last sent, or found to be the same in Anki and here."""

    note_id: int
    own: str
    """Digest of the note here when nothing was left to do; empty while something is."""
    fields: Mapping[str, str]
    """Digest of each field that is known to have been the same here and in Anki."""
    tags: tuple[str, ...]
    deck: str
    modified: int
    """The time that Anki was given for it."""
    is_removed: bool = False
    """It was tagged as removed."""
    suspended: tuple[int, ...] = ()
    """The cards that were suspended because it is removed: they are woken up if it returns."""


def canonical(html: str) -> str:
    """Return a field as it is compared: Anki's editor writes characters where we write entities, and the other way round."""
    return _ENTITY.sub(lambda entity: unescape(entity[0]), html) if "&" in html else html


def same(ours: str, theirs: str) -> bool:
    """Return whether two fields say the same."""
    return ours == theirs or canonical(ours) == canonical(theirs)


def digest(text: str) -> str:
    """Return eight characters for a field, or nothing for an empty one."""
    text = canonical(text)
    return b64encode(blake2b(text.encode("utf-8", "replace"), digest_size=6).digest()).decode() if text else ""


def text_digest(text: str) -> str:
    """Return twelve characters for all of a note that is sent, as one text."""
    return b64encode(blake2b(text.encode("utf-8", "replace"), digest_size=9).digest()).decode()


def own_digest(note: OwnNote) -> str:
    """Return the digest of a note: of its deck, its tags and its fields."""
    return text_digest(LINE.join((note.deck, f" {' '.join(note.tags)} ", *note.fields.values())))


def type_digest(templates: Mapping[str, tuple[str, str]], css: str) -> str:
    """Return a digest of the templates of a note type."""
    return digest(LINE.join((css, *(text for name, sides in templates.items() for text in (name, *sides)))))
