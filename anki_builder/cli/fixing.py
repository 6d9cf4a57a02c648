"""The safe corrections of diagnostics, written into the notes: only where the text is still the one that was read."""

import difflib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from anki_builder.cli.files import write
from anki_builder.cli.project import Project, UsageProblem, shown
from anki_builder.diagnostic import Diagnostic, Fix
from anki_builder.note import Languages
from anki_builder.source import Span

BACKUP = ".orig"
"""Ending of the copy that is kept of a note before it is corrected for the first time."""


class Corrected(NamedTuple):
    """A note with its corrections."""

    path: Path
    before: bytes
    after: bytes
    fixes: int
    """How many were made."""


def corrected(project: Project, diagnostics: Iterable[Diagnostic]) -> list[Corrected]:
    """Return the notes for which the diagnostics hold fixes, with all of them made. Nothing is written."""
    files = {shown(file): file for file in project.files}
    fixes: dict[Path, dict[Fix, None]] = {}
    for diagnostic in diagnostics:
        for fix in diagnostic.fixes:
            if fix.span.path in files:
                fixes.setdefault(files[fix.span.path], {})[fix] = None
    found = (_correct(path, list(of_file)) for path, of_file in fixes.items())
    return [one for one in found if one.fixes]


def _correct(path: Path, fixes: Sequence[Fix]) -> Corrected:
    """Return a note with its fixes made, from the end to the beginning, so that no fix moves the next; fixes of other text are left out."""
    before = path.read_bytes()
    encoding = _encoding(before)
    text = before.decode(encoding)
    lines, end = text.splitlines(keepends=True), "\r\n" if "\r\n" in text else "\n"
    count = 0
    for fix in sorted(fixes, key=lambda fix: (fix.span.line, fix.span.column), reverse=True):
        if fix.span.line > len(lines):
            continue
        row, start = lines[fix.span.line - 1], fix.span.column - 1
        if row[start : start + len(fix.old)] == fix.old:
            lines[fix.span.line - 1] = row[:start] + fix.new.replace("\n", end) + row[start + len(fix.old) :]
            count += 1
    return Corrected(path, before, "".join(lines).encode(encoding), count)


def _encoding(data: bytes) -> str:
    return "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig" if data[:3] == b"\xef\xbb\xbf" else "utf-8"


def encoded_like(before: bytes, text: str) -> bytes:
    """Return a text as the bytes of a note, with the encoding and the line ends that the note had `before`."""
    encoding = _encoding(before)
    end = "\r\n" if "\r\n" in before.decode(encoding, "replace") else "\n"
    return text.replace("\r\n", "\n").replace("\n", end).encode(encoding, "replace")


def with_languages(diagnostic: Diagnostic, pair: Languages, has_front_matter: bool) -> Diagnostic:
    """Return a diagnostic about a note with the fix that names its languages in front matter."""
    named = f"languages: [{', '.join(pair)}]\n"
    line = 2 if has_front_matter else 1
    new = named if has_front_matter else f"---\n{named}---\n\n"
    return diagnostic._replace(fixes=(Fix(Span(diagnostic.span.path, line, 1, 0), "", new),))


def differences(corrections: Iterable[Corrected]) -> Iterator[str]:
    """Yield the corrections as a unified diff."""
    for one in corrections:
        before, after = (data.decode("utf-8-sig", "replace").splitlines() for data in (one.before, one.after))
        yield from difflib.unified_diff(before, after, shown(one.path), shown(one.path), n=1, lineterm="")


def write_corrected(corrections: Iterable[Corrected]) -> None:
    """Write corrected notes, each wholly or not at all. Raises `UsageProblem` where one cannot be written or is another by now."""
    for one in corrections:
        backup = one.path.with_name(one.path.name + BACKUP)
        try:
            if one.path.read_bytes() != one.before:
                raise UsageProblem(
                    "{file} was changed meanwhile, and is left as it is: run the command again", file=shown(one.path)
                )
            if not os.path.lexists(backup):
                write(backup, one.before)
            write(one.path, one.after)
        except OSError as error:
            raise UsageProblem("cannot write {file}: {reason}", file=shown(one.path), reason=error.strerror or error) from None
