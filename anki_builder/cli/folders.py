"""The program's folders in the user's home: what can be made again, and what the user has decided."""

import os
import sys
from pathlib import Path


def cache_home() -> Path:
    """Return the folder of the program in the user's cache folder."""
    return _of_program("LOCALAPPDATA", "~/AppData/Local", "~/Library/Caches", "XDG_CACHE_HOME", "~/.cache")


def config_home() -> Path:
    """Return the folder of the program in the user's configuration folder."""
    return _of_program("APPDATA", "~/AppData/Roaming", "~/Library/Application Support", "XDG_CONFIG_HOME", "~/.config")


def _of_program(windows_name: str, windows: str, mac: str, unix_name: str, unix: str) -> Path:
    """Return the folder of the program in that of the system; the names are environment variables that choose another one."""
    if sys.platform == "win32":
        base = os.environ.get(windows_name) or windows
    elif sys.platform == "darwin":
        base = mac
    else:
        base = os.environ.get(unix_name) or unix
    try:
        return Path(base).expanduser() / "anki-builder"
    except RuntimeError:  # a user without a home, as in a container: nothing can be kept
        return Path(os.devnull) / "anki-builder"
