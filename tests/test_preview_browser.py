"""The cards of notes in a real browser: what a learner does with them, and what a hostile note cannot do."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browser import until
from workbench_page import Page, started

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


def notes(folder: Path, **files: str) -> Path:
    (folder / "source").mkdir(exist_ok=True)
    (folder / "anki_builder.toml").write_text(SETTINGS, encoding="utf-8")
    for name, text in files.items():
        (folder / "source" / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


class Cards(Page):
    """The page of the workbench at an article."""

    def __init__(self, browser: Any, address: str) -> None:
        super().__init__(browser, address)
        until(lambda: self.side(0))

    def keys(self, *keys: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self.browser).send_keys(*keys).perform()

    def select(self, selector: str, value: str) -> None:
        script = "const list = document.querySelector(arguments[0]); list.value = arguments[1]; list.dispatchEvent(new Event('change'))"
        self.script(script, selector, value)

    def rows(self) -> list[str]:
        return list(self.script("return [...document.querySelectorAll('.cards [role=option]')].map((row) => row.innerText)"))

    def chosen(self) -> str:
        return self.text(".cards [aria-selected=true]")

    def pick(self, words: str) -> None:
        """Choose the first card in whose row some words stand."""
        find = "[...document.querySelectorAll('.cards [role=option]')].find((row) => row.textContent.includes(arguments[0]))"
        until(lambda: self.script(f"return !!{find}", words))
        self.script(f"{find}.click()", words)
        until(lambda: words in self.chosen())

    @contextmanager
    def frame(self, side: int) -> Iterator[Any]:
        """The front (0) or the back (1) of the card."""
        frames = self.browser.find_elements("css selector", ".sides iframe")
        if len(frames) > side:
            self.browser.switch_to.frame(frames[side])
        try:
            yield self.browser
        finally:
            self.browser.switch_to.default_content()

    def side(self, side: int) -> str:
        """The text of one side of the card."""
        with self.frame(side):
            return str(self.script("return document.getElementById('qa')?.innerText ?? ''"))

    def classes(self) -> tuple[str, str]:
        with self.frame(0):
            return tuple(self.script("return [document.documentElement.className, document.body?.className ?? '']"))

    def requests(self) -> set[str]:
        return {url for url in self.asked() if not url.startswith(("data:", "about:"))}


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder = notes(tmp_path_factory.mktemp("evening"), ferry=FERRY, kitchen=KITCHEN)
    with started(folder, "preview", "--port", "0") as address:
        yield folder, address


@pytest.fixture
def page(browser: Any, evening: tuple[Path, str]) -> Iterator[Cards]:
    page = Cards(browser, f"{evening[1]}#/article/ferry.md")
    yield page
    browser.switch_to.default_content()
    page.judged()
    assert [entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []
    assert {url for url in page.requests() if not url.startswith(evening[1])} == set()


def test_every_kind_of_card_is_shown_on_both_sides(page: Cards) -> None:
    kinds = page.script("return [...document.querySelectorAll('#kind option')].map((option) => option.value)")
    assert {"Read", "Produce", "Listen", "Recognise", "Recall", "Spell", "Hear", "Cloze"} <= set(kinds)
    everything = len(page.rows())
    for kind in kinds[1:9]:
        page.select("#kind", kind)
        assert 0 < len(page.rows()) < everything and all(f"\n{kind} ·" in row for row in page.rows())
        until(lambda: page.side(0) and "The ferry" in page.side(1))
    page.select("#kind", "")


def test_a_note_that_is_named_is_opened_and_is_alone(browser: Any, tmp_path: Path) -> None:
    folder = notes(tmp_path, ferry=FERRY, kitchen=KITCHEN)
    with started(folder, "preview", "source/kitchen.md", "--port", "0") as address:
        page = Cards(browser, address)
        assert page.text("h2") == "source/kitchen.md"
        assert page.script("return [...document.querySelectorAll('.steps button')].every((one) => one.disabled)")
        page.press("Articles")
        until(lambda: page.script("return document.querySelectorAll('a.name').length") == 1)
        assert page.text("a.name") == "A kitchen"


def test_a_card_stands_beside_its_line_and_its_diagnostics(page: Cards) -> None:
    page.pick("lighthouse")
    until(lambda: page.side(0).startswith("lighthouse"))
    until(lambda: page.script("return document.getElementById('place').textContent") == "source/ferry.md:17")
    assert "warning" in page.chosen()
    assert page.script("return document.querySelector('.line.on .words').textContent") == "lighthouse：灯塔"
    page.script("document.querySelector('.about').open = true")
    assert "new card no." in page.text(".about") and "lighthouse" in page.text(".fields")
    page.select("#kind", "!")
    assert page.rows() and all("warning" in row for row in page.rows())
    page.select("#kind", "")


def test_lights_and_programs_have_their_classes(page: Cards) -> None:
    page.select("#mode", "day")
    until(lambda: page.classes() == ("linux chrome", "card card1 isLin fancy"))
    page.select("#mode", "night")
    until(lambda: page.classes() == ("linux chrome night-mode", "card card1 isLin nightMode night_mode fancy"))
    with page.frame(0):
        assert page.script("return getComputedStyle(document.body).backgroundColor") == "rgb(33, 31, 28)"
    page.select("#mode", "black")
    until(lambda: page.classes() == ("mobile android linux js", "card card1 nightMode night_mode"))
    with page.frame(0):
        assert page.script("return getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
        assert page.script("return getComputedStyle(document.body).color") == "rgb(217, 211, 199)", (
            "the theme's, not the program's"
        )
    page.select("#program", "ios")
    until(lambda: "iphone" in page.classes()[0] and "nightMode" in page.classes()[1])
    assert page.value("#mode") == "night", "AnkiMobile has no black"
    page.select("#width", "420")
    until(lambda: page.script("return document.querySelector('.sides iframe').offsetWidth") == 420)


def test_keys_move_also_into_the_next_article_and_are_listed(page: Cards) -> None:
    first = page.chosen()
    page.keys("j")
    until(lambda: page.chosen() != first)
    page.keys("k")
    until(lambda: page.chosen() == first)
    page.keys("n")
    until(lambda: "warning" in page.chosen())
    page.keys("G")
    last = page.rows()[-1]
    until(lambda: page.chosen() == last)
    page.keys("j")
    until(lambda: page.text("h2") == "source/kitchen.md" and page.chosen() == page.rows()[0])
    page.keys("k")
    until(lambda: page.text("h2") == "source/ferry.md" and page.chosen() == last)
    page.keys("?")
    until(lambda: page.has("#help"))
    listed = page.script("return [...document.querySelectorAll('#help kbd')].map((key) => key.textContent)")
    assert {"j", "k", "n", "p", "g", "G", "r", "R", "t", "m", "c", "w", "y", "Esc", "?"} == set(listed)
    page.keys("\ue00c")
    until(lambda: not page.has("#help"))


def test_typing_is_compared_as_anki_does(page: Cards) -> None:
    page.select("#kind", "Spell")
    page.pick("ferry")
    until(lambda: "渡轮" in page.side(0))
    with page.frame(1):
        assert page.script("return document.getElementById('typeans').textContent") == "ferry"
    with page.frame(0) as browser:
        browser.find_element("id", "typeans").send_keys("fery")
    with page.frame(1):
        found = until(
            lambda: page.script("return document.querySelector('.typeMissed') && document.getElementById('typeans').innerHTML")
        )
    assert found == (
        '<span class="typeGood">fer</span><span class="typeMissed">-</span><span class="typeGood">y</span><br>'
        '<span id="typearrow">↓</span><br>'
        '<span class="typeGood">fer</span><span class="typeMissed">r</span><span class="typeGood">y</span>'
    )
    page.select("#mode", "night")
    with page.frame(0):
        until(lambda: page.script("return document.getElementById('typeans')?.value") == "fery")


TYPED = [
    ("ferry", "fery"), ("ferry", "ferry"), ("ferry", "Ferry"), ("ferry", "xx"), ("it's", "its"), ("naïve", "naive"), ("naïve", "naïve"),
    ("港口", "港"), ("渡轮；摆渡", "摆渡"), ("a <b> & \"c\"", "a b c"), ("turn things around", "turn around things"), ("e\u0301te\u0301", "été"),
    ("été", "ete"), ("ab" * 120, "ba" * 110),
    (" ".join(FERRY.split()) * 2, " ".join(FERRY.replace("e", "").split()) * 2), ("\u0e01\u0e33", "\u0e01"), ("강아지", "강아"),
]  # fmt: skip


def test_the_comparison_equals_that_of_the_real_anki(page: Cards, tmp_path: Path) -> None:
    pytest.importorskip("anki", reason="Anki is not installed")
    from anki.collection import Collection

    collection = Collection(str(tmp_path / "collection.anki2"))
    compare = (
        "const [given, expected, combining] = arguments;"
        "return import('./static/typing.js').then(({ comparison }) => comparison({ expected, combining }, given))"
    )
    for combining in (True, False):
        for expected, typed in TYPED:
            ours = page.script(compare, typed, expected, combining)
            theirs = collection.compare_answer(expected, typed, combining)
            # the field is HTML there, plain text here
            if "<" not in expected:
                assert ours == theirs, (expected, typed, combining)
    collection.close()


def test_speech_buttons_speak_through_the_browser(page: Cards) -> None:
    page.select("#kind", "Recognise")
    page.pick("ferry")
    until(lambda: "渡轮" in page.side(1))
    page.script("window.said = []; speechSynthesis.speak = (spoken) => said.push([spoken.text, spoken.lang])")
    with page.frame(1) as browser:
        browser.find_element("css selector", ".replay-button").click()
    until(lambda: page.script("return said") == [["ferry", "en-US"]])
    page.keys("R")
    until(lambda: page.script("return said.length") == 2)
    assert page.text("#said") == "speaking en-US: ferry"


def test_a_save_shows_within_a_second_and_keeps_the_place(browser: Any, page: Cards, evening: tuple[Path, str]) -> None:
    file = evening[0] / "source" / "kitchen.md"
    page.script("location.hash = '#/article/kitchen.md'")
    until(lambda: page.text("h2") == "source/kitchen.md")
    page.select("#kind", "Recall")
    until(lambda: "剥皮" in page.side(0))
    page.select("#mode", "night")
    waits = []
    for gloss in ("削皮", "去皮", "剥去外皮"):
        begun = time.monotonic()
        file.write_text(KITCHEN.replace("剥皮", gloss), encoding="utf-8")
        until(lambda gloss=gloss: gloss in page.side(0))  # type: ignore[misc]
        waits.append(time.monotonic() - begun)
    assert min(waits) < 1, waits
    assert page.value("#kind") == "Recall" and "nightMode" in page.classes()[1]
    file.write_text(KITCHEN, encoding="utf-8")
    until(lambda: "剥皮" in page.side(0))


def test_a_broken_setting_is_told_and_the_cards_stay(page: Cards, evening: tuple[Path, str]) -> None:
    settings = evening[0] / "anki_builder.toml"
    settings.write_text(SETTINGS + 'thme = "paper"\n', encoding="utf-8")
    until(lambda: "did you mean “theme”" in page.text("#problem"))
    assert page.rows()
    themed = "return document.querySelector('.sides iframe').srcdoc.includes(arguments[0])"
    settings.write_text(SETTINGS + 'theme = "contrast"\n', encoding="utf-8")
    until(lambda: not page.has("#problem") and page.script(themed, "/* Contrast"))
    settings.write_text(SETTINGS, encoding="utf-8")
    until(lambda: page.script(themed, "/* Paper"))


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
    with started(folder, "preview", "source/hostile.md", "--port", "0") as address:
        page = Cards(browser, address)
        for _ in page.rows():
            until(lambda: page.side(0) and page.side(1))
            page.keys("j")
        assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
        page.select("#kind", "Read")
        assert until(lambda: "<script>pwned = 1</script>" in page.side(0))
        _inert(page)
        face = folder / "templates" / "sentence" / "read.front.html"
        face.parent.mkdir(parents=True)
        face.write_text(HOSTILE_FACE, encoding="utf-8")
        refresh = '<meta http-equiv=refresh content="0;url=http://attacker.invalid/">'
        face.with_name("read.back.html").write_text(f"{{{{FrontSide}}}}{refresh}", encoding="utf-8")
        (folder / "templates" / "user.css").write_text(
            "</style><script>pwned=1</script><style>.card{background:url(http://attacker.invalid/y)}"
        )

        def is_hostile() -> bool:
            with page.frame(0):
                return bool(page.script("return !!document.getElementById('bad')"))

        until(is_hostile)
        with page.frame(0):
            page.script("document.getElementById('bad').click(); document.getElementById('send').click()")
        time.sleep(0.3)
        _inert(page)


def _inert(page: Cards) -> None:
    assert page.script("return window.pwned") is None
    for side in (0, 1):
        with page.frame(side):
            assert page.script("return window.pwned") is None
    assert {url for url in page.requests() if not url.startswith(page.address.partition("#")[0])} == set()


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
    page = Cards(browser, (tmp_path / "alone.html").as_uri())
    assert "are not in this file" in page.text("#count")
    page.select("#mode", "night")
    until(lambda: "nightMode" in page.classes()[1])
    first = page.chosen()
    page.keys("j")
    until(lambda: page.chosen() == page.rows()[1] != first)
    everything = len(page.rows())
    page.type("#search", "LIGHTHOUSE 灯塔")
    until(lambda: 0 < len(page.rows()) < everything)
    page.type("#search", "no such word anywhere")
    assert "No card matches." in page.text(".cards") and not page.has(".sides")
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    assert {url.partition("#")[0] for url in page.requests()} == {page.address}


def test_the_page_written_to_a_file_says_what_is_wrong_and_where(browser: Any, tmp_path: Path) -> None:
    notes(tmp_path, ferry=FERRY, kitchen=KITCHEN, words="# Loose words\n\nNo label stands before this line.\n")
    command = [sys.executable, "-m", "anki_builder", "preview", "--html", "cards.html"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    page = Cards(browser, (tmp_path / "cards.html").as_uri())
    assert re.fullmatch(r"\d+ problems of the notes", page.text("#problems summary"))
    page.script("document.querySelector('#problems summary').click()")
    assert "source/words.md:" in page.text("#problems"), "a note that makes no card, too"
    page.press(next(place for place in page.text("#problems").splitlines() if place.startswith("source/ferry.md:17")))
    until(lambda: "lighthouse" in page.chosen())
    assert "term-not-found" in page.text("#remarks")
    page.judged()
    page.select("#kind", "!")
    until(lambda: all("lighthouse" in row for row in page.rows()))
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


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
    with started(folder, "preview", "source/ferry.md", "--port", "0") as address:
        page = Cards(browser, address)
        page.select("#kind", "Read")
        until(lambda: page.has("#run"))
        with page.frame(0):
            assert until(lambda: page.script("return document.getElementById('word')?.textContent"))
            assert page.script("return document.getElementById('word').dataset.ran") is None
        page.click("#run")
        with page.frame(0):
            until(lambda: page.script("return document.getElementById('word')?.dataset.ran") == "yes")
            until(lambda: page.script("return document.body.dataset.library") == "here")
            until(lambda: page.script("return document.body.dataset.fetched") == "no")
            assert page.script("return document.body.dataset.kept") == "out"
            assert page.script("return document.body.className").startswith("card card1")
        assert page.script("return document.title") != "pwned"
        page.select("#kind", "Produce")
        until(lambda: not page.has("#run"))
        until(lambda: "渡轮" in page.side(0))
