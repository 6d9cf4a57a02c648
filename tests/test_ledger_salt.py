"""Two projects in one Anki: notes with one key are two notes there, since each ledger holds the name of its collection."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from building import rows_of_package
from test_ledger_files import NOTE, SECOND, edit, run

from anki_builder.cli.files import LEDGER
from anki_builder.cli.project import Project

pytest.importorskip("anki", reason="the real Anki (pip install anki) is the judge here")

from anki_collection import AnkiCollection, Counts, anki_collection

BANK = """# The {title}

原文：

They met at the bank every evening.

{translation}

学习：

bank：{gloss}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def guids(package: Path) -> dict[str, str]:
    """Return the GUID of each note by its first field and note type."""
    rows = rows_of_package(package, "select mid, flds, guid from notes")
    return {f"{mid} {fields.partition(chr(31))[0]}": guid for mid, fields, guid in rows}


def contents(anki: AnkiCollection) -> dict[str, Any]:
    return {guid: (list(note.fields), note.tags) for guid, note in anki.notes().items()}


def test_two_projects_in_one_anki_keep_their_notes(home: Path) -> None:
    for name, gloss, translation in (("geography", "河岸", "他们每晚在河岸见面。"), ("money", "银行", "他们每晚在银行见面。")):
        (home / name).mkdir()
        (home / name / "bank.md").write_text(BANK.format(title=name, gloss=gloss, translation=translation), encoding="utf-8")
        assert run("build", name, "-o", f"{name}.apkg").exit_code == 0
    with anki_collection() as anki:
        assert anki.add(home / "geography.apkg") == Counts(2, 0, 0, 0)
        anki.review()
        for note in anki.notes().values():
            note["Note"] += " mine"
            anki.collection.update_note(note)
        before, history = contents(anki), anki.history()
        assert anki.add(home / "money.apkg") == Counts(2, 0, 0, 0)
        edit(home / "money", "bank：银行", "bank：银行；库", "bank.md")
        assert run("build", "money", "-o", "money.apkg").exit_code == 0
        assert anki.add(home / "money.apkg").new == 0
        assert contents(anki).items() >= before.items()
        assert anki.history().items() >= history.items()
        anki.check()


def test_a_project_that_is_copied_with_its_ledger_is_the_same_project_in_anki(home: Path) -> None:
    """The copy needs another name and no ledger to be one of its own."""
    (home / "first").mkdir()
    (home / "first" / "ladder.md").write_text(NOTE, encoding="utf-8")
    assert run("build", "first", "-o", "a.apkg").exit_code == 0
    shutil.copytree(home / "first", home / "second")
    assert run("build", "second", "-o", "b.apkg").exit_code == 0
    assert guids(home / "b.apkg") == guids(home / "a.apkg")
    (home / "second" / LEDGER).unlink()
    assert run("build", "second", "-o", "b.apkg").exit_code == 0
    assert not set(guids(home / "b.apkg").values()) & set(guids(home / "a.apkg").values())


def test_a_lost_ledger_is_made_again_from_notes_and_settings(home: Path) -> None:
    (home / "notes").mkdir()
    (home / "notes" / "ladder.md").write_text(NOTE, encoding="utf-8")
    assert run("build", "notes/ladder.md", "-o", "a.apkg").exit_code == 0, "one file, whose collection is called ladder"
    before = guids(home / "a.apkg")
    (home / "notes" / LEDGER).unlink()
    assert run("build", "notes", "-o", "a.apkg").exit_code == 0
    assert guids(home / "a.apkg") == before
    (home / "notes").rename(home / "moved")
    assert run("build", "moved", "-o", "a.apkg").exit_code == 0
    assert guids(home / "a.apkg") == before, "a folder that moves with its ledger"
    (home / "moved" / LEDGER).unlink()
    assert run("build", "moved", "-o", "a.apkg").exit_code == 0
    assert not set(guids(home / "a.apkg").values()) & set(before.values())
    (home / "moved" / LEDGER).unlink()
    (home / "moved" / "anki_builder.toml").write_text('collection = "notes"\n', encoding="utf-8")
    assert run("build", "moved", "-o", "a.apkg").exit_code == 0
    assert guids(home / "a.apkg") == before


def test_another_name_of_the_collection_later_changes_no_note(home: Path) -> None:
    (home / "notes").mkdir()
    (home / "notes" / "ladder.md").write_text(NOTE, encoding="utf-8")
    assert run("build", "notes", "-o", "a.apkg").exit_code == 0
    before = guids(home / "a.apkg")
    (home / "notes" / "anki_builder.toml").write_text('collection = "Mine"\n', encoding="utf-8")
    (home / "notes" / "well.md").write_text(SECOND, encoding="utf-8")
    assert run("build", "notes", "-o", "a.apkg").exit_code == 0
    assert guids(home / "a.apkg").items() >= before.items()


def test_a_ledger_without_a_name_keeps_its_guids(home: Path) -> None:
    (home / "notes").mkdir()
    (home / "notes" / "ladder.md").write_text(NOTE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as earlier:
        earlier.setattr(Project, "salt", "")
        assert run("build", "notes", "-o", "a.apkg").exit_code == 0
    before = guids(home / "a.apkg")
    assert "0 new, 0 changed" in run("build", "notes", "-o", "a.apkg", "--no-cache").output
    assert guids(home / "a.apkg") == before
    edit(home / "notes", "leaned against", "leant against")
    assert run("build", "notes", "-o", "a.apkg").exit_code == 0
    assert b"\ncollection" not in (home / "notes" / LEDGER).read_bytes()
