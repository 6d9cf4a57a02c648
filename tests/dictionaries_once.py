"""Each dictionary as it is when it is open, kept for all workers and later runs: to open one takes a second or more, and the tests read thirty."""

import os
import pickle
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache, partial
from importlib.metadata import version
from pathlib import Path

import pytest
from simplemma.strategies import StreamDictionaryFactory

OPEN = StreamDictionaryFactory.get_dictionary


def kept_dictionary(folder: Path, language: str) -> Mapping[str, str]:
    """Return a dictionary that lies open in a folder, or open it and put it there."""
    kept = folder / f"{language}.pickle"
    if kept.exists():
        found: Mapping[str, str] = pickle.loads(kept.read_bytes())
        return found
    made = OPEN(StreamDictionaryFactory(), language)
    part = kept.with_suffix(f".{os.getpid()}")
    part.write_bytes(pickle.dumps(made))
    with suppress(OSError):  # Windows replaces no file that another worker is reading
        part.replace(kept)
    return made


@pytest.fixture(autouse=True, scope="session")
def dictionaries_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """Take dictionaries from the cache of pytest."""
    folder = request.config.cache.mkdir(f"dictionaries-of-simplemma-{version('simplemma')}")
    with pytest.MonkeyPatch.context() as patch:
        opened = lru_cache(30)(partial(kept_dictionary, folder))
        patch.setattr(StreamDictionaryFactory, "get_dictionary", lambda self, lang: opened(lang))
        yield
