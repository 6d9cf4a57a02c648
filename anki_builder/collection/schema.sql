-- The collection of one project: every article with its notes, as far as they follow from the article alone, and what was settled of them.
-- It is a cache. Nothing is ever migrated: a file of another version (file.VERSION) is made anew.
-- Every other table but lemma has rows of articles, which go with them (Collection._forget).

-- A note file and what came of it.
CREATE TABLE article (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: an article that is replaced gets a new one
    name TEXT NOT NULL UNIQUE,             -- Source.name
    position INTEGER NOT NULL,             -- in the order of the collection
    key BLOB NOT NULL,                     -- digest of its bytes, its place, the settings and the program
    path TEXT NOT NULL,
    text_language TEXT NOT NULL,
    translation_language TEXT NOT NULL,
    pair TEXT NOT NULL,                    -- the languages of its note types
    former TEXT NOT NULL,                  -- the languages that the ledger named when it was read; empty if it named none
    deck TEXT NOT NULL,                    -- the one that the settings name
    tags TEXT NOT NULL,                    -- as Anki has them: a space before and after each
    source TEXT NOT NULL,                  -- HTML
    url TEXT NOT NULL,
    pairs INTEGER NOT NULL,                -- sentence pairs with both sides
    lookups TEXT NOT NULL,                 -- JSON: the files it asked for, each with the name that was found
    diagnostics TEXT NOT NULL,             -- JSON
    is_numbered INTEGER NOT NULL DEFAULT 0,
    is_settled INTEGER NOT NULL DEFAULT 0,
    block BLOB                             -- digest of its block in the ledger as of the last settlement, also of the article it replaces
);

-- A note as its own article has it. Only the note of a term that several articles use is composed of the uses in all of them.
-- Several notes with one key are one note in Anki, and only the first of them is shown.
CREATE TABLE note (
    id INTEGER PRIMARY KEY,                -- ascends in the reading order of an article
    article INTEGER NOT NULL,
    kind TEXT NOT NULL,
    type INTEGER NOT NULL,                 -- id of Anki's note type
    key TEXT NOT NULL,                     -- the GUID that its key gives, without salt; the next seven as in ledger.Identity
    content TEXT NOT NULL,
    digests TEXT NOT NULL,
    cards TEXT NOT NULL,
    location TEXT NOT NULL,
    text TEXT NOT NULL,
    sketch TEXT NOT NULL,
    line INTEGER NOT NULL,
    label TEXT NOT NULL,                   -- Note.text
    spelt_key TEXT NOT NULL,               -- Note.key
    rank INTEGER NOT NULL,                 -- within the round of its cards
    measure TEXT NOT NULL,                 -- decides its place where the order is not that of reading: a frequency, or its term, if it is of one, and the words of its sentence
    media TEXT NOT NULL,                   -- JSON; empty for no file
    diagnostics TEXT NOT NULL,             -- JSON; empty for no diagnostic
    is_shown INTEGER NOT NULL DEFAULT 1,
    uses TEXT,                             -- ids of the articles whose uses it is composed of; NULL: of its own article
    head TEXT NOT NULL,                    -- fields as Anki has them, joined by U+001F: those before the location,
    middle TEXT NOT NULL,                  -- those between location and key,
    tail TEXT NOT NULL                     -- and those behind the key
);

-- What an article contributes to the note of a term.
CREATE TABLE term_use (
    article INTEGER NOT NULL,
    key TEXT NOT NULL,                     -- of the note
    data TEXT NOT NULL                     -- JSON of note.TermUse
);

-- The notes that are shown, numbered in the reading order of their article, with what the ledger knows of them.
CREATE TABLE shown (
    article INTEGER NOT NULL,
    number INTEGER NOT NULL,               -- from 0
    note INTEGER NOT NULL,
    kind TEXT NOT NULL,                    -- of the note
    guid TEXT NOT NULL,
    modified INTEGER NOT NULL,
    deck TEXT NOT NULL,
    location TEXT NOT NULL,
    fields TEXT,                           -- all fields of a term whose uses the ledger knows in another order; NULL: as in the note
    PRIMARY KEY (article, number)
) WITHOUT ROWID;

-- The cards of the shown notes.
CREATE TABLE card (
    article INTEGER NOT NULL,
    number INTEGER NOT NULL,               -- from 0, in the order of the notes
    note INTEGER NOT NULL,                 -- shown.number
    ord INTEGER NOT NULL,
    due INTEGER NOT NULL,                  -- from 0, in the order of learning: of its article, or of all where that is not the reading order
    PRIMARY KEY (article, number)
) WITHOUT ROWID;

-- The texts in which the workbench seeks the shown notes. A build needs none of them: an article gets them when the workbench looks at it.
CREATE TABLE searched (
    article INTEGER NOT NULL,
    number INTEGER NOT NULL,               -- shown.number
    text TEXT NOT NULL,
    PRIMARY KEY (article, number)
) WITHOUT ROWID;

-- Dictionary forms that were looked up: with them a changed article needs no dictionary loaded.
CREATE TABLE lemma (
    word TEXT NOT NULL,
    language TEXT NOT NULL,
    lemma TEXT NOT NULL,
    PRIMARY KEY (word, language)
) WITHOUT ROWID;
