"""Roam: `{{=:front|back}}` cards, `^^highlights^^`, `#[[tags]]` with intervals, dates as links."""

import re

from anki_builder.reading.dialects.draft import Draft

_CARD = re.compile(r"\{\{=:\s*([^|{}\n]+?)\s*\|\s*([^{}\n]+?)\s*\}\}")
_REPEAT = re.compile(r"\s*#?\[\[\[\[\w+\]\]:[^\]\n]*\]\]|\s*#\[\[[^\]\n]*\]\]")
_DATE = re.compile(
    r"\s*\[\[(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}\w{2}, \d{4}\]\]"
)
_MARKED = re.compile(r"\^\^(?=\S)([^^\n]+)(?<=\S)\^\^")
_TASK = re.compile(r"\{\{\[\[(?:TODO|DONE)\]\]\}\}\s*|\{\{(?:TODO|DONE)\}\}\s*")


def strip(draft: Draft) -> None:
    """Take the marks of Roam off the lines."""
    if not draft.holds("{{", "[[", "^^"):
        return
    for index, line in enumerate(draft.lines):
        if "{{" in line or "[[" in line or "^^" in line:
            if _TASK.search(line):
                draft.blank(index + 1, "task")
                continue
            cleared = _REPEAT.sub("", _CARD.sub(r"\1 :: \2", line))
            draft.lines[index] = _MARKED.sub(r"\1", _DATE.sub("", cleared) if "::" not in cleared or "→" in cleared else cleared)
