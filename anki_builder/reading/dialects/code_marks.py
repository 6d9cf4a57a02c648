"""Glosses in the marks of code, where a note has them on most of its lines: ``**garden** `jardín` _a small garden_``."""

import re

from anki_builder.reading.dialects.draft import Draft

_GLOSSED = re.compile(
    r"^(?P<mark>\s*(?:(?:[-*+]|\d+[.)])[ \t]+)?)(?P<term>(?P<bold>\*\*)[^`\n]+?\*\*|(?![-+]\s)[^*`\n:：=]{1,40}?)"
    r"[ \t]+`(?P<gloss>[^`\n]+)`[ \t]*(?P<rest>.*)$"
)
_WORDS = re.compile(r"\s*[^\W\d_][^\d_{}\[\]<>=$\\|#&*]*$")
"""What no code is: words with their punctuation."""
_CODE = re.compile(r"`\s*([^`\n]+?)\s*`")
"""The translation of an example."""
_FEWEST = 5


def strip(draft: Draft) -> None:
    """Make an entry of each line whose gloss stands in the marks of code; an emphasised text behind it is an example."""
    if draft.text.count("`") < 2 * _FEWEST:
        return
    lines = {number: found for number, line in enumerate(draft.lines, 1) if (found := _GLOSSED.match(line))}
    if not _are_glosses(list(lines.values()), sum(bool(line.strip()) for line in draft.lines)):
        return
    for number, found in lines.items():
        rest = _CODE.sub(r"(\1)", found["rest"]).replace("`", " ").strip()
        example = f" e.g. {rest}" if rest.strip("_* ") else ""
        draft.lines[number - 1] = f"{found['mark']}{found['term']} :: {found['gloss'].strip()}{example}"


def _are_glosses(found: list[re.Match[str]], lines: int) -> bool:
    """Return whether most lines of a note have words for code, behind a bold word or with letters of another alphabet than code has."""
    if len(found) < _FEWEST or len(found) * 2 < lines:
        return False
    words = [one for one in found if _WORDS.match(one["gloss"])]
    foreign = [one for one in words if one["bold"] or not one["gloss"].isascii()]
    return len(words) * 10 >= len(found) * 9 and len(foreign) * 4 >= len(words)
