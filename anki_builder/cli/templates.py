"""`anki-builder templates`: which card templates there are, and how to make them one's own."""

import difflib
import sys
from fnmatch import fnmatchcase

import click

from anki_builder.cli import report
from anki_builder.cli.project import Project, UsageProblem, open_project, shown
from anki_builder.cli.template_folder import (
    BASE,
    Templates,
    back_up,
    check_templates,
    is_outdated,
    keep_base,
    read_templates,
    state_of,
    write_template,
)
from anki_builder.cli.words import tr, translated
from anki_builder.config import nearest
from anki_builder.diagnostic import Diagnostic
from anki_builder.message import Message, several
from anki_builder.notes.kinds import kinds
from anki_builder.templates import USER_STYLE, builtin, gallery
from anki_builder.templates.merging import merge


@click.group()
def command() -> None:
    """List, copy out, compare, upgrade and check card templates.

    \b
    Examples:
      anki-builder templates list
      anki-builder templates use tidy
      anki-builder templates eject sentence/read.back.html
      anki-builder templates diff
      anki-builder templates upgrade
      anki-builder templates check

    Files in the folder `templates` take the place of the built-in ones of the same name; `user.css` there comes after
    all other styles; pictures, sounds and fonts go into `templates/_media`.
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def list_(as_json: bool) -> None:
    """Print each template and whether it is built-in or your own."""
    from anki_builder.templates.validate import files_in_use  # late: it knows HTML and CSS

    project = open_project(())
    templates = read_templates(project)
    used = files_in_use(templates.written, kinds(project.config))
    for name in sorted({*builtin(), *templates.written, *(f"_media/{file}" for file in templates.names)}):
        state = state_of(name, templates, used)
        if as_json:
            click.echo(report.to_json({"kind": "template", "name": name, "state": state}))
        else:
            click.echo(f"{name:32} {translated(state)}")


@command.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Copy out all templates.")
@click.option("--force", is_flag=True, help="Overwrite files that are there; templates/.backup keeps them.")
@click.option("--stdout", "to_stdout", is_flag=True, help="Print the templates instead of writing files.")
def eject(names: tuple[str, ...], everything: bool, force: bool, to_stdout: bool) -> None:
    """Copy built-in templates into your templates folder, to edit them.

    NAMES are those of `templates list`; `sentence` stands for all in that folder, `*` for any characters. What you
    do not copy out keeps improving with new versions of the program. `templates/.built-in` keeps what was copied, for
    `diff` and `upgrade`: leave it there, and under version control.
    """
    templates = read_templates(open_project(()))
    if not names and not everything:
        raise UsageProblem("name what to copy out (`anki-builder templates list`), or add --all")
    chosen = _chosen(names or ("*",))
    if to_stdout:
        for name in chosen:
            click.echo(builtin()[name], nl=False)
        return
    there = [name for name in chosen if (templates.folder / name).exists()]
    if there and not force:
        raise UsageProblem("{file} exists already; --force overwrites it", file=shown(templates.folder / there[0]))
    for name in there:
        back_up(templates, name)
    for name in chosen:
        write_template(templates, name, builtin()[name])
        click.echo(shown(templates.folder / name))
    keep_base(templates, chosen)


def _chosen(names: tuple[str, ...]) -> list[str]:
    chosen: dict[str, None] = {}
    for pattern in names:
        found = [name for name in builtin() if fnmatchcase(name, pattern) or name.startswith(f"{pattern.rstrip('/')}/")]
        if not found:
            near = difflib.get_close_matches(pattern, builtin(), 1, 0.5)
            raise UsageProblem(
                Message("there is no built-in template “{name}”; did you mean “{near}”?", name=pattern, near=near[0])
                if near
                else Message("there is no built-in template “{name}”", name=pattern)
            )
        chosen.update(dict.fromkeys(found))
    return list(chosen)


@command.command()
@click.argument("name", required=False)
@click.option("--force", is_flag=True, help="Overwrite files that are there; templates/.backup keeps them.")
def use(name: str | None, force: bool) -> None:
    """Copy a look of the gallery into your templates folder, to start from; without a NAME, list the looks."""
    looks = gallery()
    if name is None:
        for look, files in looks.items():
            click.echo(f"{look:10} {files[USER_STYLE].partition('*/')[0].strip('/* ')}")
        return
    if name not in looks:
        raise UsageProblem(
            "there is no look “{name}”; the looks are {looks}{nearest}",
            name=name,
            looks=", ".join(looks),
            nearest=nearest(name, tuple(looks)),
        )
    templates = read_templates(open_project(()))
    there = [file for file in looks[name] if (templates.folder / file).exists()]
    if there and not force:
        raise UsageProblem("{file} exists already; --force overwrites it", file=shown(templates.folder / there[0]))
    for file in there:
        back_up(templates, file)
    for file, text in looks[name].items():
        write_template(templates, file, text)
        click.echo(shown(templates.folder / file))


@command.command()
@click.argument("names", nargs=-1)
def diff(names: tuple[str, ...]) -> None:
    """Print what you changed in your templates, and what new versions of the program changed in the built-in ones.

    Both are unified diffs against the built-in file as it was copied out.
    """
    templates = read_templates(open_project(()))
    chosen = set(_chosen(names)) if names else {*builtin(), *templates.base}
    for name in sorted(chosen):
        if name not in templates.written:
            if names:
                click.echo(tr("you have no {name} of your own", name=name), err=True)
            continue
        mine, theirs = templates.written[name], builtin().get(name, "")
        base = templates.base.get(name, theirs)
        _print_diff(base, mine, f"built-in/{name}", shown(templates.folder / name))
        if base != theirs:
            _print_diff(base, theirs, tr("built-in/{name}, as copied", name=name), tr("built-in/{name}, this version", name=name))
    if not names and USER_STYLE in templates.written:
        click.echo(tr("{file} is added to the built-in style", file=shown(templates.folder / USER_STYLE)), err=True)


def _print_diff(one: str, other: str, one_name: str, other_name: str) -> None:
    for line in difflib.unified_diff(one.splitlines(), other.splitlines(), one_name, other_name, lineterm=""):
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        click.echo(click.style(line, fg=colour) if colour else line)


@command.command()
@click.argument("names", nargs=-1)
@click.option("--keep", is_flag=True, help="Change nothing in your files; only take note of the built-in ones of this version.")
def upgrade(names: tuple[str, ...], keep: bool) -> None:
    """Bring what a new version of the program changed into your copies of its templates.

    A copy that you did not change is replaced; in others both changes are merged. Where both changed the same lines, the file
    holds both versions between marks, and nothing is built until you have chosen: exit code 1. `templates/.backup` keeps each file as
    it was.
    """
    templates = read_templates(open_project(()))
    chosen = [name for name in outdated(templates) if not names or any(fnmatchcase(name, pattern) for pattern in names)]
    conflicts = 0
    for name in chosen:
        done = bring_up(templates, name, keep)
        conflicts += "conflict" in done
        if name in templates.written or name not in builtin():
            click.echo(f"{shown(templates.folder / name)}: {translated(done)}")
    if not chosen:
        click.echo(tr("nothing to upgrade: the built-in templates are as you copied them"), err=True)
    sys.exit(1 if conflicts else 0)


def outdated(templates: Templates) -> list[str]:
    """Return the files that a new version of the program has changed or dropped since they were copied."""
    return [name for name in sorted(templates.base) if is_outdated(templates, name)]


def bring_up(templates: Templates, name: str, keep: bool = False) -> str:
    """Bring one file up to this version of the program, or keep it as it is from now on; return what was done."""
    done: str = Message("kept as it is") if keep and name in builtin() else _upgrade(templates, name)
    if name in builtin():
        write_template(templates, f"{BASE}/{name}", builtin()[name])
    else:
        (templates.folder / BASE / name).unlink(missing_ok=True)
    return done


def _upgrade(templates: Templates, name: str) -> str:
    """Upgrade one file of the learner's own, and return what was done."""
    base, mine, theirs = templates.base[name], templates.written.get(name), builtin().get(name)
    if theirs is None:
        if mine is None:
            write_template(templates, name, base)
        return Message("no longer built-in: it is yours alone")
    if mine in (None, theirs):
        return Message("as the built-in one")
    if mine == base:
        write_template(templates, name, theirs)
        return Message("replaced by the built-in one, which you had not changed")
    merged = merge(base, mine or "", theirs)
    copy = back_up(templates, name)
    write_template(templates, name, merged.text)
    done = (
        Message("{conflicts} to solve", conflicts=several(merged.conflicts, "conflict"))
        if merged.conflicts
        else Message("merged")
    )
    return Message("{done}; {file} holds your former version", done=done, file=shown(templates.folder / copy))


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
    click.echo(
        tr("{files} checked: {tally}", files=several(len(templates.written), "file"), tally=tally or tr("nothing to report")),
        err=True,
    )
    sys.exit(1 if any(diagnostic.rule.severity != "note" for diagnostic in found) else 0)


def _with_notes(project: Project, templates: Templates) -> list[Diagnostic]:
    """Return what is wrong with templates, also with regard to the notes."""
    from anki_builder.cli.stages import compile_project, with_collection  # late: only this command looks at notes

    return with_collection(
        project,
        lambda collection: check_templates(project, templates, collection, compile_project(project, collection).note_types),
    )
