"""The variables of a style, and which parts of cards are hidden: read from a theme, and written as a part of the learner's own
`user.css` that a program may replace.
"""

import re
from collections.abc import Collection, Mapping
from typing import Literal

import tinycss2

Mode = Literal["day", "night", "black"]
Variables = Mapping[Mode, Mapping[str, str]]
"""Value by name without its hyphens, as they are set for each light; what a mode does not set, it has from the one before."""

SELECTORS: Mapping[Mode, str] = {
    "day": ".card",
    "night": ".nightMode.card, .night_mode.card",
    "black": ".android .night_mode.card:not(.ankidroid_dark_mode)",
}
"""Rules that set the variables, in themes and in the part; `black` is the darkest theme of AnkiDroid."""
_FRONT = ":not(:has(#answer))"
HIDDEN: Mapping[str, str] = {
    "recognise-context": f".card1{_FRONT} .context-text",
    "recall-part-of-speech": f".card2{_FRONT} .part-of-speech",
    "recall-context": f".card2{_FRONT} .context-text",
    "recall-hint": f".card2:has(.caption){_FRONT} .help",
    "cloze-hint": f".card:has(.cloze){_FRONT} .help",
    "word": "hr#answer ~ .word",
    "note": "hr#answer ~ .note",
    "passage": "hr#answer ~ .passage",
    "source": ".footer",
}
"""The parts of cards that can be hidden, with what selects them: first those of fronts."""
_BEGIN = "/* Chosen in the workbench, which replaces this part: */"
_END = "/* end of what was chosen in the workbench */"
_PART = re.compile(rf"\n{{0,2}}{re.escape(_BEGIN)}.*?{re.escape(_END)}\n?", re.DOTALL)
_COLOUR = r"#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}"
_LENGTH = r"\d{1,3}(\.\d{1,2})?(px|em)"
_FONTS = r"""-?[A-Za-z][\w \-]*|"[\w \-]+\""""
_VALUE = re.compile(rf"{_COLOUR}|{_LENGTH}|({_FONTS})(\s*,\s*({_FONTS}))*")
_NAME = re.compile(r"[a-z][a-z-]{0,30}")


def variables_of(css: str) -> dict[Mode, dict[str, str]]:
    """Return the variables that a style sheet sets in its rules for the lights."""
    modes = {selector: mode for mode, selector in SELECTORS.items()}
    found: dict[Mode, dict[str, str]] = {"day": {}, "night": {}, "black": {}}
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        mode = modes.get(" ".join(tinycss2.serialize(rule.prelude).split()))
        if mode is None:
            continue
        for declaration in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
            if declaration.type == "declaration" and declaration.name.startswith("--"):
                found[mode][declaration.name[2:]] = tinycss2.serialize(declaration.value).strip()
    return found


def is_value(name: str, value: str) -> bool:
    """Return whether a variable may have a value: a colour, a length, or names of fonts, and nothing that ends a declaration."""
    return _NAME.fullmatch(name) is not None and len(value) < 500 and _VALUE.fullmatch(value) is not None


def chosen(css: str) -> dict[Mode, dict[str, str]]:
    """Return the variables in the part of a `user.css` that was chosen."""
    part = _PART.search(css)
    return variables_of(part[0] if part is not None else "")


def hidden(css: str) -> tuple[str, ...]:
    """Return the parts of cards that the part of a `user.css` hides."""
    part = _PART.search(css)
    rules = part[0].split("\n") if part is not None else []
    return tuple(name for name in HIDDEN if _hiding(name) in rules)


def _hiding(name: str) -> str:
    return f"{HIDDEN[name]} {{ display: none; }}"


def without_chosen(css: str) -> str:
    """Return a `user.css` without the part that was chosen."""
    return _PART.sub("\n", css).lstrip("\n") if _PART.search(css) else css


def with_chosen(css: str, variables: Variables, hide: Collection[str] = ()) -> str:
    """Return a `user.css` with other variables and hidden parts chosen; the part stays where it is, or comes last."""
    rules = [
        f"{SELECTORS[mode]} {{ {' '.join(f'--{name}: {value};' for name, value in values.items())} }}"
        for mode in SELECTORS
        if (values := variables.get(mode))
    ]
    rules += [_hiding(name) for name in HIDDEN if name in hide]
    part = "\n".join((_BEGIN, *rules, _END)) + "\n" if rules else ""
    if _PART.search(css):
        return _PART.sub(lambda _: f"\n\n{part}" if part else "\n", css, count=1).lstrip("\n")
    return f"{css.rstrip()}\n\n{part}".lstrip("\n") if part else css
