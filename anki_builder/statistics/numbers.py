"""The numbers of a collection, counted over its aligned documents, its cards and its diagnostics."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from anki_builder.diagnostic import Diagnostic
from anki_builder.document import AlignedDocument
from anki_builder.languages import language
from anki_builder.languages.forms import lemma
from anki_builder.message import Message

_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
_CHARACTER = re.compile(r"[^\W\d_]")


class Bar(NamedTuple):
    """One bar of a chart."""

    label: str
    value: int


class ArticleNumbers(NamedTuple):
    """The numbers of one article."""

    title: str
    path: str
    language: str
    """BCP 47 tag of the text."""
    words: int
    """Running words of the text; characters where the language writes no spaces."""
    new_words: int
    """Different words that no earlier article of this language has; forms of one word count once."""
    terms: int
    pairs: int
    """Sentence pairs with both sides."""
    confidence: float
    """Mean over these pairs, 0 to 1; 0 without any."""
    problems: int
    """Errors and warnings."""


class Numbers(NamedTuple):
    """The numbers of a collection."""

    articles: tuple[ArticleNumbers, ...]
    """In the order of the collection."""
    cards: tuple[Bar, ...]
    """Cards by name, the most frequent first."""
    lengths: tuple[Bar, ...]
    """Sentence pairs by words of their text, in steps of five; two characters count as a word where the language writes no spaces."""
    confidence: tuple[Bar, ...]
    """Sentence pairs with both sides by confidence, in tenths."""
    frequency: tuple[Bar, ...]
    """Terms by how often the texts of the collection use them, in any form of their words."""
    frequent: tuple[Bar, ...]
    """The terms that the texts use most often, at most twenty."""
    problems: tuple[Bar, ...]
    """Errors and warnings by rule, the most frequent first."""


def numbers_of(documents: Sequence[AlignedDocument], cards: Iterable[str], diagnostics: Iterable[Diagnostic]) -> Numbers:
    """Count; `cards` are the names of all cards."""
    found = [diagnostic for diagnostic in diagnostics if diagnostic.rule.severity != "note"]
    by_path = Counter(diagnostic.span.path for diagnostic in found)
    known: dict[str, set[str]] = {}
    articles = tuple(_article(aligned, known, by_path[aligned.document.source.path]) for aligned in documents)
    uses = _uses(documents)
    return Numbers(
        articles=articles,
        cards=tuple(Bar(*item) for item in Counter(cards).most_common()),
        lengths=_steps([_length(aligned, text) for aligned in documents for text in _texts(aligned)]),
        confidence=_tenths(
            [pair.confidence for aligned in documents for pair in aligned.pairs if pair.text and pair.translation]
        ),
        frequency=_frequency(uses.values()),
        frequent=tuple(Bar(term, count) for term, count in uses.most_common(20) if count > 1),
        problems=tuple(Bar(*item) for item in Counter(diagnostic.rule.name for diagnostic in found).most_common()),
    )


def _article(aligned: AlignedDocument, known: dict[str, set[str]], problems: int) -> ArticleNumbers:
    """Return the numbers of an article, and add its words to those known in its language."""
    document = aligned.document
    tag = document.languages[0]
    words = [word for passage in document.passages for word in words_of(passage.text.plain, tag)]
    before = known.setdefault(tag, set())
    new = len(set(words) - before)
    before.update(words)
    complete = [pair.confidence for pair in aligned.pairs if pair.text and pair.translation]
    return ArticleNumbers(
        title=document.title,
        path=document.source.path,
        language=tag,
        words=len(words),
        new_words=new,
        terms=len(document.entries),
        pairs=len(complete),
        confidence=sum(complete) / len(complete) if complete else 0.0,
        problems=problems,
    )


def words_of(text: str, tag: str) -> list[str]:
    """Return the words of a text as keys that forms of one word share; characters where the language writes no spaces."""
    if not language(tag).spaces:
        return _CHARACTER.findall(text)
    return [lemma(word, tag) for word in _WORD.findall(text)]


def _texts(aligned: AlignedDocument) -> Iterable[str]:
    return (" ".join(pair.text) for pair in aligned.pairs if pair.text)


def _length(aligned: AlignedDocument, text: str) -> int:
    """Return how many words a text has."""
    if language(aligned.document.languages[0]).spaces:
        return len(_WORD.findall(text))
    return (len(_CHARACTER.findall(text)) + 1) // 2


def _uses(documents: Sequence[AlignedDocument]) -> Counter[str]:
    """Return how often the texts use each term, in any form of its words."""
    wanted: dict[tuple[str, ...], str] = {}
    for aligned in documents:
        tag = aligned.document.languages[0]
        wanted |= {(tag, *words_of(entry.term, tag)): entry.term for entry in aligned.document.entries}
    lengths = sorted({len(key) for key in wanted})
    uses: Counter[str] = Counter(dict.fromkeys(wanted.values(), 0))
    for aligned in documents:
        tag = aligned.document.languages[0]
        for passage in aligned.document.passages:
            words = [tag, *words_of(passage.text.plain, tag)]
            for length in lengths:
                keys = ((tag, *words[start : start + length - 1]) for start in range(1, len(words) - length + 2))
                uses.update(wanted[key] for key in keys if key in wanted)
    noted = _noted(documents)
    return Counter({term: max(count, noted[term]) for term, count in uses.items()})


def _noted(documents: Iterable[AlignedDocument]) -> Counter[str]:
    """Return how often each term was found where it was noted, also in parts (`put … off`) or without its article."""
    return Counter(
        entry.term
        for aligned in documents
        for entry, context in zip(aligned.document.entries, aligned.contexts, strict=True)
        if context is not None and context.pair >= 0
    )


def _frequency(uses: Iterable[int]) -> tuple[Bar, ...]:
    labels = {
        Message("not in a text"): (0, 0),
        Message("once"): (1, 1),
        Message("2 to 4 times"): (2, 4),
        Message("5 to 9 times"): (5, 9),
        Message("10 times or more"): (10, 1 << 60),
    }
    counts = list(uses)
    return tuple(Bar(label, sum(first <= count <= last for count in counts)) for label, (first, last) in labels.items())


def _steps(lengths: Sequence[int]) -> tuple[Bar, ...]:
    """Return how many of the lengths lie in each step of five, and those above forty together."""
    counts = Counter(min((max(length, 1) - 1) // 5, 8) for length in lengths)
    return tuple(Bar(f"{5 * step + 1}–{5 * step + 5}" if step < 8 else Message("41 or more"), counts[step]) for step in range(9))


def _tenths(shares: Sequence[float]) -> tuple[Bar, ...]:
    counts = Counter(min(int(share * 10), 9) for share in shares)
    return tuple(Bar(f"{tenth / 10:.1f}–{(tenth + 1) / 10:.1f}", counts[tenth]) for tenth in range(10))
