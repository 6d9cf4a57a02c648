"""Rules of composing notes."""

from anki_builder.diagnostic import Rule

REPEATED_SENTENCE = Rule(
    "repeated-sentence",
    "note",
    "a sentence stands in the collection more than once and makes one note only",
    "原文：\n\nIt rained again.\n\n又下雨了。\n\n原文：\n\nIt rained again.\n\n雨又下了起来。",
    "Nothing need be done: the first place makes the note. Two notes with one front would only confuse.",
)
CONFLICTING_GLOSS = Rule(
    "conflicting-gloss",
    "note",
    "a term comes again with other senses; its note shows them all",
    "bank：银行\n\nbank：河岸",
    "Nothing need be done if both senses are right. If one is a slip, correct it.",
)
ANSWER_IN_GLOSS = Rule(
    "answer-in-gloss",
    "note",
    "a gloss names its own term, so no card asks for the term by it",
    "ream：a ream of paper",
    "Explain the term without using it, and the Recall card is made.",
)
NO_NOTES = Rule(
    "no-notes",
    "error",
    "nothing in the notes makes a card",
    "Dear diary, today I read nothing.",
    "Put the original under `Text:` or `原文：`, its translation below it, and words under `Vocabulary:` or `学习：` as `term：gloss`. "
    "Name two languages of one script in front matter: `languages: [es, en]`. "
    "`anki-builder check --explain-layout` shows what was made of each line.",
)

RULES = (REPEATED_SENTENCE, CONFLICTING_GLOSS, ANSWER_IN_GLOSS, NO_NOTES)
