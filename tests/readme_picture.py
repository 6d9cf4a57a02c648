"""The picture at the top of both READMEs: the note of its example, what `build` prints, and two of its cards, by day and by night.

Run as a program it makes them anew with the program and a headless Chromium: `python tests/readme_picture.py`.
"""

import base64
import os
import re
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path
from typing import NamedTuple

from browser import chromium, until

from anki_builder.cli.project import open_project
from anki_builder.cli.stages import compile_project, with_collection
from anki_builder.collection import Collection
from anki_builder.preview.catalogue import Catalogue

ROOT = Path(__file__).parents[1]
CARD_STYLE = (ROOT / "anki_builder" / "preview" / "card.css").read_text("utf-8")
WIDTH = 1230
PAGE = """<!doctype html><meta charset="utf-8"><style>
html {{ background: #d9d5cc; }}
body {{ display: grid; grid-template: auto 1fr / 530px 322px 322px; gap: 14px; width: {width}px; margin: 0; padding: 14px; box-sizing: content-box; }}
pre {{ margin: 0; padding: 14px 18px; border-radius: 8px; white-space: pre-wrap; }}
pre {{ font: 14px/1.5 "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; }}
.note {{ background: #fff; color: #222; }}
.note b {{ color: #8a3a12; }}
.terminal {{ background: #1d1f21; color: #e8e6e1; font-size: 13px; }}
.terminal b {{ color: #f0a868; }}
iframe {{ grid-row: 1 / 3; width: 100%; height: 100%; border: 0; border-radius: 8px; }}
</style>
<pre class="note">{note}</pre>
<iframe srcdoc="{day}" style="grid-column: 2"></iframe>
<iframe srcdoc="{night}" style="grid-column: 3"></iframe>
<pre class="terminal">{terminal}</pre>"""


class Picture(NamedTuple):
    """One of the two."""

    file: str
    readme: str
    language: str


PICTURES = (
    Picture("note-to-cards.webp", "README.md", "en"),
    Picture("note-to-cards.zh.webp", "README.zh-CN.md", "zh"),
)


def example(readme: str) -> str:
    """Return the note that a README shows."""
    blocks = re.findall(r"```markdown\n(.*?)```", (ROOT / readme).read_text("utf-8"), re.DOTALL)
    return str(blocks[0])


def frame(catalogue: Catalogue, name: str, side: str, is_night: bool) -> str:
    """Return a side of the first card of a name as a page, with what Anki gives to each."""
    number, ord_ = next(
        (number, ord_)
        for number, built in enumerate(catalogue.notes)
        for ord_ in built.note.cards
        if built.note.kind.card(ord_).name == name
    )
    (style,) = catalogue.styles().values()
    classes = f"card card{ord_ + 1} isLin {'nightMode night_mode' if is_night else ''}"
    text = str(catalogue.card(number, ord_)[side])
    return f"<style>{CARD_STYLE}{style}</style><html class='linux chrome'><body class='{classes}'><div id=qa>{text}</div>"


def compiled() -> Catalogue:
    """Return the cards of the working directory."""
    project = open_project(())

    def work(collection: Collection) -> Catalogue:
        note_types = compile_project(project, collection).note_types
        return Catalogue(list(collection.notes()), note_types)

    return with_collection(project, work)


def page_of(picture: Picture) -> str:
    """Build the example in a folder of its own, and return the page of a picture."""
    note = example(picture.readme)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "notes"
        (folder / "source").mkdir(parents=True)
        (folder / "source" / "clock.md").write_text(note, encoding="utf-8")
        command = [sys.executable, "-m", "anki_builder", "--lang", picture.language, "build"]
        built = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "60"}
        )
        os.chdir(folder)
        catalogue = compiled()
        day, night = frame(catalogue, "Recognise", "back", False), frame(catalogue, "Read", "back", True)
        os.chdir(ROOT)
    shown = escape(note.strip(), quote=False)
    shown = re.sub(r"^(原文：|学习：)$", r"<b>\1</b>", shown, flags=re.MULTILINE)
    terminal = f"<b>$ anki-builder build</b>\n{escape(built.stderr + built.stdout, quote=False)}".strip()
    return PAGE.format(width=WIDTH - 28, note=shown, terminal=terminal, day=escape(day), night=escape(night))


def main() -> None:
    """Write both pictures."""
    with chromium() as browser:
        for picture in PICTURES:
            browser.get("data:text/html;base64," + base64.b64encode(page_of(picture).encode()).decode())
            until(lambda: browser.execute_script("return document.fonts.status") == "loaded")
            height = browser.execute_script("return document.body.scrollHeight")
            clip = {"x": 0, "y": 0, "width": WIDTH, "height": height, "scale": 1}
            shot = browser.execute_cdp_cmd(
                "Page.captureScreenshot", {"format": "webp", "quality": 85, "clip": clip, "captureBeyondViewport": True}
            )
            (ROOT / "docs" / "images" / picture.file).write_bytes(base64.b64decode(shot["data"]))


if __name__ == "__main__":
    main()
