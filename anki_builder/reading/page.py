"""What a recogniser sees of a note, and what it says about it."""

import re
from collections.abc import Callable, Iterable
from functools import cache, cached_property, lru_cache
from itertools import groupby
from typing import NamedTuple

from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic, Rule
from anki_builder.document import Passage, Text, VocabularyEntry
from anki_builder.languages import identify, labels, language, scripts
from anki_builder.reading import inline
from anki_builder.reading.blocks import Block
from anki_builder.reading.dialects import Draft
from anki_builder.reading.entry import Parsed
from anki_builder.reading.lines import LABEL, Line, Title, outline, with_speakers
from anki_builder.reading.shape import Tongues
from anki_builder.reading.tables import Table, tables_of
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
    why: str = ""
    """What spoke for it, for `--explain-layout`."""


def merged(claims: Iterable[Claim]) -> list[Claim]:
    """Return claims with those to the same lines as one: several entries on a line hold together."""
    out: list[Claim] = []
    at: dict[int, int] = {}
    for claim in claims:
        places = {at[line] for line, _ in claim.roles if line in at}
        if not places:
            at.update((line, len(out)) for line, _ in claim.roles)
            out.append(claim)
            continue
        place = min(places)
        before = out[place]
        shift = len(before.passages)
        entries = [one if one.passage is None else one._replace(passage=one.passage + shift) for one in claim.entries]
        out[place] = before._replace(
            roles=tuple(sorted((dict(claim.roles) | dict(before.roles)).items())),
            passages=(*before.passages, *claim.passages),
            entries=(*before.entries, *entries),
            diagnostics=(*before.diagnostics, *claim.diagnostics),
        )
        at.update((line, place) for line, _ in claim.roles)
    return out


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
_IMAGE_ONLY = re.compile(r"(?:!\[[^\[\]]{0,2000}\]\([^()]*\)(?:\{[^{}]*\})?|!\[\[[^\[\]]*\]\]|<img\b[^<>]*>|\s)+$")
_WORD = re.compile(r"[^\W\d_]")
_REMOTE = re.compile(r"(?:https?:)?//|data:")


class Decision(NamedTuple):
    """The language pair of a note and why."""

    pair: tuple[str, str]
    """The language studied, and that of the translation."""
    votes: tuple[tuple[str, float], ...] = ()
    """Signs with their weights; positive ones speak for the order of `pair`. None where the order is not decided by signs."""
    sure: bool = True
    others: tuple[tuple[str, str], ...] = ()
    """Further pairs that a note in three languages may be read in."""
    alone: bool = False
    """Whether the words of the note tell one language only, and nothing names another; that of the translation is the likeliest."""

    def in_languages(self, pair: tuple[str, str]) -> "Decision":
        """Return the decision for the same note read in other languages, or in the same ones in the other order."""
        turned = pair[0] == self.pair[1]
        return self._replace(pair=pair, votes=tuple((name, -weight) for name, weight in self.votes) if turned else self.votes)


class Page:
    """One note: its lines, its blocks, its languages, and the questions every recogniser asks about them."""

    def __init__(self, source: Source, config: Config, draft: Draft, blocks: list[Block], languages: tuple[str, str]) -> None:
        self.source = source
        self.config = config
        self.draft = draft
        self.titles: list[Title] = []
        """Label lines among the lines of the outline."""
        self.is_labelled = False
        """Whether labels name the passages, with their translation below them under no label of its own."""
        self.has_plain_vocabulary = False
        """Whether a label line names vocabulary that stands below it in paragraphs."""
        self.decision = Decision(languages)
        """How the languages were told."""
        self.lines = draft.lines
        """As on disk, without front matter, comments and marks of note-taking programs."""
        self.blocks = self.all_blocks = blocks
        self.languages = languages
        """The language studied, and that of the translation."""
        self.tongues_of: Callable[[tuple[str, str]], Tongues] = cache(Tongues)
        """Returns the two languages with what was found out of the lines in them; the page in other languages has the same."""
        self.separable = scripts.separable(*languages)
        """Whether the scripts of the two languages tell them apart."""
        self.side: Callable[[str], int | None] = (
            scripts.sides(*languages) if self.separable else cache(lambda text: identify.side(text, languages))
        )
        """Returns 0 where a text is in the language studied, 1 where it is in that of the translation, None where it is in neither."""

    def in_languages(self, languages: tuple[str, str]) -> "Page":
        """Return the same page in other languages."""
        return self.decided(self.decision.in_languages(languages))

    def decided(self, decision: Decision) -> "Page":
        """Return the same page in the languages of a decision."""
        page = Page(self.source, self.config, self.draft, self.all_blocks, decision.pair)
        page.is_labelled, page.has_plain_vocabulary = self.is_labelled, self.has_plain_vocabulary
        page.decision = decision
        page.titles = self.titles
        page.tongues_of = self.tongues_of
        for name in ("labels", "tables", "outline"):
            if name in self.__dict__:
                page.__dict__[name] = self.__dict__[name]
        return page

    @property
    def tongues(self) -> Tongues:
        """The two languages, to ask about a text."""
        return self.tongues_of(self.languages)

    @cached_property
    def tables(self) -> list[Table]:
        """The tables of the page."""
        return tables_of(self.blocks, self.draft.text)

    @cached_property
    def outline(self) -> list[Line]:
        """The lines outside tables with the titles they stand below; found before any block is withheld."""
        return self.outlined(None)

    def outlined(self, wanted: frozenset[int] | None) -> list[Line]:
        """Return the lines outside tables with the titles they stand below; of those with numbers in `wanted` alone, where it is given."""
        skip = frozenset(number for table in self.tables for number in table.lines)
        ends = [number for number, role in self.draft.roles.items() if role == "end of a box"]
        lines, titles = outline(self.all_blocks, self.draft.titles, ends, self.config.labels, skip, wanted)
        self.titles = [title for title in titles if title.level == LABEL]
        return with_speakers(lines)

    @cached_property
    def overlapping(self) -> bool:
        """Whether the languages share a script, so that a short text may be in either: Japanese and Chinese."""
        first, second = (set(language(tag).scripts) for tag in self.languages)
        return self.separable and not first.isdisjoint(second)

    def is_entry(self, parsed: Parsed) -> bool:
        """Return whether term and gloss are in the languages they should be in, as far as the scripts tell."""
        known = self.side(parsed.term) == 0 or (self.overlapping and bool(parsed.separator))
        return known and bool(parsed.gloss) and (self.side(parsed.gloss) == 1 or self.begins(parsed.gloss) == 1)

    def part(self, taken: set[int]) -> None:
        """Part the blocks of which some lines are taken, so that those can be withheld; tables, lines and labels are found before that."""
        _ = self.tables, self.outline, self.labels
        self.blocks = [part for block in self.blocks for part in _parted(block, taken)]

    def withhold(self, taken: set[int]) -> None:
        """Put one empty block in the place of neighbours whose lines are all taken, labels excepted: they say what follows."""
        left: list[Block] = []
        for block in self.blocks:
            line = block.line
            number = len(block.texts)
            is_taken = line in taken and (number == 1 or taken.issuperset(range(line, line + number)))
            if not is_taken:
                left.append(block)
            elif line in self.labels:
                left.append(block if number == 1 else block._replace(texts=block.texts[:1]))
            elif not left or left[-1].kind != "taken":
                left.append(Block("taken", line, ("",)))
        self.blocks = left

    def pure_side(self, text: str) -> int | None:
        """Return the side a text is on where at most a third of it is on the other."""
        if not self.separable:
            return identify.side(text, self.languages, thorough=False)
        if self.overlapping:
            return self.side(text)
        first, second = (_weight(text, tag) for tag in self.languages)
        if not first and not second:
            return None
        if first >= second:
            return 0 if second * 2 <= first else None
        return 1 if first * 2 <= second else None

    def alike(self, text: str, translation: str) -> bool:
        """Return whether two texts are of such lengths that one can translate the other."""
        first, second = _weight(text, self.languages[0]), _weight(translation, self.languages[1])
        if not first or not second:
            return False
        ratio = second / first
        return 0.25 <= ratio <= 5 if min(first, second) < 60 else 0.45 <= ratio <= 2.6

    def begins(self, text: str) -> int | None:
        """Return the side of the first word of `text`, where the scripts tell; else the side of the whole."""
        if not self.separable:
            return self.side(text)
        found = _WORD.search(text)
        return self.side(found[0]) if found else None

    @cached_property
    def labels(self) -> dict[int, Label]:
        """The labels that whole lines of the blocks are or begin with, by line on disk; found before any block is withheld."""
        return {
            line: label
            for block in self.blocks
            for line, text in enumerate(block.texts, block.line)
            if (label := self.label(text, heading=block.kind == "heading") or self._mistyped(block, text)) is not None
        }

    def _mistyped(self, block: Block, line: str) -> Label | None:
        """Return the label that a line alone with a colon at its end is but for one letter; its typing error is reported."""
        if len(block.texts) > 1:
            return None
        name = line.strip(" *_")
        if not name.endswith((":", "：")):
            return None
        role = labels.role(labels.mistyped(name.rstrip(":： ")), self.config.labels)
        return Label(role, "", True) if role in ("text", "translation", "vocabulary") else None

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


def _weight(text: str, tag: str) -> int:
    """Return the length of `text` in letters of an alphabet, so that texts in two languages compare."""
    return scripts.letters(text, tag) * scripts.weight(tag)


def _parted(block: Block, taken: set[int]) -> Iterable[Block]:
    """Yield a block in parts: runs of lines that are all taken, or none of them."""
    for is_taken, run in groupby(enumerate(block.texts, block.line), key=lambda line: line[0] in taken):
        pieces = list(run)
        first = pieces[0][0]
        if not is_taken and len(pieces) == len(block.texts):
            yield block
        else:
            end = block.end if pieces[-1][0] == block.line + len(block.texts) - 1 else pieces[-1][0] + 1
            marker = block.marker if first == block.line else ""
            yield block._replace(line=first, texts=tuple(text for _, text in pieces), marker=marker, end=end)


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


def is_sentence(text: str) -> bool:
    """Return whether `text` is rather a sentence than a term: it ends like one, or it is long."""
    words = text.count(" ") + 1
    wide = words < 4 and not text.isascii() and len(text) > 12
    if _SENTENCE_END.search(text) and not text.endswith(("..", "etc.", "sth.", "sb.")):
        return words > 2 or wide
    return words > 6


def is_image(text: str) -> bool:
    """Return whether a line holds images and nothing else."""
    return text[:1] in "!<" and _IMAGE_ONLY.match(text) is not None


def is_remote(path: str) -> bool:
    """Return whether an image or sound lies on the network."""
    return _REMOTE.match(path) is not None


def text_of(
    pieces: list[tuple[int, str]], paragraphs: list[int], *, bare: bool = False
) -> tuple[Text, tuple[str, ...], tuple[str, ...]]:
    """Return running text with its images and sounds; `bare` where it is known to have no markup."""
    text, images, audio = inline.read(pieces, paragraphs, bare=bare)
    return text, tuple(images), tuple(audio)
