"""What several commands do alike: read the project's notes and compile them, showing progress if it takes long."""

import time
from collections.abc import Mapping
from pathlib import Path
from shlex import quote
from types import MappingProxyType
from typing import IO, Any

import click

from anki_builder.cli import report
from anki_builder.cli.cache import Cache
from anki_builder.cli.files import LEDGER, read_ledger
from anki_builder.cli.kept import Keeper, Kept, marked
from anki_builder.cli.media import MediaFinder
from anki_builder.cli.progress import progress
from anki_builder.cli.project import Project, Used, place_of, read_source, shown
from anki_builder.cli.template_folder import check_templates, read_templates
from anki_builder.compiler import Article, Compilation, Compiler, identify, read_and_align
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import AlignedDocument
from anki_builder.ledger import Identified, parse
from anki_builder.ledger.rules import LEDGER_DAMAGED, LEDGER_MISSING, LEDGER_NESTED
from anki_builder.source import Source, Span

Known = dict[Source, Kept]
"""What notes came to when they were last read: one whose text and circumstances are still the same need not be read again."""


def read_documents(project: Project) -> tuple[list[AlignedDocument], list[Diagnostic]]:
    """Return what the notes of a project say, aligned, and all that is to be said about them."""
    documents: list[AlignedDocument] = []
    diagnostics = list(project.diagnostics)
    for file in progress(project.files, "reading"):
        source, undecoded = read_source(project, file)
        diagnostics += undecoded
        if source is not None:
            aligned, found = read_and_align(source, project.config)
            documents.append(aligned)
            diagnostics += found
    return documents, diagnostics


def compile_project(
    project: Project,
    known: Known | None = None,
    cache: Cache | None = None,
    used: Used | None = None,
    same: Mapping[Path, bytes] = MappingProxyType({}),
    speak: bool = False,
) -> tuple[Compilation, list[Diagnostic]]:
    """Return the notes of a project, and all that is to be said about them.

    `known`, if given, is used and then holds what was made of the files there are now; `cache` is the same between processes.
    `used` is told of each file; `same` are the digests of files that need not be looked into to know them. Where a command makes the
    sound, the clips that it made before are in the notes; it is run for the others only if `speak`.
    """
    templates = read_templates(project)
    used = {} if used is None else used
    compiler = Compiler(project.config, project.collection, MediaFinder(project.root, used), templates.own)
    keeper = Keeper(compiler, project.collection)
    diagnostics = list(project.diagnostics)
    now: Known = {}

    def article_of(source: Source, digest: bytes) -> Article:
        kept = known.get(source) if known is not None else None
        article = keeper.article(kept, source)
        if article is None and cache is not None:
            kept = cache.find(source, digest)
            article = keeper.article(kept, source)
        if kept is None or article is None:
            article = marked(compiler.article(source))
            kept = keeper.keep(article)
            if cache is not None:
                cache.keep(source, digest, kept)
        if known is not None:
            now[source] = kept
        return article

    if cache is not None:
        cache.recall()
    for file in progress(project.files, "reading"):
        article = None
        if cache is not None and (digest := same.get(file)):
            used[file], place = digest, place_of(project, file)
            article = keeper.article(cache.find(place, digest), place)
        if article is None:
            source, undecoded = read_source(project, file, used)
            diagnostics += undecoded
            if source is None:
                continue
            article = article_of(source, used[file] or b"")
        compiler.add(article)
        diagnostics += article.diagnostics
    if known is not None:
        known.clear()
        known.update(now)
    if cache is not None:
        cache.keep_lemmas()
        if project.whole:
            cache.prune()
    shared = cache.shared() if cache is not None and project.whole else {}
    compilation = compiler.compilation(shared)._replace(template_media=templates.media)
    if cache is not None and project.whole:
        cache.keep_shared(shared)
    diagnostics += check_templates(project, templates, compilation)
    if project.config.audio == "command":
        from anki_builder.cli import speech

        compilation, unspoken = speech.speak(project, compilation, speak)
        diagnostics += unspoken
    return compilation, [*diagnostics, *compilation.diagnostics]


def identify_notes(project: Project, compilation: Compilation) -> tuple[Identified, list[Diagnostic], bytes | None]:
    """Return the deck with its GUIDs and times, what the next import will change, and the ledger as it was read.

    Raises `LedgerProblem` where the ledger is there but cannot be trusted, or is not the only one: nothing may be built on a guess.
    """
    if nested := _nested_ledgers(project):
        raise LedgerProblem(nested)
    try:
        text = read_ledger(project.keeping)
    except OSError as error:
        message = f"it cannot be read: {(error.strerror or str(error)).lower()}"
        raise LedgerProblem([Diagnostic(LEDGER_DAMAGED, Span(shown(project.ledger), 0), message)]) from None
    known, problems = parse(text, shown(project.ledger)) if text is not None else (None, [])
    if text is not None and known is None:
        raise LedgerProblem(problems)
    if text is None and project.output.exists():
        problems.append(Diagnostic(LEDGER_MISSING, Span(shown(project.ledger), 0), "it is not there", LEDGER_MISSING.cure))
    names = [project.name(file) for file in project.files]
    scope = None if project.whole else names
    identified, remarks = identify(compilation, known, int(time.time()), scope, names, shown(project.ledger), project.arguments)
    plan = identified.plan._replace(ledger_lost=text is None and project.output.exists())
    identified = identified._replace(deck=identified.deck._replace(media=compilation.template_media, marks=compilation.marks), plan=plan)
    return identified, [*problems, *remarks], text


def _nested_ledgers(project: Project) -> list[Diagnostic]:
    """Return what is to be said of ledgers further down, beside the notes."""
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
            f"the notes of {shown(folder)} have a ledger of their own",
            f"name them, as in `anki-builder build {quote(shown(folder))}`; or "
            + (f"append it to {shown(project.ledger)}, and delete it" if project.ledger.exists() else f"move it to {shown(project.ledger)}")
            + ": its notes keep their reviews",
        )
        for folder in sorted(folders)
        if (folder / LEDGER).is_file()
    ]


class LedgerProblem(click.ClickException):
    """The ledger cannot be used; its argument says why, as diagnostics."""

    exit_code = 1

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__(diagnostics[0].message)
        self.args = (diagnostics,)

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the diagnostics."""
        for block in report.listing(self.args[0]):
            click.echo(block, file=file, err=True)
