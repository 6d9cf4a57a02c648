"""Word forms: which two words are forms of one another.

Three steps, each dearer than the one before, and each loaded only when the one before has failed: folded spelling (0 ms),
Snowball stems (PyStemmer: 1 ms to load, 1.5 µs a word), dictionary lemmas by simplemma for irregular forms such as `held` → `hold`
(0.1 s to load at the first word of English, 0.6 s at the first of German; of real entries about one in fifty needs it). lemminflect, measured
beside it, takes 0.4 s to load, knows English alone and needs numpy.

A stem is what more than the forms of one word may share: `preside` and `president`. So two words of one stem are forms of one another if their
endings say so, and else unless the dictionary has both as words of their own.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from anki_builder.languages.folding import without_accents
from anki_builder.languages.irregular import irregular_forms

_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "eo": "esperanto",
    "es": "spanish", "fa": "persian", "fi": "finnish", "fr": "french", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "it": "italian",
    "nb": "norwegian", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sv": "swedish", "tr": "turkish",
}  # fmt: skip
"""Languages of the Snowball stemmers, by primary subtag."""

_SIMPLEMMA = frozenset("ar bg ca cs da de el en eo es fa fi fr he hi hu id it la nb nl pl pt ro ru sv tr uk".split())

_DERIVING = frozenset("ar da de en es fr he it nb nl no pt ro ru sv".split())
"""Languages whose stemmers take off more than inflection; the dictionaries of the others take seconds to load, and would veto little."""

PLACEHOLDERS = {
    "en": frozenset("sb sth somebody someone something smb smth xx xxx".split()),
    "de": frozenset("jd jdm jdn jds etw jemand jemanden jemandem etwas".split()),
    "fr": frozenset("qn qch qqn qqch".split()),
    "es": frozenset("alguien algo".split()),
    "it": frozenset("qcn qcs qualcuno qualcosa".split()),
}
"""Words of dictionary forms that stand for any words of a sentence, by language."""

STANDS_FOR = {
    "en": {
        "one's": frozenset("my your his her its our their one's".split()),
        "oneself": frozenset("myself yourself himself herself itself ourselves yourselves themselves oneself".split()),
    },
    "de": {"sich": frozenset("sich mich mir dich dir uns euch".split())},
    "nl": {"zich": frozenset("zich me je ons".split())},
    "fr": {"se": frozenset("me te se nous vous m t s".split())},
    "es": {"se": frozenset("me te se nos os".split())},
    "it": {"si": frozenset("mi ti si ci vi".split())},
    "pt": {"se": frozenset("me te se nos vos".split())},
}
"""Words of dictionary forms that stand for another one by person, and those, by language."""

LENGTHENED = {"en": {"in": ("into",), "on": ("onto", "upon")}}
"""Particles that end a verb in its dictionary form, with those that stand for them before a noun: `plough in`, `plough … into`; by language."""

OPTIONAL_HEADS = {
    "en": frozenset("to a an the be".split()),
    "de": frozenset("der die das ein eine sich zu r e s".split()),
    "nl": frozenset("de het een zich te".split()),
    "fr": frozenset("le la les un une se être".split()),
    "es": frozenset("el la los las un una".split()),
    "it": frozenset("il lo la i gli le un uno una".split()),
    "pt": frozenset("o a os as um uma".split()),
    "sv": frozenset("en ett att den det".split()),
    "nb": frozenset("en et ei å".split()),
    "da": frozenset("en et at".split()),
    "hu": frozenset("a az egy".split()),
}
"""Words that a dictionary form may begin with and a sentence need not have; alone they are no word worth learning."""

ELISIONS = {
    "fr": re.compile(r"(?:[cdjlmnst]|qu)'(?=\w)"),
    "it": re.compile(r"(?:[lds]|un|dell|all|nell|sull|dall|c|m|t)'(?=\w)"),
    "ca": re.compile(r"[dlmnst]'(?=\w)"),
}
"""Such words as they stand written onto the next one."""

REFLEXIVE = {
    "es": (re.compile(r"(?<=[aeií]r)se(?=\s|$)"), ""),
    "it": (re.compile(r"(?<=[aei]r)si(?=\s|$)"), "e"),
    "pt": (re.compile(r"(?<=[aeio]r)-se(?=\s|$)"), ""),
    "ru": (re.compile(r"(?<=ть)ся(?=\s|$)"), ""),
}
"""Endings of reflexive verbs, and what the verb has without them."""

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

PREFIXED = frozenset(("ar", "he"))
"""Languages that write short words before the word they belong to."""
_CLITICS = {
    "ar": re.compile(r"[وف]?(?:[بك]?ال|لل|[بكل])?(?=\w\w)"),
    "he": re.compile(r"ו?(?:כש|ש|מ)?[הבלכ]?ה?(?=\w\w)"),
}
_HEBREW_ENDING = re.compile(r"(?<=\w\w)(?:יים|ים|ות|יות|ה|ת|י)$")

SEPARABLE = {
    "de": tuple("ab an auf aus bei dar durch ein empor entgegen fern fest fort her herab heran heraus herein herum hervor hin hinaus "
                "hinein hinzu los mit nach nieder statt teil um unter vor voran voraus vorbei weg weiter wieder zu zurück zusammen".split()),
    "nl": tuple("aan achter af bij door in mee na om onder op over tegen terug toe uit voor voorbij weg".split()),
}  # fmt: skip
"""Prefixes that leave their verb in a main clause: `beibringen`, `bringt … bei`."""

_ENGLISH_SPELLING = (
    (re.compile(r"(?<=[a-z]{2})([iy])z(?=[aeio])"), r"\1s"),  # organize, analyze
    (re.compile(r"(?<=[a-z]{2})our(?=$|s|e|i|a|l)"), "or"),  # favourite, honoured
    (
        re.compile(r"(?:(?<=[aeiou][a-z][aeiou])|(?<=[aeiou][a-z]{2}[aeiou])|(?<=[aeiou]{2}))ll(?=[eio])"),
        "l",
    ),  # travelled, fuelling
    (re.compile(r"(?<=[a-z][bcdfgkptv])(?<!timb)re(?=[sd]?$)"), "er"),  # centre
    (re.compile(r"ogue$"), "og"),  # dialogue
    (re.compile(r"(?<=en)ce$"), "se"),  # defence, licence
    (re.compile(r"(?<=[a-z]{2})men$"), "man"),  # fishermen
)
_SPELT_TWO_WAYS = re.compile(r"[iy]z|our|ll|re[sd]?$|ogue$|ce$|men$")
"""What any of the patterns above needs; nine words in ten do not have it."""
_SPELLINGS = """
acknowledgement acknowledgment; aeon eon; aeroplane airplane; aesthetic esthetic; ageing aging; aluminium aluminum; amongst
among; anaemia anemia; anaemic anemic; anaesthetic anesthetic; analogue analog; archaeology archeology; artefact artifact; axe
ax; catalyse catalyze; chequered checkered; cosy cozy; diarrhoea diarrhea; disc disk; doughnut donut; draught draft;
encyclopaedia encyclopedia; enrol enroll; enrolment enrollment; faeces feces; foetal fetal; foetus fetus; fulfil fulfill;
fulfilment fulfillment; furore furor; grey gray; greyish grayish; gynaecology gynecology; haemoglobin hemoglobin; haemorrhage
hemorrhage; hiccough hiccup; instal install; instalment installment; instil instill; jewellery jewelry; judgement judgment;
kerb curb; leukaemia leukemia; likeable likable; manoeuvre maneuver; mediaeval medieval; mould mold; mouldy moldy; moult molt;
moustache mustache; oesophagus esophagus; oestrogen estrogen; omelette omelet; orthopaedic orthopedic; paediatric pediatric;
paediatrician pediatrician; paedophile pedophile; plough plow; practise practice; programme program; pyjamas pajamas; saleable
salable; sceptic skeptic; sceptical skeptical; scepticism skepticism; skilful skillful; smoulder smolder; sulphur sulfur;
towards toward; tyre tire; tsar czar; whilst while; whisky whiskey; wilful willful; woollen woolen; yoghurt yogurt
"""
_BRITISH: dict[str, str] = dict(pair.split() for pair in _SPELLINGS.split(";"))
"""British spellings that no pattern above gives, with the American ones; of VarCon's pairs those of one sound and one sense."""


_ENDING = re.compile(r"(?:'s|s'|es|s|ed|ing|ly)$")
_ACRONYM = re.compile(r"[b-df-hj-np-tv-xz]{2,}[ou]?s?")
"""Letters that are no English word, and of whose plural no stem takes the `s`: `mps`, `ngos`."""
_MAYBE_WITH_E = re.compile(r"(?:th|st|[lrn]g|[lnr]s|[nr]c|^unit)$")
"""Ends of words beside which there may be another word with an `e`: `breath` and `breathe`, `past` and `paste`, `unit` and `unite`."""
_FUNCTION_WORDS = {"en": frozenset("he she it we you they i in on at of for by with from and or not is are was were".split())}
_NO_ADVERBS = frozenset(
    "barely beastly bodily brotherly comely costly courtly cowardly curly daily deadly earthly elderly fatherly friendly "
    "ghastly ghostly goodly hardly heavenly homely hourly kingly largely lately leisurely likely lively lonely lordly "
    "lovely manly masterly miserly monthly mostly motherly nearly neighborly neighbourly nightly northerly only orderly "
    "partly princely quarterly queenly saintly scarcely scholarly shapely shortly sickly sisterly southerly stately surly "
    "timely unlikely unruly weekly westerly womanly worldly yearly".split()
)
"""Words in -ly that mean something else than the word before -ly."""
_DECLENSION = {
    "de": ("e", "n", "en", "em", "es", "s"),
    "nl": ("en", "s"),
    "es": ("s", "es"),
    "fr": ("s", "x"),
    "pt": ("s", "es"),
    "sv": ("en",),
}
"""Endings that make a form of nearly every word they are added to."""
_CONJUGATION: dict[str, dict[str, tuple[str, ...]]] = {
    "de": {
        "en": ("t", "et", "st", "est", "te", "ten", "test", "tet", "ete", "eten"),
        "n": ("t", "st", "te", "ten", "test", "tet"),
    },
    "fr": {"er": ("é", "ée", "és", "ées"), "ir": ("i", "ie", "is", "ies"), "re": ("u", "ue", "us", "ues")},
}
"""Endings of an infinitive, and those of its forms that dictionaries may have as words of their own."""


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
    language = _primary(tag)
    if language == "en":
        word = _one_spelling(word)
    elif language == "he":
        word = _HEBREW_ENDING.sub("", word)
    stemmer = _stemmer(tag)
    try:
        return stemmer(word) if stemmer else word
    except UnicodeEncodeError:  # half a surrogate pair
        return word


def _one_spelling(word: str) -> str:
    """Return an English word in the one of its spellings by which they are compared."""
    if word in _BRITISH:
        return _BRITISH[word]
    if word[-1:] == "s" and word[:-1] in _BRITISH:
        return _BRITISH[word[:-1]] + "s"
    if word[-2:] in ("ed", "ng", "er"):
        for ending in ("ed", "d", "ing", "er"):
            root = word.removesuffix(ending)
            for british in (root, root + "e", root[:-1]):
                if root != word and british in _BRITISH:
                    return _BRITISH[british] + ending
    if _SPELT_TWO_WAYS.search(word):
        for pattern, replacement in _ENGLISH_SPELLING:
            word = pattern.sub(replacement, word)
    return word


def may_lack_accents(tag: str) -> bool:
    """Return whether a word without its accents is still that word; a Vietnamese one is another."""
    return _primary(tag) != "vi"


def rough_stem(word: str, tag: str) -> str:
    """Return the stem of a word without its accents: a last resort, for words typed without the keys for them."""
    return stem(without_accents(word, tag), tag)


@lru_cache(maxsize=1 << 14)
def other_forms(word: str, tag: str) -> frozenset[str]:
    """Return the forms of a lower-case word that no stem shows: irregular ones, participles, and the plural of an acronym."""
    language = _primary(tag)
    found = irregular_forms(word, language)
    if language == "en" and _ACRONYM.fullmatch(word):
        found |= {word + "s", word.removesuffix("s")} - {word}
    elif language == "en" and len(word) > 4 and word[-1] == "y" and word not in _NO_ADVERBS:
        found |= {word[:-3] + "y" if word.endswith("ily") else word[:-1] + "ily"} - _NO_ADVERBS  # happy, happily
    elif language in ("de", "nl") and word.endswith("en"):
        root = word[:-2]
        found |= {f"ge{form}" for form in (word, f"{root}t", f"{root}et", f"{root}d")}  # `gefahren` is the plural of a noun, too
    return found


@lru_cache(32)
def empty_words(tag: str) -> frozenset[str]:
    """Return words of a language that alone are not worth learning: articles, placeholders, what stands before other words."""
    language = _primary(tag)
    tables = (OPTIONAL_HEADS, ARTICLES, PLACEHOLDERS, _FUNCTION_WORDS)
    return frozenset(word for table in tables for word in table.get(language, ()))


def without_clitics(word: str, tag: str) -> list[str]:
    """Return an Arabic or Hebrew word, and what it is where its first letters are short words before it."""
    found = [word]
    clitics = _CLITICS.get(_primary(tag))
    longest = clitics.match(word) if clitics is not None else None
    if longest is not None:
        found += [word[size:] for size in range(1, longest.end() + 1)]
    return found


_AMERICAN_BEGINNINGS = {american[:5]: british[:2] for british, american in _BRITISH.items() if british[:2] != american[:2]}


def beginnings(word: str, tag: str) -> set[str]:
    """Return the first two letters that a lower-case word has in any of its spellings: of `haemorrhage` `ha` and `he`."""
    found = {word[:2]}
    if _primary(tag) == "en":
        found.add(_one_spelling(word)[:2])
        if word[:5] in _AMERICAN_BEGINNINGS:
            found.add(_AMERICAN_BEGINNINGS[word[:5]])
    return found


LEMMAS: dict[tuple[str, str], str] = {}
"""(word, language) → dictionary form, of all words asked for; empty for a word in no dictionary. The collection keeps them.

Words are in lower case, except those asked for with their capitals (`capital_counts`)."""


def lemma(word: str, tag: str) -> str:
    """Return the dictionary form of `word`, or `word` in lower case where none is known."""
    return _known_lemma(word, tag) or word.lower()


def has_dictionary(tag: str) -> bool:
    """Return whether there is a dictionary of a language."""
    return _primary(tag) in _SIMPLEMMA


def is_known(word: str, tag: str) -> bool:
    """Return whether a dictionary of the language has `word`; a form by rule alone (`oft-cited`) it has not."""
    if not _has_dictionary(word, _primary(tag)):
        return False
    from anki_builder.languages import dictionaries  # late: only terms that are found nowhere are looked up

    return dictionaries.is_known(word.lower(), _primary(tag))


def _known_lemma(word: str, tag: str) -> str:
    found = LEMMAS.get((word, tag))
    if found is None:
        found = LEMMAS[word, tag] = _lemma(word.lower(), _primary(tag))
    return found


def _has_dictionary(word: str, language: str) -> bool:
    """Return whether there is a dictionary that can be asked for a word; half a surrogate pair is no word."""
    return language in _SIMPLEMMA and any(map(str.isalpha, word)) and not any("\ud800" <= letter <= "\udfff" for letter in word)


def capital_counts(word: str, tag: str) -> bool:
    """Return whether the dictionary has a word with its capitals and another one without them: `Polish`, `AIDS`, but not `Chamber`."""
    language, small = _primary(tag), word.lower()
    if word == small or not _has_dictionary(word, language):
        return False
    found = LEMMAS.get((word, tag))
    if found is None:
        from anki_builder.languages import dictionaries  # late: most terms have no capital

        both = dictionaries.is_member(word, language) and dictionaries.is_member(small, language)
        found = LEMMAS[word, tag] = word if both else ""
    return bool(found)


def _lemma(word: str, language: str) -> str:
    if not _has_dictionary(word, language):
        return ""
    from anki_builder.languages import dictionaries  # late: most entries need no dictionary

    found = dictionaries.lemmatize(word, language).lower()
    return found if found != word or dictionaries.is_known(word, language) else ""


@lru_cache(maxsize=1 << 14)
def are_forms(first: str, second: str, tag: str) -> bool:
    """Return whether two words, in lower case, are forms of one by the irregular ones or by the dictionary."""
    found = _known_lemma(first, tag)
    if found and found == _known_lemma(second, tag):
        return True
    return second in other_forms(first, tag) or first in other_forms(second, tag)


def is_form(text: str, word: str, tag: str) -> bool:
    """Return whether `text`, which has the stem of `word`, is a form of it and no other word. Both are in lower case.

    English keeps the accents of foreign words or not (`résumé`); in other languages a word with other accents may be another (`año`).
    """
    language = _primary(tag)
    if language == "en" and not (text.isascii() and word.isascii()):
        text, word = without_accents(text, tag), without_accents(word, tag)
    if text == word or (_inflected(text, word) if language == "en" else _declined(text, word, language)):
        return True
    if language not in _DERIVING:
        return True
    found, wanted = _known_lemma(text, tag), _known_lemma(word, tag)
    return not found or not wanted or found in (wanted, word) or wanted == text


def _declined(text: str, word: str, language: str) -> bool:
    if any(text == word + ending or word == text + ending for ending in _DECLENSION.get(language, ())):
        return True
    return _conjugated(text, word, language) or _conjugated(word, text, language)


def _conjugated(form: str, verb: str, language: str) -> bool:
    endings: Mapping[str, tuple[str, ...]] = _CONJUGATION.get(language, {})
    return any(
        verb.endswith(infinitive) and form in [verb.removesuffix(infinitive) + ending for ending in possible]
        for infinitive, possible in endings.items()
    )


def _inflected(text: str, word: str) -> bool:
    """Return whether the endings of two English words of one stem make them forms of one word."""
    text, word = _one_spelling(text), _one_spelling(word)
    if text in _NO_ADVERBS or word in _NO_ADVERBS:
        return text.removesuffix("s") == word.removesuffix("s")
    longer, shorter = (text, word) if len(text) > len(word) else (word, text)
    if _MAYBE_WITH_E.search(shorter) and longer.removeprefix(shorter) in ("es", "ed", "ing"):
        return _known_lemma(longer, "en") != shorter + "e"
    if longer.endswith("ly"):
        return shorter in _roots(longer)  # an adverb is a form of its adjective, not of a verb or noun beside it
    return not _roots(text).isdisjoint(_roots(word))


def _roots(word: str) -> set[str]:
    """Return what may be left of an English word without its inflection, itself included."""
    found = {word}
    ending = _ENDING.search(word)
    if ending is None or ending.start() < 2:
        return found
    root = word[: ending.start()]
    found.add(root)
    if root[-1] == "i":
        found.add(root[:-1] + "y")  # carried, happily
    if ending[0] in ("es", "ed"):
        found.add(word[:-1])
    if ending[0] in ("ed", "ing"):
        found.add(root + "e")
        if root[-1] == root[-2]:
            found.add(root[:-1])  # stopped
    if ending[0] == "ly":
        found.add(root + "le")  # humbly
        if root.endswith("ical"):
            found.add(root[:-2])  # basically
    return found


def third_person(verb: str, tag: str) -> str:
    """Return a German infinitive as `er` has it if it is regular, which no dictionary tells where an adjective looks the same (`recht`)."""
    if _primary(tag) != "de" or not verb.endswith("n"):
        return ""
    root = verb.removesuffix("n").removesuffix("e")
    return root + ("et" if root.endswith(("t", "d")) else "t")
