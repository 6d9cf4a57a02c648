"""What alignment has to say about a note."""

from anki_builder.diagnostic import Rule

TERM_NOT_FOUND = Rule(
    "term-not-found",
    "warning",
    "an entry's term stands in no sentence of its passage",
    "原文：\n\nThe bakery closed for good.\n\n面包店永久关门了。\n\n学习：\n\nbackery：面包店",
    "Write the term as the passage has it (its spelling, its words in their order); any inflected form will do. Without a sentence the "
    "entry still gets its plain cards, but no context and no cloze.",
)

RULES = (TERM_NOT_FOUND,)
