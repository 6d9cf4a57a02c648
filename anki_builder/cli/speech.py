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

from anki_builder.cli.cache import home
from anki_builder.cli.progress import progress
from anki_builder.cli.project import Project, UsageProblem, shown
from anki_builder.compiler import Compilation
from anki_builder.diagnostic import Diagnostic
from anki_builder.note import Media, Note
from anki_builder.source import Span
from anki_builder.speech import Clip, CommandProblem, arguments, check, ending, wanted, with_clips
from anki_builder.speech.rules import SPEECH_FAILED, SPEECH_GIVEN_UP

LONGEST = 60
"""Seconds after which a clip is given up."""
PATIENCE = 12
"""Failures without one success after which the command is."""


def speak(project: Project, compilation: Compilation, make: bool) -> tuple[Compilation, list[Diagnostic]]:
    """Return the notes with their clips; those that were not spoken before are, if `make`. Raises `UsageProblem`."""
    command = project.config.audio_command
    try:
        check(command)
    except CommandProblem as problem:
        raise UsageProblem(str(problem)) from None
    folder = home() / "speech"
    clips: dict[Clip, Note] = {}
    for index, field, clip in wanted(compilation.notes, compilation.note_types, project.config):
        if clip not in clips or field == "TextAudio":  # a sentence is reported at its own line, not at that of a term in it
            clips[clip] = compilation.notes[index]
    kept = {path.name.partition("-")[0]: path for path in sorted(folder.glob("*-*"))}
    found = {clip: _media(path) for clip in clips if (path := kept.get(clip.key(command))) is not None}
    diagnostics: list[Diagnostic] = []
    if make and len(found) < len(clips):
        _speak(command, {clip: note for clip, note in clips.items() if clip not in found}, folder, found, diagnostics)
        diagnostics.sort(key=lambda diagnostic: diagnostic.span)
    notes = with_clips(compilation.notes, compilation.note_types, project.config, found.get)
    return compilation._replace(notes=notes, marks={}), diagnostics  # the marks are those of silent notes


def _speak(
    command: str, clips: dict[Clip, Note], folder: Path, found: dict[Clip, Media], diagnostics: list[Diagnostic]
) -> None:
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
            note = clips[clip]
            if isinstance(result, FileNotFoundError) or (failed >= PATIENCE and not succeeded):
                message = f"{result}; {len(clips) - failed - succeeded + 1} clips were not made"
                hint = "correct `audio_command`; the cards speak with the voice of Anki meanwhile"
                diagnostics.append(Diagnostic(SPEECH_GIVEN_UP, Span(note.path, 0), message, hint))
                return
            message = f"no sound of “{clip.text[:60]}”: {result}"
            diagnostics.append(Diagnostic(SPEECH_FAILED, Span(note.path, note.line), message, "run the command by hand"))


def _run(command: str, clips: list[Clip], folder: Path, rooms: Path) -> Iterator[tuple[Clip, Media | Exception]]:
    """Yield each clip with its file or with why there is none, some at a time; on any end, what was not begun is not."""
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
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return OSError(f"exit code {done.returncode}" + (f": {said[-1][:200]}" if said else ""))
    made = [path for path in sorted(room.iterdir()) if path.is_file()]
    data = made[0].read_bytes() if made else b""
    kind = ending(data)
    if not kind:
        return ValueError("it wrote no file" if not data else "what it wrote is no sound (WAV, MP3, Ogg, FLAC, AIFF or M4A)")
    key = clip.key(command)
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
