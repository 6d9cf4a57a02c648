"""Hostile files and folders: no traceback, no hang, nothing of the learner's lost, and one bad note never stops the others."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
import unicodedata
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import Result
from command import run

from anki_builder import WRITTEN
from anki_builder.cli import report
from anki_builder.cli.explain import all_rules
from anki_builder.cli.folders import cache_home, config_home
from anki_builder.cli.media import MediaFinder
from anki_builder.cli.project import open_project
from anki_builder.cli.terminal import shown_text
from anki_builder.diagnostic import Diagnostic
from anki_builder.source import Source, Span

NOTE = "# The ferry\n\n原文：\n\nThe ferry was late. We waited.\n\n渡轮晚点了。我们等着。\n\n学习：\n\nferry：渡轮\n"
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="the system has no such files")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    (folder / "source").mkdir(parents=True)
    monkeypatch.chdir(folder)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "cache"))
    (folder / "source" / "ferry.md").write_text(NOTE, encoding="utf-8")
    return folder


def built_all(result: Result) -> bool:
    return "2 sentence pairs, 1 vocabulary entry" in result.stderr


# Outputs


@pytest.mark.parametrize(
    ("words", "name", "text"),
    [
        (["build", "-o"], "other.apkg", "no package"),
        (["build", "-o"], "other.apkg", "PK\3\4 a package of another program"),
        (["preview", "--html"], "mine.html", "<!doctype html><title>a page of my own</title>"),
        (["read", "-o"], "mine.html", "<!DOCTYPE html>"),
        (["stats", "--html"], "mine.htm", "x"),
        (["export", "--format", "tsv", "-o"], "words.tsv", "my own words"),
        (["export", "--format", "tmx", "-o"], "memory.tmx", "<tmx>"),
        (["build", "-o"], "build/project.apkg", "x"),
    ],
)
def test_only_an_output_of_ours_is_replaced_unless_forced(here: Path, words: list[str], name: str, text: str) -> None:
    target = here / name
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8")
    result = run(*words, name)
    assert result.exit_code == 2
    assert f"{name} exists and is not " in result.stderr
    assert target.read_text(encoding="utf-8") == text
    assert run(*words, name, "--force").exit_code == 0
    assert run(*words, name).exit_code == 0, "that is an output of ours"


def test_a_package_of_the_default_name_is_looked_at_too(here: Path) -> None:
    (here / "build").mkdir()
    (here / "build" / "project.apkg").write_text("x", encoding="utf-8")
    assert run("build").exit_code == 2
    (here / "build" / "project.apkg").write_text("", encoding="utf-8")
    assert run("build").exit_code == 0


@pytest.mark.parametrize("name", ["page.html", "anki_builder.toml", "source/anki_builder.lock"])
def test_no_force_replaces_notes_settings_or_the_ledger(here: Path, name: str) -> None:
    (here / "anki_builder.toml").write_text('include = ["*.md", "*.html"]', encoding="utf-8")
    (here / "source" / "page.html").write_text(NOTE, encoding="utf-8")
    run("build")
    path = here / "source" / name if name == "page.html" else here / name
    before = path.read_bytes()
    for words in (["build", "-o"], ["preview", "--html"], ["read", "-o"]):
        assert run(*words, str(path), "--force").exit_code == 2
        assert path.read_bytes() == before


@UNIX
def test_a_device_or_pipe_is_never_replaced(here: Path) -> None:
    os.mkfifo(here / "pipe.apkg")
    for target in ("pipe.apkg", "/dev/null"):
        result = run("build", "-o", target, "--force")
        assert result.exit_code == 2
        assert "a pipe or a device: choose another output" in result.stderr
    assert (here / "pipe.apkg").is_fifo()


def test_a_home_folder_is_no_folder_of_notes(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(here / "source"))
    monkeypatch.chdir(here / "source")
    for command in ("build", "check", "show"):
        result = run(command)
        assert result.exit_code == 2
        assert "name the folder of your notes" in result.stderr
    assert [path.name for path in (here / "source").iterdir()] == ["ferry.md"]
    assert run("check", ".").exit_code == 0, "it may be named"


# One bad note


@pytest.mark.parametrize(
    "name", ["a%00b.png", "%00", "x" * 300 + ".png", "../../" + "x" * 300, "..%00/..", "%ff%fe.png", "a/" * 2000]
)
def test_a_name_that_no_file_can_have_is_a_missing_picture(here: Path, name: str) -> None:
    (here / "source" / "bad.md").write_text(f"原文：\n\nA lamp.\n\n一盏灯。\n\n![]({name})\n", encoding="utf-8")
    result = run("build")
    assert "3 sentence pairs" in result.stderr
    assert any(rule in run("check").stdout for rule in ("missing-media", "media-outside"))
    assert run("build").exit_code in (0, 1)


def test_a_note_at_which_the_program_fails_does_not_stop_the_others(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "source" / "bad.md").write_text("fail here\n", encoding="utf-8")
    from anki_builder import compiler
    from anki_builder.cli import stages

    real = compiler.read_and_align

    def fails(source: Source, *rest: object) -> object:
        if "fail here" in source.text:
            raise RecursionError("too deep")
        return real(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(compiler, "read_and_align", fails)
    monkeypatch.setattr(stages, "read_and_align", fails)
    result = run("build")
    assert built_all(result)
    assert result.exit_code == 1
    assert "source/bad.md" in result.stderr
    assert "the program fails at this note: RecursionError: too deep" in result.stderr
    assert "program-fails" in run("check", "--format", "short").stdout
    assert "ferry" in run("show").stdout


@UNIX
def test_pipes_are_never_waited_for(here: Path) -> None:
    (here / "source" / "picture.md").write_text("原文：\n\nA lamp.\n\n一盏灯。\n\n![](pipe.png)\n", encoding="utf-8")
    (here / "templates" / "_media").mkdir(parents=True)
    for path in ("source/pipe.png", "source/pipe.md", "templates/user.css", "templates/_media/font.woff", "templates/style.css"):
        os.mkfifo(here / path)
    done: list[Result] = []
    thread = threading.Thread(target=lambda: done.append(run("build")), daemon=True)
    thread.start()
    thread.join(30)
    assert done, "it waits for a pipe"
    assert "3 sentence pairs" in done[0].stderr


def result_in_time(*arguments: str) -> Result:
    """Call a command that is to end by itself."""
    done: list[Result] = []
    thread = threading.Thread(target=lambda: done.append(run(*arguments)), daemon=True)
    thread.start()
    thread.join(30)
    assert done, "it waits for a pipe"
    return done[0]


@UNIX
@pytest.mark.parametrize("command", ["build", "plan", "check"])
def test_a_pipe_in_the_place_of_the_ledger_is_never_waited_for(here: Path, command: str) -> None:
    os.mkfifo(here / "source" / "anki_builder.lock")
    assert result_in_time(command).exit_code in (0, 1)
    assert "it is no regular file" in result_in_time("build").stderr
    assert (here / "source" / "anki_builder.lock").is_fifo()


@UNIX
def test_a_ledger_that_is_a_link_to_itself_is_reported(here: Path) -> None:
    (here / "source" / "anki_builder.lock").symlink_to("anki_builder.lock")
    result = run("build")
    assert result.exit_code == 1
    assert "error[ledger-damaged]: it cannot be read" in result.stderr


@UNIX
def test_a_ledger_that_is_a_link_is_written_where_it_leads(here: Path) -> None:
    (here / "source" / "anki_builder.lock").symlink_to("../kept.lock")
    assert built_all(run("build"))
    assert (here / "source" / "anki_builder.lock").is_symlink()
    assert (here / "kept.lock").read_bytes().startswith(b"anki_builder.lock ")


@UNIX
def test_links_among_templates_that_lead_nowhere_are_reported(here: Path) -> None:
    (here / "templates" / "_media").mkdir(parents=True)
    (here / "templates" / "user.css").symlink_to("user.css")
    (here / "templates" / "style.css").symlink_to("nowhere")
    (here / "templates" / "_media" / "font.woff").symlink_to("nowhere")
    (here / "templates" / "loop").symlink_to(here / "templates")
    result = run("build")
    assert built_all(result)
    assert "templates/user.css: error[unreadable-file]" in run("check", "--format", "short").stdout


@pytest.mark.parametrize("css", ["a{" * 5000, "a{width:" + "calc(" * 5000, ":root{--ink:" + "(" * 5000])
def test_brackets_nested_deeper_than_they_can_be_followed_are_reported(here: Path, css: str) -> None:
    (here / "templates").mkdir()
    (here / "templates" / "user.css").write_text(css, encoding="utf-8")
    assert built_all(run("build"))
    assert "brackets are nested too deeply" in run("templates", "check").output
    assert run("templates", "list").exit_code in (0, 1)
    assert run("preview", "--html", "page.html").exit_code in (0, 1)


# Folders


@pytest.mark.skipif(sys.platform != "linux", reason="such files cannot lie side by side")
@pytest.mark.parametrize("named", [(), ("source/caf\u00e9.md", "source/cafe\u0301.md", "source/ferry.md")])
def test_a_file_called_like_another_in_another_form_of_unicode_is_reported(here: Path, named: tuple[str, ...]) -> None:
    for name, word in (("caf\u00e9.md", "barge"), ("cafe\u0301.md", "skiff")):
        (here / "source" / name).write_text(f"原文：\n\nThe {word} left.\n\n船开走了。\n", encoding="utf-8")
    result = run("build", *named)
    assert result.exit_code == 1
    assert "another file has this name, written in another form of Unicode" in result.stderr
    assert "3 sentence pairs, 1 vocabulary entry" in result.stderr, "the others are built"


@UNIX
def test_folders_linked_to_each_other_are_read_once(here: Path) -> None:
    for number in range(16):
        (here / "source" / f"f{number}").mkdir()
        (here / "source" / f"f{number}" / "a.md").write_text("# x\n", encoding="utf-8")
        (here / "source" / f"f{number}" / "next").symlink_to(here / "source" / f"f{(number + 1) % 16}")
        (here / "source" / f"f{number}" / "after").symlink_to(here / "source" / f"f{(number + 2) % 16}")
    (here / "elsewhere").mkdir()
    (here / "elsewhere" / "b.md").write_text("# y\n", encoding="utf-8")
    (here / "source" / "link").symlink_to(here / "elsewhere")
    project = open_project(())
    names = [project.name(file) for file in project.files]
    assert names == [*(f"f{number}/a.md" for number in range(16)), "ferry.md", "link/b.md"]


@UNIX
@pytest.mark.parametrize("where", ["..", "../..", "/"])
def test_a_link_to_a_folder_above_the_notes_is_not_followed(here: Path, where: str) -> None:
    (here / "other").mkdir()
    (here / "other" / "b.md").write_text(NOTE.replace("ferry", "barge"), encoding="utf-8")
    (here / "source" / "up").symlink_to(where)
    result = run("build")
    assert result.exit_code == 1
    assert "the folder contains itself" in result.stderr
    assert built_all(result), "nothing outside is read"


def test_a_folder_that_may_not_be_read_is_reported_and_the_rest_is_built(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "source" / "locked").mkdir()
    real = os.scandir

    def scandir(place: str | Path) -> Any:
        if os.path.basename(place) == "locked":  # noqa: PTH119 (whatever it is asked for)
            raise PermissionError(13, "Permission denied", os.fspath(place))
        return real(place)

    monkeypatch.setattr(os, "scandir", scandir)
    result = run("build")
    assert built_all(result)
    assert result.exit_code == 1
    assert "source/locked: error[unreadable-file]" in run("check", "--format", "short").stdout


@UNIX
def test_folders_as_deep_as_a_path_can_be_are_read(here: Path) -> None:
    at = os.open(here / "source", os.O_RDONLY)
    for _ in range(990):
        os.mkdir("d", dir_fd=at)
        deeper = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = deeper
    os.close(at)
    result = run("build")
    assert built_all(result)
    assert run("check").exit_code in (0, 1)
    subprocess.run(["rm", "-rf", str(here / "source" / "d")], check=True)


def test_names_of_any_length_are_a_sentence(here: Path) -> None:
    long = "x" * 300
    (here / "anki_builder.toml").write_text(f'collection = "{long}"\n', encoding="utf-8")
    for words in (["check", long], ["build", "-o", long], ["build"], ["preview", "--html", f"{long}.html"], ["read"], ["plan"]):
        result = run(*words)
        assert result.exit_code in (0, 1, 2), words
        assert "Traceback" not in result.output


@pytest.mark.skipif(sys.platform == "darwin", reason="no variable names the folder there")
def test_a_cache_folder_without_an_absolute_path_is_passed_over(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, "kept")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(here.parent / "home"))
    assert cache_home().is_relative_to(here.parent / "home") and config_home().is_relative_to(here.parent / "home")
    assert built_all(run("build"))
    assert not (here / "kept").exists()


@UNIX
def test_a_part_of_no_process_stops_no_build(here: Path) -> None:
    for number in ("9" * 20, "-1", "0", "x", ""):
        (here / "source" / f".anki_builder.lock.{number}.part").write_text("", encoding="utf-8")
    assert built_all(run("build"))


@UNIX
@pytest.mark.parametrize("kind", ["folder", "pipe", "empty"])
def test_a_cache_entry_of_another_kind_is_done_without(here: Path, kind: str) -> None:
    run("build")
    package = (here / "build" / "project.apkg").read_bytes()
    for path in [path for path in cache_home().rglob("*") if path.is_file()]:
        path.unlink()
        path.mkdir() if kind == "folder" else os.mkfifo(path) if kind == "pipe" else path.touch()
    (here / "build" / "project.apkg").unlink()
    done: list[Result] = []
    thread = threading.Thread(target=lambda: done.append(run("build")), daemon=True)
    thread.start()
    thread.join(30)
    assert done, "it waits for a pipe"
    assert done[0].exit_code == 0
    assert (here / "build" / "project.apkg").read_bytes() == package


def test_media_have_the_names_that_anki_gives_them(here: Path) -> None:
    for form in ("NFC", "NFD"):
        name = unicodedata.normalize(form, "다리é.PNG")
        (here / "source" / name).write_bytes(b"x")
        found, _ = MediaFinder(here / "source")(Source("a.md", "a.md", "", str(here / "source")), [(name, 1)])
        assert unicodedata.is_normalized("NFC", found[name].name)


def test_a_picture_is_not_read_into_memory(here: Path) -> None:
    size = 32 << 20
    with (here / "source" / "large.png").open("wb") as picture:
        picture.truncate(size)
    (here / "source" / "picture.md").write_text("原文：\n\nA lamp.\n\n一盏灯。\n\n![](large.png)\n", encoding="utf-8")
    run("check")  # imports what is imported once
    tracemalloc.start()
    try:
        assert run("build").exit_code == 0
        assert tracemalloc.get_traced_memory()[1] < size / 2
    finally:
        tracemalloc.stop()
    with ZipFile(here / "build" / "project.apkg") as package:
        assert [one.file_size for one in package.infolist() if one.filename == "0"] == [size]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_nothing_from_outside_is_packed_through_a_link(here: Path) -> None:
    (here / "secret.png").write_bytes(b"secret")
    (here / "private").mkdir()
    (here / "private" / "photo.png").write_bytes(b"secret")
    (here / "source" / "link.png").symlink_to(here / "secret.png")
    (here / "source" / "folder").symlink_to(here / "private")
    names = ("link.png", "folder/photo.png", "../secret.png", "%2e%2e/secret.png", str(here / "secret.png"))
    note = "原文：\n\nA lamp.\n\n一盏灯。\n\n" + "".join(f"![]({name})\n\n" for name in names)
    (here / "source" / "bad.md").write_text(note, encoding="utf-8")
    found, problems = MediaFinder(here / "source")(
        Source("bad.md", "bad.md", "", str(here / "source")), [(name, 1) for name in names]
    )
    assert found == {}
    assert [problem.rule.name for problem in problems] == ["media-outside"] * len(names)
    run("build")
    with ZipFile(here / "build" / "project.apkg") as package:
        assert package.namelist() == ["collection.anki2", "media"]


@UNIX
def test_the_cache_is_the_learners_alone(here: Path) -> None:
    run("build")
    folders = [path for path in cache_home().iterdir() if path.is_dir()]
    assert folders
    assert all(path.stat().st_mode & 0o077 == 0 for path in folders)


def test_paths_in_diagnostics_hold_nothing_that_steers_a_terminal() -> None:
    span = Span("a\x1b[2Jb.md", 1)
    rule = next(iter(all_rules().values()))
    found = Diagnostic(rule, span, "x\x9b", "y\x07", ((Span("c\x1bd.md", 2), "z\x08"),))
    for text in (report.short(found), shown_text(report.full(found, lambda path, line: "w\x1b"))):
        assert "\x1b[2J" not in text
        assert not re.search("[\x07\x08\x9b]", text)


@UNIX
def test_a_build_that_was_killed_leaves_neither_workers_nor_temporary_files(here: Path, tmp_path: Path) -> None:
    for number in range(120):
        (here / "source" / f"{number}.md").write_text(NOTE.replace("ferry", f"ferry{number}"), encoding="utf-8")
    command = [sys.executable, "-m", "anki_builder", "build", "--no-cache", "--jobs", "2"]
    (tmp_path / "temporary").mkdir()
    environment = os.environ | {"TMPDIR": str(tmp_path / "temporary")}
    build = subprocess.Popen(
        command, cwd=here, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while len(members(build.pid)) < 3 and build.poll() is None:
            time.sleep(0.01)
        assert build.poll() is None
    finally:
        build.kill()
        build.wait()
    end = time.monotonic() + 20
    while (rest := members(build.pid)) and time.monotonic() < end:
        time.sleep(0.05)
    for process in rest:
        os.kill(process, signal.SIGKILL)
    assert rest == []
    assert list((tmp_path / "temporary").iterdir()) == []


@UNIX
def test_workers_leave_an_interrupt_to_the_build(here: Path) -> None:
    for number in range(800):  # enough to last until they are found
        (here / "source" / f"{number}.md").write_text(NOTE.replace("ferry", f"ferry{number}"), encoding="utf-8")
    command = [sys.executable, "-m", "anki_builder", "build", "--no-cache", "--jobs", "2"]
    build = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        while len(members(build.pid)) < 3 and build.poll() is None:
            time.sleep(0.01)
        time.sleep(0.5)  # until they have begun
        workers = [process for process in members(build.pid) if process != build.pid]
        assert len(workers) == 2
        for worker in workers:
            os.kill(worker, signal.SIGINT)
        assert build.wait(60) == 0
    finally:
        build.kill()
        build.wait()


def members(group: int) -> list[int]:
    """Return the processes of a group."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,pgid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return [int(row[0]) for row in rows if row[1] == str(group) and not row[2].startswith("Z")]


# The clock


def test_a_clock_that_cannot_be_right_stops_a_build(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 0.0)
    result = run("build")
    assert (result.exit_code, (here / "source" / "anki_builder.lock").exists()) == (2, False)
    assert "the clock of this computer says 1970-01-01" in result.stderr
    assert run("build", "--force").exit_code == 2

    now = WRITTEN + 400 * 86_400
    monkeypatch.setattr("time.time", lambda: float(now))
    assert run("build").exit_code == 0
    (here / "source" / "ferry.md").write_text(NOTE.replace("晚点", "误点"), encoding="utf-8")
    monkeypatch.setattr("time.time", lambda: float(now - 86_401))
    before = (here / "source" / "anki_builder.lock").read_bytes()
    result = run("build")
    assert result.exit_code == 2
    assert "source/anki_builder.lock holds changes of" in result.stderr
    assert (here / "source" / "anki_builder.lock").read_bytes() == before
    monkeypatch.setattr("time.time", lambda: float(now - 86_400))
    assert run("build").exit_code == 0
    (here / "source" / "ferry.md").write_text(NOTE.replace("晚点", "延误"), encoding="utf-8")
    monkeypatch.setattr("time.time", lambda: float(now - 86_401))
    assert run("build", "--force").exit_code == 0
