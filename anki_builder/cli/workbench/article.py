"""One article for the page: its lines with what each was taken for, its cards, and its problems with the corrections they have."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from anki_builder.cli import report
from anki_builder.cli.compiling import former_languages
from anki_builder.cli.fixing import (
    BACKUP,
    Corrected,
    corrected,
    differences,
    encoded_like,
    with_languages,
    write_corrected,
)
from anki_builder.cli.layout import as_toml
from anki_builder.cli.project import Project, Used, read_source, shown
from anki_builder.cli.roles import in_words
from anki_builder.cli.words import translated
from anki_builder.cli.workbench import look
from anki_builder.cli.workbench.beside import notes_of
from anki_builder.cli.workbench.choosing import with_layout
from anki_builder.cli.workbench.look import Look
from anki_builder.cli.workbench.places import in_page
from anki_builder.cli.workbench.refusals import changed_meanwhile
from anki_builder.cli.workbench.writing import Version, version_of
from anki_builder.compiler import read_and_align
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import AlignedDocument
from anki_builder.languages import language
from anki_builder.message import Message
from anki_builder.note import Languages
from anki_builder.preview.catalogue import Catalogue
from anki_builder.preview.workbench import Data, Missing, Refused
from anki_builder.reading import front_matter
from anki_builder.reading.reader import explain
from anki_builder.reading.rules import LANGUAGES_GUESSED
from anki_builder.reading.suggestions import UNREAD
from anki_builder.reading.unread import unread
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
    file = _file(seen, name)
    used: Used = {}
    source, problems = read_source(project, file, used)
    if source is None:
        raise Refused(f"{problems[0].span.path}: {in_page(problems[0].message)}; {in_page(problems[0].hint)}")
    digest = used[file] or b""
    notes, compilation = notes_of(seen, file, digest)
    known = seen.diagnostics if compilation is seen.compilation else compilation.diagnostics
    diagnostics = tuple(one for one in known if one.span.path == source.path and report.is_shown(one, project.config.ignore))
    return Article(name, source, digest.hex(), diagnostics, Catalogue(notes, compilation.note_types, compilation.template_media))


def _file(seen: Look, name: str) -> Path:
    file = next((file for file, row in seen.rows.items() if row.name == name), None)
    if file is None:
        raise Missing(name)
    return file


def as_data(seen: Look, article: Article) -> Data:
    """Return what the page shows of an article."""
    project, source = seen.project, article.source
    told = former_languages(project).told(source)
    languages, _, explained = explain(told, project.config)
    names = [row.name for row in seen.rows.values()]
    at = names.index(article.name)
    diagnostics = [
        {
            **look.as_data(one),
            "is_curable": bool(one.fixes),
            "pairs": [_pair(*pair) for pair in _pairs(one, languages)],
        }
        for one in article.diagnostics
    ]
    lines = [
        {
            "line": one.line,
            "text": one.text,
            "role": one.role,
            "layout": one.layout,
            "taken": in_words("", one.role),
            "tone": _tone(one.role),
        }
        for one in explained
    ]
    return {
        **article.catalogue.index(MOST_NOTES),
        "previous": names[at - 1] if at else None,
        "next": names[at + 1] if at + 1 < len(names) else None,
        "name": article.name,
        "path": source.path,
        "editor": project.config.editor.replace("{file}", quote(article.name)),
        "digest": article.digest,
        "diagnostics": diagnostics,
        "lines": lines[:MOST_LINES],
        "more": max(0, len(lines) - MOST_LINES),
        "beside": {line: sorted(others) for line, others in _beside(told, project).items()},
    }


def _pairs(diagnostic: Diagnostic, languages: Languages) -> tuple[Languages, ...]:
    """Return the language pairs among which a problem lets the learner choose."""
    return (languages, languages[::-1]) if diagnostic.rule is LANGUAGES_GUESSED else ()


def _pair(studied: str, other: str) -> Data:
    return {"pair": f"{studied},{other}", "studied": translated(Message(language(studied).name))}


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


class Asked(NamedTuple):
    """The corrections that the page asks for."""

    ids: frozenset[str]
    """Of problems."""
    pair: str = ""
    """Of languages, with a comma between: the answer to a problem that lets the learner choose."""


def differences_of(seen: Look, article: Article, asked: Asked) -> Data:
    """Return what corrections would change, as the lines of a unified diff."""
    return {"diff": list(differences(_corrected(seen, article, asked))), "digest": article.digest}


def correct(seen: Look, article: Article, asked: Asked, digest: str) -> Data:
    """Write corrections, if the file is the one that the page has. Raises `Refused` and `UsageProblem`."""
    corrections = _corrected(seen, article, asked)
    if digest != article.digest or any(sha256(one.before).hexdigest() != digest for one in corrections):
        raise changed_meanwhile(Path(article.source.path))
    write_corrected(corrections)
    return {"written": sum(one.fixes for one in corrections), "backup": [shown(one.path) + BACKUP for one in corrections]}


def _corrected(seen: Look, article: Article, asked: Asked) -> Sequence[Corrected]:
    wanted = [one for one in article.diagnostics if look.id_of(one) in asked.ids]
    if asked.pair:
        wanted = [answered for one in wanted if (answered := _answered(seen, article, one, asked.pair)) is not None]
    found = corrected(seen.project, wanted)
    if not found:
        raise changed_meanwhile(Path(article.source.path))
    return found


def _answered(seen: Look, article: Article, diagnostic: Diagnostic, answer: str) -> Diagnostic | None:
    """Return a problem that lets the learner choose among languages with the correction that the answer comes to."""
    source = article.source
    languages = explain(former_languages(seen.project).told(source), seen.project.config)[0]
    lines = source.text.split("\n")
    has_front_matter = lines[0].rstrip() == "---" and front_matter.read(lines).end > 1
    pair = next((pair for pair in _pairs(diagnostic, languages) if ",".join(pair) == answer), None)
    return with_languages(diagnostic, pair, has_front_matter) if pair is not None else None


# The text


def text_of(article: Article) -> Data:
    """Return the whole text of a note, to be edited."""
    return {"text": article.source.text, "path": article.source.path, "digest": article.digest}


def write_text(seen: Look, name: str, text: str, digest: str) -> None:
    """Write a note that was edited in the page, if its file is the one that the page has; its encoding and line ends stay.

    Raises `Refused`.
    """
    file = _file(seen, name)
    before = version_of(file)
    before.replace(encoded_like(before.data, text), digest)


# Patterns for what is not read


def layouts(seen: Look, article: Article) -> list[Data]:
    """Return the patterns that are proposed for an article, each with the first lines that it would read."""
    return [
        {"pattern": one.pattern, "records": one.records, "line": one.line, "example": list(one.example)}
        for one in unread(article.source, seen.project.config).suggestions
    ]


def with_pattern(seen: Look, article: Article, pattern: str) -> tuple[Version, str]:
    """Return the settings file, and its text with a pattern that is proposed for an article. Raises `Missing` for another one."""
    proposed = unread(article.source, seen.project.config).suggestions
    suggestion = next((one for one in proposed if one.pattern == pattern), None)
    if suggestion is None:
        raise Missing(pattern)
    return with_layout(seen.project, as_toml(article.source.path, suggestion))
