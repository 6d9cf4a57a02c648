"""`anki-builder new`: write a note to begin with."""

import re
from pathlib import Path

import click

from anki_builder.cli.project import UsageProblem, shown

_NOTE = """\
# {title}

{text}

<!-- A paragraph of what you read, an empty line, its translation. As many pairs of them as you like. -->

{vocabulary}

<!-- The words worth learning, one a line, as they stand in the text:   ferry：渡船   or   ferry: [ˈferi] n. boat; ship -->
"""
_CHINESE = {"text": "原文：", "vocabulary": "学习："}
_ENGLISH = {"text": "Text:", "vocabulary": "Vocabulary:"}


@click.command()
@click.argument("title", default="New note")
@click.option(
    "-d", "--directory", type=click.Path(file_okay=False), help="Where to write it: `source` if there is one, else here."
)
@click.option("--chinese", is_flag=True, help="Label the parts in Chinese.")
def command(title: str, directory: str | None, chinese: bool) -> None:
    """Write a note to begin with, with places for text, translation and words. Nothing is overwritten.

    \b
    Examples:
      anki-builder new "The lighthouse keeper"
      anki-builder new "The lighthouse keeper" -d notes --chinese
    """
    folder = Path(directory) if directory else Path("source") if Path("source").is_dir() else Path()
    click.echo(shown(write_note(title, folder, chinese).absolute()))


def write_note(title: str, folder: Path, is_chinese: bool) -> Path:
    """Write a note to begin with into a folder, and return its path. Raises `UsageProblem`, also where a note has its name."""
    title = " ".join(title.split()) or "New note"
    name = re.sub(r"[^\w]+", "-", title.casefold()).strip("-_") or "note"
    path = folder / f"{name[:80]}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(_NOTE.format(title=title, **(_CHINESE if is_chinese else _ENGLISH)))
    except FileExistsError:
        raise UsageProblem("{file} exists already: nothing was written", file=shown(path.absolute())) from None
    except OSError as error:
        raise UsageProblem("cannot write {file}: {reason}", file=shown(path.absolute()), reason=error.strerror) from None
    return path
