r"""Formulas of cards as MathML, which browsers show by themselves. Anki shows them by MathJax, so theirs look a little different.

What latex2mathml makes is trusted as little as the note: whatever is no plain MathML, or cannot be read, stays LaTeX.
"""

import re
from html import unescape
from xml.etree import ElementTree

_FORMULA = re.compile(r"\\\(([^<>]*?)\\\)|\\\[([^<>]*?)\\\]", re.DOTALL)
_LONGEST = 2000
"""Characters of a formula."""
_NAME = re.compile(r"\{http://www\.w3\.org/1998/Math/MathML\}(\w+)")
_ELEMENTS = frozenset(
    "math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle merror mpadded mphantom menclose msub msup msubsup munder mover munderover "
    "mmultiscripts mprescripts none mtable mtr mtd".split()
)
_ATTRIBUTES = frozenset(
    "display displaystyle mathvariant mathcolor mathbackground mathsize scriptlevel stretchy fence separator form largeop movablelimits "
    "minsize maxsize linethickness lspace rspace width height depth linebreak accent accentunder notation bevelled columnalign rowalign "
    "columnspacing rowspacing columnlines rowlines frame symmetric".split()
)
_PLAIN = re.compile(r"[\w\s#.,%+-]*")
"""Values of attributes: no address and no function."""


def with_formulas(html: str) -> str:
    r"""Return a side of a card with what stands between `\(` and `\)`, or `\[` and `\]`, as MathML."""
    return _FORMULA.sub(_shown, html) if "\\" in html else html


def _shown(found: re.Match[str]) -> str:
    latex = unescape(found[1] if found[1] is not None else found[2])
    return (_mathml(latex, "inline" if found[1] is not None else "block") if len(latex) <= _LONGEST else "") or found[0]


def _mathml(latex: str, display: str) -> str:
    """Return a formula as MathML; nothing where that is not known to be harmless."""
    from latex2mathml.converter import convert  # late: hardly a card has a formula

    try:
        root = ElementTree.fromstring(convert(latex, display=display))
    except Exception:  # it knows twenty ways to refuse a formula, and some faults
        return ""
    for element in root.iter():
        name = _NAME.fullmatch(element.tag)
        if name is None or name[1] not in _ELEMENTS:
            return ""
        element.tag = name[1]
        element.attrib = {key: value for key, value in element.attrib.items() if key in _ATTRIBUTES and _PLAIN.fullmatch(value)}
    return ElementTree.tostring(root, "unicode")
