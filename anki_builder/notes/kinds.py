"""The list of the kinds of notes, with the fields and cards that the learner adds to them."""

from collections.abc import Sequence
from zlib import crc32

from anki_builder.config import Config, ConfigError, nearest
from anki_builder.note import MOST_CARDS, CardKind, Field, NoteKind
from anki_builder.notes import cloze, sentence, vocabulary

KINDS = (sentence.KIND, vocabulary.KIND, cloze.KIND)
"""All kinds of notes; the first letters of their names differ."""
OF_PAIRS = (sentence.of_pair,)
"""Functions that make a note out of a sentence pair."""
OF_ENTRIES = (cloze.of_entry,)
"""Functions that make a note out of a vocabulary entry whose sentence is known. The note of the term itself is `vocabulary.of_term`."""


def kinds(config: Config) -> tuple[NoteKind, ...]:
    """Return all kinds of notes with the fields and cards that the learner adds to them. Raises `ConfigError`.

    What is added stands behind the rest, because there Anki puts it in a collection that has the note type already.
    """
    known = {kind.name: kind for kind in KINDS}
    for name in config.note_types:
        if name not in known:
            raise ConfigError(
                "there is no note type “{name}”; the note types are {known}{nearest}",
                name=name,
                known=", ".join(known),
                nearest=nearest(name, tuple(known)),
            )
    return tuple(_extended(kind, config) for kind in KINDS)


def _extended(kind: NoteKind, config: Config) -> NoteKind:
    own = config.note_types.get(kind.name)
    if own is None:
        return kind
    if own.extra_cards and kind.is_cloze:
        raise ConfigError("a {name} note makes its cards out of its gaps: it takes no `extra_cards`", name=kind.name)
    if len(kind.cards) + len(own.extra_cards) > MOST_CARDS:
        raise ConfigError(
            "a {name} note has {number} cards; at most {most} can be added",
            name=kind.name,
            number=len(kind.cards),
            most=MOST_CARDS - len(kind.cards),
        )
    _check_names(kind, own.extra_fields, [field.name for field in kind.fields])
    _check_names(kind, own.extra_cards, [card.name for card in kind.cards])
    last = max(card.round for card in kind.cards)
    return kind._replace(
        fields=(*kind.fields, *(Field(name, _number(kind, "field", name), searched=True) for name in own.extra_fields)),
        cards=(*kind.cards, *(CardKind(name, _number(kind, "card", name), last + 1) for name in own.extra_cards)),
    )


def _check_names(kind: NoteKind, names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name.casefold() in {one.casefold() for one in known}:
            raise ConfigError("a {kind} note has “{name}” already", kind=kind.name, name=name)


def _number(kind: NoteKind, what: str, name: str) -> int:
    """Return the number by which Anki knows a field or card of the learner's own: the same for ever, above those of the program."""
    return (1 << 20) + crc32(f"{kind.name} {what} {name}".encode())
