"""The record of the last build: nothing that changed is overlooked, and with nothing to do nothing is imported."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from notes_folder import NotesFolder

from anki_builder.cli.building import make
from anki_builder.cli.record import BuildRecord


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NotesFolder]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    yield NotesFolder(tmp_path / "folder", monkeypatch)


def test_a_second_build_prints_what_it_would_print_without_the_record(folder: NotesFolder) -> None:
    first = folder.build(True)
    assert any(" new, 0 changed" in line for line in first.report.lines)
    again = folder.build(True)
    assert again == folder.build(False)
    assert again[1:] == first[1:]


@pytest.mark.parametrize("name", ["0.md", "mill.png", "anki_builder.lock", "../a.apkg", "../templates/user.css"])
@pytest.mark.parametrize("act", ["edit", "remove"])
def test_an_edit_is_noticed_even_where_size_and_time_stay(folder: NotesFolder, name: str, act: str) -> None:
    (folder.folder / "templates").mkdir()
    (folder.folder / "templates" / "user.css").write_text(".card { color: red }", "utf-8")
    (folder.notes / "mill.png").write_bytes(b"picture")
    (folder.folder / "anki_builder.toml").write_text("", "utf-8")
    folder.build(True)
    project = folder.project()
    assert BuildRecord(project, folder.now * 10**9).unchanged() is not None
    path = folder.notes / name
    status = path.stat()
    if act == "remove":
        path.unlink()
    else:
        data = path.read_bytes()
        path.write_bytes(data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert BuildRecord(project, folder.now * 10**9).unchanged() is None


def test_a_file_touched_during_the_build_is_compared_by_its_bytes(folder: NotesFolder) -> None:
    project = folder.project()
    began = (folder.notes / "0.md").stat().st_mtime_ns
    make(project, True, record=BuildRecord(project, began))
    assert BuildRecord(project, began).unchanged() is not None
    # As if the same bytes had been written within one tick of the file system's clock: nothing but the content differs.
    text = (folder.notes / "0.md").read_bytes()
    with (folder.notes / "0.md").open("r+b") as file:
        file.write(text.replace(b"kite", b"bite", 1))
    assert BuildRecord(project, began).unchanged() is None


HEAVY = [
    "anki_builder.compiler",
    "anki_builder.cli.building",
    "genanki",
    "markdown_it",
    "simplemma",
    "rapidfuzz",
    "sqlite3",
    "asyncio",
]


def test_a_build_with_nothing_to_do_imports_nothing_that_builds(folder: NotesFolder) -> None:
    code = (
        "import sys\nfrom anki_builder.cli import cli\ntry:\n    cli(['build', 'notes', '-o', 'a.apkg'])\nexcept SystemExit:\n    pass\n"
        f"print('loaded:', [name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder.folder, encoding="utf-8"
        )
        for _ in range(2)
    ]
    assert runs[0].stderr.splitlines()[-1] != "loaded: []"
    assert runs[1].stderr.splitlines()[-1] == "loaded: []"
    assert runs[1].stdout == runs[0].stdout
