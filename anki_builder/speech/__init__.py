"""Real sound for cards, spoken by a program of the learner's choice: which texts, what command, into which fields.

A clip is known by what it is made of (command, language, voice, text), so the sentence that stands on four cards is spoken once, and a
changed gloss has nothing spoken anew. Running the command and keeping what it made is the command line's.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from anki_builder.config import Config
from anki_builder.languages import language
from anki_builder.note import Media, Note, NoteType, NoteTypeName
from anki_builder.patterns import late
from anki_builder.templates.markup import speech_text

SPOKEN: dict[NoteTypeName, tuple[tuple[str, str], ...]] = {
    "sentence": (("Text", "TextAudio"),),
    "vocabulary": (("Term", "TermAudio"), ("Context", "ContextAudio")),
    "cloze": (("Text", "Audio"),),
}
"""Fields that are spoken, each with the field its sound goes into."""
NAMES = ("text", "language", "voice", "output")
"""What a command may hold in braces."""

_PLACE = re.compile(r"\{(\w+)\}")
_CLOZE = late(r"\{\{c\d+::(.*?)(?:::.*?)?\}\}")
_READING = re.compile(r"<rt>.*?</rt>")
_SPACES = re.compile(r"\s+")
_SOUND = ((b"RIFF", ".wav"), (b"ID3", ".mp3"), (b"OggS", ".ogg"), (b"fLaC", ".flac"), (b"FORM", ".aiff"))


class Clip(NamedTuple):
    """A text to be spoken."""

    text: str
    language: str
    """BCP 47 tag."""
    voice: str
    """The first preferred voice of the language, else its locale: `en_US`."""

    def key(self, command: str) -> str:
        """Return what the clip is known by, for ever: the same words of the same voice by the same command."""
        return sha256("\x1f".join((command, *self)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


class CommandProblem(Exception):
    """A command that cannot be meant; its text says why, and what would do."""


def wanted(notes: Sequence[Note], types: "Mapping[tuple[str, str], Mapping[NoteTypeName, NoteType]]", config: Config) -> Iterator[
    tuple[int, str, Clip]
]:  # fmt: skip
    """Yield (index of the note, field for the sound, clip) for every field that is to be spoken and has no sound yet."""
    places = {
        (pair, kind): [(name, sound, names.index(name), names.index(sound)) for name, sound in SPOKEN[kind]]
        for pair, family in types.items()
        for kind, note_type in family.items()
        for names in [[field.name for field in note_type.fields]]
    }
    voices = {pair: _voice(pair[0], config.voices) for pair in types}
    for index, note in enumerate(notes):
        fields = tuple(note.fields)
        for _, sound, at, into in places[note.languages, note.note_type]:
            if fields[at] and not fields[into] and (text := spoken(fields[at])):
                yield index, sound, Clip(text, note.languages[0], voices[note.languages])


def spoken(field: str) -> str:
    """Return what is said of a field: its text, with gaps filled and readings above the line left out."""
    if "<rt>" in field:
        field = _READING.sub("", field)
    if "{{c" in field:
        field = _CLOZE().sub(r"\1", field)
    return _SPACES.sub(" ", speech_text(field)).strip()


def with_clips(
    notes: Sequence[Note],
    types: "Mapping[tuple[str, str], Mapping[NoteTypeName, NoteType]]",
    config: Config,
    clip: Callable[[Clip], Media | None],
) -> tuple[Note, ...]:
    """Return the notes with the sounds there are; `clip` finds them. A field without one is left to the speech of Anki."""
    spoken_notes = list(notes)
    for index, name, asked in wanted(notes, types, config):
        found = clip(asked)
        if found is not None:
            note = spoken_notes[index]
            at = next(i for i, field in enumerate(types[note.languages][note.note_type].fields) if field.name == name)
            fields = (*note.fields[:at], f"[sound:{found.name}]", *note.fields[at + 1 :])
            spoken_notes[index] = note._replace(fields=fields, media=(*note.media, found), stamp=None)
    return tuple(spoken_notes)


def check(command: str) -> None:
    """Raise `CommandProblem` if `command` cannot be one that speaks."""
    if not command.strip():
        raise CommandProblem("`audio = \"command\"` needs an `audio_command`, as \"espeak-ng -v {language} -w {output} {text}\"")
    try:
        shlex.split(command)
    except ValueError:
        raise CommandProblem("`audio_command`: a quote is not closed") from None
    for name in _PLACE.findall(command):
        if name not in NAMES:
            raise CommandProblem(f"`audio_command` holds {{{name}}}; it knows {', '.join(f'{{{known}}}' for known in NAMES)}")
    if "{output}" not in command:
        raise CommandProblem("`audio_command` must say where the sound goes: {output}")


def arguments(command: str, clip: Clip, output: str) -> tuple[list[str], bytes]:
    """Return the program with its arguments, and what it is given to read: the text, if no argument holds it.

    No shell sees them, so nothing in a note can be more than words to say; and a text that begins with a hyphen, which would be
    an option, gets a space before it.
    """
    values = {"text": clip.text, "language": clip.language, "voice": clip.voice, "output": output}
    parts = [_PLACE.sub(lambda found: values[found[1]], part) for part in shlex.split(command)]
    parts = [f" {part}" if whole == "{text}" and part.startswith("-") else part for whole, part in zip(shlex.split(command), parts, strict=True)]
    return parts, b"" if "{text}" in command else f"{clip.text}\n".encode()


def ending(data: bytes) -> str:
    """Return the file name's ending for a sound, by what is in it; nothing if it is none that Anki plays."""
    for start, name in _SOUND:
        if data.startswith(start) and len(data) > 64:
            return name
    if data[4:8] == b"ftyp":
        return ".m4a"
    return ".mp3" if data[:1] == b"\xff" and data[1:2] >= b"\xe0" and len(data) > 64 else ""


def _voice(tag: str, voices: Mapping[str, str]) -> str:
    preferred = voices.get(tag) or voices.get(tag.partition("-")[0])
    return preferred.split(",")[0].strip() if preferred else language(tag).voice
