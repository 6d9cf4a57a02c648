"""`anki-builder new`: write a note to begin with."""

import re
from pathlib import Path

import click

from anki_builder.cli.project import UsageProblem, file_name, shown
from anki_builder.cli.words import is_english, tr

_NOTE = """\
# {title}

{text}

<!-- {about_text} -->

{vocabulary}

<!-- {about_words}   ferry：渡船   ferry: [ˈferi] n. boat; ship -->
"""
_CHINESE = {"text": "原文：", "vocabulary": "学习："}
_ENGLISH = {"text": "Text:", "vocabulary": "Vocabulary:"}


@click.command()
@click.argument("title", default="")
@click.option(
    "-d", "--directory", type=click.Path(file_okay=False), help="Where to write it: `source` if there is one, else here."
)
@click.option("--chinese/--english", default=None, help="Label the parts in Chinese or English [default: as messages are].")
def command(title: str, directory: str | None, chinese: bool | None) -> None:
    """Write a note to begin with, with places for text, translation and words. Nothing is overwritten.

    \b
    Examples:
      anki-builder new "The lighthouse keeper"
      anki-builder new "The lighthouse keeper" -d notes --chinese
    """
    folder = Path(directory) if directory else Path("source") if Path("source").is_dir() else Path()
    click.echo(shown(write_note(title, folder, not is_english() if chinese is None else chinese).absolute()))


def write_note(title: str, folder: Path, is_chinese: bool) -> Path:
    """Write a note to begin with into a folder, and return its path. Raises `UsageProblem`, also where a note has its name.

    What is to be written where is explained in the learner's language, whatever the language of the labels.
    """
    title = " ".join(title.split()) or tr("New note")
    note = _NOTE.format(
        title=title,
        about_text=tr("A paragraph of what you read, an empty line, its translation. As many pairs of them as you like."),
        about_words=tr("The words worth learning, one a line, as they stand in the text. Examples:"),
        **(_CHINESE if is_chinese else _ENGLISH),
    )
    name = re.sub(r"[^\w]+", "-", title.casefold()).strip("-_") or "note"
    path = folder / f"{file_name(name[:80])}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(note)
    except FileExistsError:
        raise UsageProblem("{file} exists already: nothing was written", file=shown(path.absolute())) from None
    except OSError as error:
        raise UsageProblem("cannot write {file}: {reason}", file=shown(path.absolute()), reason=error.strerror) from None
    return path
