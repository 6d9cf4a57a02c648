"""The preview's server. Nothing is read from disk but the files of cards and page, each found by name in a table: a path cannot lead
anywhere.
"""

import json
import re
import socket
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer
from werkzeug.wrappers import Request, Response

from anki_builder.preview.catalogue import Catalogue
from anki_builder.preview.door import Channel, file_answer, json_answer, refusal, serving
from anki_builder.preview.words import CARDS, Words, asset, html_in, script_words

_CARD = re.compile(r"card/([0-9]{1,9})/([0-9]{1,9})")


class Board(Channel):
    """The current catalogue, and what is to be said to the pages."""

    def __init__(self, catalogue: Catalogue, token: str = "") -> None:
        """`token` is the secret part of the address."""
        super().__init__(token)
        self.catalogue = catalogue
        self.known: dict[tuple[object, ...], str] = {}

    def update(self, catalogue: Catalogue | None, said: str, problem: str = "") -> None:
        """Show another catalogue, or keep the one there is and say what is the matter."""
        self.catalogue = catalogue or self.catalogue
        self.tell({"said": said, "problem": problem})


def serve(board: Board, listening: socket.socket) -> BaseWSGIServer:
    """Return a server on a socket that listens; call its `serve_forever`."""

    def answer(request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response("only GET\n", 405, {"Allow": "GET, HEAD"}, mimetype="text/plain")
        return respond(board, request.path)

    return serving(answer, listening)


def respond(board: Board, path: str) -> Response:
    """Answer a request: the token comes first in its path."""
    token, _, rest = path[1:].partition("/")
    if token == "once" and board.use_link(rest):
        return Response("", 303, {"Location": f"/{board.token}/"})
    if not board.knows(token) or not path.startswith(f"/{token}/"):
        return refusal("this preview opens at the address that its command prints", 403)
    if rest == "":
        return Response(page(words=board.catalogue.words), mimetype="text/html", headers={"Content-Security-Policy": policy()})
    if rest == "run":
        return Response(asset("run.html"), mimetype="text/html", headers=_RUNNING)
    if rest == "events":
        return board.events()
    if rest == "index.json":
        return json_answer(board.catalogue.index(board.known))
    return _card(board.catalogue, rest) or _media(board.catalogue, rest)


def _card(catalogue: Catalogue, path: str) -> Response | None:
    found = _CARD.fullmatch(path)
    if found is None:
        return None
    try:
        return json_answer(json.dumps(catalogue.card(int(found[1]), int(found[2])), ensure_ascii=False))
    except LookupError:
        return None


def _media(catalogue: Catalogue, name: str) -> Response:
    file = catalogue.media().get(name)
    return file_answer(file) if file else refusal("there is nothing here", 404)


_RUNNING = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-scripts",
    "X-Frame-Options": "SAMEORIGIN",
}
"""Of the frame in which scripts of a template run: nothing can be sent to the network, and only the page of the preview can hold it."""


@cache
def page(data: str = "", words: Words = str) -> str:
    """Return the page whole, with style, scripts and words in it, and with the JSON `data` where it is to stand alone."""
    text = html_in(CARDS, words)
    parts = {
        "style": asset("page.css"),
        "card-style": escape(asset("card.css")),
        "card-script": escape(asset("card.js")),
        "script": asset("page.js"),
        "words": script_words(CARDS, lambda one, _many, _count: words(one)),
        "data": data.replace("<", "\\u003c"),
        "policy": f'<meta http-equiv="Content-Security-Policy" content="{escape(policy(False))}">' if data else "",
    }
    for name, part in parts.items():
        text = text.replace(f"<!-- {name} -->", part)
    return text


def policy(served: bool = True) -> str:
    """Return the Content-Security-Policy of the page and of the cards in it: two scripts by their hashes, nothing from elsewhere."""
    own = "'self'" if served else ""
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(map(_hash, ("page.js", "card.js"))),
        "style-src": "'unsafe-inline'",
        "img-src": f"{own} data:",
        "media-src": f"{own} data:",
        "font-src": f"{own} data:",
        "connect-src": own or "'none'",
        "frame-src": own or "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    if served:  # not known to a policy in the page itself
        rules["frame-ancestors"] = "'none'"
    return "; ".join(f"{name} {value.strip()}" for name, value in rules.items())


def _hash(name: str) -> str:
    return f"'sha256-{b64encode(sha256(asset(name).encode()).digest()).decode()}'"


def standalone(catalogue: Catalogue, limit: int, most: int = 30_000_000) -> tuple[str, int, int]:
    """Return the page with its cards and media in it, how many cards these are, and how many there would be.

    At most `limit` cards, and no more than fit in `most` bytes.
    """
    files = catalogue.media()
    cards: dict[str, Any] = {}
    media: dict[str, str] = {}
    size, notes, total = 0, 0, sum(len(built.dues) for built in catalogue.shown.notes)
    for number, built in enumerate(catalogue.shown.notes):
        note = built.note
        if len(cards) + len(note.cards) > limit or size > most:
            break
        notes = number + 1
        for ord_ in note.cards:
            cards[f"{number}/{ord_}"] = shown = catalogue.card(number, ord_)
            size += 2 * (len(shown["front"]) + len(shown["back"]))
        for name in {item.name for item in note.media} - media.keys():
            media[name] = _data_url(files[name], most)
            size += len(media[name])
    data = f"{catalogue.index({}, notes)[:-1]}, {json.dumps({'content': cards, 'media': media}, ensure_ascii=False)[1:]}"
    return page(data, catalogue.words), len(cards), total


def _data_url(path: str, most: int) -> str:
    try:
        if Path(path).stat().st_size > most:
            return "data:,"
        return f"data:{guess_type(path)[0] or 'application/octet-stream'};base64,{b64encode(Path(path).read_bytes()).decode()}"
    except OSError:
        return "data:,"
