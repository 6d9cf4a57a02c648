"""What is found on the disk: notes in natural order, settings, the output; hostile files are diagnostics, never tracebacks."""

import os
from pathlib import Path

import pytest

from anki_builder.cli.project import UsageProblem, decode, natural, open_project, read_source


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, *names: str, text: str = "# x\n") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_notes_are_found_in_natural_order_without_dotfiles_and_readmes(here: Path) -> None:
    write(
        here,
        "source/part 10.md",
        "source/part 2.md",
        "source/.hidden.md",
        "source/README.md",
        "source/b/a.md",
        "source/.git/c.md",
    )
    write(here, "source/notes.txt")
    project = open_project(())
    assert [project.name(file) for file in project.files] == ["b/a.md", "part 2.md", "part 10.md"]
    assert project.whole
    assert project.output == here / "build" / f"{here.name}.apkg"


def test_a_single_file_and_a_folder_name_their_collection(here: Path) -> None:
    write(here, "german/a.md")
    assert open_project(("german",)).collection == "german"
    alone = open_project(("german/a.md",))
    assert (alone.collection, alone.whole) == ("a", False)


def test_settings_are_those_nearest_to_the_notes(here: Path) -> None:
    write(here, "x/notes/a.md")
    write(here, "anki_builder.toml", text='collection = "far"')
    write(here, "x/pyproject.toml", text='[project]\nname = "y"\n[tool.anki_builder]\ncollection = "near"\noutput = "out.apkg"\n')
    project = open_project(("x/notes",))
    assert project.config.collection == "near"
    assert project.output == here / "x" / "out.apkg"
    assert open_project(("x/notes",), "mine.apkg").output == here / "mine.apkg"


@pytest.mark.parametrize("text", ['colection = "x"', "collection = [", "\ufeffcolection = 1"])
def test_wrong_settings_are_usage_problems(here: Path, text: str) -> None:
    write(here, "a.md")
    write(here, "anki_builder.toml", text=text)
    with pytest.raises(UsageProblem, match=r"anki_builder\.toml"):
        open_project(())


@pytest.mark.parametrize("line", ["collection = Evenings", "collection = “Evenings”", "collection ＝ 'x'", "collection"])
def test_settings_that_are_no_toml_are_quoted_with_the_cure(here: Path, line: str) -> None:
    write(here, "a.md")
    write(here, "anki_builder.toml", text=f"math = true\n{line}\n")
    with pytest.raises(UsageProblem) as found:
        open_project(())
    assert found.value.message.startswith(f"anki_builder.toml:2: “{line}” cannot be read: write `name = value`")


def test_a_path_that_does_not_exist_is_a_usage_problem(here: Path) -> None:
    with pytest.raises(UsageProblem, match="does not exist"):
        open_project(("nowhere",))


def test_a_folder_without_notes_is_an_error(here: Path) -> None:
    (here / "empty").mkdir()
    assert [d.rule.name for d in open_project(("empty",)).diagnostics] == ["no-files"]


def test_a_named_file_of_another_format_is_read_as_markdown_and_says_so(here: Path) -> None:
    write(here, "film.srt")
    write(here, "note.md")
    project = open_project(("film.srt", "note.md"))
    assert [file.name for file in project.files] == ["film.srt", "note.md"]
    assert [(one.rule.name, one.span.path) for one in project.diagnostics] == [("other-format", "film.srt")]


def test_an_output_that_anki_would_not_import_is_refused(here: Path) -> None:
    write(here, "note.md")
    with pytest.raises(UsageProblem, match=r"out\.zip must end in \.apkg"):
        open_project(("note.md",), "out.zip")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="the system has no symbolic links")
def test_links_that_go_round_are_reported_and_the_rest_is_read(here: Path) -> None:
    write(here, "notes/a.md")
    (here / "notes" / "loop").symlink_to(here / "notes")
    (here / "notes" / "b.md").symlink_to(here / "notes" / "b.md")
    project = open_project(("notes",))
    assert [d.rule.name for d in project.diagnostics] == ["unreadable-file"]
    found = {project.name(file): read_source(project, file) for file in project.files}
    assert found["a.md"][0] is not None
    assert found["b.md"][0] is None
    assert found["b.md"][1][0].rule.name == "unreadable-file"


def test_line_ends_and_byte_order_marks_are_no_text() -> None:
    for data in (b"\xef\xbb\xbfa\r\nb\rc\n", "a\nb\nc\n".encode("utf-16")):
        source, diagnostics = decode(data, "n.md", "n.md", "")
        assert source is not None
        assert source.text == "a\nb\nc\n"
        assert diagnostics == []


@pytest.mark.parametrize(
    ("data", "line", "column", "hint"),
    [
        ("标题\n学习：词汇表".encode("gb18030"), 1, 1, "gb18030"),
        ("Los sábados mi abuela está allí".encode("latin-1"), 1, 6, "windows-1252"),
        ("ok\n好".encode() + b"\xff", 2, 2, "save it as UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 1, 1, "not look like a text file"),
        (b"abc\n\0def", 2, 1, "rename or remove"),
        (b"\xff\xfea", 1, 3, ""),
    ],
)
def test_what_is_not_text_is_reported_with_its_place(data: bytes, line: int, column: int, hint: str) -> None:
    source, (diagnostic,) = decode(data, "n.md", "n.md", "")
    assert source is None
    assert (diagnostic.rule.name, diagnostic.span.line, diagnostic.span.column) == ("not-text", line, column)
    assert hint in diagnostic.hint


def test_numbers_in_names_are_numbers() -> None:
    assert sorted(["b10", "b9", "a", "B1", "²"], key=natural) == ["a", "B1", "b9", "b10", "²"]
