"""The notes as the page reads them, beside whatever work is under way: it waits for nothing.

They come out of the collection as it is at this moment. Where that has not the article as its file is, or cannot be had, the file is
compiled alone: what it shares with others is not known then.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

from anki_builder.cli.project import Project
from anki_builder.cli.stages import Compilation, compile_project, with_collection, with_kept
from anki_builder.cli.workbench.look import Look, searched_text
from anki_builder.collection import BuiltNote, Collection
from anki_builder.languages.forms import LEMMAS
from anki_builder.notes.rules import NO_NOTES

T = TypeVar("T")
_FEW = 20
"""Files that are compiled to find examples where there is no collection."""


class Found(NamedTuple):
    """Notes, with the compile that made them."""

    notes: list[BuiltNote]
    compilation: Compilation


def notes_of(seen: Look, file: Path, digest: bytes) -> Found:
    """Return the notes of a file whose bytes have a digest."""
    name, known = seen.project.name(file), seen.files.get(file)

    def read(collection: Collection) -> list[BuiltNote] | None:
        LEMMAS.update(collection.lemmas())  # what explains the lines loads no dictionary then
        return list(collection.notes(names=(name,))) if collection.is_shown(name) else None

    is_known = known is not None and known.digest == digest
    return (_kept(seen, read) if is_known else None) or _alone(seen.project, [file])


def first_notes(seen: Look, most: int) -> Found:
    """Return the first notes of a folder, at most so many."""
    return _kept(seen, lambda collection: list(islice(collection.notes(), most))) or _alone(
        seen.project, seen.project.files[:_FEW]
    )


def notes_holding(seen: Look, names: Sequence[str], words: Sequence[str], most: int) -> list[BuiltNote] | None:
    """Return the notes of some articles that hold all `words`, as `folded`, article by article until there are `most`.

    None where they cannot be had yet.
    """

    def read(collection: Collection) -> list[BuiltNote]:
        return collection.holding(names, words, most)

    def read_alone(collection: Collection) -> list[BuiltNote]:
        collection.keep_texts(searched_text)
        return read(collection)

    if seen.is_whole and not seen.project.whole:  # notes that were named: they are in no collection
        return _alone(seen.project, [file for file, row in seen.rows.items() if row.name in names], read_alone).notes
    return _read(seen, read)


def _kept(seen: Look, read: Callable[[Collection], list[BuiltNote] | None]) -> Found | None:
    """Return notes of the collection; None where it has them not, or not yet."""
    notes = _read(seen, read)
    return Found(notes, seen.compilation) if notes is not None else None


def _read(seen: Look, read: Callable[[Collection], T]) -> T | None:
    """Return what is read out of the collection; None where it cannot be had, or not yet."""
    if seen.is_whole and seen.project.whole:
        with suppress(sqlite3.Error):
            return with_kept(seen.project, read)
    return None


def _all_notes(collection: Collection) -> list[BuiltNote]:
    return list(collection.notes())


def _alone(project: Project, files: Sequence[Path], read: Callable[[Collection], list[BuiltNote]] = _all_notes) -> Found:
    """Return what is read of some files, compiled without the others."""
    project = project._replace(files=tuple(files), whole=False, diagnostics=())

    def work(collection: Collection) -> Found:
        compilation = compile_project(project, collection, jobs=1)
        diagnostics = [one for one in compilation.diagnostics if one.rule is not NO_NOTES]
        return Found(read(collection), compilation._replace(diagnostics=diagnostics))

    return with_collection(project, work)
