"""Reference links: `[text][pier]` and `![][pier]`, with `[pier]: img/pier.jpg` anywhere in the note."""

import re

from anki_builder.reading.dialects.draft import Draft

_DEFINITION = re.compile(
    r"^ {0,3}\[(?P<name>[^\[\]^\n][^\[\]\n]{0,80})\]:[ \t]+"
    r"(?:<(?P<angled>[^<>\n]+)>|(?P<target>https?://\S+|#\S+|\.{0,2}/\S+|[^\s:/<>]+(?:/[^\s<>]+)+|[^\s:/<>]+\.[A-Za-z]\w{1,3}))"
    r"(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*$"
)
_USE = re.compile(r"(?P<image>!?)\[(?P<text>[^\[\]\n]{0,200})\]\[(?P<name>[^\[\]\n]{0,80})\]")


def strip(draft: Draft) -> None:
    """Take the definitions out, and write links and images that name one as those that have their address with them."""
    if not (draft.holds("]:") and draft.holds("][")):
        return
    targets: dict[str, str] = {}
    for number, line in enumerate(draft.lines, 1):
        found = _DEFINITION.match(line) if "]:" in line else None
        if found:
            targets.setdefault(_key(found["name"]), found["angled"] or found["target"])
            draft.blank(number, "link")
    if targets:
        draft.lines[:] = [_USE.sub(lambda use: _whole(use, targets), line) if "][" in line else line for line in draft.lines]


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


def _whole(use: re.Match[str], targets: dict[str, str]) -> str:
    target = targets.get(_key(use["name"] or use["text"]))
    if not target:
        return use[0]
    return f"{use['image']}[{use['text']}]({f'<{target}>' if ' ' in target else target})"
