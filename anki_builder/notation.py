"""A notation of the learner's own: the pattern of a `[[layouts]]` table, and the records of a note that it matches.

    **{term}** ({gloss})
    - {example}

A pattern is matched line by line, and a line from left to right: every literal at the first place where it stands. Nothing is ever
tried twice, so that no pattern takes long on any note.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from anki_builder.message import Message

FIELDS = (
    "term", "reading", "phonetics", "part_of_speech", "gloss", "note", "example", "example_translation",
    "text", "translation", "speaker", "skip",
)  # fmt: skip
OPTIONAL = frozenset(("example", "example_translation", "note", "skip"))
"""A line at the end of the pattern with no other fields may be missing, and may repeat."""
_OF_ENTRY = frozenset(("term", "reading", "phonetics", "part_of_speech", "gloss", "note", "example", "example_translation"))

_LEAD = re.compile(r"(>)[^\S\n]*|(#{1,6})[^\S\n]+|([-*+•◦‣●○・])[^\S\n]+|(\d{1,9}[.)])[^\S\n]+")
_MOST_MARKS = 9
_SPACE = re.compile(r"\s+")
_REPEATS = re.compile(r"(?:^|[^\S\n]+)(?:…|\.\.\.)[^\S\n]*$")
_TABLE_RULE = re.compile(r"[\s|:+-]*$")
_WIDTHS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if not chr(code - 0xFEE0).isalnum()}
"""Full-width punctuation and its half-width form: the two are the same in patterns."""
_EMPHASIS = "*_~=`"
_MEDIA = ("![", "<img", "<audio", "[sound:")


class PatternError(ValueError):
    """A pattern that cannot be used, with the place of the fault in it."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line, self.column = line, column
        """From 0."""


class Written(NamedTuple):
    """A line, taken apart as far as every pattern does it."""

    indent: int
    lead: tuple[str, ...]
    """Its marks of quotes, headings and lists: `>`, `##`, `-` for all bullets, `1.` for all numbers."""
    content: str
    """What stands behind them, each run of white space folded to a space, or to a tab where it holds one."""
    narrow: str
    """`content` with half-width punctuation."""
    spaced: str
    """`narrow` with spaces for tabs."""


BLANK = Written(0, (), "", "", "")


def written(line: str) -> Written:
    """Take a line apart; one with nothing but marks of quotes is blank."""
    if not line or line.isspace():
        return BLANK
    text = line.lstrip()
    indent = len(line[: len(line) - len(text)].expandtabs(4))
    lead: list[str] = []
    at = 0
    while len(lead) < _MOST_MARKS and (found := _LEAD.match(text, at)):
        quote, heading, bullet, _ = found.groups()
        lead.append(quote or heading or ("-" if bullet else "1."))
        at = found.end()
        if heading:
            break
    content = _SPACE.sub(lambda space: "\t" if "\t" in space[0] else " ", text[at:].strip())
    narrow = content.translate(_WIDTHS) if not content.isascii() else content
    return Written(indent, tuple(lead), content, narrow, narrow.replace("\t", " "))


class Row(NamedTuple):
    """A line of a pattern."""

    source: str
    indent: int
    lead: tuple[str, ...]
    fields: tuple[str, ...]
    literals: tuple[str, ...]
    """What stands before, between and behind the fields: one more than there are fields."""
    repeats: bool
    optional: bool

    @property
    def is_marked(self) -> bool:
        """Whether anything but its fields tells its lines from others."""
        return bool(self.lead) or any(literal.strip() for literal in self.literals)

    def match(self, line: Written, indent: int | None = None) -> tuple[str, ...] | None:
        """Return what a line has for each field, or None where it does not match. It must be indented more than `indent`."""
        if line.lead != self.lead or (indent is not None and line.indent <= indent):
            return None
        if line.content[:1] == "|" and not self.literals[0].startswith("|"):
            return None
        first, *others = self.literals
        start = _at(line, first, 0)
        if start < 0:
            return None
        if not self.fields:
            return () if start == len(line.content) else None
        values: list[str] = []
        for field, literal in zip(self.fields, others, strict=True):
            last = len(values) + 1 == len(self.fields)
            least = start if field == "skip" else start + 1
            end, behind = _ending(line, literal, least) if last else _find(line, literal, least)
            if end < 0 or (field != "skip" and not _says(line.content[start:end])):
                return None
            values.append(line.content[start:end].replace("\t", " ").strip())
            start = behind
        return tuple(values)


def _says(value: str) -> bool:
    """Return whether there is anything in a value: a letter, a number, a picture or a sound."""
    return any(map(str.isalnum, value)) or any(mark in value for mark in _MEDIA)


def _text(line: Written, literal: str) -> str:
    """Return a line as a literal is looked for in it: the space at the end of one stands at the end of the line, too."""
    return (line.narrow if "\t" in literal else line.spaced) + " "


def _compact(line: Written, literal: str) -> str:
    """Return a literal as full-width marks are written, which have their space in them; nothing where it makes no difference."""
    compact = literal.replace(" ", "") if line.narrow is not line.content else ""
    return compact if compact and compact != literal and not any(map(str.isalnum, compact)) else ""


def _stands(text: str, literal: str, at: int) -> bool:
    """Return whether a literal stands at a place, and is no part of a longer run of marks: `*` is not half of `**`."""
    if not text.startswith(literal, at):
        return False
    if not literal:
        return True
    end = at + len(literal)
    return not (
        (literal[0] in _EMPHASIS and at > 0 and text[at - 1] == literal[0])
        or (literal[-1] in _EMPHASIS and text[end : end + 1] == literal[-1])
    )


def _is_wide(line: Written, at: int, end: int) -> bool:
    return line.content[at:end] != line.narrow[at:end]


def _at(line: Written, literal: str, at: int) -> int:
    """Return where a literal ends that stands at a place, or -1."""
    if _stands(_text(line, literal), literal, at):
        return at + len(literal)
    compact = _compact(line, literal)
    end = at + len(compact)
    return end if compact and _stands(line.narrow, compact, at) and _is_wide(line, at, end) else -1


def _find(line: Written, literal: str, start: int) -> tuple[int, int]:
    """Return where a literal first begins from `start` on, and where it ends; -1 where it never does."""
    text = _text(line, literal)
    at = text.find(literal, start)
    while at >= 0 and not _stands(text, literal, at):
        at = text.find(literal, at + 1)
    found = (at, at + len(literal))
    if compact := _compact(line, literal):
        size = len(compact)
        at = line.narrow.find(compact, start)
        while at >= 0 and not (_is_wide(line, at, at + size) and _stands(line.narrow, compact, at)):
            at = line.narrow.find(compact, at + 1)
        if at >= 0 and (found[0] < 0 or at < found[0]):
            return at, at + size
    return found


def _ending(line: Written, literal: str, least: int) -> tuple[int, int]:
    """Return where a literal begins that ends the line, not before `least`, and where it ends; -1 where none does."""
    size = len(line.content)
    if not literal:
        return max(size, least), size
    for form in (literal, _compact(line, literal)):
        at = size - len(form)
        if form and at >= least and _at(line, form, at) == size:
            return at, size
    return -1, -1


class Step(NamedTuple):
    """One line of a pattern, or neighbours that may come in any order and number."""

    rows: tuple[Row, ...]
    gap: bool
    """Whether empty lines may stand before it."""

    @property
    def least(self) -> int:
        """How many lines must match."""
        return 0 if self.rows[0].optional else 1

    @property
    def repeats(self) -> bool:
        """Whether more than one may."""
        return self.rows[0].optional or self.rows[0].repeats


class Notation(NamedTuple):
    """A pattern, parsed."""

    steps: tuple[Step, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its lines."""
        return tuple(row for step in self.steps for row in step.rows)


class Match(NamedTuple):
    """A line of a note and the line of the pattern that it matches."""

    row: Row
    place: int
    """Of the line, from 0."""
    values: tuple[str, ...]
    """One for each field of the row."""
    behind_gap: bool
    """Whether an empty line stands before it."""


@lru_cache(256)
def parse(pattern: str) -> Notation:
    """Return a pattern with its lines taken apart. Raises `PatternError`."""
    rows: list[tuple[Row, bool]] = []
    gap = False
    for number, line in enumerate(pattern.split("\n")):
        if line.strip():
            row = _row(line, number)
            below_heading = bool(rows) and any(mark[0] == "#" for mark in rows[-1][0].lead)
            rows.append((row, bool(rows) and (gap or below_heading)))
            gap = False
        else:
            gap = True
    _check({field for row, _ in rows for field in row.fields})
    steps: list[Step] = []
    end = _end([row for row, _ in rows])
    for place, (bare, gap) in enumerate(rows):
        row = bare._replace(indent=max(0, bare.indent - rows[0][0].indent), optional=place >= end)
        if row.optional and steps[-1].rows[0].optional:
            steps[-1] = steps[-1]._replace(rows=(*steps[-1].rows, row), gap=steps[-1].gap or gap)
        else:
            steps.append(Step((row,), gap))
    return Notation(tuple(steps))


def _end(rows: Sequence[Row]) -> int:
    """Return where the lines of a pattern begin that may be missing: behind the last one that says more than those may.

    One without a mark of its own is there once, unless the pattern says that it repeats or its first line tells where a record begins.
    """
    end = len(rows)
    while end > 1 and rows[end - 1].fields and OPTIONAL.issuperset(rows[end - 1].fields):
        if not (rows[end - 1].is_marked or rows[0].is_marked or rows[end - 1].repeats):
            break
        end -= 1
    return end


def _check(named: set[str]) -> None:
    """Raise `PatternError` unless the fields make an entry or a sentence pair."""
    if not named:
        raise PatternError(Message("this pattern has no field: name what the note has in braces, as {term} and {gloss}"))
    for one, other in (("term", "gloss"), ("text", "translation")):
        for first, second in ((one, other), (other, one)):
            if first in named and second not in named:
                raise PatternError(Message("{{{first}}} without {{{second}}}", first=first, second=second))
    if "term" not in named and "text" not in named:
        raise PatternError(Message("no card comes of this pattern: it needs {term} and {gloss}, or {text} and {translation}"))
    lone = next((field for field in FIELDS if field in named & _OF_ENTRY), "")
    if lone and "term" not in named:
        raise PatternError(Message("{{{lone}}} belongs to an entry, and there is no {{term}}", lone=lone))
    if "example_translation" in named and "example" not in named:
        raise PatternError(Message("{{{first}}} without {{{second}}}", first="example_translation", second="example"))


def _row(line: str, number: int) -> Row:
    repeats = _REPEATS.search(line)
    text = line[: repeats.start()] if repeats else line
    fields: list[str] = []
    literals: list[str] = [""]
    at = 0
    while at < len(text):
        letter = text[at]
        if text[at : at + 2] in ("{{", "}}"):
            literals[-1] += letter
            at += 2
        elif letter == "{":
            end = text.find("}", at)
            if end < 0 or "{" in text[at + 1 : end]:
                raise PatternError(Message("this brace is not closed; write {{ for a brace of the note itself"), number, at)
            _add(fields, literals, text[at + 1 : end].strip(), number, at)
            at = end + 1
        elif letter == "}":
            raise PatternError(Message("this brace closes nothing; write }} for a brace of the note itself"), number, at)
        else:
            literals[-1] += letter
            at += 1
    # The marks of quotes, headings and lists come before the first field, if at all: `x` stands for it.
    head = written(literals[0] + ("x" if fields else ""))
    first = head.spaced[:-1] if fields else head.spaced
    rest = [_SPACE.sub(lambda space: "\t" if "\t" in space[0] else " ", literal).translate(_WIDTHS) for literal in literals[1:]]
    if rest:
        rest[-1] = rest[-1].rstrip()
    return Row(line.strip(), head.indent, head.lead, tuple(fields), (first, *rest), bool(repeats), False)


def _add(fields: list[str], literals: list[str], name: str, number: int, column: int) -> None:
    if name not in FIELDS:
        from difflib import get_close_matches

        near = get_close_matches(name, FIELDS, 1, 0.6)
        known = (
            Message("did you mean “{near}”?", near=near[0])
            if near
            else Message("the fields are {fields}", fields=", ".join(FIELDS))
        )
        raise PatternError(Message("unknown field “{name}” ({known})", name=name, known=known), number, column)
    if name in fields and name != "skip":
        raise PatternError(Message("“{name}” is twice on this line", name=name), number, column)
    if fields and not literals[-1]:
        raise PatternError(Message("nothing stands between “{first}” and “{name}”", first=fields[-1], name=name), number, column)
    fields.append(name)
    literals.append("")


def records(notation: Notation, lines: Sequence[tuple[Written, ...]]) -> Iterator[tuple[Match, ...]]:
    """Yield what matches a pattern, from top to bottom, each line once. A line may be written in several ways; without any it is closed."""
    walk = _Walk(notation, lines)
    at = 0
    while at < len(lines):
        found = None if walk.is_topic(at) else walk.record(at)
        yield from (found,) if found else ()
        at = found[-1].place + 1 if found else at + 1


class _Walk:
    """One pattern over the lines of one note."""

    def __init__(self, notation: Notation, lines: Sequence[tuple[Written, ...]]) -> None:
        self.steps, self.lines = notation.steps, lines
        self.first = notation.steps[0].rows[0]
        self.failed: set[tuple[int, int, int, bool]] = set()
        """Step, line, indentation of the record and whether the step has matched before: from there no record comes to its end."""

    def record(self, start: int) -> tuple[Match, ...] | None:
        """Return the record that begins on a line."""
        begun = self.match(self.first, start, None, False)
        if begun is None:
            return None
        indent = self.lines[start][0].indent
        found = [begun]
        states: list[tuple[int, int, int, bool]] = []
        at = start + 1
        for number, step in enumerate(self.steps):
            count = 0 if number else 1
            last = -1
            while not count or step.repeats:
                state = (number, at, indent, bool(count))
                if state in self.failed:
                    self.failed.update(states)
                    return None
                states.append(state)
                if count >= step.least and self.ends(number, at):
                    break
                more, last = self.any(step, at, indent, last)
                if more is None:
                    break
                found.append(more)
                at = more.place + 1
                count += 1
            if count < step.least:
                self.failed.update(states)
                return None
        return tuple(found)

    def is_topic(self, at: int) -> bool:
        """Return whether the second line of a record that begins on a line begins one itself: it is the topic of those nested below it."""
        second = self.steps[1] if len(self.steps) > 1 else None
        if second is None or not second.least or not second.rows[0].indent:
            return False
        for _ in range(2):
            begun = self.match(self.first, at, None, False)
            below = self.behind_blank(at + 1) if second.gap else at + 1
            if begun is None or self.match(second.rows[0], below, self.lines[at][0].indent, False) is None:
                return False
            at = below
        return True

    def ends(self, number: int, at: int) -> bool:
        """Return whether a run ends before a line: the next one of the pattern matches there, or a new record begins."""
        following = self.steps[number + 1] if number + 1 < len(self.steps) else None
        if following is not None and following.least and not following.gap and self.match(following.rows[0], at, None, False):
            return True
        inside = all(row.indent for row in self.steps[number].rows)  # what is indented below a record is part of it
        return number > 0 and not inside and self.first.is_marked and self.begins(self.behind_blank(at))

    def begins(self, at: int) -> bool:
        """Return whether a record seems to begin on a line: its first line matches, and the second if it has one that must."""
        if self.match(self.first, at, None, False) is None:
            return False
        second = self.steps[1] if len(self.steps) > 1 else None
        if second is None or not second.least:
            return True
        below = self.behind_blank(at + 1) if second.gap else at + 1
        return self.match(second.rows[0], below, None, False) is not None

    def any(self, step: Step, at: int, indent: int, last: int) -> tuple[Match | None, int]:
        """Return the match of one of the rows of a step, the one behind the `last` tried first, and which one it is."""
        behind = self.behind_blank(at) if step.gap else at
        for offset in range(1, len(step.rows) + 1):
            place = (last + offset) % len(step.rows)
            row = step.rows[place]
            found = self.match(row, behind, indent if row.indent else None, behind > at)
            if found is not None:
                return found, place
        return None, last

    def behind_blank(self, at: int) -> int:
        """Return the first line from `at` on that is not empty."""
        while at < len(self.lines) and self.lines[at] and self.lines[at][0] == BLANK:
            at += 1
        return at

    def match(self, row: Row, at: int, indent: int | None, behind_gap: bool) -> Match | None:
        """Return the match of a row with a line, in any of the ways in which that is written; heads and rules of tables match nothing."""
        if at >= len(self.lines):
            return None
        for line in self.lines[at]:
            values = row.match(line, indent)
            if values is not None:
                return None if "|" in line.content and self.is_head(at) else Match(row, at, values, behind_gap)
        return None

    def is_head(self, at: int) -> bool:
        """Return whether a line is the head of a table."""
        below = self.lines[at + 1][0] if at + 1 < len(self.lines) and self.lines[at + 1] else BLANK
        return "-" in below.content and "|" in below.content and _TABLE_RULE.match(below.content) is not None
