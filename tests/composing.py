"""Notes of documents that are aligned already, without a command line."""

from collections.abc import Iterable, Mapping

from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import AlignedDocument
from anki_builder.ledger import stamper
from anki_builder.note import Media, Note
from anki_builder.notes.compose import Composer
from anki_builder.notes.draft import NoteTypes

MediaFiles = Mapping[tuple[str, str], Media]
"""(`Source.name`, path as the note writes it) → file in the package."""


def compose(
    aligned: Iterable[AlignedDocument], config: Config, collection: str, note_types: NoteTypes, media: MediaFiles
) -> tuple[list[Note], list[Diagnostic]]:
    """Return the notes of a collection in reading order, with unique keys, and what there is to say about them."""
    composer = Composer(config, collection, note_types, stamper(note_types))
    for document in aligned:
        name = document.document.source.name
        composer.add(composer.draft(document, {path: file for (of, path), file in media.items() if of == name}))
    notes, _, diagnostics = composer.notes()
    return notes, diagnostics
