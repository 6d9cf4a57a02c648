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


def bytes_of(path: Path) -> bytes:
    """Return what a file holds, nothing where there is none. Raises `Refused` where it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise not_read(path, error) from None


def not_read(path: Path, error: OSError) -> Refused:
    """Return that a file or folder cannot be read, and why."""
    return Refused(tr("cannot read {file}: {reason}", file=shown(path), reason=error.strerror or str(error)))
