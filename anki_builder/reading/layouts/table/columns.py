"""The columns in which an entry of a table stands, found from the kinds of all columns."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from anki_builder.languages import base, labels
from anki_builder.reading import entry
from anki_builder.reading.layouts.table.grid import Grid, Row
from anki_builder.reading.layouts.table.kinds import are_numbers, is_long, is_tick, kind_of, parting
from anki_builder.reading.shape import spells_sounds

_FEW_NUMBERS = 4
"""Rows of a column that may be numbers of the rows."""
_ROW_NUMBER = re.compile(r"(?:#|№|no|nr|n[º°]|stt|番号|序号|編號|编号|번호)?\.?$")
"""The head of a column that counts the rows."""
_NUMBERS = re.compile(
    r"(?:numbers?|numerals?|zahl(?:en)?|ziffern?|nombres?|chiffres?|n[uú]mer[oi]s?|числ[оа]|цифр[аы]|数字|數字|숫자|liczb[ay]|sayı(?:lar)?)$"
)
"""The head of a column of numbers that have names."""
_AMOUNT_MARKS = re.compile(r"(?<=\d)[.,:](?=\d)|\.$")


class Columns(NamedTuple):
    """The numbers of the columns of one entry; -1 for what the table does not give."""

    term: int
    gloss: int
    sound: int = -1
    """Phonetics or reading."""
    part_of_speech: int = -1
    remarks: tuple[int, ...] = ()
    examples: tuple[int, ...] = ()
    """Sentences and their translations."""
    parting: str = ""
    """The separator between a sentence and its translation in the same cell."""


def columns_of(grid: Grid) -> list[Columns]:
    """Return the columns of each entry of a row: several for a row that repeats its columns, nothing for a table without entries."""
    if grid.width > 2 and _is_conjugation(grid):
        return []
    kinds = [kind_of(grid, number) for number in range(grid.width)]
    kinds = _with_mistakes_as_remarks(grid, kinds)
    kinds = _with_spelt_out_words(grid, kinds)
    kinds = _with_numbers(grid, kinds)
    kinds = _with_kana(grid, kinds)
    kinds = _with_unknown_column(grid, kinds)
    kinds = _with_categories_as_remarks(grid, kinds)
    kinds = _with_sentences_as_entries(grid, kinds)
    groups = [_columns(grid, kinds, group) for group in _groups(kinds)]
    return [columns for columns in groups if columns is not None]


def _columns(grid: Grid, kinds: list[str], group: list[int]) -> Columns | None:
    """Return the columns of the entry that stands in a group of columns, None where it has no term or no gloss."""

    def of(*wanted: str) -> list[int]:
        return [number for number in group if kinds[number] in wanted]

    terms, glosses, parts_of_speech = of("term"), of("gloss"), of("part-of-speech")
    if not terms or not glosses:
        return None
    gloss = _best_gloss(grid, glosses, parts_of_speech)
    remarks = [*of("remark"), *(number for number in glosses if number != gloss), *terms[1:]]
    examples = of("sentence", "translation")
    return Columns(
        term=terms[0],
        gloss=gloss,
        sound=next(iter(of("sound")), -1),
        part_of_speech=next(iter(parts_of_speech), -1),
        remarks=tuple(number for number in remarks if number < len(grid.fields) and _says_something(grid, number)),
        examples=tuple(examples),
        parting=next(filter(None, (parting(grid, number) for number in examples)), ""),
    )


def _says_something(grid: Grid, number: int) -> bool:
    """Return whether not all cells of a column are numbers, ticks or answers."""
    return not all(map(is_tick, grid.column(number)))


def _best_gloss(grid: Grid, glosses: list[int], parts_of_speech: list[int]) -> int:
    """Return the column of the meaning among those in the language of the translation.

    The order of choice: the column whose head names a gloss or a translation; the first whose head names a language; the first behind the
    part of speech; the first.
    """
    for wanted in ("gloss", "translation"):
        for number in glosses:
            if grid.field(number) == wanted:
                return number
    named = [number for number in glosses if grid.field(number) in labels.NAMES]
    behind = [number for number in glosses if number > max(parts_of_speech, default=number)]
    return [*named, *behind, *glosses][0]


def _groups(kinds: list[str]) -> list[list[int]]:
    """Return the columns of each entry of a row.

    A row holds several entries where its terms and glosses alternate. Each entry then begins where the kind of the first one comes again.
    """
    wanted = [kind for kind in kinds if kind in ("term", "gloss")]
    alternate = len(wanted) % 2 == 0 and all(wanted[index : index + 2] == wanted[:2] for index in range(0, len(wanted), 2))
    if not alternate or len(wanted) < 4 or set(wanted[:2]) != {"term", "gloss"}:
        return [list(range(len(kinds)))]
    groups: list[list[int]] = []
    for number, kind in enumerate(kinds):
        is_first = not groups or (kind == wanted[0] and any(kinds[one] in ("term", "gloss") for one in groups[-1]))
        if is_first:
            groups.append([number])
        else:
            groups[-1].append(number)
    return groups


def _replaced(kinds: list[str], number: int, kind: str) -> list[str]:
    """Return the kinds with another one for one column."""
    return [*kinds[:number], kind, *kinds[number + 1 :]]


def _is_conjugation(grid: Grid) -> bool:
    """Return whether the rows are the persons of a verb. Pronouns beside pronouns that translate them are vocabulary."""
    meanings = [number for number, field in enumerate(grid.fields) if field in ("gloss", "translation")]
    persons = any(labels.are_pronouns(grid.column(number)) for number in range(min(2, grid.width)))
    return persons and not any(labels.are_pronouns(grid.column(number)) for number in meanings)


def _with_mistakes_as_remarks(grid: Grid, kinds: list[str]) -> list[str]:
    """Return the kinds with the learner's mistakes as remarks, where the head of another column names the correction."""
    if "correction" not in grid.fields:
        return kinds
    right = grid.fields.index("correction")
    return ["remark" if kind in ("term", "sentence") and number != right else kind for number, kind in enumerate(kinds)]


def _with_spelt_out_words(grid: Grid, kinds: list[str]) -> list[str]:
    """Return the kinds with the first of two columns of glosses as a sound, where no dictionary has its words: `phim | feem | movie`."""
    glosses = [number for number, kind in enumerate(kinds) if kind == "gloss"]
    if len(glosses) < 2 or "sound" in kinds or any(grid.fields):
        return kinds
    texts = grid.column(glosses[0])
    are_spelt = sum(spells_sounds(text, grid.page.languages[1]) for text in texts) * 3 >= len(texts) * 2
    return _replaced(kinds, glosses[0], "sound") if are_spelt else kinds


def _with_numbers(grid: Grid, kinds: list[str]) -> list[str]:
    """Return the kinds with columns of numbers as glosses, where the words beside them have no other gloss: `1 | いち | ichi`."""
    words = [number for number, kind in enumerate(kinds) if kind == "term"]
    numbers = [number for number, kind in enumerate(kinds) if kind != "term" and _holds_numbers(grid, number)]
    beside = [number for number, kind in enumerate(kinds) if kind != "term" and number not in numbers]
    if len(words) < len(numbers) or not all(kinds[number] in ("", "sound", "remark") for number in beside):
        return kinds
    if (beside or len(words) > len(numbers)) and any(_ROW_NUMBER.match(grid.head(number)) for number in numbers):
        return kinds
    listed = [text for number in words[: len(numbers)] for text in grid.column(number)]
    if len(set(listed)) == len(listed) == sum(len(grid.column(number)) for number in numbers):
        return ["gloss" if number in numbers else kind for number, kind in enumerate(kinds)]
    return kinds


def _holds_numbers(grid: Grid, number: int) -> bool:
    """Return whether a column holds at least five different numbers or times and nothing else.

    They rise from row to row, or the head names numbers.
    """
    texts = [_AMOUNT_MARKS.sub("", text) for text in grid.column(number)]
    if len(texts) <= _FEW_NUMBERS or not all(map(str.isdecimal, texts)) or len(set(texts)) < len(texts):
        return False
    return _NUMBERS.match(grid.head(number)) is not None or all(int(one) < int(other) for one, other in pairwise(texts))


def _with_kana(grid: Grid, kinds: list[str]) -> list[str]:
    """Return the kinds with a column of kana as the text itself, where the table has no other text in the language studied."""
    if {"term", "sentence"} & set(kinds) or "sound" not in kinds:
        return kinds
    number = kinds.index("sound")
    if grid.side(number) != 0:
        return kinds
    return _replaced(kinds, number, "sentence" if is_long(grid, number, 0) else "term")


def _with_unknown_column(grid: Grid, kinds: list[str]) -> list[str]:
    """Return the kinds with the unknown one of two columns told by the other, where both languages share a script."""
    if grid.tongues.by_script or grid.page.decision.alone:
        return kinds
    if grid.width == 2 and sorted(kinds) in (["", "gloss"], ["", "term"]):
        return ["term", "gloss"] if kinds[0] == "term" or kinds[1] == "gloss" else ["gloss", "term"]
    return kinds


def _with_categories_as_remarks(grid: Grid, kinds: list[str]) -> list[str]:
    """Return the kinds with articles, speakers and categories as remarks: columns of repeated words before another column of the same kind."""
    named = {number for number, field in enumerate(grid.fields) if base(field) == base(grid.page.languages[0])}
    studied = [number for number, kind in enumerate(kinds) if kind in ("term", "sentence")]
    for number in studied[:-1]:
        texts = grid.column(number)
        short = len(texts) > 4 and len(set(texts)) < 5 and max(map(len, texts)) < 5
        speakers = _repeats(texts) and kinds[studied[-1]] == "sentence"
        unnamed = bool(named) and number not in named
        if kinds[number] == "term" and (short or speakers or unnamed):
            kinds = _replaced(kinds, number, "remark")
    glosses = [number for number, kind in enumerate(kinds) if kind == "gloss"]
    if kinds.count("term") > 1:
        return kinds
    for number in glosses[:-1]:
        if _repeats(grid.column(number)):
            kinds = _replaced(kinds, number, "remark")
    return kinds


def _repeats(texts: list[str]) -> bool:
    """Return whether a column holds at most half as many different texts as cells."""
    return len(texts) > 3 and len(set(texts)) * 2 <= len(texts)


def _with_sentences_as_entries(grid: Grid, kinds: list[str]) -> list[str]:
    """Return the kinds with sentences as terms and translations as glosses, where the table has no others."""
    if "term" in kinds:
        return _with_translations_as_glosses(kinds)
    if {"sentence", "translation", "gloss"} <= set(kinds) and kinds.count("sentence") == 1:
        kinds = _replaced(kinds, kinds.index("gloss"), "remark")
    if "sentence" not in kinds or not {"translation", "gloss"} & set(kinds):
        return kinds
    first = kinds.index("sentence")
    if parting(grid, first) is not None:
        return kinds  # the translations stand in the same cells
    return _with_translations_as_glosses(_replaced(kinds, first, "term"))


def _with_translations_as_glosses(kinds: list[str]) -> list[str]:
    """Return the kinds with the first translations as glosses, where the table has no glosses."""
    if "gloss" in kinds or "translation" not in kinds:
        return kinds
    return _replaced(kinds, kinds.index("translation"), "gloss")


def may_have(grid: Grid, groups: list[Columns]) -> bool:
    """Return whether a table may have the columns of another table of the same form: nothing in it speaks against them."""
    return all(_may_be_in(grid, one.term, 0) and _may_be_in(grid, one.gloss, 1) for one in groups)


def _may_be_in(grid: Grid, number: int, side: int) -> bool:
    """Return whether a column holds words of which at most a third is surely in the other language."""
    texts = grid.column(number)
    others = [text for text in texts if grid.tongues.side(entry.enclosed(text) or text) == 1 - side]
    return not are_numbers(texts) and len(others) * 3 <= len(texts)


def translated_rows(grid: Grid, groups: list[Columns]) -> tuple[Row, ...]:
    """Return the rows of a table without those whose gloss is a phrase in the language of the term."""
    return tuple(row for row in grid.rows if not any(_is_untranslated(grid, row[1], one) for one in groups))


def _is_untranslated(grid: Grid, row: Sequence[str], columns: Columns) -> bool:
    """Return whether the gloss of a row is a phrase in the language of the term."""
    gloss = grid.cell(row, columns.gloss)
    return " " in gloss and grid.tongues.side(gloss) == 0
