"""`anki-builder init`: write a file of settings, each explained and none changed."""

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from anki_builder import config
from anki_builder.cli.columns import wrapped
from anki_builder.cli.project import CONFIG, UsageProblem, shown
from anki_builder.cli.words import tr, translated

_COLUMNS = 97
"""Columns of an explanation, without the marks of a comment."""


@click.command()
@click.argument("folder", default=".", type=click.Path(file_okay=False))
def command(folder: str) -> None:
    """Write anki_builder.toml with every setting explained, into FOLDER or here. Nothing is overwritten.

    \b
    Examples:
      anki-builder init
      anki-builder init notes
    """
    path = Path(folder) / CONFIG
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(settings())
    except FileExistsError:
        raise UsageProblem("{file} exists already: nothing was written", file=shown(path.absolute())) from None
    except OSError as error:
        raise UsageProblem("cannot write {file}: {reason}", file=shown(path.absolute()), reason=error.strerror) from None
    click.echo(shown(path.absolute()))


def settings() -> str:
    """Return the text of a file of settings in which every setting is a comment with its explanation in the learner's language."""
    head = tr("Settings of anki-builder, all with their defaults. Remove the “# ” before a line to change it.")
    blocks = [f"# {head}\n"]
    for name, text in explained():
        comment = "".join(f"## {line}\n" for line in wrapped(translated(text), _COLUMNS).split("\n"))
        blocks.append(f"{comment}# {name} = {_toml(name)}\n")
    return "\n".join(blocks)


def explained() -> Iterator[tuple[str, str]]:
    """Yield each setting with the docstring below it."""
    tree = ast.parse(Path(config.__file__).read_text("utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Config")
    for field, text in zip(body[1::2], body[2::2], strict=True):
        assert isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr)
        yield field.target.id, " ".join(str(ast.literal_eval(text.value)).split())


def _toml(name: str) -> str:
    """Return the default of a setting as TOML."""
    default = config.Config._field_defaults[name]
    if isinstance(default, Mapping):
        return "{}"
    return json.dumps(list(default) if isinstance(default, tuple) else default, ensure_ascii=False)
