"""Find the beads: a monotone dynamic programme, after Gale and Church (1993), with evidence beyond length.

The score of a bead is the log likelihood ratio of `evidence` plus the log prior of its shape. Forward and backward sums at temperature 2
(the witnesses of a sentence are not independent) give each bead its posterior, which is its confidence. Long texts are aligned three times
within a band: first around the diagonal of lengths, then around the path found before, with the word associations learned from sure beads.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from math import exp, log, log1p, prod
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from anki_builder.alignment.evidence import IMPOSSIBLE, Evidence, Links, sentence
from anki_builder.alignment.lexicon import Vocabulary, lexicon
from anki_builder.alignment.parallel import SURE, Parallel, lengths
from anki_builder.alignment.witness import Witness
from anki_builder.languages import language
from anki_builder.languages.tokens import LENGTH_RATIOS

_Strength = TypeVar("_Strength")
EMPTY_LINKS: Links = MappingProxyType({})
NO_VOCABULARY = Vocabulary()


Cuts = tuple[Sequence[float], Sequence[float]]
"""For each sentence of either side the probability of the cut before it."""


class Bead(NamedTuple):
    """Neighbouring sentences and their translation; one side is empty where a sentence has no counterpart."""

    text: tuple[str, ...]
    translation: tuple[str, ...]
    confidence: float
    """Probability, 0 to 1, that this is a bead of the right alignment."""


class Background(NamedTuple):
    """What a whole document tells about each of its passages."""

    vocabulary: Vocabulary = NO_VOCABULARY
    """Links from tokens of the first language to tokens of the second."""
    ratio: float | None = None
    """The usual ratio of lengths."""
    learned: Links = EMPTY_LINKS
    """Word associations."""
    witness: Witness | None = None
    """Asked where this evidence leaves doubts."""

    def reverse(self) -> "Background":
        """Return the same for the sides swapped."""
        links = {token: {other: (q, p) for other, (p, q) in row.items()} for token, row in _turned(self.learned).items()}
        return Background(
            self.vocabulary.reverse(), self.ratio and 1 / self.ratio, links, self.witness and self.witness.reverse()
        )


NO_BACKGROUND = Background()


class Place(NamedTuple):
    """A bead by its sentences: `a` from `i`, `b` from `j`."""

    i: int
    j: int
    a: int
    b: int
    confidence: float
    """Posterior of the bead."""
    certain: float = 1.0
    """Posterior of the cut at its end, on both sides."""


PRIORS = {
    (1, 1): 0.9, (1, 2): 0.03, (2, 1): 0.03, (2, 2): 0.006, (1, 3): 0.006, (3, 1): 0.006,
    (1, 4): 0.0015, (4, 1): 0.0015, (2, 3): 0.0015, (3, 2): 0.0015, (1, 0): 0.01, (0, 1): 0.01,
}  # fmt: skip
"""By shape, within a passage."""
_LONG_PRIORS = PRIORS | {(1, 2): 0.05, (2, 1): 0.05, (1, 0): 0.0003, (0, 1): 0.0003}
"""In whole documents, whose translators merge and rephrase rather than leave out: with 0.02 half of the long merges lose a short member."""
_TEMPERATURE = 2.0
"""Of the posterior: the witnesses of a sentence are not independent."""
_WITNESS_TEMPERATURE = 4.0
"""Where the second witness speaks too."""
_TRUSTED = (0.75, 0.5)
"""Posterior from which a bead teaches, after the first and the second pass."""
_TRUSTED_WITH_LEXICON = (0.5, 0.5)
"""The same where the first pass had a lexicon and not only lengths."""
_LONG = 40
"""Sentences on either side from which associations are learned and a band is drawn."""
_USUAL_LENGTH = 600.0
"""Characters of text that outweigh it."""
_ALONE = 0.98
"""Confidence of one sentence against one: the note itself puts them together."""
_HUGE = 8_000
"""Sentences on both sides together from which there is only one pass."""
_BAND = 20
FORCED = 2.0
"""Instead of a probability: the author's own cut, over which no bead reaches."""
_PLAIN = 0.9
"""Probability of a cut that, with another one on the other side, leaves no doubt."""
_IN_BRACKETS = 0.02
"""Probability of a given cut between the two marks of a bracket."""
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_OPENING_BRACKET, _CLOSING_BRACKET = re.compile("[(（]"), re.compile("[)）]")
_DOUBTED = 0.97
"""Confidence below which the second witness is asked."""
_NEVER = -200.0
_NARROW = 8
_WINDOW = 300
"""Sentences aligned at a time; the last of them, `_OVERLAP`, are aligned again with the next."""
_OVERLAP = 60


def align(
    text_sentences: Sequence[str],
    translation_sentences: Sequence[str],
    languages: tuple[str, str] = ("en", "zh"),
    aligner: str = "rules",
) -> list[Bead]:
    """Return the beads of the two lists of sentences, in order and complete; `aligner` is `rules` or `embeddings`."""
    text, translation = tuple(text_sentences), tuple(translation_sentences)
    background = Background(witness=Witness(text, translation)) if aligner == "embeddings" else NO_BACKGROUND
    return [
        Bead(text[p.i : p.i + p.a], translation[p.j : p.j + p.b], p.confidence)
        for p in places(text, translation, languages, background=background)
    ]


def places(
    text: Sequence[str],
    translation: Sequence[str],
    languages: tuple[str, str],
    cuts: Cuts | None = None,
    background: Background = NO_BACKGROUND,
) -> list[Place]:
    """Return the beads of two lists of sentences as index ranges.

    `cuts` holds, for each sentence of either side, the probability of the cut before it; the first is ignored.
    Both sides swapped give the swapped result, to the last bit: only one order is computed.
    """
    if not text or not translation:
        return [Place(i, 0, 1, 0, 1.0) for i in range(len(text))] + [Place(0, j, 0, 1, 1.0) for j in range(len(translation))]
    if len(text) == len(translation) == 1:
        return [Place(0, 0, 1, 1, _ALONE)]
    if (languages[0], tuple(text)) > (languages[1], tuple(translation)):
        turned = (languages[1], languages[0])
        found = places(translation, text, turned, cuts and (cuts[1], cuts[0]), background.reverse())
        return [Place(p.j, p.i, p.b, p.a, p.confidence, p.certain) for p in found]
    if cuts is None:
        cuts = _bracketed(text, translation)
    first, second = languages[0].partition("-")[0], languages[1].partition("-")[0]
    cognates = language(first).scripts[0] == language(second).scripts[0]
    known = lexicon(first, second)
    n, m = len(text), len(translation)
    pair = (first, second)
    sizes = lengths(text), lengths(translation)
    ratio = _ratio(*sizes, background.ratio or LENGTH_RATIOS.get(pair))
    front: list[float] = []
    back: list[float] = []
    if max(n, m) < _LONG and (known is not None or cognates):
        parallel = Parallel(text, translation, sizes, ratio, pair, known, cognates)
        if n == m and (cuts is None or (min(cuts[0]) >= SURE and min(cuts[1]) >= SURE)):
            clear = parallel.confidences()
            if clear is not None:
                return _doubted(_one_by_one(clear, 0, 0), cuts, (n, m))
        front, back = parallel.ends(cuts)
    a, b, c = len(front), n - len(back), m - len(back)
    found = _one_by_one(front, 0, 0)
    sources: list[Callable[[str], Mapping[str, float]]] = [background.vocabulary.row]
    if known is not None:
        sources.append(known.__getitem__)
    left, right = [sentence(s, first, cognates) for s in text[a:b]], [sentence(s, second, cognates) for s in translation[a:c]]
    evidence = Evidence(left, right, sources, ratio, background.learned)
    inner = (cuts[0][a:b], cuts[1][a:c]) if cuts is not None else None
    middle = _searched(evidence, inner, known is not None)
    if background.witness is not None:
        middle = _witnessed(evidence, middle, inner, background.witness, (text[a:b], translation[a:c]))
        if max(b - a, c - a) >= _LONG:
            _learn(evidence, middle, _TRUSTED[1])
            middle = _programme(evidence, *_around(middle, b - a, c - a), inner, _LONG_PRIORS)
            middle = _witnessed(evidence, middle, inner, background.witness, (text[a:b], translation[a:c]))
    found += [place._replace(i=place.i + a, j=place.j + a) for place in middle] if a else middle
    found += _one_by_one(back, b, c)
    return _doubted(found, cuts, (n, m))


def _bracketed(text: Sequence[str], translation: Sequence[str]) -> Cuts | None:
    """Return how probable the cuts between given sentences are, or None where no bracket reaches over one."""
    found = _outside_brackets(text), _outside_brackets(translation)
    return None if min(*found[0], *found[1]) == 1.0 else found


def _outside_brackets(sentences: Sequence[str]) -> list[float]:
    """Return the probability of the cut before each sentence: low where the sentence before opens a bracket that this one closes."""
    found = [1.0] * len(sentences)
    is_open = False
    for k, given in enumerate(sentences):
        brackets = _BRACKETS.sub("", given)
        if is_open and _CLOSING_BRACKET.search(brackets):
            found[k] = _IN_BRACKETS
        is_open = _OPENING_BRACKET.search(brackets) is not None
    return found


def _one_by_one(clear: Sequence[float], first: int, other_first: int) -> list[Place]:
    """Return 1–1 beads that speak for themselves."""
    return [Place(first + k, other_first + k, 1, 1, confidence, confidence) for k, confidence in enumerate(clear)]


def _doubted(found: list[Place], cuts: Cuts | None, sizes: tuple[int, int]) -> list[Place]:
    """Return the beads, each as doubtful as the cuts at its ends: parts of two sentences cut at the same place match as well as sentences do."""
    if cuts is None or min(*cuts[0], *cuts[1]) >= _PLAIN:
        return found
    certain = [_certain_cut(cuts, place.i, place.j, sizes) for place in found]
    certain.append(1.0)
    return [
        place._replace(confidence=place.confidence * certain[k] * certain[k + 1], certain=place.certain * certain[k + 1])
        for k, place in enumerate(found)
    ]


def _certain_cut(cuts: Cuts, i: int, j: int, sizes: tuple[int, int]) -> float:
    """Return the probability that sentences `i` and `j` begin with a cut: two cuts that stand against each other confirm each other."""
    known = [min(side[k], 1.0) for side, k, size in zip(cuts, (i, j), sizes, strict=True) if 0 < k < size]
    if not known:
        return 1.0
    right, wrong = prod(known), prod([1 - probability for probability in known])
    return right / (right + wrong) if right else 0.0


def _ratio(lengths: Sequence[float], others: Sequence[float], usual: float | None) -> float:
    """Return the ratio of lengths of the whole text, drawn towards the usual one: in a short passage an omission would shift it."""
    length, other = sum(lengths), sum(others)
    if usual is None:
        return other / length
    return (other + _USUAL_LENGTH * usual) / (length + _USUAL_LENGTH)


def _searched(evidence: Evidence, cuts: Cuts | None, has_lexicon: bool) -> list[Place]:
    """Return the beads that the dynamic programme finds; `has_lexicon` lowers the bar for trusted beads."""
    n, m = len(evidence.text), len(evidence.translation)
    if max(n, m) < _LONG:
        return _programme(evidence, [0] * (n + 1), [m] * (n + 1), cuts, PRIORS)
    low, high = _diagonal(evidence)
    found = _programme(evidence, low, high, cuts, _LONG_PRIORS)
    for trusted in () if n + m >= _HUGE else _TRUSTED_WITH_LEXICON if has_lexicon else _TRUSTED:
        _learn(evidence, found, trusted)
        low, high = _around(found, n, m)
        found = _programme(evidence, low, high, cuts, _LONG_PRIORS)
    return found


def _learn(evidence: Evidence, found: Sequence[Place], trusted: float) -> None:
    """Learn word associations from the beads more certain than `trusted`."""
    evidence.learn([(p.i, p.j, p.a, p.b) for p in found if p.a and p.b and p.confidence > trusted])


def _witnessed(
    evidence: Evidence, found: list[Place], cuts: Cuts | None, witness: Witness, sides: tuple[Sequence[str], Sequence[str]]
) -> list[Place]:
    """Return the alignment with each doubtful stretch aligned again, with the witness beside the other evidence."""
    n, m = len(evidence.lengths), len(evidence.translation_lengths)
    priors = PRIORS if max(n, m) < _LONG else _LONG_PRIORS
    shapes = [(a, b, log(prior)) for (a, b), prior in priors.items()]
    prior_of = _Priors(priors is _LONG_PRIORS, cuts) if cuts is not None else None
    low, high = _around(found, n, m)
    settled: list[Place] = []
    at = 0
    for first, last in _doubtful(found):
        settled += found[at:first]
        at = last
        begin, end = found[first], found[last - 1]
        stretch = (begin.i, end.i + end.a, begin.j, end.j + end.b)
        evidence.ask(witness, sides, stretch)
        settled += _window(evidence, low, high, shapes, prior_of, *stretch, _WITNESS_TEMPERATURE)
    evidence.forget()
    return settled + found[at:]


def _doubtful(found: Sequence[Place]) -> list[tuple[int, int]]:
    """Return the stretches of beads, as index ranges, that hold doubts, with a bead on either side."""
    stretches: list[tuple[int, int]] = []
    for k, place in enumerate(found):
        if place.confidence < _DOUBTED:
            first, last = max(0, k - 1), min(len(found), k + 2)
            if stretches and first <= stretches[-1][1] and last - stretches[-1][0] <= _WINDOW:
                stretches[-1] = (stretches[-1][0], last)
            else:
                stretches.append((max(first, stretches[-1][1]) if stretches else first, last))
    return [(first, last) for first, last in stretches if first < last]


def _turned(links: Mapping[str, Mapping[str, _Strength]]) -> dict[str, dict[str, _Strength]]:
    """Return links in the other direction."""
    found: dict[str, dict[str, _Strength]] = {}
    for token, row in links.items():
        for other, strength in row.items():
            found.setdefault(other, {})[token] = strength
    return found


def _diagonal(evidence: Evidence) -> tuple[list[int], list[int]]:
    """Return the band around the diagonal of lengths."""
    n, m = len(evidence.lengths), len(evidence.translation_lengths)
    width = _BAND + min(abs(n - m) // 3, 2 * _BAND)
    low, high = [], []
    j = 0
    done = other_done = 0.0
    for i in range(n + 1):
        while j < m and other_done < done * evidence.ratio:
            other_done += evidence.translation_lengths[j]
            j += 1
        low.append(max(0, j - width))
        high.append(min(m, j + width))
        if i < n:
            done += evidence.lengths[i]
    low[0], high[n] = 0, m
    for i in range(n):
        high[i] = max(high[i], low[i + 1])  # one sentence may be as long as a hundred of the other side
    return low, high


def _around(path: Iterable[Place], n: int, m: int) -> tuple[list[int], list[int]]:
    """Return the band around an alignment."""
    low, high = [m] * (n + 1), [0] * (n + 1)
    for place in path:
        for k in range(place.i, place.i + place.a + 1):
            low[k] = min(low[k], max(0, place.j - _NARROW))
            high[k] = max(high[k], min(m, place.j + place.b + _NARROW))
    low[0], high[n] = 0, m
    return low, high


def _programme(
    evidence: Evidence,
    low: Sequence[int],
    high: Sequence[int],
    cuts: Cuts | None,
    priors: Mapping[tuple[int, int], float],
) -> list[Place]:
    """Return the best alignment within the band, with the posterior of each bead; by overlapping windows, so that memory stays small."""
    shapes = [(a, b, log(prior)) for (a, b), prior in priors.items()]
    prior_of = _Priors(priors is _LONG_PRIORS, cuts) if cuts is not None else None
    n = len(evidence.lengths)
    found: list[Place] = []
    i = j = 0
    while True:
        last = i + _WINDOW if n - i > 2 * _WINDOW else n
        evidence.forget()
        window = _window(
            evidence, low, high, shapes, prior_of, i, last, j, len(evidence.translation_lengths) if last == n else None
        )
        if last == n:
            return found + window
        kept = [place for place in window if place.i + place.a <= last - _OVERLAP] or window
        found += kept
        i, j = kept[-1].i + kept[-1].a, kept[-1].j + kept[-1].b


def _window(
    evidence: Evidence,
    low: Sequence[int],
    high: Sequence[int],
    shapes: Sequence[tuple[int, int, float]],
    prior_of: "_Priors | None",
    i_start: int,
    last: int,
    j_start: int,
    j_last: int | None,
    temperature: float = _TEMPERATURE,
) -> list[Place]:
    """Align sentences from `i_start` to `last` with those from `j_start` to `j_last`, or to the best place where that is None."""
    cells: list[dict[int, tuple[float, int, int, float]]] = [
        {} for _ in range(i_start, last + 1)
    ]  # best score, its bead, forward sum
    steps: list[dict[int, list[tuple[int, int, float]]]] = [{} for _ in cells]
    cells[0][j_start] = (0.0, 0, 0, 0.0)
    score = evidence.score
    for row, here in enumerate(cells):
        i = i_start + row
        reached = [(a, b, prior, cells[row - a]) for a, b, prior in shapes if a <= row]
        for j in range(max(low[i], j_start), (high[i] if j_last is None else min(high[i], j_last)) + 1):
            top = -1e300
            a_top = b_top = 0
            found: list[tuple[int, int, float]] = []
            sums: list[float] = []
            for a, b, prior, behind in reached:
                before = behind.get(j - b)
                if before is None:
                    continue
                value = score(i - a, j - b, a, b) if a and b else 0.0
                if value == IMPOSSIBLE:
                    continue
                value += prior if prior_of is None else prior_of(a, b, i, j)
                total = before[0] + value
                if total > top:
                    top, a_top, b_top = total, a, b
                found.append((a, b, value))
                sums.append(before[3] + value / temperature)
            if found:
                peak = max(sums)
                here[j] = (top, a_top, b_top, peak + log(sum([exp(total - peak) for total in sums])))
                steps[row][j] = found
    row = len(cells) - 1
    end = max(cells[row], key=lambda j: (cells[row][j][0], -j)) if j_last is None else j_last
    backward: list[dict[int, float]] = [{} for _ in cells]
    backward[row][end] = 0.0
    for k in range(row, -1, -1):
        for j in reversed(steps[k]):
            sum_behind = backward[k].get(j)
            if sum_behind is None:
                continue
            for a, b, value in steps[k][j]:
                total = sum_behind + value / temperature
                target = backward[k - a]
                other = target.get(j - b)
                target[j - b] = total if other is None else max(other, total) + log1p(exp(-abs(other - total)))
    whole = cells[row][end][3]
    places_found: list[Place] = []
    j = end
    while row or j > j_start:
        _, a, b, forward = cells[row][j]
        value = next(v for x, y, v in steps[row][j] if (x, y) == (a, b))
        confidence = exp(min(0.0, cells[row - a][j - b][3] + value / temperature + backward[row][j] - whole))
        certain = exp(min(0.0, forward + backward[row][j] - whole))
        row, j = row - a, j - b
        places_found.append(Place(i_start + row, j, a, b, confidence, certain))
    return places_found[::-1]


class _Priors:
    """Log priors of beads, given how doubtful the cuts before and inside them are.

    A false cut inside makes one sentence of two, so that the bead is of a smaller and commoner shape.
    """

    def __init__(self, long: bool, cuts: Cuts) -> None:
        self._long = long
        one, other, both = (_shape(long, a, b, (), ()) for a, b in ((1, 0), (0, 1), (1, 1)))
        self._smallest = ((0.0, other), (one, both))
        self._text = tuple(cuts[0])
        self._translation = tuple(cuts[1])
        self._text_starts = [0.0, *(log(min(p, 1.0)) for p in cuts[0][1:])]
        self._translation_starts = [0.0, *(log(min(p, 1.0)) for p in cuts[1][1:])]

    def __call__(self, a: int, b: int, i: int, j: int) -> float:
        """Return the log prior of the bead of `a` and `b` sentences that ends before `i` and `j`."""
        if a < 2 > b:
            found = self._smallest[a][b]
        else:
            inside = self._text[i - a + 1 : i] if a > 1 else ()
            others = self._translation[j - b + 1 : j] if b > 1 else ()
            found = _shape(self._long, a, b, inside, others)
        if a:
            found += self._text_starts[i - a]
        if b:
            found += self._translation_starts[j - b]
        return found


@lru_cache(1 << 14)
def _shape(long: bool, a: int, b: int, inside: tuple[float, ...], others: tuple[float, ...]) -> float:
    """Return the log prior of a shape, given the probabilities of the cuts inside on either side."""
    if FORCED in inside or FORCED in others:
        return _NEVER
    priors = _LONG_PRIORS if long else PRIORS
    total = 0.0
    for k, p in enumerate(_counts(inside), 1):
        for m, q in enumerate(_counts(others), 1):
            total += p * q * priors.get((min(a, k), min(b, m)), 1e-5)
    return log(total)


def _counts(inside: Sequence[float]) -> list[float]:
    """Return the probability of one sentence, two, … given the probabilities of the cuts inside."""
    found = [1.0]
    for p in inside:
        found = [
            (found[k] if k < len(found) else 0.0) * (1 - p) + (found[k - 1] * p if k else 0.0) for k in range(len(found) + 1)
        ]
    return found
