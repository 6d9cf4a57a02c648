"""`anki-builder open`: the package built last, into Anki's import dialog."""

import click

from anki_builder.cli.opening import hand_over
from anki_builder.cli.project import UsageProblem, shown
from anki_builder.cli.stages import open_notes
from anki_builder.cli.words import tr


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The package, if it is not the default one.")
def command(paths: tuple[str, ...], output: str | None) -> None:
    """Hand the package built last to Anki, which asks before it imports. No add-on is needed.

    \b
    Examples:
      anki-builder open
      anki-builder build --open             # build first
    """
    project = open_notes(paths, output)
    if not project.output.is_file():
        raise UsageProblem(
            "{output} is not there: run `anki-builder build{arguments}` first",
            output=shown(project.output),
            arguments=project.arguments,
        )
    hand_over(project.output)
    click.echo(tr("{output} is handed to Anki: choose Import in its window", output=shown(project.output)), err=True)
