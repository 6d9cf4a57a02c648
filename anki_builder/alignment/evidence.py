"""Score how well two groups of sentences match: the log likelihood ratio of translations against strangers.

Every kind of evidence is a ratio of that sort, so that a sentence without a counterpart scores zero and no penalty has to be balanced by hand:

- length: the logarithm of the lengths' ratio is normal, narrower the longer the sentences; the mean is taken from the text itself
- words: IBM model 1 over sets of tokens, both ways. Links come from the lexicon, from the document's vocabulary lines, from beads already trusted,
  and from equality (numbers with their multipliers, names kept in Latin script, cognates). Words that no source knows score zero
- marks: question and exclamation marks, quotation marks at either end, and how many of them and of brackets stand inside
- contrast: sentences that say “but” and the like
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import accumulate, chain
from math import log
from typing import NamedTuple

from anki_builder.alignment.witness import Witness
from anki_builder.languages.contrast import has_contrast
from anki_builder.languages.tokens import tokens

LINKED = 0.6
"""Probability that a word with known links is translated by one of them."""
_UNLINKED = 1 - LINKED
_MISS = log(_UNLINKED)
_WORD_WEIGHT = 0.5
"""Words of a sentence are no independent witnesses (measured: 0.3 to 0.5 do as well)."""
_NUMBER_MISS = -2.5
_HOLDS = 0.5
"""Share of a lexicon's probabilities that holds in the text at hand."""
_EQUAL = 0.7
"""Probability that a number or name is carried over as it is."""
_UNSEEN = 1000.0
"""Tokens that a text this short might as well have held, for the frequency of each."""
_COMMON = 0.25
"""Share of the sentences beyond which a word says nothing."""
_VARIANCE = 0.0144
_VARIANCE_SHORT = 1.4
_SPREAD = -log(0.7)
"""Of the lengths of sentences that have nothing to do with each other, as log standard deviation, negated."""
_FAR = 20.0
"""Beyond this many nats the length counts only a fifth: a translator may do anything once."""
_FAR_TOGETHER = 6.0
"""Beyond this many nats no words make up for the lengths of four sentences and more in a short passage."""
_SHORT = 20
"""Sentences of a short passage."""
IMPOSSIBLE = float("-inf")
_ALIKE = 2.0
_UNLIKE = -1.0
_QUOTED = 0.5
_QUOTES = ((0.0, -_QUOTED), (-_QUOTED, _QUOTED))
"""Of quotation marks at the same end of either side: whether the text has one, whether the translation."""

_COUNTED = {"“「『«„‘'\"": 0.5, "?？؟": 0.5, "!！": 0.3, "(（": 0.3}
"""Marks that translators keep, wherever they stand: quotations, questions, exclamations, brackets; and the worth of a missing one, negated."""
_KIND_OF = {mark: kind for kind, marks in enumerate(_COUNTED) for mark in marks}
_COUNTED_MARK = re.compile(r"[“「『«„‘?？؟!！(（]|(?<!\S)['\"](?=\S)")
_KEPT = 0.6
"""Worth of a mark that both sides have, as a share of that."""
_MOST_LOST = 3
_CONTRAST_KEPT = 0.7
_CONTRAST_LOST = 0.3
"""Worth of sentences that say “but” on both sides, and of one that does so on one side alone, negated."""
_LARGEST = 4
"""Sentences of a bead on one side."""

_OPENING = frozenset("“\"「『«„‘'‹")
_CLOSING = "”\"」』»’'›"
_AFTER = _CLOSING + ")）]】 ■·*_"
_KINDS = {"?": "?", "？": "?", "!": "!", "！": "!", ".": ".", "。": ".", "．": ".", "؟": "?"} | dict.fromkeys(":：;；,，—–", ":")

_MARKS = ("", ".", ":", "?", "!")


def _marks(mark: str, other: str) -> float:
    """Return what the final marks of either side say."""
    if mark == other:
        return _ALIKE if mark in ("?", "!") else 0.15
    if "?" in (mark, other):
        return 1.5 * _UNLIKE
    return _UNLIKE if "!" in (mark, other) else -0.4


_FINAL = {mark: {other: _marks(mark, other) for other in _MARKS} for mark in _MARKS}

_UNMARKED = (0,) * len(_COUNTED)

Links = Mapping[str, Mapping[str, tuple[float, float]]]
"""Token of the text → token of the translation → (probability of the latter given the former, and the reverse)."""


class Sentence(NamedTuple):
    """What is compared of a sentence."""

    length: float
    tokens: tuple[str, ...]
    mark: str
    """Its final mark: one of ? ! . : or nothing."""
    opens: bool
    """Whether it begins with a quotation mark."""
    closes: bool
    marks: tuple[int, ...]
    """How many of each kind of marks it holds."""
    contrast: bool = False
    """Whether it is set against another one by a word such as “but”."""


def sentence(text: str, language: str, cognates: bool) -> Sentence:
    """Return what is compared of a sentence."""
    stripped = text.strip()
    bare = stripped.rstrip(_AFTER)
    marks = _counted(text)
    return Sentence(
        len(text) - text.count(" ") + 1.0,
        tokens(text, language, cognates),
        _KINDS.get(bare[-1:], ""),
        stripped[:1] in _OPENING,
        stripped[-1:] != "" and stripped.rstrip(" ■.。")[-1:] in _CLOSING and stripped.rstrip(" ■.。") != "",
        marks,
        has_contrast(text, language),
    )


def _counted(text: str) -> tuple[int, ...]:
    """Return how many marks of each kind a sentence holds."""
    found = _COUNTED_MARK.findall(text)
    if not found:
        return _UNMARKED
    kinds = [0] * len(_COUNTED)
    for mark in found:
        kinds[_KIND_OF[mark]] += 1
    return tuple(kinds)


class Evidence:
    """Scores beads of two lists of sentences."""

    def __init__(
        self,
        text: Sequence[Sentence],
        translation: Sequence[Sentence],
        sources: Sequence[Callable[[str], Mapping[str, float]]],
        ratio: float,
        learned: Links,
    ) -> None:
        self.text = text
        self.translation = translation
        self._counts = Counter(chain.from_iterable([s.tokens for s in text]))
        self._translation_counts = Counter(chain.from_iterable([s.tokens for s in translation]))
        self._tokens = [_informative(s.tokens, self._counts, len(text)) for s in text]
        self._translation_tokens = [_informative(s.tokens, self._translation_counts, len(translation)) for s in translation]
        self._sizes = [*accumulate(map(len, self._tokens), initial=0)]
        self._translation_sizes = [*accumulate(map(len, self._translation_tokens), initial=0)]
        self._translation_sets = [frozenset(found) for found in self._translation_tokens]
        self._sources = sources
        self._numbers = frozenset([token for token in self._counts if token[0] == "#"])
        self._names = frozenset([token for token in self._counts.keys() & self._translation_counts.keys() if _is_name(token)])
        self.lengths = [s.length for s in text]
        self.translation_lengths = [s.length for s in translation]
        self._ends = [*accumulate(self.lengths, initial=0.0)]  # whole numbers, so that differences are exact
        self._translation_ends = [*accumulate(self.translation_lengths, initial=0.0)]
        self._opening = [_QUOTES[s.opens] for s in text]
        self._closing = [_QUOTES[s.closes] for s in text]
        self._final = [_FINAL[s.mark] for s in text]
        self._marks = [
            (_running(text, kind), _running(translation, kind), weight)
            for kind, weight in enumerate(_COUNTED.values())
            if any(s.marks[kind] for s in text) or any(s.marks[kind] for s in translation)
        ]
        self._contrasts = _contrasts(text), _contrasts(translation)
        self.ratio = ratio
        self._patience = _FAR_TOGETHER if max(len(text), len(translation)) <= _SHORT else _FAR
        self._asked: Callable[[int, int, int, int], float] | None = None
        self.link(learned)

    def link(self, learned: Links) -> None:
        """Take the links from the lexicons, from equality and from what was learned."""
        counts, others = self._counts, self._translation_counts
        total = sum(map(len, self._tokens)) + _UNSEEN
        others_total = sum(map(len, self._translation_tokens)) + _UNSEEN
        links: dict[str, dict[str, tuple[float, float]]] = {}
        known: set[str] = set()
        for token, count in counts.items():
            rarity = total / (count + 1)
            row: dict[str, tuple[float, float]] = {}
            for source in self._sources:
                for other, strength in source(token).items():
                    if other in others:
                        before = row.get(other, (0.0, 0.0))
                        row[other] = (
                            before[0] + _HOLDS * strength * others_total / (others[other] + 1),
                            before[1] + _HOLDS * strength * rarity,
                        )
            for other, (forward, backward) in learned.get(token, {}).items():
                before = row.get(other, (0.0, 0.0))
                row[other] = (before[0] + forward * others_total / (others[other] + 1), before[1] + backward * rarity)
            if token in others:
                before = row.get(token, (0.0, 0.0))
                row[token] = (before[0] + _EQUAL * others_total / (others[token] + 1), before[1] + _EQUAL * rarity)
            if row:
                links[token] = row
                known.update(row)
        self._rows = [[(token, links[token]) for token in found if token in links] for found in self._tokens]
        self._missing = [_missing(found, links) for found in self._tokens]
        self._translation_missing = [_missing(found, known) for found in self._translation_tokens]
        self._matches: dict[tuple[int, int], tuple[dict[str, float], dict[str, float]]] = {}
        self._groups: dict[tuple[int, int, int, int], tuple[dict[str, float], dict[str, float]]] = {}

    def forget(self) -> None:
        """Drop the results for places that are behind, and the second witness."""
        self._matches.clear()
        self._groups.clear()
        self._asked = None

    def ask(self, witness: Witness, sides: tuple[Sequence[str], Sequence[str]], stretch: tuple[int, int, int, int]) -> None:
        """Let a second witness score the beads of a stretch too: sentences from `i` to `last` and from `j` to `other_last`."""
        i, last, j, other_last = stretch
        spans = {(k, a): " ".join(sides[0][k : k + a]) for k in range(i, last) for a in range(1, min(_LARGEST, last - k) + 1)}
        others = {
            (k, b): " ".join(sides[1][k : k + b])
            for k in range(j, other_last)
            for b in range(1, min(_LARGEST, other_last - k) + 1)
        }
        witness.read([*spans.values(), *others.values()])
        self._asked = lambda i, j, a, b: witness.score(spans[i, a], others[j, b], a + b)

    def _match(self, i: int, j: int) -> tuple[dict[str, float], dict[str, float]]:
        """Return the tokens of sentence `i` that `j` explains, and the reverse, with how much."""
        found = self._matches.get((i, j))
        if found is None:
            text: dict[str, float] = {}
            translation: dict[str, float] = {}
            there = self._translation_sets[j]
            for token, row in self._rows[i]:
                if not there.isdisjoint(row):
                    common = there.intersection(row)  # looks through the row; `&` would look through the sentence
                    explained = 0.0
                    for other in sorted(common) if len(common) > 1 else common:
                        forward, backward = row[other]
                        explained += backward
                        translation[other] = translation.get(other, 0.0) + forward
                    text[token] = explained
            found = self._matches[i, j] = (text, translation)
        return found

    def _group(self, i: int, j: int, a: int, b: int) -> tuple[dict[str, float], dict[str, float]]:
        """Return the tokens that both sides of a bead explain, with how much."""
        if a == b == 1:
            return self._match(i, j)
        found = self._groups.get((i, j, a, b))
        if found is None:
            found = self._group(i, j, a, b - 1) if a == 1 else self._group(i, j, a - 1, b)
            more = self._match(i, j + b - 1) if a == 1 else self._group(i + a - 1, j, 1, b)
            found = self._groups[i, j, a, b] = _together(found[0], more[0]), _together(found[1], more[1])
        return found

    def score(self, i: int, j: int, a: int, b: int) -> float:
        """Return the log likelihood ratio of the bead of the `a` sentences from `i` and the `b` from `j`; IMPOSSIBLE where the lengths forbid it."""
        other_first, other_last = self.translation[j], self.translation[j + b - 1]
        other_length = self._translation_ends[j + b] - self._translation_ends[j]
        expected = (self._ends[i + a] - self._ends[i]) * self.ratio
        variance = _VARIANCE + _VARIANCE_SHORT / (expected + other_length)
        far = log(other_length / expected) ** 2 / (2 * variance)
        if (far > _FAR and a + b > 2) or (far > self._patience and a + b > 3):
            return IMPOSSIBLE
        total = -0.5 * log(variance) - _SPREAD - (far if far < _FAR else _FAR + (far - _FAR) * 0.2)
        total += self._opening[i][other_first.opens]
        total += self._closing[i + a - 1][other_last.closes]
        total += self._final[i + a - 1][other_last.mark]
        for running, other_running, weight in self._marks:
            here, there = running[i + a] - running[i], other_running[j + b] - other_running[j]
            if here or there:
                total += weight * (_KEPT * min(here, there) - min(abs(here - there), _MOST_LOST))
        here = self._contrasts[0][i + a] - self._contrasts[0][i]
        there = self._contrasts[1][j + b] - self._contrasts[1][j]
        if here or there:
            total += _CONTRAST_KEPT * min(here, there) - _CONTRAST_LOST * abs(here - there)
        if self._asked is not None:
            total += self._asked(i, j, a, b)
        return total + self._words(i, j, a, b)

    def _words(self, i: int, j: int, a: int, b: int) -> float:
        total = 0.0
        for missing in self._missing[i : i + a]:
            total += missing
        for missing in self._translation_missing[j : j + b]:
            total += missing
        text, translation = self._match(i, j) if a + b == 2 else self._group(i, j, a, b)
        if not text:
            return total
        share = LINKED / (self._translation_sizes[j + b] - self._translation_sizes[j] + 1)
        other_share = LINKED / (self._sizes[i + a] - self._sizes[i] + 1)
        total += self._gain(text, share) + self._gain(translation, other_share)
        if a + b > 2 and not self._names.isdisjoint(text):
            total += self._repeated(self._tokens[i : i + a], text, share)
            total += self._repeated(self._translation_tokens[j : j + b], translation, other_share)
        return total

    def _repeated(self, sentences: Sequence[tuple[str, ...]], matched: Mapping[str, float], share: float) -> float:
        """Return the worth of names that several sentences of one side hold: each of them speaks for its own sentence."""
        if len(sentences) == 1:
            return 0.0
        total = 0.0
        for name in sorted(self._names.intersection(matched)):
            times = sum([name in sentence for sentence in sentences])
            if times > 1:
                total += (times - 1) * self._gain({name: matched[name]}, share)
        return total

    def _gain(self, matched: Mapping[str, float], share: float) -> float:
        """Return what matched tokens are worth above being missing."""
        total = _WORD_WEIGHT * (sum(map(log, [_UNLINKED + share * value for value in matched.values()])) - len(matched) * _MISS)
        if not matched.keys().isdisjoint(self._numbers):  # the smaller of the two is looked through
            for token in sorted(self._numbers.intersection(matched)):
                gain = log(_UNLINKED + share * matched[token])
                total += gain - _number_miss(token) - _WORD_WEIGHT * (gain - _MISS)
        return total

    def learn(self, beads: Sequence[tuple[int, int, int, int]]) -> None:
        """Learn word associations and the ratio of lengths from beads that are trusted."""
        pairs = [(_union(self._tokens[i : i + a]), _union(self._translation_tokens[j : j + b])) for i, j, a, b in beads]
        length = sum(sum(self.lengths[i : i + a]) for i, _, a, _ in beads)
        other_length = sum(sum(self.translation_lengths[j : j + b]) for _, j, _, b in beads)
        if length and other_length:
            self.ratio = other_length / length
        if len(pairs) >= 8:
            self.link(associations(pairs))


def _running(sentences: Sequence[Sentence], kind: int) -> list[int]:
    """Return how many marks of a kind the sentences before each place hold."""
    return [*accumulate([s.marks[kind] for s in sentences], initial=0)]


def _contrasts(sentences: Sequence[Sentence]) -> list[int]:
    """Return how many of the sentences before each place are set against another one."""
    return [*accumulate([int(s.contrast) for s in sentences], initial=0)]


def _is_name(token: str) -> bool:
    """Whether a token that both sides hold is a name kept in Latin script, rather than a number, a cognate or a character."""
    return len(token) > 2 and token[0] not in "#~"


def _union(groups: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(token for group in groups for token in group))


def _informative(found: tuple[str, ...], counts: Mapping[str, int], size: int) -> tuple[str, ...]:
    if size <= _SHORT:
        return found
    most = _COMMON * size
    return tuple(token for token in found if counts[token] <= most)


def _together(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    """Add up what tokens are explained by."""
    if not one or not other:
        return one or other
    total = one | other
    for token in one.keys() & other.keys():
        total[token] += one[token]
    return total


@cache
def _number_miss(token: str) -> float:
    """Return the score of a number that the other side does not have; small whole numbers and fractions come and go with the idiom."""
    value = float(token[1:])
    return _MISS if value < 1 or (value <= 12 and value == int(value)) else _NUMBER_MISS


def _missing(found: tuple[str, ...], known: Mapping[str, object] | set[str]) -> float:
    """Return the score of a sentence's tokens where none is matched."""
    total = 0.0
    for token in found:
        if token[0] == "#":
            total += _number_miss(token)
        elif token in known:
            total += _MISS * _WORD_WEIGHT
    return total


def associations(pairs: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]) -> Links:
    """Return word associations learned from sentence pairs: IBM model 1 both ways, over words that occur together at least twice."""
    counts = Counter(token for text, _ in pairs for token in text)
    others = Counter(token for _, translation in pairs for token in translation)
    pairs = [
        (tuple(t for t in text if counts[t] > 1), tuple(t for t in translation if others[t] > 1)) for text, translation in pairs
    ]
    together = Counter((token, other) for text, translation in pairs for token in text for other in translation)
    candidates: dict[str, set[str]] = {}
    size = len(pairs)
    for (token, other), count in together.items():
        if count > 1 and count * size > 1.5 * counts[token] * others[other]:
            candidates.setdefault(token, set()).add(other)
    reverse: dict[str, set[str]] = {}
    for token, found in candidates.items():
        for other in found:
            reverse.setdefault(other, set()).add(token)
    forward = _model(pairs, candidates, counts)
    backward = _model([(translation, text) for text, translation in pairs], reverse, others)
    links: dict[str, dict[str, tuple[float, float]]] = {}
    for token, row in forward.items():
        for other, probability in row.items():
            back = backward[other][token]
            if probability > 0.02 or back > 0.02:
                count = together[token, other]
                rest = (count - 1) / count  # its own pair is no witness
                links.setdefault(token, {})[other] = (probability * rest, back * rest)
    return links


def _model(
    pairs: Sequence[tuple[tuple[str, ...], tuple[str, ...]]], candidates: Mapping[str, set[str]], counts: Mapping[str, int]
) -> dict[str, dict[str, float]]:
    """Return the probability of each candidate given a token, by three rounds of expectation maximisation."""
    table = {token: dict.fromkeys(found, 1.0) for token, found in candidates.items()}
    sets = [(text, frozenset(translation)) for text, translation in pairs]
    spare = 0.3
    for _ in range(3):
        sums = {token: dict.fromkeys(found, 0.0) for token, found in candidates.items()}
        for text, translation in sets:
            mass: dict[str, float] = {}
            shared = []
            for token in text:
                row = table.get(token)
                if row:
                    common = translation.intersection(row) if len(row) < len(translation) else row.keys() & translation
                    if common:
                        shared.append((token, row, common))
                        for other in common:
                            mass[other] = mass.get(other, spare) + row[other]
            for token, row, common in shared:
                target = sums[token]
                for other in common:
                    target[other] += row[other] / mass[other]
        table = {token: {other: value / counts[token] for other, value in row.items()} for token, row in sums.items()}
        spare = 0.02
    return table
