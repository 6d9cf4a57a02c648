"""What Anki shows: the files of the cards, and how they become templates.

The files are plain Anki HTML and CSS, named `<note type>/<card>.front.html` and `.back.html`, with shared pieces in `parts/`.
Only `[[…]]` is filled in here, once per language pair and build; everything in `{{…}}` is Anki's own notation and goes into the
package as it stands:

    [[text-lang]]  [[translation-lang]]    BCP 47 tag of the language, for `lang="…"`
    [[text-dir]]   [[translation-dir]]     `ltr` or `rtl`, for `dir="…"`
    [[text-voice]] [[translation-voice]]   locale and preferred voices of a speech tag: `en_US voices=Apple_Samantha`
    [[include parts/footer.html]]          another file, by its name in the templates folder

A learner's file of the same name takes the place of a built-in one; the mapping `own` below is theirs, by name.
This package is a leaf like the nouns: `notes` asks it which cards there will be, `cli` what they look like.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from anki_builder.note import NoteTypeName

CARDS: dict[NoteTypeName, tuple[str, ...]] = {
    "sentence": ("Read", "Produce", "Listen"),
    "vocabulary": ("Recognise", "Recall", "Spell", "Hear"),
    "cloze": ("Cloze",),
}
"""Names of the card templates in their frozen order."""

THEMES = ("paper", "minimal", "contrast")
NAMES = ("text-lang", "text-dir", "text-voice", "translation-lang", "translation-dir", "translation-voice")
"""What `[[…]]` may say besides `include`."""

STYLE = "style.css"
USER_STYLE = "user.css"
"""The learner's own rules, appended last."""

PLACEHOLDER = re.compile(r"\[\[([a-z][^\[\]\n]*)\]\]")
_SPEECH = re.compile(r"\{\{tts(?: [^{}]*)?:[^{}]*\}\}")
_DEPTH = 8
"""Includes within includes; a file that includes itself ends here."""


def face(kind: NoteTypeName, card: str, side: str) -> str:
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


def fill(name: str, own: Mapping[str, str], values: Mapping[str, str], speech: bool = True, depth: int = 0) -> str:
    """Return the file `name` with its includes and names filled in; without speech tags unless `speech`.

    What cannot be filled in stays as it is: `validate` reports it.
    """
    text = own.get(name)
    if text is None:
        text = builtin().get(name, "")

    def value(match: re.Match[str]) -> str:
        word, _, rest = match[1].partition(" ")
        if word == "include" and depth < _DEPTH and (rest in own or rest in builtin()):
            return fill(rest, own, values, speech, depth + 1)
        return values.get(match[1], match[0])

    filled = PLACEHOLDER.sub(value, text.rstrip("\n"))
    return filled if speech or depth else _SPEECH.sub("", filled)


def stylesheet(theme: str, own: Mapping[str, str]) -> str:
    """Return the CSS of all cards: the variables of the theme, the layout, the learner's own rules."""
    names = (theme_file(theme), STYLE, USER_STYLE)
    return "\n".join(text for name in names if (text := fill(name, own, {})))
