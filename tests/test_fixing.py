"""`check --fix`: only safe corrections, only where the text is the one that was read, and never a note half written."""

from pathlib import Path

import pytest
from command import run
from hypothesis import given, settings
from hypothesis import strategies as st

import anki_builder.cli.fixing
from anki_builder.cli.fixing import BACKUP
from anki_builder.compiler import read_and_align
from anki_builder.config import Config
from anki_builder.source import Source

NOTE = """---
titel: Ferries
---

# The ferry

原文：

The ferry was late, so we waited.. It came at nine.

渡轮*晚点*了,所以我们等着。。它九点来了,我们上船。

Vocabluary:

ferry：渡轮
"""
FIXED = (
    NOTE.replace("titel:", "title:")
    .replace("waited..", "waited.")
    .replace("等着。。", "等着。")
    .replace("了,", "了，")
    .replace("Vocabluary:", "Vocabulary:")
)


@pytest.fixture
def note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "source" / "ferry.md"
    path.parent.mkdir()
    path.write_text(NOTE, encoding="utf-8")
    return path


def test_safe_corrections_are_written_and_the_first_version_is_kept(note: Path) -> None:
    result = run("check", "--fix")
    assert note.read_text(encoding="utf-8") == FIXED
    assert note.with_name(note.name + BACKUP).read_text(encoding="utf-8") == NOTE
    assert "6 corrections made in 1 file" in result.stderr
    for rule in ("front-matter-key", "mistyped-label", "doubled-mark", "width-mixed"):
        assert rule not in result.stdout


def test_a_mistyped_label_is_a_label_all_the_same(note: Path) -> None:
    result = run("check", "--format", "short")
    assert "mistyped-label" in result.stdout
    shown = run("show").stdout
    assert "* ferry  渡轮" in shown
    assert "Vocabluary" not in shown


def test_a_second_run_finds_nothing_to_correct(note: Path) -> None:
    run("check", "--fix")
    before = note.stat().st_mtime_ns
    assert "correction" not in run("check", "--fix").stderr
    assert note.stat().st_mtime_ns == before


def test_a_diff_changes_nothing(note: Path) -> None:
    result = run("check", "--diff")
    assert result.exit_code == 1
    assert "-titel: Ferries\n+title: Ferries" in result.stdout
    assert note.read_text(encoding="utf-8") == NOTE
    assert not note.with_name(note.name + BACKUP).exists()


def test_line_ends_and_byte_order_mark_stay(note: Path) -> None:
    note.write_bytes(b"\xef\xbb\xbf" + NOTE.replace("\n", "\r\n").encode())
    run("check", "--fix")
    assert note.read_bytes() == b"\xef\xbb\xbf" + FIXED.replace("\n", "\r\n").encode()


def test_a_note_that_was_changed_meanwhile_is_left_alone(note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = anki_builder.cli.fixing.corrected

    def late(*arguments: object) -> object:
        found = real(*arguments)  # type: ignore[arg-type]
        note.write_text("another text", encoding="utf-8")
        return found

    monkeypatch.setattr(anki_builder.cli.fixing, "corrected", late)
    result = run("check", "--fix")
    assert result.exit_code == 2
    assert "was changed meanwhile" in result.stderr
    assert note.read_text(encoding="utf-8") == "another text"


def test_rules_that_are_ignored_are_not_corrected(note: Path) -> None:
    (note.parents[1] / "anki_builder.toml").write_text('ignore = ["width-mixed"]', encoding="utf-8")
    run("check", "--fix")
    assert "了,所以" in note.read_text(encoding="utf-8")


def test_the_corrections_of_a_cached_note_are_known(note: Path) -> None:
    run("build")
    run("check", "--fix")
    assert note.read_text(encoding="utf-8") == FIXED


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("---\nlanguages: de\n---\n\n# Der Zug\n\nDer Zug kam.\n\nThe train came.\n", ("languages: de", "languages: [de, en]")),
        ("---\nlanguages: [ en ]\n---\n\n# Der Zug\n\nDer Zug kam.\n\nThe train came.\n", ("[ en ]", "[de, en]")),
        ("# A\n\n原文：\n\nThe ferry was late.^a1b2c3\n\n渡轮晚点了。^fbgkqz\n\n学习：\n\nferry：渡轮^x9z8y7\n", ("^", " ^")),
    ],
)
def test_what_is_half_said_is_completed(note: Path, wrong: str, right: tuple[str, str]) -> None:
    note.write_text(wrong, encoding="utf-8")
    run("check", "--fix")
    assert note.read_text(encoding="utf-8") == wrong.replace(*right)
    said = run("check", "--format", "short").stdout
    assert "front-matter-languages" not in said
    assert "glued-block-id" not in said
    assert "^" not in run("show").stdout


@pytest.mark.parametrize(
    "text",
    [
        "---\nlanguages: [Klingon, English]\n---\n\nDer Zug kam.\n\nThe train came.\n",
        "---\nlanguages: fr\n---\n\nDer Zug kam am Abend an.\n\nThe train came in the evening.\n",
        "---\nlanguages: # which?\n  - de\n---\n\nDer Zug kam.\n\nThe train came.\n",
        "# A\n\n原文：\n\nIt holds x^2, and 10^123456\n\n它是x^2。\n",
        "# A\n\nThe train came.\n\n火车来了。\n\n```python\nprint(1)\nx = y.^a1b2c3\n```\n",
        "# A\n\n原文：\n\nThe ferry was late. ^a1b2c3\n\n渡轮晚点了。\n",
    ],
)
def test_what_is_meant_otherwise_is_left_alone(note: Path, text: str) -> None:
    note.write_text(text, encoding="utf-8")
    run("check", "--fix")
    assert note.read_text(encoding="utf-8") == text


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from("船来了 ,;:?! 。。 ，， `x` *强* “” A b ~ [甲](u) \n".split(" ")), min_size=3, max_size=14).map(
        "".join
    )
)
def test_each_fix_finds_its_text_at_its_place(text: str) -> None:
    source = Source("n.md", "n.md", f"# A\n\n原文：\n\nThe ship came.\n\n{text}\n")
    _, diagnostics = read_and_align(source, Config())
    lines = source.text.split("\n")
    for fix in (fix for diagnostic in diagnostics for fix in diagnostic.fixes):
        start = fix.span.column - 1
        row = lines[fix.span.line - 1]
        if row[start : start + len(fix.old)] == fix.old:
            assert fix.new != fix.old
