"""The progress of a long piece of work, shown on a terminal, or given to whoever listens."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import TypeVar

import click

from anki_builder.cli.words import translated

T = TypeVar("T")
Listener = Callable[[str, int, int], None]
"""Takes what is done, how many items are done, and of how many. It may raise, which ends the work between two items."""
listener: ContextVar[Listener | None] = ContextVar("listener", default=None)
"""Who hears of the progress in this thread in the place of the terminal, at which nobody sits then."""


def progress(items: Iterable[T], doing: str, total: int | None = None) -> Iterator[T]:
    """Yield `items`, `total` of them, and show on a terminal how far it has come once it has taken longer than a second."""
    listening = listener.get()
    if listening is None and not sys.stderr.isatty():
        yield from items
        return
    if total is None:
        items = list(items)
        total = len(items)
    if listening is not None:
        for number, item in enumerate(items):
            listening(doing, number, total)
            yield item
        return
    started, shown_at = time.monotonic(), 0.0
    for number, item in enumerate(items):
        now = time.monotonic()
        if now - started > 1 and now - shown_at > 0.1:
            shown_at = now
            click.echo(f"\r\x1b[K{translated(doing)} {number}/{total}", nl=False, err=True)
        yield item
    if shown_at:
        click.echo("\r\x1b[K", nl=False, err=True)
