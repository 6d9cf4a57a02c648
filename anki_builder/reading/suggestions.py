"""Patterns for what is not read yet: the repeated shapes among the lines that make no card.

    lines ─skeletons─▶ runs of skeletons that repeat ─languages of their parts─▶ patterns ─tried out─▶ suggestions

A skeleton is a line without its words: its marks, and a blank for each piece of text between them. What a blank holds is decided for all
lines of a shape together. A pattern is only suggested if it reads lines that nothing else reads, more of them than it takes from others.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import mean
from typing import NamedTuple
from unicodedata import category

from anki_builder import notation
from anki_builder.config import Layout
from anki_builder.languages import romanisation
from anki_builder.notation import Written
from anki_builder.reading import entry, evidence, inline
from anki_builder.reading.layouts import own
from anki_builder.reading.page import Page
from anki_builder.reading.sentences import sentence_score
from anki_builder.reading.shape import Tongues

UNREAD = frozenset(("unused", "prose", "explanation", "orphan translation", "term without a gloss"))
"""Roles of lines that make no card."""
BESIDE = frozenset(("heading", "label", "markup", "property", "title of a box", "metadata"))
"""Roles of lines that make no card and may be part of a record."""
_LEFT = frozenset("#@^|¦{}<>\\★☆●&=_+")
"""Marks that no text begins or ends with."""
_IN_TEXT = frozenset(".,!?。，、！？'’‘\"“”…%&$€£·")
"""Marks of running text."""
_ENDS = frozenset(".,!?。，、！？'’‘\"“”")
"""Those that French writes with a space before them, and the like."""
_BESIDE_SPACE = frozenset("-–/+:")
"""Marks that part two pieces only with a space beside them: `well-known`, `and/or`, `10:30`."""
_HEADS = frozenset(("entry", "gloss", "example"))
"""Roles of lines that are read without those below them."""
_NUMBERED = re.compile(r"(?P<name>[^\d\s]{0,3}?)(?P<number>\d+)(?=\s+\S)")
"""A number before what a line says: `No.7 `."""
_ELEMENT = re.compile(r"(?<!<)</?[A-Za-z][\w-]*(?:[\s/][^<>]*)?>(?!>)")
_LONGEST_RECORD = 4
_MOST_PIECES = 7
_MOST_TRIED = 24
_MOST = 8
_LONGEST_LINE = 1000
_LONGEST_WORD = 16
_LONGEST_SIGN = 8
_BEFORE_SIGN = frozenset(":#@!/\\^%&$")
_SAMPLES = 60


class Suggestion(NamedTuple):
    """A pattern that would read lines which nothing reads."""

    pattern: str
    records: int
    """How many it reads."""
    line: int
    """Where the first begins, from 1."""
    example: tuple[str, ...]
    """Its lines."""


def has_marks(text: str) -> bool:
    """Return whether marks of a notation are left at the ends of what was read: `#zh# ferry`, `harbour {`."""
    return bool(text) and (text[0] in _LEFT or text[0] == "%" or text[-1] in _LEFT)


class Skeleton(NamedTuple):
    """A line without its words."""

    lead: tuple[str, ...]
    literals: tuple[str, ...]
    """The marks before, between and behind its pieces."""
    kind: str = ""
    """Language of a line that is one piece: two such lines are told apart by nothing else."""


class Piece(NamedTuple):
    """A line with its skeleton."""

    number: int
    """On disk, from 1."""
    indent: int
    skeleton: Skeleton
    texts: tuple[str, ...]
    gap: bool
    """Whether an empty line stands before it."""


Run = tuple[Piece, ...]


def suggest(page: Page, roles: Mapping[int, str], unread: Iterable[int], *, guessed: bool) -> list[Suggestion]:
    """Return the patterns that would read most of the `unread` lines, the most useful first.

    `guessed`: nothing tells which language is studied; it is then taken to be the one that comes first.
    """
    lines = own.ways(page)
    unread = {number for number in unread if lines[number - 1]}
    open_lines = unread | {number for number, role in roles.items() if role in BESIDE and lines[number - 1]}
    open_lines |= {above for number in unread if (above := _above(lines, number)) and roles.get(above) in _HEADS}
    tongues = page.tongues
    found: list[Suggestion] = []
    tried: set[str] = set()
    for _ in range(_MOST):
        best: tuple[int, Suggestion, set[int]] | None = None
        for runs in _repeated(_pieces(lines, open_lines, tongues))[:_MOST_TRIED]:
            pattern = _pattern(runs, tongues, guessed)
            if not pattern or pattern in tried:
                continue
            tested = _tested(page, pattern, lines, unread, open_lines)
            if tested is None:
                tried.add(pattern)
            elif best is None or tested[0] > best[0]:
                best = tested
        if best is None:
            break
        found.append(best[1])
        unread -= best[2]
        open_lines -= best[2]
        if not unread:
            break
    return found


def _above(lines: Sequence[tuple[Written, ...]], number: int) -> int:
    """Return the line above another one, empty lines passed over; 0 where there is none."""
    above = number - 1
    while above and lines[above - 1] and lines[above - 1][0] == notation.BLANK:
        above -= 1
    return above


def _tested(
    page: Page, pattern: str, lines: Sequence[tuple[Written, ...]], unread: set[int], open_lines: set[int]
) -> tuple[int, Suggestion, set[int]] | None:
    """Return how many unread lines a pattern reads, what is to be said of it, and its lines; None where it is of no use."""
    try:
        parsed = notation.parse(pattern)
    except notation.PatternError:
        return None
    builder = own.Builder(page)
    layout = Layout(pattern)
    kept = []
    others = 0
    for record in notation.records(parsed, lines):
        numbers = {match.place + 1 for match in record}
        if numbers.isdisjoint(unread):
            others += 1
        elif builder.claim(layout, record) is not None:
            kept.append((record, numbers))
    if len(kept) < 2 or others >= len(kept):
        return None
    taken = set().union(*(numbers for _, numbers in kept))
    if len(taken - open_lines) * 2 > len(taken & unread):
        return None
    first = kept[0][0]
    example = tuple(page.source.text.split("\n")[match.place] for match in first)
    told = {match.place + 1 for record, _ in kept for match in record if any(field != "skip" for field in match.row.fields)}
    return len(told & unread), Suggestion(pattern, len(kept), first[0].place + 1, example), taken


def _pieces(lines: Sequence[tuple[Written, ...]], open_lines: set[int], tongues: Tongues) -> list[list[Piece]]:
    """Return the open lines with their skeletons, a list for each stretch without a line that is read."""
    stretches: list[list[Piece]] = [[]]
    gap = False
    for number, ways in enumerate(lines, 1):
        line = ways[0] if ways else notation.BLANK
        if number not in open_lines:
            if ways and line == notation.BLANK:
                gap = True
            elif stretches[-1]:
                stretches.append([])
            continue
        line = ways[-1] if line == notation.BLANK else line
        parted = _parted(line, tongues)
        if parted is None:
            stretches.append([])
            continue
        stretches[-1].append(Piece(number, line.indent, *parted, gap and bool(stretches[-1])))
        gap = False
    return [stretch for stretch in stretches if stretch]


def _parted(line: Written, tongues: Tongues) -> tuple[Skeleton, tuple[str, ...]] | None:
    """Return the skeleton of a line and its pieces of text; None where it is too long to be of a shape."""
    content = line.content
    if len(content) > _LONGEST_LINE or _ELEMENT.search(content):
        return None
    literals, texts = [""], []
    start = at = 0
    if found := _NUMBERED.match(content):
        literals, texts = [found["name"], " "], [found["number"]]
        start = at = found.end() + 1
    while at <= len(content):
        end = _marks(content, at)
        if end == at and at < len(content):
            at += 1
            continue
        text = content[start:at].strip()
        if any(map(str.isalnum, text)):
            # Spaces belong to the marks.
            left = start + len(content[start:at]) - len(content[start:at].lstrip())
            literals[-1] += content[start:left]
            texts.append(text)
            literals.append(content[left + len(text) : end])
        else:
            literals[-1] += content[start:end]
        start = at = end
        if at >= len(content):
            break
    if len(texts) > _MOST_PIECES:
        return None
    kind = _kind(texts[0], tongues) if len(texts) == 1 else ""
    return Skeleton(line.lead, tuple(literals), kind), tuple(texts)


def _marks(content: str, at: int) -> int:
    """Return where the marks end that begin at `at`; `at` where none do."""
    end = at
    while end < len(content) and _is_mark(content, end):
        end += 1
    return end


def _is_mark(content: str, at: int) -> bool:
    letter = content[at]
    if letter == "\t":
        return True
    if category(letter)[0] not in "PS":
        return False
    if letter in _IN_TEXT:
        return (letter == "…" and at > 0 and category(content[at - 1])[0] in "PS") or _stands_alone(content, at)
    before, behind = content[at - 1 : at], content[at + 1 : at + 2]
    if letter in _BESIDE_SPACE:
        return letter in (before, behind) or not (before.isalnum() and behind.isalnum())
    return True


def _stands_alone(content: str, at: int) -> bool:
    """Return whether a run of one mark has space on both sides, and is more than one or begins the line: `ferry ... Fähre`, `! quay`."""
    first, end = at, at + 1
    while first and content[first - 1] == content[at]:
        first -= 1
    while end < len(content) and content[end] == content[at]:
        end += 1
    if not content[end : end + 1].isspace():
        return False
    return not first or (content[first - 1].isspace() and (end - first > 1 or content[at] not in _ENDS))


def _kind(text: str, tongues: Tongues) -> str:
    """Return what a piece of text is: `A` or `B` by its language, `R` a reading, `P` phonetics, `S` a part of speech, `-` no letters, `U`."""
    plain = inline.plain(text)
    if not any(map(str.isalpha, plain)):
        return "-"
    if entry.has_phonetics(f"[{plain}]"):
        return "P"
    if entry.is_part_of_speech(plain) or entry.is_part_of_speech(f"({plain})"):
        return "S"
    if tongues.reading_of(plain) is not None and (tongues.by_script or len(plain) > 3):
        return "R"
    side = tongues.side(plain)
    return "U" if side is None else "AB"[side]


def _repeated(stretches: Iterable[list[Piece]]) -> list[list[Run]]:
    """Return the runs of lines that have the same skeletons as others, those that take most lines first."""
    groups: dict[tuple[object, ...], list[Run]] = defaultdict(list)
    last: dict[tuple[object, ...], int] = {}
    for stretch in stretches:
        for pieces in (stretch, _collapsed(stretch)):
            for length in range(1, _LONGEST_RECORD + 1):
                for at in range(len(pieces) - length + 1):
                    run = tuple(pieces[at : at + length])
                    if any(piece.indent < run[0].indent for piece in run):
                        continue  # it begins inside one record and ends in the next
                    key = tuple(piece.skeleton for piece in run)
                    if last.get(key, 0) < run[0].number:
                        groups[key].append(run)
                        last[key] = run[-1].number
    found = [runs for runs in groups.values() if len(runs) > 1]
    return sorted(found, key=lambda runs: (-len(runs) * len(runs[0]), len(runs[0])))


def _collapsed(stretch: list[Piece]) -> list[Piece]:
    """Return the lines of a stretch with runs of items of one shape as their first."""
    out: list[Piece] = []
    for piece in stretch:
        if not (out and piece.skeleton.lead and piece.skeleton == out[-1].skeleton):
            out.append(piece)
    return out


def _pattern(runs: Sequence[Run], tongues: Tongues, guessed: bool) -> str:
    """Return the pattern that says what the lines of some runs hold; nothing where they do not hold two languages."""
    samples = runs[:_SAMPLES]
    first = runs[0]
    columns = [
        [[run[row].texts[place] for run in samples] for place in range(len(piece.texts))] for row, piece in enumerate(first)
    ]
    words = [
        [_common(texts, place, piece.skeleton.literals[place]) for place, texts in enumerate(line)]
        for line, piece in zip(columns, first, strict=True)
    ]
    columns = [
        [[text[len(word) :] for text in texts] for texts, word in zip(line, common, strict=True)]
        for line, common in zip(columns, words, strict=True)
    ]
    fields = _fields(columns, tongues, guessed)
    if fields is None:
        return ""
    rows = []
    for place, piece in enumerate(first):
        if place and any(run[place].gap for run in samples):
            rows.append("")
        deeper = place and all(run[place].indent > run[0].indent for run in samples)
        row = ("  " if deeper else "") + _row(piece.skeleton, words[place], fields[place])
        if not (rows and row == rows[-1] and notation.OPTIONAL.issuperset(fields[place])):
            rows.append(row)
    return "\n".join(rows)


def _common(texts: Sequence[str], place: int, before: str) -> str:
    """Return what all texts of a column begin with and what is no part of what they say: a text that never changes, or a sign.

    A sign is a word at the beginning of the line: behind a mark, in capitals, or in a script without letter case: `:w ferry`, `W ferry`.
    """
    if len(set(texts)) == 1:
        return texts[0] if len(texts[0]) <= _LONGEST_SIGN and not entry.is_part_of_speech(f"({texts[0]})") else ""
    word = texts[0].partition(" ")[0]
    sign = before[-1:] in _BEFORE_SIGN if before else word.isupper() or (not word.isascii() and word.lower() == word.upper())
    if place or not sign or word in ("A", "I") or len(word) > _LONGEST_SIGN:
        return ""
    return word + " " if all(text.startswith(word + " ") for text in texts) else ""


def _row(skeleton: Skeleton, words: Sequence[str], fields: Sequence[str]) -> str:
    """Return a line of a pattern; a field without a name is a piece that never changes."""
    text = _escaped(skeleton.literals[0])
    for word, field, literal in zip(words, fields, skeleton.literals[1:], strict=True):
        text += _escaped(word) + (f"{{{field}}}" if field else "") + _escaped(literal)
    return " ".join([*skeleton.lead, text]).rstrip()


def _escaped(literal: str) -> str:
    return literal.replace("{", "{{").replace("}", "}}")


def _fields(columns: Sequence[Sequence[Sequence[str]]], tongues: Tongues, guessed: bool) -> list[list[str]] | None:
    """Return the fields of each line, by what its pieces hold in most records; None where two languages are not among them."""
    flat = [(row, texts) for row, line in enumerate(columns) for texts in line]
    kinds = [_usual(texts, tongues) if any(texts) else "" for _, texts in flat]
    doubtful = [index for index, kind in enumerate(kinds) if kind == "U"]
    for side in "AB":
        if side not in kinds and doubtful:
            kinds[doubtful.pop(0)] = side
    if flat and _names_speakers(flat[0][1]) and {"A", "B"}.issubset(kinds[1:]):
        kinds[0] = "N"
    if not {"A", "B"}.issubset(kinds):
        return None
    turned = guessed and kinds.index("B") < kinds.index("A")
    if turned:
        kinds = [{"A": "B", "B": "A"}.get(kind, kind) for kind in kinds]
    tag = tongues.pair[1 if turned else 0]
    if any(len(set(texts)) * 2 <= len(texts) for texts in (flat[kinds.index(side)][1] for side in "AB")):
        return None  # what comes again and again is a label
    is_text = _sentence(flat[kinds.index("A")][1], tag) >= evidence.SENTENCE
    names = _OF_TEXT if is_text else _OF_ENTRY
    out: list[list[str]] = [[] for _ in columns]
    used: set[str] = set()
    for (row, texts), kind in zip(flat, kinds, strict=True):
        field = names.get(kind, "skip") if kind else ""
        if field in used and field not in ("", "skip"):
            field = "skip" if is_text else _further(kind, texts, used, tag, flat[kinds.index("A")][1])
        if field in out[row] and field:
            field = "skip"
        out[row].append(field)
        used.add(field)
    return out


_OF_TEXT = {"A": "text", "B": "translation", "N": "speaker"}
_OF_ENTRY = {"A": "term", "B": "gloss", "P": "phonetics", "R": "reading", "S": "part_of_speech"}


def _further(kind: str, texts: Sequence[str], used: set[str], tag: str, terms: Sequence[str]) -> str:
    """Return the field of a further piece in one of the two languages, behind the term or the gloss."""
    if kind == "A" and all(map(romanisation.is_kana, texts)) and "reading" not in used:
        return "reading"
    shown = sum(term in text and term != text for term, text in zip(terms, texts, strict=True)) * 2 > len(texts)
    if kind == "A" and "gloss" in used and (shown or max(map(len, texts)) > _LONGEST_WORD or _sentence(texts, tag) > 0):
        return "example"
    if kind == "B" and "example" in used:
        return "example_translation"
    return "note" if kind in "AB" else "skip"


def _names_speakers(texts: Sequence[str]) -> bool:
    """Return whether a few names come again and again."""
    return len(set(texts)) < len(texts) > 2 and all(
        len(text) <= _LONGEST_WORD and text[:1].isupper() and " " not in text for text in texts
    )


def _sentence(texts: Sequence[str], tag: str) -> float:
    """Return how much a column holds sentences."""
    return mean(sentence_score(inline.plain(text), tag) for text in texts)


def _usual(texts: Sequence[str], tongues: Tongues) -> str:
    """Return what most pieces of a column are; where none tells, all of them together may."""
    counts = Counter(kind for text in texts if (kind := _kind(text, tongues)) != "U")
    if not counts:
        side = tongues.side(" \n".join(texts))
        return "U" if side is None else "AB"[side]
    return counts.most_common(1)[0][0]
