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
from anki_builder.note import Media, Note, NoteType, NoteTypeName
from anki_builder.notes.compose import Composer, Shared
from anki_builder.notes.draft import Drafted, Head, NoteTypes
from anki_builder.notes.note_types import note_types
from anki_builder.notes.rules import NO_NOTES
from anki_builder.reading import read
from anki_builder.source import Source, Span

FindMedia = Callable[[Source, Sequence[tuple[str, int]]], tuple[Mapping[str, Media], list[Diagnostic]]]
"""Finds the files that a note refers to (`Document.references`); given by the command line, which alone reads files."""


class Article(NamedTuple):
    """What one note file comes to."""

    drafted: Drafted
    references: tuple[tuple[str, int], ...]
    diagnostics: tuple[Diagnostic, ...]
    """Of reading and aligning."""
    unfound: tuple[Diagnostic, ...] = ()
    """Of its pictures and sounds."""


class Compilation(NamedTuple):
    """What was made of the sources, before it is given its identity over time."""

    note_types: NoteTypes
    notes: Sequence[Note]
    """In reading order: a tuple, or `Parts`, one for each document."""
    diagnostics: tuple[Diagnostic, ...]
    """Of media and composing: those of each article are its own."""
    articles: int = 0
    pairs: int = 0
    """Sentence pairs with both sides."""
    entries: int = 0
    template_media: tuple[Media, ...] = ()
    """Files that the learner's own templates refer to."""
    marks: Mapping[str, bytes] = {}
    """As in `Deck.marks`."""


def read_and_align(source: Source, config: Config) -> tuple[AlignedDocument, list[Diagnostic]]:
    """Return what one note file says; it depends on nothing but its own text and the settings."""
    document, unread = read(source, config)
    pairs, unpaired = align_document(document, config)
    contexts, unfound = find_terms(document, pairs)
    return AlignedDocument(document, pairs, contexts), [*unread, *unpaired, *unfound]


class Compiler:
    """Takes the articles of a collection, whose parent deck is called `collection`, one after the other."""

    def __init__(self, config: Config, collection: str, find_media: FindMedia, own_templates: Mapping[str, str] = EMPTY) -> None:
        self.config, self.find_media = config, find_media
        self.note_types = _NoteTypes(config, own_templates)
        self._composer = Composer(config, collection, self.note_types, identity.stamper(self.note_types))
        self._heads: list[Head] = []
        self._unfound: list[Diagnostic] = []
        self._pairs = self._entries = 0

    def article(self, source: Source) -> Article:
        """Return what one note file comes to."""
        return self.drafted(*read_and_align(source, self.config))

    def drafted(self, aligned: AlignedDocument, diagnostics: Iterable[Diagnostic] = ()) -> Article:
        """Return what an aligned document comes to."""
        references = aligned.document.references()
        media, unfound = self.find_media(aligned.document.source, references) if references else ({}, [])
        return Article(self._composer.draft(aligned, media), references, tuple(diagnostics), tuple(unfound))

    def add(self, article: Article) -> None:
        """Take the next article."""
        head, _, parts, pairs = article.drafted
        self._composer.add(article.drafted)
        self._heads.append(head)
        self._unfound += article.unfound
        self._pairs += pairs
        self._entries += len(parts)

    def compilation(self, shared: Shared | None = None) -> Compilation:
        """Return the notes of all articles; once, with `shared` as `Composer.notes` takes it."""
        notes, marks, remarks = self._composer.notes(shared)
        if not notes:
            place = Span(self._heads[0].path if self._heads else self._composer.collection, 0)
            remarks.append(Diagnostic(NO_NOTES, place, "no card"))
        pairs = sorted({head.languages for head in self._heads if head.languages[0]})
        return Compilation(
            {pair: self.note_types[pair] for pair in pairs},
            notes,
            (*self._unfound, *remarks),
            len(self._heads),
            self._pairs,
            self._entries,
            marks=marks,
        )


class _NoteTypes(dict[tuple[str, str], Mapping[NoteTypeName, NoteType]]):
    """The note types of every language pair that is asked for."""

    def __init__(self, config: Config, own_templates: Mapping[str, str]) -> None:
        super().__init__()
        self._config, self._own = config, own_templates

    def __missing__(self, pair: tuple[str, str]) -> Mapping[NoteTypeName, NoteType]:
        types = self[pair] = note_types(pair, self._config, self._own)
        return types


def make_notes(
    documents: Iterable[AlignedDocument],
    config: Config,
    collection: str,
    find_media: FindMedia,
    own_templates: Mapping[str, str] = EMPTY,
) -> Compilation:
    """Return the notes of documents that are read already."""
    compiler = Compiler(config, collection, find_media, own_templates)
    for aligned in documents:
        compiler.add(compiler.drafted(aligned))
    return compiler.compilation()


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
