"""Passages and entries out of what was taken, with the examples and remarks below an entry."""

import re
from collections import defaultdict
from collections.abc import Iterator

from anki_builder.document import Example, Passage, Text, VocabularyEntry
from anki_builder.languages import romanisation
from anki_builder.message import Message
from anki_builder.reading import entry, evidence, inline, no_text, rules, terms
from anki_builder.reading.candidate import Part, plain
from anki_builder.reading.entry import Parsed
from anki_builder.reading.lines import Line
from anki_builder.reading.page import Claim, Page
from anki_builder.reading.sentences import ends_sentence, sentence_score
from anki_builder.reading.shape import best_cut, leading_reading, without_reading
from anki_builder.reading.sheet import Sheet
from anki_builder.reading.text import sliced
from anki_builder.reading.weighing import BOLD_TERM, Weighed, bare, unquoted

_QUOTES = '“”"「」『』«»„‘’ '
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_PART_BEHIND = re.compile(r"(?<=[^\x00-\u024f])\s*[ (（](?P<part>n|v|vt|vi|adj|adv|prep|conj|phr)\.?[)）]?$")
_SENTENCES = re.compile(r"[.!?…][\"”’»)]?[ ]+[A-ZÀ-ÞА-ЯΑ-Ω\"“¿¡«]|[。！？][”』」）]?[^”』」）\s\n]")
"""Where one sentence ends and another begins."""


class Builder:
    """Makes claims of the candidates that were taken."""

    def __init__(self, page: Page, sheet: Sheet) -> None:
        self.page, self.sheet = page, sheet
        self.parents = {line.item: line.parent for line in sheet.lines if line.item}

    def claims(self, kept: list[Weighed], entries: list[bool]) -> Iterator[Claim]:
        """Yield a claim for each pair, and for each entry with the pairs and lines that belong to it."""
        entries = self.without_mentions(kept, entries)
        taken = {number for one in kept for number in one.candidate.numbers}
        starts = {one.number for one, is_entry in zip(kept, entries, strict=True) if is_entry}
        lacking = {number: claim for claim in self.missing(kept, entries, taken) for number, _ in claim.roles}
        explaining: set[int] = set()
        used: set[int] = set()
        for place, (one, is_entry) in enumerate(zip(kept, entries, strict=True)):
            if place in used:
                continue
            if not is_entry:
                yield self.pair(one)
                continue
            region = self.region(one, starts)
            head = one.text[0].line
            closed = bool(head.item or head.bold or head.heading)
            own = []
            for later in range(place + 1, len(kept)):
                inside = closed and kept[later].number in region
                if entries[later] or not (inside or self.mentions(one, kept[later])):
                    break
                own.append(later)
            used |= set(own)
            below = [self.sheet.lines[self.sheet.at[number]] for number in sorted(region - taken)]
            rest = [line for line in below if line.number not in lacking or " " in line.plain]
            explaining |= {line.number for line in rest}
            yield self.entry_claim(one, [kept[later] for later in own], rest)
        yield from (claim for number, claim in lacking.items() if number not in explaining)

    def without_mentions(self, kept: list[Weighed], entries: list[bool]) -> list[bool]:
        """Return what is an entry, without the phrases that only show the use of the term above them."""
        out = list(entries)
        head: Weighed | None = None
        for place, one in enumerate(kept):
            if entries[place]:
                if head is not None and self.shows_use(head, one):
                    out[place] = False
                else:
                    head = one
        return out

    def shows_use(self, head: Weighed, one: Weighed) -> bool:
        """Return whether an entry shows the use of another: it holds its term, and stands below it or in a weaker notation."""
        item = one.text[0].line.item
        nested = bool(item) and self.below(self.parents.get(item, 0), head.text[0].line.item)
        weaker = one.candidate.notation == "script" != head.candidate.notation
        return (nested or weaker) and self.mentions(head, one)

    def mentions(self, head: Weighed, one: Weighed) -> bool:
        """Return whether a text right below an entry holds its term."""
        term, text = bare(plain(head.text), self.sheet).casefold().strip("-~～〜…. "), plain(one.text).casefold()
        near = one.number - max(head.candidate.numbers) <= 4 and one.text[0].line.title == head.text[0].line.title
        stem = term[: max(3, len(term) - 2)] if term.isascii() else term
        return near and len(term) > 2 and stem in text and len(text) > len(term) + 5

    def region(self, one: Weighed, starts: set[int]) -> set[int]:
        """Return the numbers of the lines below an entry that may speak of it; `starts` are those on which entries begin."""
        head = one.text[0].line
        at = self.sheet.at[max(one.candidate.numbers)]
        out: set[int] = set()
        for line in self.sheet.lines[at + 1 :]:
            if line.number in starts or line.heading or not self.may_belong(line, head, one.candidate.notation):
                break
            out.add(line.number)
        return out

    def may_belong(self, line: Line, head: Line, notation: str) -> bool:
        """Return whether a line below an entry stands where lines stand that speak of it."""
        if head.heading:
            return True
        if head.item:
            return self.below(line.item, head.item)
        if line.block == head.block:
            return True
        is_marked = head.bold or BOLD_TERM.match(head.raw) is not None or notation == "labels"
        inside = line.quote > head.quote or (bool(line.item) and is_marked)
        return line.title == head.title and inside

    def below(self, item: int, ancestor: int) -> bool:
        """Return whether a list item is `ancestor` or stands in it."""
        while item:
            if item == ancestor:
                return True
            item = self.parents.get(item, 0)
        return False

    def passage(self, one: Weighed) -> Passage:
        """Return the sentence pair, or the passage with its translation, that a candidate is."""
        text, images, audio = self.text(one.text, 0)
        translation, more, spoken = self.text(one.translation, 1)
        whole = unquoted(translation.plain)
        if whole != translation.plain and text.plain[:1] not in _QUOTES:
            translation = sliced(translation, whole, one.translation[0].line.number)
        given = len(one.text) == len(one.translation) == 1 and not _SENTENCES.search(f"{text.plain}\n{translation.plain}")
        return Passage(text, translation, given, (*images, *more), (*audio, *spoken))

    def text(self, parts: tuple[Part, ...], side: int) -> tuple[Text, tuple[str, ...], tuple[str, ...]]:
        """Return parts as running text with its markup, without the readings beside it; and its images and sounds."""
        starts = [part.line.number for part in parts if part.line.first]
        read, images, audio = inline.read([(part.line.number, part.line.raw) for part in parts], starts)
        wanted = parts[0].text if len(parts) == 1 else read.plain
        if side == 0 and (literal := terms.in_other_words(wanted, self.sheet.tongues)):
            wanted = literal[0]
        wanted = (
            without_reading(wanted, self.sheet.tongues, 0) if side == 0 else leading_reading(wanted, self.sheet.tongues, 1)
        )[0]
        return sliced(read, entry.enclosed(wanted) or wanted, parts[0].line.number), tuple(images), tuple(audio)

    def pair(self, one: Weighed) -> Claim:
        """Return the claim to a sentence pair."""
        passage = self.passage(one)
        if not passage.text.plain or passage.translation is None or not passage.translation.plain:
            return Claim(
                one.candidate.layout, evidence.NOTHING, tuple((number, "unused") for number in sorted(one.candidate.numbers))
            )
        blocks, others = ({part.line.block for part in parts} for parts in (one.text, one.translation))
        differ = self.page.diagnostic(
            rules.COUNTS_DIFFER,
            one.text[0].line.number,
            Message(
                "{number} paragraphs of text and {other} of translation are one passage", number=len(blocks), other=len(others)
            ),
            rules.COUNTS_DIFFER.cure,
        )
        return Claim(
            one.candidate.layout,
            _sureness(one),
            _roles(one, "pair"),
            (passage,),
            diagnostics=(differ,) if len(others) > 1 and len(blocks) != len(others) else (),
            why=one.why,
        )

    def entry_claim(self, one: Weighed, own: list[Weighed], rest: list[Line]) -> Claim:
        """Return the claim to an entry with the pairs `own` and the lines `rest` that speak of it."""
        made = self.vocabulary(one)
        roles = dict(_roles(one, "entry"))
        for pair in own:
            roles |= dict(_roles(pair, "example"))
        if made is None:
            return Claim(one.candidate.layout, evidence.NOTHING, tuple((number, "unused") for number in sorted(roles)))
        read = [self.passage(pair) for pair in own]
        passages = [
            passage
            for passage, pair in zip(read, own, strict=True)
            if pair.sentence >= evidence.SENTENCE or pair.candidate.layout != "one line"
        ]
        examples = [_example(passage) for passage in read]
        if "example" in one.candidate.extra:
            examples.insert(0, self.example(one.candidate.extra["example"], one.number))
        remarks = []
        for line in rest:
            is_example = self.is_example(line)
            roles[line.number] = "example" if is_example else "remark"
            if is_example:
                examples.append(
                    Example(line.plain.strip(_QUOTES) if line.plain[:1] in _QUOTES else line.plain, None, line.number)
                )
            elif line.plain:
                remarks.append(line.plain)
        column, length = self.page.place(made.line, made.term)
        made = made._replace(
            definition="\n".join(remarks),
            examples=tuple(dict.fromkeys(examples)),
            passage=0 if passages else None,
            column=column,
            length=length,
        )
        return Claim(one.candidate.layout, _sureness(one), tuple(sorted(roles.items())), tuple(passages), (made,), why=one.why)

    def is_example(self, line: Line) -> bool:
        """Return whether a line below an entry that has no translation shows its use: more than a word in the language studied."""
        kind = self.sheet.kind(self.sheet.at[line.number])
        words = kind in ("A", "U") and " " in line.plain and not no_text.is_unfilled(line.plain)
        return words and sentence_score(line.plain, self.sheet.tongues.pair[0]) >= 0.25

    def example(self, text: str, line: int) -> Example:
        """Return the example that stands behind a gloss, with its translation if there is one."""
        cut = best_cut(text, self.sheet.tongues)
        if cut is None or cut.order != 0:
            return Example(text, None, line)
        whole = cut.first if ends_sentence(cut.first) or cut.kind != "bracket" else text[: text.find(cut.second)].rstrip(" (（")
        return Example(whole, cut.second, line)

    def vocabulary(self, one: Weighed) -> VocabularyEntry | None:
        """Return the entry that a candidate says."""
        extra = one.candidate.extra
        term = terms.read(plain(one.text).strip(), self.sheet.tongues)
        gloss, read = self.gloss(one)
        short = entry.without_long_remark(gloss)
        is_spelt = short is not gloss and not entry.LATIN.search(term.term) and romanisation.spells(term.term, short.gloss)
        if is_spelt:  # `ぽん pon (the sound of a small drum)`
            gloss, read = entry.parse_gloss(short.note), short.gloss
        else:
            gloss = short
        read, forms = terms.without_forms(read)
        if not term.term or not gloss.gloss:
            return None
        _, images, audio = inline.read([(part.line.number, part.line.raw) for part in (*one.text, *one.translation)])
        sound = extra.get("phonetics", "")
        spelt = sound[:1] not in "[/［" if sound else False
        return entry.vocabulary(
            gloss._replace(
                term=term.term,
                phonetics=term.phonetics or gloss.phonetics or ("" if spelt else sound),
                accent=term.accent or gloss.accent,
                part_of_speech=term.part_of_speech or gloss.part_of_speech or extra.get("part-of-speech", ""),
                note="；".join(filter(None, (gloss.note, term.note, forms, extra.get("remark", "")))),
                reading=term.reading or read or extra.get("reading", "") or (sound if spelt else ""),
            ),
            one.text[0].line.number,
            (1, 1),
            dict.fromkeys(images),
            dict.fromkeys(audio),
        )

    def gloss(self, one: Weighed) -> tuple[Parsed, str]:
        """Return what the gloss of an entry says, and the reading of the term that stands before it."""
        word = one.text[0].text if len(one.text) == 1 else ""
        parts = [
            leading_reading(unquoted(entry.enclosed(part.text) or part.text), self.sheet.tongues, 1, word)
            for part in one.translation
        ]
        parts = [(entry.enclosed(gloss) or gloss, reading) for gloss, reading in parts]
        text = _joined([gloss for gloss, _ in parts])
        bold = tuple(
            found
            for part in one.translation
            if "**" in part.line.raw
            for found in _BOLD.findall(part.line.raw)
            if found not in word
        )
        behind = _PART_BEHIND.search(text)
        parsed = entry.parse_gloss(text[: behind.start()] if behind else text, bold)
        if behind and not parsed.part_of_speech:
            parsed = parsed._replace(part_of_speech=behind["part"])
        return parsed, next((read for _, read in parts if read), "")

    def missing(self, kept: list[Weighed], entries: list[bool], taken: set[int]) -> Iterator[Claim]:
        """Yield the terms without a gloss among items or lines that are entries as a rule."""
        groups: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0])
        key = {line.number: (line.title, line.depth, bool(line.item), line.quote) for line in self.sheet.lines}
        for one, is_entry in zip(kept, entries, strict=True):
            groups[key[one.number]][0 if is_entry else 1] += 1
        for index, line in enumerate(self.sheet.lines):
            entries_there, pairs_there = groups.get(key[line.number], (0, 0))
            usual = entries_there > 1 and pairs_there <= entries_there
            if line.number in taken or line.heading or not usual or (line.prefix is not None and line.prefix.kind):
                continue
            if self.sheet.kind(index) not in ("A", "U", "R") or line.plain.count(" ") > 5:
                continue
            if sentence_score(line.plain, self.sheet.tongues.pair[0]) >= 0.4:
                continue
            term = entry.clean_term(without_reading(line.plain, self.sheet.tongues, 0)[0]).term.rstrip(" =→:：-–")
            if term:
                message = Message("“{term}” has no gloss", term=term)
                found = self.page.diagnostic(rules.MISSING_GLOSS, line.number, message, rules.MISSING_GLOSS.cure, term)
                yield Claim("one line", evidence.WITHOUT_GLOSS, ((line.number, "term without a gloss"),), diagnostics=(found,))


def _example(passage: Passage) -> Example:
    translation = unquoted(passage.translation.plain) if passage.translation is not None else None
    return Example(unquoted(passage.text.plain), translation, passage.line)


def _sureness(one: Weighed) -> float:
    """Return the evidence of a claim: between that of a table and that of a labelled passage."""
    return min(0.84, 0.6 + one.score / 10)


def _roles(one: Weighed, both: str) -> tuple[tuple[int, str], ...]:
    """Return what the lines of a candidate are; `both` is said of a line that holds the two sides."""
    text = {part.line.number for part in one.text}
    translation = {part.line.number for part in one.translation}
    names = ("entry", "gloss") if both == "entry" else ("text", "translation")
    roles = dict.fromkeys(text - translation, names[0]) | dict.fromkeys(translation - text, names[1])
    roles |= dict.fromkeys(text & translation, both) | dict(one.candidate.roles)
    return tuple(sorted(roles.items()))


def _joined(senses: list[str]) -> str:
    """Return the lines of a gloss as one; a part of speech stands before the senses below it."""
    text = ""
    for sense in senses:
        spaced = entry.is_part_of_speech(sense) or text.endswith((".", " "))
        text = sense if not text else f"{text} {sense}" if spaced else f"{text}；{sense}"
    return text
