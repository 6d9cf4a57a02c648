"""Which two languages a note is in, and which of them is studied.

The scripts and the function words name the languages. For the one that is studied, signs of many kinds are weighed and summed: names in titles,
tags and front matter, readings and phonetics, heads and order of columns, labels, the order of lines. No sign decides alone.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import pairwise
from pathlib import PurePosixPath
from typing import NamedTuple

from anki_builder.languages import (
    identify,
    is_romanised,
    labels,
    language,
    readings,
    romanisation,
    romanised,
    scripts,
    sharing_script,
)
from anki_builder.message import Message
from anki_builder.reading import entry, evidence, inline
from anki_builder.reading.front_matter import FrontMatter
from anki_builder.reading.lines import Line
from anki_builder.reading.no_text import names_part
from anki_builder.reading.page import Decision
from anki_builder.reading.shape import QUOTED, Shape, Tongues, best_cut, cuts, flat, shape
from anki_builder.reading.tables import Table

_URL = re.compile(
    r"https?://[^\s<>\])）]+|!\[\[[^\[\]\n]*\]\]|\[\[[^\[\]\n|]*\||\]\([^()\n]*\)|`[^`\n\u0080-\U0010ffff]*`|<[^<>\n]*>"
)
_BESIDE = re.compile(
    r"(?<=[^\x00-\u036f\u2000-\u206f\u3000])\s*[(（\[［【][^()（）\[\]［］【】\n\u2e80-\u9fff\uac00-\ud7ff]{1,60}[)）\]］】]"
)
_IPA = re.compile(r"[\[/／(（][^\[\]/()（）\n]{0,40}[ˈˌːəɪʊɔæɑɛʌθðŋʃʒɡɜɒɚɝɹʁɲøœɥ][^\[\]/()（）\n]{0,40}[\]/／)）]")
_BRACKETED = re.compile(r"[(（\[][^()（）\[\]\n]{1,12}[)）\]]")
_EXAMPLE = re.compile(r"\s+e\.g\.\s")
_SPELT = re.compile(r"(?<![^\W\d_])[^\W\d_]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][^\W\d_]*")
"""Words with tones."""
_HANJA = re.compile(r"(?<=[\uac00-\ud7ff])\s*[(（\[][\u3400-\u9fff、,\s]+[)）\]]")
_LATIN_LETTER = re.compile(f"[{scripts.RANGES['Latin']}]")
_STUDIED_KEYS = (
    "studied studying learning target target_language target-language course langue idioma lingua sprache zielsprache språk język jezyk jazyk "
    "jezik язык мова 语言 学习语言 言語 언어 språk taal fremdsprache kurs"
).split()
_NATIVE_KEYS = (
    "translation translation_lang translation-lang native native_language native-language base mother_tongue l1 explained".split()
)
_PAGE_KEYS = "lang language locale".split()


def decide(signs: "Signs", text: str) -> Decision:
    """Return the two languages of a note with this text in order, the one studied first."""
    found = languages_in(text, signs)
    pair = _two(found, signs)
    if len(found) < 2:
        return Decision(pair, alone=not signs.mentioned)
    decision = in_order(pair, signs)
    first, second = decision.pair
    is_named = any(labels.names_language(signs.title, tag) for tag in pair)
    third = [tag for tag in found if tag not in pair and (tag == "en" or tag in signs.mentioned or not is_named)]
    return decision._replace(others=tuple((first, tag) for tag in third) + tuple((tag, second) for tag in third))


def in_order(pair: tuple[str, str], signs: "Signs") -> Decision:
    """Return two languages of a note in order, the one studied first."""
    tongues = signs.tongues_of(pair)
    votes = [*signs.votes(pair), *_structure(tongues, signs.lines, signs.tables), *_prior(pair)]
    total = sum(weight for _, weight in votes)
    decision = Decision(pair, tuple(vote for vote in votes if vote[1]), abs(total) >= evidence.STUDIED_SURE)
    return decision.in_languages((pair[1], pair[0])) if total < 0 else decision


_INITIALS = 2
"""Letters that may as well stand for a speaker: `CA:`."""


class About(NamedTuple):
    """The texts about a note that may name its languages."""

    front: FrontMatter
    title: str
    path: str
    """Of the file, as the project names it."""
    tags: Iterable[str]
    """Those in the text, and the deck that it names; those of the front matter are in `front`."""


class Signs:
    """The signs of the languages of a note: the names of languages in the texts about it, its lines and its tables."""

    def __init__(
        self, about: About, lines: list[Line], tables: list[Table], tongues_of: Callable[[tuple[str, str]], Tongues]
    ) -> None:
        front = about.front
        values: Mapping[str, tuple[str, ...]] = front.values
        self.lines = lines
        self.tables = tables
        self.tongues_of = tongues_of
        self.studied = [tag for key in _STUDIED_KEYS for value in values.get(key, ()) if (tag := tag_of(value))]
        self.native = [tag for key in _NATIVE_KEYS for value in values.get(key, ()) if (tag := tag_of(value))]
        self.page = [tag for key in _PAGE_KEYS for value in values.get(key, ()) if (tag := tag_of(value))]
        self.title = " ".join((about.title, front.first("title", "título", "titre", "titel")))
        self.tags = " ".join(
            (front.first("deck"), *values.get("tags", ()), *values.get("tag", ()), *values.get("categories", ()), *about.tags)
        ).replace("::", " ")
        self.path = re.sub(r"[/_.\-]+", " ", about.path)
        self.file = PurePosixPath(about.path).stem
        self.headings = " ".join(line.plain for line in lines if line.heading)[:2000]
        named = [(cell, tag) for table in tables for cell in table.head if (tag := _named(cell))]
        self.written_heads = " ".join(cell for cell, _ in named)
        self.heads = [tag for _, tag in named]
        prefixes = [line.prefix for line in lines if line.prefix is not None and line.prefix.kind == "language"]
        labelled = Counter(prefix.language for prefix in prefixes if len(prefix.name) > _INITIALS)
        self.labels = [tag for tag, number in labelled.most_common(2) if number > 1]

    @property
    def in_title(self) -> str:
        """The only language in the Latin alphabet that title or tags name besides English, or nothing."""
        said = [
            tag
            for tag in labels.NAMES
            if tag != "en" and tag in identify.LATIN and labels.names_language(f"{self.title} {self.tags}", tag)
        ]
        return said[0] if len(said) == 1 else ""

    @property
    def anywhere(self) -> str:
        """The texts that may name a language, heads of tables and front matter aside."""
        return " ".join((self.title, self.tags, self.path, self.headings))

    @cached_property
    def mentioned(self) -> list[str]:
        """The languages named anywhere, the surest first."""
        said = [*self.studied, *self.native, *self.page, *self.heads]
        said += [tag for tag in labels.NAMES if labels.names_language(self.anywhere, tag)]
        return list(dict.fromkeys(tag.partition("-")[0] for tag in said))

    def votes(self, pair: tuple[str, str]) -> Iterable[tuple[str, float]]:
        """Yield how much the names speak for `pair` in this order."""
        for where, said, weight in (
            (Message("front matter names it"), self.studied, evidence.STUDIED_KEY),
            (Message("front matter names the other"), self.native, -evidence.NATIVE_KEY),
            (Message("front matter names the page's"), self.page, evidence.PAGE_KEY),
        ):
            side = _only([_side_of(tag, pair) for tag in said])
            if side is not None:
                yield where, weight if side == 0 else -weight
        for where, text, weight in (
            (Message("the title names it"), self.title, evidence.NAMED_IN_TITLE),
            (Message("the tags name it"), self.tags, evidence.NAMED_IN_TAGS),
            (Message("the path names it"), self.path, evidence.NAMED_IN_PATH),
            (
                Message("the file is named after it"),
                self.file if labels.language_named(self.file) else "",
                evidence.NAMED_BY_FILE,
            ),
        ):
            side = _only([index for index, tag in enumerate(pair) if labels.names_language(text, tag)])
            if side is not None and not (pair[side].startswith("zh") and len(text) > 60):
                only = weight == evidence.NAMED_IN_TITLE and text.count(" ") > 1 and not labels.is_about_learning(text)
                found = evidence.ONLY_NAMED_IN_TITLE if only else weight
                yield where, found if side == 0 else -found


def _named(cell: str) -> str:
    """Return the tag of the language that the head of a column names, or nothing."""
    plain = inline.plain(cell)
    field = labels.field(plain)
    return field if field in labels.NAMES else labels.language_of_column(plain)


def tag_of(name: str) -> str:
    """Return the tag of a language that a value names by tag or name, or nothing."""
    named = labels.language_named(name)
    if named:
        return named
    found = re.fullmatch(r"([a-z]{2,3})(?:[-_][A-Za-z]{2,4})?", name.strip())
    return found[1] if found and found[1] in labels.NAMES else ""


def _side_of(tag: str, pair: tuple[str, str]) -> int | None:
    return next((index for index, one in enumerate(pair) if one.partition("-")[0] == tag.partition("-")[0]), None)


def _only(sides: list[int | None]) -> int | None:
    told = {side for side in sides if side is not None}
    return told.pop() if len(told) == 1 else None


def languages_in(text: str, signs: Signs) -> list[str]:
    """Return the languages of a note, most text first; readings in the Latin alphabet are no language of it."""
    for named in (list(dict.fromkeys(signs.heads)), signs.labels):
        if len(named) > 1:
            return [identify.han(text) if tag == "zh" else tag for tag in _as_written(named, text)]
    text = _HANJA.sub(" ", _URL.sub(" ", text))
    likely = scripts.likely_languages(text)
    found: list[str] = []
    for tag in likely:
        if tag == "en":
            found += _latin(text, likely, signs)
        elif tag == "zh":
            found.append(identify.han(text))
        else:
            named = [one for one in signs.mentioned if one in sharing_script(tag)]
            found.append(named[0] if named and tag not in named else identify.of_script(text, tag))
    return _as_named(list(dict.fromkeys(found)), text, signs)


def _as_named(found: list[str], text: str, signs: Signs) -> list[str]:
    """Return languages with the one that title or tags name in place of one that is like it, or that few words beside English speak for."""
    named = signs.in_title
    if named in _ALIKE and not _ALIKE.isdisjoint(found):
        return [named, *[tag for tag in found if tag not in _ALIKE]]
    odd = [tag for tag in found if tag in identify.LATIN and tag != "en" and tag not in signs.mentioned]
    is_told = len(odd) == 1 and identify.has_function_words(named) and identify.outscores(text, odd[0], named)
    if named and named not in found and "en" in found and len(odd) == 1 and not is_told:
        return [named if tag == odd[0] else tag for tag in found]
    return found


def _as_written(tags: list[str], text: str) -> list[str]:
    """Return languages as a text writes them: one of which it has no letter is spelt out in the Latin alphabet."""
    return [tag if scripts.letters(text, tag) else romanised(tag) for tag in tags]


def _spelt(signs: Signs, found: list[str], columns: tuple[list[str], list[str]] | None) -> str:
    """Return the language that a note in the Latin alphabet spells out: one that it is named after, or Japanese by its syllables; or nothing."""
    place = f"{signs.title} {signs.tags} {signs.file}"
    named = [tag for tag in signs.mentioned if "Latin" not in language(tag).scripts and labels.names_language(place, tag)]
    others = [tag for tag in found if tag != "en" and tag in signs.mentioned]
    if len(named) == 1 and columns is not None and not others:
        return romanised(named[0])
    for texts in columns or ():
        words = {word for word in re.findall(r"[^\W\d_]+", " ".join(texts).lower()) if len(word) > _SHORT_WORD}
        if len(words) >= _FEWEST_SPELT and sum(map(romanisation.is_romaji, words)) >= _SHARE_SPELT * len(words):
            return romanised("ja")
    return ""


_SHORT_WORD = 2
_FEWEST_SPELT = 10
_SHARE_SPELT = 0.9
"""Words of a column that tell by their syllables that it is in Japanese, and how many of them must be spelt so."""


def _latin(text: str, likely: list[str], signs: Signs) -> list[str]:
    others = [tag for tag in likely if tag != "en"]
    return _latin_beside(text, others, signs) if others else _latin_alone(text, signs)


def _latin_beside(text: str, others: list[str], signs: Signs) -> list[str]:
    """Return the languages in the Latin alphabet of a note that has text in other scripts, without what spells these out."""
    spelt = [tag for tag in others if tag in ("zh", "ja")]
    words = []
    for raw in text.splitlines():
        line = _IPA.sub(" ", _BESIDE.sub(" ", _without_parts_of_speech(raw)))
        if _LATIN_LETTER.search(line) and not any(romanisation.is_reading(line, tag) for tag in spelt):
            words.append(line)
    text = "\n".join(words)
    if "zh" in spelt:
        text = _SPELT.sub(" ", text)
    total = sum(scripts.count(text).values())
    latin = scripts.count(text).get("Latin", 0)
    if latin * 25 < total or latin < 3 or (len(others) > 1 and latin < evidence.LATIN_SHARE * total):
        return []
    mentioned = [tag for tag in signs.mentioned if tag in identify.LATIN]
    told = identify.likeliest(text, tuple(mentioned))
    # Few function words: a list. A language that the note names is rather meant than any other.
    first = [told] if told else identify.among(text, [*identify.latin(text, 1), *mentioned, "en"])[:1]
    more = identify.latin(text, 2) if latin > evidence.LATIN_SHARE * total else []
    if len(more) == 1:
        more = _latin_columns(signs, tuple(mentioned)) or more
    if signs.in_title and len(more) > 1 and signs.in_title not in (*first, *more):
        more = [signs.in_title]
    return list(dict.fromkeys([*first, *more]))[:2]


def _latin_alone(text: str, signs: Signs) -> list[str]:
    """Return the languages of a note in the Latin alphabet."""
    text = _ENDING.sub(" ", text)
    candidates = [tag for tag in signs.mentioned if tag in identify.LATIN]
    columns = _columns(signs.lines, signs.tables)
    found = identify.latin(text)
    if spelt_out := _spelt(signs, found, columns):
        beside = identify.explaining(" ".join(columns[1])) if columns else ""
        return [spelt_out, found[0] if found and found[0] in signs.mentioned else beside or "en"]
    named = signs.in_title
    if (
        len(found) > 1
        and named
        and named not in found
        and found[1] not in candidates
        and not identify.outscores(text, found[1], named)
    ):
        found = [found[0], named]  # a list has few function words
    named_both = len(found) > 1 and set(found) <= set(candidates)
    if columns and not named_both and (len(found) < 2 or _is_list(columns, signs.lines, signs.tables)):
        apart = [columns, *filter(None, (_columns([], [table]) for table in signs.tables[:_FEW_TABLES]))]
        for one, other in apart:  # the tables of a note need not begin with the same language
            parted = identify.of_columns(" ".join(one), " ".join(other), tuple(candidates))
            if parted:
                return parted
    more = [tag for tag in candidates if tag not in found]
    if len(found) < 2 and more and (columns or named in more):
        return [*found, more[0]]
    if set(found[1:]) & set(candidates):
        return found
    sentences = [line.plain for line in signs.lines if line.plain.count(" ") > 1]
    return _with_unexplained(found, columns[0] if columns else sentences)


def _with_unexplained(found: list[str], texts: list[str]) -> list[str]:
    """Return languages with the one of the texts that have no words of the first, if none was found for them, or one like it."""
    rest = [text for text in texts[:300] if found and identify.is_unknown(text, found[0])]
    if len(rest) < _FEWEST_UNEXPLAINED:
        return found
    told = identify.explaining("\n".join(rest))
    if told in ("", *found) or (len(found) > 1 and identify.has_function_words(told)):
        return found
    return [found[0], told]


_FEWEST_UNEXPLAINED = 3
"""Texts in another language than the first that tell which it is."""


def _latin_columns(signs: Signs, mentioned: tuple[str, ...]) -> list[str]:
    """Return the two languages of the lines with both sides in the Latin alphabet, in a note that has other lines; none without any."""
    first, second = _columns(signs.lines, []) or ([], [])
    written = [pair for pair in zip(first, second, strict=True) if all(map(_LATIN_LETTER.search, pair))]
    one, other = (" ".join(pair[side] for pair in written) for side in (0, 1))
    return identify.of_columns(one, other, mentioned) if written else []


def _is_list(columns: tuple[list[str], list[str]], lines: list[Line], tables: list[Table]) -> bool:
    """Return whether lines with a separator, and rows of tables, are most of what a note has: what stands before it is not said again.

    A few words below sentences are no list, and a few words beside sentences neither: the sentences say more of their languages.
    """
    fewer, more = sorted(sum(text.count(" ") + 1 for text in column) for column in columns)
    if fewer < _FEWEST_WORDS and fewer * _LOPSIDED < more:
        return False
    rows = sum(len(table.rows) for table in tables)
    listed = sum(len(one) + len(other) for one, other in zip(*columns, strict=True))
    written = sum(len(line.plain) for line in lines) + (listed if rows else 0)
    return len(set(columns[0])) * _LISTED >= len(lines) + rows and _LEAST_LISTED * listed >= written


_FEWEST_WORDS = 8
"""Words of a column that tell its language."""
_LOPSIDED = 4
"""How many times as many words stand beside a few."""
_LISTED = 3
"""How many lines a note may have for each that is parted in two."""
_LEAST_LISTED = 4
"""How many characters it may have for each of those."""


_ALIKE = frozenset(("da", "nb", "sv"))
"""Languages with words so alike that a note in one of them seems to hold another."""
_TAB = "\ue001"
"""A tab in the spaced text of a line."""
_FEW_TABLES = 4
"""Tables that are looked at one by one."""
_LONGEST = 200
"""Characters of a line that may hold words with their meanings."""


def _columns(lines: list[Line], tables: list[Table]) -> tuple[list[str], list[str]] | None:
    """Return the texts before and behind the separators of lines, with the first two columns of tables; None for fewer than two."""
    blind = Tongues(("en", "en"))
    first: list[str] = []
    second: list[str] = []
    for line in lines[:400]:
        if line.prefix is not None and line.prefix.kind:
            continue
        text = line.spaced if _TAB in line.spaced else line.plain
        for piece in re.split("[;；]", text) if len(text) < _LONGEST else ():
            place = next((one for one in cuts(piece, blind) if one[2] not in evidence.WEAK or one[2] == "bracket"), None)
            if place is not None:
                first.append(_without_parts_of_speech(flat(piece[: place[0]])))
                second.append(_EXAMPLE.split(flat(piece[place[1] :]))[0].rstrip(")） "))
    for above, line in pairwise(lines[:400]):
        kinds = [one.prefix.kind for one in (above, line) if one.prefix is not None]
        if kinds == ["question", "answer"]:
            first.append(above.plain)
            second.append(line.plain)
    for table in tables[:20]:
        for said in _texts_of(table):
            first.append(said[0])
            second.append(said[1])
    return (first, second) if len(first) > 1 else None


def _texts_of(table: Table) -> list[list[str]]:
    """Return the cells of each row that are text, at least two; not the second ones where these spell the first: `heißen | haisen | to be called`."""
    fields = [labels.field(inline.plain(cell)) for cell in table.head]
    meanings = [number for number, field in enumerate(fields) if field == "translation"]
    kept = [0, *meanings] if meanings and meanings[0] else range(_WIDEST)  # else a definition may stand before the translation
    rows = [
        [
            plain
            for number in kept
            if number < len(row) and (plain := inline.plain(row[number])) and not _IPA.search(plain) and not plain.isdigit()
        ]
        for _, row in table.rows[:80]
    ]
    wide = [said for said in rows if len(said) > _WITH_MEANING]
    if wide and sum(romanisation.spells(said[0], said[1]) for said in wide) * 3 >= len(wide) * 2:
        rows = [[said[0], *said[2:]] if len(said) > _WITH_MEANING else said for said in rows]
    return [said for said in rows if len(said) > 1]


_WIDEST = 100
"""Columns of a table that are looked at."""
_WITH_MEANING = 2
"""Cells of a row that has a term and how it sounds, and more."""


def _without_parts_of_speech(text: str) -> str:
    return _BRACKETED.sub(lambda found: " " if entry.is_part_of_speech(found[0]) else found[0], _ENDING.sub(" ", text))


_ENDING = re.compile(r"(?<![\w-])-[^\W\d_]{1,4}\b")
"""An ending that stands for a form: `scribo, -is`."""


def checked(pair: tuple[str, str], signs: Signs, texts: list[str], translations: list[str]) -> tuple[str, str]:
    """Return a pair with the languages in the Latin alphabet that what was read on each side is in; one that the title names stays."""
    tags = list(pair)
    for index, side in enumerate((texts, translations)):
        if tags[index] not in identify.LATIN or tags[index] == signs.in_title or len(side) < 3:
            continue
        found = identify.likeliest("\n".join(side[:300]), tuple(signs.mentioned))
        if found not in ("", tags[0], tags[1]):
            tags[index] = found
    return tags[0], tags[1]


def _two(found: list[str], signs: Signs) -> tuple[str, str]:
    """Return the two languages that matter, in no telling order."""
    if len(found) < 2:
        one = found[0] if found else "en"
        return one, ("zh" if one == "en" else "en")
    if len(found) == 2:
        return found[0], found[1]
    named = [tag for tag in found if any(_side_of(one, (tag, tag)) == 0 for one in (*signs.studied, *signs.native, *signs.heads))]
    places = signs.title, signs.anywhere
    named = sorted(dict.fromkeys(named), key=lambda tag: [not labels.names_language(text, tag) for text in places])
    written = scripts.likely_languages(signs.written_heads)[:1]
    if written and written[0] != "en" and written[0] in named[1:]:  # the learner names languages in his own
        return next(tag for tag in named if tag != written[0]), written[0]
    if len(named) >= 2:
        return named[0], named[1]
    first = named[0] if named else found[0]
    rest = [tag for tag in found if tag != first]
    return first, next((tag for tag in rest if scripts.separable(first, tag)), rest[0])


def _structure(tongues: Tongues, lines: list[Line], tables: list[Table]) -> Iterable[tuple[str, float]]:
    shapes = [shape(line.spaced[:500], tongues) for line in lines[:600]]
    yield from _on_lines(lines, shapes)
    yield from _of_lines(lines, shapes)
    yield from _labelled(tongues, lines, shapes)
    yield from _in_tables(tongues, tables)
    yield from _readings(tongues, lines, tables)
    yield from _headings(lines, shapes)
    yield from _emphasised(tongues, lines, shapes, tables)
    yield from _quoting(tongues, lines, shapes)


def _balance(name: str, first: float, second: float, weight: float, enough: int = 4) -> Iterable[tuple[str, float]]:
    total = first + second
    if total:
        yield name, weight * (first - second) / total * min(1.0, total / enough)


def _on_lines(lines: list[Line], shapes: list[Shape]) -> Iterable[tuple[str, float]]:
    orders = [found.cut.order for line, found in zip(lines, shapes, strict=False) if found.cut is not None and not line.heading]
    yield from _balance(Message("it comes first on lines"), orders.count(0), orders.count(1), evidence.ORDER_ON_LINES)


def _of_lines(lines: list[Line], shapes: list[Shape]) -> Iterable[tuple[str, float]]:
    """Yield which language comes first where one line translates the line above it.

    In a paragraph, below an item or in a quote the first line is known; of paragraphs in turns it is known by what follows what more often.
    """
    counts = [0, 0]
    turns, cards = [0, 0], [0, 0]
    read = [(line, found) for line, found in zip(lines, shapes, strict=False) if found.kind != "R"]
    index = 0
    while index + 1 < len(read):
        (line, one), (following, other) = read[index], read[index + 1]
        is_remark = following.quote > line.quote and bool(entry.enclosed(line.plain))
        if {one.kind, other.kind} == {"A", "B"} and not line.heading and line.title == following.title and not is_remark:
            side = "AB".index(one.kind)
            inside = line.item and (following.item == line.item or (following.parent == line.item and one.kind == "A"))
            if line.prefix is not None and line.prefix.kind == "question":
                cards[side] += 1
                index += 1
            elif line.block == following.block or following.quote != line.quote or inside:
                counts[side] += 1
                index += 1
            elif following.block - line.block <= 2:
                turns[side] += 1
        index += 1
    first, second = (known + max(0, turn - other) for known, turn, other in zip(counts, turns, reversed(turns), strict=True))
    cut = sum(found.kind == "AB" for found in shapes)
    yield from _balance(Message("its lines come first"), first, second, evidence.ORDER_OF_LINES, max(3, cut // 2))
    yield from _balance(Message("its lines come first"), cards[0], cards[1], evidence.ORDER_OF_CARDS, 3)


def _labelled(tongues: Tongues, lines: list[Line], shapes: list[Shape]) -> Iterable[tuple[str, float]]:
    text = [0.0, 0.0]
    translation = [0.0, 0.0]
    names = [0, 0]
    remarks = [0, 0]
    for line, found in zip(lines, shapes, strict=False):
        if found.kind not in ("A", "B") or line.heading:
            continue
        side = "AB".index(found.kind)
        kind = line.prefix.kind if line.prefix is not None else ""
        if kind == "remark":
            remarks[side] += 1
        if kind in ("translation", "gloss"):
            translation[side] += 1
        elif kind in ("text", "example"):
            text[side] += 1
        elif not kind and line.role == "translation":
            translation[side] += 0.5
        elif kind in ("", "speaker") and line.role == "text" and not found.cut and not _quotes(tongues, line.plain, side):
            text[side] += 1
        if kind and line.prefix is not None and kind != "language":
            named = tongues.side(line.prefix.name)
            if named is not None and tongues.by_script:
                names[named] += 1
    yield from _balance(Message("translations are labelled"), translation[1], translation[0], evidence.LABELLED_TRANSLATION, 1)
    yield from _balance(Message("texts are labelled"), text[0], text[1], evidence.LABELLED_TEXT, 2)
    yield from _balance(Message("labels are in the other"), names[1], names[0], evidence.LABEL_LANGUAGE, 3)
    yield from _balance(Message("remarks are in the other"), remarks[1], remarks[0], evidence.REMARKS, 3)


def _quotes(tongues: Tongues, text: str, side: int) -> bool:
    """Return whether a text in one language quotes words, or has some of the other, as a remark on these has."""
    return tongues.letters(text, 1 - side) > 0 if tongues.by_script else QUOTED.search(text) is not None


def _in_tables(tongues: Tongues, tables: list[Table]) -> Iterable[tuple[str, float]]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for table in tables:
        for name, side in (*_signs_of_heads(tongues, table), *_signs_of_columns(tongues, table)):
            counts[name][side] += 1
    for name, message, weight in _SIGNS_OF_TABLES:
        first, second = counts[name]
        yield from _balance(message, first, second, weight, 1)


_SIGNS_OF_TABLES = (
    ("read", Message("a column spells it out"), evidence.READINGS),
    ("terms", Message("its column holds the terms"), evidence.TERM_COLUMN),
    ("meanings of", Message("the other's column holds the meanings"), evidence.GLOSS_COLUMN),
    ("heads", Message("heads name it first"), evidence.NAMED_IN_HEAD),
    ("forms", Message("a column holds its forms"), evidence.FORMS_COLUMN),
    ("named", Message("heads name it in the other"), evidence.NAMED_IN_THE_OTHER),
    ("first", Message("its column comes first"), evidence.FIRST_COLUMN),
    ("begins", Message("it comes first on lines"), evidence.ORDER_ON_LINES),
)
"""What tables say of a language, and how much each sign weighs."""


def _signs_of_heads(tongues: Tongues, table: Table) -> Iterable[tuple[str, int]]:
    """Yield what the names of languages in the head of a table say, each with the side that it says it of."""
    sides = [(_side_of(tag, tongues.pair), inline.plain(cell)) for cell in table.head if (tag := _named(cell))]
    named = [side for side, _ in sides if side is not None]
    if len(set(named)) == 2:
        yield "heads", named[0]
    for side, name in sides:
        written = tongues.side(name)
        is_word = len(name) > _CODE
        if (
            written is None
            and side is not None
            and is_word
            and "en" in tongues.pair
            and not _is_in_english(name, tongues.pair[side])
        ):
            written = 1 - tongues.pair.index("en")  # `Ingles`
        if written is not None and side == 1 - written and tongues.pair[written] != "en":
            yield "named", side


_CODE = 3
"""Letters of a code that names a language in no other one."""


def _is_in_english(name: str, tag: str) -> bool:
    """Return whether a text names a language as English does."""
    return labels.fold(language(tag).name) in labels.fold(name)


def _signs_of_columns(tongues: Tongues, table: Table) -> Iterable[tuple[str, int]]:
    """Yield what the columns of a table say, each with the side that it says it of."""
    heads = [inline.plain(cell) for cell in table.head]
    fields = [labels.field(head) for head in heads]
    sides = [_side_of_column(tongues, table, number) for number in range(max([len(row) for _, row in table.rows], default=0))]
    told = [(head, field, side) for head, field, side in zip(heads, fields, sides, strict=False) if side is not None]
    inflected = {side for head, _, side in told if labels.names_form(head)}
    for side in inflected:
        yield "forms", side
    for _, field, side in told:
        if field in ("gloss", "translation"):
            yield "meanings of", 1 - side
        elif field in ("term", "vocabulary") and inflected != {1 - side}:  # `Verb | Infinitive` begins with the meaning
            yield "terms", side
    if "ja" in tongues.pair and _has_kana_column(table):
        yield "read", tongues.pair.index("ja")
    latin = [index for index, tag in enumerate(tongues.pair) if tag in identify.LATIN]
    if "phonetics" in fields and len(latin) == 1:
        at = fields.index("phonetics")
        spoken = " ".join(row[at] for _, row in table.rows[:20] if at < len(row))
        if _LATIN_LETTER.search(spoken) and not _IPA.search(f"[{spoken[:60]}]"):
            yield "read", 1 - latin[0]
    if not tongues.by_script:
        yield from _respelt(table, fields, sides)
    known = [side for side in sides if side is not None]
    if len(set(known)) == 2:
        yield ("first" if any(heads) else "begins"), known[0]


def _respelt(table: Table, fields: list[str], sides: list[int | None]) -> Iterable[tuple[str, int]]:
    """Yield which language a column of sounds in the Latin alphabet spells out: the one whose words it is clearly more like."""
    if "phonetics" not in fields or {0, 1} - set(sides):
        return
    sound, columns = fields.index("phonetics"), [sides.index(side) for side in (0, 1)]
    rows = [row for _, row in table.rows[:40] if len(row) > max(sound, *columns) and row[sound].strip()]
    like = [sum(romanisation.likeness(row[sound], row[column]) for row in rows) / max(1, len(rows)) for column in columns]
    if sound not in columns and abs(like[0] - like[1]) > _CLEARLY_LIKE:
        yield "read", like.index(max(like))


_CLEARLY_LIKE = 15
"""Percent by which sounds must be more like the words of one column."""


def _has_kana_column(table: Table) -> bool:
    """Return whether one column of a table tells in kana how the kanji of another are read."""
    columns = list(zip(*(row for _, row in table.rows[:20] if len(row) > 1), strict=False))
    kana = [
        all(romanisation.is_kana(inline.plain(cell)) for cell in column if cell.strip()) and any(column) for column in columns
    ]
    kanji = [sum(re.search("[\u3400-\u9fff]", cell) is not None for cell in column) * 2 > len(column) for column in columns]
    return any(kana) and any(there and not spelt for there, spelt in zip(kanji, kana, strict=True))


def _side_of_column(tongues: Tongues, table: Table, number: int) -> int | None:
    texts = [inline.plain(row[number]) for _, row in table.rows[:40] if number < len(row) and row[number].strip()]
    if not texts or any(tongues.reading_of(text) is not None for text in texts[:3]):
        return None
    if not tongues.by_script:
        return tongues.side(" \n".join(texts))
    sides = [tongues.side(text) for text in texts]
    told = [side for side in sides if side is not None]
    return (
        _only(list(told))
        if len(told) * 2 > len(texts) and len(set(told)) == 1
        else (max((0, 1), key=told.count) if told and max(map(told.count, (0, 1))) * 4 > len(texts) * 3 else None)
    )


def _readings(tongues: Tongues, lines: list[Line], tables: list[Table]) -> Iterable[tuple[str, float]]:
    read = [0, 0]
    spoken = [0, 0]
    latin = [index for index, tag in enumerate(tongues.pair) if tag in identify.LATIN]
    for text in (*(line.plain for line in lines[:600]), *(" ".join(row) for table in tables for _, row in table.rows[:40])):
        if len(text) > 400:
            continue
        if len(latin) == 1 and _IPA.search(text):
            spoken[latin[0]] += 1
        for index, tag in enumerate(tongues.pair):
            if tag.partition("-")[0] in ("zh", "ja") and _holds_reading(tongues, text, index):
                read[index] += 1
        if tongues.by_script and (found := _LATIN_IN_BRACKETS.search(text)) is not None:
            for index in (0, 1):
                read[index] += tongues.spells_out(found["outside"], found["inside"], index)
    for above, line in pairwise(lines[:600]):
        for index in (0, 1) if tongues.by_script else ():
            read[index] += tongues.spells_out(above.plain, line.plain, index)
    yield from _balance(Message("its readings are written"), read[0], read[1], evidence.READINGS, 2)
    yield from _balance(Message("its sounds are written"), spoken[0], spoken[1], evidence.PHONETICS_BESIDE, 2)


_LATIN_RUN = re.compile(r"[^\W\d_][^\u2e80-\u9fff\u3040-\u30ff|\n:：=–—→()（）\[\]]*")
_BEFORE_LATIN = re.compile("([\u3400-\u9fff]+)[ :：]+(?=[A-Za-zÀ-ǿ])")
_LATIN_IN_BRACKETS = re.compile(r"(?P<outside>[^\W\d_]+)\s*[(（\[](?P<inside>[A-Za-zÀ-ž' -]+)[)）\]]")
_IN_BRACKETS = re.compile("([\u3400-\u9fff]+)\\s*[(（\\[【]([^()（）\\[\\]【】\n]+)[)）\\]】]")
_ZHUYIN_BESIDE_HAN = re.compile("[\u3400-\u9fff]\\s*[(（\\[]?[\u3105-\u312f˙]")
_KANA_BESIDE_KANJI = re.compile(r"[\u3400-\u9fff][\u3040-\u30ff]*\s*[(（\[【][\u3041-\u30ff・ー\s]{2,}[)）\]】]")


def _holds_reading(tongues: Tongues, text: str, side: int) -> bool:
    """Return whether a line holds a reading of the language on `side`: kana behind kanji, pinyin, rōmaji."""
    if tongues.pair[side] == "ja":
        if _KANA_BESIDE_KANJI.search(text):
            return True
        if not tongues.letters(text, side):
            return False
    elif _ZHUYIN_BESIDE_HAN.search(text) or any(readings.base(*found.groups()) >= 0 for found in _IN_BRACKETS.finditer(text)):
        return True
    elif not romanisation.has_tones(text):
        return False
    elif any(readings.leading(found[1], f"{text[found.end() :]} .")[0] for found in _BEFORE_LATIN.finditer(text)):
        return True
    runs = [found[0].strip() for found in _LATIN_RUN.finditer(text)]
    return any(len(run) > 4 and tongues.spells(run, side) for run in runs)


def _headings(lines: list[Line], shapes: list[Shape]) -> Iterable[tuple[str, float]]:
    """Yield which language headings are in: the learner's own where they name parts, the other where they are words, each above its gloss."""
    headings, words = [0, 0], [0, 0]
    for index, (line, found) in enumerate(zip(lines, shapes, strict=False)):
        if not line.heading or found.kind not in ("A", "B"):
            continue
        side = "AB".index(found.kind)
        headings[side] += 1
        below = index + 1
        if line.plain[:1].islower() and below < len(shapes) and not lines[below].item and not names_part(line.plain):
            words[side] += shapes[below].kind == "BA"[side]
    if max(words) >= _FEWEST_WORDS:
        yield from _balance(Message("its words are headings"), words[0], words[1], evidence.TERM_HEADINGS)
    else:
        yield from _balance(Message("headings are in the other"), headings[1], headings[0], evidence.HEADINGS, 3)


_FEWEST_WORDS = 4
"""Words as headings, each above its gloss, that are no names of parts."""


def _emphasised(tongues: Tongues, lines: list[Line], shapes: list[Shape], tables: list[Table]) -> Iterable[tuple[str, float]]:
    """Yield which language stands bold on lines that have both, or in its column: it is the one looked at."""
    bold = [0, 0]
    for line, found in zip(lines, shapes, strict=False):
        texts = _BOLD.findall(line.raw) if found.kind == "AB" else []
        side = tongues.side(" ".join(texts)) if texts else None
        if side is not None:
            bold[side] += 1
    for table in tables:
        sides = [_side_of_column(tongues, table, number) for number in range(len(table.rows[0][1]) if table.rows else 0)]
        for number, side in enumerate(sides):
            if side is not None and 1 - side in sides:
                bold[side] += sum(_EMPHASISED.search(row[number]) is not None for _, row in table.rows if number < len(row))
    yield from _balance(Message("it stands bold"), bold[0], bold[1], evidence.BOLD)


_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_EMPHASISED = re.compile(r"\*\*[^*\n]+\*\*|`[^`\n]+`$")


def _quoting(tongues: Tongues, lines: list[Line], shapes: list[Shape]) -> Iterable[tuple[str, float]]:
    """Yield which language is spoken of in the other: words quoted in a remark, and words of another script in running text, are studied."""
    if tongues.by_script:
        mixed = [
            tongues.weights(line.plain)
            for line, found in zip(lines, shapes, strict=False)
            if found.kind == "M" and not line.heading
        ]
        speaking = [sum(pair[side] > pair[1 - side] for pair in mixed) for side in (0, 1)]
        yield from _balance(Message("the other speaks of it"), speaking[1], speaking[0], evidence.SPOKEN_OF)
    quoted = [0, 0]
    for line in lines[:600]:
        inside = " ".join(QUOTED.findall(line.plain)) if len(line.plain) < 400 else ""
        cut = best_cut(line.plain, tongues) if inside else None
        if cut is not None and cut.kind not in evidence.WEAK:
            continue  # `꽃 -> "kkot" -> flower` says how a word is read
        side = tongues.side(inside) if inside else None
        if side is not None and tongues.side(QUOTED.sub(" ", line.plain)) == 1 - side:
            quoted[side] += 1
    yield from _balance(Message("the other quotes it"), quoted[0], quoted[1], evidence.QUOTED, 2)


def _prior(pair: tuple[str, str]) -> Iterable[tuple[str, float]]:
    first, second = (evidence.NATIVES.get(tag, evidence.NATIVES.get(tag.partition("-")[0], -0.5)) for tag in pair)
    yield Message("more learners study it"), second - first
    spelt = [is_romanised(tag) for tag in pair]
    if any(spelt):  # who can read its script writes in it
        yield Message("its readings are written"), evidence.READINGS * (spelt[0] - spelt[1])
