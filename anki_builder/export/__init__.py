"""Aligned documents in forms other than cards: tables, a translation memory, and a bilingual page to read or print."""

from collections.abc import Callable, Iterable

from anki_builder.document import AlignedDocument
from anki_builder.export.tables import csv_of, tsv_of
from anki_builder.export.tmx import tmx_of

FORMATS: dict[str, Callable[[Iterable[AlignedDocument]], str]] = {"tsv": tsv_of, "csv": csv_of, "tmx": tmx_of}
"""The text of an exported file, by the name of its format."""
