"""The progress of a long piece of work, shown on a terminal only."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

T = TypeVar("T")


def progress(items: Iterable[T], doing: str, total: int | None = None) -> Iterator[T]:
    """Yield `items`, `total` of them, and show on a terminal how far it has come once it has taken longer than a second."""
    if not sys.stderr.isatty():
        yield from items
        return
    if total is None:
        items = list(items)
        total = len(items)
    started, shown_at = time.monotonic(), 0.0
    for number, item in enumerate(items):
        now = time.monotonic()
        if now - started > 1 and now - shown_at > 0.1:
            shown_at = now
            click.echo(f"\r\x1b[K{doing} {number}/{total}", nl=False, err=True)
        yield item
    if shown_at:
        click.echo("\r\x1b[K", nl=False, err=True)
