"""Obsidian: `%%comments%%`, `^block-ids`, `#tags` and callouts (`> [!note] Title`)."""

import re

from anki_builder.reading.dialects.draft import Draft, Title

_COMMENT = re.compile(r"%%.*?%%", re.DOTALL)
_BLOCK_ID = re.compile(r"(?<=\S)[ \t]+\^[A-Za-z0-9-]{1,40}[ \t]*$|^[ \t]*\^[A-Za-z0-9-]{1,40}[ \t]*$")
_TAG = re.compile(r"(?:(?<=\s)|^)#(?=[^\s#]*[^\W\d_])[\w/-]+(?=$|[\s,，;；.。])")
_TAGS_IN_A_ROW = re.compile(rf"(?:\s+{_TAG.pattern})+")
_LONGEST = 100
"""Characters of a plain line that may end in tags."""
_MARKED = re.compile(r"\s*(?:[-*+>#]|\d+[.)])\s")
_TAGS_ONLY = re.compile(r"[\s,，;；]*(?:[Tt]ags?[:：])?[\s,，;；]*")
_CALLOUT = re.compile(r"^([ \t]*(?:>[ \t]*)+)\[!([\w-]+)(?:\|[^\]\n]*)?\][+-]?[ \t]*(.*)$")


def strip(draft: Draft) -> None:
    """Take comments, block ids and tags off the lines; turn the heads of callouts into titles."""
    if draft.holds("%%"):
        _comments(draft)
    for number, raw in enumerate(draft.lines, 1):
        line = _BLOCK_ID.sub("", raw) if "^" in raw else raw
        if raw and not line:
            draft.roles.setdefault(number, "mark")
        if "#" in line and _TAG.search(line):
            line = _tags(draft, number, line)
        if "[!" in line and (callout := _CALLOUT.match(line)):
            kind, title = callout[2].lower(), callout[3].strip()
            draft.roles[number] = "title of a box"
            draft.titles[number] = Title(title, kind)
            line = callout[1].rstrip()
        if line is not raw:
            draft.lines[number - 1] = line


def _comments(draft: Draft) -> None:
    text = draft.text
    line = 1
    position = 0
    for found in _COMMENT.finditer(text):
        line += text.count("\n", position, found.start())
        position = found.start()
        for number in range(line, line + found[0].count("\n") + 1):
            draft.roles.setdefault(number, "comment")
    draft.lines[:] = _COMMENT.sub(lambda found: re.sub(r"[^\n]", "", found[0]), text).split("\n")


def _tags(draft: Draft, number: int, line: str) -> str:
    found = [tag[1:] for tag in _TAG.findall(line)]
    if _TAGS_ONLY.fullmatch(_TAG.sub("", line)):
        draft.tags += [tag.strip("/").replace("/", "::") for tag in found]
        draft.roles.setdefault(number, "tags")
        return ""
    if len(line) > _LONGEST and not _MARKED.match(line):
        return line  # a printed line of running text: `a #MeToo storyline`
    rows = [*_TAGS_IN_A_ROW.finditer(line)]
    return line[: rows[-1].start()] if rows and not line[rows[-1].end() :].strip() else line
