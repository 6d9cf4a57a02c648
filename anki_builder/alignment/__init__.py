"""Passages become sentence pairs.

    text ──splitting──▶ sentences ──evidence──▶ scores ──beads──▶ beads ──pairs──▶ sentence pairs ──lint──▶ diagnostics

The names below are the public interface; they load their modules on first use, so that importing this package costs nothing.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anki_builder.alignment.beads import Bead, align
    from anki_builder.alignment.pairs import align_document, align_passage
    from anki_builder.alignment.splitting import split

__all__ = ["Bead", "align", "align_document", "align_passage", "split"]

_HOMES = {
    "Bead": "beads",
    "align": "beads",
    "align_document": "pairs",
    "align_passage": "pairs",
    "split": "splitting",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
