"""docs/layouts.md shows the cards that come of each layout: it is kept true here."""

import re
from pathlib import Path

from anki_builder.compiler import make_notes, read_and_align
from anki_builder.config import Config
from anki_builder.note import Note
from anki_builder.reading.layouts import LAYOUTS
from anki_builder.source import Source

PAGE = Path(__file__).parents[1] / "docs" / "layouts.md"
_EXAMPLE = re.compile(r"^````markdown\n(?P<note>.*?)^````\n\n````text\n(?P<cards>.*?)^````$", re.MULTILINE | re.DOTALL)
_FIELDS = {"sentence": (("Text", "Translation"), ("Read", "Produce", "Listen")),
           "vocabulary": (("Term", "Gloss"), ("Recognise", "Recall", "Spell", "Hear")),
           "cloze": (("Text", "Translation"), ("Cloze",))}  # fmt: skip
_TAG = re.compile(r"<[^<>]+>")


def cards(text: str) -> str:
    """Return the notes made of a text, in the order of its lines, with their first two fields and their cards."""
    aligned, _ = read_and_align(Source("note.md", "note.md", text), Config())
    compiled = make_notes([aligned], Config(), "Notes", lambda *_: ({}, []))

    def line(note: Note) -> str:
        names, templates = _FIELDS[note.note_type]
        ords = [field.name for field in compiled.note_types[note.languages][note.note_type].fields]
        values = (_TAG.sub("", note.fields[ords.index(name)].replace("</li>", "; ")).strip("; ") for name in names)
        made = ", ".join(templates[min(card.ord, len(templates) - 1)] for card in note.cards)
        return f"{made:<17} {' = '.join(values)}"

    order = {"sentence": 0, "vocabulary": 1, "cloze": 2}
    return "\n".join(map(line, sorted(compiled.notes, key=lambda note: (order[note.note_type], note.line)))) + "\n"


def test_the_page_of_layouts_shows_the_cards_they_give(update: bool) -> None:
    written = PAGE.read_text(encoding="utf-8")
    actual = _EXAMPLE.sub(lambda found: found[0].replace(f"````text\n{found['cards']}", f"````text\n{cards(found['note'])}"), written)
    if update and actual != written:
        PAGE.write_text(actual, encoding="utf-8", newline="\n")
    assert len(_EXAMPLE.findall(written)) >= len(LAYOUTS) - 1
    assert update or actual == written


def test_the_page_of_layouts_names_every_layout() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert [name for name, _ in LAYOUTS if f"`{name}`" not in written] == []


def test_paragraphs_in_turns_are_cut_into_sentences() -> None:
    note = "The ferry was late. We waited for two hours in the rain.\n\n渡轮晚点了。我们在雨里等了两个小时。\n"
    assert cards(note).splitlines() == [
        "Read, Produce     The ferry was late. = 渡轮晚点了。",
        "Read, Produce     We waited for two hours in the rain. = 我们在雨里等了两个小时。",
    ]
