"""What the linter says of a translation, and what it keeps quiet about."""

import pytest

from anki_builder.alignment import align_document
from anki_builder.alignment.rules import RULES
from anki_builder.config import Config
from anki_builder.document import Document, Passage, Text
from anki_builder.languages.numerals import numbers
from anki_builder.source import Source


def _found(*passages: tuple[str, str], languages: tuple[str, str] = ("en", "zh")) -> list[tuple[str, int, str]]:
    read = tuple(
        Passage(Text(text, ((0, 4 * n + 1),)), Text(translation, ((0, 4 * n + 3),)))
        for n, (text, translation) in enumerate(passages)
    )
    source = Source("a.md", "a.md", "\n".join(f"{text}\n\n{translation}\n" for text, translation in passages))
    _, diagnostics = align_document(Document(source, "A", languages, read, ()), Config())
    return [
        (d.rule.name, d.span.line, source.text.split("\n")[d.span.line - 1][d.span.column - 1 :][: d.span.length])
        for d in diagnostics
    ]


@pytest.mark.parametrize(
    ("text", "translation", "expected"),
    [
        ("The mill burned down in 1873.", "磨坊在1837年被烧毁。", ("numbers-differ", 1, "1873")),
        ("The bridge cost $6.7bn in the end.", "这座桥最后花了6.7亿美元。", ("numbers-differ", 1, "6.7bn")),
        ("He called it “a start.", "他称之为“一个开始”。", ("unbalanced-marks", 1, "“")),
        ("He said no.", "他(在会上拒绝了。", ("unbalanced-marks", 3, "(")),
        ("He said no to them.", "他拒绝了他们。。", ("doubled-mark", 3, "。。")),
        ("He said no to “them”.", "他拒绝了“他们。”。", ("doubled-mark", 3, "。”。")),
        ("Prices rose, but wages did not.", "物价上涨了,但工资没有。", ("width-mixed", 3, "了,")),
        (
            "The lake was quiet and very still.",
            "The lake was quiet and very still.",
            ("left-untranslated", 3, "The lake was quiet and very still."),
        ),
    ],
)
def test_a_fault_is_told_at_its_place(text: str, translation: str, expected: tuple[str, int, str]) -> None:
    assert _found((text, translation)) == [expected]


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("The bridge cost $6.7bn in 1998.", "这座桥在1998年花了67亿美元。"),
        ("Some 1.4m people live there.", "大约有140多万人住在那里。"),
        ("It took three years and 12 men.", "花了三年时间，用了十二个人。"),
        ("In the 1990s it was a farm.", "在20世纪90年代，那是一个农场。"),
        ("The train left at 7.30 in the morning.", "火车早上7点30分开走了。"),
        ("They asked for 7-10trn yuan.", "他们要求7-10万亿元。"),
        ("Covid-19 closed the school.", "新冠肺炎使学校关闭。"),
        ("He paid 80,000 for it.", "他花了8万买下它。"),
        ("“It is late,” he said (to nobody).", "“已经很晚了，”他说(没有对谁说)。"),
        ("1) Boil the water.", "1) 把水烧开。"),
        ("„Hast du Zeit?“, fragte er.", "“你有时间吗？”他问。"),
        ("”Har du tid?” frågade han.", "“你有时间吗？”他问。"),
    ],
)
def test_what_is_right_is_left_alone(text: str, translation: str) -> None:
    assert _found((text, translation)) == []


@pytest.mark.parametrize(
    ("languages", "text", "translation", "untranslated"),
    [
        (
            "ja-en",
            "電車が来ると、子どもたちは手を振った。",
            "“When the train comes,” she said, “the children wave at it.”",
            False,
        ),
        ("ja-en", "電車が来ると、子どもたちは手を振った。", "電車が来ると、子どもたちは手を振った。", True),
        ("ja-en", "東京都知事選挙結果発表。", "The results of the election were announced in the city.", False),
        ("zh-en", "孩子们向火车挥手。", "The children waved at the train that came.", False),
        ("zh-en", "孩子们向火车挥手。", "孩子们向火车挥手，很高兴。", True),
        ("zh-ja", "孩子们向火车挥手。", "東京都知事選挙結果発表。", False),
        ("ja-zh", "子どもたちは手を振った。", "孩子们挥了挥手，说了「バイバイ」。", False),
        ("ja-zh", "子どもたちは手を振った。", "子どもたちは手を振っていた。", True),
        ("de-en", "Der Zug kam am Abend an.", "The train came in the evening.", False),
        ("de-en", "Der Zug kam am Abend an.", "Der Zug kam am Abend an.", True),
        ("en-ru", "The train came in the evening.", "Поезд пришёл вечером.", False),
        ("ru-en", "Поезд пришёл вечером.", "The train came in the evening, as ever.", False),
    ],
)
def test_what_is_left_untranslated_goes_by_the_languages_of_the_note(
    languages: str, text: str, translation: str, untranslated: bool
) -> None:
    first, _, second = languages.partition("-")
    assert (
        "left-untranslated" in [rule for rule, _, _ in _found((text, translation), languages=(first, second))]
    ) == untranslated


def test_a_translation_far_too_short_is_told() -> None:
    places = zip(
        "bridge tower school church market stable barn harbour".split(),
        "桥 塔 学校 教堂 市场 马厩 谷仓 港口".split(),
        strict=True,
    )
    right = [
        (f"The {place} was painted again in the spring of that year.", f"那年春天，{other}又被重新粉刷了一遍。")
        for place, other in places
    ]
    odd = ("The committee, which had met every single week since the early spring, put off its vote again.", "又推迟了。")
    assert [(rule, line) for rule, line, _ in _found(*right, odd)] == [("length-out-of-line", 33)]


def test_a_name_kept_elsewhere_and_missing_here_is_told() -> None:
    kept = [(f"Kestrel sold {n}0 pumps.", f"Kestrel卖出了{n}0台水泵。") for n in (2, 3, 4)]
    assert ("name-missing", 13, "Kestrel") in _found(*kept, ("Then Kestrel closed its shop.", "然后它关闭了商店。"))


def test_rules_have_names_of_their_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("$6.7bn, 1,234.5 and 3 million", "en", [6.7e9, 1234.5, 3e6]),
        ("twelve men, seven million", "en", [12, 7e6]),
        ("3000亿、三千二百万、二〇二四年", "zh", [3e11, 3.2e7, 2024]),
        ("1.2万亿，34，600元，2 . 58亿", "zh", [1.2e12, 34600, 2.58e8]),
        ("1.234,5 Mrd. und 8848 m", "de", [1.2345e12, 8848]),
        ("no number, H-1B aside", "en", [1]),
        ("１ドル８７セント、３割、三分の二", "ja", [1.87, 30, 2 / 3]),
        ("1달러 87센트, 3분의 2, 3만 5천 명, 이백오십 년", "ko", [1.87, 2 / 3, 35000, 250]),
        ("3元5分，百分之五十，七成的人，数百人", "zh", [3.05, 50, 70, 100]),
        ("One dollar and eighty-seven cents", "en", [1.87]),
        ("two thirds, three quarters, fifty percent, hundreds", "en", [2 / 3, 0.75, 50, 100]),
        ("one hundred and twenty-five, nineteen eighty-four, two hundred thousand", "en", [125, 1984, 200_000]),
        ("on the twenty-first of May, 1984; he may wait a second", "en", [1984, 21, 5]),
        ("am 3. Mai siebenundachtzig, zweihundertfünfzig, ein Drittel, am zwölften", "de", [3, 87, 250, 1 / 3, 12, 5]),
        ("quatre-vingt-dix-sept, soixante-douze, vingt et un, le 3 mai", "fr", [3, 97, 72, 21, 5]),
        ("ochenta y siete, tres millones", "es", [87, 3e6]),
        ("двадцать пять тысяч, 3 мая 1998", "ru", [3, 1998, 25000, 5]),
    ],
)
def test_numbers_are_read_with_what_multiplies_them(text: str, language: str, values: list[float]) -> None:
    assert [number.value for number in numbers(text, language)] == pytest.approx(values)


def test_marks_of_different_passages_are_looked_at_apart() -> None:
    plain = [("He said no.", "他拒绝了。"), (". He said no.", "。他拒绝了."), ("He said (no.", "他说不)。")]
    assert _found(*plain) == [finding for n, pair in enumerate(plain) for finding in _found(*[("", "")] * n, pair)]
    assert [rule for rule, _, _ in _found(*plain)] == ["unbalanced-marks", "unbalanced-marks"]
