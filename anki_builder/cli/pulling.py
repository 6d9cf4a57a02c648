"""What was changed in Anki, put into the note files: as a patch, or written.

An edit is taken over only if the reader then makes the very note that Anki has, and the ledger takes it, and all others, for what they were.
All other changes are listed with their place.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
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
from anki_builder.cli.words import tr, translated
from anki_builder.compiler import Compiler
from anki_builder.message import Message
from anki_builder.note import NoteKind
from anki_builder.settling import Surroundings, settle
from anki_builder.source import Source


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
    return patched(project, built, chosen, with_conflicts=theirs)


def pulled_fields(kind: NoteKind) -> tuple[str, ...]:
    """Return the fields of a kind of note that stand in note files: the text or term, and its translation or gloss."""
    evidence = [field.name for field in kind.fields if field.evidence]
    return (kind.fields[0].name, *evidence[:1])


class _Edit(NamedTuple):
    """A field that was changed in Anki."""

    own: OwnNote
    field: FieldEdit

    @property
    def key(self) -> tuple[str, str]:
        """GUID and name of the field."""
        return self.own.guid, self.field.name


def patched(project: Project, built: Built, changes: Iterable[Returned], *, with_conflicts: bool = False) -> Patched:
    """Return the note files with the text, translations, terms and glosses of Anki, and all other changes.

    A field that was changed here as well is taken over only `with_conflicts`. `built` is what the files are before.
    """
    files = {place_of(project, file).path: file for file in project.files}
    asked: dict[Path, list[_Edit]] = {}
    reasons: dict[tuple[str, str], str] = {}
    changes = list(changes)
    for change in changes:
        file = files.get(change.own.path)
        for edit in _edits(change):
            reasons[edit.key] = _not_taken(change, edit.field, with_conflicts) or ("" if file is not None else _NO_PLACE)
            if file is not None and not reasons[edit.key]:
                asked.setdefault(file, []).append(edit)
    editors = _taken_over(project, built, asked, reasons)
    kept: list[Kept] = []
    for change in changes:
        kept += [Kept(change.own, what) for what in _others(change)]
        for edit in _edits(change):
            ours, theirs = plain(edit.field.ours), plain(edit.field.theirs)
            if reasons[edit.key]:
                kept.append(Kept(change.own, f"{edit.field.name}: “{ours}” → “{theirs}” ({translated(reasons[edit.key])})"))
    changed = {file: (editor.before, editor.after()) for file, editor in editors.items()}
    return Patched({file: both for file, both in changed.items() if both[0] != both[1]}, kept)


def _edits(change: Returned) -> list[_Edit]:
    """Return the fields of a change, those that stand in note files first."""
    names = pulled_fields(change.own.note_type.kind)
    return [_Edit(change.own, field) for field in sorted(change.fields, key=lambda one: one.name not in names)]


def _taken_over(
    project: Project, built: Built, asked: Mapping[Path, Sequence[_Edit]], reasons: dict[tuple[str, str], str]
) -> dict[Path, "_Editor"]:
    """Return the files with the edits that can be taken over; `reasons` gets why the others cannot.

    Where all edits of a file together would cost a note, they are tried one after another.
    """
    trial = _Trial(project, built)
    editors = {file: _Editor(project, trial.compiler, file) for file in asked}
    for file, wanted in asked.items():
        for edit in wanted:
            reasons[edit.key] = "" if editors[file].take(edit) else _NO_PLACE
    if not trial.fault(editors):
        return editors
    for file, wanted in asked.items():
        if not trial.fault({file: editors[file]}):
            continue
        editors[file] = _Editor(project, trial.compiler, file)
        for edit in wanted:
            former = editors[file].copied()
            reasons[edit.key] = trial.fault({file: editors[file]}) if editors[file].take(edit) else _NO_PLACE
            if reasons[edit.key]:
                editors[file] = former
    if trial.fault(editors):
        reasons |= {edit.key: _LOST for wanted in asked.values() for edit in wanted if not reasons[edit.key]}
        return {}
    return editors


_NO_PLACE = Message("its place in the file is not found, or the file would be read otherwise")
_LOST = Message("a note would be taken for a new one, without its reviews: change the file yourself, and use `anki-builder link`")


class _Trial:
    """Finds out whether edited files make the notes that Anki has, and keep all others: builds them in a copy of the collection."""

    def __init__(self, project: Project, built: Built) -> None:
        templates, former = read_templates(project).own, former_languages(project)
        self._project, self._built, self._former = project, built, former
        self.compiler = Compiler(project.config, project.collection, MediaFinder(project.root), None, templates, former)
        self._guids = built.collection.guids()

    def fault(self, editors: Mapping[Path, "_Editor"]) -> str:
        """Return what is wrong with the files; empty where nothing is."""
        editors = {file: editor for file, editor in editors.items() if editor.expected}
        if not editors:
            return ""
        with self._built.collection.copied() as tried:
            positions = {article.info.name: article.position for article in tried.articles()}
            for file, editor in editors.items():
                name = self._project.name(file)
                source = editor.source()
                assert source is not None  # it was read when the edit was taken
                rows = self.compiler.rows(self.compiler.article(source))
                tried.replace(positions[name], b"", rows, self._former.pairs.get(name))
            tried.combine(self.compiler.compose_term)
            note_types, names = self.compiler.note_types_of(tried), tuple(map(self._project.name, self._project.files))
            surroundings = Surroundings(int(time.time()), names, with_changes=False)
            settle(tried, note_types, self._built.identified.known, surroundings, self.compiler.compose_term)
            if not self._guids <= tried.guids():
                return _LOST
            expected = {guid: fields for editor in editors.values() for guid, fields in editor.expected.items()}
            for one in tried.notes(list(expected)):
                if not all(same(one.note.fields[name], expected[one.guid][name]) for name in pulled_fields(one.note.kind)):
                    return _NO_PLACE
        return ""


def _others(change: Returned) -> Iterator[str]:
    """Yield the changes that concern no field."""
    if change.is_deleted:
        yield tr("deleted in Anki: the next push brings it back, unless it is deleted here too")
    if change.tags_added or change.tags_removed:
        tags = [*(f"+{tag}" for tag in change.tags_added), *(f"-{tag}" for tag in change.tags_removed)]
        yield tr("tags: {tags}", tags=" ".join(tags))
    if change.decks:
        yield tr("moved to {decks}", decks=", ".join(change.decks))


def _not_taken(change: Returned, field: FieldEdit, with_conflicts: bool) -> str:
    """Return why a field is not looked for in the file; empty if it is."""
    if field.name not in pulled_fields(change.own.note_type.kind):
        return tr("only in Anki")
    if not field.is_clear and not with_conflicts:
        return tr("changed here as well")
    return "" if plain(field.theirs) else tr("it would be empty")


class _Editor:
    """A note file that takes over edits one by one."""

    def __init__(self, project: Project, compiler: Compiler, file: Path) -> None:
        self.before = file.read_bytes()
        self.expected: dict[str, Mapping[str, str]] = {}
        """The fields that notes are to have of which an edit was taken over, by GUID."""
        self._project, self._compiler, self._file = project, compiler, file
        self._encoding = _encoding(self.before)
        self._text = self.before.decode(self._encoding)

    def copied(self) -> "_Editor":
        """Return the file as it is by now."""
        other = copy(self)
        other.expected = dict(self.expected)
        return other

    def after(self) -> bytes:
        """Return the file with the edits."""
        return self._text.encode(self._encoding) if self._text != self.before.decode(self._encoding) else self.before

    def source(self, text: str | None = None) -> Source | None:
        """Return the file with the edits, or with another text, as it is read."""
        place = place_of(self._project, self._file)
        content = (self._text if text is None else text).encode(self._encoding)
        return decode(content, place.path, place.name, place.folder)[0]

    def take(self, edit: _Edit) -> bool:
        """Take an edit over if the file then makes a note with the fields that are expected of it."""
        own, field = edit
        expected = {**self.expected.get(own.guid, own.fields), field.name: field.theirs}
        for text in edits(self._text, own.line, field.ours, field.theirs):
            if self._makes(text, own, field, expected):
                self._text = text
                self.expected[own.guid] = expected
                return True
        return False

    def _makes(self, text: str, own: OwnNote, field: FieldEdit, expected: Mapping[str, str]) -> bool:
        source = self.source(text)
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
