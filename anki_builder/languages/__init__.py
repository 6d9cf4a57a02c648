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


_TABLE = {
    language.tag: language
    for language in (
        Language("ar", "Arabic", ("Arabic",), "ar_SA", direction="rtl"),
        Language("de", "German", ("Latin",), "de_DE"),
        Language("en", "English", ("Latin",), "en_US"),
        Language("es", "Spanish", ("Latin",), "es_ES"),
        Language("fa", "Persian", ("Arabic",), "fa_IR", direction="rtl"),
        Language("fr", "French", ("Latin",), "fr_FR"),
        Language("he", "Hebrew", ("Hebrew",), "he_IL", direction="rtl"),
        Language("it", "Italian", ("Latin",), "it_IT"),
        Language("ja", "Japanese", ("Kana", "Han"), "ja_JP", spaces=False),
        Language("ko", "Korean", ("Hangul", "Han"), "ko_KR"),
        Language("nl", "Dutch", ("Latin",), "nl_NL"),
        Language("pl", "Polish", ("Latin",), "pl_PL"),
        Language("pt", "Portuguese", ("Latin",), "pt_BR"),
        Language("ru", "Russian", ("Cyrillic",), "ru_RU"),
        Language("sv", "Swedish", ("Latin",), "sv_SE"),
        Language("tr", "Turkish", ("Latin",), "tr_TR"),
        Language("uk", "Ukrainian", ("Cyrillic",), "uk_UA"),
        Language("vi", "Vietnamese", ("Latin",), "vi_VN"),
        Language("zh", "Chinese", ("Han",), "zh_CN", spaces=False),
        Language("zh-Hans", "Chinese (simplified)", ("Han",), "zh_CN", spaces=False),
        Language("zh-Hant", "Chinese (traditional)", ("Han",), "zh_TW", spaces=False),
    )
}


NAMES = {language.name.casefold(): language.tag for language in _TABLE.values()}
"""English names of the languages, in lower case, and their tags."""


def language(tag: str) -> Language:
    """Return what is known of the language `tag`, by its primary subtag if need be; an unknown one is Latin and left to right."""
    return _TABLE.get(tag) or _TABLE.get(tag.partition("-")[0]) or Language(tag, tag, ("Latin",), tag.replace("-", "_"))
