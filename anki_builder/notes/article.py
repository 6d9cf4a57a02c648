"""An aligned document becomes an article: its notes in reading order, and the uses that its entries contribute to the notes of their terms.

The order of new cards follows the reading, article by article and lot by lot (`collection.order`), in rounds (`CardKind.round`): first the
terms, then the sentences, whose terms are known by then; then clozes, the first one of every sentence before the second one of any, so that
neighbours do not give each other's answer away; then Recall, then Produce, then cards by ear and by spelling. A reverse card so comes well
after its forward card, and a sentence after the card of a term that shows it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from anki_builder.config import Config
from anki_builder.document import AlignedDocument, Context, Document
from anki_builder.note import Article, ArticleInfo, Languages, Media, Note, NoteType, OtherContext, TermUse
from anki_builder.notes.article_text import ArticleText, NotedTerm, Sentence
from anki_builder.notes.kinds import OF_ENTRIES, OF_PAIRS
from anki_builder.notes.markup import Wrapper, escape, example_html, joined, literal, render, safe_url
from anki_builder.notes.naming import deck_name, tag
from anki_builder.notes.note_types import pair_of
from anki_builder.notes.vocabulary import KIND as VOCABULARY
from anki_builder.notes.vocabulary import of_term

_GAP = '<span class="gap">____</span>'


def compose(
    aligned: AlignedDocument,
    config: Config,
    collection: str,
    note_types: Mapping[str, NoteType],
    media: Mapping[str, Media],
    pair: Languages | None = None,
) -> Article:
    """Return the notes of one document; it looks at no other one.

    `collection` is the name of the parent deck, `media` are the files that the note refers to, by the path it writes, `pair` are the languages of
    its note types, if they are not those of the document without regions and scripts.
    """
    info = _info(aligned.document, config, collection, pair or pair_of(aligned.document.languages))
    text = ArticleText(aligned, info, note_types, config, media)
    uses = [_use(text, term) for term in text.terms]
    pairs = sum(map(text.is_complete, range(len(aligned.pairs))))
    return Article(info, tuple(_notes(text, uses)), tuple(uses), pairs)


def _info(document: Document, config: Config, collection: str, pair: Languages) -> ArticleInfo:
    """Return the properties that all notes of an article share."""
    name = document.source.name
    tags = map(tag, (f"source::{document.title}", *document.tags, *config.tags))
    return ArticleInfo(
        name=name,
        path=document.source.path,
        languages=document.languages,
        deck=deck_name(config, collection, document.title, name, document.deck),
        tags=tuple(dict.fromkeys(filter(None, tags))),
        source=escape(document.title),
        url=safe_url(document.url),
        pair=pair,
    )


def _notes(text: ArticleText, uses: Sequence[TermUse]) -> Iterator[Note]:
    """Yield the notes of an article in reading order."""
    by_term: dict[str, list[TermUse]] = {}
    for use in uses:
        by_term.setdefault(use.key, []).append(use)
    for number in range(-1, len(text.document.passages)):  # before all passages, too
        yield from _notes_of_entries(text, text.entries_before.get(number, ()), uses, by_term)
        for index in text.pairs_of.get(number, ()):
            places = text.places.get(index, {})
            yield from _notes_of_entries(text, places, uses, by_term, index)
            if index in text.noted:
                notes = [of_pair(text, text.sentences[index], list(places)) for of_pair in OF_PAIRS]
                yield from filter(None, notes)


def _notes_of_entries(
    text: ArticleText, entries: Iterable[int], uses: Sequence[TermUse], by_term: Mapping[str, Sequence[TermUse]], pair: int = -1
) -> Iterator[Note]:
    """Yield the notes of entries that are learned together, with a sentence or none; a term is learned with the first of its sentences."""
    for rank, index in enumerate(entries):
        of_this_term, found = by_term[uses[index].key], text.terms[index].place
        if of_this_term[0] is uses[index] and (found is None or found[1].pair == pair):
            yield of_term(text.info, text.note_types[VOCABULARY.name], of_this_term)
        if found:
            place = (text.sentences[pair], text.places[pair][index]) if pair >= 0 else found
            notes = [of_entry(text, index, *place, rank) for of_entry in OF_ENTRIES]
            yield from filter(None, notes)


def _use(text: ArticleText, term: NotedTerm) -> TermUse:
    """Return the contribution of an entry to the note of its term."""
    span = text.document.source.span(term.entry.line, term.entry.column, term.entry.length)
    entry = term.entry._replace(column=span.column, length=span.length)
    used = entry.examples[0] if entry.examples else None
    context: tuple[str, ...] = ()
    others: tuple[OtherContext, ...] = ()
    passage = -1
    if term.place:
        sentence, place = term.place
        used, passage, context = place.example, sentence.passage, _shown(sentence, place)
        further = [(text.sentences[other.pair], other) for other in place.others]
        others = tuple([OtherContext(_shown(*other), other[0].passage) for other in further])
    elif used is not None:
        context = example_html(used), literal(used.translation or ""), ""
    return TermUse(
        key=term.key,
        article=text.info.name,
        path=text.info.path,
        entry=entry,
        context=context,
        others=others,
        more=tuple((example_html(other), literal(other.translation or "")) for other in entry.examples if other != used),
        passage=passage,
        before=text.passage_before(entry),
        images=text.files(entry.images),
        audio=text.files(entry.audio),
        cards=text.config_at(entry.line).terms,
    )


def _shown(sentence: Sentence, place: Context) -> tuple[str, str, str]:
    """Return a sentence with a term marked, its translation, and the sentence with the term gapped."""
    marked = [Wrapper(start, end, '<b class="term">', "</b>") for start, end in place.parts]
    shown = render(sentence.text, sentence.start, sentence.end, marked)
    return shown, sentence.translation_html, _gapped(sentence, place)


def _gapped(sentence: Sentence, place: Context) -> str:
    """Return a sentence with a gap for every occurrence of a term."""
    pieces: list[str] = []
    at = sentence.start
    for start, end in place.occurrences:
        pieces += render(sentence.text, at, start), _GAP
        at = end
    return joined([*pieces, render(sentence.text, at, sentence.end)])
