"""Terms that no step has found: other spellings, typing errors, and what to report."""

from collections.abc import Sequence
from functools import lru_cache

from anki_builder.alignment.rules import TERM_NOT_FOUND
from anki_builder.alignment.searchable import Range, Searchable
from anki_builder.alignment.wording import trimmed
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import Document, Text, VocabularyEntry
from anki_builder.languages import forms
from anki_builder.languages.folding import fold, loosened
from anki_builder.message import Message

_MARKS = ".,;:!?()\"'“”«»„…"
_PARTED = 6
"""Letters from which a word may be written as two."""
_SHORTEST = 5
"""Letters from which one typing error leaves a word what it is."""


def respelt(wording: str, passage: Searchable) -> list[Range]:
    """Return where a term stands in another spelling: hyphens, a space between its parts, separators of thousands apart."""
    tag, folded = passage.lexis.tag, passage.folded
    wanted = _loosened(wording, tag)
    if len(wanted) < 2 or not _may_hold(folded, wanted):
        return []
    spelt, found = passage.loosened, []
    at = spelt.text.find(wanted)
    while at >= 0:
        start, end = spelt.place(at), spelt.place(at + len(wanted) - 1) + 1
        is_whole = not (wanted[0].isalnum() and folded[start - 1 : start].isalnum()) and not (
            wanted[-1].isalnum() and folded[end : end + 1].isalnum()
        )
        if is_whole and forms.empty_words(tag).isdisjoint(folded[start:end].split()):  # `therapist` is not `the rapist`
            found.append((start, end))
        at = spelt.text.find(wanted, at + 1)
    return found


@lru_cache(64)
def _loosened(wording: str, tag: str) -> str:
    return loosened(fold(wording, tag)).text


def _may_hold(text: str, wanted: str) -> bool:
    """Return whether a text has as much of a word as one sign within it leaves: both ends, and one half; of a number only an end is sure."""
    if not wanted.isalpha():
        return wanted[0] in text and wanted[-1] in text
    if len(wanted) < _PARTED and "-" not in text:
        return False
    half = len(wanted) // 2
    return wanted[:2] in text and wanted[-2:] in text and (wanted[:half] in text or wanted[half:] in text)


def misspelt(entry: VocabularyEntry, passages: Sequence[Searchable]) -> tuple[int, Range] | None:
    """Return the index of the passage, and the place in it, of the only wording that is one typing error away from a term.

    The dictionary of the language must have one of the two, and not the other: `desert` is no misspelt `dessert`.
    """
    from rapidfuzz.distance import DamerauLevenshtein

    if not passages:
        return None
    tag = passages[0].lexis.tag
    term = fold(trimmed(entry.term), tag)
    if sum(map(str.isalpha, term)) < _SHORTEST:
        return None
    found: dict[str, tuple[int, Range]] = {}
    for index, passage in enumerate(passages):
        for start, end in windows(term, passage, len(term) - 1, len(term) + 1):
            wording = passage.folded[start:end]
            if wording not in found and DamerauLevenshtein.distance(term, wording, score_cutoff=1) < 2:
                found[wording] = index, (start, end)
    if len(found) != 1:
        return None
    ((wording, place),) = found.items()
    return place if wording != term and _is_no_other(term, wording, tag) else None


def _is_no_other(term: str, wording: str, tag: str) -> bool:
    """Return whether a term and a wording that differ in one letter differ in a word of which the dictionary has the one, not the other."""
    differing = [pair for pair in zip(term.split(), wording.split(), strict=False) if pair[0] != pair[1]]
    if len(differing) != 1 or term.count(" ") != wording.count(" "):
        return False
    mine, theirs = [forms.is_known(word.strip(_MARKS), tag) for word in differing[0]]
    return mine != theirs


def windows(term: str, passage: Searchable, shortest: int, longest: int) -> list[Range]:
    """Return the ranges of a passage that have as many words as a folded term, or one more, and as many characters as wanted."""
    ranges = passage.ranges
    width = max(1, len(passage.lexis.traits.words.findall(term)))
    return [
        (a, b)
        for count in (width, width + 1)
        for (a, _), (_, b) in zip(ranges, ranges[count - 1 :], strict=False)
        if shortest <= b - a <= longest
    ]


def not_found(
    entry: VocabularyEntry, document: Document, passages: Sequence[Searchable], taken: tuple[str, int] | None
) -> Diagnostic:
    """Return the warning for a term that stands nowhere; `taken` is the wording, with its line, that is taken for it all the same."""
    place = Message("this passage") if entry.passage is not None else Message("this note")
    span = document.source.span(entry.line, entry.column, entry.length)
    message = Message("no sentence of {place} holds “{term}”", place=place, term=entry.term)
    if taken is not None:
        hint = Message(
            "{place} has “{wording}” (line {line}), which is taken for it; correct the spelling of one of the two",
            place=place,
            wording=taken[0],
            line=taken[1],
        )
        return Diagnostic(TERM_NOT_FOUND, span, message, hint)
    near = _nearest(entry, document, passages)
    if not near and passages:
        place = Message("this note")
        near = _alike(entry, [(aside, Searchable(aside.plain, [], passages[0].lexis)) for aside in document.asides])
    hint = (
        Message(
            "{place} has {wordings}",
            place=place,
            wordings=_either([_at(text, line) for text, line in near]),
        )
        if near
        else Message("write the term as {place} has it, or add an example below it", place=place)
    )
    return Diagnostic(TERM_NOT_FOUND, span, message, hint)


def _nearest(entry: VocabularyEntry, document: Document, passages: Sequence[Searchable]) -> list[tuple[str, int]]:
    """Return up to two wordings of the passage that look most like the term, with their lines."""
    own = range(len(passages)) if entry.passage is None else (entry.passage,)
    return _alike(entry, [(document.passages[index].text, passages[index]) for index in own])


def _alike(entry: VocabularyEntry, texts: Sequence[tuple[Text, Searchable]]) -> list[tuple[str, int]]:
    """Return up to two wordings of texts that look most like the term of an entry, with their lines."""
    from rapidfuzz import fuzz, process

    if not texts:
        return []
    tag = texts[0][1].lexis.tag
    needle = fold(entry.term, tag)
    shortest, longest = len(needle) // 2, 2 * len(needle)  # beyond these no two texts are alike to 70 %
    places: dict[str, tuple[int, int]] = {}
    folded: list[str] = []
    for index, (_, searchable) in enumerate(texts):
        for start, end in windows(needle, searchable, shortest, longest):
            if (wording := searchable.plain[start:end]) not in places:
                places[wording] = index, start
                # Σ is folded by what stands around it.
                folded.append(fold(wording, tag) if "Σ" in wording else searchable.folded[start:end])
    found = process.extract(needle, folded, scorer=fuzz.ratio, limit=2, score_cutoff=70)
    wordings = list(places.items())
    return [(wording, texts[index][0].line_at(start)) for _, _, at in found for wording, (index, start) in [wordings[at]]]


def _at(wording: str, line: int) -> Message:
    return Message("“{wording}” (line {line})", wording=wording, line=line)


def _either(wordings: Sequence[Message]) -> Message:
    """Return wordings in one sentence."""
    if len(wordings) == 1:
        return wordings[0]
    return Message("{first} and {others}", first=wordings[0], others=_either(wordings[1:]))
