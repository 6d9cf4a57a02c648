"""Sentences as sets of tokens: words and numbers folded roughly, the same way on every side.

Enough to recognise a word again, not to name its lemma: English stems by a dozen endings and the common irregular forms, other words by their
first six letters without accents, Han by character, hangul by its first two syllables.
"""

import re
import unicodedata
from functools import lru_cache, partial
from itertools import chain

from anki_builder.languages.numerals import numbers
from anki_builder.languages.pieces import Pieces

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_KATAKANA = re.compile(r"[\u30a1-\u30fa\u30fc]{2,}")
_ASCII = re.compile(r"[A-Za-z]+(?:[-’'][A-Za-z]+)*")
_HANGUL = re.compile(r"[\uac00-\ud7af]{2,}")

_IRREGULAR = {
    form: base
    for base, _, forms in (
        row.partition(": ")
        for row in (
            "be: am is are was were been being; have: has had; do: does did done; go: went gone goes; say: said; get: got gotten; "
            "make: made; know: knew known; think: thought; take: took taken; see: saw seen; come: came; give: gave given; find: "
            "found; tell: told; become: became; leave: left; feel: felt; bring: brought; begin: began begun; keep: kept; hold: "
            "held; write: wrote written; stand: stood; hear: heard; mean: meant; meet: met; run: ran; pay: paid; sit: sat; speak: "
            "spoke spoken; lie: lay lain lying; lead: led; grow: grew grown; lose: lost; fall: fell fallen; send: sent; build: "
            "built; understand: understood; draw: drew drawn; break: broke broken; spend: spent; rise: rose risen; drive: drove "
            "driven; buy: bought; wear: wore worn; choose: chose chosen; seek: sought; throw: threw thrown; catch: caught; deal: "
            "dealt; win: won; forget: forgot forgotten; sell: sold; fight: fought; teach: taught; eat: ate eaten; sing: sang sung; "
            "strike: struck; hang: hung; shake: shook shaken; ride: rode ridden; feed: fed; shoot: shot; drink: drank drunk; sleep: "
            "slept; fly: flew flown; blow: blew blown; hide: hid hidden; sweep: swept; swim: swam swum; wake: woke woken; steal: "
            "stole stolen; bear: bore borne; swear: swore sworn; tear: tore torn; shine: shone; lay: laid; man: men; woman: women; "
            "child: children; foot: feet; tooth: teeth; mouse: mice; life: lives; wife: wives; good: better best; bad: worse worst; "
            "die: dying died"
        ).split("; ")
    )
    for form in forms.split()
}

EMPTY = frozenset(
    "about after also although another around because been before being between both could does doing done down each even ever "
    "every from have having here however into itself just less like made make many might more most much must near never once only "
    "other ours over same several shall should since some still such than that their them themselves then there these they thing "
    "things this those though through thus together under until upon very were what when where whether which while whom whose will "
    "with within without would your yours".split()
)
"""English words that a translation may render by anything or by nothing."""
LENGTH_RATIOS = {
    ("en", "zh"): 0.38, ("en", "ja"): 0.5, ("en", "ko"): 0.5, ("ja", "zh"): 0.72, ("de", "en"): 0.9, ("en", "es"): 1.05, ("en", "fr"): 1.1,
    ("en", "it"): 1.05, ("en", "nl"): 1.05, ("en", "pt"): 1.03, ("en", "ru"): 1.0, ("de", "fr"): 1.0, ("es", "zh"): 0.36, ("fr", "zh"): 0.35,
}  # fmt: skip
"""Characters in the second language for each in the first, white space aside; tags in order."""


@lru_cache(maxsize=1 << 16)
def english_stem(word: str) -> str:
    """Return the lower-case English `word` without its inflection."""
    word = _IRREGULAR.get(word, word)
    size = len(word)
    if size > 3:
        if word[-1] == "s":
            if word.endswith("ies"):
                word = word[:-3] + "y"
            elif word.endswith(("sses", "ches", "shes", "xes", "zes")):
                word = word[:-2]
            elif word[-2] not in "sui":
                word = word[:-1]
        elif size > 4 and word.endswith("ed"):
            word = word[:-3] + "y" if word.endswith("ied") else word[:-2]
        elif size > 5 and word.endswith("ing"):
            word = word[:-3]
        elif size > 4 and word.endswith("ly"):
            word = word[:-2]
    if len(word) > 3:
        if word[-1] == word[-2] and word[-1] not in "aeiou":
            word = word[:-1]
        if word[-1] == "e":
            word = word[:-1]
        elif word[-1] == "y":
            word = word[:-1] + "i"
    return word


@lru_cache(maxsize=1 << 16)
def _folded(word: str) -> str:
    """Return the first letters of the lower-case `word` without accents."""
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return word[:6]


def _words(english: bool, cognates: bool, piece: str) -> tuple[str, ...]:
    """Return the tokens of the words in a piece of text."""
    found: list[str] = []
    for written in _WORD.findall(piece.lower()):
        word = written
        if english:
            word = written[:-2] if written[-2:] in ("'s", "’s") else written
            found.append(english_stem(word))
            if "-" in word:
                found += map(english_stem, word.split("-"))
        else:
            found.append(_folded(word))
        if cognates and len(word) >= 4:
            found.append("~" + _folded(word)[:4])
    return tuple(found)


_PIECES = {
    (english, cognates): Pieces(partial(_words, english, cognates)) for english in (True, False) for cognates in (True, False)
}


def tokens(text: str, language: str, cognates: bool) -> tuple[str, ...]:
    """Return the tokens of a sentence, each once, in an order that is the same in every process.

    With `cognates` also the beginnings of its words, marked `~`, to be compared across languages of one script.
    """
    language = language.partition("-")[0]
    written = numbers(text, language)
    found = [f"#{number.value:g}" for number in written] if written else []
    if language in ("zh", "ja", "ko"):
        low = text.lower()
        found += "".join(_HAN.findall(low))
        found += map(english_stem, _ASCII.findall(low))
        if language == "ja":
            found += _KATAKANA.findall(low)
        elif language == "ko":
            found += [word[:2] for word in _HANGUL.findall(low)]
    else:
        found += chain.from_iterable(map(_PIECES[language == "en", cognates].__getitem__, text.split()))
    return tuple(dict.fromkeys(found))
