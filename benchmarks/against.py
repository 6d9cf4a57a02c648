"""This program against an older revision of itself, in the same run: `python -m benchmarks --against REVISION [--rounds 5] [--large]`.

The revision is taken out of the repository's own history and installed into an environment of its own. Both build copies of the same
collection in turn, each with its own cache, and every ratio is the median of the rounds' ratios: what else the machine does meanwhile
concerns both.
"""

import io
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.collection import write_collection

REPOSITORY = Path(__file__).parent.parent
WAITING = """
import os, resource, subprocess, sys, time
begun = time.monotonic()
status = subprocess.run(sys.argv[1:]).returncode
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
os.write(3, f"{status} {usage.ru_utime + usage.ru_stime} {time.monotonic() - begun} {usage.ru_maxrss / 1024}".encode())
"""
"""Runs a command out of a small process: Linux counts the memory of the one that forks for the one it starts."""


AS_MANY_NOTES = """
sentences = "all"
sentence_cards = ["read", "produce"]
terms = ["recognise", "recall", "cloze"]
"""
"""Settings by which this program makes the notes that revisions before `sentences` made by default: 40,395 of 400 articles, not 18,120."""


class Cost(NamedTuple):
    cpu: float
    clock: float
    memory: float
    """MB of the largest process."""


class Side:
    """A program with notes and a cache of its own."""

    def __init__(self, folder: Path, python: Path, notes: Path, source: Path | None = None) -> None:
        """`source` is where the program lies, if it is not installed."""
        self.folder, self.python = folder, python
        shutil.copytree(notes, folder / "notes")
        self.environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
        self.environment["PYTHONPATH"] = str(source or "")

    def run(self, *words: str) -> Cost:
        measured, end = os.pipe()
        launcher = f"import os; os.dup2({end}, 3);{WAITING}"
        subprocess.run(
            [sys.executable, "-S", "-c", launcher, str(self.python), *words],
            cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=(end,), check=True,
        )  # fmt: skip
        os.close(end)
        status, cpu, clock, memory = map(float, os.read(measured, 1000).split())
        os.close(measured)
        if status:
            raise SystemExit(f"{self.python} {' '.join(words)} ended with {status:.0f}")
        return Cost(cpu, clock, memory)

    def choose(self, settings: str) -> None:
        """Change the settings of the notes."""
        (self.folder / "notes" / "anki_builder.toml").write_text(settings, encoding="utf-8")

    def build(self, *options: str) -> Cost:
        return self.run("-m", "anki_builder", "build", "notes", "-o", "a.apkg", *options)

    def forget(self) -> None:
        """Remove what builds left: the next one is cold."""
        shutil.rmtree(self.folder / "cache", ignore_errors=True)
        for name in ("a.apkg", "notes/anki_builder.lock"):
            (self.folder / name).unlink(missing_ok=True)

    def edit(self, number: int) -> None:
        """Change a translation in one article."""
        article = sorted((self.folder / "notes").rglob("*.md"))[150]
        article.write_bytes(article.read_bytes().replace("。".encode(), f"，第{number}次。".encode(), 1))

    def size(self, name: str) -> int:
        path = self.folder / name
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) if path.is_dir() else path.stat().st_size


def installed(revision: str, folder: Path) -> Path:
    """Return the Python of an environment with a revision of this program, of its own history."""
    done = subprocess.run(["git", "archive", revision], cwd=REPOSITORY, capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder / "source", filter="data")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", folder / "source"], check=True)
    return python


def compare(revision: str, folder: Path, rounds: int, articles: int) -> Iterator[tuple[str, str, str, str]]:
    """Yield rows: what, this program, the revision, ratio."""
    notes = folder / "of" / "notes"
    write_collection(notes, articles)
    python = installed(revision, folder)
    (folder / "theirs").mkdir()
    (folder / "ours").mkdir()
    ours, theirs = Side(folder / "ours", Path(sys.executable), notes, REPOSITORY), Side(folder / "theirs", python, notes)
    found: dict[str, list[tuple[Cost, Cost]]] = {}
    for number in range(rounds):
        for side in (ours, theirs):
            side.forget()
        cold = theirs.build()
        ours.choose("")
        found.setdefault("cold, one process, notes by default", []).append((ours.build("--jobs", "1"), cold))
        ours.forget()
        ours.choose(AS_MANY_NOTES)
        found.setdefault("cold, one process", []).append((ours.build("--jobs", "1"), cold))
        found.setdefault("nothing changed", []).append((ours.build(), theirs.build()))
        for side in (ours, theirs):
            side.edit(number)
            time.sleep(0.1)
        found.setdefault("one article changed", []).append((ours.build("--jobs", "1"), theirs.build()))
        sizes = [(side.size("cache"), side.size("a.apkg")) for side in (ours, theirs)]
        ours.forget()
        found.setdefault("cold, worker processes", []).append((ours.build(), cold))
        found.setdefault("--help", []).append(
            (ours.run("-m", "anki_builder", "--help"), theirs.run("-m", "anki_builder", "--help"))
        )
        found.setdefault("--help against import click", []).append(
            (ours.run("-m", "anki_builder", "--help"), ours.run("-c", "import click"))
        )
    of = f", {articles:,} articles"
    for name, costs in found.items():
        yield f"{name}{of}, CPU time", *_row([one.cpu for one, _ in costs], [other.cpu for _, other in costs], "s")
    clocks = [(one.clock, other.clock) for one, other in found["cold, worker processes"]]
    yield f"cold, worker processes{of}, time on the clock", *_row([one for one, _ in clocks], [other for _, other in clocks], "s")
    for name in ("cold, one process", "cold, worker processes", "one article changed"):
        memory = [(one.memory, other.memory) for one, other in found[name]]
        yield f"{name}{of}, largest process", *_row([one for one, _ in memory], [other for _, other in memory], "MB")
    for index, name in enumerate(("cache on disk", "package")):
        yield f"{name}{of}", *_row([sizes[0][index] / 1e6], [sizes[1][index] / 1e6], "MB")


def _row(ours: list[float], theirs: list[float], unit: str) -> tuple[str, str, str]:
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    digits = 0 if unit == "MB" and statistics.median(ours) > 20 else 2
    return f"{statistics.median(ours):.{digits}f} {unit}", f"{statistics.median(theirs):.{digits}f} {unit}", f"{ratio:.2f}"
