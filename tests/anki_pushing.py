"""Pushes of built notes to the test server, without the command line."""

import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from anki_server import AnkiServer
from building import Build

from anki_builder.anki.client import Client
from anki_builder.anki.memory import opened
from anki_builder.anki.nouns import OwnNote
from anki_builder.anki.planning import Gone
from anki_builder.anki.pulling import Returned, returned
from anki_builder.anki.pushing import Choice, OwnNotes, Push, Pushed, PushPlan
from anki_builder.cli.pushing import as_own, pack_steps

WRITING = {
    "importPackage", "updateNoteFields", "addTags", "removeTags", "changeDeck", "suspend", "unsuspend", "deleteNotes",
    "updateModelTemplates", "updateModelStyling",
}  # fmt: skip
"""The actions that change something in Anki."""


class Pushing(NamedTuple):
    """A folder from which notes are pushed to one Anki."""

    server: AnkiServer
    folder: Path
    """Packages go through it; what was sent is remembered in it."""

    @property
    def memory(self) -> Path:
        return self.folder / "sent.sqlite"

    def push(self, build: Build, choice: Choice = Choice(), patience: float = 30, now: int = 0) -> Pushed:  # noqa: B008
        """Push what was built, at present or in the second `now`."""
        now = now or int(time.time())
        with opened(self.memory) as memory:
            push = Push(
                Client(self.server.url, patience=patience, long_patience=patience), memory, own(build), self.folder, choice
            )
            plan = push.plan(now)
            if not plan.does_something:
                return Pushed(plan, plan)
            return push.carry_out(plan, now, partial(pack_steps, now=now))

    def plan(self, build: Build, choice: Choice = Choice()) -> PushPlan:  # noqa: B008
        """Plan a push of what was built."""
        with opened(self.memory) as memory:
            return Push(Client(self.server.url), memory, own(build), self.folder, choice).plan(int(time.time()))

    def pull(self, build: Build) -> list[Returned]:
        """Return what was changed in Anki since what was built was sent."""
        with opened(self.memory) as memory:
            push = Push(Client(self.server.url), memory, own(build), self.folder)
            with push.read_all() as state:
                return list(returned(push.own.notes(None), state, memory, int(time.time())))

    def sent(self) -> list[str]:
        """Return the changing actions that came since this was asked last."""
        found = [call for call in self.server.calls if call in WRITING]
        self.server.calls.clear()
        return found


def own(build: Build) -> OwnNotes:
    """Return the notes of a build, as a push takes them."""
    ledger = build.settled.ledger

    def notes(guids: Sequence[str] | None) -> Iterator[OwnNote]:
        chosen = [one for one in build.notes if guids is None or one.guid in guids]
        return as_own(chosen, build.note_types)

    def texts() -> Iterator[tuple[str, str]]:
        for one in build.notes:
            yield one.guid, "\x1f".join((one.deck, f" {' '.join(one.info.tags)} ", *one.note.fields.values()))

    times = {identity.modified for identity in build.known.identities()}
    return OwnNotes(
        notes=notes,
        texts=texts,
        note_types=[note_type for note_type, _ in build.settled.note_types],
        gone=[Gone(one.guid, one.text, one.document) for one in ledger.removed()],
        built=lambda: times,
    )
