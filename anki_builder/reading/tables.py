"""Rows and cells of pipe tables, as learners write them: with or without outer pipes, ragged, with pipes escaped or in code."""

import re

from anki_builder.patterns import late

_DELIMITER = late(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_PIPE = re.compile(r"(?<!\\)\|")
_WIKI = re.compile(r"\[\[[^\[\]]*\]\]")


def is_delimiter(line: str) -> bool:
    """Return whether a line is the row of hyphens below a table's head."""
    return "|" in line and "-" in line and _DELIMITER().match(line) is not None


def is_row(line: str) -> bool:
    """Return whether a line could be the row of a table."""
    return "|" in line and _PIPE.search(line) is not None


def cells(line: str) -> list[str]:
    """Return the cells of a row, outer pipes left off, escaped pipes as they are meant."""
    if "[[" in line:  # the pipe of a wiki link
        line = _WIKI.sub(lambda found: found[0].replace("\\|", "|").replace("|", "\\|"), line)
    parts = _PIPE.split(line.strip())
    if len(parts) > 1 and not parts[0].strip():
        parts = parts[1:]
    if len(parts) > 1 and not parts[-1].strip():
        parts = parts[:-1]
    return [part.strip().replace("\\|", "|") for part in parts]
