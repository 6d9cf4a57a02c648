"""What is known of pieces of text, kept because pieces recur."""

from collections.abc import Callable
from typing import TypeVar

_Known = TypeVar("_Known")
_LONGEST = 40
"""Characters beyond which a piece will hardly recur."""
_MOST = 1 << 15


class Pieces(dict[str, _Known]):
    """What `tell` says of a piece of text: of a word, or of what stands between white space.

    A dictionary, so that `map(pieces.__getitem__, text.split())` runs no Python code for a piece it has met.
    """

    def __init__(self, tell: Callable[[str], _Known]) -> None:
        super().__init__()
        self._tell = tell

    def __missing__(self, piece: str) -> _Known:
        known = self._tell(piece)
        if len(piece) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[piece] = known
        return known
