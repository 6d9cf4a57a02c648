"""`anki-builder layout`: patterns for what is not read; and `check --explain-layout`: what each line was taken for."""

import sys

import click

from anki_builder.cli import report
from anki_builder.cli.columns import padded
from anki_builder.cli.compiling import former_languages
from anki_builder.cli.project import Project, UsageProblem, read_source
from anki_builder.cli.roles import in_words
from anki_builder.cli.stages import open_notes
from anki_builder.cli.words import tr, translated
from anki_builder.languages import language
from anki_builder.message import Message, several
from anki_builder.reading.reader import explain as explain_source
from anki_builder.reading.suggestions import Suggestion
from anki_builder.reading.unread import Unread, unread


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(), metavar="FILE...")
def command(paths: tuple[str, ...]) -> None:
    """Propose patterns for the lines of a note that are not read.

    Prints each shape that repeats among them, with how often it does, an example, and the layout that would read it, ready to paste
    into anki_builder.toml. docs/layouts.md explains patterns.

    \b
    Examples:
      anki-builder layout source/verbs.md
      anki-builder layout source/verbs.md >> anki_builder.toml
    """
    if not paths:
        raise UsageProblem("name a note: `anki-builder layout FILE`")
    project = open_notes(paths)
    for file in project.files:
        source, undecoded = read_source(project, file)
        for diagnostic in undecoded:
            click.echo(report.short(diagnostic), err=True)
        if source is not None:
            _print(source.path, unread(source, project.config))
    sys.exit(0)


def _print(path: str, found: Unread) -> None:
    """Print what is to be said of a note: layouts on standard output, what is said about them as comments, all else as a message."""
    for layout, count in found.records:
        first = report.printable(layout.pattern.strip().split("\n")[0])
        click.echo(
            tr("{path}: your layout “{first}” reads {records}", path=path, first=first, records=several(count, "record")),
            err=True,
        )
    for suggestion in found.suggestions:
        click.echo(as_toml(path, suggestion))
    if not found.lines and not found.doubtful:
        click.echo(tr("{path}: every line is read", path=path), err=True)
    if found.lines:
        click.echo(
            tr(
                "{path}: no card comes of {lines} ({numbers})",
                path=path,
                lines=several(len(found.lines), "line"),
                numbers=_numbers(found.lines),
            ),
            err=True,
        )
    if found.doubtful:
        left = several(len(found.doubtful), "line")
        click.echo(
            tr(
                "{path}: marks are left on the cards of {lines} ({numbers})",
                path=path,
                lines=left,
                numbers=_numbers(found.doubtful),
            ),
            err=True,
        )
    if found.suggestions:
        click.echo(tr("paste the layouts you want into anki_builder.toml, and correct the fields that are wrong"), err=True)
    elif found.lines or found.doubtful:
        click.echo(tr("no shape that holds both languages repeats among these lines, so no layout is proposed"), err=True)


def _numbers(lines: tuple[int, ...]) -> str:
    return ", ".join(map(str, lines[:8])) + (" …" if len(lines) > 8 else "")


def as_toml(path: str, suggestion: Suggestion) -> str:
    """Return a suggestion as a table of the settings, its count and example as comments."""
    comment = [
        tr(
            "{records} in {path}, the first at line {line}:",
            records=several(suggestion.records, "record"),
            path=path,
            line=suggestion.line,
        )
    ]
    comment += [f"    {line.rstrip()}" for line in suggestion.example]
    quotes, pattern = '"""', suggestion.pattern
    if "\\" in pattern or quotes in pattern or pattern.endswith('"'):
        quotes = "'''"
    if quotes == "'''" and quotes in pattern:
        quotes, pattern = '"""', pattern.replace("\\", "\\\\").replace('"', '\\"')
    shown = "\n".join(f"# {report.printable(line)}" for line in comment)
    return f"{shown}\n[[layouts]]\npattern = {quotes}\n{pattern}\n{quotes}\n"


def explain(project: Project, as_json: bool) -> None:
    """Print, line by line, layout, role and evidence; lines without a layout in them make no card."""
    former = former_languages(project)
    for file in project.files:
        source, undecoded = read_source(project, file)
        for diagnostic in undecoded:
            click.echo(report.short(diagnostic), err=True)
        if source is None:
            continue
        languages, votes, lines = explain_source(former.told(source), project.config)
        if as_json:
            for one in lines:
                row = {"kind": "line", "path": source.path, "line": one.line, "layout": one.layout or None, "role": one.role}
                click.echo(report.to_json(row | {"why": one.why, "text": one.text}))
            continue
        first, second = (Message(language(tag).name) for tag in languages)
        click.echo(
            click.style(report.printable(source.path), bold=True)
            + "  "
            + tr("{first} is studied, {second} explains it", first=first, second=second)
        )
        for name, weight in votes:
            click.echo(click.style(f"        {weight:+.1f} {report.printable(translated(name))}", fg="bright_black"))
        for one in lines:
            colour = None if one.layout else "bright_black"
            why = click.style(f"  ({translated(one.why)})", fg="bright_black") if one.why else ""
            named = click.style(padded(in_words(one.layout, one.role), 26, left=True), fg=colour)
            click.echo(f"{one.line:>6}  {named} {report.printable(one.text.strip())[:120]}{why}")
