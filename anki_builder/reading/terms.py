"""The term of an entry as a learner writes it: with its forms, its reading, phonetics and part of speech behind it."""

import re

from anki_builder.reading import entry, no_text
from anki_builder.reading.entry import Parsed
from anki_builder.reading.shape import Tongues, trimmed, without_reading

_QUOTES = '“”"「」『』«»„‘’ '
_FORMS_BEHIND = re.compile(r"\s*,\s*(?:¨?-\s?\(?[a-zäöüß]{0,4}\)?|[¨⸚“\"]e?r?|-)$|(?:\s*[,，]\s*-[^\W\d_]{1,4})+$")
_FORMS_OF = {"la": re.compile(r"(?:,\s*-?[^\W\d_]+)+(?:\s+(?:[mfn]\.?|\d\S?))?$"), "ar": re.compile(r"\s+ج\.?\s.*$")}
"""How dictionaries write forms behind a term: principal parts of Latin verbs, the mark of the plural in Arabic (`بيت ج بيوت`)."""
_ENDING = re.compile(r"\s*\((?P<plural>-[^()\s]*)\)$")
_PLURAL = re.compile(r"\s*\((?P<plural>[A-ZÄÖÜ][a-zäöüß]+)\)$")
"""A plural in brackets by its ending, `die Welle (-n)`, or in German as a whole, `das Haus (Häuser)`."""
_VARIANT = re.compile(r"(?P<term>[\u3400-\u9fff]+)\s*[(（\[［【](?P<variant>[\u3400-\u9fff]+)[)）\]］】]$")
"""The same word in other characters: `學習 [学习]`."""
_FORM_BEHIND_BRACKET = re.compile(
    r"^(?P<term>[^\s()（）,，]+\s*[(（][^()（）]+[)）])\s*[,，]\s*(?P<forms>(?:pl\w*\.?:?\s+)?[^\s()（）,，]+)$"
)
"""A form behind brackets: `gata (kvk.), götur`, `أخ (akh), pl. إخوة`."""
_INFLECTED = re.compile(r"^(?P<term>[^()（）]+?)\s+[(（](?P<forms>[^()（）]{2,60})[)）]$")


def read(written: str, tongues: Tongues) -> Parsed:
    """Return a term freed of what is written behind it: forms, reading, phonetics, part of speech."""
    notes = []
    of_language = _FORMS_OF.get(tongues.pair[0])
    forms = (of_language.search(written) if of_language else None) or _FORMS_BEHIND.search(written)
    if forms and forms.start() > 0:
        notes.append(written[forms.start() :].strip(" ,"))
        written = written[: forms.start()]
    elif behind := _FORM_BEHIND_BRACKET.match(written):
        notes.append(behind["forms"])
        written = behind["term"]
    found = Parsed(written, "")
    for _ in range(3):  # a part of speech behind phonetics behind a reading
        term, reading = without_reading(found.term, tongues, 0)
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
    if inflected and _are_forms(inflected, tongues):
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


def _are_forms(found: re.Match[str], tongues: Tongues) -> bool:
    """Return whether brackets behind a term hold its forms: `umziehen (zieht um, ist umgezogen)`."""
    forms = found["forms"]
    if no_text.is_grammar(forms) or "," in forms or (not forms.isascii() and " " not in found["term"]):
        return True
    return " " in forms and not tongues.separable and tongues.side(forms) == 0
