"""What the preview shows: an index of all cards, and the two sides of one, as data for the page.

The index of 11,000 cards is 2 MB and made in a tenth of a second; sides are rendered only when looked at, because rendering
them all takes ten times as long.
"""

import json
import re
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Any

from anki_builder.compiler import Compilation
from anki_builder.diagnostic import Diagnostic
from anki_builder.note import Note, NoteType
from anki_builder.source import Source
from anki_builder.templates import clozes
from anki_builder.templates.rendering import Sound, render

Data = dict[str, Any]
"""JSON."""

TYPING_FONT = "font-family: 'Liberation Sans'; font-size: 20px;"
"""What Anki writes into the box: font and size of the field, as packed."""
_TAG = re.compile(r"<[^>]*>")
_GLOSS = re.compile(r"<li>|<br ?/?>", re.IGNORECASE)
_CLOZE = re.compile(r"\{\{c\d+::(.*?)(?:::.*?)?\}\}")
_SPACES = re.compile(r"\s+")
_TYPING = re.compile(r"\[\[type:(.+?)\]\]")
_PLAY = re.compile(r"\[anki:(play:[qa]:\d+)\]")
_BUTTON = (
    r'<a class="replay-button soundLink" href="#" data-play="\1" draggable="false"><svg class="playImage" viewBox="0 0 64 64">'
    r'<circle cx="32" cy="32" r="29" /><path d="M56.502,32.301l-37.502,20.101l0.329,-40.804l37.173,20.703Z" /></svg></a>'
)
_ANSWER_LINE = "<hr id=answer>"
TYPED = "<code id=typeans></code>"
"""Where the page puts the comparison of what was typed."""
_SEARCHED = frozenset(
    "Text Translation Term Lemma Gloss Definition Context ContextTranslation Note Phonetics".split()
)
_LABELS = {"sentence": "Text", "vocabulary": "Term", "cloze": "Text"}
_WINDOW = 160
"""Characters of a long line that a diagnostic shows."""


class Catalogue:
    """Everything a page can ask for, as of one compile."""

    def __init__(
        self, title: str, compilation: Compilation, diagnostics: tuple[Diagnostic, ...], sources: Iterable[Source]
    ) -> None:
        """`sources` are the notes it was made of, as they were then."""
        self.title, self.compilation, self.diagnostics = title, compilation, diagnostics
        self.sources = {source.path: source.text for source in sources}

    def index(self, known: dict[Note, str], limit: int | None = None) -> str:
        """Return all notes with their cards, in reading order, at most `limit` of them, and what is wrong with them, as JSON.

        `known` holds what was written of notes before and is brought up to date: after a save few notes are others.
        """
        lines = self._lines()
        notes = self.compilation.notes[:limit]
        entries = {note: known.get(note) or json.dumps(self._entry(note), ensure_ascii=False) for note in notes}
        known.clear()
        known.update(entries)
        rest = {
            "title": self.title,
            "css": self._css(),
            "total": sum(len(note.cards) for note in self.compilation.notes),
            "diagnostics": [_problem(diagnostic, lines) for diagnostic in self.diagnostics],
        }
        return f'{json.dumps(rest, ensure_ascii=False)[:-1]}, "notes": [{", ".join(entries.values())}]}}'

    def card(self, number: int, ord_: int) -> Data:
        """Return both sides of a card of the note `number`, and its place in the source. Raises `LookupError` if there is none."""
        if number < 0:
            raise LookupError(number)
        note = self.compilation.notes[number]
        if ord_ not in {card.ord for card in note.cards}:
            raise LookupError(ord_)
        note_type = self.compilation.note_types[note.languages][note.note_type]
        fields = tuple(note.fields)
        faces = render(note_type, fields, ord_, tags=note.tags, deck=note.deck)
        front, back, expected, combining = with_typing(faces.question, faces.answer, note_type, fields, ord_)
        return {
            "front": _PLAY.sub(_BUTTON, front),
            "back": _PLAY.sub(_BUTTON, back),
            "sounds": {"q": [_sound(sound) for sound in faces.questions], "a": [_sound(sound) for sound in faces.answers]},
            "expected": expected,
            "combining": combining,
            "deck": note.deck,
            "tags": list(note.tags),
            "fields": [[field.name, text] for field, text in zip(note_type.fields, fields, strict=True) if text],
            "source": self._around(note),
        }

    def media(self) -> dict[str, str]:
        """Return the paths of all files the cards may show or play, by name."""
        found = {item.name: item.path for note in self.compilation.notes for item in note.media}
        return found | {item.name: item.path for item in self.compilation.template_media}

    def _css(self) -> str:
        """Return the style sheet, the same for all note types."""
        return next((types["sentence"].css for types in self.compilation.note_types.values()), "")

    def _entry(self, note: Note) -> Data:
        note_type = self.compilation.note_types[note.languages][note.note_type]
        values = {field.name: value for field, value in zip(note_type.fields, note.fields, strict=True)}
        label = _label(values, note)
        return {
            "key": "\t".join((note.note_type, *note.languages, note.key)),
            "kind": note.note_type,
            "label": label,
            "search": " ".join((label, *(plain(text) for name, text in values.items() if text and name in _SEARCHED), *note.tags)),
            "lang": note.languages[0],
            "path": note.path,
            "line": note.line,
            "cards": [[card.ord, note_type.templates[0 if note_type.is_cloze else card.ord].name, card.due] for card in note.cards],
        }

    def _lines(self) -> dict[str, list[str]]:
        return {path: text.split("\n") for path, text in self.sources.items()}

    def _around(self, note: Note) -> list[Data]:
        """Return the line a note was made of, with its neighbours."""
        if note.path not in self.sources:
            return []
        lines = self.sources[note.path].split("\n")
        return [
            {"line": number, "text": _window(lines[number - 1], 0, 400)[0]}
            for number in range(max(1, note.line - 1), min(len(lines), note.line + 2) + 1)
        ]


def with_typing(
    question: str, answer: str, note_type: NoteType, fields: Sequence[str], ord_: int
) -> tuple[str, str, str | None, bool]:
    """Return both sides with Anki's box to type into and the place of its comparison, what is expected, and whether accents count.

    As the reviewer of Anki does it: the first box alone counts, one for an empty field vanishes, and the line before the answer moves
    to the comparison.
    """
    found = _TYPING.search(question)
    if not found:
        return question, _TYPING.sub("", answer), None, True
    name, combining = found[1], True
    is_cloze = name.startswith("cloze:")
    if is_cloze:
        name = name.split(":")[1]
    if name.startswith("nc:"):
        name, combining = name.split(":")[1], False
    values = {field.name: value for field, value in zip(note_type.fields, fields, strict=True)}
    expected = values.get(name)
    if expected is not None and is_cloze:
        expected = _typed_cloze(expected, ord_ + 1)
    if not expected:
        word = "" if expected is not None else f"Type answer: unknown field {name}"
        return _TYPING.sub(lambda _: word, question), _TYPING.sub("", answer), None, True
    box = f'<center><input type=text id=typeans autocomplete=off autocapitalize=off spellcheck=false style="{TYPING_FONT}"></center>'
    question = _TYPING.sub(lambda _: box, question)
    if not _TYPING.search(answer):
        return question, answer, plain_answer(expected), combining
    place = f'<div style="{TYPING_FONT}">{TYPED}</div>'
    if _ANSWER_LINE in answer:
        answer, place = answer.replace(_ANSWER_LINE, ""), _ANSWER_LINE + place
    return question, _TYPING.sub(lambda _: place, answer), plain_answer(expected), combining


def plain_answer(field: str) -> str:
    """Return the text one has to type for a field: without tags, line breaks as spaces."""
    text = re.sub(r"<br\s*/?>|</?div>|\n", " ", re.sub(r"\[sound:[^\]]*\]", "", field), flags=re.IGNORECASE)
    return _SPACES.sub(" ", unescape(_TAG.sub("", text)).replace("\xa0", " ")).strip()


def plain(html: str) -> str:
    """Return the text of a field to read in a list or to search: clozes open, tags gone."""
    if "{{c" in html:
        html = _CLOZE.sub(r"\1", html)
    if "<" in html:
        html = _TAG.sub("", _GLOSS.sub(" ", html))
    return _SPACES.sub(" ", unescape(html) if "&" in html else html).strip()


def _typed_cloze(field: str, number: int) -> str:
    found: list[str] = []

    def collect(parts: tuple[str | clozes.Cloze, ...]) -> None:
        for part in parts:
            if isinstance(part, clozes.Cloze):
                if number in part.numbers:
                    found.append(_inner(part))
                collect(part.parts)

    collect(clozes.parse(field))
    return found[0] if len(set(found)) == 1 else ", ".join(found)


def _inner(cloze: clozes.Cloze) -> str:
    return "".join(part if isinstance(part, str) else _inner(part) for part in cloze.parts)


def _label(values: dict[str, str], note: Note) -> str:
    text = values[_LABELS[note.note_type]]
    if note.note_type == "cloze":
        text = re.sub(r"\{\{c\d+::.*?\}\}", "＿＿", text)
    return _window(plain(text), 0, _WINDOW)[0]


def _sound(sound: Sound) -> Data:
    if sound.file:
        return {"file": sound.file}
    return {"text": sound.text, "locale": sound.locale.replace("_", "-"), "voices": list(sound.voices), "speed": sound.speed}


def _problem(diagnostic: Diagnostic, lines: dict[str, list[str]]) -> Data:
    rule, span = diagnostic.rule, diagnostic.span
    own = lines.get(span.path, [])
    line = own[span.line - 1] if 0 < span.line <= len(own) else ""
    text, start, length = _window(line, span.column - 1, span.length)
    return {
        "rule": rule.name,
        "severity": rule.severity,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "excerpt": [text[:start], text[start : start + length], text[start + length :]],
    }


def _window(text: str, start: int, length: int) -> tuple[str, int, int]:
    """Return a piece of a long line around what is meant, with `start` and `length` within it."""
    length = min(length, 4 * _WINDOW)
    left = max(0, start - _WINDOW // 4) if len(text) > _WINDOW else 0
    right = max(left + _WINDOW, start + length)
    before, after = "…" if left else "", "…" if right < len(text) else ""
    return before + text[left:right] + after, start - left + len(before), length
