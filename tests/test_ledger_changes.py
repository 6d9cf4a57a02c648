"""What a learner does besides editing notes, from the command line into the real Anki, with reviews and edits there before it."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from building import MANY_CARDS_FILE
from test_ledger_files import NOTE, SECOND, edit, plan, run

pytest.importorskip("anki", reason="the real Anki (pip install anki) is the judge here")

from anki_collection import AnkiCollection, Counts, anki_collection

PACKAGE = Path("build/deck.apkg")
CLOCK = [1_800_000_000]
"""The time of the next build, in seconds since the epoch."""


def contents(anki: AnkiCollection) -> dict[str, tuple[list[str], list[str]]]:
    return {guid: (list(note.fields), sorted(note.tags)) for guid, note in anki.notes().items()}


def decks(anki: AnkiCollection, query: str) -> set[str]:
    collection = anki.collection
    return {collection.decks.name(collection.get_card(number).did) for number in collection.find_cards(query)}


def built(folder: Path, *more: str) -> str:
    CLOCK[0] += 100
    result = run("build", folder, "-o", PACKAGE, *more)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of two notes; the times of its builds are later than what was edited in Anki meanwhile."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "notes"
    folder.mkdir()
    (tmp_path / "anki_builder.toml").write_text(MANY_CARDS_FILE, encoding="utf-8")
    (folder / "ladder.md").write_text(NOTE, encoding="utf-8")
    (folder / "well.md").write_text(SECOND, encoding="utf-8")
    CLOCK[0] = 1_800_000_000
    monkeypatch.setattr("anki_builder.cli.stages.time.time", lambda: CLOCK[0])
    monkeypatch.setattr("anki_builder.cli.building.wait_for", lambda moment: None)
    built(folder)
    return folder


@pytest.fixture
def anki(notes: Path) -> Iterator[AnkiCollection]:
    """Yield a collection with the notes imported, reviewed and edited there."""
    with anki_collection() as anki:
        assert anki.add(PACKAGE) == Counts(14, 0, 0, 0)
        anki.review()
        for note in anki.notes().values():
            note["Note"] += " my own remark"
            note.tags.append("mine")
            anki.collection.update_note(note)
        edited(anki)
        yield anki


def edited(anki: AnkiCollection) -> None:
    """Date what was edited in Anki: later than the last build, and earlier than the next one."""
    anki.collection.db.execute("update notes set mod = ?", CLOCK[0] + 50)


def kept(anki: AnkiCollection, before: dict[str, Any], history: dict[Any, Any]) -> None:
    """Assert that notes and reviews are as they were."""
    assert contents(anki).items() >= before.items(), "an edit made in Anki is lost"
    assert anki.history().items() >= history.items(), "reviews are lost"


def test_a_copied_article_changes_nothing(notes: Path, anki: AnkiCollection) -> None:
    before, history = contents(anki), anki.history()
    text = NOTE.replace("# The ladder", "# The ladder, copied")
    (notes / "another copy.md").write_text(text, encoding="utf-8")
    (notes / "z copy.md").write_text(text, encoding="utf-8")
    assert "0 new, 0 changed" in built(notes)
    assert anki.add(PACKAGE) == Counts(0, 0, 14, 0)
    kept(anki, before, history)


def test_lines_that_lose_their_label_are_a_warning(notes: Path) -> None:
    edit(notes, "原文：\n\nOne morning", "One morning")
    result = run("plan", notes, "-o", PACKAGE)
    text = (notes / "ladder.md").read_text(encoding="utf-8")
    line = text[: text.index("One morning")].count("\n") + 1
    assert "warning[cards-lost]: “One morning the ladder was gone" in result.output
    assert f"--> notes/ladder.md:{line}:1" in result.output
    assert "cards-lost" not in run("plan", notes / "well.md", "-o", PACKAGE).output
    edit(notes, "One morning the ladder was gone, and only two dents in the grass were left.\n", "")
    assert "cards-lost" not in run("plan", notes, "-o", PACKAGE).output, "what was deleted on purpose"


def test_a_deck_is_renamed_by_a_command(notes: Path, anki: AnkiCollection) -> None:
    before, history = contents(anki), anki.history()
    edit(notes, "# The well", "# The old well", "well.md")
    assert '`anki-builder deck "notes::The well"' in run("plan", notes, "-o", PACKAGE).output.replace("'", '"')
    assert (
        "no note is in the deck “notes::The wel” (did you mean “notes::The well”?)"
        in run("deck", "notes::The wel", "x", notes, "-o", PACKAGE).output
    )
    renamed = run("deck", "notes::The well", "notes::The old well", notes, "-o", PACKAGE)
    assert "without a push, rename “notes::The well” to “notes::The old well” there" in renamed.output
    edit(notes, "Its water tasted of iron and leaves.", "Its water tasted of iron and leaves. Nobody drank it.", "well.md")
    edit(notes, "井水有铁和树叶的味道。", "井水有铁和树叶的味道。没有人喝。", "well.md")
    assert "deck-kept" not in built(notes)
    collection = anki.collection
    collection.decks.rename(collection.decks.id("notes::The well"), "notes::The old well")
    anki.add(PACKAGE)
    assert decks(anki, "iron or drank") == {"notes::The old well"}
    assert "notes::The well" not in {deck.name for deck in collection.decks.all_names_and_ids()}
    kept(anki, before, history)


def test_a_title_arrives_with_retitle(notes: Path, anki: AnkiCollection) -> None:
    before, history = contents(anki), anki.history()
    edit(notes, "# The well", "# The old well", "well.md")
    planned = run("plan", notes, "-o", PACKAGE).output
    assert "0 new, 0 changed" in planned
    assert "a former title, tag or list stays in Anki on 4 notes until the next change" in planned
    built(notes)
    anki.add(PACKAGE)
    kept(anki, before, history)
    assert "0 new, 4 changed" in run("plan", notes, "-o", PACKAGE, "--retitle").output
    built(notes, "--retitle")
    assert anki.add(PACKAGE) == Counts(0, 4, 10, 0)
    assert len(anki.collection.find_notes("tag:source::The_old_well")) == 4
    assert not anki.collection.find_notes("tag:source::The_well")
    assert anki.history() == history
    assert "0 new, 0 changed" in run("plan", notes, "-o", PACKAGE, "--retitle").output
    edit(notes, "# The old well", "# The well", "well.md")
    assert "0 new, 4 changed" in run("plan", notes, "-o", PACKAGE, "--retitle").output


def test_tags_and_lists_of_terms_wait_and_arrive_with_retitle(notes: Path, anki: AnkiCollection) -> None:
    before, history = contents(anki), anki.history()
    edit(notes, "# The well", "---\ntags: [water]\n---\n\n# The well", "well.md")
    edit(notes, "iron：铁", "iron：铁；熨斗", "well.md")
    planned = run("plan", notes, "-o", PACKAGE).output
    assert "0 new, 2 changed" in planned
    assert "a former title, tag or list stays in Anki on 2 notes until the next change" in planned
    built(notes)
    anki.add(PACKAGE)
    after = contents(anki)
    assert len([guid for guid, content in before.items() if after[guid] != content]) == 2
    assert len(anki.collection.find_notes("tag:water")) == 2
    assert not anki.collection.find_notes("Focus:*熨斗*")
    built(notes, "--retitle")
    assert anki.add(PACKAGE).updated == 2
    assert len(anki.collection.find_notes("tag:water")) == 4
    assert anki.collection.find_notes("Focus:*熨斗*")
    assert anki.history() == history


def test_a_stop_names_files_and_languages(notes: Path) -> None:
    edit(notes, "# The ladder", "---\nlanguages: [de, zh]\n---\n# The ladder")
    stopped = run("plan", notes, "-o", PACKAGE).output
    assert "10 of 14 notes would be removed: 10 of 10 in ladder.md" in stopped
    assert "The note ladder.md is read in de-zh and was in en-zh: if that is wrong, write `languages: [en, zh]`" in stopped


def test_plan_prints_the_guids_that_link_takes(notes: Path) -> None:
    edit(notes, "Its water tasted of iron and leaves.", "The taste of it reminded us of rust.", "well.md")
    edit(notes, "井水有铁和树叶的味道。", "那味道让我们想起铁锈。", "well.md")
    found = {note["status"]: note["guid"] for note in plan(notes)["notes"] if note["note_type"] == "sentence"}  # type: ignore[attr-defined]
    output = run("plan", notes, "-o", PACKAGE).output
    assert found["new"] in output and found["removed"] in output
    assert run("link", found["removed"], found["new"], notes, "-o", PACKAGE).exit_code == 0
    assert "0 new" in run("plan", notes, "-o", PACKAGE).output


@pytest.mark.parametrize("order", [("well.md", "abridged.md"), ("abridged.md", "well.md")])
def test_copies_that_are_mended_one_by_one_are_a_doubt(notes: Path, order: tuple[str, str]) -> None:
    """The first edit makes a new note, since the old text still stands in the other file; the second one takes that away."""
    edit(notes, "water tasted", "water tastd", "well.md")
    (notes / "abridged.md").write_text((notes / "well.md").read_text("utf-8").replace("The well behind", "A well near"), "utf-8")
    built(notes)
    with anki_collection() as anki:
        anki.add(PACKAGE)
        anki.review()
        for name in order:
            edit(notes, "water tastd", "water tasted", name)
            output = built(notes)
            anki.add(PACKAGE)
        history = anki.history()
        ((old, new),) = re.findall(r"`anki-builder link (\S+) (\S+) ", output)
        assert run("link", old, new, notes, "-o", PACKAGE).exit_code == 0
        assert "doubtful-identity" not in built(notes)
        anki.add(PACKAGE)
        assert anki.history() == history
        assert "tasted" in anki.notes()[old]["Text"]


def test_a_file_whose_notes_all_stand_in_a_copy_can_be_read(notes: Path) -> None:
    """Its last note of its own is gone where it was edited after the copy."""
    (notes / "abridged.md").write_text((notes / "well.md").read_text("utf-8"), "utf-8")
    built(notes)
    for name in ("abridged.md", "well.md"):
        edit(notes, "Its water tasted of iron and leaves.", "Its cold water tasted of iron and leaves.", name)
        assert "file-without-notes" not in built(notes)


def test_notes_that_are_restored_with_their_ledger_arrive_when_they_change(notes: Path, anki: AnkiCollection) -> None:
    files = {path: path.read_bytes() for path in notes.iterdir()}
    history = anki.history()
    edit(notes, "Its water tasted of iron and leaves.", "Its water tasted of iron, moss and leaves.", "well.md")
    built(notes)
    anki.add(PACKAGE)
    for path, content in files.items():
        path.write_bytes(content)
    assert "0 new, 0 changed" in built(notes)
    assert anki.add(PACKAGE) == Counts(0, 0, 14, 0)
    texts = {guid: fields[0] for guid, (fields, _) in contents(anki).items()}
    assert "Its water tasted of iron, moss and leaves." in texts.values(), "Anki keeps the newer text"
    edit(notes, "Its water tasted of iron and leaves.", "Its cold water tasted of iron and leaves.", "well.md")
    built(notes)
    anki.add(PACKAGE)
    (guid,) = [guid for guid, text in texts.items() if text == "Its water tasted of iron, moss and leaves."]
    assert anki.notes()[guid]["Text"] == "Its cold water tasted of iron and leaves."
    assert anki.history() == history


def test_an_edit_in_anki_between_build_and_import_wins(notes: Path, anki: AnkiCollection) -> None:
    edit(notes, "井水有铁和树叶的味道。", "井水有股铁锈味。", "well.md")
    built(notes)
    edited(anki)
    before, history = contents(anki), anki.history()
    assert anki.add(PACKAGE) == Counts(0, 0, 14, 0)
    kept(anki, before, history)
    assert "0 new, 0 changed" in run("plan", notes, "-o", PACKAGE).output


def change_type(anki: AnkiCollection, what: str) -> None:
    """Add a field or a card template to our vocabulary note type, as add-ons and learners do."""
    models = anki.collection.models
    note_type = models.by_name("Bilingual Vocabulary (en-zh)")
    if what == "field":
        models.add_field(note_type, models.new_field("am-unknowns"))
    else:
        template = models.new_template("Mine")
        template["qfmt"], template["afmt"] = "{{Gloss}} {{Term}}", "{{FrontSide}}"
        models.add_template(note_type, template)
    models.update_dict(note_type)


def verified(notes: Path, anki: AnkiCollection) -> list[str]:
    """Return the faults that `verify` finds with a collection, without what to do about them."""
    with closing(sqlite3.connect(anki.collection.path)) as connection, closing(sqlite3.connect("copy.anki2")) as copy:
        connection.backup(copy)
    result = run("verify", notes, "-o", PACKAGE, "--collection", "copy.anki2")
    assert result.exit_code == 1
    return [line.partition(", which")[0] for line in result.stdout.splitlines()]


@pytest.mark.parametrize("what", ["field", "card"])
def test_a_note_type_that_was_changed_in_anki_takes_a_merge(notes: Path, anki: AnkiCollection, what: str) -> None:
    change_type(anki, what)
    edited(anki)
    history = anki.history()
    edit(notes, "dents：凹痕", "dents：凹痕；坑")
    assert verified(notes, anki) == [
        "note type “Bilingual Vocabulary (en-zh)”: the field “am-unknowns” was added in Anki"
        if what == "field"
        else "note type “Bilingual Vocabulary (en-zh)”: the card template “Mine” was added in Anki",
        "4 notes could not be imported: their note type differs from the one in the collection",
    ]
    built(notes)
    assert anki.add(PACKAGE).conflicting == 4, "all vocabulary notes are refused"
    assert not anki.collection.find_notes('"Gloss:*坑*"')
    assert anki.add(PACKAGE, merge_notetypes=True).conflicting == 0
    assert len(anki.collection.find_notes('"Gloss:*坑*"')) == 1
    assert anki.history().items() >= history.items()
