"""The pictures of the workbench and of the page of reviews in the docs, made of the samples.

Run as a program it makes them anew with the program, the real Anki and a headless Chromium: `python tests/docs_pictures.py`. Reviews are drawn
by chance, the same each time.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from anki_server import AnkiServer
from browser import chromium, until
from workbench_page import Page, started

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
DAY = 86_400
FORGOTTEN = {"Recognise": 0.1, "Recall": 0.2, "Cloze": 0.18, "Read": 0.08, "Produce": 0.22}
"""By kind of card, how often it is forgotten."""


def study(collection: Any) -> None:
    """Learn most cards over six weeks."""
    chance = random.Random(7)
    now = int(time.time())
    for number, card in enumerate(map(collection.get_card, collection.find_cards("deck:*"))):
        kind = card.template()["name"]
        if chance.random() < 0.3:
            continue
        lapses, interval, age = 0, 1, chance.randrange(3, 42)
        for review in range(12):
            if age <= 0:
                break
            is_forgotten = chance.random() < FORGOTTEN[kind] * (3 if number % 11 == 0 else 1)
            stamp = (now - age * DAY) * 1000 + number * 50 + review
            collection.db.execute(
                "insert into revlog values (?, ?, -1, ?, ?, ?, ?, 5000, 1)",
                *(stamp, card.id, 1 if is_forgotten else 3, interval, interval, 2500),
            )
            lapses += is_forgotten
            interval = 1 if is_forgotten else max(interval + 1, interval * 2)
            age -= interval
        collection.db.execute(
            "update cards set type = 2, queue = 2, ivl = ?, due = ?, factor = ?, lapses = ?, reps = 5 where id = ?",
            *(interval, collection.sched.today + max(0, -age), 2500 - 150 * lapses, lapses, card.id),
        )
        if lapses > 2:
            collection.tags.bulk_add([card.nid], "leech")


def run(folder: Path, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "anki_builder", "--lang", "en", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        env=os.environ | {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_CONFIG_HOME": str(folder / "config")},
    )


def samples(home: Path) -> Path:
    """Copy the samples to a folder that has their name."""
    folder = home / "notes"
    shutil.copytree(ROOT / "source", folder / "source", ignore=shutil.ignore_patterns("anki_builder.lock"))
    (folder / "anki_builder.toml").write_text('collection = "Anki-builder samples"\n', encoding="utf-8")
    return folder


def picture(browser: Any, name: str, width: int, height: int, scheme: str = "light") -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    )
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
    time.sleep(1)
    browser.save_screenshot(str(IMAGES / name))


def reviews(browser: Any, home: Path) -> None:
    folder = samples(home)
    (home / "anki").mkdir()
    with AnkiServer(home / "anki" / "collection.anki2") as anki:
        with (folder / "anki_builder.toml").open("a", encoding="utf-8") as settings:
            settings.write(f"anki = {{url = '{anki.url}'}}\n")
        run(folder, "push")
        study(anki.collection)
        run(folder, "review", "--html", "review.html")
    browser.get((folder / "review.html").as_uri())
    for scheme in ("light", "dark"):
        picture(browser, f"review-{scheme}.png", 1400, 1000, scheme)


def workbench(browser: Any, home: Path) -> None:
    samples(home)
    with started(home) as address:
        page = Page(browser, f"{address}?lang=en")
        page.open(home)
        page.press("The lighthouse keeper's clock")
        until(lambda: page.has(".line.text"))
        until(lambda: page.script("return document.querySelector('iframe').srcdoc.includes('wound')"))
        page.script("document.querySelector('#where').style.visibility = 'hidden'")
        picture(browser, "workbench.png", 1100, 640)


def main() -> None:
    """Make the pictures."""
    with chromium() as browser:
        for make in (reviews, workbench):
            with tempfile.TemporaryDirectory() as home:
                make(browser, Path(home))


if __name__ == "__main__":
    main()
