"""Clips: made by a speaker, kept in the user's cache folder, found again.

Each clip is a file of its own as soon as it is spoken, so a build that is ended in the middle loses nothing: the next one goes on from
there. Several are made at once, as many as there are processors.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from hashlib import sha256
from pathlib import Path

import click

from anki_builder.cli.files import temporary_folder
from anki_builder.cli.folders import cache_home
from anki_builder.cli.progress import listener, progress
from anki_builder.cli.project import Project, SettingsFile, UsageProblem, shown
from anki_builder.cli.speakers import NoProgram, Speaker, SpeechError, speaker_of
from anki_builder.cli.terminal import harmless
from anki_builder.cli.trust import is_trusted, remember
from anki_builder.cli.words import tr, translated
from anki_builder.diagnostic import Diagnostic
from anki_builder.languages import language
from anki_builder.message import Message, several
from anki_builder.note import Clip, Media
from anki_builder.source import Span
from anki_builder.speech import CommandProblem, clip_key, ending
from anki_builder.speech.rules import NO_VOICE, SPEECH_FAILED, SPEECH_GIVEN_UP

PATIENCE = 12
"""Failures without one success after which the speaker is given up."""


class Clips:
    """The clips that were made before, and those that are missing."""

    def __init__(self, project: Project) -> None:
        """Raises `UsageProblem` where the command cannot be one that speaks."""
        self._settings = project.settings if project.config.audio == "command" else None
        try:
            self.speaker: Speaker = speaker_of(project.config)
        except CommandProblem as problem:
            raise UsageProblem(str(problem)) from None
        self.folder = cache_home() / "speech"
        self._files = {path.name.partition("-")[0]: _media(path) for path in sorted(self.folder.glob("*-*")) if path.is_file()}

    def find(self, clip: Clip) -> Media | None:
        """Return the sound of a text, if it was made before."""
        return self._files.get(clip_key(clip, self.speaker.recipe))

    def make(self, wanted: Mapping[Clip, Span]) -> list[Diagnostic]:
        """Make clips; the spans are where their texts stand. Raises `Untrusted`."""
        if self._settings is not None:
            _ask_for_trust(self._settings)
        spoken = {clip: span for clip, span in wanted.items() if self.speaker.speaks(clip.language)}
        diagnostics = _unvoiced({clip.language: wanted[clip] for clip in reversed(list(wanted)) if clip not in spoken})
        with closing(self.speaker):
            diagnostics += self._make_all(spoken)
        return sorted(diagnostics, key=lambda diagnostic: diagnostic.span)

    def _make_all(self, clips: Mapping[Clip, Span]) -> list[Diagnostic]:
        with ExitStack() as held:
            try:
                rooms = held.enter_context(temporary_folder(self.folder))
            except OSError as error:
                raise UsageProblem("cannot write {file}: {reason}", file=self.folder, reason=error.strerror or error) from None
            return self._make_in(rooms, clips)

    def _make_in(self, rooms: Path, clips: Mapping[Clip, Span]) -> list[Diagnostic]:
        diagnostics: list[Diagnostic] = []
        made = failed = 0
        for clip, result in progress(self._run(list(clips), rooms), "speaking", len(clips)):
            if isinstance(result, Media):
                self._files[clip_key(clip, self.speaker.recipe)] = result
                made += 1
                continue
            failed += 1
            span = clips[clip]
            if isinstance(result, NoProgram) or (failed >= PATIENCE and not made):
                message = Message(
                    "{reason}; {clips} not made", reason=result, clips=several(len(clips) - failed - made + 1, "clip")
                )
                hint = Message("correct `audio_command`; the cards speak with the voice of Anki meanwhile")
                return [*diagnostics, Diagnostic(SPEECH_GIVEN_UP, Span(span.path, 0), message, hint)]
            message = Message("no sound of “{text}”: {reason}", text=clip.text[:60], reason=result)
            hint = (
                Message("run the command by hand")
                if self._settings is not None
                else Message("this card speaks with the voice of Anki")
            )
            diagnostics.append(Diagnostic(SPEECH_FAILED, span, message, hint))
        return diagnostics

    def _run(self, clips: list[Clip], rooms: Path) -> Iterator[tuple[Clip, Media | SpeechError]]:
        """Yield each clip with its file or with the reason why it has no file, several at a time; an interruption begins no further ones."""
        with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            running: dict[Future[Media | SpeechError], Clip] = {}
            waiting = iter(enumerate(clips))
            try:
                while True:
                    for number, clip in waiting:
                        running[pool.submit(_make, self.speaker, clip, self.folder, rooms / str(number))] = clip
                        if len(running) >= 2 * (os.cpu_count() or 2):
                            break
                    if not running:
                        return
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        yield running.pop(future), future.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


class Untrusted(UsageProblem):
    """Settings name a command that runs only once the learner trusts it."""

    def __init__(self, place: Message) -> None:
        super().__init__('{place}\nIf you trust it: `anki-builder build --trust`. To do without it: `audio = "tts"`', place=place)
        self.place = place


def _ask_for_trust(settings: SettingsFile) -> None:
    """Raise `Untrusted` unless the settings that name the command are trusted; on a terminal the learner is asked."""
    if is_trusted(*settings):
        return
    place = Message("{path} runs a command for the texts that are spoken: see its `audio_command`", path=shown(settings.path))
    can_ask = listener.get() is None and sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
    if can_ask and click.confirm(harmless(translated(place)) + "\n" + tr("Do you trust it?"), err=True):
        remember(*settings)
        return
    raise Untrusted(place)


def _unvoiced(languages: Mapping[str, Span]) -> list[Diagnostic]:
    """Return a diagnostic for each language that the speaker cannot speak; the spans are where it is met first."""
    hint = Message("use `audio_command` for it; the cards speak with the voice of Anki meanwhile")
    return [
        Diagnostic(
            NO_VOICE,
            Span(span.path, 0),
            Message("there is no built-in voice for {language}", language=Message(language(tag).name)),
            hint,
        )
        for tag, span in languages.items()
    ]


def _make(speaker: Speaker, clip: Clip, folder: Path, room: Path) -> Media | SpeechError:
    """Make one clip, and keep it."""
    room.mkdir()
    try:
        data = speaker.speak(clip, room)
    except SpeechError as error:
        return error
    kind = ending(data)
    if not kind:
        return SpeechError(
            Message("it wrote no file") if not data else Message("what it wrote is no sound (WAV, MP3, Ogg, FLAC, AIFF or M4A)")
        )
    target = folder / f"{clip_key(clip, speaker.recipe)}-{sha256(data).hexdigest()[:12]}{kind}"
    part = folder / f".{target.name}.{os.getpid()}.part"
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError as error:
        return SpeechError(Message("cannot write {file}: {reason}", file=shown(target), reason=error.strerror or error))
    finally:
        part.unlink(missing_ok=True)
    return _media(target)


def _media(path: Path) -> Media:
    """Return a clip as a file of the package, named by its content alone."""
    return Media(f"speech-{path.name.partition('-')[2]}", str(path))
