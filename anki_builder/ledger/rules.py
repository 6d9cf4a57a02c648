"""Rules of the ledger."""

from anki_builder.diagnostic import Rule

LEDGER_DAMAGED = Rule(
    "ledger-damaged",
    "error",
    "a line of anki_builder.lock cannot be read",
    "s\tQ7hG2kPz0a\t=\t17638",
    "Restore the file from version control or a backup. Or delete it: notes that were not edited since "
    "they were first built keep their reviews, the others become new notes, and corrections made in Anki "
    "are overwritten once.",
)
LEDGER_CONFLICT = Rule(
    "ledger-conflict",
    "error",
    "anki_builder.lock holds the marks of an unfinished merge",
    "<<<<<<< HEAD",
    "Settle the merge: keep the lines of both sides, without the marks. Of two lines for one note the newer counts.",
)
LEDGER_NEWER = Rule(
    "ledger-newer",
    "error",
    "anki_builder.lock was written by a newer version of this program",
    "anki_builder.lock 9",
    "Update anki-builder.",
)
LEDGER_MERGED = Rule(
    "ledger-merged",
    "note",
    "anki_builder.lock has two lines for one note, as a merge leaves them; the newer counts",
    "s\tQ7hG2kPz0a\t…\ns\tQ7hG2kPz0a\t…",
    "Nothing need be done: the next build writes one line.",
)
LEDGER_MISSING = Rule(
    "ledger-missing",
    "warning",
    "there is a package but no anki_builder.lock: what it remembered is lost",
    "build/Notes.apkg without source/anki_builder.lock",
    "Restore the file if you can. Without it notes that were never edited keep their reviews; a note "
    "that was edited since it was first built becomes a new note beside the old one; corrections made in "
    "Anki are overwritten by the next import. Keep the file under version control, beside the notes.",
)
LEDGER_NESTED = Rule(
    "ledger-nested",
    "error",
    "a folder below that of the ledger has one of its own: neither knows what Anki has of the other",
    "notes/anki_builder.lock and notes/german/anki_builder.lock",
    "Go on building the folder by itself. Or make one ledger of them: append the lower one to the upper "
    "one (move it, if there is none above) and delete it. Its notes are recognised there and keep their "
    "reviews.",
)
SCHEMA_CHANGED = Rule(
    "schema-changed",
    "error",
    "the fields or card templates of a note type are not those of the notes already in Anki",
    "a field “Synonyms” after “Gloss”",
    "Undo the change; or set another `family`, which starts new note types beside the old ones; or, if "
    "the change must be, delete the note type's line in anki_builder.lock and import once with “Merge "
    "note types” ticked, which makes Anki ask for a full sync.",
)
SCHEMA_GROWN = Rule(
    "schema-grown",
    "error",
    "fields or cards of your own were added to a note type that Anki has already",
    'extra_fields = ["Pitch"] in the settings of notes that were built before',
    "Import the package that you have. Then build once with --accept-schema, and import that package "
    "with “Merge note types” ticked: Anki adds the fields and cards behind the others, keeps all "
    "reviews, and asks for a full sync. Then build again and import as usual, which brings what stands "
    "in the fields. Or set another `family`, which starts new note types beside the old ones; or undo "
    "the change.",
)
DOUBTFUL_IDENTITY = Rule(
    "doubtful-identity",
    "warning",
    "a new note resembles one that is gone, but not enough to be taken for it",
    "a sentence rewritten from end to end",
    "If it is the same note, link the two before the next import, and it keeps its reviews.",
)
DECK_KEPT = Rule(
    "deck-kept",
    "note",
    "the cards of an article stay in the deck they were first built into",
    "an article whose title changed",
    "Anki never moves existing cards: `anki-builder deck OLD NEW` gives the deck another name, and says what to do in Anki.",
)
CARDS_LOST = Rule(
    "cards-lost",
    "warning",
    "sentences that had cards still stand in a note, but are not read any more",
    "the label above a passage that was built before, or the translation below it, deleted",
    "Give the lines back what they were read by: a label such as `Text:` or `原文：` above them, their translation below them. "
    "Or delete them, if the cards are to go.",
)
CLOCK_BEHIND = Rule(
    "clock-behind",
    "warning",
    "anki_builder.lock holds times later than the clock's",
    "a build made while the clock was a day ahead",
    "Set the clock right. If a change does not arrive in Anki, import once with “Update notes: Always”.",
)
MANY_REMOVED = Rule(
    "many-removed",
    "error",
    "more than a fifth of the notes would be removed",
    "a folder that was not found, or moved away",
    "Look at `anki-builder plan`. If it is meant, `anki-builder build --force` builds all the same; Anki itself deletes nothing.",
)
FILE_WITHOUT_NOTES = Rule(
    "file-without-notes",
    "error",
    "a file that had notes is still there, but none can be read from it",
    "a label line misspelt, or the file saved in another encoding",
    "Look at `anki-builder check`. If it is meant, `anki-builder build --force` builds all the same.",
)

RULES = (
    LEDGER_DAMAGED,
    LEDGER_CONFLICT,
    LEDGER_NEWER,
    LEDGER_MERGED,
    LEDGER_MISSING,
    LEDGER_NESTED,
    SCHEMA_CHANGED,
    SCHEMA_GROWN,
    DOUBTFUL_IDENTITY,
    DECK_KEPT,
    CARDS_LOST,
    CLOCK_BEHIND,
    MANY_REMOVED,
    FILE_WITHOUT_NOTES,
)
