"""HTML as Anki treats it on its way through a template: the same regular expressions, the same strictness about entities."""

import re

_TAG = re.compile(r"<!--.*?-->|<style.*?>.*?</style>|<script.*?>.*?</script>|<.*?>", re.IGNORECASE | re.DOTALL)
_LINE_BREAK = re.compile(
    r"</?(?:br|address|article|aside|blockquote|canvas|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|li|main"
    r"|nav|noscript|ol|output|p|pre|section|table|tfoot|ul|video)>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(#[0-9]+;|#x[0-9a-fA-F]+;|[0-9a-zA-Z]+;)?")
_MATHJAX = re.compile(r"(\\[(\[])(.*?)(\\[\])])", re.DOTALL)
_FURIGANA = re.compile(r" ?([^ >]+?)\[(.+?)\]")
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""The characters that Anki takes off the ends of a text; `str.strip` alone takes four control characters more."""
_NAMED = {"&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;"}


def strip_html(text: str) -> str:
    """Return `text` without tags and with its entities decoded."""
    return decode_entities(_TAG.sub("", text))


def speech_text(text: str) -> str:
    """Return what is spoken of `text`."""
    return decode_entities(_TAG.sub("", _LINE_BREAK.sub(" ", text)))


def decode_entities(text: str) -> str:
    """Return `text` with its entities decoded, or unchanged if one of them is unknown, as Anki does."""
    if "&" not in text:
        return text
    decoded: list[str] = []
    at = 0
    for found in _ENTITY.finditer(text):
        name = found[1]
        char = _character(name) if name else None
        if char is None:
            return text
        decoded += (text[at : found.start()], char)
        at = found.end()
    return ("".join(decoded) + text[at:]).replace("\u00a0", " ")


def _character(name: str) -> str | None:
    if not name.startswith("#"):
        from html.entities import name2codepoint  # late: hardly a field has such an entity

        return chr(name2codepoint[name[:-1]]) if name[:-1] in name2codepoint else None
    number = int(name[2:-1], 16) if name[1] == "x" else int(name[1:-1])
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else None


def encode_attribute(text: str) -> str:
    """Return `text` with all but letters and digits encoded, up to U+00FF."""
    return "".join(
        char if (char.isascii() and char.isalnum()) or ord(char) > 255 else _NAMED.get(char) or f"&#x{ord(char):02X};"
        for char in text
    )


def strip_html_in_mathjax(text: str) -> str:
    r"""Return `text` without the tags between `\(` and `\)`, `\[` and `\]`."""
    if "\\" not in text:
        return text
    return _MATHJAX.sub(lambda found: found[1] + _TAG.sub("", found[2]) + found[3], text)


def ruby(text: str, pattern: str) -> str:
    """Return `text` with each `漢字[かんじ]` replaced by `pattern`, in which `{0}` is the text and `{1}` the reading."""
    return _FURIGANA.sub(
        lambda found: found[0] if found[2].startswith("sound:") else pattern.format(found[1], found[2]),
        text.replace("&nbsp;", " "),
    )
