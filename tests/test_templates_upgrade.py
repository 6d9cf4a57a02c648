"""A new version of the program with other built-in templates: what becomes of the copies that a learner edited."""

import re
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from built_in import become
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from anki_builder import templates
from anki_builder.cli import cli
from anki_builder.templates.merging import merge

NAME = "sentence/read.back.html"
Run = Callable[..., Result]

BASE = """\
{{FrontSide}}
<hr id=answer>
<div class="translation">{{Translation}}</div>
<div class="sound">[[include parts/text-audio.html]]</div>
[[include parts/focus.html]]
[[include parts/note.html]]
[[include parts/passage.html]]
[[include parts/footer.html]]
"""
BUILT_IN = {**templates.builtin(), NAME: BASE, "parts/focus.html": "<p>{{Focus}}</p>\n"}
EDITS: dict[str, Callable[[str], str]] = {
    "first line": lambda text: f"<p>mine</p>\n{text}",
    "last line": lambda text: f"{text}<p>mine</p>\n",
    "translation": lambda text: text.replace('class="translation"', 'class="translation mine"'),
    "without the note": lambda text: text.replace("[[include parts/note.html]]\n", ""),
    "all of it": lambda text: "<p>mine {{Translation}}</p>\n",
}
UPSTREAM: dict[str, Callable[[str], str]] = {
    "same lines": lambda text: text.replace('class="translation"', 'class="translation new"').replace(
        "[[include parts/note.html]]", "<aside>[[include parts/note.html]]</aside>"
    ),
    "other lines": lambda text: text.replace("<hr id=answer>", '<hr id=answer class="new">'),
    "part removed": lambda text: text.replace("[[include parts/focus.html]]\n", ""),
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "harbour.md").write_text("# Harbour\n\n原文：\n\nThe fog lifts.\n\n雾散了。\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    become(monkeypatch, BUILT_IN)

    def invoke(*arguments: str, code: int = 0) -> Result:
        done = CliRunner().invoke(cli, arguments)
        assert done.exit_code == code, done.output
        return done

    return invoke


def file(name: str = NAME) -> Path:
    return Path("templates") / name


@pytest.mark.parametrize(("edit", "upstream"), list(product(EDITS, UPSTREAM)))
def test_both_changes_are_merged_or_a_conflict_keeps_both(
    run: Run, monkeypatch: pytest.MonkeyPatch, edit: str, upstream: str
) -> None:
    run("templates", "eject", NAME)
    base = BASE
    mine, theirs = EDITS[edit](base), UPSTREAM[upstream](base)
    file().write_text(mine, "utf-8")
    new = {**BUILT_IN, NAME: theirs}
    if upstream == "part removed":
        del new["parts/focus.html"]
        for other, text in new.items():
            new[other] = text.replace("[[include parts/focus.html]]\n", "")
    become(monkeypatch, new)
    assert (
        "note[outdated-template]"
        in run("templates", "check", code=int(mine.count("focus") > 0 and upstream == "part removed")).stdout
    )
    done = CliRunner().invoke(cli, ["templates", "upgrade"])
    text = file().read_text("utf-8")
    assert file(f".backup/{NAME}.1").read_text("utf-8") == mine
    wrote = set(mine.splitlines()) - set(base.splitlines())
    added = set(theirs.splitlines()) - set(base.splitlines())
    assert wrote <= set(text.splitlines()), "what the learner wrote is there"
    if done.exit_code == 0:
        assert "<<<<<<<" not in text and "merged" in done.stdout
        assert added <= set(text.splitlines()), "what is new is there"
        run("build", "-o", "deck.apkg")
    else:
        assert "conflict" in done.stdout and {"<<<<<<< yours", "=======", ">>>>>>> built-in"} <= set(text.splitlines())
        assert "error[template-conflict]" in run("build", "-o", "deck.apkg", code=1).stderr
    assert "nothing to upgrade" in run("templates", "upgrade").stderr


def test_only_edits_of_the_same_or_neighbouring_lines_conflict() -> None:
    outcomes = {}
    base = BASE
    for edit, upstream in product(EDITS, UPSTREAM):
        outcomes[edit, upstream] = merge(base, EDITS[edit](base), UPSTREAM[upstream](base)).conflicts
    assert {pair for pair, conflicts in outcomes.items() if conflicts} == {
        ("translation", "same lines"), ("translation", "other lines"), ("without the note", "same lines"),
        ("without the note", "part removed"), ("all of it", "same lines"), ("all of it", "other lines"), ("all of it", "part removed"),
    }  # fmt: skip


def test_a_copy_that_was_not_changed_follows_the_built_in_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("templates", "eject", NAME)
    become(monkeypatch, {**BUILT_IN, NAME: "<hr id=answer>{{Translation}}"})
    assert "had not changed" in run("templates", "upgrade").stdout
    assert file().read_text("utf-8") == "<hr id=answer>{{Translation}}"
    assert not file(".backup").exists()


def test_a_part_that_is_gone_becomes_the_learners_own(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("templates", "eject", NAME)
    focus = BUILT_IN["parts/focus.html"]
    new = {name: text.replace("[[include parts/focus.html]]\n", "") for name, text in BUILT_IN.items() if "focus" not in name}
    become(monkeypatch, {**new, NAME: BASE})
    said = run("build", "-o", "deck.apkg", code=1).stderr
    assert "error[unknown-include]" in said and "`anki-builder templates upgrade` makes its last text your own" in said
    assert "yours alone" in run("templates", "upgrade").stdout
    assert file("parts/focus.html").read_text("utf-8") == focus
    run("build", "-o", "deck.apkg")
    assert "parts/focus.html                 snippet" in run("templates", "list").stdout


def test_keeping_ones_own_is_said_without_a_change(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("templates", "eject", NAME)
    file().write_text("<hr id=answer>mine {{Translation}}\n", "utf-8")
    become(monkeypatch, {**BUILT_IN, NAME: "<hr id=answer>new {{Translation}}\n"})
    run("templates", "upgrade", "--keep")
    assert file().read_text("utf-8") == "<hr id=answer>mine {{Translation}}\n"
    assert "nothing to report" in run("templates", "check").stderr


def test_templates_can_be_printed(run: Run) -> None:
    assert run("templates", "eject", NAME, "--stdout").stdout == BASE
    assert not file().exists()


LINES = st.lists(st.sampled_from("abcd"), max_size=8).map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(LINES, LINES, LINES)
def test_a_merge_loses_no_line_that_one_side_wrote(base: str, mine: str, theirs: str) -> None:
    merged = merge(base, mine, theirs)
    assert merge(base, base, theirs).text == theirs and merge(base, mine, base).text == mine
    assert merge(base, mine, mine) == (mine, 0)
    assert bool(merged.conflicts) == ("<<<<<<<" in merged.text)
    assert merged.text.count("<<<<<<<") == merged.text.count(">>>>>>>") == merged.conflicts
    opened = re.sub(r"<<<<<<< yours\n(.*?)=======\n.*?>>>>>>> built-in\n", r"\1", merged.text, flags=re.DOTALL)
    assert merge(base, opened, base).text == opened
    if not merged.conflicts and theirs == base:
        assert merged.text == mine
