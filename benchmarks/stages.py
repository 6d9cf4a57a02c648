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
    from anki_builder.compiler import Compiler, identify
    from anki_builder.document import AlignedDocument
    from anki_builder.ledger import encoded
    from anki_builder.package import pack
    from anki_builder.reading import read

    spent = dict.fromkeys(("start", "read", "align", "terms", "compose", "ledger", "pack"), 0.0)

    def lap(stage: str) -> None:
        nonlocal begun
        now = clock()
        spent[stage] += now - begun
        begun = now

    project = open_project((folder,))
    compiler = Compiler(project.config, project.collection, MediaFinder(project.root))
    lap("start")
    for file in project.files:
        source, _ = read_source(project, file)
        assert source is not None
        document, _ = read(source, project.config)
        lap("read")
        pairs, _ = align_document(document, project.config)
        lap("align")
        contexts, _ = find_terms(document, pairs)
        lap("terms")
        compiler.add(compiler.drafted(AlignedDocument(document, pairs, contexts)))
        lap("compose")
    compilation = compiler.compilation()
    lap("compose")
    identified, _ = identify(compilation, None, int(time.time()), None, [project.name(file) for file in project.files])
    encoded(identified.ledger)
    lap("ledger")
    with tempfile.TemporaryDirectory() as place:
        pack(identified.deck, Path(place) / "a.apkg")
        lap("pack")
    cards = sum(len(note.cards) for note in compilation.notes)
    print(json.dumps({"notes": len(compilation.notes), "cards": cards, "cpu": spent}))


if __name__ == "__main__":
    main(sys.argv[1])
