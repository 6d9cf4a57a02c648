"""A headless Chromium for the tests of the pages; they are skipped where there is none."""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest

T = TypeVar("T")
# Sandboxed frames in the process of the page: else what they log and request is not seen here.
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --disable-dev-shm-usage --disable-features=IsolateSandboxedIframes --window-size=1500,950"
).split()


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser that records what its console says and what it requests."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("no Chromium with its driver is installed (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
        try:
            yield browser
        finally:
            browser.quit()


class BrowserPage:
    """A page in the browser, as a learner uses it."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address = browser, address
        browser.switch_to.default_content()
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.get("about:blank")
        browser.get_log("browser"), browser.get_log("performance")
        browser.get(address)

    def script(self, text: str, *arguments: object) -> Any:
        return self.browser.execute_script(text, *arguments)

    def violations(self) -> list[tuple[str, str, list[str]]]:
        """Light, rule and elements of what a reader with a disability would stumble over (WCAG 2 A and AA), outside frames.

        By night only the rules about colours are asked again.
        """
        axe = pytest.importorskip("axe_selenium_python", reason="axe-selenium-python is not installed").Axe(self.browser)
        axe.inject()
        found = []
        schemes = {
            "light": {"type": "tag", "values": ["wcag2a", "wcag2aa"]},
            "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
        }
        for scheme, rules in schemes.items():
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
            broken = axe.run({"exclude": [["iframe"]]}, {"runOnly": rules, "resultTypes": ["violations"]})["violations"]
            found += [(scheme, one["id"], [node["html"] for node in one["nodes"]]) for one in broken]
        return found

    def asked(self) -> set[str]:
        """What was asked of any server since the last call; requests that the policy of the page stopped were not."""
        events = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        stopped = {
            event["params"]["requestId"]
            for event in events
            if event["method"] == "Network.loadingFailed" and event["params"].get("blockedReason") == "csp"
        }
        return {
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent" and event["params"]["requestId"] not in stopped
        }


def until(found: Callable[[], T], seconds: float = 10) -> T:
    """Return what `found` returns once it is true."""
    end = time.monotonic() + seconds
    while True:
        value = found()
        if value:
            return value
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)
