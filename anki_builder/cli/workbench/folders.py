"""Which folders the page may open, those that were opened before, and a look around among them."""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from anki_builder.cli.files import write
from anki_builder.cli.folders import config_home
from anki_builder.cli.project import CONFIG, file_name, natural
from anki_builder.cli.words import tr
from anki_builder.cli.workbench.refusals import not_read
from anki_builder.preview.workbench import Data, Refused

_MOST = 10
"""Folders that are remembered."""
_LONGEST = 80
"""Characters of the name of a new folder."""
_LISTED = 500
"""Folders within one that are shown."""
_COUNTED = 1000
"""Files of a folder that are looked at to count its notes."""


class Folders:
    """The folders that the learner may choose: those below the home, and those that were once named on a command line."""

    def __init__(self, named: Iterable[Path], home: Path | None) -> None:
        """`home` is None for a user without one."""
        self._named = [Path(os.path.realpath(path)) for path in named]
        self._home = Path(os.path.realpath(home)) if home is not None else None

    def allowed(self, folder: str) -> Path:
        """Return a folder without links in its path. Raises `Refused` for one that may not be opened, also where a link leads there."""
        return _within(self._roots(), folder)

    def look(self, folder: str) -> Data:
        """Return what the page shows of a folder to choose from; the home, or the first folder that may be opened, if none is named."""
        roots = self._roots()
        place = _within(roots, folder or str(roots[0]))
        inside, notes = _inside(place, roots)
        above = place.parent
        return {
            "folder": str(place),
            "above": str(above) if above != place and _is_within(roots, above) else None,
            "notes": notes,
            "can_open": place != self._home or (place / CONFIG).is_file(),
            "folders": [{"name": path.name, "folder": str(path)} for path in inside[:_LISTED]],
            "more": max(0, len(inside) - _LISTED),
        }

    def make(self, folder: str, name: str) -> Path:
        """Make a folder within one, and return it. Raises `Refused`."""
        place, name = self.allowed(folder), name.strip()
        if len(name) > _LONGEST or file_name(name) != name:
            raise Refused(tr("“{name}” cannot be the name of a folder", name=name[:_LONGEST]))
        made = place / name
        try:
            made.mkdir()
        except FileExistsError:
            raise Refused(tr("{file} exists already: nothing was written", file=made)) from None
        except (OSError, ValueError) as error:
            raise Refused(
                tr("cannot write {file}: {reason}", file=made, reason=getattr(error, "strerror", None) or error)
            ) from None
        return made

    def _roots(self) -> list[Path]:
        home = [self._home] if self._home is not None else []
        return [*home, *self._named, *map(_real, recent())] or [Path.cwd()]


def _real(folder: str) -> Path:
    return Path(os.path.realpath(folder))


def _is_within(roots: Iterable[Path], place: Path) -> bool:
    return any(place.is_relative_to(root) for root in roots)


def _within(roots: Iterable[Path], folder: str) -> Path:
    try:
        place = _real(folder)
    except (OSError, ValueError):  # a NUL, or a loop of links
        raise Refused(tr("there is no such folder")) from None
    if not _is_within(roots, place):
        raise Refused(
            tr(
                "{folder} is not in your home folder: name it once on a command line, as in `anki-builder app FOLDER`",
                folder=place,
            )
        )
    if not os.path.isdir(place):  # noqa: PTH112 (it takes names of any length)
        raise Refused(tr("there is no folder {folder}", folder=place))
    return place


def _inside(place: Path, roots: Sequence[Path]) -> tuple[list[Path], int]:
    """Return the folders within one that may be opened, by name, and how many notes lie directly in it."""
    found, notes = [], 0
    try:
        with os.scandir(place) as entries:
            for number, entry in enumerate(entries):
                if entry.name.startswith("."):
                    continue
                if _is_folder(entry):
                    if not entry.is_symlink() or _is_within(roots, _real(entry.path)):
                        found.append(place / entry.name)
                elif number < _COUNTED and entry.name.lower().endswith(".md"):
                    notes += 1
    except OSError as error:
        raise not_read(place, error) from None
    return sorted(found, key=lambda path: natural(path.name)), notes


def recent() -> list[str]:
    """Return the folders that were opened last and are still there, the last one first."""
    try:
        known = json.loads(_register().read_text("utf-8"))
    except (OSError, ValueError):
        return []
    folders = known if isinstance(known, list) else []
    return [folder for folder in folders if isinstance(folder, str) and Path(folder).is_dir()][:_MOST]


def remember(folder: Path) -> None:
    """Put a folder before all others. A folder that cannot be written is no reason to fail."""
    others = [other for other in recent() if other != str(folder)]
    try:
        _register().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write(_register(), json.dumps([str(folder), *others][:_MOST], indent=1).encode())
    except (OSError, ValueError):
        return


def _register() -> Path:
    return config_home() / "folders.json"


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
