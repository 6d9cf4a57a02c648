"""`anki-builder show`: the result of each stage. Its JSON is a contract: see docs/json.md."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import click

from anki_builder.cli import report
from anki_builder.cli.project import Project, with_others
from anki_builder.cli.stages import Compilation, compile_project, identify_notes, open_notes, read_documents, with_collection
from anki_builder.cli.terminal import harmless
from anki_builder.cli.words import tr
from anki_builder.collection import BuiltNote, Collection
from anki_builder.diagnostic import Diagnostic
from anki_builder.document import AlignedDocument, Passage, Text
from anki_builder.note import NoteType

Line = dict[str, object]

_MARKDOWN = {"em": "*", "i": "*", "strong": "**", "b": "**", "code": "`", "s": "~~", "mark": "=="}


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--stage", type=click.Choice(["document", "pairs", "notes"]), default="document", help="Which stage to print.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Text to read, or JSON lines.")
def command(paths: tuple[str, ...], stage: str, form: str) -> None:
    """Print what was made of the notes, stage by stage.

    \b
    Stages:
      document   passages and vocabulary, as read
      pairs      sentences with their translations, as aligned
      notes      notes with their fields and cards, as packed

    \b
    Examples:
      anki-builder show source/article.md
      anki-builder show source --stage pairs --format json | jq .text
    """
    project = open_notes(paths)
    if stage == "notes":
        lines, diagnostics = _notes(with_others(project))
    else:
        documents, diagnostics = read_documents(project)
        make = _document if stage == "document" else _pairs
        lines = [line for aligned in documents for line in make(aligned)]
    if form == "json":
        for line in lines:
            click.echo(report.to_json(line))
    else:
        for path, group in groupby(lines, key=lambda line: line["path"]):
            click.echo(click.style(harmless(str(path)), bold=True))
            for line in group:
                click.echo(harmless(_TEXT[str(line["kind"])](line)))
            click.echo()
    report.print_errors(diagnostics)


def _document(aligned: AlignedDocument) -> list[Line]:
    """Return the passages and entries of a document in reading order."""
    document = aligned.document
    lines: list[Line] = [
        {
            "kind": "passage",
            "path": document.source.path,
            "line": passage.line,
            "text": markdown(passage.text, 0, len(passage.text.plain)),
            "translation": _whole(passage.translation),
        }
        for passage in document.passages
    ]
    for entry, context in zip(document.entries, aligned.contexts, strict=True):
        sentence = sentence_translation = passage_line = None
        if context is not None and context.pair >= 0:
            pair = aligned.pairs[context.pair]
            passage = document.passages[pair.passage]
            sentence = markdown(passage.text, pair.start, pair.end)
            sentence_translation = _side(passage.translation, pair.translation_start, pair.translation_end)
            passage_line = passage.line
        elif example := context.example if context is not None else next(iter(entry.examples), None):
            sentence, sentence_translation = example.text, example.translation
        if passage_line is None and entry.passage is not None:
            passage_line = document.passages[entry.passage].line
        lines.append(
            {
                "kind": "vocabulary",
                "path": document.source.path,
                "line": entry.line,
                "term": entry.term,
                "gloss": entry.gloss or None,
                "senses": list(entry.senses),
                "phonetics": entry.phonetics or None,
                "accent": entry.accent or None,
                "part_of_speech": entry.part_of_speech or None,
                "lemma": entry.lemma or None,
                "note": entry.note or None,
                "surface": context.surface if context is not None else None,
                "sentence": sentence,
                "sentence_translation": sentence_translation,
                "passage_line": passage_line,
                "examples": [
                    {"text": example.text, "translation": example.translation, "line": example.line} for example in entry.examples
                ],
            }
        )
    return sorted(lines, key=_line_number)


def _line_number(line: Line) -> int:
    number = line["line"]
    assert isinstance(number, int)
    return number


def _pairs(aligned: AlignedDocument) -> Iterator[Line]:
    document = aligned.document
    for pair in aligned.pairs:
        passage = document.passages[pair.passage]
        yield {
            "kind": "pair",
            "path": document.source.path,
            "line": _pair_line(passage, pair.start, pair.translation_start, bool(pair.text)),
            "passage_line": passage.line,
            "text": _sentences(passage.text, pair.text, pair.start),
            "translation": _sentences(passage.translation, pair.translation, pair.translation_start),
            "confidence": round(pair.confidence, 4),
        }


def _pair_line(passage: Passage, start: int, translation_start: int, has_text: bool) -> int:
    side, offset = (passage.text, start) if has_text or passage.translation is None else (passage.translation, translation_start)
    return side.line_at(offset)


def _sentences(side: Text | None, sentences: Sequence[str], start: int) -> list[str]:
    found = []
    for sentence in sentences:
        assert side is not None
        at = side.plain.index(sentence, start)
        start = at + len(sentence)
        found.append(markdown(side, at, start))
    return found


def _notes(project: Project) -> tuple[list[Line], list[Diagnostic]]:
    def work(collection: Collection) -> tuple[list[Line], list[Diagnostic]]:
        compilation = compile_project(project, collection)
        remarks = identify_notes(project, collection, compilation).remarks
        return [_note(built, compilation) for built in collection.notes()], [*compilation.diagnostics, *remarks]

    return with_collection(project, work)


def _note(built: BuiltNote, compilation: Compilation) -> Line:
    note_type = compilation.note_types[built.info.pair][built.note.kind.name]
    return {
        "kind": "note",
        "note_type": note_type.name,
        "guid": built.guid,
        "key": built.note.key,
        "deck": built.deck,
        "tags": list(built.info.tags),
        "fields": built.note.fields,
        "cards": _card_names(note_type, built.note.cards),
        "path": built.info.path,
        "line": built.note.line,
    }


def _card_names(note_type: NoteType, cards: Sequence[int]) -> list[str]:
    if note_type.is_cloze:
        return [f"{note_type.templates[0].name} {ord_ + 1}" for ord_ in cards]
    return [note_type.templates[ord_].name for ord_ in cards]


def markdown(text: Text, start: int, end: int) -> str:
    """Return characters `start` to `end` with their emphasis as Markdown, closed and opened again at the edges."""
    if not text.marks:
        return text.plain[start:end]
    inserts: list[tuple[int, int, int, str]] = []
    for order, mark in enumerate(text.marks):
        sign = _MARKDOWN.get(mark.tag)
        a, b = max(mark.start, start), min(mark.end, end)
        if sign and a < b:
            inserts += [(a, 1, order, sign), (b, 0, -order, sign)]
    out, at = [], start
    for offset, _, _, sign in sorted(inserts):
        out += [text.plain[at:offset], sign]
        at = offset
    return "".join([*out, text.plain[at:end]])


def _side(text: Text | None, start: int, end: int) -> str | None:
    return markdown(text, start, end) or None if text is not None else None


def _whole(text: Text | None) -> str | None:
    return _side(text, 0, len(text.plain)) if text is not None else None


def _passage_text(line: Line) -> str:
    return f"  {line['line']:>5}  {line['text']}\n         {line['translation'] or tr('(no translation)')}"


def _vocabulary_text(line: Line) -> str:
    found = (
        tr("“{surface}” in: {sentence}", surface=line["surface"], sentence=line["sentence"])
        if line["surface"]
        else tr("(not found in the text)")
    )
    about = " ".join(str(line[key]) for key in ("phonetics", "part_of_speech", "gloss") if line[key])
    return f"  {line['line']:>5}  * {line['term']}  {about}\n         {found}"


def _pair_text(line: Line) -> str:
    text, translation = (" ".join(side) if isinstance(side := line[key], list) else "" for key in ("text", "translation"))
    nothing = tr("(nothing)")
    return f"  {line['line']:>5}  {line['confidence']:.2f}  {text or nothing}\n               {translation or nothing}"


def _note_text(line: Line) -> str:
    fields, cards = line["fields"], line["cards"]
    assert isinstance(fields, dict)
    assert isinstance(cards, list)
    filled = "\n".join(f"         {name}: {value}" for name, value in fields.items() if value)
    return f"  {line['line']:>5}  {line['note_type']} {line['guid']} in {line['deck']} ({', '.join(cards)})\n{filled}"


_TEXT = {"passage": _passage_text, "vocabulary": _vocabulary_text, "pair": _pair_text, "note": _note_text}
