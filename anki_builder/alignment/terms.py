"""Finds each vocabulary entry in the text it was noted for, with the sentence around it.

Steps, the surest first: verbatim; another case; another form of its words (stems, then dictionary lemmas); a phrase with other words
between its parts (`turn things around`); and as last resorts another spelling (`entree`, `health care`, `1700`) and one typing error. A term is
never found inside another word. Of 12,000 entries of one learner 92.6 % stand verbatim in their own passage, 5.8 % in another form, 1.6 % not
at all (typos, mostly): so the own passage is searched by every step before any other passage is looked at.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from anki_builder.alignment.near import misspelt, not_found, respelt
from anki_builder.alignment.searchable import Key, Lexis, Range, Searchable, Sentence
from anki_builder.alignment.splitting import split
from anki_builder.alignment.wording import GAP, separated, trimmed, wanted_words, wordings
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import Context, Document, Example, SentencePair, VocabularyEntry
from anki_builder.languages import forms, korean, language
from anki_builder.languages.folding import fold, lower
from anki_builder.languages.folding import plain as plain_signs

_STOP = re.compile(r"[.!?;:。！？；：]")
_SPLIT_GAP = 6
"""Most words between two parts of a phrase; of the split phrases read, the widest had six (`hammer` an old industry of many parts `into`)."""
_PLACEHOLDER_WORDS = 4
"""Most words that `sb`, `sth` or `…` in a dictionary form stand for."""
_ELLIPSIS_WORDS = 12
"""Most words between the parts of a phrase that says itself that it is split: a German verb's prefix ends its clause."""
_FEWEST_WORDS = 3
"""Words of a phrase that is a context for one of them, `a hint of salt`; a sentence has more."""
_MOST_SENTENCES = 20
"""Sentences that one term stands in, at most: a term of a whole book would make a card of each line."""
_SENTENCE_ENDS = ".!?。！？"
_HIRAGANA_ENDING = r"(?:(?<=[\u3400-\u9fff])する|(?<=[\u3400-\u9fff\u3040-\u309f])[\u3040-\u309f])$"
"""Compiled when first used: few notes are Japanese."""


def find_terms(document: Document, pairs: tuple[SentencePair, ...]) -> tuple[tuple[Context | None, ...], list[Diagnostic]]:
    """Return the context of each entry of `document`, parallel to `document.entries`, and a warning for each that has none.

    `pairs` are the sentence pairs of its passages. An entry that has examples of its own needs no warning. A term that was found as a
    misspelt one has both.
    """
    tag = document.languages[0]
    by_passage: list[list[Sentence]] = [[] for _ in document.passages]
    for index, pair in enumerate(pairs):
        if pair.end > pair.start:
            by_passage[pair.passage].append((pair.start, pair.end, index, bool(pair.translation)))
    lexis = Lexis(tag)
    searchable = [Searchable(p.text.plain, by_passage[i], lexis) for i, p in enumerate(document.passages)]
    contexts: list[Context | None] = []
    diagnostics: list[Diagnostic] = []
    asides: _Asides | None = None
    phrases: dict[str, list[Example]] | None = None
    first_of_block = _first_of_block(document)
    aside_texts = cache(lambda: [(aside, Searchable(aside.plain, [], Lexis(tag))) for aside in document.asides])
    for entry in document.entries:
        context = _find(entry, searchable, first_of_block)
        if context is None and entry.examples:
            context = _find_in_examples(entry, _searchable_examples(entry.examples, tag))
        if context is None and document.asides:
            asides = asides or _searchable_asides(document)
            context = _find_aside(entry, asides)
        if context is None and searchable:
            phrases = phrases if phrases is not None else _phrases_of_entries(document)
            context = _find_beside(entry, phrases, tag)
        if context is None and searchable:
            context = _find_misspelt(entry, searchable, document.languages[1])
            if context is None and asides:
                context = _find_misspelt_aside(entry, asides, document.languages[1])
            if context is not None or not entry.examples:
                diagnostics.append(not_found(entry, document, searchable, aside_texts, _taken(context, document, pairs)))
        contexts.append(context)
    return tuple(contexts), diagnostics


def _taken(context: Context | None, document: Document, pairs: Sequence[SentencePair]) -> tuple[str, int, bool] | None:
    """Return the wording that is taken for a term, its line, and whether it stands in a passage."""
    if context is None:
        return None
    if context.example is not None:
        return context.surface, context.example.line, False
    text = document.passages[pairs[context.pair].passage].text
    return context.surface, text.line_at(context.parts[0][0]), True


def _searchable_examples(examples: Sequence[Example], tag: str) -> list[tuple[Example, Searchable]]:
    lexis = Lexis(tag)
    found = []
    for example in examples:
        found.append((example, Searchable(example.text, [(0, len(example.text), -1, True)], lexis)))
    return found


def _find_in_examples(entry: VocabularyEntry, examples: list[tuple[Example, Searchable]]) -> Context | None:
    for example, searchable in examples:
        found = _find_whole(entry, searchable) or _find_parted(entry, searchable)
        if found is not None:
            return found._replace(example=example)
    return None


def _phrases_of_entries(document: Document) -> dict[str, list[Example]]:
    """Return the terms of several words, each with its gloss, by each of their words."""
    found: dict[str, list[Example]] = {}
    for one in document.entries:
        words = one.term.split()
        for word in words if len(words) >= _FEWEST_WORDS else ():
            found.setdefault(word, []).append(Example(one.term, one.gloss, one.line))
    return found


def _find_beside(entry: VocabularyEntry, phrases: dict[str, list[Example]], tag: str) -> Context | None:
    """Return where the term stands, as it is written, in the phrase of another entry or in a sentence of its own definition."""
    if not language(tag).spaces:
        return None
    longest = max(entry.term.split(), key=len, default="")
    examples = [one for one in phrases.get(longest, ()) if entry.term in one.text and one.text != entry.term]
    for sentence in split(entry.definition, tag) if entry.term in entry.definition else ():
        if len(sentence.split()) > _FEWEST_WORDS and sentence[-1] in _SENTENCE_ENDS:
            examples.append(Example(sentence, None, entry.line))
    for example, searchable in _searchable_examples(examples, tag):
        found = _find_verbatim(trimmed(entry.term), searchable)
        if found is not None:
            return found._replace(example=example)
    return None


class _Asides(NamedTuple):
    """Headings and loose prose as one text, which is searched once for each entry."""

    text: Searchable
    sentences: list[Example]
    """By their index in `text.sentences`."""


def _searchable_asides(document: Document) -> _Asides:
    sentences = _aside_sentences(document)
    ranges: list[Sentence] = []
    at = 0
    for index, sentence in enumerate(sentences):
        ranges.append((at, at + len(sentence.text), index, True))
        at += len(sentence.text) + 1
    plain = "\n".join([sentence.text for sentence in sentences])
    return _Asides(Searchable(plain, ranges, Lexis(document.languages[0])), sentences)


def _find_aside(entry: VocabularyEntry, asides: _Asides) -> Context | None:
    """Return where the term stands in a heading or loose prose; the ranges are in the text of that sentence."""
    found = _find_whole(entry, asides.text) or _find_parted(entry, asides.text)
    return _in_its_sentence(found, asides) if found else None


def _find_misspelt_aside(entry: VocabularyEntry, asides: _Asides, native: str) -> Context | None:
    """Return where the term stands in a heading or loose prose if it, or they, have one typing error."""
    found = _find_misspelt(entry._replace(passage=None), [asides.text], native)
    return _in_its_sentence(found, asides) if found else None


def _in_its_sentence(found: Context, asides: _Asides) -> Context:
    """Return a place among asides as one in its sentence."""
    start = asides.text.starts[found.pair]
    return found._replace(
        pair=-1,
        parts=tuple([(a - start, b - start) for a, b in found.parts]),
        occurrences=tuple([(a - start, b - start) for a, b in found.occurrences]),
        example=asides.sentences[found.pair],
        others=(),
    )


def _aside_sentences(document: Document) -> list[Example]:
    """Return the sentences of headings and loose prose."""
    sentences = []
    for aside in document.asides:
        at = 0
        for sentence in split(aside.plain, document.languages[0]):
            at = aside.plain.find(sentence, at)
            end = at + len(sentence)
            sentences.append(Example(sentence, None, aside.line_at(at), aside.readings(at, end)))
            at = end
    return sentences


def _first_of_block(document: Document) -> dict[int, int]:
    """Return for each passage with a vocabulary of its own the first of the passages it closes: those since the vocabulary before."""
    passages = {entry.passage for entry in document.entries}
    with_entries = sorted([passage for passage in passages if passage is not None])
    return {last: first for first, last in zip([0, *(index + 1 for index in with_entries)], with_entries, strict=False)}


def _find(entry: VocabularyEntry, passages: list[Searchable], first_of_block: dict[int, int]) -> Context | None:
    own = entry.passage
    others: Sequence[int] = range(len(passages))
    if own is not None:
        found = _find_whole(entry, passages[own]) or _find_parted(entry, passages[own]) or _find_respelt(entry, passages[own])
        if found:
            return found
        others = sorted((i for i in others if i != own), key=lambda i: (abs(i - own), i))
    whole = (_find_whole(entry, passages[index]) for index in others)
    found = _together(filter(None, whole)) if own is None else next(filter(None, whole), None)
    if found:
        return found
    for index in others:
        if own is None or first_of_block[own] <= index < own:  # a split phrase is looked for only where the entry was noted for
            found = _find_parted(entry, passages[index])
            if found:
                return found
    if own is None:
        return next(filter(None, (_find_respelt(entry, passages[index]) for index in others)), None)
    return None


def _together(contexts: Iterable[Context]) -> Context | None:
    """Return the first of several contexts, with the sentences of the others for further ones."""
    each = [one for context in contexts for one in _each(context)]
    return each[0]._replace(others=tuple(each[1:_MOST_SENTENCES])) if len(each) > 1 else next(iter(each), None)


def _each(context: Context) -> tuple[Context, ...]:
    """Return the sentences of a context one by one."""
    return (context._replace(others=()), *context.others) if context.others else (context,)


def _find_respelt(entry: VocabularyEntry, passage: Searchable) -> Context | None:
    """Return where the term stands in another spelling."""
    if not passage.lexis.traits.spaces:
        return None
    variants = wordings(entry.term, entry.lemma, passage.lexis.tag)
    joined = [variant.replace("-", "") for variant in variants if "-" in variant]
    context = _find_ranges(respelt, variants, passage) or _find_forms(joined, passage, 0, "inflected")
    if context or not forms.may_lack_accents(passage.lexis.tag) or (passage.folded.isascii() and all(map(str.isascii, variants))):
        return context
    return _find_forms(variants, passage, 0, "inflected", (forms.rough_stem,))


def _find_misspelt(entry: VocabularyEntry, passages: list[Searchable], native: str) -> Context | None:
    """Return where the term stands if it, or the passage, has one typing error."""
    own = passages if entry.passage is None else passages[entry.passage : entry.passage + 1]
    if not own[0].lexis.traits.spaces:
        return None
    found = misspelt(entry, own, native)
    return _context(own[found[0]], [(found[1],)], [found[1]], "inflected") if found else None


def _find_whole(entry: VocabularyEntry, passage: Searchable) -> Context | None:
    """Return where the term stands with its words side by side, placeholders apart."""
    context = _find_verbatim(trimmed(entry.term), passage)  # so nine in ten are found: before their other spellings are made
    if context:
        return context
    variants = wordings(entry.term, entry.lemma, passage.lexis.tag)
    for variant in variants:
        context = _find_verbatim(variant, passage)
        if context:
            return context
    if not passage.lexis.traits.spaces:
        return _find_ranges(_kana_inflected, variants, passage)
    if passage.lexis.traits.korean:
        return _find_ranges(_korean_inflected, variants, passage)
    return _find_forms(variants, passage, 0, "inflected")


def _find_ranges(find: Callable[[str, Searchable], list[Range]], variants: Sequence[str], passage: Searchable) -> Context | None:
    """Return the context of the first spelling that `find` finds."""
    for variant in variants:
        ranges = find(variant, passage)
        context = _context(passage, [(r,) for r in ranges], ranges, "inflected") if ranges else None
        if context:
            return context
    return None


def _find_verbatim(variant: str, passage: Searchable) -> Context | None:
    """Return where one spelling of a term stands, but for its case."""
    quoted = plain_signs(variant)
    term = lower(quoted, passage.lexis.tag)
    ranges = _verbatim(term, passage)
    if not ranges:
        return None
    same = [r for r in ranges if passage.quoted.startswith(quoted, r[0])][:1]
    context = _context(passage, [(r,) for r in same + ranges], ranges, "verbatim" if same else "case")
    if context is None:
        return None
    return _together(_with_other_forms(one, term, passage) for one in _each(context))


def _find_parted(entry: VocabularyEntry, passage: Searchable) -> Context | None:
    """Return where a phrase stands with other words between its parts."""
    if not passage.lexis.traits.spaces:
        return None
    variants = (*wordings(entry.term, entry.lemma, passage.lexis.tag), *separated(entry.term, entry.lemma, passage.lexis.tag))
    return _find_forms([variant for variant in variants if " " in variant], passage, _SPLIT_GAP, "split")


def _find_forms(
    variants: Sequence[str], passage: Searchable, gap: int, match: str, keys: Sequence[Key] = (forms.stem, forms.lemma)
) -> Context | None:
    for key in keys:
        for variant in variants:
            matches = _phrases(variant, passage, key, gap)
            context = _context(passage, matches, _hidden(matches), match) if matches else None
            if context:
                return context
    return None


def _hidden(matches: list[tuple[Range, ...]]) -> list[Range]:
    return sorted({part for match in matches for part in match})


def _with_other_forms(context: Context, term: str, passage: Searchable) -> Context:
    """Add to a verbatim context the other forms of the folded term in the same sentence, which would give it away."""
    first = passage.lexis.traits.words.search(term)
    if first is None:
        return context
    beginning, number = first[0][:2], len(context.occurrences)
    start, end, _, _ = passage.sentence_at(context.parts[0][0])
    others = forms.other_forms(first[0], passage.lexis.tag)
    if not any(passage.folded.find(form, start, end) >= 0 for form in others):
        if passage.folded.count(beginning, start, end) <= number:
            return context
        alike = _beginning_with(beginning, passage, start, end)
        if len(alike) <= number or (
            _begins_with(first[0], term, passage, start, end) and _number(first[0], alike, passage) <= number
        ):
            return context
    extra = _forms_between(start, end, term, passage)
    return context._replace(occurrences=_union([*context.occurrences, *extra]))


def _forms_between(start: int, end: int, term: str, passage: Searchable) -> list[Range]:
    """Return where forms of the folded term, or parts of one, stand in a sentence."""
    first = 0 if _reaches_before(start, term, passage) else start
    inside = Searchable(passage.plain[first:end], [], Lexis(passage.lexis.tag))
    parts = [part for match in _phrases(term, inside, forms.stem, 0) for part in match]
    return [(first + begin, first + last) for begin, last in parts if first + begin >= start]


def _reaches_before(start: int, term: str, passage: Searchable) -> bool:
    """Return whether what stands before a sentence may tell where forms of a term stand in it.

    It may where the term has gaps, which may reach back, where a word goes on, and where Σ is folded by what stands around it.
    """
    before = passage.folded[start - 1 : start]
    return before.isalnum() or before == "'" or "Σ" in passage.plain or GAP in wanted_words(term, passage.lexis.tag)


def _beginning_with(beginning: str, passage: Searchable, start: int, end: int) -> list[str]:
    """Return the words of a part of a passage whose first letters are `beginning`."""
    text, words, found = passage.folded, passage.lexis.traits.words, []
    at = text.find(beginning, start, end)
    while at >= 0:
        before = text[max(start, at - 2) : at]
        if not before[-1:].isalnum() and not (before[-1:] == "'" and before[:-1].isalnum()):
            word = words.match(text, at, end)
            if word and word[0][:2] == beginning:
                found.append(word[0])
        at = text.find(beginning, at + 1, end)
    return found


def _begins_with(first: str, term: str, passage: Searchable, start: int, end: int) -> bool:
    """Return whether all forms of `term` in a sentence begin there with one of `first`, and so does each verbatim occurrence.

    Not so where a gap may reach back into the sentence before; nor where an occurrence may be a part of a word, or an apostrophe
    joins it to one; nor where Σ is folded by what stands around it.
    """
    wanted, traits = wanted_words(term, passage.lexis.tag), passage.lexis.traits
    return (
        wanted[:1] == (first,)
        and GAP not in wanted
        and traits.spaces
        and not traits.korean
        and passage.folded.find("'", start, end) < 0
        and "Σ" not in passage.plain
    )


def _number(word: str, alike: list[str], passage: Searchable) -> int:
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


def _context(passage: Searchable, matches: list[tuple[Range, ...]], hidden: list[Range], match: str) -> Context | None:
    """Return the first of `matches` that lies within one sentence, with a translation if any has one, and the other such sentences.

    `hidden` are the parts of all matches, at least.
    """
    found: dict[Sentence, tuple[Range, ...]] = {}
    for parts in matches:
        sentence = passage.sentence_at(parts[0][0])
        if parts[-1][1] <= sentence[1]:
            found.setdefault(sentence, parts)
    inside: dict[Sentence, list[Range]] = {}
    for part in hidden:
        inside.setdefault(passage.sentence_at(part[0]), []).append(part)
    contexts = []
    for sentence in [one for one in found if one[3]] or list(found)[:1]:
        _, end, index, _ = sentence
        surface = f" {GAP} ".join([passage.plain[first:last] for first, last in found[sentence]])
        occurrences = _union([part for part in inside[sentence] if part[1] <= end])
        contexts.append(Context(index, surface, found[sentence], occurrences, match))
    return _together(contexts)


def _verbatim(term: str, passage: Searchable) -> list[Range]:
    """Return where the folded term stands in the passage, never inside another word; hyphenated compounds last."""
    text = passage.folded
    start = text.find(term) if term else -1
    if start < 0:
        return []
    traits = passage.lexis.traits
    if traits.korean and len(term) == 1:
        return [match.span() for match in korean.noun_pattern(term).finditer(text)]
    bound_start = traits.spaces and term[0].isalnum()
    bound_end = traits.spaces and term[-1].isalnum() and not traits.korean
    part_of_word = traits.words.match  # a mark on a letter, too
    found: list[Range] = []
    inside_compound: list[Range] = []
    while start >= 0:
        end = start + len(term)
        before, after = text[start - 1 : start], text[end : end + 1]
        if not (bound_start and part_of_word(before)) and not (bound_end and part_of_word(after)):
            compound = traits.spaces and (before == "-" or after == "-")
            (inside_compound if compound else found).append((start, end))
        start = text.find(term, start + 1)
    return found + inside_compound


def _kana_inflected(term: str, passage: Searchable) -> list[Range]:
    """Return where a Japanese verb or adjective stands in another form: its stem before other kana, not inside a compound."""
    stem = re.sub(_HIRAGANA_ENDING, "", term)
    if stem == term or (len(stem) == 1 and "\u3040" <= stem <= "\u309f"):
        return []
    inflected = f"(?<![\u3400-\u9fff]){re.escape(fold(stem, passage.lexis.tag))}(?=[\u3040-\u309f])"
    return [found.span() for found in re.finditer(inflected, passage.folded)]


def _korean_inflected(term: str, passage: Searchable) -> list[Range]:
    """Return where a Korean verb or adjective, or a phrase that ends in one, stands in another form."""
    pattern = korean.verb_pattern(fold(term, passage.lexis.tag))
    return [match.span() for match in pattern.finditer(passage.folded)] if pattern is not None else []


def _phrases(term: str, passage: Searchable, key: Key, gap: int) -> list[tuple[Range, ...]]:
    """Return the places where the words of `term` stand in order, compared by `key`, as runs of adjacent words.

    Up to `gap` other words may stand between two of them; placeholders (`sb`, `…`) take one to four words in any case.
    """
    lexis, folded = passage.lexis, passage.folded
    phrase = lexis.phrase(term, key)
    for word, alike in phrase:
        if not lexis.may_lack(word) and not any(text in passage.bare for text in alike):
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
            if word == GAP:
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
