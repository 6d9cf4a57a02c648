"""The learner's own templates, read from their folder: files by name, media by content.

A folder `templates` that has nothing to do with cards is left alone: it is ours if any file in it is named like a template. Beside the
files, `.built-in` keeps the built-in ones as they were copied out, so that an upgrade knows who changed what; `.backup` keeps what an
upgrade or `eject --force` wrote over.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from anki_builder.cli.files import file_digest
from anki_builder.cli.media import OUTSIDE
from anki_builder.cli.project import Project, read_text, shown, unreadable, write_output
from anki_builder.diagnostic import Diagnostic
from anki_builder.message import Message
from anki_builder.note import Media, NoteTypes
from anki_builder.notes.kinds import kinds
from anki_builder.notes.note_types import names, note_types
from anki_builder.source import Span
from anki_builder.templates import USER_STYLE, builtin, pair_folders, pieces
from anki_builder.templates.rules import OUTDATED, RULES

if TYPE_CHECKING:
    from anki_builder.collection import Collection

MEDIA = "_media"
BASE = ".built-in"
BACKUP = ".backup"


class Templates(NamedTuple):
    """The content of the templates folder."""

    folder: Path
    written: Mapping[str, str]
    """Text by name, as the learner wrote it."""
    own: Mapping[str, str]
    """The same with references to `_media/` replaced by the names these files have in Anki."""
    media: tuple[Media, ...]
    names: Mapping[str, str]
    """File in `_media/` → its name in Anki (`references.packed_name`)."""
    base: Mapping[str, str]
    """Text of built-in files as they were when they were copied out, by name."""
    diagnostics: tuple[Diagnostic, ...]


def read_templates(project: Project) -> Templates:
    """Return the learner's own templates; all empty where there is no such folder."""
    folder = project.home / project.config.templates
    paths = {name: path for path in _files(folder) if (name := path.relative_to(folder).as_posix())}
    texts = [name for name in paths if name.endswith((".html", ".css")) and not name.startswith(f"{MEDIA}/")]
    if not any(map(_is_ours, texts)):
        return Templates(folder, {}, {}, (), {}, _read_base(folder), ())

    from anki_builder.templates.references import packed_name, rewrite  # late: it knows HTML and CSS

    diagnostics: list[Diagnostic] = []
    written = {}
    for name in texts:
        source, problems = read_text(paths[name], name, str(folder))
        diagnostics += problems
        if source is not None:
            written[name] = source.text
    media: dict[str, Media] = {}
    home = os.path.realpath(folder / MEDIA)
    for name, path in paths.items():
        if name.startswith(f"{MEDIA}/"):
            if not Path(os.path.realpath(path)).is_relative_to(home):
                message = Message("“{name}” leads out of the folder", name=name)
                diagnostics.append(Diagnostic(OUTSIDE, Span(shown(path), 0), message, Message("copy the file instead")))
                continue
            try:
                digest = file_digest(path).hex()[:12]
            except OSError as error:
                diagnostics.append(unreadable(path, error))
                continue
            media[name.removeprefix(f"{MEDIA}/")] = Media(packed_name(name, digest), str(path))
    renamed = {name: item.name for name, item in media.items()}
    own = {name: rewrite(name, text, renamed) for name, text in written.items()} if renamed else written
    return Templates(folder, written, own, tuple(media.values()), renamed, _read_base(folder), tuple(diagnostics))


def _read_base(folder: Path) -> dict[str, str]:
    """Return the built-in files as they were when they were copied into a templates folder."""
    base = folder / BASE
    return {path.relative_to(base).as_posix(): path.read_text("utf-8", "replace") for path in _files(base) if path.is_file()}


def _is_ours(name: str) -> bool:
    """Return whether a file is named like a template, for all language pairs or for one."""
    rooms = {known.partition("/")[0] for known in builtin() if "/" in known}
    for folder in ("", *pair_folders((name,))):
        inner = name.removeprefix(f"{folder}/")
        if inner in (*builtin(), USER_STYLE) or ("/" in inner and inner.partition("/")[0] in rooms):
            return True
    return False


def is_outdated(templates: Templates, name: str) -> bool:
    """Return whether the built-in file has changed since the learner's own was copied from it."""
    return name in templates.base and templates.base[name] != builtin().get(name)


def state_of(name: str, templates: Templates, used: set[str]) -> str:
    """Return what a template or a file of `_media/` is; `used` are the files that cards are made of."""
    if name.startswith("_media/"):
        return Message("media")
    if name not in templates.written:
        return Message("built-in")
    if name in builtin():
        return Message("overridden, built-in has changed") if is_outdated(templates, name) else Message("overridden")
    if name.startswith("themes/"):
        return Message("theme")
    if folders := pair_folders((name,)):
        return Message("for {languages} alone", languages=folders[0])
    if name == USER_STYLE:
        return Message("added")
    if name in used:
        return Message("card") if name.endswith((".front.html", ".back.html")) else Message("snippet")
    return Message("unused")


def write_template(templates: Templates, name: str, text: str) -> None:
    """Write a file of the folder. Raises `UsageProblem` where it cannot be written."""
    write_output(templates.folder / name, text)


def keep_base(templates: Templates, files: Iterable[str]) -> None:
    """Keep the built-in files of which some are made as they are now, so that an upgrade knows who changed what."""
    for name in dict.fromkeys(piece.name for file in files for piece in pieces(file, {}, {})):
        write_template(templates, f"{BASE}/{name}", builtin()[name])


def back_up(templates: Templates, name: str) -> str:
    """Copy a file of the learner's own to where it is safe, and return the name of the copy."""
    number = 1
    while (templates.folder / BACKUP / f"{name}.{number}").exists():
        number += 1
    copy = f"{BACKUP}/{name}.{number}"
    write_template(templates, copy, (templates.folder / name).read_text("utf-8", "replace"))
    return copy


def check_templates(
    project: Project, templates: Templates, collection: "Collection | None" = None, types: NoteTypes = MappingProxyType({})
) -> list[Diagnostic]:
    """Return what is wrong with the learner's own templates; with a collection, also which of their cards no note makes."""
    if not templates.written:
        return list(templates.diagnostics)

    from anki_builder.templates.validate import (  # late: only own templates are checked
        NoteFields,
        fronts_alike,
        unlike_settings,
        validate,
    )

    def path(name: str) -> str:
        is_own = name in templates.written or name not in builtin()
        return shown(templates.folder / name) if is_own else f"built-in/{name}"

    config = project.config
    pair = next(iter(types), ("en", "zh"))
    gone = templates.base.keys() - builtin().keys()
    found = validate(templates.written, kinds(config), names(pair, config), config.theme, templates.names, path, gone)
    found += fronts_alike(note_types(pair, config, templates.own), templates.own, path)
    if collection is not None and any(map(_is_front, templates.own.items())):  # else no note can make another card
        usual = {languages: note_types(languages, config) for languages in types}
        notes = [NoteFields(note.info.pair, note.note.kind.name, note.note.fields) for note in collection.notes()]
        found += unlike_settings(types, usual, notes, templates.own, path)
    return [*templates.diagnostics, *_outdated(templates), *found]


def _is_front(file: tuple[str, str]) -> bool:
    """Return whether a file of the learner's own, with its text, is the front of a card and not the built-in one."""
    name, text = file
    return name.endswith(".front.html") and text != builtin().get(name)


def _outdated(templates: Templates) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each own file whose built-in one has changed, and for each built-in one that is gone."""
    for name in templates.base:
        if not is_outdated(templates, name) or (name in builtin() and name not in templates.written):
            continue
        message, hint = (
            Message("the built-in “{name}” has changed since this copy was made", name=name),
            Message("`anki-builder templates upgrade` merges both"),
        )
        if name not in builtin():
            message = Message("the built-in “{name}” is gone in this version", name=name)
            hint = Message("your copy of it stays as your own: `anki-builder templates upgrade` takes note of it")
            if name not in templates.written:
                hint = Message(
                    "`anki-builder templates upgrade` makes its last text your own, so that what includes it works as before"
                )
        yield Diagnostic(OUTDATED, Span(shown(templates.folder / name), 0), message, hint)


def template_errors(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Return the diagnostics of templates because of which nothing may be packed: their cards would show an error."""
    return [found for found in diagnostics if found.rule.severity == "error" and found.rule in RULES]


def _files(folder: Path) -> list[Path]:
    """Return the files below a folder, without hidden ones; no link to a folder is followed."""
    found: list[Path] = []
    folders = [folder]
    while folders:
        try:
            entries = [entry for entry in os.scandir(folders.pop()) if not entry.name.startswith(".")]
        except OSError:
            continue
        for entry in entries:
            (folders if entry.is_dir(follow_symlinks=False) else found).append(Path(entry.path))
    return sorted(found, key=lambda path: path.parts)
