"""Diagnostics of settling."""

from shlex import quote

from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger.rules import CLOCK_BEHIND, DECK_KEPT, DOUBTFUL_IDENTITY, SCHEMA_CHANGED, SCHEMA_GROWN
from anki_builder.ledger.settle import SchemaDifference
from anki_builder.message import Message, several, short
from anki_builder.note import NoteType
from anki_builder.source import Span

_QUOTED = 50
"""Characters of a text that is quoted."""


def doubtful(span: Span, new: str, new_guid: str, old: str, old_guid: str, arguments: str) -> Diagnostic:
    """Return the remark on a new note with the text `new` that may be the one with the text `old`."""
    message = Message(
        "“{new}” is taken for a new note, but it may be “{old}”, edited", new=short(new, _QUOTED), old=short(old, _QUOTED)
    )
    hint = Message(
        "if it is, run `anki-builder link {old_guid} {new_guid}{arguments}` before the next import, and it keeps its reviews",
        old_guid=old_guid,
        new_guid=new_guid,
        arguments=arguments,
    )
    return Diagnostic(DOUBTFUL_IDENTITY, span, message, hint)


def edited_copy(span: Span, new: str, new_guid: str, old: str, old_guid: str, arguments: str) -> Diagnostic:
    """Return the remark on a note with the text `new` whose copy in another article was the gone one with the text `old`."""
    message = Message(
        "“{new}” is a note of its own since it was edited in another file; “{old}” is gone with its reviews",
        new=short(new, _QUOTED),
        old=short(old, _QUOTED),
    )
    hint = Message(
        "if both are one note, run `anki-builder link {old_guid} {new_guid}{arguments}` before the next import, and it keeps its reviews",
        old_guid=old_guid,
        new_guid=new_guid,
        arguments=arguments,
    )
    return Diagnostic(DOUBTFUL_IDENTITY, span, message, hint)


def deck_kept(span: Span, kept: str, wanted: str, arguments: str) -> Diagnostic:
    """Return the remark on an article whose deck would be another one by now."""
    message = Message("the cards stay in the deck “{kept}”, not “{wanted}”", kept=kept, wanted=wanted)
    hint = Message(
        "to rename the deck, run `anki-builder deck {kept} {wanted}{arguments}`, and rename it in Anki if it was imported",
        kept=quote(kept),
        wanted=quote(wanted),
        arguments=arguments,
    )
    return Diagnostic(DECK_KEPT, span, message, hint)


def clock_behind(path: str, ahead: int) -> Diagnostic:
    """Return the remark on times that are later than the clock's."""
    hint = Message("set the clock right; if a change does not arrive in Anki, import once with “Update notes: Always”")
    return Diagnostic(
        CLOCK_BEHIND, Span(path, 0), Message("the ledger is {ahead} ahead of the clock", ahead=_duration(ahead)), hint
    )


def schema_changed(note_type: NoteType, difference: SchemaDifference, path: str) -> Diagnostic:
    """Return the remark on a note type that Anki would not take for the one it has."""
    rule = SCHEMA_GROWN if difference.is_grown else SCHEMA_CHANGED
    message = Message(
        "note type “{name}”: {text}; Anki would refuse every note of it (“could not be imported”) and "
        "put new notes into an empty copy of the note type",
        name=note_type.name,
        text=difference.text,
    )
    return Diagnostic(rule, Span(path, 0), message, rule.cure)


def _duration(seconds: int) -> str:
    for size, number in (
        (86400, several(seconds // 86400, "day")),
        (3600, several(seconds // 3600, "hour")),
        (60, several(seconds // 60, "minute")),
    ):
        if seconds >= size:
            return number
    return several(seconds, "second")
