"""The card templates: which there are, and one of them tried on the learner's notes before it is written."""

import difflib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from anki_builder.cli.project import Project, shown
from anki_builder.cli.template_folder import (
    BASE,
    Templates,
    back_up,
    check_templates,
    keep_base,
    read_templates,
    state_of,
    write_template,
)
from anki_builder.cli.words import translated
from anki_builder.cli.workbench import look
from anki_builder.cli.workbench.writing import version_of
from anki_builder.collection import BuiltNote
from anki_builder.message import Message
from anki_builder.notes.kinds import kinds
from anki_builder.notes.note_types import note_types
from anki_builder.preview.catalogue import Catalogue
from anki_builder.preview.workbench import Data, Missing
from anki_builder.templates import USER_STYLE, builtin, face, of_pair, pieces
from anki_builder.templates.references import rewrite
from anki_builder.templates.validate import files_in_use

_MOST = 4
"""Cards on which a template is shown."""


class Template(NamedTuple):
    """A template as it is now."""

    name: str
    text: str
    """The learner's own, else the built-in one."""
    is_own: bool
    digest: str
    """Of the learner's own file: a change is for this version alone."""


class Tried(NamedTuple):
    """What the page shows of a text that is no template yet, and the cards made with it."""

    data: Data
    catalogue: Catalogue


def listed(project: Project) -> Data:
    """Return all templates, each with whether it is built-in or the learner's own."""
    templates = read_templates(project)
    used = files_in_use(templates.written, kinds(project.config))
    names = sorted({*builtin(), *templates.written, USER_STYLE})
    rows = [
        {
            "name": name,
            "is_own": name in templates.written,
            "state": translated(Message("not there yet") if _is_new(name, templates) else state_of(name, templates, used)),
        }
        for name in names
    ]
    return {"folder": shown(templates.folder), "rows": rows}


def _is_new(name: str, templates: Templates) -> bool:
    return name not in builtin() and name not in templates.written


def template(project: Project, name: str) -> Template:
    """Return a template. Raises `Missing` for what is none."""
    return _template(read_templates(project), name)


def _template(templates: Templates, name: str) -> Template:
    if name not in {*builtin(), *templates.written, USER_STYLE}:
        raise Missing(name)
    text = templates.written.get(name, builtin().get(name, ""))
    digest = version_of(templates.folder / name).digest
    return Template(name, text, name in templates.written, digest)


def as_data(project: Project, one: Template) -> Data:
    """Return a template for the page."""
    path = shown(read_templates(project).folder / one.name)
    return {**one._asdict(), "path": path, "is_builtin": one.name in builtin(), "builtin": builtin().get(one.name, "")}


def tried(project: Project, notes: Sequence[BuiltNote], name: str, text: str) -> Tried:
    """Return what is wrong with a text in the place of a template, what it would change in the file, and some of `notes` in it."""
    templates = read_templates(project)
    one = _template(templates, name)
    written = {**templates.written, name: text}
    own = {file: rewrite(file, its, templates.names) for file, its in written.items()} if templates.names else written
    diagnostics = check_templates(project, templates._replace(written=written, own=own))
    pair = notes[0].info.pair if notes else ("en", "zh")
    types = note_types(pair, project.config, own)
    shown_on = list(_shown_on(project, notes, name, own))[:_MOST]
    catalogue = Catalogue([built for built, _ in shown_on], {pair: types}, templates.media)
    cards = [
        {**catalogue.card(number, ord_), "ord": ord_, "name": built.note.kind.card(ord_).name}
        for number, (built, ord_) in enumerate(shown_on)
    ]
    path = shown(templates.folder / name)
    data = {
        "problems": [look.as_data(problem) for problem in diagnostics][: look.PAGE],
        "cards": cards,
        "css": next(iter(types.values())).css,
        "diff": list(difflib.unified_diff(one.text.splitlines(), text.splitlines(), path, path, n=1, lineterm="")),
        "digest": one.digest,
    }
    return Tried(data, catalogue)


def _shown_on(project: Project, notes: Sequence[BuiltNote], name: str, own: dict[str, str]) -> Iterator[tuple[BuiltNote, int]]:
    """Yield notes with the cards that a file is a part of; a card that no note makes is made of one all the same."""
    for built in notes:
        kind = built.note.kind
        files = of_pair(own, built.info.pair)
        for ord_, card in enumerate(kind.cards):
            sides = [face(kind.name, card.name, side) for side in ("front", "back")]
            parts = {piece.name for side in sides for piece in pieces(side, files, {})} | {*sides}
            if not name.endswith(".css") and name.partition("/")[2] not in parts and name not in parts:
                continue
            switch = {f"Add{card.name}": "1"} if f"Add{card.name}" in built.note.fields else {}
            note = built.note if ord_ in built.note.cards else built.note._replace(fields={**built.note.fields, **switch})
            yield built._replace(note=note._replace(cards=(ord_,)), dues=(1,)), ord_


def save(project: Project, name: str, text: str, digest: str) -> None:
    """Write a template, if its file is the one that the page has. Raises `Refused` and `UsageProblem`.

    The learner's first version of a file that was there is kept in `.backup`, and the built-in ones it comes from in `.built-in`.
    """
    templates = read_templates(project)
    one = _own(templates, name, digest)
    if not one.is_own and name in builtin():
        keep_base(templates, [name])
    elif one.is_own and not (templates.folder / ".backup" / f"{name}.1").exists():
        back_up(templates, name)
    write_template(templates, name, text)


def take_back(project: Project, name: str, digest: str) -> str:
    """Take a file of the learner's own away, so that the built-in one holds again; return where it is kept. Raises `Refused`."""
    templates = read_templates(project)
    if not _own(templates, name, digest).is_own:
        raise Missing(name)
    kept = back_up(templates, name)
    (templates.folder / name).unlink()
    (templates.folder / BASE / name).unlink(missing_ok=True)
    return shown(templates.folder / kept)


def _own(templates: Templates, name: str, digest: str) -> Template:
    one = _template(templates, name)
    version_of(templates.folder / name).require(digest, templates.folder)
    return one
