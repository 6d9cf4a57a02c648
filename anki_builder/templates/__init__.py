"""The files of the cards, and the templates they become.

The files are plain Anki HTML and CSS, named `<note type>/<card>.front.html` and `.back.html`, with shared pieces in `parts/`.
Only `[[…]]` is filled in here, once per language pair and build; everything in `{{…}}` is Anki's own notation and goes into the
package as it stands:

    [[text-lang]]  [[translation-lang]]    BCP 47 tag of the language, for `lang="…"`
    [[text-dir]]   [[translation-dir]]     `ltr` or `rtl`, for `dir="…"`
    [[text-voice]] [[translation-voice]]   locale and preferred voices of a speech tag: `en_US voices=Apple_Samantha`
    [[readings-front]] [[readings-back]]   Anki's filter for texts with readings, `furigana` or `kanji`: `{{[[readings-back]]:Text}}`
    [[include parts/footer.html]]          another file, by its name in the templates folder

A learner's file of the same name takes the place of a built-in one; the mapping `own` below is theirs, by name.
This package is a leaf like the nouns: `notes` asks it which cards there will be, `cli` what they look like.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

THEMES = ("paper", "minimal", "contrast")
NAMES = (
    "text-lang", "text-dir", "text-voice", "translation-lang", "translation-dir", "translation-voice", "readings-front", "readings-back",
)  # fmt: skip
"""Names that may stand in `[[…]]`, besides `include`."""

STYLE = "style.css"
USER_STYLE = "user.css"
"""The learner's own rules, appended last."""

PLACEHOLDER = re.compile(r"\[\[([a-z][^\[\]\n]*)\]\]")
_SPEECH = re.compile(r"\{\{tts(?: [^{}]*)?:[^{}]*\}\}")
HEADER = re.compile(r"(?:<!--|/\*) built-in ([0-9a-f]{12}) (?:-->|\*/)\r?\n?")
"""First line of a file that was copied out; it is left out of the cards."""


def face(kind: str, card: str, side: str) -> str:
    """Return the file name of the `front` or `back` of a card: `sentence/read.front.html`."""
    return f"{kind}/{card.lower()}.{side}.html"


def theme_file(theme: str) -> str:
    """Return the file name of a theme."""
    return f"themes/{theme}.css"


@cache
def builtin() -> Mapping[str, str]:
    """Return the built-in files, text by name."""
    root = Path(__file__).parent
    paths = [path for pattern in ("*.css", "*/*.css", "*/*.html") for path in root.glob(pattern)]
    return MappingProxyType({path.relative_to(root).as_posix(): path.read_text("utf-8") for path in sorted(paths)})


class Piece(NamedTuple):
    """Part of a filled-in template, and where it was written."""

    text: str
    name: str
    """Of the file."""
    start: int
    """First character in that file."""
    verbatim: bool = True
    """Whether the text stands there as it is, not as a `[[name]]`."""


def text_of(name: str, own: Mapping[str, str]) -> str | None:
    """Return the text of a file, the learner's own before the built-in one."""
    return own.get(name, builtin().get(name))


def pieces(name: str, own: Mapping[str, str], values: Mapping[str, str], within: tuple[str, ...] = ()) -> Iterator[Piece]:
    """Yield the file `name` with its includes and names filled in, each piece with its origin.

    What cannot be filled in stays as it is: `validate` reports it.
    """
    text = text_of(name, own) or ""
    header = HEADER.match(text)
    at, end = header.end() if header else 0, len(text.rstrip("\n"))
    for found in PLACEHOLDER.finditer(text, at, end):
        word, _, rest = found[1].partition(" ")
        included = word == "include" and rest not in (*within, name) and text_of(rest, own) is not None
        if not included and found[1] not in values:
            continue
        if found.start() > at:
            yield Piece(text[at : found.start()], name, at)
        if included:
            yield from pieces(rest, own, values, (*within, name))
        else:
            yield Piece(values[found[1]], name, found.start(), False)
        at = found.end()
    if end > at:
        yield Piece(text[at:end], name, at)


def fill(name: str, own: Mapping[str, str], values: Mapping[str, str], speech: bool = True) -> str:
    """Return the file `name` with its includes and names filled in; without speech tags unless `speech`."""
    filled = "".join(piece.text for piece in pieces(name, own, values))
    return filled if speech else _SPEECH.sub("", filled)


def stylesheet(theme: str, own: Mapping[str, str]) -> str:
    """Return the CSS of all cards: the variables of the theme, the layout, the learner's own rules."""
    return "\n".join(text for name in style_files(theme) if (text := fill(name, own, {})))


def style_files(theme: str) -> tuple[str, ...]:
    """Return the names of the style sheets in their order."""
    return theme_file(theme), STYLE, USER_STYLE


def digest(name: str) -> str:
    """Return the digest by which versions of a built-in file are distinguished."""
    return sha256(builtin()[name].encode()).hexdigest()[:12]


def ejected(name: str) -> str:
    """Return a built-in file as it is copied out: its first line names its version."""
    opening, closing = ("/*", "*/") if name.endswith(".css") else ("<!--", "-->")
    return f"{opening} built-in {digest(name)} {closing}\n{builtin()[name]}"


def is_outdated(name: str, text: str) -> bool:
    """Tell whether the built-in file has changed since the learner's own was copied from it."""
    header = HEADER.match(text)
    return header is not None and name in builtin() and header[1] != digest(name)
