"""Kills pushes and pulls at random moments and at random calls: a second run comes to the same end as one that was never killed.

By hand: `cd tests && python -m fuzz.anki_kills --kills 100`. Nothing is torn, no process is left, and what is remembered of a push is true.
"""

import argparse
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from anki_collection import opened
from anki_server import AnkiServer
from building import MANY_CARDS_FILE

from anki_builder.anki.client import Client
from anki_builder.anki.nouns import digest
from fuzz.kills import left

NOTE = """# Day {0}

原文：

Keeper {0} lit the lamp. We waited {0} hours. Nobody else came to pier {0}.

看守人{0}点亮了灯。我们等了{0}小时。没有别人来{0}号码头。

学习：

keeper {0}：看守人{0}

pier {0}：{0}号码头
"""


class End(NamedTuple):
    """What is to be the same with and without a kill."""

    code: int
    anki: dict[str, Any]
    memory: dict[str, Any]
    files: dict[str, bytes]


class Place:
    """A folder of notes beside a running Anki, which can be put back as it was."""

    def __init__(self, folder: Path, server: AnkiServer) -> None:
        self.folder, self.server = folder, server
        self.saved = folder.with_name("saved")
        (folder / "source").mkdir()
        settings = f"collection = 'Notes'\nanki = {{url = '{server.url}'}}\n{MANY_CARDS_FILE}"
        (folder / "anki_builder.toml").write_text(settings, encoding="utf-8")

    @property
    def collection(self) -> Any:
        return self.server.collection

    def save(self) -> None:
        self._closed(lambda: shutil.copytree(self.folder, self.saved))

    def restore(self) -> None:
        def put_back() -> None:
            shutil.rmtree(self.folder)
            shutil.copytree(self.saved, self.folder)

        self._closed(put_back)
        self.server.clear()
        self.server.calls.clear()

    def _closed(self, act: Callable[[], object]) -> None:
        self.collection.close()
        act()
        self.server.collection = opened(self.server.path)

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "anki_builder", *arguments]
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache")}
        silent = subprocess.DEVNULL
        return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=silent, stderr=silent, start_new_session=True)

    def run(self, *arguments: str) -> int:
        return self.start(*arguments).wait()

    def write(self, number: int, text: str = "") -> None:
        path = self.folder / "source" / f"{number}.md"
        path.write_text(text or NOTE.format(number), encoding="utf-8")

    def notes(self) -> list[Any]:
        return [self.collection.get_note(number) for number in self.collection.find_notes("")]

    def edit_in_anki(self, start: str, **fields: str) -> None:
        note = next(note for note in self.notes() if note.fields[0].startswith(start))
        for name, value in fields.items():
            note[name] = value
        self.collection.update_note(note)

    def idle(self) -> None:
        """Wait until Anki has done what it was asked."""
        Client(self.server.url).call("version")

    def anki(self) -> dict[str, Any]:
        """Return what is in Anki, without times and numbers that depend on them."""
        collection = self.collection
        found: dict[str, Any] = {}
        for note in self.notes():
            cards = [
                (card.ord, collection.decks.name(card.did), card.queue, card.type, card.ivl, card.reps) for card in note.cards()
            ]
            assert note.guid not in found
            found[note.guid] = note.note_type()["name"], dict(note.items()), sorted(note.tags), cards
        found["types"] = {
            one.name: (one.use_count, json.dumps(collection.models.get(one.id)["tmpls"]), collection.models.get(one.id)["css"])
            for one in collection.models.all_use_counts()
            if one.use_count
        }
        found["reviews"] = collection.db.scalar("select count() from revlog")
        return found

    def memory(self) -> dict[str, Any]:
        """Return what is remembered of each note: digests by field, tags, deck, whether it is removed."""
        found: dict[str, Any] = {}
        for path in (self.folder / "cache").rglob("sent-*.sqlite"):
            with sqlite3.connect(path) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                if not connection.execute("SELECT count() FROM sqlite_master WHERE name = 'note'").fetchone()[0]:
                    continue
                rows = connection.execute("SELECT guid, own, fields, tags, deck, is_removed, suspended FROM note").fetchall()
                found |= {row[0]: (row[1], json.loads(row[2]), *row[3:6], len(row[6].split())) for row in rows}
            connection.close()
        return found

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.folder / "source").glob("*.md")}

    def end(self, code: int) -> End:
        self.idle()
        return End(code, self.anki(), self.memory(), self.files())


def reviewed(place: Place) -> None:
    """Answer some new cards."""
    for number in place.collection.find_cards("is:new")[::3]:
        card = place.collection.get_card(number)
        card.start_timer()
        states = place.collection._backend.get_scheduling_states(number)
        place.collection.sched.answer_card(place.collection.sched.build_answer(card=card, states=states, rating=2))


def written(place: Place) -> None:
    """Write four notes."""
    for number in range(1, 5):
        place.write(number)


def pushed(place: Place) -> None:
    """Push six notes, of which one is removed in the second push, and let some time pass."""
    for number in range(1, 7):
        place.write(number)
    assert place.run("push") == 0
    reviewed(place)
    (place.folder / "source" / "5.md").unlink()
    assert place.run("push", "--force") == 0
    place.collection.db.execute("update notes set mod = mod - 100")


def edited(place: Place) -> None:
    """Edit a pushed folder in every way, here and in Anki."""
    pushed(place)
    place.edit_in_anki("Keeper 1", Note="mine")
    place.edit_in_anki("Keeper 3", Text="Keeper 3 broke the lamp.")
    place.edit_in_anki("We waited 2", Note="gone here")
    place.collection.tags.bulk_add(list(place.collection.find_notes("Key:*")), "leech")
    place.collection.set_deck(place.collection.find_cards('"Term:pier 4"'), place.collection.decks.id("Hard"))
    place.collection.remove_notes(place.collection.find_notes('"Term:pier 6"'))
    place.write(1, NOTE.format(1).replace("lit", "trimmed").replace("小时", "个小时"))
    (place.folder / "source" / "2.md").unlink()
    place.write(3, NOTE.format(3).replace("lit", "mended").replace("# Day", "# Night"))
    place.write(5)
    place.write(7)
    assert place.run("deck", "Notes::Day 4", "Notes::Lamps") == 0
    (place.folder / "templates").mkdir()
    (place.folder / "templates" / "user.css").write_text(".card { color: navy }\n", encoding="utf-8")


def without_memory(place: Place) -> None:
    """Forget what was sent."""
    edited(place)
    for path in (place.folder / "cache").rglob("sent-*.sqlite"):
        path.unlink()


def edited_in_anki(place: Place) -> None:
    """Edit notes of every file in Anki."""
    pushed(place)
    for number in (1, 2, 3, 4, 6):
        place.edit_in_anki(f"Keeper {number} ", Text=f"Keeper {number} mended the lamp.")
        place.edit_in_anki(f"We waited {number}", Translation=f"我们等了{number}个多小时。")
        place.edit_in_anki(f"pier {number}", Term=f"quay {number}")
    place.write(6, NOTE.format(6).replace("lit", "broke"))


class Mode(NamedTuple):
    """A command that is killed, and what was before."""

    before: Callable[[Place], None]
    arguments: tuple[str, ...]


MODES = {
    "first push": Mode(written, ("push",)),
    "push": Mode(edited, ("push", "--force")),
    "push --delete --ours": Mode(edited, ("push", "--force", "--delete", "--ours")),
    "push without memory": Mode(without_memory, ("push", "--force")),
    "pull": Mode(edited_in_anki, ("pull", "--write")),
}


class Reference(NamedTuple):
    """The runs that were not killed."""

    before: End
    after: End
    again: End
    seconds: float
    calls: int


def reference(place: Place, mode: Mode) -> Reference:
    """Run a command twice without a kill."""
    before = place.end(0)
    started = time.monotonic()
    code = place.run(*mode.arguments)
    seconds = time.monotonic() - started
    after, calls = place.end(code), len(place.server.calls)
    again = place.end(place.run(*mode.arguments))
    return Reference(before, after, again, seconds, calls)


def killed(place: Place, mode: Mode, chance: random.Random, known: Reference) -> tuple[str, bool]:
    """Run a command and kill it; return where, and whether a process is left."""
    way = chance.choice(["time", "call", "part"])
    process = place.start(*mode.arguments)
    if way == "call":
        number = chance.randrange(known.calls)
        place.server.before_call(number, process.kill)
        process.wait()
        return f"call {number}", left(process.pid)
    if way == "part":
        while process.poll() is None and not any(place.folder.rglob(".*.part")):
            pass
        delay = chance.random() * 0.02
    else:
        delay = chance.uniform(0.2, 1.1) * known.seconds
    time.sleep(delay)
    process.kill()
    process.wait()
    return f"{way} {delay:.4f}", left(process.pid)


def problems(place: Place, mode: Mode, chance: random.Random, known: Reference) -> Iterator[str]:
    """Kill a command and yield what is amiss afterwards."""
    place.restore()
    where, is_left = killed(place, mode, chance, known)
    place.idle()
    place.server.clear()
    yield f"killed at {where}"
    if is_left:
        yield "a process is left"
    for path in place.folder.glob("*.apkg"):
        try:
            with ZipFile(path) as package:
                package.testzip()
        except BadZipFile as error:
            yield f"{path.name} is torn: {error}"
    for name, content in place.files().items():
        if content not in (known.before.files.get(name), known.after.files.get(name)):
            yield f"{name} is neither as before nor as after"
    yield from untrue(place, known)
    yield from differences("the second run", known.after, place.end(place.run(*mode.arguments)))
    yield from differences("the third run", known.again, place.end(place.run(*mode.arguments)))
    for path in place.folder.rglob(".*"):
        if path.name.endswith((".part", ".next", ".apkg", ".sqlite")):
            yield f"{path.name} is left"


def untrue(place: Place, known: Reference) -> Iterator[str]:
    """Yield the fields that are remembered to be the same here and in Anki, and are not."""
    anki = place.anki()
    for guid, (_, fields, *_) in place.memory().items():
        former = known.before.memory[guid][1] if guid in known.before.memory else {}
        for name, value in fields.items():
            if value != former.get(name) and (guid not in anki or digest(anki[guid][1].get(name, "")) != value):
                yield f"{name} of {guid} is remembered to have arrived"


def differences(run: str, wanted: End, found: End) -> Iterator[str]:
    """Yield how the end of a run differs from the one that it should have."""
    if found.code != wanted.code:
        yield f"{run} ends with {found.code}, not {wanted.code}"
    if found.files != wanted.files:
        yield f"{run} leaves other notes"
    for what, a, b in (("in Anki", wanted.anki, found.anki), ("in the memory", wanted.memory, found.memory)):
        for key in sorted(a.keys() | b.keys()):
            if a.get(key) != b.get(key):
                yield f"{run}: {what} {key} is {_short(b.get(key), a.get(key))}, not {_short(a.get(key), b.get(key))}"


def _short(value: Any, other: Any) -> Any:
    """Return a value, of a list or dictionary only where it differs from another one."""
    if isinstance(value, tuple) and isinstance(other, tuple) and len(value) == len(other):
        return [_short(a, b) for a, b in zip(value, other, strict=True) if a != b]
    if isinstance(value, dict) and isinstance(other, dict):
        return {key: _short(one, other.get(key)) for key, one in value.items() if one != other.get(key)}
    return value


def main() -> None:
    """Kill pushes and pulls, and print each seed that something is amiss with."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100, help="of each mode")
    parser.add_argument("--mode", choices=MODES, action="append")
    parser.add_argument("--seed", type=int, default=time.time_ns())
    asked = parser.parse_args()
    for name in asked.mode or MODES:
        mode, bad = MODES[name], 0
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "place" / "anki").mkdir(parents=True)
            with AnkiServer(Path(folder) / "place" / "anki" / "collection.anki2") as server:
                place = Place(Path(folder) / "place", server)
                mode.before(place)
                place.save()
                known = reference(place, mode)
                print(f"{name}: {known.seconds:.1f} s, {known.calls} calls, ends with {known.after.code}", flush=True)
                for number in range(asked.kills):
                    where, *found = problems(place, mode, random.Random(asked.seed + number), known)
                    if found:
                        bad += 1
                        print(f"{name}, seed {asked.seed + number}, {where}:", *found, sep="\n  ", flush=True)
        print(f"{name}, seed {asked.seed}: {asked.kills} kills, {bad} with faults", flush=True)


if __name__ == "__main__":
    main()
