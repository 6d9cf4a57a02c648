"""Names of decks and tags."""

import re

from anki_builder.config import Config
from anki_builder.notes.markup import clean

_SPACES = re.compile(r"\s+")
_TAG_BREAKS = re.compile(r"[\s\u3000\"“”<>\[\]]+")
_DECK_SIGNS = str.maketrans({'"': "”", "<": "‹", ">": "›"})
_DECK_BREAKS = re.compile(r"\s*::+\s*")


def tag(text: str) -> str:
    """Return `text` as one Anki tag, no empty parts; empty if nothing is left.

    White space, quotes and brackets become `_`: Anki puts tags into cards as they stand, where HTML and `[sound:…]` would be obeyed.
    """
    parts = (_TAG_BREAKS.sub("_", part).strip("_") for part in clean(text).split("::"))
    return "::".join(part for part in parts if part)


def deck_name(config: Config, collection: str, title: str, name: str, own: str = "") -> str:
    """Return the deck of a document: the pattern of its front matter if there is one, else that of the settings, filled in.

    `::` within the title or file name would open subdecks, Anki drops quotes, and a template may put the name into a card as HTML: all are
    replaced.
    """
    folder, _, file = name.rpartition("/")
    stem = file.rpartition(".")[0] or file
    values = {
        "collection": collection,
        "title": _deck_part(title),
        "file": _deck_part(stem),
        "folder": "::".join(filter(None, folder.split("/"))),
    }
    return _deck_path(re.sub(r"\{(\w+)\}", lambda m: values.get(m[1], m[0]), own or config.deck))


def _deck_part(text: str) -> str:
    return _DECK_BREAKS.sub(" – ", text)


def _deck_path(name: str) -> str:
    parts = (_SPACES.sub(" ", clean(part)).strip() for part in name.translate(_DECK_SIGNS).split("::"))
    return "::".join(part for part in parts if part) or "Notes"
