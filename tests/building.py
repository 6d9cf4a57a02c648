"""Notes made by hand, built as the program builds them, without files of notes: what stages behind composing are tried on."""

import sqlite3
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import count, groupby
from pathlib import Path
from typing import Any, NamedTuple

from anki_builder.collection import BuiltNote, Collection
from anki_builder.collection.file import connected
from anki_builder.collection.rows import NoteRow, rows_of
from anki_builder.compiler import RULES, Compiler
from anki_builder.config import EMPTY, Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import AlignedDocument
from anki_builder.ledger.file import Ledger, encoded, former, parse
from anki_builder.ledger.identity import identifier
from anki_builder.ledger.plan import Plan
from anki_builder.note import Article, ArticleInfo, Languages, Media, Note, NoteType, NoteTypes, TermUse, normalised
from anki_builder.notes.article import compose
from anki_builder.notes.kinds import KINDS
from anki_builder.notes.note_types import note_types
from anki_builder.package import Deck, pack
from anki_builder.settling import Settled, Surroundings, settle

NOW = 1_750_000_000
MANY_CARDS = Config(sentences="all", sentence_cards=("read", "produce"), terms=("recognise", "recall", "cloze"))
"""Settings that make a note of every kind."""
MANY_CARDS_FILE = """\
sentences = "all"
sentence_cards = ["read", "produce"]
terms = ["recognise", "recall", "cloze"]
"""
"""The same as a file of settings."""
PAIR = ("en", "zh")
OF_NAME = {kind.name: kind for kind in KINDS}
LETTERS = {kind.name[0]: kind.name for kind in KINDS}
TYPES: NoteTypes = {PAIR: note_types(PAIR)}


class Made(NamedTuple):
    """A note and its article."""

    note: Note
    document: str
    deck: str
    tags: tuple[str, ...]
    languages: Languages = PAIR

    def with_fields(self, **fields: str) -> "Made":
        return self._replace(note=self.note._replace(fields={**self.note.fields, **fields}))


def make_note(kind: str, text: str, document: str = "a.md", line: int = 1, deck: str = "", **fields: str) -> Made:
    """Return a note whose key is its text folded, with one card."""
    switches = {"sentence": {"AddRead": "1"}, "vocabulary": {"AddRecognise": "1"}}.get(kind, {})
    values = {field.name: "" for field in OF_NAME[kind].fields} | switches | fields
    title = document.removesuffix(".md")
    note = Note(OF_NAME[kind], normalised(text), values, (0,), line, text)
    return Made(note, document, deck or f"Notes::{title}", (f"source::{title}",))


class Build(NamedTuple):
    """What came of a build."""

    notes: list[BuiltNote]
    settled: Settled
    problems: list[Diagnostic]
    """Of reading the ledger."""
    known: Ledger
    """As it was read."""
    note_types: NoteTypes

    @property
    def plan(self) -> Plan:
        return self.settled.plan

    @property
    def ledger(self) -> bytes:
        """The ledger as its file."""
        return encoded(self.settled.ledger)

    @property
    def remarks(self) -> list[str]:
        """The names of the rules of all remarks."""
        return [diagnostic.rule.name for diagnostic in self.settled.remarks]

    @property
    def guids(self) -> list[str]:
        return [built.guid for built in self.notes]

    @property
    def times(self) -> list[int]:
        return [built.modified for built in self.notes]


@contextmanager
def empty_collection(types: NoteTypes = TYPES, order: str = "reading") -> Iterator[Collection]:
    kinds = [note_type.kind for own in types.values() for note_type in own.values()]
    with connected(None, "test") as connection:
        yield Collection(connection, kinds, RULES, order)


def never_combined(info: ArticleInfo, uses: Sequence[TermUse]) -> NoteRow:
    raise AssertionError("these notes have no uses")


def store(collection: Collection, notes: Sequence[Made], types: NoteTypes = TYPES) -> None:
    """Replace what is in a collection by notes; those of an article follow one another."""
    names = []
    for position, (document, made) in enumerate(groupby(notes, lambda one: one.document)):
        of_article = list(made)
        first = of_article[0]
        info = ArticleInfo(document, f"source/{document}", first.languages, first.deck, first.tags, "", "", first.languages)
        own = types[first.languages]
        rows = rows_of(
            Article(info, tuple(one.note for one in of_article)),
            {name: note_type.id for name, note_type in own.items()},
            identifier(own, info),
        )
        collection.replace(position, b"", rows)
        names.append(document)
    collection.keep_only(names)
    collection.combine(never_combined)


def read_ledger(data: bytes | None) -> tuple[Ledger, list[Diagnostic]]:
    if data is None:
        return Ledger(kinds=LETTERS), []
    ledger, problems = parse(data, "lock", OF_NAME)
    assert ledger is not None, problems
    return ledger, problems


def build(
    notes: Sequence[Made],
    ledger: bytes | None = None,
    now: int = NOW,
    *,
    types: NoteTypes = TYPES,
    part: Sequence[str] | None = None,
    present: Sequence[str] = (),
    package: Path | None = None,
    media: Sequence[Media] = (),
) -> Build:
    """Build notes with a ledger; `part` are the documents that the package is of, if not of all."""
    known, problems = read_ledger(ledger)
    with empty_collection(types) as collection:
        store(collection, notes, types)
        surroundings = Surroundings(now, tuple(present), None if part is None else frozenset(part), "anki_builder.lock")
        settled = settle(collection, types, known, surroundings)
        if package is not None:
            pack(package, Deck(settled.note_types, collection.decks(), [*media, *collection.media()]), collection.add_rows)
        return Build(list(collection.notes()), settled, problems, known, types)


def build_documents(
    documents: Sequence[AlignedDocument],
    config: Config,
    ledger: bytes | None,
    now: int,
    *,
    own_templates: Mapping[str, str] = EMPTY,
    package: Path | None = None,
    part: Sequence[str] | None = None,
) -> Build:
    """Build documents that are aligned already, or a `part` of them, in a collection called Notes."""
    compiler = Compiler(config, "Notes", lambda *_: ({}, []), None, own_templates, former(ledger or b""))
    known, problems = read_ledger(ledger)
    with empty_collection(order=config.order) as collection:
        for position, aligned in enumerate(documents):
            pair = compiler.pair(aligned.document)
            types = compiler.note_types(aligned.document.languages, pair)
            collection.replace(position, b"", compiler.rows(compose(aligned, config, "Notes", types, {}, pair)))
        collection.combine(compiler.compose_term)
        note_types = compiler.note_types_of(collection)
        present = tuple(aligned.document.source.name for aligned in documents)
        surroundings = Surroundings(now, present, None if part is None else frozenset(part))
        settled = settle(collection, note_types, known, surroundings, compiler.compose_term)
        if package is not None:
            pack(package, Deck(settled.note_types, collection.decks(), collection.media()), collection.add_rows)
        return Build(list(collection.notes()), settled, problems, known, note_types)


class Composed(NamedTuple):
    """What came of documents."""

    notes: list[BuiltNote]
    diagnostics: list[Diagnostic]
    repeated: list[str]
    """Sentences that make no second note."""

    def of_kind(self, kind: str) -> list[BuiltNote]:
        return [built for built in self.notes if built.note.kind.name == kind]


MediaFiles = Mapping[tuple[str, str], Media]
"""(`Source.name`, path as the note writes it) → file in the package."""


def compose_all(documents: Sequence[AlignedDocument], config: Config = MANY_CARDS, media: MediaFiles | None = None) -> Composed:
    """Return the notes of documents that are aligned already, in a collection called C."""
    compiler = Compiler(config, "C", lambda *_: ({}, []))
    with empty_collection(order=config.order) as collection:
        for position, aligned in enumerate(documents):
            document = aligned.document
            own = {path: file for (name, path), file in (media or {}).items() if name == document.source.name}
            article = compose(aligned, config, "C", compiler.note_types(document.languages), own)
            collection.replace(position, b"", compiler.rows(article))
        repeated = [repetition.text for repetition in collection.combine(compiler.compose_term)]
        return Composed(list(collection.notes()), collection.diagnostics(), repeated)


def rows_of_package(path: Path, query: str) -> list[Any]:
    """Return rows of the database in a package."""
    with zipfile.ZipFile(path) as archive, closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(archive.read("collection.anki2"))
        return connection.execute(query).fetchall()


class PackedNote(NamedTuple):
    """A note written straight into a package."""

    note_type: NoteType
    guid: str
    fields: Mapping[str, str]
    cards: Mapping[int, int]
    """Place among the new cards, by the index of the template."""
    deck: str
    tags: tuple[str, ...] = ()


def pack_notes(path: Path, notes: Sequence[PackedNote], now: int = NOW) -> None:
    """Write a package of notes without a collection."""
    note_types = {note.note_type.id: (note.note_type, now) for note in notes}
    decks = sorted({note.deck for note in notes})

    def add_rows(address: str, ids: Mapping[str, int]) -> None:
        with closing(sqlite3.connect(address, uri=True)) as package, package:
            add(package, ids)

    def add(package: sqlite3.Connection, ids: Mapping[str, int]) -> None:
        card_ids = count(now * 1000)
        for number, note in enumerate(notes, now * 1000):
            values = [note.fields.get(field.name, "") for field in note.note_type.fields]
            row = (
                number,
                note.guid,
                note.note_type.id,
                now,
                -1,
                f" {' '.join(note.tags)} ",
                "\x1f".join(values),
                values[0],
                0,
                0,
                "",
            )
            package.execute(f"INSERT INTO notes VALUES ({', '.join('?' * 11)})", row)
            for ord_, due in note.cards.items():
                card = (next(card_ids), number, ids[note.deck], ord_, now, -1, 0, 0, due, *([0] * 8), "")
                package.execute(f"INSERT INTO cards VALUES ({', '.join('?' * 18)})", card)

    pack(path, Deck(list(note_types.values()), decks), add_rows)
