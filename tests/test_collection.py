"""The collection is a cache: whatever happened to notes, settings, program and the file itself, a build with it is the build without it."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from building import LETTERS, NOW, PAIR, TYPES, empty_collection, make_note, never_combined, rows_of_package, store
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notes_folder import ARTICLES, NotesFolder, files_of_cache

from anki_builder.cli import compiling, stages
from anki_builder.cli.project import Project
from anki_builder.collection import Collection, Repetition
from anki_builder.collection.file import NAME
from anki_builder.collection.rows import diagnostics_of_json, diagnostics_to_json
from anki_builder.compiler import RULES, Compiler
from anki_builder.diagnostic import Diagnostic, Fix
from anki_builder.ledger.file import Ledger
from anki_builder.ledger.plan import Plan
from anki_builder.note import NoteKind
from anki_builder.notes.vocabulary import KIND as VOCABULARY
from anki_builder.settling import Surroundings, settle
from anki_builder.source import Source, Span


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NotesFolder]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    yield NotesFolder(tmp_path / "folder", monkeypatch)


EXAMPLES = int(os.environ.get("EXAMPLES", "30"))
"""Sequences of steps: more of them by `EXAMPLES=1000 pytest tests/test_collection.py`."""


class Step(NamedTuple):
    """Something that happens between two builds."""

    what: str
    article: int = 0
    other: int = 0
    old: str = ""
    new: str = ""


WORDS = st.sampled_from(["Nobody", "mill", "The baker counted loaves.", "磨坊", "学习：", "。", "kite：", "loaf"])
NUMBERS = st.integers(0, len(ARTICLES) - 1)
STEPS = st.one_of(
    st.builds(Step, st.just("replace"), NUMBERS, st.just(0), WORDS, st.sampled_from(["", "kite ", "\n\n", "mill：磨\n\n"])),
    st.builds(Step, st.sampled_from(["delete", "restore"]), NUMBERS),
    st.builds(Step, st.sampled_from(["swap", "copy"]), NUMBERS, NUMBERS),
    st.builds(Step, st.just("rename"), NUMBERS, st.integers(0, 2)),
    st.builds(
        Step,
        st.just("config"),
        new=st.sampled_from(
            ["", 'order = "easy-first"\n', 'terms = ["recognise", "cloze"]\n', 'languages = ["en", "zh"]\n', 'family = "Other"\n']
        ),
    ),
    st.builds(Step, st.just("template"), new=st.sampled_from(["", "{{Text}}", "{{Text}}{{Translation}}"])),
    st.builds(Step, st.just("damage"), st.integers(0, 9), st.integers(0, 1 << 20)),
    st.builds(Step, st.just("package"), st.integers(0, 1 << 16)),
    st.builds(Step, st.just("picture"), new=st.sampled_from(["", "one", "two"])),
    st.builds(Step, st.sampled_from(["nothing", "forget", "version", "kill", "plan", "count", "clock", "search"])),
)


def carry_out(step: Step, folder: NotesFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [folder.notes / f"{number}.md" for number in range(len(ARTICLES))]
    match step.what:
        case "replace" if files[step.article].exists():
            files[step.article].write_text(files[step.article].read_text("utf-8").replace(step.old, step.new, 1), "utf-8")
        case "delete":
            files[step.article].unlink(missing_ok=True)
        case "restore":
            folder.write(f"{step.article}.md", ARTICLES[step.article])
        case "swap" if files[step.article].exists() and files[step.other].exists():
            one, other = files[step.article].read_bytes(), files[step.other].read_bytes()
            files[step.article].write_bytes(other)
            files[step.other].write_bytes(one)
        case "copy" if files[step.article].exists():
            files[step.other].write_bytes(files[step.article].read_bytes())
        case "rename" if files[step.article].exists():
            files[step.article].replace(folder.notes / f"{'az0'[step.other]} new.md")
        case "config":
            (folder.folder / "anki_builder.toml").write_text(step.new, "utf-8")
        case "template":
            (folder.folder / "templates" / "sentence").mkdir(parents=True, exist_ok=True)
            path = folder.folder / "templates" / "sentence" / "produce.front.html"
            path.write_text(step.new, "utf-8") if step.new else path.unlink(missing_ok=True)
        case "damage" if known := files_of_cache():
            damage(known[step.article % len(known)], step.other)
        case "package" if folder.package.exists():
            damage(
                folder.package, 1024 + step.article % (folder.package.stat().st_size - 1024)
            )  # its beginning tells whose it is
        case "picture":
            (folder.notes / "mill.png").write_bytes(step.new.encode())
        case "forget":
            for path in files_of_cache():
                path.unlink()
        case "version":
            monkeypatch.setattr(stages, "program", lambda: f"version {folder.now}")
        case "kill":
            folder.write("1.md", ARTICLES[1] + f"\n### {folder.now}\n")
            killed_in_the_middle(folder, monkeypatch)
        case "plan" | "count" | "search":
            stages.with_collection(folder.project(), partial(WORK[step.what], folder.project()))
        case "clock":
            folder.now -= 1000
            folder.write("1.md", ARTICLES[1] + f"\n### {folder.now}\n")  # the record of the last build asks for no time


def damage(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes() or b"-")
    data[place % len(data)] ^= 1 + place % 255
    path.write_bytes(data)


def plan(project: Project, kept: Collection) -> None:
    """Settle the collection, but write no ledger."""
    stages.identify_notes(project, kept, stages.compile_project(project, kept))


def count(project: Project, kept: Collection) -> None:
    """Count what becomes of the notes, which must be as much as where each of them is settled."""
    compilation = stages.compile_project(project, kept)
    counted, settled = (
        stages.identify_notes(project, kept, compilation, with_changes=False, only_counted=only).settled.plan
        for only in (True, False)
    )
    assert Counter(counted.counts) == Counter(settled.counts)
    assert _of_article(counted) == _of_article(settled)


def _all_fields(kind: NoteKind, fields: Mapping[str, str], tags: Sequence[str]) -> str:
    return " ".join((kind.name, *fields.values(), *tags))


def search(_: Project, kept: Collection) -> None:
    """Store the texts of the notes that lack one; then each text must be that of its note as it is now."""
    kept.keep_texts(_all_fields)
    notes = list(kept.notes())
    names = list(dict.fromkeys(built.info.name for built in notes))
    assert kept.holding(names, [], len(notes) + 1) == notes
    for word in ("mill", "磨坊", "kite"):
        expected = [built for built in notes if word in _all_fields(built.note.kind, built.note.fields, built.info.tags)]
        assert kept.holding(names, [word], len(notes) + 1) == expected


WORK = {"plan": plan, "count": count, "search": search}
"""What else is done with a collection than to build."""


def _of_article(plan: Plan) -> dict[str, dict[str, int]]:
    """What changes in each article; of what was settled before, nothing is said to be unchanged."""
    found = {
        name: {str(status): count for status, count in counts.items() if count and status != "unchanged"}
        for name, counts in plan.of_article.items()
    }
    return {name: counts for name, counts in found.items() if counts}


class Killed(BaseException):
    pass


def killed_in_the_middle(folder: NotesFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Build, and end the process, as far as files show it, when half of it is done: the collection is neither whole nor closed."""

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr("anki_builder.collection.Collection.mark_settled", die)
        patched.setattr("anki_builder.collection.file._leave", lambda connection, *_: connection.close())
        folder.build(True)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=1, max_size=6))
def test_a_build_with_the_collection_is_the_build_without(tmp_path_factory: pytest.TempPathFactory, steps: list[Step]) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        place = tmp_path_factory.mktemp("edits")
        monkeypatch.setenv("XDG_CACHE_HOME", str(place / "cache"))
        monkeypatch.setenv("LOCALAPPDATA", str(place / "cache"))
        folder = NotesFolder(place, monkeypatch)
        folder.compare()
        for step in steps:
            folder.age()
            carry_out(step, folder, monkeypatch)
            folder.compare()


def command(folder: NotesFolder, *options: str) -> list[str]:
    return [sys.executable, "-m", "anki_builder", "build", str(folder.notes), "-o", str(folder.package), *options]


def test_two_builds_at_once_come_to_the_same(folder: NotesFolder) -> None:
    def run(*options: str) -> int:
        return subprocess.run(command(folder, *options), capture_output=True, check=False).returncode

    folder.write("1.md", ARTICLES[1] + "\nbaker：面包师\n")
    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(lambda _: run(), range(3))) <= {0, 1}
    built = folder.outputs()
    assert run("--no-cache") in (0, 1)
    assert folder.outputs() == built


@pytest.mark.skipif(sys.platform == "win32", reason="there is no signal that ends a process at once")
@pytest.mark.parametrize("delay", [0.15, 0.3, 0.45, 0.6])
def test_a_build_that_is_killed_leaves_nothing_that_matters(folder: NotesFolder, delay: float) -> None:
    folder.build(True)
    folder.age()
    for number, text in enumerate(ARTICLES):
        folder.write(f"{number}.md", text.replace("磨坊", "磨房") * 20)
    with subprocess.Popen(command(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
    folder.now = int(time.time()) + 1000
    folder.compare()


@pytest.mark.parametrize("threads", [1, 2], ids=["forked", "spawned"])
def test_many_articles_are_read_by_several_processes_to_the_same_end(
    folder: NotesFolder, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.setattr(compiling, "MANY", 2)
    monkeypatch.setattr("anki_builder.cli.workers.threading.active_count", lambda: threads)
    alone = folder.build(False, jobs=1)
    assert (alone.package, alone.ledger) != (None, None)
    folder.ledger.unlink()
    folder.package.unlink()
    assert folder.build(False, jobs=2) == alone


def test_a_repetition_is_told_with_its_line_and_that_of_the_first() -> None:
    notes = [make_note("sentence", "The mill stood still.", f"{name}.md", line) for name, line in (("a", 3), ("b", 7))]
    with empty_collection() as collection:
        store(collection, notes)
        found = collection.combine(never_combined)
    assert found == [Repetition(Span("source/b.md", 7), "The mill stood still.", Span("source/a.md", 3))]


def test_of_a_sentence_that_an_article_has_twice_the_first_is_shown() -> None:
    notes = [make_note("sentence", "The mill stood still.", line=line) for line in (3, 7)]
    with empty_collection() as collection:
        store(collection, notes)
        found = collection.combine(never_combined)
        assert [built.note.line for built in collection.notes()] == [3]
    assert found == [Repetition(Span("source/a.md", 7), "The mill stood still.", Span("source/a.md", 3))]


def test_half_a_surrogate_pair_is_kept_as_a_question_mark() -> None:
    with empty_collection() as collection:
        store(collection, [make_note("sentence", "Half a \ud83d sign")])
        (built,) = collection.notes()
    assert (built.note.text, built.note.key) == ("Half a ? sign", "half a ? sign")


def test_repetitions_are_told_in_the_order_of_the_articles() -> None:
    with empty_collection() as collection:
        store(collection, [make_note("sentence", "The mill stood still.", f"{name}.md") for name in "abc"])
        a, b, c = collection.articles()
        collection.place([(a, 0), (b, 2), (c, 1)])
        assert [repetition.span.path for repetition in collection.combine(never_combined)] == ["source/c.md", "source/b.md"]


def test_a_repeated_sentence_is_told_once_however_many_notes_it_makes() -> None:
    sentence = TYPES[PAIR]["sentence"]
    other = sentence._replace(kind=sentence.kind._replace(name="jumble"), id=sentence.id + 1)
    types = {PAIR: {**TYPES[PAIR], "jumble": other}}
    notes = [make_note("sentence", "The mill stood still.", f"{name}.md") for name in "ab"]
    notes = [each for made in notes for each in (made, made._replace(note=made.note._replace(kind=other.kind)))]
    with empty_collection(types) as collection:
        store(collection, notes, types)
        assert collection.counts().notes == {"sentence": 1, "jumble": 1}
        assert len(collection.combine(never_combined)) == 1


def test_a_term_stays_in_the_order_of_its_uses_where_files_change_places(folder: NotesFolder) -> None:
    def mill() -> list[str]:
        (row,) = rows_of_package(folder.package, "SELECT flds FROM notes WHERE sfld = 'mill' AND flds LIKE '%工厂%'")
        return [field.name + ": " + text for field, text in zip(VOCABULARY.fields, row[0].split("\x1f"), strict=True)]

    folder.build(True)
    before = mill()
    for old, new in (("1", "8"), ("3", "9"), ("0", "7")):
        folder.now += 100
        (folder.notes / f"{old}.md").rename(folder.notes / f"{new}.md")
        folder.compare()
    (differing,) = [(old, new) for old, new in zip(before, mill(), strict=True) if old != new]
    assert differing == ("SourceFile: 1.md", "SourceFile: 8.md"), "the source is that of the sentence"
    folder.now += 100
    folder.write("2.md", ARTICLES[2].replace("磨房；工厂", "工厂；磨房"))
    folder.compare()
    assert [one for one in mill() if one.startswith("SourceFile")] == ["SourceFile: 2.md"], (
        "what changed has the order of the files"
    )


def test_cards_are_counted_by_their_names() -> None:
    notes = [
        made._replace(note=made.note._replace(cards=cards))
        for made, cards in (
            (make_note("cloze", "mill ⟂ The mill stood still."), (0, 1, 4)),
            (make_note("cloze", "still ⟂ The mill stood still."), (0,)),
            (make_note("sentence", "The mill stood still."), (0, 1)),
            (make_note("vocabulary", "mill"), ()),
        )
    ]
    with empty_collection() as collection:
        store(collection, notes)
        assert collection.cards() == {"cloze": 4, "read": 1, "produce": 1}
        assert collection.counts().cards == 6 and collection.counts().notes == {"cloze": 2, "sentence": 1}


def test_settled_notes_are_those_of_the_package_with_its_guids() -> None:
    notes = [make_note("sentence", text, f"{text}.md") for text in ("One", "Two", "Three")]
    with empty_collection() as collection:
        store(collection, notes)
        settle(collection, TYPES, Ledger(kinds=LETTERS, salts=("a salt",)), Surroundings(NOW))
        guids = {built.note.text: built.guid for built in collection.notes()}
        assert {identity.text: identity.guid for identity in collection.settled()} == guids
        collection.restrict(["Two.md"])
        assert {identity.text: identity.guid for identity in collection.settled()} == {"Two": guids["Two"]}


def test_settled_notes_are_in_reading_order() -> None:
    texts = ["The mill stood still.", "A baker counted loaves.", "Nobody slept.", "We waited."]
    notes = [
        make_note("sentence", text, document) for text, document in zip(texts, ("b.md", "b.md", "a.md", "a.md"), strict=True)
    ]
    with empty_collection() as collection:
        store(collection, notes)
        settle(collection, TYPES, Ledger(kinds=LETTERS), Surroundings(NOW))
        assert [identity.text for identity in collection.settled()] == [built.note.text for built in collection.notes()]
        assert [built.note.text for built in collection.notes()] == texts


def test_notes_that_are_asked_for_are_as_they_are_among_all() -> None:
    silent = make_note("sentence", "No card", "a.md")
    notes = [silent._replace(note=silent.note._replace(cards=()))]
    notes += [make_note("sentence", f"{name} {number}", f"{name}.md") for name in "bcd" for number in range(3)]
    with empty_collection() as collection:
        store(collection, notes)
        settle(collection, TYPES, Ledger(kinds=LETTERS), Surroundings(NOW))
        found = list(collection.notes())
        assert [built.dues for built in found] == [(due,) for due in range(1, 10)]
        assert list(collection.notes([found[7].guid, found[1].guid])) == [found[1], found[7]]
        assert list(collection.notes([])) == []
        assert list(collection.notes(names=("c.md",))) == found[3:6]


def test_notes_are_found_by_words_article_by_article() -> None:
    notes = [
        make_note("sentence", text, f"{name}.md", Text=text) for name in "bcd" for text in (f"{name} 0", f"{name} 1", f"{name} 2")
    ]
    with empty_collection() as collection:
        store(collection, notes)
        settle(collection, TYPES, Ledger(kinds=LETTERS), Surroundings(NOW))
        assert collection.holding(["b.md"], ["b"], 9) == [], "no text is stored yet"
        collection.keep_texts(_all_fields)
        found = list(collection.notes())
        assert collection.holding(["d.md", "b.md"], ["d 1"], 9) == [found[7]]
        assert collection.holding(["d.md", "b.md"], [], 9) == [*found[6:], *found[:3]]
        assert collection.holding(["b.md", "c.md", "d.md"], [], 4) == found[:6], "the articles that are begun are whole"
        assert collection.holding(["b.md"], ["sentence", "b 2"], 9) == [found[2]]
        assert collection.holding(["b.md"], ["b*2"], 9) == []
        assert collection.holding(["x.md"], [], 9) == []


def test_dictionary_forms_are_kept() -> None:
    with empty_collection() as collection:
        collection.add_lemmas({("held", "en"): "hold", ("xyzzy", "en"): ""})
        collection.add_lemmas({("held", "en"): "hold", ("gehalten", "de"): "halten"})
        assert collection.lemmas() == {("held", "en"): "hold", ("xyzzy", "en"): "", ("gehalten", "de"): "halten"}


def test_only_what_was_edited_is_read(folder: NotesFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    article = Compiler.article

    def reading(compiler: Compiler, source: Source) -> object:
        read.append(source.name)
        return article(compiler, source)

    monkeypatch.setattr(Compiler, "article", reading)
    folder.build(True)
    read.clear()
    folder.write("1.md", ARTICLES[1] + "\nbaker：面包师\n")
    folder.compare()
    assert read == ["1.md", "0.md", "1.md", "2.md", "3.md"], "all only without the collection"


def test_a_style_reads_no_article_and_looks_at_no_note(folder: NotesFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.folder / "anki_builder.toml").write_text("", "utf-8")
    folder.build(True)
    monkeypatch.setattr(Compiler, "article", None)
    monkeypatch.setattr(Collection, "notes", None)
    (folder.folder / "templates").mkdir()
    (folder.folder / "templates" / "user.css").write_text(".card { color: red }", "utf-8")
    assert folder.build(True).report.code == 0


def test_what_was_of_a_file_that_is_gone_is_forgotten(folder: NotesFolder) -> None:
    folder.build(True)
    (folder.notes / "2.md").unlink()
    folder.build(True)
    (path,) = [path for path in files_of_cache() if path.name == NAME]
    with sqlite3.connect(path) as connection:
        assert [name for (name,) in connection.execute("SELECT name FROM article ORDER BY position")] == [
            '"0.md"',
            '"1.md"',
            '"3.md"',
        ]
        for table in ("note", "term_use", "shown", "card"):
            known = "SELECT count(*) FROM {} WHERE article NOT IN (SELECT id FROM article)"
            assert connection.execute(known.format(table)).fetchone() == (0,)
    connection.close()


def test_a_cache_that_cannot_be_written_stops_nothing(folder: NotesFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.folder / "file").write_text("", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.folder / "file"))
    monkeypatch.setenv("LOCALAPPDATA", str(folder.folder / "file"))
    cached = folder.build(True)
    assert cached.package is not None
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.folder / "cache"))
    assert folder.build(False)[1:] == cached[1:]


def test_a_file_that_is_no_database_is_made_anew(folder: NotesFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.build(True)
    (path,) = [path for path in files_of_cache() if path.name == NAME]
    path.write_bytes(b"no database" * 1000)
    monkeypatch.setattr("anki_builder.collection.file._read", lambda path: "trusted")
    monkeypatch.setattr("anki_builder.collection.file._state_of", lambda *_: "trusted")
    folder.age()
    folder.write("1.md", ARTICLES[1] + "\nbaker：面包师\n")
    folder.compare()


def test_the_rows_of_one_process_are_those_of_another(folder: NotesFolder) -> None:
    made = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "XDG_CACHE_HOME": str(folder.folder / seed)}
        shown = [sys.executable, "-m", "anki_builder", "show", "notes", "--stage", "notes", "--format", "json"]
        made.append(subprocess.run(shown, capture_output=True, check=True, cwd=folder.folder, env=environment).stdout)
    assert made[0] == made[1] != b""


def test_a_file_name_that_is_no_unicode_is_built(folder: NotesFolder) -> None:
    name = os.fsdecode(b"caf\xe9.md")
    try:
        (folder.notes / name).write_text(ARTICLES[0].replace("kite", "cafe"), "utf-8")
    except OSError:
        pytest.skip("this file system takes no such name")
    assert folder.compare().package is not None


def test_diagnostics_are_kept_with_their_corrections() -> None:
    (name, rule), *_ = RULES.items()
    place = Span("a.md", 3, 4, 5)
    kept = Diagnostic(rule, place, "one", "two", ((Span("b.md", 1), "three"),), (Fix(place, "old", "new"),))
    assert diagnostics_of_json(diagnostics_to_json([kept]), {name: rule}) == [kept]
