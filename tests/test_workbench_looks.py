"""The looks in the workbench: themes and variables, and the one part of user.css that it writes."""

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbench_desk import Desk

from anki_builder.templates import THEMES, builtin, theme_file
from anki_builder.templates.style import read
from anki_builder.templates.variables import (
    HIDDEN,
    SELECTORS,
    Variables,
    chosen,
    hidden,
    is_value,
    variables_of,
    with_chosen,
    without_chosen,
)

OWN = "/* mine */\n.card b { color: red }\n"
CHOICE = {"day": {"accent": "#7a2048", "size": "26px"}, "night": {"accent": "#f0a0c0"}}


@pytest.fixture
def desk(desk: Desk, home: Path) -> Desk:
    desk.open(home / "notes")
    return desk


def change(desk: Desk, variables: object, hide: object = ()) -> Any:
    """What is shown of a choice before it is written."""
    return desk.view("style-change", f"variables={quote(json.dumps(variables))}&hidden={quote(json.dumps(hide))}")


def test_every_theme_has_its_variables_and_its_style(desk: Desk) -> None:
    found = desk.view("looks")
    assert (found["theme"], [*found["themes"]]) == ("paper", [*THEMES])
    for theme in THEMES:
        variables = found["themes"][theme]["variables"]
        assert {"paper", "ink", "size", "font"} <= variables["day"].keys()
        assert {"paper", "ink"} <= variables["night"].keys()
        assert f"--paper: {variables['day']['paper']}" in found["themes"][theme]["css"]
    assert {card["kind"] for card in found["cards"]} == {"sentence", "vocabulary"}
    assert all(card["front"] and card["back"] for card in found["cards"])


@pytest.mark.parametrize("theme", THEMES)
def test_the_rules_of_a_theme_are_those_in_which_variables_are_written(theme: str) -> None:
    found = variables_of(builtin()[theme_file(theme)])
    colours = [one for values in found.values() for one in values.items() if one[1].startswith("#")]
    assert all(is_value(*one) for one in colours)
    assert found["day"] and found["night"]


def test_a_choice_is_shown_and_then_written_and_reaches_the_cards(desk: Desk, home: Path) -> None:
    file = home / "notes" / "templates" / "user.css"
    shown = change(desk, CHOICE)
    assert "+.card { --accent: #7a2048; --size: 26px; }" in shown["diff"]
    assert not file.exists(), "nothing is written by looking"
    assert desk.act("style", variables=CHOICE, digest=shown["digest"]).status == 200
    assert chosen(file.read_text("utf-8")) == {**CHOICE, "black": {}}
    desk.settled()
    found = desk.view("looks")
    assert found["chosen"] == {**CHOICE, "black": {}}
    assert "#7a2048" not in found["themes"]["paper"]["css"], "the page adds what is chosen"
    (css,) = desk.view("article", "name=ferry.md")["css"].values()
    assert "--accent: #7a2048" in css
    assert [problem for problem in desk.view("state")["elsewhere"] if "user.css" in problem["path"]] == []


def test_a_part_of_a_card_is_hidden(desk: Desk, home: Path) -> None:
    hide = ["recognise-context", "source"]
    shown = change(desk, {}, hide)
    assert [line for line in shown["diff"] if "display: none" in line] == [
        "+.card1:not(:has(#answer)) .context-text { display: none; }",
        "+.footer { display: none; }",
    ]
    assert desk.act("style", variables={}, hidden=hide, digest=shown["digest"]).status == 200
    found = desk.view("looks")
    assert found["hidden"] == hide
    assert "display: none" not in found["themes"]["paper"]["css"].replace(builtin()["style.css"].strip(), "")
    assert hidden((home / "notes" / "templates" / "user.css").read_text("utf-8")) == (*hide,)
    desk.settled()
    assert [problem for problem in desk.view("state")["elsewhere"] if "user.css" in problem["path"]] == []


@pytest.mark.parametrize("hide", [["nothing"], [3], "source", {"source": True}, [".card { display: none }"], None])
def test_what_is_no_part_of_a_card_is_not_hidden(desk: Desk, home: Path, hide: object) -> None:
    assert desk.act("style", variables={}, hidden=hide, digest="").status == 409
    assert not (home / "notes" / "templates").exists()


def test_every_part_that_can_be_hidden_is_on_a_card() -> None:
    """Each selector names a class that stands in a built-in template."""
    html = "".join(text for name, text in builtin().items() if name.endswith(".html"))
    for selector in HIDDEN.values():
        assert f'class="{selector.rpartition(".")[2]}"' in html, selector


def test_own_rules_stay_and_a_second_choice_replaces_the_first(desk: Desk, home: Path) -> None:
    file = home / "notes" / "templates" / "user.css"
    file.parent.mkdir()
    file.write_text(OWN, encoding="utf-8")
    for variables in (CHOICE, {"day": {"size": "20px"}}, {}):
        assert desk.act("style", variables=variables, digest=change(desk, variables)["digest"]).status == 200
        text = file.read_text("utf-8")
        assert text.startswith(OWN.rstrip())
        assert {mode: values for mode, values in chosen(text).items() if values} == variables
    assert text == OWN


def test_a_style_that_was_changed_meanwhile_is_left_alone(desk: Desk, home: Path) -> None:
    file = home / "notes" / "templates" / "user.css"
    digest = change(desk, CHOICE)["digest"]
    file.parent.mkdir()
    file.write_text(OWN, encoding="utf-8")
    answer = desk.act("style", variables=CHOICE, digest=digest)
    assert (answer.status, answer.data) == (409, {"problem": "templates/user.css was changed meanwhile: look at it again"})
    assert file.read_text("utf-8") == OWN


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_no_style_is_written_through_a_link_out_of_its_folder(desk: Desk, home: Path) -> None:
    templates, outside = home / "notes" / "templates", home.parent / "outside" / "user.css"
    templates.mkdir()
    outside.write_text(OWN, "utf-8")
    (templates / "user.css").symlink_to(outside)
    assert desk.act("style", variables=CHOICE, digest="").status == 409
    assert outside.read_text("utf-8") == OWN


def test_a_theme_is_saved_in_the_settings_if_there_is_one(desk: Desk, home: Path) -> None:
    digest = desk.view("settings")["digest"]
    assert "there is no theme “papr”" in desk.act("choose", changes={"theme": "papr"}, digest=digest).data["problem"]
    assert desk.act("choose", changes={"theme": "contrast"}, digest=digest).status == 200
    assert (home / "notes" / "anki_builder.toml").read_text("utf-8") == 'theme = "contrast"\n'


@pytest.mark.parametrize(
    "variables",
    [
        {"day": {"accent": "red; } body { display: none"}}, {"day": {"accent": "url(http://x)"}}, {"day": {"accent": "/* */"}},
        {"day": {"accent": "</style><script>"}}, {"day": {"font": '"a"; b'}}, {"day": {"font": "a\\62"}}, {"day": {"size": "1e9px"}},
        {"day": {"Accent": "#fff"}}, {"day": {"a}b": "#fff"}}, {"day": {"accent": 3}}, {"day": []}, {"dusk": {"accent": "#fff"}},
        {"day": {"accent": ""}}, {"day": {"accent": "#12345"}}, {"day": {"accent": "x" * 999}}, [], None, "x",
    ],
)  # fmt: skip
def test_what_is_no_colour_length_or_font_is_refused(desk: Desk, home: Path, variables: object) -> None:
    assert desk.act("style", variables=variables, digest="").status == 409
    assert desk.ask(f"/{desk.channel.token}/view/style-change?variables={quote(json.dumps(variables))}").status == 409
    assert not (home / "notes" / "templates").exists()


VALUES = st.one_of(
    st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"),
    st.integers(1, 60).map(lambda number: f"{number}px"),
    st.sampled_from(['Georgia, "Noto Serif CJK SC", serif', "system-ui, -apple-system", '"Segoe UI"']),
)
VARIABLES = st.dictionaries(
    st.sampled_from(list(SELECTORS)), st.dictionaries(st.sampled_from(["ink", "font-zh", "size"]), VALUES, min_size=1)
)
STYLES = st.sampled_from(["", OWN, OWN.rstrip(), ".card { --ink: #123 }\n", "/* not closed", ".card b { color: red }\n\n\n"])


PARTS = st.lists(st.sampled_from([*HIDDEN]), unique=True)


@given(STYLES, VARIABLES, VARIABLES, PARTS, PARTS)
def test_the_part_holds_what_was_chosen_last_and_nothing_else_changes(
    css: str, first: Variables, second: Variables, hide_first: list[str], hide: list[str]
) -> None:
    once = with_chosen(css, second, hide)
    twice = with_chosen(with_chosen(css, first, hide_first), second, hide)
    assert twice.split() == once.split()
    assert set(hidden(once)) == set(hide)
    assert {mode: values for mode, values in chosen(once).items() if values} == second
    assert without_chosen(once).split() == css.split()
    if "not closed" not in css:
        assert read(once).faults == ()
