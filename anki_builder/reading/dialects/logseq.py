"""Logseq: `key:: value` properties, `((references))`, `{{macros}}`, `TODO` marks."""

import re
from collections import Counter

from anki_builder.languages import labels
from anki_builder.reading.dialects.draft import Draft

_PROPERTY = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?([A-Za-z][\w.-]*)::(?:[ \t]+(.*?))?[ \t]*$")
_KNOWN = frozenset(
    "id collapsed title tags tag alias aliases type template template-including-parent icon created created-at updated updated-at "
    "modified date public draft status start end due done closed rating url link source author authors description desc background-color "
    "heading query-table query-properties query-sort-by filters exclude-from-graph-view also deck up related parent category "
    "categories logseq.order-list-type file file-path ls-type hl-page hl-color hl-type".split()
)
_OUR_CARD = re.compile(r"card-[\w-]+")
_CLOZE = re.compile(r"\{\{cloze[ \t]+([^{}\n]*)\}\}|\{\{c\d+::((?:[^{}:\n]|:(?!:))*+)(?:::[^{}\n]*)?\}\}")
_MACRO = re.compile(r"\{\{(?:embed|query|video|youtube|youtube-timestamp|twitter|renderer|tweet|pdf)\b[^{}\n]*\}\}")
_REFERENCE = re.compile(r"\(\([0-9a-f]{8}-[0-9a-f-]{20,40}\)\)")
_TASK = re.compile(r"^([ \t]*[-*+][ \t]+)(?:TODO|DOING|DONE|NOW|LATER|WAITING|CANCELED)[ \t]+")
_SIZE = re.compile(r"(?<=\))\{:[^{}\n]*\}")
_ATTRIBUTES = re.compile(r"[ \t]*\{:[^{}\n]*\}[ \t]*$")


_DRAWER = re.compile(r"^[ \t]*:(?:LOGBOOK|PROPERTIES):[ \t]*$")
_DRAWER_END = re.compile(r"^[ \t]*:END:[ \t]*$")
_SCHEDULED = re.compile(r"^[ \t]*(?:SCHEDULED|DEADLINE): <[^<>\n]*>[ \t]*$")


def strip(draft: Draft) -> None:
    """Take properties, references, macros, drawers and task words off the lines."""
    if draft.holds(":LOGBOOK:", ":PROPERTIES:", "SCHEDULED:", "DEADLINE:"):
        _drawers(draft)
    if draft.holds("::"):
        _properties(draft)
    if draft.holds("{{", "((", "{:"):
        for index, line in enumerate(draft.lines):
            if "{" in line or "((" in line:
                cleared = _MACRO.sub("", _REFERENCE.sub("", line))
                cleared = _ATTRIBUTES.sub("", _SIZE.sub("", cleared))
                draft.lines[index] = _CLOZE.sub(lambda found: found[1] or found[2] or "", cleared)
    if draft.holds("TODO", "DONE", "LATER", "NOW"):
        draft.lines[:] = [_TASK.sub(r"\1", line) for line in draft.lines]


def _drawers(draft: Draft) -> None:
    """Blank what Logseq writes below a task: drawers up to their end, the day it is due."""
    inside = False
    for number, line in enumerate(draft.lines, 1):
        inside = inside or _DRAWER.match(line) is not None
        if inside or _SCHEDULED.match(line):
            draft.blank(number, "property")
        inside = inside and not _DRAWER_END.match(line)


def _properties(draft: Draft) -> None:
    """Blank the lines that are properties: those with a key of Logseq's, and those with a key that no other line can have as a term."""
    keys = {number: found for number, line in enumerate(draft.lines, 1) if "::" in line and (found := _PROPERTY.match(line))}
    counts = Counter(found[1].lower() for found in keys.values())
    top = True
    for number, line in enumerate(draft.lines, 1):
        found = keys.get(number)
        if found is None:
            top = top and not line.strip()
            continue
        key, value = found[1].lower(), (found[2] or "").strip()
        if value and key not in _KNOWN and (labels.field(key) or labels.role(key, {})):
            draft.lines[number - 1] = line.replace("::", ":", 1)
            continue
        if (
            key in _KNOWN
            or _OUR_CARD.fullmatch(key)
            or (top and not line.lstrip().startswith("-"))
            or counts[key] > 2
            or not value
        ):
            if key == "title" and top:
                draft.title = value.strip("[]")
            if key in ("tags", "tag") and top:
                draft.tags += [
                    tag.strip("#[] ").replace("/", "::") for tag in re.split(r"[,，]\s*|\s+(?=#)", value) if tag.strip("#[] ")
                ]
            draft.blank(number, "property")
            continue
        top = False
