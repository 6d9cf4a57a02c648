"""Finds each vocabulary entry in the text it was noted for, with the sentence around it.

Steps, the surest first: verbatim; another case; another form of its words (stems, then dictionary lemmas); a phrase with other words
between its parts (`turn things around`). A term is never found inside another word. Of 12,000 entries of one learner 92.6 % stand
verbatim in their own passage, 5.8 % in another form, 1.6 % not at all (typos, mostly): so the own passage is searched by every step
before any other passage is looked at.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from anki_builder.alignment.rules import TERM_NOT_FOUND
from anki_builder.alignment.splitting import split
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import Context, Document, Example, SentencePair, VocabularyEntry
from anki_builder.languages import forms, language

_FOLD = {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "\u00a0": " ", "\u3000": " "}
_WORD = re.compile(r"[^\W_]++(?:'[^\W_]++)*+")  # to give nothing back spares an eighth
_GAP = "…"
_ELLIPSIS = re.compile(r"\s*(?:…+|\.{3,}|~+|～+)\s*")
_BRACKETED = re.compile(r"\s*[(（\[][^()（）\[\]]*[)）\]]\s*")
_BRACKETS = dict.fromkeys(map(ord, "()（）[]"))
_ALTERNATIVES = re.compile(r"\s*[/／、，,;；=|]\s*")
_SEVERAL = re.compile(r"[()（）\[\]/／、，,;；=|]")
"""What a term has that stands for more than one spelling, by its brackets or alternatives."""
_STOP = re.compile(r"[.!?;:。！？；：]")
_SPLIT_GAP = 5
"""Most words between two parts of a phrase; of the split phrases read, the widest had four (`throw a large old life away`)."""
_PLACEHOLDER_WORDS = 4
"""Most words that `sb`, `sth` or `…` in a dictionary form stand for."""
_ELLIPSIS_WORDS = 12
"""Most words between the parts of a phrase that says itself that it is split: a German verb's prefix ends its clause."""
_HIRAGANA_ENDING = r"(?<=[\u3400-\u9fff\u3040-\u309f])[\u3040-\u309f]$"
"""Compiled when first used: few notes are Japanese."""
_MOST_WORDS = 1 << 15
"""Words kept by their dictionary form from note to note: eighty real notes have 14,000."""

Range = tuple[int, int]
Sentence = tuple[int, int, int, bool]
"""Where a sentence pair begins and ends in its passage, its index among all pairs, and whether it has a translation."""
_NO_SENTENCE = (0, 0, -1, False)
Key = Callable[[str, str], str]
"""(word, language) → what forms of one word share."""


class _Traits(NamedTuple):
    """What the search asks of a language."""

    spaces: bool
    agglutinative: bool
    articles: frozenset[str]
    placeholders: frozenset[str]
    generic: str
    """The word of dictionary forms that stands for any of `possessives`; empty where there is none."""
    possessives: frozenset[str]


@lru_cache(32)
def _traits(tag: str) -> _Traits:
    primary = tag.partition("-")[0]
    return _Traits(
        language(tag).spaces,
        primary in forms.AGGLUTINATIVE,
        forms.ARTICLES.get(primary, frozenset()),
        forms.PLACEHOLDERS.get(primary, frozenset()),
        *forms.POSSESSIVES.get(primary, ("", frozenset[str]())),
    )


@lru_cache(4)
def _by_lemma(tag: str) -> tuple[set[str], dict[str, list[str]]]:
    """Return the words of the notes so far, and the same by their dictionary form: most words of a note were in those before."""
    return set(), {}


class _Lexis:
    """The words of the passages of a note, among which the forms of each word of a term are looked up once for all passages."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.traits = _traits(tag)
        self.texts: list[str] = []
        self._phrases: dict[tuple[str, Key], list[tuple[str, list[str]]]] = {}

    def phrase(self, term: str, key: Key) -> list[tuple[str, list[str]]]:
        """Return each word of a term, or a gap, with its forms by `key`; nothing where a word that has to be there has none."""
        found = self._phrases.get((term, key))
        if found is None:
            found = []
            for word in _wanted(term, self.tag):
                alike = [] if word == _GAP else self._alike(word, key)
                if not alike and not (found and self.may_lack(word)):
                    found = []
                    break
                found.append((word, alike))
            self._phrases[term, key] = found
        return found

    def may_lack(self, word: str) -> bool:
        """Return whether a phrase may lack `word` within."""
        return word == _GAP or word in self.traits.articles

    def _alike(self, word: str, key: Key) -> list[str]:
        tag, traits = self.tag, self.traits
        if word == traits.generic:
            return [text for text in self._words if text in traits.possessives or text.endswith("'s")]
        if key is forms.lemma:
            return [text for text in self._by_lemma.get(key(word, tag), ()) if text in self._words]
        # Suffixes alone are taken off: stemming only what begins alike spares two thirds of the search.
        wanted = key(word, tag)
        return [text for text in self._beginning_like(word) if text == word or key(text, tag) == wanted]

    @cached_property
    def _words(self) -> set[str]:
        pieces = set("\n".join(self.texts).split())
        words = set(filter(str.isalnum, pieces))
        words.update(_WORD.findall(" ".join(pieces - words)))
        return words

    @cached_property
    def _listed(self) -> str:
        """The words, each between two line ends: to find those of one beginning takes less than to order all by theirs."""
        return "\n".join(["", *self._words, ""])

    def _beginning_like(self, word: str) -> Iterator[str]:
        """Yield the words with the first two letters of `word`; where it has but one, itself if it is there."""
        listed = self._listed
        wanted = f"\n{word[:2]}" if len(word) > 1 else f"\n{word}\n"
        at = listed.find(wanted)
        while at >= 0:
            end = listed.find("\n", at + 1)
            yield listed[at + 1 : end]
            at = listed.find(wanted, end)

    @cached_property
    def _by_lemma(self) -> dict[str, list[str]]:
        words, found = _by_lemma(self.tag)
        if len(words) > _MOST_WORDS:
            _by_lemma.cache_clear()
            words, found = _by_lemma(self.tag)
        new = self._words - words
        for word in new:
            found.setdefault(forms.lemma(word, self.tag), []).append(word)
        words |= new
        return found


class _Searchable:
    """A passage made ready for searching; its words are cut out once, when first needed."""

    def __init__(self, plain: str, sentences: list[Sentence], lexis: _Lexis) -> None:
        self.plain = plain
        self.quoted = _plain_quotes(plain)
        self.folded = _lower(self.quoted)
        self.sentences = sentences
        """In the order of the text, none overlapping another."""
        self.starts = [sentence[0] for sentence in sentences]
        self.lexis = lexis
        lexis.texts.append(self.folded)

    @cached_property
    def ranges(self) -> list[Range]:
        """Where each of its words stands."""
        return [word.span() for word in _WORD.finditer(self.folded)]

    @cached_property
    def words(self) -> list[str]:
        return [self.folded[start:end] for start, end in self.ranges]

    def sentence_at(self, start: int) -> Sentence:
        """Return the last sentence that begins there or before; an empty one where none does."""
        at = bisect_right(self.starts, start)
        return self.sentences[at - 1] if at else _NO_SENTENCE


def _fold(text: str) -> str:
    """Return `text` in lower case with plain quotes and spaces, character by character, so that offsets stay true."""
    return _lower(_plain_quotes(text))


def _lower(text: str) -> str:
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _plain_quotes(text: str) -> str:
    if not text.isascii():
        for written, plain in _FOLD.items():
            text = text.replace(written, plain)
    return text


def find_terms(document: Document, pairs: tuple[SentencePair, ...]) -> tuple[tuple[Context | None, ...], list[Diagnostic]]:
    """Return the context of each entry of `document`, parallel to `document.entries`, and a warning for each that has none.

    `pairs` are the sentence pairs of its passages. An entry that has examples of its own needs no warning.
    """
    tag = document.languages[0]
    by_passage: list[list[Sentence]] = [[] for _ in document.passages]
    for index, pair in enumerate(pairs):
        if pair.end > pair.start:
            by_passage[pair.passage].append((pair.start, pair.end, index, bool(pair.translation)))
    lexis = _Lexis(tag)
    searchable = [_Searchable(p.text.plain, by_passage[i], lexis) for i, p in enumerate(document.passages)]
    contexts: list[Context | None] = []
    diagnostics: list[Diagnostic] = []
    examples_aside: list[tuple[Example, _Searchable]] | None = None
    first_of_block = _first_of_block(document)
    for entry in document.entries:
        context = _find(entry, searchable, first_of_block)
        if context is None and entry.examples:
            context = _find_in_examples(entry, _searchable_examples(entry.examples, tag))
        if context is None and document.asides:
            if examples_aside is None:
                examples_aside = _searchable_examples(_aside_sentences(document), tag)
            context = _find_in_examples(entry, examples_aside)
        contexts.append(context)
        if context is None and searchable and not entry.examples:
            diagnostics.append(_not_found(entry, document, searchable))
    return tuple(contexts), diagnostics


def _searchable_examples(examples: Sequence[Example], tag: str) -> list[tuple[Example, _Searchable]]:
    lexis = _Lexis(tag)
    found = []
    for example in examples:
        found.append((example, _Searchable(example.text, [(0, len(example.text), -1, True)], lexis)))
    return found


def _find_in_examples(entry: VocabularyEntry, examples: list[tuple[Example, _Searchable]]) -> Context | None:
    for example, searchable in examples:
        found = _find_whole(entry, searchable) or _find_parted(entry, searchable)
        if found is not None:
            return found._replace(example=example)
    return None


def _aside_sentences(document: Document) -> list[Example]:
    """Return the sentences of headings and loose prose."""
    sentences = []
    for aside in document.asides:
        at = 0
        for sentence in split(aside.plain, document.languages[0]):
            at = aside.plain.find(sentence, at)
            sentences.append(Example(sentence, None, aside.line_at(at)))
            at += len(sentence)
    return sentences


def _first_of_block(document: Document) -> dict[int, int]:
    """Return for each passage with a vocabulary of its own the first of the passages it closes: those since the vocabulary before."""
    passages = {entry.passage for entry in document.entries}
    with_entries = sorted([passage for passage in passages if passage is not None])
    return {last: first for first, last in zip([0, *(index + 1 for index in with_entries)], with_entries, strict=False)}


def _find(entry: VocabularyEntry, passages: list[_Searchable], first_of_block: dict[int, int]) -> Context | None:
    own = entry.passage
    others: Sequence[int] = range(len(passages))
    if own is not None:
        found = _find_whole(entry, passages[own]) or _find_parted(entry, passages[own])
        if found:
            return found
        others = sorted((i for i in others if i != own), key=lambda i: (abs(i - own), i))
    for index in others:
        found = _find_whole(entry, passages[index])
        if found:
            return found
    for index in others:
        if own is None or first_of_block[own] <= index < own:  # a split phrase is looked for only where the entry was noted for
            found = _find_parted(entry, passages[index])
            if found:
                return found
    return None


def _find_whole(entry: VocabularyEntry, passage: _Searchable) -> Context | None:
    """Return where the term stands with its words side by side, placeholders apart."""
    context = _find_verbatim(_trimmed(entry.term), passage)  # so nine in ten are found: before their other spellings are made
    if context:
        return context
    variants = _variants(entry.term, entry.lemma, passage.lexis.tag)
    for variant in variants:
        context = _find_verbatim(variant, passage)
        if context:
            return context
    if not passage.lexis.traits.spaces:
        for variant in variants:
            ranges = _kana_inflected(variant, passage)
            context = _context(passage, [(r,) for r in ranges], ranges, "inflected")
            if context:
                return context
        return None
    return _find_forms(variants, passage, 0, "inflected")


def _find_verbatim(variant: str, passage: _Searchable) -> Context | None:
    """Return where one spelling of a term stands, but for its case."""
    quoted = _plain_quotes(variant)
    term = _lower(quoted)
    ranges = _verbatim(term, passage)
    if not ranges:
        return None
    same = [r for r in ranges if passage.quoted.startswith(quoted, r[0])][:1]
    context = _context(passage, [(r,) for r in same + ranges], ranges, "verbatim" if same else "case")
    return context and _with_other_forms(context, term, passage)


def _find_parted(entry: VocabularyEntry, passage: _Searchable) -> Context | None:
    """Return where a phrase stands with other words between its parts."""
    if not passage.lexis.traits.spaces:
        return None
    variants = (*_variants(entry.term, entry.lemma, passage.lexis.tag), *_separated(entry, passage.lexis.tag))
    return _find_forms([variant for variant in variants if " " in variant], passage, _SPLIT_GAP, "split")


def _find_forms(variants: Sequence[str], passage: _Searchable, gap: int, match: str) -> Context | None:
    for key in (forms.stem, forms.lemma):
        for variant in variants:
            matches = _phrases(variant, passage, key, gap)
            context = _context(passage, matches, _hidden(matches), match) if matches else None
            if context:
                return context
    return None


def _hidden(matches: list[tuple[Range, ...]]) -> list[Range]:
    return sorted({part for match in matches for part in match})


def _with_other_forms(context: Context, term: str, passage: _Searchable) -> Context:
    """Add to a verbatim context the other forms of the folded term in the same sentence, which would give it away."""
    first = _WORD.search(term)
    if first is None:
        return context
    beginning, number = first[0][:2], len(context.occurrences)
    start, end, _, _ = passage.sentence_at(context.parts[0][0])
    if passage.folded.count(beginning, start, end) <= number:
        return context
    alike = _beginning_with(beginning, passage.folded, start, end)
    if len(alike) <= number or (
        _begins_with(first[0], term, passage, start, end) and _number(first[0], alike, passage) <= number
    ):
        return context
    extra = _forms_between(start, end, term, passage)
    return context._replace(occurrences=_union([*context.occurrences, *extra]))


def _forms_between(start: int, end: int, term: str, passage: _Searchable) -> list[Range]:
    """Return where forms of the folded term, or parts of one, stand in a sentence."""
    first = 0 if _reaches_before(start, term, passage) else start
    inside = _Searchable(passage.plain[first:end], [], _Lexis(passage.lexis.tag))
    parts = [part for match in _phrases(term, inside, forms.stem, 0) for part in match]
    return [(first + begin, first + last) for begin, last in parts if first + begin >= start]


def _reaches_before(start: int, term: str, passage: _Searchable) -> bool:
    """Return whether what stands before a sentence may tell where forms of a term stand in it.

    It may where the term has gaps, which may reach back, where a word goes on, and where Σ is folded by what stands around it.
    """
    before = passage.folded[start - 1 : start]
    return before.isalnum() or before == "'" or "Σ" in passage.plain or _GAP in _wanted(term, passage.lexis.tag)


def _beginning_with(beginning: str, text: str, start: int, end: int) -> list[str]:
    """Return the words of a part of a folded text whose first letters are `beginning`."""
    found = []
    at = text.find(beginning, start, end)
    while at >= 0:
        before = text[max(start, at - 2) : at]
        if not before[-1:].isalnum() and not (before[-1:] == "'" and before[:-1].isalnum()):
            word = _WORD.match(text, at, end)
            if word and word[0][:2] == beginning:
                found.append(word[0])
        at = text.find(beginning, at + 1, end)
    return found


def _begins_with(first: str, term: str, passage: _Searchable, start: int, end: int) -> bool:
    """Return whether all forms of `term` in a sentence begin there with one of `first`, and so does each verbatim occurrence.

    Not so where a gap may reach back into the sentence before; nor where an occurrence may be a part of a word, or an apostrophe
    joins it to one; nor where Σ is folded by what stands around it.
    """
    wanted, traits = _wanted(term, passage.lexis.tag), passage.lexis.traits
    return (
        wanted[:1] == (first,)
        and _GAP not in wanted
        and traits.spaces
        and not traits.agglutinative
        and passage.folded.find("'", start, end) < 0
        and "Σ" not in passage.plain
    )


def _number(word: str, alike: list[str], passage: _Searchable) -> int:
    """Return how many words are forms of `word` among those that begin like it."""
    tag = passage.lexis.tag
    wanted = forms.stem(word, tag)
    return sum([text == word or forms.stem(text, tag) == wanted for text in alike])


def _union(ranges: list[Range]) -> tuple[Range, ...]:
    """Return the ranges sorted, overlapping ones joined."""
    distinct = set(ranges)
    if len(distinct) == 1:
        return tuple(distinct)
    joined: list[Range] = []
    for start, end in sorted(distinct):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _context(passage: _Searchable, matches: list[tuple[Range, ...]], hidden: list[Range], match: str) -> Context | None:
    """Return the first of `matches` that lies within one sentence, one with a translation if there is any.

    `hidden` are the parts of all matches, at least.
    """
    best: Context | None = None
    for parts in matches:
        start, end, index, translated = passage.sentence_at(parts[0][0])
        if parts[-1][1] > end or (best is not None and not translated):
            continue
        surface = f" {_GAP} ".join([passage.plain[first:last] for first, last in parts])
        inside = [part for part in hidden if start <= part[0] and part[1] <= end]
        context = Context(index, surface, parts, _union(inside), match)
        if translated:
            return context
        best = context
    return best


@lru_cache(64)
def _variants(term: str, lemma: str, tag: str) -> tuple[str, ...]:
    """Return the spellings under which to look for a term, the fullest first."""
    spellings = []
    for form in (term, lemma):
        spellings.append(form)
        if _SEVERAL.search(form):
            spellings += [_BRACKETED.sub(" ", form), form.translate(_BRACKETS), *_ALTERNATIVES.split(form)]
    found = [_trimmed(spelling) for spelling in spellings]
    heads = forms.OPTIONAL_HEADS.get(tag.partition("-")[0], frozenset())
    for text in found[:]:
        head, _, rest = text.partition(" ")
        if rest and head.lower() in heads:
            found.append(_trimmed(rest))
    return tuple(dict.fromkeys(filter(None, found)))


def _trimmed(text: str) -> str:
    return " ".join(text.split()).strip(" .,;:!?。，；：！？\"'“”()（）*")


def _separated(entry: VocabularyEntry, tag: str) -> list[str]:
    """Return a verb with a separable prefix as a main clause has it: `bringen … bei`."""
    verb = "".join(entry.term.split()[-1:]).lower()
    prefixes = (p for p in forms.SEPARABLE.get(tag.partition("-")[0], ()) if verb.startswith(p) and len(verb) >= len(p) + 4)
    found = []
    for prefix in sorted(prefixes, key=len, reverse=True):
        stem = verb[len(prefix) :]
        found += [f"{form} {_GAP} {prefix}" for form in (stem, forms.third_person(stem, tag)) if form]
    return found


def _verbatim(term: str, passage: _Searchable) -> list[Range]:
    """Return where the folded term stands in the passage, never inside another word; hyphenated compounds last."""
    text = passage.folded
    start = text.find(term) if term else -1
    if start < 0:
        return []
    traits = passage.lexis.traits
    bound_start = traits.spaces and term[0].isalnum()
    bound_end = traits.spaces and term[-1].isalnum() and not traits.agglutinative
    found: list[Range] = []
    inside_compound: list[Range] = []
    while start >= 0:
        end = start + len(term)
        before, after = text[start - 1 : start], text[end : end + 1]
        if not (bound_start and before.isalnum()) and not (bound_end and after.isalnum()):
            compound = traits.spaces and (before == "-" or after == "-")
            (inside_compound if compound else found).append((start, end))
        start = text.find(term, start + 1)
    return found + inside_compound


def _kana_inflected(term: str, passage: _Searchable) -> list[Range]:
    """Return where a Japanese verb or adjective stands in another form: its stem before other kana, not inside a compound."""
    stem = re.sub(_HIRAGANA_ENDING, "", term)
    if stem == term or (len(stem) == 1 and "\u3040" <= stem <= "\u309f"):
        return []
    inflected = f"(?<![\u3400-\u9fff]){re.escape(_fold(stem))}(?=[\u3040-\u309f])"
    return [found.span() for found in re.finditer(inflected, passage.folded)]


@lru_cache(64)
def _wanted(term: str, tag: str) -> tuple[str, ...]:
    """Return the words of a term; each of its placeholders (`sb`, `…`) as a gap, none at either end."""
    placeholders = _traits(tag).placeholders
    wanted: list[str] = []
    for piece in _ELLIPSIS.split(_fold(term)):
        if wanted:
            wanted.append(_GAP)
        wanted += [_GAP if word in placeholders else word for word in _WORD.findall(piece)]
    while wanted and wanted[0] == _GAP:
        wanted.pop(0)
    while wanted and wanted[-1] == _GAP:
        wanted.pop()
    return tuple(wanted)


def _phrases(term: str, passage: _Searchable, key: Key, gap: int) -> list[tuple[Range, ...]]:
    """Return the places where the words of `term` stand in order, compared by `key`, as runs of adjacent words.

    Up to `gap` other words may stand between two of them; placeholders (`sb`, `…`) take one to four words in any case.
    """
    lexis, folded = passage.lexis, passage.folded
    phrase = lexis.phrase(term, key)
    for word, alike in phrase:
        if not lexis.may_lack(word) and not any(text in folded for text in alike):
            return []
    if not phrase:
        return []
    words, ranges = passage.words, passage.ranges
    found: list[tuple[Range, ...]] = []
    for first, text in enumerate(words):
        if text not in phrase[0][1]:
            continue
        chosen, reach = [first], gap
        for word, alike in phrase[1:]:
            if word == _GAP:
                reach = max(_PLACEHOLDER_WORDS if gap == 0 else _ELLIPSIS_WORDS, gap)
                continue
            last = chosen[-1]
            for index in range(last + 1, min(last + reach + 2, len(words))):
                if _STOP.search(folded, ranges[index - 1][1], ranges[index][0]):
                    break
                if words[index] in alike:
                    chosen.append(index)
                    reach = gap
                    break
            if chosen[-1] == last and not lexis.may_lack(word):
                break
        else:
            found.append(_runs(chosen, ranges))
    return found


def _runs(chosen: list[int], words: list[Range]) -> tuple[Range, ...]:
    """Return the chosen words as character ranges, adjacent ones joined."""
    breaks = [0, *(i for i, (a, b) in enumerate(pairwise(chosen), 1) if b != a + 1), len(chosen)]
    return tuple((words[chosen[a]][0], words[chosen[b - 1]][1]) for a, b in pairwise(breaks))


def _not_found(entry: VocabularyEntry, document: Document, passages: list[_Searchable]) -> Diagnostic:
    near = _nearest(entry, document, passages)
    place = "passage" if entry.passage is not None else "note"
    hint = (
        f"the {place} has " + " and ".join(f"“{text}” (line {line})" for text, line in near)
        if near
        else f"write the term as the {place} has it, or add an example below it"
    )
    span = document.source.span(entry.line, entry.column, entry.length)
    return Diagnostic(TERM_NOT_FOUND, span, f"no sentence of this {place} holds “{entry.term}”", hint)


def _nearest(entry: VocabularyEntry, document: Document, passages: list[_Searchable]) -> list[tuple[str, int]]:
    """Return up to two wordings of the passage that look most like the term, with their lines."""
    from rapidfuzz import fuzz, process

    own = range(len(passages)) if entry.passage is None else (entry.passage,)
    needle = _fold(entry.term)
    width = max(1, len(_WORD.findall(needle)))
    shortest, longest = len(needle) // 2, 2 * len(needle)  # beyond these no two texts are alike to 70 %
    places: dict[str, tuple[int, int]] = {}
    folded: list[str] = []
    for index in own:
        plain, ranges = passages[index].plain, passages[index].ranges
        for count in {width, width + 1}:
            near = [(a, b) for (a, _), (_, b) in zip(ranges, ranges[count - 1 :], strict=False) if shortest <= b - a <= longest]
            for start, end in near:
                if (wording := plain[start:end]) not in places:
                    places[wording] = index, start
                    # Σ is folded by what stands around it.
                    folded.append(_fold(wording) if "Σ" in wording else passages[index].folded[start:end])
    found = process.extract(needle, folded, scorer=fuzz.ratio, limit=2, score_cutoff=70)
    wordings = list(places.items())
    return [
        (wording, document.passages[index].text.line_at(start))
        for _, _, at in found
        for wording, (index, start) in [wordings[at]]
    ]
