"""`review`: what Anki's reviews say of the notes, as text, as JSON and as a page."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk, at_desk

NOTE = """# The ferry

原文：

The ferry was late. We waited by the harbour wall.

渡轮晚点了。我们在港口的墙边等着。

学习：

ferry：渡轮
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with at_desk(tmp_path, monkeypatch, NOTE) as desk:
        desk.push()
        yield desk


def study(desk: Desk) -> None:
    """Learn all cards, and forget those of one term."""
    collection = desk.server.collection
    desk.anki.review(ease=4)
    cards = ", ".join(map(str, desk.found("ferry").card_ids()))
    collection.db.execute(f"update cards set lapses = 4, ivl = 30, due = due + 2, factor = 1300 where id in ({cards})")
    for number, ease in enumerate((1, 1, 3)):
        for card in desk.found("ferry").card_ids():
            collection.db.execute(
                "insert into revlog values (?, ?, -1, ?, 10, 5, 1300, 4000, 1)", card - 1_000_000_000 - number * 1000, card, ease
            )
    collection.tags.bulk_add([desk.found("We waited").id], "marked")
    collection.set_user_flag_for_cards(2, desk.found("We waited").card_ids())
    collection.tags.bulk_add([desk.found("ferry").id], "leech")


def test_what_is_hard_comes_with_its_place(desk: Desk) -> None:
    study(desk)
    result = desk.run("review")
    assert result.exit_code == 0, result.output
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert any(re.fullmatch(r"source/ferry.md:11: ferry  \(leech, \d+ lapses, \d of \d+ passed\)", line) for line in lines), (
        result.stdout
    )
    assert any(line.startswith("source/ferry.md:5: We waited by the harbour wall.  (marked, flag 2") for line in lines)


def test_sums_are_by_article_and_kind_of_card(desk: Desk) -> None:
    study(desk)
    found = json.loads(desk.run("review", "--format", "json").stdout)
    assert [one["name"] for one in found["articles"]] == ["source/ferry.md"]
    kinds = {one["name"]: one for one in found["cards"]}
    assert kinds["Recognise"]["lapses"] == 4 and kinds["Recognise"]["retention"] == pytest.approx(1 / 3)
    assert kinds["Recognise"]["mature"] == 1 and kinds["Recognise"]["ease"] == 130
    assert found["total"]["cards"] == found["total"]["seen"] == desk.server.collection.card_count()
    assert sum(found["total"]["due"]) == found["total"]["cards"]
    assert found["notes"][0]["text"] == "ferry" and found["notes"][0]["leech"] and found["notes"][0]["line"] == 11


def test_nothing_is_changed(desk: Desk) -> None:
    desk.sent()
    before = desk.note.read_bytes(), desk.anki.history()
    desk.run("review")
    assert desk.sent() == [] and (desk.note.read_bytes(), desk.anki.history()) == before


def test_a_page_leads_from_each_hard_word_to_its_sentence(desk: Desk) -> None:
    study(desk)
    assert desk.run("review", "--html", "review.html").stdout == "review.html\n"
    page = (desk.folder / "review.html").read_text(encoding="utf-8")
    targets = re.findall(r'<a href="#([^"]+)">', page)
    assert len(targets) == 2 and all(f'id="{target}"' in page for target in targets)
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")
    assert page.count("<svg") == 4 and "source/ferry.md:11" in page
    assert '<p lang="zh">渡轮</p>' in page and '<p lang="en">The ferry was late.</p>' in page


def test_a_page_of_notes_that_were_never_learned_says_so(desk: Desk) -> None:
    desk.run("review", "--html", "review.html")
    assert "There are none." in (desk.folder / "review.html").read_text(encoding="utf-8")
