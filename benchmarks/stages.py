"""One cold compile of a folder with its stages timed apart, as JSON: `python -m benchmarks.stages FOLDER`.

CPU seconds of this process; nothing is read from or written to the cache, and the package goes into a temporary folder.
"""

import gc
import json
import sys
import tempfile
import time
from pathlib import Path


def main(folder: str) -> None:
    gc.disable()  # as the command line does
    clock = time.process_time
    begun = clock()
    from anki_builder.alignment.pairs import align_document
    from anki_builder.alignment.terms import find_terms
    from anki_builder.cli.media import MediaFinder
    from anki_builder.cli.project import open_project, read_source
    from anki_builder.collection import Collection
    from anki_builder.collection.file import connected
    from anki_builder.compiler import RULES, Compiler
    from anki_builder.document import AlignedDocument
    from anki_builder.ledger.file import Ledger, encoded
    from anki_builder.notes.article import compose
    from anki_builder.notes.kinds import KINDS
    from anki_builder.package import Deck, pack
    from anki_builder.reading.reader import read
    from anki_builder.settling import Surroundings, settle

    spent = dict.fromkeys(("start", "read", "align", "terms", "compose", "collection", "ledger", "pack"), 0.0)

    def lap(stage: str) -> None:
        nonlocal begun
        now = clock()
        spent[stage] += now - begun
        begun = now

    project = open_project((folder,))
    compiler = Compiler(project.config, project.collection, MediaFinder(project.root))
    lap("start")
    with connected(None, "benchmark") as connection, tempfile.TemporaryDirectory() as place:
        collection = Collection(connection, KINDS, RULES)
        for position, file in enumerate(project.files):
            source, _ = read_source(project, file)
            assert source is not None
            document, _ = read(source, project.config)
            lap("read")
            pairs, _ = align_document(document, project.config)
            lap("align")
            contexts, _ = find_terms(document, pairs)
            lap("terms")
            types = compiler.note_types(document.languages)
            article = compose(AlignedDocument(document, pairs, contexts), project.config, project.collection, types, {})
            lap("compose")
            collection.replace(position, b"", compiler.rows(article))
            lap("collection")
        collection.combine(compiler.compose_term)
        lap("collection")
        note_types = compiler.note_types_of(collection)
        settled = settle(
            collection, note_types, Ledger(), Surroundings(int(time.time()), with_changes=False), compiler.compose_term
        )
        encoded(settled.ledger)
        lap("ledger")
        pack(Path(place) / "a.apkg", Deck(settled.note_types, collection.decks()), collection.add_rows)
        lap("pack")
        counts = collection.counts()
    print(json.dumps({"notes": sum(counts.notes.values()), "cards": counts.cards, "cpu": spent}))


if __name__ == "__main__":
    main(sys.argv[1])
