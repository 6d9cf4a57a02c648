"""Terms that no step has found: other spellings, typing errors, and what to report."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from anki_builder.alignment.lexicon import lexicon
from anki_builder.alignment.rules import TERM_NOT_FOUND
from anki_builder.alignment.searchable import Range, Searchable, Wording
from anki_builder.alignment.wording import trimmed
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import Document, Text, VocabularyEntry
from anki_builder.languages import forms
from anki_builder.languages.folding import fold, loosened
from anki_builder.languages.tokens import tokens
from anki_builder.message import Message

_Misspelling = tuple[str, str, int]
"""A word of a term, its spelling in a passage, and the number of errors."""
_Place = tuple[int, Range]
"""The index of a passage, and the place in it."""
_MARKS = ".,;:!?()\"'“”«»„…"
_PARTED = 6
"""Letters from which a word may be written as two."""
_SHORTEST = 5
"""Letters from which one typing error leaves a word what it is."""
_FEWEST = 4
"""The same, where the gloss speaks for it."""
_ERRORS = 2
"""Typing errors in a long word that the gloss speaks for."""
_LONG = 7
"""Letters of a long word, its ending apart."""
_LIKELY = 0.2
"""What the lexicon must give for a gloss that speaks for a wording."""
_ENDING = 3
"""Letters that an ending adds to a word."""


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


def misspelt(entry: VocabularyEntry, passages: Sequence[Searchable], native: str = "") -> _Place | None:
    """Return the index of the passage, and the place in it, of the only wording that a term can be a misspelling of.

    One word differs, by one typing error; the others are the same, or forms of the same. Of its two spellings the dictionary must have one and
    not the other: `desert` is no misspelt `dessert`. Or the gloss, in the language `native`, says what the one in the passage means and not what
    the other means; then a long word may have two errors.
    """
    if not passages:
        return None
    tag = passages[0].lexis.tag
    term = fold(trimmed(entry.term), tag)
    if sum(map(str.isalpha, term)) < _FEWEST:
        return None
    slack = _ERRORS + _ENDING * (term.count(" ") + 1)
    words = tuple(term.split())
    places: dict[tuple[str, ...], _Place] = {}
    for index, passage in enumerate(passages):
        for wording in windows(term, passage, len(term) - slack, len(term) + slack):
            if len(wording.folded) == len(words):
                places.setdefault(wording.folded, (index, (wording.start, wording.end)))
    found: dict[_Misspelling, _Place] = {}
    for differing, place in places.items():
        if pair := _misspelt_word(words, differing, tag):
            found.setdefault(pair, place)
    sure = {pair: place for pair, place in found.items() if pair[2] < _ERRORS}
    meant = {pair: place for pair, place in found.items() if _is_meant(pair[1], pair[0], entry.gloss, (tag, native))}
    if len({forms.stem(theirs, tag) for _, theirs, _ in sure}) == 1 and sum(map(str.isalpha, term)) >= _SHORTEST:
        (mine, theirs, _), place = _likest(sure)
        if forms.is_known(mine, tag) != forms.is_known(theirs, tag):
            return place
    return _likest(meant)[1] if len({forms.stem(theirs, tag) for _, theirs, _ in meant}) == 1 else None


def _likest(found: Mapping[_Misspelling, _Place]) -> tuple[_Misspelling, _Place]:
    """Return the form, of several of one word, that is likest to what was written."""
    from rapidfuzz.distance import DamerauLevenshtein

    return min(found.items(), key=lambda one: DamerauLevenshtein.distance(one[0][0], one[0][1]))


def _misspelt_word(mine: tuple[str, ...], theirs: tuple[str, ...], tag: str) -> _Misspelling | None:
    """Return the only word of a term that a wording of as many words spells another way, with that spelling and the number of errors."""
    differing = [(one.strip(_MARKS), other.strip(_MARKS)) for one, other in zip(mine, theirs, strict=True) if one != other]
    differing = [(one, other) for one, other in differing if len(mine) == 1 or forms.stem(one, tag) != forms.stem(other, tag)]
    if len(differing) != 1:
        return None
    ((one, other),) = differing
    stem, bare = forms.stem(one, tag), forms.stem(other, tag)
    may_have_more = min(len(stem), len(bare)) >= _LONG and not stem.startswith(bare)  # `citizenry` is no misspelt `citizens`
    most = _ERRORS if may_have_more else 1
    if min(abs(len(one) - len(other)), abs(len(one) - len(bare)), abs(len(stem) - len(bare))) > most:
        return None  # the commonest case
    from rapidfuzz.distance import DamerauLevenshtein

    errors = min([DamerauLevenshtein.distance(*pair, score_cutoff=most) for pair in ((one, other), (one, bare), (stem, bare))])
    return (one, other, errors) if 0 < errors <= most else None


def _is_meant(word: str, other: str, gloss: str, languages: tuple[str, str]) -> bool:
    """Return whether a gloss says what a word means, and nothing of what another one means."""
    if min(len(word), len(other)) < _FEWEST:
        return False
    same = set(word.split("-")) & set(other.split("-"))
    word, other = ["-".join([part for part in one.split("-") if part not in same]) for one in (word, other)]
    return _means(other, gloss, languages) == 0 and _means(word, gloss, languages) >= _LIKELY


def _means(word: str, gloss: str, languages: tuple[str, str]) -> float:
    """Return how much of a gloss a word, or its parts between hyphens, can mean, by the lexicon; all of it where the gloss itself has the word."""
    if forms.stem(word, languages[0]) in fold(gloss, languages[1]):
        return 1.0
    first, second = [tag.partition("-")[0] for tag in languages]
    links = lexicon(first, second) if first < second else None
    if links is None:
        return 0.0
    signs = tokens(gloss, languages[1], False)
    return sum(links[token].get(sign, 0.0) for token in tokens(word, first, False) for sign in signs)


def windows(term: str, passage: Searchable, shortest: int, longest: int) -> list[Wording]:
    """Return the wordings of a passage that have as many words as a folded term, or one more, and as many characters as wanted."""
    width = max(1, len(passage.lexis.traits.words.findall(term)))
    return [
        wording
        for count in (width, width + 1)
        for wording in passage.wordings(count)
        if shortest <= wording.end - wording.start <= longest
    ]


def not_found(
    entry: VocabularyEntry,
    document: Document,
    passages: Sequence[Searchable],
    asides: Callable[[], list[tuple[Text, Searchable]]],
    taken: tuple[str, int, bool] | None,
) -> Diagnostic:
    """Return the warning for a term that stands nowhere; `asides` returns those of the document.

    `taken` is the wording that is taken for it all the same, with its line, and whether the passages have it.
    """
    place = Message("this passage") if entry.passage is not None else Message("this note")
    span = document.source.span(entry.line, entry.column, entry.length)
    message = Message("no sentence of {place} holds “{term}”", place=place, term=entry.term)
    if taken is not None:
        place = place if taken[2] else Message("this note")
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
        near = _alike(entry, asides())
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
        for start, end, _ in windows(needle, searchable, shortest, longest):
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
