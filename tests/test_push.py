"""`push`, `plan --anki` and `build --watch --push` at the command line, with an Anki that answers, fails, or is not there."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, at_desk

from anki_builder.anki.client import NEEDED
from anki_builder.anki.memory import opened
from anki_builder.anki.nouns import REMOVED_TAG, Sent

NOTE = """# The ferry

原文：

The ferry was late. We waited by the harbour wall.

渡轮晚点了。我们在港口的墙边等着。

学习：

ferry：渡轮
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with at_desk(tmp_path, monkeypatch, NOTE) as desk:
        yield desk


def test_new_notes_arrive_and_a_second_push_sends_nothing(desk: Desk) -> None:
    result = desk.push()
    assert result.stderr.strip().endswith("4 new")
    assert len(desk.anki.notes()) == 4 and desk.sent() == ["importPackage"]
    assert {found.name for found in desk.server.collection.decks.all_names_and_ids()} == {"Default", "Notes", "Notes::The ferry"}
    desk.anki.check()
    assert desk.push().stderr.strip().endswith("nothing to send")
    assert desk.push("--full").stderr.strip().endswith("nothing to send")
    (memory,) = (desk.folder / "cache").rglob("sent-*.sqlite")
    written = memory.stat().st_mtime_ns
    assert desk.push("--full").stderr.strip().endswith("nothing to send")
    assert memory.stat().st_mtime_ns == written, "what is known already is not written once more"
    assert desk.sent() == []
    assert not list(desk.folder.rglob(".*.apkg"))


def test_an_edit_of_one_field_leaves_what_was_edited_in_anki(desk: Desk) -> None:
    desk.push()
    desk.edit_in_anki("The ferry", Note="mine")
    desk.edit("late", "very late")
    assert "edited in Anki" in desk.push().stderr
    note = desk.found("The ferry was very late")
    assert note["Note"] == "mine"
    assert desk.sent() == ["importPackage"] * 2


def test_what_both_sides_changed_is_shown_and_left_alone(desk: Desk) -> None:
    desk.push()
    desk.edit_in_anki("The ferry", Text="The ferry was early.")
    desk.edit("late", "very late")
    result = desk.push(code=1)
    guid = desk.found("The ferry was early")["Key"]
    assert f"source/ferry.md:5: note {guid} is not sent" in result.stdout
    assert "Text: changed on both sides" in result.stdout
    assert "here:    The ferry was very late." in result.stdout and "in Anki: The ferry was early." in result.stdout
    assert "1 in conflict" in desk.push(code=1).stderr
    desk.push("--ours", "--note", "other", code=1)
    desk.push("--ours", "--note", guid)
    assert desk.found("The ferry was very late")["Key"] == guid
    assert desk.push().stderr.strip().endswith("nothing to send")


def test_notes_that_are_restored_with_their_ledger_are_shown_and_sent_on_request(desk: Desk) -> None:
    """An import would not bring them: the ledger says that nothing changed since then."""
    assert desk.run("build", "-o", "deck.apkg").exit_code == 0
    files = {path: path.read_bytes() for path in desk.note.parent.iterdir()}
    desk.edit("late", "very late")
    assert desk.run("build", "-o", "deck.apkg").exit_code == 0
    desk.anki.add(desk.folder / "deck.apkg")
    for path, content in files.items():
        path.write_bytes(content)
    guid = desk.found("The ferry was very late")["Key"]
    assert "The ferry was very late" in desk.push(code=1).stdout
    desk.push("--ours")
    assert desk.anki.notes()[guid]["Text"] == "The ferry was late."


def test_a_dry_run_and_a_plan_write_nothing(desk: Desk) -> None:
    for command in (["push", "--dry-run"], ["plan", "--anki"]):
        result = desk.run(*command)
        assert result.exit_code == 0 and "new       source/ferry.md:5  The ferry was late." in result.stdout
    assert "4 new" in desk.run("plan", "--anki").stdout
    found = json.loads(desk.run("plan", "--anki", "--json").stdout)
    assert {note["status"][0] for note in found["notes"]} == {"new"} and len(found["notes"]) == 4
    assert desk.sent() == [] and not desk.anki.notes()
    assert not (desk.folder / "source" / "anki_builder.lock").exists()


def test_what_is_gone_is_tagged_and_suspended_and_wakes_up_when_it_returns(desk: Desk) -> None:
    desk.push()
    text = desk.note.read_text(encoding="utf-8")
    term = desk.found("ferry")
    own = term.cards()[0]
    desk.server.collection.sched.suspend_cards([own.id])  # by the learner
    desk.edit("学习：\n\nferry：渡轮\n", "")
    assert "2 removed" in desk.push("--force").stderr
    gone = desk.found("ferry")
    assert REMOVED_TAG in gone.tags and all(card.queue == -1 for card in gone.cards())
    assert desk.push().stderr.strip().endswith("nothing to send")
    desk.note.write_text(text, encoding="utf-8")
    desk.push()
    back = desk.found("ferry")
    assert REMOVED_TAG not in back.tags
    assert [card.queue == -1 for card in back.cards()] == [card.id == own.id for card in back.cards()]


def test_what_is_gone_is_deleted_on_request_unless_it_was_edited(desk: Desk) -> None:
    desk.push()
    desk.edit_in_anki("ferry", Gloss="my gloss")
    desk.edit("学习：\n\nferry：渡轮\n", "")
    result = desk.push("--force", "--delete", code=1)
    assert "1 deleted" in result.stderr and "it was edited in Anki, so it is not deleted" in result.stdout
    assert len(desk.anki.notes()) == 3 and desk.found("ferry")["Gloss"] == "my gloss"
    desk.push("--delete", "--ours")
    assert len(desk.anki.notes()) == 2


def test_cards_follow_a_deck_that_is_renamed_in_the_ledger(desk: Desk) -> None:
    desk.push()
    elsewhere = desk.found("We waited").card_ids()
    desk.server.collection.set_deck(elsewhere, desk.server.collection.decks.id("Hard"))
    ledger = desk.folder / "source" / "anki_builder.lock"
    ledger.write_text(ledger.read_text(encoding="utf-8").replace("Notes::The ferry", "Notes::Boats"), encoding="utf-8")
    assert "moved to another deck" in desk.push().stderr
    decks = {
        desk.server.collection.decks.name(desk.server.collection.get_card(card).did)
        for card in desk.anki.collection.find_cards("")
    }
    assert decks == {"Notes::Boats", "Hard"}
    assert desk.push().stderr.strip().endswith("nothing to send")


def test_a_new_title_arrives_as_source_and_tag(desk: Desk) -> None:
    desk.push()
    desk.server.collection.tags.bulk_add(list(desk.server.collection.find_notes("")), "leech")
    desk.edit("# The ferry", "# The boat")
    desk.push()
    note = desk.found("The ferry was late")
    assert note["Source"] == "The boat" and sorted(note.tags) == ["leech", "source::The_boat"]


def test_templates_follow_unless_they_were_edited_in_anki(desk: Desk) -> None:
    desk.push()
    types = desk.server.collection.models
    (desk.folder / "templates").mkdir()
    style = desk.folder / "templates" / "user.css"
    style.write_text(".a { color: red }", encoding="utf-8")
    assert "3 note types changed" in desk.push().stderr
    types._clear_cache()
    found = types.by_name("Bilingual Sentence (en-zh)")
    assert ".a { color: red }" in found["css"]
    found["css"] += ".mine { color: blue }"
    types.update_dict(found)
    assert desk.push().stderr.strip().endswith("nothing to send")
    style.write_text(".a { color: green }", encoding="utf-8")
    result = desk.push(code=1)
    assert "2 note types changed, 1 in conflict" in result.stderr
    assert "its templates were changed in Anki and here" in result.stdout
    types._clear_cache()
    assert ".mine" in types.by_name("Bilingual Sentence (en-zh)")["css"]
    desk.push("--ours")
    types._clear_cache()
    assert ".mine" not in types.by_name("Bilingual Sentence (en-zh)")["css"]


def test_a_note_type_with_a_field_of_the_learner_is_never_forced(desk: Desk) -> None:
    desk.push()
    models = desk.server.collection.models
    model = models.by_name("Bilingual Sentence (en-zh)")
    models.add_field(model, models.new_field("am-unknowns"))
    models.update_dict(model)
    for note in desk.anki.notes().values():
        if "am-unknowns" in note:
            note["am-unknowns"] = "7"
            desk.server.collection.update_note(note)
    desk.anki.review()
    history = desk.anki.history()
    desk.edit("late", "very late")
    desk.edit("渡轮晚点了。我们", "渡轮晚点了。我们都")
    desk.push()
    models._clear_cache()
    note = desk.found("The ferry was very late")
    assert note["am-unknowns"] == "7" and desk.found("We waited")["Translation"].startswith("我们都")
    assert not any(found.name.endswith("+") for found in models.all_names_and_ids())
    assert {card: state for card, state in desk.anki.history().items() if card in history} == history


def test_a_field_that_was_renamed_in_anki_is_left_alone(desk: Desk) -> None:
    desk.push()
    models = desk.server.collection.models
    model = models.by_name("Bilingual Sentence (en-zh)")
    models.rename_field(model, next(field for field in model["flds"] if field["name"] == "Focus"), "Important")
    models.update_dict(model)
    desk.edit("late", "very late")
    (desk.folder / "source" / "gull.md").write_text("# Gulls\n\n原文：\n\nThe gulls slept.\n\n海鸥睡了。\n", encoding="utf-8")
    result = desk.push(code=1)
    assert desk.found("The ferry was very late") and "Important" in desk.found("We waited")
    assert (
        "gull.md:5  The gulls slept.  (its note type “Bilingual Sentence (en-zh)” has no field “Focus” in Anki" in result.stdout
    )
    assert not any(note.fields[0].startswith("The gulls") for note in desk.anki.notes().values())


def test_anki_is_asked_to_synchronise(desk: Desk) -> None:
    assert "Anki was asked to synchronise" in desk.push("--sync").stderr
    assert desk.server.calls[-1] == "sync"


def test_a_note_of_another_type_is_left_alone(desk: Desk) -> None:
    desk.push()
    collection = desk.server.collection
    note = desk.found("The ferry")
    basic = collection.models.by_name("Basic")
    change = collection.models.change_notetype_info(old_notetype_id=note.mid, new_notetype_id=basic["id"]).input
    change.note_ids.append(note.id)
    collection.models.change_notetype_of_notes(change)
    desk.edit("late", "very late")
    before = {found.guid: found.fields for found in desk.anki.notes().values()}
    result = desk.push(code=1)
    assert "it is of the note type “Basic” in Anki" in result.stdout
    assert desk.anki.notes()[note.guid].fields == before[note.guid]
    (desk.folder / "cache").rename(desk.folder / "lost")
    result = desk.push(code=1)
    assert desk.anki.notes()[note.guid].fields == before[note.guid]


def test_verify_names_what_an_import_would_take_from_notes_that_were_pushed(desk: Desk) -> None:
    def verified() -> list[str]:
        """Return the faults that `verify` finds with the collection, without what to do about them."""
        desk.server.collection.close(downgrade=False)
        result = desk.run("verify", "--collection", str(desk.server.path))
        desk.server.collection.reopen()
        assert result.exit_code == bool(result.stdout), result.output
        return [line.partition(";")[0] for line in result.stdout.splitlines()]

    desk.run("push")
    moment = desk.found("The ferry").mod
    desk.edit_in_anki("The ferry", Note="mine", Text="The ferry was early.")
    desk.edit_in_anki("We waited", Note="mine too")
    desk.server.collection.db.execute("update notes set mod = ?", moment)  # within a second
    assert verified() == []
    desk.edit("late", "very late")
    guid = desk.found("The ferry")["Key"]
    lost = f"note {guid} was edited in Anki since it was pushed, and an import would undo that: Text, Note"
    assert verified() == [lost]
    assert "1 in conflict" in desk.run("push").stderr
    assert verified() == [lost]


def test_nothing_is_overwritten_where_what_was_sent_is_lost(desk: Desk) -> None:
    desk.run("push")
    desk.edit_in_anki("The ferry", Text="The ferry was early.")
    desk.edit("harbour wall", "harbour steps")
    shutil.rmtree(desk.folder / "cache")
    result = desk.push(code=1)
    assert "Text: differs; what was sent before is not known" in result.stdout
    assert desk.found("The ferry was early") and desk.found("We waited by the harbour steps")


def test_what_is_gone_is_tagged_although_a_look_came_first_where_what_was_sent_is_lost(desk: Desk) -> None:
    desk.push()
    desk.edit("学习：\n\nferry：渡轮\n", "")
    shutil.rmtree(desk.folder / "cache")
    assert "2 removed" in desk.push("--dry-run", "--force").stderr
    assert "2 removed" in desk.push("--force").stderr
    assert sum(REMOVED_TAG in note.tags for note in desk.anki.notes().values()) == 2


def test_a_collection_that_was_imported_by_hand_is_taken_over(desk: Desk) -> None:
    desk.run("build")
    desk.anki.add(desk.folder / "build" / "Notes.apkg")
    desk.edit("late", "very late")
    time.sleep(1.1)
    desk.run("build")  # not imported
    assert "changed" in desk.push().stderr
    assert desk.found("The ferry was very late")


def test_a_look_at_what_was_imported_by_hand_takes_nothing_away_from_the_push(desk: Desk) -> None:
    (desk.folder / "source" / "gull.md").write_text("# Gulls\n\n原文：\n\nThe gulls slept.\n\n海鸥睡了。\n", encoding="utf-8")
    desk.run("build")
    desk.anki.add(desk.folder / "build" / "Notes.apkg")
    desk.edit("late", "very late")
    desk.run("templates", "eject", "sentence/read.back.html")
    template = desk.folder / "templates" / "sentence" / "read.back.html"
    template.write_text(template.read_text(encoding="utf-8") + "<p>Well read.</p>\n", encoding="utf-8")
    looked = desk.run("push", "--dry-run").stderr
    assert looked.endswith(" changed, 1 note type changed\n")
    assert desk.push().stderr.splitlines()[-1] == looked.splitlines()[-1]
    assert desk.found("The ferry was very late")


def test_a_version_of_the_add_on_that_lacks_an_action_is_told_before_anything_is_sent(desk: Desk) -> None:
    desk.server.unknown.add("suspend")
    assert "does not know `suspend`: update the add-on" in desk.push(code=3).stderr
    assert desk.sent() == []
    desk.server.unknown.add("apiReflect")  # it cannot say what it knows
    assert desk.push().stderr.strip().endswith("4 new")
    assert set(desk.server.calls) - {"apiReflect"} <= NEEDED


@pytest.mark.parametrize("tells_times", [True, False])
def test_a_forgotten_note_is_no_conflict_where_its_time_shows_that_it_was_not_edited(desk: Desk, tells_times: bool) -> None:
    desk.run("push")
    desk.edit("late", "very late")
    with closing(sqlite3.connect(next((desk.folder / "cache").rglob("sent-*.sqlite")))) as memory, memory:
        memory.execute("DELETE FROM note WHERE guid = ?", (desk.found("The ferry")["Key"],))
    if tells_times:
        desk.server.unknown.clear()
    assert ("conflict" in desk.run("push").stderr) != tells_times


def test_an_edit_in_anki_during_the_push_is_not_overwritten(desk: Desk) -> None:
    desk.push()
    desk.edit("late", "very late")
    calls = len(desk.server.calls)
    desk.push("--dry-run")
    number = len(desk.server.calls) - calls  # those of the plan: then comes the import
    desk.server.before_call(number, lambda: desk.edit_in_anki("The ferry", 0, Text="The ferry was early."))
    result = desk.push(code=1)
    assert desk.found("The ferry was early")
    assert "in conflict" in desk.push(code=1).stderr, result.output


@pytest.mark.skipif(sys.platform == "win32", reason="processes are looked up by signals")
def test_files_for_anki_that_a_killed_push_left_are_removed(desk: Desk) -> None:
    (desk.folder / "build").mkdir()
    dead, names = 2**22 + 1, (".to-anki.{}.apkg", ".to-anki.{}.apkg.db.{}.part", ".from-anki-0.{}.apkg", ".from-anki-0.{}.sqlite")
    for name in names:
        for process in (dead, os.getppid()):
            (desk.folder / "build" / name.format(process, process)).touch()
    desk.push()
    left = sorted(path.name for path in (desk.folder / "build").glob(".*"))
    assert left == sorted(name.format(os.getppid(), os.getppid()) for name in names)


@pytest.mark.skipif(sys.platform == "win32", reason="no limits for files")
def test_a_full_disk_does_not_cost_what_was_sent(tmp_path: Path) -> None:
    import resource

    path = tmp_path / "sent.sqlite"
    with opened(path) as memory:
        memory.keep([("guid", Sent(1, "own", {}, (), "Deck", 1))])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with pytest.raises((OSError, sqlite3.Error)), opened(path) as memory:
            memory.keep([("other", Sent(2, "own", {}, (), "Deck", 1))])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    with opened(path) as memory:
        assert memory.note("guid") is not None


@pytest.mark.parametrize("fault", ["cut", "crash", "half"])
def test_a_push_broken_off_anywhere_is_run_again(desk: Desk, fault: Any) -> None:
    desk.push()
    desk.edit_in_anki("We waited", Note="mine")
    desk.edit("late", "very late")
    desk.edit("学习：\n\nferry：渡轮\n", "")
    (desk.folder / "source" / "gull.md").write_text("# Gulls\n\n原文：\n\nThe gulls slept.\n\n海鸥睡了。\n", encoding="utf-8")
    broken = 0
    while True:
        desk.server.fail_at(broken, fault)
        result = desk.run("push", "--force")
        desk.server.clear()
        if result.exit_code != 3:
            break
        assert len(result.stderr.strip().splitlines()) <= 3 and "Traceback" not in result.output
        broken += 1
    assert result.exit_code == 0 and broken >= 5
    assert desk.push().stderr.strip().endswith("nothing to send")
    notes = desk.anki.notes()
    assert len(notes) == 5 and desk.found("The ferry was very late") and desk.found("We waited")["Note"] == "mine"
    assert sum(REMOVED_TAG in note.tags for note in notes.values()) == 2


def test_an_anki_that_is_not_there_is_exit_code_3(desk: Desk) -> None:
    desk.server.stop()
    result = desk.run("push")
    assert result.exit_code == 3 and "start Anki, and keep it open" in result.stderr
    assert (desk.folder / "build" / "Notes.apkg").exists()


def test_a_path_that_anki_does_not_see_is_exit_code_3(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.server, "do_importPackage", lambda path: open("/nowhere/x"))  # noqa: PTH123, SIM115
    result = desk.run("push")
    assert result.exit_code == 3 and "it runs in a container, as another user or on the other side of WSL" in result.stderr


def test_note_types_go_by_language_without_region(desk: Desk) -> None:
    desk.edit("# The ferry", "---\nlanguages: [en-GB, zh-Hans]\n---\n\n# The ferry")
    desk.push()
    assert desk.found("The ferry").note_type()["name"] == "Bilingual Sentence (en-zh)"
    assert desk.push().stderr.strip().endswith("nothing to send")


def test_a_part_of_a_project_is_not_pushed(desk: Desk) -> None:
    (desk.folder / "source" / "gull.md").write_text("# Gulls\n\n原文：\n\nThe gulls slept.\n\n海鸥睡了。\n", encoding="utf-8")
    desk.push()
    result = desk.run("push", os.path.join("source", "gull.md"))  # noqa: PTH118
    assert result.exit_code == 2 and "this command works on all notes" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a signal here")
def test_a_save_goes_into_anki_by_itself(desk: Desk) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "anki_builder", "build", "--watch", "--push"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stderr is not None
            lines = iter(process.stderr)
            assert any("watching source" in line for line in lines)
            assert len(desk.anki.notes()) == 4
            desk.edit("late", "very late")
            assert any("into Anki: " in line for line in lines)
            assert desk.found("The ferry was very late")
            desk.server.fail_at(0, "profile")
            desk.edit("very late", "too late")
            assert any("not sent: no profile is open in Anki" in line for line in lines)
            desk.edit("too late", "far too late")
            assert any("into Anki: " in line for line in lines)
            assert desk.found("The ferry was far too late")
        finally:
            process.send_signal(signal.SIGINT)
