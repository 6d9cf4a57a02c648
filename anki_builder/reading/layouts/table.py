"""Pipe tables: vocabulary in two to many columns, and sentences with their translations.

Columns are told by their heads, else by what is in them. A head may be empty (`__ | __`), may itself be data, may come several times
(three entries in a row); rows may be short. What names no term beside a gloss in the other language is no vocabulary: conjugation
grids, trackers, tables of links.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from anki_builder.document import Example, Passage, VocabularyEntry
from anki_builder.languages import identify, labels, language
from anki_builder.patterns import late
from anki_builder.reading import entry, inline, rules
from anki_builder.reading.page import Claim, Page, is_sentence
from anki_builder.reading.tables import cells, is_delimiter, is_row

NAME = "table"
_EMPTY = late(r"[\s/_—–-]*$")
_LINK = late(r"(?:\[\[[^\[\]]+\]\]|\[[^\[\]]*\]\([^()]*\)|\s)+$")
_PLURAL = late(r"\s*\((-[^()\s]*|[A-ZÄÖÜ][a-zäöüß]+)\)$")
_PHONETIC = late(r"[ˈˌːəɪʊɔæɑɛʌθðŋʃʒɡɜɒʁɲøœɥ̃ɾ]")


class Table(NamedTuple):
    """A table on the page."""

    head: tuple[str, ...]
    head_line: int
    """0 where it has none."""
    delimiter: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]


class Columns(NamedTuple):
    """Where one entry of a row stands; -1 for what the table does not give."""

    term: int
    gloss: int
    phonetics: int = -1
    part_of_speech: int = -1
    remarks: tuple[int, ...] = ()
    examples: tuple[int, ...] = ()


def recognise(page: Page) -> Iterator[Claim]:
    """Yield what each table of the page holds."""
    for table, lines in _html_tables(page):
        claims = list(read(page, table, NAME))
        yield from claims
        taken = {line for claim in claims for line, _ in claim.roles}
        yield Claim(NAME, 0.2, tuple((line, "table") for line in lines if line not in taken))
    if "|" not in page.source.text:
        return
    heading = ""
    for block in page.blocks:
        if block.kind == "heading":
            heading = inline.plain(block.texts[0])
        if block.kind != "paragraph" or block.quote or not any("|" in text for text in block.texts):
            continue
        for table in _tables(block.line, block.texts):
            yield from read(page, table, NAME, heading)


_HTML_ROW = late(r"<tr\b[^<>]*>(.*?)(?=</tr>|<tr\b|</table>)", re.IGNORECASE | re.DOTALL)
_HTML_CELL = late(r"<(t[hd])\b[^<>]*>(.*?)(?=</t[hd]>|<t[hd]\b|\Z)", re.IGNORECASE | re.DOTALL)


def _html_tables(page: Page) -> Iterator[tuple[Table, range]]:
    """Yield the tables written in HTML, with the lines they stand on."""
    if "<table" not in page.source.text:
        return
    text = "\n".join(page.lines)
    start = text.find("<table")
    while start >= 0:
        end = text.find("</table>", start)
        if end < 0:
            return
        first = text.count("\n", 0, start) + 1
        body = text[start : end + 8]
        head: tuple[str, ...] = ()
        head_line = 0
        rows: list[tuple[int, tuple[str, ...]]] = []
        for found in _HTML_ROW().finditer(body):
            parts = _HTML_CELL().findall(found[1])
            line = first + body.count("\n", 0, found.start())
            content = tuple(" ".join(cell.split()) for _, cell in parts)
            if parts and all(tag.lower() == "th" for tag, _ in parts) and not rows:
                head, head_line = content, line
            elif parts:
                rows.append((line, content))
        yield Table(head, head_line, 0, tuple(rows)), range(first, first + body.count("\n") + 1)
        start = text.find("<table", end)


def _tables(line: int, texts: tuple[str, ...]) -> Iterator[Table]:
    index = 0
    while index < len(texts):
        if not is_delimiter(texts[index]):
            index += 1
            continue
        head = texts[index - 1] if index and is_row(texts[index - 1]) else ""
        end = index + 1
        while end < len(texts) and is_row(texts[end]) and not (end + 1 < len(texts) and is_delimiter(texts[end + 1])):
            end += 1
        rows = tuple((line + number, tuple(cells(texts[number]))) for number in range(index + 1, end))
        yield Table(tuple(cells(head)) if head else (), line + index - 1 if head else 0, line + index, rows)
        index = end


def read(page: Page, table: Table, layout: str, heading: str = "") -> Iterator[Claim]:
    """Yield the claims to one table, whatever notation it was read from."""
    frame = tuple((number, "table") for number in (table.head_line, table.delimiter) if number)
    rows = table.rows
    head = tuple(inline.plain(cell) for cell in table.head)
    fields = tuple(labels.field(cell) for cell in head)
    if rows and all(_LINK().match(cell) or _EMPTY().match(cell) for _, row in rows for cell in row):
        yield Claim(layout, 0.7, (*frame, *((line, "links") for line, _ in rows)))
        return
    if not rows:
        # A table of a head alone is a row of its own.
        yield Claim(layout, 0.2, frame)
        return
    card = _key_value(page, table, layout, heading)
    if card is not None:
        yield card
        return
    if head and not any(fields) and _is_data(page, table):
        rows = ((table.head_line, table.head), *rows)
        frame = ((table.delimiter, "table"),)
    width = max(len(row) for _, row in rows)
    columns = _columns(page, fields, rows, width)
    if not columns:
        yield Claim(layout, 0.2, (*frame, *((line, "grid") for line, _ in rows)))
        return
    if _is_sentences(rows, columns[0]) and len(columns) == 1 and not columns[0].examples:
        yield from _pairs(page, layout, rows, columns[0])
    else:
        for line, row in rows:
            yield _row(page, layout, line, row, columns)
    yield Claim(layout, 0.7, frame)


def _key_value(page: Page, table: Table, layout: str, heading: str) -> Claim | None:
    """Return the entry of a table of two columns without a head whose first one names fields: `**Meaning** | …`."""
    if any(cell.strip() for cell in table.head) or not heading:
        return None
    named = {
        labels.field(inline.plain(row[0])): inline.plain(row[1])
        for _, row in table.rows
        if len(row) == 2 and labels.field(inline.plain(row[0]))
    }
    gloss = named.get("gloss", "") or named.get(page.languages[1], "") or named.get("translation", "")
    if not gloss:
        return None
    term, phonetics, accent, part_of_speech, reading = entry.clean_term(heading)
    parsed = entry.parse_gloss(gloss)
    line = table.rows[0][0]
    if language(page.languages[0]).spaces:
        phonetics = phonetics or named.get("phonetics", "")
    else:
        reading = reading or named.get("phonetics", "")
    one = VocabularyEntry(
        term,
        parsed.gloss,
        parsed.senses,
        line,
        1,
        1,
        phonetics,
        accent,
        part_of_speech or named.get("part-of-speech", ""),
        note=named.get("remark", ""),
        reading=reading,
    )
    roles = [(number, "table") for number in (table.head_line, table.delimiter) if number]
    roles += [(number, "entry" if labels.field(inline.plain(row[0])) else "remark") for number, row in table.rows]
    return Claim(layout, 0.7, tuple(roles), entries=(one,))


def _is_data(page: Page, table: Table) -> bool:
    """Return whether the head of a table is a row like the others: its cells are in two languages, in their columns' order."""
    if len(table.head) < 2:
        return False
    sides = [identify.side(inline.plain(cell), page.languages, thorough=False) for cell in table.head[:2]]
    below = [_column_side(page, table.rows, number) for number in (0, 1)]
    return None not in sides and sides[0] != sides[1] and sides == below


def _column_side(page: Page, rows: tuple[tuple[int, tuple[str, ...]], ...], number: int) -> int | None:
    """Return the side most of a column is in."""
    cells_there = [inline.plain(row[number]) for _, row in rows[:60] if number < len(row) and not _EMPTY().match(row[number])]
    if not cells_there:
        return None
    if not page.separable:
        return page.side(" \n".join(cells_there))
    sides = [page.side(cell) for cell in cells_there]
    first, second = sides.count(0), sides.count(1)
    if max(first, second) * 3 < len(sides) * 2:
        return None
    return 0 if first > second else 1


def _columns(page: Page, fields: tuple[str, ...], rows: tuple[tuple[int, tuple[str, ...]], ...], width: int) -> list[Columns]:
    """Return where the entries of a row stand, several for a row that repeats its columns."""
    text, translation = (tag.partition("-")[0] for tag in page.languages)
    kinds: list[str] = []
    for number in range(width):
        kind = fields[number] if number < len(fields) else ""
        kind = kind.partition("-")[0] if kind in labels.NAMES else kind
        if kind == text or kind in ("vocabulary", "text"):
            kind = "term"
        elif kind in (translation, "translation"):
            kind = "gloss"
        elif kind in labels.NAMES:
            kind = "remark"
        kinds.append(kind)
    sides: dict[int, int | None] = {}
    if "term" not in kinds or "gloss" not in kinds:
        sides = {
            number: _column_side(page, rows, number)
            for number in range(width)
            if not kinds[number] or kinds[number] in ("term", "gloss")
        }
    if "term" not in kinds:
        found = next((number for number in range(width) if not kinds[number] and sides.get(number) == 0), -1)
        if found < 0 or ("gloss" not in kinds and width > 4):
            return []
        kinds[found] = "term"
    if "gloss" not in kinds:
        found = next((number for number in range(width) if not kinds[number] and sides.get(number) == 1), -1)
        if found < 0:
            return []
        kinds[found] = "gloss"
        term = kinds.index("term")
        if sides.get(term) == 1:  # native language first under heads such as `Word | Word`
            kinds[term], kinds[found] = "gloss", "term"
    groups: list[list[int]] = []
    for number, kind in enumerate(kinds):
        if kind == "term":
            groups.append([number])
        elif kind == "gloss" and groups and any(kinds[one] == "gloss" for one in groups[-1]) and "term" in kinds[number:]:
            groups.append([number])  # gloss first, several in a row
        elif groups:
            groups[-1].append(number)
        else:
            groups.append([number])
    if len(groups) > 1 and not any(kinds[one] == "term" for one in groups[0]):
        groups[1] = groups[0] + groups[1]
        del groups[0]
    columns = []
    for group in groups:
        places = {kind: [one for one in group if kinds[one] == kind] for kind in {kinds[one] for one in group}}
        if "term" in places and "gloss" in places:
            columns.append(
                Columns(
                    places["term"][0],
                    places["gloss"][0],
                    places.get("phonetics", [-1])[0],
                    places.get("part-of-speech", [-1])[0],
                    tuple(places.get("remark", ())),
                    tuple(sorted(places.get("example", []) + places["term"][1:] + places["gloss"][1:])),
                )
            )
    return columns


def _is_sentences(rows: tuple[tuple[int, tuple[str, ...]], ...], columns: Columns) -> bool:
    texts = [inline.plain(row[columns.term]) for _, row in rows if columns.term < len(row)]
    return sum(map(is_sentence, texts)) * 2 > len(texts)


def _pairs(page: Page, layout: str, rows: tuple[tuple[int, tuple[str, ...]], ...], columns: Columns) -> Iterator[Claim]:
    for line, row in rows:
        pair = [row[number] if number < len(row) else "" for number in (columns.term, columns.gloss)]
        (text, images, audio), (translation, more, other) = (inline.read(((line, one),)) for one in pair)
        if not text.plain or not translation.plain:
            yield Claim(layout, 0.3, ((line, "unused"),))
            continue
        if page.separable and page.side(text.plain) == 1 and page.side(translation.plain) == 0:
            text, translation = translation, text  # the direction flips in this row
        passage = Passage(text, translation, True, (*images, *more), (*audio, *other))
        yield Claim(layout, 0.7, ((line, "pair"),), (passage,))


def _row(page: Page, layout: str, line: int, row: tuple[str, ...], columns: list[Columns]) -> Claim:
    entries: list[VocabularyEntry] = []
    passages: list[Passage] = []
    diagnostics = []
    for one in columns:
        values = [inline.read(((line, row[number] if 0 <= number < len(row) else ""),)) for number in one[:4]]
        plain = ["" if _EMPTY().match(text.plain) else text.plain for text, _, _ in values]
        images = tuple(path for _, paths, _ in values for path in paths)
        audio = tuple(path for _, _, paths in values for path in paths)
        if page.separable and plain[2] and page.side(plain[1]) != 1 and page.side(plain[2]) == 1:
            plain[1], plain[2] = plain[2], plain[1]
        elif page.separable and page.side(plain[0]) == 1 and page.side(plain[1]) == 0 and not _PHONETIC().search(plain[1]):
            plain[0], plain[1] = plain[1], plain[0]
        if not plain[0]:
            continue
        if not plain[1]:
            diagnostics.append(
                page.diagnostic(rules.MISSING_GLOSS, line, f"“{plain[0]}” has no gloss", rules.MISSING_GLOSS.cure, plain[0])
            )
            continue
        term, phonetics, accent, part_of_speech, reading = entry.clean_term(plain[0])
        notes = [inline.plain(row[number]) for number in one.remarks if number < len(row) and not _EMPTY().match(row[number])]
        plural = _PLURAL().search(term)
        if plural and plural.start() > 0:
            notes.insert(0, plural[1])
            term = term[: plural.start()]
        parsed = entry.parse_gloss(plain[1])
        notes += [parsed.note] if parsed.note else []
        column, length = page.place(line, row[one.term])
        given = plain[2] or phonetics or parsed.phonetics
        if plain[2] and not language(page.languages[0]).spaces:
            given, reading = phonetics, plain[2]
        found, pairs = _examples(page, line, row, one.examples)
        entries.append(
            VocabularyEntry(
                term,
                parsed.gloss,
                parsed.senses,
                line,
                column,
                length,
                given,
                accent or parsed.accent,
                plain[3] or part_of_speech or parsed.part_of_speech,
                parsed.lemma,
                "；".join(notes),
                "",
                reading,
                found,
                images,
                audio,
                len(passages) if pairs else None,
            )
        )
        passages += pairs
    roles = ((line, "entry" if entries else "unused"),)
    return Claim(layout, 0.7, roles, tuple(passages), tuple(entries), tuple(diagnostics))


def _examples(
    page: Page, line: int, row: tuple[str, ...], numbers: tuple[int, ...]
) -> tuple[tuple[Example, ...], list[Passage]]:
    """Return the examples in the cells of a row: a sentence, followed by its translation if there is a column for that.

    A sentence with its translation is a pair that the note gives, too.
    """
    examples: list[Example] = []
    passages: list[Passage] = []
    cells_there = (inline.read(((line, row[number]),))[0] for number in numbers if number < len(row))
    texts = [text for text in cells_there if not _EMPTY().match(text.plain)]
    index = 0
    while index < len(texts):
        text, following = texts[index], texts[index + 1] if index + 1 < len(texts) else None
        here, there = page.side(text.plain), page.side(following.plain) if following else None
        # In one script the heads name two examples: the second translates the first.
        named = len(texts) == 2 == len(numbers) and index == 0 and not page.separable
        if following and (named or {here, there} == {0, 1}):
            if (here, there) == (1, 0):
                text, following = following, text
            examples.append(Example(text.plain, following.plain, line))
            if is_sentence(text.plain):
                passages.append(Passage(text, following, given=True))
            index += 2
            continue
        if here != 1 and " " in text.plain:
            examples.append(Example(text.plain, None, line))
        index += 1
    return tuple(examples), passages
