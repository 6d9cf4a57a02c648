"""Which cards are made: by the settings, and as a note chooses for itself."""

import json
from collections import Counter
from pathlib import Path

import pytest
from building import compose_all
from click.testing import CliRunner

from anki_builder.cli import cli
from anki_builder.compiler import read_and_align
from anki_builder.config import CARDS, Config
from anki_builder.document import AlignedDocument
from anki_builder.note import Media
from anki_builder.reading.reader import read
from anki_builder.source import Source

NOTE = """原文：

The ferry was late. We waited by the wall.

渡轮晚点了。我们在墙边等着。

学习：

ferry：渡轮
"""
LIST = "| English | 中文 |\n|---|---|\n| Where is the ferry? | 渡轮在哪里？ |\n| We are waiting. | 我们在等。 |\n"


def aligned(text: str, config: Config = Config()) -> AlignedDocument:  # noqa: B008 (immutable)
    return read_and_align(Source("a.md", "a.md", text), config._replace(languages=("en", "zh")))[0]


def cards(*texts: str, config: Config = Config()) -> dict[str, int]:  # noqa: B008 (immutable)
    found: Counter[str] = Counter()
    documents = [
        document._replace(document=document.document._replace(source=Source(f"{n}.md", f"{n}.md", "")))
        for n, document in enumerate(map(aligned, texts))
    ]
    for built in compose_all(documents, config).notes:
        for ord_ in built.note.cards:
            found[built.note.kind.cards[0 if built.note.kind.is_cloze else ord_].name] += 1
        assert built.note.cards
    return dict(found)


def test_by_default_a_term_in_a_sentence_is_asked_in_each_direction_once() -> None:
    assert cards(NOTE) == {"Recognise": 1, "Recall": 1, "Read": 1}


def test_a_sentence_is_made_if_it_holds_a_term_or_is_noted_by_itself_or_nothing_else_is() -> None:
    assert cards(NOTE, config=Config(terms=())) == {"Read": 1}
    assert cards(NOTE.partition("学习")[0], config=Config(terms=())) == {"Read": 2}
    assert cards(LIST) == {"Read": 2}
    assert cards(NOTE, config=Config(sentences="all"))["Read"] == 2
    assert "Read" not in cards(NOTE, config=Config(sentences="none"))


@pytest.mark.parametrize("card", [card for card in CARDS["terms"] if card != "picture"])
def test_each_card_of_a_term_can_be_the_only_one(card: str) -> None:
    assert cards(NOTE, config=Config(sentences="none", terms=(card,))) == {card.capitalize(): 1}


@pytest.mark.parametrize("card", CARDS["sentence_cards"])
def test_each_card_of_a_sentence_can_be_the_only_one(card: str) -> None:
    assert cards(NOTE, config=Config(sentence_cards=(card,), terms=())) == {card.capitalize(): 1}


def test_a_note_without_cards_is_not_made() -> None:
    assert cards(NOTE, config=Config(sentence_cards=(), terms=())) == {}


@pytest.mark.parametrize(
    "front",
    [
        "---\nsentences: all\nterms: [recognise, cloze]\n---\n",
        "---\nsentences: all\nterms: cloze, recognise\n---\n",
        "<!-- anki: sentences = all; terms = recognise, cloze -->\n",
        "<!-- anki: sentences: all -->\n<!-- anki: terms: [recognise, cloze] -->\n",
    ],
)
def test_a_note_chooses_for_itself(front: str) -> None:
    assert cards(f"{front}\n{NOTE}") == {"Recognise": 1, "Cloze": 1, "Read": 2}
    assert cards(f"{front}\n{NOTE}", NOTE.replace("ferry", "boat"))["Read"] == 3


def test_a_comment_holds_from_its_line_to_the_next_one_of_its_setting() -> None:
    note = f"<!-- anki: terms = none -->\n\n{NOTE}\n<!-- anki: terms = spell -->\n\nwall：墙\n"
    assert cards(note) == {"Read": 2, "Spell": 1}


def test_a_term_gets_the_cards_of_all_its_places() -> None:
    assert cards(NOTE, f"---\nterms: spell\n---\n{NOTE}") == {"Recognise": 1, "Recall": 1, "Spell": 1, "Read": 1}


@pytest.mark.parametrize(
    ("front", "message"),
    [
        ("<!-- anki: terms = recal -->", "`terms` takes recognise, recall, cloze, spell, hear, picture, none, not “recal” (did you mean “recall”?)"),
        ("<!-- anki: term = recall -->", "a note has no setting “term” (did you mean “terms”?)"),
        ("<!-- anki: sentences -->", "`sentences` takes all, with-terms, none, not “sentences”"),
        ("---\nsentences: some\n---", "`sentences` takes all, with-terms, none, not “some”"),
    ],
)  # fmt: skip
def test_a_choice_that_there_is_not_is_told_with_its_place(front: str, message: str) -> None:
    _, diagnostics = read(Source("a.md", "a.md", f"{front}\n\n{NOTE}"), Config())
    (found,) = [one for one in diagnostics if one.rule.name == "unknown-choice"]
    assert found.message == message
    assert found.span.line == (2 if front.startswith("---") else 1)


def test_the_pictures_of_a_passage_go_to_its_first_sentence_that_makes_a_note() -> None:
    text = NOTE.replace("原文：", "原文：\n\n![](wall.png)").replace("ferry：渡轮", "wall：墙")
    composed = compose_all([aligned(text)], Config(), {("a.md", "wall.png"): Media("wall-1.png", "/wall.png")})
    (sentence,) = composed.of_kind("sentence")
    assert sentence.note.text == "We waited by the wall."
    assert sentence.note.fields["Note"] == '<img src="wall-1.png">'


def test_plan_says_how_many_cards_each_choice_would_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ferry.md").write_text(NOTE, encoding="utf-8")
    (tmp_path / "wall.md").write_text(NOTE.replace("ferry", "train") + "\nwall：墙\n\nmissing：丢失的\n", encoding="utf-8")
    found = json.loads(CliRunner().invoke(cli, ["plan", "--choices", "--json"]).stdout)
    told = {row["card"]: row["cards"] for row in found["choices"]}
    assert [row["card"] for row in found["choices"] if row["chosen"]] == ["read", "recognise", "recall"]
    texts = [path.read_text("utf-8") for path in sorted(tmp_path.glob("*.md"))]
    for card, counts in told.items():
        for sentences, count in counts.items():
            setting = next(setting for setting, known in CARDS.items() if card in known)
            config = Config(sentences=sentences, sentence_cards=(), terms=())._replace(**{setting: (card,)})  # type: ignore[arg-type]
            assert count == cards(*texts, config=config).get(card.capitalize(), 0), (sentences, card)
    assert found["cards"] == sum(cards(*texts).values())
    lines = CliRunner().invoke(cli, ["plan", "--choices"]).stdout.splitlines()
    assert lines[0].split() == ["cards", "with-terms", "all"]
    assert lines[-1].startswith(f'{found["cards"]} cards now (*): sentences = "with-terms"')
    assert not (tmp_path / "anki_builder.lock").exists()
