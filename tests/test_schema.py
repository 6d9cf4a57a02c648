"""The frozen schema: a change of any line here makes Anki refuse the notes of every learner."""

import re
from pathlib import Path

from building import MANY_CARDS, compose_all

from anki_builder.compiler import Compiler, read_and_align
from anki_builder.config import Config
from anki_builder.notes.kinds import KINDS
from anki_builder.notes.note_types import model_id, note_types
from anki_builder.source import Source

NOTE = "原文：\n\nThe lamp is lit.\n\n灯亮着。\n\n学习：\n\nlamp：灯\n"

SCHEMA = """
sentence
  fields 1101 Text, 1102 Translation, 1103 Focus, 1104 Note, 1105 TextAudio, 1106 TranslationAudio, 1107 Passage,
    1108 PassageTranslation, 1109 Source, 1110 SourceUrl, 1111 SourceFile, 1112 SourceLine, 1113 Location, 1114 Frequency, 1115 Extra,
    1116 AddRead, 1117 AddProduce, 1118 AddListen, 1119 Key
  cards 1201 Read, 1202 Produce, 1203 Listen
vocabulary
  fields 2101 Term, 2102 Lemma, 2103 Phonetics, 2104 Accent, 2105 PartOfSpeech, 2106 Gloss, 2107 Definition, 2108 Context,
    2109 ContextTranslation, 2110 ContextCloze, 2111 Hint, 2112 Note, 2113 TermAudio, 2114 ContextAudio, 2115 Image, 2116 Answer,
    2117 Spoken, 2118 Source, 2119 SourceUrl, 2120 SourceFile, 2121 SourceLine, 2122 Location, 2123 Frequency, 2124 Extra,
    2125 AddRecognise, 2126 AddRecall, 2127 AddSpell, 2128 AddHear, 2129 AddPicture, 2130 Key
  cards 2201 Recognise, 2202 Recall, 2203 Spell, 2204 Hear, 2205 Picture
cloze
  fields 3101 Text, 3102 Translation, 3103 Terms, 3104 Note, 3105 Audio, 3106 Passage, 3107 PassageTranslation, 3108 Source,
    3109 SourceUrl, 3110 SourceFile, 3111 SourceLine, 3112 Location, 3113 Answer, 3114 Frequency, 3115 Extra,
    3116 AddTyping, 3117 Key
  cards 3201 Cloze
"""


def test_fields_cards_and_their_ids_never_change() -> None:
    lines = []
    for kind, note_type in note_types(("en", "zh")).items():
        lines.append(kind)
        lines.append("fields " + ", ".join(f"{field.id} {field.name}" for field in note_type.fields))
        lines.append("cards " + ", ".join(f"{card.id} {card.name}" for card in note_type.templates))
    assert " ".join(lines).split() == SCHEMA.split()


def test_the_key_comes_last_and_every_sound_has_its_field() -> None:
    for kind in KINDS:
        names = [field.name for field in kind.fields]
        assert [field.name for field in kind.fields if field.role == "key"] == names[-1:]
        assert [field.name for field in kind.fields if field.role in ("location", "key")] == ["Location", "Key"]
        assert {field.sound for field in kind.fields} - {""} <= set(names)
    assert len({kind.name[0] for kind in KINDS}) == len(KINDS)


def test_a_note_has_the_fields_of_its_kind_and_no_other() -> None:
    article = Compiler(MANY_CARDS, "C", lambda *_: ({}, [])).article(Source("a.md", "a.md", NOTE))
    assert {note.kind for note in article.notes} == set(KINDS)
    for note in article.notes:
        assert list(note.fields) == [field.name for field in note.kind.fields]


def test_every_card_of_a_standard_note_has_a_switch_of_its_name() -> None:
    typed = {
        "cloze": ["AddTyping"]
    }  # Anki makes a cloze card of each deletion, whatever the front asks for: the note is the switch
    for kind in KINDS:
        switches = [field.name for field in kind.fields if field.role == "switch"]
        assert switches == typed.get(kind.name, [f"Add{card.name}" for card in kind.cards])


def test_the_field_of_the_learner_is_on_every_note_and_always_empty() -> None:
    composed = compose_all([read_and_align(Source("a.md", "a.md", NOTE), MANY_CARDS)[0]])
    assert {built.note.kind.name for built in composed.notes} == {kind.name for kind in KINDS}
    assert {built.note.fields["Extra"] for built in composed.notes} == {""}


def test_the_manual_lists_the_fields() -> None:
    manual = re.sub(r" \([^)]*\)", "", (Path(__file__).parent.parent / "docs" / "templates.md").read_text("utf-8"))
    for kind in KINDS:
        assert f"| {kind.name} | {', '.join(field.name for field in kind.fields)} |" in manual


def test_ids_of_note_types_never_change() -> None:
    assert {kind: note_type.id for kind, note_type in note_types(("en", "zh")).items()} == {
        "sentence": 881622292542,
        "vocabulary": 949869083320,
        "cloze": 513507305380,
    }


def test_language_pairs_and_families_live_side_by_side() -> None:
    ids = {
        model_id(kind.name, pair, family)
        for kind in KINDS
        for pair in (("en", "zh"), ("zh", "en"), ("de", "en"))
        for family in ("Bilingual", "Mine")
    }
    assert len(ids) == 18


def test_names_say_family_kind_and_languages() -> None:
    names = [note_type.name for note_type in note_types(("de", "en"), Config(family="Mine")).values()]
    assert names == ["Mine Sentence (de-en)", "Mine Vocabulary (de-en)", "Mine Cloze (de-en)"]
