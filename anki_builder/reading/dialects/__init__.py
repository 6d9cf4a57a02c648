"""The dialects of note-taking programs: marks that are no content are taken off before anything else looks at a note.

A dialect takes the `Draft` of a note and changes its lines in place. It never adds or removes a line, so that every line keeps its
number. To add one: write `<name>.py` with `strip(draft)` here and a line in the table.
"""

from collections.abc import Callable

from anki_builder.reading.dialects import (
    anki_export,
    answers,
    boxes,
    code_marks,
    corrections,
    csv_fences,
    flashcards,
    footnotes,
    joplin,
    logseq,
    markup,
    mind_maps,
    notion,
    obsidian,
    readings,
    references,
    roam,
    shortcodes,
    sites,
    subtitles,
    wrapped,
)
from anki_builder.reading.dialects.draft import Draft, Title

__all__ = ["DIALECTS", "Draft", "Title", "strip"]

DIALECTS: tuple[tuple[str, Callable[[Draft], None]], ...] = (
    ("anki export", anki_export.strip),
    ("sites", sites.strip),
    ("csv fences", csv_fences.strip),
    ("mind maps", mind_maps.strip),
    ("subtitles", subtitles.strip),
    ("flashcards", flashcards.strip),
    ("references", references.strip),
    ("footnotes", footnotes.strip),
    ("obsidian", obsidian.strip),
    ("roam", roam.strip),
    ("joplin", joplin.strip),
    ("logseq", logseq.strip),
    ("notion", notion.strip),
    ("shortcodes", shortcodes.strip),
    ("boxes", boxes.strip),
    ("code marks", code_marks.strip),
    ("markup", markup.strip),
    ("corrections", corrections.strip),
    ("wrapped items", wrapped.strip),
    ("answers", answers.strip),
    ("readings", readings.strip),
)
"""In the order in which they look at a note."""


def strip(draft: Draft) -> None:
    """Apply every dialect to a draft; a line of which a dialect leaves nothing was a mark, unless the dialect says what it was."""
    before = list(draft.lines)
    for _, dialect in DIALECTS:
        dialect(draft)
    for number, (former, line) in enumerate(zip(before, draft.lines, strict=True), 1):
        if former != line and former.strip() and not line.strip():
            draft.roles.setdefault(number, "mark")
