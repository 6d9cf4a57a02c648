"""The ledger after a build of a part: what the package does not hold stays as it was remembered.

A part is settled with all notes of the collection, as a build of the whole would settle them, so its notes are the same. Only they, and
the notes that are gone from its documents, are written down: Anki does not learn of the others by this package.
"""

from collections.abc import Collection, Container

from anki_builder.ledger.arrange import arrange
from anki_builder.ledger.file import Ledger, has_notes


def of_part(known: Ledger, settled: Ledger, guids: Collection[str], documents: Container[str]) -> Ledger:
    """Return the ledger `known` with the notes `guids` and `documents` of the part as they are `settled` with the whole."""
    present = [identity for identity in settled.identities() if not identity.removed]
    with_note = {identity.guid for identity in present}
    before = known.identities()
    other_family = {identity.guid: identity for identity in settled.identities() if identity.type_id}
    kept = [
        other_family.get(identity.guid)
        or identity._replace(removed=identity.removed or (identity.document in documents and identity.guid not in with_note))
        for identity in before
        if identity.guid not in guids
    ]
    built = [identity for identity in present if identity.guid in guids]
    decks = {**known.decks, **{identity.document: settled.decks[identity.document] for identity in built}}
    headings = {
        document: block
        for ledger, own in ((known, False), (settled, True))
        for document, block in ledger.blocks.items()
        if (document in documents) == own and not has_notes(block)
    }
    return settled._replace(blocks=headings | arrange(built, kept, before, decks), decks=decks)
