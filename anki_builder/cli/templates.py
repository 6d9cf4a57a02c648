"""`anki-builder templates`: which card templates there are, and how to make them one's own."""

import difflib
import sys
from fnmatch import fnmatchcase

import click

from anki_builder.cli import report
from anki_builder.cli.project import Project, UsageProblem, open_project, shown
from anki_builder.cli.template_folder import Templates, check_templates, read_templates
from anki_builder.diagnostic import Diagnostic
from anki_builder.templates import HEADER, USER_STYLE, builtin, ejected, is_outdated


@click.group()
def command() -> None:
    """List, copy out, compare and check card templates.

    \b
    Examples:
      anki-builder templates list
      anki-builder templates eject sentence/read.back.html
      anki-builder templates diff
      anki-builder templates check

    Files in the folder `templates` take the place of the built-in ones of the same name; `user.css` there comes after
    all other styles; pictures, sounds and fonts go into `templates/_media`.
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def list_(as_json: bool) -> None:
    """Print each template and whether it is built-in or your own."""
    templates = read_templates(open_project(()))
    for name in sorted({*builtin(), *templates.written, *(f"_media/{file}" for file in templates.names)}):
        state = _state(name, templates)
        if as_json:
            click.echo(report.to_json({"kind": "template", "name": name, "state": state}))
        else:
            click.echo(f"{name:32} {state}")


def _state(name: str, templates: Templates) -> str:
    if name.startswith("_media/"):
        return "media"
    if name not in templates.written:
        return "built-in"
    if name not in builtin():
        return "added" if name == USER_STYLE or name.startswith("parts/") else "unknown"
    return "overridden, built-in has changed" if is_outdated(name, templates.written[name]) else "overridden"


@command.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Copy out all templates.")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
def eject(names: tuple[str, ...], everything: bool, force: bool) -> None:
    """Copy built-in templates into your templates folder, to edit them.

    NAMES are those of `templates list`; `sentence` stands for all in that folder, `*` for any characters. What you
    do not copy out keeps improving with new versions of the program.
    """
    folder = read_templates(open_project(())).folder
    if not names and not everything:
        raise UsageProblem("name what to copy out (`anki-builder templates list`), or say --all")
    chosen = _chosen(names or ("*",))
    there = [name for name in chosen if (folder / name).exists()]
    if there and not force:
        raise UsageProblem(f"{shown(folder / there[0])} is there already; --force overwrites it")
    for name in chosen:
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(ejected(name), "utf-8")
        except OSError as error:
            raise UsageProblem(f"cannot write {shown(path)}: {error.strerror or error}") from None
        click.echo(shown(path))


def _chosen(names: tuple[str, ...]) -> list[str]:
    chosen: dict[str, None] = {}
    for pattern in names:
        found = [name for name in builtin() if fnmatchcase(name, pattern) or name.startswith(f"{pattern.rstrip('/')}/")]
        if not found:
            near = difflib.get_close_matches(pattern, builtin(), 1, 0.5)
            raise UsageProblem(f"there is no built-in template “{pattern}”" + (f"; did you mean “{near[0]}”?" if near else ""))
        chosen.update(dict.fromkeys(found))
    return list(chosen)


@command.command()
@click.argument("names", nargs=-1)
def diff(names: tuple[str, ...]) -> None:
    """Print how your templates differ from the built-in ones, as a unified diff."""
    templates = read_templates(open_project(()))
    for name in _chosen(names) if names else builtin():
        if name not in templates.written:
            if names:
                click.echo(f"{name} is not overridden", err=True)
            continue
        own = HEADER.sub("", templates.written[name], count=1)
        lines = difflib.unified_diff(
            builtin()[name].splitlines(), own.splitlines(), f"built-in/{name}", shown(templates.folder / name), lineterm=""
        )
        for line in lines:
            colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
            click.echo(click.style(line, fg=colour) if colour else line)
    if not names and USER_STYLE in templates.written:
        click.echo(f"{shown(templates.folder / USER_STYLE)} is added to the built-in style", err=True)


@command.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--format", "form", type=click.Choice(["full", "short", "json"]), default="full", help="How to print diagnostics.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def check(paths: tuple[str, ...], form: str, as_json: bool) -> None:
    """Say what is wrong with your templates, and which of their cards the notes at PATHS never make.

    Exit code 1 if there is an error or a warning.
    """
    project = open_project(paths)
    templates = read_templates(project)
    found = _with_notes(project, templates) if templates.written and project.files else check_templates(project, templates)
    for line in report.listing(found, "json" if as_json else form):
        click.echo(line)
    tally = report.counts(found)
    click.echo(f"{report.several(len(templates.written), 'file')} checked: {tally or 'nothing to report'}", err=True)
    sys.exit(1 if any(diagnostic.rule.severity != "note" for diagnostic in found) else 0)


def _with_notes(project: Project, templates: Templates) -> list[Diagnostic]:
    """Return what is wrong with templates, also with regard to the notes."""
    from anki_builder.cli.stages import compile_project, with_collection  # late: only this command looks at notes

    return with_collection(
        project,
        lambda collection: check_templates(project, templates, collection, compile_project(project, collection).note_types),
    )
