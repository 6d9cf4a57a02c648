"""How the cards of the notes are learned: what Anki's reviews say of each card, and the sums by article and by kind of card. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from anki_builder.anki.nouns import OwnNote
from anki_builder.anki.state import State

MATURE = 21
"""Days of interval from which Anki calls a card mature."""
DAYS = 30
"""Days for which the due cards are counted."""
_SUSPENDED = -1
_LEARNING = (1, 3)
_DAY = 86_400
_CARDS = """
SELECT notes.guid, cards.ord, cards.queue, cards.type, CASE WHEN odid THEN odue ELSE due END, ivl, factor, cards.reps, cards.lapses, cards.flags & 7,
    notes.tags, (SELECT crt FROM col),
    (SELECT count(*) FROM revlog WHERE cid = cards.id AND revlog.type IN (1, 2) AND ease > 0),
    (SELECT count(*) FROM revlog WHERE cid = cards.id AND revlog.type IN (1, 2) AND ease > 1)
FROM notes JOIN cards ON nid = notes.id
"""


class CardStudy(NamedTuple):
    """One card as it is learned."""

    guid: str
    ord: int
    is_new: bool
    is_suspended: bool
    due: int | None
    """Days from today, 0 for what is overdue; None for new and suspended cards."""
    interval: int
    """Days."""
    ease: float
    """As Anki shows it, in percent; 0 where it has none."""
    repetitions: int
    lapses: int
    flag: int
    """1 to 7; 0 for none."""
    tags: tuple[str, ...]
    reviews: int
    """Answers since it was learned."""
    passed: int
    """Those of them that were not “Again”."""


class Sum(NamedTuple):
    """The cards of one article or one kind."""

    name: str
    cards: int
    seen: int
    mature: int
    suspended: int
    lapses: int
    ease: float
    """Mean in percent; 0 where no card has one."""
    reviews: int
    passed: int
    due: tuple[int, ...]
    """How many are due on each of the next days, today with what is overdue."""

    @property
    def retention(self) -> float | None:
        """Share of the reviews that were passed; None without reviews."""
        return self.passed / self.reviews if self.reviews else None


class StudiedNote(NamedTuple):
    """A note with its cards."""

    own: OwnNote
    cards: tuple[CardStudy, ...]

    @property
    def lapses(self) -> int:
        """Of all its cards."""
        return sum(card.lapses for card in self.cards)

    @property
    def is_leech(self) -> bool:
        """Whether Anki calls it a leech."""
        return self._has("leech")

    @property
    def is_marked(self) -> bool:
        """Whether the learner marked it."""
        return self._has("marked")

    @property
    def flags(self) -> tuple[int, ...]:
        """The flags of its cards."""
        return tuple(sorted({card.flag for card in self.cards} - {0}))

    def _has(self, tag: str) -> bool:
        return any(tag == own.casefold() for card in self.cards for own in card.tags)


class Review(NamedTuple):
    """All that a look at the reviews gives."""

    total: Sum
    articles: Sequence[Sum]
    kinds: Sequence[Sum]
    notes: Sequence[StudiedNote]
    """Those that are in Anki and were forgotten, are leeches, marked or flagged; the hardest first."""


def cards_of(state: State, now: int) -> Iterator[CardStudy]:
    """Yield the cards of all notes that were read; `now` is in seconds since the epoch."""
    for row in map(_Row._make, state.rows(_CARDS)):
        yield CardStudy(
            guid=row.guid,
            ord=row.ord,
            is_new=row.type == 0,
            is_suspended=row.queue == _SUSPENDED,
            due=_due(row, now),
            interval=max(0, row.interval),
            ease=row.factor / 10,
            repetitions=row.reps,
            lapses=row.lapses,
            flag=row.flag,
            tags=tuple(row.tags.split()),
            reviews=row.reviews,
            passed=row.passed,
        )


class _Row(NamedTuple):
    guid: str
    ord: int
    queue: int
    type: int
    due: int
    interval: int
    factor: int
    reps: int
    lapses: int
    flag: int
    tags: str
    created: int
    reviews: int
    passed: int


def _due(row: _Row, now: int) -> int | None:
    if row.queue == _SUSPENDED or row.type == 0:
        return None
    if row.queue in _LEARNING and row.due > _DAY * 1000:  # a moment, not a day
        return max(0, (row.due - now) // _DAY)
    return max(0, row.due - (now - row.created) // _DAY)


def review(notes: Iterable[OwnNote], cards: Iterable[CardStudy]) -> Review:
    """Return the sums of the cards of notes, and the notes that need a look."""
    of_note: dict[str, list[CardStudy]] = {}
    for card in cards:
        of_note.setdefault(card.guid, []).append(card)
    articles: dict[str, list[CardStudy]] = {}
    kinds: dict[str, list[CardStudy]] = {}
    noticed = []
    for own in notes:
        found = of_note.get(own.guid, [])
        articles.setdefault(own.path, []).extend(found)
        kind = own.note_type.kind
        for card in found:
            template = kind.cards[0 if kind.is_cloze else min(card.ord, len(kind.cards) - 1)]
            kinds.setdefault(template.name, []).append(card)
        studied = StudiedNote(own, tuple(found))
        if studied.lapses or studied.is_leech or studied.is_marked or studied.flags:
            noticed.append(studied)
    everything = [card for of_article in articles.values() for card in of_article]
    return Review(_sum("", everything), _sums(articles), _sums(kinds), sorted(noticed, key=_hardness))


def _hardness(note: StudiedNote) -> tuple[bool, int, float]:
    reviews, passed = sum(card.reviews for card in note.cards), sum(card.passed for card in note.cards)
    return not note.is_leech, -note.lapses, passed / reviews if reviews else 1


def _sums(groups: Mapping[str, Sequence[CardStudy]]) -> list[Sum]:
    return [_sum(name, cards) for name, cards in groups.items() if cards]


def _sum(name: str, cards: Sequence[CardStudy]) -> Sum:
    eases = [card.ease for card in cards if card.ease]
    count: Callable[[Iterable[bool]], int] = sum
    return Sum(
        name=name,
        cards=len(cards),
        seen=count(not card.is_new for card in cards),
        mature=count(card.interval >= MATURE for card in cards),
        suspended=count(card.is_suspended for card in cards),
        lapses=sum(card.lapses for card in cards),
        ease=sum(eases) / len(eases) if eases else 0,
        reviews=sum(card.reviews for card in cards),
        passed=sum(card.passed for card in cards),
        due=tuple(count(card.due == day for card in cards) for day in range(DAYS)),
    )
