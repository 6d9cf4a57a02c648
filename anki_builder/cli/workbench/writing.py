"""Files that the page writes: what would change in them, and the writing, only if they are as the page has them."""

import difflib
import os
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from anki_builder.cli.files import write
from anki_builder.cli.project import shown
from anki_builder.cli.words import tr
from anki_builder.cli.workbench.refusals import changed_meanwhile, not_read, not_written
from anki_builder.preview.workbench import Refused


class Version(NamedTuple):
    """A file as it is at one moment; empty where there is none."""

    path: Path
    data: bytes

    @property
    def text(self) -> str:
        """The text of the file."""
        return self.data.decode("utf-8-sig", "replace")

    @property
    def digest(self) -> str:
        """The name of this version: what the page shows is for it alone."""
        return sha256(self.data).hexdigest()

    def differences(self, text: str) -> list[str]:
        """Return what another text would change, as the lines of a unified diff."""
        path = shown(self.path)
        return list(difflib.unified_diff(self.text.splitlines(), text.splitlines(), path, path, n=1, lineterm=""))

    def require(self, digest: str, folder: Path | None = None) -> None:
        """Raise `Refused` unless this is the version that the page has, and lies in a `folder` and not elsewhere by a link."""
        if folder is not None and not Path(os.path.realpath(self.path)).is_relative_to(os.path.realpath(folder)):
            raise Refused(tr("{file} leads out of the folder", file=shown(self.path)))
        if self.digest != digest:
            raise changed_meanwhile(self.path)

    def replace(self, data: bytes, digest: str, folder: Path | None = None) -> None:
        """Write other bytes, if `require` has nothing against it. Raises `Refused`."""
        self.require(digest, folder)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write(self.path, data)
        except OSError as error:
            raise not_written(self.path, error) from None


def version_of(path: Path) -> Version:
    """Return a file as it is now. Raises `Refused` where it cannot be read."""
    try:
        return Version(path, path.read_bytes())
    except FileNotFoundError:
        return Version(path, b"")
    except OSError as error:
        raise not_read(path, error) from None
