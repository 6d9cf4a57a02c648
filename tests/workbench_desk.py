"""The workbench without a browser: a folder of notes in a home, the server, and what its page asks for."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from browser import until

from anki_builder.cli.words import choose
from anki_builder.cli.workbench.bench import Bench
from anki_builder.cli.workbench.folders import Folders
from anki_builder.preview.door import Channel, listen
from anki_builder.preview.workbench import serve_workbench

NOTE = """---
titel: Ferries
---

# The ferry

原文：

The ferry was late, so we waited.. It came at nine.

渡轮晚点了，所以我们等着。它九点来了，我们上船。

学习：

ferry：渡轮

gangplank：跳板
"""
KITCHEN = """# A kitchen

原文：

She peeled the little onions one by one.

她把小洋葱一个一个剥好。

学习：

peel：剥皮
"""


class Answer(NamedTuple):
    status: int
    headers: Message
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


class Desk:
    """The workbench of one test, and its page."""

    def __init__(self, bench: Bench, channel: Channel, port: int) -> None:
        self.bench, self.channel, self.port = bench, channel, port
        self.origin = f"http://127.0.0.1:{port}"

    def ask(self, path: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
        """Answer to a path with its token; headers have `_` for `-`, and an empty one is left out."""
        sent = {"Host": self.origin[7:]} | {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.putrequest(method, path, skip_host=True)
            for name, value in sent.items():
                if value:
                    connection.putheader(name, value)
            if method == "POST":
                connection.putheader("Content-Length", str(len(body.encode())))
            connection.endheaders(body.encode() if method == "POST" else None)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())

    def view(self, name: str, query: str = "") -> Any:
        answer = self.ask(f"/{self.channel.token}/view/{name}?{query}")
        assert answer.status == 200, answer.body
        return answer.data

    def act(self, name: str, /, **asked: object) -> Answer:
        """Answer to an action, as the page asks for it."""
        path = f"/{self.channel.token}/do/{name}"
        return self.ask(path, "POST", json.dumps(asked), Origin=self.origin, Content_Type="application/json")

    def done(self, name: str, /, **asked: object) -> Any:
        """The result of an action that takes a while."""
        answer = self.act(name, **asked)
        assert answer.status == 200, answer.body
        self.settled()
        return self.channel.message["result"]

    def settled(self) -> None:
        """Wait until nothing is under way."""
        until(lambda: not self.bench.worker.is_busy() and self.channel.message["task"] is None)

    def open(self, folder: Path) -> Any:
        return self.done("open", folder=str(folder))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a folder of notes; what is remembered is this test's."""
    monkeypatch.setattr("anki_builder.cli.workbench.folders.config_home", lambda: tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "home" / "notes" / "source"
    source.mkdir(parents=True)
    (source / "ferry.md").write_text(NOTE, encoding="utf-8")
    (source / "kitchen.md").write_text(KITCHEN, encoding="utf-8")
    (tmp_path / "outside").mkdir()
    return tmp_path / "home"


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    """The workbench of a home, without a folder."""
    with served(home) as desk:
        yield desk


@contextmanager
def served(home: Path) -> Iterator[Desk]:
    """The workbench of a home, without a folder."""
    channel = Channel("a-token-of-these-tests")
    bench = Bench(channel, Folders([], home))
    with listen(0) as listening, serve_workbench(channel, bench.table(), listening) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield Desk(bench, channel, listening.getsockname()[1])
        bench.end({})
        bench.close()
        server.shutdown()
        thread.join()
        choose("en")
