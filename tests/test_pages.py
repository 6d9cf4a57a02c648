"""The pages that commands write, in a browser: they ask nobody for anything, need no script, and come out on paper."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from browser import BrowserPage, until
from command import run

NOTE = """---
url: https://example.org/ferry
---

# The late ferry

原文：

![](pier.png)

![](https://tracker.invalid/pixel.png)

The ferry was *late* ![](https://tracker.invalid/inline.png), so we [waited](https://example.org/wait) on the pier.<img src="https://tracker.invalid/raw.png">

渡轮晚点了，于是我们在码头上等着。[sound:https://tracker.invalid/a.mp3]

学习：

ferry：美 [ˈferi] n. 渡轮；摆渡

pier：码头 ![](https://tracker.invalid/term.png)
"""
PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
A4 = {"width": 718, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
"""The paper without its margins, in pixels."""
COMMANDS = {
    "read": ["read", "-o", "page.html"],
    "stats": ["stats", "--html", "page.html"],
    "preview": ["preview", "--html", "page.html"],
}


@pytest.fixture(params=COMMANDS)
def page(request: pytest.FixtureRequest, browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BrowserPage:
    """The page of a command, opened as a file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source").mkdir()
    for number in range(6):
        text = NOTE.replace("late ferry", f"late ferry {number}").replace("was *late*", f"was {number + 2} hours *late*")
        (tmp_path / "source" / f"ferry-{number}.md").write_text(text, encoding="utf-8")
    (tmp_path / "source" / "pier.png").write_bytes(PICTURE)
    assert run(*COMMANDS[request.param]).exit_code == 0
    return BrowserPage(browser, (tmp_path / "page.html").as_uri())


def test_a_page_asks_no_server_for_anything(page: BrowserPage) -> None:
    until(lambda: page.script("return document.readyState") == "complete")
    assert "ferry" in str(page.script("return document.body.innerText"))
    asked: list[str] = []

    def is_reported() -> bool:
        """The browser reports a request a moment later."""
        asked.extend(page.asked())
        return page.address in asked

    until(is_reported)
    assert {url for url in asked if not url.startswith(("data:", "about:"))} == {page.address}
    assert page.browser.get_log("browser") == []


def test_a_page_is_accessible_by_day_and_by_night(page: BrowserPage) -> None:
    until(lambda: page.script("return document.readyState") == "complete")
    try:
        assert page.violations() == []
    finally:
        page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


def test_a_page_comes_out_on_white_paper(page: BrowserPage, request: pytest.FixtureRequest) -> None:
    if "preview" in request.node.name:
        pytest.skip("the preview is for the screen")
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": dark})
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", A4)
    try:
        ink = page.script("return getComputedStyle(document.body).color")
        glosses = page.script("return [...document.querySelectorAll('.gloss')].filter((one) => one.checkVisibility()).length")
        right = page.script(
            "return Math.max(...[...document.querySelectorAll('td, p, svg')].map((one) => one.getBoundingClientRect().right))"
        )
    finally:
        page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
        page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert max(map(int, re.findall(r"\d+", ink)[:3])) < 60
    assert glosses == 0
    assert right <= A4["width"]
    pdf = base64.b64decode(page.browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    assert pdf.startswith(b"%PDF-") and len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 1


def test_each_language_of_a_page_to_read_has_its_own_font(browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ferry.md").write_text(NOTE, encoding="utf-8")
    run("read", "ferry.md", "-o", "page.html")
    page = BrowserPage(browser, (tmp_path / "page.html").as_uri())
    fonts = {
        tag: page.script(f"return getComputedStyle(document.querySelector('p[lang={tag}]')).fontFamily") for tag in ("en", "zh")
    }
    assert fonts["en"].startswith("Georgia")
    assert "Songti SC" in fonts["zh"]
