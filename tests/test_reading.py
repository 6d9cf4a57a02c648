"""Reading: the case files, which are the manual of the notation, and laws that hold for every text."""

import re
import string
import tomllib
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anki_builder.config import Config, load
from anki_builder.diagnostic import Diagnostic, Rule
from anki_builder.document import Document, Text, VocabularyEntry
from anki_builder.languages import identify, labels, scripts
from anki_builder.reading import blocks, dialects, entry, inline, proposals, reader, rules
from anki_builder.reading.layouts import LAYOUTS, SURE, SUREST
from anki_builder.reading.proposals import PROPOSALS
from anki_builder.reading.reader import explain, read
from anki_builder.source import Source, composed

CASES = Path(__file__).parent / "cases"
_CASE = re.compile(
    r"^(?:````toml\n(?P<settings>.*?)^````\n\n)?"
    r"````markdown(?P<options>[^\n]*)\n(?P<note>.*?)^````\n\n````text\n(?P<expected>.*?)^````$",
    re.MULTILINE | re.DOTALL,
)


def source(text: str, name: str = "note.md") -> Source:
    return Source(name, name, text)


def shown(text: Text) -> str:
    marks = [f"{mark.tag}:{text.plain[mark.start : mark.end]}" + (f"={mark.value}" if mark.value else "") for mark in text.marks]
    cuts = [f"cut@{cut}" for cut in text.cuts] + [f"join@{join}" for join in text.joins]
    return text.plain + (f"   <{', '.join(marks + cuts)}>" if marks or cuts else "")


def shown_entry(one: VocabularyEntry) -> list[str]:
    parts = {
        "accent": one.accent,
        "phonetics": one.phonetics,
        "pos": one.part_of_speech,
        "reading": one.reading,
        "lemma": one.lemma,
        "note": one.note,
        "images": " ".join(one.images),
        "audio": " ".join(one.audio),
    }
    more = "".join(f" · {name}={value}" for name, value in parts.items() if value)
    lines = [f"{one.line:>3} entry    {one.term} = {' / '.join(one.senses)}{more}"]
    lines += [
        f"    example  {example.text}" + (f" = {example.translation}" if example.translation else "") for example in one.examples
    ]
    return lines + ([f"    explained by {len(one.definition.splitlines())} lines"] if one.definition else [])


def listing(document: Document, diagnostics: list[Diagnostic]) -> str:
    """Return a document as a case file has it: passages with their translation, entries, findings, by line."""
    found: list[tuple[int, list[str]]] = []
    for passage in document.passages:
        lines = [f"{passage.line:>3} passage  {shown(passage.text)}"]
        if passage.translation is not None:
            lines.append(f"{passage.translation.lines[0][1]:>3}     =    {shown(passage.translation)}")
        lines += [f"    media    {path}" for path in passage.images + passage.audio]
        found.append((passage.line, lines))
    found += [(one.line, shown_entry(one)) for one in document.entries]
    found += [
        (one.span.line, [f"{one.span.line:>3} {one.rule.severity:<8} {one.rule.name}: {one.message}"]) for one in diagnostics
    ]
    head = [f"{'-'.join(document.languages)}  {document.title}"]
    head += [f"url {document.url}"] if document.url else []
    head += [f"tags {' '.join(document.tags)}"] if document.tags else []
    head += [f"deck {document.deck}"] if document.deck else []
    return "\n".join([*head, *(line for _, lines in sorted(found, key=lambda item: item[0]) for line in lines)]) + "\n"


def options_of(case: str) -> dict[str, str]:
    return dict(option.split("=", 1) for option in case.split())


def config(options: str, settings: str | None = None) -> Config:
    if settings:
        return load(tomllib.loads(settings), "anki_builder.toml", settings)
    values = options_of(options)
    return Config(
        languages=tuple(values["languages"].split(",")) if "languages" in values else (),
        fences="fences" in values,
        labels=dict([values["label"].split(":")]) if "label" in values else {},
    )


class Case(NamedTuple):
    """A note with what it is read with."""

    note: str
    options: str
    settings: str | None
    file: str
    """Without its ending."""
    expected: str
    """What the file says is read of it."""

    def listing(self) -> str:
        name = options_of(self.options).get("name", "note.md")
        return listing(*read(source(self.note, name), config(self.options, self.settings)))


def case_of(match: re.Match[str], path: Path) -> Case:
    return Case(match["note"], match["options"], match["settings"], path.stem, match["expected"])


GROUPS = ("layout-*", "kinds-*", "blind-*", "negatives", "reading")
FILES = sorted({path for pattern in GROUPS for path in CASES.glob(f"{pattern}.md")})


def test_the_name_of_a_file_tells_the_language_studied() -> None:
    text = "Good night\n  Chúc ngủ ngon\n\nSee you tomorrow\n  Hẹn gặp lại ngày mai\n\nOpen the window\n  Mở cửa sổ\n"
    assert read(source(text, "vietnamese.md"), Config())[0].languages == ("vi", "en")
    assert read(source(text, "phrases.md"), Config())[0].languages == ("en", "vi")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_case_file_reads_as_it_says(path: Path, update: bool) -> None:
    written = path.read_text(encoding="utf-8")

    def rewritten(case: re.Match[str]) -> str:
        actual = case_of(case, path).listing()
        start, end = case.start("expected") - case.start(), case.end("expected") - case.start()
        return case[0][:start] + actual + case[0][end:]

    assert written.count("````markdown") == len(_CASE.findall(written)), "a case without its listing"
    actual = _CASE.sub(rewritten, written)
    if update and actual != written:
        path.write_text(actual, encoding="utf-8", newline="\n")
    assert update or actual == written


def test_every_layout_and_every_shape_has_its_case_file() -> None:
    shapes = {f"layout-general-{name.replace(' ', '-')}" for name, _ in PROPOSALS}
    layouts = {f"layout-{name}" for name, _ in LAYOUTS if name != "general"}
    assert layouts | shapes == {path.stem for path in CASES.glob("layout-*.md")}


def lines_of(case: Case) -> list[str]:
    """Return the lines of a case without the marks of note-taking programs."""
    draft = dialects.Draft(case.note.split("\n"))
    dialects.strip(draft)
    return draft.lines


@cache
def cases() -> list[Case]:
    """Return all cases, the shortest first."""
    found = [case_of(match, path) for path in FILES for match in _CASE.finditer(path.read_text(encoding="utf-8"))]
    return sorted(found, key=lambda case: len(case.note))


@pytest.mark.parametrize(
    ("module", "table", "name"),
    [
        (module, table, name)
        for module, table in ((dialects, "DIALECTS"), (proposals, "PROPOSALS"), (reader, "LAYOUTS"))
        for name, _ in getattr(module, table)
    ],
    ids=str,
)
def test_each_dialect_shape_and_layout_is_needed_by_a_case(
    module: ModuleType, table: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = (f"layout-{name}", f"layout-general-{name.replace(' ', '-')}")
    likely = sorted(cases(), key=lambda case: case.file not in own)  # what most likely needs it is read first
    stripped = [lines_of(case) for case in likely]
    monkeypatch.setattr(module, table, tuple(row for row in getattr(module, table) if row[0] != name))
    if module is dialects:  # a note that a dialect leaves alone is read alike without it
        likely = [case for case, lines in zip(likely, stripped, strict=True) if lines_of(case) != lines]
    assert any(case.listing() != case.expected for case in likely)


def test_every_rule_of_reading_is_listed_once() -> None:
    names = [rule.name for rule in rules.RULES]
    assert len(names) == len(set(names))
    assert {value for value in vars(rules).values() if isinstance(value, Rule)} == set(rules.RULES)


@pytest.mark.parametrize(
    ("note", "rule", "hint"),
    [
        ("---\nlanguages: [en, ja]\n---\n\n単語：\n\n静か：quiet\n", "unused-explanation", "if “静か” is a term, name the pair: `languages: [ja"),
        ("- 港口 - harbour\n- 波浪 - wave\n", "languages-guessed", "`languages: [zh, en]` in front matter"),
        ("---\nlanguages: de\n---\n\nDer Zug kam am Abend.\n\nThe train came in the evening.\n", "front-matter-languages", "`languages: [de, en]`"),
        ("---\ntitel: x\n---\n\n- boat：船\n", "front-matter-key", "write `title:`"),
        ("---\n标题：船\n---\n\n- boat：船\n", "front-matter-key", "write `title:`"),
    ],
)  # fmt: skip
def test_a_hint_says_what_would_do(note: str, rule: str, hint: str) -> None:
    _, diagnostics = read(source(note), Config())
    assert [one.rule.name for one in diagnostics] == [rule]
    assert hint in diagnostics[0].hint


def test_a_setting_decides_before_the_order_of_the_note() -> None:
    note = "港口很安静。\n\nThe harbour was quiet.\n\n- 港口 - harbour\n"
    document, diagnostics = read(source(note), Config(languages=("en", "zh")))
    assert (document.languages, [entry.term for entry in document.entries], diagnostics) == (("en", "zh"), ["harbour"], [])


def test_what_was_read_is_explained_line_by_line() -> None:
    note = "# German words\n\n- das Boot - boat\n- der Hafen - harbour\n\n> Das Boot liegt im Hafen.\n\nTo do next week.\n"
    languages, signs, lines = explain(source(note), Config())
    assert languages == ("de", "en")
    assert signs and all(sign and weight for sign, weight in signs)
    assert [(one.line, one.layout, one.role) for one in lines[:3]] == [
        (1, "furniture", "title"),
        (3, "one line", "entry"),
        (4, "one line", "entry"),
    ]
    assert all(one.why for one in lines[1:3])
    assert [(one.line, one.layout, one.role) for one in lines[3:]] == [(6, "", "unused"), (8, "", "unused")]


# --- laws -----------------------------------------------------------------------------------------------------------------------

_LINES = st.sampled_from(
    ["原文：", "学习：", "Vocabulary", "## 后记", "# Title", "", "---", "```", "> ", "- ", "1. ",
     "|a|b|", "|-|-|", "| harbour | 港口 |",
     "The harbour was quiet that evening.", "那天晚上港口很安静。", "harbour：美 [ˈhɑrbər] 港口；海港", "harbour", "> 解释：港口。",
     "- boat - 船",
     "  - 小船", "（港口）", "*emphasis* and `code`", "<!-- cut -->", "<!--", "-->", "![](a.png)", "‖", "???", "2024年8月12日于上海。",
     "\t", "<table>"]
)  # fmt: skip
_NOTES = st.lists(_LINES, max_size=14).map("\n".join) | st.text(
    alphabet=string.printable + "中文日本ひ—：；（）［］【】“”\u3000\u200b\x00", max_size=200
)


@settings(max_examples=80, deadline=None)
@given(_NOTES)
@example("\u200b")
@example("^0")
@example("lamp\n>:::")
@example("#separator:semicolon\nlamp;灯\r;")
def test_every_line_is_used_or_reported(text: str) -> None:
    note = source(text)
    _, diagnostics = read(note, Config())
    lines = text.split("\n")
    shown = [number for number, line in enumerate(composed(note).text.split("\n"), 1) if line.strip()]
    _, _, explained = explain(note, Config())
    assert [one.line for one in explained] == shown
    assert [one.text for one in explained] == [lines[number - 1] for number in shown]
    reported = {one.span.line for one in diagnostics}
    previous = False
    for one in explained:
        assert one.role not in ("unused", "grid") or previous or one.line in reported
        previous = one.role in ("unused", "grid") or (previous and one.role in ("mark", "comment"))
    assert all(1 <= one.span.line <= len(lines) and one.span.column >= 1 for one in diagnostics)


@settings(max_examples=60, deadline=None)
@given(_NOTES)
def test_passages_and_entries_come_in_the_order_of_their_lines(text: str) -> None:
    document, _ = read(source(text), Config())
    assert [passage.line for passage in document.passages] == sorted(passage.line for passage in document.passages)
    assert [one.line for one in document.entries] == sorted(one.line for one in document.entries)
    for passage in document.passages:
        for side in filter(None, (passage.text, passage.translation)):
            assert side.plain and side.plain == side.plain.strip() and side.lines[0][0] == 0
            assert list(side.lines) == sorted(side.lines)
            assert all(0 <= mark.start < mark.end <= len(side.plain) for mark in side.marks)
            assert all(0 < at < len(side.plain) for at in side.cuts + side.joins)
    assert all(one.term and one.gloss and one.senses for one in document.entries)


@settings(max_examples=300, deadline=None)  # the first odd one loads the parser
@given(
    st.lists(
        (_LINES | st.text(max_size=3).map(lambda text: text.replace("\n", ""))).filter(lambda line: line not in ("```", "~~~")),
        max_size=9,
    )
)
def test_a_line_between_empty_ones_is_read_as_between_blank_ones(lines: list[str]) -> None:
    empty, blank = "\n\n".join(lines), "\n \n".join(lines)
    assert blocks.parse(empty, empty.split("\n")) == blocks.parse(blank, blank.split("\n"))


@settings(max_examples=150, deadline=None)
@given(st.lists(_LINES, max_size=5), st.lists(_LINES, max_size=5))
def test_what_a_sure_layout_takes_no_other_layout_takes_from_it(before: list[str], behind: list[str]) -> None:
    note = source("\n\n".join([*before, "原文：", *behind, "学习：", "harbour：港口", *before]))
    sure = tuple((name, recognise) for name, recognise in LAYOUTS if name in SUREST)
    with patch.object(reader, "LAYOUTS", sure):
        alone = reader.reading_of(note, Config())
    taken = {line: role for claim in alone.claims if claim.evidence >= SURE for line, role in claim.roles}
    roles = reader.reading_of(note, Config()).roles
    assert {line: roles[line] for line in taken} == taken


@settings(max_examples=60, deadline=None)
@example("|a|b|\n\n|a|b|\n\n那天晚上港口很安静。\n\n原文：\n\n学习：\n\nharbour：港口\n\n|a|b|\n\n|a|b|\n\n那天晚上港口很安静。")
@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    read(source(text), Config())
    read(source(text), Config(languages=("de", "en"), fences=True))


MARKUP = [
    "*",
    "**",
    "_",
    "==",
    "~~",
    "[",
    "](x)",
    "]",
    "`",
    "<ruby>",
    "</ruby>",
    "<rt>",
    "</rt>",
    "<rp>",
    "</rp>",
    "<b>",
    "</b>",
    "<a href='x'>",
]
MARKUP += ["</a>", "<br>", "![](a.png)", "[[", "]]", "‖", "<!-- cut -->", "\\", "&amp;", "\n", " ", "港", "quay", "x*y"]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(MARKUP), max_size=16).map("".join))
def test_no_markup_makes_it_fail(raw: str) -> None:
    text, _, _ = inline.read(tuple(enumerate(raw.split("\n"), 1)))
    assert all(0 <= mark.start <= mark.end <= len(text.plain) for mark in text.marks)


PIECES = ["**", "*", "a", "x-", "-", "—", "–", "’", "。", "中", "“", "~", "=", ",", " ", "[", "]", "and", "word"]


@settings(max_examples=400)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=7).map("".join), min_size=1, max_size=3))
def test_lines_with_little_markup_are_read_as_any_others(lines: list[str]) -> None:
    pieces = list(enumerate(lines, 1))
    marked = [(1, f"\u200b{lines[0]}"), *pieces[1:]]  # the character is left out, but by the code for all markup
    assert inline.read(pieces) == inline.read(marked)
    assert inline.plain(lines[0]) == inline.plain(marked[0][1])


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "<",
            "[",
            "![",
            "(",
            "（",
            "*",
            "`",
            "a``b",
            ">",
            "> ",
            "- ",
            "<!--",
            "&a",
            "|a",
            "]( ",
            "<ruby>a<rt>b</rt>",
            "_a",
            "\\",
        ),
        *("。", "\u3000", "...... "),
    ],
)
def test_hostile_repetition_is_read(unit: str) -> None:
    document, _ = read(source(f"学习：\n\nharbour：港口\n\n{unit * 30_000}\n"), Config())
    assert [one.term for one in document.entries] == ["harbour"]


@pytest.mark.parametrize("unit", ["\t", "\u3000", " ", "ˈ", "#a ", "🔊"])
def test_hostile_repetition_in_a_term_is_read(unit: str) -> None:
    document, _ = read(source(f"- boat - 船\n- a{unit * 30_000}b - 港口\n- sail - 帆\n"), Config())
    assert [one.term for one in document.entries][:1] == ["boat"]


@pytest.mark.parametrize("unit", ["a. ", "n. & ", "aa (aa) ", "\t", " ", "\u3000"])
def test_hostile_repetition_in_a_heading_or_a_cell_is_read(unit: str) -> None:
    read(source(f"# a{unit * 5000}b\n\nText：\n\nA boat.\n\n一条船。\n"), Config())
    read(source(f"|a|b|\n|-|-|\n|boat|船|\n|a{unit * 5000}b|港{unit * 5000}口|\n|sail|帆|\n"), Config())


def test_an_entry_is_looked_up_in_the_sentence_that_its_row_gives() -> None:
    rows = "|Boot|boat|Das Boot liegt im Hafen.|The boat is in the harbour.|\n|Hafen|harbour|Der Hafen ist neu.|The harbour is new.|\n"
    document, _ = read(source(f"|Deutsch|English|Beispiel|Example|\n|-|-|-|-|\n{rows}"), Config())
    assert [document.passages[one.passage or 0].text.plain for one in document.entries] == [
        "Das Boot liegt im Hafen.",
        "Der Hafen ist neu.",
    ]


def test_deep_nesting_beyond_the_parser_is_reported() -> None:
    _, diagnostics = read(source("> " * 50 + "The harbour was quiet.\n"), Config())
    assert [one.rule.name for one in diagnostics] == ["unused-line"]


# --- parts ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("an open-", "source tool", "an open-source tool"),
        ("Mar-a-", "Lago", "Mar-a-Lago"),
        ("pre-", "and post-war", "pre- and post-war"),
        ("an input", "—such as words", "an input—such as words"),
        ("he said—", "and left", "he said—and left"),
        ("two", "lines", "two lines"),
        ("港口", "很安静", "港口很安静"),
        ("soft\u00ad", "ware", "software"),
        ("one –", "two", "one – two"),
    ],
)
def test_printed_lines_are_joined(before: str, after: str, joined: str) -> None:
    text, _, _ = inline.read(((3, before), (5, after)))
    assert text.plain == joined
    assert text.line_at(0) == 3
    assert text.line_at(len(joined) - 1) == 5


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("**bold** and *it*", "bold and it"),
        ("5 * 3 * 2", "5 * 3 * 2"),
        ("snake_case_name", "snake_case_name"),
        (r"DALL\-E costs \$5", "DALL-E costs $5"),
        ("[text](https://example.org/a_(b))", "text"),
        ("text](a\t\u3000'b'\n)", "text](a 'b' )"),
        ("a [1] b", "a [1] b"),
        ("[[folder/harbour|the harbour]]", "the harbour"),
        ("**“港口”**很安静", "“港口”很安静"),
        ("<span style='color:red'>**Hafen**</span>", "Hafen"),
        ("if a < b and <c>", "if a < b and <c>"),
        ("AT&amp;T&nbsp;x", "AT&T x"),
        ("<ruby>港<rt>みなと</rt></ruby>だ", "港だ"),
        ("<rt>*a</rt>b*", "b*"),
        ("a <rt>[x</rt>y](z)", "a y](z)"),
        ("the end. ■", "the end."),
        ("{{c1::a}} }} ::", "{{c1::a}} }} ::"),
    ],
)
def test_markup_is_taken_off(raw: str, plain: str) -> None:
    assert inline.plain(raw) == plain


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("harbour：港口", ("harbour", "港口", "", "", "")),
        ("harbour: 美 [ˈhɑrbər] 港口；海港", ("harbour", "港口；海港", "[ˈhɑrbər]", "美", "")),
        ("harbour： 美 [ˈhɑrbər]: 港口", ("harbour", "港口", "[ˈhɑrbər]", "美", "")),
        ("car：[kɑ:(r)] 汽车", ("car", "汽车", "[kɑ:(r)]", "", "")),
        ("bail：[法律] 保释", ("bail", "[法律] 保释", "", "", "")),
        ("take on workers 雇佣工人", ("take on workers", "雇佣工人", "", "", "")),
        ("one-off一次性的", ("one-off", "一次性的", "", "", "")),
        ("warships 军舰；战船；", ("warships", "军舰；战船", "", "", "")),
        ("at 10:30：十点半", ("at 10:30", "十点半", "", "", "")),
        ("vis-à-vis - 面对面", ("vis-à-vis", "面对面", "", "", "")),
        ("pursue v. 追求", ("pursue", "追求", "", "", "v.")),
        ("spur: v. 促进，n. 马刺", ("spur", "促进，n. 马刺", "", "", "v.")),
        ("Hermes：/ehr-meez/. 赫尔墨斯", ("Hermes", "赫尔墨斯", "/ehr-meez/", "", "")),
        ("put xxx off：让xxx望而却步", ("put xxx off", "让xxx望而却步", "", "", "")),
        ("legible：美 [ˈledʒəbl]", ("legible", "", "[ˈledʒəbl]", "美", "")),
    ],
)
def test_an_entry_line_is_taken_apart(line: str, expected: tuple[str, str, str, str, str]) -> None:
    parsed = entry.parse(line, ("en", "zh"))
    assert parsed is not None
    assert (parsed.term, parsed.gloss, parsed.phonetics, parsed.accent, parsed.part_of_speech) == expected


def test_an_inflection_remark_names_the_lemma_and_advice_becomes_a_note() -> None:
    text, _, _ = inline.read(((1, "gulls：美 [ɡʌlz] 海鸥；（gull的复数） **注意发音**"),))
    parsed = entry.parse(text.plain, ("en", "zh"), text.marks)
    assert parsed is not None
    assert (parsed.senses, parsed.lemma, parsed.note) == (("海鸥",), "gull", "注意发音")


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("原文", "text"),
        ("Ｔｅｘｔ", "text"),
        ("**Vocabulary**", "vocabulary"),
        ("Vocabulary (词汇)", "vocabulary"),
        ("🔤 Vokabeln", "vocabulary"),
        ("2. Übersetzung", "translation"),
        ("例句", "example"),
        ("harbour", ""),
    ],
)
def test_label_words_are_known_in_every_spelling(name: str, role: str) -> None:
    assert labels.role(name, {}) == role


def test_a_learner_adds_label_words() -> None:
    assert labels.role("Merkwörter", {"merkwörter": "vocabulary"}) == "vocabulary"


@pytest.mark.parametrize(
    ("text", "pair", "side"),
    [
        ("Das Boot liegt im Hafen.", ("de", "en"), 0),
        ("The boat is in the harbour.", ("de", "en"), 1),
        ("El barco está en el puerto.", ("es", "en"), 0),
        ("Le bateau est dans le port.", ("fr", "en"), 0),
        ("Con tàu đang ở trong cảng.", ("en", "vi"), 1),
        ("tu", ("fr", "en"), 0),
        ("12345", ("de", "en"), None),
        ("港口", ("en", "zh"), 1),
        ("港口はしずか", ("ja", "zh"), 0),
        ("港口很安静", ("ja", "zh"), 1),
    ],
)
def test_the_language_of_a_text_is_told(text: str, pair: tuple[str, str], side: int | None) -> None:
    assert identify.side(text, pair) == side


_SPOKEN = st.sampled_from("the of der und für ÜBER la el là của être I a 中文 港口 кот İs ﬁn x’the".split()) | st.text(max_size=4)


@settings(max_examples=200, deadline=None)  # the first doubtful one loads dictionaries
@given(st.lists(_SPOKEN, min_size=1, max_size=12), st.sampled_from([" ", "—", "。", "\u3000", "“", "：", "-", "\n"]))
def test_the_marks_between_words_tell_no_language(words: list[str], mark: str) -> None:
    assert identify.latin(mark.join(words), 2) == identify.latin(" ".join(words), 2)


def test_scripts_are_counted_by_letters() -> None:
    assert scripts.count("abc 中文 кот 1") == {"Latin": 3, "Han": 2, "Cyrillic": 3}


@settings(deadline=None)  # all of Unicode takes a while
@given(st.text(alphabet="aZ1 é文々\U00020000ぁアーｱ한ㄱкλعﬢבहไ，。ʃ\ud800\n"))
@example("".join(map(chr, range(0x110000))))
def test_letters_are_counted_as_each_script_alone_would(text: str) -> None:
    alone = {name: len("".join(re.findall(f"[{inside}]+", text))) for name, inside in scripts.RANGES.items()}
    assert list(scripts.count(text).items()) == [(name, number) for name, number in alone.items() if number]


def test_sentences_say_more_of_their_languages_than_three_words_below_them() -> None:
    note = (
        "# Bageriet\n\nBageriet öppnar klockan sex. Doften av kardemumma når ända till stationen.\n\n"
        "The bakery opens at six. The smell of cardamom reaches all the way to the station.\n\n"
        "- bageri – bakery\n- doft – smell, scent\n- kardemumma – cardamom\n"
    )
    document, _ = read(Source("a.md", "a.md", note), Config())
    assert document.languages == ("sv", "en")
    assert len(document.passages) == 1 and len(document.entries) == 3


@pytest.mark.parametrize(
    ("line", "entries", "definition"),
    [
        ("闪烁：blinked", {"lighthouse": "灯塔", "blinked": "闪烁", "dark": "黑暗"}, ""),
        ("近义词：beacon", {"lighthouse": "灯塔", "dark": "黑暗"}, "近义词：beacon"),
        ("原形：blinked", {"lighthouse": "灯塔", "dark": "黑暗"}, "原形：blinked"),
        ("过去式：blinked", {"lighthouse": "灯塔", "dark": "黑暗"}, "过去式：blinked"),
        ("一座塔：lighthouse", {"lighthouse": "灯塔", "dark": "黑暗"}, "一座塔：lighthouse"),
    ],
)
def test_a_gloss_before_its_term_is_an_entry_where_the_text_has_the_term(
    line: str, entries: dict[str, str], definition: str
) -> None:
    note = f"原文：\n\nThe lighthouse blinked and went dark.\n\n灯塔闪了闪，熄灭了。\n\n学习：\n\nlighthouse：灯塔\n\n{line}\n\ndark：黑暗\n"
    document, _ = read(Source("a.md", "a.md", note), Config())
    assert {entry.term: entry.gloss for entry in document.entries} == entries
    assert document.entries[0].definition == definition
