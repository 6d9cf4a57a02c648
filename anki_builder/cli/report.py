"""Diagnostics made readable: with the line and a caret under it, one line each, or JSON."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import click

from anki_builder.cli import QUIET
from anki_builder.cli.columns import width
from anki_builder.cli.terminal import harmless
from anki_builder.cli.words import is_english, tr, translated
from anki_builder.diagnostic import Diagnostic
from anki_builder.message import Message

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
SEVERITIES = {"error": Message("error"), "warning": Message("warning"), "note": Message("note")}
ReadLine = Callable[[str, int], str]
"""(path, line) → that line of the file, empty where it cannot be had."""


def line_reader() -> ReadLine:
    """Return a reader of lines that reads each file once."""
    files: dict[str, list[str]] = {}

    def read(path: str, line: int) -> str:
        if path not in files:
            try:
                with open(path, encoding="utf-8-sig", errors="replace", newline=None) as file:  # noqa: PTH123 (path is as shown)
                    files[path] = file.read().split("\n")
            except OSError:
                files[path] = []
        lines = files[path]
        return lines[line - 1] if 0 < line <= len(lines) else ""

    return read


def full(diagnostic: Diagnostic, read_line: ReadLine) -> str:
    """Return a diagnostic as a block: message, place, the line with a caret under what is meant, hint."""
    rule, span = diagnostic.rule, diagnostic.span
    head = click.style(f"{translated(SEVERITIES[rule.severity])}[{rule.name}]", fg=_COLOURS[rule.severity], bold=True)
    lines = [f"{head}: {printable(translated(diagnostic.message))}"]
    margin = " " * len(str(span.line))
    place = f"{printable(span.path)}:{span.line}:{span.column}" if span.line else printable(span.path)
    lines.append(f"{margin}--> {place}")
    text = printable(read_line(span.path, span.line)) if span.line else ""
    if text:
        text, start, length = _window(text, span.column - 1, span.length)
        caret = " " * width(text[:start]) + "^" * max(1, width(text[start : start + length]))
        lines += [f"{margin} |", f"{span.line} | {text}", f"{margin} | " + click.style(caret, fg=_COLOURS[rule.severity])]
    for other, what in diagnostic.related:
        lines.append(f"{margin} = {tr('see')}: {other.path}:{other.line}:{other.column}: {printable(translated(what))}")
    if diagnostic.hint:
        lines.append(f"{margin} = {tr('hint')}: {printable(shown_sentence(diagnostic.hint))}")
    return "\n".join(lines)


def sentence(text: str, stop: str = ".") -> str:
    """Return a text with a capital at its beginning, and with a full stop unless it ends with a mark."""
    return f"{text[:1].upper()}{text[1:]}{'' if text[-1:] in '.?!。？！…' else stop}"


def shown_sentence(text: str) -> str:
    """Return a message as a sentence in the learner's language."""
    return sentence(translated(text), "." if is_english() else "。")


def _window(text: str, start: int, length: int, most: int = 100) -> tuple[str, int, int]:
    """Return a piece of a long line around what is meant, with `start` and `length` within it."""
    if len(text) <= most:
        return text, start, length
    left = max(0, min(start - 30, len(text) - most))
    piece = text[left : left + most]
    before, after = "…" if left else "", "…" if left + most < len(text) else ""
    return before + piece + after, start - left + len(before), min(length, most)


def say(message: str) -> None:
    """Print a message that is neither a result nor a problem to standard error, unless the learner wants it quiet."""
    context = click.get_current_context(silent=True)
    if context is None or not context.meta.get(QUIET):
        click.echo(message, err=True)


def listing(diagnostics: Iterable[Diagnostic], form: str = "full") -> Iterator[str]:
    """Yield diagnostics by place in one of the `FORMS`; `full` has an empty line after each, `sarif` is one object for all."""
    found = ordered(diagnostics)
    if form == "sarif":
        from anki_builder.cli.sarif import log_of  # late: only CI asks for it

        yield to_json(log_of(found))
        return
    read_line = line_reader()
    for diagnostic in found:
        yield full(diagnostic, read_line) + "\n" if form == "full" else _LINES[form](diagnostic)


def print_errors(diagnostics: Iterable[Diagnostic]) -> None:
    """Print the errors among diagnostics to standard error, a line each."""
    for diagnostic in diagnostics:
        if diagnostic.rule.severity == "error":
            click.echo(short(diagnostic), err=True)


def is_shown(diagnostic: Diagnostic, ignore: Sequence[str]) -> bool:
    """Return whether a diagnostic is shown, although the rules `ignore` are not: errors always are."""
    return diagnostic.rule.severity == "error" or diagnostic.rule.name not in ignore


def short(diagnostic: Diagnostic) -> str:
    """Return a diagnostic as one line: `path:line:column: severity[rule] message`. Editors look for the severity, in English."""
    rule, span = diagnostic.rule, diagnostic.span
    place = f"{span.path}:{span.line}:{span.column}" if span.line else span.path
    head = click.style(f"{rule.severity}[{rule.name}]", fg=_COLOURS[rule.severity])
    return f"{printable(place)}: {head} {printable(translated(diagnostic.message))}"


def for_github(diagnostic: Diagnostic) -> str:
    """Return a diagnostic as a workflow command of GitHub Actions, which shows it at its line of a pull request."""
    rule, span = diagnostic.rule, diagnostic.span
    message = diagnostic.message + (f". {sentence(diagnostic.hint)}" if diagnostic.hint else "")
    place = {"file": span.path, "line": span.line, "col": span.column, "endColumn": span.column + span.length}
    command = {"error": "error", "warning": "warning", "note": "notice"}[rule.severity]
    properties = ",".join(
        f"{name}={_escaped(str(value), ':,')}" for name, value in {**place, "title": rule.name}.items() if value
    )
    return f"::{command} {properties}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    """Return text with the characters escaped that end a workflow command or, if they are in `more`, a property of it."""
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return printable(text)


def as_json(diagnostic: Diagnostic) -> str:
    """Return a diagnostic as one line of JSON."""
    rule, span = diagnostic.rule, diagnostic.span
    return to_json(
        {
            "kind": "diagnostic",
            "rule": rule.name,
            "severity": rule.severity,
            "path": span.path,
            "line": span.line,
            "column": span.column,
            "length": span.length,
            "message": diagnostic.message,
            "hint": diagnostic.hint,
            "related": [
                {"path": other.path, "line": other.line, "column": other.column, "message": what}
                for other, what in diagnostic.related
            ],
        }
    )


_LINES: dict[str, Callable[[Diagnostic], str]] = {"short": short, "json": as_json, "github": for_github}
FORMS = ("full", *_LINES, "sarif")
"""The forms in which diagnostics are printed."""


def to_json(value: object) -> str:
    """Return `value` as one line of JSON; characters that are no Unicode, or would steer a terminal, are escaped."""
    from json import dumps  # late: 2 ms

    text = dumps(value, ensure_ascii=False)
    return text if harmless(text) == text else dumps(value)


def printable(text: str) -> str:
    """Return `text` without characters that would steer the terminal; a tab is one space, so that carets stand right."""
    return harmless(text).replace("\t", " ").replace("\n", "\ufffd")


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return diagnostics by place: path as the files were read, then line and column."""
    found = list(diagnostics)
    paths = {path: index for index, path in enumerate(dict.fromkeys(d.span.path for d in found))}
    return sorted(found, key=lambda d: (paths[d.span.path], d.span.line, d.span.column))


def counts(diagnostics: Iterable[Diagnostic]) -> str:
    """Return how many diagnostics there are of each rule, the gravest and most frequent first."""
    tally: dict[tuple[int, str], int] = {}
    for diagnostic in diagnostics:
        rule = diagnostic.rule
        key = (("error", "warning", "note").index(rule.severity), rule.name)
        tally[key] = tally.get(key, 0) + 1
    entries = sorted(tally.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    return ", ".join(f"{count} {name}" for (_, name), count in entries)
