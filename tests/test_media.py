"""The pictures and sounds that notes refer to: where they are looked for."""

import unicodedata
from pathlib import Path

import pytest

from anki_builder.cli.media import MediaFinder
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


@pytest.mark.parametrize("written", ["other/pier.jpg", "../pier.jpg", "quay.jpg"])
def test_a_picture_in_another_folder_than_written_is_missing(tmp_path: Path, written: str) -> None:
    place = tmp_path / "pictures" / "pier.jpg"
    place.parent.mkdir()
    place.write_bytes(b"x")
    found, diagnostics = MediaFinder(tmp_path)(Source("a.md", "a.md", "", str(tmp_path / "notes")), [(written, 1)])
    assert not found
    assert [one.rule.name for one in diagnostics] == ["missing-media"]
