"""Note types out of their kinds and the card templates, schema version 2.

Anki takes a note type whose list of fields or templates changed for another one and refuses the notes of a rebuilt package (measured:
re-import with a field or template added, removed or reordered is a conflict). So the lists of `NoteKind` are frozen: kinds of cards wait
asleep behind `Add…` fields, and a test holds every name and id literally. With the ids, Anki renames a field in place.
"""

from collections.abc import Mapping
from hashlib import sha256
from html import escape

from anki_builder import templates
from anki_builder.config import EMPTY, Config
from anki_builder.languages import base, language
from anki_builder.note import CardTemplate, Languages, NoteType
from anki_builder.notes.kinds import kinds
from anki_builder.templates.words import words

SCHEMA_VERSION = 2


def pair_of(languages: Languages) -> Languages:
    """Return the languages of the note types of notes in `languages`: without region and script."""
    return base(languages[0]), base(languages[1])


def note_types(
    languages: Languages,
    config: Config = Config(),  # noqa: B008 (immutable)
    own: Mapping[str, str] = EMPTY,
    pair: Languages | None = None,
) -> dict[str, NoteType]:
    """Return the note types of a language pair by the name of their kind, their templates rendered for `languages`.

    `own` holds the text of the learner's template files by name. `pair` is what Anki knows them by, if it is not `pair_of` the languages.
    """
    pair = pair or pair_of(languages)
    values = names(languages, config)
    speech = config.audio != "off"
    own = templates.of_pair(own, languages)
    css = templates.stylesheet(config.theme, own, values)
    found = {}
    for kind in kinds(config):
        cards = tuple(
            CardTemplate(
                card.name,
                card.id,
                templates.fill(templates.face(kind.name, card.name, "front"), own, values, speech),
                templates.fill(templates.face(kind.name, card.name, "back"), own, values, speech),
            )
            for card in kind.cards
        )
        name = f"{config.family} {kind.name.capitalize()} ({'-'.join(pair)})"
        found[kind.name] = NoteType(kind, model_id(kind.name, pair, config.family), name, cards, css)
    return found


def names(languages: Languages, config: Config) -> dict[str, str]:
    """Return what `[[…]]` in a template stands for."""
    of_languages = {
        f"{side}-{name}": value
        for side, tag in zip(("text", "translation"), languages, strict=True)
        for name, value in (("lang", tag), ("dir", language(tag).direction), ("voice", _voice(tag, config.voices)))
    }
    return {**config.variables, **of_languages} | {
        "readings-front": "furigana" if config.readings_on_front else "kanji",
        "readings-back": "furigana",
        "tap": ' tabindex="0"' if config.blur_translations else "",
        "passage-open": " open" if config.unfold_passages else "",
        "hint-open": " open" if config.unfold_hints else "",
        "dictionaries": _dictionaries(languages[0], config.dictionaries),
        "editor": _editor(config.editor),
        **words(languages[1]),
    }


def _dictionaries(tag: str, dictionaries: Mapping[str, str]) -> str:
    """Return links to the dictionaries of a language, each named after its site."""
    addresses = (dictionaries.get(tag) or dictionaries.get(tag.partition("-")[0], "")).split()
    links = []
    for address in addresses:
        site = address.split("/")[2].removeprefix("www.")
        links.append(f'<a class="dictionary" href="{escape(address).replace("{term}", "{{Answer}}")}">{escape(site)}</a>')
    return "{{#Answer}}" + " ".join(links) + "{{/Answer}}" if links else ""


def _editor(pattern: str) -> str:
    """Return a link to the line of the note."""
    href = escape(pattern).replace("{file}", "{{SourceFile}}").replace("{line}", "{{SourceLine}}")
    return f'<a class="editor" href="{href}">✎</a>' if pattern else ""


def model_id(kind: str, languages: Languages, family: str) -> int:
    """Return the id Anki knows a note type by: the same for ever, for each kind, language pair and family.

    It lies between 2³¹ and 10¹²: above the ids other generators draw, below those Anki makes of the time in milliseconds.
    """
    digest = sha256("\x1f".join((kind, str(SCHEMA_VERSION), *languages, family)).encode()).digest()
    return 2**31 + int.from_bytes(digest[:8], "big") % (10**12 - 2**31)


def older_pairs(known: Mapping[tuple[Languages, str], int], family: str) -> frozenset[Languages]:
    """Return the pairs with region or script that have note types of their own; `known` are the ids in the ledger.

    Builds before `pair_of` made these; their notes are in Anki under them.
    """
    return frozenset(
        pair for (pair, kind), number in known.items() if pair != pair_of(pair) and number == model_id(kind, pair, family)
    )


def _voice(tag: str, voices: Mapping[str, str]) -> str:
    primary, *subtags = tag.split("-")
    region = next((subtag.upper() for subtag in subtags if len(subtag) == 2), "")
    locale = f"{primary}_{region}" if region else language(tag).voice
    preferred = voices.get(tag) or voices.get(primary)
    return f"{locale} voices={preferred.replace(' ', '')}" if preferred else locale
