"""docs/reading.md explains two notes line by line and names every module of the reader: it is kept true here."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from anki_builder import reading
from anki_builder.cli import cli
from anki_builder.config import Config
from anki_builder.reading.reader import explain
from anki_builder.source import Source

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


def test_each_line_of_a_list_in_html_is_explained() -> None:
    note = "# Sul lavoro\n\n<dl>\n<dt>la penna</dt><dd>pen</dd>\n<dt>il tavolo</dt><dd>table</dd>\n</dl>\n"
    _, _, lines = explain(Source("a.md", "a.md", note), Config(languages=("it", "en")))
    assert [one.line for one in lines] == [1, 3, 4, 5, 6]
    assert [one.role for one in lines if one.line in (3, 6)] == ["mark", "mark"]
