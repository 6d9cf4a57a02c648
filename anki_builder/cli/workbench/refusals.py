"""Reasons why something is not done, in the learner's language."""

from pathlib import Path

from anki_builder.cli.project import shown
from anki_builder.cli.words import tr
from anki_builder.preview.workbench import Refused


def changed_meanwhile(path: Path) -> Refused:
    """Return that a file is not the one that the page has."""
    return Refused(tr("{file} was changed meanwhile: look at it again", file=shown(path)))


def not_written(path: Path, error: OSError) -> Refused:
    """Return that a file cannot be written, and why."""
    return Refused(tr("cannot write {file}: {reason}", file=shown(path), reason=error.strerror or str(error)))


def not_read(path: Path, error: OSError) -> Refused:
    """Return that a file or folder cannot be read, and why."""
    return Refused(tr("cannot read {file}: {reason}", file=shown(path), reason=error.strerror or str(error)))
