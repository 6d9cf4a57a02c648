"""How the cards look: the themes, the variables that a learner may change in them, and `user.css` with what was chosen."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from anki_builder.cli.project import shown
from anki_builder.cli.template_folder import read_templates
from anki_builder.cli.words import tr
from anki_builder.cli.workbench.beside import Found, first_notes
from anki_builder.cli.workbench.look import Look
from anki_builder.cli.workbench.writing import Version, version_of
from anki_builder.collection import BuiltNote
from anki_builder.notes.note_types import note_types
from anki_builder.preview.catalogue import Catalogue
from anki_builder.preview.workbench import Data, Refused
from anki_builder.templates import THEMES, USER_STYLE, text_of, theme_file
from anki_builder.templates.variables import (
    HIDDEN,
    SELECTORS,
    Variables,
    chosen,
    hidden,
    is_value,
    variables_of,
    with_chosen,
    without_chosen,
)

UNFOLDED = ("unfold_passages", "unfold_hints")
"""The settings of what is folded."""
_LOOKED_AT = 2000
"""Notes among which examples are looked for."""


class Looks(NamedTuple):
    """What the page shows of the looks, and the cards in it."""

    data: Data
    catalogue: Catalogue


def examples(seen: Look) -> Found:
    """Return the notes on which looks and templates are shown."""
    notes, compilation = first_notes(seen, _LOOKED_AT)
    return Found(_richest(notes), compilation)


def looks(seen: Look, found: Found) -> Looks:
    """Return the themes with their variables and styles, what was chosen, and the cards of a note of each kind."""
    project = seen.project
    own = read_templates(project).own
    style = user_style(seen)
    themes = [*THEMES, *sorted({Path(name).stem for name in own if name.startswith("themes/")} - {*THEMES})]
    examples, compilation = found
    pair = examples[0].info.pair if examples else next(iter(compilation.note_types), ("en", "zh"))
    others = {**own, USER_STYLE: without_chosen(own.get(USER_STYLE, ""))}
    styles = {theme: next(iter(note_types(pair, project.config._replace(theme=theme), others).values())).css for theme in themes}
    catalogue = Catalogue(examples, compilation.note_types, compilation.template_media)
    cards = [
        {**catalogue.card(number, ord_), "ord": ord_, "kind": built.note.kind.name, "name": built.note.kind.card(ord_).name}
        for number, built in enumerate(examples)
        for ord_ in (built.note.cards[:1] if built.note.kind.is_cloze else built.note.cards)
    ]
    data = {
        "path": shown(style.path),
        "theme": project.config.theme,
        "themes": {
            theme: {"css": styles[theme], "variables": variables_of(text_of(theme_file(theme), own) or "")} for theme in themes
        },
        "chosen": chosen(_text(style)),
        "selectors": dict(SELECTORS),
        "hidden": hidden(_text(style)),
        "parts": dict(HIDDEN),
        "unfolded": {name: getattr(project.config, name) for name in UNFOLDED},
        "cards": cards,
    }
    return Looks(data, catalogue)


def _richest(notes: Iterable[BuiltNote]) -> list[BuiltNote]:
    """Return the note of each kind that has most to show, all of the language pair of the first one."""
    found: dict[str, BuiltNote] = {}
    for built in notes:
        first = next(iter(found.values()), built)
        known = found.get(built.note.kind.name)
        if built.note.cards and built.info.pair == first.info.pair and (known is None or _filled(built) > _filled(known)):
            found[built.note.kind.name] = built
    return list(found.values())


def _filled(built: BuiltNote) -> int:
    """Return how many fields of a note hold something."""
    return sum(map(bool, built.note.fields.values()))


def user_style(seen: Look) -> Version:
    """Return `user.css` of the folder of templates."""
    return version_of(seen.project.home / seen.project.config.templates / USER_STYLE)


def _text(style: Version) -> str:
    return style.text.replace("\r\n", "\n")


def variables_asked(asked: object) -> Variables:
    """Return variables as the page sent them. Raises `Refused` for what is no variable or no value of one."""
    if not isinstance(asked, dict) or asked.keys() - SELECTORS.keys() or not all(isinstance(one, dict) for one in asked.values()):
        raise Refused(tr("this is no choice of variables"))
    for values in asked.values():
        for name, value in values.items():
            if not isinstance(value, str) or not is_value(name, value):
                raise Refused(tr("“{name}” cannot be set to “{value}”", name=name, value=value))
    return {mode: asked[mode] for mode in SELECTORS if mode in asked}


def hidden_asked(asked: object) -> list[str]:
    """Return the parts to hide, as the page sent them. Raises `Refused` for what is none."""
    if not isinstance(asked, list) or not all(isinstance(name, str) and name in HIDDEN for name in asked):
        raise Refused(tr("this is no choice of parts to hide"))
    return asked


def changed(seen: Look, variables: Variables, hide: Sequence[str]) -> tuple[Version, str]:
    """Return `user.css`, and its text with other variables and hidden parts chosen."""
    style = user_style(seen)
    return style, with_chosen(_text(style), variables, hide)
