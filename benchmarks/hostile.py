"""Hostile input, doubled: CPU time of reading, aligning and composing 32 KB and 64 KB of it, as JSON: `python -m benchmarks.hostile`."""

import gc
import json
import statistics
import time
from itertools import count

from anki_builder.cli.project import decode
from anki_builder.compiler import Compiler
from anki_builder.config import Config

UNITS = {
    "<": "<",
    "[": "[",
    "{{c1::": "{{c1::",
    "`": "`",
    "*a* **b**": "*a* **b** ",
    "one line": "The harbour was quiet, and nobody asked. ",
}
SIZES = {"one line": 1 << 19}
"""Bytes of the smaller input; else 32 KB."""
NOTE = "原文：\n\n{text}\n\n港口很安静，没有人问起那座钟。\n\n学习：\n\nharbour：港口\n\n{term}：钟\n"


FRESH = count()
"""Each note is a new one: some things are remembered by their text."""


def cost(unit: str, size: int) -> float:
    text = f"{next(FRESH)} {unit * (size // len(unit))}"
    source, _ = decode(NOTE.format(text=text, term=text[:60]).encode(), "a.md", "a.md", "")
    assert source is not None
    started = time.process_time()
    config = Config(languages=("en", "zh"))
    compiler = Compiler(config, "X", lambda *_: ({}, []))
    compiler.rows(compiler.article(source))
    return time.process_time() - started


def main(rounds: int = 5) -> None:
    gc.disable()  # as the command line does
    for unit in UNITS.values():
        cost(unit, 1 << 10)  # loads what is loaded late
    found = {}
    for name, unit in UNITS.items():
        size = SIZES.get(name, 1 << 15)
        pairs = [(cost(unit, size), cost(unit, 2 * size)) for _ in range(rounds)]
        found[name] = {
            "size": 2 * size,
            "cpu": statistics.median(large for _, large in pairs),
            "ratio": statistics.median(large / small for small, large in pairs),
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
