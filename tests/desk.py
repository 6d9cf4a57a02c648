"""A folder of notes beside a running Anki, at the command line."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from anki_collection import AnkiCollection
from anki_pushing import WRITING
from anki_server import AnkiServer
from building import MANY_CARDS_FILE
from click.testing import Result
from command import run


class Desk:
    """A folder of notes beside a running Anki."""

    def __init__(self, folder: Path, server: AnkiServer, note: str) -> None:
        self.folder, self.server = folder, server
        self.note = folder / "source" / "ferry.md"
        self.note.parent.mkdir()
        self.note.write_text(note, encoding="utf-8")
        settings = f"collection = 'Notes'\nanki = {{url = '{server.url}'}}\n{MANY_CARDS_FILE}"
        (folder / "anki_builder.toml").write_text(settings, encoding="utf-8")
        self.anki = AnkiCollection(server.collection)

    def run(self, *arguments: str) -> Result:
        return run(*arguments)

    def push(self, *arguments: str, code: int = 0) -> Result:
        """Push, and let some time pass."""
        result = self.run("push", *arguments)
        assert result.exit_code == code, result.output
        self.server.collection.db.execute("update notes set mod = mod - 100")
        return result

    def edit(self, old: str, new: str) -> None:
        text = self.note.read_text(encoding="utf-8")
        assert old in text
        self.note.write_text(text.replace(old, new), encoding="utf-8")

    def found(self, start: str) -> Any:
        """Return the note in Anki whose first field begins so; no cloze."""
        notes = [note for note in self.anki.notes().values() if "{{" not in note.fields[0]]
        return next(note for note in notes if note.fields[0].startswith(start))

    def edit_in_anki(self, start: str, ago: int = 50, **fields: str) -> None:
        """Edit a note in Anki, some seconds ago."""
        note = self.found(start)
        for name, value in fields.items():
            note[name] = value
        self.server.collection.update_note(note)
        self.server.collection.db.execute("update notes set mod = mod - ? where id = ?", ago, note.id)

    def sent(self) -> Sequence[str]:
        """Return the changing actions that came since this was asked last."""
        found = [call for call in self.server.calls if call in WRITING]
        self.server.calls.clear()
        return found


@contextmanager
def at_desk(folder: Path, monkeypatch: pytest.MonkeyPatch, note: str) -> Iterator[Desk]:
    """A learner's folder with one note and with an Anki of its own, in which nothing is yet; it is the working directory."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(folder / "cache"))
    (folder / "anki").mkdir()
    with AnkiServer(folder / "anki" / "collection.anki2") as server:
        yield Desk(folder, server, note)
