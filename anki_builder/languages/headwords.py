"""Headwords: the word itself within what a dictionary or a learner writes as one, and how it is said.

`der Kern, -e` is “der Kern”, `Eimer, der` is “der Eimer”, `take sth off` is said “take off”.
"""

import re
from functools import lru_cache

from anki_builder.languages.forms import SEPARABLE

_ARTICLES = {
    "de": "der die das den dem des ein eine",
    "nl": "de het een",
    "fr": "le la les l' l’ un une des",
    "es": "el la los las un una",
    "it": "il lo la i gli le l' l’ un uno una",
    "pt": "o a os as um uma",
    "ca": "el la els les l' l’ un una",
    "sv": "en ett",
    "da": "en et",
    "no": "en ei et",
    "nb": "en ei et",
    "el": "ο η το οι τα",
}
"""Articles that learners write behind a noun."""
_LETTERS = {"de": {"r": "der", "e": "die", "s": "das"}}
"""Articles by one letter, before a noun: `e, Leiter, -n`."""
_PLACEHOLDERS = {
    "en": "sth sb smth smb sb's sth. sb. smth. smb.",
    "de": "etw etw. jmd jmd. jmdn jmdn. jmdm jmdm. jmds jmds. jd jd. jdn jdn. jdm jdm. jds jds.",
    "fr": "qn qch qqn qqch qc qn. qch.",
    "es": "algn algn.",
    "it": "qlcu qlco qcn qcs qn qc qlcu. qlco.",
    "sv": "ngn ngt ngn. ngt.",
    "nl": "iem iets iem.",
}
_PHONETICS = re.compile(r"\s*(?:\[[^\[\]]*\]|(?<![\w/])/[^/\s][^/]*/(?![\w/]))\s*")
_REMARK = re.compile(r"\s*[(（［【〈<][^()（）［］【】〈〉<>]*[)）］】〉>]\s*")
_OPTIONAL = re.compile(r"(?<=\w)\(([^()\s]{1,3})\)(?=\w)")
"""Letters that may be there within a word: `colo(u)r`."""
_ENDINGS = re.compile(r"\s*,\s*[-–—~¨⸚\"“”=/][^,]*|\s+[-–~][¨⸚]?[a-zäöü]{0,3}$")
"""How a noun ends in other forms: `, -e`, `, ¨-er`."""
_GENDER = re.compile(r"(?:,\s*|\s+)(?:mf|m/f|[mfn](?:\.\s*/\s*[mfn])?|pl|sg|Pl|Sg)\.?$")
_GENDERED = frozenset("de fr es it pt nl ru uk pl cs el ca ro sv no nb da".split())
_PLURAL = {
    "ar": re.compile(r"\s*[،,]?\s+ج[.:]?\s+\S.*$"),
    "de": re.compile(r"(?<=^(?:der|die|das)\s)(?P<noun>[A-ZÄÖÜ][\wäöüß-]+),\s*(?:die\s+)?(?P<plural>[A-ZÄÖÜ][\wäöüß-]+)$"),
}
"""A noun with its plural written out: `das Haus, Häuser`."""
_CUT_VERB = {
    primary: re.compile(rf"(?<!\w)({'|'.join(prefixes)})[/|·](?!(?:gegen|neben|wegen)\b)(?=\w{{2,}}n\b)")
    for primary, prefixes in SEPARABLE.items()
}
"""A mark between a verb and the prefix that leaves it: `ab/fahren`."""
_SEAM = re.compile(r"(?<=[^\W\d_])[|·•](?=[^\W\d_])")
"""Between the parts of a compound: `Hand·schuh`."""
_EITHER = re.compile(r"\s+/\s+")
_UMLAUTS = str.maketrans("äöü", "aou")
_DOTS = re.compile(r"\s*(?:…+|\.{2,}|[~～〜]+|_{2,}|＿+)\s*")


@lru_cache(4096)  # to find a term, to type it and to say it
def bare(term: str, tag: str) -> str:
    """Return a term without phonetics, remarks in brackets, endings of other forms and gender, its article in front."""
    primary = tag.partition("-")[0]
    text = _REMARK.sub(" ", _OPTIONAL.sub(r"\1", _PHONETICS.sub(" ", term)))
    text = _ENDINGS.sub("", " ".join(text.split())).strip(" ,;，；")
    if primary in _GENDERED:
        text = _GENDER.sub("", text)
    if primary in _PLURAL:
        text = _without_plural(text, primary)
    if primary in _CUT_VERB:
        text = _SEAM.sub("", _CUT_VERB[primary].sub(r"\1", text))
    return _with_article(text, primary) or " ".join(term.split())


def spoken(term: str, tag: str) -> str:
    """Return a term as it is said: bare, a pause between two words of which either will do, and without what stands for others: `sth`, `…`."""
    text = _DOTS.sub(" ", bare(term, tag))
    placeholders = frozenset(_PLACEHOLDERS.get(tag.partition("-")[0], "").split())
    words: list[str] = []
    for word in text.replace("／", " / ").split():
        if not placeholders.issuperset(word.casefold().strip(",").split("/")) and not (word == "/" and not words):
            words.append(word)
        elif words and words[-1] == "/":
            words.pop()
    return _EITHER.sub(", ", " ".join(words)).strip(" ,;+/") or bare(term, tag)


def without_article(term: str, tag: str) -> str:
    """Return a term without the article, or the `to` of an English verb, in front."""
    first, _, rest = term.partition(" ")
    primary = tag.partition("-")[0]
    before = ("the", "a", "an", "to") if primary == "en" else _ARTICLES.get(primary, "").split()
    elided = next((article for article in before if article[-1] in "'’" and first.casefold().startswith(article)), "")
    if elided and len(first) > len(elided):
        return term[len(elided) :]
    return rest.strip() if rest and first.casefold() in before else term


def _without_plural(text: str, primary: str) -> str:
    """Return a noun without its plural behind it."""
    found = _PLURAL[primary].search(text)
    if found is None:
        return text
    if primary == "de":
        is_form = _without_umlaut(found["plural"])[:2] == _without_umlaut(found["noun"])[:2]
        return text[: found.end("noun")] if is_form else text
    return text[: found.start()]


def _without_umlaut(word: str) -> str:
    return word.casefold().translate(_UMLAUTS)


def _with_article(text: str, primary: str) -> str:
    """Return a noun with the article in front that stands behind a comma, or as one letter before it."""
    noun, comma, behind = text.rpartition(",")
    articles = _ARTICLES.get(primary, "").split()
    if comma and noun and behind.strip().casefold() in articles:
        article = behind.strip()
        return article + ("" if article[-1] in "’'" else " ") + noun.strip()
    first, _, rest = text.partition(" ")
    letter = _LETTERS.get(primary, {}).get(first.rstrip(",.").casefold())
    return f"{letter} {rest.strip()}" if letter and rest[:1].isupper() and len(first) <= 2 else text
