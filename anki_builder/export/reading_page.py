"""A bilingual page: each sentence beside its translation, terms underlined, their glosses on tap. One HTML file without scripts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import NamedTuple

from anki_builder.document import AlignedDocument, Document, Passage, SentencePair, VocabularyEntry
from anki_builder.languages import language
from anki_builder.notes.markup import Wrapper, render, safe_url

Pictures = Mapping[str, str]
"""Address of each picture of a note, by the path that the note writes; `data:` addresses keep the page in one file."""


class _Term(NamedTuple):
    """A term at its place in a passage."""

    start: int
    end: int
    entry: VocabularyEntry


def reading_page(title: str, articles: Sequence[tuple[AlignedDocument, Pictures]]) -> str:
    """Return a whole page with these articles in their order; with more than one it begins with a list of them."""
    style = (files("anki_builder.export") / "reading_page.css").read_text("utf-8")
    shared = language(articles[0][0].document.languages[1]).tag if articles else "en"
    body = "".join(_article(number, *article) for number, article in enumerate(articles, 1))
    return (
        f'<!doctype html>\n<html lang="{escape(shared)}">\n<head>\n<meta charset="utf-8">\n<meta name="generator" content="anki-builder">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"{_contents(title, [aligned.document for aligned, _ in articles])}<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _contents(title: str, documents: Sequence[Document]) -> str:
    if len(documents) < 2:
        return ""
    items = "".join(
        f'<li><a href="#a{number}"{_language_of(document.languages[0])}>{escape(document.title)}</a></li>\n'
        for number, document in enumerate(documents, 1)
    )
    return f"<nav>\n<p>{escape(title)}</p>\n<ol>\n{items}</ol>\n</nav>\n"


def _article(number: int, aligned: AlignedDocument, pictures: Pictures) -> str:
    document = aligned.document
    heading = escape(document.title)
    if address := safe_url(document.url):
        heading = f'<a href="{address}">{heading}</a>'
    terms: dict[int, list[_Term]] = {}
    for entry, context in zip(document.entries, aligned.contexts, strict=True):
        if context is not None and context.pair >= 0:
            found = terms.setdefault(context.pair, [])
            found += [_Term(start, end, entry) for start, end in context.parts]
    passages: dict[int, list[tuple[SentencePair, list[_Term]]]] = {}
    for index, pair in enumerate(aligned.pairs):
        passages.setdefault(pair.passage, []).append((pair, _apart(terms.get(index, []))))
    body = "".join(_passage(document, document.passages[place], pairs, pictures) for place, pairs in passages.items())
    return (
        f'<article id="a{number}">\n<h1{_language_of(document.languages[0])}>{heading}</h1>\n{body}{_words(document)}</article>\n'
    )


def _apart(terms: Iterable[_Term]) -> list[_Term]:
    """Return terms in the order of the text, without those that overlap a longer one."""
    kept: list[_Term] = []
    for term in sorted(terms, key=lambda term: term.start - term.end):
        if all(term.end <= other.start or other.end <= term.start for other in kept):
            kept.append(term)
    return sorted(kept)


def _passage(
    document: Document, passage: Passage, pairs: Iterable[tuple[SentencePair, Sequence[_Term]]], pictures: Pictures
) -> str:
    shown = "".join(f'<img src="{escape(pictures[path])}" alt="">\n' for path in passage.images if path in pictures)
    rows = "".join(_pair(document, passage, pair, terms) for pair, terms in pairs)
    return f"<section>\n{shown}{rows}</section>\n"


def _pair(document: Document, passage: Passage, pair: SentencePair, terms: Sequence[_Term]) -> str:
    glosses = language(document.languages[1])
    wrappers = [
        Wrapper(term.start, term.end, '<span class="term" tabindex="0">', f"{_gloss(term.entry, glosses.tag)}</span>")
        for term in terms
    ]
    text = render(passage.text, pair.start, pair.end, wrappers)
    translation = passage.translation
    other = render(translation, pair.translation_start, pair.translation_end) if translation is not None else ""
    first, second = map(_language_of, document.languages)
    return f'<div class="pair"><p{first}>{text}</p><p{second}>{other}</p></div>\n'


def _gloss(entry: VocabularyEntry, tag: str) -> str:
    return f'<span class="gloss" role="note" lang="{escape(tag)}">{"".join(_about(entry))}</span>'


def _about(entry: VocabularyEntry) -> Iterator[str]:
    """Yield phonetics, part of speech and gloss of an entry as HTML."""
    if entry.phonetics:
        yield f"<i>{escape(entry.phonetics)}</i> "
    if entry.part_of_speech:
        yield f"<small>{escape(entry.part_of_speech)}</small> "
    yield escape("；".join(entry.senses) or entry.gloss or entry.definition)


def _words(document: Document) -> str:
    """Return the vocabulary of an article as a list, which stands on paper for the glosses on tap."""
    if not document.entries:
        return ""
    text, translation = map(_language_of, document.languages)
    items = "".join(
        f"<dt{text}>{escape(entry.term)}</dt><dd{translation}>{''.join(_about(entry))}</dd>\n" for entry in document.entries
    )
    return f"<dl>\n{items}</dl>\n"


def _language_of(tag: str) -> str:
    """Return the attributes of an element in a language."""
    known = language(tag)
    return f' lang="{escape(known.tag)}"' + (' dir="rtl"' if known.direction == "rtl" else "")
