"""The ledger as text: one line a note, so that version control merges it, and the order of the notes, so that it merges well.

A change in the notes changes the ledger at the same place, and two changes collide there only where they collide in the notes. The
lines of a removed note stay where they were, behind a `-`. Each line ends with a check of two characters, since a line that an editor
or a merge has spoilt must not be believed; headings have none, because a deck may be renamed there by hand.
"""

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from sys import intern
from zlib import crc32

from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger.entry import PAIRS, Entry, Ledger, TypeEntry
from anki_builder.ledger.rules import LEDGER_CONFLICT, LEDGER_DAMAGED, LEDGER_MERGED, LEDGER_NEWER
from anki_builder.note import NoteTypeName
from anki_builder.source import Span

VERSION = 1
_NAME = "anki_builder.lock"
_HEAD = (
    f"{_NAME} {VERSION}\n"
    "# What Anki knows of these notes: keep it with them, under version control.\n"
)
_END = "# end"
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_KINDS: dict[str, NoteTypeName] = {"s": "sentence", "v": "vocabulary", "c": "cloze"}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}
_COLUMNS = 11
_MOST = 5
"""Damaged lines that are reported one by one."""


class _Damaged(ValueError):
    """A line that cannot be read; its text says why."""


def dump(ledger: Ledger) -> str:
    """Return the text of a ledger."""
    return "".join(_sections(ledger))


def encoded(ledger: Ledger) -> bytes:
    """Return a ledger as it stands in its file."""
    data = BytesIO()
    for section in _sections(ledger):
        data.write(section.encode("utf-8", "surrogateescape"))
    return data.getvalue()


def _sections(ledger: Ledger) -> Iterator[str]:
    """Yield the text of a ledger, document by document: in one piece it would take as much memory as all entries."""
    out = [_HEAD]
    for ((text, translation), kind), known in sorted(ledger.note_types.items()):
        columns = ("note-type", f"{text} {translation}", kind, str(known.id), str(known.modified), known.digest, known.schema)
        out.append(_checked("\t".join((*columns, "".join(known.fields), "".join(known.templates)))))
    place: tuple[str, tuple[str, str], str] = ("", ("", ""), "")
    for entry in ledger.entries:
        document, languages, deck = entry.document, entry.languages, entry.deck
        if place != (document, languages, deck):
            if place[0] != document:
                yield "".join(out)
                out.clear()
            main = ledger.decks.get(document, deck)
            if place[0] != document and main != deck:  # the first heading of a file names the deck of its new notes
                out.append(_heading_line(document, languages, main))
            place = document, languages, deck
            out.append(_heading_line(*place))
        out.append(_line(entry))
    out.append(f"\n{_END}\n")
    yield "".join(out)


def _heading_line(document: str, languages: tuple[str, str], deck: str) -> str:
    return f"\n[{_escaped(document)}]\t{' '.join(languages)}\t{_escaped(deck)}\n"


def _line(entry: Entry) -> str:
    kind = ("-" if entry.removed else "") + _LETTERS[entry.kind]
    key = "=" if entry.key == entry.guid else entry.key
    return _checked(
        f"{kind}\t{entry.guid}\t{key}\t{entry.modified}\t{entry.content}\t{entry.fields}\t{entry.cards}\t"
        f"{_escaped(entry.location)}\t{_escaped(entry.text)}\t{entry.sketch}"
    )


def _checked(line: str) -> str:
    return f"{line}\t{_check(line)}\n"


def _check(line: str) -> str:
    return PAIRS[crc32(line.encode("utf-8", "surrogateescape")) & 4095]


def parse(text: str | bytes, path: str) -> tuple[Ledger | None, list[Diagnostic]]:
    """Return the ledger, or None with the reasons why it cannot be trusted; `path` is how it is called in them."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        if line.startswith(_CONFLICT):
            message = f"“{line[:40]}”: an unfinished merge"
            return None, [Diagnostic(LEDGER_CONFLICT, Span(path, number, 1, len(line)), message, LEDGER_CONFLICT.cure)]
    problem = _wrong_head(lines[0], path)
    if problem is not None:
        return None, [problem]
    problems: list[Diagnostic] = []
    found: list[tuple[int, Entry]] = []
    types: dict[tuple[tuple[str, str], NoteTypeName], TypeEntry] = {}
    decks: dict[str, str] = {}
    document, languages, deck = "", ("", ""), ""
    end = len(lines)
    ended = False
    for number, line in enumerate(lines[1:], 2):
        if not line or (line[0] == "#" and "\t" not in line):
            if line == _END:
                ended, end = True, number
            continue
        try:
            if line[0] == "[":
                document, languages, deck = _heading(line)
                decks.setdefault(document, deck)
            elif line == lines[0]:  # another ledger was appended to this one
                ended = False
            elif line.startswith("note-type\t"):
                pair, kind, known = _type(line)
                types[pair, kind] = max(known, types.get((pair, kind), known), key=lambda entry: entry.modified)
            else:
                found.append((number, _entry(line, document, languages, deck)))
        except ValueError as error:
            reason = str(error) if isinstance(error, _Damaged) else "it cannot be read"
            problems.append(Diagnostic(LEDGER_DAMAGED, Span(path, number, 1, len(line)), reason, LEDGER_DAMAGED.cure))
    if not ended:
        problems.append(Diagnostic(LEDGER_DAMAGED, Span(path, end), "the end of the file is missing", LEDGER_DAMAGED.cure))
    if problems:
        more = len(problems) - _MOST
        if more > 0:
            problems[_MOST - 1] = problems[_MOST - 1]._replace(message=f"{problems[_MOST - 1].message} (and {more} more lines)")
        return None, problems[:_MOST]
    entries, remarks = _merged(found, path)
    return Ledger(types, entries, decks), remarks


def documents(text: bytes) -> frozenset[str]:
    """Return the documents that a ledger names, whatever else is in it."""
    lines = text.decode("utf-8", "surrogateescape").split("\n")
    return frozenset(_unescaped(line[1:].partition("]\t")[0]) for line in lines if line.startswith("["))


def _merged(found: list[tuple[int, Entry]], path: str) -> tuple[tuple[Entry, ...], list[Diagnostic]]:
    """Return one entry for each GUID: of several, as a merge leaves them, the newest, and rather one that is not removed."""
    if len({entry.guid for _, entry in found}) == len(found):
        return tuple([entry for _, entry in found]), []
    best: dict[str, tuple[int, Entry]] = {}
    remarks = []
    for number, entry in found:
        if entry.guid not in best:
            best[entry.guid] = number, entry
            continue
        first, other = best[entry.guid]
        message = f"note {entry.guid} stands also in line {first}; the newer line counts"
        remarks.append(Diagnostic(LEDGER_MERGED, Span(path, number), message, "", ((Span(path, first), "the other line"),)))
        if (not entry.removed, entry.modified) > (not other.removed, other.modified):
            best[entry.guid] = number, entry
    return tuple(entry for _, entry in best.values()), remarks


def _wrong_head(line: str, path: str) -> Diagnostic | None:
    name, _, version = line.partition(" ")
    if name != _NAME or not version.isdecimal():
        message = f"it does not begin with “{_NAME} {VERSION}”" if line else "it is empty"
        return Diagnostic(LEDGER_DAMAGED, Span(path, 1, 1, max(1, len(line))), message, LEDGER_DAMAGED.cure)
    if int(version) > VERSION:
        message = f"it has version {version}; this program knows version {VERSION}"
        return Diagnostic(LEDGER_NEWER, Span(path, 1, 1, len(line)), message, LEDGER_NEWER.cure)
    return None


def _body(line: str) -> str:
    body, _, check = line.rpartition("\t")
    if check != _check(body):
        raise _Damaged("its check does not fit: it was changed or cut off")
    return body


def _heading(line: str) -> tuple[str, tuple[str, str], str]:
    parts = line.split("\t")
    if len(parts) != 3 or not parts[0].endswith("]"):
        raise _Damaged("a heading is “[file]”, the two languages and the deck, with tabs between")
    return _unescaped(parts[0][1:-1]), _pair(parts[1]), _unescaped(parts[2])


@lru_cache(16)
def _pair(text: str) -> tuple[str, str]:
    first, _, second = text.partition(" ")
    return first, second


def _type(line: str) -> tuple[tuple[str, str], NoteTypeName, TypeEntry]:
    _, pair, kind, number, modified, digest, schema, fields, templates = _body(line).split("\t")
    known = TypeEntry(int(number), int(modified), digest, schema, _twos(fields), _twos(templates))
    names = {name: name for name in _KINDS.values()}
    if kind not in names:
        raise _Damaged(f"“{kind}” is no note type")
    return _pair(pair), names[kind], known


def _twos(digests: str) -> tuple[str, ...]:
    return tuple(digests[at : at + 2] for at in range(0, len(digests), 2))


def _entry(line: str, document: str, languages: tuple[str, str], deck: str) -> Entry:
    columns = _body(line).split("\t")
    if len(columns) != _COLUMNS - 1:
        raise _Damaged(f"a line of a note has {_COLUMNS} columns")
    if not document:
        raise _Damaged("a note before the first heading")
    kind, guid, key, modified, content, fields, cards, location, text, sketch = columns
    removed = kind[0] == "-"
    name = _KINDS.get(kind[1:] if removed else kind)
    if name is None:
        raise _Damaged(f"“{kind}” is no kind of note")
    if "%" in line:
        location, text = _unescaped(location), _unescaped(text)
    return Entry(
        name, guid, guid if key == "=" else key, int(modified), content, fields, cards, intern(location), text, sketch,
        document, languages, deck, removed,
    )  # fmt: skip


_ESCAPES = {"%": "%25", "\t": "%09", "\n": "%0A", "\r": "%0D"}


def _escaped(text: str) -> str:
    if "%" in text or "\t" in text or "\n" in text or "\r" in text:
        return "".join(_ESCAPES.get(character, character) for character in text)
    return text


def _unescaped(text: str) -> str:
    if "%" in text:
        for character, escape in reversed(_ESCAPES.items()):
            text = text.replace(escape, character)
    return text
