"""The lines of a page that are still to be read, each with its shape."""

from collections import defaultdict
from functools import cached_property

from anki_builder.languages import language, readings
from anki_builder.reading.lines import Line, behind, prefix_of
from anki_builder.reading.shape import Shape, Tongues, best_cut, shape


def _without_lead(line: Line, tongues: Tongues) -> Line:
    """Return a line without what leads it in, in the learner's own language: `表示身份：Soy pintor. (我是画家。)`."""
    if line.heading or not tongues.by_script or line.prefix is None or line.prefix.kind or tongues.side(line.prefix.name) != 1:
        return line
    _, rest = prefix_of(line.raw, {})
    led = behind(line, rest, line.prefix)
    cut = best_cut(led.plain, tongues)
    return led if cut is not None and cut.order == 0 else line


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
        self.lines = [_without_lead(line, tongues) for line in lines]
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
