"""The place at which a page of this program is served: its port, and the secret part of its address."""

import errno
import os
import re
import secrets
import socket
from contextlib import suppress

from anki_builder.cli.folders import cache_home
from anki_builder.cli.project import UsageProblem


def listening_at(port: int | None, usual: int) -> socket.socket:
    """Return a socket that listens at a port of this machine; without one at the usual port, or at any if that is taken.

    Raises `UsageProblem`.
    """
    from anki_builder.preview.door import listen  # late: it imports the server

    try:
        return listen(usual if port is None else port)
    except OSError as error:
        if port is None and error.errno == errno.EADDRINUSE:
            return listen(0)
        reason = (os.strerror(error.errno) if error.errno else str(error)).lower()
        raise UsageProblem("cannot use port {port}: {reason}; try --port 0", port=port or usual, reason=reason) from None


def token_of(page: str) -> str:
    """Return the secret part of the address of a page: the same each time, so that an open page finds the program again."""
    fresh = secrets.token_urlsafe(16)
    file = cache_home() / f"{page}-token"
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError), os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
            new.write(fresh)
        kept = file.read_text("ascii") if file.is_file() else ""
    except (OSError, ValueError):
        return fresh
    return kept if re.fullmatch(r"[\w-]{22}", kept) else fresh
