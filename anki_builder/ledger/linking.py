"""The learner's word overrules recognition: this new note is that old one."""

from collections.abc import Iterator, Mapping, Sequence

from anki_builder.ledger.trace import former_sketch, sketch
from anki_builder.message import Message
from anki_builder.note import Identity


class NotLinked(ValueError):
    """Two notes that cannot be one; the text gives the reason."""


def link(ledger: Sequence[Identity], settled: Sequence[Identity], old: str, new: str) -> list[Identity]:
    """Return the ledger's notes, in which the present note with the GUID `new` goes on as `old`, and its clozes with it.

    `settled` are the present notes as `ledger` settles them. Raises `NotLinked` where that cannot be.
    """
    entries = {identity.guid: identity for identity in ledger}
    present = {identity.guid: identity for identity in settled}
    if old not in entries:
        raise NotLinked(Message("no note was ever built with the GUID {old}", old=old))
    if new not in present:
        raise NotLinked(
            Message("no note has the GUID {new}: it was removed", new=new)
            if new in entries
            else Message("no note has the GUID {new}", new=new)
        )
    if old == new:
        raise NotLinked(Message("both GUIDs are the same"))
    if old in present:
        raise NotLinked(Message("{old} is still a note of its own: “{text}”", old=old, text=present[old].text))
    note, entry = present[new], entries[old]
    if (note.kind, note.languages) != (entry.kind, entry.languages):
        raise NotLinked(
            Message(
                "{old} is a {kind} note ({languages}), {new} a {other} note",
                old=old,
                kind=entry.kind,
                languages="-".join(entry.languages),
                new=new,
                other=note.kind,
            )
        )
    pairs = {old: new, **dict(_clozes(entry, note, entries, present))}
    linked = {
        former: entries[former]._replace(
            key=present[guid].key, text=present[guid].text, sketch=present[guid].sketch, removed=False
        )
        for former, guid in pairs.items()
    }
    replaced = set(pairs.values())
    return [linked.get(identity.guid, identity) for identity in ledger if identity.guid not in replaced]


def _clozes(
    entry: Identity, note: Identity, entries: Mapping[str, Identity], present: Mapping[str, Identity]
) -> Iterator[tuple[str, str]]:
    """Yield the GUIDs of the clozes of the old sentence that are gone, each with that of the same term in the new one.

    Only a cloze has the sketch of a whole sentence, however short that is.
    """
    before = {entry.sketch} if entry.sketch else {sketch(entry.text), former_sketch(entry.text)}
    after = note.sketch or sketch(note.text)
    terms = {one.text.casefold(): guid for guid, one in present.items() if one.kind != note.kind and one.sketch == after}
    for guid, known in entries.items():
        if known.kind != entry.kind and known.sketch in before and guid not in present and known.text.casefold() in terms:
            yield guid, terms[known.text.casefold()]
