"""Articles as rows of the collection, and back."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from anki_builder.diagnostic import Diagnostic, Fix, Rule
from anki_builder.document import VocabularyEntry
from anki_builder.message import of_json, to_json
from anki_builder.note import Article, ArticleInfo, Clip, Identity, Languages, Lookup, Note, OtherContext, TermUse
from anki_builder.source import Span

SEPARATOR = "\x1f"
"""Between the fields of a note, as Anki stores them; never within one."""
_SETTLED = "\x1e"
"""Stands for a field that the ledger settles; never within one."""
Rules = Mapping[str, Rule]
"""Rules by name."""


class NoteRow(NamedTuple):
    """The columns of a note, without those that depend on other articles."""

    kind: str
    type: int
    key: str
    content: str
    digests: str
    cards: str
    location: str
    text: str
    sketch: str
    line: int
    label: str
    spelt_key: str
    rank: int
    measure: str
    media: str
    diagnostics: str
    head: str
    middle: str
    tail: str

    def fields(self, location: str, guid: str) -> str:
        """Return all fields, with what the ledger settles."""
        return "".join((self.head, location, self.middle, guid, self.tail))


class ArticleRows(NamedTuple):
    """An article, ready to be stored."""

    info: ArticleInfo
    notes: list[NoteRow]
    uses: list[tuple[str, str]]
    """(key of the note, JSON)"""
    pairs: int
    lookups: str
    diagnostics: str


def rows_of(article: Article, type_ids: Mapping[str, int], identify: Callable[[Note], Identity]) -> ArticleRows:
    """Return an article as rows; `type_ids` are Anki's ids of its note types, `identify` gives a note the identity of a new one."""
    notes = [note_row(note, type_ids[note.kind.name], identify(note)) for note in article.notes]
    key_of_term = {note.key: row.key for note, row in zip(article.notes, notes, strict=True) if note.kind.is_shared}
    uses = [(key_of_term[use.key], json.dumps(use._asdict())) for use in article.uses]
    return ArticleRows(
        article.info, notes, uses, article.pairs, json.dumps(article.lookups), diagnostics_to_json(article.diagnostics)
    )


INFO = "name, path, text_language, translation_language, pair, deck, tags, source, url"
"""Columns of `ArticleInfo` in the table of articles."""


def info_columns(info: ArticleInfo) -> dict[str, str]:
    """Return the columns `INFO` of an article."""
    text_language, translation_language = info.languages
    return {
        "name": stored_name(info.name),
        "path": stored_name(info.path),
        "text_language": text_language,
        "translation_language": translation_language,
        "pair": " ".join(info.pair),
        "deck": info.deck,
        "tags": f" {' '.join(info.tags)} ",
        "source": info.source,
        "url": info.url,
    }


def info_of(row: sqlite3.Row) -> ArticleInfo:
    """Undo `info_columns`."""
    return ArticleInfo(
        name=name_of(row["name"]),
        path=name_of(row["path"]),
        languages=(row["text_language"], row["translation_language"]),
        deck=row["deck"],
        tags=tuple(row["tags"].split()),
        source=row["source"],
        url=row["url"],
        pair=read_pair(row["pair"]),
    )


def read_pair(stored: str) -> Languages:
    """Return a pair of languages that is stored with a space between."""
    first, second = stored.split(" ")
    return first, second


def use_of(stored: str) -> TermUse:
    """Return a stored use of a term."""
    use = TermUse(**json.loads(stored))
    return use._replace(entry=VocabularyEntry._make(use.entry), others=[OtherContext(*other) for other in use.others])


def lookups_of(stored: str) -> list[Lookup]:
    """Return stored lookups."""
    found = [Lookup(*lookup) for lookup in json.loads(stored)]
    return [lookup if isinstance(lookup.what, str) else lookup._replace(what=Clip(*lookup.what)) for lookup in found]


def note_row(note: Note, type_id: int, identity: Identity) -> NoteRow:
    """Return a note as a row."""
    values = [_SETTLED if field.role in ("location", "key") else note.fields[field.name] for field in note.kind.fields]
    head, middle, tail = SEPARATOR.join(values).split(_SETTLED)
    return NoteRow(
        kind=note.kind.name,
        type=type_id,
        key=identity.key,
        content=identity.content,
        digests=identity.fields,
        cards=identity.cards,
        location=identity.location,
        text=identity.text,
        sketch=identity.sketch,
        line=note.line,
        label=_stored(note.text),
        spelt_key=_stored(note.key),
        rank=note.rank,
        measure=note.measure,
        head=head,
        middle=middle,
        tail=tail,
        media=json.dumps(note.media) if note.media else "",
        diagnostics=diagnostics_to_json(note.diagnostics) if note.diagnostics else "",
    )


def _stored(text: str) -> str:
    """Return a text without half surrogate pairs, which SQLite does not take."""
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


def stored_name(name: str) -> str:
    """Return the name of a file, which may be no Unicode, as SQLite takes it."""
    return json.dumps(name)


def name_of(stored: str) -> str:
    """Undo `stored_name`."""
    name = json.loads(stored)
    assert isinstance(name, str)
    return name


def diagnostics_to_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Return diagnostics as JSON, each with the name of its rule, and messages with their templates."""
    return json.dumps([_as_json(diagnostic) for diagnostic in diagnostics])


def _as_json(diagnostic: Diagnostic) -> dict[str, object]:
    return {
        "rule": diagnostic.rule.name,
        "span": diagnostic.span,
        "message": to_json(diagnostic.message),
        "hint": to_json(diagnostic.hint),
        "related": [(span, to_json(what)) for span, what in diagnostic.related],
        "fixes": diagnostic.fixes,
    }


def diagnostics_of_json(text: str, rules: Rules) -> Sequence[Diagnostic]:
    """Undo `diagnostics_to_json`."""
    found = []
    for entry in json.loads(text) if text else ():
        related = tuple((Span(*span), of_json(what)) for span, what in entry["related"])
        fixes = tuple(Fix(Span(*span), old, new) for span, old, new in entry["fixes"])
        message, hint = of_json(entry["message"]), of_json(entry["hint"])
        found.append(Diagnostic(rules[entry["rule"]], Span(*entry["span"]), message, hint, related, fixes))
    return found
