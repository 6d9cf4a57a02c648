"""Templates that people own: files of their own, through build and import into the real Anki."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from anki_collection import AnkiCollection, anki_collection
from built_in import become
from click.testing import CliRunner, Result

from anki_builder import templates
from anki_builder.cli import cli
from anki_builder.notes.note_types import model_id

NOTE = """\
# Harbour

原文：

The ferry waited for the fog to lift. Nobody on the quay minded.

渡船等着雾散去。码头上没有人在意。

学习：

quay：码头
"""
SENTENCE = model_id("sentence", ("en", "zh"), "Bilingual")
Run = Callable[..., Result]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "harbour.md").write_text(NOTE, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(project: Path) -> Run:
    def invoke(*arguments: str, code: int = 0) -> Result:
        done = CliRunner().invoke(cli, arguments)
        assert done.exit_code == code, done.output
        return done

    return invoke


def write(project: Path, name: str, text: str) -> None:
    path = project / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def build(run: Run, anki: AnkiCollection) -> tuple[int, int, int, int]:
    run("build", "-o", "deck.apkg")
    return anki.add(Path("deck.apkg"))


def model(anki: AnkiCollection) -> Any:
    return anki.collection.models.get(SENTENCE)


def test_a_file_of_the_same_name_replaces_the_built_in_one_and_user_css_comes_last(project: Path, run: Run) -> None:
    write(project, "sentence/read.front.html", '<p lang="[[text-lang]]">mine: {{Text}}</p>')
    write(project, "parts/footer.html", "<footer>my footer {{Source}}</footer>")
    write(project, "user.css", ".card { --ink: #123456; }")
    with anki_collection() as anki:
        build(run, anki)
        read, produce, _ = model(anki)["tmpls"]
        assert read["qfmt"] == '<p lang="en">mine: {{Text}}</p>'
        assert "my footer" in read["afmt"] and "my footer" in produce["afmt"]
        assert model(anki)["css"].endswith(".card { --ink: #123456; }")
        anki.check()


def test_a_template_edited_in_files_arrives_and_reviews_stay(project: Path, run: Run) -> None:
    with anki_collection() as anki:
        new = build(run, anki)
        anki.review()
        history = anki.history()
        write(project, "sentence/read.front.html", "<p>edited {{Text}}</p>")
        assert build(run, anki) == (0, 0, new[0], 0)
        assert model(anki)["tmpls"][0]["qfmt"] == "<p>edited {{Text}}</p>"
        assert anki.history() == history


SPECIAL_FRONTS = [
    ("{{Deck}}{{Note}}", True),
    ("{{#Tags}}{{Tags}}{{/Tags}}", True),
    ("{{#Deck}}{{#Card}}{{Type}}{{/Card}}{{/Deck}}", True),
    ("{{^Tags}}{{Text}}{{/Tags}}", False),
    ("{{^Deck}}{{Text}}{{/Deck}}{{FrontSide}}", False),
]


@pytest.mark.parametrize(("front", "is_made"), SPECIAL_FRONTS)
def test_special_fields_decide_cards_as_they_do_in_anki(project: Path, run: Run, front: str, is_made: bool) -> None:
    write(project, "sentence/produce.front.html", front)
    with anki_collection() as anki:
        done = CliRunner().invoke(cli, ["build", "-o", "deck.apkg"])
        assert done.exit_code == ("FrontSide" in front), done.output
        if done.exit_code == 0:
            anki.add(Path("deck.apkg"))
            anki.check()
            assert bool(anki.cards("card:Produce")) == is_made


def test_a_template_edited_in_anki_survives_builds_that_do_not_change_it(project: Path, run: Run) -> None:
    with anki_collection() as anki:
        build(run, anki)
        edited = model(anki)
        edited["tmpls"][0]["qfmt"] = "<p>in Anki {{Text}}</p>"
        anki.collection.models.update_dict(edited)
        with (project / "source" / "harbour.md").open("a", encoding="utf-8") as note:
            note.write("fog：雾\n")
        assert build(run, anki)[0] > 0
        assert model(anki)["tmpls"][0]["qfmt"] == "<p>in Anki {{Text}}</p>"


def test_an_overridden_template_survives_an_upgrade_of_the_built_in_one(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("templates", "eject", "sentence/read.front.html")
    path = project / "templates" / "sentence" / "read.front.html"
    path.write_text(path.read_text("utf-8") + "<p>mine</p>\n", "utf-8")
    with anki_collection() as anki:
        build(run, anki)
        mine = model(anki)["tmpls"][0]["qfmt"]
        assert mine.endswith("<p>mine</p>") and mine.startswith("{{#AddRead}}{{#Text}}")
        upgraded = {**templates.builtin(), "sentence/read.front.html": "<p>better {{Text}}</p>",
                    "sentence/produce.front.html": "{{#AddProduce}}<p>better {{Translation}}</p>{{/AddProduce}}"}  # fmt: skip
        become(monkeypatch, upgraded)
        build(run, anki)
        assert model(anki)["tmpls"][0]["qfmt"] == mine
        assert "better" in model(anki)["tmpls"][1]["qfmt"]
        assert "sentence/read.front.html         overridden, built-in has changed" in run("templates", "list").stdout
        differences = run("templates", "diff").stdout
        assert "+<p>mine</p>" in differences and "+<p>better {{Text}}</p>" in differences and "-<p>mine" not in differences
        assert "note[outdated-template]" in run("templates", "check").stdout


@pytest.mark.parametrize(
    ("name", "text", "cure"),
    [
        ("sentence/read.front.html", "{{Sentence}}{{Text}}", "Its fields are Text,"),
        ("sentence/reading.front.html", "{{Text}}", "Did you mean “sentence/read.front.html”?"),
    ],
)
def test_a_renamed_field_or_card_is_refused_with_a_cure(project: Path, run: Run, name: str, text: str, cure: str) -> None:
    run("build", "-o", "deck.apkg")
    before = Path("deck.apkg").read_bytes()
    write(project, name, text)
    done = run("build", "-o", "deck.apkg", code=1)
    assert cure in done.stderr and "nothing was built" in done.stderr
    assert Path("deck.apkg").read_bytes() == before


def test_media_of_templates_are_named_by_their_content_and_arrive(project: Path, run: Run) -> None:
    write(project, "sentence/read.front.html", '<img src="logo.png">{{Text}}')
    write(project, "user.css", '.card { background: url("_media/paper.jpg"); }')
    write(project, "_media/logo.png", "picture")
    write(project, "_media/paper.jpg", "paper")
    with anki_collection() as anki:
        build(run, anki)
        logo = re.search(r'<img src="(_logo-[0-9a-f]{12}\.png)">', model(anki)["tmpls"][0]["qfmt"])
        paper = re.search(r'url\("(_paper-[0-9a-f]{12}\.jpg)"\)', model(anki)["css"])
        assert logo and paper
        media = Path(anki.collection.media.dir())
        assert (media / logo[1]).read_text() == "picture" and (media / paper[1]).read_text() == "paper"
        report = anki.collection.media.check()
        assert not report.missing and not report.unused
        write(project, "_media/logo.png", "another picture")
        build(run, anki)
        changed = re.search(r'src="([^"]*)"', model(anki)["tmpls"][0]["qfmt"])
        assert changed and changed[1] != logo[1]
        assert (media / changed[1]).read_text() == "another picture"


def test_a_folder_of_that_name_that_is_about_something_else_is_left_alone(project: Path, run: Run) -> None:
    write(project, "base.html", "{{ title }} {% block content %}")
    write(project, "blog/index.html", "{{ x")
    assert "0 files checked" in run("templates", "check").stderr
    run("build", "-o", "deck.apkg")


def test_the_folder_is_a_setting_relative_to_the_settings(project: Path, run: Run) -> None:
    (project / "anki_builder.toml").write_text('templates = "cards"\n', "utf-8")
    assert run("templates", "eject", "style.css").stdout == "cards/style.css\n"
    assert "style.css                        overridden\n" in run("templates", "list").stdout


def test_what_is_copied_out_changes_nothing(project: Path, run: Run) -> None:
    run("build", "-o", "one.apkg")
    done = run("templates", "eject", "--all")
    assert len(done.stdout.splitlines()) == len(templates.builtin())
    assert run("templates", "diff").stdout == ""
    assert "nothing to report" in run("templates", "check").stderr
    assert " built-in" not in run("templates", "list").stdout
    run("build", "-o", "two.apkg")
    assert Path("one.apkg").read_bytes() == Path("two.apkg").read_bytes()


def test_copying_out_overwrites_nothing_unasked_and_knows_its_names(project: Path, run: Run) -> None:
    assert len(run("templates", "eject", "vocabulary").stdout.splitlines()) == 10
    write(project, "vocabulary/hear.front.html", "mine")
    done = run("templates", "eject", "cloze", "vocabulary/hear.front.html", code=2)
    assert "exists already" in done.stderr
    assert not (project / "templates" / "cloze").exists()
    run("templates", "eject", "vocabulary/hear.front.html", "--force")
    assert (project / "templates" / ".backup" / "vocabulary" / "hear.front.html.1").read_text("utf-8") == "mine"
    assert "{{#AddHear}}" in (project / "templates" / "vocabulary" / "hear.front.html").read_text("utf-8")
    assert "did you mean “style.css”?" in run("templates", "eject", "styles.css", code=2).stderr
    assert "--all" in run("templates", "eject", code=2).stderr


def test_the_list_is_data(project: Path, run: Run) -> None:
    write(project, "user.css", ".card {}")
    lines = run("templates", "list", "--json").stdout.splitlines()
    assert '{"kind": "template", "name": "user.css", "state": "added"}' in lines
    assert len(lines) == len(templates.builtin()) + 1


def test_a_template_that_is_no_text_is_reported(project: Path, run: Run) -> None:
    write(project, "user.css", "")
    (project / "templates" / "style.css").write_bytes("卡片".encode("gb18030"))
    assert "error[not-text]" in run("templates", "check", code=1).stdout


def test_a_file_whose_name_begins_with_an_underscore_keeps_it_and_arrives(project: Path, run: Run) -> None:
    write(project, "sentence/read.front.html", '{{Text}}<script>import "./_library.js"</script><img src="My%20Pic.PNG">')
    write(project, "_media/_library.js", "export default 1")
    write(project, "_media/My Pic.PNG", "picture")
    with anki_collection() as anki:
        build(run, anki)
        media = Path(anki.collection.media.dir())
        assert (media / "_library.js").read_text() == "export default 1"
        picture = re.search(r'src="(_My-Pic-[0-9a-f]{12}\.png)"', model(anki)["tmpls"][0]["qfmt"])
        assert picture and (media / picture[1]).read_text() == "picture"
        report = anki.collection.media.check()
        assert not report.missing and not report.unused


def test_a_theme_variables_and_files_for_one_language_pair_take_part(project: Path, run: Run) -> None:
    settings = 'theme = "mine"\nvariables = { accent = "#7a2048" }\n'
    (project / "anki_builder.toml").write_text(settings, "utf-8")
    assert "there is no theme “mine”" in run("build", "-o", "deck.apkg", code=2).stderr
    write(project, "themes/mine.css", ".card { --accent: [[accent]]; }")
    write(project, "user.css", ".for-all {}")
    write(project, "en-zh/user.css", ".card:lang([[text-lang]]) {}")
    write(project, "de-zh/user.css", ".not-here {}")
    states = run("templates", "list").stdout
    assert "themes/mine.css                  theme\n" in states and "en-zh/user.css                   for en-zh alone\n" in states
    with anki_collection() as anki:
        build(run, anki)
        css = model(anki)["css"]
        assert css.startswith(".card { --accent: #7a2048; }") and css.endswith(".card:lang(en) {}")
        assert ".not-here" not in css and ".for-all" not in css
