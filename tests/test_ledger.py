"""The ledger: what it remembers, what it says, and how its file is read."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from building import LETTERS, NOW, OF_NAME, PAIR, TYPES, Build, Made, build, empty_collection, make_note, read_ledger, store
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_collection import Collection

from anki_builder.config import Config
from anki_builder.diagnostic import Diagnostic
from anki_builder.ledger.arrange import arrange
from anki_builder.ledger.file import Ledger, encoded, parse
from anki_builder.ledger.linking import NotLinked, link
from anki_builder.ledger.plan import search_text
from anki_builder.note import Field, Identity, NoteType
from anki_builder.notes.note_types import note_types
from anki_builder.settling import Surroundings, settle

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


def sentences(texts: list[str] = TEXTS, document: str = "a.md", **fields: str) -> list[Made]:
    return [
        make_note("sentence", text, document, line, Text=text, Translation=f"译：{text}", Location=f"¶{line}", **fields)
        for line, text in enumerate(texts, 1)
    ]


def names(diagnostics: list[Diagnostic]) -> list[str]:
    return [diagnostic.rule.name for diagnostic in diagnostics]


# Times


def test_only_what_changed_is_newer() -> None:
    first = build(sentences())
    notes = sentences()
    notes[3] = notes[3].with_fields(Translation="另一个译文")
    second = build(notes, first.ledger, NOW + 500)
    assert second.times == [NOW + 500 if i == 3 else NOW for i in range(len(notes))]
    assert {time for _, time in second.settled.note_types} == {NOW}
    assert [note.fields for note in second.plan.of("changed")] == [("Translation",)]


@pytest.mark.parametrize("now", [NOW, NOW + 1])
def test_a_change_within_the_same_second_is_newer_all_the_same(now: int) -> None:
    first = build(sentences(), now=now)
    changed = [note.with_fields(Note="other") for note in sentences()]
    second = build(changed, first.ledger, now)
    assert set(second.times) == {now + 1}
    assert not second.remarks


def test_no_time_is_later_than_the_clock() -> None:
    first = build(sentences(), now=NOW + 86_400)
    notes = [note.with_fields(Note="other") if note.note.line % 2 else note for note in sentences()]
    second = build(notes, first.ledger, NOW)
    assert set(second.times) == {NOW}
    assert {time for _, time in second.settled.note_types} == {NOW}
    assert second.remarks == ["clock-behind"]
    assert second.settled.remarks[0].message == "the ledger is 1 day ahead of the clock"


def test_note_types_have_times_of_their_own() -> None:
    first = build(sentences())
    types = {PAIR: {kind: note_type._replace(css=".card { color: red }") for kind, note_type in TYPES[PAIR].items()}}
    second = build(sentences(), first.ledger, NOW + 9, types=types)
    assert {time for _, time in second.settled.note_types} == {NOW + 9}
    assert set(second.times) == {NOW}
    third = build(sentences(), second.ledger, NOW + 18, types=types)
    for one, status in ((first, "new"), (second, "changed"), (third, "unchanged")):
        assert [change[:3] for change in one.plan.note_types] == [
            (status, note_type.name, kind) for kind, note_type in TYPES[PAIR].items()
        ]


def test_an_unchanged_build_gives_the_same_deck_and_ledger() -> None:
    first = build(sentences())
    second = build(sentences(), first.ledger, NOW + 99)
    assert second.notes == first.notes
    assert second.ledger == first.ledger


# GUIDs


def test_guids_follow_from_the_note_type_and_the_key_alone() -> None:
    first = build(sentences())
    second = build([note._replace(deck="Other", tags=("x",), document="b.md") for note in reversed(sentences())], now=1)
    assert set(first.guids) == set(second.guids)
    vocabulary = build([make_note("vocabulary", text) for text in TEXTS])
    assert not set(first.guids) & set(vocabulary.guids)


def test_a_reused_key_gets_another_guid() -> None:
    first = build(sentences())
    edited = [text.replace("kettle", "old kettle") for text in TEXTS]
    second = build(sentences(edited), first.ledger, NOW + 1)
    third = build(sentences([*edited, TEXTS[0]]), second.ledger, NOW + 2)
    guids = third.guids
    assert guids[:-1] == first.guids
    assert guids[-1] not in guids[:-1]
    again = build(sentences([*edited, TEXTS[0]]), third.ledger, NOW + 3)
    assert again.guids == guids
    edited.append(TEXTS[0].replace("kettle", "new kettle"))
    fourth = build(sentences(edited), again.ledger, NOW + 4)
    fifth = build(sentences([*edited, TEXTS[0]]), fourth.ledger, NOW + 5)
    assert fourth.guids == guids == fifth.guids[:-1] and fifth.guids[-1] not in guids


def test_a_reused_key_gets_another_guid_in_each_collection() -> None:
    """Two collections may lie in one Anki, and go through the same edits."""
    found = []
    for salt in ("one", "other"):
        first = build(sentences(), encoded(Ledger(kinds=LETTERS, salts=(salt,))))
        edited = [text.replace("kettle", "old kettle") for text in TEXTS]
        second = build(sentences(edited), first.ledger, NOW + 1)
        third = build(sentences([*edited, TEXTS[0]]), second.ledger, NOW + 2)
        assert len(set(third.guids)) == len(TEXTS) + 1
        found.append(set(third.guids))
    assert not found[0] & found[1]


def test_a_change_is_told_with_the_path_and_line_of_its_note() -> None:
    first = build(sentences())
    edited = build(sentences([TEXTS[0].replace("kettle", "old kettle"), *TEXTS[1:]]), first.ledger, NOW + 1)
    for plan, status in ((first.plan, "new"), (edited.plan, "changed")):
        change = next(change for change in plan.changes if change.status == status)
        made = next(built for built in (first if status == "new" else edited).notes if built.guid == change.identity.guid)
        assert (change.path, change.line, change.text) == ("source/a.md", made.note.line, made.note.text)


def test_edits_that_leave_nothing_of_a_sentence_one_after_another_keep_its_guid() -> None:
    steps = [
        "The old miller sold his last sack of flour on Monday.",
        "The old miller sold his last basket of apples on Monday.",
        "The young farmer sold his last basket of apples on Monday.",
        "The young farmer gave her third basket of apples away.",
        "Every young gardener gave her third basket of pears away.",
    ]
    built = build([make_note("sentence", steps[0], Translation=steps[0])])
    (guid,) = built.guids
    for number, text in enumerate(steps[1:], 1):
        built = build([make_note("sentence", text, Translation=text)], built.ledger, NOW + number)
        assert built.guids == [guid], text


def test_words_that_are_spelt_alike_are_told_apart_by_their_keys() -> None:
    def words(*glosses: str) -> list[Made]:
        return [
            made._replace(note=made.note._replace(key=f"{made.note.key}{number}"))
            for number, made in enumerate(make_note("vocabulary", "lead", Term="lead", Gloss=gloss) for gloss in glosses)
        ]

    first = build(words("铅", "领先"))
    second = build(words("领先", "铅"), first.ledger, NOW + 1)
    assert second.guids == first.guids and len(set(first.guids)) == 2


def test_the_key_field_holds_the_guid() -> None:
    identified = build(sentences())
    assert all(one.note.fields["Key"] == one.guid for one in identified.notes)


def test_of_two_notes_with_one_key_the_first_is_built() -> None:
    built = build([*sentences(TEXTS[:2]), *sentences(TEXTS[1:2], "b.md")])
    assert [one.info.name for one in built.notes] == ["a.md", "a.md"]


def test_the_place_in_the_article_stays_as_it_was_until_the_note_changes() -> None:
    first = build(sentences())
    notes = sentences(["One more sentence before all others.", *TEXTS])
    notes[5] = notes[5].with_fields(Note="other")
    second = build(notes, first.ledger, NOW + 5)
    assert [one.note.fields["Location"] for one in second.notes][1:7] == ["¶1", "¶2", "¶3", "¶4", "¶6", "¶6"]
    assert (second.plan.count("new"), second.plan.count("changed")) == (1, 1)


def test_what_a_note_shows_of_its_article_makes_it_no_newer() -> None:
    first = build(sentences(Passage="Old.", PassageTranslation="旧。", Source="Old", SourceUrl="https://old.example"))
    notes = sentences(Passage="New.", PassageTranslation="新。", Source="New", SourceUrl="https://new.example")
    notes = [note._replace(tags=("source::New",)) for note in notes]
    second = build(notes, first.ledger, NOW + 5)
    assert set(second.times) == {NOW}
    assert second.plan.count("unchanged") == len(TEXTS)
    assert second.ledger == first.ledger
    assert second.notes[0].note.fields["Passage"] == "New.", "a collection without the note gets what is true now"
    notes[3] = notes[3].with_fields(Translation="另一个译文")
    third = build(notes, second.ledger, NOW + 9)
    (changed,) = third.plan.of("changed")
    assert changed.fields == ("Tags", "Translation", "Passage", "PassageTranslation", "Source", "SourceUrl"), (
        "all that Anki will get"
    )
    fourth = build([note._replace(tags=("source::New", "mine")) for note in notes], third.ledger, NOW + 11)
    assert fourth.plan.count("changed") == 0
    assert fourth.plan.waiting == len(TEXTS), "tags wait too"


# Removal


def test_removed_notes_are_remembered_and_listed() -> None:
    first = build(sentences())
    second = build(sentences(TEXTS[:-1]), first.ledger, NOW + 1)
    (removed,) = second.plan.of("removed")
    assert (removed.path, removed.line) == ("a.md", 0)
    assert removed.text.startswith("They never")
    assert search_text([removed.identity.guid]) == f"Key:{first.notes[-1].guid}"
    third = build(sentences(TEXTS[:-1]), second.ledger, NOW + 2)
    assert third.plan.count("removed") == 0
    fourth = build(sentences(), third.ledger, NOW + 3)
    assert fourth.plan.of("returned")[0].identity.guid == removed.identity.guid
    assert fourth.notes == first.notes


@pytest.mark.parametrize(("removed", "stops"), [(2, []), (3, ["many-removed"])])
def test_removing_more_than_a_fifth_stops(removed: int, stops: list[str]) -> None:
    first = build(sentences())
    second = build(sentences(TEXTS[removed:]), first.ledger, NOW + 1)
    assert names(second.plan.stops()) == stops
    assert second.plan.stops(force=True) == []


@pytest.mark.parametrize(("removed", "stops"), [(10, []), (11, ["many-removed"])])
def test_exactly_a_fifth_may_go(removed: int, stops: list[str]) -> None:
    many = [f"Sentence {number} of a long article about nothing." for number in range(50)]
    first = build(sentences(many))
    second = build(sentences(many[removed:]), first.ledger, NOW + 1)
    assert names(second.plan.stops()) == stops


@pytest.mark.parametrize(("behind", "remarks"), [(2, []), (3, ["clock-behind"])])
def test_a_ledger_may_be_two_seconds_ahead_of_the_clock(behind: int, remarks: list[str]) -> None:
    first = build(sentences())
    second = build(sentences(), first.ledger, NOW - behind)
    assert second.remarks == remarks
    assert set(second.times) == ({NOW} if not remarks else {NOW - behind})


def test_a_file_that_is_there_but_gives_nothing_stops() -> None:
    many = [f"Sentence {number} of a long article about nothing." for number in range(90)]
    first = build([*sentences(), *sentences(many, "b.md")])
    second = build(sentences(many, "b.md"), first.ledger, NOW + 1, present=["a.md", "b.md"])
    assert names(second.plan.stops()) == ["file-without-notes"]
    third = build(sentences(many, "b.md"), first.ledger, NOW + 1, present=["b.md"])
    assert names(third.plan.stops()) == [], "a file that was deleted is no accident"


def test_a_build_of_one_file_leaves_the_others_as_they_are() -> None:
    other = [f"Sentence {number} of another article." for number in range(9)]
    first = build([*sentences(), *sentences(other, "b.md")])
    second = build([*sentences(TEXTS[1:]), *sentences(other[1:], "b.md")], first.ledger, NOW + 1, part=["b.md"])
    assert second.plan.counts == {"unchanged": 8, "removed": 1}
    assert [built.info.name for built in second.notes] == ["b.md"] * 8
    third = build([*sentences(), *sentences(other, "b.md")], second.ledger, NOW + 2)
    assert third.notes == first.notes


def test_a_part_has_the_notes_that_it_shares_with_the_rest() -> None:
    notes = [*sentences(), *sentences(["A sentence of its own.", TEXTS[0]], "b.md")]
    first = build(notes)
    second = build(notes, first.ledger, NOW + 1, part=["b.md"])
    assert [(built.info.name, built.note.text) for built in second.notes] == [
        ("a.md", TEXTS[0]),
        ("b.md", "A sentence of its own."),
    ]
    assert second.ledger == first.ledger


# Decks


def test_what_is_counted_of_a_part_are_its_own_cards() -> None:
    with empty_collection() as collection:
        store(collection, [*sentences(), *sentences(["Only this one."], "b.md")])
        settle(collection, TYPES, read_ledger(None)[0], Surroundings(NOW, part=frozenset({"b.md"})))
        counts = collection.counts()
    cards = len(sentences()[0].note.cards)
    assert (counts.articles, counts.notes, counts.cards) == (1, {"sentence": 1}, cards)


def test_a_deck_is_kept_once_it_is_built() -> None:
    first = build(sentences())
    notes = [note._replace(deck="Renamed") for note in sentences([*TEXTS, "A sentence more."])]
    second = build(notes, first.ledger, NOW + 1)
    assert {one.deck for one in second.notes} == {"Notes::a"}
    assert second.remarks == ["deck-kept"]


def test_new_notes_of_a_renamed_file_go_into_the_deck_that_it_had() -> None:
    first = build(sentences())
    second = build(sentences([*TEXTS, "A sentence more."], "b.md"), first.ledger, NOW + 1)
    assert second.plan.moved == len(TEXTS) and {one.deck for one in second.notes} == {"Notes::a"}


def test_a_deck_renamed_by_hand_in_the_ledger_holds() -> None:
    first = build(sentences())
    text = first.ledger.replace(b"\tNotes::a\n", b"\tMine\n")
    second = build(sentences(), text, NOW + 1)
    assert {one.deck for one in second.notes} == {"Mine"}
    assert second.plan.count("unchanged") == len(TEXTS)


# The schema


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (lambda t: with_fields(t, (*t.fields, t.fields[0]._replace(name="Extra", id=9))), "field “Extra” was added"),
        (lambda t: with_fields(t, (*t.fields[:-2], t.fields[-1])), "field 18 of 19 is gone"),
        (lambda t: with_fields(t, (t.fields[0]._replace(name="Phrase"), *t.fields[1:])), "field 1 is now “Phrase”"),
        (lambda t: with_fields(t, (t.fields[1], t.fields[0], *t.fields[2:])), "the fields stand in another order"),
        (lambda t: with_fields(t, (t.fields[0], t.fields[2], t.fields[1], *t.fields[3:])), "the fields stand in another order"),
        (
            lambda t: with_fields(t, (*t.fields[:-2], t.fields[-1]))._replace(templates=t.templates[:-1]),
            "field 18 of 19 is gone, card template 3 of 3 is gone;",
        ),
        (lambda t: t._replace(templates=t.templates[:-1]), "card template 3 of 3 is gone"),
        (lambda t: t._replace(templates=(*t.templates, t.templates[0]._replace(name="More"))), "card template “More” was added"),
    ],
)
def test_a_changed_schema_is_refused_even_if_forced(change: Callable[[NoteType], NoteType], difference: str) -> None:
    first = build(sentences())
    changed = change(TYPES[PAIR]["sentence"])
    names_now = [field.name for field in changed.fields]
    notes = [
        one._replace(
            note=one.note._replace(kind=changed.kind, fields={name: one.note.fields.get(name, "x") for name in names_now})
        )
        for one in sentences()
    ]
    built = build(notes, first.ledger, NOW, types={PAIR: {**TYPES[PAIR], "sentence": changed}})
    grown = difference.endswith("was added")
    assert names(built.plan.stops(force=True)) == ["schema-grown" if grown else "schema-changed"]
    assert bool(built.plan.stops(force=True, accept_schema=True)) == (not grown)
    (remark,) = [remark for remark in built.settled.remarks if remark.rule.name.startswith("schema-")]
    assert remark.span.path == "anki_builder.lock"
    assert difference in remark.message
    assert "Anki would refuse" in remark.message
    assert "family" in remark.hint and "Merge note types" in remark.hint


def with_fields(note_type: NoteType, fields: tuple[Field, ...]) -> NoteType:
    return note_type._replace(kind=note_type.kind._replace(fields=fields))


def test_another_family_starts_anew_beside_the_old_one() -> None:
    first = build(sentences())
    types = {PAIR: note_types(PAIR, Config(family="Zweisprachig"))}
    second = build(sentences(), first.ledger, NOW + 1, types=types)
    assert names(second.plan.stops()) == ["many-removed"]
    assert not set(first.guids) & set(second.guids)
    edited = [f"{text[:-1]} again." for text in TEXTS]
    third = build(sentences(edited), second.ledger, NOW + 2, types=types)
    assert third.guids == second.guids
    back = build(sentences(), second.ledger, NOW + 2)
    assert back.guids == first.guids and {time for _, time in back.settled.note_types} == {NOW}


# Doubt


REWRITTEN = [*TEXTS[:7], "What the miller may then have said nobody really knows any more.", *TEXTS[8:]]


def test_doubt_is_told_with_the_command_that_settles_it() -> None:
    first = build(sentences())
    notes = sentences(REWRITTEN)
    second = build(notes, first.ledger, NOW + 1)
    assert second.remarks == ["doubtful-identity"]
    old, new = first.notes[7].guid, second.notes[7].guid
    assert old != new
    (doubt,) = second.settled.remarks
    assert f"anki-builder link {old} {new}" in doubt.hint
    assert "may then have said" in doubt.message and "What the miller said" in doubt.message


@pytest.mark.parametrize("built", [False, True])
def test_linked_notes_are_one(built: bool) -> None:
    first = build(sentences())
    notes = sentences(REWRITTEN)
    second = build(notes, first.ledger, NOW + 1)
    old, new = first.notes[7].guid, second.notes[7].guid
    third = build(notes, linked(second if built else first, second, old, new), NOW + 2)
    assert third.guids == first.guids
    assert third.times == [NOW + 2 if i == 7 else NOW for i in range(len(TEXTS))]
    assert not third.remarks


def linked(before: Build, present: Build, old: str, new: str) -> bytes:
    """Return the ledger of `before`, in which the new note goes on as the old one."""
    ledger, _ = read_ledger(before.ledger)
    notes = link(ledger.identities(), identities(present), old, new)
    blocks = arrange([one for one in notes if not one.removed], [one for one in notes if one.removed], notes, ledger.decks)
    return encoded(ledger._replace(blocks=blocks))


def identities(built: Build) -> list[Identity]:
    """Return the present notes of a build, as the ledger knows them."""
    return [one for one in built.settled.ledger.identities() if one.guid in set(built.guids)]


@pytest.mark.parametrize("built", [False, True])
def test_the_clozes_of_a_linked_sentence_go_on_with_it(built: bool) -> None:
    def with_cloze(texts: list[str]) -> list[Made]:
        return [make_note("cloze", f"miller ⟂ {texts[7]}", Text=texts[7]), *sentences(texts)]

    other = [*TEXTS[:7], "Nobody remembers, I fear, how long ago our miller took to telling that story of his.", *TEXTS[8:]]
    first = build(with_cloze(TEXTS))
    second = build(with_cloze(other), first.ledger, NOW + 1)
    old, new = (
        [d.guid for d in each.notes if d.note.text.endswith(texts[7])] for each, texts in ((first, TEXTS), (second, other))
    )
    assert not set(old) & set(new)
    third = build(with_cloze(other), linked(second if built else first, second, old[1], new[1]), NOW + 2)
    assert third.guids == first.guids


def test_notes_that_are_there_are_not_linked() -> None:
    first = build([*sentences(), make_note("vocabulary", "kettle", Term="kettle")])
    second = build(sentences(), first.ledger, NOW + 1)
    here, there = first.guids[:2]
    term = first.notes[-1].guid
    for old, new, why in (
        (here, there, "still a note"),
        ("x", here, "ever built"),
        (here, "x", "no note"),
        (term, here, "vocabulary"),
    ):
        with pytest.raises(NotLinked, match=why):
            linked(first, second, old, new)


# The file


def test_the_ledger_is_small() -> None:
    collection = Collection(3, articles=20)
    identified, _ = collection.build()
    assert len(identified.ledger) / len(identified.notes) <= 200


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 30))
def test_what_is_written_is_read(seed: int, edits: int) -> None:
    collection = Collection(seed, articles=3, sentences=20)
    for _ in range(3):
        for _ in range(edits):
            collection.edit()
        collection.build()  # reads what it wrote, and compares


@given(st.text().filter(lambda text: "\x1f" not in text), st.text(), st.text())
def test_any_name_and_text_is_written_on_one_line(text: str, document: str, deck: str) -> None:
    built = build([make_note("sentence", text, document or "a", deck=deck or "b", Location=text)])
    ledger, problems = read_ledger(built.ledger)
    assert not problems
    (note,) = ledger.identities()
    assert (note.document, note.deck, note.location) == (document or "a", deck or "b", text)


LOCK = build(sentences()).ledger.decode()
LINES = LOCK.split("\n")
NOTE_LINE = next(number for number, line in enumerate(LINES) if line.startswith("s\t"))


def read(text: str) -> tuple[Ledger | None, list[Diagnostic]]:
    return parse(text.encode("utf-8", "surrogateescape"), "notes/anki_builder.lock", OF_NAME)


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("", "ledger-damaged", 1),
        ("{}", "ledger-damaged", 1),
        (LOCK.replace("lock 1", "lock 2", 1), "ledger-newer", 1),
        (
            LOCK.replace(LINES[NOTE_LINE], f"<<<<<<< HEAD\n{LINES[NOTE_LINE]}\n=======\n>>>>>>> theirs"),
            "ledger-conflict",
            NOTE_LINE + 1,
        ),
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
    ledger, problems = read(text)
    assert ledger is None
    assert (problems[0].rule.name, problems[0].span.line) == (rule, line)
    assert problems[0].hint


@settings(max_examples=60)
@given(st.data())
def test_no_cut_or_spoilt_file_is_believed(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(LOCK) - 10))
    if data.draw(st.booleans()):
        assert read(LOCK[:at])[0] is None
        return
    letter = data.draw(st.sampled_from("xß\t7="))
    spoilt = LOCK[:at] + letter + LOCK[at + 1 :]
    ledger, _ = read(spoilt)
    kept = [line for line in spoilt.split("\n") if line[:1] not in ("#", "[")]
    assert ledger is None or kept == [line for line in LINES if line[:1] not in ("#", "[")]


def test_line_ends_of_other_systems_are_read() -> None:
    assert read("\ufeff" + LOCK.replace("\n", "\r\n"))[0] == read(LOCK)[0]


def test_of_two_lines_for_a_note_the_newer_counts() -> None:
    changed = [note.with_fields(Note="other") if note.note.line == 1 else note for note in sentences()]
    newer = build(changed, LOCK.encode(), NOW + 5).ledger.decode().split("\n")[NOTE_LINE]
    ledger, problems = read_ledger(LOCK.replace(LINES[NOTE_LINE], f"{LINES[NOTE_LINE]}\n{newer}").encode())
    assert names(problems) == ["ledger-merged"]
    assert ledger.identities()[0].modified == NOW + 5
    assert len(ledger.identities()) == len(TEXTS)


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

    def commit(notes: list[Made], ledger: bytes | None, now: int) -> bytes:
        identified = build(notes, ledger, now)
        lock.write_bytes(identified.ledger)
        _git(tmp_path, "add", "-A")
        assert not _git(tmp_path, "commit", "-m", "x").returncode
        return identified.ledger

    first = commit(base, None, NOW)
    _git(tmp_path, "checkout", "-b", "theirs")
    theirs = [base[0].with_fields(Note="theirs"), *base[1:4], *base[5:]]
    commit(theirs, first, NOW + 10)
    _git(tmp_path, "checkout", "main")
    ours = [*base[:8], *sentences([TEXTS[8] + " Or so they said."], "a.md"), *base[9:], *sentences(["Quite new."], "z.md")]
    commit(ours, first, NOW + 20)
    merge = _git(tmp_path, "merge", "theirs")
    assert not merge.returncode, merge.stdout
    merged = lock.read_bytes()
    assert not read_ledger(merged)[1]
    both = [theirs[0], *ours[1:4], *ours[5:]]
    identified = build(both, merged, NOW + 30)
    assert identified.plan.count("unchanged") == len(both)


def test_a_union_of_two_ledgers_is_read(tmp_path: Path) -> None:
    """Where two people add files side by side or edit one note, `anki_builder.lock merge=union` settles it."""
    if _git(tmp_path, "init").returncode:
        pytest.skip("git is not installed")
    (tmp_path / ".gitattributes").write_text("anki_builder.lock merge=union\n", encoding="utf-8")
    lock = tmp_path / "anki_builder.lock"

    def commit(notes: list[Made], ledger: bytes | None, now: int) -> bytes:
        identified = build(notes, ledger, now)
        lock.write_bytes(identified.ledger)
        _git(tmp_path, "add", "-A")
        assert not _git(tmp_path, "commit", "-m", "x").returncode
        return identified.ledger

    first = commit(sentences(), None, NOW)
    tagged = [sentences()[0].with_fields(Note="x"), *sentences()[1:]]
    new = [sentences([f"A sentence of file {name}.", f"And one more of {name}."], f"{name}.md") for name in "bc"]
    _git(tmp_path, "checkout", "-b", "theirs")
    commit([*tagged, *new[0]], first, NOW + 10)
    _git(tmp_path, "checkout", "main")
    commit([*tagged, *new[1]], first, NOW + 20)
    assert not _git(tmp_path, "merge", "theirs").returncode
    merged = lock.read_bytes()
    assert set(names(read_ledger(merged)[1])) == {"ledger-merged"}
    identified = build([*tagged, *new[0], *new[1]], merged, NOW + 30)
    assert identified.plan.count("unchanged") == len(TEXTS) + 4
    assert identified.times[0] == NOW + 20


BRANCH = st.lists(st.sampled_from(["a.md", "b.md", "z.md", ""]), min_size=6, max_size=6)
"""The file of each sentence, or none."""


@given(BRANCH, BRANCH, st.sampled_from(["", "x", "y"]), st.sampled_from(["", "x", "y"]), st.integers(0, 1))
def test_the_union_of_two_ledgers_does_not_depend_on_which_comes_first(
    ours: list[str], theirs: list[str], our_remark: str, their_remark: str, later: int
) -> None:
    """Also where both were written in the same second."""

    def notes(files: list[str], remark: str) -> list[Made]:
        placed = [(name, text) for name, text in zip(files, TEXTS, strict=False) if name]
        of_file = [[text for other, text in placed if other == name] for name in ("a.md", "b.md", "z.md")]
        return [
            one
            for name, texts in zip(("a.md", "b.md", "z.md"), of_file, strict=True)
            for one in sentences(texts, name, Note=remark)
        ]

    def union(first: bytes, second: bytes) -> dict[str, Identity]:
        ledger, _ = read_ledger(first + second)
        assert ledger is not None
        return {identity.guid: identity for identity in ledger.identities()}

    base = build(sentences(TEXTS[:6])).ledger
    one = build(notes(ours, our_remark), base, NOW + 10).ledger
    other = build(notes(theirs, their_remark), base, NOW + 10 + later).ledger
    assert union(one, other) == union(other, one)


def test_the_union_of_two_ledgers_has_one_look_whichever_comes_first() -> None:
    """Of note types, as of notes."""
    ledger, _ = read_ledger(LOCK.encode())
    one, other = (
        encoded(ledger._replace(note_types={place: entry._replace(digest=digest) for place, entry in ledger.note_types.items()}))
        for digest in ("AAAAAAAAAAAA", "zzzzzzzzzzzz")
    )
    assert read_ledger(one + other)[0].note_types == read_ledger(other + one)[0].note_types


def test_a_note_that_two_branches_add_in_files_of_their_own_is_not_removed_after_their_union() -> None:
    """All that the later file has in the ledger stands in the other one as well: nothing of it is left."""
    first = build(sentences(), None, NOW).ledger
    shared = ["A sentence that two files hold."]
    ours, theirs = (
        build([*sentences(), *sentences(shared, name)], first, NOW + at).ledger for name, at in (("b.md", 10), ("z.md", 20))
    )
    section = theirs[theirs.index(b"[z.md") : theirs.rindex(b"\n", 0, -1) + 1]
    merged = ours.replace(b"\n[", b"\n" + section + b"[", 1)
    read, diagnostics = read_ledger(merged)
    assert read is not None
    assert set(names(diagnostics)) == {"ledger-merged"}
    for name in ("b.md", "z.md"):
        identified = build([*sentences(), *sentences(shared, name)], merged, NOW + 30)
        assert identified.plan.count("removed") == 0
        assert identified.plan.count("new") == 0


def test_a_note_knows_its_cards() -> None:
    first = build(sentences())
    more = [one._replace(note=one.note._replace(cards=(0, 1)), tags=("x",)) for one in sentences()]
    second = build(more, first.ledger, NOW + 1)
    assert {change.new_cards for change in second.plan.changes} == {("Produce",)}
    third = build(sentences(Note="Another one."), second.ledger, NOW + 2)
    assert {change.blank_cards for change in third.plan.changes} == {("Produce",)}


def test_what_returns_in_another_article_leaves_the_one_it_was_removed_from() -> None:
    other = [f"{text} Twice." for text in TEXTS]
    first = build([*sentences(), *sentences(other, "b.md")])
    second = build([*sentences(TEXTS[:-1]), *sentences(other, "b.md")], first.ledger, NOW + 1)
    third = build([*sentences(TEXTS[:-1]), *sentences([*other, TEXTS[-1]], "b.md")], second.ledger, NOW + 2)
    assert [change.moved_from for change in third.plan.of("returned")] == ["a.md"]
    assert third.ledger.count(third.plan.of("returned")[0].identity.guid.encode()) == 1


def test_what_becomes_of_each_document_is_counted_by_document() -> None:
    others = ["A sentence of its own.", "Another one of its own.", "A third one of its own."]
    first = build([*sentences(), *sentences(others, "b.md")])
    second = build([*sentences([*TEXTS[2:], "One more sentence."]), *sentences(others[1:], "b.md")], first.ledger, NOW + 1)
    assert second.plan.shares == {"a.md": (2, len(TEXTS)), "b.md": (1, 3)}
    assert second.plan.of_article == {"a.md": {"unchanged": 10, "removed": 2, "new": 1}, "b.md": {"unchanged": 2, "removed": 1}}
