"""Fuzzes notes: whatever they say, they are read without an exception, and a judge of HTML finds nothing amiss in any field."""

import argparse
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

from building import compose_all
from html_judge import faults

from anki_builder.compiler import read_and_align
from anki_builder.config import Config
from anki_builder.source import Source

CASES = Path(__file__).parents[1] / "cases"
PIECES = (
    *"*_`~=<>[](){}|\\/\"'&#!:;-+.,^$%@\n\t \r\u3000",
    *(
        "**",
        "__",
        "==",
        "~~",
        "\n\n",
        "\n- ",
        "\n> ",
        "\n# ",
        "\n## ",
        "\n1. ",
        "\n| ",
        " | ",
        "|---|---|\n",
        "```",
        "---\n",
        "<!--",
        "-->",
    ),
    *(
        "<b>",
        "</b>",
        "<script>",
        "</script>",
        "<img src=x onerror=x()>",
        "<ruby>",
        "<rt>",
        "</rt></ruby>",
        "<details>",
        "<table><tr><td>",
    ),
    *(
        "{{c1::",
        "{{c2::",
        "::",
        "}}",
        "[sound:",
        "[anki:tts lang=en]",
        "[latex]",
        "[/latex]",
        "[$]",
        "[[type:Term]]",
        "\\(",
        "\\[",
    ),
    *(
        "![",
        "](a.png)",
        "](javascript:x)",
        '](https://example.org/?a="b)',
        "[^1]",
        "[[",
        "]]",
        "&lt;",
        "&#60;",
        "&#x3c;script&#62;",
        "%%",
    ),
    *(
        "\u0338",
        "\u0301",
        "\u200d",
        "\u202e",
        "\x00",
        "\x01",
        "\x1f",
        "\x7f",
        "\x85",
        "\ud800",
        "\ufeff",
        "\u037e",
        "\u1112\u1161\u11ab",
    ),
    *("onclick=x ", "style=x ", "href", "em", "code", "b", "span", "class"),
    *(
        "lamp",
        "The lamp is lit.",
        "灯",
        "灯亮着。",
        "：",
        "；",
        "（",
        "）",
        "【",
        "】",
        "「",
        "」",
        "かんじ",
        "漢字[かんじ]",
        "{漢字|かんじ}",
        "lamp：灯",
    ),
    *(
        "原文：\n\n",
        "译文：\n\n",
        "学习：\n\n",
        "\n\nlamp：[læmp] n. 灯；台灯\n\n",
        "EN: ",
        "ZH: ",
        "Q: ",
        "A: ",
        "title: ",
        "tags: [a, b]\n",
    ),
)


def seeds() -> list[str]:
    """Return the notes that stand in the case files."""
    return [
        note
        for file in sorted(CASES.glob("*.md"))
        for note in re.findall(r"^```+\w*\n(.*?)^```+", file.read_text("utf-8"), re.M | re.S)
    ]


def note(chance: random.Random, known: list[str]) -> str:
    """Return a note: pieces alone, or a known note into which pieces are put."""
    if chance.random() < 0.4:
        return chance.choice(("", "原文：\n\n")) + "".join(chance.choices(PIECES, k=chance.randrange(1, 120)))
    text = chance.choice(known)
    for _ in range(chance.randrange(1, 12)):
        at = chance.randrange(len(text) + 1)
        end = at + chance.choice((0, 0, 1, 3, 20))
        text = text[:at] + "".join(chance.choices(PIECES, k=chance.randrange(1, 5))) + text[end:]
    return text


def problems(text: str) -> list[str]:
    """Return what is amiss with the notes that come of a note file."""
    config = Config(languages=("en", "zh"))  # without a guess of the languages, which would load all dictionaries
    aligned, _ = read_and_align(Source("n.md", "n.md", text), config)
    found = []
    for built in compose_all([aligned], config).notes:
        for name, value in built.note.fields.items():
            if name != "Key":
                found += [
                    f"{built.note.kind.name}.{name}: {fault}: {value!r}" for fault in faults(value, built.note.kind.is_cloze)
                ]
    return found


def run(seed: int) -> Iterator[tuple[str, list[str]]]:
    """Yield notes with what is amiss with them, for ever."""
    chance, known = random.Random(seed), seeds()
    while True:
        text = note(chance, known)
        yield text, problems(text)


def main() -> None:
    """Run for some seconds, and print each note that something is amiss with."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    asked = parser.parse_args()
    end, count, bad = time.monotonic() + asked.seconds, 0, 0
    chance, known = random.Random(asked.seed), seeds()
    while time.monotonic() < end:
        text = note(chance, known)
        count += 1
        try:
            found = problems(text)
        except Exception as error:
            found = [f"{type(error).__name__}: {error}"]
        if found:
            bad += 1
            print(f"{text!r}\n  {found[0]}", flush=True)
    print(f"seed {asked.seed}: {count} notes, {bad} with faults")


if __name__ == "__main__":
    main()
