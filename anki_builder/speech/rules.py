"""Rules of speech by an external command."""

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
RULES = (SPEECH_FAILED, SPEECH_GIVEN_UP)
