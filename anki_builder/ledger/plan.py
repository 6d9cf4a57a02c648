"""The plan: what the next import will do."""

import posixpath
from collections.abc import Iterable, Mapping
from shlex import quote
from typing import Literal, NamedTuple

from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger.rules import FILE_WITHOUT_NOTES, MANY_REMOVED, SCHEMA_GROWN
from anki_builder.message import Message, Template, listed, several
from anki_builder.note import Identity, Languages
from anki_builder.source import Span

Status = Literal["new", "changed", "unchanged", "returned", "removed"]
"""returned: removed in an earlier build and back with its GUID; removed: Anki keeps it until the learner deletes it there."""

STATUSES: Mapping[Status, Template] = {
    "new": Template("{number} new"),
    "changed": Template("{number} changed"),
    "unchanged": Template("{number} unchanged"),
    "returned": Template("{number} returned"),
    "removed": Template("{number} removed"),
}
"""How many notes have a status."""

FILES = 3
"""Files that a stop names."""
FEW = 2
"""As many notes as one word has: removing them never stops a build."""


class Change(NamedTuple):
    """The fate of one note in Anki."""

    status: Status
    identity: Identity
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
    is_waiting: bool = False
    """The note does not change, but its tags, or what follows in its fields from other notes, are not as Anki has them."""


class ChangedType(NamedTuple):
    """The fate of one note type in Anki."""

    status: Literal["new", "changed", "unchanged"]
    name: str
    kind: str
    languages: Languages


class Plan(NamedTuple):
    """The effect of the next import."""

    counts: Mapping[Status, int]
    """Number of notes by status."""
    moved: int
    """Notes that stand in another file than before."""
    changes: tuple[Change, ...]
    """In reading order, then the removed notes. Unless they were asked for, the removed notes alone; never notes that do not change and
    stay where they are."""
    notes: Mapping[str, int]
    """Path of each article, in their order → how many notes it has."""
    note_types: tuple[ChangedType, ...]
    known: int
    """Notes that were there before."""
    emptied: Mapping[str, int] = {}
    """Files that are there, but whose notes are all gone → how many they had."""
    ledger: str = "anki_builder.lock"
    """Path of the ledger, as diagnostics show it."""
    refused: tuple[Diagnostic, ...] = ()
    """Why this must not be built, even if forced."""
    arguments: str = ""
    """Arguments with which a command works on these notes, after a space."""
    waiting: int = 0
    """Notes that have former tags, a former title of their article or a former list of terms in Anki until they change."""
    shares: Mapping[str, tuple[int, int]] = {}
    """Document → how many of its notes are removed, and of how many."""
    turned: Mapping[str, tuple[Languages, Languages]] = {}
    """Document that is read in other languages than before → the former and the present ones."""
    of_article: Mapping[str, Mapping[Status, int]] = {}
    """Document → how many of its notes have which status, removed ones where they were; unchanged ones are not all counted."""
    ledger_lost: bool = False
    """There is a package, but its ledger is gone."""

    def count(self, status: Status) -> int:
        """Return how many notes have this status."""
        return self.counts.get(status, 0)

    def of(self, status: Status) -> list[Change]:
        """Return the changes of this status."""
        return [change for change in self.changes if change.status == status]

    def summary(self) -> str:
        """Return the plan in one line."""
        statuses: tuple[Status, ...] = ("new", "changed", "unchanged", "removed")
        parts = [counted(status, self.count(status)) for status in statuses]
        if self.ledger_lost:
            parts[0] = Message("{new} (Anki knows those of them that were never edited here, and updates them)", new=parts[0])
        if returned := self.count("returned"):
            parts.insert(3, counted("returned", returned))
        if self.moved:
            parts.append(Message("{number} moved", number=self.moved))
        if types := sum(note_type.status == "changed" for note_type in self.note_types):
            parts.append(Message("{note_types} changed", note_types=several(types, "note type")))
        return listed(parts)

    def stops(self, force: bool = False, accept_schema: bool = False) -> list[Diagnostic]:
        """Return why the plan is not to be carried out, or not unasked: it would remove suspiciously much, or add to a note type."""
        stops = [stop for stop in self.refused if not (accept_schema and stop.rule is SCHEMA_GROWN)]
        if force:
            return stops
        gone = self.count("removed")
        hint = Message(
            "look at `anki-builder plan{arguments}`; if it is meant, `anki-builder build --force{arguments}` builds all the same",
            arguments=self.arguments,
        )
        if gone > FEW and gone * 5 > self.known:
            where = listed(
                [
                    Message("{number} of {all} in {file}", number=count, all=of, file=document)
                    for document, (count, of) in list(self.shares.items())[:FILES]
                ]
            )
            more = (
                Message(", and others in {count} more file", ", and others in {count} more files", count=len(self.shares) - FILES)
                if len(self.shares) > FILES
                else ""
            )
            message = Message(
                "{gone} of {known} notes would be removed: {where}{more}", gone=gone, known=self.known, where=where, more=more
            )
            stops.append(Diagnostic(MANY_REMOVED, Span(self.ledger, 0), message, self._turned_hint() or hint))
        for document, count in self.emptied.items():
            message = Message("the file is there, but its {number} notes can no longer be read", number=count)
            path = posixpath.join(posixpath.dirname(self.ledger), document)
            hint = Message(
                "`anki-builder check {path}` says why; if it is meant, `anki-builder build --force{arguments}` builds all the same",
                path=quote(path),
                arguments=self.arguments,
            )
            stops.append(Diagnostic(FILE_WITHOUT_NOTES, Span(path, 0), message, hint))
        return stops

    def _turned_hint(self) -> str:
        """Return what to do where a file is read in other languages than before; nothing where none is."""
        for document, (former, present) in self.turned.items():
            languages = f"`languages: [{', '.join(former)}]`"
            return Message(
                "the note {document} is read in {present} and was in {former}: if that is wrong, write {languages} into "
                "its front matter, or the pair into the settings; if it is meant, "
                "`anki-builder build --force{arguments}` builds all the same",
                document=document,
                present="-".join(present),
                former="-".join(former),
                languages=languages,
                arguments=self.arguments,
            )
        return ""


def counted(status: Status, number: int) -> Message:
    """Return how many notes have a status."""
    return Message(*STATUSES[status], number=number)


def search_text(guids: Iterable[str]) -> str:
    """Return what finds these notes in Anki's browser; empty for no notes."""
    return " or ".join(f"Key:{guid}" for guid in guids)
