"""docs/reading.md explains two notes line by line and names every module of the reader: it is kept true here."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from anki_builder import reading
from anki_builder.cli import cli

PAGE = Path(__file__).parents[1] / "docs" / "reading.md"
NAMES = ("harbour.md", "coast.md")
_EXAMPLE = re.compile(
    r"(?P<head>^````markdown\n(?P<note>.*?)^````\n.*?^````text\n)(?P<output>.*?)^````$", re.MULTILINE | re.DOTALL
)


def test_the_page_shows_what_the_command_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update: bool) -> None:
    monkeypatch.chdir(tmp_path)
    names = iter(NAMES)

    def printed(example: re.Match[str]) -> str:
        name = next(names)
        (tmp_path / name).write_text(example["note"], encoding="utf-8")
        output = CliRunner().invoke(cli, ["check", "--explain-layout", name]).stdout
        return f"{example['head']}{output}````"

    written = PAGE.read_text(encoding="utf-8")
    actual = _EXAMPLE.sub(printed, written)
    assert next(names, None) is None
    if update and actual != written:
        PAGE.write_text(actual, encoding="utf-8", newline="\n")
    assert update or actual == written


def test_the_page_names_every_module_of_the_reader() -> None:
    written = PAGE.read_text(encoding="utf-8")
    package = Path(reading.__file__).parent
    assert [path.stem for path in package.rglob("*.py") if path.stem != "__init__" and f"`{path.stem}`" not in written] == []
