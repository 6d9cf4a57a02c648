"""Both sides changed a note, the learner chooses, and Anki fails at any call or is edited meanwhile: nothing is lost."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple, get_args

import pytest
from anki_server import Fault
from click.testing import Result
from desk import Desk, at_desk

from anki_builder.anki.client import Client
from anki_builder.cli import pushing

NOTE = """# The ferry

原文：

The ferry was late. We waited by the harbour wall. The gulls slept.

渡轮晚点了。我们在港口的墙边等着。海鸥睡了。
"""
HERE = ("The ferry was very late.", "We all waited by the harbour wall.")
THERE = ("The ferry was early.", "We waited on the pier.")
LATER = "The ferry sank."


class Way(NamedTuple):
    """How the learner chooses, and which texts stand in Anki and in the note file at the end."""

    words: tuple[str, ...]
    anki: tuple[str, ...]
    file: tuple[str, ...]


WAYS = {
    "ours": Way(("push", "--ours"), HERE, HERE),
    "theirs": Way(("pull", "--theirs", "--write"), THERE, THERE),
    "ours by note": Way(("push", "--ours", "--note"), (HERE[0], THERE[1]), HERE),
    "theirs by note": Way(("pull", "--theirs", "--write", "--note"), THERE, (THERE[0], HERE[1])),
}
IMPATIENT = 1.0
"""Seconds for which a call is waited for where Anki is slow."""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with at_desk(tmp_path, monkeypatch, NOTE) as desk:
        desk.push()
        for here, there, before in zip(HERE, THERE, ("The ferry was late.", "We waited by the harbour wall."), strict=True):
            desk.edit_in_anki(before, Text=there)
            desk.edit(before, here)
        yield desk


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, desk: Desk) -> Way:
    """A way to choose, with the GUID of the first note where it is for this one alone."""
    found = WAYS[request.param]
    return found._replace(words=(*found.words, desk.found(THERE[0])["Key"])) if found.words[-1] == "--note" else found


def texts(desk: Desk) -> tuple[list[str], list[str]]:
    """Return the sentences in Anki and those of the note file."""
    file = desk.note.read_text(encoding="utf-8")
    there = {note["Text"] for note in desk.anki.notes().values() if "Text" in note}
    known = (*HERE, *THERE, LATER)
    return [one for one in known if one in there], [one for one in known if one in file]


def check_nothing_is_lost(desk: Desk, way: Way) -> None:
    """Each text stands in Anki and in the file as before the choice, or as after it."""
    there, here = texts(desk)
    assert len(there) == len(here) == 2
    assert set(there) <= {*THERE, *way.anki}
    assert set(here) <= {*HERE, *way.file}
    assert desk.server.collection.note_count() == len(desk.anki.notes())


def ends_well(desk: Desk, way: Way, result: Result) -> None:
    """The choice is carried out, and the other notes are as they were."""
    assert result.exit_code == (1 if way.words[-2:-1] == ("--note",) and way.words[0] == "push" else 0), result.output
    there, here = texts(desk)
    assert (set(there), set(here)) == (set(way.anki), set(way.file))
    assert desk.found("The gulls slept.")
    assert not any(found.name.endswith("+") for found in desk.server.collection.models.all_names_and_ids())
    desk.run("push")  # a pull changes what surrounds a sentence, too
    again = desk.run("push")
    if "--note" in way.words:
        assert again.exit_code == 1 and "1 in conflict" in again.stderr, "the other note is for the learner to decide"
    else:
        assert again.exit_code == 0 and again.stderr.strip().endswith("nothing to send")
    there, here = texts(desk)
    assert (set(there), set(here)) == (set(way.anki), set(way.file))


@pytest.mark.parametrize("fault", get_args(Fault))
def test_a_choice_is_carried_out_although_anki_fails_at_any_call(
    desk: Desk, way: Way, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "slow":
        monkeypatch.setattr("anki_server.SLOW", 1.5 * IMPATIENT)
        monkeypatch.setattr(pushing, "Client", partial(Client, patience=IMPATIENT, long_patience=IMPATIENT))
    step = 6 if fault == "slow" else 1
    number = broken = 0
    while True:
        calls = len(desk.server.calls)
        desk.server.fail_at(number, fault)
        result = desk.run(*way.words)
        desk.server.clear()
        assert "Traceback" not in result.output
        check_nothing_is_lost(desk, way)
        if len(desk.server.calls) - calls <= number:
            break
        broken += result.exit_code == 3
        number += step
    assert broken >= 2, "it was broken off"
    ends_well(desk, way, result)


def edit_at(desk: Desk, monkeypatch: pytest.MonkeyPatch, action: str, nth: int, start: str, field: str) -> None:
    """Let the learner edit a note in Anki while the nth call of an action is on its way."""
    real, guid, count = getattr(desk.server, f"do_{action}"), desk.found(start).guid, 0

    def edit_and_do(**parameters: object) -> object:
        nonlocal count
        count += 1
        if count == nth:
            note = desk.anki.notes()[guid]
            note[field] = LATER
            desk.server.collection.update_note(note)
        return real(**parameters)

    monkeypatch.setattr(desk.server, f"do_{action}", edit_and_do)


@pytest.mark.parametrize("words", [WAYS["ours"].words, WAYS["ours by note"].words], ids=["ours", "ours by note"])
@pytest.mark.parametrize(("action", "nth"), [("getDecks", 1), ("importPackage", 1), ("modelFieldNames", 2), ("notesInfo", 2)])
def test_an_edit_in_anki_after_the_notes_were_read_is_no_part_of_the_choice(
    desk: Desk, words: tuple[str, ...], action: str, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    guid = desk.found(THERE[0]).guid
    edit_at(desk, monkeypatch, action, nth, THERE[0], "Text")
    result = desk.run(*words, *(guid,) * (words[-1] == "--note"))
    assert result.exit_code == 1
    assert desk.anki.notes()[guid]["Text"] == LATER
    assert LATER in desk.run("push").stdout, "the learner is asked again"


@pytest.mark.parametrize("words", [("--delete",), ("--delete", "--ours")], ids=" ".join)
@pytest.mark.parametrize(("action", "nth"), [("getDecks", 1), ("importPackage", 1)])
def test_a_note_that_is_edited_in_anki_during_the_push_is_not_deleted(
    desk: Desk, words: tuple[str, ...], action: str, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.run("push", "--ours")
    desk.edit("The gulls slept.", "")
    desk.edit("海鸥睡了。", "")
    desk.edit(HERE[1], "We sat by the harbour wall.")
    edit_at(desk, monkeypatch, action, nth, "The gulls", "Text")
    result = desk.run("push", *words)
    assert "it was edited in Anki, so it is not deleted" in result.output
    assert desk.found(LATER) and desk.found("We sat by")
