"""Notations of the learner's own: patterns that cannot be used, hostile ones, and those that `layout` proposes."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from anki_builder import notation
from anki_builder.cli import cli
from anki_builder.cli.layout import as_toml
from anki_builder.config import Config, ConfigError, Layout, load
from anki_builder.document import Document
from anki_builder.reading.reader import explain, read
from anki_builder.reading.unread import unread
from anki_builder.source import Source


def source(text: str, name: str = "note.md", folder: str = "") -> Source:
    return Source(name, name, text, folder)


def document(pattern: str, text: str, **more: Any) -> Document:
    return read(source(text), Config(layouts=(Layout(pattern),), **more))[0]


def entries(pattern: str, text: str) -> list[tuple[str, str]]:
    return [(one.term, one.gloss) for one in document(pattern, text).entries]


def pairs(found: Document) -> list[tuple[str, str]]:
    return [(one.text.plain, one.translation.plain if one.translation else "") for one in found.passages]


# --- patterns that cannot be used -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "place", "message"),
    [
        ("{trem}: {gloss}", "4:1", "unknown field “trem” (did you mean “term”?)"),
        ("{term}: {}", "4:9", "unknown field “” (the fields are term, reading"),
        ("just words", "4:1", "no field: name what the note has in braces"),
        ("{term}", "4:1", "{term} without {gloss}"),
        ("{gloss}", "4:1", "{gloss} without {term}"),
        ("- {text}\n- {note}", "4:1", "{text} without {translation}"),
        ("{skip} - {speaker}", "4:1", "no card comes of this pattern: it needs {term} and {gloss}, or {text} and {translation}"),
        ("{text}\n{translation}\n{example}", "4:1", "{example} belongs to an entry, and there is no {term}"),
        ("{term} {gloss}\n{example_translation}", "4:1", "{example_translation} without {example}"),
        ("- {term} = {gloss}\n  - {note}: {note}", "5:13", "“note” is twice on this line"),
        ("{term}{gloss}", "4:7", "nothing stands between “term” and “gloss”"),
        ("## {term}\n{gloss", "5:1", "this brace is not closed"),
        ("{term {gloss}", "4:1", "this brace is not closed"),
        ("{term} = gloss}", "4:15", "this brace closes nothing"),
        ("", "4:1", "no field"),
    ],
)
def test_a_wrong_pattern_is_an_error_with_its_place_in_the_settings(pattern: str, place: str, message: str) -> None:
    text = f'languages = ["de", "en"]\n[[layouts]] # mine\npattern = """\n{pattern}\n"""\n'
    with pytest.raises(ConfigError) as error:
        load(tomllib.loads(text), "anki_builder.toml", text)
    assert str(error.value).startswith(f"anki_builder.toml:{place}: ")
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[[layouts]]\npattern = "{term} {glos}"\n', ":2:19"),
        ('[[layouts]]\npattern = "{term}\\n{glos}"\n', ":2:12"),
        ('[[layouts]]\npattern = "{term} {gloss}"\n\n[[layouts]]\nfiles = "x"\npattern = "{glos}"\n', ":6:12"),
        ("[[tool.anki_builder.layouts]]\npattern = '''{term}\n{glos}'''\n", ":3:1"),
        ('layouts = [{pattern = "{glos}"}]\n', ""),
    ],
)
def test_the_place_of_a_pattern_is_found_as_tables_are_written(text: str, place: str) -> None:
    table = tomllib.loads(text)
    with pytest.raises(ConfigError) as error:
        load(table.get("tool", {}).get("anki_builder", table), "x.toml", text)
    assert str(error.value).startswith(f"x.toml{place}: unknown field “glos”")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('layouts = "{term} {gloss}"\n', "x.toml: `layouts` takes tables, each written below `[[layouts]]`"),
        ('\n[[layouts]]\nfiles = "x"\n', "x.toml:2:1: a layout needs a `pattern`"),
        (
            '[[layouts]]\npatern = "{term} {gloss}"\n',
            "x.toml:1:1: unknown setting “patern” of a layout (did you mean “pattern”?)",
        ),
        ('[[layouts]]\npattern = ["{term} {gloss}"]\n', "x.toml:1:1: `pattern` of a layout takes a string"),
    ],
)
def test_a_wrong_table_is_an_error(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(tomllib.loads(text), "x.toml", text)
    assert str(error.value).startswith(message)


@settings(max_examples=300)
@given(st.text(alphabet="{}termgloss \n-*#>…|。", max_size=40))
def test_no_pattern_makes_it_fail(pattern: str) -> None:
    try:
        notation.parse(pattern)
    except notation.PatternError as error:
        assert error.line <= pattern.count("\n")


# --- what a pattern matches -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "line", "found"),
    [
        ("{term} = {gloss}", "quay  =\t码头", [("quay", "码头")]),
        ("{term}={gloss}", "quay = 码头", [("quay", "码头")]),
        ("{term} - {gloss}", "ship-to-shore - 船岸的", [("ship-to-shore", "船岸的")]),
        ("{term}\t{gloss}", "set sail \t 启航", [("set sail", "启航")]),
        ("*{term}* {gloss}", "*quay* 码头", [("quay", "码头")]),
        ("{term}: {gloss}", "quay：码头", [("quay", "码头")]),
        ("({term}) {gloss}!", "（quay）码头！", [("quay", "码头")]),
        ("{{{term}}} {gloss}", "{quay} 码头", [("quay", "码头")]),
        ("- {term} ~ {gloss}", "  + quay ~ 码头", [("quay", "码头")]),
        ("1. {term} ~ {gloss}", "12) quay ~ 码头", [("quay", "码头")]),
        ("> - {term} ~ {gloss}", "> * quay ~ 码头", [("quay", "码头")]),
        ("{skip}. {term} ~ {gloss}", "No. 4. quay ~ 码头", [("4. quay", "码头")]),
        ("{term} ~ {gloss} {skip}", "quay ~ 码头 and more of it", [("quay", "码头")]),
    ],
)
def test_a_line_matches(pattern: str, line: str, found: list[tuple[str, str]]) -> None:
    assert entries(pattern, line + "\n") == found


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        ("{term} ~ {gloss}", "- quay ~ 码头"),
        ("{term} ~ {gloss}", "# quay ~ 码头"),
        ("- {term} ~ {gloss}", "quay ~ 码头"),
        ("## {term} ~ {gloss}", "### quay ~ 码头"),
        ("*{term}* {gloss}", "**quay** 码头"),
        ("{term} ~ {gloss}", "quay ~ ---"),
        ("{term} ~ {gloss}.", "quay ~ 码头"),
        ("{term} | {gloss}", "| quay | 码头 |"),
    ],
)
def test_a_line_does_not_match(pattern: str, line: str) -> None:
    assert not any(found.layout == "own" for found in explain(source(line + "\n"), Config(layouts=(Layout(pattern),)))[2])


def test_the_first_layout_that_matches_a_line_has_it() -> None:
    layouts = Layout("{term} ({note}) = {gloss}"), Layout("{term} = {gloss}")
    found, _ = read(source("quay (stone) = 码头\ngull = 海鸥\n"), Config(layouts=layouts))
    assert [(one.term, one.gloss, one.note) for one in found.entries] == [("quay", "码头", "stone"), ("gull", "海鸥", "")]


@pytest.mark.parametrize(
    ("pattern", "note", "found"),
    [
        ("{term}\n{skip}\n{gloss}", "quay\nn\n码头\ngull\nn\n海鸥\n", ["quay = 码头", "gull = 海鸥"]),
        ("{term}\n{gloss}\n{skip}", "quay\n码头\nn\ngull\n海鸥\nn\n", ["quay = 码头", "gull = 海鸥"]),
        ("{term}\n{gloss}\n{note} …", "quay\n码头\na\nb\n\ngull\n海鸥\n", ["quay = 码头 (a b)", "gull = 海鸥"]),
        ("{term}\n{gloss}\n- {note}", "quay\n码头\n- a\n- b\ngull\n海鸥\n", ["quay = 码头 (a b)", "gull = 海鸥"]),
        ("{term} ~ {gloss}\n{note}", "quay ~ 码头\na\nb\ngull ~ 海鸥\n", ["quay = 码头 (a b)", "gull = 海鸥"]),
        ("{term} ~ {gloss}\n\n{note}", "quay ~ 码头\n\na\n\nb\n\ngull ~ 海鸥\n", ["quay = 码头 (a b)", "gull = 海鸥"]),
        ("{note}\n{term} ~ {gloss}", "a\nquay ~ 码头\nb\ngull ~ 海鸥\n", ["quay = 码头 (a)", "gull = 海鸥 (b)"]),
        ("{term}:\n- {gloss} …", "quay:\n- 码头\n- 堤岸\ngull:\n- 海鸥\n", ["quay = 码头；堤岸", "gull = 海鸥"]),
        ("## {term}\n{gloss}", "## quay\n\n码头\n## gull\n海鸥\n", ["quay = 码头", "gull = 海鸥"]),
        ("{term}\n{gloss}", "quay\n\n码头\n", []),
        ("{term}\n\n{gloss}", "quay\n\n\n码头\ngull\n海鸥\n", ["quay = 码头", "gull = 海鸥"]),
        ("{term}\n---\n{gloss}", "quay\n---\n码头\n\ngull\n---\n海鸥\n", ["quay = 码头", "gull = 海鸥"]),
        (
            "W {term}\nM {gloss}\nX {note}\nY {note}",
            "W quay\nM 码头\nY b\nX a\nW gull\nM 海鸥\n",
            ["quay = 码头 (b a)", "gull = 海鸥"],
        ),
    ],
)
def test_records_of_several_lines(pattern: str, note: str, found: list[str]) -> None:
    read_, _ = read(source(note), Config(languages=("en", "zh"), layouts=(Layout(pattern),)))
    explained = explain(source(note), Config(languages=("en", "zh"), layouts=(Layout(pattern),)))[2]
    own = [found.line for found in explained if found.layout == "own"]
    shown = [f"{one.term} = {one.gloss}" + (f" ({one.note})" if one.note else "") for one in read_.entries if one.line in own]
    assert shown == found


def test_lines_that_no_pattern_matches_are_read_as_ever() -> None:
    found = document("{term} @ {gloss}", "quay @ 码头\ngull = 海鸥\nferry @ 渡轮\nset sail = 启航\n")
    assert [one.term for one in found.entries] == ["quay", "gull", "ferry", "set sail"]
    note = "The ferry was late.\nquay @ 码头\n渡轮晚点了。\n\nWe waited.\n我们等了。\n"
    for languages in ((), ("en", "zh")):
        found = document("{term} @ {gloss}", note, languages=languages)
        assert pairs(found) == [("The ferry was late.", "渡轮晚点了。"), ("We waited.", "我们等了。")]


def test_pictures_and_sounds_are_kept() -> None:
    found = document("{term} ~ {gloss}\n! {note}", "quay [sound:quay.mp3] ~ 码头 ![](quay.png)\n! ![[map.png]]\n")
    assert [(one.term, one.gloss, one.images, one.audio) for one in found.entries] == [
        ("quay", "码头", ("quay.png", "map.png"), ("quay.mp3",))
    ]


def test_a_sentence_has_its_terms_in_one_record() -> None:
    found = document("{text} ~~ {translation}\n! {term} = {gloss}", "We met on the quay. ~~ 我们在码头见面。\n! quay = 码头\n")
    assert pairs(found) == [("We met on the quay.", "我们在码头见面。")]
    assert [(one.term, one.passage) for one in found.entries] == [("quay", 0)]


def test_a_paragraph_keeps_its_markup_and_its_lines() -> None:
    found = document("T {text} …\n\nU {translation} …", "T The **old** ferry\nT left at six.\n\n\nU 旧渡轮六点\nU 离开。\n")
    (one,) = found.passages
    assert pairs(found) == [("The old ferry left at six.", "旧渡轮六点离开。")]
    assert one.text.marks[0].tag == "strong"
    assert one.text.line_at(len(one.text.plain) - 1) == 2
    assert not one.given


def test_a_pattern_decides_the_direction_unless_the_pair_is_named() -> None:
    note = "码头 <~ quay\n海鸥 <~ gull\n"
    assert document("{gloss} <~ {term}", note).languages == ("en", "zh")
    assert document("{term} <~ {gloss}", note).languages == ("zh", "en")
    assert document("{term} <~ {gloss}", note, languages=("en", "zh")).languages == ("en", "zh")


@pytest.mark.parametrize(
    ("files", "name", "folder", "is_read"),
    [
        ("verbs/*.md", "verbs/one.md", "/notes/verbs", True),
        ("verbs/*.md", "one.md", "/notes/verbs", True),
        ("./Verbs/*.md", "verbs/one.md", "", True),
        ("verbs/*.md", "nouns/one.md", "/notes/nouns", False),
        ("one.md", "verbs/one.md", "/notes/verbs", True),
        ("e.md", "one.md", "/notes", False),
    ],
)
def test_files_say_which_notes_a_layout_is_for(files: str, name: str, folder: str, is_read: bool) -> None:
    config = Config(layouts=(Layout("{term} §§ {gloss}", files),))
    found = explain(source("quay §§ 码头\n", name, folder), config)
    assert (found[2][0].layout == "own") == is_read


def test_only_a_note_that_files_name_is_told_that_nothing_matches() -> None:
    def rules(*layouts: Layout) -> list[str]:
        return [one.rule.name for one in read(source("quay = 码头\n"), Config(layouts=layouts))[1]]

    assert rules(Layout("{term} ~ {gloss}")) == []
    assert rules(Layout("{term} ~ {gloss}", "other.md")) == []
    assert rules(Layout("{term} ~ {gloss}", "*.md")) == ["unmatched-layout"]
    assert rules(Layout("{term} ~ {gloss}", "*.md"), Layout("{term} = {gloss}", "note.md")) == []


# --- hostile patterns and notes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "note"),
    [
        ("{skip} {skip} {skip} {skip} {term} {gloss} !", "a " * 200_000),
        ("{term} a {gloss} a {note} a {example} b", "a " * 200_000),
        ("*{term}* {gloss}", "*" * 300_000),
        ("({term}) ({gloss})", "(（" * 150_000),
        ("{text} …\n\n{translation} …\n!", "a\n" * 20_000),
        ("{text} …\n\n{translation} …\n!", "a\n\n" * 20_000),
        ("{term} {gloss}\n{example}\n{note}\n!{example_translation}!", "a b\n" * 20_000),
        ("{term}\n\n{gloss}\n\n{example}\n\n{note}", "\n" * 50_000 + "a\n" + "\n" * 50_000),
        ("- {term}\n  - {gloss}\n  - {example}", "- a\n" * 20_000),
        ("- {term}\n  - {gloss}\n    - {example}", "".join(" " * (n % 60) + "- a\n" for n in range(10_000))),
        ("> {term} ~ {gloss}", "> " * 100_000),
    ],
)  # fmt: skip
def test_no_pattern_takes_long_on_any_note(pattern: str, note: str) -> None:
    steps = 0
    match = notation.Row.match

    def counted(row: notation.Row, line: notation.Written, indent: int | None = None) -> tuple[str, ...] | None:
        nonlocal steps
        steps += 1
        return match(row, line, indent)

    lines = [(notation.written(line),) for line in note.split("\n")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notation.Row, "match", counted)
        found = list(notation.records(notation.parse(pattern), lines))
    assert steps <= 16 * len(lines)
    assert len(found) <= len(lines)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["{term}", "{gloss}", "{skip}", " ", " - ", "*", "- ", "\n", "  ", " …", "x", "（", "{example}"]),
        max_size=9,
    ),
    st.lists(
        st.sampled_from(["quay", "码头", " ", " - ", "*", "- ", "\n", "\n\n", "  ", "…", "x", "(", "<!--", "```", "---\n", "# "]),
        max_size=20,
    ),
)
def test_any_pattern_reads_any_note_and_each_line_once(pieces: list[str], text: list[str]) -> None:
    pattern = "".join(pieces)
    try:
        notation.parse(pattern)
    except notation.PatternError:
        return
    found, diagnostics = read(source("".join(text)), Config(layouts=(Layout(pattern),)))
    assert all(one.term and one.gloss and one.senses for one in found.entries)
    assert all(one.span.line >= 1 for one in diagnostics)


# --- proposals ------------------------------------------------------------------------------------------------------------------

ODD = {
    "at and hash": ("ferry @ 渡轮 # harbour\nquay @ 码头 # town\ngull @ 海鸥 # birds\n", 3, 0),
    "angle brackets": ("<<ferry>> 渡轮 <<The ferry is late.>>\n<<quay>> 码头 <<We met on the quay.>>\n", 2, 0),
    "carets": ("^ der Hafen ^ the harbour ^ 3\n^ die Fähre ^ the ferry ^ 2\n^ die Möwe ^ the gull ^ 5\n", 3, 0),
    "verbs": ("&abholen& (to pick up)\n& Ich hole dich morgen ab.\n& Er holt sie ab.\n\n&bauen& (to build)\n& Wir bauen ein Haus.\n", 2, 0),
    "numbers": ("No.1 ferry ... 渡轮\nNo.2 quay ... 码头\nNo.3 gull ... 海鸥\n", 3, 0),
    "tildes": ("~배(boat)~ 배를 타요.\n~갈매기(gull)~ 갈매기가 많아요.\n~항구(harbour)~ 항구가 커요.\n", 3, 0),
    "backslashes": ("> ferry \\ 渡轮 \\ The ferry is late. \\ 渡轮晚点了。\n> quay \\ 码头 \\ We met on the quay. \\ 我们在码头见面。\n", 2, 2),
    "readings": ("●港（みなと）…harbour／港に着く\n●船（ふね）…ship／船に乗る\n●海（うみ）…sea／海で泳ぐ\n", 3, 0),
    "double braces": ("* порт {{harbour}} [порта, порты]\n* чайка {{gull}} [чайки]\n* якорь {{anchor}} [якоря]\n", 3, 0),
    "plus signs": ("ferry +++ 渡轮\nquay +++ 码头\ngull +++ 海鸥\n", 3, 0),
    "tags": ("#1# ferry #zh# 渡轮\n#2# quay #zh# 码头\n#3# gull #zh# 海鸥\n", 3, 0),
    "exclamation marks": ("!! le port !! the harbour\n!! la mouette !! the gull\n!! le quai !! the quay\n", 3, 0),
    "numbered fields": ("(1) ferry\n(2) 渡轮\n(3) The ferry is late.\n(1) quay\n(2) 码头\n(3) We met on the quay.\n", 2, 0),
    "ampersands": (
        "puerto && harbour && El puerto. && The port.\nbarco && ship && El barco es viejo. && The ship is old.\n"
        "gaviota && gull && Una gaviota vuela. && A gull flies.\n", 3, 3,
    ),
    "dollars": ("Q1 Wo ist der Hafen? $ Where is the harbour?\nQ2 Wann fährt das Schiff? $ When does the ship leave?\n", 0, 2),
    "carets below": ("Die Fähre ist spät.\n^^ The ferry is late.\n\nWir warten am Kai.\n^^ We are waiting at the quay.\n", 0, 2),
    "broken bars": ("ferry ¦¦ n ¦¦ 渡轮\nset sail ¦¦ v ¦¦ 启航\nquiet ¦¦ adj ¦¦ 安静的\n", 3, 0),
    "boxes": ("### 1 harbour (n)\n:::meaning 港口\n:::use The harbour was quiet.\n\n### 2 gull (n)\n:::meaning 海鸥\n:::use A gull took it.\n", 2, 0),
    "codes": ("\\lx el puerto\n\\ge harbour\n\n\\lx el barco\n\\ge ship\n\n\\lx la gaviota\n\\ge gull\n", 3, 0),
    "equal signs": ("== quay ==\n=> 码头 <=\n\n== gull ==\n=> 海鸥 <=\n", 2, 0),
    "percents": ("% ferry % 渡轮 % n\n% quay % 码头 % n\n% set sail % 启航 % v\n", 3, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_a_proposal_reads_the_lines_that_it_was_made_of(name: str) -> None:
    note, terms, sentences = ODD[name]
    found = unread(source(note), Config())
    assert found.suggestions, (found.lines, found.doubtful)
    text = "\n".join(as_toml("note.md", one) for one in found.suggestions)
    config = load(tomllib.loads(text), "anki_builder.toml", text)
    once, _ = read(source(note), config)
    assert (len(once.entries), len(once.passages)) == (terms, sentences)
    again = unread(source(note), config)
    assert not again.suggestions
    assert sum(count for _, count in again.records) == sum(one.records for one in found.suggestions)


@pytest.mark.parametrize(
    "note",
    [
        "- ferry - 渡轮\n- quay - 码头\n",
        "We went to the harbour yesterday, and it rained all day long.\n\nI think I should learn more words; they are useful.\n",
        "",
        "```\na @ b\nc @ d\n```\n",
    ],
)
def test_nothing_is_proposed_where_no_shape_repeats_that_is_not_read(note: str) -> None:
    assert not unread(source(note), Config()).suggestions


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["quay", "码头", " ", " @ ", "**", "- ", "\n", "\n\n", *"{}\\…", '"""', "'''", "1. "]), max_size=30)
)
def test_every_proposal_can_be_pasted(pieces: list[str]) -> None:
    for one in unread(source("".join(pieces)), Config()).suggestions:
        text = as_toml("note.md", one)
        assert [layout.pattern.strip() for layout in load(tomllib.loads(text), "x", text).layouts] == [one.pattern.strip()]


# --- the command ----------------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_prints_layouts_that_can_be_appended_to_the_settings(here: Path) -> None:
    (here / "words.md").write_text("ferry @ 渡轮 # harbour\nquay @ 码头 # town\n", "utf-8")
    first = run("layout", "words.md")
    assert first.exit_code == 0
    assert first.stdout == (
        "# 2 records in words.md, the first at line 1:\n#     ferry @ 渡轮 # harbour\n"
        '[[layouts]]\npattern = """\n{term} @ {gloss} # {note}\n"""\n\n'
    )
    assert "words.md: no card comes of 2 lines (1, 2)" in first.stderr
    (here / "anki_builder.toml").write_text(first.stdout, "utf-8")
    second = run("layout", "words.md")
    assert second.stdout == ""
    assert second.stderr == "words.md: your layout “{term} @ {gloss} # {note}” reads 2 records\nwords.md: every line is read\n"


def test_the_command_says_where_nothing_repeats(here: Path) -> None:
    note = "原文：\n\nThe harbour was quiet.\n\n港口很安静。\n\n学习：\n\nHe said so himself on the radio, twice, and left.\n"
    (here / "one.md").write_text(note, "utf-8")
    result = run("layout", "one.md")
    assert (result.exit_code, result.stdout) == (0, "")
    assert (
        result.stderr
        == "one.md: no card comes of 1 line (9)\nno shape that holds both languages repeats among these lines, so no layout is proposed\n"
    )


def test_the_command_takes_a_note() -> None:
    result = run("layout")
    assert result.exit_code == 2
    assert "name a note: `anki-builder layout FILE`" in result.stderr


def test_check_tells_of_files_that_name_no_note(here: Path) -> None:
    (here / "one.md").write_text("quay = 码头\n", "utf-8")
    (here / "anki_builder.toml").write_text('[[layouts]]\nfiles = "verb/*.md"\npattern = "{term} ~ {gloss}"\n', "utf-8")
    result = run("check", "--format", "short", ".")
    assert 'anki_builder.toml: note[unmatched-layout] no note here matches `files = "verb/*.md"` of a layout' in result.stdout
    assert "unmatched-layout" not in run("check", "one.md").stdout


def test_a_wrong_pattern_stops_every_command(here: Path) -> None:
    (here / "one.md").write_text("quay = 码头\n", "utf-8")
    (here / "anki_builder.toml").write_text('[[layouts]]\npattern = """\n{term}\n{glos}\n"""\n', "utf-8")
    result = run("check", "one.md")
    assert result.exit_code == 2
    assert "anki_builder.toml:4:1: unknown field “glos” (did you mean “gloss”?)" in result.stderr
