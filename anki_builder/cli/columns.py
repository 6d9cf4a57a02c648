"""Text in the columns of a terminal, of which a full-width character takes two."""

import re

_PIECE = re.compile(r"[（“《「]*(?:[!-~]+|\S)[，。；：、！？）”》」…)\]]*\s*|\s+")
"""The smallest part of a text that stays on one line: a word of ASCII, or one other character, with its punctuation."""


def width(text: str) -> int:
    """Return how many columns of a terminal `text` takes: a full-width character or a picture made of several two, combining ones none."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth, wcwidth  # late: most lines that are shown are ASCII

    columns: int = wcswidth(text)
    return columns if columns >= 0 else sum([max(0, wcwidth(character)) for character in text])


def padded(text: str, columns: int, left: bool = False) -> str:
    """Return `text` with spaces before it, or behind it if it is to stand at the left, up to so many columns."""
    spaces = " " * (columns - width(text))
    return text + spaces if left else spaces + text


def wrapped(text: str, columns: int) -> str:
    """Return `text` in lines of at most so many columns; Chinese is broken between characters, all else at spaces."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and width(lines[-1] + piece.rstrip()) > columns:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)
