"""What makes the sound of a clip: a command for each, a command that works through all of them, or the voice that the extra brings."""

import ctypes
import io
import json
import queue
import shlex
import subprocess
import sys
import threading
import wave
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import IO, Protocol

from anki_builder.config import Config
from anki_builder.message import Message
from anki_builder.note import Clip
from anki_builder.speech import arguments, check

LONGEST = 60
"""Seconds after which a clip is given up."""
_LOCALES = {"en": "en-US", "de": "de-DE", "es": "es-ES", "fr": "fr-FR", "it": "it-IT"}
"""The built-in voices by language."""
_M_MMAP_THRESHOLD = -3
"""Of `mallopt` in glibc."""
_BITRATE = 48
"""Kilobits a second: speech of one voice loses nothing that an ear would miss."""


class SpeechError(Exception):
    """A clip that was not made; its text gives the reason."""


class NoProgram(SpeechError):
    """The command names a program that is not there: no clip can be made."""


class Speaker(Protocol):
    """Makes the sound of clips, several at a time."""

    recipe: str
    """Part of the key of each clip: another recipe makes another sound."""

    def speaks(self, language: str) -> bool:
        """Return whether it has a voice for a language (BCP 47)."""

    def speak(self, clip: Clip, room: Path) -> bytes:
        """Return the sound of a text as the bytes of a file; `room` is an empty folder to work in. Raises `SpeechError`."""

    def close(self) -> None:
        """End what was started."""


def speaker_of(config: Config) -> Speaker:
    """Return the speaker that the settings ask for. Raises `CommandProblem` where the command cannot be one that speaks."""
    if config.audio == "voice":
        return Pico()
    check(config.audio_command, config.audio_worker)
    return (
        Worker(config.audio_command, config.audio_mp3) if config.audio_worker else Command(config.audio_command, config.audio_mp3)
    )


class Command:
    """A command that is run for each clip."""

    def __init__(self, command: str, compressed: bool) -> None:
        self._command, self._compressed = command, compressed
        self.recipe = _recipe(command, compressed)

    def speaks(self, language: str) -> bool:
        """Return True: only the command knows its voices."""
        return True

    def speak(self, clip: Clip, room: Path) -> bytes:
        """Run the command; some programs add an ending of their own to the name they are given."""
        output = room / "clip.wav" if "{output}." not in self._command else room / "clip"
        words, text = arguments(self._command, clip, str(output))
        try:
            done = subprocess.run(words, input=text, capture_output=True, timeout=LONGEST, check=False)
        except FileNotFoundError:
            raise NoProgram(Message("there is no program “{name}”", name=words[0])) from None
        except subprocess.TimeoutExpired:
            raise SpeechError(Message("it took longer than {seconds} s", seconds=LONGEST)) from None
        except OSError as error:
            raise SpeechError(Message("“{name}”: {reason}", name=words[0], reason=error.strerror or error)) from None
        if done.returncode:
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
            if lines:
                raise SpeechError(Message("exit code {code}: {output}", code=done.returncode, output=lines[-1][:200]))
            raise SpeechError(Message("exit code {code}", code=done.returncode))
        made = next((path for path in sorted(room.iterdir()) if path.is_file()), None)
        return _compressed(_taken(made), self._compressed)

    def close(self) -> None:
        """Do nothing: each run has ended."""


class Worker:
    """A command that is started once. It reads a line of JSON for each clip (`text`, `output_file`) and answers with a line."""

    def __init__(self, command: str, compressed: bool) -> None:
        self._command, self._compressed = command, compressed
        self.recipe = _recipe(command, compressed)
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self._turn = threading.Lock()

    def speaks(self, language: str) -> bool:
        """Return True: only the command knows its voices."""
        return True

    def speak(self, clip: Clip, room: Path) -> bytes:
        """Hand the clip to the command, and wait for its answer. A command that ended is started again for the next clip."""
        output = room / "clip.wav"
        task = json.dumps({"text": clip.text, "output_file": str(output), "language": clip.language, "voice": clip.voice})
        with self._turn:
            process = self._process if self._process is not None and self._process.poll() is None else self._start()
            try:
                assert process.stdin is not None
                process.stdin.write(f"{task}\n")
                process.stdin.flush()
                answer = self._answers.get(timeout=LONGEST)
            except (OSError, queue.Empty) as error:
                self._stop()
                reason = (
                    Message("it ended")
                    if isinstance(error, OSError)
                    else Message("it took longer than {seconds} s", seconds=LONGEST)
                )
                raise SpeechError(reason) from None
            if not answer:
                self._stop()
                raise SpeechError(Message("it ended before it answered"))
        return _compressed(_taken(output), self._compressed)

    def _start(self) -> "subprocess.Popen[str]":
        words = shlex.split(self._command)
        try:
            process = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
            )
        except FileNotFoundError:
            raise NoProgram(Message("there is no program “{name}”", name=words[0])) from None
        except OSError as error:
            raise SpeechError(Message("“{name}”: {reason}", name=words[0], reason=error.strerror or error)) from None
        assert process.stdout is not None
        self._process, self._answers = process, queue.Queue()
        threading.Thread(target=_listen, args=(process.stdout, self._answers), daemon=True).start()
        return process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        if process.stdin is not None:
            with suppress(OSError):  # what was not written yet has no reader any more
                process.stdin.close()

    def close(self) -> None:
        """Let the command end when it has read everything."""
        if self._process is None or self._process.stdin is None:
            return
        try:
            self._process.stdin.close()
            self._process.wait(5)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()


def _listen(lines: IO[str], answers: "queue.Queue[str]") -> None:
    """Pass on each line, and an empty text at the end."""
    with lines:
        for line in lines:
            answers.put(line)
    answers.put("")


class Pico:
    """SVOX Pico by py-nanotts: small voices of six locales, which need no network and no program."""

    def __init__(self) -> None:
        self.recipe = _recipe(f"py-nanotts {metadata.version('py-nanotts')}", True)
        self._turn = threading.Lock()
        _clear_memory()

    def speaks(self, language: str) -> bool:
        """Return whether it has a voice for a language."""
        return language.partition("-")[0] in _LOCALES

    def speak(self, clip: Clip, room: Path) -> bytes:
        """Speak in this process."""
        import py_nanotts

        asked = clip.voice.replace("_", "-")
        known = [voice.value for voice in py_nanotts.Voice]
        voice = asked if asked in known else _LOCALES[clip.language.partition("-")[0]]
        with self._turn:
            try:
                samples = py_nanotts.NanoTTS().speak(clip.text, voice=voice)
            except (RuntimeError, ValueError) as error:
                raise SpeechError(str(error)) from None
        if not samples:
            raise SpeechError(Message("it made no sound"))
        return _mp3(samples, rate=16_000, channels=1)

    def close(self) -> None:
        """Do nothing: no process was started."""


def _clear_memory() -> None:
    """Let each clip sound the same whatever was spoken before it.

    Pico reads from its 2.5 MB of memory before it writes there. Large pieces come cleared from the system, except that glibc hands out again
    what was given back, unless its threshold is set (to the value that it begins with).
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library, which has no such threshold
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, 128 * 1024)


def _recipe(command: str, compressed: bool) -> str:
    return f"{command}\x1fmp3 {metadata.version('lameenc')} {_BITRATE}" if compressed else command


def _taken(path: Path | None) -> bytes:
    """Return the content of a file that was made, and remove it."""
    if path is None or not path.is_file():
        return b""
    data = path.read_bytes()
    path.unlink()
    return data


def _compressed(data: bytes, wanted: bool) -> bytes:
    """Return a sound as MP3 if that is wanted and it is a WAV of 16 bits; others are small already, or left as they are."""
    if not wanted or not data.startswith(b"RIFF"):
        return data
    try:
        with wave.open(io.BytesIO(data)) as file:
            if file.getsampwidth() != 2 or file.getnchannels() > 2:
                return data
            return _mp3(file.readframes(file.getnframes()), file.getframerate(), file.getnchannels())
    except (wave.Error, EOFError):
        return data


def _mp3(samples: bytes, rate: int, channels: int) -> bytes:
    """Return samples of 16 bits as an MP3 file."""
    import lameenc

    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(_BITRATE)
    encoder.set_in_sample_rate(rate)
    encoder.set_channels(channels)
    encoder.set_quality(5)
    return bytes(encoder.encode(samples) + encoder.flush())
