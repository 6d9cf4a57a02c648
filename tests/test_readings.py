"""Readings in every notation: what is read, and what the real Anki then shows on fronts and backs, hides in a gap and speaks."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from faces import Rendered, composed, heard, rendered, shown
from hypothesis import example, given
from hypothesis import strategies as st

from anki_builder.config import Config
from anki_builder.languages.headwords import bare, spoken
from anki_builder.languages.readings import base, over, spelt
from anki_builder.reading.dialects.draft import Draft
from anki_builder.reading.dialects.readings import strip

CASES = Path(__file__).parent / "cases" / "scripts.md"
CASE = re.compile(
    r"^## (?P<name>[^\n]+)\n\n````markdown\n(?P<note>.*?)````\n\n```text\n(?P<expected>.*?)```\n", re.MULTILINE | re.DOTALL
)
FIRST_FIELD = {"sentence": "Text", "vocabulary": "Term", "cloze": "Text"}


class Case(NamedTuple):
    """A note and what comes of it in Anki."""

    name: str
    note: str
    expected: str


def cases() -> Iterator[Case]:
    for found in CASE.finditer(CASES.read_text("utf-8")):
        yield Case(found["name"], found["note"], found["expected"])


@pytest.fixture(scope="module")
def of_cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rendered]:
    return rendered({case.name: case.note for case in cases()}, tmp_path_factory.mktemp("cases"))


def table(faces: Rendered) -> str:
    lines = []
    for made, output in faces:
        fields: Mapping[str, str] = made.fields
        lines += [
            made.kind.name,
            f"  field   {fields[FIRST_FIELD[made.kind.name]]}",
            f"  front   {shown(output.question_text)}",
            f"  back    {shown(output.answer_text)}",
            f"  spoken  {heard(output)}",
        ]
        if "Answer" in fields:
            lines.append(f"  typed   {fields['Answer']}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_readings_are_what_the_real_anki_shows_and_speaks(case: Case, of_cases: dict[str, Rendered], update: bool) -> None:
    found = table(of_cases[case.name])
    if update and found != case.expected:
        text = CASES.read_text("utf-8")
        head = f"## {case.name}\n\n````markdown\n{case.note}````\n\n```text\n"
        assert text.count(head + case.expected + "```") == 1
        CASES.write_text(text.replace(head + case.expected + "```", head + found + "```"), "utf-8")
        return
    assert found == case.expected


RUBY_NOTE = "---\nlanguages: [ja, en]\n---\n\n電車(でんしゃ)が来(き)ます。\n\nThe train is coming.\n"


def test_a_setting_shows_readings_on_fronts(tmp_path: Path) -> None:
    ((_, without),) = rendered({"a": RUBY_NOTE}, tmp_path)["a"]
    ((_, with_readings),) = rendered({"a": RUBY_NOTE}, tmp_path, Config(readings_on_front=True))["a"]
    assert shown(without.question_text) == "電車が来ます。"
    assert shown(with_readings.question_text) == "電車(でんしゃ)が来(き)ます。"


def test_keys_and_recognition_see_the_plain_text() -> None:
    with_readings, without = composed(RUBY_NOTE), composed(re.sub(r"\([^)]*\)", "", RUBY_NOTE))
    assert [(one.note.key, one.note.text) for one in with_readings.notes] == [
        (one.note.key, one.note.text) for one in without.notes
    ]


@pytest.mark.parametrize(
    ("word", "reading", "parts"),
    [
        ("食べ物", "たべもの", "食=た 物=もの"),
        ("締め切り", "しめきり", "締=し 切=き"),
        ("お茶", "おちゃ", "茶=ちゃ"),
        ("カレー粉", "かれーこ", "粉=こ"),
        ("一ヶ月", "いっかげつ", "一ヶ月=いっかげつ"),
        ("学生", "ガクセイ", "学生=ガクセイ"),
        ("食べる", "ごはん", "食べる=ごはん"),
        ("慢走", "màn zǒu", "慢=màn 走=zǒu"),
        ("客人", "kèrén", "客人=kèrén"),
        ("كتاب", "kitāb", "كتاب=kitāb"),
        ("우리 학교", "學校", "학교=學校"),
        ("〜に基づいて", "〜にもとづいて", "基=もと"),
        ("～食べる", "たべる", "食=た"),
        ("猫", "", ""),
    ],
)
def test_a_reading_stands_over_the_characters_that_it_spells(word: str, reading: str, parts: str) -> None:
    assert " ".join(f"{word[mark.start : mark.end]}={mark.value}" for mark in over(word, reading)) == parts


@pytest.mark.parametrize(
    ("before", "reading", "word"),
    [
        ("私は食べる", "たべる", "食べる"),
        ("新しい取り引き", "とりひき", "取り引き"),
        ("私はお茶", "おちゃ", "お茶"),
        ("食べる", "ごはん", ""),
        ("私のねこ", "ねこ", ""),
        ("我爱客人", "kèrén", "客人"),
        ("你好", "ni3 hao3", "你好"),
        ("去西安", "Xī'ān", "西安"),
        ("在那儿", "nàr", "那儿"),
        ("我的女儿", "nǚ'ér", "女儿"),
        ("小歌儿", "gēr", "歌儿"),
        ("客人", "guests", ""),
        ("客人", "ㄎㄜˋㄖㄣˊ", "客人"),
        ("學校", "학교", "學校"),
        ("大學校", "학교", ""),
        ("우리 학교", "學校", "학교"),
        ("우리", "學校", "우리"),
        ("가", "學校", ""),
        ("the quay", "kiː", ""),
    ],
)
def test_the_word_that_a_reading_behind_it_spells_is_found(before: str, reading: str, word: str) -> None:
    start = base(before, reading)
    assert (before[start:] if start >= 0 else "") == word


KANJI = st.text(st.sampled_from("電車食物大人々"), min_size=1, max_size=2)
KANA = st.text(st.sampled_from("あいうべのカ"), min_size=1, max_size=3)


@given(st.lists(st.tuples(KANJI, KANA), min_size=1, max_size=3), KANA)
def test_marks_over_a_word_spell_its_reading_again(parts: list[tuple[str, str]], end: str) -> None:
    word, reading = "".join([kanji for kanji, _ in parts]) + end, "".join([kana for _, kana in parts]) + end
    assert spelt(word, over(word, reading)) == reading
    assert base(f"「{word}", reading) == 1


@given(st.text(st.sampled_from("電食ab [](){}|《》｜（）きのé"), max_size=30))
@example("き{a}")
def test_no_line_loses_anything_but_brackets_of_readings(line: str) -> None:
    draft = Draft([line])
    strip(draft)
    bare = re.sub(r"</?r(?:uby|t)>", "", draft.lines[0])
    assert [letter for letter in bare if letter in "電食abé"] == [letter for letter in line if letter in "電食abé"]
    round_brackets = str.maketrans("{}", "()")  # where others write those, braces become them
    assert draft.lines[0].translate(round_brackets) == line.translate(round_brackets) or "<ruby>" in draft.lines[0]


@pytest.mark.parametrize(
    ("tag", "term", "word", "said"),
    [
        ("de", "der Kern, -e", "der Kern", "der Kern"),
        ("de", "das Haus, ¨-er", "das Haus", "das Haus"),
        ("de", "Eimer, der", "der Eimer", "der Eimer"),
        ("de", "e, Leiter, -n", "die Leiter", "die Leiter"),
        ("de", "r Tisch -e", "der Tisch", "der Tisch"),
        ("de", "gehen, ging, gegangen", "gehen, ging, gegangen", "gehen, ging, gegangen"),
        ("de", "jdm. etw. geben", "jdm. etw. geben", "geben"),
        ("de", "sich freuen (auf + Akk.)", "sich freuen", "sich freuen"),
        ("de", "das Haus, Häuser", "das Haus", "das Haus"),
        ("de", "die Bank, die Bänke", "die Bank", "die Bank"),
        ("de", "die Stadt, der Ort", "die Stadt, der Ort", "die Stadt, der Ort"),
        ("de", "ab/fahren, fuhr ab", "abfahren, fuhr ab", "abfahren, fuhr ab"),
        ("de", "ab|holen", "abholen", "abholen"),
        ("de", "die Kranken|versicherung", "die Krankenversicherung", "die Krankenversicherung"),
        ("de", "an/gegen", "an/gegen", "an/gegen"),
        ("ar", "كتاب ج. كتب", "كتاب", "كتاب"),
        ("zh", "老闆 / 老板", "老闆 / 老板", "老闆, 老板"),
        ("en", "take sb/sth off", "take sb/sth off", "take off"),
        ("en", "sb / sth", "sb / sth", "sb / sth"),
        ("en", "tell sb / sth apart", "tell sb / sth apart", "tell apart"),
        ("en", "whirl / spin", "whirl / spin", "whirl, spin"),
        ("fr", "ami, l’", "l’ami", "l’ami"),
        ("fr", "tasse f.", "tasse", "tasse"),
        ("en", "take sth off", "take sth off", "take off"),
        ("en", "as … as", "as … as", "as as"),
        ("en", "colo(u)r", "colour", "colour"),
        ("en", "lead [led]", "lead", "lead"),
        ("en", "quay /kiː/", "quay", "quay"),
        ("en", "and/or", "and/or", "and/or"),
        ("en", "vitamin C", "vitamin C", "vitamin C"),
        ("en", "the U.S. Army", "the U.S. Army", "the U.S. Army"),
        ("en", "sth", "sth", "sth"),
        ("ja", "～に基づいて", "～に基づいて", "に基づいて"),
    ],
)
def test_a_headword_is_typed_bare_and_said_without_placeholders(tag: str, term: str, word: str, said: str) -> None:
    assert (bare(term, tag), spoken(term, tag)) == (word, said)
