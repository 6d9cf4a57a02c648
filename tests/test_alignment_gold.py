"""The end-to-end measure of `benchmarks.alignment`, and hand-aligned sets where a folder `../shared` beside the checkout holds them."""

import json
from pathlib import Path

import pytest

from benchmarks.alignment import GoldPassage, end_to_end, gold_passages, gold_spans, judged

GOLD = Path(__file__).parents[2] / "shared" / "alignment" / "gold"

PASSAGE = GoldPassage("A b. C d. E.", "甲乙。丙丁。", (("A b.", "甲乙。"), ("C d. E.", "丙丁。")))


@pytest.mark.parametrize(
    ("span", "kind"),
    [
        ((0, 3, 0, 3), "exact"),
        ((0, 8, 0, 6), "union"),
        ((3, 6, 3, 6), "inside"),
        ((0, 6, 0, 3), "wrong"),
        ((0, 3, 3, 6), "wrong"),
    ],
)
def test_a_pair_is_judged_by_its_characters(span: tuple[int, int, int, int], kind: str) -> None:
    assert judged(span, gold_spans(PASSAGE)) == kind


def test_given_sentences_are_joined_to_paragraphs() -> None:
    beads = [[[n], [n]] for n in range(8)]
    document = {
        "text": [f"Mill {n} burned." for n in range(8)],
        "translation": [f"{n}号磨坊烧了。" for n in range(8)],
        "beads": beads,
    }
    (passages,) = gold_passages({"pair": ["en", "zh"], "documents": [document]})
    assert [len(passage.beads) for passage in passages] == [6, 2]
    assert passages[1].text == "Mill 6 burned. Mill 7 burned."
    assert passages[1].translation == "6号磨坊烧了。7号磨坊烧了。"


def test_what_the_program_makes_of_a_gold_file_is_counted(tmp_path: Path) -> None:
    beads = [[["Mill 6 burned."], ["6号磨坊烧了。"]], [["Mill 7 did not."], ["7号磨坊没有烧。"]]]
    passage = {"en": "Mill 6 burned. Mill 7 did not.", "zh": "6号磨坊烧了。7号磨坊没有烧。", "beads": beads}
    path = tmp_path / "gold.json"
    path.write_text(json.dumps({"pair": ["en", "zh"], "passages": [passage]}), encoding="utf-8")
    verdicts, wanted = end_to_end(path, "rules")
    assert [verdict.kind for verdict in verdicts] == ["exact", "exact"]
    assert wanted == 2


@pytest.mark.skipif(not GOLD.is_dir(), reason="the folder of gold data is not there")
@pytest.mark.parametrize("name", ["seed", "notes-dev"])
def test_no_pair_of_a_hand_aligned_note_is_wrong(name: str) -> None:
    verdicts, wanted = end_to_end(GOLD / f"{name}.json", "rules")
    assert {verdict.kind for verdict in verdicts} <= {"exact", "union"}
    assert sum(verdict.kind == "exact" for verdict in verdicts) >= 0.99 * wanted
