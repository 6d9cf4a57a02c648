"""`anki-builder build`: notes in, a package out."""

import sys
import time

import click

from anki_builder.cli.cache import BuildRecord, Cache
from anki_builder.cli.project import open_project


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The package to write [default: build/<collection>.apkg].")
@click.option("--force", is_flag=True, help="Build even if that removes a fifth of the notes or more.")
@click.option("--watch", is_flag=True, help="Build again whenever a note, a template or a setting is saved.")
@click.option("--no-cache", is_flag=True, help="Read, align and compose every note again.")
def command(paths: tuple[str, ...], output: str | None, force: bool, watch: bool, no_cache: bool) -> None:
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
    began = time.time_ns()
    project = open_project(paths, output)
    record = None if no_cache else BuildRecord(project, began)
    done = record.unchanged() if record is not None else None
    if done is None:
        from anki_builder.cli.building import make, printed

        outcome = make(project, force, cache=None if no_cache else Cache(project), record=record)  # held until the process ends
        done = printed(project, outcome)
    done.tell()
    sys.exit(done.code)
