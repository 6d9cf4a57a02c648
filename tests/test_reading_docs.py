"""docs/layouts.md shows the cards that come of each layout: it is kept true here."""

import re
import tomllib
from pathlib import Path

from building import compose_all

from anki_builder.collection import BuiltNote
from anki_builder.compiler import read_and_align
from anki_builder.config import load
from anki_builder.reading.layouts import LAYOUTS
from anki_builder.reading.proposals import PROPOSALS
from anki_builder.reading.reader import explain
from anki_builder.source import Source

PAGE = Path(__file__).parents[1] / "docs" / "layouts.md"
_EXAMPLE = re.compile(
    r"^(?:````toml\n(?P<settings>.*?)^````\n\n)?"
    r"````markdown\n(?P<note>.*?)^````\n\n````text\n(?P<cards>.*?)^````$",
    re.MULTILINE | re.DOTALL,
)
_SHOWN = ("Text", "Translation", "Term", "Gloss")
_TAG = re.compile(r"<[^<>]+>")


def cards(text: str, settings: str = "") -> str:
    """Return the notes made of a text, in the order of its lines, with their first two fields and their cards."""
    config = load(tomllib.loads(settings), "anki_builder.toml", settings)
    aligned, _ = read_and_align(Source("note.md", "note.md", text), config)

    def line(built: BuiltNote) -> str:
        kind, fields = built.note.kind, built.note.fields
        names = [field.name for field in kind.fields if field.name in _SHOWN]
        values = (_TAG.sub("", fields[name].replace("</li>", "; ")).strip("; ") for name in names)
        made = ", ".join(kind.cards[min(ord_, len(kind.cards) - 1)].name for ord_ in built.note.cards)
        return f"{made:<17} {' = '.join(values)}"

    order = {"sentence": 0, "vocabulary": 1, "cloze": 2}
    notes = sorted(compose_all([aligned]).notes, key=lambda built: (order[built.note.kind.name], built.note.line))
    return "\n".join(map(line, notes)) + "\n"


def test_the_page_of_layouts_shows_the_cards_they_give(update: bool) -> None:
    written = PAGE.read_text(encoding="utf-8")

    def rewritten(found: re.Match[str]) -> str:
        start, end = found.start("cards") - found.start(), found.end("cards") - found.start()
        return found[0][:start] + cards(found["note"], found["settings"] or "") + found[0][end:]

    actual = _EXAMPLE.sub(rewritten, written)
    if update and actual != written:
        PAGE.write_text(actual, encoding="utf-8", newline="\n")
    assert len(_EXAMPLE.findall(written)) >= len(LAYOUTS) - 1
    assert update or actual == written


def test_the_page_of_layouts_names_every_layout_and_every_shape() -> None:
    written = PAGE.read_text(encoding="utf-8")
    names = [name for name, _ in LAYOUTS if name != "general"] + [name for name, _ in PROPOSALS]
    assert [name for name in names if f"`{name}`" not in written] == []


def test_the_page_has_ten_examples_of_own_notations_that_read_every_line() -> None:
    found = [one for one in _EXAMPLE.finditer(PAGE.read_text(encoding="utf-8")) if one["settings"]]
    assert len(found) >= 10
    for one in found:
        config = load(tomllib.loads(one["settings"]), "anki_builder.toml", one["settings"])
        layouts = {line.layout for line in explain(Source("note.md", "note.md", one["note"]), config)[2] if line.role != "title"}
        assert layouts == {"own"}, one["note"]


def test_paragraphs_in_turns_are_cut_into_sentences() -> None:
    note = "The ferry was late. We waited for two hours in the rain.\n\n渡轮晚点了。我们在雨里等了两个小时。\n"
    assert cards(note).splitlines() == [
        "Read, Produce     The ferry was late. = 渡轮晚点了。",
        "Read, Produce     We waited for two hours in the rain. = 我们在雨里等了两个小时。",
    ]
