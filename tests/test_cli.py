"""The command line: streams, exit codes, JSON, and hostile input that must never give a traceback or lose a package."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from building import MANY_CARDS_FILE
from click.testing import CliRunner, Result

from anki_builder.cli import COMMANDS, cli
from anki_builder.cli.explain import all_rules

NOTE = """# The ferry

Link: https://example.org/ferry

原文：

The ferry was *late*. We waited.

渡轮晚点了。我们等着。

学习：

ferry：美 [ˈferi] 渡轮；摆渡

harbor：港口
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "ferry.md").write_text(NOTE, encoding="utf-8")
    (tmp_path / "anki_builder.toml").write_text(MANY_CARDS_FILE, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, list(arguments), prog_name="anki-builder")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output
    return result


def test_a_path_that_is_not_there_is_told_with_what_is_called_nearly_so(here: Path) -> None:
    result = run("build", "sorce")
    assert (result.exit_code, "sorce does not exist (did you mean “source”?)" in result.stderr) == (2, True)
    assert "did you mean" not in run("build", "elsewhere/sorce").stderr


def test_settings_that_end_too_early_are_told_in_words(here: Path) -> None:
    (here / "anki_builder.toml").write_text('terms = ["recognise"', encoding="utf-8")
    assert "anki_builder.toml: at its end a bracket or a quotation mark is still open" in run("check").stderr


@pytest.mark.parametrize("command", ["build", "check", "plan"])
def test_no_command_goes_by_an_ignored_rule_that_there_is_not(here: Path, command: str) -> None:
    (here / "anki_builder.toml").write_text('ignore = ["term-notfound"]', encoding="utf-8")
    result = run(command)
    assert (result.exit_code, "unknown rule “term-notfound” (did you mean “term-not-found”?)" in result.stderr) == (2, True)


def test_a_part_of_the_notes_that_makes_no_card_is_no_package(here: Path) -> None:
    (here / "source" / "diary.md").write_text("A line of a diary.\n", encoding="utf-8")
    result = run("build", "source/diary.md")
    assert (result.exit_code, "no-notes" in result.stderr, result.stdout) == (1, True, "")
    assert not list(here.glob("build/*.apkg"))


def test_a_file_of_another_format_is_told_before_what_a_note_looks_like(here: Path) -> None:
    (here / "film.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nThe ferry was late.\n", encoding="utf-8")
    result = run("build", "film.srt")
    assert (result.exit_code, "into a Markdown file (.md)" in result.stderr) == (1, True)


def test_build_prints_the_package_to_stdout_and_a_summary_to_stderr(here: Path) -> None:
    result = run("build")
    assert result.exit_code == 0
    assert result.stdout == f"build/{here.name}.apkg\n"
    for words in (
        "1 article, 2 sentence pairs, 2 vocabulary entries",
        "2 sentences, 2 terms, 1 cloze",
        "1 term-not-found",
        "Import",
    ):
        assert words in result.stderr
    with ZipFile(here / "build" / f"{here.name}.apkg") as package:
        assert {"collection.anki2", "media"} <= set(package.namelist())
    assert (here / "source" / "anki_builder.lock").exists()


def test_a_build_calls_only_warnings_so(here: Path) -> None:
    assert "warnings  1 term-not-found" in run("build").stderr
    text = NOTE.replace("harbor：港口", "ferry：渡船").replace("渡轮；摆渡", "渡轮")
    (here / "source" / "ferry.md").write_text(text, encoding="utf-8")
    shown = run("build", "--force").stderr
    assert " remarks  1 conflicting-gloss" in shown and "warnings" not in shown


def test_an_unchanged_build_is_byte_identical(here: Path) -> None:
    run("build", "-o", "a.apkg")
    first = (here / "a.apkg").read_bytes(), (here / "source" / "anki_builder.lock").read_bytes()
    result = run("build", "-o", "a.apkg")
    assert "5 unchanged" in result.stderr
    assert ((here / "a.apkg").read_bytes(), (here / "source" / "anki_builder.lock").read_bytes()) == first


def test_a_single_file_is_built_too(here: Path) -> None:
    (here / "anki_builder.toml").unlink()
    result = run("build", "source/ferry.md")
    assert result.exit_code == 0
    assert result.stdout == "build/ferry.apkg\n"


def test_check_shows_the_line_with_a_caret_under_full_width_text(here: Path) -> None:
    (here / "source" / "ferry.md").write_text(NOTE.replace("harbor：", "> 说明\n\n港harbor："), encoding="utf-8")
    result = run("check")
    assert result.exit_code in (0, 1)
    result = run("check", "--format", "full")
    caret = next((a, b) for a, b in zip(result.stdout.splitlines(), result.stdout.splitlines()[1:], strict=False) if "^" in b)
    assert re.match(r"\d+ \| ", caret[0])


def test_check_exits_with_one_where_something_is_wrong_and_zero_where_not(here: Path) -> None:
    result = run("check", "--format", "short")
    assert result.exit_code == 1
    assert result.stdout == "source/ferry.md:15:1: warning[term-not-found] no sentence of this passage holds “harbor”\n"
    (here / "source" / "ferry.md").write_text(NOTE.replace("harbor", "wait"), encoding="utf-8")
    assert run("check").exit_code == 0


def test_ignored_rules_are_not_shown(here: Path) -> None:
    (here / "anki_builder.toml").write_text('ignore = ["term-not-found"]', encoding="utf-8")
    assert run("check").exit_code == 0


def json_lines(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_check_prints_json(here: Path) -> None:
    (line,) = json_lines(run("check", "--json"))
    assert set(line) == {"kind", "rule", "severity", "path", "line", "column", "length", "message", "hint", "related"}
    assert (line["kind"], line["rule"], line["path"], line["line"]) == ("diagnostic", "term-not-found", "source/ferry.md", 15)


def test_show_document_keeps_its_contract(here: Path) -> None:
    passage, ferry, harbor = json_lines(run("show", "--format", "json"))
    assert passage == {
        "kind": "passage",
        "path": "source/ferry.md",
        "line": 7,
        "text": "The ferry was *late*. We waited.",
        "translation": "渡轮晚点了。我们等着。",
    }
    assert ferry == {
        "kind": "vocabulary",
        "path": "source/ferry.md",
        "line": 13,
        "term": "ferry",
        "gloss": "渡轮；摆渡",
        "senses": ["渡轮", "摆渡"],
        "phonetics": "[ˈferi]",
        "accent": "美",
        "part_of_speech": None,
        "lemma": None,
        "note": None,
        "surface": "ferry",
        "sentence": "The ferry was *late*.",
        "sentence_translation": "渡轮晚点了。",
        "passage_line": 7,
        "examples": [],
    }
    assert (harbor["surface"], harbor["sentence"], harbor["passage_line"]) == (None, None, 7)


def test_show_pairs_keeps_its_contract(here: Path) -> None:
    first, second = json_lines(run("show", "--stage", "pairs", "--format", "json"))
    confidence = first.pop("confidence")
    assert isinstance(confidence, float)
    assert 0 < confidence <= 1
    assert first == {
        "kind": "pair",
        "path": "source/ferry.md",
        "line": 7,
        "passage_line": 7,
        "text": ["The ferry was *late*."],
        "translation": ["渡轮晚点了。"],
    }
    assert second["text"] == ["We waited."]


def test_show_notes_keeps_its_contract(here: Path) -> None:
    lines = json_lines(run("show", "--stage", "notes", "--format", "json"))
    assert [(line["note_type"], line["line"]) for line in lines] == [
        ("Bilingual Vocabulary (en-zh)", 15),
        ("Bilingual Vocabulary (en-zh)", 13),
        ("Bilingual Cloze (en-zh)", 7),
        ("Bilingual Sentence (en-zh)", 7),
        ("Bilingual Sentence (en-zh)", 7),
    ]
    assert set(lines[0]) == {"kind", "note_type", "guid", "key", "deck", "tags", "fields", "cards", "path", "line"}
    assert lines[0]["cards"] == ["Recognise", "Recall"]
    assert lines[2]["cards"] == ["Cloze 1"]
    fields = lines[2]["fields"]
    assert isinstance(fields, dict)
    assert fields["Text"] == "The {{c1::ferry::渡轮}} was <em>late</em>."
    assert fields["Key"] == lines[2]["guid"]


def test_show_as_text_names_every_line(here: Path) -> None:
    for stage in ("document", "pairs", "notes"):
        result = run("show", "--stage", stage)
        assert result.exit_code == 0
        assert "source/ferry.md" in result.stdout
        assert "ferry" in result.stdout


def test_the_layout_is_explained_line_by_line(here: Path) -> None:
    result = run("check", "--explain-layout", "source/ferry.md")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 1 + sum(bool(line.strip()) for line in NOTE.splitlines())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_begins_with_examples_or_says_what_it_does(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Usage: anki-builder" in result.stdout


def test_a_mistyped_command_is_guessed(here: Path) -> None:
    result = run("bild")
    assert result.exit_code == 2
    assert "did you mean “build”?" in result.stderr


def test_every_rule_explains_itself_with_an_example_and_a_cure() -> None:
    rules = all_rules()
    assert len(rules) > 20
    for rule in rules.values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
        assert not rule.summary.endswith(".")
        assert rule.example.strip()
        assert rule.cure.strip()
        assert rule.name in run("explain", rule.name).stdout
    assert run("explain", "term-not-fuond").exit_code == 2
    assert len(run("explain").stdout.splitlines()) == len(rules)


def test_colour_is_for_terminals_and_can_be_forced_or_refused(here: Path) -> None:
    assert "\x1b[" not in run("check").stdout
    assert "\x1b[" in run("--color", "always", "check").stdout


def test_nothing_to_build_is_an_error_and_keeps_the_old_package(here: Path) -> None:
    run("build", "-o", "a.apkg")
    before = (here / "a.apkg").read_bytes()
    (here / "source" / "ferry.md").write_text("Dear diary.\n", encoding="utf-8")
    result = run("build", "-o", "a.apkg")
    assert result.exit_code == 1
    assert "nothing was built" in result.stderr
    assert (here / "a.apkg").read_bytes() == before


def test_a_note_that_cannot_be_decoded_is_the_one_error_of_a_build(here: Path) -> None:
    (here / "source" / "ferry.md").write_bytes("渡轮晚点了".encode("gb18030"))
    shown = run("build").stderr
    assert "error[not-text]" in shown
    assert shown.count("error[") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        *["build", "check", "check --diff", "check --explain-layout", "plan", "plan --choices", "plan --anki", "show", "read"],
        *["export", "stats", "describe", "layout empty", "preview --html page.html", "push", "pull", "review", "open", "verify"],
        *["deck Old New", "link abc def"],
    ],
)
def test_a_folder_without_notes_is_one_and_the_same_error_of_every_command(
    arguments: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    command, *others = arguments.split()
    result = run(command, *others, *([] if "empty" in others else ["empty"]))
    assert result.exit_code == 1
    error = (
        "error[no-files]: no notes (files that end in .md) are here\n --> empty\n"
        "  = hint: Name a folder that holds Markdown files, or set `include` in anki_builder.toml.\n"
    )
    assert result.output.count(error) == 1
    assert result.output.count("error[") == 1


def test_an_output_that_cannot_be_written_is_a_usage_error(here: Path) -> None:
    (here / "file").write_text("", encoding="utf-8")
    result = run("build", "-o", "file/a.apkg")
    assert result.exit_code == 2
    assert "cannot write" in result.stderr
    (here / "folder").mkdir()
    assert run("build", "-o", "folder").exit_code == 2


@pytest.mark.parametrize("name", ["source/ferry.md", "source/anki_builder.lock", "anki_builder.toml", "other.txt"])
def test_no_output_replaces_what_is_no_output(here: Path, name: str) -> None:
    run("build")
    (here / "anki_builder.toml").write_text("", encoding="utf-8")
    (here / "other.txt").write_text("mine", encoding="utf-8")
    before = (here / name).read_bytes()
    result = run("build", "-o", name)
    assert result.exit_code == 2
    assert "choose another output" in result.stderr
    assert run("preview", "--html", name).exit_code == 2
    assert (here / name).read_bytes() == before


def test_notes_that_cannot_be_written_beside_keep_their_ledger_beside_the_package(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anki_builder.cli.project.os.access", lambda path, mode: Path(path).name != "source")
    result = run("build", "-o", "out/a.apkg")
    assert result.exit_code == 0
    assert "kept in out/a.ledger/anki_builder.lock" in result.stderr
    assert not (here / "source" / "anki_builder.lock").exists()
    assert "5 unchanged" in run("build", "-o", "out/a.apkg").stderr


def test_an_ignored_rule_that_does_not_exist_is_an_error(here: Path) -> None:
    (here / "anki_builder.toml").write_text('ignore = ["nonsense"]', encoding="utf-8")
    assert run("check").exit_code == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_named_like_a_note_is_not_waited_for(here: Path) -> None:
    os.mkfifo(here / "source" / "pipe.md")
    assert "it is no regular file" in run("build").stderr


HOSTILE: dict[str, bytes] = {
    "empty.md": b"",
    "binary.md": bytes(range(256)) * 40,
    "gb.md": "原文：\n\nA boat.\n\n一条船。\n".encode("gb18030"),
    "line.md": "原文：\n\n".encode() + b"word " * 400_000 + "\n\n字".encode() + "词".encode() * 300_000,
    "angle.md": "原文：\n\n".encode() + b"<" * 100_000 + "\n\n字。\n\n学习：\n\n".encode() + b"<" * 100_000 + "：义\n".encode(),
    "surrogate.md": "原文：\n\nA \\ud800 boat.\n\n一条船。\n".encode() + b"\xed\xa0\x80",
    "control.md": "原文：\n\nA \x01\x1f\x7f boat\x0b.\n\n一条\x0c船。\n\n学习：\n\nboat\x1f：船\x02\n".encode(),
    "front.md": "---\ntitle: [unclosed\ntags: {\n\n原文：\n\nA lake.\n\n一个湖。\n".encode(),
    "cloze.md": "原文：\n\nUse {{c1::x}} and }} or a::b in {{c2::code}}.\n\n"
    "用{{c1::x}}和}}或a::b。\n\n学习：\n\n{{c2::code}}：代码}}::\n\na::b：甲\n".encode(),
    "deep.md": b">" * 5000 + b" deep\n\n" + b"- " * 3000 + b"x\n",
    "bracket.md": "原文：\n\n".encode() + b"[" * 60_000 + b"(" * 60_000 + b"`*_~" * 20_000 + "\n\n译文。\n".encode(),
}


def test_hostile_files_are_diagnostics_and_the_rest_is_built(here: Path) -> None:
    for name, data in HOSTILE.items():
        (here / "source" / name).write_bytes(data)
    (here / "source" / "loop.md").symlink_to("loop.md")
    (here / "source" / "circle").symlink_to(here / "source")
    result = run("build", "-o", "a.apkg")
    assert result.exit_code == 1
    assert (here / "a.apkg").exists()
    for name in ("binary.md", "gb.md", "surrogate.md", "loop.md", "circle"):
        assert name in result.stderr, name
    short = run("check", "--format", "short").stdout
    assert "unclosed-front-matter" in short
    assert run("show", "--stage", "notes", "--format", "json").exit_code == 0


def test_every_rule_that_hostile_files_break_leaves_the_others_their_cards(here: Path) -> None:
    anki = pytest.importorskip("anki_collection", reason="the real Anki is the judge here")
    for name, data in HOSTILE.items():
        (here / "source" / name).write_bytes(data)
    run("build", "-o", "a.apkg")
    with anki.anki_collection() as collection:
        counts = collection.add(here / "a.apkg")
        assert counts.conflicting == 0
        assert counts.new >= 10
        collection.collection.fix_integrity()
        texts = " ".join(note["Text"] for note in collection.notes().values() if "Text" in note)
        assert "A &lt;" not in texts


@pytest.mark.skipif(os.name == "nt", reason="pipes close differently")
def test_a_closed_pipe_ends_quietly(here: Path) -> None:
    command = f"{sys.executable} -m anki_builder show --stage notes --format json | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=here, check=False)
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith('{"kind"')
