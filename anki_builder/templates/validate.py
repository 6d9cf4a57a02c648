"""Templates checked before anything is packed: what Anki would only show as an error on a card, or not at all.

A card is checked as a whole, with its includes filled in, since a section may open in one file and close in another; each finding is
then reported at the place in the file where it was written.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import accumulate, combinations
from typing import NamedTuple

from anki_builder.config import nearest
from anki_builder.diagnostic import Diagnostic, Rule
from anki_builder.languages import language
from anki_builder.note import Languages, NoteKind, NoteType, NoteTypes
from anki_builder.source import Span
from anki_builder.templates import (
    HEADER,
    NAMES,
    PLACEHOLDER,
    THEMES,
    USER_STYLE,
    builtin,
    face,
    is_outdated,
    pieces,
    style_files,
    text_of,
    theme_file,
)
from anki_builder.templates import rules as r
from anki_builder.templates.evaluate import SPECIAL, TemplateError, Token, card_ords, names, parse, tokens
from anki_builder.templates.markup import strip_html
from anki_builder.templates.rendering import render

_FILTERS = ("text", "furigana", "kana", "kanji", "type", "hint", "cloze", "cloze-only", "nc", "tts-voices", "tts")
_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?_[A-Z]{2}")
_CLOZE_NUMBER = re.compile(r"c[0-9]+")
_REFERENCE = re.compile(
    r"""(?:\b(?:src|poster|data|background)\s*=\s*|<link\b[^>]*?\bhref\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
    r"""|\burl\(\s*["']?([^"')]*)|\[sound:([^\]]*)\]|@import\s+["']([^"']*)""",
    re.IGNORECASE,
)
_LINK = re.compile(r"\bhref\s*=\s*[\"']?\s*javascript:|<script\b|<[a-z][^<>]*?\s(on[a-z]+)\s*=", re.IGNORECASE)
_REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


class _Card(NamedTuple):
    kind: str
    name: str
    side: str

    @property
    def file(self) -> str:
        return face(self.kind, self.name, self.side)


class _Checker:
    """Collects what is wrong with a set of templates."""

    def __init__(
        self,
        own: Mapping[str, str],
        kinds: Sequence[NoteKind],
        values: Mapping[str, str],
        media: Collection[str],
        path: Callable[[str], str],
    ) -> None:
        self.own, self.kinds, self.path = own, kinds, path
        self.values, self.media = values, media
        self.fields = {kind.name: [field.name for field in kind.fields] for kind in kinds}
        self.found: dict[tuple[str, Span, str], Diagnostic] = {}

    def span(self, name: str, start: int, length: int) -> Span:
        text = text_of(name, self.own) or ""
        line = text.count("\n", 0, start) + 1
        begin = text.rfind("\n", 0, start) + 1
        rest = text.find("\n", start)
        longest = (rest if rest >= 0 else len(text)) - start
        return Span(self.path(name), line, start - begin + 1, max(1, min(length, longest)))

    def report(self, rule: Rule, span: Span, message: str, hint: str, related: tuple[tuple[Span, str], ...] = ()) -> None:
        self.found.setdefault((rule.name, span, message), Diagnostic(rule, span, message, hint, related))


class _Text:
    """A file with everything filled in, that remembers where each character came from."""

    def __init__(self, checker: _Checker, name: str) -> None:
        self.pieces = list(pieces(name, checker.own, checker.values))
        self.text = "".join(piece.text for piece in self.pieces)
        self.starts = [0, *accumulate(len(piece.text) for piece in self.pieces)]
        self.checker = checker
        self.name = name

    def span(self, start: int, length: int) -> Span:
        if not self.pieces:
            return self.checker.span(self.name, 0, 1)
        index = min(bisect_right(self.starts, start), len(self.pieces)) - 1
        piece = self.pieces[index]
        return self.checker.span(piece.name, piece.start + (start - self.starts[index] if piece.verbatim else 0), length)

    def first_line(self) -> Span:
        return self.span(0, len(self.text.partition("\n")[0]))


def validate(
    own: Mapping[str, str],
    kinds: Sequence[NoteKind],
    values: Mapping[str, str],
    theme: str = "paper",
    media: Collection[str] = (),
    path: Callable[[str], str] = str,
) -> list[Diagnostic]:
    """Return what is wrong with the templates of a learner.

    `own` holds their files by name, `kinds` are the kinds of notes, `values` what `[[…]]` stands for, `media` the names of the
    files in `_media/`; `path` makes a name in the templates folder a path for the learner.
    """
    checker = _Checker(own, kinds, values, media, path)
    _check_files(checker, theme)
    for kind in kinds:
        for card in kind.cards:
            for side in ("front", "back"):
                _check_card(checker, _Card(kind.name, card.name, side))
    for name in style_files(theme):
        if name in own:
            _check_references(checker, _Text(checker, name))
    found = list(checker.found.values())
    return sorted(found, key=lambda item: (item.span.path, item.span.line, item.span.column))


def _check_files(checker: _Checker, theme: str) -> None:
    known = {face(kind.name, card.name, side) for kind in checker.kinds for card in kind.cards for side in ("front", "back")}
    used = set(known)
    for name in known:
        used |= {piece.name for piece in pieces(name, checker.own, checker.values)}
    used |= (
        {name for name in checker.own if name in builtin()} | {theme_file(theme) for theme in THEMES} | set(style_files(theme))
    )
    for name, text in checker.own.items():
        if name not in used:
            near = _near(name, sorted({*builtin(), USER_STYLE}), 0.75)
            hint = f"did you mean “{near[0]}”?" if near else "include it in a template, or move it out of the folder"
            rule, message = r.UNUSED_TEMPLATE, f"nothing includes “{name}”"
            if name.partition("/")[0] in {kind.name for kind in checker.kinds}:
                rule, message = r.UNKNOWN_TEMPLATE, f"there is no card for “{name}”"
            checker.report(rule, checker.span(name, 0, 1)._replace(line=0), message, hint)
            continue
        if is_outdated(name, text):
            hint = f"`anki-builder templates diff {name}` shows what is different"
            message = f"the built-in “{name}” has changed since this copy was made"
            checker.report(r.OUTDATED, checker.span(name, 0, len(text.partition("\n")[0])), message, hint)
        for found in PLACEHOLDER.finditer(text):
            _check_placeholder(checker, name, found)


def _check_placeholder(checker: _Checker, name: str, found: re.Match[str]) -> None:
    written = found[1]
    word, _, rest = written.partition(" ")
    span = checker.span(name, found.start(1), len(written))
    if word != "include":
        if written not in NAMES:
            hint = f"the names are {', '.join(NAMES)}{nearest(written, NAMES)}"
            checker.report(r.UNKNOWN_NAME, span, f"“[[{written}]]” stands for nothing", hint)
    elif text_of(rest, checker.own) is None:
        known = tuple(sorted({*builtin(), *checker.own}))
        hint = f"names are paths within the templates folder{nearest(rest, known)}"
        checker.report(r.UNKNOWN_NAME, span, f"there is no template “{rest}” to include", hint)
    elif name in {rest} | {piece.name for piece in pieces(rest, checker.own, checker.values)}:
        checker.report(r.UNKNOWN_NAME, span, f"“{name}” includes itself", "include it once, from outside")


def _check_card(checker: _Checker, card: _Card) -> None:
    text = _Text(checker, card.file)
    found = list(tokens(text.text))
    _check_sections(checker, text, found)
    for token in found:
        if token.kind in ("field", "if", "unless"):
            _check_field(checker, card, text, token)
    _check_boxes(checker, text, found)
    _check_references(checker, text)
    try:
        nodes = parse(text.text)
    except TemplateError:
        return
    shown = names(nodes) & {*checker.fields[card.kind], *SPECIAL}
    if card.kind == "cloze":
        if not any(
            "cloze" in token.text.split(":")[:-1] for token in found if token.kind == "field" and "type" not in token.text
        ):
            message = f"the {card.side} of the cloze card shows no field through the cloze filter"
            checker.report(r.CLOZE_MISSING, text.first_line(), message, "write {{cloze:Text}}")
    elif card.side == "front" and not any(token.kind == "field" and token.text.split(":")[-1] in shown for token in found):
        message = f"the front of {card.name} shows no field, so no note makes this card"
        checker.report(r.NO_FIELD_ON_FRONT, text.first_line(), message, "show a field on it, such as {{Text}} or {{Term}}")


def _check_sections(checker: _Checker, text: _Text, found: list[Token]) -> None:
    stack: list[Token] = []
    for token in found:
        span = text.span(token.start, token.end - token.start)
        if token.kind == "unclosed":
            hint = f"close it with {'-->' if token.text == '<!--' else '}}'}"
            checker.report(r.UNCLOSED_TAG, span, f"“{token.text}” is never closed", hint)
        elif token.kind in ("if", "unless"):
            stack.append(token)
        elif token.kind == "end":
            if stack and stack[-1].text == token.text:
                stack.pop()
                continue
            opened = next((other for other in reversed(stack) if other.text == token.text), None)
            if stack:
                inner = stack[-1]
                related = ((text.span(inner.start, inner.end - inner.start), f"“{inner.text}” is opened here"),)
                hint = f"close {{{{/{inner.text}}}}} first"
                checker.report(r.UNCLOSED_SECTION, span, f"“{token.text}” is closed while “{inner.text}” is open", hint, related)
                stack.remove(opened or inner)
            else:
                message = f"“{token.text}” is closed but not open"
                checker.report(r.UNCLOSED_SECTION, span, message, f"open it by {{{{#{token.text}}}}}, or remove this")
    for token in stack:
        span = text.span(token.start, token.end - token.start)
        checker.report(r.UNCLOSED_SECTION, span, f"“{token.text}” is not closed", f"close it by {{{{/{token.text}}}}}")


def _check_field(checker: _Checker, card: _Card, text: _Text, token: Token) -> None:
    *filters, name = token.text.split(":") if token.kind == "field" else (token.text,)
    at = text.text.rfind(name, token.start, token.end) if name else token.start
    span = text.span(at, len(name) or token.end - token.start)
    if "{{" in token.text or ("}" in token.text and token.kind == "field"):
        whole = text.span(token.start, token.end - token.start)
        checker.report(r.UNCLOSED_TAG, whole, "a tag is not closed before the next one", "close it with }}")
        return
    fields = checker.fields[card.kind]
    if name == "FrontSide" and token.kind == "field":
        if card.side == "front":
            checker.report(r.FRONT_ON_FRONT, span, "{{FrontSide}} is empty on a front", "remove it")
        return
    known = name in fields or name in SPECIAL or (not name and filters)
    if not known and not (card.kind == "cloze" and _CLOZE_NUMBER.fullmatch(name)):
        checker.report(r.UNKNOWN_FIELD, span, f"a {card.kind} note has no field “{name}”", _field_hint(name, fields))
    for filter_ in filters:
        _check_filter(checker, card, text, token, filter_)


def _field_hint(name: str, fields: Sequence[str]) -> str:
    stripped = name.strip()
    for field in (*fields, *SPECIAL):
        if field == stripped:
            return f"leave out the space before “{field}”"
        if field.casefold() == stripped.casefold():
            return f"did you mean “{field}”? Capitals matter"
    near = _near(stripped, [*fields, *SPECIAL], 0.6)
    return f"did you mean “{near[0]}”?" if near else f"its fields are {', '.join(fields)}"


def _near(name: str, known: Sequence[str], cutoff: float) -> list[str]:
    from difflib import get_close_matches  # late: hardly ever needed

    return get_close_matches(name, known, 1, cutoff)


def _check_filter(checker: _Checker, card: _Card, text: _Text, token: Token, filter_: str) -> None:
    at = text.text.find(filter_, token.start, token.end)
    span = text.span(at, len(filter_))
    word, _, rest = filter_.partition(" ")
    if word in ("cloze", "cloze-only") and card.kind != "cloze" and "type" not in token.text.split(":"):
        checker.report(r.CLOZE_ON_STANDARD, span, f"a {card.kind} note has no cloze deletions", "leave the filter out")
    elif word == "tts":
        locale = rest.split(" ")[0]
        if not _LOCALE.fullmatch(locale):
            span = text.span(at + len("tts ") if locale else at, len(locale) or len(filter_))
            message = f"“{locale}” is no locale" if locale else "a speech tag without a locale"
            checker.report(r.WRONG_LOCALE, span, message, f"write {{{{tts {_locale(locale)}:{token.text.split(':')[-1]}}}}}")
    elif filter_ and filter_ not in _FILTERS:
        hint = f"the filters are {', '.join(_FILTERS)}{nearest(filter_, _FILTERS)}"
        checker.report(r.UNKNOWN_FILTER, span, f"Anki has no filter “{filter_}”", hint)


def _locale(written: str) -> str:
    parts = re.split(r"[-_]", written)
    region = next((part.upper() for part in parts[1:] if len(part) == 2), "")
    return f"{parts[0].lower()}_{region}" if region else language(parts[0].lower()).voice if parts[0] else "[[text-voice]]"


def _check_boxes(checker: _Checker, text: _Text, found: list[Token]) -> None:
    boxes: list[tuple[Token, dict[str, str]]] = []
    path: list[tuple[str, str]] = []
    for token in found:
        if token.kind in ("if", "unless"):
            path.append((token.text, token.kind))
        elif token.kind == "end" and path:
            path.pop()
        elif token.kind == "field" and "type" in token.text.split(":")[:-1]:
            here = dict(path)
            for other, there in boxes:
                if all(here.get(name, kind) == kind for name, kind in there.items()):
                    span = text.span(token.start, token.end - token.start)
                    related = ((text.span(other.start, other.end - other.start), "the first one"),)
                    checker.report(r.TWO_BOXES, span, "a second box to type in on the same side", "keep one of them", related)
                    break
            boxes.append((token, here))


def _check_references(checker: _Checker, text: _Text) -> None:
    for found in _REFERENCE.finditer(text.text):
        group = found.lastindex or 0
        written = found[group].strip() if group else ""
        span = text.span(found.start(group) + len(found[group]) - len(found[group].lstrip()), len(written)) if group else None
        if span is None or not written or written.startswith(("data:", "#")):
            continue
        if "{{" in written:
            hint = "show the field alone: it holds the whole picture or sound"
            checker.report(r.FIELD_IN_MEDIA, span, "a field inside a reference to a media file", hint)
        elif _REMOTE.match(written):
            hint = "put the file into templates/_media and refer to it by its name"
            checker.report(r.REMOTE, span, f"“{written}” is loaded from the network", hint)
        elif (name := media_name(written)) not in checker.media:
            near = nearest(name, tuple(checker.media))
            checker.report(r.MEDIA_MISSING, span, f"there is no file “{name}” in templates/_media", f"put it there{near}")
    for found in _LINK.finditer(text.text):
        start, length = (found.start(1), len(found[1])) if found[1] else (found.start(), len(found[0]))
        checker.report(r.SCRIPT, text.span(start, length), "a script on a card", "do without it")


def media_name(reference: str) -> str:
    """Return the name in `_media/` that a reference in a template means."""
    return reference.partition("?")[0].partition("#")[0].removeprefix("./").removeprefix("_media/")


def rewrite(text: str, media: Mapping[str, str]) -> str:
    """Return a template with its references to files in `_media/` replaced by the names these have in Anki."""

    def renamed(found: re.Match[str]) -> str:
        group = found.lastindex or 0
        name = media.get(media_name(found[group].strip())) if group else None
        if name is None:
            return found[0]
        start, end = found.start(group) - found.start(), found.end(group) - found.start()
        return found[0][:start] + name + found[0][end:]

    return _REFERENCE.sub(renamed, text) if media else text


def fronts_alike(note_types: Mapping[str, NoteType], own: Mapping[str, str], path: Callable[[str], str]) -> list[Diagnostic]:
    """Return a diagnostic for each two cards of a note type that ask in the same way, where one of them is the learner's own."""
    found: list[Diagnostic] = []
    checker = _Checker(own, (), {}, (), path)
    for kind, note_type in note_types.items():
        if note_type.is_cloze:
            continue
        fields = {field.name: field.name for field in note_type.fields}
        seen = []
        for ord_, template in enumerate(note_type.templates):
            faces = render(note_type, fields, ord_)
            look = " ".join(strip_html(re.sub(r"<(img|audio|video)\b", r"&lt;\1", faces.question)).split())
            seen.append((template.name, look, faces.questions))
        for one, other in combinations(seen, 2):
            files = [face(kind, name, "front") for name, *_ in (one, other)]
            if one[1:] == other[1:] and any(name in own for name in files):
                later = files[1] if files[1] in own else files[0]
                first = files[0] if later == files[1] else files[1]
                related = ((checker.span(first, 0, 1), "the same front"),)
                span = checker.span(later, _start(own[later]), len(own[later]))
                message = f"the fronts of {one[0]} and {other[0]} look alike"
                found.append(Diagnostic(r.FRONTS_ALIKE, span, message, "show another field, or say what is wanted", related))
    return found


def never_made(
    note_types: NoteTypes,
    builtin_types: NoteTypes,
    notes: Sequence[tuple[Languages, str, Mapping[str, str]]],
    own: Mapping[str, str],
    path: Callable[[str], str],
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each front of the learner's own that no note makes a card of.

    `notes` are (languages, name of the kind, fields).
    """
    checker = _Checker(own, (), {}, (), path)
    for kind in {kind: None for types in note_types.values() for kind in types}:
        of_kind = [(languages, fields) for languages, name, fields in notes if name == kind]
        some_type = next(types[kind] for types in note_types.values())
        for ord_, card in enumerate(some_type.kind.cards):
            name = face(kind, card.name, "front")
            if name not in own or some_type.is_cloze or not of_kind or own[name][_start(own[name]) :] == builtin()[name]:
                continue
            if any(ord_ in card_ords(note_types[languages][kind], fields) for languages, fields in of_kind):
                continue
            usual = any(ord_ in card_ords(builtin_types[languages][kind], fields) for languages, fields in of_kind)
            hint = "the built-in front makes cards: compare its conditions" if usual else "switch this card on in the settings"
            message = f"no {kind} note makes a {card.name} card"
            yield Diagnostic(r.NEVER_MADE, checker.span(name, _start(own[name]), len(own[name])), message, hint)


def _start(text: str) -> int:
    header = HEADER.match(text)
    return header.end() if header else 0
