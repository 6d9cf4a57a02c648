"""Take the inline Markdown off a passage, so that splitting and comparing see the text that a reader sees, and keep the way back to the raw text."""

import re
from typing import NamedTuple

_MARKED = re.compile(r"[*_`~=<\\\[&]")
_MARKUP = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])"  # escape
    r"|(?<!`)(?P<ticks>`+)(?!`)(?P<code>.{1,400}?)(?<!`)(?P=ticks)(?!`)"
    r"|(?P<run>\*{1,3}|_{1,3}|~~|==|`+)"
    r"|<!--.*?-->|</?[A-Za-z][^<>]{0,200}>"
    r"|!\[[^\[\]]{0,200}\]\([^()\s]{0,400}\)"
    r"|(?P<link>\[(?=[^\[\]]{0,400}\]\([^()\s]{0,400}\)))"
    r"|(?P<target>\]\([^()\s]{0,400}\))",
    re.DOTALL,
)


class Plain(NamedTuple):
    """Text without its inline markup."""

    text: str
    starts: tuple[int, ...] | None
    """For each character the raw offset where it begins, with its opening marks; None where there is no markup."""
    code: tuple[tuple[int, int], ...] = ()
    """Character ranges of code spans."""


def plain(raw: str) -> Plain:
    """Take the inline markup off `raw`, unless there is nothing else."""
    if _MARKED.search(raw) is None:
        return Plain(raw, None)
    kept: list[str] = []
    starts: list[int] = []
    code: list[tuple[int, int]] = []
    is_open: dict[str, bool] = {}
    links = 0
    pending = -1  # raw offset of opening marks that wait for their character
    at = 0
    for match in _MARKUP.finditer(raw):
        start, end = match.span()
        run = match["run"]
        if run and run[0] == "_" and start and end < len(raw) and raw[start - 1].isalnum() and raw[end].isalnum():
            continue
        if match["target"] and not links:
            continue
        for offset in range(at, start):
            starts.append(pending if pending >= 0 else offset)
            kept.append(raw[offset])
            pending = -1
        at = end
        if match["code"] is not None:
            inside, behind = match.span("code")
            code.append((len(kept), len(kept) + behind - inside))
            starts += [pending if pending >= 0 else start, *range(inside + 1, behind)]
            kept += raw[inside:behind]
            pending = -1
            continue
        opening = True
        if run:
            opening = not is_open.get(run, False) and end < len(raw) and not raw[end].isspace()
            is_open[run] = opening
        elif match["link"]:
            links += 1
        elif match["target"]:
            links -= 1
            opening = False
        elif match.group().startswith("</"):
            opening = False
        if opening and pending < 0:
            pending = start
    for offset in range(at, len(raw)):
        starts.append(pending if pending >= 0 else offset)
        kept.append(raw[offset])
        pending = -1
    text = "".join(kept)
    return Plain(text, tuple(starts), tuple(code)) if text.strip() else Plain(raw, None)
