"""Real sound for cards, spoken by a program of the learner's choice: which texts, what command, into which fields.

A clip is known by what it is made of (command, language, voice, text), so the sentence that stands on four cards is spoken once, and a
changed gloss has nothing spoken anew. Running the command and keeping what it made is the command line's.
"""

import re
import shlex
from collections.abc import Callable, Mapping
from hashlib import sha256

from anki_builder.config import Config
from anki_builder.languages import language
from anki_builder.message import Message
from anki_builder.note import Clip, Media, Note
from anki_builder.templates.markup import ruby, speech_text

NAMES = ("text", "language", "voice", "output")
"""Names that a command may hold in braces."""

_PLACE = re.compile(r"\{(\w+)\}")
_CLOZE = re.compile(r"\{\{c\d+::(.*?)(?:::.*?)?\}\}")
_SPACES = re.compile(r"\s+")
_SOUND = ((b"RIFF", ".wav"), (b"ID3", ".mp3"), (b"OggS", ".ogg"), (b"fLaC", ".flac"), (b"FORM", ".aiff"))


class CommandProblem(Exception):
    """A command that cannot be meant; its text gives the reason and the cure."""


def clip_key(clip: Clip, recipe: str) -> str:
    """Return the key of a clip, which never changes: a digest of its words, its voice and its recipe, such as a command."""
    return sha256("\x1f".join((recipe, *clip)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def with_sounds(
    note: Note, language: str, config: Config, find: Callable[[Clip], Media | None]
) -> tuple[Note, list[tuple[Clip, Media | None]]]:
    """Return a note with the sounds that `find` has for its spoken fields, and what was asked for.

    A field that has a sound of its author's keeps it; one without any is left to the speech of Anki.
    """
    asked: list[tuple[Clip, Media | None]] = []
    sounds: dict[str, str] = {}
    voice = _voice(language, config.voices)
    for field in note.kind.fields:
        text = spoken(note.fields[field.name]) if field.sound and not note.fields[field.sound] else ""
        if text:
            clip = Clip(text, language, voice)
            found = find(clip)
            asked.append((clip, found))
            if found is not None:
                sounds[field.sound] = f"[sound:{found.name}]"
    media = [found for _, found in asked if found is not None]
    return note._replace(fields={**note.fields, **sounds}, media=(*note.media, *media)), asked


def spoken(field: str) -> str:
    """Return the spoken text of a field, with gaps filled and readings left out."""
    if "{{c" in field:
        field = _CLOZE.sub(r"<b>\1</b>", field)
    if "[" in field:
        field = ruby(field, "{0}")
    return _SPACES.sub(" ", speech_text(field)).strip()


def check(command: str, is_worker: bool = False) -> None:
    """Raise `CommandProblem` if `command` cannot be one that speaks; a worker is told texts and files line by line, and takes no argument."""
    if not command.strip():
        raise CommandProblem(
            Message('`audio = "command"` needs an `audio_command`, as "espeak-ng -v {language} -w {output} {text}"')
        )
    try:
        shlex.split(command)
    except ValueError:
        raise CommandProblem(Message("`audio_command`: a quote is not closed")) from None
    for name in _PLACE.findall(command):
        if is_worker:
            raise CommandProblem(
                Message(
                    "`audio_command` holds {{{name}}}; with `audio_worker` it is started once and gets each text as JSON",
                    name=name,
                )
            )
        if name not in NAMES:
            raise CommandProblem(
                Message(
                    "`audio_command` holds {{{name}}}; it knows {names}",
                    name=name,
                    names=", ".join(f"{{{known}}}" for known in NAMES),
                )
            )
    if "{output}" not in command and not is_worker:
        raise CommandProblem(Message("`audio_command` must say where the sound goes: {output}"))


def arguments(command: str, clip: Clip, output: str) -> tuple[list[str], bytes]:
    """Return the program with its arguments, and what it is given to read: the text, if no argument holds it.

    No shell sees them, so nothing in a note can be more than words to say; and a text that begins with a hyphen, which would be
    an option, gets a space before it.
    """
    values = {"text": clip.text, "language": clip.language, "voice": clip.voice, "output": output}
    parts = [_PLACE.sub(lambda found: values[found[1]], part) for part in shlex.split(command)]
    parts = [
        f" {part}" if whole == "{text}" and part.startswith("-") else part
        for whole, part in zip(shlex.split(command), parts, strict=True)
    ]
    return parts, b"" if "{text}" in command else f"{clip.text}\n".encode()


def ending(data: bytes) -> str:
    """Return the file name's ending for a sound, by what is in it; empty for one that Anki does not play."""
    for start, name in _SOUND:
        if data.startswith(start) and len(data) > 64:
            return name
    if data[4:8] == b"ftyp":
        return ".m4a"
    return ".mp3" if data[:1] == b"\xff" and data[1:2] >= b"\xe0" and len(data) > 64 else ""


def _voice(tag: str, voices: Mapping[str, str]) -> str:
    preferred = voices.get(tag) or voices.get(tag.partition("-")[0])
    return preferred.split(",")[0].strip() if preferred else language(tag).voice
