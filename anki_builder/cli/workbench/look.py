"""What there is to see of a folder: its articles with their cards, problems and state, and what the next import would do."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from unicodedata import normalize

from anki_builder.cli import report
from anki_builder.cli.project import NO_FILES, Project, Used, open_project, read_source, shown, with_others
from anki_builder.cli.record import FileState, same_digests, state_of
from anki_builder.cli.stages import Compilation, Refusal, compile_project, identify_notes, with_collection
from anki_builder.cli.workbench.places import button_of, in_page
from anki_builder.collection import Collection, Counts
from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger.plan import Plan, Status
from anki_builder.note import NoteKind
from anki_builder.preview.catalogue import plain, searched
from anki_builder.preview.workbench import Data

PAGE = 100
"""Articles that the page gets at a time."""
_STATUSES: tuple[Status, ...] = ("new", "changed", "returned", "removed")


class Row(NamedTuple):
    """An article, or a note file that became none."""

    name: str
    """`Source.name`"""
    path: str
    """As shown to the learner."""
    title: str
    text: str
    """Of the note, as `folded`, for a search."""
    cards: int = 0
    notes: int = 0
    severities: Mapping[str, int] = MappingProxyType({})
    """Of the problems in it."""
    statuses: Mapping[Status, int] = MappingProxyType({})
    """Of its notes, without the unchanged ones."""


class Look(NamedTuple):
    """A folder as of one compile. Its cards stay in the collection."""

    project: Project
    paths: tuple[str, ...]
    """With which the project was opened: the notes below them are shown. Without any, all notes of the working directory are."""
    rows: Mapping[Path, Row]
    """By file, in the order of the notes."""
    files: Mapping[Path, FileState]
    """The files that were read, as they were then."""
    is_whole: bool = False
    """The notes are compiled; else the rest is not known yet."""
    compilation: Compilation = Compilation({}, [])
    diagnostics: tuple[Diagnostic, ...] = ()
    counts: Counts = Counts(0, 0, 0, {}, 0)
    gone: tuple[Row, ...] = ()
    """Articles whose file is gone, while their notes are still in what was built last."""
    plan: Plan | None = None
    """None where the ledger cannot be used, which is one of the problems."""


def first_look(paths: tuple[str, ...] = ()) -> Look:
    """Read the notes below some paths, and compile none. Raises `click.ClickException`."""
    project, began = with_others(open_project(paths)), time.time_ns()
    used: Used = {}
    rows = {file: row_of(project, file, used) for file in _shown_files(project)}
    return Look(project, paths, rows, _states(used, began))


def _shown_files(project: Project) -> list[Path]:
    return [file for file in project.files if project.named is None or file in project.named]


def look(before: Look) -> Look:
    """Compile the notes that were looked at before, and compare them with what was built last. Raises `click.ClickException`.

    Files that are as they were are not read again.
    """
    project, began = with_others(open_project(before.paths)), time.time_ns()
    same = same_digests(before.files.values()) if before.project.root == project.root else {}

    def work(collection: Collection) -> Look:
        used: Used = {}
        compilation = compile_project(project, collection, used=used, same=same)
        remarks: Sequence[Diagnostic]
        try:
            identified = identify_notes(project, collection, compilation, with_changes=False, only_counted=True)
            plan, remarks = identified.settled.plan, [*identified.remarks, *identified.settled.plan.stops()]
        except Refusal as problem:
            plan, remarks = None, problem.args[0]
        found = dict.fromkeys((*compilation.diagnostics, *remarks))
        diagnostics = tuple(one for one in found if one.rule is not NO_FILES and report.is_shown(one, project.config.ignore))
        known = {file: row for file, row in before.rows.items() if file in same}
        rows = {file: known.get(file) or row_of(project, file, {}) for file in _shown_files(project)}
        states = _states({file: digest for file, digest in used.items() if file not in same}, began)
        files = {file: states.get(file) or before.files[file] for file in used}
        rows = dict(zip(rows, _compiled(rows.values(), collection, plan, diagnostics), strict=True))
        if project.whole:
            collection.keep_texts(searched_text)
        gone = tuple(_gone(project, rows.values(), plan)) if project.whole and plan is not None else ()
        return Look(project, before.paths, rows, files, True, compilation, diagnostics, collection.counts(), gone, plan)

    return with_collection(project, work)


def _states(used: Used, began: int) -> dict[Path, FileState]:
    return {file: state_of(str(file), digest, began) for file, digest in used.items()}


def row_of(project: Project, file: Path, used: Used) -> Row:
    """Return a note file as far as it is known without compiling it."""
    path = shown(file)
    source, _ = read_source(project, file, used)
    return Row(project.name(file), path, file.stem, folded(source.text) if source is not None else "")


def folded(text: str) -> str:
    """Return a text, or words that are sought in one, as a search compares them."""
    return normalize("NFC", text).casefold()


def searched_text(kind: NoteKind, fields: Mapping[str, str], tags: Iterable[str]) -> str:
    """Return the text of a note in which its cards are sought."""
    return folded(searched(kind, fields, tags))


def _compiled(rows: Iterable[Row], collection: Collection, plan: Plan | None, diagnostics: Iterable[Diagnostic]) -> Iterator[Row]:
    """Yield rows with the titles, numbers and problems of the collection."""
    severities: dict[str, Counter[str]] = {}
    for one in diagnostics:
        severities.setdefault(one.span.path, Counter())[one.rule.severity] += 1
    articles = {article.info.name: article for article in collection.articles()}
    cards, notes = collection.card_counts(), collection.note_counts()
    statuses = plan.of_article if plan is not None else {}
    for row in rows:
        article, changes = articles.get(row.name), statuses.get(row.name, {})
        number = article.id if article is not None else 0
        yield row._replace(
            title=(plain(article.info.source) if article is not None else "") or row.title,
            cards=cards.get(number, 0),
            notes=notes.get(number, 0),
            severities=severities.get(row.path, {}),
            statuses={status: count for status in _STATUSES if (count := changes.get(status, 0))},
        )


def _gone(project: Project, rows: Iterable[Row], plan: Plan) -> Iterator[Row]:
    """Yield the articles of the plan of which there is no file."""
    names = {row.name for row in rows}
    for name, statuses in sorted(plan.of_article.items()):
        if name not in names and statuses.get("removed"):
            file = project.root / name
            yield Row(name, shown(file), file.stem, "", statuses={"removed": statuses["removed"]})


def summary(seen: Look) -> Data:
    """Return the numbers of a folder."""
    project, counts, plan = seen.project, seen.counts, seen.plan
    paths = {row.path for row in seen.rows.values()}
    severities = Counter(one.rule.severity for one in seen.diagnostics)
    return {
        "title": project.collection,
        "notes": shown(project.root),
        "articles": len(seen.rows),
        "reading": not seen.is_whole,
        "pairs": counts.pairs,
        "entries": counts.entries,
        "cards": counts.cards,
        "severities": severities,
        "plan": {status: plan.count(status) for status in (*_STATUSES, "unchanged")} if plan is not None else None,
        "package": str(project.output),
        "built": project.output.is_file(),
        "elsewhere": [as_data(one) for one in seen.diagnostics if one.span.path not in paths][:PAGE],
    }


def id_of(one: Diagnostic) -> str:
    """Return a name for a diagnostic, the same as long as it says the same of the same place."""
    told = (one.rule.name, one.span, one.message, one.fixes)
    return sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def as_data(one: Diagnostic) -> Data:
    """Return a diagnostic for the page."""
    rule, span = one.rule, one.span
    return {
        "id": id_of(one),
        "button": button_of(one),
        "rule": rule.name,
        "severity": rule.severity,
        "message": in_page(one.message),
        "hint": in_page(one.hint),
        "path": span.path,
        "line": span.line,
        "column": span.column,
    }
