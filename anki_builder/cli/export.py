"""`anki-builder export`: sentence pairs and vocabulary as a table or a translation memory."""

from pathlib import Path

import click

from anki_builder.cli import report
from anki_builder.cli.project import may_force, refuse_to_replace, shown, write_output
from anki_builder.cli.stages import open_notes, read_documents
from anki_builder.message import Message

_BEGINNINGS = {"tsv": b"kind\ttext\t", "csv": b"kind,text,", "tmx": b'creationtool="anki-builder"'}
"""What stands at the beginning of an exported file of each format."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@may_force
@click.option(
    "--format", "form", type=click.Choice(["tsv", "csv", "tmx"]), default="tsv", show_default=True, help="The format of the file."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The file to write [default: standard output].")
def command(paths: tuple[str, ...], form: str, output: str | None) -> None:
    """Write the sentence pairs and the vocabulary for other programs.

    \b
    Formats:
      tsv   a table with tabs: Anki's own import, command line tools
      csv   a table with commas: spreadsheets
      tmx   a translation memory of the sentence pairs: OmegaT, memoQ, Trados

    \b
    Examples:
      anki-builder export source/article.md
      anki-builder export --format tmx -o memory.tmx
    """
    from anki_builder.export import FORMATS  # late: no other command needs it

    project = open_notes(paths)
    target = Path(output) if output else None
    if target is not None:
        refuse_to_replace(target, project.files, _BEGINNINGS[form], Message("an exported {form} file", form=form))
    documents, diagnostics = read_documents(project)
    report.print_errors(diagnostics)
    text = FORMATS[form](documents)
    if target is None:
        click.echo(text, nl=False)
        return
    write_output(target, text)
    click.echo(shown(target))
