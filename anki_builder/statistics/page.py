"""The numbers as a page: one HTML file without scripts, its charts inline SVG."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from importlib.resources import files
from itertools import accumulate
from unicodedata import east_asian_width

from anki_builder.message import Message
from anki_builder.statistics.numbers import ArticleNumbers, Bar, Numbers

_ROW = 26
"""Height of a bar with its label, in units of the chart."""
_LABELS = 185
_BARS = 205
_WIDTH = 445
_LONGEST = 22
"""Columns of a label, of which a full-width character takes two."""
CHARTS = {
    "cards": Message("Cards by kind"),
    "lengths": Message("Sentences by length in words"),
    "confidence": Message("Sentence pairs by confidence"),
    "frequency": Message("Terms by how often the texts use them"),
    "frequent": Message("Terms used most often"),
    "problems": Message("Problems by rule"),
}
"""Headings of the charts by the field of `Numbers` that they show."""
_CHARACTERS = Message("Of texts without spaces between words, characters are counted.")
Words = Callable[[str], str]
"""Returns a text of the page in the learner's language; `str` leaves it in English."""


def statistics_page(title: str, numbers: Numbers, words: Words = str) -> str:
    """Return a whole page; `words` gives its headings and labels in the learner's language."""
    charts = {
        words(heading): bar_chart(words(heading), [bar._replace(label=words(bar.label)) for bar in getattr(numbers, field)])
        for field, heading in CHARTS.items()
        if any(bar.value for bar in getattr(numbers, field))
    }
    totals = totals_list({words(label): f"{count:,}" for label, count in _totals(numbers).items()})
    return page_with_charts(title, totals, charts, _articles(numbers.articles, words), language=words(Message("en")))


def page_with_charts(
    title: str, totals: str, charts: Mapping[str, str], rest: str, *, style: str = "", language: str = "en"
) -> str:
    """Return a whole page: a title, totals, charts by heading, and the rest, all as HTML.

    `style` is added to that of the page; `language` is the tag of what is written in it.
    """
    own = (files("anki_builder.statistics") / "page.css").read_text("utf-8")
    sections = "".join(f"<section>\n<h2>{escape(heading)}</h2>\n{chart}</section>\n" for heading, chart in charts.items())
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n<meta name="generator" content="anki-builder">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{own}{style}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
        f'{totals}<div class="charts">\n{sections}</div>\n{rest}</main>\n</body>\n</html>\n'
    )


def totals_list(totals: Mapping[str, str]) -> str:
    """Return numbers by label as a list."""
    items = "".join(f"<li><b>{count}</b> {label}</li>" for label, count in totals.items())
    return f'<ul class="totals">{items}</ul>\n'


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
    return f'<svg viewBox="0 0 {_WIDTH} {len(bars) * _ROW}" role="list" aria-label="{escape(title)}">\n{"".join(rows)}</svg>\n'


def _short(label: str) -> str:
    """Return a label with dots for what has no room."""
    columns = list(accumulate(1 + (east_asian_width(character) in "WF") for character in label))
    if not columns or columns[-1] <= _LONGEST:
        return label
    return label[: sum(end < _LONGEST for end in columns)] + "…"


def _totals(numbers: Numbers) -> dict[str, int]:
    return {
        Message("articles"): len(numbers.articles),
        Message("sentence pairs"): sum(article.pairs for article in numbers.articles),
        Message("terms"): sum(article.terms for article in numbers.articles),
        Message("words"): sum(article.words for article in numbers.articles),
        Message("cards"): sum(bar.value for bar in numbers.cards),
        Message("problems"): sum(bar.value for bar in numbers.problems),
    }


_COLUMNS = (
    Message("Article"),
    Message("Words"),
    Message("New words"),
    Message("Terms"),
    Message("Pairs"),
    Message("Confidence"),
    Message("Problems"),
)


def _articles(articles: Sequence[ArticleNumbers], words: Words) -> str:
    head = "".join(f'<th scope="col">{words(column)}</th>' for column in _COLUMNS)
    rows = "".join(
        f'<tr><th scope="row" lang="{escape(article.language)}">{escape(article.title)}<small>{escape(article.path)}</small></th>'
        f"<td>{article.words:,}</td><td>{article.new_words:,}</td><td>{article.terms:,}</td><td>{article.pairs:,}</td>"
        f"<td>{article.confidence:.2f}</td><td{' class=problem' if article.problems else ''}>{article.problems:,}</td></tr>\n"
        for article in articles
    )
    return (
        f'<section class="articles">\n<h2>{words(Message("Articles"))}</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n'
        f"</table>\n<p>{words(_CHARACTERS)}</p>\n</section>\n"
    )
