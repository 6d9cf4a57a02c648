"""Formulas of cards in the preview: as MathML where they can be read, else as their LaTeX, and never as markup of the note."""

from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anki_builder.preview.formulas import with_formulas


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"\(E = mc^2\)", "<msup><mi>c</mi><mn>2</mn></msup>"),
        (r"\(\displaystyle \frac{a}{b}\)", "<mfrac>"),
        (r"\[\sum_{i=0}^n x_i\]", 'display="block"'),
        (r"\(a &lt; b\)", "<mo>&lt;</mo>"),
    ],
)
def test_a_formula_is_mathml(latex: str, shown: str) -> None:
    html = with_formulas(f"<p>before {latex} after</p>")
    assert shown in html
    assert html.startswith("<p>before <math") and html.endswith("</math> after</p>")


@pytest.mark.parametrize(
    "text", [r"\(}{\)", r"\(" + "{" * 900 + r"\)", r"\(" + "x" * 3000 + r"\)", r"\(a <b>c</b>\)", r"no \( end", r"\(\)"]
)
def test_what_cannot_be_read_stays_as_it_is(text: str) -> None:
    assert with_formulas(text) == text


class Found(HTMLParser):
    """The elements and attributes of an HTML text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update((name, value or "") for name, value in attrs)


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<img src=x onerror=alert(1)>}",
        r"\text{</mtext></math><script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(http://attacker.invalid/)}{x}",
        r'\color{red" onclick="alert(1)}x',
    ],
)
def test_a_hostile_formula_does_nothing(latex: str) -> None:
    found = Found(with_formulas(rf"\({escape(latex)}\)"))
    assert not found.tags & {"img", "script", "a"}
    assert not {name for name, _ in found.attributes} & {"href", "style", "onclick", "onerror", "src"}
    assert not [
        value for _, value in found.attributes if "(" in value or ":" in value.removeprefix("http://www.w3.org/1998/Math/MathML")
    ]


@given(st.text(alphabet=st.sampled_from("abx012{}^_&\\$<>\"' ()[]frctexd"), max_size=40))
def test_any_formula_is_mathml_or_stays_as_it_is(latex: str) -> None:
    text = rf"\({escape(latex)}\)"
    html = with_formulas(text)
    assert html == text or {tag for tag in Found(html).tags if not tag.startswith("m")} <= {"none"}
