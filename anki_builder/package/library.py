"""The parts of genanki that are used.

genanki takes one class from the package cached_property, which loads asyncio for it: 40 ms of every build. functools has the same
class since Python 3.8, so it stands in while genanki is imported. yaml, another 10 ms, reads models written as text; ours are not, so
an empty module does.
"""

import functools
from types import ModuleType

from anki_builder.imports import standing_in

_STAND_INS = {"cached_property": functools, "yaml": ModuleType("yaml")}

with standing_in(_STAND_INS):
    from genanki import Deck, Model, Package
    from genanki.apkg_col import APKG_COL
    from genanki.apkg_schema import APKG_SCHEMA

__all__ = ["APKG_COL", "APKG_SCHEMA", "Deck", "Model", "Package"]
