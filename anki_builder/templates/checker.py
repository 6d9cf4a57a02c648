"""What is being checked, and where each character of it was written."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from anki_builder.diagnostic import Diagnostic, Rule
from anki_builder.note import NoteKind
from anki_builder.source import Span
from anki_builder.templates import face, pieces, text_of
from anki_builder.templates.evaluate import Token, tokens


class Card(NamedTuple):
    """One side of a card."""

    kind: str
    name: str
    side: str
    """`front` or `back`."""

    @property
    def file(self) -> str:
        """Its file in the templates folder."""
        return face(self.kind, self.name, self.side)


class Checker:
    """A set of templates, and what was found wrong with it."""

    def __init__(
        self,
        own: Mapping[str, str],
        kinds: Sequence[NoteKind],
        values: Mapping[str, str],
        media: Mapping[str, str],
        path: Callable[[str], str],
        gone: Collection[str] = (),
    ) -> None:
        """`own` are the learner's files by name, `values` what `[[…]]` stands for, `media` the names in Anki of the files in `_media/`;
        `path` makes a name in the templates folder a path for the learner; `gone` are built-in files of an older version.
        """
        self.own, self.kinds, self.path, self.gone = own, kinds, path, gone
        self.values, self.media = values, media
        self.fields = {kind.name: [field.name for field in kind.fields] for kind in kinds}
        self.found: dict[tuple[str, Span, str], Diagnostic] = {}
        self._once: dict[tuple[str, str, str], Span] = {}

    def span(self, name: str, start: int, length: int) -> Span:
        """Return the place of characters in a file, cut off at the end of the line."""
        text = text_of(name, self.own) or ""
        line = text.count("\n", 0, start) + 1
        begin = text.rfind("\n", 0, start) + 1
        rest = text.find("\n", start)
        longest = (rest if rest >= 0 else len(text)) - start
        return Span(self.path(name), line, start - begin + 1, max(1, min(length, longest)))

    def report(self, rule: Rule, span: Span, message: str, hint: str = "", related: tuple[tuple[Span, str], ...] = ()) -> None:
        """Add a diagnostic, once for each place."""
        self.found.setdefault((rule.name, span, message), Diagnostic(rule, span, message, hint, related))

    def report_once(self, rule: Rule, span: Span, message: str, hint: str = "") -> None:
        """Add a diagnostic for the first place in its file, and not for the others that say the same."""
        if self._once.setdefault((rule.name, span.path, message), span) == span:
            self.report(rule, span, message, hint)


class Filled:
    """A file with everything filled in, that remembers where each character came from."""

    def __init__(self, checker: Checker, name: str) -> None:
        self.pieces = list(pieces(name, checker.own, checker.values))
        self.text = "".join(piece.text for piece in self.pieces)
        self.starts = [0, *accumulate(len(piece.text) for piece in self.pieces)]
        self.checker = checker
        self.name = name

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The pieces of Anki's notation in it."""
        return tuple(tokens(self.text))

    def span(self, start: int, length: int) -> Span:
        """Return the place where characters were written."""
        if not self.pieces:
            return self.checker.span(self.name, 0, 1)
        index = min(bisect_right(self.starts, start), len(self.pieces)) - 1
        piece = self.pieces[index]
        return self.checker.span(piece.name, piece.start + (start - self.starts[index] if piece.verbatim else 0), length)

    def token_span(self, token: Token) -> Span:
        """Return the place of a piece of Anki's notation, with its brackets."""
        return self.span(token.start, token.end - token.start)

    def first_line(self) -> Span:
        """Return the place of the first line that is not blank."""
        start = len(self.text) - len(self.text.lstrip())
        return self.span(start, len(self.text[start:].partition("\n")[0]))
