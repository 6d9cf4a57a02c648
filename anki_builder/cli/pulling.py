"""What was changed in Anki, put into the note files: as a patch, or written.

An edit is taken over only if the reader then makes the very note that Anki has. All other changes are listed with their place.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

from anki_builder.anki.nouns import OwnNote, same
from anki_builder.anki.patching import edits, plain
from anki_builder.anki.pulling import FieldEdit, Returned, returned
from anki_builder.anki.pushing import Choice, Push
from anki_builder.cli.building import Built
from anki_builder.cli.compiling import former_languages
from anki_builder.cli.files import write
from anki_builder.cli.media import MediaFinder
from anki_builder.cli.project import Project, decode, place_of
from anki_builder.cli.pushing import with_push
from anki_builder.cli.template_folder import read_templates
from anki_builder.compiler import Compiler
from anki_builder.note import NoteKind


class Kept(NamedTuple):
    """A change that stays a line in a list, with the reason."""

    own: OwnNote
    what: str


class Patched(NamedTuple):
    """The note files with what was changed in Anki."""

    files: dict[Path, tuple[bytes, bytes]]
    """Content before and after."""
    kept: list[Kept]

    def diff(self, project: Project) -> Iterator[str]:
        """Yield the lines of a unified diff, relative to the working directory."""
        for file, (before, after) in self.files.items():
            path = place_of(project, file).path
            old, new = (_lines(content) for content in (before, after))
            yield from unified_diff(old, new, f"a/{path}", f"b/{path}")

    def write(self) -> list[Path]:
        """Write the files that are as they were when they were read; return those that are not."""
        changed = []
        for file, (before, after) in self.files.items():
            if file.read_bytes() == before:
                write(file, after)
            else:
                changed.append(file)
        return changed


def pull_built(project: Project, built: Built, theirs: bool, guids: frozenset[str]) -> Patched:
    """Return the notes with what was changed in Anki since it was sent: of all notes, or of those with some `guids`. Raises `NoAnki`.

    What both sides changed is taken over with `theirs`.
    """
    now = int(time.time())

    def read(push: Push) -> list[Returned]:
        with push.read_all() as state:
            return list(returned(push.own.notes(None), state, push.memory, now))

    changes = with_push(project, built, Choice(full=True), read)
    chosen = [change for change in changes if not guids or change.own.guid in guids]
    return patched(project, chosen, with_conflicts=theirs)


def pulled_fields(kind: NoteKind) -> tuple[str, ...]:
    """Return the fields of a kind of note that stand in note files: the text or term, and its translation or gloss."""
    evidence = [field.name for field in kind.fields if field.evidence]
    return (kind.fields[0].name, *evidence[:1])


def patched(project: Project, changes: Iterable[Returned], *, with_conflicts: bool = False) -> Patched:
    """Return the note files with the text, translations, terms and glosses of Anki, and all other changes.

    A field that was changed here as well is taken over only `with_conflicts`.
    """
    files = {place_of(project, file).path: file for file in project.files}
    editors: dict[Path, _Editor] = {}
    templates, former = read_templates(project).own, former_languages(project)
    compiler = Compiler(project.config, project.collection, MediaFinder(project.root), None, templates, former)
    kept: list[Kept] = []
    for change in changes:
        kept += [Kept(change.own, what) for what in _others(change)]
        expected = dict(change.own.fields)
        for field in sorted(change.fields, key=lambda one: one.name not in pulled_fields(change.own.note_type.kind)):
            file = files.get(change.own.path)
            reason = _not_taken(change, field, with_conflicts)
            if not reason and file is not None:
                editor = editors.setdefault(file, _Editor(project, compiler, file))
                expected[field.name] = field.theirs
                if editor.take(change.own, field, expected):
                    continue
                expected[field.name] = field.ours
                reason = "its place in the file is not found, or the file would be read otherwise"
            kept.append(Kept(change.own, f"{field.name}: “{plain(field.ours)}” → “{plain(field.theirs)}” ({reason})"))
    changed = {file: (editor.before, editor.after()) for file, editor in editors.items()}
    return Patched({file: both for file, both in changed.items() if both[0] != both[1]}, kept)


def _others(change: Returned) -> Iterator[str]:
    """Yield the changes that concern no field."""
    if change.is_deleted:
        yield "deleted in Anki: the next push brings it back, unless it is deleted here too"
    if change.tags_added or change.tags_removed:
        yield "tags: " + " ".join([*(f"+{tag}" for tag in change.tags_added), *(f"-{tag}" for tag in change.tags_removed)])
    if change.decks:
        yield f"moved to {', '.join(change.decks)}"


def _not_taken(change: Returned, field: FieldEdit, with_conflicts: bool) -> str:
    """Return why a field is not looked for in the file; empty if it is."""
    if field.name not in pulled_fields(change.own.note_type.kind):
        return "only in Anki"
    if not field.is_clear and not with_conflicts:
        return "changed here as well"
    return "" if plain(field.theirs) else "it would be empty"


class _Editor:
    """A note file that takes over edits one by one."""

    def __init__(self, project: Project, compiler: Compiler, file: Path) -> None:
        self.before = file.read_bytes()
        self._project, self._compiler, self._file = project, compiler, file
        self._encoding = _encoding(self.before)
        self._text = self.before.decode(self._encoding)

    def after(self) -> bytes:
        """Return the file with the edits."""
        return self._text.encode(self._encoding) if self._text != self.before.decode(self._encoding) else self.before

    def take(self, own: OwnNote, field: FieldEdit, expected: dict[str, str]) -> bool:
        """Take an edit over if the file then makes a note with the fields that are expected of it."""
        for text in edits(self._text, own.line, field.ours, field.theirs):
            if self._makes(text, own, field, expected):
                self._text = text
                return True
        return False

    def _makes(self, text: str, own: OwnNote, field: FieldEdit, expected: dict[str, str]) -> bool:
        place = place_of(self._project, self._file)
        source, _ = decode(text.encode(self._encoding), place.path, place.name, place.folder)
        if source is None:
            return False
        names = pulled_fields(own.note_type.kind)
        for note in self._compiler.article(source).notes:
            if note.kind.name != own.note_type.kind.name:
                continue
            if all(same(note.fields[name], expected[name]) for name in names):
                return True
            if note.kind.text == "term" and same(
                note.fields[names[0]], expected[names[0]]
            ):  # other articles may gloss it as well
                return plain(note.fields[field.name]) != "" and plain(note.fields[field.name]) in plain(field.theirs)
        return False


def _encoding(content: bytes) -> str:
    """Return the encoding of a note file; a byte order mark is a character in it."""
    return {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(content[:2], "utf-8")


def _lines(content: bytes) -> Sequence[str]:
    text = content.decode(_encoding(content)).replace("\r\n", "\n")
    return [line if line.endswith("\n") else f"{line}\n" for line in text.splitlines(keepends=True)]
