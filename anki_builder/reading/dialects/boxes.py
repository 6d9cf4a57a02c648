"""Boxes and folds: `!!! note "Title"`, `??? note`, `::: tip`, `<details><summary>…</summary>`, `<aside>`.

The frame is blanked, its title becomes a title, and what is inside stands as if there were no frame.
"""

import re

from anki_builder.languages import labels
from anki_builder.reading.dialects.draft import Draft, Title

_INDENTED = re.compile(r"^([ \t]*)(?:!!!|\?\?\?)\+?[ \t]+([\w-]+)(?:[ \t]+[\w-]+)*?[ \t]*(?:\"([^\"]*)\")?[ \t]*$")
_ANNOTATED = re.compile(r"^[ \t]*\{[ \t]*\.annotate[ \t]*\}[ \t]*$")
_NUMBER_BEHIND = re.compile(r"[ \t]*\(\d+\)[ \t]*$")
_NUMBERED = re.compile(r"^[ \t]*\d+[.)][ \t]")
_TAB = re.compile(r"^([ \t]*)===[!+]?[ \t]+\"([^\"]+)\"[ \t]*$")
"""A tab of MkDocs, with its content indented below: `=== "Français"`."""
_FENCED = re.compile(r"^[ \t]*:{3,}[ \t]*(?:\{?\.?([\w-]+)\}?[ \t]*(.*?))?[ \t]*$")
_BACKTICKED = re.compile(
    r"^[ \t]*(`{3,})\{(note|tip|warning|admonition|dropdown|hint|important|seealso|details)\}[ \t]*(.*?)[ \t]*$"
)
_TAG_LINE = re.compile(r"^[ \t]*(?:</?(?:details|aside|section|div|figure|blockquote|center)\b[^<>]*>[ \t]*)+$", re.IGNORECASE)
_FRAME = re.compile(r"</?(?:details|blockquote|aside|center|div|section|p)\b[^<>]*>", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary\b[^<>]*>(.*?)</summary>", re.IGNORECASE)


def strip(draft: Draft) -> None:
    """Take the frames of boxes off a draft."""
    if draft.holds("!!!", "???", '=== "'):
        _indented(draft)
    if draft.holds(":::"):
        _fenced(draft)
    if draft.holds(".annotate"):
        _annotations(draft)
    if draft.holds("```{"):
        _backticked(draft)
    if draft.holds("<details", "<aside", "<summary"):
        _folded(draft)


def _indented(draft: Draft) -> None:
    """Take off the head of each box whose content is indented, and the indentation; boxes may stand in each other."""
    lines = draft.lines
    open_boxes: list[int] = []  # indentation of the head of each
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        width = len(line) - len(line.lstrip())
        while open_boxes and width <= open_boxes[-1]:
            open_boxes.pop()
        found, tab = _INDENTED.match(line), _TAB.match(line)
        if tab:
            draft.titles[index + 1] = Title(tab[2].strip(), "tab")
        elif found:
            draft.titles[index + 1] = Title((found[3] or "").strip(), found[2].lower())
        if tab or found:
            draft.blank(index + 1, "title of a box")
            open_boxes.append(width)
        elif open_boxes:
            lines[index] = line[min(width, 4 * len(open_boxes)) :]


def _annotations(draft: Draft) -> None:
    """Take off MkDocs annotations: `Stehen Sie auf! (1)`, `{ .annotate }` and the numbered list below it."""
    inside = False
    last = 0
    for number, line in enumerate(draft.lines, 1):
        if _ANNOTATED.match(line):
            draft.blank(number, "mark")
            inside = True
            if last:
                draft.lines[last - 1] = _NUMBER_BEHIND.sub("", draft.lines[last - 1])
        elif inside and _NUMBERED.match(line):
            draft.blank(number, "annotation")
        elif line.strip():
            inside = False
            last = number


def _fenced(draft: Draft) -> None:
    for number, line in enumerate(draft.lines, 1):
        if ":::" in line and (found := _FENCED.match(line)):
            if found[1]:
                draft.titles[number] = Title((found[2] or "").strip(), found[1].lower())
            draft.blank(number, "title of a box" if found[1] else "end of a box")


def _backticked(draft: Draft) -> None:
    """Take off the fences of MyST directives that hold text."""
    fence = ""
    for number, line in enumerate(draft.lines, 1):
        if fence:
            if line.strip().startswith(fence) and not line.strip(" \t`"):
                draft.blank(number, "end of a box")
                fence = ""
            elif line.startswith(":"):
                draft.blank(number, "property")
        elif found := _BACKTICKED.match(line):
            fence = found[1]
            draft.titles[number] = Title(found[3], found[2].lower())
            draft.blank(number, "title of a box")


def _folded(draft: Draft) -> None:
    for number, line in enumerate(draft.lines, 1):
        if "<" not in line:
            continue
        if _TAG_LINE.match(line):
            draft.blank(number, "end of a box" if line.strip().startswith("</") else "title of a box")
            continue
        bare = _FRAME.sub("", line)
        found = _SUMMARY.search(bare)
        if found:
            title, rest = found[1].strip(), (bare[: found.start()] + bare[found.end() :]).strip()
            rest = rest.removesuffix("<br>").strip()
            if rest and title and not labels.role(title, {}) and not labels.field(title):
                bare = f"{title} :: {rest}"
            else:
                draft.titles[number] = Title(title, "summary")
                bare = rest
                draft.roles[number] = "title of a box"
        draft.lines[number - 1] = bare if bare.strip() else ""
