"""Reading: a note file becomes a document.

    lines ─front matter, comments─▶ blocks ─layouts─▶ claims ─best evidence─▶ document

Every line that is not blank ends up in a claim or in a diagnostic; `explain` shows which.
"""

import re
from itertools import islice
from operator import attrgetter
from pathlib import PurePosixPath

from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import Document, Passage, Text, VocabularyEntry
from anki_builder.languages import identify, labels, language
from anki_builder.patterns import late
from anki_builder.reading import blocks as block_layer
from anki_builder.reading import direction, entry, front_matter, inline, rules, tables
from anki_builder.reading.blocks import Block
from anki_builder.reading.layouts import LAYOUTS, SURE, SUREST
from anki_builder.reading.page import Claim, Page, is_remote, text_of
from anki_builder.source import Source

_URL = re.compile(r"https?://[^\s<>\])）]+")
_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z]{2,4})?")
_BETWEEN_TAGS = late(r"\s*[,/→>–]+\s*|\s+-+\s*|(?<=[A-Z])-|-(?!(?:[A-Z][a-z]{3}|[A-Z]{2})\b)")
"""The hyphen of `en-zh`, not that of `zh-Hant` and `en-US`."""
_TAGS_LINE = re.compile(r"^\s*[Tt]ags:.*$|<!--\s*title:.*?-->", re.MULTILINE)
_LETTER = re.compile(r"[^\W\d_]")
_BLANK = re.compile(r"[^\n]+")


def read(source: Source, config: Config) -> tuple[Document, list[Diagnostic]]:
    """Return the document of a note, and what is to be said about its lines. Never raises, whatever the text."""
    reading = _read(source, config)
    return reading.document, reading.diagnostics


def explain(source: Source, config: Config) -> list[tuple[int, str, str, str]]:
    """Return what each line that is not blank was taken for: (line on disk, layout, role, text). Unused lines have no layout."""
    reading = _read(source, config)
    lines = source.text.split("\n")
    layouts = {line: claim.layout for claim in reading.claims for line, _ in claim.roles}
    return [(number, layouts.get(number, ""), reading.roles[number], line) for number, line in enumerate(lines, 1) if line.strip()]


class _Reading:
    """A document in the making."""

    document: Document
    diagnostics: list[Diagnostic]
    claims: list[Claim]
    """Those that hold."""
    roles: dict[int, str]
    """By line on disk; in the end of all that are not blank."""


def _read(source: Source, config: Config) -> _Reading:
    reading = _Reading()
    reading.roles = roles = {}
    reading.diagnostics = diagnostics = []
    lines = source.text.split("\n")
    front = front_matter.read(lines)
    written = source.text
    if front.end > 1:
        lines[: front.end - 1] = [""] * (front.end - 1)
        roles.update(dict.fromkeys(range(1, front.end), "front matter"))
        written = "\n".join(lines)
    if not front.closed:
        diagnostics.append(
            Diagnostic(
                rules.UNCLOSED_FRONT_MATTER,
                source.span(1, 1, 3),
                "the front matter that begins here is not closed",
                f"write `---` on a line of its own after line {front.end - 1}",
            )
        )
    text = _without_comments(written, source, roles, diagnostics)
    if text is not written:
        lines = text.split("\n")
    blocks = block_layer.parse(text, lines, fences=config.fences)
    page, guessed = _page(source, config, front, text, lines, blocks, diagnostics)
    languages = page.languages
    reading.claims = claims = _resolve(_claims(page), roles)
    for claim in claims:
        diagnostics += claim.diagnostics
    title = _title(source, front, blocks, roles)
    url = (
        front.first("url", "link", "source_url", "source")
        if _URL.match(front.first("url", "link", "source_url", "source"))
        else ""
    )
    url = url or _url(lines, roles, page)
    _report(page, roles, diagnostics)
    ordered = sorted(claims, key=lambda claim: claim.roles[0][0] if claim.roles else 0)
    passages, entries = _in_order(ordered)
    reading.document = Document(
        source,
        title,
        languages,
        tuple(passages),
        tuple(_placed(entries, [passage.line for passage in passages])),
        url,
        tuple(dict.fromkeys(tag.lstrip("#") for tag in front.values.get("tags", front.values.get("tag", ())) if tag.strip("# "))),
        front.first("deck", "anki-deck", "anki deck"),
        _asides(page, roles),
    )
    if guessed and (passages or entries):
        diagnostics.append(_guessed(source, languages, min([one.line for one in passages] + [one.line for one in entries])))
    for passage in passages:
        _remote(passage.images + passage.audio, passage.line, page, diagnostics)
    for one in entries:
        _remote(one.images + one.audio, one.line, page, diagnostics)
    conflict = _conflict(source, blocks)
    if conflict is not None:
        diagnostics[:] = [conflict]
        reading.document = reading.document._replace(passages=(), entries=(), asides=())
    diagnostics.sort(key=lambda one: (one.span.line, one.span.column))
    return reading


def _without_comments(text: str, source: Source, roles: dict[int, str], diagnostics: list[Diagnostic]) -> str:
    """Blank the comments, line by line in place; the author's marks of sentence ends stay."""
    if "<!--" not in text:
        return text
    out: list[str] = []
    position = 0
    line = 1
    start = text.find("<!--")
    while start >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            number = line + text.count("\n", position, start)
            diagnostics.append(
                Diagnostic(
                    rules.UNCLOSED_COMMENT,
                    source.span(number, start - text.rfind("\n", 0, start), 4),
                    "this comment is never closed",
                    "write `-->` where it ends",
                )
            )
            break
        if text[start + 4 : end].strip() not in ("cut", "join"):
            line += text.count("\n", position, start)
            comment = text[start : end + 3]
            out += (text[position:start], _BLANK.sub(lambda found: " " * len(found[0]), comment))
            for number in range(line, line + comment.count("\n") + 1):
                roles.setdefault(number, "comment")
            line += comment.count("\n")
            position = end + 3
        start = text.find("<!--", end + 3)
    out.append(text[position:])
    return "".join(out)


def _conflict(source: Source, blocks: list[Block]) -> Diagnostic | None:
    """Return the finding of a merge conflict, unless the note quotes one in a fence."""
    if "<<<<<<< " not in source.text:
        return None
    marks = iter(("<<<<<<< ", "=======", ">>>>>>> "))
    mark, first = next(marks), 0
    for number, line in enumerate(source.text.split("\n"), 1):
        if line.startswith(mark) and (mark != "=======" or line.rstrip() == mark):
            first = first or number
            mark = next(marks, "")
            if not mark:
                break
    else:
        return None
    if any(block.kind == "fence" and block.line <= first < block.end and number < block.end for block in blocks):
        return None
    return Diagnostic(
        rules.MERGE_CONFLICT,
        source.span(first, 1, 7),
        f"a merge conflict begins here and ends at line {number}; nothing of this note is used",
        "keep one of the two versions and remove the three lines of marks",
    )


def _page(
    source: Source,
    config: Config,
    front: front_matter.FrontMatter,
    text: str,
    lines: list[str],
    blocks: list[Block],
    diagnostics: list[Diagnostic],
) -> tuple[Page, bool]:
    """Return the page with its language pair, and whether that is guessed.

    The pair is as set, as the front matter or the heads of tables name it, else as the order of the note tells, else as likely.
    """
    if len(config.languages) == 2:
        return Page(source, config, lines, blocks, (config.languages[0], config.languages[1])), False
    named, problem = _named(front)
    if named is not None:
        return Page(source, config, lines, blocks, named), False
    likely, why = _likely(front, text, blocks)
    page = Page(source, config, lines, blocks, likely)
    side = 0 if why == "told" else direction.text_side(page, named=why == "named")
    if side == 1:
        page = Page(source, config, lines, blocks, (likely[1], likely[0]))
    if problem:
        key = "languages" if "languages" in front.values else "language"
        number = front_matter.line_of(key, source.text.split("\n", front.end)[: front.end])
        pair = f"{page.languages[0]}, {page.languages[1]}"
        hint = f"name both, the one studied first, as `languages: [{pair}]`; without that the note is read so"
        diagnostics.append(Diagnostic(rules.FRONT_MATTER_LANGUAGES, source.span(number, 1, len(key)), problem, hint))
    for key in front.values:
        if right := front_matter.mistyped(key):
            number = front_matter.line_of(key, source.text.split("\n", front.end)[: front.end])
            message = f"“{key}” is not read; “{right}” would be"
            diagnostics.append(Diagnostic(rules.FRONT_MATTER_KEY, source.span(number, 1, len(key)), message, f"write `{right}:`"))
    return page, side is None and not (problem or why)


def _named(front: front_matter.FrontMatter) -> tuple[tuple[str, str] | None, str]:
    """Return the pair that the front matter names, or what is wrong with what it names."""
    named = front.values.get("languages") or front.values.get("language") or ()
    if len(named) == 1:
        named = tuple(filter(None, _BETWEEN_TAGS().split(named[0])))
    tags = [_tag(name) for name in named]
    unknown = next((name for name, tag in zip(named, tags, strict=True) if not tag), "")
    if unknown:
        return None, f"no language is known by the name “{unknown}”"
    if len(tags) == 2 and tags[0] != tags[1]:
        return (tags[0], tags[1]), ""
    if not tags or (len(tags) == 1 and "languages" not in front.values):
        return None, ""  # `language: en` is what other programs write
    return None, f"“languages” names {'one language' if len(set(tags)) == 1 else f'{len(tags)} languages'} instead of two"


def _tag(name: str) -> str:
    """Return the tag of a language given by its tag, in any case and with `-` or `_`, or by its name; nothing for what is neither."""
    named = labels.language_named(name)
    if named or not _TAG.fullmatch(name):
        return named
    primary, *subtags = name.replace("_", "-").split("-")
    return "-".join([primary.lower(), *(tag.upper() if len(tag) == 2 else tag.capitalize() for tag in subtags)])


def _guessed(source: Source, languages: tuple[str, str], line: int) -> Diagnostic:
    first, second = (language(tag).name for tag in languages)
    return Diagnostic(
        rules.LANGUAGES_GUESSED,
        source.span(line),
        f"nothing in this note tells whether {first} or {second} is studied; {first} is taken for it",
        f'name the pair if that is wrong: `languages: [{languages[1]}, {languages[0]}]` in front matter,'
        f' or `languages = ["{languages[1]}", "{languages[0]}"]` in the settings',
    )


def _likely(front: front_matter.FrontMatter, text: str, blocks: list[Block]) -> tuple[tuple[str, str], str]:
    """Return the two languages of a note and why in this order: `told` by the heads of tables, `named` in its title, or for no reason."""
    found = identify.languages_of(_URL.sub("", text))
    heads = _named_in_tables(blocks)
    if len(heads) == 2:
        found = [next((tag for tag in found if tag.startswith(head)), head) for head in heads]
    headings = [inline.plain(block.texts[0]) for block in islice((block for block in blocks if block.kind == "heading"), 40)]
    parts = " ".join(heading for heading in headings if labels.role(heading, {}) or labels.field(heading))
    top = text[:1000]
    tagged = _TAGS_LINE.findall(top) if "ags:" in top or "<!--" in top else ()
    names = " ".join((front.first("title"), *front.values.get("tags", ()), *headings[:1], *tagged))
    first = next((block.texts[0] for block in blocks if block.kind == "paragraph" and _LETTER.search(block.texts[0])), "")
    pair = identify.pair(found, names, parts, first)
    if len(heads) == 2 or len(found) < 2:
        return pair, "told"
    named = labels.names_language(names, pair[0]) and not labels.names_language(names, pair[1])
    return pair, "named" if named and pair == identify.pair(found, "", parts, first) else ""


def _named_in_tables(blocks: list[Block]) -> list[str]:
    """Return the languages that the heads of tables name."""
    found: list[str] = []
    for block in blocks:
        if len(block.texts) < 2:
            continue
        for index in range(1, len(block.texts)):
            if tables.is_delimiter(block.texts[index]):
                kinds = [labels.field(cell) for cell in tables.cells(block.texts[index - 1])]
                found += [kind for kind in kinds if kind in labels.NAMES]
    return list(dict.fromkeys(found))


def _claims(page: Page) -> list[Claim]:
    """Return what all layouts claim. Blocks that the surest have taken are withheld from the others, which could not win them.

    Where that leaves nothing the others are not asked: none claims headings and rules alone.
    """
    claims: list[Claim] = []
    skipped: set[int] = set()
    for name, recognise in LAYOUTS:
        found = list(recognise(page))
        claims += found
        if name in SUREST:
            taken = [{line for line, _ in claim.roles} for claim in found if claim.evidence >= SURE]
            sure = set[int]().union(*taken)
            more = not sure or page.withhold(sure)
            # A claim to lines that are skipped fails, and leaves its other lines. Tables in HTML are sought in all lines.
            whole = all(skipped.isdisjoint(lines) or skipped.issuperset(lines) for lines in taken)
            if name == "labelled" and whole and not more and "<table" not in page.source.text:
                break
            skipped = sure
    return claims


def _resolve(claims: list[Claim], roles: dict[int, str]) -> list[Claim]:
    """Return the claims that hold: the surest first, each only where no line of it is taken. `roles` is given those of their lines."""
    taken: dict[int, str] = {}
    kept: list[Claim] = []
    for claim in sorted(claims, key=attrgetter("evidence"), reverse=True):
        lines = dict(claim.roles)
        if taken.keys().isdisjoint(lines):
            taken.update(lines)
            kept.append(claim)
    roles.update(taken)
    return kept


def _title(source: Source, front: front_matter.FrontMatter, blocks: list[Block], roles: dict[int, str]) -> str:
    for block in blocks:
        if block.kind == "heading" and block.level == 1 and not block.quote:
            title = inline.plain(block.texts[0])
            if title:
                roles[block.line] = "title"
                return title
    return front.first("title") or PurePosixPath(source.name).stem


def _url(lines: list[str], roles: dict[int, str], page: Page) -> str:
    for number, line in enumerate(lines[:80], 1):
        if "http" in line:
            label = page.label(line.strip())
            found = _URL.search(line)
            if label is not None and label.role == "metadata" and found:
                roles.setdefault(number, "link")
                return found[0]
    return ""


def _asides(page: Page, roles: dict[int, str]) -> tuple[Text, ...]:
    """Return headings and unlabelled prose in the language studied: no pairs, but vocabulary may have been noted for them."""
    runs: list[list[tuple[int, str]]] = []
    before = ""
    for block in page.blocks:
        role = roles.get(block.line, "")
        if role in ("title", "heading", "prose") and not block.quote and page.side(" ".join(block.texts)) == 0:
            if role != "prose" or before != "prose":
                runs.append([])
            runs[-1] += [(block.line + index, text) for index, text in enumerate(block.texts)]
            before = role
        else:
            before = ""
    found = (text_of(run, [])[0] for run in runs)
    return tuple(text for text in found if text.plain)


def _in_order(claims: list[Claim]) -> tuple[list[Passage], list[VocabularyEntry]]:
    """Return the passages and entries of all claims by line; an entry that has a passage of its own keeps it."""
    found = sorted(
        ((passage, claim, index) for claim in claims for index, passage in enumerate(claim.passages)), key=lambda one: one[0].line
    )
    entries = [one for claim in claims for one in claim.entries]
    if any(one.passage is not None for one in entries):
        places = {(id(claim), index): place for place, (_, claim, index) in enumerate(found)}
        entries = [
            one if one.passage is None else one._replace(passage=places[id(claim), one.passage])
            for claim in claims
            for one in claim.entries
        ]
    return [passage for passage, _, _ in found], sorted(entries, key=lambda one: one.line)


def _placed(entries: list[VocabularyEntry], lines: list[int]) -> list[VocabularyEntry]:
    """Give each entry the passage it stands in or behind."""
    placed = []
    index = -1
    for one in entries:
        while index + 1 < len(lines) and lines[index + 1] <= one.line:
            index += 1
        # Its last field is the passage: `_replace` takes four times as long.
        placed.append(VocabularyEntry._make((*one[:-1], index)) if index >= 0 and one.passage is None else one)
    return placed


REPORTED = {
    "prose": (rules.UNLABELLED_PROSE, "stands under no label of a passage", "stand under no label of a passage"),
    "explanation": (rules.EXPLANATION, "explains no entry", "explain no entry"),
    "orphan translation": (
        rules.ORPHAN_TRANSLATION,
        "is a translation without a text above it",
        "are a translation without a text above them",
    ),
    "unused": (rules.UNUSED_LINE, "is part of no card", "are part of no card"),
}
"""What is said about lines of a role that makes no card."""


def _report(page: Page, roles: dict[int, str], diagnostics: list[Diagnostic]) -> None:
    """Report the lines that make no card: one finding for each run of lines of one kind."""
    for number, line in enumerate(page.lines, 1):
        if number not in roles and line and not line.isspace():
            roles[number] = "mark" if block_layer.is_bare(line) else "unused"
    if REPORTED.keys().isdisjoint(roles.values()):
        return
    turnable = page.separable and "entry" not in roles.values()
    role = ""
    run: list[int] = []
    for number, line in enumerate((*page.lines, "."), 1):
        here = roles.get(number, "") if line and not line.isspace() else "mark"
        if here == "mark":
            continue
        if here != role:
            if role in REPORTED:
                rule, one, many = REPORTED[role]
                message = f"lines {run[0]}–{run[-1]} {many}" if len(run) > 1 else f"this line {one}"
                turned = _turned(page, run) if turnable and role == "explanation" else ""
                diagnostics.append(page.diagnostic(rule, run[0], message, turned or rule.cure))
            role, run = here, []
        run.append(number)


def _turned(page: Page, run: list[int]) -> str:
    """Return a hint if lines of a run, in a note without entries, would be some if the language pair were the other way round."""
    first, second = page.languages
    for number in run:
        line = page.lines[number - 1].strip()
        if line.startswith(">"):
            continue
        plain = inline.plain(line)
        mark = entry.separator(plain)
        if mark and page.side(term := entry.clean_term(plain[: mark.start()])[0]) == 1 and page.side(plain[mark.end() :]) == 0:
            return (
                f"the note is read with {language(first).name} studied and {language(second).name} explaining it;"
                f" if “{term}” is a term, name the pair: `languages: [{second}, {first}]` in front matter"
            )
    return ""


def _remote(paths: tuple[str, ...], line: int, page: Page, diagnostics: list[Diagnostic]) -> None:
    diagnostics += [
        page.diagnostic(
            rules.REMOTE_MEDIA, line, f"“{path}” is on the network and is not fetched", "save it beside the note", path
        )
        for path in paths
        if is_remote(path)
    ]
