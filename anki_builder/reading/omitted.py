"""The parts of a note that are taken out before it is read: comments, what the learner leaves out, merge conflicts."""

import re

from anki_builder.diagnostic import Diagnostic
from anki_builder.message import Message
from anki_builder.reading import rules
from anki_builder.reading.blocks import Block
from anki_builder.reading.front_matter import FrontMatter
from anki_builder.source import Source

_BLANK = re.compile(r"[^\n]+")


def without_comments(text: str, source: Source, roles: dict[int, str], diagnostics: list[Diagnostic]) -> str:
    """Blank the comments, line by line in place; the author's marks of sentence ends stay."""
    if "<!--" not in text:
        return text
    out: list[str] = []
    position = 0
    line = 1
    start = text.find("<!--")
    while start >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            number = line + text.count("\n", position, start)
            diagnostics.append(
                Diagnostic(
                    rules.UNCLOSED_COMMENT,
                    source.span(number, start - text.rfind("\n", 0, start), 4),
                    Message("this comment is never closed"),
                    Message("write `-->` where it ends"),
                )
            )
            break
        if text[start + 4 : end].strip() not in ("cut", "join"):
            line += text.count("\n", position, start)
            comment = text[start : end + 3]
            out += (text[position:start], _BLANK.sub(lambda found: " " * len(found[0]), comment))
            for number in range(line, line + comment.count("\n") + 1):
                roles.setdefault(number, "comment")
            line += comment.count("\n")
            position = end + 3
        start = text.find("<!--", end + 3)
    out.append(text[position:])
    return "".join(out)


_OFF = re.compile(r"<!--\s*anki:\s*(off|on)\s*-->")


def leave_out(source: Source, front: FrontMatter, lines: list[str], roles: dict[int, str]) -> None:
    """Blank what the learner leaves out: the whole note by `anki: false` in front matter, a part by `<!-- anki: off -->` … `on`."""
    whole = front.first("anki").lower() in ("false", "no", "off")
    if not whole and "anki:" not in source.text:
        return
    out = whole
    for number, line in enumerate(source.text.split("\n"), 1):
        found = _OFF.search(line)
        if found and not whole:
            out = found[1] == "off"
            continue
        if out and roles.get(number) != "front matter" and number <= len(lines) and line.strip():
            lines[number - 1] = ""
            roles[number] = "left out"


def blanked(text: str, roles: dict[int, str]) -> str:
    """Return a text without the lines that are left out."""
    if "left out" not in roles.values():
        return text
    return "\n".join("" if roles.get(number) == "left out" else line for number, line in enumerate(text.split("\n"), 1))


def conflict(source: Source, blocks: list[Block]) -> Diagnostic | None:
    """Return the finding of a merge conflict, unless the note quotes one in a fence."""
    if "<<<<<<< " not in source.text:
        return None
    marks = iter(("<<<<<<< ", "=======", ">>>>>>> "))
    mark, first = next(marks), 0
    for number, line in enumerate(source.text.split("\n"), 1):
        if line.startswith(mark) and (mark != "=======" or line.rstrip() == mark):
            first = first or number
            mark = next(marks, "")
            if not mark:
                break
    else:
        return None
    if any(block.kind == "fence" and block.line <= first < block.end and number < block.end for block in blocks):
        return None
    return Diagnostic(
        rules.MERGE_CONFLICT,
        source.span(first, 1, 7),
        Message("a merge conflict begins here and ends at line {number}; this note makes no cards", number=number),
        Message("keep one of the two versions, and delete the three lines of marks"),
    )
