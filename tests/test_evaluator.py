"""Our evaluator of card templates against the real Anki: the same cards, the same text on both sides."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Literal, NamedTuple

import pytest
from anki_collection import AnkiCollection, anki_collection
from building import PackedNote, pack_notes
from random_templates import random_field, random_template

from anki_builder.message import Template
from anki_builder.note import CardKind, CardTemplate, Field, NoteKind, NoteType
from anki_builder.templates.evaluate import card_ords
from anki_builder.templates.rendering import Sound, render

NOW = 1_700_000_000
FIELDS = ("A", "B", "C")
ALWAYS = "Always"
Text = Literal["sentence", "cloze"]

STANDARD_TEMPLATES = """
{{A}}
{{A}}{{B}}{{C}}
{{ A }}|{{B }}|{{ C}}
{{{A}}}
{{{{A}}}}
{{#A}}{{A}}{{/A}}
{{#A}}a{{/A}}{{^A}}no a{{/A}}{{B}}
{{^A}}{{B}}{{/A}}{{#A}}{{C}}{{/A}}
{{#A}}{{#B}}{{#C}}{{A}}{{B}}{{C}}{{/C}}{{^C}}{{A}}{{B}}{{/C}}{{/B}}{{/A}}
{{#A}}{{^B}}{{^C}}{{A}}{{/C}}{{/B}}{{/A}}{{B}}
{{ # A }}x{{/A}}{{ ^B }}y{{/ B}}{{A}}
{{#A}}{{#A}}{{A}}{{/A}}{{/A}}
{{^A}}{{^A}}{{B}}{{/A}}{{/A}}{{C}}
{{^A}}only text{{/A}}
plain text
{{#Tags}}tagged {{Tags}}{{/Tags}}{{A}}
{{Tags}}|{{Type}}|{{Deck}}|{{Subdeck}}|{{Card}}|{{CardFlag}}{{A}}
{{#Deck}}d{{/Deck}}{{#Card}}c{{/Card}}{{^CardFlag}}none{{/CardFlag}}{{#Type}}t{{/Type}}{{A}}
{{FrontSide}}{{A}}
{{text:FrontSide}}{{A}}
{{text:A}}
{{text:B}}{{A}}
{{hint:A}}
{{hint:B}}{{A}}
{{type:A}}
{{type:nc:A}}{{A}}
{{nc:type:A}}
{{type:cloze:A}}
{{type:text:A}}
{{text:type:A}}
{{furigana:A}}
{{kana:A}}|{{kanji:A}}
{{furigana:B}}{{A}}
{{text:furigana:A}}
{{hint:text:A}}
{{text:hint:A}}
{{tts en_US:A}}
{{tts en_US voices=Apple_Samantha,Microsoft_Zira speed=0.8:A}}
{{tts zh_CN:text:A}}{{tts de_DE:B}}
{{tts:A}}
{{tts-voices:}}{{A}}
{{edit:A}}
{{foo:bar:A}}
{{hint:foo:A}}
{{foo:text:A}}
{{:A}}
{{::A}}
{{text:}}{{A}}
{{A:}}
{{}}
{{#}}{{A}}
{{c1}}{{A}}
{{c2}}{{A}}
{{#c1}}one{{/c1}}{{#c2}}two{{/c2}}{{^c3}}not three{{/c3}}{{A}}
{{#cx}}x{{/cx}}{{A}}
{{A}}<!-- a comment -->
{{A}}<!-- {{A}} {{#A}} {{X}} -->
<!-- {{A}} -->
<!-- {{A}}
<!-- a --> {{A}} <!-- b --> --> c
{{A
{{A}
{{A} {{B}}
{{A}} }} {{
{{A {{B}}
{{{A
{{ {{A}}
<!-- {{ --> {{A}} {{
{{X}}
{{a}}
{{text:X}}{{A}}
{{foo:X}}{{A}}
{{#X}}x{{/X}}{{A}}
{{^X}}x{{/X}}{{A}}
{{^A}}{{X}}{{/A}}{{B}}
{{#A}}{{A}}
{{#A}}{{#B}}{{/A}}{{/B}}
{{/A}}
{{A}}{{/A}}
{{#A}}{{A}}{{/B}}
{{^A}}{{A}}{{^B}}
{{#text:A}}{{A}}{{/text:A}}
{{!comment}}{{A}}
{{&A}}
{{text: A}}
{{text :A}}
{{cloze:A}}
{{cloze-only:A}}
<%A%>
{{=<% %>=}}<%A%>{{B}}
 {{=<% %>=}}<%#A%><%B%><%/A%><!-- <%A%> -->
{{=<% %>=}}{{=<% %>=}}<%A%>
<script>var a = "{{A}}";</script>
<img src="{{A}}">
<a href="https://example.org/{{text:A}}">{{B}}{{A}}</a>
\\({{A}}\\)
[sound:{{text:A}}.mp3]
[anki:tts lang=en_US]{{A}}[/anki:tts]{{A}}
[anki:tts voices=x]{{A}}[/anki:tts]{{A}}
[anki:play:q:0]{{A}}
"""

STANDARD_NOTES = [
    ("plain", "", ""),
    ("", "second", ""),
    ("a", "b", "c"),
    ("", "", ""),
    ("<br>", "x", " <div> </div> "),
    ("<b>bold</b> &amp; &lt;tag&gt; &eacute;&nbsp;x", "AT&T &lt; &bogus; y", "z"),
    (" 骨[ほね]を 折[お]る&nbsp;漢字[かんじ] [sound:a.mp3]", "日本[にほん]日[]x", "東[とう]京[きょう]"),
    ("[sound:a&amp;b.mp3] one<br>two<div>three</div>", "[sound:] [sound:c.mp3", "[anki:tts lang=fr_FR]bon[/anki:tts]"),
    ("{{B}} {{c1::x}} }} ::", "{{#A}}", "<!-- c -->"),
    ("a<b\nc>d <style>s</style> <!-- <i> --> e", "\\(<b>x</b>\\)", "&copy; &#20013; &#x4e2d; &amp;lt;"),
]

CLOZE_TEMPLATES = """
{{cloze:A}}
{{cloze:A}} {{cloze:B}}
{{#c1}}one {{/c1}}{{#c2}}two {{/c2}}{{^c1}}not one {{/c1}}{{cloze:A}}
{{cloze-only:A}}|{{cloze:A}}
{{tts en_US:cloze:A}} {{tts en_US:cloze-only:A}} {{cloze:A}}
{{type:cloze:A}}{{cloze:A}}
{{hint:cloze:A}}{{text:cloze:A}}
{{cloze:text:A}}
{{cloze:A}}{{#B}}{{B}}{{/B}} {{Card}} {{c1}}
{{cloze:X}}
{{#A}}{{cloze:A}}
"""

CLOZE_NOTES = [
    ("{{c1::a}}", "", ""),
    ("x {{c1::a::hint}} y {{c2::b}} z {{c1::again}}", "", ""),
    ("{{c1::outer {{c2::inner}} end}}", "b", ""),
    ("{{c2::a {{c1::d é中<i>x</i>::h}} e::g}} f", "", ""),
    ("{{c1,2::both::h1::h2}} {{c3::a::b {{c1::x}} c::d}}", "{{c4::other field}}", ""),
    ("\\({{c1::<b>x</b> &lt; y}}\\) \\[a {{c2::z}}\\]", "", ""),
    ("{{c1::é~_-'\"&<>=/\n\ta0 ½ ÿĀ😀}}", "", ""),
    ("{{c0::zero {{c2::i}}}} {{c500::last}}", "", ""),
    ("{{c1::a}} }} {{c2::unclosed", "", ""),
    ("{{c1::}} {{c01::b}} {{c2,1,::y}} {{c70000::z}} {{c,3::w}}", "", ""),
    ("{{{c1::x}}} {{C1::n}} {{c1:n}} {{ c1::n}} {{c1 ::n}}", "", "{{c2::in a field that is not shown}}"),
    ("{{c1::" * 11 + "deep" + "}}" * 11, "", ""),
    ("[sound:a.mp3] {{c1::[sound:b.mp3]}} <!--{{c2::c}}-->", "", ""),
    ("none", "", ""),
]


GENERATED = 1500
"""Combinations of a note and a note type with three cards; `python tests/test_evaluator.py 10000` tries more of them."""


class Case(NamedTuple):
    note_type: NoteType
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    guid: str


def cases() -> Iterator[Case]:
    """All notes with all templates: each template is a card front, with a back that repeats it."""
    numbers = count(1)
    for template in STANDARD_TEMPLATES.split("\n")[1:-1]:
        yield from _cases("sentence", template, STANDARD_NOTES, next(numbers))
    for template in CLOZE_TEMPLATES.split("\n")[1:-1]:
        yield from _cases("cloze", template, CLOZE_NOTES, next(numbers))


def _cases(text: Text, template: str, notes: Sequence[tuple[str, ...]], number: int) -> Iterator[Case]:
    back = template if "=<%" in template else f"{{{{FrontSide}}}}<hr id=answer>{template}{{{{#A}}}} a{{{{/A}}}}"
    made = _note_type(text, [(template, back)], number)
    for index, values in enumerate(notes):
        yield _case(made, values, ("one", "two::three"), f"{number}-{index}")


def generated_cases(seed: int, number: int) -> Iterator[Case]:
    """Note types with three cards out of random templates, each with two random notes; every fourth one has cloze deletions."""
    draw = Random(seed)
    for index in range(number // 2):
        text: Text = "sentence" if index % 4 else "cloze"
        faces = [(random_template(draw), random_template(draw)) for _ in range(3 if text == "sentence" else 1)]
        made = _note_type(text, faces, index)
        for which in range(2):
            values = tuple(random_field(draw) for _ in FIELDS)
            yield _case(made, values, draw.choice([(), ("one",), ("one", "two::three")]), f"g{index}-{which}")


def _case(note_type: NoteType, values: tuple[str, ...], tags: tuple[str, ...], guid: str) -> Case:
    """Return a case with one card that is always made: Anki gives a note without any its first one."""
    always = "{{c499::x}}" if note_type.is_cloze else "x"
    return Case(note_type, dict(zip((*FIELDS, ALWAYS), (*values, always), strict=True)), tags, guid)


def _note_type(text: Text, faces: list[tuple[str, str]], number: int) -> NoteType:
    if text == "sentence":
        faces = [*faces, (f"{{{{{ALWAYS}}}}}", "")]
    fields = tuple(Field(name, index) for index, name in enumerate((*FIELDS, ALWAYS)))
    cards = tuple(CardTemplate(f"Card {ord_}", ord_ + 1, front, back) for ord_, (front, back) in enumerate(faces))
    kind = NoteKind(text, text, Template(""), fields, tuple(CardKind(card.name, card.id, 0) for card in cards))
    return NoteType(kind, 10_000 + number, f"Case {number}", cards, "")


def differences(found: Sequence[Case], folder: Path) -> list[object]:
    """Return what the real Anki makes differently: it gets the notes with one card each, and makes the others by itself."""
    ords = {case.guid: card_ords(case.note_type, case.fields, bool(case.tags)) for case in found}
    notes = [
        PackedNote(case.note_type, case.guid, case.fields, {ords[case.guid][-1]: 1}, "Cases::Sub deck", case.tags)
        for case in found
    ]
    pack_notes(folder / "cases.apkg", notes, NOW)
    with anki_collection() as anki:
        assert anki.add(folder / "cases.apkg").new == len(found)
        numbers = [note.id for note in anki.notes().values()]
        anki.collection.after_note_updates(numbers, mark_modified=False, generate_cards=True)
        made = anki.collection.db.all("select n.guid, c.ord from cards c join notes n on n.id = c.nid")
        predicted = {(guid, ord_) for guid, several in ords.items() for ord_ in several}
        cards = [(guid, ord_, "card") for guid, ord_ in predicted.symmetric_difference({(guid, ord_) for guid, ord_ in made})]
        return [*cards, *_different_faces(anki, {case.guid: case for case in found})]


def _different_faces(anki: AnkiCollection, known: Mapping[str, Case]) -> Iterator[object]:
    for number in anki.collection.find_cards(""):
        card = anki.collection.get_card(number)
        case = known[card.note().guid]
        output = card.render_output(reload=True)
        expected = (
            _stable(output.question_text), _stable(output.answer_text),
            _sounds(output.question_av_tags), _sounds(output.answer_av_tags),
        )  # fmt: skip
        faces = render(
            case.note_type, case.fields, card.ord, tags=case.tags,
            deck=anki.collection.decks.name(card.current_deck_id()), card_id=number,
        )  # fmt: skip
        made = (_stable(faces.question), _stable(faces.answer), *map(_stable_sounds, faces[2:]))
        if made != expected:
            yield case.note_type.templates[0 if case.note_type.is_cloze else card.ord], case.fields, made, expected


def test_listed_templates_make_the_cards_and_text_that_anki_makes(tmp_path: Path) -> None:
    found = list(cases())
    assert len(found) >= 1000
    assert differences(found, tmp_path) == []


def test_generated_templates_make_the_cards_and_text_that_anki_makes(tmp_path: Path) -> None:
    assert differences(list(generated_cases(20, GENERATED)), tmp_path) == []


@pytest.mark.parametrize("hostile", ["{{", "<!--", "{{#A}}", "{{c1::", "}}", "{{^A}}{{"])
def test_hostile_templates_and_fields_are_read_to_their_end(hostile: str) -> None:
    text = hostile * 300
    note_type = _note_type("cloze", [(text, text)], 1)
    fields = {"A": text, "B": "", "C": "", ALWAYS: ""}
    assert render(note_type, fields, 0).question
    assert card_ords(note_type, fields) in ((), (0,))


def _stable_sounds(sounds: tuple[Sound, ...]) -> tuple[Sound, ...]:
    return tuple(sound._replace(file=_stable(sound.file), text=_stable(sound.text)) for sound in sounds)


def _stable(text: str) -> str:
    return re.sub(r"hint[0-9a-f]{16}", "hint", text)


def _sounds(tags: list[Any]) -> tuple[Sound, ...]:
    return tuple(
        Sound(file=_stable(tag.filename))
        if hasattr(tag, "filename")
        else Sound("", _stable(tag.field_text), tag.lang, tuple(tag.voices), round(tag.speed, 4))
        for tag in tags
    )


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        found = list(generated_cases(int(sys.argv[2]) if len(sys.argv) > 2 else 1, int(sys.argv[1])))
        for difference in differences(found, Path(folder)):
            print(difference)
