"""What grows with the notes grows in step with them: counted in characters and calls, never in seconds."""

import sys
from collections.abc import Callable

import pytest
from building import compose_all

from anki_builder.compiler import read_and_align
from anki_builder.config import Config
from anki_builder.document import AlignedDocument
from anki_builder.source import Source


def aligned(text: str, translation: str) -> AlignedDocument:
    note = f"原文：\n\n{text}\n\n{translation}\n\n学习：\n\nthe lamp：灯\n"
    found, _ = read_and_align(Source("a.md", "a.md", note), Config(languages=("en", "zh")))
    return found


def compose(documents: list[AlignedDocument]) -> int:
    """Return how many characters the notes take."""
    return sum(len(field) for built in compose_all(documents).notes for field in built.note.fields.values())


def long_passage(sentences: int) -> AlignedDocument:
    text = " ".join(f"Keeper number {n} lit the lamp, and the ships came home." for n in range(sentences))
    return aligned(text, "".join(f"第{n}个看守人点亮了灯，船都回家了。" for n in range(sentences)))


def test_a_passage_as_long_as_a_book_is_not_copied_whole_into_each_of_its_notes() -> None:
    small, large = compose([long_passage(200)]), compose([long_passage(400)])
    assert small < 200 * 25_000
    assert large < 2.3 * small


def test_the_middle_of_a_long_passage_is_shown_with_dots_for_the_rest() -> None:
    sentences = [built.note for built in compose_all([long_passage(400)]).of_kind("sentence")]
    passage = sentences[200].fields["Passage"]
    assert passage.startswith("… ") and passage.endswith(" …")
    assert "<mark>Keeper number 200 lit the lamp, and the ships came home.</mark>" in passage
    assert not sentences[0].fields["Passage"].startswith("…") and not sentences[-1].fields["Passage"].endswith("…")


def calls(function: Callable[[], object], events: tuple[str, ...] = ("call",)) -> int:
    """Return how many Python functions are called meanwhile; with the event "c_call" also built-in ones."""
    count = 0

    def count_call(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in events

    sys.setprofile(count_call)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("unit", ["<", "[", "{{c1::", "`", "The lamp is lit. "])
def test_hostile_input_twice_as_long_takes_twice_the_steps(unit: str) -> None:
    def work(size: int) -> int:
        return calls(lambda: compose([aligned(unit * (size // len(unit)), "灯亮着。")]))

    work(256)
    assert work(8192) < 2.3 * work(4096) + 500


def test_sentences_that_make_no_note_of_a_long_passage_cost_next_to_nothing() -> None:
    document = aligned("The lamp is lit. " * 2000, "灯亮着。")
    assert len(document.pairs) > 1000
    assert sum(bool(pair.text and pair.translation) for pair in document.pairs) < 5
    assert calls(lambda: compose([document]), ("call", "c_call")) < 50 * len(document.pairs)
