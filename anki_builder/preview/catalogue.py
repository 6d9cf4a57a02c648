"""Cards as the pages show them: an index of some notes, and the two sides of a card, which are rendered when they are looked at."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from typing import Any, NamedTuple

from anki_builder.collection import BuiltNote
from anki_builder.note import Media, Note, NoteKind, NoteTypes
from anki_builder.preview.formulas import with_formulas
from anki_builder.templates import clozes
from anki_builder.templates.markup import ruby
from anki_builder.templates.rendering import Sound, render

Data = dict[str, Any]
"""JSON."""

TYPING_FONT = "font-family: 'Liberation Sans'; font-size: 20px;"
"""Style that Anki writes into the box: font and size of the field, as packed."""
_TAG = re.compile(r"<[^>]*>")
_GLOSS = re.compile(r"<li>|<br ?/?>", re.IGNORECASE)
_CLOZE = re.compile(r"\{\{c\d+::(.*?)(?:::.*?)?\}\}")
_SPACES = re.compile(r"\s+")
_TYPING = re.compile(r"\[\[type:(.+?)\]\]")
_SCRIPT = re.compile(r"<script\b|\son[a-z]+\s*=|javascript:", re.IGNORECASE)
"""Of a template: fields hold no scripts."""
_PLAY = re.compile(r"\[anki:(play:[qa]:\d+)\]")
_BUTTON = (
    r'<a class="replay-button soundLink" href="#" data-play="\1" draggable="false"><svg class="playImage" viewBox="0 0 64 64">'
    r'<circle cx="32" cy="32" r="29" /><path d="M56.502,32.301l-37.502,20.101l0.329,-40.804l37.173,20.703Z" /></svg></a>'
)
_ANSWER_LINE = "<hr id=answer>"
TYPED = "<code id=typeans></code>"
"""The place for the comparison of what was typed."""
_LONGEST = 160
"""Characters of a label."""


class Catalogue:
    """Notes whose cards a page can show, as of one compile."""

    def __init__(self, notes: Sequence[BuiltNote], note_types: NoteTypes, template_media: Sequence[Media] = ()) -> None:
        """`template_media` are the files that templates refer to."""
        self.notes, self.note_types, self._template_media = notes, note_types, template_media

    def index(self, limit: int | None = None) -> Data:
        """Return the notes with the names of their cards, in reading order, at most `limit` of them, and the styles."""
        return {"css": self.styles(), "notes": [self.entry(built) for built in self.notes[:limit]]}

    def card(self, number: int, ord_: int) -> Data:
        """Return both sides of a card of the note `number`, and what is in that note. Raises `LookupError` if there is none."""
        if number < 0:
            raise LookupError(number)
        built = self.notes[number]
        note, tags = built.note, built.info.tags
        if ord_ not in note.cards:
            raise LookupError(ord_)
        note_type = self.note_types[built.info.pair][note.kind.name]
        template = note_type.template(ord_)
        faces = render(note_type, note.fields, ord_, tags=tags, deck=built.info.deck)
        typing = with_typing(faces.question, faces.answer, note.fields, ord_)
        return {
            "front": with_formulas(_PLAY.sub(_BUTTON, typing.question)),
            "back": with_formulas(_PLAY.sub(_BUTTON, typing.answer)),
            "sounds": {"q": [_sound(sound) for sound in faces.questions], "a": [_sound(sound) for sound in faces.answers]},
            "expected": typing.expected,
            "combining": typing.combining,
            "scripts": _SCRIPT.search(template.front + template.back) is not None,
            "deck": built.info.deck,
            "tags": list(tags),
            "fields": [[name, text] for name, text in note.fields.items() if text],
        }

    def media(self) -> dict[str, str]:
        """Return the paths of all files the cards may show or play, by name."""
        found = {item.name: item.path for built in self.notes for item in built.note.media}
        return found | {item.name: item.path for item in self._template_media}

    def styles(self) -> dict[str, str]:
        """Return the style sheet of each language pair, the same for all its note types."""
        return {"-".join(pair): next(iter(types.values())).css for pair, types in self.note_types.items()}

    def entry(self, built: BuiltNote) -> Data:
        """Return a note as a list shows it, with the names and the places of its cards."""
        note, info = built.note, built.info
        note_type = self.note_types[info.pair][note.kind.name]
        label = _label(note)
        return {
            "key": "\t".join((note.kind.name, *info.languages, note.key)),
            "kind": note.kind.name,
            "label": label,
            "search": searched(note.kind, note.fields, info.tags),
            "lang": info.languages[0],
            "pair": "-".join(info.pair),
            "path": info.path,
            "line": note.line,
            "cards": [[ord_, note_type.template(ord_).name, due] for ord_, due in zip(note.cards, built.dues, strict=True)],
        }


def searched(kind: NoteKind, fields: Mapping[str, str], tags: Iterable[str]) -> str:
    """Return the text in which a note is sought: its own, not the name of its article, which all of its notes have."""
    own = [plain(fields[field.name]) for field in kind.fields if field.searched and fields[field.name]]
    return " ".join((*own, *(tag for tag in tags if not tag.startswith("source::"))))


class Typing(NamedTuple):
    """Both sides of a card with Anki's box to type into and the place of its comparison."""

    question: str
    answer: str
    expected: str | None
    """The text to type; None on a card without a box."""
    combining: bool
    """Accents count."""


def with_typing(question: str, answer: str, fields: Mapping[str, str], ord_: int) -> Typing:
    """Return both sides as the reviewer of Anki shows them: the first box alone counts, and the line before the answer moves to the
    comparison. A box for an empty field vanishes.
    """
    found = _TYPING.search(question)
    if not found:
        return Typing(question, _TYPING.sub("", answer), None, True)
    name, combining = found[1], True
    is_cloze = name.startswith("cloze:")
    if is_cloze:
        name = name.split(":")[1]
    if name.startswith("nc:"):
        name, combining = name.split(":")[1], False
    expected = fields.get(name)
    if expected is not None and is_cloze:
        expected = _typed_cloze(expected, ord_ + 1)
    if not expected:
        word = "" if expected is not None else f"Type answer: unknown field {name}"
        return Typing(_TYPING.sub(lambda _: word, question), _TYPING.sub("", answer), None, True)
    box = f'<center><input type=text id=typeans autocomplete=off autocapitalize=off spellcheck=false style="{TYPING_FONT}"></center>'
    question = _TYPING.sub(lambda _: box, question)
    if not _TYPING.search(answer):
        return Typing(question, answer, plain_answer(expected), combining)
    place = f'<div style="{TYPING_FONT}">{TYPED}</div>'
    if _ANSWER_LINE in answer:
        answer, place = answer.replace(_ANSWER_LINE, ""), _ANSWER_LINE + place
    return Typing(question, _TYPING.sub(lambda _: place, answer), plain_answer(expected), combining)


def plain_answer(field: str) -> str:
    """Return the text one has to type for a field: without tags, line breaks as spaces."""
    text = re.sub(r"<br\s*/?>|</?div>|\n", " ", re.sub(r"\[sound:[^\]]*\]", "", field), flags=re.IGNORECASE)
    return _SPACES.sub(" ", unescape(_TAG.sub("", text)).replace("\xa0", " ")).strip()


def plain(html: str) -> str:
    """Return the text of a field to read in a list or to search: clozes open, readings and tags gone."""
    if "{{c" in html:
        html = _CLOZE.sub(r"<b>\1</b>", html)
    if "[" in html:
        html = ruby(html, "{0}")
    if "<" in html:
        html = _TAG.sub("", _GLOSS.sub(" ", html))
    return " ".join((unescape(html) if "&" in html else html).split())


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


def _label(note: Note) -> str:
    """Return the text of the first field, with gaps where a cloze hides something."""
    text = note.fields[note.kind.fields[0].name]
    if note.kind.is_cloze:
        text = re.sub(r"\{\{c\d+::.*?\}\}", "＿＿", text)
    text = plain(text)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _sound(sound: Sound) -> Data:
    if sound.file:
        return {"file": sound.file}
    return {"text": sound.text, "locale": sound.locale.replace("_", "-"), "voices": list(sound.voices), "speed": sound.speed}
