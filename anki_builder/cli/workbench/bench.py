"""The workbench: the folder that is open, and the table of what its page can ask for and do."""

import json
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from anki_builder.anki.pushing import Choice
from anki_builder.cli import report
from anki_builder.cli.building import Outcome, make
from anki_builder.cli.new import write_note
from anki_builder.cli.opening import NoAnki, hand_over
from anki_builder.cli.project import Project, open_project, shown, with_others
from anki_builder.cli.pulling import Patched
from anki_builder.cli.pushing import synchronise
from anki_builder.cli.record import BuildRecord
from anki_builder.cli.speech import Untrusted
from anki_builder.cli.watch import Saves, reason_of
from anki_builder.cli.words import LANGUAGES, choose, template_in, tr, translated
from anki_builder.cli.workbench import article, choosing, folders, listing, look, looks, search, sending, templating
from anki_builder.cli.workbench.article import Article
from anki_builder.cli.workbench.beside import Found
from anki_builder.cli.workbench.look import Look
from anki_builder.cli.workbench.places import carry_out, in_page
from anki_builder.cli.workbench.refusals import changed_meanwhile
from anki_builder.cli.workbench.worker import Stopped, Task, Worker
from anki_builder.ledger.rules import FILE_WITHOUT_NOTES, MANY_REMOVED
from anki_builder.preview.door import Channel
from anki_builder.preview.workbench import Data, Missing, Refused, Table

_KEPT = 8
"""Articles whose cards can be shown: as many as there are pages open, or a few more."""
_PAUSE = 0.3
"""Seconds after which a save is looked at again that came while other work was under way."""


class Bench:
    """One folder at a time, and what was done with it last."""

    def __init__(
        self, channel: Channel, allowed: folders.Folders, tell: Callable[[Look | str], None] = lambda news: None
    ) -> None:
        """Nothing is open at first. `tell` is called with every look at the notes, and with the reason of what fails."""
        self.worker = Worker(self._tell)
        self._channel, self._folders, self._print = channel, allowed, tell
        self._look: Look | None = None
        self._looks = self._saved = 0
        self._result: Data = {}
        self._counted: choosing.Counted | None = None
        self._looks_shown: looks.Looks | None = None
        self._examples: tuple[Look, Found] | None = None
        self._tried: templating.Tried | None = None
        self._reviewed: Data | None = None
        self._patched: Patched | None = None
        self._articles: dict[str, Article] = {}
        self._saves: Saves | None = None
        self._unread: set[Path] = set()
        """Files that were saved since the last look."""
        self._changing = threading.Lock()
        self._writing = threading.Lock()
        """Held while a file is written at a click: two clicks must not both find it as it was."""
        self._tell(None)

    def table(self) -> Table:
        """Return what the page can ask for and do."""
        return Table(
            views={
                "state": self.state,
                "articles": self.articles,
                "cards": self.cards,
                "folders": self.folders,
                "article": self.article,
                "card": self.card,
                "differences": self.differences,
                "text": self.text,
                "layouts": self.layouts,
                "layout-change": self.layout_change,
                "settings": self.settings,
                "settings-change": self.settings_change,
                "counted": self.counted,
                "looks": self.looks,
                "templates": self.templates,
                "template": self.template,
                "reviewed": self.reviewed,
                "style-change": self.style_change,
            },
            actions={
                "speak": self.speak,
                "open": self.open,
                "new": self.new,
                "new-folder": self.new_folder,
                "write": self.write,
                "build": self.build,
                "fix": self.fix,
                "carry-out": self.carry_out,
                "count": self.count,
                "choose": self.choose,
                "trust": self.trust,
                "layout": self.layout,
                "style": self.style,
                "try-template": self.try_template,
                "save-template": self.save_template,
                "builtin-template": self.builtin_template,
                "plan": self.plan,
                "send": self.send,
                "pull": self.pull,
                "pull-write": self.write_pulled,
                "synchronise": self.synchronise,
                "review": self.review,
                "import": self.hand_over,
                "stop": self.stop,
                "end": self.end,
            },
            media=self.media,
            languages={language: partial(template_in, language) for language in LANGUAGES},
        )

    # What the page asks for

    def state(self, _asked: Mapping[str, str]) -> Data:
        """Return the folder that is open with its numbers, and the folders that were open before."""
        seen = self._look
        known = {"folder": str(Path.cwd()), "paths": seen.paths, **look.summary(seen)} if seen is not None else {"folder": None}
        return {**known, "recent": folders.recent()}

    def articles(self, asked: Mapping[str, str]) -> Data:
        """Return a page of articles."""
        seen, start = self._seen(), asked.get("start", "")
        words, state = asked.get("words", ""), asked.get("state", "")
        first, saved = int(start) if _is_number(start) else 0, frozenset(self._unread)
        return self._at_once(lambda: listing.articles(seen, words, state, first, saved))

    def cards(self, asked: Mapping[str, str]) -> Data:
        """Return cards that hold some words."""
        seen, start = self._seen(), asked.get("start", "")
        words, state = asked.get("words", ""), asked.get("state", "")
        return self._at_once(lambda: search.cards(seen, words, state, int(start) if _is_number(start) else 0))

    def folders(self, asked: Mapping[str, str]) -> Data:
        """Return the folders within one."""
        return self._folders.look(asked.get("in", ""))

    def article(self, asked: Mapping[str, str]) -> Data:
        """Return an article with its cards and problems."""
        seen, name = self._seen(), asked.get("name", "")

        def work() -> Data:
            found = article.read_article(seen, name)
            with self._changing:
                self._articles.pop(name, None)  # the order is that of the last reading
                self._articles[name] = found
                for former in list(self._articles)[:-_KEPT]:
                    del self._articles[former]
            return article.as_data(seen, found)

        return self._at_once(work)

    def card(self, asked: Mapping[str, str]) -> Data:
        """Return both sides of a card of an article that was asked for."""
        known, note, ord_ = self._articles.get(asked.get("name", "")), asked.get("note", ""), asked.get("ord", "")
        if known is None or not (_is_number(note) and _is_number(ord_)):
            raise Missing(note)
        try:
            return known.catalogue.card(int(note), int(ord_))
        except LookupError:
            raise Missing(note) from None

    def differences(self, asked: Mapping[str, str]) -> Data:
        """Return what corrections would change."""
        seen, name = self._seen(), asked.get("name", "")
        wanted = article.Asked(frozenset(asked.get("ids", "").split(",")), asked.get("pair", ""))
        return self._at_once(lambda: article.differences_of(seen, article.read_article(seen, name), wanted))

    def text(self, asked: Mapping[str, str]) -> Data:
        """Return the whole text of an article."""
        seen, name = self._seen(), asked.get("name", "")
        return self._at_once(lambda: article.text_of(article.read_article(seen, name)))

    def layouts(self, asked: Mapping[str, str]) -> Data:
        """Return patterns that would read the lines of an article of which no card comes."""
        seen, name = self._seen(), asked.get("name", "")
        return self._at_once(lambda: {"layouts": article.layouts(seen, article.read_article(seen, name))})

    def layout_change(self, asked: Mapping[str, str]) -> Data:
        """Return what such a pattern would write into the settings."""
        seen, name, pattern = self._seen(), asked.get("name", ""), asked.get("pattern", "")

        def work() -> Data:
            settings, text = article.with_pattern(seen, article.read_article(seen, name), pattern)
            return {"path": shown(settings.path), "diff": settings.differences(text), "digest": settings.digest}

        return self._at_once(work)

    def settings(self, _asked: Mapping[str, str]) -> Data:
        """Return which cards are chosen, and which can be."""
        return choosing.as_data(self._seen())

    def counted(self, _asked: Mapping[str, str]) -> Data:
        """Return the numbers of cards, and examples, as they were counted last."""
        if self._counted is None:
            raise Missing("counted")
        return self._counted.data

    def settings_change(self, asked: Mapping[str, str]) -> Data:
        """Return what changes of the settings would write."""
        project, changes = self._seen().project, choosing.changes_of(asked.get("changes"))
        settings, text = choosing.changed(project, changes)
        return {"diff": settings.differences(text), "digest": settings.digest}

    def reviewed(self, _asked: Mapping[str, str]) -> Data:
        """Return how the notes are learned, as it was read last; nothing if it was not read."""
        return self._reviewed or {}

    def looks(self, _asked: Mapping[str, str]) -> Data:
        """Return the themes, and what was chosen of their variables."""
        seen = self._seen()

        def work() -> Data:
            self._looks_shown = looks.looks(seen, self._examples_of(seen))
            return self._looks_shown.data

        return self._at_once(work)

    def templates(self, _asked: Mapping[str, str]) -> Data:
        """Return all card templates."""
        project = self._seen().project
        return self._at_once(lambda: templating.listed(project))

    def template(self, asked: Mapping[str, str]) -> Data:
        """Return a card template."""
        project, name = self._seen().project, asked.get("name", "")
        return self._at_once(lambda: templating.as_data(project, templating.template(project, name)))

    def style_change(self, asked: Mapping[str, str]) -> Data:
        """Return what a choice of variables would write."""
        variables = looks.variables_asked(_json(asked.get("variables", "")))
        style, text = looks.changed(self._seen(), variables, looks.hidden_asked(_json(asked.get("hidden", "[]"))))
        return {"diff": style.differences(text), "digest": style.digest}

    def media(self, name: str) -> str:
        """Return the path of a file that a card shows of what was asked for."""
        examples = [one.catalogue for one in (self._counted, self._looks_shown, self._tried) if one is not None]
        for catalogue in [*(one.catalogue for one in list(self._articles.values())), *examples]:
            if path := catalogue.media().get(name):
                return path
        raise Missing(name)

    # What it does

    def speak(self, asked: Data) -> Data:
        """Say from here on everything in the language of the page."""
        language = _text(asked, "language")
        if language not in LANGUAGES:
            raise Missing(language)
        choose(language)
        return {}

    def open_paths(self, paths: tuple[str, ...]) -> None:
        """Open the notes below some paths, which the command line named."""
        self._begin("open", lambda: self._open(Path.cwd(), paths))

    def open(self, asked: Data) -> Data:
        """Open a folder."""
        folder = self._folders.allowed(_text(asked, "folder"))
        self._begin("open", lambda: self._open(folder))
        return {}

    def new(self, asked: Data) -> Data:
        """Write a note to begin with."""
        project, title = self._seen().project, _text(asked, "title")

        def work() -> Data:
            file = write_note(title, project.root, asked.get("chinese") is True)
            return {"path": shown(file), "name": project.name(file)}

        done = self._written(work)
        self._look_soon()
        return done

    def new_folder(self, asked: Data) -> Data:
        """Make a folder within one."""
        folder, name = _text(asked, "folder"), _text(asked, "name")
        return self._written(lambda: {"folder": str(self._folders.make(folder, name))})

    def write(self, asked: Data) -> Data:
        """Write the text of an article, if it is the one that the page has."""
        seen, name, text, digest = self._seen(), _text(asked, "name"), _text(asked, "text"), _text(asked, "digest")

        def work() -> Data:
            article.write_text(seen, name, text, digest)
            return {}

        self._written(work)
        self._look_soon()
        return {}

    def build(self, asked: Data) -> Data:
        """Build the package; with `force` also where that removes many notes."""
        self._seen()
        self._begin("build", lambda: self._build(asked.get("force") is True))
        return {}

    def fix(self, asked: Data) -> Data:
        """Write corrections into a note, if it is the one that the page has."""
        seen, name, digest = self._seen(), _text(asked, "name"), _text(asked, "digest")
        pair = asked.get("pair")
        wanted = article.Asked(frozenset(_text(asked, "ids").split(",")), pair if isinstance(pair, str) else "")
        written = self._written(lambda: article.correct(seen, article.read_article(seen, name), wanted, digest))
        self._look_soon()
        return written

    def carry_out(self, asked: Data) -> Data:
        """Do what the hint of a problem names."""
        seen, wanted = self._seen(), _text(asked, "id")

        def work() -> Data:
            problem = next((one for one in seen.diagnostics if look.id_of(one) == wanted), None)
            if problem is None:
                raise Refused(tr("something was changed since this was shown: look again"))
            carry_out(seen.project, problem)
            return {}

        self._written(work)
        self._look_soon()
        return {}

    def hand_over(self, _asked: Data) -> Data:
        """Hand the package to Anki's import dialog."""
        package = self._seen().project.output
        if not package.is_file():
            raise Refused(tr("{file} is not there: build it first", file=package))
        try:
            hand_over(package)
        except NoAnki as problem:
            raise Refused(in_page(problem.message)) from None
        return {}

    def count(self, _asked: Data) -> Data:
        """Count the cards that each choice makes."""
        project = self._seen().project
        self._begin("count", lambda: self._count(project))
        return {}

    def choose(self, asked: Data) -> Data:
        """Write choices into the settings, if they are as the page has them."""
        project, changes, digest = self._seen().project, choosing.changes_of(asked.get("changes")), _text(asked, "digest")
        self._written(lambda: self._choose(project, changes, digest))
        self._look_soon()
        return {}

    def layout(self, asked: Data) -> Data:
        """Write a pattern that was proposed into the settings, if they are as the page has them."""
        seen, digest, name, pattern = self._seen(), _text(asked, "digest"), _text(asked, "name"), _text(asked, "pattern")

        def work() -> Data:
            choosing.save(*article.with_pattern(seen, article.read_article(seen, name), pattern), digest)
            return {}

        self._written(work)
        self._look_soon()
        return {}

    def trust(self, asked: Data) -> Data:
        """Trust the settings that the page has, whose command makes the sound."""
        project, digest = self._seen().project, _text(asked, "digest")

        def work() -> Data:
            choosing.trust(project, digest)
            return {}

        return self._written(work)

    def style(self, asked: Data) -> Data:
        """Write a choice of variables into `user.css`, if it is as the page has it."""
        seen, digest, variables = self._seen(), _text(asked, "digest"), looks.variables_asked(asked.get("variables"))
        hide = looks.hidden_asked(asked.get("hidden", []))

        def work() -> Data:
            style, text = looks.changed(seen, variables, hide)
            style.replace(text.encode(), digest, style.path.parent)
            return {}

        self._written(work)
        self._look_soon()
        return {}

    def try_template(self, asked: Data) -> Data:
        """Return what a text would be as a card template; nothing is written."""
        seen, name, text = self._seen(), _text(asked, "name"), _text(asked, "text")

        def work() -> Data:
            self._tried = templating.tried(seen.project, self._examples_of(seen).notes, name, text)
            return self._tried.data

        return self._at_once(work)

    def save_template(self, asked: Data) -> Data:
        """Write a card template, if its file is as the page has it."""
        project, digest, name, text = self._seen().project, _text(asked, "digest"), _text(asked, "name"), _text(asked, "text")

        def work() -> Data:
            templating.save(project, name, text, digest)
            return {}

        self._written(work)
        self._look_soon()
        return {}

    def builtin_template(self, asked: Data) -> Data:
        """Take a card template of the learner's own away, if its file is as the page has it."""
        project, digest, name = self._seen().project, _text(asked, "digest"), _text(asked, "name")
        kept = self._written(lambda: {"kept": templating.take_back(project, name, digest)})
        self._look_soon()
        return kept

    def plan(self, asked: Data) -> Data:
        """Find out what a push would do."""
        paths = self._seen().paths
        choice = sending.choice_of(asked)
        self._begin("plan", lambda: self._finish("plan", sending.plan(paths, choice)))
        return {}

    def send(self, asked: Data) -> Data:
        """Build, and push what the plan said that the page has."""
        self._seen()
        choice, digest = sending.choice_of(asked), _text(asked, "digest")
        self._begin("send", lambda: self._send(choice, digest))
        return {}

    def pull(self, asked: Data) -> Data:
        """Find out what was changed in Anki; with `theirs` also what was changed here, too."""
        self._seen()
        guids = asked.get("guids")
        wanted = [guid for guid in guids if isinstance(guid, str)] if isinstance(guids, list) else []
        self._begin("pull", lambda: self._pull(wanted, asked.get("theirs") is True))
        return {}

    def write_pulled(self, asked: Data) -> Data:
        """Write the patch that the page has into the notes."""
        digest = _text(asked, "digest")

        def work() -> None:
            found, self._patched = self._patched, None
            if found is None or sending.digest_of_patch(found) != digest:
                raise Refused(tr("something was changed since this was shown: look again"))
            if changed := found.write():
                raise changed_meanwhile(changed[0])
            self._finish("pulled", {"files": len(found.files)})
            self._look_again()

        self._begin("pulled", work)
        return {}

    def synchronise(self, _asked: Data) -> Data:
        """Let Anki synchronise."""
        project = self._seen().project
        self._begin("synchronise", lambda: self._synchronise(project))
        return {}

    def review(self, _asked: Data) -> Data:
        """Read from Anki how the notes are learned."""
        self._seen()
        self._begin("review", self._review)
        return {}

    def stop(self, _asked: Data) -> Data:
        """Stop what is under way."""
        self.worker.stop()
        return {}

    def end(self, _asked: Data) -> Data:
        """End the program."""
        self.worker.stop()
        self._channel.close()
        return {}

    def close(self) -> None:
        """End the threads."""
        self._follow(None)
        self.worker.close()

    # The work

    def _seen(self) -> Look:
        if self._look is None:
            raise Refused(tr("no folder is open"))
        return self._look

    def _examples_of(self, seen: Look) -> Found:
        """Return the notes on which looks and templates are shown, found once for each look at the folder."""
        if self._examples is None or self._examples[0] is not seen:
            self._examples = (seen, looks.examples(seen))
        return self._examples[1]

    def _at_once(self, work: Callable[[], Data]) -> Data:
        """Return the result of a short piece of work, which waits for no other one. Raises `Refused` where it fails."""
        try:
            return self.worker.within(work)
        except (Refused, Missing):
            raise
        except Exception as problem:
            raise Refused(in_page(reason_of(problem))) from None

    def _written(self, work: Callable[[], Data]) -> Data:
        """Return the result of a short piece of work that writes a file."""
        with self._writing:
            return self._at_once(work)

    def _tell(self, task: Task | None) -> None:
        now = task._asdict() if task is not None else None
        self._channel.tell({"task": now, "look": self._looks, "saved": self._saved, "result": self._result})

    def _begin(self, name: str, work: Callable[[], None]) -> None:
        """Begin a piece of work, whose result or problem is told to the page."""

        def whole() -> None:
            if name != "look" or self._result.get("name") == "look":  # what was done before is still true
                self._result = {}
            try:
                work()
            except Stopped:
                self._result = {"name": name, "stopped": True}
            except Untrusted as problem:
                self._result = {"name": name, "problem": translated(problem.place), "untrusted": True}
            except Exception as problem:  # whatever is wrong with the notes of now, the learner may mend it
                self._result = {"name": name, "problem": in_page(reason_of(problem))}
                self._print(reason_of(problem))

        while True:
            try:
                return self.worker.begin(name, whole)
            except Refused:
                if name == "look" or (self.worker.is_busy() and not self.worker.is_busy("look")):
                    raise
            self.worker.wait()  # a look at what was saved is soon over, and may be over by now

    def _open(self, folder: Path, paths: tuple[str, ...] = ()) -> None:
        """Show the notes of a folder, or those below some paths in it, at once, and their cards as they are read.

        Stopped or failed, it leaves what was open before.
        """
        before, place = self._look, Path.cwd()
        os.chdir(folder)
        try:
            first = look.first_look(paths)
            self._unread.clear()
            self._follow(first)  # before the notes are read: what is saved meanwhile is read, too
            self._show(first)
            self._articles.clear()
            self._counted = self._looks_shown = self._patched = self._reviewed = self._tried = None
            seen = look.look(first)
        except BaseException:
            os.chdir(place)
            if self._look is not before:
                self._follow(before)
                self._show(before)
            raise
        if not paths:
            folders.remember(folder)
        self._show(seen)  # last: who sees the whole may press any button

    def _show(self, seen: Look | None) -> None:
        self._look = seen
        self._looks += 1
        if seen is not None and seen.is_whole:
            self._print(seen)

    def _look_again(self) -> None:
        known = frozenset(self._unread)
        seen = look.look(self._seen())
        self._unread -= known
        self._show(seen)

    def _build(self, force: bool) -> None:
        project = with_others(open_project(self._seen().paths))
        outcome = make(project, force, record=BuildRecord(project, time.time_ns()))
        self._finish("build", _as_data(project, outcome))
        self._look_again()

    def _finish(self, name: str, result: Data) -> None:
        self._result = {"name": name, **result}

    def _count(self, project: Project) -> None:
        self._counted = choosing.count(project)
        self._finish("count", {})

    def _choose(self, project: Project, changes: Mapping[str, Any], digest: str) -> Data:
        settings, text = choosing.changed(project, changes)
        choosing.save(settings, text, digest)
        return {}

    def _send(self, choice: Choice, digest: str) -> None:
        sent = sending.send(self._seen().paths, choice, digest)
        if isinstance(sent, Outcome):
            self._finish("build", _as_data(self._seen().project, sent))
        else:
            self._finish("send", sent)
        self._look_again()

    def _synchronise(self, project: Project) -> None:
        synchronise(project)
        self._finish("synchronise", {})

    def _review(self) -> None:
        self._reviewed = sending.review(self._seen().paths)
        self._finish("review", {})

    def _pull(self, guids: Sequence[str], theirs: bool) -> None:
        project, self._patched = sending.pull(self._seen().paths, guids, theirs)
        self._finish("pull", sending.as_patch(project, self._patched))

    def _look_soon(self) -> None:
        """Look at what was written; while something is under way, the save is noticed after it."""
        with suppress(Refused):
            self._begin("look", self._look_again)

    def _follow(self, seen: Look | None) -> None:
        """Look at the notes again at every save, as long as they are open."""
        if self._saves is not None:
            self._saves.close()
        self._saves = saves = Saves(seen.project, seen.paths) if seen is not None else None
        if saves is not None:
            threading.Thread(target=self._look_at_saves, args=(saves,), daemon=True).start()

    def _look_at_saves(self, saves: Saves) -> None:
        while changed := saves.wait():
            self._unread |= changed
            self._saved += 1
            self._tell(self.worker.task)  # an article that is shown is read again at once
            while self._saves is saves:
                try:
                    self._begin("look", lambda: self._look_at_save(saves))
                except Refused:
                    time.sleep(_PAUSE)
                    continue
                break

    def _look_at_save(self, saves: Saves) -> None:
        if self._saves is saves:
            self._look_again()
            saves.follow(self._seen().project)


def _json(text: str) -> object:
    """Return what JSON in an address stands for; None for what is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _text(asked: Data, name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str):
        raise Refused(tr("`{name}` is missing", name=name))
    return value


def _as_data(project: Project, outcome: Outcome) -> Data:
    """Return the result of a build for the page."""
    wanted = [one for one in outcome.diagnostics if one.rule.severity == "error" or one in set(outcome.remarks)]
    shown = [look.as_data(one) for one in report.ordered(wanted)][: look.PAGE]
    may_force = any(one.rule in (MANY_REMOVED, FILE_WITHOUT_NOTES) for one in outcome.diagnostics)
    return {
        "written": outcome.written,
        "package": str(project.output),
        "diagnostics": shown,
        "may_force": may_force and not outcome.written,
    }
