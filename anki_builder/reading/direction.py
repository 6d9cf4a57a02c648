"""Which of a note's two languages is the text and which its translation, by the order in which the note has them.

A note has the text before its translation and the term before its gloss, whoever reads it: that says more than which language
more learners study. Lists and tables that begin with the learner's own language are common, though, so that a list
alone only confirms what is likely anyway; paragraphs, and above all a label for the text, decide.
"""

from itertools import islice

from anki_builder.languages import identify, labels
from anki_builder.reading import entry, inline
from anki_builder.reading.blocks import Block
from anki_builder.reading.page import Label, Page, is_image

_BLOCKS = 400
"""Blocks from the beginning that are looked at."""
_LONGEST_LINE = 2000
"""Characters of a line that tell its language."""
_LONGEST_ENTRY = 200
"""Characters that a term with its gloss has at most."""
_ENOUGH = 3
"""Passages under labels after which no more are looked at."""


def text_side(page: Page) -> int | None:
    """Return 0 where the note confirms the order of `page.languages`, 1 where it has the reverse, None where it does not tell."""
    if any(label.role == "text" for label in page.labels.values()):
        labelled = _majority(_walked(page, labelled=True).labelled)
        if labelled is not None:
            return labelled
    votes = _walked(page)
    turns, entries = map(_majority, (votes.turns, votes.entries))
    if turns == 1:
        return None if entries == 0 else 1
    return 0 if 0 in (turns, entries, votes.first) else None


def _walked(page: Page, *, labelled: bool = False) -> "_Votes":
    """Return the votes of a page; `labelled`: of its passages under labels alone, which no other line has a say in."""
    votes = _Votes(page, labelled)
    for block in islice(page.blocks, _BLOCKS):
        if sum(votes.labelled) >= _ENOUGH:
            break
        votes.block(block)
    votes.close()
    return votes


def _majority(votes: list[int]) -> int | None:
    """Return the side with twice the votes of the other."""
    return next((side for side in (0, 1) if votes[side] and votes[side] >= 2 * votes[1 - side]), None)


class _Votes:
    """A walk over the blocks: how often either language comes first."""

    def __init__(self, page: Page, only_labelled: bool) -> None:
        self.page = page
        self.only_labelled = only_labelled
        self.labelled = [0, 0]
        """Passages under a label of the text."""
        self.turns = [0, 0]
        """Paragraphs in turns under no label."""
        self.entries = [0, 0]
        """Terms before a separator."""
        self.first: int | None = None
        """The language that the first line in one begins with, be it in a list, a table or a quote; headings and labels aside."""
        self.state = ""
        self.runs: list[int] = []
        self.texts: tuple[list[str], list[str]] = ([], [])

    def close(self) -> None:
        """Count what has been gathered."""
        if self.state == "text":
            if len(self.runs) > 1:
                self.labelled[self.runs[0]] += 1
        elif self.runs and len(self.runs) % 2 == 0 and self.page.alike(*map(" ".join, self.texts)):
            self.turns[self.runs[0]] += len(self.runs) // 2
        self.runs, self.texts = [], ([], [])

    def block(self, block: Block) -> None:
        """Take a block: a label, a part of a passage, entries, or the end of what went before."""
        heading = block.kind == "heading"
        if block.kind == "rule":
            return
        if self.first is None and not (heading or self.only_labelled) and block.line not in self.page.labels:
            self.first = self.begun(block.texts[0])
        if block.quote or block.kind not in ("paragraph", "heading"):
            self.close()
            return
        texts = block.texts
        if not self.page.separable and not heading and block.line not in self.page.labels:
            texts = (" ".join(texts),)  # a line is too short to tell two languages of one script apart
        for line, text in enumerate(texts, block.line):
            if is_image(text):
                continue
            label = self.page.labels.get(line) if texts is block.texts else self.page.label(text)
            if label is not None and label.role != "example" and (not label.rest or label.role != "vocabulary"):
                self.label(label)
            elif heading:
                if self.runs:
                    self.close()
                    self.state = ""
            elif self.state == "text":
                self.line(text)
            elif self.state != "skip" and not self.only_labelled:
                if self.entry(inline.plain(text)) or block.depth or self.state == "vocabulary":
                    self.close()
                else:
                    self.line(text)

    def label(self, label: Label) -> None:
        """Take a label, with what it names where that stands on its line."""
        if label.role in ("text", "vocabulary", "skip") or (label.role == "translation" and self.state != "text"):
            self.close()
            self.state = "" if label.role == "translation" else label.role
        if label.rest and self.state == "text" and label.role != "metadata":
            self.line(label.rest)

    def line(self, text: str) -> None:
        """Take a line of running text."""
        plain = inline.plain(text[:_LONGEST_LINE])
        page = self.page
        side = page.side(plain) if self.state == "text" and page.separable else page.pure_side(plain)
        if side is not None:
            self.texts[side].append(plain)
            if self.runs[-1:] != [side]:
                self.runs.append(side)
        elif self.state != "text":
            self.close()  # in both languages

    def begun(self, text: str) -> int | None:
        """Return the language a line begins with."""
        plain = inline.plain(text[:_LONGEST_LINE])
        page = self.page
        return page.begins(plain) if page.separable else identify.side(plain, page.languages, thorough=False)

    def entry(self, plain: str) -> bool:
        """Take a line that is a term and its gloss; False for any other."""
        separator = entry.separator(plain) if self.page.separable and len(plain) < _LONGEST_ENTRY else None
        if separator is None:
            return False
        term, gloss = plain[: separator.start()], plain[separator.end() :]
        side = self.page.side(term)
        if side is None or self.page.side(gloss) != 1 - side or labels.field(term):
            return False
        self.entries[side] += 1
        return True
