"""The file's own grammar: candidates of one form are decided together.

candidates ─order, evidence, company─▶ ─the surest of those that share a line─▶ pair or entry ─▶ claims
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from anki_builder.message import Message
from anki_builder.reading import evidence
from anki_builder.reading.building import Builder
from anki_builder.reading.candidate import LISTED, Candidate, plain
from anki_builder.reading.page import Claim, Page, merged
from anki_builder.reading.sentences import ends_sentence
from anki_builder.reading.sheet import Sheet
from anki_builder.reading.weighing import Weighed, weighed


def decide(page: Page, sheet: Sheet, candidates: Iterable[Candidate]) -> Iterator[Claim]:
    """Yield what the candidates come to that have evidence enough, and for other lines what was missing."""
    found = weighed(sheet, candidates)
    found = _without_remarks(found, _kept(found))
    kept = _kept(_with_neighbours(sheet, found, _kept(found)))
    yield from merged(Builder(page, sheet).claims(kept, _is_entry(kept)))
    yield from _topics(sheet, kept)
    yield from _doubted(found, kept)


def _kept(found: list[Weighed]) -> list[Weighed]:
    """Return the candidates with evidence enough, of those that share a line the surest; those on pieces of one line go together."""
    taken: dict[int, tuple[str, int]] = {}
    kept: set[int] = set()
    for one in sorted(found, key=lambda one: (-one.score, one.number)):
        if one.score < evidence.ENOUGH:
            break
        owner = (one.candidate.layout, one.number)
        listed = one.candidate.layout in _SEVERAL
        if any(number in taken and not (listed and taken[number] == owner) for number in one.candidate.numbers):
            continue
        taken.update(dict.fromkeys(one.candidate.numbers, owner))
        kept.add(id(one))
    return sorted((one for one in found if id(one) in kept), key=lambda one: one.number)


_SEVERAL = frozenset((LISTED, "running text"))
"""Shapes that find several entries on a line."""


def _without_remarks(found: list[Weighed], kept: list[Weighed]) -> list[Weighed]:
    """Return the candidates with less evidence for those whose translation breaks off where others of the form end as their texts do."""
    ended: dict[str, list[bool]] = defaultdict(list)
    for one in kept:
        if ends_sentence(plain(one.text)):
            ended[one.family].append(ends_sentence(plain(one.translation)))
    usual = {form for form, ends in ended.items() if len(ends) > 2 and sum(ends) * 4 >= len(ends) * 3}
    return [
        one._replace(score=one.score + evidence.UNENDED)
        if one.family in usual and ends_sentence(plain(one.text)) and not ends_sentence(plain(one.translation))
        else one
        for one in found
    ]


def _with_neighbours(sheet: Sheet, found: list[Weighed], kept: list[Weighed]) -> list[Weighed]:
    """Return the candidates with more evidence for those among lines of which most are taken already."""
    place = {
        line.number: (line.title, line.depth, line.quote, bool(line.heading), 0 if line.item else line.block)
        for line in sheet.lines
    }
    lines = Counter(place.values())
    taken = Counter(place[number] for one in kept for number in one.candidate.numbers if number in place)
    usual = {key for key, number in taken.items() if number > 2 and number * 5 >= lines[key] * 3}
    return [
        one._replace(score=one.score + evidence.NEIGHBOURS)
        if one.score < evidence.ENOUGH and place.get(one.number) in usual
        else one
        for one in found
    ]


def _is_entry(kept: list[Weighed]) -> list[bool]:
    """Return for each candidate whether it is an entry: by itself, and in part by what others of its form are."""
    forms: dict[tuple[str, str], list[float]] = defaultdict(list)
    for one in kept:
        forms[one.family, one.candidate.first[0].line.role].append(one.sentence)
    means = {form: sum(scores) / len(scores) for form, scores in forms.items()}
    out = []
    for one in kept:
        around = means[one.family, one.candidate.first[0].line.role]
        own = one.sentence + (evidence.AROUND * (around - evidence.SENTENCE) if one.candidate.is_entry is None else 0.0)
        out.append(own < evidence.SENTENCE)
    return out


def _topics(sheet: Sheet, kept: list[Weighed]) -> Iterator[Claim]:
    """Yield claims to the list items above what was taken that are no part of it: topics, years, units."""
    taken = {number for one in kept for number in one.candidate.numbers}
    parents = {line.item: line.parent for line in sheet.lines if line.item}
    above = {parents.get(part.line.item, 0) for one in kept for part in one.text if part.line.item}
    while more := {parents.get(item, 0) for item in above} - above:
        above |= more
    for line in sheet.lines:
        if line.marker and line.item in above and line.number not in taken and not ends_sentence(line.plain):
            yield Claim("general", evidence.TOPIC, ((line.number, "topic"),), why=Message("entries stand below it"))


def _doubted(found: list[Weighed], kept: list[Weighed]) -> Iterator[Claim]:
    """Yield claims that take nothing and say what was missing: the best candidate of each line that was not taken."""
    taken = {number for one in kept for number in one.candidate.numbers}
    for one in sorted(found, key=lambda one: -one.score):
        numbers = one.candidate.numbers
        if taken.isdisjoint(numbers) and one.score < evidence.ENOUGH:
            taken |= numbers
            why = Message("{why} of {enough:.2f}", why=one.why, enough=evidence.ENOUGH)
            yield Claim(one.candidate.layout, evidence.SAYS_WHY, tuple((number, "unused") for number in sorted(numbers)), why=why)
