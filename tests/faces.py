"""Notes as the real Anki shows and speaks them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from anki_collection import AnkiCollection, anki_collection
from building import Composed, PackedNote, compose_all, pack_notes

from anki_builder.compiler import Compiler, read_and_align
from anki_builder.config import Config
from anki_builder.note import Note
from anki_builder.source import Source
from anki_builder.templates.markup import strip_html

RUBY = re.compile(r"<ruby><rb>(.*?)</rb><rt>(.*?)</rt></ruby>")
SHOWN = re.compile(r'<div class="(?:text|headword)"[^>]*>(.*?)</div>', re.DOTALL)
WITH_CLOZES = Config(terms=("recognise", "recall", "cloze"))


def composed(note: str, config: Config = WITH_CLOZES) -> Composed:
    return compose_all([read_and_align(Source("a.md", "a.md", note), config)[0]], config)


Rendered = list[tuple[Note, Any]]
"""The notes of an article, each with what the real Anki makes of its first card."""


def rendered(notes: Mapping[str, str], folder: Path, config: Config = WITH_CLOZES) -> dict[str, Rendered]:
    """Return what comes of articles, in one collection."""
    compiler = Compiler(config, "C", lambda *_: ({}, []))
    found = {name: composed(note, config).notes for name, note in notes.items()}
    packed = [
        PackedNote(
            compiler.note_types(one.info.languages)[one.note.kind.name],
            f"{name} {place}",
            one.note.fields,
            dict.fromkeys(one.note.cards, place),
            "C",
        )
        for name, built in found.items()
        for place, one in enumerate(built)
    ]
    pack_notes(folder / "a.apkg", packed)
    with anki_collection() as anki:
        anki.add(folder / "a.apkg")
        anki.check()
        outputs = dict(_outputs(anki))
    return {name: [(one.note, outputs[f"{name} {place}"]) for place, one in enumerate(built)] for name, built in found.items()}


def _outputs(anki: AnkiCollection) -> Iterator[tuple[str, Any]]:
    for number in anki.collection.find_cards(""):
        card = anki.collection.get_card(number)
        if card.ord == 0:
            yield card.note().guid, card.render_output(reload=True)


def shown(side: str) -> str:
    """Return what stands on a side for the eye: readings in brackets behind their word."""
    found = SHOWN.search(side)
    assert found, side
    text = re.sub(r"\[anki:play:\w:\d+\]", "", RUBY.sub(r"\1(\2)", found[1]))
    return strip_html(text).strip()


def heard(output: Any) -> str:
    """Return what the speech tags of the back carry."""
    return " | ".join(tag.field_text for tag in output.answer_av_tags)
