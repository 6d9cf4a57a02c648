"""Hugo and Jekyll: code between `{{< highlight kotlin >}}` and `{{< /highlight >}}` stands in a fence, as on the page; other tags are marks."""

import re

from anki_builder.reading.dialects.draft import Draft

_TAG = re.compile(r"\s*\{(?:\{[<%]|%)\s*(?P<close>/|end)?(?P<name>\w+)\b[ \t]*(?P<language>[\w+#]*)[^{}\n]*\}\}?\s*$")
_CODE = ("highlight", "code", "mermaid", "raw", "verbatim")
_FENCE = "```"


def strip(draft: Draft) -> None:
    """Replace both tags around code by the marks of a fence, and take off the other tags that have a line of their own."""
    if "{{" not in draft.text and "{%" not in draft.text:
        return
    opened: tuple[int, re.Match[str]] | None = None
    for number, line in enumerate(draft.lines):
        found = _TAG.match(line)
        if found is None:
            continue
        draft.lines[number] = ""
        if found["name"] not in _CODE:
            continue
        if not found["close"]:
            opened = number, found
        elif opened is not None and opened[1]["name"] == found["name"]:
            draft.lines[opened[0]] = _FENCE + opened[1]["language"]
            draft.lines[number] = _FENCE
            opened = None
