"""Which note is which: present notes and what is remembered of earlier ones → their identities, and what changed.

Anki takes a note of a package for an update if its GUID is known and its time is later, and then replaces all of it, whatever was edited
in Anki. So a note that did not change keeps its time, and one that did gets a later one, but never one later than the clock: a note from
the future would overwrite corrections made in Anki until that moment comes.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from anki_builder.ledger.file import Ledger
from anki_builder.ledger.identity import TypeEntry, by_key, split_digests, type_entry
from anki_builder.ledger.plan import Change, ChangedType, Status
from anki_builder.ledger.recognition import Doubt, origins, recognise
from anki_builder.message import Message, Template, listed
from anki_builder.note import Identity, Languages, NoteType, NoteTypes, card_ords_of

LEEWAY = 2
"""Seconds by which a time may surpass the clock: two builds within a second; the command line waits that long."""


class Scope(NamedTuple):
    """What a settlement must know beyond its notes."""

    articles: Container[str]
    """Names of all articles that there are."""
    decks: Mapping[str, str] = {}
    """Document → deck of the new notes of documents that were built before."""
    taken: Container[str] = ()
    """GUIDs of all notes that were ever built."""
    retitle: bool = False
    """Send the notes again that wait with former tags or with fields that follow from other notes."""
    type_ids: Mapping[tuple[Languages, str], int] = {}
    """Ids of the note types at the last build: Anki has the notes under these, and would refuse them under others."""


class Variants(NamedTuple):
    """What else a note could be, by its index among the notes."""

    text: Callable[[int], str]
    """Gives its whole text."""
    new_guid: Callable[[int, int], str]
    """Gives it another GUID where the one of its key is taken; the second argument counts up."""
    other_keys: Callable[[int], Iterable[str]]
    """Gives the keys that it has in ledgers that were appended."""
    as_before: Callable[[int, Identity], Identity | None]
    """Gives it as it is in another order of its uses, if it then has the content that is remembered in its identity."""


class Settlement(NamedTuple):
    """Notes that are known for what they are."""

    identities: list[Identity]
    """Of the notes, in their order."""
    changes: list[Change]
    """Of the notes, in their order, then of the notes that are removed."""
    kept: list[Identity]
    """Identities without a note that stay remembered: removed notes."""
    doubts: list[Doubt]
    decks: dict[str, str]
    """Document → deck of its new notes."""
    ahead: int
    """Seconds by which the ledger is ahead of the clock."""


def settle(
    notes: Sequence[Identity],
    identities: Sequence[Identity],
    now: int,
    note_types: NoteTypes,
    *,
    scope: Scope,
    variants: Variants,
) -> Settlement:
    """Give notes the identities that are remembered of them.

    `notes` are as the ledger would remember them if they were new, `identities` what it remembers; both in reading order, article by
    article. `now` is in seconds since the epoch.
    """

    identities = [_placed(identity, note_types, scope) for identity in identities]
    present = [one for one in identities if not one.type_id]
    found = _found(notes, by_key(present), variants.other_keys)
    usable = [one for one in present if one.kind in note_types.get(one.languages, ())]
    recognised, doubts = recognise(notes, found, usable, note_types, variants.text)
    found = [recognised.get(index, match) for index, match in enumerate(found)]
    found, doubts = _with_first_wordings(notes, found, usable, variants.other_keys, doubts)
    notes = [
        (variants.as_before(index, match) if match is not None and match.content != note.content else None) or note
        for index, (note, match) in enumerate(zip(notes, found, strict=True))
    ]
    guids = _guids(notes, found, {one.guid for one in identities}, scope, variants.new_guid)
    new_decks = _decks(notes, found, scope)
    clock = _Clock(now)
    changes = [
        _change(note, match, guid, clock, new_decks[note.document], note_types, scope)
        for note, match, guid in zip(notes, found, guids, strict=True)
    ]
    settled = [change.identity for change in changes]
    has_note = {identity.guid for identity in settled}
    left_over = [identity for identity in identities if identity.guid not in has_note]
    removed = [identity for identity in left_over if not identity.removed]
    changes += [Change("removed", identity, identity.document, 0, identity.text) for identity in removed]
    kept = [identity._replace(removed=True) for identity in left_over]
    return Settlement(settled, changes, kept, doubts, new_decks, clock.ahead)


def _placed(identity: Identity, note_types: NoteTypes, scope: Scope) -> Identity:
    """Return an identity with the id of its note type if that is another one than the present one."""
    note_type = note_types.get(identity.languages, {}).get(identity.kind)
    if note_type is None:
        return identity
    own = identity.type_id or scope.type_ids.get((identity.languages, identity.kind), note_type.id)
    return identity._replace(type_id=0 if own == note_type.id else own)


def _found(
    notes: Sequence[Identity], known: Mapping[str, Identity], other_keys: Callable[[int], Iterable[str]]
) -> list[Identity | None]:
    """Return the identity that each note has by its key."""
    found = [known.get(note.key) for note in notes]
    taken = {identity.guid for identity in found if identity is not None}
    for index, match in enumerate(found):
        if match is None and known:
            others = (known[key] for key in other_keys(index) if key in known)
            found[index] = next((other for other in others if other.guid not in taken), None)
            taken |= {other.guid for other in [found[index]] if other is not None}
    return found


def _with_first_wordings(
    notes: Sequence[Identity],
    found: Sequence[Identity | None],
    identities: Sequence[Identity],
    other_keys: Callable[[int], Iterable[str]],
    doubts: Sequence[Doubt],
) -> tuple[list[Identity | None], list[Doubt]]:
    """Return what was found, with the notes that are back in the wording that gave them their GUIDs, and the doubts that are left.

    After several edits the ledger knows the last wording alone, and the first one may have little in common with it.
    """
    taken = {match.guid for match in found if match is not None}
    free = {identity.guid: identity for identity in identities if identity.guid not in taken}
    together = list(found)
    for index, (note, match) in enumerate(zip(notes, found, strict=True)):
        if match is None and free:
            keys = (note.key, *other_keys(index))
            together[index] = next((free.pop(key) for key in keys if key in free), None)
    return together, [doubt for doubt in doubts if together[doubt.note] is None and doubt.entry.guid in free]


class _Clock:
    """Dates notes and note types."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.ahead = 0

    def moment(self, old: int | None, changed: bool) -> int:
        """Return the time of a note: later than the `old` one if it changed, and never in the future."""
        if old is None:
            return self.now
        if old > self.now + LEEWAY:
            self.ahead = max(self.ahead, old - self.now)
            return self.now
        return max(self.now, old + 1) if changed else old


def _guids(
    notes: Sequence[Identity],
    found: Sequence[Identity | None],
    known: set[str],
    scope: Scope,
    new_guid: Callable[[int, int], str],
) -> list[str]:
    """Return the GUID of each note: that of its match, else that of its key unless another note had it first and keeps it."""
    used = set(known)
    guids = []
    for index, (note, match) in enumerate(zip(notes, found, strict=True)):
        guid, attempt = (note.guid if match is None else match.guid), 0
        while match is None and (guid in used or guid in scope.taken):
            attempt += 1
            guid = new_guid(index, attempt)
        used.add(guid)
        guids.append(guid)
    return guids


def _decks(notes: Sequence[Identity], found: Sequence[Identity | None], scope: Scope) -> dict[str, str]:
    """Return the deck of each document's new notes: the one it was first built into, also under its former name."""
    decks = scope.decks
    former = {
        document: decks[origin]
        for document, origin in origins(notes, found, decks).items()
        if origin in decks and origin not in scope.articles
    }
    new: dict[str, str] = {}
    for note in notes:
        new.setdefault(note.document, decks.get(note.document) or former.get(note.document) or note.deck)
    return new


def _change(
    note: Identity, match: Identity | None, guid: str, clock: _Clock, deck: str, note_types: NoteTypes, scope: Scope
) -> Change:
    """Return the fate of a note in Anki; an unchanged note keeps the digests and the location with which it was last packed.

    A note must be sent if its content is another one, or it has cards or switches that it did not have. A card that is switched off does
    not count: Anki would keep it, blank, and what was edited on its note there would be lost.
    """
    if match is None:
        new = note._replace(guid=guid, modified=clock.moment(None, True), deck=deck)
        return Change("new", new, note.document, 0, note.text)
    note_type = note_types[note.languages][note.kind]
    differing = list(_differing(note, match, note_type))
    is_waiting = any(field.role == "derived" for field in differing)
    is_switched_on = any(field.role == "switch" and field.packed == "." for field in differing)
    cards, former = card_ords_of(note.cards), card_ords_of(match.cards)
    changed = match.content != note.content or not set(cards) <= set(former) or is_switched_on or (scope.retitle and is_waiting)
    new = note._replace(guid=guid, deck=match.deck, modified=clock.moment(match.modified, changed))
    status: Status = "returned" if match.removed else "changed" if changed else "unchanged"
    moved_from = match.document if match.document != new.document else ""
    change = Change(status, new, note.document, 0, note.text, moved_from=moved_from)
    if not changed:
        packed = new._replace(location=match.location, fields=match.fields, cards=match.cards)
        return change._replace(identity=packed, is_waiting=is_waiting)
    names = [template.name for template in note_type.templates]
    return change._replace(
        fields=tuple(field.name for field in differing),
        new_cards=tuple(name for ord_, name in enumerate(names) if ord_ in cards and ord_ not in former),
        blank_cards=tuple(name for ord_, name in enumerate(names) if ord_ in former and ord_ not in cards),
    )


class _Difference(NamedTuple):
    """A field that is not as it was packed last, or the tags, which are as derived fields."""

    name: str
    role: str
    packed: str
    """Its digest as it was packed."""


def _differing(note: Identity, packed: Identity, note_type: NoteType) -> Iterator[_Difference]:
    """Yield the tags and fields of a note that are not as they were `packed` last."""
    if note.fields == packed.fields:
        return
    fields = note_type.fields
    all_fields = (("Tags", "derived"), *((field.name, "derived" if field.derived else field.role) for field in fields))
    digests = zip(all_fields, split_digests(note.fields, len(fields)), split_digests(packed.fields, len(fields)), strict=True)
    yield from (_Difference(*field, theirs) for field, ours, theirs in digests if ours != theirs)


class SchemaDifference(NamedTuple):
    """How the schema of a note type differs from the one that Anki has."""

    text: str
    is_grown: bool
    """Whether fields or templates were added behind the others, and nothing else changed."""


class SettledTypes(NamedTuple):
    """Note types with the time their rendered templates last changed."""

    entries: dict[tuple[Languages, str], TypeEntry]
    """The ledger's entries of all note types."""
    former: dict[tuple[Languages, str, int], TypeEntry]
    """Those of other families."""
    changes: tuple[ChangedType, ...]
    refused: tuple[tuple[NoteType, SchemaDifference], ...]
    """Note types that Anki would not take for those it has, and why."""
    ahead: int


def settle_types(note_types: NoteTypes, known: Ledger, now: int) -> SettledTypes:
    """Date the note types of a build; one of another family than the present one is new, unless it was built before."""
    entries, former = dict(known.note_types), dict(known.former_types)
    changes: list[ChangedType] = []
    refused: list[tuple[NoteType, SchemaDifference]] = []
    clock = _Clock(now)
    for languages, kind, note_type in _each_type(note_types):
        old, new = entries.get((languages, kind)), type_entry(note_type)
        if old is not None and old.id != new.id:
            former[languages, kind, old.id] = old
            old = former.pop((languages, kind, new.id), None)
        if old is not None and old.schema != new.schema:
            refused.append((note_type, _schema_difference(old, new, note_type)))
        changed = old is None or old.digest != new.digest
        entries[languages, kind] = new._replace(modified=clock.moment(old.modified if old is not None else None, changed))
        changes.append(
            ChangedType("new" if old is None else "changed" if changed else "unchanged", note_type.name, kind, languages)
        )
    return SettledTypes(entries, former, tuple(changes), tuple(refused), clock.ahead)


def _each_type(note_types: NoteTypes) -> Iterator[tuple[Languages, str, NoteType]]:
    for languages, types in note_types.items():
        for kind, note_type in types.items():
            yield languages, kind, note_type


class _Words(NamedTuple):
    """The templates of messages about a list of fields or card templates."""

    renamed: Template
    moved: Template
    gone: Template
    added: Template


_OF_FIELDS = _Words(
    Template("field {number} is now “{name}”"),
    Template("the fields stand in another order"),
    Template("field {number} of {all} is gone"),
    Template("field “{name}” was added"),
)
_OF_CARDS = _Words(
    Template("card template {number} is now “{name}”"),
    Template("the card templates stand in another order"),
    Template("card template {number} of {all} is gone"),
    Template("card template “{name}” was added"),
)


def _schema_difference(old: TypeEntry, new: TypeEntry, note_type: NoteType) -> SchemaDifference:
    """Return how the schema of a note type changed."""
    fields = _list_difference(_OF_FIELDS, old.fields, new.fields, [field.name for field in note_type.fields])
    cards = _list_difference(_OF_CARDS, old.templates, new.templates, [template.name for template in note_type.templates])
    is_grown = new.fields[: len(old.fields)] == old.fields and new.templates[: len(old.templates)] == old.templates
    return SchemaDifference(listed([*fields, *cards]) or Message("its fields or card templates changed"), is_grown)


def _list_difference(words: _Words, before: Sequence[str], after: Sequence[str], names: Sequence[str]) -> Iterable[str]:
    gone = [number for number, digest in enumerate(before, 1) if digest not in after]
    added = [name for name, digest in zip(names, after, strict=True) if digest not in before]
    if len(before) == len(after) and gone:
        return [Message(*words.renamed, number=number, name=name) for number, name in zip(gone, added, strict=False)]
    if not gone and not added and before != after:
        return [Message(*words.moved)]
    return [Message(*words.gone, number=number, all=len(before)) for number in gone] + [
        Message(*words.added, name=name) for name in added
    ]
