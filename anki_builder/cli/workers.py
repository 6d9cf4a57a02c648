"""Worker processes: what is done to many files is done to several at once."""

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from anki_builder.languages.forms import LEMMAS

_UNDER_WAY = 8
"""Files for each worker that are under way: neither may a worker wait for work, nor results pile up."""
T = TypeVar("T")


def results(work: Callable[[Path], T], files: Sequence[Path], jobs: int) -> Iterator[T]:
    """Yield what each file comes to, in their order, done by so many processes."""
    # A fork starts at once, but does not go with threads; only Linux has it in good order.
    can_fork = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if can_fork else "spawn")
    pool = ProcessPoolExecutor(jobs, context, _begin, (work, dict(LEMMAS)))
    under_way: deque[Future[T]] = deque()
    try:
        for file in files:
            if len(under_way) == jobs * _UNDER_WAY:
                yield under_way.popleft().result()
            under_way.append(pool.submit(_do, file))
        while under_way:
            yield under_way.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


_work: list[Callable[[Path], object]] = []
"""In a worker process: what it does."""


def _begin(work: Callable[[Path], object], lemmas: Mapping[tuple[str, str], str]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the build; a worker ended within a queue would block the others
    LEMMAS.update(lemmas)
    _work.append(work)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when the process that started it ends, be it killed: nobody would bring more work, or say that there is none."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(file: Path) -> Any:
    (work,) = _work
    return work(file)
