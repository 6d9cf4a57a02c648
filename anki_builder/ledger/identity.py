"""Identities of new notes, and the digests they consist of.

A GUID is a hash of the note type's id, the note's key and the collection's name at the first build (its salt), so that a lost ledger gives
every note that was never edited its GUID again, and two projects in one Anki do not overwrite each other's notes.
The id of the note type is part of it because Anki refuses a known GUID under another note type (measured: a conflict, or with “Merge
note types” wrongly moved cards). A recognised note keeps its GUID while its key changes; only then a line holds both.
"""

import re
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from hashlib import blake2b
from typing import NamedTuple
from zlib import crc32

from anki_builder.ledger.trace import PAIRS, cloze_parts, trace
from anki_builder.note import ArticleInfo, Identity, Note, NoteType, card_bits, normalised

_LETTERS = bytes.maketrans(b"+/", b"xy")  # a GUID is typed at a prompt: no sign that a shell or an option parser would take
_DIGEST = re.compile(r"\.|..")


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


def identifier(note_types: Mapping[str, NoteType], info: ArticleInfo) -> Callable[[Note], Identity]:
    """Return the function that gives the notes of an article the identities that the ledger would remember if they were new.

    What a note shows of its article changes with each edit of a sentence for all others of its passage. It goes into the package as it is,
    but makes no note newer: it comes to Anki with the note's own next change, and what was edited there is not overwritten for its sake.
    The same holds of tags, and of fields that follow from other notes. A switch counts by the cards that it adds (`settle`).
    """
    digest = cache(short_digest)  # notes of an article share many fields
    digest_of_tags = digest(" ".join(info.tags))
    places = {name: _places(note_type) for name, note_type in note_types.items()}

    def identify(note: Note) -> Identity:
        kind = note.kind.name
        own = list(note.fields.values())
        digests = list(map(digest, own))
        location = own[places[kind].location]
        for place in places[kind].others:
            own[place] = ""
        for place, beginning in places[kind].parts:
            own[place] = own[place].partition(beginning)[0]
        for place in (places[kind].location, places[kind].key):
            own[place], digests[place] = "", "."
        while len(own) > places[kind].key + 1 and not own[-1]:  # an empty field that the learner has added makes no note newer
            own.pop()
        key = guid(note_types[kind].id, note.key)
        text, sketch = cloze_parts(note.text) if note.kind.text == "cloze" else trace(note.text)
        return Identity(
            kind=kind,
            guid=key,
            key=key,
            modified=0,
            content=_digest("\x1f".join(("", *own)), 6),  # tags stood first: the digest of a note without any stays what it was
            fields=(digest_of_tags + "".join(digests)).rstrip("."),
            cards=card_bits(note.cards),
            location=location,
            text=text,
            sketch=sketch,
            document=info.name,
            languages=info.pair,
            deck=info.deck,
        )

    return identify


class _Places(NamedTuple):
    """Indices of the fields that are not a note's own."""

    others: list[int]
    """Of surroundings, switches and what follows from other notes."""
    parts: list[tuple[int, str]]
    """Of fields with a part that follows from other uses, and the HTML with which it begins."""
    location: int
    key: int


def _places(note_type: NoteType) -> _Places:
    roles = [field.role for field in note_type.fields]
    others = [place for place, role in enumerate(roles) if role in ("derived", "surroundings", "switch")]
    parts = [(place, field.derived) for place, field in enumerate(note_type.fields) if field.derived]
    return _Places(others, parts, roles.index("location"), roles.index("key"))


def guid(type_id: int, key: str, attempt: int = 0) -> str:
    """Return the GUID of a new note; `attempt` counts up where another note has that one already."""
    return _short(f"{type_id}\x1f{key}\x1f{attempt}" if attempt else f"{type_id}\x1f{key}")


def salted(guid: str, salt: str) -> str:
    """Return the GUID that a note has in the collection `salt`: notes with one key in two collections are two notes in Anki.

    Without a salt, as in ledgers that were begun before there were salts, it stays as it is.
    """
    if not salt:
        return guid
    return _short(f"{salt}\x1f{guid}")


def _short(text: str) -> str:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=9).digest()
    return b2a_base64(digest, newline=False).translate(_LETTERS).decode()[:10]


def guid_of_text(type_id: int, text: str, attempt: int) -> str:
    """Return another GUID for a new note with this text, whose key is the text normalised."""
    return guid(type_id, normalised(text), attempt)


def _digest(text: str, size: int) -> str:
    return b2a_base64(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest(), newline=False).decode()


def short_digest(text: str) -> str:
    """Return two characters for a text, or `.` for an empty one."""
    return PAIRS[crc32(text.encode()) & 4095] if text else "."


def split_digests(digests: str, count: int) -> list[str]:
    """Return the digests of the tags and of `count` fields one by one."""
    parts = _DIGEST.findall(digests)
    return parts + ["."] * (count + 1 - len(parts))


def type_entry(note_type: NoteType) -> TypeEntry:
    """Return what is remembered of a note type, without its time."""
    fields = [f"{field.name}={field.id}" for field in note_type.fields]
    templates = [f"{template.name}={template.id}" for template in note_type.templates]
    schema = _digest("\x1f".join((*fields, "", *templates)), 6)
    return TypeEntry(
        note_type.id,
        0,
        _rendered_digest(note_type),
        schema,
        tuple(map(short_digest, fields)),
        tuple(map(short_digest, templates)),
    )


def _rendered_digest(note_type: NoteType) -> str:
    """Return the digest of all that Anki shows of a note type."""
    parts = [note_type.name, note_type.css, "0"]  # the field to sort by is always the first
    for template in note_type.templates:
        parts += template.name, template.front, template.back
    parts += [field.name for field in note_type.fields]
    return _digest("\x1f".join(parts), 9)


def precedence(identity: Identity) -> tuple[bool, int, Identity]:
    """Return what decides which of several lines for one note or key counts: the greatest, rather one that is not removed, the newest.

    All else is only there so that the order of the lines, which a merge of version control decides, never does.
    """
    return not identity.removed, identity.modified, identity


def by_key(identities: Iterable[Identity]) -> Mapping[str, Identity]:
    """Return identities by key."""
    found: dict[str, Identity] = {}
    for identity in identities:
        other = found.setdefault(identity.key, identity)
        if other is not identity:
            found[identity.key] = max(other, identity, key=precedence)
    return found
