"""The examples of an entry in the cells of its row, and the sentence pairs that come of them."""

from collections.abc import Sequence

from anki_builder.document import Example, Passage
from anki_builder.languages import language
from anki_builder.reading import inline
from anki_builder.reading.layouts.table import cells
from anki_builder.reading.layouts.table.columns import Columns
from anki_builder.reading.layouts.table.grid import Grid, Row
from anki_builder.reading.sentences import sentence_score
from anki_builder.reading.shape import Cut, without_reading

_MAY_BE_SENTENCE = 0.4
"""Score of one of two texts that may be a sentence pair."""
_Pairs = list[tuple[str, str | None]]
"""Sentences, each with its translation or None."""


def examples_in(grid: Grid, rows: list[Row], columns: Columns) -> tuple[tuple[Example, ...], tuple[Passage, ...]]:
    """Return the examples in the cells of a row and of the rows that go on with it, and the sentence pairs among them."""
    examples: list[Example] = []
    passages: list[Passage] = []
    for line, row in rows:
        sentences, translations = _sentences(grid, row, columns)
        stacked = _stacked(grid, row, columns)
        in_cells = [] if stacked or (translations and not columns.parting) else _translated(grid, sentences, columns.parting)
        for text, translation in stacked or in_cells or _side_by_side(grid, sentences, translations):
            examples.append(Example(text, translation, line))
            if translation is not None:
                passages += sentence_pair(grid, text, translation, line, is_example=bool(in_cells))
    return tuple(examples), tuple(passages)


def _stacked(grid: Grid, row: Sequence[str], columns: Columns) -> _Pairs:
    """Return the examples of a row where each cell has one line for the sentence and one for the translation, nothing for other rows."""
    in_lines = [parts for number in columns.examples if (parts := grid.parts(row, number))]
    pairs: _Pairs = [pair for parts in in_lines if (pair := cells.stacked(parts, grid.tongues)) is not None]
    return pairs if len(pairs) == len(in_lines) else []


def _sentences(grid: Grid, row: Sequence[str], columns: Columns) -> tuple[list[str], list[str]]:
    """Return the sentences in the cells for examples, and the translations. Where a separator parts the two, sentences hold both."""
    lines = [(part, number) for number in columns.examples for part in grid.parts(row, number)]
    sentences = [
        example
        for part, number in lines
        for example in cells.one_by_one(part, grid.tongues)
        if columns.parting or _side(grid, example, columns.examples, number) != 1
    ]
    return sentences, [part for part, number in lines if _side(grid, part, columns.examples, number) == 1]


def _side(grid: Grid, example: str, numbers: tuple[int, ...], number: int) -> int | None:
    """Return the side of an example in one of the columns for examples. In one script, the second of two columns translates the first."""
    if grid.tongues.by_script or len(numbers) != 2:
        return grid.tongues.side(example)
    sides = [grid.side(one) for one in numbers]
    return sides[numbers.index(number)] if set(sides) == {0, 1} else numbers.index(number) % 2


def _translated(grid: Grid, sentences: list[str], parting: str) -> _Pairs:
    """Return sentences with the translations that stand behind them, nothing where no sentence has one."""
    cuts = [(sentence, cells.translated(sentence, grid.tongues, parting)) for sentence in sentences]
    if all(cut is None for _, cut in cuts):
        return []
    return [(sentence, None) if cut is None else _ordered(grid, cut) for sentence, cut in cuts]


def _ordered(grid: Grid, cut: Cut) -> tuple[str, str]:
    """Return the sentence of a cut line without its reading, and the translation."""
    text, translation = cells.in_order(cut)
    return without_reading(text, grid.tongues, 0)[0], translation


def _side_by_side(grid: Grid, sentences: list[str], translations: list[str]) -> _Pairs:
    """Return sentences with the translations beside them, if there are as many. A single word without a translation is no example."""
    if len(sentences) == len(translations):
        return list(zip(sentences, translations, strict=True))
    has_spaces = language(grid.page.languages[0]).spaces
    return [(sentence, None) for sentence in sentences if " " in sentence or not has_spaces]


def sentence_pair(grid: Grid, text: str, translation: str, line: int, *, is_example: bool = False) -> list[Passage]:
    """Return two texts as a pair if one of them may be a sentence, nothing otherwise. An example of three words always may."""
    scores = (sentence_score(one, tag) for one, tag in zip((text, translation), grid.page.languages, strict=True))
    if max(scores) < _MAY_BE_SENTENCE and not (is_example and text.count(" ") > 1):
        return []
    one, other = (inline.read(((line, part),))[0] for part in (text, translation))
    return [Passage(one, other, given=True)]
