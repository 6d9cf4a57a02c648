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
    """Return the folder of the program in that of the system; the names are environment variables that choose another one.

    One that names no absolute path is passed over: it would make a folder wherever the program is called.
    """
    variable, usual = {"win32": (windows_name, windows), "darwin": ("", mac)}.get(sys.platform, (unix_name, unix))
    try:
        chosen = Path(os.environ.get(variable, "")).expanduser()
        return (chosen if chosen.is_absolute() else Path(usual).expanduser()) / "anki-builder"
    except RuntimeError:  # a user without a home, as in a container: nothing can be kept
        return Path(os.devnull) / "anki-builder"
