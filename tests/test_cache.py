"""What earlier builds found out is used only where it is true: same bytes, same words, with a cache, without, and with a damaged one."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anki_builder.cli.building import make, printed
from anki_builder.cli.cache import BuildRecord, Cache, Printed, home
from anki_builder.cli.kept import Keeper, Kept
from anki_builder.cli.media import MediaFinder
from anki_builder.cli.project import Project, open_project, read_source
from anki_builder.columns import Columns
from anki_builder.compiler import Compiler
from anki_builder.notes.draft import Head, Part, Sheet, Written
from anki_builder.notes.vocabulary import vocabulary
from anki_builder.source import Source

# ruff: noqa: E501
ARTICLES = [
    "# The kite\n\n原文：\n\nNobody *saw* the kite. It rose above the mill, and the children cheered.\n\n没有人看见风筝。它升到磨坊上空，孩子们欢呼起来。\n\n学习：\n\n"
    "kite：美 [kaɪt] 风筝\n\nrose above：升到…上空\n\nchildern：孩子\n",
    "# The mill\n\n原文：\n\n![](./mill.png)\n\nThe mill stood still. “Why?” asked the baker.\n\n磨坊停着。“为什么？”面包师问。\n\n学习：\n\nmill：磨坊\n\nstand still：停着；静止\n",
    "# The baker\n\n原文：\n\nThe mill stood still. The baker counted loaves.\n\n磨坊停着。面包师数着面包。\n\n学习：\n\nloaf：面包\n\n>- \"One loaf is never enough.\"\n>\n>  一个面包永远不够。\n>\n>- \"The knead takes an hour.\"\n>\n>  揉面要一个小时。\n\n"
    "knead：揉面\n\n>- \"Knead it twice.\"\n>\n>  揉两遍。\n\nmill：磨房；工厂\n",
]
NOW = 1_800_000_000


class Collection:
    """A folder with notes; the clock stands still until it is set."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.now = folder, NOW
        self.notes = folder / "notes"
        self.notes.mkdir(parents=True)
        monkeypatch.setattr("anki_builder.cli.stages.time.time", lambda: self.now)
        for number, text in enumerate(ARTICLES):
            self.write(f"{number}.md", text)

    def write(self, name: str, text: str) -> None:
        (self.notes / name).write_text(text, "utf-8")

    def build(self, cache: bool) -> tuple[Printed, bytes | None, bytes | None]:
        """Build, as the command does; return what it prints, the package and the ledger."""
        project = open_project([str(self.notes)], str(self.folder / "a.apkg"))
        record = BuildRecord(project, self.now * 10**9) if cache else None
        done = record.unchanged() if record is not None else None
        if done is None:
            done = printed(project, make(project, True, cache=Cache(project) if cache else None, record=record))
        return done, *(path.read_bytes() if path.exists() else None for path in (project.output, project.ledger))

    def age(self) -> None:
        """Let every file be old, so that their times can be trusted: the clock is far ahead of them anyway."""
        self.now += 10

    def compare(self) -> None:
        """Build with the cache and without, from the same ledger; nothing must differ."""
        ledger, package = self.notes / "anki_builder.lock", self.folder / "a.apkg"
        before = [path.read_bytes() if path.exists() else None for path in (ledger, package)]
        cached = self.build(True)
        for path, data in zip((ledger, package), before, strict=True):
            path.unlink(missing_ok=True) if data is None else path.write_bytes(data)
        assert self.build(False) == cached


@pytest.fixture
def collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collection]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield Collection(tmp_path / "collection", monkeypatch)


def entries() -> list[Path]:
    return sorted(path for path in home().rglob("*") if path.is_file())


def damage(path: Path, place: int, bits: int) -> None:
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= bits
    path.write_bytes(data)


STEPS = st.one_of(
    st.tuples(st.just("replace"), st.integers(0, 2), st.sampled_from(["Nobody", "mill", "磨坊", "学习：", "。"]), st.sampled_from(["", "kite ", "\n\n"])),
    st.tuples(st.just("delete"), st.integers(0, 2)),
    st.tuples(st.just("restore"), st.integers(0, 2)),
    st.tuples(st.just("swap"), st.integers(0, 2), st.integers(0, 2)),
    st.tuples(st.just("config"), st.sampled_from(["", "cloze = false\n", 'languages = ["en", "zh"]\n'])),
    st.tuples(st.just("damage"), st.integers(0, 9), st.integers(0, 400), st.integers(1, 255)),
    st.tuples(st.just("package"), st.integers(0, 1 << 16), st.integers(1, 255)),
    st.tuples(st.just("picture"), st.sampled_from([b"", b"one", b"two"])),
    st.tuples(st.just("nothing")),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=1, max_size=4))
def test_a_build_with_cache_is_the_build_without(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, ...]]) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        folder = tmp_path_factory.mktemp("edits")
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        collection = Collection(folder, monkeypatch)
        collection.compare()
        for step, *what in steps:
            collection.age()
            files = [collection.notes / f"{number}.md" for number in range(3)]
            if step == "replace" and files[what[0]].exists():
                files[what[0]].write_text(files[what[0]].read_text("utf-8").replace(what[1], what[2], 1), "utf-8")
            elif step == "delete":
                files[what[0]].unlink(missing_ok=True)
            elif step == "restore":
                collection.write(f"{what[0]}.md", ARTICLES[what[0]])
            elif step == "swap" and files[what[0]].exists():
                files[what[0]].replace(files[what[1]])
            elif step == "config":
                (folder / "anki_builder.toml").write_text(what[0], "utf-8")
            elif step == "damage" and (known := entries()):
                damage(known[what[0] % len(known)], *what[1:])
            elif step == "package" and (folder / "a.apkg").exists():
                damage(folder / "a.apkg", *what)
            elif step == "picture":
                (collection.notes / "mill.png").write_bytes(what[0])
            collection.compare()


def test_a_second_build_says_what_it_would_say_without_cache(collection: Collection) -> None:
    first, *made = collection.build(True)
    assert any("9 new" in line or " new, 0 changed" in line for line in first.lines)
    again = collection.build(True)
    assert again == collection.build(False)
    assert list(again[1:]) == made


@pytest.mark.parametrize("name", ["0.md", "mill.png", "anki_builder.lock", "../a.apkg", "../templates/user.css"])
@pytest.mark.parametrize("act", ["edit", "remove"])
def test_an_edit_is_noticed_even_where_size_and_time_stay(collection: Collection, name: str, act: str) -> None:
    (collection.folder / "templates").mkdir()
    (collection.folder / "templates" / "user.css").write_text(".card { color: red }", "utf-8")
    (collection.notes / "mill.png").write_bytes(b"picture")
    (collection.folder / "anki_builder.toml").write_text("", "utf-8")
    collection.build(True)
    project = open_project([str(collection.notes)], str(collection.folder / "a.apkg"))
    assert BuildRecord(project, collection.now * 10**9).unchanged() is not None
    path = collection.notes / name
    status = path.stat()
    if act == "remove":
        path.unlink()
    else:
        data = path.read_bytes()
        path.write_bytes(data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert BuildRecord(project, collection.now * 10**9).unchanged() is None


def test_a_file_touched_during_the_build_is_compared_by_its_bytes(collection: Collection) -> None:
    project = open_project([str(collection.notes)], str(collection.folder / "a.apkg"))
    began = (collection.notes / "0.md").stat().st_mtime_ns
    make(project, True, record=BuildRecord(project, began))
    assert BuildRecord(project, began).unchanged() is not None
    # As if the same bytes had been written within one tick of the file system's clock: nothing but the content differs.
    text = (collection.notes / "0.md").read_bytes()
    with (collection.notes / "0.md").open("r+b") as file:
        file.write(text.replace(b"kite", b"bite", 1))
    assert BuildRecord(project, began).unchanged() is None


def test_only_what_was_edited_is_read(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    collection.build(True)
    read = []

    def reading(project: Project, file: Path, used: Any) -> Any:
        read.append(file.name)
        return read_source(project, file, used)

    monkeypatch.setattr("anki_builder.cli.stages.read_source", reading)
    collection.write("1.md", ARTICLES[1] + "\nbaker：面包师\n")
    collection.compare()
    assert read == ["1.md", "0.md", "1.md", "2.md"], "all only without the cache"


def test_the_notes_of_shared_terms_are_put_together_again_only_where_a_file_of_theirs_changed(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def making(sheet: Sheet, places: Sequence[tuple[Head, Part]]) -> Written:
        made.append(places[0][1].term)
        return vocabulary(sheet, places)

    monkeypatch.setattr("anki_builder.notes.compose.vocabulary", making)
    collection.build(True)
    assert made == ["mill"]
    collection.age()
    collection.write("0.md", ARTICLES[0].replace("升到", "高过"))
    collection.build(True)
    assert made == ["mill"]
    collection.age()
    collection.write("2.md", ARTICLES[2].replace("磨房", "作坊"))
    collection.compare()
    assert made == ["mill"] * 3, "with the cache, and without"


def keep(project: Project, source: Source) -> Kept:
    """Return what is kept of a note file."""
    compiler = Compiler(project.config, project.collection, MediaFinder(project.root))
    return Keeper(compiler, project.collection).keep(compiler.article(source))


def test_what_is_kept_comes_back_with_all_its_types(collection: Collection) -> None:
    def same(one: object, other: object) -> None:
        assert type(one) is type(other)
        if isinstance(one, tuple | list):
            assert isinstance(other, tuple | list)
            for a, b in zip(one, other, strict=True):
                same(a, b)
        else:
            assert one == other

    project = open_project([str(collection.notes)])
    for file in project.files:
        source, _ = read_source(project, file)
        assert source is not None
        kept = keep(project, source)
        cache = Cache(project)
        cache.keep(source, b"digest", kept)
        found = cache.find(source, b"digest")
        assert found is not None
        same(kept, found)
        assert cache.find(source, b"another") is None
        assert cache.find(source._replace(name="other.md"), b"digest") is None


def test_every_entry_that_is_cut_or_changed_is_none(collection: Collection) -> None:
    project = open_project([str(collection.notes)])
    source, _ = read_source(project, project.files[0])
    assert source is not None
    cache = Cache(project)
    cache.keep(source, b"digest", keep(project, source))
    (path,) = entries()
    data = path.read_bytes()
    for place in range(0, len(data), 41):
        path.write_bytes(data[:place])
        assert cache.find(source, b"digest") is None
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert cache.find(source, b"digest") is None
    path.write_bytes(data)
    assert cache.find(source, b"digest") is not None


def test_what_was_of_a_file_that_is_gone_is_forgotten(collection: Collection) -> None:
    collection.build(True)
    before = len(entries())
    (collection.notes / "2.md").unlink()
    collection.build(True)
    assert len(entries()) == before - 1


def test_a_cache_that_cannot_be_written_stops_nothing(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    (collection.folder / "file").write_text("", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(collection.folder / "file"))
    cached = collection.build(True)
    assert cached[1] is not None
    monkeypatch.setenv("XDG_CACHE_HOME", str(collection.folder / "cache"))
    assert collection.build(False)[1:] == cached[1:]


HEAVY = ["anki_builder.compiler", "anki_builder.cli.building", "genanki", "markdown_it", "simplemma", "rapidfuzz", "sqlite3", "asyncio"]


def test_a_build_with_nothing_to_do_imports_nothing_that_builds(collection: Collection) -> None:
    code = (
        "import sys\nfrom anki_builder.cli import cli\ntry:\n    cli(['build', 'notes', '-o', 'a.apkg'])\nexcept SystemExit:\n    pass\n"
        f"print('loaded:', [name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=collection.folder, encoding="utf-8")
        for _ in range(2)
    ]
    assert runs[0].stderr.splitlines()[-1] != "loaded: []"
    assert runs[1].stderr.splitlines()[-1] == "loaded: []"
    assert runs[1].stdout == runs[0].stdout


def test_the_rows_of_one_process_are_those_of_another(collection: Collection) -> None:
    made = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "XDG_CACHE_HOME": str(collection.folder / seed)}
        shown = [sys.executable, "-m", "anki_builder", "show", "notes", "--stage", "notes", "--format", "json"]
        made.append(subprocess.run(shown, capture_output=True, check=True, cwd=collection.folder, env=environment).stdout)
    assert made[0] == made[1] != b""


def test_a_build_makes_no_note_by_itself_that_is_new_or_as_it_was(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make_all = Columns._make
    monkeypatch.setattr(Columns, "_make", lambda self: (made.append(self.kind.__name__), make_all(self))[1])
    collection.build(False)
    collection.age()
    (collection.folder / "a.apkg").unlink()
    collection.build(False)
    assert set(made) <= {"PlannedNote"}  # one article of them, for the record of the build


def test_what_a_killed_build_left_is_removed(collection: Collection) -> None:
    collection.build(True)
    (folder,) = {path.parent for path in entries() if path.name == "database"}
    left = folder / f"database.{2**22 + 1}.part"  # no process has this number
    left.write_bytes(b"half of it")
    collection.write("0.md", ARTICLES[0].replace("mill", "windmill"))
    collection.build(True)
    assert not left.exists()
