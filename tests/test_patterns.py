"""Patterns that are compiled late, and those that are cheap to compile against the plain ones they stand for."""

import re
import subprocess
import sys

from hypothesis import example, given
from hypothesis import strategies as st

from anki_builder.alignment import lint
from anki_builder.languages import identify, labels, tokens
from anki_builder.patterns import late
from anki_builder.reading import entry

_EVERY = "".join(map(chr, range(0x110000)))


def test_a_late_pattern_is_compiled_once() -> None:
    pattern = late(r"a|b", re.IGNORECASE)
    assert pattern() is pattern()
    assert pattern().fullmatch("B")


def test_patterns_that_few_notes_need_are_not_compiled_at_the_start() -> None:
    code = (
        "import re\ncompiled = []\noriginal = re._compile\n"
        "def compile(pattern, flags):\n    compiled.append(pattern)\n    return original(pattern, flags)\n"
        "re._compile = compile\nimport anki_builder.cli.building\nfrom anki_builder.languages import labels\n"
        "assert compiled\nrare = labels.INFLECTION().pattern\nassert compiled.count(rare) == 1, rare"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_latin_letters_are_those_of_unicode_and_what_case_folding_makes_of_them() -> None:
    letters = "".join(re.findall(r"[^\W\d_]", _EVERY[:0x300]))
    beyond = re.compile("[\u1e00-\u1eff\u2100-\u214f\u2c60-\u2c7f\ua720-\ua7ff\ufb00-\ufb06]")
    assert "".join(identify._LATIN.findall(_EVERY)) == letters + "".join(beyond.findall(_EVERY))


def test_han_are_taken_one_by_one() -> None:
    every = _EVERY.replace("\ud800", "")
    han = re.findall(r"[\u3400-\u9fff\uf900-\ufaff]", every)
    assert list("".join(tokens._HAN.findall(every))) == han
    assert tokens.tokens("他说 it 好", "zh", False) == ("他", "说", "好", "it")


def test_no_sign_off_begins_with_a_letter() -> None:
    assert labels.SIGN_OFF().fullmatch("2026年2月2日于海边。")
    assert not any(labels.SIGN_OFF().match(letter + "2026年2月2日于海边。") for letter in _EVERY if letter.isalpha())


_HALF_WIDTH = re.compile(r"[,;:?!](?:(?<=[\u4e00-\u9fff”」』》）].)(?=[\u4e00-\u9fff“「『《（])|(?<=[\u4e00-\u9fff][,;])(?=\s|$))")


@given(st.text(alphabet="一鿿ꀀ㿿ab,;:?!”」）“（\n \x1c\u3000é", max_size=30))
@example("一,")
@example("一,\n")
def test_half_width_marks_are_those_of_the_plain_pattern(text: str) -> None:
    assert list(lint._half_width(text)) == [found.start() for found in _HALF_WIDTH.finditer(text)]


_ACCENTS = "|".join(sorted(map(re.escape, entry.labels.ACCENTS), key=len, reverse=True))
_PHONETICS = re.compile(
    rf"\s*[：:，,]?\s*(?:[（(]?\s*(?P<accent>{_ACCENTS})(?![A-Za-z])[)）]?\s*[.:：]?\s*)?"
    r"(?P<phonetics>[\[［][^\]］\u2e80-\u9fff\uac00-\ud7ff]{1,80}[\]］]|/(?!/)[^/\u2e80-\u9fff\uac00-\ud7ff]{1,80}/)\s*[.,;:：，。；–—-]?\s*"
)


@given(st.text(alphabet="[]［］//ab中\u2e7f\u2e80\u9fff\ua000가\ud7ff\ue000 ：英美US().", max_size=20) | st.from_regex(_PHONETICS))
@example("英 [" + "a" * 80 + "]")
@example("英 [" + "a" * 81 + "]")
def test_phonetics_are_those_of_the_plain_pattern(text: str) -> None:
    found, plain = entry._phonetics(text), _PHONETICS.match(text)
    assert (found and (found.span(), found.groups())) == (plain and (plain.span(), plain.groups()))
