"""Messages in the learner's language: the catalogue, and where it is used."""

import ast
import os
import pickle
import re
import string
from collections.abc import Iterator
from pathlib import Path

import catalogue
import polib
import pytest
from click.testing import CliRunner, Result

from anki_builder.cli import cli
from anki_builder.cli.columns import width, wrapped
from anki_builder.cli.explain import all_rules
from anki_builder.cli.opening import NoAnki
from anki_builder.cli.roles import LAYOUTS, ROLES
from anki_builder.cli.words import choose, chosen, locale_language
from anki_builder.config import Config
from anki_builder.message import Message, listed, of_json, several, to_json
from anki_builder.reading.reader import explain
from anki_builder.source import Source

_ENGLISH = re.compile(
    r"\b(?:the|of|is|are|was|were|an|to|and|in|it|its|not|with|for|this|that|no|on|by|at|from|or|be|has|have|what|which)\b"
)
"""Words that every sentence in English has some of."""
_NAMES = re.compile(r"`[^`]*`|“[^”]*”|'[^']*'|\{[^{}]*\}+|\[[^\]]*\]|<[^>]*>|\S+[/.:=-]\S+|\bAnki\b|\bAPKG\b")
"""What is the same in all languages: code, quotations, placeholders, names of files and options."""


@pytest.fixture(scope="module")
def kept() -> polib.POFile:
    return polib.pofile(str(catalogue.PO))


def test_the_catalogue_has_what_the_program_says_and_nothing_else(update: bool) -> None:
    kept = polib.pofile(str(catalogue.PO))
    new = catalogue.renewed(kept)
    if update:
        new.save(str(catalogue.PO), newline="\n")
    assert update or {(entry.msgid, entry.msgid_plural) for entry in kept} == {(entry.msgid, entry.msgid_plural) for entry in new}


def test_the_compiled_catalogue_is_that_of_the_source(update: bool) -> None:
    kept = polib.pofile(str(catalogue.PO))
    if update:
        catalogue.MO.write_bytes(kept.to_binary())
    assert catalogue.MO.read_bytes() == kept.to_binary()


def test_every_message_is_translated(kept: polib.POFile) -> None:
    assert [entry.msgid for entry in kept if not (entry.msgstr or entry.msgstr_plural.get(0))] == []


def test_a_translation_has_the_placeholders_of_its_message(kept: polib.POFile) -> None:
    assert [entry.msgid for entry in kept if not _fits(entry)] == []


def _fits(entry: polib.POEntry) -> bool:
    text = entry.msgstr or entry.msgstr_plural.get(0, "")
    return (
        not text
        or (_placeholders(text) == _placeholders(entry.msgid) and text.count("\n") == entry.msgid.count("\n"))
        or _is_help(entry)
    )


def _is_help(entry: polib.POEntry) -> bool:
    """A paragraph of help is wrapped anew."""
    return not entry.msgid.startswith("\b") and "\n" in entry.msgid and not _placeholders(entry.msgid)


def _placeholders(template: str) -> set[str]:
    if "{" not in template:
        return set()
    try:
        return {f"{name}!{conversion}:{form}" for _, name, form, conversion in string.Formatter().parse(template) if name}
    except ValueError:  # braces of Anki's templates, in a message without values
        return set(re.findall(r"\{+[^{}]*\}+", template))


def test_a_message_is_given_the_values_of_its_template() -> None:
    wrong = [
        f"{path.name}:{call.lineno}"
        for path in catalogue.PACKAGE.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and call.keywords and all(keyword.arg for keyword in call.keywords)
        for template, _ in catalogue.messages_of(call)
        if not {name.partition("!")[0] for name in _placeholders(template)} | {"count"}
        >= {keyword.arg for keyword in call.keywords}
        or not {name.partition("!")[0] for name in _placeholders(template)} <= {keyword.arg for keyword in call.keywords}
    ]
    assert wrong == []


def test_what_ends_a_command_is_translated() -> None:
    """All exceptions that click prints are problems with a message; only what cannot be printed at all is not."""
    bases = {
        node.name
        for path in catalogue.PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "click.ClickException" for base in node.bases)
    }
    assert bases == {"Problem", "OutputProblem"}


def test_a_problem_is_in_the_language_of_the_learner() -> None:
    with chosen():
        choose("zh")
        assert (
            NoAnki("no profile is open in Anki: choose one there, then run the same command again")
            .format_message()
            .startswith("Anki 里没有")
        )


def test_a_translation_is_chinese(kept: polib.POFile) -> None:
    wrong = []
    for entry in kept:
        text = entry.msgstr or entry.msgstr_plural.get(0, "")
        if not entry.msgid.startswith("\b") and _ENGLISH.search(_NAMES.sub(" · ", text)):
            wrong.append(text)
    assert wrong == []


TERMS = {"note type": "笔记类型", "deck": "牌组", "sentence pair": "句对", "front matter": "文件头"}


@pytest.mark.parametrize("term", TERMS)
def test_one_word_stands_for_one_thing(term: str, kept: polib.POFile) -> None:
    english = re.compile(rf"\b{term}s?\b")
    entries = [entry for entry in kept if english.search(_NAMES.sub(" ", entry.msgid)) and not entry.msgid.startswith("\b")]
    assert len(entries) > 3
    assert [entry.msgid for entry in entries if TERMS[term] not in (entry.msgstr or entry.msgstr_plural[0])] == []


def test_chinese_has_full_width_marks(kept: polib.POFile) -> None:
    texts = [_NAMES.sub(" ", entry.msgstr or entry.msgstr_plural[0]) for entry in kept if not entry.msgid.startswith("\b")]
    assert [text for text in texts if re.search(r"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]", text)] == []


def test_rules_read_alike() -> None:
    """A summary is a clause without a full stop, a cure a sentence or more."""
    for rule in all_rules().values():
        assert not rule.summary[:1].isupper() and rule.summary[-1:] not in ".!", rule.name
        assert not rule.cure[:1].islower() and rule.cure[-1:] == ".", rule.name


def test_a_message_is_english_until_it_is_translated() -> None:
    message = Message("{files} of {all}", files=several(2, "entry"), all=listed(["a", "b", "c"]))
    assert message == "2 entries of a, b, c"
    for copy in (of_json(to_json(message)), pickle.loads(pickle.dumps(message))):
        assert copy == message
        assert isinstance(copy, Message) and copy.values == message.values


def test_the_text_of_an_exception_is_still_a_message() -> None:
    assert isinstance(str(ValueError(Message("{count} left", count=1))), Message)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "de_DE"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE", "LANGUAGE": "de:zh_CN:en"}, "zh"),
        ({"LANG": "zh_CN", "LANGUAGE": "en"}, "en"),
        ({"LANG": "C", "LANGUAGE": "zh"}, "en"),
        ({"LANG": "zh_TW"}, "en"),
        ({"LANG": "zh-Hans-SG"}, "zh"),
    ],
)
def test_the_language_is_that_of_the_locale(environment: dict[str, str], language: str) -> None:
    assert locale_language(environment) == language


NOTE = """# 面包店

原文：

The bakery closed for good in 1998.

面包店在1989年永久关门了。

学习：

backery：面包店

> a shop

closed：
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "bread.md").write_text(NOTE, "utf-8")
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(cli, [*arguments], env={"LANGUAGE": None, "LC_ALL": None, "LANG": "C", **environment})


COMMANDS = (
    "build", "check", "plan", "doctor", "describe", "explain", "explain term-not-found", "check --explain-layout", "stats", "templates list",
    "templates use nothing", "check nowhere", "open -o nothing.apkg", "nonsense", "check --nonsense", "build --help", "templates --help", "--help",
    "layout source/bread.md", "show",
    "stats --html stats.html", "templates check", "plan --choices", "plan --removed", "deck old new", "link old new", "explain nonsense",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_prints_no_english(command: str, project: Path) -> None:
    shown = run("--lang", "zh", *command.split())
    assert shown.exception is None or isinstance(shown.exception, SystemExit)
    left = [line for line in shown.output.splitlines() if _ENGLISH.search(_NAMES.sub(" · ", _without_notes(line)))]
    assert left == []


def _without_notes(line: str) -> str:
    return re.sub(
        r"The bakery closed[^。]*|a shop|anki-builder .*|notes -o deck.*|^ {4,}.*|Linux x86_64|.*\d+\.\d+\.\d+.*", "", line
    )


@pytest.mark.parametrize(
    "command",
    [
        "check --format json",
        "check --format sarif",
        "check --format github",
        "check --explain-layout --json",
        "doctor --format json",
        "plan --json",
        "plan --choices --json",
        "show --stage notes --format json",
        "stats --format json",
        "templates list --json",
    ],
)
def test_what_programs_read_is_english_in_every_language(command: str, project: Path) -> None:
    english = run(*command.split()).stdout
    assert english
    assert run("--lang", "zh", *command.split()).stdout == english


def test_what_a_build_remembers_is_in_the_language_of_its_reader(project: Path) -> None:
    english, chinese = run("build").stderr, run("build", LANG="zh_CN.UTF-8").stderr
    assert "in Anki: File → Import" in english
    assert "文件 → 导入" in chinese
    assert run("build", LANG="zh_CN.UTF-8").stderr.count("文件 → 导入") == 1
    assert "in Anki: File → Import" in run("build").stderr


def test_diagnostics_that_are_kept_are_printed_in_either_language(project: Path) -> None:
    run("--lang", "zh", "check")
    assert "no sentence of this passage holds “backery”" in run("check").stdout
    assert "这一段里没有一句含有“backery”" in run("--lang", "zh", "check").stdout


def test_a_mistyped_option_is_told_in_the_language_of_the_learner(project: Path) -> None:
    result = CliRunner().invoke(cli, ["--lang", "zh", "build", "--outptu", "x"], prog_name="anki-builder")
    assert "是不是 '--output'" in result.stderr and "Did you mean" not in result.stderr


def test_the_preview_is_in_the_language_of_its_command(project: Path) -> None:
    assert run("preview", "--html", "english.html").exit_code == 0
    assert run("--lang", "zh", "preview", "--html", "chinese.html").exit_code == 0
    english, chinese = (Path(name).read_text("utf-8") for name in ("english.html", "chinese.html"))
    assert '<html lang="en">' in english and "Search the notes" in english
    assert '<html lang="zh-CN">' in chinese and "搜索笔记" in chinese
    assert '"All cards": "All cards"' in english and '"All cards": "全部卡片"' in chinese


def test_the_page_of_numbers_is_in_the_language_of_its_command(project: Path) -> None:
    assert run("--lang", "zh", "stats", "--html", "stats.html").exit_code == 0
    page = Path("stats.html").read_text("utf-8")
    assert '<html lang="zh-CN">' in page
    assert "句子长度（按词数）" in page and "新词" in page


@pytest.mark.parametrize("cases", ["layout-labelled", "layout-furniture"])
def test_what_lines_are_taken_for_has_words(cases: str) -> None:
    """Every layout and role of some cases."""
    text = (Path(__file__).parent / "cases" / f"{cases}.md").read_text("utf-8")
    notes = re.findall(r"^````markdown.*?\n(.*?)^````", text, re.DOTALL | re.MULTILINE)
    lines = [line for note in notes for line in explain(Source("note.md", "note.md", note, "."), Config())[2]]
    assert {line.role for line in lines} <= ROLES.keys()
    assert {line.layout for line in lines} - {""} <= LAYOUTS.keys()
    assert len(lines) > 10


def test_the_language_of_one_run_is_not_that_of_the_next(project: Path) -> None:
    before = os.environ.get("LANGUAGE")
    assert "命令" in run("--lang", "zh", "--help").stdout
    assert "Commands" in run("--help").stdout
    assert os.environ.get("LANGUAGE") == before


def test_lines_of_chinese_fit_their_columns_and_begin_with_no_stop() -> None:
    text = "请按段落里的写法写这个词（拼写和词序一致），哪种词形都可以。`anki-builder check` 会说明每一行被读成了什么。" * 3
    lines = wrapped(text, 40).split("\n")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line) <= 42 and line[0] not in "，。）" for line in lines)
