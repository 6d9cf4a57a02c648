"""What the cards show: hints that wait to be asked, tasks that are named, links that the learner sets."""

import re
from html import unescape

import pytest
from building import MANY_CARDS, compose_all

from anki_builder.compiler import read_and_align
from anki_builder.config import Config, ConfigError, load
from anki_builder.note import NoteType
from anki_builder.notes.math import mathjax
from anki_builder.notes.note_types import note_types
from anki_builder.source import Source
from anki_builder.templates.rendering import Faces, render

NOTE = "原文：\n\nThe path to peace is fraught.\n\n通往和平的道路很坎坷。\n\n学习：\n\npath is fraught：道路很坎坷\n"


def types(**settings: object) -> dict[str, NoteType]:
    return note_types(("en", "zh"), load(settings, "x.toml"))


def faces(kind: str, ord_: int, **settings: object) -> Faces:
    values = {
        "Text": "The ferry was late.", "Translation": "渡轮晚点了。", "Term": "ferry", "Gloss": "渡轮", "Answer": 'f"&y', "Hint": "f… (5)",
        "Context": "The ferry was late.", "ContextTranslation": "渡轮晚点了。", "Source": "Harbour", "SourceFile": "a b.md", "SourceLine": "7",
        "AddRead": "1", "AddProduce": "1", "AddListen": "1", "AddRecognise": "1", "AddRecall": "1", "AddHear": "1", "Spoken": "ferry",
    }  # fmt: skip
    found = types(**settings)[kind]
    fields = {field.name: values.get(field.name, "").replace('"&', "&quot;&amp;") for field in found.fields}
    return render(found, fields, ord_)


def test_the_letters_of_a_term_wait_until_they_are_asked_for() -> None:
    front = faces("vocabulary", 1).question
    assert re.search(r"<details[^>]*>\s*<summary[^>]*>字母</summary>\s*<div[^>]*>f… \(5\)</div>\s*</details>", front)
    assert "f… (5)" not in faces("vocabulary", 1).answer


def test_the_gaps_of_a_split_phrase_have_one_hint() -> None:
    config = MANY_CARDS._replace(languages=("en", "zh"))
    composed = compose_all([read_and_align(Source("a.md", "a.md", NOTE), config)[0]], config)
    (cloze,) = composed.of_kind("cloze")
    text = cloze.note.fields["Text"]
    assert text.count("{{c1::") > 1
    assert text.count("::道路很坎坷") == 1


def test_fronts_that_look_alike_name_their_task() -> None:
    fronts = {
        faces(kind, ord_).question for kind, ord_ in (("sentence", 1), ("sentence", 2), ("vocabulary", 1), ("vocabulary", 3))
    }
    captions = [re.findall(r'class="caption">([^<]+)<', front) for front in fronts]
    assert sorted(captions) == [["听这个句子"], ["听这个词"], ["说出这个句子"], ["说出这个词"]]


def test_dictionaries_are_linked_by_the_language_of_the_text() -> None:
    address = "https://a.example/{term} https://www.b.example/?q={term}"
    back = faces("vocabulary", 0, dictionaries={"en": address, "zh": "https://c.example/{term}"}).answer
    links = re.findall(r'<a class="dictionary" href="([^"]*)">([^<]*)</a>', back)
    assert links == [("https://a.example/f&quot;&amp;y", "a.example"), ("https://www.b.example/?q=f&quot;&amp;y", "b.example")]
    assert "dictionary" not in faces("vocabulary", 0).answer


@pytest.mark.parametrize("address", ["https://a.example/", "javascript:alert({term})", 'https://a.example/"{term}', "{term}"])
def test_a_dictionary_is_an_address_with_the_term_in_it(address: str) -> None:
    with pytest.raises(ConfigError, match=r"no address with \{term\} in it"):
        load({"dictionaries": {"en": address}}, "x.toml")


def test_a_card_links_to_its_line_in_the_editor() -> None:
    back = faces("sentence", 0, editor="vscode://file//notes/{file}:{line}").answer
    assert '<a class="editor" href="vscode://file//notes/a b.md:7">' in back
    assert "editor" not in faces("sentence", 0).answer


@pytest.mark.parametrize("link", ["javascript:alert(1)", "notes", "x://a b", 'x://"'])
def test_an_editor_is_a_link_that_runs_nothing(link: str) -> None:
    with pytest.raises(ConfigError, match="`editor` takes a link"):
        load({"editor": link}, "x.toml")


def test_translations_of_backs_alone_are_blurred_on_request() -> None:
    assert '<div class="context-translation" tabindex="0" lang="zh"' in faces("vocabulary", 0, blur_translations=True).answer
    produce = faces("sentence", 1, blur_translations=True)
    assert "tabindex" not in produce.question
    assert "tabindex" not in faces("sentence", 0).answer


@pytest.mark.parametrize(
    ("config", "unfolded"),
    [
        (Config(unfold_passages=True), {"sentence Read back", "cloze Cloze back"}),
        (Config(unfold_hints=True), {"vocabulary Recall front", "cloze Cloze front"}),
        (Config(), set()),
    ],
)
def test_what_is_folded_is_open_on_request(config: Config, unfolded: set[str]) -> None:
    found = {
        f"{name} {card.name} {side}"
        for name, note_type in note_types(("en", "zh"), config).items()
        for card in note_type.templates
        for side, text in (("front", card.front), ("back", card.back))
        if " open>" in text
    }
    assert found == unfolded


def test_no_card_has_a_script() -> None:
    config = Config(dictionaries={"en": "https://a.example/{term}"}, editor="x://{file}", blur_translations=True)
    for note_type in note_types(("en", "zh"), config).values():
        for card in note_type.templates:
            assert not re.search(r"<script|\bon\w+=|javascript:", card.front + card.back)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Let $x_1 &lt; y$ hold.", r"Let \(x_1 &lt; y\) hold."),
        ("$$E = mc^2$$", r"\(\displaystyle E = mc^2\)"),
        ("$a$, $b$", r"\(a\), \(b\)"),
        ("It costs $5 and $6.", "It costs $5 and $6."),
        ("US$5, HK$6", "US$5, HK$6"),
        ("$5-$6", "$5-$6"),
        ("a $<b>x</b>$", "a $<b>x</b>$"),
    ],
)
def test_formulas_are_shown_and_money_stays(written: str, shown: str) -> None:
    assert mathjax(written) == shown


def test_formulas_are_made_on_request_alone() -> None:
    note = NOTE.replace("The path to peace", "The path $x^2$").replace("通往和平", "通往$x^2$")
    for math, text in ((True, r"The path \(x^2\) is fraught."), (False, "The path $x^2$ is fraught.")):
        config = MANY_CARDS._replace(languages=("en", "zh"), math=math)
        composed = compose_all([read_and_align(Source("a.md", "a.md", note), config)[0]], config)
        assert composed.of_kind("sentence")[0].note.fields["Text"] == text


@pytest.mark.parametrize(
    "formula",
    [
        "a*b*c",
        "x_1 + x_2 _n_",
        r"\{x\}",
        r"\frac{a}{b}",
        r"a \\ b",
        "[a](b)",
        "[[a]]",
        "x[1]",
        "a == b == c",
        "~~a~~",
        "`a`",
        "a|b",
        "!a",
        "#a",
        "n^2",
    ],
)
def test_what_stands_in_a_formula_is_no_markup(formula: str) -> None:
    config = MANY_CARDS._replace(languages=("en", "zh"), math=True)
    note = NOTE.replace("The path to peace", f"The path ${formula}$ to *peace*").replace("通往和平", f"通往$${formula}$$和平")
    composed = compose_all([read_and_align(Source("a.md", "a.md", note), config)[0]], config)
    fields = composed.of_kind("sentence")[0].note.fields
    assert unescape(fields["Text"]) == rf"The path \({formula}\) to <em>peace</em> is fraught."
    assert rf"\(\displaystyle {formula}\)" in unescape(fields["Translation"])


def test_a_displayed_formula_is_not_taken_for_a_reading() -> None:
    config = MANY_CARDS._replace(languages=("en", "zh"), math=True)
    note = NOTE.replace("The path to peace", "The path is$$x^2$$to peace")
    built = compose_all([read_and_align(Source("a.md", "a.md", note), config)[0]], config).of_kind("sentence")[0].note
    shown = render(types(math=True)["sentence"], built.fields, 0)
    assert r"is\(\displaystyle x^2\)to" in shown.question
    assert r"is\(\displaystyle x^2\)to" in shown.answer


def test_the_style_leaves_alone_what_mathjax_draws_within_a_text() -> None:
    selectors = re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", types()["sentence"].css, flags=re.DOTALL))
    single = [selector.strip() for group in selectors for selector in group.split(",")]
    assert ":where([lang]):lang(zh)" in single
    assert [one for one in single if re.fullmatch(r":lang\([\w-]+\)|\[tabindex\]\S*", one)] == []


@pytest.mark.parametrize(
    ("explains", "passage", "asks"),
    [
        ("zh", "段落", "说出这个词"),
        ("zh-Hant", "段落", "說出這個詞"),
        ("zh-TW", "段落", "說出這個詞"),
        ("en", "Passage", "Say the word"),
        ("fr", "Passage", "Say the word"),
    ],
)
def test_the_words_of_a_card_are_in_the_language_that_explains(explains: str, passage: str, asks: str) -> None:
    found = note_types(("de", explains), Config())
    assert f">{passage} {{{{Location}}}}<" in found["sentence"].templates[0].back
    assert asks in found["vocabulary"].templates[1].front
    assert all("[[" not in card.front + card.back for kind in found.values() for card in kind.templates)
