"""The text of an article as its notes show it: sentences with what surrounds them, as HTML."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from anki_builder.config import Config
from anki_builder.document import AlignedDocument, Context, Example, SentencePair, Text, VocabularyEntry
from anki_builder.languages import language
from anki_builder.languages.readings import over, spelt
from anki_builder.note import ArticleInfo, Media, Note, NoteType, normalised
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


class NotedTerm(NamedTuple):
    """A vocabulary entry in its article."""

    entry: VocabularyEntry
    """With the reading that the term has in its sentence, where it has none of its own."""
    key: str
    place: tuple[Sentence, Context] | None
    """The sentence in which the term was found, and where in it."""


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
        self.pairs_of: dict[int, list[int]] = {}
        """Indices of the pairs of each passage."""
        for index, pair in enumerate(aligned.pairs):
            self.pairs_of.setdefault(pair.passage, []).append(index)
        self.sentences: dict[int, Sentence] = {}
        """By index of their pair: those that make a note or hold a term."""
        self.noted: set[int] = set()
        """Indices of the pairs that make a note."""
        for number, pairs in self.pairs_of.items():
            self._add_sentences(number, pairs)
        self.terms = list(map(self._term, self.document.entries, aligned.contexts))
        """By entry."""
        self._focus_items = [_focus_item(term.entry, info.pair[0]) for term in self.terms]

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

    def _term(self, entry: VocabularyEntry, context: Context | None) -> NotedTerm:
        tag = self.info.languages[0]
        if context is None:
            return NotedTerm(entry, term_key(entry, tag), None)
        sentence = _of_example(context.example) if context.example is not None else self.sentences[context.pair]
        before = sentence.text.plain[sentence.start : context.parts[0][0]]
        key = term_key(entry, tag, entry.term[:1].isupper() and not any(map(str.isalnum, before)))
        return NotedTerm(_with_reading(entry, sentence, context), key, (sentence, context))

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

    def files(self, paths: Iterable[str]) -> tuple[Media, ...]:
        """Return the files among these paths, each once."""
        return tuple(dict.fromkeys(self.media[path] for path in paths if path in self.media))

    def _add_sentences(self, number: int, pairs: Sequence[int]) -> None:
        """Add the sentences of a passage that make a note or hold a term."""
        noted = [index for index in pairs if self.is_complete(index) and self._is_wanted(index)]
        self.noted.update(noted)
        chosen = [index for index in pairs if index in self.noted or index in self.places]
        if not chosen:
            return
        passage = self.document.passages[number]
        text, translation = passage.text, passage.translation
        of_passage = [self.aligned.pairs[index] for index in pairs]
        pieces = _pieces(text, [(pair.start, pair.end) for pair in of_passage])
        other = _pieces(translation, [(pair.translation_start, pair.translation_end) for pair in of_passage])
        is_long = len(text.plain) > _LONGEST_PASSAGE
        for index in chosen:
            pair, place = self.aligned.pairs[index], index - pairs[0]
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


def make_note(
    note_type: NoteType, key: str, fields: Mapping[str, str], line: int, text: str, extra: Sequence[tuple[str, str]]
) -> Note:
    """Return a note with the cards that its fields make.

    `fields` are finished HTML, empty where they are not given; `extra` are the texts of fields that the learner added, by name.
    """
    kind = note_type.kind
    own = {name: literal(value) for name, value in reversed(extra) if value and name in kind.extra}  # of several the first
    values = {**dict.fromkeys([field.name for field in kind.fields], ""), **fields, **own, kind.key: clean(key)}
    return Note(kind, key, values, card_ords(note_type, values), line, text)


def _of_example(example: Example) -> Sentence:
    """Return an example of an entry, or an aside, as a sentence."""
    translation = example.translation or ""
    return Sentence(
        text=Text(example.text, ((0, example.line),), example.readings),
        start=0,
        end=len(example.text),
        plain=example.text,
        key=normalised(example.text),
        line=example.line,
        html="",
        translation=translation,
        translation_html=literal(translation),
    )


def _with_reading(entry: VocabularyEntry, sentence: Sentence, context: Context) -> VocabularyEntry:
    """Return an entry with the reading that its term has in a sentence, if it has none of its own."""
    (start, end), *others = context.parts
    if entry.reading or others or sentence.text.plain[start:end] != entry.term:
        return entry
    written = [mark for mark in sentence.text.readings(start, end) if mark.tag == "ruby"]
    return entry._replace(reading=spelt(entry.term, written)) if written else entry


def _focus_item(entry: VocabularyEntry, tag: str) -> str:
    """Return a term with its gloss."""
    term, gloss = term_html(entry), literal("；".join(entry.senses) or entry.gloss)
    spoken = f' <span class="phonetics">{literal(entry.phonetics)}</span>' if entry.phonetics else ""
    return f'<b lang="{tag}">{term}</b>{spoken} {gloss}'.rstrip()


def _translation_of(pair: SentencePair, translation: Text | None) -> str:
    return translation.plain[pair.translation_start : pair.translation_end] if translation is not None else ""


def _pieces(text: Text | None, ranges: Sequence[tuple[int, int]]) -> list[str]:
    """Return each range of a text as HTML, and before it the white space before it."""
    if text is None:
        return []
    pieces: list[str] = []
    at = 0
    for start, end in ranges:
        pieces += render(text, at, start) if start > at else "", render(text, start, end)
        at = max(at, end)
    return pieces


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
