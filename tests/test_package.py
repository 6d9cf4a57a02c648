"""The package: imports into the real Anki as predicted, is the same for the same deck, and is written whole or not at all."""

import os
import tempfile
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from anki_collection import anki_collection
from building import NOW, PAIR, TYPES, Made, build, make_note, rows_of_package
from genanki.apkg_schema import APKG_SCHEMA
from hypothesis import given
from hypothesis import strategies as st

from anki_builder import package
from anki_builder.note import Media
from anki_builder.notes.note_types import note_types
from anki_builder.package import Deck, deck_ids, pack
from anki_builder.templates.evaluate import card_ords

SAMPLE: dict[str, dict[str, str]] = {
    "sentence": {
        "Text": "The ferry waited for the fog to lift.",
        "Translation": "渡船等着雾散去。",
        "Focus": '<ul class="focus"><li><b>ferry</b> 渡船</li></ul>',
        "Passage": "<mark>The ferry waited for the fog to lift.</mark> Nobody minded.",
        "PassageTranslation": "<mark>渡船等着雾散去。</mark>没有人在意。",
        "Source": "Harbour morning",
        "SourceUrl": "https://example.org/harbour",
        "Location": "¶1 · 1/2",
        "AddRead": "1",
        "AddProduce": "1",
        "AddListen": "1",
        "Key": "harbour 1",
    },
    "vocabulary": {
        "Term": "ferry",
        "Phonetics": "[ˈferi]",
        "Gloss": "渡船",
        "Context": 'The <b class="term">ferry</b> waited.',
        "ContextCloze": 'The <span class="gap">[…]</span> waited.',
        "Answer": "ferry",
        "Spoken": "ferry",
        "AddRecall": "1",
        "AddRecognise": "1",
        "AddSpell": "1",
        "AddHear": "1",
        "Key": "ferry",
    },
    "cloze": {"Text": "The {{c1::ferry::渡船}} waited.", "Translation": "渡船等着。", "AddTyping": "1", "Key": "c ferry"},
}


def notes(count: int = 2, **values: str) -> list[Made]:
    made = []
    for number in range(count):
        for kind, sample in SAMPLE.items():
            one = make_note(kind, f"{kind} {number}", f"{number}.md", 3, f"Notes::Article {number}", **(sample | values))
            cards = card_ords(TYPES[PAIR][kind], one.note.fields)
            made.append(one._replace(note=one.note._replace(cards=cards), tags=("source::a", "own")))
    return made


def test_real_anki_imports_exactly_the_predicted_cards(tmp_path: Path) -> None:
    built = build(notes(3), package=tmp_path / "a.apkg")
    with anki_collection() as anki:
        assert anki.add(tmp_path / "a.apkg") == (9, 0, 0, 0)
        anki.check()
        predicted = {(one.guid, ord_, due) for one in built.notes for ord_, due in zip(one.note.cards, one.dues, strict=True)}
        assert {(face.guid, face.ord, face.due) for face in anki.cards()} == predicted
        assert len(predicted) == 3 * (3 + 4 + 1)
        assert {name.name for name in anki.collection.decks.all_names_and_ids()} >= {"Notes::Article 0", "Notes::Article 2"}
        assert anki.notes()[built.guids[0]].tags == ["own", "source::a"]
        assert anki.add(tmp_path / "a.apkg") == (0, 0, 9, 0)


def test_field_and_template_ids_arrive_in_anki(tmp_path: Path) -> None:
    build(notes(1), package=tmp_path / "a.apkg")
    with anki_collection() as anki:
        anki.add(tmp_path / "a.apkg")
        for kind in note_types(PAIR).values():
            model = anki.collection.models.get(kind.id)
            assert [(field["name"], field["id"]) for field in model["flds"]] == [(field.name, field.id) for field in kind.fields]
            assert [(card["name"], card["id"]) for card in model["tmpls"]] == [(c.name, c.id) for c in kind.templates]
            assert model["css"] == kind.css


def test_the_same_deck_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.apkg", "b.apkg"):
        build(notes(), package=tmp_path / name)
    assert (tmp_path / "a.apkg").read_bytes() == (tmp_path / "b.apkg").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.apkg") as archive:
        assert archive.testzip() is None
        assert archive.read("collection.anki2")[96:100] == b"\0\0\0\0"
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_each_note_carries_its_own_time(tmp_path: Path) -> None:
    first = build(notes(1))
    second = build(notes(), first.ledger, NOW + 9, package=tmp_path / "a.apkg")
    times: dict[str, int] = dict(rows_of_package(tmp_path / "a.apkg", "select guid, mod from notes"))
    assert times == dict(zip(second.guids, second.times, strict=True))
    assert set(times.values()) == {NOW, NOW + 9}
    ids = [number for (number,) in rows_of_package(tmp_path / "a.apkg", "select id from notes order by id")]
    assert len(set(ids)) == len(ids) and max(ids) <= (NOW + 9) * 1000


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6), st.integers(1, 2**31))
def test_ids_are_unique_in_reading_order_and_never_from_the_future(sizes: list[int], now: int) -> None:
    made = [make_note("sentence", f"{at} {number}", f"{at}.md") for at, size in enumerate(sizes) for number in range(size)]
    with TemporaryDirectory() as folder:
        built = build(made, now=now, package=Path(folder) / "a.apkg")
        rows = rows_of_package(Path(folder) / "a.apkg", "select id, guid from notes order by id")
    assert [guid for _, guid in rows] == built.guids
    assert min(number for number, _ in rows) > 0
    assert max(number for number, _ in rows) <= max(now * 1000, len(rows))


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError, MemoryError])
def test_a_failure_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[BaseException]) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()

    def fail(*_: object) -> None:
        raise fault

    with pytest.raises(fault):
        pack(tmp_path / "a.apkg", Deck((), ()), fail)
    monkeypatch.undo()
    assert [path.name for path in tmp_path.rglob("*")] == ["tmp"]


def test_a_full_disk_under_the_database_is_reported_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "APKG_SCHEMA", f"PRAGMA max_page_count=9;{APKG_SCHEMA}")
    with pytest.raises(OSError, match="full"):
        build(notes(1000), package=tmp_path / "a.apkg")
    assert list(tmp_path.iterdir()) == []


def test_success_leaves_no_file_but_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    build(notes(), package=tmp_path / "a.apkg")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.apkg", "tmp"]


def test_the_package_is_readable_like_any_other_file(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        build(notes(), package=tmp_path / "a.apkg")
    finally:
        os.umask(mask)
    assert (tmp_path / "a.apkg").stat().st_mode & 0o777 == 0o644


def test_media_of_notes_and_templates_come_once_each(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"picture")
    picture = Media("anki-builder-0123.png", str(tmp_path / "x.png"))
    made = [one._replace(note=one.note._replace(media=(picture,))) for one in notes(2, Note='<img src="anki-builder-0123.png">')]
    build(made, package=tmp_path / "a.apkg", media=[picture])
    with anki_collection() as anki:
        anki.add(tmp_path / "a.apkg")
        assert (Path(anki.collection.media.dir()) / "anki-builder-0123.png").read_bytes() == b"picture"
        assert not list(anki.collection.media.check().missing)


def test_an_empty_deck_is_a_package_that_anki_accepts(tmp_path: Path) -> None:
    build([], package=tmp_path / "a.apkg")
    with anki_collection() as anki:
        assert anki.add(tmp_path / "a.apkg") == (0, 0, 0, 0)


def test_decks_whose_names_differ_in_case_alone_are_one() -> None:
    ids = deck_ids(dict.fromkeys(["A::b", "a::B", "A::c"]))
    assert ids["A::b"] == ids["a::B"] != ids["A::c"]
    assert 1 not in ids.values()
