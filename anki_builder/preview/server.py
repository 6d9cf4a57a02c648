"""The preview's server: for the browser on this machine and nobody else.

Werkzeug's threaded server, because the preview is one person's tool: no event loop, and a stream to the page is a thread that waits.
It is bound to the loopback address; any other web page in the same browser could still reach it under a name of its own that it lets
resolve to 127.0.0.1, so a request must also name this server in its Host header. Nothing is read from disk but the files of cards
and page, each found by name in a table: a path cannot lead anywhere.
"""

import json
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html import escape
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from anki_builder.preview.catalogue import Catalogue

ADDRESS = "127.0.0.1"
HEARTBEAT = 15
"""Seconds after which a silent stream says something, so that a page that is gone is noticed."""


class Board:
    """The current catalogue, its version, and what is to be said to the pages; safe to use from several threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._changed = threading.Condition()
        self.catalogue = catalogue
        self.known: dict[tuple[object, ...], str] = {}
        self.version = 1
        self.message: dict[str, Any] = {}
        self.closed = False

    def update(self, catalogue: Catalogue | None, said: str, problem: str = "") -> None:
        """Show another catalogue, or keep the one there is and say what is the matter."""
        with self._changed:
            self.catalogue = catalogue or self.catalogue
            self.version += 1
            self.message = {"said": said, "problem": problem}
            self._changed.notify_all()

    def close(self) -> None:
        """End all streams."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def stream(self) -> Iterator[str]:
        """Yield the current version at once, then every later one, as server-sent events."""
        seen = 0
        while True:
            with self._changed:
                if self.version == seen and not self.closed:
                    self._changed.wait(HEARTBEAT)
                if self.closed:
                    return
                changed, seen = self.version != seen, self.version
                data = json.dumps({"version": seen, **self.message})
            yield f"data: {data}\n\n" if changed else ": still here\n\n"


class _Handler(WSGIRequestHandler):
    """Serves without writing a line for each request."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        pass

    def version_string(self) -> str:
        return "anki-builder"


def serve(board: Board, listening: socket.socket) -> BaseWSGIServer:
    """Return a server on a socket that listens; call its `serve_forever`."""
    port = listening.getsockname()[1]
    hosts = {f"{ADDRESS}:{port}", f"localhost:{port}"}

    @Request.application
    def application(request: Request) -> Response:
        if request.headers.get("Host") not in hosts:
            return _secured(Response("this preview answers to its own address alone\n", 403, mimetype="text/plain"))
        if request.method not in ("GET", "HEAD"):
            return _secured(Response("only GET\n", 405, {"Allow": "GET, HEAD"}, mimetype="text/plain"))
        return _secured(_respond(board, request.path))

    server = make_server(ADDRESS, port, application, threaded=True, request_handler=_Handler, fd=listening.fileno())
    server.daemon_threads = True  # type: ignore[attr-defined] # a page left open does not keep the program from ending
    return server


def listen(port: int) -> socket.socket:
    """Return a socket that listens on `port` of the loopback address, 0 for any free one. Raises `OSError`."""
    return socket.create_server((ADDRESS, port), backlog=16)


def _respond(board: Board, path: str) -> Response:
    if path == "/":
        return Response(page(), mimetype="text/html", headers={"Content-Security-Policy": policy()})
    if path == "/run":
        return Response(_asset("run.html"), mimetype="text/html", headers=_RUNNING)
    if path == "/events":
        return Response(board.stream(), mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
    catalogue = board.catalogue
    if path == "/index.json":
        return _json(catalogue.index(board.known))
    kind, _, rest = path[1:].partition("/")
    if kind == "card":
        note, _, ord_ = rest.partition("/")
        if note.isascii() and note.isdigit() and ord_.isascii() and ord_.isdigit():
            try:
                return _json(json.dumps(catalogue.card(int(note), int(ord_)), ensure_ascii=False))
            except LookupError:
                pass
    elif not rest and (file := catalogue.media().get(kind)):
        return _file(file)
    return Response("there is nothing here\n", 404, mimetype="text/plain")


_RUNNING = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-scripts",
    "X-Frame-Options": "SAMEORIGIN",
}
"""Of the frame in which scripts of a template run: nothing can be sent to the network, and only the page of the preview can hold it."""


def _json(text: str) -> Response:
    return Response(text.encode("utf-8", "replace"), mimetype="application/json")


def _file(path: str) -> Response:
    """Return a picture or sound; a type that browsers would run, they get as bytes."""
    kind = guess_type(path)[0] or ""
    try:
        data = Path(path).read_bytes()
    except OSError:
        return Response("the file is gone\n", 404, mimetype="text/plain")
    safe = kind.startswith(("image/", "audio/", "video/", "font/")) or kind in (
        "text/css",
        "text/javascript",
        "application/javascript",
    )
    headers = Headers({"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"})
    return Response(data, mimetype=kind if safe else "application/octet-stream", headers=headers)


def _secured(response: Response) -> Response:
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("X-Frame-Options", "DENY")
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cache-Control"] = "no-store"
    return response


@cache
def _asset(name: str) -> str:
    return (Path(__file__).parent / name).read_text("utf-8")


def page(data: str = "") -> str:
    """Return the page whole, with style and scripts in it, and with the JSON `data` where it is to stand alone."""
    text = _asset("page.html")
    parts = {
        "style": _asset("page.css"),
        "card-style": escape(_asset("card.css")),
        "card-script": escape(_asset("card.js")),
        "script": _asset("page.js"),
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
    return f"'sha256-{b64encode(sha256(_asset(name).encode()).digest()).decode()}'"


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
            media[name] = _data_url(files[name])
            size += len(media[name])
    data = f"{catalogue.index({}, notes)[:-1]}, {json.dumps({'content': cards, 'media': media}, ensure_ascii=False)[1:]}"
    return page(data), len(cards), total


def _data_url(path: str) -> str:
    try:
        return f"data:{guess_type(path)[0] or 'application/octet-stream'};base64,{b64encode(Path(path).read_bytes()).decode()}"
    except OSError:
        return "data:,"
