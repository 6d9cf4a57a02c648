"""The built-in templates: every card of every kind, script and theme, as the real Anki renders it."""

import re
from itertools import product
from pathlib import Path

import pytest
from anki_collection import anki_collection
from building import pack_notes
from card_samples import SAMPLES, samples

from anki_builder import templates
from anki_builder.config import Config
from anki_builder.note import NoteType
from anki_builder.notes.note_types import note_types
from anki_builder.templates.evaluate import card_ords

TYPES = note_types(("en", "zh"))
FACES = [(kind.kind, card.name, card.front, card.back) for kind in TYPES.values() for card in kind.templates]
BLOCK = re.compile(r"<(?:div|span)[^>]*>(?=\{\{(?!tts|type|[#^/]))")


def test_every_sample_renders_in_real_anki_with_the_predicted_cards(tmp_path: Path) -> None:
    notes = samples()
    pack_notes(tmp_path / "samples.apkg", notes)
    with anki_collection() as anki:
        assert anki.add(tmp_path / "samples.apkg") == (len(SAMPLES), 0, 0, 0)
        anki.check()
        faces = anki.cards()
        assert {(face.guid, face.ord) for face in faces} == {(note.guid, ord_) for note in notes for ord_ in note.cards}
        fronts: dict[str, list[str]] = {}
        for face in faces:
            fronts.setdefault(face.guid, []).append(face.question)
            assert re.search(r"[^\W_]|\[anki:play", re.sub(r"<[^>]*>", "", face.question)), f"{face.card} has an empty front"
        assert all(len(set(sides)) == len(sides) for sides in fronts.values()), "two cards of a note look alike"


@pytest.mark.parametrize(("kind", "card", "front", "back"), FACES, ids=[face[1] for face in FACES])
def test_every_back_has_the_answer_rule_and_the_footer(kind: str, card: str, front: str, back: str) -> None:
    assert back.count("<hr id=answer>") == 1
    assert "<hr" not in front
    footer = back[back.index("<footer") :]
    assert '<a href="{{SourceUrl}}">{{Source}}</a>' in footer


@pytest.mark.parametrize(("kind", "card", "front", "back"), FACES, ids=[face[1] for face in FACES])
def test_text_carries_its_language_and_direction(kind: str, card: str, front: str, back: str) -> None:
    neutral = "location", "part-of-speech", "phonetics", "image", "tags", "audio", "accent"
    for tag in BLOCK.findall(front + back):
        if not any(f'class="{name}"' in tag for name in neutral):
            assert 'lang="' in tag and 'dir="' in tag, tag


def test_nothing_runs_and_nothing_is_loaded() -> None:
    for name, text in templates.builtin().items():
        assert not re.search(r"<script|\bon\w+=|javascript:|@import|@font-face|url\(|https?:|src=", text, re.IGNORECASE), name


def test_folds_are_tappable_in_ankidroid() -> None:
    for name, text in templates.builtin().items():
        assert text.count("<summary") == text.count('<summary class="tappable">'), name


def test_right_to_left_text_says_so() -> None:
    kinds = note_types(("ar", "en"))
    assert 'lang="ar" dir="rtl">{{kanji:Text}}' in kinds["sentence"].templates[0].front
    assert 'lang="en" dir="ltr">{{kanji:Translation}}' in kinds["sentence"].templates[1].front


def test_speech_is_native_with_the_preferred_voices() -> None:
    config = Config(voices={"en": "Apple_Samantha, Microsoft_Zira"})
    assert (
        "{{tts en_US voices=Apple_Samantha,Microsoft_Zira:kanji:Text}}"
        in note_types(("en", "zh"), config)["sentence"].templates[0].back
    )
    assert "{{tts en_GB:kanji:Text}}" in note_types(("en-GB", "zh"))["sentence"].templates[0].back


def test_audio_off_takes_out_every_speech_tag_and_the_cards_that_were_nothing_else() -> None:
    kinds = note_types(("en", "zh"), Config(audio="off"))
    assert "{{tts" not in "".join(card.front + card.back for kind in kinds.values() for card in kind.templates)
    wanted = {"Text": "a", "AddRead": "1", "AddListen": "1"}
    assert card_ords(kinds["sentence"], _fields(kinds["sentence"], wanted)) == (0,)
    assert card_ords(kinds["sentence"], _fields(kinds["sentence"], {**wanted, "TextAudio": "[sound:a.mp3]"})) == (0, 2)


def test_a_filled_audio_field_wins_over_speech() -> None:
    for name, field in (("parts/text-audio.html", "TextAudio"), ("parts/term-audio.html", "TermAudio")):
        part = templates.builtin()[name]
        assert re.search(rf"\{{\{{#{field}}}}}\{{\{{{field}}}}}.*\{{\{{\^{field}}}}}.*\{{\{{tts ", part), part


GATES = [
    ("sentence", {"AddRead", "Text"}, (0,)),
    ("sentence", {"AddRead", "Text", "Translation"}, (0,)),
    ("sentence", {"AddRead", "Text", "Translation", "AddProduce"}, (0, 1)),
    ("sentence", {"AddRead", "Text", "AddProduce"}, (0,)),
    ("sentence", {"AddRead", "Text", "Translation", "AddProduce", "AddListen"}, (0, 1, 2)),
    ("sentence", {"AddRead", "Translation", "AddProduce", "AddListen"}, (1,)),
    ("vocabulary", {"AddRecognise", "Term", "Gloss"}, (0,)),
    ("vocabulary", {"AddRecognise", "Term", "Gloss", "AddRecall"}, (0, 1)),
    ("vocabulary", {"AddRecognise", "Term", "ContextCloze", "AddRecall"}, (0, 1)),
    ("vocabulary", {"AddRecognise", "Term", "AddRecall"}, (0,)),
    ("vocabulary", {"AddRecognise", "Term", "Answer", "AddSpell"}, (0, 2)),
    ("vocabulary", {"AddRecognise", "Term", "AddSpell"}, (0,)),
    ("vocabulary", {"AddRecognise", "Term", "Spoken", "AddHear"}, (0, 3)),
]


@pytest.mark.parametrize(("kind", "filled", "ords"), GATES)
def test_gates_open_exactly_their_card(kind: str, filled: set[str], ords: tuple[int, ...]) -> None:
    assert card_ords(TYPES[kind], _fields(TYPES[kind], dict.fromkeys(filled, "1"))) == ords


@pytest.mark.parametrize(("theme", "mode"), [*product(templates.THEMES, ("day", "night", "black"))])
def test_contrast_is_at_least_four_and_a_half(theme: str, mode: str) -> None:
    colours = colours_of(templates.builtin()[templates.theme_file(theme)], mode)
    pairs = [(text, "paper") for text in ("ink", "soft", "accent", "good", "bad")]
    pairs += [("ink", "mark"), ("soft", "mark"), ("ink", "shade")]
    for text, ground in pairs:
        assert contrast(colours[text], colours[ground]) >= 4.5, (theme, mode, text, ground)


def test_themes_are_variables_only_and_all_the_same_ones() -> None:
    names = set()
    for theme in templates.THEMES:
        css = re.sub(r"/\*.*?\*/", "", templates.builtin()[templates.theme_file(theme)], flags=re.DOTALL)
        declarations = [line.strip() for line in css.splitlines() if ";" in line]
        assert all(line.startswith("--") for line in declarations)
        names.add(frozenset(line.partition(":")[0] for line in declarations))
    assert len(names) == 1
    used = set(re.findall(r"var\((--[\w-]+)", templates.builtin()[templates.STYLE]))
    assert used == {name for group in names for name in group}


def test_colours_stand_in_the_themes_alone() -> None:
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb|hsl", templates.builtin()[templates.STYLE])


def test_variables_come_first_and_the_learners_own_rules_last() -> None:
    css = note_types(("en", "zh"), Config(theme="minimal"), {"user.css": ".card { --ink: #111; }"})["sentence"].css
    assert css.startswith("/* Minimal") and css.endswith(".card { --ink: #111; }")


def test_every_field_is_shown_on_some_card_but_keys_and_what_own_templates_may_show() -> None:
    for kind, note_type in TYPES.items():
        shown = "".join(card.front + card.back for card in note_type.templates)
        hidden = [name for name in (field.name for field in note_type.fields) if not re.search(rf"[{{:#]{name}\}}\}}", shown)]
        place = ["Location"] if kind == "vocabulary" else []
        assert hidden == ["SourceFile", "SourceLine", *place, "Frequency", "Key"], kind


def _fields(kind: NoteType, values: dict[str, str]) -> dict[str, str]:
    return {field.name: values.get(field.name, "") for field in kind.fields}


def colours_of(css: str, mode: str) -> dict[str, tuple[float, ...]]:
    blocks = re.findall(r"\{([^{}]*)\}", css)
    count = {"day": 1, "night": 2, "black": 3}[mode]
    colours = {}
    for body in blocks[:count]:
        for name, value in re.findall(r"--([\w-]+):\s*(#[0-9a-f]+)", body):
            digits = value[1:] if len(value) == 7 else "".join(2 * digit for digit in value[1:])
            colours[name] = tuple(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    if mode == "black":
        assert colours["paper"] == (0, 0, 0)
    return colours


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """WCAG 2 contrast ratio of two colours, sRGB components 0 to 1."""

    def luminance(colour: tuple[float, ...]) -> float:
        red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
