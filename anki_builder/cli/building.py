"""The work of `anki-builder build`, apart from the command so that a build with nothing to do need not import it."""

import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import click

from anki_builder import WRITTEN
from anki_builder.cli import report
from anki_builder.cli.columns import padded
from anki_builder.cli.details import timed
from anki_builder.cli.files import publish, wait_for
from anki_builder.cli.project import Project, UsageProblem, Used, severities, shown
from anki_builder.cli.record import BuildRecord, Report, digest_of
from anki_builder.cli.stages import (
    Compilation,
    Identified,
    Refusal,
    compile_project,
    identify_notes,
    no_notes,
    with_collection,
    writing,
)
from anki_builder.cli.template_folder import template_errors
from anki_builder.cli.words import tr, translated
from anki_builder.collection import Collection, Counts
from anki_builder.config import missing
from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger.file import encoded
from anki_builder.ledger.plan import Plan, Status, search_text
from anki_builder.ledger.rules import DECK_KEPT
from anki_builder.message import Message, in_turn, listed, several
from anki_builder.notes.kinds import KINDS
from anki_builder.package import Deck, pack
from anki_builder.speech.rules import RULES as SPEECH
from anki_builder.speech.rules import UNSPOKEN

_GROWN = Message(
    "1. Import this package once with “Merge note types” ticked; Anki adds the fields and cards, and "
    "asks for a full sync.\n2. Build again, and import as usual: that brings what stands in them."
)
_DAY = 86_400
"""Seconds by which a ledger may be ahead of the clock."""
_FEW = 10
"""Removed notes that are named; for more there is the plan."""


class Outcome(NamedTuple):
    """The result of one build."""

    written: bool
    diagnostics: list[Diagnostic]
    remarks: Sequence[Diagnostic] = ()
    """The diagnostics of the ledger among them."""
    counts: Counts | None = None
    plan: Plan | None = None
    """None where nothing was written."""


class Built(NamedTuple):
    """What a build leaves to those who go on with it."""

    collection: Collection
    """With the identities that the ledger remembers."""
    compilation: Compilation
    identified: Identified


Then = Callable[[Built], None]
"""Goes on with a build that was written, while no other one can begin."""


def make(
    project: Project,
    force: bool,
    *,
    cache: bool = True,
    record: BuildRecord | None = None,
    jobs: int = 0,
    then: Then | None = None,
    accept_schema: bool = False,
) -> Outcome:
    """Build the package, one build at a time. Raises `UsageProblem` where it cannot be written.

    `record` remembers the build; `jobs` is the number of processes to use at most, 0 for as many as there are processors.
    `then` is called with what was built, if it was written; with `accept_schema` note types may have grown.
    """
    used: Used = {}

    def work(collection: Collection) -> Outcome:
        _stop_at_wrong_clock(project)
        same = record.same() if record is not None else {}
        compilation = compile_project(project, collection, used=used, same=same, speak=True, jobs=jobs)
        if not compilation.note_types or template_errors(compilation.diagnostics):
            return Outcome(False, compilation.diagnostics)
        identified = identify_notes(project, collection, compilation, with_changes=False)
        plan, remarks = identified.settled.plan, identified.remarks
        _stop_at_wrong_clock(project, 0 if force else identified.settled.ahead)
        diagnostics = [*compilation.diagnostics, *remarks]
        if project.named is not None and not collection.counts().cards:
            return Outcome(False, [*diagnostics, no_notes(shown(min(project.named)), diagnostics)])
        if stops := plan.stops(force, accept_schema):
            return Outcome(False, list(dict.fromkeys([*diagnostics, *stops])))
        built = Built(collection, compilation, identified)
        _write(project, built)
        if then is not None:
            then(built)
        unrefused = [found for found in diagnostics if found not in plan.refused]
        return Outcome(True, unrefused, remarks, collection.counts(), plan)

    try:
        with writing(project):
            outcome = with_collection(project, work, cache)
            if record is not None and _is_complete(project, outcome, used):
                used.update({project.output: digest_of(project.output), project.ledger: digest_of(project.ledger)})
                record.keep(used, [project.home / project.config.templates], report_of(project, _again(outcome)))
            return outcome
    except Refusal as problem:
        return Outcome(False, problem.args[0])


def _write(project: Project, built: Built) -> None:
    """Write package and ledger."""
    collection, identified, settled = built.collection, built.identified, built.identified.settled
    ledger = settled.ledger
    if settled.plan.refused:  # Anki takes no note from this import: the next one brings them
        ledger = identified.known._replace(note_types=ledger.note_types)
        click.echo(translated(_GROWN), err=True)
    wait_for(collection.newest())
    project.output.parent.mkdir(parents=True, exist_ok=True)
    deck = Deck(settled.note_types, collection.decks(), [*built.compilation.template_media, *collection.media()])
    with timed(Message("write the package")):
        publish(
            project.output,
            lambda path: pack(path, deck, collection.add_rows),
            project.keeping,
            encoded(ledger),
            identified.digest,
        )


def _is_complete(project: Project, outcome: Outcome, used: Used) -> bool:
    """Return whether a build is as it would be the next time: written, with all files and all clips, and no note left to the next one."""
    unspoken = any(diagnostic.rule in UNSPOKEN for diagnostic in outcome.diagnostics)
    has_grown = outcome.plan is not None and outcome.plan.refused
    return outcome.written and not has_grown and not unspoken and used.keys() >= set(project.files)


def _stop_at_wrong_clock(project: Project, ahead: int = 0) -> None:
    """Raise `UsageProblem` if the clock cannot be right: Anki takes a change only if its time is later than that of the note it has.

    `ahead` are the seconds by which the ledger is ahead of it.
    """
    now = time.time()
    problem = Message("the clock of this computer says {now}", now=_date(now))
    if now < WRITTEN:
        raise UsageProblem("{problem}: set it, or Anki would not take later changes", problem=problem)
    if ahead > _DAY:
        raise UsageProblem(
            "{problem}, but {ledger} holds changes of {last}: set it, or Anki would not take what changed. "
            "If it is the ledger that was written under a wrong clock: --force, and import with “Update "
            "notes: Always”",
            problem=problem,
            ledger=shown(project.ledger),
            last=_date(now + ahead),
        )


def _date(moment: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(min(moment, 253_402_300_799)))


def _again(outcome: Outcome) -> Outcome:
    """Return the result of the same build if nothing changes: new notes will be known then."""
    assert outcome.plan is not None
    types = tuple(planned._replace(status="unchanged") for planned in outcome.plan.note_types)
    remarks = [remark for remark in outcome.remarks if remark.rule is DECK_KEPT]
    former = set(outcome.remarks)
    diagnostics = [found for found in outcome.diagnostics if found not in former] + remarks
    counts: dict[Status, int] = {"unchanged": sum(outcome.plan.notes.values())}
    plan = outcome.plan._replace(counts=counts, moved=0, changes=(), note_types=types, ledger_lost=False)
    return outcome._replace(diagnostics=diagnostics, remarks=remarks, plan=plan)


def report_of(project: Project, outcome: Outcome) -> Report:
    """Return the report of a build."""
    lines = _problems(outcome.diagnostics, outcome.remarks)
    if outcome.counts is None or outcome.plan is None:
        return Report((*lines, tr("nothing was built; {output}", output=_kept(project))), "", 1)
    lines += _summary(project, outcome, outcome.counts, outcome.plan)
    return Report(tuple(lines), shown(project.output), 1 if severities(outcome.diagnostics)[0] else 0)


def _kept(project: Project) -> str:
    return (
        tr("{output} is unchanged", output=shown(project.output))
        if project.output.exists()
        else tr("{output} was not written", output=shown(project.output))
    )


def _problems(diagnostics: list[Diagnostic], remarks: Sequence[Diagnostic] = ()) -> list[str]:
    """Return the errors in full, and what `check` does not report: remarks of the ledger, and clips that were not made."""
    by_ledger = set(remarks)
    return list(
        report.listing(
            diagnostic
            for diagnostic in diagnostics
            if diagnostic.rule.severity == "error"
            or diagnostic.rule in SPEECH
            or (diagnostic.rule.severity == "warning" and diagnostic in by_ledger)
        )
    )


def _notices(project: Project, diagnostics: Sequence[Diagnostic], remarks: Sequence[Diagnostic]) -> str:
    """Return how many diagnostics there are, and which command shows them."""
    above = tr("above")
    by_check = tr("`anki-builder check{paths}` shows them", paths=project.paths)
    by_plan = tr("`anki-builder plan{arguments}` shows them", arguments=project.arguments)
    groups: dict[str, list[Diagnostic]] = {by_check: [], by_plan: [], above: []}
    of_ledger = set(remarks)
    for diagnostic in diagnostics:
        rule = diagnostic.rule
        if report.is_shown(diagnostic, project.config.ignore):
            by_ledger = diagnostic in of_ledger
            is_above = rule in SPEECH or (by_ledger and rule.severity != "note")
            groups[above if is_above else by_plan if by_ledger else by_check].append(diagnostic)
    parts = [Message("{counts}  ({where})", counts=report.counts(found), where=where) for where, found in groups.items() if found]
    return translated(in_turn(parts))


def _summary(project: Project, outcome: Outcome, counts: Counts, plan: Plan) -> list[str]:
    """Return the lines of what was built."""
    read = (
        several(counts.articles, "article"),
        several(counts.pairs, "sentence pair"),
        several(counts.entries, "vocabulary entry"),
    )
    notes, cards = sum(counts.notes.values()), several(counts.cards, "card")
    each = [Message(*kind.counted, count=counts.notes.get(kind.name, 0)) for kind in KINDS]
    rows = [
        (tr("read"), translated(listed(read))),
        (tr("notes"), tr("{notes:,} with {cards}: {each}", notes=notes, cards=cards, each=listed(each))),
        (tr("import"), translated(plan.summary())),
    ]
    if removed := [change.identity.guid for change in plan.of("removed")]:
        by_plan = tr("the search that `anki-builder plan{arguments} --removed` prints", arguments=project.arguments)
        found = search_text(removed) if len(removed) <= _FEW else by_plan
        rows.append((tr("removed"), tr("Anki keeps these notes; its browser finds them by {found}", found=found)))
    if project.partial:
        root = shown(project.root)
        kept = tr("the other notes of {root} are not in this package; Anki keeps what it has of them", root=root)
        rows.append((tr("part"), kept))
    if notices := _notices(project, outcome.diagnostics, outcome.remarks):
        is_grave = any(severities(outcome.diagnostics))
        rows.append((tr("warnings") if is_grave else tr("remarks"), notices))
    if project.keeping != project.root:
        where = shown(project.ledger)
        kept = tr("kept in {where}, because the folder of the notes cannot be written; keep it with the package", where=where)
        rows.append((tr("ledger"), kept))
    if sys.platform == "linux" and project.config.audio == "tts" and not plan.count("unchanged") and not plan.count("changed"):
        said = (
            tr("Anki on Linux has no voice: `audio = \"voice\"` packs sound (pip install 'anki-builder[sound]')")
            if missing("audio", "voice")
            else tr('Anki on Linux has no voice: `audio = "voice"` packs sound')
        )
        rows.append((tr("sound"), said))
    rows.append((tr("next"), tr("in Anki: File → Import, and choose the file below")))
    return [f"{click.style(padded(name, 8), bold=True)}  {text}" for name, text in rows]
