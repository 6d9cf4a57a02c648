"""Readings added on request: only where the note has none, marked as added, and never part of what a note is known by."""

import re

import pytest
from building import compose_all
from hypothesis import given
from hypothesis import strategies as st

from anki_builder import config
from anki_builder.compiler import read_and_align
from anki_builder.config import Config, ConfigError, load
from anki_builder.note import Note
from anki_builder.pronunciation import neighbours
from anki_builder.source import Source
from anki_builder.templates.markup import ruby, strip_html

ADDED = Config(readings="added")


def notes_of(languages: str, text: str, settings: Config = ADDED) -> list[Note]:
    note = f"---\nlanguages: [{languages}]\n---\n\n{text}"
    return [one.note for one in compose_all([read_and_align(Source("a.md", "a.md", note), settings)[0]], settings).notes]


def test_the_setting_asks_for_its_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "find_spec", lambda name: None if name == "sudachidict_core" else object())
    with pytest.raises(ConfigError, match=r"anki-builder\[readings\]"):
        load({"readings": "added"}, "anki_builder.toml")


def test_a_language_without_a_dictionary_stays_as_it_is() -> None:
    text = "Die Fähre ist spät.\n\nThe ferry is late.\n"
    assert notes_of("de, en", text) == notes_of("de, en", text, Config())


@pytest.mark.parametrize(
    ("package", "languages", "text", "fields"),
    [
        (
            "sudachipy",
            "ja, en",
            "毎朝、駅前の店で新聞と雑誌（ざっし）を買う。\n\nEvery morning he buys a paper and a magazine at the shop.\n",
            [
                '<span class="added">毎朝[まいあさ]、 駅前[えきまえ]の 店[みせ]で 新聞[しんぶん]</span>と 雑誌[ざっし]を'
                '<span class="added">買[か]</span>う。'
            ],
        ),
        (
            "sudachipy",
            "ja, en",
            "四月に京都へ行った。\n\nIn April I went to Kyoto.\n",
            ['四月に<span class="added">京都[きょうと]へ 行[い]</span>った。'],
        ),
        (
            "pypinyin",
            "zh, en",
            "客人（kèren）来了，请坐。\n\nThe guests have come, please sit down.\n",
            ['客人[kèren]<span class="added">来[lái]了[le]， 请[qǐng]坐[zuò]</span>。'],
        ),
    ],
)
def test_what_the_note_does_not_spell_is_added_and_marked(package: str, languages: str, text: str, fields: list[str]) -> None:
    pytest.importorskip(package)
    assert [note.fields["Text"] for note in notes_of(languages, text)] == fields


TERMS = "駅で切符を買った。\n\nI bought a ticket at the station.\n\n## Vocabulary\n\n- 切符: ticket\n- 食べ物（たべもの）: food\n"


def test_terms_have_added_readings_unless_they_have_their_own() -> None:
    pytest.importorskip("sudachipy")
    terms = [note.fields["Term"] for note in notes_of("ja, en", TERMS) if note.kind.name == "vocabulary"]
    assert sorted(terms) == ['<span class="added">切符[きっぷ]</span>', "食[た]べ 物[もの]"]


NOTED = """駅前の市場では魚が並ぶ。明日（あす）は休む。明日も市場へ行く。

At the market by the station fish is laid out. Tomorrow I rest. Tomorrow too I go to the market.

## Vocabulary

- 市場（いちば）: market
- 明日 (ashita): tomorrow
"""


def test_an_added_reading_is_the_one_that_the_learner_noted_for_the_word() -> None:
    pytest.importorskip("sudachipy")
    notes = notes_of("ja, en", NOTED, ADDED._replace(sentences="all"))
    fields = [note.fields["Text"] for note in notes if note.kind.name == "sentence"]
    assert re.findall(r"(?:市場|明日)\[\w+\]", "".join(fields)) == ["市場[いちば]", "明日[あす]", "明日[あす]", "市場[いちば]"]


def test_common_words_keep_their_neutral_tone() -> None:
    pytest.importorskip("pypinyin")
    text = "妈妈喜欢这个人，跑得很快，得了第一。\n\nMum likes this person, who runs fast and came first.\n"
    (note,) = notes_of("zh, en", text)
    field = strip_html(note.fields["Text"])
    assert field.startswith("妈[mā]妈[ma]喜[xǐ]欢[huan]这[zhè]个[ge]人[rén]")
    assert "跑[pǎo]得[de]很" in field
    assert "得[dé]了[le]" in field


def test_a_noted_reading_goes_over_no_part_of_another_word() -> None:
    pytest.importorskip("pypinyin")
    text = "他在银行工作，行长很忙。\n\nHe works in a bank, the head is busy.\n\n## Vocabulary\n\n- 行 xíng to walk\n- 长 cháng long\n"
    (field,) = [note.fields["Text"] for note in notes_of("zh, en", text) if note.kind.name == "sentence"]
    assert "银[yín]行[háng]" in field
    assert "行[háng]长[zhǎng]" in field


@given(
    st.lists(st.sampled_from("駅前の市場（いちば）では魚{大学|だいがく}へ行[い]く。四月"), min_size=1, max_size=12).map("".join)
)
def test_what_the_learner_wrote_stands_and_no_key_changes(text: str) -> None:
    pytest.importorskip("sudachipy")
    note = f"---\nlanguages: [ja, en]\n---\n\n原文：\n\n{text}\n\nEnglish:\n\nIt is here.\n"
    written, added = (read_and_align(Source("a.md", "a.md", note), settings)[0] for settings in (Config(), ADDED))
    for one, other in zip(written.document.passages, added.document.passages, strict=True):
        assert one.text.plain == other.text.plain
        assert [mark for mark in other.text.marks if mark.tag != "added"] == list(one.text.marks)
    assert [one.note.key for one in compose_all([written]).notes] == [one.note.key for one in compose_all([added]).notes]


def test_added_readings_change_neither_keys_nor_words_to_type_and_to_say() -> None:
    pytest.importorskip("sudachipy")
    added, written = notes_of("ja, en", TERMS), notes_of("ja, en", TERMS, Config())
    assert [(note.kind, note.key, note.text, note.cards) for note in added] == [
        (note.kind, note.key, note.text, note.cards) for note in written
    ]
    for one, other in zip(added, written, strict=True):
        for name in ("Text", "Answer", "Spoken", "Context", "ContextCloze"):
            assert plain(one.fields.get(name, "")) == plain(other.fields.get(name, ""))


def plain(field: str) -> str:
    return strip_html(ruby(re.sub(r"\{\{c1::(.*?)::.*?\}\}", r"<b>\1</b>", field), "{0}"))


@pytest.mark.parametrize(
    ("text", "sign", "readings"),
    [
        ("你得早起。", "得", ["děi"]),
        ("我得了奖。", "得", []),
        ("她跳得不高，跑得很快。", "得", ["de", "de"]),
        ("我舍不得走。", "得", ["de"]),
        ("他取得了成功。", "得", []),
        ("他慢慢地走，高兴地笑。", "地", ["de", "de"]),
        ("小心地滑。", "地", []),
        ("这块土地很大。", "地", []),
        ("我去过上海，走过一座桥。", "过", ["guo"]),
        ("她教我唱歌。", "教", ["jiāo"]),
        ("他信佛教。", "教", []),
        ("我还没还图书馆的书。", "还", ["huán"]),
        ("头发很长，他长大了。", "长", ["cháng"]),
        ("这种花，他种了三年。", "种", ["zhǒng", "zhòng"]),
        ("我睡不着，看着书。", "着", ["zháo"]),
        ("第二行字，一行人走了。", "行", ["háng"]),
        ("桌子上，马上，楼上。", "上", ["shang"]),
        ("早点儿来，儿子。", "儿", ["r"]),
        ("那只狗只吃肉。", "只", ["zhī"]),
        ("谁来了？", "谁", ["shéi"]),
        ("數了數，一數就好。", "數", ["shǔ", "shǔ"]),
        ("他等待着，待在家里。", "待", ["dāi"]),
    ],
)
def test_neighbours_decide_between_the_readings_of_a_character(text: str, sign: str, readings: list[str]) -> None:
    found = neighbours.chinese(text)
    assert [found[at] for at, one in enumerate(text) if one == sign and at in found] == readings


def test_a_verb_said_twice_loses_its_second_tone() -> None:
    text = "看看，说说笑笑，天天走走。"
    assert [text[at] for at in neighbours.said_again(text)] == ["看", "笑", "走"]
    assert [neighbours.toneless(one) for one in ("kàn", "lǜ", "de")] == ["kan", "lü", "de"]


@pytest.mark.parametrize(
    ("before", "word", "after", "reading"),
    [
        ("", "日本", "の冬", "にほん"),
        ("", "金", "の指輪", "きん"),
        ("", "金", "がない", "かね"),
        ("牛には二本の", "角", "がある", "つの"),
        ("次の", "角", "を曲がる", ""),
        ("", "空", "の瓶", "から"),
        ("", "空", "が青い", ""),
        ("このカレーは", "辛い", "。", "からい"),
        ("仕事が", "辛い", "。", ""),
        ("朝早く", "市場", "で野菜を買う", "いちば"),
        ("", "市場", "の動き", ""),
        ("夜の", "人気", "のない公園", "ひとけ"),
        ("", "人気", "のある歌手", ""),
    ],
)
def test_neighbours_decide_between_the_readings_of_a_japanese_word(before: str, word: str, after: str, reading: str) -> None:
    assert neighbours.japanese(word, before, after) == reading
