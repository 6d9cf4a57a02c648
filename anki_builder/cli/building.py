"""The work of `anki-builder build`, apart from the command so that a build with nothing to do need not import it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import click

from anki_builder.cli import report
from anki_builder.cli.cache import BuildRecord, Cache, Printed, digest_of, keep_package, last_package, place_for_database
from anki_builder.cli.files import LEDGER, Busy, Changed, locked, publish, recover, wait_for
from anki_builder.cli.project import Project, UsageProblem, Used, severities, shown
from anki_builder.cli.report import several
from anki_builder.cli.stages import Known, LedgerProblem, compile_project, identify_notes
from anki_builder.cli.template_folder import template_errors
from anki_builder.columns import Columns, column, parts
from anki_builder.compiler import Compilation
from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger import Identified, PlannedNote, encoded, search_text
from anki_builder.ledger.rules import DECK_KEPT, DUPLICATE_KEY
from anki_builder.note import cards_of
from anki_builder.package import NOTHING, Packed, pack
from anki_builder.speech.rules import RULES as SPEECH

_FEW = 10
"""Removed notes that are named; for more there is the plan."""


class Outcome(NamedTuple):
    """What came of one build."""

    written: bool
    diagnostics: list[Diagnostic]
    remarks: Sequence[Diagnostic] = ()
    """Those among them that the ledger makes."""
    counts: "Counts | None" = None
    identified: Identified | None = None
    """None where nothing was written."""


class Counts(NamedTuple):
    """How much there is, for the summary: what it was counted in is given back before the next stage needs memory."""

    articles: int
    pairs: int
    entries: int
    kinds: Counter[str]
    cards: int


def make(
    project: Project, force: bool, known: Known | None = None, cache: Cache | None = None, record: BuildRecord | None = None
) -> Outcome:
    """Build the package, one build at a time. Raises `UsageProblem` where it cannot be written.

    `known` and `cache` spare what was read before; `record` remembers the build.
    """
    used: Used | None = None if record is None else {}
    try:
        if project.keeping != project.root:
            project.keeping.mkdir(parents=True, exist_ok=True)
        with locked(project.keeping, waiting=lambda: click.echo("waiting for another build of this folder", err=True)):
            same = record.same() if record is not None else {}
            outcome = _make(project, force, known, cache, used, same)
            complete = outcome.written and not any(diagnostic.rule in SPEECH for diagnostic in outcome.diagnostics)
            if record is not None and used is not None and complete and used.keys() >= set(project.files):
                used |= {project.output: digest_of(project.output), project.ledger: digest_of(project.ledger)}
                record.keep(used, [project.home / project.config.templates], printed(project, _again(outcome)))
            return outcome
    except LedgerProblem as problem:
        return Outcome(False, problem.args[0])
    except (Busy, Changed) as problem:
        raise UsageProblem(str(problem)) from None
    except OSError as error:
        # a temporary name beside the ledger means the ledger
        target = project.ledger if LEDGER in str(error.filename) else project.output
        raise UsageProblem(f"cannot write {shown(target)}: {error.strerror or error}") from None


def _make(
    project: Project, force: bool, known: Known | None, cache: Cache | None, used: Used | None, same: Mapping[Path, bytes]
) -> Outcome:
    recover(project.output, project.keeping)
    compilation, diagnostics = compile_project(project, known, cache, used, same, speak=True)
    if not compilation.notes or template_errors(diagnostics):
        return Outcome(False, diagnostics)
    counts = _counts(compilation)
    identified, remarks, previous = identify_notes(project, compilation)
    del compilation
    diagnostics += remarks
    stops = identified.plan.stops(force)
    if stops:
        return Outcome(False, list(dict.fromkeys([*diagnostics, *stops])))
    wait_for(max(max(column(part, "modified")) for part in parts(identified.deck.notes)))
    project.output.parent.mkdir(parents=True, exist_ok=True)
    remembering = cache is not None or known is not None
    last, keep = (last_package(project), place_for_database(project)) if remembering else (NOTHING, None)
    packed: list[Packed] = []
    publish(
        project.output,
        lambda path: packed.append(pack(identified.deck, path, last, keep)),
        project.keeping,
        encoded(identified.ledger),
        previous,
    )
    if remembering:
        keep_package(project, packed[0])
    return Outcome(True, diagnostics, remarks, counts, identified)


def _again(outcome: Outcome) -> Outcome:
    """Return what the same build would come to if nothing changed: what is new now will be known then."""
    assert outcome.identified is not None
    plan = outcome.identified.plan
    staying = len(plan.notes) - plan.count("removed")
    one = parts(plan.notes)[0][0]._replace(status="unchanged", moved_from="")
    notes: Columns[PlannedNote] = Columns(PlannedNote, *[(member,) * staying for member in one])  # they are but counted
    types = tuple(planned._replace(status="unchanged") for planned in plan.note_types)
    remarks = [remark for remark in outcome.remarks if remark.rule in (DUPLICATE_KEY, DECK_KEPT)]
    former = set(outcome.remarks)
    diagnostics = [found for found in outcome.diagnostics if found not in former] + remarks
    identified = outcome.identified._replace(plan=plan._replace(notes=notes, note_types=types, ledger_lost=False))
    return outcome._replace(diagnostics=diagnostics, remarks=remarks, identified=identified)


def tell(project: Project, outcome: Outcome) -> None:
    """Print what came of a build: the errors, and what was made."""
    printed(project, outcome).tell()


def printed(project: Project, outcome: Outcome) -> Printed:
    """Return what there is to print of a build, and its exit code."""
    lines = _problems(outcome.diagnostics, outcome.remarks)
    if outcome.counts is None or outcome.identified is None:
        return Printed((*lines, f"nothing was built; {_kept(project)}"), "", 1)
    lines += _summary(project, outcome.counts, outcome.identified, outcome.diagnostics, outcome.remarks)
    return Printed(tuple(lines), shown(project.output), 1 if severities(outcome.diagnostics)[0] else 0)


def _kept(project: Project) -> str:
    return f"{shown(project.output)} is as it was" if project.output.exists() else f"{shown(project.output)} was not written"


def _problems(diagnostics: list[Diagnostic], remarks: Sequence[Diagnostic] = ()) -> list[str]:
    """Return the errors in full, and what `check` cannot say again: what the ledger remarks, and which clips were not made."""
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


def _counts(compilation: Compilation) -> Counts:
    return Counts(
        compilation.articles,
        compilation.pairs,
        compilation.entries,
        Counter(chain.from_iterable([column(part, "note_type") for part in parts(compilation.notes)])),
        sum([len(cards_of(column(part, "cards")).dues) for part in parts(compilation.notes)]),
    )


def _notices(project: Project, diagnostics: Sequence[Diagnostic], remarks: Sequence[Diagnostic]) -> str:
    """Return how many diagnostics there are, and which command shows them."""
    above = "above"
    by_check = f"`anki-builder check{project.paths}` shows them"
    by_plan = f"`anki-builder plan{project.arguments}` shows them"
    groups: dict[str, list[Diagnostic]] = {by_check: [], by_plan: [], above: []}
    of_ledger = set(remarks)
    for diagnostic in diagnostics:
        rule = diagnostic.rule
        if report.is_told(diagnostic, project.config.ignore):
            by_ledger = diagnostic in of_ledger
            told = rule in SPEECH or (by_ledger and rule.severity != "note")
            groups[above if told else by_plan if by_ledger else by_check].append(diagnostic)
    return "; ".join(f"{report.counts(found)}  ({where})" for where, found in groups.items() if found)


def _summary(
    project: Project, counts: Counts, identified: Identified, diagnostics: list[Diagnostic], remarks: Sequence[Diagnostic]
) -> list[str]:
    kinds = counts.kinds
    rows = [
        ("read", f"{several(counts.articles, 'article')}, {several(counts.pairs, 'sentence pair')}, {several(counts.entries, 'vocabulary entry')}"),
        (
            "notes",
            f"{kinds.total():,} with {several(counts.cards, 'card')}: {several(kinds['sentence'], 'sentence')}, "
            f"{several(kinds['vocabulary'], 'term')}, {several(kinds['cloze'], 'cloze')}",
        ),
        ("import", identified.plan.summary()),
    ]
    if removed := [note.guid for note in identified.plan.of("removed")]:
        found = search_text(removed) if len(removed) <= _FEW else f"what `anki-builder plan{project.arguments} --removed` prints"
        rows.append(("removed", f"Anki keeps these notes; its browser finds them by {found}"))
    if project.partial:
        rows.append(("part", f"the other notes of {shown(project.root)} are not in this package; Anki keeps what it has of them"))
    if notices := _notices(project, diagnostics, remarks):
        rows.append(("notices", notices))
    if project.keeping != project.root:
        where = shown(project.ledger)
        rows.append(("ledger", f"kept in {where}, since the folder of the notes cannot be written; keep it with the package"))
    rows.append(("next", "in Anki: File → Import, and choose the file below"))
    return [f"{click.style(f'{name:>8}', bold=True)}  {text}" for name, text in rows]
