"""The parts of genanki that are used.

genanki takes one class from the package cached_property, which loads asyncio for it: 40 ms of every build. functools has the same
class since Python 3.8, so it stands in while genanki is imported.
"""

import functools
import sys

_stands_in = sys.modules.setdefault("cached_property", functools) is functools
try:
    from genanki import Deck, Model, Package
    from genanki.apkg_col import APKG_COL
    from genanki.apkg_schema import APKG_SCHEMA
finally:
    if _stands_in:
        del sys.modules["cached_property"]

__all__ = ["APKG_COL", "APKG_SCHEMA", "Deck", "Model", "Package"]
