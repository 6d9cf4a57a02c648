"""The numbers of a collection, counted by hand in these tests."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command import run

from anki_builder.statistics.numbers import Bar
from anki_builder.statistics.page import bar_chart

FERRY = """# The ferry

原文：

The ferry was late. The ferries are old.

渡轮晚点了。渡轮很旧。

学习：

ferry：渡轮

late：晚

harbor：港口
"""
TRAM = """# The tram

原文：

The old tram was late too.

那辆旧电车也晚点了。

学习：

tram：电车
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "1-ferry.md").write_text(FERRY, encoding="utf-8")
    (tmp_path / "source" / "2-tram.md").write_text(TRAM, encoding="utf-8")
    return tmp_path


def chart(numbers: dict[str, list[dict[str, object]]], name: str) -> dict[object, object]:
    return {bar["label"]: bar["value"] for bar in numbers[name] if bar["value"]}


def test_a_term_in_parts_stands_in_its_text(here: Path) -> None:
    put_off = TRAM.replace("was late too", "put its trip off again").replace(
        "tram：电车", "put off：推迟\n\nthe trip：旅行\n\nsledge：雪橇"
    )
    (here / "source" / "2-tram.md").write_text(put_off, encoding="utf-8")
    numbers = json.loads(run("stats", "source/2-tram.md", "--format", "json").stdout)
    assert chart(numbers, "frequency") == {"once": 2, "not in a text": 1}


def test_the_numbers_of_two_articles(here: Path) -> None:
    numbers = json.loads(run("stats", "--format", "json").stdout)
    ferry, tram = numbers["articles"]
    assert (ferry["words"], ferry["new_words"]) == (8, 5), "the, ferry, be, late, old: forms of one word count once"
    assert (tram["words"], tram["new_words"]) == (6, 2), "tram, too"
    assert (ferry["terms"], ferry["pairs"], ferry["problems"]) == (3, 2, 1)
    assert 0.5 < ferry["confidence"] <= 1
    assert chart(numbers, "lengths") == {"1–5": 2, "6–10": 1}
    assert chart(numbers, "frequency") == {"not in a text": 1, "once": 1, "2 to 4 times": 2}
    assert chart(numbers, "frequent") == {"ferry": 2, "late": 2}
    assert chart(numbers, "problems") == {"term-not-found": 1}
    assert chart(numbers, "cards") == {"Recognise": 4, "Recall": 4, "Read": 2}


def test_characters_are_counted_where_a_language_writes_no_spaces(here: Path) -> None:
    for file in (here / "source").iterdir():
        file.unlink()
    note = "---\nlanguages: [zh, en]\n---\n\n# 渡轮\n\ntext:\n\n渡轮晚点了。\n\ntranslation:\n\nThe ferry was late.\n\nvocabulary:\n\n渡轮：ferry\n"
    (here / "source" / "a.md").write_text(note, encoding="utf-8")
    numbers = json.loads(run("stats", "--format", "json").stdout)
    assert (numbers["articles"][0]["words"], numbers["articles"][0]["new_words"]) == (5, 5)
    assert chart(numbers, "lengths") == {"1–5": 1}
    assert chart(numbers, "frequency") == {"once": 1}


def test_the_text_shows_what_the_page_shows(here: Path) -> None:
    text = run("stats").stdout
    assert run("stats", "--html", "stats.html").stdout == "stats.html\n"
    page = (here / "stats.html").read_text(encoding="utf-8")
    for words in ("Cards by kind", "Terms by how often the texts use them", "source/1-ferry.md", "term-not-found"):
        assert words in text
        assert words in page
    assert "<script" not in page


def test_a_chart_is_well_formed_and_its_longest_bar_fills_it() -> None:
    root = ElementTree.fromstring(bar_chart("a < b", [Bar("<x> & y", 4), Bar("none", 0), Bar("z", 2)]))
    widths = [float(bar.attrib["width"]) for bar in root.iter("rect")]
    assert widths == [205, 0, 102.5]
    assert [title.text for title in root.iter("title")] == ["<x> & y: 4", "none: 0", "z: 2"]


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("untranslated-sentence", "untranslated-sentence"),
        ("01-the-lighthouse-keepers-clock", "01-the-lighthouse-kee…"),
        ("一篇题目很长很长的文章", "一篇题目很长很长的文章"),
        ("一篇题目很长很长的文章和译文", "一篇题目很长很长的文…"),
    ],
)
def test_a_label_fits_beside_its_bar(label: str, shown: str) -> None:
    root = ElementTree.fromstring(bar_chart("x", [Bar(label, 1)]))
    assert next(text.text for text in root.iter("text")) == shown


def test_notes_without_text_have_no_numbers_but_no_traceback(here: Path) -> None:
    for file in (here / "source").iterdir():
        file.write_text("", encoding="utf-8")
    assert run("stats").exit_code == 0
