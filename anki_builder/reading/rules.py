"""The rules of the diagnostics of reading."""

from anki_builder.diagnostic import Rule

UNUSED_LINE = Rule(
    "unused-line",
    "note",
    "a line of the note is part of no card",
    "原文：\n\nThe harbour was quiet.\n\n港口很安静。\n\n学习：\n\nHe said so himself on the radio, twice, and nobody believed him.",
    "If this line should make a card, write it in one of the layouts of docs/layouts.md; otherwise "
    "ignore this. `anki-builder check --explain-layout FILE` shows what each line was taken for.",
)
UNLABELLED_PROSE = Rule(
    "unlabelled-prose",
    "note",
    "running text under no label, which makes no card",
    "学习：\n\nharbour：港口\n\nIn the evening the boats came back, one by one, and the gulls with them.",
    "If it should make cards, put the label of a passage (`原文：`, `Text:`) above it; otherwise ignore this.",
)
UNTRANSLATED_PASSAGE = Rule(
    "untranslated-passage",
    "note",
    "a passage has no translation, so no sentence pairs come of it",
    "原文：\n\nThe harbour was quiet.\n\n学习：\n\nharbour：港口",
    "Write the translation below the passage, before the next label.",
)
ORPHAN_TRANSLATION = Rule(
    "orphan-translation",
    "warning",
    "a translation has no text above it",
    "原文：\n\n港口很安静。",
    "Write the text above its translation, under the same label.",
)
MISSING_GLOSS = Rule(
    "missing-gloss",
    "warning",
    "a term has no gloss, so no card comes of it",
    "学习：\n\nharbour：美 [ˈhɑrbər]",
    "Add the gloss after the term: `harbour：港口`.",
)
EXPLANATION = Rule(
    "unused-explanation",
    "note",
    "an explanation stands under no entry",
    "学习：\n\n> “Harbour” means a sheltered place for ships.",
    "Write the term with its gloss above the explanation; it is then kept as the definition on the card.",
)
UNCLOSED_FRONT_MATTER = Rule(
    "unclosed-front-matter",
    "error",
    "front matter is not closed",
    "---\ntitle: Harbours\n\n原文：",
    "Write a line of three hyphens after the last key.",
)
UNCLOSED_COMMENT = Rule(
    "unclosed-comment",
    "warning",
    "a comment is not closed; it is read as text",
    "<!-- to do\n\n原文：",
    "Write `-->` where the comment ends.",
)
REMOTE_MEDIA = Rule(
    "remote-media",
    "note",
    "an image or sound on the network is not fetched",
    "harbour：港口 ![](https://example.org/harbour.jpg)",
    "Save the file beside the note and refer to it by its name.",
)
COUNTS_DIFFER = Rule(
    "counts-differ",
    "warning",
    "a block of paragraphs and its translation do not have the same number of paragraphs",
    "Three paragraphs of text, then two of translation.",
    "The whole block becomes one passage; give both sides the same number of paragraphs to pair them one by one.",
)
LEFT_OUT_FENCE = Rule(
    "left-out-fence",
    "note",
    "pairs inside a code fence are left out",
    "```\nThe harbour was quiet. — 港口很安静。\n```",
    "Set `fences = true` to read code fences too.",
)
FRONT_MATTER_LANGUAGES = Rule(
    "front-matter-languages",
    "error",
    "front matter names languages in a way that cannot be used",
    "---\nlanguages: de\n---",
    "Name two languages by tag or name, the one studied first: `languages: [de, en]`.",
)
FRONT_MATTER_KEY = Rule(
    "front-matter-key",
    "note",
    "a key of the front matter looks mistyped and is not read",
    "---\ntitel: Harbours\n---",
    "Correct the key: `title`, `url`, `tags`, `deck` and `languages` are read.",
)
MISTYPED_LABEL = Rule(
    "mistyped-label",
    "warning",
    "a line looks like a mistyped label",
    "Vocabluary:\n\nharbour：港口",
    "Correct the word. The line is read as the label it resembles, and makes no card.",
)
GLUED_BLOCK_ID = Rule(
    "glued-block-id",
    "warning",
    "the id of a block stands at the end of a line without a space before it, and stays on the card",
    "The ferry was late.^a1b2c3",
    "Write a space before the `^`: then it is an id, in Obsidian too, and on no card.",
)
LANGUAGES_GUESSED = Rule(
    "languages-guessed",
    "note",
    "nothing in a note shows which of its two languages is studied",
    "- 港口 - harbour\n- 波浪 - wave",
    'Name the pair, the language studied first, in the settings, `languages = ["zh", "en"]`, or in front matter,'
    " `languages: [zh, en]`.",
)
FRONT_MATTER_DECK = Rule(
    "front-matter-deck",
    "error",
    "`deck` in front matter has a placeholder that stands for nothing; the settings name the deck",
    '---\ndeck: "{colection}::Verbs"\n---',
    "Write `{collection}`, `{title}`, `{folder}` or `{file}`, or no braces.",
)
LANGUAGES_KEPT = Rule(
    "languages-kept",
    "note",
    "a note is read in the languages in which it was read before, although its words look like others",
    "orbit：轨道\n\nwar：战争\n\nvan：货车",
    "If the languages are right, ignore this. Otherwise name them in front matter, as `languages: [de, "
    "zh]`, or in the settings: its notes then belong to other note types and are new in Anki.",
)
UNKNOWN_CHOICE = Rule(
    "unknown-choice",
    "warning",
    "a note chooses cards that do not exist",
    "<!-- anki: terms = recognise, spel -->\n\nharbour：港口",
    "Write `sentences`, `sentence_cards` or `terms` with words that docs/cards.md lists, as `<!-- anki: terms = recognise, spell -->`.",
)
MERGE_CONFLICT = Rule(
    "merge-conflict",
    "error",
    "a note holds a merge conflict that is not resolved; none of it is used",
    "<<<<<<< HEAD\nharbour：港口\n=======\nharbour：海港\n>>>>>>> theirs",
    "Keep one of the two versions and remove the lines of `<<<<<<<`, `=======` and `>>>>>>>`.",
)
UNMATCHED_LAYOUT = Rule(
    "unmatched-layout",
    "note",
    "a layout of the settings names a note and matches nothing in it",
    '[[layouts]]\nfiles = "verbs.md"\npattern = "{term} ~ {gloss}"\n\n(and in verbs.md:)\n\nharbour ~~ 港口',
    "Correct its `pattern` or its `files` in the settings; `anki-builder layout FILE` proposes patterns for lines that are not read.",
)
FIELD_WITHOUT_ENTRY = Rule(
    "field-without-entry",
    "warning",
    "a field of your own stands with no vocabulary entry, so nothing shows it",
    'Pitch:: 2\n\n(above the first entry, or in the row of a table that makes none, with `extra_fields = ["Pitch"]` in the settings)',
    "Write it below the entry that it is for; for all notes of the file, into the front matter.",
)
RULES: tuple[Rule, ...] = (
    UNUSED_LINE,
    UNLABELLED_PROSE,
    UNTRANSLATED_PASSAGE,
    ORPHAN_TRANSLATION,
    MISSING_GLOSS,
    EXPLANATION,
    UNCLOSED_FRONT_MATTER,
    UNCLOSED_COMMENT,
    REMOTE_MEDIA,
    COUNTS_DIFFER,
    LEFT_OUT_FENCE,
    FRONT_MATTER_LANGUAGES,
    FRONT_MATTER_KEY,
    LANGUAGES_GUESSED,
    FRONT_MATTER_DECK,
    LANGUAGES_KEPT,
    MISTYPED_LABEL,
    GLUED_BLOCK_ID,
    UNKNOWN_CHOICE,
    MERGE_CONFLICT,
    UNMATCHED_LAYOUT,
    FIELD_WITHOUT_ENTRY,
)
