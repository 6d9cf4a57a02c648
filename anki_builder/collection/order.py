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


def _easy_first(notes: Sequence[PlacedNote]) -> list[int]:
    """Return the indices of notes so that each next sentence has at most one noted term that no earlier one had, as far as there are
    such, and of these as few words as can be that no earlier one had.

    Words that the learner did not note in what he read he mostly knows. Notes of one sentence stay together.
    """
    of_sentence: dict[str, list[int]] = {}
    own_terms: dict[str, set[str]] = {}
    for index, note in enumerate(notes):
        term, _, sentence = note.measure.rpartition(TERM_SEPARATOR)
        of_sentence.setdefault(sentence, []).append(index)
        own_terms.setdefault(sentence, set()).update([term] if term else [])
    noted = set[str]().union(*own_terms.values())
    sentences = list(of_sentence)
    words = [set(sentence.split()) for sentence in sentences]
    terms = [(own & noted) | own_terms[sentence] for own, sentence in zip(words, sentences, strict=True)]
    new_words, new_terms = [len(own) for own in words], [len(own) for own in terms]
    with_word, with_term = _where(words), _where(terms)

    def turn(number: int) -> tuple[int, int, int]:
        return max(0, new_terms[number] - 1), new_words[number], number

    heap = [turn(number) for number in range(len(sentences))]
    heapify(heap)
    done: dict[int, None] = {}
    while heap:
        first = heappop(heap)
        number = first[-1]
        if number in done or first != turn(number):
            continue
        done[number] = None
        easier: set[int] = set()
        for new, where, met in ((new_words, with_word, words[number] | terms[number]), (new_terms, with_term, terms[number])):
            for one in met:
                for other in where.pop(one, ()):
                    new[other] -= 1
                    easier.add(other)
        for other in easier:
            if other not in done:
                heappush(heap, turn(other))
    return [index for number in done for index in of_sentence[sentences[number]]]


def _where(sets: Sequence[set[str]]) -> dict[str, list[int]]:
    """Return the indices of the sets that hold each member."""
    found: dict[str, list[int]] = {}
    for index, members in enumerate(sets):
        for member in members:
            found.setdefault(member, []).append(index)
    return found
