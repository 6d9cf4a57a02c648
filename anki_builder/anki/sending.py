"""Carries the steps of a plan out in Anki. Each action does no harm when it is done twice, so a push that broke off is run again."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from anki_builder.anki.client import AnkiProblem, Call, Client
from anki_builder.anki.nouns import REMOVED_TAG
from anki_builder.anki.planning import Removal, Step, TypeStep
from anki_builder.anki.state import unseen

Pack = Callable[[Path, Sequence[Step]], None]
"""Writes a package of notes."""


def send_types(client: Client, steps: Iterable[TypeStep]) -> None:
    """Replace the templates of note types in Anki."""
    calls: list[Call] = []
    for step in steps:
        if step.is_sent:
            own, name = step.note_type, step.theirs.name
            templates = {template.name: {"Front": template.front, "Back": template.back} for template in own.templates}
            calls.append(("updateModelTemplates", {"model": {"name": name, "templates": templates}}))
            calls.append(("updateModelStyling", {"model": {"name": name, "css": own.css}}))
    client.many(calls)


def send_package(client: Client, steps: Sequence[Step], pack: Pack, package: Path) -> None:
    """Send notes, if there are any, by an import of a package, which is written to `package` and removed afterwards."""
    if not steps:
        return
    try:
        pack(package, steps)
        try:
            client.call_long("importPackage", path=str(package.resolve()))
        except AnkiProblem as problem:
            raise unseen(package, problem) if "o such file" in str(problem) or "denied" in str(problem) else problem from None
    finally:
        package.unlink(missing_ok=True)


def send_fields(client: Client, steps: Iterable[Step]) -> None:
    """Set fields one by one."""
    client.many(
        [
            ("updateNoteFields", {"note": {"id": step.theirs.id, "fields": dict(step.fields)}})
            for step in steps
            if step.way == "fields" and step.fields and step.theirs is not None
        ]
    )


def wake_up(client: Client, steps: Iterable[Step]) -> None:
    """Wake up the cards of notes that have returned."""
    if cards := [card for step in steps for card in step.woken]:
        client.call_long("unsuspend", cards=cards)


def send_tags_and_decks(client: Client, steps: Sequence[Step]) -> None:
    """Change tags, and move cards into the decks that the notes have."""
    there = [(step, step.theirs) for step in steps if step.theirs is not None]
    decks: dict[str, list[int]] = {}
    tags: dict[tuple[str, str], list[int]] = {}
    for step, theirs in there:
        decks.setdefault(step.own.deck, []).extend(step.moved)
        if not (step.way == "package" and step.fields):  # a package has the tags
            for action, changed in (("addTags", step.tags_added), ("removeTags", step.tags_removed)):
                for tag in changed:
                    tags.setdefault((action, tag), []).append(theirs.id)
    calls: list[Call] = [(action, {"notes": notes, "tags": tag}) for (action, tag), notes in tags.items()]
    calls += [("changeDeck", {"cards": cards, "deck": deck}) for deck, cards in decks.items() if cards]
    client.many(calls)


def send_removals(client: Client, removals: Sequence[Removal], suspended: Sequence[int]) -> None:
    """Tag and suspend the notes that are gone, or delete them; `suspended` are the cards that are not suspended yet."""
    tagged = [removal.theirs.id for removal in removals if not removal.is_deleted]
    deleted = [removal.theirs.id for removal in removals if removal.is_deleted]
    calls: list[Call] = [("suspend", {"cards": list(suspended)})] if suspended else []
    calls += [("addTags", {"notes": tagged, "tags": REMOVED_TAG})] if tagged else []
    calls += [("deleteNotes", {"notes": deleted})] if deleted else []
    client.many(calls)


def awake(client: Client, cards: Sequence[int]) -> list[int]:
    """Return the cards that are not suspended."""
    states = client.call_long("areSuspended", cards=list(cards)) if cards else []
    return [card for card, is_suspended in zip(cards, states, strict=True) if is_suspended is False]
