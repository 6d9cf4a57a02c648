"""The outline: every line of a note with its place (paragraph, list, quote, box) and the titles it stands below.

A heading, a label line, the title of a box or of a fold and a bold line of its own are one thing here: a title of what follows, with the
role that its words name. Containers are transparent: what is in them are lines like any other.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from anki_builder.languages import labels, language, scripts
from anki_builder.reading import inline
from anki_builder.reading.blocks import Block
from anki_builder.reading.dialects import Title as BoxTitle


class Title(NamedTuple):
    """A heading, a label line, the title of a box or a bold line: it names the lines below it."""

    line: int
    text: str
    level: int
    """1 to 6: a heading; 7: a label or bold line; 8: a box."""
    role: str = ""
    """text, translation, vocabulary, example, grammar, skip, phonetics, or nothing."""
    language: str = ""
    """Tag of the language that it names."""


class Prefix(NamedTuple):
    """The label or the speaker before the colon of a line."""

    name: str
    kind: str
    """A role or field of `labels`, `speaker`, `question`, `answer`, `named` for a word that the note uses as a label, or nothing for a
    name that may be a term."""
    language: str = ""


class Line(NamedTuple):
    """One line of text."""

    number: int
    """On disk, from 1."""
    raw: str
    """Without the marks of containers, numbers, bullets, emoji and label; with its inline markup."""
    plain: str
    """`raw` without markup."""
    spaced: str
    """`plain` with private characters for what may part a term from its gloss: U+E000 for the first of two spaces or a wide one, U+E001
    for a tab or a gap, U+E003 where emphasis ends or begins."""
    block: int
    """Lines of one paragraph have the same."""
    first: bool
    """Whether it begins its paragraph."""
    depth: int
    item: int
    parent: int
    marker: str
    quote: int
    prefix: Prefix | None
    title: Title | None
    """The nearest title above it."""
    section: Title | None
    """The nearest title above it that is no box."""
    role: str
    """Role of the nearest title that has one."""
    language: str
    """Language that the nearest title names."""
    heading: int = 0
    """Level of the heading that the line is; 0 for any other line."""
    bold: bool = False
    """Whether all of it is emphasised."""
    style: str = ""
    """The emphasis around all of it: `**`, `*`, `` ` ``; empty where it has none."""


LABEL = 7
"""Level of a title that is a label or a bold line."""
_EMOJI = "\U0001f000-\U0001faff\u2600-\u26ff\u2700-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3\U000e0020-\U000e007f"
_LEADING = re.compile(
    rf"^(?:[:：]\s+|[一二三四五六七八九十]{{1,3}}[、．.]\s*|[\s{_EMOJI}・•●○◦▪▫◆◇■□▶▷►▸▹◉★☆※⭐→⇒➡↳└├─·»›]+"
    rf"|[(（]?\d{{1,3}}[.)）、．]\s*(?=\D)|\d{{1,2}}(?:\.\d{{1,2}})+\.?\s+|(?:Z|S|p|P|l|L|V|v)\.\s*\d{{1,3}}\s+|(?:\d{{1,2}}:)?\d{{1,2}}:\d{{2}}\s+(?=[^\d\s])"
    rf"|(?:No|Nr|Nº|№)\.?\s*\d{{1,3}}[.:)、：]?\s*(?=[^\d\s])"
    rf"|[٠-٩۰-۹]{{1,3}}\s*[-.)]\s*|[أ-ي]\)\s+|[①-⓿❶-❿]\s*|(?:\d️?⃣)\s*|[a-hA-H]\)\s+|[a-h]\.\s+(?=[^\W\d_]{2}))+"
)
_TRAILING = re.compile(rf"(?<![\s{_EMOJI}⭐★☆✓✔✗✘])[\s{_EMOJI}⭐★☆✓✔✗✘]+$")
_PREFIX = re.compile(
    r"^(?P<name>[^\s:：*_|<>「“\"‘(（\[【][^:：*_|<>。！？.!?\n]{0,28}?\.?)"
    r"\s*+(?P<open>[*_]{0,3})(?:\s*+[:：](?!//|:)|::(?!:))\s*+(?P<close>[*_]{0,3})\s*+(?P<rest>\S.*)$"
)
_LANGUAGE_BEHIND = re.compile(r"\S\s*[(（\[](\w[^()（）\[\]]{1,19})[)）\]]$")
_WIKI_LABEL = re.compile(r"^\[\[([^\[\]|]{1,28})\]\](?=\s*[:：])")
_BRACKETED = re.compile(
    r"^[*_]{0,2}[【\[〔](?P<name>[^\[\]【】〔〕:：]{1,16})(?:[】〕]|\](?!\())[*_]{0,2}\s*[:：]?\s*(?P<rest>\S.*)$"
)
_CODE = re.compile(r"^(?P<mark>\*\*|__|`)(?P<name>[A-Z]{2})(?P=mark)\s+(?P<rest>\S.*)$")
"""The code of a language: `**RO** Unde ești?`."""
_TAGGED = re.compile(r"^[\"“]?\s*\[\s*(?P<name>[^\[\]:：]{1,20})\s*[:：]\s*(?P<rest>.*?)\s*\](?:\{[^{}]*\})?\s*$")
_ABBREVIATED = re.compile(r"^(e\.\s?g\.|z\.\s?B\.|p\.\s?ej\.|par ex\.|(?:ex|예|例)[)）])[,:：]?\s*(?=\S)", re.IGNORECASE)
_EMPHASIS = re.compile(r"^(\*{1,3}|_{1,3}|==|~~)(?=\S)(.+?)(?<=\S)\1$")
_OPENING = re.compile(r"(?:\*{1,3}|_{1,3}|==)(?=\S)")
_STYLE = re.compile(r"^(\*{1,3}|_{1,3}|`|==)(?=\S)[^*_`=]+\1$")
_SPAN_FIRST = re.compile(r"^(\*\*|__|`|\*|_|==)(?=\S)(?P<term>[^*_`=]+?)(?<=\S)\1\s+(?=[^\s*_`]|[*_]+[(\[])")
_SPAN_LAST = re.compile(r"^[^*_`=\s][^*_`=]*?(?<!\s)(?P<gap>\s+)(\*\*|__|`|\*|_|==)(?=\S)[^*_`=]+(?<=\S)\2[.。]?$")
_ASIDE = re.compile(r"\s*[(（][^()（）]*[)）]$")
_DAY = re.compile(r"^\d{4}[-./]\d{1,2}[-./]\d{1,2}\s+|\s+\d{4}[-./]\d{1,2}[-./]\d{1,2}$")
_LABEL_END = re.compile(r"[:：]\s*$")
_SPEAKER = re.compile(
    r"[A-Z]\d?$|(?:[A-ZÀ-ÞА-ЯΑ-Ω][\w.'’-]*(?:\s+[A-ZÀ-ÞА-ЯΑ-Ω]?[\w.'’-]+){0,2})$|[^\x00-\u02ff]{1,6}(?: [^\x00-\u02ff]{1,6})?$"
)
_BARE_SPEAKER = re.compile(r"[A-Z]\d?$")
_LONGEST_TITLE = 60
"""Characters of a line that names what follows it."""
_WRONG = re.compile(r"[(（][xX×✗✘❌][)）][*_\s]*$")
"""Marks a sentence that is wrong, as an example of what not to say."""
_ADDRESS = re.compile(r"<?https?://\S+>?$")
"""A line that is an address alone."""
_GAP = re.compile(r"(?<=\S)(?:[ \u3000]*\t[ \t\u3000]*|\u3000+| {2,}|[ \t]*<br\s*/?>[ \t]*)(?=\S)", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?。！？…][\"”’»)）]*$")

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Letters of Thai, Lao, Burmese and Khmer, which end no sentence with a mark and put no spaces between words."""
_UNSPACED_SENTENCE = 10
"""Letters from which on a turn of theirs is a sentence."""
_DEFINITIONS = frozenset("definitions meanings bedeutungen définitions definiciones definizioni definições definicje".split())
"""Titles of vocabulary; one of them alone names a translation."""
FIELD_KINDS = frozenset(("gloss", "phonetics", "part-of-speech", "remark"))
"""Fields whose names before a colon are kinds of prefixes."""
_BOXES = {
    "example": "example",
    "vocab": "vocabulary",
    "vocabulary": "vocabulary",
    "words": "vocabulary",
    "translation": "translation",
    "quote": "",
    "cite": "",
    "todo": "skip",
}
"""Roles of boxes by what their dialect calls them."""


_FRAME = re.compile(r"【 +(?=\S)|(?<=\S) +】")
"""A frame around words: `【 to fold 】`. Without spaces it holds the name of what follows."""


def undecorated(raw: str) -> str:
    """Return a line without numbers, bullets and emoji before it and emoji behind it."""
    mark = found[0] if (found := _OPENING.match(raw)) else ""  # `**② 离**`
    found = _LEADING.match(raw[len(mark) :])
    if found and found.end() < len(raw) - len(mark):
        raw = mark + raw[len(mark) + found.end() :]
    return _TRAILING.sub("", raw) or raw


def unwrapped(raw: str) -> tuple[str, bool]:
    """Return a line without the emphasis around all of it, and whether it had any."""
    raw = _FRAME.sub("", raw)
    found = _EMPHASIS.match(raw.strip())
    if found and found[1] not in found[2]:
        return found[2], True
    return raw, False


def spaced(raw: str, plain: str) -> str:
    """Return `plain` with marks where the line has a tab or a wide space in it."""
    at = 0
    raw = raw.strip()
    gaps = list(_GAP.finditer(raw))
    ends = [found.start() for found in gaps[1:]] + [len(raw)]
    for found, end in zip(gaps, ends, strict=False):
        word = re.split(r"\s", inline.plain(raw[found.end() : end]), maxsplit=1)[0]
        place = plain.find(" " + word, at) if word else -1
        if place < 0:
            break
        wide = "\t" in found[0] or "<" in found[0] or found[0].count(" ") > 2
        plain = plain[:place] + ("\ue001" if wide else "\ue000") + plain[place + 1 :]
        at = place + 1
    return _with_spans(raw, plain)


def _with_spans(raw: str, plain: str) -> str:
    """Return `plain` with a mark where emphasis at its beginning ends, or at its end begins: `**bilet** ticket`."""
    found = _SPAN_FIRST.match(raw)
    if found:
        place = len(inline.plain(raw[: found.end()]))
    elif last := _SPAN_LAST.match(raw):
        place = len(inline.plain(raw[: last.start("gap")]))
    else:
        return plain
    return plain[:place] + "\ue003" + plain[place + 1 :] if plain[place : place + 1] == " " else plain


def _style(raw: str) -> str:
    found = _STYLE.match(raw.strip())
    return found[1] if found else ""


def title_role(text: str, own: Mapping[str, str]) -> tuple[str, str]:
    """Return the role that a title has by its words, and the language it names; `own` are the learner's label words."""
    return _title_role(text, tuple(own.items()))


@lru_cache(4096)  # most notes of a learner have the same titles
def _title_role(text: str, own_words: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    own = dict(own_words)
    plain = undecorated(inline.plain(text)).strip(" :：*_#【】[]《》-–—")
    plain = _ASIDE.sub("", plain) or plain
    plain = _DAY.sub("", plain) or plain
    role = labels.role(plain, own)
    field = labels.field(plain)
    if field in labels.NAMES:
        return (role if role not in ("text", "translation") else ""), field
    if not role and len(plain) < _LONGEST_TITLE and (tag := labels.language_of_part(plain)):
        return "", tag
    if not role and field in ("phonetics", "term", "gloss"):
        several = field == "gloss" and plain.casefold() in _DEFINITIONS
        role = "vocabulary" if several else {"phonetics": "phonetics", "term": "vocabulary", "gloss": "translation"}[field]
    if not role and (word := labels.mistyped(plain)) and _LABEL_END.search(inline.plain(text)):
        role = labels.role(word, own)
    if not role and len(plain) < _LONGEST_TITLE:
        role = labels.role_within(plain)
    return role, ""


@lru_cache(4096)  # as above
def _label_title(text: str, own_words: tuple[tuple[str, str], ...]) -> Title | None:
    """Return the title that a line is which names what follows: a label alone, with or without emphasis and colon."""
    bare, emphasised = unwrapped(undecorated(text))
    plain = inline.plain(bare)
    ended = _LABEL_END.search(plain) is not None
    name = _ASIDE.sub("", plain.strip()) or plain.strip()
    if len(plain) > _LONGEST_TITLE or (not ended and not emphasised and len(name) > 16):
        return None
    role, language = _title_role(plain, own_words)
    if not (ended or emphasised):
        exact = labels.role(name, dict(own_words))
        role = exact if exact and not (plain.isascii() and not plain[:1].isupper()) else ""
        language = ""
    if not role and not language and not ended:
        return None
    return Title(0, plain, LABEL, role, language)


def prefix_of(raw: str, own: Mapping[str, str]) -> tuple[Prefix | None, str]:
    """Return the label or speaker before the colon of a line, and the rest: the whole line where there is none."""
    raw = _WIKI_LABEL.sub(r"\1", raw)
    found = _TAGGED.match(raw)
    if found and labels.field(found["name"]):
        return Prefix(found["name"], *_kind(found["name"], own)), found["rest"]
    found = _BRACKETED.match(raw)
    if found:
        kind, tag = _kind(found["name"], own)
        if kind:
            return Prefix(found["name"], kind, tag), found["rest"]
    found = _CODE.match(raw)
    if found and (tag := labels.language_of_code(found["name"])):
        return Prefix(found["name"], "language", tag), found["rest"]
    found = _ABBREVIATED.match(raw)
    if found:
        return Prefix(found[1], "example"), raw[found.end() :]
    stripped = raw.lstrip("*_ ")
    lead = raw[: len(raw) - len(stripped)].strip()
    found = _PREFIX.match(stripped)
    if not found:
        return None, raw
    rest = found["rest"] if lead or found["open"] else stripped[found.start("close") :]
    if lead and not found["open"] and not found["close"]:
        if rest.endswith(lead) and lead not in found["name"]:
            rest = rest.removesuffix(lead)  # **Student: May I …?**
        else:
            return None, raw
    name = undecorated(found["name"]).strip()
    if not name:
        return None, raw
    kind, tag = _kind(name, own)
    if kind == "language" and not _may_be_in(rest, tag):
        kind, tag = "", ""  # `polish：擦亮`
    return Prefix(name, kind, tag), rest


def _may_be_in(text: str, tag: str) -> bool:
    """Return whether the script of a text is that of a language, or the Latin one, in which any language may be spelt."""
    counted = scripts.count(text)
    return not counted or "Latin" in counted or not counted.keys().isdisjoint(language(tag).scripts)


def _kind(name: str, own: Mapping[str, str]) -> tuple[str, str]:
    role = labels.role(name, own)
    field = labels.field(name)
    if field in labels.NAMES:
        return "language", field
    inside = _LANGUAGE_BEHIND.search(name)
    tag = (labels.language_of_code(inside[1]) or labels.field(inside[1])) if inside else ""
    if tag in labels.NAMES:  # `Example (NO)`
        return "language", tag
    if not role and not field and (word := labels.mistyped(name)):
        role, field = labels.role(word, own), labels.field(word)
    return (field if field in FIELD_KINDS else "") or role or ("term" if field == "term" else ""), ""


def outline(
    blocks: Iterable[Block],
    boxes: Mapping[int, BoxTitle],
    ends: Iterable[int],
    own: Mapping[str, str],
    skip: frozenset[int],
    wanted: frozenset[int] | None = None,
) -> tuple[list[Line], list[Title]]:
    """Return the lines of a note in order, and its titles.

    `boxes` are its titles of boxes by line, `ends` the lines where one ends, `own` the learner's label words, `skip` the lines to leave
    out, `wanted` the only lines to return besides.
    """
    walk = _Outline(boxes, set(ends), own, skip, wanted)
    walk.walk(blocks)
    return walk.lines, walk.all_titles


def _signed(text: str) -> Prefix | None:
    """Return a flag before a line as the name of its language, a loudspeaker as a label for phonetics: `🇹🇭 น้ำ`, `🔊 náam`. Else None."""
    found = _SIGN.match(text)
    if found is None:
        return None
    if not found["flag"]:
        return Prefix(found[0].strip(), "phonetics")
    country = "".join(chr(ord(letter) - _FLAG_LETTER + ord("A")) for letter in found["flag"])
    tag = labels.COUNTRIES.get(country, "")
    return Prefix(found["flag"], "language", tag) if tag else None


_FLAG_LETTER = 0x1F1E6
_SIGN = re.compile("(?:(?P<flag>[\U0001f1e6-\U0001f1ff]{2})|🔊|🔉|🗣)\ufe0f?\\s*(?=\\w)")


_FEWEST_BOXES = 3


def _of_terms(boxes: Iterable[BoxTitle]) -> set[str]:
    """Return the kinds of boxes whose titles are terms: there are several, and most begin in lower case, as no title of a part does."""
    titles: dict[str, list[str]] = defaultdict(list)
    for title in boxes:
        if title.text:
            titles[title.kind].append(title.text)
    return {
        kind
        for kind, texts in titles.items()
        if len(set(texts)) >= _FEWEST_BOXES and sum(text[0].islower() for text in texts) * 3 >= len(texts) * 2
    }


class _Outline:
    """A walk over the blocks with the titles that are open."""

    def __init__(
        self,
        boxes: Mapping[int, BoxTitle],
        ends: set[int],
        own: Mapping[str, str],
        skip: frozenset[int],
        wanted: frozenset[int] | None,
    ) -> None:
        self.wanted = wanted
        self.events = sorted(
            [(number, title) for number, title in boxes.items()] + [(number, None) for number in ends], key=lambda one: one[0]
        )
        self.term_boxes = _of_terms(boxes.values())
        self.own, self.skip = own, skip
        self.own_words = tuple(own.items())
        self.titles: list[Title] = []
        """Those that are open."""
        self.all_titles: list[Title] = []
        self.lines: list[Line] = []
        self.quoted_box = False
        self.pending: tuple[int, str] | None = None
        """Title of a box that is content."""
        self.lists: set[int] = set()
        """Lines of titles with a list right below them."""

    def walk(self, blocks: Iterable[Block]) -> None:
        """Take the blocks of a note."""
        for index, block in enumerate(blocks):
            if self.events:
                self.boxes_before(block)
            if self.quoted_box and not block.quote:
                self.close(8)
            if block.kind in ("fence", "rule", "markup", "taken"):
                if block.kind == "rule":
                    self.close(7)
                continue
            lines = range(block.line, block.line + len(block.texts))
            if self.wanted is not None and block.kind != "heading" and self.wanted.isdisjoint(lines):
                continue
            self.block(index, block)

    def open(self, title: Title) -> None:
        """Open a title."""
        self.titles.append(title)
        self.all_titles.append(title)

    def boxes_before(self, block: Block) -> None:
        while self.events and self.events[0][0] <= block.line:
            number, title = self.events.pop(0)
            self.close(8)
            self.pending = None
            if title is None:
                continue
            role, language = title_role(title.text, self.own) if title.text else ("", "")
            if not role and title.text and title.kind == "summary":
                language = language or labels.language_within(title.text)
            role = role or _BOXES.get(title.kind, "")
            is_content = title.kind == "summary" or title.kind in self.term_boxes or _SENTENCE.search(title.text)
            if title.text and not role and not language and is_content:
                self.pending = (number, title.text)
            self.open(Title(number, title.text, 8, role, language))
            self.quoted_box = block.quote > 0 and title.kind != "summary"

    def close(self, level: int) -> None:
        """Close the titles of `level` and below."""
        while self.titles and self.titles[-1].level >= level:
            self.titles.pop()
        self.quoted_box = self.quoted_box and any(title.level == 8 for title in self.titles)

    def block(self, index: int, block: Block) -> None:
        if self.pending is not None:
            number, text = self.pending
            self.pending = None
            self.add(index, block._replace(marker="", kind="paragraph", level=0), number, text, True)
            first = block.line != number + 1
        else:
            first = True
        for number, text in enumerate(block.texts, block.line):
            if number in self.skip or not text:
                first = first and not text
                continue
            if block.kind == "heading":
                self.close(block.level)
                # A list of links or of things to do ends at any heading.
                self.titles = [one for one in self.titles if one.role != "skip" or one.line not in self.lists]
                role, language = title_role(text, self.own)
                self.add(index, block, number, text, True)
                self.open(Title(number, inline.plain(text), block.level, role, language))
                continue
            if self.is_title(block, number, text):
                first = True
                continue
            if block.depth and self.titles and (not self.lines or self.lines[-1].number <= self.titles[-1].line):
                self.lists.add(self.titles[-1].line)
            self.add(index, block, number, text, first)
            first = False

    def is_title(self, block: Block, number: int, text: str) -> bool:
        """Take a line that names what follows."""
        title = _label_title(text, self.own_words) if len(text) <= _LONGEST_TITLE + 10 else None
        if title is None or (block.depth and not title.role and not title.language):
            return False
        self.close(LABEL)
        self.open(title._replace(line=number))
        return True

    def add(self, index: int, block: Block, number: int, text: str, first: bool) -> None:
        if (self.wanted is not None and number not in self.wanted) or _WRONG.search(text) or _ADDRESS.match(text):
            return
        text = text.rstrip().removesuffix("\\")  # Markdown's forced line break
        undressed = undecorated(text)
        bare, bold = unwrapped(undressed)
        bare = bare if bold else undressed
        prefix, rest = prefix_of(bare, self.own)
        if prefix is None and (sign := _signed(text)) is not None:
            prefix = sign
        if block.kind == "heading" and (prefix is None or prefix.kind not in ("vocabulary", "grammar", "term")):
            prefix = None
        raw = undecorated(rest) if prefix is not None and prefix.kind else bare
        raw = inline.unstruck(raw)
        plain = inline.plain(raw)
        title = self.titles[-1] if self.titles else None
        role = next((one.role for one in reversed(self.titles) if one.role), "")
        if role == "skip" and text.startswith("[^"):
            role = ""  # where a footnote is written says nothing of it
        language = next(
            (one.language for one in reversed(self.titles) if one.language or one.role in ("text", "translation")), ""
        )
        self.lines.append(
            Line(
                number=number,
                raw=raw,
                plain=plain,
                spaced=spaced(raw, plain),
                block=index,
                first=first,
                depth=block.depth,
                item=block.item,
                parent=block.parent,
                marker=block.marker if first else "",
                quote=block.quote,
                prefix=prefix,
                title=title,
                section=next((one for one in reversed(self.titles) if one.level < 8), None),
                role=role,
                language=language,
                heading=block.level if block.kind == "heading" else 0,
                bold=bold,
                style=_style(undressed),
            )
        )


_QUESTION = frozenset("q question 问 問 f frage pregunta p в вопрос front".split())
_ANSWER = frozenset("a answer 答 antwort respuesta r о ответ back".split())


def behind(line: Line, rest: str, prefix: Prefix | None) -> Line:
    """Return a line with the rest of it behind a prefix as its text."""
    plain = inline.plain(rest)
    return line._replace(raw=rest, plain=plain, spaced=spaced(rest, plain), prefix=prefix)


def _with_questions(lines: list[Line]) -> list[Line]:
    """Return the lines with questions and the answers below them named as such."""
    out = list(lines)
    for index, (line, following) in enumerate(pairwise(lines)):
        one, other = line.prefix, following.prefix
        if one is None or other is None:
            continue
        if one.name.casefold().rstrip(".") in _QUESTION and other.name.casefold().rstrip(".") in _ANSWER:
            for place, prefix, kind in ((index, one, "question"), (index + 1, other, "answer")):
                raw = out[place].raw if prefix.kind else prefix_of(out[place].raw, {})[1]
                out[place] = behind(out[place], raw, Prefix(prefix.name, kind))
    return out


def _with_codes(lines: list[Line]) -> list[Line]:
    """Return the lines with the codes of languages before them named as such, where two codes come again and again: `ro: prieten`, `it: amico`."""
    counts = Counter(line.prefix.name for line in lines if line.prefix is not None and not line.prefix.kind)
    codes = {name: tag for name, number in counts.items() if number > 1 and (tag := labels.language_of_code(name.upper()))}
    if len(set(codes.values())) < _FEWEST_CODES:
        return lines
    out = []
    for line in lines:
        if line.prefix is not None and not line.prefix.kind and line.prefix.name in codes:
            tag = codes[line.prefix.name]
            out.append(behind(line, prefix_of(line.raw, {})[1], Prefix(language(tag).name, "language", tag)))
        else:
            out.append(line)
    return out


_FEWEST_CODES = 2


def _stands_among_labels(lines: list[Line], name: str) -> bool:
    """Return whether most lines with a name before them stand beside lines with known labels, as fields of a record do."""
    at = [index for index, line in enumerate(lines) if line.prefix is not None and line.prefix.name == name]
    beside = 0
    for index in at:
        near = (lines[other] for other in (index - 1, index + 1) if 0 <= other < len(lines))
        beside += any(
            line.prefix is not None
            and line.prefix.kind not in ("", "language", "translation")
            and line.title == lines[index].title
            and line.depth == lines[index].depth
            for line in near
        )
    return beside * 3 > len(at) * 2


_MOST_SPEAKERS = 5
"""People who say one sentence each."""


def with_speakers(lines: list[Line]) -> list[Line]:
    """Return the lines without the speakers before them: names that come before sentences more than once."""
    lines = _with_codes(_with_questions(lines))
    if not any(line.prefix is not None for line in lines):
        return lines
    counts: Counter[str] = Counter()
    sentences: Counter[str] = Counter()
    rests: dict[int, str] = {}
    for index, line in enumerate(lines):
        if line.prefix is not None and not line.prefix.kind:
            _, rest = prefix_of(line.raw, {})
            rests[index] = rest
            counts[line.prefix.name] += 1
            plain = _ASIDE.sub("", inline.plain(rest))
            is_unspaced = _UNSPACED.match(plain) is not None and len(plain) >= _UNSPACED_SENTENCE
            sentences[line.prefix.name] += bool(_SENTENCE.search(plain)) or plain.count(" ") > 3 or len(plain) > 30 or is_unspaced
    named = [name for name in counts if _SPEAKER.match(name)]
    often = [name for name in named if counts[name] > 1]
    labelled = {
        name for name in counts if counts[name] > 2 and (name not in named or (len(often) == 1 and not _BARE_SPEAKER.match(name)))
    }
    labelled |= {name for name in counts if counts[name] > 1 and _stands_among_labels(lines, name)}
    named = [name for name in named if name not in labelled]
    total = sum(sentences[name] for name in named)
    once = sum(counts[name] == 1 for name in named)
    if once > _MOST_SPEAKERS and once * 2 > sum(counts[name] for name in named):
        named = [name for name in named if counts[name] > 1]  # the others are the terms of a list
    out = []
    for index, line in enumerate(lines):
        name = line.prefix.name if line.prefix is not None and index in rests else ""
        speaks = bool(name) and (
            (_BARE_SPEAKER.match(name) is not None and total > 1)
            or (name in named and counts[name] > 1 and sentences[name] * 2 > counts[name])
            or (
                name in named
                and line.raw.startswith("**")
                and name.count(" ") < 2
                and len(line.plain) < 200
                and bool(sentences[name])
            )
            or (name in named and bool(sentences[name]) and total > 3 and sum(counts[one] > 1 for one in named) > 1)
        )
        kind = "speaker" if speaks else "named" if name in labelled else ""  # a word before many different things names them
        if kind:
            out.append(behind(line, rests[index], Prefix(name, kind)))
        else:
            out.append(line)
    return out
