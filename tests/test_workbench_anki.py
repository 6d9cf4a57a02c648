"""The workbench beside a running Anki: nothing is sent that was not shown, and conflicts are decided one by one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anki_collection import AnkiCollection
from anki_pushing import WRITING
from anki_server import AnkiServer
from workbench_desk import KITCHEN, Desk

from anki_builder.cli.files import LEDGER


@pytest.fixture
def home(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "cache"))
    return home


@pytest.fixture
def anki(tmp_path: Path) -> Iterator[AnkiServer]:
    (tmp_path / "anki").mkdir()
    with AnkiServer(tmp_path / "anki" / "collection.anki2") as server:
        yield server


@pytest.fixture
def desk(desk: Desk, home: Path, anki: AnkiServer) -> Desk:
    (home / "notes" / "anki_builder.toml").write_text(f"anki = {{url = '{anki.url}'}}\n", encoding="utf-8")
    desk.open(home / "notes")
    return desk


def sent(anki: AnkiServer) -> list[str]:
    """The changing actions that came since this was asked last."""
    found = [call for call in anki.calls if call in WRITING]
    anki.calls.clear()
    return found


def notes(anki: AnkiServer) -> dict[str, Any]:
    """The notes in Anki by their first field."""
    return {note.fields[0]: note for note in AnkiCollection(anki.collection).notes().values()}


def conflict(desk: Desk, home: Path, anki: AnkiServer) -> Any:
    """Send, change a sentence on both sides, and return the plan."""
    desk.done("send", digest=desk.done("plan")["digest"])
    note = notes(anki)["She peeled the little onions one by one."]
    note["Text"] = "She peeled the tiny onions one by one."
    anki.collection.update_note(note)
    (home / "notes" / "source" / "kitchen.md").write_text(KITCHEN.replace("little", "small"), encoding="utf-8")
    anki.calls.clear()
    return desk.done("plan")


def test_a_plan_sends_and_writes_nothing(desk: Desk, home: Path, anki: AnkiServer) -> None:
    plan = desk.done("plan")
    assert plan["counts"] == [{"said": "5 new", "open": False}]
    assert {(note["path"], *note["status"]) for note in plan["notes"]} == {
        ("source/ferry.md", "new"),
        ("source/kitchen.md", "new"),
    }
    assert sent(anki) == [] and notes(anki) == {}
    assert not (home / "notes" / "source" / LEDGER).exists() and not list(home.rglob("*.apkg"))


def test_what_was_shown_is_sent_and_the_package_is_built_with_it(desk: Desk, home: Path, anki: AnkiServer) -> None:
    result = desk.done("send", digest=desk.done("plan")["digest"])
    assert (result["name"], result["undone"], result["left"]["does_something"]) == ("send", [], False)
    assert len(notes(anki)) == 5
    state = desk.view("state")
    assert state["built"] and state["plan"]["new"] == 0
    assert desk.done("plan")["counts"] == []
    AnkiCollection(anki.collection).check()


def test_nothing_is_sent_that_differs_from_what_was_shown(desk: Desk, home: Path, anki: AnkiServer) -> None:
    plan = desk.done("plan")
    (home / "notes" / "source" / "kitchen.md").write_text(KITCHEN.replace("little", "small"), encoding="utf-8")
    assert "look at the new one" in desk.done("send", digest=plan["digest"])["problem"]
    assert desk.act("send").status == 409
    assert sent(anki) == [] and notes(anki) == {}


def test_a_conflict_is_shown_with_both_sides_and_left_alone(desk: Desk, home: Path, anki: AnkiServer) -> None:
    plan = conflict(desk, home, anki)
    note, *others = plan["notes"]
    assert not any(other["conflicts"] for other in others)
    assert note["conflicts"] == [
        {
            "field": "Text",
            "here": "She peeled the small onions one by one.",
            "anki": "She peeled the tiny onions one by one.",
            "known": True,
        }
    ]
    desk.done("send", digest=plan["digest"])
    assert "She peeled the tiny onions one by one." in notes(anki)


def test_the_version_here_is_sent_for_the_note_that_was_chosen(desk: Desk, home: Path, anki: AnkiServer) -> None:
    guid = conflict(desk, home, anki)["notes"][0]["guid"]
    assert any(note["conflicts"] for note in desk.done("plan", ours=["another"])["notes"])
    plan = desk.done("plan", ours=[guid])
    assert not any(note["conflicts"] for note in plan["notes"])
    desk.done("send", ours=[guid], digest=plan["digest"])
    assert "She peeled the small onions one by one." in notes(anki)


def test_the_version_of_anki_is_written_into_the_note_after_it_was_shown(desk: Desk, home: Path, anki: AnkiServer) -> None:
    file = home / "notes" / "source" / "kitchen.md"
    guid = conflict(desk, home, anki)["notes"][0]["guid"]
    patch = desk.done("pull", guids=[guid], theirs=True)
    assert "+She peeled the tiny onions one by one." in patch["diff"]
    assert "small" in file.read_text("utf-8"), "nothing is written by looking"
    assert "look again" in desk.done("pull-write", digest="0" * 64)["problem"]
    patch = desk.done("pull", guids=[guid], theirs=True)
    assert desk.done("pull-write", digest=patch["digest"]) == {"name": "pulled", "files": 1}
    assert file.read_text("utf-8") == KITCHEN.replace("little", "tiny")
    assert not any(note["conflicts"] for note in desk.done("plan")["notes"])
    assert sent(anki) == []


def test_a_note_that_was_changed_since_a_pull_was_shown_is_left_alone(desk: Desk, home: Path, anki: AnkiServer) -> None:
    file = home / "notes" / "source" / "kitchen.md"
    guid = conflict(desk, home, anki)["notes"][0]["guid"]
    patch = desk.done("pull", guids=[guid], theirs=True)
    file.write_text(KITCHEN, encoding="utf-8")
    assert "was changed meanwhile" in desk.done("pull-write", digest=patch["digest"])["problem"]
    assert file.read_text("utf-8") == KITCHEN


def test_how_the_notes_are_learned_is_shown_with_the_way_to_each_hard_one(desk: Desk, home: Path, anki: AnkiServer) -> None:
    desk.done("send", digest=desk.done("plan")["digest"])
    note = notes(anki)["peel"]
    note.add_tag("leech")
    anki.collection.update_note(note)
    anki.calls.clear()
    assert desk.view("reviewed") == {}
    assert desk.done("review") == {"name": "review"}
    found = desk.view("reviewed")
    assert found["total"]["cards"] == desk.view("state")["cards"]
    (hard,) = found["notes"]
    assert (hard["text"], hard["name"], hard["line"], hard["leech"]) == ("peel", "kitchen.md", 11, True)
    assert {one["article"] for one in found["articles"]} == {"ferry.md", "kitchen.md"}
    assert sent(anki) == []


def test_what_is_gone_is_deleted_only_on_request(desk: Desk, home: Path, anki: AnkiServer) -> None:
    desk.done("send", digest=desk.done("plan")["digest"])
    (home / "notes" / "source" / "kitchen.md").write_text(KITCHEN.replace("\npeel：剥皮\n", "\n"), encoding="utf-8")
    desk.done("build")
    (gone,) = desk.done("plan")["removed"]
    assert gone["status"] == "removed"
    plan = desk.done("plan", delete=True)
    assert plan["removed"][0]["status"] == "deleted"
    desk.done("send", delete=True, digest=plan["digest"])
    assert "peel" not in notes(anki)


def test_without_anki_the_page_gets_a_sentence(desk: Desk, home: Path, anki: AnkiServer) -> None:
    (home / "notes" / "anki_builder.toml").write_text("anki = {url = 'http://127.0.0.1:9'}\n", encoding="utf-8")
    for action in ("plan", "pull", "review"):
        assert "nothing answers at http://127.0.0.1:9" in desk.done(action)["problem"]


def test_a_push_that_would_remove_many_notes_says_so_and_sends_nothing(desk: Desk, home: Path, anki: AnkiServer) -> None:
    desk.done("send", digest=desk.done("plan")["digest"])
    anki.calls.clear()
    (home / "notes" / "source" / "ferry.md").unlink()
    assert "would be removed" in desk.done("plan")["problem"]
    assert sent(anki) == []
