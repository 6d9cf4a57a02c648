"""Fields of the learner's own: `Pitch:: 2` below an entry, a column “Pitch” of a table, `pitch: 2` in the front matter.

They are taken out before anything else is read, so that no layout needs to know of them, and given to the entry that they stand with.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import VocabularyEntry
from anki_builder.message import Message
from anki_builder.reading import inline
from anki_builder.reading.front_matter import FrontMatter
from anki_builder.reading.rules import FIELD_WITHOUT_ENTRY
from anki_builder.reading.tables import cells, is_delimiter, is_row
from anki_builder.source import Source

_PROPERTY = re.compile(r"^\s*(?:[-*+>]\s+)*(?:\*\*)?([^\W\d_][\w -]*?)(?:\*\*)?\s*::\s*(.*?)\s*$")
_PIPE = re.compile(r"(?<!\\)\|")

Values = tuple[tuple[str, str], ...]
"""Names of fields with their plain text."""


class Extras(NamedTuple):
    """What a note says of the learner's own fields."""

    of_document: Values = ()
    of_lines: Mapping[int, Values] = {}
    """By line on disk: of a row of a table, or of a line of its own."""
    rows: frozenset[int] = frozenset()
    """The lines among them that are rows."""


def take(lines: list[str], front: FrontMatter, config: Config, roles: dict[int, str]) -> Extras:
    """Return the values of a note, and take them out of its lines."""
    wanted = {name.casefold(): name for parts in config.note_types.values() for name in parts.extra_fields}
    if not wanted:
        return Extras()
    of_document = tuple((name, value) for key, name in wanted.items() if (value := front.first(key)))
    with_entries = [parts for kind, parts in config.note_types.items() if kind != "sentence"]
    names = {name.casefold(): name for parts in with_entries for name in parts.extra_fields}
    of_lines: dict[int, Values] = {}
    for index, line in enumerate(lines):
        found = _PROPERTY.match(line) if "::" in line else None
        if found and found[1].casefold() in names:
            of_lines[index + 1] = ((names[found[1].casefold()], inline.plain(found[2])),)
            lines[index], roles[index + 1] = "", "field"
    rows: set[int] = set()
    for index, line in enumerate(lines):
        if index and is_delimiter(line) and is_row(lines[index - 1]):
            for row, values in _columns(lines, index, names):
                rows.add(row)
                of_lines[row] = (*of_lines.get(row, ()), *values)
    return Extras(of_document, of_lines, frozenset(rows))


def _columns(lines: list[str], delimiter: int, names: Mapping[str, str]) -> Iterable[tuple[int, Values]]:
    """Yield the rows of a table with what its own columns hold, and take the columns out; `delimiter` is the index of its second line."""
    head = [inline.plain(cell).casefold() for cell in cells(lines[delimiter - 1])]
    columns = {number: names[name] for number, name in enumerate(head) if name in names}
    if not columns:
        return
    index = delimiter - 1
    while index < len(lines) and is_row(lines[index]):
        row = cells(lines[index])
        if index > delimiter:
            values = tuple((name, inline.plain(row[number])) for number, name in columns.items() if number < len(row))
            yield index + 1, tuple((name, value) for name, value in values if value)
        lines[index] = _without(lines[index], columns)
        index += 1


def _without(line: str, columns: Iterable[int]) -> str:
    """Return a row without some of its cells."""
    parts = _PIPE.split(line)
    first = 1 if line.strip().startswith("|") else 0
    kept = [part for number, part in enumerate(parts) if number - first not in set(columns)]
    return "|".join(kept)


def placed(
    entries: Sequence[VocabularyEntry], extras: Extras, source: Source, diagnostics: list[Diagnostic]
) -> list[VocabularyEntry]:
    """Give entries their values: those of their row, those of lines behind them up to the next entry, else those of the document."""
    if not extras.of_document and not extras.of_lines:
        return list(entries)
    own: dict[int, Values] = {}
    """By line of an entry."""
    at = sorted({entry.line for entry in entries})
    for line, values in sorted(extras.of_lines.items()):
        before = [one for one in at if one <= line]
        if before and (line not in extras.rows or before[-1] == line):
            own[before[-1]] = (*own.get(before[-1], ()), *values)
        elif values:
            message = Message("“{name}” belongs to no vocabulary entry", name=values[0][0])
            hint = Message("write it below the entry that it is for; for all notes of the file, into the front matter")
            diagnostics.append(Diagnostic(FIELD_WITHOUT_ENTRY, source.span(line), message, hint))
    return [entry._replace(extra=(*own.get(entry.line, ()), *extras.of_document)) for entry in entries]
