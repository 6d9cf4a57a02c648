"""A word in running text with its gloss in an attribute, or the other way round: `<span title="港口">harbour</span>`.

The entries lie beside whatever else the line is: they claim no line of their own unless nobody does.
"""

import re
from collections.abc import Iterator

from anki_builder.document import Example, VocabularyEntry
from anki_builder.reading import entry, inline
from anki_builder.reading.page import Claim, Page, is_sentence

NAME = "attributes"
_ELEMENT = re.compile(
    r"<(?P<tag>span|abbr|dfn|ruby|mark|b|i|em|strong|u)\s(?P<attributes>[^<>]{1,500})>(?P<content>[^<>]{1,80})</(?P=tag)>"
)
_ATTRIBUTE = re.compile(r"""(?:^|\s)(?:title|data-[a-z-]+|aria-label)\s*=\s*(?:"([^"]+)"|'([^']+)')""")


_MARKED = re.compile(r"\*\*(?P<term>[^*\n]{2,40})\*\*\s*[(（](?P<gloss>[^()（）\n]{1,40})[)）]")
_CLOZE = re.compile(r"\{\{c\d+::(?P<term>[^:{}\n]+)::(?P<hint>[^{}\n]+)\}\}")
_RUNNING_TEXT = 60
"""Characters of a line that is more than the word and its gloss."""


def recognise(page: Page) -> Iterator[Claim]:
    """Yield an entry for each element whose attribute and content are a term and its gloss."""
    if "{{c" in page.source.text:
        yield from _clozes(page)
    if "<" not in page.source.text and "**" not in page.source.text:
        return
    for block in page.blocks:
        if block.kind != "paragraph":
            continue
        for index, text in enumerate(block.texts):
            if "**" in text and not block.quote and page.side(text) == 0:
                found = [one for marked in _MARKED.finditer(text) if (one := _marked(page, block.line + index, marked, text))]
                if len(found) > 1 or (found and len(inline.plain(text)) > _RUNNING_TEXT):
                    yield Claim(NAME, 0.6, (), entries=tuple(found))
            if "<" not in text or "=" not in text:
                continue
            line = block.line + index
            found = [one for element in _ELEMENT.finditer(text) for one in _entries(page, line, element)]
            if found:
                yield Claim(NAME, 0.6, (), entries=tuple(found))
                yield Claim(NAME, 0.05, ((line, "entry"),))


def _clozes(page: Page) -> Iterator[Claim]:
    """Yield an entry for each cloze whose hint is the gloss of what is left out: `He filled the {{c1::bucket::水桶}}.`"""
    for line, written in enumerate(page.source.text.split("\n"), 1):
        if not page.lines[line - 1].strip():
            continue
        found = []
        for cloze in _CLOZE.finditer(written):
            term, hint = inline.plain(cloze["term"]).strip(), inline.plain(cloze["hint"]).strip()
            if (page.side(term), page.side(hint)) == (0, 1):
                one = entry.vocabulary(entry.parse_gloss(hint)._replace(term=term), line, page.place(line, term), (), ())
                found.append(one._replace(examples=(Example(inline.plain(page.lines[line - 1]).strip("-*+ "), None, line),)))
        if found:
            yield Claim(NAME, 0.6, (), entries=tuple(found))
            yield Claim(NAME, 0.06, ((line, "entry"),))


def _marked(page: Page, line: int, found: re.Match[str], text: str) -> VocabularyEntry | None:
    """Return the entry of a bold word in running text with its gloss in brackets behind it: `the **tide** (潮水) came in`."""
    term, gloss = inline.plain(found["term"]), inline.plain(found["gloss"])
    if (page.side(term), page.side(gloss)) != (0, 1) or not inline.plain(text).replace(term, "", 1).strip(" ()（）" + gloss):
        return None
    parsed = entry.parse_gloss(gloss)._replace(term=term)
    return entry.vocabulary(parsed, line, page.place(line, term), (), ()) if parsed.gloss else None


def _entries(page: Page, line: int, element: re.Match[str]) -> Iterator[VocabularyEntry]:
    content = inline.plain(element["content"])
    for values in _ATTRIBUTE.findall(element["attributes"]):
        value = inline.plain(values[0] or values[1])
        sides = page.side(content), page.side(value)
        if sides not in ((0, 1), (1, 0)):
            continue
        term, gloss = (content, value) if sides[0] == 0 else (value, content)
        head, parsed = entry.clean_term(term), entry.parse_gloss(gloss)
        if head.term and parsed.gloss and not is_sentence(head.term):
            yield entry.vocabulary(parsed.behind(head), line, page.place(line, head.term), (), ())
            return
