"""A push of a project to the running Anki: what the commands that send and that plan share."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from anki_builder.anki.client import ADDRESS, AnkiProblem, Client
from anki_builder.anki.memory import Memory, opened
from anki_builder.anki.nouns import OwnNote, Sent
from anki_builder.anki.planning import Gone, Step
from anki_builder.anki.pushing import Choice, OwnNotes, Push, Pushed, PushPlan, new_ids
from anki_builder.cli.building import Built, Outcome, make
from anki_builder.cli.files import sweep
from anki_builder.cli.opening import NoAnki
from anki_builder.cli.project import Project, UsageProblem, shown, with_others
from anki_builder.cli.record import BuildRecord, cache_folder, hashed
from anki_builder.cli.stages import Refusal, compile_project, identify_notes, open_notes, with_collection
from anki_builder.collection import BuiltNote, Collection
from anki_builder.note import Languages, Media, NoteType
from anki_builder.package import Deck, PackedNote, adding, pack

T = TypeVar("T")
_OLDEST = 1
"""The time of note types in a package that is pushed: an import replaces no template for it."""


def with_push(project: Project, built: Built, choice: Choice, work: Callable[[Push], T]) -> T:
    """Give a push of what was built to `work`, and return the result. Raises `NoAnki` where Anki cannot do it."""
    with _reaching_anki(project) as client:
        client.require()
        return _with_memory(project, client, built, choice, work)


def _with_memory(project: Project, client: Client, built: Built, choice: Choice, work: Callable[[Push], T]) -> T:
    with _memory(project, client) as memory:
        folder = project.output.parent
        folder.mkdir(parents=True, exist_ok=True)
        for left in (".to-anki.*.apkg", ".to-anki.*.part", ".from-anki-*.*.apkg", ".from-anki-*.*.sqlite*"):
            sweep(folder.glob(left))
        return work(Push(client, memory, own_notes(project, built), folder, choice))


def plan_push(project: Project, built: Built, choice: Choice) -> PushPlan:
    """Return what a push would do. Raises `NoAnki`."""
    return with_push(project, built, choice, lambda push: push.plan(int(time.time())))


def push_built(
    project: Project, built: Built, choice: Choice, announce: Callable[[PushPlan], None] = lambda plan: None
) -> Pushed:
    """Push what was built; `announce` is called with the plan before anything is sent. Raises `NoAnki`."""

    def work(push: Push) -> Pushed:
        now = int(time.time())
        plan = push.plan(now)
        announce(plan)
        if not plan.does_something:
            return Pushed(plan, plan)
        return push.carry_out(plan, now, partial(pack_steps, now=now, media=built.compilation.template_media))

    return with_push(project, built, choice, work)


def build_and_push(project: Project, force: bool, choice: Choice, announce: Callable[[PushPlan], None]) -> Pushed | Outcome:
    """Build what is to be built, and push it; return the outcome of the build where nothing was built and so nothing was sent.

    `announce` is called with the plan before anything is sent. Raises `NoAnki`.
    """
    found: list[Pushed] = []

    def then(built: Built) -> None:
        found.append(push_built(project, built, choice, announce))

    record = BuildRecord(project, time.time_ns())
    if record.unchanged() is not None:
        built_now(project, force, then)
        return found[0]
    outcome = make(project, force, record=record, then=then)
    return found[0] if found else outcome


def whole_project(paths: Sequence[str], output: str | None = None) -> Project:
    """Open a project of which nothing is left out: what Anki has of it is compared with all of its notes."""
    project = with_others(open_notes(paths, output))
    if project.named is not None or project.partial:
        raise UsageProblem("this command works on all notes: leave the paths out, or name {root}", root=shown(project.root))
    return project


def built_now(project: Project, force: bool, work: Callable[[Built], T]) -> T:
    """Give what would be built to `work`, and return the result; nothing is written."""

    def compiled(collection: Collection) -> T:
        compilation = compile_project(project, collection)
        identified = identify_notes(project, collection, compilation, with_changes=False)
        if stops := identified.settled.plan.stops(force):
            raise Refusal(stops)
        if not compilation.note_types:
            raise Refusal([found for found in compilation.diagnostics if found.rule.severity == "error"])
        return work(Built(collection, compilation, identified))

    return with_collection(project, compiled)


def synchronise(project: Project) -> None:
    """Let Anki synchronise. Raises `NoAnki`."""
    with _reaching_anki(project) as client:
        client.call_long("sync")


def client_of(project: Project) -> Client:
    """Return a client for the Anki that the settings name."""
    return Client(project.config.anki.get("url", ADDRESS), project.config.anki.get("key", ""))


@contextmanager
def _reaching_anki(project: Project) -> Iterator[Client]:
    try:
        yield client_of(project)
    except AnkiProblem as problem:
        raise NoAnki(str(problem)) from None
    except (OSError, sqlite3.Error) as error:
        name = getattr(error, "filename", None) or shown(cache_folder(project))
        raise UsageProblem("cannot write {file}: {reason}", file=name, reason=getattr(error, "strerror", None) or error) from None


@contextmanager
def _memory(project: Project, client: Client) -> Iterator[Memory]:
    """Open what was sent of a project to the collection that is open in Anki; its folder of media names the profile."""
    with opened(_memory_file(project, client.call("getMediaDirPath"))) as memory:
        yield memory


def _memory_file(project: Project, media_folder: str) -> Path:
    profile = hashed((project.config.anki.get("url", ADDRESS), media_folder)).hex()[:16]
    return cache_folder(project) / f"sent-{profile}.sqlite"


def sent_to(project: Project, collection: Path) -> dict[str, Sent]:
    """Return what was sent of a project to a collection of Anki, by GUID; `collection` is its file, beside its folder of media."""
    path = _memory_file(project, str(collection.absolute().with_suffix(".media")))
    if not path.exists():
        return {}
    with opened(path) as memory:
        known = {guid: memory.note(guid) for guid in memory.note_ids()}
    return {guid: sent for guid, sent in known.items() if sent is not None}


def own_notes(project: Project, built: Built) -> OwnNotes:
    """Return the notes of a build, as a push takes them."""
    types, settled = built.compilation.note_types, built.identified.settled

    def built_times() -> set[int]:
        known = built.identified.known  # a time that this very build gives is in no package that was imported
        types = {entry.modified for entry in known.note_types.values()}
        return {identity.modified for identity in known.identities()} | types | {_OLDEST}

    return OwnNotes(
        notes=lambda guids: as_own(built.collection.notes(guids), types),
        texts=built.collection.texts,
        note_types=[note_type for of_pair in types.values() for note_type in of_pair.values()],
        gone=[Gone(one.guid, one.text, shown(project.root / one.document)) for one in settled.ledger.removed()],
        built=built_times,
    )


def as_own(notes: Iterable[BuiltNote], types: Mapping[Languages, Mapping[str, NoteType]]) -> Iterator[OwnNote]:
    """Yield notes of a collection as a push takes them."""
    for built in notes:
        note, info = built.note, built.info
        yield OwnNote(
            guid=built.guid,
            note_type=types[info.pair][note.kind.name],
            fields=note.fields,
            tags=info.tags,
            deck=built.deck,
            modified=built.modified,
            cards=note.cards,
            dues=built.dues,
            path=info.path,
            line=note.line,
            text=note.text,
            languages=info.languages,
            media=note.media,
        )


def pack_steps(path: Path, steps: Sequence[Step], *, now: int, media: Iterable[Media] = ()) -> None:
    """Write the package of a push."""
    notes = []
    given = new_ids(now, steps)
    for step in steps:
        own = step.own
        note_id = step.theirs.id if step.theirs is not None else given[own.guid]
        fields = [_sent_value(step, name) for name in own.fields]
        cards = list(zip(own.cards, own.dues, strict=True))
        notes.append(PackedNote(note_id, own.guid, own.note_type.id, step.modified, step.tags, fields, own.deck, cards))
    types = {step.own.note_type.id: (step.own.note_type, _OLDEST) for step in steps}
    files = [*media, *(file for step in steps for file in step.own.media)]
    pack(path, Deck(list(types.values()), sorted({step.own.deck for step in steps}), files), adding(notes))


def _sent_value(step: Step, name: str) -> str:
    """Return what a field is to be in Anki: where only the learner changed it there, it stays so."""
    if name in step.fields or step.theirs is None:
        return step.own.fields[name]
    return step.theirs.fields.get(name, step.own.fields[name])
