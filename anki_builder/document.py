"""What a note says, once read: documents with passages, vocabulary entries and examples; then their sentence pairs and contexts."""

from bisect import bisect_right
from typing import NamedTuple

from anki_builder.source import Source


class Mark(NamedTuple):
    """Inline markup over characters `start` to `end` of a `Text`."""

    start: int
    end: int
    tag: str
    """One of b i em strong mark u s code a img ruby added sub sup br; `br` and `img` have start == end."""
    value: str = ""
    """href of `a`, source of `img`, reading of `ruby` and of `added`, which is one that the note does not give; else empty."""


class Text(NamedTuple):
    """Running text of a note without its markup, and where it came from."""

    plain: str
    """Printed lines joined, escapes and emphasis marks removed, whitespace runs folded to one space, ends stripped."""
    lines: tuple[tuple[int, int], ...]
    """(offset in `plain`, line on disk) of each printed line, ascending; the first has offset 0."""
    marks: tuple[Mark, ...] = ()
    """Sorted by start, then by descending end."""
    cuts: tuple[int, ...] = ()
    """Offsets in `plain` at which the author ends a sentence by a mark of his own."""
    joins: tuple[int, ...] = ()
    """Offsets in `plain` at which the author forbids to end one."""

    def line_at(self, offset: int) -> int:
        """Return the line on disk (from 1) of the character at `offset`."""
        return self.lines[bisect_right(self.lines, (offset, 1 << 60)) - 1][1]

    def readings(self, start: int, end: int) -> tuple[Mark, ...]:
        """Return the readings within a part of the text, their places counted from its start."""
        inside = [mark for mark in self.marks if mark.tag in ("ruby", "added") and start <= mark.start and mark.end <= end]
        return tuple([mark._replace(start=mark.start - start, end=mark.end - start) for mark in inside])


class Example(NamedTuple):
    """A sentence given for a vocabulary entry."""

    text: str
    translation: str | None
    line: int
    readings: tuple[Mark, ...] = ()
    """Of its words, in `text`."""


class Passage(NamedTuple):
    """A piece of running text, with its translation where the note gives one."""

    text: Text
    translation: Text | None
    given: bool = False
    """The note itself pairs the two (a table row, a list item): never split again unless they are long paragraphs."""
    images: tuple[str, ...] = ()
    """Paths as written in the note."""
    audio: tuple[str, ...] = ()

    @property
    def line(self) -> int:
        """Line on disk of its first character."""
        return self.text.lines[0][1]


class VocabularyEntry(NamedTuple):
    """One word or phrase worth learning, as the note explains it. Empty strings stand for what the note does not say."""

    term: str
    gloss: str
    """As written, without phonetics, part of speech and remarks; empty where only phonetics are given."""
    senses: tuple[str, ...]
    """The gloss cut at `；` and `;`, no empty ones."""
    line: int
    column: int = 1
    length: int = 1
    """Of the term as written, in characters."""
    phonetics: str = ""
    """With its brackets or slashes: `[ˈhaɪndsaɪt]`."""
    accent: str = ""
    """Region of the phonetics as written: 美, 英, US, UK."""
    part_of_speech: str = ""
    lemma: str = ""
    """Dictionary form, where the gloss names it: （dial的复数）."""
    note: str = ""
    """Other remarks."""
    definition: str = ""
    """Explanation pasted below the entry, lines joined by \\n."""
    reading: str = ""
    """Of the whole term: `たべもの` of `食べ物`, `kèrén` of `客人`."""
    examples: tuple[Example, ...] = ()
    images: tuple[str, ...] = ()
    audio: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    """Fields of the learner's own, by name."""
    passage: int | None = None
    """Index of the passage it was noted for."""
    added: str = ""
    """Reading that the program added; empty where the note gives one."""


class Override(NamedTuple):
    """A setting that the note itself gives."""

    line: int
    """The first one on disk that it holds for; it ends where the next one of the same setting begins."""
    setting: str
    value: str | tuple[str, ...]


class Document(NamedTuple):
    """One note file, read."""

    source: Source
    title: str
    languages: tuple[str, str]
    """BCP 47 tags of the text studied and of its translation: ("en", "zh")."""
    passages: tuple[Passage, ...]
    entries: tuple[VocabularyEntry, ...]
    url: str = ""
    tags: tuple[str, ...] = ()
    """The author's own, from front matter."""
    deck: str = ""
    """From front matter; else the configured pattern decides."""
    extra: tuple[tuple[str, str], ...] = ()
    """Fields of the learner's own, by name, from front matter."""
    asides: tuple[Text, ...] = ()
    """Headings and prose in the language studied that make no sentence pair, but in which a term may stand."""
    overrides: tuple[Override, ...] = ()
    """By line, ascending; those of the front matter hold from line 0."""

    def references(self) -> tuple[tuple[str, int], ...]:
        """Return the paths of pictures and sounds as the note writes them, each with the line on disk it stands on or belongs to."""
        found: list[tuple[str, int]] = []
        for passage in self.passages:
            found += [(path, self._line_of(path, passage.line)) for path in (*passage.images, *passage.audio)]
            for text in (passage.text, passage.translation):
                if text is not None:
                    found += [(mark.value, text.line_at(mark.start)) for mark in text.marks if mark.tag == "img"]
        for entry in self.entries:
            found += [(path, self._line_of(path, entry.line)) for path in (*entry.images, *entry.audio)]
        return tuple(found)

    def _line_of(self, path: str, line: int) -> int:
        """Return the line that names a file, else the one it belongs to."""
        before, found, _ = self.source.text.partition(path)
        return before.count("\n") + 1 if found else line


class SentencePair(NamedTuple):
    """A bead: neighbouring sentences and their translation."""

    passage: int
    """Index in `Document.passages`."""
    text: tuple[str, ...]
    """Sentences of the text; empty where the translation has no counterpart."""
    translation: tuple[str, ...]
    """Sentences of the translation; empty where the text was left untranslated."""
    confidence: float
    """Probability, 0 to 1, that the two sides are translations of each other."""
    start: int
    """First character in `Passage.text.plain`; start == end where `text` is empty."""
    end: int
    translation_start: int
    """First character in `Passage.translation.plain`."""
    translation_end: int


class Context(NamedTuple):
    """Where an entry's term stands in the text."""

    pair: int
    """Index in `AlignedDocument.pairs`; -1 for a term found in an example of its own entry or in an aside."""
    surface: str
    """The term as the sentence writes it; the parts of a split phrase joined by ` … `."""
    parts: tuple[tuple[int, int], ...]
    """Character ranges of the surface form in `Passage.text.plain`, ascending; more than one for a split phrase."""
    occurrences: tuple[tuple[int, int], ...]
    """All ranges to hide in that sentence so that a cloze never shows its answer: `parts` and every repetition."""
    match: str
    """How it was found: verbatim, case, inflected, split."""
    example: Example | None = None
    """Where `pair` is -1 the sentence it was found in, one of the entry's examples or of the document's asides; ranges are in its text."""
    others: tuple["Context", ...] = ()
    """The same of the further sentences in which it stands: of its passage, or of all passages for an entry that was noted below none."""


class AlignedDocument(NamedTuple):
    """A document with its sentences paired and its terms found."""

    document: Document
    pairs: tuple[SentencePair, ...]
    """In reading order, covering every passage that has text."""
    contexts: tuple[Context | None, ...]
    """Parallel to `Document.entries`."""
