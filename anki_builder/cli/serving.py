"""The page in the browser, served until it is left: what `app` and `preview` share."""

import errno
import os
import re
import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import click

from anki_builder.cli import report
from anki_builder.cli.folders import cache_home
from anki_builder.cli.project import UsageProblem
from anki_builder.cli.words import tr

if TYPE_CHECKING:
    from anki_builder.cli.workbench.look import Look
    from anki_builder.cli.workbench.worker import Worker
    from anki_builder.preview.door import Channel

PORT = 8766
"""Port of the page unless it is taken: the same each time, so that an open page finds it again. AnkiConnect waits at the one before."""
GRACE = 20
"""Seconds after which the program ends that no page is open any more: a page that is loaded again comes back before."""
_FAREWELL = 0.5
"""Seconds in which the page that pressed the button still gets its answer."""
T = TypeVar("T", bound=Callable[..., object])


class Opened(NamedTuple):
    """What the page opens with."""

    folder: Path | None
    """Folder that may be opened although it lies outside the home; None if nothing is opened at first."""
    paths: tuple[str, ...] = ()
    """Notes in the working directory; without any, those of `folder` are opened."""
    place: str = ""
    """Within the page."""


def served(command: T) -> T:
    """Give a command the options of its page."""
    port = click.option(
        "--port", type=click.IntRange(0, 65535), help=f"The port to use, 0 for any [default: {PORT}, or another if it is busy]."
    )
    browser = click.option("--open/--no-open", "open_browser", default=True, help="Open the browser [default: yes].")
    return port(browser(command))


def serve(opened: Opened, port: int | None, open_browser: bool, tell: "Callable[[Look | str], None]" = lambda news: None) -> None:
    """Serve the page until it is left. `tell` is called with every look at the notes, and with the reason of what fails."""
    from anki_builder.cli.workbench.bench import Bench  # late: --help needs nothing of it
    from anki_builder.cli.workbench.folders import Folders
    from anki_builder.preview.door import ADDRESS, Channel
    from anki_builder.preview.workbench import serve_workbench

    channel = Channel(_token())
    bench = Bench(channel, Folders([opened.folder] if opened.folder is not None else [], _home()), tell)
    with _listening_at(port) as listening, serve_workbench(channel, bench.table(), listening) as server:
        start = f"http://{ADDRESS}:{listening.getsockname()[1]}"
        click.echo(f"{start}/{channel.token}/{opened.place}")
        report.say(tr("Ctrl-C ends, and so does closing the page"))
        if opened.paths:
            bench.open_paths(opened.paths)
        elif opened.folder is not None:
            bench.open({"folder": str(opened.folder)})
        threading.Thread(target=_end_when_left, args=(channel, bench.worker, server.shutdown), daemon=True).start()
        if open_browser:
            click.launch(f"{start}/once/{channel.once}{opened.place}")  # other users can read the arguments of programs
        server.serve_forever()
        channel.close()
    report.say(tr("ended"))


def _listening_at(port: int | None) -> socket.socket:
    """Return a socket that listens at a port of this machine; without one at the usual port, or at any if that is taken.

    Raises `UsageProblem`.
    """
    from anki_builder.preview.door import listen  # late: it imports the server

    try:
        return listen(PORT if port is None else port)
    except OSError as error:
        if port is None and error.errno == errno.EADDRINUSE:
            return listen(0)
        reason = (os.strerror(error.errno) if error.errno else str(error)).lower()
        raise UsageProblem("cannot use port {port}: {reason}; try --port 0", port=port or PORT, reason=reason) from None


def _token() -> str:
    """Return the secret part of the address: the same each time, so that an open page finds the program again."""
    fresh = secrets.token_urlsafe(16)
    file = cache_home() / "workbench-token"
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError), os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
            new.write(fresh)
        kept = file.read_text("ascii") if file.is_file() else ""
    except (OSError, ValueError):
        return fresh
    return kept if re.fullmatch(r"[\w-]{22}", kept) else fresh


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
