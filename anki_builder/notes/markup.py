"""Text to field HTML: everything escaped, of markup only what the note's own Markdown gave and Anki shows safely.

Anki fields are raw HTML, `{{c1::…}}` is read in cloze fields wherever it stands, `[sound:…]` and `[anki:…]` in every field, and one
control character `\\x1f` makes a whole import fail (it separates fields in the collection): all four are made harmless here.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from anki_builder.document import Mark, Text
from anki_builder.note import Media
from anki_builder.patterns import late

TAGS = frozenset("b i em strong mark u s code sub sup".split())
_SPECIAL = re.compile(r"[&<>\"{}]|:(?=:|\Z)|\[(?=(?:sound|anki):|latex\]|\$)")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "{": "&#123;", "}": "&#125;", ":": "&#58;", "[": "&#91;"}
_FORBIDDEN = late("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_SAFE_URL = re.compile(r"(?:https?|mailto):[^\s\"<>]+", re.IGNORECASE)


def escape(text: str) -> str:
    """Return `text` as HTML that shows exactly it, in any field, also within a cloze deletion."""
    return text if is_plain(text) else _SPECIAL.sub(_escaped, text)


def escape_pieces(whole: str, pieces: list[str]) -> list[str]:
    """Return pieces of a text, each escaped for itself."""
    return pieces if is_plain(whole) else [escape(piece) for piece in pieces]


def escape_all(texts: list[str]) -> list[str]:
    """Return texts, each escaped for itself."""
    return escape_pieces("\n".join(texts), texts)


def is_plain(text: str) -> bool:
    """Whether a text, and so each piece of it, is HTML as it stands; most are, and finding that out so takes a fifth of the time."""
    if "&" in text or "<" in text or ">" in text or '"' in text or "{" in text or "}" in text or ":" in text:
        return False
    return "[" not in text or ("[$" not in text and "[latex]" not in text)  # phonetics stand in brackets


def _escaped(match: re.Match[str]) -> str:
    return _ESCAPES[match[0]]


def clean(html: str) -> str:
    """Return a finished field without the characters Anki cannot store, in Unicode's composed form (NFC)."""
    if not html.isprintable():  # most are, and telling so is five times as fast as the expression
        html = _FORBIDDEN().sub("", html)
    return unicodedata.normalize("NFC", html)


def lasting(text: str) -> bool:
    """Whether a text is as `clean` leaves it, and so is all that is made of parts of it with markup between them.

    A part may begin with a character that composes with the one before; of these only U+0338 does so with a sign of markup, as `>`.
    """
    return text.isprintable() and "\u0338" not in text and unicodedata.is_normalized("NFC", text)


def safe_url(url: str) -> str:
    """Return `url` escaped for an attribute, or nothing if it is not a plain web or mail address."""
    return escape(url) if _SAFE_URL.fullmatch(url) else ""


def render(
    text: Text,
    start: int,
    end: int,
    wrappers: Sequence[tuple[int, int, str, str]] = (),
    images: Mapping[str, str] | None = None,
) -> str:
    """Return characters `start` to `end` of `text` as HTML with the markup of the note.

    `wrappers` are further ranges (start, end, before, after) to put HTML around, such as the term in a sentence; they do not overlap one
    another. A mark that crosses an edge of the slice or of a wrapper is closed and opened again there. `images` maps paths as written
    to file names in the package; others are left out.
    """
    if not text.marks and not wrappers:
        return escape(text.plain[start:end])
    spans: list[tuple[int, int, int, str, str]] = []
    points: dict[int, str] = {}
    for mark in text.marks:
        if mark.start > end or mark.end < start:
            continue
        if mark.start == mark.end:
            if start <= mark.start <= end and (piece := _empty_element(mark, images or {})):
                points[mark.start] = points.get(mark.start, "") + piece
            continue
        opening, closing = _element(mark)
        if opening and mark.start < end and mark.end > start:
            spans.append((max(mark.start, start), min(mark.end, end), 1, opening, closing))
    spans += [(max(a, start), min(b, end), 0, before, after) for a, b, before, after in wrappers if a < end and b > start]
    if not spans and not points and start <= end:
        return escape(text.plain[start:end])
    edges = sorted({start, end, *(s[0] for s in spans), *(s[1] for s in spans), *points})
    spans.sort(key=lambda s: (s[2], s[0], -s[1]))
    out: list[str] = []
    opened: list[tuple[int, int, int, str, str]] = []
    beginning: dict[int, list[int]] = {}
    for number, span in enumerate(spans):
        if span[0] < span[1]:
            beginning.setdefault(span[0], []).append(number)
    covering: list[int] = []
    for left, right in zip(edges, [*edges[1:], end], strict=True):
        while opened and any(s[1] <= left for s in opened):
            out.append(opened.pop()[4])
        covering = sorted([number for number in covering if spans[number][1] > left] + beginning.get(left, []))
        wanted = [spans[number] for number in covering]
        common = 0
        while common < min(len(opened), len(wanted)) and opened[common] is wanted[common]:
            common += 1
        while len(opened) > common:
            out.append(opened.pop()[4])
        for span in wanted[common:]:
            out.append(span[3])
            opened.append(span)
        out.append(points.get(left, ""))
        out.append(escape(text.plain[left:right]))
    while opened:
        out.append(opened.pop()[4])
    return "".join(out)


def cut(text: Text, start: int, end: int, ranges: Sequence[tuple[int, int]]) -> list[str] | None:
    """Return characters `start` to `end` of a text as HTML in pieces: what is before the first range, in it, between it and the next, …

    None where a mark is in the way, or the ranges do not come one after the other within these characters.
    """
    for mark in text.marks:
        if mark.start <= end and mark.end >= start:
            return None
    pieces: list[str] = []
    plain, at = text.plain, start
    for a, b in ranges:
        if not at <= a < b <= end:
            return None
        pieces += plain[at:a], plain[a:b]
        at = b
    pieces.append(plain[at:end])
    return escape_pieces(plain[start:end], pieces)


def wrapped(pieces: Sequence[str], before: str, after: str) -> str:
    """Return the pieces of a `cut` text, with HTML around each range."""
    if len(pieces) == 3:  # most
        return f"{pieces[0]}{before}{pieces[1]}{after}{pieces[2]}"
    return "".join([f"{before}{piece}{after}" if place % 2 else piece for place, piece in enumerate(pieces)])


def _element(mark: Mark) -> tuple[str, str]:
    if mark.tag in TAGS:
        return f"<{mark.tag}>", f"</{mark.tag}>"
    if mark.tag == "a" and (url := safe_url(mark.value)):
        return f'<a href="{url}">', "</a>"
    if mark.tag == "ruby" and mark.value:
        return "<ruby>", f"<rt>{escape(mark.value)}</rt></ruby>"
    return "", ""


def _empty_element(mark: Mark, images: Mapping[str, str]) -> str:
    if mark.tag == "br":
        return "<br>"
    if mark.tag == "img" and mark.value in images:
        return f'<img src="{escape(images[mark.value])}">'
    return ""


def pictures(paths: Iterable[str], media: Mapping[str, Media]) -> str:
    """Return the pictures among these paths, each once."""
    return "".join(f'<img src="{escape(media[path].name)}">' for path in dict.fromkeys(paths) if path in media)


def sounds(paths: Iterable[str], media: Mapping[str, Media]) -> str:
    """Return the sounds among these paths, each once."""
    return "".join(f"[sound:{media[path].name}]" for path in dict.fromkeys(paths) if path in media)


def listed(kind: str, items: Iterable[str]) -> str:
    """Return a list of this class; nothing where there is nothing in it."""
    inner = "</li><li>".join(items)
    return f'<ul class="{kind}"><li>{inner}</li></ul>' if inner else ""
