"""Passages become sentence pairs: splitting and alignment together, with the author's own cuts."""

from collections.abc import Sequence

from anki_builder.alignment.beads import Bead, align
from anki_builder.alignment.inline import plain
from anki_builder.alignment.splitting import cuts
from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import Document, Passage, SentencePair, Text


def align_passage(text: str, translation: str, languages: tuple[str, str] = ("en", "zh")) -> list[Bead]:
    """Split a passage and its translation, raw inline Markdown or plain, and return their beads; sentences are slices of the raw text."""
    return align(_raw_sentences(text, languages[0]), _raw_sentences(translation, languages[1]), languages)


def _raw_sentences(raw: str, language: str) -> list[str]:
    bare = plain(raw)
    offsets = [cut.offset for cut in cuts(bare.text, language) if cut.probability >= 0.5]
    if bare.starts is not None:
        offsets = [bare.starts[offset] for offset in offsets]
    places = [0, *offsets, len(raw)]
    found = [raw[a:b].strip() for a, b in zip(places, places[1:], strict=False)]
    return [s for s in found if s]


def align_document(document: Document, config: Config) -> tuple[tuple[SentencePair, ...], list[Diagnostic]]:
    """Return the sentence pairs of all passages, in reading order, and what is wrong with them."""
    pairs: list[SentencePair] = []
    diagnostics: list[Diagnostic] = []
    for index, passage in enumerate(document.passages):
        pairs.extend(_passage_pairs(index, passage, document.languages))
    return tuple(pairs), diagnostics


def _passage_pairs(index: int, passage: Passage, languages: tuple[str, str]) -> list[SentencePair]:
    text = passage.text.plain
    if passage.translation is None:
        return [SentencePair(index, (text[a:b],), (), 1.0, a, b, 0, 0) for a, b in _spans(passage.text, languages[0])]
    translation = passage.translation.plain
    left, right = _spans(passage.text, languages[0]), _spans(passage.translation, languages[1])
    if passage.given and (len(left) < 3 or len(right) < 3) and left and right:
        left, right = [(left[0][0], left[-1][1])], [(right[0][0], right[-1][1])]
    beads = align([text[a:b] for a, b in left], [translation[a:b] for a, b in right], languages)
    pairs: list[SentencePair] = []
    i = j = 0
    for bead in beads:
        n, m = len(bead.text), len(bead.translation)
        start = left[i][0] if n else (left[i - 1][1] if i else 0)
        end = left[i + n - 1][1] if n else start
        other = right[j][0] if m else (right[j - 1][1] if j else 0)
        other_end = right[j + m - 1][1] if m else other
        pairs.append(SentencePair(index, bead.text, bead.translation, bead.confidence, start, end, other, other_end))
        i, j = i + n, j + m
    return pairs


def _spans(text: Text, language: str) -> list[tuple[int, int]]:
    """Return the sentences of `text` as character ranges without the white space around them."""
    forbidden, forced = set(text.joins), set(text.cuts)
    places = sorted({cut.offset for cut in cuts(text.plain, language) if cut.probability >= 0.5} | forced)
    return _stripped(text.plain, [place for place in places if place not in forbidden])


def _stripped(plain_text: str, places: Sequence[int]) -> list[tuple[int, int]]:
    found = []
    bounds = [0, *places, len(plain_text)]
    for a, b in zip(bounds, bounds[1:], strict=False):
        piece = plain_text[a:b]
        start = a + len(piece) - len(piece.lstrip())
        end = a + len(piece.rstrip())
        if start < end:
            found.append((start, end))
    return found
