"""The page that needs no server: cards with their pictures and sounds in one file, to keep or to send."""

import json
import re
from base64 import b64encode
from collections.abc import Sequence
from html import escape
from mimetypes import guess_type
from pathlib import Path
from typing import Any, NamedTuple

from anki_builder.preview.catalogue import Catalogue, Data
from anki_builder.preview.policy import hash_of, policy
from anki_builder.preview.words import ALONE, Templates, asset, filled, script_words

_OF_MODULE = re.compile(r"^import .*\n|^export (?=async |function |const )", re.MULTILINE)
"""What makes a script of the workbench a module of its own."""


class PageAlone(NamedTuple):
    """The page, how many cards are in it, and how many there would be."""

    text: str
    written: int
    total: int


def page_alone(
    catalogue: Catalogue, templates: Templates, limit: int, *, title: str, problems: Sequence[Data] = (), most: int = 30_000_000
) -> PageAlone:
    """Return the page of a collection with a title, and the problems of its notes.

    At most `limit` cards, and no more than fit in `most` bytes. A problem has its rule, severity, message, hint, path, line and column.
    """
    files = catalogue.media()
    cards: dict[str, Any] = {}
    media: dict[str, str] = {}
    size, notes, total = 0, 0, sum(len(built.dues) for built in catalogue.notes)
    for number, built in enumerate(catalogue.notes):
        note = built.note
        if len(cards) + len(note.cards) > limit or size > most:
            break
        notes = number + 1
        for ord_ in note.cards:
            cards[f"{number}/{ord_}"] = shown = catalogue.card(number, ord_)
            size += 2 * (len(shown["front"]) + len(shown["back"]))
        for name in {item.name for item in note.media} - media.keys():
            media[name] = _data_url(files[name], most)
            size += len(media[name])
    data = {"title": title, "total": total, "cards": cards, "media": media, "problems": list(problems), **catalogue.index(notes)}
    return PageAlone(_page(json.dumps(data, ensure_ascii=False), templates), len(cards), total)


def _page(data: str, templates: Templates) -> str:
    script = "".join(_OF_MODULE.sub("", asset(name)) for name in ALONE.scripts)
    rules = policy(f"{hash_of(script)} {hash_of(asset('card.js'))}")
    parts = {
        "style": asset("static/page.css"),
        "words": script_words(ALONE, templates),
        "policy": f'<meta http-equiv="Content-Security-Policy" content="{escape(rules)}">',
        "script": script,
        "data": data.replace("<", "\\u003c"),
    }
    return filled(ALONE, lambda text: templates(text, "", 1), parts)


def _data_url(path: str, most: int) -> str:
    try:
        if Path(path).stat().st_size > most:
            return "data:,"
        return f"data:{guess_type(path)[0] or 'application/octet-stream'};base64,{b64encode(Path(path).read_bytes()).decode()}"
    except OSError:
        return "data:,"
