"""All that the program says, collected from its code: what a catalogue must hold."""

import ast
from collections.abc import Iterator
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import NamedTuple

import click
import polib

from anki_builder.cli import COMMANDS, cli
from anki_builder.cli.init import explained
from anki_builder.languages import NAMES, language
from anki_builder.message import plural_of
from anki_builder.preview.words import ALONE, WORKBENCH, texts

PACKAGE = Path(__file__).parents[1] / "anki_builder"
PO = PACKAGE / "locale" / "zh_CN" / "LC_MESSAGES" / "anki_builder.po"
MO = PO.with_suffix(".mo")
_MAKERS = {"Message", "Template", "tr", "detail", "Problem", "UsageProblem", "ConfigError", "FileProblem", "NoAnki"}
"""What takes the template of a message first, and its plural next."""
_OF_CLICK = (
    "Usage:",
    "Options",
    "Error: {message}",
    "Try '{command} {option}' for help.",
    "Show this message and exit.",
    "Show the version and exit.",
    "No such option {name!r}.",
    "Missing argument",
    "Missing option",
    "Missing command.",
    "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "{value!r} is not one of {choices}.",
    "{value} is not in the range {range}.",
    "{name} {filename!r} does not exist.",
    "{name} {filename!r} is a directory.",
    "{name} {filename!r} is a file.",
    "Aborted!",
    "default: {default}",
)
"""Words of click that a learner sees. Of others there is no translation."""


class Entry(NamedTuple):
    """A message in English."""

    one: str
    many: str
    place: str
    """The file that makes it, within the package."""


def entries() -> list[Entry]:
    """Return every message once, with the first place that makes it."""
    found: dict[str, Entry] = {}
    for entry in (
        *_of_code(),
        *_of_help(),
        *_of_languages(),
        *_of_preview(),
        *_of_settings(),
        *(Entry(word, "", "click") for word in _OF_CLICK),
        Entry("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", "click"),
    ):
        known = found.setdefault(entry.one, entry)
        assert entry.many in ("", known.many), f"“{entry.one}” has a plural in one place only"
    return list(found.values())


def _of_code() -> Iterator[Entry]:
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                for one, many in messages_of(node):
                    yield Entry(one, many, place)


def messages_of(call: ast.Call) -> Iterator[tuple[str, str]]:
    name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(call.func, ast.Attribute) else ""
    texts = [_text(argument) for argument in call.args]
    if name in _MAKERS and texts and texts[0]:
        yield texts[0], texts[1] if len(texts) > 1 else ""
    elif name == "several" and len(texts) == 2:
        yield f"{{count:,}} {texts[1]}", f"{{count:,}} {plural_of(texts[1])}"
    elif name == "progress" and len(texts) > 1:
        yield texts[1], ""
    elif name == "Rule" and len(texts) == 5:
        summary, example, cure = texts[2:]
        yield from ((summary, ""), (cure, ""))
        if example.startswith("("):
            yield example, ""


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _of_help() -> Iterator[Entry]:
    yield from _of_command("", cli)
    for name, help_ in COMMANDS.items():
        yield Entry(help_, "", "cli/__init__.py")
        yield from _of_command(name, import_module(f"anki_builder.cli.{name}").command)


def _of_command(name: str, command: click.Command) -> Iterator[Entry]:
    place = f"cli/{name or '__init__'}.py"
    texts = [*cleandoc(command.help or "").split("\n\n"), command.epilog or ""]
    texts += [option.help or "" for option in command.params if isinstance(option, click.Option)]
    for text in filter(None, texts):
        yield Entry(text, "", place)
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from _of_command(name, inner)


def _of_languages() -> Iterator[Entry]:
    for tag in NAMES.values():
        yield Entry(language(tag).name, "", "languages/__init__.py")


def _of_settings() -> Iterator[Entry]:
    for _, text in explained():
        yield Entry(text, "", "config.py")


def _of_preview() -> Iterator[Entry]:
    for page, place in ((ALONE, "preview/alone"), (WORKBENCH, "preview/static")):
        for one, many in texts(page):
            yield Entry(one, many, place)


def renewed(catalogue: polib.POFile) -> polib.POFile:
    """Return a catalogue with the entries of the code in their order: translations stay, what nobody says is left out."""
    new = polib.POFile(wrapwidth=120)
    new.metadata = catalogue.metadata
    for entry in entries():
        known = catalogue.find(entry.one)
        made = polib.POEntry(msgid=entry.one, occurrences=[(entry.place, "")])
        if entry.many:
            made.msgid_plural = entry.many
            made.msgstr_plural = known.msgstr_plural if known is not None and known.msgid_plural else {0: ""}
        else:
            made.msgstr = known.msgstr if known is not None else ""
        new.append(made)
    return new


class Translated(NamedTuple):
    """A message in both languages."""

    english: str
    chinese: str
    place: str


def by_place(catalogue: polib.POFile) -> list[Translated]:
    """Return all messages but the help of commands, by the file that makes them."""
    help_ = {entry.one for entry in _of_help()}
    found = [
        Translated(entry.msgid, entry.msgstr or entry.msgstr_plural[0], entry.occurrences[0][0])
        for entry in catalogue
        if entry.msgid not in help_
    ]
    return sorted(found, key=lambda one: one.place)
