"""The words of the pages: English stands in their files, and whoever shows a page gives them in the learner's language."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import NamedTuple

from anki_builder.message import Template

Words = Callable[[str], str]
"""Returns a text of a page or a message in the learner's language; `str` leaves all in English."""
Templates = Callable[[str, str, int], str]
"""Takes a text of a page, the same of several (empty for a text that counts nothing) and how many there are. Returns it in the learner's
language, its placeholders left as they are."""
_TEXT = re.compile(r"(?<!<kbd)>(?P<text>[^<>]*[A-Za-z][^<>]*)<|\b(?:aria-label|title|placeholder|lang)=\"(?P<attribute>[^\"]+)\"")
_OF_SCRIPT = re.compile(r"\bw\(\"([^\"]+)\"|\bseveral\(\"([^\"]+)\",\s+\"([^\"]+)\"")
_FOLDER = Path(__file__).parent


class Page(NamedTuple):
    """The files of a page, within this folder."""

    html: str
    scripts: tuple[str, ...]


WORKBENCH = Page("static/index.html", tuple(f"static/{path.name}" for path in sorted((_FOLDER / "static").glob("*.js"))))
ALONE = Page(
    "alone.html",
    tuple(f"static/{name}.js" for name in ("words", "dom", "typing", "cards", "list", "problems", "alone")),
)
"""The page that needs no server. Its scripts stand in the order in which they use each other."""


@cache
def asset(name: str) -> str:
    """Return a file of a page."""
    return (_FOLDER / name).read_text("utf-8")


def texts(page: Page) -> Iterator[Template]:
    """Yield what a page says in English: the texts of its HTML, its labels, its language, and what its scripts say."""
    for found in _TEXT.finditer(asset(page.html)):
        yield Template((found["text"] or found["attribute"]).strip())
    yield from _said(page)


def _said(page: Page) -> Iterator[Template]:
    for name in page.scripts:
        for alone, one, many in _OF_SCRIPT.findall(asset(name)):
            yield Template(alone or one, many)


def filled(page: Page, words: Words, parts: Mapping[str, str]) -> str:
    """Return the HTML of a page in a language, with what stands in it for `<!-- name -->`; what every card is shown with comes of itself."""

    def put(found: re.Match[str]) -> str:
        text = (found["text"] or found["attribute"]).strip()
        return found[0].replace(text, words(text))

    html = _TEXT.sub(put, asset(page.html))
    cards = {"card-style": escape(asset("card.css")), "card-script": escape(asset("card.js"))}
    for name, part in {**cards, **parts}.items():
        html = html.replace(f"<!-- {name} -->", part)
    return html


def script_words(page: Page, templates: Templates) -> str:
    """Return what the scripts of a page say as a JSON object from English to a language, to stand in its HTML."""
    found = {}
    for one, many in _said(page):
        found[one] = templates(one, many, 1)
        if many:
            found[many] = templates(one, many, 2)
    return json.dumps(found, ensure_ascii=False).replace("<", "\\u003c")
