"""The vocabulary entry: a term, and what stands behind it on the same line.

    entry := bullet? term SEPARATOR? (accent? phonetics)? SEPARATOR? part-of-speech? gloss remark?

The first separator outside brackets and URLs counts; where there is none, the term ends where the other script begins.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from anki_builder.document import Mark, VocabularyEntry
from anki_builder.languages import labels, language, readings, romanisation, scripts


class Parsed(NamedTuple):
    """The parts of an entry line; empty strings for what it does not say."""

    term: str
    gloss: str = ""
    senses: tuple[str, ...] = ()
    phonetics: str = ""
    accent: str = ""
    part_of_speech: str = ""
    lemma: str = ""
    note: str = ""
    reading: str = ""
    separator: str = ""
    """As written; empty where the term ends at a change of script."""
    example: str = ""
    """A sentence with the term behind the gloss."""

    def behind(self, head: "Parsed", separator: str = "") -> "Parsed":
        """Return the parts of an entry: `head` are those before the separator, these are those behind it.

        Where both have phonetics, an accent or a part of speech, those of `head` stay. The notes of both are joined.
        """
        return Parsed(
            term=head.term,
            gloss=self.gloss,
            senses=self.senses,
            phonetics=head.phonetics or self.phonetics,
            accent=head.accent or self.accent,
            part_of_speech=head.part_of_speech or self.part_of_speech,
            lemma=self.lemma,
            note=f"{head.note}；{self.note}" if head.note and self.note else head.note or self.note,
            reading=head.reading,
            separator=separator,
            example=self.example,
        )


def vocabulary(parsed: Parsed, line: int, place: tuple[int, int], images: Iterable[str], audio: Iterable[str]) -> VocabularyEntry:
    """Return the entry that a line says; `place` is column and length of its term. What stands around the line is added by its layout."""
    column, length = place
    found = _SOUND_FIRST.match(parsed.gloss) if parsed.gloss[:1] in ("[", "/") and not parsed.phonetics else None
    if found and _spells(found["phonetics"], parsed.term):
        gloss, senses = parsed.gloss[found.end() :], parsed.senses
        senses = (senses[0].removeprefix(found[0]), *senses[1:]) if senses else senses
        parsed = parsed._replace(phonetics=found["phonetics"], gloss=gloss, senses=senses)
    return VocabularyEntry(
        parsed.term,
        parsed.gloss,
        parsed.senses,
        line,
        column,
        length,
        parsed.phonetics,
        parsed.accent,
        parsed.part_of_speech,
        parsed.lemma,
        parsed.note,
        reading=parsed.reading,
        images=tuple(images),
        audio=tuple(audio),
    )


_SEPARATOR = re.compile(
    r"(?P<colon>\s*：\s*|\s*:(?!//|(?<=\d:)\d)\s*)|(?P<arrow>\s*(?:->|=>|→|⇒)\s*)|(?P<dash>\s+(?:-{1,3}|[–—]+)\s+|\s*——\s*|\s+[–—]|[–—]\s+)"
    r"|(?P<equals>\s*[=＝]\s*)|(?P<bar>\s*[｜]\s*)|(?P<semicolon>\s*[；;]\s*)|(?P<tab>\t+)"
)
_SEPARATING = re.compile("[：:>→⇒–—=＝｜；;\t-]")
"""What every separator has in it."""
_BRACKETS = re.compile(
    r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|［[^［］]*］|【[^【】]*】|(?<![\w/])/[^/\s][^/]{0,60}/(?![\w/])|https?://\S+|\"[^\"]*\"|“[^“”]*”|`[^`]*`"
)
_IPA = re.compile(r"[ˈˌːəɪʊɔæɑɛʌθðŋʃʒɡɜɒɚɝɹʀʁɲøœɥʏɐ̃ʔɾʎʝβɣɨʉɯɤɕʑʂʐɭɳʈɖɦʕχçˊˋ']|[a-z]:|\(r\)")
LATIN = re.compile("[A-Za-zÀ-ʯ]")
_KEYBOARD = re.compile("[a-zà-ÿ]{2,12}")
_ONE_SOUND = str.maketrans("cqz", "kks")
_NO_CONSONANTS = re.compile("[^bdfgjklmnpstvx]+")
_SOUND_FIRST = re.compile(r"(?P<phonetics>\[[a-z]+\]|/[a-z]+/)\s*(?=\S)")
_ACCENT = "|".join(sorted(map(re.escape, labels.ACCENTS), key=len, reverse=True))
_NOT_WRITTEN = "\u2e80-\u9fff\uac00-\ud7ff"
_PHONETICS = re.compile(
    rf"\s*[：:，,]?\s*(?:[（(]?\s*(?P<accent>{_ACCENT})(?![A-Za-z])[)）]?\s*[.:：]?\s*)?"
    r"(?P<phonetics>[\[［][^\]］]{1,80}[\]］]|/(?!/)[^/]{1,80}/)\s*[.,;:：，。；–—-]?\s*"
)
_POS_ABBREVIATION = "|".join(sorted(map(re.escape, labels.PARTS_OF_SPEECH), key=len, reverse=True))
_POS_WORD = "|".join(sorted(map(re.escape, labels.PARTS_OF_SPEECH_WORDS), key=len, reverse=True))
_POS_ONE = rf"(?:(?:{_POS_ABBREVIATION})\.|(?:{_POS_WORD})(?![^\W\d_]))"
_POS_MANY = rf"{_POS_ONE}(?:\s*+[&/,，、・]?\s*+(?:and\s++)?{_POS_ONE}){{0,7}}+"
_POS_BRACKETED = rf"(?P<part>{_POS_MANY}|(?(open)(?:{_POS_ABBREVIATION})|(?!)))"
_POS_START = re.compile(rf"\s*(?P<open>[\[（(【［<])?{_POS_BRACKETED}(?(open)[\]）)】］>])[：:,，]?\s*", re.IGNORECASE)
_POS_WORDS = tuple(word.casefold() for word in labels.PARTS_OF_SPEECH_WORDS)
_POS_FIRST = frozenset(word[0].casefold() for word in (*labels.PARTS_OF_SPEECH, *labels.PARTS_OF_SPEECH_WORDS)) | frozenset(
    "[（(【［<"
)
"""How a part of speech begins: what is looked at before the long patterns are tried."""
_SENTENCE = re.compile(r"^([^。！？]*?[^\x00-\u024f])[.;；,，]?\s+(\S[\x00-\u024f\u2010-\u201f]{12,}[.!?])$")
_SENTENCE_ENDS = (".", "!", "?")
_FOR_EXAMPLE = re.compile(r"(?<!\w)e\.g\.[,，:：]?\s*(?=\S.{12})")
_EMPTY_SENSES = re.compile(r"([；;])(?:\s*[；;])+")
_SENSES = re.compile(r"[；;]")
_TERM_ENDS = "]］/.)）】"
"""How a term ends that may have something behind it that is no part of it, parts of speech in words aside."""
_EDGE = " \t\xa0\u3000,，、；;：:"
_OPEN = ("+", "＋", "~", "～")
"""Marks before a word that stands for any word of its kind: `この + Noun`."""
_TERM_PHONETICS = re.compile(
    rf"\s*(?:(?P<accent>{_ACCENT})\s*)?(?P<phonetics>[\[［][^\]］{_NOT_WRITTEN}]+[\]］]|/[^/{_NOT_WRITTEN}]+/)\s*$"
)
_PART_OF_SPEECH_BEHIND = re.compile(
    rf"(?:(?<![\s,，])[\s,，]+|(?=[\[（(【［]))(?P<open>[\[（(【［])?{_POS_BRACKETED}(?(open)[\]）)】］])\s*$", re.IGNORECASE
)
_PART_OF_SPEECH_WITHIN = re.compile(rf"\s*(?P<open>[\[（(【［]){_POS_BRACKETED}[\]）)】］](?=\s*[/／])", re.IGNORECASE)
_CLASS_BEHIND = re.compile(rf"(?<=\S)\s*[(（\[](?P<part>{_POS_MANY})[)）\]]\s*$", re.IGNORECASE)
"""The part of speech behind a gloss: `but (conjunction)`."""


def without_class(text: str) -> str:
    """Return a text without the part of speech in brackets behind it."""
    return _CLASS_BEHIND.sub("", text)


_DATE_BEHIND = re.compile(r"(?<=\S)\s*[(（\[]\d{2,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?[)）\]]$")
_READING_BEHIND = re.compile(
    r"^(?P<term>[^（()）【】［］\[\]]*[\u3400-\u9fff][^（()）【】［］\[\]]*?)\s*"
    r"[（(【［\[](?P<reading>[\u3041-\u30ffー、・/／ ]+|[a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü\d' ]+)[)）】］\]]$"
)


_BRACKET_BEFORE = re.compile(r"[(（\[](?P<reading>[^()（）\[\]]+)[)）\]]\s*(?P<gloss>\S.*)$")
"""A reading before a gloss: `(plaa) fish`."""


def outside_brackets(text: str) -> str:
    """Return `text` with what stands in brackets, quotes and URLs blanked, at the same length."""
    if not _HAS_BRACKETS.search(text):
        return text
    return _BRACKETS.sub(lambda found: "\x00" * len(found[0]), text)


_HAS_BRACKETS = re.compile(r"[(（\[［【/\"“`]")


def separator(text: str) -> re.Match[str] | None:
    """Return the first separator of an entry line, brackets and URLs passed over."""
    first = _SEPARATING.search(text)
    if first is None:
        return None
    before = text[: first.start()].rstrip()
    if before and not _HAS_BRACKETS.search(before):  # `term：gloss`
        found = _SEPARATOR.match(text, len(before))
        if found and (found.end() < len(text) or found["colon"]):
            return found
    blanked = outside_brackets(text)
    first = _SEPARATING.search(blanked)
    if first is None:
        return None
    for found in _SEPARATOR.finditer(blanked, len(blanked[: first.start()].rstrip())):
        if found.start() > 0 and (found.end() < len(text) or found["colon"]):
            return found
    return None


def split_senses(gloss: str) -> tuple[str, ...]:
    """Return the gloss cut at `；` and `;` outside brackets, empty senses left out."""
    if "；" not in gloss and ";" not in gloss:
        sense = gloss.strip(_EDGE)
        return (sense,) if sense else ()
    blanked = outside_brackets(gloss)
    if blanked is gloss:
        senses = gloss.replace("；", ";").split(";")
    else:
        cuts = [-1, *[found.start() for found in _SENSES.finditer(blanked)], len(gloss)]
        senses = [gloss[first + 1 : end] for first, end in pairwise(cuts)]
    return tuple(dict.fromkeys([sense for one in senses if (sense := one.strip(_EDGE))]))


def _spells(phonetics: str, word: str) -> bool:
    """Return whether brackets hold how a word is spoken in letters of the keyboard alone: `[led]` of `lead`, but not `[formal]` of `attire`."""
    spoken = phonetics[1:-1].strip()
    return spoken != word.strip() and _KEYBOARD.fullmatch(spoken) is not None and _consonants(spoken) == _consonants(word)


def _consonants(word: str) -> str:
    """Return the consonants of a word in one spelling, so that a word and its phonetics compare: `f` for `ph`, `k` for `c`, one for two."""
    letters = word.lower().replace("ph", "f").translate(_ONE_SOUND)
    return re.sub(r"(.)\1+", r"\1", _NO_CONSONANTS.sub("", letters))


_SAID_IN_HANGUL = re.compile(r"(?P<term>.*[\uac00-\ud7a3])\s*(?P<sound>[\[［][\uac00-\ud7a3ː: ]+[\]］])$")
_NO_SYLLABLE = re.compile("[^\uac00-\ud7a3]+")


def _said_in_hangul(term: str) -> re.Match[str] | None:
    """Return a Korean term and how it is said, as dictionaries write it: `들어가다 [드러가다]`."""
    found = _SAID_IN_HANGUL.match(term)
    if found is None:
        return None
    said, spelt = (_NO_SYLLABLE.sub("", found[name]) for name in ("sound", "term"))
    return found if len(said) == len(spelt) else None


_FORM_BEHIND = re.compile(r"(?P<term>(?:.*\s)?(?P<word>\w+))\s*(?:→|-+>)\s*(?P<forms>(?P<form>\w+)\b.*)$")
"""Another form of a word behind it: `et barn → barnet`."""
_FORM_IN_BRACKETS = re.compile(r"(?P<term>(?:.*\s)?(?P<word>\w+))\s*[(（](?P<forms>(?:\w+\s)?(?P<form>\w+))[)）]$")
"""Its plural in brackets, with its article or without: `die Welle (die Wellen)`."""
_ENDINGS_BEHIND = re.compile(r"\s*,\s*(?:¨?-\s?\(?[a-zäöüß]{0,4}\)?|[¨⸚“\"]e?r?|-)$|(?:\s*[,，]\s*-[^\W\d_]{1,4})+$")
"""Endings of its forms: `orvos, -t, -ok`, `das Boot, -e`."""
_FORMS_LISTED = re.compile(r"(?P<term>[^\s,，]+)(?P<forms>(?:[,，]\s*[^\s,，]+){2,})$")
"""Its forms as a whole: `torok, torkot, torkok`."""
_STEM = 3
"""Letters that two forms of a word share."""


def are_forms(word: str, other: str) -> bool:
    """Return whether two words may be forms of one, or the same."""
    return abs(len(word) - len(other)) <= _LONGEST_ENDING and _stem(word) == _stem(other)


_LONGEST_ENDING = 3


def _stem(word: str) -> str:
    """Return the first letters of a word without their accents, in lower case."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(letter))[
        :_STEM
    ]


def _without_forms(term: str) -> tuple[str, str]:
    """Return a term without the endings or forms listed behind it, and these."""
    if found := _ENDINGS_BEHIND.search(term):
        return (term[: found.start()], found[0].strip(" ,，")) if found.start() > 0 else (term, "")
    if listed := _FORMS_LISTED.match(term):
        forms = _COMMAS.split(listed["forms"].strip(" ,，"))
        if all(are_forms(listed["term"], form) for form in forms):
            return listed["term"], ", ".join(forms)
    return term, ""


_COMMAS = re.compile(r"\s*[,，]\s*")


def clean_term(term: str) -> Parsed:
    """Return a term freed of what is written behind it: another form, phonetics, accent, part of speech, reading."""
    term = _undated(term)
    term, endings = _without_forms(term)
    if endings:
        return (cleaned := clean_term(term))._replace(note="；".join(filter(None, (endings, cleaned.note))))
    form = None
    if found := labels.CLASS_OF_WORD.search(term):
        cleaned = clean_term(term[: found.start()])
        return cleaned._replace(note="；".join(filter(None, (cleaned.note, found[0].strip(" ()（）")))))
    if "→" in term or "->" in term:
        form = _FORM_BEHIND.match(term)
    elif term[-1:] in ")）":
        form = _FORM_IN_BRACKETS.match(term)
    if form and are_forms(form["word"], form["form"]):
        return _without_sound(_undated(form["term"]))._replace(note=form["forms"])
    return _without_sound(term)


def _undated(term: str) -> str:
    """Return a term without a date behind it, marks around it, and a part of speech before a further term."""
    term = term.strip(_EDGE)
    return _DATE_BEHIND.sub("", _PART_OF_SPEECH_WITHIN.sub("", term)) if _HAS_BRACKETS.search(term) else term


def _without_sound(term: str) -> Parsed:
    """Return a term freed of phonetics, accent, part of speech and reading behind it."""
    if term and term[-1] not in _TERM_ENDS and not term.casefold().endswith(_POS_WORDS):
        return Parsed(term)
    phonetics = accent = part_of_speech = reading = ""
    if term[-1:] in "]］/":
        found = _TERM_PHONETICS.search(term)
        is_sound = found and (
            found["accent"]
            or _IPA.search(found["phonetics"])
            or _spells(found["phonetics"], term[: found.start()])
            or (not LATIN.search(found["phonetics"]) and romanisation.spells(found["phonetics"], term[: found.start()]))
        )
        if found and found.start() > 0 and is_sound:
            term, phonetics, accent = term[: found.start()], found["phonetics"], found["accent"] or ""
        elif hangul := _said_in_hangul(term):
            term, phonetics = hangul["term"], hangul["sound"]
    found = _PART_OF_SPEECH_BEHIND.search(term) if term[-1:] in ".])）】］" or term.casefold().endswith(_POS_WORDS) else None
    if found and found.start() > 0 and term[: found.start()].rstrip()[-1:] not in _OPEN:
        term, part_of_speech = term[: found.start()], found["part"]
    if term[-1:] in ")）】］]":
        found = _READING_BEHIND.match(term)
        if found:
            term, reading = found["term"], found["reading"]
    return Parsed(term.strip(_EDGE), phonetics=phonetics, accent=accent, part_of_speech=part_of_speech.strip(), reading=reading)


_SPELT = frozenset(("ja", "zh", "zh-Hans", "zh-Hant", "zh-CN", "zh-TW", "zh-HK"))
"""Languages whose words are spelt out in another script."""
_BRACKETS_OF = {"(": ")）", "（": "）)", "[": "]】", "【": "】]", "［": "］]"}


def enclosed(text: str) -> str:
    """Return a text without the brackets around all of it; an empty string for a text without them. The two may differ in width: `（sea)`."""
    text = text.strip()
    closing = _BRACKETS_OF.get(text[:1])
    text = text.rstrip("。. ")
    if not closing or text[-1:] not in closing:
        return ""
    depth = 0
    for letter in text[1:-1]:
        if letter in _BRACKETS_OF:
            depth += 1
        elif letter in ")）]】］":
            depth -= 1
            if depth < 0:
                return ""  # (one) and (two)
    return text[1:-1].strip()


def is_part_of_speech(text: str) -> bool:
    """Return whether a line holds a part of speech and nothing else: `adj.`"""
    found = _POS_START.match(text)
    return found is not None and found.end() == len(text)


def has_phonetics(text: str) -> bool:
    """Return whether phonetics stand in a text."""
    return any(_IPA.search(found["phonetics"]) for found in _PHONETICS.finditer(text)) if "[" in text or "/" in text else False


def part_of_speech_before(text: str) -> int:
    """Return where the text goes on behind a part of speech that it begins with; 0 where it begins with none."""
    found = _POS_START.match(text) if text.lstrip()[:1].casefold() in _POS_FIRST else None
    return found.end() if found else 0


def begins_with_part_of_speech(text: str) -> bool:
    """Return whether a part of speech stands before a gloss: `n. 蜂箱`."""
    return _POS_START.match(text) is not None


def _phonetics(text: str) -> re.Match[str] | None:
    found = _PHONETICS.match(text)
    return found if found and not any(map(_is_not_phonetic, found["phonetics"])) else None


def _is_not_phonetic(
    character: str,
) -> bool:  # within the pattern 3 ms to compile; nothing before the phonetics could match otherwise
    return "\u2e80" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7ff"


def _phonetics_before(rest: str) -> tuple[str, str, str]:
    """Return the phonetics before a gloss with their region, the first of several, and what stands behind all: 英 [..] 美 [..]"""
    phonetics = accent = ""
    for _ in range(2) if "[" in rest or "/" in rest or "［" in rest else ():
        found = _phonetics(rest)
        if not found or not (found["accent"] or _are_phonetics(found["phonetics"], rest[found.end() :])):
            break
        if not phonetics:
            phonetics, accent = found["phonetics"], found["accent"] or ""
        rest = rest[found.end() :]
    return phonetics, accent, rest


def _are_phonetics(brackets: str, behind: str) -> bool:
    """Return whether brackets or slashes with text behind them hold phonetics; plain letters are some before a part of speech: `[ekri] n. 文字`."""
    if _IPA.search(brackets):
        return True
    if brackets[0] == "/":
        return bool(behind)
    return _PLAIN_SOUND.fullmatch(brackets) is not None and begins_with_part_of_speech(behind)


_PLAIN_SOUND = re.compile(r"\[[a-z]{1,15}\]")


def parse_gloss(rest: str, bold: tuple[str, ...] = ()) -> Parsed:
    """Read what stands behind a term; `bold` are the parts of it that are written so."""
    return _behind_term(rest, bold)


_LONG_REMARK = re.compile(r"^(?P<gloss>[^()（）]*[^\s()（）])\s*[(（](?P<remark>[^()（）=]+)[)）]\s*[.。]?$")
_WORD = re.compile(r"[^\W\d_]{2}|[\u2e80-\uffdc]")
_FEWEST_WORDS = 4
_FEWEST_WIDE = 8
"""Words, or characters of a script without spaces, of a bracket that says more than the gloss before it."""


def without_long_remark(parsed: Parsed) -> Parsed:
    """Return the parts of an entry with the brackets behind the gloss as a note, where they say more: `Ahoj = Hello (used amongst friends)`."""
    found = _LONG_REMARK.match(parsed.gloss)
    if found is None or len(found["remark"]) <= len(found["gloss"]) or not _WORD.search(found["gloss"]):
        return parsed
    wide = sum(letter > "\u2e80" for letter in found["remark"])
    if len(found["remark"].split()) < _FEWEST_WORDS and wide < _FEWEST_WIDE:
        return parsed
    note = "；".join(filter(None, (parsed.note, found["remark"].strip())))
    return parsed._replace(gloss=found["gloss"].strip(_EDGE), senses=split_senses(found["gloss"]), note=note)


_ENDED_GLOSS = re.compile(r"(?:[；;，)）.。][\s(（]*|[\u2e80-\u9fff\uac00-\ud7ff][\s(（]+)$")
_ARROW_BEHIND = re.compile(r"(?P<gloss>.*\S)\s*(?:-+>|→|=>)\s*(?P<part>[^\W\d_]{1,12}\.?)\s*$")
"""A part of speech behind an arrow: `kinh tế học -> adj`."""


def _without_analysis(gloss: str) -> tuple[str, list[str]]:
    """Return a gloss without the brackets behind it that say what form the word has, and what they say."""
    said: list[str] = []
    while (found := labels.ANALYSIS.search(gloss)) and found.start() > 0:
        said.insert(0, found[0].strip(" ()（）[]"))
        gloss = gloss[: found.start()]
    return gloss, said


def _bold_behind(rest: str, marked: tuple[str, ...]) -> tuple[str, list[str]]:
    """Return the text behind a term without the bold advice behind the gloss, and the advice.

    Bold is advice if the gloss has ended before it and if it is less than half of the text. A text that begins with bold has no advice.
    """
    advice: list[str] = []
    if marked and rest.lstrip().startswith(marked[0]):
        return rest, advice
    for one in marked:
        at = rest.rfind(one)
        if at > 0 and len(one) < len(rest.strip()) / 2 and _ENDED_GLOSS.search(rest[:at]):
            advice.append(one.strip("（）() "))
            rest = rest[:at].rstrip("（( ") + rest[at + len(one) :].lstrip("）) ")
    return rest, advice


def _without_remarks(rest: str, marked: tuple[str, ...]) -> tuple[str, list[str]]:
    """Return the text behind a term without the remarks behind the gloss, and these: bold advice, the form of the word, its literal meaning."""
    rest, notes = _bold_behind(rest, marked)
    if rest.rstrip()[-1:] in ")）]":
        rest, analysis = _without_analysis(rest)
        notes += analysis
    literal = labels.LITERALLY.search(rest)
    if literal and any(map(str.isalpha, rest[: literal.start()])):
        notes.append(rest[literal.start() :].strip(" -–—,;，；.()（）[]"))
        rest = rest[: literal.start()]
    return rest, notes


def _behind_term(rest: str, marked: tuple[str, ...]) -> Parsed:
    """Return the parts of what stands behind a term, from its gloss to its note. `marked` are the parts that are written bold."""
    part_of_speech = lemma = ""
    phonetics, accent, rest = _phonetics_before(rest)
    found = _POS_START.match(rest) if rest.lstrip()[:1].casefold() in _POS_FIRST else None
    if found and found.end() < len(rest):
        part_of_speech = found["part"].strip()
        rest = rest[found.end() :]
    arrow = _ARROW_BEHIND.match(rest) if "→" in rest or ">" in rest else None
    if arrow and not part_of_speech and any(map(is_part_of_speech, (arrow["part"], f"{arrow['part']}."))):
        rest, part_of_speech = arrow["gloss"], arrow["part"].rstrip(".")
    if rest[-1:] in "]］":
        found = _TERM_PHONETICS.search(rest)
        if found and found.start() > 0 and not phonetics and found["accent"]:
            phonetics, accent, rest = found["phonetics"], found["accent"], rest[: found.start()]
    rest, notes = _without_remarks(rest, marked)
    if rest.rstrip()[-1:] in ")）]":
        class_behind = _CLASS_BEHIND.search(rest)
        if class_behind and not part_of_speech:
            rest, part_of_speech = rest[: class_behind.start()], class_behind["part"]
    gloss = rest.strip(_EDGE)
    if "(" in gloss or ("（" in gloss and "的" in gloss):
        found = labels.INFLECTION.search(gloss)
        if found:
            lemma = (found[1] or found[2]).strip()
            without = _EMPTY_SENSES.sub(r"\1", labels.INFLECTION.sub("", gloss)).strip(_EDGE)
            gloss = without or gloss
    senses = split_senses(gloss)
    advice = [sense for sense in senses if labels.ADVICE.match(sense)] if "注意" in gloss or "://" in gloss else []
    if advice and len(advice) < len(senses):
        notes += advice
        senses = tuple(sense for sense in senses if sense not in advice)
        for one in advice:
            gloss = gloss.replace(one, "")
        gloss = gloss.strip(_EDGE)
    return Parsed("", gloss, senses, phonetics, accent, part_of_speech, lemma, "；".join(notes))


def parse(line: str, languages: tuple[str, str], marks: tuple[Mark, ...] = (), *, reverse: bool = False) -> Parsed | None:
    """Return the parts of an entry line with such marks, or None where no term stands at its beginning.

    `reverse`: the line begins with the gloss. A line of a term alone gives an empty gloss.
    """
    found = separator(line)
    separable = scripts.separable(*languages)
    boundary = 0
    if separable:  # one behind a separator does not count, but for a tab, which is a space as well
        before = line[: found.start()] if found and not found["tab"] else line
        boundary = _boundary(before, languages[0 if reverse else 1])
    if found and 0 < boundary <= found.start() and (found["semicolon"] or boundary < found.start() - len(line) // 2):
        found = None  # `warships 军舰；战船；`
    if found:
        first, rest, mark = line[: found.start()], line[found.end() :], found[0].strip() or "\t"
    elif boundary > 0:
        first, rest, mark = line[:boundary], line[boundary:], ""
        rest = enclosed(rest) or rest  # `term（释义）`
    else:
        first, rest, mark = line, "", ""
    if reverse:
        first, rest = rest, first
    head = clean_term(first)
    if not head.term:
        return None
    head = _without_reading(head, languages[0])
    if reverse:
        return head._replace(gloss=rest.strip(_EDGE), senses=split_senses(rest), separator=mark)
    parsed = _behind_term(rest, _bold(line, marks, len(line) - len(rest)) if marks else ()).behind(head, mark)
    parsed = _with_reading(parsed, languages[0])
    if separable and (parsed.gloss[-1:] in _SENTENCE_ENDS or "e.g." in parsed.gloss):
        gloss, example = _behind_gloss(parsed.gloss, languages)
        if gloss:
            return parsed._replace(gloss=gloss, senses=split_senses(gloss), example=example)
    return parsed


def _with_reading(parsed: Parsed, tag: str) -> Parsed:
    """Return the parts of an entry with the reading that stands before the gloss as its reading: `客人 kèrén guest`, `ปลา (plaa) fish`."""
    if parsed.reading or language(tag).scripts[0] == "Latin":
        return parsed
    reading, gloss = readings.leading(parsed.term, parsed.gloss) if tag in _SPELT else ("", "")
    found = None if reading else _BRACKET_BEFORE.match(parsed.gloss)
    if found and romanisation.spells(parsed.term, found["reading"]):
        reading, gloss = found["reading"], found["gloss"]
    if not reading:
        return parsed
    return (
        _behind_term(gloss, ()).behind(parsed, parsed.separator)._replace(reading=reading, lemma=parsed.lemma, note=parsed.note)
    )


def _without_reading(head: Parsed, tag: str) -> Parsed:
    """Return a term whose reading stands behind it after a space, as `客人 kèrén`, with the two apart."""
    word, _, spelt = head.term.partition(" ")
    if tag not in _SPELT or not spelt or readings.base(word, spelt) != 0:
        return head
    return head._replace(term=word, reading=head.reading or spelt.strip())


def _behind_gloss(gloss: str, languages: tuple[str, str]) -> tuple[str, str]:
    """Return the gloss and the sentence in the language of the term that follows it; nothing where none does."""
    found = _FOR_EXAMPLE.search(gloss) if "e.g." in gloss else None
    if found and (before := gloss[: found.start()].rstrip("。 ").strip(_EDGE)):
        return before, gloss[found.end() :]
    found = _SENTENCE.search(gloss) if gloss[-1:] in _SENTENCE_ENDS else None
    if found and scripts.side(found[2], languages) == 0 and not scripts.letters(found[2], languages[1]):
        return found[1].strip(_EDGE), found[2]
    return "", ""


def _bold(line: str, marks: tuple[Mark, ...], start: int) -> tuple[str, ...]:
    return tuple(line[max(mark.start, start) : mark.end] for mark in marks if mark.tag in ("strong", "b") and mark.start >= start)


def _boundary(line: str, tag: str) -> int:
    """Return where the script of a language begins, with the brackets and quotes that open before it; 0 where it never does."""
    at = scripts.first_letter(line, tag)
    if at <= 0:
        return 0
    before = line[:at]
    # Phonetics and region stand before the gloss and belong to it.
    return len(before.rstrip(" \t([（［【“‘「『《~～〜…<")) or 0
