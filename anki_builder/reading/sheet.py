"""The lines of a page that are still to be read, each with its shape."""

from collections import defaultdict
from functools import cached_property

from anki_builder.languages import language, readings
from anki_builder.reading import inline
from anki_builder.reading.lines import FIELD_KINDS, Line, Prefix, behind, prefix_of
from anki_builder.reading.shape import Shape, Tongues, best_cut, shape, unread


def _without_leads(lines: list[Line], tongues: Tongues) -> list[Line]:
    """Return the lines without what leads them in, in the learner's own language: `表示身份：Soy pintor. (我是画家。)`.

    Where most words before a colon are translated by what follows, none of them leads it in.
    """
    led: dict[tuple[object, int], dict[int, Line | None]] = defaultdict(dict)
    for index, line in enumerate(lines):
        if _may_lead(line, tongues):
            led[line.title, line.depth][index] = _behind_lead(line, tongues)
    out = list(lines)
    for found in led.values():
        translated = {index: line for index, line in found.items() if line is not None}
        if len(translated) * 2 >= len(found):
            for index, line in translated.items():
                out[index] = line
    return out


def _may_lead(line: Line, tongues: Tongues) -> bool:
    """Return whether a line has words in the learner's language before a colon, and no label."""
    if line.heading or not tongues.by_script or line.prefix is None or line.prefix.kind:
        return False
    return tongues.side(line.prefix.name) == 1


def _behind_lead(line: Line, tongues: Tongues) -> Line | None:
    """Return a line with what stands behind the colon alone, None where that is no text with its translation."""
    _, rest = prefix_of(line.raw, {})
    led = behind(line, rest, line.prefix)
    cut = best_cut(led.plain, tongues)
    if cut is None or cut.order != 0 or (cut.kind == "bracket" and tongues.reads_before_more(cut.first, cut.second, 0)):
        return None
    return led


def _without_labels_by_chance(lines: list[Line], tongues: Tongues) -> list[Line]:
    """Return the lines with words that are terms and no labels: `No: Нет` between `Yes: Да` and `Please: Пожалуйста`."""
    lists: dict[tuple[object, int], list[tuple[int, Prefix]]] = defaultdict(list)
    for index, line in enumerate(lines):
        if not line.heading and line.prefix is not None:
            lists[line.title, line.depth].append((index, line.prefix))
    out = list(lines)
    for group in lists.values():
        labelled = [(index, prefix) for index, prefix in group if prefix.kind]
        if len(labelled) != 1 or len(group) <= _FEWEST_TRANSLATED:
            continue
        index, prefix = labelled[0]
        line = lines[index]
        translated = sum(_is_translated(one, prefix_of(lines[place].raw, {})[1], tongues) for place, one in group)
        short = prefix.kind in FIELD_KINDS and line.plain.count(" ") < _LONGEST_WORDS
        if short and translated >= _FEWEST_TRANSLATED and _is_translated(prefix, line.raw, tongues):
            out[index] = behind(line, f"{prefix.name}: {line.raw}", prefix._replace(kind=""))
    return out


_FEWEST_TRANSLATED = 4
"""Lines of a list with a word and its translation."""


def _is_translated(prefix: Prefix, rest: str, tongues: Tongues) -> bool:
    """Return whether what stands before the colon of a line is in one language, and `rest`, what stands behind it, in the other."""
    return {tongues.side(prefix.name), tongues.side(unread(inline.plain(rest), tongues))} == {0, 1}


_LONGEST_WORDS = 3


class Sheet:
    """Lines with their shapes, and how they stand to each other."""

    def __init__(
        self,
        lines: list[Line],
        tongues: Tongues,
        tables: list[int] | None = None,
        *,
        labelled: bool = False,
        one_language: bool = False,
    ) -> None:
        self.lines = _without_leads(_without_labels_by_chance(lines, tongues), tongues)
        self.tables = tables or []
        """First lines of the tables of the note."""
        self.labelled = labelled
        """Whether labels name the passages of the note."""
        self.one_language = one_language
        """Whether the words of the note tell one of its languages only."""
        self.tongues = tongues
        self.shapes: list[Shape] = [shape(line.spaced, tongues) for line in self.lines]
        if "ja" in tongues.pair:
            self._find_kana_lines()
        if tongues.by_script and "Latin" in {language(tag).scripts[0] for tag in tongues.pair}:
            self._find_spelt_lines()
        self.at = {line.number: index for index, line in enumerate(self.lines)}

    def _find_kana_lines(self) -> None:
        """Make the lines readings that spell the line right above them in kana."""
        for index in range(1, len(self.lines)):
            above, line = self.lines[index - 1], self.lines[index]
            if line.block == above.block and readings.spells_line(above.plain, line.plain):
                self.shapes[index] = Shape("R")

    def _find_spelt_lines(self) -> None:
        """Make the lines readings that spell out the line above them in the Latin alphabet."""
        for index in range(1, len(self.lines)):
            above, line = self.lines[index - 1], self.lines[index]
            if line.title == above.title and any(self.tongues.spells_out(above.plain, line.plain, side) for side in (0, 1)):
                self.shapes[index] = Shape("R")

    def kind(self, index: int) -> str:
        """Return the kind of a line: `A`, `B`, `AB`, `R`, `M`, `U` or `-`."""
        return self.shapes[index].kind

    @cached_property
    def blocks(self) -> list[list[int]]:
        """The lines of each paragraph, as indices, in order."""
        found: dict[int, list[int]] = {}
        for index, line in enumerate(self.lines):
            found.setdefault(line.block, []).append(index)
        return list(found.values())

    @cached_property
    def children(self) -> dict[int, list[list[int]]]:
        """The paragraphs below each list item: further paragraphs of its own and the first paragraphs of its children, in order."""
        found: dict[int, list[list[int]]] = defaultdict(list)
        seen: set[int] = set()
        for block in self.blocks:
            line = self.lines[block[0]]
            if not line.item:
                continue
            if line.item in seen:
                found[line.item].append(block)
            elif line.parent:
                found[line.parent].append(block)
            seen.add(line.item)
        return found

    def kind_of(self, block: list[int]) -> str:
        """Return the kind of a paragraph whose lines are all of one kind, `M` for a mixed one."""
        kinds = {self.kind(index) for index in block} - {"-"}
        if len(kinds) > 1:
            kinds -= {"R"}
        return kinds.pop() if len(kinds) == 1 else ("-" if not kinds else "M")

    @cached_property
    def terms(self) -> set[int]:
        """The list items that hold a term, with its gloss or without."""
        return {
            line.item
            for index, line in enumerate(self.lines)
            if line.marker
            and self.kind(index) in ("A", "AB")
            and len(cut.first if (cut := self.shapes[index].cut) else line.plain) < 60
        }

    def is_term(self, item: int) -> bool:
        """Return whether a list item holds a term."""
        return item in self.terms
