"""Bring a collection up to date: read, align and compose the note files that changed, several at once where many did."""

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from anki_builder.cli.files import LEDGER, read_ledger
from anki_builder.cli.media import MediaFinder
from anki_builder.cli.progress import progress
from anki_builder.cli.project import FAILED, Project, Used, place_of, read_source
from anki_builder.cli.record import Signature, digest_of, hashed, program, state_of
from anki_builder.collection import Collection, StoredArticle
from anki_builder.collection.rows import ArticleRows, lookups_of
from anki_builder.compiler import Compiler
from anki_builder.diagnostic import Diagnostic
from anki_builder.languages.forms import LEMMAS
from anki_builder.ledger.file import Former, former
from anki_builder.message import Message
from anki_builder.note import Clip, Lookup, Media
from anki_builder.notes.note_types import older_pairs
from anki_builder.source import Source, Span

if TYPE_CHECKING:
    from anki_builder.cli.speech import Clips

MANY = 24
"""Articles from which worker processes pay."""
_MOST_LEMMAS = 1 << 17
"""Dictionary forms that are remembered; a learner meets a tenth of that."""


class Made(NamedTuple):
    """The result of one note file."""

    rows: ArticleRows | None
    """None for a file that cannot be read."""
    digest: bytes | None
    """Of its bytes."""
    diagnostics: list[Diagnostic]
    """Why there are no rows."""
    lemmas: dict[tuple[str, str], str]
    """Dictionary forms that were looked up for the first time."""


class Updater:
    """Keeps a collection up to date with the files of a project."""

    def __init__(self, project: Project, collection: Collection, own_templates: Mapping[str, str], used: Used) -> None:
        """`used` collects the files that articles depend on."""
        self.project, self.collection, self.used = project, collection, used
        self.clips = _clips(project)
        find_clip = self.clips.find if self.clips is not None else None
        self._former = former_languages(project)
        finder = MediaFinder(project.root)
        self.compiler = Compiler(project.config, project.collection, finder, find_clip, own_templates, self._former)
        self._media = MediaFinder(project.root, used)
        structure = {
            name: text for name, text in own_templates.items() if not name.endswith(".css")
        }  # decides which cards there are
        older = sorted(older_pairs(self._former.type_ids, project.config.family))
        self.read = 0
        """Files that the last update read anew."""
        self._circumstances = hashed((program(), project.config, project.collection, structure, older))

    def update(self, same: Mapping[Path, bytes], jobs: int) -> list[Diagnostic]:
        """Replace the articles that are not as their files are now; return what is wrong with files.

        `same` are the digests of files that need not be looked into, `jobs` is the number of processes to use at most.
        """
        stored = {article.info.name: article for article in self.collection.articles()}
        diagnostics: list[Diagnostic] = []
        kept: list[tuple[StoredArticle, int]] = []
        changed: list[tuple[int, Path]] = []
        for position, file in enumerate(self.project.files):
            article, digest = stored.get(self.project.name(file)), same.get(file) or digest_of(file)
            missing = self._missing_now(article, file, digest) if article is not None and digest is not None else None
            if article is None or missing is None:
                changed.append((position, file))
                continue
            self.used[file] = digest
            kept.append((article, position))
            diagnostics += missing
        self.collection.place(kept)
        made, problems = self._replace(changed, jobs)
        self.collection.keep_only(made | {article.info.name for article, _ in kept})
        self.read = len(changed)
        return [*diagnostics, *problems]

    def _missing_now(self, article: StoredArticle, file: Path, digest: bytes) -> list[Diagnostic] | None:
        """Return diagnostics of missing files; None if an article is not as its file and the files it asks for are now."""
        place = place_of(self.project, file)
        if article.key != self._key(place, digest) or not self._is_read(article):
            return None
        lookups = lookups_of(article.lookups)
        media, missing = self._find(place, lookups)
        return missing if all(self._found(lookup, media) == lookup.found for lookup in lookups) else None

    def _replace(self, changed: Sequence[tuple[int, Path]], jobs: int) -> tuple[set[str], list[Diagnostic]]:
        """Make articles and store them; return their names, and what is wrong with files."""
        if not changed:
            return set(), []
        names: set[str] = set()
        diagnostics: list[Diagnostic] = []
        LEMMAS.update(self.collection.lemmas())
        known = len(LEMMAS)
        files = [file for _, file in changed]
        for (position, file), made in progress(zip(changed, self._make(files, jobs), strict=True), "reading", len(files)):
            self.used[file] = made.digest
            diagnostics += made.diagnostics
            LEMMAS.update(made.lemmas)
            if made.rows is None or made.digest is None:
                continue
            name, place = made.rows.info.name, place_of(self.project, file)
            self.collection.replace(position, self._key(place, made.digest), made.rows, self._former.pairs.get(name))
            names.add(name)
            diagnostics += self._find(place, lookups_of(made.rows.lookups))[1]
        if known < len(LEMMAS) < _MOST_LEMMAS:
            self.collection.add_lemmas(dict(islice(LEMMAS.items(), known, None)))
        return names, diagnostics

    def _make(self, files: Sequence[Path], jobs: int) -> Iterator[Made]:
        """Return what each file comes to."""
        work = partial(make, self.project, self.compiler)
        if len(files) < MANY or jobs < 2:
            return map(work, files)
        from anki_builder.cli.workers import results  # late: most builds change few articles

        return results(work, files, jobs)

    def _key(self, place: Source, digest: bytes) -> bytes:
        """Return the digest of everything an article follows from, except its lookups."""
        text = "\0".join((place.path, place.folder, place.name)).encode("utf-8", "surrogatepass")
        return sha256(self._circumstances + text + b"\0" + digest).digest()

    def _is_read(self, article: StoredArticle) -> bool:
        """Return whether an article is as it is read with the languages that the ledger names."""
        former = self._former.pairs.get(article.info.name)
        return former == article.former or (article.former is None and former == article.info.pair)

    def _find(self, place: Source, lookups: Sequence[Lookup]) -> tuple[Mapping[str, Media], list[Diagnostic]]:
        """Return the pictures and sounds that are looked up, by path as written, and diagnostics of those that are missing."""
        references = [(lookup.what, lookup.line) for lookup in lookups if isinstance(lookup.what, str)]
        return self._media(place, references) if references else ({}, [])

    def _found(self, lookup: Lookup, media: Mapping[str, Media]) -> str:
        """Return the name in the package of what is looked up, as it is now."""
        find_clip = self.compiler.find_clip
        found = media.get(lookup.what) if isinstance(lookup.what, str) else find_clip and find_clip(lookup.what)
        return found.name if found is not None else ""

    def missing_clips(self) -> dict[Clip, Span]:
        """Return the clips that articles lack, with where their texts stand; a sentence rather than a term in it."""
        missing: dict[Clip, Span] = {}
        for article in self.collection.articles():
            of_article: dict[Clip, Span] = {}
            for lookup in lookups_of(article.lookups):
                if isinstance(lookup.what, Clip) and not lookup.found:
                    of_article[lookup.what] = Span(article.info.path, lookup.line)
            missing = of_article | missing
        return missing


def _clips(project: Project) -> "Clips | None":
    """Return the clips of a project that speaks by itself."""
    if project.config.audio not in ("command", "voice"):
        return None
    from anki_builder.cli.speech import Clips  # late: most projects leave that to Anki

    return Clips(project)


def former_languages(project: Project) -> Former:
    """Return what the ledger says of the languages of the notes; nothing where it cannot be read, which is reported where it is needed."""
    state = state_of(str(project.keeping / LEDGER), b"", time.time_ns())
    return _kept_former(project.keeping, state.signature) if state.is_settled else _former(project.keeping)


@lru_cache(maxsize=1)
def _kept_former(folder: Path, signature: Signature) -> Former:
    """Return the same again while the ledger has the same signature: the workbench asks for every article that it shows."""
    return _former(folder)


def _former(folder: Path) -> Former:
    try:
        return former(read_ledger(folder) or b"")
    except OSError:
        return Former()


def failed(source: Source, error: Exception) -> Diagnostic:
    """Return that the program failed at a note: that must not stop the others."""
    message = Message("the program fails at this note: {kind}: {error}", kind=type(error).__name__, error=str(error)[:100])
    return Diagnostic(FAILED, Span(source.path, 0), message, FAILED.cure)


def make(project: Project, compiler: Compiler, file: Path) -> Made:
    """Read, align and compose one note file."""
    used: Used = {}
    known = len(LEMMAS)
    source, diagnostics = read_source(project, file, used)
    rows = None
    if source is not None:
        try:
            rows = compiler.rows(compiler.article(source))
        except Exception as error:
            diagnostics = [failed(source, error)]
    return Made(rows, used.get(file), diagnostics, dict(islice(LEMMAS.items(), known, None)))


def processors() -> int:
    """Return how many processors there are for this process."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
