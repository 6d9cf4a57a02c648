"""Who may import whom: the stages know the nouns and themselves, the edge knows all, and heavy libraries stay in their place."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "anki_builder"
NOUNS = {"__version__", "source", "message", "diagnostic", "document", "note", "notation", "config", "languages"}
STAGES = {
    "reading", "alignment", "pronunciation", "notes", "ledger", "collection", "package", "speech", "templates", "preview", "export", "statistics",
    "anki",
}  # fmt: skip
ALSO = {
    "notes": {"templates"},  # note types are made of template files, cards are what their evaluation says
    "speech": {"templates"},  # what is spoken of a field is what Anki would speak
    "preview": {"templates", "collection"},  # it shows the notes of the collection as Anki does
    "export": {"notes"},  # a page shows the markup of a note as its cards do
}
PIPELINE = {"compiler", "settling"}
"""The modules that know all stages."""
FOREIGN = {
    "wcwidth": {"cli"},
    "markdown_it": {"reading"},
    "genanki": {"package"},
    "zlib_ng": {"package"},
    "click": {"cli"},
    "tinycss2": {"templates"},
    "tomlkit": {"cli"},
    "Stemmer": {"languages"},
    "pypinyin": {"pronunciation"},
    "sudachipy": {"pronunciation"},
    "simplemma": {"languages"},
    "rapidfuzz": {"alignment", "ledger", "languages"},
    "werkzeug": {"preview"},
    "latex2mathml": {"preview"},
    "watchfiles": {"cli"},
    "anki": {"cli"},
}
"""Third-party packages and the only places that may know them."""
WITH_FILES = {"collection", "package", "cli", "anki", "preview"}
"""The only places that touch files or sockets."""
READS_ITS_DATA = {"alignment", "templates", "export"}
"""Stages that read files of the program itself."""
LARGEST_UNPACKING = 4
"""Names that one statement takes apart by position; a thing with more parts has names for them."""


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def home(path: Path) -> str:
    """The stage or noun a module belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def called(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", modules(), ids=called)
def test_a_module_imports_only_what_its_place_allows(path: Path) -> None:
    own = home(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] in FOREIGN:
            assert own in FOREIGN[parts[0]], f"{own} may not know {parts[0]}"
        if parts[0] != "anki_builder" or len(parts) < 2:
            continue
        if own in STAGES:
            assert parts[1] in NOUNS | {own} | ALSO.get(own, set()), f"{own} may not know {parts[1]}"
        elif own in NOUNS:
            assert parts[1] in NOUNS, f"{own} is a noun and may not know {parts[1]}"
        elif own in PIPELINE:
            assert parts[1] in NOUNS | STAGES | PIPELINE, f"{own} may not know {parts[1]}"


@pytest.mark.parametrize("path", [p for p in modules() if home(p) in STAGES | NOUNS | PIPELINE], ids=called)
def test_a_stage_touches_neither_clock_nor_environment_nor_terminal(path: Path) -> None:
    forbidden = {"time", "datetime", "subprocess", "random", "click", "logging"}
    if home(path) not in WITH_FILES:
        forbidden |= {"socket", "http", "urllib.request", "sqlite3", "tempfile", "shutil", "zipfile", "os"}
    for name in imports(path):
        assert name.split(".")[0] not in forbidden or name == "urllib.parse", name
    calls = {node.func.id for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not calls & {"print", "input", "breakpoint"}
    if home(path) not in WITH_FILES:
        assert "open" not in calls or home(path) in READS_ITS_DATA


@pytest.mark.parametrize("path", list(modules()), ids=called)
def test_nothing_with_many_parts_is_taken_apart_by_position(path: Path) -> None:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Store):
            assert len(node.elts) <= LARGEST_UNPACKING, f"line {node.lineno} takes {len(node.elts)} names by position"


PACKING = ["genanki", "zlib_ng", "asyncio"]
SERVING = ["watchfiles", "werkzeug", "tomlkit", "anki"]
READING = ["pypinyin", "sudachipy", "markdown_it", "simplemma", "rapidfuzz", "sqlite3"]
ALL = [
    "anki_builder.compiler",
    "anki_builder.reading.reader",
    "anki_builder.ledger.settle",
    "anki_builder.cli.building",
    "json",
    *READING,
    *PACKING,
    *SERVING,
]


COMMANDS = {
    "--help": ALL,
    "build --help": ALL,
    "app --help": ALL,
    "explain": ALL,
    "explain missing-media": ALL,
    "templates list": READING + PACKING + SERVING,
    "check note.md": PACKING + SERVING,
    "check --explain-layout note.md": PACKING + SERVING,
    "layout note.md": PACKING + SERVING,
    "show note.md": PACKING + SERVING,
    "show note.md --stage notes": PACKING + SERVING,
    "plan note.md": PACKING + SERVING,
    "build note.md -o a.apkg": SERVING,
}
"""Commands, each with what it must not import, that of no earlier one either: all are run in one process."""


def test_a_command_imports_nothing_that_it_does_not_use(tmp_path: Path) -> None:
    note = "# A clock\n\n原文：\n\nThe clock stopped. Nobody noticed.\n\n钟停了。没有人注意到。\n\n学习：\n\nclock：钟\n"
    (tmp_path / "note.md").write_text(note, "utf-8")
    code = (
        f"import sys\nfrom anki_builder.cli import cli\nfor command, without in {COMMANDS}.items():\n"
        "    try:\n        cli(command.split())\n    except SystemExit as end:\n        ended = end.code\n"
        "    print('loaded:', command, ended, [name for name in without if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path, encoding="utf-8"
    )
    told = [line for line in done.stderr.splitlines() if line.startswith("loaded:")]
    assert told == [f"loaded: {command} 0 []" for command in COMMANDS]


@pytest.mark.parametrize("table", ["layouts", "proposals", "dialects"])
def test_no_recogniser_knows_of_another(table: str) -> None:
    folder = PACKAGE / "reading" / table
    files = [path for path in folder.rglob("*.py") if path.relative_to(folder).as_posix() not in ("__init__.py", "draft.py")]
    recognisers = {path: path.relative_to(folder).parts[0].removesuffix(".py") for path in files}  # a file or a package
    known = {
        called(path): [
            name
            for name in imports(path)
            for other in set(recognisers.values()) - {own}
            if f"{name}.".startswith(f"anki_builder.reading.{table}.{other}.")
        ]
        for path, own in recognisers.items()
    }
    assert known and {name: found for name, found in known.items() if found} == {}
