"""The package: imports into the real Anki as predicted, is the same for the same deck, and is written whole or not at all."""

import os
import sqlite3
import tempfile
import zipfile
from pathlib import Path

import pytest
from anki_collection import anki_collection

from anki_builder import package
from anki_builder.note import Card, DatedNote, DatedNoteType, Deck, Media, Note, NoteTypeName
from anki_builder.notes.note_types import FIELDS, note_types
from anki_builder.package import library, pack
from anki_builder.package.database import deck_ids
from anki_builder.templates.evaluate import card_ords

NOW = 1_700_000_000
PAIR = ("en", "zh")
SAMPLE: dict[NoteTypeName, dict[str, str]] = {
    "sentence": {
        "Text": "The ferry waited for the fog to lift.",
        "Translation": "渡船等着雾散去。",
        "Focus": '<ul class="focus"><li><b>ferry</b> 渡船</li></ul>',
        "Passage": "<mark>The ferry waited for the fog to lift.</mark> Nobody minded.",
        "PassageTranslation": "<mark>渡船等着雾散去。</mark>没有人在意。",
        "Source": "Harbour morning",
        "SourceUrl": "https://example.org/harbour",
        "Location": "¶1 · 1/2",
        "AddReverse": "1",
        "AddListening": "1",
        "Key": "harbour 1",
    },
    "vocabulary": {
        "Term": "ferry",
        "Phonetics": "[ˈferi]",
        "Gloss": "渡船",
        "Context": 'The <b class="term">ferry</b> waited.',
        "ContextCloze": 'The <span class="gap">[…]</span> waited.',
        "Answer": "ferry",
        "AddRecall": "1",
        "AddSpelling": "1",
        "AddListening": "1",
        "Key": "ferry",
    },
    "cloze": {"Text": "The {{c1::ferry::渡船}} waited.", "Translation": "渡船等着。", "AddTyping": "1", "Key": "c ferry"},
}


def fields(kind: NoteTypeName, **values: str) -> tuple[str, ...]:
    filled = SAMPLE[kind] | values
    return tuple(filled.get(name, "") for name in FIELDS[kind])


def deck(count: int = 2, **values: str) -> Deck:
    types = note_types(PAIR)
    notes = []
    for number in range(count):
        for kind in FIELDS:
            content = fields(kind, Key=f"{kind} {number}", **values)
            ords = card_ords(types[kind], content)
            cards = tuple(Card(ord_, 10 * number + ord_) for ord_ in ords)
            note = Note(
                kind, content[-1], f"Notes::Article {number}", ("source::a", "own"), content, cards, "a.md", 3, "a.md", "",
                languages=PAIR,
            )
            notes.append(DatedNote(note, f"guid-{kind}-{number}", NOW + number))
    return Deck(tuple((PAIR, DatedNoteType(kind, NOW)) for kind in types.values()), tuple(notes))


def test_real_anki_imports_exactly_the_predicted_cards(tmp_path: Path) -> None:
    built = deck(3)
    pack(built, tmp_path / "a.apkg")
    with anki_collection() as anki:
        assert anki.add(tmp_path / "a.apkg") == (9, 0, 0, 0)
        anki.check()
        predicted = {(dated.guid, card) for dated in built.notes for card in dated.note.cards}
        assert {(face.guid, Card(face.ord, face.due)) for face in anki.cards()} == predicted
        assert len(predicted) == 3 * (3 + 4 + 1)
        assert {name.name for name in anki.collection.decks.all_names_and_ids()} >= {"Notes::Article 0", "Notes::Article 2"}
        assert anki.notes()["guid-sentence-1"].tags == ["own", "source::a"]
        assert anki.add(tmp_path / "a.apkg") == (0, 0, 9, 0)


def test_field_and_template_ids_arrive_in_anki(tmp_path: Path) -> None:
    pack(deck(1), tmp_path / "a.apkg")
    with anki_collection() as anki:
        anki.add(tmp_path / "a.apkg")
        for kind in note_types(PAIR).values():
            model = anki.collection.models.get(kind.id)
            assert [(field["name"], field["id"]) for field in model["flds"]] == [tuple(field) for field in kind.fields]
            assert [(card["name"], card["id"]) for card in model["tmpls"]] == [(c.name, c.id) for c in kind.templates]
            assert model["css"] == kind.css


def test_the_same_deck_gives_the_same_bytes(tmp_path: Path) -> None:
    pack(deck(), tmp_path / "a.apkg")
    pack(deck(), tmp_path / "b.apkg")
    assert (tmp_path / "a.apkg").read_bytes() == (tmp_path / "b.apkg").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.apkg") as archive:
        assert archive.read("collection.anki2")[96:100] == b"\0\0\0\0"
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_each_note_carries_its_own_time(tmp_path: Path) -> None:
    pack(deck(), tmp_path / "a.apkg")
    with zipfile.ZipFile(tmp_path / "a.apkg") as archive:
        archive.extract("collection.anki2", tmp_path)
    connection = sqlite3.connect(tmp_path / "collection.anki2")
    assert dict(connection.execute("select guid, mod from notes")) == {d.guid: d.modified for d in deck().notes}
    ids = [row[0] for row in connection.execute("select id from notes order by id")]
    assert len(set(ids)) == len(ids) and max(ids) <= (NOW + 1) * 1000
    connection.close()


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError, MemoryError])
def test_a_failure_leaves_the_old_package_and_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[BaseException]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    (tmp_path / "a.apkg").write_bytes(b"old")

    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(package, "_media", fail)
    with pytest.raises(fault):
        pack(deck(), tmp_path / "a.apkg")
    assert (tmp_path / "a.apkg").read_bytes() == b"old"
    monkeypatch.undo()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.apkg", "tmp"]


def test_a_full_disk_under_the_database_is_told_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "APKG_SCHEMA", f"PRAGMA max_page_count=9;{library.APKG_SCHEMA}")
    with pytest.raises(OSError, match="full"):
        pack(deck(1000), tmp_path / "a.apkg", keep=tmp_path / "database")
    assert list(tmp_path.iterdir()) == []


def test_success_leaves_no_file_but_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    pack(deck(), tmp_path / "a.apkg")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.apkg", "tmp"]


def test_the_package_is_readable_like_any_other_file(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        pack(deck(), tmp_path / "a.apkg")
    finally:
        os.umask(mask)
    assert (tmp_path / "a.apkg").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("bad", ["a\x1fb", "a\0b"])
def test_a_field_that_would_break_the_whole_import_is_refused(tmp_path: Path, bad: str) -> None:
    with pytest.raises(ValueError, match=r"a\.md:3: "):
        pack(deck(1, Note=bad), tmp_path / "a.apkg")
    assert not list(tmp_path.iterdir())


def test_media_of_notes_and_templates_come_once_each(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"picture")
    picture = Media("anki-builder-0123.png", str(tmp_path / "x.png"))
    built = deck(2, Note='<img src="anki-builder-0123.png">')
    notes = tuple(dated._replace(note=dated.note._replace(media=(picture,))) for dated in built.notes)
    pack(built._replace(notes=notes, media=(picture,)), tmp_path / "a.apkg")
    with anki_collection() as anki:
        anki.add(tmp_path / "a.apkg")
        assert (Path(anki.collection.media.dir()) / "anki-builder-0123.png").read_bytes() == b"picture"
        assert not list(anki.collection.media.check().missing)


def test_an_empty_deck_is_a_package_that_anki_accepts(tmp_path: Path) -> None:
    pack(Deck((), ()), tmp_path / "a.apkg")
    with anki_collection() as anki:
        assert anki.add(tmp_path / "a.apkg") == (0, 0, 0, 0)


def test_decks_whose_names_differ_in_case_alone_are_one() -> None:
    ids = deck_ids(dict.fromkeys(["A::b", "a::B", "A::c"]))
    assert ids["A::b"] == ids["a::B"] != ids["A::c"]
    assert 1 not in ids.values()
