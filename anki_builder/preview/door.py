"""The door of a server for the browser on this machine and nobody else: what its pages are told, and what no answer goes without.

Werkzeug's threaded server, because this is one person's tool: no event loop, and a stream to the page is a thread that waits.
It is bound to the loopback address; any other web page in the same browser could still reach it under a name of its own that it lets
resolve to 127.0.0.1, so a request must also name this server in its Host header. Other users of the machine could reach it too, so the
address begins with a secret.
"""

import json
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

ADDRESS = "127.0.0.1"
MOST_STREAMS = 32
"""Open pages: each holds a thread."""
HEARTBEAT = 5
"""Seconds after which a silent stream says something, so that a page that is gone is noticed."""
_CHUNK = 65536


class Channel:
    """The secrets of an address, and what the pages that are open at it are told; safe to use from several threads."""

    def __init__(self, token: str = "") -> None:
        """`token` is the secret part of the address."""
        self.token = token or secrets.token_urlsafe(16)
        self.once = secrets.token_urlsafe(16)
        """Opens the page once: a link for the browser, whose arguments other users can read."""
        self.version = 1
        self.message: dict[str, Any] = {}
        self.closed = False
        self._changed = threading.Condition()
        self._open = 0
        self._was_open = False

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message to all pages; who comes later gets the last one."""
        with self._changed:
            self.version += 1
            self.message = message
            self._changed.notify_all()

    def knows(self, token: str) -> bool:
        """Return whether this is the secret part of the address."""
        return _is_same(token, self.token)

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
                is_new = self._changed.wait_for(lambda: self.closed or self.version != seen, HEARTBEAT)  # noqa: B023 (called at once)
                if self.closed:
                    return
                seen = self.version
                data = json.dumps({"version": seen, **self.message})
            yield f"data: {data}\n\n" if is_new else ": still here\n\n"

    def events(self) -> Response:
        """Return the stream as an answer to one page."""
        with self._changed:
            if self._open >= MOST_STREAMS:
                return Response("too many of these pages are open: close some\n", 503, mimetype="text/plain")
            self._open += 1
            self._was_open = True
            self._changed.notify_all()
        response = Response(self.stream(), mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
        response.call_on_close(self._leave)
        return response

    def _leave(self) -> None:
        with self._changed:
            self._open -= 1
            self._changed.notify_all()

    def wait_until_left(self, grace: float) -> None:
        """Return once a page was open and then none for `grace` seconds, or once the channel is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._was_open or self.closed)
            while not self.closed:
                self._changed.wait_for(lambda: not self._open or self.closed)
                if not self._changed.wait_for(lambda: self._open or self.closed, grace):
                    return


class _Handler(WSGIRequestHandler):
    """Serves without writing a line for each request."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        pass

    def version_string(self) -> str:
        return "anki-builder"


def serving(answer: Callable[[Request], Response], listening: socket.socket) -> BaseWSGIServer:
    """Return a server on a socket that listens; call its `serve_forever`. Only requests to its own address reach `answer`."""
    port = listening.getsockname()[1]
    hosts = {f"{ADDRESS}:{port}", f"localhost:{port}"}

    @Request.application
    def application(request: Request) -> Response:
        if request.headers.get("Host") not in hosts:
            return _secured(Response("this server answers to its own address alone\n", 403, mimetype="text/plain"))
        return _secured(answer(request))

    server = make_server(ADDRESS, port, application, threaded=True, request_handler=_Handler, fd=listening.fileno())
    server.daemon_threads = True  # type: ignore[attr-defined] # a page left open does not keep the program from ending
    return server


def listen(port: int) -> socket.socket:
    """Return a socket that listens on `port` of the loopback address, 0 for any free one. Raises `OSError`."""
    return socket.create_server((ADDRESS, port), backlog=16)


def refusal(text: str, status: int) -> Response:
    """Return an answer of one line of text."""
    return Response(f"{text}\n", status, mimetype="text/plain")


def json_answer(text: str, status: int = 200) -> Response:
    """Return an answer of JSON."""
    return Response(text.encode("utf-8", "replace"), status, mimetype="application/json")


def file_answer(path: str) -> Response:
    """Return a picture or sound; a type that browsers would run, they get as bytes."""
    kind = guess_type(path)[0] or ""
    try:
        size = Path(path).stat().st_size
        file = Path(path).open("rb")  # noqa: SIM115 (closed with the response)
    except OSError:
        return refusal("the file is gone", 404)
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


def _is_same(given: str, secret: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), secret.encode())


def _secured(response: Response) -> Response:
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("X-Frame-Options", "DENY")
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cache-Control"] = "no-store"
    return response
