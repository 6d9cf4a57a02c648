"""Anki's own notation in a side of a card: sections, fields, filters, boxes to type in."""

import re
from collections.abc import Sequence

from anki_builder.config import nearest
from anki_builder.languages import language
from anki_builder.templates import rules as r
from anki_builder.templates.checker import Card, Checker, Filled
from anki_builder.templates.evaluate import SPECIAL, TemplateError, Token, can_show_field, parse

_FILTERS = ("text", "furigana", "kana", "kanji", "type", "hint", "cloze", "cloze-only", "nc", "tts-voices", "tts")
_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?_[A-Z]{2}")
_CLOZE_NUMBER = re.compile(r"c[0-9]+")


def check_notation(checker: Checker, card: Card, text: Filled) -> None:
    """Report what Anki would show as an error, or not as it is meant."""
    _check_sections(checker, text)
    for token in text.tokens:
        if token.kind in ("field", "if", "unless"):
            _check_field(checker, card, text, token)
    _check_boxes(checker, text)
    try:
        nodes = parse(text.text)
    except TemplateError:
        return
    if card.kind == "cloze":
        filters = [token.text.split(":")[:-1] for token in text.tokens if token.kind == "field"]
        if not any("cloze" in several and "type" not in several for several in filters):
            message = f"the {card.side} of the cloze card shows no field through the cloze filter"
            checker.report(r.CLOZE_MISSING, text.first_line(), message, "write {{cloze:Text}}")
        return
    always = dict.fromkeys(set(SPECIAL) - {"Tags"}, True)
    if card.side == "front" and not can_show_field(nodes, always, frozenset((*checker.fields[card.kind], "Tags"))):
        message = f"the front of {card.name} shows no field, so no note makes this card"
        checker.report(r.NO_FIELD_ON_FRONT, text.first_line(), message, "show a field on it, such as {{Text}} or {{Term}}")


def _check_sections(checker: Checker, text: Filled) -> None:
    stack: list[Token] = []
    for token in text.tokens:
        span = text.token_span(token)
        if token.kind == "unclosed":
            hint = f"close it with {'-->' if token.text == '<!--' else '}}'}"
            checker.report(r.LOOSE_BRACKET, span, f"“{token.text}” is never closed", hint)
        elif token.kind in ("if", "unless"):
            stack.append(token)
        elif token.kind == "end":
            if stack and stack[-1].text == token.text:
                stack.pop()
                continue
            opened = next((other for other in reversed(stack) if other.text == token.text), None)
            if stack:
                inner = stack[-1]
                related = ((text.token_span(inner), f"“{inner.text}” is opened here"),)
                hint = f"close {{{{/{inner.text}}}}} first"
                checker.report(r.UNCLOSED_SECTION, span, f"“{token.text}” is closed while “{inner.text}” is open", hint, related)
                stack.remove(opened or inner)
            else:
                message = f"“{token.text}” is closed but not open"
                checker.report(r.UNCLOSED_SECTION, span, message, f"open it by {{{{#{token.text}}}}}, or remove this")
    for token in stack:
        message, hint = f"“{token.text}” is not closed", f"close it by {{{{/{token.text}}}}}"
        checker.report(r.UNCLOSED_SECTION, text.token_span(token), message, hint)


def _check_field(checker: Checker, card: Card, text: Filled, token: Token) -> None:
    *filters, name = token.text.split(":") if token.kind == "field" else (token.text,)
    at = text.text.rfind(name, token.start, token.end) if name else token.start
    span = text.span(at, len(name) or token.end - token.start)
    if "{{" in token.text or ("}" in token.text and token.kind == "field"):
        message = "a tag is not closed before the next one"
        checker.report(r.UNCLOSED_TAG, text.token_span(token), message, "close it with }}")
        return
    fields = checker.fields[card.kind]
    if name == "FrontSide" and token.kind == "field":
        if card.side == "front":
            checker.report(r.FRONT_ON_FRONT, span, "{{FrontSide}} is empty on a front", "remove it")
        return
    is_number = token.kind != "field" and _CLOZE_NUMBER.fullmatch(name)
    if not name and filters:
        if filters[-1] in _FILTERS and filters != ["tts-voices"]:
            message = "a filter without a field shows nothing"
            checker.report(r.UNKNOWN_FILTER, text.token_span(token), message, "name the field behind the colon")
    elif name not in fields and name not in SPECIAL and not is_number:
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
    near = near_names(stripped, [*fields, *SPECIAL], 0.6)
    return f"did you mean “{near[0]}”?" if near else f"its fields are {', '.join(fields)}"


def near_names(name: str, known: Sequence[str], cutoff: float) -> list[str]:
    """Return the known name that is most like another, if any is."""
    from difflib import get_close_matches  # late: hardly ever needed

    return get_close_matches(name, known, 1, cutoff)


def _check_filter(checker: Checker, card: Card, text: Filled, token: Token, filter_: str) -> None:
    at = text.text.find(filter_, token.start, token.end)
    span = text.span(at, len(filter_))
    word = filter_.partition(" ")[0]
    if word in ("cloze", "cloze-only") and card.kind != "cloze" and "type" not in token.text.split(":"):
        checker.report(r.CLOZE_ON_STANDARD, span, f"a {card.kind} note has no cloze deletions", "leave the filter out")
    elif word == "tts":
        _check_speech(checker, text, token, filter_)
    elif filter_ and filter_ not in _FILTERS:
        hint = f"the filters are {', '.join(_FILTERS)}{nearest(filter_, _FILTERS)}"
        checker.report_once(r.UNKNOWN_FILTER, span, f"Anki has no filter “{filter_}”", hint)


def _check_speech(checker: Checker, text: Filled, token: Token, filter_: str) -> None:
    at = text.text.find(filter_, token.start, token.end)
    options = filter_.removeprefix("tts").split()
    locale = options[0] if options and "=" not in options[0] else ""
    name = token.text.split(":")[-1]
    if not _LOCALE.fullmatch(locale):
        start = text.text.find(locale, at + len("tts")) if locale else at
        span = text.span(start, len(locale) or len(filter_))
        is_shown = filter_ != "tts" and not locale
        message = f"“{locale}” is no locale" if locale else "a speech tag without a locale"
        rule = r.NO_LOCALE if is_shown else r.WRONG_LOCALE
        checker.report(rule, span, message, f"write {{{{tts {_locale(locale)}:{name}}}}}")
    for option in options[bool(locale) :]:
        if "=" not in option:
            span = text.span(text.text.find(option, at + len("tts ") + len(locale)), len(option))
            hint = "write names of voices with underscores, and commas between them: voices=Apple_Samantha,Microsoft_Zira"
            checker.report(r.WRONG_VOICE, span, f"“{option}” is no option of a speech tag", hint)


def _locale(written: str) -> str:
    parts = re.split(r"[-_]", written)
    region = next((part.upper() for part in parts[1:] if len(part) == 2), "")
    return f"{parts[0].lower()}_{region}" if region else language(parts[0].lower()).voice if parts[0] else "[[text-voice]]"


def boxes(text: Filled) -> list[Token]:
    """Return the boxes to type in on a side."""
    return [token for token in text.tokens if token.kind == "field" and "type" in token.text.split(":")[:-1]]


def _check_boxes(checker: Checker, text: Filled) -> None:
    found: list[tuple[Token, dict[str, str]]] = []
    path: list[tuple[str, str]] = []
    for token in text.tokens:
        if token.kind in ("if", "unless"):
            path.append((token.text, token.kind))
        elif token.kind == "end" and path:
            path.pop()
        elif token.kind == "field" and "type" in token.text.split(":")[:-1]:
            here = dict(path)
            for other, there in found:
                if all(here.get(name, kind) == kind for name, kind in there.items()):
                    related = ((text.token_span(other), "the first one"),)
                    message = "a second box to type in on the same side"
                    checker.report(r.TWO_BOXES, text.token_span(token), message, "keep one of them", related)
                    break
            found.append((token, here))
