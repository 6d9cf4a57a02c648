"""What the learner says overrules what was recognised: this new note is that old one."""

from anki_builder.ledger.entry import Entry, Ledger
from anki_builder.ledger.identity import Identified
from anki_builder.ledger.trace import cloze_parts, trace


class NotLinked(ValueError):
    """Two notes that cannot be one; its text says why."""


def link(ledger: Ledger, identified: Identified, old: str, new: str) -> Ledger:
    """Return the ledger in which the note that has the GUID `new` in `identified` goes on as `old`.

    `identified` is what `ledger` made of the present notes. Raises `NotLinked` where that cannot be.
    """
    entries = {entry.guid: entry for entry in ledger.entries}
    present = {dated.guid: dated.note for dated in identified.deck.notes}
    if old not in entries:
        raise NotLinked(f"no note was ever built with the GUID {old}")
    if new not in present:
        raise NotLinked(f"no note has the GUID {new}" + (": it was removed" if new in entries else ""))
    if old == new:
        raise NotLinked("a note is itself already")
    if old in present:
        raise NotLinked(f"{old} is still a note of its own: “{present[old].text}”")
    note, entry = present[new], entries[old]
    if (note.note_type, note.languages) != (entry.kind, entry.languages):
        raise NotLinked(f"{old} is a {entry.kind} note ({'-'.join(entry.languages)}), {new} a {note.note_type} note")
    key = next(other.key for other in identified.ledger.entries if other.guid == new)
    text, sketch = cloze_parts(note.text) if note.note_type == "cloze" else trace(note.text)
    linked = entry._replace(key=key, text=text, sketch=sketch, removed=False)
    return ledger._replace(entries=tuple(_linked(ledger.entries, linked, new)))


def _linked(entries: tuple[Entry, ...], linked: Entry, new: str) -> list[Entry]:
    return [linked if entry.guid == linked.guid else entry for entry in entries if entry.guid != new]
