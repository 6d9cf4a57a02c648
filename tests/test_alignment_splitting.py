"""Sentence ends: the table in `cases/split.md`, and what holds for any text."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anki_builder.alignment import split
from anki_builder.alignment.splitting import cuts

_ROWS = [
    [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in (Path(__file__).parent / "cases" / "split.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| language")
]
_LANGUAGES = st.sampled_from(["en", "zh", "ja", "ko", "de", "fr", "ru", "tr", "xx", "zh-Hant"])
_PIECES = [*"abAB 0.?!。？！…“”\"'()（）—，,:・»«\n", "etc", "Mr", "。”", "3.5", "他"]
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=60).map("".join)


@pytest.mark.parametrize(("language", "marked"), _ROWS, ids=[row[1][:40] for row in _ROWS])
def test_sentences_end_where_the_table_says(language: str, marked: str) -> None:
    sentences = [part.strip() for part in marked.split("|")]
    text = marked.replace(" | ", " ").replace("|", "")
    assert split(text, language) == sentences


@given(_TEXTS, _LANGUAGES)
def test_splitting_loses_and_reorders_nothing(text: str, language: str) -> None:
    sentences = split(text, language)
    assert re.sub(r"\s", "", "".join(sentences)) == re.sub(r"\s", "", text)
    assert all(sentence and sentence == sentence.strip() for sentence in sentences)


@given(st.text(max_size=80), _LANGUAGES)
def test_cuts_ascend_and_stand_before_characters(text: str, language: str) -> None:
    found = cuts(text, language)
    offsets = list(found)
    assert offsets == sorted(set(offsets))
    assert all(0 < offset < len(text) and not text[offset].isspace() for offset in offsets)
    assert all(0 < probability <= 1 for probability in found.values())


@given(
    st.lists(st.sampled_from([*_PIECES, " ", ". ", ". A", "Mr. B", " word. C", "St", "usw. D", "第. E"]), max_size=40).map(
        "".join
    ),
    _LANGUAGES,
)
def test_more_white_space_changes_no_probability(text: str, language: str) -> None:
    wide = re.sub(r"(?<=\w)\. (?=[A-Z])", ".  ", text)
    assert [*cuts(wide, language).values()] == [*cuts(text, language).values()]


@pytest.mark.parametrize("mark", [".", "。", '"', "(", "“", "?)", "Mr. ", "… ", "a.", "word "])
def test_hostile_text_is_split_without_loss(mark: str) -> None:
    text = mark * 20_000
    assert "".join(split(text, "en")).replace(" ", "") == text.replace(" ", "")
