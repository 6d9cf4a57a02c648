"""Settings of strangers: a command runs only once the learner trusts the file, and settings of another user are not read."""

import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from anki_builder.cli import cli
from anki_builder.cli.folders import config_home

NOTE = "原文：\n\nThe ferry was late.\n\n渡轮晚点了。\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "downloaded"
    (folder / "source").mkdir(parents=True)
    monkeypatch.chdir(folder)
    for name in ("XDG_CONFIG_HOME", "APPDATA", "XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home" / name))
    (folder / "source" / "ferry.md").write_text(NOTE, encoding="utf-8")
    (folder / "speak.py").write_text("import pathlib\npathlib.Path('ran').touch()\n", encoding="utf-8")
    settings(folder)
    return folder


def settings(folder: Path, more: str = "") -> None:
    command = f"'{Path(sys.executable).as_posix()}' speak.py {{output}} {{text}}"
    (folder / "anki_builder.toml").write_text(f'audio = "command"\naudio_command = "{command}"\n{more}', encoding="utf-8")


def run(*words: str) -> Result:
    result = CliRunner().invoke(cli, list(words), prog_name="anki-builder")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_a_command_runs_only_for_settings_that_are_trusted_as_they_are(here: Path) -> None:
    result = run("build")
    assert result.exit_code == 2
    assert "anki_builder.toml runs a command for the texts that are spoken" in result.stderr
    assert "--trust" in result.stderr
    assert not (here / "ran").exists()
    assert run("check").exit_code == 0, "what runs nothing needs no trust"

    run("build", "--trust")
    assert (here / "ran").exists()
    (here / "ran").unlink()
    run("build")
    assert (here / "ran").exists(), "trust is kept"

    (here / "ran").unlink()
    settings(here, "# another content\n")
    assert run("build").exit_code == 2
    assert not (here / "ran").exists()
    settings(here)
    os.replace(here / "anki_builder.toml", here.parent / "anki_builder.toml")  # noqa: PTH105
    assert run("build").exit_code == 2, "in another folder the command may mean another program"
    assert not (here / "ran").exists()


def test_what_is_trusted_is_kept_for_the_learner_alone(here: Path) -> None:
    run("build", "--trust")
    assert (config_home() / "trusted").is_file()
    if sys.platform != "win32":
        assert config_home().stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such owner there")
def test_settings_of_another_user_are_refused_until_trusted(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here.parent / "anki_builder.toml").write_text('collection = "Theirs"\n', encoding="utf-8")
    (here / "anki_builder.toml").unlink()
    owner = os.getuid() or 4711
    if os.getuid() == 0:
        os.chown(here.parent / "anki_builder.toml", owner, -1)
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    for command in ("check", "build", "show"):
        result = run(command)
        assert result.exit_code == 2
        assert "../anki_builder.toml belongs to another user of this machine" in result.stderr
    assert run("build", "--trust").exit_code == 0
    assert run("check").exit_code == 0
    (here / "anki_builder.toml").write_text("", encoding="utf-8")
    if os.getuid() != owner and os.stat(here / "anki_builder.toml").st_uid == 0:  # noqa: PTH116
        assert run("check").exit_code == 0, "the administrator may"


@pytest.mark.parametrize(
    "text",
    [
        'output = "a\\u0000b"',
        'templates = "\\u0000"',
        'tags = ["\\u0000"]',
        'voices = { en = "\\u0000" }',
        "x = " + "[" * 5000,
        "x" * 70_000,
    ],
)
def test_settings_that_cannot_be_meant_are_a_sentence(here: Path, text: str) -> None:
    (here / "anki_builder.toml").write_text(text, encoding="utf-8")
    result = run("check")
    assert result.exit_code == 2
    assert "anki_builder.toml: " in result.stderr
