"""The words of the page: English stands in its files, and whoever shows the page gives them in the learner's language."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

Words = Callable[[str], str]
"""Returns a text of the page or a message in the learner's language; `str` leaves all in English."""
_TEXT = re.compile(r"(?<!<kbd)>(?P<text>[^<>]*[A-Za-z][^<>]*)<|\b(?:aria-label|title|placeholder|lang)=\"(?P<attribute>[^\"]+)\"")
_OF_SCRIPT = re.compile(r"\bw\(\"([^\"]+)\"")


def asset(name: str) -> str:
    """Return a file of the page."""
    return (Path(__file__).parent / name).read_text("utf-8")


def texts() -> Iterator[str]:
    """Yield what the page says in English: the texts of its HTML, its labels, its language, and what its script says."""
    for found in _TEXT.finditer(asset("page.html")):
        yield (found["text"] or found["attribute"]).strip()
    yield from _OF_SCRIPT.findall(asset("page.js"))


def html_in(words: Words) -> str:
    """Return the HTML of the page in a language."""

    def put(found: re.Match[str]) -> str:
        text = (found["text"] or found["attribute"]).strip()
        return found[0].replace(text, words(text))

    return _TEXT.sub(put, asset("page.html"))


def script_words(words: Words) -> str:
    """Return what the script of the page says as a JSON object from English to a language."""
    return json.dumps({text: words(text) for text in _OF_SCRIPT.findall(asset("page.js"))}, ensure_ascii=False)
