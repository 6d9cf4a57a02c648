"""Saves noticed: the part that `build --watch` and the page in the browser share, and the loop of the former.

watchfiles (Rust, the file systems' own notifications) reports a save within 50 ms; the notes' folders are watched whole, that of the
settings without what is below it, since it may well be a home directory. Files are compared by their text afterwards, so a save
that changes nothing, or a file that is not ours, costs a look and prints nothing.
"""

import gc
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

import click

from anki_builder.cli import report
from anki_builder.cli.files import LEDGER
from anki_builder.cli.project import CONFIG, Project, open_project, severities, shown, with_others
from anki_builder.cli.terminal import harmless
from anki_builder.cli.words import tr, translated
from anki_builder.ledger.plan import STATUSES, counted
from anki_builder.message import Message, listed, several

if TYPE_CHECKING:
    from anki_builder.cli.building import Built, Outcome

_STEP = 30
"""Milliseconds of silence after which a burst of changes is one save: editors write, rename and touch."""
_DEBOUNCE = 400
"""Milliseconds after which a burst that does not end is reported."""
_PASSING = ("~", ".swp", ".swx", ".tmp", ".part", ".bak", "4913")
"""Ends of the names of files that editors make for a moment."""


class _Targets(NamedTuple):
    trees: tuple[Path, ...]
    """Watched with all that is in them."""
    folders: tuple[Path, ...]
    """Watched for settings, and for the coming of a folder of templates."""
    silent: tuple[Path, ...]
    """Files that the program itself writes."""
    settings: frozenset[str]


class Saves:
    """Waits for files of a project to be saved, in threads of its own. A context manager."""

    def __init__(self, project: Project, paths: Sequence[str]) -> None:
        gc.enable()  # the command line turned it off for runs that end
        self._paths = paths
        self._found: SimpleQueue[Path] = SimpleQueue()
        self._stop, self._ended = threading.Event(), threading.Event()
        self._targets = self._following(project)
        self._start()

    def __enter__(self) -> "Saves":
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the waiting."""
        self._ended.set()
        self._stop.set()

    def follow(self, project: Project) -> None:
        """Watch what the project consists of now."""
        targets = self._following(project)
        if targets != self._targets:
            self._stop.set()
            self._stop, self._targets = threading.Event(), targets
            self._start()

    def wait(self) -> set[Path]:
        """Return the files of the next save; nothing once this is ended."""
        while not self._ended.is_set():
            try:
                # With a time limit, because Windows delivers no Ctrl-C to a thread that waits for ever.
                changed = {self._found.get(timeout=1)}
            except Empty:
                continue
            time.sleep(_STEP / 1000)
            while not self._found.empty():
                changed.add(self._found.get())
            return changed
        return set()

    def _following(self, project: Project) -> _Targets:
        given = [Path(path).absolute() for path in self._paths] or [project.root]
        templates = project.home / project.config.templates
        trees = {path for path in (*given, templates) if path.is_dir()}
        folders = {project.home, project.root, *(path.parent for path in given if not path.is_dir())} - trees
        own = (project.output, project.ledger)
        silent = (*own, *(path.resolve() for path in own))  # macOS reports files by where links lead
        return _Targets(
            tuple(sorted(trees)),
            tuple(sorted(folders)),
            silent,
            frozenset(
                (
                    CONFIG,
                    "pyproject.toml",
                    *((project.settings.path.name,) if project.settings else ()),
                    templates.name,
                    *(path.name for path in given if not path.is_dir()),
                )
            ),
        )

    def _start(self) -> None:
        targets, stop = self._targets, self._stop
        for paths, recursive in ((targets.trees, True), (targets.folders, False)):
            if paths:
                threading.Thread(target=self._run, args=(paths, recursive, targets, stop), daemon=True).start()

    def _run(self, paths: Sequence[Path], recursive: bool, targets: _Targets, stop: threading.Event) -> None:
        from watchfiles import watch

        while not stop.is_set():
            try:
                for changes in watch(
                    *[path for path in paths if path.is_dir()],
                    watch_filter=None,
                    debounce=_DEBOUNCE,
                    step=_STEP,
                    stop_event=stop,
                    recursive=recursive,
                    raise_interrupt=False,
                ):
                    for _, name in changes:
                        path = Path(name)
                        if not _passing(path, targets) and (recursive or path.name in targets.settings):
                            self._found.put(path)
            except Exception:  # a folder that went: it may come back
                stop.wait(1)


def _passing(path: Path, targets: _Targets) -> bool:
    """Return whether a file is not one that was saved: the program's own, a hidden one, or an editor's for a moment."""
    name = path.name
    if path in targets.silent or name == LEDGER or name.endswith(_PASSING):
        return True
    tree = next((tree for tree in targets.trees if path.is_relative_to(tree)), path.parent)
    return any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(tree).parts)


def reason_of(problem: Exception) -> str:
    """Return what is wrong, for one line; of a fault of this program its kind, too."""
    if isinstance(problem, click.ClickException):
        return problem.message
    if isinstance(problem, OSError):
        return str(problem)
    return Message("the program fails: {kind}: {problem}", kind=type(problem).__name__, problem=problem)


def names(changed: Iterable[Path]) -> str:
    """Return the names of saved files, for one line; those of files that came and went only if there are no others."""
    found = sorted(report.printable(shown(path)) for path in [path for path in changed if path.exists()] or changed)
    return ", ".join(found[:2]) + (" " + tr("and {number} more", number=len(found) - 2) if len(found) > 2 else "")


def build_again(paths: tuple[str, ...], output: str | None, force: bool, push: bool = False) -> int:
    """Build, and again after every save until Ctrl-C, telling each time in one line what changed; return the exit code.

    With `push` each build is sent to the running Anki.
    """
    from anki_builder.cli.building import make, report_of

    sender = _Sender(push)
    project = open_project(paths, output)
    with Saves(project, paths) as saves:
        outcome = make(with_others(project), force, then=sender.to(project))
        report_of(project, outcome).echo()
        if sent := sender.said():
            click.echo(sent, err=True)
        click.echo(tr("watching {folder}; Ctrl-C ends", folder=shown(project.root)), err=True)
        try:
            while True:
                changed = saves.wait()
                started = time.monotonic()
                try:
                    project = open_project(paths, output)
                    saves.follow(project)
                    before, outcome = outcome, make(with_others(project), force, then=sender.to(project))
                except Exception as problem:  # whatever is wrong with the notes of now, the next save may mend it
                    reason = harmless(translated(reason_of(problem)))
                    click.echo(news_line(f"{names(changed)}: {click.style(tr('not built:'), fg='red')} {reason}"), err=True)
                    continue
                news = "; ".join(filter(None, (_news(outcome, before, changed), sender.said())))
                if news:
                    click.echo(news_line(f"{names(changed)}: {news} ({time.monotonic() - started:.1f} s)"), err=True)
        except KeyboardInterrupt:
            click.echo("", err=True)
    return 0 if outcome.written and not severities(outcome.diagnostics)[0] else 1


class _Sender:
    """Sends each build to the running Anki. What cannot be sent goes with the next one."""

    def __init__(self, is_on: bool) -> None:
        self._is_on, self._said = is_on, ""

    def to(self, project: Project) -> "Callable[[Built], None] | None":
        """Return what is to be done with a build of a project; None where nothing is sent."""
        if not self._is_on:
            return None
        from anki_builder.anki.pushing import Choice
        from anki_builder.cli.opening import NoAnki
        from anki_builder.cli.push_report import summary
        from anki_builder.cli.pushing import push_built

        def send(built: "Built") -> None:
            try:
                pushed = push_built(project, built, Choice())
            except NoAnki as problem:
                self._said = click.style(tr("not sent:"), fg="red") + f" {problem.format_message()}"
                return
            if pushed.plan.does_something or pushed.plan.conflicts():
                self._said = tr("into Anki: {plan}", plan=summary(pushed.plan))
            if pushed.left.does_something or pushed.left.conflicts() or pushed.left.problems():
                self._said += "; " + click.style(tr("`anki-builder push` says what was not sent"), fg="red")

        return send

    def said(self) -> str:
        """Return what there is to say of the last build, once."""
        said, self._said = self._said, ""
        return said


def _news(outcome: "Outcome", before: "Outcome", changed: Iterable[Path]) -> str:
    """Return what a build changed, and what there is to say about the saved files; nothing if nothing."""
    found = [diagnostic for diagnostic in outcome.diagnostics if diagnostic not in before.diagnostics]
    own = {shown(path) for path in changed}
    tally = report.counts(d for d in outcome.diagnostics if d.span.path in own)
    if outcome.plan is None:
        errors = [d for d in found if d.rule.severity == "error"] or [
            d for d in outcome.diagnostics if d.rule.severity == "error"
        ]
        return click.style(tr("not built:"), fg="red") + " " + (report.short(errors[0]) if errors else tally)
    plan = outcome.plan
    parts = [counted(status, count) for status in STATUSES if status != "unchanged" and (count := plan.count(status))]
    types = sum(planned.status == "changed" for planned in plan.note_types)
    parts += [Message("{note_types} changed", note_types=several(types, "note type"))] * bool(types)
    if not parts and before.written and outcome.diagnostics == before.diagnostics:
        return ""
    return translated(listed(parts) or Message("no card changed")) + (f"; {tally}" if tally else "")


def news_line(text: str) -> str:
    """Return what came of a save, with the time."""
    return f"{click.style(time.strftime('%H:%M:%S'), dim=True)}  {text}"
