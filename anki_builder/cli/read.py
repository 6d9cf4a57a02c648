"""`anki-builder read`: the notes as one bilingual page, to read in a browser or on paper."""

import base64
import mimetypes
import sys
from pathlib import Path

import click

from anki_builder.cli import report
from anki_builder.cli.media import MediaFinder
from anki_builder.cli.project import (
    PAGE_MARK,
    Project,
    may_force,
    refuse_to_replace,
    shown,
    write_output,
)
from anki_builder.cli.stages import open_notes, read_documents
from anki_builder.cli.words import tr
from anki_builder.document import AlignedDocument
from anki_builder.message import Message, several


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@may_force
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The page to write [default: build/<collection>.html].")
@click.option("--open", "open_browser", is_flag=True, help="Open the page in the browser.")
def command(paths: tuple[str, ...], output: str | None, open_browser: bool) -> None:
    """Write a page to read: each sentence beside its translation, terms with their glosses on tap.

    \b
    Examples:
      anki-builder read                       # all notes of the folder source
      anki-builder read notes/article.md --open

    The page is one HTML file that needs no network and no script. Printed, it lists the vocabulary below each article.
    """
    project = open_notes(paths)
    target = Path(output) if output else project.output.with_suffix(".html")
    refuse_to_replace(target, project.files, PAGE_MARK, Message("a page of this program"))
    documents, diagnostics = read_documents(project)
    report.print_errors(diagnostics)
    with_text = [aligned for aligned in documents if aligned.document.passages]
    if not with_text:
        click.echo(tr("no page was written: the notes hold no text"), err=True)
        sys.exit(1)
    from anki_builder.export.reading_page import reading_page  # late: no other command needs it

    page = reading_page(project.collection, [(aligned, _pictures(project, aligned)) for aligned in with_text])
    write_output(target, page)
    click.echo(shown(target))
    report.say(tr("{articles} to read", articles=several(len(with_text), "article")))
    if open_browser:
        click.launch(shown(target))


def _pictures(project: Project, aligned: AlignedDocument) -> dict[str, str]:
    """Return the pictures of a note as `data:` addresses, by the path that the note writes."""
    paths = [(path, passage.line) for passage in aligned.document.passages for path in passage.images]
    if not paths:
        return {}
    media, _ = MediaFinder(project.root)(aligned.document.source, paths)
    found: dict[str, str] = {}
    for path, file in media.items():
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        found[path] = f"data:{kind};base64,{base64.b64encode(Path(file.path).read_bytes()).decode()}"
    return found
