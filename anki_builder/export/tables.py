"""Sentence pairs and vocabulary as one table, for spreadsheets and for other programs."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from anki_builder.document import AlignedDocument, Context, VocabularyEntry
from anki_builder.export.sides import place_of, text_of, translation_of

COLUMNS = (
    "kind",
    "text",
    "translation",
    "term",
    "phonetics",
    "part_of_speech",
    "gloss",
    "text_language",
    "translation_language",
    "title",
    "path",
    "line",
)
"""A row is a sentence pair, or a term with the sentence it stands in."""


def csv_of(documents: Iterable[AlignedDocument]) -> str:
    """Return a table with commas, quoted where a cell needs it (RFC 4180), for spreadsheets."""
    return _table(documents, csv.excel)


def tsv_of(documents: Iterable[AlignedDocument]) -> str:
    """Return a table with tabs, one row a line. No cell holds a tab or the end of a line, so none is quoted."""
    return _table(documents, _Tabs)


class _Tabs(csv.excel_tab):
    """Tabs between cells, and no quotes: programs that read lines need not know about quoting."""

    quoting = csv.QUOTE_NONE
    quotechar = None
    lineterminator = "\n"


def _table(documents: Iterable[AlignedDocument], dialect: type[csv.Dialect]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, dialect)
    writer.writerow(COLUMNS)
    for aligned in documents:
        writer.writerows([" ".join(cell.split()) for cell in row] for row in _rows(aligned))
    return out.getvalue()


def _rows(aligned: AlignedDocument) -> Iterator[Sequence[str]]:
    document = aligned.document
    article = (*document.languages, document.title, document.source.path)
    for pair in aligned.pairs:
        sides = (text_of(aligned, pair), translation_of(aligned, pair))
        yield ("sentence", *sides, "", "", "", "", *article, str(place_of(aligned, pair).line))
    for entry, context in zip(document.entries, aligned.contexts, strict=True):
        sides = _sentence(aligned, entry, context)
        about = (entry.term, entry.phonetics, entry.part_of_speech, "；".join(entry.senses) or entry.gloss)
        yield ("term", *sides, *about, *article, str(entry.line))


def _sentence(aligned: AlignedDocument, entry: VocabularyEntry, context: Context | None) -> tuple[str, str]:
    """Return the sentence in which a term stands and its translation, or the first example of its entry."""
    if context is not None and context.pair >= 0:
        pair = aligned.pairs[context.pair]
        return text_of(aligned, pair), translation_of(aligned, pair)
    example = context.example if context is not None else next(iter(entry.examples), None)
    return (example.text, example.translation or "") if example is not None else ("", "")
