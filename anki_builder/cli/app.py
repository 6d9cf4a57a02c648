"""`anki-builder app`: the whole program as a page in the browser."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from anki_builder.cli.files import LEDGER
from anki_builder.cli.project import CONFIG
from anki_builder.cli.serving import listening_at, token_of
from anki_builder.cli.words import tr

if TYPE_CHECKING:
    from anki_builder.cli.workbench.worker import Worker
    from anki_builder.preview.door import Channel

PORT = 8766
"""Port of the workbench unless it is taken: the preview and AnkiConnect wait at the two before it."""
GRACE = 20
"""Seconds after which the program ends that no page is open any more: a page that is loaded again comes back before."""

_FAREWELL = 0.5
"""Seconds in which the page that pressed the button still gets its answer."""


@click.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False))
@click.option(
    "--port", type=click.IntRange(0, 65535), help=f"The port to use, 0 for any [default: {PORT}, or another if it is busy]."
)
@click.option("--open/--no-open", "open_browser", default=True, help="Open the browser [default: yes].")
def command(folder: str | None, port: int | None, open_browser: bool) -> None:
    """Choose a folder, see its cards and problems, and build, in the browser: no other command is needed.

    \b
    Examples:
      anki-builder app
      anki-builder app notes

    The page answers to this machine alone, and changes nothing unless you press a button. It opens folders of your home, and those
    that were named on a command line. The program ends when the page is closed, by its button, or by Ctrl-C.
    """
    from anki_builder.cli.workbench.bench import Bench  # late: --help needs nothing of it
    from anki_builder.cli.workbench.folders import Folders
    from anki_builder.preview.door import ADDRESS, Channel
    from anki_builder.preview.workbench import serve_workbench

    named = Path(folder).absolute() if folder is not None else _here()
    channel = Channel(token_of("workbench"))
    bench = Bench(channel, Folders([named] if named is not None else [], _home()))
    with listening_at(port, PORT) as listening, serve_workbench(channel, bench.table(), listening) as server:
        start = f"http://{ADDRESS}:{listening.getsockname()[1]}"
        click.echo(f"{start}/{channel.token}/")
        click.echo(tr("Ctrl-C ends, and so does closing the page"), err=True)
        if named is not None:
            bench.open({"folder": str(named)})
        threading.Thread(target=_end_when_left, args=(channel, bench.worker, server.shutdown), daemon=True).start()
        if open_browser:
            click.launch(f"{start}/once/{channel.once}")  # other users can read the arguments of programs
        server.serve_forever()
        channel.close()
    click.echo(tr("ended"), err=True)


def _here() -> Path | None:
    """Return the working directory if it is one of notes: it has settings, a ledger, or a folder `source`."""
    here = Path.cwd()
    return here if any((here / name).exists() for name in (CONFIG, LEDGER, "source")) else None


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None


def _end_when_left(channel: "Channel", worker: "Worker", end: Callable[[], None]) -> None:
    """End the server once no page is open any more and nothing is under way."""
    while not channel.closed:
        channel.wait_until_left(GRACE)
        if not worker.is_busy():
            break
    time.sleep(_FAREWELL)
    end()
