"""Rules of speech by sound files."""

from anki_builder.diagnostic import Rule

SPEECH_FAILED = Rule(
    "speech-failed",
    "warning",
    "the speech command made no sound of a text",
    'audio_command = "espeak-ng -v {language} -w {output} {text}"   (and no such voice is installed)',
    "Run the command by hand to see what it says. The card speaks with the voice of Anki until a later build succeeds.",
)
SPEECH_GIVEN_UP = Rule(
    "speech-given-up",
    "warning",
    "the speech command failed again and again, or is not there, and was not tried any further",
    'audio_command = "espeek-ng -w {output} {text}"',
    'Correct `audio_command`, or set `audio = "tts"`. What was spoken so far is kept; the next build goes on from there.',
)
NO_VOICE = Rule(
    "no-voice",
    "note",
    "the built-in voice does not speak the language of the text",
    'audio = "voice"   (and the notes are in Japanese)',
    'Set `audio = "command"` with a program that speaks it, or `audio = "tts"`. The cards speak with the voice of Anki meanwhile.',
)
UNSPOKEN = (SPEECH_FAILED, SPEECH_GIVEN_UP)
"""A later build may succeed."""
RULES = (*UNSPOKEN, NO_VOICE)
