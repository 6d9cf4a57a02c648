"""Kills builds at random moments: nothing is torn, the next build gives the bytes that it gives without a kill, nothing is left.

By hand: `cd tests && python -m fuzz.kills --kills 200`. Each mode has a folder that is put back as it was before each kill.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

NOTE = """# Day {0}

原文：

Keeper {0} lit the lamp. We waited {0} hours.

看守人{0}点亮了灯。我们等了{0}小时。

学习：

keeper {0}：看守人{0}
"""
AT = """import sys, time
moment = int(sys.argv.pop(1))
time.time, time.time_ns = lambda: moment, lambda: moment * 10**9
from anki_builder.__main__ import main
main()"""
"""The program, with a clock that stands still: then the bytes of two builds can be compared."""


class Outputs(NamedTuple):
    """The bytes that a build is for; None where there is no such file."""

    package: bytes | None
    ledger: bytes | None


class Place:
    """A folder of notes with a cache of its own, which can be put back as it was."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.saved = folder / "place", folder / "saved"
        self.package, self.cache = self.folder / "a.apkg", self.folder / "cache"
        self.ledger = self.folder / "source" / "anki_builder.lock"
        (self.folder / "source").mkdir(parents=True)
        (self.folder / "temporary").mkdir()
        self.first = int(time.time())

    def write(self, number: int, text: str) -> None:
        (self.folder / "source" / f"{number}.md").write_text(text, encoding="utf-8")

    def start(self, seconds: int, *more: str) -> "subprocess.Popen[bytes]":
        """Start a build so many seconds after the first, in a process group of its own."""
        command = [sys.executable, "-c", AT, str(self.first + seconds), "build", "-o", "a.apkg", *more]
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.cache), "TMPDIR": str(self.folder / "temporary")}
        silent = subprocess.DEVNULL
        return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=silent, stderr=silent, start_new_session=True)

    def outputs(self) -> Outputs:
        package, ledger = (path.read_bytes() if path.exists() else None for path in (self.package, self.ledger))
        return Outputs(package, ledger)

    def files(self) -> set[str]:
        """Return the names of all files and folders outside the cache, and of what is half written in it."""
        ours = (path for path in self.folder.rglob("*") if self.cache not in (path, *path.parents))
        found = {str(path.relative_to(self.folder)) for path in ours}
        return found | {path.name for path in self.cache.rglob("*") if path.name.endswith((".part", ".next"))}

    def states(self) -> dict[Path, tuple[int, int]]:
        """Return the time and the size of each file."""
        found = [(path, path.stat()) for path in self.folder.rglob("*") if path.is_file()]
        return {path: (about.st_mtime_ns, about.st_size) for path, about in found}

    def save(self) -> None:
        self.saved.mkdir()
        for path in (self.package, self.ledger):
            if path.exists():
                shutil.copy2(path, self.saved / path.name)
        if self.cache.exists():
            shutil.copytree(self.cache, self.saved / "cache")

    def restore(self) -> None:
        shutil.rmtree(self.cache, ignore_errors=True)
        for path in (self.package, self.ledger):
            path.unlink(missing_ok=True)
            if (self.saved / path.name).exists():
                shutil.copy2(self.saved / path.name, path)
        if (self.saved / "cache").exists():
            shutil.copytree(self.saved / "cache", self.cache)


def many(place: Place) -> None:
    """Write as many notes as worker processes are started for."""
    for number in range(30):
        place.write(number, NOTE.format(number))


def edited(place: Place) -> None:
    """Build some notes and edit one."""
    for number in range(4):
        place.write(number, NOTE.format(number))
    assert place.start(0).wait() == 0
    place.write(1, NOTE.format(77))


def without_cache(place: Place) -> None:
    edited(place)
    shutil.rmtree(place.cache)


def with_the_collection_alone(place: Place) -> None:
    """Of all that is cached leave only the collection."""
    edited(place)
    gone = [path for path in place.cache.rglob("*") if path.is_file() and path.name != "collection.sqlite"]
    assert gone
    for path in gone:
        path.unlink()


class Mode(NamedTuple):
    """A build that is killed, and what was before."""

    before: Callable[[Place], None]
    arguments: tuple[str, ...]


MODES = {
    "warm": Mode(edited, ()),
    "cold, with workers": Mode(many, ("--jobs", "2", "--no-cache")),
    "collection new, with workers": Mode(many, ("--jobs", "2")),
    "collection new": Mode(without_cache, ()),
    "collection as only cache": Mode(with_the_collection_alone, ()),
}


def left(group: int) -> bool:
    """Return whether a process of a group is still there after a moment; end it if so."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.1)
    with suppress(ProcessLookupError):
        os.killpg(group, 9)
    return True


class Reference(NamedTuple):
    """What builds do that are not killed."""

    before: Outputs
    after: Outputs
    late: Outputs
    """Of a build that comes later, where the first did not come to its end."""
    files: set[str]
    seconds: float


def reference(place: Place, mode: Mode) -> Reference:
    """Build without a kill, at both moments, with and without the cache."""
    ends = []
    for seconds, arguments in ((100, mode.arguments), (200, mode.arguments), (200, ("--no-cache",))):
        place.restore()
        before, started = place.outputs(), time.monotonic()
        assert place.start(seconds, *arguments).wait() == 0
        ends.append((place.outputs(), time.monotonic() - started))
    (after, took), (late, _), (cold, _) = ends
    assert late == cold, "the cache changes the package"
    return Reference(before, after, late, place.files(), took)


def killed(place: Place, mode: Mode, chance: random.Random, took: float) -> "subprocess.Popen[bytes]":
    """Build and kill it: at any moment, or where it writes."""
    process = place.start(100, *mode.arguments)
    delay = chance.uniform(0, 1.1 * took)
    if chance.random() < 0.3:
        while process.poll() is None and not any(place.folder.rglob("*.part")):
            pass
        delay = chance.random() * 0.02
    time.sleep(delay)
    process.kill()
    process.wait()
    return process


def problems(place: Place, mode: Mode, chance: random.Random, known: Reference) -> Iterator[str]:
    """Kill a build and yield how far it came, then what is amiss afterwards."""
    place.restore()
    states = place.states()
    process = killed(place, mode, chance, known.seconds)
    is_left = left(process.pid)
    is_touched = place.states() != states
    yield "over" if process.returncode == 0 else how_far(place.outputs(), known, is_touched)
    if is_left:
        yield "a process is left"
    yield from torn(place, known)
    if is_touched:  # else the next build finds what the first one found
        yield from changed(place, known)


def how_far(found: Outputs, known: Reference, is_touched: bool) -> str:
    """Return what a build had written when it was killed."""
    if found == known.after:
        return "package and ledger written"
    if found.package == known.after.package:
        return "package written"
    return "cache or parts written" if is_touched else "nothing written"


def torn(place: Place, known: Reference) -> Iterator[str]:
    """Yield which output of a killed build is neither the former nor the new one."""
    for name, found, before, after in zip(Outputs._fields, place.outputs(), known.before, known.after, strict=True):
        if found not in (before, after):
            yield f"the {name} is neither as before nor as after"
    if place.package.exists():
        try:
            with ZipFile(place.package) as archive:
                archive.testzip()
        except BadZipFile as error:
            yield f"the package is torn: {error}"


def changed(place: Place, known: Reference) -> Iterator[str]:
    """Build after a kill, and yield how the end differs from that of builds that were not killed."""
    wanted = known.after if place.outputs().package == known.after.package else known.late
    if (code := place.start(200).wait()) != 0:
        yield f"the next build ends with {code}"
    if place.outputs() != wanted:
        yield "the next build gives other bytes"
    if rest := place.files() - known.files:
        yield f"left behind: {sorted(rest)}"


def main() -> None:
    """Kill builds, and print each seed that something is amiss with."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200, help="of each mode")
    parser.add_argument("--mode", choices=MODES, action="append")
    parser.add_argument("--seed", type=int, default=time.time_ns())
    asked = parser.parse_args()
    for name in asked.mode or MODES:
        mode, bad, reached = MODES[name], 0, Counter[str]()
        with tempfile.TemporaryDirectory() as folder:
            place = Place(Path(folder))
            mode.before(place)
            place.save()
            known = reference(place, mode)
            for number in range(asked.kills):
                how_far, *found = problems(place, mode, random.Random(asked.seed + number), known)
                reached[how_far] += 1
                if found:
                    bad += 1
                    print(f"{name}, seed {asked.seed + number}, {how_far}:", *found, sep="\n  ", flush=True)
        print(
            f"{name}, {known.seconds:.1f} s, seed {asked.seed}: {asked.kills} kills, {bad} with faults; {dict(reached)}",
            flush=True,
        )


if __name__ == "__main__":
    main()
