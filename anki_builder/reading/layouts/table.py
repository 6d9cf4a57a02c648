"""Tables: vocabulary in two to many columns, and sentences with their translations.

What a column holds is told by its head, else by what is in it. A head may be empty (`__ | __`), may itself be data, may come several times
(two entries in a row); rows may be short or go on with the row above. What names no term beside a gloss in the other language is no
vocabulary: grids of forms, trackers, tables of links.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby, pairwise
from typing import NamedTuple

from anki_builder.document import Example, Passage, Text, VocabularyEntry
from anki_builder.languages import base, identify, labels, language, romanisation, scripts
from anki_builder.message import Message
from anki_builder.reading import entry, evidence, inline, no_text, rules, terms
from anki_builder.reading.page import Claim, Page, merged
from anki_builder.reading.sentences import ends_sentence, sentence_score
from anki_builder.reading.shape import Cut, best_cut, cuts, leading_reading, spells_sounds, trimmed, without_reading
from anki_builder.reading.tables import Table
from anki_builder.reading.text import sliced

NAME = "table"
EVIDENCE = 0.7
_EMPTY = re.compile(r"[\s/_—–-]*$")
_LINK = re.compile(r"(?:\[\[[^\[\]]+\]\]|\[[^\[\]]*\]\([^()]*\)|\s)+$")
_IN_BRACKETS = re.compile(r"\S\s*[(（]([^()（）]+)[)）]\s*$")
_BEHIND_BRACKET = re.compile(r"(?<=[)）])\s+")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LIST_MARK = re.compile(r"^(?:[-*+•·]|\d{1,2}[.)])\s+")
_LONGEST_WORD = 24
_NUMBER = re.compile(r"[\s\d.,~≈+#*✅❌✓✗/:%-]*$")
_FEWEST_TOLD = 3
"""Rows whose words tell more than the heads above them."""
_FEW_NUMBERS = 4
"""Rows of a column that may be numbers of the rows."""
_ROW_NUMBER = re.compile(r"(?:#|№|no|nr|n[º°]|stt|番号|序号|編號|编号|번호)?\.?$")
"""The head of a column that counts the rows."""
_NUMBERS = re.compile(
    r"(?:numbers?|numerals?|zahl(?:en)?|ziffern?|nombres?|chiffres?|n[uú]mer[oi]s?|числ[оа]|цифр[аы]|数字|數字|숫자|liczb[ay]|sayı(?:lar)?)$"
)
"""The head of a column of numbers that have names."""
_AMOUNT_MARKS = re.compile(r"(?<=\d)[.,:](?=\d)|\.$")
_LETTERS = re.compile(r"[^\W\d_\uac00-\ud7ff](?:[ ,，、/]+[^\W\d_\uac00-\ud7ff])*$")
_ENDING = re.compile(r"-[^\W\d_]{1,5}(?:\s*/\s*-?[^\W\d_]{1,5})*$")
_SPOKEN = re.compile(r"[ˈˌːəɪʊɔæɑɛʌθðŋʃʒɡɜɒʁɲøœɥ̃ɾ]|^[/\[].*[/\]]$")
_PART = re.compile(
    r"^(?:nom|akk|acc|dat|gen|sg|sing|singular|plural|1st|2nd|3rd|n|v|vt|vi|adj|adv|prep|conj|pron|phr|num|int|interj"
    r"|đgt|dt|tt|đt|rzecz|czas|przym|przysł|сущ|гл|прил|нареч|sost|agg|avv|sust|nom|art|aux|noun|verb|adjective|adverb|m|f|nt?|pl|名|动|形|副|名词|动词|形容词|副词)\b[\s./,&a-z名动形副词]*$",
    re.IGNORECASE,
)

Row = tuple[int, tuple[str, ...]]
Form = tuple[int, tuple[str, ...]]
"""The width of a table, and its head."""


class Columns(NamedTuple):
    """Where one entry of a row stands; -1 for what the table does not give."""

    term: int
    gloss: int
    sound: int = -1
    """Phonetics or reading."""
    part_of_speech: int = -1
    remarks: tuple[int, ...] = ()
    examples: tuple[int, ...] = ()
    """Sentences and their translations."""
    parting: str = ""
    """What parts a sentence from its translation where both stand in one cell."""


def recognise(page: Page) -> Iterator[Claim]:
    """Yield what each table of the page holds."""
    left = {line for block in page.blocks if block.kind != "taken" for line in range(block.line, block.line + len(block.texts))}
    headings = [(block.line, inline.plain(block.texts[0])) for block in page.blocks if block.kind == "heading"]
    tables = [table for table in page.tables if not table.delimiter or table.lines[0] in left]
    readers = []
    for table in tables:
        heading = next((text for line, text in reversed(headings) if line < table.lines[0]), "")
        readers.append(_Reader(page, table, heading) if table.rows else None)
    usual = {reader.form: reader.columns for reader in readers if reader is not None and reader.columns}
    for table, reader in zip(tables, readers, strict=True):
        claims = merged(claim for claim in read(table, reader, usual) if claim.roles)
        yield from claims
        taken = {line for claim in claims for line, _ in claim.roles}
        yield Claim(NAME, 0.2, tuple((line, "table") for line in table.lines if line not in taken))


def read(table: Table, reader: "_Reader | None", usual: Mapping["Form", list[Columns]]) -> Iterator[Claim]:
    """Yield the claims to one table; `usual` are the columns of those tables of the note that tell them, by width and head."""
    if reader is None:
        return  # a table of a head alone is a row of its own
    if _holds_links(table):
        yield Claim(NAME, EVIDENCE, (*_frame(table), *((line, "links") for line, _ in table.rows)))
        return
    if not reader.columns:
        reader.take(usual.get(reader.form, []))
    yield from reader.claims()


def _holds_links(table: Table) -> bool:
    return all(_LINK.match(cell) or _EMPTY.match(cell) for _, row in table.rows for cell in row)


def _frame(table: Table) -> tuple[tuple[int, str], ...]:
    return tuple((number, "table") for number in (table.head_line, table.delimiter) if number)


def _is_tick(text: str) -> bool:
    """Return whether a cell holds a number, a tick or an answer and no remark: `✅`, `Yes`."""
    return _NUMBER.match(text) is not None or text.casefold() in _ANSWERS


_ANSWERS = frozenset("yes no true false oui non sí si ja nein да нет 是 否 はい いいえ tak nie sim não x".split())


def _are_numbers(texts: Sequence[str]) -> bool:
    """Return whether most texts of a column are numbers, marks or dates."""
    return sum(_NUMBER.match(text) is not None or no_text.is_date(text) for text in texts) * 3 > len(texts) * 2


class _Reader:
    """One table with what its columns hold."""

    def __init__(self, page: Page, table: Table, heading: str) -> None:
        self.page, self.heading = page, heading
        self.tongues = page.tongues
        self.frame = _frame(table)
        self.rows: tuple[Row, ...] = table.rows
        head = tuple(inline.plain(cell) for cell in table.head)
        first = tuple(inline.plain(cell) for cell in self.rows[0][1])
        names = sum(bool(labels.field(cell)) for cell in first)
        if not any(head) and len(self.rows) > 1 and names > 1 and names * 4 >= len(first) * 3:
            head, self.rows = first, self.rows[1:]  # the head is a row like any other
        self.fields = tuple(labels.field(cell) or labels.language_of_column(cell) for cell in head)
        self.is_tracker = sum(map(labels.is_tracked, head)) > 1
        self.width = max(len(row) for _, row in self.rows)
        if head and not any(self.fields) and self.is_data(head):
            self.rows = ((table.head_line, table.head), *self.rows)
            self.frame = ((table.delimiter, "table"),) if table.delimiter else ()
        self.head_line, self.table_head = table.head_line, table.head
        self.form: Form = (self.width, tuple(map(str.casefold, head)))

    def take(self, usual: list[Columns]) -> None:
        """Take the columns of a table of the same form, where nothing in this one speaks against them."""
        if all(self.may_be_in(one.term, 0) and self.may_be_in(one.gloss, 1) for one in usual):
            self.columns = usual
            self.rows = tuple(row for row in self.rows if not any(self.is_in_one(row[1], one) for one in usual))

    def is_in_one(self, row: Sequence[str], columns: Columns) -> bool:
        """Return whether what stands for the gloss in a row is a phrase in the language of the term."""
        gloss = self.cell(row, columns.gloss)
        return " " in gloss and self.tongues.side(gloss) == 0

    def may_be_in(self, number: int, side: int) -> bool:
        """Return whether a column holds words of which at most a third is surely in the other language."""
        texts = self.column(number)
        return not _are_numbers(texts) and sum(
            self.tongues.side(entry.enclosed(text) or text) == 1 - side for text in texts
        ) * 3 <= len(texts)

    def claims(self) -> Iterator[Claim]:
        """Yield the entries and pairs of the table."""
        across = self.transposed()
        if across is not None:
            yield across
            return
        card = self.record() if not {"term", "gloss"} & set(self.fields) else None
        if card is not None:
            yield card
            return
        cells = list(self.bilingual_cells())
        if cells:
            yield from cells
            return
        both = [number for number in range(self.width) if self.kind(number) == "both"]
        columns = [] if self.is_tracker else self.columns
        if not columns and not both:
            both = [number for number in range(self.width) if self.parting(number) is not None]
        if both and not self.is_tracker:
            yield from self.in_cells(both)
        if both and not columns:
            yield Claim(NAME, EVIDENCE, self.frame)
            return
        if not columns:
            yield Claim(NAME, 0.2, (*self.frame, *((line, "grid") for line, _ in self.rows)))
            return
        if len(columns) == 1 and not columns[0].examples and self.is_sentences(columns[0]):
            yield from self.pairs(columns[0])
        else:
            yield from self.entries(columns)
        yield Claim(NAME, EVIDENCE, self.frame)

    def transposed(self) -> Claim | None:
        """Return what two rows hold that each begin with the name of a language: `| Gaeilge | arán |` above `| Español | pan |`."""
        rows = [(line, row) for line, row in ((self.head_line, self.table_head), *self.rows) if row]
        tags = [labels.language_named(self.cell(row, 0)) for _, row in rows]
        pair = [tag.partition("-")[0] for tag in self.page.languages]
        if len(rows) != 2 or sorted(tags) != sorted(pair) or self.width < _FEWEST_TOLD:
            return None
        (line, texts), (_, translations) = rows if tags[0] == pair[0] else rows[::-1]
        passages: list[Passage] = []
        entries: list[VocabularyEntry] = []
        for number in range(1, min(len(texts), len(translations))):
            text, translation = self.cell(texts, number), self.cell(translations, number)
            if not text or not translation:
                continue
            pairs, words = self.unit(text, translation, line)
            passages += pairs
            entries += words
        roles = tuple((number, "entry" if entries else "pair") for number, _ in rows)
        return Claim(NAME, EVIDENCE, (*roles, *self.frame), tuple(passages), tuple(entries)) if passages or entries else None

    def cell(self, row: Sequence[str], number: int) -> str:
        """Return a cell without markup; nothing for one that holds a dash or is not there."""
        if not 0 <= number < len(row) or _EMPTY.match(row[number]):
            return ""
        return inline.plain(row[number])

    def column(self, number: int) -> list[str]:
        """Return what stands in a column, at most 60 rows."""
        return [text for _, row in self.rows[:60] if (text := self.cell(row, number))]

    def is_data(self, head: tuple[str, ...]) -> bool:
        """Return whether the head is the first row of data: its cells are in the languages of the columns below them."""
        sides = [self.tongues.side(cell) for cell in head]
        below = [self.side(number) for number in range(len(head))]
        return len(head) > 1 and None not in sides[:2] and sides[0] != sides[1] and sides[:2] == below[:2]

    def side(self, number: int) -> int | None:
        """Return the language that most of a column is in."""
        texts = self.column(number)
        if not texts:
            return None
        if not self.tongues.separable:
            return self.tongues.side(" \n".join(texts))
        sides = [self.tongues.side(entry.enclosed(text) or text) for text in texts]
        first, second = sides.count(0), sides.count(1)
        if max(first, second) * 2 < len(sides) or max(first, second) < 2 * min(first, second):
            return None
        return 0 if first > second else 1

    def kind(self, number: int) -> str:
        """Return what a column holds: term, gloss, sentence, translation, sound, part-of-speech, remark, or nothing."""
        field = self.field(number)
        texts = self.column(number)
        if not texts:
            return ""
        if not field.startswith(tuple(labels.NAMES)) and field not in ("gloss", "translation") and _are_numbers(texts):
            return "remark"
        if sum(map(no_text.is_code, texts)) * 2 > len(texts):
            return "remark"
        if field in ("phonetics", "part-of-speech"):
            return "sound" if field == "phonetics" else field
        if field in ("remark", "metadata", "skip", "grammar"):
            return "remark"
        tags = [tag.partition("-")[0] for tag in self.page.languages]
        named = field.partition("-")[0] if field in labels.NAMES else ""
        if named and named not in tags:
            return "remark"
        letters = sum(_LETTERS.match(text) is not None or _is_letter(text) for text in texts)
        if len(texts) > 1 and language(self.page.languages[0]).spaces and letters * 10 >= len(texts) * 9:
            return "remark"  # letters of the alphabet
        if sum(_ENDING.match(text) is not None for text in texts) * 3 >= len(texts) * 2 and texts:
            return "remark"
        if sum(_PART.match(text.strip("()[]（） ")) is not None for text in texts) * 2 > len(texts):
            return "part-of-speech"
        is_the_term = field == "term" and self.fields.count("term") == 1  # and may be in kana alone
        if not named and not is_the_term and sum(self.is_sound(text) for text in texts) * 3 > len(texts) * 2:
            return "sound"
        if self.holds_both(texts) or self.names_both(number, texts):
            return "both"
        if self.parting(number) is not None:
            return "sentence"
        side = tags.index(named) if named and not self.is_in_one_language else self.side(number)
        if side is None:
            side = {"term": 0, "vocabulary": 0, "text": 0, "sentences": 0, "example": 0, "gloss": 1, "translation": 1}.get(field)
        if side is None:
            return ""
        if field == "gloss" and side == 0:
            return "remark"  # a definition in the language studied
        long = self.is_long(texts, side)
        if field == "example" or (field in ("text", "sentences") and not named and "term" in self.fields):
            return ("sentence", "translation")[side]
        if field in ("term", "vocabulary", "gloss") and not long:
            return ("term", "gloss")[side]
        return (("sentence" if long else "term"), ("translation" if long else "gloss"))[side]

    def holds_both(self, texts: list[str]) -> bool:
        """Return whether most cells of a column hold a text with its translation in brackets."""
        both = [
            cut
            for cut in (best_cut(text, self.tongues) for text in texts)
            if cut is not None
            and cut.kind == "bracket"
            and cut.purity == 1
            and len(cut.second) > 3
            and not no_text.is_register(cut.second)
            and not self.tongues.reads(cut.first, cut.second, 0)
        ]
        return len(both) > 1 and len(both) * 3 >= len(texts) * 2

    def names_both(self, number: int, texts: list[str]) -> bool:
        """Return whether the head of a column says that its cells hold a meaning in brackets, and most do: `Örnek (Anlamı)`."""
        head = _IN_BRACKETS.search(inline.plain(self.table_head[number])) if number < len(self.table_head) else None
        named = head is not None and labels.field(head[1]) in ("gloss", "translation")
        return named and sum(_IN_BRACKETS.search(text) is not None for text in texts) * 3 >= len(texts) * 2

    @cached_property
    def is_in_one_language(self) -> bool:
        """Return whether two columns are in one language whatever their heads name, as forms below heads that every table has."""
        if self.tongues.by_script or self.width != 2 or len(self.rows) < _FEWEST_TOLD:
            return False
        told = [[self.tongues.side(text) for text in self.column(number)] for number in range(self.width)]
        return any(all(sides and sides.count(side) * 3 >= len(sides) * 2 for sides in told) for side in (0, 1))

    def parting(self, number: int) -> str | None:
        """Return the separator in a column whose cells hold sentences with their translations: `Det regner. → It rains.`

        It is empty where brackets, scripts or lines part them; None stands for a column of anything else.
        """
        cells = [parts for _, row in self.rows[:60] if (parts := self.parts(row, number))]
        above = sum(self.above(parts) is not None for parts in cells)
        if self.width > 2 and above > 1 and above * 3 >= len(cells) * 2:
            return ""
        texts = [part for parts in cells for part in parts]
        are_examples = self.field(number) == "example"
        sentences = [
            cut
            for text in texts
            if (cut := self.translated(text)) is not None
            and (are_examples or sentence_score(cut.first, self.page.languages[0]) >= evidence.SENTENCE)
        ]
        if self.width < 3 or len(sentences) < 2 or len(sentences) * 2 < len(texts):
            return None
        kind = Counter(cut.kind for cut in sentences).most_common(1)[0][0]
        return kind if kind not in evidence.WEAK else ""

    def above(self, parts: list[str]) -> tuple[str, str] | None:
        """Return the text and the translation of a cell with one above the other, a line that spells the text out between them or not."""
        lines = [part for part in parts if self.tongues.reading_of(part) != 0]
        sides = [self.tongues.side(line) for line in lines]
        if sorted(sides, key=str) != [0, 1]:
            return None
        return lines[sides.index(0)], lines[sides.index(1)]

    def translated(self, text: str, parting: str = "") -> Cut | None:
        """Return the cut of a cell that holds a text with its translation: in two scripts, or with a strong separator, which may be known."""
        cut = best_cut(text, self.tongues)
        if self.tongues.by_script or (cut is not None and cut.kind not in evidence.WEAK and cut.purity > evidence.UNSURE_BOTH):
            return cut
        places = [(end, start) for end, start, kind in cuts(text, self.tongues) if kind == parting]
        if len(places) != 1:
            return None
        ((end, start),) = places
        return Cut(trimmed(text[:end]), trimmed(text[start:]), parting, evidence.UNSURE_BOTH, 0)

    def in_cells(self, numbers: list[int]) -> Iterator[Claim]:
        """Yield what the cells of columns hold that have both languages in them."""
        for line, row in self.rows:
            entries: list[VocabularyEntry] = []
            passages: list[Passage] = []
            for written, translation in (pair for number in numbers for pair in self.pairs_in(self.parts(row, number))):
                text = without_reading(written, self.tongues, 0)[0]
                if (
                    sentence_score(text, self.page.languages[0]) >= 0.4
                    or sentence_score(translation, self.page.languages[1]) >= 0.4
                ):
                    passages += self.given(text, translation, line)
                else:
                    parsed = entry.parse_gloss(translation)._replace(term=text)
                    entries.append(entry.vocabulary(parsed, line, self.page.place(line, text), (), ()))
            if entries or passages:
                yield Claim(NAME, EVIDENCE, ((line, "entry" if entries else "pair"),), tuple(passages), tuple(entries))

    def pairs_in(self, parts: list[str]) -> Iterator[tuple[str, str]]:
        """Yield each text in the lines of a cell with its translation there."""
        pair = self.above(parts)
        if pair is not None:
            yield pair
            return
        for example in (text for part in parts for text in self.examples_of(part)):
            cut = best_cut(example, self.tongues)
            if cut is not None:
                yield (cut.first, cut.second) if cut.order != 1 else (cut.second, cut.first)

    def is_sound(self, text: str) -> bool:
        tag = self.page.languages[0]
        if language(tag).scripts[0] == "Latin":
            return _SPOKEN.search(text) is not None
        if romanisation.is_reading(text, tag) or self.tongues.reading_of(text) == 0:
            return True
        return not self.tongues.letters(text, 0) and _SPOKEN.search(text) is not None

    def is_long(self, texts: list[str], side: int) -> bool:
        tag = self.page.languages[side]
        return sum(sentence_score(text, tag) >= evidence.SENTENCE for text in texts) * 2 > len(texts)

    @property
    def is_conjugation(self) -> bool:
        """Return whether the rows are the persons of a verb, and not pronouns with the pronouns that translate them."""
        meanings = [number for number, field in enumerate(self.fields) if field in ("gloss", "translation")]
        persons = any(labels.are_pronouns(self.column(number)) for number in range(min(2, self.width)))
        return persons and not any(labels.are_pronouns(self.column(number)) for number in meanings)

    @cached_property
    def columns(self) -> list[Columns]:
        """Return where the entries of a row stand, several for a row that repeats its columns."""
        kinds = [self.kind(number) for number in range(self.width)]
        if self.width > 2 and self.is_conjugation:
            return []
        kinds = self.with_numbers(self.with_sounds(self.without_mistakes(kinds)))
        if not {"term", "sentence"} & set(kinds) and "sound" in kinds and self.side(kinds.index("sound")) == 0:
            place = kinds.index("sound")  # kana alone
            kinds[place] = "sentence" if self.is_long(self.column(place), 0) else "term"
        if not (self.tongues.by_script or self.page.decision.alone):
            kinds = self.filled(kinds)
        kinds = self.without_categories(kinds)
        if "term" not in kinds and {"sentence", "translation", "gloss"} <= set(kinds) and kinds.count("sentence") == 1:
            kinds[kinds.index("gloss")] = "remark"
        has_own = "sentence" in kinds and self.parting(kinds.index("sentence")) is not None
        if "term" not in kinds and "sentence" in kinds and not has_own and ("translation" in kinds or "gloss" in kinds):
            # All sentences: the first of each side is the pair.
            kinds[kinds.index("sentence")] = "term"
            if "gloss" not in kinds:
                kinds[kinds.index("translation")] = "gloss"
        elif "term" in kinds and "gloss" not in kinds and "translation" in kinds:
            kinds[kinds.index("translation")] = "gloss"
        groups = _groups(kinds)
        out = []
        for group in groups:
            at = {kind: [number for number in group if kinds[number] == kind] for kind in {kinds[number] for number in group}}
            if "term" not in at or "gloss" not in at:
                continue
            term = at["term"][0]
            gloss = self.gloss(at["gloss"], at.get("part-of-speech", []))
            examples = at.get("sentence", []) + at.get("translation", [])
            remarks = at.get("remark", []) + [number for number in at["gloss"] if number != gloss] + at["term"][1:]
            named = [number for number in remarks if number < len(self.fields)]
            out.append(
                Columns(
                    term,
                    gloss,
                    at.get("sound", [-1])[0],
                    at.get("part-of-speech", [-1])[0],
                    tuple(number for number in named if not all(map(_is_tick, self.column(number)))),
                    tuple(sorted(examples)),
                    next(filter(None, map(self.parting, examples)), ""),
                )
            )
        return out

    def without_mistakes(self, kinds: list[str]) -> list[str]:
        """Return the kinds with what the learner said as a remark, where the head of another column says that it is right."""
        if "correction" not in self.fields:
            return kinds
        right = self.fields.index("correction")
        return ["remark" if kind in ("term", "sentence") and number != right else kind for number, kind in enumerate(kinds)]

    def with_sounds(self, kinds: list[str]) -> list[str]:
        """Return the kinds with the first of two columns for glosses as a sound, where its words are in no dictionary: `phim | feem | movie`."""
        glosses = [number for number, kind in enumerate(kinds) if kind == "gloss"]
        if len(glosses) < 2 or "sound" in kinds or any(self.fields):
            return kinds
        texts = self.column(glosses[0])
        if sum(spells_sounds(text, self.page.languages[1]) for text in texts) * 3 >= len(texts) * 2:
            kinds[glosses[0]] = "sound"
        return kinds

    def with_numbers(self, kinds: list[str]) -> list[str]:
        """Return the kinds with columns of numbers as glosses, where the table gives the words for them no other: `1 | いち | ichi`."""
        words = [number for number, kind in enumerate(kinds) if kind == "term"]
        numbers = [number for number, kind in enumerate(kinds) if kind != "term" and self.holds_numbers(number)]
        beside = [number for number, kind in enumerate(kinds) if kind != "term" and number not in numbers]
        if len(words) < len(numbers) or not all(kinds[number] in ("", "sound", "remark") for number in beside):
            return kinds
        if (beside or len(words) > len(numbers)) and any(_ROW_NUMBER.match(self.head(number)) for number in numbers):
            return kinds
        listed = [text for number in words[: len(numbers)] for text in self.column(number)]
        if len(set(listed)) == len(listed) == sum(len(self.column(number)) for number in numbers):
            return ["gloss" if number in numbers else kind for number, kind in enumerate(kinds)]
        return kinds

    def head(self, number: int) -> str:
        """Return the head of a column without markup, or nothing."""
        return self.form[1][number] if number < len(self.form[1]) else ""

    def holds_numbers(self, number: int) -> bool:
        """Return whether a column holds at least five numbers or times and nothing else, which rise from row to row or are called so."""
        texts = [_AMOUNT_MARKS.sub("", text) for text in self.column(number)]
        if len(texts) <= _FEW_NUMBERS or not all(map(str.isdecimal, texts)) or len(set(texts)) < len(texts):
            return False
        return _NUMBERS.match(self.head(number)) is not None or all(int(one) < int(other) for one, other in pairwise(texts))

    def field(self, number: int) -> str:
        """Return the kind of field that the head of a column names, or nothing."""
        return self.fields[number] if number < len(self.fields) else ""

    def gloss(self, numbers: list[int], parts_of_speech: list[int]) -> int:
        """Return the column of the meaning among those in the learner's language.

        It is the one that its head names, else one whose head names the language, else the first behind the part of speech, else the first.
        """
        for wanted in ("gloss", "translation"):
            for number in numbers:
                if self.field(number) == wanted:
                    return number
        named = [number for number in numbers if self.field(number) in labels.NAMES]
        behind = [number for number in numbers if number > max(parts_of_speech, default=number)]
        return [*named, *behind, *numbers][0]

    def filled(self, kinds: list[str]) -> list[str]:
        """Return the kinds with those of two columns in one script told by each other."""
        if self.width == 2 and sorted(kinds) in (["", "gloss"], ["", "term"]):
            return ["term", "gloss"] if kinds[0] == "term" or kinds[1] == "gloss" else ["gloss", "term"]
        return kinds

    def without_categories(self, kinds: list[str]) -> list[str]:
        """Return the kinds with columns whose words repeat, beside another of the kind, as remarks: articles, categories."""
        named = {number for number, field in enumerate(self.fields) if base(field) == base(self.page.languages[0])}
        studied = [number for number, kind in enumerate(kinds) if kind in ("term", "sentence")]
        for number in studied[:-1]:
            texts = self.column(number)
            short = len(texts) > 4 and len(set(texts)) < 5 and max(map(len, texts)) < 5
            speakers = len(texts) > 3 and len(set(texts)) * 2 <= len(texts) and kinds[studied[-1]] == "sentence"
            unnamed = bool(named) and number not in named
            if kinds[number] == "term" and (short or speakers or unnamed):
                kinds[number] = "remark"
        glosses = [number for number, kind in enumerate(kinds) if kind == "gloss"]
        if len(glosses) < 2 or kinds.count("term") > 1:
            return kinds
        for number in glosses[:-1] if len(glosses) > 1 else ():
            texts = self.column(number)
            if len(texts) > 3 and len(set(texts)) * 2 <= len(texts):
                kinds[number] = "remark"
        return kinds

    def is_sentences(self, columns: Columns) -> bool:
        """Return whether a table of two columns holds sentences."""
        texts, others = self.column(columns.term), self.column(columns.gloss)
        first, second = self.page.languages
        scores = [sentence_score(text, first) for text in texts] + [sentence_score(text, second) for text in others]
        return bool(scores) and sum(score >= 0.45 for score in scores) * 2 >= len(scores)

    def oriented(self, row: Sequence[str], columns: Columns) -> tuple[int, int]:
        """Return the columns of text and translation of a row, which may have them the other way round."""
        term, gloss = self.cell(row, columns.term), self.cell(row, columns.gloss)
        is_short = not gloss and len(row) < self.width
        if term and (is_short or entry.is_part_of_speech(gloss)):  # or a part of speech before the gloss
            for number in range(len(row)):
                text = self.cell(row, number)
                if (
                    number not in (columns.term, columns.sound)
                    and text
                    and self.tongues.side(text[entry.part_of_speech_before(text) :]) == 1
                ):
                    return columns.term, number
        if term and not gloss and (other := self.third_language(row)) is not None:
            return columns.term, other
        if term and gloss and self.is_swapped(term, gloss):
            return columns.gloss, columns.term
        return columns.term, columns.gloss

    def third_language(self, row: Sequence[str]) -> int | None:
        """Return the column of a row that translates it in a language beside the two of the note; None without one."""
        pair = [*map(base, self.page.languages)]
        named = [number for number, field in enumerate(self.fields) if field in labels.NAMES and base(field) not in pair]
        return next((number for number in named if scripts.letters(self.cell(row, number), self.fields[number])), None)

    def is_swapped(self, term: str, gloss: str) -> bool:
        """Return whether a term is in the learner's language and its gloss in the other, for certain: by script, or by accents and dictionary."""
        if self.tongues.side(gloss) != 0 or self.is_sound(gloss):
            return False
        if self.tongues.by_script:
            return self.tongues.side(term) == 1
        known = self.tongues.side(term) == 1 or not identify.is_unknown(term, self.page.languages[1])
        return known and self.tongues.side(term) != 0 and term.isascii() and not gloss.isascii()

    def pairs(self, columns: Columns) -> Iterator[Claim]:
        for line, row in self.rows:
            term, gloss = self.oriented(row, columns)
            if self.is_short(self.cell(row, term)) and self.is_short(self.cell(row, gloss)):  # a word of the sentence above
                made, _ = self.entry(line, row, columns._replace(term=term, gloss=gloss), [], 0)
                yield Claim(NAME, EVIDENCE, ((line, "entry" if made else "unused"),), entries=(made,) if made else ())
                continue
            (text, images, audio), (translation, more, other) = (
                inline.read(((line, row[number] if number < len(row) else ""),)) for number in (term, gloss)
            )
            if not self.cell(row, term) or not self.cell(row, gloss):
                yield Claim(NAME, 0.3, ((line, "unused"),))
                continue
            passage = Passage(self.spoken(text, line), translation, True, (*images, *more), (*audio, *other))
            yield Claim(NAME, EVIDENCE, ((line, "pair"),), (passage,))

    def is_short(self, text: str) -> bool:
        """Return whether a cell holds a word or two, and no stop that makes them a sentence."""
        return 0 < len(text) <= _LONGEST_WORD and text.count(" ") < 2 and not ends_sentence(text)

    def spoken(self, text: Text, line: int) -> Text:
        return sliced(text, without_reading(text.plain, self.tongues, 0)[0], line)

    def entries(self, columns: list[Columns]) -> Iterator[Claim]:
        """Yield a claim for each row with those that go on with it."""
        for line, row, more in self.records(columns):
            entries: list[VocabularyEntry] = []
            passages: list[Passage] = []
            diagnostics = []
            spread = [(part, group) for group in columns for part in ([row] if more else _spread(row, group))]
            for cells, written in spread:
                term, gloss = self.oriented(cells, written)
                in_kana = not self.cell(cells, term) and bool(self.cell(cells, written.sound)) and bool(self.cell(cells, gloss))
                term, one = (written.sound, written._replace(sound=-1)) if in_kana else (term, written)
                if not self.cell(cells, term) or no_text.is_remark(self.cell(cells, gloss)):
                    continue
                if not self.cell(cells, gloss):
                    plain = self.cell(cells, term)
                    found = self.page.diagnostic(
                        rules.MISSING_GLOSS, line, Message("“{term}” has no gloss", term=plain), rules.MISSING_GLOSS.cure, plain
                    )
                    diagnostics.append(found)
                    continue
                if self.is_pair(cells, term, gloss) and not one.examples:
                    text, translation = (inline.read(((line, cells[number]),))[0] for number in (term, gloss))
                    passages.append(Passage(self.spoken(text, line), translation, True))
                    continue
                made, pairs = self.entry(line, cells, one._replace(term=term, gloss=gloss), more, len(passages))
                entries += [made] if made else []
                passages += pairs
            role = "entry" if entries else "pair" if passages else "unused"
            roles = ((line, role), *((number, "entry") for number, _ in more))
            yield Claim(NAME, EVIDENCE, roles, tuple(passages), tuple(entries), tuple(diagnostics))

    def records(self, columns: list[Columns]) -> Iterator[tuple[int, tuple[str, ...], list[Row]]]:
        """Yield the rows, each with those below it whose cell of the term is empty."""
        current: tuple[int, tuple[str, ...]] | None = None
        more: list[Row] = []
        for line, row in self.rows:
            goes_on = (
                current is not None
                and len(columns) == 1
                and columns[0].term < columns[0].gloss
                and not self.cell(row, columns[0].term)
                and not self.cell(row, columns[0].sound)
                and self.cell(row, columns[0].gloss)
            )
            if goes_on:
                more.append((line, row))
                continue
            if current is not None:
                yield (*current, more)
            current, more = (line, row), []
        if current is not None:
            yield (*current, more)

    def is_pair(self, row: Sequence[str], term: int, gloss: int) -> bool:
        texts = (self.cell(row, term), self.cell(row, gloss))
        scores = [sentence_score(text, tag) for text, tag in zip(texts, self.page.languages, strict=True)]
        return min(scores) >= 0.75

    def entry(
        self, line: int, row: tuple[str, ...], columns: Columns, more: list[Row], place: int
    ) -> tuple[VocabularyEntry | None, list[Passage]]:
        """Return the entry of a row and the pairs among its examples; `place` is the index of the first of them."""
        read = [inline.read(((line, row[number] if 0 <= number < len(row) else ""),)) for number in columns[:4]]
        images = tuple(path for _, paths, _ in read for path in paths)
        audio = tuple(path for _, _, paths in read for path in paths)
        head = terms.read(self.cell(row, columns.term), self.tongues)
        glosses = [self.parts(row, columns.gloss)] + [self.parts(other, columns.gloss) for _, other in more]
        gloss = "；".join(_without_brackets(part) for parts in glosses for part in parts)
        gloss, read_there = leading_reading(gloss, self.tongues, 1)
        gloss = _without_brackets(gloss)
        notes = [text for number in columns.remarks if number != columns.gloss and (text := self.cell(row, number))]
        if head.note:
            notes.insert(0, head.note)
        sound = self.cell(row, columns.sound)
        if sound and self.tongues.side(sound) == 1 and _SPOKEN.search(gloss):  # the two cells are swapped
            gloss, sound = sound, gloss
        parsed = entry.parse_gloss(gloss)
        if parsed.phonetics and (inside := entry.enclosed(parsed.gloss)):
            parsed = entry.parse_gloss(inside)._replace(phonetics=parsed.phonetics)  # `[ˈɡiːro] (current account)`
        parsed = entry.without_long_remark(parsed)
        notes += [parsed.note] if parsed.note else []
        examples, pairs = self.examples([(line, row), *more], columns)
        column, length = self.page.place(line, row[columns.term])
        if not head.term or not any(letter.isalnum() for letter in parsed.gloss):
            return None, pairs
        spells = bool(sound) and not (_SPOKEN.search(sound) or language(self.page.languages[0]).scripts[0] == "Latin")
        is_spoken = language(self.page.languages[0]).scripts[0] == "Latin"
        made = entry.vocabulary(
            parsed._replace(
                term=head.term,
                phonetics=head.phonetics or parsed.phonetics or ("" if spells else sound) or (read_there if is_spoken else ""),
                accent=head.accent or parsed.accent,
                part_of_speech=self.cell(row, columns.part_of_speech) or head.part_of_speech or parsed.part_of_speech,
                note="；".join(notes),
                reading=head.reading or ("" if is_spoken else read_there) or (sound if spells else ""),
            ),
            line,
            (column, length),
            images,
            audio,
        )
        return made._replace(examples=examples, passage=place if pairs else None), pairs

    def parts(self, row: Sequence[str], number: int) -> list[str]:
        """Return a cell cut at its line breaks, without the marks of a list."""
        if not 0 <= number < len(row):
            return []
        parts = _cut_at_breaks(row[number])
        if len(parts) > 1:
            parts = [_LIST_MARK.sub("", part) for part in parts]
        return [text for part in parts if (text := inline.plain(part)) and not _EMPTY.match(text)]

    def examples(self, rows: list[Row], columns: Columns) -> tuple[tuple[Example, ...], list[Passage]]:
        """Return the examples in the cells of a row: each sentence with what translates it, in the next cell or in the same."""
        numbers, parting = columns.examples, columns.parting
        examples: list[Example] = []
        passages: list[Passage] = []
        for line, row in rows:
            cells = [self.parts(row, number) for number in numbers]
            pairs = [pair for parts in cells if (pair := self.above(parts)) is not None]
            if pairs and len(pairs) == sum(map(bool, cells)):
                for text, translation in pairs:
                    examples.append(Example(text, translation, line))
                    passages += self.given(text, translation, line)
                continue
            sentences = [
                (line, part)
                for number in numbers
                for cell in self.parts(row, number)
                for part in self.examples_of(cell)
                if parting or self.told(part, numbers, number) != 1
            ]
            translations = [
                part for number in numbers for part in self.parts(row, number) if self.told(part, numbers, number) == 1
            ]
            whole = [(part, self.translated(part, parting)) for _, part in sentences]
            if (parting or not translations) and any(cut is not None for _, cut in whole):
                for part, cut in whole:
                    if cut is None:
                        examples.append(Example(part, None, line))
                        continue
                    text, translation = (cut.first, cut.second) if cut.order != 1 else (cut.second, cut.first)
                    text = without_reading(text, self.tongues, 0)[0]
                    examples.append(Example(text, translation, line))
                    passages += self.given(text, translation, line, is_example=True)
                continue
            paired = len(translations) == len(sentences)
            for index, (_, part) in enumerate(sentences):
                given = translations[index] if paired else None
                if given is None and " " not in part and language(self.page.languages[0]).spaces:
                    continue
                examples.append(Example(part, given, line))
                passages += self.given(part, given, line) if given else []
        return tuple(examples), passages

    def examples_of(self, text: str) -> list[str]:
        """Return the examples of a line of a cell, each with its translation in brackets: `Det regner. (It rains.) Det sner. (It snows.)`."""
        pieces = _BEHIND_BRACKET.split(text)
        translated = [cut for piece in pieces if (cut := best_cut(piece, self.tongues)) is not None and cut.kind == "bracket"]
        return pieces if len(translated) == len(pieces) else [text]

    def told(self, part: str, numbers: tuple[int, ...], number: int) -> int | None:
        """Return the side of an example; in one script the second column translates the first."""
        if self.tongues.by_script:
            return self.tongues.side(part)
        if len(numbers) != 2:
            return self.tongues.side(part)
        sides = [self.side(one) for one in numbers]
        return sides[numbers.index(number)] if set(sides) == {0, 1} else numbers.index(number) % 2

    def unit(self, text: str, translation: str, line: int, term: str = "") -> tuple[list[Passage], list[VocabularyEntry]]:
        """Return the pair of a sentence with its translation, else the entry of a term: of `term` where that is less than the text."""
        if sentence_score(text, self.page.languages[0]) >= evidence.SENTENCE:
            return self.given(text, translation, line), []
        head = entry.clean_term(term or text)
        parsed = entry.parse_gloss(translation).behind(head)
        return [], [entry.vocabulary(parsed, line, self.page.place(line, head.term), (), ())]

    def given(self, text: str, translation: str, line: int, *, is_example: bool = False) -> list[Passage]:
        """Return the pair of two texts of which one looks like a sentence; an example of three words may be one without a stop."""
        enough = is_example and text.count(" ") > 1
        scores = (sentence_score(one, tag) for one, tag in zip((text, translation), self.page.languages, strict=True))
        if not enough and max(scores) < 0.4:
            return []
        one, other = (inline.read(((line, part),))[0] for part in (text, translation))
        return [Passage(one, other, given=True)]

    def record(self) -> Claim | None:
        """Return the entry of a table whose first column names fields: `**Meaning** | …`."""
        if not self.heading:
            return None
        named = {
            labels.field(self.cell(row, 0)): self.cell(row, 1)
            for _, row in self.rows
            if len(row) > 1 and labels.field(self.cell(row, 0))
        }
        if "gloss" not in named or len(named) * 3 < len(self.rows):
            return None
        parsed = entry.parse_gloss(named["gloss"])
        head = entry.clean_term(self.heading)
        if not head.term or self.tongues.side(head.term) == 1:
            return None
        first = self.rows[0][0]
        one = entry.vocabulary(
            parsed._replace(
                term=head.term,
                phonetics=head.phonetics or parsed.phonetics,
                accent=head.accent,
                part_of_speech=head.part_of_speech or named.get("part-of-speech", ""),
                reading=head.reading or named.get("phonetics", ""),
                note=named.get("remark", ""),
            ),
            first,
            self.page.place(first),
            (),
            (),
        )
        return Claim(NAME, EVIDENCE, (*self.frame, *((line, "entry") for line, _ in self.rows)), entries=(one,))

    def bilingual_cells(self) -> Iterator[Claim]:
        """Yield an entry or pair for each cell of a table whose cells hold both languages, one above the other."""
        cells = [
            (line, self.parts(row, number)) for line, row in self.rows for number in range(len(row)) if self.cell(row, number)
        ]
        both = [
            (line, parts) for line, parts in cells if len(parts) == 2 and {self.tongues.side(part) for part in parts} == {0, 1}
        ]
        if len(both) * 3 < len(cells) * 2 or len(both) < 2:
            return
        for line, group in groupby(both, key=lambda cell: cell[0]):
            entries: list[VocabularyEntry] = []
            passages: list[Passage] = []
            for _, parts in group:
                text, translation = parts if self.tongues.side(parts[0]) == 0 else reversed(parts)
                pairs, words = self.unit(text, translation, line, without_reading(text, self.tongues, 0)[0])
                passages += pairs
                entries += words
            yield Claim(NAME, EVIDENCE, ((line, "entry"),), tuple(passages), tuple(entries))
        yield Claim(NAME, EVIDENCE, self.frame)


def _is_letter(text: str) -> bool:
    """Return whether a cell holds one letter in its two cases: `Бб`."""
    return len(text) == 2 and text.isalpha() and text[0] != text[1] and text[0].casefold() == text[1].casefold()


def _cut_at_breaks(cell: str) -> list[str]:
    return [part.strip() for part in _BREAK.split(cell)]


def _spread(row: tuple[str, ...], columns: Columns) -> list[tuple[str, ...]]:
    """Return the rows that a row stands for whose cells of term and gloss hold lists of one length: `maize<br>piens`."""
    lists = [_cut_at_breaks(cell) for cell in row]
    lengths = {len(lists[number]) if 0 <= number < len(lists) else 0 for number in (columns.term, columns.gloss)}
    if len(lengths) > 1 or lengths <= {0, 1}:
        return [row]
    number = lengths.pop()
    return [
        tuple(parts[place] if len(parts) == number else cell for parts, cell in zip(lists, row, strict=True))
        for place in range(number)
    ]


def _without_brackets(gloss: str) -> str:
    """Return a gloss without the brackets around all of it, square ones aside: phonetics stand in them."""
    return gloss if gloss[:1] in "[［" else entry.enclosed(gloss) or gloss


def _groups(kinds: list[str]) -> list[list[int]]:
    """Return the columns of each entry of a row: a new one begins where the kind that began the first comes again, after a whole one."""
    wanted = [kind for kind in kinds if kind in ("term", "gloss")]
    half = len(wanted) // 2
    repeats = (
        half > 0 and len(wanted) % 2 == 0 and all(wanted[index : index + 2] == wanted[:2] for index in range(0, len(wanted), 2))
    )
    if not repeats or len(wanted) < 4 or set(wanted[:2]) != {"term", "gloss"}:
        return [list(range(len(kinds)))]
    groups: list[list[int]] = []
    for number, kind in enumerate(kinds):
        if kind == wanted[0] or not groups:
            if groups and not any(kinds[one] in ("term", "gloss") for one in groups[-1]):
                groups[-1].append(number)
            else:
                groups.append([number])
        else:
            groups[-1].append(number)
    return groups
