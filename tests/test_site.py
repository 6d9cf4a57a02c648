"""The site of the documentation in a real browser: its search finds words of both languages, and it fits a phone by day and by night."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from browser import BrowserPage, until

ROOT = Path(__file__).parents[1]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site, built strictly."""
    pytest.importorskip("material", reason="the extra docs is not installed")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "-f", ".mkdocs.yml", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("place", "word", "page"), [("", "furigana", "readings/"), ("zh/", "句对", "zh/"), ("zh/", "独立程序", "zh/tutorial/")]
)
def test_the_search_finds_words_of_both_languages(browser: Any, site: str, place: str, word: str, page: str) -> None:
    shown = BrowserPage(browser, f"{site}/{place}?q={word}")
    found = "return [...document.querySelectorAll('.md-search-result__link')].map((link) => link.href)"
    until(lambda: any(page in link for link in shown.script(found)), 20)


@pytest.mark.parametrize("place", ["", "zh/", "cards/", "zh/workbench/", "reference/settings/"])
def test_a_page_fits_every_window_and_asks_no_other_host(browser: Any, site: str, place: str) -> None:
    shown = BrowserPage(browser, f"{site}/{place}")
    for width in (400, 1400):
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        assert shown.script("return document.documentElement.scrollWidth - innerWidth") <= 0, width
    assert {url for url in shown.asked() if not url.startswith((site, "data:", "blob:"))} == set()
