"""A side of a card as HTML and CSS: elements, ids, scripts, style sheets, and the files it refers to."""

import re
from collections.abc import Iterable

from anki_builder.config import nearest
from anki_builder.message import Message, several
from anki_builder.templates import page, references, style
from anki_builder.templates import rules as r
from anki_builder.templates.check_notation import boxes, near_names
from anki_builder.templates.checker import Card, Checker, Filled
from anki_builder.templates.references import Reference

_REMOTE = re.compile(r"(https?:)?//", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|#", re.IGNORECASE)
_IDS_OF_ANKI = {
    "qa": Message("the card as a whole"),
    "typeans": Message("the box to type in"),
    "_mark": Message("the mark"),
    "_flag": Message("the flag"),
}


def check_page(checker: Checker, card: Card, front: Filled, text: Filled) -> None:
    """Report what a browser would read otherwise than it is meant; `text` is the front or the back of the card with this front."""
    whole = page.read(page.hide(text.text, text.tokens))
    variants = [page.read(page.hide(text.text, text.tokens, filled)) for filled in (True, False)]
    for variant in variants:
        for fault in variant.faults:
            if not (fault.kind == "unopened" and fault.name in _left_open(card, front, text)):
                _report_fault(checker, text, fault)
        _check_ids(checker, card, text, variant)
    _check_scripts(checker, text, whole)
    for block in whole.styles:
        _check_style(checker, text, style.read(block.text), block.start)
    for element in whole.elements:
        if "style" in element.attributes:
            attribute = element.attributes["style"]
            _check_style(checker, text, style.read_attribute(attribute.written), attribute.start)
    _check_references(checker, text, references.in_page(whole, page.hide(text.text, text.tokens)))
    if card.side == "back":
        _check_answer(checker, card, front, text, variants)


def check_stylesheet(checker: Checker, text: Filled) -> None:
    """Report what is wrong with a style sheet of the learner's own."""
    read = style.read(text.text)
    _check_style(checker, text, read, 0)
    _check_references(checker, text, (Reference(*place) for place in read.places))


def _left_open(card: Card, front: Filled, text: Filled) -> set[str]:
    """Return the elements that the front leaves open for the back to close."""
    if card.side == "front" or not any(token.text == "FrontSide" for token in text.tokens):
        return set()
    return {fault.name for fault in page.read(page.hide(front.text, front.tokens)).faults if fault.kind == "unclosed"}


def _report_fault(checker: Checker, text: Filled, fault: page.Fault) -> None:
    span = text.span(fault.start, fault.length)
    if fault.kind == "broken":
        checker.report(
            r.UNCLOSED_ELEMENT,
            span,
            Message("the tag <{name}> is not closed with >", name=fault.name),
            Message("write the > behind its attributes"),
        )
    elif fault.kind == "unclosed":
        checker.report(
            r.UNCLOSED_ELEMENT,
            span,
            Message("<{name}> is not closed", name=fault.name),
            Message("close it with </{name}>", name=fault.name),
        )
    else:
        checker.report(
            r.UNCLOSED_ELEMENT,
            span,
            Message("</{name}> closes nothing", name=fault.name),
            Message("remove it, or open the element before"),
        )


def _check_ids(checker: Checker, card: Card, text: Filled, read: page.Page) -> None:
    seen: dict[str, page.Attribute] = {}
    for element in read.elements:
        attribute = element.attributes.get("id")
        if attribute is None or not attribute.value or page.FIELD in attribute.value:
            continue
        span = text.span(attribute.start, len(attribute.written))
        if attribute.value in _IDS_OF_ANKI:
            message = Message("“{id}” is the id of {what} in Anki", id=attribute.value, what=_IDS_OF_ANKI[attribute.value])
            checker.report(r.RESERVED_ID, span, message, Message("choose another id"))
        elif attribute.value == "answer" and card.side == "front":
            message = Message("“answer” is the id of the place where the answer begins")
            checker.report(r.RESERVED_ID, span, message, Message("write <hr id=answer> on the back alone"))
        elif attribute.value in seen:
            first = seen[attribute.value]
            related = ((text.span(first.start, len(first.written)), Message("the first one")),)
            checker.report(
                r.DOUBLE_ID, span, Message("two elements have the id “{id}”", id=attribute.value), Message("use a class"), related
            )
        seen.setdefault(attribute.value, attribute)


def _check_scripts(checker: Checker, text: Filled, read: page.Page) -> None:
    """Report one diagnostic for each file with scripts."""
    places: dict[str, list[tuple[int, int]]] = {}
    for element in read.elements:
        if element.name == "script":
            places.setdefault(text.span(element.start, 1).path, []).append((element.start, len("<script")))
        for name, attribute in element.attributes.items():
            if name.startswith("on") or attribute.value.lower().lstrip().startswith("javascript:"):
                places.setdefault(text.span(attribute.start, 1).path, []).append((attribute.start, len(attribute.written) or 1))
    for found in places.values():
        hint = Message("try it in each program that you use; the preview has a switch that runs scripts")
        checker.report(
            r.SCRIPT, text.span(*found[0]), Message("{scripts} on a card", scripts=several(len(found), "script")), hint
        )


def _check_style(checker: Checker, text: Filled, read: style.Style, start: int) -> None:
    for fault in read.faults:
        span = text.span(start + fault.start, fault.length)
        if fault.problem == "broken":
            checker.report(
                r.BROKEN_STYLE, span, fault.text, Message("correct it: a browser skips what it cannot read, often more than this")
            )
        elif fault.problem == "property":
            near = near_names(fault.text.lower(), sorted(style.properties()), 0.75)
            if near:
                message = Message("CSS has no property “{text}”", text=fault.text)
                checker.report(r.UNKNOWN_PROPERTY, span, message, Message("did you mean “{near}”?", near=near[0]))
        elif fault.problem == "fixed":
            hint = Message("on phones it lies over the card or under the buttons: use sticky, or try it there")
            checker.report(r.FIXED_POSITION, span, Message("a fixed position"), hint)
        else:
            checker.report(
                r.SMALL_TEXT, span, Message("text of {text}", text=fault.text), Message("write 9px or more, or a size in em")
            )


def _check_references(checker: Checker, text: Filled, found: Iterable[Reference]) -> None:
    for reference in found:
        written = reference.written.strip()
        span = text.span(reference.start, reference.length)
        if reference.in_script:
            _check_string(checker, text, reference)
        elif page.FIELD in written:
            hint = Message("show the field alone: it holds the whole picture or sound")
            checker.report(r.FIELD_IN_MEDIA, span, Message("a field inside a reference to a media file"), hint)
        elif _REMOTE.match(written):
            hint = Message("put the file into templates/_media and refer to it by its name")
            checker.report(r.REMOTE, span, Message("“{written}” is loaded from the network", written=written), hint)
        elif written and not _SCHEME.match(written):
            _check_file(checker, text, reference)


def _check_string(checker: Checker, text: Filled, reference: Reference) -> None:
    name = references.media_name(reference.written)
    if name in checker.media and checker.media[name] != name:
        hint = Message("name the file “_{name}”: a name that begins with an underscore stays", name=name)
        message = Message("“{name}” is packed under another name, which a script does not know", name=name)
        checker.report(r.MEDIA_RENAMED, text.span(reference.start, reference.length), message, hint)
    elif references.names_a_file(reference) and name not in checker.media.values():
        _check_file(checker, text, reference)


def _check_file(checker: Checker, text: Filled, reference: Reference) -> None:
    name = references.media_name(reference.written)
    if name not in checker.media and name not in checker.media.values():
        hint = Message("put it there{nearest}", nearest=nearest(name, tuple(checker.media)))
        message = Message("there is no file “{name}” in templates/_media", name=name)
        checker.report_once(r.MEDIA_MISSING, text.span(reference.start, reference.length), message, hint)


def _check_answer(checker: Checker, card: Card, front: Filled, text: Filled, variants: list[page.Page]) -> None:
    rules = [element for read in variants for element in read.elements if _is_answer(element)]
    if not rules:
        hint = Message("write it between question and answer: Anki scrolls there")
        checker.report(r.NO_ANSWER_RULE, text.first_line(), Message("a back has no <hr id=answer>"), hint)
    fields = {token.text for token in text.tokens if token.kind == "field"}
    asked = {token.text for token in front.tokens if token.kind == "field"}
    has_scripts = any(read.scripts for read in variants)
    if not fields - asked - {"FrontSide"} and not boxes(text) and not has_scripts:
        message = Message("the back of {name} shows no field that its front does not show", name=card.name)
        checker.report(r.EMPTY_BACK, text.first_line(), message, Message("show the answer on it"))
    if boxes(front) and not boxes(text) and "FrontSide" not in fields:
        box = boxes(front)[0]
        message = Message("a box to type in on the front alone: nothing compares what is typed")
        checker.report(
            r.NOT_COMPARED, front.token_span(box), message, Message("write {{{{{text}}}}} on the back too", text=box.text)
        )


def _is_answer(element: page.Element) -> bool:
    return "id" in element.attributes and element.attributes["id"].value == "answer"
