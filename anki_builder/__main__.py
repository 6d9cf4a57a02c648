"""`python -m anki_builder` and the console script `anki-builder`."""


def main() -> None:
    """Run the command line."""
    from anki_builder.cli import main as run

    run()


if __name__ == "__main__":
    main()
