"""The options of the top command that hold for all commands, and `build --deck`."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from anki_builder.cli import cli

NOTE = "原文：\n\nThe ferry was late.\n\n渡船晚点了。\n\n学习：\n\nferry：渡船\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "ferry.md").write_text(NOTE, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def decks(result: Result) -> set[str]:
    assert result.exit_code == 0, result.output
    return set(re.findall(r" in (\S+) \(", run("show", "notes", "--stage", "notes").stdout))


def test_verbose_prints_where_things_lie_and_how_long_stages_take(folder: Path) -> None:
    (folder / "notes" / "anki_builder.toml").write_text('collection = "Ferries"\n', "utf-8")
    shown = run("-v", "build", "notes").stderr
    for line in (
        "settings: notes/anki_builder.toml",
        "ledger: notes/anki_builder.lock",
        r"cache: .*/anki-builder/\w+",
        r" +\d+\.\d\d s  read, align and compose",
        "1 file of 1 was read anew",
        r" +\d+\.\d\d s  settle which note is which",
        r" +\d+\.\d\d s  write the package",
    ):
        assert re.search(f"^{line}$", shown, re.MULTILINE), line


def test_verbose_says_that_nothing_changed(folder: Path) -> None:
    run("build", "notes")
    run("build", "notes")
    assert "nothing changed since the last build" in run("-v", "build", "notes").stderr


def test_nothing_of_it_is_printed_unless_asked_for(folder: Path) -> None:
    shown = run("build", "notes").stderr
    assert "settings:" not in shown
    assert " s  " not in shown


def test_config_takes_the_place_of_all_other_settings(folder: Path) -> None:
    (folder / "notes" / "anki_builder.toml").write_text('collection = "Beside"\n', "utf-8")
    (folder / "other.toml").write_text('deck = "Named"\n', "utf-8")
    assert run("--config", "other.toml", "build", "notes").exit_code == 0
    assert (folder / "build" / "notes.apkg").exists()  # `collection` beside the notes is not read
    assert decks(run("build", "notes")) == {"Named"}


def test_config_takes_the_table_of_a_pyproject(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "pyproject.toml").write_text('[tool.anki_builder]\ncollection = "Table"\n', "utf-8")
    assert "Table" in run("--config", "sub/pyproject.toml", "build", "notes").stdout


def test_paths_of_config_are_relative_to_the_folder_of_C(folder: Path) -> None:
    (folder / "notes" / "own.toml").write_text('collection = "Own"\n', "utf-8")
    assert "Own" in run("-C", "notes", "--config", "own.toml", "build", ".").stdout


@pytest.mark.parametrize("name", ["missing.toml", "notes"])
def test_a_config_that_is_no_file_is_an_error(name: str, folder: Path) -> None:
    found = run("--config", name, "check", "notes")
    assert found.exit_code == 2
    assert name in found.stderr


def test_config_names_its_file_in_errors(folder: Path) -> None:
    (folder / "other.toml").write_text("colection = 1\n", "utf-8")
    assert (
        "other.toml: unknown setting “colection” (did you mean “collection”?)"
        in run("--config", "other.toml", "check", "notes").stderr
    )


def test_deck_holds_for_articles_that_are_new(folder: Path) -> None:
    run("build", "notes")
    (folder / "notes" / "later.md").write_text(NOTE.replace("ferry", "tram").replace("渡船", "电车"), "utf-8")
    assert decks(run("build", "notes", "--deck", "Trams::{title}")) == {"notes::ferry", "Trams::later"}
    assert decks(run("build", "notes")) == {"notes::ferry", "Trams::later"}


def test_deck_takes_no_placeholder_that_stands_for_nothing(folder: Path) -> None:
    found = run("build", "notes", "--deck", "{titel}")
    assert found.exit_code == 2
    assert "--deck: `deck` has the placeholder {titel}, which stands for nothing (did you mean “title”?)" in found.stderr


def test_deck_and_watch_do_not_go_together(folder: Path) -> None:
    assert run("build", "notes", "--deck", "X", "--watch").exit_code == 2
