"""A part is a part of the whole: building some notes gives the notes that building all of them would give, and flips nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from building import rows_of_package
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notes_folder import ARTICLES, NotesFolder
from test_ledger_files import plan, run

FIELDS = "select n.guid, n.mid, n.flds, n.tags, c.ord, c.did from notes n join cards c on c.nid = n.id order by c.due"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NotesFolder]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    yield NotesFolder(tmp_path / "folder", monkeypatch)


def contents(package: Path) -> dict[str, tuple[Any, ...]]:
    """Return the fields and tags of each note by GUID."""
    return {guid: tuple(rest) for guid, *rest in rows_of_package(package, "select guid, mid, flds, tags, mod from notes")}


def test_a_part_changes_nothing_where_nothing_was_edited(folder: NotesFolder) -> None:
    folder.build(True)
    ledger, whole = folder.ledger.read_bytes(), contents(folder.package)
    for name in ("0.md", "1.md", "2.md", "3.md"):
        result = run("build", folder.notes / name, "-o", "part.apkg")
        assert "0 new, 0 changed" in result.output and "0 removed" in result.output
        part = contents(Path("part.apkg"))
        assert part.items() <= whole.items()
        assert folder.ledger.read_bytes() == ledger


def test_a_part_has_the_glosses_that_other_articles_give(folder: NotesFolder) -> None:
    folder.build(True)
    folder.write("3.md", ARTICLES[3].replace("kite：纸鸢", "kite：鸢").replace("mill：磨坊", "mill：磨粉机"))
    found = plan(folder.notes / "3.md")
    changed = {note["text"]: note["path"] for note in found["notes"]}  # type: ignore[attr-defined]
    assert changed.keys() >= {"kite", "mill"}, "they stand in other articles first"
    assert run("build", folder.notes / "3.md", "-o", "part.apkg").exit_code == 0
    built = contents(Path("part.apkg"))
    (mill,) = [fields for _, fields, *_ in built.values() if fields.startswith("mill\x1f")]
    assert all(gloss in mill for gloss in ("磨坊", "磨房", "工厂", "磨粉机"))
    folder.build(True)
    assert built.items() <= contents(folder.package).items(), "the whole sends nothing back"


def test_a_file_that_lost_its_notes_stops_the_build_of_another_one_too(folder: NotesFolder) -> None:
    folder.write("5.md", "# Rain\n\n原文：\n\nRain fell on the roof all night.\n\n雨整夜落在屋顶上。\n")
    folder.build(True)
    folder.write("5.md", "# Rain\n")
    result = run("build", folder.notes / "2.md", "-o", "part.apkg")
    assert result.exit_code == 1
    assert "file-without-notes" in result.output, "its glosses would be missing"


def test_a_part_remembers_what_was_removed_elsewhere(folder: NotesFolder) -> None:
    folder.build(True)
    guids = set()
    for text in ("It rose far above the mill", "It rose far above the old mill", ""):
        folder.now += 100
        sentence = f"{text}, and the children cheered." if text else ""
        folder.write("0.md", ARTICLES[0].replace("It rose above the mill, and the children cheered.", sentence))
        folder.build(True)
        guids |= {guid for guid, (_, fields, *_) in contents(folder.package).items() if text and fields.startswith(text)}
    (guid,) = guids
    assert guid not in contents(folder.package)
    folder.write("2.md", ARTICLES[2].replace("The baker counted loaves.", "The old baker counted loaves."))
    assert run("build", folder.notes / "2.md", "-o", "part.apkg").exit_code == 0
    folder.now += 100
    folder.write("0.md", ARTICLES[0].replace("It rose above the mill", "It rose far above the old mill"))
    folder.build(True)
    assert contents(folder.package)[guid][1].startswith("It rose far above the old mill")


EDITS = st.tuples(
    st.integers(0, 3),
    st.sampled_from(["The mill stood still.", "kite", "面包", "loaves", "mill", "Nobody", "学习：", "loaf：条\n", "children"]),
    st.sampled_from(["", "kite", "The old mill stood quite still.", "面包卷", "raven：渡鸦\n\n"]),
)
PARTS = st.lists(st.sets(st.integers(0, 4), min_size=1, max_size=3), min_size=1, max_size=3)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(EDITS, max_size=4), PARTS, st.booleans(), st.booleans())
def test_the_whole_after_any_parts_is_the_whole_without_them(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, str, str]], parts: list[set[int]], adds: bool, moves: bool
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        place = tmp_path_factory.mktemp("parts")
        monkeypatch.setenv("XDG_CACHE_HOME", str(place / "cache"))
        monkeypatch.setenv("LOCALAPPDATA", str(place / "cache"))
        monkeypatch.chdir(place)
        folder = NotesFolder(place / "folder", monkeypatch)
        (folder.notes / "anki_builder.toml").write_text("", "utf-8")
        folder.build(True)
        for number, old, new in edits:
            path = folder.notes / f"{number}.md"
            folder.write(path.name, path.read_text("utf-8").replace(old, new, 1))
        if adds:
            folder.write("15.md", ARTICLES[2].replace("loaf", "raven"))
        if moves:
            (folder.notes / "0.md").rename(folder.notes / "4.md")
        ledger = folder.ledger.read_bytes()
        folder.now += 100
        folder.build(False)
        expected = rows_of_package(folder.package, FIELDS)
        folder.ledger.write_bytes(ledger)
        for part in parts:
            files = [path for number in part if (path := folder.notes / f"{number}.md").exists()]
            if files:
                run("build", *files, "-o", "part.apkg", "--force", "-j", "1")
        folder.build(True)
        assert rows_of_package(folder.package, FIELDS) == expected
