"""`anki-builder build`: notes in, a package out."""

import sys
import time

import click

from anki_builder.cli.details import detail
from anki_builder.cli.project import FORCE, open_project, with_deck, with_others
from anki_builder.cli.record import BuildRecord
from anki_builder.cli.trust import TRUST
from anki_builder.cli.words import tr


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The package to write [default: build/<collection>.apkg].")
@click.option("--accept-schema", is_flag=True, help="Build although fields or cards were added to note types that Anki has.")
@click.option(
    "--force",
    is_flag=True,
    callback=lambda context, _, given: bool(context.meta.update({FORCE: given}) or given),
    help="Build even if that removes a fifth of the notes or more, or replaces another file.",
)
@click.option(
    "--retitle",
    is_flag=True,
    help="Send notes with a former title, tag or list too; what was edited on them in Anki is lost.",
)
@click.option("--deck", metavar="NAME", help="The deck of articles that are new, in the place of the setting `deck`.")
@click.option("--watch", is_flag=True, help="Build again whenever a note, a template or a setting is saved.")
@click.option("--push", is_flag=True, help="With --watch: send each build to the running Anki.")
@click.option(
    "--trust",
    is_flag=True,
    expose_value=False,
    callback=lambda context, _, given: context.meta.update({TRUST: given}),
    help="Trust the settings as they are now, also where they run a command.",
)
@click.option("--open", "open_it", is_flag=True, help="Hand the package to Anki afterwards.")
@click.option("--no-cache", is_flag=True, help="Use no cache: read, align and compose every note again.")
@click.option(
    "-j", "--jobs", type=click.IntRange(0), default=0, help="Processes to read notes in [default: one for each processor]."
)
def command(paths: tuple[str, ...], output: str | None, deck: str | None, no_cache: bool, jobs: int, **asked: bool) -> None:
    """Build the package out of a folder of notes.

    \b
    Examples:
      anki-builder build                    # the folder source, else this one
      anki-builder build notes -o deck.apkg
      anki-builder build article.md
      anki-builder build --watch            # again at every save, until Ctrl-C
      anki-builder build --watch --push     # and into the running Anki

    Then in Anki: File → Import; or add --open.
    """
    if asked["watch"] and asked["open_it"]:
        raise click.UsageError(tr("--open and --watch do not go together: --open asks in Anki's window each time"))
    if asked["push"] and not asked["watch"]:
        raise click.UsageError(tr("--push needs --watch; to send once, use `anki-builder push`"))
    if deck is not None and asked["watch"]:
        raise click.UsageError(tr("--deck and --watch do not go together: write `deck` into the settings"))
    if asked["watch"]:
        from anki_builder.cli.watch import build_again

        sys.exit(build_again(paths, output, asked["force"], asked["push"]))
    began = time.time_ns()
    project = with_others(open_project(paths, output))._replace(retitle=asked["retitle"])
    if deck is not None:
        project = with_deck(project, deck)
    record = None if no_cache or project.retitle else BuildRecord(project, began)
    report = record.unchanged() if record is not None else None
    if report is not None:
        detail("nothing changed since the last build")
    else:
        from anki_builder.cli.building import make, report_of

        built = make(project, asked["force"], cache=not no_cache, record=record, jobs=jobs, accept_schema=asked["accept_schema"])
        report = report_of(project, built)
    report.echo()
    if asked["open_it"] and report.output:
        from anki_builder.cli.opening import hand_over

        hand_over(project.output)
    sys.exit(report.code)
