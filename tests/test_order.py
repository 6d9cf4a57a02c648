"""The order of new cards: over the whole collection, the same whatever was built before, and no reason for a note to be newer."""

from math import log10
from pathlib import Path

import pytest
from building import (
    LETTERS,
    MANY_CARDS,
    NOW,
    TYPES,
    Build,
    build_documents,
    compose_all,
    empty_collection,
    make_note,
    rows_of_package,
    store,
)
from hypothesis import given
from hypothesis import strategies as st

from anki_builder.collection.order import LOT, PlacedNote, dues
from anki_builder.compiler import read_and_align
from anki_builder.config import Config
from anki_builder.document import AlignedDocument
from anki_builder.ledger.file import Ledger
from anki_builder.notes.measure import with_measure, words
from anki_builder.settling import Surroundings, settle
from anki_builder.source import Source

NOTES = st.lists(
    st.builds(
        PlacedNote, st.lists(st.sampled_from("abcdefg"), max_size=4).map(" ".join), st.integers(0, 2),
        st.lists(st.integers(0, 6), min_size=1, max_size=3).map(tuple),
    ),
    max_size=60,
)  # fmt: skip
BY_NUMBER = st.builds(PlacedNote, st.sampled_from(["", "0.00", "0.40", "3.51", "7.20"]), st.just(0), st.just((0, 3)))


@given(NOTES)
def test_every_card_has_a_place_of_its_own(notes: list[PlacedNote]) -> None:
    found = dues(notes, "easy-first")
    assert [len(own) for own in found] == [len(note.rounds) for note in notes]
    assert sorted(due for own in found for due in own) == list(range(sum(len(note.rounds) for note in notes)))


@given(st.lists(st.frozensets(st.sampled_from("abcdefgh"), min_size=1, max_size=5), max_size=LOT, unique=True))
def test_each_next_sentence_has_as_few_new_words_as_can_be(sentences: list[frozenset[str]]) -> None:
    notes = [PlacedNote(" ".join(sorted(sentence)), 0, (0,)) for sentence in sentences]
    places = [due for (due,) in dues(notes, "easy-first")]
    order = sorted(range(len(sentences)), key=places.__getitem__)
    met: set[str] = set()
    for turn, index in enumerate(order):
        assert len(sentences[index] - met) == min(len(sentences[other] - met) for other in order[turn:])
        met |= sentences[index]


SENTENCES = st.tuples(
    st.frozensets(st.sampled_from("abcdefgh"), min_size=1, max_size=5), st.sampled_from(["", "a", "b", "b c", "z"])
)


@given(st.lists(SENTENCES, max_size=LOT, unique_by=lambda one: one[0]))
def test_a_sentence_with_one_new_term_comes_before_those_with_several(sentences: list[tuple[frozenset[str], str]]) -> None:
    notes = [
        PlacedNote(f"{term}|{' '.join(sorted(words))}" if term else " ".join(sorted(words)), 0, (0,)) for words, term in sentences
    ]
    places = [due for (due,) in dues(notes, "easy-first")]
    noted = {term for _, term in sentences if term and " " not in term}
    met: set[str] = set()

    def cost(index: int) -> tuple[int, int]:
        words, term = sentences[index]
        new = ((words & noted) | ({term} - {""})) - met
        return max(0, len(new) - 1), len(words - met)

    order = sorted(range(len(sentences)), key=places.__getitem__)
    for turn, index in enumerate(order):
        assert cost(index) == min(cost(other) for other in order[turn:])
        met |= sentences[index][0] | {sentences[index][1]}


@given(st.lists(BY_NUMBER, max_size=3 * LOT))
def test_the_most_frequent_come_first_and_cards_that_ask_back_at_the_end_of_a_lot(notes: list[PlacedNote]) -> None:
    found = dues(notes, "frequency")
    sequence = sorted(range(len(notes)), key=lambda index: (found[index][0], index))
    assert [float(notes[index].measure or 0) for index in sequence] == sorted(
        (float(n.measure or 0) for n in notes), reverse=True
    )
    for start in range(0, len(notes), LOT):
        lot = [found[index] for index in sequence[start : start + LOT]]
        assert max(first for first, _ in lot) < min(back for _, back in lot)


def aligned(name: str, text: str, translation: str, entry: str) -> AlignedDocument:
    note = f"原文：\n\n{text}\n\n{translation}\n\n学习：\n\n{entry}\n"
    return read_and_align(Source(f"{name}.md", f"{name}.md", note), Config(languages=("en", "zh")))[0]


DOCUMENTS = [
    aligned(
        "a", "The obstreperous ferry was extraordinarily late again.", "那艘不听话的渡轮又晚得出奇。", "obstreperous：不听话的"
    ),
    aligned("b", "The ferry was late.", "渡轮晚点了。", "late：晚"),
]


def order_of(order: str) -> list[str]:
    notes = compose_all(DOCUMENTS, MANY_CARDS._replace(order=order)).notes
    return [text for _, text in sorted((built.dues[0], built.note.text) for built in notes if built.note.kind.name != "cloze")]


def build(order: str, former: Build | None = None) -> Build:
    config = MANY_CARDS._replace(order=order)
    return build_documents(DOCUMENTS, config, former.ledger if former else None, NOW + (100 if former else 0))


def test_easy_sentences_come_before_hard_ones_of_earlier_articles() -> None:
    assert order_of("reading") == [
        "obstreperous", "The obstreperous ferry was extraordinarily late again.", "late", "The ferry was late.",
    ]  # fmt: skip
    assert order_of("easy-first") == [
        "late", "obstreperous", "The ferry was late.", "The obstreperous ferry was extraordinarily late again.",
    ]  # fmt: skip


def test_equals_keep_the_reading_order_of_all_articles() -> None:
    notes = [make_note("sentence", f"{document} {number}", document) for document in ("a.md", "b.md") for number in range(3)]
    with empty_collection(order="easy-first") as collection:
        store(collection, notes)
        settle(collection, TYPES, Ledger(kinds=LETTERS), Surroundings(NOW))
        assert [(built.note.text, built.dues) for built in collection.notes()] == [
            (made.note.text, (place,)) for place, made in enumerate(notes, 1)
        ]


def test_a_sentence_waits_while_it_has_two_noted_words_that_no_earlier_one_had() -> None:
    two = aligned("two", "Gulls scream.", "海鸥尖叫。", "gull：海鸥\n\nscream：尖叫")
    one = aligned("one", "An old woman fed a single gull every morning.", "一位老太太每天早上喂一只海鸥。", "gull：海鸥")
    notes = compose_all([two, one], MANY_CARDS._replace(order="easy-first")).of_kind("sentence")
    in_order = [built.note.text for built in sorted(notes, key=lambda built: built.dues)]
    assert in_order == ["An old woman fed a single gull every morning.", "Gulls scream."]


def test_a_second_cloze_of_a_sentence_waits_for_the_first_ones_of_others() -> None:
    two = aligned("two", "The ferry left the harbour.", "渡轮离开了港口。", "ferry：渡轮\n\nharbour：港口")
    other = aligned(
        "other",
        "The gulls followed an old trawler for miles.",
        "海鸥跟着一艘旧拖网船飞了好几英里。",
        "trawler：拖网船\n\nmile：英里",
    )
    notes = compose_all([two, other], MANY_CARDS._replace(order="easy-first")).of_kind("cloze")
    in_order = [built.note.text.partition(" ")[0] for built in sorted(notes, key=lambda built: built.dues)]
    assert in_order == ["ferry", "trawler", "harbour", "mile"]


def test_frequent_terms_come_first_and_say_how_frequent_they_are() -> None:
    pytest.importorskip("wordfreq", reason="an extra")
    assert order_of("frequency")[:2] == ["late", "obstreperous"]
    notes = compose_all(DOCUMENTS, MANY_CARDS._replace(order="frequency")).notes
    found = {built.note.text: float(built.note.fields["Frequency"]) for built in notes}
    assert found["late"] > 4.5
    assert 0 < found["obstreperous"] < 3


@pytest.mark.parametrize(
    ("tag", "term", "rarest", "further"),
    [
        ("en", "cut off", "cut", 1),
        ("en", "kick the bucket", "bucket", 2),
        ("en", "take sth off", "off", 1),
        ("en", "to wind", "wind", 0),
        ("en", "well-known", "known", 1),
        ("en", "don’t", "don't", 0),
        ("de", "Eimer, der", "eimer", 0),
        ("de", "im Eimer sein", "eimer", 2),
        ("fr", "l’eau", "eau", 0),
        ("fr", "peut-être", "peut", 1),
        ("zh", "渡轮", "渡轮", 0),
        ("zh", "渡轮晚点", "渡", 3),
    ],
)
def test_each_further_word_makes_a_phrase_ten_times_as_rare_as_its_rarest_word(
    tag: str, term: str, rarest: str, further: int
) -> None:
    known = pytest.importorskip("wordfreq", reason="an extra").get_frequency_dict(tag)
    measure = with_measure(make_note("vocabulary", term).note, (tag, "en"), "frequency").measure
    assert float(measure) == pytest.approx(log10(known[rarest]) + 9 - further, abs=0.01)


def test_a_sentence_is_as_frequent_as_its_rarest_word() -> None:
    known = pytest.importorskip("wordfreq", reason="an extra").get_frequency_dict("en")
    measure = with_measure(make_note("sentence", "It’s a well-known harbour.").note, ("en", "zh"), "frequency").measure
    assert float(measure) == pytest.approx(log10(known["harbour"]) + 9, abs=0.01)


@pytest.mark.parametrize("order", ["easy-first", "frequency"])
def test_another_order_makes_no_note_newer(order: str) -> None:
    if order == "frequency":
        pytest.importorskip("wordfreq", reason="an extra")
    first = build("reading")
    second = build(order, first)
    assert second.plan.count("unchanged") == len(first.notes) and not second.plan.count("changed")
    assert second.times == first.times
    assert [built.dues for built in second.notes] != [built.dues for built in first.notes]


@pytest.mark.parametrize("order", ["reading", "easy-first"])
def test_the_package_has_the_cards_in_the_order_of_the_setting(order: str, tmp_path: Path) -> None:
    built = build_documents(DOCUMENTS, MANY_CARDS._replace(order=order), None, NOW, package=tmp_path / "a.apkg")
    packed = rows_of_package(tmp_path / "a.apkg", "select guid, due from notes join cards on nid = notes.id")
    assert sorted(packed) == sorted((one.guid, due) for one in built.notes for due in one.dues)


def test_words_are_letters_where_a_script_has_no_spaces() -> None:
    assert words("The ferry’s late — 3 times!", "en") == ["the", "ferry’s", "late", "times"]
    assert words("渡轮晚了。", "zh") == ["渡", "轮", "晚", "了"]


def test_a_long_list_of_words_asks_back_before_its_end() -> None:
    words_of = "\n\n".join(f"{chr(97 + n // 9) * 3}{chr(97 + n % 9) * 3}：词{n}" for n in range(3 * LOT))
    note = f"原文：\n\nWe waited.\n\n我们等着。\n\n学习：\n\n{words_of}\n"
    notes = compose_all([read_and_align(Source("a.md", "a.md", note), Config(languages=("en", "zh")))[0]], Config()).notes
    terms = [built for built in notes if built.note.kind.name == "vocabulary"]
    assert len(terms) == 3 * LOT
    assert {forward + LOT - back for forward, back in (built.dues for built in terms[:LOT])} == {0}
