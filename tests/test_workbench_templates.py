"""The card templates in the workbench: a text is tried on the notes before it is written, and the built-in ones come back."""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from workbench_desk import Desk

from anki_builder.templates import builtin

NAME = "sentence/read.back.html"
LARGER = builtin()[NAME].replace("<hr id=answer>", "<hr id=answer><p class=mine>{{Source}}</p>")


@pytest.fixture
def desk(desk: Desk, home: Path) -> Desk:
    desk.open(home / "notes")
    return desk


def tried(desk: Desk, text: str, name: str = NAME) -> Any:
    answer = desk.act("try-template", name=name, text=text)
    assert answer.status == 200, answer.body
    return answer.data


def save(desk: Desk, text: str, name: str = NAME) -> int:
    return desk.act("save-template", name=name, text=text, digest=tried(desk, text, name)["digest"]).status


def test_all_templates_are_listed_with_what_they_are(desk: Desk, home: Path) -> None:
    rows = {row["name"]: (row["is_own"], row["state"]) for row in desk.view("templates")["rows"]}
    assert rows.keys() == {*builtin(), "user.css"}
    assert rows[NAME] == (False, "built-in")
    assert rows["user.css"] == (False, "not there yet")
    assert save(desk, LARGER) == 200
    rows = {row["name"]: (row["is_own"], row["state"]) for row in desk.view("templates")["rows"]}
    assert rows[NAME] == (True, "overridden")


def test_a_text_is_tried_on_the_notes_and_nothing_is_written(desk: Desk, home: Path) -> None:
    found = tried(desk, LARGER)
    assert [(card["name"], "<p class=mine>The ferry</p>" in card["back"]) for card in found["cards"]] == [("Read", True)]
    assert found["problems"] == []
    assert [line for line in found["diff"] if line.startswith("+<hr")] == ["+<hr id=answer><p class=mine>{{Source}}</p>"]
    assert not (home / "notes" / "templates").exists()


def test_a_wrong_text_says_where_and_how(desk: Desk, home: Path) -> None:
    (problem,) = tried(desk, LARGER.replace("{{Source}}", "{{Sauce}}"))["problems"]
    assert (problem["rule"], problem["severity"], problem["path"]) == ("unknown-field", "error", f"templates/{NAME}")
    assert problem["line"] == 2
    assert "Source" in problem["hint"] + problem["message"]


def test_a_card_that_no_note_makes_is_shown_all_the_same(desk: Desk, home: Path) -> None:
    found = tried(
        desk,
        builtin()["sentence/produce.front.html"].replace("[[word-say-sentence]]", "Now say it"),
        "sentence/produce.front.html",
    )
    assert [(card["name"], "Now say it" in card["front"]) for card in found["cards"]] == [("Produce", True)]


def test_a_part_and_a_style_are_shown_on_cards_that_they_are_of(desk: Desk, home: Path) -> None:
    cards = tried(desk, "<p>over all</p>", "parts/passage.html")["cards"]
    assert {card["name"] for card in cards} == {"Read"}
    assert "<p>over all</p>" in cards[0]["back"]
    found = tried(desk, ".card b { color: #123456 }", "user.css")
    assert "#123456" in found["css"] and found["cards"]


def test_a_template_is_written_and_its_origin_is_kept(desk: Desk, home: Path) -> None:
    folder = home / "notes" / "templates"
    assert save(desk, LARGER) == 200
    assert (folder / NAME).read_text("utf-8") == LARGER
    assert (folder / ".built-in" / NAME).read_text("utf-8") == builtin()[NAME]
    assert (folder / ".built-in" / "parts" / "passage.html").is_file(), "what it includes is kept, too"
    desk.settled()
    backs = [
        desk.view("card", f"name=ferry.md&note={number}&ord={ord_}")["back"]
        for number, note in enumerate(desk.view("article", "name=ferry.md")["notes"])
        for ord_, title, _ in note["cards"]
        if title == "Read"
    ]
    assert backs and all("<p class=mine>" in back for back in backs)


def test_the_built_in_template_comes_back_and_the_own_one_is_kept(desk: Desk, home: Path) -> None:
    folder = home / "notes" / "templates"
    assert save(desk, LARGER) == 200
    digest = desk.view("template", f"name={NAME}")["digest"]
    assert desk.act("builtin-template", name=NAME, digest="0" * 64).status == 409
    assert desk.act("builtin-template", name=NAME, digest=digest).data == {"kept": f"templates/.backup/{NAME}.1"}
    assert not (folder / NAME).exists()
    assert (folder / ".backup" / f"{NAME}.1").read_text("utf-8") == LARGER
    assert desk.view("template", f"name={NAME}")["text"] == builtin()[NAME]
    assert desk.act("builtin-template", name=NAME, digest=digest).status in (404, 409)


def test_the_first_version_of_a_file_of_the_learner_is_kept(desk: Desk, home: Path) -> None:
    folder = home / "notes" / "templates"
    folder.mkdir()
    (folder / "user.css").write_text(".card { color: red }\n", "utf-8")
    for colour in ("green", "blue"):
        assert save(desk, f".card {{ color: {colour} }}\n", "user.css") == 200
    assert (folder / "user.css").read_text("utf-8") == ".card { color: blue }\n"
    assert (folder / ".backup" / "user.css.1").read_text("utf-8") == ".card { color: red }\n"
    assert not (folder / ".backup" / "user.css.2").exists()


def test_a_template_that_was_changed_meanwhile_is_left_alone(desk: Desk, home: Path) -> None:
    file = home / "notes" / "templates" / NAME
    digest = tried(desk, LARGER)["digest"]
    file.parent.mkdir(parents=True)
    file.write_text("{{Text}}", "utf-8")
    answer = desk.act("save-template", name=NAME, text=LARGER, digest=digest)
    assert (answer.status, answer.data) == (409, {"problem": f"templates/{NAME} was changed meanwhile: look at it again"})
    assert file.read_text("utf-8") == "{{Text}}"


@pytest.mark.parametrize(
    "name", ["", "../anki_builder.toml", "/etc/passwd", "sentence", "sentence/other.html", "_media/x.js", ".built-in/x"]
)
def test_only_templates_are_read_and_written(desk: Desk, home: Path, name: str) -> None:
    assert desk.ask(f"/{desk.channel.token}/view/template?name={quote(name)}").status == 404
    for action in ("try-template", "save-template", "builtin-template"):
        assert desk.act(action, name=name, text="x", digest="").status == 404
    assert not (home / "notes" / "templates").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need leave there")
def test_no_template_is_written_through_a_link_out_of_its_folder(desk: Desk, home: Path) -> None:
    outside = home.parent / "outside" / "style.css"
    outside.write_text("a {}\n", "utf-8")
    (home / "notes" / "templates").mkdir()
    (home / "notes" / "templates" / "style.css").symlink_to(outside)
    assert save(desk, "b {}\n", "style.css") == 409
    assert outside.read_text("utf-8") == "a {}\n"
