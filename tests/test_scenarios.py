"""The scenario table of `tests/cases/scenarios.md`, each scenario run against the real Anki."""

import re
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("anki", reason="the real Anki (pip install anki) is the judge here")

from anki_collection import AnkiCollection, Counts, opened
from building import MANY_CARDS, Build, build_documents, read_ledger

from anki_builder.compiler import read_and_align
from anki_builder.config import CARDS, load
from anki_builder.document import AlignedDocument
from anki_builder.ledger.arrange import arrange
from anki_builder.ledger.file import encoded, former
from anki_builder.ledger.linking import link
from anki_builder.source import Source

CASES = (Path(__file__).parent / "cases" / "scenarios.md").read_text(encoding="utf-8")
BEFORE, _, AFTER = CASES.partition("\n# Scenarios\n")
BASE = dict(re.findall(r"^## (\S+\.md)\n\n```markdown\n(.*?)```", BEFORE, re.S | re.M))
_documents: dict[tuple[str, str, str], AlignedDocument] = {}


class Scenario(NamedTuple):
    title: str
    steps: list[str]
    expected: list[str]


def scenarios() -> Iterator[Scenario]:
    for part in re.split(r"^## ", AFTER, flags=re.M)[1:]:
        blocks = dict(re.findall(r"^```(edit|expect)\n(.*?)^```", part, re.S | re.M))
        yield Scenario(part.partition("\n")[0], blocks["edit"].splitlines(), blocks["expect"].splitlines())


class Author:
    """Note files in memory, what the program makes of them, and its ledger as text."""

    def __init__(self, folder: Path) -> None:
        self.files, self.folder = dict(BASE), folder
        self.settings: dict[str, Any] = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in MANY_CARDS._asdict().items()
            if name in ("sentences", "sentence_cards", "terms")
        }
        self.style: dict[str, str] = {}
        self.ledger: bytes | None = None
        self.now = int(time.time()) - 10_000
        self.step = 1000

    def documents(self) -> list[AlignedDocument]:
        config = load(self.settings, "test")
        documents = []
        pairs = former(self.ledger or b"").pairs
        for name in sorted(self.files):
            key = name, self.files[name], repr((config, pairs.get(name)))
            if key not in _documents:
                text = self.files[name].replace("\r\n", "\n")
                _documents[key], _ = read_and_align(Source(name, name, text, former=pairs.get(name)), config)
            documents.append(_documents[key])
        return documents

    def built(self, package: Path | None = None, part: Sequence[str] | None = None) -> Build:
        """Return what the notes come to with the present ledger, which stays as it is."""
        config = load(self.settings, "test")
        built = build_documents(
            self.documents(), config, self.ledger, self.now, own_templates=self.style, package=package, part=part
        )
        assert not built.problems
        return built

    def build(self, part: Sequence[str] | None = None) -> tuple[Build, Path]:
        self.now += self.step
        package = self.folder / f"{self.now}.apkg"
        built = self.built(package, part)
        self.ledger = built.ledger
        return built, package

    def edit(self, step: str) -> None:
        """Carry out a step on the files or settings."""
        verb, _, rest = step.partition(" ")
        rest = rest.replace("\\n", "\n")
        match verb:
            case "replace":
                name, _, change = rest.partition(": ")
                old, new = re.split(r" →(?: |$)", change, maxsplit=1)
                assert old in self.files[name], step
                self.files[name] = self.files[name].replace(old, new)
            case "cut":
                name, _, start = rest.partition(": ")
                self._take(name, start, 1)
            case "drop":
                name, _, start = rest.partition(": ")
                self._take(name, start, 2)
            case "move":
                names, _, start = rest.partition(": ")
                origin, target = names.split(" → ")
                self.files[target] += "\n原文：\n\n" + self._take(origin, start)
            case "swap":
                name, _, starts = rest.partition(": ")
                parts = re.split(r"(?m)^原文：\n\n", self.files[name])
                first, second = ([p.startswith(start) for p in parts].index(True) for start in starts.split(" ↔ "))
                parts[first], parts[second] = parts[second].rstrip() + "\n\n", parts[first].rstrip() + "\n\n"
                self.files[name] = "原文：\n\n".join(parts)
            case "rename":
                old, new = rest.split(" → ")
                self.files[new] = self.files.pop(old)
            case "merge":
                old, new = rest.split(" → ")
                self.files[new] += "\n" + self.files.pop(old).partition("\n\n")[2]
            case "new":
                name, _, text = rest.partition(": ")
                self.files[name] = text + "\n"
            case "remove":
                del self.files[rest]
            case "crlf":
                self.files[rest] = self.files[rest].replace("\n", "\r\n")
            case "config":
                key, value = rest.split(" = ")
                self.settings[key] = {"true": True, "false": False}.get(
                    value, value.split() if key in ("tags", "languages", *CARDS) else value
                )
            case "style":
                self.style["user.css"] = rest
            case "link":
                old, new = rest.split(" → ")
                assert self.ledger is not None
                self.now += 1000
                built, (known, _) = self.built(), read_ledger(self.ledger)
                former = next(gone.identity.guid for gone in built.plan.of("removed") if gone.text.startswith(old[:20]))
                present = next(note.identity.guid for note in built.plan.of("new") if note.text.startswith(new))
                guids = set(built.guids)
                settled = [one for one in built.settled.ledger.identities() if one.guid in guids]
                notes = link(known.identities(), settled, former, present)
                live, gone = [one for one in notes if not one.removed], [one for one in notes if one.removed]
                self.ledger = encoded(known._replace(blocks=arrange(live, gone, notes, known.decks)))
            case "clock":
                self.step = 0
            case "lose":
                self.ledger = None
            case _:
                raise ValueError(step)

    def _take(self, name: str, start: str, blocks: int = 0) -> str:
        """Take the paragraph that begins with `start` out of a file, and those after it: `blocks` in all, or up to the next label."""
        paragraphs = self.files[name].split("\n\n")
        at = [paragraph.startswith(start) for paragraph in paragraphs].index(True)
        end = at + blocks if blocks else ([*paragraphs, "原文："]).index("原文：", at)
        taken = paragraphs[at:end]
        self.files[name] = "\n\n".join(paragraphs[:at] + paragraphs[end:])
        return "\n\n".join(taken).strip("\n") + "\n"


class Learner(AnkiCollection):
    """Reviews, and edits in Anki."""

    def edit_all(self) -> None:
        """Write a remark and a tag onto every note."""
        notes = list(self.notes().values())
        for note in notes:
            note["Note"] += " my own remark"
            note.tags.append("mine")
        self.collection.update_notes(notes, skip_undo_entry=True)

    def act(self, what: str) -> None:
        """Carry out a step in Anki."""
        collection = self.collection
        verb, _, rest = what.partition(" ")
        match verb:
            case "style":
                for found in collection.models.all_names_and_ids():
                    if found.name.startswith("Bilingual"):
                        note_type = collection.models.get(found.id)
                        note_type["css"] += "\n.mine { color: red }"
                        collection.models.update_dict(note_type)
            case "move-cards":
                collection.set_deck(collection.find_cards(""), collection.decks.id("Elsewhere"))
            case "rename-deck":
                old, new = rest.split(" → ")
                collection.decks.rename(collection.decks.id(old), new)
            case "suspend":
                collection.sched.suspend_cards(collection.find_cards(""))
                collection.set_user_flag_for_cards(2, collection.find_cards(""))
            case "review":
                self.review()
            case "delete":
                collection.remove_notes(collection.find_notes(f'"Text:{rest}"'))
            case _:
                raise ValueError(what)

    def states(self) -> dict[tuple[str, int], tuple[Any, ...]]:
        """Return what the learner did to each card."""
        rows = self.collection.db.all(
            "select n.guid, c.ord, c.id, c.did, c.ivl, c.reps, c.due, c.queue, c.flags, c.factor, c.data,"
            " (select count() from revlog r where r.cid = c.id) from cards c join notes n on n.id = c.nid"
        )
        return {(guid, ord_): tuple(rest) for guid, ord_, *rest in rows}

    def contents(self) -> dict[str, tuple[Any, ...]]:
        rows = self.collection.db.all("select guid, id, flds, tags, mod from notes")
        assert len(rows) == len({guid for guid, *_ in rows}), "a note twice"
        return {guid: tuple(rest) for guid, *rest in rows}


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, int]:
    """Return a collection into which the notes were imported, reviewed and edited, with the ledger and the time of that build."""
    folder = tmp_path_factory.mktemp("start")
    author = Author(folder)
    built, package = author.build()
    path = folder / "collection.anki2"
    learner = Learner(opened(path))
    assert learner.add(package) == Counts(len(built.notes), 0, 0, 0)
    learner.check()
    assert learner.review() == sum(len(one.note.cards) for one in built.notes)
    learner.edit_all()
    learner.collection.close()
    assert author.ledger is not None
    return path, author.ledger, author.now


def found(built: Build, start: str) -> str:
    """Return the GUID of the note whose text begins with `start`; a term is found by its whole text."""
    notes = [one for one in built.notes if one.note.text == start]
    notes = notes or [one for one in built.notes if one.note.text.startswith(start)]
    assert notes, start
    return notes[0].guid


def test_there_are_enough_scenarios() -> None:
    assert len(list(scenarios())) >= 40


def test_every_line_of_the_page_is_proven() -> None:
    """`docs/identity.md` links each of its lines to a scenario, or names a test."""
    titles = {re.sub(r"[^\w -]", "", scenario.title.lower()).replace(" ", "-") for scenario in scenarios()}
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_ledger*.py"))
    page = (Path(__file__).parents[1] / "docs" / "identity.md").read_text(encoding="utf-8")
    lines = [line for line in page.split("\n") if line.startswith("| ") and not line.startswith("| I … ")]
    assert len(lines) >= 40
    for line in lines:
        link = re.search(r"scenarios\.md#([^)]+)\) \|$", line)
        name = re.search(r"`(test_\w+)` \|$", line)
        assert (link and link[1] in titles) or (name and f"def {name[1]}(" in tests), line


@pytest.mark.parametrize("scenario", list(scenarios()), ids=lambda scenario: scenario.title.replace(" ", "-"))
def test_reviews_survive(scenario: Scenario, start: tuple[Path, bytes, int], tmp_path: Path) -> None:
    collection, ledger, now = start
    path = tmp_path / "collection.anki2"
    shutil.copy(collection, path)
    learner = Learner(opened(path))
    try:
        _run(scenario, learner, ledger, now, tmp_path)
    finally:
        learner.collection.close()


def _run(scenario: Scenario, learner: Learner, ledger: bytes, now: int, folder: Path) -> None:
    author = Author(folder)
    author.now, author.ledger = now, ledger
    first = author.built()
    assert first.plan.count("unchanged") == len(first.notes)
    author.now = int(time.time()) + 1000  # later than what was edited in Anki just now
    for step in scenario.steps:
        if step == "build":
            _import(author, learner)
        elif step == "build only":
            author.build()
        elif step.startswith("build part "):
            _import(author, learner, part=step.removeprefix("build part ").split())
        elif step.startswith("anki "):
            learner.act(step.removeprefix("anki "))
        else:
            author.edit(step)
    expected = dict(line.partition(" ")[::2] for line in scenario.expected if not line.startswith(("same ", "other ")))
    built = _import(author, learner, expected)
    plan = built.plan
    counts = {status: plan.count(status) for status in ("new", "changed", "removed", "returned")} | {"moved": plan.moved}
    assert {name: count for name, count in counts.items() if count} == {
        name: int(expected[name]) for name in counts if name in expected
    }, [(change.status, change.text, change.fields) for change in plan.changes]
    if "fields" in expected:
        assert {field for note in plan.changes for field in note.fields} == set(expected["fields"].split())
    assert sum(len(note.blank_cards) for note in plan.changes) == int(expected.get("blank", 0))
    assert sum(len(note.new_cards) for note in plan.changes) == int(expected.get("cards", 0))
    assert sum(kind.status == "changed" for kind in plan.note_types) == int(expected.get("types", 0))
    assert [problem.rule.name for problem in plan.stops()] == expected.get("stops", "").split()
    assert sorted(set(built.remarks)) == expected.get("diagnostic", "").split()
    if "deck" in expected:
        text, _, deck = expected["deck"].partition(" = ")
        assert next(one.deck for one in built.notes if one.note.text == text) == deck
    for line in scenario.expected:
        verb, _, rest = line.partition(" ")
        if verb in ("same", "other"):
            old, new = rest.split(" → ")
            assert (found(first, old) == found(built, new)) == (verb == "same"), line


def _import(author: Author, learner: Learner, expected: dict[str, str] = {}, part: Sequence[str] | None = None) -> Build:  # noqa: B006
    """Build all files or a `part` of them, and import; hold what holds after any edit."""
    states, contents, types = learner.states(), learner.contents(), _types(learner)
    built, package = author.build(part)
    plan = built.plan
    changed = {note.identity.guid for note in plan.changes if note.fields}
    present = {one.guid: one for one in built.notes}
    assert len(present) == len(built.notes), "a GUID twice"
    assert max(built.times) <= author.now + (author.step == 0)
    counts = learner.add(package)
    new = set(present) - set(contents)
    assert counts.conflicting == 0
    if "imported-new" not in expected and "imported-changed" not in expected:
        assert new == {note.identity.guid for note in plan.of("new")}
    assert counts.new == len(new) == int(expected.get("imported-new", len(new)))
    updated = int(expected.get("imported-changed", len(changed)))
    assert counts.updated == updated
    assert counts.duplicate == len(present) - len(new) - updated

    after, after_states = learner.contents(), learner.states()
    assert {card: state for card, state in after_states.items() if card in states} == states, "reviews were lost"
    for card in set(after_states) - set(states):
        assert card[0] in new or any(note.identity.guid == card[0] and note.new_cards for note in plan.changes), "a card too many"
    for guid, content in contents.items():
        arrived = guid in changed or ("imported-changed" in expected and guid in present)
        if arrived:
            assert after[guid][1].split("\x1f") == list(present[guid].note.fields.values())
            assert sorted(after[guid][2].split()) == sorted(present[guid].info.tags)
        else:
            assert after[guid] == content, "what was edited in Anki is lost"
    if not any(kind.status != "unchanged" for kind in plan.note_types):
        assert _types(learner) == types
    for note_type, _ in built.settled.note_types:
        if any(kind.status == "changed" for kind in plan.note_types):
            assert learner.collection.models.get(note_type.id)["css"] == note_type.css, "the template did not arrive"
    for gone in plan.of("removed"):
        assert learner.collection.find_notes(f"Key:{gone.identity.guid}"), "the search text finds nothing"
    assert learner.add(package) == Counts(0, 0, len(present), 0)
    if not any(note.blank_cards for note in plan.changes):
        assert not learner.collection.get_empty_cards().notes
    return built


def _types(learner: Learner) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in learner.collection.db.all("select id, name, mtime_secs, config from notetypes order by id")]
