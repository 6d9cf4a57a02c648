"""The preview without a browser: what is served to whom, what the page is told of a card, and how the command fails."""

import html
import json
import re
import socket
import subprocess
import sys
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from building import MANY_CARDS_FILE
from command import run

from anki_builder import preview
from anki_builder.anki.client import ADDRESS
from anki_builder.cli.preview import PORT
from anki_builder.cli.watch import Workspace, roles_of
from anki_builder.note import Media
from anki_builder.preview import door
from anki_builder.preview.catalogue import TYPED, Catalogue, plain, plain_answer, with_typing
from anki_builder.preview.door import MOST_STREAMS, Channel, listen
from anki_builder.preview.server import Board, page, policy, respond, serve, standalone

NOTE = """# The ferry

原文：

The ferry was late. We waited by the harbour wall.

渡轮晚点了。我们在港口的墙边等着。

![](wall.svg)

学习：

ferry：渡轮

gangplank：跳板
"""


TOKEN = "a-token-of-these-tests"


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notes")
    (folder / "source").mkdir()
    (folder / "source" / "ferry.md").write_text(NOTE, encoding="utf-8")
    (folder / "source" / "wall.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    (folder / "anki_builder.toml").write_text(MANY_CARDS_FILE, encoding="utf-8")
    (folder / "secret.txt").write_text("secret", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def catalogue(folder: Path) -> Catalogue:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        fresh = Workspace([]).compile()
    return Catalogue(fresh.shown._replace(title="Evening notes"))


@pytest.fixture(scope="module")
def port(catalogue: Catalogue) -> Iterator[int]:
    board = Board(catalogue, TOKEN)
    with listen(0) as listening, serve(board, listening) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield listening.getsockname()[1]
        board.close()
        server.shutdown()
        thread.join()


class Answer(NamedTuple):
    status: int
    headers: Message
    body: bytes


def ask(port: int, path: str, host: str | None = None, method: str = "GET", token: str = f"/{TOKEN}") -> Answer:
    """Answer of the preview to a path behind its token."""
    path = token + path
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.putrequest(method, path, skip_host=True)
        if host != "":
            connection.putheader("Host", host or f"127.0.0.1:{port}")
        connection.endheaders()
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())


@pytest.mark.parametrize("token", ["", "/", "/a-token-of-these-test", "/b-token-of-these-tests", "/%C3%A9", "/once/", "/once"])
def test_who_does_not_know_the_token_gets_nothing(port: int, catalogue: Catalogue, token: str) -> None:
    (name,) = catalogue.media()
    for path in ("", "/", "/index.json", "/events", "/card/0/0", f"/{name}"):
        answer = ask(port, path, token=token)
        assert answer.status in (403, 404), path
        assert b"ferry" not in answer.body
    assert ask(port, "", token=f"/{TOKEN}").status == 403, "without the slash the page would not find its data"


def test_the_link_for_the_browser_opens_the_page_once(catalogue: Catalogue) -> None:
    board = Board(catalogue)
    assert len(board.token) == len(board.once) == 22
    link = board.once
    assert not board.use_link("")
    assert not board.use_link(link[:-1])
    assert board.use_link(link)
    assert not board.use_link(link)
    assert not board.use_link("")
    assert not board.knows("\ud800")


def test_every_address_has_a_secret_of_its_own() -> None:
    tokens = {Channel().token for _ in range(3)}
    assert len(tokens) == 3 and all(len(token) == 22 for token in tokens)


def test_a_stream_says_nothing_as_long_as_nothing_happens(catalogue: Catalogue) -> None:
    board = Board(catalogue)
    stream = board.stream()
    next(stream)
    said: list[str] = []
    waiting = threading.Thread(target=lambda: said.append(next(stream)))
    waiting.start()
    waiting.join(0.1)
    assert said == []
    board.update(None, "read")
    waiting.join(10)
    assert [text.count('"version": 2') for text in said] == [1]


def test_open_pages_are_bounded(catalogue: Catalogue) -> None:
    board = Board(catalogue)
    answers = [respond(board, f"/{board.token}/events") for _ in range(MOST_STREAMS + 2)]
    assert [answer.status_code for answer in answers] == [200] * MOST_STREAMS + [503, 503]
    answers[0].close()
    assert respond(board, f"/{board.token}/events").status_code == 200


def test_a_request_that_takes_long_keeps_no_other_one_waiting(port: int) -> None:
    asked = f"GET /{TOKEN}/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port), 10) as stream, socket.create_connection(("127.0.0.1", port), 10) as half:
        half.sendall(asked[:20])
        stream.sendall(asked)
        assert stream.recv(1 << 16).startswith(b"HTTP/1.1 200")
        assert ask(port, "/index.json").status == 200
        half.sendall(asked[20:])
        assert half.recv(1 << 16).startswith(b"HTTP/1.1 200")


def test_a_page_that_is_left_open_does_not_keep_the_server_from_ending(catalogue: Catalogue) -> None:
    board = Board(catalogue, TOKEN)
    with listen(0) as listening, socket.create_connection(listening.getsockname(), 10) as stream:
        server = serve(board, listening)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        stream.sendall(f"GET /{TOKEN}/events HTTP/1.1\r\nHost: 127.0.0.1:{listening.getsockname()[1]}\r\n\r\n".encode())
        assert stream.recv(1 << 16).startswith(b"HTTP/1.1 200")
        server.shutdown()
        thread.join()
        ending = threading.Thread(target=server.server_close)
        ending.start()
        ending.join(3)
        was_kept = ending.is_alive()
        board.close()
        ending.join()
    assert not was_kept


def test_a_page_that_is_loaded_again_is_not_left(catalogue: Catalogue) -> None:
    board = Board(catalogue)
    first = board.events()
    waiting = threading.Thread(target=board.wait_until_left, args=(0.3,))
    waiting.start()
    first.close()
    waiting.join(0.1)  # it notices that no page is open
    second = board.events()
    waiting.join(0.6)
    assert waiting.is_alive()
    second.close()
    waiting.join(10)
    assert not waiting.is_alive()


def test_it_listens_to_this_machine_alone() -> None:
    with listen(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{}", "127.0.0.1", "127.0.0.1:1", "localhost.evil:{}", "[::1]:{}", "0.0.0.0:{}", ""]
)
def test_another_host_is_refused(port: int, host: str) -> None:
    for path in ("/", "/index.json", "/events", "/card/0/0"):
        assert ask(port, path, host.format(port)).status in (400, 403), (host, path)


@pytest.mark.parametrize("host", ["127.0.0.1:{}", "localhost:{}"])
def test_its_own_host_is_served(port: int, host: str) -> None:
    assert ask(port, "/", host.format(port)).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/secret.txt", "//etc/passwd", "/etc/passwd", "/source/ferry.md",
        "/ferry.md", "/wall.svg", "/page.js", "/card/0/7", "/card/99999/0", "/card/-1/0", "/card/0", "/card/0/0/0", "/card/%D9%A0/0",
        "/card/0/99999999999999999999", f"/card/{'9' * 5000}/0", f"/card/0/{'9' * 5000}", "/card/0/0%0A",
        "/%00", "/index.json/", "/anki_builder.toml",
    ],
)  # fmt: skip
def test_nothing_else_is_served(port: int, path: str) -> None:
    response = ask(port, path)
    assert response.status == 404
    assert b"secret" not in response.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_sent(port: int, method: str) -> None:
    assert ask(port, "/", method=method).status == 405


def test_every_answer_is_fenced_in(port: int) -> None:
    for path in ("/", "/index.json", "/card/0/0", "/nothing"):
        headers = ask(port, path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store", "a card of an hour ago would be shown"
        assert headers["Server"] == "anki-builder"
        assert headers["Access-Control-Allow-Origin"] is None
    rules = dict(rule.strip().split(" ", 1) for rule in ask(port, "/").headers["Content-Security-Policy"].split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"].count("'sha256-") == 2
    assert "unsafe" not in rules["script-src"]
    assert "http" not in policy()


def test_media_of_the_notes_are_served_by_their_name_in_the_package_and_cannot_run(port: int, catalogue: Catalogue) -> None:
    (name,) = catalogue.media()
    response = ask(port, f"/{name}")
    assert response.status == 200
    assert response.headers["Content-Type"].startswith("image/svg+xml")
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_the_stream_tells_of_a_new_version_and_of_a_problem(catalogue: Catalogue) -> None:
    board = Board(catalogue)
    stream = board.stream()
    assert json.loads(next(stream).removeprefix("data: ")) == {"version": 1}
    board.update(None, "", "anki_builder.toml: unknown setting")
    assert json.loads(next(stream).removeprefix("data: ")) == {
        "version": 2,
        "said": "",
        "problem": "anki_builder.toml: unknown setting",
    }
    assert board.catalogue is catalogue
    board.update(None, "read")
    assert json.loads(next(stream).removeprefix("data: ")) == {"version": 3, "said": "read", "problem": ""}
    board.close()
    assert list(stream) == []


def test_data_of_a_page_alone_cannot_end_its_script() -> None:
    text = page('{"label": "</script><script>alert(1)</script><!--"}')
    assert '{"label": "\\u003c/script>\\u003cscript>alert(1)\\u003c/script>\\u003c!--"}' in text


@pytest.mark.parametrize("name", ["a.html", "a.xhtml", "a.xml", "a.unknown", "a"])
def test_media_that_browsers_would_run_are_served_as_bytes(catalogue: Catalogue, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("<script>alert(1)</script>", encoding="utf-8")
    shown = catalogue.shown._replace(template_media=(Media(name, str(tmp_path / name)),))
    board = Board(Catalogue(shown))
    with respond(board, f"/{board.token}/{name}") as response:
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.get_data() == b"<script>alert(1)</script>"
    (tmp_path / name).unlink()
    assert respond(board, f"/{board.token}/{name}").status_code == 404


def test_the_index_has_every_card_with_its_place_and_what_is_wrong(catalogue: Catalogue) -> None:
    contents = json.loads(catalogue.index({}))
    shown = {(note["label"], note["path"], note["line"], *(name for _, name, _ in note["cards"])) for note in contents["notes"]}
    assert ("ferry", "source/ferry.md", 13, "Recognise", "Recall") in shown
    assert ("The ＿＿ was late.", "source/ferry.md", 5, "Cloze") in shown
    (missing,) = [problem for problem in contents["diagnostics"] if problem["rule"] == "term-not-found"]
    assert (missing["line"], missing["excerpt"]) == (15, ["", "gangplank", "：跳板"])
    assert missing["fixes"] == []
    assert contents["total"] == sum(len(note["cards"]) for note in contents["notes"])


def test_the_index_has_the_corrections_that_check_would_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "ferry.md").write_text(NOTE.replace("was late.", "was late.."), encoding="utf-8")
    contents = json.loads(Catalogue(Workspace(()).compile().shown).index({}))
    assert [problem["fixes"] for problem in contents["diagnostics"] if problem["rule"] == "doubled-mark"] == [[[5, "..", "."]]]


def test_a_card_says_what_each_line_around_it_was_taken_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "ferry.md").write_text(NOTE, encoding="utf-8")
    fresh = Workspace(()).compile()
    explained = {}
    for row in run("check", "--explain-layout", "--json").stdout.splitlines():
        found = json.loads(row)
        explained[found["line"]] = f"{found['layout']}: {found['role']}" if found["layout"] else found["role"]
    card = Catalogue(fresh.shown, roles_of(fresh.project)).card(0, 0)
    roles = {line["line"]: line["role"] for line in card["source"]}
    assert len(set(roles.values())) > 1
    assert roles == {line: explained.get(line, "") for line in roles}


def test_the_preview_leaves_the_port_of_ankiconnect_free() -> None:
    assert urlsplit(ADDRESS).port != PORT


def test_every_card_of_the_index_has_two_sides(catalogue: Catalogue) -> None:
    for number, note in enumerate(json.loads(catalogue.index({}))["notes"]):
        for ord_, _, _ in note["cards"]:
            card = catalogue.card(number, ord_)
            assert plain(card["front"]) or card["sounds"]["q"]
            assert "<hr id=answer>" in card["back"]
            assert any(line["line"] == note["line"] for line in card["source"])


def faces(front: str, back: str, fields: dict[str, str]) -> tuple[str, str, str | None, bool]:
    return with_typing(front, back, fields, 0)


def test_typing_has_a_box_a_comparison_and_the_line_before_it() -> None:
    front, back, expected, combining = faces("Q [[type:A]]", "Q [[type:A]]<hr id=answer> more", {"A": "it&amp;s <b>x</b><br>y"})
    assert "<input type=text id=typeans" in front
    assert back.index("<hr id=answer>") < back.index(TYPED) < back.index("more")
    assert back.count("<hr id=answer>") == 1
    assert (expected, combining) == ("it&s x y", True)


@pytest.mark.parametrize(
    ("written", "fields", "expected"),
    [
        ("cloze:T", {"T": "{{c1::one}} and {{c1::two::hint}} and {{c2::three}}"}, "one, two"),
        ("cloze:T", {"T": "{{c1::pick}} it {{c1::pick}}"}, "pick"),
        ("nc:T", {"T": "naïve"}, "naïve"),
        ("T", {"T": ""}, None),
        ("Nowhere", {"T": "x"}, None),
    ],
)
def test_what_is_to_be_typed(written: str, fields: dict[str, str], expected: str | None) -> None:
    front, back, found, combining = faces(f"[[type:{written}]]", f"[[type:{written}]]", fields)
    assert found == expected
    assert combining != written.startswith("nc:")
    assert "[[type" not in front + back


def test_plain_answers_are_what_the_real_anki_expects(tmp_path: Path) -> None:
    pytest.importorskip("anki", reason="Anki is not installed")
    from html import escape

    from anki.collection import Collection

    collection = Collection(str(tmp_path / "c.anki2"))
    for field in ("a<br>b", "<div>a</div><div>b</div>", "it&#39;s&nbsp;x", "<b>x</b> [sound:a.mp3]", "a &lt; b", "  a  "):
        shown = collection.compare_answer(field, "", True)
        assert shown == f"<code id=typeans>{escape(plain_answer(field))}</code>", field
    collection.close()


def test_the_page_alone_holds_cards_and_media_and_says_what_is_cut(catalogue: Catalogue) -> None:
    text, written, total = standalone(catalogue, 1000)
    assert written == total
    assert "data:image/svg+xml;base64," in text
    assert "<!--" not in text.partition("<body>")[0]
    _, written, _ = standalone(catalogue, 3)
    assert 0 < written <= 3
    assert "src=" not in page()


def test_a_port_in_use_is_a_clear_error(here: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        result = run("preview", "--port", str(number), "--no-open")
    assert result.exit_code == 2
    assert f"cannot use port {number}: address already in use; try --port 0" in result.stderr


def test_what_cannot_be_shown_or_written_is_a_usage_error(here: Path) -> None:
    assert run("preview", "nowhere").exit_code == 2
    (here / "anki_builder.toml").write_text("thme = 1")
    assert "did you mean “theme”" in run("preview", "--html", "x.html").stderr
    (here / "anki_builder.toml").write_text(MANY_CARDS_FILE, encoding="utf-8")
    (here / "folder.html").mkdir()
    assert run("preview", "--html", "folder.html").exit_code == 2


def test_a_page_without_cards_is_not_written_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("preview", "--html", "cards.html")
    assert result.exit_code == 1
    assert "no-files" in result.stderr
    assert not (tmp_path / "cards.html").exists()


def test_no_other_command_imports_server_or_watcher(here: Path) -> None:
    code = (
        "import sys\nfrom anki_builder.cli import cli\ntry:\n    cli(['build'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('werkzeug', 'watchfiles', 'anyio', 'http.server') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


# What each address answers

ASSETS = Path(preview.__file__).parent


def asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def hashed(name: str) -> str:
    return f"'sha256-{b64encode(sha256(asset(name).encode()).digest()).decode()}'"


def test_the_page_and_the_frame_for_scripts_come_with_their_policies(catalogue: Catalogue) -> None:
    board = Board(catalogue)
    answer = respond(board, f"/{board.token}/")
    assert answer.status_code == 200 and answer.mimetype == "text/html" and answer.get_data(as_text=True) == page()
    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; script-src {hashed('page.js')} {hashed('card.js')}; style-src 'unsafe-inline'; img-src 'self' data:;"
        " media-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )
    frame = respond(board, f"/{board.token}/run")
    assert frame.status_code == 200 and frame.mimetype == "text/html" and frame.get_data(as_text=True) == asset("run.html")
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert frame.headers["Content-Security-Policy"].endswith("frame-ancestors 'self'; sandbox allow-scripts")


def test_the_link_of_the_browser_leads_to_the_page_and_what_is_refused_says_so(catalogue: Catalogue) -> None:
    board = Board(catalogue)
    opened = respond(board, f"/once/{board.once}")
    assert opened.status_code == 303 and opened.headers["Location"] == f"/{board.token}/"
    shut = respond(board, f"/once/{board.once}")
    assert shut.status_code == 403 and shut.mimetype == "text/plain"
    assert "opens at the address that its command prints" in shut.get_data(as_text=True)
    gone = respond(board, f"/{board.token}/card/999/0")
    assert gone.status_code == 404 and gone.mimetype == "text/plain" and gone.get_data(as_text=True) == "there is nothing here\n"


def test_only_reading_is_allowed(port: int) -> None:
    answer = ask(port, "/", method="POST")
    assert (answer.status, answer.headers["Allow"], answer.body) == (405, "GET, HEAD", b"only GET\n")
    assert ask(port, "/", method="HEAD").status == 200
    assert ask(port, "/card/0/0").headers["Content-Type"] == "application/json"


def test_a_page_alone_holds_styles_scripts_data_and_a_policy_of_its_own(catalogue: Catalogue) -> None:
    text = page('{"a": 1}')
    for element in (
        f"<style>{asset('page.css')}</style>",
        f'<template id="card-style">{html.escape(asset("card.css"))}</template>',
        f'<template id="card-script">{html.escape(asset("card.js"))}</template>',
        f"<script>{asset('page.js')}</script>",
        '<script type="application/json" id="data">{"a": 1}</script>',
    ):
        assert element in text
    policy_of_page = html.unescape(text.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0])
    assert policy_of_page == policy(False) and "'self'" not in policy_of_page
    assert "connect-src 'none'; frame-src 'none'" in policy_of_page and "img-src data:;" in policy_of_page
    assert "Content-Security-Policy" not in page() and '<script type="application/json" id="data"></script>' in page()


def alone(catalogue: Catalogue, limit: int = 1000, most: int = 30_000_000) -> tuple[dict[str, Any], int]:
    """Return the data in a page that stands alone, and how many cards it says that it has."""
    text, cards, _ = standalone(catalogue, limit, most)
    found = re.search('<script type="application/json" id="data">(.*)</script>', text)
    assert found is not None
    return json.loads(found[1]), cards


def test_a_page_alone_is_cut_between_notes_by_cards_and_by_size(catalogue: Catalogue) -> None:
    whole, count = alone(catalogue)
    notes = catalogue.shown.notes
    assert len(whole["content"]) == count == sum(len(one.note.cards) for one in notes) and len(whole["notes"]) == len(notes)
    assert whole["content"]["0/0"] == catalogue.card(0, 0)
    (name, path), sizes = next(iter(catalogue.media().items())), [len(one.note.cards) for one in notes]
    kind, _, data = whole["media"][name].partition(",")
    assert kind == "data:image/svg+xml;base64" and b64decode(data) == Path(path).read_bytes()
    for limit, (cards, some) in {sum(sizes[:2]): (sum(sizes[:2]), 2), sum(sizes[:2]) - 1: (sizes[0], 1)}.items():
        cut, count = alone(catalogue, limit)
        assert (count, len(cut["content"]), len(cut["notes"])) == (cards, cards, some)
    cut, count = alone(catalogue, most=1)
    assert count == sizes[0] and len(cut["notes"]) == 1, "the note that is too much is the last one"
    assert set(cut["media"].values()) <= {"data:,"}, "a file that is too large is left out"


def size_of(catalogue: Catalogue, number: int) -> int:
    """Return how much of a page a note counts for, without its files."""
    cards = [catalogue.card(number, ord_) for ord_ in catalogue.shown.notes[number].note.cards]
    return sum(2 * (len(card["front"]) + len(card["back"])) for card in cards)


def test_the_size_of_a_page_alone_is_that_of_all_its_cards_and_files(catalogue: Catalogue) -> None:
    notes = sorted(catalogue.shown.notes, key=lambda built: not built.note.media)
    with_file = Catalogue(catalogue.shown._replace(notes=notes))
    ((file, _),) = catalogue.media().items()
    first = size_of(with_file, 0) + len(alone(with_file)[0]["media"][file])
    assert [len(alone(with_file, most=most)[0]["notes"]) for most in (first - 1, first)] == [1, 2]
    without = Catalogue(catalogue.shown._replace(notes=[built for built in notes if not built.note.media]))
    two = size_of(without, 0) + size_of(without, 1)
    assert [len(alone(without, most=most)[0]["notes"]) for most in (two - 1, two)] == [2, 3]
    assert len(alone(without, limit=0)[0]["notes"]) == 0


def test_a_page_alone_does_without_files_that_are_gone_or_too_large(catalogue: Catalogue, tmp_path: Path) -> None:
    names = ["gone.png", "large.png", "small.png", "small.unknown"]
    for name, size in zip(names[1:], (1001, 1000, 1000), strict=True):
        (tmp_path / name).write_bytes(bytes(size))
    first = catalogue.shown.notes[0]
    built = first._replace(note=first.note._replace(media=tuple(Media(name, str(tmp_path / name)) for name in names)))
    found = alone(Catalogue(catalogue.shown._replace(notes=[built])), most=1000)[0]["media"]
    whole = f"base64,{b64encode(bytes(1000)).decode()}"
    assert [found[name] for name in names] == [
        "data:,",
        "data:,",
        f"data:image/png;{whole}",
        f"data:application/octet-stream;{whole}",
    ]


def test_a_page_alone_is_in_the_language_of_its_catalogue(catalogue: Catalogue) -> None:
    head, *_ = standalone(Catalogue(catalogue.shown, words=str.swapcase), 3)[0].partition('id="data">')
    assert head == page("{}", str.swapcase).partition('id="data">')[0] != page("{}").partition('id="data">')[0]


def test_the_stream_of_a_page_is_not_held_back_and_says_now_and_then_that_it_is_there(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "HEARTBEAT", 0.01)
    board = Board(catalogue)
    with respond(board, f"/{board.token}/events") as events:
        assert events.mimetype == "text/event-stream" and events.headers["X-Accel-Buffering"] == "no"
        said = iter(events.response)
        assert [next(said) for _ in range(3)] == ['data: {"version": 1}\n\n', ": still here\n\n", ": still here\n\n"]
    monkeypatch.setattr(door, "MOST_STREAMS", 0)
    full = respond(board, f"/{board.token}/events")
    assert (full.status_code, full.mimetype) == (503, "text/plain")
    assert full.get_data(as_text=True) == "too many of these pages are open: close some\n"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.png", "image/png"),
        ("a.mp3", "audio/mpeg"),
        ("a.mp4", "video/mp4"),
        ("a.woff2", "font/woff2"),
        ("a.css", "text/css"),
        ("a.js", "/javascript"),
    ],
)
def test_a_file_is_served_whole_with_its_type_and_cannot_load_anything(tmp_path: Path, name: str, kind: str) -> None:
    content = bytes(range(256)) * 257
    (tmp_path / name).write_bytes(content)
    with door.file_answer(str(tmp_path / name)) as answer:
        assert (answer.mimetype or "").endswith(kind) and answer.headers["Content-Length"] == str(len(content))
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        assert answer.get_data() == content
    gone = door.file_answer(str(tmp_path / "gone.png"))
    assert (gone.status_code, gone.mimetype, gone.get_data()) == (404, "text/plain", b"the file is gone\n")


def test_text_that_is_no_unicode_does_not_keep_an_answer_from_coming() -> None:
    assert door.json_answer('"\ud800"').get_data() == b'"?"'
