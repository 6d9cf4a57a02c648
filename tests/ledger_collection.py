"""A collection of keyed notes without Markdown, edited at random: what the ledger is tried on by the hundred."""

import random
from typing import NamedTuple

from building import Build, Made, build, make_note, read_ledger

_GENERATOR = random.Random(1)
WORDS = [
    "".join(_GENERATOR.choices("aeioulnrst", k=_GENERATOR.randint(2, 4)) + _GENERATOR.choices("bcdfghkmpvwz", k=2))
    for _ in range(1200)
]
"""The frequent ones first."""
_WEIGHTS = [1 / (rank + 4) for rank in range(len(WORDS))]


class Sentence(NamedTuple):
    number: int
    """What it is, whatever becomes of it."""
    words: tuple[str, ...]
    translation: str
    term: str = ""

    @property
    def text(self) -> str:
        return " ".join(self.words)


Known = tuple[int, str]
"""The number of a sentence, and which of its notes is meant."""


class Article(NamedTuple):
    number: int
    name: str
    sentences: tuple[Sentence, ...]


class Collection:
    """Articles, edited at random, and identified again and again."""

    def __init__(self, seed: int, articles: int = 6, sentences: int = 24) -> None:
        self.random = random.Random(seed)
        self.count = 0
        self.now = 1_700_000_000
        self.known: bytes | None = None
        self.articles = [
            Article(number, f"article {number}.md", tuple(self.sentence() for _ in range(sentences)))
            for number in range(articles)
        ]
        self.edited: set[int] = set()
        """Numbers of the sentences edited since the last build."""

    def sentence(self) -> Sentence:
        self.count += 1
        words = tuple(self.random.choices(WORDS, _WEIGHTS, k=self.random.randint(4, 28)))
        term = self.random.choice(words) if self.random.random() < 0.5 else ""
        return Sentence(self.count, words, f"译文{self.random.random()}", term)

    def notes(self) -> tuple[list[Made], dict[Known, str]]:
        """Return the notes, and the key of each by the number of its sentence and the note type."""
        notes: list[Made] = []
        keys: dict[Known, str] = {}
        terms: set[str] = set()
        for article in self.articles:
            for line, (number, _, translation, term) in enumerate(article.sentences, 1):
                text = article.sentences[line - 1].text
                keys[number, "sentence"] = text.casefold()
                if term and term not in terms:
                    terms.add(term)
                    keys[number, "vocabulary"] = term
                    notes.append(make_note("vocabulary", term, article.name, line, Term=term, Gloss=f"义{number}"))
                if term:
                    keys[number, "cloze"] = f"{term} ⟂ {text}".casefold()
                    notes.append(make_note("cloze", f"{term} ⟂ {text}", article.name, line, Text=text.replace(term, "…")))
                notes.append(
                    make_note("sentence", text, article.name, line, Text=text, Translation=translation, Location=f"¶{line}")
                )
        return notes, keys

    def build(self) -> tuple[Build, dict[Known, str]]:
        """Build the notes; return also the GUID of each by the number of its sentence and the note type."""
        self.now += 100
        notes, keys = self.notes()
        built = build(notes, self.known, self.now)
        assert not [remark for remark in built.settled.remarks if remark.rule.severity == "error"]
        self.known = built.ledger
        ledger, problems = read_ledger(self.known)
        assert not problems
        assert ledger.identities() == built.settled.ledger.identities(sorted(built.settled.ledger.blocks))
        guids = {(one.note.kind.name, one.note.key): one.guid for one in built.notes}
        self.edited.clear()
        return built, {(number, kind): guids[kind, key] for (number, kind), key in keys.items()}

    def edit(self) -> None:
        """Make one edit as an author makes them."""
        edits = (
            self._reword,
            self._delete,
            self._insert,
            self._reorder,
            self._move,
            self._rename,
            self._translate,
            self._correct,
        )
        self.random.choices(edits, (45, 10, 15, 10, 10, 2, 3, 5))[0]()

    def _place(self) -> tuple[int, int]:
        article = self.random.choice([i for i, article in enumerate(self.articles) if len(article.sentences) > 3])
        return article, self.random.randrange(len(self.articles[article].sentences))

    def _set(self, article: int, sentences: list[Sentence]) -> None:
        self.articles[article] = self.articles[article]._replace(sentences=tuple(sentences))

    def _reword(self) -> None:
        """Replace up to 30 % of the words of a sentence."""
        article, place = self._place()
        sentences = list(self.articles[article].sentences)
        sentence = sentences[place]
        if sentence.number in self.edited:
            return
        words = list(sentence.words)
        for at in self.random.sample(range(len(words)), self.random.randint(1, max(1, int(len(words) * 0.3)))):
            if words[at] != sentence.term:
                words[at] = self.random.choice(WORDS)
        sentences[place] = sentence._replace(words=tuple(words))
        self.edited.add(sentence.number)
        self._set(article, sentences)

    def _take(self) -> Sentence:
        article, place = self._place()
        sentences = list(self.articles[article].sentences)
        taken = sentences.pop(place)
        self._set(article, sentences)
        return taken

    def _put(self, article: int, sentence: Sentence) -> None:
        sentences = list(self.articles[article].sentences)
        sentences.insert(self.random.randint(0, len(sentences)), sentence)
        self._set(article, sentences)

    def _delete(self) -> None:
        self._take()

    def _insert(self) -> None:
        self._put(self._place()[0], self.sentence())

    def _reorder(self) -> None:
        article, place = self._place()
        sentences = list(self.articles[article].sentences)
        sentence = sentences.pop(place)
        self._set(article, sentences)
        self._put(article, sentence)

    def _move(self) -> None:
        sentence = self._take()
        self._put(self._place()[0], sentence)

    def _rename(self) -> None:
        article = self.random.randrange(len(self.articles))
        self.count += 1
        self.articles[article] = self.articles[article]._replace(name=f"renamed {self.count}.md")

    def _translate(self) -> None:
        """Correct a translation: no key changes."""
        article, place = self._place()
        sentences = list(self.articles[article].sentences)
        sentences[place] = sentences[place]._replace(translation=f"译文{self.random.random()}")
        self._set(article, sentences)

    def _correct(self) -> None:
        """Exchange two letters of a term."""
        article, place = self._place()
        sentences = list(self.articles[article].sentences)
        sentence = sentences[place]
        if not sentence.term or sentence.number in self.edited:
            return
        at = self.random.randrange(len(sentence.term) - 1)
        letters = list(sentence.term)
        letters[at : at + 2] = letters[at + 1], letters[at]
        sentences[place] = sentence._replace(term="".join(letters))
        self.edited.add(sentence.number)
        self._set(article, sentences)
