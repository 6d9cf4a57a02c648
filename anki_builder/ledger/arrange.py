"""The order of the ledger's lines: documents by name, their notes as they are read, removed notes after their old neighbours."""

from collections.abc import Iterable, Mapping

from anki_builder.ledger.file import Place, block_of, place_of
from anki_builder.note import Identity


def arrange(
    identities: Iterable[Identity], kept: Iterable[Identity], before: Iterable[Identity], decks: Mapping[str, str]
) -> dict[str, bytes]:
    """Return the block of each document.

    `identities` are those of the notes in reading order, `kept` those that no note has, `before` all in the order that the ledger had.
    """
    followers = _followers({identity.guid: identity for identity in kept}, before)
    places: dict[Place, list[Identity]] = {}
    for place, neighbour in list(followers):
        if not neighbour:
            places[place] = followers.pop((place, ""))
    for identity in identities:
        place = place_of(identity)
        places.setdefault(place, []).extend([identity, *followers.pop((place, identity.guid), ())])
    for (place, _), strays in followers.items():  # their neighbour is gone
        places.setdefault(place, []).extend(strays)
    in_order = sorted(
        places, key=lambda place: (place.document, place.languages, place.deck != decks.get(place.document), place.deck)
    )
    of_document: dict[str, list[Identity]] = {}
    for place in in_order:
        of_document.setdefault(place.document, []).extend(places[place])
    return {document: block_of(found, decks.get(document, found[0].deck)) for document, found in of_document.items()}


def _followers(kept: Mapping[str, Identity], before: Iterable[Identity]) -> dict[tuple[Place, str], list[Identity]]:
    """Return the kept notes by their heading and by the last other note before them, empty for the ones at the beginning."""
    last: dict[Place, str] = {}
    followers: dict[tuple[Place, str], list[Identity]] = {}
    for identity in before:
        place = place_of(identity)
        if identity.guid in kept:
            followers.setdefault((place, last.get(place, "")), []).append(kept[identity.guid])
        else:
            last[place] = identity.guid
    return followers
