"""Fuzzes settings, templates, the ledger and the cache: a command ends with a sentence, and nothing of the learner's is lost."""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from click.testing import CliRunner

from anki_builder.cli import cli
from anki_builder.cli.folders import cache_home
from anki_builder.config import Config

NOTE = "# The ferry\n\n原文：\n\nThe ferry was late. We waited.\n\n渡轮晚点了。我们等着。\n\n学习：\n\nferry：渡轮\n"
VALUES = (
    *(
        "true",
        "false",
        "0",
        "-1",
        "1e999",
        "nan",
        '""',
        '"x"',
        '"\\u0000"',
        '"\\u001b[2J"',
        '"../../x"',
        '"/"',
        "[]",
        '["en", "zh"]',
        "[[]]",
    ),
    *(
        "{}",
        '{ en = "Alba" }',
        '{ x = "text" }',
        "1979-05-27",
        '"command"',
        '"all"',
        '"none"',
        '"{collection}::{title}"',
        '"{{}}"',
        '"𝒳"',
    ),
    *('"' + "x" * 300 + '"', "[" * 200, "9" * 400, '"*"', '["*"]', '"paper"', '"rules"', '"voice"'),
)
TEMPLATE = (
    *(
        "{{",
        "}}",
        "{{#",
        "{{^",
        "{{/",
        "Text",
        "Translation",
        "FrontSide",
        "Tags",
        "type:",
        "cloze:",
        "tts en_US:",
        "furigana:",
        "{{> parts/word.html}}",
    ),
    *(
        "<div>",
        "</div>",
        "<!--",
        "-->",
        "<style>",
        "<script>",
        "{",
        "}",
        "::",
        "\x00",
        "\xff",
        "{{c1::",
        "<img src=_media/x.png>",
        "@import",
        "url(",
    ),
)


def settings(chance: random.Random) -> bytes:
    """Return settings with wrong keys, wrong values or no TOML at all."""
    keys = (*Config._fields, "thme", "a.b", '"\\u0000"', "layouts")
    lines = [f"{chance.choice(keys)} = {chance.choice(VALUES)}" for _ in range(chance.randrange(1, 4))]
    lines += ["[[layouts]]", f"pattern = {chance.choice(VALUES)}"] * (chance.random() < 0.2)
    return spoilt(chance, "\n".join(lines).encode(), 0.2)


def spoilt(chance: random.Random, data: bytes, how_often: float = 1) -> bytes:
    """Return data with bytes changed, cut out, doubled or cut off."""
    if not data or chance.random() > how_often:
        return data
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(data))
        end = at + chance.choice((1, 1, 2, 30, 1000))
        some = bytes(chance.choices(range(256), k=chance.randrange(0, 4)))
        data = (
            chance.choice((data[:at] + some + data[end:], data[:end] + data[at:], data[:at], data[:at] + b"\n" + data[at:]))
            or b"x"
        )
    return data


def spoil_settings(chance: random.Random, folder: Path) -> None:
    (folder / "anki_builder.toml").write_bytes(settings(chance))


def spoil_templates(chance: random.Random, folder: Path) -> None:
    names = (
        "user.css",
        "style.css",
        "sentence/read.front.html",
        "cloze/cloze.back.html",
        "parts/word.html",
        "zh/x.html",
        "themes/x.css",
    )
    for name in chance.sample(names, chance.randrange(1, 4)):
        path = folder / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(spoilt(chance, "".join(chance.choices(TEMPLATE, k=chance.randrange(0, 30))).encode("latin-1"), 0.3))


def spoil_ledger(chance: random.Random, folder: Path) -> None:
    path = folder / "source" / "anki_builder.lock"
    path.write_bytes(spoilt(chance, path.read_bytes()))


def spoil_cache(chance: random.Random, folder: Path) -> None:
    files = sorted(path for path in cache_home().rglob("*") if path.is_file())
    if files:
        path = chance.choice(files)
        status = path.stat()
        path.write_bytes(spoilt(chance, path.read_bytes()))
        if chance.random() < 0.5:
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    (folder / "source" / "ferry.md").write_text(NOTE + f"\nlamp{chance.randrange(3)}：灯\n", encoding="utf-8")


SPOIL: dict[str, Callable[[random.Random, Path], None]] = {
    "settings": spoil_settings,
    "templates": spoil_templates,
    "ledger": spoil_ledger,
    "cache": spoil_cache,
}
COMMANDS = (
    ["build"],
    ["build"],
    ["check"],
    ["plan"],
    ["show", "--stage", "notes"],
    ["templates", "check"],
    ["stats"],
    ["doctor"],
)


def problems(chance: random.Random, what: str) -> list[str]:
    """Spoil something of a project, run a command, and return what is amiss."""
    with tempfile.TemporaryDirectory() as place, chdir(place):
        folder = Path(place)
        (folder / "source").mkdir()
        (folder / "source" / "ferry.md").write_text(NOTE, encoding="utf-8")
        CliRunner().invoke(cli, ["build", "-o", "a.apkg"])
        SPOIL[what](chance, folder)
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".apkg"}
        words = [*chance.choice(COMMANDS)]
        words += ["-o", "a.apkg"] * (words[0] in ("build", "plan"))
        result = CliRunner().invoke(cli, words)
        found = []
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            found.append(f"{words}: {type(result.exception).__name__}: {result.exception}")
        if result.exit_code not in (0, 1, 2):
            found.append(f"{words}: exit code {result.exit_code}")
        is_built = words[0] == "build" and "nothing was built" not in result.stderr
        for path, data in before.items():
            may_change = is_built and path.name == "anki_builder.lock"
            if not may_change and (not path.is_file() or path.read_bytes() != data):
                found.append(f"{words}: {path.name} was changed")
        try:
            with ZipFile("a.apkg") as package:
                package.testzip()
        except (OSError, BadZipFile) as error:
            found.append(f"{words}: the package is torn: {error}")
        return found


def main() -> None:
    """Run for some seconds, and print each seed that something is amiss with."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    asked = parser.parse_args()
    count = bad = 0
    with tempfile.TemporaryDirectory() as cache:
        for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "XDG_CONFIG_HOME", "APPDATA"):
            os.environ[name] = cache
        end = time.monotonic() + asked.seconds
        while time.monotonic() < end:
            what = list(SPOIL)[count % len(SPOIL)]
            found = problems(random.Random(asked.seed + count), what)
            if found:
                bad += 1
                print(f"{what}, seed {asked.seed + count}: {found}", flush=True)
            count += 1
    print(f"seed {asked.seed}: {count} runs, {bad} with faults")


if __name__ == "__main__":
    main()
