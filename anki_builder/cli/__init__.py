"""The command line: one module per command; alone prints, reads the clock, the environment and files, and exits.

A command's module is imported when the command is called: `anki-builder --help` costs what `import click` costs.
Standard output is data, standard error is messages. Exit codes: 0 fine, 1 problems in the notes, 2 usage or configuration,
3 Anki cannot be reached.
"""

import gc
import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

import click

from anki_builder import __version__
from anki_builder.cli.terminal import OutputProblem, guard
from anki_builder.cli.words import LANGUAGES, WIDEST, LearnersContext, Problem, choose, chosen, tr, translated, translated_command
from anki_builder.message import Message

QUIET = f"{__name__}.quiet"
"""Key of `click.Context.meta`: whether only results and problems are printed."""
VERBOSE = f"{__name__}.verbose"
"""Key of `click.Context.meta`: whether details are printed."""
SETTINGS = f"{__name__}.settings"
"""Key of `click.Context.meta`: the file of settings that the learner names, absolute."""
COMMANDS = {
    "build": "Build the package out of a folder of notes.",
    "new": "Write a note to begin with.",
    "init": "Write a file of settings, each of them explained.",
    "check": "Say what is wrong with the notes, and which lines make no card.",
    "layout": "Propose patterns for the lines of a note that are not read.",
    "open": "Hand the package built last to Anki.",
    "push": "Send new and changed notes to the running Anki.",
    "pull": "Bring what was changed in Anki back into the notes.",
    "review": "Say how the notes are learned in Anki, and which are hard.",
    "plan": "Say what the next import will do, before it.",
    "show": "Print what was made of the notes, stage by stage.",
    "preview": "Show your notes as cards in the browser.",
    "app": "Open the workbench: choose a folder, see its cards, mend, build, in the browser.",
    "read": "Write a page to read: each sentence beside its translation.",
    "export": "Write the sentence pairs and the vocabulary for other programs.",
    "stats": "Say what the notes hold: words, terms, cards, confidence.",
    "templates": "List, copy out, compare and check card templates.",
    "link": "Say that a new note is an old one, so that it keeps its reviews.",
    "deck": "Rename a deck whose cards exist.",
    "verify": "Import the package into a throw-away real Anki, twice.",
    "explain": "Explain a rule, with an example and its cure.",
    "describe": "Print a description of the deck for AnkiWeb.",
    "doctor": "Say what is installed, which folders can be written, and whether Anki is there.",
}
"""The commands with their one-line help, here so that `--help` need not import their modules."""


class FileProblem(Problem):
    """A file or folder that cannot be read or written."""


class _Lazy(click.Group):
    """A group whose commands are modules of this package, each with a click command named `command`."""

    context_class = LearnersContext

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command; what it prints passes through `terminal`."""
        try:
            guard()
        except OutputProblem as problem:
            problem.show()
            sys.exit(problem.exit_code)
        with chosen():
            return super().main(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a file that cannot be read or written ends it with a sentence."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise FileProblem(
                "{file}: {reason}",
                file=error.filename or Message("the system"),
                reason=(error.strerror or str(error)).lower(),
            ) from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        found = import_module(f"{__name__}.{cmd_name}").command
        assert isinstance(found, click.Command)
        return translated_command(found, ctx)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] == "help":
            args = [*args[1:], "--help"]
            if len(args) == 1:
                click.echo(ctx.get_help())
                ctx.exit()
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1, 0.5)
            ctx.fail(
                tr("no such command “{name}”; did you mean “{near}”?", name=args[0], near=near[0])
                if near
                else tr("no such command “{name}”", name=args[0])
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(tr("Commands")):
            formatter.write_dl([(name, translated(text)) for name, text in COMMANDS.items()])

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own = translated_command(self, ctx)
        assert isinstance(own, _Lazy)
        super(_Lazy, own).format_help(ctx, formatter)


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST},
    epilog="Settings: anki_builder.toml or [tool.anki_builder] in pyproject.toml. Documentation: README.md.",
)
@click.version_option(__version__, package_name="anki-builder", prog_name="anki-builder")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to colour messages.")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    is_eager=True,
    expose_value=False,
    callback=lambda context, parameter, given: choose(given) if given else None,
    help="The language of messages [default: that of the locale].",
)
@click.option("-C", "folder", type=click.Path(exists=True, file_okay=False), metavar="DIR", help="Work in this folder.")
@click.option("--config", type=click.Path(dir_okay=False), metavar="FILE", help="Take the settings from this file.")
@click.option("-v", "--verbose", is_flag=True, help="Print where settings, ledger and cache lie, and the time of each stage.")
@click.option("-q", "--quiet", is_flag=True, help="Print results and problems, and no other messages.")
@click.pass_context
def cli(ctx: click.Context, /, color: str, folder: str | None, config: str | None, **told: bool) -> None:
    """Turn a folder of bilingual study notes into an Anki deck.

    \b
    Examples:
      anki-builder build source                 # writes build/<name>.apkg
      anki-builder check source/article.md      # what is wrong, and where
      anki-builder show source --stage pairs    # the aligned sentences
      anki-builder explain term-not-found
      anki-builder help build
    """
    if color != "auto":
        ctx.color = color == "always"
    elif os.environ.get("NO_COLOR"):
        ctx.color = False
    elif os.environ.get("FORCE_COLOR"):
        ctx.color = True
    if folder is not None:
        os.chdir(folder)
    if config is not None:
        ctx.meta[SETTINGS] = os.path.abspath(config)  # noqa: PTH100 (pathlib is imported late)
    ctx.meta[QUIET], ctx.meta[VERBOSE] = told["quiet"], told["verbose"]


def main() -> None:
    """Run the command line; an interrupt or a closed pipe ends it without a traceback."""
    # A run is short and makes few cycles: looking for them took an eighth of a build and freed nothing. What stays looks again.
    gc.disable()
    try:
        cli(prog_name="anki-builder")
    except BrokenPipeError:  # the reader of a pipe (`| head`) left: nothing to say
        os._exit(0)
    except SystemExit as end:
        if isinstance(end.code, int):
            _end(end.code)
        raise


def _end(code: int) -> NoReturn:
    """End the process at once: to give everything back, note by note, takes 0.07 s after a build (mypy ends in the same way)."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, OutputProblem):
            stream.flush()
    os._exit(code)
