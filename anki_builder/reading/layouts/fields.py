"""A heading for each term, with its fields as list items below: `- 뜻: …`, `- Example: …`."""

from collections.abc import Iterator

from anki_builder.document import Example, VocabularyEntry
from anki_builder.languages import labels
from anki_builder.reading import entry, inline
from anki_builder.reading.blocks import Block
from anki_builder.reading.page import Claim, Page

NAME = "fields"
_Field = tuple[int, str, str]
"""Line, name and content; what goes on below a field has no name."""


def recognise(page: Page) -> Iterator[Claim]:
    """Yield an entry for each heading below which a field gives its gloss."""
    heading: Block | None = None
    fields: list[_Field] = []
    for block in page.blocks:
        if block.kind in ("heading", "rule"):
            yield from _entry(page, heading, fields)
            heading, fields = (block if block.kind == "heading" else None), []
        elif heading is not None and block.kind == "paragraph" and not block.quote:
            for index, text in enumerate(block.texts):
                plain = inline.plain(text)
                name, separator, content = _field(plain)
                if separator:
                    fields.append((block.line + index, name, content))
                elif fields and index:
                    fields.append((block.line + index, "", plain))
    yield from _entry(page, heading, fields)


def _field(plain: str) -> tuple[str, str, str]:
    for mark in ("：", ":"):
        name, separator, content = plain.partition(mark)
        if separator and len(name) < 30 and name[:1].isalnum():
            return name.strip(), separator, content.strip()
    return "", "", ""


def _kind(page: Page, name: str) -> str:
    kind = labels.field(name)
    if kind in labels.NAMES:
        side = page.named_side(name)
        return {0: "text", 1: "gloss"}.get(-1 if side is None else side, "remark")
    role = labels.role(name, page.config.labels)
    return {"translation": "gloss"}.get(role, "") or kind or role or f"={name}"


def _entry(page: Page, heading: Block | None, named: list[_Field]) -> Iterator[Claim]:
    if heading is None or len(named) < 2 or not any(content for _, _, content in named):
        return
    fields = [(line, _kind(page, name) if name else "remark", content) for line, name, content in named]
    glosses = [content for _, kind, content in fields if kind == "gloss" and content]
    if not glosses:
        return
    plain = inline.plain(heading.texts[0]).strip('"“”「」«» ')
    if page.separable and page.side(plain) == 1:
        return
    term, phonetics, accent, part_of_speech, reading = entry.clean_term(plain)
    parsed = entry.parse_gloss("；".join(glosses))
    by_kind: dict[str, list[str]] = {}
    for _, kind, content in fields:
        by_kind.setdefault("remark" if kind.startswith("=") else kind, []).append(
            f"{kind[1:]}: {content}" if kind.startswith("=") else content
        )
    examples = []
    for line, kind, content in fields:
        if kind in ("example", "text") and content:
            examples.append(Example(content, None, line))
    column, length = page.place(heading.line, term)
    one = VocabularyEntry(
        term,
        parsed.gloss,
        parsed.senses,
        heading.line,
        column,
        length,
        phonetics or " ".join(by_kind.get("phonetics", ())) or parsed.phonetics,
        accent,
        part_of_speech or " ".join(by_kind.get("part-of-speech", ())) or parsed.part_of_speech,
        parsed.lemma,
        parsed.note,
        "\n".join(by_kind.get("remark", ())),
        reading,
        tuple(examples),
    )
    roles = [
        (heading.line, "entry"),
        *((line, kind.lstrip("=") if not kind.startswith("=") else "remark") for line, kind, _ in fields),
    ]
    yield Claim(NAME, 0.8, tuple(roles), entries=(one,))
