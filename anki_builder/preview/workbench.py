"""The server of the workbench: the page, and a table of what it can ask for and do. It knows no command of the program.

Reading is GET and changes nothing. Each action is a POST whose Origin is this server and whose body is JSON, which no page of another origin can
send without being asked for leave. Scripts come from the folder of this module alone, by the Content-Security-Policy of the page.
"""

import json
import socket
from collections.abc import Callable, Mapping
from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any, NamedTuple

from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer
from werkzeug.wrappers import Request, Response

from anki_builder.preview.door import Channel, file_answer, json_answer, refusal, serving
from anki_builder.preview.policy import RUNNING, hash_of, policy
from anki_builder.preview.words import WORKBENCH, Templates, asset, filled, script_words

Data = dict[str, Any]
"""JSON."""
View = Callable[[Mapping[str, str]], Data]
"""Takes what stands behind the `?` of an address. Raises `Missing` and `Refused`."""
Action = Callable[[Data], Data]
"""Takes the JSON of a request. Raises `Missing` and `Refused`."""
MOST_SENT = 1 << 20
"""Bytes of a request."""
_FOLDER = Path(__file__).with_name("static")


class Missing(LookupError):
    """What is asked for is not there."""


class Refused(Exception):
    """The reason why something is not done, as the page shows it."""


class Table(NamedTuple):
    """Everything that the page can ask for and do, each by its name in the address."""

    views: Mapping[str, View]
    actions: Mapping[str, Action]
    media: Callable[[str], str]
    """Returns the path of a picture or sound of the cards. Raises `Missing`."""
    languages: Mapping[str, Templates]
    """What the page says in each language; the first one is for readers of another."""


def serve_workbench(channel: Channel, table: Table, listening: socket.socket) -> BaseWSGIServer:
    """Return a server on a socket that listens; call its `serve_forever`."""
    return serving(lambda request: _answer(channel, table, request), listening)


def _answer(channel: Channel, table: Table, request: Request) -> Response:
    token, _, rest = request.path[1:].partition("/")
    if request.method == "GET" and token == "once" and channel.use_link(rest):
        return Response("", 303, {"Location": f"/{channel.token}/"})
    if not channel.knows(token) or not request.path.startswith(f"/{token}/"):
        return refusal("the workbench opens at the address that its command prints", 403)
    kind, _, name = rest.partition("/")
    if request.method == "POST" and kind == "do":
        return _refused(request) or _done(table, name, request)
    if request.method not in ("GET", "HEAD"):
        return Response("only GET\n", 405, {"Allow": "GET, HEAD"}, mimetype="text/plain")
    return _read(channel, table, request, rest)


def _read(channel: Channel, table: Table, request: Request, rest: str) -> Response:
    kind, _, name = rest.partition("/")
    if kind == "static":
        return _static(name)
    if kind == "view":
        return _viewed(table, name, request)
    if rest == "events":
        return channel.events()
    if rest == "run":
        return Response(asset("run.html"), mimetype="text/html", headers=RUNNING)
    return _media(table, rest) if rest else _page(channel, table, request)


def _page(channel: Channel, table: Table, request: Request) -> Response:
    """Return the page in the language that its address names, else in the one that the browser asks for."""
    known = list(table.languages)
    asked = request.args.get("lang", "")
    language = asked if asked in known else request.accept_languages.best_match(known) or known[0]
    templates = table.languages[language]
    html = filled(WORKBENCH, lambda text: templates(text, "", 1), {"words": script_words(WORKBENCH, templates)})
    scripts = f"http://{request.headers['Host']}/{channel.token}/static/ {hash_of(asset('card.js'))}"
    return Response(html, mimetype="text/html", headers={"Content-Security-Policy": policy(scripts, "'self'")})


def _media(table: Table, name: str) -> Response:
    try:
        return file_answer(table.media(name))
    except Missing:
        return _nothing()


def _refused(request: Request) -> Response | None:
    """Return why an action is not even looked at; None where it may be done."""
    if request.headers.get("Origin") != f"http://{request.headers['Host']}":
        return refusal("only the page of this server acts", 403)
    if request.mimetype != "application/json":
        return refusal("only JSON", 415)
    if (request.content_length or 0) > MOST_SENT:
        return refusal("this is too much", 413)
    return None


def _done(table: Table, name: str, request: Request) -> Response:
    action = table.actions.get(name)
    if action is None:
        return _nothing()
    request.max_content_length = MOST_SENT
    try:
        asked = json.loads(request.get_data())
    except (ValueError, RecursionError, HTTPException):
        return refusal("this is no JSON", 400)
    if not isinstance(asked, dict):
        return refusal("this is no JSON object", 400)
    return _given(lambda: action(asked))


def _viewed(table: Table, name: str, request: Request) -> Response:
    view = table.views.get(name)
    return _given(lambda: view(request.args)) if view is not None else _nothing()


def _given(work: Callable[[], Data]) -> Response:
    try:
        return json_answer(json.dumps(work()))
    except Refused as reason:
        return json_answer(json.dumps({"problem": str(reason)}), 409)
    except Missing:
        return _nothing()


def _static(name: str) -> Response:
    if name not in _names():
        return _nothing()
    kind = "text/javascript" if name.endswith(".js") else guess_type(name)[0] or "text/plain"
    return Response(asset(f"static/{name}"), mimetype=kind)


def _nothing() -> Response:
    return refusal("there is nothing here", 404)


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in _FOLDER.iterdir())
