"""`python -m anki_builder`, the console script `anki-builder`, and the stand-alone program."""

import os
import sys

_LIBRARIES = "LD_LIBRARY_PATH"


def main() -> None:
    """Run the command line."""
    if getattr(sys, "frozen", False):  # the stand-alone program starts itself again as its own worker processes
        from multiprocessing import freeze_support

        freeze_support()
        _free_others()
        if len(sys.argv) == 1:  # a double click: whoever sits at a terminal has --help
            sys.argv.append("app")
            for name in ("stdout", "stderr"):  # there may be nobody to read
                if getattr(sys, name) is None:
                    setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    from anki_builder.cli import main as run

    run()


def _free_others() -> None:
    """Let the browser and Anki find their own libraries, not those that PyInstaller unpacked for this program."""
    own = os.environ.pop(_LIBRARIES, None)
    before = os.environ.pop(f"{_LIBRARIES}_ORIG", None)
    if own is not None and before:
        os.environ[_LIBRARIES] = before


if __name__ == "__main__":
    main()
