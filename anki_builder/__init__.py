"""Turns bilingual study notes into Anki decks; a small compiler whose plan is `anki_builder.compiler`."""

__version__ = "0.1.0"
