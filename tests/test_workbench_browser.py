"""The workbench in a real browser: from the choice of a folder to cards in the real Anki, as a learner without a terminal does it."""

import re
from pathlib import Path
from typing import Any

import pytest
from browser import until
from workbench_desk import KITCHEN, NOTE, Desk
from workbench_page import Page, started

from anki_builder.cli.files import LEDGER

HOSTILE = """# <script>pwned = 1</script>

原文：

<img src=x onerror="pwned = 1"> The <script>pwned = 1</script>ferry </script><b>was</b> late.

渡轮晚点了。

学习：

ferry：<script>pwned = 1</script>渡轮
"""


def choose_clozes(page: Page) -> None:
    """Choose cloze cards, see what is written of it, and write it."""
    page.press("Choice of cards")
    until(lambda: page.text("[data-card=cloze]") not in ("", "0"))
    page.judged()
    now = page.text(".total")
    page.click("[name=cloze]")
    until(lambda: page.text(".total").endswith(f"now {now.split()[0]}"))
    page.click("#save")
    until(lambda: "cloze" in page.text(".diff .added"))
    page.click("#write")
    until(lambda: page.text(".total") not in ("", now) and "now" not in page.text(".total"))


def change_the_look(page: Page, folder: Path) -> None:
    """Make the text larger, see it on the card, and write it."""
    page.press("Looks")
    until(lambda: page.has("[name=size]"))
    page.judged()
    page.script("const bar = document.querySelector('[name=size]'); bar.value = 31; bar.dispatchEvent(new Event('input'))")
    until(lambda: page.script("return document.querySelector('iframe').srcdoc.includes('--size: 31px')"))
    assert "none" not in page.styles(".context-text")
    page.click("[name=show-recognise-context]")
    until(lambda: "none" in page.styles(".context-text"))
    page.click("[name=unfold_passages]")
    until(
        lambda: page.script(
            "return [...document.querySelectorAll('iframe')].some((one) => one.srcdoc.includes('passage\" open'))"
        )
    )
    page.click("#save-style")
    until(lambda: "unfold_passages = true" in page.text(".diff"))
    page.click("#write")
    until(lambda: "--size: 31px" in page.text(".diff"))
    page.click("#write")
    until((folder / "templates" / "user.css").is_file)


def edit_a_template(page: Page, folder: Path) -> None:
    """Write something wrong into a template, see what is wrong, mend it, see it on the card, and write it."""
    page.press("Looks")
    page.press("Edit the templates themselves …")
    until(lambda: "{{FrontSide}}" not in page.value("#template-text") and "{{#AddRead}}" in page.value("#template-text"))
    page.script("location.hash = '#/templates/sentence%2Fread.back.html'")
    until(lambda: "hr id=answer" in page.value("#template-text"))
    page.judged()
    for text, shown in (("{{Sauce}}", "unknown-field"), ("{{Source}}", "nothing to report")):
        page.type("#template-text", f"<hr id=answer><p class=mine>{text}</p>")
        until(lambda shown=shown: shown in page.text(".template"))  # type: ignore[misc]
    until(
        lambda: page.script(
            "return [...document.querySelectorAll('iframe')].some((one) => one.srcdoc.includes('<p class=mine>The ferry</p>'))"
        )
    )
    page.click("#save-template")
    until(lambda: "mine" in page.text(".diff"))
    page.click("#write")
    until((folder / "templates" / "sentence" / "read.back.html").is_file)
    until(lambda: page.has("#builtin-template"))


def shape_the_cards(page: Page, folder: Path) -> None:
    choose_clozes(page)
    change_the_look(page, folder)
    edit_a_template(page, folder)


def test_from_a_folder_to_cards_in_anki(browser: Any, home: Path) -> None:
    pytest.importorskip("anki", reason="Anki is not installed")
    from anki_collection import anki_collection

    note = home / "notes" / "source" / "ferry.md"
    with started(home) as address:
        page = Page(browser, address)
        page.press("notes")
        until(lambda: page.text("h3.place") == str(home / "notes"))
        page.judged()
        page.press("Open this folder")
        until(lambda: page.text("#title") == "notes")
        until(lambda: "2 articles" in page.text("#count"))
        page.judged()

        page.press("The ferry")
        until(lambda: page.has(".line.text"))
        assert page.script("return [...document.querySelectorAll('.line.entry .words')].map((one) => one.textContent)") == [
            "ferry：渡轮",
            "gangplank：跳板",
        ]
        until(lambda: page.script("return document.querySelector('iframe').srcdoc.includes('gangplank')"))
        page.script("[...document.querySelectorAll('[role=option]')].find((one) => one.textContent.startsWith('ferry')).click()")
        until(
            lambda: (
                page.script("return [...document.querySelectorAll('.line.on')].map((one) => one.dataset.line)")
                == ["9", "11", "15"]
            )
        )
        page.judged()
        for rule, right in (("front-matter-key", "title: Ferries"), ("doubled-mark", "so we waited. It came")):
            page.script(
                "[...document.querySelectorAll('.problems li')].find((one) => one.textContent.includes(arguments[0]))"
                ".querySelector('.fix').click()",
                rule,
            )
            until(lambda right=right: f"+{right}" in page.text(".diff") or right in page.text(".diff .added"))  # type: ignore[misc]
            assert right not in note.read_text("utf-8")
            page.judged()
            page.click("#write")
            until(lambda right=right: right in note.read_text("utf-8"))  # type: ignore[misc]
            until(lambda rule=rule: rule not in page.text("section.text"))  # type: ignore[misc]
        assert note.with_name("ferry.md.orig").read_text("utf-8") == NOTE

        shape_the_cards(page, home / "notes")
        page.press("Articles")
        page.click("#build")
        until(lambda: page.has(".good"))
        package = Path(page.text("#package"))
        page.quiet()
    with anki_collection() as anki:
        assert anki.add(package).new == len(anki.notes()) > 3
        assert any("cloze" in face.card.lower() for face in anki.cards())
        assert all("--size: 31px" in note.note_type()["css"] for note in anki.notes().values())
        assert any("<p class=mine>The ferry</p>" in face.answer for face in anki.cards())
        assert any("so we waited. " in face.question or "so we waited." in face.answer for face in anki.cards())


MINE = """# The lighthouse

Text:

The keeper lit the lamp at dusk.

守塔人在黄昏点亮了灯。

Vocabulary:

dusk：黄昏
"""


def test_a_stranger_comes_from_nothing_to_cards_in_anki(browser: Any, tmp_path: Path) -> None:
    """No terminal, no editor, no folder: only what the page offers."""
    pytest.importorskip("anki", reason="Anki is not installed")
    from anki_collection import anki_collection

    (tmp_path / "home").mkdir()
    with started(tmp_path / "home") as address:
        page = Page(browser, address)
        page.press("New folder …")
        page.type("#name", "English")
        page.judged()
        page.click("#take-name")
        until(lambda: page.text("h3.place") == str(tmp_path / "home" / "English"))
        page.press("Open this folder")
        page.press("New note …")
        page.type("#name", "The lighthouse")
        page.click("#take-name")
        until(lambda: page.value("#note-text").startswith("# The lighthouse\n\nText:"))
        page.judged()
        page.type("#note-text", MINE)
        page.click("#save-note")
        until(lambda: page.script("return document.querySelectorAll('[role=option]').length") == 3)
        page.click("#done")
        until(lambda: page.has(".line.text"))
        page.press("Articles")
        page.click("#build")
        until(lambda: page.has(".good"))
        package = Path(page.text("#package"))
        page.quiet()
    with anki_collection() as anki:
        assert anki.add(package).new == 2


def test_sending_to_anki_and_a_conflict_that_is_decided(browser: Any, home: Path) -> None:
    pytest.importorskip("anki", reason="Anki is not installed")
    from anki_server import AnkiServer

    (home / "anki").mkdir()
    with AnkiServer(home / "anki" / "collection.anki2") as anki:
        (home / "notes" / "anki_builder.toml").write_text(f"anki = {{url = '{anki.url}'}}\n", encoding="utf-8")
        with started(home) as address:
            page = Page(browser, address)
            page.open(home)
            page.press("Send to Anki …")
            until(lambda: "5 new" in page.text("#view"))
            assert anki.collection.note_count() == 0
            page.judged()
            page.click("#send")
            until(lambda: page.text("#sent") == "It was sent:")
            assert anki.collection.note_count() == 5
            (number,) = anki.collection.find_notes("peeled note:*entence*")
            note = anki.collection.get_note(number)
            note["Text"] = "She peeled the tiny onions one by one."
            anki.collection.update_note(note)
            (home / "notes" / "source" / "kitchen.md").write_text(KITCHEN.replace("little", "small"), encoding="utf-8")
            page.click("#compare")
            until(lambda: page.has(".conflict"))
            assert page.script("return [...document.querySelectorAll('.versions td')].map((one) => one.textContent)") == [
                "She peeled the small onions one by one.",
                "She peeled the tiny onions one by one.",
            ]
            page.judged()
            page.click(".ours")
            until(lambda: not page.has(".conflict") and page.has("#send"))
            page.click("#send")
            until(lambda: page.text("#sent") == "It was sent:")
            assert anki.collection.get_note(number)["Text"] == "She peeled the small onions one by one."
            note.load()
            note.add_tag("leech")
            anki.collection.update_note(note)
            page.press("Reviews")
            page.click("#read")
            page.press("She peeled the small onions one by one.")
            until(
                lambda: page.script("return document.querySelector('[aria-selected=true]')?.textContent.includes('small onions')")
            )
            page.quiet()


def test_a_single_card_is_found_and_a_save_shows_in_the_list(browser: Any, home: Path) -> None:
    source = home / "notes" / "source"
    with started(home) as address:
        page = Page(browser, address)
        page.open(home)
        until(lambda: "2 articles" in page.text("#count"))
        page.script("const list = arguments[0]; list.value = 'cards'; list.dispatchEvent(new Event('change'))", page.one("#what"))
        page.type("#search", "gangplank")
        until(lambda: page.text("#count") == "2 cards")
        page.judged()
        page.press("Recall")
        until(lambda: "gangplank" in page.text("[aria-selected=true]") and "Recall" in page.text("[aria-selected=true]"))
        page.press("Articles")
        until(lambda: page.text("#count") == "2 cards")
        page.type("#search", "")
        until(lambda: "ferry" in page.text("#articles") and "peel" in page.text("#articles"))
        page.script(
            "const list = arguments[0]; list.value = 'articles'; list.dispatchEvent(new Event('change'))", page.one("#what")
        )
        page.click("#build")
        until(lambda: page.has(".good"))
        (source / "kitchen.md").write_text(KITCHEN.replace("# A", "# The") + "\nonion：洋葱\n", encoding="utf-8")
        until(lambda: "The kitchen" in page.text("#articles") and "1 new" in page.text("#articles"))
        (source / "ferry.md").unlink()
        until(lambda: "The file is gone." in page.text("#articles") and "removed" in page.text("#articles"))
        page.judged()
        page.quiet()


def test_a_note_that_was_changed_meanwhile_is_left_alone(browser: Any, home: Path) -> None:
    note = home / "notes" / "source" / "ferry.md"
    with started(home) as address:
        page = Page(browser, address)
        page.open(home)
        page.press("The ferry")
        page.click(".fix")
        until(lambda: page.has("#write"))
        note.write_text(NOTE.replace("ferry was", "old ferry was"), encoding="utf-8")
        page.click("#write")
        until(lambda: "was changed meanwhile" in page.text("#problem"))
        assert "title:" not in note.read_text("utf-8")
        assert not note.with_name("ferry.md.orig").exists()
        until(lambda: "old ferry" in page.text("section.text"))
        assert "was changed meanwhile" in page.text("#problem"), "it stays when the page reads the note again"
        page.press("Articles")
        until(lambda: page.text("#problem") == "")


def test_a_note_that_is_not_read_is_read_by_a_pattern_or_with_its_languages(browser: Any, home: Path) -> None:
    source = home / "notes" / "source"
    (source / "tides.md").write_text("# Tides\n\ntide @ 潮水 # harbour\nquay @ 码头 # town\n", encoding="utf-8")
    (source / "words.md").write_text("- 港口 - harbour\n- 波浪 - wave\n", encoding="utf-8")
    with started(home) as address:
        page = Page(browser, address)
        page.open(home)
        page.press("Tides")
        page.press("Patterns for what is not read …")
        until(lambda: "{term} @ {gloss} # {note}" in page.text(".pattern"))
        page.judged()
        page.click(".take")
        until(lambda: "[[layouts]]" in page.text(".diff"))
        page.click("#write")
        until(lambda: page.script("return document.querySelectorAll('[role=option]').length") == 4)
        until(lambda: not page.has("#propose"))
        page.press("Articles")
        page.press("words")
        page.press("English is studied …")
        until(lambda: "languages: [en, zh]" in page.text(".diff"))
        page.click("#write")
        until(lambda: not page.has(".pair"))
        assert (source / "words.md").read_text("utf-8").startswith("---\nlanguages: [en, zh]\n---\n")
        page.quiet()


def test_a_program_that_was_killed_is_found_again(browser: Any, home: Path) -> None:
    with started(home) as address:
        page = Page(browser, address)
        page.open(home)
        until(lambda: page.text("#title") == "notes")
    until(lambda: "The program was ended" in page.text("#problem"))
    port = int(re.findall(r":(\d+)/", address)[0])
    with started(home, "app", "--port", str(port)) as again:
        assert again == address
        until(lambda: page.text("#problem") == "" and not page.script("return document.getElementById('view').inert"))
        page.click("#build")
        until(lambda: page.has(".good"))
        page.press("Other folder")
        until(lambda: page.text("h2") == "Folders opened before")
        page.press(str(home / "notes"))
        until(lambda: page.has("#build"))
        page.press("End")
        until(lambda: "You can close this page" in page.text("#ended"))


def test_what_a_hint_names_is_done_by_a_button(browser: Any, desk: Desk, home: Path) -> None:
    desk.open(home / "notes")
    desk.done("build", force=False)
    (home / "notes" / "source" / "kitchen.md").write_text(KITCHEN.replace("# A kitchen", "# The kitchen"), "utf-8")
    desk.open(home / "notes")
    page = Page(browser, f"{desk.origin}/{desk.channel.token}/#/article/kitchen.md")
    page.press("Rename the deck")
    browser.switch_to.alert.accept()
    until(lambda: not page.has(".carry-out"))
    assert "The kitchen" in (home / "notes" / "source" / LEDGER).read_text("utf-8")


def test_the_link_of_the_browser_leads_to_the_note_that_is_named(browser: Any, desk: Desk, home: Path) -> None:
    desk.open(home / "notes")
    page = Page(browser, f"{desk.origin}/once/{desk.channel.once}#/article/kitchen.md")
    until(lambda: page.text("h2") == "source/kitchen.md")


def test_a_dialog_goes_with_the_view_that_it_is_about(browser: Any, desk: Desk, home: Path) -> None:
    desk.open(home / "notes")
    page = Page(browser, f"{desk.origin}/{desk.channel.token}/#/article/ferry.md")
    page.click(".fix")
    until(lambda: page.has("#write"))
    page.script("location.hash = '#/'")
    until(lambda: page.has("#build"))
    assert not page.has("dialog")


def test_a_hostile_note_does_nothing(browser: Any, home: Path) -> None:
    (home / "notes" / "source" / "ferry.md").write_text(HOSTILE, encoding="utf-8")
    with started(home) as address:
        page = Page(browser, f"{address}?lang=zh")
        page.open(home, "打开这个文件夹")
        until(lambda: page.script("return document.querySelectorAll('a.name').length") == 2)
        page.script("document.querySelector('a.name').click()")
        until(lambda: page.script("return document.querySelector('iframe')?.srcdoc.includes('ferry')"))
        assert "改正" in page.text("body") or "渡轮" in page.text("section.text")
        assert page.script("return window.pwned") is None
        for index in range(2):
            browser.switch_to.frame(index)
            until(lambda: page.script("return !!document.getElementById('qa')"))
            assert page.script("return window.pwned") is None
            browser.switch_to.default_content()
