"""Aligned documents to notes: what stands in each field, which cards exist, and in which order they are learned.

The order of new cards (`due`) follows the reading, article by article, in rounds: first the forward cards, a term before the sentence
that uses it; then clozes, the first of every sentence before the second of any, so that neighbours do not tell each other's answer;
then Recall, then Produce, then cards by ear and by spelling. A reverse card so comes well after its forward card.
"""

from collections.abc import Iterable, Mapping

from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import AlignedDocument
from anki_builder.note import (
    Media,
    Note,
    NoteTypeName,
    PackedCards,
    PackedFields,
    Stamper,
    normalised,
)
from anki_builder.notes.article import Writer
from anki_builder.notes.draft import Desk, Draft, Drafted, Head, NoteTypes, Part, Sheet
from anki_builder.notes.rules import REPEATED_SENTENCE
from anki_builder.notes.vocabulary import short, vocabulary
from anki_builder.source import Span

MediaFiles = Mapping[tuple[str, str], Media]
"""(`Source.name`, path as the note writes it) → file in the package."""

_ROUNDS: dict[tuple[NoteTypeName, int], int] = {
    ("vocabulary", 0): 0, ("sentence", 0): 0,
    ("cloze", 0): 1,
    ("vocabulary", 1): 2,
    ("sentence", 1): 3,
    ("vocabulary", 3): 4, ("sentence", 2): 4,
    ("vocabulary", 2): 5,
}  # fmt: skip
"""(note type, template index) → round of its cards within an article."""


class Composer:
    """Turns documents into notes, one after the other; keeps nothing of a document but its notes."""

    def __init__(self, config: Config, collection: str, note_types: NoteTypes, stamper: Stamper | None = None) -> None:
        """`collection` is the name of the parent deck; `note_types` must have those of every language pair by the time it occurs.

        Without a `stamper`, stamps are left to the ledger.
        """
        self.collection = collection
        self._desk = Desk(config, collection, note_types, stamper)
        self._terms: set[tuple[tuple[str, str], str]] = set()
        self._drafted: list[Drafted] = []

    def draft(self, aligned: AlignedDocument, media: Mapping[str, Media]) -> Drafted:
        """Return the notes of one document; `media` are its files."""
        return Writer(self._desk, aligned, media).drafted(self._terms)

    def add(self, drafted: Drafted) -> None:
        """Take the next document."""
        self._drafted.append(drafted)
        languages = drafted.head.languages
        self._terms.update([(languages, part.term) for part in drafted.parts])

    def notes(self) -> tuple[list[Note], list[Diagnostic]]:
        """Return all notes in reading order, with unique keys, and what there is to say about them; once."""
        places: dict[tuple[tuple[str, str], str], list[tuple[Head, Part]]] = {}
        for head, _, parts, _ in self._drafted:
            for part in parts:
                places.setdefault((head.languages, part.term), []).append((head, part))
        diagnostics: list[Diagnostic] = []
        notes: list[Note] = []
        sentences: dict[tuple[tuple[str, str], str], Span] = {}
        clozes: set[tuple[tuple[str, str], str]] = set()
        due = 0
        self._drafted.reverse()
        while self._drafted:
            head, drafts, _, _ = self._drafted.pop()  # given back as soon as it is used
            article: Sheet | None = None
            kept: list[Draft] = []
            for own in drafts:
                draft = own
                known = head.languages, draft.key
                if draft.kind == "sentence":
                    if known in sentences:
                        diagnostics.append(_repeated(head, draft, sentences[known]))
                        continue
                    sentences[known] = Span(head.path, draft.line)
                elif draft.kind == "cloze":
                    if known in clozes:
                        continue
                    clozes.add(known)
                else:
                    everywhere = places[known]
                    if everywhere[0][0] is not head:
                        continue
                    if draft.packed is None or everywhere[-1][0] is not head:
                        article = article or Sheet(self._desk, head)
                        draft = vocabulary(article, everywhere)
                    diagnostics += draft.diagnostics
                kept.append(draft)
            # The order of cards within an article: round, rank, note. One number each, since numbers are sorted fastest.
            order = sorted(
                [
                    ((_ROUNDS[draft.kind, o] << 32 | draft.rank) << 32 | index) << 16 | o
                    for index, draft in enumerate(kept)
                    for o in draft.ords
                ]
            )
            dues: list[dict[int, int]] = [{} for _ in kept]
            for place in order:
                due += 1
                dues[place >> 16 & 0xFFFFFFFF][place & 0xFFFF] = due
            for draft, of_note in zip(kept, dues, strict=True):
                assert draft.packed is not None
                cards = PackedCards(draft.ords, [of_note[o] for o in draft.ords])
                fields = PackedFields(draft.packed, draft.at, draft.passage, draft.translation, draft.place)
                note = Note(
                    draft.kind, "" if draft.stamp else draft.key, head.deck, head.tags, fields, cards, head.path, draft.line, head.name,
                    draft.text, draft.media, head.languages, draft.stamp,
                )  # fmt: skip
                notes.append(note)
        return notes, diagnostics


def compose(
    aligned: Iterable[AlignedDocument], config: Config, collection: str, note_types: NoteTypes, media: MediaFiles
) -> tuple[list[Note], list[Diagnostic]]:
    """Return the notes of a collection in reading order, with unique keys, and what there is to say about them."""
    composer = Composer(config, collection, note_types)
    for document in aligned:
        name = document.document.source.name
        composer.add(composer.draft(document, {path: file for (of, path), file in media.items() if of == name}))
    return composer.notes()


def _repeated(head: Head, draft: Draft, first: Span) -> Diagnostic:
    related = ((first, "the note is made of this one"),)
    message = f"“{short(normalised(draft.text))}” makes no second note"
    return Diagnostic(REPEATED_SENTENCE, Span(head.path, draft.line), message, "", related)
