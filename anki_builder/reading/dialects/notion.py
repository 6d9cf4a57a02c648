"""Notion: the properties that an export writes below the title, as `Created: …`, `Tags: …`."""

import re

from anki_builder.reading.dialects.draft import Draft

_PROPERTY = re.compile(r"^(?P<key>[^\W\d_][\w -]{0,24}?)\s*[:：]\s*\S.*$")
_KNOWN = frozenset(
    "created created_time created_by last_edited last_edited_time edited updated date tags tag status type url author category priority "
    "source reviewed level due 创建时间 创建 更新 标签 状态 日期 类型 作者 作成日時 タグ ステータス 日付 상태 태그 날짜 생성일".split()
)


def strip(draft: Draft) -> None:
    """Blank the properties of a page: lines of a key and a value right below its first heading, one of them with a known key."""
    first = next((index for index, line in enumerate(draft.lines) if line.strip()), len(draft.lines))
    if first == len(draft.lines) or not draft.lines[first].startswith("# "):
        return
    start = next((index for index in range(first + 1, len(draft.lines)) if draft.lines[index].strip()), len(draft.lines))
    end = start
    while end < len(draft.lines) and _PROPERTY.match(draft.lines[end]):
        end += 1
    keys = [found["key"].strip().lower().replace(" ", "_") for line in draft.lines[start:end] if (found := _PROPERTY.match(line))]
    if len(keys) > 1 and any(key in _KNOWN for key in keys) and (end == len(draft.lines) or not draft.lines[end].strip()):
        for index in range(start, end):
            draft.blank(index + 1, "property")
