"""One article for the page: its lines with what each was taken for, its cards, and its problems with the corrections they have."""

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from anki_builder.cli import report
from anki_builder.cli.compiling import former_languages
from anki_builder.cli.fixing import BACKUP, Corrected, corrected, differences, write_corrected
from anki_builder.cli.project import Project, Used, read_source, shown
from anki_builder.cli.roles import in_words
from anki_builder.cli.words import translated
from anki_builder.cli.workbench.beside import notes_of
from anki_builder.cli.workbench.look import Look
from anki_builder.cli.workbench.refusals import changed_meanwhile
from anki_builder.compiler import read_and_align
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import AlignedDocument
from anki_builder.preview.catalogue import Catalogue, Shown
from anki_builder.preview.workbench import Data, Missing, Refused
from anki_builder.reading import explain
from anki_builder.reading.suggestions import UNREAD
from anki_builder.source import Source

MOST_LINES = 3000
"""Lines of a note that the page gets."""
MOST_NOTES = 1500
"""Notes whose cards the page gets."""
_TONES = {"text": "text pair grid", "translation": "translation", "entry": "entry definition gloss example table reading image"}
_TONE_OF = {role: tone for tone, roles in _TONES.items() for role in roles.split()}
"""The colour of a line by its role; `unread` is that of lines that make no card, `frame` that of all others."""


class Article(NamedTuple):
    """A note file as it is on disk, with the cards and problems of the last compile."""

    name: str
    source: Source
    digest: str
    """Of the bytes of the file: a correction is for this version alone."""
    diagnostics: tuple[Diagnostic, ...]
    catalogue: Catalogue


def read_article(seen: Look, name: str) -> Article:
    """Return an article. Raises `Missing` where there is none, and `Refused` where its file cannot be read."""
    project = seen.project
    file = next((file for file in project.files if project.name(file) == name), None)
    if file is None:
        raise Missing(name)
    used: Used = {}
    source, problems = read_source(project, file, used)
    if source is None:
        raise Refused(f"{problems[0].span.path}: {translated(problems[0].message)}; {translated(problems[0].hint)}")
    digest = used[file] or b""
    notes, compilation = notes_of(seen, file, digest)
    known = seen.diagnostics if compilation is seen.compilation else compilation.diagnostics
    diagnostics = tuple(one for one in known if one.span.path == source.path and report.is_shown(one, project.config.ignore))
    shown_now = Shown(project.collection, notes, compilation.note_types, diagnostics, (source,), compilation.template_media)
    return Article(name, source, digest.hex(), diagnostics, Catalogue(shown_now, words=translated))


def as_data(seen: Look, article: Article) -> Data:
    """Return what the page shows of an article."""
    project, source = seen.project, article.source
    told = former_languages(project).told(source)
    found: Data = json.loads(article.catalogue.index({}, MOST_NOTES))
    for problem, diagnostic in zip(found["diagnostics"], article.diagnostics, strict=True):
        problem["id"] = _id(diagnostic)
    lines = [
        {
            "line": one.line,
            "text": one.text,
            "role": one.role,
            "layout": one.layout,
            "taken": in_words("", one.role),
            "tone": _tone(one.role),
        }
        for one in explain(told, project.config)[2]
    ]
    return found | {
        "name": article.name,
        "path": source.path,
        "digest": article.digest,
        "lines": lines[:MOST_LINES],
        "more": max(0, len(lines) - MOST_LINES),
        "beside": {line: sorted(others) for line, others in _beside(told, project).items()},
    }


def _tone(role: str) -> str:
    return "unread" if role in UNREAD else _TONE_OF.get(role, "frame")


def _beside(source: Source, project: Project) -> dict[int, set[int]]:
    """Return the other lines of which the cards of a line are made: the translation of a text, the sentence of an entry."""
    found: dict[int, set[int]] = {}
    try:
        # The rules say where a translation stands as well as a model does, which takes long to load.
        aligned, _ = read_and_align(source, project.config._replace(aligner="rules"))
    except Exception:  # told where the note is compiled
        return found
    for line, other in _line_pairs(aligned):
        if line != other:
            found.setdefault(line, set()).add(other)
    return found


def _line_pairs(aligned: AlignedDocument) -> Iterator[tuple[int, int]]:
    """Yield the line of each sentence with that of its translation, and the line of each entry with those of its sentence and examples."""
    document = aligned.document
    of_pair: list[tuple[int, ...]] = []
    for pair in aligned.pairs:
        passage = document.passages[pair.passage]
        lines = [passage.text.line_at(pair.start)] if pair.text else []
        if passage.translation is not None and pair.translation:
            lines.append(passage.translation.line_at(pair.translation_start))
        of_pair.append(tuple(lines))
        if lines:
            yield lines[0], lines[-1]
    for entry, context in zip(document.entries, aligned.contexts, strict=True):
        if context is not None and context.pair >= 0:
            yield from ((entry.line, line) for line in of_pair[context.pair])
        yield from ((entry.line, example.line) for example in entry.examples)


# Corrections


def differences_of(seen: Look, article: Article, ids: Iterable[str]) -> Data:
    """Return what the corrections of some problems would change, as the lines of a unified diff."""
    return {"diff": list(differences(_corrected(seen, article, ids))), "digest": article.digest}


def correct(seen: Look, article: Article, ids: Iterable[str], digest: str) -> Data:
    """Write the corrections of some problems, if the file is the one that the page has. Raises `Refused` and `UsageProblem`."""
    corrections = _corrected(seen, article, ids)
    if digest != article.digest or any(sha256(one.before).hexdigest() != digest for one in corrections):
        raise changed_meanwhile(Path(article.source.path))
    write_corrected(corrections)
    return {"written": sum(one.fixes for one in corrections), "backup": [shown(one.path) + BACKUP for one in corrections]}


def _corrected(seen: Look, article: Article, ids: Iterable[str]) -> Sequence[Corrected]:
    wanted = set(ids)
    found = corrected(seen.project, [one for one in article.diagnostics if _id(one) in wanted])
    if not found:
        raise changed_meanwhile(Path(article.source.path))
    return found


def _id(diagnostic: Diagnostic) -> str:
    """Return a name for a diagnostic, the same as long as it says the same of the same place."""
    told = (diagnostic.rule.name, diagnostic.span, diagnostic.message, diagnostic.fixes)
    return sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:16]
