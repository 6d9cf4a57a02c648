"""`anki-builder explain`: the documentation of the rules is their own text."""

import textwrap
from difflib import get_close_matches
from importlib import import_module

import click

from anki_builder.cli.columns import padded, wrapped
from anki_builder.cli.project import UsageProblem
from anki_builder.cli.report import SEVERITIES, shown_sentence
from anki_builder.cli.words import tr, translated
from anki_builder.diagnostic import Rule
from anki_builder.message import Message

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
            click.echo(
                f"{known.name:28} {padded(translated(SEVERITIES[known.severity]), 8, left=True)} {translated(known.summary)}"
            )
        return
    if rule not in rules:
        near = get_close_matches(rule, rules, 1, 0.5)
        raise UsageProblem(
            Message("no rule is called “{rule}”; did you mean “{near}”?", rule=rule, near=near[0])
            if near
            else Message("no rule is called “{rule}”", rule=rule)
        )
    found = rules[rule]
    click.echo(
        f"{click.style(found.name, bold=True)} ({translated(SEVERITIES[found.severity])})\n\n{shown_sentence(found.summary)}\n"
    )
    click.echo(tr("Example:") + "\n\n" + textwrap.indent(translated(found.example), "    ", lambda line: True) + "\n")
    click.echo(tr("Cure:") + "\n\n" + textwrap.indent(wrapped(translated(found.cure), 92), "    "))
