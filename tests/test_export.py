"""Notes in forms other than cards: tables, a translation memory, a page to read."""

import csv
import io
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from browser import chromium
from command import run

NOTE = """# The <late> ferry

Link: https://example.org/ferry

原文：

![](pier.png)

The ferry was *late*, so we cut the queue off. “Wait & see,” said a man.

渡轮晚点了，所以我们截断了队伍。“等着瞧吧，”一个男人说。

学习：

ferry：美 [ˈferi] n. 渡轮；摆渡

cut off：截断

harbor："港口"
"""
PICTURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "ferry.md").write_text(NOTE, encoding="utf-8")
    (tmp_path / "source" / "pier.png").write_bytes(PICTURE)
    return tmp_path


class Judge(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_a_table_holds_each_pair_and_each_term_with_its_sentence(here: Path, form: str, delimiter: str) -> None:
    rows = list(csv.DictReader(io.StringIO(run("export", "--format", form).stdout), delimiter=delimiter))
    pairs = [(row["text"], row["translation"], row["line"]) for row in rows if row["kind"] == "sentence"]
    assert pairs == [
        ("The ferry was late, so we cut the queue off.", "渡轮晚点了，所以我们截断了队伍。", "9"),
        ("“Wait & see,” said a man.", "“等着瞧吧，”一个男人说。", "9"),
    ]
    terms = {row["term"]: row for row in rows if row["kind"] == "term"}
    assert terms["ferry"]["phonetics"] == "[ˈferi]"
    assert terms["ferry"]["gloss"] == "渡轮；摆渡"
    assert terms["cut off"]["text"] == pairs[0][0]
    assert terms["harbor"]["text"] == ""
    assert {(row["text_language"], row["translation_language"], row["path"]) for row in rows} == {("en", "zh", "source/ferry.md")}


def test_a_table_with_tabs_has_one_line_a_row(here: Path) -> None:
    lines = run("export").stdout.splitlines()
    assert {line.count("\t") for line in lines} == {11}
    assert '"港口"' in lines[-1]


def test_a_translation_memory_holds_the_pairs_with_both_sides(here: Path) -> None:
    (here / "source" / "alone.md").write_text("# Alone\n\n原文：\n\nNobody translated this.\n", encoding="utf-8")
    result = run("export", "--format", "tmx", "-o", "out/memory.tmx")
    assert result.stdout == "out/memory.tmx\n"
    root = ElementTree.parse(here / "out" / "memory.tmx").getroot()
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    units = [{tuv.get(language): tuv.findtext("seg") for tuv in unit.findall("tuv")} for unit in root.iter("tu")]
    assert units == [
        {"en": "The ferry was late, so we cut the queue off.", "zh": "渡轮晚点了，所以我们截断了队伍。"},
        {"en": "“Wait & see,” said a man.", "zh": "“等着瞧吧，”一个男人说。"},
    ]
    assert root.findtext("body/tu/prop") == "source/ferry.md:9"


def test_a_translation_memory_of_characters_that_xml_forbids_is_still_xml(here: Path) -> None:
    (here / "source" / "ferry.md").write_text(NOTE.replace("so we", "so \x0b\ufffe we"), encoding="utf-8")
    ElementTree.fromstring(run("export", "--format", "tmx").stdout)


def test_an_export_never_replaces_a_note(here: Path) -> None:
    result = run("export", "-o", "source/ferry.md")
    assert result.exit_code == 2
    assert (here / "source" / "ferry.md").read_text(encoding="utf-8") == NOTE


def test_a_page_to_read_has_text_beside_translation_and_the_glosses_of_its_terms(here: Path) -> None:
    assert run("read").stdout == f"build/{here.name}.html\n"
    page = Judge((here / "build" / f"{here.name}.html").read_text(encoding="utf-8"))
    names = [tag for tag, _ in page.elements]
    assert "script" not in names
    assert "late" not in names
    assert "The <late> ferry" in page.text
    terms = [attributes for tag, attributes in page.elements if attributes.get("class") == "term"]
    assert len(terms) == 3, "ferry, and both parts of cut off"
    assert all(attributes["tabindex"] == "0" for attributes in terms)
    languages = [attributes.get("lang") for tag, attributes in page.elements if tag == "p"]
    assert languages == ["en", "zh"] * 2
    assert names.count("dt") == 3
    pictures = [attributes["src"] for tag, attributes in page.elements if tag == "img"]
    assert pictures == ["data:image/png;base64,iVBORw0KGgo="]
    addresses = [attributes["href"] for tag, attributes in page.elements if tag == "a"]
    assert addresses == ["https://example.org/ferry"]


def test_a_page_to_read_of_several_articles_begins_with_a_list_of_them(here: Path) -> None:
    (here / "source" / "tram.md").write_text(NOTE.replace("<late> ferry", "tram"), encoding="utf-8")
    run("read", "-o", "page.html")
    page = Judge((here / "page.html").read_text(encoding="utf-8"))
    targets = [attributes["href"] for tag, attributes in page.elements if tag == "a" and str(attributes["href"]).startswith("#")]
    anchors = [f"#{attributes['id']}" for tag, attributes in page.elements if tag == "article"]
    assert targets == anchors == ["#a1", "#a2"]


def test_a_right_to_left_translation_says_so(here: Path) -> None:
    note = "---\nlanguages: [en, ar]\n---\n\n# Bread\n\ntext:\n\nThe bread is warm.\n\ntranslation:\n\nالخبز ساخن.\n"
    (here / "source" / "ferry.md").write_text(note, encoding="utf-8")
    run("read", "-o", "page.html")
    page = Judge((here / "page.html").read_text(encoding="utf-8"))
    assert [attributes.get("dir") for tag, attributes in page.elements if tag == "p"] == [None, "rtl"]


def test_notes_without_text_make_no_page(here: Path) -> None:
    (here / "source" / "ferry.md").write_text("# Nothing\n", encoding="utf-8")
    result = run("read", "-o", "page.html")
    assert result.exit_code == 1
    assert not (here / "page.html").exists()


def test_a_gloss_appears_when_its_term_is_tapped_or_reached_by_keyboard(here: Path) -> None:
    run("read", "-o", "page.html")
    with chromium() as browser:
        browser.get((here / "page.html").as_uri())
        gloss = browser.find_element("css selector", ".term .gloss")
        assert not gloss.is_displayed()
        browser.find_element("css selector", ".term").click()
        assert gloss.is_displayed()
        assert "渡轮；摆渡" in gloss.text
        assert not browser.get_log("browser")
