"""Edits on both sides at random, with pulls and pushes between, which may be broken off.

No update is lost, no note doubled, no note type forked; what a pull takes over is the same on both sides and keeps its GUID.

More of them by hand: `PUSH_EDITS=1000 PUSH_SEEDS=5 pytest tests/test_push_random.py -n 0`.
"""

import os
import random
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from anki_pushing import Pushing
from anki_server import AnkiServer
from building import MANY_CARDS_FILE, Build
from test_scenarios import Author, Learner

from anki_builder.anki.client import AnkiProblem
from anki_builder.anki.nouns import REMOVED_TAG, same
from anki_builder.cli.files import LEDGER
from anki_builder.cli.project import open_project
from anki_builder.cli.pulling import patched
from anki_builder.cli.pushing import built_now

EDITS = int(os.environ.get("PUSH_EDITS", "30"))
SEEDS = range(1, int(os.environ.get("PUSH_SEEDS", "2")) + 1)
WORD = re.compile("zq[0-9]+x")
BETWEEN = 10
"""Edits from one push to the next."""


class Table:
    """The author and the learner, who do not know of each other."""

    def __init__(self, pushing: Pushing, seed: int) -> None:
        self.random = random.Random(seed)
        self.pushing, self.author = pushing, Author(pushing.folder)
        self.learner = Learner(pushing.server.collection)
        self.words: list[tuple[str, str, str]] = []
        """What the learner wrote in Anki: GUID, field, word."""
        self.foreign: set[str] = set()
        """Notes whose type the learner changed."""
        self.count = 0
        self.pulled = 0
        """Edits in Anki that pulls took over."""

    def word(self) -> str:
        self.count += 1
        return f"zq{self.count}x"

    def edit_here(self) -> None:
        """Edit a sentence, a translation or a gloss, or delete, double or move a passage."""
        name = self.random.choice(sorted(self.author.files))
        lines = self.author.files[name].split("\n")
        what = self.random.choice(["text"] * 6 + ["gloss"] * 2 + ["title", "drop", "add"])
        if what == "title":
            self.author.files[name] = "\n".join([f"{lines[0]} {self.word()}", *lines[1:]])
            return
        if what == "add":
            self.author.files[name] += f"\n原文：\n\nThe {self.word()} sang at noon.\n\n{self.word()}在中午唱歌。\n"
            return
        chosen = [number for number, line in enumerate(lines) if ("：" in line[1:] if what == "gloss" else len(line) > 30)]
        if not chosen:
            return
        number = self.random.choice(chosen)
        if what == "drop":
            del lines[number]
        else:
            words = lines[number].split(" ")
            words.insert(max(1, self.random.randrange(len(words) + 1)), self.word())
            lines[number] = " ".join(words)
        self.author.files[name] = "\n".join(lines)

    def edit_in_anki(self) -> None:
        """Edit, tag, move, suspend or delete a note, or change its type."""
        collection = self.learner.collection
        note = self.random.choice(sorted(self.learner.notes().values(), key=lambda one: one.id))
        what = self.random.choice(["field"] * 6 + ["tag", "move", "suspend", "delete", "type"])
        if what == "field":
            name = self.random.choice([name for name in note.keys() if name != "Key" and note[name]])  # noqa: SIM118
            word = self.word()
            first, _, rest = str(note[name]).partition(" ")
            within = rest and self.random.random() < 0.7 and not first.startswith("<")
            note[name] = f"{first} {word} {rest}" if within else f"{note[name]} {word}"
            collection.update_note(note)
            self.words.append((note.guid, name, word))
        elif what == "tag":
            word = self.word()
            collection.tags.bulk_add([note.id], word)
            self.words.append((note.guid, "tags", word))
        elif what == "move":
            collection.set_deck(note.card_ids(), collection.decks.id(f"Elsewhere {self.random.randrange(3)}"))
        elif what == "suspend":
            collection.sched.suspend_cards(note.card_ids())
        elif what == "delete":
            collection.remove_notes([note.id])
            self.words = [entry for entry in self.words if entry[0] != note.guid]
        elif note.note_type()["name"] != "Basic" and len(self.foreign) < 5:
            basic = collection.models.by_name("Basic")
            change = collection.models.change_notetype_info(old_notetype_id=note.mid, new_notetype_id=basic["id"]).input
            change.note_ids.append(note.id)
            collection.models.change_notetype_of_notes(change)
            self.foreign.add(note.guid)
            self.words = [entry for entry in self.words if entry[0] != note.guid]  # fields have other names now

    def pull(self) -> None:
        """Take over what was edited in Anki, as `pull --write` does; what is not taken over is listed, and nothing of the author's is lost."""
        built = self.author.built()
        place = self.pushing.folder / "notes"
        for name, text in self.author.files.items():
            (place / name).parent.mkdir(exist_ok=True)
            (place / name).write_text(text, encoding="utf-8")
        (place / "anki_builder.toml").write_text(MANY_CARDS_FILE, encoding="utf-8")
        if self.author.ledger:
            (place / LEDGER).write_bytes(self.author.ledger)
        found = self.pushing.pull(built)
        project = open_project((str(place),))
        result = built_now(project, True, lambda before: patched(project, before, found))
        assert not result.write()
        listed = [(kept.own.guid, kept.what) for kept in result.kept]
        for name, text in self.author.files.items():
            after = (place / name).read_text(encoding="utf-8")
            assert set(WORD.findall(text)) <= set(WORD.findall(after)), "what the author wrote is lost"
            self.author.files[name] = after
        notes = {one.guid: one.note.fields for one in self.author.built().notes}
        assert notes.keys() >= set(built.guids), "a note is taken for a new one"
        taken: set[tuple[str, str]] = set()
        for change in found:
            for field in change.fields:
                if not any(guid == change.own.guid and what.startswith(f"{field.name}: ") for guid, what in listed):
                    self.pulled += 1
                    assert same(notes[change.own.guid][field.name], field.theirs), f"{field.name} was not taken over"
                    taken.add((change.own.guid, field.name))
        self.words = [entry for entry in self.words if entry[:2] not in taken]  # they are the author's now, who may delete them

    def push(self) -> None:
        """Build and push, sometimes after a push that broke off; hold what always holds."""
        self.author.now = int(time.time())
        built = self.author.built()
        self.author.ledger = built.ledger
        history = self.learner.history()
        if self.random.random() < 0.5:
            self.pushing.server.fail_at(self.random.randrange(12), self.random.choice(["cut", "crash", "half"]))
            with suppress(AnkiProblem):
                self.pushing.push(built)
            self.pushing.server.clear()
        pushed = self.pushing.push(built)
        assert not pushed.left.does_something
        after = self.learner.history()
        assert {card: state for card, state in after.items() if card in history} == history, "reviews were lost"
        undecided = {step.own.guid for step in (*pushed.left.conflicts(), *pushed.left.problems())}
        self._hold(built, undecided)
        assert not self.pushing.plan(built).does_something

    def _hold(self, built: Build, undecided: set[str]) -> None:
        notes = self.learner.notes()
        assert self.learner.collection.note_count() == len(notes), "a note is there twice"
        assert not any(found.name.endswith("+") for found in self.learner.collection.models.all_names_and_ids())
        for guid, name, word in self.words:
            held = notes[guid].tags if name == "tags" else notes[guid][name]
            assert word in held, f"what the learner wrote into {name} is lost"
        edited = {(guid, name) for guid, name, _ in self.words}
        for one in built.notes:
            note = notes[one.guid]
            assert REMOVED_TAG not in note.tags
            if one.guid in undecided or one.guid in self.foreign:
                continue
            switched_off = {
                field.name for field in one.note.kind.fields if field.role == "switch" and not one.note.fields[field.name]
            }
            for name, value in one.note.fields.items():
                if name in switched_off:  # such a card is not made blank in Anki
                    continue
                assert note[name] == value or (one.guid, name) in edited, f"{name} did not arrive"


@pytest.fixture
def pushing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pushing]:
    (tmp_path / "notes").mkdir()
    monkeypatch.chdir(tmp_path / "notes")
    with AnkiServer(tmp_path / "collection.anki2") as server:
        yield Pushing(server, tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_update_is_lost_whoever_edits(pushing: Pushing, seed: int) -> None:
    table = Table(pushing, seed)
    table.push()
    table.learner.review()
    for number in range(EDITS):
        (table.edit_here if table.random.random() < 0.5 else table.edit_in_anki)()
        if number % BETWEEN == BETWEEN - 1:
            if table.random.random() < 0.5:
                table.pull()
            table.push()
    assert table.pulled or EDITS < 100
