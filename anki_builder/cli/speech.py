"""Clips by an external command: run, kept in the user's cache folder, found again.

Each clip is a file of its own as soon as it is spoken, so a build that is ended in the middle loses nothing: the next one goes on from
there. A WAV of ten words takes espeak-ng 20 ms and piper 300 ms; as many run at once as there are processors.
"""

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from anki_builder.cli.progress import progress
from anki_builder.cli.project import Project, UsageProblem, shown
from anki_builder.cli.record import cache_home
from anki_builder.diagnostic import Diagnostic
from anki_builder.note import Clip, Media
from anki_builder.source import Span
from anki_builder.speech import CommandProblem, arguments, check, clip_key, ending
from anki_builder.speech.rules import SPEECH_FAILED, SPEECH_GIVEN_UP

LONGEST = 60
"""Seconds after which a clip is given up."""
PATIENCE = 12
"""Failures without one success after which the command is."""


class Clips:
    """The clips that were made before, and those that are missing."""

    def __init__(self, project: Project) -> None:
        """Raises `UsageProblem` where the command cannot be one that speaks."""
        self.command = project.config.audio_command
        try:
            check(self.command)
        except CommandProblem as problem:
            raise UsageProblem(str(problem)) from None
        self.folder = cache_home() / "speech"
        self._files = {path.name.partition("-")[0]: _media(path) for path in sorted(self.folder.glob("*-*"))}

    def find(self, clip: Clip) -> Media | None:
        """Return the sound of a text, if it was made before."""
        return self._files.get(clip_key(clip, self.command))

    def make(self, wanted: dict[Clip, Span]) -> list[Diagnostic]:
        """Make clips; the spans are where their texts stand."""
        diagnostics: list[Diagnostic] = []
        found: dict[Clip, Media] = {}
        _speak(self.command, wanted, self.folder, found, diagnostics)
        self._files |= {clip_key(clip, self.command): media for clip, media in found.items()}
        return sorted(diagnostics, key=lambda diagnostic: diagnostic.span)


def _speak(command: str, clips: dict[Clip, Span], folder: Path, found: dict[Clip, Media], diagnostics: list[Diagnostic]) -> None:
    """Speak `clips`, adding to `found` and `diagnostics`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageProblem(f"cannot write {folder}: {error.strerror or error}") from None
    failed = succeeded = 0
    with TemporaryDirectory(prefix="anki-builder-") as rooms:
        for clip, result in progress(_run(command, list(clips), folder, Path(rooms)), "speaking", len(clips)):
            if isinstance(result, Media):
                found[clip] = result
                succeeded += 1
                continue
            failed += 1
            span = clips[clip]
            if isinstance(result, FileNotFoundError) or (failed >= PATIENCE and not succeeded):
                message = f"{result}; {len(clips) - failed - succeeded + 1} clips were not made"
                hint = "correct `audio_command`; the cards speak with the voice of Anki meanwhile"
                diagnostics.append(Diagnostic(SPEECH_GIVEN_UP, Span(span.path, 0), message, hint))
                return
            message = f"no sound of “{clip.text[:60]}”: {result}"
            diagnostics.append(Diagnostic(SPEECH_FAILED, span, message, "run the command by hand"))


def _run(command: str, clips: list[Clip], folder: Path, rooms: Path) -> Iterator[tuple[Clip, Media | Exception]]:
    """Yield each clip with its file or with the reason why it has no file, several at a time; an interruption begins no further ones."""
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        running: dict[Future[Media | Exception], Clip] = {}
        waiting = iter(enumerate(clips))
        try:
            while True:
                for number, clip in waiting:
                    running[pool.submit(_make, command, clip, folder, rooms / str(number))] = clip
                    if len(running) >= 2 * (os.cpu_count() or 2):
                        break
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(future), future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _make(command: str, clip: Clip, folder: Path, room: Path) -> Media | Exception:
    """Speak one clip in a folder of its own: some programs add an ending of their own to the name they are given."""
    room.mkdir()
    output = room / "clip.wav" if "{output}." not in command else room / "clip"
    words, text = arguments(command, clip, str(output))
    try:
        done = subprocess.run(words, input=text, capture_output=True, timeout=LONGEST, check=False)
    except FileNotFoundError:
        return FileNotFoundError(f"there is no program “{words[0]}”")
    except subprocess.TimeoutExpired:
        return TimeoutError(f"it took longer than {LONGEST} s")
    except OSError as error:
        return OSError(f"“{words[0]}”: {error.strerror or error}")
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return OSError(f"exit code {done.returncode}" + (f": {lines[-1][:200]}" if lines else ""))
    made = [path for path in sorted(room.iterdir()) if path.is_file()]
    data = made[0].read_bytes() if made else b""
    kind = ending(data)
    if not kind:
        return ValueError("it wrote no file" if not data else "what it wrote is no sound (WAV, MP3, Ogg, FLAC, AIFF or M4A)")
    key = clip_key(clip, command)
    target = folder / f"{key}-{sha256(data).hexdigest()[:12]}{kind}"
    part = folder / f".{target.name}.{os.getpid()}.part"
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError as error:
        return OSError(f"cannot write {shown(target)}: {error.strerror or error}")
    finally:
        part.unlink(missing_ok=True)
    made[0].unlink()
    return _media(target)


def _media(path: Path) -> Media:
    """Return a clip as a file of the package, named by its content alone."""
    return Media(f"speech-{path.name.partition('-')[2]}", str(path))
