"""How fast passages are split and aligned, and how well.

    python -m benchmarks.alignment [GOLD.json…] [--aligner rules|embeddings] [--listing FILE]

Speed: passages of `benchmarks.collection`, a share of them made hard by leaving out a sentence of the translation or by running two together,
against a pass that only splits; `--against REVISION` compares splitting and aligning, and finding terms, with another revision of this
repository, turn and turn about.

Quality, for gold files:

- sentences given (files with "documents"): strict F1 over beads with both sides, with the lexicon and without, also of the last third alone
- end to end: the sentences are joined to paragraphs of some six, the program splits and aligns them as one document, and every pair is compared
  with the gold beads by its characters. A pair is exact, a union of gold beads (too long, but true), or wrong. Wrong pairs inside a single gold bead
  are counted apart too: the gold data cannot say whether such a finer pair is true
- calibration: pairs by their confidence and the share of wrong ones
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from anki_builder.alignment import align_document, align_passage, beads, split
from anki_builder.alignment.witness import Witness
from anki_builder.config import Config
from anki_builder.document import Document, Passage, Text
from anki_builder.languages import language
from anki_builder.source import Source
from benchmarks.collection import Writer

HARD = 0.1
PARAGRAPH = 6
"""Sentences of the text from which a paragraph is full."""
BINS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 1.01)
ROOT = Path(__file__).resolve().parent.parent


def passages(count: int, seed: int = 1) -> list[tuple[str, str]]:
    """Return passages of three to eight sentences, one in ten of them with an omission or a merge on the Chinese side."""
    writer, chance = Writer(seed), random.Random(seed)
    found = []
    for _ in range(count):
        pairs = [writer.sentence() for _ in range(chance.randrange(3, 9))]
        text, translation = [pair.text for pair in pairs], [pair.translation for pair in pairs]
        if chance.random() < HARD:
            at = chance.randrange(1, len(translation))
            if chance.random() < 0.5:
                del translation[at]
            else:
                translation[at - 1 : at + 1] = [translation[at - 1].rstrip("。") + "，" + translation[at]]
        found.append((" ".join(text), "".join(translation)))
    return found


def rate(work: Callable[[str, str], object], many: list[tuple[str, str]], rounds: int = 3) -> float:
    """Return passages a second of CPU time, best of some rounds."""
    best = 0.0
    for _ in range(rounds):
        started = time.process_time()
        for text, translation in many:
            work(text, translation)
        best = max(best, len(many) / (time.process_time() - started))
    return best


def strict(path: Path, aligner: str) -> tuple[float, float]:
    """Return strict F1 over the beads that have both sides, of whole documents and of their last thirds."""
    gold_file = json.loads(path.read_text(encoding="utf-8"))
    counts = [[0, 0, 0], [0, 0, 0]]
    for document in gold_file["documents"]:
        text, translation = document["text"], document["translation"]
        witness = Witness(text, translation) if aligner == "embeddings" else None
        places = beads.places(text, translation, tuple(gold_file["pair"]), background=beads.Background(witness=witness))
        for count, start in zip(counts, (0, 2 * len(text) // 3), strict=True):
            gold = {(tuple(a), tuple(b)) for a, b in document["beads"] if a and b and a[0] >= start}
            mine = {(tuple(range(p.i, p.i + p.a)), tuple(range(p.j, p.j + p.b))) for p in places if p.a and p.b and p.i >= start}
            for k, found in enumerate((gold & mine, mine, gold)):
                count[k] += len(found)
    whole, tail = (2 * right / (predicted + wanted) for right, predicted, wanted in counts)
    return whole, tail


class GoldPassage(NamedTuple):
    """A passage with its right alignment."""

    text: str
    translation: str
    beads: tuple[tuple[str, str], ...]
    """Both sides of each bead, as they stand in the passage but for white space."""


class Verdict(NamedTuple):
    """A sentence pair compared with the gold beads."""

    kind: str
    """exact, union, inside or wrong"""
    confidence: float
    characters: int
    """Of the text, white space aside."""
    text: str
    translation: str


def gold_passages(gold_file: dict[str, Any]) -> Iterator[list[GoldPassage]]:
    """Yield the passages of each document of a gold file; sentences that are given are joined to paragraphs."""
    first, second = gold_file["pair"]
    if "passages" in gold_file:
        yield [
            GoldPassage(p[first], p[second], tuple(("".join(text), "".join(translation)) for text, translation in p["beads"]))
            for p in gold_file["passages"]
        ]
        return
    between, other_between = (" " if language(tag).spaces else "" for tag in (first, second))
    for document in gold_file["documents"]:
        found: list[GoldPassage] = []
        paragraph: list[tuple[list[str], list[str]]] = []
        for text, translation in document["beads"]:
            paragraph.append(([document["text"][i] for i in text], [document["translation"][j] for j in translation]))
            if sum(len(sentences) for sentences, _ in paragraph) >= PARAGRAPH and sum(len(others) for _, others in paragraph) > 1:
                found.append(_joined(paragraph, between, other_between))
                paragraph = []
        if paragraph:
            found.append(_joined(paragraph, between, other_between))
        yield found


def _joined(paragraph: Sequence[tuple[list[str], list[str]]], between: str, other_between: str) -> GoldPassage:
    text = between.join(sentence for sentences, _ in paragraph for sentence in sentences)
    translation = other_between.join(sentence for _, sentences in paragraph for sentence in sentences)
    return GoldPassage(text, translation, tuple(("".join(one), "".join(other)) for one, other in paragraph))


def end_to_end(path: Path, aligner: str) -> tuple[list[Verdict], int]:
    """Return what became of a gold file's passages, and the number of gold beads with both sides."""
    gold_file = json.loads(path.read_text(encoding="utf-8"))
    languages = tuple(gold_file["pair"])
    verdicts: list[Verdict] = []
    wanted = 0
    for passages in gold_passages(gold_file):
        read = tuple(Passage(Text(p.text, ((0, 1),)), Text(p.translation, ((0, 1),))) for p in passages)
        document = Document(Source("a.md", "a.md", ""), "A", languages, read, ())
        pairs, _ = align_document(document, Config(aligner=aligner))
        spans = [gold_spans(passage) for passage in passages]
        wanted += sum(a < b and c < d for gold in spans for a, b, c, d in gold)
        for pair in pairs:
            if not pair.text or not pair.translation:
                continue
            passage = passages[pair.passage]
            one, other = passage.text[pair.start : pair.end], passage.translation[pair.translation_start : pair.translation_end]
            start, other_start = _size(passage.text[: pair.start]), _size(passage.translation[: pair.translation_start])
            span = (start, start + _size(one), other_start, other_start + _size(other))
            verdicts.append(Verdict(judged(span, spans[pair.passage]), pair.confidence, _size(one), one, other))
    return verdicts, wanted


def gold_spans(passage: GoldPassage) -> list[tuple[int, int, int, int]]:
    """Return the beads as character ranges of both sides, white space aside."""
    found = []
    start = other_start = 0
    for text, translation in passage.beads:
        end, other_end = start + _size(text), other_start + _size(translation)
        found.append((start, end, other_start, other_end))
        start, other_start = end, other_end
    return found


def judged(span: tuple[int, int, int, int], gold: Sequence[tuple[int, int, int, int]]) -> str:
    """Return whether a pair is `exact`, a `union` of gold beads, `inside` one, or `wrong`."""
    if span in gold:
        return "exact"
    start, end, other_start, other_end = span
    whole = [(b - a, d - c) for a, b, c, d in gold if start <= a and b <= end and other_start <= c and d <= other_end]
    if (
        whole
        and sum(text for text, _ in whole) == end - start
        and sum(translation for _, translation in whole) == other_end - other_start
    ):
        return "union"
    return "inside" if any(a <= start and end <= b and c <= other_start and other_end <= d for a, b, c, d in gold) else "wrong"


def _size(text: str) -> int:
    return len(re.sub(r"\s", "", text))


def report(name: str, verdicts: Sequence[Verdict], wanted: int) -> None:
    """Print what end_to_end found."""
    exact = sum(v.kind == "exact" for v in verdicts)
    poison = [v for v in verdicts if v.kind in ("inside", "wrong")]
    characters = sum(v.characters for v in verdicts)
    print(
        f"{name}: end to end F1 {2 * exact / (len(verdicts) + wanted):.4f}; poison {len(poison) / len(verdicts):.2%} of {len(verdicts)} pairs "
        f"({sum(v.kind == 'inside' for v in poison)} of {len(poison)} inside a gold bead), "
        f"{sum(v.characters for v in poison) / characters:.2%} of the characters; "
        f"too long {sum(v.kind == 'union' for v in verdicts) / len(verdicts):.2%}"
    )
    cells = []
    for low, high in pairwise(BINS):
        inside = [v for v in verdicts if low <= v.confidence < high]
        wrong = [v for v in inside if v.kind in ("inside", "wrong")]
        cells.append(f"{low:.2f}: {len(wrong)}/{len(inside)}")
    sure = [v for v in verdicts if v.confidence >= 0.95]
    share = sum(v.kind in ("inside", "wrong") for v in sure) / max(len(sure), 1)
    print(f"    wrong by confidence from {', '.join(cells)}; of those of .95 and more {share:.2%} of {len(sure)}")


_TIMED = """
import json, sys, time
from anki_builder.alignment import align_passage
from anki_builder.alignment.terms import find_terms
from anki_builder.document import Document, Passage, SentencePair, Text, VocabularyEntry
from anki_builder.source import Source

many = json.load(open(sys.argv[1]))
documents = []
for text, translation, sentences, terms in many:
    pairs, at = [], 0
    for sentence in sentences:
        start = text.index(sentence, at)
        at = start + len(sentence)
        pairs.append(SentencePair(0, (sentence,), (translation,), 1.0, start, at, 0, len(translation)))
    entries = tuple(VocabularyEntry(term, "义", ("义",), 3, passage=0) for term in terms)
    passage = Passage(Text(text, ((0, 1),)), Text(translation, ((0, 1),)))
    documents.append((Document(Source("n.md", "n.md", ""), "n", ("en", "zh"), (passage,), entries), tuple(pairs)))

def align():
    for text, translation, _, _ in many:
        align_passage(text, translation)

def find():
    for document, pairs in documents:
        find_terms(document, pairs)

found = []
for work in (align, find):
    best = 1e9
    for _ in range(4):  # the first round loads what is needed
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    found.append(best)
print(json.dumps(found))
"""


def _with_terms(many: list[tuple[str, str]], seed: int = 3) -> list[tuple[str, str, list[str], list[str]]]:
    """Return passages with their sentences and nine terms each: eight that stand there, one that mostly does not."""
    chance = random.Random(seed)
    found = []
    for text, translation in many:
        words = [word for word in re.findall(r"[a-z]+", text.lower()) if len(word) > 3]
        terms = [*chance.choices(words, k=8), chance.choice(words) + "ing"]
        found.append((text, translation, split(text, "en"), terms))
    return found


def compare(revision: str, many: int) -> None:
    """Print the CPU time of aligning and of finding terms against that of another revision, measured turn and turn about."""
    with tempfile.TemporaryDirectory() as folder:
        other, data = Path(folder) / "other", Path(folder) / "passages.json"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(other), revision], check=True, cwd=ROOT)
        try:
            data.write_text(json.dumps(_with_terms(passages(many))), encoding="utf-8")
            ratios = []
            for _ in range(7):
                seconds = []
                for tree in (ROOT, other):
                    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
                    run = subprocess.run(
                        [sys.executable, "-P", "-c", _TIMED, str(data)],
                        env=environment,
                        check=True,
                        capture_output=True,
                        text=True,
                        cwd=folder,
                    )
                    seconds.append(json.loads(run.stdout))
                ratios.append([mine / theirs for mine, theirs in zip(*seconds, strict=True)])
            for name, each in zip(("split and align", "find terms"), zip(*ratios, strict=True), strict=True):
                listed = ", ".join(f"{ratio:.3f}" for ratio in each)
                print(f"{name}: {sorted(each)[3]:.3f} times {revision} (middle of {listed})")
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(other)], check=True, cwd=ROOT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--passages", type=int, default=400)
    parser.add_argument("--against", metavar="REVISION", help="compare the speed with this revision")
    parser.add_argument("--aligner", choices=("rules", "embeddings"), default="rules")
    parser.add_argument("--listing", type=Path, help="write the wrong pairs to this file")
    arguments = parser.parse_args()
    if arguments.against:
        compare(arguments.against, arguments.passages)
        return
    if not arguments.gold:
        many = passages(arguments.passages)
        align_passage(*many[0])  # loads the lexicon
        only = rate(lambda text, translation: (split(text, "en"), split(translation, "zh")), many)
        whole = rate(align_passage, many)
        print(f"split only {only:,.0f} passages/s; split and align {whole:,.0f} passages/s ({only / whole:.1f} times the work)")
    lexicon = beads.lexicon  # type: ignore[attr-defined]
    wrong: list[str] = []
    for path in arguments.gold:
        if "documents" in json.loads(path.read_text(encoding="utf-8")):
            figures = []
            for name in ("with", "without") if arguments.aligner == "rules" else ("with",):
                beads.lexicon = lexicon if name == "with" else lambda first, second: None  # type: ignore[assignment, attr-defined]
                whole, tail = strict(path, arguments.aligner)
                figures.append(f"{name} lexicon {whole:.4f}, last third {tail:.4f}")
            beads.lexicon = lexicon  # type: ignore[attr-defined]
            print(f"{path.name}: strict F1 {'; '.join(figures)}")
        verdicts, wanted = end_to_end(path, arguments.aligner)
        report(path.name, verdicts, wanted)
        wrong += [
            f"{path.name} {v.kind} {v.confidence:.3f}\n    {v.text}\n    {v.translation}"
            for v in verdicts
            if v.kind in ("inside", "wrong")
        ]
    if arguments.listing:
        arguments.listing.write_text("\n".join([*wrong, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
