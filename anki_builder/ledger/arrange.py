"""The order of the ledger's lines: documents by name, their notes as they are read, removed notes after their old neighbours."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from anki_builder.ledger.file import block_of
from anki_builder.note import Identity, Languages


class _Group(NamedTuple):
    """Notes below one heading."""

    document: str
    languages: Languages
    deck: str


def _group_of(identity: Identity) -> _Group:
    return _Group(identity.document, identity.languages, identity.deck)


def arrange(
    identities: Iterable[Identity], kept: Iterable[Identity], before: Iterable[Identity], decks: Mapping[str, str]
) -> dict[str, bytes]:
    """Return the block of each document.

    `identities` are those of the notes in reading order, `kept` those that no note has, `before` all in the order that the ledger had.
    """
    followers = _followers({identity.guid: identity for identity in kept}, before)
    groups: dict[_Group, list[Identity]] = {}
    for group, neighbour in list(followers):
        if not neighbour:
            groups[group] = followers.pop((group, ""))
    for identity in identities:
        group = _group_of(identity)
        groups.setdefault(group, []).extend([identity, *followers.pop((group, identity.guid), ())])
    for (group, _), strays in followers.items():  # their neighbour is gone
        groups.setdefault(group, []).extend(strays)
    in_order = sorted(
        groups, key=lambda group: (group.document, group.languages, group.deck != decks.get(group.document), group.deck)
    )
    of_document: dict[str, list[Identity]] = {}
    for group in in_order:
        of_document.setdefault(group.document, []).extend(groups[group])
    return {document: block_of(found, decks.get(document, found[0].deck)) for document, found in of_document.items()}


def _followers(kept: Mapping[str, Identity], before: Iterable[Identity]) -> dict[tuple[_Group, str], list[Identity]]:
    """Return the kept notes by their heading and by the last other note before them, empty for the ones at the beginning."""
    last: dict[_Group, str] = {}
    followers: dict[tuple[_Group, str], list[Identity]] = {}
    for identity in before:
        group = _group_of(identity)
        if identity.guid in kept:
            followers.setdefault((group, last.get(group, "")), []).append(kept[identity.guid])
        else:
            last[group] = identity.guid
    return followers
