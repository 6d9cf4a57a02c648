"""What there is to see of a folder: its articles with their cards, problems and state, and what the next import would do."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from anki_builder.cli import report
from anki_builder.cli.project import Project, open_project, read_source, shown, with_others
from anki_builder.cli.stages import Compilation, Refusal, compile_project, identify_notes, with_collection
from anki_builder.cli.words import translated
from anki_builder.collection import Collection, Counts
from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger import Plan
from anki_builder.ledger.plan import Status
from anki_builder.preview.catalogue import plain
from anki_builder.preview.workbench import Data

PAGE = 100
"""Articles that the page gets at a time."""
_LINE = 200
"""Characters of a line that was found."""
_STATUSES: tuple[Status, ...] = ("new", "changed", "returned", "removed")


class Row(NamedTuple):
    """An article, or a note file that became none."""

    name: str
    """`Source.name`"""
    path: str
    """As shown to the learner."""
    title: str
    cards: int
    notes: int
    severities: Mapping[str, int]
    """Of the problems in it."""
    statuses: Mapping[Status, int]
    """Of its notes, without the unchanged ones."""
    text: str
    """What a search looks into: title, path and text, in lower case."""


class Look(NamedTuple):
    """A folder as of one compile. Its cards stay in the collection."""

    project: Project
    compilation: Compilation
    rows: tuple[Row, ...]
    diagnostics: tuple[Diagnostic, ...]
    counts: Counts
    plan: Plan | None
    """None where the ledger cannot be used, which is one of the problems."""


def look() -> Look:
    """Compile the notes of the working directory, and compare them with what was built last. Raises `click.ClickException`."""
    project = with_others(open_project(()))

    def work(collection: Collection) -> Look:
        compilation = compile_project(project, collection)
        remarks: Sequence[Diagnostic]
        try:
            identified = identify_notes(project, collection, compilation, with_changes=False)
            plan, remarks = identified.settled.plan, [*identified.remarks, *identified.settled.plan.stops()]
        except Refusal as problem:
            plan, remarks = None, problem.args[0]
        found = dict.fromkeys((*compilation.diagnostics, *remarks))
        diagnostics = tuple(one for one in found if report.is_shown(one, project.config.ignore))
        rows = tuple(_rows(project, collection, plan, diagnostics))
        return Look(project, compilation, rows, diagnostics, collection.counts(), plan)

    return with_collection(project, work)


def _rows(project: Project, collection: Collection, plan: Plan | None, diagnostics: Iterable[Diagnostic]) -> Iterator[Row]:
    severities: dict[str, Counter[str]] = {}
    for one in diagnostics:
        severities.setdefault(one.span.path, Counter())[one.rule.severity] += 1
    articles = {article.info.name: article for article in collection.articles()}
    cards, notes = collection.card_counts(), collection.note_counts()
    statuses = plan.of_article if plan is not None else {}
    for file in project.files:
        name, path = project.name(file), shown(file)
        article = articles.get(name)
        number = article.id if article is not None else 0
        title = plain(article.info.source) if article is not None else ""
        source, _ = read_source(project, file)
        yield Row(
            name=name,
            path=path,
            title=title or file.stem,
            cards=cards.get(number, 0),
            notes=notes.get(number, 0),
            severities=severities.get(path, {}),
            statuses={status: count for status in _STATUSES if (count := statuses.get(name, {}).get(status, 0))},
            text=f"{title}\n{path}\n{source.text if source is not None else ''}".casefold(),
        )


def summary(seen: Look) -> Data:
    """Return the numbers of a folder."""
    project, counts, plan = seen.project, seen.counts, seen.plan
    paths = {row.path for row in seen.rows}
    severities = Counter(one.rule.severity for one in seen.diagnostics)
    return {
        "title": project.collection,
        "notes": shown(project.root),
        "articles": len(seen.rows),
        "pairs": counts.pairs,
        "entries": counts.entries,
        "cards": counts.cards,
        "severities": severities,
        "plan": {status: plan.count(status) for status in (*_STATUSES, "unchanged")} if plan is not None else None,
        "package": str(project.output),
        "built": project.output.is_file(),
        "elsewhere": [as_data(one) for one in seen.diagnostics if one.span.path not in paths][:PAGE],
    }


def articles(seen: Look, words: str, state: str, start: int) -> Data:
    """Return a page of the articles that hold all `words` and are in a `state` (empty: in any), from the one with the index `start`."""
    wanted = words.casefold().split()
    found = [row for row in seen.rows if _is_in(row, state) and all(word in row.text for word in wanted)]
    start = max(0, min(start, len(found) - 1)) // PAGE * PAGE
    read_line = report.line_reader()
    return {
        "total": len(found),
        "start": start,
        "page": PAGE,
        "rows": [
            {
                "name": row.name,
                "path": row.path,
                "title": row.title,
                "cards": row.cards,
                "notes": row.notes,
                "severities": row.severities,
                "statuses": row.statuses,
                "found": _found(row, wanted, read_line),
            }
            for row in found[start : start + PAGE]
        ],
    }


def _is_in(row: Row, state: str) -> bool:
    """Return whether an article is in a state that one can choose."""
    match state:
        case "problems":
            return bool(row.severities.get("error") or row.severities.get("warning"))
        case "new":
            return row.statuses.get("new", 0) > 0
        case "changed":
            return any(count for status, count in row.statuses.items() if status != "new")
        case "unchanged":
            return not row.statuses and row.notes > 0
        case "empty":
            return not row.cards
    return True


def _found(row: Row, words: Sequence[str], read_line: report.ReadLine) -> Data | None:
    """Return the first line of the note that holds one of the words; None if there are none or they stand in its title or path."""
    for word in words:
        line = row.text.count("\n", 0, row.text.index(word)) - 1
        if line > 0:
            return {"line": line, "text": read_line(row.path, line).strip()[:_LINE]}
    return None


def as_data(one: Diagnostic) -> Data:
    """Return a diagnostic for the page."""
    rule, span = one.rule, one.span
    return {
        "rule": rule.name,
        "severity": rule.severity,
        "message": translated(one.message),
        "hint": translated(one.hint),
        "path": span.path,
        "line": span.line,
        "column": span.column,
    }
