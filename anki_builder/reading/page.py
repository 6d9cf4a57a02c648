"""What a recogniser sees of a note, and what it says about it."""

import re
from collections.abc import Callable
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic, Rule
from anki_builder.document import Passage, Text, VocabularyEntry
from anki_builder.languages import identify, labels, language, scripts
from anki_builder.patterns import late
from anki_builder.reading import inline
from anki_builder.reading.blocks import Block
from anki_builder.reading.entry import Parsed
from anki_builder.source import Source


class Claim(NamedTuple):
    """Lines that one recogniser has taken, and what it read there."""

    layout: str
    evidence: float
    """0 to 1: how sure the layout is that these lines are its own. Of two claims to a line the surer wins; at a tie the first layout
    of the table."""
    roles: tuple[tuple[int, str], ...]
    """(line on disk, what it is)"""
    passages: tuple[Passage, ...] = ()
    entries: tuple[VocabularyEntry, ...] = ()
    """`VocabularyEntry.passage`, where it is set, counts in `passages`."""
    diagnostics: tuple[Diagnostic, ...] = ()


class Label(NamedTuple):
    """A line that names what follows it."""

    role: str
    rest: str
    """Text behind the separator on the same line."""
    separated: bool


_LABEL = re.compile(
    r"[\s#>*_~\d.、)【《-]*(?P<name>[^:：;；\n]{1,40}?)[\s*_~】\]]*(?:(?P<separator>[:：;；])[*_]*\s*(?P<rest>.*?))?[\s*_#]*$"
)
_NAMED = re.compile(r"[\s#>*_~\d.、)【《-]*+(?:([^:：;；\n]{1,40}+)[\s*_~】\]#]*+)?(?:[:：;；]|$)")
"""What every line that is a label matches, and few others do: it never backtracks. The name may have marks at its end here."""
_LABEL_MARKS = " \t#>*_~0123456789.、)【《】]-"
_SEPARATED = re.compile("[:：;；]")
_IMAGE_ONLY = late(r"(?:!\[[^\[\]]{0,2000}\]\([^()]*\)(?:\{[^{}]*\})?|!\[\[[^\[\]]*\]\]|<img\b[^<>]*>|\s)+$")
_WORD = re.compile(r"[^\W\d_]")
_REMOTE = re.compile(r"(?:https?:)?//|data:")


class Page:
    """One note: its lines, its blocks, its languages, and the questions every recogniser asks about them."""

    def __init__(self, source: Source, config: Config, lines: list[str], blocks: list[Block], languages: tuple[str, str]) -> None:
        self.source = source
        self.config = config
        self.lines = lines
        """As on disk, front matter and comments blanked."""
        self.blocks = blocks
        self.languages = languages
        """The language studied, and that of the translation."""
        self.separable = scripts.separable(*languages)
        """Whether the scripts of the two languages tell them apart."""
        self.side: Callable[[str], int | None] = (
            scripts.sides(*languages) if self.separable else cache(lambda text: identify.side(text, languages))
        )
        """Returns 0 where a text is in the language studied, 1 where it is in that of the translation, None where it is in neither."""

    @cached_property
    def overlapping(self) -> bool:
        """Whether the languages share a script, so that a short text may be in either: Japanese and Chinese."""
        first, second = (set(language(tag).scripts) for tag in self.languages)
        return self.separable and not first.isdisjoint(second)

    def is_entry(self, parsed: Parsed) -> bool:
        """Return whether term and gloss are in the languages they should be in, as far as the scripts tell."""
        known = self.side(parsed.term) == 0 or (self.overlapping and bool(parsed.separator))
        return known and bool(parsed.gloss) and (self.side(parsed.gloss) == 1 or self.begins(parsed.gloss) == 1)

    def withhold(self, taken: set[int]) -> bool:
        """Put one empty block in the place of neighbours whose lines are all taken, labels excepted: they say what follows.

        Return whether any line is left but those of labels, and of headings and rules outside quotes.
        """
        left: list[Block] = []
        more = False
        for block in self.blocks:
            line = block.line
            number = len(block.texts)
            if line not in taken or (number > 1 and not taken.issuperset(range(line, line + number))):
                left.append(block)
                more = more or block.quote > 0 or block.kind not in ("heading", "rule", "taken")
            elif line in self.labels:
                left.append(block)
            elif not left or left[-1].kind != "taken":
                left.append(Block("taken", line, ("",)))
        self.blocks = left
        return more

    def is_sentence(self, text: str) -> bool:
        """Return whether a text in the language studied is rather a sentence than a term."""
        return is_sentence(text) or identify.begins_clause(text, self.languages[0])

    def begins(self, text: str) -> int | None:
        """Return the side of the first word of `text`, where the scripts tell; else the side of the whole."""
        if not self.separable:
            return self.side(text)
        found = _WORD.search(text)
        return self.side(found[0]) if found else None

    def named_side(self, name: str) -> int | None:
        """Return the side that a label names, by its language or its role: `English`, `Cn`, `译文`."""
        kind = labels.field(name)
        if kind in labels.NAMES:
            for index, tag in enumerate(self.languages):
                if tag.partition("-")[0] == kind.partition("-")[0]:
                    return index
        role = labels.role(name, self.config.labels)
        return {"text": 0, "translation": 1}.get(role)

    @cached_property
    def labels(self) -> dict[int, Label]:
        """The labels that whole lines of the blocks are or begin with, by line on disk; found before any block is withheld."""
        return {
            line: label
            for block in self.blocks
            for line, text in enumerate(block.texts, block.line)
            if (label := self.label(text, heading=block.kind == "heading")) is not None
        }

    def label(self, line: str, *, heading: bool = False) -> Label | None:
        """Return the label that a whole line is, or begins with before a colon."""
        found = _NAMED.match(line)
        if found is None:
            return None
        name = found[1]
        if name and not name[-1].isspace() and name[-1] not in "*_~】]#" and not labels.role(name, self.config.labels):
            return None
        return _label(f"# {line}" if heading else line, tuple(self.config.labels.items()))

    def diagnostic(self, rule: Rule, line: int, message: str, hint: str = "", text: str = "") -> Diagnostic:
        """Return a finding at `line`, under `text` where that stands in the line, else under all of it."""
        column, length = self.place(line, text)
        return Diagnostic(rule, self.source.span(line, column, length), message, hint)

    def place(self, line: int, text: str = "") -> tuple[int, int]:
        """Return column and length of `text` in its line on disk; of the whole line where it does not stand there as it is."""
        raw = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        at = raw.find(text) if text else -1
        if at >= 0:
            return at + 1, len(text)
        stripped = raw.strip()
        return (raw.find(stripped) + 1 if stripped else 1), max(1, len(stripped))


@lru_cache(1024)  # every note has the same ones
def _label(line: str, own: tuple[tuple[str, str], ...]) -> Label | None:
    """Return the label that a line is; `own` are the learner's words for labels with their roles."""
    if line[:1] == "[":
        return None
    if len(line) > 45:
        separator = _SEPARATED.search(line)
        if len((line[: separator.start()] if separator else line).strip(_LABEL_MARKS)) > 45:
            return None
    matched = _LABEL.match(line)
    if not matched:
        return None
    role = labels.role(matched["name"], dict(own))
    if not role:
        return None
    rest = matched["rest"] or ""
    if role == "metadata" and not rest:
        return None
    if not matched["separator"]:
        # Without a colon a Latin word must look like a heading: `text` alone may be a printed line of a passage.
        name = matched["name"]
        if name.isascii() and not line.startswith(("#", "*")) and not name[:1].isupper():
            return None
    return Label(role, rest, bool(matched["separator"]))


_SENTENCE_END = re.compile(r"[.!?。！？…]['\"”’»)）\]]*\s*$")


def ends_sentence(text: str) -> bool:
    """Return whether `text` ends as a sentence does."""
    return _SENTENCE_END.search(text) is not None


def is_sentence(text: str) -> bool:
    """Return whether `text` is rather a sentence than a term: it ends like one, or it is long."""
    words = text.count(" ") + 1
    wide = words < 4 and not text.isascii() and len(text) > 12
    if _SENTENCE_END.search(text) and not text.endswith(("..", "etc.", "sth.", "sb.")):
        return words > 2 or wide
    return words > 6


def is_image(text: str) -> bool:
    """Return whether a line holds images and nothing else."""
    return text[:1] in "!<" and _IMAGE_ONLY().match(text) is not None


def is_remote(path: str) -> bool:
    """Return whether an image or sound lies on the network."""
    return _REMOTE.match(path) is not None


def text_of(
    pieces: list[tuple[int, str]], paragraphs: list[int], *, bare: bool = False
) -> tuple[Text, tuple[str, ...], tuple[str, ...]]:
    """Return running text with its images and sounds; `bare` where it is known to have no markup."""
    text, images, audio = inline.read(pieces, paragraphs, bare=bare)
    return text, tuple(images), tuple(audio)
