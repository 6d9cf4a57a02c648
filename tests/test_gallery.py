"""The gallery: looks to start from, each complete, readable and without a fault, as the real Anki renders it."""

import re
from pathlib import Path

import pytest
from anki_collection import anki_collection
from building import pack_notes
from card_samples import samples
from click.testing import CliRunner
from test_templates import colours_of, contrast

from anki_builder.cli import cli
from anki_builder.config import Config
from anki_builder.notes.kinds import KINDS
from anki_builder.notes.note_types import names
from anki_builder.templates import USER_STYLE, builtin, gallery
from anki_builder.templates.validate import validate

DOCS = Path(__file__).parent.parent / "docs"


def test_there_are_five_looks_each_with_a_line_and_a_picture() -> None:
    assert len(gallery()) == 5
    said = CliRunner().invoke(cli, ["templates", "use"]).stdout.splitlines()
    page = (DOCS / "gallery.md").read_text("utf-8")
    for look, line in zip(gallery(), said, strict=True):
        assert line.startswith(look) and line.endswith(".")
        assert f"templates use {look}" in page and f"images/gallery-{look}.png" in page
        assert (DOCS / "images" / f"gallery-{look}.png").stat().st_size > 10_000


@pytest.mark.parametrize("look", gallery())
def test_a_look_has_nothing_to_report_and_loads_nothing(look: str) -> None:
    files = gallery()[look]
    assert validate(files, KINDS, names(("en", "zh"), Config())) == []
    for name, text in files.items():
        assert not re.search(r"<script|\bon\w+=|@import|@font-face|url\(|https?:", text), name
        assert name == USER_STYLE or name in builtin() or name.startswith("parts/fold-")
        assert text.count("<summary") == text.count('<summary class="tappable">')


@pytest.mark.parametrize("look", gallery())
def test_a_look_renders_in_real_anki(look: str, tmp_path: Path) -> None:
    notes = samples(own=gallery()[look])
    pack_notes(tmp_path / "samples.apkg", notes)
    with anki_collection() as anki:
        anki.add(tmp_path / "samples.apkg")
        anki.check()
        assert len(anki.cards()) == sum(len(note.cards) for note in notes)


@pytest.mark.parametrize("look", gallery())
@pytest.mark.parametrize("mode", ["day", "night", "black"])
def test_contrast_is_at_least_four_and_a_half(look: str, mode: str) -> None:
    colours = colours_of(gallery()[look][USER_STYLE], mode)
    ground = "sheet" if "sheet" in colours else "paper"
    for text in ("ink", "soft", "accent", "good", "bad"):
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert contrast(colours["ink"], colours["mark"]) >= 4.5 and contrast(colours["ink"], colours["shade"]) >= 4.5
    assert contrast(colours["accent"], colours["shade"]) >= 4.5


def test_a_look_is_copied_by_one_command_and_overwrites_nothing_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "source").mkdir()
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["templates", *arguments])
        return done.exit_code, done.output

    assert invoke("use", "tidy") == (0, "templates/user.css\n")
    code, said = invoke("use", "mining")
    assert code == 2 and "exists already" in said
    assert not (tmp_path / "templates" / "vocabulary").exists()
    assert invoke("use", "mining", "--force")[0] == 0
    assert (tmp_path / "templates" / ".backup" / "user.css.1").read_text("utf-8") == gallery()["tidy"][USER_STYLE]
    code, said = invoke("use", "tiddy")
    assert code == 2 and "did you mean “tidy”?" in said
