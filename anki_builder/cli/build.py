"""`anki-builder build`: notes in, a package out."""

import sys
from collections.abc import Sequence
from typing import NamedTuple

import click

from anki_builder.cli import report
from anki_builder.cli.files import Busy, Changed, locked, publish, recover, wait_for
from anki_builder.cli.project import Project, UsageProblem, open_project, severities, shown
from anki_builder.cli.stages import Known, LedgerProblem, compile_project, identify_notes
from anki_builder.cli.template_folder import template_errors
from anki_builder.compiler import Compilation
from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger import Identified, dump
from anki_builder.package import pack


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The package to write [default: build/<collection>.apkg].")
@click.option("--force", is_flag=True, help="Build even if that removes a fifth of the notes or more.")
@click.option("--watch", is_flag=True, help="Build again whenever a note, a template or a setting is saved.")
def command(paths: tuple[str, ...], output: str | None, force: bool, watch: bool) -> None:
    """Build the package out of a folder of notes.

    \b
    Examples:
      anki-builder build                    # the folder source, else this one
      anki-builder build notes -o deck.apkg
      anki-builder build article.md
      anki-builder build --watch            # again at every save, until Ctrl-C

    Then in Anki: File → Import.
    """
    if watch:
        from anki_builder.cli.watch import build_again

        sys.exit(build_again(paths, output, force))
    project = open_project(paths, output)
    outcome = make(project, force)
    tell(project, outcome)
    sys.exit(0 if outcome.written and not severities(outcome.diagnostics)[0] else 1)


class Outcome(NamedTuple):
    """What came of one build."""

    written: bool
    diagnostics: list[Diagnostic]
    remarks: Sequence[Diagnostic] = ()
    """Those among them that the ledger makes."""
    compilation: Compilation | None = None
    identified: Identified | None = None
    """None where nothing was written."""


def make(project: Project, force: bool, known: Known | None = None) -> Outcome:
    """Build the package, one build at a time. Raises `UsageProblem` where it cannot be written."""
    try:
        with locked(project.root, waiting=lambda: click.echo("waiting for another build of this folder", err=True)):
            return _make(project, force, known)
    except LedgerProblem as problem:
        return Outcome(False, problem.args[0])
    except (Busy, Changed) as problem:
        raise UsageProblem(str(problem)) from None
    except OSError as error:
        raise UsageProblem(f"cannot write {shown(project.output)}: {error.strerror or error}") from None


def _make(project: Project, force: bool, known: Known | None) -> Outcome:
    recover(project.output, project.root)
    compilation, diagnostics = compile_project(project, known)
    if not compilation.notes or template_errors(diagnostics):
        return Outcome(False, diagnostics)
    identified, remarks, previous = identify_notes(project, compilation)
    diagnostics += remarks
    stops = identified.plan.stops(force)
    if stops:
        return Outcome(False, list(dict.fromkeys([*diagnostics, *stops])))
    wait_for(max(dated.modified for dated in identified.deck.notes))
    project.output.parent.mkdir(parents=True, exist_ok=True)
    publish(project.output, lambda path: pack(identified.deck, path), project.root, dump(identified.ledger), previous)
    return Outcome(True, diagnostics, remarks, compilation, identified)


def tell(project: Project, outcome: Outcome) -> None:
    """Print what came of a build: the errors, and what was made."""
    _tell(outcome.diagnostics, outcome.remarks)
    if outcome.compilation is None or outcome.identified is None:
        click.echo(f"nothing was built; {_kept(project)}", err=True)
        return
    _summary(project, outcome.compilation, outcome.identified, outcome.diagnostics)
    click.echo(shown(project.output))


def _kept(project: Project) -> str:
    return f"{shown(project.output)} is as it was" if project.output.exists() else f"{shown(project.output)} was not written"


def _tell(diagnostics: list[Diagnostic], remarks: Sequence[Diagnostic] = ()) -> None:
    """Print the errors in full, and what the ledger remarks: it cannot be said again after the next import."""
    read_line = report.line_reader()
    for diagnostic in report.ordered(diagnostics):
        if diagnostic.rule.severity == "error" or diagnostic in remarks:
            click.echo(report.full(diagnostic, read_line) + "\n", err=True)


def _summary(project: Project, compilation: Compilation, identified: Identified, diagnostics: list[Diagnostic]) -> None:
    kinds = [note.note_type for note in compilation.notes]
    cards = sum(len(note.cards) for note in compilation.notes)
    pairs = sum(bool(pair.text and pair.translation) for aligned in compilation.documents for pair in aligned.pairs)
    entries = sum(len(aligned.document.entries) for aligned in compilation.documents)
    rows = [
        ("read", f"{len(compilation.documents):,} articles, {pairs:,} sentence pairs, {entries:,} vocabulary entries"),
        (
            "notes",
            f"{len(kinds):,} with {cards:,} cards: {kinds.count('sentence'):,} sentences, {kinds.count('vocabulary'):,} terms, "
            f"{kinds.count('cloze'):,} clozes",
        ),
        ("import", identified.plan.summary()),
    ]
    shown_diagnostics = [d for d in diagnostics if d.rule.severity == "error" or d.rule.name not in project.config.ignore]
    if shown_diagnostics:
        rows.append(("notices", report.counts(shown_diagnostics) + "  (`anki-builder check` shows them)"))
    rows.append(("next", "in Anki: File → Import, and choose the file below"))
    for name, text in rows:
        click.echo(f"{click.style(f'{name:>8}', bold=True)}  {text}", err=True)
