"""An aligned document to drafts of its notes."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import accumulate, chain, compress, repeat
from operator import add
from typing import Any

from anki_builder.document import AlignedDocument, Context, Example, Text, VocabularyEntry
from anki_builder.note import CLOZE_SEPARATOR, Media, Passage, marked, normalised, plain_quotes
from anki_builder.notes.answers import masked, share, whole_word
from anki_builder.notes.draft import NO_PASSAGE, Desk, Drafted, Head, Part, Sheet, Shown, Written
from anki_builder.notes.markup import (
    clean,
    cut,
    escape,
    escape_all,
    escape_pieces,
    lasting,
    listed,
    pictures,
    render,
    safe_url,
    sounds,
    wrapped,
)
from anki_builder.notes.naming import deck_name, tag
from anki_builder.notes.vocabulary import vocabulary

_LONGEST_PASSAGE = 10_000
"""Characters: of a longer passage a card shows what is around its sentence, or a book in one line would be a gigabyte of notes."""
GAP = '<span class="gap">____</span>'
_Pair = tuple[str, str, int, str, str, Shown]
"""A sentence pair as its own note and all clozes of it show it: its key, the sentence, its line, it and its translation as HTML, and
what is around it."""


class Writer:
    """Writes the notes of one document."""

    def __init__(self, desk: Desk, aligned: AlignedDocument, media: Mapping[str, Media]) -> None:
        document = aligned.document
        self.aligned, self.document, self.config = aligned, document, desk.config
        name = document.source.name
        deck = deck_name(desk.config, desk.collection, document.title, name, document.deck)
        tags = tuple(dict.fromkeys(filter(None, map(tag, (f"source::{document.title}", *document.tags, *desk.config.tags)))))
        self.head = Head(
            name, document.source.path, document.languages, deck, tags, escape(document.title), safe_url(document.url),
            tuple(media.items()),
        )  # fmt: skip
        self.sheet = Sheet(desk, self.head, lasting(" ".join([*_texts(aligned), *[file.name for file in media.values()]])))
        self.media = media
        self.listening = "1" if desk.config.listening else ""
        self.typing = "1" if desk.config.cloze_typing else ""
        columns: Iterable[Sequence[Any]] = zip(*aligned.pairs, strict=True) if aligned.pairs else [()] * 8
        self.passages, texts, translations, _, *self.bounds = columns
        """Where the sides of each pair begin and end."""
        self.complete = [bool(text and translation) for text, translation in zip(texts, translations, strict=True)]
        """Of each pair, whether it makes a note."""
        numbers = range(len(document.passages))
        self.slices = [slice(bisect_left(self.passages, number), bisect_right(self.passages, number)) for number in numbers]
        """Where the pairs of each passage are among all."""
        self.within: dict[int, list[int]] = {}
        """Indexes of the entries whose term was found in a pair."""
        self.loose: dict[int, list[int]] = {}
        """Indexes of those found in none, by the passage before which they are learned."""
        for index, (entry, context) in enumerate(zip(document.entries, aligned.contexts, strict=True)):
            if context is not None and context.pair >= 0:
                self.within.setdefault(context.pair, []).append(index)
            else:
                self.loose.setdefault(self._passage_of(entry), []).append(index)
        self._pairs: dict[int, _Pair] = {}
        """Those that make a note, or hold a term, by index."""
        self._focused: dict[int, str] = {}
        self._places: dict[int, tuple[_Pair, Text, int, int, list[str] | None]] = {}
        """Where the term of an entry was found: the sentence, the text with its beginning and end there, and the sentence cut at what is
        to hide in it, where that is as simple as that."""
        self.clozes: set[str] = set()
        self.sentences: set[str] = set()
        """Their keys."""
        self.written: list[Written] = []
        self.unshown = self.sheet.shown(-1)

    def drafted(self, known: Container[tuple[tuple[str, str], str]]) -> Drafted:
        """Return the notes; those of terms that are `known` of other documents are left to be written with what those say."""
        for number in range(len(self.slices)):
            self._show_passage(number)
        parts = [self._part(index) for index in range(len(self.document.entries))]
        of_term: dict[str, list[tuple[Head, Part]]] = {}
        for part in parts:
            of_term.setdefault(part.term, []).append((self.head, part))
        self._entries(self.loose.get(-1, ()), parts, of_term, known)
        for number, here in enumerate(self.slices):
            self._entries(self.loose.get(number, ()), parts, of_term, known)
            for index in range(here.start, here.stop):
                found = self.within.get(index, ())
                if found:
                    self._entries(found, parts, of_term, known)
                if self.complete[index]:
                    self._sentence(number, index, found)
        return Drafted(self.head, self.sheet.drafts(self.written), tuple(parts), sum(self.complete))

    def _entries(
        self,
        indexes: Iterable[int],
        parts: list[Part],
        of_term: Mapping[str, list[tuple[Head, Part]]],
        known: Container[tuple[tuple[str, str], str]],
    ) -> None:
        """Write the notes of entries, and the clozes of their sentences."""
        languages, contexts, wants_cloze = self.document.languages, self.aligned.contexts, self.config.cloze
        for nth, index in enumerate(indexes):
            part, context = parts[index], contexts[index]
            term = part.term
            places = of_term[term]
            if places[0][1] is part:
                if (languages, term) in known:
                    self.written.append(("vocabulary", term, part.entry.line, 0, part.entry.term, (), self.unshown, (), (), ()))
                else:
                    self.written.append(vocabulary(self.sheet, places))
            if wants_cloze and context is not None:
                self._cloze(index, part, context, nth)

    def _passage_of(self, entry: VocabularyEntry) -> int:
        """Return the passage before which an entry without a sentence is learned; -1 for before all."""
        if entry.passage is not None:
            return entry.passage
        passages = self.document.passages
        return next((i for i, passage in enumerate(passages) if passage.line > entry.line), len(passages) - 1)

    def _show_passage(self, number: int) -> None:
        """Work out how the pairs of a passage are shown: those that make a note, or hold a term."""
        here, within = self.slices[number], self.within
        chosen = [complete or index in within for index, complete in enumerate(self.complete[here], here.start)]
        if not any(chosen):
            return
        passage = self.document.passages[number]
        text, translation = passage.text, passage.translation
        starts, ends, other_starts, other_ends = [bounds[here] for bounds in self.bounds]
        pieces, shown = _pieces(text, starts, ends)
        other_pieces, other = _pieces(translation, other_starts, other_ends)
        sentences = list(compress(pieces[1::2], chosen))
        long = len(text.plain) > _LONGEST_PASSAGE
        in_order = _in_order(text, pieces) and _in_order(translation, other_pieces)
        simple = not long and ((self.sheet.lasting and in_order) or (_joinable(shown) and _joinable(other)))
        views = self._views(number, shown, other, list(compress(range(len(chosen)), chosen)), simple, long)
        told: Iterable[str] = compress(other[1::2], chosen) if other else repeat("", len(sentences))
        if not simple:
            told = map(clean, told)
        keys, lines = _keys(text.plain, sentences, self.sheet.lasting), _lines(text, list(compress(starts, chosen)))
        pairs = zip(keys, sentences, lines, compress(shown[1::2], chosen), told, views, strict=True)
        self._pairs.update(zip(compress(range(here.start, here.stop), chosen), pairs, strict=True))

    def _views(
        self, number: int, shown: list[str], other: list[str], places: list[int], simple: bool, long: bool
    ) -> list[Shown]:
        """Return what the notes of these sentences of a passage show of the article."""
        sheet, name, count = self.sheet, f"¶{number + 1}", len(shown) // 2
        if count == 1:
            return sheet.with_passage(None, [name], [-1], [NO_PASSAGE])
        names = [f"{name} · {place + 1}/{count}" for place in places]
        if simple:
            passage = _passage(shown, other)
            digests = sheet.digests([side for place in places for side in marked(passage, place)])
            return sheet.with_passage(passage, names, places, map(add, digests[::2], digests[1::2]))
        found: list[Shown] = []
        for place, location in zip(places, names, strict=True):
            first, last = _around(shown, 2 * place + 1) if long else (0, len(shown))
            one, two = (clean(_marked(side, place, first, last) if any(side) else "").encode() for side in (shown, other))
            found += sheet.with_passage((one, two, ()), [location], [-1], ["".join(sheet.digests([one, two]))])
        return found

    def _part(self, index: int) -> Part:
        """Return what an entry contributes to the note of its term."""
        entry, context = self.document.entries[index], self.aligned.contexts[index]
        examples, found = entry.examples, -1
        shown: tuple[str, str, str] | None = None
        used: Example | None = None
        if context is not None:
            used, shown = context.example, self._context(index, context)
            if context.pair >= 0:
                found = self.passages[context.pair]
        elif examples:
            used = examples[0]
            shown = escape(used.text), escape(used.translation or ""), ""
        more = tuple([(escape(other.text), escape(other.translation or "")) for other in examples if other != used]) if examples else ()
        return Part(normalised(entry.term), entry, shown, more, found, self._passage_of(entry))

    def _context(self, index: int, context: Context) -> tuple[str, str, str]:
        """Return the context with its term marked, its translation, and the context with the term gapped."""
        number, _, parts, occurrences, _, example = context
        if example is None:
            pair = self._pairs[number]
            text, start, end = self.document.passages[self.passages[number]].text, self.bounds[0][number], self.bounds[1][number]
        else:
            plain, translated, line = example
            (shown,) = self.sheet.with_passage(None, [""], [-1], [NO_PASSAGE])
            pair = normalised(plain), plain, line, "", escape(translated or ""), shown
            text, start, end = Text(plain, ((0, line),)), 0, len(plain)
        pieces = cut(text, start, end, parts)
        if pieces is not None:
            marked = wrapped(pieces, '<b class="term">', "</b>")
        else:
            marked = render(text, start, end, [(a, b, '<b class="term">', "</b>") for a, b in parts])
        if occurrences != parts:
            pieces = cut(text, start, end, occurrences)
        self._places[index] = pair, text, start, end, pieces
        return marked, pair[4], GAP.join(pieces[::2]) if pieces is not None else _gapped(text, start, end, occurrences)

    def _sentence(self, number: int, index: int, found: Iterable[int]) -> None:
        """Write the note of a pair, in which the terms `found` stand."""
        key, plain, line, html, translation, view = self._pairs[index]
        if key in self.sentences:
            self.written.append(("sentence", key, line, 0, plain, (), self.unshown, (), (), ()))
            return
        self.sentences.add(key)
        focus = self._focus(found) if found else ""
        note = audio = ""
        media: tuple[Media, ...] = ()
        if self.media:
            passage, here = self.document.passages[number], self.slices[number]
            if index == here.start:
                note, media = pictures(passage.images, self.media), self._media((*passage.images, *passage.audio))
                audio = sounds(passage.audio, self.media) if here.stop - here.start == 1 else ""
        flags = "1" if self._wants_reverse(key, plain) else "", self.listening
        self.written.append(("sentence", key, line, 0, plain, (html, translation, focus, note, audio, ""), view, flags, media, ()))

    def _wants_reverse(self, key: str, plain: str) -> bool:
        if self.config.reverse != "short":
            return self.config.reverse == "all"
        if not self.sheet.spaces:
            words = len(plain) // 2
        elif plain.isascii():  # the words of the key are those of the sentence, with one space between
            words = key.count(" ") + bool(key)
        else:
            words = len(plain.split())
        return words <= self.config.reverse_words

    def _cloze(self, index: int, part: Part, context: Context, rank: int) -> None:
        """Write the cloze of an entry."""
        (sentence, plain, line, _, translation, view), text, start, end, pieces = self._places[index]
        key = part.term + CLOZE_SEPARATOR + sentence
        if key in self.clozes:
            return
        self.clozes.add(key)
        hint = self._hint(part.entry, context)
        before, after = "{{c1::", f"::{hint}}}}}" if hint else "}}"
        if pieces is not None:
            hidden, html = pieces[1::2], wrapped(pieces, before, after)
        else:
            hidden = [escape(text.plain[a:b]) for a, b in context.occurrences]
            html = render(text, start, end, [(a, b, before, after) for a, b in context.occurrences])
        own = html, masked(translation, hidden), self._focus((index,)), "", ""
        named = part.entry.term + CLOZE_SEPARATOR + plain
        self.written.append(("cloze", key, line, rank, named, own, view, (self.typing,), (), ()))

    def _hint(self, entry: VocabularyEntry, context: Context) -> str:
        """Return the hint inside the gap as HTML; none if it would tell the answer."""
        kind = self.config.cloze_hint
        if kind == "letter":
            return escape(f"{context.surface[:1]}…")
        hint = self._sense(entry, context) if kind == "gloss" else entry.part_of_speech if kind != "none" else ""
        if not hint:
            return ""
        words = context.surface.split(" … ")
        for word in words if words == [entry.term] else (*words, entry.term):
            if whole_word(word, hint, self.sheet.spaces):
                return ""
        return escape(hint)

    def _sense(self, entry: VocabularyEntry, context: Context) -> str:
        """Return the sense of an entry that the translation of its sentence has; the first where none or all are as good."""
        if len(entry.senses) < 2:
            return "".join(entry.senses)
        if context.example is not None:
            translation = context.example.translation or ""
        else:
            whole = self.document.passages[self.passages[context.pair]].translation
            _, _, starts, ends = self.bounds
            translation = whole.plain[starts[context.pair] : ends[context.pair]] if whole is not None else ""
        tag = self.document.languages[1]
        best, most = entry.senses[0], 0.0
        if translation:
            for sense in entry.senses:
                shared = share(sense, translation, tag)
                if shared > most:
                    best, most = sense, shared
                    if shared == 1:
                        break
        return best

    def _focus(self, indexes: Iterable[int]) -> str:
        """Return terms with their glosses as a list; they stand among the translation, but want the glyphs of their own language."""
        focused = self._focused
        return listed("focus", [focused[index] if index in focused else self._focused_on(index) for index in indexes])

    def _focused_on(self, index: int) -> str:
        entry = self.document.entries[index]
        term, phonetics, gloss = escape_all([entry.term, entry.phonetics, "；".join(entry.senses) or entry.gloss])
        spoken = f' <span class="phonetics">{phonetics}</span>' if phonetics else ""
        item = f'<b lang="{self.document.languages[0]}">{term}</b>{spoken} {gloss}'.rstrip()
        self._focused[index] = item
        return item

    def _media(self, paths: Iterable[str]) -> tuple[Media, ...]:
        return tuple(dict.fromkeys(self.media[path] for path in paths if path in self.media))


def _in_order(text: Text | None, pieces: list[str]) -> bool:
    """Whether pieces follow one another as they do in their text, from its beginning, with nothing left out."""
    return text is None or text.plain.startswith("".join(pieces))


def _joinable(pieces: list[str]) -> bool:
    """Whether pieces stay as they are when they are joined, with or without a tag before each, and cleaned."""
    joined = "".join(pieces)
    if clean(joined) != joined:
        return False
    if joined.isascii():
        return True
    first = "".join([piece[:1] for piece in pieces[1::2]])
    return first.isalnum() or not any(map(unicodedata.combining, first))  # no letter combines


def _passage(pieces: list[str], other: list[str]) -> Passage:
    """Return a passage and its translation, given in pieces: what is before a sentence and the sentence, in turn."""
    text, starts, ends = _encoded(pieces)
    translation, other_starts, other_ends = _encoded(other or [""] * len(pieces))
    return text, translation, tuple(chain.from_iterable(zip(starts, ends, other_starts, other_ends, strict=True)))


def _encoded(pieces: list[str]) -> tuple[bytes, list[int], list[int]]:
    """Return joinable pieces in UTF-8, joined, and where the sentences begin and end in it."""
    encoded = [piece.encode() for piece in pieces]
    ends = list(accumulate(map(len, encoded)))
    return b"".join(encoded), ends[::2], ends[1::2]


def _texts(aligned: AlignedDocument) -> list[str]:
    """Return all texts of a document out of which fields are made: `Sheet.lasting` holds for no other."""
    document = aligned.document
    texts = [*document.languages]
    for passage in document.passages:
        for text in (passage.text, passage.translation):
            if text is not None:
                texts.append(text.plain)
                texts += [mark.value for mark in text.marks]
    examples = [context.example for context in aligned.contexts if context is not None and context.example is not None]
    for entry in document.entries:
        term, gloss, senses, _, _, _, phonetics, accent, part_of_speech, lemma, note, definition, reading, of_entry, _, _, _ = entry
        texts += term, gloss, *senses, phonetics, accent, part_of_speech, lemma, note, reading
        texts += definition.split("\n")
        examples += of_entry
    for example in examples:
        texts += example.text, example.translation or ""
    return texts


def _pieces(text: Text | None, starts: Sequence[int], ends: Sequence[int]) -> tuple[list[str], list[str]]:
    """Return each range of a text, and before it the white space before it: as they stand, and as HTML."""
    if text is None:
        return [], []
    plain, at = text.plain, 0
    pieces: list[str] = []
    for start, end in zip(starts, ends, strict=True):
        pieces += plain[at:start], plain[start:end]
        at = max(at, end)
    if not text.marks:
        return pieces, escape_pieces(plain, pieces)
    html: list[str] = []
    at = 0
    for start, end in zip(starts, ends, strict=True):
        html += render(text, at, start) if start > at else "", render(text, start, end)
        at = max(at, end)
    return pieces, html


def _lines(text: Text, offsets: Sequence[int]) -> list[int]:
    """Return the line on disk of each of these characters."""
    if len(text.lines) == 1:
        return [text.lines[0][1]] * len(offsets)
    return list(map(text.line_at, offsets))


def _keys(whole: str, sentences: list[str], lasting: bool) -> list[str]:
    """Return the sentences of a text as keys compare them."""
    if not lasting or "  " in whole:
        return list(map(normalised, sentences))
    return list(map(_key, sentences))


def _key(sentence: str) -> str:
    """Return a sentence, printable and with single spaces, as keys compare it."""
    if not sentence.isascii():
        if not unicodedata.is_normalized("NFKC", sentence):
            return normalised(sentence)
        sentence = plain_quotes(sentence)
    return sentence.strip().casefold()


def _around(pieces: list[str], chosen: int) -> tuple[int, int]:
    """Return the range of pieces about the chosen one that together are not longer than a card can take."""
    first, last, room = chosen, chosen + 1, _LONGEST_PASSAGE - len(pieces[chosen])
    while first > 0 or last < len(pieces):
        before = len(pieces[first - 1]) if first > 0 else _LONGEST_PASSAGE
        after = len(pieces[last]) if last < len(pieces) else _LONGEST_PASSAGE
        room -= min(before, after)
        if room < 0:
            break
        if before <= after:
            first -= 1
        else:
            last += 1
    return first, last


def _marked(pieces: list[str], place: int, first: int, last: int) -> str:
    """Return the pieces `first` to `last` with one sentence marked; dots stand for what is left out."""
    chosen = 2 * place + 1
    if not pieces:
        return ""
    marked = f"<mark>{pieces[chosen]}</mark>" if pieces[chosen] else ""
    before = "… " if first > 0 else ""
    after = " …" if last < len(pieces) else ""
    return before + "".join(pieces[first:chosen]) + marked + "".join(pieces[chosen + 1 : last]) + after


def _gapped(text: Text, start: int, end: int, ranges: Sequence[tuple[int, int]]) -> str:
    out, at = [], start
    for a, b in ranges:
        out += [render(text, at, a), GAP]
        at = b
    return "".join([*out, render(text, at, end)])
