"""Other built-in templates than those of the program, as a later version may have them."""

from collections.abc import Mapping
from importlib import import_module

import pytest

_USERS = ("templates", "cli.templates", "cli.template_folder", "templates.validate", "templates.checker")


def become(monkeypatch: pytest.MonkeyPatch, files: Mapping[str, str]) -> None:
    """Let these be the built-in files. All modules are loaded first: one that is loaded later would keep these files for other tests."""
    modules = [import_module(f"anki_builder.{name}") for name in _USERS]
    for module in modules:
        monkeypatch.setattr(module, "builtin", lambda: files, raising=False)
