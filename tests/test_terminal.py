"""What reaches the terminal: no escape sequence of a note, a name or a setting; any encoding; a closed or full output."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from anki_builder.cli import cli, report
from anki_builder.cli.terminal import shown_text

OWN = re.compile(r"\x1b\[(?:0|1|2|3[0-7]|9[0-7])m")
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\x08\x1bP+q\x1b\\"
NOTE = f"""# The ferry {ESCAPES}

原文：

The ferry {ESCAPES} was late.

渡轮{ESCAPES}晚点了。

学习：

ferry{ESCAPES}：渡轮{ESCAPES}

harbour{ESCAPES}：港口
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source").mkdir()
    return tmp_path


def printed(*arguments: str) -> str:
    result = CliRunner().invoke(cli, ["--color", "always", *arguments], prog_name="anki-builder")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.output


@pytest.mark.skipif(sys.platform == "win32", reason="file names cannot hold control characters there")
def test_only_our_own_escape_sequences_reach_the_terminal(here: Path) -> None:
    name = "fer\x1b]0;owned\x07ry.md"
    (here / "source" / name).write_text(NOTE, encoding="utf-8")
    (here / "source" / "bad\x1b[2J.md").write_bytes(b"\xff\xfe\xff")
    commands = [
        ["show", "--stage", stage, "--format", form] for stage in ("document", "pairs", "notes") for form in ("text", "json")
    ]
    commands += [
        ["check"],
        ["check", "--format", "short"],
        ["check", "--json"],
        ["check", "--explain-layout"],
        ["build"],
        ["plan"],
    ]
    commands += [["layout", f"source/{name}"], ["explain", ESCAPES], ["show", f"nowhere{ESCAPES}"], [ESCAPES]]
    for command in commands:
        text = OWN.sub("", printed(*command))
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text), command


@pytest.mark.parametrize(
    "settings",
    [
        f'"{json.dumps(ESCAPES)[1:-1].replace("/", "")}" = 1',
        'theme = "\\u001b]0;owned\\u0007"',
        'languages = ["\\u001b[2J", "zh"]',
        'ignore = ["\\u001b[2J"]',
        'voices = { en = "\\u001b[2J" }',
        'labels = { x = "\\u001b[2J" }',
        'audio = "command"\naudio_command = "\\u001b[2J {other}"',
        "thme\x1b[2J = 1",
        '[[layouts]]\npattern = "{\\u001b[2J}"',
    ],
)
def test_no_setting_steers_the_terminal(here: Path, settings: str) -> None:
    (here / "source" / "a.md").write_text("# x\n", encoding="utf-8")
    (here / "anki_builder.toml").write_text(settings, encoding="utf-8")
    text = OWN.sub("", printed("check"))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)


def test_text_shows_itself_without_what_steers_a_terminal() -> None:
    assert shown_text("a\x1b[31mb\x1b[0m\n") == "a\x1b[31mb\x1b[0m\n", "our own colours"
    assert shown_text("\x1b[8m\x1b[31;8m\x1b[2J\x9b\r\u202e\u2066\ud800") == "�[8m�[31;8m�[2J�����"
    assert shown_text("“的”　e\u0301 👩\u200d🚀 می\u200cخواهم\r\n\t") == "“的”　e\u0301 👩\u200d🚀 می\u200cخواهم\r\n\t"


def test_json_is_escaped_where_it_would_not_be_printed_as_it_is() -> None:
    value = {"text": "\x85\x9b\u202e\ud800\x1b 的　é"}
    written = report.to_json(value)
    assert json.loads(written) == value
    assert shown_text(written) == written
    assert "的　é" in report.to_json("的　é")


def run(here: Path, *arguments: str, encoding: str = "", **more: object) -> "subprocess.CompletedProcess[bytes]":
    environment = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding} if encoding else dict(os.environ)
    command = [sys.executable, "-m", "anki_builder", *arguments]
    return subprocess.run(command, cwd=here, env=environment, stderr=subprocess.PIPE, check=False, **more)  # type: ignore[call-overload, no-any-return]


FOREIGN = "原文：\n\nA naïve ferry 🚢.\n\n渡轮。\n\n学习：\n\nharbour：港口\n"


@pytest.mark.parametrize(
    ("encoding", "arguments"),
    [("cp1252", ["show", "--format", "json"]), ("cp437", ["check"]), ("gbk", ["explain", "term-not-found"])],
)
def test_data_is_utf8_in_any_encoding(here: Path, encoding: str, arguments: list[str]) -> None:
    (here / "source" / "ferry.md").write_text(FOREIGN, encoding="utf-8")
    done = run(here, *arguments, encoding=encoding, stdout=subprocess.PIPE)
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 1)
    written = done.stdout.decode("utf-8")
    if "json" in arguments:
        assert json.loads(written.splitlines()[0])["translation"] == "渡轮。"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals there")
def test_a_terminal_gets_a_question_mark_for_what_it_cannot_show(here: Path) -> None:
    (here / "source" / "ferry.md").write_text(FOREIGN, encoding="utf-8")
    outside, terminal = os.openpty()
    done = run(here, "--lang", "zh", "check", encoding="cp437", stdout=terminal)
    os.close(terminal)
    with open(outside, "rb", buffering=0) as written:  # noqa: PTH123
        shown = written.read(100_000)
    assert b"Traceback" not in done.stderr
    assert done.returncode == 1
    assert b"source/ferry.md" in shown and b"????" in shown


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no full device")  # noqa: PTH110
@pytest.mark.parametrize("arguments", [["show", "--format", "json"], ["--help"], ["build"]])
def test_a_full_or_closed_output_is_a_sentence(here: Path, arguments: list[str]) -> None:
    (here / "source" / "ferry.md").write_text("原文：\n\nA ferry.\n\n渡轮。\n\n学习：\n\nharbour：港口\n", encoding="utf-8")
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = run(here, *arguments, stdout=full)
    assert (done.returncode, done.stderr.decode().splitlines()[-1]) == (
        2,
        "Error: cannot write to standard output: no space left on device",
    )
    closed = f"exec >&-; exec {sys.executable} -m anki_builder {' '.join(arguments)}"
    done = subprocess.run(["bash", "-c", closed], cwd=here, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr.decode()) == (2, "Error: cannot write to standard output: it is closed\n")
    silent = f"exec 2>&-; exec {sys.executable} -m anki_builder {' '.join(arguments)}"
    assert subprocess.run(["bash", "-c", silent], cwd=here, stdout=subprocess.PIPE, check=False).returncode in (0, 1)
