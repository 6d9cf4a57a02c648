"""`python -m anki_builder`, the console script `anki-builder`, and the stand-alone program."""

import sys


def main() -> None:
    """Run the command line."""
    if getattr(sys, "frozen", False):  # the stand-alone program starts itself again as its own worker processes
        from multiprocessing import freeze_support

        freeze_support()
        if len(sys.argv) == 1:  # a double click: whoever sits at a terminal has --help
            sys.argv.append("app")
    from anki_builder.cli import main as run

    run()


if __name__ == "__main__":
    main()
