"""The whole program on one screen: notes go in, a package comes out.

    *.md ─▶ reading ─▶ alignment ─▶ notes ─▶ collection ─▶ package ─▶ .apkg
         Source  Document   AlignedDocument  Article  ▲  │   rows
                                             Identity │  ▼
                                                    ledger

Each article is read, aligned and composed by itself, without a look at others, and stored in the collection, which works out what
several articles share. The ledger settles which note is which (`anki_builder.settling`). Stages know the nouns (`source`,
`diagnostic`, `document`, `note`), the languages and their own package, never a sister; this module and `settling` alone know them all.
They are pure: files, clock and network stay in `anki_builder.cli`, `anki_builder.collection` and `anki_builder.package`.
"""

from collections.abc import Callable, Mapping, Sequence

from anki_builder.alignment.pairs import align_document
from anki_builder.alignment.rules import RULES as ALIGNMENT
from anki_builder.alignment.terms import find_terms
from anki_builder.collection import Collection
from anki_builder.collection.rows import ArticleRows, NoteRow, note_row, rows_of
from anki_builder.config import EMPTY, Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import AlignedDocument, Document
from anki_builder.ledger.file import Former
from anki_builder.ledger.identity import identifier
from anki_builder.note import Article, ArticleInfo, Clip, Languages, Lookup, Media, Note, NoteType, TermUse
from anki_builder.notes.article import compose
from anki_builder.notes.math import with_math
from anki_builder.notes.measure import with_measure
from anki_builder.notes.note_types import note_types, older_pairs, pair_of
from anki_builder.notes.rules import RULES as NOTES
from anki_builder.notes.vocabulary import KIND as VOCABULARY
from anki_builder.notes.vocabulary import of_term
from anki_builder.pronunciation import with_added
from anki_builder.reading.reader import read
from anki_builder.reading.rules import RULES as READING
from anki_builder.source import Source
from anki_builder.speech import with_sounds

RULES = {rule.name: rule for rule in (*READING, *ALIGNMENT, *NOTES)}
"""Rules of the diagnostics of an article."""
FindMedia = Callable[[Source, Sequence[tuple[str, int]]], tuple[Mapping[str, Media], list[Diagnostic]]]
"""Finds the files that a note refers to (`Document.references`); given by the command line, which alone reads files."""
FindClip = Callable[[Clip], Media | None]
"""Finds the sound of a text, if there is one."""


def read_and_align(source: Source, config: Config) -> tuple[AlignedDocument, list[Diagnostic]]:
    """Return what one note file holds; it depends on nothing but its own text and the settings."""
    document, unread = read(source, config)
    pairs, unpaired = align_document(document, config)
    contexts, unfound = find_terms(document, pairs)
    if config.readings == "added":
        document = with_added(document)
    return AlignedDocument(document, pairs, contexts), [*unread, *unpaired, *unfound]


class Compiler:
    """Makes articles out of note files, with the settings of one project."""

    def __init__(
        self,
        config: Config,
        collection: str,
        find_media: FindMedia,
        find_clip: FindClip | None = None,
        own_templates: Mapping[str, str] = EMPTY,
        former: Former = Former(),  # noqa: B008 (immutable)
    ) -> None:
        """`collection` is the name of the parent deck. Without `find_clip` no field has a sound that its author did not give it."""
        self.config, self.collection, self.own_templates = config, collection, own_templates
        self.find_media, self.find_clip = find_media, find_clip
        self.former = former
        self._older = older_pairs(former.type_ids, config.family)
        self._note_types: dict[tuple[Languages, Languages], dict[str, NoteType]] = {}

    def note_types(self, languages: Languages, pair: Languages | None = None) -> dict[str, NoteType]:
        """Return the note types of a language pair, known to Anki by `pair`, rendered for `languages`."""
        pair = pair or pair_of(languages)
        if (languages, pair) not in self._note_types:
            self._note_types[languages, pair] = note_types(languages, self.config, self.own_templates, pair)
        return self._note_types[languages, pair]

    def note_types_of(self, collection: Collection) -> dict[Languages, dict[str, NoteType]]:
        """Return the note types of all notes of a collection, rendered for the languages that most of its articles are in."""
        return {pair: self.note_types(languages, pair) for pair, languages in collection.languages().items()}

    def pair(self, document: Document) -> Languages:
        """Return the languages of the note types of a document."""
        former, pair = self.former.pairs.get(document.source.name), pair_of(document.languages)
        return former if former in self._older and former is not None and pair_of(former) == pair else pair

    def article(self, source: Source) -> Article:
        """Return what comes of one note file; missing files are only marked in its lookups."""
        source = self.former.told(source)
        aligned, diagnostics = read_and_align(source, self.config)
        document = aligned.document
        pair = self.pair(document)
        references = document.references()
        media = self.find_media(source, references)[0] if references else {}
        article = compose(aligned, self.config, self.collection, self.note_types(document.languages, pair), media, pair)
        lookups = [Lookup(path, media[path].name if path in media else "", line) for path, line in references]
        notes = []
        for silent in article.notes:
            note, asked = self._with_sounds(silent, document.languages)
            notes.append(note)
            lookups += [Lookup(clip, found.name if found else "", note.line) for clip, found in asked]
        return article._replace(notes=tuple(notes), diagnostics=tuple(diagnostics), lookups=tuple(lookups))

    def rows(self, article: Article) -> ArticleRows:
        """Return an article as the collection stores it."""
        types = self.note_types(article.info.languages, article.info.pair)
        ids = {name: note_type.id for name, note_type in types.items()}
        notes = [self._finished(note, article.info.languages) for note in article.notes]
        return rows_of(article._replace(notes=tuple(notes)), ids, identifier(types, article.info))

    def compose_term(self, info: ArticleInfo, uses: Sequence[TermUse]) -> NoteRow:
        """Return the note of a term that several articles use; `info` is the first of them."""
        types = self.note_types(info.languages, info.pair)
        note_type = types[VOCABULARY.name]
        note, _ = self._with_sounds(of_term(info, note_type, uses), info.languages)
        note = self._finished(note, info.languages)
        return note_row(note, note_type.id, identifier(types, info)(note))

    def _finished(self, note: Note, languages: Languages) -> Note:
        """Return a note with formulas and with what decides its place."""
        note = with_measure(note, languages, self.config.order)
        return with_math(note) if self.config.math else note

    def _with_sounds(self, note: Note, languages: Languages) -> tuple[Note, list[tuple[Clip, Media | None]]]:
        """Return a note with the sounds there are, and what was asked for."""
        if self.find_clip is None:
            return note, []
        return with_sounds(note, languages[0], self.config, self.find_clip)
