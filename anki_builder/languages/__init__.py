"""What is true of a language: the only package that knows one by name.

One module per kind of knowledge, each a table by language tag with a fallback for languages it does not list:

- this module: name, script, direction, voice
- `scripts`: which script a character belongs to, which language a text is in
- `sentences`: sentence ends, abbreviations
- `numerals`: numbers as texts write them, reduced to their value
- `tokens`: words folded roughly, to be compared across languages
- `forms`: word forms
- `negation`: words that turn a sentence into its opposite
- `labels`: label and heading words by role
"""

from typing import NamedTuple


class Language(NamedTuple):
    """A language as the other packages need it."""

    tag: str
    """BCP 47, as in `lang` attributes; Chinese is `zh-Hans` or `zh-Hant` there though notes and settings say `zh`."""
    name: str
    """In English."""
    scripts: tuple[str, ...]
    """Scripts it is written in, the most telling first, as `anki_builder.languages.scripts` names them."""
    voice: str
    """Locale of Anki's speech tag: `en_US`."""
    spaces: bool = True
    """Whether words are separated by spaces."""
    direction: str = "ltr"


def base(tag: str) -> str:
    """Return a tag without region and script: `zh` for `zh-Hant`, `en` for `en-GB`."""
    return tag.partition("-")[0]


_TABLE = {
    language.tag: language
    for language in (
        Language("af", "Afrikaans", ("Latin",), "af_ZA"),
        Language("am", "Amharic", ("Ethiopic",), "am_ET"),
        Language("ar", "Arabic", ("Arabic",), "ar_SA", direction="rtl"),
        Language("be", "Belarusian", ("Cyrillic",), "be_BY"),
        Language("bg", "Bulgarian", ("Cyrillic",), "bg_BG"),
        Language("bn", "Bengali", ("Bengali",), "bn_IN"),
        Language("bo", "Tibetan", ("Tibetan",), "bo_CN", spaces=False),
        Language("ca", "Catalan", ("Latin",), "ca_ES"),
        Language("cs", "Czech", ("Latin",), "cs_CZ"),
        Language("cy", "Welsh", ("Latin",), "cy_GB"),
        Language("da", "Danish", ("Latin",), "da_DK"),
        Language("de", "German", ("Latin",), "de_DE"),
        Language("el", "Greek", ("Greek",), "el_GR"),
        Language("en", "English", ("Latin",), "en_US"),
        Language("eo", "Esperanto", ("Latin",), "eo"),
        Language("es", "Spanish", ("Latin",), "es_ES"),
        Language("et", "Estonian", ("Latin",), "et_EE"),
        Language("eu", "Basque", ("Latin",), "eu_ES"),
        Language("fa", "Persian", ("Arabic",), "fa_IR", direction="rtl"),
        Language("fi", "Finnish", ("Latin",), "fi_FI"),
        Language("fr", "French", ("Latin",), "fr_FR"),
        Language("ga", "Irish", ("Latin",), "ga_IE"),
        Language("gl", "Galician", ("Latin",), "gl_ES"),
        Language("gu", "Gujarati", ("Gujarati",), "gu_IN"),
        Language("he", "Hebrew", ("Hebrew",), "he_IL", direction="rtl"),
        Language("hi", "Hindi", ("Devanagari",), "hi_IN"),
        Language("hr", "Croatian", ("Latin",), "hr_HR"),
        Language("hu", "Hungarian", ("Latin",), "hu_HU"),
        Language("hy", "Armenian", ("Armenian",), "hy_AM"),
        Language("id", "Indonesian", ("Latin",), "id_ID"),
        Language("is", "Icelandic", ("Latin",), "is_IS"),
        Language("it", "Italian", ("Latin",), "it_IT"),
        Language("ja", "Japanese", ("Kana", "Han"), "ja_JP", spaces=False),
        Language("ka", "Georgian", ("Georgian",), "ka_GE"),
        Language("kk", "Kazakh", ("Cyrillic",), "kk_KZ"),
        Language("km", "Khmer", ("Khmer",), "km_KH", spaces=False),
        Language("kn", "Kannada", ("Kannada",), "kn_IN"),
        Language("ko", "Korean", ("Hangul", "Han"), "ko_KR"),
        Language("la", "Latin", ("Latin",), "la"),
        Language("lo", "Lao", ("Lao",), "lo_LA", spaces=False),
        Language("lt", "Lithuanian", ("Latin",), "lt_LT"),
        Language("lv", "Latvian", ("Latin",), "lv_LV"),
        Language("mk", "Macedonian", ("Cyrillic",), "mk_MK"),
        Language("ml", "Malayalam", ("Malayalam",), "ml_IN"),
        Language("mr", "Marathi", ("Devanagari",), "mr_IN"),
        Language("ms", "Malay", ("Latin",), "ms_MY"),
        Language("my", "Burmese", ("Burmese",), "my_MM", spaces=False),
        Language("nb", "Norwegian", ("Latin",), "nb_NO"),
        Language("ne", "Nepali", ("Devanagari",), "ne_NP"),
        Language("nl", "Dutch", ("Latin",), "nl_NL"),
        Language("pa", "Punjabi", ("Gurmukhi",), "pa_IN"),
        Language("pl", "Polish", ("Latin",), "pl_PL"),
        Language("pt", "Portuguese", ("Latin",), "pt_BR"),
        Language("ro", "Romanian", ("Latin",), "ro_RO"),
        Language("ru", "Russian", ("Cyrillic",), "ru_RU"),
        Language("si", "Sinhala", ("Sinhala",), "si_LK"),
        Language("sk", "Slovak", ("Latin",), "sk_SK"),
        Language("sl", "Slovenian", ("Latin",), "sl_SI"),
        Language("sq", "Albanian", ("Latin",), "sq_AL"),
        Language("sr", "Serbian", ("Cyrillic", "Latin"), "sr_RS"),
        Language("sv", "Swedish", ("Latin",), "sv_SE"),
        Language("sw", "Swahili", ("Latin",), "sw_KE"),
        Language("ta", "Tamil", ("Tamil",), "ta_IN"),
        Language("te", "Telugu", ("Telugu",), "te_IN"),
        Language("th", "Thai", ("Thai",), "th_TH", spaces=False),
        Language("tl", "Filipino", ("Latin",), "fil_PH"),
        Language("tr", "Turkish", ("Latin",), "tr_TR"),
        Language("uk", "Ukrainian", ("Cyrillic",), "uk_UA"),
        Language("ur", "Urdu", ("Arabic",), "ur_PK", direction="rtl"),
        Language("uz", "Uzbek", ("Latin",), "uz_UZ"),
        Language("vi", "Vietnamese", ("Latin",), "vi_VN"),
        Language("zh", "Chinese", ("Han",), "zh_CN", spaces=False),
        Language("zh-Hans", "Chinese (simplified)", ("Han",), "zh_CN", spaces=False),
        Language("zh-Hant", "Chinese (traditional)", ("Han",), "zh_TW", spaces=False),
    )
}


NAMES = {language.name.casefold(): language.tag for language in _TABLE.values()}
"""English names of the languages, in lower case, and their tags."""


def language(tag: str) -> Language:
    """Return what is known of the language `tag`, by its primary subtag if need be; an unknown one is Latin and left to right.

    `ja-Latn` is Japanese spelt out in the Latin alphabet, with spaces.
    """
    found = _TABLE.get(tag) or _TABLE.get(tag.partition("-")[0]) or Language(tag, tag, ("Latin",), tag.replace("-", "_"))
    return found._replace(tag=tag, scripts=("Latin",), spaces=True, direction="ltr") if is_romanised(tag) else found


def is_romanised(tag: str) -> bool:
    """Return whether a tag is that of a language spelt out in the Latin alphabet: `th-Latn`."""
    return tag.endswith(_ROMANISED)


def romanised(tag: str) -> str:
    """Return the tag of a language spelt out in the Latin alphabet; that of one written in it as it is."""
    return tag if "Latin" in language(tag).scripts else base(tag) + _ROMANISED


_ROMANISED = "-Latn"


def sharing_script(tag: str) -> frozenset[str]:
    """Return the languages that are written in the script of `tag`, itself among them."""
    script = language(tag).scripts[0]
    return frozenset(one.tag for one in _TABLE.values() if one.scripts[0] == script)


_CODES = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo "
    "fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg "
    "li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd "
    "se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
    "ast ceb cmn fil grc haw hak hbs hmn mnw nan nds non sco scn tlh wuu yue".split()
)
"""Languages by their primary subtag: ISO 639-1, and some of ISO 639-3 that learners study."""


def is_language(primary: str) -> bool:
    """Return whether a primary subtag in lower case is that of a language."""
    return primary in _CODES
