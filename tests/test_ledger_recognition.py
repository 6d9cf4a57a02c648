"""Notes are recognised after edits: laws over collections edited at random."""

from collections import Counter
from collections.abc import Mapping
from unicodedata import combining, normalize

import pytest
from building import NOW, Build, Made, build, build_documents, make_note
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_collection import Collection

from anki_builder.compiler import read_and_align
from anki_builder.config import Config
from anki_builder.ledger.trace import sketch
from anki_builder.notes.note_types import note_types
from anki_builder.source import Source

ENOUGH = 0.995
LIST = {"gutter": "排水沟", "map": "地图", "drawer": "抽屉", "bank": "河岸", "kettle": "水壶", "boat": "船"}


def terms(term: str, gloss: str) -> list[Made]:
    """Return a list of words with one more in the middle."""
    entries = [*LIST.items()]
    entries[3:3] = [(term, gloss)]
    return [make_note("vocabulary", word, line=line, Term=word, Gloss=meaning) for line, (word, meaning) in enumerate(entries, 1)]


def rebuilt(before: list[Made], between: list[Made] | None, after: list[Made]) -> Build:
    """Return what the last build is, with another one in between if wanted."""
    first = build(before)
    if between is not None:
        first = build(between, first.ledger, NOW + 1)
    return build(after, first.ledger, NOW + 2)


OTHER_WORDS = [
    ("desert", "沙漠", "dessert", "甜点"),
    ("adapt", "适应", "adopt", "采用"),
    ("principal", "校长", "principle", "原则"),
    ("stationary", "静止的", "stationery", "文具"),
    ("quiet", "安静", "quite", "相当"),
    ("look up", "查找", "look out", "小心"),
    ("increase", "增加", "decrease", "减少"),
    ("legal", "合法的", "illegal", "非法的"),
    ("affect", "影响", "effect", "效果"),
    ("raise", "增加", "increase", "增加"),
    ("possible", "可能的", "probable", "可能的"),
]


@pytest.mark.parametrize("gone_before", [False, True])
@pytest.mark.parametrize(("old", "gloss", "new", "other"), OTHER_WORDS)
def test_another_word_is_new(old: str, gloss: str, new: str, other: str, gone_before: bool) -> None:
    """Spelt nearly alike, or meaning the same: also where the old word was removed a build earlier."""
    between = [note for note in terms(old, gloss) if note.note.text != old] if gone_before else None
    second = rebuilt(terms(old, gloss), between, terms(new, other))
    assert [(change.status, change.text) for change in second.plan.changes] == [
        ("new", new), *([] if gone_before else [("removed", old)])
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [("recieve", "receive"), ("leave over", "left over"), ("patiense", "patience"), ("grey", "gray"), ("naive", "naïve")],
)
def test_a_word_whose_spelling_is_corrected_is_the_same(old: str, new: str) -> None:
    second = rebuilt(terms(old, "某个意思"), None, terms(new, "某个意思"))
    assert [(change.status, change.text) for change in second.plan.changes] == [("changed", new)]
    assert not second.remarks


def test_another_spelling_with_another_gloss_is_a_doubt() -> None:
    second = rebuilt(terms("desert", "沙漠"), None, terms("dessert", "甜点"))
    assert second.remarks == ["doubtful-identity"]


@pytest.mark.parametrize(
    ("old", "context", "new", "other", "is_same"),
    [
        ("reciever", "", "receiver", "Lift the receiver.", True),
        ("receiver", "Lift the receiver.", "reciever", "", True),
        ("feather", "A feather fell.", "father", "", False),
        ("fether", "", "father", "My father slept.", True),
        ("reciever", "", "receiver", "", True),
        ("reciever", "A reciever.", "receiver", "A receiver.", True),
        ("recievr", "", "receiver", "", False),
        ("quokkam", "", "quokkas", "A quokka.", False),
        ("quokkam", "A quokka.", "quokka", "A quokka.", True),
        ("make up", "They make up.", "make out", "", False),
        ("centre-right", "", "centreoright", "", True),
        ("brainboxes", "", "brainboxxes", "", True),
        ("wefer", "", "wafer", "", True),
        ("feather", "", "fearher", "", True),
        ("boomtown", "", "doomtown", "", False),
        ("turnround", "", "turnaround", "", False),
        ("asserting", "", "assering", "", True),
        ("lead designer", "", "leaddesigner", "", True),
        ("full-scale", "", "fullscale", "", True),
        ("stationary car", "", "stationery car", "", False),
        ("rope", "A rope hung.", "roqwxyz", "", False),
    ],
)
def test_a_misspelt_word_with_another_gloss_is_the_same_where_no_dictionary_has_it(
    old: str, context: str, new: str, other: str, is_same: bool
) -> None:
    """It differs by one letter, or stands between the same neighbours and in no sentence, where the other spelling stands in one."""

    def with_context(term: str, gloss: str, sentence: str) -> list[Made]:
        return [note.with_fields(Context=sentence) if note.note.text == term else note for note in terms(term, gloss)]

    second = rebuilt(with_context(old, "旧的意思", context), None, with_context(new, "新的意思", other))
    assert (second.plan.count("changed") == 1) == is_same, second.plan.changes


@pytest.mark.parametrize(
    ("old", "new", "is_same"), [("receiver", "recever", True), ("wafer", "wefer", True), ("examined", "unexamined", False)]
)
def test_a_misspelt_word_that_stands_elsewhere_differs_by_one_letter(old: str, new: str, is_same: bool) -> None:
    """A term that stands in no sentence comes before those of its passage."""
    first = [note.with_fields(Context="A context.") if note.note.text == old else note for note in terms(old, "旧的意思")]
    edited = terms(new, "新的意思")
    second = rebuilt(first, None, [edited[3], *edited[:3], *edited[4:]])
    assert (second.plan.count("changed") == 1) == is_same, second.plan.changes


@pytest.mark.parametrize(("old", "new", "is_same"), [("entrepot", "entrpot", True), ("stationary", "stationery", False)])
def test_words_that_are_pronounced_alike_are_the_same_where_no_dictionary_has_either(old: str, new: str, is_same: bool) -> None:
    def spoken(term: str, gloss: str) -> list[Made]:
        return [note.with_fields(Phonetics="[x]") if note.note.text == term else note for note in terms(term, gloss)]

    second = rebuilt(spoken(old, "旧的意思"), None, spoken(new, "新的意思"))
    assert (second.plan.count("changed") == 1) == is_same, second.plan.changes


@pytest.mark.parametrize(
    ("language", "old", "new", "is_same"),
    [
        ("de", "Boot：小船", "das Boot：小船", True),
        ("de", "Ei：蛋", "das Ei, -er：蛋", True),
        ("de", "der Rat：建议", "Rat, der：建议", True),
        ("fr", "or：金", "l’or：金", True),
        ("es", "el mar：海", "mar：海", True),
        ("sv", "sjö：湖", "en sjö：湖", True),
        ("nl", "ui：洋葱", "de ui：洋葱", True),
        ("en", "row：划船", "to row：划船", True),
        ("de", "der Band：卷", "das Band：带子", False),
        ("de", "Boot：小船", "das Brot：面包", False),
        ("en", "bank (river)：河岸", "bank (money)：银行", False),
    ],
)
def test_a_word_that_gets_or_loses_its_article_is_the_same(language: str, old: str, new: str, is_same: bool) -> None:
    """As long as its gloss was kept."""
    pair = (language, "zh")

    def built(entry: str, context: str, ledger: bytes | None) -> Build:
        term, _, gloss = entry.partition("：")
        made = [one._replace(languages=pair) for one in terms(term, gloss)]
        made = [one.with_fields(Context=context) if one.note.text == term else one for one in made]
        return build(made, ledger, NOW + 1, types={pair: note_types(pair)})

    first = built(old, "", None)
    second = built(new, "A context of it.", first.ledger)
    assert (first.guids[3] == second.guids[3]) == is_same, second.plan.changes


MARKET = "They sold %s on the market that morning."


@pytest.mark.parametrize(
    ("language", "old", "before", "new", "after", "is_same"),
    [
        ("ja", "切苻：票", "", "切符：票", "駅で切符を買いました。", True),
        ("ja", "切苻：票", "駅で切苻を買いました。", "切符：票", "駅で切符を買いました。", True),
        ("ja", "切苻：票", "駅で切苻を買いました。", "切符：邮票", "駅で切符を買いました。", False),
        ("ja", "切苻：票", "", "切符：票", "", False),
        ("ja", "切符：票", "駅で切符を買いました。", "切手：票", "駅で切符を買いました。", False),
        ("ja", "回数巻：票", "", "回数券：票", "", True),
        ("ja", "回数巻：票", "", "回数券：次数", "", False),
        ("ja", "自転車：车", "", "自動者：车", "", False),
        ("ja", "切符：票", "駅で切符を買いました。", "きっぷ：票", "駅できっぷを買いました。", True),
        ("ja", "たべる：吃", "毎朝パンをたべる。", "食べる：吃", "毎朝パンを食べる。", True),
        ("ja", "きっぷ：票", "駅で切符を買いました。", "切符：票", "駅で切符を買いました。", True),
        ("ja", "切符：票", "駅で切符を買いました。", "きっぷ：邮票", "駅できっぷを買いました。", False),
        ("ja", "切符：票", "駅で切符を買いました。", "きっぷ：票", "駅で切符を買いました。", False),
        ("ja", "食べる：吃", "毎朝パンを食べる。", "くう：吃", "毎朝パンをくう。", False),
        ("ja", "開始：开始", "会議の開始は九時だ。", "始まり：开始", "会議の始まりは九時だ。", False),
        ("zh", "电脑：computer", "", "電腦：computer", "", True),
        ("zh", "飞机：plane", "", "飛機：plane", "", True),
        ("zh", "身体：body", "", "身體：body", "", True),
        ("zh", "这里：here", "", "這裡：here", "", False),
        ("zh", "歷史：history", "", "历史：history", "", True),
        ("zh", "图书馆：library", "", "圖書館：library", "", True),
        ("zh", "开始：to begin", "", "開端：to begin", "", False),
        ("zh", "电影：film", "", "電視：film", "", False),
        ("zh", "电脑：computer", "", "電腦：calculator", "", False),
        ("en", "wound：上发条", MARKET % "wound", "wind：上发条", MARKET % "wound", True),
        ("en", "loaf：一条面包", "", "loaves：一条面包", "", True),
        ("en", "went bad：变质", "", "go bad：变质", "", True),
        ("de", "Leuchttürme：灯塔", "", "der Leuchtturm：灯塔", "", True),
        ("ru", "шёл：走", "", "идти：走", "", True),
        ("en", "loaf：一条面包", "", "loaves：几条面包", "", False),
        ("en", "actor：演员", "", "actress：演员", "", False),
        ("en", "go bad：变质", "", "went sour：变质", "", False),
        ("en", "cet：猫", "", "cat：猫", "", True),
        ("en", "cot：床", "", "cat：猫", "", False),
        ("en", "mackkeral：青鱼", MARKET % "mackkeral", "mackerel：鲭鱼", MARKET % "mackerel", True),
        ("en", "mackkeral：青鱼", MARKET % "mackkeral", "mackerel：鲭鱼", MARKET % "mackkeral", False),
        ("en", "stationary：静止的", MARKET % "stationary", "stationery：文具", MARKET % "stationery", False),
        ("en", "quokkam：小袋鼠", MARKET % "quokkam", "quokkax：短尾袋鼠", MARKET % "quokkax", True),
        ("en", "sturgeon：鲟鱼", MARKET % "sturgeon", "surgeons：外科医生", MARKET % "surgeons", False),
    ],
)
def test_a_term_is_the_same_where_its_sentence_speaks_for_the_correction(
    language: str, old: str, before: str, new: str, after: str, is_same: bool
) -> None:
    """Only the corrected one stands in the sentence, or the sentence was corrected likewise."""
    pair = (language, "zh")
    types = {pair: note_types(pair)}

    def notes(entry: str, sentence: str) -> list[Made]:
        term, gloss = entry.split("：")
        context = sentence.replace(term, f"<b>{term}</b>") if term in sentence else ""
        text = sentence or MARKET % "nothing"
        made = [*terms(term, gloss), make_note("sentence", text, Text=text, Translation="译文")]
        return [one.with_fields(Context=context) if one.note.text == term else one for one in made]

    first = build([one._replace(languages=pair) for one in notes(old, before)], None, types=types)
    second = build([one._replace(languages=pair) for one in notes(new, after)], first.ledger, NOW + 1, types=types)
    guids = [{one.note.text: one.guid for one in built.notes} for built in (first, second)]
    assert (guids[0][old.partition("：")[0]] == guids[1][new.partition("：")[0]]) == is_same, second.plan.changes


@pytest.mark.parametrize(("other", "is_same"), [("院子里有动物。", True), ("院子里有猫。", False)])
def test_kana_stand_for_a_word_in_kanji_only_where_the_translation_of_its_sentence_was_kept(other: str, is_same: bool) -> None:
    """Kana may spell it, and be another word: then the sentence says something else."""
    pair = ("ja", "zh")
    types = {pair: note_types(pair)}

    def notes(term: str, translation: str) -> list[Made]:
        text = f"庭に{term}がいます。"
        made = [*terms(term, "动物"), make_note("sentence", text, Text=text, Translation=translation)]
        made = [one.with_fields(Context=text) if one.note.text == term else one for one in made]
        return [one._replace(languages=pair) for one in made]

    second = build(notes("ねこ", other), build(notes("犬", "院子里有动物。"), types=types).ledger, NOW + 1, types=types)
    assert (second.plan.count("new") == 0) == is_same, second.plan.changes
    assert second.remarks == ([] if is_same else ["doubtful-identity"])


@pytest.mark.parametrize(("old", "new"), [("切符", "きっぷ"), ("のみもの", "飲み物")])
def test_a_word_of_a_list_that_kana_can_spell_is_a_doubt(old: str, new: str) -> None:
    pair = ("ja", "zh")
    first, second = ([one._replace(languages=pair) for one in terms(term, "某个意思")] for term in (old, new))
    types = {pair: note_types(pair)}
    assert build(second, build(first, types=types).ledger, NOW + 1, types=types).remarks == ["doubtful-identity"]


def test_the_cloze_of_another_word_is_new() -> None:
    def notes(term: str, gloss: str, sentence: str) -> list[Made]:
        sentence_note = make_note("sentence", sentence, Text=sentence, Translation=f"译{gloss}")
        return [*terms(term, gloss), make_note("cloze", f"{term} ⟂ {sentence}", Text=sentence), sentence_note]

    before = notes("desert", "沙漠", "Nobody had ever told them about the desert behind the hills.")
    after = notes("dessert", "甜点", "Nobody had ever told them about the dessert behind the hills.")
    second = rebuilt(before, None, after)
    assert {change.identity.kind for change in second.plan.of("new")} == {"vocabulary", "cloze"}


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("en", "He did lock the door before he left the house.", "He did not lock the door before he left the house."),
        ("en", "The miller never spoke about the flood again.", "The miller spoke about the flood again."),
        ("en", "They didn’t see the boat that day.", "They did see the boat that day."),
        ("de", "Er hat die Tür an diesem Abend abgeschlossen.", "Er hat die Tür an diesem Abend nicht abgeschlossen."),
        ("zh", "他那天晚上锁了门。", "他那天晚上没锁门。"),
    ],
)
def test_a_sentence_that_now_says_the_opposite_is_a_doubt(language: str, old: str, new: str) -> None:
    """As long as its translation was kept, it is the same sentence corrected."""
    types = {(language, "fr"): note_types((language, "fr"))}

    def built(text: str, translation: str, ledger: bytes | None) -> Build:
        note = make_note("sentence", text, Text=text, Translation=translation)
        return build([note._replace(languages=(language, "fr"))], ledger, types=types)

    first = built(old, "La même phrase.", None)
    second = built(new, "Le contraire.", first.ledger)
    assert [change.status for change in second.plan.changes] == ["new", "removed"]
    assert second.remarks == ["doubtful-identity"]
    second = built(new, "La même phrase.", first.ledger)
    assert [change.status for change in second.plan.changes] == ["changed"]


def _article(*sentences: tuple[str, str]) -> list[Made]:
    """Return sentences with their translations."""
    return [make_note("sentence", text, line=line, Text=text, Translation=other) for line, (text, other) in enumerate(sentences)]


FIRST, LAST = ("The tide went out.", "潮水退了。"), ("Gulls came down.", "海鸥落下来了。")
SHELLS = "孩子们去找贝壳。"


@pytest.mark.parametrize(
    ("before", "after", "is_same"),
    [
        ([("The children looked for shells.", SHELLS)], [("Off went every kid, hunting mussels.", SHELLS)], True),
        ([("The children looked for shells.", SHELLS)], [("Off went every kid, hunting mussels.", "风停了。")], False),
        (
            [("The children looked for shells.", SHELLS), ("A crab hid.", "螃蟹躲起来了。")],
            [("Off went every kid, hunting mussels.", SHELLS), ("Under a stone sat something red.", "螃蟹躲起来了。")],
            True,
        ),
        (
            [("The children looked for shells.", SHELLS), ("A crab hid.", "螃蟹躲起来了。")],
            [("Off went every kid, hunting mussels.", SHELLS)],
            True,
        ),
        (
            [("The children looked for shells.", SHELLS)],
            [("Off went every kid, hunting mussels.", SHELLS), ("Young folk combed beaches.", SHELLS)],
            False,
        ),
        (
            [("The children looked for shells.", SHELLS), *((f"Old{n} wave{n}.", f"旧{n}") for n in range(3))],
            [("Off went every kid, hunting mussels.", SHELLS), *((f"New{n} storm{n}.", f"新{n}") for n in range(3))],
            False,
        ),
    ],
)
def test_a_rewritten_sentence_is_the_same_if_it_alone_has_its_translation_at_its_place(
    before: list[tuple[str, str]], after: list[tuple[str, str]], is_same: bool
) -> None:
    first = build(_article(FIRST, *before, LAST))
    second = build(_article(FIRST, *after, LAST), first.ledger, NOW + 1)
    assert (first.guids[1] == second.guids[1]) == is_same, second.plan.changes


@pytest.mark.parametrize(
    ("before", "after", "other", "is_same"),
    [
        ("坐公共气车去。", "搭公共汽车前往。", SHELLS, True),
        ("坐公共气车去。", "搭公共汽车前往。", "风停了。", False),
        ("The backery opens early.", "Early opens our old bakery.", SHELLS, True),
        ("The backery opens early.", "A ferry crossed the bay.", "风停了。", False),
    ],
)
def test_a_sentence_that_lacked_its_card_for_a_build_and_is_edited_is_the_same_if_its_translation_is(
    before: str, after: str, other: str, is_same: bool
) -> None:
    """As where its term could not be found for a build."""
    first = build(_article(FIRST, (before, SHELLS), LAST))
    without = build(_article(FIRST, LAST), first.ledger, NOW + 1)
    second = build(_article(FIRST, (after, other), LAST), without.ledger, NOW + 2)
    assert (first.guids[1] == second.guids[1]) == is_same, second.plan.changes


DRILL = [("I have lost my key.", "我丢了钥匙。"), ("I have lost my bag.", "我丢了包。"), ("I have lost my hat.", "我丢了帽子。")]


@pytest.mark.parametrize(
    ("place", "text", "other", "is_same"),
    [
        (1, "I have lost my map.", "我丢了地图。", False),
        (0, "I have lost my map.", "我丢了地图。", False),
        (2, "I have lost my cat.", "我丢了猫。", False),
        (1, "I have lost my big.", "我丢了大的。", False),
        (1, "I have lost my bags.", "我丢了包。", True),
        (1, "I have lost my handbag.", "我丢了包。", True),
    ],
)
def test_a_sentence_of_a_drill_is_the_same_only_if_its_translation_is(place: int, text: str, other: str, is_same: bool) -> None:
    """Its neighbours are as like it as a new one, so likeness proves nothing: the program asks."""

    def notes(sentences: list[tuple[str, str]]) -> list[Made]:
        cloze = make_note("cloze", f"lost ⟂ {sentences[place][0]}", Text=sentences[place][0], Translation=sentences[place][1])
        return [*_article(*sentences), cloze]

    first = build(notes(DRILL))
    after = list(DRILL)
    after[place] = (text, other)
    second = build(notes(after), first.ledger, NOW + 1)
    assert (sorted(first.guids) == sorted(second.guids)) == is_same, second.plan.changes
    assert second.plan.count("new") == (0 if is_same else 2)
    assert second.remarks == ([] if is_same else ["doubtful-identity"])


PHRASES = [
    ("Where is the station, please?", "请问车站在哪里？"),
    ("I would like a cup of tea.", "我想要一杯茶。"),
    ("The lift is out of order.", "电梯坏了。"),
    ("How much are these apples?", "这些苹果多少钱？"),
    ("My suitcase has not arrived.", "我的箱子没有到。"),
    ("Where is the chemist, please?", "请问药店在哪里？"),
    ("We have booked two rooms.", "我们订了两个房间。"),
]


@pytest.mark.parametrize(
    ("text", "other", "is_same"),
    [
        ("Where is the airport, please?", "请问机场在哪里？", False),
        ("Where is the station please?", "请问，车站在哪里？", True),
        ("Where is the staion, please?", "请问车站在哪里？", True),
    ],
)
def test_sentences_of_one_frame_need_not_stand_side_by_side(text: str, other: str, is_same: bool) -> None:
    first = build(_article(*PHRASES))
    second = build(_article((text, other), *PHRASES[1:]), first.ledger, NOW + 1)
    assert (first.guids == second.guids) == is_same, second.plan.changes
    assert second.remarks == ([] if is_same else ["doubtful-identity"])


def test_a_cloze_does_not_go_on_with_another_sentence_while_its_own_stands() -> None:
    """As where a sentence with the term is inserted before it."""

    def notes(*texts: str) -> list[Made]:
        made = _article(*((text, f"译：{text}") for text in texts))
        return [make_note("cloze", f"lantern ⟂ {texts[0]}", Text=texts[0], Translation=f"译：{texts[0]}"), *made]

    first = build(notes("A lantern hung on the pier.", "The tide turned."))
    second = build(notes("I bought a lantern.", "A lantern hung on the pier.", "The tide turned."), first.ledger, NOW + 1)
    assert [change.status for change in second.plan.changes] == ["new", "new", "removed"]


def test_a_term_that_keeps_its_sentence_keeps_its_passage() -> None:
    note = (
        "# Bread\n\n学习：\n\ndough：面团\n\n原文：\n\nWe went home.{}\n\n我们回家了。{}\n\n"
        "原文：\n\nThe dough rose slowly.\n\n面团慢慢发了。\n"
    )

    def term(former: bytes | None, *more: str) -> tuple[Mapping[str, str], Build]:
        aligned, _ = read_and_align(Source("a.md", "a.md", note.format(*more)), Config())
        built = build_documents([aligned], Config(), former, NOW + (1 if former else 0))
        return next(one.note.fields for one in built.notes if one.note.kind.name == "vocabulary"), built

    before, first = term(None, "", "")
    after, second = term(first.ledger, " The dough was cold.", "面团是冷的。")
    assert before["Location"] == "¶2"
    assert (after["Context"], after["Location"]) == (before["Context"], before["Location"])
    assert second.plan.waiting == 0


MARKED = [
    ("ar", "ذَهَبَ", "ذَهَبَ أَخِي إِلَى السُّوقِ لِيَشْتَرِيَ خُبْزًا وَزَيْتًا لِلْعَشَاءِ"),
    ("ar", "الْبَابُ", "الْبَابُ مَفْتُوحٌ"),
    ("he", "הַדָּג", "הַדָּג שָׁחָה בַּנָּהָר הַקַּר וְלֹא רָאָה אֶת הָרֶשֶׁת"),
    ("ru", "бе́рег", "Пусто́й бе́рег о́зера был зали́т у́тренним со́лнцем."),
    ("ru", "моро́з", "Си́льный моро́з."),
    ("uk", "мі́сто", "Старе́ мі́сто стої́ть над широ́кою рі́чкою вже бага́то столі́ть."),
    ("fa", "نامِه", "نامِهٔ مادَرَم را هَر شَب پیش از خواب میخوانَم"),
]


def _built(pair: tuple[str, str], term: str, text: str, translation: str, ledger: bytes | None) -> Build:
    """Build a sentence between two others, its term and its cloze."""
    made = [
        make_note("sentence", "alpha beta", Text="alpha beta", Translation="一"),
        make_note("vocabulary", term, Term=term, Gloss="词"),
        make_note("sentence", text, Text=text, Translation=translation),
        make_note("sentence", "gamma delta", Text="gamma delta", Translation="二"),
        make_note("cloze", f"{term} ⟂ {text}", Text=text, Translation=translation),
    ]
    return build([one._replace(languages=pair) for one in made], ledger, types={pair: note_types(pair)})


def without_marks(text: str) -> str:
    return "".join(letter for letter in normalize("NFC", text) if not combining(letter))


@pytest.mark.parametrize("loses", [False, True])
@pytest.mark.parametrize(("language", "term", "text"), MARKED)
def test_a_sentence_that_gets_or_loses_its_vowel_or_stress_marks_is_the_same(
    language: str, term: str, text: str, loses: bool
) -> None:
    """Also with another translation."""
    marked, plain = (term, text), (without_marks(term), without_marks(text))
    before, after = (marked, plain) if loses else (plain, marked)
    first = _built((language, "zh"), *before, "译文", None)
    second = _built((language, "zh"), *after, "另译", first.ledger)
    assert [change.status for change in second.plan.changes] == ["changed"] * 3
    assert sorted(second.guids) == sorted(first.guids)


@pytest.mark.parametrize(("language", "term", "text"), MARKED)
def test_a_sentence_whose_marks_are_in_the_sketch_of_an_older_ledger_is_the_same(language: str, term: str, text: str) -> None:
    with pytest.MonkeyPatch.context() as earlier:
        earlier.setattr("anki_builder.ledger.trace.unmarked", lambda text: text)
        sketch.cache_clear()
        first = _built((language, "zh"), term, text, "译文", None)
    sketch.cache_clear()
    second = _built((language, "zh"), term, f"{text} {term}", "另译", first.ledger)
    assert sorted(second.guids) == sorted(first.guids)


def _share(seed: int, builds: int, edits: int) -> tuple[int, int]:
    """Return how many notes were merely edited, and how many of them kept their GUID."""
    collection = Collection(seed)
    first, before = collection.build()
    assert len(first.notes) >= 200
    counts: Counter[str] = Counter()
    for _ in range(builds):
        for _ in range(edits):
            collection.edit()
        edited = set(collection.edited)
        identified, after = collection.build()
        guids = identified.guids
        assert len(guids) == len(set(guids)), "a GUID twice"
        owners = {guid: known for known, guid in before.items()}
        for known, guid in after.items():
            if known in before and known[0] not in edited and known[1] != "vocabulary":
                assert guid == before[known], "an unedited note lost its GUID"
            owner = owners.get(guid, known)
            if known[1] != "vocabulary":  # a term that several sentences share is one note, now of this one, now of that
                assert owner == known or owner not in after, "the GUID of another note that is still there"
        for known in set(after) & set(before):
            if known[0] in edited:
                counts["edited"] += 1
                counts["kept"] += after[known] == before[known]
        before = after
    return counts["edited"], counts["kept"]


def test_edited_notes_keep_their_guid() -> None:
    edited = kept = 0
    for seed in range(12):
        more, of_these = _share(seed, builds=8, edits=25)
        edited, kept = edited + more, kept + of_these
    assert edited > 1500
    assert kept / edited >= ENOUGH


@settings(max_examples=15, deadline=None)
@given(st.integers(min_value=100), st.integers(1, 4), st.integers(1, 120))
def test_no_note_takes_the_guid_of_another(seed: int, builds: int, edits: int) -> None:
    _share(seed, builds, edits)
