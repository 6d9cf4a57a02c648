"""Our evaluator of card templates against the real Anki: the same cards, the same text on both sides."""

import re
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
from anki_collection import AnkiCollection, anki_collection
from building import PackedNote, pack_notes

from anki_builder.note import CardKind, CardTemplate, Field, NoteKind, NoteType
from anki_builder.templates.evaluate import card_ords
from anki_builder.templates.rendering import Sound, render

NOW = 1_700_000_000
FIELDS = ("A", "B", "C")

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


class Case(NamedTuple):
    note_type: NoteType
    fields: Mapping[str, str]
    guid: str


def cases() -> Iterator[Case]:
    """All notes with all templates: each template is a card front, with a back that repeats it."""
    numbers = count(1)
    for template in STANDARD_TEMPLATES.split("\n")[1:-1]:
        yield from _cases("sentence", template, STANDARD_NOTES, numbers)
    for template in CLOZE_TEMPLATES.split("\n")[1:-1]:
        yield from _cases("cloze", template, CLOZE_NOTES, numbers)


def _cases(
    text: Literal["sentence", "cloze"], template: str, notes: list[tuple[str, str, str]], numbers: Iterator[int]
) -> Iterator[Case]:
    number = next(numbers)
    back = template if "=<%" in template else f"{{{{FrontSide}}}}<hr id=answer>{template}{{{{#A}}}} a{{{{/A}}}}"
    card = CardTemplate("Card one", 1, template, back)
    fields = tuple(Field(name, index) for index, name in enumerate(FIELDS))
    note_type = NoteType(_kind(text, fields), 10_000 + number, f"Case {number}", (card,), "")
    for index, note in enumerate(notes):
        yield Case(note_type, dict(zip(FIELDS, note, strict=True)), f"{number}-{index}")


def _kind(text: Literal["sentence", "cloze"], fields: tuple[Field, ...]) -> NoteKind:
    return NoteKind(text, text, fields, (CardKind("Card one", 1, 0),))


def _pack(found: list[Case], path: Path) -> None:
    notes = [
        PackedNote(
            case.note_type, case.guid, case.fields, dict.fromkeys(card_ords(case.note_type, case.fields), 1), "Cases::Sub deck",
            ("one", "two::three"),
        )
        for case in found
    ]  # fmt: skip
    pack_notes(path, notes, NOW)


@pytest.fixture(scope="module")
def anki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnkiCollection]:
    path = tmp_path_factory.mktemp("evaluator") / "cases.apkg"
    found = list(cases())
    _pack(found, path)
    with anki_collection() as opened:
        assert opened.add(path).new == len(found)
        yield opened


def test_the_corpus_is_large_enough() -> None:
    assert len(list(cases())) >= 1000


def test_anki_has_exactly_the_predicted_cards(anki: AnkiCollection) -> None:
    predicted = {(case.guid, ord_) for case in cases() for ord_ in card_ords(case.note_type, case.fields)}
    assert _cards(anki) == predicted
    notes = anki.notes()
    anki.collection.after_note_updates([note.id for note in notes.values()], mark_modified=False, generate_cards=True)
    # a note without any card is given its first one, so that it can be seen at all
    cardless = {(guid, 0) for guid in notes} - {(guid, 0) for guid, _ in predicted}
    assert _cards(anki) == predicted | cardless
    empty = {(anki.collection.get_card(number).note().guid, anki.collection.get_card(number).ord)
             for report in anki.collection.get_empty_cards().notes for number in report.card_ids}  # fmt: skip
    assert not empty & predicted


def test_both_sides_of_every_card_are_what_anki_shows(anki: AnkiCollection) -> None:
    known = {case.guid: case for case in cases()}
    differing = []
    for number in anki.collection.find_cards(""):
        card = anki.collection.get_card(number)
        case = known[card.note().guid]
        output = card.render_output(reload=True)
        expected = (
            _stable(output.question_text), _stable(output.answer_text),
            _sounds(output.question_av_tags), _sounds(output.answer_av_tags),
        )  # fmt: skip
        faces = render(
            case.note_type, case.fields, card.ord, tags=("one", "two::three"),
            deck=anki.collection.decks.name(card.current_deck_id()), card_id=number,
        )  # fmt: skip
        found = (_stable(faces.question), _stable(faces.answer), *faces[2:])
        if found != expected:
            differing.append((case.note_type.templates[0].front, case.fields, found, expected))
    assert not differing, f"{len(differing)} differ, among them {differing[:3]}"


@pytest.mark.parametrize("hostile", ["{{", "<!--", "{{#A}}", "{{c1::", "}}", "{{^A}}{{"])
def test_hostile_templates_and_fields_are_read_to_their_end(hostile: str) -> None:
    text = hostile * 300
    note_type = NoteType(_kind("cloze", (Field("A", 1),)), 1, "x", (CardTemplate("x", 1, text, text),), "")
    assert render(note_type, {"A": text}, 0).question
    assert card_ords(note_type, {"A": text}) in ((), (0,))


def _stable(text: str) -> str:
    return re.sub(r"hint[0-9a-f]{16}", "hint", text)


def _sounds(tags: list[Any]) -> tuple[Sound, ...]:
    return tuple(
        Sound(file=tag.filename)
        if hasattr(tag, "filename")
        else Sound("", tag.field_text, tag.lang, tuple(tag.voices), round(tag.speed, 4))
        for tag in tags
    )


def _cards(anki: AnkiCollection) -> set[tuple[str, int]]:
    rows = anki.collection.db.all("select n.guid, c.ord from cards c join notes n on n.id = c.nid")
    return {(guid, ord_) for guid, ord_ in rows}
