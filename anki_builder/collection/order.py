"""Orders of new cards.

The notes of an article, or of all articles where the order is not that of reading, are put in a sequence and cut into lots of `LOT` notes.
A lot is learned round by round, so that a card that asks the other way comes well after the first one of its note, and not weeks after it.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from anki_builder.note import TERM_SEPARATOR

LOT = 20
"""Notes that are learned together: what a learner meets in a day or two."""


class PlacedNote(NamedTuple):
    """A note in reading order, as far as it decides the order of its cards."""

    measure: str
    """As in schema.sql."""
    rank: int
    rounds: tuple[int, ...]
    """Of its cards, in their order."""


def dues(notes: Sequence[PlacedNote], order: str) -> list[tuple[int, ...]]:
    """Return the places of the cards of each note, from 0; `order` is as in `Config.order`. Equals keep the reading order."""
    sequences = {"reading": _reading, "frequency": _by_frequency, "easy-first": _easy_first}
    turns = [
        (place // LOT, round_, notes[index].rank, place, number, index)
        for place, index in enumerate(sequences[order](notes))
        for number, round_ in enumerate(notes[index].rounds)
    ]
    found = [[0] * len(note.rounds) for note in notes]
    for due, (*_, number, index) in enumerate(sorted(turns)):
        found[index][number] = due
    return list(map(tuple, found))


def _reading(notes: Sequence[PlacedNote]) -> Sequence[int]:
    return range(len(notes))


def _by_frequency(notes: Sequence[PlacedNote]) -> Sequence[int]:
    """Return the indices of notes, the most frequent first."""
    return sorted(range(len(notes)), key=lambda index: -float(notes[index].measure or 0))


def _easy_first(notes: Sequence[PlacedNote]) -> Sequence[int]:
    """Return the indices of notes so that each next sentence has at most one noted term that no earlier one had, as far as there are
    such, and of these as few words as can be that no earlier one had.

    Words that the learner did not note in what he read he mostly knows. Notes of one sentence stay together.
    """
    of_sentence: dict[str, list[int]] = {}
    terms: dict[str, set[str]] = {}
    for index, note in enumerate(notes):
        term, _, sentence = note.measure.rpartition(TERM_SEPARATOR)
        of_sentence.setdefault(sentence, []).append(index)
        terms.setdefault(sentence, set()).update([term] if term else [])
    noted = {term for own in terms.values() for term in own if " " not in term}
    sentences = list(of_sentence)
    with_word: dict[str, list[int]] = {}
    unmet = []
    for number, sentence in enumerate(sentences):
        words = set(sentence.split())
        own = (words & noted) | terms[sentence]
        unmet.append(_Unmet(own, words))
        for word in sorted(words | own):
            with_word.setdefault(word, []).append(number)
    heap = [(*one.cost(), number) for number, one in enumerate(unmet)]
    heapify(heap)
    done: dict[int, None] = {}
    while heap:
        *cost, number = heappop(heap)
        if number in done or tuple(cost) != unmet[number].cost():
            continue
        done[number] = None
        for word in sorted({*sentences[number].split(), *terms[sentences[number]]}):
            for other in with_word.pop(word, ()):
                unmet[other].meet(word)
                if other not in done:
                    heappush(heap, (*unmet[other].cost(), other))
    return [index for number in done for index in of_sentence[sentences[number]]]


class _Unmet:
    """What a sentence has that no earlier one had."""

    def __init__(self, terms: set[str], words: set[str]) -> None:
        self._terms, self._words = terms, words

    def cost(self) -> tuple[int, int]:
        """Return how many noted terms there are beyond one, and how many words."""
        return max(0, len(self._terms) - 1), len(self._words)

    def meet(self, word: str) -> None:
        """Take away a word, or a term of several words."""
        self._terms.discard(word)
        self._words.discard(word)
