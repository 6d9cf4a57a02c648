"""Packing a collection against stock genanki and against the physical limit: `python -m benchmarks.pack [--notes 40000] [--rounds 5]`.

The limit: the same rows, ready in memory, by `executemany` into the same schema, indexes last, then a zip by zlib at the level that
makes a package of about the same size. Ratios are medians of rounds in turn, of CPU time in processes of their own.
"""

import argparse
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

from anki_builder.collection import Collection
from anki_builder.collection.file import connected
from anki_builder.collection.rows import rows_of
from anki_builder.compiler import RULES
from anki_builder.ledger.file import Ledger
from anki_builder.ledger.identity import identifier
from anki_builder.note import Article, ArticleInfo, Note
from anki_builder.notes.kinds import KINDS
from anki_builder.notes.note_types import note_types
from anki_builder.package import PAGE_SIZE, Deck, pack
from anki_builder.settling import Surroundings, settle

NOTES = 40_000
NOW = 1_700_000_000
PAIR = ("en", "zh")
TYPES = note_types(PAIR)
LEVEL = 5


class Measured(NamedTuple):
    cpu: float
    size: int


def fill(collection: Collection, notes: int) -> Deck:
    """Store sentence notes in the shape of a learner's, 100 an article, and settle them."""
    (sentence,) = [kind for kind in KINDS if kind.name == "sentence"]
    for article in range(notes // 100):
        info = ArticleInfo(
            f"{article}.md", f"{article}.md", PAIR, f"Benchmark::{article}", (f"source::{article}",), f"{article}", "", PAIR
        )
        made = []
        for number in range(100):
            text = f"Keeper {article} lit lamp {number} of the {number % 7}th tower, and the ships of harbour {article * number} came home."
            passage = " ".join([text] * 6)
            fields = dict.fromkeys([field.name for field in sentence.fields], "")
            fields |= {
                "Text": text,
                "Translation": f"第{number}个看守人点亮了灯，{article}号港口的船都回家了。",
                "Passage": passage,
            }
            made.append(Note(sentence, text, fields, (0, 1), number, text))
        ids = {name: note_type.id for name, note_type in TYPES.items()}
        collection.replace(article, b"", rows_of(Article(info, tuple(made)), ids, identifier(TYPES, info)))
    collection.combine(lambda *_: sys.exit("these notes have no uses"))
    settled = settle(collection, {PAIR: TYPES}, Ledger(), Surroundings(NOW, with_changes=False))
    return Deck(settled.note_types, collection.decks())


def ours(collection: Collection, deck: Deck, path: Path) -> float:
    start = time.process_time()
    pack(path, deck, collection.add_rows)
    return time.process_time() - start


def limit(collection: Collection, deck: Deck, path: Path) -> float:
    pack(path, deck, collection.add_rows)
    database = path.with_suffix(".anki2")
    database.write_bytes(zipfile.ZipFile(path).read("collection.anki2"))
    with closing(sqlite3.connect(database)) as built:
        rows = {name: built.execute(f"SELECT * FROM {name}").fetchall() for name in ("notes", "cards")}
    database.unlink()
    tables, index, indexes = APKG_SCHEMA.partition("CREATE INDEX")
    start = time.process_time()
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.executescript(
            f"PRAGMA page_size={PAGE_SIZE};PRAGMA synchronous=OFF;PRAGMA journal_mode=OFF;BEGIN;{tables}{APKG_COL}"
        )
        for name, content in rows.items():
            connection.executemany(f"INSERT INTO {name} VALUES({','.join('?' * len(content[0]))})", content)
        connection.execute("COMMIT")
        connection.executescript(index + indexes)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        archive.write(database, "collection.anki2")
        archive.writestr("media", "{}")
    return time.process_time() - start


def stock(collection: Collection, deck: Deck, path: Path) -> float:
    """Genanki as its documentation shows it: a model per note type, a deck per article, notes with their fields and tags."""
    import genanki

    notes = [
        (built.note.kind.name, built.deck, list(built.note.fields.values()), list(built.info.tags))
        for built in collection.notes()
    ]
    start = time.process_time()
    models = {
        note_type.kind.name: genanki.Model(
            note_type.id,
            note_type.name,
            [{"name": field.name} for field in note_type.fields],
            [{"name": card.name, "qfmt": card.front, "afmt": card.back} for card in note_type.templates],
            note_type.css,
            genanki.Model.CLOZE if note_type.is_cloze else genanki.Model.FRONT_BACK,
        )
        for note_type, _ in deck.note_types
    }
    decks = {name: genanki.Deck(10_000 + number, name) for number, name in enumerate(deck.decks)}
    for kind, name, fields, tags in notes:
        decks[name].add_note(genanki.Note(models[kind], fields, tags=tags))
    genanki.Package(list(decks.values())).write_to_file(path)
    return time.process_time() - start


WAYS = {"ours": ours, "limit": limit, "stock": stock}


def measure(way: str, notes: int) -> Measured:
    """Return CPU seconds and size of the package, measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.pack", "--one", way, "--notes", str(notes)]
    return Measured(**json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pack", description=__doc__)
    parser.add_argument("--notes", type=int, default=NOTES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        with tempfile.TemporaryDirectory() as folder, connected(None, "benchmark") as connection:
            tempfile.tempdir = folder  # genanki leaves its database behind
            collection, path = Collection(connection, KINDS, RULES), Path(folder) / "a.apkg"
            cpu = WAYS[options.one](collection, fill(collection, options.notes), path)
            print(json.dumps({"cpu": cpu, "size": path.stat().st_size}))
        return
    rounds = [{way: measure(way, options.notes) for way in WAYS} for _ in range(options.rounds)]
    for way in ("limit", "stock"):
        ratio = statistics.median(one["ours"].cpu / one[way].cpu for one in rounds)
        shown = ", ".join(f"{name} {statistics.median(one[name].cpu for one in rounds):.2f} s" for name in ("ours", way))
        print(f"{shown}: {ratio:.2f}; {rounds[0]['ours'].size / 1e6:.1f} MB, {rounds[0][way].size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
