"""`pull`: what was changed in Anki, back into the notes; and back again into Anki, where nothing is left to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk, at_desk

from anki_builder.anki.patching import edits, plain

NOTE = """# The ferry

原文：

The ferry was *late*. We waited by
the harbour wall.

渡轮晚点了。我们在港口的墙边等着。

学习：

ferry：渡轮；摆渡

harbour：港口
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with at_desk(tmp_path, monkeypatch, NOTE) as desk:
        desk.push()
        yield desk


def test_nothing_changed_in_anki_is_nothing_to_pull(desk: Desk) -> None:
    result = desk.run("pull")
    assert result.exit_code == 0 and result.stdout == ""
    assert "nothing was changed in Anki" in result.stderr


def test_texts_translations_terms_and_glosses_come_back_and_leave_nothing_to_push(desk: Desk) -> None:
    desk.edit_in_anki("We waited", Text="We all waited by the harbour wall.", Translation="我们都在港口的墙边等着。")
    desk.edit_in_anki("The ferry", Text="The ferry was very <em>late</em>.")
    gloss = desk.found("ferry")["Gloss"]
    desk.edit_in_anki("ferry", Gloss=gloss.replace("摆渡", "渡船"))
    desk.edit_in_anki("harbour", Term="harbor")
    patch = desk.run("pull")
    assert desk.note.read_text(encoding="utf-8") == NOTE
    assert "-The ferry was *late*. We waited by\n" in patch.stdout
    assert "+The ferry was very *late*. We all waited by\n" in patch.stdout
    result = desk.run("pull", "--write")
    assert result.exit_code == 0 and result.stdout == patch.stdout
    expected = NOTE.replace("was *late*", "was very *late*").replace("We waited", "We all waited").replace("我们在", "我们都在")
    expected = expected.replace("摆渡", "渡船").replace("harbour：", "harbor：")
    assert desk.note.read_text(encoding="utf-8") == expected
    before = {guid: dict(note.items()) for guid, note in desk.anki.notes().items()}
    desk.push()
    after = {guid: dict(note.items()) for guid, note in desk.anki.notes().items()}
    for guid, fields in before.items():
        if fields["Key"] and ("Translation" not in fields or "{{" not in fields["Text"]):
            names = ("Text", "Translation") if "Translation" in fields else ("Term", "Gloss")
            assert [fields[name] for name in names] == [after[guid][name] for name in names]
    assert desk.push().stderr.strip().endswith("nothing to send")
    assert "0 new, 0 changed" in desk.run("plan").stdout
    assert "nothing was changed in Anki" in desk.run("pull").stderr


def test_what_no_patch_can_say_is_listed_with_its_place(desk: Desk) -> None:
    desk.edit_in_anki("We waited", Note="look this up", Text="We <u>waited</u> by the harbour wall.")
    collection = desk.server.collection
    collection.tags.bulk_add([desk.found("The ferry").id], "mine")
    collection.set_deck(desk.found("The ferry").card_ids(), collection.decks.id("Hard"))
    collection.remove_notes([desk.found("harbour").id])
    result = desk.run("pull", "--write")
    assert result.stdout == "" and desk.note.read_text(encoding="utf-8") == NOTE
    lines = result.stderr.splitlines()
    assert "source/ferry.md:5: The ferry was late.: tags: +mine" in lines
    assert "source/ferry.md:5: The ferry was late.: moved to Hard" in lines
    assert any(line.startswith("source/ferry.md:14: harbour: deleted in Anki") for line in lines)
    assert any("Note: “” → “look this up” (only in Anki)" in line for line in lines)
    assert any("Text: " in line and "the file would be read otherwise" in line for line in lines)


def test_what_was_changed_here_as_well_is_left_alone_unless_asked_for(desk: Desk) -> None:
    desk.edit_in_anki("The ferry", Text="The ferry was <em>late</em> again.")
    desk.edit("was *late*", "was very *late*")
    result = desk.run("pull", "--write")
    assert "(changed here as well)" in result.stderr and "very *late*" in desk.note.read_text(encoding="utf-8")
    desk.run("pull", "--write", "--theirs")
    assert "The ferry was *late* again. We" in desk.note.read_text(encoding="utf-8")
    desk.push()
    assert desk.push().stderr.strip().endswith("nothing to send")


def test_an_edit_that_would_cost_a_note_its_reviews_is_listed_and_those_beside_it_are_taken_over(desk: Desk) -> None:
    desk.edit_in_anki("harbour", Term="pier")
    desk.edit_in_anki("We waited", Text="We all waited by the harbour wall.")
    result = desk.run("pull", "--write")
    assert desk.note.read_text(encoding="utf-8") == NOTE.replace("We waited", "We all waited")
    lines = [line for line in result.stderr.splitlines() if "a note would be taken for a new one" in line]
    assert [line.partition(" (")[0] for line in lines] == ["source/ferry.md:14: harbour: Term: “harbour” → “pier”"]
    assert "0 new" in desk.run("plan").stdout and "0 removed" in desk.run("plan").stdout


def test_what_was_written_behind_a_gloss_in_anki_is_listed_or_taken_over(desk: Desk) -> None:
    gloss = desk.found("ferry")["Gloss"]
    desk.edit_in_anki("ferry", Gloss=f"{gloss} of the islands")
    result = desk.run("pull", "--write")
    assert "of the islands" in desk.note.read_text(encoding="utf-8") + result.stderr


def test_line_ends_and_byte_order_mark_stay(desk: Desk) -> None:
    desk.note.write_bytes(b"\xef\xbb\xbf" + NOTE.replace("\n", "\r\n").encode())
    desk.push()
    desk.edit_in_anki("We waited", Text="We stood by the harbour wall.")
    desk.run("pull", "--write")
    assert desk.note.read_bytes() == b"\xef\xbb\xbf" + NOTE.replace("waited", "stood").replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("text", "ours", "theirs", "edited"),
    [
        ("A **big** dog.", "A <b>big</b> dog.", "A <b>bigger</b> dog!", "A **bigger** dog!"),
        ("One\ntwo.", "One two.", "One, two.", "One,\ntwo."),
        ("钟停\n了。", "钟停了。", "钟又停了。", "钟又停\n了。"),
        (
            "a：b；c；d",
            '<ul class="senses"><li>b</li><li>c</li></ul>',
            "<ul><li>b</li><li>x</li><li>c</li></ul>",
            "a：b；x；c；d",
        ),
        ("The sea rose.", "The {{c1::sea::海}} rose.", "The {{c1::lake::海}} rose.", "The lake rose."),
        ("Nothing like it.", "A dog.", "A cat.", None),
        ("x", "", "A cat.", None),
    ],
)
def test_an_edit_is_made_at_its_place(text: str, ours: str, theirs: str, edited: str | None) -> None:
    assert next(edits(text, 1, ours, theirs), None) == edited


def test_a_field_reads_as_the_file_does() -> None:
    assert plain("a&amp;b <em>c</em>  {{c1::d::hint}}") == "a&b c d"
