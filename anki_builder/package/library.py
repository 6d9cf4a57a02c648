"""The parts of genanki that are used.

genanki takes one class from the package cached_property, which loads asyncio for it: 40 ms of every build. functools has the same
class since Python 3.8, so it stands in while genanki is imported. yaml, another 10 ms, reads models written as text; ours are not, so
an empty module does.
"""

import functools
import sys
from types import ModuleType

_STAND_INS = {"cached_property": functools, "yaml": ModuleType("yaml")}

_standing = [name for name, module in _STAND_INS.items() if sys.modules.setdefault(name, module) is module]
try:
    from genanki import Deck, Model, Package
    from genanki.apkg_col import APKG_COL
    from genanki.apkg_schema import APKG_SCHEMA
finally:
    for _name in _standing:
        del sys.modules[_name]

__all__ = ["APKG_COL", "APKG_SCHEMA", "Deck", "Model", "Package"]
