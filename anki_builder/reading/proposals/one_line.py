"""A term with its gloss, or a sentence with its translation, on one line; several of them where a list separates them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from anki_builder.languages import identify, labels, romanisation
from anki_builder.reading import entry, evidence, inline, no_text
from anki_builder.reading.candidate import LISTED, NUMBERS, Candidate, of_cut
from anki_builder.reading.lines import Line, prefix_of
from anki_builder.reading.sentences import ends_sentence, sentence_score
from anki_builder.reading.shape import QUOTED, Cut, best_cut, flat, masked, separators, shape, trimmed
from anki_builder.reading.sheet import Sheet

_SEMICOLON = re.compile(r"\s*[;；]\s*")
_BETWEEN = re.compile(r"\s*[;；]\s*|\s*[,，、]\s+|[、]|\s+[·•]\s+")
_OPPOSED = re.compile(r"\s*(?:<=>|<->|⇔|↔)\s*|\s+/{1,2}\s+")
_LEAD = re.compile(r"^(?P<lead>[^:：]{2,40})[:：]\s*(?P<text>\S.*)$")
_LONGEST_TURNS = 160
_LONGEST_PART = 30
_LONGEST_LISTED = 40
_LONGEST_REMARK = 60
_RUNNING_TEXT = 150
"""Characters."""
_LONGEST_GLOSS = 6
"""Words."""
_EXAMPLE = re.compile(
    r"(?<=\S)\s*[(（]\s*(?:ex\b|ex\.|e\.g\.|bsp\b\.?|例)\s*[:：]?\s*(?=\S{2})"
    r"|(?<=[^\s,，;；.。])[\s,，;；.。]*(?:e\.g\.|例如|z\.\s?B\.|p\.\s?ej\.|par ex\.)[,，:：]?\s*(?=\S{2})"
)
_UNFILLED = re.compile(r"(?:=|:|：|→|->|[ \t][-–—])[ \t]*[?？…._]*$")
"""A term whose gloss is still to come: `το κρεμμύδι = ???`."""
_MORE = re.compile(
    r"^(?P<gloss>(?:[^.。!?！？\"“«()（）]|[(（][^()（）]*[)）]){0,60}[^\W\d_]{3}[)）]?)(?:[.。]\s+(?=[A-ZÀ-Þ\"“«¿¡(])|,?\s+(?=[\"“«][^\"“”«»]*[\"”»][.。]?$))(?P<more>\S.*\s\S.*)$"
)
"""A gloss that goes on with sentences about the word or a quoted example: `mess. Used everywhere. "Es un lío"`."""
_ARROW = re.compile(r"\s*(?:→|⇒|->|=>)\s*")
_IN_ONE_LANGUAGE = frozenset("ABR-")
_ALREADY = frozenset(("gloss", "translation", "phonetics", "part-of-speech", "metadata", "skip", "question", "answer", "grammar"))
"""Kinds of labels whose lines are no units by themselves."""


def propose(sheet: Sheet) -> Iterator[Candidate]:
    """Yield what single lines hold."""
    for line, found in zip(sheet.lines, sheet.shapes, strict=True):
        if line.heading or (line.prefix is not None and line.prefix.kind in _ALREADY):
            continue
        remark = line.prefix is not None and line.prefix.kind in ("remark", "named")
        if (remark and len(line.plain) > _LONGEST_REMARK) or _names_what_follows(sheet, line):
            continue
        apart = _with_remark_apart(sheet, line)
        if apart is not None:
            yield apart
            continue
        several = [] if remark else _several(sheet, line, found.kind)
        if several:
            yield from several
            continue
        inside = _with_gloss_inside(sheet, line)
        if inside is not None:
            yield inside
        with_example = _with_example(sheet, line)
        if with_example is not None:
            yield with_example
        elif found.cut is not None and not _emphasises_words(sheet, line, found.cut):
            cut = _behind_bold(sheet, line, found.cut)
            proposed = _with_remark(sheet, line, cut) or _with_more(sheet, line, cut) or of_cut(line, cut, "one line")
            doubtful = found.kind != "AB"
            yield proposed._replace(bonus=evidence.DOUBTFUL) if doubtful else _without_lead(sheet, proposed)
            other = _with_tail(sheet, line)
            if other is not None and other.notation != proposed.notation:
                yield other  # the company of each decides
            at_colon = _at_colon(sheet, line, cut)
            if at_colon is not None:
                yield at_colon
        elif (with_tail := _with_tail(sheet, line)) is not None and with_tail.order == 0:
            yield with_tail
    yield from _as_beside(sheet)
    yield from _numbers(sheet)


def _with_remark_apart(sheet: Sheet, line: Line) -> Candidate | None:
    """Return the candidate of a line with a remark behind a gap: `Két kávét kérek. ⇒ Two coffees, please.   (kávé + t !)`."""
    found = _APART.search(line.spaced)
    cut = best_cut(line.spaced[: found.start()], sheet.tongues) if found else None
    if found is None or cut is None or cut.kind == "tab":
        return None  # columns, of which the last may be the gloss
    if cut.kind in evidence.WEAK and (cut.kind != "slash" or found["remark"][0] in "(（"):
        return None
    return of_cut(line, cut, "one line")._replace(extra={"remark": found["remark"].strip(" ()（）")})


_APART = re.compile("[\ue000\ue001]+(?:<-+|←|(?=[(（]))[ \t]*(?P<remark>[^\ue000\ue001]+)$")


def _behind_bold(sheet: Sheet, line: Line, cut: Cut) -> Cut:
    """Return the cut of a line behind the bold term that it begins with, if it was cut further on: `**Dur**: hard. *C'est dur*: it's hard`."""
    found = _BOLD_LEAD.match(line.raw)
    parts = _COLON.split(cut.first, maxsplit=1)
    if found is None or cut.order != 0 or len(parts) < 2 or parts[0] != inline.plain(found["term"]):
        return cut
    gloss = _STOP.split(parts[1], maxsplit=1)[0]
    if sheet.tongues.side(parts[0]) == 1 or sheet.tongues.side(gloss) == 0:
        return cut
    return cut._replace(first=parts[0], second=_COLON.split(line.plain, maxsplit=1)[1].strip(), kind="colon")


_BOLD_LEAD = re.compile(r"\[?(\*\*|__)(?P<term>[^*_:：]+)(?:\1(?:\]\([^()\s]*\))?\s*[:：]|[:：]\s*\1)\s*\S")
_STOP = re.compile(r"[.!?。]\s")
_COLON = re.compile(r"\s*[:：]\s*")


def _emphasises_words(sheet: Sheet, line: Line, cut: Cut) -> bool:
    """Return whether a line with nothing but emphasis between its parts is one sentence: `**In Bonn** wohnt sie mit ihrer Familie.`"""
    if cut.kind != "markup" or sheet.tongues.by_script or ends_sentence(cut.first) or not ends_sentence(cut.second):
        return False
    sides = sheet.tongues.side(cut.first), sheet.tongues.side(cut.second)
    if None in sides and sides.count(None) < len(sides):
        return True  # no part of it is surely in the other language
    side, short = sheet.tongues.side(line.plain), min(cut.first, cut.second, key=len)
    return side is not None and short.count(" ") < _MOST_WORDS and not identify.is_unknown(short, sheet.tongues.pair[side])


def _as_beside(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the lines of word lists that a weak mark parts, where the words of most others beside them tell that it does: `haraka, hurry`."""
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, line in enumerate(sheet.lines):
        if not line.heading and line.prefix is None:
            is_numbered = line.marker[:1].isdigit()
            groups[line.title, line.block if not line.item else 0, line.depth, line.quote, is_numbered].append(index)
    for group in groups.values():
        found = [sheet.shapes[index].cut for index in group]
        if all(cut is None for cut in found):
            yield from _by_commas_alone(sheet, group)
            continue
        for kind, mark in _MARKS.items():
            orders = [cut.order for cut in found if cut is not None and cut.kind == kind]
            if len(orders) < _FEWEST_LISTED or len(set(orders)) > 1 or len(orders) * 2 < len(group):
                continue
            for index, there in zip(group, found, strict=True):
                parts = (
                    [flat(part).strip() for part in mark.split(sheet.lines[index].spaced, maxsplit=1)] if there is None else []
                )
                apart = len(parts) == 2 and all(parts) and sheet.tongues.side(parts[1]) != orders[0]
                if apart and parts[0].count(" ") < _MOST_WORDS:
                    cut = Cut(parts[0], parts[1], kind, 0.0, orders[0])
                    yield of_cut(sheet.lines[index], cut, "one line")._replace(bonus=evidence.LISTED)


def _by_commas_alone(sheet: Sheet, group: list[int]) -> Iterator[Candidate]:
    """Yield the lines of a list of which each is two short texts with a comma between, if only all together tell their languages."""
    parts = [[part.strip() for part in _MARKS["comma"].split(sheet.lines[index].plain)] for index in group]
    if len(group) < _FEWEST_SURE or any(len(one) != 2 or not all(one) or max(map(_words, one)) > _MOST_WORDS for one in parts):
        return
    sides = [sheet.tongues.side(" \n".join(column)) for column in zip(*parts, strict=True)]
    if sides in ([None, 1], [0, None], [0, 1]):
        for index, (first, second) in zip(group, parts, strict=True):
            cut = Cut(first, second, "comma", 0.0, 0)
            yield of_cut(sheet.lines[index], cut, "one line")._replace(is_entry=True, bonus=evidence.LISTED)


def _words(text: str) -> int:
    return len(text.split())


_FEWEST_SURE = 5
"""Lines that together tell what none of them tells."""


def _numbers(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the lines of a list that give the names of numbers: `1 - jeden`, `5: Lima`."""
    groups: dict[tuple[object, ...], list[tuple[Line, re.Match[str]]]] = defaultdict(list)
    for line in sheet.lines:
        if found := _NUMBER.match(line.plain):
            groups[line.title, line.depth, found["mark"].strip()].append((line, found))
    for group in groups.values():
        named = {found["number"] for _, found in group}
        words = [sheet.tongues.side(found["word"]) for _, found in group]
        if len(named) == len(group) >= _FEWEST_NUMBERS and words.count(1) * 3 < len(words):
            for line, found in group:
                cut = Cut(found["word"].strip(), found["number"], "dash", 0.0, 0)
                yield of_cut(line, cut, "one line")._replace(form=NUMBERS, is_entry=True, bonus=evidence.LISTED)


_NUMBER = re.compile(r"(?P<number>\d{1,3}(?:[.,]\d{3})*)(?P<mark>\s*[:：=]\s*|\s+[-–—]\s+|\s+)(?P<word>[^\d:：=]+)$")
_FEWEST_NUMBERS = 5
_MARKS = {"comma": re.compile(r"\s*[,，、]\s*"), "wide-space": re.compile("\ue000+")}
_FEWEST_LISTED = 3
"""Lines of a list that show how it is written."""
_MOST_WORDS = 3
"""Words of a term before a comma."""


def _names_what_follows(sheet: Sheet, line: Line) -> bool:
    """Return whether a bold line stands above running text, as a title does."""
    at = sheet.at[line.number]
    below = sheet.lines[at + 1] if at + 1 < len(sheet.lines) else None
    return line.bold and not line.item and below is not None and below.block != line.block and len(below.plain) > _RUNNING_TEXT


def _with_example(sheet: Sheet, line: Line) -> Candidate | None:
    """Return the candidate of a line that goes on with an example: `adrift — 漂流，e.g. The boat was adrift.`"""
    found = _EXAMPLE.search(line.plain)
    end, start = found.span() if found else _sentence_behind(sheet, line.plain)
    before, example = line.plain[:end].rstrip(" .。,，;；(（"), line.plain[start:].rstrip(" )）")
    head = best_cut(before, sheet.tongues) if end else None
    is_rule = no_text.is_grammar(head.second) if head is not None else bool(found) and sheet.tongues.side(before) == 1
    translated = best_cut(example, sheet.tongues) if is_rule else None
    if translated is not None:  # `masculine, singular (e.g. le chat - the cat)`
        return of_cut(line, translated, "one line")
    if head is None or head.order == 1:
        return None
    return of_cut(line, head, "one line")._replace(extra={"example": example})


def _sentence_behind(sheet: Sheet, text: str) -> tuple[int, int]:
    """Return where a sentence in the language studied begins that stands behind a gloss, twice; zeros where none does."""
    tongues = sheet.tongues
    if not tongues.by_script or not ends_sentence(text):
        return 0, 0
    gloss = tongues.first_letter(text, 1)
    at = tongues.first_letter(text, 0, gloss) if gloss > 0 else -1
    tail = text[at:]
    if at < 0 or tongues.letters(tail, 1) or tail.count(" ") < 2 or not tail[:1].isupper() or ends_sentence(text[:gloss]):
        return 0, 0
    return at, at


def _with_gloss_inside(sheet: Sheet, line: Line) -> Candidate | None:
    """Return the candidate of a line with its gloss in brackets and more behind: `satt (full) Ich bin satt.`, `gehen #（走）# geht`."""
    found = _GLOSS_INSIDE.match(line.plain)
    if found is None or found["term"].count(" ") >= _MOST_WORDS or entry.begins_with_part_of_speech(found["gloss"]):
        return None
    tongues = sheet.tongues
    term, gloss, more = (trimmed(found[name].strip("# ")) for name in ("term", "gloss", "more"))
    if not (term and gloss and more) or no_text.is_grammar(gloss) or tongues.reads_before_more(term, gloss, 0):
        return None
    if (gloss.isascii() and len(gloss) < _SHORTEST) or (tongues.by_script and tongues.letters(term, 1)):
        return None  # an ending: `die Gabel (n)`
    sides = tongues.side(term), tongues.side(gloss)
    names_more = found["mark"] in (":", "：") and tongues.side(more) != 0  # `niveau (level): A1`
    if sides[0] == 1 or sides[1] == 0 or names_more or tongues.side(more) == 1:
        return None
    cut = best_cut(more, tongues)
    translated = cut if cut is not None and sentence_score(cut.first, tongues.pair[0]) >= evidence.SENTENCE else None
    is_example = (
        "#" not in more
        and more[0] not in _QUOTES
        and (translated or (more.count(" ") >= _MOST_WORDS - 1 and tongues.side(more) == 0))
    )
    one = of_cut(line, Cut(term, gloss, "bracket", 1.0, 0), "one line")
    return one._replace(
        form=f"{one.form} and more",
        is_entry=True,
        extra={"example" if is_example else "remark": more},
        bonus=evidence.LISTED if translated else evidence.UNSURE if sides == (None, None) else 0.0,
    )


_SHORTEST = 3
"""Letters of a meaning in brackets."""
_QUOTES = '"“„«「'
_GLOSS_INSIDE = re.compile(
    r"(?P<term>[^()（）:：=]{2,50}?(?:\s[(（][^()（）\s]{1,8}[)）])?)\s*(?:[:：#=]|=>|->|→)?\s*[(（](?P<gloss>[^()（）]{1,80})[)）]"
    r"\s*(?P<mark>=>|->|→|[:：#=.,-]|)\s+(?P<more>\S.*)$"
)


def _with_remark(sheet: Sheet, line: Line, cut: Cut) -> Candidate | None:
    """Return the candidate of a line whose gloss stands in brackets, with a remark behind: `der Magen (stomach) → sounds like …`."""
    arrow = _ARROW.search(line.plain)
    head, rest = (line.plain[: arrow.start()], line.plain[arrow.end() :]) if arrow else (cut.first, cut.second)
    if head.rstrip()[-1:] not in ")）" or (cut.kind == "bracket" and not arrow):
        return None
    inner = best_cut(head.rstrip(), sheet.tongues)
    if (
        inner is None
        or inner.kind != "bracket"
        or inner.purity < 1
        or sheet.tongues.reads_before_more(inner.first, inner.second, 0)
    ):
        return None
    if romanisation.is_kana(inner.second.strip("?？ ")) and sheet.tongues.side(rest) == 1:
        return None  # how the word sounds, before its meaning: `sconto（スコント）- 割引`
    if len(inner.second) < 3 or entry.begins_with_part_of_speech(inner.second) or no_text.is_grammar(inner.second):
        return None
    return of_cut(line, inner, "one line")._replace(extra={"remark": rest.strip()})


def _with_more(sheet: Sheet, line: Line, cut: Cut) -> Candidate | None:
    """Return the candidate of a line whose gloss goes on with sentences about the word, or with a quoted example."""
    if cut.kind in evidence.WEAK or cut.order == 1 or entry.enclosed(cut.second):
        return None
    found = _MORE.match(cut.second)
    if found is None or found["gloss"].count(" ") >= _LONGEST_GLOSS or sentence_score(cut.first, sheet.tongues.pair[0]) >= 0.3:
        return None
    more = found["more"]
    quoted = QUOTED.fullmatch(more.rstrip(" .。"))
    kind = "example" if (quoted and sheet.tongues.side(more) == 0) or _is_translated(sheet, more) else "remark"
    if kind == "remark" and cut.second[len(found["gloss"])] not in ".。":
        return None
    return of_cut(line, cut._replace(second=found["gloss"]), "one line")._replace(
        extra={kind: quoted[0][1:-1] if quoted and kind == "example" else more}
    )


def _at_colon(sheet: Sheet, line: Line, cut: Cut) -> Candidate | None:
    """Return the candidate of a line cut at its colon, where it was cut at a dash further on: `net: red - neto`."""
    places = [place for place in separators(line.plain, sheet.tongues) if place[2] not in evidence.WEAK]
    if sheet.tongues.by_script or len(places) < 2 or cut.order != 0 or (places[0][2], cut.kind) != ("colon", "dash"):
        return None
    end, start, kind = places[0]
    first, second = trimmed(line.plain[:end]), trimmed(line.plain[start:])
    apart = first and second and sheet.tongues.side(first) == 0 and sheet.tongues.side(second) == 1
    return of_cut(line, Cut(first, second, kind, 0.0, 0), "one line") if apart else None


def _is_translated(sheet: Sheet, text: str) -> bool:
    """Return whether a text is an example with its translation: `Il fait chaud: the weather is hot`."""
    cut = best_cut(text, sheet.tongues)
    return cut is not None and cut.kind not in evidence.WEAK and cut.order == 0 and sheet.tongues.side(cut.first) == 0


def _with_tail(sheet: Sheet, line: Line) -> Candidate | None:
    """Return the candidate of a line that a separator cuts twice, with a remark behind the gloss: `between — 〜の間に — two things`."""
    if len(line.plain) > _RUNNING_TEXT:
        return None
    places = [place for place in separators(line.plain, sheet.tongues) if place[2] not in evidence.WEAK]
    if len(places) < 2:
        return None
    end, start, kind = places[-1]
    head = best_cut(line.plain[:end], sheet.tongues)
    if head is None or (head.kind != kind and (head.order == 0 or sheet.tongues.side(line.plain[start:]) != 1)):
        return None
    return of_cut(line, head, "one line")._replace(extra={"remark": line.plain[start:].strip()})


def _without_lead(sheet: Sheet, proposed: Candidate) -> Candidate:
    """Return a candidate without what leads it in, in the learner's own words: `Example from the tutor: Podes …`."""
    (part,) = proposed.first
    found = _LEAD.match(part.text)
    if found is None or proposed.order != 0:
        return proposed
    sides = sheet.tongues.side(found["lead"]), sheet.tongues.side(found["text"])
    return proposed._replace(first=(part._replace(text=found["text"]),)) if sides == (1, 0) else proposed


def _in_turns(sheet: Sheet, text: str) -> list[Cut]:
    """Return the entries of a line whose languages take turns without a separator: `express 表示 express in a 用…表述`."""
    if not sheet.tongues.by_script or len(text) > _LONGEST_TURNS or ends_sentence(text):
        return []
    if any(kind not in evidence.WEAK for _, _, kind in separators(text, sheet.tongues)):
        return []
    parts = [text]
    while True:
        at = _next_turn(sheet, parts[-1])
        if at <= 0:
            break
        parts[-1:] = [parts[-1][:at], parts[-1][at:]]
    for place in range(len(parts) - 2, 0, -1):
        if len(parts[place].strip()) == 1 and parts[place].strip().isascii():  # a letter that stands for any word
            parts[place - 1 : place + 2] = ["".join(parts[place - 1 : place + 2])]
    texts = [part.strip(" ,，;；、/／") for part in parts]
    if len(texts) < 4 or len(texts) % 2:
        return []
    if any(entry.is_part_of_speech(part) or entry.begins_with_part_of_speech(part) for part in texts[2::2]):
        return []
    if any(part.count("(") != part.count(")") or part.count("（") != part.count("）") for part in texts):
        return []
    sides = [sheet.tongues.side(part) for part in texts]
    if any(side != (sides[0] if place % 2 == 0 else 1 - (sides[0] or 0)) for place, side in enumerate(sides)) or sides[0] != 0:
        return []
    apart = all(parts[place - 1][-1:] in " ,，;；、" for place in range(2, len(parts), 2))
    glued = any(above[-1:].isalnum() and part.startswith(labels.GLUED) for above, part in pairwise(parts))
    short = all(part.count(" ") < 5 and len(part) < _LONGEST_PART for part in texts)
    if not (apart and short) or glued or any(part.startswith(labels.PARTICLES) for part in texts[1::2]):
        return []
    return [Cut(texts[place], texts[place + 1], "script", 1.0, 0) for place in range(0, len(texts), 2)]


def _next_turn(sheet: Sheet, text: str) -> int:
    """Return where the other language begins in a text; 0 where it never does."""
    places = [sheet.tongues.first_letter(text, side) for side in (0, 1)]
    return 0 if min(places) < 0 else max(places)


def _several(sheet: Sheet, line: Line, kind: str) -> list[Candidate]:
    """Return the entries of a line of such a kind that lists some: `owe v. 欠；hinge n. 铰链`, `가구 (Furniture), 가사 (Housework)`."""
    text = line.plain
    if line.prefix is not None and not line.prefix.kind:
        named, rest = prefix_of(text, {})
        text, kind = (rest, shape(rest, sheet.tongues).kind) if named is not None else (text, kind)
    if kind in _IN_ONE_LANGUAGE:
        return []
    turns = _in_turns(sheet, text)
    if turns:
        return [of_cut(line, cut, LISTED)._replace(is_entry=True) for cut in turns]
    if len(text) > evidence.LONGEST_LINE:
        return []
    blank = masked(text)
    listed = next(
        filter(None, (_listed(sheet, text, blank, separator) for separator in (_OPPOSED, _SEMICOLON, _BETWEEN, _ARROW))), []
    )
    return [of_cut(line, cut, LISTED)._replace(is_entry=True, bonus=evidence.LISTED) for cut in listed]


def _listed(sheet: Sheet, text: str, blank: str, separator: re.Pattern[str]) -> list[Cut]:
    """Return the cuts of the pieces of a text where each is a term with its gloss, in the same order and notation."""
    written = [piece.strip() for piece in _pieces(text, blank, separator) if piece.strip()]
    pieces = [piece for piece in written if not _UNFILLED.search(piece)]
    if len(written) < 2 or not pieces:
        return []
    shapes = [shape(piece, sheet.tongues) for piece in pieces]
    found = [best_cut(piece, sheet.tongues) or one.cut for piece, one in zip(pieces, shapes, strict=True)]
    whole = [cut for cut in found if cut is not None]
    orders = {cut.order for cut in whole} - {None}
    sure = sum(one.kind == "AB" for one in shapes)
    needs_all = any(cut.kind in evidence.WEAK for cut in whole)
    if len(whole) < len(pieces) or len(orders) != 1 or (sure < len(shapes) if needs_all else sure * 3 < len(shapes) * 2):
        return []
    whole = [cut._replace(order=next(iter(orders))) for cut in whole]
    if separator is _ARROW and any(
        cut.kind != "bracket" or cut.first.rstrip()[-1:] in ")）" or "+" in cut.first for cut in whole
    ):
        return []
    if any(entry.is_part_of_speech(cut.first) for cut in whole):  # the senses of one term: `spur: v. 促进，n. 马刺`
        return []
    kinds = {cut.kind for cut in whole}
    if len(kinds) > 1 and not kinds <= {"script", "reading", "bracket"}:
        return []
    return [] if any(cut.kind in ("comma", "semicolon") or len(cut.first) > _LONGEST_LISTED for cut in whole) else whole


def _pieces(text: str, blank: str, separator: re.Pattern[str]) -> Iterator[str]:
    """Yield what stands between the separators outside brackets and quotes, which are blanked in `blank`."""
    start = 0
    for found in separator.finditer(blank):
        yield text[start : found.start()]
        start = found.end()
    yield text[start:]
