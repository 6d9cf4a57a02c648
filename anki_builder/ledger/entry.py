"""What the ledger remembers, and the digests it is made of.

A GUID is a hash of the note type's id and the note's key, so that a lost ledger gives every note that was never edited its GUID
again. The id of the note type is part of it because Anki refuses a known GUID under another note type (measured: a conflict, or
with “Merge note types” wrongly moved cards). A recognised note keeps its GUID while its key changes; only then a line holds both.
"""

import re
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby, repeat
from operator import attrgetter
from typing import NamedTuple
from zlib import crc32

from anki_builder.columns import column
from anki_builder.note import SEPARATOR, NoteType, NoteTypeName

SURROUNDINGS = frozenset(("Passage", "PassageTranslation", "Source", "SourceUrl"))
"""What a note shows of its article: with each edit of a sentence it changes for all others of the passage, with the title for all of
the article. It goes into the package as it is, but makes no note newer: it comes to Anki with the note's own next change, and what
was edited there is not overwritten for its sake. The same holds of the tag that names the article."""
ARTICLE_TAG = "source::"
"""Begins the tag that names the article, which stands before the author's own."""
EVIDENCE: Mapping[NoteTypeName, tuple[str, ...]] = {
    "sentence": ("Translation",),
    "vocabulary": ("Gloss", "Context"),
    "cloze": ("Translation",),
}
"""Fields that tell of two notes whether they are the same one edited."""

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_LETTERS = bytes.maketrans(b"+/", b"xy")  # a GUID is typed at a prompt: no sign that a shell or an option parser would take
_BITS = _ALPHABET.decode()
PAIRS = tuple([first + second for first in _BITS for second in _BITS])
"""Numbers of twelve bits as two characters."""


class Entry(NamedTuple):
    """One note, as the ledger knows it."""

    kind: NoteTypeName
    guid: str
    key: str
    """The GUID that its present key would give a new note: the digest by which it is found again."""
    modified: int
    content: str
    """Digest of what is the note's own: all fields and tags but the pinned field, the key, and what it shows of its article."""
    fields: str
    """Digests of the tags and of each field as Anki has them, in their order: two characters, or `.` for an empty one."""
    cards: str
    """Which templates made a card: a bit each."""
    location: str
    """The pinned field as it was last packed."""
    text: str
    """What is shown of it, and recognises it: the text if it is short, else its beginning; of a cloze the term."""
    sketch: str
    """Hashes of the words of a longer text, and of the sentence of a cloze."""
    document: str
    languages: tuple[str, str]
    deck: str
    removed: bool = False
    """No longer in the notes; kept so that it regains its GUID if it comes back."""


Place = tuple[str, tuple[str, str], str]
"""Document, language pair and deck: what the ledger groups its lines by."""
PLACE: Callable[[Entry], Place] = attrgetter("document", "languages", "deck")


def by_place(entries: Sequence[Entry]) -> Iterable[tuple[Place, Sequence[Entry]]]:
    """Return entries that follow one another by their place."""
    where = [set(column(entries, name)) for name in ("document", "languages", "deck")]
    if all(len(places) == 1 for places in where):  # mostly
        document, languages, deck = map(next, map(iter, where))
        return [((document, languages, deck), entries)]
    return [(place, list(group)) for place, group in groupby(entries, PLACE)]


class TypeEntry(NamedTuple):
    """One note type, as the ledger knows it."""

    id: int
    modified: int
    digest: str
    schema: str
    """Digest of the names and ids of its fields and templates."""
    fields: tuple[str, ...]
    """Two characters for the name and id of each field, in order: enough to tell which one changed."""
    templates: tuple[str, ...]


class Lines(dict[str, tuple[Sequence[Entry], bytes]]):
    """Entries as they stood in the file, block by block, by the GUID of the first: a block that did not change need not be written anew.

    It says nothing that the entries do not say: ledgers are equal whatever is known of their lines.
    """

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lines)

    def __ne__(self, other: object) -> bool:
        return not isinstance(other, Lines)

    __hash__ = None


class Ledger(NamedTuple):
    """All that is remembered."""

    note_types: Mapping[tuple[tuple[str, str], NoteTypeName], TypeEntry] = {}
    entries: Sequence[Entry] = ()
    """Grouped by document, language pair and deck; in reading order within. A tuple, or `Parts`, one for each group."""
    decks: Mapping[str, str] = {}
    """Document → the deck of its new notes."""
    lines: Lines = Lines()


def guid(type_id: int, key: str, attempt: int = 0) -> str:
    """Return the GUID of a new note; `attempt` counts up where another note has that one already."""
    return guids([of_type(type_id)], [f"{key}\x1f{attempt}" if attempt else key])[0]


def of_type(type_id: int) -> blake2b:
    """Return the digest for a GUID, begun with what it is made of besides the key of its note."""
    return blake2b(f"{type_id}\x1f".encode(), digest_size=9)


def guids(types: Iterable[blake2b], keys: Iterable[str]) -> list[str]:
    """Return the GUIDs of new notes, each with what `of_type` says and its key."""
    digests = _continued(types, [key.encode("utf-8", "surrogatepass") for key in keys])
    letters = b2a_base64(digests, newline=False).translate(_LETTERS).decode()  # nine bytes are twelve letters
    return [letters[at : at + 10] for at in range(0, len(letters), 12)]


def content_digests(tags: str, contents: Sequence[bytes]) -> list[str]:
    """Return the digests, of the tags of an article and of what is each note's own, that tell whether a note changed."""
    begun = blake2b(tags.encode() + SEPARATOR, digest_size=6)
    letters = b2a_base64(_continued(repeat(begun, len(contents)), contents), newline=False).decode()  # six bytes are eight letters
    return [letters[at : at + 8] for at in range(0, len(letters), 8)]


def _continued(begun: Iterable[blake2b], rests: Iterable[bytes]) -> bytes:
    """Return digests, each begun and then continued with its rest: to copy one takes less than to make one."""
    digests = []
    for beginning, rest in zip(begun, rests, strict=True):
        digest = beginning.copy()
        digest.update(rest)
        digests.append(digest.digest())
    return b"".join(digests)


def field_digests(fields: Iterable[bytes]) -> list[str]:
    """Return the digests that tell which fields changed."""
    return [PAIRS[crc32(field) & 4095] if field else "." for field in fields]


def _digest(text: str, size: int) -> str:
    return b2a_base64(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest(), newline=False).decode()


def short_digest(text: str) -> str:
    """Return two characters for a text, or `.` for none."""
    return PAIRS[crc32(text.encode("utf-8", "surrogatepass")) & 4095] if text else "."


_DIGEST = re.compile(r"\.|..")


def split_digests(digests: str, count: int) -> list[str]:
    """Undo `field_digests` for tags and `count` fields."""
    parts = _DIGEST.findall(digests)
    return parts + ["."] * (count + 1 - len(parts))


@lru_cache(1024)
def card_bits(ords: tuple[int, ...]) -> str:
    """Return which of the first six templates made a card."""
    bits = 0
    for number in ords:
        bits |= 1 << min(number, 5)
    return _BITS[bits]


def bits_of(cards: str) -> int:
    """Undo `card_bits`."""
    return _BITS.index(cards)


def type_entry(note_type: NoteType) -> TypeEntry:
    """Return what is remembered of a note type, without its time."""
    fields = [f"{field.name}={field.id}" for field in note_type.fields]
    templates = [f"{template.name}={template.id}" for template in note_type.templates]
    schema = _digest("\x1f".join((*fields, "", *templates)), 6)
    return TypeEntry(
        note_type.id, 0, _rendered_digest(note_type), schema, tuple(map(short_digest, fields)), tuple(map(short_digest, templates))
    )


def _rendered_digest(note_type: NoteType) -> str:
    """Return the digest of all that Anki shows of a note type."""
    parts = [note_type.name, note_type.css, str(note_type.sort_field)]
    for template in note_type.templates:
        parts += template.name, template.front, template.back
    parts += [field.name for field in note_type.fields]
    return _digest("\x1f".join(parts), 9)
