"""Alignment: the cases in `cases/align.md`, the laws any alignment keeps, and the pairs of whole documents."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anki_builder.alignment import Bead, align, align_document, align_passage
from anki_builder.alignment.rules import DOUBTFUL_ALIGNMENT, EXTRA_TRANSLATION, FREE_TRANSLATION, UNTRANSLATED_SENTENCE
from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic, Rule
from anki_builder.document import Document, Mark, Passage, SentencePair, Text, VocabularyEntry
from anki_builder.languages.contrast import has_contrast
from anki_builder.languages.numerals import digit_runs
from anki_builder.reading.reader import read
from anki_builder.source import Source

_CASE = re.compile(
    r"^## (?P<name>.+?)\n\n````text\n(?P<languages>.+?)\n(?P<text>.+?)\n(?P<translation>.+?)\n````\n\n````beads\n(?P<beads>.+?)\n````",
    re.MULTILINE | re.DOTALL,
)
_CASES = [
    match.groupdict() for match in _CASE.finditer((Path(__file__).parent / "cases" / "align.md").read_text(encoding="utf-8"))
]


def _side(sentences: tuple[str, ...]) -> str:
    return " / ".join(sentences) or "∅"


def _sentences(written: str) -> tuple[str, ...]:
    return () if written == "∅" else tuple(part.strip() for part in re.split(r"(?<=[.。]) ?/ ", written))


@pytest.mark.parametrize("case", _CASES, ids=[case["name"] for case in _CASES])
def test_passages_are_aligned_as_the_cases_say(case: dict[str, str]) -> None:
    first, second = case["languages"].split()
    expected = [tuple(_sentences(side.strip()) for side in line.split("‖")) for line in case["beads"].split("\n")]
    beads = align_passage(case["text"], case["translation"], (first, second))
    assert [(bead.text, bead.translation) for bead in beads] == expected


def test_every_case_is_read() -> None:
    assert len(_CASES) == 14


_WORDS = [
    "The",
    "river",
    "rose",
    "in",
    "1998",
    "and",
    "Anna",
    "left",
    "why",
    "etc.",
    "$4bn",
    "“old",
    "town”",
    "(then)",
    "*so*",
    "_it_",
    "\\$5",
]
_SENTENCE = st.builds(
    lambda words, mark: " ".join(words) + mark,
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=9),
    st.sampled_from([*".?!…", ""]),
)
_HAN_SENTENCE = st.builds(
    lambda text, mark: text + mark,
    st.text(st.sampled_from(list("河水上涨了年安娜离开为什么城市三百亿美元（）“”Anna1998")), min_size=1, max_size=20),
    st.sampled_from([*"。？！，", "。”", ""]),
)
_ENGLISH = st.lists(_SENTENCE, max_size=6)
_CHINESE = st.lists(_HAN_SENTENCE, max_size=6)


def _bare(parts: list[str]) -> str:
    return re.sub(r"\s", "", "".join(parts))


@given(_ENGLISH, _CHINESE)
@settings(max_examples=60, deadline=None)
def test_aligning_loses_and_reorders_nothing(text: list[str], translation: list[str]) -> None:
    beads = align(text, translation)
    assert [sentence for bead in beads for sentence in bead.text] == text
    assert [sentence for bead in beads for sentence in bead.translation] == translation
    assert all((bead.text or bead.translation) and 0 <= bead.confidence <= 1 for bead in beads)


@given(_ENGLISH, _CHINESE)
@settings(max_examples=60, deadline=None)
def test_both_sides_swapped_give_the_swapped_result(text: list[str], translation: list[str]) -> None:
    swapped = align(translation, text, ("zh", "en"))
    assert align(text, translation, ("en", "zh")) == [Bead(bead.translation, bead.text, bead.confidence) for bead in swapped]


@given(_ENGLISH, _ENGLISH)
@settings(max_examples=60, deadline=None)
def test_sides_of_one_language_swap_too(text: list[str], translation: list[str]) -> None:
    swapped = align(translation, text, ("en", "en"))
    assert align(text, translation, ("en", "en")) == [Bead(bead.translation, bead.text, bead.confidence) for bead in swapped]


@given(_ENGLISH.map(" ".join), _CHINESE.map("".join))
@settings(max_examples=60, deadline=None)
def test_passages_lose_nothing_and_come_out_the_same_twice(text: str, translation: str) -> None:
    beads = align_passage(text, translation)
    assert _bare([sentence for bead in beads for sentence in bead.text]) == _bare([text])
    assert _bare([sentence for bead in beads for sentence in bead.translation]) == _bare([translation])
    assert align_passage(text, translation) == beads


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from([("en", "zh"), ("de", "fr"), ("ja", "en"), ("x", "y")]))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_aligned(text: str, translation: str, languages: tuple[str, str]) -> None:
    beads = align_passage(text, translation, languages)
    assert _bare([sentence for bead in beads for sentence in bead.text]) == _bare([text])
    assert _bare([sentence for bead in beads for sentence in bead.translation]) == _bare([translation])


@given(st.text(st.sampled_from("a1٣５ ,.中\n\x1f")))
def test_runs_of_digits_are_those_of_the_pattern(text: str) -> None:
    assert digit_runs(text) == tuple(re.findall(r"\d+", text))


def test_long_documents_are_aligned_through_windows_without_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anki_builder.alignment.beads._WINDOW", 40)
    monkeypatch.setattr("anki_builder.alignment.beads._OVERLAP", 12)
    wanted = [
        ((f"Mill {n % 7} used {n * 13} tons of coal.",), (f"{n % 7}号磨坊用了{n * 13}吨煤。",) if n % 50 else ())
        for n in range(150)
    ]
    text = [sentence for side, _ in wanted for sentence in side]
    translation = [sentence for _, side in wanted for sentence in side]
    beads = align(text, translation)
    assert [sentence for bead in beads for sentence in bead.text] == text
    assert [sentence for bead in beads for sentence in bead.translation] == translation
    assert len({(bead.text, bead.translation) for bead in beads} & set(wanted)) >= 147


def test_given_sentences_that_share_a_bracket_stay_together() -> None:
    text = [
        "Ida Ferrand's book (Genoa:",
        "Blanc), now also in German (Zurich:",
        "Vogel 1956), adds little to last year's.",
        "The plates are good.",
    ]
    beads = align(text, ["艾达·费兰德的书对去年的报道没有多少补充。", "插图很好。"])
    assert [len(bead.text) for bead in beads] == [3, 1]
    assert beads[0].confidence > 0.7  # 0.3 where the cuts count as sentence ends


def test_one_sentence_against_thousands_is_no_trouble() -> None:
    beads = align(["word " * 20_000], ["词。"] * 300)
    assert sum(len(bead.translation) for bead in beads) == 300


def _text(plain: str, line: int = 1, cuts: tuple[int, ...] = (), joins: tuple[int, ...] = ()) -> Text:
    return Text(plain, ((0, line),), (), cuts, joins)


def _document(*passages: Passage, entries: tuple[VocabularyEntry, ...] = (), source: str = "") -> Document:
    return Document(Source("notes/a.md", "a.md", source), "A", ("en", "zh"), passages, entries)


def _pairs(*passages: Passage, config: Config | None = None) -> tuple[tuple[SentencePair, ...], list[Diagnostic]]:
    return align_document(_document(*passages), config or Config())


LAKE = "The lake was still. A heron waited near the reeds. Nobody spoke."
LAKE_ZH = "湖面平静。一只苍鹭在芦苇旁等待。没有人说话。"


def test_pairs_are_exact_slices_that_cover_the_passage() -> None:
    pairs, diagnostics = _pairs(Passage(_text(LAKE), _text(LAKE_ZH, 3)))
    assert [LAKE[pair.start : pair.end] for pair in pairs] == [" ".join(pair.text) for pair in pairs]
    assert [LAKE_ZH[pair.translation_start : pair.translation_end] for pair in pairs] == [
        "".join(pair.translation) for pair in pairs
    ]
    assert len(pairs) == 3
    assert not diagnostics


def test_a_passage_without_translation_gives_its_sentences_alone() -> None:
    pairs, diagnostics = _pairs(Passage(_text(LAKE), None))
    assert [(pair.text, pair.translation, pair.confidence) for pair in pairs] == [
        (("The lake was still.",), (), 1.0),
        (("A heron waited near the reeds.",), (), 1.0),
        (("Nobody spoke.",), (), 1.0),
    ]
    assert not diagnostics


def test_a_pair_given_by_the_note_stays_one_bead() -> None:
    text, translation = "The lake was still. Nobody spoke.", "湖面平静。没有人说话。"
    pairs, _ = _pairs(Passage(_text(text), _text(translation), given=True))
    assert [(pair.start, pair.end, pair.confidence) for pair in pairs] == [(0, len(text), 1.0)]


def test_a_given_pair_of_long_paragraphs_is_cut() -> None:
    pairs, _ = _pairs(Passage(_text(LAKE), _text(LAKE_ZH), given=True))
    assert len(pairs) == 3


def test_the_authors_cut_is_made_on_both_sides() -> None:
    text, translation = "The lake was still and a heron waited near the reeds.", "湖面平静，一只苍鹭在芦苇旁等待。"
    pairs, _ = _pairs(Passage(_text(text, cuts=(19,)), _text(translation, cuts=(5,))))
    assert [(pair.text, pair.translation) for pair in pairs] == [
        (("The lake was still",), ("湖面平静，",)),
        (("and a heron waited near the reeds.",), ("一只苍鹭在芦苇旁等待。",)),
    ]


def test_the_author_can_forbid_a_cut() -> None:
    pairs, _ = _pairs(Passage(_text(LAKE, joins=(20,)), _text(LAKE_ZH, joins=(5,))))
    assert [pair.text for pair in pairs] == [("The lake was still. A heron waited near the reeds.",), ("Nobody spoke.",)]


def test_an_untranslated_sentence_is_reported_where_it_stands() -> None:
    source = "The harvest was poor that year.\nRain had come too late for the wheat. The farmers sold\ntheir horses in October.\n"
    plain = source.replace("\n", " ").strip()
    text = Text(plain, ((0, 1), (32, 2), (plain.index("their"), 3)))
    passage = Passage(text, _text("那年收成不好。农民们在十月卖掉了他们的马。", 5))
    pairs, diagnostics = align_document(_document(passage, source=source), Config())
    assert [bool(pair.translation) for pair in pairs] == [True, False, True]
    assert [(d.rule.name, d.span.line, d.span.column) for d in diagnostics] == [("untranslated-sentence", 2, 1)]


def test_doubtful_beads_are_merged_into_a_true_pair_and_reported() -> None:
    passage = Passage(_text("Come. Go. Sit. Run now. Eat.", 7), _text("来吧。走吧。坐。跑。", 9))
    pairs, diagnostics = _pairs(passage, config=Config(confidence=0.999))
    assert len(pairs) < 4
    assert all(pair.confidence >= 0.999 for pair in pairs)
    assert ("doubtful-alignment", 7) in [(d.rule.name, d.span.line) for d in diagnostics]


def test_a_sentence_that_only_the_translation_seems_to_have_stays_with_its_neighbour() -> None:
    """Translators split sentences; they hardly ever add one."""
    text = "Some villagers drink vinegar. "
    text += "The boldest chew on Tarvin, a root that swells to twice its size and calms the stomach. It costs little."
    translation = "有些村民喝醋。"
    translation += (
        "胆子最大的人嚼一种叫做Tarvin的根。这种根遇水会胀大一倍，能安抚肠胃。几个小时之后，这团纤维便会从身体里排出来。它很便宜。"
    )
    pairs, diagnostics = _pairs(Passage(_text(text), _text(translation)))
    assert [len(pair.translation) for pair in pairs] == [1, 3, 1]
    assert [d.rule.name for d in diagnostics] == ["doubtful-alignment"]


def test_vocabulary_lines_are_a_lexicon() -> None:
    text = "Zorbling is hard. Quaffing is harder than that. We like both."
    translation = "咄嗟不易，我们都喜欢。"
    entry = VocabularyEntry("zorbling", "咄嗟", ("咄嗟",), 9)
    with_entry = align_document(_document(Passage(_text(text), _text(translation)), entries=(entry,)), Config())[0]
    without = align_document(_document(Passage(_text(text), _text(translation))), Config())[0]
    assert with_entry[0].confidence != without[0].confidence


def test_a_document_gives_the_same_pairs_every_time() -> None:
    passage = Passage(_text(LAKE), _text(LAKE_ZH))
    other = Passage(_text("Prices rose by 3% in May. Wages fell."), _text("五月份价格上涨了3%。工资下降了。"))
    assert _pairs(passage, other)[0][:3] == _pairs(passage)[0]


def test_no_bead_is_merged_over_the_authors_cut() -> None:
    text, translation = "Come. Go. Sit. Run now. Eat.", "来吧。走吧。坐。跑。"
    passage = Passage(_text(text, cuts=(10,)), _text(translation, cuts=(6,)))
    pairs, _ = _pairs(passage, config=Config(confidence=0.999))
    assert 10 in [pair.start for pair in pairs]
    assert 6 in [pair.translation_start for pair in pairs]


def test_every_process_gives_the_same_to_the_last_bit() -> None:
    words = "river mill boat letter garden stone clock winter engine baker".split()
    code = (
        "from anki_builder.alignment import align\n"
        f"words = {words!r}\n"
        "text = [f'The {words[n % 10]} of {words[n % 7]} and {words[n % 3]} was sold in {1900 + n}.' for n in range(45)] + ['Go.'] * 4\n"
        "other = [f'Der {words[n % 10]} von {words[n % 7]} und {words[n % 3]} wurde {1900 + n} verkauft.' for n in range(45) if n % 9]\n"
        "print([bead.confidence.hex() for bead in align(text, other + ['Los.'] * 3, ('en', 'de'))])\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True, text=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1


MILLER = (
    "There was once a miller who had three sons and very little money. When he died the eldest took the mill, the second took the donkey, and the "
    "youngest was left with nothing but the cat. He sat down on a stone and wept. The cat asked for a pair of boots and a sack. With these it went "
    "into the forest and caught a rabbit. It carried the rabbit to the palace and said that it came from its master. The king was pleased and gave "
    "the cat a gold coin."
)
MILLER_ZH = (
    "从前的日子总是不太好过。有个老人去世了，留下的东西也不多，孩子们为此争了很久。最小的那个什么好处也没分到！可是谁能想到，一只会说话的猫竟然改变了他的命运呢？"
    "它聪明得很，先要了一双靴子，又讨了个口袋，从此天天往林子里跑。大家都说这位侯爵真大方，可是从来没有人见过他本人。后来的事你们都知道了。"
)


def test_a_passage_told_in_other_words_stays_whole_and_is_reported() -> None:
    pairs, diagnostics = _pairs(Passage(_text(MILLER), _text(MILLER_ZH, 3)), Passage(_text(LAKE, 5), _text(LAKE_ZH, 7)))
    assert [(len(pair.text), len(pair.translation)) for pair in pairs] == [(7, 7), (1, 1), (1, 1), (1, 1)]
    assert [(d.rule.name, d.span.line) for d in diagnostics] == [("free-translation", 1)]
    assert "not translated sentence by sentence" in diagnostics[0].message


def test_the_authors_cut_stands_in_a_free_passage_too() -> None:
    text, other = MILLER.index("The cat asked"), MILLER_ZH.index("可是谁")
    pairs, _ = _pairs(Passage(_text(MILLER, cuts=(text,)), _text(MILLER_ZH, 3, cuts=(other,))))
    assert text in [pair.start for pair in pairs]
    assert other in [pair.translation_start for pair in pairs]


def test_the_report_says_why_sentences_stay_together() -> None:
    passage = Passage(_text("Come. Go. Sit. Run now. Eat.", 7), _text("来吧。走吧。坐。跑。", 9))
    _, diagnostics = _pairs(passage, config=Config(confidence=0.999))
    assert any("against" in d.message or "neighbours" in d.message for d in diagnostics if d.rule.name == "doubtful-alignment")
    cut = Passage(
        _text("She left (why not?) this morning early. He stayed on."), _text("她走了(为什么不呢？)今天一大早。他留了下来。")
    )
    _, diagnostics = _pairs(cut, config=Config(confidence=0.999))
    assert [d for d in diagnostics if d.rule.name == "doubtful-alignment"]


def test_parts_that_match_are_as_doubtful_as_the_cut_between_them() -> None:
    text = "They gave him vitamin C. Doses were small at first. He rose."
    translation = "On lui donna de la vitamine C. Doses faibles au début. Il se leva."
    beads = align_passage(text, translation, ("en", "fr"))
    assert all(bead.confidence < 0.5 for bead in beads if bead.text[0].endswith("C."))


def test_code_in_a_document_holds_no_cut() -> None:
    plain, other = "Write foo? Bar first. Then stop.", "先写 foo? Bar。然后停下。"
    text = Text(plain, ((0, 1),), (Mark(6, 14, "code"),))
    translation = Text(other, ((0, 3),), (Mark(3, 11, "code"),))
    pairs, _ = _pairs(Passage(text, translation))
    assert [pair.text for pair in pairs] == [("Write foo? Bar first.",), ("Then stop.",)]


@pytest.mark.parametrize(
    "rule", [DOUBTFUL_ALIGNMENT, EXTRA_TRANSLATION, FREE_TRANSLATION, UNTRANSLATED_SENTENCE], ids=lambda rule: rule.name
)
def test_the_example_of_a_rule_breaks_it(rule: Rule) -> None:
    document, _ = read(Source("a.md", "a.md", rule.example), Config())
    assert rule in [diagnostic.rule for diagnostic in align_document(document, Config())[1]]


def test_a_sentence_that_says_but_belongs_to_the_one_that_says_though() -> None:
    """Nothing else ties the crew to its own sentence: no word that the lexicon has, no number."""
    text = [
        "The report said that the ferry hardly paid for its own coal last winter, though Maltese crews swore by it.",
        "Oddly, the owners kept on insisting that the harbour itself was the trouble.",
    ]
    translation = [
        "报告称，去年冬天这艘渡船的收入几乎付不起自己的煤钱。",
        "不过，马耳他船员十分信赖它。",
        "说来奇怪，船主们始终坚持认为问题出在港口本身。",
    ]
    beads = align(text, translation, ("en", "zh"))
    assert [(len(bead.text), len(bead.translation)) for bead in beads] == [(1, 2), (1, 1)]
    assert beads[0].confidence > 0.55


@pytest.mark.parametrize(
    ("text", "language", "is_contrast"),
    [
        ("Yet nobody came.", "en", True),
        ("The butter was cold.", "en", False),
        ("不但如此，他来了。", "zh", False),
        ("他卻來了。", "zh-Hant", True),
        ("Er kam aber nicht.", "de", True),
        ("Gdy przyszedł, ale nie został.", "pl", False),
    ],
)
def test_words_of_contrast(text: str, language: str, is_contrast: bool) -> None:
    assert has_contrast(text, language) == is_contrast
