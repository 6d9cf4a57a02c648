"""The page of the workbench in a real browser, and the commands that serve it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browser import BrowserPage, until


@contextmanager
def started(home: Path, *command: str, folder: Path | None = None) -> Iterator[str]:
    """The address that a command prints in a folder, else in the home itself; it is killed in the end."""
    folders = dict.fromkeys(("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "APPDATA", "XDG_CACHE_HOME", "LOCALAPPDATA"), str(home))
    with subprocess.Popen(
        [sys.executable, "-m", "anki_builder", *(command or ("app", "--port", "0")), "--no-open"],
        cwd=folder or home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | folders,
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.kill()
            _, said = process.communicate(timeout=10)
    assert "Traceback" not in said


_REACHED = """const left = (one) => one.getBoundingClientRect().left;
return [...document.querySelectorAll('.sides')].every((one) =>
  !one.checkVisibility() || one.scrollLeft > 0 || left(one.firstElementChild) >= left(one))"""


class Page(BrowserPage):
    """The page of the workbench, as a learner uses it."""

    def has(self, selector: str) -> bool:
        return bool(self.script("return !!document.querySelector(arguments[0])?.checkVisibility()", selector))

    def text(self, selector: str) -> str:
        return str(self.script("return document.querySelector(arguments[0])?.innerText ?? ''", selector))

    def value(self, selector: str) -> str:
        return str(self.script("return document.querySelector(arguments[0])?.value ?? ''", selector))

    def one(self, selector: str) -> Any:
        """The element of the page that a selector matches."""
        return self.script("return document.querySelector(arguments[0])", selector)

    def type(self, selector: str, text: str) -> None:
        """Put a text into a field, in the place of what is there."""
        script = (
            "const box = document.querySelector(arguments[0]); box.value = arguments[1]; box.dispatchEvent(new Event('input'))"
        )
        self.script(script, selector, text)

    def click(self, selector: str) -> None:
        until(lambda: self.has(f"{selector}:enabled"))
        self.script("document.querySelector(arguments[0]).click()", selector)

    def press(self, label: str) -> None:
        """Press the button or link with a label."""
        seen = "one.textContent === arguments[0] && one.checkVisibility() && !one.disabled"
        find = f"return [...document.querySelectorAll('button, a')].find((one) => {seen})"
        until(lambda: self.script(f"{find} !== undefined", label))
        self.script(f"({find.removeprefix('return ')}).click()", label)

    def open(self, home: Path, label: str = "Open this folder") -> None:
        """Choose the folder of notes in the home."""
        self.press("notes")
        until(lambda: self.text("h3.place") == str(home / "notes"))
        self.press(label)

    def styles(self, selector: str) -> set[str]:
        """How what a selector matches is displayed, in all cards."""
        found: set[str] = set()
        for frame in self.browser.find_elements("tag name", "iframe"):
            self.browser.switch_to.frame(frame)
            script = "return [...document.querySelectorAll(arguments[0])].map((one) => getComputedStyle(one).display)"
            found.update(self.script(script, selector))
            self.browser.switch_to.default_content()
        return found

    def judged(self) -> None:
        """Assert that the view is accessible, by day and by night, and fits its window."""
        assert self.violations() == []
        for width in (400, 1400, 2560):
            size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
            self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            assert self.script("return document.documentElement.scrollWidth - innerWidth") <= 0, width
            assert self.script(_REACHED), f"at {width} a card begins where nobody can scroll to"
        self.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def quiet(self) -> None:
        """Assert that nothing was complained of, and nothing asked of another host."""
        assert [entry for entry in self.browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []
        events = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        assert {url for url in asked if not url.startswith((self.address, "data:", "about:"))} == set()
