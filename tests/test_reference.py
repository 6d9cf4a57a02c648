"""The pages of docs/reference are made from the code; `pytest --update` writes them anew."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import catalogue
import polib
from click.testing import CliRunner
from man import man_page

from anki_builder.cli import COMMANDS, cli
from anki_builder.cli.explain import all_rules
from anki_builder.cli.init import explained
from anki_builder.config import CARDS, CHOICES, Config

DOCS = Path(__file__).parents[1] / "docs"
FOLDER = DOCS / "reference"
MADE = "<!-- Made from the code by `pytest tests/test_reference.py --update`. -->\n\n"


def kept(page: str, expected: str, update: bool, folder: Path = FOLDER) -> None:
    """Compare a page with what it should hold, or write it."""
    path = folder / page
    if update:
        path.write_text(expected, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == expected


def default(name: str) -> object:
    """Return the default of a setting as JSON has it."""
    value = Config._field_defaults[name]
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value


def test_the_page_of_settings(update: bool) -> None:
    page = (
        f"{MADE}# Settings\n\n`anki_builder.toml` beside the notes or above them, or `[tool.anki_builder]` in `pyproject.toml`. All are optional. An "
        "unknown name or a wrong value is an error that names the nearest right one. [Their JSON schema](settings.schema.json) lets an "
        "editor that knows TOML complete and check the file.\n"
    )
    for name, text in explained():
        known = ", ".join(f"`{choice}`" for choice in CHOICES.get(name, CARDS.get(name, ())))
        choices = f"\n\n{'One' if name in CHOICES else 'Any'} of {known}." if known else ""
        shown = json.dumps(default(name), ensure_ascii=False)
        page += f"\n## `{name}`\n\n{text}{choices}\n\nDefault: `{shown}`\n"
    kept("settings.md", page, update)


def test_the_schema_of_settings(update: bool) -> None:
    properties = {name: _schema(name) | {"description": text} for name, text in explained()}
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Settings of anki-builder",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }
    kept("settings.schema.json", json.dumps(schema, indent=2, ensure_ascii=False) + "\n", update)


def _schema(name: str) -> dict[str, object]:
    value = default(name)
    if name == "layouts":
        text = {"type": "string"}
        table = {
            "type": "object",
            "properties": {"pattern": text, "files": text},
            "required": ["pattern"],
            "additionalProperties": False,
        }
        return {"type": "array", "items": table}
    if isinstance(value, list):
        items = {"enum": list(CARDS[name])} if name in CARDS else {"type": "string"}
        return {"type": "array", "items": items, "default": value}
    if isinstance(value, dict):
        return {"type": "object"}
    if name in CHOICES:
        return {"enum": list(CHOICES[name]), "default": value}
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return {"type": kinds[type(value)], "default": value}


def test_the_page_of_commands(update: bool) -> None:
    page = (
        f"{MADE}# Commands\n\nStandard output is data, standard error is messages. Exit codes: 0 fine, 1 problems in the notes, 2 usage or "
        "configuration, 3 Anki cannot be reached.\n"
    )
    for name in ("", *COMMANDS):
        arguments = [name, "--help"] if name else ["--help"]
        shown = CliRunner().invoke(cli, arguments, prog_name="anki-builder", terminal_width=100).stdout.strip()
        page += f"\n## `{' '.join(filter(None, ('anki-builder', name)))}`\n\n```text\n{shown}\n```\n"
    kept("commands.md", page, update)


def test_the_page_of_diagnostics(update: bool) -> None:
    rules = all_rules().values()
    page = f"{MADE}# Diagnostics\n\n`anki-builder check` prints them, `anki-builder explain RULE` explains one.\n"
    meaning = {
        "error": "What the learner wrote cannot be used.",
        "warning": "A card may be wrong or missing.",
        "note": "Worth knowing.",
    }
    for severity, text in meaning.items():
        page += f"\n## {severity.capitalize()}s\n\n{text}\n"
        for rule in rules:
            if rule.severity == severity:
                summary = f"{rule.summary[:1].upper()}{rule.summary[1:]}."
                page += f"\n### `{rule.name}`\n\n{summary}\n\n````text\n{rule.example}\n````\n\n{rule.cure}\n"
    kept("diagnostics.md", page, update)


def test_the_page_of_messages(update: bool) -> None:
    page = (
        f"{MADE}# Messages\n\nAll that the program says, in English and in Chinese, by the file that says it; the help of commands is on "
        "[its own page](commands.md). `{…}` is a place for a value.\n"
    )
    place = ""
    for entry in catalogue.by_place(polib.pofile(str(catalogue.PO))):
        if entry.place != place:
            place = entry.place
            page += f"\n## {place}\n\n| English | 中文 |\n|---|---|\n"
        page += f"| {_cell(entry.english)} | {_cell(entry.chinese)} |\n"
    kept("messages.md", page, update)


def _cell(text: str) -> str:
    """Return a message as a cell of a table: nothing in it is Markdown."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
    return re.sub(r"([\\`*_\[\]|{}#~])", r"\\\1", text)


def test_the_man_page(update: bool) -> None:
    kept("anki-builder.1", man_page(), update, DOCS / "man")


def test_every_page_is_in_the_navigation_of_the_site() -> None:
    navigation = (DOCS.parent / ".mkdocs.yml").read_text(encoding="utf-8")
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if not path.name.endswith(".zh.md")]
    assert [page for page in pages if page not in navigation] == []
