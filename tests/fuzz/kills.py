"""Kills builds at random moments: nothing is torn, the next build gives the same bytes as one that was never killed, no process is left."""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from zipfile import BadZipFile, ZipFile

NOTE = """# Day {0}

原文：

Keeper {0} lit the lamp. We waited {0} hours.

看守人{0}点亮了灯。我们等了{0}小时。

学习：

keeper {0}：看守人{0}
"""
MODES = {"cold, with workers": ["--jobs", "2", "--no-cache"], "collection new": ["--jobs", "1"], "one note changed": []}


def build(folder: Path, *more: str) -> "subprocess.Popen[bytes]":
    """Start a build of its own process group."""
    command = [sys.executable, "-m", "anki_builder", "build", "-o", "a.apkg", *more]
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def left(group: int) -> bool:
    """Return whether a process of a group is still there after a moment."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.1)
    return True


def problems(chance: random.Random, mode: str, longest: float) -> tuple[list[str], float]:
    """Kill a build and return what is amiss afterwards, and how long a build takes."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "source").mkdir()
        for number in range(30 if mode.startswith("cold") else 4):
            (folder / "source" / f"{number}.md").write_text(NOTE.format(number), encoding="utf-8")
        if not mode.startswith("cold"):
            assert build(folder).wait() == 0
            (folder / "source" / "1.md").write_text(NOTE.format(77), encoding="utf-8")
        if mode == "collection new":
            shutil.rmtree(folder / "cache")
        found = []
        process = build(folder, *MODES[mode])
        time.sleep(chance.random() * longest)
        process.kill()
        process.wait()
        if left(process.pid):
            found.append("a process is left")
            os.killpg(process.pid, 9)
        if (folder / "a.apkg").exists():
            try:
                with ZipFile(folder / "a.apkg") as package:
                    package.testzip()
            except BadZipFile as error:
                found.append(f"the package is torn: {error}")
        started = time.monotonic()
        if build(folder).wait() != 0:
            found.append("the next build fails")
        took = time.monotonic() - started
        first = (folder / "a.apkg").read_bytes(), (folder / "source" / "anki_builder.lock").read_bytes()
        if build(folder, "--no-cache").wait() != 0 or first[0] != (folder / "a.apkg").read_bytes():
            found.append("a build without the cache gives another package")
        rest = [path.name for path in folder.rglob("*") if path.name.endswith((".part", ".next"))]
        return found + [f"{name} is left" for name in rest], took


def main() -> None:
    """Kill builds, and print each seed that something is amiss with."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    asked = parser.parse_args()
    end, count, bad, longest = time.monotonic() + asked.seconds, 0, 0, 2.0
    while count < asked.kills and time.monotonic() < end:
        mode = list(MODES)[count % len(MODES)]
        found, took = problems(random.Random(asked.seed + count), mode, longest)
        longest = max(1.0, min(10.0, 1.3 * took))
        if found:
            bad += 1
            print(f"{mode}, seed {asked.seed + count}: {found}", flush=True)
        count += 1
    print(f"seed {asked.seed}: {count} kills, {bad} with faults")


if __name__ == "__main__":
    main()
