"""Random edits to a real collection: how many notes keep their GUID, and what recognition costs.

    python benchmarks/ledger.py FOLDER [--edits 1000] [--batch 10] [--seed 1]

The folder is read, never written. Edits are made to the text of the Markdown files as an editor would make them, several between two
builds; the whole program then reads the notes again. Printed are the share of edited notes that kept their GUID, notes that
took the GUID of another one, bytes a note in the ledger, the share of a full build that identity costs, and how the time grows
where every note changes at once.
"""

import argparse
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import anki_builder.ledger.identity
from anki_builder.cli.media import MediaFinder
from anki_builder.cli.project import decode, open_project
from anki_builder.compiler import Compilation, identify, make_notes, read_and_align
from anki_builder.document import AlignedDocument, Passage
from anki_builder.ledger import Identified, Ledger, dump, parse
from anki_builder.ledger.recognition import Recogniser
from anki_builder.note import Note, normalised
from anki_builder.package import pack

SHARE = 0.3
"""Of the words of a sentence that are replaced at most."""
WORD = re.compile(r"\w+(?:['’]\w+)*")


class Collection:
    """Note files in memory, and what the program makes of them."""

    def __init__(self, folder: str) -> None:
        self.project = open_project((folder,))
        self.files: dict[str, str] = {}
        for file in self.project.files:
            source, _ = decode(file.read_bytes(), str(file), self.project.name(file), str(file.parent))
            if source is not None:
                self.files[source.name] = source.text
        self.cache: dict[tuple[str, str], AlignedDocument] = {}
        self.known: Ledger | None = None
        self.now = 1_800_000_000

    def aligned(self, name: str) -> AlignedDocument:
        key = name, self.files[name]
        if key not in self.cache:
            data = self.files[name].encode()
            source, _ = decode(data, name, name, "")
            assert source is not None
            self.cache[key], _ = read_and_align(source, self.project.config)
        return self.cache[key]

    def compile(self) -> Compilation:
        documents = [self.aligned(name) for name in sorted(self.files)]
        return make_notes(documents, self.project.config, "Benchmark", MediaFinder(self.project.root))

    def build(self) -> Identified:
        self.now += 1000
        identified, _ = identify(self.compile(), self.known, self.now)
        text = dump(identified.ledger)
        self.known, problems = parse(text, "ledger")
        assert self.known is not None, problems
        return identified


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
            ("reword", "typo", "punctuation", "delete", "insert", "reorder", "move", "rename"), (40, 15, 8, 8, 10, 9, 8, 2)
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


def sentences(identified: Identified) -> dict[str, str]:
    return {dated.note.key: dated.guid for dated in identified.deck.notes if dated.note.note_type == "sentence"}


def random_edits(collection: Collection, edits: int, batch: int, seed: int) -> None:
    generator = random.Random(seed)
    before = sentences(collection.build())
    total: Counter[str] = Counter()
    done: Counter[str] = Counter()
    while sum(done.values()) < edits:
        editor = Editor(collection, generator)
        for _ in range(batch):
            editor.edit()
        done += editor.done
        identified = collection.build()
        after = sentences(identified)
        guids = [dated.guid for dated in identified.deck.notes]
        assert len(guids) == len(set(guids)), "a GUID twice"
        for old, new in editor.became.items():
            if old in before and new in after and old not in after:
                kept = before[old] == after[new]
                total["edited"] += 1
                total["kept"] += kept
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
    print(f"merely edited: {total['edited']}; kept their GUID: {total['kept']} = {total['kept'] / max(1, total['edited']):.2%}")
    for name in ("stolen from a surviving sentence", "taken from a gone sentence", "of these, by an inserted one"):
        print(f"{name}: {total[name]}")


def cost(folder: str, target: Path, rounds: int = 5) -> None:
    """Print what recognition, and all of identity, adds to a full build: where nothing changed, and where a tenth of the sentences did."""
    spent = [0.0]

    class Timed(Recogniser):
        def __init__(self, *arguments: Any) -> None:
            self._start = time.process_time()
            super().__init__(*arguments)

        def run(self) -> Any:
            result = super().run()
            spent[0] = time.process_time() - self._start
            return result

    anki_builder.ledger.identity.Recogniser = Timed  # type: ignore[misc]
    for changed in (0.0, 0.1):
        shares, of_these, sizes = [], [], []
        for seed in range(rounds):
            collection = Collection(folder)
            first = collection.build()
            text = dump(first.ledger)
            sizes.append(len(text.encode()) / len(first.deck.notes))
            editor = Editor(collection, random.Random(seed))
            for _ in range(int(changed * 2700)):
                editor.edit()
            collection.cache.clear()
            spent[0] = 0.0
            start = time.process_time()
            compilation = collection.compile()
            between = time.process_time()
            known, _ = parse(text, "ledger")
            identified, _ = identify(compilation, known, 1_900_000_000)
            dump(identified.ledger)
            identity = time.process_time() - between
            pack(identified.deck, target)
            rest = time.process_time() - start - identity
            shares.append(identity / rest)
            of_these.append(spent[0] / (rest + identity - spent[0]))
        share, recognition = sorted(shares)[rounds // 2], sorted(of_these)[rounds // 2]
        print(f"{changed:4.0%} edited: recognition adds {recognition:.1%} to a build, identity with the ledger {share:.1%}")
    print(f"{sizes[0]:.0f} bytes a note")


def growth() -> None:
    """Print the time for collections in which every sentence changes at once."""
    generator = random.Random(7)
    vocabulary = ["".join(generator.choices("abcdefghijklmnopqrstuvwxyz", k=generator.randint(2, 9))) for _ in range(3000)]
    weights = [1 / (rank + 3) for rank in range(3000)]
    from anki_builder.notes.note_types import FIELDS, note_types

    types = {("en", "zh"): note_types(("en", "zh"))}
    last = 0.0
    for count in (1250, 2500, 5000, 10_000, 20_000):
        texts = [generator.choices(vocabulary, weights, k=generator.randint(6, 30)) for _ in range(count)]
        edited = [[w if generator.random() > 0.2 else generator.choice(vocabulary) for w in text] for text in texts]

        def notes(of: list[list[str]]) -> list[Note]:
            return [
                Note(
                    "sentence", " ".join(words), "Deck", (), (" ".join(words), *("",) * (len(FIELDS["sentence"]) - 1)), (), "a.md",
                    number + 1, f"{number // 100}.md", " ".join(words), (), ("en", "zh"),
                )
                for number, words in enumerate(of)
            ]  # fmt: skip

        compilation = Compilation(types, tuple(notes(texts)), ())
        first, _ = identify(compilation, None, 1_800_000_000)
        changed = compilation._replace(notes=tuple(notes(edited)))
        start = time.process_time()
        second, _ = identify(changed, first.ledger, 1_800_001_000)
        seconds = time.process_time() - start
        kept = sum(a.guid == b.guid for a, b in zip(first.deck.notes, second.deck.notes, strict=True))
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
    random_edits(Collection(arguments.folder), arguments.edits, arguments.batch, arguments.seed)
    growth()
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        cost(arguments.folder, Path(folder) / "benchmark.apkg")


if __name__ == "__main__":
    sys.exit(main())
