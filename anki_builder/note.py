"""Anki's nouns: kinds of notes with their fields and cards, note types, notes, articles.

A `NoteKind` describes one note type in full: what the ledger, the package, the templates, speech and the preview need to know of a field
or a card stands in it, and nowhere else. `anki_builder.notes` has one module for each kind.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from anki_builder.diagnostic import Diagnostic
from anki_builder.document import VocabularyEntry
from anki_builder.message import Template

Languages = tuple[str, str]
"""BCP 47 tags of the text and of its translation."""
Role = Literal["own", "derived", "surroundings", "location", "switch", "key"]
"""The role of a field in the identity of its note.

own: the note's content; a change makes the note newer. derived: it follows from other notes, and comes to Anki with the note's next change or
by request, as the tags do. surroundings: text of the article around the note; it changes with every edit of a
neighbour, so it makes no note newer and comes to Anki with the note's next change. location: place in the article; it stays as last
packed until the note changes. switch: asks for a card, or for the typing of one; it makes the note newer only where it is switched on. key: holds
the GUID, by which Anki's browser finds the note.
"""


class Field(NamedTuple):
    """A field of a note type."""

    name: str
    id: int
    """Anki matches fields of note types by this number: it never changes."""
    role: Role = "own"
    derived: str = ""
    """HTML with which a part of it begins that follows from other uses of a term: that part is as `role = "derived"`."""
    sound: str = ""
    """Name of the field that takes the sound of this one; empty for a field that is not spoken."""
    evidence: bool = False
    """Two notes of which one is the other edited often keep this field, and other notes seldom share it."""
    searched: bool = False
    """The preview searches it."""
    formulas: bool = False
    """Formulas that the note writes are shown in it as such."""


class CardKind(NamedTuple):
    """A card template of a note type."""

    name: str
    id: int
    round: int
    """New cards come round by round, forward cards first, cards that ask the other way later: `notes.article` lists the rounds."""


class NoteKind(NamedTuple):
    """One of the note types of this program, for all languages."""

    name: str
    """Lower case; its first letter stands for it in the ledger."""
    text: Literal["sentence", "term", "cloze"]
    """The nature of `Note.text`: it decides how a note is recognised after an edit."""
    counted: Template
    """Says how many there are."""
    fields: tuple[Field, ...]
    """Anki's browser sorts by the first one; the key is the last one of the program's own."""
    cards: tuple[CardKind, ...]
    sentence: str = ""
    """Name of the field that holds the sentence of a term, if there is one."""
    phonetics: str = ""
    """Name of the field that holds the pronunciation of a term, if there is one."""
    is_shared: bool = False
    """The note is composed of the uses of its term in all articles (`TermUse`), not of its own article alone."""

    @property
    def key(self) -> str:
        """Name of the field that holds the GUID."""
        return next(field.name for field in reversed(self.fields) if field.role == "key")

    @property
    def extra(self) -> tuple[str, ...]:
        """Names of the fields that the learner adds: those behind the key."""
        number = next(number for number, field in enumerate(reversed(self.fields)) if field.role == "key")
        return tuple([field.name for field in self.fields[len(self.fields) - number :]])

    @property
    def is_cloze(self) -> bool:
        """Whether Anki makes the cards out of cloze deletions."""
        return self.text == "cloze"

    def card(self, ord_: int) -> CardKind:
        """Return the kind of a card by its index; all deletions of a cloze note are cards of one template."""
        return self.cards[0 if self.is_cloze else ord_]


class CardTemplate(NamedTuple):
    """A card template, rendered: only Anki's own notation is left in it."""

    name: str
    id: int
    front: str
    back: str


class NoteType(NamedTuple):
    """A note type as Anki stores it: a kind of note in one pair of languages."""

    kind: NoteKind
    id: int
    name: str
    templates: tuple[CardTemplate, ...]
    css: str

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its fields in their order."""
        return self.kind.fields

    @property
    def is_cloze(self) -> bool:
        """Whether Anki makes the cards out of cloze deletions."""
        return self.kind.is_cloze

    def template(self, ord_: int) -> CardTemplate:
        """Return the template of a card by its index, as `NoteKind.card`."""
        return self.templates[0 if self.is_cloze else ord_]


NoteTypes = Mapping[Languages, Mapping[str, NoteType]]
"""Note types by pair of languages (`ArticleInfo.pair`) and name of their kind."""


class Media(NamedTuple):
    """A file that goes into the package."""

    name: str
    """As fields and templates refer to it: content-hashed."""
    path: str
    """Absolute path on disk."""


class Note(NamedTuple):
    """A note as one article has it."""

    kind: NoteKind
    key: str
    """Identifies the note: unique per note type, independent of its translation or gloss."""
    fields: Mapping[str, str]
    """HTML by field name; location and key as the note itself has them, before the ledger."""
    cards: tuple[int, ...]
    """Indices of the templates that make a card; of a cloze note the numbers of the deletions less one."""
    line: int
    text: str
    """Plain text that recognises it after an edit: the sentence; the term; for a cloze `term ⟂ sentence`."""
    rank: int = 0
    """Within the round of its cards: those of a lower rank come first."""
    media: tuple[Media, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    measure: str = ""
    """Decides the place of its cards where the order is not that of reading."""


class OtherContext(NamedTuple):
    """A further sentence of an article in which a term stands."""

    context: Sequence[str]
    """As `TermUse.context`."""
    passage: int


class TermUse(NamedTuple):
    """The contribution of one vocabulary entry to the note of its term; other articles may contribute to the same note."""

    key: str
    """Of the note."""
    article: str
    """`ArticleInfo.name`."""
    path: str
    entry: VocabularyEntry
    context: Sequence[str]
    """The first sentence with the term marked, its translation, and the sentence with the term gapped, as HTML; or empty."""
    others: Sequence[OtherContext]
    """Of its further sentences."""
    more: Sequence[Sequence[str]]
    """Further examples, each with its translation, as HTML."""
    passage: int
    """Index of the passage of its context; -1 without one."""
    before: int
    """Index of the passage before which it is learned where it has no sentence; -1 for before all."""
    images: Sequence[Sequence[str]]
    """As `Media`."""
    audio: Sequence[Sequence[str]]
    """As `Media`."""
    cards: Sequence[str]
    """Those that are wanted of the term here, as in `Config.terms`."""


class ArticleInfo(NamedTuple):
    """The properties that all notes of an article share."""

    name: str
    """`Source.name`."""
    path: str
    """As shown to the learner."""
    languages: Languages
    deck: str
    tags: tuple[str, ...]
    """The one that names the article comes first."""
    source: str
    """Its title as HTML."""
    url: str
    pair: Languages
    """The languages of its note types: without region and script, so that notes stay what they are where these change."""


class Clip(NamedTuple):
    """A text to be spoken."""

    text: str
    language: str
    """BCP 47 tag."""
    voice: str
    """The first preferred voice of the language, else its locale: `en_US`."""


class Lookup(NamedTuple):
    """A file that an article asked for: a picture or sound that it names, or the sound of one of its texts."""

    what: str | Clip
    """The path as the note writes it, or the clip."""
    found: str
    """Name in the package; empty for what is not there."""
    line: int


class Article(NamedTuple):
    """A note file and what came of it."""

    info: ArticleInfo
    notes: tuple[Note, ...] = ()
    """In reading order; several may have one key."""
    uses: tuple[TermUse, ...] = ()
    pairs: int = 0
    """Sentence pairs with both sides."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Of reading and aligning."""
    lookups: tuple[Lookup, ...] = ()


class Identity(NamedTuple):
    """One note, as the ledger knows it."""

    kind: str
    """Name of its `NoteKind`."""
    guid: str
    key: str
    """The GUID that its present key would give a new note: the digest by which it is found again."""
    modified: int
    """Seconds since the epoch at which its content last changed."""
    content: str
    """Digest of what is the note's own: its fields, and the author's tags."""
    fields: str
    """Digests of the tags and of each field as Anki has them, in their order: two characters, or `.` for an empty one."""
    cards: str
    """Which templates make a card: a bit each."""
    location: str
    """The location field as it was last packed."""
    text: str
    """Recognises the note and is shown of it: the text if it is short, else its beginning; of a cloze the term."""
    sketch: str
    """Hashes of the words of a longer text, and of the sentence of a cloze."""
    document: str
    """Name of its article."""
    languages: Languages
    deck: str
    removed: bool = False
    """No longer in the notes; kept so that it regains its GUID if it comes back."""
    type_id: int = 0
    """Anki's id of its note type, where that is not the present one of its kind and languages: another `family`."""


_QUOTES = {"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-"}
CLOZE_SEPARATOR = " ⟂ "
"""Between term and sentence in the text and the key of a cloze note."""
TERM_SEPARATOR = "|"
"""Between the words of a term and those of its sentence in a measure."""
MOST_CARDS = 12
"""Cards of a note type, with those of the learner's own."""
_BITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@lru_cache(1 << 12)
def normalised(text: str) -> str:
    """Return `text` as keys compare it: compatibility forms, case, quotes and white space folded."""
    if not text.isascii():
        text = plain_quotes(unicodedata.normalize("NFKC", text))
    return " ".join(text.casefold().split())


def plain_quotes(text: str) -> str:
    """Return `text` with the quotes and hyphens of a keyboard."""
    for written, plain in _QUOTES.items():
        text = text.replace(written, plain)
    return text


@lru_cache(1024)
def card_bits(ords: tuple[int, ...]) -> str:
    """Return which of the first twelve templates make a card: a letter for six, and one more for the others if any of them does."""
    bits = sum({1 << min(number, MOST_CARDS - 1) for number in ords})
    return _BITS[bits & 63] + (_BITS[bits >> 6] if bits >> 6 else "")


@lru_cache(64)
def card_ords_of(cards: str) -> tuple[int, ...]:
    """Undo `card_bits`."""
    bits = sum(_BITS.index(letter) << 6 * place for place, letter in enumerate(cards))
    return tuple(ord_ for ord_ in range(MOST_CARDS) if bits >> ord_ & 1)
