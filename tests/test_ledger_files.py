"""Package and ledger on disk: whole and in step whatever happens, and the commands that work on them."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType
from zipfile import ZipFile
from zlib import crc32

import pytest
from building import MANY_CARDS_FILE, PAIR, TYPES, Build, Made, build, make_note, read_ledger
from click.testing import CliRunner, Result

import anki_builder.cli.stages
from anki_builder.cli import cli
from anki_builder.cli.files import LEDGER, Busy, Changed, ledger_digest, locked, publish, recover, wait_for, write
from anki_builder.ledger.trace import PAIRS
from anki_builder.note import NoteTypes

NOTE = """# The ladder

原文：

A ladder leaned against the wall for years. Nobody remembered who had put it there. Children dared each other to climb it.

一架梯子靠在墙上好多年了。没有人记得是谁把它放在那里的。孩子们互相激对方去爬它。

学习：

ladder：梯子

dare：激（某人做某事）；敢

原文：

One morning the ladder was gone, and only two dents in the grass were left.

一天早上梯子不见了，草地上只剩下两个凹痕。

学习：

dents：凹痕
"""
SECOND = """# The well

原文：

The well behind the school was older than the school. Its water tasted of iron and leaves.

学校后面的井比学校还要老。井水有铁和树叶的味道。

学习：

iron：铁
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], prog_name="anki-builder")


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of two notes, built into `build/deck.apkg` below the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "notes"
    folder.mkdir()
    (tmp_path / "anki_builder.toml").write_text(MANY_CARDS_FILE, encoding="utf-8")
    (folder / "ladder.md").write_text(NOTE, encoding="utf-8")
    (folder / "well.md").write_text(SECOND, encoding="utf-8")
    result = run("build", folder, "-o", "build/deck.apkg")
    assert result.exit_code == 0, result.output
    return folder


def edit(folder: Path, old: str, new: str, name: str = "ladder.md") -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def plan(folder: Path, *more: str) -> dict[str, object]:
    result = CliRunner().invoke(cli, ["plan", str(folder), "-o", "build/deck.apkg", "--json", *more])
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


# plan


def test_plan_says_what_build_and_import_will_do(notes: Path) -> None:
    assert (plan(notes)["new"], plan(notes)["unchanged"]) == (0, 14)
    edit(notes, "leaned against", "leant against")
    edit(notes, "\ndents：凹痕\n", "")
    before = sorted(notes.rglob("*")), (notes / LEDGER).read_bytes()
    found = plan(notes)
    assert (found["new"], found["changed"], found["removed"], found["returned"], found["moved"]) == (0, 3, 2, 0, 0)
    assert (sorted(notes.rglob("*")), (notes / LEDGER).read_bytes()) == before, "plan writes nothing"
    removed = [note for note in found["notes"] if note["status"] == "removed"]  # type: ignore[attr-defined]
    assert {note["text"] for note in removed} == {"dents"}
    assert found["search"] == " or ".join(f"Key:{note['guid']}" for note in removed)
    assert found["files"][0]["path"].endswith("ladder.md")  # type: ignore[index]
    text = run("plan", notes, "-o", "build/deck.apkg")
    assert text.exit_code == 0
    assert "0 new, 3 changed, 9 unchanged, 2 removed" in text.output
    assert "A ladder leant against the wall" in text.output
    assert str(found["search"]) in text.output
    built = run("build", notes, "-o", "build/deck.apkg")
    assert "0 new, 3 changed, 9 unchanged, 2 removed" in built.output
    assert str(found["search"]) in built.output
    assert plan(notes)["unchanged"] == 12
    assert str(found["search"]) in run("plan", notes, "--removed").output


def test_plan_names_the_fields_that_change(notes: Path) -> None:
    edit(notes, "iron：铁", "iron：铁；熨斗", "well.md")
    found = plan(notes)["notes"]
    fields = {note["note_type"]: note["fields"] for note in found}  # type: ignore[attr-defined]
    assert fields == {"vocabulary": ["Gloss"], "cloze": ["Terms"]}


# The guard


def test_a_build_that_would_remove_much_stops_and_leaves_all_as_it_was(notes: Path) -> None:
    (notes / "well.md").unlink()
    package, ledger = Path("build/deck.apkg").read_bytes(), (notes / LEDGER).read_bytes()
    refused = run("build", notes, "-o", "build/deck.apkg")
    assert refused.exit_code == 1
    assert "many-removed" in refused.output and "--force" in refused.output
    assert (Path("build/deck.apkg").read_bytes(), (notes / LEDGER).read_bytes()) == (package, ledger)
    assert run("plan", notes, "-o", "build/deck.apkg").exit_code == 1
    assert run("build", notes, "-o", "build/deck.apkg", "--force").exit_code == 0
    (notes / "well.md").write_text(SECOND, encoding="utf-8")
    assert plan(notes)["returned"] == 4


def test_a_file_that_cannot_be_read_stops_the_build(notes: Path) -> None:
    many = "".join(f"原文：\n\nA sentence with the number {n} in it.\n\n含有数字{n}的句子。\n\n" for n in range(80))
    (notes / "many.md").write_text(f"# Many\n\n{many}", encoding="utf-8")
    assert run("build", notes, "-o", "build/deck.apkg").exit_code == 0
    package = Path("build/deck.apkg").read_bytes()
    (notes / "well.md").write_bytes(SECOND.encode("gb18030"))
    refused = run("build", notes, "-o", "build/deck.apkg")
    assert refused.exit_code == 1
    assert "not-text" in refused.output and "file-without-notes" in refused.output
    assert Path("build/deck.apkg").read_bytes() == package
    (notes / "well.md").unlink()
    assert run("build", notes, "-o", "build/deck.apkg").exit_code == 0


def test_two_builds_within_a_second_date_nothing_into_the_future(notes: Path) -> None:
    for word in ("rust", "tin", "moss"):
        edit(notes, "iron and leaves", f"{word} and leaves", "well.md")
        assert run("build", notes, "-o", "build/deck.apkg").exit_code == 0
        edit(notes, f"{word} and leaves", "iron and leaves", "well.md")
        lines = (notes / LEDGER).read_text(encoding="utf-8").split("\n")
        assert max(int(line.split("\t")[3]) for line in lines if line[:2] == "s\t") <= time.time()


# A ledger that cannot be trusted


def with_location(text: str, location: str) -> str:
    """Return a ledger with another location in the line of its first sentence, and the check of that."""
    line = next(line for line in text.split("\n") if line.startswith("s\t"))
    cells = line.split("\t")[:-1]
    cells[7] = location
    changed = "\t".join(cells)
    return text.replace(line, f"{changed}\t{PAIRS[crc32(changed.encode('utf-8', 'surrogateescape')) & 4095]}")


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lambda text: text[: len(text) // 2], "ledger-damaged"),
        (lambda text: text.replace("lock 1", "lock 7", 1), "ledger-newer"),
        (lambda text: text.replace("\ns\t", "\n<<<<<<< HEAD\ns\t", 1), "ledger-conflict"),
        (lambda text: text.replace("ladder", "l\udcffadder"), "ledger-damaged"),
        (lambda text: "", "ledger-damaged"),
        (lambda text: text.replace("]\ten zh\t", "]\ten zh\t\udcff", 1), "ledger-damaged"),
        (lambda text: text.replace("]\ten zh\t", "]\ten z\udcff\t", 1), "ledger-damaged"),
        (lambda text: with_location(text, "¶1\udcff"), "ledger-damaged"),
    ],
)
def test_a_spoilt_ledger_is_reported_and_never_overwritten(notes: Path, spoil: Callable[[str], str], rule: str) -> None:
    ledger, package = notes / LEDGER, Path("build/deck.apkg").read_bytes()
    spoilt = spoil(ledger.read_text(encoding="utf-8")).encode("utf-8", "surrogateescape")
    ledger.write_bytes(spoilt)
    for command in ("build", "plan"):
        result = run(command, notes, "-o", "build/deck.apkg")
        assert result.exit_code == 1
        assert f"error[{rule}]" in result.output
        assert f"{LEDGER}:" in result.output
    for other in (("link", "a", "b", notes), ("show", notes, "--stage", "notes"), ("verify", notes)):
        result = run(*other)
        assert result.exit_code == 1
        assert f"error[{rule}]" in result.output
    assert (ledger.read_bytes(), Path("build/deck.apkg").read_bytes()) == (spoilt, package)


def test_a_ledger_that_cannot_be_read_or_written_is_told(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (notes / LEDGER).read_bytes()
    (notes / LEDGER).unlink()
    (notes / LEDGER).mkdir()
    for command in ("build", "plan"):
        result = run(command, notes, "-o", "build/deck.apkg")
        assert result.exit_code == 1
        assert f"{LEDGER}" in result.output and "cannot be read" in result.output
    (notes / LEDGER).rmdir()
    (notes / LEDGER).write_bytes(text)
    edit(notes, "leaned against", "leant against")

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    package = Path("build/deck.apkg").read_bytes()
    monkeypatch.setattr("anki_builder.cli.files._write", full)
    result = run("build", notes, "-o", "build/deck.apkg")
    assert result.exit_code == 2
    assert f"cannot write notes/{LEDGER}: No space left on device" in result.output
    assert (Path("build/deck.apkg").read_bytes(), (notes / LEDGER).read_bytes()) == (package, text)


def test_a_lost_ledger_is_told(notes: Path) -> None:
    guids = [
        line.split("\t")[1]
        for line in (notes / LEDGER).read_text(encoding="utf-8").split("\n")
        if line[:2] in ("s\t", "v\t", "c\t")
    ]
    (notes / LEDGER).unlink()
    result = run("build", notes, "-o", "build/deck.apkg")
    assert result.exit_code == 0
    assert "ledger-missing" in result.output
    assert "corrections made in Anki are overwritten" in result.output
    again = [
        line.split("\t")[1]
        for line in (notes / LEDGER).read_text(encoding="utf-8").split("\n")
        if line[:2] in ("s\t", "v\t", "c\t")
    ]
    assert again == guids


def test_after_a_lost_ledger_new_notes_are_not_called_new_flatly(notes: Path) -> None:
    (notes / LEDGER).unlink()
    said = "14 new (Anki knows those of them that were never edited here, and updates them)"
    assert said in run("plan", notes, "-o", "build/deck.apkg").output
    built = run("build", notes, "-o", "build/deck.apkg").output
    assert said in built
    assert "1 ledger-missing  (above)" in built
    again = run("build", notes, "-o", "build/deck.apkg").output
    assert "0 new, 0 changed, 14 unchanged" in again and "or known" not in again


# Several folders, several ledgers


def _guids(ledger: Path) -> set[str]:
    return {line.split("\t")[1] for line in ledger.read_text(encoding="utf-8").split("\n") if line[:2] in ("s\t", "v\t", "c\t")}


@pytest.fixture
def nested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two folders of notes, each built by itself, then edited and built again."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name, text in (("a", NOTE), ("b", SECOND)):
        (tmp_path / "p" / name).mkdir(parents=True)
        (tmp_path / "p" / name / "note.md").write_text(text, encoding="utf-8")
        assert run("build", f"p/{name}").exit_code == 0
    edit(tmp_path / "p" / "a", "leaned against", "leant against", "note.md")
    assert run("build", "p/a").exit_code == 0
    return tmp_path / "p"


def test_ledgers_further_down_stop_the_build(nested: Path) -> None:
    for paths in (["p"], ["p/a", "p/b"]):
        for command in ("build", "plan"):
            result = run(command, *paths)
            assert result.exit_code == 1
            assert "ledger-nested" in result.output
            assert f"p/a/{LEDGER}" in result.output and f"p/b/{LEDGER}" in result.output
            assert f"move it to p/{LEDGER}" in result.output and "`anki-builder build p/a`" in result.output
    assert not (nested / LEDGER).exists()
    assert "0 new, 0 changed" in run("build", "p/a").output


def test_ledgers_put_together_keep_every_note(nested: Path) -> None:
    before = _guids(nested / "a" / LEDGER) | _guids(nested / "b" / LEDGER)
    (nested / "a" / LEDGER).rename(nested / LEDGER)
    refused = run("build", "p")
    assert f"append it to p/{LEDGER}" in refused.output
    with (nested / LEDGER).open("ab") as ledger:
        ledger.write((nested / "b" / LEDGER).read_bytes())
    (nested / "b" / LEDGER).unlink()
    built = run("build", "p")
    assert built.exit_code == 0, built.output
    assert "0 new, 0 changed, 8 unchanged, 0 removed, 8 moved" in built.output
    assert _guids(nested / LEDGER) == before
    assert "8 unchanged, 0 removed\n" in run("plan", "p").output


def test_a_package_of_several_folders_does_not_claim_what_lies_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    home = tmp_path / "home"
    for name, text in (("one", NOTE), ("two", SECOND), ("three", NOTE.replace("ladder", "rope"))):
        (home / name).mkdir(parents=True)
        (home / name / "note.md").write_text(text, encoding="utf-8")
    monkeypatch.chdir(home)
    assert run("build", "one/note.md", "two/note.md").exit_code == 0
    package = (home / "build" / "home.apkg").read_bytes()
    assert "8 unchanged" in run("build", "one/note.md", "two/note.md").output
    third = run("build", "three")
    assert third.exit_code == 0
    assert (home / "three" / LEDGER).exists() and (home / "build" / "three.apkg").exists()
    part = run("build", "one")
    assert "the other notes of . are not in this package" in part.output
    assert part.output.endswith("build/home-one.apkg\n")
    assert (home / "build" / "home.apkg").read_bytes() == package


def test_a_new_folder_belongs_to_the_project_above_it(notes: Path) -> None:
    (notes / "new").mkdir()
    (notes / "new" / "rope.md").write_text(NOTE.replace("ladder", "rope"), encoding="utf-8")
    package = Path("build/deck.apkg").read_bytes()
    result = run("build", notes / "new")
    assert result.output.endswith("build/notes-new.apkg\n"), result.output
    assert not (notes / "new" / LEDGER).exists()
    assert Path("build/deck.apkg").read_bytes() == package


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are Unicode there")
def test_a_name_that_is_no_utf_8_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "notes").mkdir()
    Path(os.fsdecode(b"notes/b\xff.md")).write_text(SECOND, encoding="utf-8")
    assert run("build", "notes").exit_code == 0
    assert b"[b\xff.md]" in (tmp_path / "notes" / LEDGER).read_bytes()
    assert "0 new, 0 changed, 2 unchanged" in run("plan", "notes").output


# What is suggested can be typed as it stands


def test_suggested_commands_name_the_notes(notes: Path) -> None:
    edit(notes, "Its water tasted of iron and leaves.", "Its old water had a taste of iron, and nobody liked that.", "well.md")
    edit(notes, "井水有铁和树叶的味道。", "喝过的人都记得那股铁味。", "well.md")
    edit(notes, "# The ladder", "# The long ladder")
    edit(notes, "dents：凹痕", "hollows：凹痕")
    built = run("build", "notes", "-o", "build/deck.apkg").output
    assert "(`anki-builder check notes` shows them)" in built
    assert "1 deck-kept  (`anki-builder plan notes -o build/deck.apkg` shows them)" in built
    assert "term-not-found" in run("check", "notes").output
    assert "deck-kept" in run("plan", "notes", "-o", "build/deck.apkg").output
    for name in ("ladder.md", "well.md"):
        (notes / name).write_text("# Nothing\n", encoding="utf-8")
    (notes / "new.md").write_text(NOTE.replace("ladder", "rope"), encoding="utf-8")
    refused = run("build", "notes").output
    assert "Look at `anki-builder plan notes`" in refused
    assert "error[file-without-notes]" in refused
    assert "--> notes/well.md" in refused
    assert "`anki-builder check notes/well.md` says why" in refused


# link


def test_link_settles_a_doubt(notes: Path) -> None:
    edit(notes, "Its water tasted of iron and leaves.", "Whoever drank from it remembered the iron.", "well.md")
    edit(notes, "井水有铁和树叶的味道。", "喝过的人都记得那股铁味。", "well.md")
    found = plan(notes)["notes"]
    old = next(n["guid"] for n in found if n["status"] == "removed" and n["note_type"] == "sentence")  # type: ignore[attr-defined]
    new = next(n["guid"] for n in found if n["status"] == "new" and n["note_type"] == "sentence")  # type: ignore[attr-defined]
    assert "Name them, as in `anki-builder build notes`" in run("link", old, new).output
    result = run("link", old, new, notes)
    assert result.exit_code == 0, result.output
    statuses = {n["guid"]: n["status"] for n in plan(notes)["notes"]}  # type: ignore[attr-defined]
    assert statuses[old] == "changed"
    assert new not in statuses
    wrong = run("link", "nonsense", new, notes)
    assert wrong.exit_code == 2
    assert "no note was ever built with the GUID nonsense" in wrong.output


# verify


def test_verify_finds_nothing_wrong_with_an_edit(notes: Path) -> None:
    pytest.importorskip("anki")
    edit(notes, "leaned against", "leant against")
    edit(notes, "A ladder", "Every autumn the wind tried it. A ladder")
    edit(notes, "一架梯子", "每年秋天，风都要试试它。一架梯子")
    result = run("verify", notes, "-o", "build/deck.apkg")
    assert result.exit_code == 0, result.output
    assert "no faults; 1 new, 3 changed" in result.output


@pytest.mark.skipif(sys.platform == "win32", reason="processes are looked up by signals")
def test_a_verify_that_was_killed_leaves_nothing_for_long(notes: Path, tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    environment = os.environ | {"TMPDIR": str(tmp_path / "temporary"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    words = [sys.executable, "-m", "anki_builder", "verify", str(notes), "-o", "build/deck.apkg"]
    killed = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not (left := list((tmp_path / "cache").rglob("new.apkg"))) and killed.poll() is None:
            time.sleep(0.01)
    finally:
        killed.kill()
        killed.wait()
    assert left
    assert list((tmp_path / "temporary").iterdir()) == []
    subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    assert list((tmp_path / "cache").rglob("*.part")) == []


def test_verify_finds_a_package_that_is_not_the_ledgers(notes: Path) -> None:
    pytest.importorskip("anki")
    edit(notes, "leaned against", "leant against")
    shutil.copy("build/deck.apkg", "build/old.apkg")
    run("build", notes, "-o", "build/deck.apkg")
    result = run("verify", notes, "-o", "build/old.apkg")
    assert result.exit_code == 1
    assert "was updated, against the plan" in result.output


@pytest.mark.parametrize("of", ["package", "collection"])
def test_verify_says_what_anki_cannot_read(notes: Path, tmp_path: Path, of: str) -> None:
    pytest.importorskip("anki", reason="the real Anki is the judge here")
    assert run("build", "notes", "-o", "deck.apkg").exit_code == 0
    if of == "package":
        Path("deck.apkg").write_bytes(Path("deck.apkg").read_bytes()[:-300])
    Path("collection.anki2").write_bytes(b"no collection")
    result = run("verify", "notes", "-o", "deck.apkg", *(["--collection", "collection.anki2"] if of == "collection" else []))
    assert result.exit_code == 2
    assert "Anki gives up: " in result.stderr
    assert Path("collection.anki2").read_bytes() == b"no collection"


def test_verify_names_what_it_finds(tmp_path: Path) -> None:
    pytest.importorskip("anki")
    from anki_builder.cli.verify import Built, judge

    def faults(name: str, before: Path, after: Path, built: Build) -> str:
        folder = tmp_path / name
        folder.mkdir()
        return "\n".join(judge(folder, before, after, Built(built.plan, tuple(built.guids))))

    def packed(name: str, notes: list[Made], ledger: bytes | None, time: int, types: NoteTypes = TYPES) -> tuple[Path, Build]:
        path = tmp_path / f"{name}.apkg"
        return path, build(notes, ledger, time, types=types, package=path)

    texts = ["One kettle.", "Two kettles.", "Three kettles."]
    notes = [make_note("sentence", text, line=line, Text=text, Translation=f"译{text}") for line, text in enumerate(texts)]
    before, first = packed("first", notes, None, FIRST)
    same, second = packed("second", notes, first.ledger, SECOND_TIME)
    assert faults("nothing", before, same, second) == ""

    def altered(name: str, statement: str) -> Path:
        """Return the second package with its rows changed."""
        path = tmp_path / f"{name}-altered.apkg"

        def change(package: sqlite3.Connection) -> None:
            package.execute(statement)

        alter(same, path, change)
        return path

    twice = altered("twice", "UPDATE notes SET guid = 'x' || guid")
    assert "is there twice" in faults("twice", before, twice, second)
    assert "was new, against the plan" in faults("new", before, twice, second)
    newer = altered("newer", f"UPDATE notes SET mod = {SECOND_TIME}")
    assert "was updated, against the plan" in faults("newer", before, newer, second)
    field = f"substr(flds, instr(flds, char(31))), mod = {SECOND_TIME}"
    assert "empty cards" in faults("empty", before, altered("empty", f"UPDATE notes SET flds = '' || {field}"), second)
    gone = altered("media", f"UPDATE notes SET flds = '<img src=\"gone.png\">' || {field}")
    assert "the file gone.png is missing" in faults("media", before, gone, second)
    sentence = TYPES[PAIR]["sentence"]
    types = {PAIR: {**TYPES[PAIR], "sentence": sentence._replace(templates=sentence.templates[:2])}}
    fewer, built = packed("conflict", notes, None, SECOND_TIME, types)
    assert "3 notes could not be imported" in faults("conflict", before, fewer, built)
    blank = tuple(template._replace(front="{{Nothing}}") for template in sentence.templates)
    wrong = {PAIR: {**TYPES[PAIR], "sentence": sentence._replace(templates=blank)}}
    broken, built = packed("broken", notes, first.ledger, SECOND_TIME, wrong)
    assert "does not render" in faults("broken", before, broken, built)


def alter(package: Path, target: Path, change: Callable[[sqlite3.Connection], None]) -> None:
    """Copy a package with its database changed."""
    with zipfile.ZipFile(package) as archive, zipfile.ZipFile(target, "w") as copy:
        database = target.with_suffix(".anki2")
        database.write_bytes(archive.read("collection.anki2"))
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            change(connection)
        copy.write(database, "collection.anki2")
        copy.writestr("media", archive.read("media"))


# Killed at any moment

FIRST, SECOND_TIME, THIRD = 1_760_000_000, 1_760_005_000, 1_760_009_000
POINTS = 60


def build_at(moment: int, folder: Path) -> None:
    anki_builder.cli.stages.time = Clock(moment)  # type: ignore[attr-defined,assignment]
    try:
        result = run("build", folder / "notes", "-o", folder / "deck.apkg")
    finally:
        anki_builder.cli.stages.time = time  # type: ignore[attr-defined]
    assert result.exit_code == 0, result.output


class Clock:
    """Stands in for the module `time`."""

    monotonic = staticmethod(time.monotonic)

    def __init__(self, moment: int) -> None:
        self._moment = moment

    def time(self) -> float:
        return self._moment


def killed_build(moment: int, folder: Path, at: int) -> bool:
    """Build in a process of its own that is killed at its `at`-th call or return; return whether it came so far."""
    child = os.fork()
    if child == 0:
        try:
            count = 0

            def step(frame: FrameType, event: str, argument: object) -> None:
                nonlocal count
                count += 1
                if count == at:
                    os.kill(os.getpid(), signal.SIGKILL)

            sys.setprofile(step)
            build_at(moment, folder)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def steps_of_a_build(folder: Path) -> tuple[int, int, int]:
    """Return how many calls and returns a build has, and the first and last of its writing."""
    count, first, last = 0, 0, 0

    def step(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count, first, last
        count += 1
        if frame.f_code is publish.__code__:
            first, last = first or count, count

    sys.setprofile(step)
    try:
        build_at(SECOND_TIME, folder)
    finally:
        sys.setprofile(None)
    return count, first, last


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_build_killed_at_any_moment_leaves_nothing_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    start = tmp_path / "start"
    (start / "notes").mkdir(parents=True)
    (start / "notes" / "ladder.md").write_text(NOTE, encoding="utf-8")
    build_at(FIRST, start)
    edit(start / "notes", "leaned against", "leant against")
    old = _state(start)

    def fresh(name: str) -> Path:
        return Path(shutil.copytree(start, tmp_path / name))

    undisturbed = fresh("undisturbed")
    count, first, last = steps_of_a_build(undisturbed)
    new = _state(undisturbed)
    assert new != old
    build_at(THIRD, undisturbed)
    assert _state(undisturbed) == new, "an unchanged build changes nothing"
    late = fresh("late")
    build_at(THIRD, late)
    built_late = _state(late)

    half = POINTS // 2
    points = [count * number // half + 1 for number in range(half)]
    points += [first + (last - first) * number // (POINTS - half) for number in range(POINTS - half)]
    outcomes = set()
    for point in dict.fromkeys(points):  # of a folder that was there before the cache knows what it says: a shorter build
        folder = fresh(f"killed-{point}")
        if not killed_build(SECOND_TIME, folder, point):
            assert point > last
            continue
        package, ledger = _state(folder)
        assert package in (old[0], new[0]), "the package is not whole"
        assert ledger in (old[1], new[1]), "the ledger is not whole"
        with ZipFile(folder / "deck.apkg") as archive:
            assert archive.testzip() is None
        build_at(THIRD, folder)
        assert _state(folder) == (new if package == new[0] else built_late)
        assert sorted(path.name for path in folder.rglob("*")) == [LEDGER, "deck.apkg", "ladder.md", "notes"], (
            "something was left behind"
        )
        outcomes.add((package == new[0], ledger == new[1]))
        shutil.rmtree(folder)
    assert {(False, False), (True, False), (True, True)} <= outcomes, "the kills hit every phase"
    assert list((tmp_path / "temporary").iterdir()) == []


def _state(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "deck.apkg").read_bytes(), (folder / "notes" / LEDGER).read_bytes()


# Two at once


def test_builds_at_the_same_time_wait_for_each_other(notes: Path) -> None:
    edit(notes, "leaned against", "leant against")
    command = [sys.executable, "-m", "anki_builder", "build", str(notes), "-o", "build/deck.apkg"]
    builds = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(4)]
    errors = [build.communicate()[1].decode() for build in builds]
    assert [build.returncode for build in builds] == [0] * 4, errors
    assert not read_ledger((notes / LEDGER).read_bytes())[1]
    assert plan(notes)["unchanged"] == 14
    assert sorted(path.name for path in notes.iterdir()) == [LEDGER, "ladder.md", "well.md"]


def test_a_folder_that_is_held_too_long_is_told(tmp_path: Path) -> None:
    told = []
    with locked(tmp_path):
        with pytest.raises(Busy), locked(tmp_path, wait=0.1, waiting=lambda: told.append(1)):
            pass
        assert told == [1]
    with locked(tmp_path, wait=0):
        pass


def write_something(path: Path) -> None:
    path.write_bytes(b"x")


def test_a_ledger_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / LEDGER).write_text("theirs", encoding="utf-8")
    with pytest.raises(Changed):
        publish(tmp_path / "deck.apkg", write_something, tmp_path, b"ours", None)
    assert (tmp_path / LEDGER).read_text(encoding="utf-8") == "theirs"
    assert sorted(path.name for path in tmp_path.iterdir()) == [LEDGER]


@pytest.mark.skipif(sys.platform == "win32", reason="processes are looked up by signals")
def test_a_part_that_a_killed_process_left_goes_with_the_next_writing(tmp_path: Path) -> None:
    for number in (2**22 + 1, os.getppid()):
        (tmp_path / f".a[1].md.{number}.part").write_bytes(b"half")
    write(tmp_path / "a[1].md", b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".a[1].md.{os.getppid()}.part", "a[1].md"]


def test_what_cannot_be_packed_leaves_the_old_files(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("disk full")

    (tmp_path / "deck.apkg").write_bytes(b"old")
    with pytest.raises(OSError, match="disk full"):
        publish(tmp_path / "deck.apkg", fail, tmp_path, b"new", None)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("deck.apkg", b"old")]


def test_a_link_to_a_ledger_elsewhere_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "kept").write_text("old", encoding="utf-8")
    try:
        (tmp_path / "notes" / LEDGER).symlink_to(tmp_path / "kept")
    except OSError:
        pytest.skip("no symbolic links here")
    publish(tmp_path / "deck.apkg", write_something, tmp_path / "notes", b"new", ledger_digest(b"old"))
    assert (tmp_path / "notes" / LEDGER).is_symlink()
    assert (tmp_path / "kept").read_text(encoding="utf-8") == "new"
    recover(tmp_path / "deck.apkg", tmp_path / "notes")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deck.apkg", "kept", "notes"]


def test_a_moment_far_ahead_is_not_waited_for() -> None:
    before = time.monotonic()
    wait_for(int(time.time()) + 3600)
    assert time.monotonic() - before < 1


def test_a_ledger_of_format_one_keeps_the_guids_of_its_notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parent.parent
    shutil.copytree(root / "source", tmp_path / "source", ignore=shutil.ignore_patterns(LEDGER))
    shutil.copy(root / "tests" / "golden" / "samples-1.lock", tmp_path / "source" / LEDGER)
    shutil.copy(root / "anki_builder.toml", tmp_path)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["show", "source", "--stage", "notes", "--format", "json"], prog_name="anki-builder")
    notes = {str(note["guid"]): str(note["key"]) for note in map(json.loads, result.stdout.splitlines())}
    known = {line.split("\t")[1] for line in (tmp_path / "source" / LEDGER).read_text("utf-8").splitlines() if "\t" in line}
    assert len(notes) > 60
    added = {key for guid, key in notes.items() if guid not in known}
    assert added == {"she wound it anyway.", "wound [2] ⟂ she wound it anyway."}, "format one had one sentence for each term"
