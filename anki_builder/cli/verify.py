"""`anki-builder verify`: the real Anki as the judge, in a collection that is thrown away.

The package on disk is imported and all its cards are reviewed, as the learner may have done; then the package that would be built now
is imported, twice. Anki's log must agree with the plan, and no review may change. Anki is AGPL and large: it comes with
the extra `verify` and is no part of the program.
"""

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click

from anki_builder.anki.nouns import Sent, digest
from anki_builder.cli.files import temporary_folder
from anki_builder.cli.folders import cache_home
from anki_builder.cli.opening import NoAnki
from anki_builder.cli.project import Project, UsageProblem, shown, with_others
from anki_builder.cli.pushing import sent_to
from anki_builder.cli.stages import compile_project, identify_notes, open_notes, with_collection
from anki_builder.cli.words import tr
from anki_builder.collection import Collection
from anki_builder.ledger.plan import Plan
from anki_builder.message import Message, Template, several
from anki_builder.note import NoteType
from anki_builder.package import Deck, pack

_MEDIA = re.compile(r'<img[^>]* src="([^"]+)"|\[sound:([^\]]+)\]')
_FEW = 5
"""Examples shown of one kind of fault."""


class Log(NamedTuple):
    """The log of an import: GUIDs, and the number of refused notes."""

    new: frozenset[str]
    updated: frozenset[str]
    duplicate: frozenset[str]
    conflicting: int


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The package built last, if it is not the default one.")
@click.option(
    "--collection", "own", type=click.Path(exists=True, dir_okay=False), help="Try it on a copy of this collection.anki2 instead."
)
def command(paths: tuple[str, ...], output: str | None, own: str | None) -> None:
    """Import the package built last, review it, and import what would be built now, in a throw-away Anki.

    \b
    Examples:
      anki-builder verify
      anki-builder verify notes -o deck.apkg
      anki-builder verify --collection ~/.local/share/Anki2/User\\ 1/collection.anki2

    Nothing is written, in your collection neither: close Anki, and a copy is tried, which shows fields and cards that were added to the note
    types, and what you edited there in notes that were pushed. Needs the real Anki: pip install "anki-builder[verify]".
    """
    project = with_others(open_notes(paths, output))
    try:
        from anki.errors import AnkiException
    except ImportError:
        raise NoAnki('the real Anki is not installed: pip install "anki-builder[verify]"') from None
    with temporary_folder(cache_home()) as folder:
        package, previous = folder / "new.apkg", project.output if project.output.exists() else None
        built = with_collection(project, lambda collection: _build(project, collection, package), cache=False)
        try:
            if own:
                shutil.copy(own, folder / "collection.anki2")
                faults = list(judge_own(folder, package, built, sent_to(project, Path(own))))
            else:
                faults = list(judge(folder, previous, package, built))
        except AnkiException as error:  # no package, no collection, a full disk
            raise UsageProblem("Anki gives up: {reason}", reason=error) from None
    for fault in faults:
        click.echo(fault)
    before = Message("after {file}", file=shown(project.output)) if previous else Message("into an empty collection")
    before = Message("into a copy of the collection") if own else before
    click.echo(
        tr(
            "imported {before}, twice: {faults}; {summary}",
            before=before,
            faults=several(len(faults), "fault") if faults else Message("no faults"),
            summary=built.plan.summary(),
        ),
        err=True,
    )
    sys.exit(1 if faults else 0)


class Built(NamedTuple):
    """A package that was built to be judged."""

    plan: Plan
    guids: tuple[str, ...]
    """Of all its notes."""
    note_types: tuple[NoteType, ...] = ()


def _build(project: Project, collection: Collection, package: Path) -> Built:
    compilation = compile_project(project, collection)
    settled = identify_notes(project, collection, compilation).settled
    if refused := settled.plan.stops(force=True):
        raise UsageProblem(refused[0].message)
    pack(
        package,
        Deck(settled.note_types, collection.decks(), [*compilation.template_media, *collection.media()]),
        collection.add_rows,
    )
    guids = tuple(identity.guid for identity in collection.settled())
    return Built(settled.plan, guids, tuple(note_type for note_type, _ in settled.note_types))


def judge(folder: Path, previous: Path | None, package: Path, built: Built) -> Iterator[str]:
    """Yield what is wrong with importing `package` after `previous`; the collection is made in `folder`."""
    learner = _Learner(folder / "collection.anki2")
    try:
        if previous is not None:
            learner.add(previous)
        learner.review()
        known, history = learner.guids(), learner.history()
        log = learner.add(package)
        yield from _conflicts(log)
        yield from _differences(log, built, known, previous is not None)
        after = learner.history()
        yield from _listed(
            Template("note {guid} lost its reviews"), [guid for guid in history if after.get(guid) != history[guid]]
        )
        yield from _listed(Template("note {guid} is there twice"), learner.doubled())
        yield from learner.broken_cards()
        yield from learner.missing_media()
        learner.review()
        again = learner.add(package)
        yield from _conflicts(again)
        yield from _listed(Template("note {guid} comes new at the second import"), sorted(again.new))
        yield from _listed(Template("note {guid} is updated again at the second import"), sorted(again.updated))
    finally:
        learner.close()


def judge_own(folder: Path, package: Path, built: Built, sent: Mapping[str, Sent]) -> Iterator[str]:
    """Yield what is wrong with importing `package` into the learner's collection, a copy of which lies in `folder`.

    `sent` are the notes that were pushed to it, by GUID.
    """
    learner = _Learner(folder / "collection.anki2")
    try:
        for note_type in built.note_types:
            yield from learner.differences(note_type)
        history, edited = learner.history(), learner.edited(sent)
        yield from _conflicts(learner.add(package))
        after = learner.history()
        yield from _listed(
            Template("note {guid} lost its reviews"), [guid for guid in history if after.get(guid) != history[guid]]
        )
        yield from _undone(edited, learner.fields(edited))
    finally:
        learner.close()


def _undone(edited: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield the notes whose edits in Anki are gone after an import."""
    names = {guid: [name for name, value in fields.items() if after[guid].get(name) != value] for guid, fields in edited.items()}
    faults = [
        tr(
            "note {guid} was edited in Anki since it was pushed, and an import would undo that: {fields}; `anki-builder push` leaves it "
            "alone, `anki-builder pull` brings it into the notes",
            guid=guid,
            fields=", ".join(lost),
        )
        for guid, lost in names.items()
        if lost
    ]
    yield from faults[:_FEW]
    if len(faults) > _FEW:
        yield tr("… and {number} more like it", number=len(faults) - _FEW)


def _conflicts(log: Log) -> Iterator[str]:
    if log.conflicting:
        yield tr(
            "{notes} could not be imported: their note type differs from the one in the collection",
            notes=several(log.conflicting, "note"),
        )


def _differences(log: Log, built: Built, known: frozenset[str], updates: bool) -> Iterator[str]:
    """Compare an import with the plan; into an empty collection all is new."""
    expected: dict[str, set[str]] = {"new": set(), "updated": set(), "duplicate": set()}
    changes = {change.identity.guid: change for change in built.plan.changes if change.status != "removed"}
    for guid in built.guids:
        change = changes.get(guid)
        status = change.status if change is not None else "unchanged"
        if guid not in known:
            expected["new"].add(guid)
            if updates and status not in ("new", "returned"):
                yield tr("the package built last lacks note {guid}, which the ledger knows", guid=guid)
        else:
            expected["updated" if status == "changed" or (change is not None and change.fields) else "duplicate"].add(guid)
    for what, got in (("new", log.new), ("updated", log.updated), ("duplicate", log.duplicate)):
        planned, unplanned = _AGAINST_THE_PLAN[what]
        yield from _listed(planned, sorted(expected[what] - got))
        yield from _listed(unplanned, sorted(got - expected[what]))


_AGAINST_THE_PLAN = {
    "new": (Template("note {guid} was not new, as planned"), Template("note {guid} was new, against the plan")),
    "updated": (Template("note {guid} was not updated, as planned"), Template("note {guid} was updated, against the plan")),
    "duplicate": (
        Template("note {guid} was changed, against the plan"),
        Template("note {guid} was left as it was, against the plan"),
    ),
}


def _listed(what: Template, guids: list[str]) -> Iterator[str]:
    for guid in guids[:_FEW]:
        yield tr(*what, guid=guid)
    if len(guids) > _FEW:
        yield tr("… and {number} more like it", number=len(guids) - _FEW)


class _Learner:
    """A collection of the real Anki."""

    def __init__(self, path: Path) -> None:
        from anki.collection import Collection

        collection: Any = Collection(str(path))
        collection.db.execute("pragma synchronous = off")  # it is thrown away
        self._collection = collection

    def close(self) -> None:
        self._collection.close()

    def add(self, package: Path) -> Log:
        """Import as File → Import does by default."""
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

        request = ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions())
        log = self._collection.import_anki_package(request).log
        guids = dict(self._collection.db.all("select id, guid from notes"))

        def guids_of(entries: Any) -> frozenset[str]:
            return frozenset(guids[entry.id.nid] for entry in entries if entry.id.nid in guids)

        return Log(guids_of(log.new), guids_of(log.updated), guids_of(log.duplicate), len(log.conflicting))

    def differences(self, note_type: NoteType) -> Iterator[str]:
        """Yield what was added to a note type in this collection, or taken from it."""
        known = self._collection.models.get(note_type.id)
        if known is None:
            return
        for is_field, plural, own in ((True, "flds", note_type.fields), (False, "tmpls", note_type.templates)):
            ours, theirs = [one.name for one in own], [one["name"] for one in known[plural]]
            added = Template("the field “{name}” was added") if is_field else Template("the card template “{name}” was added")
            gone = Template("the field “{name}” is gone") if is_field else Template("the card template “{name}” is gone")
            changes = [Message(*added, name=name) for name in theirs if name not in ours]
            changes += [Message(*gone, name=name) for name in ours if name not in theirs]
            for change in changes:
                yield (
                    tr(
                        "note type “{name}”: {change} in Anki, which therefore refuses its notes; import with “Merge "
                        "note types” ticked: what stands in a field of your own is lost on the notes that change",
                        name=known["name"],
                        change=change,
                    )
                )

    def review(self) -> None:
        """Answer every new card once."""
        collection = self._collection
        for number in collection.find_cards("is:new"):
            card = collection.get_card(number)
            card.start_timer()
            states = collection._backend.get_scheduling_states(number)
            collection.sched.answer_card(collection.sched.build_answer(card=card, states=states, rating=2))

    def guids(self) -> frozenset[str]:
        return frozenset(self._collection.db.list("select guid from notes"))

    def fields(self, guids: Iterable[str]) -> dict[str, dict[str, str]]:
        """Return the fields of the notes that are there, by GUID."""
        ids = dict(self._collection.db.all("select guid, id from notes"))
        return {guid: dict(self._collection.get_note(ids[guid]).items()) for guid in guids if guid in ids}

    def edited(self, sent: Mapping[str, Sent]) -> dict[str, dict[str, str]]:
        """Return the fields of notes that are not as they were sent, by GUID and name."""
        found: dict[str, dict[str, str]] = {}
        for guid, fields in self.fields(sent).items():
            known = sent[guid].fields
            changed = {name: value for name, value in fields.items() if name in known and digest(value) != known[name]}
            if changed:
                found[guid] = changed
        return found

    def doubled(self) -> list[str]:
        """Return the notes that share their GUID, or their first field within a note type, with another one."""
        first_field = "substr(flds, 1, instr(flds, char(31)))"
        return list(
            self._collection.db.list(
                "select guid from notes group by guid having count() > 1"
                f" union select max(guid) from notes group by mid, {first_field} having count() > 1"
            )
        )

    def history(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return what reviews left on the cards of each note."""
        rows = self._collection.db.all(
            "select n.guid, c.id, c.ivl, c.reps, c.due, (select count() from revlog r where r.cid = c.id)"
            " from cards c join notes n on n.id = c.nid where c.reps > 0 order by c.id"
        )
        found: dict[str, list[tuple[Any, ...]]] = {}
        for guid, *rest in rows:
            found.setdefault(guid, []).append(tuple(rest))
        return found

    def broken_cards(self) -> Iterator[str]:
        """Yield the cards that are empty, missing, or do not render."""
        collection = self._collection
        if report := collection.get_empty_cards().report:
            yield tr("empty cards: {report}", report=report)
        before = collection.card_count()
        collection.after_note_updates(list(collection.find_notes("")), mark_modified=False, generate_cards=True)
        if collection.card_count() != before:
            yield tr("{cards} missing from the package", cards=several(collection.card_count() - before, "card"))
        faults = 0
        for number in collection.find_cards(""):
            card = collection.get_card(number)
            output = card.render_output()
            for side, text in ((Message("front"), output.question_text), (Message("back"), output.answer_text)):
                if "template has a problem" in text:
                    faults += 1
                    if faults <= _FEW:
                        yield tr(
                            "note {guid}: the {side} of its card {template} does not render",
                            guid=card.note().guid,
                            side=side,
                            template=card.template()["name"],
                        )

    def missing_media(self) -> Iterator[str]:
        """Yield the files that fields refer to and the collection lacks."""
        collection = self._collection
        wanted = {a or b for fields in collection.db.list("select flds from notes") for a, b in _MEDIA.findall(fields)}
        for name in sorted(wanted):
            if not name.startswith(("http:", "https:")) and not collection.media.have(name):
                yield tr("the file {name} is missing from the package", name=name)
