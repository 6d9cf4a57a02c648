"""Which note that is gone and which new one are the same, edited: as version control finds renamed files.

Only notes whose key is gone from the notes are weighed against notes whose key is new; what is unchanged is never touched. A pair is
weighed by the likeness of its text (the common words, in order, the rare ones for more), by what else it kept (the same translation,
the same gloss), and by its neighbours, which mostly are unchanged. The likeliest pairs are taken first, each note once; a second round
profits from the neighbours that the first one found. A cloze follows its sentence and its term. What is likely but not likely enough
stays new and is reported as a doubt.

Terms are no sentences: `desert` and `dessert`, `legal` and `illegal` differ as little as a word and its typing error. So a term is the
same, its spelling corrected, only if it kept its gloss or its context, or if a dictionary has one of the two and not the other
(`_is_misspelt`); where one character is half the term, or kana stand for kanji, only if the sentence speaks for it. And a sentence that lost
or gained its “not” is the same only if it kept its translation.

Each note is weighed against a bounded number of candidates: those at the same place among the same neighbours, those that share
pairs of words, those with the same translation. So ten thousand changed notes cost ten thousand times one, not its square.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import log
from operator import ne
from typing import NamedTuple

from anki_builder.languages.folding import unaccented, unmarked
from anki_builder.languages.forms import are_forms, has_dictionary, is_known
from anki_builder.languages.headwords import bare, without_article
from anki_builder.languages.negation import negations
from anki_builder.languages.readings import base
from anki_builder.languages.scripts import is_converted
from anki_builder.ledger.identity import split_digests
from anki_builder.ledger.trace import WORDS, former_sketch, pairs, signs, sketch
from anki_builder.note import CLOZE_SEPARATOR, Identity, Languages, NoteTypes


class Thresholds(NamedTuple):
    """From when on two notes of a kind are the same."""

    weight: float
    """For a pair without kept fields or neighbours, the likeness of their texts."""
    kept: float
    """A kept translation or gloss, or the term of a cloze, adds this to the weight."""
    least: float
    """Likeness below which nothing makes two notes the same: a synonym has the gloss and often half the letters (`raise`, `increase`)."""
    least_doubt: float
    """Likeness below which there is not even a doubt: that of sentences that have nothing in common but small words."""


THRESHOLDS = {
    "sentence": Thresholds(weight=0.6, kept=0.25, least=0.35, least_doubt=0.2),
    "term": Thresholds(weight=0.85, kept=0.3, least=0.7, least_doubt=0.5),
    "cloze": Thresholds(weight=0.6, kept=0.2, least=0.35, least_doubt=0.2),
}
"""By what the text of a note is (`NoteKind.text`)."""
NEIGHBOUR = 0.1
"""Each common neighbour adds this to the weight."""
RETURNED = 0.8
"""Likeness from which a new note is one that was removed in an earlier build."""
DOUBT = 0.2
"""Below the threshold by less than this is a doubt."""
FIRST_ROUND = 0.1
"""By how much the pairs of the first round surpass the threshold."""
OPPOSITE = 0.8
"""Likeness from which a negation is what makes the difference of two sentences; below, they were reworded, or merged with others."""
CORRECTED = 0.1
"""A term that is the other one misspelt gains this: in a short word one letter for another is a fifth of all letters."""
PART = 4
"""Letters of a word that makes another one together with a second one: `brainstorm`."""
BOTH = 2
"""Common neighbours of two notes that stand between the same ones."""
MISSPELT = 0.75
"""Likeness from which a term between the same neighbours may be one of them misspelt."""
SURE = 1.0
"""Weight of a candidate from which no further ones are looked for: as of nine words in ten between the same neighbours."""
NEAR = 2
"""Candidates on either side of the expected place among the same neighbours."""
STRETCH = 20
"""Sentences on either side among which others have the frame of one, if it is of a drill or of a list of phrases."""
SHARING = 4
"""Candidates that share the most pairs of words."""
FEW = 3
"""A translation or gloss that more notes have than this is no evidence; where more sentences than this were replaced between the same
neighbours, one of them may have that of an old one by chance."""
_JOINTS = {ord(sign): None for sign in " -"}
COMMON = 12
"""A pair of words that more notes share is no evidence."""


def _standing(word: str, language: str) -> int:
    """Return 2 for a word that a dictionary has, 1 for one that is made of two such words, 0 for others."""
    if is_known(word, language):
        return 2
    parts = word.split("-")
    cuts = range(PART, len(word) - PART + 1)
    made = [parts] if len(parts) > 1 else [[word[:at], word[at:]] for at in cuts]
    return int(any(all(is_known(part, language) for part in one) for one in made))


class _Sequence(NamedTuple):
    """Which notes follow one another."""

    kind: str
    languages: Languages
    document: str


def _sequence_of(identity: Identity) -> _Sequence:
    return _Sequence(identity.kind, identity.languages, identity.document)


def _sequences(identities: Iterable[Identity], free: Iterable[Identity]) -> dict[_Sequence, list[Identity]]:
    """Return the identities of the articles that have a free one, by kind."""
    places = set(map(_sequence_of, free))
    sequences: dict[_Sequence, list[Identity]] = {}
    for identity in identities:
        if _sequence_of(identity) in places:
            sequences.setdefault(_sequence_of(identity), []).append(identity)
    return sequences


def _places(sequences: Mapping[_Sequence, Sequence[Identity]]) -> dict[str, int]:
    """Return the index in its sequence of each identity, by GUID."""
    return {identity.guid: index for sequence in sequences.values() for index, identity in enumerate(sequence)}


class Doubt(NamedTuple):
    """A new note that may be a gone one."""

    note: int
    entry: Identity


class _Candidate(NamedTuple):
    weight: float
    likeness: float
    note: int
    entry: Identity
    possible: bool = True
    """The two can be one note; else they are at most a doubt."""


def comparison(
    notes: Sequence[Identity], identities: Sequence[Identity], note_types: NoteTypes
) -> Callable[[Identity, Identity], bool]:
    """Return the function that says whether the texts of one of some notes and of one of some identities are those of one note before and
    after an edit, all else apart.
    """
    usable = [one for one in identities if one.kind in note_types.get(one.languages, ())]
    return _Recogniser(notes, [None] * len(notes), usable, usable, note_types, {}).is_alike


def recognise(
    notes: Sequence[Identity],
    known: Sequence[Identity | None],
    identities: Sequence[Identity],
    note_types: NoteTypes,
    text: Callable[[int], str],
) -> tuple[dict[int, Identity], list[Doubt]]:
    """Find out which notes that are not known are which identities that no note has.

    `known` are the identities of the notes, None where there is none; `text` gives the whole text of a note by its index. Return those that
    were found, by the index of the note, and the doubts that are left. `notes` and `identities` are in reading order, article by article.
    """
    taken = {identity.guid for identity in known if identity is not None}
    free = [identity for identity in identities if identity.guid not in taken]
    unknown = {(note.kind, note.languages) for note, match in zip(notes, known, strict=True) if match is None}
    if unknown.isdisjoint((identity.kind, identity.languages) for identity in free):
        return {}, []
    former = {
        note: former_sketch(whole.rpartition(CLOZE_SEPARATOR)[2])
        for index, (note, match) in enumerate(zip(notes, known, strict=True))
        if match is None and (whole := text(index)) != unmarked(whole)
    }
    return _Recogniser(notes, known, identities, free, note_types, former).run()


class _Recogniser:
    """Weighs notes without an identity against identities without a note."""

    def __init__(
        self,
        notes: Sequence[Identity],
        known: Sequence[Identity | None],
        identities: Sequence[Identity],
        free: Sequence[Identity],
        note_types: NoteTypes,
        former: Mapping[Identity, str],
    ) -> None:
        from rapidfuzz.distance import Indel  # late: a build without edits need not import it

        self._ratio = Indel.normalized_similarity
        self.notes, self.known = notes, list(known)
        self._note_types = note_types
        self._text_kinds = {name: one.kind.text for types in note_types.values() for name, one in types.items()}
        self._former = former
        """Sketches that ledgers have of notes with vowel or stress marks since before these were left out."""
        self.gone = [identity for identity in free if identity.removed]
        self.free = {identity.guid: identity for identity in free if not identity.removed}
        self.found: dict[int, Identity] = {}
        self.sequences: dict[_Sequence, list[int]] = {}
        """Indices of all notes of the articles that have an unknown one, by kind."""
        unknown = {_sequence_of(note) for note, match in zip(notes, known, strict=True) if match is None}
        for index, note in enumerate(notes):
            if _sequence_of(note) in unknown:
                self.sequences.setdefault(_sequence_of(note), []).append(index)
        self._identities = identities
        live = [identity for identity in identities if not identity.removed]
        self.old_sequences = _sequences(live, self.free.values())
        """All identities of the articles that have a free one, by kind."""
        self._places = _places(self.old_sequences)
        documents = {identity.document for identity in live}
        self._strays = [index for index, note in enumerate(notes) if note.document not in documents]
        self._homes: dict[str, str] | None = None
        """Former names of articles."""
        self._edited: dict[str, list[_Edit]] | None = None
        """Document → its sentences that were edited."""
        self._traces: dict[Identity, _Trace] = {}
        self._kept: dict[Identity, list[str]] = {}
        self._weights: dict[str, tuple[frozenset[str], float]] = {}
        self._negations: dict[str, frozenset[str]] = {}
        self.rarity = self._rarity()
        self.frequent = self._frequent()

    def text_kind(self, kind: str) -> str:
        """Return what the text of a kind of note is."""
        return self._text_kinds[kind]

    def kinds(self, text: str) -> list[str]:
        """Return the kinds of notes whose text is this."""
        types = next(iter(self._note_types.values()))
        return [name for name, note_type in types.items() if note_type.kind.text == text]

    def run(self) -> tuple[dict[int, Identity], list[Doubt]]:
        """Return the identities that were found, by the index of the note, and where it is in doubt; once."""
        doubts: list[Doubt] = []
        for kind in (*self.kinds("sentence"), *self.kinds("term")):
            threshold = THRESHOLDS[self.text_kind(kind)].weight
            sharing = _Index(self, [identity for identity in self.free.values() if identity.kind == kind])
            self._take(self._candidates(kind, sharing), threshold + FIRST_ROUND)
            weighed = list(self._candidates(kind, sharing))
            self._take(weighed, threshold)
            doubts += self._doubts(weighed, kind)
        for kind in self.kinds("cloze"):
            self._take(list(self._cloze_candidates(kind)), THRESHOLDS["cloze"].weight)
        self._take(self._returned(), RETURNED)
        for kind in self.kinds("cloze"):
            self.free.update({entry.guid: entry for entry in self.gone if entry.kind == kind})
            self._take(list(self._cloze_candidates(kind)), RETURNED)
        return self.found, [doubt for doubt in doubts if doubt.note not in self.found]

    def origins(self) -> dict[str, str]:
        """Return for each article that is new the one that most of its known notes come from."""
        return origins([self.notes[index] for index in self._strays], [self.known[index] for index in self._strays], ())

    def _unknown(self, kind: str) -> Iterator[int]:
        return (
            index
            for place, sequence in self.sequences.items()
            if place.kind == kind
            for index in sequence
            if self.known[index] is None
        )

    def _take(self, candidates: Iterable[_Candidate], threshold: float) -> None:
        """Make pairs of candidates, the weightiest first, each note once."""
        likely = [c for c in candidates if c.possible and c.weight >= threshold and c.likeness >= self._thresholds(c.entry).least]
        for candidate in sorted(likely, key=lambda c: (-c.weight, c.note)):
            entry = self.free.get(candidate.entry.guid)
            if entry is not None and self.known[candidate.note] is None:
                self.known[candidate.note] = self.found[candidate.note] = entry
                del self.free[entry.guid]

    def _thresholds(self, identity: Identity) -> Thresholds:
        return THRESHOLDS[self.text_kind(identity.kind)]

    def _doubts(self, candidates: Iterable[_Candidate], kind: str) -> Iterator[Doubt]:
        """Yield the likeliest free identity for each note without one, each once."""
        reported: set[str] = set()
        for candidate in sorted(candidates, key=lambda c: (-c.weight, c.note)):
            guid = candidate.entry.guid
            limits = self._thresholds(candidate.entry)
            near = candidate.weight >= limits.weight - DOUBT and candidate.likeness >= limits.least_doubt
            if near and self.known[candidate.note] is None and guid in self.free and not reported & {guid, str(candidate.note)}:
                reported |= {guid, str(candidate.note)}
                yield Doubt(candidate.note, candidate.entry)

    def _candidates(self, kind: str, sharing: "_Index") -> Iterator[_Candidate]:
        gaps = _Gaps(self, kind)
        for place in self.sequences:
            if place.kind != kind:
                continue
            for gap in gaps.of(place):
                weighed: dict[str, _Candidate] = {}
                for entry in self._until_sure(weighed, gap.near, sharing, gap.note):
                    guid = entry.guid
                    if guid in self.free and guid not in weighed and entry.languages == place.languages:
                        neighbours = (gaps.left.get(guid) == gap.left) + (gaps.right.get(guid) == gap.right)
                        weighed[guid] = self._weighed(gap.note, entry, neighbours, gap.is_small)
                yield from weighed.values()

    def _until_sure(
        self, weighed: Mapping[str, _Candidate], near: Sequence[Identity], sharing: "_Index", index: int
    ) -> Iterator[Identity]:
        """Yield the identities that stood near, and those elsewhere that share most, unless one was found that is surely it."""
        yield from near
        if all(candidate.weight < SURE for candidate in weighed.values()):
            yield from sharing.of(self.notes[index])

    def _weighed(self, index: int, entry: Identity, neighbours: int, is_in_small_gap: bool = False) -> _Candidate:
        note = self.notes[index]
        likeness = self._likeness(note, entry)
        has_kept = self._kept_something(note, entry)
        if has_kept and self.text_kind(entry.kind) == "term":
            likeness = max(likeness, self._likeness_of_spellings(note, entry))
        elif has_kept and neighbours == BOTH and is_in_small_gap and self._is_alone_with_it(note, entry):
            likeness = max(likeness, self._thresholds(entry).least)
        weight = likeness + NEIGHBOUR * neighbours
        if has_kept:
            weight += self._thresholds(entry).kept
        possible = has_kept or self._may_have_changed_all(note, entry)
        if possible and not has_kept and weight >= self._thresholds(entry).weight:
            possible = not self._is_of_a_drill(note, entry)
        if not possible and self.text_kind(entry.kind) == "term" and self._is_spelt_alike(note, entry):
            possible = self._is_misspelt(note, entry, neighbours)
            weight += CORRECTED * possible
        return _Candidate(weight, likeness, index, entry, possible)

    def _may_have_changed_all(self, note: Identity, entry: Identity) -> bool:
        """Return whether two notes can be the same though nothing was kept but some of the text."""
        if self.text_kind(entry.kind) == "term":
            return False
        return not self._opposite(entry.languages[0], self.trace(entry).signs, self.trace(note).signs)

    def _is_of_a_drill(self, note: Identity, entry: Identity) -> bool:
        """Return whether a sentence of the same stretch had as many words of a sentence as a new one has: then likeness proves nothing.

        Letters do not count: of the words that may stand in the gap of a drill (`hat`, `map`, `cat`) some have letters in common. A sentence
        that only gained words is no other one of a frame, which has another word in the gap: of it none but the sentences beside are asked.
        """
        likeness = self._likeness_of_words(note, entry)
        sequence, at = self.old_sequences.get(_sequence_of(entry), ()), self._places.get(entry.guid, 0)
        return any(
            other.guid != entry.guid and self._likeness_of_words(other, entry) >= likeness
            for other in _around(sequence, at, NEAR if self._only_gained_words(note, entry) else STRETCH)
        )

    def _only_gained_words(self, note: Identity, entry: Identity) -> bool:
        """Return whether a new sentence has all words of an old one in their order."""
        words = iter(self.trace(note).signs)
        return all(sign in words for sign in self.trace(entry).signs)

    def _is_alone_with_it(self, note: Identity, entry: Identity) -> bool:
        """Return whether only these two, of the notes of their article now and before, have what both have kept."""
        now = [self.notes[index] for index in self.sequences[_sequence_of(note)]]
        before = self.old_sequences[_sequence_of(entry)]
        kept = [
            (place, digest) for place, digest in enumerate(self.evidence(note)) if self.evidence(entry)[place] == digest != "."
        ]
        return any(
            all(sum(self.evidence(one)[place] == digest for one in notes) == 1 for notes in (now, before))
            for place, digest in kept
        )

    def _likeness_of_spellings(self, note: Identity, entry: Identity) -> float:
        """Return how alike two terms are that have a gloss in common, where little of their letters says so; 0 where nothing does.

        Forms of one word, and a word in simplified and in traditional characters, need not be alike. Else one character is a large part of a
        short term, and of two characters one is also what synonyms share. Of a word in kana and in kanji nothing is the same. So the sentence
        must speak for it: it was edited likewise, of kana with its translation kept, or only the new spelling stands in it; or both are
        pronounced alike. A word that kana can spell is a doubt without that.
        """
        if not self._is_of_one_article(note, entry):
            return 0.0
        old, new = entry.text.casefold(), note.text.casefold()
        if is_converted(old, new) or self._are_forms(note, entry):
            return self._thresholds(entry).least
        is_one_character = len(old) == len(new) > 1 and sum(map(ne, old, new)) == 1
        is_spelt = 0 in (base(old, new), base(new, old))
        if not (is_one_character or is_spelt):
            return 0.0
        kind = self._note_types[note.languages][note.kind].kind
        is_alike = self._digest(note, kind.phonetics) == self._digest(entry, kind.phonetics) != "."
        is_found = self._has_context(note) and not self._has_context(entry)
        is_corrected = self._is_corrected_in_sentence(note, entry, is_translation_kept=is_spelt)
        if is_alike or is_found or is_corrected or (is_one_character and len(new) > 2):
            return self._thresholds(entry).least
        return self._thresholds(entry).least_doubt if is_spelt else 0.0

    def _are_forms(self, note: Identity, entry: Identity) -> bool:
        """Return whether two terms have the same words, or forms of them."""
        language = note.languages[0]
        ours, theirs = (without_article(bare(one.text, language), language).lower().split() for one in (note, entry))
        pairs_of_words = list(zip(ours, theirs, strict=False))
        return len(ours) == len(theirs) and all(a == b or are_forms(a, b, language) for a, b in pairs_of_words)

    def _is_spelt_alike(self, note: Identity, entry: Identity) -> bool:
        """Return whether two terms are spelt nearly alike with all that stands beside the word."""
        return self._similar(entry.text.casefold(), note.text.casefold()) >= MISSPELT

    def _is_misspelt(self, note: Identity, entry: Identity, neighbours: int) -> bool:
        """Return whether one of two terms is the other misspelt.

        They differ by one letter within an article, and a dictionary has only one of them, or only the parts of one of them, or has neither and
        they are pronounced alike, or stand in the same sentence, or it was corrected likewise; or they differ by a space or hyphen. Or a
        sentence was corrected likewise, and a dictionary has one of them and nothing of the other. Or they have the same neighbours, only one
        of them stands in a sentence, and no dictionary has the other.
        """
        if not has_dictionary(note.languages[0]):
            return False
        ours, theirs = self._standing(note), self._standing(entry)
        if self._is_one_letter(note, entry):
            kind = self._note_types[note.languages][note.kind].kind
            alike = any(self._digest(note, name) == self._digest(entry, name) != "." for name in (kind.phonetics, kind.sentence))
            parted = note.text.translate(_JOINTS).casefold() == entry.text.translate(_JOINTS).casefold()
            return ours != theirs or parted or (not ours and (alike or self._is_corrected_in_sentence(note, entry)))
        if {ours, theirs} == {0, 2} and self._is_corrected_in_sentence(note, entry):
            return True
        has_context = self._has_context(note)
        without = theirs if has_context else ours
        return neighbours == BOTH and has_context != self._has_context(entry) and without < 2

    def _has_context(self, term: Identity) -> bool:
        return self._digest(term, self._note_types[term.languages][term.kind].kind.sentence) != "."

    def _is_corrected_in_sentence(self, note: Identity, entry: Identity, is_translation_kept: bool = False) -> bool:
        """Return whether a sentence of the article had the one term before it was edited, and has the other since."""
        if self._edited is None:
            self._edited = {}
            for index, known in self.found.items():
                if self.text_kind(known.kind) == "sentence":
                    new = self.notes[index]
                    edit = _Edit(self.trace(known).signs, self.trace(new).signs, self._kept_something(new, known))
                    self._edited.setdefault(new.document, []).append(edit)
        before, after = self.trace(entry).signs, self.trace(note).signs
        return any(
            before in edit.before and after in edit.after and before not in edit.after and after not in edit.before
            for edit in self._edited.get(note.document, ())
            if edit.has_kept or not is_translation_kept
        )

    @staticmethod
    def _standing(term: Identity) -> int:
        return min((_standing(word, term.languages[0]) for word in term.text.split()), default=0)

    def _is_one_letter(self, note: Identity, entry: Identity) -> bool:
        """Return whether two terms of one article differ by one letter that is not the first."""
        from rapidfuzz.distance import OSA  # late, as above

        old, new = entry.text.casefold(), note.text.casefold()
        return self._is_of_one_article(note, entry) and old[:1] == new[:1] and OSA.distance(old, new, score_cutoff=1) <= 1

    def _is_of_one_article(self, note: Identity, entry: Identity) -> bool:
        if self._homes is None:
            self._homes = self.origins()
        return entry.document == self._homes.get(note.document, note.document)

    def _digest(self, note: Identity, name: str) -> str:
        """Return the digest of a field of a note, if its kind has it."""
        fields = [field.name for field in self._note_types[note.languages][note.kind].fields]
        return split_digests(note.fields, len(fields))[1:][fields.index(name)] if name else "."

    def _opposite(self, language: str, first: str, second: str) -> bool:
        """Tell whether only one of two texts, as signs, is negated and little else differs; of those not kept whole nothing is known."""
        if language not in self._negations:
            self._negations[language] = frozenset("".join(signs(sketch(word)) for word in negations(language)))
        negating = self._negations[language]
        if max(len(first), len(second)) >= WORDS or negating.isdisjoint(first) == negating.isdisjoint(second):
            return False
        return self._similar(first, second) >= OPPOSITE

    def _kept_something(self, note: Identity, entry: Identity) -> bool:
        """Return whether a note has kept a field by which few others are known."""
        return any(
            ours == theirs != "." and (entry.kind, place, theirs) not in self.frequent
            for place, (ours, theirs) in enumerate(zip(self.evidence(note), self.evidence(entry), strict=True))
        )

    def _cloze_candidates(self, kind: str) -> Iterator[_Candidate]:
        """Weigh clozes by their sentence or its translation where the term is the same, by their term where the sentence is."""
        terms: dict[str, str] = {}
        sentences: dict[str, str] = {}
        for index, entry in self.found.items():
            note = self.notes[index]
            if self.text_kind(entry.kind) == "term":
                terms[entry.text.casefold()] = note.text.casefold()
            elif self.text_kind(entry.kind) == "sentence":
                after = note.sketch or sketch(note.text)
                before = [entry.sketch] if entry.sketch else [sketch(entry.text), former_sketch(entry.text)]
                sentences |= dict.fromkeys(before, after)
        standing, gone, new = self._sketches_of_sentences(sentences)
        by_term: dict[str, list[Identity]] = {}
        by_sentence: dict[str, list[Identity]] = {}  # as it stands: of an edited sentence the cloze goes on only if its term does
        for entry in self.free.values():
            if entry.kind == kind:
                by_term.setdefault(terms.get(entry.text.casefold(), entry.text.casefold()), []).append(entry)
                by_sentence.setdefault(entry.sketch, []).append(entry)
        for index in self._unknown(kind):
            note = self.notes[index]
            own = [note.sketch, *filter(None, [self._former.get(note)])]
            signed = signs(note.sketch)
            for entry in by_term.get(note.text.casefold(), ())[:COMMON]:
                former = signs(entry.sketch)
                followed = sentences.get(entry.sketch, entry.sketch) in own or self._kept_something(note, entry)
                likeness = 1.0 if followed else max(self._similar(former, one) for one in (signed, *self._former_signs(note)))
                if entry.languages == note.languages:
                    is_another = entry.sketch in standing or (entry.sketch in gone and note.sketch in new)
                    same = followed or not (is_another or self._opposite(entry.languages[0], former, signed))
                    yield _Candidate(likeness + THRESHOLDS["cloze"].kept, likeness, index, entry, same)
            for entry in chain(*(by_sentence.get(sketched, ())[:COMMON] for sketched in own)):
                likeness = self._similar(self.trace(entry).text, self.trace(note).text)
                if entry.languages == note.languages:
                    yield _Candidate(likeness, likeness, index, entry)

    def _sketches_of_sentences(self, edited: Mapping[str, str]) -> tuple[set[str], set[str], set[str]]:
        """Return the sketches of the sentences that stand in the notes, that are gone from them, and that are new, apart from `edited` ones."""
        now, before = (
            {one.sketch or sketch(one.text) for one in notes if self.text_kind(one.kind) == "sentence"}
            for notes in (self.notes, self._identities)
        )
        return now, before - edited.keys() - now, now - set(edited.values()) - before

    def _returned(self) -> Iterator[_Candidate]:
        """Weigh what is still new against what earlier builds removed: by the text alone, unless it kept its translation or gloss."""
        for kind in (*self.kinds("sentence"), *self.kinds("term")):
            removed = [entry for entry in self.gone if entry.kind == kind]
            if not removed or next(self._unknown(kind), None) is None:
                continue
            self.free.update({entry.guid: entry for entry in removed})
            self.old_sequences = _sequences(self._identities, removed)  # the ledger leaves them at their places
            self._places = _places(self.old_sequences)
            for candidate in self._candidates(kind, _Index(self, removed)):
                if candidate.entry.removed:
                    has_kept = self._kept_something(self.notes[candidate.note], candidate.entry)
                    yield candidate if has_kept else candidate._replace(weight=candidate.likeness)

    def _rarity(self) -> dict[str, float]:
        """Weigh each word: the fewer sentences of the articles concerned had it, the more."""
        counts: Counter[str] = Counter()
        sentences = 0
        for place, sequence in self.old_sequences.items():
            if self.text_kind(place.kind) == "sentence":
                sentences += len(sequence)
                for entry in sequence:
                    counts.update(set(self.trace(entry).signs))
        self._unheard = log(sentences + 2)
        return {word: log((sentences + 2) / count) for word, count in counts.items()}

    def _frequent(self) -> set[tuple[str, int, str]]:
        """Return the translations and glosses that so many notes share that they are no evidence."""
        counts: Counter[tuple[str, int, str]] = Counter()
        for sequence in self.old_sequences.values():
            for entry in sequence:
                counts.update((entry.kind, place, digest) for place, digest in enumerate(self.evidence(entry)))
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

    def is_alike(self, note: Identity, entry: Identity) -> bool:
        """Return whether the texts alone are enough for a note to be an identity."""
        if (note.kind, note.languages) != (entry.kind, entry.languages):
            return False
        return self._likeness(note, entry) >= self._thresholds(entry).weight

    def _likeness(self, note: Identity, entry: Identity) -> float:
        new, old = self.trace(note), self.trace(entry)
        if self.text_kind(entry.kind) == "term":
            return self._similar(old.text, new.text)
        likeness = self._likeness_of_words(note, entry)
        if new.is_whole and old.is_whole:  # a word of three with a typing error is a third of the words, but not of the letters
            likeness = max(likeness, (likeness + self._similar(old.text, new.text)) / 2)
        return likeness

    def _likeness_of_words(self, note: Identity, entry: Identity) -> float:
        old = self.trace(entry).signs
        signs_of_note = (self.trace(note).signs, *self._former_signs(note))
        return max((self._similar(old, signed) + self._common_weight(old, signed)) / 2 for signed in signs_of_note)

    def _former_signs(self, note: Identity) -> Iterable[str]:
        return [signs(self._former[note])] if note in self._former else []

    def _similar(self, first: str, second: str) -> float:
        """Return twice the length of the longest common subsequence over the sum of both lengths."""
        return self._ratio(first, second) if first and second else 0.0

    def trace(self, note: Identity) -> "_Trace":
        """Return the text of a note, ready to be compared."""
        if note not in self._traces:
            signed = signs(note.sketch or sketch(note.text))
            text = (
                without_article(bare(note.text, note.languages[0]), note.languages[0])
                if self.text_kind(note.kind) == "term"
                else note.text
            )
            self._traces[note] = _Trace(unaccented(text.casefold()), signed, not note.sketch and bool(note.text))
        return self._traces[note]

    def evidence(self, note: Identity) -> list[str]:
        """Return the digests of the fields that are often kept."""
        if note not in self._kept:
            fields = self._note_types[note.languages][note.kind].fields
            digests = split_digests(note.fields, len(fields))
            self._kept[note] = [digest for digest, field in zip(digests[1:], fields, strict=True) if field.evidence]
        return self._kept[note]

    def index_keys(self, note: Identity) -> list[str]:
        """Return the keys under which a note is found: neighbouring words or letters, and the digests of what it may have kept."""
        trace = self.trace(note)
        kept = [f"{place}{digest}" for place, digest in enumerate(self.evidence(note)) if digest != "."]
        if self.text_kind(note.kind) == "term":
            return [*pairs(f"\x02{trace.text}\x03"), *kept]
        return [*chain(*map(pairs, (trace.signs, *self._former_signs(note)))), *kept]


class _Edit(NamedTuple):
    """A sentence that was edited, as signs."""

    before: str
    after: str
    has_kept: bool
    """It has kept its translation."""


class _Trace(NamedTuple):
    """The text of a note, ready to be compared."""

    text: str
    """Folded and without accents; of a longer text the beginning; of a term the word without article, remarks and endings of other forms."""
    signs: str
    """Its words, one character each."""
    is_whole: bool


class _Index:
    """Finds identities by what they share with a note."""

    def __init__(self, recogniser: _Recogniser, entries: Sequence[Identity]) -> None:
        self._recogniser = recogniser
        self._entries: dict[str, list[Identity]] = {}
        self._waiting = entries
        """Not entered yet: mostly nobody asks."""

    def of(self, note: Identity) -> list[Identity]:
        """Return the identities that share most with a note."""
        for entry in self._waiting:
            for key in set(self._recogniser.index_keys(entry)):
                self._entries.setdefault(key, []).append(entry)
        self._waiting = ()
        votes: Counter[str] = Counter()
        entries: dict[str, Identity] = {}
        for key in self._recogniser.index_keys(note):
            sharing = self._entries.get(key, ())
            if len(sharing) <= COMMON:
                votes.update([entry.guid for entry in sharing])
                entries |= {entry.guid: entry for entry in sharing}
        return [entries[guid] for guid, _ in votes.most_common(SHARING)]


class _Gap(NamedTuple):
    """The place of an unknown note."""

    note: int
    left: str
    """GUID of the nearest known note before it, or the edge of its article."""
    right: str
    near: list[Identity]
    """Entries that stood about there."""
    is_small: bool
    """Few notes are unknown there, and few entries missing."""


class _Gaps:
    """The unknown stretches between notes that are known, and the entries missing between the same ones."""

    def __init__(self, recogniser: _Recogniser, kind: str) -> None:
        self._recogniser = recogniser
        self.left: dict[str, str] = {}
        """GUID of a free entry → the nearest entry before it that some note has."""
        self.right: dict[str, str] = {}
        self._by_left: dict[tuple[Languages, str], list[Identity]] = {}
        self._by_right: dict[tuple[Languages, str], list[Identity]] = {}
        for place, sequence in recogniser.old_sequences.items():
            if place.kind != kind:
                continue
            languages, document = place.languages, place.document
            for near, by, entries in ((self.left, self._by_left, sequence), (self.right, self._by_right, sequence[::-1])):
                last = f"\x02{document}"
                for entry in entries:
                    if entry.guid in recogniser.free:
                        near[entry.guid] = last
                        by.setdefault((languages, last), []).append(entry)
                    else:
                        last = entry.guid
        self._homes = recogniser.origins()

    def of(self, place: _Sequence) -> Iterator[_Gap]:
        """Yield the places of the unknown notes of an article."""
        known = self._recogniser.known
        languages, document = place.languages, place.document
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
                near = [*_around(before, offset), *_around(before, scaled), *_around(after, from_right)]
                yield _Gap(sequence[start + offset], left, right, near, max(end - start, len(before)) <= FEW)
            start = end


def _guid(known: Sequence[Identity | None], index: int, edge: str) -> str:
    entry = known[index]
    return entry.guid if entry is not None else edge


def _around(entries: Sequence[Identity], at: int, near: int = NEAR) -> Sequence[Identity]:
    return entries[max(0, at - near) : at + near + 1]


def origins(notes: Sequence[Identity], known: Sequence[Identity | None], documents: Iterable[str]) -> dict[str, str]:
    """Return for each article that is not among `documents` the one that most of its known notes come from."""
    known_documents = set(documents)
    counts: dict[str, Counter[str]] = {}
    for note, entry in zip(notes, known, strict=True):
        if entry is not None and note.document not in known_documents:
            counts.setdefault(note.document, Counter())[entry.document] += 1
    return {document: count.most_common(1)[0][0] for document, count in counts.items()}
