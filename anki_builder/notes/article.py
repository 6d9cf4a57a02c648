"""An aligned document to drafts of its notes."""

import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import accumulate, chain
from operator import add
from typing import NamedTuple

from anki_builder.document import AlignedDocument, Context, Text, VocabularyEntry
from anki_builder.languages import language
from anki_builder.note import CLOZE_SEPARATOR, SEPARATOR, Media, Passage, marked, normalised, plain_quotes
from anki_builder.notes.answers import masked, share, whole_word
from anki_builder.notes.draft import NO_PASSAGE, Desk, Drafted, Head, Part, Sheet, Shown, Written
from anki_builder.notes.markup import clean, cut, escape, escape_pieces, listed, pictures, render, safe_url, sounds, wrapped
from anki_builder.notes.naming import deck_name, tag
from anki_builder.notes.vocabulary import vocabulary

_LONGEST_PASSAGE = 10_000
"""Characters: of a longer passage a card shows what is around its sentence, or a book in one line would be a gigabyte of notes."""
GAP = '<span class="gap">____</span>'


class _Pair(NamedTuple):
    """A sentence pair with both sides, as its own note and all clozes of it show it."""

    key: str
    plain: str
    line: int
    html: str
    translation: str
    shown: Shown


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
        self.sheet = Sheet(desk, self.head)
        self.media = media
        self.listening = "1" if desk.config.listening else ""
        self.spaces = language(document.languages[0]).spaces if document.languages[0] else True
        self.numbers: list[list[int]] = [[] for _ in document.passages]
        """Indexes of the pairs of each passage."""
        for index, pair in enumerate(aligned.pairs):
            self.numbers[pair.passage].append(index)
        self.within: dict[int, list[int]] = {}
        """Indexes of the entries whose term was found in a pair."""
        self.loose: dict[int, list[int]] = {}
        """Indexes of those found in none, by the passage before which they are learned."""
        for index, (entry, context) in enumerate(zip(document.entries, aligned.contexts, strict=True)):
            if context is not None and context.pair >= 0:
                self.within.setdefault(context.pair, []).append(index)
            else:
                self.loose.setdefault(self._passage_of(entry), []).append(index)
        self._pairs: list[_Pair | None] = [None] * len(aligned.pairs)
        self._focused: dict[int, str] = {}
        self._cuts: dict[int, list[str] | None] = {}
        """The sentence of an entry, cut at what is to hide in it, where that is as simple as that."""
        self.clozes: set[str] = set()
        self.sentences: set[str] = set()
        """Their keys."""
        self.written: list[Written] = []
        self.unshown = self.sheet.shown(-1)

    def drafted(self, known: Container[tuple[tuple[str, str], str]]) -> Drafted:
        """Return the notes; those of terms that are `known` of other documents are left to be written with what those say."""
        for number in range(len(self.numbers)):
            self._show_passage(number)
        parts = [self._part(index) for index in range(len(self.document.entries))]
        of_term: dict[str, list[tuple[Head, Part]]] = {}
        for part in parts:
            of_term.setdefault(part.term, []).append((self.head, part))
        self._entries(self.loose.get(-1, ()), parts, of_term, known)
        for number, indexes in enumerate(self.numbers):
            self._entries(self.loose.get(number, ()), parts, of_term, known)
            for index in indexes:
                if found := self.within.get(index):
                    self._entries(found, parts, of_term, known)
                pair = self.aligned.pairs[index]
                if pair.text and pair.translation:
                    self._sentence(number, index)
        complete = sum([bool(pair.text and pair.translation) for pair in self.aligned.pairs])
        return Drafted(self.head, self.sheet.drafts(self.written), tuple(parts), complete)

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
                    self.written.append(Written("vocabulary", term, part.entry.line, 0, part.entry.term, (), self.unshown))
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
        passage, indexes = self.document.passages[number], self.numbers[number]
        text, translation = passage.text, passage.translation
        pairs = [self.aligned.pairs[index] for index in indexes]
        places = [
            place
            for place, (index, pair) in enumerate(zip(indexes, pairs, strict=True))
            if (pair.text and pair.translation) or index in self.within
        ]
        if not places:
            return
        shown = _pieces(text, [(pair.start, pair.end) for pair in pairs])
        other = _pieces(translation, [(pair.translation_start, pair.translation_end) for pair in pairs])
        long = len(text.plain) > _LONGEST_PASSAGE
        simple = not long and _joinable(shown) and _joinable(other)
        views = self._views(number, shown, other, places, simple, long)
        ranges = [(pairs[place].start, pairs[place].end) for place in places]
        whole, line = text.plain, passage.line
        in_one_line = len(text.lines) == 1
        for place, (start, end), key, view in zip(places, ranges, _keys(whole, ranges), views, strict=True):
            told = other[2 * place + 1] if other else ""
            self._pairs[indexes[place]] = _Pair(
                key,
                whole[start:end],
                line if in_one_line else text.line_at(start),
                shown[2 * place + 1],
                told if simple else clean(told),
                view,
            )

    def _views(
        self, number: int, shown: list[str], other: list[str], places: list[int], simple: bool, long: bool
    ) -> list[Shown]:
        """Return what the notes of these sentences of a passage show of the article."""
        sheet, name, count = self.sheet, f"¶{number + 1}", len(shown) // 2
        if count == 1:
            return sheet.with_passage(None, [(name, -1, NO_PASSAGE)])
        located = [f"{name} · {place + 1}/{count}" for place in places]
        if simple:
            passage = _passage(shown, other)
            texts, translations = zip(*[marked(passage, place) for place in places], strict=True)
            digests = map(add, sheet.digests(texts), sheet.digests(translations))
            return sheet.with_passage(passage, zip(located, places, digests, strict=True))
        found: list[Shown] = []
        for place, location in zip(places, located, strict=True):
            first, last = _around(shown, 2 * place + 1) if long else (0, len(shown))
            one, two = (clean(_marked(side, place, first, last) if any(side) else "").encode() for side in (shown, other))
            found += sheet.with_passage((one, two, ()), [(location, -1, "".join(sheet.digests([one, two])))])
        return found

    def _part(self, index: int) -> Part:
        """Return what an entry contributes to the note of its term."""
        entry, context = self.document.entries[index], self.aligned.contexts[index]
        if context is not None:
            used, shown = context.example, self._context(index, context)
        elif entry.examples:
            used = entry.examples[0]
            shown = escape(used.text), escape(used.translation or ""), ""
        else:
            used, shown = None, None
        more = tuple([(escape(other.text), escape(other.translation or "")) for other in entry.examples if other != used])
        found = self.aligned.pairs[context.pair].passage if context is not None and context.pair >= 0 else -1
        return Part(normalised(entry.term), entry, shown, more, found, self._passage_of(entry))

    def _context(self, index: int, context: Context) -> tuple[str, str, str]:
        """Return the context with its term marked, its translation, and the context with the term gapped."""
        text, start, end = self._place_of(context)
        if context.example is not None:
            translation = escape(context.example.translation or "")
        else:
            shown = self._pairs[context.pair]
            assert shown is not None
            translation = shown.translation
        pieces = cut(text, start, end, context.parts)
        if pieces is not None:
            marked = wrapped(pieces, '<b class="term">', "</b>")
        else:
            marked = render(text, start, end, [(a, b, '<b class="term">', "</b>") for a, b in context.parts])
        if context.occurrences != context.parts:
            pieces = cut(text, start, end, context.occurrences)
        self._cuts[index] = pieces
        return marked, translation, GAP.join(pieces[::2]) if pieces is not None else _gapped(text, start, end, context.occurrences)

    def _place_of(self, context: Context) -> tuple[Text, int, int]:
        """Return the text a term was found in, and where its sentence begins and ends there."""
        if context.example is not None:
            return Text(context.example.text, ((0, context.example.line),)), 0, len(context.example.text)
        pair = self.aligned.pairs[context.pair]
        return self.document.passages[pair.passage].text, pair.start, pair.end

    def _sentence(self, number: int, index: int) -> None:
        passage, pair = self.document.passages[number], self._pairs[index]
        assert pair is not None
        if pair.key in self.sentences:
            self.written.append(Written("sentence", pair.key, pair.line, 0, pair.plain, (), self.unshown))
            return
        key, plain, line, html, translation, view = pair
        neighbours, found = self.numbers[number], self.within.get(index)
        is_first, alone = neighbours[0] == index, len(neighbours) == 1
        self.sentences.add(key)
        written = Written(
            "sentence",
            key,
            line,
            0,
            plain,
            (
                html,
                translation,
                self._focus(found) if found else "",
                self._pictures(passage.images) if is_first else "",
                self._sounds(passage.audio) if alone else "",
                "",
            ),
            view,
            ("1" if self._wants_reverse(pair) else "", self.listening),
            self._media((*passage.images, *passage.audio)) if is_first else (),
        )
        self.written.append(written)

    def _wants_reverse(self, pair: _Pair) -> bool:
        if self.config.reverse != "short":
            return self.config.reverse == "all"
        key, plain = pair.key, pair.plain
        if not self.spaces:
            words = len(plain) // 2
        elif plain.isascii():  # the words of the key are those of the sentence, with one space between
            words = key.count(" ") + bool(key)
        else:
            words = len(plain.split())
        return words <= self.config.reverse_words

    def _cloze(self, index: int, part: Part, context: Context, rank: int) -> None:
        text, start, end = self._place_of(context)
        if context.example is not None:
            example = context.example
            (shown,) = self.sheet.with_passage(None, [("", -1, NO_PASSAGE)])
            found = _Pair(normalised(example.text), example.text, example.line, "", escape(example.translation or ""), shown)
        else:
            known = self._pairs[context.pair]
            assert known is not None
            found = known
        sentence, plain, line, _, translation, view = found
        key = part.term + CLOZE_SEPARATOR + sentence
        if key in self.clozes:
            return
        self.clozes.add(key)
        hint = self._hint(part.entry, context)
        before, after = "{{c1::", f"::{hint}}}}}" if hint else "}}"
        pieces = self._cuts[index]
        own = (
            wrapped(pieces, before, after)
            if pieces is not None
            else render(text, start, end, [(a, b, before, after) for a, b in context.occurrences]),
            masked(translation, [text.plain[a:b] for a, b in context.occurrences]),
            self._focus((index,)),
            "",
            "",
        )
        named = part.entry.term + CLOZE_SEPARATOR + plain
        flags = ("1" if self.config.cloze_typing else "",)
        self.written.append(Written("cloze", key, line, rank, named, own, view, flags))

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
            if whole_word(word, hint, self.spaces):
                return ""
        return escape(hint)

    def _sense(self, entry: VocabularyEntry, context: Context) -> str:
        """Return the sense of an entry that the translation of its sentence has; the first where none or all are as good."""
        if len(entry.senses) < 2:
            return "".join(entry.senses)
        if context.example is not None:
            translation = context.example.translation or ""
        else:
            pair = self.aligned.pairs[context.pair]
            whole = self.document.passages[pair.passage].translation
            translation = whole.plain[pair.translation_start : pair.translation_end] if whole is not None else ""
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
        phonetics = f' <span class="phonetics">{escape(entry.phonetics)}</span>' if entry.phonetics else ""
        gloss = escape("；".join(entry.senses) or entry.gloss)
        item = f'<b lang="{self.document.languages[0]}">{escape(entry.term)}</b>{phonetics} {gloss}'.rstrip()
        self._focused[index] = item
        return item

    def _media(self, paths: Iterable[str]) -> tuple[Media, ...]:
        return tuple(dict.fromkeys(self.media[path] for path in paths if path in self.media))

    def _pictures(self, paths: Iterable[str]) -> str:
        return pictures(paths, self.media) if self.media else ""

    def _sounds(self, paths: Iterable[str]) -> str:
        return sounds(paths, self.media) if self.media else ""


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
    encoded = "\x1f".join(pieces).encode().split(SEPARATOR)
    ends = list(accumulate(map(len, encoded)))
    return b"".join(encoded), ends[::2], ends[1::2]


def _pieces(text: Text | None, ranges: list[tuple[int, int]]) -> list[str]:
    """Return the HTML of each range, with the white space before it."""
    if text is None:
        return []
    pieces: list[str] = []
    plain, marks, at = text.plain, text.marks, 0
    for start, end in ranges:
        if marks:
            pieces += render(text, at, start) if start > at else "", render(text, start, end)
        else:
            pieces += plain[at:start], plain[start:end]
        at = max(at, end)
    return pieces if marks else escape_pieces(plain, pieces)


def _keys(plain: str, ranges: Sequence[tuple[int, int]]) -> list[str]:
    """Return parts of a text as keys compare them.

    Where nothing but letters change, one for one, the text is folded as a whole: parts of a text in normal form are in normal form.
    """
    if plain.isprintable() and "  " not in plain and unicodedata.is_normalized("NFKC", plain):
        folded = plain_quotes(plain).casefold()
        if len(folded) == len(plain):
            return [folded[start:end].strip() for start, end in ranges]
    return [normalised(plain[start:end]) for start, end in ranges]


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
