"""Records of labelled lines: `- 뜻: …`, `例文：…` with `訳：…`, `EN: …` below `JP: …`, `译：…` below a sentence."""

from collections.abc import Iterator

from anki_builder.languages import labels
from anki_builder.reading.candidate import Candidate, whole
from anki_builder.reading.lines import Line
from anki_builder.reading.sentences import sentence_score
from anki_builder.reading.sheet import Sheet

_FAR = 12
"""Lines between a term and its gloss, or a text and its translation, at most."""


def propose(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the terms and texts that labelled lines explain or translate."""
    yield from _Walk(sheet).candidates()


class _Walk:
    """A walk over the lines, with the term and the text that a label may speak of."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.head: int | None = None
        self.text: int | None = None
        self.translation: int | None = None
        """A line named by the language of the translation, whose text may follow."""
        self.extra: dict[str, str] = {}
        self.entry: Candidate | None = None
        self.roles: list[tuple[int, str]] = []

    def candidates(self) -> Iterator[Candidate]:
        for index, line in enumerate(self.sheet.lines):
            kind = line.prefix.kind if line.prefix is not None else ""
            if line.heading or not kind or kind == "speaker":
                yield from self.close(only_if=self.begins(index, line))
                self.plain(index, line)
            else:
                yield from self.labelled(index, line, kind)
        yield from self.close()

    def begins(self, index: int, line: Line) -> bool:
        """Return whether an unlabelled line begins a record of its own."""
        return bool(line.heading) or self.sheet.kind(index) != "B"

    def plain(self, index: int, line: Line) -> None:
        found = self.sheet.kind(index)
        if line.heading or found in ("A", "U") or (found == "AB" and line.bold):
            self.head = index
            self.text = None if line.heading else index
            self.translation = None
        elif found == "AB":
            self.head = self.text = None

    def labelled(self, index: int, line: Line, kind: str) -> Iterator[Candidate]:
        side = self.side(line)
        if kind == "language":
            side = self.side_of(line)
            kind = {0: "text", 1: "translation"}.get(-1 if side is None else side, "remark")
            below_heading = self.head is not None and self.sheet.lines[self.head].heading and self.entry is None
            if kind == "translation" and self.text is None and not below_heading:
                self.translation = index
                return
            if kind == "text" and self.translation is not None and index - self.translation < 3:
                yield self.pair(self.translation, index, 1)
                self.translation = None
                return
        if kind == "term":
            yield from self.close()
            self.head, self.text = index, None
        elif kind == "gloss" and self.head is not None and index - self.head < _FAR:
            if self.entry is None and side != 0:
                self.entry = self.unit(self.head, index, "gloss")
            elif self.entry is not None and side != 0 and not self.sheet.lines[index].heading:
                self.roles.append((line.number, "remark"))
        elif kind in ("text", "example"):
            if side != 1:
                self.text = index
        elif kind == "translation" and self.text is not None and index - self.text < 4 and side != 0:
            yield self.pair(self.text, index, 0)
            self.text = None
        elif kind == "translation" and self.head is not None and side != 0 and index - self.head < _FAR and self.entry is None:
            self.entry = self.unit(self.head, index, "translation")
        elif kind in ("remark", "named") and self.is_note(index, line, side):
            yield self.pair(self.text or 0, index, 0)._replace(notation="note", form="note below a text")
            self.text = None
        elif kind in ("phonetics", "part-of-speech", "remark", "named") and self.head is not None:
            kind = "remark" if kind == "named" else kind
            if kind in self.extra and kind == "remark":
                self.extra[kind] += f"；{line.plain}"
            else:
                self.extra.setdefault(kind, line.plain)
            self.roles.append((line.number, kind))

    def is_note(self, index: int, line: Line, side: int | None) -> bool:
        """Return whether a note stands right below a text, as in exports of marked passages."""
        named = line.prefix is not None and (line.prefix.kind == "named" or labels.is_note(line.prefix.name))
        return named and side == 1 and self.text is not None and index - self.text == 1

    def side(self, line: Line) -> int | None:
        return self.sheet.tongues.side(line.plain)

    def side_of(self, line: Line) -> int | None:
        named = line.prefix.language if line.prefix is not None else ""
        return next(
            (index for index, tag in enumerate(self.sheet.tongues.pair) if tag.partition("-")[0] == named.partition("-")[0]), None
        )

    def unit(self, head: int, index: int, label: str) -> Candidate:
        one = self.sheet.lines[head]
        place = "heading" if one.heading else "item" if one.item else "line"
        return Candidate(
            "labels",
            "labels",
            f"label {label} below {place}",
            whole(one),
            whole(self.sheet.lines[index]),
            0,
            is_entry=True
            if label == "gloss" or (one.heading and sentence_score(one.plain, self.sheet.tongues.pair[0]) < 0.8)
            else None,
        )

    def pair(self, first: int, second: int, order: int) -> Candidate:
        return Candidate(
            "labels",
            "labels",
            "label of a translation",
            whole(self.sheet.lines[first]),
            whole(self.sheet.lines[second]),
            order,
        )

    def close(self, *, only_if: bool = True) -> Iterator[Candidate]:
        """Yield the entry that has been gathered, if any."""
        if not only_if:
            return
        if self.entry is not None:
            yield self.entry._replace(extra=dict(self.extra), roles=tuple(self.roles))
        self.entry, self.extra, self.roles = None, {}, []
