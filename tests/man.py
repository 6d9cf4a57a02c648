"""The man page, made of the commands: one page for all of them, in roff."""

from inspect import cleandoc

import click

from anki_builder.cli import COMMANDS, cli

_HEAD = """\
.\\" Made from the code by `pytest tests/test_reference.py --update`.
.TH ANKI-BUILDER 1 "" "anki-builder" "User Commands"
.SH NAME
anki-builder \\- turn a folder of bilingual study notes into an Anki deck
.SH SYNOPSIS
.B anki-builder
[\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGS\\fR]...
"""
_TAIL = """\
.SH EXIT STATUS
0: fine. 1: problems in the notes. 2: usage or configuration. 3: Anki cannot be reached.
.SH FILES
.TP
.I anki_builder.toml
Settings, beside the notes or above them; or [tool.anki_builder] in pyproject.toml. anki\\-builder init writes one with every setting explained.
.TP
.I anki_builder.lock
What Anki knows of the notes: keep it with them, under version control.
.SH ENVIRONMENT
.TP
.B LANGUAGE, LC_ALL, LC_MESSAGES, LANG
The language of messages: English, or Chinese for zh_CN.
.TP
.B NO_COLOR, FORCE_COLOR
Whether messages are coloured.
"""


def man_page() -> str:
    """Return the page."""
    context = click.Context(cli, info_name="anki-builder", **cli.context_settings)
    page = _HEAD + ".SH DESCRIPTION\n" + _text(cli) + ".SH OPTIONS\n" + _options(cli, context) + ".SH COMMANDS\n"
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        page += _command(name, command, context)
    return page + _TAIL


def _command(name: str, command: click.Command, above: click.Context) -> str:
    context = click.Context(command, above, info_name=name)
    usage = " ".join(command.collect_usage_pieces(context))
    page = f".SS {_escaped(name)} {_escaped(usage)}\n{_text(command)}{_options(command, context)}"
    if isinstance(command, click.Group):
        for inner, one in command.commands.items():
            page += _command(f"{name} {inner}", one, context)
    return page


def _text(command: click.Command) -> str:
    page = ""
    for paragraph in cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b\n"):
            page += f".PP\n.nf\n{_escaped(paragraph[2:])}\n.fi\n"
        else:
            page += f".PP\n{_escaped(' '.join(paragraph.split()))}\n"
    return page


def _options(command: click.Command, context: click.Context) -> str:
    records = [option.get_help_record(context) for option in command.get_params(context) if isinstance(option, click.Option)]
    return "".join(f".TP\n.B {_escaped(names)}\n{_escaped(text)}\n" for names, text in filter(None, records))


def _escaped(text: str) -> str:
    """Return text as roff reads it: no hyphen becomes a dash, no line a request."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in lines)
