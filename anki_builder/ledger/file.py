"""The ledger as text: one line a note, so that version control merges it, and the order of the notes, so that it merges well.

A change in the notes changes the ledger at the same place, and two changes collide there only where they collide in the notes. The lines
of a removed note stay where they were, behind a `-`. Each line ends with a check of two characters, since a line that an editor or a
merge has spoilt must not be believed; headings have none, because a deck may be renamed there by hand.

The notes of a document are its block: headings and lines. Most blocks are as they were at the last build, and are never taken apart.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import groupby, pairwise
from typing import NamedTuple
from zlib import crc32

from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger.identity import TypeEntry, precedence
from anki_builder.ledger.rules import LEDGER_CONFLICT, LEDGER_DAMAGED, LEDGER_MERGED, LEDGER_NEWER
from anki_builder.ledger.trace import PAIRS
from anki_builder.message import Message
from anki_builder.note import Identity, Languages
from anki_builder.source import Source, Span

VERSION = 1
_NAME = "anki_builder.lock"
_HEAD = f"{_NAME} {VERSION}\n# What Anki knows of these notes: keep it with them, under version control.\n"
_END = "# end"
_SALT = "collection\t"
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_COLUMNS = 11
_MOST = 5
"""Damaged lines that are reported one by one."""
_NOTE = re.compile(rb"^(-?)[a-z](?:@\d+)?\t([^\t\n]+)\t", re.MULTILINE)
_HEADING = re.compile(rb"\n\[")
_UNFIT = Message("its checksum does not fit: the line was changed or cut off")
_UNREADABLE = Message("it cannot be read")


class Place(NamedTuple):
    """A heading: where the notes below it belong."""

    document: str
    languages: Languages
    deck: str


def place_of(identity: Identity) -> Place:
    """Return the heading below which a note stands."""
    return Place(identity.document, identity.languages, identity.deck)


class Ledger(NamedTuple):
    """All that is remembered."""

    note_types: Mapping[tuple[Languages, str], TypeEntry] = {}
    """The present ones."""
    former_types: Mapping[tuple[Languages, str, int], TypeEntry] = {}
    """Those of other families, by id too: their notes are still in Anki."""
    blocks: Mapping[str, bytes] = {}
    """Document → its headings and lines, as in the file. A document whose notes all belong to earlier ones has a heading alone."""
    decks: Mapping[str, str] = {}
    """Document → the deck of its new notes."""
    kinds: Mapping[str, str] = {}
    """First letter → name of a kind of note."""
    salts: tuple[str, ...] = ("",)
    """Names of collections: that of new notes, then those of ledgers that were appended to this one."""

    def identities(self, documents: Iterable[str] | None = None) -> list[Identity]:
        """Return the notes of documents, or all notes, in their order."""
        names = self.blocks if documents is None else documents
        return [identity for name in names for identity in _identities(self.blocks.get(name, b""), self.kinds)]

    def removed(self) -> list[Identity]:
        """Return the notes that earlier builds removed."""
        with_removed = [name for name, block in self.blocks.items() if b"\n-" in block]
        return [identity for identity in self.identities(with_removed) if identity.removed]

    def guids(self) -> set[str]:
        """Return the GUIDs of all notes."""
        return {guid.decode() for block in self.blocks.values() for _, guid in _NOTE.findall(block)}

    def present(self, documents: Collection[str] | None = None) -> int:
        """Return how many notes are not removed, of the given documents or of all."""
        blocks = [block for name, block in self.blocks.items() if documents is None or name in documents]
        return sum(block.count(f"\n{letter}\t".encode()) for block in blocks for letter in self.kinds)


def has_notes(block: bytes) -> bool:
    """Return whether a block has lines of notes, removed ones among them."""
    return _NOTE.search(block) is not None


def digest_of_block(block: bytes) -> bytes:
    """Return a digest by which a block is known again."""
    return sha256(block).digest()


def encoded(ledger: Ledger) -> bytes:
    """Return a ledger as it stands in its file."""
    lines = [_HEAD, *(_checked(f"{_SALT}{_escaped(salt)}") for salt in ledger.salts if ledger.salts != ("",))]
    lines += [_type_line("note-type", *place, known) for place, known in sorted(ledger.note_types.items())]
    lines += [_type_line("former-type", pair, kind, known) for (pair, kind, _), known in sorted(ledger.former_types.items())]
    blocks = [block for _, block in sorted(ledger.blocks.items())]
    return b"".join(["".join(lines).encode("utf-8", "surrogateescape"), *blocks, f"\n{_END}\n".encode()])


def _type_line(name: str, pair: Languages, kind: str, known: TypeEntry) -> str:
    cells = (name, " ".join(pair), kind, str(known.id), str(known.modified), known.digest, known.schema)
    return _checked("\t".join((*cells, "".join(known.fields), "".join(known.templates))))


def block_of(identities: Iterable[Identity], main_deck: str) -> bytes:
    """Return the block of a document, out of its notes grouped by languages and deck; `main_deck` is that of its new notes."""
    lines: list[str] = []
    for place, group in groupby(identities, place_of):
        if not lines and place.deck != main_deck:  # the first heading of a document names the deck of its new notes
            lines.append(_heading_line(place._replace(deck=main_deck)))
        lines.append(_heading_line(place))
        lines += [_checked(_line(identity)) for identity in group]
    return "".join(lines).encode("utf-8", "surrogateescape")


def heading(place: Place) -> bytes:
    """Return the block of a document without notes of its own."""
    return _heading_line(place).encode("utf-8", "surrogateescape")


def _heading_line(place: Place) -> str:
    return f"\n[{_escaped(place.document)}]\t{' '.join(place.languages)}\t{_escaped(place.deck)}\n"


def _line(note: Identity) -> str:
    """Return the line of a note, without its check."""
    sign = "-" if note.removed else ""
    key = "=" if note.key == note.guid else note.key
    shown = _escaped(note.location), _escaped(note.text)
    kind = f"{sign}{note.kind[0]}@{note.type_id}" if note.type_id else sign + note.kind[0]
    cells = (kind, note.guid, key, str(note.modified), note.content, note.fields, note.cards, *shown, note.sketch)
    return "\t".join(cells)


def _checked(line: str) -> str:
    """Return a line with its check."""
    return f"{line}\t{_check(line.encode('utf-8', 'surrogateescape'))}\n"


def _check(line: bytes) -> str:
    return PAIRS[crc32(line) & 4095]


def _identities(block: bytes, kinds: Mapping[str, str]) -> Iterator[Identity]:
    """Yield the notes of a block whose lines are sound."""
    place = Place("", ("", ""), "")
    for line in block.decode("utf-8", "surrogateescape").split("\n"):
        if line.startswith("["):
            place = _heading(line)
        elif line:
            yield _identity(line.split("\t"), place, kinds)


def _identity(cells: list[str], place: Place, kinds: Mapping[str, str]) -> Identity:
    sign, guid, key, *_ = cells
    sign, _, type_id = sign.partition("@")
    return Identity(
        kind=kinds[sign[-1]],
        guid=guid,
        key=guid if key == "=" else key,
        modified=int(cells[3]),
        content=cells[4],
        fields=cells[5],
        cards=cells[6],
        location=_unescaped(cells[7]),
        text=_unescaped(cells[8]),
        sketch=cells[9],
        document=place.document,
        languages=place.languages,
        deck=place.deck,
        removed=sign[0] == "-",
        type_id=int(type_id or 0),
    )


class _DamagedLine(ValueError):
    """A line that cannot be read; its text is the reason."""


class _Section(NamedTuple):
    """A heading with the lines below it."""

    document: str
    text: bytes
    """As in the file, from the line break before the heading."""
    number: int
    """Line of the heading, from 1."""


def parse(
    data: bytes, path: str, kinds: Iterable[str], is_trusted: Callable[[str, bytes], bool] = lambda document, block: False
) -> tuple[Ledger | None, list[Diagnostic]]:
    """Return the ledger, or None with the reasons why it cannot be trusted; `path` is how it is called in them.

    `kinds` are the names of all kinds of notes. `is_trusted` knows the blocks that need not be checked.
    """
    data = data.removeprefix(BOM_UTF8)
    if b"\r\n" in data:
        data = data.replace(b"\r\n", b"\n")
    letters = {kind[0]: kind for kind in kinds}
    starts = [found.start() for found in _HEADING.finditer(data)]
    head = data[: starts[0]] if starts else data
    problem = _wrong_head(_decoded(head.partition(b"\n")[0]), path)
    if problem is not None:
        return None, [_conflict(data, path) or problem]
    reader = _Reader(path, letters)
    number = reader.read_others(head.split(b"\n"), 1)
    sections = []
    for start, end in pairwise([*starts, len(data)]):
        text = data[start:end]
        if end == len(data):
            text = text.removesuffix(f"\n{_END}\n".encode())
        sections.append(_Section(reader.read_heading(text, number), text if text.endswith(b"\n") else text + b"\n", number))
        number += text.count(b"\n")
    of_document: dict[str, list[_Section]] = {}
    for section in sections:
        of_document.setdefault(section.document, []).append(section)
    blocks = {document: b"".join([section.text for section in own]) for document, own in of_document.items()}
    doubted = [document for document, block in blocks.items() if not is_trusted(document, block)]
    for document in doubted:
        blocks[document] = b"".join([reader.read_section(section) for section in of_document[document]])
    if not _is_ended(data):
        reader.problems.append(
            Diagnostic(
                LEDGER_DAMAGED, Span(path, data.count(b"\n") + 1), Message("the end of the file is missing"), LEDGER_DAMAGED.cure
            )
        )
    if reader.problems:
        return None, [conflict] if (conflict := _conflict(data, path)) else reader.few_problems()
    decks = {document: deck for document, deck in reader.decks.items() if _NOTE.search(blocks[document])}
    ledger = Ledger(reader.types, reader.former_types, blocks, decks, letters, tuple(dict.fromkeys(reader.salts)) or ("",))
    return _merged(ledger, sections, path) if doubted else (ledger, [])


def _is_ended(data: bytes) -> bool:
    """Return whether the end of a ledger is there, also of one that was appended to another one."""
    return (data + b"\n").rfind(f"\n{_END}\n".encode()) > data.rfind(f"\n{_NAME} ".encode())


def _newer(first: TypeEntry, second: TypeEntry | None) -> TypeEntry:
    """Return one of two lines of a note type, whichever was read first."""
    return first if second is None else max(first, second, key=lambda entry: (entry.modified, entry))


class _Reader:
    """Reads lines one by one and collects what is wrong with them."""

    def __init__(self, path: str, kinds: Mapping[str, str]) -> None:
        self.path, self.kinds = path, kinds
        self.problems: list[Diagnostic] = []
        self.types: dict[tuple[Languages, str], TypeEntry] = {}
        self.former_types: dict[tuple[Languages, str, int], TypeEntry] = {}
        self.decks: dict[str, str] = {}
        self.salts: list[str] = []

    def read_others(self, lines: Iterable[bytes], number: int) -> int:
        """Read lines before the first heading; return the number of the line after them."""
        for line in lines:
            if not self._read_other(line, number):
                self._report(
                    number, line, _UNREADABLE if line.count(b"\t") != _COLUMNS - 1 else Message("a note before the first heading")
                )
            number += 1
        return number

    def read_heading(self, text: bytes, number: int) -> str:
        """Return the document of a section."""
        line = _decoded(text[1:].partition(b"\n")[0])
        try:
            place = _heading(line)
        except _DamagedLine as error:
            self._report(number, line.encode("utf-8", "surrogateescape"), str(error))
            return ""
        self.decks.setdefault(place.document, place.deck)
        return place.document

    def read_section(self, section: _Section) -> bytes:
        """Check the lines of a section; return it without the lines that belong to no note."""
        _, heading, *lines = section.text.split(b"\n")
        kept = [b"", heading]
        for number, line in enumerate(lines, section.number + 1):
            if self._read_other(line, number):
                continue
            kept.append(line)
            if problem := self._damage(line):
                self._report(number, line, problem)
        return b"\n".join([*kept, b""])

    def few_problems(self) -> list[Diagnostic]:
        """Return the first problems, the last of which counts the others."""
        problems = sorted(self.problems, key=lambda problem: problem.span.line)
        more = len(problems) - _MOST
        if more > 0:
            problems[_MOST - 1] = problems[_MOST - 1]._replace(
                message=Message("{message} (and {more} more lines)", message=problems[_MOST - 1].message, more=more)
            )
        return problems[:_MOST]

    def _read_other(self, line: bytes, number: int) -> bool:
        """Read a line that belongs to no note; return False for any other one."""
        if line.startswith((b"note-type\t", b"former-type\t", _SALT.encode())):
            try:
                self._read_head(line)
            except ValueError as error:
                self._report(number, line, str(error) if isinstance(error, _DamagedLine) else _UNREADABLE)
        else:
            is_head = line.startswith(f"{_NAME} ".encode())  # another ledger was appended to this one
            return not line or is_head or (line.startswith(b"#") and b"\t" not in line)
        return True

    def _read_head(self, line: bytes) -> None:
        """Read the line of a note type, or that of the collection."""
        cells = _decoded(line).split("\t")
        if cells[-1] != _check(line[:-3]):
            raise _DamagedLine(_UNFIT)
        if line.startswith(_SALT.encode()):
            self.salts.append(_unescaped("\t".join(cells[1:-1])))
            return
        pair, kind, known = self._type(cells)
        if cells[0] == "former-type":
            self.former_types[pair, kind, known.id] = _newer(known, self.former_types.get((pair, kind, known.id)))
        else:
            self.types[pair, kind] = _newer(known, self.types.get((pair, kind)))

    def _type(self, cells: Sequence[str]) -> tuple[Languages, str, TypeEntry]:
        if len(cells) != 10:
            raise _DamagedLine(_UNREADABLE)
        pair, kind = _pair(cells[1]), cells[2]
        if kind not in self.kinds.values():
            raise _DamagedLine(Message("“{name}” is no note type", name=kind))
        known = TypeEntry(int(cells[3]), int(cells[4]), cells[5], cells[6], _twos(cells[7]), _twos(cells[8]))
        return pair, kind, known

    def _damage(self, line: bytes) -> str:
        """Return what is wrong with the line of a note; empty where it is right."""
        cells = _decoded(line).split("\t")
        if cells[-1] != _check(line[:-3]):
            return _UNFIT
        if not _is_text(line):
            return _UNREADABLE
        if len(cells) != _COLUMNS:
            return Message("a line of a note has {number} columns", number=_COLUMNS)
        kind, _, type_id = cells[0].removeprefix("-").partition("@")
        if kind not in self.kinds:
            return Message("“{name}” is no kind of note", name=cells[0])
        return "" if cells[3].isdecimal() and (type_id or "0").isdecimal() else _UNREADABLE

    def _report(self, number: int, line: bytes, reason: str) -> None:
        span = Span(self.path, number, 1, len(_decoded(line)))
        self.problems.append(Diagnostic(LEDGER_DAMAGED, span, reason, LEDGER_DAMAGED.cure))


def _merged(ledger: Ledger, sections: Iterable[_Section], path: str) -> tuple[Ledger, list[Diagnostic]]:
    """Return one line for each GUID: of several, as a merge leaves them, the newest, and rather one that is not removed."""
    if len(ledger.guids()) == sum(len(_NOTE.findall(block)) for block in ledger.blocks.values()):
        return ledger, []
    best: dict[str, tuple[int, Identity]] = {}
    remarks = []
    for section in sections:
        lines = section.text.split(b"\n")
        numbers = [section.number + at for at, line in enumerate(lines[1:]) if _NOTE.match(line)]
        text = b"\n".join([line for line in lines if line[:1] == b"[" or _NOTE.match(line)])
        for number, identity in zip(numbers, _identities(text, ledger.kinds), strict=True):
            if identity.guid not in best:
                best[identity.guid] = number, identity
                continue
            first, other = best[identity.guid]
            message = Message("note {guid} also stands in line {first}; the newer line counts", guid=identity.guid, first=first)
            remarks.append(
                Diagnostic(LEDGER_MERGED, Span(path, number), message, "", ((Span(path, first), Message("the other line")),))
            )
            if precedence(identity) > precedence(other):
                best[identity.guid] = number, identity
    of_document: dict[str, list[Identity]] = {}
    for _, identity in best.values():
        of_document.setdefault(identity.document, []).append(identity)
    others = {name: block for name, block in ledger.blocks.items() if not _NOTE.search(block)}
    blocks = others | {name: block_of(known, ledger.decks[name]) for name, known in of_document.items()}
    decks = {name: deck for name, deck in ledger.decks.items() if name in of_document}
    return ledger._replace(blocks=blocks, decks=decks), remarks


def _conflict(data: bytes, path: str) -> Diagnostic | None:
    """Return where a merge was left unfinished; no such line passes for one of a ledger."""
    for number, line in enumerate(map(_decoded, data.split(b"\n")), 1):
        if line.startswith(_CONFLICT):
            message = Message("“{line}”: an unfinished merge", line=line[:40])
            return Diagnostic(LEDGER_CONFLICT, Span(path, number, 1, len(line)), message, LEDGER_CONFLICT.cure)
    return None


class Former(NamedTuple):
    """The languages that a ledger names for its documents, whatever else is in it."""

    pairs: Mapping[str, Languages] = {}
    """By document."""
    type_ids: Mapping[tuple[Languages, str], int] = {}
    """Ids of note types by pair and kind."""

    def told(self, source: Source) -> Source:
        """Return a source with the languages that its note was built in."""
        return source._replace(former=self.pairs.get(source.name))


_HEADING_LINE = re.compile(rb"\n\[(.+?)\]\t([\w-]+ [\w-]+)\t")
_PRESENT = re.compile(rb"^\w\t", re.MULTILINE)
"""How the line of a note that is not removed begins."""
_TYPE_LINE = re.compile(rb"\nnote-type\t([\w-]+ [\w-]+)\t(\w+)\t(\d+)\t")


def former(data: bytes) -> Former:
    """Return what a ledger says of languages."""
    pairs: dict[str, Languages] = {}
    headings = list(_HEADING_LINE.finditer(data))
    ends = [*(found.start() for found in headings[1:]), len(data)]
    present = [found for found, end in zip(headings, ends, strict=False) if _PRESENT.search(data, found.end(), end)]
    for found in (*present, *headings):  # removed notes may be in another pair
        pairs.setdefault(_unescaped(_decoded(found[1])), _pair(found[2].decode()))
    types = {(_pair(found[1].decode()), found[2].decode()): int(found[3]) for found in _TYPE_LINE.finditer(data)}
    return Former(pairs, types)


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _wrong_head(line: str, path: str) -> Diagnostic | None:
    name, _, version = line.partition(" ")
    if name != _NAME or not version.isdecimal():
        message = (
            Message("it does not begin with “{name} {version}”", name=_NAME, version=VERSION) if line else Message("it is empty")
        )
        return Diagnostic(LEDGER_DAMAGED, Span(path, 1, 1, max(1, len(line))), message, LEDGER_DAMAGED.cure)
    if int(version) > VERSION:
        message = Message("it has version {version}; this program knows version {known}", version=version, known=VERSION)
        return Diagnostic(LEDGER_NEWER, Span(path, 1, 1, len(line)), message, LEDGER_NEWER.cure)
    return None


def _heading(line: str) -> Place:
    parts = line.split("\t")
    if len(parts) != 3 or not parts[0].endswith("]"):
        raise _DamagedLine(Message("a heading holds “[file]”, the two languages and the deck, with tabs between them"))
    if not _is_text("".join(parts[1:]).encode("utf-8", "surrogateescape")):  # only the name of a file may be no Unicode
        raise _DamagedLine(_UNREADABLE)
    return Place(_unescaped(parts[0][1:-1]), _pair(parts[1]), _unescaped(parts[2]))


@lru_cache(16)
def _pair(text: str) -> Languages:
    first, _, second = text.partition(" ")
    return first, second


def _twos(digests: str) -> tuple[str, ...]:
    return tuple(digests[at : at + 2] for at in range(0, len(digests), 2))


_ESCAPES = {"%": "%25", "\t": "%09", "\n": "%0A", "\r": "%0D"}


def _escaped(text: str) -> str:
    if text.isprintable() and "%" not in text:
        return text
    return "".join(_ESCAPES.get(character, character) for character in text)


def _unescaped(text: str) -> str:
    if "%" in text:
        for character, escape in reversed(_ESCAPES.items()):
            text = text.replace(escape, character)
    return text
