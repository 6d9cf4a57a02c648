"""The cards that a note chooses for itself: keys of its front matter, and comments `<!-- anki: terms = recognise, spell -->`."""

import re
from collections.abc import Iterator, Sequence

from anki_builder.config import CARDS, CHOICES, nearest
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import Override
from anki_builder.message import Message
from anki_builder.reading import front_matter, rules
from anki_builder.source import Source, Span

_COMMENT = re.compile(r"<!--\s*anki:\s*([^\n]*?)\s*-->")
_SETTINGS = ("sentences", *CARDS)
_NOTHING = "none"
"""Stands for an empty list of cards."""


def overrides(source: Source, front: front_matter.FrontMatter) -> tuple[tuple[Override, ...], list[Diagnostic]]:
    """Return the settings that a note gives for itself, by line, and what is wrong with them.

    Those of the front matter hold from the first line on, those of a comment from its own line on.
    """
    found: list[Override] = []
    diagnostics: list[Diagnostic] = []
    lines = source.text.split("\n")
    for setting in _SETTINGS:
        if named := front.values.get(setting):
            line = front_matter.line_of(setting, lines[: front.end])
            _add(found, diagnostics, setting, named, source.span(line, 1, len(setting)))
    found = [override._replace(line=0) for override in found]
    for number, text in enumerate(lines[front.end - 1 :], front.end) if "anki:" in source.text else ():
        for comment in _COMMENT.finditer(text):
            for setting, values in _parts(comment[1]):
                _add(found, diagnostics, setting, values, source.span(number, comment.start() + 1, len(comment[0])))
    return tuple(found), diagnostics


def _parts(comment: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield each setting of a comment with its values; not `on` and `off`, which leave lines out."""
    if comment in ("on", "off"):
        return
    for part in comment.split(";"):
        setting, _, values = part.replace(":", "=", 1).partition("=")
        yield setting.strip(), (values.strip().strip("[]"),)


def _add(found: list[Override], diagnostics: list[Diagnostic], setting: str, written: Sequence[str], span: Span) -> None:
    """Add a setting, or what is wrong with it."""
    words = tuple(word.strip().strip("\"'") for value in written for word in value.split(",") if word.strip())
    if setting not in _SETTINGS:
        message = Message("a note has no setting “{setting}”{nearest}", setting=setting, nearest=nearest(setting, _SETTINGS))
        diagnostics.append(
            Diagnostic(rules.UNKNOWN_CHOICE, span, message, Message("write one of {settings}", settings=", ".join(_SETTINGS)))
        )
        return
    known = (*CARDS.get(setting, ()), _NOTHING) if setting in CARDS else CHOICES[setting]
    unknown = next((word for word in words if word not in known), "" if words else setting)
    if unknown:
        message = Message(
            "`{setting}` takes {known}, not “{word}”{nearest}",
            setting=setting,
            known=", ".join(known),
            word=unknown,
            nearest=nearest(unknown, known),
        )
        diagnostics.append(
            Diagnostic(
                rules.UNKNOWN_CHOICE,
                span,
                message,
                Message("write for instance `{setting}: {known}`", setting=setting, known=known[0]),
            )
        )
    elif setting in CARDS:
        found.append(Override(span.line, setting, tuple(card for card in CARDS[setting] if card in words)))
    else:
        found.append(Override(span.line, setting, words[0]))
