"""What a line of a note was taken for, in words: the names of layouts and roles."""

from anki_builder.cli.words import translated
from anki_builder.message import Message

LAYOUTS = {
    "attributes": Message("attributes"),
    "furniture": Message("furniture"),
    "general": Message("general"),
    "heading": Message("heading"),
    "headings": Message("headings"),
    "labelled": Message("labelled"),
    "labels": Message("labels"),
    "list on one line": Message("list on one line"),
    "one line": Message("one line"),
    "own": Message("own"),
    "questions": Message("questions"),
    "sections": Message("sections"),
    "stacked": Message("stacked"),
    "table": Message("table"),
}
ROLES = {
    "back of a card": Message("back of a card"),
    "code": Message("code"),
    "comment": Message("comment"),
    "definition": Message("definition"),
    "end of a box": Message("end of a box"),
    "entry": Message("entry"),
    "example": Message("example"),
    "explanation": Message("explanation"),
    "field": Message("field"),
    "front matter": Message("front matter"),
    "gloss": Message("gloss"),
    "grid": Message("grid"),
    "heading": Message("heading"),
    "image": Message("image"),
    "label": Message("label"),
    "left out": Message("left out"),
    "link": Message("link"),
    "links": Message("links"),
    "mark": Message("mark"),
    "mark of a card": Message("mark of a card"),
    "mistake": Message("mistake"),
    "markup": Message("markup"),
    "metadata": Message("metadata"),
    "note": Message("note"),
    "number of a subtitle": Message("number of a subtitle"),
    "orphan translation": Message("orphan translation"),
    "pair": Message("pair"),
    "part-of-speech": Message("part of speech"),
    "phonetics": Message("phonetics"),
    "property": Message("property"),
    "prose": Message("prose"),
    "reading": Message("reading of a word"),
    "remark": Message("remark"),
    "rule": Message("rule"),
    "sign-off": Message("sign-off"),
    "skipped": Message("skipped"),
    "table": Message("table"),
    "tags": Message("tags"),
    "term": Message("term"),
    "term without a gloss": Message("term without a gloss"),
    "text": Message("text"),
    "times of a subtitle": Message("times of a subtitle"),
    "title": Message("title"),
    "title of a box": Message("title of a box"),
    "topic": Message("topic"),
    "translation": Message("translation"),
    "unused": Message("unused"),
}


def in_words(layout: str, role: str) -> str:
    """Return a role with its layout, if it has one; names without an entry here stay as they are."""
    named = translated(ROLES.get(role, role))
    return f"{translated(LAYOUTS.get(layout, layout))}: {named}" if layout else named
