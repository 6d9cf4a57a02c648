"""The tutorial and the how-tos are played through: the output that they show is the output of the program."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from anki_builder.cli import cli
from anki_builder.config import load

DOCS = Path(__file__).parents[1] / "docs"
_CONSOLE = re.compile(r"^```console\n\$ anki-builder (?P<arguments>.*)\n(?P<output>(?s:.*?))^```$", re.MULTILINE)


def played(page: str, folder: Path) -> str:
    """Return the tutorial with the output of its commands as it is; what the learner does between them is done."""
    block = re.search(r"^```markdown\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert block is not None
    note = folder / "notes" / "bakery.md"
    note.parent.mkdir()
    note.write_text(block[1], encoding="utf-8")
    edits = {"check": ("custumer", "customer"), "build": ("：醒来\n", "：醒来；觉醒\n")}

    def run(found: re.Match[str]) -> str:
        arguments = found["arguments"].split()
        output = CliRunner().invoke(cli, arguments, prog_name="anki-builder").output
        shown = "\n".join(line for line in output.splitlines() if not line.startswith("   sound ")).strip("\n")  # on Linux alone
        if arguments[0] in edits:
            text = note.read_text(encoding="utf-8")
            assert edits[arguments[0]][0] in text
            note.write_text(text.replace(*edits[arguments[0]]), encoding="utf-8")
        return f"```console\n$ anki-builder {found['arguments']}\n{shown}\n```"

    return _CONSOLE.sub(run, page)


@pytest.mark.parametrize("name", ["tutorial.md", "tutorial.zh.md"])
def test_the_tutorial_shows_what_the_program_prints(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    written = (DOCS / name).read_text(encoding="utf-8")
    assert len(_CONSOLE.findall(written)) == 3
    actual = played(written, tmp_path)
    if update:
        (DOCS / name).write_text(actual, encoding="utf-8", newline="\n")
    assert update or actual == written
    assert "term-not-found" in actual


@pytest.mark.parametrize("name", ["how-to.md", "how-to.zh.md"])
def test_the_settings_that_a_page_shows_are_settings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "anki_builder.config.find_spec", lambda name: object()
    )  # extras need not be installed to be written about
    blocks = re.findall(r"^```toml\n(.*?)^```$", (DOCS / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) > 5
    for block in blocks:
        load(tomllib.loads(block), "anki_builder.toml", block)


def test_the_chinese_how_tos_are_the_same_as_the_english_ones() -> None:
    pages = [(DOCS / name).read_text(encoding="utf-8") for name in ("how-to.md", "how-to.zh.md")]
    headings, blocks = zip(
        *((page.count("\n## "), re.findall(r"^```toml\n(.*?)^```$", page, re.M | re.S)) for page in pages), strict=True
    )
    assert headings[0] == headings[1] >= 15
    assert [len(of_page) for of_page in blocks] == [len(blocks[0])] * 2


def test_the_page_of_the_python_api_shows_what_its_program_prints(capsys: pytest.CaptureFixture[str], update: bool) -> None:
    page = DOCS / "python-api.md"
    written = page.read_text(encoding="utf-8")
    program = re.search(r"^```python\n(.*?)^```$", written, re.MULTILINE | re.DOTALL)
    assert program is not None
    exec(program[1], {})
    printed = capsys.readouterr().out
    actual = re.sub(r"^```text\n.*?^```$", f"```text\n{printed}```", written, flags=re.MULTILINE | re.DOTALL)
    if update:
        page.write_text(actual, encoding="utf-8", newline="\n")
    assert update or actual == written
