"""`anki-builder init`: write a file of settings, each explained and none changed."""

import ast
import json
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from anki_builder import config
from anki_builder.cli.project import CONFIG, UsageProblem, shown

_HEAD = """\
# Settings of anki-builder, all with their defaults. Remove the “# ” before a line to change it.
"""


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
    """Return the text of a file of settings in which every setting is a comment with its explanation."""
    return _HEAD + "".join(
        f"\n{textwrap.fill(text, 100, initial_indent='## ', subsequent_indent='## ')}\n# {name} = {_toml(name)}\n"
        for name, text in _explained()
    )


def _explained() -> Iterator[tuple[str, str]]:
    """Yield each setting with the docstring below it."""
    tree = ast.parse(Path(config.__file__).read_text("utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Config")
    for field, text in zip(body[1::2], body[2::2], strict=True):
        assert isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr)
        yield field.target.id, str(ast.literal_eval(text.value))


def _toml(name: str) -> str:
    """Return the default of a setting as TOML."""
    default = config.Config._field_defaults[name]
    if isinstance(default, Mapping):
        return "{}"
    return json.dumps(list(default) if isinstance(default, tuple) else default, ensure_ascii=False)
