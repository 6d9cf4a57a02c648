"""The tables of docs/readings.md: each notation is read, packed and rendered by the real Anki, and its row says what comes of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from faces import Rendered, heard, rendered, shown

PAGE = Path(__file__).parents[1] / "docs" / "readings.md"
TABLE = re.compile(r"^\| (?P<of>in a sentence|as an entry), (?P<tag>\w\w)(?: .*)\n\|[-|]+\n(?P<rows>(?:\|.*\n)+)", re.MULTILINE)
CELL = re.compile(r"(?<!\\)\|")
TRANSLATIONS = {
    "ja": "The train is coming now.",
    "zh": "The guests have arrived.",
    "ko": "We went to school.",
    "ar": "The boy read a new book.",
    "de": "The core is hard.",
}


class Row(NamedTuple):
    """One notation: what the learner writes, and the cells with what comes of it."""

    tag: str
    of: str
    written: str
    beside: str
    """The entry of a word in the sentence, or a sentence with the word of the entry."""
    cells: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.of}, {self.tag}: {self.written}"


def rows() -> Iterator[Row]:
    for table in TABLE.finditer(PAGE.read_text("utf-8")):
        for line in table["rows"].splitlines():
            written, beside, *cells = (cell.strip() for cell in CELL.split(line)[1:-1])
            yield Row(table["tag"], table["of"], _unquoted(written), _unquoted(beside), tuple(cells))


def _unquoted(cell: str) -> str:
    return cell.strip("`").replace("\\|", "|")


def note_of(row: Row) -> str:
    """Return a note with the sentence, its translation and the entry."""
    sentence, entry = (row.written, row.beside) if row.of == "in a sentence" else (row.beside, row.written)
    listed = f"| Word | Reading | Meaning |\n|---|---|---|\n| {entry} |\n" if " | " in entry else f"- {entry}\n"
    translation = "" if " - " in sentence else f"{TRANSLATIONS[row.tag]}\n\n"
    return f"---\nlanguages: [{row.tag}, en]\n---\n\n{sentence}\n\n{translation}## Vocabulary\n\n{listed}"


def cells_of(row: Row, faces: Rendered) -> tuple[str, ...]:
    """Return what is read, shown on the front, shown on the back, gapped and said."""
    by_kind = {note.kind.name: (note, output) for note, output in faces}
    of_sentence = row.of == "in a sentence"
    note, output = by_kind["sentence" if of_sentence else "vocabulary"]
    _, gapped = by_kind["cloze"]
    read = note.fields["Text" if of_sentence else "Term"]
    cells = (f"`{read}`", shown(output.question_text), shown(output.answer_text), shown(gapped.question_text), heard(output))
    return tuple([cell.replace("|", "\\|") for cell in cells])


@pytest.fixture(scope="module")
def in_anki(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rendered]:
    return rendered({row.name: note_of(row) for row in rows()}, tmp_path_factory.mktemp("notations"))


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row.name)
def test_a_notation_is_read_shown_hidden_and_said_as_its_row_says(row: Row, in_anki: dict[str, Rendered], update: bool) -> None:
    cells = cells_of(row, in_anki[row.name])
    if update:
        _write(row, cells)
    else:
        assert cells == row.cells


def _write(row: Row, cells: tuple[str, ...]) -> None:
    text, written, beside = PAGE.read_text("utf-8"), *(cell.replace("|", "\\|") for cell in (row.written, row.beside))
    line = re.compile(rf"^\| `{re.escape(written)}` \| `{re.escape(beside)}` \|.*$", re.MULTILINE)
    assert line.search(text)
    PAGE.write_text(line.sub(lambda _: f"| `{written}` | `{beside}` | {' | '.join(cells)} |", text, count=1), "utf-8")


def test_every_script_has_its_tables() -> None:
    counted = {(row.tag, row.of) for row in rows()}
    assert {tag for tag, of in counted if of == "as an entry"} == {"ja", "zh", "ko", "ar", "de"}
    assert {tag for tag, of in counted if of == "in a sentence"} == {"ja", "zh", "ko", "ar"}
    assert len(list(rows())) >= 50
