"""What belongs to no card in any layout: headings, rules, images, links, tables of contents, parts headed “Transcript” or “Afterword”."""

import re
from collections.abc import Iterator

from anki_builder.languages import labels
from anki_builder.message import Message
from anki_builder.reading import examples, rules
from anki_builder.reading.blocks import Block
from anki_builder.reading.page import Claim, Page, is_image

NAME = "furniture"
_LINKS = re.compile(
    r"(?:(?:\[\[[^\[\]]+\]\]|!?\[[^\[\]]*\]\([^()]*\)|<https?://[^<>\s]+>|https?://\S+|\[toc\]|@\[toc\])[\s|,·、]*)+$",
    re.IGNORECASE,
)
_SECTION = re.compile(r"\d+(?:\.\d+)+\.?\s")
"""The number of a part of a part, which is no plan: `1.2 To do`."""
_FOOTNOTE = re.compile(r"\[\^[^\[\]]+\]:")
_TAGS_ONLY = re.compile(r"(?:</?[A-Za-z][^<>]*>\s*)+$")
_URL = ("http", "HTTP")
_LETTERS = "_“\"'‘（(*"
_CONTAINER = re.compile(r"(?:\?\?\?\+?|!!!|:::+)\s*(?:\{?\w[^\n]*)?$|={3,}$|[^\w]+$")


def recognise(page: Page) -> Iterator[Claim]:
    """Yield the lines that hold the note together, and the parts that a heading names as no material."""
    skipping = 0
    listing = False
    for index, block in enumerate(page.blocks):
        kind = block.kind
        if kind == "heading":
            if skipping and (block.level <= skipping or listing):
                skipping = 0
            label = page.labels.get(block.line)
            if label is not None and label.role == "skip" and not (label.rest or skipping or _SECTION.match(block.texts[0])):
                skipping = block.level
                # A list, such as a table of contents, ends at any heading or rule.
                listing = index + 1 < len(page.blocks) and page.blocks[index + 1].depth > 0
            if not skipping:
                yield Claim(NAME, 0.1, ((block.line, "heading"),))
                continue
        elif kind == "rule" and listing:
            skipping = 0
        if skipping and not _FOOTNOTE.match(block.texts[0]):  # where a footnote is written says nothing of it
            yield Claim(NAME, 0.95, _all(block, "skipped"))
        elif kind == "rule":
            yield Claim(NAME, 0.1, _all(block, "rule"))
        elif kind == "fence":
            yield _fence(page, block)
        else:
            yield from _lines(page, block)


def _lines(page: Page, block: Block) -> Iterator[Claim]:
    """Yield the lines of a paragraph that hold the note together."""
    for line, text in enumerate(block.texts, block.line):
        if text[:1].isalpha() and line not in page.labels and not text.startswith(_URL) and block.kind != "markup":
            continue  # text: nearly every line; a sign-off begins with no letter
        claim = _line(page, block, line, text)
        if claim is not None:
            yield claim


def _all(block: Block, role: str) -> tuple[tuple[int, str], ...]:
    return tuple((line, role) for line in range(block.line, block.line + len(block.texts)))


def _fence(page: Page, block: Block) -> Claim:
    bilingual = (
        not page.config.fences and page.separable and any(examples.on_line(page, text, block.line) for text in block.texts[1:-1])
    )
    report = page.diagnostic(
        rules.LEFT_OUT_FENCE, block.line, Message("pairs in this code fence are left out"), rules.LEFT_OUT_FENCE.cure
    )
    return Claim(NAME, 0.5, _all(block, "code"), diagnostics=(report,) if bilingual else ())


def _line(page: Page, block: Block, line: int, text: str) -> Claim | None:
    """Return the claim to a line that is a label, or may be something else than text."""
    if block.kind != "markup" and (text[:1].isalnum() or text[:1] in _LETTERS) and not text.startswith(_URL):
        # A line that begins as text does.
        return _sign_off(line, text) or _label(page, line)
    if is_image(text):
        return Claim(NAME, 0.1, ((line, "image"),))
    if _LINKS.match(text):
        return Claim(NAME, 0.9 if "](" in text else 0.6, ((line, "link"),))
    if _FOOTNOTE.match(text):
        return Claim(NAME, 0.5, ((line, "footnote"),))
    if block.kind == "markup" or _TAGS_ONLY.match(text) or _CONTAINER.match(text):
        return Claim(NAME, 0.1, ((line, "markup"),))
    return _sign_off(line, text) or _label(page, line)


def _sign_off(line: int, text: str) -> Claim | None:
    return Claim(NAME, 0.65, ((line, "sign-off"),)) if "年" in text and labels.SIGN_OFF.fullmatch(text) else None


def _label(page: Page, line: int) -> Claim | None:
    label = page.labels.get(line)
    if label is not None and label.separated and label.rest and label.role in ("skip", "metadata"):
        return Claim(NAME, 0.5, ((line, "metadata"),))
    if label is not None and not label.rest:
        return Claim(NAME, 0.1, ((line, "label"),))
    return None
