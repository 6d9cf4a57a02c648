"""The note types, schema version 1, with their fields and card templates.

Anki takes a note type whose list of fields or templates changed for another one and refuses the notes of a rebuilt package
(measured: re-import with a field or template added, removed or reordered is a conflict). So the lists below are frozen: kinds of
cards wait asleep behind `Add…` fields, and a test holds every name and id literally. With the ids, Anki renames a field in place.
"""

from collections.abc import Mapping
from hashlib import sha256

from anki_builder import templates
from anki_builder.config import EMPTY, Config
from anki_builder.languages import language
from anki_builder.note import CardTemplate, Field, NoteType, NoteTypeName

SCHEMA_VERSION = 1

_SCHEMA: dict[NoteTypeName, tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]] = {
    "sentence": (
        (
            ("Text", 1101),
            ("Translation", 1102),
            ("Focus", 1103),
            ("Note", 1104),
            ("TextAudio", 1105),
            ("TranslationAudio", 1106),
            ("Passage", 1107),
            ("PassageTranslation", 1108),
            ("Source", 1109),
            ("SourceUrl", 1110),
            ("Location", 1111),
            ("AddReverse", 1112),
            ("AddListening", 1113),
            ("Key", 1114),
        ),
        (("Read", 1201), ("Produce", 1202), ("Listen", 1203)),
    ),
    "vocabulary": (
        (
            ("Term", 2101),
            ("Lemma", 2102),
            ("Phonetics", 2103),
            ("Accent", 2104),
            ("PartOfSpeech", 2105),
            ("Gloss", 2106),
            ("Definition", 2107),
            ("Context", 2108),
            ("ContextTranslation", 2109),
            ("ContextCloze", 2110),
            ("Hint", 2111),
            ("Note", 2112),
            ("TermAudio", 2113),
            ("ContextAudio", 2114),
            ("Image", 2115),
            ("Answer", 2116),
            ("Source", 2117),
            ("SourceUrl", 2118),
            ("Location", 2119),
            ("AddRecall", 2120),
            ("AddSpelling", 2121),
            ("AddListening", 2122),
            ("Key", 2123),
        ),
        (("Recognise", 2201), ("Recall", 2202), ("Spell", 2203), ("Hear", 2204)),
    ),
    "cloze": (
        (
            ("Text", 3101),
            ("Translation", 3102),
            ("Terms", 3103),
            ("Note", 3104),
            ("Audio", 3105),
            ("Passage", 3106),
            ("PassageTranslation", 3107),
            ("Source", 3108),
            ("SourceUrl", 3109),
            ("Location", 3110),
            ("AddTyping", 3111),
            ("Key", 3112),
        ),
        (("Cloze", 3201),),
    ),
}

FIELDS: dict[NoteTypeName, tuple[str, ...]] = {
    kind: tuple(name for name, _ in fields) for kind, (fields, _) in _SCHEMA.items()
}
"""Field names of each note type, in the order of `Note.fields`."""


def note_types(
    languages: tuple[str, str], config: Config = Config(), own: Mapping[str, str] = EMPTY  # noqa: B008 (immutable)
) -> dict[NoteTypeName, NoteType]:
    """Return the note types of a language pair, their templates rendered.

    `own` holds the text of the learner's template files by name.
    """
    values = names(languages, config)
    speech = config.audio != "off"
    css = templates.stylesheet(config.theme, own)
    return {
        kind: NoteType(
            kind,
            model_id(kind, languages, config.family),
            f"{config.family} {kind.capitalize()} ({'-'.join(languages)})",
            tuple(Field(*field) for field in fields),
            tuple(
                CardTemplate(
                    name,
                    number,
                    templates.fill(templates.face(kind, name, "front"), own, values, speech),
                    templates.fill(templates.face(kind, name, "back"), own, values, speech),
                )
                for name, number in cards
            ),
            css,
        )
        for kind, (fields, cards) in _SCHEMA.items()
    }


def names(languages: tuple[str, str], config: Config) -> dict[str, str]:
    """Return what `[[…]]` in a template stands for."""
    return {
        f"{side}-{name}": value
        for side, tag in zip(("text", "translation"), languages, strict=True)
        for name, value in (("lang", tag), ("dir", language(tag).direction), ("voice", _voice(tag, config.voices)))
    }


def model_id(kind: NoteTypeName, languages: tuple[str, str], family: str) -> int:
    """Return the id Anki knows a note type by: the same for ever, for each kind, language pair and family.

    It lies between 2³¹ and 10¹²: above the ids other generators draw, below those Anki makes of the time in milliseconds.
    """
    digest = sha256("\x1f".join((kind, str(SCHEMA_VERSION), *languages, family)).encode()).digest()
    return 2**31 + int.from_bytes(digest[:8], "big") % (10**12 - 2**31)


def _voice(tag: str, voices: Mapping[str, str]) -> str:
    primary, *subtags = tag.split("-")
    region = next((subtag.upper() for subtag in subtags if len(subtag) == 2), "")
    locale = f"{primary}_{region}" if region else language(tag).voice
    preferred = voices.get(tag) or voices.get(primary)
    return f"{locale} voices={preferred.replace(' ', '')}" if preferred else locale
