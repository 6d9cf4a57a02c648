"""`build --watch`: what is built again, what is said of it, and what does not end it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from building import MANY_CARDS_FILE

from anki_builder.cli.project import open_project
from anki_builder.cli.watch import Saves, names

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a signal here")
NOTE = """# The ferry

原文：

The ferry was late. We waited by the harbour wall.

渡轮晚点了。我们在港口的墙边等着。

学习：

ferry：渡轮
"""


class Watching:
    """A command that follows saves, as its terminal shows it."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "anki_builder", *arguments]
        environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))

    def until(self, words: str) -> str:
        """Return the first line after those asked for before that holds `words`."""
        end = time.monotonic() + 15
        while True:
            while self.lines:
                line = self.lines.pop(0)
                if words in line:
                    return line
            assert time.monotonic() < end, words
            time.sleep(0.02)

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(10)

    def close(self) -> None:
        """End it by force if it still runs, and close its pipe."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join()
        assert self.process.stderr is not None
        self.process.stderr.close()


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[tuple[Path, Watching]]:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "ferry.md").write_text(NOTE, encoding="utf-8")
    (tmp_path / "anki_builder.toml").write_text(f"output = 'deck.apkg'\n{MANY_CARDS_FILE}", encoding="utf-8")
    found = Watching(tmp_path, "build", "--watch")
    found.until("watching source")
    yield tmp_path, found
    found.close()


def test_saves_are_built_and_told_in_one_line(watching: tuple[Path, Watching]) -> None:
    folder, build = watching
    ferry, before = folder / "source" / "ferry.md", (folder / "deck.apkg").read_bytes()

    ferry.write_text(NOTE.replace("晚点了", "误点了"), encoding="utf-8")
    assert re.search(r"source/ferry\.md: 3 changed \(\d\.\d s\)$", build.until("changed"))
    assert (folder / "deck.apkg").read_bytes() != before

    ferry.write_text(NOTE.replace("晚点了", "误点了") + "\ngangplank：跳板\n", encoding="utf-8")
    assert re.search(r"source/ferry\.md: 1 new; 1 term-not-found \(", build.until("new"))

    (folder / "source" / "other.md").write_bytes(b"\xff\x00")
    assert "source/other.md: no card changed; 1 not-text" in build.until("other.md")
    (folder / "source" / "other.md").write_text("原文：\n\nA lamp.\n\n一盏灯。\n\n![](a%00b.png)\n", encoding="utf-8")
    assert "1 missing-media" in build.until("other.md")
    (folder / "source" / "other.md").unlink()
    assert "1 removed" in build.until("other.md")

    settings = folder / "anki_builder.toml"
    settings.write_text("output = 'deck.apkg'\nthme = 'paper'\n", encoding="utf-8")
    assert "not built: anki_builder.toml: unknown setting “thme” (did you mean “theme”?)" in build.until("thme")
    settings.write_text(f"output = 'deck.apkg'\ntheme = 'contrast'\n{MANY_CARDS_FILE}", encoding="utf-8")
    assert "anki_builder.toml: 3 note types changed" in build.until("note type")

    (folder / "templates").mkdir()
    time.sleep(0.3)
    (folder / "templates" / "user.css").write_text(".card { color: green }", encoding="utf-8")
    assert "templates/user.css: 3 note types changed" in build.until("note type")

    ferry.write_text("nothing but prose\n", encoding="utf-8")
    assert "not built" in build.until("ferry.md")
    assert build.end() == 1


def test_what_is_none_of_ours_is_not_told_and_the_end_is_clean(watching: tuple[Path, Watching]) -> None:
    folder, build = watching
    ferry = folder / "source" / "ferry.md"
    for name in (".ferry.md.swp", "ferry.md~", "4913", "notes.txt", ".git/index"):
        path = folder / "source" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    ferry.touch()
    time.sleep(0.5)
    ferry.write_text(NOTE.replace("晚点了", "误点了"), encoding="utf-8")
    told = build.until("")
    assert "3 changed" in told
    assert build.end() == 0
    assert not any("Traceback" in line for line in build.lines)


def test_the_preview_lists_problems_in_the_terminal_and_after_a_save_the_new_ones(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    ferry, wall = tmp_path / "source" / "ferry.md", tmp_path / "source" / "wall.md"
    ferry.write_text(NOTE + "\ngangplank：跳板\n", encoding="utf-8")
    wall.write_text(NOTE.replace("渡轮\n", "\n"), encoding="utf-8")
    preview = Watching(tmp_path, "preview", "--no-open", "--port", "0")
    try:
        preview.until("Ctrl-C ends")
        assert preview.until("gangplank").startswith("source/ferry.md:13:1: warning[term-not-found] ")
        preview.until("source/wall.md:11:1: warning[missing-gloss]")
        ferry.write_text(NOTE + "\ngangplank：跳板\n\nmoorings：泊位\n", encoding="utf-8")
        preview.until("3 warnings")
        assert preview.until("source/ferry.md:15:1: warning[term-not-found]")
        assert preview.end() == 0
        assert preview.until("ended")
    finally:
        preview.close()


NULS = {
    "picture": ("source/bad.md", "原文：\n\nA lamp.\n\n一盏灯。\n\n![](a%00b.png)\n", 1),
    "text": ("source/bad.md", "原文：\n\nA \0 lamp.\n\n一盏灯。\n", 0),
    "front matter": ("source/bad.md", '---\nlanguages: ["\0"]\naudio: \0\n---\n\n![[\0.png]]\n', 0),
    "value": ("anki_builder.toml", 'templates = "\\u0000"\n', None),
    "settings": ("anki_builder.toml", "collection = '\0'\n", None),
    "style sheet": ("templates/user.css", ".card { background: url('\0.png') }\n@import '\0';\n", 0),
}
"""A file with a NUL, and how many sentences are read of it; None where nothing can be shown as long as it is there."""


class Preview(Watching):
    """A preview, as its terminal and its page show it."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        super().__init__(folder, "preview", "--no-open", "--port", str(port))
        self.until("Ctrl-C ends")
        token = (folder / "cache" / "anki-builder" / "workbench-token").read_text("ascii")
        self._state = f"http://127.0.0.1:{port}/{token}/view/state"

    def pairs(self) -> int | None:
        """Return how many sentences the page shows with their translations."""
        with urlopen(self._state, timeout=10) as answer:
            found: int | None = json.load(answer).get("pairs")
        return found

    def until_pairs(self, wanted: Callable[[int], bool]) -> int:
        end = time.monotonic() + 15
        while (found := self.pairs()) is None or not wanted(found):
            assert time.monotonic() < end, found
            time.sleep(0.05)
        return found


@pytest.mark.parametrize("what", NULS)
def test_the_preview_outlives_a_nul_and_shows_the_next_save(tmp_path: Path, what: str) -> None:
    for name in ("source", "templates"):
        (tmp_path / name).mkdir()
    ferry = tmp_path / "source" / "ferry.md"
    ferry.write_text(NOTE, encoding="utf-8")
    name, content, more = NULS[what]
    preview = Preview(tmp_path)
    try:
        first = preview.until_pairs(bool)
        (tmp_path / name).write_text(content, encoding="utf-8")
        preview.until(name.rpartition("/")[2])
        ferry.write_text(NOTE + "\n原文：\n\nA gull slept.\n\n海鸥睡了。\n", encoding="utf-8")
        if more is not None:
            preview.until_pairs(lambda pairs: pairs == first + 1 + more)
        (tmp_path / name).unlink()
        preview.until_pairs(lambda pairs: pairs == first + 1)
        assert preview.end() == 0
        assert not any("Traceback" in line for line in preview.lines)
    finally:
        preview.close()


def test_a_quiet_preview_prints_problems_alone(tmp_path: Path) -> None:
    (tmp_path / "ferry.md").write_text(NOTE + "\ngangplank：跳板\n", encoding="utf-8")
    preview = Watching(tmp_path, "-q", "preview", "--no-open", "--port", "0")
    try:
        assert preview.until("").startswith("ferry.md:13:1: warning[term-not-found] ")
        assert preview.end() == 0
        assert preview.lines == []
    finally:
        preview.close()


def test_a_burst_of_saves_is_one_and_the_programs_own_files_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.md").write_text(NOTE, encoding="utf-8")
    project = open_project([], "source/deck.apkg")
    with Saves(project, []) as saves:
        time.sleep(0.5)
        project.output.write_bytes(b"")
        project.ledger.write_text("")
        for name in ("a.md", "b.md", "c.md"):
            (tmp_path / "source" / name).write_text("x", encoding="utf-8")
        found: set[Path] = set()
        while len(found) < 3:
            found |= saves.wait()
    assert {path.name for path in found} == {"a.md", "b.md", "c.md"}
    assert names(found) == "source/a.md, source/b.md and 1 more"
