"""A folder with notes that share terms, sentences and pictures, built as the command builds it; the clock stands still until it is set."""

from pathlib import Path
from typing import NamedTuple

import pytest

from anki_builder.cli.building import make, report_of
from anki_builder.cli.folders import cache_home
from anki_builder.cli.project import Project, open_project
from anki_builder.cli.record import BuildRecord, Report

# ruff: noqa: E501
ARTICLES = [
    "# The kite\n\n原文：\n\nNobody *saw* the kite. It rose above the mill, and the children cheered.\n\n没有人看见风筝。它升到磨坊上空，孩子们欢呼起来。\n\n学习：\n\n"
    "kite：美 [kaɪt] 风筝\n\nrose above：升到…上空\n\nchildern：孩子\n",
    "# The mill\n\n原文：\n\n![](./mill.png)\n\nThe mill stood still. “Why?” asked the baker.\n\n磨坊停着。“为什么？”面包师问。\n\n学习：\n\nmill：磨坊\n\nstand still：停着；静止\n",
    '# The baker\n\n原文：\n\nThe mill stood still. The baker counted loaves.\n\n磨坊停着。面包师数着面包。\n\n学习：\n\nloaf：面包\n\n>- "One loaf is never enough."\n>\n>  一个面包永远不够。\n>\n>- "The knead takes an hour."\n>\n>  揉面要一个小时。\n\n'
    'knead：揉面\n\n>- "Knead it twice."\n>\n>  揉两遍。\n\nmill：磨房；工厂\n',
    "# The kite again\n\n原文：\n\nNobody *saw* the kite. The baker counted loaves.\n\n没有人看见风筝。面包师数着面包。\n\n学习：\n\nkite：纸鸢\n\nloaf：条\n\nmill：磨坊\n",
]
NOW = 1_800_000_000


class Built(NamedTuple):
    """What came of a build."""

    report: Report
    package: bytes | None
    ledger: bytes | None


class NotesFolder:
    """Notes in a folder of their own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.now = folder, NOW
        self.notes = folder / "notes"
        self.notes.mkdir(parents=True)
        self.package, self.ledger = folder / "a.apkg", self.notes / "anki_builder.lock"
        monkeypatch.setattr("anki_builder.cli.stages.time.time", lambda: self.now)
        for number, text in enumerate(ARTICLES):
            self.write(f"{number}.md", text)

    def write(self, name: str, text: str) -> None:
        (self.notes / name).write_text(text, "utf-8")

    def project(self) -> Project:
        return open_project([str(self.notes)], str(self.package))

    def build(self, cache: bool, jobs: int = 1) -> Built:
        project = self.project()
        record = BuildRecord(project, self.now * 10**9) if cache else None
        report = record.unchanged() if record is not None else None
        if report is None:
            report = report_of(project, make(project, True, cache=cache, record=record, jobs=jobs))
        return Built(report, *self.outputs())

    def outputs(self) -> tuple[bytes | None, bytes | None]:
        package, ledger = (path.read_bytes() if path.exists() else None for path in (self.package, self.ledger))
        return package, ledger

    def age(self) -> None:
        """Let every file be old, so that their times can be trusted: the clock is far ahead of them anyway."""
        self.now += 10

    def compare(self) -> Built:
        """Build with the collection and without, from the same ledger; nothing must differ."""
        before = dict(zip((self.package, self.ledger), self.outputs(), strict=True))
        cached = self.build(True)
        for path, data in before.items():
            path.unlink(missing_ok=True) if data is None else path.write_bytes(data)
        assert self.build(False) == cached
        return cached


def files_of_cache() -> list[Path]:
    return sorted(path for path in cache_home().rglob("*") if path.is_file())
