"""What there is of the last package is used again only where it is what would be made anew; ids stay where nothing changed."""

import random
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anki_builder.note import Card, DatedNote, DatedNoteType, Deck, Note
from anki_builder.notes.note_types import FIELDS, note_types
from anki_builder.package import Last, LastDatabase, LastPackage, Piece, pack, pieces
from anki_builder.package.database import Database, Run, runs

NOW = 1_700_000_000
PAIR = ("en", "zh")
WORDS = "harbour clock letter drawer ferry ladder winter market window stranger signal corner engine paper garden bridge".split()
TYPES = tuple((PAIR, DatedNoteType(kind, NOW)) for kind in note_types(PAIR).values())


def note(document: int, number: int, modified: int = NOW, edit: int = 0) -> DatedNote:
    text = " ".join(random.Random(f"{document} {number} {edit}").choices(WORDS, k=400))
    fields = (text, *("" for _ in FIELDS["sentence"][1:]))
    cards = tuple(Card(ord_, 3 * number + ord_ + 1) for ord_ in range(number % 2 + 1))
    name = f"{document:03}.md"
    own = Note("sentence", f"{document} {number}", "D", (), fields, cards, name, 1, name, text, languages=PAIR)
    return DatedNote(own, f"{document} {number}", modified)


def deck(*sizes: int) -> Deck:
    return Deck(TYPES, tuple(note(document, number) for document, size in enumerate(sizes) for number in range(size)))


def edited(built: Deck, document: int, edit: int, later: int = 60) -> Deck:
    """Return the deck with every second note of one document edited."""
    name = f"{document:03}.md"
    notes = [
        note(document, index, NOW + later, edit) if dated.note.document == name and index % 2 == 0 else dated
        for index, dated in ((int(dated.guid.split()[1]), dated) for dated in built.notes)
    ]
    return built._replace(notes=tuple(notes))


def ids(built: Deck) -> dict[str, tuple[int, list[int]]]:
    """Return the id of each note, and those of its cards."""
    found = {}
    for notes, _, first, first_card in runs(built):
        cards = count(first_card)
        for note_id, dated in enumerate(notes, first):
            found[dated.guid] = note_id, [next(cards) for _ in dated.note.cards]
    return found


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_ONE_IN", 2)


def test_one_document_edited_leaves_most_pieces(tmp_path: Path, small_pieces: None) -> None:
    before = deck(*[40] * 40)
    made = pack(before, tmp_path / "a.apkg").pieces
    assert len(made) > 100
    after = edited(before, 17, 1)
    again = pack(after, tmp_path / "b.apkg", Last(LastPackage(tmp_path / "a.apkg", made))).pieces
    known = {piece.digest for piece in made}
    assert sum(piece.digest not in known for piece in again) < len(again) / 4
    assert pack(after, tmp_path / "c.apkg").pieces == again
    assert (tmp_path / "b.apkg").read_bytes() == (tmp_path / "c.apkg").read_bytes()
    with zipfile.ZipFile(tmp_path / "b.apkg") as archive:
        assert archive.testzip() is None


def test_what_is_known_is_what_stands_in_the_file(tmp_path: Path, small_pieces: None) -> None:
    made = pack(deck(40, 40), tmp_path / "a.apkg").pieces
    last = LastPackage(tmp_path / "a.apkg", made)
    assert all(last.get(piece.digest) for piece in made)
    (tmp_path / "a.apkg").unlink()
    assert not any(last.get(piece.digest) for piece in made)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=st.lists(st.integers(0, 12), min_size=1, max_size=6),
    edits=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 3), st.integers(0, 3)), max_size=3),
    damage=st.lists(st.integers(0, 1 << 20), max_size=2),
    wrong=st.booleans(),
)
def test_a_package_with_pieces_of_the_last_has_the_bytes_of_one_without(
    tmp_path: Path, small_pieces: None, sizes: list[int], edits: list[tuple[int, int, int]], damage: list[int], wrong: bool
) -> None:
    built = deck(*sizes)
    made = pack(built, tmp_path / "a.apkg").pieces
    for document, edit, later in edits:
        built = edited(built, document, edit, later)
    if damage:
        data = bytearray((tmp_path / "a.apkg").read_bytes())
        for place in damage:
            data[place % len(data)] ^= 1
        (tmp_path / "a.apkg").write_bytes(data)
    if wrong:
        made = tuple(Piece(piece.digest, piece.offset + 1, piece.size, piece.check) for piece in made)
    again = pack(built, tmp_path / "b.apkg", Last(LastPackage(tmp_path / "a.apkg", made))).pieces
    assert again == pack(built, tmp_path / "c.apkg").pieces
    assert (tmp_path / "b.apkg").read_bytes() == (tmp_path / "c.apkg").read_bytes()


SORT_FIELDS = "1984", "007", "1.50", "1e5", "0x1F", "9007199254740993", "-0", "١٢", "½ past", ""


def marked(documents: list[tuple[int, int, int]], unmarked: int) -> Deck:
    """Return documents by number, size and edit: in this order, marked by what their notes say, but for one."""
    notes: list[DatedNote] = []
    due = 0
    for number, size, edit in documents:
        for index in range(size):
            one = note(number, index, NOW + 60 * edit, edit)
            text = SORT_FIELDS[(number + index + edit) % len(SORT_FIELDS)]
            own = one.note._replace(fields=(text, *one.note.fields[1:]), cards=tuple(Card(card.ord, due := due + 1) for card in one.note.cards))
            notes.append(one._replace(note=own, deck=f"D{index % 2}" if edit else None, location=f"¶{edit}"))
    marks = {f"{number:03}.md": sha256(repr((number, size, edit)).encode()).digest() for number, size, edit in documents if number != unmarked}
    return Deck(TYPES, tuple(notes), marks=marks)


DOCUMENTS = st.lists(st.tuples(st.integers(0, 7), st.integers(1, 6), st.integers(0, 2)), min_size=1, max_size=6, unique_by=lambda row: row[0])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=DOCUMENTS, after=DOCUMENTS, unmarked=st.integers(0, 9))
def test_a_package_with_rows_of_the_last_has_the_bytes_of_one_without(
    tmp_path: Path, before: list[tuple[int, int, int]], after: list[tuple[int, int, int]], unmarked: int
) -> None:
    made = pack(marked(before, unmarked), tmp_path / "a.apkg", keep=tmp_path / "database")
    database = LastDatabase(tmp_path / "database", made.rows, made.check)
    assert database.is_whole() or not made.rows
    again = pack(marked(after, unmarked), tmp_path / "b.apkg", Last(database=database), tmp_path / "database")
    assert again == pack(marked(after, unmarked), tmp_path / "c.apkg")
    assert (tmp_path / "b.apkg").read_bytes() == (tmp_path / "c.apkg").read_bytes()
    assert LastDatabase(tmp_path / "database", again.rows, again.check).is_whole() or not again.rows


def test_what_stays_as_it_was_is_copied_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    rows_of = Database._note_rows

    def watched(self: Database, runs: list[Run]) -> Iterator[tuple[Any, ...]]:
        written.extend(run.notes[0].note.document for run in runs)
        return rows_of(self, runs)

    monkeypatch.setattr(Database, "_note_rows", watched)
    before, after = [(0, 3, 0), (1, 2, 0), (2, 4, 0), (3, 1, 0)], [(0, 3, 0), (4, 2, 0), (2, 4, 1), (3, 1, 0)]
    made = pack(marked(before, 0), tmp_path / "a.apkg", keep=tmp_path / "database")
    last = LastDatabase(tmp_path / "database", made.rows, made.check)
    assert written == ["000.md", "001.md", "002.md", "003.md"]
    for known, expected in (last, ["000.md", "002.md", "004.md"]), (last._replace(check=last.check ^ 1), ["000.md", "002.md", "003.md", "004.md"]):
        written.clear()
        pack(marked(after, 0), tmp_path / "b.apkg", Last(database=known))
        assert sorted(written) == expected


@pytest.mark.parametrize("change", [{"guid": "other"}, {"modified": NOW + 1}, {"deck": "Other"}, {"location": "¶9"}])
def test_a_note_that_its_ledger_says_otherwise_is_not_copied(tmp_path: Path, change: dict[str, Any]) -> None:
    built = marked([(0, 3, 0), (1, 3, 0)], 9)
    made = pack(built, tmp_path / "a.apkg", keep=tmp_path / "database")
    changed = built._replace(notes=(built.notes[0]._replace(**change), *built.notes[1:]))
    pack(changed, tmp_path / "b.apkg", Last(database=LastDatabase(tmp_path / "database", made.rows, made.check)))
    pack(changed, tmp_path / "c.apkg")
    assert (tmp_path / "b.apkg").read_bytes() == (tmp_path / "c.apkg").read_bytes()


@pytest.mark.parametrize("place", [0, 20, 100, 5000, -1])
def test_a_damaged_database_is_not_used(tmp_path: Path, place: int) -> None:
    made = pack(marked([(0, 6, 0)], 9), tmp_path / "a.apkg", keep=tmp_path / "database")
    data = bytearray((tmp_path / "database").read_bytes())
    data[place] ^= 1
    database = LastDatabase(tmp_path / "database", made.rows, made.check)
    for content in (bytes(data), bytes(data[:-1]), b""):
        database.path.write_bytes(content)
        assert not database.is_whole()
    database.path.unlink()
    assert not database.is_whole()


def test_decks_stand_in_reading_order_whichever_was_edited_last() -> None:
    notes = [note(number, 0, NOW + later)._replace(deck=f"D{number}") for number, later in enumerate((5, 9, 0, 7))]
    assert list(Database(Deck(TYPES, tuple(notes))).deck_ids) == ["D0", "D1", "D2", "D3"]


def test_a_database_that_cannot_be_kept_stops_nothing(tmp_path: Path) -> None:
    built = marked([(0, 6, 0)], 9)
    made = pack(built, tmp_path / "a.apkg", keep=tmp_path / "nowhere" / "database")
    assert made == pack(built, tmp_path / "b.apkg")
    assert (tmp_path / "a.apkg").read_bytes() == (tmp_path / "b.apkg").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.apkg", "b.apkg"]


def test_ids_of_other_documents_stay_when_one_changes() -> None:
    before = deck(30, 2000, 5, 100)
    changed = edited(before, 2, 1, 90_000)
    grown = changed._replace(notes=(*changed.notes, note(4, 0, NOW + 90_000), note(4, 1, NOW + 90_000)))
    others = [dated.guid for dated in before.notes if dated.note.document != "002.md"]
    first = ids(before)
    for after in (changed, grown):
        found = ids(after)
        assert {guid: first[guid] for guid in others} == {guid: found[guid] for guid in others}
    assert first["2 0"] != ids(changed)["2 0"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 60)), max_size=8), st.integers(0, NOW))
def test_ids_are_unique_in_reading_order_and_never_from_the_future(documents: list[tuple[int, int]], now: int) -> None:
    notes = [
        note(0, number)._replace(guid=f"{document} {number}", modified=now + later)
        for document, (size, later) in enumerate(documents)
        for number in range(min(size, 4))
    ]
    notes = [dated._replace(note=dated.note._replace(document=dated.guid.split()[0])) for dated in notes]
    found = ids(Deck(TYPES, tuple(notes)))
    cards = [card for dated in notes for card in found[dated.guid][1]]
    assert len({number for number, _ in found.values()}) == len(notes) and len(set(cards)) == len(cards)
    assert all(number > 0 for number, _ in found.values()) and all(card > 0 for card in cards)
    for one, other in pairwise(notes):
        if one.note.document == other.note.document:
            assert found[one.guid][0] + 1 == found[other.guid][0]
        elif one.modified == other.modified:
            assert found[one.guid][0] < found[other.guid][0]
    if now > 1_000_000:
        newest = max((dated.modified for dated in notes), default=0) * 1000
        assert all(number <= newest for number, _ in found.values()) and all(card <= newest for card in cards)


def test_many_notes_in_one_document_push_the_others_back() -> None:
    sizes = 5000, 10, 3000
    found = ids(deck(*sizes))
    numbers = [number for number, _ in found.values()]
    assert numbers == sorted(numbers) and len(set(numbers)) == sum(sizes) and max(numbers) <= NOW * 1000
