"""What keeps the import of a library from importing more than is used of it."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def standing_in(modules: Mapping[str, ModuleType]) -> Iterator[None]:
    """Let modules stand in, by name, for those that are not imported yet; for no longer than a library is imported."""
    standing = [name for name, module in modules.items() if sys.modules.setdefault(name, module) is module]
    try:
        yield
    finally:
        for name in standing:
            del sys.modules[name]
