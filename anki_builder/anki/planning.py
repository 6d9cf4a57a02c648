"""What a push does with each note: the note here × the note in Anki × the note as it was last sent → a step.

Field by field: what only one side changed is taken from that side, what both changed is a conflict. Where nothing is known of what was
sent, a difference is a conflict too. Pure: whoever carries the steps out reads Anki again and plans again, until nothing is left.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Literal, NamedTuple

from anki_builder.anki.nouns import REMOVED_TAG, AnkiNote, AnkiType, OwnNote, Sent, digest, own_digest, same, type_digest
from anki_builder.message import Message
from anki_builder.note import NoteType

Way = Literal["package", "fields"]
"""package: by an import, many notes at once; fields: one by one, where an import would do harm or would not arrive."""
Side = Literal["", "ours", "theirs"]
"""The side that the learner prefers in a conflict; empty: not decided."""


class Conflict(NamedTuple):
    """A field that differs, and was changed on both sides, as far as is known."""

    field: str
    ours: str
    theirs: str
    is_known: bool
    """Both sides are known to have changed it; else it is not known what was sent."""


class Step(NamedTuple):
    """What is to be done for one note, and what is to be said of it."""

    own: OwnNote
    theirs: AnkiNote | None
    """None for a note that Anki does not have."""
    fields: Mapping[str, str] = {}
    """Fields to be set in Anki; of a new note all."""
    way: Way = "package"
    modified: int = 0
    """The time to send it with."""
    tags: tuple[str, ...] = ()
    """All tags that it is to have in Anki."""
    tags_added: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()
    moved: tuple[int, ...] = ()
    """Cards that go into the deck of the note."""
    woken: tuple[int, ...] = ()
    """Cards that were suspended while the note was removed."""
    conflicts: tuple[Conflict, ...] = ()
    edited: tuple[str, ...] = ()
    """Fields that were changed only in Anki; they stay."""
    was_deleted: bool = False
    """It was sent before, and Anki does not have it any more."""
    problem: str = ""
    """Why its fields cannot be sent."""

    @property
    def is_new(self) -> bool:
        """Whether Anki does not have the note."""
        return self.theirs is None and not self.problem

    @property
    def does_something(self) -> bool:
        """Whether anything is to be sent. Where the fields of a note cannot be, its tags and cards follow all the same."""
        return self.is_new or bool(self.fields or self.tags_added or self.tags_removed or self.moved or self.woken)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do or to decide."""
        return not (self.does_something or self.conflicts or self.problem)


class Removal(NamedTuple):
    """What is to be done for one note that is gone from the notes here."""

    gone: "Gone"
    theirs: AnkiNote
    is_deleted: bool = False
    """The note is to be deleted."""
    is_edited: bool = False
    """It was edited in Anki, so it is not deleted."""


class TypeStep(NamedTuple):
    """What is to be done for one note type that Anki has."""

    note_type: NoteType
    theirs: AnkiType
    is_conflict: bool = False
    """Its templates were changed on both sides, as far as is known."""
    is_sent: bool = False


class Moment(NamedTuple):
    """When and how notes are compared."""

    now: int
    """Seconds since the epoch, before anything was read of Anki: what is edited there later is newer."""
    only_fields: bool = False
    """Send no package: it did not arrive."""


def plan_note(
    own: OwnNote, theirs: AnkiNote | None, sent: Sent | None, type_there: AnkiType | None, moment: Moment, side: Side = ""
) -> Step:
    """Return what becomes of a note; `type_there` is its note type as Anki has it."""
    if theirs is None:
        return _new_step(own, sent, type_there, moment)
    step = _with_fields(Step(own, theirs, tags=theirs.tags, modified=own.modified), theirs, sent, side)
    step = _with_tags(step, theirs, sent, side)
    if sent is not None and sent.deck and sent.deck.casefold() != own.deck.casefold():
        moved = tuple(card.id for card in theirs.cards if card.deck.casefold() == sent.deck.casefold())
        step = step._replace(moved=moved)
    return _with_way(step, theirs, sent, type_there, moment) if step.fields else step._replace(way="fields")


def _new_step(own: OwnNote, sent: Sent | None, type_there: AnkiType | None, moment: Moment) -> Step:
    """Return the step of a note that Anki does not have."""
    step = Step(own, None, own.fields, modified=own.modified, tags=own.tags, was_deleted=sent is not None)
    if type_there is not None and (lacking := _lacking(own.note_type, type_there)):
        return step._replace(
            fields={},
            problem=Message(
                "its note type “{name}” has no {lacking} in Anki any more: name it so again there, or restore it",
                name=type_there.name,
                lacking=lacking,
            ),
        )
    if moment.only_fields:
        return step._replace(fields={}, problem=Message("Anki did not take it: see whether it shows a message"))
    return step


def _lacking(note_type: NoteType, there: AnkiType) -> str:
    """Return the first field or card template of a note type that Anki does not have under its name; empty if it has all."""
    for field in note_type.fields:
        if field.name not in there.fields:
            return Message("field “{name}”", name=field.name)
    for template in note_type.templates:
        if template.name not in there.templates:
            return Message("card template “{name}”", name=template.name)
    return ""


def as_imported(theirs: AnkiNote, built: Collection[int]) -> Sent | None:
    """Return what was sent of a note of which nothing is remembered.

    If its time is one of those that builds gave (`built`), it was not edited since; else nothing is known.
    """
    if theirs.modified not in built:
        return None
    fields = {name: digest(value) for name, value in theirs.fields.items()}
    return Sent(theirs.id, "", fields, theirs.tags, "", theirs.modified)


def unknown(theirs: AnkiNote) -> Sent:
    """Return what to remember of a note of which it is not known what was sent."""
    return Sent(theirs.id, "", {}, theirs.tags, "", theirs.modified)


def _with_fields(step: Step, theirs: AnkiNote, sent: Sent | None, side: Side) -> Step:
    """Return a step with the fields that are to be set, and those that are not."""
    own = step.own
    fields: dict[str, str] = {}
    conflicts: list[Conflict] = []
    edited: list[str] = []
    roles = {field.name: field.role for field in own.note_type.fields}
    for name, ours in own.fields.items():
        there = theirs.fields.get(name)
        if there is not None and same(ours, there):
            continue
        if there is None and sent is not None and digest(ours) == sent.fields.get(name):
            continue  # the learner did away with it, and nothing in it changed here
        if there is None:
            return step._replace(
                problem=Message(
                    "it is of the note type “{type_name}” in Anki, which has no field “{name}”",
                    type_name=theirs.type_name,
                    name=name,
                )
            )
        if roles[name] == "switch" and not ours:
            continue  # without it the front of a card would be blank
        base = sent.fields.get(name) if sent is not None else None
        if base is not None and digest(there) == base:
            fields[name] = ours
        elif base is not None and digest(ours) == base:
            edited.append(name)
        elif roles[name] == "key" or side == "ours":  # by a wrong key nothing is found
            fields[name] = ours
        elif base is not None or roles[name] == "own":
            conflicts.append(Conflict(name, ours, there, base is not None))
        # else it stays as an import leaves it, until the note itself changes
    return step._replace(fields={} if conflicts else fields, conflicts=tuple(conflicts), edited=tuple(edited))


def _with_tags(step: Step, theirs: AnkiNote, sent: Sent | None, side: Side) -> Step:
    """Return a step with the tags that the note is to have: those of Anki, with what was changed here since they were sent."""
    own, there = _folded(step.own.tags), _folded(theirs.tags)
    base = _folded(sent.tags) if sent is not None else {} if side == "ours" else own
    gone = {tag for tag in base if tag not in own} | {REMOVED_TAG.casefold()}
    added = tuple(own[tag] for tag in own if tag not in base and tag not in there)
    removed = tuple(there[tag] for tag in there if tag in gone)
    kept = tuple(tag for tag in theirs.tags if tag not in removed)
    woken: tuple[int, ...] = ()
    if REMOVED_TAG.casefold() in there and sent is not None:
        woken = sent.suspended
    return step._replace(tags=(*kept, *added), tags_added=added, tags_removed=removed, woken=woken)


def _folded(tags: Iterable[str]) -> dict[str, str]:
    return {tag.casefold(): tag for tag in tags}


def _with_way(step: Step, theirs: AnkiNote, sent: Sent | None, type_there: AnkiType | None, moment: Moment) -> Step:
    """Return a step with the way on which its fields arrive and do no harm.

    An import forces its note type onto the notes, so it is used only where Anki has the same note type. It arrives if its time is later
    than the one in Anki; it is never later than the moment of reading, so that what was edited since is not overwritten.
    """
    own = step.own
    former = theirs.modified or (sent.modified if sent is not None else 0)
    modified = own.modified if own.modified > former else moment.now
    if (
        moment.only_fields
        or theirs.type_id != own.note_type.id
        or type_there is None
        or not same_schema(own.note_type, type_there)
    ):
        return step._replace(way="fields", modified=modified)
    return step._replace(way="package" if former < modified <= moment.now else "fields", modified=modified)


def same_schema(note_type: NoteType, there: AnkiType) -> bool:
    """Return whether Anki has the same fields and card templates under the same names in the same order."""
    names = tuple(template.name for template in note_type.templates)
    return tuple(field.name for field in note_type.fields) == there.fields and names == tuple(there.templates)


class Gone(NamedTuple):
    """A note that is gone from the notes here."""

    guid: str
    text: str
    path: str


def plan_removal(
    gone: Gone, theirs: AnkiNote | None, sent: Sent | None, *, delete: bool = False, side: Side = ""
) -> Removal | None:
    """Return what becomes of a note that is gone from the notes here; None where nothing is to be done.

    A note that was edited in Anki, as far as is known, is deleted only if the learner prefers the notes here.
    """
    if theirs is None:
        return None
    is_edited = sent is None or any(digest(value) != sent.fields.get(name) for name, value in theirs.fields.items())
    is_deleted = delete and (not is_edited or side == "ours")
    is_tagged = REMOVED_TAG.casefold() in _folded(theirs.tags)
    if is_tagged and not is_deleted:
        return None
    return Removal(gone, theirs, is_deleted, delete and not is_deleted)


def plan_type(note_type: NoteType, there: AnkiType | None, sent: str | None, side: Side = "") -> TypeStep | None:
    """Return what becomes of a note type; `sent` is the digest of its templates when they were sent. None where nothing is to be done.

    A type that lacks one of our templates is left alone: only its notes are looked after.
    """
    if there is None or not has_templates(note_type, there):
        return None
    own, theirs = own_type_digest(note_type), their_type_digest(note_type, there)
    if own in (theirs, sent):
        return None  # the same, or changed only in Anki
    if side == "ours" or theirs == sent:
        return TypeStep(note_type, there, is_sent=True)
    return TypeStep(note_type, there, is_conflict=True)


def own_type_digest(note_type: NoteType) -> str:
    """Return the digest of the templates of a note type as they are here."""
    return type_digest({template.name: (template.front, template.back) for template in note_type.templates}, note_type.css)


def their_type_digest(note_type: NoteType, there: AnkiType) -> str:
    """Return the digest of the templates of a note type as they are in Anki, which has all of them."""
    return type_digest({template.name: there.templates[template.name] for template in note_type.templates}, there.css)


def has_templates(note_type: NoteType, there: AnkiType) -> bool:
    """Return whether Anki has all card templates of a note type under their names."""
    return all(template.name in there.templates for template in note_type.templates)


def is_known(step: Step, sent: Sent | None) -> bool:
    """Return whether a note for which nothing is left to do is remembered as it is, also by its number in Anki."""
    if sent is None or not step.is_settled or step.edited:
        return False
    return sent.own == own_digest(step.own) and (step.theirs is None or step.theirs.id == sent.note_id)


def sent_of(step: Step, sent: Sent | None) -> Sent | None:
    """Return what to remember of a note after Anki was read again; `step` is what is left to do, `sent` what was remembered.

    Tags and decks that differ although nothing is left to do are the learner's in Anki.
    """
    if step.theirs is None:
        return sent
    own = step.own
    fields = {name: known for name, known in sent.fields.items() if name in own.fields} if sent is not None else {}
    fields |= {name: digest(ours) for name, ours in own.fields.items() if same(ours, step.theirs.fields.get(name, ""))}
    is_tagged = not (step.tags_added or step.tags_removed)
    return Sent(
        note_id=step.theirs.id,
        own=own_digest(own) if step.is_settled else "",
        fields=fields,
        tags=own.tags if is_tagged else sent.tags if sent is not None else (),
        deck=own.deck if not step.moved else sent.deck if sent is not None else "",
        modified=own.modified if step.is_settled else sent.modified if sent is not None else 0,
    )
