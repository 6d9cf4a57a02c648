"""A sentence of the program for the learner: a template in English with the values in it, so that it can be put into another language.

Whoever finds something to say makes a `Message` and need not know the learner's language. It is an English string everywhere:
stored, compared and printed as JSON it is the same on every machine. `anki_builder.cli.words` puts it into another language
where it is printed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, SupportsIndex


class Message(str):
    """A sentence in English that remembers its template."""

    template: str
    """With placeholders as of `str.format`; braces stand for themselves where there are no values."""
    plural: str
    """The template where the value `count` is not one; empty for a message that counts nothing."""
    values: Mapping[str, object]
    """By the name of their placeholder; some are messages themselves."""

    def __new__(cls, template: str, plural: str = "", /, **values: object) -> "Message":
        """Return `template` filled with `values`; a message without values that is one already is returned as it is."""
        if isinstance(template, Message) and not values:
            return template
        message = super().__new__(cls, filled(template, plural, values))
        message.template, message.plural, message.values = template, plural, values
        return message

    def __str__(self) -> str:
        """Return the message itself: the text of an exception that was made of it is still one."""
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return _made, (self.template, self.plural, self.values)


class Template(NamedTuple):
    """The template of messages that are made elsewhere, with its plural if they count something: `Message(*template, …)`."""

    one: str
    many: str = ""


def _made(template: str, plural: str, values: Mapping[str, object]) -> Message:
    return Message(template, plural, **values)


def filled(template: str, plural: str, values: Mapping[str, object]) -> str:
    """Return the English text of a message."""
    chosen = plural if plural and values["count"] != 1 else template
    return chosen.format_map(values) if values else chosen


def several(count: int, what: str) -> Message:
    """Return `count` with `what` in its plural where there is not exactly one: `1 article`, `2 entries`."""
    return Message(f"{{count:,}} {what}", f"{{count:,}} {plural_of(what)}", count=count)


def plural_of(noun: str) -> str:
    """Return the plural of an English noun that a message counts."""
    return re.sub("([^aeiou])y$", r"\1ie", noun) + "s"


def listed(parts: Sequence[str]) -> str:
    """Return parts as a list within a sentence: `a, b, c`."""
    return _joined(parts, lambda first, others: Message("{first}, {others}", first=first, others=others))


def in_turn(parts: Sequence[str]) -> str:
    """Return parts of a sentence, one after the other: `a; b; c`."""
    return _joined(parts, lambda first, others: Message("{first}; {others}", first=first, others=others))


def _joined(parts: Sequence[str], join: Callable[[str, str], Message]) -> str:
    text = parts[-1] if parts else ""
    for part in reversed(parts[:-1]):
        text = join(part, text)
    return text


def short(text: str, length: int = 60) -> str:
    """Return the beginning of a text, of at most `length` characters."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def to_json(message: str) -> Any:
    """Return a message as JSON has it: a string, or its template, plural and values where it is a `Message`."""
    if not isinstance(message, Message):
        return message
    if not message.values:
        return [message.template]
    values = {
        name: to_json(value) if isinstance(value, str) else value if isinstance(value, int | float) else str(value)
        for name, value in message.values.items()
    }
    return [message.template, message.plural, values]


def of_json(stored: Any) -> str:
    """Undo `to_json`."""
    if isinstance(stored, str):
        return stored
    template, plural, values = (*stored, "", {})[:3]
    return Message(
        template, plural, **{name: of_json(value) if isinstance(value, str | list) else value for name, value in values.items()}
    )
