"""Front matter, read leniently: the keys notes use, not YAML.

A third of the notes that have it hold what no YAML parser takes (a colon in a title, tabs); what is not understood is left alone.
Its lines are replaced by blank ones, so that every other line keeps its number.
"""

import re
from typing import NamedTuple

_KEY = re.compile(r"([A-Za-z_][\w -]*?)\s*:(?:\s+(.*?)|)\s*$")
_VALUE = re.compile(r"([^\W\d][\w -]*?)\s*(?::(?=\s|$)|：)\s*(.*?)\s*$")
"""A key in any script with its value; also with a full-width colon, as Chinese keyboards write it."""
_ITEM = re.compile(r"\s*-\s+(.*?)\s*$")
_TOML = re.compile(r"^\s*([A-Za-z_][\w-]*)\s*=\s*")
_COMMENT = re.compile(r"\s+#\s.*$")


KEYS = (
    "title",
    "url",
    "link",
    "source_url",
    "source",
    "tags",
    "tag",
    "deck",
    "anki-deck",
    "anki deck",
    "languages",
    "language",
    "anki",
)
"""What is read; other programs have keys of their own."""
_OTHERS = ("links", "sources", "urls")
_CHINESE = {"标题": "title", "题目": "title", "链接": "url", "网址": "url", "标签": "tags", "牌组": "deck", "语言": "languages"}
"""Keys as Chinese learners may call them."""


class FrontMatter(NamedTuple):
    """What stands between the first two lines of three hyphens."""

    values: dict[str, tuple[str, ...]]
    """By key in lower case; a single value is a tuple of one."""
    end: int
    """Line after its last, from 1; 1 where there is none."""
    closed: bool = True

    def first(self, *keys: str) -> str:
        """Return the first value of the first of `keys` that has one."""
        return next((self.values[key][0] for key in keys if self.values.get(key)), "")

    def tags(self) -> tuple[str, ...]:
        """Return the author's tags: a list, or words with or without `#`; nested ones with `::` as Anki writes them."""
        written = self.values.get("tags", self.values.get("tag", ()))
        if len(written) == 1 and ("#" in written[0] or "," in written[0]):
            written = tuple(re.split(r"[,，\s]+", written[0]))
        return tuple(clean.replace("/", "::") for tag in written if (clean := tag.strip("#, ").strip("/")))


def read(lines: list[str]) -> FrontMatter:
    """Return the front matter at the beginning of `lines`; one that is never closed ends where it stops looking like it."""
    if lines and lines[0].rstrip() == "+++":
        end = next((number for number, line in enumerate(lines[1:400], 2) if line.rstrip() == "+++"), 0)
        return (
            FrontMatter(_values([_TOML.sub(r"\1: ", line) for line in lines[1 : end - 1]]), end + 1)
            if end
            else FrontMatter({}, 1)
        )
    if not lines or lines[0].rstrip() != "---" or len(lines) < 2 or not lines[1].strip():
        return FrontMatter({}, 1)
    end = next((number for number, line in enumerate(lines[1:400], 2) if line.rstrip() in ("---", "...")), 0)
    if not end:
        end = 2
        while end <= len(lines) and (_KEY.match(lines[end - 1]) or _ITEM.match(lines[end - 1])):
            end += 1
        if end == 2:  # a rule at the top of a note
            return FrontMatter({}, 1)
        return FrontMatter(_values(lines[1 : end - 1]), end, closed=False)
    return FrontMatter(_values(lines[1 : end - 1]), end + 1)


def line_of(key: str, lines: list[str]) -> int:
    """Return the line, from 1, on which front matter has a key."""
    return next(
        (n for n, line in enumerate(lines, 1) if (found := _VALUE.match(line.strip())) and found[1].strip().lower() == key), 1
    )


def mistyped(key: str) -> str:
    """Return the key that an unknown one looks like, or nothing."""
    if key in KEYS or key in _OTHERS:
        return ""
    if key in _CHINESE:
        return _CHINESE[key]
    from difflib import get_close_matches

    return next((known for known in get_close_matches(key, KEYS, 2, 0.78) if abs(len(known) - len(key)) < 2), "")


def _values(lines: list[str]) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    key = ""
    for line in lines:
        item = _ITEM.match(line)
        if item and key:
            values[key] = (*values.get(key, ()), _scalar(item[1]))
            continue
        found = _VALUE.match(line.strip())
        if not found or line.lstrip().startswith("#"):
            continue
        # The keys of a nested table are told apart by their own names: `extra:\n  source: …`.
        key = found[1].strip().lower()
        value = _COMMENT.sub("", found[2]).strip()
        if value.startswith("[") and value.endswith("]"):
            values[key] = tuple(filter(None, map(_scalar, value[1:-1].split(","))))
        elif value and value not in ("|", ">", "null", "~"):
            values[key] = (_scalar(value),)
    return {key: value for key, value in values.items() if value}


def _scalar(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
