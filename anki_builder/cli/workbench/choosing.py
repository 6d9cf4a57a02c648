"""Which cards are made: their numbers and examples, and the settings file with what was chosen in it, its comments kept."""

import json
import re
import tomllib
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from anki_builder.cli import choices
from anki_builder.cli.project import CONFIG, Project, UsageProblem, check_theme, shown
from anki_builder.cli.stages import Compilation
from anki_builder.cli.trust import is_trusted, remember
from anki_builder.cli.words import tr
from anki_builder.cli.workbench.look import Look
from anki_builder.cli.workbench.places import in_page
from anki_builder.cli.workbench.writing import Version, version_of
from anki_builder.collection import BuiltNote, Collection
from anki_builder.config import CARDS, CHOICES, NEEDED, ConfigError, load, missing
from anki_builder.preview.catalogue import Catalogue
from anki_builder.preview.workbench import Data, Refused
from anki_builder.speech import CommandProblem, check

SETTINGS = (
    "sentences", "sentence_cards", "terms", "order", "readings", "readings_on_front", "cloze_typing", "blur_translations",
    "unfold_passages", "unfold_hints", "theme", "audio",
)  # fmt: skip
"""The settings that the page changes. None of them names what is run: that is asked about by itself (`trust`)."""
EXAMPLES = 2
"""Cards of each kind that are shown."""
_LOOKED_AT = 3000
"""Notes among which examples are looked for."""


def settings_of(project: Project) -> Version:
    """Return the settings file of a project; where there is none, the one that would be written beside the notes."""
    return version_of(project.settings.path if project.settings is not None else Path.cwd() / CONFIG)


def _is_own(settings: Version) -> bool:
    """Return whether the file is `anki_builder.toml`; else it is `pyproject.toml`, where the settings are a table among others."""
    return settings.path.name == CONFIG


def as_data(seen: Look) -> Data:
    """Return what is chosen now, and what can be chosen."""
    config, settings = seen.project.config, settings_of(seen.project)
    return {
        "path": shown(settings.path),
        "digest": settings.digest,
        "values": {name: getattr(config, name) for name in SETTINGS},
        "command": config.audio_command,
        "is_trusted": is_trusted(settings.path, _as_read(settings.text)),
        "missing": {name: value for name, value in NEEDED if name in SETTINGS and missing(name, value)},
        "choices": {name: CHOICES.get(name) or CARDS[name] for name in SETTINGS if name in CHOICES or name in CARDS},
    }


# Numbers and examples


class Counted(NamedTuple):
    """How many cards each choice makes, with examples of them."""

    data: Data
    catalogue: Catalogue
    """Of the examples: its media are shown."""


def count(project: Project) -> Counted:
    """Return the numbers of cards by kind, and examples of each kind. All notes are read twice."""
    examples: dict[str, list[tuple[int, int]]] = {}
    catalogues: list[Catalogue] = []

    def look(collection: Collection, compilation: Compilation) -> None:
        notes: list[BuiltNote] = []
        for built in islice(collection.notes(), _LOOKED_AT):
            wanted = [ord_ for ord_ in built.note.cards if len(examples.get(_name(built, ord_), ())) < EXAMPLES]
            for ord_ in wanted:
                examples.setdefault(_name(built, ord_), []).append((len(notes), ord_))
            if wanted:
                notes.append(built)
        catalogues.append(Catalogue(notes, compilation.note_types, compilation.template_media))

    rows = [{"setting": row.setting, "card": row.card, "counts": dict(row.counts)} for row in choices.rows(project, look)]
    (catalogue,) = catalogues
    notes = catalogue.notes
    cards = {
        name: [
            {
                **catalogue.card(number, ord_),
                "ord": ord_,
                "pair": "-".join(notes[number].info.pair),
                "label": notes[number].note.text,
            }
            for number, ord_ in found
        ]
        for name, found in examples.items()
    }
    return Counted({"rows": rows, "examples": cards, "css": catalogue.styles()}, catalogue)


def _name(built: BuiltNote, ord_: int) -> str:
    return built.note.kind.card(ord_).name.lower()


# The settings file


def changed(project: Project, changes: Mapping[str, Any]) -> tuple[Version, str]:
    """Return the settings file, and its text with some settings changed. Raises `Refused` for what cannot be set."""
    settings = settings_of(project)
    text = settings.text
    for name, value in changes.items():
        if name not in SETTINGS or not isinstance(value, (str, bool, list)):
            raise Refused(tr("`{name}` is not changed here", name=name))
        if value != _listed(getattr(project.config, name)):
            text = with_setting(text, name, value, _is_own(settings))
    _check(project, settings, text)
    return settings, text


def with_layout(project: Project, table: str) -> tuple[Version, str]:
    """Return the settings file, and its text with a table `[[layouts]]` behind all else. Raises `Refused`."""
    settings = settings_of(project)
    if not _is_own(settings):
        table = table.replace("\n[[layouts]]\n", "\n[[tool.anki_builder.layouts]]\n")
    before = settings.text.rstrip()
    text = f"{before}\n\n{table}" if before else table
    _check(project, settings, text)
    return settings, text


def _check(project: Project, settings: Version, text: str) -> None:
    """Raise `Refused` if settings could not be used."""
    try:
        table = tomllib.loads(text)
        config = load(table if _is_own(settings) else table["tool"]["anki_builder"], shown(settings.path), text)
        check_theme(config, project.home)
        if config.audio == "command":
            check(config.audio_command, config.audio_worker)
    except tomllib.TOMLDecodeError as problem:
        raise Refused(tr("the settings cannot be read: {problem}", problem=problem)) from None
    except (ConfigError, CommandProblem) as problem:
        raise Refused(in_page(str(problem))) from None
    except UsageProblem as problem:
        raise Refused(problem.format_message()) from None


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def with_setting(text: str, name: str, value: Any, is_own: bool) -> str:
    """Return settings with one of them set: in its place, in that of a line `# name = …`, or behind the others."""
    import tomlkit  # late: only who presses the button needs it
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        table: Any = document if is_own else document["tool"]["anki_builder"]
        if name not in table and is_own:
            line = f"{name} = {tomlkit.item(value).as_string()}"
            in_place = re.sub(rf"^# ?{name} = .*$", lambda _: line, text, count=1, flags=re.MULTILINE)
            if _is_set(text, in_place, name):
                return in_place
        if isinstance(value, list) and isinstance(table.get(name), list):
            _set_list(table[name], value)
        else:
            table[name] = value
    except TOMLKitError as problem:
        raise Refused(tr("the settings cannot be read: {problem}", problem=problem)) from None
    return tomlkit.dumps(document)


def _is_set(before: str, after: str, name: str) -> bool:
    """Return whether the one thing that a change of settings did is to set a name: a line that looks like a comment may be text."""
    try:
        found = tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        return False
    return name in found and {**found, name: None} == {**tomllib.loads(before), name: None}


def _set_list(there: Any, wanted: list[Any]) -> None:
    """Give a list of settings other items; those that stay keep their place and their comments."""
    for item in [item for item in there if item not in wanted]:
        there.remove(item)
    for item in wanted:
        if item not in there:
            there.append(item)


def save(settings: Version, text: str, digest: str) -> None:
    """Write settings, if the file is the one that the page has. Raises `Refused`.

    Who has changed trusted settings here still trusts them: nothing that runs can be changed.
    """
    was_trusted = is_trusted(settings.path, _as_read(settings.text))
    settings.replace(text.encode(), digest)
    if was_trusted:
        _remember(settings.path, text)


def trust(project: Project, digest: str) -> None:
    """Trust the settings from now on, if they are those that the page has. Raises `Refused`."""
    settings = settings_of(project)
    settings.require(digest)
    _remember(settings.path, settings.text)


def _remember(path: Path, text: str) -> None:
    try:
        remember(path, _as_read(text))
    except OSError as error:
        raise Refused(tr("your trust cannot be remembered: {reason}", reason=error.strerror or error)) from None


def _as_read(text: str) -> str:
    """Return the text of settings as trust is given to it."""
    return text.replace("\r\n", "\n")


def changes_of(asked: object) -> dict[str, Any]:
    """Return changes as the page sent them, as an object or as its JSON."""
    try:
        found = json.loads(asked) if isinstance(asked, str) else asked
    except ValueError:
        found = None
    if not isinstance(found, dict) or not found:
        raise Refused(tr("nothing is to be changed"))
    return found
