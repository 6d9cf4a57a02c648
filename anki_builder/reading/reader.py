"""The whole way from a note file to its document, and to what is to be said about its lines."""

import re
from collections.abc import Iterator
from operator import attrgetter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from anki_builder.config import PLACEHOLDERS, Config, nearest, unknown_placeholders
from anki_builder.diagnostic import Diagnostic, Fix
from anki_builder.document import Document, Override, Passage, Text, VocabularyEntry
from anki_builder.languages import base, identify, is_language, labels, language, scripts
from anki_builder.message import Message, several
from anki_builder.reading import blocks as block_layer
from anki_builder.reading import (
    dialects,
    direction,
    evidence,
    extras,
    formulas,
    front_matter,
    inline,
    leftover,
    marked,
    omitted,
    rules,
)
from anki_builder.reading.blocks import Block
from anki_builder.reading.layouts import LAYOUTS, SURE, SUREST, own
from anki_builder.reading.lines import title_role
from anki_builder.reading.overrides import overrides
from anki_builder.reading.page import Claim, Decision, Page, is_remote, text_of
from anki_builder.reading.spelling import spelt_out, with_kana, with_pinyin
from anki_builder.source import Source, Span, composed

if TYPE_CHECKING:
    from anki_builder.reading.pair import Signs

LEAST_USED = 0.05
"""Evidence up to which a claim only says why lines are part of no card."""
_LONGEST_TITLE = 60
"""Characters of a first line that may name the languages of a note without headings."""
_URL = re.compile(r"https?://[^\s<>\])）]+")
_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z]{2,4})?")
_ONE_LANGUAGE = re.compile(r"languages[ \t]*:[ \t]*(\[[ \t]*[\w-]+[ \t]*\]|[\w-]+)[ \t]*$")
_BETWEEN_TAGS = re.compile(r"\s*[,/→>–]+\s*|\s+-+\s*|(?<=[A-Z])-|-(?!(?:[A-Z][a-z]{3}|[A-Z]{2})\b)")
"""The hyphen of `en-zh`, not that of `zh-Hant` and `en-US`."""


def read(source: Source, config: Config) -> tuple[Document, list[Diagnostic]]:
    """Return the document of a note, and what is to be said about its lines. Never raises, whatever the text."""
    reading = reading_of(source, config)
    return reading.document, reading.diagnostics


class Explained(NamedTuple):
    """What a line was taken for."""

    line: int
    """On disk, from 1."""
    layout: str
    """Empty where the line is part of no card."""
    role: str
    why: str
    """The evidence for it, or what is missing."""
    text: str


def explain(source: Source, config: Config) -> tuple[tuple[str, str], tuple[tuple[str, float], ...], list[Explained]]:
    """Return the language pair of a note, the signs of the order of the pair with their weights, and what each line was taken for."""
    reading = reading_of(source, config)
    shown = composed(source).text.split("\n")
    layouts = {line: claim for claim in reading.claims for line, _ in claim.roles}
    lines = []
    for number, line in enumerate(source.text.split("\n"), 1):
        if not shown[number - 1].strip():  # characters that show nothing make no line
            continue
        claim = layouts.get(number)
        used = claim is not None and bool(claim.passages or claim.entries or claim.evidence > LEAST_USED)
        lines.append(
            Explained(
                number,
                claim.layout if claim is not None and used else "",
                reading.roles[number],
                claim.why if claim is not None else "",
                line,
            )
        )
    return reading.document.languages, reading.votes, lines


class Reading:
    """A document in the making."""

    document: Document
    page: Page
    guessed: bool
    """Whether nothing tells which of the two languages is studied."""
    names_languages: bool
    """Whether the note mentions a language by name."""
    diagnostics: list[Diagnostic]
    claims: list[Claim]
    """Those that hold."""
    roles: dict[int, str]
    """By line on disk; in the end of all that are not blank."""
    votes: tuple[tuple[str, float], ...]
    """What spoke for the order of the languages."""


def reading_of(source: Source, config: Config) -> Reading:
    """Read a note; its languages stay as they were if the learner names no others, and its scripts can be these languages."""
    source = composed(source)
    reading = _read_in(source, config)
    found, former = reading.document.languages, source.former
    if former is None or len(config.languages) == 2 or _same(found, former) or not _may_be(found, former):
        return reading
    if _named(front_matter.read(source.text.split("\n")))[0] is not None:
        return reading
    reading = _read_in(source, config._replace(languages=former))
    kept, other = (" and ".join(language(tag).name for tag in pair) for pair in (former, found))
    message = Message("this note is read as {kept}, as before, although its words look like {other}", kept=kept, other=other)
    hint = Message("if it is that, name the languages in front matter: `languages: [{found}]`", found=", ".join(found))
    reading.diagnostics.append(Diagnostic(rules.LANGUAGES_KEPT, source.span(1), message, hint))
    reading.diagnostics.sort(key=lambda one: (one.span.line, one.span.column))
    return reading


def _same(first: tuple[str, str], second: tuple[str, str]) -> bool:
    """Return whether two pairs differ at most in regions and scripts."""
    return [*map(base, first)] == [*map(base, second)]


def _may_be(found: tuple[str, str], former: tuple[str, str]) -> bool:
    """Return whether languages that were found write in the scripts of the former ones, in one order or the other."""
    scripts = [language(tag).scripts[0] for tag in found]
    return any(
        all(script in language(tag).scripts for script, tag in zip(scripts, order, strict=True))
        for order in (former, former[::-1])
    )


def _read_in(source: Source, config: Config) -> Reading:
    reading = Reading()
    reading.roles, reading.diagnostics = {}, []
    front = front_matter.read(source.text.split("\n"))
    lines, chosen = _without_what_is_no_note(source, front, reading)
    own_fields = extras.take(lines, front, config, reading.roles)
    draft = dialects.Draft([formulas.escaped(line) for line in lines] if config.math else lines)
    dialects.strip(draft)
    reading.roles |= {number: role for number, role in draft.roles.items() if number not in reading.roles}
    blocks = block_layer.parse(draft.text, draft.lines, fences=config.fences)
    page, signs = _page(source, config, front, draft, blocks)
    reading.page, reading.claims = _best(page, signs, reading.roles)
    reading.votes = reading.page.decision.votes
    reading.names_languages = signs is not None and bool(signs.mentioned)
    reading.guessed = not reading.page.decision.sure and not _named(front)[1]
    reading.diagnostics += _about_front_matter(source, front, reading.page)
    reading.diagnostics += [diagnostic for claim in reading.claims for diagnostic in claim.diagnostics]
    reading.document = _document(reading, front, own_fields)._replace(overrides=chosen)
    reading.diagnostics += _about(reading)
    conflict = omitted.conflict(source, blocks)
    if conflict is not None:
        reading.diagnostics[:] = [conflict]
        reading.document = reading.document._replace(passages=(), entries=(), asides=())
    reading.diagnostics.sort(key=lambda one: (one.span.line, one.span.column))
    return reading


def _without_what_is_no_note(
    source: Source, front: front_matter.FrontMatter, reading: Reading
) -> tuple[list[str], tuple[Override, ...]]:
    """Return the lines of a note, blank where front matter, comments and omitted parts stand, and the settings that it gives itself.

    `reading` is given the roles of the blank lines, and what is wrong with them.
    """
    lines = source.text.split("\n")
    written = source.text
    if front.end > 1:
        lines[: front.end - 1] = [""] * (front.end - 1)
        reading.roles.update(dict.fromkeys(range(1, front.end), "front matter"))
        written = "\n".join(lines)
    if not front.closed:
        message = Message("the front matter that begins here is not closed")
        hint = Message("write `---` on a line of its own after line {line}", line=front.end - 1)
        reading.diagnostics.append(Diagnostic(rules.UNCLOSED_FRONT_MATTER, source.span(1, 1, 3), message, hint))
    text = omitted.without_comments(written, source, reading.roles, reading.diagnostics)
    chosen, wrong = overrides(source, front)
    reading.diagnostics += wrong
    omitted.leave_out(source, front, lines, reading.roles)
    text = "\n".join(lines) if text is written else omitted.blanked(text, reading.roles)
    return text.split("\n"), chosen


def _document(reading: Reading, front: front_matter.FrontMatter, own_fields: extras.Extras) -> Document:
    """Return the document that the claims come to; lines in no claim are reported."""
    page, roles = reading.page, reading.roles
    matched = {line for claim in reading.claims if claim.layout == own.NAME for line, _ in claim.roles}
    title = _title(page.source, front, [block for block in page.all_blocks if block.line not in matched], roles, page.draft.title)
    written = front.first("url", "link", "source_url", "source")
    url = written if _URL.match(written) else _url(page.lines, roles, page)
    passages, entries = _in_order(sorted(reading.claims, key=lambda claim: claim.roles[0][0] if claim.roles else 0))
    if page.languages[0].partition("-")[0] == "zh":
        passages = list(with_pinyin(passages, page.lines, roles))
    elif page.languages[0].partition("-")[0] == "ja":
        passages = list(with_kana(passages, page.lines, roles))
    leftover.report(page, roles, reading.diagnostics)
    reading.diagnostics += leftover.mistyped(page, roles)
    reading.diagnostics += leftover.glued_ids(page, roles)
    if page.config.marked_terms == "terms":
        entries = sorted([*entries, *marked.entries(passages, entries)], key=lambda one: one.line)
    placed = _placed(entries, [passage.line for passage in passages])
    if "<rt" in page.draft.text:
        placed = list(spelt_out(placed, page.lines))
    return Document(
        page.source,
        title,
        page.languages,
        tuple(passages),
        tuple(extras.placed(placed, own_fields, page.source, reading.diagnostics)),
        url,
        tuple(dict.fromkeys((*front.tags(), *page.draft.tags))),
        _deck(page.source, front, reading.diagnostics) or page.draft.deck,
        own_fields.of_document,
        _asides(page, roles),
    )


def _about(reading: Reading) -> Iterator[Diagnostic]:
    """Yield what is to be said about a document: that its languages are guessed, and which of its media are not fetched."""
    document = reading.document
    parts: tuple[Passage | VocabularyEntry, ...] = (*document.passages, *document.entries)
    if reading.guessed and parts:
        yield _guessed(document.source, document.languages, min(one.line for one in parts))
    for one in parts:
        yield from _remote(one.images + one.audio, one.line, reading.page)


def _page(
    source: Source, config: Config, front: front_matter.FrontMatter, draft: dialects.Draft, blocks: list[Block]
) -> "tuple[Page, Signs | None]":
    """Return the page with its language pair, and the signs that tell the pair where nobody names it.

    The pair is as the front matter names it or as set, else as the labels of the text tell, else as all signs together do.
    """
    page = Page(source, config, draft, blocks, ("en", "zh"))
    page.is_labelled = any(label.role == "text" and not label.rest for label in page.labels.values()) and (
        not any(
            block.kind == "heading" and title_role(block.texts[0], config.labels)[0] in ("translation", "phonetics")
            for block in blocks
        )
    )
    page.has_plain_vocabulary = _has_plain_vocabulary(page)
    named, _ = _named(front)
    if named is not None:
        return page.decided(Decision(named)), None
    if len(config.languages) == 2:
        return page.decided(Decision((config.languages[0], config.languages[1]))), None
    signs = None
    if page.is_labelled:
        decision = _of_labelled(page)
    else:
        title = next((block.texts[0] for block in blocks if block.kind == "heading"), draft.title)
        if not title and blocks and "|" not in blocks[0].texts[0] and len(blocks[0].texts[0]) <= _LONGEST_TITLE:
            title = blocks[0].texts[0]
        from anki_builder.reading import pair  # late: labels tell the languages of most notes

        about = pair.About(front, inline.plain(title), source.name, [*draft.tags, draft.deck])
        signs = pair.Signs(about, page.outline, page.tables, page.tongues_of)
        decision = pair.decide(signs, draft.text)
    page = page.decided(decision)
    order = own.order(page) if config.layouts else None
    if order is not None:
        studied, other = decision.pair if order == 0 else decision.pair[::-1]
        page = page.decided(decision.in_languages((studied, other))._replace(sure=True))
    return page, signs


def _of_labelled(page: Page) -> Decision:
    """Return the language pair of a page on which labels name the passages: what is most below the labels of texts is studied."""
    found = identify.languages_of(_URL.sub("", page.draft.text))
    likely = identify.pair(found)
    side = direction.text_side(page.in_languages(likely)) if len(found) > 1 else 0
    return Decision((likely[1], likely[0]) if side == 1 else likely, sure=side is not None)


def _about_front_matter(source: Source, front: front_matter.FrontMatter, page: Page) -> Iterator[Diagnostic]:
    """Yield what is wrong with the languages that the front matter names, and with its keys."""
    _, problem = _named(front)
    lines = source.text.split("\n", front.end)[: front.end]

    def span(key: str) -> Span:
        return source.span(front_matter.line_of(key, lines), 1, len(key))

    if problem:
        key = "languages" if "languages" in front.values else "language"
        hint = Message(
            "name both, the one studied first: the note is read as if `languages: [{languages}]` stood here",
            languages=", ".join(page.languages),
        )
        fixes = _named_whole(source, front, page.languages, lines)
        yield Diagnostic(rules.FRONT_MATTER_LANGUAGES, span(key), problem, hint, fixes=fixes)
    for key in front.values:
        if right := front_matter.mistyped(key):
            message = Message("“{key}” is not a key that is read; did you mean “{right}”?", key=key, right=right)
            place = span(key)
            yield Diagnostic(
                rules.FRONT_MATTER_KEY,
                place,
                message,
                Message("write `{word}:`", word=right),
                fixes=(Fix(place, lines[place.line - 1][: len(key)], right),),
            )


def _deck(source: Source, front: front_matter.FrontMatter, diagnostics: list[Diagnostic]) -> str:
    """Return the deck that the front matter names; nothing, with a diagnostic, for a placeholder that stands for nothing."""
    deck = front.first("deck", "anki-deck", "anki deck")
    unknown = unknown_placeholders(deck)
    if not unknown:
        return deck
    key = next(key for key in ("deck", "anki-deck", "anki deck") if front.values.get(key))
    span = source.span(front_matter.line_of(key, source.text.split("\n", front.end)[: front.end]), 1, len(key))
    message = Message(
        "the deck has the placeholder {{{name}}}, which stands for nothing{nearest}",
        name=unknown[0],
        nearest=nearest(unknown[0], PLACEHOLDERS),
    )
    diagnostics.append(Diagnostic(rules.FRONT_MATTER_DECK, span, message, rules.FRONT_MATTER_DECK.cure))
    return ""


def _has_plain_vocabulary(page: Page) -> bool:
    """Return whether a label line, and no heading, names vocabulary that stands below it in paragraphs: `学习：`."""
    for index, block in enumerate(page.blocks[:-1]):
        label = page.labels.get(block.line + len(block.texts) - 1)
        following = page.blocks[index + 1]
        if (
            label is not None
            and label.role == "vocabulary"
            and label.separated
            and not label.rest
            and block.kind == "paragraph"
            and not block.depth
            and not block.quote
            and following.kind == "paragraph"
            and not following.depth
            and not following.quote
            and "|" not in following.texts[0]
        ):
            return True
    return False


def _named(front: front_matter.FrontMatter) -> tuple[tuple[str, str] | None, str]:
    """Return the pair that the front matter names, or what is wrong with what it names."""
    named = front.values.get("languages") or front.values.get("language") or ()
    if len(named) == 1:
        named = tuple(filter(None, _BETWEEN_TAGS.split(named[0])))
    tags = [_tag(name) for name in named]
    unknown = next((name for name, tag in zip(named, tags, strict=True) if not tag), "")
    if unknown:
        return None, Message("no language is known by the name “{name}”", name=unknown)
    if len(tags) == 2 and tags[0] != tags[1]:
        return (tags[0], tags[1]), ""
    if not tags or (len(tags) == 1 and "languages" not in front.values):
        return None, ""  # `language: en` is what other programs write
    return None, Message(
        "“languages” names {languages} instead of 2", languages=several(1 if len(set(tags)) == 1 else len(tags), "language")
    )


def _named_whole(
    source: Source, front: front_matter.FrontMatter, languages: tuple[str, str], lines: list[str]
) -> tuple[Fix, ...]:
    """Return the fix of front matter that names one of the two languages of a note, on one line."""
    named = [_tag(name) for name in front.values.get("languages", ())]
    number = front_matter.line_of("languages", lines)
    found = _ONE_LANGUAGE.match(lines[number - 1])
    if found is None or len(named) != 1 or base(named[0]) not in map(base, languages):
        return ()
    kept = [named[0] if base(tag) == base(named[0]) else tag for tag in languages]
    return (Fix(source.span(number, found.start(1) + 1, len(found[1])), found[1], f"[{', '.join(kept)}]"),)


def _tag(name: str) -> str:
    """Return the tag of a language given by its tag, in any case and with `-` or `_`, or by its name; nothing for what is neither."""
    named = labels.language_named(name)
    if named or not _TAG.fullmatch(name):
        return named
    primary, *subtags = name.replace("_", "-").split("-")
    if not is_language(primary.lower()):
        return ""
    return "-".join([primary.lower(), *(tag.upper() if len(tag) == 2 else tag.capitalize() for tag in subtags)])


def _guessed(source: Source, languages: tuple[str, str], line: int) -> Diagnostic:
    first, second = (Message(language(tag).name) for tag in languages)
    return Diagnostic(
        rules.LANGUAGES_GUESSED,
        source.span(line),
        Message("it is unclear whether {first} or {second} is studied; the note is read as {first}", first=first, second=second),
        Message(
            "name the pair if that is wrong: `languages: [{first}, {second}]` in front matter, or "
            '`languages = ["{first}", "{second}"]` in the settings',
            first=languages[1],
            second=languages[0],
        ),
    )


def _best(page: Page, signs: "Signs | None", roles: dict[int, str]) -> tuple[Page, list[Claim]]:
    """Return the page with the claims that hold, in the languages that were named or that the `signs` tell."""
    best = _holding(page, roles) if signs is None else _by_signs(page, signs, roles)
    roles.update(best.roles)
    return best.page, best.claims


def _by_signs(page: Page, signs: "Signs", roles: dict[int, str]) -> "_Holding":
    """Return the claims that hold where signs tell the languages: a note in three languages is read in the pair that explains more of it.

    What was read on each side is looked at once more: if it is in another language, the note is read again.
    """
    from anki_builder.reading import pair  # late, as above

    decision = page.decision
    found = [_holding(page, roles)]
    found += [_holding(page.decided(pair.in_order(languages, signs)), roles) for languages in decision.others]
    best = max(found, key=lambda one: _explained(one, found[0]))
    if not decision.votes:
        return best
    passages = [one for claim in best.claims for one in claim.passages]
    entries = [one for claim in best.claims for one in claim.entries]
    texts = [one.text.plain for one in passages] + [one.term for one in entries]
    others = [one.translation.plain for one in passages if one.translation is not None] + [one.gloss for one in entries]
    languages = pair.checked(best.page.languages, signs, texts, others)
    if languages == best.page.languages:
        return best
    return _holding(page.decided(pair.in_order(languages, signs)), roles)


class _Holding(NamedTuple):
    """A page in one pair of languages with the claims that hold."""

    page: Page
    roles: dict[int, str]
    claims: list[Claim]


def _explained(holding: _Holding, likeliest: _Holding) -> float:
    """Return how much a note says in a pair of languages; less counts for one that is not the likeliest, or is in one script while that is not.

    A note in two scripts that seems to be in three languages may spell one of them out.
    """
    said = float(sum(len(claim.passages) + len(claim.entries) for claim in holding.claims))
    if holding is likeliest:
        return said
    in_one = scripts.separable(*likeliest.page.languages) and not scripts.separable(*holding.page.languages)
    return said * (1 - evidence.FIRST_PAIR) ** (2 if in_one else 1)


def _holding(page: Page, roles: dict[int, str]) -> _Holding:
    """Return the claims that hold on a page, with the roles of its lines added to `roles` as they are before."""
    own = dict(roles)
    return _Holding(page, own, _resolve(_claims(page), own))


def _claims(page: Page) -> list[Claim]:
    """Return what all layouts claim. Blocks that the surest have taken are withheld from those that come after them."""
    claims: list[Claim] = []
    for name, recognise in LAYOUTS:
        found = list(recognise(page))
        claims += found
        taken = {line for claim in found if claim.evidence >= SURE for line, _ in claim.roles} if name in SUREST else set()
        if taken and name == own.NAME:
            page.part(taken)
        if taken:
            page.withhold(taken)
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


def _title(source: Source, front: front_matter.FrontMatter, blocks: list[Block], roles: dict[int, str], given: str) -> str:
    for block in blocks:
        if block.kind == "heading" and block.level == 1 and not block.quote:
            title = inline.plain(block.texts[0])
            if title:
                roles[block.line] = "title"
                return title
    return front.first("title") or given or PurePosixPath(source.name).stem


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
    """Return headings, unlabelled prose and unread lines in the language studied: no pairs, but vocabulary may have been noted for them."""
    runs: list[list[tuple[int, str]]] = []
    before = ""
    for block in page.blocks:
        role = roles.get(block.line, "")
        if role in ("title", "heading", "prose", "unused") and not block.quote and page.side(" ".join(block.texts)) == 0:
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
        placed.append(one._replace(passage=index) if index >= 0 and one.passage is None else one)
    return placed


def _remote(paths: tuple[str, ...], line: int, page: Page) -> Iterator[Diagnostic]:
    for path in filter(is_remote, paths):
        yield page.diagnostic(
            rules.REMOTE_MEDIA,
            line,
            Message("“{path}” is on the network and is not fetched", path=path),
            Message("save it beside the note"),
            path,
        )
