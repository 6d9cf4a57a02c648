"""Hugo and Jekyll: code between `{{< highlight kotlin >}}` and `{{< /highlight >}}` stands in a fence, as on the page.

Of a tag with texts in two languages, `{{% ex en="Come in." jp="どうぞ。" %}}`, these stay; other tags are marks.
"""

import re

from anki_builder.languages import labels
from anki_builder.reading.dialects.draft import Draft

_TAG = re.compile(r"\s*\{(?:\{[<%]|%)\s*(?P<close>/|end)?(?P<name>\w+)\b[ \t]*(?P<language>[\w+#]*)[^{}\n]*\}\}?\s*$")
_PARAMETER = re.compile(r"\b([A-Za-z]{2})\s*=\s*\"([^\"]*)\"")
_TWO = 2
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
        draft.lines[number] = _texts(line)
        if found["name"] not in _CODE:
            continue
        if not found["close"]:
            opened = number, found
        elif opened is not None and opened[1]["name"] == found["name"]:
            draft.lines[opened[0]] = _FENCE + opened[1]["language"]
            draft.lines[number] = _FENCE
            opened = None


def _texts(tag: str) -> str:
    """Return the texts of the two parameters of a tag that are named after languages, with a separator; nothing for any other tag."""
    named = [text for code, text in _PARAMETER.findall(tag) if labels.language_of_code(code.upper())]
    return " :: ".join(named) if len(named) == _TWO else ""
