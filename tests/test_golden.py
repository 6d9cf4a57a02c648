"""Whole collections with their expected listings, from reading to notes; `pytest --update` rewrites them, to be reviewed as a diff."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from anki_builder.cli import cli

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden"
COMMANDS = {
    "document": ["show", "source", "--stage", "document"],
    "pairs": ["show", "source", "--stage", "pairs"],
    "notes": ["show", "source", "--stage", "notes"],
    "check": ["check", "source", "--format", "short"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_sample_collection_gives_what_it_gave(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    shutil.copytree(ROOT / "source", tmp_path / "source", ignore=shutil.ignore_patterns("anki_builder.lock"))
    shutil.copy(ROOT / "anki_builder.toml", tmp_path)
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(cli, COMMANDS[name], prog_name="anki-builder").stdout
    golden = GOLDEN / f"samples-{name}.txt"
    if request.config.getoption("--update"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, encoding="utf-8", newline="\n")
    assert found == golden.read_text(encoding="utf-8")
