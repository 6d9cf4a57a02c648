"""What grows with the notes grows in step with them: counted in characters and calls, never in seconds.

Sizes are small and ratios tight: a step for each pair of lines that makes a ratio of 2.3 at some size makes 2.1 at a third of it.
"""

import gc
import sys
import tracemalloc
import unicodedata
from collections.abc import Callable
from cProfile import Profile
from functools import _lru_cache_wrapper, cache
from typing import Any, Literal

import pytest
from building import compose_all

from anki_builder.compiler import read_and_align
from anki_builder.config import Config
from anki_builder.document import AlignedDocument, Document
from anki_builder.reading.reader import read
from anki_builder.source import Source


def aligned(text: str, translation: str) -> AlignedDocument:
    note = f"原文：\n\n{text}\n\n{translation}\n\n学习：\n\nthe lamp：灯\n"
    found, _ = read_and_align(Source("a.md", "a.md", note), Config(languages=("en", "zh")))
    return found


def compose(documents: list[AlignedDocument]) -> int:
    """Return how many characters the notes take."""
    return sum(len(field) for built in compose_all(documents).notes for field in built.note.fields.values())


@cache
def long_passage(sentences: int) -> AlignedDocument:
    home = "one after the other, from all the harbours of the long and stony coast"
    text = " ".join(f"Keeper number {n} lit the lamp, and the ships came home, {home}." for n in range(sentences))
    back = "一艘接着一艘，从漫长的石岸上所有的港口"
    return aligned(text, "".join(f"第{n}个看守人点亮了灯，船都{back}回家了。" for n in range(sentences)))


def test_a_passage_as_long_as_a_book_is_not_copied_whole_into_each_of_its_notes() -> None:
    small, large = compose([long_passage(100)]), compose([long_passage(200)])
    assert small < 100 * 25_000
    assert large < 2.3 * small


def test_the_middle_of_a_long_passage_is_shown_with_dots_for_the_rest() -> None:
    sentences = [built.note for built in compose_all([long_passage(200)]).of_kind("sentence")]
    passage = sentences[100].fields["Passage"]
    assert passage.startswith("… ") and passage.endswith(" …")
    assert "<mark>Keeper number 100 lit the lamp, and the ships came home, one after the other" in passage
    assert not sentences[0].fields["Passage"].startswith("…") and not sentences[-1].fields["Passage"].endswith("…")


@cache
def remembering(modules: int) -> list[Any]:
    """Return the functions, of so many modules, that remember the lines that they have seen: all but those that keep a few values."""
    ours = [one for one in gc.get_objects() if isinstance(one, _lru_cache_wrapper) and one.__module__.startswith("anki_builder.")]
    return [one for one in ours if (one.cache_info().maxsize or 0) > 64]


def forget() -> None:
    """Clear what functions remember of the lines that they have seen."""
    for one in remembering(len(sys.modules)):
        one.cache_clear()


def calls(function: Callable[[], object], builtins: bool = False) -> int:
    """Return how many Python functions are called meanwhile, or also how many built-in ones."""
    forget()
    profile = Profile(builtins=builtins)
    profile.runcall(function)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("unit", ["<", "[", "{{c1::", "`", "The lamp is lit. "])
def test_hostile_input_twice_as_long_takes_twice_the_steps(unit: str) -> None:
    def work(size: int) -> int:
        return calls(lambda: compose([aligned(unit * (size // len(unit)), "灯亮着。")]))

    work(256)
    assert work(8192) < 2.3 * work(4096) + 500


@pytest.mark.parametrize("unit", ["![", "! ", "1. ", "“?” "])
def test_two_hostile_sides_twice_as_long_take_twice_the_steps(unit: str) -> None:
    def work(size: int) -> int:
        return calls(lambda: compose([aligned(f"The lamp {unit * size}", f"灯{unit * size}")]))

    work(20)
    assert work(340) < 2.3 * work(170) + 500


def test_marks_alone_are_no_sentences() -> None:
    (pair,) = aligned("The lamp is lit" + "! " * 300, "灯亮着" + "！" * 300).pairs
    assert len(pair.text) == len(pair.translation) == 1


def test_a_heap_of_marks_is_brought_into_order_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []
    normalize = unicodedata.normalize

    def counting(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
        counted.append(len(text))
        return normalize(form, text)

    monkeypatch.setattr(unicodedata, "normalize", counting)
    read(Source("a.md", "a.md", "lamp" + "\u0316\u0301" * 2_000 + "：灯"), Config())
    assert sum(counted) < 4_000


def test_a_note_four_times_as_long_takes_four_times_the_memory() -> None:
    def most(size: int) -> int:
        source = Source("a.md", "a.md", "学习：\n\n" + _between("lamp{0}：灯{0}\n\n- The lamp{0} is lit. 灯{0}亮着。\n\n", size))
        forget()
        tracemalloc.start()
        try:
            compose([read_and_align(source, Config(languages=("en", "zh")))[0]])
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    most(10)
    assert most(160) < 5 * most(40)


def test_sentences_that_make_no_note_of_a_long_passage_cost_next_to_nothing() -> None:
    document = aligned("The lamp is lit. " * 2000, "灯亮着。")
    assert len(document.pairs) > 1000
    assert sum(bool(pair.text and pair.translation) for pair in document.pairs) < 5
    assert calls(lambda: compose([document]), builtins=True) < 80 * len(document.pairs)


def _nested(size: int) -> str:
    return "".join(f"{'  ' * depth}- lamp {depth} - 灯\n" for depth in range(size))


def _between(unit: str, size: int) -> str:
    """Return so many units, each with its number in digits and in Chinese: glosses that differ by digits alone are values."""
    signs = str.maketrans("0123456789", "零一二三四五六七八九")
    return "".join(unit.format(number, str(number).translate(signs)) for number in range(size))


@pytest.mark.parametrize(
    ("note", "size", "units"),
    [
        (lambda size: "| Word | 意思 |\n|---|---|\n" + _between("| lamp {0} | 灯{0} |\n", size), 700, 1),
        (lambda size: "<table>\n" + _between("<tr><td>lamp {0}</td><td>灯{0}</td></tr>\n", size) + "</table>\n", 170, 1),
        (lambda size: "".join(f"## lamp {'abc'[n % 3]}{n}\n\n灯{n}\n\n" for n in range(size)), 700, 0),
        (lambda size: _between("- lamp {0} - 灯{0}\n", size), 170, 1),
        (lambda size: _between("lamp {0} 灯{1}\n", size), 170, 1),
        (lambda size: _between("lamp {0} (灯{1})\n", size), 170, 1),
        (lambda size: _between("The lamp {0} is lit.\n灯{0}亮着。\n", size), 170, 1),
        (lambda size: _between("The lamp {0} is lit.\n\n灯{0}亮着。\n\n", size), 170, 1),
        (lambda size: _between("EN: The lamp {0} is lit.\nZH: 灯{0}亮着。\n\n", size), 170, 1),
        (lambda size: _between("**Word**: lamp {0}\n**Meaning**: 灯{0}\n\n", size), 250, 1),
        (lambda size: _between("Anna: The lamp {0} is lit.\n安娜：灯{0}亮着。\n", size), 170, 1),
        (lambda size: _between("Q: lamp {0}\nA: 灯{0}\n\n", size), 170, 1),
        (lambda size: _between("> [!note] Words\n> lamp {0} - 灯{0}\n\n", size), 170, 1),
        (lambda size: "- lamp - 灯\n" + _between("  - The lamp {0} is lit. 灯{0}亮着。\n", size), 170, 1),
    ],
    ids=[
        "rows", "rows in HTML", "headings", "items", "lines", "brackets", "line above line", "paragraphs", "languages named", "labels",
        "speakers", "questions", "boxes", "examples",
    ],
)  # fmt: skip
def test_reading_twice_as_many_takes_twice_the_steps(note: Callable[[int], str], size: int, units: int) -> None:
    def work(size: int) -> int:
        source = Source("a.md", "a.md", note(size))
        found: list[Document] = []
        count = calls(lambda: found.append(read(source, Config())[0]), builtins=True)
        assert len(found[0].passages) + len(found[0].entries) >= units * size
        return count

    work(20)
    assert work(2 * size) < 2.1 * work(size)


@pytest.mark.parametrize(
    ("note", "size"),
    [
        (lambda size: "lamp 灯 " * (size // 7), 50_000),
        (lambda size: "The lamp is lit. 灯亮着。" * (size // 21), 50_000),
        (lambda size: "lamp" + "(" * size + "灯", 1000),
        (lambda size: "lamp " + "(" * size + "灯" + ")" * size, 1000),
        (lambda size: "lamp (灯) " * size, 1000),
        (lambda size: "lamp【灯】" * size, 1000),
        (lambda size: "lamp" + " - 灯" * size, 1000),
        (lambda size: "lamp" + "：灯" * size, 1000),
        (lambda size: "lamp" + "\t灯" * size, 500),
        (lambda size: "lamp" + "::灯" * size, 1000),
        (lambda size: "%% lamp " * size, 500),
        (lambda size: "==lamp " * size, 1000),
        (lambda size: "原文：\n" * size, 1000),
        (lambda size: "Meaning: 灯\n" * size, 500),
        (lambda size: "<details><summary>译文</summary>\n" * size, 500),
        (lambda size: "START\n" * size, 500),
        (lambda size: ":::note\n" * size, 500),
        (lambda size: "".join(f"{'#' * (1 + n % 6)} lamp {n}\n" for n in range(size)), 1000),
        (lambda size: "- lamp\n" + "  lamp\n" * size, 500),
    ],
    ids=[
        "words in a line", "sentences in a line", "open brackets", "brackets in brackets", "brackets", "wide brackets", "dashes", "colons",
        "tabs", "double colons", "comment marks", "marks", "label lines", "labels alone", "open folds", "open cards", "open boxes",
        "headings of all levels", "lines of an item",
    ],
)  # fmt: skip
def test_hostile_notes_twice_as_long_take_twice_the_steps(note: Callable[[int], str], size: int) -> None:
    def work(size: int) -> int:
        text = note(size) + "\n\n- boat - 船\n- sail - 帆\n"
        return calls(lambda: read(Source("a.md", "a.md", text), Config()), builtins=True)

    work(20)
    assert work(2 * size) < 2.15 * work(size) + 500


def test_items_nested_twice_as_deep_take_twice_the_steps_besides_the_blanks_before_them() -> None:
    """A parser goes over the blanks before each line, which are as many as the square of the depth."""

    def work(depth: int) -> int:
        source = Source("a.md", "a.md", _nested(depth))
        return calls(lambda: read(source, Config()), builtins=True) - len(source.text) // 2

    work(20)
    assert work(500) < 2.25 * work(250)


def steps(function: Callable[[], object]) -> int:
    """Return how many lines of Python are run meanwhile, one more for each turn of a loop."""
    count = 0
    forget()

    def trace(frame: object, event: str, argument: object) -> object:
        nonlocal count
        count += 1
        return trace

    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        function()
    finally:
        sys.settrace(None)
    return count


def _nest(before: str, after: str) -> Callable[[int], str]:
    return lambda size: f"原文：\n\n{before * size}lamp{after * size}\n\n{before * size}灯{after * size}\n"


def _listed(line: str) -> Callable[[int], str]:
    return lambda size: "学习：\n\n" + _between(line, size)


@pytest.mark.parametrize(
    "note",
    [
        _nest("*a ", " a*"), _nest("**a ", " a**"), _nest("*a **b ", " b** a*"), _nest("==a ~~b ", " b~~ a=="), _nest("<i>a <b>b ", " b</b> a</i>"),
        _nest("[a ", " a](https://example.org)"), _nest("*(a ", " a)*"), _nest("<ruby>灯<rt>", "</rt></ruby>"), _nest("*a **灯[とう] ", " b** a*"),
        _nest("`a ", " a`"), _nest("{{c1::", "}}"), _nest("&lt;", ";"), _nest("[sound:x.mp3]", "\\("), _nest("![](a.png) ", ""),
        _listed("### word {0}\n\nlamp{0}：灯{0}\n\n"), _listed("lamp{0}：灯{0}\n\n"), _listed("lamp：灯{0}\n\n"), _listed("lamp{0}：灯\n\n"),
        _listed("lamp {0}：灯{0}\n\n- The lamp {0} is lit. 灯{0}亮着。\n\n"),
        lambda size: _between("## lamp {0}\n\n- lamp{0} - 芯{0}\n\n", size),
        lambda size: _between("原文：\n\nThe lamp {0} is *lit*.\n\n灯{0}亮着。\n\n学习：\n\nlamp：灯\n\n", size),
    ],
)  # fmt: skip
def test_a_whole_note_twice_as_long_takes_twice_the_steps(note: Callable[[int], str]) -> None:
    def work(size: int) -> int:
        source = Source("a.md", "a.md", note(size))
        config = Config(languages=("en", "zh"))
        return steps(lambda: compose([read_and_align(source, config)[0]]))

    work(20)
    assert work(80) < 2.4 * work(40) + 1000
