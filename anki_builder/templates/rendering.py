"""Both sides of a card as Anki renders them, errors and all: for the preview, without Anki.

What is not here: images of LaTeX (`[latex]`), which this program never writes, and image occlusion. The id in a hint is another
hash than Anki's, which the standard library does not have.
"""

import re
from collections.abc import Mapping
from hashlib import sha1
from html import escape
from typing import NamedTuple

from anki_builder.note import NoteType
from anki_builder.templates import clozes
from anki_builder.templates.evaluate import Node, TemplateError, is_empty, parse, shows_field
from anki_builder.templates.markup import WHITE_SPACE, decode_entities, ruby, speech_text, strip_html

_HELP = "https://docs.ankiweb.net/templates/errors.html"


class Sound(NamedTuple):
    """Something to play: a file, or text to speak."""

    file: str = ""
    text: str = ""
    locale: str = ""
    """As in the speech tag: `en_US`."""
    voices: tuple[str, ...] = ()
    speed: float = 1.0


class Faces(NamedTuple):
    """Both sides of a card. A button for `questions[n]` stands as `[anki:play:q:n]` in the text, for `answers[n]` as `[anki:play:a:n]`."""

    question: str
    answer: str
    questions: tuple[Sound, ...]
    answers: tuple[Sound, ...]


class _Card(NamedTuple):
    fields: Mapping[str, str]
    filled: frozenset[str]
    number: int
    """Of the deletion: ord + 1."""


def render(
    note_type: NoteType, values: Mapping[str, str], ord_: int, *, tags: tuple[str, ...] = (), deck: str = "", card_id: int = 0
) -> Faces:
    """Return both sides of the card `ord_` of a note with these fields, without the style sheet."""
    template = note_type.template(ord_)
    special = {
        "Tags": " ".join(tags),
        "Type": note_type.name,
        "Deck": deck,
        "Subdeck": deck.rpartition("::")[2],
        "CardFlag": "flag0",
        "Card": template.name,
        "CardID": str(card_id),
        f"c{ord_ + 1}": "1",
    }
    values = {**special, **values}
    card = _Card(values, frozenset(name for name, value in values.items() if not is_empty(value)), ord_ + 1)
    try:
        front = parse(template.front)
        question = _Side(card, None).run(front)
        empty = _blank(note_type, front, card, values)
        if empty:
            text, sounds = _with_sounds(question + empty, "q")
            return Faces(text, empty, sounds, ())
    except TemplateError as error:
        text = _problem("Front", error)
        return Faces(text, text, (), ())
    question, questions = _with_sounds(question, "q")
    try:
        answer, answers = _with_sounds(_Side(card, question).run(parse(template.back)), "a")
    except TemplateError as error:
        text = _problem("Back", error)
        return Faces(text, text, (), ())
    return Faces(question, answer, questions, answers)


class _Side:
    """One side of a card while it is written."""

    def __init__(self, card: _Card, front: str | None) -> None:
        self.card = card
        self.front = front
        """The question, on the answer side."""

    def run(self, nodes: tuple[Node, ...]) -> str:
        return "".join(self._node(node) for node in nodes)

    def _node(self, node: Node) -> str:
        if node.kind == "text":
            return node.text
        if node.kind == "comment":
            return f"<!--{node.text}-->"
        if node.kind == "field":
            return self._field(node)
        shown = self._condition(node)
        inner = self.run(node.children)  # what is hidden must be without errors, too
        return inner if shown else ""

    def _condition(self, node: Node) -> bool:
        filled = node.text in self.card.filled
        if not filled and node.text not in self.card.fields and not re.fullmatch(r"c[0-9]+", node.text):
            sign = "#" if node.kind == "if" else "^"
            raise _no_field(f"{sign}{node.text}", node.text)
        return filled == (node.kind == "if")

    def _field(self, node: Node) -> str:
        name, filters = node.text, node.filters
        if name == "FrontSide":
            return self.front or ""
        if not name and filters:
            return ""
        if name in self.card.fields:
            value = self.card.fields[name]
        else:
            raise _no_field(":".join((*reversed(filters), name)), name)
        if filters and filters[-1] == "type":
            kind = f"{filters[0]}:" if len(filters) == 2 and filters[0] in ("cloze", "nc") else ""
            return f"[[type:{kind}{name}]]"
        for name_ in filters:
            filtered = self._filter(name_, value, name)
            if filtered is None:
                break
            value = filtered
        return value

    def _filter(self, filter_: str, value: str, name: str) -> str | None:
        """Return the filtered value, or None where Anki does not know the filter and leaves the rest to add-ons."""
        question = self.front is None
        match filter_:
            case "text":
                return strip_html(value)
            case "furigana":
                return ruby(value, "<ruby><rb>{0}</rb><rt>{1}</rt></ruby>")
            case "kana":
                return ruby(value, "{1}")
            case "kanji":
                return ruby(value, "{0}")
            case "type":
                return f"[[type:{name}]]"
            case "hint":
                return _hint(value, name)
            case "cloze":
                return clozes.reveal(value, self.card.number, question)
            case "cloze-only":
                return clozes.reveal_only(value, self.card.number, question)
            case "":
                return value
        if filter_.startswith("tts "):
            return f"[anki:tts lang={filter_[4:]}]{value}[/anki:tts]"
        return None


def _hint(value: str, name: str) -> str:
    if not value.strip(WHITE_SPACE):
        return value
    digest = sha1(f"{value}{name}".encode()).hexdigest()[:16]
    return f"""
<a class=hint href="#"
onclick="this.style.display='none';
document.getElementById('hint{digest}').style.display='block';
return false;" draggable=false>
{name}</a>
<div id="hint{digest}" class=hint style="display: none">{value}</div>
"""


_OPTION = re.compile(r"([^\] \t\r\n=]++)=(?:\"([^\"]*)\"|([^\] \t\r\n\"]*+))[ \t\r\n]*+")
_SOUND = re.compile(
    rf"\[sound:(?P<file>[^\]]+)\]"
    rf"|\[anki:(?P<name>[^\] \t\r\n]++)[ \t\r\n]*+(?P<options>(?>(?:{_OPTION.pattern})*))\](?P<content>.*?)\[/anki:(?P=name)\]",
    re.DOTALL,
)
"""Sounds and directives: Anki leaves whatever is not just so as text."""


def _with_sounds(text: str, side: str) -> tuple[str, tuple[Sound, ...]]:
    """Return the text with play buttons for its sounds, and these."""
    sounds: list[Sound] = []

    def button(found: re.Match[str]) -> str:
        if found["file"]:
            sounds.append(Sound(file=decode_entities(found["file"]).rpartition("/")[2]))
        else:
            options = {key: quoted or bare for key, quoted, bare in _OPTION.findall(found["options"])}
            if found["name"] != "tts":
                return _unknown_directive(found["name"], options, found["content"])
            if not options.get("lang"):
                return "[Error in directive '\u2068anki:tts\u2069': \u2068'\u2068lang\u2069' not set\u2069]"
            voices = tuple(options["voices"].split(",")) if "voices" in options else ()
            text = speech_text(found["content"]).replace("[...]", options.get("cloze_blank", "blank"))
            sounds.append(Sound("", text, options["lang"], voices, _speed(options.get("speed", ""))))
        return f"[anki:play:{side}:{len(sounds) - 1}]"

    return _SOUND.sub(button, text), tuple(sounds)


def _unknown_directive(name: str, options: Mapping[str, str], content: str) -> str:
    """Return a directive that is not for speech, as Anki writes it back."""
    written = [f' {key}="{value}"' if re.search(r"[\] \t\r\n]", value) else f" {key}={value}" for key, value in options.items()]
    return f"[anki:{name}{''.join(written)}]{content}[/anki:{name}]"


def _speed(written: str) -> float:
    return float(written) if re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", written) else 1.0


def _blank(note_type: NoteType, front: tuple[Node, ...], card: _Card, values: Mapping[str, str]) -> str:
    """Return Anki's message for a card without a front; empty if it has one."""
    if not note_type.is_cloze:
        if shows_field(front, card.filled):
            return ""
        message, topic = "The front of this card is blank.", "front-of-card-is-blank"
    else:
        if any(card.number in clozes.numbers(values[field.name]) for field in note_type.fields):
            return ""
        message = (
            f"No cloze \u2068{card.number}\u2069 found on card.\nPlease either add a cloze deletion, or use the Empty Cards tool."
        )
        topic = "no-cloze-filter-on-cloze-note-type"
    return f"<div>{message}<br><a href='{_HELP}#{topic}'>More information</a></div>"


def _problem(side: str, error: TemplateError) -> str:
    link = f"<a href='{_HELP}#template-syntax-error'>More information</a>"
    return f"{side} template has a problem:<br>{escape(str(error))}<br>{link}"


def _no_field(tag: str, name: str) -> TemplateError:
    return TemplateError(f"Found '\u2068{{{{{tag}}}}}\u2069', but there is no field called '\u2068{name}\u2069'")
