"""The term of an entry as a learner writes it: with its forms, its reading, phonetics and part of speech behind it."""

import re

from anki_builder.languages import readings
from anki_builder.reading import entry, no_text
from anki_builder.reading.entry import Parsed
from anki_builder.reading.shape import Tongues, trimmed, without_reading

_QUOTES = '“”"「」『』«»„‘’ '
_FORMS_OF = {"la": re.compile(r"(?:,\s*-?[^\W\d_]+)+(?:\s+(?:[mfn]\.?|\d\S?))?$"), "ar": re.compile(r"\s+ج\.?\s.*$")}
"""How dictionaries write forms behind a term: principal parts of Latin verbs, the mark of the plural in Arabic (`بيت ج بيوت`)."""
_ENDING = re.compile(r"\s*\((?P<plural>[-'’][^()\s]*)\)$")
_PLURAL = re.compile(r"\s*\((?P<plural>[A-ZÄÖÜ][a-zäöüß]+)\)$")
"""A plural in brackets by its ending, `die Welle (-n)`, or in German as a whole, `das Haus (Häuser)`."""
_VARIANT = re.compile(r"(?P<term>[\u3400-\u9fff]+)\s*[(（\[［【](?P<variant>[\u3400-\u9fff]+)[)）\]］】]$")
"""The same word in other characters: `學習 [学习]`."""
_FORM_BEHIND_BRACKET = re.compile(
    r"^(?P<term>[^\s()（）,，]+\s*[(（][^()（）]+[)）])\s*[,，]\s*(?P<forms>(?:pl\w*\.?:?\s+)?[^\s()（）,，]+)$"
)
"""A form behind brackets: `gata (kvk.), götur`, `أخ (akh), pl. إخوة`."""
_BEFORE_READING = re.compile(r"[(（](?P<forms>[^()（）]+)[)）]\s*(?P<reading>\S.*)$")
"""Forms in brackets before a reading: `شارع (pl. شوارع) šāriʿ`."""
_STEM = 4
"""Letters of a form that the term has as well: `umsteigen (er steigt um)`."""
_MARK = r"(?:pl(?:ur(?:al|iel)?)?|sg|sing|mv|mz|mn|lp|lm|pf|fem|masc|мн|ед|múlt|pret)[.:]\s*"
_MARKED = re.compile(rf"{_MARK}\S", re.IGNORECASE)
_MARKED_BEHIND = re.compile(rf"\s*[,，;；]\s*(?P<forms>{_MARK}\S.*)$", re.IGNORECASE)
"""A form with its mark: `roșie, pl. roșii`."""
_IN_BRACKETS = re.compile(r"^(?P<term>[^()（）]+?)\s*[(（](?P<forms>[^()（）]{1,60})[)）]$")
_INFLECTED = re.compile(r"^(?P<term>[^()（）]+?)\s+[(（](?P<forms>[^()（）]{2,60})[)）]$")


def read(written: str, tongues: Tongues) -> Parsed:
    """Return a term freed of what is written behind it: forms, reading, phonetics, part of speech."""
    written, forms = _without_marked_forms(written, tongues)
    notes = [forms] if forms else []
    found = _with_kanji_behind(written) if tongues.pair[0] == "ja" else Parsed(written, "")
    for _ in range(3):  # a part of speech behind phonetics behind a reading
        term, reading = without_reading(found.term, tongues, 0)
        bracket = _IN_BRACKETS.match(term) if tongues.by_script and not reading else None
        if bracket and tongues.reads_before_more(bracket["term"], bracket["forms"], 0):
            term, reading = bracket["term"], bracket["forms"]
        bare_term = entry.clean_term(term)
        found = found._replace(
            term=bare_term.term,
            reading=found.reading or reading or bare_term.reading,
            phonetics=found.phonetics or bare_term.phonetics,
            accent=found.accent or bare_term.accent,
            part_of_speech=found.part_of_speech or bare_term.part_of_speech,
        )
        notes += [bare_term.note] if bare_term.note else []
    term = found.term
    inflected = _INFLECTED.match(term)
    plural = _ENDING.search(term) or (_PLURAL.search(term) if tongues.pair[0] == "de" else None)
    variant = _VARIANT.match(term) if tongues.pair[0].startswith("zh") else None
    if literal := in_other_words(term, tongues):
        term, said = literal
        notes.append(said)
    elif inflected and _are_forms(inflected, tongues):
        term = inflected["term"]
        notes.insert(0, inflected["forms"])
    elif plural and plural.start() > 0:
        term = term[: plural.start()]
        notes.insert(0, plural["plural"])
    elif variant and len(variant["term"]) == len(variant["variant"]):
        term = variant["term"]
        notes.insert(0, variant["variant"])
    term = trimmed(term.strip(_QUOTES) if term[:1] in _QUOTES else term)
    return found._replace(term=term, note="；".join(notes))


def _with_kanji_behind(written: str) -> Parsed:
    """Return a term in kana with its kanji in brackets behind it as the kanji with their reading: `せんせい (先生)`."""
    found = _KANJI_BEHIND.match(written)
    if found is None or readings.base(found["kanji"].strip("〜~"), found["kana"].strip("〜~")) != 0:
        return Parsed(written, "")
    return Parsed(found["kanji"], "", reading=found["kana"].strip("〜~"))


_KANJI_BEHIND = re.compile(
    r"(?P<kana>[〜~\u3041-\u30ff]+)\s*[(（]"
    r"(?P<kanji>[〜~\u3041-\u30ff]*[\u3400-\u9fff][〜~\u3041-\u30ff\u3400-\u9fff]*)[)）]$"
)


def _without_marked_forms(written: str, tongues: Tongues) -> tuple[str, str]:
    """Return a term without the forms behind it that a mark or the way of dictionaries tells, and these."""
    of_language = _FORMS_OF.get(tongues.pair[0])
    forms = of_language.search(written) if of_language else None
    if forms and forms.start() > 0:
        return written[: forms.start()], written[forms.start() :].strip(" ,")
    if (marked := _MARKED_BEHIND.search(written)) and "(" not in written[: marked.start()]:
        return written[: marked.start()], marked["forms"]
    if (inflected := _INFLECTED.match(written)) and _MARKED.match(inflected["forms"]):
        return inflected["term"], inflected["forms"]
    behind = _FORM_BEHIND_BRACKET.match(written)
    return (behind["term"], behind["forms"]) if behind else (written, "")


def in_other_words(text: str, tongues: Tongues) -> tuple[str, str] | None:
    """Return a text without the brackets behind it that say it in the learner's words, and what they say: `Magkano ito? (How much this)`."""
    found = _INFLECTED.match(text)
    if found is None or " " not in found["forms"] or tongues.by_script or tongues.side(found["forms"]) != 1:
        return None
    return None if tongues.side(found["term"]) == 1 else (found["term"], found["forms"])


def without_forms(reading: str) -> tuple[str, str]:
    """Return a reading without the forms of the word in brackets before it, and these."""
    found = _BEFORE_READING.match(reading)
    return (found["reading"], found["forms"]) if found else (reading, "")


def _are_forms(found: re.Match[str], tongues: Tongues) -> bool:
    """Return whether brackets behind a term hold its forms: `umziehen (zieht um, ist umgezogen)`."""
    forms = found["forms"]
    if no_text.is_grammar(forms) or _MARKED.match(forms) or "," in forms or (not forms.isascii() and " " not in found["term"]):
        return True
    if tongues.separable:
        inflects = " " in forms and " " not in found["term"]
        return inflects and any(
            len(word) >= _STEM and word[:_STEM].casefold() in found["term"].casefold() for word in forms.split()
        )
    return " " in forms and tongues.side(forms) == 0
