-- Made after the first articles are stored: to fill a table and then make its indexes takes less than the other way round.
CREATE INDEX IF NOT EXISTS note_article ON note (article);
CREATE INDEX IF NOT EXISTS note_key ON note (key, is_shown, uses, article, kind);
CREATE INDEX IF NOT EXISTS note_media ON note (media) WHERE media <> '';
CREATE INDEX IF NOT EXISTS note_diagnostics ON note (article) WHERE diagnostics <> '';
CREATE INDEX IF NOT EXISTS term_use_article ON term_use (article, key);
