"""Two entries are one note if they are one word."""

import pytest
from building import build, make_note
from test_compose import document, entry, of_kind
from test_compose import notes_of as composed

from anki_builder.config import Config
from anki_builder.document import VocabularyEntry
from anki_builder.ledger.identity import guid
from anki_builder.notes.keys import term_key
from anki_builder.reading.reader import read
from anki_builder.source import Source


def key(term: str, said: str = "", tag: str = "en", *, opens: bool = False) -> str:
    return term_key(VocabularyEntry(term, "义", ("义",), 1, phonetics=said), tag, opens)


@pytest.mark.parametrize(
    ("first", "second", "tag"),
    [
        (("lead", "[led]"), ("lead", "[liːd]"), "en"),
        (("wind", "[wɪnd]"), ("wind", "[waɪnd]"), "en"),
        (("present", "[ˈpreznt]"), ("present", "[prɪˈzent]"), "en"),
        (("Polish", ""), ("polish", ""), "en"),
        (("March", ""), ("march", ""), "en"),
        (("AIDS", ""), ("aids", ""), "en"),
        (("das Essen", ""), ("das essen", ""), "de"),
        (("行", "háng"), ("行", "xíng"), "zh"),
        (("上手", "うわて"), ("上手", "じょうず"), "ja"),
    ],
)
def test_another_word_has_another_key(first: tuple[str, str], second: tuple[str, str], tag: str) -> None:
    assert key(*first, tag) != key(*second, tag)


@pytest.mark.parametrize(
    ("first", "second", "tag"),
    [
        (("lead", "[liːd]"), ("lead", ""), "en"),
        (("lead", "美 [lid]"), ("lead", "/liːd/"), "en"),
        (("combative", "[ˈkɒmbətɪv]"), ("combative", "[kəmˈbætɪv]"), "en"),
        (("slash", "[slæʃ]"), ("slash", ""), "en"),
        (("sake", "[seɪk, ˈsɑːki]"), ("sake", ""), "en"),
        (("Chamber", ""), ("chamber", ""), "en"),
        (("Lately", ""), ("lately", ""), "en"),
        (("The Polish Job", ""), ("the polish job", ""), "en"),
        (("Die Rechnung", ""), ("die Rechnung", ""), "de"),
        (("行", "hang2"), ("行", "háng"), "zh"),
        (("猫", "ねこ"), ("猫", ""), "ja"),
        (("上手", "ジョウズ"), ("上手", ""), "ja"),
    ],
)
def test_one_word_has_one_key(first: tuple[str, str], second: tuple[str, str], tag: str) -> None:
    assert key(*first, tag) == key(*second, tag)


def test_the_start_of_its_sentence_explains_a_capital_but_not_several() -> None:
    assert key("Polish", opens=True) == key("polish")
    assert key("AIDS", opens=True) != key("aids")
    beads = [("“Polish the table!” she said.", "“擦桌子！”她说。"), ("The Polish guest had AIDS.", "波兰客人有艾滋病。")]
    by_start = composed(document("D", beads[:1], [entry("Polish")]), document("E", beads[:1], [entry("polish")]))
    assert len(of_kind(by_start, "vocabulary")) == 1
    within = composed(document("D", beads[1:], [entry("Polish"), entry("aids")]), document("E", beads[:1], [entry("polish")]))
    assert len(of_kind(within, "vocabulary")) == 3


def test_words_spelt_alike_are_notes_of_their_own_with_clozes_of_their_own() -> None:
    text = [("They lead us to the lead.", "他们领我们到铅那里。")]
    notes = composed(document("D", text, [entry("lead", "铅", phonetics="[led]"), entry("lead", "领导", phonetics="[liːd]")]))
    assert [built.note.fields["Gloss"] for built in of_kind(notes, "vocabulary")] == ["铅", "领导"]
    assert len({built.guid for built in of_kind(notes, "cloze")}) == 2
    assert [built.note.key for built in of_kind(notes, "vocabulary")] == ["lead [2]", "lead"]


def test_the_key_of_a_word_that_gets_its_phonetics_later_changes_and_its_note_does_not() -> None:
    before = make_note("vocabulary", "lead", Term="lead", Gloss="铅")
    after = before.with_fields(Phonetics="[led]")
    after = after._replace(note=after.note._replace(key="lead [2]"))
    first = build([before])
    second = build([after], first.ledger)
    assert second.guids == first.guids != [guid(1, "lead [2]")]
    assert [change.status for change in second.plan.changes] == ["changed"]


@pytest.mark.parametrize("line", ["lead：[led] 铅", "lead [led] 铅", "lead [led]：铅", "lead：/led/ 铅"])
def test_phonetics_in_letters_of_the_keyboard_are_phonetics(line: str) -> None:
    text = f"原文：\n\nThey lead us.\n\n他们领我们。\n\n学习：\n\n{line}\n\nattire：[formal] 服装\n"
    first, second = read(Source("n.md", "n.md", text), Config())[0].entries
    assert (first.term, first.phonetics.strip("[]/"), first.gloss, first.senses) == ("lead", "led", "铅", ("铅",))
    assert term_key(first, "en") == "lead [2]"
    assert (second.phonetics, second.gloss) == ("", "[formal] 服装")
