"""Months of a learner's life (`tests/cases/months.md`), from the command line into the real Anki, with reviews and edits before each step."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from building import MANY_CARDS_FILE, rows_of_package
from test_ledger_files import run

pytest.importorskip("anki", reason="the real Anki (pip install anki) is the judge here")

from anki_collection import AnkiCollection, opened

from anki_builder.cli.files import LEDGER
from anki_builder.notes.kinds import KINDS

_BEFORE, _, _AFTER = (Path(__file__).parent / "cases" / "months.md").read_text(encoding="utf-8").partition("\n# Months\n")
BASE = dict(re.findall(r"^## (\S+\.md)\n\n```markdown\n(.*?)```", _BEFORE, re.S | re.M))
MONTHS = re.findall(r"^## ([^\n]+)\n\n```steps\n(.*?)^```", _AFTER, re.S | re.M)
OWN = {
    "sentence": ("Text", "Translation"),
    "vocabulary": ("Term", "Gloss", "Definition", "Phonetics", "Context", "ContextTranslation", "Note"),
    "cloze": ("Text", "Translation", "Terms"),
}
"""What is a note's own, by the documentation: all else comes with its next change."""
NAMES = {kind.name: [field.name for field in kind.fields] for kind in KINDS}
GIT = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")


class Packed(NamedTuple):
    """A note of a package."""

    key: tuple[int, str]
    """Its note type and what its text says."""
    own: tuple[str, ...]
    cards: frozenset[int]


def packed(package: Path) -> dict[str, Packed]:
    """Return the notes of a package by GUID."""
    cards: dict[str, set[int]] = {}
    for guid, ord_ in rows_of_package(package, "select n.guid, c.ord from notes n join cards c on c.nid = n.id"):
        cards.setdefault(guid, set()).add(ord_)
    notes = {}
    rows = rows_of_package(package, "select guid, mid, flds from notes")
    assert len({guid for guid, *_ in rows}) == len(rows), "a GUID twice"
    for guid, mid, flds in rows:
        values = flds.split("\x1f")
        kind = next(name for name, fields in NAMES.items() if len(fields) == len(values))
        fields = dict(zip(NAMES[kind], values, strict=True))
        text = " ".join(re.sub(r"<[^>]*>", "", values[0]).casefold().split())
        text += "\n" + " ".join(re.sub(r"<[^>]*>", "", fields.get("Answer", "")).split()) * (kind == "cloze")
        notes[guid] = Packed((mid, text), tuple(fields[name] for name in OWN[kind]), frozenset(cards[guid]))
    return notes


class Life:
    """A learner with notes on the disk, and with Anki."""

    def __init__(self, home: Path, anki: AnkiCollection) -> None:
        self.home, self.anki = home, anki
        self.notes, self.clock, self.count = home / "notes", 1_800_000_000, 0
        self.saved: dict[str, Path] = {}
        self.clips: dict[str, str] = {}
        self.imported: dict[str, Packed] = {}
        """By GUID, as it was imported last."""
        self.firsts: dict[str, str] = {}
        """First text under which Anki knows a note → GUID: of the steps before."""
        self.guids: dict[tuple[int, str], list[str]] = {}
        """All GUIDs that a text ever had."""
        self.ledger_lost = False
        self.package = home / "a.apkg"

    def path(self, name: str) -> Path:
        return self.notes / name

    def step(self, line: str) -> None:
        """Carry out one step."""
        verb, _, rest = line.partition(" ")
        do: Callable[[str], None] = getattr(self, "_" + verb.replace("-", "_"))
        do(rest.replace("\\n", "\n"))

    # files

    def _move(self, rest: str) -> None:
        old, new = map(self.path, rest.split(" → "))
        new.parent.mkdir(parents=True, exist_ok=True)
        old.rename(new)

    def _copy(self, rest: str) -> None:
        old, new = map(self.path, rest.split(" → "))
        shutil.copy(old, new)

    def _delete(self, rest: str) -> None:
        self.path(rest).unlink()

    def _write(self, rest: str) -> None:
        name, _, text = rest.partition(": ")
        path = self.path(name.removesuffix(":"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n" * bool(text), encoding="utf-8")

    _new = _write

    def _replace(self, rest: str) -> None:
        name, _, change = rest.partition(": ")
        old, new = re.split(r" →(?: |$)", change, maxsplit=1)
        text = self.path(name).read_text(encoding="utf-8")
        assert old in text, old
        self.path(name).write_text(text.replace(old, new), encoding="utf-8")

    def _crlf(self, rest: str) -> None:
        self.path(rest).write_bytes(self.path(rest).read_bytes().replace(b"\n", b"\r\n"))

    def _cut(self, rest: str) -> None:
        place, name = rest.split(" → ")
        self.clips[name] = self._end_of(place)

    def _paste(self, rest: str) -> None:
        clip, name = rest.split(" → ")
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(before.rstrip("\n") + "\n\n" * bool(before) + self.clips[clip], encoding="utf-8")

    def _split(self, rest: str) -> None:
        place, new = rest.split(" → ")
        name, _, head = new.partition(": ")
        self._write(f"{name.removesuffix(':')}: {head}{self._end_of(place)}")

    def _end_of(self, place: str) -> str:
        """Take the end of a file away; nothing but white space and labels left at its end is no harm."""
        name, start = place.split(" at ")
        text = self.path(name).read_text(encoding="utf-8")
        at = text.index(start)
        self.path(name).write_text(text[:at].rstrip("\n") + "\n" if text[:at].strip() else "", encoding="utf-8")
        if not text[:at].strip():
            self.path(name).unlink()
        return text[at:]

    def _append(self, rest: str) -> None:
        old, new = map(self.path, rest.split(" → "))
        new.write_text(new.read_text(encoding="utf-8") + "\n" + old.read_text(encoding="utf-8"), encoding="utf-8")

    # settings, revisions, copies

    def _settings(self) -> tuple[Path, list[str]]:
        path = self.notes / "anki_builder.toml"
        return path, path.read_text(encoding="utf-8").splitlines()

    def _set(self, rest: str) -> None:
        self._unset(rest.partition(" ")[0])
        path, lines = self._settings()
        path.write_text("\n".join([*lines, rest]) + "\n", encoding="utf-8")

    def _unset(self, key: str) -> None:
        path, lines = self._settings()
        path.write_text("\n".join(line for line in lines if not line.startswith(f"{key} =")) + "\n", encoding="utf-8")

    def _save(self, name: str) -> None:
        self.saved[name] = self.home / f"saved {name}"
        shutil.copytree(self.notes, self.saved[name], ignore=shutil.ignore_patterns(LEDGER))

    def _restore(self, name: str) -> None:
        ledger = (self.notes / LEDGER).read_bytes()
        shutil.rmtree(self.notes)
        shutil.copytree(self.saved[name], self.notes)
        (self.notes / LEDGER).write_bytes(ledger)

    def _save_ledger(self, name: str) -> None:
        self.saved[name] = self.home / f"saved {name}.lock"
        shutil.copy(self.notes / LEDGER, self.saved[name])

    def _restore_ledger(self, name: str) -> None:
        shutil.copy(self.saved[name], self.notes / LEDGER)

    def _lose(self, rest: str) -> None:
        (self.notes / LEDGER).unlink()

    def _copy_project(self, rest: str) -> None:
        shutil.copytree(self.notes, self.home / rest.removeprefix("→ "))

    def _move_project(self, rest: str) -> None:
        new = self.home / rest.removeprefix("→ ")
        self.notes.rename(new)
        self.notes = new

    def _project(self, name: str) -> None:
        self.notes = self.home / name

    def _git(self, rest: str) -> None:
        def git(*arguments: str) -> None:
            done = subprocess.run([*GIT, *arguments], cwd=self.notes, check=False, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr

        match rest.split():
            case ["commit"]:
                git("init", "-q", "-b", "main")
                git("add", "-A")
                git("commit", "-qm", "x", "--allow-empty")
            case ["union"]:
                (self.notes / ".gitattributes").write_text(f"{LEDGER} merge=union\n")
            case ["branch", name]:
                git("branch", name)
            case ["switch", name]:
                git("checkout", "-q", name)
            case ["checkout", revision]:
                git("checkout", "-q", revision, "--", ".")
            case ["merge", name]:
                git("merge", "-q", "--no-edit", name)
            case _:
                raise ValueError(rest)

    # Anki

    def _anki(self, rest: str) -> None:
        collection = self.anki.collection
        match rest.split():
            case ["edit"]:
                self._edit_in_anki()
            case ["suspend"]:
                collection.sched.suspend_cards(collection.find_cards(""))
            case ["move-cards"]:
                collection.set_deck(collection.find_cards(""), collection.decks.id("Elsewhere"))
            case ["delete", text]:
                collection.remove_notes(collection.find_notes(text))
                self.imported = {guid: note for guid, note in self.imported.items() if guid in self.anki.notes()}
            case _:
                raise ValueError(rest)

    def _edit_in_anki(self) -> None:
        """Write a remark and a tag onto every note, later than the last build and before the next one."""
        self.count += 1
        notes = list(self.anki.notes().values())
        for note in notes:
            note["Note"] += f" remark {self.count}"
            note.tags.append(f"mine{self.count}")
        self.anki.collection.update_notes(notes, skip_undo_entry=True)
        self.anki.collection.db.execute("update notes set mod = ?", self.clock + 50)

    # build and import

    def _built(self, rest: str) -> tuple[int, str]:
        self.clock += 100
        options = [word for word in rest.split() if word.startswith("--")]
        part = [self.notes / word for word in rest.split() if not word.startswith("--")]
        self.package = self.home / (f"part {len(list(self.home.iterdir()))}.apkg" if part else "a.apkg")
        result = run("build", *(part or [self.notes]), "-o", self.package, "-j", "1", *options)
        return result.exit_code, result.output

    def _refused(self, rest: str) -> None:
        before = (self.notes / LEDGER).read_bytes()
        code, output = self._built(rest.removeprefix("build").strip())
        assert code == 1, output
        assert (self.notes / LEDGER).read_bytes() == before

    def _build(self, rest: str) -> None:
        if rest != "only":
            self.anki.review()
            self._edit_in_anki()
        code, output = self._built(rest.removeprefix("only"))
        assert code == 0, output
        if rest != "only":
            self._import("")

    def _rebuild(self, rest: str) -> None:
        """Build without a ledger: what was edited in Anki is overwritten, and reviews stay."""
        self.ledger_lost = True
        self._build(rest)
        self.ledger_lost = False

    def _import(self, rest: str) -> None:
        notes, before, history = packed(self.package), self._contents(), self.anki.history()
        counts = self.anki.add(self.package)
        assert counts.conflicting == 0
        after = self._contents()
        assert {card: there for card, there in self.anki.history().items() if card in history} == history, "reviews are lost"
        assert notes.keys() <= after.keys()
        for guid, note in notes.items():
            former = [known for known in self.guids.get(note.key, ()) if known not in notes or known == guid]
            assert not former or guid in former, f"{note.key} is another note than before"
        for guid, content in before.items():
            present, last = notes.get(guid), self.imported.get(guid)
            same = present is None or (last is not None and present.own == last.own and present.cards <= last.cards)
            if same and not self.ledger_lost:
                assert after[guid] == content, f"what was edited in Anki is lost: {last} → {present}"
        assert self.anki.add(self.package).updated == 0
        for guid, note in notes.items():
            self.imported[guid] = note
            known = self.guids.setdefault(note.key, [])
            if guid not in known:
                known.append(guid)

    def _contents(self) -> dict[str, tuple[str, str]]:
        return {guid: (fields, tags) for guid, fields, tags in self.anki.collection.db.all("select guid, flds, tags from notes")}

    def _same(self, rest: str) -> None:
        old, new = (" ".join(text.casefold().split()) for text in rest.split(" → "))
        notes = packed(self.package)
        now = {guid for guid, note in notes.items() if note.key[1].startswith(new) and not note.key[1].partition("\n")[2]}
        ever = {guid for key, guids in self.guids.items() if key[1].startswith(old) for guid in guids}
        assert now and now <= ever, f"“{new}” is not the note of “{old}”"


@pytest.fixture
def life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Path) -> Iterator[Life]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    (tmp_path / "notes").mkdir()
    for name, text in BASE.items():
        path = tmp_path / "notes" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "notes" / "anki_builder.toml").write_text(MANY_CARDS_FILE, encoding="utf-8")
    shutil.copy(start, tmp_path / "collection.anki2")
    learner = AnkiCollection(opened(tmp_path / "collection.anki2"))
    life = Life(tmp_path, learner)
    monkeypatch.setattr("anki_builder.cli.stages.time.time", lambda: life.clock)
    monkeypatch.setattr("anki_builder.cli.building.wait_for", lambda moment: None)
    try:
        life.step("build")
        yield life
    finally:
        learner.collection.close()


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty collection."""
    path = tmp_path_factory.mktemp("start") / "collection.anki2"
    opened(path).close()
    return path


@pytest.mark.parametrize(("title", "steps"), MONTHS, ids=[title.replace(" ", "-") for title, _ in MONTHS])
def test_no_review_and_no_edit_is_lost(life: Life, title: str, steps: str) -> None:
    for line in steps.splitlines():
        life.step(line)
