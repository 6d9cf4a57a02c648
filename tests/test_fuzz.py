"""A short run of the fuzzers, the same each time."""

import random
from itertools import islice

import pytest
from fuzz import files, notes


def test_no_note_makes_a_field_that_is_more_than_text_and_markup() -> None:
    for text, found in islice(notes.run(seed=7), 150):
        assert found == [], text


@pytest.mark.parametrize("what", files.SPOIL)
def test_spoilt_files_end_in_a_sentence_and_lose_nothing(what: str) -> None:
    for seed in range(8):
        assert files.problems(random.Random(seed), what) == [], seed
