"""`new` and `init`: what a newcomer begins with."""

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from anki_builder.cli import cli
from anki_builder.cli.columns import width
from anki_builder.config import Config, load


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), prog_name="anki-builder")


def test_init_writes_every_setting_with_its_default(here: Path) -> None:
    assert run("init").stdout == "anki_builder.toml\n"
    text = (here / "anki_builder.toml").read_text("utf-8")
    assert load(tomllib.loads(text), "x.toml") == Config()
    settings = "\n".join(line.removeprefix("# ") for line in text.splitlines() if line.startswith("# ") and " = " in line)
    assert tomllib.loads(settings).keys() == set(Config._fields)
    assert load(tomllib.loads(settings.replace("languages = []\n", "")), "x.toml") == Config()


def test_init_explains_the_settings_in_the_language_of_the_learner(here: Path) -> None:
    assert run("--lang", "zh", "init").exit_code == 0
    text = (here / "anki_builder.toml").read_text("utf-8")
    assert load(tomllib.loads(text), "x.toml") == Config()
    explanations = [line for line in text.splitlines() if line.startswith("## ")]
    assert len(explanations) >= len(Config._fields)
    assert max(map(width, explanations)) <= 102
    assert "## 笔记所在的牌组；" in text and "# deck = " in text
    assert "Deck of a note" not in text


@pytest.mark.parametrize("command", [["init"], ["new", "A ferry"]])
def test_nothing_is_overwritten(here: Path, command: list[str]) -> None:
    written = here / run(*command).stdout.strip()
    written.write_text("mine", "utf-8")
    again = run(*command)
    assert again.exit_code == 2 and "exists already" in again.stderr
    assert written.read_text("utf-8") == "mine"


@pytest.mark.parametrize(("option", "text", "words"), [([], "Text:", "Vocabulary:"), (["--chinese"], "原文：", "学习：")])
def test_a_new_note_filled_in_makes_cards(here: Path, option: list[str], text: str, words: str) -> None:
    (here / "source").mkdir()
    path = here / run("new", "  The “late” ferry?", *option).stdout.strip()
    assert path == here / "source" / "the-late-ferry.md"
    note = path.read_text("utf-8")
    assert note.startswith("# The “late” ferry?\n")
    filled = note.replace(f"{text}\n", f"{text}\n\nThe ferry is late.\n\n渡船晚点了。\n").replace(
        f"{words}\n", f"{words}\n\nferry：渡船\n"
    )
    path.write_text(filled, "utf-8")
    assert run("check").exit_code == 0
    assert "2 with 3 cards: 1 sentence, 1 term" in run("build").stderr


def test_a_new_note_is_in_the_language_of_the_learner(here: Path) -> None:
    note = here / run("--lang", "zh", "new").stdout.strip()
    assert note == here / "新笔记.md"
    assert "原文：\n\n<!-- 先写一段你读的原文" in note.read_text("utf-8")
    english = here / run("--lang", "zh", "new", "Ferry", "--english").stdout.strip()
    assert "Text:\n\n<!-- 先写一段你读的原文" in english.read_text("utf-8")


def test_a_new_note_left_empty_makes_no_card_and_no_noise(here: Path) -> None:
    run("new")
    result = run("check", "new-note.md")
    assert "warning" not in result.stdout
