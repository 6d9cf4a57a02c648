"""The files that a template refers to, and their names in Anki.

Anki never replaces a media file whose name it knows, so a file of `_media/` is packed under a name that holds a digest of its content, and
references follow. A file whose name begins with an underscore keeps it, as is the custom in Anki: scripts and style sheets name it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from anki_builder.templates import page, style
from anki_builder.templates.evaluate import tokens

_LINKS = frozenset("link image use feimage script".split())
"""Elements whose `href` is loaded."""
_CANDIDATE = re.compile(r"([^\s,]\S*?)(?:\s+[\d.]+[wxh])*\s*(?:,|$)")
_SOUND = re.compile(r"\[sound:([^\]]*)\]")
_STRING = re.compile(r"(?:([\"'`])(?:\./)?([^\"'`\n\\]+)\1)")
_UNDERSCORED = re.compile(r"_[^/\s]+\.\w{1,5}")


class Reference(NamedTuple):
    """A place where a template names a file."""

    written: str
    """Decoded, as a browser reads it."""
    start: int
    length: int
    in_script: bool = False
    """A string in a script: it may be the name of a file, and is never changed."""


def media_name(reference: str) -> str:
    """Return the name in `_media/` that a reference in a template means."""
    path = reference.strip().partition("?")[0].partition("#")[0]
    return unquote(path).removeprefix("./").removeprefix("_media/")


def packed_name(name: str, digest: str) -> str:
    """Return the name in Anki of a file in `_media/`. It begins with an underscore: else Anki deletes what no note refers to."""
    base, dot, suffix = name.rpartition("/")[2].rpartition(".")
    if name.rpartition("/")[2].startswith("_"):
        return name.rpartition("/")[2]
    stem = re.sub(r"[^\w.-]+", "-", base or suffix).strip("-")
    return f"_{stem}-{digest}" + (f".{suffix.lower()}" if base and dot else "")


def rewrite(name: str, text: str, media: Mapping[str, str]) -> str:
    """Return the template `name` with its references to files in `_media/` replaced by the names these have in Anki."""
    if not media:
        return text
    for reference in sorted(references(name, text), key=lambda reference: -reference.start):
        packed = media.get(media_name(reference.written))
        if packed is not None and not reference.in_script:
            written = text[reference.start : reference.start + reference.length]
            kept = written.strip()[len(re.split(r"[?#]", written.strip())[0]) :]
            text = text[: reference.start] + packed + kept + text[reference.start + reference.length :]
    return text


def references(name: str, text: str) -> list[Reference]:
    """Return what the template `name` refers to; a file of style sheets is known by its name."""
    if name.endswith(".css"):
        return [Reference(*place) for place in style.read(text).places]
    return list(in_page(page.read(page.hide(text, tokens(text))), text))


def in_page(read: page.Page, text: str) -> Iterator[Reference]:
    """Yield what a side of a card refers to."""
    for element in read.elements:
        yield from _in_element(element)
    for block in read.styles:
        yield from (Reference(place.written, block.start + place.start, place.length) for place in style.read(block.text).places)
    shown = text
    for block in (*read.scripts, *read.comments):
        shown = shown[: block.start] + " " * len(block.text) + shown[block.start + len(block.text) :]
    yield from (Reference(found[1], found.start(1), len(found[1])) for found in _SOUND.finditer(shown))
    for block in read.scripts:
        for found in _STRING.finditer(block.text):
            yield Reference(found[2], block.start + found.start(2), len(found[2]), True)


def names_a_file(reference: Reference) -> bool:
    """Return whether a string in a script is the name of a file of Anki's media folder."""
    return _UNDERSCORED.fullmatch(reference.written) is not None


def _in_element(element: page.Element) -> Iterator[Reference]:
    for name, attribute in element.attributes.items():
        is_link = name in ("href", "xlink:href") and element.name in _LINKS
        if name in ("src", "poster", "data", "background") or is_link:
            yield Reference(attribute.value, attribute.start, len(attribute.written))
        elif name in ("srcset", "imagesrcset"):
            for found in _CANDIDATE.finditer(attribute.written):
                yield Reference(found[1], attribute.start + found.start(1), len(found[1]))
        elif name == "style":
            for place in style.read_attribute(attribute.written).places:
                yield Reference(place.written, attribute.start + place.start, place.length)
