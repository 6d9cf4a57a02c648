"""`anki-builder plan`: what the next import will do, before it."""

import sys
from collections.abc import Sequence

import click

from anki_builder.cli import report
from anki_builder.cli.cache import Cache
from anki_builder.cli.project import Project, open_project, severities, shown
from anki_builder.cli.stages import compile_project, identify_notes
from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger import Ledger, Plan, PlannedNote, search_text
from anki_builder.ledger.plan import Status

_COLOURS: dict[Status, str | None] = {"new": "green", "changed": "yellow", "returned": "green", "removed": "red", "unchanged": None}
_SHOWN = ("new", "changed", "returned", "removed")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The package that would be written.")
@click.option("--force", is_flag=True, help="Plan a build with --force.")
@click.option("--removed", is_flag=True, help="List the notes that earlier builds removed, and how to find them in Anki.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(paths: tuple[str, ...], output: str | None, force: bool, removed: bool, as_json: bool) -> None:
    """Say what the next import will do, before it. Nothing is written.

    \b
    Examples:
      anki-builder plan
      anki-builder plan notes --json | jq .changed
      anki-builder plan --removed           # all that Anki may still have

    Compared with the package built last. Exit code 1 if `build` would refuse.
    """
    project = open_project(paths, output)
    compilation, _ = compile_project(project, cache=Cache(project))
    identified, remarks, _ = identify_notes(project, compilation)
    plan = identified.plan
    stops = plan.stops(force)
    if removed:
        _print_removed(project, identified.ledger)
    elif as_json:
        click.echo(report.to_json(_json(project, plan, stops)))
    else:
        _print(project, plan)
    _tell(list(dict.fromkeys([*remarks, *stops])))
    sys.exit(1 if stops or severities(remarks)[0] else 0)


def _tell(diagnostics: Sequence[Diagnostic]) -> None:
    for block in report.listing(diagnostics):
        click.echo(block, err=True)


def _print(project: Project, plan: Plan) -> None:
    click.echo(plan.summary())
    for path, notes in _files(project, plan).items():
        told = [note for note in notes if note.status in _SHOWN or note.moved_from]
        if not told:
            continue
        click.echo(f"\n{click.style(path, bold=True)}  {_counts(notes)}")
        for note in told:
            what = click.style(f"{note.status:9}", fg=_COLOURS[note.status])
            line = f"{note.line:>5}" if note.line else "     "
            click.echo(f"  {what} {note.note_type:10} {line}  {report.printable(_short(note.text))}{_details(note)}")
    for note_type in plan.note_types:
        if note_type.status == "changed":
            click.echo(f"\nnote type “{note_type.name}”: its templates are replaced, also where they were edited in Anki")
    if any(note.blank_cards for note in plan.notes):
        click.echo("\nsome cards become blank; Anki keeps them until Tools → Empty Cards")
    if removed := plan.of("removed"):
        click.echo("\nAnki keeps removed notes. To delete them there, search in its browser for:\n")
        click.echo(f"  {search_text(note.guid for note in removed)}")


def _print_removed(project: Project, ledger: Ledger) -> None:
    gone = [entry for entry in ledger.entries if entry.removed]
    for entry in gone:
        click.echo(f"{entry.guid}  {entry.kind:10} {shown(project.root / entry.document)}  {report.printable(entry.text)}")
    if gone:
        click.echo(f"\nAnki keeps removed notes. To delete them there, search in its browser for:\n\n  {search_text(e.guid for e in gone)}")


def _details(note: PlannedNote) -> str:
    parts = []
    if note.fields:
        parts.append(", ".join(note.fields))
    if note.moved_from:
        parts.append(f"moved from {note.moved_from}")
    if note.new_cards:
        parts.append(f"new card {', '.join(note.new_cards)}")
    if note.blank_cards:
        parts.append(f"card {', '.join(note.blank_cards)} becomes blank")
    return f"  ({'; '.join(parts)})" if parts else ""


def _files(project: Project, plan: Plan) -> dict[str, list[PlannedNote]]:
    """Return the notes by file; those removed are listed where they were."""
    files: dict[str, list[PlannedNote]] = {}
    for note in plan.notes:
        path = note.path if note.status != "removed" else shown(project.root / note.document)
        files.setdefault(path, []).append(note)
    return files


def _counts(notes: Sequence[PlannedNote]) -> str:
    found = [note.status for note in notes]
    return ", ".join(f"{found.count(status)} {status}" for status in _COLOURS if status in found)


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _json(project: Project, plan: Plan, stops: Sequence[Diagnostic]) -> dict[str, object]:
    files = _files(project, plan)
    return {
        "kind": "plan",
        **{status: plan.count(status) for status in _COLOURS},
        "moved": len(plan.moved()),
        "notes": [
            {
                "status": note.status,
                "guid": note.guid,
                "note_type": note.note_type,
                "languages": list(note.languages),
                "path": path,
                "line": note.line or None,
                "text": note.text,
                "fields": list(note.fields),
                "moved_from": note.moved_from or None,
                "new_cards": list(note.new_cards),
                "blank_cards": list(note.blank_cards),
            }
            for path, notes in files.items()
            for note in notes
            if note.status != "unchanged" or note.moved_from
        ],
        "note_types": [
            {"status": note_type.status, "name": note_type.name, "note_type": note_type.note_type, "languages": list(note_type.languages)}
            for note_type in plan.note_types
        ],
        "files": [
            {"path": path, **{status: sum(note.status == status for note in notes) for status in _COLOURS}}
            for path, notes in files.items()
        ],
        "search": search_text(note.guid for note in plan.of("removed")),
        "stops": [f"{stop.rule.name}: {stop.message}" for stop in stops],
    }
