"""Mind maps of Mermaid: each node of the tree becomes an item of a list."""

import re

from anki_builder.reading.dialects.draft import Draft

_START = re.compile(r"^[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*\{?mermaid\b.*$", re.IGNORECASE)
_NODE = re.compile(
    r"^(?P<indent>[ \t]*)(?:\w+(?=[(\[{)]))?(?P<open>\(\(|\)\)|\{\{|[(\[)]?)(?P<text>.*?)(?:\)\)|\(\(|\}\}|[)\](]?)[ \t]*$"
)
"""`word`, `id(rounded)`, `[square]`, `((circle))`, `{{hexagon}}`, `)cloud(`."""
_NO_NODE = re.compile(r"^[ \t]*(?:mindmap\b|:::|::icon|%%)")


def strip(draft: Draft) -> None:
    """Take off the fences around mind maps, and make a list of their nodes; fences around other diagrams stay."""
    if not draft.holds("mindmap"):
        return
    fence = ""
    for number, line in enumerate(draft.lines, 1):
        if fence and line.strip() == fence:
            draft.blank(number, "fence")
            fence = ""
        elif fence and line.strip():
            _node(draft, number, line)
        elif (found := _START.match(line)) and "".join(draft.lines[number : number + 1]).strip() == "mindmap":
            fence = found["fence"]
            draft.blank(number, "fence")


def _node(draft: Draft, number: int, line: str) -> None:
    """Make an item of a line of a mind map, or take off a line that is none of its nodes."""
    found = None if _NO_NODE.match(line) else _NODE.match(line)
    if found is None or not found["text"].strip():
        draft.blank(number, "mark")
        return
    text = found["text"] if found["open"] else line.strip()
    draft.lines[number - 1] = f"{found['indent']}- {text.replace(chr(34), '').strip()}"
