"""Random edits to a real collection: how many notes keep their GUID, and what recognition costs.

    python benchmarks/ledger.py FOLDER [--edits 1000] [--batch 10] [--seed 1]

The folder is read, never written. Edits are made to the text of the Markdown files as an editor would make them, several between two
builds; the whole program then reads the notes again. Printed are the share of edited notes that kept their GUID, notes that
took the GUID of another one, bytes a note in the ledger, and how the time grows where every note changes at once.
"""

import argparse
import random
import re
import sys
import time
from collections import Counter

from anki_builder.cli.project import decode, open_project
from anki_builder.collection import Collection as Store
from anki_builder.collection.file import connected
from anki_builder.collection.rows import rows_of
from anki_builder.compiler import RULES, Compiler, read_and_align
from anki_builder.document import AlignedDocument, Passage
from anki_builder.ledger.file import Ledger, encoded, parse
from anki_builder.ledger.identity import identifier
from anki_builder.note import Article, ArticleInfo, Note, normalised
from anki_builder.notes.article import compose
from anki_builder.notes.kinds import KINDS
from anki_builder.notes.note_types import note_types
from anki_builder.settling import Surroundings, settle

LETTERS = {kind.name[0]: kind.name for kind in KINDS}
SHARE = 0.3
"""Of the words of a sentence that are replaced at most."""
WORD = re.compile(r"\w+(?:['’]\w+)*")


class Collection:
    """Note files in memory, and what the program makes of them."""

    def __init__(self, folder: str) -> None:
        project = open_project((folder,))
        self.project = project._replace(config=project.config._replace(sentences="all", terms=("recognise", "recall", "cloze")))
        self.files: dict[str, str] = {}
        for file in self.project.files:
            source, _ = decode(file.read_bytes(), str(file), self.project.name(file), str(file.parent))
            if source is not None:
                self.files[source.name] = source.text
        self.cache: dict[tuple[str, str], AlignedDocument] = {}
        self.known: bytes | None = None
        self.keys: set[str] = set()
        """Of the notes of the last build."""
        self.spent = 0.0
        """CPU seconds of settling in the last build."""
        self.notes = 0
        self.now = 1_800_000_000

    def aligned(self, name: str) -> AlignedDocument:
        key = name, self.files[name]
        if key not in self.cache:
            data = self.files[name].encode()
            source, _ = decode(data, name, name, "")
            assert source is not None
            self.cache[key], _ = read_and_align(source, self.project.config)
        return self.cache[key]

    def build(self) -> dict[str, str]:
        """Build all notes; return their GUIDs by their key, of terms and clozes with their kind before it."""
        self.now += 1000
        compiler = Compiler(self.project.config, "Benchmark", lambda *_: ({}, []))
        with connected(None, "benchmark") as connection:
            store = Store(connection, KINDS, RULES)
            for position, name in enumerate(sorted(self.files)):
                aligned = self.aligned(name)
                types = compiler.note_types(aligned.document.languages)
                store.replace(position, b"", compiler.rows(compose(aligned, self.project.config, "Benchmark", types, {})))
            store.combine(compiler.compose_term)
            by_languages = compiler.note_types_of(store)
            started = time.process_time()
            settled = settle(
                store,
                by_languages,
                read(self.known),
                Surroundings(self.now, tuple(sorted(self.files)), with_changes=False),
                compiler.compose_term,
            )
            self.spent = time.process_time() - started
            self.known = encoded(settled.ledger)
            guids = [built.guid for built in store.notes()]
            assert len(guids) == len(set(guids)), "a GUID twice"
            self.notes = len(guids)
            self.keys = {label(built.note.kind.name, built.note.key) for built in store.notes()}
            return {label(built.note.kind.name, built.note.key): built.guid for built in store.notes()}


def label(kind: str, key: str) -> str:
    """Return the name of a note in this benchmark."""
    return key if kind == "sentence" else f"{kind}: {key}"


def read(ledger: bytes | None) -> Ledger:
    if ledger is None:
        return Ledger(kinds=LETTERS)
    known, problems = parse(ledger, "ledger", LETTERS.values())
    assert known is not None, problems
    return known


class Editor:
    """Edits note files at random and remembers which sentence became which."""

    def __init__(self, collection: Collection, generator: random.Random) -> None:
        self.collection, self.random = collection, generator
        self.words = [w for text in collection.files.values() for w in WORD.findall(text) if w.isascii() and len(w) > 2]
        self.became: dict[str, str] = {}
        """Key of a sentence → its key after the edits since the last build."""
        self.inserted: set[str] = set()
        self.done: Counter[str] = Counter()

    def edit(self) -> None:
        name = self.random.choice(sorted(self.collection.files))
        kind = self.random.choices(
            ("reword", "typo", "punctuation", "term", "delete", "insert", "reorder", "move", "rename"),
            (40, 15, 8, 12, 8, 10, 9, 8, 2),
        )[0]
        if getattr(self, f"_{kind}")(name):
            self.done[kind] += 1
        else:
            self.edit()

    def _sentence(self, name: str) -> str | None:
        """Return a sentence that stands once, on one line, and was not edited since the last build."""
        aligned, text = self.collection.aligned(name), self.collection.files[name]
        found = [
            sentence
            for pair in aligned.pairs
            if pair.text and pair.translation
            for passage in [aligned.document.passages[pair.passage]]
            for sentence in [passage.text.plain[pair.start : pair.end]]
            if text.count(sentence) == 1 and len(WORD.findall(sentence)) > 3 and normalised(sentence) not in self.became.values()
        ]
        return self.random.choice(found) if found else None

    def _replace(self, name: str, old: str, new: str) -> bool:
        first, second = normalised(old), normalised(new)
        if first == second or second in self.became.values():
            return False
        self.collection.files[name] = self.collection.files[name].replace(old, new)
        self.became[first] = second
        return True

    def _reword(self, name: str) -> bool:
        sentence = self._sentence(name)
        if sentence is None:
            return False
        places = list(WORD.finditer(sentence))
        count = self.random.randint(1, max(1, int(len(places) * SHARE)))
        new = sentence
        for place in sorted(self.random.sample(places, count), key=lambda m: -m.start()):
            new = new[: place.start()] + self.random.choice(self.words) + new[place.end() :]
        return self._replace(name, sentence, new)

    def _typo(self, name: str) -> bool:
        sentence = self._sentence(name)
        if sentence is None:
            return False
        place = self.random.choice([place for place in WORD.finditer(sentence) if len(place[0]) > 2] or [None])
        if place is None:
            return False
        at = self.random.randrange(place.start(), place.end() - 1)
        return self._replace(name, sentence, sentence[:at] + sentence[at + 1] + sentence[at] + sentence[at + 2 :])

    def _term(self, name: str) -> bool:
        """Spell a term differently by one letter and give it another gloss, both at once."""
        aligned, text = self.collection.aligned(name), self.collection.files[name]
        lines = text.split("\n")
        found = [
            entry
            for entry in aligned.document.entries
            if entry.term.isascii() and len(entry.term) > 4 and entry.gloss and lines[entry.line - 1].startswith(entry.term)
            and entry.gloss in lines[entry.line - 1] and text.count(f"\n{entry.term}：") == 1
            and label("vocabulary", normalised(entry.term)) not in self.became.values()
        ]  # fmt: skip
        if not found:
            return False
        entry = self.random.choice(found)
        at = self.random.randrange(1, len(entry.term) - 1)
        new = entry.term[:at] + self.random.choice(("", entry.term[at] * 2, self.random.choice("aeiou"))) + entry.term[at + 1 :]
        first, second = (label("vocabulary", normalised(term)) for term in (entry.term, new))
        if not new.isalpha() or first == second or second in self.became.values() or second in self.collection.keys:
            return False
        line = lines[entry.line - 1]
        lines[entry.line - 1] = line.replace(entry.term, new, 1).replace(entry.gloss, f"{entry.gloss[:-1]}又", 1)
        self.collection.files[name] = "\n".join(lines)
        self.became[first] = second
        return True

    def _punctuation(self, name: str) -> bool:
        sentence = self._sentence(name)
        return sentence is not None and "," in sentence and self._replace(name, sentence, sentence.replace(",", " –", 1))

    def _passage(self, name: str) -> tuple[int, int] | None:
        """Return the lines (from 0, end excluded) of a passage with its translation."""
        document = self.collection.aligned(name).document
        if document.source.text != self.collection.files[name] or len(document.passages) < 4:
            return None
        passage: Passage = self.random.choice(document.passages)
        if passage.translation is None:
            return None
        return passage.line - 1, passage.translation.lines[-1][1]

    def _cut(self, name: str) -> list[str] | None:
        place = self._passage(name)
        if place is None:
            return None
        lines = self.collection.files[name].split("\n")
        cut = lines[place[0] : place[1]]
        self.collection.files[name] = "\n".join(lines[: place[0]] + lines[place[1] :])
        return cut

    def _paste(self, name: str, lines: list[str]) -> None:
        """Put a passage with a label of its own after some other one."""
        place = self._passage(name)
        old = self.collection.files[name].split("\n")
        at = place[1] if place else len(old)
        self.collection.files[name] = "\n".join([*old[:at], "", "原文：", "", *lines, "", *old[at:]])

    def _delete(self, name: str) -> bool:
        return self._cut(name) is not None

    def _insert(self, name: str) -> bool:
        text = " ".join(self.random.choices(self.words, k=self.random.randint(5, 25))).lower().capitalize() + "."
        self.inserted.add(normalised(text))
        self._paste(name, [text, "", "这是一句新的话。"])
        return True

    def _reorder(self, name: str) -> bool:
        cut = self._cut(name)
        if cut is not None:
            self._paste(name, cut)
        return cut is not None

    def _move(self, name: str) -> bool:
        cut = self._cut(name)
        if cut is not None:
            self._paste(self.random.choice(sorted(self.collection.files)), cut)
        return cut is not None

    def _rename(self, name: str) -> bool:
        self.collection.files[f"renamed {self.random.randrange(10**9)}.md"] = self.collection.files.pop(name)
        return True


def random_edits(collection: Collection, edits: int, batch: int, seed: int) -> None:
    generator = random.Random(seed)
    before = collection.build()
    total: Counter[str] = Counter()
    done: Counter[str] = Counter()
    while sum(done.values()) < edits:
        editor = Editor(collection, generator)
        for _ in range(batch):
            editor.edit()
        done += editor.done
        after = collection.build()
        for old, new in editor.became.items():
            if old in before and new in after and old not in after:
                kept = before[old] == after[new]
                total["edited"] += 1
                total["kept"] += kept
                total["terms"] += old.startswith("vocabulary: ")
                total["terms kept"] += kept and old.startswith("vocabulary: ")
                if not kept:
                    print(f"  lost: {old}\n    now: {new}")
        changed = set(editor.became.values())
        owners = {guid: key for key, guid in before.items()}
        for key, guid in after.items():
            owner = owners.get(guid)
            if owner is None or owner == key or editor.became.get(owner) == key:
                continue
            total["stolen from a surviving sentence"] += owner in after or editor.became.get(owner, "") in after
            total["taken from a gone sentence"] += 1
            total["of these, by an inserted one"] += key in editor.inserted
            total["of these, by an edited one"] += key in changed
        before = after
    print(f"edits: {dict(done)}")
    print(f"terms respelt and glossed anew: {total['terms']}; kept their GUID: {total['terms kept']}")
    print(f"merely edited: {total['edited']}; kept their GUID: {total['kept']} = {total['kept'] / max(1, total['edited']):.2%}")
    for name in ("stolen from a surviving sentence", "taken from a gone sentence", "of these, by an inserted one"):
        print(f"{name}: {total[name]}")


def growth() -> None:
    """Print the time for collections in which every sentence changes at once."""
    generator = random.Random(7)
    vocabulary = ["".join(generator.choices("abcdefghijklmnopqrstuvwxyz", k=generator.randint(2, 9))) for _ in range(3000)]
    weights = [1 / (rank + 3) for rank in range(3000)]
    types = note_types(("en", "zh"))
    (sentence,) = [kind for kind in KINDS if kind.name == "sentence"]

    def built(texts: list[list[str]], ledger: bytes | None) -> tuple[bytes, list[str], float]:
        with connected(None, "benchmark") as connection:
            store = Store(connection, KINDS, RULES)
            for at in range(0, len(texts), 100):
                info = ArticleInfo(f"{at}.md", f"{at}.md", ("en", "zh"), "Deck", (), "", "", ("en", "zh"))
                fields = dict.fromkeys([field.name for field in sentence.fields], "")
                made = [Note(sentence, " ".join(words), fields, (0,), 1, " ".join(words)) for words in texts[at : at + 100]]
                ids = {name: note_type.id for name, note_type in types.items()}
                store.replace(at, b"", rows_of(Article(info, tuple(made)), ids, identifier(types, info)))
            store.combine(lambda *_: sys.exit("these notes have no uses"))
            started = time.process_time()
            settled = settle(store, {("en", "zh"): types}, read(ledger), Surroundings(1_800_000_000, with_changes=False))
            return encoded(settled.ledger), [note.guid for note in store.notes()], time.process_time() - started

    last = 0.0
    for count in (1250, 2500, 5000, 10_000, 20_000):
        texts = [generator.choices(vocabulary, weights, k=generator.randint(6, 30)) for _ in range(count)]
        edited = [[w if generator.random() > 0.2 else generator.choice(vocabulary) for w in text] for text in texts]
        ledger, before, _ = built(texts, None)
        _, after, seconds = built(edited, ledger)
        kept = sum(a == b for a, b in zip(before, after, strict=True))
        ratio = f", {seconds / last:.2f} times the time for twice as many" if last else ""
        print(f"{count} changed notes: {seconds:.2f} s{ratio}; {kept / count:.2%} kept")
        last = seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    collection = Collection(arguments.folder)
    random_edits(collection, arguments.edits, arguments.batch, arguments.seed)
    print(
        f"{len(collection.known or b'') / collection.notes:.0f} bytes a note; the last settlement took {collection.spent:.2f} s"
    )
    growth()


if __name__ == "__main__":
    main()
