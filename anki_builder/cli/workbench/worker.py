"""One thread for all long work on the notes: two pieces of it never meet, it says how far it has come, and it can be stopped."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import NamedTuple, TypeVar

import click

from anki_builder.cli.progress import listener
from anki_builder.cli.words import tr
from anki_builder.preview.workbench import Refused

T = TypeVar("T")
_STEP = 0.1
"""Seconds between two reports."""


class Stopped(Exception):
    """The work was stopped, between two of its items."""


class Task(NamedTuple):
    """The work that is under way."""

    name: str
    """The action that began it."""
    doing: str = ""
    """As in `cli.progress`; empty where that is not known."""
    done: int = 0
    total: int = 0


class Worker:
    """Does one piece of work after the other."""

    def __init__(self, tell: Callable[[Task | None], None]) -> None:
        """`tell` is called with what is under way whenever that changes, and with None at its end."""
        self._tell = tell
        self._pool = ThreadPoolExecutor(1, "workbench")
        self._context = click.get_current_context(silent=True)  # holds the options that stand before the command
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.task: Task | None = None
        """What is under way."""

    def begin(self, name: str, work: Callable[[], None]) -> None:
        """Begin a piece of work that is watched. Raises `Refused` while another one is under way."""
        with self._lock:
            if self.task is not None:
                raise Refused(tr("something else is under way: wait for its end, or stop it"))
            self.task = task = Task(name)
            self._stop.clear()
        self._tell(task)
        self._pool.submit(self._run, task, work)

    def wait(self) -> None:
        """Wait for the end of what is under way."""
        self._pool.submit(lambda: None).result()

    def stop(self) -> None:
        """Let what is under way end at its next item."""
        self._stop.set()

    def is_busy(self, name: str = "") -> bool:
        """Return whether something is under way, or what has a name."""
        task = self.task
        return task is not None and name in ("", task.name)

    def close(self) -> None:
        """Let the thread end once its work is done."""
        self._stop.set()
        self._pool.shutdown()

    def within(self, work: Callable[[], T]) -> T:
        """Do work within the context of the command, which click keeps for each thread by itself."""
        with self._context.scope(cleanup=False) if self._context is not None else nullcontext():
            return work()

    def _run(self, task: Task, work: Callable[[], None]) -> None:
        told = 0.0

        def listen(doing: str, done: int, total: int) -> None:
            nonlocal told
            if self._stop.is_set():
                raise Stopped
            now = time.monotonic()
            if now - told >= _STEP:
                told = now
                self.task = task._replace(doing=doing, done=done, total=total)
                self._tell(self.task)

        leave = listener.set(listen)
        try:
            self.within(work)
        finally:
            listener.reset(leave)
            with self._lock:
                self.task = None
            self._tell(None)
