"""A package handed to Anki as a double click does it: Anki shows its import dialog, and no add-on is needed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from anki_builder.cli.words import Problem
from anki_builder.message import Message


class NoAnki(Problem):
    """Anki cannot be reached: exit code 3."""

    exit_code = 3


def hand_over(package: Path) -> str:
    """Hand a package to Anki, and return the name of the program that took it. Raises `NoAnki` where there is none."""
    if sys.platform == "win32":
        try:
            os.startfile(package)
            return "Anki"
        except OSError:  # no program is registered for packages: Anki may be there all the same
            pass
    command = _command()
    if command is None:
        raise NoAnki(_cure(package))
    try:  # where Anki is not running yet, its process goes on after this one
        process = subprocess.Popen(
            [*command, str(package)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        raise NoAnki(_cure(package)) from None
    try:
        failed = process.wait(_PATIENCE) != 0
    except subprocess.TimeoutExpired:
        failed = False
    if failed:
        raise NoAnki(_cure(package))
    return command[0]


_PATIENCE = 2
"""Seconds within which a program that cannot open the package says so; Anki itself, newly started, runs on."""


def _command() -> list[str] | None:
    """Return the command that opens a package: Anki's own, which pip installs beside Python, else that of the desktop."""
    for path in (None, str(Path(sys.executable).parent)):
        if anki := shutil.which("anki", path=path):  # hands the file to an Anki that runs
            return [anki]
    if sys.platform == "darwin":
        return ["open"]
    return ["xdg-open"] if shutil.which("xdg-open") else None


def _cure(package: Path) -> str:
    return Message(
        "no program here opens packages of Anki: install Anki from https://apps.ankiweb.net, or import "
        "{package} in it by File → Import",
        package=package,
    )
