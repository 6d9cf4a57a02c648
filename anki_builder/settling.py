"""The notes of a collection get their identities from the ledger, article by article.

An article whose notes and whose block in the ledger are as they were at the last settlement needs no settling. An article whose notes have
just the keys of its block is settled by itself. Only the rest is settled together: notes that are new or moved, identities without a note.
So memory does not grow with the collection, and the result does not depend on what was settled before.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice, permutations
from typing import NamedTuple

from anki_builder.collection import Collection, ComposeTerm, Copy, PlacedUse, StoredArticle, UnsettledNote
from anki_builder.collection.rows import NoteRow
from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger.arrange import arrange
from anki_builder.ledger.file import Ledger, Place, digest_of_block, heading
from anki_builder.ledger.identity import guid_of_text, salted
from anki_builder.ledger.part import of_part
from anki_builder.ledger.plan import Change, Plan, Status
from anki_builder.ledger.recognition import comparison
from anki_builder.ledger.remarks import clock_behind, deck_kept, doubtful, edited_copy, schema_changed
from anki_builder.ledger.settle import LEEWAY, Scope, Settlement, Variants, settle_types
from anki_builder.ledger.settle import settle as settle_notes
from anki_builder.note import Identity, Languages, NoteType, NoteTypes
from anki_builder.source import Span


class Surroundings(NamedTuple):
    """The circumstances of a settlement: clock, files and names for diagnostics."""

    now: int
    """Seconds since the epoch."""
    present: tuple[str, ...] = ()
    """Documents that are there, readable or not."""
    part: frozenset[str] | None = None
    """Documents that the package is of, if not of all: the others stay in the ledger as they are."""
    path: str = "anki_builder.lock"
    """Path of the ledger, as diagnostics show it."""
    arguments: str = ""
    """Arguments with which a command works on these notes, after a space."""
    with_changes: bool = True
    """Keep every change, not only their number: changes of many notes take much memory."""
    retitle: bool = False
    """Send the notes again that have a former title, former tags or a former list of terms in Anki."""
    only_counted: bool = False
    """Count new notes, where the ledger knows nothing that they could be, and leave them without identities."""


class Settled(NamedTuple):
    """The result of a settlement; the identities are in the collection."""

    ledger: Ledger
    """The one to remember; without what was only counted."""
    plan: Plan
    remarks: tuple[Diagnostic, ...]
    note_types: tuple[tuple[NoteType, int], ...]
    """Each with the time its templates last changed."""
    ahead: int
    """Seconds by which the ledger is ahead of the clock."""


def settle(
    collection: Collection,
    note_types: NoteTypes,
    known: Ledger,
    surroundings: Surroundings,
    compose_term: ComposeTerm | None = None,
) -> Settled:
    """Give the notes of a collection their identities; `note_types` are those of the language pairs that have notes.

    With `compose_term` the note of a term stays as it is in Anki where only the order of its uses is another one.
    """
    return _Settling(collection, note_types, known, surroundings, compose_term).run()


_FEW_USES = 5
"""Uses of a term that are tried in every order."""
_MOST_TRIED = 200
"""Orders of the uses of one term, with one or another sentence, that are tried."""


class _Unsettled(NamedTuple):
    """An article that is to be settled, with its notes."""

    article: StoredArticle
    notes: list[UnsettledNote]


class _Settling:
    def __init__(
        self,
        collection: Collection,
        note_types: NoteTypes,
        known: Ledger,
        surroundings: Surroundings,
        compose_term: ComposeTerm | None,
    ) -> None:
        self.collection, self.note_types, self.known, self.surroundings = collection, note_types, known, surroundings
        self.compose_term = compose_term
        self.salt, *_ = known.salts
        self.articles = collection.articles()
        self.contributing = collection.contributing()
        self.part = collection.restrict(surroundings.part) if surroundings.part is not None else None
        self.blocks = dict(known.blocks)
        self.decks = dict(known.decks)
        self.changes: dict[int, list[Change]] = {}
        """By article."""
        self.removed: list[Change] = []
        self.of_article: defaultdict[str, Counter[Status]] = defaultdict(Counter)
        self.moved_here: set[str] = set()
        """GUIDs of notes that stood in another article."""
        self.waiting = 0
        self.filled: set[str] = set()
        self.doubts: list[Diagnostic] = []
        self.changed: set[str] = set()
        """Documents whose block lost a note that has returned elsewhere."""
        self.ahead = 0
        self.scope = Scope(
            decks=known.decks,
            retitle=surroundings.retitle,
            articles={article.info.name for article in self.articles},
            type_ids={place: entry.id for place, entry in known.note_types.items()},
        )

    def run(self) -> Settled:
        """Settle everything, once."""
        is_ahead = self.collection.newest() > self.surroundings.now + LEEWAY or self.surroundings.retitle
        unsettled = [
            article for article in self.articles if is_ahead or not article.is_settled or article.block != self._digest(article)
        ]
        rest = [article for article in unsettled if not self._settle_alone(article)]
        settled = {article.id for article in unsettled} - self._settle_rest(rest)
        changed = [article for article in self.articles if article.id in settled or article.info.name in self.changed]
        self.collection.mark_settled({article.id: self._digest(article) for article in changed})
        return self._result()

    def _digest(self, article: StoredArticle) -> bytes:
        return digest_of_block(self.blocks.get(article.info.name, b""))

    def _settle_alone(self, article: StoredArticle) -> bool:
        """Settle an article if its notes have just the keys of its block."""
        if article.info.name not in self.known.blocks:
            return False
        notes, known = self._with_notes(article).notes, self.known.identities([article.info.name])
        if {note.identity.key for note in notes} != {identity.key for identity in known if not identity.removed}:
            return False
        self._settle_together([_Unsettled(article, notes)], known)
        return True

    def _settle_rest(self, articles: Sequence[StoredArticle]) -> set[int]:
        """Settle the articles that are left, with all that the ledger knows of them, of documents that are gone, and of removed notes.

        Return the ids of those that were only counted.
        """
        names = {article.info.name for article in articles}
        own = [document for document in self.blocks if document in names or document not in self.scope.articles]
        known = Ledger(blocks=self.blocks, kinds=self.known.kinds).identities(own)
        removed = [identity for identity in self._now().removed() if identity.document not in own] if articles else []
        if known or removed:
            self.scope = self.scope._replace(taken=self._now().guids())
            self._settle_together(list(map(self._with_notes, articles)), known, removed)
        elif self.surroundings.only_counted:
            return self._count(articles)
        else:
            for article in articles:  # nothing that any of their notes could be
                self._settle_together([self._with_notes(article)], [])
        return set()

    def _count(self, articles: Iterable[StoredArticle]) -> set[int]:
        """Count the notes of articles, all of them new; return the ids of the articles."""
        counts = self.collection.note_counts()
        for article in articles:
            if count := counts.get(article.id, 0):
                self.of_article[article.info.name]["new"] += count
        return {article.id for article in articles}

    def _with_notes(self, article: StoredArticle) -> "_Unsettled":
        """Return an article with its notes, which have their keys and GUIDs in this collection."""
        notes = []
        for note in self.collection.unsettled(article):
            key = salted(note.key, self.salt)
            notes.append(note._replace(identity=note.identity._replace(key=key, guid=key)))
        return _Unsettled(article, notes)

    def _now(self) -> Ledger:
        """Return the ledger as far as it is settled."""
        return self.known._replace(blocks=self.blocks)

    def _settle_together(
        self, articles: Sequence["_Unsettled"], known: Sequence[Identity], elsewhere: Sequence[Identity] = ()
    ) -> None:
        """Settle articles with what is `known` of them, and with removed notes of documents that stay as they are `elsewhere`."""
        places = [(article.article, note) for article in articles for note in article.notes]
        composed: dict[int, NoteRow] = {}
        settled = settle_notes(
            [note.identity for _, note in places],
            [*known, *elsewhere],
            self.surroundings.now,
            self.note_types,
            scope=self.scope,
            variants=Variants(
                text=lambda index: places[index][1].text,
                new_guid=lambda index, attempt: self._other_guid(places[index][1], attempt),
                other_keys=lambda index: [salted(places[index][1].key, salt) for salt in (*self.known.salts[1:], "")],
                as_before=lambda index, match: self._as_before(*places[index], match, composed),
            ),
        )
        self.decks |= settled.decks
        self.ahead = max(self.ahead, settled.ahead)
        identities = iter(settled.identities)
        for article, own in articles:
            self.collection.settle(article, own, list(islice(identities, len(own))), composed)
        for change, (article, note) in zip(settled.changes, places, strict=False):
            self._remember(change, article, note)
        self.removed += settled.changes[len(places) :]
        for doubt in settled.doubts:
            (article, note), old = places[doubt.note], doubt.entry
            if self._is_built(note):
                guid, span = settled.identities[doubt.note].guid, Span(article.info.path, note.line)
                self.doubts.append(doubtful(span, note.text, guid, old.text, old.guid, self.surroundings.arguments))
        infos = [article.article.info for article in articles]
        self._write_blocks(settled, known, elsewhere, {info.name for info in infos})
        for info in infos:
            if info.name not in self.blocks and info.name in self.contributing:
                self.blocks[info.name] = heading(Place(info.name, info.pair, info.deck))

    def _as_before(
        self, article: StoredArticle, note: UnsettledNote, match: Identity, composed: dict[int, NoteRow]
    ) -> Identity | None:
        """Return the note of a term as the ledger knows it, in another order of its uses or with another sentence; add its row to `composed`."""
        own = note.identity
        if self.compose_term is None or not self.note_types[own.languages][own.kind].kind.is_shared:
            return None
        for uses in islice(_other_compositions(self.collection.uses(note)), _MOST_TRIED):
            info = uses[0].info._replace(tags=article.info.tags)
            row = self.compose_term(info, [one.use for one in uses])
            if (row.content, row.cards) == (match.content, own.cards):
                composed[note.id] = row
                return own._replace(content=row.content, fields=row.digests, location=row.location)
        return None

    def _other_guid(self, note: UnsettledNote, attempt: int) -> str:
        """Return a GUID for a note where another one has that of its key."""
        identity = note.identity
        guid = guid_of_text(self.note_types[identity.languages][identity.kind].id, note.text, attempt)
        return salted(guid, self.salt)

    def _remember(self, change: Change, article: StoredArticle, note: UnsettledNote) -> None:
        """Count what happens to a note, and keep it if it is wanted."""
        self.filled |= {change.identity.document, change.moved_from}
        if not self._is_built(note):
            return
        self.of_article[article.info.name][change.status] += 1
        self.waiting += change.is_waiting
        if change.moved_from:
            self.moved_here.add(change.identity.guid)
        if self.surroundings.with_changes and (change.status != "unchanged" or change.moved_from):
            shown = change._replace(path=article.info.path, line=note.line, text=note.text)
            self.changes.setdefault(article.id, []).append(shown)

    def _is_built(self, note: UnsettledNote) -> bool:
        """Return whether a note comes into the package."""
        return self.part is None or note.id in self.part

    def _write_blocks(
        self, settled: Settlement, known: Sequence[Identity], elsewhere: Sequence[Identity], documents: Iterable[str]
    ) -> None:
        """Replace the blocks of settled documents, and take from the others the notes that have returned elsewhere."""
        staying = {identity.guid for identity in elsewhere}
        kept = [identity for identity in settled.kept if identity.guid not in staying]
        for document in {*documents, *(identity.document for identity in known)}:
            self.blocks.pop(document, None)
        self.blocks |= arrange(settled.identities, kept, known, self.decks)
        taken = staying & {identity.guid for identity in settled.identities}
        for document in {identity.document for identity in elsewhere if identity.guid in taken}:
            before = self._now().identities([document])
            live = [identity for identity in before if not identity.removed]
            left = [identity for identity in before if identity.removed and identity.guid not in taken]
            self.blocks |= {document: b""} | arrange(live, left, before, self.decks)
            self.changed.add(document)

    def _result(self) -> Settled:
        surroundings, counts = self.surroundings, self.collection.note_counts()
        note_types = {languages: self.note_types[languages] for languages in self.collection.languages()}
        types = settle_types(note_types, self.known, surroundings.now)
        refused = tuple(schema_changed(note_type, difference, surroundings.path) for note_type, difference in types.refused)
        ahead = max(self.ahead, types.ahead)
        removed = [
            change for change in self.removed if surroundings.part is None or change.identity.document in surroundings.part
        ]
        remarks = [*refused, *self.doubts, *self._edited_copies(removed), *self._kept_decks()]
        if ahead:
            remarks.append(clock_behind(surroundings.path, ahead))
        for change in removed:
            self.of_article[change.identity.document]["removed"] += 1
        statuses = sum(self.of_article.values(), Counter[Status]())
        statuses["unchanged"] += sum(counts.values()) - statuses.total() + len(removed)
        plan = Plan(
            counts=statuses,
            moved=len(self.moved_here),
            waiting=self.waiting,
            of_article=self.of_article,
            shares=self._shares(removed),
            turned=self._turned(removed),
            changes=(*(change for article in self.articles for change in self.changes.get(article.id, ())), *removed),
            notes={article.info.path: counts[article.id] for article in self.articles if article.id in counts},
            note_types=types.changes,
            known=self.known.present(surroundings.part),
            emptied=self._emptied(),
            ledger=surroundings.path,
            refused=refused,
            arguments=surroundings.arguments,
        )
        dated = tuple(
            (note_type, types.entries[languages, kind].modified)
            for languages, of_pair in note_types.items()
            for kind, note_type in of_pair.items()
        )
        new_ledger = self._ledger()._replace(note_types=types.entries, former_types=types.former)
        return Settled(new_ledger, plan, tuple(remarks), dated, ahead)

    def _edited_copies(self, removed: Iterable[Change]) -> Iterator[Diagnostic]:
        """Yield a diagnostic for each removed note whose article holds it edited now, as a note that another article made new before.

        Where a note stands in several articles and they are edited one after the other, the first edit makes a new note.
        """
        gone: dict[str, list[Identity]] = {}
        for change in removed:
            gone.setdefault(change.identity.document, []).append(change.identity)
        for article in self.articles:
            copies = self.collection.copies(article) if article.info.name in gone else []
            copies = [copy for copy in copies if (copy.is_hidden or copy.guid in self.moved_here) and not self._is_cloze(copy)]
            old_notes = gone.get(article.info.name, []) if copies else []
            is_alike = comparison([copy.note.identity for copy in copies], old_notes, self.note_types)
            for old in old_notes:
                for copy in copies:
                    if copy.modified > old.modified and is_alike(copy.note.identity, old):
                        span = Span(article.info.path, copy.note.line)
                        yield edited_copy(span, copy.note.text, copy.guid, old.text, old.guid, self.surroundings.arguments)
                        break

    def _is_cloze(self, copy: Copy) -> bool:
        """Return whether a note goes on with its sentence and its term, if they do."""
        return self.note_types[copy.note.identity.languages][copy.note.identity.kind].is_cloze

    def _ledger(self) -> Ledger:
        """Return the ledger to remember, without the note types."""
        blocks = {document: block for document, block in self.blocks.items() if block}
        settled = self.known._replace(blocks=blocks, decks=self.decks)
        if self.surroundings.part is None:
            return settled
        return of_part(self.known, settled, self.collection.guids(), self.surroundings.part)

    def _shares(self, removed: Sequence[Change]) -> dict[str, tuple[int, int]]:
        """Return how many notes of each document are removed, and of how many, most first."""
        gone = Counter(change.identity.document for change in removed)
        return {document: (count, self.known.present([document])) for document, count in gone.most_common()}

    def _turned(self, removed: Sequence[Change]) -> dict[str, tuple[Languages, Languages]]:
        """Return the documents that are read in other languages than before, with the former ones and the present ones."""
        pairs = {article.info.name: article.info.pair for article in self.articles}
        former = {change.identity.document: change.identity.languages for change in removed}
        return {document: (pair, pairs[document]) for document, pair in former.items() if pairs.get(document, pair) != pair}

    def _emptied(self) -> dict[str, int]:
        """Return the files that are there, but have no note any more, not even one that another file has too, with the number they had."""
        filled = self.filled | self.contributing
        gone = Counter(change.identity.document for change in self.removed)
        return {document: gone[document] for document in self.surroundings.present if document in gone and document not in filled}

    def _kept_decks(self) -> Iterable[Diagnostic]:
        """Yield a remark for each article whose cards stay in another deck than the settings name by now."""
        for article in self.articles:
            if self.surroundings.part is not None and article.info.name not in self.surroundings.part:
                continue
            kept = self.decks.get(article.info.name, article.info.deck)
            if kept != article.info.deck and (notes := self.collection.unsettled(article)):
                yield deck_kept(Span(article.info.path, notes[0].line), kept, article.info.deck, self.surroundings.arguments)


def _other_compositions(uses: Sequence[PlacedUse]) -> Iterator[Sequence[PlacedUse]]:
    """Yield the uses of a term with another of its sentences, then in all other orders."""
    yield from _with_other_sentences(uses)
    for others in _other_orders(uses):
        yield others
        yield from _with_other_sentences(others)


def _with_other_sentences(uses: Sequence[PlacedUse]) -> Iterator[Sequence[PlacedUse]]:
    """Yield the uses of a term with each of the further sentences of the first one that has sentences."""
    at = next((at for at, one in enumerate(uses) if one.use.context), 0)
    for other in uses[at].use.others:
        use = uses[at].use._replace(context=other.context, passage=other.passage)
        yield [*uses[:at], uses[at]._replace(use=use), *uses[at + 1 :]]


def _other_orders(uses: Sequence[PlacedUse]) -> Iterator[Sequence[PlacedUse]]:
    """Yield the uses of a term in all other orders, or, of many, in those in which two stretches that follow one another change places."""
    if len(uses) <= _FEW_USES:
        yield from islice(permutations(uses), 1, None)
        return
    for start, middle, end in combinations(range(len(uses) + 1), 3):
        yield [*uses[:start], *uses[middle:end], *uses[start:middle], *uses[end:]]
