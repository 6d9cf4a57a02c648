"""The ledger as text: one line a note, so that version control merges it, and the order of the notes, so that it merges well.

A change in the notes changes the ledger at the same place, and two changes collide there only where they collide in the notes. The
lines of a removed note stay where they were, behind a `-`. Each line ends with a check of two characters, since a line that an editor
or a merge has spoilt must not be believed; headings have none, because a deck may be renamed there by hand.
"""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
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
_END = b"# end"
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_KINDS: dict[str, NoteTypeName] = {"s": "sentence", "v": "vocabulary", "c": "cloze"}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}
_NOTES = frozenset(letter.encode() for letter in ("-", *_KINDS))
"""What the line of a note begins with."""
_COLUMNS = 11
_PLACE = attrgetter("document", "languages", "deck")
"""What stands in the heading above an entry."""
_CHECKS = [pair.encode() for pair in PAIRS]
_MOST = 5
"""Damaged lines that are reported one by one."""


class _Damaged(ValueError):
    """A line that cannot be read; its text says why."""


def dump(ledger: Ledger) -> str:
    """Return the text of a ledger."""
    return encoded(ledger).decode("utf-8", "surrogateescape")


def encoded(ledger: Ledger) -> bytes:
    """Return a ledger as it stands in its file."""
    return b"".join(_sections(ledger))


def _sections(ledger: Ledger) -> Iterator[bytes]:
    """Yield the lines of a ledger, those of the notes under one heading at a time."""
    yield _HEAD.encode()
    for ((text, translation), kind), known in sorted(ledger.note_types.items()):
        columns = ("note-type", f"{text} {translation}", kind, str(known.id), str(known.modified), known.digest, known.schema)
        yield _checked(["\t".join((*columns, "".join(known.fields), "".join(known.templates)))])
    last = ""
    for place, entries in groupby(ledger.entries, _PLACE):
        document, languages, deck = place
        main = ledger.decks.get(document, deck)
        if last != document and main != deck:  # the first heading of a file names the deck of its new notes
            yield _heading_line(document, languages, main)
        last = document
        yield _heading_line(document, languages, deck)
        yield _checked(_lines(entries))
    yield b"\n%b\n" % _END


def _heading_line(document: str, languages: tuple[str, str], deck: str) -> bytes:
    line = f"\n[{_escaped(document)}]\t{' '.join(languages)}\t{_escaped(deck)}\n"
    return line.encode("utf-8", "surrogateescape")


def _lines(entries: Iterable[Entry]) -> Iterator[str]:
    for kind, guid, key, modified, content, fields, cards, location, text, sketch, _, _, _, removed in entries:
        letter = f"-{_LETTERS[kind]}" if removed else _LETTERS[kind]
        yield (
            f"{letter}\t{guid}\t{'=' if key == guid else key}\t{modified}\t{content}\t{fields}\t{cards}\t"
            f"{_escaped(location)}\t{_escaped(text)}\t{sketch}"
        )


def _checked(lines: Iterable[str]) -> bytes:
    """Return lines, each with its check."""
    bodies = [line.encode("utf-8", "surrogateescape") for line in lines]
    return b"".join([b"%b\t%b\n" % (body, _CHECKS[crc32(body) & 4095]) for body in bodies])


def parse(text: str | bytes, path: str) -> tuple[Ledger | None, list[Diagnostic]]:
    """Return the ledger, or None with the reasons why it cannot be trusted; `path` is how it is called in them."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    data = data.removeprefix(BOM_UTF8).replace(b"\r\n", b"\n")
    lines = data.split(b"\n")
    problem = _wrong_head(_decoded(lines[0]), path)
    if problem is not None:
        return None, [_conflict(lines, path) or problem]
    problems: list[Diagnostic] = []
    found: list[Entry] = []
    numbers: list[int] = []
    types: dict[tuple[tuple[str, str], NoteTypeName], TypeEntry] = {}
    decks: dict[str, str] = {}
    document, languages, deck = "", ("", ""), ""
    end = len(lines)
    ended = False
    for number, line in enumerate(lines[1:], 2):
        try:
            special = line[:1] not in _NOTES  # hardly one is
            if special and (not line or (line.startswith(b"#") and b"\t" not in line)):
                if line == _END:
                    ended, end = True, number
            elif special and line.startswith(b"["):
                document, languages, deck = _heading(_decoded(line))
                decks.setdefault(document, deck)
            elif special and line == lines[0]:  # another ledger was appended to this one
                ended = False
            elif special and line.startswith(b"note-type\t"):
                pair, kind, known = _type(line)
                types[pair, kind] = max(known, types.get((pair, kind), known), key=lambda entry: entry.modified)
            else:
                found.append(_entry(line, document, languages, deck))
                numbers.append(number)
        except ValueError as error:
            reason = str(error) if isinstance(error, _Damaged) else "it cannot be read"
            problems.append(Diagnostic(LEDGER_DAMAGED, Span(path, number, 1, len(_decoded(line))), reason, LEDGER_DAMAGED.cure))
    if not ended:
        problems.append(Diagnostic(LEDGER_DAMAGED, Span(path, end), "the end of the file is missing", LEDGER_DAMAGED.cure))
    if problems and (conflict := _conflict(lines, path)):
        return None, [conflict]
    if problems:
        more = len(problems) - _MOST
        if more > 0:
            problems[_MOST - 1] = problems[_MOST - 1]._replace(message=f"{problems[_MOST - 1].message} (and {more} more lines)")
        return None, problems[:_MOST]
    entries, remarks = _merged(found, numbers, path)
    return Ledger(types, entries, decks), remarks


def _conflict(lines: Iterable[bytes], path: str) -> Diagnostic | None:
    """Return where a merge was left unfinished; no such line passes for one of a ledger."""
    for number, line in enumerate(map(_decoded, lines), 1):
        if line.startswith(_CONFLICT):
            message = f"“{line[:40]}”: an unfinished merge"
            return Diagnostic(LEDGER_CONFLICT, Span(path, number, 1, len(line)), message, LEDGER_CONFLICT.cure)
    return None


def documents(text: bytes) -> frozenset[str]:
    """Return the documents that a ledger names, whatever else is in it."""
    lines = text.decode("utf-8", "surrogateescape").split("\n")
    return frozenset(_unescaped(line[1:].partition("]\t")[0]) for line in lines if line.startswith("["))


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")


def _merged(found: Sequence[Entry], numbers: Sequence[int], path: str) -> tuple[tuple[Entry, ...], list[Diagnostic]]:
    """Return one entry for each GUID: of several, as a merge leaves them, the newest, and rather one that is not removed."""
    if len({entry.guid for entry in found}) == len(found):
        return tuple(found), []
    best: dict[str, tuple[int, Entry]] = {}
    remarks = []
    for number, entry in zip(numbers, found, strict=True):
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


def _columns(line: bytes) -> list[str]:
    """Return the columns of a line, the last of which is its check."""
    columns = line.decode("utf-8", "surrogateescape").split("\t")
    if columns[-1] != PAIRS[crc32(line[:-3]) & 4095]:
        raise _Damaged("its check does not fit: it was changed or cut off")
    return columns


def _heading(line: str) -> tuple[str, tuple[str, str], str]:
    parts = line.split("\t")
    if len(parts) != 3 or not parts[0].endswith("]"):
        raise _Damaged("a heading is “[file]”, the two languages and the deck, with tabs between")
    return _unescaped(parts[0][1:-1]), _pair(parts[1]), _unescaped(parts[2])


@lru_cache(16)
def _pair(text: str) -> tuple[str, str]:
    first, _, second = text.partition(" ")
    return first, second


def _type(line: bytes) -> tuple[tuple[str, str], NoteTypeName, TypeEntry]:
    _, pair, kind, number, modified, digest, schema, fields, templates, _ = _columns(line)
    known = TypeEntry(int(number), int(modified), digest, schema, _twos(fields), _twos(templates))
    names = {name: name for name in _KINDS.values()}
    if kind not in names:
        raise _Damaged(f"“{kind}” is no note type")
    return _pair(pair), names[kind], known


def _twos(digests: str) -> tuple[str, ...]:
    return tuple(digests[at : at + 2] for at in range(0, len(digests), 2))


def _entry(line: bytes, document: str, languages: tuple[str, str], deck: str) -> Entry:
    columns = _columns(line)
    if len(columns) != _COLUMNS:
        raise _Damaged(f"a line of a note has {_COLUMNS} columns")
    if not document:
        raise _Damaged("a note before the first heading")
    kind, guid, key, modified, content, fields, cards, location, text, sketch, _ = columns
    removed = kind[0] == "-"
    name = _KINDS.get(kind[1:] if removed else kind)
    if name is None:
        raise _Damaged(f"“{kind}” is no kind of note")
    if b"%" in line:
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
