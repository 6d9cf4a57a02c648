"""`anki-builder describe`: a description of the deck for the page on which it is shared."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from anki_builder.cli import report
from anki_builder.cli.project import Project, with_others
from anki_builder.cli.stages import compile_project, identify_notes, open_notes, with_collection
from anki_builder.cli.words import tr, translated
from anki_builder.collection import Collection
from anki_builder.languages import language
from anki_builder.message import Message, several
from anki_builder.note import ArticleInfo, Media

_ASKS = {
    "Read": Message("a sentence, to be understood"),
    "Produce": Message("a translation, to be said in the other language"),
    "Listen": Message("the sound of a sentence, to be understood"),
    "Recognise": Message("a term in its sentence, to be explained"),
    "Recall": Message("a meaning, to be named"),
    "Spell": Message("a meaning, to be spelt"),
    "Hear": Message("the sound of a term, to be explained"),
    "Picture": Message("a picture, to be named"),
    "Cloze": Message("a sentence with a gap, to be filled"),
}
"""What each card asks."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
def command(paths: tuple[str, ...]) -> None:
    """Print a description of the deck for AnkiWeb: languages, cards, sources, size.

    \b
    Examples:
      anki-builder describe
      anki-builder describe source > description.txt

    Share only what you may share: the sources of the articles are listed for that.
    """
    project = with_others(open_notes(paths))

    def work(collection: Collection) -> list[str]:
        identify_notes(project, collection, compile_project(project, collection))
        return list(_description(project, collection))

    for line in with_collection(project, work):
        click.echo(line)


def _description(project: Project, collection: Collection) -> Iterator[str]:
    counts = collection.counts()
    articles: dict[str, ArticleInfo] = {}
    cards: Counter[str] = Counter()
    for built in collection.notes():
        articles.setdefault(built.info.name, built.info)
        kind = built.note.kind
        cards.update(kind.card(card).name for card in built.note.cards)
    pairs = sorted({info.languages for info in articles.values()})
    yield project.collection
    yield ""
    for text, translation in pairs:
        yield tr(
            "{studied}, explained in {other}.", studied=Message(language(text).name), other=Message(language(translation).name)
        )
    notes = several(sum(counts.notes.values()), "note")
    yield tr(
        "{notes} with {cards} from {articles}{size}.",
        notes=notes,
        cards=several(counts.cards, "card"),
        articles=several(len(articles), "article"),
        size=_size(collection.media()),
    )
    yield ""
    yield tr("The cards show:")
    for name, count in cards.most_common():
        yield f"- {translated(_ASKS.get(name, name))} ({count:,})"
    yield ""
    yield tr("The texts:")
    for info in articles.values():
        yield f"- {_plain(info.source)}" + (f" – {_plain(info.url)}" if info.url else "")
    yield ""
    yield tr("To update, import a newer package over this one with the default options: your reviews stay.")


def _size(media: list[Media]) -> str:
    """Return how much sound and how many pictures come along."""
    if not media:
        return ""
    size = sum(Path(file.path).stat().st_size for file in media)
    return tr(", with {files} of sound and pictures ({size:.1f} MB)", files=several(len(media), "file"), size=size / 1e6)


def _plain(field: str) -> str:
    """Return the text of a field that holds no elements."""
    from html import unescape

    return report.printable(unescape(field))
