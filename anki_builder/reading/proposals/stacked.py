"""A line and its translation below it: in one paragraph, as a child, as a quote, as the next item, as the next paragraph."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from anki_builder.reading import entry, evidence
from anki_builder.reading.candidate import Candidate, whole
from anki_builder.reading.lines import LABEL
from anki_builder.reading.sentences import ends_sentence
from anki_builder.reading.sheet import Sheet

_FEW_SPACES = 2
"""A line that spells out more than these spaces part is a sentence or a verse."""
_SHORT = 40
"""Characters of a line that is no printed line of running text."""
_SIDE = {"A": 0, "B": 1}
_OTHERS = frozenset(("gloss", "phonetics", "part-of-speech", "remark", "named", "metadata", "skip", "question", "answer"))
"""Kinds of labels whose lines are neither a text nor its translation."""


def propose(sheet: Sheet) -> Iterator[Candidate]:
    """Yield each run of lines in one language with the run in the other that follows."""
    for block in sheet.blocks:
        yield from _in_paragraph(sheet, block)
    yield from _children(sheet)
    yield from _inside_items(sheet)
    yield from _siblings(sheet)
    yield from _single_items(sheet)
    yield from _paragraphs(sheet)


def _kind(sheet: Sheet, index: int) -> str:
    """Return the kind of a line; one whose label makes it something else is none, nor is a field with a name of the learner's own."""
    line = sheet.lines[index]
    if line.prefix is None:
        return sheet.kind(index)
    is_field = not line.prefix.kind and line.raw.startswith("**")
    return "-" if is_field or line.prefix.kind in _OTHERS else sheet.kind(index)


def _is_labelled(sheet: Sheet, index: int, kind: str) -> bool:
    """Return whether a line has a label, or the name of a speaker, of such a kind."""
    prefix = sheet.lines[index].prefix
    return prefix is not None and prefix.kind == kind


def _in_styles(sheet: Sheet, block: list[int]) -> Iterator[Candidate]:
    """Yield lines in twos whose emphasis takes turns: `__croissant__` above `*croissant*`."""
    styles = [sheet.lines[index].style for index in block]
    for place in range(0, len(block) - 1, 2):
        yield Candidate(
            "stacked",
            "styles",
            f"styles {styles[0]} {styles[1]}",
            whole(sheet.lines[block[place]]),
            whole(sheet.lines[block[place + 1]]),
            None,
        )


def _takes_turns(styles: list[str]) -> bool:
    """Return whether two different styles, of which one is emphasis, take turns in an even number of lines."""
    return (
        len(styles) > 3
        and len(styles) % 2 == 0
        and styles[0] != styles[1]
        and all(style == styles[place % 2] for place, style in enumerate(styles))
    )


def _in_paragraph(sheet: Sheet, block: list[int]) -> Iterator[Candidate]:
    if len(block) < 2 or sheet.lines[block[0]].heading:
        return
    if _takes_turns([sheet.lines[index].style for index in block]) and "AB" not in map(sheet.kind, block):
        yield from _in_styles(sheet, block)
        return
    runs: list[tuple[str, list[int]]] = []
    verses = False
    for index in block:
        kind = _kind(sheet, index)
        if kind == "R":
            verses = verses or sheet.lines[index].plain.count(" ") > _FEW_SPACES
            continue
        if runs and runs[-1][0] == "B" and kind == "A" and _is_labelled(sheet, index, "example"):
            runs.append(("-", []))  # it shows the rule above it
        if runs and runs[-1][0] == kind and kind in ("A", "B"):
            runs[-1][1].append(index)
        else:
            runs.append((kind, [index]))
    kinds = [kind for kind, _ in runs]
    form = f"paragraph {'item' if sheet.lines[block[0]].item else 'line'}"
    if set(kinds) <= {"A", "B", "U"} and "U" in kinds:
        found = _filled(sheet, [index for _, run in runs for index in run], form)
    else:
        found = _runs(sheet, runs, "same paragraph", form)
    for candidate in found:
        yield candidate._replace(is_entry=False, bonus=candidate.bonus + evidence.PHONETICS) if verses else candidate


def _filled(sheet: Sheet, block: list[int], form: str) -> Iterator[Candidate]:
    """Yield the lines of a paragraph in twos where the language of some is unsure and none speaks against it."""
    if len(block) % 2:
        return
    kinds = [sheet.kind(index) for index in block]
    for first in (0, 1):
        wanted = "AB" if first == 0 else "BA"
        if all(kind in ("U", wanted[place % 2]) for place, kind in enumerate(kinds)):
            sure = any(kind != "U" for kind in kinds)
            for place in range(0, len(block), 2):
                yield Candidate(
                    "stacked",
                    "same paragraph",
                    form if sure else "lines in twos",
                    whole(sheet.lines[block[place]]),
                    whole(sheet.lines[block[place + 1]]),
                    first if sure else None,
                    bonus=0.0 if sure else evidence.UNSURE,
                )
            return


def _runs(sheet: Sheet, runs: Sequence[tuple[str, list[int]]], notation: str, form: str) -> Iterator[Candidate]:
    """Yield pairs of neighbouring runs in the two languages, in the order that most neighbours have."""
    kinds = [kind for kind, _ in runs]
    wanted = _order_of(kinds)
    place = 0
    while place + 1 < len(runs):
        if (kinds[place], kinds[place + 1]) == wanted:
            yield from _paired(sheet, runs[place][1], runs[place + 1][1], _SIDE[wanted[0]], notation, form)
            place += 2
        else:
            place += 1


def _order_of(kinds: list[str]) -> tuple[str, str]:
    """Return which of the two languages is followed by the other more often."""
    neighbours = Counter(pairwise(kinds))
    return ("A", "B") if neighbours["A", "B"] >= neighbours["B", "A"] else ("B", "A")


def _paired(sheet: Sheet, first: list[int], second: list[int], order: int, notation: str, form: str) -> Iterator[Candidate]:
    lines = sheet.lines
    if len(first) == len(second):
        for one, other in zip(first, second, strict=True):
            yield Candidate("stacked", notation, form, whole(lines[one]), whole(lines[other]), order)
    else:
        if notation == "same paragraph" and len(second) == 1:
            first = _wrapped(sheet, first)
        elif notation == "same paragraph" and len(first) == 1 and _are_sentences(sheet, first + second):
            second = second[:1]  # the others are further answers or forms
        yield Candidate(
            "stacked",
            notation,
            f"{form} together",
            whole(*(lines[index] for index in first)),
            whole(*(lines[index] for index in second)),
            order,
        )


def _are_sentences(sheet: Sheet, run: list[int]) -> bool:
    """Return whether each line is one sentence."""
    return all(
        len(_SENTENCE_END.findall(sheet.lines[index].plain)) == 1 and ends_sentence(sheet.lines[index].plain) for index in run
    )


_SENTENCE_END = re.compile(r"[.!?。！？…]+[\"”’»」』)）]*(?=\s|$)")


def _wrapped(sheet: Sheet, run: list[int]) -> list[int]:
    """Return the last lines of a run that are one text: those before it are short and end as no sentence does."""
    start = len(run) - 1
    while start:
        above, here = sheet.lines[run[start - 1]].plain, sheet.lines[run[start]].plain
        if not (len(above) > _SHORT or ends_sentence(above) or here[:1].islower()):
            break
        start -= 1
    return run[start:]


def _children(sheet: Sheet) -> Iterator[Candidate]:
    """Yield list items with the first paragraph below them."""
    for block in sheet.blocks:
        line = sheet.lines[block[0]]
        if not line.marker:
            continue
        head = sheet.kind_of(block)
        below = [child for child in sheet.children.get(line.item, ()) if sheet.kind_of(child) not in ("R", "-")]
        if not below or head not in ("A", "B", "U") or len(block) > 8:
            continue
        first = _leading(sheet, below[0])
        labelled = sheet.lines[first[0]].prefix
        part_of_speech = labelled.name if labelled is not None and entry.is_part_of_speech(labelled.name) else ""
        if (
            labelled is not None
            and labelled.kind
            and not part_of_speech
            and labelled.kind not in ("translation", "language", "speaker")
        ):
            continue
        kind = sheet.kind_of(first)
        if {head, kind} not in ({"A", "B"}, {"A", "U"}, {"U", "B"}):
            continue
        order = 0 if head == "A" or kind == "B" else 1
        second = list(first)
        if order == 0 and len(block) == 1:
            for more in below[1:]:  # several senses
                if (
                    sheet.kind_of(more) == "B"
                    and not _quotes_the_text(sheet, more)
                    and sheet.lines[more[0]].parent == line.item
                    and len(sheet.lines[more[0]].plain) < 40
                ):
                    second += more
                else:
                    break
        yield Candidate(
            "stacked",
            "child",
            "child",
            whole(*(sheet.lines[index] for index in block)),
            whole(*(sheet.lines[index] for index in second)),
            order,
            bonus=evidence.UNSURE if "U" in (head, kind) else 0.0,
            extra={"part-of-speech": part_of_speech} if part_of_speech and len(second) == 1 else {},
        )


def _leading(sheet: Sheet, block: list[int]) -> list[int]:
    """Return the lines in one language that a paragraph begins with, where lines with both follow: a gloss above examples."""
    kinds = [sheet.kind(index) for index in block]
    alone = next((place for place, kind in enumerate(kinds) if kind != kinds[0]), len(kinds))
    return block[:alone] if kinds[0] in ("A", "B", "U") and set(kinds[alone:]) == {"AB"} else block


def _quotes_the_text(sheet: Sheet, block: list[int]) -> bool:
    """Return whether a paragraph in the learner's language has words of the language studied in it, as a remark has."""
    return sheet.tongues.by_script and any(sheet.tongues.letters(sheet.lines[index].plain, 0) for index in block)


def _inside_items(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the paragraphs of a list item behind its first, in twos."""
    for item, below in sheet.children.items():
        own = [block for block in below if sheet.lines[block[0]].item == item]
        if len(own) > 1:
            runs = [(_block_kind(sheet, block), block) for block in own if sheet.kind_of(block) != "R"]
            yield from _runs(sheet, runs, "paragraphs", "paragraphs in an item")


def _block_kind(sheet: Sheet, block: list[int]) -> str:
    """Return the kind of a paragraph; one under a label is none."""
    prefix = sheet.lines[block[0]].prefix
    return "-" if prefix is not None and prefix.kind and prefix.kind != "speaker" else sheet.kind_of(block)


def _siblings(sheet: Sheet) -> Iterator[Candidate]:
    """Yield neighbouring list items."""
    lists: dict[tuple[int, int, int], list[list[int]]] = {}
    number = 0
    last = -1
    for block in sheet.blocks:
        line = sheet.lines[block[0]]
        if not line.marker:
            number += not line.item
            continue
        if line.number - last > 3 and not line.parent:
            number += 1
        last = sheet.lines[block[-1]].number
        lists.setdefault((line.parent, line.depth, number if not line.parent else 0), []).append(block)
    for blocks in lists.values():
        runs = [(sheet.kind_of(block), block) for block in blocks if sheet.kind_of(block) != "R"]
        childless = [
            (kind if not sheet.children.get(sheet.lines[block[0]].item) or len(runs) == 2 else "-", block) for kind, block in runs
        ]
        translations = sum(kind == "B" for kind, _ in runs)
        if sheet.tongues.by_script or translations * _FEW_TRANSLATIONS >= len(runs):
            yield from _runs(sheet, childless, "siblings", "siblings")


_FEW_TRANSLATIONS = 4
"""Items of a list for each that is surely a translation, where the scripts do not tell."""


def _paragraphs(sheet: Sheet) -> Iterator[Candidate]:
    """Yield paragraphs that follow each other outside lists, and a paragraph with the quote below it or above it."""
    run: list[tuple[str, list[list[int]]]] = []
    before: list[int] | None = None
    leading: list[int] | None = None
    for block in sheet.blocks:
        line = sheet.lines[block[0]]
        kind = _block_kind(sheet, block)
        if leading is not None and _translates_quote(sheet, leading, block):
            first, second = (whole(*(sheet.lines[index] for index in side)) for side in (leading, block))
            order = _SIDE[_block_kind(sheet, leading)]
            yield Candidate("stacked", "paragraphs", "quote above", first, second, order, evidence.SEEN_ONCE)
            leading = before = None
            run = []
            continue
        if before is not None and line.quote > sheet.lines[before[0]].quote and not line.item and not _is_enclosed(sheet, before):
            before = _tail(sheet, before)
            one, other = _loose_kind(sheet, before), _loose_kind(sheet, block)
            if {one, other} == {"A", "B"} or "U" in (one, other):
                above = run[-1][1] if run and run[-1][0] == one else [before]
                yield from _quoted(sheet, above, block, None if one == other else 0 if one == "A" or other == "B" else 1)
                before = leading = None
                run = []
                continue
        leading = block if line.quote and not line.item else None
        if line.item or line.heading or kind not in ("A", "B", "R", "U"):
            yield from _together(sheet, run)
            run = []
        elif kind != "R":
            last = sheet.lines[run[-1][1][-1][0]] if run else line
            if last.quote != line.quote or last.section != line.section:
                yield from _together(sheet, run)
                run = []
            if run and run[-1][0] == kind:
                run[-1][1].append(block)
            else:
                run.append((kind, [block]))
        if not line.quote and not line.heading and not line.item:
            before = block
        elif line.quote or line.heading:
            before = None
    yield from _together(sheet, run)


def _single_items(sheet: Sheet) -> Iterator[Candidate]:
    """Yield lines with the list of one item right below them."""
    for above, block in pairwise(sheet.blocks):
        if _stands_below(sheet, above, block):
            spoken = [index for index in block if sheet.kind(index) != "R"]
            first, second = (whole(*(sheet.lines[index] for index in side)) for side in (above, spoken))
            read = tuple((sheet.lines[index].number, "reading") for index in block if index not in spoken)
            yield Candidate("stacked", "child", "item below a line", first, second, _SIDE[_block_kind(sheet, above)], roles=read)


def _stands_below(sheet: Sheet, above: list[int], block: list[int]) -> bool:
    """Return whether a list of one item stands right below a line in the other language."""
    head, line = sheet.lines[above[-1]], sheet.lines[block[0]]
    if not line.marker or line.number != head.number + 1 or len(above) > 1 or head.item or head.heading:
        return False
    following = sheet.lines[block[-1] + 1] if block[-1] + 1 < len(sheet.lines) else None
    if following is not None and following.marker and following.parent == line.parent:
        return False
    return {_block_kind(sheet, above), _block_kind(sheet, block)} == {"A", "B"}


def _is_enclosed(sheet: Sheet, block: list[int]) -> bool:
    """Return whether a paragraph is one line in brackets, as a remark is."""
    return len(block) == 1 and bool(entry.enclosed(sheet.lines[block[0]].plain))


def _translates_quote(sheet: Sheet, quote: list[int], block: list[int]) -> bool:
    """Return whether a paragraph stands right below a quote in the other language."""
    above, line = sheet.lines[quote[-1]], sheet.lines[block[0]]
    outside = line.quote < above.quote and not (line.item or line.heading) and line.section == above.section
    return outside and {_block_kind(sheet, quote), _block_kind(sheet, block)} == {"A", "B"}


def _tail(sheet: Sheet, block: list[int]) -> list[int]:
    """Return the last lines of a paragraph that are of one kind."""
    kind = sheet.kind(block[-1])
    start = len(block) - 1
    while start and sheet.kind(block[start - 1]) == kind:
        start -= 1
    return block[start:]


def _loose_kind(sheet: Sheet, block: list[int]) -> str:
    """Return the kind of a paragraph; unsure for one line in one script that only a comma or a bracket cuts."""
    kind = _block_kind(sheet, block)
    cut = sheet.shapes[block[0]].cut
    if kind == "M" and len(block) > 3 and (most := _most(sheet, block)):
        return most
    weak = len(block) == 1 and cut is not None and cut.kind in evidence.WEAK and not sheet.tongues.by_script
    weak = weak and not (cut is not None and cut.kind == "bracket" and cut.purity == 1)  # a text with its translation
    return "U" if kind == "AB" and weak else kind


def _most(sheet: Sheet, block: list[int]) -> str:
    """Return the language of two thirds of the lines of a paragraph, where it is in one; nothing where it is not."""
    kind, number = Counter(map(sheet.kind, block)).most_common(1)[0]
    return kind if kind in ("A", "B") and number * 3 >= len(block) * 2 else ""


def _quoted(sheet: Sheet, above: list[list[int]], quote: list[int], order: int | None) -> Iterator[Candidate]:
    """Yield the paragraph above a quote with the quote; as many paragraphs as the quote has lines, one by one."""
    lines = sheet.lines
    if 1 < len(above) < len(quote):
        untitled = _without_titles(sheet, [[index] for index in quote], above)
        quote = [block[0] for block in untitled] if len(untitled) == len(above) else quote
    if len(quote) > 1 and len(above) >= len(quote) and all(len(block) == 1 for block in above):
        pairs = [(block, [index]) for block, index in zip(above[-len(quote) :], quote, strict=True)]
    else:
        pairs = [(above[-1], quote)]
    for first, second in pairs:
        yield Candidate(
            "stacked",
            "quote",
            "quote",
            whole(*(lines[index] for index in first)),
            whole(*(lines[index] for index in second)),
            order,
            bonus=evidence.UNSURE if order is None else 0.0,
        )


def _together(sheet: Sheet, runs: list[tuple[str, list[list[int]]]]) -> Iterator[Candidate]:
    """Yield neighbouring runs of paragraphs: one by one where they are as many, else as one passage."""
    if len(runs) < 2:
        return
    kinds = [kind for kind, _ in runs]
    if "U" in kinds:
        yield from _unsure(sheet, runs)
        return
    folded = [(one, other) for (one, above), (other, below) in pairwise(runs) if _is_folded(sheet, above, below)]
    wanted = _order_of_turns(sheet, runs) or (Counter(folded).most_common(1)[0][0] if folded else _order_of(kinds))
    order = _SIDE[wanted[0]]
    place = 0
    while place + 1 < len(runs):
        if (kinds[place], kinds[place + 1]) != wanted:
            place += 1
            continue
        yield from _neighbours(sheet, runs[place][1], runs[place + 1][1], order)
        place += 2


def _order_of_turns(sheet: Sheet, runs: list[tuple[str, list[list[int]]]]) -> tuple[str, str] | None:
    """Return the order of a dialogue whose speakers are named in one language alone: that one first, its translation below."""
    turns = {side: [blocks for kind, blocks in runs if kind == side] for side in _SIDE}
    spoken = {side: sum(_is_labelled(sheet, blocks[0][0], "speaker") for blocks in found) for side, found in turns.items()}
    for first, second in (("A", "B"), ("B", "A")):
        if spoken[first] > 1 and spoken[first] * 2 > len(turns[first]) and not spoken[second]:
            return first, second
    return None


def _unsure(sheet: Sheet, runs: list[tuple[str, list[list[int]]]]) -> Iterator[Candidate]:
    """Yield runs of paragraphs of which the language of some is unsure: two alone, else those between the unsure ones."""
    kinds = [kind for kind, _ in runs]
    if len(kinds) == 2 and all(len(blocks) == 1 for _, blocks in runs) and set(kinds) != {"U"}:
        order = 0 if kinds[0] == "A" or kinds[1] == "B" else 1
        yield _blocks(sheet, runs[0][1], runs[1][1], order, "paragraphs unsure", evidence.UNSURE)
        return
    for known, part in groupby(runs, key=lambda run: run[0] != "U"):
        if known:
            yield from _together(sheet, list(part))


def _neighbours(sheet: Sheet, first: list[list[int]], second: list[list[int]], order: int) -> Iterator[Candidate]:
    """Yield the paragraphs of two neighbouring runs: one by one where they are as many, else as one passage."""
    if sheet.lines[second[0][0]].title != sheet.lines[first[-1][0]].title:  # a fold holds the translation of what is above it
        yield _blocks(sheet, first[-1:], second, order, "paragraphs fold", evidence.FOLDED)
        return
    first = _without_titles(sheet, first, second)
    second = _without_titles(sheet, second, first)
    if len(first) != len(second):
        yield _blocks(sheet, first, second, order, "paragraphs together")
        return
    for one, other in zip(first, second, strict=True):
        if _is_list(sheet, one) != _is_list(sheet, other):
            continue
        if len(one) == len(other) > 1:
            for a, b in zip(one, other, strict=True):
                yield _blocks(sheet, [[a]], [[b]], order, "paragraphs by line")
        else:
            yield _blocks(sheet, [one], [other], order, "paragraphs")


def _is_list(sheet: Sheet, block: list[int]) -> bool:
    """Return whether a paragraph is a list of words, one on each line: most are short and end no sentence."""
    words = sum(len(sheet.lines[index].plain) <= _SHORT and not ends_sentence(sheet.lines[index].plain) for index in block)
    return len(block) >= _FEWEST_WORDS and words * 3 > len(block) * 2


_FEWEST_WORDS = 4
"""Lines of a paragraph from which on it may be a list."""


def _is_folded(sheet: Sheet, above: list[list[int]], below: list[list[int]]) -> bool:
    """Return whether paragraphs stand in a fold or box, and those above them in none."""
    outside, inside = sheet.lines[above[-1][0]].title, sheet.lines[below[0][0]].title
    return inside is not None and inside.level > LABEL and (outside is None or outside.level <= LABEL)


def _without_titles(sheet: Sheet, run: list[list[int]], other: list[list[int]]) -> list[list[int]]:
    """Return a run of paragraphs without those that are titles, where it is longer than the other."""
    if len(run) <= len(other):
        return run
    return [
        block
        for block in run
        if len(block) > 1 or len(sheet.lines[block[0]].plain) > 20 or ends_sentence(sheet.lines[block[0]].plain)
    ]


def _blocks(
    sheet: Sheet, first: list[list[int]], second: list[list[int]], order: int, form: str, bonus: float = 0.0
) -> Candidate:
    return Candidate(
        "stacked",
        "paragraphs",
        form,
        whole(*(sheet.lines[index] for block in first for index in block)),
        whole(*(sheet.lines[index] for block in second for index in block)),
        order,
        bonus=bonus,
    )
