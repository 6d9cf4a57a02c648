"""Passages become sentence pairs: splitting and alignment settled together, under the author's own cuts.

Every possible cut is offered to the aligner with its probability; a doubtful cut that ends up inside a bead is not made.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from anki_builder.alignment.beads import EMPTY_LINKS, FORCED, NO_BACKGROUND, Background, Bead, Place, places
from anki_builder.alignment.evidence import Links, associations
from anki_builder.alignment.inline import plain
from anki_builder.alignment.lexicon import Vocabulary, lexicon
from anki_builder.alignment.lint import lint
from anki_builder.alignment.places import finding, quoted
from anki_builder.alignment.rules import DOUBTFUL_ALIGNMENT, EXTRA_TRANSLATION, FREE_TRANSLATION, UNTRANSLATED_SENTENCE
from anki_builder.alignment.splitting import stops
from anki_builder.alignment.witness import Witness
from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import Document, Passage, SentencePair, Text
from anki_builder.languages.tokens import tokens
from anki_builder.message import Message, several

DOUBTFUL = 0.1
"""Cuts less likely than this are not offered to the aligner."""
_LONG_PARAGRAPH = 3
"""Sentences on either side from which a pair given by the note is cut all the same."""
_ENOUGH = 1000
"""Characters on either side from which a document has a ratio of lengths of its own."""
_FEW = 4
"""Passages from which looking for word associations is worth a second pass."""
_TEACHING = 24
"""Sure beads from which word associations are worth learning."""
_SURE = 0.75
"""Confidence from which a bead is sure."""
_FREE = 0.6
"""Share of a passage in right pairs below which it is no translation sentence by sentence: half of its pairs would be wrong."""
_FREE_LEAST = 4
_FREE_LENGTH = 200
"""Pairs, and characters of both sides together, from which a passage shows that."""
_PLAIN_CUT = 0.8
"""Probability below which a cut is doubtful."""
_SURELY_ALONE = 0.5
"""Share of the way from the threshold to certainty that a sentence needs to be left without a counterpart: of those in doubt, most belong to
their neighbours."""


_Spans = tuple[tuple[int, int], ...]
"""Character ranges of neighbouring sentences without the white space around them."""


class _Side(NamedTuple):
    """One side of a passage, cut wherever a sentence may begin."""

    text: str
    sentences: tuple[str, ...]
    spans: _Spans
    cuts: tuple[float, ...]
    """How probable the cut before each sentence is."""


def align_passage(text: str, translation: str, languages: tuple[str, str] = ("en", "zh"), aligner: str = "rules") -> list[Bead]:
    """Split a passage and its translation, raw inline Markdown or plain, and return their beads; sentences are slices of the raw text.

    `aligner` is `rules` or `embeddings`.
    """
    bare, other = plain(text), plain(translation)
    left, right = _side(bare.text, languages[0], code=bare.code), _side(other.text, languages[1], code=other.code)
    background = Background(witness=Witness(left.sentences, right.sentences)) if aligner == "embeddings" else NO_BACKGROUND
    found = places(left.sentences, right.sentences, languages, (left.cuts, right.cuts), background)
    groups = [(_settled(left, p.i, p.a), _settled(right, p.j, p.b), p.confidence) for p in found]
    slices = _raw_slices(text, bare.starts, [span for spans, _, _ in groups for span in spans])
    others = _raw_slices(translation, other.starts, [span for _, spans, _ in groups for span in spans])
    beads = []
    i = j = 0
    for spans, other_spans, confidence in groups:
        a, b = len(spans), len(other_spans)
        beads.append(Bead(tuple(slices[i : i + a]), tuple(others[j : j + b]), confidence))
        i, j = i + a, j + b
    return beads


def _raw_slices(raw: str, starts: Sequence[int] | None, spans: Sequence[tuple[int, int]]) -> list[str]:
    """Return the sentences as the raw text has them, nothing but white space left out."""
    if not spans:
        return []
    begins = [0, *(starts[start] if starts is not None else start for start, _ in spans[1:])]
    return [raw[begin:end].strip() for begin, end in zip(begins, [*begins[1:], len(raw)], strict=True)]


def align_document(document: Document, config: Config) -> tuple[tuple[SentencePair, ...], list[Diagnostic]]:
    """Return the sentence pairs of all passages, in reading order, and what is wrong with them.

    A document's pairs depend on the document alone, so that a file gives the same cards whatever other files lie beside it.
    """
    pairs: list[SentencePair] = []
    diagnostics: list[Diagnostic] = []
    sides = [_sides(passage, document.languages) for passage in document.passages]
    background = _background(document, sides, config)
    for index, (text, translation) in enumerate(sides):
        passage = document.passages[index]
        if translation is None:
            pairs += [
                SentencePair(index, (text.text[start:end],), (), 1.0, start, end, 0, 0)
                for start, end in _settled(text, 0, len(text.spans))
            ]
            continue
        n, m = len(text.spans), len(translation.spans)
        if passage.given and 0 < min(n, m) < _LONG_PARAGRAPH:
            beads = [Place(0, 0, n, m, 1.0)]
        else:
            beads = places(text.sentences, translation.sentences, document.languages, (text.cuts, translation.cuts), background)
            beads, doubts = _settled_beads(beads, text, translation, config.confidence)
            diagnostics += [_doubtful(document, passage, doubt) for doubt in doubts]
        _add_pairs(index, beads, (text, translation), document, pairs, diagnostics)
    diagnostics.extend(lint(document, pairs))
    return tuple(pairs), diagnostics


def _background(document: Document, sides: Sequence[tuple[_Side, _Side | None]], config: Config) -> Background:
    """Return what the document as a whole tells about its passages."""
    usual = _usual_ratio(document.passages)
    witness = None
    if config.aligner == "embeddings":
        paired = [(text, translation) for text, translation in sides if translation is not None]
        witness = Witness(
            [s for text, _ in paired for s in text.sentences], [s for _, translation in paired for s in translation.sentences]
        )
    return Background(Vocabulary(document.entries, document.languages), usual, _learned(document, sides, usual), witness)


def _usual_ratio(passages: Iterable[Passage]) -> float | None:
    """Return the ratio of the lengths of translation and text in a document of some length."""
    length = other = 0
    for passage in passages:
        if passage.translation is not None:
            length += len(passage.text.plain) - passage.text.plain.count(" ")
            other += len(passage.translation.plain) - passage.translation.plain.count(" ")
    return other / length if min(length, other) >= _ENOUGH else None


def _learned(document: Document, sides: Sequence[tuple[_Side, _Side | None]], usual: float | None) -> Links:
    """Return word associations learned from the document's sure beads, where no lexicon knows its languages."""
    languages = document.languages
    first, second = sorted(tag.partition("-")[0] for tag in languages)
    if lexicon(first, second) is not None or sum(p.translation is not None for p in document.passages) < _FEW:
        return EMPTY_LINKS
    found: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    for left, right in sides:
        if right is None:
            continue
        for p in places(left.sentences, right.sentences, languages, (left.cuts, right.cuts), Background(ratio=usual)):
            if p.a and p.b and p.confidence > _SURE:
                one, two = " ".join(left.sentences[p.i : p.i + p.a]), " ".join(right.sentences[p.j : p.j + p.b])
                found.append((tokens(one, languages[0], False), tokens(two, languages[1], False)))
    return associations(found) if len(found) >= _TEACHING else EMPTY_LINKS


class _Doubt(NamedTuple):
    """Sentences that stay together, and why."""

    spans: _Spans
    """Of the text."""
    whole: bool
    """They are the whole passage."""
    free: bool
    """The passage is no translation sentence by sentence."""
    reason: str


def _settled_beads(beads: list[Place], text: _Side, translation: _Side, threshold: float) -> tuple[list[Place], list[_Doubt]]:
    """Return the beads with doubtful ones merged, and what was merged; a passage that is mostly in doubt stays whole."""
    if threshold <= 0.0 or min([bead.confidence for bead in beads], default=1.0) >= max(_least_alone(threshold), _FREE):
        return beads, []
    paired = sum([bead.a > 0 and bead.b > 0 for bead in beads])  # a passage translated in part is another matter
    long = paired >= _FREE_LEAST and 2 * paired >= len(beads) and len(text.text) + len(translation.text) >= _FREE_LENGTH
    if long and _expected_share(beads, text) < _FREE and FORCED not in text.cuts and FORCED not in translation.cuts:
        n, m = len(text.spans), len(translation.spans)
        sure = sum([bead.confidence >= _SURE and bead.a > 0 and bead.b > 0 for bead in beads])
        reason = Message("only for {sure} of {all} groups of sentences is the counterpart certain", sure=sure, all=len(beads))
        return [Place(0, 0, n, m, 1.0)], [_Doubt(_settled(text, 0, n), True, True, reason)]
    found, merged = _merged(beads, threshold, text.cuts, translation.cuts)
    doubts = []
    for bead in merged:
        spans = _settled(text, bead.i, bead.a) or text.spans[max(0, bead.i - 1) : bead.i] or text.spans[:1]
        doubts.append(_Doubt(spans, len(found) == 1, False, _reason(bead, text, translation)))
    return found, doubts


def _least_alone(threshold: float) -> float:
    """Return the confidence that a sentence needs to be left without a counterpart."""
    return threshold + _SURELY_ALONE * (1.0 - threshold)


def _expected_share(beads: Sequence[Place], text: _Side) -> float:
    """Return the share of the text that is expected to stand in right pairs."""
    sizes = [sum([end - start for start, end in text.spans[bead.i : bead.i + bead.a]]) for bead in beads]
    return sum([size * bead.confidence for size, bead in zip(sizes, beads, strict=True)]) / max(sum(sizes), 1)


def _reason(bead: Place, text: _Side, translation: _Side) -> str:
    """Return why the sentences of a merged bead were not parted."""
    for side, first, count in ((text, bead.i, bead.a), (translation, bead.j, bead.b)):
        for k in range(first + 1, first + count):
            if side.cuts[k] < _PLAIN_CUT:
                return Message("it is not certain that a sentence begins at {quote}", quote=quoted(side.sentences[k]))
    if bead.a != bead.b:
        return Message(
            "{sentences} of the text stand against {number} of the translation, and nothing shows where to part them",
            sentences=several(bead.a, "sentence"),
            number=bead.b,
        )
    return Message("lengths, words and numbers fit the neighbours as well")


def _add_pairs(
    index: int,
    beads: Sequence[Place],
    sides: tuple[_Side, _Side],
    document: Document,
    pairs: list[SentencePair],
    diagnostics: list[Diagnostic],
) -> None:
    """Add the sentence pairs of a passage, and report sentences without counterpart."""
    passage = document.passages[index]
    text, translation = sides
    start = end = other_start = other_end = 0
    for bead in beads:
        i, j = bead.i, bead.j
        if bead.a == bead.b == 1:
            (start, end), (other_start, other_end) = text.spans[i], translation.spans[j]
            sentences, others = text.sentences[i : i + 1], translation.sentences[j : j + 1]
        else:
            start, end, sentences = _joined(text, i, bead.a, end)
            other_start, other_end, others = _joined(translation, j, bead.b, other_end)
        pairs.append(SentencePair(index, sentences, others, bead.confidence, start, end, other_start, other_end))
        if not others:
            message = Message("{quote} has no counterpart in the translation", quote=quoted(" ".join(sentences)))
            diagnostics.append(finding(UNTRANSLATED_SENTENCE, document.source, passage.text, start, end, message))
        elif not sentences and passage.translation is not None:
            message = Message("{quote} has no counterpart in the text", quote=quoted(" ".join(others)))
            diagnostics.append(finding(EXTRA_TRANSLATION, document.source, passage.translation, other_start, other_end, message))


def _joined(side: _Side, first: int, count: int, after: int) -> tuple[int, int, tuple[str, ...]]:
    """Return where one side of a bead begins and ends, and its sentences; where it is empty, `after` for both."""
    spans = _settled(side, first, count)
    if not spans:
        return after, after, ()
    return spans[0][0], spans[-1][1], tuple(side.text[start:end] for start, end in spans)


def _doubtful(document: Document, passage: Passage, doubt: _Doubt) -> Diagnostic:
    """Return the remark that these sentences of a passage stay together."""
    start, end = doubt.spans[0][0], doubt.spans[-1][1]
    if doubt.free:
        message = Message("the passage stays whole: it is not translated sentence by sentence ({reason})", reason=doubt.reason)
        hint = Message("put ‖ between two sentences, in the text and in the translation, to part them; or translate more closely")
        return finding(FREE_TRANSLATION, document.source, passage.text, start, end, message, hint)
    if doubt.whole:
        many = Message("the passage stays whole")
    elif len(doubt.spans) > 1:
        many = Message("{sentences} stay together", sentences=several(len(doubt.spans), "sentence"))
    else:
        many = Message("this sentence and its neighbours in the translation stay together")
    hint = Message("put ‖ between two sentences, in the text and in the translation, to part them")
    return finding(
        DOUBTFUL_ALIGNMENT,
        document.source,
        passage.text,
        start,
        end,
        Message("{what}: {reason}", what=many, reason=doubt.reason),
        hint,
    )


def _side(
    text: str, language: str, forced: Sequence[int] = (), forbidden: Sequence[int] = (), code: Sequence[tuple[int, int]] = ()
) -> _Side:
    """Cut a text wherever a sentence may begin, at the author's own cuts, and not in the forbidden places or inside code."""
    first = _next(text, 0)
    if first == len(text):
        return _Side(text, (), (), ())
    ends, begins, probabilities = stops(text, language, DOUBTFUL, code)
    if forced or forbidden:
        known = {begin: (end, probability) for end, begin, probability in zip(ends, begins, probabilities, strict=True)}
        for offset in forbidden:
            known.pop(_next(text, offset), None)
        for offset in forced:
            known[_next(text, offset)] = len(text[:offset].rstrip()), FORCED
        begins = sorted([begin for begin in known if first < begin < len(text)])
        ends, probabilities = [known[begin][0] for begin in begins], [known[begin][1] for begin in begins]
    spans = tuple(zip([first, *begins], [*ends, len(text.rstrip())], strict=True))
    return _Side(text, tuple([text[start:end] for start, end in spans]), spans, (1.0, *probabilities))


def _next(text: str, offset: int) -> int:
    """Return the offset of the first character from `offset` that is no white space."""
    while offset < len(text) and text[offset].isspace():
        offset += 1
    return offset


def _sides(passage: Passage, languages: tuple[str, str]) -> tuple[_Side, _Side | None]:
    return _cut(passage.text, languages[0]), passage.translation and _cut(passage.translation, languages[1])


def _cut(text: Text, language: str) -> _Side:
    return _side(
        text.plain, language, text.cuts, text.joins, [(mark.start, mark.end) for mark in text.marks if mark.tag == "code"]
    )


def _settled(side: _Side, first: int, count: int) -> _Spans:
    """Return the sentences from `first` on as they are when nothing speaks for the doubtful cuts between them."""
    if count == 1:
        return (side.spans[first],)
    found: list[tuple[int, int]] = []
    for k in range(first, first + count):
        if found and side.cuts[k] < 0.5:
            found[-1] = (found[-1][0], side.spans[k][1])
        else:
            found.append(side.spans[k])
    return tuple(found)


def _merged(
    beads: Sequence[Place], threshold: float, text_cuts: Sequence[float], translation_cuts: Sequence[float]
) -> tuple[list[Place], list[Place]]:
    """Merge doubtful beads over their less certain end until each is certain enough or holds the whole; also return those that were merged.

    A merged bead is right where both its ends are: its confidence is at least the sum of the two posteriors less one. No bead is merged over
    a cut that the author made.
    """

    def end(at: int) -> float:
        """Return how certain the cut after a bead is; more than certain where it has to stay."""
        if not 0 <= at < len(found) - 1:
            return 2.0
        bead = found[at]
        i, j = bead.i + bead.a, bead.j + bead.b
        forced = (i < len(text_cuts) and text_cuts[i] == FORCED) or (j < len(translation_cuts) and translation_cuts[j] == FORCED)
        return 2.0 if forced else bead.certain

    alone = _least_alone(threshold)
    found = list(beads)
    touched: set[tuple[int, int]] = set()
    at = 0
    while at < len(found):
        bead = found[at]
        before, after = end(at - 1), end(at)
        if bead.confidence >= (threshold if bead.a else alone) or min(before, after) > 1.0:
            at += 1
            continue
        first = at if after <= before else at - 1
        one, two = found[first], found[first + 1]
        start = found[first - 1].certain if first else 1.0
        touched.discard((one.i, one.j))
        touched.discard((two.i, two.j))
        touched.add((one.i, one.j))
        found[first : first + 2] = [
            Place(one.i, one.j, one.a + two.a, one.b + two.b, max(0.0, start + two.certain - 1.0), two.certain)
        ]
        at = first
    return found, [bead for bead in found if (bead.i, bead.j) in touched]
