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
from building import MANY_CARDS_FILE
from click.testing import CliRunner, Result
from hypothesis import example, given
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
    (folder / "anki_builder.toml").write_text(MANY_CARDS_FILE + settings, encoding="utf-8")


def run(*words: str) -> Result:
    trust = ["--trust"] if words[0] == "build" else []
    result = CliRunner().invoke(cli, [*words, *trust], prog_name="anki-builder")
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
    command = [sys.executable, "-m", "anki_builder", "build", "--trust"]
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


@pytest.mark.skipif(sys.platform == "win32", reason="processes are looked up by signals")
def test_what_a_killed_build_was_speaking_is_removed(here: Path) -> None:
    run("build")
    (clips,) = (here / "cache").rglob("speech")
    before = sorted(path.name for path in clips.iterdir())
    for process in (2**22 + 1, os.getppid()):
        (clips / f".rooms.a.{process}.part" / "0").mkdir(parents=True)
        (clips / f".a-b.wav.{process}.part").touch()
    (here / "source" / "ferry.md").write_text(NOTE.replace("wall", "gate"), encoding="utf-8")
    run("build")
    left = {path.name for path in clips.iterdir()} - set(before)
    assert {name for name in left if name.startswith(".")} == {f".a-b.wav.{os.getppid()}.part", f".rooms.a.{os.getppid()}.part"}
    assert len(left) == 3


def test_a_missing_program_is_said_once_and_the_package_is_made_all_the_same(here: Path) -> None:
    configure(here, "no-such-program-here -w {output} {text}")
    result = run("build")
    assert result.exit_code == 0
    assert result.stderr.count("there is no program “no-such-program-here”; 4 clips not made") == 1
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
@example("-w")
@example("--help me")
@example("{output}")
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


WORKER = """
import json, os, sys, wave
with open(os.environ["SPOKEN"], "a", encoding="utf-8") as log:
    log.write("started\\n")
for line in sys.stdin:
    task = json.loads(line)
    if "late" in task["text"] and os.environ.get("FAIL"):
        sys.exit("no voice today")
    with open(os.environ["SPOKEN"], "a", encoding="utf-8") as log:
        log.write(f"{task['language']}|{task['voice']}|{task['text']}\\n")
    with wave.open(task["output_file"], "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(task["text"].encode().ljust(16000, b"\\0"))
    print(task["output_file"], flush=True)
"""


def settings(folder: Path, *lines: str) -> None:
    (folder / "anki_builder.toml").write_text("\n".join(("output = 'deck.apkg'", *lines)) + "\n", encoding="utf-8")


def worker(folder: Path, *lines: str) -> None:
    (folder / "worker.py").write_text(WORKER, encoding="utf-8")
    command = f"{shlex.quote(sys.executable)} worker.py"
    settings(folder, "audio = 'command'", "audio_worker = true", f"audio_command = '''{command}'''", *lines)


def test_a_worker_is_started_once_for_all_clips(here: Path) -> None:
    worker(here)
    run("build")
    log = said(here)
    assert log.count("started") == 1
    assert len(log) == 1 + len(clips_of(here)) == 5


def test_a_worker_that_ends_is_started_again_and_only_its_clip_is_missing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker(here)
    monkeypatch.setenv("FAIL", "1")
    result = run("build")
    assert "no sound of “The ferry was late.”: it ended before it answered" in result.stderr
    assert len(clips_of(here)) == 3
    monkeypatch.delenv("FAIL")
    run("build")
    assert len(clips_of(here)) == 4


def test_a_worker_that_is_not_there_is_said_once(here: Path) -> None:
    settings(here, "audio = 'command'", "audio_worker = true", "audio_command = 'no-such-program'")
    result = run("build")
    assert result.exit_code == 0
    assert result.stderr.count("there is no program “no-such-program”") == 1


def test_a_worker_takes_no_text_as_an_argument(here: Path) -> None:
    settings(here, "audio = 'command'", "audio_worker = true", "audio_command = 'say {text}'")
    result = run("build")
    assert result.exit_code == 2
    assert "with `audio_worker` it is started once" in result.stderr


def clips_of(folder: Path) -> dict[str, bytes]:
    """The clips of a package, by name."""
    with ZipFile(folder / "deck.apkg") as package:
        names = json.loads(package.read("media"))
        return {name: package.read(number) for number, name in names.items() if name.startswith("speech-")}


def test_wav_files_are_compressed_on_request(here: Path) -> None:
    pytest.importorskip("lameenc", reason="the extra sound is not installed")
    worker(here)
    run("build")
    large = sum(map(len, clips_of(here).values()))
    worker(here, "audio_mp3 = true")
    run("build")
    clips = clips_of(here)
    assert all(name.endswith(".mp3") for name in clips)
    assert sum(map(len, clips.values())) < large / 2


def test_the_built_in_voice_speaks_without_any_program(here: Path) -> None:
    pytest.importorskip("py_nanotts", reason="the extra sound is not installed")
    settings(here, "audio = 'voice'")
    run("build")
    clips = clips_of(here)
    assert len(clips) == 4
    assert all(name.endswith(".mp3") and len(data) > 1000 for name, data in clips.items())
    first = (here / "deck.apkg").read_bytes()
    run("build", "--no-cache")
    assert (here / "deck.apkg").read_bytes() == first


ROUNDS = """
import sys
from pathlib import Path
from anki_builder.cli.speakers import Pico
from anki_builder.note import Clip
voice = Pico()
clips = [Clip(text, "en", "en_US") for text in ("The ferry was late again.", "My older sister painted the green door.")]
rounds = [[voice.speak(clip, Path(sys.argv[1])) for clip in clips] for _ in range(4)]
assert rounds == [rounds[0]] * 4
"""


def test_a_clip_of_the_built_in_voice_does_not_depend_on_those_before_it(tmp_path: Path) -> None:
    """In a process of its own, as a build is: Pico reads what others have left in the memory of one that has long been running."""
    pytest.importorskip("py_nanotts", reason="the extra sound is not installed")
    spoken_again = subprocess.run(
        [sys.executable, "-c", ROUNDS, tmp_path], check=False, capture_output=True, text=True, timeout=60
    )
    assert spoken_again.returncode == 0, spoken_again.stderr


def test_the_built_in_voice_names_the_clip_that_it_cannot_make(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voices = pytest.importorskip("py_nanotts", reason="the extra sound is not installed")
    speak = voices.NanoTTS.speak

    def broken(self: object, text: str, voice: str) -> bytes:
        if "late" in text:
            raise RuntimeError("no room")
        return bytes(speak(self, text, voice=voice))

    monkeypatch.setattr(voices.NanoTTS, "speak", broken)
    settings(here, "audio = 'voice'")
    result = run("build")
    assert result.exit_code == 0
    assert "no sound of “The ferry was late.”: no room" in result.stderr
    assert "run the command" not in run("build", "-v").stderr
    assert len(clips_of(here)) == 3


def test_the_built_in_voice_of_another_region_is_chosen_by_voices(here: Path) -> None:
    pytest.importorskip("py_nanotts", reason="the extra sound is not installed")
    settings(here, "audio = 'voice'")
    run("build")
    american = set(clips_of(here))
    settings(here, "audio = 'voice'", "voices = { en = 'en_GB' }")
    run("build")
    assert not american & set(clips_of(here))


def test_a_language_without_a_built_in_voice_is_named_once(here: Path) -> None:
    pytest.importorskip("py_nanotts", reason="the extra sound is not installed")
    note = "---\nlanguages: [pl, en]\n---\n\n# Prom\n\ntext:\n\nProm się spóźnił. Czekamy.\n\ntranslation:\n\nThe ferry was late. We wait.\n"
    (here / "source" / "ferry.md").write_text(note, encoding="utf-8")
    settings(here, "audio = 'voice'")
    result = run("build")
    assert result.exit_code == 0
    assert result.stderr.count("there is no built-in voice for Polish") == 1
    assert clips_of(here) == {}


def test_a_setting_whose_extra_is_missing_is_an_error(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anki_builder.config.find_spec", lambda name: None)
    settings(here, "audio = 'voice'")
    result = run("build")
    assert result.exit_code == 2
    assert "`audio` is “voice”, but the voice is missing: pip install 'anki-builder[sound]'" in result.stderr
