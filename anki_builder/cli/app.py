"""`anki-builder app`: the whole program as a page in the browser."""

from pathlib import Path

import click

from anki_builder.cli.files import LEDGER
from anki_builder.cli.project import CONFIG
from anki_builder.cli.serving import Opened, serve, served


@click.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False))
@served
def command(folder: str | None, port: int | None, open_browser: bool) -> None:
    """Choose a folder, see its cards and problems, and build, in the browser: no other command is needed.

    \b
    Examples:
      anki-builder app
      anki-builder app notes

    The page answers to this machine alone, and changes nothing unless you press a button. It opens folders of your home, and those
    that were named on a command line. The program ends when the page is closed, by its button, or by Ctrl-C.
    """
    serve(Opened(Path(folder).absolute() if folder is not None else _here()), port, open_browser)


def _here() -> Path | None:
    """Return the working directory if it is one of notes: it has settings, a ledger, or a folder `source`."""
    here = Path.cwd()
    return here if any((here / name).exists() for name in (CONFIG, LEDGER, "source")) else None
