"""The evidence for each candidate: its notation, the company it keeps, and what speaks for and against it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

from anki_builder.languages import identify, labels, language, romanisation
from anki_builder.message import Message
from anki_builder.reading import entry, evidence, no_text
from anki_builder.reading.candidate import NUMBERS, Candidate, Part, plain
from anki_builder.reading.lines import title_role
from anki_builder.reading.sentences import breaks_off, ends_sentence, lists_words, sentence_score
from anki_builder.reading.shape import QUOTED, leading_reading, without_reading
from anki_builder.reading.sheet import Sheet

_LONGEST_GLOSS = 60
_EMPTY = re.compile(r"[\s\W_]*$")
_OPEN = re.compile(r"(?:…|\.\.\.)\s*$")
_LOWER = re.compile(r"\b[a-z]{2,}\b")
BOLD_TERM = re.compile(r"^(?:<[^<>]*>)*(\*\*|__)(?=\S)[^*_]+\1(?:</[^<>]*>)*(?=\s*\S)")
_ALL_QUOTED = re.compile(r"^[“\"「『]([^“”\"「」『』]+)[”\"」』][。.]?$")
_POINTING = re.compile(r"[↑^※←☝]")
_QUESTION = ("?", "？")
_ALPHABETS = ("Latin", "Cyrillic", "Greek")
_STATEMENT = (".", "。")
_INTRODUCING = (":", "：")
_ADDRESS = re.compile(r"https?:")
_FORM_BEHIND = re.compile(r"\s*/\s*(?P<tail>[^/]+)$")
_GAP = re.compile("[_＿]{3,}|[.…]{5,}")
_CASES = re.compile(r"(?:nom|akk|acc|dat|gen|instr|loc|sg|pl|sing|plur|m|f|n|nt)\.?$", re.IGNORECASE)
_LINK = re.compile(r"^[*_]*\[(?P<text>[^\[\]]+)\]\(<?https?://[^\s()]*?(?P<last>[^/=#\s()]*)/?>?\)")
_NOT_LATIN = "\u0370"
_SHORTEST_WORD = 3
_CHOICE = re.compile(r"[a-hA-H][.)]\s+\S")
_INITIALS = re.compile(r"(?:^|\s)[A-ZÀ-Þ]\.\s*[A-ZÀ-Þ]")
_NAME = re.compile(r"[A-ZÀ-Þ][\w’'-]+(?:\s+[A-ZÀ-Þ][\w.’'-]*){1,3}(?:\s*\([^()]*\))?$")
_DEFINED = re.compile(r"^(?P<term>[^:：。.!?！？]{1,50}?)\s*[:：]\s*(?P<definition>\S.*)$")
_WORK = re.compile(r"\S\s*[(（](?:19|20)\d\d[)）]$")
_SETTING = re.compile(r"[^:：]{1,30}[:：]\s*\S")
_MOMENT = re.compile(r"\d[\d\-/.:]{3,}\d")
_FEWEST_FACTS = 3
_TAIL = re.compile(r"(?:\s+(?:-|–|—|\|)\s+|\s*-{2,3}\s*|\s*(?:->|→)\s*)(?P<tail>[^-–—|>→]+)$")


class Weighed(NamedTuple):
    """A candidate with its order settled and its evidence counted."""

    candidate: Candidate
    text: tuple[Part, ...]
    """Parts in the language studied."""
    translation: tuple[Part, ...]
    score: float
    sentence: float
    """How much it is a sentence pair."""

    @property
    def number(self) -> int:
        """The line that it begins on."""
        return self.candidate.number

    @property
    def family(self) -> str:
        """The form without its suffix “together”: candidates of one family are entries or pairs of the same notation."""
        return self.candidate.form.removesuffix(" together")

    @property
    def why(self) -> str:
        """Its evidence in words, for `--explain-layout`."""
        return Message("{form}, evidence {score:.2f}", form=self.candidate.form, score=self.score)


def weighed(sheet: Sheet, candidates: Iterable[Candidate]) -> list[Weighed]:
    """Return the candidates with their evidence; those whose order nobody knows are left out."""
    settled = _without_tails(sheet, _defined(list(_ordered(sheet, candidates))))
    company = Counter(candidate.company for candidate in settled)
    covered = Counter(key for key, _ in {(candidate.company, number) for candidate in settled for number in candidate.numbers})
    lines = sum(not line.heading for line in sheet.lines)
    straight = any(candidate.order == 0 for candidate in settled)
    lists = _lists_of_something_else(sheet, settled)
    out = []
    for candidate in settled:
        text, translation = (candidate.first, candidate.second) if candidate.order == 0 else (candidate.second, candidate.first)
        one, other = bare(plain(text), sheet), unquoted(plain(translation))
        sentence = _sentence(sheet, candidate, text, one, other)
        score = evidence.NOTATION[candidate.notation] + candidate.bonus + sum(_signs(sheet, candidate, one, other, sentence))
        score += evidence.COMPANY * min(evidence.MOST_COMPANY, company[candidate.company] - 1)
        if candidate.form in lists:
            score += evidence.NO_TEXT
        if candidate.order == 1 and candidate.parted_weakly:
            score += evidence.REVERSED
        elif candidate.order == 1 and straight:
            score += evidence.REVERSED_PLAINLY
        if covered[candidate.company] * 5 >= lines * 4:
            score += evidence.ALONE
        if sentence < evidence.SENTENCE and (
            one != plain(text) or entry.has_phonetics(other) or entry.begins_with_part_of_speech(other)
        ):
            score += evidence.PHONETICS
        if len(text) == 1 and _is_bold(text[0]) and text[0].line.number == translation[0].line.number:
            score += evidence.BOLD_TERM
        out.append(Weighed(candidate, text, translation, score, sentence))
    return out


def _is_bold(term: Part) -> bool:
    """Return whether a term stands bold on its line and the rest does not: before its gloss, or behind it."""
    return BOLD_TERM.match(term.line.raw) is not None or f"**{term.text}**" in term.line.raw


def _lists_of_something_else(sheet: Sheet, candidates: list[Candidate]) -> set[str]:
    """Return the forms whose members are no vocabulary together: commands, links to pages, keys, titles with their authors or years, plans."""
    forms: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        forms[candidate.form].append(candidate)
    return {
        form
        for form, members in forms.items()
        if (members[0].layout == "one line" and _are_no_vocabulary(sheet, members))
        or _are_sounds(members)
        or _are_facts(members)
        or (not sheet.tongues.by_script and _are_in_one_language(sheet, members))
    }


def _are_no_vocabulary(sheet: Sheet, members: list[Candidate]) -> bool:
    """Return whether lines of one form are commands, links, choices, works, parts of a plan, settings or names."""
    return (
        _are_commands(members)
        or _are_links(members)
        or _are_choices(members)
        or _are_works(members)
        or _are_parts(members)
        or _is_one_of_settings(sheet, members)
        or (not sheet.tongues.by_script and _are_names(sheet, members))
    )


def _are_in_one_language(sheet: Sheet, members: list[Candidate]) -> bool:
    """Return whether both sides are in one language, as words of two genders, opposites and facts are: `signore - signora`."""
    texts = [(_outside(plain(one.first)), _outside(plain(one.second))) for one in members[:80]]
    side = sheet.tongues.side
    apart = sum(None not in (found := {side(one), side(other)}) and len(found) > 1 for one, other in texts)
    if apart * 5 >= 2 * len(texts):  # in two languages, in either order
        texts = [(other, one) if (side(one), side(other)) == (1, 0) else (one, other) for one, other in texts]
    first, second = (" \n".join(column) for column in zip(*texts, strict=True))
    sides = side(first), side(second)
    if sheet.one_language and (None in sides or sides[0] == sides[1]):
        return True  # nothing in the note shows another language
    if apart * 4 <= len(texts) and sides[0] == sides[1] is not None:
        return True
    return apart * 3 <= 2 * len(texts) and identify.are_in_one(first, second, sheet.tongues.pair)


def _outside(text: str) -> str:
    """Return a text without what stands in brackets, where forms and remarks do."""
    return entry.outside_brackets(text).replace("\x00", "") or text


def _are_facts(members: list[Candidate]) -> bool:
    """Return whether the second sides are values and no glosses: most say the same but for dates and times, or a third are keys."""
    values = [plain(one.second) for one in members]
    if len(values) < _FEWEST_FACTS:
        return False
    same = Counter(_MOMENT.sub("0", value) for value in values).most_common(1)[0][1]
    return same * 2 > len(values) or sum(map(no_text.is_key, values)) * 3 >= len(values)


def _are_commands(members: list[Candidate]) -> bool:
    """Return whether a third of the terms or of the glosses have something of code in them, or all are code and begin with one word."""
    terms = [plain(one.first) for one in members]
    for texts in (terms, [plain(one.second) for one in members]):
        if sum(map(no_text.is_code, texts)) * 3 >= len(texts):
            return len(texts) > 1
    quoted = all(one.first[0].line.raw.startswith("`") for one in members)
    return quoted and len(terms) > 2 and len({term.split()[0] for term in terms}) == 1 and all(" " in term for term in terms)


def _are_choices(members: list[Candidate]) -> bool:
    """Return whether most second sides are lettered, as those of an exercise are: `treiben – b. gate`."""
    return len(members) > 1 and sum(_CHOICE.match(plain(one.second)) is not None for one in members) * 2 >= len(members)


def _are_works(members: list[Candidate]) -> bool:
    """Return whether most terms are titles of works with their years: `Night Ferry (2015)`."""
    return sum(_WORK.search(plain(one.first)) is not None for one in members) * 2 > len(members)


def _are_parts(members: list[Candidate]) -> bool:
    """Return whether most terms are parts of a plan or dates, so that the others are days or tasks: `Week 1`, `Monday`."""
    terms = [plain(one.first) for one in members]
    return sum(no_text.is_numbered_part(term) or no_text.is_date(term) for term in terms) * 2 > len(terms)


def _are_sounds(members: list[Candidate]) -> bool:
    """Return whether most sides are letters and what they sound like: `ch - cz`."""
    sides = [(plain(one.first), plain(one.second)) for one in members]
    short = sum(max(map(len, pair)) < _SHORTEST_WORD and max(pair) < _NOT_LATIN for pair in sides)
    return len(members) > 2 and short * 2 > len(members)


def _is_one_of_settings(sheet: Sheet, members: list[Candidate]) -> bool:
    """Return whether the only member of a form stands among lines of one language that have its colon: `Font: 思源宋体`."""
    if len(members) > 1 or members[0].notation != "colon" or not sheet.tongues.by_script:
        return False
    line = members[0].first[0].line
    others = [
        one
        for one in sheet.lines
        if one.number != line.number
        and one.title == line.title
        and bool(one.marker) == bool(line.marker)
        and _SETTING.match(one.plain)
    ]
    return len(others) > 1


def _are_links(members: list[Candidate]) -> bool:
    """Return whether most terms are links, and not to their entries in a dictionary."""
    links = [found for one in members if (found := _LINK.match(one.first[0].line.raw))]
    looked_up = sum(found["text"].casefold() == unquote(found["last"]).casefold() for found in links)
    return len(links) * 3 >= len(members) * 2 and looked_up * 5 < len(links) * 4


def _are_names(sheet: Sheet, members: list[Candidate]) -> bool:
    """Return whether most terms or glosses are names of people: initials, or several capitalised words of no known language."""
    for texts in ([plain(one.first) for one in members], [plain(one.second) for one in members]):
        if sum(_INITIALS.search(text) is not None for text in texts) * 2 >= len(texts):
            return True
        names = sum(_NAME.match(text) is not None for text in texts)
        if len(texts) > 1 and names * 5 >= len(texts) * 4 and sheet.tongues.side(" \n".join(texts)) is None:
            return True
    return False


def bare(text: str, sheet: Sheet) -> str:
    """Return a term without reading, phonetics and part of speech."""
    for _ in range(2):
        text = entry.clean_term(without_reading(text, sheet.tongues, 0)[0]).term or text
    return text


def unquoted(text: str) -> str:
    """Return a text without the quotes around all of it."""
    found = _ALL_QUOTED.match(text)
    return found[1] if found else text


def _ordered(sheet: Sheet, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield the candidates with their order: where the text of one does not tell, all of its form together do."""
    forms: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if not (_EMPTY.match(plain(candidate.first)) or _EMPTY.match(plain(candidate.second))):
            forms[candidate.form].append(candidate)
    for members in forms.values():
        order = _order_of(sheet, members) if any(candidate.order is None for candidate in members) else None
        for candidate in members:
            if candidate.order is not None:
                yield candidate
            elif order is not None:
                yield candidate._replace(order=order)


def _order_of(sheet: Sheet, members: list[Candidate]) -> int | None:
    """Return the order that candidates of one form have together."""
    first = sheet.tongues.side(" \n".join(plain(one.first) for one in members[:80]))
    second = sheet.tongues.side(" \n".join(plain(one.second) for one in members[:80]))
    if first is not None and first != second:
        return first
    if first is None and second is not None:
        return 1 - second
    told = Counter(candidate.order for candidate in members if candidate.order is not None).most_common(1)
    return told[0][0] if told and told[0][1] > 1 else None


def _defined(candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates with terms cut from definitions in their own language: `gut: an instinct` above `直觉`.

    Of a term with a sentence that is translated the sentence stays: `aantrekken: Ik trek een jas aan. (I put on a coat.)`.
    """
    forms: dict[str, list[int]] = defaultdict(list)
    out = list(candidates)
    for place, candidate in enumerate(candidates):
        if candidate.layout in ("stacked", "one line") and candidate.order == 0:
            forms[candidate.form].append(place)
    for places in forms.values():
        found = {place: match for place in places if (match := _definition(candidates[place]))}
        if len(found) < 3 or len(found) * 5 < len(places) * 2:
            continue
        for place, match in found.items():
            (part,) = candidates[place].first
            if ends_sentence(match["definition"]) and ends_sentence(plain(candidates[place].second)):
                out[place] = candidates[place]._replace(first=(part._replace(text=match["definition"]),))
            else:
                out[place] = candidates[place]._replace(
                    form=f"{candidates[place].form} defined",
                    first=(part._replace(text=match["term"].strip()),),
                    extra={"remark": match["definition"]},
                    is_entry=True,
                )
    return out


def _definition(candidate: Candidate) -> re.Match[str] | None:
    """Return the term and the definition that the first piece of a candidate may hold."""
    if len(candidate.first) > 1 or len(plain(candidate.second)) >= _LONGEST_GLOSS:
        return None
    found = _DEFINED.match(candidate.first[0].text)
    return found if found and found["term"].count(" ") < 5 else None


def _without_tails(sheet: Sheet, candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates with what stands behind a second separator as remarks, where it is usual: `mot → glosa -- mo`."""
    company: dict[object, list[int]] = defaultdict(list)
    out = list(candidates)
    for place, candidate in enumerate(candidates):
        if candidate.layout == "one line":
            company[candidate.company].append(place)
    for places in company.values():
        forms = {place: match for place in places if (match := _form_behind(candidates[place]))}
        found = {place: match for place in places if (match := _tail(sheet, candidates[place].second[0].text))}
        usual = len(found) >= 3 and len(found) * 10 >= len(places) * 3
        for place, match in ((found if usual else {}) | forms).items():
            (part,) = candidates[place].second
            gloss = part.text[: match.start()].strip()
            out[place] = candidates[place]._replace(second=(part._replace(text=gloss),), extra={"remark": match["tail"].strip()})
    return out


def _form_behind(candidate: Candidate) -> re.Match[str] | None:
    """Match what stands behind the last slash of a gloss and names a form, or has the term itself: `jus: suco / du jus`."""
    found = _FORM_BEHIND.search(candidate.second[0].text)
    if found and (no_text.is_grammar(found["tail"]) or candidate.first[0].text.casefold() in found["tail"].casefold().split()):
        return found
    return None


def _tail(sheet: Sheet, text: str) -> re.Match[str] | None:
    """Match the text behind the last separator of a gloss, unless a reading stands before it, or it is a part of speech."""
    found = _TAIL.search(text)
    if not found or entry.is_part_of_speech(f"{found['tail'].rstrip(' .')}.") or leading_reading(text, sheet.tongues, 1)[1]:
        return None
    before = text[: found.start()].strip()
    is_sound = sheet.tongues.reading_of(before) is not None or entry.clean_term(f"x {before}").term == "x"
    return None if is_sound else found


def _sentence(sheet: Sheet, candidate: Candidate, parts: tuple[Part, ...], text: str, translation: str) -> float:
    """Return how much a candidate is a sentence pair and no entry."""
    if candidate.is_entry is not None:
        return 0.0 if candidate.is_entry else 1.0
    first, second = sheet.tongues.pair
    line = parts[0].line
    alone = sentence_score(text, first)
    score = (alone + sentence_score(translation, second)) / 2 + evidence.SENTENCE_BY_NOTATION.get(candidate.notation, 0.0)
    if line.role in ("text", "sentences", "example") or (
        line.prefix is not None and line.prefix.kind in ("example", "text", "speaker")
    ):
        score += evidence.IN_SENTENCES
    elif line.role == "vocabulary":
        score -= evidence.IN_SENTENCES
    if line.parent and candidate.layout == "one line" and sheet.is_term(line.parent):
        score += evidence.NESTED
    if breaks_off(text, first) and breaks_off(translation, second):
        score += evidence.BROKEN_OFF
    if text.count(" ") < 2 and alone < 0.2 and language(first).spaces:
        score = min(score, evidence.SHORT_TERM)
    return score


def _signs(sheet: Sheet, candidate: Candidate, text: str, translation: str, sentence: float) -> Iterator[float]:
    """Yield what speaks for a candidate and against it, beside its notation and its company."""
    yield from _signs_of_place(sheet, candidate)
    yield from _signs_of_sides(sheet, candidate, text, translation, sentence)
    line = candidate.first[0].line
    if line.role == "vocabulary" if sentence < evidence.SENTENCE else line.role in ("text", "sentences", "example"):
        yield evidence.IN_VOCABULARY
    if _is_remark(sheet, candidate, text, translation):
        yield evidence.LOPSIDED
    if not sheet.tongues.by_script and _repeats_the_text(text, translation):
        yield evidence.NO_TEXT
    if sentence < evidence.SENTENCE and _is_no_entry(sheet, candidate, text, translation):
        yield evidence.PROSE
    if _is_no_text(candidate, text, translation) or _is_transliterated(sheet, text, translation):
        yield evidence.NO_TEXT
    if no_text.is_to_oneself(translation):
        yield evidence.TO_ONESELF


def _signs_of_place(sheet: Sheet, candidate: Candidate) -> Iterator[float]:
    """Yield what the place of the lines says."""
    line, below = candidate.first[0].line, candidate.second[0]
    if sheet.one_language and not sheet.tongues.by_script:
        yield evidence.ONE_LANGUAGE
    if sheet.labelled and candidate.notation == "paragraphs":
        yield evidence.BESIDE_LABELS
    if line.role == "skip":
        yield evidence.IN_SKIPPED
    if line.prefix is not None and line.prefix.kind == "remark" and candidate.layout == "one line":
        yield evidence.REMARKED
    if below.line.number != line.number and entry.enclosed(below.text.strip("*_ ")):
        yield evidence.ENCLOSED


def _signs_of_sides(sheet: Sheet, candidate: Candidate, text: str, translation: str, sentence: float) -> Iterator[float]:
    """Yield what the languages, lengths and ends of the two sides say."""
    named = candidate.notation in ("labels", "sections")
    if not sheet.tongues.by_script and None in (sheet.tongues.side(text), sheet.tongues.side(translation)):
        yield evidence.UNSURE
    if not named and candidate.layout != "one line" and _is_in_one_language(sheet, text, translation):
        yield evidence.NO_TEXT
    if not (named or _fits(sheet, text, translation, sentence)):
        yield evidence.UNLIKE
    elif sentence >= evidence.SENTENCE:
        yield evidence.FITS
    if candidate.notation == "semicolon" and ends_sentence(text) and ends_sentence(translation):
        yield evidence.BOTH_END if (sheet.tongues.side(text), sheet.tongues.side(translation)) == (0, 1) else 0.0
    if min(len(text), len(translation)) > evidence.LONG_TEXT:
        yield evidence.LONG
    if candidate.notation == "question" and text.endswith(_QUESTION) and translation.endswith(_STATEMENT):
        yield evidence.ANSWERED
    if candidate.notation == "script" and _breaks_a_sentence(sheet, candidate):
        yield evidence.LOPSIDED
    if candidate.is_entry is None and not named and _lopsided(text, translation, sheet.tongues.pair):
        yield evidence.ANSWERED if text.endswith(_QUESTION) else evidence.LOPSIDED


def _is_in_one_language(sheet: Sheet, text: str, translation: str) -> bool:
    """Return whether both sides are sentences of several words that are surely in one language."""
    several = " " in text and " " in translation
    return several and not sheet.tongues.by_script and sheet.tongues.side(text) == sheet.tongues.side(translation) is not None


def _is_remark(sheet: Sheet, candidate: Candidate, text: str, translation: str) -> bool:
    """Return whether what stands for the translation is a remark on a word of the text, or quotes other words of its language."""
    if candidate.notation in ("labels", "sections"):
        return False
    if not sheet.tongues.by_script:
        return False
    if candidate.notation == "bracket" and set(_LOWER.findall(translation)) & set(_LOWER.findall(text)):
        return True
    return _speaks_of_the_text(sheet, text, translation) or _quotes_something_else(sheet, text, translation)


def _repeats_the_text(text: str, translation: str) -> bool:
    """Return whether a translation quotes several words of the text, as a remark on it does."""
    words = set(text.casefold().split())
    quoted = [found.casefold().split() for found in QUOTED.findall(translation)]
    return any(len(words & set(" ".join(said).strip('“”"«»').split())) > 1 for said in quoted)


def _speaks_of_the_text(sheet: Sheet, text: str, translation: str) -> bool:
    """Return whether a translation in an alphabet has words of another script in it that are not in the text: `he drops -요 here`."""
    first, second = (language(tag).scripts[0] for tag in sheet.tongues.pair)
    if first in _ALPHABETS or second not in _ALPHABETS:
        return False
    foreign = set(entry.outside_brackets(translation)) - set(text)
    return any(sheet.tongues.letters(letter, 0) for letter in foreign)


def _is_no_entry(sheet: Sheet, candidate: Candidate, text: str, translation: str) -> bool:
    """Return whether the gloss is a statement about the term, or the term too long for one."""
    return (
        (candidate.notation != "labels" and _explains(text, translation, sheet.tongues.pair))
        or len(text.split()) > evidence.LONGEST_TERM
        or text.count(",") > evidence.MOST_COMMAS
    )


def _is_no_text(candidate: Candidate, text: str, translation: str) -> bool:
    """Return whether one side is something else than text: a date, an amount, the name of a part, of a form or a case."""
    if candidate.form == NUMBERS:
        return False
    sides = (text, translation)
    if candidate.notation == "bracket" and any(title_role(side, {})[0] not in ("", "skip") for side in sides):
        return True
    in_a_row = candidate.layout != "one line" and max(text.count("→"), translation.count("→")) > 1
    itself = text.casefold() == translation.casefold() and " " in text
    if in_a_row or itself or _is_cut_within_brackets(candidate):
        return True
    written = plain(candidate.first if candidate.order == 0 else candidate.second)
    if translation.endswith(_INTRODUCING) and not written.endswith(_INTRODUCING):
        return True  # what follows is an example
    if any(_GAP.search(side) or _ADDRESS.match(side) for side in sides):
        return True  # an exercise, a link
    if _NAME_OF_A_WORK.match(translation) and candidate.notation == "colon":
        return True
    named = labels.language_named(text), labels.language_named(translation)
    if all(named) and named[0] != named[1]:
        return True  # the heads of two columns
    return (
        any(is_one(side) for is_one in _NO_TEXTS for side in sides)
        or any(pattern.match(translation) for pattern in (_POINTING, _CASES))
        or entry.is_part_of_speech(translation)
        or no_text.is_grammar(translation)
        or labels.DESCRIBES.search(translation) is not None
        or (candidate.notation in ("bracket", "markup") and no_text.is_register(translation))
    )


def _is_transliterated(sheet: Sheet, text: str, translation: str) -> bool:
    """Return whether a translation of several words is the text itself in the other alphabet."""
    apart = not sheet.tongues.weights(text)[1] and not sheet.tongues.weights(translation)[0]
    several = min(text.count(" "), translation.count(" ")) > 1
    in_latin = entry.LATIN.search(translation) is not None or romanisation.is_kana(translation)
    return sheet.tongues.by_script and apart and several and in_latin and romanisation.spells(text, translation)


def _is_cut_within_brackets(candidate: Candidate) -> bool:
    """Return whether brackets open in the first piece of a line and close in the second: `Horaires (시간): 9`."""
    if candidate.layout != "one line" or candidate.notation == "bracket":
        return False
    first, second = (
        [text.count(mark) for mark in ("(", "（", "【")] for text in (plain(candidate.first), plain(candidate.second))
    )
    closed = [[text.count(mark) for mark in (")", "）", "】")] for text in (plain(candidate.first), plain(candidate.second))]
    return sum(first) > sum(closed[0]) and sum(closed[1]) > sum(second)


_NAME_OF_A_WORK = re.compile(r"[„“”\"«‘‚](?:[A-ZÀ-Þ][\w’']*[ ,]*){3,}[“”\"»’‘][.,]?$")
"""Three or more words in quotation marks, each with a capital: `„Running Up That Hill“`."""
_NO_TEXTS = (no_text.is_date, no_text.is_numbered_part, no_text.is_amount, no_text.is_spelt)


def _fits(sheet: Sheet, text: str, translation: str, sentence: float) -> bool:
    """Return whether the lengths of the two sides can be those of a text and its translation."""
    first, second = sheet.tongues.lengths(text, translation)
    if not first or not second:
        return False
    ratio = second / first
    if sentence < evidence.SENTENCE:
        return 0.08 <= ratio <= 14
    return 0.2 <= ratio <= 5 if min(first, second) < 60 else 0.4 <= ratio <= 2.8


def _breaks_a_sentence(sheet: Sheet, candidate: Candidate) -> bool:
    """Return whether a line is cut within a sentence: only the translation behind the text ends, or the second part with a foreign stop."""
    first, second = plain(candidate.first), plain(candidate.second)
    if candidate.order == 0 and ends_sentence(entry.without_class(second)) and not (_OPEN.search(second) or ends_sentence(first)):
        return True
    script = language(sheet.tongues.pair[1 - (candidate.order or 0)]).scripts[0]
    return second.endswith(("。", "！", "？")) and script in _ALPHABETS


def _quotes_something_else(sheet: Sheet, text: str, translation: str) -> bool:
    """Return whether a translation quotes words of the language studied that are not in the text, as a remark does."""
    quoted = [found[1:-1].strip(" .?!,") for found in QUOTED.findall(translation) if sheet.tongues.letters(found, 0)]
    return bool(quoted) and not any(words.casefold() in text.casefold() for words in quoted)


def _lopsided(text: str, translation: str, tags: tuple[str, str]) -> bool:
    """Return whether the text is a sentence, or breaks off, and what stands for its translation is a remark."""
    if _OPEN.search(text) and not _OPEN.search(translation):
        return True
    return sentence_score(text, tags[0]) >= 0.8 and sentence_score(translation, tags[1]) < 0.2


def _explains(text: str, translation: str, tags: tuple[str, str]) -> bool:
    """Return whether the gloss is a statement about the term and no gloss."""
    if translation.startswith(labels.PARTICLES):
        return True
    if sentence_score(text, tags[0]) >= 0.3 or lists_words(translation):
        return False
    return labels.EXPLAINS.match(translation) is not None or sentence_score(translation, tags[1]) >= 0.8
