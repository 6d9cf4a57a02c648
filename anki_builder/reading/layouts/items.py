"""One thing to a line or list item: a term with its gloss, or a sentence with its translation.

`* en: ja`, ` - `, ` — `, ` -> `, ` = `, `**t** - 뜻`, or nothing but a change of script; bulleted, numbered, or plain lines that end in
hard breaks. What is indented below a term, or goes on in its item, is its gloss, its examples, or a remark. A sentence makes a pair,
anything shorter an entry.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from anki_builder.document import Example, Mark, Passage, Text
from anki_builder.languages import identify, labels, language, scripts
from anki_builder.patterns import late
from anki_builder.reading import entry, examples, inline, pairing, rules, tables
from anki_builder.reading.blocks import Block
from anki_builder.reading.page import Claim, Page, ends_sentence, is_image, is_sentence

NAME = "items"

_LATIN_WORD = re.compile(r"[A-Za-z]+")
_QUOTED = late(r"[\"“‘'][^\"”]*[\"”’'][.,\s]*$")
_SPEAKER = re.compile(r"[A-Z]$")
_PLACE = late(r"(?<![\w'’])[AB](?![\w'’])")
_PATTERN = late(r"[~〜～]|(?:\.\.|…)$|\((?:do )?(?:sth|sb|something|someone)\)")
_NOTHING = Text("", ((0, 0),))
_STARTS = re.compile(r"[\w\"'“‘«¿¡(（~～…’.-]")


class Head(NamedTuple):
    """A line that may begin an entry or be a pair."""

    line: int
    raw: str
    text: Text
    parsed: entry.Parsed | None
    """Term and gloss, where the line has both."""
    block: Block
    below: list[tuple[int, str]]
    """What goes on in the same item, and the items nested in it."""
    vocabulary: bool
    """Whether it stands under a heading that names vocabulary."""


def recognise(page: Page) -> Iterator[Claim]:
    """Yield the entries and pairs of lists and of paragraphs made of such lines."""
    heads = list(_heads(page))
    if not page.separable:
        heads, doubtful = _oriented(page, heads)
        yield from doubtful
    regular, listed = _regular(heads), _listed(heads)
    claims = [claim for head in heads if head.text.plain for claim in _claims(page, head, regular, listed)]
    yield from _without_remarks(heads, claims)
    if regular and page.separable:
        yield from _couplets(page, heads)
    yield from _quotes(page)


def _without_remarks(heads: list[Head], claims: list[Claim]) -> list[Claim]:
    """Return the claims without the entries of a note that is made of sentence pairs: single words there are remarks on them."""
    pairs = sum(bool(claim.passages) and not claim.entries for claim in claims)
    listed = {head.line for head in heads if head.vocabulary}
    entries = sum(bool(claim.entries) and claim.entries[0].line not in listed for claim in claims)
    if pairs < 40 or pairs < 3 * entries:
        return claims
    return [claim for claim in claims if claim.passages or (claim.entries and claim.entries[0].line in listed)]


def _couplets(page: Page, heads: list[Head]) -> Iterator[Claim]:
    """Yield the sentences with their translation on the next line that stand among plain entries."""
    sides: tuple[list[Head], list[Head]] = ([], [])
    for head in (*heads, None):
        side = None
        if head is not None and head.parsed is None and not head.block.depth and head.text.plain:
            side = pairing.pure_side(page, head.text.plain)
        last = sides[1] or sides[0]
        if last and (head is None or side is None or head.line != last[-1].line + 1 or (side == 0 and sides[1])):
            yield from _couplet(page, *sides)
            sides = ([], [])
        if side == 0 and sides[0] and sides[0][-1].text.plain.count(" ") < 3:
            sides = ([], [])  # a term without a gloss
        if head is not None and (side == 0 or (side == 1 and sides[0])):
            sides[side].append(head)


def _couplet(page: Page, text: list[Head], translation: list[Head]) -> Iterator[Claim]:
    whole, other = (" ".join(one.text.plain for one in heads) for heads in (text, translation))
    if translation and page.is_sentence(whole) and pairing.alike(page, whole, other):
        lines = [[(one.line, one.raw) for one in heads] for heads in (text, translation)]
        found = pairing.claim(page, NAME, 0.56, lines[0], lines[1])
        if found is not None:
            yield found


def _quotes(page: Page) -> Iterator[Claim]:
    """Yield the sentences with their translation that are quoted line by line."""
    if not page.separable:
        return
    for block in page.blocks:
        if block.quote and block.kind == "paragraph":
            for line, raw in pairing.pieces(block):
                one = examples.on_line(page, inline.plain(raw), line)
                if (
                    one is not None
                    and one.translation
                    and page.is_sentence(one.text)
                    and pairing.alike(page, one.text, one.translation)
                ):
                    found = pairing.claim(page, NAME, 0.58, [(line, one.text)], [(line, one.translation)])
                    if found is not None:
                        yield found


def _heads(page: Page) -> Iterator[Head]:
    vocabulary = 0
    open_items: list[tuple[Block, Head]] = []
    numbered: Head | None = None
    for block in page.blocks:
        if block.kind == "taken":
            continue
        if block.kind == "heading":
            if not vocabulary or block.level <= vocabulary:
                vocabulary = block.level if _names_vocabulary(page, block.texts[0]) else 0
            open_items = []
            numbered = None
            continue
        label = page.labels.get(block.line) if not block.quote else None
        if label is not None and not label.rest and label.role != "example":
            vocabulary = 7 if label.role == "vocabulary" else 0
        if block.quote or block.kind not in ("paragraph", "other"):
            continue
        if any(map(tables.is_delimiter, block.texts)):
            continue
        while (
            open_items and open_items[-1][0].item != block.item and not (block.marker and open_items[-1][0].item == block.parent)
        ):
            open_items.pop()
        lines = pairing.pieces(block)
        if block.depth:
            if open_items and (not block.marker or block.item != open_items[-1][0].item):
                # It goes on in an item, or is nested in one.
                open_items[0][1].below.extend(lines)
                if block.marker:
                    open_items.append((block, open_items[0][1]))
                continue
            if vocabulary and numbered is not None and block.depth == 1 and not block.marker[:1].isdigit():
                numbered.below.extend(lines)  # an example that broke out of the numbered list
                continue
            head = _head(page, block, *lines[0], bool(vocabulary))
            if block.marker[:1].isdigit() and block.depth == 1:
                numbered = head
            head.below.extend(lines[1:])
            open_items = [*open_items, (block, head)]
            yield head
            continue
        open_items = []
        numbered = None
        for line, raw in lines:
            yield _head(page, block, line, raw, bool(vocabulary))


def _names_vocabulary(page: Page, heading: str) -> bool:
    plain = inline.plain(heading)
    if labels.role(plain, page.config.labels):
        return labels.role(plain, page.config.labels) == "vocabulary"
    return any(
        labels.role(word, page.config.labels) == "vocabulary" for word in plain.replace("(", " ").replace("-", " ").split()
    )


def _head(page: Page, block: Block, line: int, raw: str, vocabulary: bool) -> Head:
    label = page.labels.get(line)
    if (label is not None and not label.rest) or is_image(raw) or pairing.is_tagged(page, raw):
        return Head(line, raw, _NOTHING, None, block, [], vocabulary)
    text, _, _ = inline.read(((line, raw),))
    return Head(line, raw, text, _parsed(page, text.plain, text.marks) if page.separable else None, block, [], vocabulary)


def _parsed(page: Page, plain: str, marks: tuple[Mark, ...]) -> entry.Parsed | None:
    """Return term and gloss of a line in two scripts, in whichever order they come."""
    parsed = entry.parse(plain, page.languages, marks)
    if parsed is not None and page.is_entry(parsed):
        if not parsed.separator and _is_prose(page, parsed, plain):
            return None
        if not page.overlapping and scripts.first_letter(parsed.term, page.languages[1]) >= 0:
            return None  # prose about a phrase
        if (plain[-1:] in ":：" and labels.role(parsed.gloss, {})) or entry.is_part_of_speech(parsed.term):
            return None  # the label of an example; another part of speech of the term above
        return parsed if _STARTS.match(parsed.term) and not _SPEAKER.match(parsed.term) else None
    separator = entry.separator(plain)
    if separator and page.side(plain[: separator.start()]) == 1 and page.side(plain[separator.end() :]) == 0:
        parsed = entry.parse(plain, page.languages, marks, reverse=True)
        return parsed if parsed is not None and pairing.pure_side(page, parsed.term) == 0 and _STARTS.match(parsed.term) else None
    if not separator and page.begins(plain) == 1 and page.side(plain) is not None:
        parsed = entry.parse(plain, page.languages, marks, reverse=True)
        if (
            parsed is not None
            and parsed.gloss
            and parsed.gloss in plain
            and plain[len(parsed.gloss) : len(parsed.gloss) + 1] == " "
        ):
            pure = pairing.pure_side(page, parsed.term) == 0 and pairing.pure_side(page, parsed.gloss) == 1
            whole = not is_sentence(plain) or ends_sentence(parsed.gloss)
            return parsed._replace(separator=" ") if pure and whole and _STARTS.match(parsed.term) else None
    return None


def _is_prose(page: Page, parsed: entry.Parsed, plain: str) -> bool:
    """Return whether a line without a separator is a remark in two scripts rather than a term and its gloss."""
    if pairing.pure_side(page, parsed.gloss) != 1 or parsed.gloss.startswith(labels.PARTICLES):
        return True
    if is_sentence(parsed.gloss) and not page.is_sentence(parsed.term):
        return True
    if _QUOTED().match(parsed.term) and is_sentence(parsed.gloss) and not _QUOTED().match(parsed.gloss):
        return True  # “a phrase” and what is said about it
    if len(parsed.gloss) > 40 and "，" in parsed.gloss:
        return True  # a printed line of running text
    at = plain.find(parsed.gloss)
    # A particle that is glued to a foreign word.
    return language(page.languages[1]).spaces and at > 0 and plain[at - 1].isalnum()


def _oriented(page: Page, heads: list[Head]) -> tuple[list[Head], list[Claim]]:
    """Return the heads of a page in one script with term and gloss told apart: by all lines with the same separator together.

    What stands under a heading for vocabulary and cannot be told apart is reported.
    """
    groups: dict[str, list[tuple[int, str, str]]] = {}
    for index, head in enumerate(heads):
        if not head.block.depth and not head.vocabulary:
            continue
        parts = _split(head)
        if parts is not None and (head.vocabulary or parts[0] != "brackets"):
            groups.setdefault(parts[0], []).append((index, parts[1], parts[2]))
    out = list(heads)
    doubtful: list[Claim] = []
    for kind, members in groups.items():
        first, second = _sides(page, heads, members)
        if first is None or second is None or first == second:
            lines = [heads[index].line for index, _, _ in members if heads[index].vocabulary]
            if lines:
                message = f"it is not clear which side of {len(lines)} lines is in which language"
                report = page.diagnostic(rules.UNCLEAR_LANGUAGE, lines[0], message, rules.UNCLEAR_LANGUAGE.cure)
                doubtful.append(Claim(NAME, 0.3, tuple((line, "doubtful") for line in lines), diagnostics=(report,)))
            continue
        reverse = first == 1
        for index, one, other in members:
            term, gloss = (other, one) if reverse else (one, other)
            if term.startswith("-") or not any(letter.isalpha() for letter in term):
                continue  # an ending in a table of endings
            cleaned, phonetics, accent, part_of_speech, reading = entry.clean_term(term)
            behind = entry.parse_gloss(gloss)
            note = heads[index].text.plain.partition("→")[2].strip() if kind == "brackets" else behind.note
            out[index] = heads[index]._replace(
                parsed=behind._replace(
                    term=cleaned,
                    phonetics=phonetics or behind.phonetics,
                    accent=accent or behind.accent,
                    part_of_speech=part_of_speech or behind.part_of_speech,
                    reading=reading,
                    separator=kind,
                    note=note,
                )
            )
    return out, doubtful


def _sides(page: Page, heads: list[Head], members: list[tuple[int, str, str]]) -> tuple[int | None, int | None]:
    """Return the sides of what stands before and behind a separator, over all lines that have it.

    Outside a vocabulary section function words must tell: a legend or a table of endings has none.
    """
    thorough = all(heads[index].vocabulary for index, _, _ in members)
    before, behind = " \n".join(member[1] for member in members), " \n".join(member[2] for member in members)
    first = identify.side(before, page.languages, thorough=thorough)
    return first, identify.side(behind, page.languages, thorough=thorough)


def _split(head: Head) -> tuple[str, str, str] | None:
    """Return kind of separator, what is before and what is behind it."""
    plain = head.text.plain
    found = entry.separator(plain)
    before = plain[: found.start()] if found else plain
    bracketed = pairing.BRACKETED_END().match(before)
    if bracketed and (not found or found["arrow"]):
        return "brackets", bracketed[1], bracketed[2]
    if not found:
        return None
    return found.lastgroup or "", before, plain[found.end() :]


def _regular(heads: list[Head]) -> bool:
    """Return whether plain lines of this page are entries as a rule."""
    plain = [head for head in heads if not head.block.depth and head.text.plain]
    return sum(head.parsed is not None for head in plain) * 2 > len(plain) > 3


def _listed(heads: list[Head]) -> bool:
    """Return whether the items of the page's lists are entries or pairs as a rule, so that a term alone is one without a gloss."""
    items = [head for head in heads if head.block.depth and head.text.plain]
    return sum(head.parsed is not None for head in items) * 2 > len(items) > 7


def _claims(page: Page, head: Head, regular: bool, usual: bool) -> Iterator[Claim]:
    listed = bool(head.block.depth)
    evidence = 0.7 if head.vocabulary else 0.61 if listed else 0.55
    if not (listed or head.vocabulary or regular):
        return
    parsed = head.parsed or _explained(page, head)
    below = list(head.below)
    if parsed is None or not parsed.gloss:
        yield from _continued(page, head, below, evidence, usual=usual, regular=regular)
        return
    if not _is_pattern(parsed) and (
        page.is_sentence(parsed.term)
        or (page.separable and parsed.separator and is_sentence(parsed.gloss) and parsed.term.count(" ") > 3)
    ):
        yield from _pair(page, head, parsed, below, evidence)
        return
    if parsed.term.count(" ") > 11:
        return
    yield _entry(page, head, parsed, below, evidence)


def _explained(page: Page, head: Head) -> entry.Parsed | None:
    """Return a term that a list of vocabulary explains in its own language."""
    found = entry.separator(head.text.plain) if head.vocabulary and head.block.depth and page.separable else None
    if found is None or page.side(head.text.plain[found.end() :]) != 0:
        return None
    parsed = entry.parse(head.text.plain, page.languages, head.text.marks)
    if (
        parsed is None
        or not parsed.gloss
        or parsed.term.count(" ") > 3
        or page.side(parsed.term) != 0
        or is_sentence(parsed.term)
    ):
        return None
    return parsed if _STARTS.match(parsed.term) else None


def _pair(page: Page, head: Head, parsed: entry.Parsed, below: list[tuple[int, str]], evidence: float) -> Iterator[Claim]:
    plain = head.text.plain
    translation = parsed.gloss
    at = plain.find(translation)
    # The sentence as it is written, not as a term is cleaned.
    text = plain[:at].rstrip(" -–—:：=＝>→⇒｜（(/\t") if at > 0 and plain.find(parsed.term) <= 0 else parsed.term
    if page.separable:
        text, translation = (pairing.undecorated(pairing.trimmed(page, one, side)) for side, one in enumerate((text, translation)))
        if (
            pairing.pure_side(page, text) != 0
            or pairing.pure_side(page, translation) != 1
            or not pairing.alike(page, text, translation)
            or _is_remark(plain, text, translation)
            or pairing.is_remark(page, text, translation)
        ):
            return
    found = pairing.claim(page, NAME, evidence, [(head.line, text)], [(head.line, translation)])
    if found is not None:
        yield found._replace(roles=(*found.roles, *((line, "remark") for line, _ in below)))


def _is_pattern(parsed: entry.Parsed) -> bool:
    """Return whether a term has places to fill in: `draw a line between A and B`."""
    if ends_sentence(parsed.term) or parsed.term.count(" ") > 8:
        return False
    places = set(_PLACE().findall(parsed.term))
    return _PATTERN().search(parsed.term) is not None or bool(places and places <= set(_PLACE().findall(parsed.gloss)))


def _is_remark(plain: str, text: str, translation: str) -> bool:
    """Return whether what follows a sentence in brackets or behind an arrow is about a word of it: `any boats (疑问句用 any)`."""
    if "←" in plain:
        return True
    repeated = set(_LATIN_WORD.findall(translation)) & set(_LATIN_WORD.findall(text))
    return any(word.islower() for word in repeated) and plain.rstrip()[-1:] in ")）" and "(" + translation in plain.replace("（", "(")


def _continued(page: Page, head: Head, below: list[tuple[int, str]], evidence: float, *, usual: bool, regular: bool) -> Iterator[Claim]:
    """Yield the entry of a line that holds a term alone, with its gloss on the lines below; report a term without one."""
    plain = head.text.plain
    read = entry.clean_term(plain)
    if read[4] and (head.vocabulary or usual):
        yield _missing(page, head, read[0])  # a reading is no gloss
        return
    if not _STARTS.match(plain) or page.side(plain) != 0 or is_sentence(plain) or plain.count(" ") > 7 or not page.separable:
        return
    gloss: list[tuple[int, str]] = []
    while below and examples.of(page, below[:1])[1] == set():
        label = page.labels.get(below[0][0])
        content = inline.plain(below[0][1])
        side = page.side(content)
        if label is not None and label.role == "example":
            break
        if side == 1 or entry.is_part_of_speech(content):
            gloss.append((below[0][0], content))
            below.pop(0)
        else:
            break
    term = entry.clean_term(plain)
    if not any(page.side(content) == 1 for _, content in gloss):
        usual = head.vocabulary or (usual if head.block.depth else regular and _stands_for_an_entry(page, head, plain))
        if usual and not head.below and not gloss:
            yield _missing(page, head, term[0])
        return
    behind = entry.parse_gloss(" ".join(content for _, content in gloss))
    parsed = behind._replace(
        term=term[0],
        phonetics=term[1] or behind.phonetics,
        accent=term[2] or behind.accent,
        part_of_speech=term[3] or behind.part_of_speech,
        reading=term[4],
    )
    found = _entry(page, head, parsed, below, evidence + 0.06)
    yield found._replace(roles=tuple(sorted((*found.roles, *((line, "gloss") for line, _ in gloss)))))


def _stands_for_an_entry(page: Page, head: Head, plain: str) -> bool:
    """Return whether a plain line among others holds nothing but a word or two."""
    alone = entry.separator(plain) is None and scripts.first_letter(plain, page.languages[1]) < 0 and "." not in plain
    return alone and len(head.block.texts) > 1 and plain.count(" ") < 3


def _missing(page: Page, head: Head, term: str) -> Claim:
    report = page.diagnostic(rules.MISSING_GLOSS, head.line, f"“{term}” has no gloss", rules.MISSING_GLOSS.cure, term)
    return Claim(NAME, 0.35, ((head.line, "term without a gloss"),), diagnostics=(report,))


def _entry(page: Page, head: Head, parsed: entry.Parsed, below: list[tuple[int, str]], evidence: float) -> Claim:
    found, used = examples.of(page, below, alone=True)
    if parsed.example:
        found = (examples.on_line(page, parsed.example, head.line) or Example(parsed.example, None, head.line), *found)
    rest = [(line, inline.plain(raw)) for line, raw in below if line not in used]
    _, images, audio = inline.read(
        [(head.line, head.raw), *((line, raw) for line, raw in head.below if "!" in raw or "[" in raw or "<" in raw)]
    )
    pairs = _given(page, head, found)
    one = entry.vocabulary(parsed, head.line, page.place(head.line, parsed.term), images, audio)._replace(
        definition="\n".join(content for _, content in rest if content),
        examples=examples.distinct(found),
        passage=0 if pairs else None,
    )
    roles = [(head.line, "entry"), *((line, "example") for line in used), *((line, "remark") for line, _ in rest)]
    return Claim(NAME, evidence, tuple(sorted(set(roles))), pairs, (one,))


def _given(page: Page, head: Head, found: tuple[Example, ...]) -> tuple[Passage, ...]:
    """Return the sentence pairs that an entry goes on with in its own item behind a label: `例句：…`. Nested items are its examples only."""
    if not head.block.depth:
        return ()
    own = {line for line, _ in pairing.pieces(head.block)[1:] if (label := page.labels.get(line)) and label.role == "example"}
    return tuple(
        Passage(Text(one.text, ((0, one.line),)), Text(one.translation, ((0, one.line),)), given=True)
        for one in found
        if one.line in own and one.translation and is_sentence(one.text)
    )
