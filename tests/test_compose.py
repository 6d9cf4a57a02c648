"""Aligned documents become notes: fields, keys, order, and nothing that tells its own answer."""

import html
import re
import unicodedata
from typing import Any

import pytest
from building import MANY_CARDS, compose_all
from html_judge import faults
from hypothesis import example, given
from hypothesis import strategies as st

from anki_builder.alignment.terms import find_terms
from anki_builder.collection import BuiltNote
from anki_builder.compiler import read_and_align
from anki_builder.config import Config
from anki_builder.document import AlignedDocument, Document, Example, Mark, Passage, SentencePair, Text, VocabularyEntry
from anki_builder.ledger.identity import guid
from anki_builder.note import Media, normalised
from anki_builder.notes.answers import share
from anki_builder.notes.markup import Wrapper, clean, escape, joined, render, with_reading
from anki_builder.notes.naming import deck_name, tag
from anki_builder.notes.note_types import note_types
from anki_builder.source import Source
from anki_builder.templates.markup import ruby, strip_html

EN_ZH = ("en", "zh")
TYPES = note_types(EN_ZH, Config())


def document(name: str, beads: list[tuple[str, str]], entries: list[VocabularyEntry], **more: Any) -> AlignedDocument:
    """One passage of `beads`, with its entries found in it."""
    text, translation = " ".join(a for a, _ in beads), "".join(b for _, b in beads)
    pairs, at, other = [], 0, 0
    for a, b in beads:
        start = text.index(a, at) if a else at
        pairs.append(SentencePair(0, (a,) if a else (), (b,) if b else (), 0.9, start, start + len(a), other, other + len(b)))
        at, other = start + len(a), other + len(b)
    passage = Passage(Text(text, ((0, 5),)), Text(translation, ((0, 7),)))
    found = Document(Source(f"{name}.md", f"{name}.md", ""), name, EN_ZH, (passage,), tuple(entries))._replace(**more)
    contexts, _ = find_terms(found, tuple(pairs))
    return AlignedDocument(found, tuple(pairs), contexts)


def entry(term: str, gloss: str = "义", line: int = 9, **more: Any) -> VocabularyEntry:
    return VocabularyEntry(term, gloss, tuple(gloss.split("；")), line, passage=0)._replace(**more)


def notes_of(*documents: AlignedDocument, config: Config = MANY_CARDS) -> list[BuiltNote]:
    return compose_all(documents, config).notes


def field(built: BuiltNote, name: str) -> str:
    return built.note.fields[name]


def of_kind(notes: list[BuiltNote], kind: str) -> list[BuiltNote]:
    return [built for built in notes if built.note.kind.name == kind]


def kinds(notes: list[BuiltNote]) -> list[str]:
    return [built.note.kind.name for built in notes]


FERRY = document(
    "Ferry",
    [("The ferry was late.", "渡轮晚点了。"), ("We waited.", "我们等着。")],
    [entry("ferry", "渡轮；摆渡", phonetics="[ˈferi]")],
)


def test_a_sentence_a_term_and_a_cloze_are_made() -> None:
    notes = notes_of(FERRY)
    assert kinds(notes) == ["vocabulary", "cloze", "sentence", "sentence"]
    vocabulary, cloze, sentence, _ = notes
    assert field(sentence, "Text") == "The ferry was late."
    assert field(sentence, "Translation") == "渡轮晚点了。"
    assert (
        field(sentence, "Focus")
        == '<ul class="focus"><li><b lang="en">ferry</b> <span class="phonetics">&#91;ˈferi]</span> 渡轮；摆渡</li></ul>'
    )
    assert field(sentence, "Passage") == "<mark>The ferry was late.</mark> We waited."
    assert field(sentence, "PassageTranslation") == "<mark>渡轮晚点了。</mark>我们等着。"
    assert field(sentence, "Location") == "¶1 · 1/2"
    assert field(vocabulary, "Gloss") == '<ul class="senses"><li>渡轮</li><li>摆渡</li></ul>'
    assert field(vocabulary, "Context") == 'The <b class="term">ferry</b> was late.'
    assert field(vocabulary, "ContextCloze") == 'The <span class="gap">____</span> was late.'
    assert field(cloze, "Text") == "The {{c1::ferry::渡轮}} was late."
    assert [note.deck for note in notes] == ["C::Ferry"] * 4
    assert all(built.info.tags == ("source::Ferry",) for built in notes)


def test_new_cards_come_in_rounds_a_term_before_its_sentence() -> None:
    notes = notes_of(FERRY, document("Two", [("A ferry sank.", "一艘渡轮沉了。")], []))
    due = {
        (built.note.text, ord_, built.note.kind.name): place
        for built in notes
        for ord_, place in zip(built.note.cards, built.dues, strict=True)
    }
    order = sorted(due, key=due.__getitem__)
    assert order == [
        ("ferry", 0, "vocabulary"),
        ("The ferry was late.", 0, "sentence"),
        ("We waited.", 0, "sentence"),
        ("ferry ⟂ The ferry was late.", 0, "cloze"),
        ("ferry", 1, "vocabulary"),
        ("The ferry was late.", 1, "sentence"),
        ("We waited.", 1, "sentence"),
        ("A ferry sank.", 0, "sentence"),
        ("A ferry sank.", 1, "sentence"),
    ]
    assert sorted(due.values()) == list(range(1, 10))


def test_the_first_cloze_of_every_sentence_comes_before_the_second_of_any() -> None:
    notes = notes_of(
        document("D", [("Red fox, red fog.", "一"), ("Blue owl.", "二")], [entry("fox"), entry("fog"), entry("owl")])
    )
    clozes = sorted(of_kind(notes, "cloze"), key=lambda built: built.dues[0])
    assert [built.note.text.split(" ")[0] for built in clozes] == ["fox", "owl", "fog"]


def test_a_term_of_two_articles_is_one_note_with_both_senses_and_contexts() -> None:
    other = document("Bank", [("The ferry sank.", "渡轮沉了。")], [entry("Ferry", "运送", note="动词")])
    composed = compose_all([FERRY, other])
    notes, diagnostics = composed.notes, composed.diagnostics
    (vocabulary,) = of_kind(notes, "vocabulary")
    assert field(vocabulary, "Gloss") == '<ul class="senses"><li>渡轮</li><li>摆渡</li><li>运送</li></ul>'
    context = '<span lang="en">The <b class="term">ferry</b> sank.</span><br>渡轮沉了。'
    assert field(vocabulary, "Note") == f'动词<ul class="contexts elsewhere"><li>{context}</li></ul>'
    assert len(of_kind(notes, "cloze")) == 2
    assert [d.rule.name for d in diagnostics] == ["conflicting-gloss"]
    assert diagnostics[0].span.path == "Bank.md"
    assert diagnostics[0].related[0][0].path == "Ferry.md"


def test_a_sentence_that_comes_again_makes_one_note_and_is_reported() -> None:
    again = document("Again", [("the ferry was late.", "渡轮迟到了。")], [])
    composed = compose_all([FERRY, again])
    assert len(composed.of_kind("sentence")) == 2
    assert composed.repeated == ["the ferry was late."]


def test_an_untranslated_sentence_makes_no_sentence_note_but_keeps_its_cloze() -> None:
    notes = notes_of(document("D", [("A fox ran.", "")], [entry("fox")]))
    assert kinds(notes) == ["vocabulary", "cloze"]
    assert field(notes[1], "Translation") == ""


def test_a_long_sentence_gets_no_reverse_card_unless_asked() -> None:
    long = document("D", [(" ".join(["word"] * 26) + ".", "长")], [])
    assert notes_of(long)[0].note.cards == (0,)
    assert notes_of(long, config=MANY_CARDS._replace(produce_words=1000))[0].note.cards == (0, 1)
    assert notes_of(FERRY, config=MANY_CARDS._replace(sentence_cards=("read",)))[-1].note.cards == (0,)


EVERY_CARD = MANY_CARDS._replace(
    sentence_cards=("read", "produce", "listen"), terms=("recognise", "cloze", "spell", "hear"), cloze_typing=True
)


def test_every_gate_opens_its_card() -> None:
    notes = notes_of(FERRY, config=EVERY_CARD)
    vocabulary, cloze, sentence, _ = notes
    assert vocabulary.note.cards == (0, 2, 3)
    assert sentence.note.cards == (0, 1, 2)
    assert field(cloze, "AddTyping") == "1"


def test_a_gloss_that_names_the_term_makes_no_recall_card() -> None:
    composed = compose_all([document("D", [("A ream.", "一令")], [entry("ream", "a ream of paper")])])
    notes, diagnostics = composed.notes, composed.diagnostics
    assert of_kind(notes, "vocabulary")[0].note.cards == (0,)
    assert [d.rule.name for d in diagnostics] == ["answer-in-gloss"]
    assert "{{c1::ream}}" in field(of_kind(notes, "cloze")[0], "Text")


def test_the_folded_translation_of_a_cloze_does_not_keep_the_answer() -> None:
    notes = notes_of(document("D", [("The AUKUS pact held.", "AUKUS协议维持了下来。")], [entry("AUKUS", "三国协定")]))
    assert field(of_kind(notes, "cloze")[0], "Translation") == "＿＿协议维持了下来。"
    assert field(of_kind(notes, "sentence")[0], "Translation") == "AUKUS协议维持了下来。"


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        ("gloss", "{{c1::ferry::渡轮}}"),
        ("letter", "{{c1::ferry::f…}}"),
        ("part-of-speech", "{{c1::ferry::n.}}"),
        ("none", "{{c1::ferry}}"),
    ],
)
def test_the_hint_of_a_cloze_is_chosen(hint: str, expected: str) -> None:
    one = document("D", [("A ferry.", "一艘渡轮。")], [entry("ferry", "渡轮", part_of_speech="n.")])
    assert expected in field(of_kind(notes_of(one, config=MANY_CARDS._replace(cloze_hint=hint)), "cloze")[0], "Text")


@pytest.mark.parametrize(
    ("gloss", "translation", "hint"),
    [
        ("放弃；（机器）坏掉", "那年冬天水壶坏了。", "（机器）坏掉"),
        ("放弃；（机器）坏掉", "那年冬天他放弃了。", "放弃"),
        ("放弃；坏掉", "那年冬天的事。", "放弃"),
        ("放弃；损毁，坏掉的", "水壶坏掉了。", "损毁，坏掉的"),
        ("的确；水壶", "水壶的盖子。", "水壶"),
    ],
)
def test_the_hint_is_the_sense_that_the_translation_has(gloss: str, translation: str, hint: str) -> None:
    one = document("D", [("One winter it gave out.", translation)], [entry("give out", gloss)])
    assert f"::{hint}}}}}" in field(of_kind(notes_of(one), "cloze")[0], "Text")


def test_the_hint_is_the_sense_that_an_alphabetic_translation_has() -> None:
    shares = [
        share(sense, "Der alte Kessel ging im Winter kaputt.", "de") for sense in ("aufgeben", "kaputtgehen, (sich) verteilen")
    ]
    assert shares == [0.0, 1.0]


def test_the_location_of_a_term_is_that_of_its_context() -> None:
    texts = ("The ferry was late.", "We waited.")
    passages = tuple(Passage(Text(text, ((0, 2 * n + 1),)), Text("译", ((0, 2 * n + 2),))) for n, text in enumerate(texts))
    pairs = tuple(SentencePair(n, (text,), ("译",), 0.9, 0, len(text), 0, 1) for n, text in enumerate(texts))
    entries = (entry("ferry", passage=1), entry("gull", passage=1))
    found = Document(Source("d.md", "d.md", ""), "D", EN_ZH, passages, entries)
    notes = of_kind(notes_of(AlignedDocument(found, pairs, find_terms(found, pairs)[0])), "vocabulary")
    assert {field(note, "Term"): field(note, "Location") for note in notes} == {"ferry": "¶1", "gull": "¶2"}


def test_an_example_is_the_context_where_the_text_has_none() -> None:
    one = document(
        "D", [("Nothing.", "无。")], [entry("heron", "鹭", examples=(Example("Two herons flew.", "两只鹭飞过。", 12),))]
    )
    notes = notes_of(one)
    assert field(of_kind(notes, "vocabulary")[0], "Context") == 'Two <b class="term">herons</b> flew.'
    assert field(of_kind(notes, "cloze")[0], "Text") == "Two {{c1::herons::鹭}} flew."
    assert of_kind(notes, "cloze")[0].note.line == 12


def test_an_example_without_the_term_and_further_ones_keep_their_readings() -> None:
    first = Example("電車が来た。", "The train came.", 12, (Mark(0, 2, "ruby", "でんしゃ"),))
    second = Example("鷺[さぎ]が飛ぶ。", "A bird flies.", 13, (Mark(6, 7, "ruby", "と"),))
    notes = notes_of(document("D", [("無。", "Nothing.")], [entry("船", "ship", examples=(first, second))]))
    vocabulary = of_kind(notes, "vocabulary")[0]
    assert field(vocabulary, "Context") == "電車[でんしゃ]が来た。"
    assert "鷺&#91;さぎ]が 飛[と]ぶ。" in field(vocabulary, "Note") and "A bird flies." in field(vocabulary, "Note")


def test_media_beside_an_entry_go_on_its_card() -> None:
    one = document("D", [("A fox.", "狐。")], [entry("fox", images=("a.png",), audio=("fox.mp3",))])
    media = {("D.md", "a.png"): Media("a-1.png", "/n/a.png"), ("D.md", "fox.mp3"): Media("fox-2.mp3", "/n/fox.mp3")}
    notes = compose_all([one], media=media).notes
    vocabulary = of_kind(notes, "vocabulary")[0]
    assert field(vocabulary, "Image") == '<img src="a-1.png">'
    assert field(vocabulary, "TermAudio") == "[sound:fox-2.mp3]"
    assert [item.name for item in vocabulary.note.media] == ["a-1.png", "fox-2.mp3"]


def test_keys_fold_what_does_not_matter() -> None:
    assert normalised("  “It’s”\u00a0 HERE ") == normalised('"it\'s" here')
    assert normalised("Really?") != normalised("Really.")


def test_tags_and_decks_are_ones_that_anki_keeps() -> None:
    assert tag("source::A  day: “here”\u3000now") == "source::A_day:_here_now"
    assert tag("a::b::") == "a::b"
    assert deck_name(Config(), "C", 'On :: "time"', "x/y.md") == "C::On – ”time”"
    assert deck_name(Config(deck="{collection}::{folder}::{file}"), "C", "t", "x/z/y.md") == "C::x::z::y"
    assert deck_name(Config(), "C", "", "y.md") == "C"
    assert deck_name(Config(), "C", "t", "y.md", "Mine::Own") == "Mine::Own"


def visible(field_html: str) -> str:
    """What a browser shows of a field, cloze deletions revealed."""
    text = re.sub(r"\{\{c1::(.*?)(?:::.*?)?\}\}", r"\1", field_html)
    return html.unescape(re.sub(r"<[^>]+>", "", text))


_PIECES = (
    *"ab &<>\"'{}:[]()c1 。，汉\u0301\u0338\u037e\x00\x1f\ud800\ufeff",
    *(
        "em",
        "code",
        "href",
        "lang",
        "[so",
        "und:x.mp3]",
        "[sound:x.mp3]",
        "[anki:tts]",
        "[LaTeX]",
        "[$]",
        "[type:Term]",
        "onclick=x ",
    ),
)
NASTY = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=20).map(lambda pieces: "".join(pieces).strip()).filter(bool)


@given(NASTY)
def test_escaped_text_shows_itself_and_nothing_else(text: str) -> None:
    shown = escape(text)
    assert html.unescape(shown) == clean(text)
    assert not re.search(r"[<>{}]|::|:$|\[$|\[sound:|\[anki:", shown)
    assert "\x1f" not in shown


MARKS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.sampled_from(["em", "strong", "code", "a", "ruby", "script"])),
    max_size=4,
)


def with_marks(aligned: AlignedDocument, marks: list[tuple[int, int, str]]) -> AlignedDocument:
    """The same with markup in the text and the translation of its passage."""

    def marked(text: Text | None) -> Text | None:
        if text is None:
            return None
        size = len(text.plain)
        own = [
            Mark(min(a, b), min(max(a, b), size), name, "https://example.org/em?x=href" if name == "a" else "r")
            for a, b, name in marks
        ]
        return text._replace(marks=tuple(sorted((m for m in own if m.start < m.end), key=lambda m: (m.start, -m.end))))

    passage = aligned.document.passages[0]
    text, translation = marked(passage.text), marked(passage.translation)
    assert text is not None
    passages = (passage._replace(text=text, translation=translation),)
    return aligned._replace(document=aligned.document._replace(passages=passages))


@given(st.lists(NASTY, min_size=1, max_size=3), st.lists(NASTY, max_size=3), MARKS)
@example(["em 汉"], ["em"], [(0, 5, "em")])
@example(["a href"], ["href"], [(0, 6, "a")])
@example(["x\u0338 tabindex=0 autofocus onfocus=alert(1) b"], [], [(1, 40, "strong")])
@example(["a", "b"], ["\u0338 onclick=x a"], [])
@example(["[so\x01und:x.mp3]"], [], [])
@example(["[LaTeX]x[/LaTeX] [latex]y[/latex] [$]z[/$]"], [], [])
def test_fields_hold_only_allowed_elements_and_attributes(
    sentences: list[str], terms: list[str], marks: list[tuple[int, int, str]]
) -> None:
    one = document("D", [(s, s) for s in sentences], [entry(t, t, 9 + n, note=t) for n, t in enumerate(terms)])
    for built in notes_of(with_marks(one, marks)):
        for name, value in built.note.fields.items():
            if name != "Key":
                assert faults(value, built.note.kind.is_cloze) == [], (name, value)


@given(st.text(st.sampled_from("abc &<{}:[]"), min_size=30, max_size=30), MARKS, st.integers(0, 30), st.integers(0, 30))
def test_markup_is_nested_rightly_and_loses_no_text(plain: str, marks: list[tuple[int, int, str]], one: int, two: int) -> None:
    start, end = sorted((one, two))
    made = tuple(Mark(min(a, b), max(a, b), name, "https://example.org/x" if name == "a" else "r") for a, b, name in marks)
    made = tuple(sorted((m for m in made if m.start < m.end), key=lambda m: (m.start, -m.end)))
    middle = (start + end) // 2
    shown = render(Text(plain, ((0, 1),), made), start, end, [Wrapper(start, middle, "<b>", "</b>")] if start < middle else [])
    opened: list[str] = []
    for closing, name in re.findall(r"<(/?)(\w+)[^>]*>", shown):
        if closing:
            assert opened.pop() == name
        else:
            opened.append(name)
    assert opened == []
    assert "<script" not in shown
    assert strip_html(ruby(shown, "{0}")).replace("\u00a0", " ") == plain[start:end]


@given(st.lists(NASTY, min_size=1, max_size=3), st.lists(NASTY, max_size=3))
def test_no_text_breaks_a_note(sentences: list[str], terms: list[str]) -> None:
    one = document("D", [(s, "译") for s in sentences], [entry(t, "义", 9 + n) for n, t in enumerate(terms)])
    notes = notes_of(one)
    assert len({(built.note.kind, built.note.key) for built in notes}) == len(notes)
    for built in notes:
        if "\ud800" not in "".join([*sentences, *terms]):  # no file has that
            assert built.guid == guid(TYPES[built.note.kind.name].id, built.note.key), "its text, normalised, is its key"
        joined = "".join(built.note.fields.values())
        assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in joined)
        assert built.note.cards
        if built.note.kind.is_cloze:
            assert built.note.cards == (0,)


COMBINING = (
    st.text(st.sampled_from("ao>=\u0338\u0301\u0327\u1112\u1161\u11ab 。，é"), min_size=1, max_size=5).map(str.strip).filter(bool)
)


@given(st.lists(COMBINING, min_size=2, max_size=4))
def test_a_passage_is_in_composed_form_wherever_its_sentence_is_marked(sentences: list[str]) -> None:
    notes = notes_of(document("D", [(s, f"译{s}") for s in sentences], []))
    assert notes
    for note in notes:
        place = int(re.findall(r"\d+", field(note, "Location"))[1]) - 1
        for name, sides, space in (("Passage", sentences, " "), ("PassageTranslation", [f"译{s}" for s in sentences], "")):
            marked = [f"<mark>{escape(s)}</mark>" if number == place else escape(s) for number, s in enumerate(sides)]
            assert field(note, name) == clean(space.join(marked))


@given(st.text(st.sampled_from("的在灯塔a1（，"), min_size=1, max_size=4), st.text(st.sampled_from("的在灯塔a1（，"), max_size=8))
def test_a_sense_that_stands_verbatim_counts_as_its_characters_do(sense: str, translation: str) -> None:
    assert share(sense, translation, "zh") == share(f"{sense}，", translation, "zh"), "with a second wording, which is empty"


@given(st.lists(COMBINING, min_size=1, max_size=4), st.sampled_from(["", "\u0338", "\x07"]))
def test_every_field_is_as_anki_stores_it(sides: list[str], more: str) -> None:
    term, last = sides[0], sides[-1]
    entries = [
        entry(term, f"{last}；{term}", note=last + more, definition=f"{last}\n{term}"),
        entry(last[1:].strip() or "b", last),
    ]
    for built in notes_of(document("N", [(side, f"{side}译") for side in sides], entries)):
        for value in built.note.fields.values():
            assert value == clean(value)


def test_a_deck_of_front_matter_has_placeholders() -> None:
    def of(deck: str) -> tuple[str, list[str]]:
        source = Source("a/b.md", "a/b.md", f"---\ndeck: '{deck}'\n---\n# The owl\n\nowl：猫头鹰\n")
        aligned, found = read_and_align(source, Config())
        return compose_all([aligned]).notes[0].info.deck, [one.rule.name for one in found if one.rule.severity == "error"]

    assert of("{collection}::Birds::{title}") == ("C::Birds::The owl", [])
    assert of("{colection}::Birds") == ("C::The owl", ["front-matter-deck"])


@pytest.mark.parametrize("name", "b i em strong mark u s code sub sup".split())
def test_each_element_of_markup_is_shown(name: str) -> None:
    assert render(Text("a lamp", ((0, 1),), (Mark(2, 6, name),)), 0, 6) == f"a <{name}>lamp</{name}>"


def test_markup_of_one_kind_is_laid_flat_and_a_link_holds_no_link() -> None:
    emphasis = (Mark(0, 4, "em"), Mark(1, 3, "em"), Mark(2, 6, "em"))
    assert render(Text("abcdef", ((0, 1),), emphasis), 0, 6) == "<em>abcd</em><em>ef</em>"
    links = (Mark(0, 6, "a", "https://example.org/"), Mark(2, 4, "a", "https://example.com/"))
    assert render(Text("abcdef", ((0, 1),), links), 0, 6) == '<a href="https://example.org/">abcdef</a>'
    crossing = (Mark(0, 4, "a", "https://example.org/"), Mark(2, 6, "a", "https://example.com/"))
    assert render(Text("abcdef", ((0, 1),), crossing), 0, 6) == '<a href="https://example.org/">abcd</a>ef'


def test_markup_beside_a_reading_does_not_spread_over_its_word() -> None:
    marks = (Mark(0, 2, "em"), Mark(2, 2, "br"), Mark(2, 4, "ruby", "でんしゃ"), Mark(4, 6, "strong"))
    assert render(Text("ab電車cd", ((0, 1),), marks), 0, 6) == "<em>ab</em><br>電車[でんしゃ]<strong>cd</strong>"


def test_of_two_readings_that_overlap_the_first_is_shown() -> None:
    marks = (Mark(0, 2, "ruby", "でんしゃ"), Mark(1, 3, "ruby", "しゃこ"))
    assert render(Text("電車庫", ((0, 1),), marks), 0, 3) == "電車[でんしゃ]庫"


def test_added_readings_side_by_side_are_marked_together() -> None:
    marks = (Mark(0, 1, "added", "でん"), Mark(1, 2, "added", "しゃ"), Mark(2, 3, "added", "こ"))
    assert render(Text("電車庫に", ((0, 1),), marks), 0, 4) == '<span class="added">電[でん]車[しゃ]庫[こ]</span>に'


def test_what_lies_outside_of_a_slice_is_left_out() -> None:
    text = Text("abcdef", ((0, 1),), (Mark(5, 5, "br"),))
    assert render(text, 0, 3, [Wrapper(4, 5, "<b>", "</b>")]) == "abc"
    assert render(Text("abcdef", ((0, 1),)), 3, 6, [Wrapper(0, 3, "<b>", "</b>")]) == "def"


def test_a_bracket_of_the_text_ends_no_base() -> None:
    assert joined(["車[しゃ] a]", "電[でん]"]) == "車[しゃ] a] 電[でん]"
    assert joined(["車[しゃ]", "電[でん]"]) == "車[しゃ]電[でん]"
    assert joined(["a] 車[しゃ]", "電[でん]"]) == "a] 車[しゃ]電[でん]"


def test_quotation_marks_alone_are_escaped_too() -> None:
    assert escape('a "lamp"') == render(Text('a "lamp"', ((0, 1),)), 0, 8) == "a &quot;lamp&quot;"


def test_a_reading_that_anki_would_play_is_escaped_at_its_first_letter() -> None:
    assert with_reading("音", "sound:a") == "音[&#115;ound:a]"


def test_a_picture_within_a_text_breaks_no_line() -> None:
    assert render(Text("a lamp", ((0, 1),), (Mark(2, 2, "img", "lamp.png"),)), 0, 6) == "a lamp"


def test_a_line_break_within_a_base_comes_behind_it() -> None:
    marks = (Mark(0, 2, "ruby", "でんしゃ"), Mark(1, 1, "br"))
    assert render(Text("電車に", ((0, 1),), marks), 0, 3) == "電車[でんしゃ]<br>に"


def test_a_base_keeps_its_space_and_begins_behind_an_opened_cloze_deletion_without_one() -> None:
    assert with_reading("San Juan", "saŋ xwan") == "San\u00a0Juan[saŋ xwan]"
    assert joined(["{{c1::", "電[でん]", "}}"]) == "{{c1::電[でん]}}"
    assert joined(["a:", "電[でん]"]) == "a: 電[でん]"


def test_line_breaks_at_one_place_are_all_shown_beside_a_picture() -> None:
    marks = (Mark(2, 2, "br"), Mark(2, 2, "br"), Mark(2, 2, "img", "lamp.png"))
    assert render(Text("a lamp", ((0, 1),), marks), 0, 6) == "a <br><br>lamp"


def test_a_mark_that_ends_or_begins_at_the_edge_of_a_slice_leaves_nothing_in_it() -> None:
    text = Text("abcdef", ((0, 1),), (Mark(0, 2, "em"), Mark(4, 6, "strong"), Mark(3, 4, "u")))
    assert render(text, 2, 4) == "c<u>d</u>"
    assert render(Text("abcd", ((0, 1),), (Mark(2, 2, "br"),)), 2, 4) == "<br>cd"


def test_a_mark_that_begins_or_ends_within_a_base_is_extended_to_all_of_it() -> None:
    marks = (Mark(0, 2, "ruby", "でんしゃ"), Mark(0, 1, "em"), Mark(1, 3, "strong"))
    assert render(Text("電車に乗", ((0, 1),), marks), 0, 4) == "<strong><em>電車[でんしゃ]</em>に</strong>乗"


def test_of_two_marks_that_begin_together_the_longer_one_is_outside() -> None:
    marks = (Mark(0, 2, "strong"), Mark(0, 6, "em"))
    assert render(Text("abcdef", ((0, 1),), marks), 0, 6) == "<em><strong>ab</strong>cdef</em>"
