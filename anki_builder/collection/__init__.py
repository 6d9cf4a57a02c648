"""The collection: all articles and notes of a project in one SQLite file.

A build replaces in it the articles that changed, works out by queries what several articles share (a term noted in two of them, a
sentence that occurs twice, the order of new cards), and copies the rows of the package out of it. What did not change never enters
Python. `schema.sql` describes the tables; `file` decides whether a file is trusted.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Collection as Container
from contextlib import closing, contextmanager
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

from anki_builder.collection import order
from anki_builder.collection.file import run_script
from anki_builder.collection.rows import (
    INFO,
    SEPARATOR,
    ArticleRows,
    NoteRow,
    Rules,
    diagnostics_of_json,
    info_columns,
    info_of,
    name_of,
    read_pair,
    stored_name,
    use_of,
)
from anki_builder.diagnostic import Diagnostic
from anki_builder.note import (
    ArticleInfo,
    Identity,
    Languages,
    Media,
    Note,
    NoteKind,
    TermUse,
    card_bits,
    card_ords_of,
)
from anki_builder.source import Span

ComposeTerm = Callable[[ArticleInfo, Sequence[TermUse]], NoteRow]
"""Composes the note of a term out of its uses in several articles."""
TextOf = Callable[[NoteKind, Mapping[str, str], Sequence[str]], str]
"""Returns the text in which a note is sought, of its kind, its fields and the tags of its article."""


_NO_CARDS = card_bits(())
"""Of a note of which the learner wants no card: it goes into no package, and other articles may yet add to it."""


class StoredArticle(NamedTuple):
    """An article of the collection; what is not explained here is as in schema.sql."""

    id: int
    info: ArticleInfo
    position: int
    key: bytes
    lookups: str
    former: Languages | None
    is_settled: bool
    block: bytes | None


class MadeArticle(NamedTuple):
    """An article by itself: what others share with it is not counted yet."""

    source: str
    """Its title, as HTML."""
    notes: int
    cards: int
    diagnostics: Sequence[Diagnostic]


class UnsettledNote(NamedTuple):
    """A note that is shown, before the ledger has settled which one it is."""

    id: int
    identity: Identity
    """As the ledger would remember it if it were new."""
    line: int
    text: str
    key: str
    """The GUID that its key gives, without the name of the collection."""


class Copy(NamedTuple):
    """A note that an article holds, and what is settled of the one that is shown with its key."""

    note: UnsettledNote
    guid: str
    modified: int
    is_hidden: bool
    """Another article has the note that is shown."""


class PlacedUse(NamedTuple):
    """A use of a term with its article."""

    info: ArticleInfo
    use: TermUse


class Repetition(NamedTuple):
    """A note that is not shown, because an earlier one has its key."""

    span: Span
    text: str
    first: Span


class BuiltNote(NamedTuple):
    """A note as the package has it."""

    info: ArticleInfo
    note: Note
    guid: str
    modified: int
    """Seconds since the epoch."""
    deck: str
    dues: tuple[int, ...]
    """Of its cards: the position among the new cards of the collection, from 1."""


class Counts(NamedTuple):
    """The numbers of articles, pairs, entries, notes and cards."""

    articles: int
    pairs: int
    entries: int
    notes: Mapping[str, int]
    """By name of the kind."""
    cards: int


class Collection:
    """All articles of a project."""

    def __init__(
        self, connection: sqlite3.Connection, kinds: Iterable[NoteKind], rules: Rules, new_cards: str = "reading"
    ) -> None:
        """`new_cards` is the order of new cards, as in `Config.order`."""
        self._connection = connection
        self._connection.row_factory = sqlite3.Row
        self._kinds = {kind.name: kind for kind in kinds}
        self._rules = rules
        self._order = new_cards
        run_script(connection, "package_whole.sql")

    @contextmanager
    def copied(self) -> Iterator["Collection"]:
        """Yield a temporary copy, in which changes can be tried."""
        with closing(sqlite3.connect("")) as connection:
            self._connection.backup(connection)
            yield Collection(connection, self._kinds.values(), self._rules, self._order)

    # Articles

    def articles(self) -> list[StoredArticle]:
        """Return all articles in their order."""
        rows = self._connection.execute(
            f"SELECT id, position, key, lookups, former, is_settled, block, {INFO} FROM article ORDER BY position"
        )
        return [
            StoredArticle(
                id=row["id"],
                info=info_of(row),
                position=row["position"],
                key=row["key"],
                lookups=row["lookups"],
                former=read_pair(row["former"]) if row["former"] else None,
                is_settled=bool(row["is_settled"]),
                block=row["block"],
            )
            for row in rows
        ]

    def place(self, articles: Iterable[tuple[StoredArticle, int]]) -> None:
        """Give articles their position in the order of the collection."""
        with self._connection:
            moved = [(position, article.id) for article, position in articles if article.position != position]
            self._connection.executemany("UPDATE article SET position = ? WHERE id = ?", moved)

    def replace(self, position: int, key: bytes, rows: ArticleRows, former: Languages | None = None) -> None:
        """Store an article in the place of the one with its name; `former` are the languages that the ledger named."""
        with self._connection:
            name = stored_name(rows.info.name)
            replaced = self._connection.execute("SELECT id, block FROM article WHERE name = ?", (name,)).fetchone()
            if replaced is not None:
                self._forget(replaced[0])
            row = {
                **info_columns(rows.info),
                "position": position,
                "key": key,
                "former": " ".join(former or ()),
                "pairs": rows.pairs,
                "lookups": rows.lookups,
                "diagnostics": rows.diagnostics,
                "block": replaced["block"] if replaced is not None else None,
            }
            article = self._connection.execute(_insertion("article", row), tuple(row.values())).lastrowid
            self._connection.executemany(
                _insertion("note", ("article", *NoteRow._fields)), ((article, *note) for note in rows.notes)
            )
            self._connection.executemany("INSERT INTO term_use VALUES (?, ?, ?)", ((article, *use) for use in rows.uses))

    def keep_only(self, names: Container[str]) -> None:
        """Forget all other articles."""
        with self._connection:
            for article in self.articles():
                if article.info.name not in names:
                    self._forget(article.id)

    def _forget(self, article: int) -> None:
        """Delete an article with all its rows."""
        for table in ("note", "term_use", "shown", "card", "searched"):
            self._connection.execute(f"DELETE FROM {table} WHERE article = ?", (article,))
        self._connection.execute("DELETE FROM article WHERE id = ?", (article,))

    def is_shown(self, name: str) -> bool:
        """Return whether an article is there and its notes are numbered: in the midst of a build, one may be neither."""
        row = self._connection.execute("SELECT is_numbered FROM article WHERE name = ?", (stored_name(name),)).fetchone()
        return row is not None and bool(row[0])

    def made(self, names: Iterable[str]) -> dict[str, MadeArticle]:
        """Return the articles with some names that are there, also before their notes are numbered."""
        found = {}
        for name in names:
            row = self._connection.execute(
                "SELECT id, source, diagnostics FROM article WHERE name = ?", (stored_name(name),)
            ).fetchone()
            if row is not None:
                notes = self._connection.execute("SELECT cards FROM note WHERE article = ?", (row["id"],))
                cards = [card_ords_of(cards) for (cards,) in notes]
                diagnostics = diagnostics_of_json(row["diagnostics"], self._rules)
                found[name] = MadeArticle(row["source"], len(cards), sum(map(len, cards)), diagnostics)
        return found

    # What articles share

    def combine(self, compose_term: ComposeTerm) -> list[Repetition]:
        """Show the first note of every key, composed of the uses in all articles, and number notes and cards of articles that changed.

        Return the sentences that are not shown. An interruption does no harm: what is left to do is worked out anew each time.
        """
        run_script(self._connection, "indexes.sql")
        for copies in self._copies():
            first, kind = copies[0], self._kinds[copies[0]["kind"]]
            articles = list(dict.fromkeys(str(copy["article"]) for copy in copies))
            uses = " ".join(articles) if len(articles) > 1 and kind.is_shared else None
            with self._connection:
                if first["uses"] != uses:
                    self._compose_again(first, uses, compose_term)
                    self._number_again(first["article"])
                for copy in copies:
                    if copy["is_shown"] != (copy is first):
                        self._connection.execute("UPDATE note SET is_shown = ? WHERE id = ?", (copy is first, copy["id"]))
                        self._number_again(copy["article"])
        for (article,) in self._connection.execute("SELECT id FROM article WHERE NOT is_numbered").fetchall():
            with self._connection:
                self._number(article)
        if self._order != "reading":
            with self._connection:
                self._order_all()
        return self._repetitions()

    def _order_all(self) -> None:
        """Give each card its place among the new cards of all articles."""
        rows = self._connection.execute(
            "SELECT card.article, card.number, card.ord, card.note, shown.kind, rank, measure FROM card"
            " JOIN shown ON shown.article = card.article AND shown.number = card.note JOIN note ON note.id = shown.note"
            " JOIN article ON article.id = card.article ORDER BY position, card.number"
        )
        notes: list[order.PlacedNote] = []
        cards: list[tuple[int, int]] = []
        for (article, _), of_note in groupby(rows, key=lambda row: (row["article"], row["note"])):
            own = list(of_note)
            notes.append(self._placed(own[0], [card["ord"] for card in own]))
            cards += [(article, card["number"]) for card in own]
        places = [due for dues in order.dues(notes, self._order) for due in dues]
        self._connection.executemany(
            "UPDATE card SET due = ? WHERE article = ? AND number = ?",
            [(due, *card) for due, card in zip(places, cards, strict=True)],
        )

    def _placed(self, note: sqlite3.Row, ords: Iterable[int]) -> order.PlacedNote:
        """Return a note with cards as far as it decides their order."""
        kind = self._kinds[note["kind"]]
        return order.PlacedNote(note["measure"], note["rank"], tuple([kind.card(ord_).round for ord_ in ords]))

    def _number_again(self, article: int) -> None:
        self._connection.execute("UPDATE article SET is_numbered = 0 WHERE id = ?", (article,))

    def _copies(self) -> Iterator[list[sqlite3.Row]]:
        """Yield the notes of each key that has several, or that once had: the first one in the order of the collection comes first."""
        self._connection.execute("DROP TABLE IF EXISTS temp.copy")
        self._connection.execute(
            "CREATE TEMP TABLE copy AS"
            " SELECT note.id, note.key, note.article, note.kind, note.is_shown, note.uses FROM note JOIN article ON article.id = note.article"
            " WHERE note.key IN (SELECT key FROM note GROUP BY key HAVING count(*) > 1 OR NOT min(is_shown) OR max(uses) IS NOT NULL)"
            " ORDER BY note.key, article.position, note.id"
        )
        rows = self._connection.execute("SELECT * FROM temp.copy ORDER BY rowid")
        for _, copies in groupby(rows, key=lambda copy: copy["key"]):
            yield list(copies)

    def _compose_again(self, copy: sqlite3.Row, uses: str | None, compose_term: ComposeTerm) -> None:
        """Compose the note of a term out of its uses in the articles `uses`, or in its own."""
        found = self._uses(uses or str(copy["article"]), copy["key"])
        row = compose_term(found[0].info, [one.use for one in found])
        columns = ", ".join(f"{name} = ?" for name in NoteRow._fields)
        self._connection.execute(f"UPDATE note SET {columns}, uses = ? WHERE id = ?", (*row, uses, copy["id"]))

    def _uses(self, articles: str, key: str) -> list[PlacedUse]:
        """Return the uses of a term in articles, given by id with a space between, in the order of the collection."""
        ids = articles.split()
        rows = self._connection.execute(
            f"SELECT {INFO}, data FROM term_use JOIN article ON article.id = term_use.article"
            f" WHERE term_use.article IN ({', '.join('?' * len(ids))}) AND term_use.key = ? ORDER BY position, term_use.rowid",
            (*ids, key),
        )
        return [PlacedUse(info_of(row), use_of(row["data"])) for row in rows]

    def uses(self, note: UnsettledNote) -> list[PlacedUse]:
        """Return the uses of which the note of a term is composed, in their order."""
        articles, key = self._connection.execute(
            "SELECT coalesce(uses, article || ''), key FROM note WHERE id = ?", (note.id,)
        ).fetchone()
        return self._uses(articles, key)

    def _number(self, article: int) -> None:
        """Number the shown notes of an article and their cards; the article is to be settled."""
        connection = self._connection
        for table in ("shown", "card", "searched"):
            connection.execute(f"DELETE FROM {table} WHERE article = ?", (article,))
        notes = connection.execute(
            "SELECT note.id, kind, note.key, cards, location, rank, measure, deck FROM note JOIN article ON article.id = note.article"
            " WHERE article = ? AND is_shown AND cards <> ? ORDER BY note.id",
            (article, _NO_CARDS),
        ).fetchall()
        connection.executemany(
            "INSERT INTO shown VALUES (?, ?, ?, ?, ?, 0, ?, ?, NULL)",
            (
                (article, number, note["id"], note["kind"], note["key"], note["deck"], note["location"])
                for number, note in enumerate(notes)
            ),
        )
        ords = [card_ords_of(note["cards"]) for note in notes]
        dues = order.dues(list(map(self._placed, notes, ords)), "reading")
        cards = [
            (number, ord_, due) for number in range(len(notes)) for ord_, due in zip(ords[number], dues[number], strict=True)
        ]
        connection.executemany(
            "INSERT INTO card VALUES (?, ?, ?, ?, ?)", ((article, number, *card) for number, card in enumerate(cards))
        )
        connection.execute("UPDATE article SET is_numbered = 1, is_settled = 0 WHERE id = ?", (article,))

    def _repetitions(self) -> list[Repetition]:
        """Return the sentences that are not shown; a sentence with notes of several kinds once."""
        sentences = [name for name, kind in self._kinds.items() if kind.text == "sentence"]
        rows = self._connection.execute(
            "SELECT own.line, own.label, article.path, first.line AS first_line, home.path AS first_path"
            " FROM note AS own JOIN article ON article.id = own.article"
            " JOIN note AS first ON first.key = own.key AND first.is_shown JOIN article AS home ON home.id = first.article"
            f" WHERE own.id IN (SELECT id FROM note WHERE NOT is_shown AND kind IN ({', '.join('?' * len(sentences))}))"
            " ORDER BY article.position, own.id",
            sentences,
        )
        found = [
            Repetition(Span(name_of(row["path"]), row["line"]), row["label"], Span(name_of(row["first_path"]), row["first_line"]))
            for row in rows
        ]
        return list(dict.fromkeys(found))

    # Identity

    def unsettled(self, article: StoredArticle) -> list[UnsettledNote]:
        """Return the shown notes of an article as the ledger would remember them if they were new."""
        rows = self._connection.execute(
            f"SELECT {_UNSETTLED} FROM shown JOIN note ON note.id = shown.note WHERE shown.article = ? ORDER BY number",
            (article.id,),
        )
        return [_unsettled(row, article.info) for row in rows]

    def copies(self, article: StoredArticle) -> list[Copy]:
        """Return all notes of a settled article, hidden ones too."""
        rows = self._connection.execute(
            f"SELECT {_UNSETTLED}, shown.guid, modified, note.is_shown"
            " FROM note JOIN note AS first ON first.key = note.key AND first.is_shown"
            " JOIN shown ON shown.article = first.article AND shown.note = first.id"
            " WHERE note.article = ? ORDER BY note.id",
            (article.id,),
        )
        return [Copy(_unsettled(row, article.info), row["guid"], row["modified"], not row["is_shown"]) for row in rows]

    def settle(
        self,
        article: StoredArticle,
        notes: Sequence[UnsettledNote],
        identities: Sequence[Identity],
        composed: Mapping[int, NoteRow] = MappingProxyType({}),
    ) -> None:
        """Store the identities of the shown notes of an article; notes in `composed`, by id, have the fields they have there."""
        settled = [
            (
                identity.guid,
                identity.modified,
                identity.deck,
                identity.location,
                composed[note.id].fields(identity.location, identity.guid) if note.id in composed else None,
                article.id,
                number,
            )
            for number, (note, identity) in enumerate(zip(notes, identities, strict=True))
        ]
        with self._connection:
            self._connection.executemany(
                "UPDATE shown SET guid = ?, modified = ?, deck = ?, location = ?, fields = ? WHERE article = ? AND number = ?",
                settled,
            )

    def settled(self) -> list[Identity]:
        """Return all shown notes with the GUIDs of the ledger; their times and decks are not looked up."""
        found = []
        for article in self.articles():
            rows = self._connection.execute(
                f"SELECT {_UNSETTLED}, guid FROM packed JOIN note ON note.id = packed.note WHERE packed.article = ? ORDER BY number",
                (article.id,),
            )
            found += [_unsettled(row, article.info).identity._replace(guid=row["guid"]) for row in rows]
        return found

    def mark_settled(self, blocks: Mapping[int, bytes]) -> None:
        """Remember the digest of each article's block in the ledger, by id."""
        with self._connection:
            rows = [(digest, article) for article, digest in blocks.items()]
            self._connection.executemany("UPDATE article SET is_settled = 1, block = ? WHERE id = ?", rows)

    def contributing(self) -> set[str]:
        """Return the names of the articles that have notes, shown or not."""
        rows = self._connection.execute("SELECT name FROM article WHERE id IN (SELECT article FROM note)")
        return {name_of(name) for (name,) in rows}

    def newest(self) -> int:
        """Return the latest time of all notes, 0 if there is no note."""
        (newest,) = self._connection.execute("SELECT coalesce(max(modified), 0) FROM shown").fetchone()
        assert isinstance(newest, int)
        return newest

    # The package: all notes, or those of a part

    def restrict(self, names: Iterable[str]) -> frozenset[int]:
        """Let the package, and what is counted of it, be of the notes to which some articles contribute; return their ids.

        These are the notes of the articles, and the notes of other articles with a term or sentence that the articles have too.
        """
        connection = self._connection
        connection.execute("DROP TABLE IF EXISTS temp.named")
        connection.execute("CREATE TEMP TABLE named (name TEXT)")
        connection.executemany("INSERT INTO named VALUES (?)", [(stored_name(name),) for name in names])
        run_script(connection, "package_part.sql")
        return frozenset(note for (note,) in connection.execute("SELECT note FROM part"))

    def cards(self) -> dict[str, int]:
        """Return the number of cards of each kind, by name in lower case."""
        rows = self._connection.execute(
            "SELECT kind, ord, count(*) FROM card JOIN shown ON shown.article = card.article AND shown.number = card.note"
            " GROUP BY kind, ord"
        )
        found: dict[str, int] = {}
        for kind, ord_, count in rows:
            name = self._kinds[kind].card(ord_).name.lower()
            found[name] = found.get(name, 0) + count
        return found

    def counts(self) -> Counts:
        """Count articles, pairs, entries, notes and cards."""
        connection = self._connection
        articles, pairs = connection.execute(
            "SELECT count(*), coalesce(sum(pairs), 0) FROM article WHERE id IN (SELECT article FROM wanted)"
        ).fetchone()
        (entries,) = connection.execute("SELECT count(*) FROM term_use WHERE article IN (SELECT article FROM wanted)").fetchone()
        (cards,) = connection.execute(
            "SELECT count(*) FROM card JOIN packed ON packed.article = card.article AND packed.number = card.note"
        ).fetchone()
        notes = connection.execute("SELECT kind, count(*) FROM packed GROUP BY kind")
        return Counts(articles, pairs, entries, dict(notes.fetchall()), cards)

    def languages(self) -> dict[Languages, Languages]:
        """Return the languages of all note types in use, each with those that most of its articles are in, in alphabetical order."""
        rows = self._connection.execute(
            "SELECT pair, text_language, translation_language FROM article WHERE id IN (SELECT article FROM shown)"
            " GROUP BY 1, 2, 3 ORDER BY 1, count(*), 2 DESC, 3 DESC"
        )
        found = {read_pair(pair): (text, translation) for pair, text, translation in rows}
        used = self._connection.execute("SELECT DISTINCT pair FROM article WHERE id IN (SELECT article FROM packed)")
        used_pairs = {read_pair(pair) for (pair,) in used}
        return {pair: languages for pair, languages in found.items() if pair in used_pairs}

    def note_counts(self) -> dict[int, int]:
        """Return how many notes each article shows, by id."""
        return dict(self._connection.execute("SELECT article, count(*) FROM packed GROUP BY article").fetchall())

    def card_counts(self) -> dict[int, int]:
        """Return how many cards each article has, by id."""
        return dict(self._connection.execute("SELECT article, count(*) FROM card GROUP BY article").fetchall())

    def guids(self) -> frozenset[str]:
        """Return the GUIDs of all notes."""
        return frozenset(guid for (guid,) in self._connection.execute("SELECT guid FROM packed"))

    def decks(self) -> list[str]:
        """Return the names of all decks, in alphabetical order."""
        return [deck for (deck,) in self._connection.execute("SELECT DISTINCT deck FROM packed ORDER BY deck")]

    def media(self) -> list[Media]:
        """Return the files of all notes."""
        # The sign leads SQLite to the notes with media first: they have an index of their own.
        rows = self._connection.execute("SELECT DISTINCT media FROM note WHERE media <> '' AND +id IN (SELECT note FROM packed)")
        return [Media(*file) for (files,) in rows for file in json.loads(files)]

    def diagnostics(self) -> list[Diagnostic]:
        """Return the diagnostics of all articles and of their shown notes."""
        of_articles = self._connection.execute(
            "SELECT diagnostics FROM article WHERE diagnostics <> '[]' ORDER BY position"
        ).fetchall()
        of_notes = self._connection.execute(
            "SELECT note.diagnostics FROM note JOIN article ON article.id = note.article"
            " WHERE note.diagnostics <> '' AND is_shown ORDER BY position, note.id"
        ).fetchall()
        return [found for (text,) in (*of_articles, *of_notes) for found in diagnostics_of_json(text, self._rules)]

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield the GUID of each note with its deck, its tags and its fields as one text, by which an edit is noticed."""
        return self._connection.execute(
            "SELECT guid, built.deck || char(31) || tags || char(31) || fields FROM built JOIN article ON article.id = built.article"
        )

    def notes(self, guids: Iterable[str] | None = None, names: Container[str] | None = None) -> Iterator[BuiltNote]:
        """Yield all notes in reading order, or those with some GUIDs, or those of the articles with some names, as the package has them."""
        wanted = frozenset(guids or ())
        guid_of_note = self._connection.execute("SELECT article, guid FROM shown") if guids is not None else ()
        holding = {article for article, guid in guid_of_note if guid in wanted}
        first_dues = self._first_dues()
        for article in self.articles():
            if (guids is not None and article.id not in holding) or (names is not None and article.info.name not in names):
                continue
            rows = self._connection.execute("SELECT * FROM built WHERE article = ? ORDER BY number", (article.id,)).fetchall()
            chosen = [row for row in rows if guids is None or row["guid"] in wanted]
            yield from self._built(article.info, chosen, article.id, first_dues[article.id])

    def _built(self, info: ArticleInfo, rows: Iterable[sqlite3.Row], article: int, first_due: int) -> Iterator[BuiltNote]:
        """Yield notes of an article from their rows of the view `built`."""
        cards = self._connection.execute("SELECT note, due FROM card WHERE article = ? ORDER BY number", (article,))
        dues: dict[int, list[int]] = {}
        for number, due in cards:
            dues.setdefault(number, []).append(first_due + due)
        for row in rows:
            places = tuple(dues[row["number"]])
            yield BuiltNote(info, self._note(row), row["guid"], row["modified"], row["deck"], places)

    # Search

    def keep_texts(self, text_of: TextOf) -> None:
        """Store the texts in which notes are sought, of the articles of which they are not stored yet."""
        lacking = self._connection.execute(
            f"SELECT id, {INFO} FROM article WHERE EXISTS (SELECT 1 FROM shown WHERE article = id)"
            " AND NOT EXISTS (SELECT 1 FROM searched WHERE article = id)"
        ).fetchall()
        for article in lacking:
            tags = info_of(article).tags
            rows = self._connection.execute("SELECT number, kind, fields FROM built WHERE article = ?", (article["id"],))
            texts = [(row["number"], text_of(self._kinds[row["kind"]], self._fields(row), tags)) for row in rows]
            with self._connection:
                self._connection.executemany("INSERT INTO searched VALUES (?, ?, ?)", ((article["id"], *text) for text in texts))

    def holding(self, names: Iterable[str], words: Iterable[str], most: int) -> list[BuiltNote]:
        """Return the notes of some articles whose stored text holds all `words`, article by article until there are `most`."""
        connection = self._connection
        for table, texts in (("sought", map(stored_name, names)), ("word", words)):
            connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
            connection.execute(f"CREATE TEMP TABLE {table} (text TEXT)")
            connection.executemany(f"INSERT INTO {table} VALUES (?)", ((text,) for text in texts))
        rows = connection.execute(
            "SELECT searched.article, number FROM sought CROSS JOIN article ON article.name = sought.text"
            " CROSS JOIN searched ON searched.article = article.id"
            " WHERE NOT EXISTS (SELECT 1 FROM word WHERE NOT instr(searched.text, word.text)) ORDER BY sought.rowid, number"
        )
        places: dict[int, set[int]] = {}
        for count, row in enumerate(rows):
            if count >= most and row["article"] not in places:
                break
            places.setdefault(row["article"], set()).add(row["number"])
        rows.close()
        first_dues = self._first_dues() if places else {}
        found: list[BuiltNote] = []
        for article, numbers in places.items():
            info = info_of(connection.execute(f"SELECT {INFO} FROM article WHERE id = ?", (article,)).fetchone())
            notes = connection.execute("SELECT * FROM built WHERE article = ? ORDER BY number", (article,))
            found += self._built(info, (note for note in notes if note["number"] in numbers), article, first_dues[article])
        return found

    def _first_dues(self) -> dict[int, int]:
        """Return the place of the first new card of each article, by id."""
        run_script(self._connection, "placed.sql")
        placed = self._connection.execute("SELECT article, cards FROM placed")
        return {article: 1 + (cards if self._order == "reading" else 0) for article, cards in placed}

    def _note(self, row: sqlite3.Row) -> Note:
        return Note(
            kind=self._kinds[row["kind"]],
            key=row["spelt_key"],
            fields=self._fields(row),
            cards=card_ords_of(row["cards"]),
            line=row["line"],
            text=row["label"],
            rank=row["rank"],
            media=tuple(Media(*file) for file in json.loads(row["media"] or "[]")),
        )

    def _fields(self, row: sqlite3.Row) -> dict[str, str]:
        names = (field.name for field in self._kinds[row["kind"]].fields)
        return dict(zip(names, row["fields"].split(SEPARATOR), strict=True))

    def add_rows(self, package: str, deck_ids: Mapping[str, int]) -> None:
        """Copy notes and cards into the database at the address `package`, which has Anki's empty tables."""
        connection = self._connection
        run_script(connection, "placed.sql")
        notes, cards = connection.execute("SELECT (SELECT count(*) FROM shown), (SELECT count(*) FROM card)").fetchone()
        # Ids are milliseconds in Anki, which shows them as the time of creation: they end where the newest note was made.
        first = {
            "note": max(1, self.newest() * 1000 - notes),
            "card": max(1, self.newest() * 1000 - cards),
            "is_reading": self._order == "reading",
        }
        connection.execute("DROP TABLE IF EXISTS temp.deck")
        connection.execute("CREATE TEMP TABLE deck (name TEXT PRIMARY KEY, id INTEGER)")
        connection.executemany("INSERT INTO temp.deck VALUES (?, ?)", deck_ids.items())
        connection.commit()
        connection.execute("ATTACH ? AS package", (package,))
        try:
            connection.execute("PRAGMA package.synchronous=OFF").execute("PRAGMA package.journal_mode=OFF")
            with connection:
                connection.execute(_ADD_NOTES, first)
                connection.execute(_ADD_CARDS, first)
        finally:
            connection.execute("DETACH package")

    # Dictionary forms

    def lemmas(self) -> dict[tuple[str, str], str]:
        """Return the dictionary forms that earlier builds looked up."""
        return {(word, language): lemma for word, language, lemma in self._connection.execute("SELECT * FROM lemma")}

    def add_lemmas(self, lemmas: Mapping[tuple[str, str], str]) -> None:
        """Remember dictionary forms."""
        with self._connection:
            rows = ((word, language, lemma) for (word, language), lemma in lemmas.items())
            self._connection.executemany("INSERT OR REPLACE INTO lemma VALUES (?, ?, ?)", rows)


_COLUMNS = ("id", "kind", "key", "content", "digests", "cards", "location", "text", "sketch", "line", "label")
_UNSETTLED = ", ".join(f"note.{column}" for column in _COLUMNS)


def _unsettled(row: sqlite3.Row, info: ArticleInfo) -> UnsettledNote:
    """Return the note of the columns `_UNSETTLED` as the ledger would remember it if it were new."""
    identity = Identity(
        kind=row["kind"],
        guid=row["key"],
        key=row["key"],
        modified=0,
        content=row["content"],
        fields=row["digests"],
        cards=row["cards"],
        location=row["location"],
        text=row["text"],
        sketch=row["sketch"],
        document=info.name,
        languages=info.pair,
        deck=info.deck,
    )
    return UnsettledNote(row["id"], identity, row["line"], row["label"], row["key"])


_ADD_NOTES = """
INSERT INTO package.notes
SELECT :note + placed.notes + number, guid, type, modified, -1, tags, fields, first_field, 0, 0, ''
FROM placed CROSS JOIN article ON article.id = placed.article CROSS JOIN built ON built.article = placed.article
ORDER BY placed.rowid, number
"""
_ADD_CARDS = """
INSERT INTO package.cards
SELECT :card + placed.cards + card.number, :note + placed.notes + card.note, deck.id, card.ord, modified, -1, 0, 0,
    1 + :is_reading * placed.cards + card.due, 0, 0, 0, 0, 0, 0, 0, 0, ''
FROM placed CROSS JOIN card ON card.article = placed.article
    CROSS JOIN packed ON packed.article = card.article AND packed.number = card.note CROSS JOIN temp.deck ON deck.name = packed.deck
ORDER BY placed.rowid, card.number
"""


def _insertion(table: str, columns: Iterable[str]) -> str:
    """Return the statement that inserts a row with some columns."""
    names = list(columns)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
