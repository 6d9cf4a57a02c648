"""Readings: how a script is spelt out for those who learn it. Pinyin, rōmaji, kana over kanji, any other script in Latin letters."""

import re
import unicodedata
from functools import lru_cache

from anki_builder.languages import scripts

_INITIALS = "b|p|m|f|d|t|n|l|g|k|h|j|q|x|zh|ch|sh|r|z|c|s|y|w"
_FINALS = "iang|iong|uang|ueng|ang|eng|ing|ong|iao|ian|uai|uan|van|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ve|ue|er|a|o|e|i|u|v|ün|üe|ü"
_SYLLABLE = rf"(?:(?:{_INITIALS})?(?:{_FINALS})r?|ng|m|n)[1-5]?"
_PINYIN_WORD = re.compile(rf"(?:{_SYLLABLE}['’-]?)+$")
_JYUTPING_WORD = re.compile(r"(?:[a-z]{1,6}[1-6](?:-[1-6])?)+[.,;!?]?$")
_SYLLABLE_ALONE = re.compile(_SYLLABLE)
_HAS_TONE = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]|[a-zü][1-5](?![a-z0-9])|[a-zü][1-5][a-z]")
_OTHER_MARK = re.compile(r"[^\w\s'’.,。，、!?！？·-]")
_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ", "aaaaeeeeiiiioooouuuuüüüünnn")
_TONE = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]")
_CLEAR_TONE = re.compile("[āǎēěīǐōǒūǔǖǘǚǜ1-5](?:(?<![1-5])|(?<=[a-zü].)\\b)")
_ROMAJI_WORD = re.compile(
    r"(?:(?:[kgsztdnhbpmr]y?|sh|ch|ts|j|f|w|y|v|c)?[aiueoāīūēōâîûêô]h?|n['’]?|(?P<double>[kstpcgdbz])(?=[kstpcgdbz]))+$"
)
_BRACKET_BEHIND = re.compile(r"\S\s*[(（][^()（）]+[)）]?\s*$")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\d?")
_KANA = re.compile(f"[{scripts.RANGES['Kana']}ー・、。.\\s~～〜（）()-]+$")
_ENGLISH = frozenset(
    "a an and are as at be can do for from go had has have he her him his i in is it me my no not of on one or our out she so some "
    "take that the them there they this to too up us use was we who you your man men made make more some same here were home nine "
    "an one sage name game tea tie toe die due hue he she me we no so go do to too so are ore".split()
)
"""English words that are spelt like syllables of pinyin or rōmaji."""


def is_pinyin(text: str) -> bool:
    """Return whether a text in the Latin alphabet is Chinese spelt out: all syllables, with tones or without English words."""
    text = text.lower()
    behind = _BRACKET_BEHIND.search(text)
    if behind and _TONE.search(text[: behind.start()]) and not _TONE.search(behind[0]):
        return False  # `cháng (long)`
    words = _WORD.findall(text)
    if any(len(word) == 1 and word.translate(_TONES) not in "aeo" for word in words):
        return False
    if not words or not all(_PINYIN_WORD.match(word.translate(_TONES)) for word in words):
        return False
    if _CLEAR_TONE.search(text):
        return True
    return not any(word in _ENGLISH for word in words) and (_TONE.search(text) is not None or len(text) > 3)


def is_jyutping(text: str) -> bool:
    """Return whether a text in the Latin alphabet is Cantonese spelt out, each syllable with its tone: `ni1go3`, `man4-1`."""
    words = text.lower().split()
    return bool(words) and all(map(_JYUTPING_WORD.match, words))


def syllables(text: str, *, toneless: bool = False) -> int:
    """Return the number of syllables of pinyin with tones, by marks or digits: the least that it can be cut into; 0 for another text.

    `toneless`: a text without any tone counts as well, as `le` and `ma` in a sentence.
    """
    words = _WORD.findall(text.lower())
    if not words or not (toneless or _HAS_TONE.search(text.lower())) or _OTHER_MARK.search(text):
        return 0
    counts = [_syllables(part) for word in words for part in re.split("['’-]", word)]
    return sum(counts) if all(counts) else 0


@lru_cache(4096)
def _syllables(word: str) -> int:
    """Return the least number of syllables, one for each tone, that a word can be cut into; 0 where it cannot be cut so."""
    fewest = [0] + [0] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 7), end):
            part = word[start:end]
            can_be = len(_TONE.findall(part)) <= 1 and _SYLLABLE_ALONE.fullmatch(part.translate(_TONES))
            if (start == 0 or fewest[start]) and can_be and (not fewest[end] or fewest[start] + 1 < fewest[end]):
                fewest[end] = fewest[start] + 1
    return fewest[-1]


def has_pinyin(text: str) -> bool:
    """Return whether most words of a text are Chinese spelt out with tones."""
    words = _WORD.findall(text.lower())
    fit = [word for word in words if _TONE.search(word) and _PINYIN_WORD.match(word.translate(_TONES))]
    return bool(words) and len(fit) * 2 > len(words) and _CLEAR_TONE.search(text.lower()) is not None


def has_tones(text: str) -> bool:
    """Return whether a text has vowels with a macron or caron, or tones in digits, as only pinyin has."""
    return _CLEAR_TONE.search(text.lower()) is not None


def is_romaji(text: str) -> bool:
    """Return whether a text in the Latin alphabet is Japanese spelt out."""
    words = [part for word in _WORD.findall(text.lower()) for part in word.split("-")]
    if not words or not all(map(_ROMAJI_WORD.match, words)):
        return False
    return not all(word in _ENGLISH for word in words)


def is_kana(text: str) -> bool:
    """Return whether a text is kana and nothing else."""
    return _KANA.match(text) is not None and scripts.count(text).get("Kana", 0) > 0


@lru_cache(4096)
def is_reading(text: str, tag: str) -> bool:
    """Return whether a text spells out the language `tag` in another script than its own."""
    text = text.strip(" \t()（）[]［］【】/*_~-–—:：,，.")
    if not text:
        return False
    primary = tag.partition("-")[0]
    if primary == "zh":
        return is_pinyin(text) or has_pinyin(text) or is_jyutping(text)
    if primary == "ja":
        return is_kana(text) or is_romaji(text)
    return False


@lru_cache(4096)
def spells(text: str, spelt: str) -> bool:
    """Return whether `spelt` spells out `text`, which is in another script: `길` and `gil`, `Де туалет?` and `De tualet?`, `안녕` and `アンニョン`.

    It is in an alphabet or in kana. The consonants are compared, since systems differ in vowels most of all and some scripts write
    none; of longer texts all letters as well.
    """
    from anyascii import anyascii  # late: asked of few notes
    from rapidfuzz.distance import Indel

    if len(text) > _LONGEST_SPELT:
        return False
    if scripts.count(spelt).keys() <= _SPELLING:
        spelt = anyascii(spelt)
    if not _LATIN_LETTER.search(spelt):
        return False
    latin = anyascii(text)
    first, second = _consonants(latin), _consonants(spelt)
    if not (first and second) or Indel.normalized_similarity(first, second) < _ALIKE:
        return False
    return len(first) < _FEW_CONSONANTS or Indel.normalized_similarity(_letters(latin), _letters(spelt)) >= _ALIKE_WRITTEN


def _consonants(text: str) -> str:
    """Return the consonants of a text in the Latin alphabet, those alike that systems of transliteration take for each other."""
    return _VOWELS.sub("", unicodedata.normalize("NFD", text).casefold().translate(_ALIKE_LETTERS))


def _letters(text: str) -> str:
    """Return the letters of a text in the Latin alphabet without accents, in lower case."""
    return "".join(letter for letter in unicodedata.normalize("NFD", text).casefold() if "a" <= letter <= "z")


_LATIN_LETTER = re.compile("[A-Za-z]")
_SPELLING = frozenset(("Kana", "Cyrillic", "Greek"))
"""Scripts that spell out other languages, beside the Latin alphabet."""
_VOWELS = re.compile("[^kmnprst]+")
_ALIKE_LETTERS = str.maketrans("bfvwdðcgqxjzl", "ppppttkkkkssr")
_LONGEST_SPELT = 300
_ALIKE = 0.75
"""Share of the consonants that a text and its transliteration have in common."""
_FEW_CONSONANTS = 5
_ALIKE_WRITTEN = 0.6
"""Share of all letters, where there are more consonants than a few."""


def likeness(sound: str, word: str) -> float:
    """Return how much like a word in the Latin alphabet its sound is written, in percent."""
    from rapidfuzz.fuzz import ratio  # late: hardly any note has a column of sounds

    return ratio(sound.casefold(), word.casefold())
