"""Commands that a message names as `anki-builder NAME …`: the page says where it does the same, or does it by a button."""

import re
from collections.abc import Callable
from shlex import split

from anki_builder.cli.deck import rename_deck
from anki_builder.cli.link import link_notes
from anki_builder.cli.project import Project
from anki_builder.cli.template_folder import read_templates
from anki_builder.cli.templates import bring_up, outdated
from anki_builder.cli.words import translated
from anki_builder.diagnostic import Diagnostic
from anki_builder.message import Message
from anki_builder.preview.workbench import Missing

PLACES = {
    "build": Message("Build"),
    "build --force": Message("Build all the same"),
    "build --trust": Message("I trust it"),
    "check": Message("Articles"),
    "check --explain-layout": Message("Colours of the lines"),
    "deck": Message("Rename the deck"),
    "layout": Message("Patterns for what is not read …"),
    "link": Message("It is the same note"),
    "plan": Message("Articles"),
    "pull": Message("Look what was changed in Anki …"),
    "push": Message("Send to Anki"),
    "review": Message("Reviews"),
    "templates": Message("Edit the templates themselves …"),
    "templates upgrade": Message("Bring the templates up to this version"),
}
"""The links and buttons of the page by the beginning of the command that does the same, the longest beginning first to be looked for."""
_COMMAND = re.compile(r"`anki-builder (\w+)((?: [^`]+)?)`")


def in_page(text: str) -> str:
    """Return a message for the page in the learner's language, with places of the page for the commands that it names."""
    return _COMMAND.sub(_place, translated(text))


def _place(found: re.Match[str]) -> str:
    label = PLACES.get(_name(found)) or PLACES.get(found[1])
    return f"“{translated(label)}”" if label is not None else found[0]


def _name(found: re.Match[str]) -> str:
    """Return a command with the first of its arguments, which may be a part of its name."""
    return " ".join([found[1], *found[2].split()[:1]])


def button_of(problem: Diagnostic) -> str:
    """Return the label of the button that does what the hint of a problem names; empty where there is none."""
    name, _ = _work_of(problem)
    return translated(PLACES[name]) if name else ""


def carry_out(project: Project, problem: Diagnostic) -> None:
    """Do what the hint of a problem names. Raises `Missing` where it has no button."""
    name, arguments = _work_of(problem)
    if not name:
        raise Missing(problem.hint)
    _WORK[name](project, arguments)


def _work_of(problem: Diagnostic) -> tuple[str, list[str]]:
    """Return the name of the command to which the hint of a problem has a button, and its arguments; an empty name for none."""
    found = _COMMAND.search(problem.hint)
    name = next((one for one in (_name(found), found[1]) if one in _WORK), "") if found is not None else ""
    return name, split(found[2]) if found is not None else []


def _upgrade(project: Project, _arguments: list[str]) -> None:
    templates = read_templates(project)
    for name in outdated(templates):
        bring_up(templates, name)


_WORK: dict[str, Callable[[Project, list[str]], object]] = {
    "deck": lambda project, arguments: rename_deck(project, *arguments[:2]),
    "link": lambda project, arguments: link_notes(project, *arguments[:2]),
    "templates upgrade": _upgrade,
}
"""The commands for which a problem gets a button of its own."""
