"""Fields and cards of the learner's own, from the notes into the real Anki: in a fresh collection and in one with reviews."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from anki_collection import AnkiCollection, anki_collection
from click.testing import CliRunner, Result

from anki_builder.cli import cli
from anki_builder.config import ConfigError, load
from anki_builder.notes.kinds import kinds
from anki_builder.notes.note_types import model_id

NOTE = """\
---
title: Harbour
level: common
---

原文：

The ferry waited for the fog to lift. Nobody on the quay minded.

渡船等着雾散去。码头上没有人在意。

学习：

quay：码头
Pitch:: low & <long>

fog：雾
"""
TABLE = """\
# Tide

| word | Pitch | meaning |
|---|---|---|
| ebb | high | 退潮 |
| rope | | 绳子 |
"""
SETTINGS = """\
languages = ["en", "zh"]

[note-types.vocabulary]
extra-fields = ["Pitch", "Level"]
extra-cards = ["Pitch"]

[note-types.sentence]
extra-fields = ["Level"]
"""
FILES = {
    "vocabulary/pitch.front.html": "{{#Pitch}}{{Term}}: how is it said?{{/Pitch}}",
    "vocabulary/pitch.back.html": "{{FrontSide}}<hr id=answer>{{Pitch}} {{Gloss}}",
}
VOCABULARY = model_id("vocabulary", ("en", "zh"), "Bilingual")
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "harbour.md").write_text(NOTE, "utf-8")
    (tmp_path / "source" / "tide.md").write_text(TABLE, "utf-8")
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, code: int = 0) -> Result:
        done = CliRunner().invoke(cli, arguments)
        assert done.exit_code == code, done.output
        return done

    return invoke


def add_own(settings: str = SETTINGS) -> None:
    Path("anki_builder.toml").write_text(settings, "utf-8")
    for name, text in FILES.items():
        path = Path("templates") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def words(anki: AnkiCollection) -> dict[str, Any]:
    """The vocabulary notes by their term."""
    return {note["Answer"]: note for note in anki.notes().values() if note.mid == VOCABULARY}


def check_own(anki: AnkiCollection) -> None:
    found = words(anki)
    assert found["quay"]["Pitch"] == "low &amp; &lt;long&gt;" and found["quay"]["Level"] == "common"
    assert found["ebb"]["Pitch"] == "high" and found["ebb"]["Level"] == ""
    assert found["fog"]["Pitch"] == found["rope"]["Pitch"] == ""
    assert {face.question for face in anki.cards("card:Pitch")} == {"quay: how is it said?", "ebb: how is it said?"}
    sentences = [note for note in anki.notes().values() if "TextAudio" in note]
    assert all(note["Level"] == "common" for note in sentences if note["Source"] == "Harbour")


def test_fields_and_cards_of_ones_own_arrive_in_a_fresh_collection(run: Run) -> None:
    add_own()
    run("build", "-o", "deck.apkg")
    with anki_collection() as anki:
        anki.add(Path("deck.apkg"))
        anki.check()
        check_own(anki)
        assert [field["name"] for field in anki.collection.models.get(VOCABULARY)["flds"]][-3:] == ["Key", "Pitch", "Level"]
        reviewed = anki.review()
        history = anki.history()
        path = Path("source/harbour.md")
        path.write_text(NOTE.replace("low", "falling"), "utf-8")
        run("build", "-o", "deck.apkg")
        assert anki.add(Path("deck.apkg")) == (0, 1, reviewed_notes(anki) - 1, 0)
        assert words(anki)["quay"]["Pitch"].startswith("falling")
        assert reviewed and anki.history() == history
        run("verify")


def reviewed_notes(anki: AnkiCollection) -> int:
    return len(anki.notes())


def test_they_are_added_to_an_existing_collection_once_by_merging(run: Run) -> None:
    run("build", "-o", "deck.apkg")
    with anki_collection() as anki:
        anki.add(Path("deck.apkg"))
        anki.review()
        history = anki.history()
        add_own(SETTINGS.partition("[note-types.sentence]")[0])
        refused = run("build", "-o", "deck.apkg", code=1).stderr
        assert "error[schema-grown]" in refused and "field “Pitch” was added" in refused and "--accept-schema" in refused
        assert "Merge note types" in run("build", "-o", "deck.apkg", "--accept-schema").stderr
        log = anki.add(Path("deck.apkg"), merge_notetypes=True)
        assert log.conflicting == 0 and log.new == 0
        assert {key: anki.history()[key] for key in history} == history, "reviews stay"
        time.sleep(1.1)  # the second in which Anki merged must be over: it takes newer notes alone
        run("build", "-o", "deck.apkg")
        log = anki.add(Path("deck.apkg"))
        assert log.conflicting == 0 and log.new == 0
        assert {key: anki.history()[key] for key in history} == history, "reviews stay"
        assert {face.question for face in anki.cards("card:Pitch")} == {"quay: how is it said?", "ebb: how is it said?"}
        assert words(anki)["quay"]["Level"] == "common" and words(anki)["rope"]["Level"] == ""
        anki.check()
        Path("source/harbour.md").write_text(NOTE.replace("low", "falling"), "utf-8")
        run("build", "-o", "deck.apkg")
        later = anki.add(Path("deck.apkg"))
        assert (later.updated, later.conflicting, later.new) == (1, 0, 0), "all later imports are as before"
        assert words(anki)["quay"]["Pitch"].startswith("falling")
        assert {key: anki.history()[key] for key in history} == history


def test_without_merging_anki_refuses_the_notes_which_is_why_a_build_asks(run: Run) -> None:
    run("build", "-o", "deck.apkg")
    with anki_collection() as anki:
        anki.add(Path("deck.apkg"))
        add_own(SETTINGS.partition("[note-types.sentence]")[0])
        run("build", "-o", "deck.apkg", "--accept-schema")
        assert anki.add(Path("deck.apkg")).conflicting == len(words(anki))


def test_empty_fields_make_no_note_newer_and_a_field_taken_away_is_refused(run: Run) -> None:
    run("build", "-o", "deck.apkg")
    add_own('languages = ["en", "zh"]\n[note_types.vocabulary]\nextra_fields = ["Nothing"]\n')
    for name in FILES:
        (Path("templates") / name).unlink()
    assert "0 new, 0 changed" in run("plan", code=1).stdout
    run("build", "-o", "deck.apkg", "--accept-schema")
    Path("anki_builder.toml").unlink()
    assert "error[schema-changed]" in run("build", "-o", "deck.apkg", "--accept-schema", code=1).stderr


def test_a_field_that_stands_with_no_entry_is_reported(run: Run) -> None:
    add_own()
    Path("source/harbour.md").write_text(NOTE.replace("原文：", "Pitch:: alone\n\n原文："), "utf-8")
    said = run("check", "--format", "short", code=1).stdout
    assert "source/harbour.md:6:1: warning[field-without-entry] “Pitch” belongs to no vocabulary entry" in said
    assert "unused-line" not in said


def test_a_card_without_its_files_is_refused(run: Run) -> None:
    add_own()
    (Path("templates") / "vocabulary/pitch.back.html").unlink()
    said = run("build", "-o", "deck.apkg", code=1).stderr
    assert "error[card-missing]" in said and "templates/vocabulary/pitch.back.html" in said


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"verbs": {}}, "no note type “verbs”"),
        ({"vocabulary": {"extra_fields": ["Gloss"]}}, "has “Gloss” already"),
        ({"vocabulary": {"extra_fields": ["a:b"]}}, "“a:b” cannot be a name"),
        ({"vocabulary": {"extra_fields": ['say "x"']}}, "cannot be a name"),
        ({"vocabulary": {"extra_fields": ["Tags"]}}, "“Tags” cannot be a name"),
        ({"vocabulary": {"extra_fields": ["A", "a"]}}, "names one thing twice"),
        ({"vocabulary": {"extra_cards": list("ABCDEFGHIJKL")}}, "at most 7 can be added"),
        ({"cloze": {"extra_cards": ["One"]}}, "takes no `extra_cards`"),
        ({"vocabulary": {"extra_field": ["A"]}}, "did you mean “extra_fields”?"),
        ({"vocabulary": ["A"]}, "takes tables"),
        ({"vocabulary": {"extra_fields": "A"}}, "takes a list of strings"),
    ],
)
def test_what_anki_could_not_take_is_refused(tables: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as error:
        kinds(load({"note_types": tables}, "x.toml"))
    assert message in str(error.value)
