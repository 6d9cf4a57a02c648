"""A part of the note with the text, and a later part with its translation: `### Text` … `### Translation`, `## English` … `## 中文`."""

from collections.abc import Iterable, Iterator
from itertools import groupby, takewhile

from anki_builder.reading.candidate import Candidate, whole
from anki_builder.reading.lines import Title
from anki_builder.reading.sheet import Sheet


def propose(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the paragraphs of each part with those of the part that its title names as their translation."""
    parts = [(title, list(blocks)) for title, blocks in _parts_of(sheet)]
    if _begin_with_translations(sheet, [title for title, _ in parts]):
        for (_, translation), (_, text) in zip(parts[::2], parts[1::2], strict=True):
            yield from _parts(sheet, text, translation)
        return
    before: list[list[int]] = []
    for title, blocks in parts:
        here = _numbered(sheet, blocks) or blocks
        kinds = {sheet.kind_of(block) for block in here} - {"-", "R"}
        if title is not None and title.role == "phonetics":
            continue
        side = _side(sheet, title)
        if side == 1 and before and kinds <= {"B", "U"}:
            items = _numbered(sheet, reversed(before))[::-1]
            yield from _parts(sheet, items if len(items) == len(here) else before, here)
            before = []
        elif kinds == {"A"} or (side == 0 and kinds <= {"A", "U"}):
            before = here
        elif kinds <= {"A", "U"} and _numbered(sheet, reversed(blocks)):
            before = blocks  # the numbers tell what belongs to what
        elif here:
            before = []
    yield from _in_parallel(sheet)


def _numbered(sheet: Sheet, blocks: Iterable[list[int]]) -> list[list[int]]:
    """Return the numbered items with which a part begins."""
    return list(takewhile(lambda block: sheet.lines[block[0]].marker[:1].isdigit(), blocks))


def _begin_with_translations(sheet: Sheet, titles: list[Title | None]) -> bool:
    """Return whether parts named by the two languages take turns from the first to the last, the learner's own first."""
    sides = [_side(sheet, title) if title is not None and title.language else None for title in titles]
    return len(sides) > 1 and len(sides) % 2 == 0 and sides == [1, 0] * (len(sides) // 2)


def _parts_of(sheet: Sheet) -> Iterator[tuple[Title | None, Iterator[list[int]]]]:
    """Yield the paragraphs below each title."""
    bodies = [block for block in sheet.blocks if not sheet.lines[block[0]].heading]
    yield from groupby(bodies, key=lambda block: sheet.lines[block[0]].title)


def _in_parallel(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the parts of a run in one language with those of an equal run in the other: `Paragraph 1` … then `第一段` …"""
    run: list[tuple[str, int, list[list[int]]]] = []
    for title, blocks in _parts_of(sheet):
        here = list(blocks)
        plain = all(not sheet.lines[block[0]].item and not sheet.lines[block[0]].quote for block in here)
        kinds = {sheet.kind_of(block) for block in here}
        kind = kinds.pop() if len(kinds) == 1 and plain and title is not None and title.level < 7 else ""
        if kind not in ("A", "B") or (run and run[-1][1] != (title.level if title else 0)):
            yield from _runs(sheet, run)
            run = []
        if kind in ("A", "B") and title is not None:
            run.append((kind, title.level, here))
    yield from _runs(sheet, run)


def _runs(sheet: Sheet, run: list[tuple[str, int, list[list[int]]]]) -> Iterator[Candidate]:
    groups = [[bodies for _, _, bodies in group] for _, group in groupby(run, key=lambda part: part[0])]
    place = 0
    while place + 1 < len(groups):
        first, second = groups[place], groups[place + 1]
        if min(len(first), len(second)) > 1 and len(first) >= len(second):
            kind = run[sum(map(len, groups[:place]))][0]
            for one, other in zip(first[-len(second) :], second, strict=True):
                yield from _parts(sheet, *((one, other) if kind == "A" else (other, one)))
            place += 1
        place += 1


def _side(sheet: Sheet, title: Title | None) -> int | None:
    """Return the side that a title names, by its role or the language in it."""
    if title is None:
        return None
    if title.language:
        for index, tag in enumerate(sheet.tongues.pair):
            if tag.partition("-")[0] == title.language.partition("-")[0]:
                return index
    return {"text": 0, "translation": 1}.get(title.role)


def _parts(sheet: Sheet, text: list[list[int]], translation: list[list[int]]) -> Iterator[Candidate]:
    groups = [(text, translation)]
    if len(text) == len(translation):
        groups = [([one], [other]) for one, other in zip(text, translation, strict=True)]
    for first, second in groups:
        one = [index for block in first for index in block if sheet.kind(index) != "R"]
        other = [index for block in second for index in block if sheet.kind(index) != "R"]
        if len(one) == len(other) > 1:
            for a, b in zip(one, other, strict=True):
                yield _candidate(sheet, [a], [b])
        else:
            yield _candidate(sheet, one, other)


def _candidate(sheet: Sheet, first: list[int], second: list[int]) -> Candidate:
    return Candidate(
        "sections",
        "sections",
        "sections",
        whole(*(sheet.lines[index] for index in first)),
        whole(*(sheet.lines[index] for index in second)),
        0,
        is_entry=False,
    )
