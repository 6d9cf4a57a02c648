"""The ledger as text: one line a note, so that version control merges it, and the order of the notes, so that it merges well.

A change in the notes changes the ledger at the same place, and two changes collide there only where they collide in the notes. The
lines of a removed note stay where they were, behind a `-`. Each line ends with a check of two characters, since a line that an editor
or a merge has spoilt must not be believed; headings have none, because a deck may be renamed there by hand.
"""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, compress, groupby, pairwise, repeat
from operator import eq, itemgetter, not_
from sys import intern
from zlib import crc32

from anki_builder.columns import Columns, Parts, column, columns, parts
from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger.entry import PAIRS, Entry, Ledger, Lines, TypeEntry, by_place
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
_LETTERS: dict[NoteTypeName, str] = {"sentence": "s", "vocabulary": "v", "cloze": "c"}
_NAMES = {sign + letter: kind for kind, letter in _LETTERS.items() for sign in ("", "-")}
_NOTES = tuple({name[0].encode() for name in _NAMES})
"""What the line of a note begins with."""
_COLUMNS = 11
_NOTHING: tuple[Sequence[Entry], bytes] = (), b""
_CHECKS = [pair.encode() for pair in PAIRS]
_MOST = 5
"""Damaged lines that are reported one by one."""


_UNFIT = "its check does not fit: it was changed or cut off"
_UNREADABLE = "it cannot be read"


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
        cells = ("note-type", f"{text} {translation}", kind, str(known.id), str(known.modified), known.digest, known.schema)
        yield _checked(["\t".join((*cells, "".join(known.fields), "".join(known.templates)))])
    last = ""
    blocks = chain.from_iterable(map(by_place, parts(ledger.entries)))
    for place, groups in groupby(blocks, itemgetter(0)):
        document, languages, deck = place
        main = ledger.decks.get(document, deck)
        if last != document and main != deck:  # the first heading of a file names the deck of its new notes
            yield _heading_line(document, languages, main)
        last = document
        yield _heading_line(document, languages, deck)
        for _, entries in groups:
            read, lines = ledger.lines.get(column(entries, "guid")[0], _NOTHING)
            yield lines if read is entries or (read and list(read) == list(entries)) else _checked(_lines(entries))
    yield b"\n%b\n" % _END


def _heading_line(document: str, languages: tuple[str, str], deck: str) -> bytes:
    line = f"\n[{_escaped(document)}]\t{' '.join(languages)}\t{_escaped(deck)}\n"
    return line.encode("utf-8", "surrogateescape")


def _lines(entries: Sequence[Entry]) -> Iterator[str]:
    """Return the lines of notes, without their checks."""
    kinds, guids, keys, modified, contents, fields, cards, locations, texts, sketches, _, _, _, removed = columns(entries)
    letters: Iterable[str] = map(_LETTERS.__getitem__, kinds)
    if any(removed):
        letters = [f"-{letter}" if gone else letter for letter, gone in zip(letters, removed, strict=True)]
    shortened = ["=" if key == guid else key for key, guid in zip(keys, guids, strict=True)]
    shown = "".join(locations), "".join(texts)
    if shown != tuple(map(_escaped, shown)):
        locations, texts = tuple(map(_escaped, locations)), tuple(map(_escaped, texts))
    cells = letters, guids, shortened, map(str, modified), contents, fields, cards, locations, texts, sketches
    return map("\t".join, zip(*cells, strict=True))


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
    found: list[Sequence[Entry]] = []
    read = Lines()
    numbers: list[int] = []
    types: dict[tuple[tuple[str, str], NoteTypeName], TypeEntry] = {}
    decks: dict[str, str] = {}
    document, languages, deck = "", ("", ""), ""
    end = len(lines)
    ended = False
    others = compress(range(end), map(not_, map(bytes.startswith, lines, repeat(_NOTES))))
    for at, following in pairwise([*others, end]):
        line = lines[at]
        try:
            if not line or (line.startswith(b"#") and b"\t" not in line):
                if line == _END:
                    ended, end = True, at + 1
            elif line.startswith(b"["):
                document, languages, deck = _heading(_decoded(line))
                decks.setdefault(document, deck)
            elif line == lines[0]:  # another ledger was appended to this one
                ended = False
            elif line.startswith(b"note-type\t"):
                pair, kind, known = _type(line)
                types[pair, kind] = max(known, types.get((pair, kind), known), key=lambda entry: entry.modified)
            else:
                raise _Damaged(_damage(line, document))
        except ValueError as error:
            reason = str(error) if isinstance(error, _Damaged) else _UNREADABLE
            problems.append(_damaged(path, at + 1, line, reason))
        notes = lines[at + 1 : following]
        try:
            if notes:
                found.append(_entries(notes, document, languages, deck, read))
                numbers.append(at + 2)
        except ValueError:
            problems += [
                _damaged(path, number, note, reason) for number, note in enumerate(notes, at + 2) if (reason := _damage(note, document))
            ]
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
    return Ledger(types, entries, decks, read), remarks


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


def _merged(found: Sequence[Sequence[Entry]], numbers: Sequence[int], path: str) -> tuple[Sequence[Entry], list[Diagnostic]]:
    """Return one entry for each GUID: of several, as a merge leaves them, the newest, and rather one that is not removed.

    `numbers` are the lines at which the entries that follow one another begin.
    """
    guids = list(chain.from_iterable([column(block, "guid") for block in found]))
    if len(set(guids)) == len(guids):
        return Parts(found), []
    best: dict[str, tuple[int, Entry]] = {}
    remarks = []
    for number, entry in [numbered for start, block in zip(numbers, found, strict=True) for numbered in enumerate(block, start)]:
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


def _heading(line: str) -> tuple[str, tuple[str, str], str]:
    parts = line.split("\t")
    if len(parts) != 3 or not parts[0].endswith("]"):
        raise _Damaged("a heading is “[file]”, the two languages and the deck, with tabs between")
    return _unescaped(parts[0][1:-1]), _pair(parts[1]), _unescaped(parts[2])


@lru_cache(16)
def _pair(text: str) -> tuple[str, str]:
    first, _, second = text.partition(" ")
    return first, second


def _check(line: bytes) -> str:
    """Return what a line should end with."""
    return PAIRS[crc32(line[:-3]) & 4095]


def _type(line: bytes) -> tuple[tuple[str, str], NoteTypeName, TypeEntry]:
    cells = _decoded(line).split("\t")
    if cells[-1] != _check(line):
        raise _Damaged(_UNFIT)
    _, pair, kind, number, modified, digest, schema, fields, templates, _ = cells
    known = TypeEntry(int(number), int(modified), digest, schema, _twos(fields), _twos(templates))
    names = {name: name for name in _NAMES.values()}
    if kind not in names:
        raise _Damaged(f"“{kind}” is no note type")
    return _pair(pair), names[kind], known


def _twos(digests: str) -> tuple[str, ...]:
    return tuple(digests[at : at + 2] for at in range(0, len(digests), 2))


def _entries(lines: Sequence[bytes], document: str, languages: tuple[str, str], deck: str, read: Lines) -> Columns[Entry]:
    """Return the entries of lines that follow one another, of one at least; raise `ValueError` where anything is wrong with any of them.

    If these are the lines that would be written for them, `read` is told of them.
    """
    width = _COLUMNS + 1  # with one cell between two lines: to split all at once takes two thirds of the time
    cells = _decoded(b"\t\n\t".join((*lines, b""))).split("\t")
    kinds, guids, keys, times, contents, fields, cards, locations, texts, sketches, checks, ends = [cells[at:-1:width] for at in range(width)]
    names = list(map(_NAMES.get, kinds))
    aligned = ends.count("\n") == len(lines) and len(cells) == len(lines) * width + 1
    if not document or not aligned or None in names or [PAIRS[crc32(line[:-3]) & 4095] for line in lines] != checks:
        raise _Damaged
    block = b"\n".join((*lines, b""))
    numbers = {time: int(time) for time in set(times)}
    usual = all(str(number) == time for time, number in numbers.items())
    if b"%" in block or b"\r" in block:
        escaped = locations, texts
        locations, texts = list(map(_unescaped, locations)), list(map(_unescaped, texts))
        usual = usual and (list(map(_escaped, locations)), list(map(_escaped, texts))) == escaped
    if keys.count("=") < len(keys):
        usual = usual and not any(map(eq, keys, guids))
        keys = [guid if key == "=" else key for guid, key in zip(guids, keys, strict=True)]
    else:
        keys = guids
    removed = [kind[0] == "-" for kind in kinds]
    many = len(lines)
    entries: Columns[Entry] = Columns(
        Entry, names, guids, keys, list(map(numbers.__getitem__, times)), contents, fields, cards, list(map(intern, locations)), texts, sketches,
        (document,) * many, (languages,) * many, (deck,) * many, removed,
    )  # fmt: skip
    if usual:
        read[guids[0]] = entries, block
    return entries


def _damage(line: bytes, document: str) -> str:
    """Return what is wrong with the line of a note; nothing where it is right."""
    cells = _decoded(line).split("\t")
    if cells[-1] != _check(line):
        return _UNFIT
    if len(cells) != _COLUMNS:
        return f"a line of a note has {_COLUMNS} columns"
    if not document:
        return "a note before the first heading"
    if cells[0] not in _NAMES:
        return f"“{cells[0]}” is no kind of note"
    try:
        int(cells[3])
    except ValueError:
        return _UNREADABLE
    return ""


def _damaged(path: str, number: int, line: bytes, reason: str) -> Diagnostic:
    return Diagnostic(LEDGER_DAMAGED, Span(path, number, 1, len(_decoded(line))), reason, LEDGER_DAMAGED.cure)


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
