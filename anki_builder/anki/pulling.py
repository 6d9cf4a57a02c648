"""What was changed in Anki since it was sent, note by note. Pure; `patching` finds the place of a change in a note file."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from anki_builder.anki.memory import Memory
from anki_builder.anki.nouns import AnkiNote, OwnNote, Sent
from anki_builder.anki.planning import Moment, plan_note
from anki_builder.anki.state import State

OF_ANKI = ("leech", "marked")
"""Tags that Anki itself gives."""


class FieldEdit(NamedTuple):
    """A field that differs in Anki."""

    name: str
    ours: str
    theirs: str
    is_clear: bool
    """Only Anki's side is known to have changed it: the note here is as it was sent."""


class Returned(NamedTuple):
    """What was changed in Anki in one note."""

    own: OwnNote
    fields: tuple[FieldEdit, ...] = ()
    tags_added: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()
    decks: tuple[str, ...] = ()
    """Where cards were moved to."""
    is_deleted: bool = False


def returned(notes: Iterable[OwnNote], state: State, memory: Memory, now: int) -> Iterator[Returned]:
    """Yield what was changed in Anki; `now` is in seconds since the epoch."""
    for own in notes:
        theirs, sent = state.note(own.guid), memory.note(own.guid)
        if theirs is None:
            if sent is not None:
                yield Returned(own, is_deleted=True)
            continue
        found = _returned(own, theirs, sent, now)
        if any(found[1:]):
            yield found


def _returned(own: OwnNote, theirs: AnkiNote, sent: Sent | None, now: int) -> Returned:
    step = plan_note(own, theirs, sent, None, Moment(now))
    fields = [FieldEdit(name, own.fields[name], theirs.fields[name], True) for name in step.edited]
    fields += [FieldEdit(conflict.field, conflict.ours, conflict.theirs, False) for conflict in step.conflicts]
    tags = {tag.casefold(): tag for tag in theirs.tags if not tag.startswith("anki-builder::")}
    known = {tag.casefold(): tag for tag in (*own.tags, *(sent.tags if sent is not None else ()))}
    base = {tag.casefold() for tag in sent.tags} if sent is not None else set()
    decks = {card.deck.casefold(): card.deck for card in theirs.cards}
    usual = {own.deck.casefold(), sent.deck.casefold() if sent is not None else ""}
    return Returned(
        own,
        fields=tuple(fields),
        tags_added=tuple(tag for folded, tag in tags.items() if folded not in known and tag not in OF_ANKI),
        tags_removed=tuple(tag for folded, tag in known.items() if folded in base and folded not in tags),
        decks=tuple(deck for folded, deck in decks.items() if folded not in usual) if sent is not None else (),
    )
