"""What is said about a learner's templates, and what becomes of them: cases in `cases/templates.md`, rewritten by `--update`.

`python tests/test_templates_check.py --update` writes what is printed now into the cases: review it as a diff.
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from anki.errors import CardTypeError
from anki_collection import AnkiCollection, anki_collection
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from random_templates import random_template

from anki_builder.cli import cli
from anki_builder.config import Config
from anki_builder.message import Template
from anki_builder.note import CardKind, Field, NoteKind
from anki_builder.notes.kinds import KINDS
from anki_builder.notes.note_types import names
from anki_builder.templates import builtin
from anki_builder.templates.references import references, rewrite
from anki_builder.templates.rules import RULES
from anki_builder.templates.validate import validate

CASES = Path(__file__).parent / "cases" / "templates.md"
FENCE = re.compile(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


class Case(NamedTuple):
    name: str
    files: dict[str, str]
    expected: str


def cases() -> Iterator[Case]:
    for section in re.split(r"^## ", CASES.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        blocks = FENCE.findall(section)
        files = {path: text for kind, path, text in blocks if kind != "text"}
        yield Case(section.partition("\n")[0], files, next((text for kind, _, text in blocks if kind == "text"), ""))


def said(case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (folder / "source").mkdir()
    for path, text in case.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(cli, ["templates", "check"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == bool(re.search(r"^(error|warning)\[", done.stdout, re.MULTILINE))
    return done.stdout.rstrip("\n") + "\n"


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_templates_are_checked(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(case, tmp_path, monkeypatch) == (case.expected or "\n")


SCRAPS = [
    *"""<div> </div> <p > "a.png" 'b.png' <script> </script> <style> </style> <!-- --> <![CDATA[ <![x[ ]]> <? </ {{Text}} {{#Text}} {{/Text}} {{ }}
    [[text-lang]] [[ ]] .a { } url( ) /* */ ; : " ' \\ & &amp; 漢字 [sound:a.mp3] = a color:red""".split(),
    '<p class="a"', '<img src=', 'srcset="a.png 1x, b.png 2x"', 'style="font-size: 1px', '@import "x.css";', 'import "./_a.js"',
    "[[include parts/note.html]]", "\n", "\f", "\0", " ",
]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(SCRAPS), max_size=12).map("".join))
def test_no_template_is_too_broken_to_be_read(text: str) -> None:
    own = {"sentence/read.front.html": text, "sentence/read.back.html": f"{{{{FrontSide}}}}{text}", "user.css": text}
    for diagnostic in validate(own, KINDS, names(("en", "zh"), Config())):
        span = diagnostic.span
        lines = (own | dict(builtin()) | own)[span.path].split("\n")
        assert 1 <= span.line <= len(lines) and span.column + span.length <= len(lines[span.line - 1]) + 2
    media = {"a.png": "_a-1.png", "b.png": "_b-2.png", "x.css": "_x-3.css"}
    for name in ("user.css", "sentence/read.front.html"):
        for reference in references(name, text):
            assert 0 <= reference.start <= reference.start + reference.length <= len(text)
        rewrite(name, text, media)


def test_every_rule_has_a_case() -> None:
    told = {name for case in cases() for name in re.findall(r"^\w+\[([\w-]+)\]", case.expected, re.MULTILINE)}
    assert told == {rule.name for rule in RULES}


def test_errors_are_what_anki_refuses_or_shows_as_an_error() -> None:
    draw, fields = Random(5), ("A", "B", "C")
    kind = NoteKind(
        "sentence",
        "sentence",
        Template(""),
        tuple(Field(name, id_) for id_, name in enumerate(fields)),
        (CardKind("Read", 1, 0),),
    )
    differing = []
    with anki_collection() as anki:
        for _ in range(200):
            front = random_template(draw)
            found = validate({"sentence/read.front.html": front, "sentence/read.back.html": "{{FrontSide}}"}, [kind], {})
            errors = {item.rule.name for item in found if item.rule.severity == "error"} - {"no-locale"}  # it has a case
            if bool(errors) != fails(anki, fields, front):
                differing.append((front, errors))
    assert not differing, "\n".join(map(repr, differing))


def fails(anki: AnkiCollection, fields: tuple[str, ...], front: str) -> bool:
    """Tell whether Anki refuses a note type with this front, shows an error on its card, or never makes one."""
    models = anki.collection.models
    model = models.new("Tried")
    for name in fields:
        models.add_field(model, models.new_field(name))
    models.add_template(model, {**models.new_template("Read"), "qfmt": front, "afmt": "{{FrontSide}}"})
    try:
        models.add_dict(model)
    except CardTypeError:
        return True
    made = models.by_name("Tried")
    sides = []
    for values in product(("x", ""), repeat=len(fields)):
        note = anki.collection.new_note(made)
        note.fields, note.tags = list(values), ["one"]
        sides.append(note.ephemeral_card().render_output().question_text)
    models.remove(made["id"])
    never_made = all("front of this card is blank" in side for side in sides)
    return never_made or any("has a problem" in side for side in sides)


if __name__ == "__main__" and "--update" in sys.argv:
    text = CASES.read_text(encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for case in cases():
            with tempfile.TemporaryDirectory() as folder:
                now = said(case, Path(folder), patch)
                patch.undo()
            begin = text.index(f"## {case.name}\n")
            following = text.find("\n## ", begin)
            section = text[begin:following] if following >= 0 else text[begin:]
            bare = re.sub(r"^```text\n.*?^```\n", "", section, flags=re.MULTILINE | re.DOTALL).rstrip("\n") + "\n"
            fresh = bare + (f"\n```text\n{now}```\n" if now.strip() else "")
            text = text.replace(section, fresh, 1)
    CASES.write_text(text, "utf-8")
