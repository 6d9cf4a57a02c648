"""How fast passages are split and aligned, against a pass that only splits; and, given gold files, how well.

    python -m benchmarks.alignment [GOLD.json…]

The passages are those of `benchmarks.collection` (40 articles); a share of them is made hard by leaving out a sentence of the translation or by
running two together. For gold files ("documents": sentences given) strict F1 is told with the lexicon and without, and for the last third of each
document apart: the weights were chosen on the first two thirds.
"""

import argparse
import json
import random
import time
from collections.abc import Callable
from pathlib import Path

from anki_builder.alignment import align_passage, beads, split
from benchmarks.collection import Writer

HARD = 0.1


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


def rate(work: Callable[[str, str], object], many: list[tuple[str, str]]) -> float:
    """Return passages a second of CPU time, best of three."""
    best = 0.0
    for _ in range(3):
        started = time.process_time()
        for text, translation in many:
            work(text, translation)
        best = max(best, len(many) / (time.process_time() - started))
    return best


def strict(path: Path, tail: bool) -> float:
    """Return strict F1 over the beads that have both sides; `tail`: of the last third of each document only."""
    gold_file = json.loads(path.read_text(encoding="utf-8"))
    right = told = wanted = 0
    for document in gold_file["documents"]:
        start = 2 * len(document["text"]) // 3 if tail else 0
        gold = {(tuple(a), tuple(b)) for a, b in document["beads"] if a and b and a[0] >= start}
        places = beads.places(document["text"], document["translation"], tuple(gold_file["pair"]))
        mine = {(tuple(range(p.i, p.i + p.a)), tuple(range(p.j, p.j + p.b))) for p in places if p.a and p.b and p.i >= start}
        right, told, wanted = right + len(gold & mine), told + len(mine), wanted + len(gold)
    return 2 * right / (told + wanted)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--passages", type=int, default=400)
    arguments = parser.parse_args()
    many = passages(arguments.passages)
    align_passage(*many[0])  # loads the lexicon
    only = rate(lambda text, translation: (split(text, "en"), split(translation, "zh")), many)
    whole = rate(align_passage, many)
    print(f"split only {only:,.0f} passages/s; split and align {whole:,.0f} passages/s ({only / whole:.1f} times the work)")
    lexicon = beads.lexicon
    for path in arguments.gold:
        figures = []
        for name in ("with", "without"):
            beads.lexicon = lexicon if name == "with" else lambda first, second: None  # type: ignore[assignment]
            figures.append(f"{name} lexicon {strict(path, False):.4f}, last third {strict(path, True):.4f}")
        beads.lexicon = lexicon
        print(f"{path.name}: strict F1 {'; '.join(figures)}")


if __name__ == "__main__":
    main()
