"""The wordings under which a term is looked for: what a dictionary adds to a word is taken off it, its alternatives are taken apart."""

import re
from functools import lru_cache
from itertools import product
from math import prod

from anki_builder.languages import forms
from anki_builder.languages.folding import bare as unmarked
from anki_builder.languages.folding import fold, plain, word_pattern
from anki_builder.languages.headwords import bare

GAP = "…"
"""Stands in a wording for other words."""
_ELLIPSIS = re.compile(r"\s*(?:…+|\.{3,}|~+|～+)\s*")
_BRACKETED = re.compile(r"\s*[(（\[][^()（）\[\]]*[)）\]]\s*")
_BRACKETS = dict.fromkeys(map(ord, "()（）[]"))
_ALTERNATIVES = re.compile(r"\s*[／、，,;；=|]\s*|\s+/\s*|\s*/\s+")
_SEVERAL = re.compile(r"[()（）\[\]/／、，,;；=|+·]")
"""What a term has that stands for more than one spelling, by its brackets or alternatives, or has marks within."""
_PREFIX_MARK = re.compile(r"(?<=[^\W\d_])[|·•](?=[^\W\d_])")
"""Between a separable prefix and its verb: `an|rufen`."""
_PLUS = re.compile(r"\s\+(?=\s|$)")
_NOUN = {
    "de": re.compile(r"(?:(?:[ers](?:/[ers])*|der|die|das)\s*,\s*(?P<after>[^,]+)|(?P<before>[^,]+),\s*(?:der|die|das)\b)"),
}
"""A noun with its article beside it, as dictionaries list it: `Eimer, der`, `e, Leiter, -n`."""
_NO_WORD = re.compile(r"[-‐–~¨\"″].*|.", re.DOTALL)
"""An ending given for the plural, or a sign."""
_LIGATURES = frozenset(("fr",))
"""Languages that write `œuvre`, which many keyboards write `oeuvre`."""
_MOST = 24
"""Combinations of the alternatives that the words of a phrase have, `look/search for`, up to which all are looked for."""


@lru_cache(64)
def wordings(term: str, lemma: str, tag: str) -> tuple[str, ...]:
    """Return the spellings under which to look for a term, the fullest first."""
    language = tag.partition("-")[0]
    spellings: list[str] = []
    for form in filter(None, (term, lemma)):
        spellings += _spellings(form, language) if _SEVERAL.search(form) else [form]
    found = [trimmed(spelling) for spelling in spellings]
    heads = forms.OPTIONAL_HEADS.get(language, frozenset())
    kept = [text for text in found if text == trimmed(term) or not _is_no_word(text, tag)] or found
    for text in kept:  # grows meanwhile
        kept += [shorter for shorter in _without_head(text, language, heads) if shorter not in kept]
    kept.append(trimmed(bare(term, tag)))
    kept += [unmarked(text, tag) for text in kept]
    if language in _LIGATURES and ("œ" in term or "oe" in term):
        kept += [text.replace("œ", "oe") if "œ" in text else text.replace("oe", "œ") for text in list(kept)]
    return tuple(dict.fromkeys(filter(None, kept)))


def _spellings(form: str, language: str) -> list[str]:
    """Return the spellings of a term that has brackets, alternatives or marks."""
    noun = _NOUN[language].match(form.strip()) if language in _NOUN else None
    if noun is not None:
        return _spellings(noun["after"] or noun["before"], language)
    if language in forms.SEPARABLE:
        form = _PREFIX_MARK.sub("", form)
        prefix, slash, verb = form.partition("/")
        if slash and prefix.split()[-1:] and prefix.split()[-1] in forms.SEPARABLE[language] and len(verb) > 3:
            form = prefix + verb
    found = [form, _PLUS.sub(" ", form), _BRACKETED.sub(" ", form), form.translate(_BRACKETS)]
    for text in list(dict.fromkeys(found[2:])):
        for piece in _ALTERNATIVES.split(text):
            found += _combined(piece)
            found += [phrase for phrase in piece.split("/") if phrase.count(" ") > 1]
    return found


def _combined(phrase: str) -> list[str]:
    """Return a phrase with each of the alternatives that its words have: `look/search for`."""
    words = [word.split("/") if word.strip("/") else [word] for word in phrase.split()]
    if prod(map(len, words)) > _MOST:
        return [phrase]
    return [" ".join(chosen) for chosen in product(*words)]


def _is_no_word(text: str, tag: str) -> bool:
    is_sign = _NO_WORD.fullmatch(text) is not None and not "\u3040" <= text <= "\ud7ff"
    return is_sign or forms.empty_words(tag).issuperset(text.lower().split())


def _without_head(text: str, language: str, heads: frozenset[str]) -> list[str]:
    """Return a wording without what its dictionary form begins or ends with."""
    found = []
    head, _, rest = text.partition(" ")
    if rest and head.lower() in heads:
        found.append(trimmed(rest))
    if language in forms.ELISIONS:
        simple = plain(text)
        elided = forms.ELISIONS[language].match(simple.lower())
        if elided is not None:
            found.append(simple[elided.end() :])
    if language in forms.REFLEXIVE:
        ending, verb = forms.REFLEXIVE[language]
        if ending.search(text):
            found.append(ending.sub(verb, text))
    return found


def trimmed(text: str) -> str:
    """Return a wording without the marks around it."""
    return " ".join(text.split()).strip(" .,;:!?。，；：！？\"'“”()（）*")


@lru_cache(64)
def separated(term: str, lemma: str, tag: str) -> tuple[str, ...]:
    """Return the wordings of a verb as a clause has it (`bringen … bei`, `geben … Bescheid`, `plough … into`), and a phrase without articles."""
    language = tag.partition("-")[0]
    articles = forms.ARTICLES.get(language, frozenset())
    found: list[str] = []
    for wording in wordings(term, lemma, tag):
        words = wording.split()
        fewer = [words[0], *(word for word in words[1:] if word not in articles)]
        if 1 < len(fewer) < len(words):
            found.append(" ".join(fewer))
        if words[-1] in forms.LENGTHENED.get(language, {}):
            found += [" ".join([*words[:-1], longer]) for longer in forms.LENGTHENED[language][words[-1]]]
        if language in forms.SEPARABLE:
            found += _in_main_clause(words, tag)
    return tuple(dict.fromkeys(found))


def _in_main_clause(words: list[str], tag: str) -> list[str]:
    """Return the wordings of a phrase whose last word is a verb, which a main clause has before the rest of it."""
    verb, rest, found = words[-1].lower(), words[:-1], []
    prefixes = [p for p in forms.SEPARABLE[tag.partition("-")[0]] if verb.startswith(p) and len(verb) >= len(p) + 4]
    for prefix in sorted(prefixes, key=len, reverse=True):
        root = verb[len(prefix) :]
        for form in filter(None, (root, forms.third_person(root, tag))):
            found.append(" ".join([form, GAP, *rest, GAP, prefix] if rest else [form, GAP, prefix]))
    if rest and verb.endswith("n") and words[-1] == verb:
        found += [" ".join([form, GAP, *rest]) for form in filter(None, (verb, forms.third_person(verb, tag)))]
    return found


@lru_cache(64)
def wanted_words(wording: str, tag: str) -> tuple[str, ...]:
    """Return the words of a wording; each of its placeholders (`sb`, `…`) as a gap, none at either end."""
    placeholders = forms.PLACEHOLDERS.get(tag.partition("-")[0], frozenset())
    wanted: list[str] = []
    for piece in _ELLIPSIS.split(fold(wording, tag)):
        if wanted:
            wanted.append(GAP)
        wanted += [GAP if word in placeholders else word for word in word_pattern(tag).findall(piece)]
    while wanted and wanted[0] == GAP:
        wanted.pop(0)
    while wanted and wanted[-1] == GAP:
        wanted.pop()
    return tuple(wanted)
