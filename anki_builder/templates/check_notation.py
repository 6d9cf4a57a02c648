"""Anki's own notation in a side of a card: sections, fields, filters, boxes to type in."""

import re
from collections.abc import Sequence

from anki_builder.config import nearest
from anki_builder.languages import language
from anki_builder.message import Message
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
            message = Message("the {side} of the cloze card shows no field through the cloze filter", side=card.side)
            checker.report(r.CLOZE_MISSING, text.first_line(), message, Message("write {{cloze:Text}}"))
        return
    always = dict.fromkeys(set(SPECIAL) - {"Tags"}, True)
    if card.side == "front" and not can_show_field(nodes, always, frozenset((*checker.fields[card.kind], "Tags"))):
        message = Message("the front of {name} shows no field, so no note makes this card", name=card.name)
        checker.report(
            r.NO_FIELD_ON_FRONT, text.first_line(), message, Message("show a field on it, such as {{Text}} or {{Term}}")
        )


def _check_sections(checker: Checker, text: Filled) -> None:
    stack: list[Token] = []
    for token in text.tokens:
        span = text.token_span(token)
        if token.kind == "unclosed":
            hint = Message("close it with {marks}", marks="-->" if token.text == "<!--" else "}}")
            checker.report(r.LOOSE_BRACKET, span, Message("“{text}” is never closed", text=token.text), hint)
        elif token.kind in ("if", "unless"):
            stack.append(token)
        elif token.kind == "end":
            if stack and stack[-1].text == token.text:
                stack.pop()
                continue
            opened = next((other for other in reversed(stack) if other.text == token.text), None)
            if stack:
                inner = stack[-1]
                related = ((text.token_span(inner), Message("“{text}” is opened here", text=inner.text)),)
                hint = Message("close {{{{/{text}}}}} first", text=inner.text)
                checker.report(
                    r.UNCLOSED_SECTION,
                    span,
                    Message("“{text}” is closed while “{inner}” is open", text=token.text, inner=inner.text),
                    hint,
                    related,
                )
                stack.remove(opened or inner)
            else:
                message = Message("“{text}” is closed but not open", text=token.text)
                checker.report(
                    r.UNCLOSED_SECTION, span, message, Message("open it by {{{{#{text}}}}}, or remove this", text=token.text)
                )
    for token in stack:
        message, hint = (
            Message("“{text}” is not closed", text=token.text),
            Message("close it by {{{{/{text}}}}}", text=token.text),
        )
        checker.report(r.UNCLOSED_SECTION, text.token_span(token), message, hint)


def _check_field(checker: Checker, card: Card, text: Filled, token: Token) -> None:
    *filters, name = token.text.split(":") if token.kind == "field" else (token.text,)
    at = text.text.rfind(name, token.start, token.end) if name else token.start
    span = text.span(at, len(name) or token.end - token.start)
    if "{{" in token.text or ("}" in token.text and token.kind == "field"):
        message = Message("a tag is not closed before the next one")
        checker.report(r.UNCLOSED_TAG, text.token_span(token), message, Message("close it with }}"))
        return
    fields = checker.fields[card.kind]
    if name == "FrontSide" and token.kind == "field":
        if card.side == "front":
            checker.report(r.FRONT_ON_FRONT, span, Message("{{FrontSide}} is empty on a front"), Message("remove it"))
        return
    is_number = token.kind != "field" and _CLOZE_NUMBER.fullmatch(name)
    if not name and filters:
        if filters[-1] in _FILTERS and filters != ["tts-voices"]:
            message = Message("a filter without a field shows nothing")
            checker.report(r.UNKNOWN_FILTER, text.token_span(token), message, Message("name the field behind the colon"))
    elif name not in fields and name not in SPECIAL and not is_number:
        checker.report(
            r.UNKNOWN_FIELD,
            span,
            Message("a {kind} note has no field “{name}”", kind=card.kind, name=name),
            _field_hint(name, fields),
        )
    for filter_ in filters:
        _check_filter(checker, card, text, token, filter_)


def _field_hint(name: str, fields: Sequence[str]) -> str:
    stripped = name.strip()
    for field in (*fields, *SPECIAL):
        if field == stripped:
            return Message("leave out the space before “{field}”", field=field)
        if field.casefold() == stripped.casefold():
            return Message("did you mean “{field}”? Capitals matter", field=field)
    near = near_names(stripped, [*fields, *SPECIAL], 0.6)
    return (
        Message("did you mean “{near}”?", near=near[0]) if near else Message("its fields are {fields}", fields=", ".join(fields))
    )


def near_names(name: str, known: Sequence[str], cutoff: float) -> list[str]:
    """Return the known name that is most like another, if any is."""
    from difflib import get_close_matches  # late: hardly ever needed

    return get_close_matches(name, known, 1, cutoff)


def _check_filter(checker: Checker, card: Card, text: Filled, token: Token, filter_: str) -> None:
    at = text.text.find(filter_, token.start, token.end)
    span = text.span(at, len(filter_))
    word = filter_.partition(" ")[0]
    if word in ("cloze", "cloze-only") and card.kind != "cloze" and "type" not in token.text.split(":"):
        checker.report(
            r.CLOZE_ON_STANDARD,
            span,
            Message("a {kind} note has no cloze deletions", kind=card.kind),
            Message("leave the filter out"),
        )
    elif word == "tts":
        _check_speech(checker, text, token, filter_)
    elif filter_ and filter_ not in _FILTERS:
        hint = Message("the filters are {filters}{nearest}", filters=", ".join(_FILTERS), nearest=nearest(filter_, _FILTERS))
        checker.report_once(r.UNKNOWN_FILTER, span, Message("Anki has no filter “{filter}”", filter=filter_), hint)


def _check_speech(checker: Checker, text: Filled, token: Token, filter_: str) -> None:
    at = text.text.find(filter_, token.start, token.end)
    options = filter_.removeprefix("tts").split()
    locale = options[0] if options and "=" not in options[0] else ""
    name = token.text.split(":")[-1]
    if not _LOCALE.fullmatch(locale):
        start = text.text.find(locale, at + len("tts")) if locale else at
        span = text.span(start, len(locale) or len(filter_))
        is_shown = filter_ != "tts" and not locale
        message = Message("“{locale}” is no locale", locale=locale) if locale else Message("a speech tag without a locale")
        rule = r.NO_LOCALE if is_shown else r.WRONG_LOCALE
        checker.report(rule, span, message, Message("write {{{{tts {locale}:{name}}}}}", locale=_locale(locale), name=name))
    for option in options[bool(locale) :]:
        if "=" not in option:
            span = text.span(text.text.find(option, at + len("tts ") + len(locale)), len(option))
            hint = Message(
                "write names of voices with underscores, and commas between them: voices=Apple_Samantha,Microsoft_Zira"
            )
            checker.report(r.WRONG_VOICE, span, Message("“{option}” is no option of a speech tag", option=option), hint)


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
                    related = ((text.token_span(other), Message("the first one")),)
                    message = Message("a second box to type in on the same side")
                    checker.report(r.TWO_BOXES, text.token_span(token), message, Message("keep one of them"), related)
                    break
            found.append((token, here))
