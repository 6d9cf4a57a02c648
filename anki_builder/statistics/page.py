"""The numbers as a page: one HTML file without scripts, its charts inline SVG."""

from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files

from anki_builder.message import Message
from anki_builder.statistics.numbers import ArticleNumbers, Bar, Numbers

_ROW = 26
"""Height of a bar with its label, in units of the chart; a chart is 600 units wide."""
_LABELS = 210
_BARS = 320
CHARTS = {
    "cards": Message("Cards by kind"),
    "lengths": Message("Sentences by length in words"),
    "confidence": Message("Sentence pairs by confidence"),
    "frequency": Message("Terms by how often the texts use them"),
    "frequent": Message("Terms used most often"),
    "problems": Message("Problems by rule"),
}
"""Headings of the charts by the field of `Numbers` that they show."""


def statistics_page(title: str, numbers: Numbers) -> str:
    """Return a whole page."""
    charts: dict[str, str] = {
        heading: bar_chart(heading, getattr(numbers, field))
        for field, heading in CHARTS.items()
        if any(bar.value for bar in getattr(numbers, field))
    }
    return page_with_charts(title, _totals(numbers), charts, _articles(numbers.articles))


def page_with_charts(title: str, totals: str, charts: Mapping[str, str], rest: str, style: str = "") -> str:
    """Return a whole page: a title, totals, charts by heading, and the rest, all as HTML; `style` is added to that of the page."""
    own = (files("anki_builder.statistics") / "page.css").read_text("utf-8")
    sections = "".join(f"<section>\n<h2>{escape(heading)}</h2>\n{chart}</section>\n" for heading, chart in charts.items())
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="generator" content="anki-builder">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{own}{style}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
        f'{totals}<div class="charts">\n{sections}</div>\n{rest}</main>\n</body>\n</html>\n'
    )


def totals_list(totals: Mapping[str, str]) -> str:
    """Return numbers by label as a list."""
    items = "".join(f"<div><dt>{label}</dt><dd>{count}</dd></div>" for label, count in totals.items())
    return f'<dl class="totals">{items}</dl>\n'


def bar_chart(title: str, bars: Sequence[Bar]) -> str:
    """Return horizontal bars with their labels and values as an SVG element; a screen reader reads them as a list."""
    most = max((bar.value for bar in bars), default=0) or 1
    rows = []
    for number, bar in enumerate(bars):
        top = number * _ROW
        width = max(1.0, _BARS * bar.value / most) if bar.value else 0
        rows.append(
            f'<g role="listitem"><title>{escape(bar.label)}: {bar.value:,}</title>'
            f'<text x="{_LABELS - 10}" y="{top + 17}" text-anchor="end">{escape(_short(bar.label))}</text>'
            f'<rect x="{_LABELS}" y="{top + 4}" width="{width:.1f}" height="{_ROW - 8}" rx="3"/>'
            f'<text class="value" x="{_LABELS + width + 8:.1f}" y="{top + 17}">{bar.value:,}</text></g>\n'
        )
    return f'<svg viewBox="0 0 600 {len(bars) * _ROW}" role="list" aria-label="{escape(title)}">\n{"".join(rows)}</svg>\n'


def _short(label: str) -> str:
    return label if len(label) <= 28 else f"{label[:27]}…"


def _totals(numbers: Numbers) -> str:
    totals = {
        "articles": len(numbers.articles),
        "sentence pairs": sum(article.pairs for article in numbers.articles),
        "terms": sum(article.terms for article in numbers.articles),
        "words": sum(article.words for article in numbers.articles),
        "cards": sum(bar.value for bar in numbers.cards),
        "problems": sum(bar.value for bar in numbers.problems),
    }
    return totals_list({label: f"{count:,}" for label, count in totals.items()})


def _articles(articles: Sequence[ArticleNumbers]) -> str:
    columns = ("Article", "Words", "New words", "Terms", "Pairs", "Confidence", "Problems")
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    rows = "".join(
        f'<tr><th scope="row" lang="{escape(article.language)}">{escape(article.title)}<small>{escape(article.path)}</small></th>'
        f"<td>{article.words:,}</td><td>{article.new_words:,}</td><td>{article.terms:,}</td><td>{article.pairs:,}</td>"
        f"<td>{article.confidence:.2f}</td><td{' class=problem' if article.problems else ''}>{article.problems:,}</td></tr>\n"
        for article in articles
    )
    return (
        f'<section class="articles">\n<h2>Articles</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n'
        "</table>\n<p>Of texts without spaces between words, characters are counted.</p>\n</section>\n"
    )
