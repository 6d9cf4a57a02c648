"""What Anki has: the whole by an export, some notes by their ids.

An export is the only way to many notes: 40,000 take seconds, and it has the GUIDs, the times, the cards and the reviews. It is written by
Anki and read here, so both must see the same folder.
"""

import json
import os
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from shutil import copyfileobj
from typing import Any, NamedTuple

from anki_builder.anki.client import AnkiProblem, Client
from anki_builder.anki.nouns import LINE, AnkiCard, AnkiNote, AnkiType
from anki_builder.message import Message
from anki_builder.note import NoteType


class Wanted(NamedTuple):
    """The notes that are looked for in Anki."""

    note_types: Sequence[NoteType]
    decks: Sequence[str]
    """In which the notes were put."""
    note_ids: Mapping[str, int]
    """Ids of notes in Anki by GUID, as far as they are remembered: also those that were moved elsewhere are found by them."""


class State:
    """What Anki has of the notes. A context manager."""

    def __init__(self) -> None:
        self.types: dict[int, AnkiType] = {}
        """Our note types by id, as far as Anki has them."""
        self._notes: dict[str, AnkiNote] = {}
        self._exports: list[sqlite3.Connection] = []
        self._held = ExitStack()

    def __enter__(self) -> "State":
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._exports:
            connection.close()
        self._held.close()

    def note(self, guid: str) -> AnkiNote | None:
        """Return a note; None if Anki does not have it."""
        found = self._notes.get(guid)
        for export in self._exports:
            row = export.execute("SELECT id, guid, mid, mod, tags, flds FROM notes WHERE guid = ?", (guid,)).fetchone()
            if row is not None:
                note = self._of_row(export, row)
                others = [card for card in found.cards if card not in note.cards] if found is not None else []
                found = note._replace(cards=(*note.cards, *others))
        return found

    @property
    def exports(self) -> int:
        """The number of exports in it."""
        return len(self._exports)

    def guids(self) -> Iterator[str]:
        """Yield the GUIDs of all notes that were read, ours or not; some may come twice."""
        yield from self._notes
        for export in self._exports:
            for (guid,) in export.execute("SELECT guid FROM notes ORDER BY id"):
                yield guid

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query in each export."""
        for export in self._exports:
            yield from export.execute(query)

    def add(self, note: AnkiNote) -> None:
        """Add a note that was read by itself."""
        self._notes[note.guid] = note

    def add_all(self, other: "State") -> None:
        """Add the notes of another state that were read by themselves."""
        self._notes |= other._notes

    def add_export(self, database: Path) -> None:
        """Add the database of an export."""
        connection = sqlite3.connect(database)
        self._exports.append(connection)
        models, decks = connection.execute("SELECT models, decks FROM col").fetchone()
        connection.execute("CREATE TEMP TABLE model (id INTEGER PRIMARY KEY, name TEXT, fields TEXT)")
        connection.execute("CREATE TEMP TABLE deck (id INTEGER PRIMARY KEY, name TEXT)")
        for model in json.loads(models).values():
            fields = LINE.join(field["name"] for field in model["flds"])
            number = int(model["id"])
            connection.execute("INSERT INTO model VALUES (?, ?, ?)", (number, model["name"], fields))
            if number in self.types:
                self.types[number] = self.types[number]._replace(modified=model["mod"])
        for deck in json.loads(decks).values():
            connection.execute("INSERT INTO deck VALUES (?, ?)", (int(deck["id"]), deck["name"]))
        connection.execute("CREATE INDEX by_guid ON notes (guid)")

    def _of_row(self, export: sqlite3.Connection, row: tuple[int, str, int, int, str, str]) -> AnkiNote:
        note_id, guid, type_id = row[:3]
        name, fields = export.execute("SELECT name, fields FROM model WHERE id = ?", (type_id,)).fetchone()
        cards = export.execute(
            "SELECT cards.id, deck.name FROM cards JOIN deck ON deck.id = (CASE odid WHEN 0 THEN did ELSE odid END)"
            " WHERE nid = ? ORDER BY ord",
            (note_id,),
        )
        return AnkiNote(
            id=note_id,
            guid=guid,
            type_id=type_id,
            type_name=name,
            fields=dict(zip(fields.split(LINE), row[5].split(LINE), strict=False)),
            tags=tuple(row[4].split()),
            cards=tuple(AnkiCard(*card) for card in cards),
            modified=row[3],
        )


def read_all(client: Client, wanted: Wanted, folder: Path) -> State:
    """Return all that Anki has of the notes; `folder` is one that Anki sees as well. Raises `AnkiProblem`."""
    state = State()
    try:
        state.types = read_types(client, wanted.note_types)
        roots = _roots(wanted.decks)
        for root in roots:
            _export(client, state, root, folder)
        for deck in _elsewhere(client, state, wanted, roots):
            _export(client, state, deck, folder)
    except BaseException:
        state.__exit__()
        raise
    return state


def read_some(client: Client, wanted: Wanted, found: Sequence[int] = ()) -> State:
    """Return the notes whose ids are given, as far as Anki has them; those `found` otherwise are known by their keys.

    Raises `AnkiProblem`.
    """
    state = State()
    state.types = read_types(client, wanted.note_types)
    guids = {note_id: guid for guid, note_id in wanted.note_ids.items()}
    asked = list(dict.fromkeys([*guids, *found]))
    if not asked:
        return state
    names = client.call("modelNamesAndIds")
    infos = [info for info in client.call_long("notesInfo", notes=asked) if info]
    cards = [card for info in infos for card in info["cards"]]
    decks = client.call_long("getDecks", cards=cards) if cards else {}
    deck_of = {card: deck for deck, own in decks.items() for card in own}
    keys = {note_type.id: note_type.kind.key for note_type in wanted.note_types}
    times = _times(client, infos)
    for info in infos:
        note_id, type_id = info["noteId"], names.get(info["modelName"], 0)
        fields = {name: field["value"] for name, field in info["fields"].items()}
        guid = guids.get(note_id) or fields.get(keys.get(type_id, ""), "")
        own = tuple(AnkiCard(card, deck_of[card]) for card in info["cards"] if card in deck_of)
        modified = times.get(note_id, 0)
        state.add(AnkiNote(note_id, guid, type_id, info["modelName"], fields, tuple(info["tags"]), own, modified))
    return state


def _times(client: Client, infos: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Return the times of notes by id, as far as this version of the add-on gives them."""
    answers: Sequence[Mapping[str, Any]] = infos
    if any("mod" not in info for info in infos) and client.knows("notesModTime"):
        answers = client.call_long("notesModTime", notes=[info["noteId"] for info in infos])
    return {answer["noteId"]: answer["mod"] for answer in answers if "mod" in answer}


def read_types(client: Client, note_types: Iterable[NoteType]) -> dict[int, AnkiType]:
    """Return our note types by id, as far as Anki has them, whatever they are called there."""
    names = {type_id: name for name, type_id in client.call("modelNamesAndIds").items()}
    present = [note_type.id for note_type in note_types if note_type.id in names]
    actions = ("modelFieldNames", "modelTemplates", "modelStyling")
    answers = iter(client.many([(action, {"modelName": names[type_id]}) for type_id in present for action in actions]))
    found = {}
    for type_id in present:
        fields, templates, styling = next(answers), next(answers), next(answers)
        sides = {name: (card["Front"], card["Back"]) for name, card in templates.items()}
        found[type_id] = AnkiType(type_id, names[type_id], tuple(fields), sides, styling["css"])
    return found


def note_ids(client: Client, note_types: Iterable[NoteType]) -> set[int]:
    """Return the ids of all notes of our note types."""
    query = _of_types(note_types)
    return set(client.call_long("findNotes", query=query)) if query else set()


def find_by_keys(client: Client, note_types: Sequence[NoteType], guids: Sequence[str]) -> list[int]:
    """Return the ids of the notes that have one of these GUIDs as their key."""
    query = _of_types(note_types)
    names = {note_type.kind.key for note_type in note_types}
    keys = " or ".join(f'"{name}:{guid}"' for name in sorted(names) for guid in guids)
    return list(client.call_long("findNotes", query=f"({query}) ({keys})")) if query else []


def _of_types(note_types: Iterable[NoteType]) -> str:
    return " or ".join(f"mid:{note_type.id}" for note_type in note_types)


def _roots(decks: Iterable[str]) -> list[str]:
    """Return the lowest decks that hold all of these, one for each top-level deck."""
    roots: dict[str, list[str]] = {}
    for deck in decks:
        parts = deck.split("::")
        known = roots.setdefault(parts[0].casefold(), parts)
        same = 0
        while same < min(len(known), len(parts)) and known[same].casefold() == parts[same].casefold():
            same += 1
        roots[parts[0].casefold()] = known[:same]
    return ["::".join(parts) for parts in roots.values()]


def _elsewhere(client: Client, state: State, wanted: Wanted, roots: Sequence[str]) -> list[str]:
    """Return the decks outside `roots` that have cards of the notes: they were moved there, or their note type was changed."""
    cards: list[int] = []
    if query := _of_types(note_type for note_type in wanted.note_types if note_type.id in state.types):
        outside = "".join(f' -deck:"{_escaped(root)}"' for root in roots)
        cards += client.call_long("findCards", query=f"({query}){outside}")
    found = {row[0] for row in state.rows("SELECT id FROM notes")}
    if missing := [note_id for note_id in wanted.note_ids.values() if note_id not in found]:
        cards += [card for info in client.call_long("notesInfo", notes=missing) if info for card in info["cards"]]
    decks = client.call_long("getDecks", cards=list(dict.fromkeys(cards))) if cards else {}
    return _roots_of_each(decks)


def _roots_of_each(decks: Iterable[str]) -> list[str]:
    """Return decks without those that lie in another one of them."""
    names = sorted(decks, key=str.casefold)
    return [name for name in names if not any(name.casefold().startswith(f"{other.casefold()}::") for other in names)]


def _escaped(deck: str) -> str:
    for special in ("\\", '"', "*", "_", ":"):
        deck = deck.replace(special, f"\\{special}")
    return deck.replace("\\:\\:", "::")


def _export(client: Client, state: State, deck: str, folder: Path) -> None:
    """Let Anki export a deck, and add it to a state; a deck that Anki does not have holds nothing."""
    package = folder / f".from-anki-{state.exports}.{os.getpid()}.apkg"
    database = package.with_suffix(".sqlite")
    state._held.callback(database.unlink, missing_ok=True)
    try:
        try:
            there = client.call_long("exportPackage", deck=deck, path=str(package.resolve()), includeSched=True)
        except AnkiProblem as problem:
            raise unseen(package, problem) if "o such file" in str(problem) or "denied" in str(problem) else problem from None
        if not there:
            return
        if not package.is_file():
            raise unseen(package)
        with zipfile.ZipFile(package) as archive:
            name = next(name for name in ("collection.anki21", "collection.anki2") if name in archive.namelist())
            with archive.open(name) as source, database.open("wb") as target:
                copyfileobj(source, target, 1 << 20)
        state.add_export(database)
    except (zipfile.BadZipFile, StopIteration, sqlite3.Error) as error:
        raise AnkiProblem(
            Message("what Anki exported to {package} cannot be read: {error}; update Anki", package=package, error=error)
        ) from None
    finally:
        package.unlink(missing_ok=True)


def unseen(path: Path, problem: object = "") -> AnkiProblem:
    """Return the problem of an Anki that sees other files than this program."""
    return AnkiProblem(
        Message(
            "Anki cannot use the file {path}{reason}: it runs in a container, as another user or on the other "
            "side of WSL; run anki-builder where Anki runs, or set `output` to a folder that both see",
            path=path,
            reason=f" ({problem})" if problem else "",
        )
    )
