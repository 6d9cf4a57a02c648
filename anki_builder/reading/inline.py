"""Inline markup: from the printed lines of a note to running text with marks.

One pass of one regular expression, linear on any input: markdown-it's inline layer needs half a second for 32 KB of `[`, knows no
ruby, highlight or wiki link, and its emphasis fails beside Chinese punctuation (`**“…”**后`). What is not markup is text: an unknown
tag, an unmatched star, a lone bracket.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from anki_builder.document import Mark, Text
from anki_builder.languages.labels import SUSPENDED

_TOKEN = re.compile(
    r"""
    (?=[^\S\ ] | \ [\s\\‖] | [\\`<!\[\]*_~=&‖\u200b\ufeff\xad\u2060])  # spares most characters twenty alternatives
  (?:
    \\(?P<escape>[!-/:-@\[-`{-~])
  | (?P<newline>[ \t]*\\?[\n\f][ \t]*)
  | (?P<space>[\ \t\xa0\u3000]{2,} | [\t\xa0\u3000])
  | (?P<nothing>[\u200b\ufeff\xad\u2060]+)
  | (?P<code>`+)
  | <!--\s*(?P<comment>cut|join)\s*-->
  | <(?P<auto>https?://[^<>\s]*|mailto:[^<>\s]*)>
  | <(?P<close_tag>/?)(?P<tag>b|strong|i|em|u|ins|mark|s|del|code|sub|sup|ruby|rb|rt|rp|rtc|br|a|img|span|font|center|small|big|kbd|p|div
      |audio|source|video|details|summary|abbr|dfn|button|label|q|cite|samp|var|time|tt|strike|wbr|bdi|bdo|section|article|figure
      |figcaption)\b(?P<attributes>[^<>]{0,2000}?)/?>
  | !\[(?P<alt>[^\[\]]{0,2000})\]\(\s*(?:<(?P<angled>[^<>\n]{1,500})>|(?P<source>[^()\s<>]*(?:\([^()\s<>]*\)[^()\s<>]*)*(?:\ [^()\s<>"'][^()\s<>]*)*))
      (?:\s+["'][^"'\n]*["'])?\s*\)(?:\{[^{}\n]*\})?
  | !\[\[(?P<embed>[^\[\]|\n]{1,500})(?:\|[^\[\]\n]*)?\]\]
  | \[\[(?P<wiki>[^\[\]\n]{1,500})\]\]
  | \[\^(?P<footnote>[^\[\]\s]{1,40})\]
  | \[sound:(?P<sound>[^\[\]\n]{1,500})\]
  | (?P<open>\[)
  | \](?P<target>\(\s*<?(?P<href>[^()\s<>]*(?:\([^()\s<>]*\)[^()\s<>]*)*)>?(?:\s+["'][^"'\n]*["'])?\s*\))?
  | (?P<delimiter>\*{1,3}(?!\*)|_{1,3}(?!_)|~~(?!~)|==(?!=))
  | &(?P<entity>\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});
  | (?P<cut>\s*‖\s*)
  )
    """,
    re.VERBOSE,
)
_SPACES = re.compile(r"[\s\xa0]+")
_SPECIAL = re.compile(r"[\\\n\f\t\xa0\u3000\u200b\ufeff\xad\u2060`<*_&‖■□▪◼◾∎◆]")
_BRACKETS = re.compile(r"\[[\[^]|\[sound:|\]\(")
"""What brackets have in them or behind them that are more than text."""
_SEAM = re.compile(r"\n(?:(?=[\s—―–*_=~])|(?<![!-,.-~]\n))")
"""The end of a line that may be joined to the next by something else than a space, or has space to be stripped."""
_TAGS = {
    "b": "b",
    "strong": "strong",
    "i": "i",
    "em": "em",
    "u": "u",
    "ins": "u",
    "mark": "mark",
    "s": "s",
    "del": "s",
    "code": "code",
    "kbd": "code",
    "sub": "sub",
    "sup": "sup",
    "a": "a",
}
_ATTRIBUTE = re.compile(r"""\b(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_STRUCK = re.compile(r"~~(?=\S)[^~\n]+(?<=\S)~~\s*")
_DELIMITERS = {"*": "em", "_": "em", "**": "strong", "__": "strong", "~~": "s", "==": "mark"}
_AUDIO = (".mp3", ".m4a", ".ogg", ".oga", ".opus", ".wav", ".flac", ".aac")
_END_MARKS = "■□▪◼◾∎◆"
_MARKUP = re.compile(r"[*_=~]+")


def _is_cjk(character: str) -> bool:  # as a pattern 2 ms to compile, and slower
    return (
        "\u2e80" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\uff00" <= character <= "\uff60"
        or character in "“”‘’…—"
    )


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    from html import unescape  # late: its table takes 2 ms

    return unescape(text)


def _glue(before: str, after: str) -> str:
    """Return what joins two printed lines: nothing after a hard hyphen, at a dash, between two characters without spaces."""
    if not before or before.isspace():
        return ""
    end = before[-1]
    start = after[:40]
    if end == "-" or not start[:2].isalnum():
        start = _MARKUP.sub("", start)
    head = start[:1]
    if end == "-":
        if len(before) > 1 and (before[-2].isalnum() or before[-2] in "’'.”)"):
            word = re.match(r"[^\W\d_]+", start)
            return " " if word and word[0] in SUSPENDED else ""
        return " "
    if end in "—―" or head in ("—", "―"):
        return ""
    if end == "–" or head == "–":
        return " " if before[-2:-1] == " " or start[1:2] == " " else ""
    if end > "\x7f" and head > "\x7f" and _is_cjk(end) and _is_cjk(head) and (ord(end) > 0x2E7F or ord(head) > 0x2E7F):
        return ""
    return " "


def read(
    pieces: Iterable[tuple[int, str]], paragraphs: Iterable[int] = (), *, bare: bool = False
) -> tuple[Text, list[str], list[str]]:
    """Return the running text of printed lines, given as (line on disk, raw text), with its images and sounds as written.

    `paragraphs` are the lines on disk that begin a paragraph: emphasis does not reach over them. `bare`: the lines have no markup.
    """
    pieces = list(pieces)
    if bare or not has_markup("\0".join([text for _, text in pieces])):
        simple = _without_markup(pieces)
        if simple is not None:
            return simple, [], []
    elif len(pieces) == 1 and len(pieces[0][1]) < _LONGEST_KNOWN:
        ((number, raw),) = pieces
        text, images, audio = _known(raw)
        return Text(text.plain, ((0, number),), text.marks, text.cuts, text.joins), [*images], [*audio]
    starts = set(paragraphs)
    numbers = [number for number, _ in pieces]
    raw = "".join(
        ("" if index == 0 else "\f" if number in starts else "\n") + text.replace("\n", " ").replace("\f", " ")
        for index, (number, text) in enumerate(pieces)
    )
    return _Reader(raw, numbers).result()


def has_markup(raw: str) -> bool:
    """Return whether anything in `raw` may be more than text: one class of characters is sought in a third of the time of alternatives."""
    return bool(_SPECIAL.search(raw) or "  " in raw or "==" in raw or "~~" in raw or ("[" in raw and _BRACKETS.search(raw)))


def _without_markup(pieces: list[tuple[int, str]]) -> Text | None:
    """Return the running text of lines in which nothing is markup; None where one of them is empty."""
    if len(pieces) == 1:
        return Text(pieces[0][1].strip(), ((0, pieces[0][0]),))
    lines: list[tuple[int, int]] = []
    size = 0
    whole = "\n".join([text for _, text in pieces])
    if not (_SEAM.search(whole) or whole[:1].isspace() or whole[-1:].isspace()):
        for number, text in pieces:
            lines.append((size, number))
            size += len(text) + 1
        return Text(whole.replace("\n", " "), tuple(lines))
    parts: list[str] = []
    last = ""
    for number, raw in pieces:
        text = raw.strip(" ")
        if not text or text[0].isspace() or text[-1].isspace():
            return None
        glue = _glue(last, raw.lstrip(" ")[:60])
        lines.append((size + len(glue), number))
        size += len(glue) + len(text)
        parts += (glue, text)
        last = text[-2:] if len(text) > 1 else (last + glue + text)[-2:]
    return Text("".join(parts), tuple(lines))


def _strong(raw: str) -> tuple[str, tuple[Mark, ...]] | None:
    """Return the text of a line that has no markup but `**…**`, in a tenth of the time that any other takes; None for another line."""
    parts = raw.strip().split("**")
    text = "".join(parts)
    if len(parts) < 3 or len(parts) % 2 == 0 or not all(parts[1:-1]) or has_markup(text):
        return None
    marks: list[Mark] = []
    end = len(parts[0])
    for index in range(1, len(parts), 2):
        inside = parts[index]
        if inside[0].isspace() or inside[-1].isspace():
            return None
        start, end = end, end + len(inside)
        marks.append(Mark(start, end, "strong"))
        end += len(parts[index + 1])
    return text, tuple(marks)


def plain(raw: str) -> str:
    """Return one line without its markup."""
    if not has_markup(raw):
        return raw.strip()
    return (_known(raw) if len(raw) < _LONGEST_KNOWN else _read_line(raw))[0].plain


def _read_line(raw: str) -> tuple[Text, tuple[str, ...], tuple[str, ...]]:
    """Return the text of one line with its images and sounds."""
    strong = _strong(raw)
    if strong is not None:
        return Text(strong[0], ((0, 0),), strong[1]), (), ()
    text, images, audio = _Reader(raw.replace("\n", " ").replace("\f", " "), [0]).result()
    return text, tuple(images), tuple(audio)


_known = lru_cache(2048)(_read_line)  # several recognisers ask for the same line
_LONGEST_KNOWN = 500
"""Characters beyond which a line is not kept."""


class _Reader:
    """One pass over raw text. Output is a list of parts, so that a delimiter found to be markup is blanked without moving offsets."""

    def __init__(self, raw: str, numbers: list[int]) -> None:
        self.raw = raw
        self.numbers = numbers
        self.parts: list[str] = []
        self.last = ""  # last characters put out: what decides how the next line is joined
        self.marks: list[tuple[int, int, str, str]] = []  # in parts
        self.lines: list[tuple[int, int]] = [(0, numbers[0] if numbers else 0)]
        self.cuts: list[int] = []
        self.joins: list[int] = []
        self.images: list[str] = []
        self.audio: list[str] = []
        self.delimiters: list[tuple[str, int]] = []
        self.waiting: dict[str, int] = {}
        self.brackets: list[int] = []
        self.tags: list[tuple[str, int, str]] = []
        self.read = 0  # part behind the last one that has its reading
        self.run()

    def put(self, text: str) -> None:
        if not text:
            return
        if text[0] == " " and (not self.last or self.last[-1] == " "):
            text = text.lstrip(" ")
            if not text:
                return
        self.parts.append(text)
        self.last = (self.last + text)[-2:] if len(text) < 2 else text[-2:]

    def run(self) -> None:
        raw, position, line = self.raw, 0, 0
        for found in _TOKEN.finditer(raw):
            start = found.start()
            if start < position:
                continue  # inside a code span
            if start > position:
                self.put(raw[position:start])
            position = found.end()
            kind = found.lastgroup
            if kind == "newline":
                line += 1
                self.newline(found[0], raw[position : position + 60], self.numbers[min(line, len(self.numbers) - 1)])
            elif kind == "escape":
                self.put(found["escape"])
            elif kind == "space":
                self.put(" ")
            elif kind == "nothing":
                if found[0] == "\xad" and raw[position : position + 1] == "\n":
                    self.last = "\xad"
            elif kind == "delimiter":
                self.delimiter(found[0], start, position)
            elif kind == "open":
                self.brackets.append(len(self.parts))
                self.put("[")
            elif found["href"] is not None or (kind is None and found[0] == "]"):
                self.close_bracket(found)
            elif kind == "code":
                position = self.code(found[0], position)
            elif kind == "comment":
                self.comment(found["comment"])
            elif kind == "auto":
                self.parts_mark("a", found["auto"], found["auto"])
            elif found["tag"]:
                self.tag(found["tag"].lower(), bool(found["close_tag"]), found["attributes"])
            elif found["alt"] is not None:
                self.media(found["angled"] or found["source"])
            elif found["embed"]:
                self.media(found["embed"])
            elif found["wiki"]:
                self.put(_SPACES.sub(" ", found["wiki"].rpartition("|")[2].rpartition("/")[2].rstrip("\\")))
            elif found["sound"]:
                self.audio.append(found["sound"])
            elif found["entity"]:
                self.put(_SPACES.sub(" ", _unescaped(found[0])))
            elif found["cut"]:
                self.cuts.append(len(self.parts))
                self.put(_glue(self.last, raw[position : position + 60]))
        self.put(raw[position:])

    def newline(self, text: str, behind: str, number: int) -> None:
        if "\f" in text:
            self.delimiters.clear()
            self.waiting.clear()
            self.brackets.clear()
        if self.last[-1:] != "\xad":
            self.put(_glue(self.last, behind))
        self.lines.append((len(self.parts), number))

    def parts_mark(self, tag: str, text: str, value: str = "") -> None:
        first = len(self.parts)
        self.put(text)
        self.marks.append((first, len(self.parts), tag, value))

    def delimiter(self, run: str, start: int, end: int) -> None:
        raw = self.raw
        before, after = raw[start - 1 : start], raw[end : end + 1]
        opens = bool(after) and not after.isspace()
        closes = bool(before) and not before.isspace()
        if run[0] == "_" and before.isalnum() and after.isalnum():
            opens = closes = False
        for one in [run[0], run[0] * 2] if len(run) == 3 else [run]:
            if closes and self.waiting.get(one):
                while True:
                    delimiter, first = self.delimiters.pop()
                    self.waiting[delimiter] -= 1
                    if delimiter == one:
                        break
                if first == len(self.parts) - 1:
                    self.parts.pop()  # nothing in between
                else:
                    self.parts[first] = ""
                    self.marks.append((first, len(self.parts), _DELIMITERS[one], ""))
            elif opens:
                self.delimiters.append((one, len(self.parts)))
                self.waiting[one] = self.waiting.get(one, 0) + 1
                self.put(one)
            else:
                self.put(one)

    def close_bracket(self, found: re.Match[str]) -> None:
        href = found["href"]
        if href is None:
            if self.brackets:
                self.brackets.pop()
            self.put("]")
        elif self.brackets:
            first = self.brackets.pop()
            self.parts[first] = ""
            self.marks.append((first, len(self.parts), "a", _unescaped(href)))
        else:
            self.put(_SPACES.sub(" ", found[0]))

    def code(self, ticks: str, position: int) -> int:
        close = re.compile(f"(?<!`){ticks}(?!`)").search(self.raw, position, position + 4000)
        if not close:
            self.put(ticks)
            return position
        self.parts_mark("code", re.sub(r"\s+", " ", self.raw[position : close.start()]).strip())
        return close.end()

    def comment(self, text: str) -> None:
        (self.cuts if text == "cut" else self.joins).append(len(self.parts))

    def media(self, source: str) -> None:
        if source.lower().endswith(_AUDIO):
            self.audio.append(source)
        elif source:
            self.images.append(source)

    def tag(self, tag: str, closing: bool, attributes: str) -> None:
        if tag in ("img", "audio", "source", "video"):
            found = _ATTRIBUTE.search(attributes)
            if found and not closing:
                self.media(found[1] or found[2] or found[3] or "")
        elif tag in ("br", "p", "div"):
            self.put(" ")
        elif closing:
            for index in range(len(self.tags) - 1, max(-1, len(self.tags) - 9), -1):
                if self.tags[index][0] == tag:
                    _, first, value = self.tags.pop(index)
                    self.close_tag(tag, first, value)
                    return
        else:
            found = _ATTRIBUTE.search(attributes) if tag == "a" else None
            self.tags.append((tag, len(self.parts), (found[1] or found[2] or found[3] or "") if found else ""))
            if tag == "rt":
                self.parts.append("")  # a part of its own, so that what follows can be taken out

    def close_tag(self, tag: str, first: int, value: str) -> None:
        if tag in ("rt", "rp"):
            reading = "".join(self.parts[first:])
            del self.parts[first:]
            while self.marks and self.marks[-1][1] > first:
                self.marks.pop()
            while self.delimiters and self.delimiters[-1][1] >= first:  # what opened in it can close nothing behind it
                self.waiting[self.delimiters.pop()[0]] -= 1
            while self.brackets and self.brackets[-1] >= first:
                self.brackets.pop()
            self.last = "".join(self.parts[-2:])[-2:]
            if tag == "rt":
                base = self.tags[-1][1] if self.tags and self.tags[-1][0] == "ruby" else first
                self.marks.append((max(base, self.read), first, "ruby", reading.strip()))
                self.read = first
        elif tag in _TAGS:
            self.marks.append((first, len(self.parts), _TAGS[tag], value))

    def result(self) -> tuple[Text, list[str], list[str]]:
        offsets = [0]
        for part in self.parts:
            offsets.append(offsets[-1] + len(part))
        whole = "".join(self.parts)
        lead = len(whole) - len(whole.lstrip())
        text = whole.rstrip().rstrip(_END_MARKS).strip()
        size = len(text)

        def place(part: int) -> int:
            return max(0, min(offsets[min(part, len(self.parts))] - lead, size))

        lines: dict[int, int] = {}
        for at, number in self.lines:
            lines[place(at)] = number
        lines.setdefault(0, self.numbers[0] if self.numbers else 0)
        marks = [Mark(place(first), place(end), tag, value) for first, end, tag, value in self.marks]
        ordered = sorted((mark for mark in marks if mark.start < mark.end), key=lambda mark: (mark.start, -mark.end))
        return (
            Text(
                text,
                tuple(sorted(item for item in lines.items() if item[0] < size or item[0] == 0)),
                tuple(ordered),
                tuple(sorted({at for at in map(place, self.cuts) if 0 < at < size})),
                tuple(sorted({at for at in map(place, self.joins) if 0 < at < size})),
            ),
            self.images,
            self.audio,
        )


def unstruck(raw: str) -> str:
    """Return a text without what is struck out in it."""
    return _STRUCK.sub("", raw) if "~~" in raw else raw
