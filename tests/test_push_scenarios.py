"""The scenarios of `tests/cases/scenarios.md` by push: no review is lost, no edit made in Anki is lost, and a second push sends nothing."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from anki_pushing import Pushing
from anki_server import AnkiServer
from building import Build
from test_scenarios import Author, Learner, Scenario, scenarios

from anki_builder.anki.client import AnkiProblem
from anki_builder.anki.nouns import REMOVED_TAG
from anki_builder.anki.pushing import Pushed

REMARK = " my own remark"


class Base(NamedTuple):
    """A folder with a collection into which the notes were pushed, reviewed and edited, and with what was sent."""

    folder: Path
    ledger: bytes


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    folder = tmp_path_factory.mktemp("start")
    author = Author(folder)
    built, _ = author.build()
    with AnkiServer(folder / "collection.anki2") as server:
        pushing = Pushing(server, folder)
        pushed = pushing.push(built)
        assert len(pushed.plan.steps) == len(built.notes) and not pushed.left.does_something
        assert pushing.sent() == ["importPackage"]
        learner = Learner(server.collection)
        learner.check()
        assert learner.review() == sum(len(one.note.cards) for one in built.notes)
        learner.edit_all()
        server.collection.db.execute("update notes set mod = mod - 100")  # some time ago
    assert author.ledger is not None
    return Base(folder, author.ledger)


@pytest.fixture
def pushing(base: Base, tmp_path: Path) -> Iterator[Pushing]:
    for name in ("collection.anki2", "sent.sqlite"):
        shutil.copy(base.folder / name, tmp_path / name)
    with AnkiServer(tmp_path / "collection.anki2") as server:
        yield Pushing(server, tmp_path)


@pytest.mark.parametrize("scenario", list(scenarios()), ids=lambda scenario: scenario.title.replace(" ", "-"))
def test_reviews_and_edits_survive_a_push(scenario: Scenario, base: Base, pushing: Pushing) -> None:
    author, learner = Author(pushing.folder), Learner(pushing.server.collection)
    author.ledger = base.ledger
    for step in scenario.steps:
        if step == "build":
            _push(author, pushing)
        elif step == "build only":
            _build(author)
        elif step.startswith("build part "):
            _build(author, step.removeprefix("build part ").split())
        elif step.startswith("anki "):
            learner.act(step.removeprefix("anki "))
        else:
            author.edit(step)
    _push(author, pushing)


def test_a_new_note_gets_no_id_that_an_earlier_push_of_the_same_second_gave(tmp_path: Path) -> None:
    author, now = Author(tmp_path), int(time.time())
    author.files = {"pier.md": "# Pier\n\n原文：\n\nThe owl slept. The cat ran.\n\n猫头鹰睡了。猫跑了。\n"}
    with AnkiServer(tmp_path / "collection.anki2") as server:
        pushing = Pushing(server, tmp_path)
        assert not pushing.push(author.build()[0], now=now).left.does_something
        author.edit("replace pier.md: The owl slept. The cat ran. → The old owl slept. A dog barked. The cat ran home.")
        author.edit("replace pier.md: 猫头鹰睡了。猫跑了。 → 老猫头鹰睡了。狗叫了。猫跑回家了。")
        pushed = pushing.push(author.build()[0], now=now)
        assert [step.is_new for step in pushed.plan.steps] == [False, True, False]
        assert {step.way for step in pushed.plan.steps} == {"package"} and not pushed.left.does_something
        assert server.collection.note_count() == 3


def test_a_note_that_arrived_again_in_a_push_that_broke_off_is_known_by_its_new_number(tmp_path: Path) -> None:
    """Else it is taken for a new one when its type is changed in Anki."""
    author, now = Author(tmp_path), int(time.time())
    author.files = {"pier.md": "# Pier\n\n原文：\n\nThe owl slept. The cat ran.\n\n猫头鹰睡了。猫跑了。\n"}
    with AnkiServer(tmp_path / "collection.anki2") as server:
        pushing, anki = Pushing(server, tmp_path), server.collection
        built, _ = author.build()
        pushing.push(built, now=now)
        anki.remove_notes(anki.find_notes("Text:*owl*"))
        server.calls.clear()
        pushing.plan(built)
        server.fail_at(len(server.calls), "crash")
        with pytest.raises(AnkiProblem):
            pushing.push(built, now=now + 5)
        assert server.calls[-1] == "importPackage"
        server.clear()
        assert not pushing.push(built, now=now + 6).left.does_something
        (number,) = anki.find_notes("Text:*owl*")
        old, basic = anki.get_note(number).mid, anki.models.by_name("Basic")
        change = anki.models.change_notetype_info(old_notetype_id=old, new_notetype_id=basic["id"]).input
        change.note_ids.append(number)
        anki.models.change_notetype_of_notes(change)
        author.edit("replace pier.md: The owl slept. → The old owl slept.")
        pushed = pushing.push(author.build()[0], now=now + 7)
        assert [step.theirs.id for step in pushed.left.problems() if step.theirs] == [number]
        assert anki.get_note(number).mid == basic["id"] and anki.note_count() == 2


def _build(author: Author, part: list[str] | None = None) -> Build:
    author.now = int(time.time())
    built = author.built(part=part)
    author.ledger = built.ledger
    return built


def _push(author: Author, pushing: Pushing) -> None:
    """Build and push; hold what holds after any edit."""
    learner = Learner(pushing.server.collection)
    history, before, cards = learner.history(), learner.contents(), _cards(learner)
    built = _build(author)
    pushing.sent()
    pushed = pushing.push(built)
    assert not pushed.left.does_something and not pushed.left.problems()
    after = learner.history()
    assert {card: state for card, state in after.items() if card in history} == history, "reviews were lost"
    assert not learner.collection.get_empty_cards().notes
    _hold_notes(built, pushed, before, learner)
    _hold_cards(built, cards, learner)
    pushing.sent()
    again = pushing.push(built)
    assert pushing.sent() == [] and not again.plan.does_something


def _hold_notes(built: Build, pushed: Pushed, before: dict[str, tuple[Any, ...]], learner: Learner) -> None:
    """Each note is as it is here, with what only the learner changed in Anki."""
    notes = learner.notes()
    conflicts = {step.own.guid for step in pushed.left.conflicts()}
    present = {one.guid: one for one in built.notes}
    assert notes.keys() == before.keys() | present.keys(), "a note too many"
    for guid, one in present.items():
        fields, tags = dict(notes[guid].items()), set(notes[guid].tags)
        if guid in conflicts:
            assert before[guid][1].split("\x1f") == list(fields.values()), "a conflict is decided"
            continue
        edited = guid in before and REMARK in before[guid][1]
        assert fields.pop("Note") == one.note.fields["Note"] + (REMARK if edited else "")
        switches = {field.name for field in one.note.kind.fields if field.role == "switch" and not one.note.fields[field.name]}
        kept = switches if guid in before else set()  # a card that is switched off is not made blank
        expected = {name: value for name, value in one.note.fields.items() if name != "Note" and name not in kept}
        assert {name: value for name, value in fields.items() if name not in kept} == expected
        assert tags == {*one.info.tags, *(["mine"] if edited else [])}
    for guid in before.keys() - present.keys():
        assert before[guid][1] == "\x1f".join(notes[guid].fields), "a removed note is touched"
        assert (REMOVED_TAG in notes[guid].tags) == any(guid == one.guid for one in built.settled.ledger.removed())


def _cards(learner: Learner) -> dict[tuple[str, int], tuple[str, int, int]]:
    """Return deck, queue and flags of each card."""
    rows = learner.collection.db.all("select n.guid, c.ord, c.did, c.queue, c.flags from cards c join notes n on n.id = c.nid")
    return {(guid, ord_): (learner.collection.decks.name(deck), queue, flags) for guid, ord_, deck, queue, flags in rows}


def _hold_cards(built: Build, before: dict[tuple[str, int], tuple[str, int, int]], learner: Learner) -> None:
    """Cards stay where the learner has them, those of removed notes are suspended."""
    removed = {one.guid for one in built.settled.ledger.removed()}
    for card, (deck, queue, flags) in _cards(learner).items():
        if card in before:
            assert (deck, flags) == (before[card][0], before[card][2])
            assert card[0] in removed or queue == before[card][1] or before[card][1] == -1
            assert card[0] not in removed or queue == -1
