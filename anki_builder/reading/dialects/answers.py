"""Items without a list: a bullet marks the translation of each line, right below it, and no blank line parts the lines.

Markdown takes the next line for more of the item.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from anki_builder.reading.dialects.draft import Draft

_ITEM = re.compile(r"[-*+][ \t]+(?=\S)")
_LINE = re.compile(r"(?![-*+>#|`~=]|\d{1,3}[.)][ \t])\S.*[^\s:：]\s*$")
_FEWEST = 2
"""Items of a run."""


def strip(draft: Draft) -> None:
    """Take the bullets off the items of each run in which a line stands between any two of them."""
    if not draft.holds("\n- ", "\n* ", "\n+ "):
        return
    for run in _runs(draft.lines):
        items = [number for number in run if _ITEM.match(draft.lines[number])]
        between = [other - number > 1 for number, other in pairwise(items)]
        if len(items) >= _FEWEST and all(between) and items[0] > run[0] and len(items) * 3 >= len(run):
            for number in items:
                draft.lines[number] = _ITEM.sub("", draft.lines[number])


def _runs(lines: list[str]) -> Iterator[list[int]]:
    """Yield the numbers of lines below each other that are items or plain lines, none of them indented or ending in a colon."""
    run: list[int] = []
    for number, line in enumerate([*lines, ""]):
        if _ITEM.match(line) or _LINE.match(line):
            run.append(number)
        elif run:
            yield run
            run = []
