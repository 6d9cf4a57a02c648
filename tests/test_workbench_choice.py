"""The choice of cards in the workbench: numbers, examples, and settings whose comments stay."""

import json
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbench_desk import Desk

from anki_builder.cli.trust import is_trusted, remember
from anki_builder.cli.workbench.choosing import with_setting
from anki_builder.config import CARDS

SETTINGS = """\
# Of my evenings.
collection = "Evening"  # the deck
# terms = ["recognise", "recall"]

[voices]
en = "en_GB"  # not American
"""


@pytest.fixture
def desk(desk: Desk, home: Path) -> Desk:
    (home / "notes" / "anki_builder.toml").write_text(SETTINGS, encoding="utf-8")
    desk.open(home / "notes")
    return desk


def test_what_needs_an_extra_that_is_not_installed_cannot_be_chosen(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anki_builder.config.find_spec", lambda name: None)
    assert desk.view("settings")["missing"] == {"readings": "added", "order": "frequency", "audio": "voice"}
    monkeypatch.setattr("anki_builder.config.find_spec", lambda name: object())
    assert desk.view("settings")["missing"] == {}


def change(desk: Desk, **changes: object) -> tuple[list[str], int]:
    """What is shown of a change, and the status with which it is then written."""
    shown = desk.view("settings-change", f"changes={quote(json.dumps(changes))}")
    return shown["diff"], desk.act("choose", changes=changes, digest=shown["digest"]).status


def settings(home: Path) -> str:
    return (home / "notes" / "anki_builder.toml").read_text("utf-8")


def test_a_choice_is_shown_and_then_written_with_the_comments_kept(desk: Desk, home: Path) -> None:
    shown = desk.view("settings-change", f"changes={quote(json.dumps({'sentences': 'all'}))}")
    assert '+sentences = "all"' in shown["diff"]
    assert settings(home) == SETTINGS, "nothing is written by looking"
    _, status = change(desk, sentences="all", terms=["recognise"], readings_on_front=True)
    assert status == 200
    assert settings(home) == SETTINGS.replace('# terms = ["recognise", "recall"]\n', 'terms = ["recognise"]\n').replace(
        "\n[voices]", 'sentences = "all"\nreadings_on_front = true\n\n[voices]'
    )


def test_the_number_that_is_foretold_of_a_choice_is_the_number_of_its_cards(desk: Desk, home: Path) -> None:
    desk.done("count")
    rows = {row["card"]: row["counts"] for row in desk.view("counted")["rows"]}
    assert rows.keys() == {*CARDS["sentence_cards"], *CARDS["terms"]}
    foretold = rows["read"]["all"] + rows["produce"]["all"] + rows["cloze"]["all"]
    assert change(desk, sentences="all", sentence_cards=["read", "produce"], terms=["cloze"])[1] == 200
    desk.done("build")
    assert desk.view("state")["cards"] == foretold > 0


def test_each_kind_of_card_that_is_made_has_at_most_two_examples(desk: Desk, home: Path) -> None:
    desk.done("count")
    found = desk.view("counted")
    made = {row["card"]: row["counts"]["all"] for row in found["rows"]}
    assert {card: len(examples) for card, examples in found["examples"].items()} == {
        card: min(2, count) for card, count in made.items() if count
    }
    for examples in found["examples"].values():
        for example in examples:
            assert example["front"] and example["back"] and found["css"][example["pair"]]


def test_settings_that_were_changed_meanwhile_are_left_alone(desk: Desk, home: Path) -> None:
    shown = desk.view("settings-change", f"changes={quote(json.dumps({'sentences': 'all'}))}")
    other = SETTINGS + 'fr = "fr_CA"\n'
    (home / "notes" / "anki_builder.toml").write_text(other, encoding="utf-8")
    answer = desk.act("choose", changes={"sentences": "all"}, digest=shown["digest"])
    assert answer.status == 409
    assert "was changed meanwhile" in answer.data["problem"]
    assert settings(home) == other


def test_a_folder_without_settings_gets_them(desk: Desk, home: Path) -> None:
    (home / "bare").mkdir()
    (home / "bare" / "note.md").write_text("# x\n", encoding="utf-8")
    desk.open(home / "bare")
    assert change(desk, sentences="none")[1] == 200
    assert (home / "bare" / "anki_builder.toml").read_text("utf-8") == 'sentences = "none"\n'


def test_the_table_in_a_shared_file_is_changed_and_nothing_else(desk: Desk, home: Path) -> None:
    (home / "notes" / "anki_builder.toml").unlink()
    shared = '[project]\nname = "x"\n\n[tool.anki_builder]\n# mine\nsentences = "all"\n\n[tool.other]\nsentences = "mine"\n'
    (home / "notes" / "pyproject.toml").write_text(shared, encoding="utf-8")
    desk.open(home / "notes")
    assert change(desk, sentences="none", order="easy-first")[1] == 200
    after = shared.replace('# mine\nsentences = "all"\n', '# mine\nsentences = "none"\norder = "easy-first"\n')
    assert (home / "notes" / "pyproject.toml").read_text("utf-8") == after


@pytest.mark.parametrize(
    "changes",
    [
        {"audio_command": "rm -rf {text}"}, {"audio": "command"}, {"output": "/etc/passwd"}, {"templates": "/"}, {"sentences": "some"},
        {"terms": ["nothing"]}, {"terms": "cloze"}, {"cloze_typing": "yes"}, {"sentences": None}, {"sentences": {}}, {"terms": [[1]]},
        {}, [], "x", 3,
    ],
)  # fmt: skip
def test_what_cannot_be_chosen_is_refused_and_nothing_is_written(desk: Desk, home: Path, changes: object) -> None:
    digest = desk.view("settings")["digest"]
    assert desk.act("choose", changes=changes, digest=digest).status == 409
    assert desk.ask(f"/{desk.channel.token}/view/settings-change?changes={quote(json.dumps(changes))}").status == 409
    assert settings(home) == SETTINGS


def test_settings_that_cannot_be_written_stay_and_say_why(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, data: bytes) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("anki_builder.cli.workbench.writing.write", refuse)
    digest = desk.view("settings")["digest"]
    answer = desk.act("choose", changes={"sentences": "all"}, digest=digest)
    assert answer.data == {"problem": "cannot write anki_builder.toml: Permission denied"}
    assert settings(home) == SETTINGS


@pytest.mark.parametrize("audio", ["off", "tts"])
def test_sound_is_chosen(desk: Desk, home: Path, audio: str) -> None:
    assert change(desk, audio=audio, unfold_passages=True)[1] == 200
    assert tomllib.loads(settings(home)).get("audio", "tts") == audio
    assert tomllib.loads(settings(home))["unfold_passages"] is True


def test_a_command_is_chosen_only_where_the_settings_name_one(desk: Desk, home: Path) -> None:
    digest = desk.view("settings")["digest"]
    assert "needs an `audio_command`" in desk.act("choose", changes={"audio": "command"}, digest=digest).data["problem"]
    (home / "notes" / "anki_builder.toml").write_text("audio_command = 'speak {text} {output}'\n", encoding="utf-8")
    desk.open(home / "notes")
    assert change(desk, audio="command")[1] == 200
    assert desk.view("settings")["command"] == "speak {text} {output}"
    assert not desk.view("settings")["is_trusted"]


@pytest.mark.parametrize("was_trusted", [True, False])
def test_settings_are_trusted_after_a_choice_only_if_they_were_before(desk: Desk, home: Path, was_trusted: bool) -> None:
    file = home / "notes" / "anki_builder.toml"
    if was_trusted:
        remember(file, SETTINGS)
    assert change(desk, sentences="all")[1] == 200
    assert is_trusted(file, settings(home)) == was_trusted


VALUES = st.one_of(
    st.tuples(st.just("sentences"), st.sampled_from(["all", "with-terms", "none"])),
    st.tuples(st.just("terms"), st.lists(st.sampled_from(CARDS["terms"]), unique=True)),
    st.tuples(st.just("cloze_typing"), st.booleans()),
)
BEFORE = st.sampled_from(
    [
        "", SETTINGS, 'terms = [\n  "hear",  # by ear\n  "spell",\n]\n', '# terms = ["hear"]\n[[layouts]]\npattern = "x"\n# terms = 1\n',
        '"terms" = ["hear"]\n', "sentences='none'", '\n\n# sentences = "all"\n\nvoices.en = "x"\n', "[voices]\n", "cloze_typing=true # y\n",
        'pattern = """\n# terms = x\n"""\n',
    ]
)  # fmt: skip


@given(BEFORE, st.lists(VALUES, max_size=4))
def test_settings_have_what_was_set_and_all_else_as_it_was(before: str, changes: list[tuple[str, object]]) -> None:
    after = before
    for name, value in changes:
        after = with_setting(after, name, value, True)
    assert sorted_lists(tomllib.loads(after)) == sorted_lists(tomllib.loads(before) | dict(changes))
    kept = [
        comment for comment in ("# Of my evenings.", "# the deck", "# not American", "# y", "# terms = x") if comment in before
    ]
    chosen = [value for _, value in changes if isinstance(value, list)]
    if "# by ear" in before and all("hear" in terms for terms in chosen):
        kept.append("# by ear")
    assert all(comment in after for comment in kept)


def sorted_lists(table: dict[str, Any]) -> dict[str, Any]:
    return {name: sorted(value, key=str) if isinstance(value, list) else value for name, value in table.items()}
