"""Random templates and fields, out of everything that Anki treats in a way of its own: special fields, white space, comments, scripts,
delimiters, speech tags, and mistakes.
"""

from random import Random

_NAMES = ["A"] * 6 + ["B"] * 4 + ["C"] * 4 + "Tags Deck Subdeck Card CardFlag CardID Type FrontSide c1 c2".split()
_WRONG_NAMES = ["X", "a", "tags", "cx", ""]
_FILTERS = [
    *"text hint type nc cloze cloze-only furigana kana kanji edit unknown tts-voices tts".split(),
    "tts en_US", "tts en_US ", "tts zh_CN voices=x,y speed=0.8", "tts ", "tts en_US  voices=x", "tts en_US voices=Two words",
    "tts en_US speed=fast", 'tts en_US voices="Two words"', "tts en_US cloze_blank=gap", "tts\u00a0en_US", "",
]  # fmt: skip
_SPACES = ["", "", "", "", "", " ", "\t", "\n", "\u00a0", "\u3000", "\u2003", "\u2028", "\x85", "\x1c", "\ufeff"]
_TEXT = """
plain | <div class="a b"> | </div> | <br> | <hr id=answer> | &nbsp; | &lt; | &copy; | [[type:A]] | { | } | {{ | }} |
<!-- | --> | % | <% | %> | \\( | \\) | [sound:a b.mp3] | [sound: | [anki:tts lang=en_US] | [/anki:tts] |
[anki:tts lang=de_DE voices=a,b speed=1.5] | [anki:play:q:0] | [anki:x k=v] | [/anki:x] |
<script>var a = new Map([[1, 2]]); // {{A}}</script> | <!-- {{A}} {{#B}} --> | <!-- plain --> |
<style>.a { color: red }</style> | <img src="{{A}}"> | {{!note}} | {{&A}} | {{{A}}} | {{#}} | {{/}} | {{^}} |
{{=<% %>=}} | <%A%> | <%#A%>x<%/A%> | 漢字 | é
""".replace("\n", " ").split(" | ")
_FIELDS = """
a | plain text | <br> | <div></div> | <DIV > | <br/> | <b>bold</b> | &nbsp; | &amp;lt; | &eacute; &mdash; |
&NotEqualTilde; | &bogus; &amp; | &#x4e2d;&#20013; | &#X41; | &#xD800; | &Abreve; | 日本[にほん] 語[ご] | [sound:a.mp3] |
[sound:a&amp;b.mp3]x | [...] | [anki:tts lang=en_US]x[/anki:tts] | [anki:y][sound:z][/anki:y] | {{A}} | {{#B}} | }} |
:: | <!-- c --> | \\(<b>x</b>\\) | \\[y\\] | <style>s</style>t | <script>s</script>t | <img src=x.png> | {{c1::a}} |
{{c1::a::}} | {{c1::a::hint}} | {{c2::b::[...]}} | {{c1::out {{c2::in}} side}} | {{c1,3::both}} | {{c0::zero}} |
{{c1::}} | {{c1:x}} | {{c501::last}} | {{c2::<i>é</i>}}
""".replace("\n", " ").split(" | ")


def random_template(draw: Random) -> str:
    """Return one side of a card; about one in six has a mistake."""
    text = _run(draw, draw.randint(1, 5), 0)
    if draw.random() < 0.03:
        text = draw.choice(["", " ", "\u00a0"]) + "{{=<% %>=}}" + text.replace("{{", "<%").replace("}}", "%>")
    return text


def _run(draw: Random, length: int, depth: int) -> str:
    return "".join(_piece(draw, depth) for _ in range(length))


def _piece(draw: Random, depth: int) -> str:
    kind = draw.random()
    if kind < 0.45:
        filters = [draw.choice(_FILTERS) for _ in range(draw.choice([0, 0, 0, 1, 1, 2, 3]))]
        return "{{" + _spaced(draw, ":".join([*filters, _name(draw)])) + "}}"
    if kind < 0.7 and depth < 4:
        name = _name(draw)
        end = name if draw.random() > 0.02 else _name(draw)
        inner = _run(draw, draw.randint(0, 3), depth + 1)
        sign = draw.choice("#^")
        return "{{" + _spaced(draw, sign + draw.choice(_SPACES) + name) + "}}" + inner + "{{" + _spaced(draw, "/" + end) + "}}"
    return draw.choice(_TEXT)


def _name(draw: Random) -> str:
    return draw.choice(_NAMES if draw.random() > 0.02 else _WRONG_NAMES)


def _spaced(draw: Random, text: str) -> str:
    return draw.choice(_SPACES) + text + draw.choice(_SPACES)


def random_field(draw: Random) -> str:
    """Return the content of a field: white space alone in about every third one. Notes hold no control characters."""
    if draw.random() < 0.35:
        return "".join(draw.choice([*_SPACES, "<br>", "<div>"]) for _ in range(draw.randint(0, 3))).replace("\x1c", "")
    return "".join(draw.choice(_FIELDS) + draw.choice(_SPACES) for _ in range(draw.randint(1, 3))).replace("\x1c", "")
