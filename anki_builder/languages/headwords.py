"""Headwords: the word itself within what a dictionary or a learner writes as one, and how it is said.

`der Kern, -e` is “der Kern”, `Eimer, der` is “der Eimer”, `take sth off` is said “take off”.
"""

import re

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
_DOTS = re.compile(r"\s*(?:…+|\.{2,}|[~～〜]+|_{2,}|＿+)\s*")


def bare(term: str, tag: str) -> str:
    """Return a term without phonetics, remarks in brackets, endings of other forms and gender, its article in front."""
    primary = tag.partition("-")[0]
    text = _REMARK.sub(" ", _OPTIONAL.sub(r"\1", _PHONETICS.sub(" ", term)))
    text = _ENDINGS.sub("", " ".join(text.split())).strip(" ,;，；")
    if primary in _GENDERED:
        text = _GENDER.sub("", text)
    return _with_article(text, primary) or " ".join(term.split())


def spoken(term: str, tag: str) -> str:
    """Return a term as it is said: bare, and without what stands for other words: `sth`, `…`."""
    text = _DOTS.sub(" ", bare(term, tag))
    placeholders = _PLACEHOLDERS.get(tag.partition("-")[0], "").split()
    words = [word for word in text.split() if word.casefold().strip(",") not in placeholders]
    return " ".join(words).strip(" ,;+") or bare(term, tag)


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
