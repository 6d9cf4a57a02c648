"""The work that several commands share: bring the project's collection up to date, and settle its notes."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from shlex import quote
from types import MappingProxyType
from typing import IO, Any, NamedTuple, TypeVar

import click

from anki_builder.cli import report
from anki_builder.cli.compiling import Updater, failed, former_languages, processors
from anki_builder.cli.details import detail, timed
from anki_builder.cli.files import LEDGER, Busy, Changed, ledger_digest, locked, read_ledger, recover
from anki_builder.cli.losses import losses
from anki_builder.cli.progress import progress
from anki_builder.cli.project import NO_FILES, OTHER_FORMAT, Project, UsageProblem, Used, open_project, read_source, shown
from anki_builder.cli.record import cache_folder, program
from anki_builder.cli.template_folder import check_templates, read_templates
from anki_builder.cli.words import Problem, tr
from anki_builder.collection import Collection, ComposeTerm, Repetition
from anki_builder.collection.file import beside, connected
from anki_builder.compiler import RULES, read_and_align
from anki_builder.config import nearest
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import AlignedDocument
from anki_builder.ledger.file import Ledger, digest_of_block, parse
from anki_builder.ledger.rules import LEDGER_DAMAGED, LEDGER_MISSING, LEDGER_NESTED
from anki_builder.message import Message, Template, short
from anki_builder.note import Languages, Media, NoteType
from anki_builder.notes.kinds import KINDS, kinds
from anki_builder.notes.rules import NO_NOTES, REPEATED_SENTENCE
from anki_builder.reading.rules import LANGUAGES_GUESSED
from anki_builder.settling import Settled, Surroundings, settle
from anki_builder.source import Span

_PATIENCE = 60
"""Seconds for which a command waits for another one that uses the collection; then it works with a temporary one."""
_APPEND = Template(
    "name them, as in `anki-builder build {folder}`; or append it to {ledger}, and delete it: its notes keep their reviews"
)
_MOVE = Template("name them, as in `anki-builder build {folder}`; or move it to {ledger}: its notes keep their reviews")
T = TypeVar("T")


class Compilation(NamedTuple):
    """The result of compiling a project, beyond its collection."""

    note_types: Mapping[Languages, Mapping[str, NoteType]]
    """Of the language pairs that have notes."""
    diagnostics: list[Diagnostic]
    template_media: tuple[Media, ...] = ()
    """Files that the learner's own templates refer to."""
    compose_term: ComposeTerm | None = None
    """Composes a term out of its uses in several articles."""


def open_notes(paths: Sequence[str], output: str | None = None) -> Project:
    """Open a project as `open_project` does. Raises `Refusal` where there are no notes."""
    project = open_project(paths, output)
    if missing := [diagnostic for diagnostic in project.diagnostics if diagnostic.rule is NO_FILES]:
        raise Refusal(missing)
    return project


def with_collection(project: Project, work: Callable[[Collection], T], cache: bool = True) -> T:
    """Give the collection of a project to `work`, and return the result.

    Only the collection of all notes of a folder is kept. Where it cannot be used, `work` gets an empty one that is not kept, and comes to
    the same.
    """
    with ExitStack() as held:
        folder = _held_folder(project, held) if cache and project.whole else None
        if folder is not None:
            detail("cache: {folder}", folder=folder)
            with suppress(sqlite3.Error), connected(folder, program()) as connection:
                return work(_collection(connection, project))
    detail("cache: none")
    try:
        with connected(None, program()) as connection:
            return work(_collection(connection, project))
    except sqlite3.Error as error:
        raise UsageProblem("cannot write temporary files: {error}", error=error) from None


def _collection(connection: sqlite3.Connection, project: Project) -> Collection:
    return Collection(connection, kinds(project.config), RULES, project.config.order)


def with_kept(project: Project, work: Callable[[Collection], T]) -> T:
    """Give the kept collection of a project to `work`, which only reads, and return the result: nothing is waited for, and what is
    under way is seen half done. Raises `sqlite3.Error` where it cannot be had.
    """
    with beside(cache_folder(project)) as connection:
        return work(_collection(connection, project))


@contextmanager
def writing(project: Project) -> Iterator[None]:
    """Hold package and ledger of a project against other processes, and finish or undo what a killed build left.

    Raises `UsageProblem` where that, or what is written meanwhile, does not work.
    """
    try:
        if project.keeping != project.root:
            project.keeping.mkdir(parents=True, exist_ok=True)
        with locked(project.keeping, waiting=lambda: click.echo(tr("waiting for another build of this folder"), err=True)):
            recover(project.output, project.keeping)
            yield
    except (Busy, Changed) as problem:
        raise UsageProblem(str(problem)) from None
    except OSError as error:
        # a temporary name beside the ledger means the ledger
        target = project.ledger if LEDGER in str(error.filename) else project.output
        raise UsageProblem("cannot write {file}: {reason}", file=shown(target), reason=error.strerror or error) from None


def _held_folder(project: Project, held: ExitStack) -> Path | None:
    """Return the project's folder in the cache, held against other processes; None where it cannot be had."""
    folder = cache_folder(project)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        held.enter_context(locked(folder, _PATIENCE))
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def read_documents(project: Project) -> tuple[list[AlignedDocument], list[Diagnostic]]:
    """Return the notes of a project, read and aligned, and all diagnostics."""
    documents: list[AlignedDocument] = []
    diagnostics = list(project.diagnostics)
    former = former_languages(project)
    for file in progress(project.files, "reading"):
        source, undecoded = read_source(project, file)
        diagnostics += undecoded
        if source is not None:
            source = former.told(source)
            try:
                aligned, found = read_and_align(source, project.config)
            except Exception as error:
                diagnostics.append(failed(source, error))
                continue
            documents.append(aligned)
            diagnostics += found
    return documents, diagnostics


def compile_project(
    project: Project,
    collection: Collection,
    *,
    used: Used | None = None,
    same: Mapping[Path, bytes] = MappingProxyType({}),
    speak: bool = False,
    jobs: int = 0,
) -> Compilation:
    """Bring a collection up to date with the files of a project, and return what there is to say about them.

    `used` collects the files that were used; `same` are the digests of files that need not be looked into. Where a command makes the sound, the clips
    that it made before are in the notes; it is run for the others only if `speak`. `jobs` is the number of processes to use at most, 0 for
    as many as there are processors.
    """
    _check_ignored(project)
    templates = read_templates(project)
    jobs = jobs or processors()
    updater = Updater(project, collection, templates.own, {} if used is None else used)
    with timed(Message("read, align and compose")):
        diagnostics = updater.update(same, jobs)
    detail(
        "{count:,} file of {all:,} was read anew",
        "{count:,} files of {all:,} were read anew",
        count=updater.read,
        all=len(project.files),
    )
    if speak and updater.clips is not None and (missing := updater.missing_clips()):
        unspoken = updater.clips.make(missing)
        diagnostics = [*updater.update(same, jobs), *unspoken]
    with timed(Message("combine what articles share")):
        repetitions = collection.combine(updater.compiler.compose_term)
    note_types = updater.compiler.note_types_of(collection)
    diagnostics = [*project.diagnostics, *diagnostics, *collection.diagnostics(), *map(_repeated, repetitions)]
    wrong = {diagnostic.span.path for diagnostic in diagnostics if diagnostic.rule.severity == "error"}
    readable = [path for path in map(shown, project.files) if path not in wrong]
    if readable and not note_types:
        diagnostics.append(no_notes(readable[0], diagnostics))
    diagnostics += check_templates(project, templates, collection, note_types)
    if project.named is not None:
        others = {shown(file) for file in project.files if file not in project.named}
        diagnostics = [diagnostic for diagnostic in diagnostics if diagnostic.span.path not in others]
    return Compilation(note_types, diagnostics, templates.media, updater.compiler.compose_term)


def no_notes(path: str, diagnostics: Iterable[Diagnostic]) -> Diagnostic:
    """Return what there is to say of notes of which no card comes, the first of which is at a path, where there are diagnostics of them."""
    doubt = next((found.hint for found in diagnostics if found.rule in (LANGUAGES_GUESSED, OTHER_FORMAT)), "")
    return Diagnostic(NO_NOTES, Span(path, 0), Message("no cards could be made from these notes"), doubt or NO_NOTES.cure)


def _check_ignored(project: Project) -> None:
    """Raise `UsageProblem` if the settings ignore a rule that there is not."""
    if project.config.ignore:
        from anki_builder.cli.explain import all_rules  # late: it asks every stage

        for name in sorted(set(project.config.ignore) - all_rules().keys()):
            raise UsageProblem(
                "`ignore` names an unknown rule “{name}”{nearest}: `anki-builder explain` lists all rules",
                name=name,
                nearest=nearest(name, tuple(all_rules())),
            )


def _repeated(repetition: Repetition) -> Diagnostic:
    related = ((repetition.first, Message("the note is made of this one")),)
    message = Message("“{text}” stands in the notes already, so it makes no second note", text=short(repetition.text))
    return Diagnostic(REPEATED_SENTENCE, repetition.span, message, "", related)


class Identified(NamedTuple):
    """A settled collection and the ledger it was settled with."""

    settled: Settled
    known: Ledger
    """As it was read."""
    digest: bytes | None
    """Of the ledger as it was read; None if there was none."""
    remarks: list[Diagnostic]


def identify_notes(
    project: Project, collection: Collection, compilation: Compilation, with_changes: bool = True, only_counted: bool = False
) -> Identified:
    """Settle the notes of a collection that is up to date; with every change, or only with how many there are.

    With `only_counted` notes of which the ledger knows nothing are counted and stay as they are.
    Raises `Refusal` where the ledger is there but cannot be trusted, or is not the only one: nothing may be built on a guess.
    """
    if nested := _nested_ledgers(project):
        raise Refusal(nested)
    known, digest, problems = _read_ledger(project, collection)
    is_lost = digest is None and project.output.exists()
    if is_lost:
        problems.append(
            Diagnostic(LEDGER_MISSING, Span(shown(project.ledger), 0), Message("it is not there"), LEDGER_MISSING.cure)
        )
    surroundings = Surroundings(
        now=int(time.time()),
        present=tuple(map(project.name, project.files)),
        part=project.part,
        path=shown(project.ledger),
        arguments=project.arguments,
        with_changes=with_changes,
        retitle=project.retitle,
        only_counted=only_counted,
    )
    with timed(Message("settle which note is which")):
        settled = settle(collection, compilation.note_types, known, surroundings, compilation.compose_term)
    settled = settled._replace(plan=settled.plan._replace(ledger_lost=is_lost))
    return Identified(settled, known, digest, [*problems, *settled.remarks, *losses(project, settled.plan)])


def _read_ledger(project: Project, collection: Collection) -> tuple[Ledger, bytes | None, list[Diagnostic]]:
    """Return the ledger of a project, the digest of its file, if there is one, and remarks. Raises `Refusal` where it cannot be trusted."""
    try:
        text = read_ledger(project.keeping)
    except OSError as error:
        message = Message("it cannot be read: {reason}", reason=(error.strerror or str(error)).lower())
        raise Refusal([Diagnostic(LEDGER_DAMAGED, Span(shown(project.ledger), 0), message)]) from None
    letters = {kind.name[0]: kind.name for kind in KINDS}
    if text is None:
        return Ledger(kinds=letters, salts=(project.salt,)), None, []
    blocks = {article.info.name: article.block for article in collection.articles()}
    known, problems = parse(
        text, shown(project.ledger), letters.values(), lambda document, block: blocks.get(document) == digest_of_block(block)
    )
    if known is None:
        raise Refusal(problems)
    return known, ledger_digest(text), problems


def _nested_ledgers(project: Project) -> list[Diagnostic]:
    """Return a diagnostic for each ledger further down, beside the notes."""
    folders: dict[Path, None] = {}
    for file in project.files:
        folder = file.parent
        while folder not in folders and project.root in folder.parents:
            folders[folder] = None
            folder = folder.parent
    return [
        Diagnostic(
            LEDGER_NESTED,
            Span(shown(folder / LEDGER), 0),
            Message("the notes of {folder} have a ledger of their own", folder=shown(folder)),
            Message(*(_APPEND if project.ledger.exists() else _MOVE), folder=quote(shown(folder)), ledger=shown(project.ledger)),
        )
        for folder in sorted(folders)
        if (folder / LEDGER).is_file()
    ]


class Refusal(Problem):
    """Errors that end a command: exit code 1. Its argument holds the diagnostics."""

    exit_code = 1

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__(diagnostics[0].message)
        self.args = (diagnostics,)

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the diagnostics."""
        for block in report.listing(self.args[0]):
            click.echo(block, file=file, err=True)
