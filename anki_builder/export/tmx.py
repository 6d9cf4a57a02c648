"""Sentence pairs as TMX 1.4b, the exchange format of translation memories (Localisation Industry Standards Association, 2005)."""

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from anki_builder import __version__
from anki_builder.document import AlignedDocument
from anki_builder.export.sides import place_of, text_of, translation_of

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold (XML 1.0, section 2.2)."""


def tmx_of(documents: Iterable[AlignedDocument]) -> str:
    """Return a translation memory of all pairs that have both sides; vocabulary is no translation unit and is left out."""
    root = ElementTree.Element("tmx", version="1.4")
    about = {
        "creationtool": "anki-builder",
        "creationtoolversion": __version__,
        "segtype": "sentence",
        "o-tmf": "Markdown",
        "adminlang": "en",
        "srclang": "*all*",
        "datatype": "plaintext",
    }
    ElementTree.SubElement(root, "header", about)
    body = ElementTree.SubElement(root, "body")
    for aligned in documents:
        _add_units(body, aligned)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _add_units(body: ElementTree.Element, aligned: AlignedDocument) -> None:
    for pair in aligned.pairs:
        sides = (text_of(aligned, pair), translation_of(aligned, pair))
        if not all(sides):
            continue
        place = place_of(aligned, pair)
        unit = ElementTree.SubElement(body, "tu")
        _add_text(unit, "prop", f"{place.path}:{place.line}", {"type": "x-place"})
        for language, side in zip(aligned.document.languages, sides, strict=True):
            variant = ElementTree.SubElement(unit, "tuv", {"xml:lang": language})
            _add_text(variant, "seg", side)


def _add_text(parent: ElementTree.Element, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    ElementTree.SubElement(parent, name, attributes or {}).text = _FORBIDDEN.sub("\ufffd", text)
