"""Word forms: which two words are forms of one another.

Three steps, each dearer than the one before, and each loaded only when the one before has failed: folded spelling (0 ms),
Snowball stems (PyStemmer: 1 ms to load, 1.5 µs a word; 11 languages here), dictionary lemmas by simplemma for irregular forms such as `held` → `hold`
(some 0.1 s to load at the first word of a language; of real entries about one in fifty needs it). lemminflect, measured beside it,
takes 0.4 s to load, knows English alone and needs numpy.
"""

import re
from collections.abc import Callable
from functools import lru_cache

_SNOWBALL = {
    "ar": "arabic", "de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian", "nl": "dutch",
    "pt": "portuguese", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
"""Languages of the Snowball stemmers, by primary subtag."""

_SIMPLEMMA = frozenset("ar de en es fr it nl pl pt ru sv tr uk".split())

PLACEHOLDERS = {
    "en": frozenset("sb sth somebody someone something smb smth xx xxx".split()),
    "de": frozenset("jd jdm jdn jds etw jemand jemanden jemandem etwas".split()),
    "fr": frozenset("qn qch qqn qqch".split()),
    "es": frozenset("alguien algo".split()),
    "it": frozenset("qcn qcs qualcuno qualcosa".split()),
}
"""Words of dictionary forms that stand for any words of a sentence, by language."""

POSSESSIVES = {"en": ("one's", frozenset("my your his her its our their one's".split()))}
"""The word of dictionary forms that stands for any possessive, and those possessives."""

OPTIONAL_HEADS = {
    "en": frozenset("to a an the be".split()),
    "de": frozenset("der die das ein eine sich".split()),
    "fr": frozenset("le la les l' un une se s' être".split()),
    "es": frozenset("el la los las un una".split()),
    "it": frozenset("il lo la i gli le un uno una".split()),
    "pt": frozenset("o a os as um uma".split()),
}
"""Words that a dictionary form may begin with and a sentence need not have."""

ARTICLES = {
    "en": frozenset(["a", "an", "the"]),
    "de": frozenset("der die das den dem ein eine einen einem einer".split()),
    "fr": frozenset("le la les un une des".split()),
    "es": frozenset("el la los las un una".split()),
    "it": frozenset("il lo la i gli le un uno una".split()),
    "pt": frozenset("o a os as um uma".split()),
}
"""Words within a dictionary form that a sentence may leave out."""

EMPTY_CHARACTERS = frozenset("的地得了着過过在是不一有")
"""Chinese characters that stand in nearly every sentence and tell nothing of the meaning of a word."""

AGGLUTINATIVE = frozenset(("ko",))
"""Languages that write particles onto the word: a term may go on at its end."""

SEPARABLE = {
    "de": tuple("ab an auf aus bei dar durch ein empor entgegen fern fest fort her herab heran heraus herein herum hervor hin hinaus "
                "hinein hinzu los mit nach nieder statt teil um unter vor voran voraus vorbei weg weiter wieder zu zurück zusammen".split()),
    "nl": tuple("aan achter af bij door in mee na om onder op over tegen terug toe uit voor voorbij weg".split()),
}  # fmt: skip
"""Prefixes that leave their verb in a main clause: `beibringen`, `bringt … bei`."""

_ENGLISH_SPELLING = (
    (re.compile(r"(?<=[a-z]{2})([iy])z(?=[aeio])"), r"\1s"),  # organize, analyze
    (re.compile(r"(?<=[a-z]{2})our(?=$|s|e|i|a|l)"), "or"),  # favourite, honoured
    (re.compile(r"(?<=[a-z]{2})ll(?=e|i)"), "l"),  # travelled, modelling
    (re.compile(r"(?<=[a-z]{2})re$"), "er"),  # centre
    (re.compile(r"ogue$"), "og"),  # dialogue
    (re.compile(r"(?<=[a-z]{2})ce$"), "se"),  # defence, licence
    (re.compile(r"(?<![a-z])(cal|el|hal|hoo|kni|lea|li|loa|scar|sel|shea|shel|thie|wi|wol)(?:ves?|fe)$"), r"\1f"),  # loaves
)
_SPELT_TWO_WAYS = re.compile(r"[iy]z|our|ll|re$|ogue$|ce$|ves?$|fe$")
"""What any of the patterns above needs; nine words in ten do not have it."""


def _primary(tag: str) -> str:
    return tag.partition("-")[0]


@lru_cache(maxsize=32)
def _stemmer(tag: str) -> Callable[[str], str] | None:
    name = _SNOWBALL.get(_primary(tag))
    if name is None:
        return None
    from Stemmer import Stemmer

    stemmed: Callable[[str], str] = Stemmer(name).stemWord
    return stemmed


@lru_cache(maxsize=1 << 16)
def stem(word: str, tag: str) -> str:
    """Return a key that regular forms of one word share, spelling variants folded (`organised`, `organizes` → one key)."""
    word = word.lower().removesuffix("'s").removesuffix("'")
    if _primary(tag) == "en" and _SPELT_TWO_WAYS.search(word):
        for pattern, replacement in _ENGLISH_SPELLING:
            word = pattern.sub(replacement, word)
    stemmer = _stemmer(tag)
    try:
        return stemmer(word) if stemmer else word
    except UnicodeEncodeError:  # half a surrogate pair
        return word


LEMMAS: dict[tuple[str, str], str] = {}
"""(word, language) → dictionary form, of all words asked for; the collection keeps them."""


def lemma(word: str, tag: str) -> str:
    """Return the dictionary form of `word`, or `word` in lower case where none is known."""
    found = LEMMAS.get((word, tag))
    if found is None:
        found = LEMMAS[word, tag] = _lemma(word.lower(), _primary(tag))
    return found


def _lemma(word: str, language: str) -> str:
    if language not in _SIMPLEMMA:
        return word
    import simplemma  # late: most entries need no dictionary

    return simplemma.lemmatize(word, language).lower()


def third_person(verb: str, tag: str) -> str:
    """Return a German infinitive as `er` has it if it is regular, which no dictionary tells where an adjective looks the same (`recht`)."""
    if _primary(tag) != "de" or not verb.endswith("n"):
        return ""
    root = verb.removesuffix("n").removesuffix("e")
    return root + ("et" if root.endswith(("t", "d")) else "t")
