"""The details that `--verbose` prints to standard error: where things lie, and how long each stage takes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from anki_builder.cli import VERBOSE
from anki_builder.cli.words import tr
from anki_builder.message import Message


def is_verbose() -> bool:
    """Return whether the learner wants details."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(VERBOSE))


def detail(template: str, plural: str = "", /, **values: object) -> None:
    """Print what makes a `Message`, if the learner wants details."""
    if is_verbose():
        click.echo(tr(template, plural, **values), err=True)


@contextmanager
def timed(what: Message) -> Iterator[None]:
    """Print how long a stage took, if the learner wants details."""
    began = time.perf_counter()
    yield
    detail("{seconds:6.2f} s  {what}", seconds=time.perf_counter() - began, what=what)
