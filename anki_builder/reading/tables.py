"""Tables as learners write them: pipe tables with or without outer pipes, ragged, with pipes escaped or in code, and HTML tables."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from anki_builder.languages import labels
from anki_builder.reading import inline
from anki_builder.reading.blocks import Block

_DELIMITER = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_PIPE = re.compile(r"(?<!\\)\|")
_APART = re.compile(r"(?<=\s)\|(?=\s|$)")
_FEWEST_ROWS = 3
"""Of a table without a row of hyphens."""
_WIKI = re.compile(r"\[\[[^\[\]]*\]\]")
_HTML_TABLE = re.compile(r"<table.*?</table>|<table.*</tr>|<table", re.IGNORECASE | re.DOTALL)
"""Up to its last row where nothing closes it."""
_HTML_ROW = re.compile(r"<tr\b[^<>]*>(.*?)(?=</tr>|<tr\b|</table>)", re.IGNORECASE | re.DOTALL)
_HTML_CELL = re.compile(r"<(t[hd])\b[^<>]*>(.*?)(?=</t[hd]>|<t[hd]\b|\Z)", re.IGNORECASE | re.DOTALL)
_HEADER_ROW = re.compile(r"header-row\s*=\s*[\"']?true|<thead\b", re.IGNORECASE)


class Table(NamedTuple):
    """A table of a note; cells hold their text as written."""

    head: tuple[str, ...]
    head_line: int
    """0 where it has none."""
    delimiter: int
    """Line of the row of hyphens; 0 where there is none."""
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """(line on disk, cells)"""
    lines: tuple[int, ...]
    """All lines that it stands on."""
    quoted: bool = False


def is_delimiter(line: str) -> bool:
    """Return whether a line is the row of hyphens below a table's head."""
    return "|" in line and "-" in line and _DELIMITER.match(line) is not None


def is_row(line: str) -> bool:
    """Return whether a line could be the row of a table."""
    return "|" in line and _PIPE.search(line) is not None


def cells(line: str) -> list[str]:
    """Return the cells of a row, outer pipes left off, escaped pipes as they are meant."""
    if "[[" in line:  # the pipe of a wiki link
        line = _WIKI.sub(lambda found: found[0].replace("\\|", "|").replace("|", "\\|"), line)
    parts = _cells(line.strip())
    if len(parts) > 1 and not parts[0]:
        parts = parts[1:]
    if len(parts) > 1 and not parts[-1]:
        parts = parts[:-1]
    return parts


def _cells(line: str) -> list[str]:
    """Return the cells of a line; outer pipes have an empty one beside them."""
    return [inline.unstruck(part).strip().replace("\\|", "|") or part.strip() for part in _PIPE.split(line)]


def tables_of(blocks: Iterable[Block], text: str) -> list[Table]:
    """Return the tables of a note in order."""
    found: list[Table] = []
    if "<table" in text:
        found += _html_tables(text)
    if "|" in text or text.count("\t") > 1:
        for block in blocks:
            if block.kind == "paragraph" and any("|" in text for text in block.texts):
                found += _pipe_tables(block)
        taken = {line for table in found for line in table.lines}
        heads = {len(table.head): table.head for table in found}
        loose = _loose_tables([block for block in blocks if block.line not in taken])
        found += [table._replace(head=table.head or heads.get(len(table.rows[0][1]), ())) for table in loose]
    return sorted(found, key=lambda table: table.lines[0])


def _pipe_tables(block: Block) -> Iterator[Table]:
    texts, line = block.texts, block.line
    index = 0
    while index < len(texts):
        if not is_delimiter(texts[index]):
            index += 1
            continue
        head = texts[index - 1] if index and is_row(texts[index - 1]) else ""
        end = index + 1
        while end < len(texts) and is_row(texts[end]) and not _begins_table(texts, end, head):
            end += 1
        inner = [number for number in range(index + 1, end) if not is_delimiter(texts[number])]
        rows = tuple((line + number, tuple(cells(texts[number]))) for number in inner)
        first = index - 1 if head else index
        yield Table(
            tuple(cells(head)) if head else (),
            line + index - 1 if head else 0,
            line + index,
            rows,
            tuple(range(line + first, line + end)),
            block.quote > 0,
        )
        index = end


def _loose_tables(blocks: Iterable[Block]) -> Iterator[Table]:
    """Yield the runs of three lines or more with as many pipes or tabs, at least two, that stand in no table: `word | sound | meaning`."""
    run: list[tuple[int, str]] = []
    for block in blocks:
        for line, text in enumerate(block.texts, block.line):
            goes_on = run and line == run[-1][0] + 1 and _goes_on(text, run[-1][1])
            if not goes_on:
                yield from _loose(run)
                run = []
            if block.kind == "paragraph" and (goes_on or _parted_by(text)[1] > 1):
                run.append((line, text))
    yield from _loose(run)


def _goes_on(text: str, above: str) -> bool:
    """Return whether a row has the mark and the number of cells of the row above it; between tabs the last ones may be missing."""
    (mark, number), (mark_above, number_above) = _parted_by(text), _parted_by(above)
    return mark == mark_above and (number == number_above or (mark == "\t" and min(number, number_above) > 0))


def _parted_by(text: str) -> tuple[str, int]:
    """Return the mark between the cells of a row, and how many there are."""
    pipes = len(_APART.findall(text))
    return ("|", pipes) if pipes > 1 else ("\t", text.count("\t"))


def _loose(run: list[tuple[int, str]]) -> Iterator[Table]:
    if len(run) < _FEWEST_ROWS:
        return
    if _parted_by(run[0][1])[0] == "\t":
        if all(len(_TABS.split(text.strip())) < _FEWEST_CELLS for _, text in run):
            return  # two words, tabs between them so that they line up
        rows = tuple((line, tuple(cell.strip() for cell in text.split("\t"))) for line, text in run)
    else:
        framed = all(text[:1] == "|" for _, text in run)
        rows = tuple((line, tuple(_cells(text.strip().strip("|") if framed else text))) for line, text in run)
    lines = tuple(line for line, _ in rows)
    fields = {field for cell in rows[0][1] if (field := labels.field(inline.plain(cell)))}
    if len(fields & labels.NAMES.keys()) > 1 or (len(fields) > 1 and len(fields) * 4 >= len(rows[0][1]) * 3):
        yield Table(rows[0][1], rows[0][0], 0, rows[1:], lines)
    else:
        yield Table((), 0, 0, rows, lines)


_TABS = re.compile(r"\t+")
_FEWEST_CELLS = 3
"""Cells of some row of a table between tabs; two are a line with a separator."""


def _begins_table(texts: tuple[str, ...], index: int, head: str) -> bool:
    """Return whether a row below a table is the head of another one: a row of hyphens follows, and its cells are names or those of `head`."""
    if index + 1 >= len(texts) or not is_delimiter(texts[index + 1]) or is_delimiter(texts[index]):
        return False
    here = cells(texts[index])
    return len(here) != len(cells(head)) or here == cells(head) or any(map(labels.field, here))


def _html_tables(text: str) -> Iterator[Table]:
    start = text.find("<table")
    while start >= 0:
        following = text.find("<table", start + 1)
        body = _HTML_TABLE.findall(text[start : following if following >= 0 else len(text)])[0]
        first = text.count("\n", 0, start) + 1
        head: tuple[str, ...] = ()
        head_line = 0
        rows: list[tuple[int, tuple[str, ...]]] = []
        marked = _HEADER_ROW.search(body) is not None
        for found in _HTML_ROW.finditer(body):
            parts = _HTML_CELL.findall(found[1])
            line = first + body.count("\n", 0, found.start())
            content = tuple(" ".join(cell.split()) for _, cell in parts)
            if parts and not rows and not head and (marked or all(tag.lower() == "th" for tag, _ in parts)):
                head, head_line = content, line
            elif parts:
                rows.append((line, content))
        yield Table(head, head_line, 0, tuple(rows), tuple(range(first, first + body.count("\n") + 1)))
        start = following
