"""The learner's language: messages are put into it here, where they are printed.

The catalogue is one of gettext's, `locale/zh_CN/LC_MESSAGES/anki_builder.po`. The words of click come out of it, too.
"""

import gettext
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from typing import Any

import click

from anki_builder.cli.terminal import harmless
from anki_builder.message import Message

WIDEST = 100
"""Columns of help at most."""
_OPTIONS = 34
"""Columns that click gives to the names of options."""
LANGUAGES = ("en", "zh")
"""The languages of messages, English first."""
_DOMAIN = "anki_builder"
_FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "locale")  # noqa: PTH118, PTH120 (pathlib is imported late)
_FOREIGN = ("tw", "hk", "mo", "hant")
"""Parts of the name of a locale in which Chinese is written in other characters than in the catalogue."""


class _Chosen:
    """The catalogue in use; None for English."""

    catalogue: gettext.NullTranslations | None = None


def is_english() -> bool:
    """Return whether messages are printed as they are."""
    return _Chosen.catalogue is None


def locale_language(environment: Mapping[str, str]) -> str:
    """Return which of `LANGUAGES` the environment asks for: the first that is known of LANGUAGE, else LC_ALL, LC_MESSAGES or LANG."""
    locale = next((found for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (found := environment.get(name))), "")
    if not locale and sys.platform == "win32":
        locale = _of_windows()
    if locale.partition(".")[0] in ("C", "POSIX"):  # gettext's rule: LANGUAGE counts only where there is a locale
        return "en"
    for name in (*environment.get("LANGUAGE", "").split(":"), locale):
        parts = name.lower().partition(".")[0].replace("-", "_").split("_")
        if parts[0] == "en":
            return "en"
        if parts[0] == "zh" and not any(part in _FOREIGN for part in parts):
            return "zh"
    return "en"


def _of_windows() -> str:
    """Return the language of Windows, which sets none of the variables."""
    import ctypes
    from locale import windows_locale

    system: Any = ctypes  # has `windll` on Windows alone
    return windows_locale.get(system.windll.kernel32.GetUserDefaultUILanguage(), "")


def choose(language: str) -> None:
    """Print messages in one of `LANGUAGES` from here on, those of click included."""
    if language == "en":
        _Chosen.catalogue = None
        gettext.textdomain("messages")
        return
    gettext.bindtextdomain(_DOMAIN, _FOLDER)
    gettext.textdomain(_DOMAIN)
    os.environ["LANGUAGE"] = "zh_CN"  # click's words are looked up by it
    _Chosen.catalogue = _catalogue()


def _catalogue() -> gettext.NullTranslations:
    return gettext.translation(_DOMAIN, _FOLDER, ["zh_CN"])


def template_in(language: str, one: str, many: str = "", count: int = 1) -> str:
    """Return the template of a message in one of `LANGUAGES`; of two, the one for `count`."""
    catalogue = gettext.NullTranslations() if language == "en" else _catalogue()
    return catalogue.ngettext(one, many, count) if many else catalogue.gettext(one)


@contextmanager
def chosen() -> Iterator[None]:
    """Use the language of the locale, and leave all as it was afterwards."""
    former = os.environ.get("LANGUAGE")
    choose(locale_language(os.environ))
    try:
        yield
    finally:
        choose("en")
        if former is None:
            os.environ.pop("LANGUAGE", None)
        else:
            os.environ["LANGUAGE"] = former


def translated(text: str) -> str:
    """Return a message in the learner's language; any other text only if it is in the catalogue as it is."""
    catalogue = _Chosen.catalogue
    if catalogue is None or not text:
        return text
    if not isinstance(text, Message):
        return catalogue.gettext(text)
    template = catalogue.ngettext(text.template, text.plural, _count(text)) if text.plural else catalogue.gettext(text.template)
    if not text.values:
        return template
    return template.format_map({name: _value(value) for name, value in text.values.items()})


def _count(message: Message) -> int:
    count = message.values["count"]
    return count if isinstance(count, int) else 2


def _value(value: object) -> object:
    """Return a value of a message as it stands in the translation: a message, or an exception made of one, is translated in its turn."""
    if isinstance(value, Message):
        return translated(value)
    if isinstance(value, Exception):
        return translated(str(value))
    return value


def tr(template: str, plural: str = "", /, **values: object) -> str:
    """Return a message in the learner's language at once."""
    return translated(Message(template, plural, **values))


class Problem(click.ClickException):
    """What ends a command: a message for the learner, and an exit code. Its `message` is in English."""

    exit_code = 2

    def __init__(self, template: str, plural: str = "", /, **values: object) -> None:
        """Take what makes a `Message`. It may hold names of files and text of settings: what would steer a terminal is replaced."""
        super().__init__(Message(template, plural, **values))

    def format_message(self) -> str:
        """Return the message in the learner's language."""
        return harmless(translated(self.message))


class _Formatter(click.HelpFormatter):
    """Writes the headings of help with the colon of the learner's language."""

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{tr('{heading}:', heading=heading)}\n")


class LearnersContext(click.Context):
    """The context of a command whose help is in the learner's language."""

    formatter_class = _Formatter


def _columns() -> int:
    """Return how wide help is written."""
    from shutil import get_terminal_size

    return max(50, min(get_terminal_size().columns - 2, WIDEST))


def _as_lines(text: str, columns: int) -> str:
    """Return a paragraph in lines that click leaves as they are: it knows no full-width characters."""
    from anki_builder.cli.columns import wrapped

    return text if text.startswith("\b\n") else "\b\n" + wrapped(" ".join(text.split()), columns)


def translated_command(command: click.Command, context: click.Context) -> click.Command:
    """Return a command with its help in the learner's language; the names of its help option are those of the context."""
    if is_english():
        return command
    from inspect import cleandoc

    command = copy(command)
    command.context_class = LearnersContext
    paragraphs = cleandoc(command.help or "").split("\n\n")
    command.help = "\n\n".join(_as_lines(translated(paragraph), _columns() - 2) for paragraph in paragraphs)
    command.short_help = translated(paragraphs[0])
    command.epilog = _as_lines(translated(command.epilog), _columns()) if command.epilog else command.epilog
    help_option = command.get_help_option(context)
    own = [*command.params, help_option] if help_option is not None else command.params
    command.params, command.add_help_option = [_translated_option(parameter) for parameter in own], False
    if isinstance(command, click.Group) and command.commands:
        command.commands = {name: translated_command(one, context) for name, one in command.commands.items()}
    return command


def _translated_option(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    option = copy(parameter)
    option.help = _as_lines(translated(parameter.help), _columns() - _OPTIONS)
    return option
