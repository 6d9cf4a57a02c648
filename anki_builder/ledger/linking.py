"""What the learner says overrules what was recognised: this new note is that old one."""

from collections.abc import Iterator, Mapping

from anki_builder.ledger.entry import Entry, Ledger
from anki_builder.ledger.identity import Identified
from anki_builder.ledger.trace import cloze_parts, sketch, trace
from anki_builder.note import Note


class NotLinked(ValueError):
    """Two notes that cannot be one; its text says why."""


def link(ledger: Ledger, identified: Identified, old: str, new: str) -> Ledger:
    """Return the ledger in which the note that has the GUID `new` in `identified` goes on as `old`, and its clozes with it.

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
    pairs = {old: new}
    if entry.kind == "sentence":
        pairs |= _clozes(entry, note, entries, present)
    keys = {other.guid: other.key for other in identified.ledger.entries}
    linked = {former: _linked(entries[former], present[present_guid], keys[present_guid]) for former, present_guid in pairs.items()}
    replaced = set(pairs.values())
    return ledger._replace(entries=tuple(linked.get(e.guid, e) for e in ledger.entries if e.guid not in replaced))


def _clozes(entry: Entry, note: Note, entries: Mapping[str, Entry], present: Mapping[str, Note]) -> Iterator[tuple[str, str]]:
    """Yield the GUIDs of the clozes of the old sentence that are gone, each with that of the same term in the new one."""
    before, after = entry.sketch or sketch(entry.text), sketch(note.text)
    terms = {}
    for guid, other in present.items():
        if other.note_type == "cloze":
            term, sentence = cloze_parts(other.text)
            if sentence == after:
                terms[term.casefold()] = guid
    for guid, known in entries.items():
        if known.kind == "cloze" and known.sketch == before and guid not in present and known.text.casefold() in terms:
            yield guid, terms[known.text.casefold()]


def _linked(entry: Entry, note: Note, key: str) -> Entry:
    text, sketched = cloze_parts(note.text) if note.note_type == "cloze" else trace(note.text)
    return entry._replace(key=key, text=text, sketch=sketched, removed=False)
