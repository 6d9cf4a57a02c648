"""Regular expressions that not every note needs, compiled when one does.

To compile those of all modules took a third of the start of a build. One that is compiled in less than 0.1 ms, or that nearly every note
needs, is better compiled at once.
"""

import re
from collections.abc import Callable
from functools import cache, partial


def late(pattern: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """Return the function that returns `pattern`, compiled at its first call."""
    return cache(partial(re.compile, pattern, flags))
