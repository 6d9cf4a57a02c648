"""Notes whose parts are named by labels: 原文 (passage and translation), 学习 (vocabulary).

Over 387 real files: passages are printed lines of a PDF, each a paragraph of its own, with the translation as one paragraph below
(94 %); 6 % of the separators are not `：`; a third of all lines are quoted explanations, never entries; one file in forty has
entries before its first label, one in sixty a label that is mistyped.
"""

import re
from collections.abc import Iterator

from anki_builder.diagnostic import Diagnostic
from anki_builder.document import Example, Mark, Passage, VocabularyEntry
from anki_builder.languages import labels
from anki_builder.message import Message
from anki_builder.reading import entry, examples, inline, rules
from anki_builder.reading.blocks import Block
from anki_builder.reading.page import Claim, Label, Page, is_image, text_of

NAME = "labelled"
_TURNED = re.compile("([^：:]+)[：:]([^：:]+)")
_LONGEST_TURNED = 4
"""Words of a term behind its gloss."""
_SENTENCE_END = re.compile(r"[.!?。！？…]['\"”’)）]*\s*$")
_NUMBERED = re.compile(r"\d+[.)]$")
_QUOTED = ("“", '"', "‘", "'", "「")
_STARTS = re.compile(r"[\w\"'“‘«¿¡(（~～…’.-]")


def recognise(page: Page) -> Iterator[Claim]:
    """Yield the passages and entries of a page that has at least one label of a passage or of vocabulary."""
    return _Reader(page).claims()


class _Reader:
    """A walk over the blocks, with what has been gathered since the last label."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.state = "preamble"
        self.skip_level = 7
        self.out: list[Claim] = []
        self.text: list[tuple[int, str]] = []
        self.translation: list[tuple[int, str]] = []
        self.bare = True
        """Whether none of their lines has markup."""
        self.paragraphs: list[int] = []
        self.images: list[str] = []
        self.image_lines: list[int] = []
        self.entry: VocabularyEntry | None = None
        self.entry_lines: list[tuple[int, str]] = []
        self.definition: list[tuple[int, str]] = []
        self.explaining = False
        self.terms: list[str] = []
        self.prose = 0.5
        self.tables = {number for table in page.tables for number in table.lines}

    def claims(self) -> Iterator[Claim]:
        page = self.page
        roles = set(self.named())
        if not (("text" in roles and page.is_labelled) or ("vocabulary" in roles and page.has_plain_vocabulary)):
            return
        # Where passages have labels, text without one is no passage; else another layout may know better.
        self.prose = 0.65 if "text" in roles else 0.5
        for block in page.blocks:
            if block.quote:
                self.quoted(block)
            elif block.kind in ("paragraph", "heading", "other"):
                self.paragraph(block)
            elif block.kind == "rule":
                self.flush_passage()
                self.claim(((block.line, "rule"),), 0.3)
        self.flush_passage()
        self.flush_entry()
        yield from self.out

    def claim(
        self,
        roles: tuple[tuple[int, str], ...],
        evidence: float = 0.9,
        passages: tuple[Passage, ...] = (),
        entries: tuple[VocabularyEntry, ...] = (),
        diagnostics: tuple[Diagnostic, ...] = (),
    ) -> None:
        self.out.append(Claim(NAME, evidence, roles, passages, entries, diagnostics))

    def named(self) -> Iterator[str]:
        """Yield the roles of the labels that stand alone, up to the first passage."""
        labels_there = self.page.labels
        for block in self.page.blocks if labels_there else ():
            if not block.quote:
                for line in range(block.line, block.line + len(block.texts)):
                    if line in labels_there and not labels_there[line].rest:
                        yield labels_there[line].role
                        if labels_there[line].role == "text":
                            return

    # --- state ---------------------------------------------------------------------------------------------------------------

    def change(self, state: str) -> None:
        self.flush_passage()
        self.flush_entry()
        self.state = state
        self.explaining = False
        self.terms = []

    def paragraph(self, block: Block) -> None:
        if block.kind == "heading" and self.heading(block):
            return
        labels_there = self.page.labels
        first = True
        for line, text in enumerate(block.texts, block.line):
            if line in self.tables:
                self.flush_entry()
                continue
            if line in labels_there and self.label(block, line, text, labels_there[line]):
                first = True
                continue
            if is_image(text):
                self.image(line, text, is_below=line > block.line)
            elif len(text) < 60 and "年" in text and labels.SIGN_OFF.match(text):
                self.flush_passage()
                self.claim(((line, "sign-off"),))
            elif self.state == "skip":
                self.claim(((line, "skipped"),), 0.6)
            elif self.state == "text":
                self.passage_line(block, line, text, begins=first)
            elif self.state == "vocabulary":
                self.vocabulary_line(block, line, text, first=first)
            else:
                self.preamble_line(block, line, text)
            first = False

    def heading(self, block: Block) -> bool:
        """Take a heading that is no label. One inside a passage that has begun ends it."""
        if block.line in self.page.labels:
            return False
        if self.state == "skip" and block.level > self.skip_level:
            self.claim(((block.line, "skipped"),), 0.6)
            return True
        if self.text or self.state != "text":
            # Between two labels: what follows without a label of its own is prose.
            self.change("preamble" if self.state in ("preamble", "skip") else "prose")
        self.claim(tuple((block.line + index, "heading") for index in range(len(block.texts))), 0.3)
        return True

    def label(self, block: Block, line: int, text: str, found: Label) -> bool:
        if block.depth and block.kind != "heading" and found.role in ("skip", "metadata"):
            return False
        role, rest = found.role, found.rest
        if role == "example":
            if self.state == "vocabulary" and not rest:
                self.explain(line, text)
                return True
            return False
        if rest:
            side = self.page.side(rest)
            name_side = self.page.side(text[: len(text) - len(rest)])
            if self.state == "vocabulary" and name_side == 0 and side == 1:
                return False  # `text：文本` is an entry
            if role in ("skip", "metadata"):
                if self.state not in ("preamble", "skip") and not rest.startswith(("http", "[", "<")) and name_side == 0:
                    return False
                self.claim(((line, "metadata"),))
                return True
            if role == "vocabulary" and side != 0:
                return False
            if role in ("text", "translation") and side != (1 if role == "translation" else 0):
                return False
        if role == "translation":
            if self.state != "text" and not self.text:
                return False
        elif role == "skip":
            self.change("skip")
            self.skip_level = block.level or 7
        else:
            self.change("text" if role == "text" else "vocabulary")
        if not rest:
            self.claim(((line, "label"),))
        elif self.state == "text":
            self.passage_line(block, line, rest, begins=True)
        elif self.state == "vocabulary":
            self.vocabulary_line(block, line, rest, first=True)
        return True

    # --- passages ------------------------------------------------------------------------------------------------------------

    def image(self, line: int, text: str, *, is_below: bool) -> None:
        """Read a picture; one that stands right below an entry or its definition belongs to it, without an empty line between them."""
        _, images, _ = inline.read(((line, text),))
        if self.state == "text":
            self.images += images
            self.image_lines.append(line)
        elif self.entry is not None and self.state == "vocabulary" and (self.definition or is_below):
            self.entry = self.entry._replace(images=(*self.entry.images, *images))
            self.entry_lines.append((line, "image"))
        else:
            self.claim(((line, "image"),), 0.3)

    def passage_line(self, block: Block, line: int, text: str, *, begins: bool) -> None:
        marked = inline.has_markup(text)
        side = self.page.side(inline.plain(text) if marked else text)
        if block.marker and begins and _NUMBERED.match(block.marker) and len(block.marker) > 3:
            text = f"{block.marker} {text}"  # a year, not the number of a list item
        if marked and begins and self.text and not self.translation and _is_pull_quote(text, self.text[-1][1]):
            self.claim(((line, "prose"),))
            return
        if side == 1 or (side is None and self.translation):
            if not self.text:
                self.claim(((line, "orphan translation"),), 0.5)
                return
            self.translation.append((line, text))
        else:
            if self.translation:
                self.flush_passage()
            self.text.append((line, text))
        if marked:
            self.bare = False
        if begins:
            self.paragraphs.append(line)

    def flush_passage(self) -> None:
        text, translation, paragraphs, bare = self.text, self.translation, self.paragraphs, self.bare
        images, image_lines = tuple(self.images), self.image_lines
        self.text, self.translation, self.paragraphs = [], [], []
        self.images, self.image_lines, self.bare = [], [], True
        roles = [(line, "image") for line in image_lines]
        if not text:
            if roles:
                self.claim(tuple(roles))
            return
        read, own, audio = text_of(text, paragraphs, bare=bare)
        other = None
        diagnostics: tuple[Diagnostic, ...] = ()
        if translation:
            other, more, spoken = text_of(translation, paragraphs, bare=bare)
            own, audio = (*own, *more), (*audio, *spoken)
        if not other or not other.plain:
            other = None
            hint = Message("if it should make sentence pairs, write its translation below it; otherwise ignore this")
            diagnostics = (
                self.page.diagnostic(rules.UNTRANSLATED_PASSAGE, text[0][0], Message("this passage has no translation"), hint),
            )
        roles += [(line, "text") for line, _ in text] + [(line, "translation") for line, _ in translation]
        passages = (Passage(read, other, False, (*images, *own), audio),) if read.plain else ()
        self.claim(tuple(sorted(roles)), passages=passages, diagnostics=diagnostics)

    # --- vocabulary ----------------------------------------------------------------------------------------------------------

    def flush_entry(self) -> None:
        if self.entry is None:
            if self.definition:
                evidence = 0.5 if self.state == "preamble" and self.prose < 0.6 else 0.85
                self.claim(tuple((line, "explanation") for line, _ in self.definition), evidence)
        else:
            found = self.entry
            roles = list(self.entry_lines)
            if self.definition:
                found_examples = examples.of(self.page, self.definition)
                found = found._replace(
                    definition="\n".join(inline.plain(text) for _, text in self.definition).strip(),
                    examples=(*found.examples, *found_examples),
                )
                roles += [(line, "definition") for line, _ in self.definition]
            if len(found.examples) > 1:
                found = found._replace(examples=examples.distinct(found.examples))
            self.claim(tuple(sorted(set(roles))) if len(roles) > 1 else tuple(roles), entries=(found,))
        self.entry, self.entry_lines, self.definition = None, [], []

    def explain(self, line: int, text: str) -> None:
        self.explaining = True
        self.definition.append((line, text))

    def quoted(self, block: Block) -> None:
        pieces = [(block.line + index, text) for index, text in enumerate(block.texts)]
        if self.state == "skip":
            self.claim(tuple((line, "skipped") for line, _ in pieces), 0.6)
            return
        if self.state == "text" and self.text and not self.translation and self.is_translation(block):
            self.translation += pieces
            self.bare = False  # or nobody has looked
            return
        if self.state == "text":
            # A pull quote or remark inside a passage is not part of it.
            if self.text or self.translation:
                self.flush_passage()
            self.state = "vocabulary"
        self.definition += [(line, text if text.strip() else "") for line, text in pieces]

    def is_translation(self, block: Block) -> bool:
        """Return whether a quote below a text is its translation: one paragraph, all in the other language, of such a length."""
        quote = " ".join(map(inline.plain, block.texts))
        text = " ".join(inline.plain(raw) for _, raw in self.text)
        same = self.page.pure_side(quote) == 1 and not labels.EXPLAINS.match(quote)
        return same and not block.depth and self.page.alike(text, quote)

    def vocabulary_line(self, block: Block, line: int, text: str, *, first: bool) -> None:
        page = self.page
        if block.kind == "paragraph" and self.explaining and (block.depth or not first):
            self.explain(line, text)
            return
        if block.depth and not self.terms and not self.explaining:
            return  # vocabulary as a list is for the layout of lists
        plain, marks, images, audio = _read(line, text)
        if not plain:
            self.claim(((line, "blank"),))
            return
        if not page.separable:
            parsed = entry.parse(plain, page.languages, marks)
            good = parsed is not None and bool(parsed.gloss)
        else:
            parsed, good = self.parsed(plain, marks)
        if good and parsed is not None:
            self.flush_entry()
            self.explaining = False
            self.add(parsed, line, images, audio)
            return
        if (
            parsed is not None
            and parsed.gloss
            and page.separable
            and not plain.startswith(_QUOTED)
            and parsed.term.count(" ") > 1
        ):
            one = examples.on_line(page, plain, line)
            if one is not None and self.entry is not None:
                if _mentions(one.text, self.entry.term):
                    self.example(one, line)
                else:
                    self.claim(((line, "prose"),))
                return
        side = page.side(plain)
        if side == 1 and (turned := self.turned(plain)) is not None:
            self.flush_entry()
            self.explaining = False
            self.add(turned, line, images, audio)
            return
        if side == 1 or plain.startswith(_QUOTED):
            if self.entry is not None or self.definition:
                self.explain(line, text)
            else:
                self.explaining = True
                self.definition.append((line, text))
            return
        self.no_gloss(parsed, line, text, plain)

    def turned(self, plain: str) -> entry.Parsed | None:
        """Return the entry of a line with its gloss before its term, `渡轮：ferry`, where a passage of the note has the term."""
        found = _TURNED.fullmatch(plain)
        gloss, term = (found[1].strip(), found[2].strip()) if found else ("", "")
        is_remark = labels.field(gloss) or labels.role(gloss, self.page.config.labels) or labels.names_form(gloss)
        if not term or is_remark or self.page.pure_side(gloss) != 1 or self.page.pure_side(term) != 0:
            return None
        said = " ".join(passage.text.plain for claim in self.out for passage in claim.passages).casefold()
        if term.casefold() in self.terms or term.casefold() not in said or len(term.split()) > _LONGEST_TURNED:
            return None
        parsed, good = self.parsed(f"{term}：{gloss}", ())
        return parsed if good else None

    def no_gloss(self, parsed: entry.Parsed | None, line: int, text: str, plain: str) -> None:
        """Take a line in the language studied alone, or one that is a sentence with its translation."""
        page = self.page
        if (parsed is not None and parsed.phonetics) or (len(plain.split()) <= 8 and not _SENTENCE_END.search(plain)):
            self.flush_entry()
            self.explaining = False
            term = parsed.term if parsed is not None else plain
            self.claim(
                ((line, "term without a gloss"),),
                diagnostics=(
                    page.diagnostic(
                        rules.MISSING_GLOSS,
                        line,
                        Message("“{term}” has no gloss", term=term),
                        Message("write it as `term：gloss`"),
                        term,
                    ),
                ),
            )
            return
        if self.entry is not None and (self.explaining or self.definition):
            self.explain(line, text)
            return
        self.claim(((line, "prose"),), self.prose)

    def parsed(self, plain: str, marks: tuple[Mark, ...]) -> tuple[entry.Parsed | None, bool]:
        """Return the parts of a vocabulary line in two scripts, and whether it is an entry."""
        page = self.page
        parsed = entry.parse(plain, page.languages, marks)
        if parsed is None:
            return None, False
        words = len(parsed.term.split())
        if not page.is_entry(parsed) or words > 12:
            return parsed, False
        if not _STARTS.match(parsed.term):
            return parsed, False
        if parsed.separator:
            return parsed, not (words > 6 and _SENTENCE_END.search(parsed.term))
        # Without a separator: a short phrase that does not repeat a term just noted, with a gloss that is no sentence.
        folded = parsed.term.casefold()
        repeats = words > 2 and any(term in folded for term in self.terms)
        sentence = _SENTENCE_END.search(parsed.term) is not None
        if page.pure_side(parsed.gloss) != 1:
            return parsed, False
        remark = plain.startswith(_QUOTED) or "。" in parsed.gloss[:-1] or "，" in parsed.gloss
        return parsed, not (repeats or sentence or remark or words > 5)

    def add(self, parsed: entry.Parsed, line: int, images: list[str], audio: list[str]) -> None:
        self.terms.append(parsed.term.casefold())
        self.entry = entry.vocabulary(parsed, line, self.page.place(line, parsed.term), images, audio)
        if parsed.example:
            self.entry = self.entry._replace(examples=(Example(parsed.example, None, line),))
        self.entry_lines = [(line, "entry")]

    def example(self, one: Example, line: int) -> None:
        if self.entry is not None:
            self.entry = self.entry._replace(examples=(*self.entry.examples, one))
            self.entry_lines.append((line, "example"))

    # --- before the first label, and behind a heading without one ---------------------------------------------------------------

    def preamble_line(self, block: Block, line: int, text: str) -> None:
        plain, marks, images, audio = _read(line, text)
        if not plain:
            self.claim(((line, "blank"),))
            return
        if not block.depth and self.page.separable:
            parsed, good = self.parsed(plain, marks)
            if good and parsed is not None:
                self.flush_entry()
                self.add(parsed, line, images, audio)
                return
        if self.definition and self.explaining:
            self.explain(line, text)
            return
        self.claim(((line, "prose"),), self.prose)


def _read(line: int, text: str) -> tuple[str, tuple[Mark, ...], list[str], list[str]]:
    """Return a line without its markup, with its marks, images and sounds."""
    if not inline.has_markup(text):
        return text, (), [], []
    read, images, audio = inline.read(((line, text),))
    return read.plain, read.marks, images, audio


def _mentions(text: str, term: str) -> bool:
    """Return whether a word of a term stands in a sentence, in whatever form."""
    folded = text.casefold()
    return any(word[:4] in folded for word in term.casefold().split() if len(word) > 3) or term.casefold() in folded


_EMPHASISED = re.compile(r"([*_]{1,3})(?=\S)[^*_]+(?<=\S)\1$")


def _is_pull_quote(text: str, before: str) -> bool:
    """Return whether a paragraph is a line set apart in a passage: all in italics, no sentence, after a whole one."""
    return (
        _EMPHASISED.match(text) is not None
        and not _SENTENCE_END.search(text.rstrip("*_"))
        and _SENTENCE_END.search(before) is not None
    )
