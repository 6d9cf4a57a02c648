r"""Formulas, `$…$` and `$$…$$`: what is in them is LaTeX, not Markdown.

Each sign that Markdown knows gets a backslash, so that the formula comes out as it was written: `$a*b*c$`, `$\{x_1, x_2\}$`.
"""

import re

_FORMULA = re.compile(r"\$\$[^$]+\$\$|(?<![\w$\\])\$(?=[^\s$])[^$]*[^\s$]\$(?![\w$])")
_SIGN = re.compile(r"[\\`*_\[\]<>!~=&#|]")


def escaped(line: str) -> str:
    """Return a line with the signs in its formulas escaped."""
    return _FORMULA.sub(lambda formula: _SIGN.sub(r"\\\g<0>", formula[0]), line) if "$" in line else line
