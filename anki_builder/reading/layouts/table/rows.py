"""The entries and sentence pairs in the rows of a table whose columns are known."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from anki_builder.diagnostic import Diagnostic
from anki_builder.document import Passage, Text, VocabularyEntry
from anki_builder.languages import base, identify, labels, language, scripts
from anki_builder.message import Message
from anki_builder.reading import entry, inline, no_text, rules, terms
from anki_builder.reading.entry import Parsed
from anki_builder.reading.layouts.table.columns import Columns
from anki_builder.reading.layouts.table.examples import examples_in
from anki_builder.reading.layouts.table.grid import EVIDENCE, NAME, Grid, Row, cut_at_breaks
from anki_builder.reading.layouts.table.kinds import SOUND, is_sound
from anki_builder.reading.page import Claim
from anki_builder.reading.sentences import ends_sentence, sentence_score
from anki_builder.reading.shape import leading_reading, without_reading
from anki_builder.reading.text import sliced

_LONGEST_WORD = 24
"""Characters of a cell that may be a word."""
_LIKE_SENTENCES = 0.45
"""Score that at least half of the cells of a table of sentences have."""
_SURELY_SENTENCE = 0.75
"""Score of a sentence in a table of vocabulary."""


class Found(NamedTuple):
    """What comes of a row at the columns of one entry."""

    entry: VocabularyEntry | None = None
    passages: tuple[Passage, ...] = ()
    """Sentence pairs: the row itself, or examples of the entry."""
    diagnostics: tuple[Diagnostic, ...] = ()


def entries(grid: Grid, groups: list[Columns]) -> Iterator[Claim]:
    """Yield a claim to each row together with the rows that go on with it. `groups` are the columns of each entry of a row."""
    for rows in _records(grid, groups):
        (line, row), *more = rows
        made: list[VocabularyEntry] = []
        passages: list[Passage] = []
        diagnostics: list[Diagnostic] = []
        for part, columns in ((part, one) for one in groups for part in ([row] if more else _spread(row, one))):
            found = _found(grid, [(line, part), *more], columns)
            if found.entry is not None:
                made.append(found.entry._replace(passage=len(passages) if found.passages else None))
            passages += found.passages
            diagnostics += found.diagnostics
        role = "entry" if made else "pair" if passages else "unused"
        roles = ((line, role), *((number, "entry") for number, _ in more))
        yield Claim(NAME, EVIDENCE, roles, tuple(passages), tuple(made), tuple(diagnostics))


def _records(grid: Grid, groups: list[Columns]) -> Iterator[list[Row]]:
    """Yield each row with the rows below it that go on with it: they have a gloss, but no term and no sound."""
    record: list[Row] = []
    for line, row in grid.rows:
        if record and _goes_on(grid, row, groups):
            record.append((line, row))
            continue
        if record:
            yield record
        record = [(line, row)]
    if record:
        yield record


def _goes_on(grid: Grid, row: Sequence[str], groups: list[Columns]) -> bool:
    """Return whether a row has one more gloss for the term above it."""
    if len(groups) > 1 or groups[0].term > groups[0].gloss:
        return False
    term, gloss, sound = (grid.cell(row, number) for number in (groups[0].term, groups[0].gloss, groups[0].sound))
    return bool(gloss) and not term and not sound


def _spread(row: tuple[str, ...], columns: Columns) -> list[tuple[str, ...]]:
    """Return a row as several where its term and its gloss are lists of the same length: `maize<br>piens`. Else return it alone."""
    lists = [cut_at_breaks(cell) for cell in row]
    lengths = {len(lists[number]) if 0 <= number < len(lists) else 0 for number in (columns.term, columns.gloss)}
    if len(lengths) > 1 or lengths <= {0, 1}:
        return [row]
    length = lengths.pop()
    return [
        tuple(parts[index] if len(parts) == length else cell for parts, cell in zip(lists, row, strict=True))
        for index in range(length)
    ]


def _found(grid: Grid, rows: list[Row], columns: Columns) -> Found:
    """Return the entry, the sentence pair or the diagnostic of a row at some columns. The further `rows` go on with it."""
    line, row = rows[0]
    term, gloss = _oriented(grid, row, columns)
    if not grid.cell(row, term) and grid.cell(row, columns.sound) and grid.cell(row, gloss):
        term, columns = columns.sound, columns._replace(sound=-1)  # kana alone
    written, meaning = grid.cell(row, term), grid.cell(row, gloss)
    if not written or no_text.is_remark(meaning):
        return Found()
    if not meaning:
        message = Message("“{term}” has no gloss", term=written)
        return Found(diagnostics=(grid.page.diagnostic(rules.MISSING_GLOSS, line, message, rules.MISSING_GLOSS.cure, written),))
    if not columns.examples and _are_sentences(grid, written, meaning):
        text, translation = (inline.read(((line, row[number]),))[0] for number in (term, gloss))
        return Found(passages=(Passage(_without_reading(grid, text, line), translation, True),))
    return _entry(grid, rows, columns._replace(term=term, gloss=gloss))


def _are_sentences(grid: Grid, text: str, translation: str) -> bool:
    """Return whether term and gloss of a row are surely sentences."""
    scores = (sentence_score(one, tag) for one, tag in zip((text, translation), grid.page.languages, strict=True))
    return min(scores) >= _SURELY_SENTENCE


def _without_reading(grid: Grid, text: Text, line: int) -> Text:
    """Return a sentence without the reading behind it."""
    return sliced(text, without_reading(text.plain, grid.tongues, 0)[0], line)


def _oriented(grid: Grid, row: Sequence[str], columns: Columns) -> tuple[int, int]:
    """Return the columns of the term and of the gloss in one row. They may differ from those of the table."""
    term, gloss = grid.cell(row, columns.term), grid.cell(row, columns.gloss)
    if not term:
        return columns.term, columns.gloss
    is_missing = not gloss and (grid.tongues.by_script or len(row) < grid.width)
    is_gloss = not (is_missing or entry.is_part_of_speech(gloss) or _explains_itself(grid, gloss))
    if not is_gloss and grid.tongues.side(grid.cell(row, columns.sound)) != 1:  # else the two cells are swapped
        for number in range(len(row)):
            if number not in (columns.term, columns.sound, *columns.examples) and _may_translate(grid, row, columns.term, number):
                return columns.term, number
    if not gloss and (other := _third_language(grid, row)) is not None:
        return columns.term, other
    if gloss and _is_swapped(grid, term, gloss):
        return columns.gloss, columns.term
    return columns.term, columns.gloss


def _explains_itself(grid: Grid, gloss: str) -> bool:
    """Return whether what stands for a gloss is a definition in the language studied, or phonetics, where scripts tell."""
    return grid.tongues.by_script and (grid.tongues.side(gloss) == 0 or SOUND.fullmatch(gloss) is not None)


def _may_translate(grid: Grid, row: Sequence[str], term: int, number: int) -> bool:
    """Return whether a cell translates the term, behind a part of speech or not, and its head names nothing else."""
    text = grid.cell(row, number)
    named = grid.field(number)
    may = named in ("", "gloss", "translation") or named in labels.NAMES or len(row) < grid.width
    is_text = bool(text) and not grid.tongues.reads(grid.cell(row, term), text, 0)
    return may and is_text and grid.tongues.side(text[entry.part_of_speech_before(text) :]) == 1


def _third_language(grid: Grid, row: Sequence[str]) -> int | None:
    """Return the column of a row with a translation into a third language, None without one."""
    pair = [*map(base, grid.page.languages)]
    named = [number for number, field in enumerate(grid.fields) if field in labels.NAMES and base(field) not in pair]
    return next((number for number in named if scripts.letters(grid.cell(row, number), grid.fields[number])), None)


def _is_swapped(grid: Grid, term: str, gloss: str) -> bool:
    """Return whether term and gloss surely stand in each other's columns: scripts show it, or accents and the dictionary."""
    tongues = grid.tongues
    if tongues.side(gloss) != 0 or is_sound(grid, gloss):
        return False
    if tongues.by_script:
        return tongues.side(term) == 1
    is_known = tongues.side(term) == 1 or not identify.is_unknown(term, grid.page.languages[1])
    return is_known and tongues.side(term) != 0 and term.isascii() and not gloss.isascii()


def _entry(grid: Grid, rows: list[Row], columns: Columns) -> Found:
    """Return the entry of a row, and the sentence pairs among its examples. The further `rows` go on with glosses and examples."""
    line, row = rows[0]
    head = terms.read(grid.cell(row, columns.term), grid.tongues)
    gloss, reading = _gloss(grid, rows, columns)
    sound = grid.cell(row, columns.sound)
    if sound and grid.tongues.side(sound) == 1 and SOUND.search(gloss):  # the two cells are swapped
        gloss, sound = sound, gloss
    parsed = _parsed(gloss)
    examples, pairs = examples_in(grid, rows, columns)
    if not head.term or not any(letter.isalnum() for letter in parsed.gloss):
        return Found(passages=pairs)
    remarks = [grid.cell(row, number) for number in columns.remarks if number != columns.gloss]
    media = [inline.read(((line, row[number] if 0 <= number < len(row) else ""),)) for number in columns[:4]]
    made = entry.vocabulary(
        _with_sound(grid, parsed, head, (sound, reading))._replace(
            term=head.term,
            accent=head.accent or parsed.accent,
            part_of_speech=grid.cell(row, columns.part_of_speech) or head.part_of_speech or parsed.part_of_speech,
            note="；".join(filter(None, (head.note, *remarks, parsed.note))),
        ),
        line,
        grid.page.place(line, row[columns.term]),
        (path for _, images, _ in media for path in images),
        (path for _, _, audio in media for path in audio),
    )
    return Found(made._replace(examples=examples), pairs)


def _gloss(grid: Grid, rows: list[Row], columns: Columns) -> tuple[str, str]:
    """Return the glosses of a row and of the rows that go on with it as one, and the reading of the term before them."""
    glosses = [_without_brackets(part) for _, row in rows for part in grid.parts(row, columns.gloss)]
    gloss, reading = leading_reading("；".join(glosses), grid.tongues, 1)
    return _without_brackets(gloss), reading


def _without_brackets(gloss: str) -> str:
    """Return a gloss without the brackets around all of it. Square brackets stay: they hold phonetics."""
    return gloss if gloss[:1] in "[［" else entry.enclosed(gloss) or gloss


def _parsed(gloss: str) -> Parsed:
    """Return the parts of a gloss. Behind phonetics it may stand in brackets: `[ˈɡiːro] (current account)`."""
    parsed = entry.parse_gloss(gloss)
    if parsed.phonetics and (inside := entry.enclosed(parsed.gloss)):
        parsed = entry.parse_gloss(inside)._replace(phonetics=parsed.phonetics)
    return entry.without_long_remark(parsed)


def _with_sound(grid: Grid, parsed: Parsed, head: Parsed, sounds: tuple[str, str]) -> Parsed:
    """Return the parts of an entry with its phonetics and its reading.

    `head` are the parts of the term. `sounds` are the cell for sounds, and the reading before the gloss; empty strings without them.
    """
    sound, reading = sounds
    is_latin = language(grid.page.languages[0]).scripts[0] == "Latin"
    if is_latin:
        return parsed._replace(phonetics=head.phonetics or parsed.phonetics or sound or reading, reading=head.reading)
    is_phonetics = SOUND.search(sound) is not None
    return parsed._replace(
        phonetics=head.phonetics or parsed.phonetics or (sound if is_phonetics else ""),
        reading=head.reading or reading or ("" if is_phonetics else sound),
    )


def are_pairs(grid: Grid, columns: Columns) -> bool:
    """Return whether a table with one entry a row holds sentences with their translations: at least half of its cells are sentences."""
    scores = [
        sentence_score(text, tag)
        for number, tag in zip((columns.term, columns.gloss), grid.page.languages, strict=True)
        for text in grid.column(number)
    ]
    return bool(scores) and sum(score >= _LIKE_SENTENCES for score in scores) * 2 >= len(scores)


def pairs(grid: Grid, columns: Columns) -> Iterator[Claim]:
    """Yield a claim to each row of a table of sentences: to a pair, or to a word of the sentence above."""
    for line, row in grid.rows:
        numbers = _oriented(grid, row, columns)
        texts = [grid.cell(row, number) for number in numbers]
        if all(map(_is_short, texts)):
            made = _entry(grid, [(line, row)], columns._replace(term=numbers[0], gloss=numbers[1])).entry
            yield Claim(NAME, EVIDENCE, ((line, "entry" if made else "unused"),), entries=(made,) if made else ())
        elif all(texts):
            (text, images, audio), (translation, more, other) = (inline.read(((line, row[number]),)) for number in numbers)
            passage = Passage(_without_reading(grid, text, line), translation, True, (*images, *more), (*audio, *other))
            yield Claim(NAME, EVIDENCE, ((line, "pair"),), (passage,))
        else:
            yield Claim(NAME, 0.3, ((line, "unused"),))


def _is_short(text: str) -> bool:
    """Return whether a cell holds a word or two, without the stop of a sentence."""
    return 0 < len(text) <= _LONGEST_WORD and text.count(" ") < 2 and not ends_sentence(text)
