"""What differs between systems: locks, replacement of open files, encodings of consoles, drives, long paths, reserved names, case."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from zipfile import ZipFile

import pytest
from command import run
from conftest import pytest_configure

from anki_builder.cli.files import Busy, locked, sweep, write
from anki_builder.cli.project import open_project, shown
from anki_builder.cli.workbench.folders import Folders
from anki_builder.preview.workbench import Refused

NOTE = "# The ferry\n\n原文：\n\nThe ferry was late. We waited.\n\n渡轮晚点了。我们等着。\n\n学习：\n\nferry：渡轮\n"
WINDOWS = pytest.mark.skipif(sys.platform != "win32", reason="only Windows is so")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "ferry.md").write_text(NOTE, encoding="utf-8")
    return tmp_path


def test_a_folder_is_held_by_one_build_at_a_time(here: Path) -> None:
    with locked(here / "source"):
        held: list[bool] = []

        def other() -> None:
            try:
                with locked(here / "source", wait=0.2):
                    held.append(True)
            except Busy:
                held.append(False)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert held == [False]
    with locked(here / "source", wait=0.2):
        pass


def test_two_processes_build_one_after_the_other(here: Path) -> None:
    command = [sys.executable, "-m", "anki_builder", "build", "-o", "a.apkg"]
    both = [subprocess.Popen(command, cwd=here, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    for process in both:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
    with ZipFile(here / "a.apkg") as package:
        assert package.testzip() is None


def test_a_package_that_another_program_holds_open_is_replaced_or_left_whole(here: Path) -> None:
    run("build", "-o", "a.apkg")
    before = (here / "a.apkg").read_bytes()
    ledger = (here / "source" / "anki_builder.lock").read_bytes()
    (here / "source" / "ferry.md").write_text(NOTE.replace("晚点", "误点"), encoding="utf-8")
    with (here / "a.apkg").open("rb"):  # Windows lets nobody replace it meanwhile
        result = run("build", "-o", "a.apkg")
    if result.exit_code == 2:
        assert "cannot write a.apkg" in result.stderr
        assert (here / "a.apkg").read_bytes() == before
        assert (here / "source" / "anki_builder.lock").read_bytes() == ledger
    assert run("build", "-o", "a.apkg").exit_code == 0
    assert (here / "a.apkg").read_bytes() != before
    assert [path.name for path in here.iterdir() if path.name.endswith((".part", ".next"))] == []


@pytest.mark.parametrize("system", dict.fromkeys(("win32", sys.platform)))
def test_what_another_process_removes_or_holds_open_is_not_swept(
    here: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    def held(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "the process cannot access the file", str(path))

    part = here / ".a.apkg.99999999.part"
    part.write_bytes(b"x")
    os.utime(part, (0, 0))
    monkeypatch.setattr(sys, "platform", system)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", held)
        sweep([here / ".gone.99999999.part", part])
    assert part.exists()
    sweep([part])
    assert not part.exists()


def test_a_file_is_replaced_as_a_whole(here: Path) -> None:
    write(here / "x", b"one")
    write(here / "x", b"two")
    assert (here / "x").read_bytes() == b"two"
    assert sorted(path.name for path in here.iterdir()) == ["source", "x"]


@pytest.mark.parametrize("name", ["aux.md", "con.md", "nul.md", "com1.md", "prn.notes.md"])
def test_names_that_windows_reserves_are_read_or_reported(here: Path, name: str) -> None:
    try:
        (here / "source" / name).write_text(NOTE.replace("ferry", "boat"), encoding="utf-8")
    except OSError:
        pytest.skip("the system takes no such name")
    result = run("build", "-o", "a.apkg")
    assert result.exit_code in (0, 1)
    assert "Traceback" not in result.output
    assert (here / "a.apkg").exists()


@pytest.mark.parametrize("name", ["aux", "Con", "NUL", "com1", "lpt9", "prn.notes", "com³"])
def test_no_file_gets_a_name_that_windows_reserves(here: Path, name: str) -> None:
    (here / "anki_builder.toml").write_text(f"collection = '{name}'", encoding="utf-8")
    assert run("build").exit_code == 0
    assert [path.name for path in (here / "build").iterdir()] == [f"_{name}.apkg"]
    title, note = name.partition(".")[0], name.replace(".", "-").casefold()
    assert run("new", title).stdout == f"source/_{title.casefold()}.md\n"
    assert run("new", f"{name} notes").stdout == f"source/{note}-notes.md\n"


@pytest.mark.parametrize("name", ["aux", "Con", "lpt9.notes", "notes.", "a:b", ".", "..", "", "x" * 81])
def test_no_folder_gets_a_name_that_some_system_does_not_take(here: Path, name: str) -> None:
    with pytest.raises(Refused):
        Folders([], here).make(str(here), name)
    assert [path.name for path in here.iterdir()] == ["source"]


def test_a_path_longer_than_260_characters_is_read(here: Path) -> None:
    folder = here / "source" / ("d" * 100) / ("e" * 100) / ("f" * 100)
    try:
        folder.mkdir(parents=True)
        (folder / "deep.md").write_text(NOTE.replace("ferry", "boat"), encoding="utf-8")
    except OSError:
        pytest.skip("the system takes no such path")
    result = run("build", "-o", "a.apkg")
    assert result.exit_code == 0
    assert "2 articles" in result.stderr


def test_a_note_renamed_in_case_alone_keeps_its_notes(here: Path) -> None:
    run("build", "-o", "a.apkg")
    (here / "source" / "ferry.md").rename(here / "source" / "Ferry.md")
    result = run("build", "-o", "a.apkg")
    assert result.exit_code == 0
    assert " new" not in result.stderr.replace("0 new", "")
    assert "removed" not in result.stderr.replace("0 removed", "")


def test_paths_on_several_drives_are_shown_whole_and_not_built_together(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*paths: object) -> str:
        raise ValueError("path is on mount 'Q:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "commonpath", fails)
    result = run("build", "source/ferry.md", "source")
    assert (result.exit_code, "several drives" in result.stderr) == (2, True)
    monkeypatch.setattr(os.path, "relpath", fails)
    assert shown(here) == here.as_posix()


@WINDOWS
def test_notes_on_another_drive_than_the_working_directory_are_built(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["subst", "Q:", str(here)], check=True)
    try:
        monkeypatch.chdir(here.anchor)
        result = run("build", "Q:\\source", "-o", str(here / "a.apkg"))
        assert result.exit_code == 0
        assert open_project(("Q:\\source",)).files
    finally:
        monkeypatch.chdir(here)
        subprocess.run(["subst", "Q:", "/D"], check=True)


def test_an_interrupt_is_taken_where_who_started_the_tests_ignores_it() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        pytest_configure()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
