"""The preview's server: for the browser on this machine and nobody else.

Werkzeug's threaded server, because the preview is one person's tool: no event loop, and a stream to the page is a thread that waits.
It is bound to the loopback address; any other web page in the same browser could still reach it under a name of its own that it lets
resolve to 127.0.0.1, so a request must also name this server in its Host header. Other users of the machine could reach it too, so the
address begins with a secret. Nothing is read from disk but the files of cards and page, each found by name in a table: a path cannot
lead anywhere.
"""

import json
import re
import secrets
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from functools import cache, partial
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
MOST_STREAMS = 32
"""Open pages: each holds a thread."""
HEARTBEAT = 15
"""Seconds after which a silent stream says something, so that a page that is gone is noticed."""


_CARD = re.compile(r"card/([0-9]{1,9})/([0-9]{1,9})")
_CHUNK = 1 << 16


class Board:
    """The current catalogue, its version, and what is to be said to the pages; safe to use from several threads."""

    def __init__(self, catalogue: Catalogue, token: str = "") -> None:
        """`token` is the secret part of the address."""
        self.token = token or secrets.token_urlsafe(16)
        self.once = secrets.token_urlsafe(16)
        """Opens the page once: a link for the browser, whose arguments other users can read."""
        self.streams = threading.Semaphore(MOST_STREAMS)
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

    def use_link(self, link: str) -> bool:
        """Return whether this is the link that opens the page once; it is used up then."""
        with self._changed:
            fits = bool(self.once) and _is_same(link, self.once)
            if fits:
                self.once = ""
            return fits

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
        return _secured(respond(board, request.path))

    server = make_server(ADDRESS, port, application, threaded=True, request_handler=_Handler, fd=listening.fileno())
    server.daemon_threads = True  # type: ignore[attr-defined] # a page left open does not keep the program from ending
    return server


def listen(port: int) -> socket.socket:
    """Return a socket that listens on `port` of the loopback address, 0 for any free one. Raises `OSError`."""
    return socket.create_server((ADDRESS, port), backlog=16)


def respond(board: Board, path: str) -> Response:
    """Answer a request: the token comes first in its path."""
    token, _, rest = path[1:].partition("/")
    if token == "once" and board.use_link(rest):
        return Response("", 303, {"Location": f"/{board.token}/"})
    if not _is_same(token, board.token) or not path.startswith(f"/{token}/"):
        return Response("this preview opens at the address that its command prints\n", 403, mimetype="text/plain")
    if rest == "":
        return Response(page(), mimetype="text/html", headers={"Content-Security-Policy": policy()})
    if rest == "run":
        return Response(_asset("run.html"), mimetype="text/html", headers=_RUNNING)
    if rest == "events":
        return _events(board)
    if rest == "index.json":
        return _json(board.catalogue.index(board.known))
    return _card(board.catalogue, rest) or _media(board.catalogue, rest)


def _is_same(given: str, secret: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), secret.encode())


def _events(board: Board) -> Response:
    if not board.streams.acquire(blocking=False):
        return Response("too many pages of this preview are open: close some\n", 503, mimetype="text/plain")
    response = Response(board.stream(), mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
    response.call_on_close(board.streams.release)
    return response


def _card(catalogue: Catalogue, path: str) -> Response | None:
    found = _CARD.fullmatch(path)
    if found is None:
        return None
    try:
        return _json(json.dumps(catalogue.card(int(found[1]), int(found[2])), ensure_ascii=False))
    except LookupError:
        return None


def _media(catalogue: Catalogue, name: str) -> Response:
    file = catalogue.media().get(name)
    return _file(file) if file else Response("there is nothing here\n", 404, mimetype="text/plain")


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
        size = Path(path).stat().st_size
        file = Path(path).open("rb")  # noqa: SIM115 (closed with the response)
    except OSError:
        return Response("the file is gone\n", 404, mimetype="text/plain")
    safe = kind.startswith(("image/", "audio/", "video/", "font/")) or kind in (
        "text/css",
        "text/javascript",
        "application/javascript",
    )
    headers = Headers({"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"})
    headers["Content-Length"] = str(size)
    mimetype = kind if safe else "application/octet-stream"
    response = Response(iter(partial(file.read, _CHUNK), b""), mimetype=mimetype, headers=headers)
    response.call_on_close(file.close)
    return response


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
            media[name] = _data_url(files[name], most)
            size += len(media[name])
    data = f"{catalogue.index({}, notes)[:-1]}, {json.dumps({'content': cards, 'media': media}, ensure_ascii=False)[1:]}"
    return page(data), len(cards), total


def _data_url(path: str, most: int) -> str:
    try:
        if Path(path).stat().st_size > most:
            return "data:,"
        return f"data:{guess_type(path)[0] or 'application/octet-stream'};base64,{b64encode(Path(path).read_bytes()).decode()}"
    except OSError:
        return "data:,"
