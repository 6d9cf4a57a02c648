"""Korean verbs and adjectives in their forms, and nouns with their particles.

A dictionary form ends in 다; its stem goes on in endings, of which some melt into its last syllable (가다 → 갔다, 마시다 → 마셨다, 돕다 → 도와).
A syllable block is a sum: 0xAC00 + (initial · 21 + vowel) · 28 + final.
"""

import re
from functools import lru_cache

_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_MELTED = {"ㅗ": "ㅘ", "ㅜ": "ㅝ", "ㅣ": "ㅕ", "ㅚ": "ㅙ", "ㅏ": "ㅏ", "ㅓ": "ㅓ", "ㅐ": "ㅐ", "ㅔ": "ㅔ", "ㅕ": "ㅕ", "ㅟ": "ㅟ"}
"""Vowel of a stem → vowel of its form in 아/어."""
_ENDINGS = (
    "다|고|지|는|니|면|며|면서|서|도|야|요|네|던|든|게|거|겠|기|자|죠|려|러|라|시|셔|셨|세|십|신|실|습|읍|나|구|군|느|은|을|음|으|어|아|여|었|았|였|"
    "되|보|주|버|놓|오|가|왔|갔|준|줄|줘|봐|본|볼|할|한|했|하|해|합"
)
_AFTER_FINAL = {
    "ㄴ": "다|데|지|가",
    "ㄹ": "까|게|지|거|걸|래|수|텐|뻔|라|러",
    "ㅁ": "은|이|을|에|과|으|도",
    "ㅂ": "니|시|디",
}
"""What goes on after an ending that is one consonant; after any other form the endings of a stem do."""
_PARTICLES = (
    "은|는|이|가|을|를|의|에|에서|에게|에게서|께|께서|한테|와|과|로|으로|랑|이랑|도|만|까지|부터|마다|조차|밖에|처럼|보다|라고|이라|이다|입니다|이에요|예요|였|이었|인|일|들|"
    "나|이나|든지|야|아|여|이여|요|뿐|대로"
)
_HANGUL = "가-힣"


def _parts(block: str) -> tuple[int, str, str]:
    """Return initial, vowel and final of a syllable block; the final is a space where there is none."""
    code = ord(block) - 0xAC00
    return code // 588, _VOWELS[code // 28 % 21], _FINALS[code % 28]


def _block(initial: int, vowel: str, final: str = " ") -> str:
    return chr(0xAC00 + (initial * 21 + _VOWELS.index(vowel)) * 28 + _FINALS.index(final))


def _open_forms(before: str, block: str) -> list[str]:
    """Return the beginnings of the forms of a stem whose last syllable has no final."""
    initial, vowel, _ = _parts(block)
    found = [before + _block(initial, vowel, final) for final in "ㄴㄹㅁㅂ"]
    if block == "하":
        return [*found, before + "해", before + "했", before + "하여", before + "하였"]
    if block == "르" and before:
        first, inner, _ = _parts(before[-1])
        doubled = before[:-1] + _block(first, inner, "ㄹ")
        found += [doubled + syllable for syllable in ("라", "러", "랐", "렀")]
    melted = "ㅓㅏ" if vowel == "ㅡ" else _MELTED.get(vowel, "")
    for one in melted:
        found += [before + _block(initial, one, final) for final in " ㅆ"]
    return [form for form in found if form != before + block]


def _closed_forms(before: str, block: str) -> list[str]:
    """Return the beginnings of the forms of a stem whose last syllable has a final that some endings change."""
    initial, vowel, final = _parts(block)
    bare = before + _block(initial, vowel)
    if final == "ㄹ":
        return [bare + ending for ending in ("는", "니", "시", "세", "오")] + [
            before + _block(initial, vowel, one) for one in "ㄴㅂ"
        ]
    if final == "ㅂ":
        return [bare + ending for ending in ("우", "워", "웠", "운", "울", "움", "와", "왔")]
    if final == "ㄷ":
        return [before + _block(initial, vowel, "ㄹ") + ending for ending in ("어", "었", "으", "은", "을", "음")]
    if final == "ㅅ":
        return [bare + ending for ending in ("아", "어", "았", "었", "으", "은", "을")]
    if final == "ㅎ":
        return [bare, *(before + _block(initial, one, last) for one in {vowel, "ㅐ"} for last in " ㄴㄹㅆ")]
    return []


@lru_cache(256)
def verb_pattern(word: str) -> re.Pattern[str] | None:
    """Return the pattern of the forms of a verb or adjective given in its dictionary form, also at the end of a phrase; None for others."""
    phrase, _, word = word.rpartition(" ")
    if len(word) < 2 or word[-1] != "다" or not all("가" <= block <= "힣" for block in word):
        return None
    before, block = word[:-2], word[-2]
    melted = _open_forms(before, block) if _parts(block)[2] == " " else _closed_forms(before, block)
    forms = [_with_endings(form, _AFTER_FINAL.get(_parts(form[-1])[2], _ENDINGS)) for form in sorted(set(melted))]
    forms.append(_with_endings(before + block, _ENDINGS))
    if before and block in "하되":
        forms.append(f"{before}(?:[을를이가도은는만]? ?(?:하|해|했|한|할|합|함|되|돼|됐|된|될|됩|됨))[{_HANGUL}]*")
    first = re.escape(phrase) + r"\s*" if phrase else ""
    return re.compile(f"(?<![{_HANGUL}]){first}(?:{'|'.join(forms)})")


def _with_endings(form: str, endings: str) -> str:
    return f"{form}(?=(?:{endings})|[^{_HANGUL}]|$)[{_HANGUL}]*"


@lru_cache(256)
def noun_pattern(word: str) -> re.Pattern[str]:
    """Return the pattern of a noun, with whatever is written onto it; after a noun of one syllable only particles are."""
    ends = "" if len(word) > 1 else f"(?=(?:{_PARTICLES})+(?![{_HANGUL}])|[^{_HANGUL}]|$)"
    return re.compile(f"(?<![{_HANGUL}]){re.escape(word)}{ends}")
