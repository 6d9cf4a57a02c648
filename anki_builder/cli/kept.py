"""What a note file came to, kept with all that it depended on besides its own text: it is used again only where that is the same."""

import os
from typing import NamedTuple

from anki_builder.cli.cache import hashed
from anki_builder.compiler import Article, Compiler
from anki_builder.note import Media
from anki_builder.source import Source

_MARK = 16
"""Bytes."""


class Kept(NamedTuple):
    """What a note file came to, and under which circumstances."""

    settings: bytes
    types: bytes
    """Digest of the note types of its languages."""
    media: tuple[tuple[str, Media], ...]
    """The files that were found for its references."""
    made: Article


def marked(article: Article) -> Article:
    """Return an article that is told from every other."""
    head = article.drafted.head._replace(mark=os.urandom(_MARK))
    return article._replace(drafted=article.drafted._replace(head=head))


class Keeper:
    """Compares the circumstances of a build with those of earlier ones."""

    def __init__(self, compiler: Compiler, collection: str) -> None:
        self._compiler = compiler
        self._settings = hashed((compiler.config, collection))
        self._types: dict[tuple[str, str], bytes] = {}

    def keep(self, article: Article) -> Kept:
        """Return what is to be remembered of an article."""
        head = article.drafted.head
        return Kept(self._settings, self._digest_of_types(head.languages), head.media, article._replace(unfound=()))

    def article(self, kept: Kept | None, source: Source) -> Article | None:
        """Return what `source`, whose text is still the same, comes to; None where that is not known."""
        if kept is None or kept.settings != self._settings:
            return None
        made = kept.made
        if kept.types != self._digest_of_types(made.drafted.head.languages):
            return None
        if not made.references:
            return made
        media, unfound = self._compiler.find_media(source, made.references)
        return made._replace(unfound=tuple(unfound)) if tuple(media.items()) == kept.media else None

    def _digest_of_types(self, languages: tuple[str, str]) -> bytes:
        if languages not in self._types:
            self._types[languages] = hashed(self._compiler.note_types[languages])
        return self._types[languages]
