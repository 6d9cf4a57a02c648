"""What the next import will do, before it."""

import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from shlex import quote
from typing import Literal, NamedTuple

from anki_builder.columns import column, parts
from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger.rules import FILE_WITHOUT_NOTES, MANY_REMOVED
from anki_builder.note import NoteTypeName
from anki_builder.source import Span

Status = Literal["new", "changed", "unchanged", "returned", "removed"]
"""returned: removed in an earlier build and back with its GUID; removed: Anki keeps it until the learner deletes it there."""

FEW = 2
"""As many notes as one word has: removing them never stops a build."""


class PlannedNote(NamedTuple):
    """What becomes of one note."""

    status: Status
    guid: str
    note_type: NoteTypeName
    languages: tuple[str, str]
    document: str
    path: str
    """As shown to the learner; of a removed note its document."""
    line: int
    """0 for a removed note."""
    text: str
    """The text, or its beginning."""
    fields: tuple[str, ...] = ()
    """Names of the fields that changed, `Tags` among them."""
    moved_from: str = ""
    """The document it stood in before; its cards stay in their deck."""
    new_cards: tuple[str, ...] = ()
    """Templates that make a card for the first time."""
    blank_cards: tuple[str, ...] = ()
    """Templates whose card Anki keeps, blank, until Tools → Empty Cards."""


class PlannedNoteType(NamedTuple):
    """What becomes of one note type."""

    status: Literal["new", "changed", "unchanged"]
    name: str
    note_type: NoteTypeName
    languages: tuple[str, str]


class Plan(NamedTuple):
    """What the next import will do."""

    notes: Sequence[PlannedNote]
    """In reading order, then what is removed: a tuple, or `Parts`, one for each document."""
    note_types: tuple[PlannedNoteType, ...]
    known: int
    """Notes that were there before."""
    documents: tuple[str, ...] = ()
    """Files that are there, readable or not."""
    ledger: str = "anki_builder.lock"
    """How the ledger is called in diagnostics."""
    refused: tuple[Diagnostic, ...] = ()
    """Why this must not be built, even if forced."""
    arguments: str = ""
    """What a command must be given to work on these notes, after a space."""
    ledger_lost: bool = False
    """Whether there was a package, but nothing is known of it any more."""

    def count(self, status: Status) -> int:
        """Return how many notes have this status."""
        return self._counts()[status]

    def of(self, status: Status) -> list[PlannedNote]:
        """Return the notes of this status."""
        return [note for part in parts(self.notes) if status in column(part, "status") for note in part if note.status == status]

    def moved(self) -> list[PlannedNote]:
        """Return the notes that stand in another file than before."""
        return [note for part in parts(self.notes) if any(column(part, "moved_from")) for note in part if note.moved_from]

    def _counts(self) -> Counter[Status]:
        return Counter(chain.from_iterable([column(part, "status") for part in parts(self.notes)]))

    def summary(self) -> str:
        """Return the plan in one line."""
        counts = self._counts()
        parts = [f"{counts['new']} new", f"{counts['changed']} changed", f"{counts['unchanged']} unchanged", f"{counts['removed']} removed"]
        if self.ledger_lost:
            parts[0] += " (or known to Anki, those never edited here, and updated there)"
        if returned := counts["returned"]:
            parts.insert(3, f"{returned} returned")
        if moved := len(self.moved()):
            parts.append(f"{moved} moved")
        if types := sum(note_type.status == "changed" for note_type in self.note_types):
            parts.append(f"{types} note type{'s' * (types > 1)} changed")
        return ", ".join(parts)

    def stops(self, force: bool = False) -> list[Diagnostic]:
        """Return why the plan is not to be carried out, or not unasked: it would remove suspiciously much."""
        stops = list(self.refused)
        if force:
            return stops
        gone = self.of("removed")
        if not gone:
            return stops
        removed = len(gone)
        hint = f"look at `anki-builder plan{self.arguments}`; if it is meant, build with --force"
        if removed > FEW and removed * 5 > self.known:
            message = f"{removed} of {self.known} notes would be removed"
            stops.append(Diagnostic(MANY_REMOVED, Span(self.ledger, 0), message, hint))
        for document in _emptied(self.notes, self.documents):
            count = sum(note.document == document for note in gone)
            message = f"the file is there, but none of its {count} notes can be read any more"
            path = posixpath.join(posixpath.dirname(self.ledger), document)
            hint = f"`anki-builder check {quote(path)}` says why; if it is meant, build with --force"
            stops.append(Diagnostic(FILE_WITHOUT_NOTES, Span(path, 0), message, hint))
        return stops


def search_text(guids: Iterable[str]) -> str:
    """Return what finds these notes in Anki's browser; empty for none."""
    return " or ".join(f"Key:{guid}" for guid in guids)


def _emptied(notes: Sequence[PlannedNote], documents: Collection[str]) -> list[str]:
    """Return the files still there that had notes, and of which nothing is left anywhere."""
    filled = {note.document for note in notes if note.status != "removed"} | {note.moved_from for note in notes}
    gone = dict.fromkeys(note.document for note in notes if note.status == "removed")
    return [document for document in gone if document in documents and document not in filled]
