"""The list of articles: those that hold some words, a page of them at a time, each as it is known so far."""

import sqlite3
from collections import Counter
from collections.abc import Collection as Container
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from anki_builder.cli import report
from anki_builder.cli.record import digest_of
from anki_builder.cli.stages import with_kept
from anki_builder.cli.workbench.beside import notes_of
from anki_builder.cli.workbench.look import PAGE, Look, Row, folded, row_of
from anki_builder.collection import MadeArticle
from anki_builder.preview.catalogue import plain
from anki_builder.preview.workbench import Data

_LINE = 200
"""Characters of a line that was found."""
_FEW = 3
"""Notes just saved that are read for the list before the look at all of them is done."""


def articles(seen: Look, words: str, state: str, start: int, saved: Container[Path] = ()) -> Data:
    """Return a page of the articles that hold all `words` and are in a `state` (empty: in any), from the one with the index `start`.

    Files that were `saved` since the look are read by themselves, the first few of the page; what changes with them is not known yet.
    """
    wanted, found = folded(words).split(), matching(seen, words, state)
    start = max(0, min(start, len(found) - 1)) // PAGE * PAGE
    rows = found[start : start + PAGE]
    made = _made(seen, rows) if not seen.is_whole and seen.project.whole else {}
    names = {row.name for row in rows}
    files = [file for file, row in seen.rows.items() if seen.is_whole and file in saved and row.name in names]
    fresh = {row.name: row for file in files[:_FEW] if (row := _alone(seen, file)) is not None}
    gone = {row.name for row in seen.gone}
    again = {seen.rows[file].name for file in files}
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
                "found": _found(row, wanted, read_line),
                "is_read": row.name in fresh if row.name in again else seen.is_whole or row.name in made,
                "is_saved": row.name in again,
                "is_gone": row.name in gone,
                "cards": row.cards,
                "notes": row.notes,
                "severities": dict(row.severities),
                "statuses": {} if row.name in again else dict(row.statuses),
            }
            for row in ((fresh | made).get(row.name, row) for row in rows)
        ],
    }


def _alone(seen: Look, file: Path) -> Row | None:
    """Return a note file as it is now, read by itself; None where it is gone."""
    digest, row = digest_of(file), row_of(seen.project, file, {})
    if digest is None:
        return None
    notes, compilation = notes_of(seen, file, digest)
    problems = (one for one in compilation.diagnostics if one.span.path == row.path)
    return row._replace(
        title=next((plain(built.info.source) for built in notes), "") or row.title,
        cards=sum(len(built.dues) for built in notes),
        notes=len(notes),
        severities=Counter(one.rule.severity for one in problems if report.is_shown(one, seen.project.config.ignore)),
    )


def matching(seen: Look, words: str, state: str) -> list[Row]:
    """Return the articles that hold all `words` and are in a `state` (empty: in any)."""
    wanted = folded(words).split()
    rows = (*seen.rows.values(), *seen.gone)
    return [row for row in rows if _is_in(row, state) and all(_has(row, word) for word in wanted)]


def _made(seen: Look, rows: Iterable[Row]) -> dict[str, Row]:
    """Return the rows of the articles that the compile which is under way has read so far."""
    found: Mapping[str, MadeArticle] = {}
    with suppress(sqlite3.Error):
        found = with_kept(seen.project, lambda collection: collection.made([row.name for row in rows]))
    return {
        row.name: row._replace(
            title=plain(made.source) or row.title,
            cards=made.cards,
            notes=made.notes,
            severities=Counter(one.rule.severity for one in made.diagnostics if report.is_shown(one, seen.project.config.ignore)),
        )
        for row in rows
        if (made := found.get(row.name)) is not None
    }


def _has(row: Row, word: str) -> bool:
    return word in row.text or _is_called(row, word)


def _is_called(row: Row, word: str) -> bool:
    return word in folded(row.title) or word in folded(row.path)


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
        if word in row.text and not _is_called(row, word):
            line = row.text.count("\n", 0, row.text.index(word)) + 1
            return {"line": line, "text": read_line(row.path, line).strip()[:_LINE]}
    return None
