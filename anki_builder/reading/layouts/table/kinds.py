"""The kind of each column of a table. Its head names the kind, or else its cells show it.

Kinds: `term`, `gloss`, `sentence`, `translation`, `sound` (phonetics or reading), `part-of-speech`, `remark`, `both` (texts with their
translations) and nothing for a column that is in neither language.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from anki_builder.languages import base, labels, language, romanisation
from anki_builder.reading import evidence, inline, no_text
from anki_builder.reading.layouts.table import cells
from anki_builder.reading.layouts.table.grid import Grid
from anki_builder.reading.sentences import sentence_score

SOUND = re.compile(r"[ˈˌːəɪʊɔæɑɛʌθðŋʃʒɡɜɒʁɲøœɥ̃ɾ]|^[/\[].*[/\]]$")
"""A letter of the phonetic alphabet, or slashes or square brackets around a text."""
_NUMBER = re.compile(r"[\s\d.,~≈+#*✅❌✓✗/:%-]*$")
_ANSWERS = frozenset("yes no true false oui non sí si ja nein да нет 是 否 はい いいえ tak nie sim não x".split())
_IN_BRACKETS = re.compile(r"\S\s*[(（]([^()（）]+)[)）]\s*$")
_LETTERS = re.compile(r"[^\W\d_\uac00-\ud7ff](?:[ ,，、/]+[^\W\d_\uac00-\ud7ff])*$")
_ENDING = re.compile(r"-[^\W\d_]{1,5}(?:\s*/\s*-?[^\W\d_]{1,5})*$")
_PART = re.compile(
    r"^(?:nom|akk|acc|dat|gen|sg|sing|singular|plural|1st|2nd|3rd|n|v|vt|vi|adj|adv|prep|conj|pron|phr|num|int|interj"
    r"|đgt|dt|tt|đt|rzecz|czas|przym|przysł|сущ|гл|прил|нареч|sost|agg|avv|sust|nom|art|aux|noun|verb|adjective|adverb|m|f|nt?|pl|名|动|形|副|名词|动词|形容词|副词)\b[\s./,&a-z名动形副词]*$",
    re.IGNORECASE,
)
_NAMED_APART = {
    "phonetics": "sound",
    "part-of-speech": "part-of-speech",
    "remark": "remark",
    "metadata": "remark",
    "skip": "remark",
    "grammar": "remark",
}
"""Kinds by head, where the head names no text in the two languages."""
_NAMED_SIDES = {"term": 0, "vocabulary": 0, "text": 0, "sentences": 0, "example": 0, "gloss": 1, "translation": 1}
"""Sides by head, where the cells do not show the language."""


def kind_of(grid: Grid, number: int) -> str:
    """Return the kind of a column."""
    texts = grid.column(number)
    if not texts:
        return ""
    apart = _kind_apart(grid, number, texts)
    if apart:
        return apart
    if cells.hold_translations(texts, grid.tongues) or _is_named_both(grid, number, texts):
        return "both"
    if parting(grid, number) is not None:
        return "sentence"
    return _kind_in_one_language(grid, grid.field(number), number)


def _kind_apart(grid: Grid, number: int, texts: list[str]) -> str:
    """Return the kind of a column that holds no text in the two languages, nothing for another column."""
    field = grid.field(number)
    has_words = field.startswith(tuple(labels.NAMES)) or field in ("gloss", "translation")
    if (not has_words and are_numbers(texts)) or _most(map(no_text.is_code, texts)):
        return "remark"
    if number in grid.persons:
        return "remark"
    if field in _NAMED_APART:
        return _NAMED_APART[field]
    named = _language_named(field)
    is_other = bool(named) and named not in map(base, grid.page.languages)
    if is_other or _are_letters(texts, grid.page.languages[0]) or _two_thirds(_ENDING.match(text) for text in texts):
        return "remark"
    if _most(_PART.match(text.strip("()[]（） ")) for text in texts):
        return "part-of-speech"
    is_the_term = field == "term" and grid.fields.count("term") == 1  # it may be in kana alone
    if not named and not is_the_term and sum(is_sound(grid, text) for text in texts) * 3 > len(texts) * 2:
        return "sound"
    return ""


def _kind_in_one_language(grid: Grid, field: str, number: int) -> str:
    """Return the kind of a column of texts in one of the two languages, nothing where its language stays unknown."""
    named = _language_named(field)
    languages = [*map(base, grid.page.languages)]
    side = languages.index(named) if named and not grid.is_in_one_language else grid.side(number)
    if side is None:
        side = _NAMED_SIDES.get(field)
    if side is None:
        return ""
    if field == "gloss" and side == 0:
        return "remark"  # a definition in the language studied
    if field == "example" or (field in ("text", "sentences") and "term" in grid.fields):
        return ("sentence", "translation")[side]
    if is_long(grid, number, side):
        return ("sentence", "translation")[side]
    return ("term", "gloss")[side]


def _language_named(field: str) -> str:
    """Return the language that a field of a head names, without its region, or nothing."""
    return base(field) if field in labels.NAMES else ""


def _most(found: Iterable[object]) -> bool:
    """Return whether more than half are true."""
    values = [bool(one) for one in found]
    return sum(values) * 2 > len(values)


def _two_thirds(found: Iterable[object]) -> bool:
    """Return whether at least two thirds are true."""
    values = [bool(one) for one in found]
    return sum(values) * 3 >= len(values) * 2


def are_numbers(texts: Sequence[str]) -> bool:
    """Return whether more than two thirds of the cells of a column are numbers, marks or dates."""
    return sum(_NUMBER.match(text) is not None or no_text.is_date(text) for text in texts) * 3 > len(texts) * 2


def is_tick(text: str) -> bool:
    """Return whether a cell holds only a number, a tick or an answer, and no remark: `✅`, `Yes`."""
    return _NUMBER.match(text) is not None or text.casefold() in _ANSWERS


def _are_letters(texts: list[str], tag: str) -> bool:
    """Return whether nearly all cells of a column hold letters of the alphabet of a language."""
    letters = sum(_LETTERS.match(text) is not None or _is_letter(text) for text in texts)
    return len(texts) > 1 and language(tag).spaces and letters * 10 >= len(texts) * 9


def _is_letter(text: str) -> bool:
    """Return whether a cell holds one letter in its two cases: `Бб`."""
    return len(text) == 2 and text.isalpha() and text[0] != text[1] and text[0].casefold() == text[1].casefold()


def is_sound(grid: Grid, text: str) -> bool:
    """Return whether a cell holds phonetics or a reading of the language studied."""
    tag = grid.page.languages[0]
    if language(tag).scripts[0] == "Latin":
        return SOUND.search(text) is not None
    if romanisation.is_reading(text, tag) or grid.tongues.reading_of(text) == 0:
        return True
    return not grid.tongues.letters(text, 0) and SOUND.search(text) is not None


def is_long(grid: Grid, number: int, side: int) -> bool:
    """Return whether most cells of a column are sentences in the language of a side."""
    tag = grid.page.languages[side]
    return _most(sentence_score(text, tag) >= evidence.SENTENCE for text in grid.column(number))


def _is_named_both(grid: Grid, number: int, texts: list[str]) -> bool:
    """Return whether the head of a column names a meaning in brackets, and its cells have one: `Örnek (Anlamı)`."""
    heads = grid.head_row[1]
    head = _IN_BRACKETS.search(inline.plain(heads[number])) if number < len(heads) else None
    named = head is not None and labels.field(head[1]) in ("gloss", "translation")
    return named and _two_thirds(_IN_BRACKETS.search(text) for text in texts)


def parting(grid: Grid, number: int) -> str | None:
    """Return the separator between the sentences of a column and their translations in the same cells: `Det regner. → It rains.`

    The separator is empty where brackets, scripts or line breaks part the two. A column of anything else gives None.
    """
    in_lines = grid.cells_in_lines(number)
    above = sum(cells.stacked(parts, grid.tongues) is not None for parts in in_lines)
    if grid.width > 2 and above > 1 and above * 3 >= len(in_lines) * 2:
        return ""
    texts = [part for parts in in_lines for part in parts]
    are_examples = grid.field(number) == "example"
    sentences = [
        cut
        for text in texts
        if (cut := cells.translated(text, grid.tongues)) is not None
        and (are_examples or sentence_score(cut.first, grid.page.languages[0]) >= evidence.SENTENCE)
    ]
    if grid.width < 3 or len(sentences) < 2 or len(sentences) * 2 < len(texts):
        return None
    separator = Counter(cut.kind for cut in sentences).most_common(1)[0][0]
    return separator if separator not in evidence.WEAK else ""
