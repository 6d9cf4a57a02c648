"""`anki-builder explain`: the documentation of the rules is their own text."""

import textwrap
from difflib import get_close_matches
from importlib import import_module

import click

from anki_builder.cli.project import UsageProblem
from anki_builder.diagnostic import Rule

_MODULES = (
    "reading.rules", "alignment.rules", "notes.rules", "ledger.rules", "templates.rules", "speech.rules", "cli.project", "cli.media",
)  # fmt: skip
"""Where rules are defined, in the order of the pipeline."""


def all_rules() -> dict[str, Rule]:
    """Return every rule by its name."""
    rules = (rule for module in _MODULES for rule in import_module(f"anki_builder.{module}").RULES)
    return {rule.name: rule for rule in rules}


@click.command()
@click.argument("rule", required=False)
def command(rule: str | None) -> None:
    """Explain a rule, with an example and its cure; without a name, list all rules.

    \b
    Examples:
      anki-builder explain
      anki-builder explain term-not-found
    """
    rules = all_rules()
    if rule is None:
        for known in rules.values():
            click.echo(f"{known.name:28} {known.severity:8} {known.summary}")
        return
    if rule not in rules:
        near = get_close_matches(rule, rules, 1, 0.5)
        raise UsageProblem(f"no rule is called “{rule}”" + (f"; did you mean “{near[0]}”?" if near else ""))
    found = rules[rule]
    click.echo(f"{click.style(found.name, bold=True)} ({found.severity})\n\n{found.summary[:1].upper()}{found.summary[1:]}.\n")
    click.echo("Example:\n\n" + textwrap.indent(found.example, "    ", lambda line: True) + "\n")
    click.echo(
        "Cure:\n\n" + textwrap.fill(found.cure, 96, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
    )
