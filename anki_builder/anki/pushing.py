"""A push, from reading Anki to reading back what arrived.

Anki is read, the notes are compared with it, the steps are carried out, Anki is read again and the notes are compared again: what is
still to be done did not arrive. An import that did not arrive is followed once by setting the fields one by one.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple

from anki_builder.anki.client import Client
from anki_builder.anki.memory import Memory
from anki_builder.anki.nouns import LINE, AnkiNote, AnkiType, OwnNote, Sent, text_digest
from anki_builder.anki.planning import (
    Gone,
    Moment,
    Removal,
    Side,
    Step,
    TypeStep,
    as_imported,
    has_templates,
    is_known,
    own_type_digest,
    plan_note,
    plan_removal,
    plan_type,
    sent_of,
    their_type_digest,
    unknown,
)
from anki_builder.anki.sending import (
    Pack,
    awake,
    send_fields,
    send_package,
    send_removals,
    send_tags_and_decks,
    send_types,
    wake_up,
)
from anki_builder.anki.state import State, Wanted, find_by_keys, note_ids, read_all, read_some
from anki_builder.note import NoteType

FEW = 300
"""As many notes are read one by one; for more, Anki exports all."""


_BATCH = 1000
"""Notes that are remembered at once."""


class OwnNotes(NamedTuple):
    """All that the notes here come to."""

    notes: Callable[[Sequence[str] | None], Iterable[OwnNote]]
    """Yields the notes with some GUIDs, or all, anew at each call."""
    texts: Callable[[], Iterable[tuple[str, str]]]
    """Yields the GUID of each note with the text that `own_digest` is made of."""
    note_types: Sequence[NoteType]
    gone: Sequence[Gone]
    """The notes that earlier builds had."""
    built: Callable[[], Collection[int]]
    """Returns the times that builds gave to notes and note types."""


class Choice(NamedTuple):
    """The learner's decisions for one push."""

    side: Side = ""
    only: frozenset[str] = frozenset()
    """GUIDs of the notes for which `side` holds; empty: for all, and for the note types."""
    delete: bool = False
    """Delete the notes that are gone, instead of tagging and suspending them."""
    full: bool = False
    """Read all notes of Anki, whatever is remembered of them."""

    def side_of(self, guid: str) -> Side:
        """Return the side that the learner prefers for a note."""
        return self.side if not self.only or guid in self.only else ""


class PushPlan(NamedTuple):
    """What a push does, or what it left undone."""

    steps: Sequence[Step]
    """Of the notes for which something is to be done or to be said."""
    removals: Sequence[Removal]
    types: Sequence[TypeStep]

    @property
    def does_something(self) -> bool:
        """Whether anything is to be sent."""
        return (
            any(step.does_something for step in self.steps)
            or any(not removal.is_edited for removal in self.removals)
            or any(step.is_sent for step in self.types)
        )

    def conflicts(self) -> list[Step]:
        """Return the notes that the learner must decide on."""
        return [step for step in self.steps if step.conflicts]

    def problems(self) -> list[Step]:
        """Return the notes that cannot be sent."""
        return [step for step in self.steps if step.problem]


class Pushed(NamedTuple):
    """The result of a push."""

    plan: PushPlan
    """As it was before anything was sent."""
    left: PushPlan
    """What is still to be done or to be decided."""


class Push:
    """One push of the notes of a project to one collection of Anki."""

    def __init__(self, client: Client, memory: Memory, own: OwnNotes, folder: Path, choice: Choice = Choice()) -> None:  # noqa: B008
        """`folder` is one that Anki sees as well: packages go through it."""
        self.client, self.memory = client, memory
        self.own, self.folder, self.choice = own, folder, choice
        self._few: list[OwnNote] | None = None
        """The notes that are looked at; None: all."""
        self._built: Collection[int] | None = None
        self._seen: dict[str, Mapping[str, str]] | None = None
        """Fields of Anki's notes, by GUID, as the plan that is carried out saw them; None: nothing is carried out."""

    def plan(self, now: int) -> PushPlan:
        """Return what a push would do; nothing is sent. `now` is in seconds since the epoch. Raises `AnkiProblem`."""
        self._few = self._looked_at()
        with self._read() as state:
            return self._planned(state, Moment(now))

    def read_all(self) -> State:
        """Return all that Anki has of the notes. Raises `AnkiProblem`."""
        self._few = None
        return self._read()

    def carry_out(self, plan: PushPlan, now: int, pack: Pack) -> Pushed:
        """Send what is planned, remember what arrived, and return what is left. Raises `AnkiProblem`.

        `now` is the one of the plan: what is edited in Anki from then on is not overwritten.
        """
        package = self.folder / f".to-anki.{os.getpid()}.apkg"
        self._seen = {step.own.guid: step.theirs.fields for step in plan.steps if step.theirs is not None}
        self._seen |= {removal.gone.guid: removal.theirs.fields for removal in plan.removals}
        send_types(self.client, plan.types)
        wake_up(self.client, plan.steps)
        send_package(self.client, packed(plan.steps), pack, package)
        self._send_rest(plan)
        self._send_removals(plan)
        touched = [step.own for step in plan.steps if step.does_something]
        if len(touched) <= FEW:
            self._few = touched
        given = new_ids(now, packed(plan.steps))
        left = self._plan_again(Moment(now), given)
        if any(step.does_something for step in left.steps):
            by_field = self._plan_again(Moment(now, only_fields=True), given)
            self._send_rest(by_field)
            left = self._plan_again(Moment(now, only_fields=True), given)
        said = [step for step in plan.steps if not step.does_something]
        return Pushed(plan, left._replace(steps=[*said, *left.steps]) if self._few is not None else left)

    def _looked_at(self) -> list[OwnNote] | None:
        """Return the notes that may differ from those in Anki, if they are few; None for all.

        A note that is as it was when it was last sent, and that Anki still has, needs no look, once all were looked at.
        """
        if self.choice.full or not self.memory.is_whole():
            return None
        digests, ids = self.memory.own_digests(), self.memory.note_ids()
        there = note_ids(self.client, self.own.note_types)
        guids = []
        for guid, text in self.own.texts():
            known = digests.get(guid)
            if not known or ids[guid] not in there or known != text_digest(text):
                guids.append(guid)
        return list(self.own.notes(guids)) if len(guids) <= FEW else None

    def _side_of(self, guid: str, theirs: AnkiNote | None) -> Side:
        """Return the side that the learner prefers for a note: it was chosen over the version that the plan saw, and over no later one."""
        is_later = self._seen is not None and theirs is not None and theirs.fields != self._seen.get(guid)
        return "" if is_later else self.choice.side_of(guid)

    def _notes(self) -> Iterable[OwnNote]:
        return self.own.notes(None) if self._few is None else self._few

    def _gone(self) -> list[tuple[Gone, Sent | None]]:
        """Return the notes that are gone and that Anki may still have without our mark."""
        known = [(gone, self.memory.note(gone.guid)) for gone in self.own.gone]
        if self._few is None:
            return known
        return [(gone, sent) for gone, sent in known if sent is not None and (self.choice.delete or not sent.is_removed)]

    def _read(self, given: Mapping[str, int] = {}) -> State:
        """Read Anki; `given` are the ids that new notes were sent with."""
        ids = self.memory.note_ids()
        if self._few is None:
            decks = {text.partition(LINE)[0] for _, text in self.own.texts()}
            return read_all(self.client, Wanted(self.own.note_types, sorted(decks), ids), self.folder)
        guids = [note.guid for note in self._few] + [gone.guid for gone, _ in self._gone()]
        wanted = Wanted(self.own.note_types, (), {guid: ids[guid] for guid in guids if guid in ids})
        state = read_some(self.client, wanted, list(given.values()))
        if missing := [guid for guid in guids if state.note(guid) is None]:
            found = find_by_keys(self.client, self.own.note_types, missing)
            state.add_all(read_some(self.client, wanted._replace(note_ids={}), found))
        return state

    def _planned(self, state: State, moment: Moment) -> PushPlan:
        """Compare all notes that are looked at with Anki, and remember those for which nothing is to be done.

        What the times of notes show is remembered as well: only a look at all that Anki has gives these times.
        """
        steps: list[Step] = []
        pairs = self._each_step(state, moment)
        while batch := list(islice(pairs, _BATCH)):
            steps += [step for step, _ in batch if not step.is_settled or step.edited]
            self.memory.keep((step.own.guid, sent) for step, sent in batch if sent is not None and step.does_something)
            changed = [(step, sent) for step, sent in batch if not step.does_something and not is_known(step, sent)]
            arrived = [(step.own.guid, sent_of(step, sent)) for step, sent in changed]
            self.memory.keep((guid, sent) for guid, sent in arrived if sent is not None)
        plan = PushPlan(steps, self._plan_removals(state), self._plan_types(state))
        if self._few is None:
            self.memory.keep_whole()
        return plan

    def _each_step(self, state: State, moment: Moment) -> Iterator[tuple[Step, Sent | None]]:
        """Yield the step of each note with what is known to have been sent of it."""
        for own in self._notes():
            theirs = state.note(own.guid)
            sent = self._sent(own.guid, theirs)
            side = self._side_of(own.guid, theirs)
            yield plan_note(own, theirs, sent, state.types.get(own.note_type.id), moment, side), sent

    def _sent(self, guid: str, theirs: AnkiNote | None) -> Sent | None:
        """Return what was sent of a note: what is remembered, else what its time in Anki shows."""
        sent = self.memory.note(guid)
        return as_imported(theirs, self._built_times()) if sent is None and theirs is not None else sent

    def _built_times(self) -> Collection[int]:
        if self._built is None:
            self._built = self.own.built()
        return self._built

    def _plan_types(self, state: State) -> list[TypeStep]:
        sent = self.memory.type_digests()
        side = self.choice.side_of("")
        found = []
        same: dict[int, str] = {}
        for note_type in self.own.note_types:
            there = state.types.get(note_type.id)
            if there is not None and note_type.id not in sent and has_templates(note_type, there):
                sent |= self._as_imported(note_type, there)
            step = plan_type(note_type, there, sent.get(note_type.id), side)
            if step is not None:
                found.append(step)
            elif there is not None and sent.get(note_type.id) != own_type_digest(note_type):
                same[note_type.id] = own_type_digest(note_type)
        self.memory.keep_types(same)
        return found

    def _as_imported(self, note_type: NoteType, there: AnkiType) -> dict[int, str]:
        """Remember what was sent of a note type if its time in Anki shows that it was not edited since, and return it by id."""
        known = {note_type.id: their_type_digest(note_type, there)} if there.modified in self._built_times() else {}
        self.memory.keep_types(known)
        return known

    def _plan_removals(self, state: State) -> list[Removal]:
        found = []
        for gone, known in self._gone():
            theirs = state.note(gone.guid)
            if theirs is None and known is not None:
                self.memory.forget([gone.guid])
                continue
            sent = self._sent(gone.guid, theirs)
            removal = plan_removal(gone, theirs, sent, delete=self.choice.delete, side=self._side_of(gone.guid, theirs))
            if removal is not None:
                found.append(removal)
                if known is None:
                    self.memory.keep([(gone.guid, sent or unknown(removal.theirs))])
            elif known is not None and not known.is_removed:
                self.memory.keep([(gone.guid, known._replace(is_removed=True, own=""))])
        return found

    def _send_rest(self, plan: PushPlan) -> None:
        """Set fields, tags and decks. What is to be set field by field is compared once more just before."""
        steps = [step for step in plan.steps if step.does_something]
        by_field = {step.own.guid: step for step in steps if step.way == "fields" and step.fields and step.theirs is not None}
        if by_field:
            same = self._unedited({guid: step.theirs for guid, step in by_field.items() if step.theirs is not None})
            send_fields(self.client, [step for guid, step in by_field.items() if guid in same])
        send_tags_and_decks(self.client, steps)

    def _unedited(self, notes: Mapping[str, AnkiNote]) -> set[str]:
        """Return the GUIDs of the notes whose fields Anki still has as they were read."""
        ids = {guid: note.id for guid, note in notes.items()}
        with read_some(self.client, Wanted(self.own.note_types, (), ids)) as state:
            there = {guid: state.note(guid) for guid in notes}
        return {guid for guid, note in there.items() if note is not None and note.fields == notes[guid].fields}

    def _send_removals(self, plan: PushPlan) -> None:
        """Tag and suspend, or delete; the cards that are suspended for it are remembered first.

        What is to be deleted is compared once more just before.
        """
        suspended: list[int] = []
        remembered = []
        deleted = {removal.gone.guid: removal.theirs for removal in plan.removals if removal.is_deleted}
        same = self._unedited(deleted) if deleted else set()
        removals = [one for one in plan.removals if not one.is_edited and (not one.is_deleted or one.gone.guid in same)]
        for removal in removals:
            if removal.is_deleted:
                continue
            theirs = removal.theirs
            cards = awake(self.client, [card.id for card in theirs.cards])
            sent = self.memory.note(removal.gone.guid) or unknown(theirs)
            remembered.append((removal.gone.guid, sent._replace(own="", suspended=tuple({*sent.suspended, *cards}))))
            suspended += cards
        self.memory.keep(remembered)
        send_removals(self.client, removals, suspended)

    def _plan_again(self, moment: Moment, given: Mapping[str, int]) -> PushPlan:
        """Read Anki again and return what is still to be done."""
        with self._read(given) as state:
            return self._planned(state, moment)


def packed(steps: Iterable[Step]) -> list[Step]:
    """Return the steps that go into a package, in their order."""
    return [step for step in steps if step.does_something and step.way == "package" and (step.is_new or step.fields)]


def new_ids(now: int, steps: Iterable[Step]) -> dict[str, int]:
    """Return the ids with which the new notes of a package are sent, by GUID; Anki takes them for times of creation, in milliseconds.

    The other notes of the package may have ids of this second, if an earlier push sent them.
    """
    steps = list(steps)
    taken = {step.theirs.id for step in steps if step.theirs is not None}
    free = (number for number in count(now * 1000) if number not in taken)
    return {step.own.guid: next(free) for step in steps if step.theirs is None}
