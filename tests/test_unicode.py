"""Text and file names are one thing in whatever form of Unicode they come."""

import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from anki_builder.cli import cli
from anki_builder.cli.columns import width
from anki_builder.compiler import read_and_align
from anki_builder.config import Config
from anki_builder.notes.keys import term_key
from anki_builder.source import Source, composed

NOTE = """# Café

原文：

The entrée was cold, but the crème brûlée was not. Wir zahlten １７００ Kronen.

前菜是凉的，但焦糖布丁不是。我们付了1700克朗。

学习：

entrée：前菜

crème brûlée：焦糖布丁

ĝardeno：花园
"""


Form = Literal["NFC", "NFD"]


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


HIDDEN = re.compile("[\u00ad\u200b\u200c\u200d]")
LETTERS = st.sampled_from(
    "a é é \u0301 \u0323 가 가 ㅏ ᅡ ᆨ \u200b \u200d \u200c \u00ad ー 👨 👩 \u0650 ك क्‍ष \u09be \u09c7 \n : Ω".split(" ")
)


@given(st.lists(LETTERS, max_size=12).map("".join))
@example("\u200d\u200d")
@example("e\u0301 x\u200b:")
@example("\u1100\u1161\u11a8")
@example("👨\u200d👩")
@example("\u0301\u0650\u200d")
def test_a_composed_text_keeps_its_lines_and_knows_the_columns_of_the_file(text: str) -> None:
    source = composed(Source("n.md", "n.md", text))
    assert unicodedata.is_normalized("NFC", source.text)
    assert composed(source).text == source.text
    for number, (line, written) in enumerate(zip(source.text.split("\n"), text.split("\n"), strict=True), 1):
        columns = [source.span(number, column).column - 1 for column in range(1, len(line) + 2)]
        pieces = [HIDDEN.sub("", written[start:end]) for start, end in pairwise([*columns[:-1], len(written)])]
        assert "".join(unicodedata.normalize("NFC", piece) for piece in pieces) == HIDDEN.sub("", line)


def test_joiners_stay_where_they_join() -> None:
    for text in ("می\u200cروم", "क्\u200dष", "👨\u200d👩\u200d👧"):
        assert composed(Source("n.md", "n.md", text)).text == text
    assert composed(Source("n.md", "n.md", "Wasser\u200cfall 单\u200b词：\ufeff")).text == "Wasserfall 单词："


def test_marks_heaped_on_a_letter_are_left_out_behind_the_thirtieth() -> None:
    heap = "\u0316\u0301" * 5_000
    text = composed(Source("n.md", "n.md", f"la{heap}mp：灯")).text
    assert text == unicodedata.normalize("NFC", f"la{heap[:30]}mp：灯")
    assert composed(Source("n.md", "n.md", f"la{heap[:30]}mp：灯")).text == text


def test_a_decomposed_note_is_the_composed_one_with_the_columns_of_its_file() -> None:
    (first, said), (second, also_said) = (
        read_and_align(Source("n.md", "n.md", text), Config()) for text in (NOTE, decomposed(NOTE))
    )
    assert [context.surface if context else None for context in first.contexts] == ["entrée", "crème brûlée", None]
    assert second.contexts == first.contexts
    assert second.pairs == first.pairs
    assert [term_key(entry, "en") for entry in second.document.entries] == [
        term_key(entry, "en") for entry in first.document.entries
    ]
    (warning,), (other) = [one for one in said if one.rule.name == "term-not-found"], also_said
    found = [one for one in other if one.rule.name == "term-not-found"]
    assert (warning.span.length, found[0].span.length) == (len("ĝardeno"), len(decomposed("ĝardeno")))


def test_characters_without_width_do_no_harm() -> None:
    hidden = (
        NOTE.replace("原文：", "原文：\u200b").replace("学习：", "\ufeff学习\u200e：").replace("entrée：", "ent\u00adrée\u200b：")
    )
    plain, _ = read_and_align(Source("n.md", "n.md", NOTE), Config())
    found, _ = read_and_align(Source("n.md", "n.md", hidden), Config())
    assert found.contexts == plain.contexts
    assert [entry.term for entry in found.document.entries] == [entry.term for entry in plain.document.entries]


def test_full_width_digits_are_the_number_they_show() -> None:
    _, said = read_and_align(Source("n.md", "n.md", NOTE), Config())
    assert not [one for one in said if one.rule.name == "numbers-differ"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_files_are_found_by_their_names_in_either_form(form: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other: Form = "NFD" if form == "NFC" else "NFC"
    written, named = unicodedata.normalize(form, "Leçon é"), unicodedata.normalize(other, "Leçon é")
    folder = tmp_path / written
    folder.mkdir()
    (folder / f"{written}.md").write_text(NOTE + f"\n![]({unicodedata.normalize(other, 'tür.png')})\n", encoding="utf-8")
    (folder / unicodedata.normalize(form, "tür.png")).write_bytes(b"png")
    (tmp_path / "anki_builder.toml").write_text(f'include = ["{named}*.md"]\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(cli, ["check", "--format", "short", named], prog_name="anki-builder").output
    assert "does not exist" not in shown
    assert "no-files" not in shown
    assert "missing-media" not in shown
    assert "term-not-found" in shown


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("abc", 3),
        ("漢字", 4),
        ("e\u0301", 1),
        ("👨\u200d👩\u200d👧", 2),
        ("🇩🇪", 2),
        ("❤\ufe0f", 2),
        ("ｱ", 1),
        ("a\u200bb", 2),
    ],
)
def test_a_text_is_as_wide_as_a_terminal_shows_it(text: str, columns: int) -> None:
    assert width(text) == columns
