"""Packing against stock genanki and against the physical limit, in the same run: `python benchmarks/pack.py [--notes 44000] [--rounds 5]`.

The limit: the same rows, ready in memory, by `executemany` into the same schema, indexes last, then the same zip. Ratios are medians of
rounds in turn, of CPU time in processes of their own; importing genanki, some 0.09 s, is counted for none of them.
"""

import argparse
import json
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from anki_builder.note import Card, DatedNote, DatedNoteType, Deck, Note, PackedFields, Stamp
from anki_builder.notes.note_types import FIELDS, note_types
from anki_builder.templates.evaluate import card_rule

NOW = 1_700_000_000
PAIR = ("en", "zh")
WORDS = (
    "harbour clock letter drawer ferry ladder winter market window stranger signal corner engine paper garden bridge morning "
    "quiet narrow distant hollow bright careful sudden borrowed the a an of from without under across before because while"
).split()
HAN = "港钟信屉渡梯冬市窗客号角机纸园桥晨静窄远空亮慎忽借这那与自无下过前因当在有是了的人一我们他来到时说"


def sample(count: int) -> Deck:
    """Return a deck in the shape of a learner's: of 44 notes 20 sentences, 12 terms, 12 clozes; 384 articles for 44,000."""
    chance = random.Random(7)
    types = note_types(PAIR)
    rules = {kind: card_rule(note_type) for kind, note_type in types.items()}

    def text(words: int) -> str:
        return " ".join(chance.choices(WORDS, k=words))

    def han(characters: int) -> str:
        return "".join(chance.choices(HAN, k=characters))

    notes = []
    due = 0
    passage = passage_translation = ""
    for number in range(count):
        article, guid = number // 115, f"{number:010x}"
        kind = ("sentence", "vocabulary", "sentence", "cloze")[number % 4] if number % 11 else "sentence"
        if number % 8 == 0:
            passage, passage_translation = text(80), han(140)
        common = {"Source": f"Article {article}", "SourceUrl": f"https://example.org/{article}", "Location": "¶3 · 2/4", "Key": guid}
        sentence, translation, term = text(18), han(32), text(1)
        values = {
            "sentence": {
                "Text": sentence, "Translation": translation, "Passage": passage, "PassageTranslation": passage_translation,
                "Focus": f'<ul class="focus"><li><b>{term}</b> {han(4)}</li></ul>', "AddReverse": "1" if number % 3 else "",
            },
            "vocabulary": {
                "Term": term, "Phonetics": "[ˈfɒnɪks]", "Gloss": f'<ul class="senses"><li>{han(3)}</li><li>{han(4)}</li></ul>',
                "Context": sentence, "ContextTranslation": translation, "ContextCloze": sentence, "Answer": term, "AddRecall": "1",
            },
            "cloze": {
                "Text": f"{sentence} {{{{c1::{term}::{han(3)}}}}}", "Translation": translation, "Terms": f"<b>{term}</b> {han(4)}",
                "Passage": passage, "PassageTranslation": passage_translation,
            },
        }[kind] | common  # fmt: skip
        fields = tuple(values.get(name, "") for name in FIELDS[kind])
        cards = tuple(Card(ord_, due := due + 1) for ord_ in rules[kind](fields))
        packed = PackedFields("\x1f".join(fields).encode())
        note = Note(
            kind, str(number), f"Benchmark::Article {article}", (f"source::article_{article}",), packed, cards,
            f"{article}.md", 1, f"{article}.md", sentence, languages=PAIR, stamp=Stamp(guid, "", "", ""),
        )  # fmt: skip
        notes.append(DatedNote(note, guid, NOW + article))
    return Deck(tuple((PAIR, DatedNoteType(kind, NOW)) for kind in types.values()), tuple(notes))


def ours(deck: Deck, path: str, page: int, level: int) -> float:
    from anki_builder import package
    from anki_builder.package import database

    start = time.process_time()
    package.PAGE_SIZE = database.PAGE_SIZE = page
    package.COMPRESSION_LEVEL = level
    package.pack(deck, path)
    return time.process_time() - start


def limit(deck: Deck, path: str, page: int, level: int) -> float:
    from genanki.apkg_col import APKG_COL
    from genanki.apkg_schema import APKG_SCHEMA

    from anki_builder.package.database import Database

    ready = Database(deck)
    notes = [(*row[:-2], *(field.decode() for field in row[-2:])) for row in ready._note_rows(ready.runs)]
    cards = list(ready._card_rows(ready.runs))
    tables, index, indexes = APKG_SCHEMA.partition("CREATE INDEX")
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "collection.anki2"
        connection = sqlite3.connect(database, isolation_level=None)
        connection.executescript(f"PRAGMA page_size={page};PRAGMA synchronous=OFF;PRAGMA journal_mode=OFF;BEGIN;{tables}{APKG_COL}")
        connection.executemany("INSERT INTO notes VALUES(?,?,?,?,-1,?,?,?,0,0,'')", notes)
        connection.executemany("INSERT INTO cards VALUES(?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')", cards)
        for statement in f"{index}{indexes}".split(";"):
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.close()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if level else zipfile.ZIP_STORED, compresslevel=level or None) as archive:
            archive.write(database, "collection.anki2")
            archive.writestr("media", "{}")
    return time.process_time() - start


def stock(deck: Deck, path: str, page: int, level: int) -> float:
    """Genanki as its documentation shows it: a model per note type, a deck per article, notes with their fields and tags."""
    import genanki

    ready = [(note.note_type, note.deck, list(note.fields), note.tags) for note in (dated.note for dated in deck.notes)]
    start = time.process_time()
    models = {
        kind.note_type.kind: genanki.Model(
            kind.note_type.id,
            kind.note_type.name,
            [{"name": field.name} for field in kind.note_type.fields],
            [{"name": card.name, "qfmt": card.front, "afmt": card.back} for card in kind.note_type.templates],
            kind.note_type.css,
            genanki.Model.CLOZE if kind.note_type.is_cloze else genanki.Model.FRONT_BACK,
        )
        for _, kind in deck.note_types
    }
    decks: dict[str, genanki.Deck] = {}
    for kind, name, fields, tags in ready:
        if name not in decks:
            decks[name] = genanki.Deck(10_000 + len(decks), name)
        decks[name].add_note(genanki.Note(models[kind], fields, tags=tags))
    genanki.Package(list(decks.values())).write_to_file(path)
    return time.process_time() - start


WAYS = {"ours": ours, "limit": limit, "stock": stock}


def measure(way: str, count: int, page: int, level: int) -> tuple[float, int]:
    """Return CPU seconds and size of the package, measured in a process of its own."""
    command = [sys.executable, __file__, "--one", way, "--notes", str(count), "--page", str(page), "--level", str(level)]
    done = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return done["cpu"], done["size"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=44_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--page", type=int, default=0, help="page size of the database, bytes [default: the program's]")
    parser.add_argument("--level", type=int, default=-1, help="compression level, 0: stored [default: the program's and 0]")
    parser.add_argument("--one", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        deck = sample(options.notes)
        with tempfile.TemporaryDirectory() as folder:
            tempfile.tempdir = folder  # genanki leaves its database behind
            path = str(Path(folder) / "a.apkg")
            cpu = WAYS[options.one](deck, path, options.page, options.level)
            print(json.dumps({"cpu": cpu, "size": Path(path).stat().st_size}))
        return
    from anki_builder import package

    page = options.page or package.PAGE_SIZE
    levels = [package.COMPRESSION_LEVEL, 0] if options.level < 0 else [options.level]
    print(f"{options.notes:,} notes, pages of {page} bytes, medians of {options.rounds} rounds")
    print(f"{'compression':12}{'ours':>10}{'limit':>10}{'ratio':>8}{'stock':>10}{'ratio':>8}{'size':>12}")
    for level in levels:
        rounds = [
            {way: measure(way, options.notes, page, level) for way in WAYS if way != "stock" or level == 0}
            for _ in range(options.rounds)
        ]

        def median(way: str, among: list[dict[str, tuple[float, int]]] = rounds) -> float:
            return statistics.median(one[way][0] for one in among)

        against = statistics.median(one["ours"][0] / one["limit"][0] for one in rounds)
        row = f"{f'deflate {level}' if level else 'stored':12}{median('ours'):8.2f} s{median('limit'):8.2f} s{against:8.2f}"
        if level == 0:
            row += f"{median('stock'):8.2f} s{statistics.median(one['ours'][0] / one['stock'][0] for one in rounds):8.2f}"
        else:
            row += " " * 18
        print(f"{row}{rounds[0]['ours'][1] / 1e6:9.1f} MB")


if __name__ == "__main__":
    main()
