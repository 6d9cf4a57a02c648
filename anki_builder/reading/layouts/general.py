"""Every notation without labels of its own: terms and sentences with what translates them, on one line or on several.

The shapes of `reading.proposals` propose, `reading.grammar` decides for the file as a whole.
"""

from collections.abc import Iterator

from anki_builder.reading.page import Claim, Page

NAME = "general"
LABEL_EVIDENCE = 0.1


def recognise(page: Page) -> Iterator[Claim]:
    """Yield the pairs and entries among the lines that no label names."""
    left = {line for block in page.blocks if block.kind != "taken" for line in range(block.line, block.line + len(block.texts))}
    if page.is_labelled and left.issubset(_named(page)):
        return
    from anki_builder.reading import grammar, proposals  # late: notes whose lines all have labels need none of it
    from anki_builder.reading.sheet import Sheet

    left |= page.draft.titles.keys()
    # Where passages have labels, most lines are taken.
    lines = page.outlined(frozenset(left)) if page.is_labelled else [line for line in page.outline if line.number in left]
    if not lines:
        return
    yield from (Claim(NAME, LABEL_EVIDENCE, ((title.line, "label"),)) for title in page.titles if title.line in left)
    tables = [table.lines[0] for table in page.tables]
    sheet = Sheet(lines, page.tongues, tables, labelled=page.is_labelled, one_language=page.decision.alone)
    proposed = (candidate for _, propose in proposals.PROPOSALS for candidate in propose(sheet))
    yield from grammar.decide(page, sheet, (one for candidate in proposed for one in candidate.opposites()))


def _named(page: Page) -> set[int]:
    """Return the lines that hold no text: headings, labels, rules, code, rows of tables."""
    marks = {
        line for block in page.blocks if block.kind != "paragraph" for line in range(block.line, block.line + len(block.texts))
    }
    return marks | page.labels.keys() | {line for table in page.tables for line in table.lines}
