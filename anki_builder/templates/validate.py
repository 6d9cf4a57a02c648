"""Templates checked before anything is packed: what Anki would only show as an error on a card, or not at all.

A card is checked as a whole, with its includes filled in, since a section may open in one file and close in another; each finding is
then reported at the place in the file where it was written. An error is what Anki would refuse or show as an error; all else is a warning.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import NamedTuple

from anki_builder.config import nearest
from anki_builder.diagnostic import Diagnostic
from anki_builder.message import Message
from anki_builder.note import Languages, NoteKind, NoteType, NoteTypes
from anki_builder.source import Span
from anki_builder.templates import (
    USER_STYLE,
    builtin,
    face,
    in_folder,
    included,
    pair_folders,
    pieces,
    placeholders,
    style_files,
    text_of,
)
from anki_builder.templates import rules as r
from anki_builder.templates.check_notation import check_notation, near_names
from anki_builder.templates.check_page import check_page, check_stylesheet
from anki_builder.templates.checker import Card, Checker, Filled
from anki_builder.templates.evaluate import card_ords, tokens
from anki_builder.templates.markup import strip_html
from anki_builder.templates.page import hide
from anki_builder.templates.page import read as read_page
from anki_builder.templates.rendering import render

_CONFLICT = re.compile(r"^(?:<<<<<<<|>>>>>>>) ", re.MULTILINE)


def validate(
    own: Mapping[str, str],
    kinds: Sequence[NoteKind],
    values: Mapping[str, str],
    theme: str = "paper",
    media: Mapping[str, str] = MappingProxyType({}),
    path: Callable[[str], str] = str,
    gone: Collection[str] = (),
) -> list[Diagnostic]:
    """Check the templates of a learner, and return a diagnostic for each fault.

    `own` holds their files by name, `kinds` are the kinds of notes, `values` what `[[…]]` stands for, `media` the names in Anki of the
    files in `_media/`; `path` makes a name in the templates folder a path for the learner; `gone` are built-in files of an older version.
    """

    def path_in(folder: str) -> Callable[[str], str]:
        return lambda name: path(f"{folder}/{name}" if f"{folder}/{name}" in own else name)

    checkers = [Checker(own, kinds, values, media, path, gone)]
    checkers += [Checker(in_folder(own, folder), kinds, values, media, path_in(folder)) for folder in pair_folders(own)]
    _check_files(checkers[0], theme)
    found: dict[object, Diagnostic] = {}
    for checker in checkers:
        for kind in kinds:
            for card in kind.cards:
                _check_card(checker, kind, card.name)
        for name in style_files(theme):
            if name in checker.own:
                check_stylesheet(checker, Filled(checker, name))
        found |= {key: diagnostic for key, diagnostic in checker.found.items() if key not in found}
    return sorted(found.values(), key=lambda item: (item.span.path, item.span.line, item.span.column))


def _check_card(checker: Checker, kind: NoteKind, name: str) -> None:
    front, back = (Card(kind.name, name, side) for side in ("front", "back"))
    texts = Filled(checker, front.file), Filled(checker, back.file)
    for card, text in zip((front, back), texts, strict=True):
        if text_of(card.file, checker.own) is None:
            hint = Message("write it, or take the card out of `extra_cards` in the settings")
            checker.report(
                r.CARD_MISSING,
                Span(checker.path(card.file), 0),
                Message("the card {name} has no {side}", name=name, side=card.side),
                hint,
            )
            continue
        if any(piece.name in checker.own for piece in text.pieces) or not text.pieces:
            check_notation(checker, card, text)
            check_page(checker, card, texts[0], text)


def files_in_use(own: Mapping[str, str], kinds: Sequence[NoteKind]) -> set[str]:
    """Return the names of all files that may take part in a card, with those that they include."""
    known = {face(kind.name, card.name, side) for kind in kinds for card in kind.cards for side in ("front", "back")}
    known |= {*builtin(), USER_STYLE} | {name for name in own if re.fullmatch(r"themes/[^/]+\.css", name)}
    used = set(known)
    for name in known:
        used |= {piece.name for piece in pieces(name, own, {})} | {
            included(found) for found in placeholders(name, own.get(name, ""))
        }
    return used


def _check_files(checker: Checker, theme: str) -> None:
    own = checker.own
    used = files_in_use(own, checker.kinds) | set(style_files(theme))
    for folder in pair_folders(own):
        of_folder = files_in_use(in_folder(own, folder), checker.kinds)
        used |= of_folder | {f"{folder}/{name}" for name in of_folder}
    for name, text in own.items():
        if name not in used:
            _report_unused(checker, name)
            continue
        scripts = [] if name.endswith(".css") else read_page(hide(text, tokens(text))).scripts
        for found in placeholders(name, text):
            if not any(block.start <= found.start() < block.start + len(block.text) for block in scripts):
                _check_placeholder(checker, name, found)
        for mark in _CONFLICT.finditer(text):
            hint = Message("keep one of the two versions, or parts of both, and remove the marks")
            checker.report(
                r.CONFLICT, checker.span(name, mark.start(), 7), Message("a conflict of an upgrade is not solved"), hint
            )


def _report_unused(checker: Checker, name: str) -> None:
    folder = next(iter(pair_folders((name,))), "")
    inner = name.removeprefix(f"{folder}/")
    near = near_names(inner, sorted({*builtin(), USER_STYLE}), 0.75)
    hint = (
        Message("did you mean “{near}”?", near=near[0])
        if near
        else Message("include it in a template, or move it out of the folder")
    )
    rule, message = r.UNUSED_TEMPLATE, Message("no template includes “{name}”", name=name)
    if inner.partition("/")[0] in {kind.name for kind in checker.kinds} and re.search(r"\.(front|back)\.html$", inner):
        rule, message = r.UNKNOWN_TEMPLATE, Message("there is no card for “{name}”", name=name)
    checker.report(rule, checker.span(name, 0, 1)._replace(line=0), message, hint)


def _check_placeholder(checker: Checker, name: str, found: re.Match[str]) -> None:
    written, other = found[1], included(found)
    span = checker.span(name, found.start(1), len(written))
    if not other:
        if written.lower() not in checker.values:
            names = tuple(checker.values)
            listed = [name for name in names if not name.startswith("word-")]
            hint = Message(
                "the names are {names}{nearest}", names=", ".join([*listed, "word-…"]), nearest=nearest(written.lower(), names)
            )
            checker.report(r.UNKNOWN_NAME, span, Message("“[[{written}]]” stands for nothing", written=written), hint)
    elif text_of(other, checker.own) is None:
        known = tuple(sorted({*builtin(), *checker.own}))
        hint = Message("names are paths within the templates folder{nearest}", nearest=nearest(other, known))
        if other in checker.gone:
            hint = Message("it was built-in in an older version: `anki-builder templates upgrade` makes its last text your own")
        checker.report(r.UNKNOWN_INCLUDE, span, Message("there is no template “{other}” to include", other=other), hint)
    elif name in {other} | {piece.name for piece in pieces(other, checker.own, checker.values)}:
        checker.report(
            r.UNKNOWN_INCLUDE, span, Message("“{name}” includes itself", name=name), Message("include it once, from outside")
        )


def fronts_alike(note_types: Mapping[str, NoteType], own: Mapping[str, str], path: Callable[[str], str]) -> list[Diagnostic]:
    """Return a diagnostic for each two cards of a note type that ask in the same way, where one of them is the learner's own."""
    found: list[Diagnostic] = []
    checker = Checker(own, (), {}, {}, path)
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
                related = ((checker.span(first, 0, 1), Message("the same front")),)
                span = checker.span(later, 0, len(own[later]))
                message = Message("the fronts of {one} and {other} look alike", one=one[0], other=other[0])
                found.append(
                    Diagnostic(r.FRONTS_ALIKE, span, message, Message("show another field, or say what is wanted"), related)
                )
    return found


class NoteFields(NamedTuple):
    """The fields of one note with their values, as far as they decide which cards templates make of it."""

    languages: Languages
    kind: str
    """Name of its kind."""
    fields: Mapping[str, str]


def unlike_settings(
    note_types: NoteTypes,
    builtin_types: NoteTypes,
    notes: Sequence[NoteFields],
    own: Mapping[str, str],
    path: Callable[[str], str],
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each front of the learner's own that no note makes a card of, or that makes cards which the settings do
    not want.
    """
    checker = Checker(own, (), {}, {}, path)
    for kind in {kind: None for types in note_types.values() for kind in types}:
        of_kind = [note for note in notes if note.kind == kind]
        some_type = next(types[kind] for types in note_types.values())
        for ord_, card in enumerate(some_type.kind.cards):
            name = face(kind, card.name, "front")
            if name not in own or some_type.is_cloze or not of_kind or own[name] == builtin().get(name):
                continue
            with_card = [note for note in of_kind if ord_ in card_ords(note_types[note.languages][kind], note.fields)]
            usual = [note for note in of_kind if ord_ in card_ords(builtin_types[note.languages][kind], note.fields)]
            span = checker.span(name, 0, len(own[name]))
            switch = _switch(some_type.kind, name)
            unwanted = [note for note in with_card if switch and not note.fields[switch]]
            if not with_card:
                hint = (
                    Message("the built-in front makes cards: compare its conditions")
                    if usual
                    else Message("switch this card on in the settings")
                )
                yield Diagnostic(
                    r.NEVER_MADE, span, Message("no {kind} note makes a {name} card", kind=kind, name=card.name), hint
                )
            elif unwanted:
                message = Message(
                    "{count} {kind} note makes a {name} card, though the settings switch it off",
                    "{count} {kind} notes make a {name} card, though the settings switch it off",
                    count=len(unwanted),
                    kind=kind,
                    name=card.name,
                )
                yield Diagnostic(
                    r.NO_SWITCH, span, message, Message("put {{{{#{switch}}}}}…{{{{/{switch}}}}} around the front", switch=switch)
                )


def _switch(kind: NoteKind, front: str) -> str:
    """Return the field that switches on a card with this built-in front; empty for a card that has none."""
    asked = {token.text for token in tokens(builtin().get(front, "")) if token.kind == "if"}
    return next((field.name for field in kind.fields if field.role == "switch" and field.name in asked), "")
