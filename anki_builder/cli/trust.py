"""Trust in settings. A folder of notes may come from somebody else, and its settings can name a command that makes the sound.

Such a command runs only once the learner has said so, for this file with this content; so do editors and direnv. Settings that belong to
another user of the machine are not read at all without that. What is trusted is kept in the user's configuration folder.
"""

import os
import sys
from hashlib import sha256
from pathlib import Path

import click

from anki_builder.cli.folders import config_home

TRUST = f"{__name__}.trust"
"""Key of `click.Context.meta`: whether the settings of this command are trusted from now on."""


def is_trusted(file: Path, text: str) -> bool:
    """Return whether the learner trusts settings; with `--trust` that is remembered. Raises `OSError` where it cannot be."""
    entry = _entry(file, text)
    try:
        known = _register().read_text("utf-8").splitlines()
    except (OSError, ValueError):
        known = []
    if entry in known:
        return True
    context = click.get_current_context(silent=True)
    if context is None or not context.meta.get(TRUST):
        return False
    remember(file, text)
    return True


def remember(file: Path, text: str) -> None:
    """Trust settings from now on. Raises `OSError`."""
    register = _register()
    register.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with register.open("a", encoding="utf-8") as lines:
        lines.write(f"{_entry(file, text)}\n")


def is_foreign(file: Path) -> bool:
    """Return whether a file belongs to another user, who is not the administrator. Raises `OSError`."""
    if sys.platform == "win32":  # files have no such owner there
        return False
    return file.stat().st_uid not in (0, os.getuid())


def _register() -> Path:
    return config_home() / "trusted"


def _entry(file: Path, text: str) -> str:
    """Return the line of a file: a digest of its place, to which names in its command are relative, and of its content."""
    return sha256(b"\0".join((os.fsencode(os.path.realpath(file)), text.encode()))).hexdigest()
