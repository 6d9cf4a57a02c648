"""`anki-builder push`: new and changed notes into the running Anki."""

import sys
from typing import Any

import click

from anki_builder.anki.planning import Side
from anki_builder.anki.pushing import Choice, PushPlan
from anki_builder.cli import push_report
from anki_builder.cli.building import Outcome, report_of
from anki_builder.cli.project import Project
from anki_builder.cli.pushing import build_and_push, built_now, plan_push, synchronise, whole_project
from anki_builder.cli.words import tr


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The package, which is built as well.")
@click.option("--force", is_flag=True, help="Push even if that removes a fifth of the notes or more.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent; send and write nothing.")
@click.option("--sync", is_flag=True, help="Let Anki synchronise afterwards.")
@click.option("--delete", is_flag=True, help="Delete in Anki what is gone from the notes, unless it was edited there.")
@click.option("--ours", "side", flag_value="ours", help="Where both sides changed a note, send the version here.")
@click.option("--note", "guids", multiple=True, metavar="GUID", help="Let --ours hold for this note only.")
@click.option("--full", is_flag=True, help="Compare all notes with Anki, not only those that may differ.")
def command(paths: tuple[str, ...], output: str | None, force: bool, dry_run: bool, sync: bool, **choices: Any) -> None:
    """Build, and send new and changed notes to the running Anki, which needs the add-on AnkiConnect.

    \b
    Examples:
      anki-builder push --dry-run           # what would be sent
      anki-builder push
      anki-builder build --watch --push     # at every save

    What was edited in Anki stays; what was changed on both sides is shown and left alone. Exit code 1 if something is left to decide.
    """
    project = whole_project(paths, output)
    choice = _choice(**choices)
    if dry_run:
        plan = built_now(project, force, lambda built: plan_push(project, built, choice))
        for line in push_report.listing(plan, project.arguments):
            click.echo(line)
        click.echo(push_report.summary(plan), err=True)
        sys.exit(0 if push_report.is_decided(plan) else 1)
    left = _push(project, force, choice)
    if sync:
        synchronise(project)
        click.echo(tr("Anki was asked to synchronise: see there whether it did"), err=True)
    sys.exit(0 if push_report.is_decided(left) and not left.does_something else 1)


def _choice(side: Side | None, guids: tuple[str, ...], delete: bool, full: bool) -> Choice:
    if guids and not side:
        raise click.UsageError(tr("--note needs --ours: it names the notes that --ours is for"))
    return Choice(side or "", frozenset(guids), delete, full)


def _push(project: Project, force: bool, choice: Choice) -> PushPlan:
    """Build what is to be built, push, and return what is left."""

    def announce(plan: PushPlan) -> None:
        for line in push_report.listing(plan, project.arguments, everything=False):
            click.echo(line)

    pushed = build_and_push(project, force, choice, announce)
    if isinstance(pushed, Outcome):
        report_of(project, pushed).echo()
        sys.exit(1)
    click.echo(push_report.summary(pushed.plan), err=True)
    for line in push_report.undone(pushed):
        click.echo(line, err=True)
    return pushed.left
