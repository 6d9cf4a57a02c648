"""`open` and `build --open`: a package in the hands of the program that opens it."""

import os
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from anki_builder.cli import cli
from anki_builder.cli.opening import NoAnki, hand_over

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


def program(folder: Path, name: str, code: int = 0, place: str = "bin") -> None:
    """Make a program that writes down what it was called with."""
    path = folder / place / name
    path.parent.mkdir(exist_ok=True)
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


@pytest.fixture
def on_mac(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")


@pytest.fixture
def on_windows(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return what is opened by Windows, for which the program of the tests stands."""
    opened: list[Path] = []
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(os, "startfile", opened.append, raising=False)
    return opened


def test_macos_opens_a_package_by_its_own_command(here: Path, on_mac: None) -> None:
    program(here, "open")
    assert hand_over(here / "a.apkg") == "open"
    assert called(here) == str(here / "a.apkg")


def test_macos_without_anki_is_told_so(here: Path, on_mac: None) -> None:
    program(here, "open", code=1)
    with pytest.raises(NoAnki, match=r"install Anki from https://apps\.ankiweb\.net"):
        hand_over(here / "a.apkg")


def test_windows_opens_a_package_as_a_double_click_does(here: Path, on_windows: list[Path]) -> None:
    assert hand_over(here / "a.apkg") == "Anki"
    assert on_windows == [here / "a.apkg"]


def _registered_for_nothing(path: Path) -> None:
    raise OSError(1155, "no application is associated with the specified file")


def test_windows_without_a_program_for_packages_uses_the_command_of_anki(
    here: Path, on_windows: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "startfile", _registered_for_nothing)
    monkeypatch.setattr("shutil.which", lambda name, path=None: str(here / "bin" / name) if name == "anki" else None)
    program(here, "anki")
    assert hand_over(here / "a.apkg") == str(here / "bin" / "anki")
    assert called(here) == str(here / "a.apkg")


def test_windows_without_anki_is_told_so(here: Path, on_windows: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "startfile", _registered_for_nothing)
    monkeypatch.setattr("shutil.which", lambda name, path=None: None)
    with pytest.raises(NoAnki, match="by File → Import"):
        hand_over(here / "a.apkg")


def test_the_anki_that_pip_installed_beside_python_is_found_without_a_path_to_it(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(here, "anki", place="venv")
    monkeypatch.setattr(sys, "executable", str(here / "venv" / "python"))
    assert hand_over(here / "a.apkg") == str(here / "venv" / "anki")
    assert called(here) == str(here / "a.apkg")


def test_the_anki_on_the_path_comes_before_the_program_of_the_desktop(here: Path) -> None:
    program(here, "anki")
    program(here, "xdg-open", code=3)
    assert hand_over(here / "a.apkg") == str(here / "bin" / "anki")
