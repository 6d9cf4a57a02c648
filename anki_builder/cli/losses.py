"""Sentences that had cards and still stand in their file, but are not read any more: a label above them was deleted or misspelt."""

import re
from collections.abc import Iterator

from anki_builder.cli.project import Project, read_source
from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger.plan import Plan
from anki_builder.ledger.rules import CARDS_LOST
from anki_builder.message import Message
from anki_builder.notes.kinds import KINDS

_SENTENCES = {kind.name for kind in KINDS if kind.text == "sentence"}
_LEAST = 12
"""Characters from which the beginning of a sentence is not found by chance."""
_MARKS = re.compile(r"[*_~`=]+")
_SHOWN = 50


def losses(project: Project, plan: Plan) -> Iterator[Diagnostic]:
    """Yield a warning for each file that holds sentences whose notes the plan removes."""
    of_document: dict[str, list[str]] = {}
    back = [*plan.of("new"), *plan.of("returned")]
    read = {(one.identity.document, one.identity.text) for one in back}  # they are read in another pair
    for change in plan.of("removed"):
        is_read = (change.identity.document, change.identity.text) in read
        if change.identity.kind in _SENTENCES and len(change.identity.text) >= _LEAST and not is_read:
            of_document.setdefault(change.identity.document, []).append(change.identity.text)
    files = {project.name(file): file for file in project.files} if of_document else {}
    for document, texts in of_document.items():
        source = read_source(project, files[document])[0] if document in files else None
        if source is None:
            continue
        lines = [" ".join(_MARKS.sub("", line).split()) for line in source.text.split("\n")]
        whole = "\n".join(lines)
        found = [at for text in texts if (at := whole.find(_MARKS.sub("", text))) >= 0]
        if found:
            number = whole.count("\n", 0, min(found)) + 1
            line = lines[number - 1]
            shown = line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
            more = Message(", and {number} more", number=len(found) - 1) if len(found) > 1 else ""
            message = Message("“{shown}” had cards and stands here, but is not read any more{more}", shown=shown, more=more)
            yield Diagnostic(CARDS_LOST, source.span(number), message, CARDS_LOST.cure)
