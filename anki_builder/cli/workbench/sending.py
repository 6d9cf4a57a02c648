"""What a push would do and did, and what a pull would bring back, for the page."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

import click

from anki_builder.anki.planning import Step
from anki_builder.anki.pushing import Choice, Pushed, PushPlan
from anki_builder.cli import push_report
from anki_builder.cli.building import Outcome
from anki_builder.cli.project import Project, shown
from anki_builder.cli.pulling import Patched, pull_built
from anki_builder.cli.pushing import build_and_push, built_now, plan_push, whole_project
from anki_builder.cli.review import as_json, read_review
from anki_builder.cli.words import tr
from anki_builder.cli.workbench.places import in_page
from anki_builder.preview.workbench import Data, Refused

MOST = 200
"""Notes that the page shows of a plan; conflicts and problems come first."""


def choice_of(asked: Data) -> Choice:
    """Return the learner's decisions: the GUIDs of `ours` are sent although Anki has another version, "" stands for note types."""
    ours = asked.get("ours")
    guids = frozenset(guid for guid in ours if isinstance(guid, str)) if isinstance(ours, list) else frozenset()
    return Choice("ours" if guids else "", guids, delete=asked.get("delete") is True)


def plan(paths: Sequence[str], choice: Choice) -> Data:
    """Return what a push would do; nothing is sent. Raises `NoAnki`."""
    project = whole_project(paths)
    return as_data(built_now(project, False, lambda built: plan_push(project, built, choice)))


def send(paths: Sequence[str], choice: Choice, digest: str) -> Data | Outcome:
    """Build and push, if that does what the plan with this digest said; return the outcome of the build where nothing was built.

    Raises `Refused` before anything is sent, and `NoAnki`.
    """

    def announce(plan: PushPlan) -> None:
        if digest_of(plan) != digest:
            raise Refused(tr("something was changed here or in Anki since this plan was made: look at the new one"))

    pushed = build_and_push(whole_project(paths), False, choice, announce)
    return pushed if isinstance(pushed, Outcome) else _as_result(pushed)


def as_data(plan: PushPlan) -> Data:
    """Return a plan for the page."""
    steps = sorted(plan.steps, key=_urgency)
    shown: Data = push_report.as_json(PushPlan(steps[:MOST], plan.removals[:MOST], plan.types))
    for note in shown["notes"]:
        note["problem"] = in_page(note["problem"] or "")
        note["becomes"] = [_said(status, push_report.word(status)) for status in note["status"]]
        for conflict in note["conflicts"]:
            conflict |= {side: push_report.plain(conflict[side]) for side in ("here", "anki")}
    for gone in shown["removed"]:
        gone["becomes"] = [_said(gone["status"], push_report.word(gone["status"]))]
    return {
        **shown,
        "counts": _amounts(plan),
        "more": max(0, len(steps) - MOST) + max(0, len(plan.removals) - MOST),
        "does_something": plan.does_something,
        "digest": digest_of(plan),
    }


def _as_result(pushed: Pushed) -> Data:
    return {
        "counts": _amounts(pushed.plan),
        "undone": [click.unstyle(line) for line in push_report.undone(pushed)],
        "left": as_data(pushed.left),
    }


def _amounts(plan: PushPlan) -> list[Data]:
    return [_said(what, push_report.amount(count, what)) for count, what in push_report.counts(plan)]


def _said(what: str, said: str) -> Data:
    """Return a word of a plan in the learner's language, and whether it is left to the learner."""
    return {"said": said, "open": what in ("conflict", "in conflict", "not sent")}


def _urgency(step: Step) -> int:
    return 0 if step.conflicts else 1 if step.problem else 2


def digest_of(plan: PushPlan) -> str:
    """Return the same for two plans that do the same to the same notes."""
    digest = sha256()
    for step in plan.steps:
        theirs = step.theirs.fields if step.theirs is not None else None
        own = (step.own.guid, step.own.fields, step.fields, step.tags_added, step.tags_removed, sorted(step.moved))
        digest.update(repr((own, theirs, step.problem, step.edited, [one.field for one in step.conflicts])).encode())
    for removal in plan.removals:
        digest.update(repr((removal.gone.guid, removal.is_deleted, removal.is_edited)).encode())
    for of_type in plan.types:
        digest.update(repr((of_type.theirs.name, of_type.is_sent, of_type.is_conflict)).encode())
    return digest.hexdigest()


def review(paths: Sequence[str]) -> Data:
    """Return how the notes are learned: sums, and the hardest notes. Raises `NoAnki`."""
    project = whole_project(paths)
    found: Data = as_json(read_review(project))
    names = {shown(file): project.name(file) for file in project.files}
    notes = [{**note, "name": names.get(note["path"], "")} for note in found["notes"][:MOST]]
    articles = [{**one, "article": names.get(one["name"], "")} for one in found["articles"][:MOST]]
    return {**found, "notes": notes, "more": max(0, len(found["notes"]) - MOST), "articles": articles}


# Back into the notes


def pull(paths: Sequence[str], guids: Iterable[str], theirs: bool) -> tuple[Project, Patched]:
    """Return the notes with what was changed in Anki; nothing is written. Raises `NoAnki`."""
    project = whole_project(paths)
    return project, built_now(project, True, lambda built: pull_built(project, built, theirs, frozenset(guids)))


def as_patch(project: Project, found: Patched) -> Data:
    """Return what a pull would write, and what it cannot."""
    diff = [line.rstrip("\n") for line in found.diff(project)]
    kept = [{"path": own.path, "line": own.line, "text": own.text, "what": in_page(what)} for own, what in found.kept]
    return {"diff": diff[: 10 * MOST], "kept": kept[:MOST], "files": len(found.files), "digest": digest_of_patch(found)}


def digest_of_patch(found: Patched) -> str:
    """Return the same for two patches that write the same."""
    return sha256(repr(sorted(found.files.items())).encode()).hexdigest()
