"""Find suspicious places in a translation by its sentence pairs.

Precise rather than complete: a rule that is often wrong teaches the learner to ignore them all. `docs/alignment.md` lists the findings of each rule
over 580 passages of real notes with machine translation.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import log

from anki_builder.alignment.places import finding, fix, quoted
from anki_builder.alignment.rules import (
    DOUBLED_MARK,
    LEFT_UNTRANSLATED,
    LENGTH_OUT_OF_LINE,
    NAME_MISSING,
    NUMBERS_DIFFER,
    UNBALANCED_MARKS,
    WIDTH_MIXED,
)
from anki_builder.diagnostic import Diagnostic, Fix, Rule
from anki_builder.document import Document, SentencePair, Text
from anki_builder.languages import language
from anki_builder.languages.numerals import Number, digit_runs, numbers
from anki_builder.languages.scripts import letters, side
from anki_builder.message import Message
from anki_builder.source import Source

_MULTIPLIED = re.compile(
    r"\d(?:(?!st|nd|rd|th)[A-Za-z]| ?[万萬亿億兆百千多만억조]| (?i:[mbt]r?il|mrd|mio|thousand|tausend|тыс|мл))"
)
"""A digit that a multiplier may follow."""
_SMALL = 12
"""Whole numbers up to this are words as often as digits."""
_NAME = re.compile(r"[A-Z](?<![A-Za-z].)[A-Za-z]{3,}")  # the lookbehind comes second, being true of most characters
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_DOUBLED = re.compile(
    r"[。，、；：？！,;.](?=[。，、；：？！,;.”’」』）)])(?:(?<=。)[”’」』）)]*。|(?<=([，、；：]))[”’」』）)]*\1|(?<=[，、；：])[”’」』]?[。？！]|(?<=[。？！])[，、；：]"
    r"|(?<=,),|(?<=;);|(?<=\.)(?<!\.\.)\.(?!\.)|(?<=[.,])”[.,])"
)
_FULL_WIDTH = dict(zip(",;:?!", "，；：？！", strict=True))
_NOT_AFTER_ASCII = re.compile(r"[,;:?!](?<=[^\x00-\x7f].)")  # the mark first, being rarer than what precedes it
_PAIRS = ("“”", "「」", "『』", "《》", "()", "[]", "【】")
_ITEM = re.compile(r"(?:^|\s)(?:\d{1,2}|[a-zA-Z])\)")
_COPIED = 6
"""Characters of a script without spaces from which a copy is no name."""
_LONG = 60.0
"""Characters of the text (24 where it has no spaces) from which its translation's length says something."""
_FAR = log(2.6)
_MANY = 8
"""Pairs from which a document has a ratio of lengths."""
_KEPT = 3
"""Times a name has to be kept elsewhere for its absence to be reported."""


def lint(document: Document, pairs: Sequence[SentencePair]) -> list[Diagnostic]:
    """Return what is suspicious in the translations of a document."""
    whole = [pair for pair in pairs if pair.text and pair.translation]
    found: list[Diagnostic] = []
    if not whole:
        return found
    scripts = language(document.languages[0]).scripts, language(document.languages[1]).scripts
    ratios = [log((p.translation_end - p.translation_start + 1) / (p.end - p.start + 1)) for p in whole]
    middle = sorted(ratios)[len(ratios) // 2]
    long = _LONG if language(document.languages[0]).spaces else 24.0
    many = len(whole) >= _MANY
    for pair, ratio in zip(whole, ratios, strict=True):
        source = document.passages[pair.passage].text
        text = pair.text[0] if len(pair.text) == 1 else source.plain[pair.start : pair.end]
        if len(pair.translation) == 1:
            translation = pair.translation[0]
        else:
            translation = _translation(document, pair).plain[pair.translation_start : pair.translation_end]
        if _untranslated(text, translation, document.languages, scripts):
            found.append(
                _at_translation(
                    LEFT_UNTRANSLATED,
                    document,
                    pair,
                    Message("{quote} is in the language of the text: it is not translated", quote=quoted(translation)),
                )
            )
            continue
        digits = digit_runs(text)
        if digits and (digits != digit_runs(translation) or _MULTIPLIED.search(text) or _MULTIPLIED.search(translation)):
            found.extend(_numbers(document, source, pair, text, translation))
        if many and len(text) >= long and abs(ratio - middle) > _FAR:
            if ratio < middle:
                message = Message(
                    "the translation is much shorter than that of other sentences: {quote}", quote=quoted(translation)
                )
            else:
                message = Message(
                    "the translation is much longer than that of other sentences: {quote}", quote=quoted(translation)
                )
            found.append(_at_text(LENGTH_OUT_OF_LINE, document, pair, message))
    if scripts[1][0] != "Latin" and scripts[0][0] == "Latin":
        found.extend(_names(document, whole))
    found.extend(_marks(document))
    return found


def _at_text(rule: Rule, document: Document, pair: SentencePair, message: str) -> Diagnostic:
    return finding(rule, document.source, document.passages[pair.passage].text, pair.start, pair.end, message)


def _at_translation(rule: Rule, document: Document, pair: SentencePair, message: str) -> Diagnostic:
    return finding(rule, document.source, _translation(document, pair), pair.translation_start, pair.translation_end, message)


def _translation(document: Document, pair: SentencePair) -> Text:
    return document.passages[pair.passage].translation or document.passages[pair.passage].text


def _untranslated(
    text: str, translation: str, languages: tuple[str, str], scripts: tuple[tuple[str, ...], tuple[str, ...]]
) -> bool:
    """Whether a translation of some length is in the language of the text."""
    telling = scripts[0][0]
    if telling in scripts[1]:  # one script, or Chinese and Japanese: only a copy is beyond doubt
        long = text.count(" ") >= 3 if language(languages[0]).spaces else letters(text, languages[0]) >= _COPIED
        return long and text.casefold() == translation.casefold()
    if telling == "Latin":
        if len(translation.encode(errors="ignore")) >= 2 * len(translation):
            return False  # seven tenths of ASCII letters leave less than two bytes a character
        words = _LATIN_WORD.findall(translation)
        if len(words) < 4 or not any(word.islower() for word in words):
            return False
        return sum(map(len, words)) > 0.7 * len(translation.replace(" ", ""))
    own = letters(translation, languages[0])
    return own >= _COPIED and own > 0.7 * len(translation.replace(" ", "")) and side(translation, languages) == 0


def _numbers(document: Document, place: Text, pair: SentencePair, text: str, translation: str) -> Iterator[Diagnostic]:
    """Tell numbers of the text that its translation has not."""
    there: list[Number] | None = None
    for number in numbers(text, ""):
        if not number.in_digits or (number.value <= _SMALL and number.value == int(number.value)):
            continue
        if text[max(0, number.start - 1) : number.start] in ("-", "‑") or text[number.end : number.end + 1].isalpha():
            continue  # part of a name or a compound: Covid-19, H-1B, 8K
        if there is None:
            there = numbers(translation, document.languages[1])
        values = {other.value for other in there}
        if number.value in values or _said_otherwise(number, text, translation, values):
            continue
        start = pair.start + number.start
        written = text[number.start : number.end]
        message = Message("“{number}” is not in the translation {quote}", number=written, quote=quoted(translation))
        yield finding(NUMBERS_DIFFER, document.source, place, start, pair.start + number.end, message)


def _said_otherwise(number: Number, text: str, translation: str, values: set[float]) -> bool:
    """Whether the translation says the number in another way that is no error: a decade, a clock time, a rounded or converted percentage."""
    written = re.match(r"[\d.,]+", text[number.start :])
    digits = written.group().rstrip(".,") if written else ""
    if digits and re.search(rf"(?<!\d){re.escape(digits)}(?!\d)", translation) and digits == text[number.start : number.end]:
        return True
    if text[number.end : number.end + 1] in ("s", "’", "'") and number.value % 10 == 0 and number.value % 100 in values:
        return True  # the 1990s: 90年代
    if "." in digits or ":" in text[number.end : number.end + 1]:
        hours, _, minutes = digits.partition(".")
        if hours.isdigit() and minutes.isdigit() and {float(hours), float(minutes)} <= values:
            return True  # 7.30: 7点30分
    return any(abs(number.value - value) <= 1e-6 * abs(number.value) for value in values)


def _names(document: Document, pairs: Sequence[SentencePair]) -> Iterator[Diagnostic]:
    """Report names that the translation keeps everywhere except here."""
    written = Counter(_NAME.findall("\n".join([sentence for pair in pairs for sentence in pair.translation])))
    candidates = {name for name, times in written.items() if times >= _KEPT}
    if not candidates:
        return
    kept: Counter[str] = Counter()
    dropped: dict[str, list[SentencePair]] = {}
    for pair in pairs:
        translation = " ".join(pair.translation)
        latin = set(_NAME.findall(translation)) if not translation.isascii() else set()
        text = " ".join(pair.text)
        for name in candidates & latin:
            if name.lower() in text.lower():
                kept[name] += 1
        for name in sorted(candidates.intersection(_NAME.findall(text)) - latin):
            if name not in translation:
                dropped.setdefault(name, []).append(pair)
    for name, where in dropped.items():
        if kept[name] >= _KEPT and len(where) == 1:
            pair = where[0]
            passage = document.passages[pair.passage]
            at = passage.text.plain.find(name, pair.start, pair.end)
            message = Message(
                "“{name}” is in {count} other translation of this note, but not in this one",
                "“{name}” is in {count} other translations of this note, but not in this one",
                name=name,
                count=kept[name],
            )
            yield finding(NAME_MISSING, document.source, passage.text, at, at + len(name), message)


def _marks(document: Document) -> Iterator[Diagnostic]:
    """Report doubled marks, unbalanced brackets and quotation marks, and, once for a note, half-width marks among full-width text."""
    narrow_marks: list[tuple[Text, int]] = []
    texts = [text for passage in document.passages for text in (passage.text, passage.translation) if text is not None]
    whole = "\n".join([text.plain for text in texts])
    doubled, half_width = _DOUBLED.search(whole) is not None, next(_half_width(whole), None) is not None  # seldom in a whole note
    narrow = _narrow(whole)
    pairs = [pair for pair in _PAIRS if pair[0] in narrow or pair[1] in narrow]
    for text in texts:
        for match in _DOUBLED.finditer(text.plain) if doubled else ():
            message = Message("“{marks}” has one mark too many", marks=match.group())
            found = finding(DOUBLED_MARK, document.source, text, match.start(), match.end(), message)
            is_one_mark_twice = len(match.group()) == 2 and len(set(match.group())) == 1
            one = (fix(document.source, text, match.start(), match.end(), match.group()[0]),) if is_one_mark_twice else ()
            yield found._replace(fixes=one)
        odd = _unbalanced(text.plain, pairs)
        if odd is not None:
            mark = text.plain[odd]
            yield finding(
                UNBALANCED_MARKS,
                document.source,
                text,
                odd,
                odd + 1,
                Message("“{mark}” is not paired in its paragraph", mark=mark),
            )
        for at in _half_width(text.plain) if half_width else ():
            narrow_marks.append((text, at))
    if narrow_marks:
        text, at = narrow_marks[0]
        more = Message(", and {count} more in this note", count=len(narrow_marks) - 1) if len(narrow_marks) > 1 else ""
        message = Message("half-width “{mark}” among full-width characters{more}", mark=text.plain[at], more=more)
        found = finding(WIDTH_MIXED, document.source, text, at - 1, at + 1, message)
        yield found._replace(fixes=tuple(_widened(document.source, text, at) for text, at in narrow_marks))


def _widened(source: Source, text: Text, at: int) -> Fix:
    """Return the fix of a half-width mark, with the character before it, by which it is found in its line."""
    return fix(source, text, at - 1, at + 1, text.plain[at - 1] + _FULL_WIDTH[text.plain[at]])


def _half_width(text: str) -> Iterator[int]:
    """Yield where a half-width mark stands among full-width characters, or after one at the end of a clause."""
    for match in _NOT_AFTER_ASCII.finditer(text):
        at = match.start()
        before, after = text[at - 1], text[at + 1 : at + 2]
        among = (_is_han(before) or before in "”」』》）") and after and (_is_han(after) or after in "“「『《（")
        if among or (_is_han(before) and text[at] in ",;" and (not after or after.isspace())):
            yield at


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _narrow(text: str) -> str:
    """Return `text` with full-width parentheses as narrow ones: one may close what the other opens."""
    return text.replace("（", "(").replace("）", ")")


def _unbalanced(text: str, pairs: Iterable[str]) -> int | None:
    """Return the offset of a bracket or quotation mark, one of `pairs`, that lacks its counterpart."""
    plain = _narrow(text)
    for pair in pairs:
        opening, closing = pair[0], pair[1]
        if (opening not in plain and closing not in plain) or plain.count(opening) == plain.count(closing):
            continue
        if opening == "“" and (plain.startswith("“") or "„" in plain):
            continue  # a quotation over several paragraphs opens each and closes the last; „so“ and ”so” are quotations too
        if opening == "“" and opening not in plain and plain.count(closing) % 2 == 0:
            continue
        if closing == ")" and _ITEM.search(plain) is not None:
            continue
        depth: list[int] = []
        for match in re.finditer(f"[{re.escape(opening + closing)}]", plain):
            if match.group() == opening:
                depth.append(match.start())
            elif depth:
                depth.pop()
            else:
                return match.start()
        if depth:
            return depth[-1]
    return None
