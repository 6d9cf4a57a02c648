"""The pictures and sounds that notes refer to: where they are looked for."""

import unicodedata
from hashlib import sha256
from pathlib import Path

import pytest

from anki_builder.cli.files import file_digest
from anki_builder.cli.media import MediaFinder
from anki_builder.cli.project import Used
from anki_builder.config import Config
from anki_builder.reading.reader import read
from anki_builder.source import Source


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("pier.jpg", "pictures/harbour/pier.jpg"),
        ("harbour/pier.jpg", "pictures/harbour/pier.jpg"),
        ("Pier.JPG", "pictures/harbour/pier.jpg"),
        (unicodedata.normalize("NFC", "Fähre.png"), unicodedata.normalize("NFD", "Fähre.png")),
        ("two%20sails.png", "two sails.png"),
        ("two sails.png", "two sails.png"),
        ("100%.png", "100%.png"),
        ("a%00b.png", "a%00b.png"),
    ],
)
def test_a_picture_is_found_by_its_name_anywhere_in_the_project(tmp_path: Path, written: str, place: str) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    folder = tmp_path / "notes"
    folder.mkdir()
    if "/" not in place:
        folder = path.parent
    found, diagnostics = MediaFinder(tmp_path)(Source("a.md", "a.md", "", str(folder)), [(written, 1)])
    assert not diagnostics
    assert Path(found[written].path).samefile(path)


@pytest.mark.parametrize("written", ["other/pier.jpg", "quays/pier.jpg", "../pier.jpg", ".", "quay.jpg"])
def test_a_picture_in_another_folder_than_written_is_missing(tmp_path: Path, written: str) -> None:
    place = tmp_path / "pictures" / "pier.jpg"
    place.parent.mkdir()
    place.write_bytes(b"x")
    found, diagnostics = MediaFinder(tmp_path)(Source("a.md", "a.md", "", str(tmp_path / "notes")), [(written, 1)])
    assert not found
    assert [one.rule.name for one in diagnostics] == ["missing-media"]


def test_a_picture_beside_the_note_comes_before_one_nearer_to_the_root(tmp_path: Path) -> None:
    (tmp_path / "notes" / "sea").mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "notes" / "sea"):
        (folder / "pier.jpg").write_bytes(b"x")
    found, _ = MediaFinder(tmp_path)(source(tmp_path / "notes" / "sea"), [("pier.jpg", 1)])
    assert found["pier.jpg"].path == str(tmp_path / "notes" / "sea" / "pier.jpg")


def source(folder: Path) -> Source:
    return Source("a.md", "a.md", "", str(folder))


def test_each_file_is_looked_for_once_and_one_that_is_missing_is_named_with_its_line(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(b"x")
    written = [("https://example.org/x.png", 1), ("a.png", 2), ("gone.png", 3), ("gone.png", 4), ("a.png", 5), ("b.png", 6)]
    found, diagnostics = MediaFinder(tmp_path)(source(tmp_path), written)
    assert list(found) == ["a.png", "b.png"]
    (missing,) = diagnostics
    assert (missing.rule.name, missing.span.line, missing.message) == ("missing-media", 3, "there is no file “gone.png”")
    assert missing.hint == "put the file where the note says, or remove the reference"


def test_a_picture_is_named_with_the_line_that_shows_it() -> None:
    note = "原文：\n\nThe ferry was late.\n\n渡轮晚点了。\n\n![](quay.png)\n\n学习：\n\nferry：渡轮\n![](ferry.png)\n\nlate：晚\n\n![](end.png)\n"
    document, _ = read(Source("a.md", "a.md", note, ""), Config())
    assert document.references() == (("quay.png", 7), ("ferry.png", 12))
    assert [entry.images for entry in document.entries] == [("ferry.png",), ()]


def test_a_file_outside_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "out.png").write_bytes(b"x")
    used: Used = {}
    finder = MediaFinder(tmp_path / "notes", used)
    found, (there, gone) = finder(source(tmp_path / "notes"), [("../out.png", 7), ("../gone.png", 8)])
    assert not found and [(one.rule.name, one.span.line) for one in (there, gone)] == [("media-outside", 7), ("media-outside", 8)]
    assert (there.message, there.hint) == ("“../out.png” lies outside the folder of the notes", "copy it beside the note")
    assert used == {tmp_path / "notes" / "../out.png": b"", tmp_path / "notes" / "../gone.png": None}


def test_what_a_build_depends_on_are_the_contents_of_files_and_the_places_of_missing_ones(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    used: Used = {}
    MediaFinder(tmp_path, used)(source(tmp_path), [("a.png", 1), ("gone.png", 2)])
    assert used == {tmp_path / "a.png": sha256(b"x").digest()[:6], tmp_path / "gone.png": None}


def test_the_nearest_of_several_is_taken_and_hidden_folders_are_not_searched(tmp_path: Path) -> None:
    for place in ("z/pier.png", "a/b/pier.png", ".git/quay.png", "node_modules/quay.png"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(place.encode())
    (tmp_path / "notes").mkdir()
    found, diagnostics = MediaFinder(tmp_path)(source(tmp_path / "notes"), [("pier.png", 1), ("quay.png", 2)])
    assert found["pier.png"].path == str(tmp_path / "z" / "pier.png")
    assert [one.span.line for one in diagnostics] == [2]


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("two sails, one mast.PNG", "two_sails_one_mast-2d711642b726.png"),
        ("m" * 60 + ".jpg", "m" * 40 + "-2d711642b726.jpg"),
        ("mast.P'NG", "mast-2d711642b726.png"),
    ],
)
def test_a_file_is_named_by_its_name_and_content(tmp_path: Path, name: str, packed: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    found, _ = MediaFinder(tmp_path)(source(tmp_path), [(name, 1)])
    assert found[name].name == packed


def test_a_file_that_several_notes_show_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mast.png").write_bytes(b"x")
    read: list[Path] = []

    def digest(path: Path) -> bytes:
        read.append(path)
        return file_digest(path)

    monkeypatch.setattr("anki_builder.cli.media.file_digest", digest)
    finder = MediaFinder(tmp_path)
    names = [finder(source(tmp_path), [("mast.png", 1)])[0]["mast.png"].name for _ in range(2)]
    assert names == ["mast-2d711642b726.png"] * 2
    assert len(read) == 1
