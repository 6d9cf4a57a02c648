"""The command line in the process of the tests."""

from click.testing import CliRunner, Result

from anki_builder.cli import cli


def run(*arguments: str) -> Result:
    """Call a command; any exception but the end of the program is the test's."""
    result = CliRunner().invoke(cli, list(arguments), prog_name="anki-builder")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result
