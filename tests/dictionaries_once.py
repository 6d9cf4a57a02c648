"""The index of each dictionary, made once for all workers and later runs: it takes a second or more, and the tests read thirty languages."""

import os
import pickle
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path

import pytest
from simplemma.strategies.dictionaries import frontcode, stream_dictionary_factory
from simplemma.strategies.dictionaries.dictionary_factory import _read_decompressed
from simplemma.strategies.dictionaries.stream_dictionary_factory import StreamMap


def indexed(folder: Path, language: str) -> StreamMap:
    """Return a dictionary with the index that lies in a folder, or make the index and put it there."""
    kept = folder / f"{language}.index"
    if not kept.exists():
        made = StreamMap(language)
        part = kept.with_suffix(f".{os.getpid()}")
        part.write_bytes(pickle.dumps((made._firsts, made._blocks)))
        with suppress(OSError):  # Windows replaces no file that another worker is reading
            part.replace(kept)
        return made
    found = StreamMap.__new__(StreamMap)
    found._data = _read_decompressed(language)
    found._rev, found._count, found._pos = frontcode._read_header(found._data)
    found._firsts, found._blocks = pickle.loads(kept.read_bytes())
    return found


@pytest.fixture(autouse=True, scope="session")
def dictionaries_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """Read dictionaries with the indexes that lie in the cache of pytest."""
    folder = request.config.cache.mkdir(f"simplemma-{version('simplemma')}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream_dictionary_factory, "StreamMap", partial(indexed, folder))
        yield
