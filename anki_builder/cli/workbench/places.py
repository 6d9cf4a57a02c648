"""Commands that a message names as `anki-builder NAME …`: the page says where it does the same, or does it by a button."""

import re
from collections.abc import Callable
from shlex import split

from anki_builder.cli.deck import rename_deck
from anki_builder.cli.link import link_notes
from anki_builder.cli.project import Project
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
}
"""The links and buttons of the page by the beginning of the command that does the same, the longest beginning first to be looked for."""
_BUTTONS: dict[str, Callable[[Project, str, str], object]] = {"deck": rename_deck, "link": link_notes}
"""The commands for which a problem gets a button of its own."""
_COMMAND = re.compile(r"`anki-builder (\w+)((?: [^`]+)?)`")


def in_page(text: str) -> str:
    """Return a message for the page in the learner's language, with places of the page for the commands that it names."""
    return _COMMAND.sub(_place, translated(text))


def _place(found: re.Match[str]) -> str:
    name, arguments = found[1], found[2].split()
    option = f"{name} {arguments[0]}" if arguments else name
    label = PLACES.get(option) or PLACES.get(name)
    return f"“{translated(label)}”" if label is not None else found[0]


def button_of(problem: Diagnostic) -> str:
    """Return the label of the button that does what the hint of a problem names; empty where there is none."""
    found = _COMMAND.search(problem.hint)
    return translated(PLACES[found[1]]) if found is not None and found[1] in _BUTTONS else ""


def carry_out(project: Project, problem: Diagnostic) -> None:
    """Do what the hint of a problem names. Raises `Missing` where it has no button."""
    found = _COMMAND.search(problem.hint)
    if found is None or found[1] not in _BUTTONS:
        raise Missing(problem.hint)
    old, new, *_ = split(found[2])
    _BUTTONS[found[1]](project, old, new)
