"""`open` and `build --open`: a package in the hands of the program that opens it."""

import os
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from anki_builder.cli import cli

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs are shell scripts here")
NOTE = "# Ferry\n\n原文：\n\nThe ferry was late.\n\n渡轮晚点了。\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "ferry.md").write_text(NOTE, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def program(folder: Path, name: str, code: int = 0) -> None:
    """Make a program that writes down what it was called with."""
    path = folder / "bin" / name
    path.write_text(f'#!/bin/sh\necho "$@" > "{folder}/called"\nexit {code}\n', encoding="utf-8")
    path.chmod(0o755)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), prog_name="anki-builder")


def called(folder: Path) -> str:
    end = time.monotonic() + 5
    while not (folder / "called").exists() and time.monotonic() < end:
        time.sleep(0.01)
    return (folder / "called").read_text(encoding="utf-8").strip()


def test_the_package_built_last_is_handed_to_anki(here: Path) -> None:
    program(here, "anki")
    assert run("build").exit_code == 0
    result = run("open")
    assert result.exit_code == 0 and "is handed to Anki" in result.stderr
    assert called(here) == os.path.join(os.path.realpath(here), "build", f"{here.name}.apkg")  # noqa: PTH118


def test_a_build_hands_its_package_over(here: Path) -> None:
    program(here, "anki")
    assert run("build", "--open").exit_code == 0
    assert called(here).endswith(f"build/{here.name}.apkg")


def test_a_package_that_was_not_built_is_not_opened(here: Path) -> None:
    result = run("open")
    assert result.exit_code == 2
    assert "is not there: run `anki-builder build` first" in result.stderr


@pytest.mark.skipif(sys.platform == "darwin", reason="its own program opens packages there")
@pytest.mark.parametrize("fails", [False, True])
def test_a_machine_without_anki_is_told_so(here: Path, fails: bool) -> None:
    if fails:
        program(here, "xdg-open", code=3)
    result = run("build", "--open")
    assert result.exit_code == 3
    assert "install Anki from https://apps.ankiweb.net, or import" in result.stderr


def test_open_and_watch_exclude_each_other(here: Path) -> None:
    assert run("build", "--watch", "--open").exit_code == 2
