"""Turns bilingual study notes into Anki decks; a small compiler whose plan is `anki_builder.compiler`."""

__version__ = "0.1.0"
WRITTEN = 1_735_689_600
"""Seconds since the epoch (2025-01-01): no clock that is right is before the program was written."""
