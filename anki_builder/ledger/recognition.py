"""Which note that is gone and which new one are the same, edited: as version control finds renamed files.

Only notes whose key is gone from the notes are weighed against notes whose key is new; what is unchanged is never touched. A pair is
weighed by the likeness of its text (the common words, in order, the rare ones for more), by what else it kept (the same translation,
the same gloss), and by its neighbours, which mostly are unchanged. The likeliest pairs are taken first, each note once; a second round
profits from the neighbours that the first one found. A cloze follows its sentence and its term. What is likely but not likely enough
stays new and is told as a doubt.

Terms are no sentences: `desert` and `dessert`, `legal` and `illegal` differ as little as a word and its typing error. So a term is the
same, its spelling corrected, only if it kept its gloss or its context; and a sentence that lost or gained its “not” only if it kept its
translation.

Each note is weighed against a bounded number of candidates: those at the same place among the same neighbours, those that share
pairs of words, those with the same translation. So ten thousand changed notes cost ten thousand times one, not its square.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log
from operator import attrgetter
from typing import NamedTuple

from anki_builder.languages.negation import negations
from anki_builder.ledger.entry import EVIDENCE, Entry, short_digest, split_digests
from anki_builder.ledger.trace import WORDS, cloze_parts, pairs, signs, sketch, trace
from anki_builder.note import Note, NoteTypeName

THRESHOLD: Mapping[NoteTypeName, float] = {"sentence": 0.6, "vocabulary": 0.85, "cloze": 0.6}
"""Weight from which two notes are the same: for a pair without kept fields or neighbours, the likeness of their texts."""
NEIGHBOUR = 0.1
"""What each common neighbour adds to the weight."""
KEPT: Mapping[NoteTypeName, float] = {"sentence": 0.25, "vocabulary": 0.3, "cloze": 0.2}
"""What a kept translation or gloss adds, or the term of a cloze."""
LEAST: Mapping[NoteTypeName, float] = {"sentence": 0.35, "vocabulary": 0.7, "cloze": 0.35}
"""Likeness below which nothing makes two notes the same: a synonym has the gloss and often half the letters (`raise`, `increase`)."""
RETURNED = 0.8
"""Likeness from which a new note is one that was removed in an earlier build."""
DOUBT = 0.2
"""Below the threshold by less than this is a doubt."""
LEAST_DOUBT: Mapping[NoteTypeName, float] = {"sentence": 0.2, "vocabulary": 0.5, "cloze": 0.2}
"""Likeness below which not even a doubt is told: that of sentences that have nothing in common but small words."""
FIRST_ROUND = 0.1
"""By how much the pairs of the first round surpass the threshold."""

OPPOSITE = 0.8
"""Likeness from which a negation is what makes the difference of two sentences; below, they were reworded, or merged with others."""

SURE = 1.0
"""Weight of a candidate from which no further ones are looked for: as of nine words in ten between the same neighbours."""
NEAR = 2
"""Candidates on either side of the expected place among the same neighbours."""
SHARING = 4
"""Candidates that share the most pairs of words."""
FEW = 3
"""A translation or gloss that more notes have than this is no evidence."""
COMMON = 12
"""What more notes share than this says nothing."""

Fields = Mapping[tuple[tuple[str, str], NoteTypeName], Sequence[str]]
"""Names of the fields of each note type."""


class Doubt(NamedTuple):
    """A new note that may be a gone one."""

    note: int
    entry: Entry


class _Candidate(NamedTuple):
    weight: float
    likeness: float
    note: int
    entry: Entry
    possible: bool = True
    """Whether it can be more than a doubt."""


class Recogniser:
    """Finds out which notes without a known entry are which of those that no note has."""

    def __init__(
        self,
        notes: Sequence[Note],
        known: Sequence[Entry | None],
        entries: Sequence[Entry],
        free: Iterable[Entry],
        gone: Sequence[Entry],
        fields: Fields,
    ) -> None:
        """`known` are the entries of the notes, None where there is none; of all `entries` no note has the `free` ones.

        `gone` are those removed in earlier builds. Both sides are in reading order, article by article.
        """
        from rapidfuzz.distance import Indel  # late: 20 ms that a build without edits does not pay

        self._ratio = Indel.normalized_similarity
        self.notes, self.fields, self.gone = notes, fields, gone
        self.known = list(known)
        self.free = {entry.guid: entry for entry in free}
        self.found: dict[int, Entry] = {}
        places = {(note.note_type, note.languages, note.document) for note, entry in zip(notes, known, strict=True) if entry is None}
        self.sequences: dict[tuple[NoteTypeName, tuple[str, str], str], list[int]] = {place: [] for place in places}
        unsettled = {document for _, _, document in places}
        for index, note in enumerate(notes):
            if note.document in unsettled and (sequence := self.sequences.get((note.note_type, note.languages, note.document))) is not None:
                sequence.append(index)
        old_places = {(entry.kind, entry.languages, entry.document) for entry in self.free.values()}
        self.old_sequences: dict[tuple[NoteTypeName, tuple[str, str], str], list[Entry]] = {place: [] for place in old_places}
        unsettled = {document for _, _, document in old_places}
        for entry in entries:
            if entry.document in unsettled and (old_sequence := self.old_sequences.get((entry.kind, entry.languages, entry.document))) is not None:
                old_sequence.append(entry)
        documents = set(map(attrgetter("document"), entries))
        self._strays = [index for index, note in enumerate(notes) if note.document not in documents]
        self.traces: dict[int, tuple[str, str, str]] = {}
        self.old_traces: dict[str, tuple[str, str, str]] = {}
        self.old_kept: dict[str, list[str]] = {}
        self._weights: dict[str, tuple[frozenset[str], float]] = {}
        self._negations: dict[str, frozenset[str]] = {}
        self.rarity = self._rarity()
        self.frequent = self._frequent()

    def run(self) -> tuple[dict[int, Entry], list[Doubt]]:
        """Return the entries that were found, by the index of the note, and where it is in doubt; once."""
        doubts: list[Doubt] = []
        for kind in ("sentence", "vocabulary"):
            sharing = _Index(self, [entry for entry in self.free.values() if entry.kind == kind])
            self._take(self._candidates(kind, sharing), THRESHOLD[kind] + FIRST_ROUND)
            weighed = list(self._candidates(kind, sharing))
            self._take(weighed, THRESHOLD[kind])
            doubts += self._doubts(weighed, kind)
        weighed = list(self._cloze_candidates())
        self._take(weighed, THRESHOLD["cloze"])
        self._take(self._returned(), RETURNED)
        return self.found, [doubt for doubt in doubts if doubt.note not in self.found]

    def origins(self) -> dict[str, str]:
        """Return for each article that is new the one that most of its known notes come from."""
        return origins([self.notes[index] for index in self._strays], [self.known[index] for index in self._strays], ())

    def _unknown(self, kind: NoteTypeName) -> Iterator[int]:
        return (
            index for place, sequence in self.sequences.items() if place[0] == kind for index in sequence if self.known[index] is None
        )

    def _take(self, candidates: Iterable[_Candidate], threshold: float) -> None:
        """Make pairs of candidates, the weightiest first, each note once."""
        likely = [c for c in candidates if c.possible and c.weight >= threshold and c.likeness >= LEAST[c.entry.kind]]
        for candidate in sorted(likely, key=lambda c: (-c.weight, c.note)):
            entry = self.free.get(candidate.entry.guid)
            if entry is not None and self.known[candidate.note] is None:
                self.known[candidate.note] = self.found[candidate.note] = entry
                del self.free[entry.guid]

    def _doubts(self, candidates: Iterable[_Candidate], kind: NoteTypeName) -> Iterator[Doubt]:
        """Yield for each note left over the likeliest entry left over, each once."""
        told: set[str] = set()
        for candidate in sorted(candidates, key=lambda c: (-c.weight, c.note)):
            guid = candidate.entry.guid
            near = candidate.weight >= THRESHOLD[kind] - DOUBT and candidate.likeness >= LEAST_DOUBT[kind]
            if near and self.known[candidate.note] is None and guid in self.free and not told & {guid, str(candidate.note)}:
                told |= {guid, str(candidate.note)}
                yield Doubt(candidate.note, candidate.entry)

    def _candidates(self, kind: NoteTypeName, sharing: "_Index") -> Iterator[_Candidate]:
        gaps = _Gaps(self, kind)
        for place in self.sequences:
            if place[0] != kind:
                continue
            for index, left, right, near in gaps.of(place):
                kept = self._kept(index)
                weighed: dict[str, _Candidate] = {}
                for entry in self._until_sure(weighed, near, sharing, index, kept):
                    guid = entry.guid
                    if guid in self.free and guid not in weighed and entry.languages == place[1]:
                        neighbours = (gaps.left.get(guid) == left) + (gaps.right.get(guid) == right)
                        weighed[guid] = self._weighed(index, entry, kept, neighbours)
                yield from weighed.values()

    @staticmethod
    def _until_sure(
        weighed: Mapping[str, _Candidate], near: Sequence[Entry], sharing: "_Index", index: int, kept: Sequence[str]
    ) -> Iterator[Entry]:
        """Yield the entries that stood near, and those elsewhere that share most, unless one was found that is surely it."""
        yield from near
        if all(candidate.weight < SURE for candidate in weighed.values()):
            yield from sharing.of(index, kept)

    def _weighed(self, index: int, entry: Entry, kept: Sequence[str], neighbours: int) -> _Candidate:
        likeness = self._likeness(index, entry)
        weight = likeness + NEIGHBOUR * neighbours
        has_kept = self._kept_something(entry.kind, kept, entry)
        if has_kept:
            weight += KEPT[entry.kind]
        return _Candidate(weight, likeness, index, entry, has_kept or self._may_have_changed_all(index, entry))

    def _may_have_changed_all(self, index: int, entry: Entry) -> bool:
        """Tell whether two notes can be the same though nothing was kept but some of the text."""
        return entry.kind != "vocabulary" and not self._opposite(entry.languages[0], self.old_trace(entry)[1], self.trace(index)[1])

    def _opposite(self, language: str, first: str, second: str) -> bool:
        """Tell whether only one of two texts, as signs, is negated and little else differs; of those not kept whole nothing is known."""
        if language not in self._negations:
            self._negations[language] = frozenset("".join(signs(sketch(word)) for word in negations(language)))
        negating = self._negations[language]
        if max(len(first), len(second)) >= WORDS or negating.isdisjoint(first) == negating.isdisjoint(second):
            return False
        return self._similar(first, second) >= OPPOSITE

    def _kept_something(self, kind: NoteTypeName, mine: Sequence[str], entry: Entry) -> bool:
        theirs = self._old_kept(entry)
        return any(
            ours == digest != "." and (kind, place, digest) not in self.frequent
            for place, (ours, digest) in enumerate(zip(mine, theirs, strict=True))
        )

    def _cloze_candidates(self) -> Iterator[_Candidate]:
        """Weigh clozes by their sentence where the term is the same, by their term where the sentence is."""
        terms: dict[str, str] = {}
        sentences: dict[str, str] = {}
        for index, entry in self.found.items():
            if entry.kind == "vocabulary":
                terms[entry.text.casefold()] = trace(self.notes[index].text)[0].casefold()
            elif entry.kind == "sentence":
                sentences[entry.sketch or sketch(entry.text)] = sketch(self.notes[index].text)
        by_term: dict[str, list[Entry]] = {}
        by_sentence: dict[str, list[Entry]] = {}  # as it stands: of an edited sentence the cloze goes on only if its term does
        for entry in self.free.values():
            if entry.kind == "cloze":
                by_term.setdefault(terms.get(entry.text.casefold(), entry.text.casefold()), []).append(entry)
                by_sentence.setdefault(entry.sketch, []).append(entry)
        for index in self._unknown("cloze"):
            term, sentence = cloze_parts(self.notes[index].text)
            folded, signed, kept = term.casefold(), signs(sentence), self._kept(index)
            for entry in by_term.get(folded, ())[:COMMON]:
                followed = sentences.get(entry.sketch, entry.sketch) == sentence
                former = signs(entry.sketch)
                likeness = 1.0 if followed else self._similar(former, signed)
                if entry.languages == self.notes[index].languages:
                    same = followed or self._kept_something("cloze", kept, entry) or not self._opposite(entry.languages[0], former, signed)
                    yield _Candidate(likeness + KEPT["cloze"], likeness, index, entry, same)
            for entry in by_sentence.get(sentence, ())[:COMMON]:
                likeness = self._similar(entry.text.casefold(), folded)
                if entry.languages == self.notes[index].languages:
                    yield _Candidate(likeness, likeness, index, entry)

    def _returned(self) -> Iterator[_Candidate]:
        """Weigh what is still new against what earlier builds removed, by the text alone."""
        for kind in ("sentence", "vocabulary"):
            removed = [entry for entry in self.gone if entry.kind == kind]
            if not removed or next(self._unknown(kind), None) is None:
                continue
            self.free.update({entry.guid: entry for entry in removed})
            sharing = _Index(self, removed)
            for index in self._unknown(kind):
                kept = self._kept(index)
                for entry in sharing.of(index, kept):
                    if entry.removed and entry.languages == self.notes[index].languages:
                        found = self._weighed(index, entry, kept, 0)
                        yield found._replace(weight=found.likeness)

    def _rarity(self) -> dict[str, float]:
        """Return what each word weighs, by how few of the sentences of the articles concerned had it."""
        counts: Counter[str] = Counter()
        sentences = 0
        for (kind, _, _), sequence in self.old_sequences.items():
            if kind == "sentence":
                sentences += len(sequence)
                for entry in sequence:
                    counts.update(set(self.old_trace(entry)[1]))
        self._unheard = log(sentences + 2)
        return {word: log((sentences + 2) / count) for word, count in counts.items()}

    def _frequent(self) -> set[tuple[NoteTypeName, int, str]]:
        """Return the translations and glosses that so many notes share that they tell nothing."""
        counts: Counter[tuple[NoteTypeName, int, str]] = Counter()
        for sequence in self.old_sequences.values():
            for entry in sequence:
                counts.update((entry.kind, place, digest) for place, digest in enumerate(self._old_kept(entry)))
        return {key for key, count in counts.items() if count > FEW}

    def _common_weight(self, first: str, second: str) -> float:
        """Return the share of the words of both that are in common, each weighed by its rarity."""
        ours, rarity = self._words(first), self.rarity
        theirs = self._words(second)
        common = 2 * sum([rarity.get(word, self._unheard) for word in ours[0] & theirs[0]])
        return common / (ours[1] + theirs[1]) if common else 0.0

    def _words(self, signed: str) -> tuple[frozenset[str], float]:
        """Return the words of a text, and what they weigh together."""
        if signed not in self._weights:
            words = frozenset(signed)
            self._weights[signed] = words, sum([self.rarity.get(word, self._unheard) for word in words])
        return self._weights[signed]

    def _likeness(self, index: int, entry: Entry) -> float:
        text, signed, whole = self.trace(index)
        old_text, old_signed, old_whole = self.old_trace(entry)
        if entry.kind == "vocabulary":
            return self._similar(old_text, text)
        likeness = (self._similar(old_signed, signed) + self._common_weight(old_signed, signed)) / 2
        if whole and old_whole:  # a word of three with a typing error is a third of the words, but not of the letters
            likeness = max(likeness, (likeness + self._similar(old_text, text)) / 2)
        return likeness

    def _similar(self, first: str, second: str) -> float:
        """Return twice the length of the longest common subsequence over the sum of both lengths."""
        return self._ratio(first, second) if first and second else 0.0

    def trace(self, index: int) -> tuple[str, str, str]:
        """Return the folded text, its words as signs, and the text once more if it is short."""
        if index not in self.traces:
            text = self.notes[index].text
            beginning, sketched = trace(text)
            folded = beginning.casefold()
            self.traces[index] = folded, signs(sketch(text)), "" if sketched else folded
        return self.traces[index]

    def old_trace(self, entry: Entry) -> tuple[str, str, str]:
        """Return the same of an entry."""
        if entry.guid not in self.old_traces:
            folded = entry.text.casefold()
            self.old_traces[entry.guid] = folded, signs(entry.sketch or sketch(entry.text)), "" if entry.sketch else folded
        return self.old_traces[entry.guid]

    def _evidence(self, languages: tuple[str, str], kind: NoteTypeName) -> tuple[Sequence[str], list[int]]:
        names = self.fields[languages, kind]
        return names, [names.index(name) for name in EVIDENCE[kind] if name in names]

    def _kept(self, index: int) -> list[str]:
        note = self.notes[index]
        _, places = self._evidence(note.languages, note.note_type)
        return [short_digest(note.fields[place]) for place in places]

    def _old_kept(self, entry: Entry) -> list[str]:
        if entry.guid not in self.old_kept:
            names, places = self._evidence(entry.languages, entry.kind)
            digests = split_digests(entry.fields, len(names))
            self.old_kept[entry.guid] = [digests[place + 1] for place in places]
        return self.old_kept[entry.guid]

    def index_keys(self, signed: str, kept: Iterable[str]) -> list[str]:
        """Return what a note can be found by: neighbouring words, and the digests of what it may have kept."""
        return [*pairs(signed), *(f"{place}{digest}" for place, digest in enumerate(kept) if digest != ".")]

    def keys_of_entry(self, entry: Entry) -> list[str]:
        """Return what an entry can be found by."""
        return self.index_keys(self._letters(entry.kind, *self.old_trace(entry)[:2]), self._old_kept(entry))

    def keys_of_note(self, index: int, kept: Iterable[str]) -> list[str]:
        """Return what a note can be found by."""
        return self.index_keys(self._letters(self.notes[index].note_type, *self.trace(index)[:2]), kept)

    @staticmethod
    def _letters(kind: NoteTypeName, folded: str, signed: str) -> str:
        return f"\x02{folded}\x03" if kind == "vocabulary" else signed


class _Index:
    """Finds entries by what they share with a note."""

    def __init__(self, recogniser: Recogniser, entries: Sequence[Entry]) -> None:
        self._recogniser = recogniser
        self._entries: dict[str, list[Entry]] = {}
        self._waiting = entries
        """Not entered yet: mostly nobody asks."""

    def of(self, index: int, kept: Iterable[str]) -> list[Entry]:
        """Return the entries that share most."""
        for entry in self._waiting:
            for key in set(self._recogniser.keys_of_entry(entry)):
                self._entries.setdefault(key, []).append(entry)
        self._waiting = ()
        votes: dict[str, int] = {}
        entries: dict[str, Entry] = {}
        for key in self._recogniser.keys_of_note(index, kept):
            sharing = self._entries.get(key, ())
            if len(sharing) <= COMMON:
                for entry in sharing:
                    votes[entry.guid] = votes.get(entry.guid, 0) + 1
                    entries[entry.guid] = entry
        most = sorted(votes.items(), key=lambda vote: -vote[1])[:SHARING]
        return [entries[guid] for guid, _ in most]


class _Gaps:
    """The unknown stretches between notes that are known, and the entries missing between the same ones."""

    def __init__(self, recogniser: Recogniser, kind: NoteTypeName) -> None:
        self._recogniser = recogniser
        self.left: dict[str, str] = {}
        """GUID of a free entry → the nearest entry before it that some note has."""
        self.right: dict[str, str] = {}
        self._by_left: dict[tuple[tuple[str, str], str], list[Entry]] = {}
        self._by_right: dict[tuple[tuple[str, str], str], list[Entry]] = {}
        for (old_kind, languages, document), sequence in recogniser.old_sequences.items():
            if old_kind != kind:
                continue
            for near, by, entries in ((self.left, self._by_left, sequence), (self.right, self._by_right, sequence[::-1])):
                last = f"\x02{document}"
                for entry in entries:
                    if entry.guid in recogniser.free:
                        near[entry.guid] = last
                        by.setdefault((languages, last), []).append(entry)
                    else:
                        last = entry.guid
        self._homes = recogniser.origins()

    def of(self, place: tuple[NoteTypeName, tuple[str, str], str]) -> Iterator[tuple[int, str, str, list[Entry]]]:
        """Yield the unknown notes of an article: index, known neighbours, and the entries that stood about there."""
        known = self._recogniser.known
        _, languages, document = place
        sequence = self._recogniser.sequences[place]
        edge = f"\x02{self._homes.get(document, document)}"
        start = 0
        while start < len(sequence):
            if known[sequence[start]] is not None:
                start += 1
                continue
            end = start
            while end < len(sequence) and known[sequence[end]] is None:
                end += 1
            left = _guid(known, sequence[start - 1], edge) if start else edge
            right = _guid(known, sequence[end], edge) if end < len(sequence) else edge
            before, after = self._by_left.get((languages, left), []), self._by_right.get((languages, right), [])
            for offset in range(end - start):
                scaled = offset * len(before) // (end - start)
                from_right = end - start - 1 - offset
                yield (
                    sequence[start + offset],
                    left,
                    right,
                    [*_around(before, offset), *_around(before, scaled), *_around(after, from_right)],
                )
            start = end


def _guid(known: Sequence[Entry | None], index: int, edge: str) -> str:
    entry = known[index]
    return entry.guid if entry is not None else edge


def _around(entries: Sequence[Entry], at: int) -> Sequence[Entry]:
    return entries[max(0, at - NEAR) : at + NEAR + 1]


def origins(notes: Sequence[Note], known: Sequence[Entry | None], documents: Iterable[str]) -> dict[str, str]:
    """Return for each article that is not among `documents` the one that most of its known notes come from."""
    known_documents = set(documents)
    counts: dict[str, Counter[str]] = {}
    for note, entry in zip(notes, known, strict=True):
        if entry is not None and note.document not in known_documents:
            counts.setdefault(note.document, Counter())[entry.document] += 1
    return {document: count.most_common(1)[0][0] for document, count in counts.items()}
