"""Tables: vocabulary in two or more columns, and sentences with their translations.

The head of a column names what the column holds, or else its cells show it. A head may be empty (`__ | __`), or may itself be data. A row
may hold several entries side by side, may be short, or may go on with the row above. A table that has no terms beside glosses in the other
language is no vocabulary: a grid of forms, a tracker, a table of links.

The modules: `grid` has the cells of a table, `cells` the texts with translations in one cell, `kinds` what each column holds, `columns` where
an entry stands, `rows` the entries and pairs of the rows, `examples` the examples of an entry. Here are the kinds of tables.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from anki_builder.document import Passage, VocabularyEntry
from anki_builder.languages import base, labels
from anki_builder.reading import entry, evidence, inline
from anki_builder.reading.layouts.table import cells, rows
from anki_builder.reading.layouts.table.columns import Columns, columns_of, may_have, translated_rows
from anki_builder.reading.layouts.table.examples import sentence_pair
from anki_builder.reading.layouts.table.grid import EVIDENCE, FEWEST_ROWS, NAME, Grid, frame, is_empty
from anki_builder.reading.layouts.table.kinds import kind_of, parting
from anki_builder.reading.page import Claim, Page, merged
from anki_builder.reading.sentences import sentence_score
from anki_builder.reading.shape import without_reading
from anki_builder.reading.tables import Table

_LINK = re.compile(r"(?:\[\[[^\[\]]+\]\]|\[[^\[\]]*\]\([^()]*\)|\s)+$")


def recognise(page: Page) -> Iterator[Claim]:
    """Yield what each table of the page holds."""
    left = {line for block in page.blocks if block.kind != "taken" for line in range(block.line, block.line + len(block.texts))}
    headings = [(block.line, inline.plain(block.texts[0])) for block in page.blocks if block.kind == "heading"]
    tables = [table for table in page.tables if not table.delimiter or table.lines[0] in left]
    grids = [_grid(page, table, headings) for table in tables]
    columns = [columns_of(grid) if grid else [] for grid in grids]
    usual = {grid.form: groups for grid, groups in zip(grids, columns, strict=True) if grid and groups}
    for table, grid, groups in zip(tables, grids, columns, strict=True):
        claims: list[Claim] = []
        if _holds_links(table):
            claims = [Claim(NAME, EVIDENCE, (*frame(table), *((line, "links") for line, _ in table.rows)))]
        elif grid:
            claims = merged(claim for claim in _claims(grid, groups or _borrowed(grid, usual.get(grid.form, []))) if claim.roles)
        yield from claims
        taken = {line for claim in claims for line, _ in claim.roles}
        yield Claim(NAME, 0.2, tuple((line, "table") for line in table.lines if line not in taken))


def _grid(page: Page, table: Table, headings: Sequence[tuple[int, str]]) -> Grid | None:
    """Return a table with its rows of data and the nearest of the headings above it; None for a table that is only a head."""
    heading = next((text for line, text in reversed(headings) if line < table.lines[0]), "")
    return Grid(page, table, heading) if table.rows else None


def _holds_links(table: Table) -> bool:
    """Return whether all cells of a table are links or empty."""
    return bool(table.rows) and all(_LINK.match(cell) or is_empty(cell) for _, row in table.rows for cell in row)


def _borrowed(grid: Grid, groups: list[Columns]) -> list[Columns]:
    """Return the columns of another table of the same form if this table may have them, else nothing. Rows that do not fit are dropped."""
    if not groups or not may_have(grid, groups):
        return []
    grid.rows = translated_rows(grid, groups)
    return groups


def _claims(grid: Grid, groups: list[Columns]) -> Iterator[Claim]:
    """Yield the entries and pairs of a table. `groups` are the columns of each entry of a row; it is empty where they are unknown."""
    claims = _transposed(grid) or _record(grid) or _bilingual_cells(grid)
    if claims:
        yield from claims
        return
    if grid.is_tracker:
        groups = []
    both = [number for number in range(grid.width) if kind_of(grid, number) == "both"]
    if not groups and not both:
        both = [number for number in range(grid.width) if parting(grid, number) is not None]
    if not grid.is_tracker:
        yield from _in_cells(grid, both)
    if len(groups) == 1 and not groups[0].examples and rows.are_pairs(grid, groups[0]):
        yield from rows.pairs(grid, groups[0])
    elif groups:
        yield from rows.entries(grid, groups)
    if groups or both:
        yield Claim(NAME, EVIDENCE, grid.frame)
    else:
        yield Claim(NAME, 0.2, (*grid.frame, *((line, "grid") for line, _ in grid.rows)))


def _transposed(grid: Grid) -> list[Claim]:
    """Return the entries and pairs of a table with one row for each language: `| Gaeilge | arán |` above `| Español | pan |`."""
    written = [(line, row) for line, row in (grid.head_row, *grid.rows) if row]
    named = [labels.language_named(grid.cell(row, 0)) for _, row in written]
    pair = [*map(base, grid.page.languages)]
    if len(written) != 2 or sorted(named) != sorted(pair) or grid.width < FEWEST_ROWS:
        return []
    (line, texts), (_, translations) = written if named[0] == pair[0] else written[::-1]
    passages: list[Passage] = []
    entries: list[VocabularyEntry] = []
    for number in range(1, min(len(texts), len(translations))):
        text, translation = grid.cell(texts, number), grid.cell(translations, number)
        if text and translation:
            pairs, words = _pair_or_entry(grid, text, translation, line)
            passages += pairs
            entries += words
    if not passages and not entries:
        return []
    roles = tuple((number, "entry" if entries else "pair") for number, _ in written)
    return [Claim(NAME, EVIDENCE, (*roles, *grid.frame), tuple(passages), tuple(entries))]


def _record(grid: Grid) -> list[Claim]:
    """Return the entry of a table whose first column names its fields, as `**Meaning** | …`. The heading above the table is the term."""
    if not grid.heading or {"term", "gloss"} & set(grid.fields):
        return []
    named = {field: grid.cell(row, 1) for _, row in grid.rows if len(row) > 1 and (field := labels.field(grid.cell(row, 0)))}
    if "gloss" not in named or len(named) * 3 < len(grid.rows):
        return []
    head = entry.clean_term(grid.heading)
    if not head.term or grid.tongues.side(head.term) == 1:
        return []
    parsed = entry.parse_gloss(named["gloss"])
    parsed = parsed._replace(
        term=head.term,
        phonetics=head.phonetics or parsed.phonetics,
        accent=head.accent,
        part_of_speech=head.part_of_speech or named.get("part-of-speech", ""),
        reading=head.reading or named.get("phonetics", ""),
        note=named.get("remark", ""),
    )
    line, _ = grid.rows[0]
    made = entry.vocabulary(parsed, line, grid.page.place(line), (), ())
    return [Claim(NAME, EVIDENCE, (*grid.frame, *((number, "entry") for number, _ in grid.rows)), entries=(made,))]


def _pair_or_entry(
    grid: Grid, text: str, translation: str, line: int, *, term: str = ""
) -> tuple[list[Passage], list[VocabularyEntry]]:
    """Return a sentence with its translation as a pair, or a term with its gloss as an entry; the other list is empty.

    `term` is the text without its reading, where it has one.
    """
    if sentence_score(text, grid.page.languages[0]) >= evidence.SENTENCE:
        return sentence_pair(grid, text, translation, line), []
    head = entry.clean_term(term or text)
    parsed = entry.parse_gloss(translation).behind(head)
    return [], [entry.vocabulary(parsed, line, grid.page.place(line, head.term), (), ())]


def _bilingual_cells(grid: Grid) -> list[Claim]:
    """Return the entries and pairs of a table whose cells each hold a text with its translation below it or above it."""
    filled = [(line, grid.parts(row, number)) for line, row in grid.rows for number in range(len(row)) if grid.cell(row, number)]
    both = [(line, parts) for line, parts in filled if len(parts) == 2 and {grid.tongues.side(part) for part in parts} == {0, 1}]
    if len(both) * 3 < len(filled) * 2 or len(both) < 2:
        return []
    claims: list[Claim] = []
    for line, group in groupby(both, key=lambda cell: cell[0]):
        passages: list[Passage] = []
        entries: list[VocabularyEntry] = []
        for _, parts in group:
            text, translation = parts if grid.tongues.side(parts[0]) == 0 else parts[::-1]
            term = without_reading(text, grid.tongues, 0)[0]
            pairs, words = _pair_or_entry(grid, text, translation, line, term=term)
            passages += pairs
            entries += words
        claims.append(Claim(NAME, EVIDENCE, ((line, "entry"),), tuple(passages), tuple(entries)))
    return [*claims, Claim(NAME, EVIDENCE, grid.frame)]


def _in_cells(grid: Grid, numbers: list[int]) -> Iterator[Claim]:
    """Yield the entries and pairs in columns whose cells hold texts with their translations."""
    for line, row in grid.rows:
        passages: list[Passage] = []
        entries: list[VocabularyEntry] = []
        for number in numbers:
            for written, translation in cells.pairs_in(grid.parts(row, number), grid.tongues):
                text = without_reading(written, grid.tongues, 0)[0]
                pairs = sentence_pair(grid, text, translation, line)
                passages += pairs
                if not pairs:
                    parsed = entry.parse_gloss(translation)._replace(term=text)
                    entries.append(entry.vocabulary(parsed, line, grid.page.place(line, text), (), ()))
        if entries or passages:
            yield Claim(NAME, EVIDENCE, ((line, "entry" if entries else "pair"),), tuple(passages), tuple(entries))
