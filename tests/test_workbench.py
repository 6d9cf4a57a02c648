"""The workbench without a browser: who may ask and act, which folders open, and what the page is told."""

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browser import until
from catalogue import entries
from click import Context
from command import run
from workbench_desk import KITCHEN, NOTE, Desk, served

from anki_builder.__main__ import main
from anki_builder.cli import SETTINGS, cli, compiling
from anki_builder.cli.files import LEDGER
from anki_builder.cli.progress import progress
from anki_builder.cli.project import open_project
from anki_builder.cli.record import cache_folder
from anki_builder.cli.words import choose
from anki_builder.cli.workbench import look
from anki_builder.cli.workbench.folders import Folders, recent
from anki_builder.cli.workbench.places import PLACES, in_page
from anki_builder.cli.workbench.worker import Stopped, Task, Worker
from anki_builder.collection.file import NAME
from anki_builder.message import Message
from anki_builder.preview import workbench
from anki_builder.preview.door import Channel, listen
from anki_builder.preview.words import WORKBENCH, texts
from anki_builder.preview.workbench import Refused, Table, serve_workbench
from anki_builder.templates import builtin

STATIC = Path(workbench.__file__).with_name("static")


# Who may ask and act


def test_who_does_not_know_the_token_gets_nothing(desk: Desk) -> None:
    for path in ("/", "/wrong/", "/wrong/view/state", "/wrong/static/app.js", "/wrong/do/end", "/once/wrong"):
        assert desk.ask(path).status == 403
        assert desk.ask(path, "POST", "{}", Origin=desk.origin, Content_Type="application/json").status == 403
    assert not desk.channel.closed


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{}", "127.0.0.1", "[::1]:{}", ""])
def test_another_host_is_refused(desk: Desk, host: str) -> None:
    name = host.format(desk.port)
    for path in ("", "view/state", "static/app.js"):
        assert desk.ask(f"/{desk.channel.token}/{path}", Host=name).status in (400, 403)
    answer = desk.ask(
        f"/{desk.channel.token}/do/end", "POST", "{}", Host=name, Origin=f"http://{name}", Content_Type="application/json"
    )
    assert answer.status in (400, 403)
    assert not desk.channel.closed


@pytest.mark.parametrize(
    "origin", ["", "null", "http://evil.example", "http://127.0.0.1", "http://localhost:{}", "https://127.0.0.1:{}"]
)
def test_another_origin_does_nothing(desk: Desk, origin: str) -> None:
    path = f"/{desk.channel.token}/do/end"
    assert desk.ask(path, "POST", "{}", Origin=origin.format(desk.port), Content_Type="application/json").status == 403
    assert not desk.channel.closed


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", "{}", 415),
        ("application/x-www-form-urlencoded", "a=b", 415),
        ("", "{}", 415),
        ("application/json", "", 400),
        ("application/json", "[]", 400),
        ("application/json", "[" * 100_000, 400),
        ("application/json", "{" + " " * workbench.MOST_SENT + "}", 413),
    ],
)
def test_a_form_of_another_page_does_nothing(desk: Desk, kind: str, body: str, status: int) -> None:
    answer = desk.ask(f"/{desk.channel.token}/do/end", "POST", body, Origin=desk.origin, Content_Type=kind)
    assert answer.status == status
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8" and len(answer.body.splitlines()) == 1
    assert b"None" not in answer.body
    assert not desk.channel.closed


def test_an_action_in_pieces_without_an_end_is_read_as_far_as_an_action_can_be_long(desk: Desk) -> None:
    headers = {"Host": desk.origin[7:], "Origin": desk.origin, "Content-Type": "application/json"}
    pieces = (b" " * 65536 for _ in range(workbench.MOST_SENT // 65536 + 1))
    with closing(HTTPConnection("127.0.0.1", desk.port, timeout=10)) as connection:
        connection.request("POST", f"/{desk.channel.token}/do/end", pieces, headers, encode_chunked=True)
        assert connection.getresponse().status == 400
    body = json.dumps({"padding": "x" * workbench.MOST_SENT}).encode()
    with closing(HTTPConnection("127.0.0.1", desk.port, timeout=10)) as connection:
        connection.request("POST", f"/{desk.channel.token}/do/end", iter([body]), headers, encode_chunked=True)
        assert connection.getresponse().status == 400
    assert not desk.channel.closed


def test_a_request_that_takes_long_keeps_no_other_one_waiting(desk: Desk) -> None:
    asked = f"GET /{desk.channel.token}/events HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\n\r\n".encode()
    address = ("127.0.0.1", desk.port)
    with socket.create_connection(address, 10) as stream, socket.create_connection(address, 10) as half:
        half.sendall(asked[:20])
        stream.sendall(asked)
        assert stream.recv(1 << 16).startswith(b"HTTP/1.1 200")
        desk.view("state")
        half.sendall(asked[20:])
        assert half.recv(1 << 16).startswith(b"HTTP/1.1 200")


def test_a_page_that_is_left_open_does_not_keep_the_server_from_ending() -> None:
    channel = Channel("a-token-of-these-tests")
    with listen(0) as listening, socket.create_connection(listening.getsockname(), 10) as stream:
        server = serve_workbench(channel, Table({}, {}, str, {}), listening)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        stream.sendall(f"GET /{channel.token}/events HTTP/1.1\r\nHost: 127.0.0.1:{listening.getsockname()[1]}\r\n\r\n".encode())
        assert stream.recv(1 << 16).startswith(b"HTTP/1.1 200")
        server.shutdown()
        thread.join()
        ending = threading.Thread(target=server.server_close)
        ending.start()
        ending.join(3)
        was_kept = ending.is_alive()
        channel.close()
        ending.join()
    assert not was_kept


def test_no_action_is_done_by_get(desk: Desk) -> None:
    for name in desk.bench.table().actions:
        for kind in ("do", "view"):
            assert desk.ask(f"/{desk.channel.token}/{kind}/{name}", Origin=desk.origin).status == 404
    for method in ("PUT", "DELETE", "PATCH"):
        answer = desk.ask(f"/{desk.channel.token}/do/end", method)
        assert (answer.status, answer.headers["Content-Type"]) == (405, "text/plain; charset=utf-8")
    assert not desk.channel.closed
    assert desk.view("state")["folder"] is None


@pytest.mark.parametrize(
    "path",
    [
        "static/../door.py",
        "static/%2e%2e/door.py",
        "static/nothing.js",
        "static/",
        "view/nothing",
        "view/",
        "do/nothing",
        "index.json",
        "runs",
    ],
)
def test_nothing_else_is_served(desk: Desk, path: str) -> None:
    assert desk.ask(f"/{desk.channel.token}/{path}").status == 404


ASKED = (
    "changes", "digest", "folder", "guids", "hidden", "id", "ids", "in", "language", "name", "note", "ord", "ours", "pair", "pattern",
    "start", "state", "text", "title", "variables", "words",
)  # fmt: skip
"""What views and actions are asked with."""
ODD: list[Any] = [
    None,
    3,
    -1,
    1e400,
    True,
    [],
    {},
    [None],
    {"day": None},
    "",
    "x",
    "\ud800",
    "\0",
    "../..",
    "-1",
    "9" * 400,
    "x" * 10_000,
]


def test_whatever_is_asked_gets_an_answer_and_never_a_fault(desk: Desk, home: Path) -> None:
    (home / "notes" / "anki_builder.toml").write_text("anki = {url = 'http://127.0.0.1:9'}\n", encoding="utf-8")
    desk.open(home / "notes")
    before = {path: path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}
    table = desk.bench.table()
    for action in sorted(table.actions.keys() - {"end", "build", "new", "import", "send", "count"}):
        for odd in ODD:
            answer = desk.act(action, **dict.fromkeys(ASKED, odd))
            assert answer.status in (200, 404, 409), (action, odd, answer.body)
            desk.settled()
    for view in table.views:
        for odd in ("", "x", "-1", "%00", "%FF", "%F0%9F%98%80", "9" * 400, "[]", "null", "%7B%7D", "..%2F..", "1e9"):
            answer = desk.ask(f"/{desk.channel.token}/view/{view}?" + "&".join(f"{key}={odd}" for key in ASKED))
            assert answer.status in (200, 404, 409), (view, odd, answer.body)
        for key in ASKED:  # more digits than Python makes a number of
            assert desk.ask(f"/{desk.channel.token}/view/{view}?{key}={'9' * 5000}").status in (200, 404, 409), (view, key)
    assert {path: path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()} == before


def test_scripts_come_from_this_program_alone(desk: Desk) -> None:
    answer = desk.ask(f"/{desk.channel.token}/")
    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == rules["frame-ancestors"] == "'none'"
    assert rules["img-src"] == rules["media-src"] == rules["font-src"] == "'self' data:"
    assert rules["connect-src"] == rules["frame-src"] == "'self'"
    assert rules["script-src"].startswith(f"{desk.origin}/{desk.channel.token}/static/ 'sha256-")
    assert "unsafe" not in rules["script-src"]
    assert "<script>" not in answer.body.decode()
    for path in ("/", "/view/state", "/static/app.js", "/nothing"):
        headers = desk.ask(f"/{desk.channel.token}{path}").headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store", "a card of an hour ago would be shown"
        assert headers["Server"] == "anki-builder"
        assert headers["Access-Control-Allow-Origin"] is None


def test_scripts_of_a_template_run_in_a_frame_that_only_the_page_holds_and_that_reaches_nobody(desk: Desk) -> None:
    frame = desk.ask(f"/{desk.channel.token}/run")
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert frame.headers["Content-Type"] == "text/html; charset=utf-8" and frame.body.startswith(b"<!doctype html>")
    rules = frame.headers["Content-Security-Policy"]
    assert rules.startswith("default-src 'none'; ") and "connect-src" not in rules
    assert rules.endswith("frame-ancestors 'self'; sandbox allow-scripts")


def test_the_link_of_the_browser_leads_to_the_page(desk: Desk) -> None:
    for method, name in (("DELETE", "once"), ("GET", "another")):
        assert desk.ask(f"/{name}/{desk.channel.once}", method).status == 403
    link = f"/once/{desk.channel.once}"
    opened = desk.ask(link)
    assert (opened.status, opened.headers["Location"]) == (303, f"/{desk.channel.token}/")
    assert desk.ask(link).status == 403
    assert b"opens at the address that its command prints" in desk.ask(link).body


def test_every_script_and_style_of_the_page_is_served(desk: Desk) -> None:
    texts = [path.read_text("utf-8") for path in STATIC.iterdir()]
    named = {name for text in texts for name in re.findall(r'(?:from "\./|static/)([\w.]+)"', text)}
    assert "home.js" in named
    for name in named:
        answer = desk.ask(f"/{desk.channel.token}/static/{name}")
        kind = {"js": "text/javascript", "css": "text/css"}[name.rpartition(".")[2]]
        assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, kind), name
        assert answer.body == (STATIC / name).read_bytes(), name


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("", "de,en;q=0.5", "en"),
        ("", "fr", "en"),
        ("?lang=zh", "en", "zh-CN"),
        ("?lang=en", "zh", "en"),
        ("?lang=tlh", "zh", "zh-CN"),
    ],
)
def test_the_page_is_in_the_language_of_its_reader(desk: Desk, query: str, accepted: str, language: str) -> None:
    page = desk.ask(f"/{desk.channel.token}/{query}", Accept_Language=accepted).body.decode()
    assert f'<html lang="{language}">' in page
    words = json.loads(re.findall('id="words">(.+?)</script>', page)[0])
    is_english = language == "en"
    assert words["Choose the folder of your notes"] == (
        "Choose the folder of your notes" if is_english else "选择笔记所在的文件夹"
    )
    assert words["{count} card"] == ("{count} card" if is_english else "{count} 张卡片")
    assert words["{count} cards"] == ("{count} cards" if is_english else "{count} 张卡片")


def test_every_text_that_a_script_shows_is_among_the_words_of_the_page() -> None:
    """A word is put into a language where it stands: in no place does one come from a variable."""
    for path in set(STATIC.glob("*.js")) - {STATIC / "words.js"}:
        text = path.read_text("utf-8")
        assert re.findall(r"\b(?:w|several)\((?!\").{,20}", text) == [], path.name
        shown = re.findall(r"(?:textContent|placeholder|title|\"aria-label\"): (?:\"[^\"]*[A-Za-z]|`[^`{]*[A-Za-z]).*", text)
        assert shown == [], path.name


# Folders


def test_only_folders_of_the_home_are_shown_and_opened(desk: Desk, home: Path) -> None:
    shown = desk.view("folders")
    assert (shown["folder"], shown["above"]) == (str(home), None)
    assert [folder["name"] for folder in shown["folders"]] == ["notes"]
    for folder in (home.parent, home.parent / "outside", home / ".." / "outside", Path("/"), home / "nowhere", Path("a\0b")):
        assert desk.ask(f"/{desk.channel.token}/view/folders?in={str(folder).replace(chr(0), '%00')}").status == 409
        assert desk.act("open", folder=str(folder)).status == 409
    assert desk.act("open").status == desk.act("open", folder=3).status == 409
    assert desk.view("state")["folder"] is None


@pytest.mark.skipif(sys.platform == "win32", reason="links need leave there")
def test_a_link_out_of_the_home_is_neither_shown_nor_opened(desk: Desk, home: Path) -> None:
    (home / "out").symlink_to(home.parent / "outside")
    (home / "in").symlink_to(home / "notes")
    assert [folder["name"] for folder in desk.view("folders")["folders"]] == ["in", "notes"]
    assert desk.act("open", folder=str(home / "out")).status == 409
    assert desk.ask(f"/{desk.channel.token}/view/folders?in={home / 'out'}").status == 409
    assert desk.open(home / "in") == {}
    assert desk.view("state")["folder"] == str(home / "notes")


def test_a_folder_that_was_named_may_be_opened(home: Path) -> None:
    outside = home.parent / "outside"
    with pytest.raises(Refused, match="is not in your home folder"):
        Folders([], home).allowed(str(outside))
    assert Folders([outside], home).allowed(str(outside)) == outside


def test_a_folder_is_made_within_the_home(desk: Desk, home: Path) -> None:
    assert desk.act("new-folder", folder=str(home), name=" My notes ").data == {"folder": str(home / "My notes")}
    assert (home / "My notes").is_dir()
    assert desk.act("new-folder", folder=str(home), name="My notes").status == 409
    for name in ("", ".", "..", "../outside/x", "a/b", "a\\b", ".hidden", "x" * 300, "a\0b", "what?"):
        assert desk.act("new-folder", folder=str(home), name=name).status == 409
    for folder in (home.parent / "outside", home / "nowhere", home / ".." / "outside"):
        assert desk.act("new-folder", folder=str(folder), name="x").status == 409
    assert sorted(path.name for path in home.iterdir() if path.is_dir()) == ["My notes", "notes"]
    assert [*(home.parent / "outside").iterdir()] == []


def test_the_home_itself_is_not_offered_as_the_folder_of_notes(desk: Desk, home: Path) -> None:
    assert desk.view("folders")["can_open"] is False
    assert desk.view("folders", f"in={home / 'notes'}")["can_open"] is True
    (home / "anki_builder.toml").write_text("", "utf-8")
    assert desk.view("folders")["can_open"] is True


def test_folders_that_were_opened_are_remembered_the_last_one_first(desk: Desk, home: Path) -> None:
    (home / "more").mkdir()
    for name in ("notes", "more", "notes"):
        desk.open(home / name)
    assert recent() == desk.view("state")["recent"] == [str(home / "notes"), str(home / "more")]
    (home / "more").rmdir()
    assert recent() == [str(home / "notes")]


def test_a_folder_that_holds_far_more_than_notes_stays_closed_and_says_why(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    before = Path.cwd()
    assert "holds far more than notes" in desk.open(home)["problem"]
    assert Path.cwd() == before
    assert desk.view("state")["folder"] is None
    assert desk.act("build").data == {"problem": "no folder is open"}


def test_a_folder_without_notes_is_opened_and_says_so(desk: Desk, home: Path) -> None:
    (home / "empty").mkdir()
    assert desk.open(home / "empty") == {}
    state = desk.view("state")
    assert (state["articles"], state["cards"], state["built"]) == (0, 0, False)
    assert state["elsewhere"] == [], "the page says so, and what to do: nothing is wrong with an empty folder"
    assert desk.view("articles")["rows"] == []
    result = desk.done("build")
    assert not result["written"]
    assert {problem["rule"] for problem in result["diagnostics"]} >= {"no-files"}


def test_notes_that_are_named_are_shown_alone_as_they_are_now(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open(home / "notes")
    monkeypatch.chdir(home / "notes")
    (home / "notes" / "source" / "kitchen.md").write_text(KITCHEN.replace("little", "small"), "utf-8")
    desk.bench.open_paths(("source/kitchen.md",))
    desk.settled()
    assert [row["name"] for row in desk.view("articles")["rows"]] == ["kitchen.md"]
    found = desk.view("article", "name=kitchen.md")
    assert "She peeled the small onions one by one." in [note["label"] for note in found["notes"]]
    assert (found["previous"], found["next"]) == (None, None)
    assert desk.ask(f"/{desk.channel.token}/view/article?name=ferry.md").status == 404
    assert desk.done("build")["written"]
    assert recent() == [str(home / "notes")], "paths are no folder to be opened again"


# Articles, and the package


def test_articles_are_shown_with_cards_problems_and_state(desk: Desk, home: Path) -> None:
    desk.open(home / "notes")
    state = desk.view("state")
    assert (state["title"], state["articles"]) == ("notes", 2)
    ferry, kitchen = desk.view("articles")["rows"]
    assert (ferry["title"], ferry["path"]) == ("The ferry", "source/ferry.md")
    assert ferry["cards"] + kitchen["cards"] == state["cards"] > 0
    assert ferry["severities"]["warning"] > 0
    assert ferry["statuses"] == {"new": ferry["notes"]}
    assert state["plan"]["new"] == ferry["notes"] + kitchen["notes"]


def test_a_build_makes_the_package_and_leaves_nothing_new(desk: Desk, home: Path) -> None:
    desk.open(home / "notes")
    result = desk.done("build")
    package = home / "notes" / "build" / "notes.apkg"
    assert (result["written"], result["package"]) == (True, str(package))
    assert package.is_file()
    assert (home / "notes" / "source" / LEDGER).is_file()
    state = desk.view("state")
    assert (state["plan"]["new"], state["built"]) == (0, True)
    assert [row["statuses"] for row in desk.view("articles")["rows"]] == [{}, {}]


def test_an_edit_shows_in_the_state_of_its_article_at_the_next_save(desk: Desk, home: Path) -> None:
    desk.open(home / "notes")
    desk.done("build")
    file = home / "notes" / "source" / "kitchen.md"
    file.write_text(KITCHEN.replace("一个一个剥好", "一个接一个地剥好了") + "\nonion：洋葱\n", encoding="utf-8")
    until(lambda: desk.view("articles")["rows"][1]["statuses"].get("new") == 1)
    assert desk.view("articles")["rows"][1]["statuses"]["changed"] > 0
    assert [row["title"] for row in desk.view("articles", "state=changed")["rows"]] == ["A kitchen"]
    assert [row["title"] for row in desk.view("articles", "state=unchanged")["rows"]] == ["The ferry"]
    file.unlink()
    until(lambda: desk.view("articles")["rows"][1]["is_gone"])
    gone = desk.view("articles")["rows"][1]
    assert (gone["path"], gone["statuses"], gone["cards"]) == ("source/kitchen.md", {"removed": 2}, 0)
    assert desk.view("state")["plan"]["removed"] == 2
    assert desk.ask(f"/{desk.channel.token}/view/article?name=kitchen.md").status == 404


def test_a_note_just_saved_is_listed_as_it_is_now_before_the_others_were_looked_at(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open(home / "notes")
    before = desk.view("articles")["rows"][1]
    go_on = threading.Event()
    read = look.look
    monkeypatch.setattr(look, "look", lambda seen: go_on.wait(20) and read(seen))
    (home / "notes" / "source" / "kitchen.md").write_text(KITCHEN.replace("# A", "# The") + "\nonion：洋葱\n", "utf-8")
    until(lambda: desk.view("articles")["rows"][1]["is_saved"])
    ferry, kitchen = desk.view("articles")["rows"]
    assert (ferry["is_saved"], kitchen["is_read"], kitchen["title"]) == (False, True, "The kitchen")
    assert kitchen["cards"] == before["cards"] + 2
    assert kitchen["statuses"] == {}
    go_on.set()
    until(lambda: not desk.view("articles")["rows"][1]["is_saved"])
    assert desk.view("articles")["rows"][1]["statuses"] == {"new": kitchen["notes"]}


def test_a_build_that_would_remove_many_notes_waits_for_a_second_word(desk: Desk, home: Path) -> None:
    for number in range(8):
        (home / "notes" / "source" / f"{number}.md").write_text(KITCHEN.replace("little", f"{number} old"), encoding="utf-8")
    desk.open(home / "notes")
    desk.done("build")
    for number in range(8):
        (home / "notes" / "source" / f"{number}.md").unlink()
    result = desk.done("build")
    assert (result["written"], result["may_force"]) == (False, True)
    assert "many-removed" in {problem["rule"] for problem in result["diagnostics"]}
    assert desk.done("build", force=True)["written"]


def test_a_new_note_is_written_beside_the_others_and_never_over_one(desk: Desk, home: Path) -> None:
    desk.open(home / "notes")
    for title, status in (("The Lighthouse", 200), ("../../The  lighthouse!", 409), ("kitchen", 409)):
        assert desk.act("new", title=title, chinese=True).status == status
    note = home / "notes" / "source" / "the-lighthouse.md"
    assert note.read_text("utf-8").startswith("# The Lighthouse\n\n原文：")
    assert (home / "notes" / "source" / "kitchen.md").read_text("utf-8") == KITCHEN
    until(lambda: "The Lighthouse" in [row["title"] for row in desk.view("articles")["rows"]])


def test_a_package_that_cannot_be_written_is_a_problem_with_its_reason(desk: Desk, home: Path) -> None:
    desk.open(home / "notes")
    (home / "notes" / "build").write_text("a file in the place of the folder", encoding="utf-8")
    assert re.search(r"cannot write build/notes\.apkg: .+", desk.done("build")["problem"])
    assert not (home / "notes" / "source" / LEDGER).exists()
    assert desk.act("import").status == 409


def test_a_search_looks_into_all_notes_and_names_the_line(desk: Desk, home: Path) -> None:
    desk.open(home / "notes")
    (row,) = desk.view("articles", "words=ONIONS+peel")["rows"]
    assert (row["title"], row["found"]) == ("A kitchen", {"line": 5, "text": "She peeled the little onions one by one."})
    (row,) = desk.view("articles", "words=kitchen.md")["rows"]
    assert row["found"] is None
    assert desk.view("articles", "words=onions+ferry")["total"] == 0


def test_single_cards_are_found_with_their_place_in_the_article(desk: Desk, home: Path) -> None:
    desk.open(home / "notes")
    found = desk.view("cards", f"words={quote('剥皮')}+PEEL")
    assert (found["next"], found["reading"]) == (None, False)
    (note,) = found["notes"]
    assert (note["label"], note["answer"], note["article"], note["title"]) == ("peel", "剥皮", "kitchen.md", "A kitchen")
    assert [name for _, name, _ in note["cards"]] == ["Recognise", "Recall"]
    article = desk.view("article", "name=kitchen.md")
    assert note["key"] in [one["key"] for one in article["notes"]]
    assert {note["article"] for note in desk.view("cards", "words=the")["notes"]} == {"ferry.md", "kitchen.md"}
    assert desk.view("cards", "words=kitchen")["notes"] == [], "the name of the article alone"
    assert desk.view("cards", f"words={quote('原文')}")["notes"] == [], "a word of an article that is on none of its cards"
    assert len(desk.view("cards")["notes"]) == sum(row["notes"] for row in desk.view("articles")["rows"])


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("CAFÉ", 1),
        ("cafe\u0301", 1),
        ("cafe", 0),
        ("100%", 1),
        ("straße", 1),
        ("STRASSE", 1),
        ("[a]", 1),
        ("c*f", 0),
        ("ca?é", 0),
    ],
)
def test_words_are_sought_without_case_and_taken_literally(desk: Desk, home: Path, words: str, count: int) -> None:
    note = "# A\n\n原文：\n\nThe **Café** of the Straße is 100% full [a] today.\n\n街上的咖啡馆今天百分之百满了。\n"
    (home / "notes" / "source" / "kitchen.md").write_text(note, encoding="utf-8")
    desk.open(home / "notes")
    assert len(desk.view("cards", f"words={quote(words)}")["notes"]) == count


def test_cards_of_a_saved_note_are_found_once_it_is_read(desk: Desk, home: Path) -> None:
    desk.open(home / "notes")
    (home / "notes" / "source" / "kitchen.md").write_text(KITCHEN.replace("little", "tiny"), encoding="utf-8")
    desk.act("build")
    desk.settled()
    assert desk.view("cards", "words=tiny")["notes"]
    assert not desk.view("cards", "words=little")["notes"]


def test_many_cards_are_looked_through_part_by_part(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anki_builder.cli.workbench.search.PAGE", 1)
    desk.open(home / "notes")
    first = desk.view("cards", "words=the")
    assert ({note["article"] for note in first["notes"]}, first["next"]) == ({"ferry.md"}, 1)
    second = desk.view("cards", f"words=the&start={first['next']}")
    assert ({note["article"] for note in second["notes"]}, second["next"]) == ({"kitchen.md"}, None)
    assert desk.view("cards", "words=the&start=7")["notes"] == []


def test_cards_of_notes_that_are_named_are_found(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home / "notes")
    desk.bench.open_paths(("source/kitchen.md",))
    desk.settled()
    assert [note["label"] for note in desk.view("cards", f"words={quote('剥皮')}")["notes"]] == ["peel"]


def test_articles_come_in_pages(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anki_builder.cli.workbench.listing.PAGE", 1)
    desk.open(home / "notes")
    pages = {start: desk.view("articles", f"start={start}") for start in ("0", "1", "7", "-1", "x")}
    assert [len(page["rows"]) for page in pages.values()] == [1] * 5
    assert [page["start"] for page in pages.values()] == [0, 1, 1, 0, 0]
    assert pages["0"]["total"] == 2


# Reading beside work


@pytest.fixture
def busy(desk: Desk, home: Path) -> Iterator[Desk]:
    """The workbench with the folder open, in the midst of a build that goes on once the test is over."""
    desk.open(home / "notes")
    begun, go_on = threading.Event(), threading.Event()

    def build() -> None:
        begun.set()
        go_on.wait(20)

    desk.bench.worker.begin("build", build)
    assert begun.wait(10)
    yield desk
    assert desk.bench.worker.is_busy("build"), "it was waited for"
    go_on.set()


def test_everything_can_be_looked_at_during_a_build(busy: Desk) -> None:
    assert busy.view("articles")["total"] == 2
    article = busy.view("article", "name=ferry.md")
    assert busy.view("card", "name=ferry.md&note=0&ord=0")["front"]
    ids = ",".join(problem["id"] for problem in article["diagnostics"] if problem["is_curable"])
    assert busy.view("differences", f"name=ferry.md&ids={ids}")["diff"]
    assert busy.view("looks")["cards"]
    assert busy.view("settings")["values"]


def test_what_is_pressed_during_a_build_is_written_at_once(busy: Desk, home: Path) -> None:
    found, ids = fixable(busy)
    assert busy.act("fix", name="ferry.md", ids=ids, digest=found["digest"]).status == 200
    assert "title: Ferries" in (home / "notes" / "source" / "ferry.md").read_text("utf-8")
    assert busy.act("new", title="The lighthouse", chinese=False).status == 200


def test_a_note_that_is_saved_during_a_build_is_shown_as_it_is_now(busy: Desk, home: Path) -> None:
    before = busy.view("article", "name=kitchen.md")
    (home / "notes" / "source" / "kitchen.md").write_text(KITCHEN + "\nonion：洋葱\n", encoding="utf-8")
    after = busy.view("article", "name=kitchen.md")
    assert {note["label"] for note in after["notes"]} == {"onion", *(note["label"] for note in before["notes"])}
    until(lambda: busy.channel.message["saved"])


def test_an_article_is_shown_while_the_collection_is_held(desk: Desk, home: Path) -> None:
    desk.open(home / "notes")
    with closing(sqlite3.connect(cache_folder(open_project(())) / NAME, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        assert {note["line"] for note in desk.view("article", "name=ferry.md")["notes"]} == {9, 15, 17}


def test_articles_are_shown_as_they_are_read(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reached, go_on = threading.Event(), threading.Event()
    make = compiling.make

    def slow(project: Any, compiler: Any, file: Path) -> compiling.Made:
        if file.name == "kitchen.md" and threading.current_thread().name.startswith("workbench"):
            reached.set()
            go_on.wait(20)
        return make(project, compiler, file)

    monkeypatch.setattr(compiling, "make", slow)
    assert desk.act("open", folder=str(home / "notes")).status == 200
    assert reached.wait(10)
    assert (desk.view("state")["reading"], desk.view("state")["articles"]) == (True, 2)
    ferry, kitchen = desk.view("articles")["rows"]
    assert (ferry["title"], ferry["is_read"], ferry["cards"] > 0) == ("The ferry", True, True)
    assert (kitchen["title"], kitchen["is_read"]) == ("kitchen", False)
    assert [row["name"] for row in desk.view("articles", "words=onions")["rows"]] == ["kitchen.md"]
    assert desk.view("article", "name=kitchen.md")["notes"]
    assert desk.act("build").status == 409
    go_on.set()
    desk.settled()
    assert not desk.view("state")["reading"]
    assert [row["is_read"] for row in desk.view("articles")["rows"]] == [True, True]


def test_a_save_lets_no_other_note_be_read_again(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anki_builder.cli.record.COARSEST", 0)  # else what was written just now is read again to be sure
    desk.open(home / "notes")
    read: list[str] = []

    def listen(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and str(arguments[0]).endswith(".md"):
            read.append(Path(str(arguments[0])).name)

    sys.addaudithook(listen)
    (home / "notes" / "source" / "kitchen.md").write_text(KITCHEN.replace("little", "small"), encoding="utf-8")
    until(lambda: desk.view("articles", "words=small+onions")["total"] == 1)
    desk.settled()
    assert "kitchen.md" in read
    assert "ferry.md" not in read


# One article


def fixable(desk: Desk) -> tuple[Any, str]:
    """The article of the ferry, and the ids of the problems that have a correction."""
    found = desk.view("article", "name=ferry.md")
    return found, ",".join(problem["id"] for problem in found["diagnostics"] if problem["is_curable"])


def test_an_article_has_its_lines_with_their_colours_and_its_cards(desk: Desk, home: Path) -> None:
    desk.open(home / "notes")
    found = desk.view("article", "name=ferry.md")
    tones = {line["line"]: line["tone"] for line in found["lines"]}
    assert tones == {
        1: "frame",
        2: "frame",
        3: "frame",
        5: "frame",
        7: "frame",
        9: "text",
        11: "translation",
        13: "frame",
        15: "entry",
        17: "entry",
    }
    assert {note["line"] for note in found["notes"]} == {9, 15, 17}
    assert found["beside"] == {"9": [11], "15": [9, 11]}
    (row,) = desk.view("articles", "words=gangplank")["rows"]
    assert sum(len(note["cards"]) for note in found["notes"]) == row["cards"]


def test_an_article_leads_to_the_editor_that_the_settings_name(desk: Desk, home: Path) -> None:
    desk.open(home / "notes")
    assert desk.view("article", "name=ferry.md")["editor"] == ""
    (home / "notes" / "source" / "a b.md").write_text(KITCHEN, "utf-8")
    (home / "notes" / "anki_builder.toml").write_text('editor = "vscode://file/{path}:{line}"', "utf-8")
    desk.open(home / "notes")
    source = (home / "notes" / "source").as_posix()
    assert desk.view("article", f"name={quote('a b.md')}")["editor"] == f"vscode://file/{source}/a%20b.md:{{line}}"


def test_lines_are_taken_for_what_check_explains(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open(home / "notes")
    explained = [json.loads(row) for row in run("check", "--explain-layout", "--json", "source/ferry.md").stdout.splitlines()]
    shown = [(line["line"], line["role"], line["layout"] or None) for line in desk.view("article", "name=ferry.md")["lines"]]
    assert shown == [(row["line"], row["role"], row["layout"]) for row in explained]


def test_every_card_of_an_article_has_two_sides_and_the_place_it_has_among_all(desk: Desk, home: Path) -> None:
    (home / "notes" / "source" / "kitchen.md").write_text(KITCHEN.replace("She", "![](pan.png)\n\nShe"), encoding="utf-8")
    (home / "notes" / "source" / "pan.png").write_bytes(b"picture")
    desk.open(home / "notes")
    dues = []
    for name in ("ferry.md", "kitchen.md"):
        found = desk.view("article", f"name={name}")
        for number, note in enumerate(found["notes"]):
            for ord_, _, due in note["cards"]:
                card = desk.view("card", f"name={name}&note={number}&ord={ord_}")
                assert card["front"] and card["back"]
                dues.append(due)
    assert sorted(dues) == list(range(1, desk.view("state")["cards"] + 1))
    (picture,) = set(re.findall(r"[\w-]+\.png", card["front"] + card["back"]))
    assert desk.ask(f"/{desk.channel.token}/{picture}").body == b"picture"
    assert desk.ask(f"/{desk.channel.token}/pan.png").status == 404
    for wrong in ("name=ferry.md&note=99&ord=0", "name=ferry.md&note=-1&ord=0", "name=ferry.md&note=0", "name=x&note=0&ord=0"):
        assert desk.ask(f"/{desk.channel.token}/view/card?{wrong}").status == 404


@pytest.mark.parametrize(
    "name", ["", "nothing.md", "../source/ferry.md", "../../outside/x.md", "/etc/passwd", "anki_builder.toml"]
)
def test_only_notes_of_the_folder_are_articles(desk: Desk, home: Path, name: str) -> None:
    desk.open(home / "notes")
    assert desk.ask(f"/{desk.channel.token}/view/article?name={name}").status == 404
    assert desk.act("fix", name=name, digest="", ids="").status == 404


def test_an_article_is_shown_also_where_nothing_is_cached(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "nothing").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "nothing"))
    desk.open(home / "notes")
    assert desk.view("article", "name=ferry.md")["notes"]


def test_corrections_are_shown_before_they_are_written_and_then_written_with_a_backup(desk: Desk, home: Path) -> None:
    note = home / "notes" / "source" / "ferry.md"
    desk.open(home / "notes")
    found, ids = fixable(desk)
    shown = desk.view("differences", f"name=ferry.md&ids={ids}")
    assert "+title: Ferries" in shown["diff"]
    assert shown["digest"] == found["digest"]
    assert note.read_text("utf-8") == NOTE, "nothing is written by looking"
    one = next(problem["id"] for problem in found["diagnostics"] if problem["rule"] == "doubled-mark")
    assert desk.act("fix", name="ferry.md", ids=one, digest=found["digest"]).data["written"] == 1
    assert note.read_text("utf-8") == NOTE.replace("waited..", "waited.")
    assert note.with_name("ferry.md.orig").read_text("utf-8") == NOTE
    until(lambda: "doubled-mark" not in {problem["rule"] for problem in desk.view("article", "name=ferry.md")["diagnostics"]})
    found, ids = fixable(desk)
    assert desk.act("fix", name="ferry.md", ids=ids, digest=found["digest"]).status == 200
    assert note.read_text("utf-8") == NOTE.replace("waited..", "waited.").replace("titel:", "title:")
    assert note.with_name("ferry.md.orig").read_text("utf-8") == NOTE


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("before", ["", "---{end}title: Words{end}---{end}"])
def test_the_languages_of_a_note_are_chosen_where_nothing_shows_them(desk: Desk, home: Path, before: str, end: str) -> None:
    note = home / "notes" / "source" / "words.md"
    text = before.format(end=end) + f"- 港口 - harbour{end}- 波浪 - wave{end}"
    note.write_bytes(text.encode())
    desk.open(home / "notes")
    (problem,) = desk.view("article", "name=words.md")["diagnostics"]
    assert {one["studied"] for one in problem["pairs"]} == {"Chinese", "English"}
    pair = next(one["pair"] for one in problem["pairs"] if one["studied"] == "English")
    for wrong in ("fr,de", "en", "en,zh,ja", "x"):
        assert desk.act("fix", name="words.md", ids=problem["id"], pair=wrong, digest="").status == 409
    shown = desk.view("differences", f"name=words.md&ids={problem['id']}&pair={pair}")
    assert "+languages: [en, zh]" in shown["diff"]
    assert desk.act("fix", name="words.md", ids=problem["id"], pair=pair, digest=shown["digest"]).status == 200
    named = f"languages: [en, zh]{end}"
    assert note.read_bytes().decode() == (
        text.replace(f"---{end}", f"---{end}{named}", 1) if before else f"---{end}{named}---{end}{end}{text}"
    )
    found = desk.view("article", "name=words.md")
    assert (found["diagnostics"], {one["lang"] for one in found["notes"]}) == ([], {"en"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_note_is_edited_in_the_page_and_keeps_its_encoding_and_line_ends(
    desk: Desk, home: Path, encoding: str, end: str
) -> None:
    note = home / "notes" / "source" / "kitchen.md"
    note.write_bytes(KITCHEN.replace("\n", end).encode(encoding))
    desk.open(home / "notes")
    found = desk.view("text", "name=kitchen.md")
    assert found["text"] == KITCHEN
    text = KITCHEN + "\nonion：洋葱\n"
    assert desk.act("write", name="kitchen.md", text=text, digest="0" * 64).status == 409
    assert desk.act("write", name="kitchen.md", text=text, digest=found["digest"]).status == 200
    assert note.read_bytes() == text.replace("\n", end).encode(encoding)
    assert "onion" in {note["label"] for note in desk.view("article", "name=kitchen.md")["notes"]}
    assert desk.act("write", name="kitchen.md", text="", digest=found["digest"]).status == 409, "it is another one by now"
    assert desk.act("write", name="../../x.md", text="", digest="").status == 404


UNREAD = "# Words\n\ntide @ 潮水 # harbour\nquay @ 码头 # town\n"


def test_a_pattern_for_what_is_not_read_is_proposed_and_written_into_the_settings(desk: Desk, home: Path) -> None:
    settings = home / "notes" / "anki_builder.toml"
    (home / "notes" / "source" / "words.md").write_text(UNREAD, "utf-8")
    desk.open(home / "notes")
    assert desk.view("article", "name=words.md")["notes"] == []
    (proposed,) = desk.view("layouts", "name=words.md")["layouts"]
    assert (proposed["pattern"].strip(), proposed["records"], proposed["line"]) == ("{term} @ {gloss} # {note}", 2, 3)
    pattern = proposed["pattern"]
    shown = desk.view("layout-change", f"name=words.md&pattern={quote(pattern)}")
    assert "+{term} @ {gloss} # {note}" in shown["diff"]
    assert not settings.exists(), "nothing is written by looking"
    assert desk.act("layout", name="words.md", pattern="{term} {gloss}", digest=shown["digest"]).status == 404
    assert desk.act("layout", name="words.md", pattern=pattern, digest="0" * 64).status == 409
    assert desk.act("layout", name="words.md", pattern=pattern, digest=shown["digest"]).status == 200
    desk.settled()
    assert {note["label"] for note in desk.view("article", "name=words.md")["notes"]} == {"tide", "quay"}


@pytest.mark.parametrize(
    ("file", "before"),
    [
        ("anki_builder.toml", "# mine\nvoices = {en = 'en_GB'}\n\n[note_types.vocabulary]\nextra_fields = ['Level']\n"),
        ("pyproject.toml", "[tool.anki_builder]\n# mine\n\n[tool.other]\nx = 1\n"),
    ],
)
def test_a_pattern_stands_behind_the_settings_there_are(desk: Desk, home: Path, file: str, before: str) -> None:
    settings = home / "notes" / file
    settings.write_text(before, "utf-8")
    (home / "notes" / "source" / "words.md").write_text(UNREAD, "utf-8")
    desk.open(home / "notes")
    (proposed,) = desk.view("layouts", "name=words.md")["layouts"]
    shown = desk.view("layout-change", f"name=words.md&pattern={quote(proposed['pattern'])}")
    assert desk.act("layout", name="words.md", pattern=proposed["pattern"], digest=shown["digest"]).status == 200
    assert settings.read_text("utf-8").startswith(before)
    desk.settled()
    assert {note["label"] for note in desk.view("article", "name=words.md")["notes"]} == {"tide", "quay"}


def test_a_file_that_was_changed_meanwhile_is_not_corrected(desk: Desk, home: Path) -> None:
    note = home / "notes" / "source" / "ferry.md"
    desk.open(home / "notes")
    found, ids = fixable(desk)
    assert desk.act("fix", name="ferry.md", ids=ids, digest="0" * 64).status == 409
    assert desk.act("fix", name="ferry.md", ids="0123", digest=found["digest"]).status == 409
    other = NOTE + "\nwall：墙\n"
    note.write_text(other, encoding="utf-8")
    answer = desk.act("fix", name="ferry.md", ids=ids, digest=found["digest"])
    assert (answer.status, answer.data) == (409, {"problem": "source/ferry.md was changed meanwhile: look at it again"})
    note.unlink()
    assert desk.act("fix", name="ferry.md", ids=ids, digest=found["digest"]).status in (404, 409)
    assert not note.exists()


def test_a_note_that_cannot_be_written_stays_as_it_is_and_says_why(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, data: bytes) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("anki_builder.cli.fixing.write", refuse)
    desk.open(home / "notes")
    found, ids = fixable(desk)
    answer = desk.act("fix", name="ferry.md", ids=ids, digest=found["digest"])
    assert (answer.status, answer.data) == (409, {"problem": "cannot write source/ferry.md: Permission denied"})
    assert (home / "notes" / "source" / "ferry.md").read_text("utf-8") == NOTE


def test_a_message_names_places_of_the_page_for_commands() -> None:
    try:
        layout = Message("correct its `pattern` or its `files` in the settings; `anki-builder layout FILE` proposes patterns")
        assert in_page(layout).endswith("in the settings; “Patterns for what is not read …” proposes patterns")
        stop = Message(
            "`anki-builder check {path}` says why; if it is meant, `anki-builder build --force{arguments}` builds all the same",
            path="a.md",
            arguments="",
        )
        assert in_page(stop) == "“Articles” says why; if it is meant, “Build all the same” builds all the same"
        choose("zh")
        assert in_page(stop) == "“文章” 会说明原因；如果确实要这样，请用 “仍然生成” 照样生成"
    finally:
        choose("en")


def test_every_command_that_a_hint_names_has_a_place_in_the_page() -> None:
    hints = [one for one in entries() if not one.place.startswith("cli/")]
    named = {name for entry in hints for name in re.findall(r"`anki-builder (\w+)", entry.one)}
    assert named - {name.split()[0] for name in PLACES} == set()
    said = {one.one for one in texts(WORKBENCH)}
    assert {label for name, label in PLACES.items() if name not in ("deck", "link", "templates upgrade")} <= said


def test_templates_are_brought_up_to_this_version_by_a_button(desk: Desk, home: Path) -> None:
    templates, name = home / "notes" / "templates", "sentence/read.front.html"
    for folder, text in ((templates, "mine {{Text}}"), (templates / ".built-in", "of before {{Text}}")):
        (folder / "sentence").mkdir(parents=True)
        (folder / name).write_text(text, "utf-8")
    desk.open(home / "notes")
    (problem,) = [one for one in desk.view("state")["elsewhere"] if one["button"]]
    assert (problem["path"], problem["button"]) == (f"templates/{name}", "Bring the templates up to this version")
    assert desk.act("carry-out", id=problem["id"]).status == 200
    desk.settled()
    assert (templates / ".built-in" / name).read_text("utf-8") == builtin()[name]
    assert (templates / ".backup" / f"{name}.1").read_text("utf-8") == "mine {{Text}}"
    assert "Bring the templates up to this version" not in [one["button"] for one in desk.view("state")["elsewhere"]]


def test_a_deck_is_renamed_and_a_doubt_settled_by_a_button(desk: Desk, home: Path) -> None:
    note = home / "notes" / "source" / "kitchen.md"
    desk.open(home / "notes")
    desk.done("build", force=False)
    edited = (
        KITCHEN.replace("# A kitchen", "# The kitchen").replace("She peeled", "She never peeled").replace("她把", "她从来没有把")
    )
    note.write_text(edited, "utf-8")
    desk.open(home / "notes")
    for button in ("Rename the deck", "It is the same note"):
        problems = desk.view("article", "name=kitchen.md")["diagnostics"]
        (wanted,) = [one for one in problems if one["button"] == button]
        assert "anki-builder" not in wanted["hint"] and f"“{button}”" in wanted["hint"]
        assert desk.act("carry-out", id=wanted["id"]).status == 200
        desk.settled()
        assert button not in [one["button"] for one in desk.view("article", "name=kitchen.md")["diagnostics"]]
    assert desk.act("carry-out", id="0123").status == 409
    assert desk.view("state")["plan"]["new"] == 0


def test_messages_are_in_the_language_of_the_page(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")  # is put back after the test
    desk.open(home / "notes")
    found: dict[str, list[str]] = {"en": [], "zh": []}
    for language, messages in found.items():
        assert desk.act("speak", language=language).status == 200
        messages += [problem["message"] for problem in desk.view("article", "name=ferry.md")["diagnostics"]]
        messages.append(desk.act("open", folder="/nowhere").data["problem"])
    assert len(found["en"]) == len(found["zh"]) > 2
    assert all(message.isascii() or "“" in message for message in found["en"])
    assert all(re.search("[\u4e00-\u9fff]", message) for message in found["zh"])
    assert desk.act("speak", language="tlh").status == 404


def test_options_before_the_command_hold_for_its_work(home: Path) -> None:
    (home / "elsewhere.toml").write_text('collection = "Of another file"\n', encoding="utf-8")
    with Context(cli) as context:
        context.meta[SETTINGS] = home / "elsewhere.toml"
        with served(home) as desk:
            desk.open(home / "notes")
            assert desk.view("state")["title"] == "Of another file"


# Work under way, and the end


def test_work_says_how_far_it_is_and_stops_between_two_items() -> None:
    told: list[Task | None] = []
    reached, go_on = threading.Event(), threading.Event()
    ended: list[type[BaseException] | None] = []

    def work() -> None:
        try:
            for number in progress(range(5), "reading"):
                assert number < 2
                if number == 1:
                    reached.set()
                    go_on.wait(10)
        except Stopped:
            ended.append(Stopped)
            raise

    worker = Worker(told.append)
    worker.begin("build", work)
    assert reached.wait(10)
    with pytest.raises(Refused, match="under way"):
        worker.begin("open", lambda: None)
    worker.stop()
    go_on.set()
    until(lambda: not worker.is_busy())
    assert ended == [Stopped]
    assert told[0] == Task("build")
    assert Task("build", "reading", 0, 5) in told
    worker.wait()
    worker.close()


def test_reading_a_folder_can_be_stopped_and_leaves_everything_as_it_was(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    make = compiling.make

    def slow(*arguments: Any) -> compiling.Made:
        reached.set()
        go_on.wait(10)
        return make(*arguments)

    monkeypatch.setattr(compiling, "make", slow)
    before = Path.cwd()
    assert desk.act("open", folder=str(home / "notes")).status == 200
    assert reached.wait(10)
    assert desk.channel.message["task"]["name"] == "open"
    assert desk.act("build").status == 409
    assert desk.act("stop").status == 200
    go_on.set()
    desk.settled()
    assert desk.channel.message["result"] == {"name": "open", "stopped": True}
    assert (desk.view("state")["folder"], Path.cwd()) == (None, before)
    monkeypatch.undo()


def test_a_button_that_is_pressed_while_a_save_is_read_waits_for_it(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open(home / "notes")
    go_on = threading.Event()

    def look() -> None:
        go_on.wait(10)

    desk.bench.worker.begin("look", look)
    threading.Timer(0.2, go_on.set).start()
    assert desk.done("build")["written"]


def test_a_button_is_not_refused_because_of_a_look_that_has_just_ended(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open(home / "notes")
    begin, refused = Worker.begin, [True]

    def late(worker: Worker, name: str, work: Any) -> None:
        if name == "build" and refused:
            refused.clear()  # a look was under way when it was asked, and is over when the answer is read
            raise Refused("something else is under way")
        begin(worker, name, work)

    monkeypatch.setattr(Worker, "begin", late)
    assert desk.done("build")["written"]


def test_a_command_runs_once_the_page_has_said_that_it_is_trusted(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker = home / "speak.py"
    speaker.write_text(
        "import sys, wave\nwith wave.open(sys.argv[2], 'wb') as f:\n    f.setparams((1, 2, 8000, 0, 'NONE', ''))\n    f.writeframes(bytes(800))\n"
    )
    file = home / "notes" / "anki_builder.toml"
    command = f"{sys.executable} {speaker} {{text}} {{output}}"
    file.write_text(f"audio = 'command'\naudio_command = '{command}'\n", "utf-8")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", lambda *_, **__: pytest.fail("asked on the terminal"))
    desk.open(home / "notes")
    result = desk.done("build")
    assert (result["untrusted"], "runs a command" in result["problem"], "--trust" in result["problem"]) == (True, True, False)
    settings = desk.view("settings")
    assert (settings["command"], settings["is_trusted"]) == (command, False)
    assert desk.act("trust", digest="0" * 64).status == 409
    assert not desk.view("settings")["is_trusted"]
    assert desk.act("trust", digest=settings["digest"]).status == 200
    assert desk.view("settings")["is_trusted"]
    assert desk.done("build")["written"]


def test_the_program_ends_when_no_page_is_open_any_more() -> None:
    channel, ended = Channel(), threading.Event()

    def wait() -> None:
        channel.wait_until_left(0.1)
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    assert not ended.wait(0.2), "no page was open yet"
    first = channel.events()
    second = channel.events()
    first.close()
    assert not ended.wait(0.2)
    second.close()
    third = channel.events()
    assert not ended.wait(0.2), "a page that is loaded again comes back"
    third.close()
    assert ended.wait(5)


def test_a_double_click_on_the_stand_alone_program_opens_the_workbench(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr("anki_builder.cli.main", lambda: called.append(sys.argv[1:]))
    for given in ([], ["--help"]):
        monkeypatch.setattr(sys, "argv", ["anki-builder", *given])
        main()
    assert called == [["app"], ["--help"]]


@pytest.mark.parametrize("before", ["", "/opt/lib"])
def test_what_the_stand_alone_program_starts_finds_its_own_libraries(monkeypatch: pytest.MonkeyPatch, before: str) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "argv", ["anki-builder"])
    monkeypatch.setenv("LD_LIBRARY_PATH", "/tmp/_MEI1")
    if before:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    found: list[str | None] = []
    monkeypatch.setattr("anki_builder.cli.main", lambda: found.append(os.environ.get("LD_LIBRARY_PATH")))
    main()
    assert found == [before or None]


def test_a_double_click_needs_nobody_who_reads() -> None:
    start = "import sys; sys.frozen, sys.argv, sys.stdout, sys.stderr = True, ['anki-builder'], None, None; "
    say = "import anki_builder.cli as cli, anki_builder.__main__ as program; cli.main = lambda: print('ready'); program.main()"
    done = subprocess.run([sys.executable, "-c", start + say], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_command_serves_the_folder_it_is_given_until_its_button(home: Path) -> None:
    command = [sys.executable, "-m", "anki_builder", "app", str(home / "notes"), "--port", "0", "--no-open"]
    with subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        port, token = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/([\w-]{22})/", address).groups()  # type: ignore[union-attr]
        page = Desk.__new__(Desk)
        page.channel, page.port, page.origin = Channel(token), int(port), address.partition(f"/{token}")[0]
        until(lambda: page.view("state")["folder"] == str(home / "notes"))
        assert page.act("end").status == 200
        _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert said.endswith("ended\n")
    assert "Traceback" not in said
