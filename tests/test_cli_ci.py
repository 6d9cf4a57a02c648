"""What code hosts, hooks and editors use: machine-readable diagnostics, quiet runs, other folders, the doctor."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from command import run

from anki_builder.cli.report import FORMS, for_github
from anki_builder.diagnostic import Diagnostic, Rule
from anki_builder.source import Span

NOTE = """# The ferry

原文：

The ferry was late.

渡轮晚点了。

学习：

ferry：渡轮

harbor：港口
"""
ROOT = Path(__file__).parent.parent


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "ferry.md").write_text(NOTE, encoding="utf-8")
    return tmp_path


def test_check_marks_the_lines_of_a_pull_request(here: Path) -> None:
    result = run("check", "--format", "github")
    assert result.exit_code == 1
    assert result.stdout == (
        "::warning file=source/ferry.md,line=13,col=1,endColumn=7,title=term-not-found::"
        "no sentence of this passage holds “harbor”. Write the term as this note has it, or add an example below it.\n"
    )


def test_a_workflow_command_escapes_what_would_end_it() -> None:
    rule = Rule("r", "note", "s", "e", "c")
    line = for_github(Diagnostic(rule, Span("a,b:c.md", 0), "50% of\nit: all"))
    assert line == "::notice file=a%2Cb%3Ac.md,col=1,endColumn=2,title=r::50%25 of%0Ait: all"


def test_a_sarif_log_has_each_rule_once_and_each_diagnostic_at_its_place(here: Path) -> None:
    (here / "source" / "ä b.md").write_text(NOTE, encoding="utf-8")
    log = json.loads(run("check", "--format", "sarif").stdout)
    (own,) = log["runs"]
    assert (log["version"], own["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    rules = own["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["repeated-sentence", "term-not-found"] or len({r["id"] for r in rules}) == len(
        rules
    )
    for result in own["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
    places = [result["locations"][0]["physicalLocation"] for result in own["results"] if result["ruleId"] == "term-not-found"]
    assert places[0]["region"] == {"startLine": 13, "startColumn": 1, "endColumn": 7}
    assert {place["artifactLocation"]["uri"] for place in places} == {"source/ferry.md", "source/%C3%A4%20b.md"}


def test_a_sarif_log_of_faultless_notes_is_a_log_all_the_same(here: Path) -> None:
    (here / "source" / "ferry.md").write_text(NOTE.replace("harbor", "late"), encoding="utf-8")
    assert json.loads(run("check", "--format", "sarif").stdout)["runs"][0]["results"] == []


def test_a_quiet_build_prints_the_package_alone(here: Path) -> None:
    result = run("-q", "build")
    assert (result.stdout, result.stderr) == (f"build/{here.name}.apkg\n", "")


def test_a_quiet_check_still_prints_problems(here: Path) -> None:
    result = run("-q", "check", "--format", "short")
    assert "term-not-found" in result.stdout
    assert result.stderr == ""


def test_a_quiet_build_that_fails_says_why(here: Path) -> None:
    (here / "source" / "ferry.md").write_text("nothing", encoding="utf-8")
    result = run("-q", "build")
    assert result.exit_code == 1
    assert "nothing was built" in result.stderr


def test_a_command_works_in_another_folder(here: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-m", "anki_builder", "-C", str(here), "build"]
    result = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=True)
    assert result.stdout == f"build/{here.name}.apkg\n"
    assert (here / "build" / f"{here.name}.apkg").exists()


def test_help_of_a_command_is_what_its_option_prints(here: Path) -> None:
    assert run("help", "build").stdout == run("build", "--help").stdout
    assert run("help").stdout == run("--help").stdout
    assert run("help", "bulid").exit_code == 2


def test_colour_can_be_forced_where_no_terminal_is(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in run("check").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("check").stdout


def test_the_doctor_finds_nothing_to_cure_in_a_folder_with_notes(here: Path) -> None:
    result = run("doctor")
    assert result.exit_code == 0
    for words in ("anki-builder", "Python 3.", "genanki 0.13", "1 file in source", "made by the first build", "can be deleted"):
        assert words in re.sub(r" +", " ", result.stdout)


def test_the_doctor_knows_every_extra_that_a_learner_can_install(here: Path) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    (line,) = [line for line in run("doctor").stdout.splitlines() if line.strip().startswith("extras")]
    assert set(re.findall(r"[a-z]+", line)) >= extras.keys() - {"test", "docs", "dev"}


def test_the_doctor_names_what_needs_a_cure(here: Path) -> None:
    (here / "anki_builder.toml").write_text("tilte = 1", encoding="utf-8")
    result = run("doctor", "--format", "json")
    assert result.exit_code == 1
    findings = {finding["name"]: finding for finding in map(json.loads, result.stdout.splitlines())}
    assert "tilte" in findings["notes"]["text"]
    assert findings["notes"]["cure"]
    assert findings["Python"]["cure"] is None


def test_the_problem_matcher_finds_the_place_in_a_line_of_check(here: Path) -> None:
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    (matcher,) = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL) if "problemMatcher" in block]
    pattern = matcher["tasks"][0]["problemMatcher"]["pattern"]
    (line,) = run("check", "--format", "short").stdout.splitlines()
    match = re.fullmatch(pattern["regexp"], line)
    assert match is not None
    place = [match[pattern[name]] for name in ("file", "line", "column", "severity", "code")]
    assert place == ["source/ferry.md", "13", "1", "warning", "term-not-found"]


def test_the_hook_checks_the_notes_that_a_commit_changes(here: Path) -> None:
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entry = re.search(r"entry: anki-builder (.*)", hook)
    assert entry is not None
    assert run(*entry[1].split(), "source/ferry.md").exit_code == 1
    pattern = re.search(r"files: (.*)", hook)
    assert pattern is not None
    assert re.search(pattern[1], "notes/ferry.md")
    assert not re.search(pattern[1], "notes/ferry.txt")


def test_every_form_of_check_is_printed_without_a_fault(here: Path) -> None:
    for form in FORMS:
        assert "term-not-found" in run("check", "--format", form).stdout


def test_a_description_names_languages_cards_and_sources(here: Path) -> None:
    note = NOTE.replace("# The ferry", "# The ferry\n\nLink: https://example.org/?a=1&b=2")
    (here / "source" / "ferry.md").write_text(note, encoding="utf-8")
    text = run("describe").stdout
    assert text.startswith(f"{here.name}\n\nEnglish, explained in Chinese.\n")
    assert "a sentence, to be understood (1)" in text
    assert "- The ferry – https://example.org/?a=1&b=2" in text
    assert not (here / "build").exists()
