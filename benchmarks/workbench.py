"""The workbench on a folder of notes: opened, looked at and searched in this process, without a browser, on the clock and in CPU time.

    cd FOLDER; python -m benchmarks.workbench [WORD ...]

The first run compiles what is not compiled yet. A word that all articles hold and no card does is the slowest to look for.
"""

import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from anki_builder.cli.workbench import listing, look, search

T = TypeVar("T")


def timed(what: str, work: Callable[[], T]) -> T:
    start = time.perf_counter()
    result = work()
    print(f"{what:60} {1000 * (time.perf_counter() - start):10,.0f} ms")
    return result


def main(words: list[str]) -> None:
    first = timed("until the list of articles is there", look.first_look)
    timed("until all is known", lambda: look.look(first))
    seen = timed("again, nothing changed", lambda: look.look(first))
    for word in words:
        timed(f"articles that hold “{word}”", partial(listing.articles, seen, word, "", 0, frozenset()))
        slowest, answers, found, cpu = 0.0, 0, 0, time.process_time()
        start: int | None = 0
        began = time.perf_counter()
        while start is not None and found < look.PAGE:
            before = time.perf_counter()
            answer = search.cards(seen, word, "", start)
            slowest, answers = max(slowest, time.perf_counter() - before), answers + 1
            found, start = found + len(answer["notes"]), answer["next"]
        took = time.perf_counter() - began
        used = time.process_time() - cpu
        print(
            f"  {found} cards: {1000 * took:,.0f} ms (CPU {1000 * used:,.0f} ms) in {answers} answers, the slowest {1000 * slowest:,.0f} ms"
        )
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
