"""`anki-builder plan`: print the effect of the next import."""

import sys
from collections.abc import Sequence
from typing import NamedTuple

import click

from anki_builder.cli import report
from anki_builder.cli.columns import padded
from anki_builder.cli.project import Project, severities, shown, with_others
from anki_builder.cli.stages import Identified, compile_project, identify_notes, open_notes, with_collection
from anki_builder.cli.words import tr, translated
from anki_builder.collection import Collection
from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger.file import Ledger
from anki_builder.ledger.plan import Change, Plan, Status, counted, search_text
from anki_builder.message import Template, listed, several, short

_COLOURS: dict[Status, str | None] = {
    "new": "green",
    "changed": "yellow",
    "returned": "green",
    "removed": "red",
    "unchanged": None,
}
LABELS: dict[Status, Template] = {
    "new": Template("new"),
    "changed": Template("changed"),
    "unchanged": Template("unchanged"),
    "returned": Template("returned"),
    "removed": Template("removed"),
}
"""The fate of one note, in a word."""
_SHOWN = ("new", "changed", "returned", "removed")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The package that would be written.")
@click.option("--force", is_flag=True, help="Plan a build with --force.")
@click.option("--retitle", is_flag=True, help="Plan a build with --retitle.")
@click.option("--removed", is_flag=True, help="List the notes that earlier builds removed, and how to find them in Anki.")
@click.option("--choices", is_flag=True, help="Print how many cards each choice of cards would make.")
@click.option("--anki", "with_anki", is_flag=True, help="Compare with the running Anki instead: what `push` would send.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(paths: tuple[str, ...], output: str | None, force: bool, as_json: bool, **asked: bool) -> None:
    """Say what the next import will do, before it. Nothing is written.

    \b
    Examples:
      anki-builder plan
      anki-builder plan notes --json | jq .changed
      anki-builder plan --removed           # all that Anki may still have
      anki-builder plan --choices           # how many cards a setting would make
      anki-builder plan --anki              # what a push would send

    Compared with the package built last. Exit code 1 if `build` would refuse.
    """
    if asked["choices"]:
        from anki_builder.cli.choices import print_choices

        print_choices(open_notes(paths, output), as_json)
        return
    if asked["with_anki"]:
        sys.exit(_plan_push(paths, output, force, as_json))
    project = with_others(open_notes(paths, output))._replace(retitle=asked["retitle"])

    def work(collection: Collection) -> Identified:
        return identify_notes(project, collection, compile_project(project, collection))

    identified = with_collection(project, work)
    plan, remarks = identified.settled.plan, identified.remarks
    stops = plan.stops(force)
    if asked["removed"]:
        _print_removed(project, identified.settled.ledger)
    elif as_json:
        click.echo(report.to_json(_json(project, plan, stops)))
    else:
        _print(project, plan)
    _tell(list(dict.fromkeys([*remarks, *stops])))
    sys.exit(1 if stops or severities(remarks)[0] else 0)


def _plan_push(paths: tuple[str, ...], output: str | None, force: bool, as_json: bool) -> int:
    """Print what a push would do, compared with all notes of the running Anki; return the exit code."""
    from anki_builder.anki.pushing import Choice
    from anki_builder.cli import push_report
    from anki_builder.cli.pushing import built_now, plan_push, whole_project

    project = whole_project(paths, output)
    plan = built_now(project, force, lambda built: plan_push(project, built, Choice(full=True)))
    if as_json:
        click.echo(report.to_json(push_report.as_json(plan)))
    else:
        click.echo(push_report.summary(plan))
        for line in push_report.listing(plan, project.arguments):
            click.echo(line)
    return 0 if push_report.is_decided(plan) else 1


def _tell(diagnostics: Sequence[Diagnostic]) -> None:
    for block in report.listing(diagnostics):
        click.echo(block, err=True)


def _print(project: Project, plan: Plan) -> None:
    click.echo(translated(plan.summary()))
    for file in _files(project, plan):
        if not file.changes:
            continue
        click.echo(f"\n{click.style(file.path, bold=True)}  {_counts(file)}")
        for change in file.changes:
            what = click.style(padded(tr(*LABELS[change.status]), 9, left=True), fg=_COLOURS[change.status])
            line = f"{change.line:>5}" if change.line else "     "
            text = report.printable(short(change.text))
            guid = click.style(change.identity.guid, dim=True)
            click.echo(f"  {what} {change.identity.kind:10} {guid} {line}  {text}{_details(change)}")
    for note_type in plan.note_types:
        if note_type.status == "changed":
            click.echo(
                "\n"
                + tr("note type “{name}”: its templates are replaced, also where they were edited in Anki", name=note_type.name)
            )
    if plan.waiting:
        click.echo(
            "\n"
            + tr(
                "a former title, tag or list stays in Anki on {notes} until the next change; "
                "`anki-builder build --retitle{arguments}` sends them all, and overwrites what was edited on "
                "them there",
                notes=several(plan.waiting, "note"),
                arguments=project.arguments,
            )
        )
    if any(change.blank_cards for change in plan.changes):
        click.echo("\n" + tr("some cards become blank; Anki keeps them until you choose Tools → Empty Cards"))
    if removed := plan.of("removed"):
        click.echo("\n" + tr("Anki keeps removed notes. To delete them there, search in its browser for:") + "\n")
        click.echo(f"  {search_text(change.identity.guid for change in removed)}")


def _print_removed(project: Project, ledger: Ledger) -> None:
    gone = ledger.removed()
    for entry in gone:
        click.echo(f"{entry.guid}  {entry.kind:10} {shown(project.root / entry.document)}  {report.printable(entry.text)}")
    if gone:
        click.echo(
            "\n"
            + tr("Anki keeps removed notes. To delete them there, search in its browser for:")
            + f"\n\n  {search_text(e.guid for e in gone)}"
        )


def _details(note: Change) -> str:
    parts = []
    if note.fields:
        parts.append(", ".join(note.fields))
    if note.moved_from:
        parts.append(tr("moved from {file}", file=note.moved_from))
    if note.new_cards:
        parts.append(tr("new card {cards}", cards=", ".join(note.new_cards)))
    if note.blank_cards:
        parts.append(tr("card {cards} becomes blank", cards=", ".join(note.blank_cards)))
    return f"  ({'; '.join(parts)})" if parts else ""


class _File(NamedTuple):
    """The changes of one file; removed notes are listed where they were."""

    path: str
    changes: list[Change]
    counts: dict[Status, int]


def _files(project: Project, plan: Plan) -> list[_File]:
    files = {path: _File(path, [], dict.fromkeys(_COLOURS, 0) | {"unchanged": count}) for path, count in plan.notes.items()}
    for change in plan.changes:
        path = change.path if change.status != "removed" else shown(project.root / change.identity.document)
        file = files.setdefault(path, _File(path, [], dict.fromkeys(_COLOURS, 0)))
        file.changes.append(change)
        if change.status != "removed":
            file.counts["unchanged"] -= 1
        file.counts[change.status] += 1
    return list(files.values())


def _counts(file: _File) -> str:
    return translated(listed([counted(status, count) for status, count in file.counts.items() if count]))


def _json(project: Project, plan: Plan, stops: Sequence[Diagnostic]) -> dict[str, object]:
    files = _files(project, plan)
    return {
        "kind": "plan",
        **{status: plan.count(status) for status in _COLOURS},
        "moved": plan.moved,
        "notes": [
            {
                "status": note.status,
                "guid": note.identity.guid,
                "note_type": note.identity.kind,
                "languages": list(note.identity.languages),
                "path": file.path,
                "line": note.line or None,
                "text": note.text,
                "fields": list(note.fields),
                "moved_from": note.moved_from or None,
                "new_cards": list(note.new_cards),
                "blank_cards": list(note.blank_cards),
            }
            for file in files
            for note in file.changes
        ],
        "note_types": [
            {
                "status": note_type.status,
                "name": note_type.name,
                "note_type": note_type.kind,
                "languages": list(note_type.languages),
            }
            for note_type in plan.note_types
        ],
        "files": [{"path": file.path, **file.counts} for file in files],
        "search": search_text(note.identity.guid for note in plan.of("removed")),
        "stops": [f"{stop.rule.name}: {stop.message}" for stop in stops],
    }
