"""`anki-builder check --explain-layout`: what each line was taken for, so that a learner sees why it is or is not a card."""

from itertools import groupby

import click

from anki_builder.cli import report
from anki_builder.cli.project import Project, read_source
from anki_builder.reading import explain as explain_source


def explain(project: Project, as_json: bool) -> None:
    """Print, line by line, layout and role; lines without a layout in them make no card."""
    for file in project.files:
        source, undecoded = read_source(project, file)
        for diagnostic in undecoded:
            click.echo(report.short(diagnostic), err=True)
        if source is None:
            continue
        lines = explain_source(source, project.config)
        if as_json:
            for line, layout, role, text in lines:
                row = {"kind": "line", "path": source.path, "line": line, "layout": layout or None, "role": role, "text": text}
                click.echo(report.to_json(row))
            continue
        click.echo(click.style(report.printable(source.path), bold=True))
        for layout, group in groupby(lines, key=lambda row: row[1]):
            for line, _, role, text in group:
                named = f"{layout}: {role}" if layout else role
                colour = None if layout else "bright_black"
                click.echo(f"{line:>6}  {click.style(f'{named:<26}', fg=colour)} {report.printable(text.strip())[:120]}")
