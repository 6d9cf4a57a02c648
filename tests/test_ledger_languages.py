"""The languages of a note file stay as they were, and regions and scripts make no other note types."""

from pathlib import Path

import pytest
from building import rows_of_package
from test_ledger_files import edit, run

from anki_builder.cli.files import LEDGER
from anki_builder.config import Config
from anki_builder.reading.reader import read
from anki_builder.source import Source

TRADITIONAL = """# The kite

原文：

The kite rose above the harbour, and the children cheered.

風箏升到港口上空，孩子們歡呼起來。

学习：

kite：風箏
"""


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "kite.md").write_text(TRADITIONAL, encoding="utf-8")
    return tmp_path / "notes"


def types() -> set[tuple[str, int]]:
    """Return GUID and note type of all notes of the package."""
    return {(guid, mid) for guid, mid in rows_of_package(Path("a.apkg"), "select guid, mid from notes")}


WORDS = "# Words\n\norbit：轨道\n\nnarrow：狭窄的\n\ndie：骰子\n\nwar：战争\n\nhell：地狱\n"


@pytest.mark.parametrize(
    ("text", "former", "languages", "rules"),
    [
        (WORDS, None, ("de", "zh"), []),
        (WORDS, ("en", "zh"), ("en", "zh"), ["languages-kept"]),
        (WORDS, ("zh", "en"), ("zh", "en"), ["languages-kept"]),
        (WORDS, ("ru", "zh"), ("de", "zh"), []),
        (f"---\nlanguages: [de, zh]\n---\n{WORDS}", ("en", "zh"), ("de", "zh"), []),
        (TRADITIONAL, ("en", "zh"), ("en", "zh-Hant"), []),
        (TRADITIONAL, ("en", "ja"), ("en", "ja"), ["languages-kept"]),
    ],
    ids=["never built", "kept", "kept the other way round", "another script", "named", "more precise", "a script in common"],
)
def test_a_note_stays_in_the_languages_it_was_built_in(
    text: str, former: tuple[str, str] | None, languages: tuple[str, str], rules: list[str]
) -> None:
    document, diagnostics = read(Source("a.md", "a.md", text, former=former), Config())
    assert document.languages == languages
    assert [found.rule.name for found in diagnostics if found.rule.name.startswith("languages-kept")] == rules


def test_a_conversion_back_and_forth_keeps_every_note(notes: Path) -> None:
    assert run("build", "notes", "-o", "a.apkg").exit_code == 0
    assert b"[kite.md]\ten zh\t" in (notes / LEDGER).read_bytes()
    before = types()
    edit(notes, "風箏升到港口上空，孩子們歡呼起來。", "风筝升到港口上空，孩子们欢呼起来。", "kite.md")
    edit(notes, "kite：風箏", "kite：风筝", "kite.md")
    assert "0 new" in run("build", "notes", "-o", "a.apkg").output
    assert types() == before


def test_note_types_of_earlier_builds_keep_their_languages(notes: Path) -> None:
    with pytest.MonkeyPatch.context() as earlier:
        for module in ("compiler", "notes.article", "notes.note_types"):
            earlier.setattr(f"anki_builder.{module}.pair_of", lambda languages: languages)
        assert run("build", "notes", "-o", "a.apkg", "--no-cache").exit_code == 0
    before = types()
    assert "0 new, 0 changed" in run("build", "notes", "-o", "a.apkg", "--no-cache").output
    assert types() == before
    assert b"[kite.md]\ten zh-Hant\t" in (notes / LEDGER).read_bytes()
    edit(notes, "風箏升到港口上空，孩子們歡呼起來。", "风筝升到港口上空，孩子们欢呼起来。", "kite.md")
    edit(notes, "kite：風箏", "kite：风筝", "kite.md")
    assert "0 new" in run("build", "notes", "-o", "a.apkg").output
    assert types() == before


def test_a_note_is_explained_in_the_languages_it_was_built_in(notes: Path) -> None:
    (notes / "words.md").write_text(WORDS, encoding="utf-8")
    assert run("check", notes / "words.md", "--explain-layout").stdout.startswith("notes/words.md  German is studied")
    (notes / "anki_builder.toml").write_text('languages = ["en", "zh"]\n', encoding="utf-8")
    run("build", notes, "-o", "a.apkg")
    (notes / "anki_builder.toml").unlink()
    assert run("check", notes / "words.md", "--explain-layout").stdout.startswith("notes/words.md  English is studied")
