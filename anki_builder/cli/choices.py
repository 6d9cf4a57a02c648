"""How many cards each choice of cards makes, for `anki-builder plan --choices`."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import click

from anki_builder.cli import report
from anki_builder.cli.project import Project
from anki_builder.cli.stages import Compilation, compile_project, with_collection
from anki_builder.cli.words import tr
from anki_builder.collection import Collection
from anki_builder.config import CARDS

_ALL, _WITH_TERMS = "all", "with-terms"


class Row(NamedTuple):
    """A card that can be chosen."""

    setting: str
    card: str
    counts: Mapping[str, int]
    """By the value of `sentences`; of the cards of terms one number, by `all`."""
    is_chosen: bool


def print_choices(project: Project, as_json: bool) -> None:
    """Print how many cards of each kind there would be, and how many the settings make."""
    config = project.config
    now = sum(counts(project).values())
    found = list(rows(project))
    if as_json:
        choices = [
            {"setting": row.setting, "card": row.card, "chosen": row.is_chosen, "cards": dict(row.counts)} for row in found
        ]
        click.echo(report.to_json({"kind": "choices", "cards": now, "choices": choices}))
        return
    click.echo(f"{'':4}{'cards':12}{_WITH_TERMS:>12}{_ALL:>12}")
    for row in found:
        mark = "*" if row.is_chosen else " "
        numbers = [f"{row.counts[value]:,}" if value in row.counts else "" for value in (_WITH_TERMS, _ALL)]
        click.echo(f"  {mark} {row.card:12}{numbers[0]:>12}{numbers[1]:>12}")
    chosen = [f'sentences = "{config.sentences}"', *(f"{key} = {_list(getattr(config, key))}" for key in CARDS)]
    click.echo("\n" + tr("{number:,} cards now (*): {settings}", number=now, settings=", ".join(chosen)))


def _list(cards: tuple[str, ...]) -> str:
    quoted = ", ".join(f'"{card}"' for card in cards)
    return f"[{quoted}]"


def rows(
    project: Project, look: Callable[[Collection, Compilation], None] = lambda collection, compilation: None
) -> Iterator[Row]:
    """Yield all cards; a note that chooses for itself counts with what it chooses. `look` sees the collection that has all of them."""
    config = project.config
    everything = config._replace(sentence_cards=CARDS["sentence_cards"], terms=CARDS["terms"])
    found = {
        _WITH_TERMS: counts(project._replace(config=everything._replace(sentences=_WITH_TERMS))),
        _ALL: counts(project._replace(config=everything._replace(sentences=_ALL)), look),
    }
    for setting, cards in CARDS.items():
        for card in cards:
            values = (_WITH_TERMS, _ALL) if setting == "sentence_cards" else (_ALL,)
            chosen = card in getattr(config, setting) and (setting == "terms" or config.sentences != "none")
            yield Row(setting, card, {value: found[value].get(card, 0) for value in values}, chosen)


def counts(
    project: Project, look: Callable[[Collection, Compilation], None] = lambda collection, compilation: None
) -> Mapping[str, int]:
    """Return the number of cards of each kind that the settings make, by name in lower case; `look` sees the collection."""

    def work(collection: Collection) -> Mapping[str, int]:
        look(collection, compile_project(project, collection))
        return collection.cards()

    return with_collection(project, work, cache=False)
