"""`anki-builder check`: report what is wrong with the notes, and which lines make no card."""

import sys

import click

from anki_builder.cli import report
from anki_builder.cli.project import CONFIG, Project, open_project, place_of, severities, shown
from anki_builder.cli.stages import compile_project, open_notes, with_collection
from anki_builder.cli.words import tr
from anki_builder.diagnostic import Diagnostic
from anki_builder.message import Message, several
from anki_builder.source import Span


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--format", "form", type=click.Choice(report.FORMS), default="full", help="How to print diagnostics.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--fix", is_flag=True, help="Correct in the notes what has a safe correction, then check again.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, and change nothing.")
@click.option("--explain-layout", is_flag=True, help="Print how each line was read, instead of diagnostics.")
def command(paths: tuple[str, ...], form: str, as_json: bool, fix: bool, diff: bool, explain_layout: bool) -> None:
    """Say what is wrong with the notes, and which lines make no card.

    \b
    Examples:
      anki-builder check                     # the folder source, else this one
      anki-builder check source/article.md
      anki-builder check --format short | grep term-not-found
      anki-builder check --explain-layout source/article.md
      anki-builder check --format github     # in CI: marks the lines of a pull request
      anki-builder check --diff              # the corrections that --fix would write

    Exit code 1 if there is an error or a warning.
    """
    form = "json" if as_json else form
    project = (open_notes if explain_layout or diff else open_project)(paths)
    if explain_layout:
        from anki_builder.cli.layout import explain

        explain(project, form == "json")
        return
    diagnostics = _diagnostics(project)
    if fix or diff:
        diagnostics = _fixed(project, diagnostics, diff)
    for line in report.listing(diagnostics, form):
        click.echo(line)
    errors, warnings = severities(diagnostics)
    tally = report.counts(diagnostics)
    report.say(tr("{files} checked: {tally}", files=several(len(project.files), "file"), tally=tally or tr("nothing to report")))
    if tally and form in ("full", "short"):
        report.say(tr("`anki-builder explain RULE` explains a rule"))
    sys.exit(1 if errors or warnings else 0)


def _fixed(project: Project, diagnostics: list[Diagnostic], diff: bool) -> list[Diagnostic]:
    """Correct notes and return what is to be shown of them then; with `diff` print what would be corrected, and end the command."""
    from anki_builder.cli.fixing import corrected, differences, write_corrected

    corrections = corrected(project, diagnostics)
    if diff:
        for line in differences(corrections):
            click.echo(line)
        sys.exit(1 if corrections else 0)
    write_corrected(corrections)
    if not corrections:
        return diagnostics
    made, files = several(sum(one.fixes for one in corrections), "correction"), several(len(corrections), "file")
    report.say(tr("{corrections} made in {files}", corrections=made, files=files))
    return _diagnostics(project)


def _diagnostics(project: Project) -> list[Diagnostic]:
    """Return what is to be shown of a project."""
    found = with_collection(project, lambda collection: compile_project(project, collection).diagnostics)
    found = [*found, *_unused_layouts(project)]
    return [diagnostic for diagnostic in found if report.is_shown(diagnostic, project.config.ignore)]


def _unused_layouts(project: Project) -> list[Diagnostic]:
    """Return what is to be said of layouts in the settings whose `files` name no note of the project."""
    named = [layout for layout in project.config.layouts if layout.files]
    if not named or not project.whole:
        return []
    from anki_builder.reading.layouts.own import is_for
    from anki_builder.reading.rules import UNMATCHED_LAYOUT

    sources = [place_of(project, file) for file in project.files]
    own, shared = project.home / CONFIG, project.home / "pyproject.toml"
    place = Span(shown(own if own.is_file() else shared), 0)
    return [
        Diagnostic(
            UNMATCHED_LAYOUT,
            place,
            Message('no note here matches `files = "{files}"` of a layout', files=layout.files),
            Message("correct its `files`"),
        )
        for layout in named
        if not any(is_for(layout, source) for source in sources)
    ]
