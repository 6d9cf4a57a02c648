"""A push in words: one line for each note, both versions of what is in conflict, and a summary."""

from collections.abc import Iterator, Sequence
from html import unescape
from re import sub

import click

from anki_builder.anki.planning import Conflict, Removal, Step
from anki_builder.anki.pushing import Pushed, PushPlan
from anki_builder.cli import report
from anki_builder.cli.columns import padded
from anki_builder.cli.words import tr, translated
from anki_builder.message import Message, Template, listed, several, short

_COLOURS = {"new": "green", "changed": "yellow", "removed": "red", "deleted": "red", "conflict": "red", "not sent": "red"}
_WORDS = {
    "new": Message("new"),
    "changed": Message("changed"),
    "moved": Message("moved"),
    "tagged": Message("tagged"),
    "edited": Message("edited"),
    "removed": Message("removed"),
    "deleted": Message("deleted"),
    "conflict": Message("conflict"),
    "not sent": Message("not sent"),
}
"""What becomes of a note, as it is printed."""
_AMOUNTS = {
    "new": Template("{number} new"),
    "changed": Template("{number} changed"),
    "moved to another deck": Template("{number} moved to another deck"),
    "tagged": Template("{number} tagged"),
    "removed": Template("{number} removed"),
    "deleted": Template("{number} deleted"),
    "note type changed": Template("{number} note type changed"),
    "note types changed": Template("{number} note types changed"),
    "edited in Anki": Template("{number} edited in Anki"),
    "in conflict": Template("{number} in conflict"),
    "not sent": Template("{number} not sent"),
}
"""How much of each, by its name in `counts`."""
_FEW = 20
"""Lines of one kind that are printed where not all are asked for."""


def listing(plan: PushPlan, arguments: str, everything: bool = True) -> Iterator[str]:
    """Yield the lines of a plan; conflicts and problems always, of the others some unless `everything` is asked for.

    `arguments` are those with which a command works on these notes, after a space.
    """
    lines: dict[str, list[str]] = {}
    for step in plan.steps:
        for what, details in _of_step(step):
            lines.setdefault(what, []).append(_line(what, step.own.path, step.own.line, step.own.text, details))
    for removal in plan.removals:
        what, details = _of_removal(removal)
        lines.setdefault(what, []).append(_line(what, removal.gone.path, 0, removal.gone.text, details))
    for of_type in plan.types:
        what = "conflict" if of_type.is_conflict else "changed"
        details = tr("its templates were changed in Anki and here") if of_type.is_conflict else tr("its templates")
        lines.setdefault(what, []).append(_line(what, tr("note type"), 0, of_type.theirs.name, details))
    for what, of_kind in lines.items():
        most = len(of_kind) if everything or what in ("conflict", "not sent") else _FEW
        yield from of_kind[:most]
        if len(of_kind) > most:
            yield tr("… and {number:,} more: {what}", number=len(of_kind) - most, what=_WORDS[what])
    yield from conflicts(plan.conflicts(), arguments)


def _of_step(step: Step) -> Iterator[tuple[str, str]]:
    if step.problem:
        yield "not sent", translated(step.problem)
    if step.is_new:
        yield "new", tr("it was deleted in Anki: delete it here too, if it is to stay away") if step.was_deleted else ""
        return
    if step.conflicts:
        yield "conflict", ", ".join(conflict.field for conflict in step.conflicts)
    if step.fields:
        yield "changed", ", ".join(step.fields)
    if step.edited:
        yield "edited", tr("{edited}: in Anki, where it stays", edited=", ".join(step.edited))
    if step.moved:
        yield "moved", tr("{cards} into {deck}", cards=several(len(step.moved), "card"), deck=step.own.deck)
    tags = [f"+{tag}" for tag in step.tags_added] + [f"-{tag}" for tag in step.tags_removed]
    if tags or step.woken:
        yield "tagged", " ".join(tags)


def _of_removal(removal: Removal) -> tuple[str, str]:
    if removal.is_edited:
        return "not sent", tr("it was edited in Anki, so it is not deleted; `push --delete --ours` deletes it")
    return ("deleted", "") if removal.is_deleted else ("removed", tr("gone from the notes: tagged and suspended in Anki"))


def _line(what: str, path: str, line: int, text: str, details: str) -> str:
    place = f"{path}:{line}" if line else path
    shown = report.printable(short(text))
    return f"{click.style(padded(translated(_WORDS[what]), 9, left=True), fg=_COLOURS.get(what))} {place}  {shown}" + (
        f"  ({details})" if details else ""
    )


def conflicts(steps: Sequence[Step], arguments: str) -> Iterator[str]:
    """Yield both versions of what was changed on both sides, and the ways out."""
    for step in steps:
        yield "\n" + tr("{path}:{line}: note {guid} is not sent", path=step.own.path, line=step.own.line, guid=step.own.guid)
        for conflict in step.conflicts:
            yield from _versions(conflict)
    if steps:
        guid = steps[0].own.guid
        yield (
            "\n"
            + tr(
                "both versions are where they were. `anki-builder push{arguments} --ours` sends the versions here; "
                "`anki-builder pull{arguments} --theirs` prints a patch that brings those of Anki into the notes; "
                "with --note {guid} either is for one note",
                arguments=arguments,
                guid=guid,
            )
        )


def _versions(conflict: Conflict) -> Iterator[str]:
    how = tr("changed on both sides") if conflict.is_known else tr("differs; what was sent before is not known")
    yield f"  {conflict.field}: {how}"
    yield f"    {padded(tr('here:'), 8, left=True)} {report.printable(plain(conflict.ours))}"
    yield f"    {padded(tr('in Anki:'), 8, left=True)} {report.printable(plain(conflict.theirs))}"


def plain(html: str) -> str:
    """Return HTML as it reads."""
    return unescape(sub(r"<[^>]*>", " ", sub(r"<br ?/?>|</li>", " / ", html))).strip(" /") or tr("(nothing)")


def summary(plan: PushPlan) -> str:
    """Return a plan in one line."""
    parts = [_amount(count, what) for count, what in counts(plan)]
    return translated(listed(parts)) if parts else tr("nothing to send")


def _amount(count: int, what: str) -> Message:
    return Message(*_AMOUNTS[what], number=count)


def amount(count: int, what: str) -> str:
    """Return one of the `counts` of a plan in the learner's language."""
    return translated(_amount(count, what))


def word(status: str) -> str:
    """Return what becomes of a note, a `status` of `as_json`, in the learner's language."""
    return translated(_WORDS[status])


def counts(plan: PushPlan) -> list[tuple[int, str]]:
    """Return how much of each a plan does or leaves; what does not occur is left out."""
    steps = plan.steps
    deleted = sum(removal.is_deleted for removal in plan.removals)
    kept = sum(removal.is_edited for removal in plan.removals)
    types = len([step for step in plan.types if step.is_sent])
    found = [
        (sum(step.is_new for step in steps), "new"),
        (sum(bool(step.fields) and step.theirs is not None and not step.problem for step in steps), "changed"),
        (sum(bool(step.moved) for step in steps), "moved to another deck"),
        (sum(bool(step.tags_added or step.tags_removed) for step in steps), "tagged"),
        (len(plan.removals) - deleted - kept, "removed"),
        (deleted, "deleted"),
        (types, "note type changed" if types == 1 else "note types changed"),
        (sum(bool(step.edited) for step in steps), "edited in Anki"),
        (len(plan.conflicts()) + sum(step.is_conflict for step in plan.types), "in conflict"),
        (len(plan.problems()) + kept, "not sent"),
    ]
    return [(count, what) for count, what in found if count]


def is_decided(plan: PushPlan) -> bool:
    """Return whether a plan sends all that differs: no conflict, and nothing that cannot be sent."""
    is_blocked = any(step.is_conflict for step in plan.types) or any(removal.is_edited for removal in plan.removals)
    return not is_blocked and not plan.conflicts() and not plan.problems()


def undone(pushed: Pushed) -> Iterator[str]:
    """Yield the lines of what was sent and did not arrive, and of what was edited in Anki before it could be deleted."""
    if not pushed.plan.does_something:
        return
    known = {step.own.guid for step in pushed.plan.problems()}
    left = [step for step in pushed.left.steps if step.does_something or (step.problem and step.own.guid not in known)]
    for step in left[:_FEW]:
        why = translated(step.problem) or tr("it was edited there meanwhile: push again")
        yield _line("not sent", step.own.path, step.own.line, step.own.text, why)
    if len(left) > _FEW:
        yield tr("… and {number:,} more did not arrive", number=len(left) - _FEW)
    deleted = {removal.gone.guid for removal in pushed.plan.removals if removal.is_deleted}
    for removal in pushed.left.removals:
        if removal.is_edited and removal.gone.guid in deleted:
            what, why = _of_removal(removal)
            yield _line(what, removal.gone.path, 0, removal.gone.text, why)


def as_json(plan: PushPlan) -> dict[str, object]:
    """Return a plan as one JSON object."""
    return {
        "kind": "push",
        "notes": [
            {
                "guid": step.own.guid,
                "path": step.own.path,
                "line": step.own.line,
                "text": step.own.text,
                "status": [what for what, _ in _of_step(step)],
                "fields": list(step.fields) if step.theirs is not None else [],
                "conflicts": [
                    {"field": one.field, "here": one.ours, "anki": one.theirs, "known": one.is_known} for one in step.conflicts
                ],
                "edited": list(step.edited),
                "tags_added": list(step.tags_added),
                "tags_removed": list(step.tags_removed),
                "cards_moved": len(step.moved),
                "problem": step.problem or None,
            }
            for step in plan.steps
        ],
        "removed": [
            {"guid": removal.gone.guid, "text": removal.gone.text, "path": removal.gone.path, "status": _of_removal(removal)[0]}
            for removal in plan.removals
        ],
        "note_types": [{"name": step.theirs.name, "conflict": step.is_conflict, "sent": step.is_sent} for step in plan.types],
    }
