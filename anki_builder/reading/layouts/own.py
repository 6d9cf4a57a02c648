"""Notations of the learner's own, as the setting `layouts` describes them: they go before all others."""

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from anki_builder import notation
from anki_builder.config import Layout
from anki_builder.document import Example, Passage, Text, VocabularyEntry
from anki_builder.message import Message
from anki_builder.notation import Match, Written, written
from anki_builder.reading import entry, evidence, inline, rules
from anki_builder.reading.page import Claim, Page, text_of
from anki_builder.reading.shape import leading_reading, trimmed, without_reading
from anki_builder.source import Source

NAME = "own"
_DECISIVE = 2
"""How many times as many records must have the languages in one order as in the other."""


class Piece(NamedTuple):
    """What a record has for a field on one line."""

    line: int
    """On disk, from 1."""
    raw: str
    behind_gap: bool
    before: str
    """The literal before it."""
    behind: str


def recognise(page: Page) -> Iterator[Claim]:
    """Yield a claim for each record that a pattern of the settings matches."""
    layouts = [layout for layout in page.config.layouts if is_for(layout, page.source)]
    if not layouts:
        return
    found = records(page, layouts)
    builder = Builder(page)
    for layout, matches in found:
        claim = builder.claim(layout, matches)
        if claim is not None:
            yield claim
    named = [layout for layout in layouts if layout.files]
    if named and not any(layout in named for layout, _ in found):
        yield _unmatched(page, named[0])


def is_for(layout: Layout, source: Source) -> bool:
    """Return whether a layout is for a note: by its name in the collection, or by the end of its path."""
    if not layout.files:
        return True
    wanted = layout.files.casefold().removeprefix("./")
    name = source.name.casefold()
    path = f"{source.folder}/{source.name.rpartition('/')[2]}".casefold().replace("\\", "/")
    return fnmatchcase(name, wanted) or fnmatchcase(path, f"*/{wanted}")


def records(page: Page, layouts: Iterable[Layout]) -> list[tuple[Layout, tuple[Match, ...]]]:
    """Return what the patterns of layouts match, each line once: the first layout that matches has it."""
    lines = ways(page)
    found: list[tuple[Layout, tuple[Match, ...]]] = []
    for layout in layouts:
        for record in list(notation.records(notation.parse(layout.pattern), lines)):
            found.append((layout, record))
            for match in record:
                lines[match.place] = ()
    return found


def ways(page: Page) -> list[tuple[Written, ...]]:
    """Return for each line of a page how it is written: without the marks of note-taking programs, and with them.

    There is none for lines of front matter, comments and code.
    """
    closed = {
        number
        for block in page.all_blocks
        if block.kind == "fence"
        for number in range(block.line, block.line + len(block.texts))
    }
    out: list[tuple[Written, ...]] = []
    roles = page.draft.roles
    for number, (line, raw) in enumerate(zip(page.lines, page.source.text.split("\n"), strict=True), 1):
        if number in closed:
            out.append(())
            continue
        clean = written(line)
        if line == raw or "<!--" in raw or roles.get(number) == "comment":
            out.append((clean,))
        elif clean == notation.BLANK:
            out.append((written(raw),) if number in roles else (clean,))
        else:
            out.append((clean, written(raw)))
    return out


def order(page: Page) -> int | None:
    """Return 0 where the records confirm which language is studied, 1 where it is the other one, None where they do not tell."""
    layouts = [layout for layout in page.config.layouts if is_for(layout, page.source)]
    votes = [0, 0]
    for _, record in records(page, layouts) if layouts else ():
        pieces = _by_field(record)
        for first, second in (("term", "gloss"), ("text", "translation")):
            one, other = (
                page.side(inline.plain(" ".join(piece.raw for piece in pieces.get(field, ())))) for field in (first, second)
            )
            if one is not None and one != other:
                votes[one] += 1
            elif one is None and other is not None:
                votes[1 - other] += 1
    return next((side for side in (0, 1) if votes[side] and votes[side] >= _DECISIVE * votes[1 - side]), None)


def _by_field(record: Sequence[Match]) -> dict[str, list[Piece]]:
    pieces: dict[str, list[Piece]] = {}
    for match in record:
        sides = zip(match.row.literals, match.row.literals[1:], strict=False)
        for field, value, (before, behind) in zip(match.row.fields, match.values, sides, strict=True):
            if value and field not in ("skip", "speaker"):
                pieces.setdefault(field, []).append(Piece(match.place + 1, value, match.behind_gap, before, behind))
    return pieces


class Builder:
    """Makes entries and passages of records."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.tongues = page.tongues

    def claim(self, layout: Layout, record: Sequence[Match]) -> Claim | None:
        """Return the claim to the lines of a record; None where nothing is left of a side without its markup."""
        pieces = _by_field(record)
        passages: list[Passage] = []
        if "text" in pieces:
            passage = _passage(pieces["text"], pieces.get("translation", []))
            if passage is None:
                return None
            passages.append(passage)
        entries: tuple[VocabularyEntry, ...] = ()
        if "term" in pieces:
            examples, pairs = _examples(record)
            passages += pairs
            one = self.entry(pieces)
            if one is None:
                return None
            entries = (one._replace(examples=examples, passage=0 if passages else None),)
        roles = tuple((match.place + 1, _role(match)) for match in record)
        return Claim(
            NAME,
            evidence.OWN,
            roles,
            tuple(passages),
            entries,
            why=Message("the pattern {pattern!r} of the settings", pattern=layout.pattern.strip()),
        )

    def entry(self, pieces: dict[str, list[Piece]]) -> VocabularyEntry | None:
        """Return the entry of a record."""

        def value(field: str) -> str:
            return " ".join(filter(None, (inline.plain(piece.raw) for piece in pieces.get(field, ()))))

        term, reading = without_reading(value("term"), self.tongues, 0)
        head = entry.clean_term(term)
        glosses = [leading_reading(inline.plain(piece.raw), self.tongues, 1) for piece in pieces.get("gloss", ())]
        parsed = entry.parse_gloss("；".join(gloss for gloss, _ in glosses if gloss))
        term = trimmed(head.term)
        if not term or not parsed.gloss or not parsed.senses:
            return None
        sound = pieces.get("phonetics", [])
        given = value("phonetics")
        if given and given[0] not in "[/［":
            edges = sound[0].before.strip()[-1:], sound[0].behind.strip()[:1]
            given = f"/{given}/" if edges == ("/", "/") else f"[{given}]"
        images: dict[str, None] = {}
        audio: dict[str, None] = {}
        for field in ("term", "reading", "phonetics", "part_of_speech", "gloss", "note"):
            for piece in pieces.get(field, ()):
                _, pictures, sounds = inline.read([(piece.line, piece.raw)])
                images |= dict.fromkeys(pictures)
                audio |= dict.fromkeys(sounds)
        line = pieces["term"][0].line
        spelt = value("reading")
        return entry.vocabulary(
            parsed._replace(
                term=term,
                phonetics=given or head.phonetics or parsed.phonetics,
                accent=head.accent or parsed.accent,
                part_of_speech=value("part_of_speech") or head.part_of_speech or parsed.part_of_speech,
                note="；".join(filter(None, (parsed.note, value("note")))),
                reading=entry.enclosed(spelt)
                or spelt
                or reading
                or head.reading
                or next((found for _, found in glosses if found), ""),
            ),
            line,
            self.page.place(line, term),
            images,
            audio,
        )


def _passage(text: Sequence[Piece], translation: Sequence[Piece]) -> Passage | None:
    """Return the passage with its translation; None where one of them is empty without its markup."""
    read, images, audio = _text(text)
    other, more, spoken = _text(translation)
    if not read.plain or not other.plain:
        return None
    return Passage(read, other, len(text) == len(translation) == 1, (*images, *more), (*audio, *spoken))


def _text(pieces: Sequence[Piece]) -> tuple[Text, tuple[str, ...], tuple[str, ...]]:
    return text_of([(piece.line, piece.raw) for piece in pieces], [piece.line for piece in pieces if piece.behind_gap])


def _examples(record: Sequence[Match]) -> tuple[tuple[Example, ...], list[Passage]]:
    """Return the examples of a record, and those with a translation as passages too."""
    pairs: list[dict[str, Piece]] = []
    for match in record:
        for field, pieces in _by_field([match]).items():
            if field not in ("example", "example_translation"):
                continue
            if not pairs or field in pairs[-1]:
                pairs.append({})
            pairs[-1][field] = pieces[0]
    examples: list[Example] = []
    passages: list[Passage] = []
    for pair in pairs:
        if "example" not in pair:
            continue
        text = inline.plain(pair["example"].raw)
        passage = _passage([pair["example"]], [pair["example_translation"]]) if "example_translation" in pair else None
        if passage is not None and passage.translation is not None:
            passages.append(passage)
            examples.append(Example(passage.text.plain, passage.translation.plain, passage.line))
        elif text:
            examples.append(Example(text, None, pair["example"].line))
    return tuple(dict.fromkeys(examples)), passages


def _role(match: Match) -> str:
    fields = [field for field in match.row.fields if field != "skip"]
    if {"text", "translation"}.issubset(fields):
        return "pair"
    if "term" in fields:
        return "entry"
    return fields[0].replace("_", " ") if fields else "skipped"


def _unmatched(page: Page, layout: Layout) -> Claim:
    """Return the finding that a layout matches nothing in a note that it names, with the line where it comes nearest."""
    parsed = notation.parse(layout.pattern)
    lines = ways(page)
    first, *others = parsed.rows
    begun = next((index for index, line in enumerate(lines) if any(first.match(way) for way in line)), None)
    message = Message("the layout for “{files}” matches nothing in this note", files=layout.files)
    hint = Message("correct its `pattern` or its `files` in the settings; `anki-builder layout FILE` proposes patterns")
    number = 1
    if begun is not None and others:
        number = begun + 1
        message = Message(
            "{message}: “{line}” matches this line, but the lines below do not match the rest of the pattern",
            message=message,
            line=first.source,
        )
    return Claim(NAME, evidence.OWN, (), diagnostics=(page.diagnostic(rules.UNMATCHED_LAYOUT, number, message, hint),))
