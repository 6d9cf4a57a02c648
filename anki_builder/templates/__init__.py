"""The files of the cards, and the templates they become.

The files are plain Anki HTML and CSS, named `<note type>/<card>.front.html` and `.back.html`, with shared pieces in `parts/`.
Only `[[…]]` is filled in here, once per language pair and build; everything in `{{…}}` is Anki's own notation and goes into the
package as it stands:

    [[text-lang]]  [[translation-lang]]    BCP 47 tag of the language, for `lang="…"`
    [[text-dir]]   [[translation-dir]]     `ltr` or `rtl`, for `dir="…"`
    [[text-voice]] [[translation-voice]]   locale and preferred voices of a speech tag: `en_US voices=Apple_Samantha`
    [[readings-front]] [[readings-back]]   Anki's filter for texts with readings, `furigana` or `kanji`: `{{[[readings-back]]:Text}}`
    [[tap]]                                attribute of a translation that is blurred until it is tapped, if that is set
    [[passage-open]] [[hint-open]]         attribute of what is unfolded, if that is set
    [[word-passage]] …                     word of a card in the language that explains, as `words` has it
    [[dictionaries]] [[editor]]            links to dictionaries and to the line in the editor, if they are set
    [[include parts/footer.html]]          another file, by its name in the templates folder

Nothing is filled in inside comments. A learner's file of the same name takes the place of a built-in one; the mapping `own` below is
theirs, by name. A file in a folder named like a language pair, as `ja-en/style.css`, is for that pair alone.
This package is a leaf like the nouns: `notes` asks it which cards there will be, `cli` what they look like.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from anki_builder.templates.words import WORDS

THEMES = ("paper", "minimal", "contrast")
NAMES = (
    "text-lang", "text-dir", "text-voice", "translation-lang", "translation-dir", "translation-voice", "readings-front", "readings-back",
    "tap", "passage-open", "hint-open", "dictionaries", "editor", *WORDS,
)  # fmt: skip
"""Names that may stand in `[[…]]`, besides `include`."""

STYLE = "style.css"
USER_STYLE = "user.css"
"""The learner's own rules, appended last."""

_NAME = r"\[\[[ \t]*([A-Za-z][^\[\]\n]*?)[ \t]*\]\]"
_IN_HTML = re.compile(rf"<!--.*?-->|{_NAME}", re.DOTALL)
_IN_CSS = re.compile(rf"/\*.*?\*/|{_NAME}", re.DOTALL)
_PAIR = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*-[a-z]{2,3}(-[A-Za-z0-9]+)*")
_SPEECH = re.compile(r"\{\{tts(?: [^{}]*)?:[^{}]*\}\}")


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


@cache
def gallery() -> Mapping[str, Mapping[str, str]]:
    """Return the looks to start from, each with its files: text by name."""
    root = Path(__file__).parent / "gallery"
    looks: dict[str, dict[str, str]] = {}
    for path in sorted(path for pattern in ("*/*.css", "*/*/*.html") for path in root.glob(pattern)):
        look, _, name = path.relative_to(root).as_posix().partition("/")
        looks.setdefault(look, {})[name] = path.read_text("utf-8")
    return MappingProxyType(looks)


class Piece(NamedTuple):
    """Part of a filled-in template, and where it was written."""

    text: str
    name: str
    """Of the file."""
    start: int
    """First character in that file."""
    verbatim: bool = True
    """Whether the text stands there as it is, not as a `[[name]]`."""


def of_pair(own: Mapping[str, str], languages: tuple[str, str]) -> Mapping[str, str]:
    """Return the learner's own files as they are for a language pair: those in its folder take the place of the others."""
    return in_folder(own, "-".join(languages))


def in_folder(own: Mapping[str, str], folder: str) -> Mapping[str, str]:
    """Return files with those in a folder in place of the others of the same name."""
    return {**own, **{name[len(folder) + 1 :]: text for name, text in own.items() if name.startswith(f"{folder}/")}}


def pair_folders(own: Iterable[str]) -> tuple[str, ...]:
    """Return the folders among the learner's own files that are named like a language pair."""
    return tuple(dict.fromkeys(name.partition("/")[0] for name in own if "/" in name and _PAIR.fullmatch(name.partition("/")[0])))


def placeholders(name: str, text: str) -> Iterator[re.Match[str]]:
    """Yield each `[[…]]` in the file `name` outside of comments; its first group is what stands in it."""
    return (found for found in (_IN_CSS if name.endswith(".css") else _IN_HTML).finditer(text) if found[1])


def included(found: re.Match[str]) -> str:
    """Return the name of the file that a `[[…]]` includes; empty if it includes nothing."""
    word, _, rest = found[1].partition(" ")
    return rest.strip() if word.lower() == "include" else ""


def text_of(name: str, own: Mapping[str, str]) -> str | None:
    """Return the text of a file, the learner's own before the built-in one."""
    return own.get(name, builtin().get(name))


def pieces(name: str, own: Mapping[str, str], values: Mapping[str, str], within: tuple[str, ...] = ()) -> Iterator[Piece]:
    """Yield the file `name` with its includes and names filled in, each piece with its origin.

    What cannot be filled in stays as it is: `validate` reports it.
    """
    text = text_of(name, own) or ""
    at, end = 0, len(text.rstrip("\n"))
    for found in placeholders(name, text):
        other = included(found)
        is_included = other and other not in (*within, name) and text_of(other, own) is not None
        if not is_included and found[1].lower() not in values:
            continue
        if found.start() > at:
            yield Piece(text[at : found.start()], name, at)
        if is_included:
            yield from pieces(other, own, values, (*within, name))
        else:
            yield Piece(values[found[1].lower()], name, found.start(), False)
        at = found.end()
    if end > at:
        yield Piece(text[at:end], name, at)


def fill(name: str, own: Mapping[str, str], values: Mapping[str, str], speech: bool = True) -> str:
    """Return the file `name` with its includes and names filled in; without speech tags unless `speech`."""
    filled = "".join(piece.text for piece in pieces(name, own, values))
    return filled if speech else _SPEECH.sub("", filled)


def stylesheet(theme: str, own: Mapping[str, str], values: Mapping[str, str]) -> str:
    """Return the CSS of all cards: the variables of the theme, the layout, the learner's own rules."""
    return "\n".join(text for name in style_files(theme) if (text := fill(name, own, values)))


def style_files(theme: str) -> tuple[str, ...]:
    """Return the names of the style sheets in their order."""
    return theme_file(theme), STYLE, USER_STYLE
