"""Sound by an external command: what it is told, what is kept, and what happens where it fails."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
import wave
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from anki_builder.cli import cli
from anki_builder.note import Clip
from anki_builder.speech import CommandProblem, arguments, check, ending, spoken

NOTE = """# The ferry

原文：

The ferry was late. We waited by the harbour wall.

渡轮晚点了。我们在港口的墙边等着。

学习：

ferry：渡轮

harbour：港口
"""
PROGRAM = """
import os, sys, time, wave
language, voice, output, *words = sys.argv[1:]
text = words[0] if words else sys.stdin.read().strip()
with open(os.environ["SPOKEN"], "a", encoding="utf-8") as log:
    log.write(f"{language}|{voice}|{text}\\n")
time.sleep(float(os.environ.get("SLOW", "0")))
if "late" in text and os.environ.get("FAIL"):
    sys.exit("no voice today")
with wave.open(output, "wb") as file:
    file.setparams((1, 2, 8000, 0, "NONE", ""))
    file.writeframes(text.encode().ljust(400, b"\\0"))
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SPOKEN", str(tmp_path / "spoken"))
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "ferry.md").write_text(NOTE, encoding="utf-8")
    (tmp_path / "speak.py").write_text(PROGRAM, encoding="utf-8")
    configure(tmp_path, f"{shlex.quote(sys.executable)} speak.py {{language}} {{voice}} {{output}} {{text}}")
    return tmp_path


def configure(folder: Path, command: str) -> None:
    settings = f"audio = 'command'\naudio_command = '''{command}'''\nvoices = {{ en = 'Alba,Other' }}\noutput = 'deck.apkg'\n"
    (folder / "anki_builder.toml").write_text(settings, encoding="utf-8")


def run(*words: str) -> Result:
    result = CliRunner().invoke(cli, list(words), prog_name="anki-builder")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def said(folder: Path) -> list[str]:
    log = folder / "spoken"
    return sorted(log.read_text(encoding="utf-8").splitlines()) if log.exists() else []


def fields() -> list[dict[str, str]]:
    return [json.loads(line)["fields"] for line in run("show", "--stage", "notes", "--format", "json").stdout.splitlines()]


def test_each_text_is_spoken_once_and_fills_every_field_it_belongs_to(here: Path) -> None:
    assert run("build").exit_code == 0
    assert said(here) == [
        "en|Alba|The ferry was late.",
        "en|Alba|We waited by the harbour wall.",
        "en|Alba|ferry",
        "en|Alba|harbour",
    ]
    sounds = {name: text for note in fields() for name, text in note.items() if name.endswith("Audio") and text}
    assert sounds.keys() == {"TextAudio", "TermAudio", "ContextAudio", "Audio"}
    with ZipFile(here / "deck.apkg") as package:
        names = json.loads(package.read("media"))
        assert {text.removeprefix("[sound:").removesuffix("]") for text in sounds.values()} <= set(names.values())
        for number in names:
            with wave.open(BytesIO(package.read(number))) as file:
                assert file.getnframes()
    assert len(names) == 4


def test_nothing_is_spoken_twice_and_only_what_is_new_is_spoken(here: Path) -> None:
    run("build")
    before = (here / "deck.apkg").read_bytes()
    (here / "spoken").unlink()
    run("build", "--no-cache")
    assert said(here) == []
    assert (here / "deck.apkg").read_bytes() == before
    (here / "source" / "ferry.md").write_text(NOTE.replace("港口\n", "海港\n").replace("wall", "gate"), encoding="utf-8")
    run("build")
    assert said(here) == ["en|Alba|We waited by the harbour gate."]


def test_a_failure_is_reported_for_its_clip_and_the_card_falls_back(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIL", "1")
    result = run("build")
    assert result.exit_code == 0
    assert "speech-failed" in result.stderr
    assert "source/ferry.md:5" in result.stderr
    assert "no sound of “The ferry was late.”: exit code 1: no voice today" in result.stderr
    late = next(note for note in fields() if note.get("Text") == "The ferry was late.")
    assert late["TextAudio"] == ""
    monkeypatch.delenv("FAIL")
    (here / "spoken").unlink()
    assert run("build").exit_code == 0
    assert said(here) == ["en|Alba|The ferry was late."]


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a signal here")
def test_a_build_that_was_ended_goes_on_where_it_was(here: Path) -> None:
    terms = "".join(f"\nterm{number}：词\n" for number in range(12))
    (here / "source" / "ferry.md").write_text(NOTE + terms, encoding="utf-8")
    command = [sys.executable, "-m", "anki_builder", "build"]
    with subprocess.Popen(command, cwd=here, env={**os.environ, "SLOW": "0.3"}, stderr=subprocess.PIPE, text=True) as build:
        while not said(here) and build.poll() is None:
            time.sleep(0.02)
        build.send_signal(signal.SIGINT)
        _, messages = build.communicate(timeout=20)
    assert build.returncode not in (0, None)
    assert "Traceback" not in messages
    assert not (here / "deck.apkg").exists()
    before = said(here)
    assert 0 < len(before) < 16
    run("build")
    assert len(said(here)) == len(set(said(here))) == 16


def test_a_missing_program_is_said_once_and_the_package_is_made_all_the_same(here: Path) -> None:
    configure(here, "no-such-program-here -w {output} {text}")
    result = run("build")
    assert result.exit_code == 0
    assert result.stderr.count("there is no program “no-such-program-here”; 4 clips were not made") == 1
    assert (here / "deck.apkg").exists()


def test_a_program_that_writes_no_sound_is_told_of(here: Path) -> None:
    configure(here, f"{shlex.quote(sys.executable)} -c \"import sys; open(sys.argv[1], 'w').write('sorry')\" {{output}}")
    assert "what it wrote is no sound" in run("build").stderr


def test_no_other_command_runs_the_program(here: Path) -> None:
    run("check")
    fields()
    assert said(here) == []


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", "needs an `audio_command`"),
        ("say {text}", "where the sound goes: {output}"),
        ("say '{text} {output}", "a quote is not closed"),
        ("say {txt} {output}", "it knows {text}, {language}, {voice}, {output}"),
    ],
)
def test_a_command_that_cannot_be_meant_is_a_usage_error(here: Path, command: str, words: str) -> None:
    with pytest.raises(CommandProblem, match=words.replace("{", r"\{").replace("}", r"\}")):
        check(command)
    configure(here, command)
    result = run("build")
    assert result.exit_code == 2
    assert words in result.stderr


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_a_text_is_one_argument_and_never_an_option(text: str) -> None:
    words, stdin = arguments("speak -o {output} --lang={language} {text}", Clip(text, "en", "en_US"), "/tmp/x y")
    assert words[:4] == ["speak", "-o", "/tmp/x y", "--lang=en"]
    assert len(words) == 5
    assert words[4].removeprefix(" ") == text.removeprefix(" ")
    assert not words[4].startswith("-")
    assert stdin == b""


def test_a_command_without_text_reads_it() -> None:
    assert arguments("piper -f {output}", Clip("Hello.", "en", "en_US"), "o.wav") == (["piper", "-f", "o.wav"], b"Hello.\n")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("We {{c1::took::拿}} it <b>off</b>.", "We took it off."),
        ("長い 橋[はし]を渡る", "長い橋を渡る"),
        ("그 {{c1::學校[학교]::hint}}에 &#91;3&#93;", "그 學校에 [3]"),
        ("a&amp;b<br>c&nbsp;d", "a&b c d"),
    ],
)
def test_what_is_said_of_a_field(field: str, text: str) -> None:
    assert spoken(field) == text


def test_sounds_are_told_by_their_content() -> None:
    body = bytes(100)
    assert [ending(head + body) for head in (b"RIFF", b"ID3", b"OggS", b"fLaC", b"\xff\xfb", b"\0\0\0\x20ftyp")] == [
        ".wav", ".mp3", ".ogg", ".flac", ".mp3", ".m4a",
    ]  # fmt: skip
    assert [ending(data) for data in (b"", b"sorry", b"RIFF", b"<html>" + body)] == [""] * 4
