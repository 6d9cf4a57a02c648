"""The ledger: what it remembers, what it says, and how its file is read."""

import subprocess
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_collection import PAIR, TYPES, Collection, make_note

from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger import Identified, Ledger, dump, encoded, identify, identity, parse, search_text
from anki_builder.ledger import trace as trace_module
from anki_builder.ledger.entry import PAIRS, Lines
from anki_builder.ledger.linking import NotLinked, link
from anki_builder.note import Card, Note
from anki_builder.notes.note_types import note_types

NOW = 1_750_000_000
TEXTS = [
    "The kettle sang before anybody was awake.",
    "Somewhere below, a door was opened and shut again.",
    "He counted the stairs in the dark and missed one.",
    "No letter had come since the end of the harvest.",
    "The dog knew first, as it always did.",
    "By noon the whole street had heard of it.",
    "She folded the map and put it back into the drawer.",
    "What the miller said afterwards is not quite certain.",
    "Two chairs were missing when the guests sat down.",
    "A yellow light moved slowly along the far bank.",
    "It rained, and the paper boats sailed down the gutter.",
    "They never spoke about the second photograph.",
]


def sentences(texts: list[str] = TEXTS, document: str = "a.md", **fields: str) -> list[Note]:
    return [
        make_note("sentence", text, document, line, Text=text, Translation=f"译：{text}", Location=f"¶{line}", **fields)
        for line, text in enumerate(texts, 1)
    ]


def build(notes: list[Note], ledger: Ledger | None = None, now: int = NOW, **more: object) -> tuple[Identified, list[Diagnostic]]:
    return identify(notes, TYPES, ledger, now, **more)  # type: ignore[arg-type]


def names(diagnostics: list[Diagnostic]) -> list[str]:
    return [diagnostic.rule.name for diagnostic in diagnostics]


# Times


def test_only_what_changed_is_newer() -> None:
    first, _ = build(sentences())
    notes = sentences()
    notes[3] = notes[3]._replace(fields=(notes[3].fields[0], "另一个译文", *notes[3].fields[2:]))
    second, _ = build(notes, first.ledger, NOW + 500)
    assert [dated.modified for dated in second.deck.notes] == [NOW + 500 if i == 3 else NOW for i in range(len(notes))]
    assert {dated.modified for _, dated in second.deck.note_types} == {NOW}
    assert [note.fields for note in second.plan.of("changed")] == [("Translation",)]


def test_a_change_within_the_same_second_is_newer_all_the_same() -> None:
    first, _ = build(sentences())
    changed = [note._replace(tags=("other",)) for note in sentences()]
    second, diagnostics = build(changed, first.ledger, NOW)
    assert {dated.modified for dated in second.deck.notes} == {NOW + 1}
    assert not diagnostics


def test_no_time_is_later_than_the_clock() -> None:
    first, _ = build(sentences(), now=NOW + 86_400)
    notes = [note._replace(tags=("other",)) if note.line % 2 else note for note in sentences()]
    second, diagnostics = build(notes, first.ledger, NOW)
    assert {dated.modified for dated in second.deck.notes} == {NOW}
    assert {dated.modified for _, dated in second.deck.note_types} == {NOW}
    assert names(diagnostics) == ["clock-behind"]


def test_note_types_have_times_of_their_own() -> None:
    first, _ = build(sentences())
    types = {PAIR: {kind: note_type._replace(css=".card { color: red }") for kind, note_type in TYPES[PAIR].items()}}
    second, _ = identify(sentences(), types, first.ledger, NOW + 9)
    assert {dated.modified for _, dated in second.deck.note_types} == {NOW + 9}
    assert {dated.modified for dated in second.deck.notes} == {NOW}


def test_an_unchanged_build_gives_the_same_deck_and_ledger() -> None:
    first, _ = build(sentences())
    second, _ = build(sentences(), first.ledger, NOW + 99)
    assert second.deck == first.deck
    assert dump(second.ledger) == dump(first.ledger)


# GUIDs


def test_guids_follow_from_the_note_type_and_the_key_alone() -> None:
    first, _ = build(sentences())
    second, _ = build([note._replace(deck="Other", tags=("x",), document="b.md") for note in reversed(sentences())], now=1)
    assert {dated.guid for dated in first.deck.notes} == {dated.guid for dated in second.deck.notes}
    vocabulary, _ = build([make_note("vocabulary", text) for text in TEXTS])
    assert not {dated.guid for dated in first.deck.notes} & {dated.guid for dated in vocabulary.deck.notes}


def test_a_reused_key_gets_another_guid() -> None:
    first, _ = build(sentences())
    edited = [text.replace("kettle", "old kettle") for text in TEXTS]
    second, _ = build(sentences(edited), first.ledger, NOW + 1)
    third, _ = build(sentences([*edited, TEXTS[0]]), second.ledger, NOW + 2)
    guids = [dated.guid for dated in third.deck.notes]
    assert guids[:-1] == [dated.guid for dated in first.deck.notes]
    assert guids[-1] not in guids[:-1]
    again, _ = build(sentences([*edited, TEXTS[0]]), parse(dump(third.ledger), "")[0], NOW + 3)
    assert [dated.guid for dated in again.deck.notes] == guids


def test_the_key_field_holds_the_guid() -> None:
    identified, _ = build(sentences())
    assert all(dated.fields(TYPES[PAIR]["sentence"])["Key"] == dated.guid for dated in identified.deck.notes)


def test_two_notes_with_one_key_are_an_error_that_names_both() -> None:
    notes = [*sentences(TEXTS[:2]), *sentences(TEXTS[1:2], "b.md")]
    identified, diagnostics = build(notes)
    assert names(diagnostics) == ["duplicate-key"]
    assert diagnostics[0].span.path == "source/b.md"
    assert diagnostics[0].related[0][0] == ("source/a.md", 2, 1, 1)
    assert len(identified.deck.notes) == 2


def test_the_place_in_the_article_stays_as_it_was_until_the_note_changes() -> None:
    first, _ = build(sentences())
    notes = sentences(["One more sentence before all others.", *TEXTS])
    notes[5] = notes[5]._replace(tags=("other",))
    second, _ = build(notes, first.ledger, NOW + 5)
    types = TYPES[PAIR]["sentence"]
    assert [dated.fields(types)["Location"] for dated in second.deck.notes][1:7] == ["¶1", "¶2", "¶3", "¶4", "¶6", "¶6"]
    assert (second.plan.count("new"), second.plan.count("changed")) == (1, 1)


def test_what_a_note_shows_of_its_article_makes_it_no_newer() -> None:
    first, _ = build(sentences(Passage="Old.", PassageTranslation="旧。", Source="Old", SourceUrl="https://old.example"))
    notes = sentences(Passage="New.", PassageTranslation="新。", Source="New", SourceUrl="https://new.example")
    notes = [note._replace(tags=("source::New",)) for note in notes]
    second, _ = build(notes, first.ledger, NOW + 5)
    assert {dated.modified for dated in second.deck.notes} == {NOW}
    assert second.plan.count("unchanged") == len(TEXTS)
    assert dump(second.ledger) == dump(first.ledger)
    assert "New." in second.deck.notes[0].note.fields, "a collection without the note gets what is true now"
    notes[3] = notes[3]._replace(fields=(notes[3].fields[0], "另一个译文", *notes[3].fields[2:]))
    third, _ = build(notes, second.ledger, NOW + 9)
    (changed,) = third.plan.of("changed")
    assert changed.fields == ("Tags", "Translation", "Passage", "PassageTranslation", "Source", "SourceUrl"), "all that Anki will get"
    fourth, _ = build([note._replace(tags=("source::New", "mine")) for note in notes], third.ledger, NOW + 11)
    assert fourth.plan.count("changed") == len(TEXTS), "the author's own tags are the note's own"


# Removal


def test_removed_notes_are_remembered_and_listed() -> None:
    first, _ = build(sentences())
    second, _ = build(sentences(TEXTS[:-1]), first.ledger, NOW + 1)
    (removed,) = second.plan.of("removed")
    assert removed.text.startswith("They never")
    assert search_text([removed.guid]) == f"Key:{first.deck.notes[-1].guid}"
    third, _ = build(sentences(TEXTS[:-1]), second.ledger, NOW + 2)
    assert third.plan.count("removed") == 0
    fourth, _ = build(sentences(), third.ledger, NOW + 3)
    assert fourth.plan.of("returned")[0].guid == removed.guid
    assert fourth.deck == first.deck


@pytest.mark.parametrize(("removed", "stops"), [(2, []), (3, ["many-removed"])])
def test_removing_more_than_a_fifth_stops(removed: int, stops: list[str]) -> None:
    first, _ = build(sentences())
    second, _ = build(sentences(TEXTS[removed:]), first.ledger, NOW + 1)
    assert names(second.plan.stops()) == stops
    assert second.plan.stops(force=True) == []


def test_a_file_that_is_there_but_gives_nothing_stops() -> None:
    many = [f"Sentence {number} of a long article about nothing." for number in range(90)]
    first, _ = build([*sentences(), *sentences(many, "b.md")])
    second, _ = build(sentences(many, "b.md"), first.ledger, NOW + 1, present=["a.md", "b.md"])
    assert names(second.plan.stops()) == ["file-without-notes"]
    third, _ = build(sentences(many, "b.md"), first.ledger, NOW + 1, present=["b.md"])
    assert names(third.plan.stops()) == [], "a file that was deleted is no accident"


def test_a_build_of_one_file_leaves_the_others_as_they_are() -> None:
    other = [f"Sentence {number} of another article." for number in range(9)]
    first, _ = build([*sentences(), *sentences(other, "b.md")])
    second, _ = build(sentences(other[1:], "b.md"), first.ledger, NOW + 1, scope=["b.md"])
    assert second.plan.count("removed") == 1
    third, _ = build([*sentences(), *sentences(other, "b.md")], second.ledger, NOW + 2)
    assert third.deck == first.deck


def test_a_term_of_an_article_that_is_not_looked_at_stays_as_it_is() -> None:
    whole = make_note("vocabulary", "kettle", "a.md", Term="kettle", Gloss="水壶；水锅")
    first, _ = build([whole, *sentences(document="b.md")])
    part = make_note("vocabulary", "kettle", "b.md", Term="kettle", Gloss="水锅")
    second, _ = build([part, *sentences(document="b.md")], first.ledger, NOW + 1, scope=["b.md"])
    assert second.plan.count("unchanged") == len(TEXTS) + 1
    assert dump(second.ledger) == dump(first.ledger)


# Decks


def test_a_deck_is_kept_once_it_is_built() -> None:
    first, _ = build(sentences())
    notes = [note._replace(deck="Renamed") for note in sentences([*TEXTS, "A sentence more."])]
    second, diagnostics = build(notes, parse(dump(first.ledger), "")[0], NOW + 1)
    assert {dated.deck for dated in second.deck.notes} == {"Notes::a"}
    assert names(diagnostics) == ["deck-kept"]


def test_a_deck_renamed_by_hand_in_the_ledger_holds() -> None:
    first, _ = build(sentences())
    text = dump(first.ledger).replace("\tNotes::a\n", "\tMine\n")
    second, _ = build(sentences(), parse(text, "")[0], NOW + 1)
    assert {dated.deck for dated in second.deck.notes} == {"Mine"}
    assert second.plan.count("unchanged") == len(TEXTS)


# The schema


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t._replace(fields=(*t.fields, t.fields[0]._replace(name="Extra", id=9))), "field “Extra” was added"),
        (lambda t: t._replace(fields=(*t.fields[:-2], t.fields[-1])), "field 13 of 14 is gone"),
        (lambda t: t._replace(fields=(t.fields[0]._replace(name="Phrase"), *t.fields[1:])), "field 1 is now “Phrase”"),
        (lambda t: t._replace(fields=(t.fields[1], t.fields[0], *t.fields[2:])), "another order"),
        (lambda t: t._replace(templates=t.templates[:-1]), "card template 3 of 3 is gone"),
        (lambda t: t._replace(templates=(*t.templates, t.templates[0]._replace(name="More"))), "card template “More” was added"),
    ],
)
def test_a_changed_schema_is_refused_even_if_forced(change: object, told: str) -> None:
    first, _ = build(sentences())
    types = {PAIR: {**TYPES[PAIR], "sentence": change(TYPES[PAIR]["sentence"])}}  # type: ignore[operator]
    identified, diagnostics = identify(
        [note._replace(fields=note.fields[: len(types[PAIR]["sentence"].fields)]) for note in sentences()], types, first.ledger, NOW
    )
    assert names(identified.plan.stops(force=True)) == ["schema-changed"]
    assert told in diagnostics[0].message
    assert "Anki would refuse" in diagnostics[0].message
    assert "family" in diagnostics[0].hint and "Merge note types" in diagnostics[0].hint


def test_another_family_starts_anew_beside_the_old_one() -> None:
    first, _ = build(sentences())
    types = {PAIR: note_types(PAIR, Config(family="Zweisprachig"))}
    second, _ = identify(sentences(), types, first.ledger, NOW + 1)
    assert names(second.plan.stops()) == ["many-removed"]
    assert not {dated.guid for dated in first.deck.notes} & {dated.guid for dated in second.deck.notes}
    edited = [f"{text[:-1]} again." for text in TEXTS]
    third, _ = identify(sentences(edited), types, parse(dump(second.ledger), "")[0], NOW + 2)
    assert [dated.guid for dated in third.deck.notes] == [dated.guid for dated in second.deck.notes]


# Doubt


REWRITTEN = [*TEXTS[:7], "What the miller may then have said nobody really knows any more.", *TEXTS[8:]]


def test_doubt_is_told_with_the_command_that_settles_it() -> None:
    first, _ = build(sentences())
    notes = sentences(REWRITTEN)
    second, diagnostics = build(notes, first.ledger, NOW + 1)
    assert names(diagnostics) == ["doubtful-identity"]
    old, new = first.deck.notes[7].guid, second.deck.notes[7].guid
    assert old != new
    assert f"anki-builder link {old} {new}" in diagnostics[0].hint
    assert "may then have said" in diagnostics[0].message and "What the miller said" in diagnostics[0].message


@pytest.mark.parametrize("built", [False, True])
def test_linked_notes_are_one(built: bool) -> None:
    first, _ = build(sentences())
    notes = sentences(REWRITTEN)
    second, _ = build(notes, first.ledger, NOW + 1)
    old, new = first.deck.notes[7].guid, second.deck.notes[7].guid
    linked = link(second.ledger if built else first.ledger, second, old, new)
    third, diagnostics = build(notes, parse(dump(linked), "")[0], NOW + 2)
    assert [dated.guid for dated in third.deck.notes] == [dated.guid for dated in first.deck.notes]
    assert [dated.modified for dated in third.deck.notes] == [NOW + 2 if i == 7 else NOW for i in range(len(TEXTS))]
    assert not diagnostics


@pytest.mark.parametrize("built", [False, True])
def test_the_clozes_of_a_linked_sentence_go_on_with_it(built: bool) -> None:
    def with_cloze(texts: list[str]) -> list[Note]:
        return [make_note("cloze", f"miller ⟂ {texts[7]}", Text=texts[7]), *sentences(texts)]

    other = [*TEXTS[:7], "Nobody remembers, I fear, how long ago our miller took to telling that story of his.", *TEXTS[8:]]
    first, _ = build(with_cloze(TEXTS))
    second, _ = build(with_cloze(other), first.ledger, NOW + 1)
    old, new = ([d.guid for d in built.deck.notes if d.note.text.endswith(texts[7])] for built, texts in ((first, TEXTS), (second, other)))
    assert not set(old) & set(new)
    linked = link(second.ledger if built else first.ledger, second, old[1], new[1])
    third, _ = build(with_cloze(other), linked, NOW + 2)
    assert [dated.guid for dated in third.deck.notes] == [dated.guid for dated in first.deck.notes]


def test_notes_that_are_there_are_not_linked() -> None:
    first, _ = build([*sentences(), make_note("vocabulary", "kettle", Term="kettle")])
    second, _ = build(sentences(), first.ledger, NOW + 1)
    here, there = (dated.guid for dated in first.deck.notes[:2])
    term = first.deck.notes[-1].guid
    for old, new, why in ((here, there, "still a note"), ("x", here, "ever built"), (here, "x", "no note"), (term, here, "vocabulary")):
        with pytest.raises(NotLinked, match=why):
            link(first.ledger, second, old, new)


# The file


def test_the_ledger_is_small() -> None:
    collection = Collection(3, articles=20)
    identified, _ = collection.build()
    assert len(dump(identified.ledger).encode()) / len(identified.deck.notes) <= 200


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 30))
def test_what_is_written_is_read(seed: int, edits: int) -> None:
    collection = Collection(seed, articles=3, sentences=20)
    for _ in range(3):
        for _ in range(edits):
            collection.edit()
        collection.build()  # reads what it wrote, and compares


def _checked(columns: list[str]) -> bytes:
    body = "\t".join(columns).encode("utf-8", "surrogateescape")
    return body + b"\t" + PAIRS[crc32(body) & 4095].encode()


EDITS = st.sampled_from(["none", "key", "time", "percent", "return", "removed", "blank", "heading", "twice", "text", "drop", "newer"])


@given(st.integers(0, 1000), st.lists(st.tuples(EDITS, st.integers(0, 10_000)), max_size=6))
def test_lines_are_written_as_without_those_that_were_read(seed: int, edits: list[tuple[str, int]]) -> None:
    """Whatever stands in a file whose checks fit: lines that another version or a hand wrote differently are written as ever."""
    lines = encoded(Collection(seed).build()[0].ledger).split(b"\n")
    for edit, number in edits:
        notes = [at for at, line in enumerate(lines) if line[:1] in (b"s", b"v", b"c", b"-")]
        if not notes:
            break
        at = notes[number % len(notes)]
        columns = lines[at].decode().split("\t")[:-1]
        if edit == "key":
            columns[2] = columns[1]
        elif edit == "time":
            columns[3] = f"0{columns[3]}"
        elif edit in ("percent", "return", "text"):
            columns[8] += {"percent": "100%", "return": "\r", "text": " 100%25"}[edit]
        elif edit == "removed":
            columns[0] = f"-{columns[0][-1]}"
        lines[at] = _checked(columns)
        if edit in ("blank", "heading", "twice", "drop"):
            heading = next(line for line in lines[at::-1] if line.startswith(b"["))
            lines[at : at + 1] = {"blank": [lines[at], b""], "heading": [heading, lines[at]], "twice": [lines[at]] * 2, "drop": []}[edit]
    ledger, _ = parse(b"\n".join(lines), "anki_builder.lock")
    assert ledger is not None
    assert encoded(ledger) == encoded(ledger._replace(lines=Lines()))
    changed = {number % len(ledger.entries) for edit, number in edits if edit == "newer" and ledger.entries}
    entries = tuple([e._replace(modified=e.modified + 1) if at in changed else e for at, e in enumerate(ledger.entries)])
    assert encoded(ledger._replace(entries=entries)) == encoded(Ledger(ledger.note_types, entries, ledger.decks))


def test_lines_that_did_not_change_are_not_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    text = encoded(build(sentences())[0].ledger)
    ledger, _ = parse(text, "anki_builder.lock")
    monkeypatch.setattr("anki_builder.ledger.lines._lines", None)
    assert ledger is not None
    assert encoded(build(sentences(), ledger)[0].ledger) == text


@given(st.text(), st.text(), st.text())
def test_any_name_and_text_is_written_on_one_line(text: str, document: str, deck: str) -> None:
    note = make_note("sentence", text, document or "a", deck=deck or "b", Location=text)
    identified, _ = build([note])
    ledger, problems = parse(dump(identified.ledger), "")
    assert not problems
    assert ledger is not None
    assert ledger.entries[0].document == (document or "a")
    assert ledger.entries[0].deck == (deck or "b")


LOCK = dump(build(sentences())[0].ledger)
LINES = LOCK.split("\n")
NOTE_LINE = next(number for number, line in enumerate(LINES) if line.startswith("s\t"))


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("", "ledger-damaged", 1),
        ("{}", "ledger-damaged", 1),
        (LOCK.replace("lock 1", "lock 2", 1), "ledger-newer", 1),
        (LOCK.replace(LINES[NOTE_LINE], f"<<<<<<< HEAD\n{LINES[NOTE_LINE]}\n=======\n>>>>>>> theirs"), "ledger-conflict", NOTE_LINE + 1),
        (LOCK.replace(LINES[NOTE_LINE + 2], LINES[NOTE_LINE + 2][:30]), "ledger-damaged", NOTE_LINE + 3),
        (LOCK.replace(LINES[NOTE_LINE + 2], LINES[NOTE_LINE + 2].replace("¶3", "¶4")), "ledger-damaged", NOTE_LINE + 3),
        (LOCK.replace(LINES[NOTE_LINE + 2], "what is this"), "ledger-damaged", NOTE_LINE + 3),
        (LOCK.replace("note-type\ten zh\tsentence", "note-type\ten zh\tsentences"), "ledger-damaged", 4),
        ("\n".join(LINES[: NOTE_LINE + 4]), "ledger-damaged", NOTE_LINE + 4),
        (LOCK.replace("[a.md]\t", "[a.md "), "ledger-damaged", NOTE_LINE),
        (LOCK.replace("The", "T\udcffe"), "ledger-damaged", NOTE_LINE + 1),
    ],
)
def test_damage_is_told_with_its_line(text: str, rule: str, line: int) -> None:
    ledger, problems = parse(text, "notes/anki_builder.lock")
    assert ledger is None
    assert (problems[0].rule.name, problems[0].span.line) == (rule, line)
    assert problems[0].hint


@settings(max_examples=60)
@given(st.data())
def test_no_cut_or_spoilt_file_is_believed(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(LOCK) - 10))
    if data.draw(st.booleans()):
        assert parse(LOCK[:at], "")[0] is None
        return
    letter = data.draw(st.sampled_from("xß\t7="))
    spoilt = LOCK[:at] + letter + LOCK[at + 1 :]
    ledger, _ = parse(spoilt, "")
    kept = [line for line in spoilt.split("\n") if line[:1] not in ("#", "[")]
    assert ledger is None or kept == [line for line in LINES if line[:1] not in ("#", "[")]


def test_line_ends_of_other_systems_are_read() -> None:
    assert parse("\ufeff" + LOCK.replace("\n", "\r\n"), "")[0] == parse(LOCK, "")[0]


def test_of_two_lines_for_a_note_the_newer_counts() -> None:
    changed = [note._replace(tags=("other",)) if note.line == 1 else note for note in sentences()]
    second, _ = build(changed, parse(LOCK, "")[0], NOW + 5)
    newer = dump(second.ledger).split("\n")[NOTE_LINE]
    ledger, problems = parse(LOCK.replace(LINES[NOTE_LINE], f"{LINES[NOTE_LINE]}\n{newer}"), "")
    assert ledger is not None
    assert names(problems) == ["ledger-merged"]
    assert ledger.entries[0].modified == NOW + 5
    assert len(ledger.entries) == len(TEXTS)


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main")
    return subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_version_control_merges_edits_at_different_places(tmp_path: Path) -> None:
    """Two people edit, delete and add in different places and files; the merged ledger is what one author's would be."""
    if _git(tmp_path, "init").returncode:
        pytest.skip("git is not installed")
    lock = tmp_path / "anki_builder.lock"
    other = [f"Sentence {number} about the other matter." for number in range(12)]
    base = [*sentences(), *sentences(other, "z.md")]

    def commit(notes: list[Note], ledger: Ledger | None, now: int) -> Ledger:
        identified, _ = build(notes, ledger, now)
        lock.write_text(dump(identified.ledger), encoding="utf-8")
        _git(tmp_path, "add", "-A")
        assert not _git(tmp_path, "commit", "-m", "x").returncode
        return identified.ledger

    first = commit(base, None, NOW)
    _git(tmp_path, "checkout", "-b", "theirs")
    theirs = [base[0]._replace(tags=("theirs",)), *base[1:4], *base[5:]]
    commit(theirs, first, NOW + 10)
    _git(tmp_path, "checkout", "main")
    ours = [*base[:8], *sentences([TEXTS[8] + " Or so they said."], "a.md"), *base[9:], *sentences(["Quite new."], "z.md")]
    commit(ours, first, NOW + 20)
    merge = _git(tmp_path, "merge", "theirs")
    assert not merge.returncode, merge.stdout
    merged, problems = parse(lock.read_text(encoding="utf-8"), "")
    assert merged is not None and not problems
    both = [theirs[0], *ours[1:4], *ours[5:]]
    identified, _ = build(both, merged, NOW + 30)
    assert identified.plan.count("unchanged") == len(both)


def test_a_union_of_two_ledgers_is_read(tmp_path: Path) -> None:
    """Where two people add files side by side or edit one note, `anki_builder.lock merge=union` settles it."""
    if _git(tmp_path, "init").returncode:
        pytest.skip("git is not installed")
    (tmp_path / ".gitattributes").write_text("anki_builder.lock merge=union\n", encoding="utf-8")
    lock = tmp_path / "anki_builder.lock"

    def commit(notes: list[Note], ledger: Ledger | None, now: int) -> Ledger:
        identified, _ = build(notes, ledger, now)
        lock.write_text(dump(identified.ledger), encoding="utf-8")
        _git(tmp_path, "add", "-A")
        assert not _git(tmp_path, "commit", "-m", "x").returncode
        return identified.ledger

    first = commit(sentences(), None, NOW)
    tagged = [sentences()[0]._replace(tags=("x",)), *sentences()[1:]]
    new = [sentences([f"A sentence of file {name}.", f"And one more of {name}."], f"{name}.md") for name in "bc"]
    _git(tmp_path, "checkout", "-b", "theirs")
    commit([*tagged, *new[0]], first, NOW + 10)
    _git(tmp_path, "checkout", "main")
    commit([*tagged, *new[1]], first, NOW + 20)
    assert not _git(tmp_path, "merge", "theirs").returncode
    merged, problems = parse(lock.read_text(encoding="utf-8"), "")
    assert merged is not None
    assert set(names(problems)) == {"ledger-merged"}
    identified, _ = build([*tagged, *new[0], *new[1]], merged, NOW + 30)
    assert identified.plan.count("unchanged") == len(TEXTS) + 4
    assert identified.deck.notes[0].modified == NOW + 20


def test_a_note_knows_its_cards() -> None:
    first, _ = build(sentences())
    more = [note._replace(cards=(Card(0, 1), Card(1, 2)), tags=("x",)) for note in sentences()]
    second, _ = build(more, first.ledger, NOW + 1)
    assert {note.new_cards for note in second.plan.notes} == {("Produce",)}
    third, _ = build(sentences(), second.ledger, NOW + 2)
    assert {note.blank_cards for note in third.plan.notes} == {("Produce",)}


@given(st.text(st.characters(max_codepoint=127) | st.sampled_from("‘’“”–—…é漢İ"), max_size=200))
def test_the_words_of_ascii_are_the_words_of_any_text(text: str) -> None:
    words = trace_module._WORD().findall(text.casefold())
    assert "".join(map(trace_module._hashed, trace_module._words(text))) == "".join(map(trace_module._hashed, words))
    assert trace_module.trace(text)[0] == trace_module.trace(" ".join(text.split()))[0]


@pytest.mark.parametrize("seed", range(6))
def test_the_notes_of_an_article_together_come_to_the_same_as_one_by_one(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def one_by_one(*arguments: object) -> tuple[Identified, list[Diagnostic]]:
        with monkeypatch.context() as patched:
            for shortcut in ("_all_new", "_all_unchanged"):
                patched.setattr(identity._Identifier, shortcut, lambda *_: None)
            patched.setattr(identity._Identifier, "_homes", lambda self: [None] * len(self.articles))
            return identify(*arguments)  # type: ignore[arg-type]

    collection = Collection(seed, articles=5, sentences=6)
    known: Ledger | None = None
    for build_number in range(8):
        notes, _ = collection.notes()
        now = NOW + 1000 * build_number if build_number != 5 else NOW  # once the clock is behind
        scope = {note.document for note in notes[::3]} if build_number == 6 else None
        if scope is not None:
            notes = [note for note in notes if note.document in scope]
        if build_number == 4:
            notes = [note._replace(cards=(Card(0, 1), Card(1, 2))) if note.document == notes[0].document else note for note in notes]
        arguments = notes, TYPES, known, now, scope
        assert identify(*arguments) == one_by_one(*arguments)
        known, problems = parse(encoded(identify(*arguments)[0].ledger), "lock")
        assert known is not None and not problems
        for _ in range(build_number % 3):
            collection.edit()


def test_articles_that_are_as_they_were_are_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    base = [*sentences(), *sentences([f"{text} Twice." for text in TEXTS], "b.md"), *sentences([f"{text} Thrice." for text in TEXTS], "c.md")]
    known, _ = parse(encoded(build(base)[0].ledger), "lock")
    opened = []
    recognise = identity._Identifier._recognised
    monkeypatch.setattr(
        identity._Identifier, "_recognised",
        lambda self, known: (opened.append({note.document for note in self.notes}), recognise(self, known))[1],
    )  # fmt: skip
    edited = [*base[:14], base[14]._replace(given_key="", text="He counted the steps in the dark and missed one. Twice."), *base[15:]]
    identified, _ = build(edited, known, NOW + 10)
    assert opened == [{"b.md"}]
    assert identified.plan.count("unchanged") == len(base) and identified.plan.count("removed") == 0
    assert identified.deck.notes[14].guid == build(base)[0].deck.notes[14].guid
