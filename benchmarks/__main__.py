"""All measurements of docs/performance.md in one run: `python -m benchmarks [--rounds 5] [--quick] [--write]`.

Whole processes, CPU time (user and system) of each and its peak memory as the system counts them; what is compared is run in turn, round
by round, and the ratio is the median of the rounds' ratios. `--quick` leaves out 4,000 articles and takes three rounds; `--write` puts
the tables into docs/performance.md.
"""

import argparse
import json
import math
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from benchmarks import pack
from benchmarks.against import compare
from benchmarks.collection import write_collection

REPOSITORY = Path(__file__).parent.parent
PROGRAM = (sys.executable, "-c", "from anki_builder.__main__ import main; main()")
CLICK = (sys.executable, "-c", "import click")
STAGES = ("read", "align", "terms", "compose", "collection", "ledger", "pack")
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


class Run(NamedTuple):
    cpu: float
    memory: float
    """MB"""
    output: str


WAITING = """
import os, resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
os.write(3, f"{status} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss / 1024}".encode())
"""
"""Runs a command out of a small process: Linux counts the memory of the one that forks for the one it starts."""


class Room:
    """A folder with a cache of its own, in which commands are run, and a copy of the program, so that nobody changes it meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("anki_builder", "benchmarks"):
            shutil.copytree(REPOSITORY / name, folder / "program" / name, ignore=shutil.ignore_patterns("__pycache__"))
        self.environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": str(folder / "program")}
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode

    def run(self, *command: str | Path) -> Run:
        measured, end = os.pipe()
        launcher = f"import os; os.dup2({end}, 3);{WAITING}"
        done = subprocess.run(
            [sys.executable, "-S", "-c", launcher, *map(str, command)],
            cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, pass_fds=(end,), check=True,
        )  # fmt: skip
        os.close(end)
        status, cpu, memory = map(float, os.read(measured, 1000).split())
        os.close(measured)
        output = done.stdout.decode(errors="replace")
        if status:
            raise SystemExit(f"{command}: {output}")
        return Run(cpu, memory, output)

    def build(self, *options: str | Path) -> Run:
        return self.run(*PROGRAM, "build", "notes", "-o", "a.apkg", *options)

    def clear(self) -> None:
        """Forget what builds left: the next one is cold."""
        shutil.rmtree(self.folder / "cache", ignore_errors=True)
        for name in ("a.apkg", "notes/anki_builder.lock"):
            (self.folder / name).unlink(missing_ok=True)


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def ankdown_cards(package: Path, folder: Path) -> int:
    """Write as many cards as the package has, with its own sentences, in ankdown's notation; return how many."""
    with tempfile.TemporaryDirectory() as place:
        zipfile.ZipFile(package).extract("collection.anki2", place)
        with sqlite3.connect(Path(place) / "collection.anki2") as built:
            (count,) = built.execute("SELECT count(*) FROM cards").fetchone()
            assert isinstance(count, int)
            fields = [row.split("\x1f")[:2] for (row,) in built.execute("SELECT flds FROM notes")]
    folder.mkdir(exist_ok=True)
    cards = [f"{front}\n\n%\n\n{back}\n\n%\n\nnotes" for front, back in (fields[number % len(fields)] for number in range(count))]
    for number in range(0, count, 160):  # as many files as there are articles
        (folder / f"{number:06}.md").write_text("\n\n---\n\n".join(cards[number : number + 160]), "utf-8")
    return count


def install_ankdown(folder: Path) -> Path | None:
    """Return the command `ankdown` 0.7.1 in an environment of its own; None if it cannot be had."""
    command = folder / "bin" / "ankdown"
    if not command.exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
            subprocess.run([folder / "bin" / "pip", "install", "-q", "ankdown==0.7.1"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            return None
    return command


def whole(room: Room, rounds: int, ankdown: Path | None) -> Iterator[tuple[str, str, str, str]]:
    """Yield the rows about whole builds of 400 articles: what, measured, against, ratio."""
    room.clear()
    room.build()
    shutil.copy(room.folder / "a.apkg", room.folder / "built.apkg")
    cards = ankdown_cards(room.folder / "built.apkg", room.folder / "cards")
    article = sorted((room.folder / "notes").rglob("*.md"))[150]
    text = article.read_bytes()
    found: dict[str, list[float]] = {}
    memory: list[float] = []
    same = True
    for number in range(rounds):

        def take(name: str, run: Run) -> None:
            found.setdefault(name, []).append(run.cpu)

        room.clear()
        cold = room.build()
        take("cold", cold)
        memory.append(cold.memory)
        floor = json.loads(room.run(sys.executable, "-m", "benchmarks.floor", "notes", "built.apkg").output)
        start = room.run(sys.executable, "-c", "import sqlite3, zipfile").cpu
        found.setdefault("floor", []).append(floor["split"] + floor["pack"] + start)
        if ankdown is not None:
            take("ankdown", room.run(ankdown, "-r", "cards", "-p", "ankdown.apkg"))
        take("nothing", room.build())
        take("click", room.run(*CLICK))
        take("help", room.run(*PROGRAM, "--help"))
        lock = (room.folder / "notes/anki_builder.lock").read_bytes()
        article.write_bytes(text.replace("。".encode(), f"，第{number}次。".encode(), 1))
        take("one", room.build())
        incremental = _rows_of(room.folder / "a.apkg")
        (room.folder / "notes/anki_builder.lock").write_bytes(lock)
        room.build("--no-cache")
        same &= incremental == _rows_of(room.folder / "a.apkg")
        article.write_bytes(text)

    def row(what: str, name: str, against: str, other: str) -> tuple[str, str, str, str]:
        return (
            what,
            f"{median(found[name]):.2f} s",
            f"{median(found[other]):.2f} s {against}",
            f"{ratio(found[name], found[other]):.2f}",
        )

    yield row("whole cold build, 400 articles", "cold", "(d) split and raw limit", "floor")
    if ankdown is not None:
        yield row(f"the same, {cards:,} cards", "cold", "(e) ankdown", "ankdown")
    else:
        yield "the same, against (e) ankdown", "", "could not be installed here", "-"
    yield row("rebuild, nothing changed", "nothing", "(c) `import click`", "click")
    yield row("rebuild, one article changed", "one", "cold build", "cold")
    yield "— its notes against those of a build without cache", "the same" if same else "DIFFERENT", "", ""
    yield row("`anki-builder --help`", "help", "(c) `import click`", "click")
    yield "peak memory, 400 articles", f"{median(memory):.0f} MB", "", ""


def _rows_of(package: Path) -> str:
    """Return a digest of the notes of a package without their ids and times, which follow the clock."""
    with zipfile.ZipFile(package) as archive, sqlite3.connect(":memory:") as connection:
        connection.deserialize(archive.read("collection.anki2"))
        rows = connection.execute("SELECT guid, mid, tags, flds, sfld FROM notes ORDER BY guid")
        return sha256(repr(rows.fetchall()).encode()).hexdigest()


def stages(room: Room, sizes: Sequence[int], rounds: int) -> Iterator[tuple[str, ...]]:
    """Yield a row for each size, then the growth exponents."""
    totals: dict[int, dict[str, float]] = {}
    for size in sizes:
        folder = room.folder / f"of-{size}"
        write_collection(folder, size)
        runs = []
        for _ in range(rounds if size <= 400 else 1):
            run = room.run(sys.executable, "-m", "benchmarks.stages", folder)
            runs.append((json.loads(run.output), run))
        totals[size] = {stage: median([found["cpu"][stage] for found, _ in runs]) for stage in STAGES}
        totals[size]["process"] = median([run.cpu for _, run in runs])
        yield (
            f"{size:,}", f"{runs[0][0]['notes']:,}", *(f"{totals[size][stage]:.2f}" for stage in STAGES),
            f"{totals[size]['process']:.2f}", f"{median([run.memory for _, run in runs]):.0f}",
        )  # fmt: skip
    small, large = 100, max(sizes)
    if large > small:
        exponents = [
            math.log(totals[large][stage] / totals[small][stage]) / math.log(large / small) for stage in (*STAGES, "process")
        ]
        yield f"exponent, {small:,} → {large:,}", "", *(f"{exponent:.2f}" for exponent in exponents), ""


def packing(rounds: int) -> Iterator[tuple[str, str, str, str]]:
    """Yield the rows about packing 44,000 notes."""
    for other, name in (("limit", "(b) raw limit"), ("stock", "(a) stock genanki")):
        pairs = [(pack.measure("ours", pack.NOTES), pack.measure(other, pack.NOTES)) for _ in range(rounds)]
        ours, theirs = [a.cpu for a, _ in pairs], [b.cpu for _, b in pairs]
        yield (
            f"packing {pack.NOTES:,} notes, {pairs[0][0].size / 1e6:.1f} MB", f"{median(ours):.2f} s",
            f"{median(theirs):.2f} s {name}, {pairs[0][1].size / 1e6:.1f} MB", f"{ratio(ours, theirs):.2f}",
        )  # fmt: skip


def hostile(room: Room) -> Iterator[tuple[str, str, str]]:
    found = json.loads(room.run(sys.executable, "-m", "benchmarks.hostile").output)
    for name, measured in found.items():
        shown = f"`` {name} ``" if "`" in name else f"`{name}`"
        yield f"{shown}, {measured['size'] >> 10:,} KB", f"{measured['cpu']:.2f} s", f"{measured['ratio']:.2f}"


def table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        lines.append("| " + " | ".join(row) + " |")
        print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="three rounds, and no 4,000 articles")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    parser.add_argument(
        "--ankdown", type=Path, help="environment with ankdown, made there if it is not [default: a temporary one]"
    )
    parser.add_argument("--against", metavar="REVISION", help="compare whole builds with a revision of this repository, and end")
    parser.add_argument("--articles", type=int, default=400, help="with --against: how many articles [default: 400]")
    options = parser.parse_args()
    if options.against:
        with tempfile.TemporaryDirectory(prefix="benchmark-") as place:
            rows = compare(options.against, Path(place), options.rounds, options.articles)
            print(table(("what", "this program", options.against, "ratio"), rows))
        return
    rounds = 3 if options.quick else options.rounds
    with tempfile.TemporaryDirectory(prefix="benchmark-") as place:
        room = Room(Path(place))
        size = write_collection(room.folder / "notes", 400)
        ankdown = install_ankdown((options.ankdown or room.folder / "ankdown").resolve())
        parts = [
            f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, zlib {zlib.ZLIB_RUNTIME_VERSION}, "
            f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; CPU time, medians of {rounds} rounds in turn; "
            f"400 articles are {size / 1e6:.1f} MB.",
            table(("what", "measured", "against", "ratio"), whole(room, rounds, ankdown)),
            table(("what", "measured", "against", "ratio"), packing(rounds)),
            table(
                ("articles", "notes", *STAGES, "whole process, s", "peak MB"),
                stages(room, (1, 10, 100, 400) if options.quick else (1, 10, 100, 400, 4000), rounds),
            ),
            table(("hostile input", "CPU", "against half of it"), hostile(room)),
        ]
    text = "\n\n".join(parts)
    print(text)
    if options.write:
        page = REPOSITORY / "docs/performance.md"
        before, _, rest = page.read_text("utf-8").partition(BEGIN)
        page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
