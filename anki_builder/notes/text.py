"""The text of an article as its notes show it: sentences with what surrounds them, as HTML."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from anki_builder.config import Config
from anki_builder.document import AlignedDocument, Context, SentencePair, Text, VocabularyEntry
from anki_builder.languages import language
from anki_builder.languages.readings import over, spelt
from anki_builder.note import ArticleInfo, Media, Note, NoteKind, NoteType, normalised
from anki_builder.notes.keys import term_key
from anki_builder.notes.markup import clean, escape, joined, listed, literal, render
from anki_builder.templates.evaluate import card_ords

_LONGEST_PASSAGE = 10_000
"""Characters: of a longer passage a card shows what is around its sentence, or a book in one line would be a gigabyte of notes."""


class Sentence(NamedTuple):
    """A sentence as its own note and all clozes of it show it."""

    text: Text
    """The running text it stands in."""
    start: int
    """First character in `text.plain`."""
    end: int
    plain: str
    key: str
    line: int
    html: str
    translation: str
    translation_html: str
    passage: int = -1
    """Index of its passage; -1 for an example."""
    passage_html: str = ""
    """The passage with this sentence marked; empty for a passage of one sentence."""
    passage_translation_html: str = ""
    location: str = ""
    is_first: bool = False
    """Whether it is the first one of its passage that makes a note."""
    is_alone: bool = False
    """Whether its passage has no other one."""


class ArticleText:
    """One aligned document, ready to be made notes of."""

    def __init__(
        self,
        aligned: AlignedDocument,
        info: ArticleInfo,
        note_types: Mapping[str, NoteType],
        config: Config,
        media: Mapping[str, Media],
    ) -> None:
        """`media` are the files that the note refers to, by the path it writes."""
        self.aligned, self.document, self.info = aligned, aligned.document, info
        self.note_types, self.config, self.media = note_types, config, media
        self.spaces = language(info.languages[0]).spaces
        self.sentences: dict[int, Sentence] = {}
        """By index of their pair: those that make a note or hold a term."""
        self.noted: set[int] = set()
        """Indices of the pairs that make a note."""
        self.places: dict[int, dict[int, Context]] = {}
        """By index of a pair: the entries whose terms stand in it, by index, and where."""
        self.entries_before: dict[int, list[int]] = {}
        """Indices of the entries found in no pair, by the passage before which they are learned."""
        for index, (entry, context) in enumerate(zip(self.document.entries, aligned.contexts, strict=True)):
            if context is not None and context.pair >= 0:
                for one in (context, *context.others):
                    self.places.setdefault(one.pair, {})[index] = one
            else:
                self.entries_before.setdefault(self.passage_before(entry), []).append(index)
        for number in range(len(self.document.passages)):
            self._add_sentences(number)

    def config_at(self, line: int) -> Config:
        """Return the settings as the note itself overrides them on a line."""
        if not self.document.overrides:
            return self.config
        own: dict[str, Any] = {one.setting: one.value for one in self.document.overrides if one.line <= line}
        return self.config._replace(**own)

    def _is_wanted(self, index: int) -> bool:
        """Return whether the learner wants a pair to make a note."""
        pair = self.aligned.pairs[index]
        passage = self.document.passages[pair.passage]
        wanted = self.config_at(passage.text.line_at(pair.start)).sentences
        if wanted != "with-terms":
            return wanted == "all"
        return passage.given or not self.document.entries or index in self.places

    @cached_property
    def _passages_of_pairs(self) -> list[int]:
        return [pair.passage for pair in self.aligned.pairs]

    def pairs_of(self, passage: int) -> range:
        """Return the indices of the pairs of a passage."""
        return range(bisect_left(self._passages_of_pairs, passage), bisect_right(self._passages_of_pairs, passage))

    def is_complete(self, index: int) -> bool:
        """Return whether a pair has both sides: only then it can make a note."""
        pair = self.aligned.pairs[index]
        return bool(pair.text and pair.translation)

    def passage_before(self, entry: VocabularyEntry) -> int:
        """Return the passage before which an entry without a sentence is learned; -1 for before all."""
        if entry.passage is not None:
            return entry.passage
        passages = self.document.passages
        return next((i for i, passage in enumerate(passages) if passage.line > entry.line), len(passages) - 1)

    @cached_property
    def contexts(self) -> list[tuple[Sentence, Context] | None]:
        """By entry: the sentence in which its term was found, and where in it; None if it was not found."""
        return [self._context(index) for index in range(len(self.document.entries))]

    def _context(self, index: int) -> tuple[Sentence, Context] | None:
        context = self.aligned.contexts[index]
        if context is None:
            return None
        if context.example is None:
            return self.sentences[context.pair], context
        plain, translation, line, readings = context.example
        sentence = Sentence(
            text=Text(plain, ((0, line),), readings),
            start=0,
            end=len(plain),
            plain=plain,
            key=normalised(plain),
            line=line,
            html="",
            translation=translation or "",
            translation_html=literal(translation or ""),
        )
        return sentence, context

    @cached_property
    def term_keys(self) -> list[str]:
        """By entry: the key of its term."""
        return [self._term_key(index) for index in range(len(self.document.entries))]

    def _term_key(self, index: int) -> str:
        entry, context = self.document.entries[index], self.aligned.contexts[index]
        opens_sentence = False
        if entry.term[:1].isupper() and (found := self.contexts[index]) and context is not None:
            sentence, _ = found
            opens_sentence = not any(map(str.isalnum, sentence.text.plain[sentence.start : context.parts[0][0]]))
        return term_key(entry, self.info.languages[0], opens_sentence)

    @cached_property
    def entries(self) -> list[VocabularyEntry]:
        """The entries, with the reading that a term has in its sentence where it has none of its own."""
        return [self._entry(index) for index in range(len(self.document.entries))]

    def _entry(self, index: int) -> VocabularyEntry:
        entry, found = self.document.entries[index], self.contexts[index]
        if entry.reading or found is None:
            return entry
        text, (place, *others) = found[0].text, found[1].parts
        is_same = not others and text.plain[place[0] : place[1]] == entry.term
        written = [mark for mark in text.readings(*place) if mark.tag == "ruby"]
        return entry._replace(reading=spelt(entry.term, written)) if is_same and written else entry

    def surroundings(self, sentence: Sentence) -> dict[str, str]:
        """Return the fields that show the article around a sentence."""
        return {
            "Passage": sentence.passage_html,
            "PassageTranslation": sentence.passage_translation_html,
            "Source": self.info.source,
            "SourceUrl": self.info.url,
            "SourceFile": escape(self.info.name),
            "SourceLine": str(sentence.line),
            "Location": sentence.location,
        }

    def focus(self, entries: Iterable[int]) -> str:
        """Return terms with their glosses as a list; they stand among the translation, but need the glyphs of their own language."""
        return listed("focus", [self._focus_items[index] for index in entries])

    @cached_property
    def _focus_items(self) -> list[str]:
        return [self._focus_item(entry) for entry in self.entries]

    def _focus_item(self, entry: VocabularyEntry) -> str:
        term, gloss = term_html(entry), literal("；".join(entry.senses) or entry.gloss)
        spoken = f' <span class="phonetics">{literal(entry.phonetics)}</span>' if entry.phonetics else ""
        return f'<b lang="{self.info.pair[0]}">{term}</b>{spoken} {gloss}'.rstrip()

    def files(self, paths: Iterable[str]) -> tuple[Media, ...]:
        """Return the files among these paths, each once."""
        return tuple(dict.fromkeys(self.media[path] for path in paths if path in self.media))

    def note(
        self,
        kind: NoteKind,
        key: str,
        fields: Mapping[str, str],
        line: int,
        text: str,
        *,
        rank: int = 0,
        media: tuple[Media, ...] = (),
    ) -> Note:
        """Return a note of this article; fields that are not given are empty."""
        return make_note(self.note_types[kind.name], key, fields, line, text)._replace(rank=rank, media=media)

    def _add_sentences(self, number: int) -> None:
        """Add the sentences of a passage that make a note or hold a term."""
        pairs = self.pairs_of(number)
        noted = [index for index in pairs if self.is_complete(index) and self._is_wanted(index)]
        self.noted.update(noted)
        chosen = [index for index in pairs if index in self.noted or index in self.places]
        if not chosen:
            return
        passage = self.document.passages[number]
        text, translation = passage.text, passage.translation
        of_passage = self.aligned.pairs[pairs.start : pairs.stop]
        pieces = _pieces(text, [(pair.start, pair.end) for pair in of_passage])
        other = _pieces(translation, [(pair.translation_start, pair.translation_end) for pair in of_passage])
        is_long = len(text.plain) > _LONGEST_PASSAGE
        for index in chosen:
            pair, place = self.aligned.pairs[index], index - pairs.start
            plain = text.plain[pair.start : pair.end]
            first, last = _around(pieces, place) if is_long else (0, len(pieces))
            is_alone = len(pairs) == 1
            self.sentences[index] = Sentence(
                text=text,
                start=pair.start,
                end=pair.end,
                plain=plain,
                key=normalised(plain),
                line=text.line_at(pair.start),
                html=pieces[2 * place + 1],
                translation=_translation_of(pair, translation),
                translation_html=other[2 * place + 1] if other else "",
                passage=number,
                passage_html="" if is_alone else _marked(pieces, place, first, last),
                passage_translation_html="" if is_alone else _marked(other, place, first, last),
                location=f"¶{number + 1}" if is_alone else f"¶{number + 1} · {place + 1}/{len(pairs)}",
                is_first=index in noted[:1],
                is_alone=is_alone,
            )


def term_html(entry: VocabularyEntry) -> str:
    """Return the term of an entry with its reading."""
    marks = over(entry.term, entry.reading)
    if not marks:
        marks = tuple([mark._replace(tag="added") for mark in over(entry.term, entry.added)])
    text = Text(entry.term, ((0, entry.line),), marks)
    return render(text, 0, len(entry.term))


def own_fields(kind: NoteKind, values: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the fields that the learner added to a kind as HTML; empty where they are not given."""
    return {name: next((literal(value) for known, value in values if known == name and value), "") for name in kind.extra}


def make_note(note_type: NoteType, key: str, fields: Mapping[str, str], line: int, text: str) -> Note:
    """Return a note with every field of its type, and the cards that its fields make; `fields` are finished HTML."""
    values = dict.fromkeys([field.name for field in note_type.fields], "")
    values.update(fields)
    values[note_type.kind.key] = clean(key)
    return Note(note_type.kind, key, values, card_ords(note_type, values), line, text)


def _translation_of(pair: SentencePair, translation: Text | None) -> str:
    return translation.plain[pair.translation_start : pair.translation_end] if translation is not None else ""


def _pieces(text: Text | None, ranges: Sequence[tuple[int, int]]) -> list[str]:
    """Return each range of a text as HTML, and before it the white space before it."""
    return list(_each_piece(text, ranges)) if text is not None else []


def _each_piece(text: Text, ranges: Sequence[tuple[int, int]]) -> Iterator[str]:
    at = 0
    for start, end in ranges:
        yield render(text, at, start) if start > at else ""
        yield render(text, start, end)
        at = max(at, end)


def _around(pieces: list[str], place: int) -> tuple[int, int]:
    """Return the range of pieces about a sentence that together are not longer than a card can take."""
    chosen = 2 * place + 1
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
    if not any(pieces):
        return ""
    sentence = f"<mark>{pieces[chosen]}</mark>" if pieces[chosen] else ""
    before = "… " if first > 0 else ""
    after = " …" if last < len(pieces) else ""
    return joined([before, *pieces[first:chosen], sentence, *pieces[chosen + 1 : last], after])
