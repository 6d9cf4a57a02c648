"""Terms are found in their sentence as tests/cases/terms.md says."""

import re
from pathlib import Path
from typing import Any

import pytest
from dictionaries_once import kept_dictionary
from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz import fuzz, process

from anki_builder.alignment import near, terms
from anki_builder.alignment.searchable import Lexis, Searchable
from anki_builder.alignment.terms import find_terms
from anki_builder.document import Context, Document, Example, Passage, SentencePair, Text, VocabularyEntry
from anki_builder.languages import forms
from anki_builder.languages.folding import WORD, fold
from anki_builder.source import Source

CASES = Path(__file__).parent / "cases" / "terms.md"
FORMS = Path(__file__).parent / "cases" / "forms.md"


def cases() -> list[tuple[str, ...]]:
    rows = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and not line.startswith("|--") and cells[0] != "term":
            rows.append((*cells[:3], cells[3] if len(cells) > 3 else "en-zh"))
    return rows


def find(term: str, sentences: list[str], languages: tuple[str, str] = ("en", "zh"), **entry: Any) -> Context | None:
    plain = " ".join(sentences)
    pairs, at = [], 0
    for sentence in sentences:
        start = plain.index(sentence, at)
        at = start + len(sentence)
        pairs.append(SentencePair(0, (sentence,), ("译",), 1.0, start, at, 0, 1))
    passages = (Passage(Text(plain, ((0, 1),)), Text("译", ((0, 2),))),) if sentences else ()
    found = VocabularyEntry(term, "义", ("义",), 3, passage=0 if sentences else None)._replace(**entry)
    document = Document(Source("n.md", "n.md", ""), "n", languages, passages, (found,))
    return find_terms(document, tuple(pairs))[0][0]


def test_a_term_stands_in_all_sentences_that_have_it() -> None:
    sentences = ["Quinces grow here.", "The Quince is hard.", "Pears are soft.", "Cook each quince with the other quinces."]
    context = find("quince", sentences)
    assert context is not None
    assert (context.pair, context.match, context.surface) == (3, "verbatim", "quince")
    assert [(other.pair, other.surface, len(other.occurrences)) for other in context.others] == [(1, "Quince", 1)]
    assert len(context.occurrences) == 2
    inflected = find("grow up", ["She grew up there.", "He is growing up fast.", "They grow."])
    assert inflected is not None
    assert [inflected.pair, *(other.pair for other in inflected.others)] == [0, 1]


@pytest.mark.parametrize(("passage", "pairs"), [(None, [0, 1, 3]), (1, [1])])
def test_a_term_noted_below_no_passage_stands_in_all_passages(passage: int | None, pairs: list[int]) -> None:
    texts = ["A heron stood there.", "No heron came.", "It rained.", "The heron left."]
    passages = tuple(Passage(Text(text, ((line, line),)), Text("译", ((line, line),))) for line, text in enumerate(texts, 1))
    aligned = tuple(SentencePair(at, (text,), ("译",), 1.0, 0, len(text), 0, 1) for at, text in enumerate(texts))
    entry = VocabularyEntry("heron", "鹭", ("鹭",), 9, passage=passage)
    ((context,), _) = find_terms(Document(Source("n.md", "n.md", ""), "n", ("en", "zh"), passages, (entry,)), aligned)
    assert context is not None
    assert [context.pair, *(other.pair for other in context.others)] == pairs


def test_the_table_has_rows() -> None:
    assert len(cases()) > 35


@pytest.mark.parametrize(("term", "marked", "how", "languages"), cases(), ids=lambda value: value)
def test_a_term_is_found_as_the_table_says(term: str, marked: str, how: str, languages: str) -> None:
    sentence = re.sub(r"[\[\]<>]", "", marked)
    first, _, second = languages.partition("-")
    sentences = re.split(r"(?<=[.])\s+", sentence)
    context = find(term, sentences, (first, second))
    assert (context.match if context else "-") == how
    if context is not None:
        signs = [(part, "[]") for part in context.parts]
        signs += [(part, "<>") for part in context.occurrences if part not in context.parts]
        for (start, end), sign in sorted(signs, reverse=True):
            sentence = sentence[:start] + sign[0] + sentence[start:end] + sign[1] + sentence[end:]
        assert sentence == marked


def test_a_term_of_another_passage_is_found_there_when_its_own_has_none() -> None:
    texts = ("Nothing here.", "A heron stood still.")
    passages = tuple(Passage(Text(text, ((0, n),)), None) for n, text in enumerate(texts, 1))
    pairs = tuple(SentencePair(n, (text,), (), 1.0, 0, len(text), 0, 0) for n, text in enumerate(texts))
    entry = VocabularyEntry("heron", "鹭", ("鹭",), 5, passage=0)
    contexts, diagnostics = find_terms(Document(Source("n.md", "n.md", ""), "n", ("en", "zh"), passages, (entry,)), pairs)
    assert contexts[0] is not None
    assert contexts[0].pair == 1
    assert diagnostics == []


def test_a_vocabulary_below_several_passages_is_that_of_all_since_the_one_before() -> None:
    texts = ("Der Bus fährt ab.", "Die Blätter fallen im Wind ab.", "Die Gäste steigen langsam aus.")
    passages = tuple(Passage(Text(text, ((0, 2 * n),)), None) for n, text in enumerate(texts))
    pairs = tuple(SentencePair(n, (text,), (), 1.0, 0, len(text), 0, 0) for n, text in enumerate(texts))
    terms = (("abfahren", 0), ("abfallen", 2), ("aussteigen", 2), ("abfahren", 2))
    entries = tuple(VocabularyEntry(term, "x", ("x",), 9, passage=passage) for term, passage in terms)
    contexts, _ = find_terms(Document(Source("n.md", "n.md", ""), "n", ("de", "en"), passages, entries), pairs)
    found = [(context.pair, context.match) if context else None for context in contexts]
    assert found == [(0, "split"), (1, "split"), (2, "split"), None]  # the last stands before the vocabulary before


def test_a_term_not_found_names_the_nearest_wordings() -> None:
    text = Text("The bakery closed for good.", ((0, 4),))
    entry = VocabularyEntry("backery", "面包店", ("面包店",), 8, 1, 7, passage=0)
    pair = SentencePair(0, (text.plain,), (), 1.0, 0, len(text.plain), 0, 0)
    document = Document(Source("n.md", "n.md", ""), "n", ("en", "zh"), (Passage(text, None),), (entry,))
    (diagnostic,) = find_terms(document, (pair,))[1]
    assert diagnostic.rule.name == "term-not-found"
    assert diagnostic.span == ("n.md", 8, 1, 7)
    assert diagnostic.hint.startswith("this passage has “bakery” (line 4)")


def test_an_example_is_the_context_of_a_term_that_the_text_lacks() -> None:
    context = find("heron", [], examples=(Example("None here.", None, 4), Example("Two herons flew.", "两只鹭飞过。", 5)))
    assert context is not None
    assert (context.pair, context.example, context.surface) == (-1, Example("Two herons flew.", "两只鹭飞过。", 5), "herons")


def test_a_heading_is_the_context_of_a_term_that_nothing_else_holds() -> None:
    entry = VocabularyEntry("make up with", "和解", ("和解",), 3)
    aside = Text("Two rivals make up with one another. Nobody believes it.", ((0, 1),))
    document = Document(Source("n.md", "n.md", ""), "n", ("en", "zh"), (), (entry,), asides=(aside,))
    (context,), diagnostics = find_terms(document, ())
    assert context is not None
    assert context.example == Example("Two rivals make up with one another.", None, 1)
    assert diagnostics == []


def test_the_phrase_of_another_entry_is_the_context_of_a_term_that_nothing_else_holds() -> None:
    entries = (VocabularyEntry("a hint of salt", "一点盐", ("一点盐",), 3), VocabularyEntry("hint", "暗示", ("暗示",), 5))
    document = Document(
        Source("n.md", "n.md", ""), "n", ("en", "zh"), (Passage(Text("The soup was good.", ((0, 1),)), None),), entries
    )
    contexts, diagnostics = find_terms(document, (SentencePair(0, ("The soup was good.",), (), 1.0, 0, 18, 0, 0),))
    assert contexts[1] is not None
    assert contexts[1].example == Example("a hint of salt", "一点盐", 3)
    assert [diagnostic.span.line for diagnostic in diagnostics] == [3]


def test_a_sentence_of_its_definition_is_the_context_of_a_term_that_nothing_else_holds() -> None:
    definition = "tract, treatise. She wrote a treatise on the tides of the north sea."
    context = find("treatise", ["Nothing here."], definition=definition)
    assert context is not None
    assert context.example == Example("She wrote a treatise on the tides of the north sea.", None, 3)
    assert find("treatise", ["Nothing here."], definition="a long treatise") is None


@pytest.mark.parametrize(
    ("term", "gloss", "sentence", "surface"),
    [
        ("pack", "契约", "They signed the pact at dawn.", "pact"),
        ("pack", "包", "They signed the pact at dawn.", None),  # the gloss speaks for the term as it stands
        ("pack", "朋友", "They signed the pact at dawn.", None),  # and here for neither
        ("desert", "甜点", "The dessert was late.", "dessert"),
        ("desert", "沙漠", "The dessert was late.", None),
        ("starve off", "延缓", "They staved off the flood.", "staved off"),
        ("starve off", "延缓", "They staved in the boat.", None),
        ("goggle it", "用google搜", "I googled it twice.", "googled it"),
        ("often-sited", "常被引用的", "An often-cited book.", "often-cited"),
        ("often-sided", "常被引用的", "An often-cited book.", "often-cited"),  # a long word may have two errors
        ("sides", "引用", "He cites a book.", None),
        ("citizenry", "公民", "The citizens voted.", None),
    ],
)
def test_a_gloss_tells_which_of_two_words_was_misspelt(term: str, gloss: str, sentence: str, surface: str | None) -> None:
    context = find(term, [sentence], gloss=gloss)
    assert (context.surface if context else None) == surface


def test_a_misspelt_term_of_a_heading_is_taken_with_a_warning() -> None:
    entry = VocabularyEntry("distain", "鄙视", ("鄙视",), 5, passage=0)
    passage = Passage(Text("Nobody came back.", ((0, 3),)), None)
    heading = Text("Brain disdain", ((0, 1),))
    document = Document(Source("n.md", "n.md", ""), "n", ("en", "zh"), (passage,), (entry,), asides=(heading,))
    (context,), (diagnostic,) = find_terms(document, (SentencePair(0, ("Nobody came back.",), (), 1.0, 0, 17, 0, 0),))
    assert context is not None
    assert context.example == Example("Brain disdain", None, 1)
    assert context.surface == "disdain"
    assert diagnostic.hint == "this note has “disdain” (line 1), which is taken for it; correct the spelling of one of the two"


def test_the_warning_names_a_near_wording_of_a_heading() -> None:
    entry = VocabularyEntry("distain", "脏", ("脏",), 5, passage=0)
    passage = Passage(Text("Nobody came back.", ((0, 3),)), None)
    heading = Text("Brain disdain", ((0, 1),))
    document = Document(Source("n.md", "n.md", ""), "n", ("en", "zh"), (passage,), (entry,), asides=(heading,))
    (diagnostic,) = find_terms(document, (SentencePair(0, ("Nobody came back.",), (), 1.0, 0, 17, 0, 0),))[1]
    assert diagnostic.hint == "this note has “disdain” (line 1)"


WORDS = st.lists(st.sampled_from("the old ferry ferries crossed a wide grey sea's end 5G it's".split()), min_size=1, max_size=12)


@given(WORDS, WORDS.filter(lambda words: len(words) < 4))
def test_what_is_hidden_lies_in_the_sentence_sorted_and_apart(sentence: list[str], term: list[str]) -> None:
    context = find(" ".join(term), [" ".join(sentence) + "."])
    verbatim = any(sentence[at : at + len(term)] == term for at in range(len(sentence)))
    assert context is not None or not verbatim
    if context is not None:
        ends = [0, *(end for _, end in context.occurrences)]
        assert all(start >= before for before, (start, _) in zip(ends, context.occurrences, strict=False))
        assert all(any(a <= start and end <= b for a, b in context.occurrences) for start, end in context.parts)


@given(st.lists(st.text(alphabet="ab1é他_-'\u2019 \u3000\n.", max_size=20), max_size=3))
def test_the_words_of_a_note_are_those_of_its_passages(texts: list[str]) -> None:
    lexis = Lexis("en")
    lexis.texts = texts
    assert lexis._words == {word for text in texts for word in WORD.findall(text)}


@given(st.lists(st.sampled_from("a a's as ab abs ab's é ée i i's's".split())), st.sampled_from("a a's ab é ée i x".split()))
def test_the_words_that_begin_alike_are_told_by_their_first_two_letters(words: list[str], word: str) -> None:
    lexis = Lexis("en")
    lexis.texts = words
    assert sorted(lexis._beginning_like(word)) == sorted(text for text in set(words) if text[:2] == word[:2])


TEXTS = st.lists(
    st.sampled_from("go goes going sb sb's the on g ' ’ . : … - _ \n ΟΔΟΣ οδος İgo Igo gos's".split(" ")), min_size=1, max_size=14
)


@given(TEXTS, st.sampled_from("go on|go sb on|going|the goes on|ΟΔΟΣ go|οδος|g|go … on|igo".split("|")), st.data())
@example("sb goes on . go".split(), "go on", None)
def test_other_forms_in_a_sentence_are_those_that_the_passage_up_to_its_end_has(
    parts: list[str], term: str, data: st.DataObject | None
) -> None:
    text = " ".join(parts) if data is None else "".join(part + data.draw(st.sampled_from(["", " "])) for part in parts)
    start, end = 0, len(text)
    if data is not None:
        start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    passage = Searchable(text, [], Lexis("en"))
    inside = Searchable(text[:end], [], Lexis("en"))
    plain = [part for match in terms._phrases(fold(term, "en"), inside, forms.stem, 0) for part in match if part[0] >= start]
    assert terms._forms_between(start, end, fold(term, "en"), passage) == plain


@given(TEXTS, st.sampled_from(["go on", "goes", "ΟΔΟΣ", "igo", "the going"]))
def test_the_nearest_wordings_are_those_that_are_alike_when_folded(parts: list[str], term: str) -> None:
    text = Text(" ".join(parts), ((0, 1),))
    entry = VocabularyEntry(term, "义", ("义",), 3, passage=0)
    document = Document(Source("n.md", "n.md", ""), "n", ("en", "zh"), (Passage(text, None),), (entry,))
    passage = Searchable(text.plain, [], Lexis("en"))
    width, length = len(WORD.findall(fold(term, "en"))), len(term)
    wordings = [
        text.plain[start:end]
        for count in {width, width + 1}
        for (start, _), (_, end) in zip(passage.ranges, passage.ranges[count - 1 :], strict=False)
        if length // 2 <= end - start <= 2 * length
    ]
    plain = process.extract(
        fold(term, "en"),
        list(dict.fromkeys(wordings)),
        scorer=fuzz.ratio,
        processor=lambda text: fold(text, "en"),
        limit=2,
        score_cutoff=70,
    )
    assert [wording for wording, _ in near._nearest(entry, document, [passage])] == [wording for wording, _, _ in plain]


def rows_of(title: str) -> list[tuple[str, str, str]]:
    text = FORMS.read_text(encoding="utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]
    rows = []
    for line in text.splitlines()[3:]:
        cells = [cell.strip() for cell in line.replace("\\|", "\0").strip("|").split("|")]
        if len(cells) == 3:
            rows += [(cells[0], cells[1].replace("\0", "|"), form) for form in cells[2].split()]
    return rows


def test_the_lists_of_forms_are_long() -> None:
    assert len(rows_of("Forms")) >= 200
    assert len(rows_of("Other words")) >= 100


@pytest.mark.parametrize(("language", "word", "form"), rows_of("Forms"), ids=lambda value: value)
def test_a_word_is_found_by_its_form(language: str, word: str, form: str) -> None:
    context = find(word, [f"— {form} ."], (language, "en"))
    assert context is not None
    assert context.surface in (form, form.removesuffix("에서").removesuffix("를"))


@pytest.mark.parametrize(("language", "word", "other"), rows_of("Other words"), ids=lambda value: value)
def test_a_word_is_not_found_by_another_word(language: str, word: str, other: str) -> None:
    assert find(word, [f"— {other} ."], (language, "en")) is None


def test_a_dictionary_that_was_kept_for_the_tests_is_the_same(tmp_path: Path) -> None:
    made, kept = kept_dictionary(tmp_path, "gv"), kept_dictionary(tmp_path, "gv")
    assert [path.name for path in tmp_path.iterdir()] == ["gv.pickle"]
    assert len(kept) > 1000 and dict(kept) == dict(made)
