"""Settings: what is not known or not right is an error that names what would be; the README lists exactly what there is."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from anki_builder.cli.init import explained
from anki_builder.cli.words import choose, chosen, translated
from anki_builder.config import Config, ConfigError, load

ROOT = Path(__file__).parent.parent


def test_settings_are_read() -> None:
    table = {"languages": ["de", "en"], "confidence": 1, "labels": {"Satz": "text"}, "terms": ["spell", "recall"], "tags": ["x"]}
    found = load(table, "x.toml")
    assert found.languages == ("de", "en")
    assert found.confidence == 1.0
    assert found.labels["Satz"] == "text"
    assert found.terms == ("recall", "spell")
    assert load({}, "x.toml") == Config()


@pytest.mark.parametrize(
    ("written", "understood"),
    [(["English", "Chinese"], ("en", "zh")), (["EN", "zh_hant"], ("en", "zh-Hant")), (["pt-br", "en_US"], ("pt-BR", "en-US"))],
)
def test_languages_may_be_written_in_several_ways(written: list[str], understood: tuple[str, str]) -> None:
    assert load({"languages": written}, "x.toml").languages == understood


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"langages": ["en", "zh"]}, "unknown setting “langages” (did you mean “languages”?)"),
        ({"qqqq": 1}, "unknown setting “qqqq”"),
        ({"languages": ["en"]}, 'two language tags, such as ["en", "zh"]'),
        ({"languages": "en"}, '`languages` takes a list, as ["en", "zh"], not'),
        ({"sentences": "al"}, "one of all, with-terms, none, not “al” (did you mean “all”?)"),
        ({"cloze_typing": "yes"}, "`cloze_typing` takes true or false, not 'yes'"),
        ({"produce_words": True}, "`produce_words` takes a whole number"),
        ({"produce_words": -1}, "`produce_words` lies between 0 and"),
        (
            {"terms": ["recal"]},
            "`terms` takes cards out of recognise, recall, cloze, spell, hear, picture, not “recal” (did you mean “recall”?)",
        ),
        ({"terms": {}}, "`terms` takes a list of strings"),
        ({"confidence": 1.5}, "`confidence` lies between 0 and 1"),
        ({"confidence": 10**400}, "`confidence` lies between 0 and 1"),
        ({"labels": {"Satz": "txt"}}, "label “Satz”: the role is one of text, translation, vocabulary, example, skip"),
        ({"languages": ["Klingonese", "en"]}, "“Klingonese” is no language tag"),
        ({"languages": ["Englsh", "zh"]}, "(did you mean “english”?)"),
        ({"languages": ["", ""]}, "is no language tag"),
        ({"voices": {"en": "x}}<b>"}}, "cannot be the name of a voice"),
        ({"voices": {"en": 1}}, '`voices` takes a table of strings, as { en = "en_GB" }'),
        ({"terms": "recognise"}, "`terms` takes a list, as [\"recognise\"], not 'recognise'"),
        ({"languages": ["xx", "en"]}, "no language is known by the name “xx”"),
        ({"anki": {"ulr": "x"}}, "`anki` takes `url` and `key`, not “ulr” (did you mean “url”?)"),
        ({"anki": {"url": "127.0.0.1:8765"}}, "is an address such as “http://127.0.0.1:8765”, not “127.0.0.1:8765”"),
        ({"anki": "http://127.0.0.1:8765"}, "`anki` takes a table of strings"),
        ({"tags": ["a", 1]}, "`tags` takes a list of strings"),
    ],
)
def test_a_wrong_setting_is_an_error_that_helps(table: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(table, "anki_builder.toml")
    assert str(error.value).startswith("anki_builder.toml: ")
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        ({"recall": False}, ['terms = ["recognise", "cloze"]']),
        ({"cloze": False}, ['terms = ["recognise", "recall"]']),
        ({"cloze": True}, ['terms = ["recognise", "recall", "cloze"]']),
        ({"spelling": True}, ['terms = ["recognise", "recall", "cloze", "spell"]']),
        ({"listening": True}, ['terms = ["recognise", "recall", "cloze", "hear"]', 'sentence_cards = ["read", "produce", "listen"]']),
        ({"reverse": "short"}, ['sentence_cards = ["read", "produce"]']),
        ({"reverse": "all"}, ['sentence_cards = ["read", "produce"]', "produce_words = 1000"]),
        ({"reverse": "none"}, ['sentence_cards = ["read"]']),
        ({"reverse_words": 12}, ["produce_words = 12"]),
        ({"reverse-words": 12}, ["produce_words = 12"]),
        ({"recall": True}, ['terms = ["recognise", "recall", "cloze"]']),
        ({"spelling": False}, ['terms = ["recognise", "recall", "cloze"]']),
        ({"listening": False}, ['terms = ["recognise", "recall", "cloze"]', 'sentence_cards = ["read", "produce"]']),
        ({"reverse": "none", "listening": True, "cloze": False}, ['terms = ["recognise", "recall", "hear"]', 'sentence_cards = ["read", "listen"]']),
        ({"reverse": "all", "reverse_words": 9}, ['sentence_cards = ["read", "produce"]', "produce_words = 1000"]),
    ],
)  # fmt: skip
def test_a_setting_of_an_earlier_version_is_an_error_with_the_line_to_write(table: dict[str, object], lines: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        load(table, "x.toml")
    assert str(error.value).partition("write instead:\n")[2].split("\n") == [f"  {line}" for line in lines]
    load(tomllib.loads("\n".join(lines)), "x.toml")


def test_every_setting_of_an_earlier_version_is_refused() -> None:
    for key in ("reverse", "reverse_words", "recall", "spelling", "listening", "cloze"):
        with pytest.raises(ConfigError, match=f"“{key}” is not a setting any more"):
            load({key: True}, "x.toml")


def test_an_earlier_setting_beside_the_new_one_is_to_be_removed() -> None:
    with pytest.raises(ConfigError, match="“recall” is not a setting any more; remove it"):
        load({"recall": True, "terms": ["recall"]}, "x.toml")


def documented(translate: Callable[[str], str], heads: str) -> str:
    """The settings as a table, from the docstrings below the fields."""
    rows = [heads, "|---|---|---|"]
    for name, text in explained():
        default = Config._field_defaults[name]
        shown = json.dumps(
            list(default) if isinstance(default, tuple) else dict(default) if hasattr(default, "items") else default
        )
        rows.append(f"| `{name}` | `{shown}` | {translate(text).replace('|', chr(92) + '|')} |")
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("name", "language", "heads"),
    [
        ("README.md", "en", "| setting | default | what it does |"),
        ("README.zh-CN.md", "zh", "| 设置 | 默认值 | 作用 |"),
    ],
)
def test_the_readme_lists_every_setting(name: str, language: str, heads: str, update: bool) -> None:
    path = ROOT / name
    text = path.read_text(encoding="utf-8")
    before, rest = text.split("<!-- settings -->\n")
    after = rest.split("<!-- /settings -->")[1]
    with chosen():
        choose(language)
        expected = f"{before}<!-- settings -->\n{documented(translated, heads)}\n<!-- /settings -->{after}"
    if update:
        path.write_text(expected, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == expected


def test_a_deck_has_known_placeholders_alone() -> None:
    assert load({"deck": "{collection}::{folder}::{file}"}, "here").deck == "{collection}::{folder}::{file}"
    with pytest.raises(ConfigError, match=r"placeholder \{colection\}, which stands for nothing \(did you mean “collection”\?\)"):
        load({"deck": "{colection}::{title}"}, "here")
