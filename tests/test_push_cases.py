"""The scenarios of `tests/cases/push.md`: edits on both sides, pushed and pulled at the command line against the real Anki."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from desk import Desk, at_desk

CASES = (Path(__file__).parent / "cases" / "push.md").read_text(encoding="utf-8")
BEFORE, _, AFTER = CASES.partition("\n# Scenarios\n")
BASE = dict(re.findall(r"^## (\S+\.md)\n\n```markdown\n(.*?)```", BEFORE, re.S | re.M))
_CHECK = re.compile(r"(.*?) (has tags|has|is in|is gone|is suspended|is awake|says|does not say)(?: (.*))?", re.DOTALL)
_ACTS = ("here", "anki", "tag", "move", "delete", "rename", "suspend", "type", "field", "css", "style", "lose", "import")


class Scenario(NamedTuple):
    title: str
    steps: list[str]


def scenarios() -> Iterator[Scenario]:
    for part in re.split(r"^## ", AFTER, flags=re.M)[1:]:
        (steps,) = re.findall(r"^```steps\n(.*?)^```", part, re.S | re.M)
        yield Scenario(part.partition("\n")[0], steps.splitlines())


class Play:
    """A scenario on its way."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.collection = desk, desk.server.collection
        self.said = ""
        """By the last command."""
        self.written: dict[tuple[str, str], str] = {}
        """What was edited in Anki, by GUID and field."""
        self.source = desk.folder / "source"

    def step(self, step: str) -> None:
        step = step.replace("\\n", "\n")
        verb, _, rest = step.partition(" ")
        if verb == ">":
            assert rest in self.said, f"{rest!r} is not in {self.said!r}"
        elif verb in _ACTS:
            getattr(self, f"_{verb}")(rest)
        elif found := _CHECK.fullmatch(step):
            self._check(found[1], found[2], found[3] or "")
        else:
            self._command(shlex.split(step))

    def _here(self, rest: str) -> None:
        name, _, what = rest.partition(": ")
        path = self.source / name
        text = path.read_text(encoding="utf-8")
        if what.startswith("+ "):
            path.write_text(f"{text}{what[2:]}\n", encoding="utf-8")
            return
        old, new = re.split(r" →(?: |$)", what, maxsplit=1)
        assert old in text, rest
        path.write_text(text.replace(old, new), encoding="utf-8")

    def _anki(self, rest: str) -> None:
        name, _, what = rest.partition(": ")
        field, _, html = what.partition(" = ")
        guid, edit = self.desk.found(name).guid, {field: html}
        self.desk.edit_in_anki(name, 50, **edit)
        self.written[guid, field] = html

    def _tag(self, rest: str) -> None:
        name, _, tags = rest.partition(": ")
        self.collection.tags.bulk_add([self.desk.found(name).id], tags)

    def _move(self, rest: str) -> None:
        name, _, deck = rest.partition(": ")
        self.collection.set_deck(self.desk.found(name).card_ids(), self.collection.decks.id(deck))

    def _delete(self, rest: str) -> None:
        self.collection.remove_notes([self.desk.found(rest).id])

    def _suspend(self, rest: str) -> None:
        self.collection.sched.suspend_cards(self.desk.found(rest).card_ids())

    def _type(self, rest: str) -> None:
        note, basic = self.desk.found(rest), self.collection.models.by_name("Basic")
        change = self.collection.models.change_notetype_info(old_notetype_id=note.mid, new_notetype_id=basic["id"]).input
        change.note_ids.append(note.id)
        self.collection.models.change_notetype_of_notes(change)

    def _field(self, rest: str) -> None:
        old, new = rest.split(" → ")
        model = self._model()
        self.collection.models.rename_field(model, next(one for one in model["flds"] if one["name"] == old), new)
        self.collection.models.update_dict(model)

    def _css(self, rest: str) -> None:
        model = self._model()
        model["css"] += rest
        self.collection.models.update_dict(model)

    def _rename(self, rest: str) -> None:
        old, new = rest.split(" → ")
        (self.source / old).rename(self.source / new)

    def _style(self, rest: str) -> None:
        (self.desk.folder / "templates").mkdir(exist_ok=True)
        (self.desk.folder / "templates" / "user.css").write_text(rest, encoding="utf-8")

    def _lose(self, rest: str) -> None:
        if rest == "memory":
            shutil.rmtree(self.desk.folder / "cache")
        else:
            (self.source / "anki_builder.lock").unlink()

    def _import(self, _: str) -> None:
        self.desk.anki.add(self.desk.folder / "build" / "Notes.apkg")

    def _model(self) -> Any:
        self.collection.models._clear_cache()  # a push changes note types below it
        return self.collection.models.by_name("Bilingual Sentence (en-zh)")

    def _check(self, name: str, how: str, what: str) -> None:
        if how in ("says", "does not say"):
            assert (what in (self.source / name).read_text(encoding="utf-8")) == (how == "says"), name
            return
        if how == "is gone":
            assert not any(note.fields[0].startswith(name) for note in self.desk.anki.notes().values())
            return
        note = self.desk.found(name)
        match how:
            case "has":
                field, _, html = what.partition(" = ")
                assert note[field] == html
            case "has tags":
                assert sorted(note.tags) == what.split()
            case "is in":
                assert {self.collection.decks.name(card.did) for card in note.cards()} == {what}
            case "is suspended":
                assert {card.queue for card in note.cards()} == {-1}
            case "is awake":
                assert -1 not in {card.queue for card in note.cards()}

    def _command(self, arguments: list[str]) -> None:
        before, history = self.desk.anki.notes(), self.desk.anki.history()
        result = self.desk.run(*arguments)
        self.said = result.output
        assert result.exit_code in (0, 1), self.said
        if arguments[0] != "push":
            return
        notes, after = self.desk.anki.notes(), self.desk.anki.history()
        assert self.collection.note_count() == len(notes), "a note is there twice"
        assert not any(found.name.endswith("+") for found in self.collection.models.all_names_and_ids())
        assert not self.collection.get_empty_cards().notes
        assert {card: state for card, state in after.items() if card in history and card[0] in notes} == {
            card: state for card, state in history.items() if card[0] in notes
        }, "reviews were lost"
        if "--ours" in arguments:
            self.written.clear()
        assert notes.keys() >= before.keys() or "--delete" in arguments, "a note was deleted"
        for (guid, field), html in self.written.items():
            assert notes[guid][field] == html, "an edit in Anki was overwritten"
        self.desk.sent()
        again = self.desk.run(*arguments)
        assert list(self.desk.sent()) == [], again.output


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    with at_desk(tmp_path, monkeypatch, BASE["ferry.md"]) as desk:
        (desk.folder / "source" / "mill.md").write_text(BASE["mill.md"], encoding="utf-8")
        desk.push()
        desk.anki.review()
        desk.server.collection.db.execute("update notes set mod = mod - 100")
        yield Play(desk)


@pytest.mark.parametrize("scenario", list(scenarios()), ids=lambda scenario: scenario.title.replace(" ", "-"))
def test_edits_of_both_sides_survive(scenario: Scenario, play: Play) -> None:
    for step in scenario.steps:
        play.step(step)


def test_there_are_enough_scenarios() -> None:
    assert len(list(scenarios())) >= 20
