"""Marks that several programs share: task boxes, headings and definition lists in HTML, custom elements, rows of dots, arrows as formulas,
edits.
"""

import re
from collections.abc import Callable

from anki_builder.reading.dialects.draft import Draft

_BOX = re.compile(r"^([ \t>]*(?:[-*+]|\d+[.)])[ \t]+)\[[ xX/>-]\][ \t]+")
_DEFINITION = re.compile(r"<dt\b[^<>]*>(.*?)</dt>\s*<dd\b[^<>]*>(.*?)</dd>", re.IGNORECASE)
_LIST_TAG = re.compile(r"</?d[ltd]\b[^<>]*>", re.IGNORECASE)
_WITH_TEXT = re.compile(r"<(?!img\b|a\b|span\b|abbr\b)[a-z]+\b[^<>]*?\btext=\"([^\"]*)\"[^<>]*/>")
_LABELLED = re.compile(r"<([a-z]+(?:-[a-z]+)+)\b[^<>]*?(?<!:)\blabel=\"([^\"]+)\"[^<>]*>([^<>]+)</\1>")
"""An element of a component: `<x-item label="candle">蜡烛</x-item>`."""
_TERM_LINE = re.compile(r"^\s*<dt\b[^<>]*>(.*?)</dt>\s*$", re.IGNORECASE)
_GLOSS_LINE = re.compile(r"^\s*<dd\b[^<>]*>(.*?)</dd>\s*$", re.IGNORECASE)
_ARROW_MATH = re.compile(r"\$\\(?:to|(?:long)?rightarrow|Rightarrow|mapsto)\b\s*(?:([A-Za-z][A-Za-z -]*)\$|\$?)\s*")
"""An arrow set as a formula, alone or with the words behind it: `$\\to$ distant`, `$\\to distant$`."""
_PLAIN_MATH = re.compile(r"\$((?:n|v|vt|vi|adj|adv|prep|conj|pron|num|phr)\.?)\$")
"""Parts of speech set as a formula: `$n.$`."""
_KEPT = re.compile(r"\{(==|\+\+)([^{}]+)\1\}")
_REMOVED = re.compile(r"\{(?:--[^{}]*--|>>[^{}]*<<)\}")
_HEADING = re.compile(r"^[ \t]*<h([1-6])\b[^<>]*>(.*?)</h\1>[ \t]*$", re.IGNORECASE)
_HEADING_START = re.compile(r"^[ \t]*<h([1-6])\b[^<>]*>[ \t]*$", re.IGNORECASE)
_HEADING_END = re.compile(r"^[ \t]*</h[1-6]>[ \t]*$", re.IGNORECASE)
"""Tags of a heading on lines of their own."""
_RULE = re.compile(r"^[ \t]*<hr\b[^<>]*>[ \t]*$", re.IGNORECASE)
_LEADER = re.compile(r"^(\s*\S[^.…·\n]{0,60}?)\s*(?:\.{5,}|…{3,}|·{5,})[ \t]*(?=$|[^\s.…·])")
"""The row of dots that leads the eye from a word to its translation."""
_SHORT_LEADER = re.compile(r"^(\s*\S[^.…·\n]{0,60}?)\s+(?:\.{3,4}|…)\s+(?=[^.…|:=→–—-]+$)")
"""A row of three dots between spaces, where the note has several."""
_SEVERAL = 3
_WIDE_SPACE = re.compile(r"(?:\s*&nbsp;\s*){2,}")
_MATH = re.compile(r"^[ \t>]*\$\$[ \t]*$")
_MARKER = re.compile(r"^[ \t]*--+[ \t]*[A-Z]+[ \t]*--+[ \t]*$")
"""A line that begins or ends something for a program of the learner's own: `--EX--`."""
_CODE_START = re.compile(r"^[ \t]*<(?:script|style)\b[^<>]*>", re.IGNORECASE)
_CODE_END = re.compile(r"</(?:script|style)>[ \t]*$", re.IGNORECASE)


def strip(draft: Draft) -> None:
    """Take task boxes, headings and definition lists in HTML, leaders and formulas without mathematics off the lines."""
    if draft.holds("$$"):
        _blocks(draft, _MATH, _MATH, "formula")
    if draft.holds("<script", "<style"):
        _blocks(draft, _CODE_START, _CODE_END, "code")
    _markers(draft)
    if draft.holds("<dt"):
        _definitions(draft)
    if draft.holds("\n: ", "\n:\t"):
        _definition_lists(draft)
    if draft.holds("<hr"):
        draft.lines[:] = ["---" if _RULE.match(line) else line for line in draft.lines]
    if draft.holds("</h"):
        _headings(draft)
    if draft.holds(" ... ", " … ") and sum(_SHORT_LEADER.match(line) is not None for line in draft.lines) >= _SEVERAL:
        draft.lines[:] = [_SHORT_LEADER.sub(r"\1\t", line) for line in draft.lines]
    if draft.holds(".....", "………", "·····"):
        draft.lines[:] = [_without_leader(line) for line in draft.lines]
    for mark, cleared in _WITHIN_LINES:
        if draft.holds(mark):
            draft.lines[:] = [cleared(line) if mark in line else line for line in draft.lines]


def _markers(draft: Draft) -> None:
    """Blank the lines that begin or end something for a program."""
    if draft.holds("--"):
        for number, line in enumerate(draft.lines, 1):
            if _MARKER.match(line):
                draft.blank(number, "mark")


def _without_leader(line: str) -> str:
    found = _LEADER.match(line)
    return f"{found[1]}\t{line[found.end() :]}".rstrip("\t") if found else line


def _without_formulas(line: str) -> str:
    return _PLAIN_MATH.sub(r"\1", _ARROW_MATH.sub(_arrow, line))


def _without_edits(line: str) -> str:
    """Return a line with the edits of CriticMarkup made: `{==kept==}`, `{++added++}`, `{--removed--}`, `{>>a comment<<}`."""
    return _KEPT.sub(r"\2", _REMOVED.sub("", line))


def _without_elements(line: str) -> str:
    line = _LABELLED.sub(r"\2 :: \3", _HEADING.sub(_heading, line))
    return _LIST_TAG.sub("", _DEFINITION.sub(r"\1 :: \2", _WITH_TEXT.sub(r"\1", line)))


def _arrow(found: re.Match[str]) -> str:
    return f"→ {found[1]} " if found[1] else "→ "


def _heading(found: re.Match[str]) -> str:
    return f"{'#' * int(found[1])} {found[2].strip()}"


_WITHIN_LINES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("$", _without_formulas),
    ("&nbsp;", lambda line: _WIDE_SPACE.sub("\t", line)),
    ("<", _without_elements),
    ("[", lambda line: _BOX.sub(r"\1", line)),
    ("{", _without_edits),
)
"""Markup within a line: its mark, and what takes it off."""


def _blocks(draft: Draft, start: re.Pattern[str], end: re.Pattern[str], role: str) -> None:
    """Blank the lines from each that begins a block to the one that ends it; a block that never ends stays."""
    first = 0
    for number, line in enumerate(draft.lines, 1):
        if first and end.search(line):
            for inside in range(first, number + 1):
                draft.blank(inside, role)
            first = 0
        elif not first and start.search(line):
            first = 0 if start is not end and end.search(line) else number
            if not first:
                draft.blank(number, role)


def _headings(draft: Draft) -> None:
    """Make a heading of each line that has the tags of one on the lines around it."""
    for number in range(3, len(draft.lines) + 1):
        first, inner, last = draft.lines[number - 3 : number]
        found = _HEADING_START.match(first)
        if found and _HEADING_END.match(last) and inner.strip():
            draft.lines[number - 2] = f"{'#' * int(found[1])} {inner.strip().removesuffix('<br>')}"
            draft.blank(number - 2, "heading")
            draft.blank(number, "heading")


_DEFINED = re.compile(r"^:(?:[ \t]+(?=\S)|(?=[^\W\d_][^:]*$))")
_NO_TERM = re.compile(r"^\s*(?:$|[#>|`~]|[-*+][ \t]|\d+[.)][ \t])|[:：]\s*$")


def _definition_lists(draft: Draft) -> None:
    """Join the terms of definition lists with the lines below that begin with a colon: `o autocarro` above `: der Bus`."""
    term = 0
    for number, line in enumerate(draft.lines, 1):
        found = _DEFINED.match(line)
        is_last = number == len(draft.lines) or not _DEFINED.match(draft.lines[number])
        if found:
            if term and is_last:  # several lines give senses, remarks and examples
                draft.lines[term - 1] = f"{draft.lines[term - 1].rstrip()} :: {line[found.end() :]}"
                draft.blank(number, "definition")
            term = 0
        elif not _NO_TERM.search(line):
            term = number
        else:
            term = 0


def _definitions(draft: Draft) -> None:
    """Join each line of a definition list that holds a term with the line below it that holds its definition."""
    for number in range(1, len(draft.lines)):
        term, gloss = _TERM_LINE.match(draft.lines[number - 1]), _GLOSS_LINE.match(draft.lines[number])
        if term and gloss and gloss[1].strip():
            draft.lines[number - 1] = f"{term[1].strip()} :: {gloss[1].strip()}"
            draft.blank(number + 1, "definition")
