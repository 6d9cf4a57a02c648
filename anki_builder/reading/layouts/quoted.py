"""A paragraph followed by its translation as a block quote, with or without a label: `> 🇬🇧 **English**: …`."""

from collections.abc import Iterator

from anki_builder.patterns import late
from anki_builder.reading import examples, inline, pairing
from anki_builder.reading.blocks import Block
from anki_builder.reading.page import Claim, Page, ends_sentence

NAME = "quoted"
_OTHER_LABEL = late(r"^\W*\*\*[^*]{1,30}\*\*\s*[:：]|^\W*\*\*[^*]{1,30}[:：]\*\*")


def recognise(page: Page) -> Iterator[Claim]:
    """Yield each paragraph outside quotes that a quote in the other language follows directly."""
    before: Block | None = None
    for block in page.blocks:
        if block.quote and before is not None and block.kind == "paragraph":
            yield from _pair(page, before, block)
        if not block.quote:
            before = block if block.kind == "paragraph" else None
        elif before is not None and not block.depth:
            # Only the first paragraph of a quote translates; what follows it there is a remark.
            if _OTHER_LABEL().match(block.texts[0]) and pairing.untagged(page, block.texts[0])[1] is None:
                yield Claim(NAME, 0.4, tuple((line, "remark") for line, _ in pairing.pieces(block)))
            before = None if block is not before and not _continues(block) else before


def _continues(block: Block) -> bool:
    return _OTHER_LABEL().match(block.texts[0]) is not None


def _pair(page: Page, before: Block, quote: Block) -> Iterator[Claim]:
    first, named = pairing.untagged(page, quote.texts[0])
    if named is None and _OTHER_LABEL().match(quote.texts[0]):
        return
    translation = [(quote.line, first), *pairing.pieces(quote)[1:]]
    text = pairing.pieces(before)
    whole, other = pairing.words(before), " ".join(inline.plain(content) for _, content in translation)
    if named is not None:
        order: bool | None = named == 1
    else:
        if any(len(text) < 60 and examples.on_line(page, inline.plain(text), 0) is not None for text in before.texts):
            return  # entries with an example quoted below
        if ends_sentence(whole) != ends_sentence(other):
            return  # a rule with its examples
        order = pairing.in_order(page, whole, other)
        if order is None or pairing.pure_side(page, whole) is None or pairing.pure_side(page, other) is None:
            return
    if not pairing.alike(page, *((whole, other) if order else (other, whole))):
        return
    evidence = 0.8 if named is not None else 0.6
    found = pairing.claim(page, NAME, evidence, *((text, translation) if order else (translation, text)))
    if found is not None:
        yield found
