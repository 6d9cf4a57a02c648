"""Pieces of running text."""

from anki_builder.document import Mark, Text


def sliced(text: Text, wanted: str, line: int) -> Text:
    """Return the piece of `text` that reads `wanted`, with its markup; plain text at `line` where it does not stand there as it is."""
    if wanted == text.plain:
        return text
    start = text.plain.find(wanted)
    if start < 0 or not wanted:
        return Text(wanted, ((0, line),))
    end = start + len(wanted)
    marks = tuple(
        Mark(max(mark.start, start) - start, min(mark.end, end) - start, mark.tag, mark.value)
        for mark in text.marks
        if mark.start < end and mark.end > start
    )
    lines = tuple((offset - start, number) for offset, number in text.lines if start < offset < end)
    return Text(
        wanted,
        ((0, text.line_at(start)), *lines),
        marks,
        tuple(cut - start for cut in text.cuts if start < cut < end),
        tuple(join - start for join in text.joins if start < join < end),
    )
