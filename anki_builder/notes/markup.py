"""Text to field HTML: everything escaped, of markup only what the note's own Markdown gave and Anki shows safely.

Anki fields are raw HTML, `{{c1::…}}` is read in cloze fields wherever it stands, `[sound:…]`, `[anki:…]`, `[latex]` and `[[type:…]]` in every
field, and one control character `\\x1f` makes a whole import fail (it separates fields in the collection): all are made harmless here.

Text is brought into its final form before HTML is put around it: Anki stores fields in composed form (NFC), in which a `>` and a combining
stroke (U+0338) behind it are one character, and a tag would not end where it was meant to.

A reading stands in Anki's own bracket form: `私は 電車[でんしゃ]に`. Its filters `furigana`, `kanji` and `kana` take as base all characters
back to a space, a `>` or the reading before, and drop one space before the base. So in a field with readings a bracket of the text
itself is escaped, and a `[` is always Anki's notation.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple
from unicodedata import is_normalized, normalize

from anki_builder.document import Example, Mark, Text
from anki_builder.note import Media


class Wrapper(NamedTuple):
    """HTML around a range of a text."""

    start: int
    end: int
    before: str
    after: str


TAGS = frozenset("b i em strong mark u s code sub sup".split())
_STROKE = "\u0338"
"""The combining character that fuses with `<`, `=` and `>`: no other one does with a character of ASCII that is no letter."""
_BRACKET = re.compile(r"\[(?=(?:sound|anki):|latex\]|\$|\[|[a-z$]{0,6}\Z)", re.IGNORECASE)
"""A bracket that opens a notation of Anki, or that could with the text behind this piece."""
_SPECIAL = re.compile(rf"[&<>\"{{}}{_STROKE}]|:(?=:|\Z)|{_BRACKET.pattern}", re.IGNORECASE)
_ESCAPES = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "{": "&#123;", "}": "&#125;", ":": "&#58;", "[": "&#91;", _STROKE: "&#824;",
}  # fmt: skip
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_READING_FIRST = re.compile(r"[^ <>\[]+\[")
_TAG_IN_READING = re.compile(r"(?:sound|anki):|latex\Z|\$", re.IGNORECASE)
"""A reading that Anki would take for something to play or to draw."""
_SAFE_URL = re.compile(r"(?:https?|mailto):[^\s\"<>]+", re.IGNORECASE)


def escape(text: str) -> str:
    """Return `text`, cleaned, as HTML that shows exactly it in any field, also within a cloze deletion and beside other pieces."""
    if not (text.isprintable() and is_normalized("NFC", text)):
        text = clean(text)
    return text if is_plain(text) else _SPECIAL.sub(_escaped, text)


def literal(text: str) -> str:
    """Return `text` escaped for a field that goes through Anki's filters for readings: its brackets are no readings."""
    return escape(text).replace("[", "&#91;")


def is_plain(text: str) -> bool:
    """Return whether a clean text is HTML as it stands; most are."""
    if "&" in text or "<" in text or ">" in text or '"' in text or "{" in text or "}" in text or ":" in text or _STROKE in text:
        return False
    return "[" not in text or not _BRACKET.search(text)


def _escaped(match: re.Match[str]) -> str:
    return _ESCAPES[match[0]]


def clean(text: str) -> str:
    """Return a text without the characters Anki cannot store, in Unicode's composed form (NFC)."""
    return normalize("NFC", _FORBIDDEN.sub("", text))


def safe_url(url: str) -> str:
    """Return `url` escaped for an attribute, or nothing if it is not a plain web or mail address."""
    return escape(url) if _SAFE_URL.fullmatch(url) else ""


def with_reading(base: str, reading: str) -> str:
    """Return a word with its reading as Anki writes it: `電車[でんしゃ]`."""
    spelt = literal(" ".join(reading.split())).replace("]", "&#93;")
    if _TAG_IN_READING.match(spelt):
        spelt = f"&#{ord(spelt[0])};{spelt[1:]}"
    return f"{literal(base).replace(' ', NO_BREAK_SPACE)}[{spelt}]"


NO_BREAK_SPACE = "\u00a0"
"""Stands for a space in a base, which a space would end."""


def joined(pieces: Iterable[str]) -> str:
    """Return pieces of a text as one, each HTML; a space before a base that a piece begins with ends what stands before it."""
    out: list[str] = []
    for piece in filter(None, pieces):
        if out and _READING_FIRST.match(piece) and not _ends_base(out[-1]):
            out.append(" ")
        out.append(piece)
    return "".join(out)


def _ends_base(html: str) -> bool:
    """Return whether a base begins behind `html` without a space: behind a tag, an opened cloze deletion, another reading."""
    return html.endswith((">", "::")) or (
        html.endswith("]") and "[" in html and html.index("]", html.rindex("[")) == len(html) - 1
    )


def render(text: Text, start: int, end: int, wrappers: Sequence[Wrapper] = ()) -> str:
    """Return characters `start` to `end` of `text` as HTML with the markup of the note.

    `wrappers` are further ranges to put HTML around, such as the term in a sentence; they do not overlap one another. A mark that crosses
    an edge of the slice or of a wrapper is closed and opened again there; a reading that crosses one is left out, for it cannot be cut.
    """
    if not text.marks and not wrappers:
        return literal(text.plain[start:end])
    inside = [Wrapper(max(a, start), min(b, end), before, after) for a, b, before, after in wrappers if start < b and a < end]
    marks = _flat([mark for mark in text.marks if mark.start <= end and mark.end >= start])
    if marks:
        return _with_marks(text.plain, start, end, inside, marks)
    pieces: list[str] = []
    at = start
    for wrapper in inside:
        pieces += (
            literal(text.plain[at : wrapper.start]),
            wrapper.before,
            literal(text.plain[wrapper.start : wrapper.end]),
            wrapper.after,
        )
        at = wrapper.end
    return "".join([*pieces, literal(text.plain[at:end])])


def _flat(marks: Sequence[Mark]) -> list[Mark]:
    """Return marks of which none overlaps another one of its kind: emphasis in emphasis is no more than that, and a link holds no link."""
    ends: dict[str, int] = {}
    flat: list[Mark] = []
    for mark in marks:
        end = ends.get(mark.tag, 0) if mark.tag != "ruby" else 0
        if mark.start >= end:
            flat.append(mark)
        elif mark.end > end and mark.tag != "a":
            flat.append(mark._replace(start=end))
        ends[mark.tag] = max(end, mark.end)
    return flat


def example_html(example: Example) -> str:
    """Return the text of an example with its readings."""
    return render(Text(example.text, ((0, example.line),), example.readings), 0, len(example.text))


def _with_marks(plain: str, start: int, end: int, wrappers: Sequence[Wrapper], marks: Sequence[Mark]) -> str:
    """Return a slice of a text with markup and wrappers; of two that overlap the wrapper, then the one that begins first, is outside."""
    readings = _readings(marks, [start, end, *(edge for wrapper in wrappers for edge in wrapper[:2])], (start, end))
    inside: list[Wrapper] = []
    breaks: Counter[int] = Counter()
    for mark in marks:
        if mark.start == mark.end:
            breaks[_outside(mark.end, readings.values(), 1)] += mark.tag == "br"
            continue
        opening, closing = _element(mark)
        if opening and mark.start < end and mark.end > start:
            first, last = _outside(mark.start, readings.values(), 0), _outside(mark.end, readings.values(), 1)
            inside.append(Wrapper(max(first, start), min(last, end), opening, closing))
    inside += _added(readings.values())
    inside.sort(key=lambda wrapper: (wrapper.start, -wrapper.end))
    spans = [*sorted(wrappers, key=lambda wrapper: (wrapper.start, -wrapper.end)), *inside]
    bases = [edge for mark in readings.values() for edge in (mark.start, mark.end)]
    edges = sorted({start, end, *breaks, *bases, *(span.start for span in spans), *(span.end for span in spans)})
    beginning: dict[int, list[int]] = {}
    for number, span in enumerate(spans):
        beginning.setdefault(span.start, []).append(number)
    out: list[str] = []
    opened: list[int] = []
    covering: list[int] = []
    for left, right in zip(edges, [*edges[1:], end], strict=True):
        covering = sorted([number for number in covering if spans[number].end > left] + beginning.get(left, []))
        common = 0
        while common < min(len(opened), len(covering)) and opened[common] == covering[common]:
            common += 1
        while len(opened) > common:
            out.append(spans[opened.pop()].after)
        out += [spans[number].before for number in covering[common:]]
        opened += covering[common:]
        out.append("<br>" * breaks[left])
        segment = plain[left:right]
        out.append(with_reading(segment, readings[left].value) if left in readings else literal(segment))
    return joined([*out, *(spans[number].after for number in reversed(opened))])


def _readings(marks: Sequence[Mark], edges: Sequence[int], inside: tuple[int, int]) -> dict[int, Mark]:
    """Return the readings of a slice by the start of their base: those that no edge cuts, and of two that overlap the first."""
    found: dict[int, Mark] = {}
    last = inside[0]
    for mark in marks:
        is_whole = last <= mark.start < mark.end <= inside[1] and not any(mark.start < edge < mark.end for edge in edges)
        if mark.tag in ("ruby", "added") and mark.value and is_whole:
            found[mark.start] = mark
            last = mark.end
    return found


def _added(readings: Iterable[Mark]) -> Iterator[Wrapper]:
    """Yield a wrapper for each run of readings that the note does not give."""
    for tag, marks in groupby(readings, lambda mark: mark.tag):
        run = list(marks)
        if tag == "added":
            yield Wrapper(run[0].start, run[-1].end, '<span class="added">', "</span>")


def _outside(offset: int, readings: Iterable[Mark], end: Literal[0, 1]) -> int:
    """Return an offset moved to the start or the end of the base that it lies in."""
    return next((mark[end] for mark in readings if mark.start < offset < mark.end), offset)


def _element(mark: Mark) -> tuple[str, str]:
    if mark.tag in TAGS:
        return f"<{mark.tag}>", f"</{mark.tag}>"
    if mark.tag == "a" and (url := safe_url(mark.value)):
        return f'<a href="{url}">', "</a>"
    return "", ""


def pictures(files: Iterable[Media]) -> str:
    """Return pictures, each once."""
    return "".join(f'<img src="{escape(file.name)}">' for file in dict.fromkeys(files))


def sounds(files: Iterable[Media]) -> str:
    """Return sounds, each once."""
    return "".join(f"[sound:{file.name}]" for file in dict.fromkeys(files))


def listed(kind: str, items: Iterable[str]) -> str:
    """Return a list of this class; nothing where there is nothing in it."""
    inner = "</li><li>".join(items)
    return f'<ul class="{kind}"><li>{inner}</li></ul>' if inner else ""
