"""What belongs to no card in any layout: headings, rules, images, links, tables of contents, parts headed “Transcript” or “Afterword”."""

import re
from collections.abc import Iterator

from anki_builder.languages import labels
from anki_builder.reading import examples, rules
from anki_builder.reading.blocks import Block
from anki_builder.reading.page import Claim, Page, is_image

NAME = "furniture"
_LINKS = re.compile(
    r"(?:(?:\[\[[^\[\]]+\]\]|!?\[[^\[\]]*\]\([^()]*\)|<https?://[^<>\s]+>|https?://\S+|\[toc\]|@\[toc\])[\s|,·、]*)+$",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"\[\^[^\[\]]+\]:")
_TAGS_ONLY = re.compile(r"(?:</?[A-Za-z][^<>]*>\s*)+$")
_LETTERS = "_“\"'‘（(*"
_CONTAINER = re.compile(r"(?:\?\?\?\+?|!!!|:::+)\s*(?:\{?\w[^\n]*)?$|={3,}$|[^\w]+$")


def recognise(page: Page) -> Iterator[Claim]:
    """Yield the lines that hold the note together, and the parts that a heading names as no material."""
    skipping = 0
    listing = False
    for index, block in enumerate(page.blocks):
        if block.kind == "heading":
            if skipping and (block.level <= skipping or listing):
                skipping = 0
            label = page.labels.get(block.line)
            if label is not None and label.role == "skip" and not label.rest and not skipping:
                skipping = block.level
                # A table of contents ends at any heading.
                listing = index + 1 < len(page.blocks) and page.blocks[index + 1].depth > 0
            if not skipping:
                yield Claim(NAME, 0.1, ((block.line, "heading"),))
                continue
        if skipping:
            yield Claim(NAME, 0.95, _all(block, "skipped"))
        elif block.kind == "rule":
            yield Claim(NAME, 0.1, _all(block, "rule"))
        elif block.kind == "fence":
            yield _fence(page, block)
        else:
            yield from _lines(page, block)


def _all(block: Block, role: str) -> tuple[tuple[int, str], ...]:
    return tuple((line, role) for line in range(block.line, block.line + len(block.texts)))


def _fence(page: Page, block: Block) -> Claim:
    bilingual = (
        not page.config.fences and page.separable and any(examples.on_line(page, text, block.line) for text in block.texts[1:-1])
    )
    report = page.diagnostic(rules.LEFT_OUT_FENCE, block.line, "pairs in this code fence are left out", rules.LEFT_OUT_FENCE.cure)
    return Claim(NAME, 0.5, _all(block, "code"), diagnostics=(report,) if bilingual else ())


def _lines(page: Page, block: Block) -> Iterator[Claim]:
    plain = block.kind != "markup"
    for line, text in enumerate(block.texts, block.line):
        if plain and (text[:1].isalnum() or text[:1] in _LETTERS) and not text.startswith(("http", "HTTP")):
            # A line that begins as text does.
            if "年" in text and labels.SIGN_OFF.fullmatch(text):
                yield Claim(NAME, 0.65, ((line, "sign-off"),))
            elif line in page.labels:
                yield from _label(page, line)
        elif is_image(text):
            yield Claim(NAME, 0.1, ((line, "image"),))
        elif _LINKS.match(text):
            yield Claim(NAME, 0.5, ((line, "link"),))
        elif _FOOTNOTE.match(text):
            yield Claim(NAME, 0.5, ((line, "footnote"),))
        elif block.kind == "markup" or _TAGS_ONLY.match(text) or _CONTAINER.match(text):
            yield Claim(NAME, 0.1, ((line, "markup"),))
        elif labels.SIGN_OFF.fullmatch(text):
            yield Claim(NAME, 0.65, ((line, "sign-off"),))
        else:
            yield from _label(page, line)


def _label(page: Page, line: int) -> Iterator[Claim]:
    label = page.labels.get(line)
    if label is not None and label.separated and label.rest and label.role in ("skip", "metadata"):
        yield Claim(NAME, 0.5, ((line, "metadata"),))
    elif label is not None and not label.rest:
        yield Claim(NAME, 0.1, ((line, "label"),))
