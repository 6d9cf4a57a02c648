"""A word in running text with its gloss in an attribute, or the other way round: `<span title="港口">harbour</span>`.

The entries lie beside whatever else the line is: they claim no line of their own unless nobody does.
"""

import re
from collections.abc import Iterator

from anki_builder.document import VocabularyEntry
from anki_builder.patterns import late
from anki_builder.reading import entry, inline
from anki_builder.reading.page import Claim, Page, is_sentence

NAME = "attributes"
_ELEMENT = late(r"<(?P<tag>span|abbr|dfn|ruby|mark|b|i|em|strong|u)\s(?P<attributes>[^<>]{1,500})>(?P<content>[^<>]{1,80})</(?P=tag)>")
_ATTRIBUTE = late(r"""(?:^|\s)(?:title|data-[a-z-]+|aria-label)\s*=\s*(?:"([^"]+)"|'([^']+)')""")


def recognise(page: Page) -> Iterator[Claim]:
    """Yield an entry for each element whose attribute and content are a term and its gloss."""
    if "<" not in page.source.text:
        return
    for block in page.blocks:
        if block.kind != "paragraph":
            continue
        for index, text in enumerate(block.texts):
            if "<" not in text or "=" not in text:
                continue
            line = block.line + index
            found = [one for element in _ELEMENT().finditer(text) for one in _entries(page, line, element)]
            if found:
                yield Claim(NAME, 0.6, (), entries=tuple(found))
                yield Claim(NAME, 0.05, ((line, "entry"),))


def _entries(page: Page, line: int, element: re.Match[str]) -> Iterator[VocabularyEntry]:
    content = inline.plain(element["content"])
    for values in _ATTRIBUTE().findall(element["attributes"]):
        value = inline.plain(values[0] or values[1])
        sides = page.side(content), page.side(value)
        if sides not in ((0, 1), (1, 0)):
            continue
        term, gloss = (content, value) if sides[0] == 0 else (value, content)
        cleaned, phonetics, accent, part_of_speech, reading = entry.clean_term(term)
        parsed = entry.parse_gloss(gloss)
        if cleaned and parsed.gloss and not is_sentence(cleaned):
            column, length = page.place(line, cleaned)
            yield VocabularyEntry(
                cleaned,
                parsed.gloss,
                parsed.senses,
                line,
                column,
                length,
                phonetics or parsed.phonetics,
                accent or parsed.accent,
                part_of_speech or parsed.part_of_speech,
                parsed.lemma,
                parsed.note,
                reading=reading,
            )
            return
