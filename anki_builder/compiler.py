"""The whole program on one screen: notes go in, a deck comes out.

    *.md ─Source─▶ reading ─Document─▶ alignment ─AlignedDocument─▶ notes ─keyed notes─▶ ledger ─Deck─▶ package ─▶ .apkg

Stages know the nouns (`source`, `diagnostic`, `document`, `note`), the languages and their own package, never a sister;
this module alone knows them all. It is pure: files, clock and network stay in `anki_builder.cli`, which hands in what was
found there and writes what comes out. Each stage returns its value and its diagnostics.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from anki_builder import ledger as identity
from anki_builder.alignment.pairs import align_document
from anki_builder.alignment.terms import find_terms
from anki_builder.config import EMPTY, Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import AlignedDocument
from anki_builder.note import Media, Note
from anki_builder.notes.compose import Kept, MediaFiles, NoteTypes, compose
from anki_builder.notes.note_types import note_types
from anki_builder.notes.rules import NO_NOTES
from anki_builder.reading import read
from anki_builder.source import Source, Span

FindMedia = Callable[[Sequence[AlignedDocument]], tuple[MediaFiles, list[Diagnostic]]]
"""Finds the files that documents refer to; given by the command line, which alone reads files."""


class Compilation(NamedTuple):
    """What was made of the sources, before it is given its identity over time."""

    documents: tuple[AlignedDocument, ...]
    note_types: NoteTypes
    notes: tuple[Note, ...]
    diagnostics: tuple[Diagnostic, ...]
    template_media: tuple[Media, ...] = ()
    """Files that the learner's own templates refer to."""


def read_and_align(source: Source, config: Config) -> tuple[AlignedDocument, list[Diagnostic]]:
    """Return what one note file says; it depends on nothing but its own text and the settings."""
    document, unread = read(source, config)
    pairs, unpaired = align_document(document, config)
    contexts, unfound = find_terms(document, pairs)
    return AlignedDocument(document, pairs, contexts), [*unread, *unpaired, *unfound]


def make_notes(
    documents: Sequence[AlignedDocument],
    config: Config,
    collection: str,
    find_media: FindMedia,
    own_templates: Mapping[str, str] = EMPTY,
    keeper: Callable[[NoteTypes], Kept] | None = None,
) -> Compilation:
    """Return the notes of the whole collection, whose parent deck is called `collection`.

    `keeper` returns what is remembered of earlier builds with the same note types.
    """
    types: NoteTypes = {
        pair: note_types(pair, config, own_templates)
        for pair in sorted({aligned.document.languages for aligned in documents if aligned.document.languages[0]})
    }
    media, unfound = find_media(documents)
    notes, remarks = compose(documents, config, collection, types, media, keeper(types) if keeper else None)
    if not notes:
        remarks.append(Diagnostic(NO_NOTES, Span(documents[0].document.source.path if documents else collection, 0), "no card"))
    return Compilation(tuple(documents), types, tuple(notes), (*unfound, *remarks))


def identify(
    compilation: Compilation,
    ledger: "identity.Ledger | None",
    now: int,
    scope: Iterable[str] | None = None,
    present: Iterable[str] = (),
    path: str = "anki_builder.lock",
    arguments: str = "",
) -> tuple["identity.Identified", list[Diagnostic]]:
    """Return the deck, with GUIDs and times from the ledger; the ledger that remembers it; and what an import will change."""
    return identity.identify(compilation.notes, compilation.note_types, ledger, now, scope, present, path, arguments)
