"""What the pages are made of without a browser: the door of their server, cards, and the page that needs no server."""

import html
import json
import re
import socket
import subprocess
import sys
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from building import MANY_CARDS_FILE
from command import run

from anki_builder.anki.client import ADDRESS
from anki_builder.cli.project import open_project
from anki_builder.cli.serving import PORT
from anki_builder.cli.stages import compile_project, with_collection
from anki_builder.cli.words import template_in
from anki_builder.collection import BuiltNote, Collection
from anki_builder.note import Media
from anki_builder.preview import door
from anki_builder.preview.alone import page_alone
from anki_builder.preview.catalogue import TYPED, Catalogue, plain, plain_answer, with_typing
from anki_builder.preview.door import Channel, listen
from anki_builder.preview.words import ALONE, asset

NOTE = """# The ferry

原文：

The ferry was late. We waited by the harbour wall.

渡轮晚点了。我们在港口的墙边等着。

![](wall.svg)

学习：

ferry：渡轮

gangplank：跳板
"""


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


def compiled() -> Catalogue:
    """The cards of the notes in the working directory."""
    project = open_project(())

    def work(collection: Collection) -> Catalogue:
        compilation = compile_project(project, collection)
        return Catalogue(list(collection.notes()), compilation.note_types, compilation.template_media)

    return with_collection(project, work)


@pytest.fixture(scope="module")
def catalogue(folder: Path) -> Catalogue:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return compiled()


# The door


def test_the_link_for_the_browser_opens_the_page_once() -> None:
    channel = Channel()
    assert len(channel.token) == len(channel.once) == 22
    link = channel.once
    assert not channel.use_link("")
    assert not channel.use_link(link[:-1])
    assert channel.use_link(link)
    assert not channel.use_link(link)
    assert not channel.use_link("")
    assert not channel.knows("\ud800")


def test_every_address_has_a_secret_of_its_own() -> None:
    tokens = {Channel().token for _ in range(3)}
    assert len(tokens) == 3 and all(len(token) == 22 for token in tokens)


def in_thread(act: Callable[[], object]) -> threading.Thread:
    """Start what may wait for ever, and give it a moment to begin."""
    waiting = threading.Thread(target=act, daemon=True)
    waiting.start()
    waiting.join(0.1)
    return waiting


def test_a_stream_says_nothing_as_long_as_nothing_happens() -> None:
    channel = Channel()
    stream = channel.stream()
    next(stream)
    said: list[str] = []
    waiting = in_thread(lambda: said.append(next(stream)))
    assert said == []
    channel.tell({"look": 1})
    waiting.join(10)
    assert [text.count('"version": 2') for text in said] == [1]


def test_a_stream_says_at_once_what_its_page_has_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HEARTBEAT", 600)
    channel = Channel()
    stream = channel.stream()
    said: list[str] = []
    for look in (1, 2):
        in_thread(lambda: said.append(next(stream))).join(10)
        channel.tell({"look": look})
    in_thread(lambda: said.append(next(stream))).join(10)
    assert [json.loads(text.removeprefix("data: "))["version"] for text in said] == [1, 2, 3]


def test_a_stream_that_waits_ends_with_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HEARTBEAT", 600)
    channel = Channel()
    stream = channel.stream()
    next(stream)
    waiting = in_thread(lambda: list(stream))
    assert waiting.is_alive()
    channel.close()
    waiting.join(10)
    assert not waiting.is_alive()


def test_at_most_32_pages_are_open() -> None:
    channel = Channel()
    answers = [channel.events() for _ in range(34)]
    assert [answer.status_code for answer in answers] == [200] * 32 + [503, 503]
    assert {answer.mimetype for answer in answers} == {"text/event-stream", "text/plain"}
    answers[0].close()
    assert [channel.events().status_code for _ in range(2)] == [200, 503]


def test_a_page_that_is_loaded_again_is_not_left() -> None:
    channel = Channel()
    first = channel.events()
    waiting = in_thread(lambda: channel.wait_until_left(0.3))
    first.close()
    waiting.join(0.1)  # it notices that no page is open
    second = channel.events()
    waiting.join(0.6)
    assert waiting.is_alive()
    second.close()
    waiting.join(10)
    assert not waiting.is_alive()


def test_a_page_that_is_still_to_come_is_waited_for() -> None:
    channel = Channel()
    waiting = in_thread(lambda: channel.wait_until_left(0))
    assert waiting.is_alive()
    channel.events().close()
    waiting.join(10)
    assert not waiting.is_alive()


@pytest.mark.parametrize("pages", ["none yet", "one", "no more"])
def test_nothing_is_waited_for_once_the_program_ends(pages: str) -> None:
    channel = Channel()
    page = channel.events() if pages != "none yet" else None
    if page is not None and pages == "no more":
        page.close()
    waiting = in_thread(lambda: channel.wait_until_left(600))
    assert waiting.is_alive()
    channel.close()
    waiting.join(10)
    assert not waiting.is_alive()


def test_it_listens_to_this_machine_alone() -> None:
    with listen(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


def test_a_stream_begins_with_the_last_message_and_ends_with_the_program() -> None:
    channel = Channel()
    stream = channel.stream()
    assert json.loads(next(stream).removeprefix("data: ")) == {"version": 1}
    channel.tell({"problem": "anki_builder.toml: unknown setting"})
    told = {"version": 2, "problem": "anki_builder.toml: unknown setting"}
    assert json.loads(next(stream).removeprefix("data: ")) == json.loads(next(channel.stream()).removeprefix("data: ")) == told
    channel.close()
    assert list(stream) == []


@pytest.mark.parametrize("name", ["a.html", "a.xhtml", "a.xml", "a.unknown", "a"])
def test_media_that_browsers_would_run_are_served_as_bytes(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("<script>alert(1)</script>", encoding="utf-8")
    with door.file_answer(str(tmp_path / name)) as response:
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.get_data() == b"<script>alert(1)</script>"


# Cards


def test_the_index_has_every_card_with_its_place(catalogue: Catalogue) -> None:
    contents = catalogue.index()
    shown = {(note["label"], note["path"], note["line"], *(name for _, name, _ in note["cards"])) for note in contents["notes"]}
    assert ("ferry", "source/ferry.md", 13, "Recognise", "Recall") in shown
    assert ("The ＿＿ was late.", "source/ferry.md", 5, "Cloze") in shown
    assert len(catalogue.index(1)["notes"]) == 1


def test_the_preview_leaves_the_port_of_ankiconnect_free() -> None:
    assert urlsplit(ADDRESS).port != PORT


def test_every_card_of_the_index_has_two_sides(catalogue: Catalogue) -> None:
    for number, note in enumerate(catalogue.index()["notes"]):
        for ord_, _, _ in note["cards"]:
            card = catalogue.card(number, ord_)
            assert plain(card["front"]) or card["sounds"]["q"]
            assert "<hr id=answer>" in card["back"]
            assert [name for name, text in card["fields"] if not text] == []
            assert card.keys() == {"front", "back", "sounds", "expected", "combining", "scripts", "deck", "tags", "fields"}


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


def test_a_box_without_comparison_and_a_comparison_without_box_do_no_harm() -> None:
    front, back, *rest = faces("Q [[type:nc:A]]", "Q, more", {"A": "na\u00efve"})
    assert ("<input type=text id=typeans" in front, back, rest) == (True, "Q, more", ["na\u00efve", False])
    assert faces("Q", "Q [[type:A]]", {"A": "x"}) == ("Q", "Q ", None, True)
    assert faces("Q [[type:B]]", "[[type:B]]", {"A": "x"}) == ("Q Type answer: unknown field B", "", None, True)


def test_what_is_spoken_has_its_language_voices_and_speed(catalogue: Catalogue) -> None:
    cards = [(number, ord_) for number, note in enumerate(catalogue.index()["notes"]) for ord_, _, _ in note["cards"]]
    sides = [side for card in cards for side in catalogue.card(*card)["sounds"].values()]
    heard = [sound for side in sides for sound in side if "text" in sound]
    assert "en-US" in {sound["locale"] for sound in heard}
    assert all(sound.keys() == {"text", "locale", "voices", "speed"} for sound in heard)


def test_a_note_is_known_by_kind_languages_and_key_and_sought_by_its_words(catalogue: Catalogue) -> None:
    notes = {note["label"]: note for note in catalogue.index()["notes"]}
    assert notes["ferry"]["key"].split("\t")[:3] == ["vocabulary", "en", "zh"]
    assert "ferry 渡轮" in notes["ferry"]["search"]


def test_a_field_is_sought_as_it_reads() -> None:
    assert plain("a {{c1::lamp}} 電車[でんしゃ] &amp; <b>x</b>") == "a lamp電車 & x"
    assert plain("a  lamp") == "a lamp"


def test_plain_answers_are_what_the_real_anki_expects(tmp_path: Path) -> None:
    pytest.importorskip("anki", reason="Anki is not installed")
    from html import escape

    from anki.collection import Collection

    collection = Collection(str(tmp_path / "c.anki2"))
    for field in ("a<br>b", "<div>a</div><div>b</div>", "it&#39;s&nbsp;x", "<b>x</b> [sound:a.mp3]", "a &lt; b", "  a  "):
        shown = collection.compare_answer(field, "", True)
        assert shown == f"<code id=typeans>{escape(plain_answer(field))}</code>", field
    collection.close()


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


# The page that needs no server


def alone(catalogue: Catalogue, limit: int = 1000, most: int = 30_000_000) -> tuple[dict[str, Any], int]:
    """Return the data in a page that stands alone, and how many cards it says that it has."""
    text, cards, _ = page_alone(catalogue, partial(template_in, "en"), limit, title="Evening notes", most=most)
    found = re.search('<script type="application/json" id="data">(.*)</script>', text)
    assert found is not None
    return json.loads(found[1]), cards


def test_a_page_alone_holds_styles_scripts_and_a_policy_that_lets_nothing_else_run(catalogue: Catalogue) -> None:
    text, *_ = page_alone(catalogue, partial(template_in, "en"), 1000, title="Evening notes")
    script = text.partition('<script type="module">')[2].partition("</script>")[0]
    rules = html.unescape(text.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0])
    hashes = [f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in (script, asset("card.js"))]
    assert rules.startswith(f"default-src 'none'; script-src {' '.join(hashes)}; style-src 'unsafe-inline'; img-src data:; ")
    assert "'self'" not in rules and "connect-src 'none'; frame-src 'none'" in rules
    assert not re.search(r"^(import|export) ", script, re.MULTILINE), "it would look for files"
    assert asset("static/page.css") in text and html.escape(asset("card.css")) in text and html.escape(asset("card.js")) in text
    assert "<!--" not in text and "src=" not in text.partition("<script")[0]


def test_scripts_of_a_page_alone_share_no_name() -> None:
    """They are one script there."""
    names = [
        name
        for file in ALONE.scripts
        for name in re.findall(r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)", asset(file), re.M)
    ]
    assert sorted(names) == sorted(set(names))


def test_data_of_a_page_alone_cannot_end_its_script(catalogue: Catalogue) -> None:
    title = "</script><script>alert(1)</script><!--"
    text, *_ = page_alone(catalogue, partial(template_in, "en"), 1, title=title)
    assert title not in text
    assert '"\\u003c/script>\\u003cscript>alert(1)\\u003c/script>\\u003c!--"' in text


def test_a_page_alone_is_cut_between_notes_by_cards_and_by_size(catalogue: Catalogue) -> None:
    whole, count = alone(catalogue)
    notes = catalogue.notes
    assert len(whole["cards"]) == whole["total"] == count == sum(len(one.note.cards) for one in notes)
    assert len(whole["notes"]) == len(notes)
    assert whole["cards"]["0/0"] == catalogue.card(0, 0)
    (name, path), sizes = next(iter(catalogue.media().items())), [len(one.note.cards) for one in notes]
    kind, _, data = whole["media"][name].partition(",")
    assert kind == "data:image/svg+xml;base64" and b64decode(data) == Path(path).read_bytes()
    for limit, (cards, some) in {sum(sizes[:2]): (sum(sizes[:2]), 2), sum(sizes[:2]) - 1: (sizes[0], 1)}.items():
        cut, count = alone(catalogue, limit)
        assert (count, len(cut["cards"]), len(cut["notes"])) == (cards, cards, some)
    cut, count = alone(catalogue, most=1)
    assert count == sizes[0] and len(cut["notes"]) == 1, "the note that is too much is the last one"
    assert set(cut["media"].values()) <= {"data:,"}, "a file that is too large is left out"


def with_notes(catalogue: Catalogue, notes: Sequence[BuiltNote]) -> Catalogue:
    return Catalogue(notes, catalogue.note_types)


def size_of(catalogue: Catalogue, number: int) -> int:
    """Return how much of a page a note counts for, without its files."""
    cards = [catalogue.card(number, ord_) for ord_ in catalogue.notes[number].note.cards]
    return sum(2 * (len(card["front"]) + len(card["back"])) for card in cards)


def test_the_size_of_a_page_alone_is_that_of_all_its_cards_and_files(catalogue: Catalogue) -> None:
    with_file = with_notes(catalogue, sorted(catalogue.notes, key=lambda built: not built.note.media))
    ((file, _),) = catalogue.media().items()
    first = size_of(with_file, 0) + len(alone(with_file)[0]["media"][file])
    assert [len(alone(with_file, most=most)[0]["notes"]) for most in (first - 1, first)] == [1, 2]
    without = with_notes(catalogue, [built for built in catalogue.notes if not built.note.media])
    two = size_of(without, 0) + size_of(without, 1)
    assert [len(alone(without, most=most)[0]["notes"]) for most in (two - 1, two)] == [2, 3]
    assert len(alone(without, limit=0)[0]["notes"]) == 0


def test_a_page_alone_does_without_files_that_are_gone_or_too_large(catalogue: Catalogue, tmp_path: Path) -> None:
    names = ["gone.png", "large.png", "small.png", "small.unknown"]
    for name, size in zip(names[1:], (1001, 1000, 1000), strict=True):
        (tmp_path / name).write_bytes(bytes(size))
    first = catalogue.notes[0]
    built = first._replace(note=first.note._replace(media=tuple(Media(name, str(tmp_path / name)) for name in names)))
    found = alone(with_notes(catalogue, [built]), most=1000)[0]["media"]
    whole = f"base64,{b64encode(bytes(1000)).decode()}"
    assert [found[name] for name in names] == [
        "data:,",
        "data:,",
        f"data:image/png;{whole}",
        f"data:application/octet-stream;{whole}",
    ]


def test_the_stream_of_a_page_is_not_held_back_and_says_now_and_then_that_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HEARTBEAT", 0.01)
    channel = Channel()
    with channel.events() as events:
        assert events.mimetype == "text/event-stream" and events.headers["X-Accel-Buffering"] == "no"
        said = iter(events.response)
        assert [next(said) for _ in range(3)] == ['data: {"version": 1}\n\n', ": still here\n\n", ": still here\n\n"]
    monkeypatch.setattr(door, "MOST_STREAMS", 0)
    full = channel.events()
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
        pieces = list(answer.iter_encoded())
        assert b"".join(pieces) == content
        assert len(pieces) == 2 and len(pieces[0]) == 65536  # neither whole nor byte by byte
    gone = door.file_answer(str(tmp_path / "gone.png"))
    assert (gone.status_code, gone.mimetype, gone.get_data()) == (404, "text/plain", b"the file is gone\n")


def test_text_that_is_no_unicode_does_not_keep_an_answer_from_coming() -> None:
    assert door.json_answer('"\ud800"').get_data() == b'"?"'
