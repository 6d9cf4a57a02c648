"""The two sides of a sentence pair as plain text."""

from anki_builder.document import AlignedDocument, SentencePair
from anki_builder.source import Span


def text_of(aligned: AlignedDocument, pair: SentencePair) -> str:
    """Return the sentences of the text; empty where the translation has no counterpart."""
    return aligned.document.passages[pair.passage].text.plain[pair.start : pair.end]


def translation_of(aligned: AlignedDocument, pair: SentencePair) -> str:
    """Return the sentences of the translation; empty where the text was left untranslated."""
    translation = aligned.document.passages[pair.passage].translation
    return translation.plain[pair.translation_start : pair.translation_end] if translation is not None else ""


def place_of(aligned: AlignedDocument, pair: SentencePair) -> Span:
    """Return the place in the file where a pair begins."""
    passage = aligned.document.passages[pair.passage]
    if pair.text or passage.translation is None:
        return aligned.document.source.span(passage.text.line_at(pair.start))
    return aligned.document.source.span(passage.translation.line_at(pair.translation_start))
